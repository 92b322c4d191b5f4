"""Questions about the profiles of authors and places, and about what bylines and the map need of them."""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Iterable
from typing import NamedTuple, TypeAlias

from broadsheet.archive.questions.names import NAMES_ON_A_PAGE
from broadsheet.archive.questions.question import Change, QuestionKind, SourceQuestion, parse_no_parameters
from broadsheet.common.keys import FacetKey, parse_facet_kind
from broadsheet.common.model import FacetKind, Profile

# Places around another on a map: how many, and up to how many degrees of latitude away.
_MOST_NEAR, _NEAR = 5, 3
_UNITS = 10_000  # in a degree
# What stands about an author below an article.
_BOXED = ("path", "kind", "role", "picture", "email", "opening")


class ProfileRow(NamedTuple):
    """A profile as the archive keeps it, made in the process that has read it.

    ``kind`` and ``slug`` are those of its facet, ``links`` are (target, line, column, shown).
    """

    path: str
    kind: FacetKind
    slug: str
    name: str
    sort: str
    byline: str
    coordinates: str
    facts: str
    body: str
    links: tuple[tuple[str, int, int, str], ...]

    @property
    def key(self) -> FacetKey:
        """The key of the facet that it is about."""
        return FacetKey(self.kind, self.slug)


def to_row(profile: Profile) -> ProfileRow:
    """Return a profile as the archive keeps it."""
    picture, facet, where = profile.picture, profile.facet, profile.coordinates
    coordinates = [where.latitude, where.longitude] if where else None
    members = {
        "path": profile.path,
        "kind": profile.kind,
        "role": profile.role,
        "picture": [picture.path, picture.alt, picture.caption, picture.credit, *picture.focus]
        if picture
        else None,
        "email": profile.email,
        "addresses": [[each.name, each.url] for each in profile.addresses],
        "fediverse": profile.fediverse,
        "coordinates": coordinates,
        "opening": profile.opening,
        "stories": profile.stories,
    }
    byline = [profile.kind, profile.family, profile.fediverse]
    byline_text, facts = (json.dumps(value, ensure_ascii=False) for value in (byline, members))
    located = json.dumps(coordinates) if coordinates else ""
    links = tuple((link.path, link.line, link.column, link.shown) for link in profile.links)
    about = profile.path, facet.kind, facet.slug, facet.name, profile.sort
    return ProfileRow(*about, byline_text, located, facts, profile.body, links)


class ProfileOf(SourceQuestion[FacetKey, tuple[str, str] | None]):
    """``profile FACET``: the profile of an author or a place, and its body; or None."""

    name = "profile"
    what = "profile"

    def answer(self, db: sqlite3.Connection, subject: FacetKey, parameters: None) -> tuple[str, str] | None:
        """Return the facts as text, and the body's HTML, its links still marked."""
        row = _first(db, "facts, body", subject)
        return (row[0], row[1]) if row else None


class KeyStories(QuestionKind[FacetKey, None, tuple[str, ...]]):
    """``key_stories FACET``: the teasers of the stories that the profile of a topic names, in its order."""

    name = "key_stories"

    def answer(self, db: sqlite3.Connection, subject: FacetKey, parameters: None) -> tuple[str, ...]:
        """Return the teasers, without those of stories that are not live."""
        row = _first(db, "facts", subject)
        paths = json.loads(row[0])["stories"] if row else ()
        query = "SELECT teaser FROM article WHERE path = ? AND live = 1"
        found = (db.execute(query, (path,)).fetchone() for path in paths)
        return tuple(teaser for (teaser,) in filter(None, found))

    def footprint(self, db: sqlite3.Connection, change: Change) -> Iterable[FacetKey]:
        """Yield the facet of the profile, and those whose profiles name or link to the article."""
        if change.what == "profile":
            yield FacetKey.parse(change.name)
        if change.what == "article":
            query = (
                "SELECT DISTINCT p.kind, p.slug FROM file_link l JOIN profile p ON p.path = l.path"
                " WHERE l.target = ?"
            )
            for kind, slug in db.execute(query, (change.name,)):
                yield FacetKey(kind, slug)


class Byline(SourceQuestion[FacetKey, str | None]):
    """``byline FACET``: what the pages of an author's articles say of the author, or None.

    A question of its own, so that a new biography changes none of them.
    """

    name = "byline"
    what = "profile"

    def answer(self, db: sqlite3.Connection, subject: FacetKey, parameters: None) -> str | None:
        """Return it as text."""
        row = _first(db, "byline", subject)
        return row[0] if row else None


class AuthorBox(SourceQuestion[FacetKey, str | None]):
    """``author_box FACET``: what stands about an author below an article, or None.

    A question of its own, so that a change further down in a long biography changes no article's page.
    """

    name = "author_box"
    what = "profile"

    def answer(self, db: sqlite3.Connection, subject: FacetKey, parameters: None) -> str | None:
        """Return the profile's path, kind, role, picture, e-mail address and first words as text."""
        row = _first(db, "facts", subject)
        if row is None:
            return None
        members = json.loads(row[0])
        return json.dumps({name: members[name] for name in _BOXED}, ensure_ascii=False)


