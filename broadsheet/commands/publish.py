"""``publish``: commits the site to a branch and pushes it, and prints what changed there."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import partial

from broadsheet.commands.terminal.console import create_progress, format_count
from broadsheet.commands.terminal.parser import (
    Command,
    add_site_and_output_options,
    get_output,
    parse_domain,
    parse_git_name,
)
from broadsheet.commands.terminal.printer import ask, say
from broadsheet.common.problems import Problem, Problems
from broadsheet.publish.branch import PublishRequest, publish
from broadsheet.publish.suggestions import LostUrl, name_lost_url

_YES = frozenset(("y", "yes"))
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
    parser.add_argument(
        "--rollback", action="store_true", help="publish an earlier build: published URLs may go"
    )
    parser.add_argument("--yes", action="store_true", help="do not ask before a --rollback")
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
        may_go=partial(_ask, options) if options.rollback else None,
    )
    done = publish(request, create_progress())
    for path in done.emptied:
        verb = "would say" if options.dry_run else "says"
        say(f"/{path} {verb} that nothing is listed there any more, and leads on: no article is left in it")
    count = len(done.added) + len(done.changed) + len(done.removed)
    branch = f"{options.branch} of {options.remote}"
    if not count:
        say(f"Nothing is new on {branch}; nothing was committed.")
        return 0
    if options.dry_run:
        for verb, paths in (("add", done.added), ("change", done.changed), ("remove", done.removed)):
            for path in paths[:_MAX_PATHS]:
                say(f"would {verb}: {path}")
            if len(paths) > _MAX_PATHS:
                say(f"would {verb}: {len(paths) - _MAX_PATHS:,} more")
    say(
        f"{'Would change' if options.dry_run else 'Published'} {format_count(count, 'file')} on {branch}:"
        f" {len(done.added):,} added, {len(done.changed):,} changed, {len(done.removed):,} removed"
        f"{f'; commit {done.commit[:12]}' if done.commit else ''}"
    )
    return 0


def _ask(options: argparse.Namespace, lost: Sequence[LostUrl]) -> bool:
    """Print the URLs that a rollback takes away; return True if they may go, else raise ``Problems``."""
    for each in lost:
        say(f"would go: {name_lost_url(each)}")
    if options.dry_run or options.yes:
        return True
    count = format_count(len(lost), "published URL")
    hint = "Nothing was changed there. On a terminal --rollback asks; elsewhere, and in scripts, add --yes."
    if sys.stdin.isatty() and sys.stdout.isatty():
        with suppress(EOFError):
            answer = ask(f"Take {count} off {options.branch} of {options.remote}? [y/N] ")
            if answer.strip().lower() in _YES:
                return True
        hint = "Nothing was changed there."
    message = f"the rollback would take {count} away, which was not confirmed"
    raise Problems([Problem(path=options.branch, message=message, hint=hint)])


COMMAND = Command(example="--dry-run", add_options=_add_options, run=_run)
