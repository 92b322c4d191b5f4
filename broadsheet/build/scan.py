"""Scans the sources: which are new, changed or gone since the last build, without reading them.

A file is unchanged only if its size, times and inode are as they were and it was last changed well before
the last scan (git's rule for racy files: https://git-scm.com/docs/racy-git); else it is read, and its digest
decides.
"""

from __future__ import annotations

import marshal
import os
import sqlite3
import time
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from broadsheet.archive.revision import Revision, sources
from broadsheet.archive.revision.site_files import ReadAnew
from broadsheet.build.workers import ReadResult
from broadsheet.common import files
from broadsheet.common.progress import Progress
from broadsheet.read import theme
from broadsheet.read.pictures.formats import is_picture
from broadsheet.settings.front_page import is_front_page
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
        self, db: sqlite3.Connection, revision: Revision, settings: Settings, *, anew: ReadAnew, verify: bool
    ) -> None:
        self.excluded = 0
        self.count = 0
        self._db = db
        self._queue = sources.ReadingQueue(db)
        self._revision = revision
        self._settings = settings
        self._anew = anew
        self._verify = verify
        self._scanned = time.time_ns()

    def look(self, root: Path, within: frozenset[str] | None, progress: Progress) -> None:
        """Look at all sources below ``root``, or right in some directories; forget those that are gone.

        A directory with a file that has problems is always looked into, or they would be forgotten. No
        other is: a file there may be half written.
        """
        progress.begin("Looking", 0)
        if any(self._anew) or self._verify:
            within = None
        if within is not None:
            within = frozenset(map(files.compose, within))
            within |= sources.find_invalid_directories(self._db)
        directories = sources.list_directories(self._db)
        known = {
            path: found
            for path, found in directories
            if within is None or path in within or path.startswith(theme.FOLDER)
        }
        walked = self._walk(root) if within is None else self._look_into(root, within)
        for directory, marks in chain(walked, self._walk_theme(root)):
            # In a tenth of the time of repr(); that another version of Python may write it differently
            # costs a closer look.
            digest = files.digest(marshal.dumps((self._settings.content_exclude, marks), 0))
            before = known.pop(directory, None)
            if before and before.signature == digest and not (any(self._anew) or self._verify):
                self.excluded += before.excluded
            else:
                progress.begin("Comparing", 0)
                stats = files.list_file_stats(directory.removeprefix(theme.FOLDER), marks)
                self._compare(directory, list(stats), digest)
                progress.begin("Looking", 0)
        progress.begin("Comparing", 0)
        for directory in sorted(known):
            self._compare(directory, [], b"")
            self._revision.drop_directory(directory)

    def due(self) -> Iterator[sources.QueuedSource]:
        """Yield the sources to read."""
        return iter(self._queue)

    def keep(self, result: ReadResult, *, valid: bool) -> None:
        """Keep what was found of a source that was read."""
        stat, directory, _ = result.task
        self._revision.put_source(stat, directory, result.digest, scanned=self._scanned, valid=valid)

    def _walk(self, root: Path) -> Iterator[tuple[str, list[files.FileSignature]]]:
        yield from files.walk_folders(root, self._settings.content_folder)
        yield from files.walk_folders(root, files.STATIC, hidden=True)

    def _walk_theme(self, root: Path) -> Iterator[tuple[str, list[files.FileSignature]]]:
        """Yield the directories of the theme's static files, with the files that the site in ``root`` lacks.

        What lies there in the site's own folder takes the place of a file of that name, a folder too.
        """
        if not self._settings.theme_fallback:
            return
        for directory, theirs in files.walk_folders(theme.find_theme(), files.STATIC):
            there = Path(files.locate(root, directory))
            if there.is_dir():
                own, folders = files.scan_folder(root, directory, hidden=True)
                taken = {name for name, *_ in own}.union(path.rpartition("/")[2] for path in folders)
                lacking = [each for each in theirs if each[0] not in taken]
            else:
                lacking = [] if os.path.lexists(there) else theirs
            if lacking:
                yield f"{theme.FOLDER}{directory}", lacking

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
        known = sources.list_sources(self._db, directory)
        patterns = self._settings.content_exclude
        kept = [look for look in looks if not self._is_left_out(look.path)] if patterns else looks
        excluded = len(looks) - len(kept)
        self.excluded += excluded
        racy = any(look.mtime >= self._scanned - _RACY for look in looks)
        number = self._revision.put_directory(directory, b"" if racy else marks, excluded) if looks else 0
        due = []
        for look in kept:
            before = known.pop(look.path, None)
            digest = None
            if before and before.valid and not self._is_anew(look.path):
                if before.stat == look and look.mtime < before.scanned - _RACY and not self._verify:
                    continue
                digest = before.digest
            due.append(sources.QueuedSource(look, number, digest))
        self._queue.add(due)
        self.count += len(due)
        for path in sorted(known):
            self._revision.drop(path)

    def _is_anew(self, path: str) -> bool:
        if files.is_article(path) or is_front_page(path, self._settings):
            return self._anew.articles
        return self._anew.pictures and is_picture(path)

    def _is_left_out(self, path: str) -> bool:
        below = path.removeprefix(f"{self._settings.content_folder}/")
        return files.is_article(path) and files.is_excluded(below, self._settings.content_exclude)
