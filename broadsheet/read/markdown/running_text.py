"""The text of one body: set with typographic quotes and dashes, counted, and cut for the opening."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable

from broadsheet.read.markdown.body_text import PLACEHOLDERS, SHORTCODE, BodyText
from broadsheet.read.typography import Typographer

_OPENING = 200
# How much more is kept while the body is read: entities and placeholders are longer than their text.
_RESERVE = 60
# The languages whose words nothing parts, and what is counted there: https://www.unicode.org/reports/tr24/
_UNPARTED = frozenset(("ja", "yue", "zh"))
_CHARACTER = re.compile(r"[\u3005-\u3007\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
# No-break spaces stay.
_SPACES = re.compile(r"[ \t\n]+")


class RunningText:
    """Sets the text between the tags, piece by piece, and keeps what is needed to count and to cut it.

    ``verbatim`` and ``aside`` count the open elements whose text stays as it is, and those whose text is not
    part of the opening.
    """

    __slots__ = ("_all", "_opening", "_parted", "_room", "_typographer", "aside", "verbatim")

    def __init__(self, language: str, read_on: Callable[[], Iterable[str]]) -> None:
        """Set text as ``language`` wants it; ``read_on`` returns what follows the text being written."""
        self.verbatim = self.aside = 0
        self._typographer = Typographer(language, read_on)
        self._parted = language.partition("-")[0].lower() not in _UNPARTED
        self._all: list[str] = []
        self._opening: list[str] = []
        self._room = _OPENING + _RESERVE

    def begin_block(self) -> None:
        """Begin or end a block: words before and after it are separate, and no quote stays open."""
        self._typographer.begin()
        self._all.append(" ")
        if self._room > 0:
            self._opening.append(" ")

    def skip(self, text: str) -> None:
        """Pass over something between two words that is not text, such as a line break or a picture."""
        self._typographer.skip(text)
        self._all.append(" ")
        if self._room > 0:
            self._opening.append(" ")

    def write(self, text: str) -> str:
        """Return ``text`` as it is set."""
        self._all.append(text)
        if self.verbatim:
            self._typographer.skip(text)
        else:
            text = self._typographer.write(text)
        if self._room > 0 and not self.aside:
            self._opening.append(text)
            self._room -= len(text)
        return text

    def write_paragraph(self, text: str) -> str:
        """Return the text of a paragraph without markup, as it is set."""
        typographer = self._typographer
        typographer.begin()
        written = typographer.write(text)
        typographer.begin()
        self._all += (" ", text, " ")
        if self._room > 0:
            self._opening += (" ", written, " ")
            self._room -= len(written)
        return written

    def count_words(self) -> int:
        """Return how many words the body has; in Chinese and Japanese, each character is one."""
        text = "".join(self._all)
        if SHORTCODE in text:
            text = PLACEHOLDERS.sub(" ", text)
        return len((text if self._parted else _CHARACTER.sub(" \ufffc ", text)).split())

    def cut_opening(self, body: BodyText) -> str:
        """Return the first 200 characters or so of running text, plain, of the body that was written."""
        text = html.unescape(PLACEHOLDERS.sub(" ", "".join(self._opening)))
        text = _SPACES.sub(" ", body.restore_plain(text)).strip()
        if len(text) <= _OPENING:
            return text
        cut = text[:_OPENING]
        return (cut.rpartition(" ")[0] or cut).rstrip(" ,;:\u2013\u2014-(") + "…"
