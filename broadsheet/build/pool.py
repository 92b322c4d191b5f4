"""Processes that share work when there is enough of it: reading, rendering, checking.

Results come back in the order of the work, whatever the number of processes, so that problems, log and
ledger are the same for 1 worker and for 8. Processes are spawned, never forked: a forked one would carry
the locks that its parent's SQLite holds. For less than some hundred pieces, starting a process takes longer
than the work.

A process may be killed: by the system when memory runs out, by a person. Then ``concurrent.futures`` ends all
others too, and what was not done is done again. Nobody can tell whose work it was; so if that happens twice
with the same work, each piece of it is done alone, and one that is killed three times then is given up.
"""

from __future__ import annotations

import gc
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

_WORTH_IT = 400
CHUNK = 64
_TOGETHER, _ALONE = 2, 3  # how often work may be killed: among other work, and a piece by itself
_MOST_KILLS = 4 * _ALONE  # in a row, without any work that is done

Piece = TypeVar("Piece")
Result = TypeVar("Result")
Tool = TypeVar("Tool")


class KillsError(OSError):
    """Processes are killed whatever they do."""


@dataclass(slots=True, eq=False)
class _Task(Generic[Piece, Result]):
    """Pieces that were sent to a process, and how often one was killed meanwhile."""

    pieces: tuple[Piece, ...]
    future: Future[list[Result]]
    kills: int = 0


