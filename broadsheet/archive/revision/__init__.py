"""Brings the archive up to date with the sources: the only code that writes its tables.

A revision takes the sources that are new, changed or gone, in any order, and updates every table article by
article. Once all are in, the footprints say which questions may now have another answer. A first build is
the same with an empty archive. Nothing here reads a file or renders a page.

Each module keeps some of the tables: ``sources``, ``articles``, ``profiles``, ``own_pages``, ``front_page``,
``links``, ``site_files``, ``counts``; ``changes`` notes what has changed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence

from broadsheet.archive.facts import ArticleRow
from broadsheet.archive.lookups import has_source
from broadsheet.archive.questions import AnyKind
from broadsheet.archive.questions.own_pages import OwnPageRow
from broadsheet.archive.questions.profiles import ProfileRow
from broadsheet.archive.questions.question import Change
from broadsheet.archive.revision import sources
from broadsheet.archive.revision.articles import Articles
from broadsheet.archive.revision.changes import Changes
from broadsheet.archive.revision.counts import SURNAMES, Counts
from broadsheet.archive.revision.front_page import FrontPage
from broadsheet.archive.revision.links import mark_target, note_shape
from broadsheet.archive.revision.own_pages import OwnPages
from broadsheet.archive.revision.profiles import Profiles
from broadsheet.archive.revision.site_files import ReadAnew, SiteFiles
from broadsheet.archive.visibility import Visibility
from broadsheet.common.files import STATIC, FileStat, is_article, is_below
from broadsheet.common.model import Pin
from broadsheet.common.pictures import NO_PICTURE, PictureFile
from broadsheet.common.problems import Problem

# The tables that are made from the sources, by code that another release may have changed.
_MADE_FROM_SOURCES = (
    *("directory", "source", "article", "story", "duplicate_id", "facet", "member", "tally", "month", "link"),
    *("profile", "own_page", "pin", "file_link", "finding", "spelling", "ambiguous", "address"),
    "search_words",
)


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

        ``kinds`` and ``units`` say which questions and which units of the plan a change may affect;
        ``visibility`` decides which articles are live.
        """
        self._db = db
        self._changes = Changes(db, kinds=kinds, units=units)
        self._counts = Counts(db, self._changes)
        self._articles = Articles(db, visibility, self._changes, self._counts)
        self._profiles = Profiles(db, self._changes, self._counts)
        self._own_pages = OwnPages(db, visibility, self._changes)
        self._front_page = FrontPage(db, visibility, self._changes)
        self._site_files = SiteFiles(db, self._changes)

    def put_directory(self, path: str, signature: bytes, excluded: int) -> int:
        """Store what the scan of a directory found; return its row.

        With an empty ``signature`` the next scan compares the files one by one.
        """
        return sources.put_directory(self._db, path, signature, excluded)

    def drop_directory(self, path: str) -> None:
        """Forget a directory, in which no source is left."""
        sources.drop_directory(self._db, path)

    def put_source(self, stat: FileStat, directory: int, digest: bytes, *, scanned: int, valid: bool) -> None:
        """Store what the scan of a source found, which began at ``scanned``, in nanoseconds.

        ``directory`` is the directory's row. When the source is not ``valid``, reading it found problems, and
        the next scan compares the files of its directory one by one.
        """
        sources.put_source(self._db, stat, directory, digest, scanned=scanned, valid=valid)

    def put_findings(self, path: str, findings: Iterable[Problem]) -> None:
        """Store what reading a source has found, in place of what it found before."""
        sources.put_findings(self._db, path, findings)

    def drop(self, path: str) -> None:
        """Forget a source, and what is in it."""
        sources.drop_source(self._db, path)
        if is_article(path):
            self.drop_read(path)
        else:
            self._front_page.drop(path)
            self.put_file(path)

    def put_file(self, path: str, picture: PictureFile = NO_PICTURE) -> None:
        """Take in a file that is no article and is new, changed or gone; its source is stored or dropped."""
        if sources.put_picture(self._db, path, picture):
            note_shape(self._db, self._changes, path)
        for source in mark_target(self._db, path, found=has_source(self._db, path)):
            self._changes.note_wants(*source)
        self._changes.note("file", path)
        if is_below(path, STATIC):
            self._articles.note_former(path.removeprefix(f"{STATIC}/"))
        self._articles.update_picture(path)

    def put_article(self, article: ArticleRow) -> None:
        """Take in an article that is new or was read again."""
        self._articles.put(article)

    def drop_article(self, path: str) -> None:
        """Forget an article, if there is one of that path."""
        self._articles.drop(path)

    def put_profile(self, profile: ProfileRow) -> None:
        """Take in a profile that is new or was read again."""
        self._profiles.put(profile)

    def drop_profile(self, path: str) -> None:
        """Forget a profile, if there is one of that path."""
        self._profiles.drop(path)

    def put_own_page(self, page: OwnPageRow) -> None:
        """Take in a page of the site's own that is new or was read again."""
        self._own_pages.put(page)

    def drop_own_page(self, path: str) -> None:
        """Forget a page of the site's own, if there is one of that path."""
        self._own_pages.drop(path)

    def put_front(self, path: str, pins: Sequence[Pin]) -> None:
        """Take in the file that puts stories on the front page, which is new or was read again."""
        self._front_page.put(path, pins)

    def drop_read(self, path: str) -> None:
        """Forget the article, the profile, the page of the site's own or the front page that a file held."""
        self._front_page.drop(path)
        self.drop_article(path)
        self.drop_profile(path)
        self.drop_own_page(path)

    def put_settings(self, settings: Mapping[str, str]) -> tuple[str, ...]:
        """Replace the settings (name to JSON text); return the names of those that differ.

        Articles get the names that they give to facets.
        """
        changed = self._site_files.put_settings(settings)
        self._articles.put_names(settings, changed)
        for name in changed:
            table, _, slug = name.removeprefix("names.").partition(".")
            if name.startswith("names.") and table == "author":
                self._counts.rename_facet(table, slug)
        if SURNAMES in changed:
            self._counts.rename_authors()
        return changed

    def put_layouts(
        self, layouts: Mapping[str, str], of_theme: frozenset[str] = frozenset()
    ) -> tuple[str, ...]:
        """Replace the layouts (name to source); return the names of those that differ.

        ``of_theme`` are the names of those that are the theme's.
        """
        return self._site_files.put_layouts(layouts, of_theme)

    def put_engine(self, digest: str) -> bool:
        """Store the digest of the engine; return whether it differs."""
        return self._site_files.put_engine(digest)

    def put_read_settings(self, of_articles: str, of_pictures: str) -> ReadAnew:
        """Store the digests of all that reading depends on beside the files; return which differ."""
        return self._site_files.put_read_settings(of_articles, of_pictures)

    def put_plan_settings(self, digest: str) -> bool:
        """Store the digest of the settings that the plan depends on; return whether it differs."""
        return self._site_files.put_plan_settings(digest)

    def has_checked(self, digest: str) -> bool:
        """Return whether the layouts of this digest are those that a check last found free of problems."""
        return self._site_files.has_checked(digest)

    def put_checked(self, digest: str, compiled: Mapping[str, bytes]) -> None:
        """Store the digest of the layouts, or "" if they have problems, and the compiled code of each."""
        self._site_files.put_checked(digest, compiled)

    def forget_sources(self) -> None:
        """Forget all that was made from the sources, so that they are read again: the engine has changed.

        What that changes is not known, so every question and every unit of the plan is touched.
        """
        self._changes.note_all()
        for table in _MADE_FROM_SOURCES:
            self._db.execute(f"DELETE FROM {table}")

    def pass_thresholds(self) -> None:
        """Make live what the as-of time has reached, hold back what it has not, and retire what has expired.

        Also move the instant after which articles are news.
        """
        self._articles.pass_thresholds()
        self._own_pages.pass_thresholds()
        self._front_page.pass_thresholds()

    def finish(self, *, every_unit: bool = False) -> int:
        """Settle the counts and touch what the changes may affect; return the number of the build.

        ``every_unit``: touch each unit of the plan, because a setting has changed that plans depend on.
        """
        self._counts.settle()
        return self._changes.finish(every_unit=every_unit)
