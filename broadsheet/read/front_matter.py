"""Splits a file into its body and the fields of its front matter, each with its line and column.

Every scalar stays text. No field is known by name here, and no YAML type, tag or alias becomes a Python
object. What is wrong with the YAML is collected as problems, and parsing goes on after a problem as long
as the result can be trusted. ``yaml_hints`` words the hints.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import yaml

from broadsheet.common.problems import Problem, Problems, replace_row
from broadsheet.read import yaml_hints
from broadsheet.read.source_text import FENCE_HINT, decode, explain_first_row, find_conflicts, split_rows
from broadsheet.read.yaml_hints import MOST_LEVELS, TOO_DEEP, Explanation

_MOST_REPAIRS = 20
# Characters that XML forbids: https://www.w3.org/TR/xml/#charsets. It only discourages DEL and the C1
# controls, but none of them is meant for readers.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
# YAML rejects most of them. Each is replaced by this one while YAML parses, so that columns stay right:
# it is a noncharacter, which no text holds, and YAML accepts it.
_STAND_IN = "\ufdd0"
# YAML 1.1 breaks lines at these, but editors do not. Pasted headlines contain them.
_FOREIGN_BREAK = re.compile("[\x85\u2028\u2029]")
_FIRST_ROW = re.compile(r"(?:[^\S\n]*\n)*(?=[^\n]*\S)([^\n]*)")
_OPENER = re.compile(r"---[ \t]*")
_CLOSER = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)
_NO_VALUE = frozenset(("~", "null"))
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
# PyYAML's own parser, used where libyaml is missing, rejects these; libyaml does not.
_TABBED = re.compile(r"^ *(?:- +)*[^\s:#'\"]+:[ \t]*\t", re.MULTILINE)


class Text(NamedTuple):
    """One scalar. ``comment`` is what YAML took for a comment after it on its line, from the ``#`` on.

    ``lines`` is over how many it goes on, if it is not in quotes.
    """

    text: str
    line: int
    column: int
    comment: str = ""
    lines: int = 1


class Many(NamedTuple):
    """A list."""

    values: tuple[Value, ...]
    line: int
    column: int


class Fields(NamedTuple):
    """A mapping, in the order of the file; a name that is given twice is in it twice."""

    fields: tuple[Field, ...]
    line: int
    column: int


class Field(NamedTuple):
    """One name and its value. ``line`` and ``column`` are those of the name, counted from 1."""

    name: str
    value: Value
    line: int
    column: int


Value = Text | Many | Fields
_Event = Any  # of either of PyYAML's parsers; their stubs leave marks and values out


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file, split into front matter and body.

    ``fields`` is None if the front matter is missing or cannot be parsed; ``problems`` then says why.
    ``text`` is the whole file, its lines ended by line feeds only; ``body`` begins on line ``body_line``.
    """

    fields: tuple[Field, ...] | None
    text: str
    body: str
    body_line: int
    problems: tuple[Problem, ...]

    @property
    def rows(self) -> tuple[str, ...]:
        """The lines of the file, without line endings."""
        return split_rows(self.text)


def list_texts(value: Value) -> Iterator[Text]:
    """Yield every scalar within a value, in the order of the file."""
    if isinstance(value, Text):
        yield value
    elif isinstance(value, Many):
        for each in value.values:
            yield from list_texts(each)
    else:
        for field in value.fields:
            yield from list_texts(field.value)


