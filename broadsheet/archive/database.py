"""The state file: its tables, and opening it. A cache: whatever is unreadable or foreign is empty.

One SQLite file holds what reading made of the sources (the archive) and what every output asked and
was told (the ledger). It carries paths relative to the site and digests of content, never a clock's
time, so it may be moved to another machine with the site. It is trusted as the site's layouts are, which are
programs: their code is in it.

Builds are numbered. Whatever a change of the sources may have touched, a question or a unit of the
plan, gets the number of the build in its row. Each output folder remembers the build that it has
``seen``: what was touched since then is looked at anew when that folder is built, however many other
folders were built, or failed to build, in between. That is the whole of how changes travel.

Sizes, for an archive of 100,000 articles with some ten facets each: a million rows of ``member`` at
24 bytes and as many pairs of ``asked`` at 9 in each of two orders.
"""

from __future__ import annotations

import hashlib
import sqlite3
from pathlib import Path

APPLICATION = 0x42726473  # "Brds", https://www.sqlite.org/fileformat.html#application_id

SCHEMA = """
CREATE TABLE state (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- Directories as last looked at. marks: a digest of the names, sizes, times and inodes of all files right
-- in it, empty when a later look must go through the files one by one; excluded: how many of them are left
-- out.
CREATE TABLE directory (
    id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, marks BLOB NOT NULL, excluded INT NOT NULL
);

-- The sources as last looked at. looked: nanoseconds; a file as old as that look may have changed since
-- (git's rule for racy files). valid: 0 when its reading found problems, so it is read again.
CREATE TABLE source (
    path TEXT PRIMARY KEY, directory INT NOT NULL, size INT, mtime INT, ctime INT, inode INT, looked INT,
    digest BLOB NOT NULL, width INT NOT NULL, height INT NOT NULL, valid INT NOT NULL
) WITHOUT ROWID;
CREATE INDEX source_directory ON source (directory);
CREATE INDEX source_invalid ON source (directory) WHERE valid = 0;

-- day: 20221105. instant, modified (the later of date and updated) and expires: seconds since 1970, UTC.
-- live: neither a draft, nor in the future, nor gone: one whose time is over. retracted: it leaves the feeds.
CREATE TABLE article (
    id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, live INT NOT NULL, gone INT NOT NULL,
    draft INT NOT NULL, day INT NOT NULL, instant INT NOT NULL, modified INT NOT NULL, expires INT,
    retracted INT NOT NULL, uid TEXT NOT NULL, output TEXT NOT NULL, teaser TEXT NOT NULL
);
-- In the one total order; with what the sitemap of a month says, which so reads no row of any article.
CREATE INDEX article_order ON article (day, instant, path, modified, output) WHERE live = 1;
CREATE INDEX article_instant ON article (instant) WHERE live = 1;
CREATE INDEX article_held ON article (instant) WHERE live = 0 AND gone = 0;
CREATE INDEX article_expires ON article (expires) WHERE live = 1 AND expires IS NOT NULL;
CREATE INDEX article_gone ON article (expires) WHERE gone = 1;
CREATE INDEX article_draft ON article (path) WHERE draft = 1;
CREATE INDEX article_uid ON article (uid) WHERE uid <> '';

-- The ids that several articles give.
CREATE TABLE duplicate_id (uid TEXT PRIMARY KEY) WITHOUT ROWID;

-- facts: everything of an article but its body.
CREATE TABLE story (article INTEGER PRIMARY KEY, facts TEXT NOT NULL, body TEXT NOT NULL);

CREATE TABLE facet (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, slug TEXT NOT NULL, name TEXT NOT NULL,
    sort TEXT NOT NULL, count INT NOT NULL, UNIQUE (kind, slug)
);
CREATE INDEX facet_sort ON facet (kind, sort, slug);

-- Live articles only. day and instant: the article's, but among the corrections those of a correction. mark:
-- orders those of one moment without a look at their paths, as Facts has it; name: the facet's name as the
-- article spells it.
CREATE TABLE member (
    facet INT NOT NULL, day INT NOT NULL, instant INT NOT NULL, mark INT NOT NULL, article INT NOT NULL,
    name TEXT NOT NULL, PRIMARY KEY (facet, day, instant, mark, article)
) WITHOUT ROWID;

-- How many articles a facet has in a period: 0 for all time, 2022, 202211; and everything on a day of the
-- year, -1105.
CREATE TABLE tally (
    facet INT NOT NULL, period INT NOT NULL, count INT NOT NULL, PRIMARY KEY (facet, period)
) WITHOUT ROWID;

-- Months that have live articles, as the sitemaps need them.
CREATE TABLE month (value INTEGER PRIMARY KEY, count INT NOT NULL, modified INT NOT NULL);

-- Relative links and pictures of live articles. found: the target is there, and has a page.
CREATE TABLE link (
    article INT NOT NULL, target TEXT NOT NULL, line INT NOT NULL, col INT NOT NULL, found INT NOT NULL,
    PRIMARY KEY (article, target, line, col)
) WITHOUT ROWID;
CREATE INDEX link_target ON link (target);
CREATE INDEX link_lost ON link (article) WHERE found = 0;

-- Profiles of facets, and their links as those of articles are kept. byline: what articles' pages know.
-- coordinates: latitude and longitude as JSON, or empty.
CREATE TABLE profile (
    path TEXT PRIMARY KEY, kind TEXT NOT NULL, slug TEXT NOT NULL, name TEXT NOT NULL, byline TEXT NOT NULL,
    coordinates TEXT NOT NULL, facts TEXT NOT NULL, body TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX profile_facet ON profile (kind, slug, path);
CREATE INDEX profile_located ON profile (kind, slug) WHERE coordinates <> '';
CREATE TABLE profile_link (
    profile TEXT NOT NULL, target TEXT NOT NULL, line INT NOT NULL, col INT NOT NULL, found INT NOT NULL,
    PRIMARY KEY (profile, target, line, col)
) WITHOUT ROWID;
CREATE INDEX profile_link_target ON profile_link (target);
CREATE INDEX profile_link_lost ON profile_link (profile) WHERE found = 0;

CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE layout (name TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID;

-- Layouts as they were compiled when they were last checked, each with a digest.
CREATE TABLE compiled (name TEXT PRIMARY KEY, code BLOB NOT NULL) WITHOUT ROWID;

-- Questions that some output asked. subject_key: kind and subject; parameters: the rest of the arguments.
CREATE TABLE question (
    id INTEGER PRIMARY KEY, subject_key TEXT NOT NULL, parameters TEXT NOT NULL,
    touched INT NOT NULL DEFAULT 0, UNIQUE (subject_key, parameters)
);
CREATE INDEX question_touched ON question (touched) WHERE touched <> 0;

-- Units of the plan: what one article, one facet … wants in the site.
CREATE TABLE unit (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, touched INT NOT NULL);
CREATE INDEX unit_touched ON unit (touched);

-- total: what marks a build, of all that is rendered; taken: how many outputs of each kind that is, and
-- their bytes, as JSON; marker: the one that stands in the folder, built with drafts or without, as the site
-- of a moment (seconds since 1970, UTC).
CREATE TABLE folder (
    id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, seen INT NOT NULL, total TEXT NOT NULL,
    taken TEXT NOT NULL, marker TEXT NOT NULL, next_marker TEXT NOT NULL,
    drafts INT NOT NULL DEFAULT 0, as_of INT NOT NULL DEFAULT 0
);

-- digest: of the file as it stands in the folder; NULL when that is not known: not yet written, or
-- about to be. rendered: of the last rendering. due: to be rendered in this build, and why. gone: no
-- unit wants it any more.
CREATE TABLE output (
    id INTEGER PRIMARY KEY, folder INT NOT NULL, path TEXT NOT NULL, path_key TEXT NOT NULL,
    unit INT NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL, digest BLOB, rendered BLOB,
    size INT NOT NULL DEFAULT 0,
    shared INT NOT NULL DEFAULT 0, build INT NOT NULL DEFAULT 0, why TEXT NOT NULL DEFAULT '',
    due INT NOT NULL DEFAULT 0, gone INT NOT NULL DEFAULT 0,
    UNIQUE (folder, path_key)
);
CREATE INDEX output_unit ON output (folder, unit);
CREATE INDEX output_shared ON output (folder, shared);
CREATE INDEX output_due ON output (folder, path) WHERE due = 1;
CREATE INDEX output_unknown ON output (folder) WHERE digest IS NULL;
CREATE INDEX output_gone ON output (folder) WHERE gone = 1;

-- The answer that a folder's outputs were given, as a digest.
CREATE TABLE answer (
    folder INT NOT NULL, question INT NOT NULL, digest BLOB NOT NULL, PRIMARY KEY (folder, question)
) WITHOUT ROWID;

-- Which output asked which question of the archive. Questions of the site (settings, templates, the
-- engine) are the same for thousands of outputs, so those are kept as sets.
CREATE TABLE asked (
    output INT NOT NULL, question INT NOT NULL, PRIMARY KEY (output, question)
) WITHOUT ROWID;
CREATE INDEX asked_question ON asked (question, output);
CREATE TABLE shared (id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE);
CREATE TABLE sharing (
    shared INT NOT NULL, question INT NOT NULL, PRIMARY KEY (shared, question)
) WITHOUT ROWID;
CREATE INDEX sharing_question ON sharing (question);
"""

