"""How search divides the archive: segments are bounded, complete, and change where the archive grows."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.archive.search.ranges import (
    LARGEST,
    RESULTS,
    ArticleRange,
    CountedSpan,
    Segment,
    Span,
    list_results,
    list_segments,
    split_year,
)

_DATES = st.dates(dt.date(2024, 1, 1), dt.date(2024, 12, 31))
_COUNTS = st.dictionaries(_DATES, st.integers(1, 2500), max_size=40)
_AFTER = st.integers(0, 200)


def _days(counts: dict[dt.date, int]) -> list[tuple[int, int]]:
    return [(int(f"{day:%Y%m%d}"), counts[day]) for day in sorted(counts)]


def _segments(days: list[tuple[int, int]], after: int = 0) -> list[Segment]:
    return [segment for span in split_year(days, after) for segment in list_segments(span)]


def _paths(spans: list[CountedSpan]) -> list[str]:
    return [span.span.path for span in spans]


@settings(max_examples=300)
@given(counts=_COUNTS, after=_AFTER)
def test_every_article_is_in_one_segment_of_a_bounded_size(counts: dict[dt.date, int], after: int) -> None:
    days = _days(counts)
    spans = split_year(days, after)
    assert sum(span.articles for span in spans) == sum(counts.values())
    for span in spans:
        first, last = span.span
        assert sum(count for day, count in days if first <= day <= last) == span.articles > 0
        segments = list(list_segments(span))
        ends = [segment.range.offset + segment.range.size for segment in segments]
        assert [segment.range.offset for segment in segments] == [0, *ends[:-1]]
        assert ends[-1] - segments[-1].range.size < span.articles <= ends[-1]
        assert all(segment.range.size <= LARGEST and segment.shards <= 48 for segment in segments)
        # Files of results stand on their bounds.
        assert all(
            segment.range.offset % RESULTS == segment.range.size % RESULTS == 0 for segment in segments
        )
        assert [each.offset for each in list_results(span)] == list(range(0, span.articles, RESULTS))
        # Only a single day has more than a segment's worth.
        assert span.articles <= LARGEST or first == last


@settings(max_examples=300)
@given(counts=_COUNTS, after=_AFTER)
def test_spans_are_in_order_and_have_folders_of_their_own(counts: dict[dt.date, int], after: int) -> None:
    spans = split_year(_days(counts), after)
    assert all(one.span.last < other.span.first for one, other in itertools.pairwise(spans))
    assert len(set(_paths(spans))) == len(spans)
    assert [Span.parse(str(span.span)) for span in spans] == [span.span for span in spans]
    ranges = [segment.range for span in spans for segment in list_segments(span)]
    assert [ArticleRange.parse(str(each)) for each in ranges] == ranges
    assert all(span.span.period in {2024, span.span.first // 100} for span in spans)


@settings(max_examples=300)
@given(counts=_COUNTS, after=_AFTER, day=_DATES)
def test_one_more_article_leaves_the_spans_of_other_days_as_they_are(
    counts: dict[dt.date, int], after: int, day: dt.date
) -> None:
    before = split_year(_days(counts), after)
    added = int(f"{day:%Y%m%d}")
    later = split_year(_days(counts | {day: counts.get(day, 0) + 1}), after)
    if sum(counts.values()) == LARGEST:
        return  # the year is divided into months
    # A span that is closed by it has not changed otherwise.
    stood = {(span.span, span.articles) for span in before}
    changed = [span for span in later if (span.span, span.articles) not in stood]
    assert sum(span.articles for span in changed) <= LARGEST + 1 or any(
        span.span.first == span.span.last == added for span in changed
    )


def test_a_year_with_many_articles_is_divided_into_months_and_these_by_their_days() -> None:
    assert _paths(split_year([(20240105, 600), (20241105, 400)], 0)) == ["2024"]
    assert _paths(split_year([(20240105, 600), (20241105, 401)], 0)) == ["2024/01", "2024/11"]
    month = [(20241101, 500), (20241116, 500), (20241117, 900), (20241131, 100), (20241201, 1)]
    assert _paths(split_year(month, 0)) == ["2024/11/01-16", "2024/11/17-31", "2024/12"]
    day = [(20241104, 1), (20241105, 1001), (20241106, 1)]
    assert _paths(split_year(day, 0)) == ["2024/11/01-04", "2024/11/05-05", "2024/11/06-06"]
    assert split_year([], 100) == []


@pytest.mark.parametrize(
    ("articles", "ends"),
    [
        (1, [50]),
        (50, [50]),
        (51, [50, 100]),
        (250, [250]),
        (290, [250, 300]),
        (300, [250, 300]),
        (999, [250, 500, 750, 800, 850, 900, 950, 1000]),
        (1000, [1000]),
    ],
)
def test_behind_the_newest_article_segments_are_small(articles: int, ends: list[int]) -> None:
    found = [segment.range for segment in _segments([(20240105, articles)])]
    assert [each.offset + each.size for each in found] == ends
    closed = [segment.range for segment in _segments([(20240105, articles)], 50)]
    assert [each.offset + each.size for each in closed] == [1000]


def test_fifty_articles_close_a_span_and_one_more_changes_the_last_segment_only() -> None:
    for after, closed in ((0, False), (49, False), (50, True), (51, True)):
        assert [span.is_closed for span in split_year([(20240105, 60)], after)] == [closed]
    busy = [(20240105, 800), (20240301, 700), (20240405, 49)]
    assert [span.is_closed for span in split_year(busy, 0)] == [True, False, False]
    before, later = _segments(busy), _segments([*busy[:-1], (20240405, 50)])
    assert [each for each in later if each.range.span.first // 100 == 202401] == before[:1]
    assert len([each for each in later if each.range.span.first // 100 == 202403]) == 1


def test_a_segment_has_shards_by_its_articles() -> None:
    shards = [_segments([(20240105, articles)], 50)[0].shards for articles in (1, 13, 26, 51, 121, 251, 501)]
    assert shards == [1, 2, 4, 8, 16, 32, 48]
