"""An article as the archive stores it: its facts and its teaser as JSON text, and what footprints compare.

Text, because answers are made of it: the answer to a listing is the texts of its teasers, and their
digests are compared without decoding anything.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias
from zlib import crc32

from broadsheet.common.files import digest
from broadsheet.common.keys import FacetKey, ListingKey
from broadsheet.common.model import Article, Facet, FacetKind
from broadsheet.common.periods import day_number, larger

# The members of an article's facts, by name, as JSON decodes them.
Members: TypeAlias = Mapping[str, Any]

_TEASER = (
    *("path", "id", "title", "output", "day", "date", "updated", "authors", "dateline", "section"),
    *("summary", "picture", "language", "aliases"),
)
# Fields that few articles have; they are left out of the text of all others.
_OPTIONAL_IN_TEASER = ("genre", "edition", "page", "column", "corrections", "retracted")


class Membership(NamedTuple):
    """An article's place in a facet: ``day`` is 20221105, ``instant`` seconds since 1970, UTC.

    They are the article's own, but in the facet of corrections those of the correction. ``name`` is the
    facet's name as the article spells it.
    """

    kind: FacetKind
    slug: str
    name: str
    day: int
    instant: int

    @property
    def key(self) -> FacetKey:
        """The facet's key."""
        return FacetKey(self.kind, self.slug)

    @property
    def listings(self) -> tuple[ListingKey, ...]:
        """The listings that the place is in: the facet's of all time, of its year, month and day."""
        key = self.key
        return tuple(ListingKey(key, period) for period in (*larger(self.day), self.day))


class Facts(NamedTuple):
    """What footprints compare of an article, before or after a change.

    ``day`` is 20221105; ``instant``, ``modified`` and ``expires`` are seconds since 1970, UTC, ``expires``
    None if it never does. The first of its ``memberships`` is in the facet of everything. ``text`` is all of
    its facts, with the digest of its body, and ``teaser`` what other pages may know of it.
    """

    path: str
    day: int
    instant: int
    modified: int
    expires: int | None
    retracted: bool
    output: str
    memberships: tuple[Membership, ...]
    teaser: str
    text: str

    @property
    def keys(self) -> frozenset[FacetKey]:
        """The keys of its facets, everything's among them."""
        return frozenset(membership.key for membership in self.memberships)

    @property
    def mark(self) -> int:
        """A hash of its path: see ``mark_of``."""
        return mark_of(self.path)


class ArticleRow(NamedTuple):
    """An article as the archive stores it, made in the process that has read it.

    ``uid`` is its ``id:``; ``links`` are (target, line, column); ``picture`` is the path of its lead
    picture, or empty.
    """

    facts: Facts
    uid: str
    draft: bool
    links: tuple[tuple[str, int, int], ...]
    picture: str
    body: str


def to_row(article: Article) -> ArticleRow:
    """Return an article as the archive stores it; the size of its picture is filled in there."""
    picture, retracted = article.picture, article.retracted
    optional = {
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
        **{name: value for name, value in optional.items() if value},
    }
    return _row(members, _compact(members), article.body)


def row_from_facts(text: str, body: str, pixels: tuple[int, int] | None = None) -> ArticleRow:
    """Return an article from its stored facts and body; ``pixels`` are a new size of its picture, if any."""
    members = json.loads(text)
    if pixels is not None and members["picture"]:
        members["picture"][4:] = pixels
        text = _compact(members)
    return _row(members, text, body)


def parse_facts(text: str) -> Facts:
    """Return what footprints compare, from an article's stored facts."""
    return _facts(json.loads(text), text)


def _row(members: Members, text: str, body: str) -> ArticleRow:
    return ArticleRow(
        facts=_facts(members, text),
        uid=members["id"],
        draft=members["draft"],
        links=tuple(map(tuple, members["links"])),
        picture=members["picture"][0] if members["picture"] else "",
        body=body,
    )


def _facts(members: Members, text: str) -> Facts:
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
        memberships=tuple(_memberships(members, day, instant)),
        teaser=_compact(
            {name: members[name] for name in _TEASER}
            | {name: members[name] for name in _OPTIONAL_IN_TEASER if name in members}
        ),
        text=text,
    )


def mark_of(path: str) -> int:
    """Return a hash of a path, of 24 bits, by which an index orders articles of one instant."""
    return crc32(path.encode(errors="surrogatepass")) & 0xFF_FFFF


def seconds(moment: dt.datetime) -> int:
    """Return whole seconds since 1970, UTC, also before it."""
    return (moment - _EPOCH) // _SECOND


_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_SECOND = dt.timedelta(seconds=1)


# The kinds of facets of which an article is in at most one, or in several, and the member that has them.
_ONE: tuple[tuple[FacetKind, str], ...] = (
    ("section", "section"),
    ("dateline", "dateline"),
    ("edition", "edition"),
    ("language", "tongue"),
)
_SEVERAL: tuple[tuple[FacetKind, str], ...] = (("tag", "tags"), ("author", "authors"), ("series", "series"))


def _memberships(members: Members, day: int, instant: int) -> Iterator[Membership]:
    yield Membership("all", "", "", day, instant)
    for kind, field in _ONE:
        facet = members.get(field)
        if facet:
            yield Membership(kind, facet[0], facet[1], day, instant)
    for kind, field in _SEVERAL:
        for slug, name in members.get(field, ()):
            yield Membership(kind, slug, name, day, instant)
    if "translations" in members:
        yield Membership("translation", members["translations"], "", day, instant)
    notes = [(noted, date) for _, noted, date, _ in members.get("corrections", ())]
    if "retracted" in members:
        notes.append(members["retracted"][:2])
    # Two notes of one instant are one membership.
    instants = {seconds(dt.datetime.fromisoformat(date)): noted for noted, date in notes}
    for noted_at, noted in sorted(instants.items()):
        yield Membership("correction", "", "", day_number(dt.date.fromisoformat(noted)), noted_at)


def _pair(facet: Facet | None) -> tuple[str, str] | None:
    return (facet.slug, facet.name) if facet else None


def _pairs(facets: Iterable[Facet]) -> list[tuple[str, str]]:
    return [(facet.slug, facet.name) for facet in facets]


def _compact(value: object) -> str:
    return _JSON.encode(value)
