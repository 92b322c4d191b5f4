"""Questions about all names of a kind and about the archive's months: indexes, sitemaps."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator

from broadsheet.archive.questions.question import (
    Change,
    Only,
    QuestionKind,
    Slice,
    parse_no_parameters,
    parse_only_subject,
)
from broadsheet.common.keys import FacetKey, NamesKey
from broadsheet.common.model import NAMED_KINDS, FacetKind
from broadsheet.common.periods import find_day_range, number_parts

NAMES_ON_A_PAGE = 500
_KINDS: tuple[FacetKind, ...] = (*NAMED_KINDS, "correction")


class Names(
    QuestionKind[NamesKey, None, tuple[tuple[tuple[str, str, int, str], ...], tuple[tuple[str, int], ...]]]
):
    """``names KIND/PREFIX``: the facets of a kind whose names begin with a prefix, in order.

    Up to 500 are answered as (slug, name, count, name to sort by, empty for the name itself); of more, those
    that are just the prefix, and then (longer prefix, count) for the rest: what an index page lists, and
    where it splits. Counts of articles are rounded (``round_count``), or each article would change the
    indexes of all its names.
    """

    name = "names"

    def answer(
        self, db: sqlite3.Connection, subject: NamesKey, parameters: None
    ) -> tuple[tuple[tuple[str, str, int, str], ...], tuple[tuple[str, int], ...]]:
        """Return two tuples, names and longer prefixes."""
        names, prefixes = list_names_with(db, subject.kind, subject.prefix)
        rounded = ((slug, name, round_count(count), sort_name) for slug, name, count, sort_name in names)
        return tuple(rounded), tuple(prefixes)

    def footprint(self, db: sqlite3.Connection, change: Change) -> Iterable[NamesKey]:
        """Yield every prefix of every facet that the article is or was in, or that the profile is about."""
        if change.what == "order":
            yield from _prefixes(change)
        if change.what == "profile":
            yield from _prefixes_of(db, FacetKey.parse(change.name))
        if _same_places(change):
            return
        for side in change.sides:
            for place in side.memberships:
                if place.kind in NAMED_KINDS:
                    yield from _prefixes_of(db, place.key)


class Fronts(QuestionKind[NamesKey, None, tuple[tuple[str, ...], tuple[str, ...]]]):
    """``fronts KIND/PREFIX``: what ``names`` lists, and where it splits, without names and counts.

    So it changes when a facet comes or goes, and not with each article.
    """

    name = "fronts"

    def answer(
        self, db: sqlite3.Connection, subject: NamesKey, parameters: None
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return two tuples, slugs and longer prefixes."""
        names, prefixes = list_names_with(db, subject.kind, subject.prefix)
        return tuple(slug for slug, *_ in names), tuple(longer for longer, _ in prefixes)

    def footprint(self, db: sqlite3.Connection, change: Change) -> Iterable[NamesKey]:
        """Yield every prefix of a facet that has come, gone or moved."""
        return _prefixes(change) if change.what == "order" else ()


class Kinds(QuestionKind[Only, None, tuple[FacetKind, ...]]):
    """``kinds all``: the kinds of facets that live articles have, without everything.

    ``shared``, though it is asked of the archive: each page asks it, for the links into the archive.
    """

    name = "kinds"
    shared = True

    def answer(self, db: sqlite3.Connection, subject: Only, parameters: None) -> tuple[FacetKind, ...]:
        """Return the kinds, in the order of ``NAMED_KINDS``, and corrections last."""
        query = "SELECT 1 FROM facet WHERE kind = ? LIMIT 1"
        return tuple(kind for kind in _KINDS if db.execute(query, (kind,)).fetchone())

    def footprint(self, db: sqlite3.Connection, change: Change) -> Iterable[Only]:
        """Yield the only subject when a facet has come or gone."""
        return ("all",) if change.what == "facet" else ()


class Languages(QuestionKind[Only, None, tuple[str, ...]]):
    """``languages all``: the slugs of the languages in which live articles are, other than the site's own.

    ``shared``, as ``kinds`` is.
    """

    name = "languages"
    shared = True

    def answer(self, db: sqlite3.Connection, subject: Only, parameters: None) -> tuple[str, ...]:
        """Return the slugs in order, of more than 500 none."""
        query = "SELECT slug FROM facet WHERE kind = 'language' ORDER BY slug LIMIT ?"
        slugs = tuple(slug for (slug,) in db.execute(query, (NAMES_ON_A_PAGE + 1,)))
        return slugs if len(slugs) <= NAMES_ON_A_PAGE else ()

    def footprint(self, db: sqlite3.Connection, change: Change) -> Iterable[Only]:
        """Yield the only subject when a language has come or gone."""
        return ("all",) if change.what == "order" and change.name.startswith("language/") else ()


class Months(QuestionKind[Only, None, tuple[tuple[int, int], ...]]):
    """``months all``: every month that has articles, and how many."""

    name = "months"

    def answer(self, db: sqlite3.Connection, subject: Only, parameters: None) -> tuple[tuple[int, int], ...]:
        """Return pairs of month and count, oldest first."""
        return tuple(db.execute("SELECT value, count FROM month ORDER BY value").fetchall())

    def footprint(self, db: sqlite3.Connection, change: Change) -> Iterable[Only]:
        """Yield the only subject when an article comes, goes or moves to another day."""
        return () if has_same_day(change) else ("all",)


