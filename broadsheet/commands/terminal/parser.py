"""The parser of the command line, and the options that several commands have.

Only the module of the command that is run is loaded: an unchanged site is built in some 0.15 s, and loading
what every command needs would take several times as long.
"""

from __future__ import annotations

import argparse
import datetime as dt
import errno
import importlib
import os
import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from broadsheet import __version__
from broadsheet.commands.terminal.printer import say
from broadsheet.common.credentials import hide_passwords
from broadsheet.common.text_style import escape_controls

# The commands in the order of `--help`, and what each does. Each has a module of its name.
COMMANDS = {
    "build": "build the site",
    "serve": "preview the site while you write",
    "check": "look for broken links and other faults in the built site",
    "new": "begin a new article",
    "move": "move an article, with its pictures and the links to it",
    "fix": "do what the hints of problems say, where there is one right way",
    "stats": "print the archive's numbers",
    "schema": "print a JSON Schema of the front matter, for editors",
    "publish": "commit the site to a branch and push it",
    "explain": "say why a page is as it is",
    "scheduled": "say when the site will change by itself",
    "clean": "remove the output and the state",
    "init": "begin a new site",
    "adopt": "make a site of the sources of another generator",
    "upgrade": "have a site carry this release",
}
_MAX_PORT = 65_535
# Bytes, of which Linux has 4,096; and folders, since Python makes those above a folder by recursion.
_LONGEST_PATH, _MOST_STEPS = 4000, 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What the module of a command defines as ``COMMAND``.

    ``example`` is what may follow the command's name. ``run`` gets the parsed options, prints, and returns
    the exit status; it may raise ``Problems``.
    """

    example: str = ""
    add_options: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


class _Parser(argparse.ArgumentParser):
    """A parser whose messages, which repeat what was written, repeat no password and no control character."""

    def _get_values(self, action: argparse.Action, arg_strings: list[str]) -> Any:  # noqa: ANN401
        """Return the value of an option; argparse would make an empty list of ``--site=--``."""
        if action.option_strings and arg_strings == ["--"]:
            self.error(f"argument {action.option_strings[0]}: -- is no value")
        return super()._get_values(action, arg_strings)

    def error(self, message: str) -> NoReturn:
        """Print the message with the usage, and exit with status 2."""
        super().error(escape_controls(hide_passwords(message)))

    def _print_message(self, message: str, file: object = None) -> None:
        """Print usage, help, version or an error."""
        to_stdout = file is sys.stdout
        say(*message.removesuffix("\n").split("\n"), stream=sys.stdout if to_stdout else sys.stderr)


class _HelpFormatter(argparse.HelpFormatter):
    """argparse's own, with room for the longest command: it forgets that commands are indented once more."""

    def add_argument(self, action: argparse.Action) -> None:
        """Take an argument in."""
        super().add_argument(action)
        self._action_max_length = max(self._action_max_length, 4 + max(map(len, COMMANDS)))


