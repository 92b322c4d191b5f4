"""Measures what Broadsheet promises, and beside it other generators on the same archive.

Everything is a whole process: what it takes from its start to its end, with all that it started. See
README.md here for what each figure means. Writes its chapters of RESULTS.md, and the plot, and leaves the
others; interrupted, it writes what there is by then.

    python bench/run.py --sizes 1000 10000 --work /dev/shm/bench
"""

from __future__ import annotations

import argparse
import platform
import signal
import sys
from pathlib import Path

import chapters
import corpus
import pagefind
import plot
import report
import search_report
import tools
from records import Records
from search_trial import SearchTrial
from tables import MILLION
from trial import Options, Trial, say


def _machine(options: Options, sizes: list[int]) -> str:
    """Say on what was measured, in one line."""
    places = [options.work] + ([options.large_work] if max(sizes) >= MILLION else [])
    kinds = list(dict.fromkeys(map(report.file_system, places)))
    ours = tools.broadsheet()[0]
    named = [ours, *(tools.peers(options.peers) if options.with_peers else ())]
    finder = pagefind.installed(options.peers) if options.with_peers and 9 in options.goals else None
    versions = ", ".join(
        [f"{tool.name} {tool.version}" for tool in named] + ([f"Pagefind {finder.version}"] if finder else [])
    )
    return (
        f"{report.cores()} cores, {report.memory()} GB of memory, {' and '.join(kinds)};"
        f" {platform.system()}, Python {platform.python_version()}; {versions}"
    )


def _parsed(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    here = Path(__file__).resolve().parent
    add = parser.add_argument
    add("--sizes", metavar="N", type=int, nargs="+", default=[1000, 10_000, 100_000], help="articles")
    add("--goals", metavar="N", type=int, nargs="+", choices=range(1, 10), default=[1, 2, 3, 6, 7],
        help="which goals; 4 and 5 come with 1 and 2; 8 is 2 with all in use; 9 is search")  # fmt: skip
    add("--rounds", metavar="N", type=int, default=3, help="how often each is measured; default 3")
    add("--work", metavar="DIR", type=Path, required=True, help="where sites are built; a tmpfs is best")
    add("--large-work", metavar="DIR", type=Path, help="the same for a million articles and more")
    add("--peers", metavar="DIR", type=Path, help="where Hugo, Eleventy and Pelican are installed")
    add("--no-peers", action="store_true", help="leave them out, even those on the path")
    add("--peers-up-to", metavar="N", type=int, default=100_000, help="articles; default 100000")
    add("--limit", metavar="SECONDS", type=float, default=7200.0, help="for one process; default 7200")
    add("--patience", metavar="SECONDS", type=float, default=150.0,
        help="what takes longer is measured once; default 150")  # fmt: skip
    add("--queries", metavar="N", type=int, default=3, help="searches of each kind, for goal 9; default 3")
    add("--no-browser", action="store_true", help="leave out the searches in a browser, of goal 9")
    add("--seed", metavar="N", type=int, default=corpus.SEED, help="another archive for each")
    add("--resume", metavar="FILE", type=Path, help="keep each measurement there, and go on from them")
    add("--results", metavar="FILE", type=Path, default=here / "RESULTS.md", help="the tables")
    add("--plot", metavar="FILE", type=Path, default=here.parent / "docs/scaling.svg", help="the plot")
    add("--date", metavar="WORDS", default="", help="when this was, for the results")
    add("--keep", action="store_true", help="leave the sites where they are")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    """Run what the command line asks for; return the exit status."""
    parsed = _parsed(arguments)
    options = Options(
        rounds=parsed.rounds,
        goals=frozenset(parsed.goals),
        work=parsed.work.resolve(),
        large_work=(parsed.large_work or parsed.work).resolve(),
        peers=parsed.peers,
        with_peers=not parsed.no_peers,
        peers_up_to=parsed.peers_up_to,
        limit=parsed.limit,
        patience=parsed.patience,
        seed=parsed.seed,
        keep=parsed.keep,
        queries=0 if parsed.no_browser else parsed.queries,
    )
    options.work.mkdir(parents=True, exist_ok=True)
    options.large_work.mkdir(parents=True, exist_ok=True)
    machine = _machine(options, parsed.sizes)
    records = Records(parsed.resume)
    status = 0
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        for articles in sorted(parsed.sizes):
            try:
                if options.goals - {9}:
                    Trial(options, articles, records).run()
                if 9 in options.goals:
                    SearchTrial(options, articles, records).run()
            except OSError as error:
                say(f"{articles:,} articles: {error}")
                status = 1
    except KeyboardInterrupt:
        say("Stopped. What was measured by then is in the results.")
        status = 130
    finally:
        made = {}
        if options.goals - {9}:
            made[chapters.RESULTS] = report.written(records, machine, parsed.date)
            parsed.plot.write_text(plot.drawn(records), encoding="utf-8")
        if 9 in options.goals:
            made[chapters.SEARCH] = search_report.written(records, machine, parsed.date)
        chapters.put(parsed.results, made)
    return status


if __name__ == "__main__":
    sys.exit(main())
