"""Ctrl-C: one line, the status 130, and no traceback, whatever a command is doing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from tests.builds import plain_site
from tests.plain import article
from tests.sites import ROOT, environment, needs_a_whole_site

_STOPPED = "Stopped. Nothing was left half-written.\n"
# Sends itself Ctrl-C when a module is about to be loaded.
_AT_IMPORT = """\
import os, runpy, signal, sys

wanted = sys.argv[1]

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == wanted:
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Finder())
sys.argv[:] = ["build.py", *sys.argv[2:]]
runpy.run_path("build.py", run_name="__main__")
"""
_WORKERS = """\
import sys, time
from broadsheet.build.pool import Pool

def make():
    print("ready", flush=True)
    time.sleep(0.5)

def work(tool, piece):
    time.sleep(0.01)
    return piece

if __name__ == "__main__":
    pool = Pool(2, make, lambda: None)
    try:
        list(pool.spread(work, range(4000), 4000, killed=lambda piece: piece))
    except KeyboardInterrupt:
        pool.close()
        sys.exit(130)
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows sends Ctrl-C in another way")


@pytest.mark.parametrize(
    "module", ["broadsheet.commands.terminal.run", "argparse", "broadsheet.build.pipeline", "sqlite3.dbapi2"]
)
def test_while_modules_are_loaded(module: str) -> None:
    line = [sys.executable, "-c", _AT_IMPORT, module, "build", "--site", "none"]
    done = subprocess.run(line, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", _STOPPED)


def test_while_a_build_waits_for_another(tmp_path: Path) -> None:
    needs_a_whole_site()
    site = plain_site(tmp_path / "site", {"content/a.md": article("A", "2022-11-05")})
    (site.folder / ".broadsheet").mkdir()
    line = [sys.executable, str(ROOT / "build.py"), "build", "--site", str(site.folder)]
    with FileLock(site.folder / ".broadsheet/lock"):
        process = subprocess.Popen(line, env=environment(), stderr=subprocess.PIPE, text=True)
        with process:
            assert process.stderr is not None
            assert "waiting" in process.stderr.readline()
            process.send_signal(signal.SIGINT)
            assert process.stderr.read() == _STOPPED
    assert process.returncode == 130
    assert not (site.folder / "public").exists()


def test_workers_leave_ctrl_c_to_the_process_that_started_them(tmp_path: Path) -> None:
    script = tmp_path / "workers.py"
    script.write_text(_WORKERS, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, str(script)],
        env=environment() | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == "ready\n"
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does
        assert process.stderr.read() == ""
    assert process.returncode == 130
