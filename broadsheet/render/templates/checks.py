"""What can be said of layouts before any page is made: syntax, and names that nothing has.

The templates that are without fault are compiled on the way.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import cast

import jinja2
from jinja2 import meta, nodes

from broadsheet.common.problems import Problem, nearest
from broadsheet.render import words
from broadsheet.render.templates.bytecode import packed
from broadsheet.render.templates.environment import FOLDER, GLOBALS, LAYOUTS, parser

_CLOCKS = frozenset(("now", "today", "utcnow"))
_HALF = re.compile("[\ud800-\udfff]")
HALF_CHARACTER = "there is half of a character in the text"
WHOLE_CHARACTER = r"Write the character itself, in UTF-8: one such as \ud83d is not whole."
_IN_EVERY_TEMPLATE = frozenset(("self", "super", "loop", "caller", "varargs", "kwargs"))


@dataclass(frozen=True, slots=True)
class Checked:
    """What is wrong with layouts, and the code of those that can be compiled, packed, by name."""

    problems: list[Problem]
    compiled: dict[str, bytes]


def check(texts: Mapping[str, str]) -> Checked:
    """Return the problems that ``texts`` (layouts by name) have without being rendered, and their code.

    Syntax, templates named that there are not, and names that no layout gets or sets.
    """
    compiled: dict[str, bytes] = {}
    environment = parser()
    problems = words.check({name: text for name, text in texts.items() if words.is_word_file(name)}, FOLDER)
    texts = {name: text for name, text in texts.items() if not words.is_word_file(name)}
    trees: dict[str, nodes.Template] = {}
    for name, text in sorted(texts.items()):
        try:
            tree = environment.parse(text, name, f"{FOLDER}/{name}")
            # Jinja passes it on to Python, which knows no line of a layout.
            twice = list(_given_twice(name, tree, text.splitlines()))
            if twice:
                problems += twice
                continue
            compiled[name] = packed(text, environment.compile(tree, name, f"{FOLDER}/{name}"))
            # Compiling changes a tree.
            trees[name] = environment.parse(text, name, f"{FOLDER}/{name}")
        except jinja2.TemplateSyntaxError as error:
            problems.append(syntax_problem(error, text))
        except (SyntaxError, RecursionError) as error:
            said = error.msg if isinstance(error, SyntaxError) else "it is nested too deeply"
            problems.append(Problem(path=f"{FOLDER}/{name}", message=f"cannot be compiled: {said}"))
    for name in sorted(set(LAYOUTS) - set(texts)):
        hint = "Every site needs this layout; a new site made by `init` has one to copy."
        problems.append(Problem(path=f"{FOLDER}/{name}", message="there is no such layout", hint=hint))
    known = {*GLOBALS, *_IN_EVERY_TEMPLATE, *(name for names in LAYOUTS.values() for name in names)}
    known |= {name for tree in trees.values() for name in _set_in(tree)}
    for name, tree in trees.items():
        lines = texts[name].splitlines()
        problems += _lost_templates(name, tree, lines, texts)
        problems += _clocks(name, tree, lines)
        problems += _halves(name, tree, lines)
        problems += _unknown_names(name, tree, lines, known)
    return Checked(problems, compiled)


def syntax_problem(error: jinja2.TemplateSyntaxError, text: str) -> Problem:
    """Return the problem of a template that cannot be read; ``text`` is its source."""
    lines = text.splitlines()
    source = lines[error.lineno - 1] if 0 < error.lineno <= len(lines) else ""
    path = error.filename or f"{FOLDER}/{error.name}"
    return Problem(path=path, line=error.lineno, message=error.message or "cannot be read", source=source)


def _given_twice(name: str, tree: nodes.Template, lines: list[str]) -> Iterable[Problem]:
    """Yield a problem for each name that a call gives twice, or that a macro takes twice."""
    for node in tree.find_all((nodes.Call, nodes.Filter, nodes.Test, nodes.Macro, nodes.CallBlock)):
        if isinstance(node, (nodes.Macro, nodes.CallBlock)):
            names = [each.name for each in node.args]
        else:
            names = [each.key for each in cast("nodes.Call", node).kwargs]
        for given in sorted(given for given, count in Counter(names).items() if count > 1):
            hint = "Take one of them out, or call it otherwise."
            yield _problem(name, lines, node, f"{given} is given twice", hint)


def _halves(name: str, tree: nodes.Template, lines: list[str]) -> Iterable[Problem]:
    r"""Yield a problem for each text such as ``"\ud83d"``: half of a character, which no file can hold."""
    for node in tree.find_all(nodes.Const):
        if isinstance(node.value, str) and _HALF.search(node.value):
            yield _problem(name, lines, node, HALF_CHARACTER, WHOLE_CHARACTER)


def _lost_templates(
    name: str, tree: nodes.Template, lines: list[str], texts: Mapping[str, str]
) -> Iterable[Problem]:
    for node in tree.find_all((nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)):
        target = cast("nodes.Extends", node).template
        if isinstance(node, nodes.Include) and node.ignore_missing:
            continue
        if isinstance(target, nodes.Const) and target.value not in texts:
            stems = {each.removesuffix(".html"): each for each in texts}
            meant = stems.get(nearest(str(target.value).removesuffix(".html"), stems) or "")
            hint = f"Did you mean {meant}?" if meant else ""
            yield _problem(name, lines, node, f"there is no layout {target.value}", hint)


def _clocks(name: str, tree: nodes.Template, lines: list[str]) -> Iterable[Problem]:
    """Yield a problem for each ``article.date.now()``: Python's dates would tell a layout the time."""
    for node in tree.find_all(nodes.Getattr):
        if node.attr in _CLOCKS:
            message = f".{node.attr} asks the clock, and a page does not change with the time"
            hint = "Let a script put the time in, or show a date of the archive."
            yield _problem(name, lines, node, message, hint)


def _unknown_names(name: str, tree: nodes.Template, lines: list[str], known: set[str]) -> Iterable[Problem]:
    undeclared = meta.find_undeclared_variables(tree) - known
    for node in tree.find_all(nodes.Name):
        if node.name in undeclared and node.ctx == "load":
            place = re.search(rf"(?<![\w.]){re.escape(node.name)}(?!\w)", lines[node.lineno - 1])
            column = place.start() + 1 if place else 0
            meant = nearest(node.name, known)
            hint = f"Did you mean {meant}?" if meant else ""
            yield _problem(name, lines, node, f"{node.name} is not defined", hint, column)


def _problem(
    name: str, lines: list[str], node: nodes.Node, message: str, hint: str, column: int = 0
) -> Problem:
    """Return what is wrong with a node of the layout ``name``, whose text has these lines."""
    return Problem(
        path=f"{FOLDER}/{name}",
        line=node.lineno,
        column=column,
        message=message,
        hint=hint,
        source=lines[node.lineno - 1],
    )


def _set_in(tree: nodes.Template) -> Iterable[str]:
    for node in tree.find_all(nodes.Name):
        if node.ctx in {"store", "param"}:
            yield node.name
    for macro in tree.find_all(nodes.Macro):
        yield macro.name
    for imported in tree.find_all(nodes.Import):
        yield imported.target
    for imports in tree.find_all(nodes.FromImport):
        yield from (each if isinstance(each, str) else each[1] for each in imports.names)
