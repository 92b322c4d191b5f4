"""A map of places, drawn from outlines of land in two files beside this one.

A pure function from places to the numbers of a drawing: no tiles are requested from a server, and words,
colours and fonts are the theme's. The same places give the same map to the byte, because results
that are not exact are rounded before they are used.

One projection serves for a harbour and for the world: equirectangular, with the middle of the frame as its
standard parallel (https://pubs.usgs.gov/publication/pp1395, page 90). Meridians and parallels are straight,
so land is clipped to a rectangle, and a page can position a name by two percentages.
"""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias

WIDTH, HEIGHT = 900, 600
# Frames are computed in whole numbers, of which so many are a degree; one is some eleven metres.
_DEGREE = 10_000
_AROUND, _FROM_POLE_TO_POLE = 360 * _DEGREE, 180 * _DEGREE
_LEAST_HEIGHT = _DEGREE  # from south to north: closer up, even the finer outlines are too coarse
_COAST_HEIGHT = 8 * _DEGREE  # up to this the finer ones are drawn, which have ten times as many points
_MARGIN = 1.3  # the frame, by the extent of its places
# A frame begins within one turn around the world, and may end in the next.
_TURNS = range(-_AROUND, 3 * _AROUND, _AROUND)
_FAR = 10 * HEIGHT  # below any drawing
# Outlines are clipped this far outside the frame, where the line drawn around them is not seen.
_BEYOND = 5
_LEAST_CORNERS = 3  # a ring with fewer has no area
_NEAREST = 2  # points closer to each other in the drawing become one
_GRID_STEPS = (1, 2, 5, 10, 15, 30, 45)  # degrees from one line of the grid to the next
_MERIDIANS, _PARALLELS = 8, 5  # about how many there are at most
_OUTLINES, _COAST = (Path(__file__).with_name(name) for name in ("outlines.json", "coast.json"))

# The size of names is in pixels, whatever the size of the map. Widths can only be estimated, rather too wide.
_LETTER, _WIDE_LETTER, _LINE, _GAP, _DOT = 7.5, 13.5, 16.0, 8.0, 5.0
# The widths of the map, in pixels, from which names must not overlap: all names, and those of wide maps only.
_NARROW, _WIDE = 288, 640

Side: TypeAlias = Literal["", "right", "left", "above", "below"]
_SIDES: tuple[Side, ...] = ("right", "left", "above", "below")
_Point: TypeAlias = "tuple[float, float]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place: ``latitude`` and ``longitude`` in degrees, north and east positive. ``url`` may be empty.

    ``size`` is the size of its dot, 1 for the smallest.
    """

    name: str
    url: str
    latitude: float
    longitude: float
    size: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place on a map: ``x`` and ``y`` in percent of its width and height, from its upper left corner.

    ``side`` is the side of the dot on which its name has room, empty for none; ``wide``: only if the map
    is at least 640 pixels wide. ``size`` is that of its place.
    """

    name: str
    url: str
    x: float
    y: float
    side: Side = ""
    wide: bool = False
    size: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Map:
    """A map: ``land`` and ``lines``, the grid, are SVG paths in a drawing of ``width`` and ``height``.

    Paths: https://www.w3.org/TR/SVG2/paths.html. ``land`` is to be filled with fill-rule "evenodd".
    """

    width: int
    height: int
    land: str
    lines: str
    spots: tuple[Spot, ...]


class _Frame(NamedTuple):
    """What a map shows, in units of ``_DEGREE``: its upper left corner, and its extent to east and south."""

    west: int
    north: int
    across: int
    down: int

    def project(self, longitude: float, latitude: float) -> _Point:
        """Return where a point is in the drawing."""
        x = (longitude - self.west) * WIDTH / self.across
        return x, (self.north - latitude) * HEIGHT / self.down


def draw(places: Iterable[Place]) -> Map | None:
    """Return a map of places, with a spot for each, in order; None if there are no places.

    Names are placed in order, so those of the first places are most likely to have room.
    """
    placed = [(place, _units(place.longitude), _units(place.latitude)) for place in places]
    if not placed:
        return None
    frame = _frame([longitude for _, longitude, _ in placed], [latitude for _, _, latitude in placed])
    spots = []
    for place, longitude, latitude in placed:
        x, y = frame.project(frame.west + (longitude - frame.west) % _AROUND, latitude)
        x, y = round(100 * x / WIDTH, 2), round(100 * y / HEIGHT, 2)
        spots.append(Spot(name=place.name, url=place.url, x=x, y=y, size=place.size))
    land = "".join(_path(ring) for ring in _land(frame))
    return Map(width=WIDTH, height=HEIGHT, land=land, lines="".join(_grid(frame)), spots=_place_names(spots))


