"""What the plan reads of the archive: of each unit just what decides which outputs it wants."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedArticle:
    """An article that has a page: ``gone`` where that says that its time is over.

    ``targets`` are the paths of the files that it links to or shows, in order.
    """

    output: str
    gone: bool
    retracted: bool
    aliases: tuple[str, ...]
    targets: tuple[str, ...]


def planned_article(db: sqlite3.Connection, path: str) -> PlannedArticle | None:
    """Return the article of a path, None if there is none that has a page."""
    query = (
        "SELECT a.output, a.gone, s.facts FROM article a JOIN story s ON s.article = a.id"
        " WHERE a.path = ? AND (a.live = 1 OR a.gone = 1)"
    )
    row = db.execute(query, (path,)).fetchone()
    if row is None:
        return None
    output, gone, text = row
    facts = json.loads(text)
    return PlannedArticle(
        output=output,
        gone=bool(gone),
        retracted="retracted" in facts,
        aliases=tuple(facts["aliases"]),
        targets=tuple(sorted({target for target, _, _ in facts["links"]})),
    )


def profile_targets(db: sqlite3.Connection, kind: str, slug: str) -> tuple[tuple[str, str], ...]:
    """Return the files that the profiles of a facet link to or show, as pairs (profile, target) in order."""
    query = (
        "SELECT DISTINCT p.path, l.target FROM profile p JOIN profile_link l ON l.profile = p.path"
        " WHERE p.kind = ? AND p.slug = ? ORDER BY p.path, l.target"
    )
    return tuple(db.execute(query, (kind, slug)))


def count_of_month(db: sqlite3.Connection, month: int) -> int:
    """Return how many articles a month (202211) has."""
    row = db.execute("SELECT count FROM month WHERE value = ?", (month,)).fetchone()
    return int(row[0]) if row else 0


def has_source(db: sqlite3.Connection, path: str) -> bool:
    """Return whether there is a source of that path."""
    return db.execute("SELECT 1 FROM source WHERE path = ?", (path,)).fetchone() is not None
