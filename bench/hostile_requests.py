"""Sends hostile requests to a preview: nothing that is not the site's is answered, and the preview goes on.

    python bench/hostile_requests.py --count 20000

Paths that lead out, encodings, headers, ranges, methods, versions, clients that are slow or hang up, at
random; ``tests/hostile_requests.py`` makes and judges them. A seed repeats its requests.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.builds import plain_site
from tests.hostile_requests import HIDDEN, Attack
from tests.plain import article
from tests.previews import Preview, previewing
from tests.sites import Site

_AT_ONCE = 4
_ROUND = 500  # requests of each thread between two looks at the preview


def main() -> int:
    """Send as many requests as the command line asks for; return 1 when an answer was wrong."""
    options = _options()
    began, seen, seed, sent = time.monotonic(), Counter[str](), options.first, 0
    with TemporaryDirectory(prefix="requests-") as name, previewing(_site(Path(name))) as preview:
        good = preview.page("2022/11/01/flood/")
        while sent < options.count:
            each = min(_ROUND, -(-(options.count - sent) // _AT_ONCE))
            seeds = range(seed, seed + _AT_ONCE)
            with ThreadPoolExecutor(_AT_ONCE) as pool:
                attacks = list(pool.map(lambda seed: _attack(preview, seed, each), seeds))  # noqa: B023
            faults = [fault for attack in attacks for fault in attack.faults]
            if preview.page("2022/11/01/flood/") != good:
                faults.append("a page is another one")
            faults += [line for line in preview.printed if "Traceback" in line]
            if faults:
                print(f"seeds {seed} to {seed + _AT_ONCE - 1}:", *faults, sep="\n", flush=True)
                return 1
            for attack in attacks:
                seen.update(attack.seen)
            sent, seed = sent + each * _AT_ONCE, seed + _AT_ONCE
            print(f"{sent:,} requests, {time.monotonic() - began:,.0f} s", flush=True)
    for what, number in sorted(seen.items()):
        print(f"{number:8,} {what}")
    return 0


def _attack(preview: Preview, seed: int, count: int) -> Attack:
    attack = Attack(preview, random.Random(seed))
    for _ in range(count):
        attack.send()
    return attack


def _site(folder: Path) -> Site:
    site = plain_site(folder / "site", {"content/flood.md": article("Flood", "2022-11-01")})
    (folder / "secret.txt").write_text(HIDDEN, encoding="utf-8")
    site.write("site.toml", f"# {HIDDEN}\n{site.read('site.toml')}")
    site.write("static/film.mp4", b"0123456789")
    site.write("static/style.css", "p {}\n")
    return site


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Send hostile requests to a preview.")
    parser.add_argument("--count", type=int, default=2000, help="how many requests")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
