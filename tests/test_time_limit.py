"""Servers that send a byte now and then: a request of theirs ends, whatever they are sending."""

from __future__ import annotations

import itertools
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from broadsheet.check.external import LinkStatus, RequestLimits, check_urls
from broadsheet.common.progress import Progress
from broadsheet.publish.published import LiveSite, UnreadableError

_PAUSE = 0.02  # seconds between two bytes, far below any timeout
_LONGEST = 0.4
_BEGINNINGS = {
    "status": b"",
    "header": b"HTTP/1.1 200 OK\r\nX-Long: ",
    "body": b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n",
    "endless body": b"HTTP/1.1 200 OK\r\n\r\n",
    "chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffff\r\n",
}


class _Trickle(threading.Thread):
    """Answers each connection with ``beginning``, then with one byte after the other."""

    def __init__(self, beginning: bytes) -> None:
        super().__init__()
        self.beginning = beginning
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.left = threading.Event()
        self.address = f"http://127.0.0.1:{self.listener.getsockname()[1]}/"

    def run(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection:
                self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        connection.settimeout(_PAUSE)
        try:
            connection.recv(65536)
            connection.sendall(self.beginning)
            for _ in itertools.count():
                connection.sendall(b"a")
                try:
                    if not connection.recv(1):
                        break
                except TimeoutError:
                    pass
        except OSError:
            pass
        self.left.set()

    def stop(self) -> None:
        if self.is_alive():
            self.listener.shutdown(socket.SHUT_RDWR)
            self.join()
        self.listener.close()


@pytest.fixture(params=_BEGINNINGS)
def trickle(request: pytest.FixtureRequest) -> Iterator[_Trickle]:
    server = _Trickle(_BEGINNINGS[request.param])
    server.start()
    yield server
    server.stop()


def test_a_sitemap_that_comes_byte_by_byte_is_given_up(trickle: _Trickle) -> None:
    with pytest.raises(UnreadableError, match=r"cannot be reached: it took longer than 0\.4 seconds"):
        LiveSite(f"{trickle.address}sitemap.xml", longest=_LONGEST).fetch(f"{trickle.address}sitemap.xml")
    assert trickle.left.wait(30)


def test_after_a_page_that_comes_byte_by_byte_no_other_is_asked_for(trickle: _Trickle) -> None:
    site = LiveSite(f"{trickle.address}sitemap.xml", longest=_LONGEST)
    assert site.page("a/index.html") == b""
    trickle.stop()
    assert site.page("b/index.html") == b""


def test_a_link_whose_server_answers_byte_by_byte_is_unsure(tmp_path: Path) -> None:
    trickle = _Trickle(_BEGINNINGS["header"])
    trickle.start()
    limits = RequestLimits(delay=0.0, timeout=5.0, longest=_LONGEST)
    found = check_urls([trickle.address], tmp_path / "links.sqlite", 0, Progress(), limits)
    trickle.stop()
    assert found == {trickle.address: LinkStatus("unsure", "no answer in time")}
