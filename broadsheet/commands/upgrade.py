"""``upgrade``: replaces the Broadsheet that a site carries with the one that is running.

It says what changes: releases, files of the theme that the site has its own of, and what the changelog says.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import takewhile
from pathlib import Path

from broadsheet import __version__
from broadsheet.build.site_folder import SETTINGS, load_settings
from broadsheet.commands.terminal.parser import Command, add_site_option
from broadsheet.commands.terminal.printer import say
from broadsheet.common.problems import Problem, Problems
from broadsheet.write.vendor import (
    CHANGELOG,
    FOLDER,
    LOCK,
    WORKFLOW,
    Pin,
    Vendored,
    is_of_theme,
    make_lock,
    parse_lock,
    put_in_place,
    read_starter,
    read_vendored,
)
from broadsheet.write.wheel import NAME, make_wheel

_RELEASE = re.compile(r"\d+(?:\.\d+)*")
_SECTION = re.compile(r"## \[?([^]\s]+)")


def _add_options(parser: argparse.ArgumentParser) -> None:
    add_site_option(parser)
    parser.add_argument("--dry-run", action="store_true", help="say what would change, and write nothing")


def _run(options: argparse.Namespace) -> int:
    rows = upgrade(options.site, dry_run=options.dry_run)
    say(*(rows or [f"Nothing to do: the site carries this Broadsheet, {__version__}."]))
    if rows and options.dry_run:
        say("Nothing was written.")
    return 0


def upgrade(site: Path, *, dry_run: bool) -> list[str]:
    """Put the wheel and the lock of the package that is running into a site; return lines on what changes.

    There are none if the site has both already. ``dry_run``: write nothing. Raises ``Problems`` if there is
    no site, or if it carries a newer release.
    """
    if not (site / SETTINGS).is_file():
        load_settings(site)  # says so; what else may be wrong with it is no reason to stay behind
    carried, brought, wheel = read_vendored(site), read_starter(), make_wheel()
    _check_newer(carried)
    libraries = brought[LOCK].decode()
    replaced = {
        pin.name for pin in (*parse_lock(carried.files.get(LOCK, b"").decode()), *parse_lock(libraries))
    }
    lock = make_lock(wheel, libraries, [pin for pin in carried.pins if pin.name not in {NAME, *replaced}])
    path = f"{FOLDER}/{wheel.name}"
    unwanted = [each for each in carried.wheels if each != path]
    is_there = path in carried.wheels and (site / path).read_bytes() == wheel.content
    if is_there and not unwanted and lock == carried.lock:
        return []
    rows = [f"Broadsheet: {_change(carried.version, __version__)}, in {path}"]
    rows += _compare_pins(carried.pins, parse_lock(lock))
    rows += _compare_files(site, carried.files, brought)
    rows += _read_changelog(brought[CHANGELOG].decode(), carried.version)
    if not dry_run:
        put_in_place(site, wheel, lock, unwanted)
    return rows


def _check_newer(carried: Vendored) -> None:
    if _release(carried.version) > _release(__version__):
        message = (
            f"the site carries Broadsheet {carried.version}, and this one is {__version__}, which is older"
        )
        hint = f"Run `upgrade` with a newer one. To go back, check out {FOLDER}/ and {LOCK} as they were."
        raise Problems([Problem(path=FOLDER, message=message, hint=hint)])


def _release(version: str) -> tuple[int, ...]:
    """Return a version's numbers, by which releases are in order; empty for none."""
    found = _RELEASE.match(version)
    return tuple(map(int, found[0].split("."))) if found else ()


def _change(before: str, after: str) -> str:
    if not before:
        return f"{after}, which is new"
    return f"{before} → {after}" if before != after else f"{after}, built anew"


def _compare_pins(before: Iterable[Pin], after: Iterable[Pin]) -> Iterator[str]:
    """Yield a line for each library that is another release, new, or no longer needed."""
    old = {pin.name: pin.version for pin in before if pin.name not in {"", NAME}}
    new = {pin.name: pin.version for pin in after if pin.name not in {"", NAME}}
    for name in sorted({*old, *new}):
        if name not in new:
            yield f"{name}: {old[name]}, no longer needed"
        elif old.get(name) != new[name]:
            yield f"{name}: {_change(old.get(name, ''), new[name])}"


def _compare_files(site: Path, before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Iterator[str]:
    """Yield what a site has of its own in place of files that differ between two releases."""
    rows = []
    for path in sorted({*before, *after}):
        file = site / path
        if not (is_of_theme(path) or path == WORKFLOW) or not file.is_file():
            continue
        own, old, new = file.read_bytes(), before.get(path), after.get(path)
        if own == new or (before and old == new):
            continue
        note = ""
        if new is None:
            note = ": the new release has none"
        elif own == old:
            verb = "copy the new one" if path == WORKFLOW else "remove it, and the new one is used"
            note = f": as the old release had it; {verb}"
        rows.append(f"  {path}{note}")
    if rows:
        changed = "have changed" if before else "are not the same"
        yield f"Files that the site has of its own, and that {changed} in the new release:"
        yield from rows


def _read_changelog(text: str, version: str) -> Iterator[str]:
    """Yield what a changelog says of the releases after ``version``; nothing if that is none of them."""
    sections = [rows for rows in text.split("\n## ") if rows]
    named = [(_SECTION.match(f"## {rows}"), rows) for rows in sections[1:]]
    names = [found[1] for found, _ in named if found]
    if version not in names:
        return
    newer = takewhile(lambda each: not each[0] or each[0][1] != version, named)
    for _, rows in newer:
        yield from ("", *f"## {rows}".rstrip().splitlines())


COMMAND = Command(example="--dry-run", add_options=_add_options, run=_run)
