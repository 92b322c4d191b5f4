"""The parts of people's names, and the order of names in indexes."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_SUFFIXES = frozenset(("jr", "jr.", "sr", "sr.", "ii", "iii", "iv"))
# Han, kana and hangul: there the family name comes first, so names are not inverted. Compiled when it is
# first needed: that takes 3 ms, and most archives never need it.
_FAMILY_FIRST = (
    "[\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonName:
    """A name in the parts that bibliographies and indexes sort by.

    One without ``given`` is never inverted: an organization, a single name, a name in Chinese.
    """

    family: str
    given: str = ""
    suffix: str = ""

    @property
    def spoken(self) -> str:
        """The name as it is spoken: ``Ana Ruiz Jr.``."""
        return " ".join(filter(None, (self.given, self.family, self.suffix)))

    def inverted(self, given: str = "") -> str:
        """Return the name with its family first: ``Ruiz, Ana, Jr.``; ``given`` replaces the given name."""
        return ", ".join(filter(None, (self.family, given or self.given, self.suffix)))


def find_sort_name(name: str, sort: str, *, kind: str, family: str) -> str:
    """Return an author's name in the order of indexes: ``Ruiz, Ana``; of an organization, the name as it is.

    ``sort``, ``kind`` and ``family`` are what a profile says, or empty.
    """
    return sort or split_known_name(name, kind=kind, family=family).inverted()


def make_sort_key(slug: str) -> str:
    """Return what a slug is sorted by: itself without combining marks."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", slug) if not unicodedata.combining(char))
    return unicodedata.normalize("NFC", plain) or slug


def split_known_name(name: str, *, kind: str, family: str) -> PersonName:
    """Return the parts of a name of which a profile says ``kind`` and ``family``, which may be empty."""
    if kind == "organization":
        return PersonName(family=name)
    before, known, after = f" {name} ".partition(f" {family} ") if family else ("", "", "")
    return PersonName(family=family, given=_squeeze(f"{before} {after}")) if known else split_name(name)


def split_name(name: str) -> PersonName:
    """Return a person's name in its parts.

    The family name is the last word, with the lower-case words before it (``van``, ``de la``), as in
    BibTeX; or what stands before a comma, for names to which this does not apply.
    """
    parts = [part for part in map(_squeeze, name.split(",")) if part]
    if not parts:
        return PersonName(family=_squeeze(name.replace(",", " ")))
    if len(parts) > 1 and parts[1].casefold() not in _SUFFIXES:
        last = parts[-1] if len(parts) > 2 and parts[-1].casefold() in _SUFFIXES else ""  # noqa: PLR2004
        given = " ".join(parts[1:-1] if last else parts[1:])
        return PersonName(family=parts[0], given=given, suffix=last)
    words = parts[0].split(" ")
    suffix = " ".join(parts[1:])
    if not suffix and len(words) > 2 and words[-1].casefold() in _SUFFIXES:  # noqa: PLR2004 - a name beside it
        suffix = words.pop()
    if len(words) == 1 or (not name.isascii() and re.search(_FAMILY_FIRST, name)):
        return PersonName(family=" ".join(filter(None, (*words, suffix))))
    small = [number for number, word in enumerate(words[1:-1], 1) if word[0].islower()]
    first = small[0] if small and words[-1][0].isupper() else len(words) - 1
    return PersonName(family=" ".join(words[first:]), given=" ".join(words[:first]), suffix=suffix)


def _squeeze(text: str) -> str:
    return " ".join(text.split())
