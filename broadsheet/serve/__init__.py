"""The preview: serves the site as it would be built, and follows every save.

Three threads of ours and one for each connection: this one listens to the watch and revises the archive,
the press makes pages (see ``session``), the server hands requests to threads of its own. Nothing is written
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
from broadsheet.common.urls import Urls
from broadsheet.serve.file_watcher import Watch
from broadsheet.serve.live_reload import Tabs
from broadsheet.serve.server import Server
from broadsheet.serve.session import PreviewOptions, PreviewSession, Revised

_PORTS = 50
# A file that is being saved may be seen half-way: what is wrong with it is told if it still is after
# so many seconds.
_HALF_SAVED = 0.05
_TELLING = 0.1
_TRIES = 5
_WITHOUT_WATCHES = (
    "The system refuses to watch the site's folders ({reason}), so they are looked at again and again,"
    " and a change is seen later.\n"
    "On Linux this raises the limit: sudo sysctl fs.inotify.max_user_watches=524288"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeOptions:
    """Where to serve a site, and how to look at it."""

    look: PreviewOptions
    host: str
    port: int
    browser: bool = False


def serve(options: ServeOptions, say: Callable[[str], None]) -> None:
    """Serve until ``KeyboardInterrupt``; ``say`` prints a line. Raises ``OSError`` when no port is free."""
    session = PreviewSession(options.look)
    tabs = Tabs(session, say)
    ready = threading.Event()
    try:
        with _listening(options, session, tabs, ready, say) as server:
            thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
            thread.start()
            try:
                _follow(options, session, tabs, ready, server, say)
            finally:
                tabs.end()
                server.shutdown()
    finally:
        session.close()


def _listening(
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
    """Revise the archive whenever something changes, and tell the tabs."""
    content, base = _seen(options.look.site)
    host = f"[{options.host}]" if ":" in options.host else options.host
    url = f"http://{host}:{server.server_port}{base}"
    say(f"Serving {url} (Ctrl-C ends it)")
    if options.browser:
        webbrowser.open(url)
    watch = Watch(options.look.site, content)
    if watch.refused:
        say(_WITHOUT_WATCHES.format(reason=watch.refused))
    try:
        within: frozenset[str] | None = None
        progress: Progress = _Steps(tabs)
        while True:
            began = time.monotonic()
            revised = _revised(session, within, progress)
            if within is None:
                watch.looked(time.monotonic() - began)
            if revised.problems and revised.problems != tabs.problems and ready.is_set():
                within = _both(within, watch.changes(_HALF_SAVED))
                revised = _revised(session, within, progress)
            tabs.announce(revised.problems, revised.new)
            ready.set()
            progress = Progress()
            watch.follow(session.content)
            left = frozenset() if revised.looked else within
            within = _both(left, watch.changes(session.until_next()))
    finally:
        watch.close()


def _revised(session: PreviewSession, within: frozenset[str] | None, progress: Progress) -> Revised:
    """Revise; what moves while it is looked at is looked at again."""
    for _ in range(_TRIES):
        try:
            return session.revise(within, progress)
        except OSError:
            time.sleep(_HALF_SAVED)
            within = None
    return session.revise(None, progress)


def _both(some: frozenset[str] | None, others: frozenset[str] | None) -> frozenset[str] | None:
    """Return all directories of both, None when either is any."""
    return None if some is None or others is None else some | others


def _seen(site: Path) -> tuple[str, str]:
    """Return the folder of a site's articles and its base path, or the usual ones if site.toml is broken."""
    try:
        settings = load_settings(site)
    except Problems:
        return "content", "/"
    return settings.content_folder, Urls(settings.url).base


class _Steps(Progress):
    """Tells the tabs that wait how far the first reading has come."""

    def __init__(self, tabs: Tabs) -> None:
        self._tabs = tabs
        self._stage, self._count, self._done, self._told = "", 0, 0, 0.0

    def begin(self, stage: str, count: int) -> None:
        """Begin a stage."""
        self._stage, self._count, self._done = stage, count, 0

    def step(self) -> None:
        """Tell of it, ten times a second."""
        self._done += 1
        if time.monotonic() - self._told > _TELLING:
            self._told = time.monotonic()
            self._tabs.progress(self._stage, self._done, self._count)
