"""Requests the URLs that leave a site: politely, and not those that were checked recently.

Each host gets one request at a time, with a delay after it; several hosts are requested at once. Results are
cached beside the site's state, for a time that doubles while the result stays the same. A link is dead only
if its server says so, or no such host exists; whatever may go differently for the next reader (refusals,
errors, timeouts) leaves it unsure. The standard library's client is enough: one connection a request, no
cookies, and no response body is read.
"""

from __future__ import annotations

import socket
import sqlite3
import ssl
import threading
import time
import urllib.error
import urllib.request
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import closing
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path
from typing import Literal, NamedTuple
from urllib.parse import quote, urljoin, urlsplit

from broadsheet import __version__
from broadsheet.check.time_limit import HttpHandler, HttpsHandler, limit_time
from broadsheet.common.progress import Progress

Verdict = Literal["alive", "dead", "moved", "unsure"]
VERDICTS: tuple[Verdict, ...] = ("dead", "moved", "unsure", "alive")
_USER_AGENT = f"Broadsheet/{__version__} (checks links)"
_MOST_REDIRECTS = 10
_DAY = 86_400
# How long a result is cached at first, in seconds; twice as long each time that it is the same again.
_LIFETIMES: dict[Verdict, int] = {"alive": 7 * _DAY, "dead": _DAY, "moved": 7 * _DAY, "unsure": 3600}
_LONGEST_LIFETIME = 90 * _DAY
_GONE = frozenset((404, 410))
_PERMANENT = frozenset((301, 308))
_TEMPORARY = frozenset((302, 303, 307))
_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS reply (url TEXT PRIMARY KEY, verdict TEXT NOT NULL, words TEXT NOT NULL,"
    " tried INT NOT NULL, holds INT NOT NULL) WITHOUT ROWID"
)


class LinkStatus(NamedTuple):
    """The result for one URL. ``detail``: the reason, or the new URL of what has moved."""

    verdict: Verdict
    detail: str = ""


class RequestLimits(NamedTuple):
    """How hard servers may be pressed: delay, timeout and ``longest`` in seconds, and how many hosts at once.

    ``timeout`` is the time without a byte, ``longest`` that of a whole request.
    """

    delay: float = 0.5
    timeout: float = 20.0
    longest: float = 60.0
    hosts: int = 16


def check_urls(
    urls: Iterable[str], cache: Path, now: int, progress: Progress, limits: RequestLimits | None = None
) -> dict[str, LinkStatus]:
    """Return the status of each URL (absolute, without fragment): cached in a file, or else requested.

    ``now``: seconds since 1970. Each status is cached at once, so an interrupted run can be continued.
    """
    cache.parent.mkdir(exist_ok=True)
    with closing(_open_cache(cache)) as db:
        statuses: dict[str, LinkStatus] = {}
        due = []
        for url in sorted(set(urls)):
            row = db.execute(
                "SELECT verdict, words, tried, holds FROM reply WHERE url = ?", (url,)
            ).fetchone()
            if row and row[2] <= now < row[2] + row[3]:
                statuses[url] = LinkStatus(row[0], row[1])
            else:
                due.append(url)
        progress.begin("Trying links", len(due))
        for url, status in _request_all(due, limits or RequestLimits()):
            _save(db, url, status, now)
            statuses[url] = status
            progress.step()
    return dict(sorted(statuses.items()))


def count_verdicts(statuses: Mapping[str, LinkStatus]) -> tuple[tuple[str, int], ...]:
    """Return how many URLs got each verdict, the worst first."""
    verdicts = Counter(status.verdict for status in statuses.values())
    return tuple((verdict, verdicts[verdict]) for verdict in VERDICTS)


def _open_cache(file: Path) -> sqlite3.Connection:
    """Open the cache; one that is damaged or foreign is replaced by an empty one."""
    db = sqlite3.connect(file, isolation_level=None)
    try:
        db.execute(_SCHEMA)
        db.execute("SELECT url, verdict, words, tried, holds FROM reply LIMIT 1").fetchone()
    except sqlite3.DatabaseError:
        db.close()
        file.unlink()
        db = sqlite3.connect(file, isolation_level=None)
        db.execute(_SCHEMA)
    return db


def _save(db: sqlite3.Connection, url: str, status: LinkStatus, now: int) -> None:
    row = db.execute("SELECT verdict, holds FROM reply WHERE url = ?", (url,)).fetchone()
    lifetime = _LIFETIMES[status.verdict]
    if row and row[0] == status.verdict:
        lifetime = min(2 * row[1], _LONGEST_LIFETIME)
    db.execute("REPLACE INTO reply VALUES (?, ?, ?, ?, ?)", (url, *status, now, lifetime))


