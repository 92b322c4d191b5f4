"""Explains what is wrong with the YAML of front matter, and what to write instead.

It works on the lines of the front matter and on the error of either of PyYAML's parsers. It parses
nothing itself: ``front_matter`` does, and checks that a suggested line can be read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import yaml

from broadsheet.settings.fields import FIELDS, fold_name

MOST_LEVELS = 20
TOO_DEEP = f"lists and mappings nest more than {MOST_LEVELS} deep"
_FIELD_ROW = re.compile(r"([ \t]*(?:- +)*(?!- ))([^\s:#'\"\[{&*!][^:]*?):[ \t]+(\S.*)")
_BARE_ROW = re.compile(r"([ \t]*)(- +)(\S.*)")
_LIST_ROW = re.compile(r"([ \t]*+(?:- +)*(?!- )[^\s:#'\"\[{&*!][^:]*?):[ \t]+([\[{].*)")
_BRACES_ROW = re.compile(r"([^\[\]{}\"'#]*[:-][ \t]+)\{([^{}]*)\}")
# What separates two values in braces, and the name of the second.
_NAMED_PART = re.compile(r"(?:^|,)\s*([a-z][\w-]*)\s*:(?:\s|$)")
# A value in quotes, in which commas and colons mean nothing.
_QUOTE = re.compile(r"\"|[:,]\s*'")
# One name in a list on one line: in quotes, or up to the next comma.
_LISTED = re.compile(r"""\s*((?:"[^"]*"|'[^']*')(?=\s*(?:,|$))|[^,]*)(?:,|$)""")
# What a name in such a list needs quotes for.
_NEEDS_QUOTES = re.compile(r"""[#&*!|>%@`\[\]{}"',]|[?:-](?:\s|$)|.*(?::(?:\s|$)|\s#|[\[\]{},])""")
# What looks like a space or like nothing, and is no space to YAML.
ODD_SPACE = (
    "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b"
    "\u202f\u205f\u2060\u3000\ufeff"
)
_SPACES = f" \t{ODD_SPACE}"
_ODD = re.compile(f"[{ODD_SPACE}]")
# A field that is not indented, or an item of a list. Deeper ones may be lines of a text.
_ODD_ROW = re.compile(
    rf"(?P<head>[{ODD_SPACE}]*[^\s:#'\"\[{{&*!{ODD_SPACE}-][^:#]*?[{ODD_SPACE} ]*:|[ {ODD_SPACE}]*-)"
    rf"(?P<space>[ {ODD_SPACE}]+)(?P<value>.*)"
)
_TAB = 2  # spaces that stand for a tab
# A longer line cannot be copied from a terminal.
_LONGEST_HINT = 200
_NO_SEQUEL = "this line does not follow from the line above it"
_LIST_BEGINS_LATE = "a list begins on the line of its field"
_TIGHT_ITEM = re.compile(r"([ \t]*)-(?=[^\s-])")
# What begins a value that is no text without quotes.
_NOT_PLAIN = "|>[{\"'"
_WIDE_COLON = re.compile("\\s*[\ufe55\uff1a]")
# What libyaml, or PyYAML's own parser, reports, and what it means to the author.
_MEANINGS = (
    ("mapping values are not allowed", _NO_SEQUEL),
    ("could not find expected ':'", "this is no field: it has no colon"),
    ("unknown escape character", "a backslash inside double quotes begins an escape that does not exist"),
    ("unexpected end of stream", "a quote is opened here and never closed"),
    ("expected ',' or ']'", "a list is opened here with [ and not closed"),
    ("expected ',' or '}'", "a mapping is opened here with { and not closed"),
    ("block sequence entries are not allowed", _LIST_BEGINS_LATE),
    ("sequence entries are not allowed here", _LIST_BEGINS_LATE),
    ("did not find expected key", "this line does not follow from the lines above it"),
    ("expected <block end>", "this line does not follow from the lines above it"),
    ("expected '-' indicator", "this line does not follow from the list above it"),
    ("expected <document start>", "this line is indented less than the lines above it"),
    (TOO_DEEP, TOO_DEEP),
    ("a single document", "a line --- inside the front matter has text after it"),
)
_AT_THE_OPENING = ("unexpected end of stream", "expected ',' or ']'", "expected ',' or '}'")


