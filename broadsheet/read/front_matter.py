"""Splits a file into the fields of its front matter, each with its place, and its body.

Every scalar stays text: what a field means is the reader's affair (``reading``), so nothing here
knows the name of a field, and no YAML type, tag or alias ever becomes a Python object. What is wrong
with the YAML is gathered as problems, and reading goes on behind them as far as it can be trusted.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import yaml

from broadsheet.common.problems import Problem, Problems

_DEEPEST = 20
_TOO_DEEP = f"lists and mappings nest more than {_DEEPEST} deep"
_MOST_MENDS = 20
# XML forbids these, wherever they stand: https://www.w3.org/TR/xml/#charsets. DEL and the C1 controls
# it only discourages, and no reader was ever meant to see one.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
# YAML refuses most of them outright. This stands in for each while YAML reads, so that columns stay
# true: Unicode promises that it is never a character, and YAML lets it pass.
_STAND_IN = "\ufdd0"
# YAML 1.1 breaks lines at these, editors do not. Pasted headlines hold them.
_FOREIGN_BREAK = re.compile("[\x85\u2028\u2029]")
_FIRST_ROW = re.compile(r"(?:[^\S\n]*\n)*(?=[^\n]*\S)([^\n]*)")
_OPENER = re.compile(r"---[ \t]*")
_CLOSER = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)
_NO_VALUE = frozenset(("~", "null"))
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
# PyYAML's own parser, which stands in where libyaml is missing, refuses these; libyaml does not.
_TABBED = re.compile(r"^ *(?:- +)*[^\s:#'\"]+:[ \t]*\t", re.MULTILINE)
_FIELD_ROW = re.compile(r"([ \t]*(?:- +)*)([^\s:#'\"\[{&*!][^:]*?):[ \t]+(\S.*)")
_BARE_ROW = re.compile(r"([ \t]*)(- +)(\S.*)")
_FENCE_HINT = "Begin the file with a line ---, then the fields (title: …), then another line ---."
# What libyaml, or PyYAML's own parser, says, and what it means to whoever wrote the file.
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
    (_TOO_DEEP, _TOO_DEEP),
    ("a single document", "a line --- inside the front matter has text after it"),
)
_AT_THE_OPENING = ("unexpected end of stream", "expected ',' or ']'", "expected ',' or '}'")


class Text(NamedTuple):
    """One scalar. ``comment`` is what YAML cut off behind it on its line, from the ``#`` on."""

    text: str
    line: int
    column: int
    comment: str = ""


class Many(NamedTuple):
    """A list."""

    values: tuple[Value, ...]
    line: int
    column: int


class Fields(NamedTuple):
    """A mapping, in the order of the file; a name that stands twice is there twice."""

    fields: tuple[Field, ...]
    line: int
    column: int


class Field(NamedTuple):
    """One name and its value. ``line`` and ``column`` are those of the name, from 1."""

    name: str
    value: Value
    line: int
    column: int


