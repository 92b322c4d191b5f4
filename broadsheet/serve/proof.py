"""The site as a build would make it, each output made when it is looked at.

A proof has a state of its own, so that neither waits for the other: the preview's threshold (drafts and
articles to come are live) would be undone by each build. It begins with what the last build knew. Outputs
are planned by the same plan and made by the same maker as a build's; nothing is written but the state.

Two sides. ``revise`` brings the archive up to date with the sources; it is called by one thread. All else is
asked by any, and is answered by one other thread, from one edition: the last without problems. So readers
see the last good site while an article is broken, and while thousands are being read.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import sqlite3
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from functools import partial
from html import unescape
from itertools import count
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from filelock import FileLock, Timeout

from broadsheet import due, faults, files, plan
from broadsheet.archive.database import discard, is_damage, open_reader, open_state
from broadsheet.archive.facts import seconds
from broadsheet.archive.revision import Threshold
from broadsheet.edition import transaction
from broadsheet.folders import STATE, settings_of
from broadsheet.ledger import Ledger, planned, take_over
from broadsheet.plan import Output
from broadsheet.problems import Problem, Problems
from broadsheet.progress import Progress
from broadsheet.render import Maker
from broadsheet.settings import Settings, in_zone
from broadsheet.sources import revise
from broadsheet.urls import Urls
from broadsheet.workers import Workers

# The name of the preview's plan in its state.
_FOLDER = "preview"
_KEPT = 512
_LONGEST_LOG = 64_000_000
_ADDRESS = re.compile(rb"""<(?:link|script|img|source|video|audio)\b[^>]*?\s(?:href|src)="([^"]+)""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How the preview looks at a site.

    ``as_of`` is None for now; with ``readers`` there is only what they would get then.
    """

    site: Path
    as_of: dt.datetime | None = None
    readers: bool = False
    jobs: int = 1

    def moment(self, settings: Settings) -> int:
        """Return the as-of time, in seconds since 1970, UTC; one without an offset is the site's."""
        return seconds(in_zone(self.as_of, settings)) if self.as_of else _now()

    def threshold(self, settings: Settings) -> Threshold:
        """Return which articles are shown."""
        return Threshold(as_of=self.moment(settings), drafts=not self.readers, ahead=not self.readers)


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
    edition: int
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


