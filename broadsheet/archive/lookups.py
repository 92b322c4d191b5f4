"""Looks up single things in the archive: an article, a source, a setting. Nothing here is recorded.

What a page is made of is asked with questions instead, which are recorded with the page.
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Iterator
from typing import Any, NamedTuple

from broadsheet.archive.facts import Members
from broadsheet.common.files import LAYOUTS, is_below
from broadsheet.common.model import FacetKind


class ArticleStatus(NamedTuple):
    """Whether an article has a page (``published``: it is live or has expired), and whether it is a draft."""

    published: bool
    draft: bool


class ArticleDate(NamedTuple):
    """When an article is dated, as the moment and in seconds since 1970, UTC; and whether it is a draft."""

    draft: bool
    instant: int
    date: dt.datetime


class KnownArticle(NamedTuple):
    """Where an article is, its title and the output paths of its aliases.

    ``day`` is ISO 8601, ``section`` a slug or empty, ``language`` a BCP 47 tag.
    """

    path: str
    output: str
    live: bool
    title: str
    aliases: tuple[str, ...]
    day: str
    section: str
    language: str


class KnownOwnPage(NamedTuple):
    """Where a page of the site's own is, its title and the output paths of its aliases."""

    path: str
    output: str
    live: bool
    title: str
    aliases: tuple[str, ...]


class NewArticle(NamedTuple):
    """The output path and the title of an article that is new."""

    output: str
    title: str


class ArticleOrigin(NamedTuple):
    """Where an article comes from: its path, its ``id:`` (may be empty), the digest of its file."""

    path: str
    uid: str
    digest: bytes


class Byline(NamedTuple):
    """Who wrote an article and where it was filed from; ``dateline`` may be empty."""

    authors: tuple[str, ...]
    dateline: str


class FileUse(NamedTuple):
    """Where an article or a profile shows a file or links to it: its path, line and column."""

    path: str
    line: int
    column: int


def read_status(db: sqlite3.Connection, path: str) -> ArticleStatus | None:
    """Return the status of an article, or of a page of the site's own; None if there is none of that path."""
    query = (
        "SELECT live OR gone, draft FROM article WHERE path = ?1"
        " UNION ALL SELECT live, draft FROM own_page WHERE path = ?1"
    )
    row = db.execute(query, (path,)).fetchone()
    return ArticleStatus(bool(row[0]), bool(row[1])) if row else None


def read_date(db: sqlite3.Connection, path: str) -> ArticleDate | None:
    """Return the date of an article; None if there is none of that path."""
    query = (
        "SELECT a.draft, a.instant, s.facts FROM article a JOIN story s ON s.article = a.id WHERE a.path = ?"
    )
    row = db.execute(query, (path,)).fetchone()
    if row is None:
        return None
    draft, instant, facts = row
    return ArticleDate(bool(draft), instant, dt.datetime.fromisoformat(json.loads(facts)["date"]))


def read_facts(db: sqlite3.Connection, path: str) -> Members | None:
    """Return the facts of an article, or of a page of the site's own; None if there is none of that path."""
    query = (
        "SELECT s.facts FROM article a JOIN story s ON s.article = a.id WHERE a.path = ?1"
        " UNION ALL SELECT facts FROM own_page WHERE path = ?1"
    )
    row = db.execute(query, (path,)).fetchone()
    return json.loads(row[0]) if row else None


def read_output(db: sqlite3.Connection, path: str) -> str | None:
    """Return the output path of an article, or of a page of the site's own; None if there is none there."""
    query = "SELECT output FROM article WHERE path = ?1 UNION ALL SELECT output FROM own_page WHERE path = ?1"
    row = db.execute(query, (path,)).fetchone()
    return row[0] if row else None