_PAGE = 4096  # bytes
# What SQLite says of a file that is none the worse for it, and the byte of a code that says it:
# https://www.sqlite.org/rescode.html
_REFUSALS = frozenset(
    (
        *(sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN),
        *(sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_NOMEM),
    )
)
_PRIMARY = 0xFF
_VERSION = int.from_bytes(hashlib.blake2b(SCHEMA.encode(), digest_size=3).digest())


class ForeignStateError(Exception):
    """The file is not a state file of this schema."""


def open_state(file: Path) -> sqlite3.Connection:
    """Return a connection to the state in ``file``; whatever is there that is not ours is replaced."""
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        return _opened(file)
    except (sqlite3.DatabaseError, ForeignStateError) as error:
        if getattr(error, "sqlite_errorcode", 0) & _PRIMARY in _REFUSALS:
            raise
        discard(file)
        return _opened(file)


def open_reader(file: Path) -> sqlite3.Connection:
    """Return a connection that can only read, for a worker."""
    connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
    connection.execute("PRAGMA query_only = 1")
    connection.execute("PRAGMA mmap_size = 33554432")
    return connection


def is_damage(error: sqlite3.DatabaseError) -> bool:
    """Return whether an error tells of a damaged file, and not of a system that refuses, as a full disk does.

    Text that is no UTF-8 is refused by Python, not by SQLite, whose errors have a code.
    """
    return not isinstance(error, sqlite3.OperationalError) or not hasattr(error, "sqlite_errorcode")


def discard(file: Path) -> None:
    """Remove a state file with what SQLite keeps beside it."""
    for suffix in ("", "-wal", "-shm"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)


def _opened(file: Path) -> sqlite3.Connection:
    # Of a file that was cut off within its last page SQLite would read the rest as zeros, and not complain.
    if file.exists() and file.stat().st_size % _PAGE:
        raise ForeignStateError
    connection = sqlite3.connect(file, isolation_level=None)
    try:
        connection.execute(f"PRAGMA page_size = {_PAGE}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA cache_size = -32768")
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        if tables and (version, application) != (_VERSION, APPLICATION):
            raise ForeignStateError  # noqa: TRY301 - the connection is closed on the way out
        if not tables:
            connection.executescript(
                f"BEGIN; {SCHEMA} PRAGMA user_version = {_VERSION}; "
                f"PRAGMA application_id = {APPLICATION}; COMMIT;"
            )
    except BaseException:
        connection.close()
        raise
    return connection
