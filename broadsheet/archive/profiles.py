"""Questions about profiles: what is said of an author or a place, and the little of it that bylines need."""

from __future__ import annotations

import json
import sqlite3
from typing import NamedTuple

from broadsheet.archive.kinds import Answer, OfSource
from broadsheet.model import Profile


class Kept(NamedTuple):
    """A profile made ready for the archive, in the process that has read it."""

    path: str
    kind: str
    slug: str
    name: str
    byline: str
    facts: str
    body: str
    links: tuple[tuple[str, int, int], ...]

    @property
    def key(self) -> str:
        """The key of the facet that it is about."""
        return f"{self.kind}/{self.slug}"


def kept(profile: Profile) -> Kept:
    """Return a profile ready for the archive."""
    picture, facet = profile.picture, profile.facet
    members = {
        "path": profile.path,
        "kind": profile.kind,
        "role": profile.role,
        "picture": [picture.path, picture.alt, picture.caption, picture.credit] if picture else None,
        "email": profile.email,
        "addresses": [[each.name, each.url] for each in profile.addresses],
        "fediverse": profile.fediverse,
    }
    byline = [profile.kind, profile.family, profile.fediverse]
    byline_text, facts = (json.dumps(value, ensure_ascii=False) for value in (byline, members))
    links = tuple((link.path, link.line, link.column) for link in profile.links)
    return Kept(profile.path, facet.kind, facet.slug, facet.name, byline_text, facts, profile.body, links)


class ProfileOf(OfSource):
    """``profile FACET``: what is said of an author or a place, and its body; or None."""

    name = "profile"
    what = "profile"

    def answer(self, state: sqlite3.Connection, subject: str, detail: str) -> Answer:
        """Return the facts as text, and the body's HTML, its links still marked."""
        return _first(state, "facts, body", subject)


class Byline(OfSource):
    """``byline FACET``: what the pages of an author's articles say of the author, or None.

    So a biography may change without them.
    """

    name = "byline"
    what = "profile"

    def answer(self, state: sqlite3.Connection, subject: str, detail: str) -> Answer:
        """Return it as text."""
        row = _first(state, "byline", subject)
        return row[0] if row else None


def _first(state: sqlite3.Connection, columns: str, subject: str) -> tuple[str, ...] | None:
    kind, _, slug = subject.partition("/")
    query = f"SELECT {columns} FROM profile WHERE kind = ? AND slug = ? ORDER BY path LIMIT 1"
    row: tuple[str, ...] | None = state.execute(query, (kind, slug)).fetchone()
    return row
