"""The site as a build would make it, each output rendered when a browser requests it.

A session has a state of its own, because each build would undo the preview's visibility (drafts and future
articles are live), and so that neither waits for the other. It starts as a copy of the last build's. Outputs
are planned and rendered by the same code as in a build; nothing is written but the state.

Two threads. ``revise`` brings the archive up to date with the sources, and is called by one thread. All else
may be called by any, and is answered by the render thread from one build: the last without problems. So the
last good site is shown while an article is invalid, and while thousands are being read.
"""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from broadsheet.archive.database import discard, open_state
from broadsheet.archive.facts import seconds
from broadsheet.archive.lookups import list_new_articles, read_last_article_id
from broadsheet.archive.state_connection import StateConnection
from broadsheet.archive.visibility import Visibility
from broadsheet.build.prepare import prepare
from broadsheet.build.site_folder import load_settings
from broadsheet.build.workers import Workers
from broadsheet.common.problems import Problem, Problems
from broadsheet.common.progress import Progress
from broadsheet.common.urls import Urls
from broadsheet.ledger.lookups import adopt_last_plan
from broadsheet.serve.deadline import LONGEST
from broadsheet.serve.failures import Failures
from broadsheet.serve.own_state import claim_state
from broadsheet.serve.render_thread import FOLDER, RenderedOutput, RenderThread, inode_of
from broadsheet.settings.model import Settings
from broadsheet.settings.zones import localize
from broadsheet.write.staging import Staging, Workplace

_REVISING = "follow what was saved"


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewOptions:
    """What to preview, and how.

    ``as_of`` is the as-of time, None for the current time; ``readers`` leaves out drafts and future articles;
    ``longest`` is how many seconds one page may take.
    """

    site: Path
    as_of: dt.datetime | None = None
    readers: bool = False
    jobs: int = 1
    longest: float = LONGEST

    def moment(self, settings: Settings) -> int:
        """Return the as-of time, in seconds since 1970, UTC; one without an offset is the site's."""
        return seconds(localize(self.as_of, settings)) if self.as_of else _now()

    def visibility(self, settings: Settings) -> Visibility:
        """Return which articles are live."""
        return Visibility(as_of=self.moment(settings), drafts=not self.readers, ahead=not self.readers)


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionResult:
    """The problems of the sources after a revision.

    ``new`` is output and title of a new article, if there is exactly one. A revision that is not ``complete``
    ended early (invalid settings, a file name or symbolic link that cannot be read, a failure): the changed
    files are still to be read.
    """

    problems: tuple[Problem, ...] = ()
    complete: bool = True
    new: tuple[str, str] | None = None


