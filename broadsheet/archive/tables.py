"""The tables of the state file, as SQL: the archive's first, then the ledger's.

Sizes, for an archive of 100,000 articles with some ten facets each: a million rows of ``member`` at
24 bytes, and as many pairs of ``asked`` at 9 bytes in each of two orders.
"""

from __future__ import annotations

SCHEMA = """
CREATE TABLE state (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- What reading a source has found that check names, though it is no problem.
CREATE TABLE finding (
    path TEXT NOT NULL, line INT NOT NULL, col INT NOT NULL, message TEXT NOT NULL, hint TEXT NOT NULL,
    PRIMARY KEY (path, line, col, message)
) WITHOUT ROWID;

-- Directories at the last scan; those of the theme with /theme/ before their paths, and without what the site
-- has itself. signature: a digest of the names, sizes, times and inodes of all files directly in it; empty
-- when the next scan must compare the files one by one. excluded: how many of them site.toml excludes.
CREATE TABLE directory (
    id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, signature BLOB NOT NULL, excluded INT NOT NULL
);

-- The sources at the last scan. scanned: when, in nanoseconds; a file whose mtime is as late as that may have
-- changed since (git's rule for racy files). valid: 0 when reading it found problems, so it is read again.
-- Of a picture, in pixels: width and height as it is shown. format and alpha: as in Raster, empty and 0 of
-- one of which no others can be made. fault: what is wrong with it, a message and a hint as JSON, or empty.
-- words: its caption and credit as JSON, or empty; location: it says where it was taken.
CREATE TABLE source (
    path TEXT PRIMARY KEY, directory INT NOT NULL, size INT, mtime INT, ctime INT, inode INT, scanned INT,
    digest BLOB NOT NULL, valid INT NOT NULL, width INT NOT NULL DEFAULT 0, height INT NOT NULL DEFAULT 0,
    format TEXT NOT NULL DEFAULT '', alpha INT NOT NULL DEFAULT 0, fault TEXT NOT NULL DEFAULT '',
    words TEXT NOT NULL DEFAULT '', location INT NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX source_directory ON source (directory);
CREATE INDEX source_invalid ON source (directory) WHERE valid = 0;
CREATE INDEX source_faulty ON source (path) WHERE fault <> '';

-- day: 20221105. instant, modified (the later of date and updated) and expires: seconds since 1970, UTC.
-- live: neither a draft, nor in the future, nor gone. gone: it has expired. retracted: it leaves the feeds.
-- moved: it has aliases or former addresses.
CREATE TABLE article (
    id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, live INT NOT NULL, gone INT NOT NULL,
    draft INT NOT NULL, moved INT NOT NULL, day INT NOT NULL, instant INT NOT NULL, modified INT NOT NULL,
    expires INT, retracted INT NOT NULL, uid TEXT NOT NULL, output TEXT NOT NULL, teaser TEXT NOT NULL
);
-- In the one total order, and with the columns that the sitemap of a month needs, so that it reads no row of
-- the table itself.
CREATE INDEX article_order ON article (day, instant, path, modified, output) WHERE live = 1;
CREATE INDEX article_instant ON article (instant) WHERE live = 1;
CREATE INDEX article_held ON article (instant) WHERE live = 0 AND gone = 0;
CREATE INDEX article_expires ON article (expires) WHERE live = 1 AND expires IS NOT NULL;
CREATE INDEX article_gone ON article (expires) WHERE gone = 1;
CREATE INDEX article_draft ON article (path) WHERE draft = 1;
-- Those that were updated, for what claims to be updated later than now.
CREATE INDEX article_modified ON article (modified) WHERE modified > instant;
CREATE INDEX article_moved ON article (day) WHERE moved = 1;
CREATE INDEX article_uid ON article (uid) WHERE uid <> '';

-- The ids that several articles have.
CREATE TABLE duplicate_id (uid TEXT PRIMARY KEY) WITHOUT ROWID;

-- Only of a site with former permalink patterns: the paths of each article's page, aliases and former
-- addresses. key: path_key of the path. former: it is a former address.
CREATE TABLE address (
    key TEXT NOT NULL, article INT NOT NULL, path TEXT NOT NULL, former INT NOT NULL,
    PRIMARY KEY (key, article)
) WITHOUT ROWID;
CREATE INDEX address_article ON address (article);

-- facts: everything in an article but its body, as JSON.
CREATE TABLE story (article INTEGER PRIMARY KEY, facts TEXT NOT NULL, body TEXT NOT NULL);

-- What search indexes of an article, and a digest of it; nothing of an article of which it indexes nothing.
CREATE TABLE search_words (article INTEGER PRIMARY KEY, digest BLOB NOT NULL, words TEXT NOT NULL);

-- sort_name: the name in the order of indexes, "Ruiz, Ana", where that is not the name as it is; sort: the
-- text that indexes are ordered and split by.
CREATE TABLE facet (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, slug TEXT NOT NULL, name TEXT NOT NULL,
    sort_name TEXT NOT NULL, sort TEXT NOT NULL, count INT NOT NULL, UNIQUE (kind, slug)
);
CREATE INDEX facet_sort ON facet (kind, sort, slug);

-- The live articles of each facet. day and instant: the article's; in the facet of corrections, those of the
-- correction. mark: Facts.mark, which orders articles of one instant without a look at their paths. name: the
-- facet's name as the article spells it.
CREATE TABLE member (
    facet INT NOT NULL, day INT NOT NULL, instant INT NOT NULL, mark INT NOT NULL, article INT NOT NULL,
    name TEXT NOT NULL, PRIMARY KEY (facet, day, instant, mark, article)
) WITHOUT ROWID;

-- How many articles spell a facet's name so; and the facets whose spellings are not of one name.
CREATE TABLE spelling (
    facet INT NOT NULL, name TEXT NOT NULL, count INT NOT NULL, PRIMARY KEY (facet, name)
) WITHOUT ROWID;
CREATE TABLE ambiguous (facet INTEGER PRIMARY KEY);

-- How many articles a facet has in a period: 0 for all time, 2022, 202211; for the facet of everything also
-- on a day of any year, -1105.
CREATE TABLE tally (
    facet INT NOT NULL, period INT NOT NULL, count INT NOT NULL, PRIMARY KEY (facet, period)
) WITHOUT ROWID;

-- Months that have live articles, for the sitemaps.
CREATE TABLE month (value INTEGER PRIMARY KEY, count INT NOT NULL, modified INT NOT NULL);

-- Relative links and pictures of live articles. shown: what the target is there (see common.pictures);
-- found: it exists and, if an article, has a page, and always 1 of what is shown by its address, which may be
-- that of another output; active: the suffix for which a target that is published with the article may be
-- run, else empty.
CREATE TABLE link (
    article INT NOT NULL, target TEXT NOT NULL, line INT NOT NULL, col INT NOT NULL, shown TEXT NOT NULL,
    found INT NOT NULL, active TEXT NOT NULL, PRIMARY KEY (article, target, line, col, shown)
) WITHOUT ROWID;
CREATE INDEX link_target ON link (target, shown);
CREATE INDEX link_broken ON link (article) WHERE found = 0;
CREATE INDEX link_active ON link (article) WHERE active <> '';

-- Profiles of facets. sort: as the file gives it, or empty. byline: what articles' pages show of it.
-- coordinates: latitude and longitude as JSON, or empty.
CREATE TABLE profile (
    path TEXT PRIMARY KEY, kind TEXT NOT NULL, slug TEXT NOT NULL, name TEXT NOT NULL, sort TEXT NOT NULL,
    byline TEXT NOT NULL, coordinates TEXT NOT NULL, facts TEXT NOT NULL, body TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX profile_facet ON profile (kind, slug, path);
CREATE INDEX profile_located ON profile (kind, slug) WHERE coordinates <> '';

-- Pages of the site's own. live: it is no draft, or drafts are shown. menu: 0 where it gives no number.
-- facts: everything in it but its body, as JSON.
CREATE TABLE own_page (
    path TEXT PRIMARY KEY, live INT NOT NULL, draft INT NOT NULL, output TEXT NOT NULL,
    in_menu INT NOT NULL, menu INT NOT NULL, title TEXT NOT NULL, language TEXT NOT NULL,
    translations TEXT NOT NULL, aliases TEXT NOT NULL, facts TEXT NOT NULL, body TEXT NOT NULL
) WITHOUT ROWID;

-- The links of profiles and of live pages of the site's own, as in link. path: that of their file.
CREATE TABLE file_link (
    path TEXT NOT NULL, target TEXT NOT NULL, line INT NOT NULL, col INT NOT NULL, shown TEXT NOT NULL,
    found INT NOT NULL, active TEXT NOT NULL, PRIMARY KEY (path, target, line, col, shown)
) WITHOUT ROWID;
CREATE INDEX file_link_target ON file_link (target, shown);
CREATE INDEX file_link_broken ON file_link (path) WHERE found = 0;
CREATE INDEX file_link_active ON file_link (path) WHERE active <> '';

-- The stories that source, content/front.toml, puts on the front page, in its order; the columns are those of
-- Pin. until: in seconds since 1970, UTC. over: that has passed.
CREATE TABLE pin (
    place INTEGER PRIMARY KEY, source TEXT NOT NULL, part TEXT NOT NULL, path TEXT NOT NULL,
    written TEXT NOT NULL, until INT, line INT NOT NULL, col INT NOT NULL,
    package INT NOT NULL, heading TEXT NOT NULL, over INT NOT NULL
);
CREATE INDEX pin_path ON pin (path);

CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
-- theme: 1 for what the site lacks and the theme has. A file of words that both have is there twice, that of
-- the theme as /theme/words/en.toml.
CREATE TABLE layout (
    name TEXT PRIMARY KEY, text TEXT NOT NULL, theme INT NOT NULL DEFAULT 0
) WITHOUT ROWID;

-- The compiled layouts of the last check, each with a digest.
CREATE TABLE compiled (name TEXT PRIMARY KEY, code BLOB NOT NULL) WITHOUT ROWID;

-- Questions that some output asked. subject_key: kind and subject; parameters: the other arguments.
CREATE TABLE question (
    id INTEGER PRIMARY KEY, subject_key TEXT NOT NULL, parameters TEXT NOT NULL,
    touched INT NOT NULL DEFAULT 0, UNIQUE (subject_key, parameters)
);
CREATE INDEX question_touched ON question (touched) WHERE touched <> 0;

-- Units of the plan, each of which wants outputs: an article, a facet …
CREATE TABLE unit (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, touched INT NOT NULL);
CREATE INDEX unit_touched ON unit (touched);

-- total: the marker that the folder has once the files of its last build are in place; taken: the number and
-- the bytes of the outputs of each kind, as JSON; marker: the one that stands in the folder; next_marker: the
-- one that stands there while files are moved, after that the same; drafts: whether it was built with drafts;
-- as_of: the as-of time, in seconds since 1970, UTC.
CREATE TABLE folder (
    id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, seen INT NOT NULL, total TEXT NOT NULL,
    taken TEXT NOT NULL, marker TEXT NOT NULL, next_marker TEXT NOT NULL,
    drafts INT NOT NULL DEFAULT 0, as_of INT NOT NULL DEFAULT 0
);

-- digest: of the file in the folder; NULL when that is unknown: not yet written, or about to be. rendered:
-- digest of the last rendering. due: to be rendered in this build; why: the reasons. gone: no unit wants it
-- any more.
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
CREATE INDEX output_due_picture ON output (folder) WHERE due = 1 AND kind = 'picture';
CREATE INDEX output_unknown ON output (folder) WHERE digest IS NULL;
-- Of at least 1 MB: a site of 1 GB has at most a thousand.
CREATE INDEX output_large ON output (folder, size) WHERE size >= 1000000;
CREATE INDEX output_gone ON output (folder) WHERE gone = 1;

-- The digest of the answer that a folder's outputs were given.
CREATE TABLE answer (
    folder INT NOT NULL, question INT NOT NULL, digest BLOB NOT NULL, PRIMARY KEY (folder, question)
) WITHOUT ROWID;

-- Which output asked which question of the archive. Questions of the site (settings, templates, the
-- engine) are the same for thousands of outputs, so they are stored as sets.
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