Value = Text | Many | Fields
_Event = Any  # of either of PyYAML's parsers; their stubs leave marks and values out


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file, split.

    ``fields`` is None where the front matter is absent or beyond reading; ``problems`` then says so.
    ``text`` is the whole file with line feeds only, and ``body`` what begins on its line ``body_line``.
    """

    fields: tuple[Field, ...] | None
    text: str
    body: str
    body_line: int
    problems: tuple[Problem, ...]

    @property
    def rows(self) -> tuple[str, ...]:
        """The lines of the file, without their ends."""
        return tuple(self.text.split("\n"))


def texts(value: Value) -> Iterator[Text]:
    """Yield every scalar within a value, in the order of the file."""
    if isinstance(value, Text):
        yield value
    elif isinstance(value, Many):
        for each in value.values:
            yield from texts(each)
    else:
        for field in value.fields:
            yield from texts(field.value)


def split(path: str, content: bytes) -> Document:
    """Return the fields and the body of a file. Raises ``Problems`` when it is no text at all.

    The format: an optional byte-order mark and blank lines; a line ``---``; YAML 1.1; a line ``---``
    or ``...``; the body. Lines end in LF, CRLF or CR.
    """
    text = _decoded(path, content)
    opening = _FIRST_ROW.match(text)
    if opening is None:
        raise Problems([Problem(path=path, message="the file is empty", hint=_FENCE_HINT)])
    row, first = opening[1], text.count("\n", 0, opening.start(1)) + 1
    if not _OPENER.fullmatch(row):
        problem = _without(path, first, row)
        return Document(fields=None, text=text, body=text, body_line=1, problems=(problem,))
    start = opening.end() + 1
    closer = _CLOSER.search(text, start)
    if closer is None:
        problem = Problem(
            path=path,
            line=first,
            message="the front matter that begins here is not closed",
            hint="Put a line --- below its last field.",
            source=row,
        )
        last = text.count("\n") + 1
        return Document(fields=None, text=text, body="", body_line=last, problems=(problem,))
    sheet = _Sheet(path=path, text=text[start : closer.start()].removesuffix("\n"), line=first + 1)
    fields, problems = sheet.read()
    body_line = first + 1 + text.count("\n", start, closer.end()) + 1
    body = text[closer.end() + 1 :]
    return Document(fields=fields, text=text, body=body, body_line=body_line, problems=problems)


def quoted_row(row: str) -> str | None:
    """Return a line ``name: value`` with its value in quotes, or None when it is no such line."""
    row = row.rstrip(" \t")
    match = _FIELD_ROW.fullmatch(row)
    if match is not None:
        return f"{match[1]}{match[2]}: {_quoted(_unwrapped(match[3]))}"
    match = _BARE_ROW.fullmatch(row)
    return f"{match[1]}{match[2]}{_quoted(_unwrapped(match[3]))}" if match is not None else None


def plain(value: Value) -> str | list[object] | dict[str, object]:
    """Return a value as text, lists and dicts, of a name given twice the last value."""
    if isinstance(value, Text):
        return value.text
    if isinstance(value, Many):
        return [plain(each) for each in value.values]
    return {field.name: plain(field.value) for field in value.fields}


class _Sheet:
    """The YAML between the fences, read event by event: nodes would hide anchors, and cost twice."""

    def __init__(self, *, path: str, text: str, line: int) -> None:
        self.path = path
        self.line = line
        self.rows = text.split("\n")
        self.problems: list[Problem] = []
        self.fields: tuple[Field, ...] | None = None
        self.read_rows = self.rows
        self.stood_in = False
        self.next: Callable[[], _Event]

    def read(self) -> tuple[tuple[Field, ...] | None, tuple[Problem, ...]]:
        """Return the fields, None when the YAML cannot be mended, and every problem on the way.

        A line that only lacks quotes is read as if it had them, so that what is wrong further down is
        found as well, and so that the line that a problem says to write has been tried.
        """
        mended = list(self.rows)
        found: list[Problem] = []
        for _ in range(_MOST_MENDS):
            self.problems = []
            error = self._attempt(mended)
            if error is None:
                return self.fields, (*found, *self.problems)
            at = self._mend(mended, error)
            if at is None:
                found.append(self._fault(error))
                break
            found.append(self._unquoted(at, mended[at], error))
        return None, tuple(found)

    def _attempt(self, rows: list[str]) -> yaml.YAMLError | None:
        """Read ``rows`` into ``self.fields``; return what stopped it."""
        text = "\n".join(rows) + "\n"
        self.stood_in = _FORBIDDEN.search(text) is not None
        if self.stood_in:
            text = _FORBIDDEN.sub(_STAND_IN, text)
        text = _FOREIGN_BREAK.sub(" ", text)
        if _LOADER is yaml.BaseLoader:
            text = _TABBED.sub(lambda match: match[0].replace("\t", " "), text)
        loader = _LOADER(text)
        self.next = loader.get_event
        self.read_rows = rows
        self.fields = None
        try:
            self._document()
        except yaml.YAMLError as error:
            return error
        except (ValueError, OverflowError):  # the parser in Python meets an escape beyond Unicode
            return yaml.YAMLError()
        finally:
            loader.dispose()
        return None

    def _document(self) -> None:
        self.next()
        event = self.next()
        if type(event) is yaml.StreamEndEvent:
            self.fields = ()
            return
        event = self.next()
        mark = event.start_mark
        value = self._value(event, 0)
        self.next()
        event = self.next()
        if type(event) is not yaml.StreamEndEvent:
            raise yaml.MarkedYAMLError(problem="expected a single document", problem_mark=event.start_mark)
        if isinstance(value, Fields):
            self.fields = value.fields
        elif not (isinstance(value, Text) and not value.text):
            self._problem(mark, "the front matter is not made of fields", "Write each field as name: value.")
        else:
            self.fields = ()

    def _value(self, event: _Event, depth: int) -> Value:
        mark = event.start_mark
        line, column = self.line + mark.line, mark.column + 1
        kind = type(event)
        if kind is yaml.ScalarEvent:
            if event.anchor is not None or event.tag is not None:
                self._decorated(event)
            return self._text(event, line, column)
        if kind is yaml.AliasEvent:
            self._decorated(event)
            return Text(text="", line=line, column=column)
        if event.anchor is not None or event.tag is not None:
            self._decorated(event)
        if depth == _DEEPEST:
            raise yaml.MarkedYAMLError(problem=_TOO_DEEP, problem_mark=mark)
        if kind is yaml.SequenceStartEvent:
            values = []
            while type(event := self.next()) is not yaml.SequenceEndEvent:
                values.append(self._value(event, depth + 1))
            return Many(values=tuple(values), line=line, column=column)
        fields = []
        while type(event := self.next()) is not yaml.MappingEndEvent:
            fields.append(self._field(event, depth + 1))
        return Fields(fields=tuple(fields), line=line, column=column)

    def _field(self, event: _Event, depth: int) -> Field:
        mark = event.start_mark
        name = self._value(event, depth)
        value = self._value(self.next(), depth)
        if isinstance(name, Text) and name.text:
            return Field(name=name.text, value=value, line=name.line, column=name.column)
        if type(event) is not yaml.AliasEvent:
            what = "nothing" if isinstance(name, Text) else "a list or a mapping"
            message = f"{what} stands where a field's name should"
            self._problem(mark, message, self._quotes_hint(mark.line))
        return Field(name="", value=value, line=name.line, column=name.column)

    def _text(self, event: _Event, line: int, column: int) -> Text:
        text = event.value
        comment = ""
        if not event.style:
            end = event.end_mark
            row = self.read_rows[end.line] if end.line < len(self.read_rows) else ""
            if end.column < len(row):
                rest = row[end.column :].strip()
                comment = rest if rest.startswith("#") else ""
            if text in _NO_VALUE:
                text = ""
        elif event.style == '"':
            text = _FORBIDDEN.sub("", text)
        if self.stood_in:
            text = text.replace(_STAND_IN, "")
        return Text(text=text, line=line, column=column, comment=comment)

    def _decorated(self, event: _Event) -> None:
        mark = event.start_mark
        if type(event) is yaml.AliasEvent:
            message = f"*{event.anchor} is a YAML alias, which is not read here"
        elif event.anchor is not None:
            message = f"&{event.anchor} is a YAML anchor, which is not read here"
        else:
            message = f"{event.tag} is a YAML tag, which is not read here"
        hint = self._quotes_hint(mark.line) or "Write the value itself."
        self._problem(mark, message, hint)

    def _quotes_hint(self, at: int) -> str:
        row = quoted_row(self.rows[at]) if at < len(self.rows) else None
        return f"Write it in quotes: {row.strip()}" if row else ""

    def _problem(self, mark: yaml.Mark, message: str, hint: str) -> None:
        self.problems.append(self._at(mark.line, mark.column + 1, message, hint))

    def _at(self, at: int, column: int, message: str, hint: str) -> Problem:
        source = self.rows[at] if at < len(self.rows) else ""
        return Problem(
            path=self.path,
            line=self.line + at,
            column=column,
            message=message,
            hint=hint,
            source=source,
        )

    def _mend(self, rows: list[str], error: yaml.YAMLError) -> int | None:
        """Put quotes into the line that stopped YAML, and return which it is; None if that is no help."""
        for at in dict.fromkeys(mark.line for mark in _marks(error)):
            row = rows[at] if at < len(rows) else ""
            quoted = quoted_row(row)
            if quoted is None or quoted == row or _unclosed(row):
                continue
            rows[at] = quoted
            left = self._attempt(rows)
            if left is None or min((mark.line for mark in _marks(left)), default=0) > at:
                return at
            rows[at] = row
        return None

    def _unquoted(self, at: int, mended: str, error: yaml.YAMLError) -> Problem:
        mark = next(mark for mark in _marks(error) if mark.line == at)
        match = _FIELD_ROW.fullmatch(self.rows[at].rstrip(" \t"))
        message = f"{match[2]}: the value needs quotes" if match else "the value needs quotes"
        return self._at(at, mark.column + 1, message, f"Write it in quotes: {mended.strip()}")

    def _fault(self, error: yaml.YAMLError) -> Problem:
        marks = _marks(error)
        said = str(getattr(error, "problem", None) or "an escape names no character")
        meaning = next((words for part, words in _MEANINGS if part in said), f"this is not YAML: {said}")
        if not marks:
            return self._at(0, 0, meaning, "")
        mark = marks[-1] if any(part in said for part in _AT_THE_OPENING) else marks[0]
        at = min(mark.line, len(self.rows) - 1)
        row = self.rows[at]
        if row[: mark.column + 1].endswith("\t") and not row[: mark.column].strip("- "):
            return self._at(at, mark.column + 1, "a tab stands where YAML wants spaces", "Write spaces.")
        colonless = self._colonless(at)
        if colonless is not None:
            row = self.rows[colonless]
            name, _, value = row.strip().replace(":", ": ", 1).partition(" ")
            hint = (
                f"Write it as {name.rstrip(':')}: {value.strip()}"
                if value
                else "Write a field as name: value."
            )
            return self._at(colonless, len(row) - len(row.lstrip()) + 1, "this is no field", hint)
        return self._at(at, mark.column + 1, meaning, "")

    def _colonless(self, at: int) -> int | None:
        """Return the line, ``at`` or the one above it, that lacks the colon, or the space behind it."""
        for row in (at, at - 1):
            text = self.rows[row] if row >= 0 else ""
            if text[:1].isalpha() and not re.search(r":(?:\s|$)", text):
                return row
        return None


def _marks(error: yaml.YAMLError) -> list[yaml.Mark]:
    """Return the places that an error names: where it was found, then where what it is in began."""
    if not isinstance(error, yaml.MarkedYAMLError):
        return []
    return [mark for mark in (error.problem_mark, error.context_mark) if mark is not None]


def _decoded(path: str, content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise _no_text(path, "is UTF-16, not UTF-8")
    if content.startswith(b"{\\rtf"):
        raise _no_text(path, "is a document in Rich Text Format, not plain text")
    if b"\0" in content:
        raise _no_text(path, "is not text: it holds a NUL byte")
    content = content.removeprefix(codecs.BOM_UTF8)
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise _not_utf8(path, content, error.start) from None
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _no_text(path: str, message: str) -> Problems:
    hint = "Save it as plain text in UTF-8, or leave it out in site.toml: [content] exclude."
    return Problems([Problem(path=path, message=f"the file {message}", hint=hint)])


def _not_utf8(path: str, content: bytes, start: int) -> Problems:
    before = content[:start].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    row_start = before.rfind(b"\n") + 1
    row = re.split(rb"[\r\n]", content[start - (len(before) - row_start) :], maxsplit=1)[0]
    return Problems(
        [
            Problem(
                path=path,
                line=before.count(b"\n") + 1,
                column=len(before[row_start:].decode()) + 1,
                message=f"the file is not UTF-8: it holds the byte 0x{content[start]:02X} here",
                hint="Save it as UTF-8; it may have been saved as Windows-1252 or Latin-1.",
                source=row.decode(errors="replace"),
            )
        ]
    )


def _without(path: str, line: int, row: str) -> Problem:
    message, hint = "the file has no front matter", _FENCE_HINT
    if row.strip() == "+++":
        message = "the front matter is TOML"
        hint = "Write it as YAML: a line ---, the fields as name: value, another line ---."
    elif row.startswith("---") or row.strip() == "---":
        hint = "The first line of the front matter is --- and nothing else."
    return Problem(path=path, line=line, column=1, message=message, hint=hint, source=row)


def _unclosed(row: str) -> bool:
    """Whether a line's value opens a list or mapping that it does not close: quotes would hide that."""
    value = row.partition(":")[2].strip()
    return (value.startswith("[") and "]" not in value) or (value.startswith("{") and "}" not in value)


def _unwrapped(value: str) -> str:
    """Return a badly quoted value without the quotes that were meant to be around it.

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
