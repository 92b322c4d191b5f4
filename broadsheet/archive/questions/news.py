"""The question about what is news: the articles of the last two days before the as-of time.

The state keeps the moment after which articles are news, and no answer contains it: two builds have the same
answer if no article became news, or ceased to be, between them.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

from broadsheet.archive.questions.question import (
    Change,
    Only,
    QuestionKind,
    parse_no_parameters,
    parse_only_subject,
)

# How many articles Google takes from one news sitemap, and for how many seconds:
# https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap
MOST_NEWS = 1000
NEWS_SECONDS = 2 * 24 * 60 * 60
# The name in the table ``state`` of the moment after which articles are news, in seconds since 1970, UTC.
SINCE = "news_since"


class News(QuestionKind[Only, None, tuple[tuple[str, str, str, str], ...]]):
    """``news all``: output path, title, date and language of the newest articles of the last two days.

    At most 1,000, newest first, and none that was retracted.
    """

    name = "news"

    def answer(
        self, db: sqlite3.Connection, subject: Only, parameters: None
    ) -> tuple[tuple[str, str, str, str], ...]:
        """Return them; the date is as in the facts, ISO 8601."""
        query = (
            # Without the hint SQLite would scan the whole archive in the order of days, to save a sort.
            "SELECT teaser FROM article INDEXED BY article_instant"
            " WHERE live = 1 AND retracted = 0 AND instant > ?"
            " ORDER BY day DESC, instant DESC, path DESC LIMIT ?"
        )
        teasers = (json.loads(text) for (text,) in db.execute(query, (news_since(db), MOST_NEWS)))
        return tuple((each["output"], each["title"], each["date"], each["language"]) for each in teasers)

    def footprint(self, db: sqlite3.Connection, change: Change) -> Iterable[Only]:
        """Yield the only subject when time makes or unmakes news, and when any article changes.

        Its date does not tell which article matters: one that was news may have changed and grown old in one
        revision.
        """
        return ("all",) if change.what in {"article", "news"} else ()


NEWS = News(parse_only_subject, parse_no_parameters)


def news_since(db: sqlite3.Connection) -> int:
    """Return the moment after which articles are news (seconds since 1970, UTC); 0 before the first build."""
    row = db.execute("SELECT value FROM state WHERE name = ?", (SINCE,)).fetchone()
    return int(row[0]) if row else 0


def passes(db: sqlite3.Connection, since: int, until: int) -> bool:
    """Return whether a live article is dated after ``since`` and up to ``until``: seconds since 1970, UTC."""
    query = "SELECT 1 FROM article WHERE live = 1 AND instant > ? AND instant <= ? LIMIT 1"
    return db.execute(query, (since, until)).fetchone() is not None


def find_next_to_age(db: sqlite3.Connection, after: int | None = None) -> int | None:
    """Return when the next article ceases to be news, in seconds since 1970, UTC; None if none will.

    ``after`` is a moment that has passed, though the archive has not been revised since.
    """
    since = news_since(db) if after is None else max(news_since(db), after - NEWS_SECONDS)
    query = "SELECT min(instant) FROM article WHERE live = 1 AND instant > ?"
    (instant,) = db.execute(query, (since,)).fetchone()
    return None if instant is None else int(instant) + NEWS_SECONDS
