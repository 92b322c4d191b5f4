"""Reads TOML files with the line and column of every key: site.toml, and the words of the theme.

tomllib parses them but reports no positions, so a second pass over the tokens of a valid file finds where
each key is. Nothing here knows what a key means. The format is TOML 1.0: https://toml.io/en/v1.0.0
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from broadsheet.common.problems import Problem, Problems

# For each part of a key tomllib copies those before it.
_MOST_PARTS = 100
_SIMPLER = "Write it with less nesting."
_TOO_LONG = re.compile(
    rf"(?:^[ \t]*+\[{{0,2}}|[{{,][ \t]*+)(?:[\w-]++[ \t]*+\.[ \t]*+){{{_MOST_PARTS + 1}}}", re.MULTILINE
)
# A key as messages of tomllib have it: ('tags', 'oil').
_KEY = re.compile(r"\('.*'\)|\('.*',\)")
_PART = re.compile(r"'([^']*)'")


def loads(text: str, path: str) -> Mapping[str, Any]:
    """Return the contents of a TOML file; raises ``Problems`` that name ``path``, with line and column."""
    text = text.removeprefix("\ufeff")
    too_long = _TOO_LONG.search(text)
    if too_long:
        line = text.count("\n", 0, too_long.start()) + 1
        message = f"a key has more than {_MOST_PARTS} parts"
        raise Problems([Problem(path=path, line=line, message=message, hint=_SIMPLER)])
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Problems([_syntax_problem(path, text, error)]) from None
    except RecursionError:
        rows = text.split("\n")
        deepest = max(range(len(rows)), key=lambda at: rows[at].count("[") + rows[at].count("{"))
        message = "lists and tables stand in each other too deeply"
        raise Problems([Problem(path=path, line=deepest + 1, message=message, hint=_SIMPLER)]) from None


def locate_keys(text: str) -> dict[tuple[str, ...], tuple[int, int]]:
    """Return line and column, from 1, of every key of a valid TOML file, by the key's path.

    The path of a key's value ends in an empty string, that of an item of a list in its index.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    tokens = [*_tokens(text), _Token("end", "\n", 0, 0)]
    return _KeyLocator(tokens).locate()


# The tokens of a TOML file that is known to be valid.
_TOKEN = re.compile(
    r"""
      (?P<space>[ \t]+ | \#[^\n]*)
    | (?P<end>\n)
    | (?P<string>\"\"\"(?:\\.|[^\\])*?\"{3,5} | '''.*?'{3,5} | "(?:\\.|[^"\\\n])*" | '[^'\n]*')
    | (?P<mark>[\[\]{}=,.])
    | (?P<bare>[^\s\[\]{}=,."'\#]+)
    """,
    re.VERBOSE | re.DOTALL,
)


class _Repeated(NamedTuple):
    """A key or a table that stands in a file twice: first on the line ``before``."""

    key: str
    before: int
    line: int
    column: int


class _Token(NamedTuple):
    kind: str
    text: str
    line: int
    column: int


def _tokens(text: str) -> Iterator[_Token]:
    line, row_start = 1, 0
    for match in _TOKEN.finditer(text):
        kind, found = match.lastgroup or "", match[0]
        if kind != "space":
            yield _Token(kind, found, line, match.start() - row_start + 1)
        breaks = found.count("\n")
        if breaks:
            line += breaks
            row_start = match.start() + found.rindex("\n") + 1