def _request_all(urls: list[str], limits: RequestLimits) -> Iterator[tuple[str, LinkStatus]]:
    by_host = defaultdict(list)
    for url in urls:
        by_host[_host(url)].append(url)
    client = _Client(limits)
    pool = ThreadPoolExecutor(limits.hosts)
    try:
        # The URLs of one host are requested one after another; no thread waits for another's host.
        queues = {pool.submit(client.check, each[0]): (each, 0) for each in by_host.values()}
        while queues:
            done = next(as_completed(queues))
            each, at = queues.pop(done)
            yield each[at], done.result()
            if at + 1 < len(each):
                queues[pool.submit(client.check, each[at + 1])] = (each, at + 1)
    finally:
        pool.shutdown(cancel_futures=True)


class _Client:
    """Sends requests, one at a time to each host, those that follow redirects to it included."""

    def __init__(self, limits: RequestLimits) -> None:
        self._limits = limits
        self._guard = threading.Lock()
        self._host_locks: dict[str, threading.Lock] = {}
        self._opener = urllib.request.build_opener(_NoRedirect, HttpHandler, HttpsHandler)

    def check(self, url: str) -> LinkStatus:
        """Request ``url``, follow its redirects, and return its status."""
        at, moved, lasting = url, "", True
        try:
            for _ in range(_MOST_REDIRECTS):
                status, location = self._head_or_get(at)
                if status in _PERMANENT | _TEMPORARY and location:
                    at = urljoin(at, location)
                    if urlsplit(at).scheme not in {"http", "https"}:
                        return LinkStatus("unsure", f"it is redirected to {at}")
                    lasting = lasting and status in _PERMANENT
                    moved = at if lasting else moved
                    continue
                if status in _GONE:
                    return LinkStatus("dead", str(status))
                if status not in range(200, 300):
                    return LinkStatus("unsure", str(status))
                return LinkStatus("moved", moved) if moved else LinkStatus("alive")
        except (OSError, HTTPException, ValueError) as error:
            return _failed(error)
        return LinkStatus("unsure", "its redirects have no end")

    def _head_or_get(self, url: str) -> tuple[int, str]:
        """Return status and location; by GET if HEAD fails, since many servers do not support HEAD."""
        status, location = self._request("HEAD", url)
        if status < HTTPStatus.BAD_REQUEST or status == HTTPStatus.TOO_MANY_REQUESTS:
            return status, location
        return self._request("GET", url)

    def _request(self, method: str, url: str) -> tuple[int, str]:
        with self._guard:
            host_lock = self._host_locks.setdefault(_host(url), threading.Lock())
        with host_lock:
            request = urllib.request.Request(  # noqa: S310 - http and https are all that gets here
                _encode(url), method=method, headers={"User-Agent": _USER_AGENT, "Accept": "*/*"}
            )
            try:
                with (
                    limit_time(self._limits.longest),
                    self._opener.open(request, timeout=self._limits.timeout) as response,
                ):
                    found = response.status, response.headers.get("Location", "")
            except urllib.error.HTTPError as error:
                with error:
                    return error.code, error.headers.get("Location", "")
            finally:
                time.sleep(self._limits.delay)
            return found


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Returns redirects to the caller: whether they are permanent decides what becomes of the link."""

    def redirect_request(self, *_: object) -> None:
        """Follow no redirect."""


def _failed(error: Exception) -> LinkStatus:
    reason = getattr(error, "reason", error)
    if isinstance(reason, socket.gaierror):
        if reason.errno == socket.EAI_NONAME:
            return LinkStatus("dead", "there is no such host")
        return LinkStatus("unsure", "its host's name cannot be looked up")
    if isinstance(reason, TimeoutError):
        return LinkStatus("unsure", "no answer in time")
    if isinstance(reason, ssl.SSLError):
        return LinkStatus("unsure", "no safe connection")
    if isinstance(reason, ConnectionRefusedError):
        return LinkStatus("unsure", "connection refused")
    return LinkStatus("unsure", "no proper answer")


def _host(url: str) -> str:
    return urlsplit(url).netloc.rpartition("@")[2].lower()


def _encode(url: str) -> str:
    """Return a URL as it is sent: its host in IDNA, the rest percent-encoded."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    if not host.isascii():
        host = host.encode("idna").decode()
    safe = "/%:@!$&'()*+,;=~-._?"
    return parts._replace(
        netloc=host,
        path=quote(parts.path, safe=safe) or "/",
        query=quote(parts.query, safe=safe),
        fragment="",
    ).geturl()
