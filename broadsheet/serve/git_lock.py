"""Waits while a git command changes the work tree that a site is in, so that what it changes is one change.

Git holds a lock file meanwhile, https://git-scm.com/docs/gitrepository-layout. One that a killed git left is
waited for once, and not for long: under it no file changes.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

# Seconds. Without a change for so long nobody holds the lock; and a command may take so long in all.
_LONGEST_PAUSE, _LONGEST = 3.0, 30.0
_INTERVAL = 0.01  # seconds
_LONGEST_POINTER = 5000  # bytes: more than the path that a file ``.git`` may name


class GitLock:
    """The lock of the repository that a folder is in; without one there is none to wait for."""

    def __init__(self, folder: Path, *, longest_pause: float = _LONGEST_PAUSE) -> None:
        """Find the repository of ``folder``; a command changes something every ``longest_pause`` seconds."""
        self._longest_pause = longest_pause
        self._file = _find_lock(folder)
        self._left_over: tuple[int, int] | None = None

    def wait(self, count_changes: Callable[[], int]) -> bool:
        """Wait while a command is running; return whether one was.

        ``count_changes`` returns how many changes of the site's files were seen so far.
        """
        began = last = time.monotonic()
        seen, waited = count_changes(), False
        while (lock := self._identify()) and lock != self._left_over:
            waited = True
            time.sleep(_INTERVAL)
            now = time.monotonic()
            if count_changes() != seen:
                seen, last = count_changes(), now
            if now - last > self._longest_pause or now - began > _LONGEST:
                self._left_over = lock
        return waited

    def _identify(self) -> tuple[int, int] | None:
        """Return which lock there is, None if there is none."""
        if self._file is None:
            return None
        try:
            stat = self._file.stat()
        except (OSError, ValueError):
            return None
        return stat.st_ino, stat.st_ctime_ns


def _find_lock(site: Path) -> Path | None:
    """Return where the lock of the repository is that a site is in; None without one.

    ``.git`` is a folder with a file ``HEAD``, or a file that names such a folder. If it is anything else, the
    folder above is looked at.
    """
    for folder in (site, *site.parents):
        git = folder / ".git"
        for found in (git, _read_pointer(git)):
            try:
                if found and (found / "HEAD").exists():
                    return found / "index.lock"
            except (OSError, ValueError):
                continue
    return None


def _read_pointer(file: Path) -> Path | None:
    """Return the folder that a file ``.git`` names: ``gitdir: ../.git/worktrees/site``."""
    try:
        if not file.is_file():
            return None
        with file.open("rb") as opened:
            line = opened.read(_LONGEST_POINTER)
    except OSError:
        return None
    key, _, path = line.partition(b":")
    return file.parent / os.fsdecode(path.strip()) if key == b"gitdir" and path.strip() else None
