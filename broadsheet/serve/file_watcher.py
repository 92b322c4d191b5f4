"""Tells where files of a site have changed, as soon as they do.

Events are gathered, never counted on: they say in which directories to look, and the look finds what has
changed. Where they say more than that (folders that come and go, thousands of files, a queue that ran
over), the whole site is looked at. Where the system has no watches left, it is looked at again and again.
A file that a program has open and writes to is waited for, so that nobody sees half of what is saved.
"""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver, ObservedWatch

from broadsheet.build.site_folder import SETTINGS
from broadsheet.common import files

# So many directories are looked at one by one; more of them, and it is all of them.
_MOST = 64
_NO_CHANGE = frozenset(("opened", "closed_no_write"))
_LONGEST_GIT = 30.0  # seconds; a lock that stays is a killed git's
# Only Linux tells when a file is opened and closed: https://man7.org/linux/man-pages/man7/inotify.7.html
_OPENING_IS_TOLD = sys.platform == "linux"
# Seconds. That a file was emptied is told just before that it was opened for it; one that was written to may
# be left open.
_OPENING, _LONGEST_SAVE = 0.01, 0.5


class Watch:
    """What has changed below a site's folder since it was last asked."""

    def __init__(self, site: Path, content: str) -> None:
        """Watch ``site``, whose articles are in the folder ``content``; raises nothing if that cannot be.

        ``refused`` then says why, and ``changes`` tells to look at everything, now and then.
        """
        self.refused = ""
        self._site = site.absolute()
        self._git_lock = _git_lock(self._site)
        self._folders = (content, files.STATIC, files.LAYOUTS)
        self._news = threading.Condition()
        self._within: set[str] = set()
        self._unfinished: dict[Path, bool] = {}
        self._everywhere = False
        self._moved = False
        self._took = 0.0
        self._watches: dict[str, ObservedWatch] = {}
        self._observer: BaseObserver | None = None
        self._overflow = _Overflow(self._lose_track)
        logging.getLogger("watchdog").addHandler(self._overflow)
        try:
            self._observer = Observer()
            self._observer.start()
            self._observer.schedule(_Listener(self._hear), str(self._site))
            self._watch_folders()
        except OSError as error:
            self._refuse(error)

    def close(self) -> None:
        """Watch no more."""
        if self._observer:
            self._observer.stop()
            with suppress(RuntimeError):  # it never began
                self._observer.join()
        # Not before: what watchdog has to say of its own end would be printed.
        logging.getLogger("watchdog").removeHandler(self._overflow)

    def changes(self, timeout: float | None) -> frozenset[str] | None:
        """Wait for a change, at most ``timeout`` seconds; return the directories it is in, None for anywhere.

        While git is at work its changes are gathered, so that a switch of branches is one change; and while
        a file is being written, so that it is seen whole.
        """
        if self.refused:
            # At most a fifth of one processor goes into looking.
            timeout = min(timeout or 3600, max(1.0, 5 * self._took))
        with self._news:
            self._news.wait_for(lambda: self._within or self._everywhere, timeout)
            self._news.wait_for(lambda: not self._unfinished, _OPENING)
            self._news.wait_for(lambda: not any(self._unfinished.values()), _LONGEST_SAVE)
            self._unfinished.clear()
        if self._waited_for_git():
            # Not all that it did may have been heard of by now.
            self._lose_track()
        if self._moved and not self.refused:
            self._moved = False
            try:
                self._watch_folders()
            except OSError as error:
                self._refuse(error)
        with self._news:
            within, everywhere = frozenset(self._within), self._everywhere or len(self._within) > _MOST
            self._within.clear()
            self._everywhere = False
        return None if everywhere or self.refused else within

    def follow(self, content: str) -> None:
        """Watch the folder ``content`` for articles, if it is another one than before."""
        if content != self._folders[0]:
            self._folders = (content, *self._folders[1:])
            self._moved = True
            self._lose_track()

    def looked(self, seconds: float) -> None:
        """Say how long it took to look at the whole site."""
        self._took = seconds

    def _waited_for_git(self) -> bool:
        """Wait while git is at work; return whether it was."""
        until, waited = time.monotonic() + _LONGEST_GIT, False
        while self._git_lock and self._git_lock.exists() and time.monotonic() < until:
            waited = True
            time.sleep(0.01)
        return waited

    def _watch_folders(self) -> None:
        if self._observer is None:
            return
        for folder in self._folders:
            if folder in self._watches:
                with suppress(KeyError):
                    self._observer.unschedule(self._watches.pop(folder))
            if (self._site / folder).is_dir():
                listener = _Listener(self._hear)
                self._watches[folder] = self._observer.schedule(
                    listener, str(self._site / folder), recursive=True
                )

    def _refuse(self, error: OSError) -> None:
        self.refused = error.strerror or str(error)

    def _lose_track(self) -> None:
        with self._news:
            self._everywhere = True
            self._news.notify()

    def _hear(self, event: FileSystemEvent) -> None:
        for text in (event.src_path, event.dest_path):
            if text:
                with suppress(ValueError, UnicodeDecodeError):
                    name = text if isinstance(text, str) else text.decode()
                    path = Path(name).relative_to(self._site)
                    self._note_writing(path, event)
                    if event.event_type not in _NO_CHANGE:
                        self._hear_of(path, event)

    def _note_writing(self, path: Path, event: FileSystemEvent) -> None:
        """Keep which files may be half written: that they are open, or were changed and not yet closed."""
        if not _OPENING_IS_TOLD or event.is_directory:
            return
        with self._news:
            if event.event_type == "opened":
                self._unfinished[path] = True
            elif event.event_type == "modified":
                self._unfinished.setdefault(path, False)
            else:
                self._unfinished.pop(path, None)
                self._news.notify()

    def _hear_of(self, path: Path, event: FileSystemEvent) -> None:
        steps = path.parts
        if len(steps) == 1:
            top = steps[0]
            if top in {folder.partition("/")[0] for folder in self._folders}:
                if event.event_type == "modified":
                    return  # its files tell themselves
                self._moved = True
            elif top != SETTINGS:
                return
            self._lose_track()
            return
        if not any(files.is_below(path.as_posix(), folder) for folder in self._folders):
            return
        if event.is_directory and event.event_type == "modified":
            return
        with self._news:
            if event.is_directory:
                self._everywhere = True
            else:
                self._within.add(path.parent.as_posix())
            self._news.notify()


def _git_lock(site: Path) -> Path | None:
    """Return the file that is there while git changes the work tree that a site is in.

    https://git-scm.com/docs/gitrepository-layout: ``.git`` is a folder, or a file that names one.
    """
    for folder in (site, *site.parents):
        git = folder / ".git"
        if git.is_dir():
            return git / "index.lock"
        if git.is_file():
            return folder / git.read_text(encoding="utf-8").removeprefix("gitdir:").strip() / "index.lock"
    return None


class _Listener(FileSystemEventHandler):
    def __init__(self, hear: Callable[[FileSystemEvent], None]) -> None:
        self._hear = hear

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Pass every event on."""
        self._hear(event)


class _Overflow(logging.Handler):
    """Hears of the one thing that watchdog tells by a log line only: that the system lost events."""

    def __init__(self, lose_track: Callable[[], None]) -> None:
        super().__init__(logging.WARNING)
        self._lose_track = lose_track

    def emit(self, _record: logging.LogRecord) -> None:
        """Lose track, whatever was lost."""
        self._lose_track()
