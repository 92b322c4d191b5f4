"""The question about what the data files say of the articles of a month or a day."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

from broadsheet.archive.facts import RECORD_MEMBERS
from broadsheet.archive.questions.question import Change, QuestionKind, Slice
from broadsheet.common.periods import find_day_range

_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class Records(QuestionKind[int, Slice, tuple[str, ...]]):
    """``records PERIOD PART SIZE``: of each article of a month or a day the facts that make its record."""

    name = "records"

    def answer(self, db: sqlite3.Connection, subject: int, parameters: Slice) -> tuple[str, ...]:
        """Return the facts as texts, oldest first."""
        query = (
            "SELECT s.facts FROM article a JOIN story s ON s.article = a.id"
            " WHERE a.live = 1 AND a.day BETWEEN ? AND ? ORDER BY a.day, a.instant, a.path LIMIT ? OFFSET ?"
        )
        limits = (parameters.size, parameters.offset) if parameters.part else (-1, 0)
        facts = (json.loads(text) for (text,) in db.execute(query, (*find_day_range(subject), *limits)))
        return tuple(
            _JSON.encode({name: each[name] for name in RECORD_MEMBERS if name in each}) for each in facts
        )

    def footprint(self, db: sqlite3.Connection, change: Change) -> Iterable[int]:
        """Yield the months and the days that the article stands or stood in."""
        return {period for side in change.sides for period in (side.day // 100, side.day)}


RECORDS = Records(int, Slice.parse)