def read_origin(db: sqlite3.Connection, path: str) -> ArticleOrigin | None:
    """Return where an article comes from; None if there is none of that path."""
    query = "SELECT a.path, a.uid, s.digest FROM article a JOIN source s ON s.path = a.path WHERE a.path = ?"
    row = db.execute(query, (path,)).fetchone()
    return ArticleOrigin(*row) if row else None


def find_moved_output(db: sqlite3.Connection, origin: ArticleOrigin) -> str | None:
    """Return the output path of an article that had another one; None if it is not there, or not surely.

    It is the article of the same path, else the one of the same ``id:``, else the one with the same bytes.
    """
    queries = (
        ("SELECT output FROM article WHERE path = ?", origin.path),
        ("SELECT output FROM article WHERE uid = ? AND uid <> ''", origin.uid),
        ("SELECT a.output FROM source s JOIN article a ON a.path = s.path WHERE s.digest = ?", origin.digest),
    )
    for query, value in queries:
        rows = db.execute(query, (value,)).fetchmany(2)
        if len(rows) == 1:
            return str(rows[0][0])
    return None


def find_mention(db: sqlite3.Connection, target: str) -> tuple[str, int, int] | None:
    """Return the first place that links to a file or shows it, as path, line and column; None for nowhere.

    It is one of a live article, or of a profile.
    """
    query = (
        "SELECT a.path, l.line, l.col FROM link l JOIN article a ON a.id = l.article WHERE l.target = :target"
        " UNION ALL SELECT path, line, col FROM file_link WHERE target = :target"
        " ORDER BY 1, 2, 3 LIMIT 1"
    )
    found: tuple[str, int, int] | None = db.execute(query, {"target": target}).fetchone()
    return found


def may_mention(db: sqlite3.Connection, path: str, word: str) -> bool:
    """Return whether an article may mention a word: it does, or may link to an article by its file.

    Or a page of the site's own.
    """
    query = (
        "SELECT instr(t.facts, :word) + instr(t.body, :word) + instr(lower(t.body), '.m') FROM ("
        "SELECT s.facts, s.body FROM article a JOIN story s ON s.article = a.id WHERE a.path = :path"
        " UNION ALL SELECT facts, body FROM own_page WHERE path = :path) t"
    )
    row = db.execute(query, {"word": word, "path": path}).fetchone()
    return bool(row and row[0])


def list_articles(db: sqlite3.Connection) -> Iterator[KnownArticle]:
    """Yield every article, by path."""
    query = "SELECT path, output, live, teaser FROM article ORDER BY path"
    for path, output, live, teaser in db.execute(query):
        members = json.loads(teaser)
        aliases, section = tuple(members["aliases"]), members.get("section")
        yield KnownArticle(
            path,
            output,
            bool(live),
            members["title"],
            aliases,
            members["day"],
            section[0] if section else "",
            members["language"],
        )


def list_own_pages(db: sqlite3.Connection) -> Iterator[KnownOwnPage]:
    """Yield every page of the site's own, by path."""
    query = "SELECT path, output, live, title, aliases FROM own_page ORDER BY path"
    for path, output, live, title, aliases in db.execute(query):
        yield KnownOwnPage(path, output, bool(live), title, tuple(json.loads(aliases)))


def read_last_article_id(db: sqlite3.Connection) -> int:
    """Return the highest row of any article; 0 if there is none. Rows of new articles are higher."""
    return int(db.execute("SELECT max(id) FROM article").fetchone()[0] or 0)


def list_new_articles(db: sqlite3.Connection, last: int, most: int) -> list[NewArticle]:
    """Return at most ``most`` live articles whose rows are above ``last``."""
    query = (
        "SELECT output, json_extract(facts, '$.title') FROM article JOIN story ON article = id"
        " WHERE id > ? AND live = 1 LIMIT ?"
    )
    return [NewArticle(*row) for row in db.execute(query, (last, most))]


