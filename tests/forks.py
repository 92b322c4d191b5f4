"""Processes of ``build.py`` that need not start first: forks of one that has built a site.

To load the package, the theme and a language takes longer than most commands of a test take. A fork has built
two small sites so far, as the process of a preview may have. It runs the same file with arguments, folder,
environment and streams of its own, and ends as any process ends. What it has in common with the others is the
seed of hashes; where that or the start itself is what is tested, a test starts a process as everybody does.
Only Linux forks here.
"""

from __future__ import annotations

import atexit
import datetime as dt
import functools
import gc
import importlib
import json
import os
import pkgutil
import runpy
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import broadsheet
from broadsheet.build.pipeline import BuildRequest, build
from tests.plain import LAYOUTS, SETTINGS, article

_ROOT = Path(__file__).resolve().parent.parent
_INTERRUPT = (signal.SIGINT,)
_BUILD = str(_ROOT / "build.py")
_LONGEST = 2**17  # bytes of an order: arguments and environment
_STREAMS = 3
_AS_OF = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
_THEMED = SETTINGS.partition("[")[0]
_ARTICLE = article("Flood", "2022-11-05", author="Ana Ruiz", dateline="Baku", tags=("Oil",))


def start(
    words: Sequence[str], *, cwd: Path, env: Mapping[str, str], streams: tuple[int, int, int], fresh: bool
) -> Process:
    """Run ``build.py`` in a process, which is a fork unless it must be ``fresh``.

    ``streams`` are the file descriptors of what it reads, prints and complains on.
    """
    if not fresh and sys.platform == "linux":
        return Fork(words, cwd=cwd, env=env, streams=streams)
    stdin, stdout, stderr = streams
    line = [sys.executable, _BUILD, *words]
    return subprocess.Popen(line, cwd=cwd, env=dict(env), stdin=stdin, stdout=stdout, stderr=stderr)


class Fork:
    """A process that runs ``build.py``, with what tests want of ``subprocess.Popen``."""

    def __init__(
        self, words: Sequence[str], *, cwd: Path, env: Mapping[str, str], streams: tuple[int, int, int]
    ) -> None:
        """Start it."""
        self.returncode: int | None = None
        self._reply, there = socket.socketpair()
        order = json.dumps((list(words), str(cwd), dict(env))).encode()
        assert len(order) < _LONGEST
        with there:
            socket.send_fds(_parent(tuple(_plain(env).items())), [order], [*streams, there.fileno()])
        self.pid = self._number()

    def poll(self) -> int | None:
        """Return the exit status, None while it runs."""
        try:
            return self.wait(0)
        except (BlockingIOError, TimeoutError):
            return None

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit status once it has ended; raise ``TimeoutError`` if that takes too long."""
        if self.returncode is None:
            self._reply.settimeout(timeout)
            self.returncode = self._number()
            self._reply.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def _number(self) -> int:
        number = self._reply.recv(8)
        assert number, "the process whose forks run commands has ended"
        return int.from_bytes(number, signed=True)


Process = subprocess.Popen[bytes] | Fork


def _plain(env: Mapping[str, str]) -> dict[str, str]:
    """Return what of an environment decides how Python itself runs, so that one parent cannot serve all."""
    return {name: value for name, value in env.items() if name.startswith(("PYTHON", "LANG", "LC_"))}


@functools.cache
def _parent(plain: tuple[tuple[str, str], ...]) -> socket.socket:
    """Start the process whose forks run commands; return the line on which it takes orders."""
    here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    env = {name: value for name, value in os.environ.items() if name not in _plain(os.environ)}
    with there:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.forks", str(there.fileno())],
            cwd=_ROOT,
            env=env | dict(plain),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=(there.fileno(),),
        )
    atexit.register(process.wait)
    atexit.register(here.close)
    return here


def _take_orders(line: socket.socket) -> None:
    """Fork for each order, until nobody is left to give one. Only the forks return, each to its order."""
    # An interrupt waits: a fork gets its own when it begins with the command, and this process never.
    signal.pthread_sigmask(signal.SIG_BLOCK, _INTERRUPT)
    while True:
        message, handles, _, _ = socket.recv_fds(line, _LONGEST, _STREAMS + 1)
        if not message:
            while _reap(0):
                pass
            sys.exit()
        keeper = os.fork()
        if keeper == 0:
            command = os.fork()
            if command == 0:
                break
            _report(socket.socket(fileno=handles[-1]), command)
        for handle in handles:
            os.close(handle)
        while _reap(os.WNOHANG):
            pass
    line.close()
    for number, handle in enumerate(handles):
        if number < _STREAMS:
            os.dup2(handle, number)
        os.close(handle)
    # Opened anew: those of the process that was forked remember whether they could be sought in.
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", 1, encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
    _become(*json.loads(message))


def _report(reply: socket.socket, command: int) -> None:
    """Say which process runs the command, wait for its end, say its exit status, and end."""
    reply.send(command.to_bytes(8, signed=True))
    _, status = os.waitpid(command, 0)
    reply.send(os.waitstatus_to_exitcode(status).to_bytes(8, signed=True))
    os._exit(0)


def _reap(options: int) -> bool:
    """Take note of a process that has ended; return whether there was one."""
    try:
        return os.waitpid(-1, options)[0] != 0
    except ChildProcessError:
        return False


def _become(words: Sequence[str], folder: str, env: Mapping[str, str]) -> None:
    """Take over the arguments, the folder and the environment of an order, and let Ctrl-C through."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(env)
    time.tzset()
    sys.argv = [_BUILD, *words]
    # A shell lets those that it starts in the background ignore Ctrl-C; a fork is not one of them.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _INTERRUPT)


def _load() -> None:
    """Load the whole package, and what builds load once: layouts of the theme and of the tests, English."""
    for each in pkgutil.walk_packages(broadsheet.__path__, "broadsheet."):
        importlib.import_module(each.name)
    for layouts, settings in (({}, _THEMED), (LAYOUTS, SETTINGS)):
        with TemporaryDirectory() as folder:
            site = Path(folder)
            texts = {f"layouts/{name}": text for name, text in layouts.items()}
            for path, text in {**texts, "site.toml": settings, "content/flood.md": _ARTICLE}.items():
                (site / path).parent.mkdir(exist_ok=True)
                (site / path).write_text(text, encoding="utf-8")
            build(BuildRequest(site=site, output=site / "public", as_of=_AS_OF))
    # Forks go on to share the memory of what no garbage collection looks at.
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    _load()
    _take_orders(socket.socket(fileno=int(sys.argv[1])))
    runpy.run_path(sys.argv[0], run_name="__main__")
