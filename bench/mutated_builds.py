"""Changes built sites at random, by the hundred: publishing must refuse each, and ``build --verify`` fix it.

    python bench/mutated_builds.py --count 500

A number that fails is played again with ``--first NUMBER --count 1``.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import traceback
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.builds import built
from tests.mutated_builds import play
from tests.plain import article
from tests.test_publish import Newsroom, make_newsroom

_ARTICLES = {
    f"content/{name}.md": article(name.title(), f"2022-11-0{day}", tags=("Oil", "Sea")[: day % 3])
    for day, name in enumerate(("flood", "ferry", "bridge", "storm"), 1)
}


def main() -> int:
    """Play as many as the command line says; return 1 when one failed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=100, help="how many to play (default: 100)")
    parser.add_argument("--first", type=int, default=0, help="the first number (default: 0)")
    options = parser.parse_args()
    names = [f"GIT_{whose}_{what}" for whose in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")]
    os.environ.update(dict.fromkeys(names, "desk@example.org"))
    seen, failed = Counter[str](), []
    with tempfile.TemporaryDirectory() as folder:
        newsroom = _begin(Path(folder) / "0")
        for seed in range(options.first, options.first + options.count):
            try:
                seen += play(newsroom, seed)
            except Exception:  # noqa: BLE001 - a traceback is a failure too
                failed.append(seed)
                print(f"{seed} fails:", traceback.format_exc(), sep="\n", flush=True)
                newsroom = _begin(Path(folder) / f"after {seed}")
    for name, count in sorted(seen.items()):
        print(f"{count:8,} {name}")
    print(f"{options.count:,} mutated builds, {len(failed)} failed", *failed)
    return 1 if failed else 0


def _begin(folder: Path) -> Newsroom:
    folder.mkdir()
    newsroom = make_newsroom(folder, _ARTICLES)
    newsroom.site.write("static/.well-known/security.txt", "Contact: mailto:desk@example.org\n")
    built(newsroom.site)
    newsroom.publish(first=True)
    return newsroom


if __name__ == "__main__":
    sys.exit(main())
