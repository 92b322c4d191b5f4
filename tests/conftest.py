"""Fixtures that every file of tests may ask for, and how Hypothesis works here.

What a machine may lack (a browser, Java, the packages of tests/package.json) skips the tests that
need it, and says in one line how to get it. Where ``CI`` is set it fails them: there, a test that
silently does not run is the worst of all.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, Phase, settings
from playwright.sync_api import Browser, sync_playwright

from tests.bases import SHARED
from tests.sites import Quick
from tests.vocabulary import Vocabulary

PACKAGES = Path(__file__).resolve().parent / "node_modules"
_FONTS = ("dejavu-fonts-ttf", "@expo-google-fonts/noto-sans", "@expo-google-fonts/noto-serif")
_CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_MEMORY = Path("/dev/shm")  # noqa: S108 - what is made there has names that nobody can foresee
_ENOUGH = 4 * 2**30  # bytes, some four times of what the tests have there at once
# Without these a fresh Chromium calls its makers, which tests that count requests would see.
_QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--metrics-recording-only",
    "--no-first-run",
)

# It runs for seconds: what Java compiles and collects for long runs would take as long as the checks.
_JAVA = ("-Xss8m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")

# Tests here write real files, so no example has a time limit. The usual run is the same every time;
# HYPOTHESIS_PROFILE=long searches where nobody has looked before, and prints how to come back.
_SLOW_IS_FINE = (HealthCheck.too_slow, HealthCheck.data_too_large)
settings.register_profile("default", deadline=None, derandomize=True, suppress_health_check=_SLOW_IS_FINE)
settings.register_profile(
    "long", deadline=None, max_examples=2000, print_blob=True, suppress_health_check=_SLOW_IS_FINE
)
# For a look at whether a test fails at all, not at what is the smallest example.
settings.register_profile(
    "unshrunk",
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=_SLOW_IS_FINE,
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return a headless Chromium: the one ``BROADSHEET_CHROMIUM`` names, else the first on the path.

    On Linux it has the fonts of tests/fonts.conf and no others, so that pages are as wide and as tall
    on every machine.
    """
    named = os.environ.get("BROADSHEET_CHROMIUM")
    found = [named] if named else [file for file in map(shutil.which, _CHROMIUMS) if file]
    if not found:
        missing("Chromium", "apt-get install chromium, or set BROADSHEET_CHROMIUM to its file")
    for name in _FONTS:
        _package(f"{name}/package.json")
    env: dict[str, str | float | bool] = {
        **os.environ,
        "FONTCONFIG_FILE": str(PACKAGES.with_name("fonts.conf")),
    }
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    args = [*_QUIET, "--no-sandbox"] if as_root else list(_QUIET)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=found[0], args=args, env=env)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    """Return the vocabulary of schema.org."""
    return Vocabulary(_package("schema-dts/dist/schema.d.ts").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def axe_source() -> str:
    """Return the script of axe-core, to be run in a page."""
    return _package("axe-core/axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def vnu() -> Callable[..., list[dict[str, Any]]]:
    """Return a function from files or folders of HTML to the messages of the W3C checker.

    It takes options of the checker as strings: ``vnu(public, "--skip-non-html")``. Of a message,
    ``type`` is "error" or "info"; ``url``, ``lastLine``, ``message`` and ``extract`` say the rest.
    """
    jar = _package("vnu-jar/build/dist/vnu.jar")
    java = shutil.which("java")
    if java is None:
        missing("Java", "apt-get install default-jre-headless")
    return functools.partial(_checked, [java, *_JAVA, "-jar", str(jar)])


@pytest.fixture
def serve() -> Iterator[Callable[..., str]]:
    """Return a function that serves a folder on the loopback until the test ends, and returns its URL.

    ``serve(public, "/archive/")`` returns ``http://127.0.0.1:PORT/archive/``. What is not there is
    answered as GitHub Pages does, with the folder's 404.html.
    """
    with contextlib.ExitStack() as stack:
        yield lambda folder, base="/": stack.enter_context(serving(folder, base))


def _checked(command: list[str], *args: Path | str) -> list[dict[str, Any]]:
    """Return what the checker says, which it prints as JSON on standard error.

    Format: https://github.com/validator/validator/wiki/Output-%C2%BB-JSON
    """
    options = [word for word in args if isinstance(word, str)]
    files = [str(word) for word in args if isinstance(word, Path)]
    line = [*command, "--format", "json", "--exit-zero-always", *options, *files]
    done = subprocess.run(line, stdin=subprocess.DEVNULL, capture_output=True, check=True)
    messages: list[dict[str, Any]] = json.loads(done.stderr)["messages"]
    return messages


class _Pages(SimpleHTTPRequestHandler):
    """Static files under a base path, without a log."""

    def __init__(self, *args: Any, base: str, **options: Any) -> None:
        self.base = base
        super().__init__(*args, **options)

    def send_head(self) -> Any:
        """Answer as the parent does, less the base path; a path outside of it is not there."""
        if not urlsplit(self.path).path.startswith(self.base):
            self.send_error(HTTPStatus.NOT_FOUND)
            return None
        return super().send_head()

    def translate_path(self, path: str) -> str:
        """Return the file for ``path``."""
        return super().translate_path("/" + path.removeprefix(self.base))

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Send 404.html for what is not there."""
        page = Path(self.directory, "404.html")
        if code != HTTPStatus.NOT_FOUND or not page.is_file():
            super().send_error(code, message, explain)
            return
        body = page.read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    """A server that waits for nobody when it closes: a browser keeps its connections open."""

    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_: Any) -> None:
        """Say nothing: a browser that leaves a page drops what it was loading."""


@contextlib.contextmanager
def serving(folder: Path, base: str) -> Iterator[str]:
    """Serve a folder on the loopback, as the fixture ``serve`` does; give its URL."""
    pages = functools.partial(_Pages, directory=str(folder), base=base)
    with _Server(("127.0.0.1", 0), pages) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}{base}"
        server.shutdown()
        thread.join()


def _package(path: str) -> Path:
    file = PACKAGES / path
    if not file.is_file():
        missing(f"tests/node_modules/{path}", "npm ci, in the folder tests")
    return file


def missing(name: str, remedy: str) -> NoReturn:
    """Skip the test that needs ``name``, and say how to get it; in continuous integration fail it."""
    line = f"{name} is missing: {remedy}"
    if os.environ.get("CI"):
        pytest.fail(line, pytrace=False)
    pytest.skip(line)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--quick``, which skips each test as soon as it would build a site."""
    parser.addoption("--quick", action="store_true", help="skip the tests that build a site")


def pytest_configure(config: pytest.Config) -> None:
    """Note what kind of run this is, and make the folder of what is built once for all its processes."""
    Quick.on = config.getoption("--quick")
    _let_children_be_interrupted()
    _work_in_memory()
    if SHARED not in os.environ:
        folder = tempfile.mkdtemp(prefix="broadsheet-tests-")
        os.environ[SHARED] = folder
        config.add_cleanup(functools.partial(shutil.rmtree, folder))


def _let_children_be_interrupted() -> None:
    """Have the processes that tests start end at an interrupt, as from a terminal.

    A script starts what it runs in the background (`make test &`) with interrupts ignored (POSIX.1-2024,
    Shell Command Language, 2.12). Children inherit that; a handler they do not.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, lambda *_: None)


def _work_in_memory() -> None:
    """Keep the files of this run in memory, where Linux has room for them and no ``TMPDIR`` is set.

    The tests write and remove some hundred thousand small files. A disk spends longer on that than the tests
    spend on the rest, and the more so the more others use it.
    """
    if "TMPDIR" in os.environ or not _MEMORY.is_dir() or not os.access(_MEMORY, os.W_OK):
        return
    room = os.statvfs(_MEMORY)
    if room.f_bavail * room.f_frsize < _ENOUGH or room.f_flag & os.ST_NOEXEC:
        return
    os.environ["TMPDIR"] = tempfile.tempdir = str(_MEMORY)


def pytest_collection_modifyitems(items: Iterable[pytest.Item]) -> None:
    """Mark each test by what it asks for, so that ``-m 'not browser'`` forgets none."""
    for item in items:
        names = getattr(item, "fixturenames", ())
        if "browser" in names:
            item.add_marker("browser")
        if "vnu" in names:
            item.add_marker("checker")
