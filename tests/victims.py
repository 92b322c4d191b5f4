"""Work that is killed, for the tests of the pool: its processes load it from here."""

from __future__ import annotations

import os
import signal
from pathlib import Path


class Victim:
    """Dies of some numbers: of ``once`` only the first time, as ``folder`` knows, of ``always`` each time."""

    def __init__(self, folder: Path, once: frozenset[int], always: frozenset[int]) -> None:
        self.folder = folder
        self.once = once
        self.always = always


def double(victim: Victim, number: int) -> int:
    """Return twice a number, or end the process."""
    file = victim.folder / str(number)
    if number in victim.always or (number in victim.once and not file.exists()):
        file.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return 2 * number
