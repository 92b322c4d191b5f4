"""Scrambles states by the thousand, and sees that no wrong site and no traceback comes of it.

    python bench/scrambles.py --turns 2000

``tests/scrambles.py`` says what a turn is.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.scrambles import Scrambles

_TURNS = 50  # on one site; then a new one is begun


def main() -> int:
    """Play as many turns as the command line asks for; return 1 when one failed."""
    options = _options()
    began, seen, failed, played, seed = time.monotonic(), Counter[str](), 0, 0, options.first
    while played < options.turns:
        turns = min(_TURNS, options.turns - played)
        with TemporaryDirectory(prefix="scrambles-") as name:
            scrambles = Scrambles(Path(name), seed)
            for number in range(turns):
                try:
                    scrambles.turn()
                except AssertionError as error:
                    print(f"seed {seed}, turn {number}: {error}", flush=True)
                    failed += 1
                    break
        seen += scrambles.seen
        played, seed = played + turns, seed + 1
        print(f"{played:,} states, {time.monotonic() - began:,.0f} s, {failed} failed", flush=True)
    for what, count in sorted(seen.items()):
        print(f"{count:8,} {what}")
    return 1 if failed else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Scramble states.")
    parser.add_argument("--turns", type=int, default=2000, help="how many states are scrambled")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
