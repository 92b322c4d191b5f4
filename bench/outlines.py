"""Makes the outlines of land that maps of places are drawn from: two files in ``broadsheet/render/formats/``.

    npm pack world-atlas@2.0.2 && tar -xzf world-atlas-2.0.2.tgz
    python bench/outlines.py package

``outlines.json`` is for maps of countries, ``coast.json`` for those of a stretch of coast. They are made of
Natural Earth's 1:50m and 1:10m land (https://www.naturalearthdata.com/, public domain) as TopoJSON
(https://github.com/topojson/topojson-specification). Here rings are rolled out over the date line, simplified
by the area that each point stands for (Visvalingam and Whyatt, 1993), and written as differences.
"""

from __future__ import annotations

import argparse
import heapq
import json
import math
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

_FOLDER = Path(__file__).resolve().parent.parent / "broadsheet" / "render" / "formats"
_ABOUT = {
    "source": "Natural Earth, {scale} land (https://www.naturalearthdata.com/),"
    " as packed in world-atlas 2.0.2",
    "licence": "public domain",
    "form": "Rings, one a row, of land or of water within it: longitude and latitude in so"
    " many steps a degree, the first point whole, each other as the way from the one before it. A ring that"
    " crosses the date line goes on beyond 180 degrees; the one around the South Pole goes once around.",
}


class _Detail(NamedTuple):
    """How much of the land a file has: ``steps`` in a degree.

    ``point`` and ``island`` are square degrees at the equator: what is smaller than that cannot be seen.
    """

    source: str
    scale: str
    target: str
    steps: int
    point: float
    island: float


_DETAILS = (
    _Detail("land-50m.json", "1:50m", "outlines.json", 20, 0.005, 0.02),
    _Detail("land-10m.json", "1:10m", "coast.json", 100, 0.0004, 0.001),
)

_Ring: TypeAlias = "list[tuple[float, float]]"


def main() -> int:
    """Convert the files in the folder that the command line names."""
    parser = argparse.ArgumentParser(description="Make the outlines that maps are drawn from.")
    parser.add_argument("folder", type=Path, help="the unpacked world-atlas")
    folder = parser.parse_args().folder
    for detail in _DETAILS:
        topology = json.loads((folder / detail.source).read_text(encoding="utf-8"))
        rings = [ring for each in _rings(topology) if (ring := _stepped(each, detail))]
        rings.sort(key=lambda ring: (-len(ring), ring))
        rows = ",\n".join(f"  {json.dumps(_differences(ring), separators=(',', ':'))}" for ring in rings)
        about = json.dumps(_ABOUT | {"steps": detail.steps}, indent=1).removesuffix("\n}")
        target = _FOLDER / detail.target
        text = f'{about.replace("{scale}", detail.scale)},\n "rings": [\n{rows}\n ]\n}}\n'
        target.write_text(text, encoding="utf-8")
        print(f"{target.name}: {len(rings):,} rings, {sum(map(len, rings)):,} points, {len(text):,} bytes")
    return 0


def _rings(topology: dict[str, Any]) -> Iterator[_Ring]:
    """Yield the rings of a topology, rolled out, without the last point, which is the first."""
    (scale_x, scale_y), (left, low) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs: list[_Ring] = []
    for differences in topology["arcs"]:
        x = y = 0
        arc: _Ring = []
        for step_x, step_y in differences:
            x, y = x + step_x, y + step_y
            arc.append((x * scale_x + left, y * scale_y + low))
        arcs.append(arc)
    for shape in topology["objects"]["land"]["geometries"]:
        for polygon in shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]:
            for numbers in polygon:
                parts = (arcs[each] if each >= 0 else arcs[~each][::-1] for each in numbers)
                yield _rolled_out([point for part in parts for point in part[:-1]])


def _rolled_out(ring: _Ring) -> _Ring:
    """Return a ring whose points each lie within half a turn of the one before, its middle in the first."""
    turns, points = 0, ring[:1]
    for (before, _), (x, y) in pairwise(ring):
        turns += (before - x > 180) - (x - before > 180)
        points.append((x + 360 * turns, y))
    middle = (min(points)[0] + max(points)[0]) / 2
    return [(x - 360 * math.floor((middle + 180) / 360), y) for x, y in points]


def _stepped(ring: _Ring, detail: _Detail) -> list[tuple[int, int]]:
    """Return a ring simplified, in whole steps; nothing if it is too small to be seen."""
    points = [(round(x * detail.steps), round(y * detail.steps)) for x, y in _simplified(ring, detail.point)]
    points = [point for before, point in pairwise((*points[-1:], *points)) if point != before]
    # https://en.wikipedia.org/wiki/Shoelace_formula
    doubled = sum(a * d - c * b for (a, b), (c, d) in pairwise((*points[-1:], *points)))
    return points if abs(doubled) / 2 >= detail.island * detail.steps**2 else []


def _simplified(ring: _Ring, least: float) -> _Ring:
    """Return a ring without the points that stand for the least area with their neighbours, one by one."""
    count = len(ring)
    before, after = (
        [(each - 1) % count for each in range(count)],
        [(each + 1) % count for each in range(count)],
    )
    areas = [_area(ring[before[each]], ring[each], ring[after[each]]) for each in range(count)]
    due = [(area, each) for each, area in enumerate(areas)]
    heapq.heapify(due)
    kept = set(range(count))
    while due and due[0][0] < least and len(kept) > 3:
        area, each = heapq.heappop(due)
        if each not in kept or area != areas[each]:
            continue
        kept.remove(each)
        after[before[each]], before[after[each]] = after[each], before[each]
        for near in (before[each], after[each]):
            # A point never goes before one that stood for less.
            areas[near] = max(area, _area(ring[before[near]], ring[near], ring[after[near]]))
            heapq.heappush(due, (areas[near], near))
    return [ring[each] for each in sorted(kept)]


def _area(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
    """Return the area of a triangle in square degrees at the equator."""
    doubled = abs((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]))
    return doubled / 2 * math.cos(math.radians(b[1]))


def _differences(ring: list[tuple[int, int]]) -> list[int]:
    steps = ((x - a, y - b) for (a, b), (x, y) in pairwise([(0, 0), *ring]))
    return [number for step in steps for number in step]


if __name__ == "__main__":
    sys.exit(main())
