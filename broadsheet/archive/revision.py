"""Brings the archive up to date with the sources: the only code that writes its tables.

A revision takes the sources that are new, changed or gone, in any order, keeps every table in step
article by article, and when all are in, tells by the footprints what may now be answered otherwise.
A first build is the same thing with an empty archive. Nothing here reads a file or renders a page.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from broadsheet.archive.facts import ArticleRow, Facts, Place, facts_of, refiled
from broadsheet.archive.questions import AnyKind
from broadsheet.archive.questions.listings import count_in
from broadsheet.archive.questions.names import sort_key
from broadsheet.archive.questions.news import NEWS_SECONDS, SINCE, news_since, passes
from broadsheet.archive.questions.profiles import ProfileRow
from broadsheet.archive.questions.question import Change, What, facet_id
from broadsheet.common.files import FileStat, is_article
from broadsheet.common.keys import EVERYTHING
from broadsheet.common.periods import ALL_TIME, day_of_year, larger

# How much of what is settled later is held in memory until then.
_IN_MEMORY = 50_000
# Where at least so many articles have changed, and one in so many of all, every question is touched: to find
# which takes longer than to ask them all again.
_MANY, _ONE_IN = 1000, 4
_LAST = 253_402_300_799  # the last second of the year 9999
# Tables of what was made of sources, by code that may be another one in another release.
_MADE_OF_SOURCES = (
    *("directory", "source", "article", "story", "duplicate_id", "facet", "member", "tally", "month", "link"),
    *("profile", "profile_link"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visibility:
    """Which articles are live: those up to ``as_of`` (seconds since 1970, UTC) that have not expired by then.

    ``drafts`` are live too, or held back like those to come; so are these with ``ahead``.
    """

    as_of: int
    drafts: bool
    ahead: bool = False

    @property
    def reach(self) -> int:
        """The last moment whose articles are not held back."""
        return _LAST if self.ahead else self.as_of

    def passes(self, instant: int, *, draft: bool) -> bool:
        """Return whether an article of ``instant`` is not held back."""
        return instant <= self.reach and (self.drafts or not draft)

    def is_over(self, expires: int | None) -> bool:
        """Return whether the time of an article that expires then is over."""
        return expires is not None and expires <= self.as_of


class Revision:
    """One change of the archive, from the first source to ``finish``, within one transaction."""

    def __init__(
        self,
        db: sqlite3.Connection,
        *,
        kinds: Sequence[AnyKind],
        units: Callable[[Change], Iterable[str]],
        visibility: Visibility,
    ) -> None:
        """Begin a revision of ``db``.

        ``kinds`` and ``units`` tell what a change touches; ``visibility`` decides which articles are
        live.
        """
        self._db = db
        self._kinds = kinds
        self._units = units
        self._visibility = visibility
        self._build = int(_value(db, "build") or 0)
        (self._asked,) = db.execute("SELECT EXISTS (SELECT 1 FROM question)").fetchone()
        self._changed = self._forgot = False
        self._facets: dict[tuple[str, str], int] = {}
        self._tallies: Counter[tuple[int, int]] = Counter()
        self._touched_units: set[str] = set()
        self._stale_ids: set[str] = set()
        self._stale_facets: set[int] = set()
        self._stale_months: set[int] = set()
        db.execute(
            "CREATE TEMP TABLE IF NOT EXISTS change"
            " (what TEXT, name TEXT, before TEXT, after TEXT, PRIMARY KEY (what, name))"
        )
        db.execute("DELETE FROM temp.change")

    def put_directory(self, path: str, marks: bytes, excluded: int) -> int:
        """Keep what the look at a directory found; return its number. Empty ``marks`` are never equal."""
        query = (
            "INSERT INTO directory (path, marks, excluded) VALUES (?, ?, ?) ON CONFLICT (path) DO UPDATE"
            " SET marks = excluded.marks, excluded = excluded.excluded RETURNING id"
        )
        return int(self._db.execute(query, (path, marks, excluded)).fetchone()[0])

    def drop_directory(self, path: str) -> None:
        """Forget a directory, in which no source is left."""
        self._db.execute("DELETE FROM directory WHERE path = ?", (path,))

    def put_source(self, look: FileStat, directory: int, digest: bytes, *, looked: int, valid: bool) -> None:
        """Keep what the look at a source found, in nanoseconds ``looked``.

        Unless it is ``valid``, its reading found problems, and its directory is looked through again.
        """
        self._db.execute(
            "INSERT INTO source VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 0, ?) ON CONFLICT (path) DO UPDATE SET"
            " directory = excluded.directory, size = excluded.size, mtime = excluded.mtime,"
            " ctime = excluded.ctime, inode = excluded.inode, looked = excluded.looked,"
            " digest = excluded.digest, valid = excluded.valid",
            (look.path, directory, look.size, look.mtime, look.ctime, look.inode, looked, digest, valid),
        )
        if not valid:
            self._db.execute("UPDATE directory SET marks = x'' WHERE id = ?", (directory,))

    def drop(self, path: str) -> None:
        """Forget a source, and the article in it."""
        self._db.execute("DELETE FROM source WHERE path = ?", (path,))
        if is_article(path):
            self.drop_article(path)
            self.drop_profile(path)
        else:
            self.put_file(path)

    def put_file(self, path: str, pixels: tuple[int, int] = (0, 0)) -> None:
        """Take note that a file that is no article is new, changed or gone: its source row is as now."""
        self._db.execute("UPDATE source SET width = ?, height = ? WHERE path = ?", (*pixels, path))
        there = self._db.execute("SELECT 1 FROM source WHERE path = ?", (path,)).fetchone() is not None
        self._find(path, found=there)
        self._note("file", path)
        query = """
            SELECT s.facts, s.body
            FROM link l JOIN article a ON a.id = l.article JOIN story s ON s.article = a.id
            WHERE l.target = ? ORDER BY a.path
        """
        for text, body in self._db.execute(query, (path,)).fetchall():
            article = refiled(text, body)
            if article.picture == path:
                self.put_article(article)

    def put_article(self, article: ArticleRow) -> None:
        """Take in an article that is new or was read again."""
        if article.picture:
            article = refiled(article.facts.text, article.body, self._pixels(article.picture))
        self._put(article)

    def drop_article(self, path: str) -> None:
        """Forget an article, if there is one of that path."""
        row = self._row(path)
        if row is None:
            return
        number, live, gone, uid, facts, _ = row
        self._stale_ids.add(uid)
        if live:
            self._retire(number, facts)
        self._db.execute("DELETE FROM article WHERE id = ?", (number,))
        self._db.execute("DELETE FROM story WHERE article = ?", (number,))
        if live or gone:
            self._find(path, found=False)
            self._note("article", path, facts if live else None, None)

    def put_profile(self, profile: ProfileRow) -> None:
        """Take in a profile that is new or was read again."""
        self.drop_profile(profile.path)
        *row, links = profile
        self._db.execute("INSERT INTO profile VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        rows = [(profile.path, path, line, col, self._found(path)) for path, line, col in links]
        self._db.executemany("INSERT OR IGNORE INTO profile_link VALUES (?, ?, ?, ?, ?)", rows)
        self._note_profile(profile.kind, profile.slug)

    def drop_profile(self, path: str) -> None:
        """Forget a profile, if there is one of that path."""
        # Asked of every article: a deletion that returns what it deletes takes longer to find none.
        query = "SELECT kind, slug FROM profile WHERE path = ?"
        for kind, slug in self._db.execute(query, (path,)).fetchall():
            self._db.execute("DELETE FROM profile WHERE path = ?", (path,))
            self._db.execute("DELETE FROM profile_link WHERE profile = ?", (path,))
            self._note_profile(kind, slug)

    def _note_profile(self, kind: str, slug: str) -> None:
        query = "SELECT id FROM facet WHERE kind = ? AND slug = ?"
        self._stale_facets.update(number for (number,) in self._db.execute(query, (kind, slug)))
        self._note("profile", f"{kind}/{slug}")

    def put_settings(self, settings: Mapping[str, str]) -> tuple[str, ...]:
        """Replace the settings (name to JSON text); return the names of those that differ."""
        return self._replace("setting", "setting", "value", settings)

    def put_layouts(self, layouts: Mapping[str, str]) -> tuple[str, ...]:
        """Replace the layouts (name to source); return the names of those that differ."""
        return self._replace("layout", "layout", "text", layouts)

    def put_engine(self, digest: str) -> bool:
        """Keep the engine's digest; return whether it differs."""
        differs = self._put_state("engine", digest)
        if differs:
            self._note("engine", "all")
        return differs

    def forget_sources(self) -> None:
        """Forget all that was made of sources, so that they are read anew: another engine had made it.

        What changes is not known then, so every question and every unit of the plan is touched.
        """
        self._forgot = True
        for table in _MADE_OF_SOURCES:
            self._db.execute(f"DELETE FROM {table}")

    def put_read_settings(self, digest: str) -> bool:
        """Keep what readings depend on beside the files, as a digest; return whether it differs."""
        return self._put_state("manner", digest)

    def has_checked(self, digest: str) -> bool:
        """Return whether the layouts of this digest are those that were last found to be without fault."""
        return _value(self._db, "checked") == digest

    def put_checked(self, digest: str, compiled: Mapping[str, bytes]) -> None:
        """Keep the digest of layouts that were found to be without fault, or empty, and the code of all."""
        self._put_state("checked", digest)
        self._db.execute("DELETE FROM compiled")
        self._db.executemany("INSERT INTO compiled VALUES (?, ?)", sorted(compiled.items()))

    def pass_thresholds(self) -> None:
        """Make live what the as-of time has reached, hold back what it has not, take down what expired.

        And move the moment after which articles are news.
        """
        draft = "INDEXED BY article_draft WHERE draft = 1 AND (live = 1 OR gone = 1) AND NOT :drafts"
        queries = (
            "WHERE live = 0 AND gone = 0 AND instant <= :reach AND (draft = 0 OR :drafts)",
            "WHERE live = 1 AND instant > :reach",
            "WHERE live = 1 AND expires IS NOT NULL AND expires <= :as_of",
            # What is still to come has not expired either.
            "WHERE gone = 1 AND expires > :as_of",
            draft,
        )
        visibility = self._visibility
        bounds = {"as_of": visibility.as_of, "reach": visibility.reach, "drafts": visibility.drafts}
        rows = (self._db.execute(f"SELECT path FROM article {query}", bounds) for query in queries)
        paths = {path for found in rows for (path,) in found}
        for path in sorted(paths):
            row = self._row(path)
            if row:
                # Its picture may have changed meanwhile.
                self.put_article(refiled(row[4].text, row[5]))
        before, since = news_since(self._db), visibility.as_of - NEWS_SECONDS
        if self._put_state(SINCE, str(since)) and passes(self._db, min(before, since), max(before, since)):
            self._note("news", "all")

    def finish(self, *, every_unit: bool = False) -> int:
        """Settle counts and names, touch what the changes may have touched; return the build's number.

        With ``every_unit`` each unit of the plan is touched: a setting has changed that plans depend on.
        """
        self._settle_tallies()
        self._settle_months()
        self._settle_facets()
        self._settle_ids()
        if not self._changed and not every_unit and self._build:
            return self._build
        build = self._build + 1
        self._put_state("build", str(build))
        if every_unit or self._forgot:
            self._db.execute("UPDATE unit SET touched = ?", (build,))
        self._touch_units()
        if self._forgot or self._most_changed():
            self._db.execute("UPDATE question SET touched = ?", (build,))
            return build
        rows = self._db.execute("SELECT what, name, before, after FROM temp.change ORDER BY what, name")
        for what, name, before, after in rows:
            change = Change(what, name, _facts(before), _facts(after))
            for kind in self._kinds:
                subject_keys = {kind.subject_key(subject) for subject in kind.footprint(self._db, change)}
                self._db.executemany(
                    "UPDATE question SET touched = ? WHERE subject_key = ?",
                    [(build, subject_key) for subject_key in sorted(subject_keys)],
                )
        return build

    def _most_changed(self) -> bool:
        """Return whether so many articles have changed that every question may well have another answer."""
        (changed,) = self._db.execute("SELECT count(*) FROM temp.change WHERE what = 'article'").fetchone()
        if changed < _MANY:
            return False
        return bool(changed * _ONE_IN >= count_in(self._db, facet_id(self._db, EVERYTHING), ALL_TIME))

    def _put_state(self, name: str, value: str) -> bool:
        differs = _value(self._db, name) != value
        if differs:
            self._db.execute("REPLACE INTO state VALUES (?, ?)", (name, value))
        return differs

    def _touch_units(self) -> None:
        self._db.executemany(
            "INSERT INTO unit (name, touched) VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET touched = excluded.touched",
            [(unit, self._build + 1) for unit in sorted(self._touched_units)],
        )
        self._touched_units.clear()

    def _put(self, article: ArticleRow) -> None:
        facts = article.facts
        appears = self._visibility.passes(facts.instant, draft=article.draft)
        gone = appears and self._visibility.is_over(facts.expires)
        live = appears and not gone
        row = self._row(facts.path)
        number, before, was_gone = None, None, False
        if row is not None:
            number, was_live, was_gone, uid, old, _ = row
            before = old if was_live else None
            if (was_live, was_gone, old.text) == (live, gone, facts.text):
                return
            self._stale_ids.add(uid)
            if was_live:
                self._retire(number, old)
        columns = (live, gone, article.draft, facts.day, facts.instant, facts.modified, facts.expires)
        cursor = self._db.execute(
            "INSERT INTO article"
            " (id, path, live, gone, draft, day, instant, modified, expires, retracted, uid, output, teaser)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
            " live = excluded.live, gone = excluded.gone, draft = excluded.draft, day = excluded.day,"
            " instant = excluded.instant, modified = excluded.modified, expires = excluded.expires,"
            " retracted = excluded.retracted,"
            " uid = excluded.uid, output = excluded.output, teaser = excluded.teaser",
            (number, facts.path, *columns, facts.retracted, article.uid, facts.output, facts.teaser),
        )
        number = number or cursor.lastrowid or 0
        self._db.execute("REPLACE INTO story VALUES (?, ?, ?)", (number, facts.text, article.body))
        self._stale_ids.add(article.uid)
        if live:
            self._enlist(number, article)
        if appears or before or was_gone:
            self._find(facts.path, found=appears)
            self._note("article", facts.path, before, facts if live else None)
        if len(self._tallies) > _IN_MEMORY:
            self._settle_tallies()
        if len(self._stale_ids) > _IN_MEMORY:
            self._settle_ids()

    def _enlist(self, number: int, article: ArticleRow) -> None:
        facts = article.facts
        rows = []
        for place in facts.places:
            facet = self._facet(place.kind, place.slug)
            rows.append((facet, place.day, place.instant, facts.mark, number, place.name))
            self._tally(facet, place, 1)
        self._stale_months.add(facts.day // 100)
        self._db.executemany("INSERT INTO member VALUES (?, ?, ?, ?, ?, ?)", rows)
        if article.links:
            links = [(number, path, line, col, self._found(path)) for path, line, col in article.links]
            self._db.executemany("INSERT OR IGNORE INTO link VALUES (?, ?, ?, ?, ?)", links)

    def _retire(self, number: int, facts: Facts) -> None:
        delete = "DELETE FROM member WHERE (facet, day, instant, mark, article) = (?, ?, ?, ?, ?)"
        for place in facts.places:
            facet = self._facet(place.kind, place.slug)
            self._db.execute(delete, (facet, place.day, place.instant, facts.mark, number))
            self._tally(facet, place, -1)
        self._stale_months.add(facts.day // 100)
        self._db.execute("DELETE FROM link WHERE article = ?", (number,))

    def _tally(self, facet: int, place: Place, step: int) -> None:
        for period in larger(place.day):
            self._tallies[facet, period] += step
        if place.kind == "all":
            self._tallies[facet, day_of_year(place.day)] += step
        self._stale_facets.add(facet)

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

    def _settle_months(self) -> None:
        for month in sorted(self._stale_months):
            query = "SELECT count(*), max(modified) FROM article WHERE live = 1 AND day BETWEEN ? AND ?"
            count, modified = self._db.execute(query, (month * 100, month * 100 + 99)).fetchone()
            if count:
                self._db.execute("REPLACE INTO month VALUES (?, ?, ?)", (month, count, modified))
            else:
                self._db.execute("DELETE FROM month WHERE value = ?", (month,))

    def _settle_facets(self) -> None:
        earliest = """
            SELECT coalesce((
                SELECT p.name FROM facet f JOIN profile p ON p.kind = f.kind AND p.slug = f.slug
                WHERE f.id = m.facet AND p.name <> '' ORDER BY p.path LIMIT 1
            ), m.name)
            FROM member m JOIN article a ON a.id = m.article
            WHERE m.facet = ? ORDER BY m.day, m.instant, a.path LIMIT 1
        """
        for facet in sorted(self._stale_facets):
            row = self._db.execute(earliest, (facet,)).fetchone()
            if row is None:
                delete = "DELETE FROM facet WHERE id = ? RETURNING kind || '/' || slug"
                self._note("facet", *self._db.execute(delete, (facet,)).fetchone())
                continue
            count = self._db.execute(
                "SELECT count FROM tally WHERE facet = ? AND period = 0", (facet,)
            ).fetchone()
            self._db.execute("UPDATE facet SET name = ?, count = ? WHERE id = ?", (row[0], count[0], facet))
        self._facets.clear()

    def _settle_ids(self) -> None:
        """Keep which ids are given to more than one article."""
        for uid in sorted(self._stale_ids - {""}):
            query = "SELECT 1 FROM article WHERE uid = ? AND uid <> '' LIMIT 1 OFFSET 1"
            if self._db.execute(query, (uid,)).fetchone():
                self._db.execute("INSERT OR IGNORE INTO duplicate_id VALUES (?)", (uid,))
            else:
                self._db.execute("DELETE FROM duplicate_id WHERE uid = ?", (uid,))
        self._stale_ids.clear()

    def _facet(self, kind: str, slug: str) -> int:
        if (kind, slug) in self._facets:
            return self._facets[kind, slug]
        query = "SELECT id FROM facet WHERE kind = ? AND slug = ?"
        row = self._db.execute(query, (kind, slug)).fetchone()
        if row is None:
            insert = "INSERT INTO facet (kind, slug, name, sort, count) VALUES (?, ?, '', ?, 0) RETURNING id"
            row = self._db.execute(insert, (kind, slug, sort_key(slug))).fetchone()
            self._note("facet", f"{kind}/{slug}")
        self._facets[kind, slug] = row[0]
        return int(row[0])

    def _find(self, path: str, *, found: bool) -> None:
        """Keep that what links to a source finds it, or does not."""
        for table in ("link", "profile_link"):
            self._db.execute(f"UPDATE {table} SET found = ? WHERE target = ?", (found, path))

    def _found(self, path: str) -> bool:
        if path.endswith(".md"):
            query = "SELECT 1 FROM article WHERE path = ? AND (live = 1 OR gone = 1)"
        else:
            query = "SELECT 1 FROM source WHERE path = ?"
        return self._db.execute(query, (path,)).fetchone() is not None

    def _pixels(self, path: str) -> tuple[int, int]:
        row = self._db.execute("SELECT width, height FROM source WHERE path = ?", (path,)).fetchone()
        return row or (0, 0)

    def _row(self, path: str) -> tuple[int, bool, bool, str, Facts, str] | None:
        query = (
            "SELECT a.id, a.live, a.gone, a.uid, s.facts, s.body"
            " FROM article a JOIN story s ON s.article = a.id WHERE a.path = ?"
        )
        row = self._db.execute(query, (path,)).fetchone()
        if row is None:
            return None
        number, live, gone, uid, facts, body = row
        return number, bool(live), bool(gone), uid, facts_of(facts), body

    def _replace(self, what: What, table: str, column: str, values: Mapping[str, str]) -> tuple[str, ...]:
        old = dict(self._db.execute(f"SELECT name, {column} FROM {table}"))
        changed = sorted(name for name in {*old, *values} if old.get(name) != values.get(name))
        for name in changed:
            if name in values:
                self._db.execute(f"REPLACE INTO {table} VALUES (?, ?)", (name, values[name]))
            else:
                self._db.execute(f"DELETE FROM {table} WHERE name = ?", (name,))
            self._note(what, name)
        return tuple(changed)

    def _note(self, what: What, name: str, before: Facts | None = None, after: Facts | None = None) -> None:
        """Keep a change; of several changes of one source in a revision, the first ``before`` counts."""
        self._changed = True
        self._touched_units.update(self._units(Change(what, name, before, after)))
        if len(self._touched_units) > _IN_MEMORY:
            self._touch_units()
        if not self._asked or self._forgot:
            return  # no question was ever asked, or all will be touched: none has to be found
        texts = (before.text if before else None, after.text if after else None)
        self._db.execute(
            "INSERT INTO temp.change VALUES (?, ?, ?, ?)"
            " ON CONFLICT (what, name) DO UPDATE SET after = excluded.after",
            (what, name, *texts),
        )


def _facts(text: str | None) -> Facts | None:
    return facts_of(text) if text is not None else None


def _value(db: sqlite3.Connection, name: str) -> str | None:
    row = db.execute("SELECT value FROM state WHERE name = ?", (name,)).fetchone()
    return row[0] if row else None
