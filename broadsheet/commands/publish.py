"""``publish``: commits the site to a branch and pushes it, and prints what changed there."""

from __future__ import annotations

import argparse

from broadsheet.commands.terminal.console import create_progress, format_count
from broadsheet.commands.terminal.parser import (
    Command,
    add_site_and_output_options,
    get_output,
    parse_domain,
    parse_git_name,
)
from broadsheet.publish.branch import PublishRequest, publish

_MAX_PATHS = 10  # that a dry run names of each sort of change


def _add_options(parser: argparse.ArgumentParser) -> None:
    add_site_and_output_options(parser)
    parser.add_argument(
        "--branch",
        metavar="NAME",
        type=parse_git_name,
        default="gh-pages",
        help="the branch (default: gh-pages)",
    )
    parser.add_argument(
        "--remote", metavar="NAME", type=parse_git_name, default="origin", help="the remote (default: origin)"
    )
    parser.add_argument("--first", action="store_true", help="nothing was ever published there")
    parser.add_argument("--dry-run", action="store_true", help="only say what would change")
    parser.add_argument("--cname", metavar="HOST", type=parse_domain, help="the domain to write into CNAME")


def _run(options: argparse.Namespace) -> int:
    request = PublishRequest(
        site=options.site,
        output=get_output(options),
        branch=options.branch,
        remote=options.remote,
        first=options.first,
        dry_run=options.dry_run,
        cname=options.cname or "",
    )
    done = publish(request, create_progress())
    count = len(done.added) + len(done.changed) + len(done.removed)
    branch = f"{options.branch} of {options.remote}"
    if not count:
        print(f"Nothing is new on {branch}; nothing was committed.")
        return 0
    if options.dry_run:
        for verb, paths in (("add", done.added), ("change", done.changed), ("remove", done.removed)):
            for path in paths[:_MAX_PATHS]:
                print(f"would {verb}: {path}")
            if len(paths) > _MAX_PATHS:
                print(f"would {verb}: {len(paths) - _MAX_PATHS:,} more")
    print(
        f"{'Would change' if options.dry_run else 'Published'} {format_count(count, 'file')} on {branch}:"
        f" {len(done.added):,} added, {len(done.changed):,} changed, {len(done.removed):,} removed"
        f"{f'; commit {done.commit[:12]}' if done.commit else ''}"
    )
    return 0


COMMAND = Command(example="--dry-run", add_options=_add_options, run=_run)
