"""Queries about the built outputs of one folder, together with what the archive has of their sources.

A folder goes by the name that the ledger has for it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from typing import NamedTuple

# The articles that have a page in a folder.
_ARTICLES = (
    "SELECT DISTINCT o.subject, s.facts, s.body FROM folder f JOIN output o ON o.folder = f.id"
    " JOIN article a ON a.path = o.subject JOIN story s ON s.article = a.id"
    " WHERE f.path = ? AND o.kind = 'article' AND o.gone = 0 ORDER BY o.subject"
)


# The pages of the site's own that are in a folder.
_OWN_PAGES = (
    "SELECT DISTINCT o.subject, p.facts FROM folder f JOIN output o ON o.folder = f.id"
    " JOIN own_page p ON p.path = o.subject WHERE f.path = ? AND o.kind = 'own_page' AND o.gone = 0"
)


class SummarizedArticle(NamedTuple):
    """An article by its path, with its summary and its body's HTML."""

    path: str
    summary: str
    body: str


class Finding(NamedTuple):
    """What reading a source has found at a place of it that is no problem, and what to do about it."""

    path: str
    line: int
    column: int
    message: str
    hint: str


def knows_folder(db: sqlite3.Connection, folder: str) -> bool:
    """Return whether anything was built into a folder.

    Raises ``sqlite3.DatabaseError`` for a state that another release of Broadsheet has written.
    """
    query = (
        "SELECT f.path, o.gone, s.body, t.count FROM folder f LEFT JOIN output o ON o.folder = f.id"
        " LEFT JOIN story s ON false LEFT JOIN facet t ON false LEFT JOIN finding n ON false"
        " WHERE f.path = ? LIMIT 1"
    )
    return db.execute(query, (folder,)).fetchone() is not None


def find_undescribed_pictures(db: sqlite3.Connection, folder: str, *, retracted: bool) -> Iterator[str]:
    """Yield the paths of the articles and pages in a folder whose lead picture has no alternative text.

    ``retracted``: those of retracted articles too.
    """
    query = f"SELECT subject FROM ({_ARTICLES}) WHERE json_extract(facts, '$.picture[1]') = ''"
    if not retracted:
        query += " AND json_extract(facts, '$.retracted') IS NULL"
    query += f" UNION ALL SELECT subject FROM ({_OWN_PAGES}) WHERE json_extract(facts, '$.picture[1]') = ''"
    return (path for (path,) in db.execute(query, (folder, folder)))


def find_undescribed_portraits(db: sqlite3.Connection) -> Iterator[str]:
    """Yield the paths of the profiles whose picture has no alternative text."""
    query = "SELECT path FROM profile WHERE json_extract(facts, '$.picture[1]') = '' ORDER BY path"
    return (path for (path,) in db.execute(query))


def list_summarized_articles(db: sqlite3.Connection, folder: str) -> Iterator[SummarizedArticle]:
    """Yield the articles in a folder, by path."""
    query = f"SELECT subject, json_extract(facts, '$.summary'), body FROM ({_ARTICLES})"
    return (SummarizedArticle(*row) for row in db.execute(query, (folder,)))


def list_findings(db: sqlite3.Connection, folder: str) -> Iterator[Finding]:
    """Yield what reading the articles and pages in a folder, and the profiles, has found, by place."""
    query = (
        "SELECT n.path, n.line, n.col, n.message, n.hint FROM finding n WHERE n.path IN"
        f" (SELECT subject FROM ({_ARTICLES}) UNION SELECT subject FROM ({_OWN_PAGES})"
        " UNION SELECT path FROM profile) ORDER BY n.path, n.line, n.col"
    )
    return (Finding(*row) for row in db.execute(query, (folder, folder)))


def list_redirected_outputs(db: sqlite3.Connection, folder: str) -> Iterator[str]:
    """Yield the paths in a folder of the outputs that site.toml redirects elsewhere, in order."""
    query = (
        "SELECT o.path FROM folder f JOIN output o ON o.folder = f.id JOIN unit u ON u.id = o.unit"
        " WHERE f.path = ? AND u.name >= 'redirects ' AND u.name < 'redirects!' AND o.gone = 0"
        " ORDER BY o.path"
    )
    return (path for (path,) in db.execute(query, (folder,)))


def list_outputs_of(db: sqlite3.Connection, folder: str, kinds: Sequence[str]) -> Iterator[str]:
    """Yield the paths in a folder of the outputs of some kinds, in order."""
    places = ", ".join("?" * len(kinds))
    query = (
        "SELECT o.path FROM folder f JOIN output o ON o.folder = f.id"
        f" WHERE f.path = ? AND o.kind IN ({places}) AND o.gone = 0 ORDER BY o.path"
    )
    return (path for (path,) in db.execute(query, (folder, *kinds)))


def list_retracted_articles(db: sqlite3.Connection, folder: str) -> Iterator[tuple[str, str]]:
    """Yield the path of each retracted article in a folder, and that of its page."""
    query = (
        "SELECT o.subject, o.path FROM folder f JOIN output o ON o.folder = f.id"
        " JOIN article a ON a.path = o.subject AND a.retracted <> 0"
        " WHERE f.path = ? AND o.kind = 'article' AND o.gone = 0 ORDER BY o.subject"
    )
    rows: Iterator[tuple[str, str]] = db.execute(query, (folder,))
    return rows
