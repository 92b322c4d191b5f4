"""The question of what is news: the articles of the last two days before the as-of time.

The state keeps since when articles are news, and no answer tells it: two builds between which none became
news, or ceased to be, are told the same.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

from broadsheet.archive.questions.question import Answer, Change, Kind

# What Google takes into one news sitemap, and for how many seconds:
# https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap
MOST_NEWS = 1000
NEWS_SECONDS = 2 * 24 * 60 * 60
# The name in the table ``state`` of the moment after which articles are news, in seconds since 1970, UTC.
SINCE = "news_since"


class News(Kind):
    """``news all``: output path, title, date and language of the newest articles of the last two days.

    At most 1,000, newest first, and none that was retracted.
    """

    name = "news"

    def answer(self, db: sqlite3.Connection, subject: str, parameters: str) -> Answer:
        """Return them; the date is as in the facts, ISO 8601."""
        query = (
            # By the moment: in the order of days SQLite would go through the whole archive to save a sort.
            "SELECT teaser FROM article INDEXED BY article_instant"
            " WHERE live = 1 AND retracted = 0 AND instant > ?"
            " ORDER BY day DESC, instant DESC, path DESC LIMIT ?"
        )
        teasers = (json.loads(text) for (text,) in db.execute(query, (news_since(db), MOST_NEWS)))
        return tuple((each["output"], each["title"], each["date"], each["language"]) for each in teasers)

    def footprint(self, db: sqlite3.Connection, change: Change) -> Iterable[str]:
        """Touch the one subject there is when time passes over an article, and whichever changes.

        An article that was news may have changed and grown old in one revision: so its moment would not tell.
        """
        return ("all",) if change.what in {"article", "news"} else ()


def news_since(db: sqlite3.Connection) -> int:
    """Return after which moment articles are news; 0 when no archive was ever brought up to date."""
    row = db.execute("SELECT value FROM state WHERE name = ?", (SINCE,)).fetchone()
    return int(row[0]) if row else 0


def passes(db: sqlite3.Connection, since: int, until: int) -> bool:
    """Return whether a live article is of a moment after ``since`` and up to ``until``."""
    query = "SELECT 1 FROM article WHERE live = 1 AND instant > ? AND instant <= ? LIMIT 1"
    return db.execute(query, (since, until)).fetchone() is not None


def next_to_age(db: sqlite3.Connection, after: int | None = None) -> int | None:
    """Return when the next article ceases to be news, in seconds since 1970, UTC; None if none will.

    ``after``: a moment that has passed, though the archive does not know of it yet.
    """
    since = news_since(db) if after is None else max(news_since(db), after - NEWS_SECONDS)
    query = "SELECT min(instant) FROM article WHERE live = 1 AND instant > ?"
    (instant,) = db.execute(query, (since,)).fetchone()
    return None if instant is None else int(instant) + NEWS_SECONDS
