"""An article as text in the archive: its facts, its teaser, and what of it footprints compare.

Text, because it is what answers are made of: a listing's answer is its teasers' texts, and asking
again compares digests without decoding anything.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple
from zlib import crc32

from broadsheet.common.files import digest
from broadsheet.common.model import Article, Facet, FacetKind
from broadsheet.common.periods import day_number, larger

_TEASER = (
    *("path", "id", "title", "output", "day", "date", "updated", "authors", "dateline", "section"),
    *("summary", "picture", "language", "aliases"),
)
# What few articles have: of the others nothing is written.
_SELDOM_IN_TEASER = ("genre", "edition", "page", "column", "corrections", "retracted")


class Place(NamedTuple):
    """Where an article stands in a facet: ``day`` is 20221105, ``instant`` seconds since 1970, UTC.

    That is the article's own day, but among the corrections the day of the correction. ``name`` is the
    facet's name as the article spells it.
    """

    kind: FacetKind
    slug: str
    name: str
    day: int
    instant: int

    @property
    def key(self) -> str:
        """The facet's key: ``tag/oil``, ``all``."""
        return f"{self.kind}/{self.slug}" if self.slug else self.kind

    @property
    def listings(self) -> tuple[str, ...]:
        """The facet's key with each period that the place is in: all time, its year, month and day."""
        return tuple(f"{self.key}/{period}" for period in (*larger(self.day), self.day))


class Facts(NamedTuple):
    """A live article as the archive knows it, before or after a change.

    ``day`` is 20221105; ``expires`` is None for what never does; ``places`` are where it stands, the first
    of them in everything; ``text`` is the whole of its facts, the digest of its body among them, and
    ``teaser`` what other pages may know of it.
    """

    path: str
    day: int
    instant: int
    modified: int
    expires: int | None
    retracted: bool
    output: str
    places: tuple[Place, ...]
    teaser: str
    text: str

    @property
    def keys(self) -> frozenset[str]:
        """The keys of its facets, everything's among them."""
        return frozenset(place.key for place in self.places)

    @property
    def mark(self) -> int:
        """The mark of its path."""
        return mark_of(self.path)


class ArticleRow(NamedTuple):
    """An article made ready for the archive, in the process that has read it.

    ``uid`` is its ``id:``, ``links`` are (target, line, column), ``picture`` is the path of its lead
    picture, or empty.
    """

    facts: Facts
    uid: str
    draft: bool
    links: tuple[tuple[str, int, int], ...]
    picture: str
    body: str


def filed(article: Article) -> ArticleRow:
    """Return an article ready for the archive; how large its picture is, the archive will know."""
    picture, retracted = article.picture, article.retracted
    seldom = {
        "series": _pairs(article.series),
        "genre": article.genre,
        "tongue": _pair(article.language_facet),
        "translations": article.translations,
        "edition": _pair(article.edition),
        "page": article.page,
        "column": article.column,
        "corrections": [
            (note.kind, note.day.isoformat(), note.date.isoformat(), note.text)
            for note in article.corrections
        ],
        "retracted": (retracted.day.isoformat(), retracted.date.isoformat(), retracted.reason)
        if retracted
        else None,
    }
    members = {
        "path": article.path,
        "id": article.id,
        "title": article.title,
        "output": article.output,
        "day": article.day.isoformat(),
        "date": article.date.isoformat(),
        "updated": article.updated.isoformat() if article.updated else None,
        "expires": article.expires.isoformat() if article.expires else None,
        "authors": _pairs(article.authors),
        "dateline": _pair(article.dateline),
        "section": _pair(article.section),
        "tags": _pairs(article.tags),
        "summary": article.summary,
        "made_summary": article.made_summary,
        "picture": [picture.path, picture.alt, picture.caption, picture.credit, 0, 0] if picture else None,
        "language": article.language,
        "aliases": article.aliases,
        "source": [article.source.name, article.source.url] if article.source else None,
        "extra": article.extra,
        "words": article.words,
        "draft": article.draft,
        "links": [[link.path, link.line, link.column] for link in article.links],
        "body": digest(article.body.encode()).hex(),
        **{name: value for name, value in seldom.items() if value},
    }
    return _filed(members, _compact(members), article.body)


