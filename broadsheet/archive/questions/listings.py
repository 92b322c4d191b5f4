"""Questions about facets and periods: what index pages and feeds are made of."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from typing import Any, TypeAlias

from broadsheet.archive.facts import Facts
from broadsheet.archive.questions.question import (
    Change,
    QuestionKind,
    Slice,
    find_facet_id,
    parse_no_parameters,
    parse_optional_int,
)
from broadsheet.common.keys import EVERYTHING, FacetKey, ListingKey
from broadsheet.common.periods import ALL_TIME, LAST_MONTH, LAST_YEAR, find_day_range, is_day, is_month

# Teasers as JSON; among the corrections each with the moment of its corrections, in seconds since 1970, UTC.
Teasers: TypeAlias = tuple[str | tuple[int, str], ...]

_NEWEST_FIRST = "ORDER BY m.day DESC, m.instant DESC, a.path DESC"
_OLDEST_FIRST = "ORDER BY m.day, m.instant, a.path"
_CORRECTIONS = FacetKey("correction")


class Newest(QuestionKind[FacetKey, int, Teasers]):
    """``newest FACET N``: teasers of a facet's newest N articles."""

    name = "newest"
    _condition = ""

    def answer(self, db: sqlite3.Connection, subject: FacetKey, parameters: int) -> Teasers:
        """Return the teasers, newest first."""
        query = f"{_select(subject)} {self._condition} {_NEWEST_FIRST} LIMIT ?"
        return _teasers(subject, db.execute(query, (find_facet_id(db, subject), parameters)))

    def footprint(self, db: sqlite3.Connection, change: Change) -> Iterable[FacetKey]:
        """Yield every facet that the article is or was in."""
        return () if has_same_teaser(change) else change.keys


class Fed(Newest):
    """``fed FACET N``: what ``newest`` answers, without articles that were retracted."""

    name = "fed"
    _condition = "AND a.retracted = 0"


class FedTags(QuestionKind[FacetKey, int, tuple[tuple[tuple[str, str], ...], ...]]):
    """``fed_tags FACET N``: the tags of each article that ``fed`` answers, in the same order."""

    name = "fed_tags"

    def answer(
        self, db: sqlite3.Connection, subject: FacetKey, parameters: int
    ) -> tuple[tuple[tuple[str, str], ...], ...]:
        """Return of each article pairs of slug and name."""
        query = (
            "SELECT json_extract(s.facts, '$.tags') FROM member m JOIN article a ON a.id = m.article"
            f" JOIN story s ON s.article = a.id WHERE m.facet = ? AND a.retracted = 0 {_NEWEST_FIRST} LIMIT ?"
        )
        rows = db.execute(query, (find_facet_id(db, subject), parameters))
        return tuple(tuple((slug, name) for slug, name in json.loads(tags)) for (tags,) in rows)

    def footprint(self, db: sqlite3.Connection, change: Change) -> Iterable[FacetKey]:
        """Yield every facet that the article is or was in."""
        return change.keys


class Listing(QuestionKind[ListingKey, Slice, Teasers]):
    """``listing FACET/PERIOD PART SIZE``: teasers of a facet's articles in a period, or of a part of them."""

    name = "listing"

    def answer(self, db: sqlite3.Connection, subject: ListingKey, parameters: Slice) -> Teasers:
        """Return the teasers, newest first."""
        key, period = subject
        within = (find_facet_id(db, key), *find_day_range(period))
        query = f"{_select(key)} AND m.day BETWEEN ? AND ?"
        if parameters.part == 0:
            return _teasers(key, db.execute(f"{query} {_NEWEST_FIRST}", within))
        limits = (parameters.size, parameters.offset)
        rows = db.execute(f"{query} {_OLDEST_FIRST} LIMIT ? OFFSET ?", (*within, *limits)).fetchall()
        return _teasers(key, reversed(rows))

    def footprint(self, db: sqlite3.Connection, change: Change) -> Iterable[ListingKey]:
        """Yield every facet that the article is or was in, in every period that it stands in."""
        return () if has_same_teaser(change) else _listings(change)


class Periods(QuestionKind[ListingKey, int | None, tuple[tuple[int, int], ...]]):
    """``periods FACET/PERIOD MOST``: the next smaller periods of a facet that have articles, and how many.

    With ``MOST``, counted no further than that: a list of periods without counts asks with 1, and changes
    only with a new period.
    """

    name = "periods"

    def answer(
        self, db: sqlite3.Connection, subject: ListingKey, parameters: int | None
    ) -> tuple[tuple[int, int], ...]:
        """Return pairs of period and count, oldest first."""
        pairs = list_periods_below(db, find_facet_id(db, subject.facet), subject.period)
        return tuple((below, min(count, parameters) if parameters else count) for below, count in pairs)

    def footprint(self, db: sqlite3.Connection, change: Change) -> Iterable[ListingKey]:
        """Yield every facet that the article is or was in, in every period that it stands in."""
        return _listings(change)


class Count(QuestionKind[ListingKey, int | None, int]):
    """``count FACET/PERIOD MOST``: how many articles a facet has in a period.

    With ``MOST``, counted no further than that: enough to know whether they fit on a page.
    """

    name = "count"

    def answer(self, db: sqlite3.Connection, subject: ListingKey, parameters: int | None) -> int:
        """Return the number."""
        count = count_in(db, find_facet_id(db, subject.facet), subject.period)
        return min(count, parameters) if parameters else count

    def footprint(self, db: sqlite3.Connection, change: Change) -> Iterable[ListingKey]:
        """Yield every facet that the article is or was in, in every period that it stands in."""
        return _listings(change)


