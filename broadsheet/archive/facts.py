"""An article as the archive stores it: its facts and its teaser as JSON text, and what footprints compare.

Text, because answers are made of it: the answer to a listing is the texts of its teasers, and their
digests are compared without decoding anything.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias
from zlib import crc32

from broadsheet.common.files import digest
from broadsheet.common.keys import FacetKey, ListingKey
from broadsheet.common.model import Article, Correction, Facet, FacetKind, Picture, Retraction, Source
from broadsheet.common.periods import list_larger, number_day
from broadsheet.common.pictures import NO_PICTURE, PictureShape
from broadsheet.settings.fields import Shape, list_attributes

# The members of an article's facts, by name, as JSON decodes them.
Members: TypeAlias = Mapping[str, Any]

_TIMED = ("timed", "updated_timed")
_TEASER = ("path", "output", "former", "day", *_TIMED, *(name for name, _ in list_attributes("teaser")))
# For the data files. Not its body, nor the digest of that: a corrected word changes no record.
RECORD_MEMBERS = (*_TEASER, *(name for name, _ in list_attributes("record")), "words")


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
        return tuple(ListingKey(key, period) for period in (*list_larger(self.day), self.day))


class Facts(NamedTuple):
    """What footprints compare of an article, before or after a change.

    ``day`` is 20221105; ``instant``, ``modified`` and ``expires`` are seconds since 1970, UTC, ``expires``
    None if it never does. ``aliases`` and ``former`` are output paths, as in ``Article``. The first of its
    ``memberships`` is in the facet of everything. ``text`` is all of its facts, with the digest of its body,
    and ``teaser`` what other pages may know of it.
    """

    path: str
    day: int
    instant: int
    modified: int
    expires: int | None
    retracted: bool
    output: str
    aliases: tuple[str, ...]
    former: tuple[str, ...] | None
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

    ``uid`` is its ``id:``; ``links`` are (target, line, column, shown), as in ``Link``; ``picture`` is the
    path of its lead picture, or empty; ``search`` is what search indexes of it.
    """

    facts: Facts
    uid: str
    draft: bool
    links: tuple[tuple[str, int, int, str], ...]
    picture: str
    body: str
    search: str


def to_row(article: Article) -> ArticleRow:
    """Return an article as the archive stores it; what its picture is like is filled in there."""
    members: dict[str, Any] = {
        "path": article.path,
        "output": article.output,
        "day": article.day.isoformat(),
        "made_summary": article.made_summary,
        "extra": article.extra,
        "words": article.words,
        "links": [[link.path, link.line, link.column, link.shown] for link in article.links],
        "body": digest(article.body.encode()).hex(),
    }
    # Only of a day without a time.
    members |= {name: False for name in _TIMED if not getattr(article, name)}
    if article.former is not None:
        members["former"] = article.former
    if article.language_facet:
        members["language_facet"] = _store_name(article.language_facet)
    for name, optional, store in _STORED:
        value = getattr(article, name)
        if value or not optional:
            members[name] = store(value) if store else value
    return _row(members, _compact(members), article.body, article.search)


def row_from_facts(text: str, body: str, search: str, picture: PictureShape | None = None) -> ArticleRow:
    """Return an article as it is stored; ``picture`` is the shape that its lead picture has now, if any."""
    members = json.loads(text)
    if picture is not None and members["picture"]:
        members["picture"][4:8] = picture
        text = _compact(members)
    return _row(members, text, body, search)


def with_names(row: ArticleRow, names: Mapping[tuple[str, str], str]) -> ArticleRow:
    """Return an article with its facets under the names that site.toml gives, by kind and slug.

    How it spells them itself is kept beside that. A language keeps its code.
    """
    places = {place.key: place.name for place in row.facts.memberships if place.kind != "language"}
    given = {key: names[key] for key, name in places.items() if names.get(key, name) != name}
    if not given and _SPELLED not in row.facts.text:
        return row
    members = json.loads(row.facts.text)
    members.pop("spelled", None)
    shown = places | given
    pairs = [(kind, members[field]) for kind, field in _NAMED if members.get(field)]
    pairs += [(kind, pair) for kind, field in _SEVERAL for pair in members.get(field, ())]
    for kind, pair in pairs:
        pair[1] = shown[FacetKey(kind, pair[0])]
    if given:
        members["spelled"] = {str(key): places[key] for key in given}
    return _row(members, _compact(members), row.body, row.search)


