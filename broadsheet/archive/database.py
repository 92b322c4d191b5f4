"""Opening the state file, a cache: one that is unreadable, or is not ours, counts as empty.

It is one SQLite file that holds what was read from the sources (the archive), and what each output asked and
was answered (the ledger); beside it is a record of what its pages come to (``page_sums``). It holds paths
relative to the site and digests of content, so it may be moved to another machine with the site. It is as
trusted as the site's layouts are, which are programs: their compiled code is in it.

Builds are numbered. When the sources change, each question and each unit of the plan that may be
affected gets the number of the build in its row (``touched``). Each output folder keeps the number of
the last build that it has ``seen``: when the folder is built, whatever was touched since then is asked or
planned again, however many other folders were built, or failed to build, in between.
"""

from __future__ import annotations

import hashlib
import sqlite3
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from broadsheet.archive import page_sums
from broadsheet.archive.page_sums import INDEX, LOG, PAGE, RECORD, Record, beside
from broadsheet.archive.state_connection import DamagedStateError, StateConnection
from broadsheet.archive.tables import SCHEMA

APPLICATION = 0x42726473  # "Brds", https://www.sqlite.org/fileformat.html#application_id

_JOURNAL = "-journal"  # suffix of what SQLite keeps beside a file while it is being made
# Errors that leave the file intact: https://www.sqlite.org/rescode.html
_TEMPORARY = frozenset(
    (
        *(sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN),
        *(sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_NOMEM),
    )
)
_PRIMARY = 0xFF  # the byte of an extended error code that holds the primary one
_ATTEMPTS, _PAUSE = 3, 0.1  # seconds
_VERSION = int.from_bytes(hashlib.blake2b(SCHEMA.encode(), digest_size=3).digest())
# Of SQLite's header: its mark, user_version, application_id: https://www.sqlite.org/fileformat.html#the_database_header
_HEADER = struct.Struct(">16s44xI4xI")
_MAGIC = b"SQLite format 3\x00"
_OURS, _NEW = (_MAGIC, _VERSION, APPLICATION), (_MAGIC, 0, 0)


class ForeignStateError(Exception):
    """The file is not a state file of this schema."""


