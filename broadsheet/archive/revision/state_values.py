"""The table ``state``: single values by name, as text."""

from __future__ import annotations

import sqlite3


def read_value(db: sqlite3.Connection, name: str) -> str | None:
    """Return a value; None if there is none of that name."""
    row = db.execute("SELECT value FROM state WHERE name = ?", (name,)).fetchone()
    return row[0] if row else None


def put_value(db: sqlite3.Connection, name: str, value: str) -> bool:
    """Store a value; return whether it differs from the one before."""
    differs = read_value(db, name) != value
    if differs:
        db.execute("REPLACE INTO state VALUES (?, ?)", (name, value))
    return differs