def _units(degrees: float) -> int:
    return round(degrees * _DEGREE)


def _frame(longitudes: Sequence[int], latitudes: Sequence[int]) -> _Frame:
    """Return the frame around points: never smaller than ``_LEAST_HEIGHT``, never larger than the world."""
    first, reach = _shortest_arc(longitudes)
    south, north = min(latitudes), max(latitudes)
    middle = (south + north) // 2
    across = min(round(reach * _MARGIN), _AROUND)
    down = min(max(round((north - south) * _MARGIN), _LEAST_HEIGHT), _FROM_POLE_TO_POLE)
    # A degree of longitude by one of latitude: as in the middle of the frame, unless the world is too small.
    ratio = WIDTH / HEIGHT
    length = round(math.cos(math.radians(round(middle / _DEGREE))), 3)
    length = max(length, down * ratio / _AROUND)
    length = min(length, _FROM_POLE_TO_POLE * ratio / across) if across else length
    down = min(max(down, math.ceil(across * length / ratio)), _FROM_POLE_TO_POLE)
    across = min(math.ceil(down * ratio / length), _AROUND)
    west = (first + reach // 2 - across // 2 + _AROUND // 2) % _AROUND - _AROUND // 2
    north = min(max(middle + down // 2, down - _FROM_POLE_TO_POLE // 2), _FROM_POLE_TO_POLE // 2)
    return _Frame(west, north, across, down)


def _shortest_arc(longitudes: Sequence[int]) -> tuple[int, int]:
    """Return where the shortest arc to the east that has all longitudes begins, and its length."""
    stops = sorted({longitude % _AROUND for longitude in longitudes})
    gaps = [(after - before, after) for before, after in pairwise((*stops, stops[0] + _AROUND))]
    widest, first = max(gaps)
    return first % _AROUND, _AROUND - widest


def _grid(frame: _Frame) -> Iterator[str]:
    """Yield the meridians and parallels in the frame, as parts of a path."""
    step = next(each for each in _GRID_STEPS if each * _DEGREE * _MERIDIANS >= frame.across) * _DEGREE
    for meridian in range(-(-frame.west // step) * step, frame.west + frame.across, step):
        yield f"M{round(frame.project(meridian, 0)[0])} 0v{HEIGHT}"
    step = next(each for each in _GRID_STEPS if each * _DEGREE * _PARALLELS >= frame.down) * _DEGREE
    for parallel in range(-(-(frame.north - frame.down) // step) * step, frame.north, step):
        yield f"M0 {round(frame.project(0, parallel)[1])}h{WIDTH}"


class _Outline(NamedTuple):
    """A ring of land, or of water within it, in units of ``_DEGREE``, and its bounding box.

    ``polar``: it goes around the South Pole, so it is not closed, and everything south of it is land.
    """

    points: tuple[tuple[int, int], ...]
    polar: bool
    west: int
    east: int
    south: int
    north: int


@lru_cache(maxsize=2)
def _outlines(file: Path) -> tuple[_Outline, ...]:
    """Return the outlines of all land in a file, which itself describes its format."""
    data = json.loads(file.read_text(encoding="utf-8"))
    unit = _DEGREE // data["steps"]
    outlines = []
    for numbers in data["rings"]:
        x = y = 0
        points = []
        for step_x, step_y in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + step_x * unit, y + step_y * unit
            points.append((x, y))
        xs, ys = [x for x, _ in points], [y for _, y in points]
        polar = abs(xs[-1] - xs[0]) > _AROUND // 2
        south = -_FROM_POLE_TO_POLE // 2 if polar else min(ys)
        outlines.append(_Outline(tuple(points), polar, min(xs), max(xs), south, max(ys)))
    return tuple(outlines)


def _land(frame: _Frame) -> Iterator[list[_Point]]:
    """Yield the rings of land within the frame, clipped a little outside it."""
    for outline in _outlines(_COAST if frame.down <= _COAST_HEIGHT else _OUTLINES):
        if outline.south > frame.north or outline.north < frame.north - frame.down:
            continue
        if outline.polar:
            coast = [frame.project(x + turn, y) for turn in _TURNS for x, y in outline.points]
            yield _clip([*coast, (coast[-1][0], _FAR), (coast[0][0], _FAR)])
            continue
        for turn in _TURNS:
            if outline.west + turn <= frame.west + frame.across and outline.east + turn >= frame.west:
                yield _clip([frame.project(x + turn, y) for x, y in outline.points])


def _clip(ring: list[_Point]) -> list[_Point]:
    """Return the part of a ring that lies in the drawing: Sutherland and Hodgman, 1974."""
    for axis, bound, sign in (
        (0, -_BEYOND, 1),
        (0, WIDTH + _BEYOND, -1),
        (1, -_BEYOND, 1),
        (1, HEIGHT + _BEYOND, -1),
    ):
        kept: list[_Point] = []
        for before, point in pairwise((*ring[-1:], *ring)):
            inside = (point[axis] - bound) * sign >= 0
            if inside != ((before[axis] - bound) * sign >= 0):
                share = (bound - before[axis]) / (point[axis] - before[axis])
                kept.append(
                    (before[0] + (point[0] - before[0]) * share, before[1] + (point[1] - before[1]) * share)
                )
            if inside:
                kept.append(point)
        ring = kept
    return ring


def _path(ring: Iterable[_Point]) -> str:
    """Return a ring as part of a path, in whole numbers; empty if it is too small to be seen."""
    points: list[tuple[int, int]] = []
    for x, y in ((round(x), round(y)) for x, y in ring):
        if not points or max(abs(x - points[-1][0]), abs(y - points[-1][1])) >= _NEAREST:
            points.append((x, y))
    if len(points) < _LEAST_CORNERS:
        return ""
    x, y = points[0]
    steps = " ".join(f"{c - a} {d - b}" for (a, b), (c, d) in pairwise(points))
    return f"M{x} {y}l{steps}z".replace(" -", "-")


class _Box(NamedTuple):
    """The box of a name or a dot, in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: _Box) -> bool:
        """Return whether two boxes overlap."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


def _place_names(spots: Sequence[Spot]) -> tuple[Spot, ...]:
    """Return spots with their names placed: first those that have room on a map of any width."""
    placed = list(spots)
    for width in (_NARROW, _WIDE):
        dots = [_dot(spot, width) for spot in placed]
        names = [_reach(spot, spot.side, width) for spot in placed if spot.side]
        for number, spot in enumerate(placed):
            # Places at the same point have one dot.
            taken = [*names, *(dot for dot in dots if dot != dots[number])]
            reaches = ((side, _reach(spot, side, width)) for side in _SIDES if not spot.side)
            free = ((side, reach) for side, reach in reaches if _has_room(reach, taken, width))
            found = next(free, None)
            if found:
                side, reach = found
                placed[number] = replace(spot, side=side, wide=width == _WIDE)
                names.append(reach)
    return tuple(placed)


def _has_room(reach: _Box, taken: Iterable[_Box], width: int) -> bool:
    """Return whether a name's box lies within a map of that width and overlaps nothing there."""
    across = reach.left >= 0 and reach.right <= width
    down = reach.top >= 0 and reach.bottom * WIDTH <= width * HEIGHT
    return across and down and not any(map(reach.overlaps, taken))


def _dot(spot: Spot, width: int) -> _Box:
    x, y = _pixels(spot, width)
    return _Box(x - _DOT, y - _DOT, x + _DOT, y + _DOT)


def _reach(spot: Spot, side: Side, width: int) -> _Box:
    """Return the box of a name together with its dot.

    So boxes that do not overlap on one map do not on a wider one, and no dot is between a name and its own.
    """
    (x, y), name = _pixels(spot, width), _name(spot, side, width)
    return _Box(min(x, name.left), min(y, name.top), max(x, name.right), max(y, name.bottom))


def _name(spot: Spot, side: Side, width: int) -> _Box:
    x, y = _pixels(spot, width)
    length = sum(map(_letter, spot.name))
    left = {"right": x + _GAP, "left": x - _GAP - length}.get(side, x - length / 2)
    top = {"above": y - _GAP - _LINE, "below": y + _GAP}.get(side, y - _LINE / 2)
    return _Box(left, top, left + length, top + _LINE)


def _letter(char: str) -> float:
    """Return the greatest width of a character: https://www.unicode.org/reports/tr11/."""
    if unicodedata.combining(char):
        return 0.0
    return _WIDE_LETTER if unicodedata.east_asian_width(char) in "WF" else _LETTER


def _pixels(spot: Spot, width: int) -> _Point:
    return spot.x * width / 100, spot.y * width * HEIGHT / WIDTH / 100