def refiled(text: str, body: str, pixels: tuple[int, int] | None = None) -> ArticleRow:
    """Return an article by its facts and body; with ``pixels``, its picture of that width and height."""
    members = json.loads(text)
    if pixels is not None and members["picture"]:
        members["picture"][4:] = pixels
        text = _compact(members)
    return _filed(members, text, body)


def facts_of(text: str) -> Facts:
    """Return what footprints compare of an article's facts."""
    return _facts(json.loads(text), text)


def _filed(members: Mapping[str, Any], text: str, body: str) -> ArticleRow:
    return ArticleRow(
        facts=_facts(members, text),
        uid=members["id"],
        draft=members["draft"],
        links=tuple(map(tuple, members["links"])),
        picture=members["picture"][0] if members["picture"] else "",
        body=body,
    )


def _facts(members: Mapping[str, Any], text: str) -> Facts:
    date = dt.datetime.fromisoformat(members["date"])
    updated = dt.datetime.fromisoformat(members["updated"]) if members["updated"] else date
    instant = seconds(date)
    day = int(members["day"].replace("-", ""))
    return Facts(
        path=members["path"],
        day=day,
        instant=instant,
        modified=max(instant, seconds(updated)),
        expires=seconds(dt.datetime.fromisoformat(members["expires"])) if members["expires"] else None,
        retracted="retracted" in members,
        output=members["output"],
        places=tuple(_places(members, day, instant)),
        teaser=_compact(
            {name: members[name] for name in _TEASER}
            | {name: members[name] for name in _SELDOM_IN_TEASER if name in members}
        ),
        text=text,
    )


def mark_of(path: str) -> int:
    """Return a number of a path, by which an index orders thousands of one moment; two may have the same."""
    return crc32(path.encode(errors="surrogatepass")) & 0xFF_FFFF


def seconds(moment: dt.datetime) -> int:
    """Return whole seconds since 1970, UTC, also before it."""
    return (moment - _EPOCH) // _SECOND


_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_SECOND = dt.timedelta(seconds=1)


# The kinds of facets of which an article is in at most one, or in several, and where its facts have them.
_ONE: tuple[tuple[FacetKind, str], ...] = (
    ("section", "section"),
    ("dateline", "dateline"),
    ("edition", "edition"),
    ("language", "tongue"),
)
_SEVERAL: tuple[tuple[FacetKind, str], ...] = (("tag", "tags"), ("author", "authors"), ("series", "series"))


def _places(members: Mapping[str, Any], day: int, instant: int) -> Iterator[Place]:
    yield Place("all", "", "", day, instant)
    for kind, field in _ONE:
        facet = members.get(field)
        if facet:
            yield Place(kind, facet[0], facet[1], day, instant)
    for kind, field in _SEVERAL:
        for slug, name in members.get(field, ()):
            yield Place(kind, slug, name, day, instant)
    if "translations" in members:
        yield Place("translation", members["translations"], "", day, instant)
    notes = [(noted, date) for _, noted, date, _ in members.get("corrections", ())]
    if "retracted" in members:
        notes.append(members["retracted"][:2])
    # Two notes of one moment stand in one place.
    moments = {seconds(dt.datetime.fromisoformat(date)): noted for noted, date in notes}
    for moment, noted in sorted(moments.items()):
        yield Place("correction", "", "", day_number(dt.date.fromisoformat(noted)), moment)


def _pair(facet: Facet | None) -> tuple[str, str] | None:
    return (facet.slug, facet.name) if facet else None


def _pairs(facets: Iterable[Facet]) -> list[tuple[str, str]]:
    return [(facet.slug, facet.name) for facet in facets]


def _compact(value: object) -> str:
    return _JSON.encode(value)
