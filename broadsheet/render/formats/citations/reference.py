"""The bibliographic reference to an article, from which every style and format is made."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from broadsheet.archive.person_names import PersonName, split_known_name, split_name
from broadsheet.render.formats.text import strip_forbidden

if TYPE_CHECKING:
    from broadsheet.render import views

_KEY_WORDS = re.compile("[a-z0-9]+")
_KEY_BYTES = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """What a citation says about an article.

    ``paper`` is the newspaper's name; ``edition`` is empty if the print edition is named by its date.
    ``genre`` is Opinion, Analysis, Background, Review, or empty.
    """

    key: str
    title: str
    names: tuple[PersonName, ...]
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


def _name(written: str, byline: views.Byline | None) -> PersonName:
    name = _plain(written)
    if byline is None:
        return split_name(name)
    return split_known_name(name, kind=byline.kind, family=byline.family)


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
