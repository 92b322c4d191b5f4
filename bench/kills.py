"""Kills builds by the hundred, and sees that every file is whole and that the next build is right.

    python bench/kills.py --turns 300
    python bench/kills.py --turns 200 --workers

Half of the turns are on a small site that one process builds, half on one that is large enough for workers;
``tests/kills.py`` says what a turn is. With ``--workers`` one to three of the processes that work for a build
are killed, and the build must go on. The moment of a kill is chance, so a seed alone does not repeat it.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.kills import Kills

_SITES = ((60, 1), (420, 2))
# So many turns on one site; then a new one is begun.
_TURNS = 25


def main() -> int:
    """Play as many turns as the command line asks for; return 1 when one failed."""
    options = _options()
    began, seen, seed, played = time.monotonic(), Counter[str](), options.first, 0
    while played < options.turns:
        count, jobs = _SITES[-1 if options.workers else seed % len(_SITES)]
        turns = min(_TURNS, options.turns - played)
        with TemporaryDirectory(prefix="kills-") as name:
            kills = Kills(Path(name), seed, count=count, jobs=jobs)
            for turn in range(turns):
                try:
                    kills.kill_workers(1 + turn % 3) if options.workers else kills.turn()
                except AssertionError as error:
                    print(f"seed {seed}: {error}\n{dict(kills.seen)}", flush=True)
                    return 1
        seen += kills.seen
        played, seed = played + turns, seed + 1
        print(f"{played:,} kills, {time.monotonic() - began:,.0f} s", flush=True)
    for what, number in sorted(seen.items()):
        print(f"{number:8,} {what}")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Kill builds.")
    parser.add_argument("--turns", type=int, default=300, help="how many builds are killed")
    parser.add_argument("--workers", action="store_true", help="kill processes that work for a build instead")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
