"""Explains what is wrong with the YAML of front matter, and what to write instead.

It works on the lines of the front matter and on the error of either of PyYAML's parsers. It parses
nothing itself: ``front_matter`` does, and checks that a suggested line can be read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import yaml

MOST_LEVELS = 20
TOO_DEEP = f"lists and mappings nest more than {MOST_LEVELS} deep"
_FIELD_ROW = re.compile(r"([ \t]*(?:- +)*)([^\s:#'\"\[{&*!][^:]*?):[ \t]+(\S.*)")
_BARE_ROW = re.compile(r"([ \t]*)(- +)(\S.*)")
# What libyaml, or PyYAML's own parser, reports, and what it means to the author.
_MEANINGS = (
    ("mapping values are not allowed", "this line does not follow from the line above it"),
    ("could not find expected ':'", "this is no field: it has no colon"),
    ("unknown escape character", "a backslash inside double quotes begins an escape that does not exist"),
    ("unexpected end of stream", "a quote is opened here and never closed"),
    ("expected ',' or ']'", "a list is opened here with [ and not closed"),
    ("expected ',' or '}'", "a mapping is opened here with { and not closed"),
    ("block sequence entries are not allowed", "a list begins on the line of its field"),
    ("sequence entries are not allowed here", "a list begins on the line of its field"),
    ("did not find expected key", "this line does not follow from the lines above it"),
    ("expected <block end>", "this line does not follow from the lines above it"),
    ("expected '-' indicator", "this line does not follow from the list above it"),
    ("expected <document start>", "this line is indented less than the lines above it"),
    (TOO_DEEP, TOO_DEEP),
    ("a single document", "a line --- inside the front matter has text after it"),
)
_AT_THE_OPENING = ("unexpected end of stream", "expected ',' or ']'", "expected ',' or '}'")


class Explanation(NamedTuple):
    """What is wrong on one line: ``row`` counts from 0, ``column`` from 1; column 0 is the whole line."""

    row: int
    column: int
    message: str
    hint: str = ""


def find_marks(error: yaml.YAMLError) -> list[yaml.Mark]:
    """Return the places an error names: where it was found, then where the enclosing value begins."""
    if not isinstance(error, yaml.MarkedYAMLError):
        return []
    return [mark for mark in (error.problem_mark, error.context_mark) if mark is not None]


def quote_value(row: str) -> str | None:
    """Return a line ``name: value`` or ``- value`` with the value in quotes; None for any other line."""
    row = row.rstrip(" \t")
    match = _FIELD_ROW.fullmatch(row)
    if match is not None:
        return f"{match[1]}{match[2]}: {_quoted(_unwrapped(match[3]))}"
    match = _BARE_ROW.fullmatch(row)
    return f"{match[1]}{match[2]}{_quoted(_unwrapped(match[3]))}" if match is not None else None


def suggest_quotes(row: str) -> str:
    """Return the hint that shows a line with its value in quotes; "" where quotes cannot be added."""
    quoted = quote_value(row)
    return f"Write it in quotes: {quoted.strip()}" if quoted else ""


def repair(row: str) -> str | None:
    """Return a line with its value in quotes, if that may be what keeps YAML from reading it; else None."""
    quoted = quote_value(row)
    return None if quoted == row or _is_unclosed(row) else quoted


def explain_missing_quotes(row: str, at: int, repaired: str, error: yaml.YAMLError) -> Explanation:
    """Explain ``error``, which went away when ``row``, the line ``at``, was replaced by ``repaired``."""
    mark = next(mark for mark in find_marks(error) if mark.line == at)
    match = _FIELD_ROW.fullmatch(row.rstrip(" \t"))
    message = f"{match[2]}: the value needs quotes" if match else "the value needs quotes"
    return Explanation(at, mark.column + 1, message, f"Write it in quotes: {repaired.strip()}")


def explain_error(rows: Sequence[str], error: yaml.YAMLError) -> Explanation:
    """Explain an error that no quotes around a value mend; ``rows`` are the lines of the front matter."""
    marks = find_marks(error)
    reported = str(getattr(error, "problem", None) or "an escape names no character")
    meaning = next((words for part, words in _MEANINGS if part in reported), f"this is not YAML: {reported}")
    if not marks:
        return Explanation(0, 0, meaning)
    mark = marks[-1] if any(part in reported for part in _AT_THE_OPENING) else marks[0]
    at = min(mark.line, len(rows) - 1)
    row = rows[at]
    if row[: mark.column + 1].endswith("\t") and not row[: mark.column].strip("- "):
        return Explanation(at, mark.column + 1, "a tab stands where YAML wants spaces", "Write spaces.")
    colonless = _find_colonless(rows, at)
    if colonless is not None:
        return _explain_colonless(rows[colonless], colonless)
    return Explanation(at, mark.column + 1, meaning)


def _find_colonless(rows: Sequence[str], at: int) -> int | None:
    """Return the line, ``at`` or the one above it, that lacks the colon or the space after it."""
    for row in (at, at - 1):
        text = rows[row] if row >= 0 else ""
        if text[:1].isalpha() and not re.search(r":(?:\s|$)", text):
            return row
    return None


def _explain_colonless(row: str, at: int) -> Explanation:
    name, _, value = row.strip().replace(":", ": ", 1).partition(" ")
    hint = "Write a field as name: value."
    if value:
        hint = f"Write it as {name.rstrip(':')}: {value.strip()}"
    return Explanation(at, len(row) - len(row.lstrip()) + 1, "this is no field", hint)


def _is_unclosed(row: str) -> bool:
    """Return whether a line opens a list or mapping without closing it: quotes would hide that."""
    value = row.partition(":")[2].strip()
    return (value.startswith("[") and "]" not in value) or (value.startswith("{") and "}" not in value)


def _unwrapped(value: str) -> str:
    """Return a badly quoted value without the quotes that were meant to enclose it.

    ``'It's raining'`` was meant to be quoted; ``"Yes" and "No"`` was not.
    """
    quote = value[0]
    if quote not in "\"'":
        return value
    if quote not in value[1:]:
        return value[1:]
    inner = value[1:-1]
    if value.endswith(quote) and len(value) > 1 and not re.search(rf"(?<!\w){quote}|{quote}(?!\w)", inner):
        return inner
    return value


def _quoted(value: str) -> str:
    if '"' not in value and "\\" not in value:
        return f'"{value}"'
    return "'" + value.replace("'", "''") + "'"
