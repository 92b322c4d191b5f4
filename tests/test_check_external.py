"""Links that leave a site, tried on a real server of this machine that answers in every way."""

from __future__ import annotations

import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from broadsheet import __version__
from broadsheet.check import external
from broadsheet.check.external import LinkStatus, RequestLimits, check_urls
from broadsheet.common.progress import Progress
from tests.sites import write_site

_HOUR = 3600
_LIMITS = RequestLimits(delay=0.0, timeout=0.5)


class _Answers(BaseHTTPRequestHandler):
    """Answers by path: ``/404`` with that status, ``/no-head/200`` to GET alone, ``/301/x`` sends to /x."""

    server: _Server

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        with self.server.guard:
            self.server.asked.append((self.command, self.path, self.headers["User-Agent"]))
            self.server.now += 1
            self.server.most = max(self.server.most, self.server.now)
        first, _, rest = self.path.lstrip("/").partition("/")
        if first == "silent":
            self.server.waiting.wait()
        elif first == "rude":
            self.wfile.write(b"what?\r\n")
        elif first == "no-head" and self.command == "HEAD":
            self.send_error(int(rest.partition("/")[0]))
        elif first == "no-head":
            self.send_response(200)
            self.end_headers()
        else:
            self.send_response(int(first) if first.isdigit() else 200)
            if first.startswith("30"):
                self.send_header("Location", "/" + (rest or self.path.lstrip("/")))
            self.end_headers()
        with self.server.guard:
            self.server.now -= 1

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.guard = threading.Lock()
        self.waiting = threading.Event()
        self.asked: list[tuple[str, str, str]] = []
        self.now = self.most = 0

    @property
    def home(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


@pytest.fixture
def server() -> Iterator[_Server]:
    with _Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.waiting.set()
        server.shutdown()
        thread.join()


def _status(server: _Server, tmp_path: Path, path: str) -> LinkStatus:
    url = server.home + path
    return check_urls([url], tmp_path / "links.sqlite", 0, Progress(), _LIMITS)[url]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/200", LinkStatus("alive")),
        ("/204", LinkStatus("alive")),
        ("/404", LinkStatus("dead", "404")),
        ("/410", LinkStatus("dead", "410")),
        ("/301/200", LinkStatus("moved", "{home}/200")),
        ("/308/301/200", LinkStatus("moved", "{home}/200")),
        ("/301/302/200", LinkStatus("moved", "{home}/302/200")),
        ("/302/200", LinkStatus("alive")),
        ("/307/301/200", LinkStatus("alive")),
        ("/301/404", LinkStatus("dead", "404")),
        ("/302", LinkStatus("unsure", "its redirects have no end")),
        ("/401", LinkStatus("unsure", "401")),
        ("/403", LinkStatus("unsure", "403")),
        ("/429", LinkStatus("unsure", "429")),
        ("/500", LinkStatus("unsure", "500")),
        ("/503", LinkStatus("unsure", "503")),
        ("/no-head/403", LinkStatus("alive")),
        ("/no-head/405", LinkStatus("alive")),
        ("/no-head/501", LinkStatus("alive")),
        ("/no-head/404", LinkStatus("alive")),
        ("/silent", LinkStatus("unsure", "no answer in time")),
        ("/rude", LinkStatus("unsure", "no proper answer")),
    ],
)
def test_each_answer_means_something(server: _Server, tmp_path: Path, path: str, status: LinkStatus) -> None:
    expected = status._replace(detail=status.detail.format(home=server.home))
    assert _status(server, tmp_path, path) == expected