class Neighbours(QuestionKind[int, None, tuple[int, int]]):
    """``neighbours PERIOD``: the years, months or days of everything next to one that have articles.

    A period without articles has none.
    """

    name = "neighbours"

    def answer(self, db: sqlite3.Connection, subject: int, parameters: None) -> tuple[int, int]:
        """Return the one before and the one after, 0 where there is none."""
        return (
            find_neighbours(db, subject) if count_in(db, find_facet_id(db, EVERYTHING), subject) else (0, 0)
        )

    def footprint(self, db: sqlite3.Connection, change: Change) -> Iterable[int]:
        """Yield, of the periods that an article is new in or gone from, those next to them, and themselves.

        A period that has come or gone changes the answers about the two around it as they are afterwards;
        where one beside it went with it, that one's own change yields the nearest that is left.
        """
        before, after = (_list_periods(side) for side in (change.before, change.after))
        for period in before ^ after:
            yield from (period, *find_neighbours(db, period))


class FacetName(QuestionKind[FacetKey, None, str | None]):
    """``facet FACET``: the name of a facet: that of its profile, else as its earliest article spells it.

    None without articles.
    """

    name = "facet"

    def answer(self, db: sqlite3.Connection, subject: FacetKey, parameters: None) -> str | None:
        """Return the name."""
        row = db.execute("SELECT name FROM facet WHERE kind = ? AND slug = ?", subject).fetchone()
        return row[0] if row else None

    def footprint(self, db: sqlite3.Connection, change: Change) -> Iterable[FacetKey]:
        """Yield every facet that the article is or was in, or that the profile is about."""
        return (FacetKey.parse(change.name),) if change.what == "profile" else change.keys


NEWEST = Newest(FacetKey.parse, int)
FED = Fed(FacetKey.parse, int)
FED_TAGS = FedTags(FacetKey.parse, int)
LISTING = Listing(ListingKey.parse, Slice.parse)
PERIODS = Periods(ListingKey.parse, parse_optional_int)
COUNT = Count(ListingKey.parse, parse_optional_int)
NEIGHBOURS = Neighbours(int, parse_no_parameters)
FACET_NAME = FacetName(FacetKey.parse, parse_no_parameters)


def count_in(db: sqlite3.Connection, facet: int, period: int) -> int:
    """Return how many articles a facet (by its row) has in a period."""
    if is_day(period):
        query = "SELECT count(*) FROM member WHERE facet = ? AND day = ?"
    else:
        query = "SELECT coalesce(sum(count), 0) FROM tally WHERE facet = ? AND period = ?"
    (count,) = db.execute(query, (facet, period)).fetchone()
    return int(count)


def list_periods_below(db: sqlite3.Connection, facet: int, period: int) -> list[tuple[int, int]]:
    """Return the years of all time, the months of a year or the days of a month, with their counts."""
    if is_month(period):
        query = (
            "SELECT day, count(*) FROM member WHERE facet = ? AND day BETWEEN ? AND ?"
            " GROUP BY day ORDER BY day"
        )
        return db.execute(query, (facet, *find_day_range(period))).fetchall()
    low, high = (1000, 9999) if period == ALL_TIME else (period * 100, period * 100 + 99)
    query = "SELECT period, count FROM tally WHERE facet = ? AND period BETWEEN ? AND ? ORDER BY period"
    return db.execute(query, (facet, low, high)).fetchall()


def find_neighbours(db: sqlite3.Connection, period: int) -> tuple[int, int]:
    """Return the periods of everything, of the same length, before and after one; 0 where there is none."""
    everything = find_facet_id(db, EVERYTHING)
    if is_day(period):
        column, table, low, high = "day", "member", LAST_MONTH + 1, LAST_MONTH * 100 + 99
    elif is_month(period):
        column, table, low, high = "period", "tally", LAST_YEAR + 1, LAST_MONTH
    else:
        column, table, low, high = "period", "tally", 1, LAST_YEAR
    query = f"SELECT {{}}({column}) FROM {table} WHERE facet = ? AND {column} BETWEEN ? AND ?"
    (before,) = db.execute(query.format("max"), (everything, low, period - 1)).fetchone()
    (after,) = db.execute(query.format("min"), (everything, period + 1, high)).fetchone()
    return before or 0, after or 0


def has_same_teaser(change: Change) -> bool:
    """Return whether nothing that a list shows has changed: a new body leaves listings alone."""
    if not (change.before and change.after):
        return False
    return (
        change.before.teaser == change.after.teaser and change.before.memberships == change.after.memberships
    )


def _select(key: FacetKey) -> str:
    """Return the query of a facet's teasers; an article stands among the corrections once for each."""
    moment = "m.instant, " if key == _CORRECTIONS else ""
    return f"SELECT {moment}a.teaser FROM member m JOIN article a ON a.id = m.article WHERE m.facet = ?"


def _teasers(key: FacetKey, rows: Iterable[tuple[Any, ...]]) -> Teasers:
    return tuple((row[0], row[1]) for row in rows) if key == _CORRECTIONS else tuple(row[0] for row in rows)


def _list_periods(facts: Facts | None) -> set[int]:
    """Return the year, month and day of an article, none if it is not live."""
    return {facts.day, facts.day // 100, facts.day // 10_000} if facts else set()


def _listings(change: Change) -> set[ListingKey]:
    return {listing for side in change.sides for place in side.memberships for listing in place.listings}
