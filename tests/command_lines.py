"""Random command lines, from the options that the parser has, and what may come of any of them."""

from __future__ import annotations

import argparse
import os
import random
import re
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile

from broadsheet.commands.terminal.parser import COMMANDS, create_parser
from tests.builds import plain_site
from tests.forks import start
from tests.plain import article
from tests.sites import Site, environment

STATUSES = frozenset((0, 1, 2, 130))
# Everything but the tab and the end of a line, and the colours that FORCE_COLOR asks for.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
_COLOUR = re.compile("\x1b\\[[0-9]*m")
# Seconds: how long ``serve`` serves before Ctrl-C ends it, and what another command may take.
_SERVING, _PATIENCE = 0.7, 60.0

_TEXTS = (
    *(
        "",
        " ",
        "A",
        "A headline",
        "!!!",
        "-",
        "--",
        "-x",
        "--none",
        "\u0130stanbul",
        "\u571f",
        "x" * 3000,
        "a\nb",
        "a\rb",
    ),
    *(
        "\x1b]0;x\x07",
        "::error::forged",
        "##[error]x",
        "\u202etxt",
        "\udcff",
        "a\udc80b",
        "{}",
        "{x}",
        "%s",
        "%",
        "'\"`$(x)",
    ),
)
_NUMBERS = (
    "0",
    "1",
    "2",
    "-1",
    "65535",
    "65536",
    "9" * 30,
    "9" * 5000,
    "1e3",
    "0x1",
    "\u0663",
    "\u00b2",
    "1_0",
    " 1",
    "nan",
)
_TIMES = (
    *(
        "2026-11-05",
        "2026-11-05T09:00+04:00",
        "0001-01-01",
        "9999-12-31T23:59:59-23:59",
        "2026-02-30",
        "24:00",
        "now",
    ),
    *(
        "0001-01-01T00:00+23:59",
        "2026-W45-4",
        "20261105T0900",
        "2026-11-05T09:00:00.123456789",
        "\u0662\u0660-11-05",
    ),
)
_ADDRESSES = (
    *(
        "https://example.org/",
        "https://example.org/b\u00fccher/",
        "http://[",
        "http://a b/",
        "https://user:pw@a/",
        "//a",
    ),
    *(
        "https://localhost:1/",
        "https://a:99999/",
        "https://xn--a/",
        "https://" + "a" * 300 + "/",
        "ftp://a",
        "javascript:x",
    ),
    *(
        "http://localhost:1/sitemap.xml",
        "file:///none",
        "/",
        "/tags/",
        "/2022/11/01/flood/",
        "/%ff",
        "/..",
        "//",
        "?#",
        "h:",
    ),
    *(
        "127.0.0.1",
        "::1",
        "1.2.3.4",
        "localhost",
        "a" * 100 + ".example",
        ".",
        "a..b",
        "-",
        "[::1]",
        "256.1.1.1",
        "::g",
    ),
)
_PATHS = (
    *(
        "public",
        "out",
        "a/b/c",
        "site.toml",
        "content",
        "content/flood.md",
        "none",
        "static",
        ".broadsheet",
        "/dev/null",
    ),
    *(
        "/dev/null/x",
        "/proc/none/x",
        "x" * 300,
        "x/" * 2000,
        "link",
        "loop",
        "s\udcff",
        "a\nb",
        "~",
        "fifo",
        "secret",
    ),
)
_POOLS = (_TEXTS, _NUMBERS, _TIMES, _ADDRESSES, _PATHS)
# What an option takes, by what its help calls the value.
_MEANT = {
    **dict.fromkeys(("DIR", "FILE", "FOLDER", "OLD", "NEW"), _PATHS),
    **dict.fromkeys(("URL", "SITEMAP", "HOST"), _ADDRESSES),
    **dict.fromkeys(("N", "PORT"), _NUMBERS),
    "TIME": _TIMES,
}


def make_site(folder: Path) -> Site:
    """Return a small site with some strange files beside it."""
    articles = {
        "content/flood.md": article("Flood", "2022-11-01", tags=("Oil",)),
        "content/later.md": article("Later", "2099-11-01", more="draft: true"),
    }
    site = plain_site(folder, articles)
    (folder / "link").symlink_to("content")
    (folder / "loop").symlink_to("loop")
    with suppress(OSError):
        os.mkfifo(folder / "fifo")
    return site


def make_line(chance: random.Random) -> list[str]:
    """Return the words of a command line. No browser is opened."""
    name = chance.choice(list(COMMANDS))
    options = list(_list_options(name))
    words: list[str] = [name]
    for action in options:
        if action.option_strings:
            if chance.random() < 0.25:
                words += _write_option(action, chance)
        elif chance.random() < 0.9:
            words.append(_choose_value(chance, action))
    if chance.random() < 0.05:
        words.insert(chance.randrange(len(words) + 1), _choose_value(chance))
    return words


def run_line(site: Site, words: list[str], env: dict[str, str]) -> tuple[int, str]:
    """Run a command line in the folder of a site; return the exit status and all that was printed."""
    with Path(os.devnull).open("rb") as nothing, TemporaryFile() as printed:
        streams = nothing.fileno(), printed.fileno(), printed.fileno()
        process = start(words, cwd=site.folder, env=environment() | env, streams=streams, fresh=False)
        until = time.monotonic() + (_SERVING if words[:1] == ["serve"] else _PATIENCE)
        while process.poll() is None and time.monotonic() < until:
            time.sleep(0.005)
        process.send_signal(signal.SIGINT)
        status = process.wait(_PATIENCE)
        printed.seek(0)
        return status, printed.read().decode(errors="surrogateescape")


def find_fault(status: int, printed: str, env: Mapping[str, str]) -> str:
    """Return what is wrong with what became of a command line, empty if nothing is."""
    if status not in STATUSES:
        return f"status {status}"
    if "Traceback" in printed:
        return "a traceback"
    found = _CONTROL.search(_COLOUR.sub("", printed))
    if found:
        return f"a control character, {found[0]!r}"
    commands = (line for line in printed.split("\n") if line.lstrip()[:2] == "::" or "##[" in line)
    forged = [
        line for line in commands if not re.match("::(error|notice) file=", line) and "GITHUB_ACTIONS" in env
    ]
    return f"a command, {forged[0]}" if forged else ""


def _list_options(name: str) -> Iterator[argparse.Action]:
    commands = next(each for each in create_parser((name,))._actions if isinstance(each.choices, dict))  # noqa: SLF001
    assert isinstance(commands.choices, dict)
    for action in commands.choices[name]._actions:  # noqa: SLF001
        if not {"--help", "--open"} & set(action.option_strings):
            yield action


def _write_option(action: argparse.Action, chance: random.Random) -> list[str]:
    name = action.option_strings[0]
    if action.nargs == 0:
        return [name]
    value = _choose_value(chance, action)
    return [f"{name}={value}"] if chance.random() < 0.5 else [name, value]


def _choose_value(chance: random.Random, action: argparse.Action | None = None) -> str:
    meant = _MEANT.get(str(action.metavar), _TEXTS) if action else _TEXTS
    return chance.choice(meant if chance.random() < 0.6 else chance.choice(_POOLS))
