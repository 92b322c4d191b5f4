"""Processes that share work when there is enough of it: reading, rendering, checking.

Results come back in the order of the work, whatever the number of processes, so that problems, log and
ledger are the same for 1 worker and for 8. Processes are spawned, never forked: a forked one would carry
the locks that its parent's SQLite holds. For less than some hundred pieces, starting a process takes longer
than the work.
"""

from __future__ import annotations

import gc
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

_WORTH_IT = 400
CHUNK = 64

Piece = TypeVar("Piece")
Result = TypeVar("Result")
Tool = TypeVar("Tool")


class Pool(Generic[Tool]):
    """Up to ``jobs`` processes, each with a tool of its own, started when there is work for them."""

    def __init__(self, jobs: int, make: Callable[[], Tool]) -> None:
        """Prepare; nothing is started yet. ``make`` makes a process its tool, and can be pickled."""
        self._jobs = jobs
        self._make = make
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

    def spread(
        self,
        work: Callable[[Tool, Piece], Result],
        pieces: Iterable[Piece],
        count: int,
        *,
        chunk: int = CHUNK,
    ) -> Iterator[Result]:
        """Yield what ``work`` makes of each piece, in their order.

        ``count`` tells how much work it is: other processes are used from some hundred on, and are sent
        ``chunk`` pieces at a time.
        """
        if not self.is_worth_it(count):
            for piece in pieces:
                yield work(self.here, piece)
            return
        if self._pool is None:
            import multiprocessing  # noqa: PLC0415
            from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415

            self._pool = ProcessPoolExecutor(
                self._jobs,
                mp_context=multiprocessing.get_context("spawn"),
                initializer=_begin,
                initargs=(self._make,),
            )
        remaining = iter(pieces)
        running: deque[Future[list[Result]]] = deque()
        while True:
            while len(running) < 4 * self._jobs and (part := tuple(islice(remaining, chunk))):
                with _interrupts_blocked():
                    running.append(self._pool.submit(_work, work, part))
            if not running:
                return
            yield from running.popleft().result()


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
