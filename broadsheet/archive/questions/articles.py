"""Questions about single articles: their facts, bodies, neighbours in time, and where links lead."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence

from broadsheet.archive.facts import Facts
from broadsheet.archive.questions.question import (
    Change,
    QuestionKind,
    SourceQuestion,
    find_facet_id,
    parse_no_parameters,
)
from broadsheet.common.keys import FacetKey, SeriesPart

NUMBERED = 50
# The slug of the facet of an article's language; NULL if that is the site's own.
_LANGUAGE = "json_extract(s.facts, '$.language_facet[0]')"


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


class Around(QuestionKind[str, None, tuple[str | None, str | None]]):
    """``around PATH``: teasers of the articles right before and after one, of those in its language.

    Its translations are in other languages, and so never among them.
    """

    name = "around"

    def answer(self, db: sqlite3.Connection, subject: str, parameters: None) -> tuple[str | None, str | None]:
        """Return the teaser of the older and that of the newer one, None at the ends."""
        query = f"""
            SELECT a.day, a.instant, a.path, {_LANGUAGE} FROM article a JOIN story s ON s.article = a.id
            WHERE a.path = ? AND a.live = 1
        """
        row = db.execute(query, (subject,)).fetchone()
        if row is None:
            return None, None
        *place, language = row
        older, newer = (_nearest(db, place, language, "teaser", older=older) for older in (True, False))
        return older, newer

    def footprint(self, db: sqlite3.Connection, change: Change) -> Iterable[str]:
        """Yield the article, and the one on each side of every place that it has or had in a language.

        The state after all changes is enough to tell: if an article has another neighbour now, then that is a
        changed article, or one has left a place nearer than it.
        """
        if change.what != "article":
            return
        yield change.name
        before, after = change.before, change.after
        if before and after and before.teaser == after.teaser and _language_of(before) == _language_of(after):
            return
        for *place, language in sorted({(*_place(side), _language_of(side)) for side in change.sides}):
            for older in (True, False):
                path = _nearest(db, place, language, "path", older=older)
                if path is not None:
                    yield path


class Within(QuestionKind[SeriesPart, None, tuple[int, str | None, str | None]]):
    """``within SERIES/PATH``: the number of an article in a series, and the parts before and after it.

    Only parts in its language count, so that its translations are no parts before or after it. Articles are
    numbered up to a limit only, because one that comes before others changes their numbers.
    """

    name = "within"

    def answer(
        self, db: sqlite3.Connection, subject: SeriesPart, parameters: None
    ) -> tuple[int, str | None, str | None]:
        """Return its number from 1, 0 beyond the limit, and the teasers before and after it, or None."""
        facet = find_facet_id(db, FacetKey("series", subject.series))
        query = f"""
            SELECT m.day, m.instant, a.path, {_LANGUAGE} FROM article a JOIN story s ON s.article = a.id
            JOIN member m ON (m.facet, m.day, m.instant, m.article) = (?, a.day, a.instant, a.id)
            WHERE a.path = ?
        """
        row = db.execute(query, (facet, subject.path)).fetchone()
        if row is None:
            return 0, None, None
        *place, language = row
        spoken = _speaks(db, language)
        older = _parts(db, (facet, *place), "a.teaser", NUMBERED, spoken, older=True)
        newer = _parts(db, (facet, *place), "a.teaser", 1, spoken, older=False)
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
            spoken = _speaks(db, _language_of(side))
            for place in side.memberships:
                if place.kind == "series":
                    where = (find_facet_id(db, place.key), place.day, place.instant, side.path)
                    older = _parts(db, where, "a.path", 1, spoken, older=True)
                    newer = _parts(db, where, "a.path", NUMBERED if moved else 1, spoken, older=False)
                    yield from (SeriesPart(place.slug, path) for path in (side.path, *older, *newer))


STORY = Story(str, parse_no_parameters)
BODY = Body(str, parse_no_parameters)
TARGET = Target(str, parse_no_parameters)
EXPIRED = Expired(str, parse_no_parameters)
HEADLINE = Headline(str, parse_no_parameters)
AROUND = Around(str, parse_no_parameters)
WITHIN = Within(SeriesPart.parse, parse_no_parameters)


def _parts(
    db: sqlite3.Connection, where: Sequence[object], column: str, most: int, spoken: str = "", *, older: bool
) -> list[str]:
    """Return a column of the members of a facet before or after a place in it, nearest first.

    ``where`` is the facet, day, instant and path; ``spoken`` is what ``_speaks`` has returned.
    """
    sign, order = ("<", "DESC") if older else (">", "ASC")
    query = f"""
        SELECT {column} FROM member m JOIN article a ON a.id = m.article
        WHERE m.facet = ? AND (m.day, m.instant, a.path) {sign} (?, ?, ?) {spoken}
        ORDER BY m.day {order}, m.instant {order}, a.path {order} LIMIT {most}
    """
    return [row[0] for row in db.execute(query, tuple(where))]


def _place(side: Facts) -> tuple[int, int, str]:
    return side.day, side.instant, side.path


def _nearest(
    db: sqlite3.Connection, place: Sequence[object], language: str | None, column: str, *, older: bool
) -> str | None:
    """Return a column of the article next to a place, of those in a language; None if there is none."""
    if language:
        facet = find_facet_id(db, FacetKey("language", language))
        return next(iter(_parts(db, (facet, *place), f"a.{column}", 1, older=older)), None)
    sign, order = ("<", "DESC") if older else (">", "ASC")
    query = f"""
        SELECT {column} FROM article a
        WHERE live = 1 AND (day, instant, path) {sign} (?, ?, ?) {_speaks(db, language)}
        ORDER BY day {order}, instant {order}, path {order} LIMIT 1
    """
    row = db.execute(query, tuple(place)).fetchone()
    return row[0] if row else None


def _speaks(db: sqlite3.Connection, language: str | None) -> str:
    """Return a condition that an article ``a`` is in a language; without one, in the site's own."""
    facets = [number for (number,) in db.execute("SELECT id FROM facet WHERE kind = 'language'")]
    if language:
        facets = [find_facet_id(db, FacetKey("language", language))]
    elif not facets:
        return ""
    return f"""AND {"" if language else "NOT "}EXISTS (
        SELECT 1 FROM member l WHERE l.facet IN ({",".join(map(str, facets))})
        AND l.day = a.day AND l.instant = a.instant AND l.article = a.id
    )"""


def _language_of(side: Facts) -> str:
    """Return the slug of the facet of an article's language, empty if that is the site's own."""
    return next((key.slug for key in sorted(side.keys) if key.kind == "language"), "")


def _one(db: sqlite3.Connection, query: str, subject: str) -> str | None:
    row = db.execute(query, (subject,)).fetchone()
    return row[0] if row else None
