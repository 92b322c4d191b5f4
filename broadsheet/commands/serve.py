"""``serve``: previews the site while it is being written."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import suppress

from broadsheet.commands.terminal.parser import (
    Command,
    add_jobs_option,
    add_site_option,
    parse_port,
    parse_time,
)
from broadsheet.commands.terminal.printer import say
from broadsheet.common.text_style import find_style
from broadsheet.serve import ServeOptions, serve
from broadsheet.serve.session import PreviewOptions

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def _add_options(parser: argparse.ArgumentParser) -> None:
    add_site_option(parser)
    parser.add_argument(
        "--host", metavar="HOST", default=_LOOPBACK[0], help="where to listen (default: this machine alone)"
    )
    parser.add_argument(
        "--port", metavar="PORT", type=parse_port, default=8000, help="the first port to try (default: 8000)"
    )
    parser.add_argument("--open", action="store_true", help="open the front page in a browser")
    parser.add_argument(
        "--no-drafts", action="store_true", help="show what readers would get: no drafts, nothing to come"
    )
    parser.add_argument(
        "--as-of", metavar="TIME", type=parse_time, help="what is still to come, seen from TIME"
    )
    add_jobs_option(parser, "read")


def _run(options: argparse.Namespace) -> int:
    preview = PreviewOptions(
        site=options.site,
        as_of=options.as_of,
        readers=options.no_drafts,
        jobs=options.jobs or os.cpu_count() or 1,
    )
    if options.host not in _LOOPBACK:
        say(
            f"Listening on {options.host}: whoever reaches this machine can read what is not published yet.",
            stream=sys.stderr,
        )
    serving = ServeOptions(
        preview=preview,
        host=options.host,
        port=options.port,
        browser=options.open,
        style=find_style(sys.stdout),
    )
    try:
        serve(serving, _say)
    except KeyboardInterrupt:
        _say("")
    return 0


def _say(text: str) -> None:
    """Print text; the preview goes on though nobody reads what it prints, or it is a file on a full disk."""
    with suppress(OSError):
        say(*text.split("\n"), styled=True)


COMMAND = Command(example="--open", add_options=_add_options, run=_run)
