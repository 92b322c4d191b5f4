"""``fix``: does what hints say, where there is one right way, and shows the changes first."""

from __future__ import annotations

import argparse
import datetime as dt

from broadsheet.commands.terminal.confirmation import confirm, print_diff
from broadsheet.commands.terminal.console import create_progress, format_count, print_problems
from broadsheet.commands.terminal.parser import Command, add_dry_run_option, add_site_option, find_site_path
from broadsheet.commands.terminal.printer import say
from broadsheet.editing.changes import format_diff, make_changes
from broadsheet.editing.fixing import find_fixes

# What was fixed may uncover more, in other files too.
_MOST_TURNS = 10


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths", metavar="PATH", nargs="*", help="a file or folder of articles; or several (default: all)"
    )
    add_site_option(parser)
    add_dry_run_option(parser)
    parser.add_argument("--yes", action="store_true", help="write the changes without asking")


def _run(options: argparse.Namespace) -> int:
    paths = {find_site_path(options.site, path) for path in options.paths}
    if "." in paths:  # the site itself
        paths = set()
    fixed = 0
    for _ in range(_MOST_TURNS):
        found = find_fixes(options.site, paths, dt.datetime.now(dt.UTC), create_progress())
        if not found.changes:
            break
        print_diff(format_diff(found.changes))
        if options.dry_run:
            return 0
        what = f"{format_count(found.count, 'change')} in {format_count(len(found.changes), 'file')}"
        if not options.yes and not confirm(f"Write {what}?"):
            return 1
        make_changes(options.site, found.changes)
        fixed += found.count
        say(f"{what} written")
    if found.left:
        print_problems(found.left, json=False)
        say(f"{format_count(len(found.left), 'problem')} left that only you can fix")
        return 1
    if not fixed:
        say("There is nothing to fix.")
    return 0


COMMAND = Command(example="content/2026 --dry-run", add_options=_add_options, run=_run)
