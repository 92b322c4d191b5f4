"""Runs one command: from the words of the command line to the exit status.

0: done; 1: there are problems, or the system refused something, and all of it was printed; 2: wrong usage.
"""

from __future__ import annotations

import argparse
import atexit
import gc
import io
import os
import signal
import sqlite3
import sys
from collections.abc import Sequence

from broadsheet.commands.terminal.console import describe_error, print_problems
from broadsheet.commands.terminal.old_names import use_new_names
from broadsheet.commands.terminal.parser import create_parser
from broadsheet.commands.terminal.printer import say
from broadsheet.common.files import is_utf8
from broadsheet.common.problems import Problems

# Options that are texts and may be the path of a file.
_PATHS = frozenset(("against", "new", "old", "paths", "remote", "url"))


def run(words: Sequence[str]) -> int:
    """Run the command that ``words`` name, by default ``build``; return the exit status."""
    _write_any_text()
    atexit.register(_end)
    options = argparse.Namespace()
    try:
        options = _parse(list(words))
        status: int = options.run(options)
    except Problems as error:
        print_problems(error.problems, json=getattr(options, "json", False))
        return 1
    except BrokenPipeError:
        # Whoever read our output is gone; without this, Python fails again when it flushes at exit.
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
        return 1
    except (OSError, sqlite3.OperationalError) as error:
        reason = describe_error(error)
        say(f"{reason}. Every file is whole; build again once that is fixed.", stream=sys.stderr)
        return 1
    return status


def _parse(words: list[str]) -> argparse.Namespace:
    if not words or (words[0].startswith("-") and words[0] not in {"-h", "--help", "--version"}):
        words.insert(0, "build")
    words, renamed = use_new_names(words)
    if renamed:
        say(*renamed, stream=sys.stderr)
    parser = create_parser(words[:1])
    options = parser.parse_args(words)
    for name, value in sorted(vars(options).items()):
        if not _is_text(value, may_be_path=name in _PATHS):
            parser.error(f"{name}: {value} is not UTF-8")
    return options


def _is_text(value: object, *, may_be_path: bool) -> bool:
    """Return whether an option's value can be written as UTF-8, or is the path of a file that is there."""
    if isinstance(value, list):
        return all(_is_text(each, may_be_path=may_be_path) for each in value)
    return not isinstance(value, str) or is_utf8(value) or (may_be_path and os.path.lexists(value))


def _end() -> None:
    """End the process without anything that takes time, or that an interrupt could break off.

    A process that ends gives its memory back whole. Python would look for cyclic garbage first, which takes a
    tenth of a build in which nothing has changed.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.freeze()


def _write_any_text() -> None:
    """Have standard output and error take every character, whatever the machine's locale.

    Files and pipes get UTF-8. A terminal keeps its encoding, and shows what that lacks as an escape.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            encoding = None if stream.isatty() else "utf-8"
            stream.reconfigure(encoding=encoding, errors="backslashreplace")
