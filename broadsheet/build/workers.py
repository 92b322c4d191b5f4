"""Work that is done in several processes when there is enough of it: reading, rendering, checking.

Results come back in the order of the work, whatever the number of processes, so that problems, log and
ledger are the same for 1 worker and for 8. Processes are spawned, never forked: a forked one would carry
SQLite's locks of its parent. Below some hundred pieces starting one takes longer than the work.
"""

from __future__ import annotations

import gc
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, Self, TypeVar

from broadsheet.archive.facts import ArticleRow, filed
from broadsheet.archive.questions import profiles
from broadsheet.archive.questions.profiles import ProfileRow
from broadsheet.archive.questions.question import Answers
from broadsheet.common import files
from broadsheet.common.problems import Problem, Problems
from broadsheet.ledger import Due, Rendered
from broadsheet.settings import Settings

# What reads and what renders takes longer to load than a build in which nothing changed takes, so a
# process loads either when it has work for it.
if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

    from broadsheet.render.renderer import Renderer

_WORTH_IT = 400
_CHUNK = 64

Piece = TypeVar("Piece")
Result = TypeVar("Result")
Tool = TypeVar("Tool")


class Unread(NamedTuple):
    """A source to read: what the look at it found, its directory's number in the archive, its last digest.

    ``digest`` is None for a source that is to be read whatever it was.
    """

    look: files.FileStat
    directory: int
    digest: bytes | None


class Source(NamedTuple):
    """A source, read, and the article in it, if it is one.

    ``article`` is None also when the file's bytes are those of last time (``same``).
    """

    unread: Unread
    digest: bytes = b""
    pixels: tuple[int, int] = (0, 0)
    same: bool = False
    article: ArticleRow | None = None
    profile: ProfileRow | None = None
    problems: tuple[Problem, ...] = ()


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
        self, work: Callable[[Tool, Piece], Result], pieces: Iterable[Piece], count: int
    ) -> Iterator[Result]:
        """Yield what ``work`` makes of each of some ``count`` pieces, in their order."""
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
            while len(running) < 4 * self._jobs and (chunk := tuple(islice(remaining, _CHUNK))):
                running.append(self._pool.submit(_work, work, chunk))
            if not running:
                return
            yield from running.popleft().result()


class Workers:
    """The processes that a build works with."""

    def __init__(self, jobs: int, workplace: files.Workplace, settings: Settings) -> None:
        """Prepare; nothing is started yet."""
        self._pool = Pool(jobs, partial(_Worker, workplace, settings))

    def __enter__(self) -> Self:
        """Return the workers."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the processes, and drop work that has not begun."""
        self._pool.close()
        self._pool.here.close()

    def read(self, unread: Iterable[Unread], count: int) -> Iterator[Source]:
        """Yield each source, read."""
        return self._pool.spread(_read, unread, count)

    def stage(
        self, due: Iterable[Due], count: int, answers: Answers
    ) -> Iterator[Rendered | tuple[Problem, ...]]:
        """Yield what became of each output that is due, or its problems.

        ``answers`` are some that are known already; other processes would not know them sooner.
        """
        if count and not self._pool.is_worth_it(count):
            self._pool.here.renderer.prime(answers)
        return self._pool.spread(_stage, due, count)


class _Worker:
    """What one process works with; the renderer, which opens the archive, only once it is needed."""

    def __init__(self, workplace: files.Workplace, settings: Settings) -> None:
        self.workplace = workplace
        self.settings = settings
        self._renderer: Renderer | None = None

    @property
    def renderer(self) -> Renderer:
        if self._renderer is None:
            from broadsheet.render.renderer import Renderer  # noqa: PLC0415

            self._renderer = Renderer(self.workplace)
        return self._renderer

    def close(self) -> None:
        if self._renderer is not None:
            self._renderer.close()


_tools: list[Any] = []


def _end_with_parent() -> None:
    """End this process when the one that started it is no more: it would wait for work for ever."""
    from multiprocessing import connection, parent_process  # noqa: PLC0415

    parent = parent_process()
    if parent:
        connection.wait([parent.sentinel])
        os._exit(1)


def reduce_gc_frequency() -> None:
    """Let Python look seldom for circles among what it keeps: there are none that are large.

    To look it through time and again takes a twentieth of the work.
    """
    gc.set_threshold(50_000)


def _begin(make: Callable[[], object]) -> None:
    reduce_gc_frequency()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _tools.append(make())


def _work(work: Callable[[Any, Piece], Result], pieces: tuple[Piece, ...]) -> list[Result]:
    return [work(_tools[0], piece) for piece in pieces]


def _read(worker: _Worker, unread: Unread) -> Source:
    from broadsheet.read import profile  # noqa: PLC0415
    from broadsheet.read.article import read  # noqa: PLC0415

    path, digest = unread.look.path, b""
    try:
        content = files.read(worker.workplace.root, path)
        digest = files.digest(content)
        if digest == unread.digest:
            return Source(unread, digest, same=True)
        if not files.is_article(path):
            return Source(unread, digest, pixels=files.pixels(path, content))
        kind = profile.kind_of(path, worker.settings)
        if kind:
            return Source(
                unread, digest, profile=profiles.to_row(profile.read(path, content, worker.settings, kind))
            )
        return Source(unread, digest, article=filed(read(path, content, worker.settings)))
    except Problems as error:
        return Source(unread, digest, problems=error.problems)


def _stage(worker: _Worker, due: Due) -> Rendered | tuple[Problem, ...]:
    return worker.renderer.stage(due)
