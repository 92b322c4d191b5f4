"""Questions about days of the year: which of them have articles, and what happened on one in each year.

A day of the year is a number such as 1105, the fifth of November, and four digits as text. Among the counts
of everything it is a negative period (``periods.day_of_year``), so that it is counted like any other.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from broadsheet.archive.questions.listings import count_in, has_same_teaser, list_periods_below
from broadsheet.archive.questions.names import has_same_day
from broadsheet.archive.questions.question import (
    Change,
    Only,
    QuestionKind,
    find_facet_id,
    parse_no_parameters,
    parse_only_subject,
)
from broadsheet.common.keys import EVERYTHING
from broadsheet.common.periods import ALL_TIME

STORIES_OF_A_YEAR = 5
_FIRST, _LAST = -1231, -101  # as periods: the last day of the year, and the first


class Anniversary(QuestionKind[int, None, tuple[tuple[int, tuple[str, ...]], ...]]):
    """``anniversary MMDD``: of each year, the newest first, the first articles of that day of it."""

    name = "anniversary"

    def subject_text(self, subject: int) -> str:
        """Return four digits."""
        return f"{subject:04d}"

    def answer(
        self, db: sqlite3.Connection, subject: int, parameters: None
    ) -> tuple[tuple[int, tuple[str, ...]], ...]:
        """Return pairs of a day, such as 20221105, and its first five teasers."""
        everything = find_facet_id(db, EVERYTHING)
        query = """
            SELECT a.teaser FROM member m JOIN article a ON a.id = m.article
            WHERE m.facet = ? AND m.day = ? ORDER BY m.instant, a.path LIMIT ?
        """
        found = []
        for year, _ in reversed(list_periods_below(db, everything, ALL_TIME)):
            day = year * 10_000 + subject
            rows = db.execute(query, (everything, day, STORIES_OF_A_YEAR)).fetchall()
            if rows:
                found.append((day, tuple(teaser for (teaser,) in rows)))
        return tuple(found)

    def footprint(self, db: sqlite3.Connection, change: Change) -> Iterable[int]:
        """Yield the days of the year that the article stands or stood on."""
        return () if has_same_teaser(change) else {side.day % 10_000 for side in change.sides}


class Anniversaries(QuestionKind[Only, None, tuple[int, ...]]):
    """``anniversaries all``: the days of the year that have articles."""

    name = "anniversaries"

    def answer(self, db: sqlite3.Connection, subject: Only, parameters: None) -> tuple[int, ...]:
        """Return them as numbers such as 1105, the first of January first."""
        query = "SELECT period FROM tally WHERE facet = ? AND period BETWEEN ? AND ? ORDER BY period DESC"
        rows = db.execute(query, (find_facet_id(db, EVERYTHING), _FIRST, _LAST))
        return tuple(-period for (period,) in rows)

    def footprint(self, db: sqlite3.Connection, change: Change) -> Iterable[Only]:
        """Yield the only subject when an article comes, goes or moves to another day."""
        return () if has_same_day(change) else ("all",)


ANNIVERSARY = Anniversary(int, parse_no_parameters)
ANNIVERSARIES = Anniversaries(parse_only_subject, parse_no_parameters)


def has_news(db: sqlite3.Connection, day_of_year: str) -> bool:
    """Return whether any year has articles on a day of the year, which is given as four digits."""
    return count_in(db, find_facet_id(db, EVERYTHING), -int(day_of_year)) > 0
