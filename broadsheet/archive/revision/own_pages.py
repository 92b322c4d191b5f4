"""The table ``own_page``: pages of the site's own, and their links while they are live."""

from __future__ import annotations

import sqlite3

from broadsheet.archive.questions.own_pages import OwnPageRow
from broadsheet.archive.revision.changes import Changes
from broadsheet.archive.revision.links import drop_file_links, mark_target, put_file_links
from broadsheet.archive.visibility import Visibility


class OwnPages:
    """Puts pages of the site's own into the archive, and takes them out."""

    def __init__(self, db: sqlite3.Connection, visibility: Visibility, changes: Changes) -> None:
        """Begin; ``visibility`` decides whether drafts are live."""
        self._db = db
        self._visibility = visibility
        self._changes = changes

    def put(self, page: OwnPageRow) -> None:
        """Store a page that is new or was read again."""
        path, live = page.path, self._visibility.drafts or not page.draft
        drop_file_links(self._db, self._changes, path)
        places = ", ".join("?" * (len(page) + 1))
        self._db.execute(f"REPLACE INTO own_page VALUES ({places})", (path, live, *page[1:]))
        if live:
            put_file_links(self._db, self._changes, path, page.links)
        mark_target(self._db, path, found=live)
        self._changes.note("own_page", path)

    def drop(self, path: str) -> None:
        """Forget a page, if there is one of that path."""
        # Called for every article.
        if self._db.execute("SELECT 1 FROM own_page WHERE path = ?", (path,)).fetchone() is None:
            return
        self._db.execute("DELETE FROM own_page WHERE path = ?", (path,))
        drop_file_links(self._db, self._changes, path)
        mark_target(self._db, path, found=False)
        self._changes.note("own_page", path)

    def pass_thresholds(self) -> None:
        """Make drafts live, or hold them back, as this build wants it."""
        columns = ", ".join(OwnPageRow._fields)
        query = f"SELECT {columns} FROM own_page WHERE draft = 1 AND live <> ? ORDER BY path"
        for row in self._db.execute(query, (self._visibility.drafts,)).fetchall():
            self.put(OwnPageRow(*row))
