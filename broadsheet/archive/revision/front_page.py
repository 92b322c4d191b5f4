"""The table ``pin``: the stories that an editor puts on the front page."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from broadsheet.archive.facts import seconds
from broadsheet.archive.revision.changes import Changes
from broadsheet.archive.visibility import Visibility
from broadsheet.common.model import Pin


class FrontPage:
    """Puts the stories of the front page into the archive, and takes them out."""

    def __init__(self, db: sqlite3.Connection, visibility: Visibility, changes: Changes) -> None:
        """Begin; ``visibility`` tells whose time has passed."""
        self._db = db
        self._visibility = visibility
        self._changes = changes

    def put(self, source: str, pins: Sequence[Pin]) -> None:
        """Store the stories that the file ``source`` names, in place of all that are there."""
        self._db.execute("DELETE FROM pin")
        rows = [
            (place, source, *pin[:3], seconds(pin.until) if pin.until else None, *pin[4:])
            for place, pin in enumerate(pins)
        ]
        self._db.executemany("INSERT INTO pin VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)", rows)
        self._changes.note("front", "all")

    def drop(self, source: str) -> None:
        """Forget the stories that a file names, if it names any."""
        if self._db.execute("DELETE FROM pin WHERE source = ?", (source,)).rowcount:
            self._changes.note("front", "all")

    def pass_thresholds(self) -> None:
        """Let stories give way whose time has passed, and bring back those whose time has not."""
        query = "UPDATE pin SET over = 1 - over WHERE over <> (until IS NOT NULL AND until <= ?)"
        if self._db.execute(query, (self._visibility.as_of,)).rowcount:
            self._changes.note("front", "all")
