"""Units of the plan: what wants outputs, such as an article, a facet, a month, or the site itself.

Like a question a unit has a footprint, the changes that touch it, and an answer, the outputs that it wants
now. It is named by its kind and its subject: ``article content/flood.md``, ``month tag/oil 202211``. Here is
what the archive knows of each unit; which outputs it wants because of that, each kind of output declares.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from broadsheet.archive import plan_queries
from broadsheet.archive.facts import Facts
from broadsheet.archive.lookups import has_source
from broadsheet.archive.plan_queries import FormerAddress, PlannedArticle, PlannedOwnPage, ProfileTarget
from broadsheet.archive.questions.anniversaries import has_news
from broadsheet.archive.questions.listings import count_in, list_periods_below
from broadsheet.archive.questions.moved import list_moved
from broadsheet.archive.questions.names import list_names_with
from broadsheet.archive.questions.question import Change, What, find_facet_id
from broadsheet.archive.questions.search import list_spans
from broadsheet.archive.search.ranges import CountedSpan
from broadsheet.common.keys import EVERYTHING, FacetKey, NamesKey, parse_facet_kind
from broadsheet.common.model import FacetKind
from broadsheet.common.pictures import Raster

# What lists periods with their counts. The archive is asked only if they want pages: those of few facets do.
ListPeriods: TypeAlias = Callable[[], Sequence[tuple[int, int]]]


class SiteUnit(NamedTuple):
    """The site itself."""


class ArticleUnit(NamedTuple):
    """An article that has a page."""

    path: str
    article: PlannedArticle


class OwnPageUnit(NamedTuple):
    """A page of the site's own."""

    path: str
    page: PlannedOwnPage


class FacetUnit(NamedTuple):
    """A facet in all time: how many articles it has, what lists its years, its profiles' files."""

    key: FacetKey
    articles: int
    list_years: ListPeriods
    files: tuple[ProfileTarget, ...]


class PeriodUnit(NamedTuple):
    """A facet in a year or a month: a unit of its own, so that one more article replans one month's days.

    ``list_below`` lists the months of the year, or the days of the month.
    """

    key: FacetKey
    period: int
    articles: int
    list_below: ListPeriods


class NamesUnit(NamedTuple):
    """All indexes of the names of a kind: of each whether it lists names, and leads to longer prefixes."""

    kind: FacetKind
    indexes: tuple[tuple[NamesKey, bool, bool], ...]


class MonthUnit(NamedTuple):
    """A month of the whole archive, for what is published month by month."""

    month: int
    articles: int
    list_days: ListPeriods


class SearchUnit(NamedTuple):
    """A year of the whole archive, as search divides it. The archive is asked only if there is search."""

    year: int
    list_spans: Callable[[], Sequence[CountedSpan]]


class DayOfYearUnit(NamedTuple):
    """A day of the year on which some year has articles: 1105."""

    day: int


class StaticUnit(NamedTuple):
    """A file below static/.

    ``raster`` is the picture that it is, None if no others can be made of it; ``list_uses`` says how articles
    and profiles use it, as in ``PlannedTarget``, retracted ones too unless they are withheld. ``exists`` says
    whether there is a source.
    """

    path: str
    raster: Raster | None
    list_uses: Callable[[bool], tuple[str, ...]]
    exists: Callable[[str], bool]


class RedirectUnit(NamedTuple):
    """An output path that site.toml redirects, or did."""

    output: str


class FormerUnit(NamedTuple):
    """An article's former address: two if it is not clear whose it is."""

    addresses: tuple[FormerAddress, ...]


class MovedUnit(NamedTuple):
    """A month (202211) of articles whose addresses lead elsewhere or are gone; ``is_any``: there are some."""

    month: int
    is_any: Callable[[], bool]


class GoneUnit(NamedTuple):
    """An output path that site.toml says is gone, or did."""

    output: str


Unit: TypeAlias = (
    SiteUnit
    | ArticleUnit
    | OwnPageUnit
    | FacetUnit
    | PeriodUnit
    | NamesUnit
    | MonthUnit
    | SearchUnit
    | DayOfYearUnit
    | StaticUnit
    | RedirectUnit
    | FormerUnit
    | MovedUnit
    | GoneUnit
)


# The kinds of units that a change of one thing touches: each the one of its name.
_OF_ONE: Mapping[What, str] = MappingProxyType(
    {"profile": "facet", "own_page": "own_page", "former": "former", "moved": "moved"}
)


