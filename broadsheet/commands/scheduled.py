"""``scheduled``: prints when the site will change by itself, and what is held back until then."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys

from broadsheet.build.schedule import read_outlook
from broadsheet.commands.terminal.console import print_held_back
from broadsheet.commands.terminal.parser import Command, add_site_and_output_options
from broadsheet.commands.terminal.printer import say


def _add_options(parser: argparse.ArgumentParser) -> None:
    add_site_and_output_options(parser)
    parser.add_argument("--json", action="store_true", help="print it as one JSON object")


def _run(options: argparse.Namespace) -> int:
    found = read_outlook(options.site, options.output)
    if options.json:
        members = {
            "changes": found.changes,
            "held": [dataclasses.asdict(each) for each in found.held],
            "as_of": found.as_of,
            "failed": found.failed,
        }
        say(json.dumps(members, ensure_ascii=False, default=str, sort_keys=True))
        return 0
    say(found.changes.isoformat() if found.changes else "never")
    print_held_back(found.held)
    if found.failed:
        when = f"{found.as_of:%Y-%m-%d %H:%M %z}"
        say(f"The last build has failed. This is as of the one before, of {when}.", stream=sys.stderr)
    return 0


COMMAND = Command(add_options=_add_options, run=_run)