def split(path: str, content: bytes) -> Document:
    """Return the fields and the body of a file.

    Raises ``Problems`` if it is not text, is empty, or has two versions in it that Git could not merge.
    The format: an optional byte-order mark and blank lines; a line ``---``; YAML 1.1; a line ``---``
    or ``...``; the body. Lines end in LF, CRLF or CR.
    """
    text = decode(path, content)
    conflicts = find_conflicts(path, text)
    if conflicts:
        raise Problems(conflicts)
    opening = _FIRST_ROW.match(text)
    if opening is None:
        raise Problems([Problem(path=path, message="the file is empty", hint=FENCE_HINT)])
    row, first = opening[1], text.count("\n", 0, opening.start(1)) + 1
    if not _OPENER.fullmatch(row):
        problem = explain_first_row(path, first, row)
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
    parser = _YamlParser(path=path, text=text[start : closer.start()].removesuffix("\n"), line=first + 1)
    fields, problems = parser.parse()
    body_line = first + 1 + text.count("\n", start, closer.end()) + 1
    body = text[closer.end() + 1 :]
    return Document(fields=fields, text=text, body=body, body_line=body_line, problems=problems)


def to_plain(value: Value) -> str | list[object] | dict[str, object]:
    """Return a value as text, lists and dicts; a name that is given twice has its last value."""
    if isinstance(value, Text):
        return value.text
    if isinstance(value, Many):
        return [to_plain(each) for each in value.values]
    return {field.name: to_plain(field.value) for field in value.fields}


