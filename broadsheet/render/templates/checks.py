"""Checks layouts before any page is rendered: their syntax, and the names that they use.

Templates without problems are compiled on the way.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

import jinja2
from jinja2 import meta, nodes
from jinja2.parser import Parser

from broadsheet.common.problems import Problem, find_nearest
from broadsheet.read import theme
from broadsheet.render import words
from broadsheet.render.templates.bytecode import pack
from broadsheet.render.templates.environment import create_template_parser
from broadsheet.render.templates.names import FEEDS_LAYOUT, FOLDER, GLOBALS, LAYOUTS, OPTIONAL, SEARCH_LAYOUT
from broadsheet.render.templates.syntax import describe_syntax_error

_CLOCKS = frozenset(("now", "today", "utcnow"))
_LONG_NUMBER = re.compile("[0-9][0-9A-Fa-fx_]{3000}")
# Who needs a layout that not every site needs.
_NEEDING = {
    SEARCH_LAYOUT: "Every site with [search] on = true",
    FEEDS_LAYOUT: "Every site with [feeds] page = true",
}
_SURROGATE = re.compile("[\ud800-\udfff]")
HALF_CHARACTER = "there is half of a character in the text"
WHOLE_CHARACTER = r"Write the character itself, in UTF-8: one such as \ud83d is not whole."
_IN_EVERY_TEMPLATE = frozenset(("self", "super", "loop", "caller", "varargs", "kwargs"))


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The problems of layouts, and the packed code of those that can be compiled, by name."""

    problems: list[Problem]
    compiled: dict[str, bytes]


def check(
    texts: Mapping[str, str], of_theme: Collection[str] = (), unneeded: Collection[str] = ()
) -> CheckResult:
    """Return the problems that show in ``texts`` (layouts by name) before they are rendered, and their code.

    These are syntax errors, missing templates, and names that no layout gets or sets. Of the layouts that are
    ``of_theme`` only those are looked at that the site's own may use, or that sites need. ``unneeded`` are
    layouts that others need and this one may lack.
    """
    english = texts.get(theme.name_shadowed("words/en.toml"), "")
    problems = words.check(
        {name: text for name, text in texts.items() if theme.is_word_file(name)}, FOLDER, english
    )
    texts = {
        name: text for name, text in texts.items() if not theme.is_word_file(name.removeprefix(theme.FOLDER))
    }
    parsed = _parse_used(texts, of_theme)
    for template in parsed.values():
        problems += template.errors
    for name in sorted(set(LAYOUTS) - {*texts, *unneeded, *OPTIONAL}):
        who = _NEEDING.get(name, "Every site")
        hint = f"{who} needs this layout. With [theme] fallback = true it is taken from the theme."
        problems.append(Problem(path=f"{FOLDER}/{name}", message="there is no such layout", hint=hint))
    known = {*GLOBALS, *_IN_EVERY_TEMPLATE, *(name for names in LAYOUTS.values() for name in names)}
    known = known.union(*(template.names_set for template in parsed.values()))
    for name, template in parsed.items():
        lines = texts[name].splitlines()
        problems += _missing_templates(name, template, lines, texts)
        problems += _circle(name, parsed, lines)
        problems += template.problems
        problems += _unknown_names(name, template, lines, known)
    places = {f"{FOLDER}/{name}" for name in of_theme}
    problems = [theme.name_theme(each) if each.path in places else each for each in problems]
    return CheckResult(problems, {name: each.code for name, each in parsed.items() if each.code})


def _parse_used(texts: Mapping[str, str], of_theme: Collection[str]) -> dict[str, _Parsed]:
    """Return the layouts by name, parsed, but those of the theme that nothing uses.

    A template that is named only when a page is rendered may be any of them.
    """
    parsed: dict[str, _Parsed] = {}
    waiting = [name for name in texts if name not in of_theme or name in LAYOUTS]
    while waiting:
        name = waiting.pop()
        if name in texts and name not in parsed:
            parsed[name] = _parse(name, texts[name])
            used = parsed[name].uses
            waiting += texts if used is None else used
    return dict(sorted(parsed.items()))


