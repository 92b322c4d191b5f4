"""The preview's own state file: which one, and its lock. A new one begins as a copy of the last build's."""

from __future__ import annotations

from contextlib import suppress
from itertools import count
from pathlib import Path

from filelock import FileLock, Timeout

from broadsheet.archive.database import copy_state
from broadsheet.build.site_folder import STATE


def claim_state(site: Path) -> tuple[FileLock, Path]:
    """Return a state file that no other preview uses, and its lock; a new one is a copy of the build's."""
    folder = site / STATE.parent
    folder.mkdir(exist_ok=True)
    for number in count(1):
        name = "preview" if number == 1 else f"preview_{number}"
        lock = FileLock(folder / f"{name}.lock")
        with suppress(Timeout):
            lock.acquire(timeout=0)
            file = folder / f"{name}.sqlite"
            if not file.exists() and (site / STATE).exists():
                copy_state(site / STATE, file)
            return lock, file
    raise AssertionError
