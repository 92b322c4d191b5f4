"""Tries the links that leave a site: politely, and not again what was tried lately.

Each host is asked one thing at a time, with a pause after it, and some hosts at once. What came of it is
kept beside the site's state, and tried again after a time that doubles while the answer stays the same.
Only a server that says so, or a name that nobody has, makes a link dead; whatever may be otherwise for
the next reader (refusals, failures, silence) leaves it unsure. The standard library's client is enough:
a connection for each request, no cookies, no bodies read.
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
from broadsheet.common.progress import Progress

Verdict = Literal["alive", "dead", "moved", "unsure"]
VERDICTS: tuple[Verdict, ...] = ("dead", "moved", "unsure", "alive")
_AGENT = f"Broadsheet/{__version__} (checks links)"
_AT_ONCE = 16
_PAUSE = 0.5
_TIMEOUT = 20.0
_HOPS = 10
_DAY = 86_400
# How long an answer holds at first, in seconds; twice as long each time that it is the same again.
_HOLDS: dict[Verdict, int] = {"alive": 7 * _DAY, "dead": _DAY, "moved": 7 * _DAY, "unsure": 3600}
_HOLDS_AT_MOST = 90 * _DAY
_GONE = frozenset((404, 410))
_FOR_EVER = frozenset((301, 308))
_FOR_NOW = frozenset((302, 303, 307))
_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS reply (url TEXT PRIMARY KEY, verdict TEXT NOT NULL, words TEXT NOT NULL,"
    " tried INT NOT NULL, holds INT NOT NULL) WITHOUT ROWID"
)


class Reply(NamedTuple):
    """What came of trying a link. ``words``: why, or the new address of what has moved."""

    verdict: Verdict
    words: str = ""


class Manners(NamedTuple):
    """How others' servers are treated: seconds of pause and of patience, and how many hosts at once."""

    pause: float = _PAUSE
    timeout: float = _TIMEOUT
    at_once: int = _AT_ONCE


def tried(
    urls: Iterable[str], memory: Path, now: int, progress: Progress, manners: Manners | None = None
) -> dict[str, Reply]:
    """Return what came of each URL (absolute, without its fragment), by what ``memory`` holds or by trying.

    ``now``: seconds since 1970. Each reply is kept as it comes, so that a run that is stopped is taken up.
    """
    memory.parent.mkdir(exist_ok=True)
    with closing(_opened(memory)) as kept:
        replies: dict[str, Reply] = {}
        due = []
        for url in sorted(set(urls)):
            row = kept.execute(
                "SELECT verdict, words, tried, holds FROM reply WHERE url = ?", (url,)
            ).fetchone()
            if row and row[2] <= now < row[2] + row[3]:
                replies[url] = Reply(row[0], row[1])
            else:
                due.append(url)
        progress.begin("Trying links", len(due))
        for url, reply in _try_all(due, manners or Manners()):
            _keep(kept, url, reply, now)
            replies[url] = reply
            progress.step()
    return dict(sorted(replies.items()))


def counts(replies: Mapping[str, Reply]) -> tuple[tuple[str, int], ...]:
    """Return how many links came out each way, the worst first."""
    verdicts = Counter(reply.verdict for reply in replies.values())
    return tuple((verdict, verdicts[verdict]) for verdict in VERDICTS)


def _opened(memory: Path) -> sqlite3.Connection:
    kept = sqlite3.connect(memory, isolation_level=None)
    try:
        kept.execute(_SCHEMA)
        kept.execute("SELECT url, verdict, words, tried, holds FROM reply LIMIT 1").fetchone()
    except sqlite3.DatabaseError:
        kept.close()
        memory.unlink()
        kept = sqlite3.connect(memory, isolation_level=None)
        kept.execute(_SCHEMA)
    return kept


def _keep(kept: sqlite3.Connection, url: str, reply: Reply, now: int) -> None:
    row = kept.execute("SELECT verdict, holds FROM reply WHERE url = ?", (url,)).fetchone()
    holds = _HOLDS[reply.verdict]
    if row and row[0] == reply.verdict:
        holds = min(2 * row[1], _HOLDS_AT_MOST)
    kept.execute("REPLACE INTO reply VALUES (?, ?, ?, ?, ?)", (url, *reply, now, holds))


