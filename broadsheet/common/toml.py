"""TOML files with the place of every key: site.toml, and the words of the theme.

tomllib reads them, and knows no lines; a second walk over the tokens of a file that it found right tells
where each key stands. Nothing here knows what a key means. The format is TOML 1.0: https://toml.io/en/v1.0.0
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from broadsheet.common.problems import Problem, Problems


def loads(text: str, path: str) -> Mapping[str, Any]:
    """Return what a whole TOML file says; raises ``Problems`` that name ``path``, with line and column."""
    text = text.removeprefix("\ufeff")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Problems([_syntax(path, text, error)]) from None


def places(text: str) -> dict[tuple[str, ...], tuple[int, int]]:
    """Return line and column of every key of a right TOML file, by its path.

    The path of a key's value has an empty step behind it; that of an item in a list, its number.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    tokens = [*_tokens(text), _Token("end", "\n", 0, 0)]
    return _Places(tokens).find()


# The tokens of a TOML file that is known to be right. Strings first: a # or a bracket inside one is text.
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


@dataclass(frozen=True, slots=True)
class _Token:
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


class _Places:
    """A walk over the tokens, table by table; it trusts tomllib that they are in order."""

    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens = tokens
        self.at = 0
        self.found: dict[tuple[str, ...], tuple[int, int]] = {}

    def find(self) -> dict[tuple[str, ...], tuple[int, int]]:
        table: tuple[str, ...] = ()
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            if token.kind == "end":
                self.at += 1
            elif token.text == "[":
                while self.tokens[self.at].text == "[":
                    self.at += 1
                table = self._key(())
                while self.tokens[self.at].text == "]":
                    self.at += 1
            else:
                self._pair(table)
        return self.found

    def _key(self, table: tuple[str, ...]) -> tuple[str, ...]:
        path = table
        while True:
            token = self.tokens[self.at]
            path = (*path, _name(token))
            self.found.setdefault(path, (token.line, token.column))
            self.at += 1
            if self.tokens[self.at].text != ".":
                return path
            self.at += 1

    def _pair(self, table: tuple[str, ...]) -> None:
        path = self._key(table)
        self.at += 1
        self._value(path)

    def _value(self, path: tuple[str, ...]) -> None:
        token = self.tokens[self.at]
        self.found.setdefault((*path, ""), (token.line, token.column))
        if token.text == "[":
            self._list(path)
        elif token.text == "{":
            self._inline(path)
        else:
            while self.tokens[self.at].kind in {"bare", "string"} or self.tokens[self.at].text == ".":
                self.at += 1

    def _list(self, path: tuple[str, ...]) -> None:
        self.at += 1
        number = 0
        while (token := self.tokens[self.at]).text != "]":
            if token.kind == "end" or token.text == ",":
                self.at += 1
                continue
            self.found.setdefault((*path, str(number)), (token.line, token.column))
            self._value((*path, str(number)))
            number += 1
        self.at += 1

    def _inline(self, path: tuple[str, ...]) -> None:
        self.at += 1
        while (token := self.tokens[self.at]).text != "}":
            if token.kind == "end" or token.text == ",":
                self.at += 1
            else:
                self._pair(path)
        self.at += 1


def _name(token: _Token) -> str:
    if token.kind != "string":
        return token.text
    return str(tomllib.loads(f"name = {token.text}")["name"])


def _syntax(path: str, text: str, error: tomllib.TOMLDecodeError) -> Problem:
    """Return the problem. tomllib tells the place in its message only."""
    said = str(error)
    match = re.search(r" \(at (?:line (\d+), column (\d+)|end of document)\)$", said)
    words = said[: match.start()] if match else said
    rows = text.replace("\r\n", "\n").split("\n")
    line = int(match[1]) if match and match[1] else len(text.rstrip().split("\n"))
    column = int(match[2]) if match and match[2] else 0
    row = rows[line - 1] if line <= len(rows) else ""
    hint = ""
    if words == "Invalid value":
        hint = 'Text stands in quotes: name = "value"'
    elif words.startswith(("Cannot overwrite", "Cannot declare")):
        hint = "It stands twice in the file."
    return Problem(
        path=path,
        line=line,
        column=column,
        message=f"not TOML: {words[:1].lower()}{words[1:]}",
        hint=hint,
        source=row,
    )
