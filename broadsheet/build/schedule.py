"""What is held back, and when the site will change by itself: a question to the archive, never to a clock.

Between two moments that this names, a build without an edit makes the same site.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from broadsheet.archive.lookups import read_setting
from broadsheet.archive.questions.news import find_next_to_age
from broadsheet.archive.visibility import (
    HeldArticle,
    find_next_to_appear,
    find_next_to_expire,
    list_held_back,
)
from broadsheet.build.site_folder import load_settings, open_last_state
from broadsheet.settings.zones import load_zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What is to come: ``changes`` is when the site will next be another one, None if it will not."""

    changes: dt.datetime | None
    held: tuple[HeldArticle, ...]


def read_outlook(site: Path) -> Outlook:
    """Return what is to come of a site as it was last built, in its time zone.

    Raises ``Problems`` when nothing was built yet.
    """
    settings = load_settings(site)
    with open_last_state(site) as db:
        moment, articles = find_next_change(db), tuple(list_held_back(db))
    changes = None if moment is None else dt.datetime.fromtimestamp(moment, load_zone(settings.timezone))
    return Outlook(changes=changes, held=articles)


def find_next_change(db: sqlite3.Connection, after: int | None = None) -> int | None:
    """Return when the next article appears, expires or ceases to be news, in seconds since 1970, UTC.

    None if none will. Without a news sitemap nothing changes when an article ceases to be news.

    ``after``: a moment that has passed, though the archive does not know of it yet.
    """
    instants = [find_next_to_appear(db, after), find_next_to_expire(db, after)]
    if read_setting(db, "sitemaps_news"):
        instants.append(find_next_to_age(db, after))
    return min((instant for instant in instants if instant is not None), default=None)
