"""The question of what the archive as data says of the articles of a month or a day."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

from broadsheet.archive.questions.question import Answer, Change, Kind
from broadsheet.common.periods import days_of

# Of an article's facts. Not its body, nor the digest of that: a mended word changes no record.
_MEMBERS = (
    *("path", "id", "title", "output", "day", "date", "updated", "authors", "dateline", "section", "tags"),
    *("summary", "picture", "language", "aliases", "words"),
    *("series", "genre", "edition", "page", "column", "corrections", "retracted"),
)
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class Records(Kind):
    """``records PERIOD PART SIZE``: of each article of a month or day all facts that are fit to be a record.

    ``PART`` 0 is the whole, others count from 1, the oldest, in parts of ``SIZE``.
    """

    name = "records"

    def answer(self, db: sqlite3.Connection, subject: str, parameters: str) -> Answer:
        """Return the facts as texts, oldest first."""
        part, size = map(int, parameters.split())
        query = (
            "SELECT s.facts FROM article a JOIN story s ON s.article = a.id"
            " WHERE a.live = 1 AND a.day BETWEEN ? AND ? ORDER BY a.day, a.instant, a.path LIMIT ? OFFSET ?"
        )
        slice_ = (size, (part - 1) * size) if part else (-1, 0)
        facts = (json.loads(text) for (text,) in db.execute(query, (*days_of(int(subject)), *slice_)))
        return tuple(_JSON.encode({name: each[name] for name in _MEMBERS if name in each}) for each in facts)

    def footprint(self, db: sqlite3.Connection, change: Change) -> Iterable[str]:
        """Touch the months and the days that the article stands or stood in."""
        return {str(period) for side in change.sides for period in (side.day // 100, side.day)}
