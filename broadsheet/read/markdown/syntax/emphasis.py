"""Which ``*``, ``_`` and ``~`` in a text are emphasis.

https://spec.commonmark.org/0.31.2/#emphasis-and-strong-emphasis, and
https://github.github.com/gfm/#strikethrough-extension-.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from broadsheet.read.markdown.body_text import is_placeholder

_MOST_TILDES = 2
_TAGS = {1: "em", 2: "strong"}


class Run:
    """Equal marks in a row: ``**``.

    ``count`` of them are still text. ``ends`` are the elements that end here, and ``begins`` those that begin
    here, after them; the first of each is the innermost.
    """

    __slots__ = ("begins", "closes", "count", "ends", "length", "mark", "opens")

    def __init__(self, marks: str, before: str, after: str) -> None:
        """Take ``marks``, which are between the characters ``before`` and ``after``, "" at its ends."""
        self.mark = marks[0]
        self.count = self.length = len(marks)
        self.begins: list[str] = []
        self.ends: list[str] = []
        space_before, space_after = _is_space(before), _is_space(after)
        mark_before, mark_after = _is_punctuation(before), _is_punctuation(after)
        left = not space_after and (not mark_after or space_before or mark_before)
        right = not space_before and (not mark_before or space_after or mark_after)
        if self.mark == "_":
            self.opens = left and (not right or mark_before)
            self.closes = right and (not left or mark_after)
        else:
            usable = self.mark != "~" or self.length <= _MOST_TILDES
            self.opens, self.closes = left and usable, right and usable

    @property
    def kind(self) -> tuple[str, bool, int]:
        """What decides which runs this one can close."""
        return self.mark, self.opens, self.length if self.mark == "~" else self.length % 3

    def is_closed_by(self, closer: Run) -> bool:
        """Return whether an element can begin here and end at ``closer``."""
        if self.mark != closer.mark:
            return False
        if self.mark == "~":
            return self.length == closer.length
        either_way = self.closes or closer.opens
        return (
            not either_way
            or (self.length + closer.length) % 3 != 0
            or self.length % 3 == closer.length % 3 == 0
        )

    def pair(self, closer: Run) -> None:
        """Let an element begin here and end at ``closer``."""
        if self.mark == "~":
            used, tag = self.length, "del"
        else:
            used = min(self.count, closer.count, 2)
            tag = _TAGS[used]
        self.count -= used
        closer.count -= used
        self.begins.append(tag)
        closer.ends.append(tag)


def pair_runs(runs: Sequence[Run]) -> None:
    """Let elements begin and end at those of ``runs``, which are in order, that belong together.

    The time is linear in their number: below ``floors`` is nothing that a run of a kind could close.
    """
    openers: list[Run] = []
    floors: dict[tuple[str, bool, int], int] = {}
    for run in runs:
        while run.closes and run.count:
            floor = floors.get(run.kind, 0)
            at = next(
                (at for at in reversed(range(floor, len(openers))) if openers[at].is_closed_by(run)), -1
            )
            if at < 0:
                floors[run.kind] = len(openers)
                break
            openers[at].pair(run)
            del openers[at + 1 if openers[at].count else at :]
            for kind, floor in floors.items():
                floors[kind] = min(floor, len(openers))
        if run.opens and run.count:
            openers.append(run)


def _is_space(char: str) -> bool:
    return not char or char.isspace()


def _is_punctuation(char: str) -> bool:
    if not char or char.isalnum():
        return False
    return is_placeholder(char) or unicodedata.category(char)[0] in "PS"
