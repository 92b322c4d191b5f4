"""Opening the state file, a cache: one that is unreadable, or is not ours, counts as empty.

It is one SQLite file that holds what was read from the sources (the archive), and what each output
asked and was answered (the ledger). It holds paths relative to the site and digests of content, so it
may be moved to another machine with the site. It is trusted as the site's layouts are, which are programs:
their compiled code is in it.

Builds are numbered. When the sources change, each question and each unit of the plan that may be
affected gets the number of the build in its row (``touched``). Each output folder keeps the number of
the last build that it has ``seen``: when the folder is built, whatever was touched since then is asked or
planned again, however many other folders were built, or failed to build, in between.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from broadsheet.archive.tables import SCHEMA

APPLICATION = 0x42726473  # "Brds", https://www.sqlite.org/fileformat.html#application_id

_PAGE = 4096  # bytes
# Errors that leave the file intact: https://www.sqlite.org/rescode.html
_TEMPORARY = frozenset(
    (
        *(sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN),
        *(sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_NOMEM),
    )
)
_PRIMARY = 0xFF  # the byte of an extended error code that holds the primary one
_VERSION = int.from_bytes(hashlib.blake2b(SCHEMA.encode(), digest_size=3).digest())


class ForeignStateError(Exception):
    """The file is not a state file of this schema."""


def open_state(file: Path) -> sqlite3.Connection:
    """Return a connection to the state in ``file``; a file that is damaged, or is not ours, is replaced."""
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        return _opened(file)
    except (sqlite3.DatabaseError, ForeignStateError) as error:
        if getattr(error, "sqlite_errorcode", 0) & _PRIMARY in _TEMPORARY:
            raise
        discard(file)
        return _opened(file)


def open_reader(file: Path) -> sqlite3.Connection:
    """Return a read-only connection, for a worker."""
    db = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
    db.execute("PRAGMA query_only = 1")
    db.execute("PRAGMA mmap_size = 33554432")
    return db


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """Commit everything that is done within, or roll all of it back."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def is_damage(error: sqlite3.DatabaseError) -> bool:
    """Return whether an error means that the file is damaged, and not, say, that the disk is full.

    Text that is not UTF-8 is refused by Python, whose errors have no code, unlike SQLite's.
    """
    return not isinstance(error, sqlite3.OperationalError) or not hasattr(error, "sqlite_errorcode")


def is_temporary(error: sqlite3.Error) -> bool:
    """Return whether the system refused something, such as room on the disk, and the file is intact."""
    return getattr(error, "sqlite_errorcode", 0) & _PRIMARY in _TEMPORARY


def discard(file: Path) -> None:
    """Remove a state file and the files that SQLite keeps beside it."""
    for suffix in ("", "-wal", "-shm"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)


def _opened(file: Path) -> sqlite3.Connection:
    # When a file was truncated within its last page, SQLite reads what is missing as zeros, without an error.
    if file.exists() and file.stat().st_size % _PAGE:
        raise ForeignStateError
    db = sqlite3.connect(file, isolation_level=None)
    try:
        db.execute(f"PRAGMA page_size = {_PAGE}")
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("PRAGMA cache_size = -32768")
        (version,) = db.execute("PRAGMA user_version").fetchone()
        (application,) = db.execute("PRAGMA application_id").fetchone()
        (tables,) = db.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        if tables and (version, application) != (_VERSION, APPLICATION):
            raise ForeignStateError  # noqa: TRY301 - the connection is closed on the way out
        if not tables:
            db.executescript(
                f"BEGIN; {SCHEMA} PRAGMA user_version = {_VERSION}; "
                f"PRAGMA application_id = {APPLICATION}; COMMIT;"
            )
    except BaseException:
        db.close()
        raise
    return db
