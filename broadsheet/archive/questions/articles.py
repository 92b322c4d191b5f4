"""Questions about single articles: their facts, bodies, neighbours in time, and where links lead."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator

from broadsheet.archive.facts import Facts
from broadsheet.archive.questions.question import Answer, Change, Kind, OfSource, facet_id

NEIGHBOURS = 3
NUMBERED = 50


class Story(OfSource):
    """``story PATH``: the facts of a live article, or None."""

    name = "story"
    what = "article"

    def answer(self, db: sqlite3.Connection, subject: str, parameters: str) -> Answer:
        """Return the facts as text."""
        query = (
            "SELECT s.facts FROM article a JOIN story s ON s.article = a.id WHERE a.path = ? AND a.live = 1"
        )
        return _one(db, query, subject)


class Body(OfSource):
    """``body PATH``: the body of a live article, or None."""

    name = "body"
    what = "article"

    def answer(self, db: sqlite3.Connection, subject: str, parameters: str) -> Answer:
        """Return the body's HTML, its links still marked."""
        query = (
            "SELECT s.body FROM article a JOIN story s ON s.article = a.id WHERE a.path = ? AND a.live = 1"
        )
        return _one(db, query, subject)


class Target(OfSource):
    """``target PATH``: the output path of the page of an article that is live or gone, or None."""

    name = "target"
    what = "article"

    def answer(self, db: sqlite3.Connection, subject: str, parameters: str) -> Answer:
        """Return the output path."""
        query = "SELECT output FROM article WHERE path = ? AND (live = 1 OR gone = 1)"
        return _one(db, query, subject)


class Gone(OfSource):
    """``gone PATH``: what is left to say of an article whose time is over, or None."""

    name = "gone"
    what = "article"

    def answer(self, db: sqlite3.Connection, subject: str, parameters: str) -> Answer:
        """Return title, language, and when it expired in ISO 8601."""
        query = (
            "SELECT s.facts FROM article a JOIN story s ON s.article = a.id WHERE a.path = ? AND a.gone = 1"
        )
        facts = _one(db, query, subject)
        members = json.loads(facts) if facts else None
        return (members["title"], members["language"], members["expires"]) if members else None


class Around(Kind):
    """``around PATH``: teasers of the three articles before and the three after, nearest first."""

    name = "around"

    def answer(self, db: sqlite3.Connection, subject: str, parameters: str) -> Answer:
        """Return two tuples of teasers, the older ones first."""
        query = "SELECT day, instant, path FROM article WHERE path = ? AND live = 1"
        place = db.execute(query, (subject,)).fetchone()
        if place is None:
            return (), ()
        return tuple(_near(db, place, "teaser", older=True)), tuple(_near(db, place, "teaser", older=False))

    def footprint(self, db: sqlite3.Connection, change: Change) -> Iterable[str]:
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
            yield from _near(db, place, "path", older=True)
            yield from _near(db, place, "path", older=False)


class Within(Kind):
    """``within SERIES/PATH``: where an article stands in a story that runs on.

    It is numbered up to a limit only, because one that is put before others gives those another number.
    """

    name = "within"

    def answer(self, db: sqlite3.Connection, subject: str, parameters: str) -> Answer:
        """Return its number from 1, 0 beyond the limit, and the teasers before and after it, or None."""
        slug, _, path = subject.partition("/")
        facet = facet_id(db, f"series/{slug}")
        query = (
            "SELECT m.day, m.instant, a.path FROM article a JOIN member m"
            " ON (m.facet, m.day, m.instant, m.article) = (?, a.day, a.instant, a.id) WHERE a.path = ?"
        )
        place = db.execute(query, (facet, path)).fetchone()
        if place is None:
            return 0, None, None
        older = _parts(db, (facet, *place), "a.teaser", NUMBERED, older=True)
        newer = _parts(db, (facet, *place), "a.teaser", 1, older=False)
        number = len(older) + 1 if len(older) < NUMBERED else 0
        return number, next(iter(older), None), next(iter(newer), None)

    def footprint(self, db: sqlite3.Connection, change: Change) -> Iterable[str]:
        """Touch the article, the one before it in each of its stories, and as many after it as are numbered.

        Asked of the state as after all changes, which is enough. An article has another number now: then
        none has changed between it and the nearest change before it, and whether it is numbered now or was,
        those between are fewer than are numbered. Of its neighbours that is said with ``Around``.
        """
        if change.what != "article":
            return
        moved = not (change.before and change.after and change.before.memberships == change.after.memberships)
        for side in change.sides:
            for place in side.memberships:
                if place.kind == "series":
                    where = (facet_id(db, place.key), place.day, place.instant, side.path)
                    older = _parts(db, where, "a.path", 1, older=True)
                    newer = _parts(db, where, "a.path", NUMBERED if moved else 1, older=False)
                    yield from (f"{place.slug}/{path}" for path in (side.path, *older, *newer))


def _parts(
    db: sqlite3.Connection, where: tuple[int, int, int, str], column: str, most: int, *, older: bool
) -> list[str]:
    """Return something of the members of a facet before or after a place in it, nearest first."""
    sign, order = ("<", "DESC") if older else (">", "ASC")
    query = f"""
        SELECT {column} FROM member m JOIN article a ON a.id = m.article
        WHERE m.facet = ? AND (m.day, m.instant, a.path) {sign} (?, ?, ?)
        ORDER BY m.day {order}, m.instant {order}, a.path {order} LIMIT {most}
    """
    return [row[0] for row in db.execute(query, where)]


def _place(facts: Facts) -> tuple[int, int, str]:
    return facts.day, facts.instant, facts.path


def _near(db: sqlite3.Connection, place: tuple[int, int, str], column: str, *, older: bool) -> Iterator[str]:
    sign, order = ("<", "DESC") if older else (">", "ASC")
    query = f"""
        SELECT {column} FROM article WHERE live = 1 AND (day, instant, path) {sign} (?, ?, ?)
        ORDER BY day {order}, instant {order}, path {order} LIMIT {NEIGHBOURS}
    """
    return (row[0] for row in db.execute(query, place))


def _one(db: sqlite3.Connection, query: str, subject: str) -> str | None:
    row = db.execute(query, (subject,)).fetchone()
    return row[0] if row else None
