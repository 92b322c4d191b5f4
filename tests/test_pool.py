"""Processes that are killed: what they had to do is done again, and what nobody survives is given up."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from broadsheet.build.pool import CHUNK, KillsError, Pool
from tests.victims import Victim, double

_COUNT = 500


def _spread(folder: Path, once: set[int], always: set[int]) -> tuple[list[int], int]:
    """Return what became of the numbers, and how often a process was said to be killed."""
    said: list[None] = []
    make = partial(Victim, folder, frozenset(once), frozenset(always))
    with closing(Pool(2, make, lambda: said.append(None))) as pool:
        found: Iterator[int] = pool.spread(double, range(_COUNT), _COUNT, killed=lambda number: -number)
        return list(found), len(said)


def test_the_work_of_a_process_that_was_killed_is_done_again(tmp_path: Path) -> None:
    assert _spread(tmp_path, {70}, set()) == ([2 * number for number in range(_COUNT)], 1)


def test_a_piece_that_kills_each_process_is_given_up_and_all_else_is_done(tmp_path: Path) -> None:
    found, kills = _spread(tmp_path, {3}, {70})
    assert found == [-number if number == 70 else 2 * number for number in range(_COUNT)]
    assert kills <= 6


def test_a_process_that_is_killed_while_another_starts_keeps_nobody_waiting(tmp_path: Path) -> None:
    make = partial(Victim, tmp_path, frozenset[int](), frozenset[int]())
    for delay in range(12):
        with closing(Pool(2, make, lambda: None)) as pool:
            pieces = _kill_at_the_second_start(delay / 1000)
            found: Iterator[int] = pool.spread(double, pieces, _COUNT, killed=lambda number: -number)
            assert list(found) == [2 * number for number in range(_COUNT)]


def _kill_at_the_second_start(delay: float) -> Iterator[int]:
    """Yield numbers; kill the first process so many seconds after the work for the second is complete."""
    for number in range(_COUNT):
        if number == 2 * CHUNK - 1:
            (first,) = multiprocessing.active_children()
            threading.Timer(delay, first.kill).start()
        yield number


def test_it_ends_when_processes_are_killed_whatever_they_do(tmp_path: Path) -> None:
    with pytest.raises(KillsError, match="--jobs 1"):
        _spread(tmp_path, set(), set(range(_COUNT)))