class Sitemap(QuestionKind[int, Slice, tuple[tuple[str, int], ...]]):
    """``sitemap MONTH PART SIZE``: output paths of a month's articles and when each was last changed."""

    name = "sitemap"

    def answer(self, db: sqlite3.Connection, subject: int, parameters: Slice) -> tuple[tuple[str, int], ...]:
        """Return pairs of output path and seconds since 1970, oldest first."""
        query = """
            SELECT output, modified FROM article
            WHERE live = 1 AND day BETWEEN ? AND ? ORDER BY day, instant, path LIMIT ? OFFSET ?
        """
        return tuple(db.execute(query, (*find_day_range(subject), parameters.size, parameters.offset)))

    def footprint(self, db: sqlite3.Connection, change: Change) -> Iterable[int]:
        """Yield the months that the article stands or stood in."""
        return {side.day // 100 for side in change.sides}


class Sitemaps(QuestionKind[Only, int, tuple[tuple[int, int, int], ...]]):
    """``sitemaps all SIZE``: every sitemap of a month as (month, part, last change), oldest first."""

    name = "sitemaps"

    def answer(
        self, db: sqlite3.Connection, subject: Only, parameters: int
    ) -> tuple[tuple[int, int, int], ...]:
        """Return the sitemaps; a month that fits into one has part 0 only."""
        return tuple(_sitemaps(db, parameters))

    def footprint(self, db: sqlite3.Connection, change: Change) -> Iterable[Only]:
        """Yield the only subject when any article changes."""
        return ("all",) if change.what == "article" else ()


NAMES = Names(NamesKey.parse, parse_no_parameters)
FRONTS = Fronts(NamesKey.parse, parse_no_parameters)
KINDS = Kinds(parse_only_subject, parse_no_parameters)
LANGUAGES = Languages(parse_only_subject, parse_no_parameters)
MONTHS = Months(parse_only_subject, parse_no_parameters)
SITEMAP = Sitemap(int, Slice.parse)
SITEMAPS = Sitemaps(parse_only_subject, int)


def list_names_with(
    db: sqlite3.Connection, kind: FacetKind, prefix: str
) -> tuple[list[tuple[str, str, int, str]], list[tuple[str, int]]]:
    """Return the names of a kind that begin with ``prefix``, or where to split them: see ``Names``."""
    within = (kind, prefix, prefix + "\U0010ffff")
    query = """
        SELECT slug, name, count, sort_name, sort FROM facet
        WHERE kind = ? AND sort >= ? AND sort < ? ORDER BY sort, slug LIMIT ?
    """
    rows = db.execute(query, (*within, NAMES_ON_A_PAGE + 1)).fetchall()
    if len(rows) <= NAMES_ON_A_PAGE:
        return [row[:4] for row in rows], []
    whole = [row[:4] for row in rows if row[4] == prefix]
    query = """
        SELECT substr(sort, 1, ?) AS start, count(*) FROM facet
        WHERE kind = ? AND sort >= ? AND sort < ? AND length(sort) >= ? GROUP BY start ORDER BY start
    """
    longer = len(prefix) + 1
    return whole, db.execute(query, (longer, *within, longer)).fetchall()


def round_count(count: int) -> int:
    """Return a count as indexes show it: over 99 rounded down to two digits."""
    unit = 10 ** max(0, len(str(count)) - 2)
    return int(count // unit * unit)


def _prefixes(change: Change) -> Iterator[NamesKey]:
    """Yield the indexes that have or had a facet whose order has changed, from that of all names on."""
    kind, sort = FacetKey.parse(change.name)
    return (NamesKey(kind, sort[:length]) for length in range(len(sort) + 1))


def _prefixes_of(db: sqlite3.Connection, facet: FacetKey) -> Iterator[NamesKey]:
    """Yield the indexes that have a facet; of one that is gone, its order has changed, too."""
    for (sort,) in db.execute("SELECT sort FROM facet WHERE kind = ? AND slug = ?", facet):
        yield from (NamesKey(facet.kind, sort[:length]) for length in range(len(sort) + 1))


def _sitemaps(db: sqlite3.Connection, size: int) -> Iterator[tuple[int, int, int]]:
    months = db.execute("SELECT value, count, modified FROM month ORDER BY value").fetchall()
    for month, count, modified in months:
        for part in number_parts(count, size):
            yield month, part, modified if part == 0 else _modified(db, month, part, size)


def _modified(db: sqlite3.Connection, month: int, part: int, size: int) -> int:
    query = """
        SELECT max(modified) FROM (
            SELECT modified FROM article WHERE live = 1 AND day BETWEEN ? AND ?
            ORDER BY day, instant, path LIMIT ? OFFSET ?
        )
    """
    (modified,) = db.execute(query, (*find_day_range(month), size, Slice(part, size).offset)).fetchone()
    return int(modified)


def _same_places(change: Change) -> bool:
    """Return whether an article is in the same facets as before, with the same date and names."""
    before, after = change.before, change.after
    if not (before and after):
        return False
    return (before.day, before.instant, before.memberships) == (after.day, after.instant, after.memberships)


def has_same_day(change: Change) -> bool:
    """Return whether no article has come, gone or moved to another day."""
    if not (change.before and change.after):
        return not change.sides
    return change.before.day == change.after.day
