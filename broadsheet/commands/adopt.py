"""``adopt``: makes a site of the sources of another static site generator, and says what became of them."""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path

from broadsheet.commands.terminal.console import create_progress
from broadsheet.commands.terminal.parser import Command, parse_path
from broadsheet.commands.terminal.printer import say
from broadsheet.importing.adopting.adoption import adopt
from broadsheet.importing.adopting.report import write_report


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder", metavar="FOLDER", type=parse_path, help="the folder of the other site's sources"
    )
    parser.add_argument(
        "--into",
        metavar="SITE",
        type=parse_path,
        help="the folder to copy articles and static files into (default: FOLDER itself)",
    )
    parser.add_argument(
        "--sitemap",
        metavar="FILE",
        type=parse_path,
        help="the sitemap of the old site, from which its addresses are known",
    )


def _run(options: argparse.Namespace) -> int:
    site: Path = options.into or options.folder
    adopted, differing = adopt(
        options.folder, site, options.sitemap, dt.datetime.now(dt.UTC), create_progress()
    )
    say(*write_report(adopted, differing))
    where = "" if site == Path() else f" --site {site}"
    say(f"The site stands in {'this folder' if site == Path() else site}. Build it: broadsheet build{where}")
    return 0


COMMAND = Command(example="old-site --into courier", add_options=_add_options, run=_run)