@dataclass(frozen=True, slots=True)
class _Parsed:
    """What a template says by itself, without the others; only ``errors`` if it cannot be compiled.

    ``names_used`` are those that it does not set itself. They and ``templates``, which it needs, are with
    their lines; so is the one that it always ``extends``. ``uses`` are all that it names, needed or not; None
    if it names one only when it is rendered.
    """

    errors: tuple[Problem, ...] = ()
    code: bytes = b""
    problems: tuple[Problem, ...] = ()
    names_set: frozenset[str] = frozenset()
    names_used: tuple[tuple[str, int], ...] = ()
    templates: tuple[tuple[str, int], ...] = ()
    uses: frozenset[str] | None = frozenset()
    extends: tuple[str, int] | None = None


# Cached: an edit of a theme changes one of its templates, and the preview parses and compiles just that one.
@lru_cache(maxsize=256)
def _parse(name: str, text: str) -> _Parsed:
    environment, lines = create_template_parser(), text.splitlines()
    try:
        tree = environment.parse(text, name, f"{FOLDER}/{name}")
        # Jinja would pass it on to Python, whose error has no line of the layout.
        duplicates = tuple(_duplicate_arguments(name, tree, lines))
        if duplicates:
            return _Parsed(errors=duplicates)
        code = pack(text, environment.compile(tree, name, f"{FOLDER}/{name}"))
        # Compiling modifies a tree.
        tree = environment.parse(text, name, f"{FOLDER}/{name}")
    except jinja2.TemplateSyntaxError as error:
        return _Parsed(errors=(describe_syntax_error(error, text),))
    except (SyntaxError, RecursionError, ValueError, MemoryError) as error:
        # ValueError: a number of too many digits.
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        reason = error.msg if isinstance(error, SyntaxError) else reason or "it takes too much memory"
        line = _find_long_number(lines) if isinstance(error, ValueError) else _find_deepest(environment, text)
        message = f"cannot be compiled: {reason}"
        return _Parsed(errors=(_problem(name, lines, line, message, ""),))
    undeclared = meta.find_undeclared_variables(tree)
    used = (node for node in tree.find_all(nodes.Name) if node.ctx == "load" and node.name in undeclared)
    return _Parsed(
        code=code,
        problems=(*_clocks(name, tree, lines), *_half_characters(name, tree, lines)),
        names_set=frozenset(_set_in(tree)),
        names_used=tuple((node.name, node.lineno) for node in used),
        templates=tuple(_templates_in(tree)),
        uses=_find_used(tree),
        extends=_find_parent(tree),
    )


def _find_long_number(lines: list[str]) -> int:
    """Return the first line with a number that Python does not write out, 0 if there is none."""
    return next((at for at, line in enumerate(lines, 1) if _LONG_NUMBER.search(line)), 0)


def _find_deepest(environment: jinja2.Environment, text: str) -> int:
    """Return the line of a template that is nested most deeply, as far as it can be parsed."""
    parser = Parser(environment, text)
    try:
        tree = parser.parse()
    except RecursionError:
        return parser.stream.current.lineno
    deepest, line, waiting = 0, 0, [(cast("nodes.Node", tree), 1)]
    while waiting:
        node, depth = waiting.pop()
        if depth >= deepest:
            deepest, line = depth, node.lineno
        waiting += [(child, depth + 1) for child in node.iter_child_nodes()]
    return line


def _duplicate_arguments(name: str, tree: nodes.Template, lines: list[str]) -> Iterable[Problem]:
    """Yield a problem for each name that a call gives twice, or that a macro takes twice."""
    for node in tree.find_all((nodes.Call, nodes.Filter, nodes.Test, nodes.Macro, nodes.CallBlock)):
        if isinstance(node, (nodes.Macro, nodes.CallBlock)):
            names = [each.name for each in node.args]
        else:
            names = [each.key for each in cast("nodes.Call", node).kwargs]
        for given in sorted(given for given, count in Counter(names).items() if count > 1):
            hint = "Take one of them out, or call it otherwise."
            yield _problem(name, lines, node.lineno, f"{given} is given twice", hint)


