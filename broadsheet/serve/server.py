"""The preview's web server: requests in, rendered outputs of a session out.

The standard library's is enough: a thread for each of a few connections from the same machine, no dependency
to maintain, and what it lacks (ranges, and a check of Host against DNS rebinding) is little. It serves the
outputs of the plan and nothing else: a requested path is looked up there, never opened as a file.
"""

from __future__ import annotations

import queue
import re
import socket
import sys
import threading
import time
from functools import cache
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from io import BufferedReader
from pathlib import Path
from typing import ClassVar
from urllib.parse import parse_qs, unquote, unquote_to_bytes, urlsplit

from broadsheet import __version__
from broadsheet.common import files
from broadsheet.common.problems import Problems, format_problem
from broadsheet.common.urls import output_at
from broadsheet.plan.output import Output
from broadsheet.render.outputs import find_media_type
from broadsheet.serve.headers import create_own_name_check, find_byte_range, names_server
from broadsheet.serve.live_reload import END, Tabs, encode_event, list_members
from broadsheet.serve.render_thread import HoldReason, RenderedOutput
from broadsheet.serve.session import PreviewSession

# The path of the preview's own files. No output has it: it is outside the site's base path, or below a name
# that no layout, article or published file has.
OWN = "/.broadsheet/"
# Seconds. A request waits so long for the first build before it gets a page that shows its progress.
_FIRST_BUILD = 0.7
_HEARTBEAT = 10.0
# Seconds that a connection is kept for its first request, which a busy machine may send late, and for another
# one. An answer takes as long as it takes: a page is rendered, a video is paused.
_LATEST, _IDLE = 300.0, 30.0
_WAITING = "waiting"  # the stamp of that page: every page of the site has another
_NO_ROOM = 0.1  # seconds
_ANSWERING = "answer a request"
_NUMBER = re.compile(r"[0-9]{1,9}")
_CHUNK = 1 << 18


