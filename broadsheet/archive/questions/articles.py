"""Questions about single articles: their facts, bodies, neighbours in time, and where links lead."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator

from broadsheet.archive.facts import Facts
from broadsheet.archive.questions.question import (
    Change,
    QuestionKind,
    SourceQuestion,
    find_facet_id,
    parse_no_parameters,
)
from broadsheet.common.keys import FacetKey, SeriesPart

NEIGHBOURS = 3
NUMBERED = 50


class Story(SourceQuestion[str, str | None]):
    """``story PATH``: the facts of a live article, or None."""

    name = "story"
    what = "article"

    def answer(self, db: sqlite3.Connection, subject: str, parameters: None) -> str | None:
        """Return the facts as text."""
        query = (
            "SELECT s.facts FROM article a JOIN story s ON s.article = a.id WHERE a.path = ? AND a.live = 1"
        )
        return _one(db, query, subject)


class Body(SourceQuestion[str, str | None]):
    """``body PATH``: the body of a live article, or None."""

    name = "body"
    what = "article"

    def answer(self, db: sqlite3.Connection, subject: str, parameters: None) -> str | None:
        """Return the body's HTML, its links still marked."""
        query = (
            "SELECT s.body FROM article a JOIN story s ON s.article = a.id WHERE a.path = ? AND a.live = 1"
        )
        return _one(db, query, subject)


class Target(QuestionKind[str, None, str | None]):
    """``target PATH``: the output path of the page of an article that is live or gone, or None.

    Or of a live page of the site's own.
    """

    name = "target"

    def answer(self, db: sqlite3.Connection, subject: str, parameters: None) -> str | None:
        """Return the output path."""
        query = (
            "SELECT output FROM article WHERE path = ?1 AND (live = 1 OR gone = 1)"
            " UNION ALL SELECT output FROM own_page WHERE path = ?1 AND live = 1"
        )
        return _one(db, query, subject)

    def footprint(self, db: sqlite3.Connection, change: Change) -> Iterable[str]:
        """Yield the article or the page itself."""
        return (change.name,) if change.what in {"article", "own_page"} else ()


class Expired(SourceQuestion[str, tuple[str, str, str] | None]):
    """``gone PATH``: what its page still says of an article that has expired, or None."""

    name = "gone"
    what = "article"

    def answer(self, db: sqlite3.Connection, subject: str, parameters: None) -> tuple[str, str, str] | None:
        """Return title, language, and when it expired in ISO 8601."""
        query = (
            "SELECT s.facts FROM article a JOIN story s ON s.article = a.id WHERE a.path = ? AND a.gone = 1"
        )
        facts = _one(db, query, subject)
        members = json.loads(facts) if facts else None
        return (members["title"], members["language"], members["expires"]) if members else None


class Headline(SourceQuestion[str, tuple[str, str, str, str, str] | None]):
    """``headline PATH``: what the card of a live article says of it, or None."""

    name = "headline"
    what = "article"

    def answer(
        self, db: sqlite3.Connection, subject: str, parameters: None
    ) -> tuple[str, str, str, str, str] | None:
        """Return title, section, dateline, day in ISO 8601, and language; what it has not is empty."""
        text = _one(db, "SELECT teaser FROM article WHERE path = ? AND live = 1", subject)
        if text is None:
            return None
        members = json.loads(text)
        _, section = members.get("section") or ("", "")
        _, dateline = members.get("dateline") or ("", "")
        return members["title"], section, dateline, members["day"], members["language"]


class Around(QuestionKind[str, None, tuple[tuple[str, ...], tuple[str, ...]]]):
    """``around PATH``: teasers of the three articles before and the three after, nearest first."""

    name = "around"

    def answer(
        self, db: sqlite3.Connection, subject: str, parameters: None
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return two tuples of teasers, the older ones first."""
        query = "SELECT day, instant, path FROM article WHERE path = ? AND live = 1"
        place = db.execute(query, (subject,)).fetchone()
        if place is None:
            return (), ()
        return tuple(_near(db, place, "teaser", older=True)), tuple(_near(db, place, "teaser", older=False))

    def footprint(self, db: sqlite3.Connection, change: Change) -> Iterable[str]:
        """Yield the article, and the three articles on each side of every place that it has or had.

        The state after all changes is enough to tell: if an article has other neighbours now, then a changed
        article is among its new neighbours, or one has left a place nearer than the farthest of them.
        """
        if change.what != "article":
            return
        yield change.name
        if change.before and change.after and change.before.teaser == change.after.teaser:
            return
        for place in sorted({_place(side) for side in change.sides}):
            yield from _near(db, place, "path", older=True)
            yield from _near(db, place, "path", older=False)


class Within(QuestionKind[SeriesPart, None, tuple[int, str | None, str | None]]):
    """``within SERIES/PATH``: the number of an article in a series, and the parts before and after it.

    Articles are numbered up to a limit only, because one that comes before others changes their numbers.
    """

    name = "within"

    def answer(
        self, db: sqlite3.Connection, subject: SeriesPart, parameters: None
    ) -> tuple[int, str | None, str | None]:
        """Return its number from 1, 0 beyond the limit, and the teasers before and after it, or None."""
        facet = find_facet_id(db, FacetKey("series", subject.series))
        query = (
            "SELECT m.day, m.instant, a.path FROM article a JOIN member m"
            " ON (m.facet, m.day, m.instant, m.article) = (?, a.day, a.instant, a.id) WHERE a.path = ?"
        )
        place = db.execute(query, (facet, subject.path)).fetchone()
        if place is None:
            return 0, None, None
        older = _parts(db, (facet, *place), "a.teaser", NUMBERED, older=True)
        newer = _parts(db, (facet, *place), "a.teaser", 1, older=False)
        number = len(older) + 1 if len(older) < NUMBERED else 0
        return number, next(iter(older), None), next(iter(newer), None)

    def footprint(self, db: sqlite3.Connection, change: Change) -> Iterable[SeriesPart]:
        """Yield the article, the one before it in each of its series, and as many after it as are numbered.

        The state after all changes is enough to tell. Let an article have another number now: then nothing
        has changed between it and the nearest change before it, and whether it is numbered now or was, fewer
        articles lie between than are numbered. For its neighbours the reason is that of ``Around``.
        """
        if change.what != "article":
            return
        moved = not (change.before and change.after and change.before.memberships == change.after.memberships)
        for side in change.sides:
            for place in side.memberships:
                if place.kind == "series":
                    where = (find_facet_id(db, place.key), place.day, place.instant, side.path)
                    older = _parts(db, where, "a.path", 1, older=True)
                    newer = _parts(db, where, "a.path", NUMBERED if moved else 1, older=False)
                    yield from (SeriesPart(place.slug, path) for path in (side.path, *older, *newer))


STORY = Story(str, parse_no_parameters)
BODY = Body(str, parse_no_parameters)
TARGET = Target(str, parse_no_parameters)
EXPIRED = Expired(str, parse_no_parameters)
HEADLINE = Headline(str, parse_no_parameters)
AROUND = Around(str, parse_no_parameters)
WITHIN = Within(SeriesPart.parse, parse_no_parameters)


def _parts(
    db: sqlite3.Connection, where: tuple[int, int, int, str], column: str, most: int, *, older: bool
) -> list[str]:
    """Return a column of the members of a facet before or after a place in it, nearest first."""
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