class Explanation(NamedTuple):
    """What is wrong on one line: ``row`` counts from 0, ``column`` from 1; column 0 is the whole line.

    ``meant`` is the line as it has to be, where only one is possible.
    """

    row: int
    column: int
    message: str
    hint: str = ""
    meant: str | None = None


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
    return _show("Write it in quotes:", quoted) if quoted else ""


def rewrite_list(row: str) -> str | None:
    """Return a line ``tags: [Oil, #MeToo]`` as it was meant, ``tags: [Oil, "#MeToo"]``; None for any other.

    Each name has quotes that needs them, and there is one pair of brackets.
    """
    match = _LIST_ROW.fullmatch(row.rstrip(" \t"))
    inner = match[2].lstrip("[{") if match else ""
    if match is None or not inner.endswith(("]", "}")) or (match[2][0] == "{" and ":" in inner):
        return None
    names = [found[1].strip() for found in _LISTED.finditer(inner.rstrip("]}"))]
    written = ", ".join(map(_listed, filter(None, names)))
    return f"{match[1]}: [{written}]" if written else None


def suggest_list(row: str) -> str:
    """Return the hint that shows a list on one line as it was meant; "" for any other line."""
    written = rewrite_list(row)
    return _show("Write", written) if written else ""


def suggest_without_braces(row: str) -> str:
    """Return the hint for a line ``tags: {Oil, Gas}``, which may have been meant as a list or as a text."""
    listed, quoted = rewrite_list(row), quote_value(row)
    if listed is None or quoted is None or max(len(listed), len(quoted)) > _LONGEST_HINT:
        return "Write a list in brackets, [one, another], and a text in quotes."
    if "," not in listed:
        listed = "".join(listed.rsplit("[", 1)).removesuffix("]")
        return f"Write {listed.strip()} If the braces belong to it: {quoted.strip()}"
    return f"If it is a list, write {listed.strip()} If it is a text: {quoted.strip()}"


def join_cut(rows: Sequence[str], name: str, start: int, end: int) -> tuple[str, str]:
    """Return a value in braces that commas have cut, and the hint that shows it in quotes.

    It begins in column ``start`` of the first of ``rows`` and ends in ``end`` of the last, counted from 0.
    """
    first, last = rows[0], rows[-1]
    if len(rows) == 1:
        text = first[start:end]
        row = rewrite_braces(first) or f"{first[:start]}{_quoted(text)}{first[end:]}"
        if len(row.strip()) <= _LONGEST_HINT:
            return text, _show("Write it in quotes:", row)
    else:
        text = " ".join(" ".join((first[start:], *rows[1:-1], last[:end])).split())
    return text, _show("Write it in quotes:", f"{name}: {_quoted(text)}")


def suggest_item(row: str) -> str:
    """Return the hint that shows an item ``- Oil: the rise`` in quotes; "" for any other line."""
    match = _BARE_ROW.fullmatch(row.rstrip(" \t"))
    return _show("Write it in quotes:", f"- {_quoted(_unwrapped(match[3]))}") if match else ""


def rewrite_braces(row: str) -> str | None:
    """Return a line ``image: {file: a.jpg, alt: Water: mud}`` with quotes around what needs them; else None.

    A comma before what looks like a name is between two values, and any other belongs to its value.
    """
    match = _BRACES_ROW.fullmatch(row.rstrip(" \t"))
    parts = _NAMED_PART.split(match[2])[1:] if match else []
    if match is None or not parts or _QUOTE.search(match[2]):
        return None
    pairs = zip(parts[::2], parts[1::2], strict=True)
    written = ", ".join(f"{name}: {_listed(value.strip()) if value.strip() else ''}" for name, value in pairs)
    return f"{match[1]}{{{written}}}"


def list_repairs(rows: Sequence[str], lines: Iterable[int]) -> Iterator[tuple[int, int, str]]:
    """Yield what may be meant by the lines at which YAML stopped: from where to where, and the line to write.

    First each line as it stands, then a value that goes on over several lines as one.
    """
    lines = [at for at in lines if at <= len(rows)]
    # YAML finds out further down that a list has no end.
    above = [at - 1 for at in lines if at > 0 and _hides_its_end(rows[at - 1])]
    for at in dict.fromkeys((*lines, *above)):
        repaired = _repair(rows[at]) if at < len(rows) else None
        if repaired is not None:
            yield at, at + 1, repaired
    for at in dict.fromkeys(lines):
        joined = _join_lines(rows, at)
        if joined is not None:
            yield joined