def parse_facts(text: str) -> Facts:
    """Return what footprints compare, from an article's stored facts."""
    return _facts(json.loads(text), text)


def _row(members: Members, text: str, body: str, search: str) -> ArticleRow:
    return ArticleRow(
        facts=_facts(members, text),
        uid=members["id"],
        draft=members.get("draft", False),
        links=tuple(map(tuple, members["links"])),
        picture=members["picture"][0] if members["picture"] else "",
        body=body,
        search=search,
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
        aliases=tuple(members["aliases"]),
        former=tuple(members["former"]) if "former" in members else None,
        memberships=tuple(_memberships(members, day, instant)),
        teaser=_compact({name: members[name] for name in _TEASER if name in members}),
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
_FACETS = tuple(
    (each.facet, name, each.shape) for name, each in list_attributes("teaser", "record") if each.facet
)
_NAMED = tuple((kind, name) for kind, name, shape in _FACETS if shape == "name")
_ONE = (*_NAMED, ("language", "language_facet"))
# The member, as text, of an article that spells facets otherwise than they are shown.
_SPELLED = '"spelled":'
_SEVERAL = tuple((kind, name) for kind, name, shape in _FACETS if shape == "names")


def _memberships(members: Members, day: int, instant: int) -> Iterator[Membership]:
    yield Membership("all", "", "", day, instant)
    spelled = members.get("spelled")
    for kind, field in _ONE:
        facet = members.get(field)
        if facet:
            slug, name = facet
            own = spelled.get(f"{kind}/{slug}", name) if spelled else name
            yield Membership(kind, slug, own, day, instant)
    for kind, field in _SEVERAL:
        for slug, name in members.get(field, ()):
            own = spelled.get(f"{kind}/{slug}", name) if spelled else name
            yield Membership(kind, slug, own, day, instant)
    if "translations" in members:
        yield Membership("translation", members["translations"], "", day, instant)
    notes = [(noted, date) for _, noted, date, *_ in members.get("corrections", ())]
    if "retracted" in members:
        notes.append(members["retracted"][:2])
    # Two notes of one instant are one membership.
    instants = {seconds(dt.datetime.fromisoformat(date)): noted for noted, date in notes}
    for noted_at, noted in sorted(instants.items()):
        yield Membership("correction", "", "", number_day(dt.date.fromisoformat(noted)), noted_at)


def _store_name(facet: Facet | None) -> tuple[str, str] | None:
    return (facet.slug, facet.name) if facet else None


def _store_names(facets: Iterable[Facet]) -> list[tuple[str, str]]:
    return [(facet.slug, facet.name) for facet in facets]


def _store_moment(moment: dt.datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _store_picture(picture: Picture | None) -> list[object] | None:
    """Return a picture; what it is like, ``PictureShape``, the archive fills in before its focus."""
    if picture is None:
        return None
    return [picture.path, picture.alt, picture.caption, picture.credit, *NO_PICTURE.shape, *picture.focus]


def _store_source(source: Source | None) -> list[str] | None:
    return [source.name, source.url] if source else None


def _store_corrections(notes: Iterable[Correction]) -> list[tuple[str | bool, ...]]:
    return [
        (
            *(note.kind, note.day.isoformat(), note.date.isoformat(), note.text, note.timed),
            *((note.was, note.is_now) if note.was or note.is_now else ()),
        )
        for note in notes
    ]


def _store_retraction(note: Retraction) -> tuple[str, str, str, bool]:
    return note.day.isoformat(), note.date.isoformat(), note.reason, note.timed


# How a value is stored, by the shape of its field; those of other shapes are stored as they are.
_STORES: Mapping[Shape, Callable[[Any], object]] = {
    "name": _store_name,
    "names": _store_names,
    "moment": _store_moment,
    "picture": _store_picture,
    "source": _store_source,
    "corrections": _store_corrections,
    "retraction": _store_retraction,
}
_STORED = tuple(
    (name, field.optional, _STORES.get(field.shape))
    for name, field in list_attributes("teaser", "record", "page")
)


def _compact(value: object) -> str:
    return _JSON.encode(value)
