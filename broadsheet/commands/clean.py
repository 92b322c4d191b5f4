"""``clean``: removes the output folder and the state."""

from __future__ import annotations

import argparse

from broadsheet.build.site_folder import clean
from broadsheet.commands.terminal.console import create_progress
from broadsheet.commands.terminal.parser import Command, add_site_and_output_options, get_output
from broadsheet.commands.terminal.printer import say


def _run(options: argparse.Namespace) -> int:
    for path in clean(options.site, get_output(options), create_progress().wait):
        say(f"removed {path}")
    return 0


COMMAND = Command(add_options=add_site_and_output_options, run=_run)