def test_a_host_that_refuses_is_unsure_and_a_name_that_nobody_has_is_dead(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        refusing = f"http://127.0.0.1:{free.getsockname()[1]}/"
        assert check_urls([refusing], tmp_path / "a", 0, Progress(), _LIMITS) == {
            refusing: LinkStatus("unsure", "connection refused")
        }
    nobody = OSError(socket.gaierror(socket.EAI_NONAME, "not known"))
    nobody.reason = nobody.args[0]  # type: ignore[attr-defined]
    assert external._failed(nobody) == LinkStatus("dead", "there is no such host")  # noqa: SLF001 - no name is safe to ask


def test_head_is_asked_first_and_the_program_names_itself(server: _Server, tmp_path: Path) -> None:
    _status(server, tmp_path, "/200")
    _status(server, tmp_path, "/no-head/405")
    agent = f"Broadsheet/{__version__} (checks links)"
    assert server.asked == [
        ("HEAD", "/200", agent),
        ("HEAD", "/no-head/405", agent),
        ("GET", "/no-head/405", agent),
    ]


def test_a_host_is_asked_one_thing_at_a_time_and_with_a_pause(server: _Server, tmp_path: Path) -> None:
    urls = [f"{server.home}/200/{number}" for number in range(6)]
    began = time.monotonic()
    check_urls(urls, tmp_path / "links.sqlite", 0, Progress(), RequestLimits(delay=0.02))
    assert server.most == 1
    assert time.monotonic() - began >= 6 * 0.02


def test_an_answer_holds_for_a_time_that_doubles(server: _Server, tmp_path: Path) -> None:
    memory, url = tmp_path / "links.sqlite", f"{server.home}/503"

    def asked_at(hours: int) -> bool:
        before = len(server.asked)
        assert check_urls([url], memory, hours * _HOUR, Progress(), _LIMITS) == {
            url: LinkStatus("unsure", "503")
        }
        return len(server.asked) > before

    hours = (0, 0, 1, 2, 3, 4, 6, 7, 14, 15)
    assert [hour for hour in hours if asked_at(hour)] == [0, 1, 3, 7, 15]


def test_a_memory_that_is_broken_is_none(server: _Server, tmp_path: Path) -> None:
    (tmp_path / "links.sqlite").write_bytes(b"no database" * 100)
    assert _status(server, tmp_path, "/404") == LinkStatus("dead", "404")
    with closing(sqlite3.connect(tmp_path / "links.sqlite")) as kept:
        assert kept.execute("SELECT count(*) FROM reply").fetchone() == (1,)


def test_the_command_tells_what_is_dead_moved_and_unsure_and_ends_well(
    server: _Server, tmp_path: Path
) -> None:
    site = write_site(tmp_path / "site", "")
    home = server.home
    body = f"[a]({home}/404) [b]({home}/301/200)\n\n[c]({home}/503#x) [d]({home}/200) [e]({home}/404)\n"
    fields = "title: Dam\nauthor: Ana Ruiz\ndateline: Baku\ndate: 2022-11-06\nsummary: In short.\n"
    site.write("content/dam.md", f"---\n{fields}---\n{body}")
    layout = site.read("layouts/base.html").replace("<footer", f'<a href="{server.home}/410">x</a><footer')
    site.write("layouts/base.html", layout)
    assert site.build("--as-of", "2026-01-01T00:00Z").status == 0
    run = site.run("check", "--external")
    rows = [row for row in run.stdout.splitlines() if row and not row.startswith("  ")]
    page = "public/2022/11/06/dam/index.html"
    footer = site.read(page).split("/410")[0].count("\n") + 1
    others = sum(b"/410" in content for content in site.outputs().values()) - 1
    assert (run.status, rows[:-1]) == (
        0,
        [
            f"content/dam.md:8:5: note: dead link: {home}/404 (404)",
            f"{page}:{footer}:10: note: dead link: {home}/410 (410), and on {others} other pages",
            f"content/dam.md:8:{len(home) + 15}: note: moved: {home}/301/200",
            f"content/dam.md:10:5: note: unsure: {home}/503 (503)",
        ],
    )
    assert "copy in a web archive. It is in this file 2 times.\n" in run.stdout
    assert ": 0 problems, 4 notes; elsewhere 2 dead, 1 moved, 1 unsure, 1 alive; " in run.stdout
