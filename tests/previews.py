"""The preview as its users have it: a process, a URL, and the lines that browsers keep open."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import quote, urlencode, urlsplit

from tests.forks import Process, start
from tests.sites import ROOT, Site, environment, needs_a_whole_site

_BEING_READ = 503
_PATIENCE = 90.0  # seconds; a disk that others write to may keep a state waiting for half a minute


@dataclass(slots=True)
class Preview:
    """A preview that runs: its URL, and what it has printed so far."""

    process: Process
    url: str
    printed: list[str]

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""
        parts = urlsplit(self.url)
        return str(parts.hostname), int(parts.port or 0)

    @property
    def base(self) -> str:
        """The site's base path."""
        return urlsplit(self.url).path

    def ask(
        self, path: str = "", method: str = "GET", headers: Mapping[str, str] | None = None
    ) -> tuple[HTTPResponse, bytes]:
        """Ask for a path of the site, or one from the root of the host; return the answer and its body."""
        connection = HTTPConnection(*self.address, timeout=_PATIENCE)
        try:
            url = path if path.startswith("/") else self.base + quote(path)
            connection.request(method, url, headers=dict(headers or {}))
            answer = connection.getresponse()
            return answer, answer.read()
        finally:
            connection.close()

    def page(self, path: str = "") -> str:
        """Return what is at a path, as text."""
        return self.ask(path)[1].decode()

    def stamp(self, path: str = "") -> str:
        """Return the stamp that a page is sent with."""
        return _data(self.page(path), "stamp")

    def build(self, path: str = "") -> int:
        """Return the number of the build that a page is sent from."""
        return int(_data(self.page(path), "build"))

    def said(self, words: str) -> bool:
        """Return whether ``words`` are printed before long."""
        return before_long(lambda: any(words in line for line in self.printed))


@dataclass(slots=True)
class Tab:
    """A browser's open line: what it was told."""

    connection: socket.socket
    news: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    begun: threading.Event = field(default_factory=threading.Event)

    def told(self, what: str) -> bool:
        """Return whether the tab is told of something before long."""
        return before_long(lambda: any(name == what for name, _ in self.news))

    def forget(self) -> None:
        """Forget what was told."""
        self.news.clear()

    def listen(self) -> None:
        """Take in what is told, until the line ends."""
        what = ""
        # What the server still writes once this side has hung up resets the line.
        with suppress(ConnectionResetError), self.connection.makefile("rb") as lines:
            for line in lines:
                name, _, value = line.decode().rstrip("\n").partition(": ")
                if name.startswith(":"):
                    self.begun.set()
                elif name == "event":
                    what = value
                elif name == "data":
                    self.news.append((what, json.loads(value)))


def before_long(holds: Callable[[], bool]) -> bool:
    """Return whether something comes to hold."""
    until = time.monotonic() + _PATIENCE
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(0.005)
    return True


@contextmanager
def previewing(
    site: Site,
    *words: str,
    status: int = 0,
    command: tuple[str, ...] = (),
    early: bool = False,
    faulty: bool = False,
) -> Iterator[Preview]:
    """Run ``build.py serve`` on a site; end it as Ctrl-C does, and see that it ends well.

    Unless ``early`` the first look at the site is over: no page is one that waits. It prints tracebacks if
    it is ``faulty``, and only then.
    """
    needs_a_whole_site()
    line = ["serve", "--site", str(site.folder), *words]
    if "--port" not in words:
        line += ["--port", str(free_port())]
    with _started(site, line, command) as (process, stdout):
        printed: list[str] = []
        reader = threading.Thread(target=_read, args=(stdout, printed), daemon=True)
        reader.start()
        try:
            assert before_long(lambda: bool(_url(printed)) or process.poll() is not None)
            assert process.poll() is None, printed
            preview = Preview(process=process, url=_url(printed), printed=printed)
            assert early or before_long(lambda: preview.ask()[0].status != _BEING_READ)
            yield preview
        finally:
            process.send_signal(signal.SIGINT)
            ended = process.wait(_PATIENCE)
            reader.join()
        assert ended == status, printed
        assert any("Traceback" in line for line in printed) == faulty, printed


@contextmanager
def tab(preview: Preview, path: str = "", stamp: str | None = None, build: int = 0) -> Iterator[Tab]:
    """Open the line of a tab that shows a page as it is now, or as it was sent with ``stamp``."""
    stamp = preview.stamp(path) if stamp is None else stamp
    words = {"path": preview.base + quote(path), "stamp": stamp, "build": str(build)}
    with socket.create_connection(preview.address) as connection:
        host, port = preview.address
        request = f"GET /.broadsheet/events?{urlencode(words)} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n"
        connection.sendall(request.encode())
        opened = Tab(connection)
        listener = threading.Thread(target=opened.listen, daemon=True)
        listener.start()
        assert opened.begun.wait(_PATIENCE)
        yield opened
        connection.shutdown(socket.SHUT_RDWR)
        listener.join()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def _data(page: str, name: str) -> str:
    return page.partition(f'data-{name}="')[2].partition('"')[0]


@contextmanager
def _started(site: Site, words: Sequence[str], command: Sequence[str]) -> Iterator[tuple[Process, TextIO]]:
    """Start ``build.py``, by another command if there is one; give the process and what it prints."""
    ours, theirs = os.pipe()
    with os.fdopen(ours, encoding="utf-8") as stdout:
        try:
            process = _process(site, words, command, theirs)
        finally:
            os.close(theirs)
        yield process, stdout


def _process(site: Site, words: Sequence[str], command: Sequence[str], stdout: int) -> Process:
    with Path(os.devnull).open("rb") as nothing:
        streams = nothing.fileno(), stdout, stdout
        if not command:
            return start(words, cwd=site.folder, env=environment(), streams=streams, fresh=False)
        line = [*command, sys.executable, str(ROOT / "build.py"), *words]
        return subprocess.Popen(
            line, cwd=site.folder, env=environment(), stdin=nothing, stdout=stdout, stderr=stdout
        )


def _read(stdout: TextIO, printed: list[str]) -> None:
    printed.extend(line.rstrip("\n") for line in iter(stdout.readline, ""))


def _url(printed: list[str]) -> str:
    return next((line.split()[1] for line in printed if line.startswith("Serving ")), "")
