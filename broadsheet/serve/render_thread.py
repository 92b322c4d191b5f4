"""Renders outputs of the build that is shown, in a thread of its own, and keeps what was rendered last.

Its methods may be called by any thread. What fails is a problem of the output, which is then as it was last.
"""

from __future__ import annotations

import datetime as dt
import re
import sqlite3
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from broadsheet.archive.database import open_state
from broadsheet.archive.lookups import ArticleOrigin, find_moved_output, read_date, read_digest, read_origin
from broadsheet.build import schedule
from broadsheet.common import files
from broadsheet.common.problems import Problem, Problems
from broadsheet.ledger.lookups import find_output
from broadsheet.plan.output import Output
from broadsheet.read import theme
from broadsheet.render.outputs import assets
from broadsheet.render.outputs.pictures import PictureSubject
from broadsheet.render.renderer import Renderer
from broadsheet.serve.deadline import Deadline
from broadsheet.serve.failures import Failures
from broadsheet.settings.model import Settings

# The name of the preview's output folder in its ledger.
FOLDER = "preview"
_CACHED_OUTPUTS = 1024
_LONGEST_LOG = 64_000_000  # bytes
_ASSETS = frozenset(kind.name for kind in assets.KINDS)
# What the URL of a style sheet or a script ends with in a page.
_VERSION = re.compile(rb"""(?<=[.cm][sj]s)\?v=[0-9a-f]{8}(?=")""")
_PART_URL = re.compile(rb"""<(?:link|script|img|source|video|audio)\b[^>]*?\s(?:href|src)="([^"]+)""")


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldReason:
    """Why an article is held back from readers: it is a draft, or ``appears`` later, or both."""

    draft: bool
    appears: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedOutput:
    """An output as a build would write it; of a ``copy``, the file that a build would copy.

    ``digest`` is that of the bytes, ``parts`` are the files of the site that a page loads, each with its
    digest, and that of a page leaves out the digests in their URLs. With ``problems`` rendering failed, and
    the rest is as it was last, empty if it never succeeded. ``origin`` is where an article's page comes from.
    """

    output: Output
    build: int
    content: bytes = b""
    file: Path | None = None
    digest: str = ""
    parts: tuple[tuple[str, str], ...] = ()
    hold: HoldReason | None = None
    origin: ArticleOrigin | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def stamp(self) -> str:
        """A digest of the page and its parts; empty for one that was never rendered."""
        return files.digest(repr((self.digest, self.parts)).encode()).hex() if self.digest else ""