def _try_all(urls: list[str], manners: Manners) -> Iterator[tuple[str, Reply]]:
    by_host = defaultdict(list)
    for url in urls:
        by_host[_host(url)].append(url)
    client = _Client(manners)
    pool = ThreadPoolExecutor(manners.at_once)
    try:
        # A host's links follow one another in one thread; no thread waits for another's host.
        queues = {pool.submit(client.reply, each[0]): (each, 0) for each in by_host.values()}
        while queues:
            done = next(as_completed(queues))
            each, at = queues.pop(done)
            yield each[at], done.result()
            if at + 1 < len(each):
                queues[pool.submit(client.reply, each[at + 1])] = (each, at + 1)
    finally:
        pool.shutdown(cancel_futures=True)


class _Client:
    """Asks servers, and each host one thing at a time, redirects to it included."""

    def __init__(self, manners: Manners) -> None:
        self._manners = manners
        self._guard = threading.Lock()
        self._turns: dict[str, threading.Lock] = {}
        self._opener = urllib.request.build_opener(_NoRedirect)

    def reply(self, url: str) -> Reply:
        """Return what becomes of a reader who follows ``url``."""
        at, moved, lasting = url, "", True
        try:
            for _ in range(_HOPS):
                status, location = self._asked(at)
                if status in _FOR_EVER | _FOR_NOW and location:
                    at = urljoin(at, location)
                    if urlsplit(at).scheme not in {"http", "https"}:
                        return Reply("unsure", f"it is redirected to {at}")
                    lasting = lasting and status in _FOR_EVER
                    moved = at if lasting else moved
                    continue
                if status in _GONE:
                    return Reply("dead", str(status))
                if status not in range(200, 300):
                    return Reply("unsure", str(status))
                return Reply("moved", moved) if moved else Reply("alive")
        except (OSError, HTTPException, ValueError) as error:
            return _failed(error)
        return Reply("unsure", "its redirects have no end")

    def _asked(self, url: str) -> tuple[int, str]:
        """Return status and location; by GET where HEAD is refused, as many servers do that know no HEAD."""
        status, location = self._request("HEAD", url)
        if status < HTTPStatus.BAD_REQUEST or status == HTTPStatus.TOO_MANY_REQUESTS:
            return status, location
        return self._request("GET", url)

    def _request(self, method: str, url: str) -> tuple[int, str]:
        with self._guard:
            turn = self._turns.setdefault(_host(url), threading.Lock())
        with turn:
            request = urllib.request.Request(  # noqa: S310 - http and https are all that gets here
                _spelled(url), method=method, headers={"User-Agent": _AGENT, "Accept": "*/*"}
            )
            try:
                with self._opener.open(request, timeout=self._manners.timeout) as response:
                    return response.status, response.headers.get("Location", "")
            except urllib.error.HTTPError as error:
                with error:
                    return error.code, error.headers.get("Location", "")
            finally:
                time.sleep(self._manners.pause)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Leaves redirects to whoever asked: a lasting one says something about the link."""

    def redirect_request(self, *_: object) -> None:
        """Follow none."""


def _failed(error: Exception) -> Reply:
    reason = getattr(error, "reason", error)
    if isinstance(reason, socket.gaierror):
        if reason.errno == socket.EAI_NONAME:
            return Reply("dead", "there is no such host")
        return Reply("unsure", "its host's name cannot be looked up")
    if isinstance(reason, TimeoutError):
        return Reply("unsure", "no answer in time")
    if isinstance(reason, ssl.SSLError):
        return Reply("unsure", "no safe connection")
    if isinstance(reason, ConnectionRefusedError):
        return Reply("unsure", "connection refused")
    return Reply("unsure", "no proper answer")


def _host(url: str) -> str:
    return urlsplit(url).netloc.rpartition("@")[2].lower()


def _spelled(url: str) -> str:
    """Return a URL as it goes over the wire: its host by IDNA, the rest percent-encoded."""
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
