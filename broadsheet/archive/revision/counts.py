"""What is counted: articles of facets in periods, of months, spellings, and ids that several articles have.

Counts are settled when all articles are in, or when there are too many to hold in memory.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter

from broadsheet.archive.facts import Membership
from broadsheet.archive.person_names import find_sort_name, make_sort_key
from broadsheet.archive.revision.changes import Changes
from broadsheet.common.periods import day_of_year, list_larger
from broadsheet.common.slugs import slugify, spelling_key

# How many counts, and how many ids, are held in memory until they are stored.
_IN_MEMORY = 50_000
# The setting that authors are sorted by family name.
SURNAMES = "listings_surnames"


class Counts:
    """Keeps what is counted in step with the articles.

    The tables ``facet``, ``tally``, ``spelling``, ``ambiguous``, ``month`` and ``duplicate_id``.
    """

    def __init__(self, db: sqlite3.Connection, changes: Changes) -> None:
        """Begin with the counts in ``db``; facets that come or go are noted in ``changes``."""
        self._db = db
        self._changes = changes
        self._facets: dict[tuple[str, str], int] = {}
        self._tallies: Counter[tuple[int, int]] = Counter()
        self._spellings: Counter[tuple[int, str]] = Counter()
        self._stale_ids: set[str] = set()
        self._stale_facets: set[int] = set()
        self._stale_months: set[int] = set()

    def facet(self, kind: str, slug: str) -> int:
        """Return the row of a facet, which is made if there is none."""
        if (kind, slug) in self._facets:
            return self._facets[kind, slug]
        query = "SELECT id FROM facet WHERE kind = ? AND slug = ?"
        row = self._db.execute(query, (kind, slug)).fetchone()
        if row is None:
            insert = "INSERT INTO facet VALUES (NULL, ?, ?, '', '', '', 0) RETURNING id"
            row = self._db.execute(insert, (kind, slug)).fetchone()
            self._changes.note("facet", f"{kind}/{slug}")
        self._facets[kind, slug] = row[0]
        return int(row[0])

    def count(self, facet: int, membership: Membership, step: int) -> None:
        """Count a membership in a facet (its row) that has come (``step`` is 1) or gone (-1)."""
        for period in list_larger(membership.day):
            self._tallies[facet, period] += step
        if membership.kind == "all":
            self._tallies[facet, day_of_year(membership.day)] += step
        if membership.name:
            self._spellings[facet, membership.name] += step
        self._stale_facets.add(facet)

    def recount_month(self, month: int) -> None:
        """Count the articles of a month again, which have come, gone or changed."""
        self._stale_months.add(month)

    def recount_id(self, uid: str) -> None:
        """Count the articles that have an id again."""
        self._stale_ids.add(uid)

    def rename_facet(self, kind: str, slug: str) -> None:
        """Find the name of a facet again, if there is one: its profiles or settings have changed."""
        query = "SELECT id FROM facet WHERE kind = ? AND slug = ?"
        self._stale_facets.update(number for (number,) in self._db.execute(query, (kind, slug)))

    def rename_authors(self) -> None:
        """Find the order of all authors again: the setting that decides on it has changed."""
        query = "SELECT id FROM facet WHERE kind = 'author'"
        self._stale_facets.update(number for (number,) in self._db.execute(query))

    def free_memory(self) -> None:
        """Settle what has become too much to hold in memory."""
        if len(self._tallies) > _IN_MEMORY:
            self._settle_tallies()
        if len(self._spellings) > _IN_MEMORY:
            self._settle_spellings()
        if len(self._stale_ids) > _IN_MEMORY:
            self._settle_ids()

    def settle(self) -> None:
        """Bring all counts, and the names of facets, up to date."""
        self._settle_tallies()
        self._settle_spellings()
        self._settle_months()
        self._settle_facets()
        self._settle_ids()

    def _settle_tallies(self) -> None:
        self._db.executemany(
            "INSERT INTO tally VALUES (?, ?, ?)"
            " ON CONFLICT (facet, period) DO UPDATE SET count = count + excluded.count",
            [(*key, step) for key, step in sorted(self._tallies.items()) if step],
        )
        self._db.executemany(
            "DELETE FROM tally WHERE facet = ? AND period = ? AND count = 0",
            [key for key, step in sorted(self._tallies.items()) if step < 0],
        )
        self._tallies.clear()

    def _settle_spellings(self) -> None:
        counts = sorted(self._spellings.items())
        self._db.executemany(
            "INSERT INTO spelling VALUES (?, ?, ?)"
            " ON CONFLICT (facet, name) DO UPDATE SET count = count + excluded.count",
            [(*key, step) for key, step in counts if step],
        )
        self._db.executemany(
            "DELETE FROM spelling WHERE facet = ? AND name = ? AND count = 0",
            [key for key, step in counts if step < 0],
        )
        self._spellings.clear()

    def _settle_months(self) -> None:
        for month in sorted(self._stale_months):
            query = "SELECT count(*), max(modified) FROM article WHERE live = 1 AND day BETWEEN ? AND ?"
            count, modified = self._db.execute(query, (month * 100, month * 100 + 99)).fetchone()
            if count:
                self._db.execute("REPLACE INTO month VALUES (?, ?, ?)", (month, count, modified))
            else:
                self._db.execute("DELETE FROM month WHERE value = ?", (month,))

    def _settle_facets(self) -> None:
        name_of = """
            SELECT coalesce((
                SELECT p.name FROM facet f JOIN profile p ON p.kind = f.kind AND p.slug = f.slug
                WHERE f.id = m.facet AND p.name <> '' ORDER BY p.path LIMIT 1
            ), m.name)
            FROM member m JOIN article a ON a.id = m.article
            WHERE m.facet = ? ORDER BY m.day, m.instant, a.path LIMIT 1
        """
        for facet in sorted(self._stale_facets):
            self._settle_ambiguity(facet)
            row = self._db.execute(name_of, (facet,)).fetchone()
            if row is None:
                delete = "DELETE FROM facet WHERE id = ? RETURNING kind, slug, sort"
                kind, slug, sort = self._db.execute(delete, (facet,)).fetchone()
                self._changes.note("facet", f"{kind}/{slug}")
                self._changes.note("order", f"{kind}/{sort}")
                continue
            count = self._db.execute(
                "SELECT count FROM tally WHERE facet = ? AND period = 0", (facet,)
            ).fetchone()
            self._db.execute("UPDATE facet SET name = ?, count = ? WHERE id = ?", (row[0], count[0], facet))
            self._settle_order(facet)
        self._facets.clear()

    def _settle_order(self, facet: int) -> None:
        """Bring what a facet is sorted by up to date; if it has changed, note where it stood and stands."""
        query = "SELECT kind, slug, name, sort_name, sort FROM facet WHERE id = ?"
        kind, slug, name, *before = self._db.execute(query, (facet,)).fetchone()
        sort_name = self._find_sort_name(slug, name) if kind == "author" else ""
        sort = make_sort_key(slugify(sort_name) if sort_name else slug)
        if before == [sort_name, sort]:
            return
        update = "UPDATE facet SET sort_name = ?, sort = ? WHERE id = ?"
        self._db.execute(update, (sort_name, sort, facet))
        for text in sorted({before[1], sort}):
            self._changes.note("order", f"{kind}/{text}")

    def _find_sort_name(self, slug: str, name: str) -> str:
        """Return by what name an author is sorted; empty for the name as it is."""
        query = "SELECT value FROM setting WHERE name = ?"
        if self._db.execute(query, (SURNAMES,)).fetchone() == ("false",):
            return ""
        given = self._db.execute(query, (f"names.author.{slug}",)).fetchone()
        shown = json.loads(given[0]) if given else name
        query = "SELECT sort, byline FROM profile WHERE kind = 'author' AND slug = ? ORDER BY path LIMIT 1"
        sort, byline = self._db.execute(query, (slug,)).fetchone() or ("", "")
        kind, family, _ = json.loads(byline) if byline else ("", "", "")
        found = find_sort_name(shown, sort, kind=kind, family=family)
        return "" if found == shown else found

    def _settle_ambiguity(self, facet: int) -> None:
        names = self._db.execute("SELECT name FROM spelling WHERE facet = ?", (facet,)).fetchall()
        # Nearly every facet has one spelling.
        if len(names) > 1 and len({spelling_key(name) for (name,) in names}) > 1:
            self._db.execute("INSERT OR IGNORE INTO ambiguous VALUES (?)", (facet,))
        else:
            self._db.execute("DELETE FROM ambiguous WHERE facet = ?", (facet,))

    def _settle_ids(self) -> None:
        for uid in sorted(self._stale_ids - {""}):
            query = "SELECT 1 FROM article WHERE uid = ? AND uid <> '' LIMIT 1 OFFSET 1"
            if self._db.execute(query, (uid,)).fetchone():
                self._db.execute("INSERT OR IGNORE INTO duplicate_id VALUES (?)", (uid,))
            else:
                self._db.execute("DELETE FROM duplicate_id WHERE uid = ?", (uid,))
        self._stale_ids.clear()
