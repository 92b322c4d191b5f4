"""What every command prints alike: problems, progress, numbers.

Problems go to standard error, or as JSON lines to standard output, and inside a GitHub Actions run as
annotations too. Progress goes to standard error.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import time
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NoReturn

from broadsheet.commands.terminal.printer import say
from broadsheet.common.problems import (
    Problem,
    fold,
    format_annotation,
    format_json,
    format_problem,
    format_problems,
)
from broadsheet.common.progress import Progress
from broadsheet.common.text_style import find_style

if TYPE_CHECKING:  # loading either takes longer than many a command
    from tqdm import tqdm

    from broadsheet.archive.visibility import HeldArticle


class LineProgress(Progress):
    """Progress as plain lines: one for each tenth of a long stage."""

    _MIN_STEPS = 2000  # of a stage that is long enough to be reported

    def begin(self, stage: str, count: int) -> None:
        """Begin a stage; print nothing yet."""
        self._stage, self._count, self._done = stage, count, 0

    def step(self) -> None:
        """Print a line when another tenth of a long stage is done."""
        self._done += 1
        if (
            self._count >= self._MIN_STEPS
            and self._done * 10 // self._count > (self._done - 1) * 10 // self._count
        ):
            say(f"{self._stage}: {self._done:,} of {self._count:,}", stream=sys.stderr)

    def wait(self) -> None:
        """Say that another build holds the lock."""
        say("Another build of this site is running; waiting for it.", stream=sys.stderr)

    def redo(self) -> None:
        """Say that a process was killed."""
        say("A process was killed; its work is done again.", stream=sys.stderr)

    def begin_anew(self) -> None:
        """Say that the state was damaged."""
        say("The state in .broadsheet/ was damaged; the site is built anew.", stream=sys.stderr)


class BarProgress(LineProgress):
    """Progress as a bar on a terminal, for stages that take longer than half a second."""

    def __init__(self, width: int) -> None:
        """Show a bar on a terminal of ``width`` columns, 0 if that is unknown."""
        self._width = width or None
        self._bar: tqdm[NoReturn] | None = None

    def begin(self, stage: str, count: int) -> None:
        """Replace the bar of the stage before, finished or not; show none for a stage without steps."""
        self._close()
        if count:
            from tqdm import tqdm  # noqa: PLC0415 - only a terminal needs it

            self._bar = tqdm(
                total=count, desc=stage, leave=False, delay=0.5, unit=" files", ncols=self._width
            )

    def step(self) -> None:
        """Advance the bar; remove it when it is full."""
        if self._bar:
            self._bar.update()
            if self._bar.n == self._bar.total:
                self._close()

    def _close(self) -> None:
        if self._bar:
            self._bar.close()
        self._bar = None


class StageTimer(Progress):
    """Times each stage, and prints nothing."""

    def __init__(self) -> None:
        self._begun: list[tuple[str, float]] = []

    def begin(self, stage: str, count: int) -> None:
        """Note when a stage begins."""
        self._begun.append((stage.lower(), time.monotonic()))

    def stages(self) -> dict[str, float]:
        """Return the seconds spent in each stage until now, in all if it began more than once."""
        seconds: dict[str, float] = {}
        for (stage, begin), (_, end) in pairwise([*self._begun, ("", time.monotonic())]):
            seconds[stage] = seconds.get(stage, 0.0) + end - begin
        return {stage: round(taken, 3) for stage, taken in seconds.items()}


def create_progress() -> Progress:
    """Return progress as a bar on a terminal, as lines elsewhere."""
    style = find_style(sys.stderr)
    return BarProgress(style.width) if style.terminal else LineProgress()


def print_problems(problems: Sequence[Problem], *, json: bool, command: str = "build") -> None:
    """Print problems: each as a line of JSON, or for a person, who is told which ``command`` shows each."""
    if json:
        for problem in problems:
            say(format_json(problem))
        return
    shown = fold(problems)
    if shown:
        text = format_problems(shown, find_style(sys.stderr))
        say(*text.split("\n"), stream=sys.stderr, styled=True)
    if len(shown) > 1:
        say("", stream=sys.stderr)
    if len(shown) < len(problems):
        sentence = f"What many places have in common is shown once; `{command} --json` shows each."
        say(sentence, stream=sys.stderr)
    print_annotations(shown, "error")


def print_notes(notes: Iterable[Problem]) -> None:
    """Print notes of ``check``, each with an empty line after it, to standard output."""
    style = find_style(sys.stdout)
    for note in notes:
        say(*format_problem(note, style, note=True).split("\n"), "", styled=True)


def print_annotations(problems: Iterable[Problem], level: str) -> None:
    """Inside a GitHub Actions run, have problems shown on the lines of a pull request."""
    if os.environ.get("GITHUB_ACTIONS") == "true":
        for problem in problems:
            say(format_annotation(problem, level), command=True)


def print_held_back(articles: Iterable[HeldArticle], most: int | None = None) -> None:
    """Print which articles are held back, and when each will appear.

    Of more than ``most`` scheduled articles only the first are named, and of more drafts none.
    """
    every = tuple(articles)
    scheduled = [each for each in every if each.appears]
    drafts = [each for each in every if not each.appears]
    shown = len(scheduled) if most is None else most
    for each in scheduled[:shown]:
        say(f"held back: {each.path} ({each.title}): appears {each.appears:%Y-%m-%d %H:%M %z}")
    if len(scheduled) > shown:
        say(f"held back: {len(scheduled) - shown:,} more that appear later; `scheduled` lists them")
    if most is not None and len(drafts) > most:
        say(f"held back: {len(drafts):,} drafts; `scheduled` lists them")
        return
    for each in drafts:
        say(f"held back: {each.path} ({each.title}): a draft")


def describe_error(error: OSError | sqlite3.OperationalError) -> str:
    """Return what the system refused: a full disk, a folder without write permission."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error)


def format_count(count: int, noun: str) -> str:
    """Return a count with its noun: ``1 article``, ``2,000 articles``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
