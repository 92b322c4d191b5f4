"""``move``: moves an article, with its pictures and the links to it."""

from __future__ import annotations

import argparse
import datetime as dt

from broadsheet.commands.terminal.confirmation import print_diff
from broadsheet.commands.terminal.console import create_progress
from broadsheet.commands.terminal.parser import Command, add_dry_run_option, add_site_option, find_site_path
from broadsheet.commands.terminal.printer import say
from broadsheet.editing.changes import format_diff, make_changes
from broadsheet.editing.moving import plan_move


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("old", metavar="OLD", help="the article's file, or the folder of its index.md")
    parser.add_argument("new", metavar="NEW", help="where it shall be: a file, or a folder that is there")
    add_site_option(parser)
    add_dry_run_option(parser)


def _run(options: argparse.Namespace) -> int:
    old, new = (find_site_path(options.site, path) for path in (options.old, options.new))
    move = plan_move(options.site, old, new, dt.datetime.now(dt.UTC), create_progress())
    if options.dry_run:
        print_diff(format_diff(move.changes))
        return 0
    make_changes(options.site, move.changes)
    for change in move.changes:
        say(f"moved: {change.path} to {change.moved_to}" if change.moved_to else f"changed: {change.path}")
    for path in move.left:
        say(f"stays: {path}")
    if move.alias:
        say(f"alias: {move.alias}")
    return 0


COMMAND = Command(
    example="content/2026/flood.md content/2026/11/flood.md", add_options=_add_options, run=_run
)
