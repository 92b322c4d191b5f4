"""The tables ``directory`` and ``source``: what the last scan found, and which files the next one must read.

A file is unread only if its size, times and inode are as they were; the caller decides by them.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from broadsheet.common.files import FileStat, is_article
from broadsheet.common.pictures import NO_PICTURE, PictureFile, PictureShape
from broadsheet.common.problems import Problem


class ScannedDirectory(NamedTuple):
    """A directory at the last scan: the digest of its files' signatures, and how many files are excluded.

    The signature is empty when the files must be compared one by one.
    """

    signature: bytes
    excluded: int


class ScannedSource(NamedTuple):
    """A source at the last scan, which began at ``scanned`` (nanoseconds).

    ``valid``: reading it found no problems.
    """

    stat: FileStat
    scanned: int
    digest: bytes
    valid: bool


class QueuedSource(NamedTuple):
    """A source to read; ``directory`` is the directory's row, ``digest`` that of the bytes last read.

    ``digest`` is None for a source that is read whatever its bytes are.
    """

    stat: FileStat
    directory: int
    digest: bytes | None


class ReadingQueue:
    """The sources that a scan found to read, in a temporary table: there may be a hundred thousand."""

    def __init__(self, db: sqlite3.Connection) -> None:
        """Begin an empty queue; there is one for each connection."""
        self._db = db
        db.execute("DROP TABLE IF EXISTS temp.unread")
        # Files before articles: an article's facts hold the size of its picture.
        db.execute(
            "CREATE TEMP TABLE unread (article INT, path TEXT, size INT, mtime INT, ctime INT, inode INT,"
            " directory INT, digest BLOB, PRIMARY KEY (article, path)) WITHOUT ROWID"
        )

    def add(self, sources: Iterable[QueuedSource]) -> None:
        """Add sources to the queue."""
        self._db.executemany(
            "INSERT INTO temp.unread VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [(is_article(stat.path), *stat, directory, digest) for stat, directory, digest in sources],
        )

    def __iter__(self) -> Iterator[QueuedSource]:
        """Yield the sources: those that are no articles, then articles, each by path."""
        rows = self._db.execute(
            "SELECT path, size, mtime, ctime, inode, directory, digest FROM temp.unread"
            " ORDER BY article, path"
        )
        for *stat, directory, digest in rows:
            yield QueuedSource(FileStat(*stat), directory, digest)


def list_directories(db: sqlite3.Connection) -> Iterator[tuple[str, ScannedDirectory]]:
    """Yield each directory of the last scan by its path."""
    for path, *found in db.execute("SELECT path, signature, excluded FROM directory"):
        yield path, ScannedDirectory(*found)


def find_invalid_directories(db: sqlite3.Connection) -> set[str]:
    """Return the paths of the directories that hold a source whose reading found problems."""
    query = (
        "SELECT path FROM directory WHERE id IN"
        " (SELECT directory FROM source INDEXED BY source_invalid WHERE valid = 0)"
    )
    return {path for (path,) in db.execute(query)}


def list_sources(db: sqlite3.Connection, directory: str) -> dict[str, ScannedSource]:
    """Return the sources of a directory at the last scan, by their paths."""
    query = (
        "SELECT s.path, s.size, s.mtime, s.ctime, s.inode, s.scanned, s.digest, s.valid"
        " FROM directory d JOIN source s ON s.directory = d.id WHERE d.path = ?"
    )
    return {
        row[0]: ScannedSource(FileStat(*row[:5]), row[5], row[6], bool(row[7]))
        for row in db.execute(query, (directory,))
    }


def put_directory(db: sqlite3.Connection, path: str, signature: bytes, excluded: int) -> int:
    """Store what the scan of a directory found, as in ``ScannedDirectory``; return its row."""
    query = (
        "INSERT INTO directory (path, signature, excluded) VALUES (?, ?, ?) ON CONFLICT (path) DO UPDATE"
        " SET signature = excluded.signature, excluded = excluded.excluded RETURNING id"
    )
    return int(db.execute(query, (path, signature, excluded)).fetchone()[0])


def drop_directory(db: sqlite3.Connection, path: str) -> None:
    """Forget a directory, in which no source is left."""
    db.execute("DELETE FROM directory WHERE path = ?", (path,))


def put_source(
    db: sqlite3.Connection, stat: FileStat, directory: int, digest: bytes, *, scanned: int, valid: bool
) -> None:
    """Store what the scan of a source in a directory (its row) found, as in ``ScannedSource``.

    When the source is not valid, the next scan compares the files of its directory one by one.
    """
    db.execute(
        "INSERT INTO source (path, directory, size, mtime, ctime, inode, scanned, digest, valid)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (path) DO UPDATE SET"
        " directory = excluded.directory, size = excluded.size, mtime = excluded.mtime,"
        " ctime = excluded.ctime, inode = excluded.inode, scanned = excluded.scanned,"
        " digest = excluded.digest, valid = excluded.valid",
        (stat.path, directory, *stat[1:], scanned, digest, valid),
    )
    if not valid:
        db.execute("UPDATE directory SET signature = x'' WHERE id = ?", (directory,))


def put_picture(db: sqlite3.Connection, path: str, picture: PictureFile) -> bool:
    """Store what is known of a picture, if there is such a source; return whether its shape differs."""
    differs = read_shape(db, path) != picture.shape
    fault = json.dumps(picture.fault, ensure_ascii=False) if picture.fault else ""
    pair = (picture.caption, picture.credit)
    words = json.dumps(pair, ensure_ascii=False) if any(pair) else ""
    db.execute(
        "UPDATE source SET width = ?, height = ?, format = ?, alpha = ?, fault = ?, words = ?, location = ?"
        " WHERE path = ?",
        (*picture.shape, fault, words, picture.location, path),
    )
    return differs


def read_shape(db: sqlite3.Connection, path: str) -> PictureShape:
    """Return what a picture is like; of anything else, that of ``NO_PICTURE``."""
    query = "SELECT width, height, format, alpha FROM source WHERE path = ?"
    row: PictureShape | None = db.execute(query, (path,)).fetchone()
    return row or NO_PICTURE.shape


def drop_source(db: sqlite3.Connection, path: str) -> None:
    """Forget a source."""
    db.execute("DELETE FROM source WHERE path = ?", (path,))
    db.execute("DELETE FROM finding WHERE path = ?", (path,))


def put_findings(db: sqlite3.Connection, path: str, findings: Iterable[Problem]) -> None:
    """Store what reading a source has found, in place of what it found before."""
    db.execute("DELETE FROM finding WHERE path = ?", (path,))
    db.executemany(
        "INSERT OR IGNORE INTO finding VALUES (?, ?, ?, ?, ?)",
        [(path, each.line, each.column, each.message, each.hint) for each in findings],
    )
