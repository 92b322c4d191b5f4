"""What a site carries of what builds it: Broadsheet's wheel in vendor/, and a lock with the digests of all.

The lock is requirements.txt: the wheel, then the libraries that this release was tested with, then what the
site itself has added. No registry is named in it.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from broadsheet.common import files
from broadsheet.read.theme import find_theme
from broadsheet.write.wheel import NAME, Wheel, make_wheel

FOLDER = "vendor"
LOCK = "requirements.txt"
BUILD = "build.py"
WORKFLOW = ".github/workflows/publish.yml"
CHANGELOG = "CHANGELOG.md"
# Beside what is built: the virtual environment, and what editors that check front matter install.
_GITIGNORE = "/public/\n/.broadsheet/\n/.*.staging/\n/.venv/\n/node_modules/\n"
_WHEELS = f"{NAME}-*.whl"
_STARTER = f"{NAME}/starter/"  # what find_theme() returns, in a wheel
_PIN = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?\s*(?:==\s*([^\s;,\\]+))?")
_OWN_WHEEL = re.compile(rf"\./{FOLDER}/{NAME}-([^-]+)-")
_HEAD = f"""\
# What builds this site: Broadsheet, which lies in {FOLDER}/, and the libraries that it was tested with.
# In the site's folder: .venv/bin/python -m pip install --require-hashes --requirement {LOCK}
# `broadsheet upgrade` writes these lines anew, and keeps those that you add.
"""


class Pin(NamedTuple):
    """One requirement of a lock: its name in lower case, its version ("" for none), and its lines."""

    name: str
    version: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendored:
    """What a site carries now: its wheel, whose files may be read, and its lock.

    ``wheels`` are the paths of all wheels of Broadsheet in the site; ``files`` what the one in use brings for
    sites (layouts, the changelog …), empty without one, or if it cannot be read.
    """

    wheels: tuple[str, ...]
    version: str
    files: Mapping[str, bytes]
    pins: tuple[Pin, ...]
    lock: str


def read_vendored(site: Path) -> Vendored:
    """Return what the site in a folder carries."""
    file = site / LOCK
    lock = file.read_text(encoding="utf-8", errors="surrogateescape") if file.is_file() else ""
    pins = parse_lock(lock)
    wheels = tuple(f"{FOLDER}/{each.name}" for each in sorted((site / FOLDER).glob(_WHEELS)))
    named = next((pin for pin in pins if pin.name == NAME), None)
    used = next((path for path in wheels if named and path in named.text), wheels[-1] if wheels else "")
    version = used.split("-")[1] if used else named.version if named else ""
    return Vendored(
        wheels=wheels,
        version=version,
        files=_read_starter(site / used) if used else {},
        pins=pins,
        lock=lock,
    )


def make_carried_files() -> dict[str, bytes]:
    """Return the files, by path, that build a new site: those that it carries, a command, and a workflow."""
    wheel, starter = make_wheel(), read_starter()
    return {
        BUILD: starter[BUILD],
        ".gitignore": _GITIGNORE.encode(),
        LOCK: make_lock(wheel, starter[LOCK].decode()).encode(),
        f"{FOLDER}/{wheel.name}": wheel.content,
        WORKFLOW: starter[WORKFLOW],
    }


def read_starter() -> dict[str, bytes]:
    """Return what the package that is running brings for sites, by path."""
    top = find_theme()
    folders = (top / files.LAYOUTS, top / files.STATIC)
    found = [file for folder in folders for file in sorted(folder.rglob("*")) if file.is_file()]
    found += [top / path for path in (LOCK, CHANGELOG, BUILD, WORKFLOW)]
    return {file.relative_to(top).as_posix(): file.read_bytes() for file in found}


def is_of_theme(path: str) -> bool:
    """Return whether a file that the package brings for sites is a layout, words or a static file."""
    return any(files.is_below(path, folder) for folder in (files.LAYOUTS, files.STATIC))


def make_lock(wheel: Wheel, libraries: str, added: Iterable[Pin] = ()) -> str:
    """Return the text of a lock: a wheel in vendor/, the lock of its libraries, and what a site added."""
    own = f"./{FOLDER}/{wheel.name} \\\n    --hash=sha256:{wheel.digest}\n"
    return _HEAD + own + "".join(pin.text for pin in (*parse_lock(libraries), *added))


def parse_lock(text: str) -> tuple[Pin, ...]:
    """Return the requirements of a lock; an option of pip among them is one without a name.

    Format: https://pip.pypa.io/en/stable/reference/requirements-file-format/
    """
    rows = [row for row in text.splitlines() if row.strip() and not row.lstrip().startswith("#")]
    pins, lines = [], list[str]()
    for number, row in enumerate(rows, 1):
        lines.append(f"{row.rstrip()}\n")
        if not row.rstrip().endswith("\\") or number == len(rows):
            pins.append(_parse_pin("".join(lines)))
            lines = []
    return tuple(pins)


def _parse_pin(text: str) -> Pin:
    own = _OWN_WHEEL.match(text)
    if own:
        return Pin(NAME, own[1], text)
    found = _PIN.match(text)
    return Pin(re.sub(r"[-_.]+", "-", found[1]).lower(), found[2] or "", text) if found else Pin("", "", text)


def _read_starter(file: Path) -> dict[str, bytes]:
    with suppress(OSError, zipfile.BadZipFile), zipfile.ZipFile(file) as archive:
        names = [name for name in archive.namelist() if name.startswith(_STARTER)]
        return {name.removeprefix(_STARTER): archive.read(name) for name in names}
    return {}


def put_in_place(site: Path, wheel: Wheel, lock: str, unwanted: Iterable[str]) -> None:
    """Write a wheel and a lock into a site, whole or not at all, then remove the ``unwanted`` wheels.

    The lock is replaced after the wheel is there, and the old wheel goes last: whenever this is interrupted,
    the lock names a wheel that is there.
    """
    folder = site / FOLDER
    folder.mkdir(exist_ok=True)
    new_wheel, new_lock = folder / f".{wheel.name}.new", site / f".{LOCK}.new"
    try:
        new_wheel.write_bytes(wheel.content)
        new_lock.write_text(lock, encoding="utf-8", errors="surrogateescape", newline="\n")
        new_wheel.replace(folder / wheel.name)
        new_lock.replace(site / LOCK)
    finally:
        for file in (new_wheel, new_lock):
            file.unlink(missing_ok=True)
    for path in unwanted:
        (site / path).unlink(missing_ok=True)
