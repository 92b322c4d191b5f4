"""Tables: https://github.github.com/gfm/#tables-extension-.

A cell too many is dropped there; here it stays, for its words are the author's.
"""

from __future__ import annotations

import re
from itertools import zip_longest
from xml.etree.ElementTree import Element, SubElement

from broadsheet.read.markdown.syntax.lines import Lines

# A dash and a space begin a list.
_DASHES = re.compile(r" {0,3}(?!- )\|? *:?-+:? *(?:\| *:?-+:? *)*\|? *$")
_CELL = re.compile(r"((?:[^|\\]|\\.?)*)(?:\||\Z)", re.DOTALL)
_ALIGNMENTS = {(True, False): "left", (False, True): "right", (True, True): "center"}


def begins_table(lines: Lines) -> bool:
    """Return whether a table begins with the first of ``lines``: the second has its dashes."""
    if len(lines) < 2 or not is_dashes(lines[1]) or not ("|" in lines[0] or "|" in lines[1]):  # noqa: PLR2004
        return False
    return len(split_row(lines[0])) == len(split_row(lines[1]))


def is_dashes(line: str) -> bool:
    """Return whether ``line`` may be the second of a table."""
    return "-" in line and _DASHES.match(line) is not None


def add_table(parent: Element, header: str, dashes: str, rows: list[str]) -> None:
    """Add a table to ``parent``, made of its lines; ``header`` and ``dashes`` are "" if it has none."""
    ends = [(cell.startswith(":"), cell.endswith(":")) for cell in split_row(dashes)]
    alignments = [_ALIGNMENTS.get(end, "") for end in ends]
    table = SubElement(parent, "table")
    if header:
        _add_row(SubElement(table, "thead"), "th", split_row(header), alignments)
    body = SubElement(table, "tbody") if rows else table
    for row in rows:
        _add_row(body, "td", split_row(row), alignments)


def split_row(line: str) -> list[str]:
    """Return the cells of a row. A ``|`` after a backslash is text, in code too."""
    # What is found last is the end, or what is after the last bar.
    *cells, _ = _CELL.findall(line.strip(" ").removeprefix("|"))
    return [cell.strip(" ").replace("\\|", "|") for cell in cells]


def _add_row(parent: Element, tag: str, cells: list[str], alignments: list[str]) -> None:
    row = SubElement(parent, "tr")
    for text, alignment in zip_longest(cells, alignments, fillvalue=""):
        cell = SubElement(row, tag, {"align": alignment} if alignment else {})
        cell.text = text
