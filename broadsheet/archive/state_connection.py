"""A connection that may write to the state, and keeps the record of its pages (``page_sums``).

SQLite moves the log into the file when it has grown long, and when the last connection is closed. Here only
``shorten_log`` and ``close`` do so, in three steps: the record says what the file will be with the log, then
the log is moved, then the record says that it was. Whoever is killed between two steps leaves a file and a
log that fit the record.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, nullcontext, suppress
from pathlib import Path

from broadsheet.archive import page_sums
from broadsheet.archive.page_sums import INDEX, LOG, PAGE, Log, Record, beside

_LONG = 1000 * PAGE  # bytes of the log, from which on it is worth while to move it into the file
_PATIENCE = 5000  # milliseconds
# On POSIX a process loses its locks on a file when it closes any descriptor of it.
_CLOSING_UNLOCKS = os.name == "posix"


class DamagedStateError(Exception):
    """The state file is not as recorded."""


class StateConnection(sqlite3.Connection):
    """A connection to a state file; closing it moves the log into the file."""

    def __init__(self, file: Path, isolation_level: None, factory: object) -> None:
        """Connect to ``file``, called by ``sqlite3.connect``; ``begin`` comes before anything is written."""
        super().__init__(file, isolation_level=isolation_level)
        self._file = file
        self._record: Record | None = None
        self._moves_log = self._is_closed = False
        self._held = ExitStack()  # until the connection is closed

    def begin(self, record: Record, *, moves_log: bool) -> None:
        """Take over the file, which is as recorded; without ``moves_log`` the log is left to be moved later.

        Raises ``DamagedStateError`` when the log lacks frames that are part of what is recorded.
        """
        self.execute("PRAGMA wal_autocheckpoint = 0")
        self.execute(f"PRAGMA busy_timeout = {_PATIENCE}")
        (version,) = self.execute("PRAGMA user_version").fetchone()
        if record.frames and self._log().frames < record.frames:
            raise DamagedStateError
        # The first frame makes the log, whose salts are recorded before anything of worth is in it.
        self.execute(f"PRAGMA user_version = {version}")
        salts = page_sums.read_salts(self._file)
        if salts != record.salts:
            record = record._replace(salts=salts, frames=0)
            page_sums.write_record(self._file, record)
        self._record, self._moves_log = record, moves_log

    def shorten_log(self) -> None:
        """Move a log that has become long into the file, between two transactions."""
        record = self._record
        if record and self._moves_log and beside(self._file, LOG).stat().st_size > _LONG:
            record, is_moved = self._move_log(record)
            if is_moved:
                self.begin(record, moves_log=True)

    def close(self) -> None:
        """Move the log into the file, and record that; if that is impossible now, the next build does it."""
        if self._is_closed:
            return
        self._is_closed, record, is_moved = True, self._record, False
        with self._held:
            try:
                self.rollback()
                if record and self._moves_log:
                    with suppress(OSError, sqlite3.Error):
                        record, is_moved = self._move_log(record)
            finally:
                with nullcontext() if is_moved else _log_kept(self._file):
                    super().close()
        if record and is_moved:
            with suppress(OSError):
                page_sums.write_record(self._file, record._replace(signature=page_sums.sign(self._file)))

    def _move_log(self, record: Record) -> tuple[Record, bool]:
        """Move the log into the file, and return its new record.

        Returns also whether it was moved: it cannot be while someone reads from it.
        """
        log = self._log()
        if record.frames:
            total = page_sums.sum_with_log(self._file, log.frames)
        else:
            pages = self._held.enter_context(self._file.open("rb"))
            total = page_sums.sum_after(record.total, pages, self._file, log.frames)
        record = Record(total, log.pages, record.salts, log.frames)
        page_sums.write_record(self._file, record)
        self._record = record
        self.execute("PRAGMA busy_timeout = 0")
        (is_busy, *_) = self.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return (record, False) if is_busy else (Record(total, log.pages), True)

    def _log(self) -> Log:
        """Return the log as SQLite has it."""
        with ExitStack() as opened:
            log = page_sums.read_log(opened.enter_context(beside(self._file, INDEX).open("rb", buffering=0)))
            if _CLOSING_UNLOCKS:
                self._held.push(opened.pop_all())
        return log


@contextmanager
def _log_kept(file: Path) -> Iterator[None]:
    """Keep the log from being moved when the last connection that may do so is closed within."""
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as reader:
        with suppress(sqlite3.Error):
            reader.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        yield