# Of a facet on a map: slug, coordinates (latitude and longitude as JSON), size by its number of articles.
LocatedFacet: TypeAlias = tuple[str, str, int]


class Located(QuestionKind[FacetKind, None, tuple[LocatedFacet, ...]]):
    """``located KIND``: the facets of a kind that have coordinates, at most 500, in order.

    Of more, those that come first in the index of names: that order depends on no article. The size is 1 for
    up to 9 articles, 2 for up to 99, and so on, so that it hardly ever changes.
    """

    name = "located"

    def answer(
        self, db: sqlite3.Connection, subject: FacetKind, parameters: None
    ) -> tuple[LocatedFacet, ...]:
        """Return slugs, coordinates and sizes."""
        return _list_located(db, subject)

    def footprint(self, db: sqlite3.Connection, change: Change) -> Iterable[FacetKind]:
        """Yield the kind of a facet that has come, gone, moved or changed its count, or has a profile."""
        if change.what in {"profile", "order"}:
            return (FacetKey.parse(change.name).kind,)
        return {key.kind for key in change.keys} if _has_moved(change) else ()


class Near(QuestionKind[FacetKey, None, tuple[tuple[str, str], ...]]):
    """``near FACET``: a facet that has coordinates, and after it those of its kind around it, in order.

    At most ``_MOST_NEAR`` within ``_NEAR`` degrees, of those that ``located`` names, the nearest first;
    nothing of a facet without coordinates. A place is among the nearest five of at most thirty others, so a
    new one changes few answers; sizes would change them with the articles of each.
    """

    name = "near"

    def answer(
        self, db: sqlite3.Connection, subject: FacetKey, parameters: None
    ) -> tuple[tuple[str, str], ...]:
        """Return slugs and coordinates, first those of the facet itself."""
        for own, where, _ in _list_located(db, subject.kind, subject.slug):
            others = [each[:2] for each in _list_located(db, subject.kind) if each[0] != own]
            ranked = sorted((_square_distance(where, each[1]), each) for each in others)
            near = [each for distance, each in ranked if distance <= (_NEAR * _UNITS**2) ** 2]
            return ((own, where), *near[:_MOST_NEAR])
        return ()

    def footprint(self, db: sqlite3.Connection, change: Change) -> Iterable[FacetKey]:
        """Yield all facets that have coordinates, when one of their kind has come or gone, or its profile."""
        if change.what in {"profile", "order"}:
            changed = FacetKey.parse(change.name)
            yield changed
            query = "SELECT slug FROM profile WHERE kind = ? AND coordinates <> ''"
            yield from (FacetKey(changed.kind, slug) for (slug,) in db.execute(query, (changed.kind,)))


PROFILE = ProfileOf(FacetKey.parse, parse_no_parameters)
AUTHOR_BOX = AuthorBox(FacetKey.parse, parse_no_parameters)
KEY_STORIES = KeyStories(FacetKey.parse, parse_no_parameters)
BYLINE = Byline(FacetKey.parse, parse_no_parameters)
LOCATED = Located(parse_facet_kind, parse_no_parameters)
NEAR = Near(FacetKey.parse, parse_no_parameters)


def _list_located(db: sqlite3.Connection, kind: FacetKind, slug: str = "") -> tuple[LocatedFacet, ...]:
    """Return the facets of a kind that have coordinates, or only the one of that ``slug``."""
    query = """
        SELECT f.slug, p.coordinates, f.count FROM facet f
        JOIN profile p ON p.kind = f.kind AND p.slug = f.slug
        WHERE f.kind = ?1 AND (?2 = '' OR f.slug = ?2) AND p.coordinates <> '' AND NOT EXISTS (
            SELECT 1 FROM profile q WHERE q.kind = p.kind AND q.slug = p.slug AND q.path < p.path
        )
        ORDER BY f.sort, f.slug LIMIT ?3
    """
    rows = db.execute(query, (kind, slug, NAMES_ON_A_PAGE))
    return tuple((slug, where, len(str(count))) for slug, where, count in rows)


def _square_distance(one: str, other: str) -> int:
    """Return the square of a distance, in whole numbers, which are the same on every machine.

    The distance is in degrees of latitude, times the square of ``_UNITS``.
    """
    (north, east), (other_north, other_east) = json.loads(one), json.loads(other)
    # A degree of longitude is as long as it is halfway, by that of latitude.
    length = round(math.cos(math.radians(round((north + other_north) / 2))) * _UNITS)
    across = abs(east - other_east)
    down: int = round((north - other_north) * _UNITS) * _UNITS
    sideways: int = round(min(across, 360 - across) * _UNITS) * length
    return down * down + sideways * sideways


def _has_moved(change: Change) -> bool:
    """Return whether an article has come, gone, or moved to other facets."""
    before, after = change.before, change.after
    return not (before and after) or before.keys != after.keys


def _first(db: sqlite3.Connection, columns: str, subject: FacetKey) -> tuple[str, ...] | None:
    query = f"SELECT {columns} FROM profile WHERE kind = ? AND slug = ? ORDER BY path LIMIT 1"
    row: tuple[str, ...] | None = db.execute(query, subject).fetchone()
    return row
