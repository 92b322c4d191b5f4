"""Notices damage to the state file: what its pages come to is recorded in a small file beside it.

The record is a sum over all pages: a checksum of each with its number, added up. Updating it costs what has
changed, whatever the size of the file. SQLite writes changes to a log first (``-wal``), and as nothing but
``StateConnection`` moves them from there into the file, the frames of the log name exactly the pages that
change, and the file still has them as they were.

The record holds for the file with the first ``frames`` frames of the log that has the recorded ``salts`` laid
over it. What follows in that log was committed later, by a build that is at work or was killed; SQLite has
checksums for it. A log with other salts does not belong to the file. So a build may be killed at any moment,
and nothing that it committed is lost.

When the file is opened, its size, times and inode decide, as with sources: if they are as recorded, nobody
has written to it since. If they are not (a copy, a cache that was restored, damage), all pages are read and
added up. Damage that leaves even the ctime as it was, by the disk itself, goes unnoticed until all pages are
read, as ``build --verify`` does. A sum that is wrong stays wrong, whatever is written later.

CRC-32 misses damage to a page once in 2 to the 32nd times, and takes a fifth of the time of blake2b.

https://www.sqlite.org/fileformat2.html#the_write_ahead_log
https://www.sqlite.org/walformat.html
"""

from __future__ import annotations

import hashlib
import json
import struct
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, NamedTuple

PAGE = 4096  # bytes
LOG, INDEX, RECORD = "-wal", "-shm", "-sum"  # suffixes of the files beside the state file

_HEADER = 32  # bytes, of the log
_SALTS = slice(16, 24)  # of the header
_FRAME = struct.Struct(">II8s8x4096x")  # page, pages of the file after a commit or 0, salts
_FRAME_HEADER = 24  # bytes
_INDEX_HEADER = struct.Struct("=16xII")  # number of frames, pages of the file
_SUMMAND = struct.Struct(">II")
_MODULUS = 2**128
_EMPTY = zlib.crc32(bytes(PAGE))
_CHUNK = 256  # pages or frames that are read at a time
_TICKS, _TICK = 12, 0.001  # how often to wait for the clock of the file system, and for how many seconds


class Record(NamedTuple):
    """What the file was when it was last written: see the module.

    ``pages`` is how many it has, with the frames. ``signature`` is its size, times and inode; empty when they
    do not tell whether it was written to since.
    """

    total: int
    pages: int
    salts: str = ""
    frames: int = 0
    signature: tuple[int, ...] = ()


class Log(NamedTuple):
    """The log as SQLite has it: how many ``frames`` are valid, and how many pages the file has with them."""

    frames: int
    pages: int


def beside(file: Path, suffix: str) -> Path:
    """Return one of the files that belong to the state file ``file``."""
    return file.with_name(file.name + suffix)


def read_record(file: Path) -> Record | None:
    """Return what is recorded of ``file``; None if nothing is, or the record is damaged."""
    try:
        digest, _, text = beside(file, RECORD).read_text(encoding="ascii").partition("\n")
        if digest != _digest(text):
            return None
        total, pages, salts, frames, signature = json.loads(text)
        frames = frames if read_salts(file) else 0  # all of a log that is no more was moved into the file
        return Record(int(total, 16), pages, salts, frames, tuple(signature))
    except (OSError, ValueError):
        return None


def write_record(file: Path, record: Record) -> None:
    """Record what ``file`` is, in one step."""
    text = json.dumps([f"{record.total:032x}", *record[1:]])
    part = beside(file, f"{RECORD}.part")
    part.write_text(f"{_digest(text)}\n{text}", encoding="ascii")
    part.replace(beside(file, RECORD))


def sign(file: Path) -> tuple[int, ...]:
    """Return size, times and inode of ``file``, if a later change to it must change them; else nothing.

    It must as soon as the clock of the file system has moved on since the last change, which is waited for,
    for some milliseconds: git's rule for racy files.
    """
    signature = _signature(file)
    clock = beside(file, f"{RECORD}.part")
    for _ in range(_TICKS):
        clock.touch()
        if clock.stat().st_mtime_ns > max(signature[1:3]):
            return signature
        time.sleep(_TICK)
    return ()


