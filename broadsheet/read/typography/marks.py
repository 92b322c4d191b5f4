"""The quotation marks of each language."""

# ruff: noqa: RUF001 - this module is about characters that look like others

from __future__ import annotations

from typing import NamedTuple


class Marks(NamedTuple):
    """The double and the single quotation marks of a language, each one character."""

    opening: str
    closing: str
    inner_opening: str
    inner_closing: str


_ENGLISH = Marks("“", "”", "‘", "’")
# https://cldr.unicode.org, characters/delimiters, where they are not as in English. For Arabic, French and
# Spanish, those that newspapers use.
_LANGUAGES = {
    "« » “ ”": "ar ast az-arab az-cyrl br ca el es eu fr hy it kab kk oc pt-ao pt-pt sq",
    "« » „ “": "be cv os ru sah uk",
    "« » ‘ ’": "nb nn no",
    "« » ‹ ›": "de-ch de-li fa gsw rm",
    "„ “ ‚ ‘": "bg bs-cyrl cs de dsb et hr hsb is ka lb lt mk sk sl sr",
    "„ ” ‘ ’": "bs",
    "„ ” « »": "pl ro",
    "„ ” » «": "hu",
    "” ” ’ ’": "da fi he se sv yi",
    "「 」 『 』": "ja yue zh-hant zh-hk zh-mo zh-tw",
}
_MARKS = {tag: Marks(*marks.split()) for marks, tags in _LANGUAGES.items() for tag in tags.split()}


def find_marks(language: str) -> Marks:
    """Return the marks of ``language``, a BCP 47 tag: those of its longest part that has some, or English."""
    tag = language.casefold().replace("_", "-")
    while tag not in _MARKS and "-" in tag:
        tag = tag.rpartition("-")[0]
    return _MARKS.get(tag, _ENGLISH)