class PreviewSession:
    """One site, previewed. ``failures`` is what failed though no source has a problem."""

    def __init__(self, options: PreviewOptions, say: Callable[[str], None] = print) -> None:
        """Open a state of the site's own for this session; nothing is read yet. ``say`` prints a text."""
        self.failures = Failures(say)
        self._options = options
        self._lock, self._file = claim_state(options.site)
        # Nothing is ever staged.
        staging = Staging(options.site / FOLDER)
        self._workplace = Workplace(root=options.site, state=self._file, staging=staging)
        self._content = "content"
        self._began = 0
        self._newest = 0
        self._rendering = RenderThread(
            options.site, self._file, options.moment, options.longest, self.failures
        )

    def close(self) -> None:
        """Close the state and release its lock."""
        self._rendering.close()
        self._lock.release()

    @property
    def build(self) -> int:
        """The number of the build that is shown; 0 before there is any."""
        return self._rendering.build

    @property
    def urls(self) -> Urls | None:
        """The site's URLs; None before there is a build."""
        settings = self._rendering.settings
        return Urls(settings.url) if settings else None

    @property
    def site(self) -> Path:
        """The site's folder."""
        return self._options.site

    @property
    def content(self) -> str:
        """The folder of the site's articles, known even before there is a build."""
        return self._content

    def revise(self, within: frozenset[str] | None, progress: Progress) -> RevisionResult:
        """Bring the archive up to date with the sources, and show the new build unless they have problems.

        ``within``: the only directories in which files have changed, None if unknown. Files with problems are
        read again each time. The first build is shown in spite of problems, if there is a plan. Raises
        ``OSError``, such as for a file that vanished meanwhile; any other failure is a problem.
        """
        # Set even if the revision fails: an article that appears calls for one revision, not for many.
        self._began = _now()
        self.failures.has_failed = False
        try:
            settings = load_settings(self._options.site)
            self._content = settings.content_folder
            return self._revise(settings, within, progress)
        except Problems as error:
            return RevisionResult(problems=error.problems, complete=False)
        except OSError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the preview goes on
            return self.fail(error)

    def fail(self, error: Exception) -> RevisionResult:
        """Return what a revision that failed is to whoever writes."""
        return RevisionResult(problems=(self.failures.describe(error, _REVISING),), complete=False)

    def render(self, path: str) -> RenderedOutput | None:
        """Return the output at a path, rendered from the build that is shown; None if there is none."""
        return self._rendering.render(path)

    def find_moved(self, path: str) -> str | None:
        """Return where the article has its page that had it at ``path``; None unless that is known."""
        return self._rendering.find_moved(path)

    def seconds_until_change(self) -> float | None:
        """Return the seconds until a scheduled article appears or one expires; None if none will.

        0 if one has since the last revision began.
        """
        if self._options.as_of:
            return None
        try:
            instant = self._rendering.find_next_change(self._began)
        except Exception as error:  # noqa: BLE001 - as in rendering
            self.failures.note(error, "look ahead")
            return None
        return None if instant is None else max(0.0, float(instant - _now()))

    def _revise(
        self, settings: Settings, within: frozenset[str] | None, progress: Progress
    ) -> RevisionResult:
        if self.failures.state_is_suspect:
            self._discard_state()
        try:
            return self._revise_state(settings, within, progress)
        except Problems:
            raise
        except Exception as error:
            if not self.failures.suspects_state(error, _REVISING):
                raise
            self._discard_state()
            return self._revise_state(settings, None, progress)

    def _discard_state(self) -> None:
        if os.name == "nt":  # where an open file cannot be removed; elsewhere its pages are still rendered
            self._rendering.close_state()
        discard(self._file)
        self.failures.state_is_suspect = False

    def _revise_state(
        self, settings: Settings, within: frozenset[str] | None, progress: Progress
    ) -> RevisionResult:
        # What the log has grown by is moved when nothing is being read: see ``RenderThread``.
        with closing(open_state(self._file, moves_log=not self.build)) as db:
            if inode_of(self._file) != self._rendering.shown_inode:
                within = None  # the state is a new one: `clean` or damage has ended the last
            problems, planned = self._take_in(db, settings, within, progress)
            if problems and (self.build or not planned):
                return RevisionResult(problems=problems)
            self._rendering.hurry()  # pages of the build before, which this one has to wait for
            new = self._new_article(db)
        self._rendering.show(settings)
        self.failures.note_shown()
        self.failures.clear(_REVISING)
        return RevisionResult(problems=problems, new=new)

    def _take_in(
        self, db: StateConnection, settings: Settings, within: frozenset[str] | None, progress: Progress
    ) -> tuple[tuple[Problem, ...], bool]:
        """Prepare the site as a build does; return what is wrong with it, and whether there is a plan."""
        site, problems = self._options.site, tuple[Problem, ...]()
        adopt_last_plan(db, FOLDER)
        with (
            suppress(_UnplannableError),
            Workers(self._options.jobs, self._workplace, settings, progress.redo) as workers,
            prepare(
                db,
                site,
                settings,
                self._options.visibility(settings),
                workers=workers,
                progress=progress,
                folder=FOLDER,
                within=within,
            ) as prepared,
        ):
            problems = prepared.problems
            if not prepared.has_plan:
                raise _UnplannableError
            prepared.ledger.close_plan()
            return problems, True
        return problems, False

    def _new_article(self, db: sqlite3.Connection) -> tuple[str, str] | None:
        last, self._newest = self._newest, read_last_article_id(db)
        new = list_new_articles(db, last, 2) if self.build else []
        # One that was fixed has a new row too.
        if len(new) != 1 or self.render(new[0].output):
            return None
        return new[0].output, new[0].title


class _UnplannableError(Exception):
    """Two sources have the same output path, so there is no plan."""


def _now() -> int:
    return seconds(dt.datetime.now(dt.UTC))
