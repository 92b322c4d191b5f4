"""``python -m broadsheet``: the same command as build.py.

It turns the command line into the call of one command, and the result into an exit status. 0: done; 1: there
are problems, and all of them were printed; 2: wrong usage.
"""

from __future__ import annotations

import atexit
import gc
import io
import os
import sqlite3
import sys
from collections.abc import Sequence

from broadsheet.commands.terminal.console import describe_error, print_problems
from broadsheet.commands.terminal.old_names import use_new_names
from broadsheet.commands.terminal.parser import create_parser
from broadsheet.common.problems import Problems

# A process that ends gives its memory back whole. Python would look for cyclic garbage first, which takes a
# tenth of a build in which nothing has changed.
atexit.register(gc.freeze)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that ``arguments`` (by default the process's own) name; return the exit status."""
    _write_any_text()
    words = list(sys.argv[1:] if arguments is None else arguments)
    if not words or (words[0].startswith("-") and words[0] not in {"-h", "--help", "--version"}):
        words.insert(0, "build")
    words, renamed = use_new_names(words)
    for sentence in renamed:
        print(sentence, file=sys.stderr)
    options = create_parser(words[:1]).parse_args(words)
    try:
        status: int = options.run(options)
    except Problems as error:
        print_problems(error.problems, json=getattr(options, "json", False))
        return 1
    except KeyboardInterrupt:
        print("Stopped. Nothing was left half-written.", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # Whoever read our output is gone; without this, Python fails again when it flushes at exit.
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
        return 1
    except (OSError, sqlite3.OperationalError) as error:
        reason = describe_error(error)
        print(f"{reason}. Every file is whole; build again once that is fixed.", file=sys.stderr)
        return 1
    return status


def _write_any_text() -> None:
    """Have standard output and error take every character, whatever the machine's locale.

    Files and pipes get UTF-8. A terminal keeps its encoding, and shows what that lacks as an escape.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            encoding = None if stream.isatty() else "utf-8"
            stream.reconfigure(encoding=encoding, errors="backslashreplace")


if __name__ == "__main__":
    sys.exit(main())
