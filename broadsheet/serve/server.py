"""The preview's web server: requests in, answers of a proof out.

The standard library's, because nothing more is needed than a thread for each of a few connections from the
same machine: no dependency that has to be kept for decades, and what it lacks (ranges, and not trusting
anyone's Host) is little. It serves what the plan has and nothing else: a path is looked up, never opened.
"""

from __future__ import annotations

import ipaddress
import mimetypes
import queue
import re
import socket
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from io import BufferedReader
from pathlib import Path
from typing import ClassVar
from urllib.parse import parse_qs, unquote, unquote_to_bytes, urlsplit

from broadsheet import __version__
from broadsheet.serve.proof import Held, Made, Proof
from broadsheet.serve.tabs import END, Tabs, as_event, shown
from broadsheet.urls import output_at

# Where the preview's own files are; no output can be there, since it is outside of the site's base path or
# below a name that no layout, article or file that is published has.
OWN = "/.broadsheet/"
# How long a first request waits for the first edition before it is shown how far that has come.
_PATIENCE = 0.7
_HEARTBEAT = 10.0
_WAITING = "waiting"  # the stamp of a page that is not the site's: any other that comes is another one
# Seconds that a connection is kept for another request. The first may come as late as a busy machine sends
# it, and an answer takes as long as it takes: a page is made, a video is paused.
_IDLE = 30.0
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
_NUMBER = re.compile(r"[0-9]{1,9}")
_PIECE = 1 << 18
_TYPES = mimetypes.MimeTypes(filenames=())
for _type, _suffix in (
    ("image/avif", ".avif"),
    ("image/webp", ".webp"),
    ("font/woff", ".woff"),
    ("font/woff2", ".woff2"),
    ("text/javascript", ".js"),
    ("application/xml", ".xml"),
    ("application/gzip", ".gz"),
    ("application/manifest+json", ".webmanifest"),
    ("text/vtt", ".vtt"),
):
    _TYPES.add_type(_type, _suffix)