def open_state(
    file: Path,
    *,
    verify: bool = False,
    moves_log: bool = True,
    on_damage: Callable[[], None] = lambda: None,
) -> StateConnection:
    """Return a connection to the state in ``file``; a file that is damaged, or is not ours, is replaced.

    With ``verify`` all of the file is read and compared with what was recorded of it, even if nobody seems to
    have written to it since. ``moves_log``: see ``StateConnection``. Calls ``on_damage`` if it is damaged.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    record = page_sums.read_record(file)
    if not file.exists() or (record and not record.pages):  # a build was killed while it made the file
        return _opened(file, _create(file), moves_log=moves_log)
    try:
        if record is None:
            raise ForeignStateError if _is_foreign(file) else DamagedStateError
        beside(file, _JOURNAL).unlink(missing_ok=True)
        if page_sums.read_salts(file) != record.salts:
            for suffix in (LOG, INDEX):  # of another file, or of an older version of this one
                beside(file, suffix).unlink(missing_ok=True)
        if not _is_as_recorded(file, record, verify=verify):
            raise DamagedStateError  # noqa: TRY301
        return _opened(file, record, moves_log=moves_log)
    except ForeignStateError:
        pass
    except (sqlite3.DatabaseError, DamagedStateError) as error:
        if isinstance(error, sqlite3.Error) and is_temporary(error):
            raise
        on_damage()
    return _opened(file, _create(file), moves_log=moves_log)


def open_reader(file: Path) -> sqlite3.Connection:
    """Return a read-only connection, for a worker of a build that has the state open.

    The file is not mapped into memory: a process that reads from a mapped file which was cut is ended by the
    system.
    """
    db = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
    db.execute("PRAGMA query_only = 1")
    return db


def open_sound_reader(file: Path) -> sqlite3.Connection:
    """Return a read-only connection to a state that is as recorded, for a command.

    Raises ``sqlite3.DatabaseError`` for one that is damaged. A build may be at work: what it does to file,
    log and record at the same moment is over when they are looked at again.
    """
    for attempt in range(_ATTEMPTS):
        if attempt:
            time.sleep(_PAUSE)
        if _is_sound(file):
            return open_reader(file)
    message = "the state is damaged"
    raise sqlite3.DatabaseError(message)


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


def is_damage(error: Exception, file: Path | None = None) -> bool:
    """Return whether an error means that the state is damaged, and not, say, that the disk is full.

    An error that is none of the database's may come of what was read from it: then ``file`` is compared with
    what was recorded. Text that is not UTF-8 is refused by Python, whose errors have no code.
    """
    if isinstance(error, sqlite3.DatabaseError):
        return not isinstance(error, sqlite3.OperationalError) or not hasattr(error, "sqlite_errorcode")
    return file is not None and not isinstance(error, OSError) and not _is_sound(file, verify=True)


def is_temporary(error: sqlite3.Error) -> bool:
    """Return whether the system refused something, such as room on the disk, and the file is intact."""
    return getattr(error, "sqlite_errorcode", 0) & _PRIMARY in _TEMPORARY


def discard(file: Path) -> None:
    """Remove a state file and the files beside it."""
    for suffix in ("", LOG, INDEX, _JOURNAL, RECORD):
        beside(file, suffix).unlink(missing_ok=True)


def copy_state(source: Path, target: Path) -> None:
    """Copy a state, even while a build writes to it; one that is missing or damaged is not copied."""
    try:
        with closing(open_sound_reader(source)) as db, closing(sqlite3.connect(target)) as copy:
            db.backup(copy)
        page_sums.write_record(target, page_sums.record_file(target))
    except sqlite3.DatabaseError:
        discard(target)


def _create(file: Path) -> Record:
    """Make an empty file in place of what there is, and return what is to be recorded of it."""
    discard(file)
    page_sums.write_record(file, Record(0, 0))
    with closing(sqlite3.connect(file, isolation_level=None)) as db:
        db.execute(f"PRAGMA page_size = {PAGE}")
        db.execute("PRAGMA journal_mode = WAL")
    return page_sums.record_file(file)


def _is_sound(file: Path, *, verify: bool = False) -> bool:
    """Return whether ``file`` and its log are as recorded."""
    try:
        record, salts = page_sums.read_record(file), page_sums.read_salts(file)
        return (
            record is not None
            and salts in {"", record.salts}
            and _is_as_recorded(file, record, verify=verify)
        )
    except OSError:
        return False


def _is_as_recorded(file: Path, record: Record, *, verify: bool = False) -> bool:
    is_untouched = not record.frames and page_sums.is_signed(file, record)
    return (is_untouched and not verify) or page_sums.is_as_recorded(file, record)


def _is_foreign(file: Path) -> bool:
    """Return whether a file is a state of another schema, or another program's database."""
    with file.open("rb", buffering=0) as opened:
        header = opened.read(_HEADER.size)
    return len(header) == _HEADER.size and _HEADER.unpack(header) not in {_OURS, _NEW}


def _opened(file: Path, record: Record, *, moves_log: bool) -> StateConnection:
    db = sqlite3.connect(file, isolation_level=None, factory=StateConnection)
    try:
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("PRAGMA cache_size = -32768")
        (version,) = db.execute("PRAGMA user_version").fetchone()
        (application,) = db.execute("PRAGMA application_id").fetchone()
        (tables,) = db.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        if tables and (version, application) != (_VERSION, APPLICATION):
            raise ForeignStateError  # noqa: TRY301 - the connection is closed on the way out
        db.begin(record, moves_log=moves_log)
        if not tables:
            db.executescript(
                f"BEGIN; {SCHEMA} PRAGMA user_version = {_VERSION}; "
                f"PRAGMA application_id = {APPLICATION}; COMMIT;"
            )
    except BaseException:
        db.close()
        raise
    return db
