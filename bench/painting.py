"""Paints with Pillow alone: noise, light, silhouettes, water. ``sample_pictures.py`` is made of it.

Everything is a function of a seed and a scale. Points are given in units of a picture that is 2,400 units
wide or whatever ``Canvas`` is told; the scale says how many pixels a unit is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from random import Random
from typing import TypeAlias

from PIL import Image, ImageChops, ImageDraw, ImageFilter

Color: TypeAlias = "tuple[int, int, int]"
Point: TypeAlias = "tuple[float, float]"
Stops: TypeAlias = "Sequence[tuple[float, Color]]"

# The value of Pillow's radial gradient in the middle of an edge.
_EDGE = 180
_FINER = 2  # how much finer shapes are drawn than they are shown, for smooth edges


class Canvas:
    """A picture in the making: ``width`` by ``height`` units, each ``scale`` pixels wide."""

    def __init__(self, width: int, height: int, *, seed: int, scale: float) -> None:
        self.width, self.height, self.scale = width, height, scale
        self.size = (max(8, round(width * scale)), max(8, round(height * scale)))
        self.random = Random(seed)
        self.image = Image.new("RGB", self.size)

    def stencil(self) -> Stencil:
        """Return an empty stencil of the canvas's size."""
        return Stencil((0, 0), self.size, self.scale)

    def dab(
        self, box: tuple[float, float, float, float], color: Color, draw: Callable[[Stencil], object]
    ) -> None:
        """Fill what is drawn within a small box, without a look at the rest of the canvas."""
        left, top = (math.floor(edge * self.scale) for edge in box[:2])
        right, bottom = (math.ceil(edge * self.scale) for edge in box[2:])
        stencil = Stencil((left, top), (max(1, right - left), max(1, bottom - top)), self.scale)
        draw(stencil)
        self.image.paste(color, (left, top), stencil.mask())

    def sky(self, stops: Stops, *, bottom: float | None = None) -> None:
        """Fill the canvas down to ``bottom`` with a vertical gradient."""
        height = self.size[1] if bottom is None else round(bottom * self.scale)
        self.image.paste(gradient((self.size[0], height), stops), (0, 0))

    def fill(self, mask: Image.Image, paint: Color | Image.Image) -> None:
        """Put paint where the mask is white."""
        if isinstance(paint, tuple):
            paint = Image.new("RGB", self.size, paint)
        self.image = Image.composite(paint, self.image, mask)

    def shade(self, mask: Image.Image, stops: Stops) -> None:
        """Fill a mask with a vertical gradient from its upper to its lower edge."""
        box = mask.getbbox()
        if box is None:
            return
        paint = Image.new("RGB", self.size, stops[0][1])
        paint.paste(gradient((self.size[0], box[3] - box[1]), stops), (0, box[1]))
        self.fill(mask, paint)

    def darken(self, mask: Image.Image, color: Color) -> None:
        """Multiply by a colour where the mask is white."""
        self.fill(mask, ImageChops.multiply(self.image, Image.new("RGB", self.size, color)))

    def light(self, mask: Image.Image, color: Color) -> None:
        """Add light of a colour, as much as the mask is white."""
        lit = Image.merge(
            "RGB", [mask.point([value * part // 255 for value in range(256)]) for part in color]
        )
        self.image = ImageChops.screen(self.image, lit)

    def glow(self, center: Point, radius: float | Point, color: Color, *, sharp: float = 2.0) -> None:
        """Add light that fades away from a point; the larger ``sharp``, the faster."""
        self.light(self.spot(center, radius, sharp=sharp), color)

    def spot(self, center: Point, radius: float | Point, *, sharp: float = 2.0) -> Image.Image:
        """Return a mask that is white in a point and fades to the edge of an ellipse around it."""
        across, down = radius if isinstance(radius, tuple) else (radius, radius)
        table = [round(255 * max(0.0, 1 - value / _EDGE) ** sharp) for value in range(256)]
        size = (max(1, round(2 * across * self.scale)), max(1, round(2 * down * self.scale)))
        spot = Image.radial_gradient("L").point(table).resize(size, Image.Resampling.BICUBIC)
        mask = Image.new("L", self.size)
        corner = (round((center[0] - across) * self.scale), round((center[1] - down) * self.scale))
        mask.paste(spot, corner)
        return mask

    def noise(self, cell: float | Point, *, octaves: int = 4) -> Image.Image:
        """Return clouds as a mask, of which the largest are ``cell`` wide and high."""
        across, down = cell if isinstance(cell, tuple) else (cell, cell)
        return noise(self.random, self.size, (across * self.scale, down * self.scale), octaves=octaves)

    def mist(
        self, top: float, bottom: float, color: Color, *, most: float = 1.0, cell: Point = (900, 90)
    ) -> None:
        """Lay mist over a band, densest in its middle."""
        high = max(1, round((bottom - top) * self.scale))
        rows = [round(255 * most * math.sin(math.pi * (row + 0.5) / high) ** 1.5) for row in range(high)]
        band = Image.new("L", self.size)
        band.paste(_rows(rows, self.size[0]), (0, round(top * self.scale)))
        clouds = self.noise(cell).point(curve((0, 90), (110, 170), (255, 255)))
        self.fill(ImageChops.multiply(band, clouds), color)

    def ridge(self, level: float, rise: float, *, rough: float = 0.5, steps: int = 9) -> list[Point]:
        """Return the outline of hills: from the left to the right edge, up to about ``rise`` off a level."""
        heights = [self.random.uniform(-1, 1), self.random.uniform(-1, 1)]
        reach = 1.0
        for _ in range(steps):
            between = [(a + b) / 2 + reach * self.random.uniform(-1, 1) for a, b in pairwise(heights)]
            heights = [each for pair in zip(heights, [*between, 0.0], strict=True) for each in pair][:-1]
            reach *= rough
        step = self.width / (len(heights) - 1)
        return [(index * step, level + rise * height / 2) for index, height in enumerate(heights)]

    def below(self, line: Sequence[Point]) -> list[Point]:
        """Return the polygon of everything below a line from edge to edge."""
        return [*line, (self.width, self.height), (0, self.height)]

    def reflect(self, level: float, *, blur: float = 6, waves: float = 14, fade: float = 1.0) -> None:
        """Fill what lies below ``level`` with what stands above it, as water shows it.

        ``waves`` is how far it is moved to the sides near the lower edge; ``fade`` how bright it stays there.
        """
        width, height = self.size
        top = round(level * self.scale)
        above = self.image.crop((0, max(0, 2 * top - height), width, top))
        flipped = above.transpose(Image.Transpose.FLIP_TOP_BOTTOM).resize((width, height - top))
        flipped = flipped.filter(ImageFilter.BoxBlur((blur * self.scale / 2, blur * self.scale)))
        moved = flipped.copy()
        deep = height - top
        phase, swell = self.random.uniform(0, 9), self.random.uniform(0, 9)
        for row in range(deep):
            far = (row + 1) / deep
            turns = 40 / (0.15 + far) ** 0.9
            offset = (
                waves
                * self.scale
                * far
                * (
                    math.sin(phase + turns)
                    + 0.6 * math.sin(swell + 2.3 * turns)
                    + self.random.uniform(-0.5, 0.5)
                )
            )
            strip = flipped.crop((0, row, width, row + 1))
            moved.paste(ImageChops.offset(strip, round(offset), 0), (0, row))
        table = [round(255 * (1 - (1 - fade) * row / deep)) for row in range(deep)]
        moved = ImageChops.multiply(moved, Image.merge("RGB", [_rows(table, width)] * 3))
        self.image.paste(moved, (0, top))

    def ripples(self, level: float, *, near: float = 90, flat: float = 9.0) -> Image.Image:
        """Return the waves of water as a mask: below ``level``, larger towards the lower edge; grey above.

        ``near`` is how high the nearest are, ``flat`` how many times longer than high.
        """
        width, height = self.size
        top = round(level * self.scale)
        deep = height - top
        mask = Image.new("L", self.size, 128)
        row = 0
        while row < deep:
            far = (row + 1) / deep
            high = max(1.0, near * self.scale * (0.02 + far**1.6))
            band = min(deep - row, max(2, round(2 * high)))
            strip = noise(self.random, (width, band), (high * flat, high), octaves=3)
            mask.paste(strip, (0, top + row))
            row += band
        return mask.filter(ImageFilter.GaussianBlur(0.6))

    def grain(self, strength: float = 0.08, *, cell: float = 2.2) -> None:
        """Lay paper's grain over everything, which also hides the steps of gradients."""
        specks = self.noise(cell, octaves=1)
        self.image = Image.blend(
            self.image, ImageChops.overlay(self.image, Image.merge("RGB", [specks] * 3)), strength
        )

    def vignette(self, strength: float = 0.35) -> None:
        """Darken the corners."""
        middle = (self.width / 2, self.height / 2)
        mask = self.spot(middle, (self.width * 0.95, self.height * 0.95), sharp=0.8)
        dark = mask.point([round(strength * (255 - min(255, value * 2))) for value in range(256)])
        self.fill(dark, (6, 8, 16))


class Stencil:
    """A mask that shapes are drawn on."""

    def __init__(self, corner: tuple[int, int], size: tuple[int, int], scale: float) -> None:
        self._scale = scale * _FINER
        self._left, self._top = corner[0] * _FINER, corner[1] * _FINER
        self._mask = Image.new("L", (size[0] * _FINER, size[1] * _FINER))
        self._draw = ImageDraw.Draw(self._mask)

    def polygon(self, points: Iterable[Point], value: int = 255) -> Stencil:
        """Fill a polygon."""
        self._draw.polygon([self._at(point) for point in points], fill=value)
        return self

    def box(self, left: float, top: float, right: float, bottom: float, value: int = 255) -> Stencil:
        """Fill a rectangle."""
        return self.polygon(((left, top), (right, top), (right, bottom), (left, bottom)), value)

    def ellipse(self, center: Point, radius: float | Point, value: int = 255) -> Stencil:
        """Fill an ellipse."""
        across, down = radius if isinstance(radius, tuple) else (radius, radius)
        corners = (center[0] - across, center[1] - down), (center[0] + across, center[1] + down)
        self._draw.ellipse([self._at(corner) for corner in corners], fill=value)
        return self

    def line(self, points: Iterable[Point], width: float, value: int = 255) -> Stencil:
        """Draw a line with round ends."""
        places = [self._at(point) for point in points]
        thick = max(1, round(width * self._scale))
        self._draw.line(places, fill=value, width=thick, joint="curve")
        if thick > 3:
            half = thick / 2 - 0.5
            for x, y in (places[0], places[-1]):
                self._draw.ellipse((x - half, y - half, x + half, y + half), fill=value)
        return self

    def arch(self, left: float, top: float, right: float, bottom: float, value: int = 255) -> Stencil:
        """Fill a window with a round top."""
        half = (right - left) / 2
        self.ellipse(((left + right) / 2, top + half), half, value)
        return self.box(left, top + half, right, bottom, value)

    def mask(self, *, blur: float = 0) -> Image.Image:
        """Return the mask in the size of the canvas; ``blur`` in units."""
        made = self._mask.reduce(_FINER)
        return made.filter(ImageFilter.GaussianBlur(blur * self._scale / _FINER)) if blur else made

    def _at(self, point: Point) -> Point:
        return point[0] * self._scale - self._left, point[1] * self._scale - self._top


def noise(random: Random, size: tuple[int, int], cell: Point, *, octaves: int = 4) -> Image.Image:
    """Return a mask of smooth chance: values on a grid, and on finer ones with half the weight each."""
    made: Image.Image | None = None
    for octave in range(octaves):
        across, down = max(1.0, cell[0] / 2**octave), max(1.0, cell[1] / 2**octave)
        columns, rows = math.ceil(size[0] / across) + 3, math.ceil(size[1] / down) + 3
        grid = Image.frombytes("L", (columns, rows), random.randbytes(columns * rows))
        box = (1.0, 1.0, 1.0 + size[0] / across, 1.0 + size[1] / down)
        layer = grid.resize(size, Image.Resampling.BICUBIC, box=box)
        made = layer if made is None else Image.blend(made, layer, 0.5 ** (octave + 1) * 0.75)
    if made is None:
        raise ValueError("noise has at least one octave")
    return made


def gradient(size: tuple[int, int], stops: Stops) -> Image.Image:
    """Return a vertical gradient; stops are places from 0 to 1 with their colours, in order."""
    rows = bytearray()
    for row in range(size[1]):
        at = row / max(1, size[1] - 1)
        rows += bytes(_color_at(at, stops))
    return Image.frombytes("RGB", (1, size[1]), bytes(rows)).resize(size, Image.Resampling.NEAREST)


def curve(*points: tuple[int, int]) -> list[int]:
    """Return a table that maps values of a mask along straight lines between points."""
    table = []
    for value in range(256):
        left = max((point for point in points if point[0] <= value), default=points[0])
        right = min((point for point in points if point[0] >= value), default=points[-1])
        way = (value - left[0]) / (right[0] - left[0]) if right[0] > left[0] else 0.0
        table.append(max(0, min(255, round(left[1] + way * (right[1] - left[1])))))
    return table


def spline(points: Sequence[Point], *, steps: int = 12, closed: bool = True) -> list[Point]:
    """Return a smooth line through points (Catmull and Rom, 1974)."""
    count = len(points)
    made: list[Point] = []
    for index in range(count if closed else count - 1):
        if closed:
            four = [points[(index + away) % count] for away in (-1, 0, 1, 2)]
        else:
            four = [points[max(0, min(count - 1, index + away))] for away in (-1, 0, 1, 2)]
        made += [_between(four, step / steps) for step in range(steps)]
    return made if closed else [*made, points[-1]]


def height_at(line: Sequence[Point], x: float) -> float:
    """Return how far down a line is at ``x``; its points run from left to right."""
    after = next((index for index, point in enumerate(line) if point[0] >= x), len(line) - 1)
    (left, upper), (right, lower) = line[max(0, after - 1)], line[after]
    return upper + (lower - upper) * (x - left) / (right - left) if right > left else lower


def mix(one: Color, other: Color, share: float) -> Color:
    """Return a colour between two, with so large a share of the other."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _between(four: Sequence[Point], t: float) -> Point:
    values = []
    for axis in (0, 1):
        a, b, c, d = (point[axis] for point in four)
        values.append(
            0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - 3 * c + d - a) * t**3)
        )
    return values[0], values[1]


def _color_at(at: float, stops: Stops) -> Color:
    for (low, color), (high, other) in pairwise(stops):
        if at <= high:
            way = max(0.0, (at - low) / (high - low)) if high > low else 0.0
            return mix(color, other, way * way * (3 - 2 * way) * 0.5 + way * 0.5)
    return stops[-1][1]


def _rows(values: Sequence[int], width: int) -> Image.Image:
    """Return a mask whose rows have these values."""
    column = Image.frombytes("L", (1, len(values)), bytes(max(0, min(255, value)) for value in values))
    return column.resize((width, len(values)), Image.Resampling.NEAREST)
