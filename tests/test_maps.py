"""Maps of places: what they show, for any places on the globe, and that nothing decides it but the places."""

from __future__ import annotations

import json
import math
import os
import re
import shutil
import subprocess
import sys
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from broadsheet.render.formats import maps
from broadsheet.render.formats.maps import Map, Place, Spot, draw
from tests.sites import ROOT

_LATITUDES = st.floats(-90, 90).map(lambda degrees: round(degrees, 3))
_LONGITUDES = st.floats(-180, 180).map(lambda degrees: round(degrees, 3))
_NAMES = st.sampled_from(("Baku", "Ağdam", "Aboard the Merganser", "北京", "O"))


@st.composite
def _places(draw: st.DrawFn) -> tuple[Place, ...]:
    """Return places all over the world, or all near one of them."""
    latitude, longitude = draw(_LATITUDES), draw(_LONGITUDES)
    reach = draw(st.sampled_from((0.05, 1, 10, 90)))
    away = st.floats(-reach, reach)
    return tuple(
        _place(
            max(-90, min(90, latitude + draw(away))),
            (longitude + draw(away) + 180) % 360 - 180,
            name=draw(_NAMES),
        )
        for _ in range(draw(st.integers(1, 12)))
    )


def _place(latitude: float, longitude: float, name: str = "Baku") -> Place:
    return Place(name=name, url=f"/{name}/", latitude=latitude, longitude=longitude)


def _map(*pairs: tuple[float, float]) -> Map:
    found = draw(_place(*pair) for pair in pairs)
    assert found is not None
    return found


def _points(path: str) -> list[list[tuple[int, int]]]:
    """Return the rings of a path of land; fails on one that is not of the form that maps have."""
    rings = []
    for text in path.split("z")[:-1]:
        match = re.fullmatch(r"M(-?\d+)( ?-?\d+)l((?: ?-?\d+)+)", text)
        assert match, text[:80]
        ring = [(int(match[1]), int(match[2]))]
        numbers = [int(number) for number in re.findall(r"-?\d+", match[3])]
        for step_x, step_y in zip(numbers[::2], numbers[1::2], strict=True):
            ring.append((ring[-1][0] + step_x, ring[-1][1] + step_y))
        rings.append(ring)
    return rings


def _is_land(found: Map, x: float, y: float) -> bool:
    """Return whether a point, in hundredths, is on land: by the rule "evenodd"."""
    x, y, crossings = x * found.width / 100 + 0.01, y * found.height / 100 + 0.01, 0
    for ring in _points(found.land):
        for (a, b), (c, d) in zip(ring, [*ring[1:], ring[0]], strict=True):
            crossings += (b > y) != (d > y) and x < a + (y - b) * (c - a) / (d - b)
    return crossings % 2 == 1


def test_without_places_there_is_no_map() -> None:
    assert draw(()) is None


@settings(max_examples=40)
@given(_places())
@example((_place(90, 0), _place(-90, 0)))
@example((_place(90, 0), _place(90, 180)))
@example(tuple(_place(0, longitude) for longitude in (-180, -90, 0, 90, 180)))
def test_every_place_is_on_the_map_in_order(places: tuple[Place, ...]) -> None:
    found = draw(places)
    assert found
    assert [(spot.name, spot.url) for spot in found.spots] == [(each.name, each.url) for each in places]
    assert [spot for spot in found.spots if not (0 <= spot.x <= 100 and 0 <= spot.y <= 100)] == []


@settings(max_examples=40)
@given(_places())
def test_north_is_above(places: tuple[Place, ...]) -> None:
    found = draw(places)
    assert found
    for (place, spot), (other, other_spot) in combinations(zip(places, found.spots, strict=True), 2):
        assert (place.latitude - other.latitude) * (spot.y - other_spot.y) <= 0.01


def test_the_map_is_no_nearer_than_one_degree() -> None:
    north, middle, south = (_map((40, 50), (latitude, 50)).spots[1].y for latitude in (40.1, 40, 39.9))
    assert middle == 50
    assert (north, south) == (45.0, 55.0)
    assert _map((40, 50)).spots == (Spot(name="Baku", url="/Baku/", x=50.0, y=50.0, side="right"),)


def test_a_degree_east_is_as_long_as_it_is_there() -> None:
    at_the_equator = _map((0, 0), (0, 1)).spots
    in_the_north = _map((60, 0), (60, 1)).spots
    assert at_the_equator[1].x - at_the_equator[0].x == pytest.approx(66.67, abs=0.02)
    assert in_the_north[1].x - in_the_north[0].x == pytest.approx(33.33, abs=0.02)


def test_the_date_line_does_not_make_a_map_of_the_world() -> None:
    fiji, samoa = (-18.1, 178.4), (-13.8, -171.8)
    found = _map(fiji, samoa)
    assert found.spots[0].x < found.spots[1].x
    # 9.8 degrees in a frame of some 13 by 9, as anywhere else.
    for west in (8.4, -4.9):
        elsewhere = _map((-18.1, west), (-13.8, west + 9.8))
        assert [(spot.x, spot.y) for spot in found.spots] == [(spot.x, spot.y) for spot in elsewhere.spots]


def test_the_frame_ends_at_the_poles() -> None:
    assert [_map((latitude, 0)).spots[0].y for latitude in (90, 89.9, -89.9, -90)] == [0.0, 10.0, 90.0, 100.0]


def test_the_world_is_shown_once() -> None:
    found = _map(*((0, longitude) for longitude in range(-180, 180, 30)))
    assert len({spot.x for spot in found.spots}) == 12
    assert max(spot.x for spot in found.spots) - min(spot.x for spot in found.spots) == pytest.approx(
        100 * 11 / 12, abs=0.02
    )