class Server(ThreadingHTTPServer):
    """Listens on one address; ``shutdown`` ends it."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 256
    allow_reuse_address = True

    def __init__(
        self,
        host: str,
        port: int,
        proof: Proof,
        tabs: Tabs,
        ready: threading.Event,
        *,
        idle: float = _IDLE,
    ) -> None:
        """Listen on ``host`` and ``port``; raises ``OSError`` when that is taken.

        A connection that was answered is kept for ``idle`` seconds.
        """
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.proof, self.tabs, self.ready, self.idle = proof, tabs, ready, idle
        self.names = _names(host)
        super().__init__((host, port), _Handler)

    def handle_error(self, *_: object) -> None:
        """Say nothing of a browser that went away, and let a bug of ours be seen."""
        if not isinstance(sys.exception(), (ConnectionError, TimeoutError)):
            traceback.print_exc()


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: Server
    rfile: BufferedReader
    protocol_version = "HTTP/1.1"
    server_version = f"Broadsheet/{__version__}"
    sys_version = ""
    # An answer is written in one piece, or ends in one: nothing has to wait for a full packet.
    wbufsize = -1
    disable_nagle_algorithm = True
    _OWN_FILES: ClassVar = {"preview.js": "text/javascript", "preview.css": "text/css"}

    def handle(self) -> None:
        """Answer one request after the other."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        self.handle_one_request()
        while not self.close_connection and self._is_asked_again():
            self.handle_one_request()

    def _is_asked_again(self) -> bool:
        self.connection.settimeout(self.server.idle)
        try:
            return bool(self.rfile.peek(1))
        except TimeoutError:
            return False
        finally:
            self.connection.settimeout(None)

    def do_GET(self) -> None:
        """Answer, also when a fault of our own keeps the page from being made: that is printed."""
        self._begun = False
        try:
            self._answer()
        except (ConnectionError, TimeoutError):
            raise
        except Exception:
            if not self._begun:
                self._refuse(HTTPStatus.INTERNAL_SERVER_ERROR, "This page cannot be made: see the terminal.")
                self.wfile.flush()
            raise

    def _answer(self) -> None:
        path = self._path()
        if path is None:
            return
        if path.startswith(OWN):
            self._answer_own(path.removeprefix(OWN))
        else:
            self._answer_for_site(path)

    def do_HEAD(self) -> None:
        """Answer without what is in it."""
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Print no line for each request."""

    def _path(self) -> str | None:
        """Return the path that is asked for, decoded; None when the request was refused."""
        if self.request_version == "HTTP/0.9":
            self._refuse(HTTPStatus.HTTP_VERSION_NOT_SUPPORTED, "This server speaks HTTP/1.1.")
            return None
        try:
            url = urlsplit(self.path)
        except ValueError:
            self._refuse(HTTPStatus.BAD_REQUEST, "No page has such an address.")
            return None
        host = self.headers.get("Host", "") if self.path.startswith("/") and not url.netloc else url.netloc
        if not _is_one_of(host, self.server.names):
            self._refuse(HTTPStatus.MISDIRECTED_REQUEST, "This server answers only to its own name.")
            return None
        try:
            path = unquote_to_bytes(url.path).decode()
        except UnicodeDecodeError:
            path = "\0"
        steps = path.split("/")
        if not path.startswith("/") or "\\" in path or "\0" in path or {".", ".."} & set(steps):
            self._refuse(HTTPStatus.BAD_REQUEST, "No page has such an address.")
            return None
        return path

    def _answer_own(self, name: str) -> None:
        if name == "events":
            self._stream()
        elif name in self._OWN_FILES:
            content = resources.files("broadsheet.serve").joinpath(name).read_bytes()
            self._send(HTTPStatus.OK, content, self._OWN_FILES[name])
        else:
            self._refuse(HTTPStatus.NOT_FOUND, "There is no such file of the preview.")

    def _answer_for_site(self, path: str) -> None:
        server = self.server
        if not server.ready.wait(_PATIENCE):
            self._send_own_page(HTTPStatus.SERVICE_UNAVAILABLE, "The archive is being read")
            return
        urls = server.proof.urls
        if urls is None:
            self._send_own_page(HTTPStatus.INTERNAL_SERVER_ERROR, "The site cannot be shown yet")
            return
        if not path.startswith(urls.base):
            home = urls.base if path in ("/", urls.base.rstrip("/")) else ""
            self._move(home) if home else self._send_not_found()
            return
        output = self._output_at(path.removeprefix(urls.base))
        made = server.proof.made(output)
        if made:
            self._send_made(made)
        elif server.proof.made(f"{output}/index.html"):
            self._move(urls.url(f"{output}/index.html"))
        else:
            self._send_not_found()

    def _output_at(self, path: str) -> str:
        """Return the path of the output that a URL's path (decoded, from the site's base) leads to."""
        output, proof = output_at(path), self.server.proof
        return f"{output}.html" if not proof.made(output) and proof.made(f"{output}.html") else output

    def _send_not_found(self) -> None:
        made = self.server.proof.made("404.html")
        if made and made.content:
            self._send_page(HTTPStatus.NOT_FOUND, made, stamp="")
        else:
            self._refuse(HTTPStatus.NOT_FOUND, "There is no such page.")

    def _send_made(self, made: Made) -> None:
        path = made.output.path
        if made.file:
            self._send_file(made.file, content_type(path))
        elif not made.content:
            self._send_own_page(HTTPStatus.INTERNAL_SERVER_ERROR, "This page cannot be made")
        elif path.endswith(".html"):
            self._send_page(HTTPStatus.OK, made, made.stamp)
        else:
            self._send(HTTPStatus.OK, made.content, content_type(path))

    def _send_page(self, status: HTTPStatus, made: Made, stamp: str) -> None:
        script = _script(stamp, made.held, made.edition)
        at = made.content.rfind(b"</body>")
        at = len(made.content) if at < 0 else at
        content = made.content[:at] + script + made.content[at:]
        self._send(status, content, content_type("index.html"))

    def _send_own_page(self, status: HTTPStatus, words: str) -> None:
        """Send a page that is not the site's: it waits, and becomes the page that was asked for."""
        problems = "".join(
            f"<pre>{escape(each['text'])}</pre>\n" for each in shown(self.server.tabs.problems)
        )
        again = "" if problems else '<noscript><meta http-equiv="refresh" content="1"></noscript>\n'
        page = (
            f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{words}</title>\n{again}"
            f'<link rel="stylesheet" href="{OWN}preview.css">\n</head>\n<body class="broadsheet-waiting">\n'
            f'<main>\n<h1>{words}</h1>\n<p class="broadsheet-progress"></p>\n{problems}</main>\n'
        )
        self._send(status, page.encode() + _script(_WAITING) + b"</body>\n</html>\n", "text/html")

    def _send_file(self, file: Path, kind: str) -> None:
        """Send a file, or the part of it that is asked for: RFC 9110, section 14.

        A build publishes what a link leads to; over the network no link leads out of the site's folder.
        """
        if not file.resolve().is_relative_to(self.server.proof.site.resolve()):
            self._refuse(HTTPStatus.FORBIDDEN, "This file is a link that leads out of the site's folder.")
            return
        try:
            with file.open("rb") as opened:
                size = opened.seek(0, 2)
                asked = self.headers.get("Range", "")
                begin, end = _span(asked, size)
                if begin >= end and size:
                    self._begin(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, 0, kind, f"bytes */{size}")
                    return
                part = (begin, end) != (0, size)
                status = HTTPStatus.PARTIAL_CONTENT if part else HTTPStatus.OK
                self._begin(status, end - begin, kind, f"bytes {begin}-{end - 1}/{size}" if part else "")
                opened.seek(begin)
                while (
                    self.command != "HEAD"
                    and begin < end
                    and (piece := opened.read(min(_PIECE, end - begin)))
                ):
                    self.wfile.write(piece)
                    begin += len(piece)
        except OSError as error:
            if isinstance(error, (ConnectionError, TimeoutError)):
                raise
            self._send_not_found()

    def _begin_stream(self) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self._finish_headers()

    def _stream(self) -> None:
        """Tell a tab what happens, until it or the server goes."""
        asked = parse_qs(urlsplit(self.path).query)
        urls = self.server.proof.urls
        # As browsers say it, ``location.pathname``: encoded, within a query that is encoded too.
        path = unquote(asked.get("path", ["/"])[0])
        output = self._output_at(path.removeprefix(urls.base)) if urls else ""
        self.close_connection = True
        if self.command == "HEAD":
            self._begin_stream()
            return
        edition = asked.get("edition", ["0"])[0]
        known = int(edition) if _NUMBER.fullmatch(edition) else 0
        tab = self.server.tabs.open(output, asked.get("stamp", [""])[0], known)
        try:
            # From its answer on the tab is told of everything.
            self._begin_stream()
            # A comment says that the line is open; later ones find out whether anybody is still there.
            told = b":\n\n"
            while True:
                self.wfile.write(told)
                self.wfile.flush()
                try:
                    news = tab.news.get(timeout=_HEARTBEAT)
                except queue.Empty:
                    told = b":\n\n"
                    continue
                if news is END:
                    return
                told = as_event(news)
        finally:
            self.server.tabs.close(tab)

    def _move(self, url: str) -> None:
        self.send_response(HTTPStatus.FOUND)
        self.send_header("Location", url)
        self.send_header("Content-Length", "0")
        self._finish_headers()

    def _refuse(self, status: HTTPStatus, words: str) -> None:
        self.close_connection = True
        self._send(status, f"{words}\n".encode(), "text/plain")

    def _send(self, status: HTTPStatus, content: bytes, kind: str) -> None:
        self._begin(status, len(content), kind, "")
        if self.command != "HEAD":
            self.wfile.write(content)

    def _begin(self, status: HTTPStatus, length: int, kind: str, span: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)
        self.send_header("Content-Length", str(length))
        self.send_header("Accept-Ranges", "bytes")
        if span:
            self.send_header("Content-Range", span)
        self._finish_headers()

    def _finish_headers(self) -> None:
        self._begun = True
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()