def create_parser(loaded: Iterable[str] = COMMANDS) -> argparse.ArgumentParser:
    """Return a parser of the command line; its result has the function to call as ``run``.

    It lists every command, but has the options only of those that are to be ``loaded``.
    """
    program = _program_name()
    parser = _Parser(
        prog=program,
        description="Turns Markdown articles into an HTML news archive. Without a command it builds.",
        epilog="Each command has a --help of its own, with an example.",
        formatter_class=_HelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"Broadsheet {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, summary in COMMANDS.items():
        added = commands.add_parser(name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.")
        if name in loaded:
            command: Command = importlib.import_module(f"broadsheet.commands.{name}").COMMAND
            added.epilog = f"Example: {program} {name} {command.example}".rstrip()
            added.set_defaults(run=command.run)
            command.add_options(added)
    return parser


def _program_name() -> str:
    name = Path(sys.argv[0]).name
    return "python -m broadsheet" if name == "__main__.py" else name or "broadsheet"


def add_site_option(parser: argparse.ArgumentParser) -> None:
    """Add --site."""
    parser.add_argument(
        "--site",
        metavar="DIR",
        type=parse_path,
        default=Path(),
        help="the site's folder (default: the current folder)",
    )


def add_site_and_output_options(parser: argparse.ArgumentParser) -> None:
    """Add --site and --output; ``get_output`` returns the folder that they mean."""
    add_site_option(parser)
    parser.add_argument(
        "--output", metavar="DIR", type=parse_path, help="the output folder (default: public in the site's)"
    )


def get_output(options: argparse.Namespace) -> Path:
    """Return the output folder."""
    return Path(options.output or options.site / "public")


def add_dry_run_option(parser: argparse.ArgumentParser) -> None:
    """Add --dry-run, of commands that change an author's files."""
    parser.add_argument("--dry-run", action="store_true", help="only show the changes, as a diff")


def find_site_path(site: Path, written: str) -> str:
    """Return the path from the site's folder of what is named as seen from this folder, or from that one."""
    root = site.resolve()
    for start in (Path(), site):
        path = Path(os.path.normpath(start.resolve() / written))
        if path.is_relative_to(root) and (start == site or path.parent.exists()):
            return path.relative_to(root).as_posix()
    return Path(written).as_posix()


def add_jobs_option(parser: argparse.ArgumentParser, verb: str = "work") -> None:
    """Add --jobs; ``verb`` is what the processes do."""
    parser.add_argument(
        "--jobs", metavar="N", type=parse_jobs, help=f"how many processes {verb} (default: one a core)"
    )


def parse_path(text: str) -> Path:
    """Return the path of a file or folder, which need not be there."""
    if len(os.fsencode(text)) > _LONGEST_PATH or len(Path(text).parts) > _MOST_STEPS:
        raise argparse.ArgumentTypeError("is too long for a path")
    try:
        os.stat(text)  # noqa: PTH116 - no Path of an empty text
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise argparse.ArgumentTypeError(f"{text} is a link that leads to itself") from None
    return Path(text)


def parse_url(text: str) -> str:
    """Return the address of a site, by the rules of ``url`` in site.toml."""
    from broadsheet.settings.address_checks import check_site_url  # noqa: PLC0415 - few need them
    from broadsheet.settings.checks import InvalidValueError  # noqa: PLC0415 - few need them

    try:
        return check_site_url(text)
    except InvalidValueError as error:
        message = f"{text} {error.message}.{f' {error.hint}' if error.hint else ''}"
        raise argparse.ArgumentTypeError(message) from None


def parse_git_name(text: str) -> str:
    """Return the name of a branch or a remote, or an address; git would take a hyphen for an option."""
    if not text or text.startswith("-"):
        raise argparse.ArgumentTypeError(f'"{text}" begins with a hyphen' if text else "is empty")
    return text


def parse_time(text: str) -> dt.datetime:
    """Return a time in ISO 8601, with or without a UTC offset."""
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        message = f"{text} is not a time such as 2026-11-05T09:00+04:00"
        raise argparse.ArgumentTypeError(message) from None
    if not dt.MINYEAR < moment.year < dt.MAXYEAR:  # in UTC its year might be one that there is not
        raise argparse.ArgumentTypeError(f"{text} is not a time in the years 2 to 9998")
    return moment


def parse_domain(text: str) -> str:
    """Return a domain name in lower case."""
    if not re.fullmatch(r"(?!-)[a-z0-9-]{1,63}(\.(?!-)[a-z0-9-]{1,63})+", text.lower()):
        raise argparse.ArgumentTypeError(f"{text} is not a domain such as news.example.org")
    return text.lower()


def parse_port(text: str) -> int:
    """Return the number of a TCP port."""
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= _MAX_PORT:
        raise argparse.ArgumentTypeError(f"{text} is not a port, 1 to {_MAX_PORT}")
    return int(text)


def parse_jobs(text: str) -> int:
    """Return a number of processes, 1 or more."""
    if not text.isascii() or not text.isdigit() or not int(text):
        raise argparse.ArgumentTypeError(f"{text} is not a number of processes")
    return int(text)
