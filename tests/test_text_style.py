"""Colour and width of what is printed: on which streams, and what becomes of problems there."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import pytest

from broadsheet.common.problems import Problem, format_problem, format_problems
from broadsheet.common.text_style import PLAIN, TextStyle, find_style
from tests.builds import plain_site
from tests.plain import article
from tests.sites import ROOT, environment

_DATE = Problem(
    path="content/a.md",
    line=3,
    column=7,
    message="date: 2019-02-30 is not a date",
    hint="The last day of that month is 2019-02-28.",
    source="date: 2019-02-30",
)
_COLOURS = re.compile(r"\x1b\[\d*m")


@pytest.fixture
def terminal() -> Iterator[TextIO]:
    if sys.platform == "win32":
        pytest.skip("Windows has no pseudo-terminals of this kind")
    import pty  # noqa: PLC0415 - not on Windows
    import termios  # noqa: PLC0415

    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 60))
    with os.fdopen(theirs, "w", encoding="utf-8") as stream:
        yield stream
    os.close(ours)


@pytest.mark.parametrize(
    ("environ", "colour", "overwrites"),
    [
        ({}, True, True),
        ({"TERM": "xterm"}, True, True),
        ({"TERM": "dumb"}, False, False),
        ({"NO_COLOR": "1"}, False, True),
        ({"NO_COLOR": ""}, True, True),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False, True),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, True, False),
    ],
)
def test_a_terminal_has_colour_unless_the_environment_says_no(
    terminal: TextIO, *, environ: dict[str, str], colour: bool, overwrites: bool
) -> None:
    style = find_style(terminal, environ)
    assert (style.colour, style.terminal) == (colour, overwrites)
    assert style.width == (60 if overwrites else 0)


def test_a_pipe_and_a_file_have_neither_colour_nor_width(tmp_path: Path) -> None:
    assert find_style(io.StringIO(), {"TERM": "xterm"}) == PLAIN
    with (tmp_path / "log").open("w", encoding="utf-8") as file:
        assert find_style(file, {"TERM": "xterm"}) == PLAIN
        assert find_style(file, {"FORCE_COLOR": "1"}) == TextStyle(colour=True)


@pytest.mark.parametrize("note", [False, True])
def test_colour_changes_no_letter_of_a_problem(*, note: bool) -> None:
    shown = format_problem(_DATE, TextStyle(colour=True), note=note)
    assert _COLOURS.sub("", shown) == format_problem(_DATE, note=note)
    assert shown.startswith("\x1b[1mcontent/a.md:3:7:\x1b[0m \x1b[3")
    # What is the author's own is not coloured, and no colour runs on into what follows.
    assert "\n  | date: 2019-02-30\n" in shown
    assert shown.count("\x1b[0m") * 2 == len(_COLOURS.findall(shown))


def test_between_two_problems_is_an_empty_line() -> None:
    one = format_problem(_DATE)
    assert format_problems([_DATE, _DATE, _DATE]) == f"{one}\n\n{one}\n\n{one}"
    assert format_problems([_DATE]) == one


@pytest.mark.parametrize("width", [1, 40, 60, 80, 500])
def test_no_line_of_an_excerpt_is_wider_than_the_terminal(width: int) -> None:
    for column in (1, 77, 150, 300):
        problem = Problem(path="a.md", line=1, column=column, message="x", source="abc" * 100)
        _, source, caret = format_problem(problem, TextStyle(width=width)).splitlines()
        assert len(source) <= max(width, 26)
        assert source[len(caret) - 1] == problem.source[column - 1]


def test_the_command_colours_what_it_prints_to_a_terminal_and_nothing_else(tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("Windows has no pseudo-terminals of this kind")
    import pty  # noqa: PLC0415 - not on Windows

    site = plain_site(tmp_path / "site")
    for name in "ab":
        site.write(f"content/{name}.md", article("A", "2022-02-30"))
    plain = site.build(TERM="xterm").stderr
    ours, theirs = pty.openpty()
    command = [sys.executable, str(ROOT / "build.py")]
    with os.fdopen(ours, "rb", buffering=0) as shown:
        environ = environment() | {"TERM": "xterm"}
        subprocess.run(command, cwd=site.folder, env=environ, stdout=theirs, stderr=theirs, check=False)
        os.close(theirs)
        coloured = shown.read(65_536).decode().replace("\r\n", "\n")
    assert _COLOURS.sub("", coloured) == plain
    assert len(_COLOURS.findall(coloured)) == 16
    assert plain.count("\n\n") == 2
    assert plain.endswith("-28.\n\n2 problems; nothing was written.\n")
