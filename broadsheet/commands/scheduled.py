"""``scheduled``: prints when the site will change by itself, and what is held back until then."""

from __future__ import annotations

import argparse
import dataclasses
import json

from broadsheet.build.schedule import read_outlook
from broadsheet.commands.terminal.console import print_held_back
from broadsheet.commands.terminal.parser import Command, add_site_option


def _add_options(parser: argparse.ArgumentParser) -> None:
    add_site_option(parser)
    parser.add_argument("--json", action="store_true", help="print it as one JSON object")


def _run(options: argparse.Namespace) -> int:
    found = read_outlook(options.site)
    if options.json:
        members = {"changes": found.changes, "held": [dataclasses.asdict(each) for each in found.held]}
        print(json.dumps(members, ensure_ascii=False, default=str, sort_keys=True))
        return 0
    print(found.changes.isoformat() if found.changes else "never")
    print_held_back(found.held)
    return 0


COMMAND = Command(add_options=_add_options, run=_run)
