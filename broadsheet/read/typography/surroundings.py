"""What stands before and after a place in a piece of text, and in the pieces that follow it in the block."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from broadsheet.read.typography.letters import UNSEEN_AFTER, UNSEEN_BEFORE

# What text between tags is escaped with.
_ENTITIES = {entity: html.unescape(entity) for entity in ("&nbsp;", "&amp;", "&lt;", "&gt;")}
_REACH = 200


def find_before(text: str, at: int, before: str) -> str:
    """Return the visible character before ``at`` of ``text``; ``before``, if there is none in it."""
    while at:
        char = text[at - 1]
        if char == ";":
            return _ENTITIES.get(text[max(0, text.rfind("&", max(0, at - 6), at)) : at], char)
        if char not in UNSEEN_BEFORE:
            return char
        at -= 1
    return before


def find_after(text: str, at: int, read_on: Callable[[], Iterable[str]]) -> str:
    """Return the visible character at ``at`` of ``text`` or after it; "" at the end of the block."""
    if at < len(text) and text[at].isascii() and text[at] != "&":
        return text[at]
    for piece, begin in _list_pieces(text, at, read_on):
        for place in range(begin, len(piece)):
            char = piece[place]
            if char == "&":
                return _ENTITIES.get(piece[place : piece.find(";", place, place + 6) + 1], char)
            if char not in UNSEEN_AFTER:
                return char
    return ""


def list_quotes(
    quotes: str, text: str, at: int, read_on: Callable[[], Iterable[str]]
) -> Iterator[tuple[str, str, str]]:
    """Yield the ``quotes`` from ``at`` on, each with the characters before and after it."""
    pattern = _compile(quotes)
    before = text[at - 1]
    last: tuple[str, str] | None = None
    for piece, begin in _list_pieces(text, at, read_on):
        if last and begin < len(piece):
            yield *last, piece[begin]
            last = None
        for quote in pattern.finditer(piece, begin):
            around = find_before(piece, quote.start(), before), quote[0]
            if quote.end() < len(piece):
                yield *around, piece[quote.end()]
            else:
                last = around
        before = find_before(piece, len(piece), before)
    if last:
        yield *last, ""


def is_in_address(text: str, at: int) -> bool:
    """Return whether what stands before ``at`` of ``text``, up to a space, is part of a web address."""
    reach = text[max(0, at - _REACH) : at]
    word = reach[reach.rfind(" ") + 1 :]
    return "://" in word or "www." in word


def _list_pieces(text: str, at: int, read_on: Callable[[], Iterable[str]]) -> Iterator[tuple[str, int]]:
    yield text, at
    for piece in read_on():
        yield piece, 0


@lru_cache(maxsize=32)
def _compile(quotes: str) -> re.Pattern[str]:
    return re.compile(f"[{re.escape(quotes)}]")