class Proof:
    """One site, previewed."""

    def __init__(self, look: Look) -> None:
        """Open the preview's state of a site; nothing is read yet."""
        self._look = look
        self._lock, self._file = _own_state(look.site)
        # Nothing is ever staged.
        staging = files.Staging(look.site / _FOLDER)
        self._workplace = files.Workplace(root=look.site, state=self._file, staging=staging)
        self._settings: Settings | None = None
        self._content = "content"
        self._began = 0
        self._edition = 0
        self._newest = 0
        self._shown = 0
        self._press = ThreadPoolExecutor(1, thread_name_prefix="press")
        self._maker: Maker | None = None
        self._kept: OrderedDict[str, Made] = OrderedDict()

    def close(self) -> None:
        """Let the state go."""
        self._press.submit(self._close_maker).result()
        self._press.shutdown()
        self._lock.release()

    @property
    def edition(self) -> int:
        """The number of the edition that is shown; 0 before there is any."""
        return self._edition

    @property
    def urls(self) -> Urls | None:
        """What makes the site's URLs; None before there is an edition."""
        return Urls(self._settings.url) if self._settings else None

    @property
    def site(self) -> Path:
        """The site's folder."""
        return self._look.site

    @property
    def content(self) -> str:
        """The folder of the site's articles, also while no edition of it can be shown."""
        return self._content

    def revise(self, within: frozenset[str] | None, progress: Progress) -> Revised:
        """Bring the archive up to date with the sources, and show it unless anything is wrong with them.

        ``within``: the only directories in which files have changed, None when that is not known. Files
        that have problems are read again each time, and the first edition is shown whatever is wrong with
        them; unless nothing could be looked at.
        """
        # Also if nothing comes of it: a moment that has passed calls for one revision, not for ever more.
        self._began = _now()
        try:
            settings = settings_of(self._look.site)
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
        with closing(open_state(self._file)) as state:
            problems, planned = self._take_in(state, settings, within, progress)
            if problems and (self._edition or not planned):
                return Revised(problems=problems)
            new = self._new_article(state)
        self._press.submit(self._show, settings).result()
        return Revised(problems=problems, new=new)

    def made(self, path: str) -> Made | None:
        """Return the output at a path, made from the edition that is shown; None if there is none."""
        return self._press.submit(self._made, path).result()

    def until_next(self) -> float | None:
        """Return in how many seconds the site will change by itself; None if it will not.

        0 if it should have since the last revision began.
        """
        if self._look.as_of:
            return None
        return self._press.submit(self._until_next).result()

    def _take_in(
        self, state: sqlite3.Connection, settings: Settings, within: frozenset[str] | None, progress: Progress
    ) -> tuple[tuple[Problem, ...], bool]:
        """Read, archive and plan, as a build does; return what is wrong, and whether there is a plan."""
        site = self._look.site
        take_over(state, _FOLDER)
        with Workers(self._look.jobs, self._workplace, settings) as workers, transaction(state):
            sources = revise(
                state, site, settings, workers, progress, self._look.threshold(settings), within=within
            )
        with suppress(_UnplannableError), transaction(state):
            outputs = Ledger(state, _FOLDER, sources.edition)
            clashes = outputs.plan(partial(plan.outputs, state, settings))
            problems = (*sources.problems, *faults.found(state, site, settings, outputs, clashes))
            if clashes:
                raise _UnplannableError
            outputs.close_plan()
            return problems, True
        return problems, False

    def _new_article(self, state: sqlite3.Connection) -> tuple[str, str] | None:
        last, self._newest = self._newest, state.execute("SELECT max(id) FROM article").fetchone()[0] or 0
        query = (
            "SELECT output, json_extract(facts, '$.title') FROM article JOIN story ON article = id"
            " WHERE id > ? AND live = 1 LIMIT 2"
        )
        rows = state.execute(query, (last,)).fetchall() if self._edition else []
        # One that was mended has a new number too.
        if len(rows) != 1 or self.made(rows[0][0]):
            return None
        return rows[0][0], rows[0][1]

    # What follows runs in the press's thread.

    def _show(self, settings: Settings) -> None:
        self._settings = settings
        if self._inode() != self._shown:
            self._close_maker()
        if self._maker is None:
            self._shown = self._inode()
            self._maker = Maker(self._workplace)
        else:
            self._maker.renew()
            # While a reader looks at the newest edition SQLite writes on at the end of its log; between two
            # editions there is none.
            log = self._file.with_name(f"{self._file.name}-wal")
            if log.exists() and log.stat().st_size > _LONGEST_LOG:
                with closing(sqlite3.connect(self._file)) as state:
                    state.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        # SQLite looks at the state as it is when it is first read from, and not when a transaction begins. By
        # then the next revision may have changed the archive and not yet the plan.
        self._maker.state.execute("SELECT 1 FROM output LIMIT 1").fetchone()
        self._edition += 1

    def _inode(self) -> int:
        return self._file.stat().st_ino if self._file.exists() else 0

    def _close_maker(self) -> None:
        if self._maker:
            self._maker.close()
            self._maker = None

    def _made(self, path: str) -> Made | None:
        maker, settings = self._maker, self._settings
        if maker is None or settings is None:
            return None
        output = planned(maker.state, _FOLDER, path)
        if output is None:
            self._kept.pop(path, None)
            return None
        if output.kind == "copy":
            file = self._look.site / output.subject
            return Made(
                output=output, edition=self._edition, file=file, digest=_digest(maker.state, output.subject)
            )
        kept = self._kept.get(path)
        if kept and kept.edition == self._edition:
            self._kept.move_to_end(path)
            return kept
        try:
            content = maker.make(output)
        except Problems as error:
            shown = kept or Made(output=output, edition=0)
            return replace(shown, edition=self._edition, problems=error.problems)
        made = Made(
            output=output,
            edition=self._edition,
            content=content,
            digest=files.digest(content).hex(),
            parts=self._parts(maker, output, content) if path.endswith(".html") else (),
            held=self._held(maker.state, settings, output),
        )
        self._kept[path] = made
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return made

    def _parts(self, maker: Maker, output: Output, content: bytes) -> tuple[tuple[str, str], ...]:
        """Return the files of the site that a page loads: the URL of each, and a digest of its bytes."""
        state, urls = maker.state, maker.urls
        parts = {}
        for address in _ADDRESS.findall(content):
            url = urlsplit(urljoin(urls.url(output.path), unescape(address.decode())))
            if not url.netloc and url.path.startswith(urls.base):
                part = planned(state, _FOLDER, unquote(url.path.removeprefix(urls.base)))
                if part and part.kind == "copy":
                    parts[url.path] = _digest(state, part.subject)
        return tuple(sorted(parts.items()))

    def _held(self, state: sqlite3.Connection, settings: Settings, output: Output) -> Held | None:
        if output.kind != "article":
            return None
        query = (
            "SELECT a.draft, a.instant, s.facts FROM article a JOIN story s ON s.article = a.id"
            " WHERE a.path = ?"
        )
        draft, instant, facts = state.execute(query, (output.subject,)).fetchone()
        later = instant > self._look.moment(settings)
        appears = dt.datetime.fromisoformat(json.loads(facts)["date"]) if later else None
        return Held(draft=bool(draft), appears=appears) if draft or later else None

    def _until_next(self) -> float | None:
        if self._maker is None:
            return None
        instant = due.next_change(self._maker.state, after=self._began)
        return None if instant is None else max(0.0, float(instant - _now()))


class _UnplannableError(Exception):
    """Two sources want one path, so there is no plan."""


def _now() -> int:
    return seconds(dt.datetime.now(dt.UTC))


def _digest(state: sqlite3.Connection, path: str) -> str:
    row = state.execute("SELECT digest FROM source WHERE path = ?", (path,)).fetchone()
    return row[0].hex() if row else ""


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


def _copy(state: Path, file: Path) -> None:
    """Copy a state, also while a build writes to it; one that cannot be read is not copied."""
    try:
        with closing(open_reader(state)) as source, closing(sqlite3.connect(file)) as target:
            source.backup(target)
    except sqlite3.DatabaseError:
        discard(file)
