"""What is held back, and when the site will change by itself: a question to the archive, never to a clock.

Between two moments that this names, a build without an edit makes the same site.
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from broadsheet.archive.questions.news import next_to_age
from broadsheet.build.site_folder import load_settings, open_last_state
from broadsheet.settings.zones import load_zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An article that is held back: a draft (``appears`` is None), or one of a coming date."""

    path: str
    title: str
    appears: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What is to come: ``changes`` is when the site will next be another one, None if it will not."""

    changes: dt.datetime | None
    held: tuple[Held, ...]


def outlook(site: Path) -> Outlook:
    """Return what is to come of a site as it was last built, in its time zone.

    Raises ``Problems`` when nothing was built yet.
    """
    settings = load_settings(site)
    with open_last_state(site) as db:
        moment, articles = next_change(db), tuple(held_back(db))
    changes = None if moment is None else dt.datetime.fromtimestamp(moment, load_zone(settings.timezone))
    return Outlook(changes=changes, held=articles)


def held_back(db: sqlite3.Connection) -> Iterator[Held]:
    """Yield the articles that are held back: those to come as they come, then drafts by path."""
    query = (
        "SELECT a.path, s.facts, a.draft FROM article a JOIN story s ON s.article = a.id"
        " WHERE a.live = 0 AND a.gone = 0 ORDER BY a.draft, a.instant, a.path"
    )
    for path, facts, draft in db.execute(query):
        members = json.loads(facts)
        appears = None if draft else dt.datetime.fromisoformat(members["date"])
        yield Held(path=path, title=members["title"], appears=appears)


def next_change(db: sqlite3.Connection, after: int | None = None) -> int | None:
    """Return when the next article appears, expires or ceases to be news, in seconds since 1970, UTC.

    None if none will. Without a news sitemap nothing changes when an article ceases to be news.

    ``after``: a moment that has passed, though the archive does not know of it yet.
    """
    queries = (
        (
            "SELECT min(instant) FROM article"
            " WHERE live = 0 AND gone = 0 AND draft = 0 AND (:after IS NULL OR instant > :after)"
        ),
        (
            "SELECT min(expires) FROM article"
            " WHERE live = 1 AND expires IS NOT NULL AND (:after IS NULL OR expires > :after)"
        ),
    )
    moments = [db.execute(query, {"after": after}).fetchone()[0] for query in queries]
    if _has_news(db):
        moments.append(next_to_age(db, after))
    return min((moment for moment in moments if moment is not None), default=None)


def _has_news(db: sqlite3.Connection) -> bool:
    row = db.execute("SELECT value FROM setting WHERE name = 'sitemaps_news'").fetchone()
    return bool(row and json.loads(row[0]))
