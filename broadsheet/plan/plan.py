"""The plan of a site: which units a change touches, and which outputs a unit wants.

Planning never looks at what was written before: liveness is decided here, freshness in the ledger. Which
kinds of outputs there are, and which units want them, is declared by the kinds themselves, see
``render.outputs``; a plan is made from them.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from broadsheet.archive.questions.question import Change
from broadsheet.plan import units
from broadsheet.plan.output import Output
from broadsheet.plan.units import Unit
from broadsheet.settings.plan_settings import PlanSettings

_Unit = TypeVar("_Unit", bound=Unit)


@dataclass(frozen=True, slots=True)
class Want(Generic[_Unit]):
    """Which outputs of one kind a kind of unit wants."""

    unit: type[_Unit]
    outputs: Callable[[_Unit, PlanSettings], Iterable[Output]]


class PlannedKind(Protocol):
    """What the plan knows of a kind of outputs."""

    @property
    def wants(self) -> tuple[Want[Any], ...]:
        """Which outputs of this kind each kind of unit wants."""

    @property
    def touched_units(self) -> Callable[[Change], Iterable[str]]:
        """The units whose outputs of this kind a change may touch, beyond those that it touches for all."""


class Plan:
    """What units want, of the given kinds of outputs."""

    def __init__(self, kinds: Iterable[PlannedKind]) -> None:
        """Take the kinds in the order in which a unit's outputs are planned."""
        wants: defaultdict[type[Unit], list[Callable[[Any, PlanSettings], Iterable[Output]]]] = defaultdict(
            list
        )
        footprints: list[Callable[[Change], Iterable[str]]] = [units.footprint]
        for kind in kinds:
            footprints.append(kind.touched_units)
            for want in kind.wants:
                wants[want.unit].append(want.outputs)
        self._wants = dict(wants)
        self._footprints = tuple(dict.fromkeys(footprints))

    def footprint(self, change: Change) -> Iterator[str]:
        """Yield the units whose outputs ``change`` may have touched."""
        for footprint in self._footprints:
            yield from footprint(change)

    def outputs(self, db: sqlite3.Connection, settings: PlanSettings, name: str) -> Iterator[Output]:
        """Yield the outputs that the unit called ``name`` wants now; none if it is no more."""
        unit = units.load(db, name)
        if unit is not None:
            for wanted in self._wants.get(type(unit), ()):
                yield from wanted(unit, settings)
