"""Which articles are live at a moment, which are held back, and when that will next change."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

_LAST = 253_402_300_799  # the last second of the year 9999


@dataclass(frozen=True, slots=True, kw_only=True)
class Visibility:
    """Which articles are live: those dated up to ``as_of`` that have not expired by then.

    ``as_of`` is in seconds since 1970, UTC. ``drafts``: drafts are live too, and not held back like articles
    dated in the future; ``ahead``: those are live as well.
    """

    as_of: int
    drafts: bool
    ahead: bool = False

    @property
    def reach(self) -> int:
        """The last instant whose articles are not held back."""
        return _LAST if self.ahead else self.as_of

    def passes(self, instant: int, *, draft: bool) -> bool:
        """Return whether an article of ``instant`` is not held back."""
        return instant <= self.reach and (self.drafts or not draft)

    def is_over(self, expires: int | None) -> bool:
        """Return whether an article that expires then has expired."""
        return expires is not None and expires <= self.as_of


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldArticle:
    """An article that is held back: ``appears`` is its date, or None for a draft."""

    path: str
    title: str
    appears: dt.datetime | None


def list_held_back(db: sqlite3.Connection) -> Iterator[HeldArticle]:
    """Yield the articles that are held back: those dated in the future by date, then drafts by path.

    After these the pages of the site's own that are drafts.
    """
    query = (
        "SELECT a.path, s.facts, a.draft, a.instant FROM article a JOIN story s ON s.article = a.id"
        " WHERE a.live = 0 AND a.gone = 0"
        " UNION ALL SELECT path, facts, 2, 0 FROM own_page WHERE live = 0 ORDER BY 3, 4, 1"
    )
    for path, facts, draft, _ in db.execute(query):
        members = json.loads(facts)
        appears = None if draft else dt.datetime.fromisoformat(members["date"])
        yield HeldArticle(path=path, title=members["title"], appears=appears)


def find_updated_ahead(db: sqlite3.Connection, visibility: Visibility) -> Iterator[str]:
    """Yield the paths of the articles that were updated after the as-of time, but for drafts not shown."""
    query = (
        "SELECT path FROM article INDEXED BY article_modified WHERE modified > instant AND modified > ?"
        " AND (draft = 0 OR ?) ORDER BY path"
    )
    return (path for (path,) in db.execute(query, (visibility.as_of, visibility.drafts)))


def find_next_to_appear(db: sqlite3.Connection, after: int | None = None) -> int | None:
    """Return when the next article appears, in seconds since 1970, UTC; None if none will.

    ``after``: an as-of time that has passed since the archive was last brought up to date.
    """
    query = (
        "SELECT min(instant) FROM article"
        " WHERE live = 0 AND gone = 0 AND draft = 0 AND (:after IS NULL OR instant > :after)"
    )
    return _read_instant(db, query, after)


def find_next_to_expire(db: sqlite3.Connection, after: int | None = None) -> int | None:
    """Return when the next article expires, in seconds since 1970, UTC; None if none will.

    ``after`` as for ``find_next_to_appear``.
    """
    query = (
        "SELECT min(expires) FROM article"
        " WHERE live = 1 AND expires IS NOT NULL AND (:after IS NULL OR expires > :after)"
    )
    return _read_instant(db, query, after)


def find_next_unpinned(db: sqlite3.Connection, after: int | None = None) -> int | None:
    """Return when the next story gives way on the front page, in seconds since 1970, UTC; None if none will.

    ``after`` as for ``find_next_to_appear``.
    """
    query = "SELECT min(until) FROM pin WHERE over = 0 AND (:after IS NULL OR until > :after)"
    return _read_instant(db, query, after)


def _read_instant(db: sqlite3.Connection, query: str, after: int | None) -> int | None:
    instant: int | None = db.execute(query, {"after": after}).fetchone()[0]
    return instant
