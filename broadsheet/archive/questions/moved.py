"""Questions about addresses that lead elsewhere or are gone, for the servers that are told of them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator

from broadsheet.archive.plan_queries import find_former
from broadsheet.archive.questions.question import Change, QuestionKind, parse_no_parameters
from broadsheet.common.slugs import path_key

ALL = "all"
_TABLES = ("redirects", "gone")


class Moved(QuestionKind[str, None, tuple[tuple[str, str], ...]]):
    """``moved MONTH``: the addresses at which articles of a month (202211) stood, or are gone.

    Pairs of output paths: the old one, and that of the article, empty if its words are gone. ``moved all`` is
    of the whole archive, without former addresses: every article may have one of these.
    """

    name = "moved"

    def answer(self, db: sqlite3.Connection, subject: str, parameters: None) -> tuple[tuple[str, str], ...]:
        """Return the pairs, in order."""
        return tuple(sorted(set(list_moved(db, subject))))

    def footprint(self, db: sqlite3.Connection, change: Change) -> Iterable[str]:
        """Yield the month, and the whole archive."""
        return (change.name, ALL) if change.what == "moved" else ()


class Declared(QuestionKind[str, None, tuple[tuple[str, str], ...]]):
    """``declared TABLE``: all that [redirects] or [gone] says: output paths, and values as JSON."""

    name = "declared"

    def answer(self, db: sqlite3.Connection, subject: str, parameters: None) -> tuple[tuple[str, str], ...]:
        """Return the pairs, in order."""
        query = "SELECT name, value FROM setting WHERE name > ? AND name < ? ORDER BY name"
        rows = db.execute(query, (f"{subject}.", f"{subject}/"))
        return tuple((name.removeprefix(f"{subject}."), value) for name, value in rows)

    def footprint(self, db: sqlite3.Connection, change: Change) -> Iterable[str]:
        """Yield the table that the setting is in."""
        table = change.name.partition(".")[0]
        return (table,) if change.what == "setting" and table in _TABLES else ()


MOVED = Moved(str, parse_no_parameters)
DECLARED = Declared(str, parse_no_parameters)


def list_moved(db: sqlite3.Connection, month: str) -> Iterator[tuple[str, str]]:
    """Yield the pairs of ``Moved``, in no particular order."""
    first, last = (0, 99999999) if month == ALL else (int(f"{month}01"), int(f"{month}31"))
    query = (
        "SELECT a.path, a.output, a.teaser FROM article a INDEXED BY article_moved"
        " WHERE a.moved = 1 AND a.day BETWEEN ? AND ? AND (a.live = 1 OR a.gone = 1)"
    )
    for path, output, teaser in db.execute(query, (first, last)).fetchall():
        members = json.loads(teaser)
        for alias in members["aliases"]:
            yield alias, output
        for former in members.get("former", ()) if month != ALL else ():
            if any(each.article == path for each in find_former(db, path_key(former))):
                yield former, output
    query = "SELECT output FROM article WHERE gone = 1 AND day BETWEEN ? AND ?"
    for (output,) in db.execute(query, (first, last)):
        yield output, ""
