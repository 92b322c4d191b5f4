"""Looks for texts whose reading takes more than proportionally longer as they grow.

Fragments of Markdown, YAML, TOML, Jinja and XML are repeated, alone and in pairs chosen by a seed. Each text
is read at three sizes, each twice the last. It is reported if the largest takes more than 2.5 times the time
of the one before it, and more than half a second of a processor. Time has its noise: what is found is read
again before it is counted. tests/test_growth.py counts what is done instead, which leaves out the inside of
functions written in C, such as the search of a regular expression; that is what this is for.

    python bench/growth.py --pairs 2000 --seed 1
"""

from __future__ import annotations

import argparse
import itertools
import random
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.growth import SURFACES, Surface  # noqa: E402 - the path is set first

SIZE = 16_000  # characters of the smallest of the three texts
LIMIT = 2.5
LEAST = 0.5  # seconds of the largest


def _seconds(read: Callable[[str], object], text: str) -> float:
    begin = time.thread_time()
    read(text)
    return time.thread_time() - begin


def _grows(surface: Surface, fragment: tuple[str, ...]) -> list[float] | None:
    """Return the times of three sizes if they grow more than the limit, twice in a row."""
    count = max(1, SIZE // max(1, sum(map(len, fragment))))
    times: list[float] = []
    for _ in range(2):
        times = [_seconds(surface.read, surface.make(fragment, count * factor)) for factor in (1, 2, 4)]
        if times[2] < LEAST or times[2] < LIMIT * times[1]:
            return None
    return times


def _fragments(surface: Surface, pairs: int, seed: int) -> Iterator[tuple[str, ...]]:
    yield from ((each,) for each in surface.fragments)
    every = list(itertools.permutations(surface.fragments, 2))
    yield from random.Random(seed).sample(every, min(pairs, len(every)))


def main() -> int:
    """Read every text; return 1 if some grow too fast."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--pairs", type=int, default=200, metavar="N", help="of each surface (default: 200)")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    parser.add_argument("--only", metavar="NAME", help="one surface")
    options = parser.parse_args()
    tried = found = 0
    for surface in SURFACES:
        if options.only not in {None, surface.name}:
            continue
        for fragment in _fragments(surface, options.pairs, options.seed):
            tried += 1
            times = _grows(surface, fragment)
            if times:
                found += 1
                shown = " ".join(f"{each:.2f}" for each in times)
                print(f"{surface.name}: {shown} s: {fragment!r}", flush=True)
    print(f"{tried:,} texts, {found:,} that grow too fast")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
