"""The preview: serves the site as it would be built, and follows every save.

Three threads, and one for each connection: this one waits for changes and updates the archive, the render
thread renders pages (see ``session``), and the server starts a thread for each connection. Nothing is written
but the preview's state.
"""

from __future__ import annotations

import errno
import threading
import time
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from broadsheet.build.site_folder import load_settings
from broadsheet.common.problems import Problems
from broadsheet.common.progress import Progress
from broadsheet.common.text_style import PLAIN, TextStyle
from broadsheet.common.urls import Urls
from broadsheet.serve.file_watcher import FileWatcher
from broadsheet.serve.live_reload import Tabs
from broadsheet.serve.server import Server
from broadsheet.serve.session import PreviewOptions, PreviewSession, RevisionResult

_PORTS = 50
# Seconds. A file may be read while it is being saved: its problems are reported if they are still there after
# this time.
_HALF_SAVED = 0.05
_PROGRESS_INTERVAL = 0.1  # seconds
_TRIES = 5
# Seconds between two tries after the system refused something.
_SHORTEST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0
_WITHOUT_WATCHES = (
    "The system refuses to watch the site's folders ({reason}), so they are looked at again and again,"
    " and a change is seen later.\n"
    "On Linux this raises the limit: sudo sysctl fs.inotify.max_user_watches=524288"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeOptions:
    """Where to serve a preview; ``browser`` opens it in one, and problems are printed in ``style``."""

    preview: PreviewOptions
    host: str
    port: int
    browser: bool = False
    style: TextStyle = PLAIN


def serve(options: ServeOptions, say: Callable[[str], None]) -> None:
    """Serve until ``KeyboardInterrupt``; ``say`` prints a line. Raises ``OSError`` if no port is free."""
    session = PreviewSession(options.preview, say)
    tabs = Tabs(session, say, options.style)
    ready = threading.Event()
    try:
        with _listen(options, session, tabs, ready, say) as server:
            thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
            thread.start()
            try:
                _follow(options, session, tabs, ready, server, say)
            finally:
                tabs.end()
                server.shutdown()
    finally:
        session.close()


def _listen(
    options: ServeOptions,
    session: PreviewSession,
    tabs: Tabs,
    ready: threading.Event,
    say: Callable[[str], None],
) -> Server:
    for port in range(options.port, options.port + _PORTS):
        try:
            server = Server(options.host, port, session, tabs, ready)
        except OSError as error:
            if error.errno != errno.EADDRINUSE or port == options.port + _PORTS - 1:
                raise
            continue
        if port != options.port:
            say(f"Port {options.port} is taken.")
        return server
    raise AssertionError


def _follow(
    options: ServeOptions,
    session: PreviewSession,
    tabs: Tabs,
    ready: threading.Event,
    server: Server,
    say: Callable[[str], None],
) -> None:
    """Update the archive whenever something changes, and send the tabs what has changed."""
    content, base = _content_and_base(options.preview.site)
    host = f"[{options.host}]" if ":" in options.host else options.host
    url = f"http://{host}:{server.server_port}{base}"
    say(f"Serving {url} (Ctrl-C ends it)")
    if options.browser:
        webbrowser.open(url)
    watcher = FileWatcher(options.preview.site, content)
    if watcher.refused:
        say(_WITHOUT_WATCHES.format(reason=watcher.refused))
    session.failures.on_failure(watcher.wake)
    try:
        within: frozenset[str] | None = None
        progress: Progress = _TabProgress(tabs)
        pause = 0.0
        while True:
            began = time.monotonic()
            revised = _revise(session, within, progress)
            if within is None:
                watcher.note_scan(time.monotonic() - began)
            if revised.problems and revised.problems != tabs.problems and ready.is_set():
                within = _union(within, watcher.changes(_HALF_SAVED))
                revised = _revise(session, within, progress)
            announced = _announce(session, tabs, revised)
            ready.set()
            progress = Progress()
            watcher.follow(session.content)
            left = frozenset() if revised.complete and announced else within
            wait = session.seconds_until_change()
            pause = min(max(_SHORTEST_PAUSE, 2 * pause), _LONGEST_PAUSE) if session.failures.has_failed else 0
            if pause:
                left, wait = None, min(pause, pause if wait is None else wait)
            within = _union(left, watcher.changes(wait))
    finally:
        watcher.close()


def _revise(session: PreviewSession, within: frozenset[str] | None, progress: Progress) -> RevisionResult:
    """Update the archive; try again if files change or vanish while they are read."""
    for _ in range(_TRIES):
        try:
            return session.revise(within, progress)
        except OSError as error:
            failed = error
            time.sleep(_HALF_SAVED)
            within = None
    return session.fail(failed)


def _announce(session: PreviewSession, tabs: Tabs, revised: RevisionResult) -> bool:
    """Send the tabs what has changed; return whether they were all told."""
    try:
        tabs.announce(revised.problems, revised.new)
    except Exception as error:  # noqa: BLE001 - whatever it is, the preview goes on
        session.fail(error)
        return False
    return True


def _union(some: frozenset[str] | None, others: frozenset[str] | None) -> frozenset[str] | None:
    """Return the directories of both; None, which is all directories, if either is."""
    return None if some is None or others is None else some | others


def _content_and_base(site: Path) -> tuple[str, str]:
    """Return the folder of a site's articles and its base path; the defaults if site.toml is invalid."""
    try:
        settings = load_settings(site)
    except Problems:
        return "content", "/"
    return settings.content_folder, Urls(settings.url).base


class _TabProgress(Progress):
    """Sends the progress of the first build to the tabs that wait for it."""

    def __init__(self, tabs: Tabs) -> None:
        self._tabs = tabs
        self._stage, self._count, self._done, self._sent = "", 0, 0, 0.0

    def begin(self, stage: str, count: int) -> None:
        """Begin a stage."""
        self._stage, self._count, self._done = stage, count, 0

    def step(self) -> None:
        """Count a step, and send the count ten times a second."""
        self._done += 1
        if time.monotonic() - self._sent > _PROGRESS_INTERVAL:
            self._sent = time.monotonic()
            self._tabs.progress(self._stage, self._done, self._count)
