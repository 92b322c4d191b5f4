"""What the plan asks of the archive beside the counts of listings: articles, profiles and months."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from broadsheet.archive.lookups import has_source
from broadsheet.common.files import STATIC, is_below, is_markdown
from broadsheet.common.keys import FacetKey
from broadsheet.common.model import FacetKind
from broadsheet.common.pictures import Raster, find_raster, has_preview
from broadsheet.common.urls import is_listing


class PlannedTarget(NamedTuple):
    """A source that an article or a profile links to or shows.

    ``uses`` are how: each ``shown`` of its links to it once, in order; ``raster`` is the picture that it is,
    None if no others can be made of it.
    """

    path: str
    uses: tuple[str, ...]
    raster: Raster | None


class PlannedArticle(NamedTuple):
    """What an article wants in the site: its page at ``output``, its aliases, and the files it uses.

    ``gone``: it has expired. ``targets`` are all sources that it links to or shows and that are there, but
    for those below static/, which are published in any case; by path. One that is gone has none.
    ``has_preview``: its lead picture is one that other sites can show.
    """

    output: str
    gone: bool
    retracted: bool
    aliases: tuple[str, ...]
    targets: tuple[PlannedTarget, ...]
    has_preview: bool


class PlannedOwnPage(NamedTuple):
    """What a page of the site's own wants: itself at ``output``, its aliases, and the files it uses.

    ``targets`` are as in ``PlannedArticle``.
    """

    output: str
    aliases: tuple[str, ...]
    targets: tuple[PlannedTarget, ...]


class FormerAddress(NamedTuple):
    """The path of an output at which an article stood under a former permalink pattern; both are paths."""

    output: str
    article: str


class ProfileTarget(NamedTuple):
    """A source that a profile, ``profile`` is its path, links to or shows."""

    profile: str
    target: PlannedTarget


def read_article(db: sqlite3.Connection, path: str) -> PlannedArticle | None:
    """Return an article that is live or has expired; None if there is none of that path."""
    query = (
        "SELECT a.id, a.output, a.gone, s.facts FROM article a JOIN story s ON s.article = a.id"
        " WHERE a.path = ? AND (a.live = 1 OR a.gone = 1)"
    )
    row = db.execute(query, (path,)).fetchone()
    if row is None:
        return None
    number, output, gone, facts = row[0], row[1], bool(row[2]), json.loads(row[3])
    lead = facts["picture"]
    # The links of one that is gone are not stored.
    links = db.execute("SELECT target, shown FROM link WHERE article = ? AND found = 1", (number,))
    return PlannedArticle(
        output=output,
        gone=gone,
        retracted="retracted" in facts,
        aliases=tuple(facts["aliases"]),
        targets=tuple(_list_targets(db, links)),
        has_preview=bool(lead) and has_preview(lead[0], tuple(lead[4:8])),
    )


def read_own_page(db: sqlite3.Connection, path: str) -> PlannedOwnPage | None:
    """Return a live page of the site's own; None if there is none of that path."""
    query = "SELECT output, aliases FROM own_page WHERE path = ? AND live = 1"
    row = db.execute(query, (path,)).fetchone()
    if row is None:
        return None
    links = db.execute("SELECT target, shown FROM file_link WHERE path = ? AND found = 1", (path,))
    return PlannedOwnPage(row[0], tuple(json.loads(row[1])), tuple(_list_targets(db, links.fetchall())))


def list_profile_targets(db: sqlite3.Connection, kind: FacetKind, slug: str) -> list[ProfileTarget]:
    """Return the targets of a facet's profiles, as an article has them, by profile and target."""
    query = (
        "SELECT DISTINCT p.path, l.target, l.shown FROM profile p JOIN file_link l ON l.path = p.path"
        " WHERE p.kind = ? AND p.slug = ? AND l.found = 1 ORDER BY p.path"
    )
    # Articles, which have pages of their own, come and go without the profile.
    rows = [row for row in db.execute(query, (kind, slug)) if not is_markdown(row[1])]
    return [
        ProfileTarget(path, target)
        for path, links in groupby(rows, key=itemgetter(0))
        for target in _list_targets(db, [link for _, *link in links])
    ]


