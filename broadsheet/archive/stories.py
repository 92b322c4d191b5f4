"""Questions about single articles: their facts, bodies, neighbours in time, and where links lead."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator

from broadsheet.archive.facts import Facts
from broadsheet.archive.kinds import Answer, Change, Kind, OfSource

NEIGHBOURS = 3


class Story(OfSource):
    """``story PATH``: the facts of a live article, or None."""

    name = "story"
    what = "article"

    def answer(self, state: sqlite3.Connection, subject: str, detail: str) -> Answer:
        """Return the facts as text."""
        query = (
            "SELECT s.facts FROM article a JOIN story s ON s.article = a.id WHERE a.path = ? AND a.live = 1"
        )
        return _one(state, query, subject)


class Body(OfSource):
    """``body PATH``: the body of a live article, or None."""

    name = "body"
    what = "article"

    def answer(self, state: sqlite3.Connection, subject: str, detail: str) -> Answer:
        """Return the body's HTML, its links still marked."""
        query = (
            "SELECT s.body FROM article a JOIN story s ON s.article = a.id WHERE a.path = ? AND a.live = 1"
        )
        return _one(state, query, subject)


class Target(OfSource):
    """``target PATH``: the output path of the page of an article that is live or gone, or None."""

    name = "target"
    what = "article"

    def answer(self, state: sqlite3.Connection, subject: str, detail: str) -> Answer:
        """Return the output path."""
        query = "SELECT output FROM article WHERE path = ? AND (live = 1 OR gone = 1)"
        return _one(state, query, subject)


class Gone(OfSource):
    """``gone PATH``: what is left to say of an article whose time is over, or None."""

    name = "gone"
    what = "article"

    def answer(self, state: sqlite3.Connection, subject: str, detail: str) -> Answer:
        """Return title, language, and when it expired in ISO 8601."""
        query = (
            "SELECT s.facts FROM article a JOIN story s ON s.article = a.id WHERE a.path = ? AND a.gone = 1"
        )
        facts = _one(state, query, subject)
        members = json.loads(facts) if facts else None
        return (members["title"], members["language"], members["expires"]) if members else None


class Around(Kind):
    """``around PATH``: teasers of the three articles before and the three after, nearest first."""

    name = "around"

    def answer(self, state: sqlite3.Connection, subject: str, detail: str) -> Answer:
        """Return two tuples of teasers, the older ones first."""
        query = "SELECT day, instant, path FROM article WHERE path = ? AND live = 1"
        place = state.execute(query, (subject,)).fetchone()
        if place is None:
            return (), ()
        return tuple(_near(state, place, "teaser", older=True)), tuple(
            _near(state, place, "teaser", older=False)
        )

    def footprint(self, state: sqlite3.Connection, change: Change) -> Iterable[str]:
        """Touch the article, and those that stand within reach of a place that it has or had.

        Asked of the state as after all changes, which is enough: if an article's neighbours are
        others now, then a changed one is among its new neighbours, or one has left a place nearer
        than the farthest of them.
        """
        if change.what != "article":
            return
        yield change.name
        if change.before and change.after and change.before.teaser == change.after.teaser:
            return
        for place in sorted({_place(side) for side in change.sides}):
            yield from _near(state, place, "path", older=True)
            yield from _near(state, place, "path", older=False)


def _place(facts: Facts) -> tuple[int, int, str]:
    return facts.day, facts.instant, facts.path


def _near(
    state: sqlite3.Connection, place: tuple[int, int, str], column: str, *, older: bool
) -> Iterator[str]:
    sign, order = ("<", "DESC") if older else (">", "ASC")
    query = f"""
        SELECT {column} FROM article WHERE live = 1 AND (day, instant, path) {sign} (?, ?, ?)
        ORDER BY day {order}, instant {order}, path {order} LIMIT {NEIGHBOURS}
    """
    return (row[0] for row in state.execute(query, place))


def _one(state: sqlite3.Connection, query: str, subject: str) -> str | None:
    row = state.execute(query, (subject,)).fetchone()
    return row[0] if row else None
