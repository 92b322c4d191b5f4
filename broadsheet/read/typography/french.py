"""French spaces: those around guillemets and before high punctuation, which no line may break at.

``; ! ?`` and ``%`` have a narrow no-break space before them, ``:`` a no-break space of full width, and narrow
ones stand inside guillemets (Lexique des règles typographiques en usage à l'Imprimerie nationale). In Canada
nothing stands before ``; ! ?`` (Le guide du rédacteur), so no space is added there. A no-break space that was
written stays.
"""

# ruff: noqa: RUF001 - this module is about characters that look like others

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import partial
from itertools import chain, islice
from typing import Protocol

from broadsheet.read.typography.letters import is_letter, is_space
from broadsheet.read.typography.surroundings import find_after, find_before, is_in_address

_NARROW = "\u202f"
_FULL = "\u00a0"
_BREAKING = " \n\t"
_WORD_JOINER = "\u2060"
# A run of spaces is found at its first one, so that no text takes longer than its length.
_PLACES = re.compile(
    rf"&[a-z]+;|(?P<opening>«)(?P<inside>[{_BREAKING}]*+)"
    rf"|(?P<gap>(?<![{_BREAKING}])[{_BREAKING}]*+)(?P<mark>»|%|;|:|[!?]+)"
)
# What may follow a mark, beside a space: before anything else it is part of an address, a time or a smiley.
_AFTER_COLON = frozenset('»”"')
_AFTER_SENTENCE = _AFTER_COLON.union(")]}’'….,;:")
# What a mark that no space stands before may follow, beside a letter.
_BEFORE = frozenset(")]}»”’…\"'.°€$%")
# At these ends of a piece, what follows it counts, and as many characters of that.
_EDGES = frozenset(f"{_BREAKING}«»%;:!?")
_AHEAD = 8


class Spacing(Protocol):
    """Sets the spaces in a piece of text."""

    def __call__(self, text: str, before: str, read_on: Callable[[], Iterable[str]]) -> str:
        """Return ``text``; ``before`` is the character before it, ``read_on`` returns what follows it."""


def make_spacing(language: str) -> Spacing | None:
    """Return what sets the spaces of ``language``, a BCP 47 tag; None where they stay as they are."""
    tag = language.casefold().replace("_", "-")
    if tag.partition("-")[0] != "fr":
        return None
    return partial(_space, never_added="!?;" if tag.endswith("-ca") else "")


def _space(text: str, before: str, read_on: Callable[[], Iterable[str]], *, never_added: str) -> str:
    ahead = "".join(islice(chain.from_iterable(read_on()), _AHEAD)) if text[-1:] in _EDGES else ""
    whole, end = text + ahead, len(text)
    made: list[str] = []
    at = 0
    for place in _PLACES.finditer(whole):
        if place.start() >= end:
            break
        if place["opening"]:
            changed = _after_opening(whole, place, end)
        elif place["mark"]:
            changed = _before_mark(whole, place, before, never_added)
        else:
            continue
        if changed is not None:
            begin, space, on = changed
            made += (whole[at:begin], space)
            at = min(on, end)
    made.append(whole[at:end])
    return "".join(made)


def _after_opening(whole: str, place: re.Match[str], end: int) -> tuple[int, str, int] | None:
    """Return where the space inside a guillemet begins, the space, and where the text goes on; or None."""
    begin, on = place.span("inside")
    after = find_after(whole, on, tuple)
    if not after or is_space(after) or (begin == end and on > begin):
        return None
    return begin, _NARROW, on


def _before_mark(
    whole: str, place: re.Match[str], before: str, never_added: str
) -> tuple[int, str, int] | None:
    """Return where the space before a mark begins, the space, and where the text goes on; or None."""
    gap, mark = place["gap"], place["mark"][0]
    before = find_before(whole, place.start(), before)
    after = find_after(whole, place.end(), tuple)
    is_last = not after or is_space(after)
    if not before or is_space(before):
        return None
    if mark == "»":
        fits = before != "«" and not (gap and is_letter(after))
    elif mark == "%":
        fits = before.isdigit() and not is_letter(after)
    elif mark in "!?":
        fits = is_last or after in _AFTER_SENTENCE
    else:
        fits = is_last or after in _AFTER_COLON
    if fits and not gap and mark not in "»%":
        is_joined = whole[place.start() - 1 : place.start()] == _WORD_JOINER
        fits = mark not in never_added and not is_joined and (is_letter(before) or before in _BEFORE)
        fits = fits and not is_in_address(whole, place.start())
    if not fits:
        return None
    return place.start(), _FULL if mark == ":" else _NARROW, place.start("mark")