def is_signed(file: Path, record: Record) -> bool:
    """Return whether size, times and inode of ``file`` are those recorded."""
    return record.signature == _signature(file)


def record_file(file: Path) -> Record:
    """Return what is to be recorded of ``file`` as it is, without a log."""
    with file.open("rb", buffering=0) as pages:
        return Record(_add_up(_read_pages(pages)), -(-file.stat().st_size // PAGE))


def sum_with_log(file: Path, frames: int) -> int:
    """Return what the pages of ``file`` come to with so many frames of its log laid over it."""
    with beside(file, LOG).open("rb") as log, file.open("rb", buffering=0) as pages:
        laid_over = _last_frames(log, frames)
        own = (page for page in _read_pages(pages) if page[0] not in laid_over)
        return (_add_up(own) + _add_up(_read_frames(log, laid_over))) % _MODULUS


def is_as_recorded(file: Path, record: Record) -> bool:
    """Return whether all pages are as recorded, with the recorded frames of the log laid over the file."""
    if record.frames:
        return sum_with_log(file, record.frames) == record.total
    return file.stat().st_size == record.pages * PAGE and record_file(file).total == record.total


def sum_after(total: int, pages: BinaryIO, file: Path, frames: int) -> int:
    """Return what ``file``, of which nothing is in the log yet, will come to with so many frames of the log.

    ``total`` is what it comes to now; ``pages`` is the file, open. Takes the time of the pages that change.
    """
    with beside(file, LOG).open("rb") as log:
        for number, page in _read_frames(log, _last_frames(log, frames)):
            pages.seek((number - 1) * PAGE)
            total += _sum_page(number, page) - _sum_page(number, pages.read(PAGE))
    return total % _MODULUS


def read_salts(file: Path) -> str:
    """Return the salts of the log beside ``file``; empty if there is none."""
    with suppress(OSError), beside(file, LOG).open("rb") as log:
        return log.read(_HEADER)[_SALTS].hex()
    return ""


def read_log(index: BinaryIO) -> Log:
    """Return the log as SQLite has it, from its index, the file ``-shm``."""
    index.seek(0)
    return Log(*_INDEX_HEADER.unpack(index.read(_INDEX_HEADER.size)))


def _signature(file: Path) -> tuple[int, ...]:
    stat = file.stat()
    return stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _sum_page(number: int, page: bytes | memoryview) -> int:
    """Return what a page adds to the sum: nothing if it is empty, as are pages that were never written."""
    checksum = zlib.crc32(page)
    if checksum == _EMPTY or not page:
        return 0
    return int.from_bytes(hashlib.blake2b(_SUMMAND.pack(number, checksum), digest_size=16).digest())


def _add_up(pages: Iterable[tuple[int, memoryview]]) -> int:
    return sum(_sum_page(*page) for page in pages) % _MODULUS


def _read_pages(pages: BinaryIO) -> Iterator[tuple[int, memoryview]]:
    """Yield the pages of a file with their numbers."""
    number = 1
    while chunk := memoryview(pages.read(_CHUNK * PAGE)):
        for start in range(0, len(chunk), PAGE):
            yield number, chunk[start : start + PAGE]
            number += 1


def _last_frames(log: BinaryIO, frames: int) -> dict[int, int]:
    """Return, of the first ``frames`` frames of a log, the last one of each page."""
    found: dict[int, int] = {}
    log.seek(_HEADER)
    for first in range(0, frames, _CHUNK):
        chunk = log.read(min(_CHUNK, frames - first) * _FRAME.size)
        whole = chunk[: len(chunk) // _FRAME.size * _FRAME.size]
        found |= {number: first + at for at, (number, *_) in enumerate(_FRAME.iter_unpack(whole))}
    return found


def _read_frames(log: BinaryIO, frames: Mapping[int, int]) -> Iterator[tuple[int, memoryview]]:
    """Yield pages with their numbers from the given frames of a log."""
    for number, frame in frames.items():
        log.seek(_HEADER + frame * _FRAME.size + _FRAME_HEADER)
        yield number, memoryview(log.read(PAGE))
