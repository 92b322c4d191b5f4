"""The tables ``link`` and ``file_link``: whether the target of a relative link or picture is there."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from typing import TypeAlias

from broadsheet.archive.lookups import has_source
from broadsheet.archive.questions.question import What
from broadsheet.archive.revision.changes import Changes
from broadsheet.common import files
from broadsheet.common.pictures import ADDRESS
from broadsheet.settings.active_files import find_active_suffix

# A target, the line and the column where it is written, and what it is there: see ``common.model.Link``.
LinkRow: TypeAlias = tuple[str, int, int, str]
_ARTICLES = "SELECT a.path FROM link l CROSS JOIN article a ON a.id = l.article WHERE l.target = ?"
_FACETS = (
    "SELECT p.kind || '/' || p.slug FROM file_link l CROSS JOIN profile p ON p.path = l.path"
    " WHERE l.target = ?"
)
_OWN_PAGES = "SELECT o.path FROM file_link l CROSS JOIN own_page o ON o.path = l.path WHERE l.target = ?"
# What links to a target, by its name in changes.
_BRINGING: tuple[tuple[What, str], ...] = (
    ("article", _ARTICLES),
    ("profile", _FACETS),
    ("own_page", _OWN_PAGES),
)


def put_article_links(
    db: sqlite3.Connection, changes: Changes, article: int, links: Collection[LinkRow]
) -> None:
    """Store the links of a live article, by its row, and note what they want of static/."""
    rows = [(article, *link, *_look_up(db, link)) for link in links]
    db.executemany("INSERT OR IGNORE INTO link VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    _note_static(changes, [target for target, *_ in links])


def put_file_links(db: sqlite3.Connection, changes: Changes, path: str, links: Collection[LinkRow]) -> None:
    """Store the links of a profile or a page of the site's own, and note what they want of static/."""
    rows = [(path, *link, *_look_up(db, link)) for link in links]
    db.executemany("INSERT OR IGNORE INTO file_link VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    _note_static(changes, [target for target, *_ in links])


def drop_article_links(db: sqlite3.Connection, changes: Changes, article: int) -> None:
    """Forget the links of an article, by its row, and note what they wanted of static/."""
    dropped = db.execute("DELETE FROM link WHERE article = ? RETURNING target", (article,))
    _note_static(changes, [target for (target,) in dropped.fetchall()])


def drop_file_links(db: sqlite3.Connection, changes: Changes, path: str) -> None:
    """Forget the links of a profile or a page of the site's own, and note what they wanted of static/."""
    dropped = db.execute("DELETE FROM file_link WHERE path = ? RETURNING target", (path,))
    _note_static(changes, [target for (target,) in dropped.fetchall()])


def note_shape(db: sqlite3.Connection, changes: Changes, path: str) -> None:
    """Note that a picture has another shape: the plan of what brings it with it depends on that."""
    if files.is_below(path, files.STATIC):
        return  # it brings itself
    for what, query in _BRINGING:
        for name in sorted({name for (name,) in db.execute(query, (path,))}):
            changes.note_wants(what, name)


def mark_target(db: sqlite3.Connection, path: str, *, found: bool) -> tuple[tuple[What, str], ...]:
    """Store whether links to a source find it; return the articles and facets whose links now differ."""
    changed: list[tuple[What, str]] = []
    for what, query in _BRINGING:
        names = db.execute(f"{query} AND l.found <> ? AND l.shown <> ?", (path, found, ADDRESS))
        changed += [(what, name) for name in sorted({name for (name,) in names})]
    # Hardly ever does a link wait for the file that has come.
    if changed:
        for table in ("link", "file_link"):
            db.execute(
                f"UPDATE {table} SET found = ? WHERE target = ? AND shown <> ?", (found, path, ADDRESS)
            )
    return tuple(changed)


def _look_up(db: sqlite3.Connection, link: LinkRow) -> tuple[bool, str]:
    """Return whether a link finds its target, and the suffix for which that may be run."""
    path, _, _, shown = link
    return shown == ADDRESS or _is_found(db, path), _find_active(path)


def _note_static(changes: Changes, targets: Collection[str]) -> None:
    """Note the files of static/ among targets: what is made of them depends on what shows them."""
    for target in sorted({target for target in targets if files.is_below(target, files.STATIC)}):
        changes.note_wants("file", target)


def _is_found(db: sqlite3.Connection, path: str) -> bool:
    if not files.is_markdown(path):
        return has_source(db, path)
    query = (
        "SELECT 1 FROM article WHERE path = :path AND (live = 1 OR gone = 1)"
        " UNION ALL SELECT 1 FROM own_page WHERE path = :path AND live = 1"
    )
    return db.execute(query, {"path": path}).fetchone() is not None


def _find_active(path: str) -> str:
    """Return the suffix for which a file that an article brings may be run; "" for one in static/."""
    if files.is_markdown(path) or files.is_below(path, files.STATIC):
        return ""
    return find_active_suffix(path)
