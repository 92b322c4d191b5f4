"""What the tables of RESULTS.md have in common: goals, figures with their units, rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from records import Record, Records

SMALL = 1000
GOAL_SIZE = 100_000
MILLION = 1_000_000
_NONE = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """One measure of one goal: ``figure`` is None where it was not measured, and holds up to ``most``.

    ``of`` says which of several it is that comes worst.
    """

    name: str
    figure: float | None
    most: float
    unit: str
    of: str = ""

    @property
    def verdict(self) -> str:
        """Return whether the goal is held, and if it is missed, by how much."""
        if self.figure is None:
            return "not measured"
        if self.figure <= self.most:
            return "held"
        return f"**missed**, {self.figure / self.most:.2f} times" if self.most else "**missed**"


def worst(name: str, figures: dict[str, float | None], most: float, unit: str) -> Goal:
    """Return the goal that all of several figures have to hold; while one is unknown, only a miss counts."""
    known = {what: figure for what, figure in figures.items() if figure is not None}
    what = max(known, key=lambda one: known[one], default="")
    if not known or (len(known) < len(figures) and known[what] <= most):
        return Goal(name=name, figure=None, most=most, unit=unit)
    return Goal(name=name, figure=known[what], most=most, unit=unit, of=what)


def wall_of(records: Records, what: str, tool: str, size: int) -> float | None:
    """Return the median of the wall-clock seconds."""
    return records.median(what, tool, size, elapsed_of)


def peak_of(records: Records, what: str, tool: str, size: int) -> float | None:
    """Return the median of the most memory, in megabytes."""
    return records.median(what, tool, size, lambda one: one.peak / 1e6)


def elapsed_of(record: Record) -> float:
    """Return the wall-clock seconds of a record."""
    return record.wall


def processor_of(record: Record) -> float:
    """Return the processor seconds of a record."""
    return record.processor


def files_of(record: Record) -> float:
    """Return how many files were written or removed."""
    return record.written + record.removed


def size_of(record: Record) -> float:
    """Return the bytes that were written."""
    return record.size


def on_top_of(record: Record) -> float:
    """Return the seconds on top of a build without a change."""
    return max(0.0, record.spent - record.beside)


def ratio_of(one: float | None, other: float | None) -> float | None:
    """Return how many times the other one figure is, if both are known."""
    return one / other if one is not None and other else None


def timed(records: Records, what: str, tool: str, size: int) -> str:
    """Return the seconds of the clock and, in brackets, of the processors."""
    processor = records.median(what, tool, size, processor_of)
    return f"{shown(wall_of(records, what, tool, size), 's')} ({seconds_of(processor or 0)})"


def seconds_of(seconds: float) -> str:
    """Return seconds as they are in tables."""
    return f"{seconds:,.1f}" if seconds >= 20 else f"{seconds:.2f}"


def shown(figure: float | None, unit: str) -> str:
    """Return a figure with its unit, as it is in tables."""
    if figure is None or (unit == "MB" and not figure):
        return _NONE
    if unit == "times":
        return f"{figure:.2f}" if figure < 20 else f"{figure:,.0f}"
    if unit == "ms":
        return f"{figure:.2f} ms"
    return f"{seconds_of(figure)} s" if unit == "s" else f"{figure:,.0f} {unit}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    lines = [head, [":--" if not number or not name else "--:" for number, name in enumerate(head)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