class Pool(Generic[Tool]):
    """Up to ``jobs`` processes, each with a tool of its own, started when there is work for them."""

    def __init__(self, jobs: int, make: Callable[[], Tool], on_kill: Callable[[], None]) -> None:
        """Prepare; nothing is started yet. ``make`` makes a process its tool, and can be pickled.

        ``on_kill`` is called when a process was killed, and its work is done again.
        """
        self._jobs = jobs
        self._make = make
        self._on_kill = on_kill
        self._kills = 0  # in a row
        self._here: Tool | None = None
        self._pool: ProcessPoolExecutor | None = None

    @property
    def here(self) -> Tool:
        """The tool of this process."""
        if self._here is None:
            self._here = self._make()
        return self._here

    def is_worth_it(self, count: int) -> bool:
        """Return whether so many pieces are given to other processes."""
        return self._jobs > 1 and count >= _WORTH_IT

    def close(self) -> None:
        """End the processes, and drop work that has not begun."""
        if self._pool:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def spread(
        self,
        work: Callable[[Tool, Piece], Result],
        pieces: Iterable[Piece],
        count: int,
        *,
        killed: Callable[[Piece], Result],
        split: Callable[[Piece], Iterable[Piece]] = lambda piece: (piece,),
        chunk: int = CHUNK,
    ) -> Iterator[Result]:
        """Yield what ``work`` makes of each piece, in their order.

        ``count`` tells how much work it is: other processes are used from some hundred on, and are sent
        ``chunk`` pieces at a time. ``killed`` makes the result of a piece that is given up; ``split`` parts a
        piece that may be given up into the smallest. Raises ``KillsError`` when processes are killed whatever
        they do.
        """
        if not self.is_worth_it(count):
            for piece in pieces:
                yield work(self.here, piece)
            return
        from concurrent.futures import BrokenExecutor  # noqa: PLC0415

        remaining = iter(pieces)
        running: deque[_Task[Piece, Result]] = deque()
        while True:
            while len(running) < 4 * self._jobs and (part := tuple(islice(remaining, chunk))):
                running.append(_Task(part, self._submit(work, part)))
            if not running:
                return
            try:
                results = running[0].future.result()
            except BrokenExecutor:
                for piece in self._begin_again(work, running):
                    for part_of_it in split(piece):
                        yield self._work_alone(work, part_of_it, killed)
                continue
            running.popleft()
            self._kills = 0
            yield from results

    def _begin_again(
        self, work: Callable[[Tool, Piece], Result], running: deque[_Task[Piece, Result]]
    ) -> Iterator[Piece]:
        """Start other processes for what was not done; yield the pieces that have to be worked on alone."""
        self._end_killed()
        unfinished = [task for task in running if not _is_done(task.future)]
        for task in unfinished:
            task.kills += 1
        while running and running[0].kills >= _TOGETHER:
            yield from running.popleft().pieces
        for task in running:
            if task in unfinished:
                task.future = self._submit(work, task.pieces)

    def _work_alone(
        self, work: Callable[[Tool, Piece], Result], piece: Piece, killed: Callable[[Piece], Result]
    ) -> Result:
        """Return what ``work`` makes of a piece while no other is worked on."""
        from concurrent.futures import BrokenExecutor  # noqa: PLC0415

        for _ in range(_ALONE):
            try:
                (result,) = self._submit(work, (piece,)).result()
            except BrokenExecutor:
                self._end_killed()
            else:
                self._kills = 0
                return result
        return killed(piece)

    def _submit(
        self, work: Callable[[Tool, Piece], Result], pieces: tuple[Piece, ...]
    ) -> Future[list[Result]]:
        """Send pieces to a process, and return what will hold their results."""
        from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor  # noqa: PLC0415

        if self._pool is None:
            import multiprocessing  # noqa: PLC0415

            self._pool = ProcessPoolExecutor(
                self._jobs,
                mp_context=multiprocessing.get_context("spawn"),
                initializer=_begin,
                initargs=(self._make,),
            )
        try:
            with _interrupts_blocked():
                return self._pool.submit(_work, work, pieces)
        except (BrokenExecutor, OSError, ValueError) as error:
            # "handle is closed", without a number, or "bad value(s) in fds_to_keep" if its descriptor is used
            # again by then: the pool is about to find out that a process was killed.
            if isinstance(error, OSError) and error.errno is not None:
                raise
            failed: Future[list[Result]] = Future()
            failed.set_exception(BrokenExecutor(str(error)))
            return failed

    def _end_killed(self) -> None:
        """Wait until all processes have ended, one of which was killed; others are started for the next work.

        One that is still at work would write to files that are being written again. ``concurrent.futures``
        ends those that it knows of, and waits for ever for one that is being started meanwhile (seen in
        Python 3.11.7).
        """
        from multiprocessing import active_children  # noqa: PLC0415

        for process in active_children():
            process.kill()
        self.close()
        self._kills += 1
        if self._kills > _MOST_KILLS:
            message = "processes are killed again and again; fewer take less memory: --jobs 1"
            raise KillsError(message)
        self._on_kill()


def _is_done(future: Future[Any]) -> bool:
    """Return whether there is a result, or an error of the work itself."""
    from concurrent.futures import BrokenExecutor  # noqa: PLC0415

    return future.done() and not future.cancelled() and not isinstance(future.exception(), BrokenExecutor)


@contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """Block SIGINT, also in the processes that are started within: it is for their parent to end them.

    A terminal sends it to all of them, and each would print a traceback.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    from multiprocessing import resource_tracker  # noqa: PLC0415

    resource_tracker.ensure_running()  # it would unblock the signal when it starts
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT,))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


_tools: list[Any] = []


def _end_with_parent() -> None:
    """End this process when the one that started it is no more: it would wait for work for ever."""
    from multiprocessing import connection, parent_process  # noqa: PLC0415

    parent = parent_process()
    if parent:
        connection.wait([parent.sentinel])
        os._exit(1)


def reduce_gc_frequency() -> None:
    """Run the cyclic garbage collector less often: it takes a twentieth of the time and frees little."""
    gc.set_threshold(50_000)


def _begin(make: Callable[[], object]) -> None:
    reduce_gc_frequency()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _tools.append(make())


def _work(work: Callable[[Any, Piece], Result], pieces: tuple[Piece, ...]) -> list[Result]:
    return [work(_tools[0], piece) for piece in pieces]