class Server(ThreadingHTTPServer):
    """Listens on one address until ``shutdown``."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 256
    allow_reuse_address = True

    def __init__(
        self,
        host: str,
        port: int,
        session: PreviewSession,
        tabs: Tabs,
        ready: threading.Event,
        *,
        idle: float = _IDLE,
    ) -> None:
        """Listen on ``host`` and ``port``; raises ``OSError`` if the port is taken.

        A connection that was answered is kept open for ``idle`` seconds.
        """
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.session, self.tabs, self.ready, self.idle = session, tabs, ready, idle
        self.is_own_name = create_own_name_check(host)
        super().__init__((host, port), _Handler)

    def get_request(self) -> tuple[socket.socket, object]:
        """Accept a connection; without descriptors for it, wait until some are free."""
        try:
            return super().get_request()
        except OSError:
            time.sleep(_NO_ROOM)
            raise

    def handle_error(self, *_: object) -> None:
        """Ignore a browser that closed its connection; print what else has failed."""
        error = sys.exception()
        if isinstance(error, Exception) and not isinstance(error, (ConnectionError, TimeoutError)):
            self.session.failures.describe(error, _ANSWERING)


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: Server
    rfile: BufferedReader
    protocol_version = "HTTP/1.1"
    server_version = f"Broadsheet/{__version__}"
    sys_version = ""
    # Responses are buffered and flushed whole, so Nagle's algorithm would only delay their last packet.
    wbufsize = -1
    disable_nagle_algorithm = True
    _OWN_FILES: ClassVar = {"preview.js": "text/javascript", "preview.css": "text/css"}

    def handle(self) -> None:
        """Answer one request after the other."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        self.connection.settimeout(_LATEST)
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
        """Send the response, also if something fails, which is printed."""
        self._begun = False
        self.connection.settimeout(None)
        # Nothing here reads a body, which would be taken for the next request.
        self.close_connection |= "Transfer-Encoding" in self.headers or "Content-Length" in self.headers
        try:
            self._answer()
        except (ConnectionError, TimeoutError):
            raise
        except Exception as error:
            if not self._begun:
                problem = self.server.session.failures.describe(error, _ANSWERING)
                self._refuse(HTTPStatus.INTERNAL_SERVER_ERROR, format_problem(problem))
                self.wfile.flush()
            raise

    def _answer(self) -> None:
        path = self._requested_path()
        if path is None:
            return
        if path.startswith(OWN):
            self._send_own(path.removeprefix(OWN))
        else:
            self._send_output(path)

    def do_HEAD(self) -> None:
        """Send the response without its body."""
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Print nothing for each request."""

    def _requested_path(self) -> str | None:
        """Return the requested path, decoded; None if the request has been refused."""
        if self.request_version == "HTTP/0.9":
            self._refuse(HTTPStatus.HTTP_VERSION_NOT_SUPPORTED, "This server speaks HTTP/1.1.")
            return None
        try:
            url = urlsplit(self.path)
        except ValueError:
            self._refuse(HTTPStatus.BAD_REQUEST, "No page has such an address.")
            return None
        host = self.headers.get("Host", "") if self.path.startswith("/") and not url.netloc else url.netloc
        if not names_server(host, self.server.is_own_name):
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

    def _send_own(self, name: str) -> None:
        if name == "events":
            self._stream()
        elif name in self._OWN_FILES:
            self._send(HTTPStatus.OK, _read_own(name), self._OWN_FILES[name])
        else:
            self._refuse(HTTPStatus.NOT_FOUND, "There is no such file of the preview.")

    def _send_output(self, path: str) -> None:
        server = self.server
        if not server.ready.wait(_FIRST_BUILD):
            self._send_own_page(HTTPStatus.SERVICE_UNAVAILABLE, "The archive is being read")
            return
        urls = server.session.urls
        if urls is None:
            self._send_own_page(HTTPStatus.INTERNAL_SERVER_ERROR, "The site cannot be shown yet")
            return
        below = urls.below_base(path)
        if below is None:
            home = path == "/" or urls.below_base(f"{path}/") == ""
            self._redirect(urls.base) if home else self._send_not_found()
            return
        output = self._output_at(below)
        rendered = server.session.render(output)
        if rendered:
            self._send_rendered(rendered)
        elif server.session.render(f"{output}/index.html"):
            self._redirect(urls.url(f"{output}/index.html"))
        else:
            self._send_not_found()

    def _output_at(self, path: str) -> str:
        """Return the path of the output that a URL's path (decoded, from the site's base) leads to."""
        output, session = output_at(path), self.server.session
        return f"{output}.html" if not session.render(output) and session.render(f"{output}.html") else output

    def _send_not_found(self) -> None:
        rendered = self.server.session.render("404.html")
        if rendered and rendered.content:
            self._send_page(HTTPStatus.NOT_FOUND, rendered, stamp="")
        else:
            self._refuse(HTTPStatus.NOT_FOUND, "There is no such page.")

    def _send_rendered(self, rendered: RenderedOutput) -> None:
        path = rendered.output.path
        if rendered.file:
            self._send_file(rendered.file, rendered.output)
        elif not rendered.digest:
            self._send_own_page(HTTPStatus.INTERNAL_SERVER_ERROR, "This page cannot be made")
        elif path.endswith(".html"):
            self._send_page(HTTPStatus.OK, rendered, rendered.stamp)
        else:
            self._send(HTTPStatus.OK, rendered.content, find_media_type(rendered.output))

    def _send_page(self, status: HTTPStatus, rendered: RenderedOutput, stamp: str) -> None:
        script = _script(stamp, rendered.hold, rendered.build)
        at = rendered.content.rfind(b"</body>")
        at = len(rendered.content) if at < 0 else at
        content = rendered.content[:at] + script + rendered.content[at:]
        self._send(status, content, "text/html")

    def _send_own_page(self, status: HTTPStatus, words: str) -> None:
        """Send a page of the preview, which is replaced by the requested one as soon as that can be shown."""
        problems = "".join(
            f"<pre>{escape(each['text'])}</pre>\n" for each in list_members(self.server.tabs.problems)
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

    def _send_file(self, file: Path, output: Output) -> None:
        """Send a file, or the requested range of it: RFC 9110, section 14.

        One of the site may have become a link since its folder was scanned; others are the theme's.
        """
        site, media_type = self.server.session.site, find_media_type(output)
        try:
            if file == Path(files.locate(site, output.subject)):
                files.check_link(site, output.subject)
        except Problems as error:
            self._refuse(HTTPStatus.FORBIDDEN, str(error))
            return
        try:
            with file.open("rb") as opened:
                size = opened.seek(0, 2)
                begin, end = find_byte_range(self.headers.get("Range", ""), size)
                if begin >= end and size:
                    self._send_headers(
                        HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, 0, media_type, f"bytes */{size}"
                    )
                    return
                part = (begin, end) != (0, size)
                status = HTTPStatus.PARTIAL_CONTENT if part else HTTPStatus.OK
                self._send_headers(
                    status, end - begin, media_type, f"bytes {begin}-{end - 1}/{size}" if part else ""
                )
                opened.seek(begin)
                while (
                    self.command != "HEAD"
                    and begin < end
                    and (chunk := opened.read(min(_CHUNK, end - begin)))
                ):
                    self.wfile.write(chunk)
                    begin += len(chunk)
        except FileNotFoundError:
            self._send_not_found()  # deleted meanwhile

    def _begin_stream(self) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self._finish_headers()

    def _stream(self) -> None:
        """Send events to a tab until the browser or the server ends the stream."""
        query = parse_qs(urlsplit(self.path).query)
        urls = self.server.session.urls
        # ``location.pathname`` as browsers have it: percent-encoded, inside a query that is encoded too.
        path = unquote(query.get("path", ["/"])[0])
        below = urls.below_base(path) if urls else None
        output = path if below is None else self._output_at(below)
        self.close_connection = True
        if self.command == "HEAD":
            self._begin_stream()
            return
        build = query.get("build", ["0"])[0]
        known = int(build) if _NUMBER.fullmatch(build) else 0
        tab = self.server.tabs.open(output, query.get("stamp", [""])[0], known)
        try:
            # From here on the tab gets every event.
            self._begin_stream()
            # A comment shows that the stream is open; later ones find out whether the browser still is.
            message = b":\n\n"
            while True:
                self.wfile.write(message)
                self.wfile.flush()
                try:
                    event = tab.events.get(timeout=_HEARTBEAT)
                except queue.Empty:
                    message = b":\n\n"
                    continue
                if event is END:
                    return
                message = encode_event(event)
        finally:
            self.server.tabs.close(tab)

    def _redirect(self, url: str) -> None:
        self.send_response(HTTPStatus.FOUND)
        self.send_header("Location", url)
        self.send_header("Content-Length", "0")
        self._finish_headers()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuse what is no request, or one of a method that there is not."""
        status = HTTPStatus(code)
        self._refuse(status, explain or message or status.phrase)

    def _refuse(self, status: HTTPStatus, words: str) -> None:
        self.close_connection = True
        if self.request_version == "HTTP/0.9":  # which has no headers; also what was no request
            self.request_version = self.protocol_version
        self._send(status, f"{words}\n".encode(), "text/plain")

    def _send(self, status: HTTPStatus, content: bytes, media_type: str) -> None:
        self._send_headers(status, len(content), media_type, "")
        if self.command != "HEAD":
            self.wfile.write(content)

    def _send_headers(self, status: HTTPStatus, length: int, media_type: str, content_range: str) -> None:
        self.send_response(status)
        self.send_header(
            "Content-Type", f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type
        )
        self.send_header("Content-Length", str(length))
        self.send_header("Accept-Ranges", "bytes")
        if content_range:
            self.send_header("Content-Range", content_range)
        self._finish_headers()

    def _finish_headers(self) -> None:
        self._begun = True
        self.send_header("Cache-Control", "no-store")
        self.end_headers()

    def end_headers(self) -> None:
        """Let no other site embed what is not published yet. An article may embed a page of its own site."""
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("X-Frame-Options", "SAMEORIGIN")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        super().end_headers()


@cache
def _read_own(name: str) -> bytes:
    return resources.files("broadsheet.serve").joinpath(name).read_bytes()


def _script(stamp: str, hold: HoldReason | None = None, build: int = 0) -> bytes:
    badge = ""
    if hold:
        words = "Draft." if hold.draft else ""
        if hold.appears:
            later = f"{hold.appears:%Y-%m-%d %H:%M %z}"
            words = f"Held back: appears {later}."
            if hold.draft:
                words = f"Draft. When it is none any more, it appears {later}."
        badge = f' data-badge="{escape(words)}"'
    data = f'data-stamp="{stamp}" data-build="{build}"{badge}'
    return f'<script src="{OWN}preview.js" {data}></script>\n'.encode()
