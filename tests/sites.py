"""Whole sites written as one string, and built by the command in a process of its own.

Nothing here looks into the package: a site is files, a build is a command, and what came of it is
its exit status, what it printed and the files in the output folder.
"""

from __future__ import annotations

import gzip
import os
import shutil
import textwrap
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import pytest

from tests.forks import start

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = """\
title = "The Example Courier"
url = "https://example.org/archive/"
language = "en"
timezone = "Asia/Baku"
"""
_MARK = "=== "
# What a caller may have set for itself and would change what the command prints or how it runs.
_UNWANTED = (
    *("BROADSHEET_", "CI", "COLUMNS", "FORCE_COLOR", "GITHUB_", "LANG", "LC_", "NO_COLOR"),
    *("PYTHON", "TERM", "TZ"),
)


class Quick:
    """Whether this run of the tests is one with ``--quick``, in which no site is built."""

    on = False


def needs_a_whole_site() -> None:
    """Skip the test that is running if this is a quick run: whatever builds a site begins with this."""
    if Quick.on:
        pytest.skip("builds a site, and this run is a quick one")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What became of one command."""

    status: int
    stdout: str
    stderr: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A site in a folder of its own. Every ``path`` is relative to it, POSIX."""

    folder: Path

    def write(self, path: str, text: str | bytes) -> None:
        """Write a file whole, and the folders above it; text as UTF-8 with its line ends as they are."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())

    def read(self, path: str) -> str:
        """Return the text of a file."""
        return (self.folder / path).read_bytes().decode()

    def delete(self, path: str) -> None:
        """Remove a file, or a folder with all it holds."""
        file = self.folder / path
        if file.is_dir():
            shutil.rmtree(file)
        else:
            file.unlink()

    def build(self, *args: str, **env: str) -> Run:
        """Build the site, with options beside ``--site`` and variables beside the plain environment."""
        needs_a_whole_site()
        return self.run("build", *args, **env)

    def run(self, command: str, *args: str, **env: str) -> Run:
        """Run any command of ``build.py`` on the site: ``site.run("new", "A headline", TZ="Asia/Tokyo")``.

        With a variable of its own it is a process that has just been started, and else a fork.
        """
        words = [command, "--site", str(self.folder), *args]
        with Path(os.devnull).open("rb") as nothing, TemporaryFile() as out, TemporaryFile() as err:
            streams = nothing.fileno(), out.fileno(), err.fileno()
            variables = environment() | env
            process = start(words, cwd=self.folder, env=variables, streams=streams, fresh=bool(env))
            return Run(status=process.wait(), stdout=_text(out), stderr=_text(err))

    def outputs(self, folder: str = "public") -> dict[str, bytes]:
        """Return every file of an output folder: path to bytes, in order of path; empty without one."""
        return {path: file.read_bytes() for path, file in self._files(folder)}

    def looks(self, folder: str = "public") -> dict[str, tuple[int, int]]:
        """Return path to (inode, mtime) of every file of an output folder: equal when none was touched."""
        found = {path: file.stat() for path, file in self._files(folder)}
        return {path: (look.st_ino, look.st_mtime_ns) for path, look in found.items()}

    def _files(self, folder: str) -> list[tuple[str, Path]]:
        top = self.folder / folder
        files = (file for file in top.rglob("*") if not file.is_dir())
        return sorted((file.relative_to(top).as_posix(), file) for file in files)


def write_site(folder: Path, text: str, *, bare: bool = False) -> Site:
    """Write a whole site and return it.

    ``text`` holds its files, each after a line ``=== path``; indentation common to all is dropped::

        === content/2022/flood.md
        ---
        title: Flood
        ---
        Water.

    What the text leaves out comes from here: a plain site.toml, an empty content/, and this repository's
    layouts and static files. ``bare`` leaves it out indeed. Raises ``ValueError`` when text stands before the
    first path, or a path is there twice.
    """
    site = Site(folder=folder)
    if not bare:
        site.write("site.toml", SETTINGS)
        (folder / "content").mkdir(parents=True, exist_ok=True)
        for name in ("layouts", "static"):
            shutil.copytree(ROOT / name, folder / name, dirs_exist_ok=True)
    for path, body in _split(textwrap.dedent(text)):
        site.write(path, body)
    return site


def _split(text: str) -> list[tuple[str, str]]:
    files: dict[str, list[str]] = {}
    path = ""
    for row in text.splitlines(keepends=True):
        if row.startswith(_MARK):
            path = row.removeprefix(_MARK).strip()
            if path in files:
                raise ValueError(f"{path} is there twice")
            files[path] = []
        elif path:
            files[path].append(row)
        elif row.strip():
            raise ValueError(f"a site begins with a line {_MARK!r} and a path, not with {row!r}")
    return [(path, "".join(rows)) for path, rows in files.items()]


def unpacked(path: str, content: bytes) -> bytes:
    """Return what an output says: a compressed one unpacked, any other as it is."""
    return gzip.decompress(content) if path.endswith(".gz") else content


def environment() -> dict[str, str]:
    """Return the environment of this process without what would change how a command runs."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_UNWANTED)}


def _text(printed: IO[bytes]) -> str:
    printed.seek(0)
    return printed.read().decode().replace(os.linesep, "\n")
