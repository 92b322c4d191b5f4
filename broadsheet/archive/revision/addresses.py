"""The table ``address``, and the changes of what becomes of the addresses at which articles once stood.

Only a site with former permalink patterns has rows in the table: there who has a former address depends on
other articles, and on what else stands there.
"""

from __future__ import annotations

import sqlite3

from broadsheet.archive.facts import Facts
from broadsheet.archive.revision.changes import Changes
from broadsheet.common.slugs import path_key


class Addresses:
    """Keeps the addresses of articles, and notes whose former addresses a change may affect."""

    def __init__(self, db: sqlite3.Connection, changes: Changes) -> None:
        self._db = db
        self._changes = changes

    def put(self, number: int, before: Facts | None, after: Facts, *, gone: bool) -> None:
        """Store the addresses of the article in row ``number``, whose facts or visibility have changed.

        ``gone``: it has expired, or had before the change.
        """
        self._note_moved(before, gone=gone)
        self._note_moved(after, gone=gone)
        if before is not None and before.former is not None:
            self._forget(number)
        if after.former is None:
            return
        rows = {path_key(output): (output, True) for output in after.former}
        rows |= {path_key(output): (output, False) for output in (after.output, *after.aliases)}
        self._db.executemany(
            "INSERT INTO address VALUES (?, ?, ?, ?)",
            [(key, number, output, former) for key, (output, former) in rows.items()],
        )
        self._note_rows(number)

    def drop(self, number: int, facts: Facts) -> None:
        """Forget the addresses of the article in row ``number``, which is there no more."""
        self._note_moved(facts, gone=True)
        if facts.former is not None:
            self._forget(number)

    def note(self, output: str) -> None:
        """Note that who has the output at a former address may be another one now."""
        self._note(path_key(output))

    def _note(self, key: str) -> None:
        query = (
            "SELECT a.day FROM address d JOIN article a ON a.id = d.article WHERE d.key = ? AND d.former = 1"
        )
        days = [day for (day,) in self._db.execute(query, (key,))]
        for month in sorted({day // 100 for day in days}):
            self._changes.note("moved", str(month))
        if days:
            self._changes.note("former", key)

    def _note_moved(self, facts: Facts | None, *, gone: bool) -> None:
        if facts is not None and (gone or facts.aliases or facts.former):
            self._changes.note("moved", str(facts.day // 100))

    def _forget(self, number: int) -> None:
        self._note_rows(number)
        self._db.execute("DELETE FROM address WHERE article = ?", (number,))

    def _note_rows(self, number: int) -> None:
        query = "SELECT key FROM address WHERE article = ? ORDER BY key"
        for (key,) in self._db.execute(query, (number,)).fetchall():
            self._note(key)
