"""Reads the built site that is to be published, and refuses what Broadsheet did not write.

Every file is compared with what the ledger knows of it: one that was changed, added, removed or replaced by a
link since the last build is a problem. A file is not read again if its size, times and inode are as they were
when it was last read, and it was last changed well before that (git's rule for racy files:
https://git-scm.com/docs/racy-git): its two digests, the ledger's and git's, are kept in a cache, each pair
with a sum, for a damaged one would accuse a file that is as it was written.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path, PurePosixPath

from broadsheet.archive.database import discard, is_damage, open_sound_reader
from broadsheet.build.site_folder import STATE, name_folder
from broadsheet.common import files
from broadsheet.common.problems import Problem, Problems
from broadsheet.ledger.lookups import find_marker, list_file_digests
from broadsheet.write.output_folder import MARKER, format_marker

CACHE = STATE.with_name("publish.sqlite")
_RACY = 2_000_000_000  # nanoseconds
_FIX = "Write it again: build --verify"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS known_file (
    folder TEXT NOT NULL, path TEXT NOT NULL, size INT, mtime INT, ctime INT, inode INT, looked INT,
    blob TEXT NOT NULL, digest BLOB NOT NULL, sum BLOB NOT NULL, PRIMARY KEY (folder, path)
) WITHOUT ROWID;
"""


def read_built_files(site: Path, output: Path, algorithm: str) -> dict[str, str]:
    """Return the paths of the files in ``output``, each with the id that git gives to its content.

    ``algorithm`` is the one of git's ids. Raises ``Problems`` for each file that is not as the last build of
    ``site`` into that folder left it.
    """
    try:
        found = _read_files(site, output, algorithm)
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        discard(site / CACHE)
        found = _read_files(site, output, algorithm)
    problems = list(_compare(site, output, {path: digest for path, (_, digest) in found.items()}))
    if problems:
        raise Problems(problems)
    return {path: blob for path, (blob, _) in found.items()}


def make_blob_id(content: bytes, algorithm: str) -> str:
    """Return the id that git gives to a content."""
    return hashlib.new(algorithm, b"blob %d\0" % len(content) + content).hexdigest()


def sum_digests(path: str, blob: str, digest: bytes) -> bytes:
    """Return what proves that the two digests of a file are as they were stored."""
    return files.digest(repr((path, blob, digest)).encode(errors="surrogatepass"))


def _read_files(site: Path, output: Path, algorithm: str) -> dict[str, tuple[str, bytes]]:
    """Return for each file git's id and the ledger's digest."""
    found = {}
    folder = f"{algorithm} {name_folder(site, output)}"
    now = time.time_ns()
    known = (
        "SELECT blob, digest, sum FROM known_file WHERE folder = ? AND path = ? AND size = ? AND mtime = ?"
        " AND ctime = ? AND inode = ? AND mtime < looked - ?"
    )
    with closing(sqlite3.connect(site / CACHE, isolation_level=None)) as cache:
        cache.executescript(f"{_SCHEMA} BEGIN IMMEDIATE; CREATE TEMP TABLE seen (path TEXT PRIMARY KEY);")
        for stat in files.walk_published(output):
            row = cache.execute(known, (folder, *stat, _RACY)).fetchone()
            blob, digest, recorded = row or ("", b"", b"")
            if recorded != sum_digests(stat.path, blob, digest):
                content = files.read(output, stat.path)
                blob, digest = make_blob_id(content, algorithm), files.digest(content)
                values = (folder, *stat, now, blob, digest, sum_digests(stat.path, blob, digest))
                cache.execute("REPLACE INTO known_file VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
            cache.execute("INSERT INTO seen VALUES (?)", (stat.path,))
            found[stat.path] = blob, digest
        gone = "DELETE FROM known_file WHERE folder = ? AND path NOT IN (SELECT path FROM seen)"
        cache.execute(gone, (folder,))
        cache.execute("COMMIT")
    return found


def _compare(site: Path, output: Path, found: dict[str, bytes]) -> Iterator[Problem]:
    """Yield a problem for each file that is not as it was written; ``found``: the digests by path."""
    folder = name_folder(site, output)
    left = {files.compose(path): (path, digest) for path, digest in found.items()}
    with closing(open_sound_reader(site / STATE)) as db:
        marker = files.digest(format_marker(find_marker(db, folder)))
        for path, digest in ((MARKER, marker), *list_file_digests(db, folder)):
            present = left.pop(path, None)
            if present is None:
                yield _missing(output, folder, path)
            elif present[1] != digest:
                yield Problem(
                    path=f"{folder}/{path}", message="is not as Broadsheet wrote it", hint=f"{_FIX}."
                )
    for path, _ in left.values():
        hint = "Remove it; or move it below static/, if it belongs to the site."
        if not any(step.startswith(".") for step in PurePosixPath(path).parts):
            hint = "Remove it, as build --verify does; or move it below static/, if it belongs to the site."
        yield Problem(path=f"{folder}/{path}", message="was not written by Broadsheet", hint=hint)


def _missing(output: Path, folder: str, path: str) -> Problem:
    """Return the problem of a file that is not there, or not as a file."""
    steps = [*reversed(PurePosixPath(path).parents), PurePosixPath(path)]
    link = next((step for step in steps[1:] if os.path.islink(output / step)), None)  # noqa: PTH114
    if link is not None:
        message, hint = "is a link, and Broadsheet writes none", f"Remove it. {_FIX}."
        return Problem(path=f"{folder}/{link}", message=message, hint=hint)
    return Problem(path=f"{folder}/{path}", message="was written by Broadsheet and is gone", hint=f"{_FIX}.")
