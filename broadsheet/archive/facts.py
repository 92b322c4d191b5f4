"""An article as text in the archive: its facts, its teaser, and what of it footprints compare.

Text, because it is what answers are made of: a listing's answer is its teasers' texts, and asking
again compares digests without decoding anything.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from zlib import crc32

from broadsheet.files import digest
from broadsheet.model import Article, Facet, FacetKind

_TEASER = (
    *("path", "id", "title", "output", "day", "date", "updated", "authors", "dateline", "section"),
    *("summary", "picture", "language", "aliases"),
)


class Facts(NamedTuple):
    """A live article as the archive knows it, before or after a change.

    ``day`` is 20221105; ``expires`` is None for what never does; ``facets`` are (kind, slug, name) but for
    everything; ``text`` is the whole of its facts, the digest of its body among them, and ``teaser`` what
    other pages may know of it.
    """

    path: str
    day: int
    instant: int
    modified: int
    expires: int | None
    output: str
    facets: tuple[tuple[FacetKind, str, str], ...]
    teaser: str
    text: str

    @property
    def keys(self) -> frozenset[str]:
        """The keys of its facets, everything's among them."""
        return frozenset(("all", *(f"{kind}/{slug}" for kind, slug, _ in self.facets)))

    @property
    def mark(self) -> int:
        """The mark of its path."""
        return mark_of(self.path)

    @property
    def periods(self) -> tuple[int, int, int, int]:
        """The periods that it is listed in: all time, its year, month and day."""
        return 0, self.day // 10000, self.day // 100, self.day


class Filed(NamedTuple):
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


def filed(article: Article) -> Filed:
    """Return an article ready for the archive; how large its picture is, the archive will know."""
    picture = article.picture
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
        "picture": [picture.path, picture.alt, picture.caption, picture.credit, 0, 0] if picture else None,
        "language": article.language,
        "aliases": article.aliases,
        "source": [article.source.name, article.source.url] if article.source else None,
        "extra": article.extra,
        "words": article.words,
        "draft": article.draft,
        "links": [[link.path, link.line, link.column] for link in article.links],
        "body": digest(article.body.encode()).hex(),
    }
    return _filed(members, _compact(members), article.body)


def refiled(text: str, body: str, pixels: tuple[int, int] | None = None) -> Filed:
    """Return an article by its facts and body; with ``pixels``, its picture of that width and height."""
    members = json.loads(text)
    if pixels is not None and members["picture"]:
        members["picture"][4:] = pixels
        text = _compact(members)
    return _filed(members, text, body)


def facts_of(text: str) -> Facts:
    """Return what footprints compare of an article's facts."""
    return _facts(json.loads(text), text)


def _filed(members: Mapping[str, Any], text: str, body: str) -> Filed:
    return Filed(
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
    return Facts(
        path=members["path"],
        day=int(members["day"].replace("-", "")),
        instant=instant,
        modified=max(instant, seconds(updated)),
        expires=seconds(dt.datetime.fromisoformat(members["expires"])) if members["expires"] else None,
        output=members["output"],
        facets=tuple(_facets(members)),
        teaser=_compact({name: members[name] for name in _TEASER}),
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


def _facets(members: Mapping[str, Any]) -> Iterable[tuple[FacetKind, str, str]]:
    singles: tuple[FacetKind, FacetKind] = ("section", "dateline")
    for kind in singles:
        if members[kind]:
            slug, name = members[kind]
            yield kind, slug, name
    several: tuple[tuple[FacetKind, str], ...] = (("tag", "tags"), ("author", "authors"))
    for kind, field in several:
        for slug, name in members[field]:
            yield kind, slug, name


def _pair(facet: Facet | None) -> tuple[str, str] | None:
    return (facet.slug, facet.name) if facet else None


def _pairs(facets: Iterable[Facet]) -> list[tuple[str, str]]:
    return [(facet.slug, facet.name) for facet in facets]


def _compact(value: object) -> str:
    return _JSON.encode(value)
