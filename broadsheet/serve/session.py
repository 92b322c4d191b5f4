"""The site as a build would make it, each output made when it is looked at.

A session has a state of its own, so that neither waits for the other: the preview's visibility (drafts and
articles to come are live) would be undone by each build. It begins with what the last build knew. Outputs
are planned by the same plan and made by the same renderer as a build's; nothing is written but the state.

Two sides. ``revise`` brings the archive up to date with the sources; it is called by one thread. All else is
asked by any, and is answered by one other thread, from one build: the last without problems. So readers
see the last good site while an article is broken, and while thousands are being read.
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
from broadsheet.archive.lookups import last_article_id, list_new_articles, read_date, read_digest
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
from broadsheet.settings.model import Settings
from broadsheet.settings.zones import localize
from broadsheet.write.staging import Staging, Workplace

# The name of the preview's plan in its state.
_FOLDER = "preview"
_KEPT = 512
_LONGEST_LOG = 64_000_000
_ADDRESS = re.compile(rb"""<(?:link|script|img|source|video|audio)\b[^>]*?\s(?:href|src)="([^"]+)""")


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewOptions:
    """How the preview looks at a site.

    ``as_of`` is None for now; with ``readers`` there is only what they would get then.
    """

    site: Path
    as_of: dt.datetime | None = None
    readers: bool = False
    jobs: int = 1

    def moment(self, settings: Settings) -> int:
        """Return the as-of time, in seconds since 1970, UTC; one without an offset is the site's."""
        return seconds(localize(self.as_of, settings)) if self.as_of else _now()

    def visibility(self, settings: Settings) -> Visibility:
        """Return which articles are shown."""
        return Visibility(as_of=self.moment(settings), drafts=not self.readers, ahead=not self.readers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Why readers do not get an article: a draft, or ``appears`` later."""

    draft: bool
    appears: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """An output as it is to be shown: what a build would write, or of a ``copy`` the file it would copy.

    ``digest`` stands for the bytes, ``parts`` (URL to digest) for the files of the site that a page loads,
    ``stamp`` for both.
    ``problems``: it could not be made, and this is how it was last; empty bytes if it never was.
    """

    output: Output
    build: int
    content: bytes = b""
    file: Path | None = None
    digest: str = ""
    parts: tuple[tuple[str, str], ...] = ()
    held: Held | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def stamp(self) -> str:
        """What is another one when the page looks otherwise; empty for one that was never made."""
        return files.digest(repr((self.digest, self.parts)).encode()).hex() if self.digest else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revised:
    """What a revision came to: what is wrong with the sources.

    ``new`` is the output and the title of an article that was not there before, if there is just one.
    Unless ``looked``, the settings are wrong, or the name of a file, or a link that leads nowhere: what has
    changed is still to be looked at.
    """

    problems: tuple[Problem, ...] = ()
    looked: bool = True
    new: tuple[str, str] | None = None


class PreviewSession:
    """One site, previewed."""

    def __init__(self, look: PreviewOptions) -> None:
        """Open the preview's state of a site; nothing is read yet."""
        self._look = look
        self._lock, self._file = _own_state(look.site)
        # Nothing is ever staged.
        staging = Staging(look.site / _FOLDER)
        self._workplace = Workplace(root=look.site, state=self._file, staging=staging)
        self._settings: Settings | None = None
        self._content = "content"
        self._began = 0
        self._build = 0
        self._newest = 0
        self._shown = 0
        self._press = ThreadPoolExecutor(1, thread_name_prefix="press")
        self._renderer: Renderer | None = None
        self._kept: OrderedDict[str, Made] = OrderedDict()

    def close(self) -> None:
        """Let the state go."""
        self._press.submit(self._close_maker).result()
        self._press.shutdown()
        self._lock.release()

    @property
    def build(self) -> int:
        """The number of the build that is shown; 0 before there is any."""
        return self._build

    @property
    def urls(self) -> Urls | None:
        """What makes the site's URLs; None before there is a build."""
        return Urls(self._settings.url) if self._settings else None

    @property
    def site(self) -> Path:
        """The site's folder."""
        return self._look.site

    @property
    def content(self) -> str:
        """The folder of the site's articles, also while no build of it can be shown."""
        return self._content

    def revise(self, within: frozenset[str] | None, progress: Progress) -> Revised:
        """Bring the archive up to date with the sources, and show it unless anything is wrong with them.

        ``within``: the only directories in which files have changed, None when that is not known. Files
        that have problems are read again each time, and the first build is shown whatever is wrong with
        them; unless nothing could be looked at.
        """
        # Also if nothing comes of it: a moment that has passed calls for one revision, not for ever more.
        self._began = _now()
        try:
            settings = load_settings(self._look.site)
            self._content = settings.content_folder
            return self._revise(settings, within, progress)
        except Problems as error:
            return Revised(problems=error.problems, looked=False)

    def _revise(self, settings: Settings, within: frozenset[str] | None, progress: Progress) -> Revised:
        try:
            return self._revise_state(settings, within, progress)
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
            # Damaged: it is a cache, so it begins anew, as a build's does.
            self._press.submit(self._close_maker).result()
            discard(self._file)
            return self._revise_state(settings, None, progress)

    def _revise_state(self, settings: Settings, within: frozenset[str] | None, progress: Progress) -> Revised:
        if self._inode() != self._shown:
            within = None  # `clean` has been here, and nothing is known
        with closing(open_state(self._file)) as db:
            problems, planned = self._take_in(db, settings, within, progress)
            if problems and (self._build or not planned):
                return Revised(problems=problems)
            new = self._new_article(db)
        self._press.submit(self._show, settings).result()
        return Revised(problems=problems, new=new)

    def made(self, path: str) -> Made | None:
        """Return the output at a path, made from the build that is shown; None if there is none."""
        return self._press.submit(self._made, path).result()

    def until_next(self) -> float | None:
        """Return in how many seconds the site will change by itself; None if it will not.

        0 if it should have since the last revision began.
        """
        if self._look.as_of:
            return None
        return self._press.submit(self._until_next).result()

    def _take_in(
        self, db: sqlite3.Connection, settings: Settings, within: frozenset[str] | None, progress: Progress
    ) -> tuple[tuple[Problem, ...], bool]:
        """Prepare the site as a build does; return what is wrong with it, and whether there is a plan."""
        site, problems = self._look.site, tuple[Problem, ...]()
        adopt_last_plan(db, _FOLDER)
        with (
            suppress(_UnplannableError),
            Workers(self._look.jobs, self._workplace, settings) as workers,
            prepare(
                db,
                site,
                settings,
                self._look.visibility(settings),
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
        last, self._newest = self._newest, last_article_id(db)
        new = list_new_articles(db, last, 2) if self._build else []
        # One that was mended has a new row too.
        if len(new) != 1 or self.made(new[0].output):
            return None
        return new[0].output, new[0].title

    # What follows runs in the press's thread.

    def _show(self, settings: Settings) -> None:
        self._settings = settings
        if self._inode() != self._shown:
            self._close_maker()
        if self._renderer is None:
            self._shown = self._inode()
            self._renderer = Renderer(self._look.site, self._file)
        else:
            self._renderer.renew()
            # While a reader looks at the newest build SQLite writes on at the end of its log; between two
            # builds there is none.
            log = self._file.with_name(f"{self._file.name}-wal")
            if log.exists() and log.stat().st_size > _LONGEST_LOG:
                with closing(sqlite3.connect(self._file)) as db:
                    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._build += 1

    def _inode(self) -> int:
        return self._file.stat().st_ino if self._file.exists() else 0

    def _close_maker(self) -> None:
        if self._renderer:
            self._renderer.close()
            self._renderer = None

    def _made(self, path: str) -> Made | None:
        renderer, settings = self._renderer, self._settings
        if renderer is None or settings is None:
            return None
        output = find_output(renderer.db, _FOLDER, path)
        if output is None:
            self._kept.pop(path, None)
            return None
        if output.kind == "copy":
            file = self._look.site / output.subject
            return Made(
                output=output,
                build=self._build,
                file=file,
                digest=read_digest(renderer.db, output.subject).hex(),
            )
        kept = self._kept.get(path)
        if kept and kept.build == self._build:
            self._kept.move_to_end(path)
            return kept
        try:
            content = renderer.render(output).content
        except Problems as error:
            shown = kept or Made(output=output, build=0)
            return replace(shown, build=self._build, problems=error.problems)
        made = Made(
            output=output,
            build=self._build,
            content=content,
            digest=files.digest(content).hex(),
            parts=self._parts(renderer, output, content) if path.endswith(".html") else (),
            held=self._held(renderer.db, settings, output),
        )
        self._kept[path] = made
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return made

    def _parts(self, renderer: Renderer, output: Output, content: bytes) -> tuple[tuple[str, str], ...]:
        """Return the files of the site that a page loads: the URL of each, and a digest of its bytes."""
        db, urls = renderer.db, renderer.urls
        parts = {}
        for address in _ADDRESS.findall(content):
            url = urlsplit(urljoin(urls.url(output.path), unescape(address.decode())))
            if not url.netloc and url.path.startswith(urls.base):
                part = find_output(db, _FOLDER, unquote(url.path.removeprefix(urls.base)))
                if part and part.kind == "copy":
                    parts[url.path] = read_digest(db, part.subject).hex()
        return tuple(sorted(parts.items()))

    def _held(self, db: sqlite3.Connection, settings: Settings, output: Output) -> Held | None:
        if output.kind != "article":
            return None
        article = read_date(db, output.subject)
        later = bool(article and article.instant > self._look.moment(settings))
        if article is None or not (article.draft or later):
            return None
        return Held(draft=article.draft, appears=article.date if later else None)

    def _until_next(self) -> float | None:
        if self._renderer is None:
            return None
        instant = schedule.next_change(self._renderer.db, after=self._began)
        return None if instant is None else max(0.0, float(instant - _now()))


class _UnplannableError(Exception):
    """Two sources want one path, so there is no plan."""


def _now() -> int:
    return seconds(dt.datetime.now(dt.UTC))


def _own_state(site: Path) -> tuple[FileLock, Path]:
    """Return a state file that no other preview of the site has, locked; a copy of a build's if it is new."""
    folder = site / STATE.parent
    folder.mkdir(exist_ok=True)
    for number in count(1):
        name = "preview" if number == 1 else f"preview_{number}"
        lock = FileLock(folder / f"{name}.lock")
        with suppress(Timeout):
            lock.acquire(timeout=0)
            file = folder / f"{name}.sqlite"
            if not file.exists() and (site / STATE).exists():
                _copy(site / STATE, file)
            return lock, file
    raise AssertionError


def _copy(db: Path, file: Path) -> None:
    """Copy a state, also while a build writes to it; one that cannot be read is not copied."""
    try:
        with closing(open_reader(db)) as source, closing(sqlite3.connect(file)) as target:
            source.backup(target)
    except sqlite3.DatabaseError:
        discard(file)