class RenderThread:
    """Renders from the state in one file; until ``show`` there is nothing."""

    def __init__(
        self, site: Path, file: Path, moment: Callable[[Settings], int], longest: float, failures: Failures
    ) -> None:
        """Render the site in the folder ``site`` from the state ``file``.

        ``moment`` is the as-of time, ``longest`` how many seconds one page may take.
        """
        self.build = 0
        self.settings: Settings | None = None
        self.shown_inode = 0
        self._site = site
        self._file = file
        self._moment = moment
        self._failures = failures
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="render")
        self._deadline = Deadline(longest)
        self._renderer: Renderer | None = None
        self._rendered: OrderedDict[str, RenderedOutput] = OrderedDict()
        self._moved: OrderedDict[str, str] = OrderedDict()

    def close(self) -> None:
        """Let the state go, and end the thread."""
        self.close_state()
        self._thread.shutdown()

    def hurry(self) -> None:
        """Give the pages that are waiting little time, until the next ``show``."""
        self._deadline.hurry()

    def close_state(self) -> None:
        """Let the state go; what was rendered is kept."""
        self._thread.submit(self._close_renderer).result()

    def show(self, settings: Settings) -> None:
        """Show the newest build in the state."""
        self._thread.submit(self._show, settings).result()

    def render(self, path: str) -> RenderedOutput | None:
        """Return the output at a path, rendered from the build that is shown; None if there is none."""
        return self._thread.submit(self._render, path).result()

    def find_moved(self, path: str) -> str | None:
        """Return where the article has its page that had it at ``path``; None unless that is known."""
        return self._thread.submit(self._find_moved, path).result()

    def find_next_change(self, after: int) -> int | None:
        """Return when the site will change by itself, as ``schedule.find_next_change`` does."""
        return self._thread.submit(self._find_next_change, after).result()

    # What follows runs in the thread.

    def _show(self, settings: Settings) -> None:
        self.settings = settings
        self._deadline.relax()
        if inode_of(self._file) != self.shown_inode:
            self._close_renderer()
        try:
            if self._renderer is None:
                self._renderer = Renderer(self._site, self._file, self._deadline.check)
                self.shown_inode = inode_of(self._file)
            else:
                self._renderer.renew()
                self._shorten_log()
        except BaseException:
            self._close_renderer()  # it may have ended reading, and not begun again
            raise
        self.build += 1

    def _shorten_log(self) -> None:
        """While the newest build is being read SQLite can only append to its write-ahead log.

        Between two builds nothing is being read.
        """
        log = self._file.with_name(f"{self._file.name}-wal")
        if log.exists() and log.stat().st_size > _LONGEST_LOG:
            open_state(self._file).close()

    def _close_renderer(self) -> None:
        if self._renderer:
            self._renderer.close()
            self._renderer = None

    def _render(self, path: str) -> RenderedOutput | None:
        settings = self.settings
        if settings is None:
            return None
        try:
            if self._renderer is None:
                raise _UnreadableError  # noqa: TRY301 - what it takes to get here failed before
            rendered = self._render_from(self._renderer, settings, path)
        except Exception as error:  # noqa: BLE001 - whatever it is, the preview goes on
            problem = self._failures.note(error, f"make /{path}")
            last = self._rendered.get(path) or RenderedOutput(output=Output(path, ""), build=0)
            return replace(last, problems=(problem,))
        self._failures.clear(f"make /{path}")
        return rendered

    def _render_from(self, renderer: Renderer, settings: Settings, path: str) -> RenderedOutput | None:
        output = find_output(renderer.db, FOLDER, path)
        if output is None:
            self._forget(renderer.db, path)
            return None
        cached = self._rendered.get(path)
        if cached and cached.build == self.build:
            self._rendered.move_to_end(path)
            return cached
        if output.kind == "copy":
            file = Path(theme.locate(self._site, output.subject))
            digest = read_digest(renderer.db, output.subject).hex()
            return self._keep(RenderedOutput(output=output, build=self.build, file=file, digest=digest))
        self._deadline.begin()
        try:
            content = renderer.render(output).content
        except Problems as error:
            last = cached or RenderedOutput(output=output, build=0)
            return self._keep(replace(last, build=self.build, problems=error.problems))
        rendered = RenderedOutput(
            output=output,
            build=self.build,
            content=content,
            digest=files.digest(_VERSION.sub(b"", content)).hex(),
            parts=self._parts(renderer, settings, output, content) if path.endswith(".html") else (),
            hold=self._hold_reason(renderer.db, settings, output),
            origin=read_origin(renderer.db, output.subject) if output.kind == "article" else None,
        )
        return self._keep(rendered)

    def _keep(self, rendered: RenderedOutput) -> RenderedOutput:
        """Keep an output for the build that is shown, and return it."""
        self._rendered[rendered.output.path] = rendered
        if len(self._rendered) > _CACHED_OUTPUTS:
            self._rendered.popitem(last=False)
        return rendered

    def _parts(
        self, renderer: Renderer, settings: Settings, output: Output, content: bytes
    ) -> tuple[tuple[str, str], ...]:
        """Return the files of the site that a page loads, each as its URL and the digest of its bytes."""
        db, urls = renderer.db, renderer.urls
        parts = {}
        for address in _PART_URL.findall(content):
            try:
                url = urlsplit(urljoin(urls.url(output.path), unescape(address.decode())))
            except ValueError:
                continue  # a layout may write what is no address
            path = None if url.netloc else urls.below_base(unquote(url.path))
            part = find_output(db, FOLDER, path) if path else None
            if part and part.kind in {"copy", "picture"}:
                source = part.subject if part.kind == "copy" else PictureSubject.parse(part.subject).path
                parts[url.path] = read_digest(db, source).hex()
            elif part and part.kind in _ASSETS:
                asset = self._render_from(renderer, settings, part.path)
                parts[url.path] = asset.digest if asset else ""
        if output.kind == "search":
            # It also loads files of the index, which ones only the browser knows.
            parts[urls.url(output.path)] = str(self.build)
        return tuple(sorted(parts.items()))

    def _forget(self, db: sqlite3.Connection, path: str) -> None:
        """Forget an output that is gone; keep where its article has moved."""
        last = self._rendered.pop(path, None)
        moved = find_moved_output(db, last.origin) if last and last.origin else None
        if moved:
            self._moved[path] = moved
            if len(self._moved) > _CACHED_OUTPUTS:
                self._moved.popitem(last=False)

    def _find_moved(self, path: str) -> str | None:
        for _ in range(len(self._moved)):
            if path not in self._moved:
                break
            path = self._moved[path]
            if self._render(path):
                return path
        return None

    def _hold_reason(self, db: sqlite3.Connection, settings: Settings, output: Output) -> HoldReason | None:
        if output.kind != "article":
            return None
        article = read_date(db, output.subject)
        later = bool(article and article.instant > self._moment(settings))
        if article is None or not (article.draft or later):
            return None
        return HoldReason(draft=article.draft, appears=article.date if later else None)

    def _find_next_change(self, after: int) -> int | None:
        return schedule.find_next_change(self._renderer.db, after=after) if self._renderer else None


class _UnreadableError(OSError):
    """The archive could not be opened after the last revision."""

    strerror = "the archive could not be read"


def inode_of(file: Path) -> int:
    """Return the inode of a file, 0 if it is not there."""
    return file.stat().st_ino if file.exists() else 0
