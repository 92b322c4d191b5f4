"""A limit of time for requests as wholes.

The timeout of a socket begins anew with each byte, so a server that sends a byte a second would be read for
days. Here a connection is shut down when the time is over, wherever the request is then.
"""

from __future__ import annotations

import socket
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection


class TooSlowError(TimeoutError):
    """A request has taken longer than it may."""


class _Watch:
    """The connections of one thread, and whether their time is over."""

    def __init__(self, seconds: float) -> None:
        self.is_over = False
        self._guard = threading.Lock()
        self._sockets: list[socket.socket] = []
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True
        self._timer.start()

    def add(self, connected: socket.socket) -> None:
        """Shut a connection down when the time is over."""
        with self._guard:
            self._sockets.append(connected)
            if self.is_over:
                _shut(connected)

    def stop(self) -> None:
        """Forget the connections."""
        self._timer.cancel()
        with self._guard:
            self._sockets.clear()

    def _end(self) -> None:
        with self._guard:
            self.is_over = True
            for each in self._sockets:
                _shut(each)


_of_thread = threading.local()


@contextmanager
def limit_time(seconds: float) -> Iterator[None]:
    """End what this thread asks of the web after so many seconds, with ``TooSlowError``.

    It holds for requests of openers that have ``HttpHandler`` and ``HttpsHandler``, redirects included.
    """
    watch = _of_thread.watch = _Watch(seconds)
    try:
        yield
    except (OSError, HTTPException, ValueError):
        if not watch.is_over:
            raise
    finally:
        watch.stop()
        del _of_thread.watch
    # Also if nothing was raised: what was read then is a part.
    if watch.is_over:
        raise TooSlowError(f"it took longer than {seconds:g} seconds")


class HttpHandler(urllib.request.HTTPHandler):
    """Opens connections that ``limit_time`` can end."""

    def http_open(self, req: urllib.request.Request) -> HTTPResponse:
        """Send a request; return its answer."""
        return self.do_open(_WatchedHttp, req)


class HttpsHandler(urllib.request.HTTPSHandler):
    """Opens safe connections that ``limit_time`` can end."""

    def https_open(self, req: urllib.request.Request) -> HTTPResponse:
        """Send a request; return its answer."""
        return self.do_open(_WatchedHttps, req)


class _WatchedHttp(HTTPConnection):
    def connect(self) -> None:
        super().connect()
        _watch(self.sock)


class _WatchedHttps(HTTPSConnection):
    def connect(self) -> None:
        super().connect()
        _watch(self.sock)


def _watch(connected: socket.socket) -> None:
    watch: _Watch | None = getattr(_of_thread, "watch", None)
    if watch is not None:
        watch.add(connected)


def _shut(connected: socket.socket) -> None:
    with suppress(OSError):
        connected.shutdown(socket.SHUT_RDWR)
