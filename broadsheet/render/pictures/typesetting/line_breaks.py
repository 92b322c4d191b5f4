"""Where a line of text may break, and which breaks make lines of nearly one length.

Of Unicode's rules (https://www.unicode.org/reports/tr14/) it knows those that headlines need: after spaces,
hyphens and dashes, and between the characters of scripts that are written without spaces, except before what
no line begins with and after what no line ends with.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence

_ZERO_WIDTH_SPACE, _JOINER = "\u200b", "\u200d"
_SKIN_TONE = re.compile("[\U0001f3fb-\U0001f3ff]")
_VIRAMA = 9  # the canonical combining class of signs that join two consonants
# Scripts that break between any two characters: Han, kana, Yi, and their wide forms. Korean has spaces.
_IDEOGRAPHIC = re.compile(
    "[\u2e80-\u2fff\u3003-\u3007\u3012\u3013\u3020-\u30ff\u3105-\u312f\u31a0-\u31ff\u3200-\u4dbf\u4e00-\u9fff"
    "\ua000-\ua4cf\uf900-\ufaff\uff10-\uff9f\U00016fe0-\U0001b2ff\U00020000-\U0003ffff]"
)
# Scripts whose words stand together: Thai, Lao, Burmese, Khmer and those near them. Only a dictionary tells
# where they end.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1950-\u19df\u1a20-\u1aaf\ua9e0-\ua9ff]")
_BREAKING = frozenset("-/\u2010\u2012\u2013\u2014\u05be\u1806")
_UNBREAKABLE = frozenset("\u00a0\u202f\u2007\u2011\u2060\ufeff")
# What no line begins with, and what none ends with: https://www.w3.org/TR/jlreq/, sections 3.1.7 and 3.1.8;
# and of Thai and Lao the vowels and signs that follow a letter, or stand before it.
_NOT_FIRST = frozenset(
    ",.:;!?)]}%\u00b0\u00bb\u2019\u201d\u2026\u2030\u2103\u3001\u3002\u3005\u3009\u300b\u300d\u300f\u3011\u3015\u301c"
    "\u3041\u3043\u3045\u3047\u3049\u3063\u3083\u3085\u3087\u308e\u3095\u3096\u309d\u309e"
    "\u30a1\u30a3\u30a5\u30a7\u30a9\u30c3\u30e3\u30e5\u30e7\u30ee\u30f5\u30f6\u30fb\u30fc\u30fd\u30fe"
    "\uff01\uff05\uff09\uff0c\uff0e\uff1a\uff1b\uff1f\uff3d\uff5d\uff5e\u0e30\u0e32\u0e33\u0e45\u0e46\u0e2f"
    "\u0eb0\u0eb2\u0eb3\u0ec6\u0eaf\u104a\u104b\u17d4\u17d5"
)
_NOT_LAST = frozenset(
    "([{#$\u00a3\u00a5\u00ab\u2018\u201c\u2116\u3008\u300a\u300c\u300e\u3010\u3014\uff08\uff3b\uff5b"
    "\u0e40\u0e41\u0e42\u0e43\u0e44\u0ec0\u0ec1\u0ec2\u0ec3\u0ec4"
)


def find_clusters(text: str) -> Iterator[str]:
    """Yield what readers take for one character each: a letter with its marks, or signs that are joined."""
    start = 0
    for at in range(1, len(text)):
        char, before = text[at], text[at - 1]
        is_mark = unicodedata.category(char)[0] == "M" or _SKIN_TONE.match(char)
        if not (is_mark or _JOINER in {before, char} or unicodedata.combining(before) == _VIRAMA):
            yield text[start:at]
            start = at
    if text:
        yield text[start:]


def split_pieces(text: str) -> list[str]:
    """Return the pieces of a text between which a line may break, with the spaces that follow them."""
    pieces, piece = [], ""
    clusters = list(find_clusters(text))
    for at, cluster in enumerate(clusters):
        piece += cluster
        if at + 1 < len(clusters) and _may_break(cluster, clusters[at + 1]):
            pieces.append(piece)
            piece = ""
    return [*pieces, piece] if piece else pieces


def is_unspaced(piece: str) -> bool:
    """Return whether a piece may be several words, in a script that has no spaces between them."""
    return bool(_UNSPACED.search(piece))


def split_anywhere(piece: str) -> Iterator[str]:
    """Yield the parts of a piece that is too long for a line."""
    part = ""
    for cluster in find_clusters(piece):
        if part and not cluster[0].isspace() and not _is_bound(part[-1], cluster[0]):
            yield part
            part = ""
        part += cluster
    if part:
        yield part


def fill_lines(pieces: Sequence[str], measure: Callable[[str], float], width: float) -> list[str] | None:
    """Return lines no wider than ``width``, each as full as can be; None if a piece is wider.

    They end in the spaces after which they break, which do not count.
    """
    lines, line, used = [], "", 0.0
    for piece in pieces:
        bare = measure(piece.rstrip())
        if bare > width:
            return None
        if line and used + bare > width:
            lines.append(line)
            line, used = "", 0.0
        line += piece
        used += measure(piece)
    return [*lines, line] if line else lines


def balance(pieces: Sequence[str], measure: Callable[[str], float], width: int) -> list[str]:
    """Return as few lines as ``fill_lines`` does, and the widest of them as narrow as can be.

    No piece may be wider than ``width``.
    """
    best = fill_lines(pieces, measure, width) or []
    low, high = width // max(1, len(best)), width
    while high - low > 1:
        middle = (low + high) // 2
        lines = fill_lines(pieces, measure, middle)
        if lines is not None and len(lines) == len(best):
            best, high = lines, middle
        else:
            low = middle
    return best


def _may_break(left: str, right: str) -> bool:
    last, first = left[-1], right[0]
    if first in _UNBREAKABLE or last in _UNBREAKABLE or first.isspace():
        return False
    if last.isspace() or last == _ZERO_WIDTH_SPACE:
        return True
    if _is_bound(last, first):
        return False
    if last in _BREAKING:
        return first.isalpha()
    return bool(_IDEOGRAPHIC.match(left) or _IDEOGRAPHIC.match(right))


def _is_bound(last: str, first: str) -> bool:
    return first in _NOT_FIRST or last in _NOT_LAST or first in _UNBREAKABLE or last in _UNBREAKABLE
