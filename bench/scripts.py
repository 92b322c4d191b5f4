"""Plays random scripts of edits by the thousand, and prints the seed of each that fails.

    python bench/scripts.py --count 1000 --record scripts.txt

A seed is a whole script (see ``tests/scripts.py``): with ``--first SEED --count 1`` one is played again. With
``--record`` the seeds that held are kept in a file, and are not played again by a later run.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.scripts import play

# One in so many scripts is played on a site that is large enough for several workers, in fewer steps.
_CROWDED = 16
_TENTHS = 10


def main() -> int:
    """Play the scripts that the command line asks for; return 1 when one failed."""
    options = _options()
    record: Path | None = options.record
    held = set(map(int, record.read_text().split())) if record and record.exists() else set()
    seeds = [seed for seed in range(options.first, options.first + options.count) if seed not in held]
    began, failed, seen = time.monotonic(), [], Counter[str]()
    work = [(seed, options.steps) for seed in seeds]
    with multiprocessing.get_context("spawn").Pool(options.processes) as pool:
        for number, (seed, happened, fault) in enumerate(pool.imap_unordered(_played, work), 1):
            seen += happened
            if fault:
                failed.append(seed)
                print(f"seed {seed} fails:\n{fault}\n", flush=True)
            elif record:
                with record.open("a") as file:
                    file.write(f"{seed}\n")
            if number % max(1, len(work) // _TENTHS) == 0:
                took = time.monotonic() - began
                print(f"{number:,} of {len(work):,} scripts, {len(failed)} failed, {took:,.0f} s", flush=True)
    for name, count in sorted(seen.items()):
        print(f"{count:8,} {name}")
    if failed:
        print("failed:", *sorted(failed))
    return 1 if failed else 0


def _played(work: tuple[int, int]) -> tuple[int, Counter[str], str]:
    """Play one script; return its seed, what happened, and what failed, if anything did."""
    seed, steps = work
    crowded = seed % _CROWDED == 0
    try:
        return seed, play(seed, min(steps, 4) if crowded else steps, crowded=crowded), ""
    except Exception as error:  # noqa: BLE001 - whatever it is, the other scripts are played
        return seed, Counter(), f"{type(error).__name__}: {error}"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Play random scripts of edits.")
    parser.add_argument("--count", type=int, default=1000, help="how many scripts")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--steps", type=int, default=8, help="how many builds in a script")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--record", type=Path, help="a file that keeps which seeds have held")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
