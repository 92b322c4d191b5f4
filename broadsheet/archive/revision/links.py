"""The tables ``link`` and ``profile_link``: whether the target of a relative link or picture is there."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from broadsheet.archive.lookups import has_source
from broadsheet.archive.questions.question import What
from broadsheet.common import files
from broadsheet.settings.active_files import find_active_suffix


def put_article_links(db: sqlite3.Connection, article: int, links: Iterable[tuple[str, int, int]]) -> None:
    """Store the links of a live article, by its row; each is (target, line, column)."""
    rows = [(article, *link, _is_found(db, link[0]), _find_active(link[0])) for link in links]
    db.executemany("INSERT OR IGNORE INTO link VALUES (?, ?, ?, ?, ?, ?)", rows)


def put_profile_links(db: sqlite3.Connection, profile: str, links: Iterable[tuple[str, int, int]]) -> None:
    """Store the links of a profile, by its path; each is (target, line, column)."""
    rows = [(profile, *link, _is_found(db, link[0]), _find_active(link[0])) for link in links]
    db.executemany("INSERT OR IGNORE INTO profile_link VALUES (?, ?, ?, ?, ?, ?)", rows)


def mark_target(db: sqlite3.Connection, path: str, *, found: bool) -> tuple[tuple[What, str], ...]:
    """Store whether links to a source find it; return the articles and facets whose links now differ."""
    articles = "SELECT a.path FROM link l CROSS JOIN article a ON a.id = l.article" + _DIFFERING
    facets = "SELECT p.kind || '/' || p.slug FROM profile_link l CROSS JOIN profile p ON p.path = l.profile"
    changed: list[tuple[What, str]] = [("article", name) for name in _names(db, articles, path, found)]
    changed += [("profile", key) for key in _names(db, facets + _DIFFERING, path, found)]
    # Hardly ever does a link wait for the file that has come.
    if changed:
        for table in ("link", "profile_link"):
            db.execute(f"UPDATE {table} SET found = ? WHERE target = ?", (found, path))
    return tuple(changed)


_DIFFERING = " WHERE l.target = ? AND l.found <> ?"


def _names(db: sqlite3.Connection, query: str, path: str, found: bool) -> list[str]:  # noqa: FBT001
    return sorted({name for (name,) in db.execute(query, (path, found))})


def _is_found(db: sqlite3.Connection, path: str) -> bool:
    if not files.is_markdown(path):
        return has_source(db, path)
    query = "SELECT 1 FROM article WHERE path = ? AND (live = 1 OR gone = 1)"
    return db.execute(query, (path,)).fetchone() is not None


def _find_active(path: str) -> str:
    """Return the suffix for which a file that an article brings may be run; "" for one in static/."""
    if files.is_markdown(path) or files.is_below(path, files.STATIC):
        return ""
    return find_active_suffix(path)