def footprint(change: Change) -> Iterator[str]:
    """Yield the units that ``change`` may have touched: the outputs of all kinds that these want."""
    if change.what == "article":
        yield f"article {change.name}"
        if change.before and change.after and _days(change.before) == _days(change.after):
            return
        for side in change.sides:
            yield f"archive_month {side.day // 100}"
            yield f"day_of_year {side.day % 10_000:04d}"
            # Articles close the spans of the year before.
            yield f"search {side.day // 10_000}"
            yield f"search {side.day // 10_000 - 1}"
            for member in side.memberships:
                yield f"facet {member.key}"
                yield f"year {member.key} {member.day // 10000}"
                yield f"month {member.key} {member.day // 100}"
    elif change.what == "order":
        yield f"names {FacetKey.parse(change.name).kind}"
    elif change.what in _OF_ONE:
        yield f"{_OF_ONE[change.what]} {change.name}"
    elif change.what == "file" and change.name.startswith("static/"):
        yield f"static {change.name}"
    elif change.what == "setting":
        yield from _of_setting(change.name)
    elif change.what == "engine":
        yield "site"


def load(db: sqlite3.Connection, name: str) -> Unit | None:
    """Return the unit called ``name`` as the archive has it now, None if it is no more."""
    kind, _, subject = name.partition(" ")
    loaded = _KINDS.get(kind)
    # A unit that another release had planned is no more.
    return loaded(db, subject) if loaded else None


def _of_setting(name: str) -> Iterator[str]:
    table, _, rest = name.partition(".")
    if table in {"redirects", "gone"}:
        yield f"{table} {rest}"
    elif rest.startswith("section."):
        yield f"facet {FacetKey('section', rest.removeprefix('section.'))}"
        yield "names section"


def _days(facts: Facts) -> list[tuple[FacetKey, int]]:
    """Return where the article stands, and on which days: twice on one, if it was corrected twice."""
    return sorted((member.key, member.day) for member in facts.memberships)


def _article(db: sqlite3.Connection, path: str) -> ArticleUnit | None:
    article = plan_queries.read_article(db, path)
    return ArticleUnit(path, article) if article else None


def _own_page(db: sqlite3.Connection, path: str) -> OwnPageUnit | None:
    page = plan_queries.read_own_page(db, path)
    return OwnPageUnit(path, page) if page else None


def _facet(db: sqlite3.Connection, text: str) -> FacetUnit:
    key = FacetKey.parse(text)
    facet = find_facet_id(db, key)
    return FacetUnit(
        key,
        articles=count_in(db, facet, 0),
        list_years=partial(list_periods_below, db, facet, 0),
        files=tuple(plan_queries.list_profile_targets(db, key.kind, key.slug)),
    )


def _period(db: sqlite3.Connection, subject: str) -> PeriodUnit:
    text, _, number = subject.rpartition(" ")
    key, period = FacetKey.parse(text), int(number)
    facet, count = plan_queries.count_period(db, key, period)
    return PeriodUnit(key, period, count, partial(list_periods_below, db, facet, period))


def _names(db: sqlite3.Connection, subject: str) -> NamesUnit:
    kind, indexes, prefixes = parse_facet_kind(subject), [], [""]
    while prefixes:
        prefix = prefixes.pop()
        names, longer = list_names_with(db, kind, prefix)
        indexes.append((NamesKey(kind, prefix), bool(names), bool(longer)))
        prefixes += [start for start, _ in longer]
    return NamesUnit(kind, tuple(indexes))


def _month(db: sqlite3.Connection, subject: str) -> MonthUnit | None:
    month = int(subject)
    count = plan_queries.count_month(db, month)
    list_days = partial(list_periods_below, db, find_facet_id(db, EVERYTHING), month)
    return MonthUnit(month, count, list_days) if count else None


def _search(db: sqlite3.Connection, year: str) -> SearchUnit:
    return SearchUnit(int(year), cache(partial(list_spans, db, int(year))))


def _day_of_year(db: sqlite3.Connection, subject: str) -> DayOfYearUnit | None:
    return DayOfYearUnit(int(subject)) if has_news(db, subject) else None


def _static(db: sqlite3.Connection, path: str) -> StaticUnit | None:
    if not has_source(db, path):
        return None
    return StaticUnit(
        path,
        plan_queries.read_raster(db, path),
        partial(plan_queries.list_uses, db, path),
        partial(has_source, db),
    )


def _former(db: sqlite3.Connection, key: str) -> FormerUnit:
    return FormerUnit(plan_queries.find_former(db, key))


def _moved(db: sqlite3.Connection, month: str) -> MovedUnit:
    return MovedUnit(int(month), lambda: any(list_moved(db, month)))


_KINDS: Mapping[str, Callable[[sqlite3.Connection, str], Unit | None]] = {
    "site": lambda _db, _subject: SiteUnit(),
    "article": _article,
    "own_page": _own_page,
    "facet": _facet,
    "year": _period,
    "month": _period,
    "names": _names,
    "archive_month": _month,
    "search": _search,
    "day_of_year": _day_of_year,
    "static": _static,
    "redirects": lambda _db, output: RedirectUnit(output),
    "former": _former,
    "moved": _moved,
    "gone": lambda _db, output: GoneUnit(output),
}