def read_raster(db: sqlite3.Connection, path: str) -> Raster | None:
    """Return the picture that a source is; None if there is none of which others can be made."""
    query = "SELECT width, height, format, alpha FROM source WHERE path = ? AND format <> ''"
    row = db.execute(query, (path,)).fetchone()
    return find_raster(row) if row else None


def list_uses(db: sqlite3.Connection, path: str, withheld: bool) -> tuple[str, ...]:  # noqa: FBT001 - by place
    """Return how live articles and profiles use a source: each ``shown`` of their links to it once, in order.

    ``withheld``: retracted articles show nothing. It takes a look-up or two a use, however many articles have
    it.
    """
    uses = set()
    for table, extra in (("link", _IS_SHOWN if withheld else ""), ("file_link", "")):
        query = f"SELECT min(shown) FROM {table} WHERE target = ? AND shown"
        (use,) = db.execute(f"{query} >= ''", (path,)).fetchone()
        while use is not None:
            is_used = f"SELECT 1 FROM {table} l WHERE l.target = ? AND l.shown = ? {extra} LIMIT 1"
            if db.execute(is_used, (path, use)).fetchone():
                uses.add(use)
            (use,) = db.execute(f"{query} > ?", (path, use)).fetchone()
    return tuple(sorted(uses))


_IS_SHOWN = "AND EXISTS (SELECT 1 FROM article a WHERE a.id = l.article AND a.retracted = 0)"


def _list_targets(db: sqlite3.Connection, links: Iterable[Sequence[str]]) -> Iterator[PlannedTarget]:
    """Yield the targets of links, each a pair of target and ``shown``, by path, without those of static/."""
    uses: dict[str, set[str]] = {}
    for target, shown in links:
        if not is_below(target, STATIC):
            uses.setdefault(target, set()).add(shown)
    for target, theirs in sorted(uses.items()):
        raster = None if is_markdown(target) else read_raster(db, target)
        yield PlannedTarget(target, tuple(sorted(theirs)), raster)


def find_former(db: sqlite3.Connection, key: str) -> tuple[FormerAddress, ...]:
    """Return the former address whose path has that ``path_key``, and its article; nothing if none has it.

    It gives way to whatever else stands there now: a pattern makes it, and nobody wrote it down. Two articles
    cannot have stood there at once, so the earliest has it; the other came under another pattern. Both are
    returned only if they are of one day and without ids: feeds would take them for one.
    """
    query = (
        "SELECT d.path, a.path, d.former, a.day, a.uid FROM address d JOIN article a ON a.id = d.article"
        " WHERE d.key = ? AND (a.live = 1 OR a.gone = 1) ORDER BY d.former, a.day, a.instant, a.path LIMIT 2"
    )
    rows = db.execute(query, (key,)).fetchall()
    if not rows or not rows[0][2] or is_listing(rows[0][0]) or _is_taken(db, rows[0][0]):
        return ()
    day, uid = rows[0][3:]
    equal = [row for row in rows[1:] if (row[3], row[4], uid) == (day, "", "")]
    return tuple(FormerAddress(output=output, article=path) for output, path, *_ in (rows[0], *equal))


def _is_taken(db: sqlite3.Connection, output: str) -> bool:
    """Return whether site.toml says what becomes of an output, or there is a static file."""
    query = "SELECT 1 FROM setting WHERE name IN (?, ?)"
    declared = db.execute(query, (f"redirects.{output}", f"gone.{output}")).fetchone()
    return declared is not None or has_source(db, f"{STATIC}/{output}")


def count_period(db: sqlite3.Connection, key: FacetKey, period: int) -> tuple[int, int]:
    """Return a facet's row, and how many articles it has in a year or a month; zeros if there is none."""
    query = (
        "SELECT f.id, t.count FROM facet f LEFT JOIN tally t ON t.facet = f.id AND t.period = ?"
        " WHERE f.kind = ? AND f.slug = ?"
    )
    facet, count = db.execute(query, (period, *key)).fetchone() or (0, 0)
    return facet, count or 0


def count_month(db: sqlite3.Connection, month: int) -> int:
    """Return how many live articles a month (202211) has."""
    row = db.execute("SELECT count FROM month WHERE value = ?", (month,)).fetchone()
    return row[0] if row else 0
