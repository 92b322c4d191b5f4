"""Builds that are killed: at any moment, while they publish, in their first run, alone or with their workers.

A site has two versions, and is built from one to the other and back. After each kill every file of the
output must be whole, of one version or the other; then the next build, started at once and perhaps after
the edit was taken back, must end in the bytes of a clean one.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from random import Random

from broadsheet.write.output_folder import MARKER
from tests import machines, photos
from tests.plain import LAYOUTS, SETTINGS, article
from tests.sites import ROOT, Site, environment

_AS_OF = ("--as-of", "2026-01-01T00:00:00Z")
_TAGS = ("Oil", "Sea", "Ice", "Wind")
_PATIENCE = 60.0


class Kills:
    """A site and its two versions; each ``turn`` kills a build. Chance follows from the seed."""

    def __init__(self, folder: Path, seed: int, *, count: int, jobs: int) -> None:
        """Make a site of ``count`` articles in ``folder``, to be built by ``jobs`` processes."""
        self.seen: Counter[str] = Counter()
        self._random = Random(seed)
        self._jobs = jobs
        self._site = Site(folder=folder / "site")
        self._standing = 0
        self._texts = [_texts(word, count) for word in ("Number", "Numeral")]
        self._versions = [self._version(folder / f"clean-{number}", number) for number in (0, 1)]
        self._write(self._site, 0)
        self._times = [self._time(), 0.0]
        self._write(self._site, 1)
        self._times[1] = self._time()
        self._standing = 1

    def turn(self) -> None:
        """Kill a build, look at the files, build again, and look again."""
        fresh = self._random.random() < 0.2
        if fresh:
            for path in ("public", ".broadsheet"):
                self._site.delete(path)
        before = self._site.outputs()
        wanted = self._random.choice((0, 1)) if fresh else 1 - self._standing
        self._write(self._site, wanted)
        publishing = not fresh and self._random.random() < 0.5
        process = self._started(wanted, publishing=publishing)
        if not publishing:
            with suppress(subprocess.TimeoutExpired):
                process.wait(self._times[not fresh] * self._random.uniform(0.2, 1.05))
        self._kill(process)
        after = self._site.outputs()
        self._note(process.returncode, before, after, wanted)
        if fresh:
            assert after in ({}, self._versions[wanted])
        else:
            torn = [path for path in {*before, *after} if path != MARKER and not self._whole(path, after)]
            assert torn == []
        if self._random.random() < 0.4:
            # An edit taken back after the kill is the case that a page could look fresh in, and be stale.
            wanted = 1 - wanted
            self._write(self._site, wanted)
        run = machines.machine(0).run(*self._line(), "--json")
        assert run.status == 0, run.stderr
        self._standing = wanted
        ended = self._site.outputs()
        differing = [path for path in {*ended, *self._versions[wanted]} if not self._is(path, ended, wanted)]
        assert differing == []
        assert not (self._site.folder / ".public.staging").exists()
        again = machines.machine(0).run(*self._line(), "--json")
        assert '"rendered": 0' in again.stdout
        self._await_end(process.pid)

    def kill_workers(self, times: int) -> None:
        """Kill processes of a build, but not the build: it goes on, says so, and ends right."""
        wanted = 1 - self._standing
        self._write(self._site, wanted)
        for path in self._random.choice(((), ("public", ".broadsheet"))):
            self._site.delete(path)
        killed = 0
        with self._process(stderr=subprocess.PIPE) as process:
            until = time.monotonic() + self._random.uniform(0, self._times[1])
            while process.poll() is None and killed < times:
                workers = _workers(process.pid) if time.monotonic() > until else []
                for worker in workers[: times - killed]:
                    with suppress(ProcessLookupError):
                        os.kill(worker, signal.SIGKILL)
                        killed += 1
                time.sleep(0.01)
            assert process.stderr is not None
            said = process.stderr.read().decode()
        assert process.returncode == 0, said
        assert said == "", said
        self.seen["workers killed"] += killed
        self._standing = wanted
        outputs = self._site.outputs()
        paths = {*outputs, *self._versions[wanted]}
        assert [path for path in paths if not self._is(path, outputs, wanted)] == []
        assert not (self._site.folder / ".public.staging").exists()

    def _version(self, folder: Path, number: int) -> dict[str, bytes]:
        clean = Site(folder=folder)
        self._write(clean, number)
        assert machines.machine(1).run(*self._line(clean)).status == 0
        return clean.outputs()

    def _write(self, site: Site, number: int) -> None:
        for path, content in self._texts[number].items():
            site.write(path, content)

    def _line(self, site: Site | None = None) -> tuple[str, ...]:
        folder = (site or self._site).folder
        return ("build", "--site", str(folder), "--output", str(folder / "public"), *_AS_OF, "--quiet")

    def _process(self, stderr: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
        line = [sys.executable, str(ROOT / "build.py"), *self._line(), "--jobs", str(self._jobs)]
        silent = subprocess.DEVNULL
        return subprocess.Popen(
            line, env=environment(), stdin=silent, stdout=silent, stderr=stderr, start_new_session=True
        )

    def _time(self) -> float:
        began = time.monotonic()
        assert self._process().wait(_PATIENCE) == 0
        return time.monotonic() - began

    def _started(self, wanted: int, *, publishing: bool) -> subprocess.Popen[bytes]:
        """Start a build; with ``publishing`` return as soon as some page was moved into place."""
        paths = [path for path in self._versions[wanted] if path.endswith("/index.html")]
        file = self._site.folder / "public" / self._random.choice(paths)
        look = file.stat().st_ino if publishing else 0
        process = self._process()
        while publishing and process.poll() is None and _inode(file) == look:
            pass
        return process

    def _kill(self, process: subprocess.Popen[bytes]) -> None:
        """Kill the build, often without its workers: these find out by themselves."""
        if self._random.random() < 0.5:
            process.kill()
        else:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def _await_end(self, group: int) -> None:
        """See that no worker outlives its build for long."""
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            try:
                os.killpg(group, 0)
            except ProcessLookupError:
                return
            time.sleep(0.02)
        os.killpg(group, signal.SIGKILL)
        raise AssertionError("a worker is left behind")

    def _note(self, status: int, before: dict[str, bytes], after: dict[str, bytes], wanted: int) -> None:
        new = sum(content == self._versions[wanted].get(path) for path, content in after.items())
        if status == 0:
            self.seen["done before it was killed"] += 1
        elif after == before:
            self.seen["killed before it published"] += 1
        elif new == len(after):
            self.seen["killed after it published"] += 1
        else:
            self.seen["killed while it published"] += 1

    def _whole(self, path: str, outputs: dict[str, bytes]) -> bool:
        return any(self._is(path, outputs, number) for number in (0, 1))

    def _is(self, path: str, outputs: dict[str, bytes], number: int) -> bool:
        return outputs.get(path) == self._versions[number].get(path)


def _texts(word: str, count: int) -> dict[str, str | bytes]:
    """Return the sources of a site, in which ``word`` is on every page, and its length on a picture."""
    picture = photos.save(photos.draw_photo(400, 300, len(word)), "jpeg")
    texts: dict[str, str | bytes] = {"content/000.jpg": picture}
    texts |= {f"layouts/{name}": text for name, text in LAYOUTS.items()}
    texts["site.toml"] = SETTINGS.replace("size = 3", "size = 200")
    for number in range(count):
        day = f"20{number % 20 + 1:02}-{number % 12 + 1:02}-{number % 28 + 1:02} 09:00"
        author, tags = ("Ana Ruiz", "Li Wei")[number % 2], (_TAGS[number % 4],)
        texts[f"content/{number:03}.md"] = article(f"{word} {number}", day, author=author, tags=tags)
    texts["content/000.md"] = article(f"{word} 0", "2001-01-01", more="image: 000.jpg")
    return texts


def _workers(build: int) -> list[int]:
    """Return the ids of the processes that work for a build."""
    children = Path(f"/proc/{build}/task/{build}/children")
    found = children.read_text(encoding="ascii").split() if children.exists() else []
    lines = {int(each): Path(f"/proc/{each}/cmdline") for each in found}
    return [number for number, line in lines.items() if line.exists() and b"spawn_main" in line.read_bytes()]


def _inode(file: Path) -> int:
    try:
        return file.stat().st_ino
    except FileNotFoundError:
        return 0
