"""Random requests that nobody sends by accident, and what an answer to any request may be."""

from __future__ import annotations

import random
import re
import socket
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.previews import Preview

# What no answer may have in it: it stands in files that are not the site's.
HIDDEN = "nobody else's business"
_STATUS = re.compile(rb"HTTP/1\.[01] ([0-9]{3}) ")
_ALLOWED = frozenset((100, 200, 206, 302, 400, 403, 404, 414, 416, 421, 431, 501, 503, 505))
_HEADERS = (b"x-content-type-options: nosniff", b"x-frame-options: sameorigin")
_PATIENCE = 30.0  # seconds
_MOST = 4_000_000  # bytes that are read of one answer

_METHODS = ("HEAD", "POST", "PUT", "TRACE", "CONNECT", "OPTIONS", "get", "", "G" * 9000, "GE\0T", "*")
_VERSIONS = ("HTTP/1.0", "HTTP/0.9", "HTTP/9.9", "HTTP/1.1.1", "HTTP/-1.1", "", "HTTP/x", "\u0661")
_GOOD = (
    "",
    "2022/11/01/flood/",
    "2022/11/01/flood",
    "style.css",
    "film.mp4",
    "atom.xml",
    "sitemap.xml",
    "none/",
)
_STEPS = (
    *(
        "..",
        "%2e%2e",
        ".%2E",
        "%252e%252e",
        "..;",
        "..%00",
        "%c0%ae%c0%ae",
        "....",
        ".",
        "~",
        "..\\",
        "%5c..",
        " ",
    ),
    *(
        "2022",
        "11",
        "01",
        "flood",
        "index.html",
        "style.css",
        "film.mp4",
        "archive",
        "static",
        "content",
        "public",
    ),
    *(
        "site.toml",
        "secret.txt",
        "state.sqlite",
        ".broadsheet",
        "preview.js",
        "events",
        "etc",
        "passwd",
        "404.html",
    ),
    *(
        "%ff%fe",
        "%zz",
        "%",
        "\xff",
        "\u0130",
        "%C4%B0",
        "x" * 300,
        "%00",
        "\x00",
        "\x1b[2J",
        "a:b",
        "C:",
        "aux",
    ),
)
_BETWEEN = ("/",) * 9 + ("//", "\\", "%2f", "%5C", "/./", "%252f", "\t")
_STARTS = (
    *("/archive/",) * 8,
    *("/", "/.broadsheet/", "//evil.example/", "file:///", "http://[", "http://evil/", "*", ""),
)
_QUERIES = (
    "?",
    "?path=%2F..%2F..&stamp=x&build=" + "9" * 5000,
    "?path[]=a&path=%ff",
    "?" + "a&" * 5000,
    "#x",
)
_HOSTS = (
    "evil.example",
    "localhost.evil.example",
    "[::1]",
    "[::1%25eth0]",
    "",
    " ",
    "a b",
    "\u0131",
    "localhost:x",
)
_NUMBERS = (
    "0",
    "1",
    "3",
    "9",
    "10",
    "-1",
    "+1",
    "1e3",
    "\u0663",
    "9" * 30,
    "9" * 5000,
    "0" * 5000 + "1",
    "",
    " ",
)
_NAMES = (
    *(
        "Connection",
        "Content-Length",
        "Transfer-Encoding",
        "Expect",
        "If-Range",
        "If-Modified-Since",
        "Cookie",
    ),
    *("Accept-Encoding", "Upgrade", "Origin", "Content-Type", "X-Forwarded-Host", "Host", "", "No colon"),
    *("\x00", "A\xff"),
)
_VALUES = (
    *(
        "keep-alive",
        "close",
        "chunked",
        "100-continue",
        "identity",
        "gzip;q=x",
        "websocket",
        "a\x00b",
        "\xff" * 50,
    ),
    *("x" * 70_000, "\t folded\r\n\t more", "bytes", "*", "\x1b]0;x\x07", *_NUMBERS),
)
_BODIES = ("x" * 5000, "GET /archive/none HTTP/1.1\r\nHost: localhost\r\n\r\n", "5\r\nhello\r\n0\r\n\r\n")
_STRANGE = 0.25  # of the parts of a request


