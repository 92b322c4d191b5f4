"""Listings and the periods that they are of."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Callable
from dataclasses import replace

from broadsheet.archive.questions.listings import COUNT, LISTING, NEIGHBOURS, NEWEST, PERIODS
from broadsheet.archive.questions.question import Slice
from broadsheet.common import date_format
from broadsheet.common.keys import EVERYTHING, ListingKey, ListingPart
from broadsheet.common.periods import ALL_TIME, LAST_YEAR, is_month, is_smallest, list_larger, number_parts
from broadsheet.common.urls import facet_output
from broadsheet.render import views
from broadsheet.render.recorder import DependencyRecorder
from broadsheet.render.view_builder.articles import ArticleBuilder
from broadsheet.render.view_builder.downloads import DownloadBuilder
from broadsheet.render.view_builder.facets import FacetBuilder
from broadsheet.render.view_builder.periods import PeriodNamer

FRONT = 30
# Articles are grouped by month from so many a month on.
_DENSE = 3
# Of each period in an overview, so many articles.
_FIRST = 3


class ListingBuilder:
    """Builds listings: a page is a whole listing, a front, one that leads to smaller pages, or a part."""

    def __init__(
        self,
        recorder: DependencyRecorder,
        facets: FacetBuilder,
        articles: ArticleBuilder,
        downloads: DownloadBuilder,
        period_namer: PeriodNamer,
    ) -> None:
        """Ask ``recorder``."""
        self._recorder = recorder
        self._facets = facets
        self._articles = articles
        self._downloads = downloads
        self._period_namer = period_namer

    def build(self, page: ListingPart) -> views.Listing:
        """Return a listing, or one part of it."""
        key, part = page
        if part:
            return self._build_part(page)
        count = self._recorder.ask(COUNT, key, self._limit(key))
        if count <= self._size:
            return self._build_whole(key, count)
        return self._build_split(key, count)

    def list_articles(self, page: ListingPart) -> tuple[views.Teaser, ...]:
        """Return the articles of a listing that shows all it has, or of one part of it, newest first."""
        return self._articles.build_teasers(
            self._recorder.ask(LISTING, page.listing, Slice(page.part, self._size))
        )

    def build_period(self, listing: ListingKey, count: int) -> views.Period:
        """Return the period of a listing; without a ``count`` it has no page."""
        period, language = listing.period, self._facets.find_language(listing.facet)
        archive = listing.facet.kind == "all" and period == ALL_TIME
        url = self._recorder.urls.url("archive/index.html") if archive else self._facets.make_url(listing)
        return views.Period(
            value=period,
            name=self._period_namer.name(period, language),
            short=date_format.abbreviate_period(period, language),
            url=url if count else "",
            count=count,
        )

    def _build_whole(self, key: ListingKey, count: int) -> views.Listing:
        page = ListingPart(key)
        articles = self.list_articles(page)
        return replace(
            self._build_empty(page, self.build_period(key, len(articles))),
            whole=True,
            articles=articles,
            weeks=self._list_weeks(key, self._list_below(key)),
            groups=self._group_by_period(key, articles),
            leaves=_group_by_page(articles) if key.facet.kind == "edition" else (),
            downloads=(*self._list_data(key, len(articles)), *(self._list_citations(page) if count else ())),
        )

    def _build_split(self, key: ListingKey, count: int) -> views.Listing:
        """Return a page that leads to smaller periods or to its parts; a front also shows the newest."""
        articles: tuple[views.Teaser, ...] = ()
        if key.period == ALL_TIME:
            newest = self._recorder.ask(NEWEST, key.facet, min(FRONT, self._size))
            articles = self._articles.build_teasers(newest)
        below = self._list_below(key)
        return replace(
            self._build_empty(ListingPart(key), self._build_split_period(key, count)),
            articles=articles,
            groups=self._group_by_period(key, articles),
            periods=below,
            overview=self._list_overview(key, below),
            parts=self._list_parts(key, count) if self._is_smallest(key) else (),
            weeks=self._list_weeks(key, below),
            downloads=self._list_data(key, count),
        )

    def _build_part(self, page: ListingPart) -> views.Listing:
        """Return a part, which counts its own: the count of the day would change every full part."""
        key, articles = page.listing, self.list_articles(page)
        below = self._list_below(key)
        return replace(
            self._build_empty(page, self._build_split_period(key, len(articles))),
            articles=articles,
            periods=below,
            weeks=self._list_weeks(key, below),
            downloads=self._list_citations(page),
        )

    def _build_empty(self, page: ListingPart, period: views.Period) -> views.Listing:
        """Return what all pages of listings have: facet, period and the larger periods."""
        key, part = page
        # A part that is full never changes, also not with a new day.
        beside = (None, None) if part else self._find_beside(key)
        return views.Listing(
            facet=self._recorder.memoized(self._facets.build, key.facet),
            period=period,
            count=period.count,
            articles=(),
            whole=False,
            periods=(),
            parents=self._list_parents(page),
            part=part,
            parts=(),
            previous_part=self._facets.make_url(key, part - 1) if part > 1 else "",
            previous=beside[0],
            next=beside[1],
            weeks=(),
            groups=(),
            overview=(),
            leaves=(),
            downloads=(),
        )

    def _find_beside(self, key: ListingKey) -> tuple[views.Period | None, views.Period | None]:
        """Return the periods of everything before and after that of a page, without their counts."""
        if key.facet.kind != "all" or key.period == ALL_TIME:
            return None, None
        before, after = (
            self._recorder.memoized(self.build_period, ListingKey(key.facet, each), 1) if each else None
            for each in self._recorder.ask(NEIGHBOURS, key.period)
        )
        return before, after

    def _build_split_period(self, key: ListingKey, count: int) -> views.Period:
        period = self.build_period(key, count)
        return period if self._limit(key) is None else replace(period, count=0)

    @property
    def _size(self) -> int:
        return int(self._recorder.setting("listings_size"))

    def _is_smallest(self, key: ListingKey) -> bool:
        return is_smallest(key.period, days=self._recorder.setting("listings_days"))

    def _list_weeks(
        self, key: ListingKey, days: tuple[views.Period, ...]
    ) -> tuple[tuple[views.CalendarDay | None, ...], ...]:
        """Return the calendar of a month of everything with ``days``."""
        if key.facet.kind != "all" or not is_month(key.period) or self._is_smallest(key):
            return ()
        return build_weeks(key.period, days, self._recorder.first_weekday)

    def _limit(self, key: ListingKey) -> int | None:
        """Return up to which number the articles of a listing are counted, None for all.

        A facet's page between its front and its articles leads from one to the other and shows no counts: so
        it changes when a period is new, not with each article.
        """
        counted = key.facet.kind == "all" or key.period == ALL_TIME or self._is_smallest(key)
        return None if counted else self._size + 1

    def _list_below(self, key: ListingKey) -> tuple[views.Period, ...]:
        """Return the next smaller periods that have articles, newest first."""
        if self._is_smallest(key):
            return ()
        counted = self._limit(key) is None
        pairs = self._recorder.ask(PERIODS, key, None if counted else 1)
        below = (self.build_period(ListingKey(key.facet, each), count) for each, count in reversed(pairs))
        return tuple(each if counted else replace(each, count=0) for each in below)

    def _list_parents(self, page: ListingPart) -> tuple[views.Period, ...]:
        """Return the larger periods that a listing is in, largest first."""
        (facet, period), part = page
        # Their counts would tie the page of a past period to the present.
        return tuple(
            self._recorder.memoized(self.build_period, ListingKey(facet, each), 1)
            for each in (*list_larger(period), *([period] if part else []))
        )

    def _list_overview(
        self, key: ListingKey, below: tuple[views.Period, ...]
    ) -> tuple[views.PeriodGroup, ...]:
        """Return the periods below a year or a month of everything, oldest first, with some articles each."""
        if key.facet.kind != "all" or key.period == ALL_TIME or self._is_smallest(key):
            return ()
        periods = {each.value: each for each in reversed(below)}
        if not is_month(key.period):
            months = range(key.period * 100 + 1, key.period * 100 + 13)
            periods = {each: periods.get(each) or self._build_empty_period(each) for each in months}
        return tuple(self._build_overview(ListingKey(key.facet, each), periods[each]) for each in periods)

    def _build_empty_period(self, period: int) -> views.Period:
        return self.build_period(ListingKey(EVERYTHING, period), 0)

    def _build_overview(self, key: ListingKey, period: views.Period) -> views.PeriodGroup:
        first = self._recorder.ask(LISTING, key, Slice(1, _FIRST)) if period.count else ()
        days = self._list_below(key) if is_month(key.period) else ()
        return views.PeriodGroup(
            period=period,
            # A part is a whole list of its own, newest first.
            articles=self._articles.build_teasers(first)[::-1],
            weeks=self._list_weeks(key, days),
        )

    def _group_by_period(
        self, key: ListingKey, articles: tuple[views.Teaser, ...]
    ) -> tuple[views.PeriodGroup, ...]:
        """Return articles by month, or by year where months have few; none for a single one of these."""
        if key.period > LAST_YEAR or key.facet.kind in ("correction", "edition"):
            return ()
        months = _group_by(articles, lambda each: each.day.year * 100 + each.day.month)
        groups = months if len(articles) >= _DENSE * len(months) else ()
        if not groups and key.period == ALL_TIME:
            groups = _group_by(articles, lambda each: each.day.year)
        # A month of a facet that is on one page has no page.
        return tuple(
            views.PeriodGroup(
                period=self._recorder.memoized(
                    self.build_period, ListingKey(key.facet, period), int(key.facet.kind == "all")
                ),
                articles=each,
            )
            for period, each in (groups if len(groups) > 1 else ())
        )

    def _list_parts(self, key: ListingKey, count: int) -> tuple[views.Part, ...]:
        """Return the newest parts, as many as articles fit on a page."""
        numbers = reversed(number_parts(count, self._size)[-self._size :])
        return tuple(views.Part(number=each, url=self._facets.make_url(key, each)) for each in numbers)

    def _list_data(self, key: ListingKey, count: int) -> tuple[views.Download, ...]:
        return self._downloads.list_for_month(key.period, count) if key.facet.kind == "all" else ()

    def _list_citations(self, page: ListingPart) -> tuple[views.Download, ...]:
        (facet, period), part = page
        output = facet_output(facet.kind, facet.slug, period, part)
        return self._downloads.list_for_listing(facet.kind, output)


def _group_by(
    articles: tuple[views.Teaser, ...], find_period: Callable[[views.Teaser], int]
) -> tuple[tuple[int, tuple[views.Teaser, ...]], ...]:
    """Return articles by their periods, in the order that both have."""
    return tuple((period, tuple(each)) for period, each in itertools.groupby(articles, find_period))


def _group_by_page(articles: tuple[views.Teaser, ...]) -> tuple[views.Leaf, ...]:
    """Return articles page by page, as a paper numbers them: A2 before A10; without a page last."""
    oldest_first = articles[::-1]
    ordered = sorted(
        oldest_first, key=lambda each: (not each.page, _natural_key(each.page), _natural_key(each.column))
    )
    pages = itertools.groupby(ordered, key=lambda each: each.page)
    return tuple(views.Leaf(page=page, articles=tuple(each)) for page, each in pages)


def _natural_key(text: str) -> tuple[tuple[int, str], ...]:
    """Return what sorts a text by the numbers in it; texts that differ sort apart."""
    steps = re.findall(r"[0-9]+|[^0-9]+", text)
    return (*((int(step), "") if step.isdecimal() else (-1, step) for step in steps), (-2, text))


def build_weeks(
    month: int, days: tuple[views.Period, ...], first_weekday: int
) -> tuple[tuple[views.CalendarDay | None, ...], ...]:
    """Return a month's calendar of ``days``; weeks begin with ``first_weekday``, 0 for Monday."""
    first = dt.date(month // 100, month % 100, 1)
    last = (first.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)
    by_number = {day.value % 100: day for day in days}
    cells: list[views.CalendarDay | None] = [None] * ((first.weekday() - first_weekday) % 7)
    for number in range(1, last.day + 1):
        day = by_number.get(number)
        cells.append(
            views.CalendarDay(number=number, url=day.url if day else "", count=day.count if day else 0)
        )
    cells += [None] * (-len(cells) % 7)
    return tuple(tuple(cells[start : start + 7]) for start in range(0, len(cells), 7))
