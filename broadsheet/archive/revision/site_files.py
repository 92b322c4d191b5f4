"""What concerns the whole site: its settings, its layouts, and the engine that builds it."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import NamedTuple

from broadsheet.archive.questions.question import What
from broadsheet.archive.revision.changes import Changes
from broadsheet.archive.revision.state_values import put_value, read_value


class ReadAnew(NamedTuple):
    """Which sources are read again although they have not changed: articles and profiles, and other files."""

    articles: bool
    pictures: bool


class SiteFiles:
    """Stores settings, layouts and digests, and notes those that differ."""

    def __init__(self, db: sqlite3.Connection, changes: Changes) -> None:
        """Begin with what ``db`` has."""
        self._db = db
        self._changes = changes

    def put_settings(self, settings: Mapping[str, str]) -> tuple[str, ...]:
        """Replace the settings (name to JSON text); return the names of those that differ."""
        return self._replace("setting", "value", settings)

    def put_layouts(self, layouts: Mapping[str, str], of_theme: frozenset[str]) -> tuple[str, ...]:
        """Replace the layouts (name to source); return the names of those that differ.

        ``of_theme`` are those of the theme. Which those are, no output asks: only the text counts.
        """
        differing = self._replace("layout", "text", layouts)
        self._db.executemany(
            "UPDATE layout SET theme = ?1 WHERE name = ?2 AND theme <> ?1",
            [(name in of_theme, name) for name in layouts],
        )
        return differing

    def put_engine(self, digest: str) -> bool:
        """Store the digest of the engine; return whether it differs."""
        differs = put_value(self._db, "engine", digest)
        if differs:
            self._changes.note("engine", "all")
        return differs

    def put_read_settings(self, of_articles: str, of_pictures: str) -> ReadAnew:
        """Store the digests of all that reading depends on beside the files; return which differ."""
        return ReadAnew(
            articles=put_value(self._db, "read_settings", of_articles),
            pictures=put_value(self._db, "picture_settings", of_pictures),
        )

    def put_plan_settings(self, digest: str) -> bool:
        """Store the digest of the settings that the plan depends on; return whether it differs."""
        return put_value(self._db, "plan_settings", digest)

    def has_checked(self, digest: str) -> bool:
        """Return whether the layouts of this digest are those that a check last found free of problems."""
        return read_value(self._db, "checked") == digest

    def put_checked(self, digest: str, compiled: Mapping[str, bytes]) -> None:
        """Store the digest of the layouts, or "" if they have problems, and the compiled code of each."""
        put_value(self._db, "checked", digest)
        self._db.execute("DELETE FROM compiled")
        self._db.executemany("INSERT INTO compiled VALUES (?, ?)", sorted(compiled.items()))

    def _replace(self, table: What, column: str, values: Mapping[str, str]) -> tuple[str, ...]:
        """Replace the rows of a table that is called as what changes in it; return the names that differ."""
        old = dict(self._db.execute(f"SELECT name, {column} FROM {table}"))
        changed = sorted(name for name in {*old, *values} if old.get(name) != values.get(name))
        for name in changed:
            if name in values:
                self._db.execute(f"REPLACE INTO {table} (name, {column}) VALUES (?, ?)", (name, values[name]))
            else:
                self._db.execute(f"DELETE FROM {table} WHERE name = ?", (name,))
            self._changes.note(table, name)
        return tuple(changed)
