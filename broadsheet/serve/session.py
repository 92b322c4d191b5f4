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
import re
import sqlite3
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from html import unescape
from itertools import count
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from filelock import FileLock, Timeout

from broadsheet.archive.database import discard, is_damage, open_reader, open_state
from broadsheet.archive.facts import seconds
from broadsheet.archive.lookups import list_new_articles, read_date, read_digest, read_last_article_id
from broadsheet.archive.visibility import Visibility
from broadsheet.build import schedule
from broadsheet.build.prepare import prepare
from broadsheet.build.site_folder import STATE, load_settings
from broadsheet.build.workers import Workers
from broadsheet.common import files
from broadsheet.common.problems import Problem, Problems
from broadsheet.common.progress import Progress
from broadsheet.common.urls import Urls
from broadsheet.ledger.lookups import adopt_last_plan, find_output
from broadsheet.plan.output import Output
from broadsheet.render.renderer import Renderer
from broadsheet.serve.deadline import LONGEST, Deadline
from broadsheet.settings.model import Settings
from broadsheet.settings.zones import localize
from broadsheet.write.staging import Staging, Workplace

# The name of the preview's output folder in its ledger.
_FOLDER = "preview"
_CACHED_OUTPUTS = 512
_LONGEST_LOG = 64_000_000  # bytes
_PART_URL = re.compile(rb"""<(?:link|script|img|source|video|audio)\b[^>]*?\s(?:href|src)="([^"]+)""")


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
class HoldReason:
    """Why an article is held back from readers: it is a draft, or ``appears`` later, or both."""

    draft: bool
    appears: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedOutput:
    """An output as a build would write it; of a ``copy``, the file that a build would copy.

    ``digest`` is that of the bytes, ``parts`` are the files of the site that a page loads, each with its
    digest. With ``problems`` rendering failed, and the rest is as it was last, empty if it never succeeded.
    """

    output: Output
    build: int
    content: bytes = b""
    file: Path | None = None
    digest: str = ""
    parts: tuple[tuple[str, str], ...] = ()
    hold: HoldReason | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def stamp(self) -> str:
        """A digest of the page and its parts; empty for one that was never rendered."""
        return files.digest(repr((self.digest, self.parts)).encode()).hex() if self.digest else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionResult:
    """The problems of the sources after a revision.

    ``new`` is output and title of a new article, if there is exactly one. A revision that is not ``complete``
    ended early (invalid settings, a file name or symbolic link that cannot be read): the changed files are
    still to be read.
    """

    problems: tuple[Problem, ...] = ()
    complete: bool = True
    new: tuple[str, str] | None = None


