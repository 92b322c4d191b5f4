"""Scans the sources: which are new, changed or gone since the last build, without reading them.

A file is unchanged only if its size, times and inode are as they were and it was last changed well before
the last scan (git's rule for racy files: https://git-scm.com/docs/racy-git); else it is read, and its digest
decides.
"""

from __future__ import annotations

import marshal
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

from broadsheet.archive.revision import Revision
from broadsheet.build.workers import ReadResult, ReadTask
from broadsheet.common import files
from broadsheet.common.progress import Progress
from broadsheet.settings.model import Settings

# A file changed in the last moments before a look at it may be changed again without its marks telling:
# clocks of file systems tick in steps of up to two seconds.
_RACY = 2_000_000_000


class SourceScan:
    """A look at every source: which are new, changed or gone.

    A directory in which every file has the marks of last time is passed over whole: that costs one digest,
    not a row of the archive for each file. What is due waits in a table, not in memory.
    """

    def __init__(
        self, db: sqlite3.Connection, revision: Revision, settings: Settings, *, read_anew: bool
    ) -> None:
        self.excluded = 0
        self.count = 0
        self._db = db
        self._revision = revision
        self._settings = settings
        self._read_anew = read_anew
        self._looked = time.time_ns()

    def look(self, root: Path, within: frozenset[str] | None, progress: Progress) -> None:
        """FileStat at all sources below ``root``, or right in some directories; forget those that are gone.

        A directory with a file that has problems is always looked into, or they would be forgotten. No
        other is: a file there may be half written.
        """
        progress.begin("Looking", 0)
        self._db.execute("DROP TABLE IF EXISTS temp.due")
        # Files before articles: an article's facts hold the size of its picture.
        self._db.execute(
            "CREATE TEMP TABLE due (article INT, path TEXT, size INT, mtime INT, ctime INT, inode INT,"
            " directory INT, digest BLOB, PRIMARY KEY (article, path)) WITHOUT ROWID"
        )
        if self._read_anew:
            within = None
        if within is not None:
            query = (
                "SELECT path FROM directory WHERE id IN"
                " (SELECT directory FROM source INDEXED BY source_invalid WHERE valid = 0)"
            )
            within |= {path for (path,) in self._db.execute(query)}
        rows = self._db.execute("SELECT path, marks, excluded FROM directory")
        known = {
            path: (marks, excluded) for path, marks, excluded in rows if within is None or path in within
        }
        for directory, marks in self._walk(root) if within is None else self._look_into(root, within):
            # In a tenth of the time of repr(); that another version of Python may write it differently
            # costs a closer look.
            digest = files.digest(marshal.dumps((self._settings.content_exclude, marks), 0))
            before, excluded = known.pop(directory, (b"", 0))
            if before == digest and not self._read_anew:
                self.excluded += excluded
            else:
                progress.begin("Comparing", 0)
                self._compare(directory, list(files.file_stats(directory, marks)), digest)
                progress.begin("Looking", 0)
        progress.begin("Comparing", 0)
        for directory in sorted(known):
            self._compare(directory, [], b"")
            self._revision.drop_directory(directory)

    def due(self) -> Iterator[ReadTask]:
        """Yield the sources to read."""
        query = (
            "SELECT path, size, mtime, ctime, inode, directory, digest FROM temp.due ORDER BY article, path"
        )
        for *look, directory, digest in self._db.execute(query):
            yield ReadTask(files.FileStat(*look), directory, digest)

    def keep(self, result: ReadResult, *, valid: bool) -> None:
        """Keep what was found of a source that was read."""
        look, directory, _ = result.task
        self._revision.put_source(look, directory, result.digest, looked=self._looked, valid=valid)

    def _walk(self, root: Path) -> Iterator[tuple[str, list[files.FileSignature]]]:
        yield from files.walk_folders(root, self._settings.content_folder)
        yield from files.walk_folders(root, files.STATIC, hidden=True)

    def _look_into(
        self, root: Path, directories: frozenset[str]
    ) -> Iterator[tuple[str, list[files.FileSignature]]]:
        content = self._settings.content_folder
        for directory in sorted(directories):
            static = files.is_below(directory, files.STATIC)
            # What lies in a dotted folder is no source, as in a survey.
            shown = files.is_below(directory, content) and "/." not in directory.removeprefix(content)
            if static or shown:
                marks, _ = files.scan_folder(root, directory, hidden=static)
                if marks:
                    yield directory, marks

    def _compare(self, directory: str, looks: list[files.FileStat], marks: bytes) -> None:
        """Go through the files of a directory one by one."""
        query = (
            "SELECT s.path, s.size, s.mtime, s.ctime, s.inode, s.looked, s.digest, s.valid"
            " FROM directory d JOIN source s ON s.directory = d.id WHERE d.path = ?"
        )
        known = {row[0]: row for row in self._db.execute(query, (directory,))}
        patterns = self._settings.content_exclude
        kept = [look for look in looks if not self._is_left_out(look.path)] if patterns else looks
        excluded = len(looks) - len(kept)
        self.excluded += excluded
        racy = any(look.mtime >= self._looked - _RACY for look in looks)
        number = self._revision.put_directory(directory, b"" if racy else marks, excluded) if looks else 0
        due = []
        for look in kept:
            before = known.pop(look.path, None)
            article = files.is_article(look.path)
            anew = self._read_anew and article
            digest = None
            if before and before[-1] and not anew:
                looked, digest, _ = before[5:]
                if before[:5] == look and look.mtime < looked - _RACY:
                    continue
            due.append((article, *look, number, digest))
        self._db.executemany("INSERT INTO temp.due VALUES (?, ?, ?, ?, ?, ?, ?, ?)", due)
        self.count += len(due)
        for path in sorted(known):
            self._revision.drop(path)

    def _is_left_out(self, path: str) -> bool:
        below = path.removeprefix(f"{self._settings.content_folder}/")
        return files.is_article(path) and files.is_excluded(below, self._settings.content_exclude)
