"""``build``: builds the site, and prints a summary."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import sys
import time

from broadsheet.build.pipeline import BuildRequest, BuildResult, build
from broadsheet.build.pool import reduce_gc_frequency
from broadsheet.build.size_report import PAGES_LIMIT, format_size
from broadsheet.commands.terminal.console import (
    StageTimer,
    create_progress,
    format_count,
    print_annotations,
    print_held_back,
    print_problems,
)
from broadsheet.commands.terminal.parser import (
    Command,
    add_jobs_option,
    add_site_and_output_options,
    get_output,
    parse_path,
    parse_time,
    parse_url,
)
from broadsheet.commands.terminal.printer import say
from broadsheet.common.problems import Problems
from broadsheet.common.progress import Progress

# That the summary names.
_MOST_FIELDS = 10
_MOST_HELD = 5


def _add_options(parser: argparse.ArgumentParser) -> None:
    add_site_and_output_options(parser)
    parser.add_argument(
        "--base-url", metavar="URL", type=parse_url, help="the site's address, instead of site.toml's"
    )
    parser.add_argument(
        "--as-of",
        metavar="TIME",
        type=parse_time,
        help="build the site of this moment, such as 2026-11-05T09:00+04:00",
    )
    parser.add_argument("--drafts", action="store_true", help="include drafts")
    add_jobs_option(parser)
    parser.add_argument(
        "--verify", action="store_true", help="read every source, the state and every output, and fix them"
    )
    parser.add_argument(
        "--allow-removals", action="store_true", help="go on even if most of the articles would be removed"
    )
    parser.add_argument(
        "--changed-list", metavar="FILE", type=parse_path, help="list in FILE what was written and removed"
    )
    parser.add_argument("--json", action="store_true", help="print the summary, or the problems, as JSON")
    parser.add_argument("--quiet", action="store_true", help="print nothing but problems")


def _run(options: argparse.Namespace) -> int:
    began = time.monotonic()
    reduce_gc_frequency()
    request = BuildRequest(
        site=options.site,
        output=get_output(options),
        as_of=options.as_of,
        base_url=options.base_url or "",
        drafts=options.drafts,
        jobs=options.jobs or os.cpu_count() or 1,
        verify=options.verify,
        allow_removals=options.allow_removals,
        changed_list=options.changed_list,
    )
    timer = StageTimer()
    progress = timer if options.json else Progress() if options.quiet else create_progress()
    try:
        result = build(request, progress)
    except Problems as error:
        print_problems(error.problems, json=options.json)
        if not options.json:
            count = format_count(len(error.problems), "problem")
            say(f"{count}; nothing was written.", stream=sys.stderr)
        return 1
    seconds = time.monotonic() - began
    if options.json:
        summary = dataclasses.asdict(result) | {"seconds": round(seconds, 3), "stages": timer.stages()}
        say(json.dumps(summary, ensure_ascii=False, default=str, sort_keys=True))
    elif not options.quiet:
        _print_summary(result, seconds)
    if not result.over_limits:
        return 0
    if not options.json:
        print_problems(result.over_limits, json=False)
        say("The site was built, but its host would not take it.", stream=sys.stderr)
    return 1


def _print_summary(result: BuildResult, seconds: float) -> None:
    unchanged = result.outputs - result.written
    used = 100 * result.size / PAGES_LIMIT
    share = f" ({used:.1f}% of GitHub Pages' 1 GB)" if result.limits != "none" else ""
    say(
        f"{format_count(result.articles, 'article')}: {format_count(result.outputs, 'output')},"
        f" {result.written:,} written, {unchanged:,} unchanged, {result.removed:,} removed;"
        f" {format_size(result.size)}{share}; {seconds:.1f} s"
    )
    if result.size_report:
        say("That is near what GitHub Pages takes, or more. What takes the space:")
        for each in result.size_report:
            say(f"  {each.group}: {format_size(each.size)} in {format_count(each.outputs, 'file')}")
        for file in result.largest_files:
            say(f"  the file {file.path}: {format_size(file.size)}")
    print_annotations(result.near_limits, "warning")
    if result.excluded:
        say(f"{format_count(result.excluded, 'Markdown file')} left out, as [content] exclude says")
    if result.unread_fields:
        shown = [f"{each.name} ({each.articles:,})" for each in result.unread_fields[:_MOST_FIELDS]]
        more = len(result.unread_fields) - len(shown)
        say(f"Fields that nothing reads: {', '.join(shown)}{f' and {more:,} more' if more else ''}")
    print_held_back(result.held, _MOST_HELD)


COMMAND = Command(
    example="--output public --as-of 2026-11-05",
    add_options=_add_options,
    run=_run,
)
