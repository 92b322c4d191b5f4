"""Counts and reads what no page shows, for commands that report on the whole archive."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from broadsheet.archive.facts import Members
from broadsheet.common.model import FacetKind


class FacetCount(NamedTuple):
    """A facet, its name and how many articles are in it."""

    slug: str
    name: str
    articles: int


def list_facets(db: sqlite3.Connection, kind: FacetKind, most: int = -1) -> list[FacetCount]:
    """Return the facets of a kind, those with most articles first; at most ``most``, unless that is -1."""
    query = "SELECT slug, name, count FROM facet WHERE kind = ? ORDER BY count DESC, sort, slug LIMIT ?"
    return [FacetCount(*row) for row in db.execute(query, (kind, most))]


def list_tags(db: sqlite3.Connection) -> list[FacetCount]:
    """Return the tags that articles have, by slug."""
    rows = db.execute("SELECT slug, name, count FROM facet WHERE kind = 'tag' AND count > 0 ORDER BY slug")
    return [FacetCount(*row) for row in rows]


def find_tagged(db: sqlite3.Connection, tag: str) -> str:
    """Return the path of an article that has a tag, which at least one must have."""
    query = (
        "SELECT a.path FROM facet f JOIN member m ON m.facet = f.id JOIN article a ON a.id = m.article"
        " WHERE f.kind = 'tag' AND f.slug = ?"
    )
    (path,) = db.execute(query, (tag,)).fetchone()
    return str(path)


def count_extra_fields(db: sqlite3.Connection) -> list[tuple[str, int]]:
    """Return the fields beside ours that live articles have a value for, and in how many; commonest first."""
    query = (
        "SELECT e.key, count(*) FROM article a JOIN story s ON s.article = a.id"
        " JOIN json_each(s.facts, '$.extra') e"
        " WHERE a.live = 1 AND e.value NOT IN ('', '[]', '{}') GROUP BY e.key ORDER BY count(*) DESC, e.key"
    )
    return db.execute(query).fetchall()


def read_live_articles(db: sqlite3.Connection) -> Iterator[tuple[Members, str]]:
    """Yield the facts and the body of each live article, the oldest first; "" for a body without pictures."""
    query = (
        "SELECT s.facts, CASE WHEN instr(s.body, '<img ') THEN s.body ELSE '' END"
        " FROM article a JOIN story s ON s.article = a.id WHERE a.live = 1 ORDER BY a.day, a.instant, a.path"
    )
    for facts, body in db.execute(query):
        yield json.loads(facts), body
