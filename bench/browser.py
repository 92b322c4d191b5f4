"""Measures what a reader waits for: a search in Chromium, over a slow connection, with an empty cache.

The site is served as static hosts serve it: with HTTP/2, and text compressed. Chromium delays each answer by
the latency and lets through no more than the bandwidth, all answers together. Needs nginx, openssl, Chromium,
and the packages in requirements-test.txt.
"""

from __future__ import annotations

import getpass
import importlib.util
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, CDPSession, Page

LATENCY = 60  # milliseconds
BANDWIDTH = 10  # megabits a second
LIMIT = 60.0  # seconds that a search may take
_CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_PLACES = "/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin"
_QUIET = 0.5  # seconds without a request, after which nothing more comes
_SCRIPTS = frozenset(("text/javascript", "application/javascript", "application/wasm"))
_TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
_TEXT = (
    "text/css text/javascript application/javascript application/json application/xml"
    " application/atom+xml image/svg+xml text/plain"
)
_TYPES = """
text/html html; text/css css; text/javascript js mjs; application/json json; application/xml xml;
image/svg+xml svg; image/png png; image/jpeg jpg jpeg; image/webp webp;
image/avif avif; font/woff2 woff2; application/wasm wasm; text/plain txt;
"""
# Notes when Enter was pressed, and when the first result was there, by the clock of the machine.
_NOTE = """
const now = () => performance.timeOrigin + performance.now();
addEventListener("keydown", (event) => {
  if (event.key === "Enter") sessionStorage.setItem("entered", now());
}, true);
const look = () => {
  if (document.querySelector(%r)) window.shown ??= now();
  else requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """Where a site has its search. ``results`` and ``field`` are selectors, of one result and of the field.

    ``start`` is a page with the field, ``page`` the one that shows results; both are paths.
    """

    start: str
    page: str
    field: str
    results: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What one search took: seconds to the first result, and bytes on the wire of all that came.

    Parts of that are ``pages``, the page that searches and its style sheets; ``scripts``, which may be
    WebAssembly; and ``lines``, the pages of articles that give each result a line of its text.
    """

    seconds: float
    requests: int
    size: int
    pages: int = 0
    scripts: int = 0
    lines: int = 0


class Reader:
    """Someone who searches, each time with a browser that has seen nothing of the site."""

    def __init__(self, browser: Browser, site: str, where: SearchPage) -> None:
        self._browser = browser
        self._site = site
        self._where = where

    def enters(self, words: str) -> Search | None:
        """Search from a page of the site: from entering the words in its field to the first result.

        What is loaded counts from the moment when the field has the focus. None: there is no result.
        """
        with self._page() as (page, traffic):
            page.goto(self._site + self._where.start)
            traffic.wait_for_silence(page)
            traffic.forget()
            page.focus(self._where.field)
            page.keyboard.insert_text(words)
            page.keyboard.press("Enter")
            return self._found(page, traffic, 'Number(sessionStorage.getItem("entered"))')

    def follows(self, words: str, years: tuple[int, int] | None = None) -> Search | None:
        """Follow a link to a search: from leaving for it to the first result. None: there is no result."""
        query = {"q": words, **({"from": years[0], "to": years[1]} if years else {})}
        with self._page() as (page, traffic):
            page.goto(f"{self._site}{self._where.page}?{urlencode(query)}", wait_until="commit")
            return self._found(page, traffic, "performance.timeOrigin")

    def _found(self, page: Page, traffic: _Traffic, began: str) -> Search | None:
        end = time.monotonic() + LIMIT
        while time.monotonic() < end:
            traffic.wait_for_silence(page)
            seconds = page.evaluate(f"window.shown ? (window.shown - {began}) / 1000 : null")
            if seconds is not None:
                return traffic.summary(seconds)
        return None

    @contextmanager
    def _page(self) -> Iterator[tuple[Page, _Traffic]]:
        context = self._browser.new_context(ignore_https_errors=True)
        try:
            page = context.new_page()
            page.add_init_script(_NOTE % self._where.results)
            yield page, _Traffic(_throttled(context, page))
        finally:
            context.close()