def _repair(row: str) -> str | None:
    """Return a line as it was probably meant, a list rewritten or another value in quotes; else None."""
    meant = rewrite_list(row) or rewrite_braces(row) or quote_value(row)
    return None if meant == row or _is_unclosed(row) else meant


def _hides_its_end(row: str) -> bool:
    """Return whether what YAML takes for a comment may hide the end of a list in a line."""
    return _LIST_ROW.fullmatch(row.rstrip(" \t")) is not None and re.search(r"[\s\[,]#", row) is not None


def _join_lines(rows: Sequence[str], at: int) -> tuple[int, int, str] | None:
    """Return where a value over several lines, of which one is ``at``, begins and ends, and as one line."""
    for start in range(min(at, len(rows) - 1), -1, -1):
        head = _FIELD_ROW.fullmatch(rows[start].rstrip(" \t"))
        indent = len(head[1]) if head else 0
        end = start + 1
        while end < len(rows) and rows[end].strip() and rows[end][: indent + 1].isspace():
            end += 1
        if head and head[3][0] not in _NOT_PLAIN and end > max(at, start + 1):
            more = [row.strip() for row in rows[start + 1 : end]]
            if any(map(_begins_field, more)):
                return None
            value = " ".join((head[3], *more))
            return start, end, f"{head[1]}{head[2]}: {_quoted(value)}"
        if not rows[start].startswith((" ", "\t")):
            break
    return None


def _begins_field(row: str) -> bool:
    """Return whether a line begins with the name of a field and a colon."""
    name, colon, _ = row.strip().partition(":")
    return bool(colon) and fold_name(name) in FIELDS


def space_properly(row: str) -> str:
    """Return a line with plain spaces around its name and its hyphens, where there may be other ones."""
    match = _ODD_ROW.fullmatch(row)
    if match is None or not _ODD.search(match["space"] + row[: len(row) - len(row.lstrip(_SPACES))]):
        return row
    head = match["head"]
    indent = _ODD.sub(" ", head[:-1]) if head.endswith("-") else ""
    name = "-" if head.endswith("-") else f"{head[:-1].strip(_SPACES)}:"
    return f"{indent}{name} {match['value']}".rstrip(_SPACES)


def explain_odd_space(row: str, at: int) -> Explanation:
    """Explain the spaces in ``row``, the line ``at``, that ``space_properly`` replaces."""
    meant = space_properly(row)
    column = next(index for index, char in enumerate(row) if _ODD.match(char))
    name = unicodedata.name(row[column]).lower()
    message = f"a {name} stands here, which is no space to YAML"
    return Explanation(at, column + 1, message, _show("Write", meant), meant)


def explain_missing_quotes(row: str, at: int, repaired: str, error: yaml.YAMLError) -> Explanation:
    """Explain ``error``, which went away when ``row``, the line ``at``, was replaced by ``repaired``."""
    match = _FIELD_ROW.fullmatch(row.rstrip(" \t"))
    value = match.start(3) + 1 if match else 1
    column = next((mark.column + 1 for mark in find_marks(error) if mark.line == at), value)
    label = f"{match[2]}: " if match else ""
    listed = _LIST_ROW.fullmatch(row.rstrip(" \t"))
    if listed and repaired == rewrite_list(row):
        message = f"{label}this is no list as YAML reads it"
        return Explanation(at, listed.start(2) + 1, message, suggest_list(row), repaired)
    hint = _show("Write it in quotes:", repaired)
    return Explanation(at, column, f"{label}the value needs quotes", hint, repaired)


