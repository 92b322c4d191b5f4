"""Sets text piece by piece: quotes, apostrophes, dashes, ellipses and, in French, spaces.

A straight quote becomes a mark of the language if it can be told whether a quotation begins or ends there:
from the characters on both sides and, where those leave it open, as between two letters of Chinese, from
whether a quotation is open and whether another quote follows that can end one. Any other stays straight.
"""

# ruff: noqa: RUF001 - this module is about characters that look like others

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from broadsheet.read.typography.french import make_spacing
from broadsheet.read.typography.letters import (
    CLOSERS,
    ENDS,
    JOINTS,
    OPENERS,
    QUOTES,
    has_no_apostrophe,
    is_after_joined_words,
    is_before_last_letter,
    is_hebrew,
    is_letter,
    is_space,
    is_unspaced,
)
from broadsheet.read.typography.marks import find_marks
from broadsheet.read.typography.surroundings import find_after, find_before, is_in_address, list_quotes

_APOSTROPHE = "’"
_GERESH = "׳"
_GERSHAYIM = "״"
# What begins with an apostrophe: years and decades, and a few English words.
_ELIDED = re.compile(r"(?:\d0s|\d\d(?!\w)|(?:tis|twas|til|em|n)\b)", re.IGNORECASE)
_GENITIVE = re.compile(r"s(?!\w)", re.IGNORECASE)
# Each alternative begins with one literal character, which makes the search three times as fast.
_SPECIAL = re.compile(r"""\"|'|“|”|„|«|»|「|」|--+|\.\.\.+""")


def _nothing() -> Iterable[str]:
    return ()


def is_left(text: str, language: str) -> bool:
    """Return whether there is nothing in ``text`` that setting it could change; most headlines are so."""
    return not _SPECIAL.search(text) and not make_spacing(language)


