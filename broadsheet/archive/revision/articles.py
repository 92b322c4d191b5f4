"""The tables ``article``, ``story`` and ``member``: each article, and the facets that it is in while live."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from broadsheet.archive.facts import ArticleRow, Facts, parse_facts, row_from_facts, with_names
from broadsheet.archive.questions.news import NEWS_SECONDS, SINCE, news_since, passes
from broadsheet.archive.revision.addresses import Addresses
from broadsheet.archive.revision.changes import Changes
from broadsheet.archive.revision.counts import Counts
from broadsheet.archive.revision.links import drop_article_links, mark_target, put_article_links
from broadsheet.archive.revision.sources import read_shape
from broadsheet.archive.revision.state_values import put_value
from broadsheet.archive.visibility import Visibility
from broadsheet.common.files import digest

# What the settings that name a facet begin with: ``names.tag.oil``.
_NAMES = "names."
# Articles that the as-of time, or the choice to show drafts, makes live, held back, expired or unexpired.
_CROSSED = (
    "WHERE live = 0 AND gone = 0 AND instant <= :reach AND (draft = 0 OR :drafts)",
    "WHERE live = 1 AND instant > :reach",
    "WHERE live = 1 AND expires IS NOT NULL AND expires <= :as_of",
    # What is still to come has not expired either.
    "WHERE gone = 1 AND expires > :as_of",
    "INDEXED BY article_draft WHERE draft = 1 AND (live = 1 OR gone = 1) AND NOT :drafts",
)


def _facet_of(setting: str) -> tuple[str, str]:
    kind, _, slug = setting.removeprefix(_NAMES).partition(".")
    return kind, slug


class _Stored(NamedTuple):
    number: int
    live: bool
    gone: bool
    uid: str
    facts: Facts
    body: str
    search: str


class Articles:
    """Puts articles into the archive, and takes them out."""

    def __init__(
        self, db: sqlite3.Connection, visibility: Visibility, changes: Changes, counts: Counts
    ) -> None:
        """Begin; ``visibility`` decides which articles are live."""
        self._db = db
        self._visibility = visibility
        self._changes = changes
        self._counts = counts
        self._addresses = Addresses(db, changes)
        self._names: dict[tuple[str, str], str] = {}

    def put_names(self, settings: Mapping[str, str], changed: Iterable[str]) -> None:
        """Take the names that ``settings`` give to facets, and rename the facets in articles that have them.

        ``changed`` are the settings that differ. An article that is not live gets its names when it is.
        """
        self._names = {
            _facet_of(name): json.loads(text) for name, text in settings.items() if name.startswith(_NAMES)
        }
        query = (
            "SELECT a.path FROM facet f JOIN member m ON m.facet = f.id JOIN article a ON a.id = m.article"
            " WHERE f.kind = ? AND f.slug = ?"
        )
        for name in changed:
            table, _, output = name.partition(".")
            if table in {"redirects", "gone"}:
                self.note_former(output)
            if name.startswith(_NAMES):
                for (path,) in self._db.execute(query, _facet_of(name)).fetchall():
                    self._put_again(path)

    def note_former(self, output: str) -> None:
        """Note that something else than an article may have taken an output, or left it."""
        self._addresses.note(output)

    def put(self, article: ArticleRow) -> None:
        """Store an article that is new or was read again."""
        if article.picture:
            shape = read_shape(self._db, article.picture)
            article = row_from_facts(article.facts.text, article.body, article.search, shape)
        self._put(article)

    def drop(self, path: str) -> None:
        """Forget an article, if there is one of that path."""
        stored = self._stored(path)
        if stored is None:
            return
        number, live, gone, uid, facts, *_ = stored
        self._counts.recount_id(uid)
        if live:
            self._retire(number, facts)
        self._addresses.drop(number, facts)
        self._db.execute("DELETE FROM article WHERE id = ?", (number,))
        self._db.execute("DELETE FROM story WHERE article = ?", (number,))
        self._put_words(number, "")
        if live or gone:
            mark_target(self._db, path, found=False)
            self._changes.note("article", path, facts if live else None, None)

    def update_picture(self, path: str) -> None:
        """Store what a picture is like anew with the articles whose lead picture it is."""
        query = """
            SELECT s.facts, s.body, coalesce(w.words, '')
            FROM link l JOIN article a ON a.id = l.article JOIN story s ON s.article = a.id
            LEFT JOIN search_words w ON w.article = a.id
            WHERE l.target = ? ORDER BY a.path
        """
        for stored in self._db.execute(query, (path,)).fetchall():
            article = row_from_facts(*stored)
            if article.picture == path:
                self.put(article)

    def pass_thresholds(self) -> None:
        """Make live what the as-of time has reached, hold back what it has not, and retire what has expired.

        Also move the instant after which articles are news.
        """
        visibility = self._visibility
        bounds = {"as_of": visibility.as_of, "reach": visibility.reach, "drafts": visibility.drafts}
        rows = (self._db.execute(f"SELECT path FROM article {where}", bounds) for where in _CROSSED)
        for path in sorted({path for found in rows for (path,) in found}):
            # Its picture may have changed while it was held back.
            self._put_again(path)
        before, since = news_since(self._db), visibility.as_of - NEWS_SECONDS
        if put_value(self._db, SINCE, str(since)) and passes(
            self._db, min(before, since), max(before, since)
        ):
            self._changes.note("news", "all")

    def _put_again(self, path: str) -> None:
        stored = self._stored(path)
        if stored:
            self.put(row_from_facts(stored.facts.text, stored.body, stored.search))

    def _put(self, article: ArticleRow) -> None:
        article = with_names(article, self._names)
        facts = article.facts
        appears = self._visibility.passes(facts.instant, draft=article.draft)
        gone = appears and self._visibility.is_over(facts.expires)
        live = appears and not gone
        stored = self._stored(facts.path)
        number, before, was_gone = None, None, False
        old: Facts | None = None
        if stored is not None:
            number, was_live, was_gone, uid, old, _, words = stored
            before = old if was_live else None
            if (was_live, was_gone, old.text, words) == (live, gone, facts.text, article.search):
                return
            self._counts.recount_id(uid)
            if was_live:
                self._retire(number, old)
        moved = bool(facts.aliases or facts.former)
        columns = (live, gone, article.draft, moved, facts.day, facts.instant, facts.modified, facts.expires)
        cursor = self._db.execute(
            "INSERT INTO article (id, path, live, gone, draft, moved, day, instant, modified, expires,"
            " retracted, uid, output, teaser) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET live = excluded.live, gone = excluded.gone,"
            " draft = excluded.draft, moved = excluded.moved, day = excluded.day, instant = excluded.instant,"
            " modified = excluded.modified, expires = excluded.expires, retracted = excluded.retracted,"
            " uid = excluded.uid, output = excluded.output, teaser = excluded.teaser",
            (number, facts.path, *columns, facts.retracted, article.uid, facts.output, facts.teaser),
        )
        number = number or cursor.lastrowid or 0
        self._db.execute("REPLACE INTO story VALUES (?, ?, ?)", (number, facts.text, article.body))
        if article.search != (stored.search if stored else ""):
            self._put_words(number, article.search)
        self._addresses.put(number, old, facts, gone=gone or was_gone)
        self._counts.recount_id(article.uid)
        if live:
            self._enlist(number, article)
        if appears or before or was_gone:
            mark_target(self._db, facts.path, found=appears)
            self._changes.note("article", facts.path, before, facts if live else None)
        self._counts.free_memory()

    def _enlist(self, number: int, article: ArticleRow) -> None:
        """Put a live article into its facets."""
        facts, counts = article.facts, self._counts
        rows = []
        for membership in facts.memberships:
            facet = counts.facet(membership.kind, membership.slug)
            rows.append((facet, membership.day, membership.instant, facts.mark, number, membership.name))
            counts.count(facet, membership, 1)
        counts.recount_month(facts.day // 100)
        self._db.executemany("INSERT INTO member VALUES (?, ?, ?, ?, ?, ?)", rows)
        if article.links:
            put_article_links(self._db, self._changes, number, article.links)

    def _retire(self, number: int, facts: Facts) -> None:
        """Take an article out of its facets."""
        counts = self._counts
        delete = "DELETE FROM member WHERE (facet, day, instant, mark, article) = (?, ?, ?, ?, ?)"
        for membership in facts.memberships:
            facet = counts.facet(membership.kind, membership.slug)
            self._db.execute(delete, (facet, membership.day, membership.instant, facts.mark, number))
            counts.count(facet, membership, -1)
        counts.recount_month(facts.day // 100)
        drop_article_links(self._db, self._changes, number)

    def _put_words(self, number: int, words: str) -> None:
        """Store what search indexes of an article."""
        if words:
            row = (number, digest(words.encode(errors="surrogatepass")), words)
            self._db.execute("REPLACE INTO search_words VALUES (?, ?, ?)", row)
        else:
            self._db.execute("DELETE FROM search_words WHERE article = ?", (number,))

    def _stored(self, path: str) -> _Stored | None:
        query = (
            "SELECT a.id, a.live, a.gone, a.uid, s.facts, s.body, coalesce(w.words, '')"
            " FROM article a JOIN story s ON s.article = a.id"
            " LEFT JOIN search_words w ON w.article = a.id WHERE a.path = ?"
        )
        row = self._db.execute(query, (path,)).fetchone()
        if row is None:
            return None
        number, live, gone, uid, facts, body, search = row
        return _Stored(number, bool(live), bool(gone), uid, parse_facts(facts), body, search)
