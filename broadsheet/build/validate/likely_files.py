"""Finds the file that a link which leads nowhere most likely means: in other case, or of another type."""

from __future__ import annotations

import sqlite3
from functools import lru_cache
from pathlib import PurePosixPath

from broadsheet.archive.lookups import list_directories, list_sources_in
from broadsheet.common.slugs import path_key


class LikelyFiles:
    """The sources of a site, by their paths as macOS and Windows compare them; read only when asked."""

    def __init__(self, db: sqlite3.Connection) -> None:
        """Look into ``db``."""
        self._db = db
        self._in_folder = lru_cache(maxsize=64)(self._read_folder)
        self._folders: dict[str, str] | None = None

    def suggest(self, path: str) -> str:
        """Return the hint for a path that is not there; "" if no file is like it."""
        found = self._find(path)
        if found is None:
            return ""
        beside = PurePosixPath(found).parent == PurePosixPath(path).parent
        shown = PurePosixPath(found).name if beside else found
        why = " Upper and lower case differ." if path_key(found) == path_key(path) else ""
        return f"Did you mean {shown}?{why}"

    def find_same(self, path: str) -> str | None:
        """Return the file that differs from a path only by upper and lower case, if any."""
        found = self._find(path)
        return found if found is not None and path_key(found) == path_key(path) else None

    def _find(self, path: str) -> str | None:
        folder, _, name = path.rpartition("/")
        there = self._in_folder(self._find_folder(folder))
        key = path_key(name)
        if key in there:
            return there[key]
        stem = PurePosixPath(key).stem
        alike = [found for other, found in there.items() if PurePosixPath(other).stem == stem]
        return alike[0] if len(alike) == 1 else None

    def _find_folder(self, folder: str) -> str:
        """Return the folder itself if it has sources, else the one that differs from it by case."""
        if self._in_folder(folder):
            return folder
        if self._folders is None:
            self._folders = {path_key(each): each for each in list_directories(self._db)}
        return self._folders.get(path_key(folder), folder)

    def _read_folder(self, folder: str) -> dict[str, str]:
        """Return the sources right in a folder, by the keys of their names."""
        paths = list_sources_in(self._db, folder)
        return {path_key(path.rpartition("/")[2]): path for path in paths}
