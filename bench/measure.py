"""Runs one process and says what it took; looks at a folder before and after, and says what changed.

Memory is the sum of the proportional set sizes of a process and all its descendants, so that what they
share counts once. It needs Linux; elsewhere the largest single process is all that is known.
"""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

# Seconds between two looks at the memory. A look takes twenty milliseconds for each gigabyte: but for the
# first few, which short processes need, looking takes no more than this share of the time.
_EVERY, _FREE, _SHARE = 0.02, 0.1, 0.05
_KILOBYTE = 1024 if sys.platform != "darwin" else 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What one process took. ``status`` is that of its exit, negative for a signal, None past the limit.

    ``wall`` and ``processor`` are seconds, ``peak`` is bytes; the last two are of the whole tree. ``largest``
    is the most resident memory that one of its processes had, 0 where that is unknown.
    """

    status: int | None
    wall: float
    processor: float
    peak: int
    largest: int
    stdout: str
    stderr: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What became of a folder. ``size`` is that of the new and the changed files, in bytes."""

    new: int
    changed: int
    removed: int
    size: int


def run(
    command: Sequence[str | Path],
    *,
    folder: Path,
    environment: Mapping[str, str] | None = None,
    limit: float = 3600.0,
) -> Taken:
    """Run ``command`` in ``folder``, at most ``limit`` seconds long; nothing it started outlives it."""
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.monotonic()
    with (
        _printed(folder) as stdout,
        _printed(folder) as stderr,
        subprocess.Popen(
            [str(word) for word in command],
            cwd=folder,
            env={**_usual(), **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            start_new_session=True,
        ) as process,
    ):
        watch = _Watch(process.pid)
        late = threading.Timer(limit, _end, (process.pid,))
        late.start()
        watch.start()
        try:
            # Left unreaped, its number cannot become another's before its group is ended.
            os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        finally:
            wall = time.monotonic() - began
            late.cancel()
            watch.stop()
            _end(process.pid)
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        # A forked child begins with the memory of its parent on its account: only more than ours is its own.
        floor = used.ru_maxrss if used.ru_maxrss > own else 0
        return Taken(
            status=None if wall >= limit else process.returncode,
            wall=wall,
            processor=used.ru_utime + used.ru_stime,
            peak=max(watch.peak, floor * _KILOBYTE),
            largest=floor * _KILOBYTE,
            stdout=_words(stdout),
            stderr=_words(stderr),
        )


def snapshot(folder: Path, file: Path) -> tuple[int, int]:
    """Write down every file below ``folder``: path, time, size and inode; return how many, and their size.

    It goes into a file, in the order of the paths, because of a million files it would fill the memory.
    """
    count = total = 0
    with file.open("w", encoding="utf-8", errors="surrogateescape") as stream:
        for path, found in _walk(folder, ""):
            stream.write(f"{path}\0{found.st_mtime_ns} {found.st_size} {found.st_ino}\n")
            count += 1
            total += found.st_size
    return count, total


def compared(before: Path, after: Path) -> Changes:
    """Return how two snapshots of one folder differ."""
    new = changed = removed = size = 0
    olds, news = _rows(before), _rows(after)
    old, now = next(olds, None), next(news, None)
    while old or now:
        if now and (not old or now[0] < old[0]):
            new, size = new + 1, size + _size(now)
            now = next(news, None)
        elif old and (not now or old[0] < now[0]):
            removed += 1
            old = next(olds, None)
        else:
            if now and old and now[1] != old[1]:
                changed, size = changed + 1, size + _size(now)
            old, now = next(olds, None), next(news, None)
    return Changes(new=new, changed=changed, removed=removed, size=size)


class _Watch(threading.Thread):
    """Looks at the memory of a process and its descendants again and again, and keeps the most it saw."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.peak = 0
        self._pid = pid
        self._over = threading.Event()

    def run(self) -> None:
        pause, spent, began = _EVERY, 0.0, time.monotonic()
        while not self._over.wait(pause):
            before = time.thread_time()
            self.peak = max(self.peak, sum(map(_proportional, _tree(self._pid))))
            cost = time.thread_time() - before
            spent += cost
            allowed = _FREE + _SHARE * (time.monotonic() - began)
            pause = _EVERY if spent <= allowed else max(_EVERY, cost / _SHARE)

    def stop(self) -> None:
        self._over.set()
        self.join()


def _tree(pid: int) -> Iterator[int]:
    yield pid
    with contextlib.suppress(OSError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            with contextlib.suppress(OSError):
                for child in (thread / "children").read_text(encoding="ascii").split():
                    yield from _tree(int(child))


def _proportional(pid: int) -> int:
    """Return the proportional set size in bytes; see proc_pid_smaps(5)."""
    with contextlib.suppress(OSError), Path(f"/proc/{pid}/smaps_rollup").open("rb") as stream:
        for row in stream:
            if row.startswith(b"Pss:"):
                return int(row.split()[1]) * 1024
    return 0


def _end(pid: int) -> None:
    """End a process with its whole group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def _usual() -> dict[str, str]:
    """Return this process's environment, without what would have Python compile its modules each time."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


@contextlib.contextmanager
def _printed(folder: Path) -> Iterator[int]:
    """Give a file without a name: what is printed there is nobody's output, and no pipe that could fill."""
    with tempfile.TemporaryFile(dir=folder.parent) as stream:
        yield stream.fileno()


def _words(descriptor: int) -> str:
    size = os.fstat(descriptor).st_size
    return os.pread(descriptor, 1_000_000, max(0, size - 1_000_000)).decode(errors="replace")


def _walk(folder: Path, above: str) -> Iterator[tuple[str, os.stat_result]]:
    try:
        with os.scandir(folder / above if above else folder) as listed:
            found = sorted(listed, key=lambda one: one.name)
    except FileNotFoundError:
        return
    for one in found:
        path = f"{above}/{one.name}" if above else one.name
        if one.is_dir(follow_symlinks=False):
            yield from _walk(folder, path)
        else:
            yield path, one.stat(follow_symlinks=False)


def _rows(file: Path) -> Iterator[tuple[list[str], str]]:
    with file.open(encoding="utf-8", errors="surrogateescape", newline="\n") as stream:
        for row in stream:
            path, facts = row.split("\0")
            yield path.split("/"), facts


def _size(row: tuple[list[str], str]) -> int:
    return int(row[1].split()[1])
