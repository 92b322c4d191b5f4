"""Reports in which directories of a site files have changed, as soon as they do.

Events only narrow down where to scan; the scan finds what has changed. After events that say more than that
(folders created or deleted, thousands of files, an overflow of the queue) the whole site is to be scanned. If
the system has no watches left, the site is scanned periodically instead. A file that a symbolic link leads to
is watched where it is. A file that a program has open and
writes to is waited for, so that no half-saved file is read.
"""

from __future__ import annotations

import logging
import sys
import threading
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver, ObservedWatch

from broadsheet.build.site_folder import SETTINGS
from broadsheet.common import files
from broadsheet.serve.git_lock import GitLock
from broadsheet.serve.linked_files import find_linked_files, resolve_folder

# With more changed directories than this the whole site is scanned.
_MOST_DIRECTORIES = 64
_NO_CHANGE = frozenset(("opened", "closed_no_write"))
# Only Linux reports when a file is opened and closed: https://man7.org/linux/man-pages/man7/inotify.7.html
_REPORTS_OPENING = sys.platform == "linux"
# Seconds. That a file was emptied is reported just before that it was opened for it; a program may leave open
# what it has written.
_OPENING, _LONGEST_SAVE = 0.01, 0.5


class FileWatcher:
    """Watches a site's folder; ``changes`` reports what has changed since its last call."""

    def __init__(self, site: Path, content: str) -> None:
        """Watch ``site``, whose articles are in the folder ``content``.

        If the system refuses, ``refused`` is the reason, and ``changes`` periodically returns None.
        """
        self.refused = ""
        self._site = site.absolute()
        self._git_lock = GitLock(self._site)
        self._changes = 0
        self._folders = (content, files.STATIC, files.LAYOUTS)
        self._condition = threading.Condition()
        self._directories: set[str] = set()
        self._unfinished: dict[Path, bool] = {}
        self._all_changed = False
        self._folders_changed = False
        self._links_changed = False
        self._scan_seconds = 0.0
        self._watches: dict[str, ObservedWatch] = {}
        self._linked: dict[Path, frozenset[str]] = {}
        self._link_watches: dict[Path, ObservedWatch] = {}
        self._observer: BaseObserver | None = None
        self._overflow = _OverflowHandler(self._mark_all_changed)
        logging.getLogger("watchdog").addHandler(self._overflow)
        # Of new folders within new ones, which it then watches as it should.
        warnings.filterwarnings("ignore", "Callback with id", RuntimeWarning)
        try:
            self._observer = Observer()
            self._observer.start()
            self._observer.schedule(_Listener(self._on_event), str(self._site))
            self._watch_folders()
        except OSError as error:
            self._refuse(error)

    def close(self) -> None:
        """Stop watching."""
        if self._observer:
            self._observer.stop()
            with suppress(RuntimeError):  # it never started
                self._observer.join()
        # Only now: what watchdog logs while it stops would be printed.
        logging.getLogger("watchdog").removeHandler(self._overflow)

    def changes(self, timeout: float | None) -> frozenset[str] | None:
        """Wait at most ``timeout`` seconds for a change; return its directories, None for the whole site.

        The changes of a running git command are one change, so that switching branches is; and a file that
        is being written is waited for.
        """
        if self.refused:
            # Scanning takes at most a fifth of one processor.
            timeout = min(timeout or 3600, max(1.0, 5 * self._scan_seconds))
        with self._condition:
            self._condition.wait_for(lambda: self._directories or self._all_changed, timeout)
            self._condition.wait_for(lambda: not self._unfinished, _OPENING)
            self._condition.wait_for(lambda: not any(self._unfinished.values()), _LONGEST_SAVE)
            self._unfinished.clear()
        if self._git_lock.wait(lambda: self._changes):
            # Some of its events may still be on their way.
            self._mark_all_changed()
        self._watch_anew()
        with self._condition:
            directories, everywhere = (
                frozenset(self._directories),
                self._all_changed or len(self._directories) > _MOST_DIRECTORIES,
            )
            self._directories.clear()
            self._all_changed = False
        return None if everywhere or self.refused else directories

    def follow(self, content: str) -> None:
        """Watch the folder ``content`` for articles from now on."""
        if content != self._folders[0]:
            self._folders = (content, *self._folders[1:])
            self._folders_changed = True
            self._mark_all_changed()

    def wake(self) -> None:
        """End ``changes``, as if anything might have changed."""
        self._mark_all_changed()

    def note_scan(self, seconds: float) -> None:
        """Take note of how long a scan of the whole site took."""
        self._scan_seconds = seconds

    def _watch_anew(self) -> None:
        """Watch what has become another one: the site's folders, or only what links lead to."""
        folders, links = self._folders_changed, self._links_changed
        self._folders_changed = self._links_changed = False
        try:
            if folders and not self.refused:
                self._watch_folders()
            elif links and not self.refused:
                self._watch_linked_files()
        except OSError as error:
            self._refuse(error)

    def _watch_folders(self) -> None:
        if self._observer is None:
            return
        for folder in self._folders:
            if folder in self._watches:
                with suppress(KeyError):
                    self._observer.unschedule(self._watches.pop(folder))
            place = files.locate(self._site, folder)
            if Path(place).is_dir():
                listener = _Listener(self._on_event)
                self._watches[folder] = self._observer.schedule(listener, place, recursive=True)
        self._watch_linked_files()

    def _watch_linked_files(self) -> None:
        """Watch the folders of files that symbolic links lead to, unless they are the site's own."""
        if self._observer is None:
            return
        self._linked = find_linked_files(self._site, self._folders)
        site = self._site.resolve()
        watched = [site / folder for folder in self._folders]
        wanted = {file.parent for file in self._linked if file.parent != site and file.parent.is_dir()}
        wanted = {path for path in wanted if not any(path.is_relative_to(folder) for folder in watched)}
        for path in self._link_watches.keys() - wanted:
            with suppress(KeyError):
                self._observer.unschedule(self._link_watches.pop(path))
        for path in wanted - self._link_watches.keys():
            self._link_watches[path] = self._observer.schedule(_Listener(self._on_event), str(path))

    def _refuse(self, error: OSError) -> None:
        self.refused = error.strerror or str(error)

    def _mark_all_changed(self) -> None:
        with self._condition:
            self._all_changed = True
            self._condition.notify()

    def _on_event(self, event: FileSystemEvent) -> None:
        """Take an event; one that cannot be told what it means may mean anything."""
        try:
            self._note_event(event)
        except (OSError, RuntimeError, ValueError):  # no descriptors left, or links that form a circle
            self._mark_all_changed()

    def _note_event(self, event: FileSystemEvent) -> None:
        for text in (event.src_path, event.dest_path):
            if text:
                with suppress(ValueError, UnicodeDecodeError):
                    name = text if isinstance(text, str) else text.decode()
                    if self._linked:
                        self._note_linked(resolve_folder(Path(name)), event)
                    path = Path(files.compose(Path(name).relative_to(self._site).as_posix()))
                    self._note_writing(path, event)
                    if event.event_type not in _NO_CHANGE:
                        self._changes += 1
                        self._note_change(path, event)

    def _note_linked(self, file: Path, event: FileSystemEvent) -> None:
        """Take an event of a file that links lead to for one of these; of any other file do nothing."""
        directories = self._linked.get(file)
        if directories is None:
            return
        self._note_writing(file, event)
        if event.event_type not in _NO_CHANGE:
            with self._condition:
                self._directories |= directories
                self._condition.notify()

    def _note_writing(self, path: Path, event: FileSystemEvent) -> None:
        """Keep which files may be half written: open (True), or changed and not yet closed (False)."""
        if not _REPORTS_OPENING or event.is_directory:
            return
        with self._condition:
            if event.event_type == "opened":
                self._unfinished[path] = True
            elif event.event_type == "modified":
                self._unfinished.setdefault(path, False)
            else:
                self._unfinished.pop(path, None)
                self._condition.notify()

    def _note_change(self, path: Path, event: FileSystemEvent) -> None:
        steps = path.parts
        if len(steps) == 1:
            top = steps[0]
            if top in {folder.partition("/")[0] for folder in self._folders}:
                if event.event_type == "modified":
                    return  # its files have events of their own
                self._folders_changed = True
            elif top != SETTINGS:
                return
            self._mark_all_changed()
            return
        if not any(files.is_below(path.as_posix(), folder) for folder in self._folders):
            return
        if event.is_directory and event.event_type == "modified":
            return
        if event.event_type in {"created", "moved"}:
            self._links_changed |= Path(files.locate(self._site, path.as_posix())).is_symlink()
        with self._condition:
            if event.is_directory:
                self._all_changed = True
            else:
                self._directories.add(path.parent.as_posix())
            self._condition.notify()


class _Listener(FileSystemEventHandler):
    def __init__(self, callback: Callable[[FileSystemEvent], None]) -> None:
        self._callback = callback

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Pass the event on."""
        self._callback(event)


class _OverflowHandler(logging.Handler):
    """Notices that the system dropped events, which watchdog reports only by a log line."""

    def __init__(self, report: Callable[[], None]) -> None:
        super().__init__(logging.WARNING)
        self._report = report

    def emit(self, _record: logging.LogRecord) -> None:
        """Report it, whatever the line says."""
        self._report()
