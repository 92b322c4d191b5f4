"""``check``: looks for broken links and other faults in the built site, and prints what it found."""

from __future__ import annotations

import argparse
import dataclasses
import datetime as dt
import os
import time

from broadsheet.build.site_folder import load_settings, name_folder
from broadsheet.check import CheckRequest, check
from broadsheet.check.baseline import leave_out, read_baseline
from broadsheet.commands.terminal.console import (
    create_progress,
    format_count,
    print_annotations,
    print_notes,
    print_problems,
)
from broadsheet.commands.terminal.parser import (
    Command,
    add_jobs_option,
    add_site_and_output_options,
    get_output,
    parse_path,
    parse_url,
)
from broadsheet.commands.terminal.printer import say
from broadsheet.common.problems import Problem, Problems, fold, format_json
from broadsheet.common.progress import Progress
from broadsheet.publish import url_guard
from broadsheet.publish.published import locate


def _add_options(parser: argparse.ArgumentParser) -> None:
    add_site_and_output_options(parser)
    parser.add_argument(
        "--base-url",
        metavar="URL",
        type=parse_url,
        help="the address it was built for, instead of site.toml's",
    )
    parser.add_argument(
        "--external", action="store_true", help="try the links that leave the site, too, which takes its time"
    )
    add_jobs_option(parser)
    parser.add_argument(
        "--against",
        metavar="SITEMAP",
        help="a file, a folder or an address: all that it lists has to be there still",
    )
    parser.add_argument("--first", action="store_true", help="nothing may be at SITEMAP yet")
    parser.add_argument(
        "--since",
        metavar="FILE",
        type=parse_path,
        help="leave out what is in FILE, which an earlier `check --json` has printed",
    )
    parser.add_argument("--json", action="store_true", help="print each finding as one line of JSON")


def _run(options: argparse.Namespace) -> int:
    began, now = time.monotonic(), dt.datetime.now(dt.UTC)
    request = CheckRequest(
        site=options.site,
        output=get_output(options),
        base_url=options.base_url or "",
        jobs=options.jobs or os.cpu_count() or 1,
        external=options.external,
        now=now,
    )
    folder = name_folder(options.site, request.output)
    known = read_baseline(options.since, folder) if options.since else frozenset()
    found = check(request, Progress() if options.json else create_progress())
    findings = dataclasses.replace(
        found,
        problems=leave_out(found.problems, known, folder),
        notes=leave_out(found.notes, known, folder),
    )
    problems = (*findings.problems, *_compare_with_sitemap(options, now))
    status = 1 if problems else 0
    if options.json:
        for note in findings.notes:
            say(format_json(note, level="note"))
        for problem in problems:
            say(format_json(problem, level="problem"))
        return status
    notes = fold(findings.notes)
    print_notes(notes)
    print_problems(problems, json=False, command="check")
    print_annotations(notes, "notice")
    seconds = time.monotonic() - began
    left_out = len(found.problems) + len(found.notes) - len(findings.problems) - len(findings.notes)
    older = f" {format_count(left_out, 'finding')} of {options.since} left out;" if options.since else ""
    tried = ", ".join(f"{count:,} {verdict}" for verdict, count in findings.external)
    say(
        f"{format_count(findings.files, 'file')}, {format_count(findings.links, 'reference')}:"
        f" {format_count(len(problems), 'problem')}, {format_count(len(findings.notes), 'note')};"
        f"{older}{f' elsewhere {tried};' if tried else ''} {seconds:.1f} s"
    )
    return status


def _compare_with_sitemap(options: argparse.Namespace, now: dt.datetime) -> tuple[Problem, ...]:
    """Return a problem for each URL of the sitemap given with --against that the site no longer has."""
    if not options.against:
        return ()
    site, output = options.site, get_output(options)
    try:
        request = url_guard.GuardRequest(
            site=site,
            output=output,
            url=options.base_url or load_settings(site).url,
            day=url_guard.check_publishable(site, output, now),
            first=options.first,
        )
        url_guard.guard(locate(options.against), request)
    except Problems as error:
        return error.problems
    return ()


COMMAND = Command(add_options=_add_options, run=_run)
