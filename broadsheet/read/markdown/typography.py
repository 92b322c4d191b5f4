"""Quotes, apostrophes, dashes and ellipses in running text, as the article's language has them.

Text that is typographic already stays as it is. This module never gets a tag.
"""

# ruff: noqa: RUF001 - this module is about characters that look like others

from __future__ import annotations

import re

# Double and single, opening and closing: https://cldr.unicode.org, characters/delimiters. For Arabic and
# Spanish, those that newspapers use.
_ENGLISH = ("“", "”", "‘", "’")
_QUOTES = {
    "ar": ("«", "»", "“", "”"),
    "az": _ENGLISH,
    "be": ("«", "»", "„", "“"),
    "bg": ("„", "“", "‚", "‘"),
    "cs": ("„", "“", "‚", "‘"),
    "da": ("”", "”", "’", "’"),
    "de": ("„", "“", "‚", "‘"),
    "de-ch": ("«", "»", "‹", "›"),
    "el": ("«", "»", "“", "”"),
    "es": ("«", "»", "“", "”"),
    "et": ("„", "“", "‚", "‘"),
    "fa": ("«", "»", "‹", "›"),
    "fi": ("”", "”", "’", "’"),
    "fr": ("«\u202f", "\u202f»", "“", "”"),
    "hr": ("„", "“", "‚", "‘"),
    "hu": ("„", "”", "»", "«"),
    "hy": ("«", "»", "“", "”"),
    "is": ("„", "“", "‚", "‘"),
    "it": ("«", "»", "“", "”"),
    "ka": ("„", "“", "‚", "‘"),
    "lt": ("„", "“", "‚", "‘"),
    "nb": ("«", "»", "‘", "’"),
    "nn": ("«", "»", "‘", "’"),
    "no": ("«", "»", "‘", "’"),
    "pl": ("„", "”", "«", "»"),
    "ro": ("„", "”", "«", "»"),
    "ru": ("«", "»", "„", "“"),
    "sk": ("„", "“", "‚", "‘"),
    "sl": ("„", "“", "‚", "‘"),
    "sr": ("„", "“", "‚", "‘"),
    "sv": ("”", "”", "’", "’"),
    "tr": _ENGLISH,
    "uk": ("«", "»", "„", "“"),
}

_APOSTROPHE = "’"
# After these a quote opens; after a dash, or an apostrophe as in French, it opens if a word follows.
_OPENERS = frozenset("([{<¿¡«„“‘‚‹\u2066\u2067\u2068")
_JOINTS = frozenset("-–—/|=~’")
# What begins with an apostrophe: years and decades, and a few English words.
_ELIDED = re.compile(r"(?:\d0s|\d\d(?!\w)|(?:tis|twas|til|em|n)\b)", re.IGNORECASE)
# Each alternative begins with one literal character, which makes the search three times as fast.
_SPECIAL = re.compile(r"""\"|'|“|”|„|«|»|--+|\.\.\.+""")
_REACH = 200


class Typographer:
    """Sets the text of one body, piece by piece, and remembers within a block which quotes are open."""

    __slots__ = ("_addresses", "_after", "_before", "_double", "_end", "_marks", "_single")

    def __init__(self, language: str) -> None:
        """Set text as ``language``, a BCP 47 tag, wants it."""
        tag = language.casefold().replace("_", "-")
        self._marks = _QUOTES.get(tag) or _QUOTES.get(tag.partition("-")[0], _ENGLISH)
        self._after = ""
        self._end = 0
        self._addresses = False
        self.begin()

    def begin(self) -> None:
        """Begin a block: no quote is open, and nothing comes before."""
        self._before = ""
        self._double = False
        self._single = False

    def skip(self, text: str) -> None:
        """Pass over text that stays as it is, such as code in a sentence."""
        self._before = text[-1:] or self._before

    def write(self, text: str, after: str) -> str:
        """Return ``text`` as it is set; ``after`` is the character that follows it in the block, if any."""
        self._after = after
        self._end = 0
        self._addresses = "://" in text or "www." in text
        written = _SPECIAL.sub(self._set, text)
        self._before = written[-1:] or self._before
        return written

    def _set(self, found: re.Match[str]) -> str:
        char, text = found[0], found.string
        start, end = found.span()
        # Right after another mark, what counts is what that one was replaced by.
        before = self._before if start == self._end else text[start - 1]
        after = text[end] if end < len(text) else self._after
        if char == '"':
            made = self._quote(before, after)
        elif self._addresses and char[0] in "'-." and _in_address(text, start):
            made = char
        elif char == "'":
            made = self._quote_or_apostrophe(before, after, found)
        elif char[0] in "-.":
            made = {"--": "–", "---": "—", "...": "…"}.get(char, char)
        else:
            made = self._noted(char, before, after)
        self._before = made[-1]
        self._end = end
        return made

    def _noted(self, char: str, before: str, after: str) -> str:
        """Return a quote that is typographic already; note whether it opens or closes."""
        opening, closing = self._marks[0].strip(), self._marks[1].strip()
        if char in (opening, closing):
            self._double = _opens(before, after, self._double) if opening == closing else char == opening
        return char

    def _quote(self, before: str, after: str) -> str:
        if _opens(before, after, self._double):
            self._double = True
            return self._marks[0]
        free = not before or before.isspace() or before.isdigit()
        if free and not self._double:
            # Inches, or a quote between spaces: it cannot be told.
            return '"'
        self._double = False
        return self._marks[1]

    def _quote_or_apostrophe(self, before: str, after: str, found: re.Match[str]) -> str:
        if before.isalnum() and after.isalnum():
            return _APOSTROPHE
        if _opens(before, after, self._single):
            if _ELIDED.match(found.string, found.end()):
                return _APOSTROPHE
            self._single = True
            return self._marks[2]
        if not before or before.isspace():
            return "'"
        if self._single:
            self._single = False
            return self._marks[3]
        return _APOSTROPHE


def _opens(before: str, after: str, is_open: bool) -> bool:  # noqa: FBT001
    if not after or after.isspace():
        return False
    if not before or before.isspace() or before in _OPENERS:
        return True
    return before in _JOINTS and after.isalnum() and not is_open


def _in_address(text: str, at: int) -> bool:
    reach = text[max(0, at - _REACH) : at]
    word = reach[reach.rfind(" ") + 1 :]
    return "://" in word or "www." in word
