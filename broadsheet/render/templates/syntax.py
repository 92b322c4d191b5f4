"""Words what Jinja cannot parse in a layout: which tag is not closed, and where it was opened."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import jinja2

from broadsheet.common.problems import Problem, find_nearest
from broadsheet.render.templates.names import FOLDER

_PAIRED = ("block", "for", "if", "macro", "call", "filter", "set", "with", "autoescape")
_SINGLE = ("extends", "include", "import", "from", "do", "else", "elif", "raw", "print")
_UNKNOWN = re.compile(r"Encountered unknown tag '(\w+)'\.")
_UNCLOSED = "Unexpected end of template."
# The names that the parser gives to an ``{% else %}`` with more behind it.
_ELSE_IF = re.compile(r"\{%[-+]?\s*else\s+if\b")


class _Tag(NamedTuple):
    """``{% block main %}``: its name, how it is written, and its line."""

    name: str
    written: str
    line: int


def describe_syntax_error(error: jinja2.TemplateSyntaxError, text: str) -> Problem:
    """Return the problem of a template that cannot be parsed; ``text`` is its source."""
    line, message, hint = error.lineno, error.message or "cannot be read", ""
    opened, closing = _find_mismatch(text)
    unknown = _UNKNOWN.match(message)
    if message.startswith(_UNCLOSED) and opened:
        line, message = opened.line, f"{opened.written} is not closed"
        hint = f"Write {{% end{opened.name} %}} where it ends."
    elif unknown and closing and unknown[1] == closing.name:
        line = closing.line
        if opened:
            message = f"{closing.written} stands where {{% end{opened.name} %}} should"
            hint = f"Write {{% end{opened.name} %}} before it: line {opened.line} has {opened.written}."
        else:
            message = f"{closing.written} closes nothing"
            hint = f"Take it out, or write {{% {closing.name.removeprefix('end')} … %}} where it begins."
    elif unknown:
        message = f"there is no tag {{% {unknown[1]} %}}"
        meant = find_nearest(unknown[1], (*_PAIRED, *_SINGLE, *(f"end{name}" for name in _PAIRED)))
        hint = f"Did you mean {{% {meant} %}}?" if meant else ""
    lines = text.splitlines()
    source = lines[line - 1] if 0 < line <= len(lines) else ""
    if _ELSE_IF.search(source):
        hint = "Write {% elif … %}."
    name = (error.filename or error.name or "").removeprefix(f"{FOLDER}/")
    return Problem(path=f"{FOLDER}/{name}", line=line, message=message, hint=hint, source=source)


def _find_mismatch(text: str) -> tuple[_Tag | None, _Tag | None]:
    """Return the innermost tag that is open where the first wrong closing tag stands, and that one.

    Without a wrong one it is what is open at the end. Each is None if there is none.
    """
    opened: list[_Tag] = []
    for tag in _list_tags(text):
        if tag.name in _PAIRED and not (tag.name == "set" and "=" in tag.written):
            opened.append(tag)
        elif tag.name.startswith("end"):
            if not opened or tag.name != f"end{opened[-1].name}":
                return (opened[-1] if opened else None), tag
            opened.pop()
    return (opened[-1] if opened else None), None


def _list_tags(text: str) -> Iterator[_Tag]:
    """Yield the tags of a template, up to the first that cannot be read."""
    written, name, first = "", "", 0
    try:
        for line, kind, value in jinja2.Environment(autoescape=True).lex(text):
            if kind == "block_begin":
                written, name, first = "", "", line
            written += value
            if kind == "name" and not name:
                name = value
            elif kind == "block_end":
                yield _Tag(name, " ".join(written.split()), first)
    except jinja2.TemplateSyntaxError:
        return
