"""How search divides the archive: into spans of days, and each of these into segments.

A *segment* is a run of at most 1,000 articles with an index of its own, so that one more article changes only
that index. Segments do not cross the bounds of a *span*: a year with at most 1,000 articles, else its months,
and a month with more is halved by its days, again and again, until a half has at most 1,000. A day with more
has several segments, counted from the oldest.

At the archive's end a span is open: its last articles stand in small segments, of 250 and then of 50, so that
one more changes only one of 50 articles. Once 50 articles have come after a span, it is closed: it becomes
one segment, which is quicker to search. So one article of 50, at most, costs what a whole segment costs, and
the others next to nothing; neither depends on the archive.

All of this is a function of how many articles each day has, in two years: see ``split_year``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

# The most articles of a segment; those of segments in an open span, largest first.
LARGEST = 1000
_SIZES = (LARGEST, 250, 50)
# How many articles come after a span before it is closed.
_CLOSING = 50
# How many articles one file of results has; segments are multiples of it.
RESULTS = 50
# Up to how many articles a segment has how many shards: files of some 15 KB, and at most 70 files for what
# becomes of one article: its shards, all results of its span, the facets and the year.
_SHARDS = ((12, 1), (25, 2), (50, 4), (120, 8), (250, 16), (500, 32), (LARGEST, 48))

# Of every month: halves of halves of it end where days of the calendar do.
_DAYS = 32


class Span(NamedTuple):
    """A run of days (20241101, 20241116), which are not all in the calendar: a month has 31."""

    first: int
    last: int

    def __str__(self) -> str:
        return f"{self.first}-{self.last}"

    @classmethod
    def parse(cls, text: str) -> Span:
        """Return the span that ``text`` was written from."""
        first, _, last = text.partition("-")
        return cls(int(first), int(last))

    @property
    def period(self) -> int:
        """The year that it is (2024), or the month that it is or is a part of (202411)."""
        return self.first // 100 if self.first // 100 == self.last // 100 else self.first // 10_000

    @property
    def path(self) -> str:
        """The folder of its files: ``2024``, ``2024/11``, ``2024/11/01-16``."""
        year, month = f"{self.first // 10_000:04d}", f"{self.first // 100 % 100:02d}"
        first, last = self.first % 100, self.last % 100
        if self.first // 100 != self.last // 100:
            return year
        return f"{year}/{month}" if (first, last) == (1, 31) else f"{year}/{month}/{first:02d}-{last:02d}"


class ArticleRange(NamedTuple):
    """The articles of a span from ``offset``, at most ``size``: ``20241101-20241130/250/50``."""

    span: Span
    offset: int
    size: int

    def __str__(self) -> str:
        return f"{self.span}/{self.offset}/{self.size}"

    @classmethod
    def parse(cls, text: str) -> ArticleRange:
        """Return the range that ``text`` was written from."""
        span, offset, size = text.split("/")
        return cls(Span.parse(span), int(offset), int(size))


class CountedSpan(NamedTuple):
    """A span, how many articles it has, and whether it is closed."""

    span: Span
    articles: int
    is_closed: bool


class Segment(NamedTuple):
    """A segment: the range that it is for, and how many shards it has."""

    range: ArticleRange
    shards: int


def split_year(days: Sequence[tuple[int, int]], after: int) -> list[CountedSpan]:
    """Return the spans of a year, oldest first.

    ``days`` are the days of the year that have articles, in order, with their numbers; ``after`` is how many
    articles the next year has. Of a year with at most ``LARGEST`` articles only the sum matters.
    """
    spans = []
    for span, articles in reversed(list(_split(days))):
        spans.append(CountedSpan(span, articles, is_closed=after >= _CLOSING))
        after += articles
    return spans[::-1]


def list_segments(counted: CountedSpan) -> Iterator[Segment]:
    """Yield the segments of a span, oldest first."""
    span, articles, is_closed = counted
    offset = 0
    for size in (LARGEST,) if is_closed else _SIZES:
        is_smallest = is_closed or size == _SIZES[-1]
        while articles - offset >= size or (is_smallest and offset < articles):
            yield Segment(ArticleRange(span, offset, size), _count_shards(min(size, articles - offset)))
            offset += size


def list_results(counted: CountedSpan) -> Iterator[ArticleRange]:
    """Yield the ranges of a span whose results stand in one file each, oldest first."""
    for offset in range(0, counted.articles, RESULTS):
        yield ArticleRange(counted.span, offset, RESULTS)


def _count_shards(articles: int) -> int:
    return next(shards for most, shards in _SHARDS if articles <= most)


def _split(days: Sequence[tuple[int, int]]) -> Iterator[tuple[Span, int]]:
    articles = sum(count for _, count in days)
    if not articles:
        return
    year = days[0][0] // 10_000
    if articles <= LARGEST:
        yield Span(year * 10_000 + 101, year * 10_000 + 1231), articles
        return
    for month in sorted({day // 100 for day, _ in days}):
        yield from _halve([each for each in days if each[0] // 100 == month], month * 100 + 1, _DAYS)


def _halve(days: Sequence[tuple[int, int]], first: int, length: int) -> Iterator[tuple[Span, int]]:
    """Yield the spans of ``days``, all of which are among ``length`` days from the day ``first``."""
    articles = sum(count for _, count in days)
    if not articles:
        return
    if articles <= LARGEST or length == 1:
        last = min(first + length - 1, first - first % 100 + 31)
        yield Span(first, last), articles
        return
    middle = first + length // 2
    yield from _halve([each for each in days if each[0] < middle], first, length // 2)
    yield from _halve([each for each in days if each[0] >= middle], middle, length // 2)
