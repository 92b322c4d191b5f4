"""``publish``: commits the site to a branch and pushes it, and prints what changed there."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import partial

from broadsheet.commands.terminal.console import create_progress, format_count, print_problems
from broadsheet.commands.terminal.parser import (
    Command,
    add_site_and_output_options,
    get_output,
    parse_domain,
    parse_git_name,
)
from broadsheet.commands.terminal.printer import ask, say
from broadsheet.common.problems import Problem, Problems
from broadsheet.common.progress import Progress
from broadsheet.publish.branch import PublishRequest, PublishResult, publish
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
    parser.add_argument("--json", action="store_true", help="print what was done, or the problems, as JSON")
    parser.add_argument("--cname", metavar="HOST", type=parse_domain, help="the domain to write into CNAME")


def _run(options: argparse.Namespace) -> int:
    lost: list[str] = []
    if not options.json:
        _print_result(options, _publish(options, lost))
        return 0
    try:
        done = _publish(options, lost)
    except Problems as error:
        print_problems(error.problems, json=True)
        return 1
    members = {"branch": options.branch, "remote": options.remote, "dry_run": options.dry_run, "lost": lost}
    say(json.dumps(dataclasses.asdict(done) | members, ensure_ascii=False, sort_keys=True))
    return 0


def _publish(options: argparse.Namespace, lost: list[str]) -> PublishResult:
    """Publish; ``lost`` receives the URLs that a rollback takes away. Raises ``Problems``."""
    request = PublishRequest(
        site=options.site,
        output=get_output(options),
        branch=options.branch,
        remote=options.remote,
        first=options.first,
        dry_run=options.dry_run,
        cname=options.cname or "",
        may_go=partial(_ask, options, lost) if options.rollback else None,
    )
    return publish(request, Progress() if options.json else create_progress())


def _print_result(options: argparse.Namespace, done: PublishResult) -> None:
    for path in done.emptied:
        verb = "would say" if options.dry_run else "says"
        say(f"/{path} {verb} that nothing is listed there any more, and leads on: no article is left in it")
    count = len(done.added) + len(done.changed) + len(done.removed)
    branch = f"{options.branch} of {options.remote}"
    if not count:
        say(f"Nothing is new on {branch}; nothing was committed.")
        return
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


def _ask(options: argparse.Namespace, names: list[str], lost: Sequence[LostUrl]) -> bool:
    """Print the URLs that a rollback takes away; return True if they may go, else raise ``Problems``.

    For ``--json`` nothing is printed or asked. ``names`` receives how the URLs are called.
    """
    names += map(name_lost_url, lost)
    if not options.json:
        for name in names:
            say(f"would go: {name}")
    if options.dry_run or options.yes:
        return True
    count = format_count(len(lost), "published URL")
    hint = "Nothing was changed there. On a terminal --rollback asks; elsewhere, and in scripts, add --yes."
    if not options.json and sys.stdin.isatty() and sys.stdout.isatty():
        with suppress(EOFError):
            answer = ask(f"Take {count} off {options.branch} of {options.remote}? [y/N] ")
            if answer.strip().lower() in _YES:
                return True
        hint = "Nothing was changed there."
    message = f"the rollback would take {count} away, which was not confirmed"
    raise Problems([Problem(path=options.branch, message=message, hint=hint)])


COMMAND = Command(example="--dry-run", add_options=_add_options, run=_run)
