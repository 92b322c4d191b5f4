"""The tables ``link`` and ``profile_link``: whether the target of a relative link or picture is there."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from broadsheet.archive.lookups import has_source
from broadsheet.archive.questions.question import What
from broadsheet.common.files import is_markdown


def put_article_links(db: sqlite3.Connection, article: int, links: Iterable[tuple[str, int, int]]) -> None:
    """Store the links of a live article, by its row; each is (target, line, column)."""
    rows = [(article, path, line, column, _is_found(db, path)) for path, line, column in links]
    db.executemany("INSERT OR IGNORE INTO link VALUES (?, ?, ?, ?, ?)", rows)


def put_profile_links(db: sqlite3.Connection, profile: str, links: Iterable[tuple[str, int, int]]) -> None:
    """Store the links of a profile, by its path; each is (target, line, column)."""
    rows = [(profile, path, line, column, _is_found(db, path)) for path, line, column in links]
    db.executemany("INSERT OR IGNORE INTO profile_link VALUES (?, ?, ?, ?, ?)", rows)


def mark_target(db: sqlite3.Connection, path: str, *, found: bool) -> tuple[tuple[What, str], ...]:
    """Store whether links to a source find it; return the articles and facets whose links now differ."""
    numbers = {number for (number,) in db.execute(_MARK.format("link", "article"), (found, path, found))}
    profiles = {name for (name,) in db.execute(_MARK.format("profile_link", "profile"), (found, path, found))}
    articles = (_one(db, "SELECT path FROM article WHERE id = ?", number) for number in sorted(numbers))
    about = "SELECT kind || '/' || slug FROM profile WHERE path = ?"
    facets = (_one(db, about, profile) for profile in sorted(profiles))
    return (*(("article", name) for name in articles), *(("profile", key) for key in facets))


_MARK = "UPDATE {0} SET found = ? WHERE target = ? AND found <> ? RETURNING {1}"


def _one(db: sqlite3.Connection, query: str, value: object) -> str:
    return str(db.execute(query, (value,)).fetchone()[0])


def _is_found(db: sqlite3.Connection, path: str) -> bool:
    if not is_markdown(path):
        return has_source(db, path)
    query = "SELECT 1 FROM article WHERE path = ? AND (live = 1 OR gone = 1)"
    return db.execute(query, (path,)).fetchone() is not None
