"""What is held back, and when the site will change by itself: a question to the archive, never to a clock.

Between two moments that this names, a build without an edit makes the same site.
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from broadsheet.archive.lookups import read_setting
from broadsheet.archive.questions.news import find_next_to_age
from broadsheet.archive.revision.sources import find_invalid_directories
from broadsheet.archive.revision.state_values import put_value, read_value
from broadsheet.archive.visibility import (
    HeldArticle,
    Visibility,
    find_next_to_appear,
    find_next_to_expire,
    find_next_unpinned,
)
from broadsheet.build.site_folder import load_settings, name_folder, open_last_state
from broadsheet.common.problems import Problem, Problems
from broadsheet.settings.zones import load_zone

_OUTLOOKS, _SUCCEEDED = "outlooks", "succeeded"  # values of the state
_USUAL = "public"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What is to come of a site, as of the last build into a folder that succeeded.

    ``changes`` is when the site will next be another one, None if it will not. ``as_of`` is the as-of time
    of that build; ``failed`` whether a build that has failed, or was killed, came after it.
    """

    changes: dt.datetime | None
    held: tuple[HeldArticle, ...]
    as_of: dt.datetime
    failed: bool


def store_outlook(
    db: sqlite3.Connection, folder: str, visibility: Visibility, held: Sequence[HeldArticle]
) -> None:
    """Store what is to come of the site that a build is leaving in ``folder``, and that the build succeeded.

    The archive is no place to look later: a build that fails has taken in what it could read, and forgotten
    the articles that have problems. Each folder has its own, for another may be built as of another time.
    """
    build = int(read_value(db, "build") or 0)
    outlooks = json.loads(read_value(db, _OUTLOOKS) or "{}")
    outlooks[folder] = {
        "build": build,
        "as_of": visibility.as_of,
        "changes": find_next_change(db),
        "held": [
            (each.path, each.title, each.appears.isoformat() if each.appears else None) for each in held
        ],
    }
    put_value(db, _OUTLOOKS, json.dumps(outlooks, ensure_ascii=False, sort_keys=True))
    put_value(db, _SUCCEEDED, str(build))


def read_outlook(site: Path, output: Path | None = None) -> Outlook:
    """Return what is to come of a site in its time zone, as of the last build into ``output`` that succeeded.

    Without ``output`` it is public/, or if nothing was built into that, the folder that was built last.
    Raises ``Problems`` when there is no such build.
    """
    zone = load_zone(load_settings(site).timezone)
    with open_last_state(site) as db:
        outlooks = json.loads(read_value(db, _OUTLOOKS) or "{}")
        folder = name_folder(site, output) if output else _USUAL
        if not output and folder not in outlooks:
            folder = max(outlooks, key=lambda name: (outlooks[name]["build"], name), default=folder)
        if folder not in outlooks:
            message, hint = "no build into this folder has succeeded yet", "Build the site first."
            raise Problems([Problem(path=folder, message=message, hint=hint)])
        failed = not is_last_build_good(db) or bool(find_invalid_directories(db))
    found = outlooks[folder]
    return Outlook(
        changes=_localize(found["changes"], zone),
        held=tuple(
            HeldArticle(
                path=path, title=title, appears=dt.datetime.fromisoformat(appears) if appears else None
            )
            for path, title, appears in found["held"]
        ),
        as_of=dt.datetime.fromtimestamp(found["as_of"], zone),
        failed=failed,
    )


def is_last_build_good(db: sqlite3.Connection) -> bool:
    """Return whether the archive is as the last build that succeeded has left it."""
    return read_value(db, _SUCCEEDED) == read_value(db, "build")


def _localize(moment: int | None, zone: dt.tzinfo) -> dt.datetime | None:
    return None if moment is None else dt.datetime.fromtimestamp(moment, zone)


def find_next_change(db: sqlite3.Connection, after: int | None = None) -> int | None:
    """Return when the next article appears, expires, leaves the front page or ceases to be news.

    In seconds since 1970, UTC; None if none will. Without a news sitemap nothing changes when an article
    ceases to be news.

    ``after``: a moment that has passed, though the archive does not know of it yet.
    """
    instants = [find_next_to_appear(db, after), find_next_to_expire(db, after), find_next_unpinned(db, after)]
    if read_setting(db, "sitemaps_news"):
        instants.append(find_next_to_age(db, after))
    return min((instant for instant in instants if instant is not None), default=None)