@pytest.mark.parametrize(
    ("latitude", "longitude", "on_land"),
    [
        (51.0, 9.0, True),  # Hesse
        (40.0, 51.0, False),  # the Caspian, which is water within land
        (39.0, 46.0, True),
        (0.0, -30.0, False),
        (68.0, 179.0, True),  # Chukotka on both sides of the date line
        (67.0, -179.0, True),
        (-89.0, 0.0, True),  # the ice, on which the outlines have no end
        (-89.0, 180.0, True),
        (-90.0, 45.0, True),
        (90.0, 0.0, False),
        (-25.0, 135.0, True),
        (-40.0, 100.0, False),
    ],
)
def test_land_is_where_it_is(latitude: float, longitude: float, on_land: bool) -> None:  # noqa: FBT001
    for others in ((), ((60, 100), (-50, -70))):
        found = _map((latitude, longitude), *others)
        spot = found.spots[0]
        assert _is_land(found, spot.x, max(0.5, min(99.5, spot.y))) == on_land


@settings(max_examples=40)
@given(_places())
def test_outlines_are_cut_off_just_outside_of_the_frame(places: tuple[Place, ...]) -> None:
    found = draw(places)
    assert found
    for ring in _points(found.land):
        assert min(x for x, _ in ring) >= -5
        assert max(x for x, _ in ring) <= found.width + 5
        assert min(y for _, y in ring) >= -5
        assert max(y for _, y in ring) <= found.height + 5
    assert len(found.land) <= 30_000
    assert re.fullmatch(r"(M\d+ 0v600|M0 \d+h900)*", found.lines)
    assert found.lines.count("M") <= 16


@settings(max_examples=40)
@given(_places())
def test_names_that_are_placed_meet_neither_each_other_nor_a_dot(places: tuple[Place, ...]) -> None:
    found = draw(places)
    assert found
    for width in (*range(288, 640, 32), 640, 700, 768):
        shown = [spot for spot in found.spots if spot.side and (width >= 640 or not spot.wide)]
        boxes = [maps._name(spot, spot.side, width) for spot in shown]  # noqa: SLF001 - what the page shows
        assert [pair for pair in combinations(boxes, 2) if pair[0].overlaps(pair[1])] == []
        for spot, box in zip(shown, boxes, strict=True):
            dots = [maps._dot(each, width) for each in found.spots if each is not spot]  # noqa: SLF001
            assert [dot for dot in dots if box.overlaps(dot)] == []
            assert box.left >= 0
            assert box.right <= width


def test_a_name_goes_to_the_side_that_has_room_or_waits_for_a_wider_map() -> None:
    alone, *near = _map((40, 50), (40, 50.07), (40, 49.93)).spots
    assert (alone.side, alone.wide) == ("above", True)
    assert [(spot.side, spot.wide) for spot in near] == [("right", False), ("left", False)]
    same = _map(*[(40, 50)] * 6).spots
    assert [spot.side for spot in same] == ["right", "left", "", "", "", ""]
    crowded = draw(_place(40 + step / 30, 50 + step * 0.1, "Aboard the Merganser") for step in range(4))
    assert crowded
    assert [(spot.side, spot.wide) for spot in crowded.spots] == [
        ("below", False),
        ("right", True),
        ("", False),
        ("above", False),
    ]


def test_the_same_places_give_the_same_map_in_any_process() -> None:
    code = (
        "from broadsheet.render.formats.maps import Place, draw\n"
        "places = ((f'N{n}', n * 7.3 % 90, n * 31.7 % 180) for n in range(40))\n"
        "print(draw(Place(name=n, url='', latitude=lat, longitude=lon) for n, lat, lon in places))"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env=os.environ | {"PYTHONHASHSEED": seed, "LC_ALL": locale},
            capture_output=True,
            check=True,
        ).stdout
        for seed, locale in (("1", "C"), ("2", "C.UTF-8"))
    ]
    assert runs[0] == runs[1]


def test_no_cosine_that_is_used_is_near_to_where_platforms_may_round_apart() -> None:
    cosines = [1000 * math.cos(math.radians(degrees)) for degrees in range(91)]
    assert [each for each in cosines if abs(each % 1 - 0.5) < 1e-6] == []


def test_other_outlines_are_another_engine(tmp_path: Path) -> None:
    shutil.copytree(
        ROOT / "broadsheet", tmp_path / "broadsheet", ignore=shutil.ignore_patterns("__pycache__")
    )
    line = [sys.executable, "-c", "from broadsheet.build.engine import digest_engine; print(digest_engine())"]

    def digest() -> bytes:
        return subprocess.run(line, cwd=tmp_path, capture_output=True, check=True).stdout

    before = digest()
    outlines = tmp_path / "broadsheet" / "render" / "formats" / "outlines.json"
    outlines.write_text(outlines.read_text(encoding="utf-8").replace("[", " [", 1), encoding="utf-8")
    assert digest() != before


def test_the_outlines_say_where_they_are_from() -> None:
    kept = json.loads((ROOT / "broadsheet/render/formats/outlines.json").read_text(encoding="utf-8"))
    assert "Natural Earth" in kept["source"]
    assert kept["licence"] == "public domain"
    assert len((ROOT / "broadsheet/render/formats/outlines.json").read_bytes()) < 120_000


def test_a_drawing_is_well_formed() -> None:
    found = _map((51, 9), (40, 50))
    svg = f'<svg><path d="{found.land}"/><path d="{found.lines}"/></svg>'
    assert ET.fromstring(svg).find("path") is not None  # noqa: S314 - our own
