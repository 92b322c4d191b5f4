"""Questions about the profiles of authors and places, and about what bylines and the map need of them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from broadsheet.archive.questions.names import NAMES_ON_A_PAGE
from broadsheet.archive.questions.question import Change, QuestionKind, SourceQuestion, parse_no_parameters
from broadsheet.common.keys import FacetKey, parse_facet_kind
from broadsheet.common.model import FacetKind, Profile


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


class Located(QuestionKind[FacetKind, None, tuple[tuple[str, str], ...]]):
    """``located KIND``: the facets of a kind that have coordinates, at most 500, in order.

    Of more, those that come first in the index of names: that order depends on no article.
    """

    name = "located"

    def answer(
        self, db: sqlite3.Connection, subject: FacetKind, parameters: None
    ) -> tuple[tuple[str, str], ...]:
        """Return pairs of slug and coordinates, latitude and longitude as JSON."""
        query = """
            SELECT f.slug, p.coordinates FROM facet f JOIN profile p ON p.kind = f.kind AND p.slug = f.slug
            WHERE f.kind = ? AND p.coordinates <> '' AND NOT EXISTS (
                SELECT 1 FROM profile q WHERE q.kind = p.kind AND q.slug = p.slug AND q.path < p.path
            )
            ORDER BY f.sort, f.slug LIMIT ?
        """
        return tuple(db.execute(query, (subject, NAMES_ON_A_PAGE)))

    def footprint(self, db: sqlite3.Connection, change: Change) -> Iterable[FacetKind]:
        """Yield the kind of a facet that has come, gone or moved, or that a profile is about."""
        return (FacetKey.parse(change.name).kind,) if change.what in {"profile", "order"} else ()


PROFILE = ProfileOf(FacetKey.parse, parse_no_parameters)
BYLINE = Byline(FacetKey.parse, parse_no_parameters)
LOCATED = Located(parse_facet_kind, parse_no_parameters)


def _first(db: sqlite3.Connection, columns: str, subject: FacetKey) -> tuple[str, ...] | None:
    query = f"SELECT {columns} FROM profile WHERE kind = ? AND slug = ? ORDER BY path LIMIT 1"
    row: tuple[str, ...] | None = db.execute(query, subject).fetchone()
    return row