class _KeyLocator:
    """One pass over the tokens, table by table.

    tomllib has made sure that they are well-formed, or else ``IndexError`` or ``TOMLDecodeError`` is raised.
    """

    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens = tokens
        self.index = 0
        self.positions: dict[tuple[str, ...], tuple[int, int]] = {}
        self.repeated: _Repeated | None = None
        self._tables: dict[tuple[str, ...], int] = {}

    def locate(self) -> dict[tuple[str, ...], tuple[int, int]]:
        table: tuple[str, ...] = ()
        while self.index < len(self.tokens):
            token = self.tokens[self.index]
            if token.kind == "end":
                self.index += 1
            elif token.text == "[":
                while self.tokens[self.index].text == "[":
                    self.index += 1
                first = self.tokens[self.index]
                table = self._read_key(())
                line = self._tables.setdefault(table, first.line)
                if line != first.line and token.column + 1 == first.column:
                    self._note(f"[{'.'.join(table)}]", line, first)
                while self.tokens[self.index].text == "]":
                    self.index += 1
            else:
                self._read_pair(table)
        return self.positions

    def _read_key(self, table: tuple[str, ...]) -> tuple[str, ...]:
        path = table
        while True:
            token = self.tokens[self.index]
            path = (*path, _parse_key(token))
            self.positions.setdefault(path, (token.line, token.column))
            self.index += 1
            if self.tokens[self.index].text != ".":
                return path
            self.index += 1

    def _note(self, key: str, line: int, again: _Token) -> None:
        self.repeated = self.repeated or _Repeated(key, line, again.line, again.column)

    def _read_pair(self, table: tuple[str, ...]) -> None:
        first = self.tokens[self.index]
        path = self._read_key(table)
        if (*path, "") in self.positions:
            self._note(".".join(path), self.positions[path][0], first)
        self.index += 1
        self._read_value(path)

    def _read_value(self, path: tuple[str, ...]) -> None:
        token = self.tokens[self.index]
        self.positions.setdefault((*path, ""), (token.line, token.column))
        if token.text == "[":
            self._read_list(path)
        elif token.text == "{":
            self._read_inline_table(path)
        else:
            begin = self.index
            while self.tokens[self.index].kind in {"bare", "string"} or self.tokens[self.index].text == ".":
                self.index += 1
            if self.index == begin:  # else a list with this in it would have no end
                raise tomllib.TOMLDecodeError("no value")

    def _read_list(self, path: tuple[str, ...]) -> None:
        self.index += 1
        index = 0
        while (token := self.tokens[self.index]).text != "]":
            if token.kind == "end" or token.text == ",":
                self.index += 1
                continue
            self.positions.setdefault((*path, str(index)), (token.line, token.column))
            self._read_value((*path, str(index)))
            index += 1
        self.index += 1

    def _read_inline_table(self, path: tuple[str, ...]) -> None:
        self.index += 1
        while (token := self.tokens[self.index]).text != "}":
            if token.kind == "end" or token.text == ",":
                self.index += 1
            else:
                self._read_pair(path)
        self.index += 1


def _parse_key(token: _Token) -> str:
    if token.kind != "string":
        return token.text
    return str(tomllib.loads(f"name = {token.text}")["name"])


def _syntax_problem(path: str, text: str, error: tomllib.TOMLDecodeError) -> Problem:
    """Return the problem. tomllib has the position in its message only."""
    whole = str(error)
    match = re.search(r" \(at (?:line (\d+), column (\d+)|end of document)\)$", whole)
    message = whole[: match.start()] if match else whole
    rows = text.replace("\r\n", "\n").split("\n")
    line = int(match[1]) if match and match[1] else len(text.rstrip().split("\n"))
    column = int(match[2]) if match and match[2] else 0
    hint = ""
    message = f"not TOML: {message[:1].lower()}{message[1:]}"
    if message.endswith("invalid value"):
        hint = 'Text stands in quotes: name = "value"'
    elif "cannot" in message:
        message = _KEY.sub(lambda key: ".".join(_PART.findall(key[0])), message)
        hint = "It is there twice, as a value and as a table or a list."
    repeated = _find_repeated(rows[:line])
    if repeated:
        key, before, line, column = repeated
        message = f"{key} is there twice"
        what = "Write what is below both of them below one" if key[0] == "[" else "Keep one of the two"
        hint = f"It is on line {before} already. {what}."
    row = rows[line - 1] if line <= len(rows) else ""
    return Problem(path=path, line=line, column=column, message=message, hint=hint, source=row)


def _find_repeated(rows: Sequence[str]) -> _Repeated | None:
    """Return what is twice in the first lines of a file, of which only the last may not be well-formed."""
    locator = _KeyLocator([*_tokens("\n".join(rows)), _Token("end", "\n", 0, 0)])
    with suppress(IndexError, tomllib.TOMLDecodeError):
        locator.locate()
    return locator.repeated