class _Traffic:
    """What comes over the wire, as Chromium's developer tools have it."""

    def __init__(self, session: CDPSession) -> None:
        self._kinds: dict[str, str] = {}
        self._sizes: dict[str, int] = {}
        self._due: set[str] = set()
        self._latest = 0.0
        session.on("Network.requestWillBeSent", self._begun)
        session.on("Network.responseReceived", self._answered)
        session.on("Network.loadingFinished", self._finished)
        session.on("Network.loadingFailed", self._failed)

    def forget(self) -> None:
        """Forget what came up to now."""
        self._kinds.clear()
        self._sizes.clear()

    def wait_for_silence(self, page: Page) -> None:
        """Wait until no answer is due and none has come for a while."""
        self._latest = time.monotonic()
        end = self._latest + LIMIT
        while time.monotonic() < end and (self._due or time.monotonic() - self._latest < _QUIET):
            page.wait_for_timeout(50)

    def summary(self, seconds: float) -> Search:
        """Return what came since, for a search that took so many seconds."""
        sizes = self._sizes.items()
        return Search(
            seconds=seconds,
            requests=len(sizes),
            size=sum(self._sizes.values()),
            pages=sum(size for request, size in sizes if self._kinds.get(request) == "pages"),
            scripts=sum(size for request, size in sizes if self._kinds.get(request) == "scripts"),
            lines=sum(size for request, size in sizes if self._kinds.get(request) == "lines"),
        )

    def _begun(self, event: Mapping[str, Any]) -> None:
        self._due.add(event["requestId"])
        self._latest = time.monotonic()

    def _answered(self, event: Mapping[str, Any]) -> None:
        media, resource = event["response"]["mimeType"], event["type"]
        kind = "pages" if resource in {"Document", "Stylesheet"} else "lines" if media == "text/html" else ""
        self._kinds[event["requestId"]] = "scripts" if media in _SCRIPTS else kind

    def _finished(self, event: Mapping[str, Any]) -> None:
        self._due.discard(event["requestId"])
        self._latest = time.monotonic()
        self._sizes[event["requestId"]] = int(event["encodedDataLength"])

    def _failed(self, event: Mapping[str, Any]) -> None:
        self._due.discard(event["requestId"])


def lacking() -> tuple[str, ...]:
    """Return what is missing for a search in a browser; nothing if all is there."""
    found = {
        "playwright": importlib.util.find_spec("playwright") is not None,
        "chromium": any(map(_program, _CHROMIUMS)),
        **{name: bool(_program(name)) for name in ("nginx", "openssl")},
    }
    return tuple(name for name, is_there in found.items() if not is_there)


def find_chromium() -> str:
    """Return the program of Chromium or Chrome; empty if there is none."""
    return next((file for file in map(_program, _CHROMIUMS) if file), "")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Chromium."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - those who only build do not have it

    found = find_chromium()
    if not found:
        raise SystemExit("Chromium is missing: apt-get install chromium")
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    with sync_playwright() as playwright:
        args = ["--no-sandbox"] if as_root else []
        browser = playwright.chromium.launch(executable_path=found, args=args)
        yield browser
        browser.close()


@contextmanager
def serving(folder: Path, *, work: Path, others: Mapping[str, Path] | None = None) -> Iterator[str]:
    """Serve a folder on a free port; yield the URL, without a slash at its end.

    ``others`` are folders under a path of their own. The server keeps its own files in ``work``.
    """
    program = _program("nginx")
    work.mkdir(parents=True, exist_ok=True)
    port = _free_port()
    certificate = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    files = ["-keyout", "key.pem", "-out", "certificate.pem", "-days", "2", "-subj", "/CN=localhost"]
    subprocess.run([_program("openssl"), *certificate, *files], cwd=work, check=True, capture_output=True)
    kept = "".join(f"{name}_temp_path {work}/{name};" for name in _TEMPORARY)
    places = "".join(f"location {path} {{ alias {one}/; }}" for path, one in (others or {}).items())
    (work / "nginx.conf").write_text(
        f"daemon off; pid {work}/pid; user {getpass.getuser()}; events {{}}\n"
        f"http {{ access_log off; {kept} types {{ {_TYPES} }} default_type application/octet-stream;\n"
        f"gzip on; gzip_comp_level 6; gzip_types {_TEXT};\n"
        f"server {{ listen 127.0.0.1:{port} ssl http2; root {folder}; {places}\n"
        f"ssl_certificate {work}/certificate.pem; ssl_certificate_key {work}/key.pem; }} }}\n",
        encoding="utf-8",
    )
    line = [program, "-e", "stderr", "-c", str(work / "nginx.conf"), "-p", str(work)]
    with subprocess.Popen(line, stderr=subprocess.DEVNULL) as process:
        try:
            _wait_for(port, process)
            yield f"https://localhost:{port}"
        finally:
            process.terminate()


def _throttled(context: BrowserContext, page: Page) -> CDPSession:
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    a_second = BANDWIDTH * 1_000_000 // 8
    session.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": LATENCY, "downloadThroughput": a_second, "uploadThroughput": a_second},
    )
    return session


def _program(name: str) -> str:
    return shutil.which(name, path=f"{_PLACES}:{os.environ.get('PATH', '')}") or ""


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise SystemExit("nginx does not start")
