"""What a character next to a quotation mark tells of it: whether it is a letter, of which kind of script."""

# ruff: noqa: RUF001 - this module is about characters that look like others

from __future__ import annotations

import re
import unicodedata
from functools import cache

# What begins text of one direction; before it, it tells nothing, and after it a quotation begins.
_BEGIN_DIRECTION = "\u202a\u202b\u2066\u2067\u2068"
# Characters without a look of their own: joiners, marks of direction, the soft hyphen.
_UNSEEN = "\u00ad\u061c\u200c\u200d\u200e\u200f\u2060\u202c\u2069\ufeff"
UNSEEN_BEFORE = frozenset(_UNSEEN)
UNSEEN_AFTER = frozenset(_UNSEEN + _BEGIN_DIRECTION)
# After these a quotation begins.
OPENERS = frozenset(f"([{{<¿¡«„“‘‚‹「『（［｛〈《【〔{_BEGIN_DIRECTION}")
# After these one begins if a word follows: dashes, and an apostrophe as in French (l'"eau").
JOINTS = frozenset("-–—/|=~’־")
# Before these a quotation ends. Quotes are not among them: it is no matter whether they are set already.
CLOSERS = frozenset(",.;:!?%)]}>，。、；：！？）］｝」』〉》】〕،؛؟۔׃")
QUOTES = frozenset("\"'“”‘’«»‹›")
# These stand before the mark that ends a quotation, and seldom before one that begins another.
ENDS = frozenset(".,!?。，！？،؟۔")

# Scripts without spaces between words, and others in which words are joined to a quotation; none of them has
# apostrophes: Thai and Lao, Tibetan, Burmese, Khmer, Tai, Chinese, Japanese, Korean, Yi; Arabic, Syriac.
_UNSPACED = (
    "\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u1950-\u19df\u1a20-\u1aaf\u2e80-\u312f\u31a0-\ua4cf"
    "\ua9e0-\ua9ff\uaa60-\uaa7f\uaa80-\uaadf\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
_ARABIC = "\u0600-\u074f\u0750-\u08ff\ufb50-\ufdcf\ufdf0-\ufdff\ufe70-\ufefc"
_HANGUL = "\u1100-\u11ff\u3130-\u318f\uac00-\ud7ff"
_HEBREW = "\u0591-\u05bd\u05bf-\u05c7\u05d0-\u05f2\ufb1d-\ufb4f"
_WITHOUT_APOSTROPHE = _ARABIC + _HANGUL + _UNSPACED
_IS_HEBREW = re.compile(f"[{_HEBREW}]")

# An acronym has its mark before the last letter. The other marks in a word are those of an acronym with an
# ending, or they begin a quotation after words of one letter, "Moses and Caleb", which are joined to the next
# (https://hebrew-academy.org.il/topic/hahlatot/punctuation).
_LAST_LETTER = re.compile(f"[א-ת][\u0591-\u05c7]*(?![{_HEBREW}])")
_JOINED_WORDS = re.compile(f"(?<![{_HEBREW}])[משהוכלב]{{1,4}}\\Z")
_JOINED_MOST = 4


def is_space(char: str) -> bool:
    """Return whether a character is white space, no-break and zero-width spaces among it."""
    return char.isspace() or char == "\u200b"


def is_letter(char: str) -> bool:
    """Return whether a character is part of a word: a letter, a digit or a combining mark."""
    return char.isalnum() or (not char.isascii() and unicodedata.category(char)[0] == "M")


def is_unspaced(char: str) -> bool:
    """Return whether a character is of a script that has no spaces between words."""
    return char >= _UNSPACED[0] and bool(_compiled(_UNSPACED).match(char))


def has_no_apostrophe(char: str) -> bool:
    """Return whether a character is of a script in whose words there are no apostrophes."""
    return char >= _WITHOUT_APOSTROPHE[0] and bool(_compiled(_WITHOUT_APOSTROPHE).match(char))


def is_hebrew(char: str) -> bool:
    """Return whether a character is a Hebrew letter or a point on one."""
    return not char.isascii() and bool(_IS_HEBREW.match(char))


def is_before_last_letter(text: str, end: int) -> bool:
    """Return whether one Hebrew letter, the last of its word, stands at ``end`` of ``text``."""
    return bool(_LAST_LETTER.match(text, end))


def is_after_joined_words(text: str, start: int) -> bool:
    """Return whether what stands of a word before ``start`` is Hebrew words that are joined to the next."""
    return bool(_JOINED_WORDS.search(text, max(0, start - _JOINED_MOST), start))


# Compiling them takes some milliseconds, and few builds need them.
@cache
def _compiled(characters: str) -> re.Pattern[str]:
    return re.compile(f"[{characters}]")
