"""Measures what pictures cost a build, beside Hugo and Eleventy, and what readers wait for.

Writes the chapter about pictures in RESULTS.md; its other chapters stay as they are. Interrupted, it writes
what there is by then. The photos take 3.3 MB each, once for all generators.

    python bench/pictures.py --work /dev/shm/pictures --peers ~/peers
    python bench/pictures.py --work /dev/shm/pictures --photos 20 --rounds 1 --results /dev/stdout
"""

from __future__ import annotations

import argparse
import platform
import signal
import sys
from pathlib import Path

import chapters
import picture_report
import tools
from picture_trial import PictureOptions, PictureTrial
from records import Records
from report import cores, file_system, memory
from trial import say


def main(arguments: list[str] | None = None) -> int:
    """Run what the command line asks for; return the exit status."""
    parsed = _parsed(arguments)
    options = PictureOptions(
        photos=parsed.photos,
        megapixels=parsed.megapixels,
        rounds=parsed.rounds,
        work=parsed.work.resolve(),
        peers=parsed.peers,
        limit=parsed.limit,
        patience=parsed.patience,
        keep=parsed.keep,
        with_browser=not parsed.no_browser,
    )
    options.work.mkdir(parents=True, exist_ok=True)
    records = Records(parsed.resume)
    machine = _machine(options)
    status = 0
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        PictureTrial(options, records).run()
    except KeyboardInterrupt:
        say("Stopped. What was measured by then is in the results.")
        status = 130
    finally:
        chapter = picture_report.written(records, machine, options.megapixels, parsed.date)
        chapters.put(parsed.results, {chapters.PICTURES: chapter})
    return status


def _parsed(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    here = Path(__file__).resolve().parent
    add = parser.add_argument
    add("--photos", metavar="N", type=int, default=1000, help="default 1000")
    add("--megapixels", metavar="N", type=float, default=12.0, help="of each photo; default 12")
    add("--rounds", metavar="N", type=int, default=3, help="how often each is measured; default 3")
    add("--work", metavar="DIR", type=Path, required=True, help="where sites are built; a tmpfs is best")
    add("--peers", metavar="DIR", type=Path, help="where Hugo, Eleventy with its plugin, and Lighthouse are")
    add("--limit", metavar="SECONDS", type=float, default=7200.0, help="for one process; default 7200")
    add("--patience", metavar="SECONDS", type=float, default=150.0,
        help="what takes longer is measured once; default 150")  # fmt: skip
    add("--no-browser", action="store_true", help="leave Lighthouse out")
    add("--resume", metavar="FILE", type=Path, help="keep each measurement there, and go on from them")
    add("--results", metavar="FILE", type=Path, default=here / "RESULTS.md", help="where the chapter goes")
    add("--date", metavar="WORDS", default="", help="when this was, for the results")
    add("--keep", action="store_true", help="leave the sites where they are")
    return parser.parse_args(arguments)


def _machine(options: PictureOptions) -> str:
    """Say on what was measured, in one line."""
    from PIL import features  # noqa: PLC0415 - for its versions alone

    named = [tools.broadsheet()[0], *(tools.peers(options.peers) if options.peers else ())]
    versions = ", ".join(f"{tool.name} {tool.version}" for tool in named if tool.name != "Pelican")
    codecs = ", ".join(f"{name} {features.version(name)}" for name in ("pil", "libjpeg_turbo", "webp"))
    return (
        f"{cores()} cores, {memory()} GB of memory, {file_system(options.work)};"
        f" {platform.system()}, Python {platform.python_version()}; {versions}; {codecs}"
    )


if __name__ == "__main__":
    sys.exit(main())
