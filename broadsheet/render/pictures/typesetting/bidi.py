"""In which order the characters of a line are drawn: Unicode's bidirectional algorithm, for plain text.

Source: https://www.unicode.org/reports/tr9/ (UAX #9), without the controls that embed or isolate a part
(``strip_controls`` takes them out). FreeType's companions have the algorithm too, but only for text in one
font, and a headline may need several.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import pairwise

# LRE, RLE, PDF, LRO, RLO and LRI, RLI, FSI, PDI. The marks LRM, RLM and ALM stay: they have a direction.
_CONTROLS = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
_STRONG = {"L": "L", "R": "R", "EN": "R", "AN": "R"}
_NEUTRAL = frozenset(("B", "S", "WS", "ON", "ES", "ET", "CS", "BN"))
_BRACKETS = {
    "(": ")",
    "[": "]",
    "{": "}",
    "⟨": "⟩",
    "〈": "〉",
    "《": "》",
    "「": "」",
    "『": "』",
    "【": "】",
}
_CLOSING = {closing: opening for opening, closing in _BRACKETS.items()}
_MOST_OPEN = 63  # UAX #9, BD16


def strip_controls(text: str) -> str:
    """Return a text without the controls that embed or isolate a part of it."""
    return text.translate(_CONTROLS)


def find_levels(text: str, *, right_to_left: bool) -> list[int]:
    """Return the level of each character of a paragraph: even from left to right, odd from right to left."""
    base = int(right_to_left)
    classes = [unicodedata.bidirectional(char) or "L" for char in text]
    if not right_to_left and not {"R", "AL", "AN"}.intersection(classes):
        return [0] * len(text)
    edge = "R" if right_to_left else "L"
    _resolve_weak(classes, edge)
    _resolve_brackets(text, classes, edge)
    _resolve_neutral(classes, edge)
    return [base + _raise_by(kind, odd=bool(base)) for kind in classes]


def order(levels: Sequence[int]) -> list[int]:
    """Return the places of the parts of a line, each of one level, from left to right (rule L2)."""
    places = list(range(len(levels)))
    if not levels:
        return places
    for level in range(max(levels), 0, -1):
        start = 0
        while start < len(places):
            end = start
            while end < len(places) and levels[places[end]] >= level:
                end += 1
            places[start:end] = reversed(places[start:end])
            start = max(end, start + 1)
    return places


def _raise_by(kind: str, *, odd: bool) -> int:
    """Return by how much a resolved class raises the level (rules I1 and I2)."""
    if odd:
        return int(kind != "R")
    return {"L": 0, "R": 1}.get(kind, 2)


def _resolve_weak(classes: list[str], edge: str) -> None:
    """Resolve marks, numbers and what belongs to them."""
    _resolve_marks(classes, edge)
    _resolve_separators(classes)
    strong = edge
    for at, kind in enumerate(classes):  # rules W6 and W7
        if kind in {"L", "R"}:
            strong = kind
        elif kind == "EN" and strong == "L":
            classes[at] = "L"
        elif kind in _NEUTRAL:
            classes[at] = "ON"


def _resolve_marks(classes: list[str], edge: str) -> None:
    """Give marks the class of their letters, and numbers that of an Arabic context (rules W1 to W3)."""
    before, strong = edge, edge
    for at, kind in enumerate(classes):
        if kind in {"NSM", "BN"}:
            classes[at] = before
        elif kind == "EN" and strong == "AL":
            classes[at] = "AN"
        elif kind in {"L", "R", "AL"}:
            strong = kind
        before = classes[at]
    classes[:] = ["R" if kind == "AL" else kind for kind in classes]


def _resolve_separators(classes: list[str]) -> None:
    """Make signs within and beside numbers a part of them (rules W4 and W5)."""
    for at in range(1, len(classes) - 1):
        left, kind, right = classes[at - 1 : at + 2]
        if left == right and ((kind == "CS" and left in {"EN", "AN"}) or (kind == "ES" and left == "EN")):
            classes[at] = left
    for places in (range(len(classes)), range(len(classes) - 1, -1, -1)):
        for at, following in pairwise(places):
            if classes[at] == "EN" and classes[following] == "ET":
                classes[following] = "EN"


def _resolve_brackets(text: str, classes: list[str], edge: str) -> None:
    """Give both brackets of a pair one direction (rule N0)."""
    for opening, closing in _pair_brackets(text, classes):
        inside = {_STRONG.get(kind) for kind in classes[opening + 1 : closing]} - {None}
        if not inside:
            continue
        direction = edge
        if edge not in inside:
            around = next((_STRONG[kind] for kind in reversed(classes[:opening]) if kind in _STRONG), edge)
            direction = around if around in inside else edge
        classes[opening] = classes[closing] = direction


def _pair_brackets(text: str, classes: Sequence[str]) -> list[tuple[int, int]]:
    """Return the places of brackets that belong together, by that of the first."""
    waiting: list[tuple[str, int]] = []
    pairs = []
    for at, char in enumerate(text):
        if classes[at] != "ON":
            continue
        if char in _BRACKETS:
            if len(waiting) == _MOST_OPEN:
                break
            waiting.append((char, at))
        elif char in _CLOSING:
            found = [place for place, (opening, _) in enumerate(waiting) if opening == _CLOSING[char]]
            if found:
                pairs.append((waiting[found[-1]][1], at))
                del waiting[found[-1] :]
    return sorted(pairs)


def _resolve_neutral(classes: list[str], edge: str) -> None:
    """Resolve what has no direction of its own by what stands around it (rules N1 and N2)."""
    start = 0
    while start < len(classes):
        end = start
        while end < len(classes) and classes[end] == "ON":
            end += 1
        if end > start:
            left = _STRONG[classes[start - 1]] if start else edge
            right = _STRONG[classes[end]] if end < len(classes) else edge
            classes[start:end] = [left if left == right else edge] * (end - start)
        start = end + 1
