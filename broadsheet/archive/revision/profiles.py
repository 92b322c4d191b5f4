"""The table ``profile``: what files say about facets."""

from __future__ import annotations

import sqlite3

from broadsheet.archive.questions.profiles import ProfileRow
from broadsheet.archive.revision.changes import Changes
from broadsheet.archive.revision.counts import Counts
from broadsheet.archive.revision.links import drop_file_links, put_file_links


class Profiles:
    """Puts profiles into the archive, and takes them out."""

    def __init__(self, db: sqlite3.Connection, changes: Changes, counts: Counts) -> None:
        """Begin; a profile may name its facet in ``counts``."""
        self._db = db
        self._changes = changes
        self._counts = counts

    def put(self, profile: ProfileRow) -> None:
        """Store a profile that is new or was read again."""
        self.drop(profile.path)
        *row, links = profile
        self._db.execute("INSERT INTO profile VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        put_file_links(self._db, self._changes, profile.path, links)
        self._note(profile.kind, profile.slug)

    def drop(self, path: str) -> None:
        """Forget a profile, if there is one of that path."""
        # Called for every article: a DELETE … RETURNING takes longer to find nothing.
        query = "SELECT kind, slug FROM profile WHERE path = ?"
        for kind, slug in self._db.execute(query, (path,)).fetchall():
            self._db.execute("DELETE FROM profile WHERE path = ?", (path,))
            drop_file_links(self._db, self._changes, path)
            self._note(kind, slug)

    def _note(self, kind: str, slug: str) -> None:
        self._counts.rename_facet(kind, slug)
        self._changes.note("profile", f"{kind}/{slug}")
