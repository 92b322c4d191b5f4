"""What the plan asks of the archive beside the counts of listings: articles, profiles and months."""

from __future__ import annotations

import json
import sqlite3
from typing import NamedTuple

from broadsheet.archive.lookups import has_source
from broadsheet.common.files import STATIC
from broadsheet.common.keys import FacetKey
from broadsheet.common.model import FacetKind
from broadsheet.common.urls import is_listing


class PlannedArticle(NamedTuple):
    """What an article wants in the site: its page at ``output``, its aliases, and the files it uses.

    ``gone``: it has expired. ``targets`` are the paths of all sources that it links to or shows and that are
    there, in order.
    """

    output: str
    gone: bool
    retracted: bool
    aliases: tuple[str, ...]
    targets: tuple[str, ...]


class FormerAddress(NamedTuple):
    """The path of an output at which an article stood under a former permalink pattern; both are paths."""

    output: str
    article: str


class ProfileTarget(NamedTuple):
    """A source that a profile links to or shows; both are paths."""

    profile: str
    target: str


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
    broken = db.execute("SELECT target FROM link WHERE article = ? AND found = 0", (number,))
    targets = {target for target, _, _ in facts["links"]}.difference(target for (target,) in broken)
    return PlannedArticle(
        output=output,
        gone=gone,
        retracted="retracted" in facts,
        aliases=tuple(facts["aliases"]),
        targets=tuple(sorted(targets)),
    )


def list_profile_targets(db: sqlite3.Connection, kind: FacetKind, slug: str) -> list[ProfileTarget]:
    """Return what the profiles of a facet link to or show and that is there, by profile and target."""
    query = (
        "SELECT DISTINCT p.path, l.target FROM profile p JOIN profile_link l ON l.profile = p.path"
        " WHERE p.kind = ? AND p.slug = ? AND l.found = 1 ORDER BY p.path, l.target"
    )
    return [ProfileTarget(*row) for row in db.execute(query, (kind, slug))]


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
