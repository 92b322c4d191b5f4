"""Machines that agree in nothing: processes that run one command after another.

Each has a hash seed, a time zone and a locale of its own. A process that has built other sites before is
the harder trial: what a build leaves behind in memory, the next one would show.
"""

from __future__ import annotations

import atexit
import functools
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.sites import ROOT, Run, environment, needs_a_whole_site

_PROGRAM = """
import contextlib, io, json, os, sys, traceback
sys.path.insert(0, sys.argv[1])
from broadsheet.__main__ import main
orders, replies = os.fdopen(os.dup(0)), os.fdopen(os.dup(1), "w")
for number, other in ((0, os.devnull), (1, os.devnull)):
    os.dup2(os.open(other, os.O_RDWR), number)
for line in orders:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            status = main(json.loads(line))
        except SystemExit as error:
            status = error.code
        except BaseException:
            status = 70
            traceback.print_exc()
    print(json.dumps((status, out.getvalue(), err.getvalue())), file=replies, flush=True)
"""
_ENVIRONMENTS = (
    {"PYTHONHASHSEED": "0", "TZ": "Pacific/Kiritimati", "LC_ALL": "C"},
    {"PYTHONHASHSEED": "1", "TZ": "Pacific/Pago_Pago", "LC_ALL": "C.UTF-8"},
    {"PYTHONHASHSEED": "20", "TZ": "UTC", "LANG": "C.UTF-8"},
)
NUMBER = len(_ENVIRONMENTS)


class Machine:
    """A process with Broadsheet loaded. ``run`` is what the command line does."""

    def __init__(self, variables: Mapping[str, str], engine: Path = ROOT) -> None:
        """Start it with ``variables`` of its own; ``engine`` is the folder that the package is in."""
        needs_a_whole_site()
        self._process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM, str(engine)],
            env=environment() | dict(variables),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        atexit.register(self.stop)

    def run(self, *words: str) -> Run:
        """Run a command; status 70 is a crash, and its traceback on ``stderr``."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(words), file=self._process.stdin, flush=True)
        status, out, err = json.loads(self._process.stdout.readline())
        return Run(status=status, stdout=out, stderr=err)

    def stop(self) -> None:
        """End the process."""
        if self._process.poll() is None:
            self._process.communicate()


@functools.cache
def machine(number: int) -> Machine:
    """Return one of ``NUMBER`` machines, the same each time."""
    return Machine(_ENVIRONMENTS[number])


@functools.cache
def older() -> Machine:
    """Return a machine with another release of Broadsheet.

    It spells a little of each feed and sitemap otherwise, and lists know less of an article. What Python has
    compiled comes along, or else it would all be compiled anew.
    """
    folder = Path(tempfile.mkdtemp(prefix="broadsheet-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    shutil.copytree(ROOT / "broadsheet", folder / "broadsheet")
    for name, old, new in (
        ("render/formats/text.py", 'encoding="utf-8"?>', 'encoding="UTF-8"?>'),
        (
            "archive/facts.py",
            'for name, _ in list_attributes("teaser"))',
            'for name, _ in list_attributes("teaser") if name not in {"genre", "edition"})',
        ),
    ):
        file = folder / "broadsheet" / name
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")
    return Machine(_ENVIRONMENTS[0], folder)