class Typographer:
    """Sets the text of one body, piece by piece, and remembers within a block which quotations are open.

    A piece is text as HTML has it between tags: ``&``, ``<`` and ``>`` are escaped, and perhaps no-break
    spaces.
    """

    __slots__ = ("_addresses", "_before", "_double", "_end", "_marks", "_read_on", "_single", "_space")

    def __init__(self, language: str, read_on: Callable[[], Iterable[str]] = _nothing) -> None:
        """Set text as ``language``, a BCP 47 tag, wants it.

        ``read_on`` returns what follows in the block, piece by piece, after the one that is being written. It
        is called only where that decides.
        """
        self._marks = find_marks(language)
        self._space = make_spacing(language)
        self._read_on = read_on
        self._end = 0
        self._addresses = False
        self.begin()

    def begin(self) -> None:
        """Begin a block: no quotation is open, and nothing comes before."""
        self._before = ""
        self._double = False
        self._single = False

    def skip(self, text: str) -> None:
        """Pass over text that stays as it is, such as code in a sentence."""
        self._before = text[-1:] or self._before

    def write(self, text: str) -> str:
        """Return a piece of text as it is set."""
        before = self._before
        self._end = 0
        self._addresses = "://" in text or "www." in text
        written = _SPECIAL.sub(self._set, text)
        if self._space:
            written = self._space(written, before, self._read_on)
        self._before = find_before(written, len(written), before)
        return written

    def _set(self, found: re.Match[str]) -> str:
        char, text = found[0], found.string
        start, end = found.span()
        # Right after another mark, what counts is what that one was replaced by.
        before = self._before if start == self._end else find_before(text, start, self._before)
        if char == '"':
            made = self._quote(before, found)
        elif self._addresses and char[0] in "'-." and is_in_address(text, start):
            made = char
        elif char == "'":
            made = self._quote_or_apostrophe(before, found)
        elif char[0] in "-.":
            made = {"--": "–", "---": "—", "...": "…"}.get(char, char)
        else:
            made = self._note(char, before, found)
        self._before = made[-1]
        self._end = end
        return made

    def _note(self, char: str, before: str, found: re.Match[str]) -> str:
        """Return a quote that is typographic already; note whether a quotation begins or ends there."""
        opening, closing = self._marks.opening, self._marks.closing
        if char == opening == closing:
            self._double = bool(self._opens(before, found))
        elif char in (opening, closing):
            self._double = char == opening
        return char

    def _quote(self, before: str, found: re.Match[str]) -> str:
        if is_hebrew(before) and is_hebrew(self._find_after(found)):
            is_last = is_before_last_letter(found.string, found.end())
            if is_last or self._double or not self._begins_in_word(found):
                return _GERSHAYIM
        opens = self._opens(before, found)
        if opens is None:
            return '"'
        self._double = opens
        return self._marks.opening if opens else self._marks.closing

    def _quote_or_apostrophe(self, before: str, found: re.Match[str]) -> str:
        after = self._find_after(found)
        if before.isalnum() and after.isalnum() and before.isascii() and after.isascii():
            return _APOSTROPHE
        if (not before or is_space(before)) and (not after or is_space(after)):
            return "'"
        opens = self._opens_single(before, after, found)
        if opens is None:
            return _GERESH if is_hebrew(before) else _APOSTROPHE
        self._single = opens
        return self._marks.inner_opening if opens else self._marks.inner_closing

    def _opens(self, before: str, found: re.Match[str]) -> bool | None:
        """Return whether a quotation begins or ends at a double quote; None if it cannot be told."""
        after = self._find_after(found)
        is_free = not before or is_space(before)
        if not after or is_space(after):
            # Inches, or a quote between spaces.
            return None if not self._double and (is_free or before.isdigit()) else False
        if is_free or before in OPENERS:
            return True
        if self._double:
            return False
        if before.isdigit():
            return True if is_unspaced(after) and self._is_ended(found, after_digit=False) else None
        if after in CLOSERS:
            return False
        if (before in JOINTS and is_letter(after)) or self._is_ended(found):
            return True
        return None if is_letter(before) else before not in ENDS

    def _opens_single(self, before: str, after: str, found: re.Match[str]) -> bool | None:
        """Return whether a quotation begins or ends at a single quote; None if it is an apostrophe."""
        if not after or is_space(after):
            return False if self._single else None
        is_elided = _ELIDED.match(found.string, found.end())
        if not before or is_space(before) or before in OPENERS:
            return None if is_elided else True
        if _has_apostrophes(before, after):
            is_begin = is_hebrew(before) and not self._single and self._begins_in_word(found)
            return True if is_begin else None
        if before in JOINTS and is_letter(after) and not self._single:
            return None if is_elided else True
        if self._single:
            return False
        is_end = after in CLOSERS or after in QUOTES or _GENITIVE.match(found.string, found.end())
        return True if not is_end and not is_hebrew(before) and self._is_ended(found) else None

    def _begins_in_word(self, found: re.Match[str]) -> bool:
        """Return whether a quotation begins after Hebrew words that are joined to it."""
        return is_after_joined_words(found.string, found.start()) and self._is_ended(found)

    def _is_ended(self, found: re.Match[str], *, after_digit: bool = True) -> bool:
        """Return whether the next quote like ``found`` can end a quotation that begins there.

        ``after_digit``: also after a digit, where it may be a sign for inches.
        """
        is_double = found[0] != "'"
        quotes = f'"{self._marks.opening}{self._marks.closing}' if is_double else "'"
        for before, quote, after in list_quotes(quotes, found.string, found.end(), self._read_on):
            if _has_apostrophes(before, after) and (not is_double or (quote == '"' and is_hebrew(before))):
                continue
            if is_double and quote == self._marks.opening != self._marks.closing:
                return False
            if is_space(before) or before in OPENERS or (before.isdigit() and not after_digit):
                return False
            return is_double or is_letter(before) or not is_letter(after)
        return False

    def _find_after(self, found: re.Match[str]) -> str:
        return find_after(found.string, found.end(), self._read_on)


def _has_apostrophes(before: str, after: str) -> bool:
    """Return whether both are part of a word of a script that has apostrophes, or their like, in words."""
    is_word = is_letter(before) and is_letter(after)
    return is_word and not has_no_apostrophe(before) and not has_no_apostrophe(after)