def _half_characters(name: str, tree: nodes.Template, lines: list[str]) -> Iterable[Problem]:
    r"""Yield a problem for each text such as ``"\ud83d"``, a lone surrogate, which no file can hold."""
    for node in tree.find_all(nodes.Const):
        if isinstance(node.value, str) and _SURROGATE.search(node.value):
            yield _problem(name, lines, node.lineno, HALF_CHARACTER, WHOLE_CHARACTER)


def _templates_in(tree: nodes.Template) -> Iterable[tuple[str, int]]:
    """Yield the name of each template that a template cannot do without, and the line."""
    for node in tree.find_all((nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)):
        target = cast("nodes.Extends", node).template
        if isinstance(node, nodes.Include) and node.ignore_missing:
            continue
        if isinstance(target, nodes.Const):
            yield target.value, node.lineno


def _find_used(tree: nodes.Template) -> frozenset[str] | None:
    names = set(meta.find_referenced_templates(tree))
    return None if None in names else frozenset(name for name in names if isinstance(name, str))


def _missing_templates(
    name: str, template: _Parsed, lines: list[str], texts: Mapping[str, str]
) -> Iterable[Problem]:
    for target, line in template.templates:
        if target not in texts:
            stems = {each.removesuffix(".html"): each for each in texts}
            meant = stems.get(find_nearest(str(target).removesuffix(".html"), stems) or "")
            hint = f"Did you mean {meant}?" if meant else ""
            yield _problem(name, lines, line, f"there is no layout {target}", hint)


def _find_parent(tree: nodes.Template) -> tuple[str, int] | None:
    """Return the template that a template extends whatever it is given, and the line."""
    for node in tree.body:
        if isinstance(node, nodes.Extends) and isinstance(node.template, nodes.Const):
            return str(node.template.value), node.lineno
    return None


def _circle(name: str, parsed: Mapping[str, _Parsed], lines: list[str]) -> Iterable[Problem]:
    """Yield a problem if a template extends itself, or is the first of several that extend each other."""
    way, line = [name], 0
    while (template := parsed.get(way[-1])) and template.extends:
        parent, at = template.extends
        line = line or at
        if parent == name == min(way):
            through = f", through {' and '.join(way[1:])}" if way[1:] else ""
            hint = "Extend another layout, or none."
            yield _problem(name, lines, line, f"{name} extends itself{through}", hint)
        if parent in way:
            return
        way.append(parent)


def _clocks(name: str, tree: nodes.Template, lines: list[str]) -> Iterable[Problem]:
    """Yield a problem for each ``article.date.now()``: a layout could read the clock through a date."""
    for node in tree.find_all(nodes.Getattr):
        if node.attr in _CLOCKS:
            message = f".{node.attr} asks the clock, and a page does not change with the time"
            hint = "Let a script put the time in, or show a date of the archive."
            yield _problem(name, lines, node.lineno, message, hint)


def _unknown_names(name: str, template: _Parsed, lines: list[str], known: set[str]) -> Iterable[Problem]:
    for used, line in template.names_used:
        if used not in known:
            place = re.search(rf"(?<![\w.]){re.escape(used)}(?!\w)", lines[line - 1])
            column = place.start() + 1 if place else 0
            meant = find_nearest(used, known)
            hint = f"Did you mean {meant}?" if meant else ""
            yield _problem(name, lines, line, f"{used} is not defined", hint, column)


def _problem(name: str, lines: list[str], line: int, message: str, hint: str, column: int = 0) -> Problem:
    """Return a problem in a line of the layout ``name``, which has these lines."""
    return Problem(
        path=f"{FOLDER}/{name}",
        line=line,
        column=column,
        message=message,
        hint=hint,
        source=lines[line - 1] if line else "",
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