def explain_error(rows: Sequence[str], error: yaml.YAMLError) -> Explanation:
    """Explain an error that no quotes around a value fix; ``rows`` are the lines of the front matter."""
    marks = find_marks(error)
    reported = str(getattr(error, "problem", None) or "an escape names no character")
    meaning = next((words for part, words in _MEANINGS if part in reported), f"this is not YAML: {reported}")
    if not marks:
        return Explanation(0, 0, meaning)
    mark = marks[-1] if any(part in reported for part in _AT_THE_OPENING) else marks[0]
    at = min(mark.line, len(rows) - 1)
    row = rows[at]
    if row[: mark.column + 1].endswith("\t") and not row[: mark.column].strip("- "):
        indent = row[: len(row) - len(row.lstrip(" \t"))]
        meant = indent.expandtabs(_TAB) + row[len(indent) :]
        message = "a tab stands where YAML wants spaces"
        return Explanation(at, mark.column + 1, message, "Write spaces.", meant)
    colonless = _find_colonless(rows, at)
    if colonless is not None:
        return _explain_colonless(rows, colonless)
    tight = next((each for each in (at, at - 1) if each >= 0 and _TIGHT_ITEM.match(rows[each])), None)
    if tight is not None:
        row = rows[tight]
        meant = _TIGHT_ITEM.sub(r"\1- ", row)
        message = "a space is missing after the hyphen"
        return Explanation(tight, row.index("-") + 1, message, _show("Write", meant), meant)
    hint = ""
    if any(part in reported for part in _AT_THE_OPENING[1:]):
        hint = suggest_list(row + ("]" if row[mark.column :].startswith("[") else "}"))
    elif meaning == TOO_DEEP:
        hint = "Write a list in one pair of brackets: [one, another]."
    elif meaning == _NO_SEQUEL and row[:1] == " " and _begins_field(row):
        hint = _show("If it is a field of its own, write it without spaces before it:", row)
    elif meaning == _LIST_BEGINS_LATE:
        hint = "Begin the list on the next line, each of its names on a line of its own after “- ”."
    return Explanation(at, mark.column + 1, meaning, hint)


def _find_colonless(rows: Sequence[str], at: int) -> int | None:
    """Return the line, ``at`` or the one above it, that lacks the colon or the space after it."""
    for row in (at, at - 1):
        text = rows[row] if row >= 0 else ""
        if text[:1].isalpha() and not re.search(r":(?:\s|$)", text):
            return row
    return None


def _explain_colonless(rows: Sequence[str], at: int) -> Explanation:
    row = rows[at].rstrip()
    wide = _WIDE_COLON.search(row)
    name, _, value = re.sub("\\s*[:\ufe55\uff1a]", ": ", row.strip(), count=1).partition(" ")
    hint = "Write a field as name: value."
    if value:
        hint = f"Write it as {name.rstrip(':')}: {value.strip()}"
    if wide and wide.end() - len(wide[0]) == len(name.rstrip(":")):
        sign = unicodedata.name(row[wide.end() - 1]).lower()
        meant = f"{name.rstrip(':')}: {value.strip()}"
        return Explanation(at, wide.end(), f"a {sign} stands here, which is no colon to YAML", hint, meant)
    above = _FIELD_ROW.fullmatch(rows[at - 1].rstrip()) if at else None
    if (
        above
        and ":" not in row
        and not wide
        and above[3][0] not in _NOT_PLAIN
        and fold_name(name) not in FIELDS
    ):
        text = f"{above[3]} {row.strip()}"
        meant = f"{above[1]}{above[2]}: {_listed(text)}"
        field = f"{name}: {value.strip()}".rstrip()
        hint = f"If it goes on with the line above, write {meant} If it is a field, write {field}"
    spaced = f"{name} {value.strip()}" if _begins_field(row) else None
    return Explanation(at, len(row) - len(row.lstrip()) + 1, "this is no field", hint, spaced)


def _is_unclosed(row: str) -> bool:
    """Return whether a line opens a list or mapping without closing it: quotes would hide that."""
    value = row.partition(":")[2].strip()
    return (value.startswith("[") and "]" not in value) or (value.startswith("{") and "}" not in value)


def _listed(name: str) -> str:
    """Return a name as it stands in a list on one line, in quotes if it needs them."""
    if len(name) > 1 and name[0] in "\"'" and name.endswith(name[0]) and name[0] not in name[1:-1]:
        return name
    bare = name.strip(name[0]) if name[0] in "\"'" and name.count(name[0]) == 1 else name
    return _quoted(bare) if _NEEDS_QUOTES.match(bare) else bare


def _show(words: str, row: str) -> str:
    """Return the hint that shows the line to write, unless that is too long to be copied."""
    if len(row) <= _LONGEST_HINT:
        return f"{words} {row.strip()}"
    return (
        "Write it in quotes." if words.endswith(":") else "Put the names that have signs in them in quotes."
    )


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
    if value.endswith(f"{quote}{quote}") and re.search(rf"(?<!\w){quote}(?=\w)", inner):
        return inner
    if value.endswith(quote) and len(value) > 1 and not re.search(rf"(?<!\w){quote}|{quote}(?!\w)", inner):
        return inner
    return value


def _quoted(value: str) -> str:
    if '"' not in value and "\\" not in value:
        return f'"{value}"'
    return "'" + value.replace("'", "''") + "'"