def read_newest_byline(db: sqlite3.Connection) -> Byline:
    """Return who wrote the newest article, and where; empty if there is none."""
    query = "SELECT teaser FROM article WHERE live = 1 ORDER BY day DESC, instant DESC, path DESC LIMIT 1"
    row = db.execute(query).fetchone()
    members = json.loads(row[0]) if row else {}
    authors = tuple(name for _, name in members.get("authors", ()))
    return Byline(authors, (members.get("dateline") or ("", ""))[1])


def read_facet_name(db: sqlite3.Connection, kind: FacetKind, slug: str) -> str | None:
    """Return the name of a facet, None if no article is in it."""
    row = db.execute("SELECT name FROM facet WHERE kind = ? AND slug = ?", (kind, slug)).fetchone()
    return row[0] if row else None


def list_directories(db: sqlite3.Connection) -> list[str]:
    """Return the paths of all directories that have sources."""
    return [path for (path,) in db.execute("SELECT path FROM directory ORDER BY path")]


def list_sources_in(db: sqlite3.Connection, directory: str) -> list[str]:
    """Return the paths of the sources right in a directory, in order."""
    query = (
        "SELECT s.path FROM source s JOIN directory d ON d.id = s.directory WHERE d.path = ? ORDER BY s.path"
    )
    return [path for (path,) in db.execute(query, (directory,))]


def has_source(db: sqlite3.Connection, path: str) -> bool:
    """Return whether there is a source of that path."""
    return db.execute("SELECT 1 FROM source WHERE path = ?", (path,)).fetchone() is not None


def read_digest(db: sqlite3.Connection, path: str) -> bytes:
    """Return the digest of a source; empty if there is none of that path."""
    row = db.execute("SELECT digest FROM source WHERE path = ?", (path,)).fetchone()
    return row[0] if row else b""


def find_first_use(db: sqlite3.Connection, path: str) -> FileUse | None:
    """Return the first place at which a live article or a profile shows a file, or else links to it."""
    query = (
        "SELECT a.path, l.line, l.col, l.shown = '' FROM link l JOIN article a ON a.id = l.article"
        " WHERE l.target = :path UNION ALL"
        " SELECT path, line, col, shown = '' FROM file_link WHERE target = :path ORDER BY 4, 1, 2, 3"
    )
    row = db.execute(query, {"path": path}).fetchone()
    return FileUse(*row[:3]) if row else None


def list_picture_digests(db: sqlite3.Connection) -> frozenset[str]:
    """Return the digests of all pictures of which others can be made, as hexadecimal text."""
    return frozenset(row[0] for row in db.execute("SELECT hex(digest) FROM source WHERE format <> ''"))


def read_setting(db: sqlite3.Connection, name: str) -> Any:  # noqa: ANN401 - any JSON value
    """Return the value of a setting; None if no archive was ever brought up to date."""
    row = db.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
    return json.loads(row[0]) if row else None


def list_layout_texts(db: sqlite3.Connection) -> list[str]:
    """Return the texts of the site's layouts, by name."""
    return [text for (text,) in db.execute("SELECT text FROM layout ORDER BY name")]


def list_layouts(db: sqlite3.Connection) -> dict[str, bool]:
    """Return each layout by its name, and whether it is the theme's."""
    return {name: bool(theme) for name, theme in db.execute("SELECT name, theme FROM layout ORDER BY name")}


def is_of_theme(db: sqlite3.Connection, path: str) -> bool:
    """Return whether a file of layouts/ or static/ is the theme's, as of the last scan.

    False if neither the site nor the theme has it.
    """
    if is_below(path, LAYOUTS):
        query, name = "SELECT theme FROM layout WHERE name = ?", path.removeprefix(f"{LAYOUTS}/")
    else:
        query = (
            "SELECT substr(d.path, 1, 1) = '/' FROM source s JOIN directory d ON d.id = s.directory"
            " WHERE s.path = ?"
        )
        name = path
    row = db.execute(query, (name,)).fetchone()
    return bool(row and row[0])