def content_type(path: str) -> str:
    """Return the media type of a file by its suffix, the same on every system."""
    return _TYPES.guess_type(f"x{Path(path).suffix.lower()}")[0] or (
        "application/gzip" if path.endswith(".gz") else "application/octet-stream"
    )


def _script(stamp: str, held: Held | None = None, edition: int = 0) -> bytes:
    badge = ""
    if held:
        later = f"{held.appears:%Y-%m-%d %H:%M %z}" if held.appears else ""
        words = " ".join(
            (*(["Draft."] if held.draft else []), *([f"Held back: appears {later}."] if later else []))
        )
        badge = f' data-badge="{escape(words)}"'
    data = f'data-stamp="{stamp}" data-edition="{edition}"{badge}'
    return f'<script src="{OWN}preview.js" {data}></script>\n'.encode()


def _span(asked: str, size: int) -> tuple[int, int]:
    """Return the first byte that is asked for and the one after the last; all if it is not understood."""
    match = _RANGE.fullmatch(asked.strip())
    if not match or match[0] == "bytes=-":
        return 0, size
    if not match[1]:
        return max(0, size - int(match[2])), size
    begin, end = int(match[1]), int(match[2]) + 1 if match[2] else max(size, int(match[1]) + 1)
    return (0, size) if end <= begin else (begin, min(end, size))


def _names(host: str) -> Callable[[str], bool]:
    """Return what tells whether a server that listens on ``host`` goes by a name.

    A page of somebody else's may lead a name of its own to this machine, but no address: so addresses
    are trusted, as far as the server can be reached by them.
    """
    with suppress(ValueError):
        listening = ipaddress.ip_address(host)
        if not listening.is_loopback:
            own = {"localhost", socket.gethostname().lower()}
            return lambda name: name in own or _is_address(name)
    own = {"localhost", host.lower()}
    return lambda name: name in own or (_is_address(name) and ipaddress.ip_address(name).is_loopback)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _is_one_of(host: str, names: Callable[[str], bool]) -> bool:
    """Return whether a Host (RFC 9110, section 7.2: a name or an address, and perhaps a port) is ours."""
    match = re.fullmatch(r"(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9.-]+))(?::[0-9]{1,5})?", host)
    return match is not None and names((match[1] or match[2]).lower())
