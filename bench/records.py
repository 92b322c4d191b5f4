"""What was measured: one record for each process, kept as a line of JSON, and asked for as medians."""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

_Figure = Callable[["Record"], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One process measured once. ``what`` was done, by which ``tool``, with how many articles.

    Times are seconds, sizes bytes. ``status`` is None for a process that was stopped at the limit.
    ``written`` counts new and changed files, ``spent`` and ``beside`` are what Broadsheet says of itself:
    the seconds of this build but for its look at the sources, and those of one without a change just before.
    Of a search, ``written`` counts the answers, ``size`` is what came over the wire, and ``pages``,
    ``scripts`` and ``lines`` are parts of that. Of pictures, ``largest`` is the most memory of one process,
    ``encoded`` how many were made anew, and ``score`` Lighthouse's, from 0 to 100.
    """

    what: str
    tool: str
    articles: int
    number: int
    status: int | None
    wall: float
    processor: float
    peak: int
    written: int = 0
    removed: int = 0
    size: int = 0
    outputs: int = 0
    rendered: int = 0
    spent: float = 0.0
    beside: float = 0.0
    pages: int = 0
    scripts: int = 0
    lines: int = 0
    largest: int = 0
    encoded: int = 0
    score: float = 0.0
    message: str = ""


class Records:
    """All records of one run. With a file, each is kept there as it comes, and those in it count too."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        rows = file.read_text(encoding="utf-8").splitlines() if file and file.exists() else []
        self._all = [Record(**json.loads(row)) for row in rows]

    def __iter__(self) -> Iterator[Record]:
        return iter(self._all)

    def add(self, record: Record) -> None:
        """Keep one more."""
        self._all.append(record)
        if self._file:
            with self._file.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(asdict(record)) + "\n")

    def has(self, what: str, tool: str, articles: int, number: int) -> bool:
        """Return whether this was measured already, with or without success."""
        return any(record.number == number for record in self._of(what, tool, articles))

    def count(self, what: str, tool: str, articles: int) -> int:
        """Return how many times this was measured with success."""
        return sum(record.status == 0 for record in self._of(what, tool, articles))

    def failure(self, what: str, tool: str, articles: int) -> Record | None:
        """Return the first that did not end well."""
        return next((record for record in self._of(what, tool, articles) if record.status != 0), None)

    def median(self, what: str, tool: str, articles: int, figure: _Figure) -> float | None:
        """Return the median of a figure over all rounds that ended well; None if there is none."""
        good = [figure(record) for record in self._of(what, tool, articles) if record.status == 0]
        return statistics.median(good) if good else None

    def sizes(self) -> tuple[int, ...]:
        """Return the numbers of articles there are records of, the smallest first."""
        return tuple(sorted({record.articles for record in self._all}))

    def tools(self) -> tuple[str, ...]:
        """Return the names of the tools there are records of, in the order of their first."""
        return tuple(dict.fromkeys(record.tool for record in self._all))

    def _of(self, what: str, tool: str, articles: int) -> Iterator[Record]:
        wanted = (what, tool, articles)
        return (one for one in self._all if (one.what, one.tool, one.articles) == wanted)
