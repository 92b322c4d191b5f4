"""Listings, the periods that they are of, and the days of the year."""

from __future__ import annotations

from dataclasses import dataclass

from broadsheet.render.views.articles import Teaser
from broadsheet.render.views.facets import Facet
from broadsheet.render.views.media import Download


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A year, a month or a day of a facet.

    ``value`` is 0 for all time, or 2022, 202211, 20221105; ``name`` is its name in the site's language
    ("November 2022"), ``short`` the name without the larger periods ("November", "5"); ``url`` is empty when
    the period has no page of its own.
    """

    value: int
    name: str
    short: str
    url: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a smallest period that has too many articles for one page.

    ``number`` counts from the oldest; ``url`` is empty when it has no page.
    """

    number: int
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarDay:
    """A cell of a month's calendar: ``number`` 1 to 31; ``url`` is empty on a day without articles."""

    number: int
    url: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A page of a print edition, with its articles by column; ``page`` is empty where none is known."""

    page: str
    articles: tuple[Teaser, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodGroup:
    """Articles of one period: of a listing in groups all that it has then, in an overview the first three.

    ``weeks`` is the calendar of a month in the overview of a year, as of a ``Listing``; empty for all else.
    """

    period: Period
    articles: tuple[Teaser, ...]
    weeks: tuple[tuple[CalendarDay | None, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The articles of one facet in one period: what every index page shows.

    ``articles`` are in the archive's order, newest first: all of them when ``whole``, otherwise the
    newest few of a front, or none on a page that only leads to smaller periods. ``periods`` are the
    next smaller ones, newest first, when the listing is not whole. ``parents`` are the larger ones,
    largest first; the first is the facet's front (value 0; for everything: the archive page).
    ``part`` is the number of this part, 0 for a whole listing; on a part ``count`` is the number of its
    own articles. The page of a period that only leads to smaller ones gives no counts (they are 0), except
    those of everything: it would change with each article. ``parts`` lead to the parts of a day, or
    of a month where days have no pages, newest first. ``previous`` and ``next``, on the page of a period of
    everything, are the periods beside it that have articles, without counts; None where there are none, and
    on parts. ``weeks`` is a month's calendar (None: a cell of another month), empty for other periods and
    facets, and where days have no pages; its weeks begin as the settings say.
    ``groups`` are the ``articles`` by month, or by year where most months have few, newest first; empty
    where they are all of one, and for a month, a day, and corrections.
    ``overview``, of a year or a month of everything that leads to smaller periods, has these from the oldest
    on, with the first articles of each: of a year all twelve months, of a month the days that have articles.
    ``leaves`` are the articles of a whole print edition, page by page, and empty for all else. Among the
    corrections an article stands once for each moment of them, with just what was noted then.
    ``downloads`` hold what the page lists, or of a month of everything all that the month has.
    """

    facet: Facet
    period: Period
    count: int
    articles: tuple[Teaser, ...]
    whole: bool
    periods: tuple[Period, ...]
    parents: tuple[Period, ...]
    part: int
    parts: tuple[Part, ...]
    previous_part: str
    previous: Period | None
    next: Period | None
    weeks: tuple[tuple[CalendarDay | None, ...], ...]
    groups: tuple[PeriodGroup, ...]
    overview: tuple[PeriodGroup, ...]
    leaves: tuple[Leaf, ...]
    downloads: tuple[Download, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month of a year of the whole archive.

    ``value``, ``name``, ``short``, ``url`` and ``count`` are as of a ``Period``; ``abbreviation`` is "Nov".
    ``shade`` is the step of its count, see ``Shade``, 0 without articles.
    """

    value: int
    name: str
    short: str
    abbreviation: str
    url: str
    count: int
    shade: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shade:
    """A step of the counts of months: of those in it ``least`` is the smallest and ``most`` the largest.

    ``step`` is 1 to 5. Each step has about a fifth of the months with articles, however much larger one
    month is than the others.
    """

    step: int
    least: int
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """A year of the whole archive: ``months`` are its twelve, January first, also those without articles."""

    value: int
    url: str
    count: int
    months: tuple[Month, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOfYear:
    """A day that every year has, except 29 February: ``value`` is 1105, ``name`` "5 November"."""

    value: int
    name: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthOfYear:
    """A month that every year has: ``days`` are all of its days, February's 29; without articles no URL."""

    value: int
    name: str
    days: tuple[DayOfYear, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOfOneYear:
    """That day in one year: ``articles`` are its first five, ``url`` the listing of all."""

    year: int
    url: str
    articles: tuple[Teaser, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Anniversary:
    """What happened on a day of the year, the newest year first."""

    day: DayOfYear
    years: tuple[DayOfOneYear, ...]
