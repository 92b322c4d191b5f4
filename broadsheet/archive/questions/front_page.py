"""The question about the stories that an editor puts on the front page."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from broadsheet.archive.questions.question import (
    Change,
    Only,
    QuestionKind,
    parse_no_parameters,
    parse_only_subject,
)


class PinnedStory(NamedTuple):
    """A story on the front page, with its teaser as JSON; the others are as in ``Pin``."""

    part: str
    package: int
    heading: str
    teaser: str


class Front(QuestionKind[Only, None, tuple[PinnedStory, ...]]):
    """``front all``: the stories that content/front.toml puts on the front page, in its order.

    Without those whose time has passed, and those that are not live.
    """

    name = "front"

    def answer(self, db: sqlite3.Connection, subject: Only, parameters: None) -> tuple[PinnedStory, ...]:
        """Return the stories."""
        query = (
            "SELECT p.part, p.package, p.heading, a.teaser FROM pin p JOIN article a ON a.path = p.path"
            " WHERE p.over = 0 AND a.live = 1 ORDER BY p.place"
        )
        return tuple(PinnedStory(*row) for row in db.execute(query))

    def footprint(self, db: sqlite3.Connection, change: Change) -> Iterable[Only]:
        """Yield the only subject when other stories are put there, and when one of them changes."""
        if change.what == "front":
            return ("all",)
        is_pinned = (
            change.what == "article"
            and db.execute("SELECT 1 FROM pin WHERE path = ?", (change.name,)).fetchone()
        )
        return ("all",) if is_pinned else ()


FRONT = Front(parse_only_subject, parse_no_parameters)
