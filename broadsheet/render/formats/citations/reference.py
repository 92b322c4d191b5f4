"""The bibliographic reference to an article, from which every style and format is made."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from broadsheet.render.formats.text import strip_forbidden

if TYPE_CHECKING:
    from broadsheet.render import views

_SUFFIXES = frozenset(("jr", "jr.", "sr", "sr.", "ii", "iii", "iv"))
# Han, kana and hangul: there the family name comes first, so names are not inverted. Compiled when it is
# first needed: that takes 3 ms, and most archives never need it.
_FAMILY_FIRST = (
    "[\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]"
)
_KEY_WORDS = re.compile("[a-z0-9]+")
_KEY_BYTES = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A name in the parts that bibliographies sort by.

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """What a citation says about an article.

    ``paper`` is the newspaper's name; ``edition`` is empty if the print edition is named by its date.
    ``genre`` is Opinion, Analysis, Background, Review, or empty.
    """

    key: str
    title: str
    names: tuple[Name, ...]
    day: dt.date
    paper: str
    section: str
    edition: str
    page: str
    genre: str
    url: str
    language: str
    retracted: dt.date | None


def make_reference(article: views.Teaser, paper: str, bylines: Iterable[views.Byline]) -> Reference:
    """Return the reference to ``article``; ``bylines`` tell how the names of its authors are to be split."""
    known = {each.slug: each for each in bylines}
    return Reference(
        key=make_citation_key(article),
        title=_plain(article.title),
        names=tuple(_name(author.name, known.get(author.slug)) for author in article.authors),
        day=article.day,
        paper=_plain(paper),
        section=_plain(article.section.name) if article.section else "",
        edition=_edition(article.edition),
        page=_plain(article.page),
        genre="" if article.genre == "report" else article.genre.capitalize(),
        url=article.permalink,
        language=article.language,
        retracted=article.retracted.day if article.retracted else None,
    )


def make_citation_key(article: views.Teaser) -> str:
    """Return the key of an article in bibliographies: ``2022-11-05-flood-4f1c9a02be``.

    It consists of letters, digits and hyphens, and depends on the article's id alone, which no new headline,
    author or address changes: words of the id make it readable, a digest of it makes it unique.
    """
    own = unquote(article.id.split(":", 2)[2])
    words = "-".join(_KEY_WORDS.findall(own))[:_KEY_BYTES].strip("-")
    digest = hashlib.blake2b(article.id.encode(), digest_size=5).hexdigest()
    return "-".join(filter(None, (words, digest)))


def _name(written: str, byline: views.Byline | None) -> Name:
    name = _plain(written)
    if byline and byline.kind == "organization":
        return Name(family=name)
    if byline and byline.family:
        before, family, after = f" {name} ".partition(f" {byline.family} ")
        if family:
            return Name(family=byline.family, given=_plain(f"{before} {after}"))
    return split_name(name)


def split_name(name: str) -> Name:
    """Return a person's name in its parts.

    The family name is the last word, with the lower-case words before it (``van``, ``de la``), as in
    BibTeX; or what stands before a comma, for names to which this does not apply.
    """
    parts = [part for part in map(_plain, name.split(",")) if part]
    if not parts:
        return Name(family=_plain(name.replace(",", " ")))
    if len(parts) > 1 and parts[1].casefold() not in _SUFFIXES:
        last = parts[-1] if len(parts) > 2 and parts[-1].casefold() in _SUFFIXES else ""  # noqa: PLR2004
        given = " ".join(parts[1:-1] if last else parts[1:])
        return Name(family=parts[0], given=given, suffix=last)
    words = parts[0].split(" ")
    suffix = " ".join(parts[1:])
    if not suffix and len(words) > 2 and words[-1].casefold() in _SUFFIXES:  # noqa: PLR2004 - a name beside it
        suffix = words.pop()
    if len(words) == 1 or (not name.isascii() and re.search(_FAMILY_FIRST, name)):
        return Name(family=" ".join(filter(None, (*words, suffix))))
    small = [number for number, word in enumerate(words[1:-1], 1) if word[0].islower()]
    first = small[0] if small and words[-1][0].isupper() else len(words) - 1
    return Name(family=" ".join(words[first:]), given=" ".join(words[:first]), suffix=suffix)


def _plain(text: str) -> str:
    return " ".join(strip_forbidden(text).split())


def _edition(edition: views.Facet | None) -> str:
    """Return the name of a print edition; empty if that is a date, which the citation has anyway."""
    if edition is None:
        return ""
    try:
        dt.date.fromisoformat(edition.slug)
    except ValueError:
        return _plain(edition.name)
    return ""
