"""Work that is done in several processes when there is enough of it: reading and rendering.

Results come back in the order of the work, whatever the number of processes, so that problems, log and
ledger are the same for 1 worker and for 8. Processes are spawned, never forked: a forked one would carry
SQLite's locks of its parent. Below some hundred pieces starting one takes longer than the work.
"""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Self, TypeVar

from broadsheet import files
from broadsheet.ledger import Due, Rendered
from broadsheet.model import Article
from broadsheet.problems import Problem, Problems
from broadsheet.reading import read
from broadsheet.render import Maker, Workplace
from broadsheet.settings import Settings

_WORTH_IT = 400
_CHUNK = 16

Piece = TypeVar("Piece")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A source file, read: what the look at it found, and the article in it, if it is one.

    ``article`` is None also when the file's bytes are those of last time (``same``).
    """

    look: files.Look
    digest: bytes = b""
    pixels: tuple[int, int] = (0, 0)
    same: bool = False
    article: Article | None = None
    problems: tuple[Problem, ...] = ()


class Workers:
    """Up to ``jobs`` processes, started when there is work for them."""

    def __init__(self, jobs: int, workplace: Workplace, settings: Settings) -> None:
        """Prepare; nothing is started yet."""
        self._jobs = jobs
        self._here = _Worker(workplace, settings)
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        """Return the workers."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the processes, and drop work that has not begun."""
        if self._pool:
            self._pool.shutdown(cancel_futures=True)
        self._here.close()

    def read(self, looks: list[tuple[files.Look, bytes | None]]) -> Iterator[Source]:
        """Yield each source read; beside a look stands the digest of last time, None to read anyway."""
        return self._spread(_read, looks, len(looks))

    def stage(self, due: Iterable[Due], count: int) -> Iterator[Rendered | tuple[Problem, ...]]:
        """Yield what became of each output that is due, or its problems."""
        return self._spread(_stage, due, count)

    def _spread(
        self, work: Callable[[_Worker, Piece], Result], pieces: Iterable[Piece], count: int
    ) -> Iterator[Result]:
        if self._jobs == 1 or count < _WORTH_IT:
            for piece in pieces:
                yield work(self._here, piece)
            return
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                self._jobs,
                mp_context=multiprocessing.get_context("spawn"),
                initializer=_begin,
                initargs=(self._here.workplace, self._here.settings),
            )
        remaining = iter(pieces)
        running: deque[Future[list[Result]]] = deque()
        while True:
            while len(running) < 4 * self._jobs and (chunk := tuple(islice(remaining, _CHUNK))):
                running.append(self._pool.submit(_work, work, chunk))
            if not running:
                return
            yield from running.popleft().result()


class _Worker:
    """What one process works with; the maker, which opens the archive, only once it is needed."""

    def __init__(self, workplace: Workplace, settings: Settings) -> None:
        self.workplace = workplace
        self.settings = settings
        self._maker: Maker | None = None

    @property
    def maker(self) -> Maker:
        if self._maker is None:
            self._maker = Maker(self.workplace)
        return self._maker

    def close(self) -> None:
        if self._maker is not None:
            self._maker.close()


_workers: list[_Worker] = []


def _begin(workplace: Workplace, settings: Settings) -> None:
    _workers.append(_Worker(workplace, settings))


def _work(work: Callable[[_Worker, Piece], Result], pieces: tuple[Piece, ...]) -> list[Result]:
    return [work(_workers[0], piece) for piece in pieces]


def _read(worker: _Worker, piece: tuple[files.Look, bytes | None]) -> Source:
    look, known = piece
    digest = b""
    try:
        content = files.read(worker.workplace.root, look.path)
        digest = files.digest(content)
        if digest == known:
            return Source(look=look, digest=digest, same=True)
        if not files.is_article(look.path):
            return Source(look=look, digest=digest, pixels=files.pixels(look.path, content))
        return Source(look=look, digest=digest, article=read(look.path, content, worker.settings))
    except Problems as error:
        return Source(look=look, digest=digest, problems=error.problems)


def _stage(worker: _Worker, due: Due) -> Rendered | tuple[Problem, ...]:
    return worker.maker.stage(due)