class _YamlParser:
    """Parses the YAML between the fences event by event: nodes would hide anchors and cost twice as much."""

    def __init__(self, *, path: str, text: str, line: int) -> None:
        self.path = path
        self.line = line
        self.rows = text.split("\n")
        self.problems: list[Problem] = []
        self.fields: tuple[Field, ...] | None = None
        self.parsed_rows = self.rows
        self.has_stand_ins = False
        self.next_event: Callable[[], _Event]

    def parse(self) -> tuple[tuple[Field, ...] | None, tuple[Problem, ...]]:
        """Return the fields, None if the YAML cannot be repaired, and every problem.

        A line that only lacks quotes is parsed as if it had them. So problems further down are found as
        well, and the line that a problem suggests is known to work.
        """
        repaired = list(self.rows)
        found: list[Problem] = []
        for _ in range(_MOST_REPAIRS):
            self.problems = []
            error = self._attempt(repaired)
            if error is not None or self.fields is None:
                odd = [at for at, row in enumerate(repaired) if yaml_hints.space_properly(row) != row]
                if odd:
                    found += [self._explained(yaml_hints.explain_odd_space(repaired[at], at)) for at in odd]
                    repaired = [yaml_hints.space_properly(row) for row in repaired]
                    continue
            if error is None:
                return self.fields, (*found, *self.problems)
            at = self._repair(repaired, error)
            if at is None:
                found.append(self._explained(yaml_hints.explain_error(self.rows, error)))
                break
            explanation = yaml_hints.explain_missing_quotes(self.rows[at], at, repaired[at], error)
            if repaired[at + 1 : at + 2] != self.rows[at + 1 : at + 2]:  # lines were joined
                explanation = explanation._replace(meant=None)
            found.append(self._explained(explanation))
        return None, tuple(found)

    def _attempt(self, rows: list[str]) -> yaml.YAMLError | None:
        """Parse ``rows`` into ``self.fields``; return the error that stopped it, if any."""
        text = "\n".join(rows) + "\n"
        self.has_stand_ins = _FORBIDDEN.search(text) is not None
        if self.has_stand_ins:
            text = _FORBIDDEN.sub(_STAND_IN, text)
        text = _FOREIGN_BREAK.sub(" ", text)
        if _LOADER is yaml.BaseLoader:
            text = _TABBED.sub(lambda match: match[0].replace("\t", " "), text)
        loader = _LOADER(text)
        self.next_event = loader.get_event
        self.parsed_rows = rows
        self.fields = None
        try:
            self._parse_document()
        except yaml.YAMLError as error:
            return error
        except (ValueError, OverflowError):  # PyYAML's own parser, at an escape beyond Unicode
            return yaml.YAMLError()
        finally:
            loader.dispose()
        return None

    def _parse_document(self) -> None:
        self.next_event()
        event = self.next_event()
        if type(event) is yaml.StreamEndEvent:
            self.fields = ()
            return
        event = self.next_event()
        mark = event.start_mark
        value = self._parse_value(event, 0)
        self.next_event()
        event = self.next_event()
        if type(event) is not yaml.StreamEndEvent:
            raise yaml.MarkedYAMLError(problem="expected a single document", problem_mark=event.start_mark)
        if isinstance(value, Fields):
            self.fields = value.fields
        elif not (isinstance(value, Text) and not value.text):
            self._problem(mark, "the front matter is not made of fields", "Write each field as name: value.")
        else:
            self.fields = ()

    def _parse_value(self, event: _Event, depth: int) -> Value:
        mark = event.start_mark
        line, column = self.line + mark.line, mark.column + 1
        kind = type(event)
        if kind is yaml.ScalarEvent:
            if event.anchor is not None or event.tag is not None:
                self._refuse(event)
                return Text(text=self.parsed_rows[mark.line][mark.column :], line=line, column=column)
            return self._parse_text(event, line, column)
        if kind is yaml.AliasEvent:
            self._refuse(event)
            return Text(text=self.parsed_rows[mark.line][mark.column :], line=line, column=column)
        if event.anchor is not None or event.tag is not None:
            self._refuse(event)
        if depth == MOST_LEVELS:
            raise yaml.MarkedYAMLError(problem=TOO_DEEP, problem_mark=mark)
        if kind is yaml.SequenceStartEvent:
            values = []
            while type(event := self.next_event()) is not yaml.SequenceEndEvent:
                values.append(self._parse_value(event, depth + 1))
            return Many(values=tuple(values), line=line, column=column)
        if event.flow_style:
            return self._parse_braces(depth + 1, line, column)
        fields = []
        while type(event := self.next_event()) is not yaml.MappingEndEvent:
            fields.append(self._parse_field(event, depth + 1))
        return Fields(fields=tuple(fields), line=line, column=column)

    def _parse_braces(self, depth: int, line: int, column: int) -> Value:
        """Return a mapping in braces, in which each name must have a value.

        A name that has none is what follows a comma in the value before it, and is read as part of that.
        """
        fields: list[Field] = []
        # Of each value that commas have cut: its place among the fields, and where its parts begin and end.
        cuts: dict[int, tuple[yaml.Mark, yaml.Mark]] = {}
        loose: list[tuple[Field, yaml.Mark]] = []
        while type(event := self.next_event()) is not yaml.MappingEndEvent:
            field = self._parse_field(event, depth)
            end = event.end_mark
            is_empty = isinstance(field.value, Text) and not field.value.text
            is_bare = is_empty and type(event) is yaml.ScalarEvent and not self._has_colon(end)
            if not is_bare:
                fields.append(field)
            elif fields and isinstance(fields[-1].value, Text):
                begin, _ = cuts.get(len(fields) - 1, (event.start_mark, end))
                cuts[len(fields) - 1] = begin, end
            else:
                loose.append((field, event.start_mark))
        for at, (begin, end) in cuts.items():
            fields[at] = self._join_cut(fields[at], begin, end)
        if loose:
            first, mark = loose[0]
            if not fields:
                hint = yaml_hints.suggest_without_braces(self.parsed_rows[mark.line])
                self._problem(mark, "what is in these braces has names but no values", hint)
                values = [Text(text=field.name, line=field.line, column=field.column) for field, _ in loose]
                return Many(values=tuple(values), line=line, column=column)
            message = f"{first.name} has no value, and in braces each name has one"
            self._problem(mark, message, "Write it as name: value.")
        return Fields(fields=tuple(fields), line=line, column=column)

    def _has_colon(self, end: yaml.Mark) -> bool:
        """Return whether a colon follows a name in braces, which may stand on a line below."""
        rows = self.parsed_rows
        rest = next((row for row in (rows[end.line][end.column :], *rows[end.line + 1 :]) if row.strip()), "")
        return rest.lstrip().startswith(":")

    def _join_cut(self, field: Field, begin: yaml.Mark, end: yaml.Mark) -> Field:
        """Return a field with all of its value; what commas have cut off is from ``begin`` to ``end``."""
        at, column = field.value.line - self.line, field.value.column - 1
        text, hint = yaml_hints.join_cut(self.parsed_rows[at : end.line + 1], field.name, column, end.column)
        self._problem(begin, f"{field.name} is cut off at a comma, which ends a value in braces", hint)
        return field._replace(value=Text(text=text, line=field.value.line, column=field.value.column))

    def _parse_field(self, event: _Event, depth: int) -> Field:
        mark = event.start_mark
        before = len(self.problems)
        name = self._parse_value(event, depth)
        if not isinstance(name, Text):
            del self.problems[before:]
        value = self._parse_value(self.next_event(), depth)
        if isinstance(name, Text) and name.text:
            text = name.text.strip(yaml_hints.ODD_SPACE)
            return Field(name=text, value=value, line=name.line, column=name.column)
        if type(event) is not yaml.AliasEvent:
            what = "nothing" if isinstance(name, Text) else "a list or a mapping"
            message = f"{what} stands where a field's name should"
            self._problem(mark, message, self._suggest_quotes(mark.line))
        return Field(name="", value=value, line=name.line, column=name.column)

    def _parse_text(self, event: _Event, line: int, column: int) -> Text:
        text = event.value
        comment = ""
        lines = 1
        if not event.style:
            end = event.end_mark
            lines += end.line + self.line - line
            row = self.parsed_rows[end.line] if end.line < len(self.parsed_rows) else ""
            if end.column < len(row):
                rest = row[end.column :].strip()
                comment = rest if rest.startswith("#") else ""
            if text in _NO_VALUE:
                text = ""
        elif event.style == '"':
            text = _FORBIDDEN.sub("", text)
        if self.has_stand_ins:
            text = text.replace(_STAND_IN, "")
        return Text(text=text, line=line, column=column, comment=comment, lines=lines)

    def _refuse(self, event: _Event) -> None:
        """Note an anchor, an alias or a tag as a problem."""
        mark = event.start_mark
        if type(event) is yaml.AliasEvent:
            message = f"*{event.anchor} is a YAML alias, which is not read here"
        elif event.anchor is not None:
            message = f"&{event.anchor} is a YAML anchor, which is not read here"
        else:
            message = f"{event.tag} is a YAML tag, which is not read here"
        listed = yaml_hints.suggest_list(self.rows[mark.line]) if mark.line < len(self.rows) else ""
        hint = listed or self._suggest_quotes(mark.line) or "Write the value itself."
        self._problem(mark, message, hint)

    def _suggest_quotes(self, at: int) -> str:
        return yaml_hints.suggest_quotes(self.rows[at]) if at < len(self.rows) else ""

    def _problem(self, mark: yaml.Mark, message: str, hint: str) -> None:
        self.problems.append(self._explained(Explanation(mark.line, mark.column + 1, message, hint)))

    def _explained(self, explanation: Explanation) -> Problem:
        at = explanation.row
        source = self.rows[at] if at < len(self.rows) else ""
        return Problem(
            path=self.path,
            line=self.line + at,
            column=explanation.column,
            message=explanation.message,
            hint=explanation.hint,
            source=source,
            edit=replace_row(self.line + at, source, explanation.meant),
        )

    def _repair(self, rows: list[str], error: yaml.YAMLError) -> int | None:
        """Put quotes into the line that stopped YAML and return its index; None if that does not help."""
        if yaml_hints.TOO_DEEP in str(error):
            return None
        lines = [mark.line for mark in yaml_hints.find_marks(error)]
        for at, end, repaired in yaml_hints.list_repairs(tuple(rows), lines):
            before = rows[at:end]
            rows[at:end] = [repaired, *[""] * (end - at - 1)]
            left = self._attempt(rows)
            if left is None or min((mark.line for mark in yaml_hints.find_marks(left)), default=0) >= end:
                return at
            rows[at:end] = before
        return None
