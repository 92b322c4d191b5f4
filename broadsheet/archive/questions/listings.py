"""Questions about facets and periods: what index pages and feeds are made of."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any

from broadsheet.archive.questions.question import Answer, Change, Kind, facet_id
from broadsheet.common.periods import ALL_TIME, days_of, is_day, is_month

_NEWEST_FIRST = "ORDER BY m.day DESC, m.instant DESC, a.path DESC"
_OLDEST_FIRST = "ORDER BY m.day, m.instant, a.path"
_CORRECTIONS = "correction"


class Newest(Kind):
    """``newest FACET N``: teasers of a facet's newest N articles."""

    name = "newest"
    _but = ""

    def answer(self, db: sqlite3.Connection, subject: str, parameters: str) -> Answer:
        """Return the teasers, newest first; of corrections each with its moment."""
        query = f"{_teasers(subject)} {self._but} {_NEWEST_FIRST} LIMIT ?"
        return _told(subject, db.execute(query, (facet_id(db, subject), int(parameters))))

    def footprint(self, db: sqlite3.Connection, change: Change) -> Iterable[str]:
        """Touch every facet that the article is or was in."""
        return () if same_teaser(change) else change.keys


class Fed(Newest):
    """``fed FACET N``: what ``newest`` answers, without articles that were retracted."""

    name = "fed"
    _but = "AND a.retracted = 0"


class Listing(Kind):
    """``listing FACET/PERIOD PART SIZE``: teasers of a facet's articles in a period.

    ``PART`` 0 is the whole, newest first; others count from 1, the oldest, in parts of ``SIZE``.
    """

    name = "listing"

    def answer(self, db: sqlite3.Connection, subject: str, parameters: str) -> Answer:
        """Return the teasers, newest first; of corrections each with its moment."""
        key, _, period = subject.rpartition("/")
        part, size = map(int, parameters.split())
        within = (facet_id(db, key), *days_of(int(period)))
        query = f"{_teasers(key)} AND m.day BETWEEN ? AND ?"
        if part == 0:
            return _told(key, db.execute(f"{query} {_NEWEST_FIRST}", within))
        slice_ = (size, (part - 1) * size)
        rows = db.execute(f"{query} {_OLDEST_FIRST} LIMIT ? OFFSET ?", (*within, *slice_)).fetchall()
        return _told(key, reversed(rows))

    def footprint(self, db: sqlite3.Connection, change: Change) -> Iterable[str]:
        """Touch every facet that the article is or was in, in every period that it stands in."""
        return () if same_teaser(change) else _keys_and_periods(change)


class _InPeriods(Kind):
    """A kind of question about how many articles a facet has, and when."""

    def footprint(self, db: sqlite3.Connection, change: Change) -> Iterable[str]:
        """Touch every facet that the article is or was in, in every period that it stands in."""
        return _keys_and_periods(change)


class Periods(_InPeriods):
    """``periods FACET/PERIOD MOST``: the next smaller periods of a facet that have articles, and how many.

    With ``MOST``, counted no further than that: a list of periods without counts asks with 1, and changes
    only with a new period.
    """

    name = "periods"

    def answer(self, db: sqlite3.Connection, subject: str, parameters: str) -> Answer:
        """Return pairs of period and count, oldest first."""
        key, _, period = subject.rpartition("/")
        pairs = periods_below(db, facet_id(db, key), int(period))
        return tuple((below, min(count, int(parameters)) if parameters else count) for below, count in pairs)


class Count(_InPeriods):
    """``count FACET/PERIOD MOST``: how many articles a facet has in a period.

    With ``MOST``, counted no further than that: enough to know whether they fit on a page.
    """

    name = "count"

    def answer(self, db: sqlite3.Connection, subject: str, parameters: str) -> Answer:
        """Return the number."""
        key, _, period = subject.rpartition("/")
        count = count_in(db, facet_id(db, key), int(period))
        return min(count, int(parameters)) if parameters else count


class FacetName(Kind):
    """``facet FACET``: a facet's name: its profile's, else as its earliest article spells it.

    None without articles.
    """

    name = "facet"

    def answer(self, db: sqlite3.Connection, subject: str, parameters: str) -> Answer:
        """Return the name."""
        kind, _, slug = subject.partition("/")
        row = db.execute("SELECT name FROM facet WHERE kind = ? AND slug = ?", (kind, slug)).fetchone()
        return row[0] if row else None

    def footprint(self, db: sqlite3.Connection, change: Change) -> Iterable[str]:
        """Touch every facet that the article is or was in, or that the profile is about."""
        return (change.name,) if change.what == "profile" else change.keys


def count_in(db: sqlite3.Connection, facet: int, period: int) -> int:
    """Return how many articles a facet (by its row) has in a period."""
    if is_day(period):
        query = "SELECT count(*) FROM member WHERE facet = ? AND day = ?"
    else:
        query = "SELECT coalesce(sum(count), 0) FROM tally WHERE facet = ? AND period = ?"
    (count,) = db.execute(query, (facet, period)).fetchone()
    return int(count)


def periods_below(db: sqlite3.Connection, facet: int, period: int) -> list[tuple[int, int]]:
    """Return the years of all time, the months of a year or the days of a month, with their counts."""
    if is_month(period):
        query = (
            "SELECT day, count(*) FROM member WHERE facet = ? AND day BETWEEN ? AND ?"
            " GROUP BY day ORDER BY day"
        )
        return db.execute(query, (facet, *days_of(period))).fetchall()
    low, high = (1000, 9999) if period == ALL_TIME else (period * 100, period * 100 + 99)
    query = "SELECT period, count FROM tally WHERE facet = ? AND period BETWEEN ? AND ? ORDER BY period"
    return db.execute(query, (facet, low, high)).fetchall()


def _teasers(key: str) -> str:
    """Return the query of a facet's teasers; an article stands among the corrections once for each."""
    moment = "m.instant, " if key == _CORRECTIONS else ""
    return f"SELECT {moment}a.teaser FROM member m JOIN article a ON a.id = m.article WHERE m.facet = ?"


def _told(key: str, rows: Iterable[tuple[Any, ...]]) -> Answer:
    return tuple(rows) if key == _CORRECTIONS else tuple(row[0] for row in rows)


def _keys_and_periods(change: Change) -> set[str]:
    return {listing for side in change.sides for place in side.memberships for listing in place.listings}


def same_teaser(change: Change) -> bool:
    """Return whether nothing that a list shows has changed: a new body leaves listings alone."""
    if not (change.before and change.after):
        return False
    return (
        change.before.teaser == change.after.teaser and change.before.memberships == change.after.memberships
    )