class PreviewSession:
    """One site, previewed."""

    def __init__(self, options: PreviewOptions) -> None:
        """Open a state of the site's own for this session; nothing is read yet."""
        self._options = options
        self._lock, self._file = _own_state(options.site)
        # Nothing is ever staged.
        staging = Staging(options.site / _FOLDER)
        self._workplace = Workplace(root=options.site, state=self._file, staging=staging)
        self._settings: Settings | None = None
        self._content = "content"
        self._began = 0
        self._build = 0
        self._newest = 0
        self._shown = 0
        self._render_thread = ThreadPoolExecutor(1, thread_name_prefix="render")
        self._deadline = Deadline(options.longest)
        self._renderer: Renderer | None = None
        self._rendered: OrderedDict[str, RenderedOutput] = OrderedDict()

    def close(self) -> None:
        """Close the state and release its lock."""
        self._render_thread.submit(self._close_renderer).result()
        self._render_thread.shutdown()
        self._lock.release()

    @property
    def build(self) -> int:
        """The number of the build that is shown; 0 before there is any."""
        return self._build

    @property
    def urls(self) -> Urls | None:
        """The site's URLs; None before there is a build."""
        return Urls(self._settings.url) if self._settings else None

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
        read again each time. The first build is shown in spite of problems, if there is a plan.
        """
        # Set even if the revision fails: an article that appears calls for one revision, not for many.
        self._began = _now()
        try:
            settings = load_settings(self._options.site)
            self._content = settings.content_folder
            return self._revise(settings, within, progress)
        except Problems as error:
            return RevisionResult(problems=error.problems, complete=False)

    def _revise(
        self, settings: Settings, within: frozenset[str] | None, progress: Progress
    ) -> RevisionResult:
        try:
            return self._revise_state(settings, within, progress)
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
            # Damaged: it is a cache, so it is discarded, as a build's is.
            self._render_thread.submit(self._close_renderer).result()
            discard(self._file)
            return self._revise_state(settings, None, progress)

    def _revise_state(
        self, settings: Settings, within: frozenset[str] | None, progress: Progress
    ) -> RevisionResult:
        if self._inode() != self._shown:
            within = None  # `clean` has deleted the state
        with closing(open_state(self._file)) as db:
            problems, planned = self._take_in(db, settings, within, progress)
            if problems and (self._build or not planned):
                return RevisionResult(problems=problems)
            self._deadline.hurry()  # pages of the build before, which this one has to wait for
            new = self._new_article(db)
        self._render_thread.submit(self._show, settings).result()
        return RevisionResult(problems=problems, new=new)

    def render(self, path: str) -> RenderedOutput | None:
        """Return the output at a path, rendered from the build that is shown; None if there is none."""
        return self._render_thread.submit(self._render, path).result()

    def seconds_until_change(self) -> float | None:
        """Return the seconds until a scheduled article appears or one expires; None if none will.

        0 if one has since the last revision began.
        """
        if self._options.as_of:
            return None
        return self._render_thread.submit(self._seconds_until_change).result()

    def _take_in(
        self, db: sqlite3.Connection, settings: Settings, within: frozenset[str] | None, progress: Progress
    ) -> tuple[tuple[Problem, ...], bool]:
        """Prepare the site as a build does; return what is wrong with it, and whether there is a plan."""
        site, problems = self._options.site, tuple[Problem, ...]()
        adopt_last_plan(db, _FOLDER)
        with (
            suppress(_UnplannableError),
            Workers(self._options.jobs, self._workplace, settings) as workers,
            prepare(
                db,
                site,
                settings,
                self._options.visibility(settings),
                workers=workers,
                progress=progress,
                folder=_FOLDER,
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
        new = list_new_articles(db, last, 2) if self._build else []
        # One that was fixed has a new row too.
        if len(new) != 1 or self.render(new[0].output):
            return None
        return new[0].output, new[0].title

    # What follows runs in the render thread.

    def _show(self, settings: Settings) -> None:
        self._settings = settings
        self._deadline.relax()
        if self._inode() != self._shown:
            self._close_renderer()
        if self._renderer is None:
            self._shown = self._inode()
            self._renderer = Renderer(self._options.site, self._file, self._deadline.check)
        else:
            self._renderer.renew()
            # While the newest build is being read SQLite can only append to its write-ahead log; between two
            # builds nothing is being read.
            log = self._file.with_name(f"{self._file.name}-wal")
            if log.exists() and log.stat().st_size > _LONGEST_LOG:
                with closing(sqlite3.connect(self._file)) as db:
                    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._build += 1

    def _inode(self) -> int:
        return self._file.stat().st_ino if self._file.exists() else 0

    def _close_renderer(self) -> None:
        if self._renderer:
            self._renderer.close()
            self._renderer = None

    def _render(self, path: str) -> RenderedOutput | None:
        renderer, settings = self._renderer, self._settings
        if renderer is None or settings is None:
            return None
        output = find_output(renderer.db, _FOLDER, path)
        if output is None:
            self._rendered.pop(path, None)
            return None
        if output.kind == "copy":
            file = Path(files.locate(self._options.site, output.subject))
            return RenderedOutput(
                output=output,
                build=self._build,
                file=file,
                digest=read_digest(renderer.db, output.subject).hex(),
            )
        cached = self._rendered.get(path)
        if cached and cached.build == self._build:
            self._rendered.move_to_end(path)
            return cached
        self._deadline.begin()
        try:
            content = renderer.render(output).content
        except Problems as error:
            last = cached or RenderedOutput(output=output, build=0)
            return self._keep(replace(last, build=self._build, problems=error.problems))
        rendered = RenderedOutput(
            output=output,
            build=self._build,
            content=content,
            digest=files.digest(content).hex(),
            parts=self._parts(renderer, output, content) if path.endswith(".html") else (),
            hold=self._hold_reason(renderer.db, settings, output),
        )
        return self._keep(rendered)

    def _keep(self, rendered: RenderedOutput) -> RenderedOutput:
        """Keep an output for the build that is shown, and return it."""
        self._rendered[rendered.output.path] = rendered
        if len(self._rendered) > _CACHED_OUTPUTS:
            self._rendered.popitem(last=False)
        return rendered

    def _parts(self, renderer: Renderer, output: Output, content: bytes) -> tuple[tuple[str, str], ...]:
        """Return the files of the site that a page loads, each as its URL and the digest of its bytes."""
        db, urls = renderer.db, renderer.urls
        parts = {}
        for address in _PART_URL.findall(content):
            url = urlsplit(urljoin(urls.url(output.path), unescape(address.decode())))
            if not url.netloc and url.path.startswith(urls.base):
                part = find_output(db, _FOLDER, unquote(url.path.removeprefix(urls.base)))
                if part and part.kind == "copy":
                    parts[url.path] = read_digest(db, part.subject).hex()
        return tuple(sorted(parts.items()))

    def _hold_reason(self, db: sqlite3.Connection, settings: Settings, output: Output) -> HoldReason | None:
        if output.kind != "article":
            return None
        article = read_date(db, output.subject)
        later = bool(article and article.instant > self._options.moment(settings))
        if article is None or not (article.draft or later):
            return None
        return HoldReason(draft=article.draft, appears=article.date if later else None)

    def _seconds_until_change(self) -> float | None:
        if self._renderer is None:
            return None
        instant = schedule.find_next_change(self._renderer.db, after=self._began)
        return None if instant is None else max(0.0, float(instant - _now()))


class _UnplannableError(Exception):
    """Two sources have the same output path, so there is no plan."""


def _now() -> int:
    return seconds(dt.datetime.now(dt.UTC))


def _own_state(site: Path) -> tuple[FileLock, Path]:
    """Return a state file that no other preview uses, and its lock; a new one is a copy of the build's."""
    folder = site / STATE.parent
    folder.mkdir(exist_ok=True)
    for number in count(1):
        name = "preview" if number == 1 else f"preview_{number}"
        lock = FileLock(folder / f"{name}.lock")
        with suppress(Timeout):
            lock.acquire(timeout=0)
            file = folder / f"{name}.sqlite"
            if not file.exists() and (site / STATE).exists():
                _copy_state(site / STATE, file)
            return lock, file
    raise AssertionError


def _copy_state(source: Path, target: Path) -> None:
    """Copy a state, even while a build writes to it; one that cannot be read is not copied."""
    try:
        with closing(open_reader(source)) as db, closing(sqlite3.connect(target)) as copy:
            db.backup(copy)
    except sqlite3.DatabaseError:
        discard(target)
