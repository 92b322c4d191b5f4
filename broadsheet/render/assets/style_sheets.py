"""Joins a style sheet with the parts that it imports, so that browsers ask for one file.

A part is a file below static/ whose name begins with ``_`` and ends with ``.css``. It is not published
itself: each ``@import`` of it gives way to its text, in which addresses are then written from the folder of
the sheet. The text is not parsed further than that takes: https://www.w3.org/TR/css-syntax-3/#tokenization.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import unquote

from broadsheet.common.files import STATIC, compose, is_below
from broadsheet.common.problems import Problem, Problems

SUFFIX = ".css"
_COMMENT = r"/\*.*?(?:\*/|\Z)"
_STRING = r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'"
_URL = rf"(?<![\w-])url\(\s*(?:{_STRING}|[^\s\"'()]*)\s*\)"
# What may stand before the first rule: the statements that end with a semicolon, and what means nothing.
_LEAD = re.compile(
    rf"\ufeff|\s+|{_COMMENT}|@(?:charset|layer|import)\b(?:{_COMMENT}|{_URL}|{_STRING}|[^{{}};\"'])*;",
    re.DOTALL | re.IGNORECASE,
)
_IMPORT = re.compile(
    rf"@import(?:\s|{_COMMENT})*(?:url\(\s*)?(?P<url>{_STRING}|[^\s\"'();]+)\s*\)?(?P<conditions>.*);",
    re.DOTALL | re.IGNORECASE,
)
_CONDITIONS = re.compile(
    r"\s*(?:(?P<layer>layer)(?:\((?P<name>[^()]*)\))?(?![\w-]))?"
    r"\s*(?:supports\((?P<supports>(?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\))?\s*(?P<media>.*)",
    re.DOTALL | re.IGNORECASE,
)
_TOKEN = re.compile(
    rf"(?P<comment>{_COMMENT})|(?P<import>@import(?:\s|{_COMMENT})*(?P<imported>{_STRING})?)|(?P<url>{_URL})"
    rf"|(?P<string>{_STRING})|(?P<quote>[\"'])|\\.|(?P<open>[\w-]*\(|[{{\[])|(?P<close>[)}}\]])",
    re.DOTALL | re.IGNORECASE,
)
_CLOSES = {"(": ")", "{": "}", "[": "]"}
# Functions in which a string is an address.
_ADDRESSED = frozenset(("image-set(", "-webkit-image-set(", "src("))
# Addresses that are not relative to the folder of the sheet.
_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_PART = re.compile(r"(?:^|/)_[^/?#]*\.css$", re.IGNORECASE)
_ADDRESS = re.compile(
    r"(?P<before>(?:url\(\s*)?[\"']?)(?P<address>[^\"']*?)(?P<after>[\"']?\s*\)?)",
    re.DOTALL | re.IGNORECASE,
)
_LATE = "@import of {} stands after rules, where browsers ignore it"
_NEW_LINE = "\n"


class Piece(NamedTuple):
    """A stretch of a published style sheet: the source that it is from, and the line it begins on there."""

    path: str
    line: int
    text: str


def is_style_sheet(path: str) -> bool:
    """Return whether a source is a style sheet below static/, perhaps a part of others."""
    return is_below(path, STATIC) and path.lower().endswith(SUFFIX)


def is_part(path: str) -> bool:
    """Return whether a source is a part of style sheets."""
    return is_style_sheet(path) and path.rpartition("/")[2].startswith("_")


def join_parts(path: str, output: str, read: Callable[[str], str | None]) -> tuple[Piece, ...]:
    """Return the style sheet at ``path``, as it is published at ``output``, in the pieces that it is made of.

    ``read`` returns the text of a source, None if there is none. Raises ``Problems`` for parts that are
    missing, or cannot be joined.
    """
    joining = _Joining(output, read)
    joining.add(path, read(path) or "", ())
    if joining.problems:
        raise Problems(joining.problems)
    return tuple(joining.pieces)


class _Joining:
    """A style sheet while it is joined, in its order."""

    def __init__(self, output: str, read: Callable[[str], str | None]) -> None:
        self.pieces: list[Piece] = []
        self.problems: list[Problem] = []
        self._folder = posixpath.dirname(f"{STATIC}/{output}")
        self._read = read
        self._imported: dict[str, str] = {}
        self._has_rules = False
        self._blocks = 0

    def add(self, path: str, text: str, within: tuple[str, ...]) -> None:
        """Add the text of a source; ``within`` are those that import it, the outermost first."""
        begin = end = 0
        while lead := _LEAD.match(text, end):
            found = _IMPORT.fullmatch(lead[0])
            if found and _names_part(found["url"]):
                self._put(path, text, begin, lead.start())
                self._add_part(path, text, found, lead.start(), within)
                begin = lead.end()
            elif found and (self._has_rules or self._blocks):
                hint = "Write it before the imports of parts, in the style sheet itself."
                self._report(path, text, lead.start(), _LATE.format(_unquote(found["url"])), hint)
            elif within and (lead[0] == "\ufeff" or lead[0][:8].lower() == "@charset"):
                self._put(path, text, begin, lead.start())
                begin = lead.end()
            end = lead.end()
        self._put(path, text, begin, end)
        self._put(path, text, end, len(text), strict=bool(within))
        self._has_rules |= end < len(text)

    def _add_part(self, path: str, text: str, found: re.Match[str], at: int, within: tuple[str, ...]) -> None:
        written = _unquote(found["url"])
        target = compose(posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(written))))
        part = None
        if written.startswith("/") or not is_below(target, STATIC):
            message = f"{written} is not the path of a part below {STATIC}/"
            self._report(path, text, at, message, "Write its path from the folder of this file.")
        elif target in (*within, path):
            message = f"{written} imports {'itself' if target == path else 'this file in turn'}"
            self._report(path, text, at, message, "Take one of the imports out.")
        elif target in self._imported:
            message = f"{written} is imported twice, first at {self._imported[target]}"
            self._report(path, text, at, message, "Take one of the imports out.")
        elif (part := self._read(target)) is None:
            message, hint = f"there is no {target}", f"Put the file at {target}, or fix the name."
            self._report(path, text, at, message, hint)
        if part is None:
            return
        line = _count_line(text, at)
        self._imported[target] = f"{path}:{line}"
        before, after = _wrap(found["conditions"])
        self._blocks += bool(before)
        self.pieces.append(Piece(path, line, before))
        self.add(target, part, (*within, path))
        self.pieces.append(Piece(path, line, f"{'' if part.endswith(_NEW_LINE) else _NEW_LINE}{after}"))
        self._blocks -= bool(before)

    def _put(self, path: str, text: str, begin: int, end: int, *, strict: bool = False) -> None:
        """Add ``text[begin:end]``. ``strict``: what would spoil the parts that follow is a problem."""
        folder = posixpath.dirname(path)
        written, last = [], begin
        opened: list[tuple[str, int]] = []
        for token in _TOKEN.finditer(text, begin, end):
            if strict and (fault := _find_fault(token, opened)):
                self._report(path, text, token.start(), *fault)
            if token["imported"] and _names_part(token["imported"]):
                message = _LATE.format(_unquote(token["imported"]))
                self._report(path, text, token.start(), message, "Write it before the first rule.")
            if token["open"]:
                opened.append((token["open"].lower(), token.start()))
            elif token["close"]:
                del opened[-1:]
            is_address = token["string"] and opened and opened[-1][0] in _ADDRESSED
            name = "string" if is_address else "imported" if token["imported"] else "url"
            if token[name] and folder != self._folder:
                written += [text[last : token.start(name)], _rebase(token[name], folder, self._folder)]
                last = token.end(name)
        for bracket, at in opened if strict else ():
            closing = _CLOSES[bracket[-1]]
            message, hint = f"{bracket[-1]} is never closed", f"Write {closing} where it ends."
            self._report(path, text, at, message, hint)
        self.pieces.append(Piece(path, _count_line(text, begin), "".join((*written, text[last:end]))))

    def _report(self, path: str, text: str, at: int, message: str, hint: str) -> None:
        line, start = _count_line(text, at), text.rfind(_NEW_LINE, 0, at) + 1
        source = text[start:].partition(_NEW_LINE)[0].rstrip("\r")
        problem = Problem(
            path=path, line=line, column=at - start + 1, message=message, hint=hint, source=source
        )
        self.problems.append(problem)


def _find_fault(token: re.Match[str], opened: list[tuple[str, int]]) -> tuple[str, str] | None:
    """Return message and hint for a token that spoils what follows; ``opened`` are the brackets around it."""
    if token["close"] and not (opened and _CLOSES[opened[-1][0][-1]] == token["close"]):
        return f"{token['close']} closes nothing", "Take it out."
    if token["quote"]:
        return f"{token['quote']} is not closed on its line", f"Write {token['quote']} where the text ends."
    if token["comment"] and (len(token["comment"]) < len("/**/") or not token["comment"].endswith("*/")):
        return "/* is never closed", "Write */ where the comment ends."
    return None


def _names_part(written: str) -> bool:
    """Return whether an address, perhaps in quotation marks, is that of a part."""
    address = _unquote(written)
    return not _ELSEWHERE.match(address) and bool(_PART.search(address))


def _unquote(written: str) -> str:
    return written[1:-1] if written[:1] in {'"', "'"} else written


def _wrap(conditions: str) -> tuple[str, str]:
    """Return what stands before and after a part that is imported under conditions: blocks, in their order.

    https://www.w3.org/TR/css-cascade-5/#at-import
    """
    found = _CONDITIONS.fullmatch(re.sub(_COMMENT, " ", conditions, flags=re.DOTALL))
    if found is None:
        return "", ""
    media, supports = found["media"].strip(), found["supports"]
    blocks = [f"@media {media} {{{_NEW_LINE}"] if media else []
    blocks += [f"@supports ({supports}) {{{_NEW_LINE}"] if supports is not None else []
    blocks += [f"@layer {found['name'] or ''} {{{_NEW_LINE}"] if found["layer"] else []
    return "".join(blocks), f"}}{_NEW_LINE}" * len(blocks)


def _rebase(written: str, old: str, new: str) -> str:
    """Return an address, perhaps in quotation marks or url(), that meant a file from the folder ``old``.

    From the folder ``new`` it means the same file.
    """
    found = _ADDRESS.fullmatch(written)
    if not found or found["address"][:1] in {"", "/", "#"} or _ELSEWHERE.match(found["address"]):
        return written
    path = re.split(r"[?#]", found["address"], maxsplit=1)[0]
    slash = "/" if path.endswith("/") else ""
    moved = posixpath.relpath(posixpath.join(old, path), new) + slash if path else path
    return f"{found['before']}{moved}{found['address'][len(path) :]}{found['after']}"


def _count_line(text: str, at: int) -> int:
    return text.count(_NEW_LINE, 0, at) + 1
