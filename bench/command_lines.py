"""Runs random command lines: each ends with one of the documented statuses, and none with a traceback.

    python bench/command_lines.py --count 2000

Every option of every command with values of any kind, in several environments; ``tests/command_lines.py``
makes and judges them. A seed repeats its lines.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.command_lines import find_fault, make_line, make_site, run_line

_ENVIRONMENTS: tuple[dict[str, str], ...] = (
    {},
    {"GITHUB_ACTIONS": "true"},
    {"FORCE_COLOR": "1"},
    {"LC_ALL": "C", "PYTHONIOENCODING": "ascii"},
    {"PYTHONIOENCODING": "utf-16"},
)
_TURNS = 100  # on one site; then a new one is begun


def main() -> int:
    """Run as many command lines as the command line asks for; return 1 when one had a fault."""
    options = _options()
    began, seen, seed, played, wrong = time.monotonic(), Counter[str](), options.first, 0, 0
    while played < options.count:
        chance = random.Random(seed)
        turns = min(_TURNS, options.count - played)
        with TemporaryDirectory(prefix="lines-") as name:
            site = make_site(Path(name) / "site")
            for _ in range(turns):
                if not (site.folder / "site.toml").exists():
                    site = make_site(Path(name) / str(chance.random()))
                words, env = make_line(chance), chance.choice(_ENVIRONMENTS)
                status, printed = run_line(site, words, env)
                seen[f"{words[0]}: {status}" if words else "none"] += 1
                if fault := find_fault(status, printed, env):
                    wrong += 1
                    shown = [word[:100] for word in words]
                    print(f"seed {seed}: {shown!r} {env}: {fault}\n{printed[-1500:]!a}", flush=True)
        played, seed = played + turns, seed + 1
        print(
            f"{played:,} command lines, {wrong} with a fault, {time.monotonic() - began:,.0f} s", flush=True
        )
    for what, number in sorted(seen.items()):
        print(f"{number:8,} {what}")
    return 1 if wrong else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Run random command lines.")
    parser.add_argument("--count", type=int, default=500, help="how many command lines")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