def make_request(chance: random.Random) -> bytes:
    """Return one request, which need not be one."""

    def pick(usual: str, strange: Sequence[str]) -> str:
        return chance.choice(strange) if chance.random() < _STRANGE else usual

    if chance.random() < 0.01:
        return chance.randbytes(chance.randrange(2000))
    end = pick("\r\n", ("\r\n", "\r\n", "\n", "\r", "\r\n\r\n"))
    target = f"/archive/{chance.choice(_GOOD)}"
    if chance.random() < 2 * _STRANGE:
        steps = (chance.choice(_STEPS) + chance.choice(_BETWEEN) for _ in range(chance.randrange(6)))
        target = chance.choice(_STARTS) + "".join(steps) + chance.choice(_STEPS)
    target += pick("", _QUERIES)
    lines = [" ".join((pick("GET", _METHODS), target, pick("HTTP/1.1", _VERSIONS)))]
    if chance.random() < 0.95:
        lines.append(f"Host: {pick('localhost', _HOSTS)}")
    if chance.random() < 2 * _STRANGE:
        unit, spans = pick("bytes", ("lines", "", "BYTES")), chance.choice((1, 1, 1, 2, 300))
        span = f"{chance.choice(_NUMBERS)}-{chance.choice(_NUMBERS)}"
        lines.append(f"Range: {unit}={','.join([span] * spans)}")
    lines += [
        f"{chance.choice(_NAMES)}{pick(': ', (':', ' : '))}{chance.choice(_VALUES)}"
        for _ in range(chance.choice((0, 0, 0, 1, 2)))
    ]
    if chance.random() < 0.005:
        lines += ["X: y"] * 3000
    request = (end.join([*lines, "", ""]) + pick("", _BODIES)).encode(
        chance.choice(("latin-1", "utf-8")), errors="replace"
    )
    return request[: chance.randrange(len(request) + 1)] if chance.random() < 0.05 else request


@dataclass(slots=True)
class Attack:
    """Sends requests to a preview, and keeps what it was answered with."""

    preview: Preview
    chance: random.Random
    faults: list[str] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)

    def send(self) -> None:
        """Send one request in one of several ways, and judge the answer."""
        request = make_request(self.chance)
        way = self.chance.choice(("whole",) * 9 + ("slow", "reset", "half"))
        answer = self._exchange(request, way)
        found = _STATUS.match(answer)
        status = int(found[1]) if found else 0
        what = f"{status or 'silence'}"
        self.seen[what] = self.seen.get(what, 0) + 1
        head = answer.partition(b"\r\n\r\n")[0].lower()
        if answer and status not in _ALLOWED:
            self._blame(f"status {status}", request)
        if status not in {0, 100} and not all(each in head for each in _HEADERS):
            self._blame("a header is missing", request)
        if HIDDEN.encode() in answer or b"root:" in answer:
            self._blame("what is not the site's", request)

    def _blame(self, what: str, request: bytes) -> None:
        self.faults.append(f"{what}: {request[:300]!r}")

    def _exchange(self, request: bytes, way: str) -> bytes:
        """Return what is answered; empty if the connection was closed before."""
        answer = b""
        try:
            with socket.create_connection(self.preview.address, timeout=_PATIENCE) as connection:
                if way == "slow":
                    pieces = [request[at : at + 7] for at in range(0, min(len(request), 70), 7)] + [
                        request[70:]
                    ]
                    for piece in pieces:
                        connection.sendall(piece)
                else:
                    connection.sendall(request[: len(request) // 2] if way == "half" else request)
                if way in {"reset", "half"}:
                    # Closed at once, and without a word: https://man7.org/linux/man-pages/man7/socket.7.html
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    return b""
                connection.shutdown(socket.SHUT_WR)
                while len(answer) < _MOST and (part := connection.recv(65_536)):
                    answer += part
                    if b"text/event-stream" in answer:
                        break
        except TimeoutError:
            self._blame("no answer and no end", request)
        except OSError:
            pass  # the server has hung up, which it may
        return answer
