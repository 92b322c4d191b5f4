"""Paints the sample archive's pictures of the night: a sluice in a gale, a wet street, a bridge at dusk."""

from __future__ import annotations

import math
from collections.abc import Sequence
from random import Random

from painting import Canvas, Color, Point, Stencil, curve, mix, spline
from PIL import Image, ImageChops, ImageFilter


def gullet_gate(scale: float) -> Image.Image:
    """Return the sluice at night: a high sea on the left, calm water and lit windows on the right."""
    canvas = Canvas(2400, 1600, seed=1126, scale=scale)
    canvas.sky([(0, (9, 17, 30)), (0.45, (24, 44, 62)), (0.62, (58, 84, 96)), (1, (30, 50, 62))])
    clouds = canvas.noise((900, 260), octaves=6).point(curve((0, 0), (105, 0), (190, 210), (255, 255)))
    canvas.light(
        ImageChops.multiply(clouds, canvas.spot((1640, 330), (1500, 640), sharp=1.2)), (120, 138, 142)
    )
    dark = canvas.noise((700, 180), octaves=5).point(curve((0, 0), (120, 0), (200, 200), (255, 240)))
    canvas.darken(dark, (96, 108, 124))
    canvas.glow((1640, 330), 520, (150, 160, 150), sharp=2.5)
    canvas.fill(canvas.stencil().ellipse((1640, 330), 54).mask(blur=7), (232, 232, 214))
    canvas.darken(
        ImageChops.multiply(
            canvas.noise((420, 70), octaves=5).point(curve((0, 0), (118, 0), (150, 255), (255, 255))),
            canvas.spot((1640, 350), (420, 160), sharp=0.7),
        ),
        (70, 84, 98),
    )
    _village(canvas, 1030)
    # Calm water, which stands lower.
    right = canvas.stencil().box(1330, 1062, 2400, 1600).mask()
    before = canvas.image.copy()
    canvas.reflect(1062, blur=16, waves=16, fade=0.55)
    calm = canvas.image
    canvas.image = before
    canvas.fill(right, calm)
    _dim_ripples(canvas, right, 1062, (150, 170, 172))
    _storm_sea(canvas)
    _sluice(canvas)
    _rain(canvas, 900)
    canvas.grain()
    canvas.vignette(0.5)
    return canvas.image


def _village(canvas: Canvas, ground: float) -> None:
    hills = canvas.below(canvas.ridge(ground - 60, 110, rough=0.55))
    canvas.fill(canvas.stencil().polygon(hills).mask(blur=3), (22, 37, 48))
    walls, windows = canvas.stencil(), canvas.stencil()
    left = 1480.0
    while left < 2400:
        wide, high = canvas.random.uniform(70, 130), canvas.random.uniform(46, 92)
        top = ground + 26 - high
        walls.box(left, top, left + wide, ground + 60)
        walls.polygon([(left - 8, top), (left + wide / 2, top - wide * 0.42), (left + wide + 8, top)])
        walls.box(left + wide * 0.7, top - wide * 0.42, left + wide * 0.8, top)
        for column in range(int(wide // 34)):
            if canvas.random.random() < 0.72:
                x = left + 14 + column * 32
                windows.box(x, top + 14, x + 14, top + 36)
        left += wide + canvas.random.uniform(-6, 40)
    # The church on its mound.
    walls.polygon([(1890, 1040), (1980, 950), (2140, 950), (2240, 1040)])
    walls.box(1990, 820, 2120, 960).polygon([(1980, 824), (2055, 770), (2130, 824)])
    walls.box(1960, 700, 2010, 1040).polygon([(1956, 704), (1985, 590), (2014, 704)])
    for x in (2034, 2070, 2100):
        windows.arch(x - 9, 858, x + 9, 910)
    canvas.fill(walls.mask(), (13, 23, 32))
    lit = windows.mask()
    canvas.fill(lit, (255, 205, 118))
    canvas.light(lit.filter(ImageFilter.GaussianBlur(14 * canvas.scale)), (190, 120, 50))


def _dim_ripples(canvas: Canvas, where: Image.Image, level: float, color: Color) -> None:
    ripples = canvas.ripples(level, near=34, flat=16)
    light = ripples.point(curve((0, 0), (158, 0), (205, 90), (255, 130)))
    canvas.light(ImageChops.multiply(light, where), color)
    shade = ripples.point(curve((0, 170), (92, 30), (110, 0), (255, 0)))
    canvas.darken(ImageChops.multiply(shade, where), (70, 90, 104))


def _storm_sea(canvas: Canvas) -> None:
    """Paint waves in rows, each nearer and larger, with their foam."""
    random = canvas.random
    colors = ((54, 82, 92), (44, 72, 84), (34, 62, 74), (26, 52, 64), (18, 42, 54), (12, 32, 44))
    for row, color in enumerate(colors):
        level = 900 + row * 112
        high, long = 15 + row * 9, 470 + row * 120
        phase = random.uniform(0, 6)
        crest = []
        for index in range(181):
            x = index * 1240 / 180 - 20
            turn = x / long * math.tau + phase
            lift = (
                math.sin(turn)
                + 0.5 * math.sin(2.3 * turn + 1.1)
                + 0.34 * math.sin(5.3 * turn)
                + 0.16 * math.sin(11 * turn)
            )
            near_wall = max(0.0, (x - 760) / 480) ** 2 * 60
            crest.append((x, level - high * lift - near_wall))
        body = canvas.stencil().polygon([(-40, 1600), *crest, (1240, 1600)]).mask()
        canvas.fill(body, color)
        texture = canvas.noise((150 + 30 * row, 26 + 8 * row), octaves=4)
        canvas.light(
            ImageChops.multiply(body, texture.point(curve((0, 0), (135, 0), (230, 70), (255, 80)))),
            (150, 178, 178),
        )
        foam = canvas.stencil()
        for index in range(1, len(crest) - 1):
            rising = crest[index - 1][1] - crest[index + 1][1]
            if crest[index][1] < level - 0.35 * high:
                thick = 3 + 2.2 * row + max(0.0, rising) * 0.5
                foam.line([(x, y + thick * 0.4) for x, y in crest[index - 1 : index + 2]], thick)
                for _ in range(4):
                    fleck = (
                        crest[index][0] + random.gauss(0, 20),
                        crest[index][1] + abs(random.gauss(0, 20 + row * 6)),
                    )
                    foam.ellipse(
                        fleck, (random.uniform(3, 16 + row * 3), random.uniform(0.6, 1.6 + row * 0.3)), 170
                    )
        ragged = canvas.noise(26, octaves=3).point(curve((0, 40), (90, 80), (150, 235), (255, 255)))
        canvas.fill(ImageChops.multiply(foam.mask(blur=1.6), ragged), (206, 218, 214))
    # Spray where the sea meets the tower.
    spray = canvas.stencil()
    for _ in range(1100):
        turn, far = random.gauss(-1.75, 0.42), abs(random.gauss(0, 210))
        at = (1196 + math.cos(turn) * far * 0.9, 800 + math.sin(turn) * far)
        spray.ellipse(at, random.uniform(1.2, 4.4), random.randrange(90, 220))
    canvas.fill(spray.mask(blur=1.2), (214, 224, 220))
    canvas.glow((1150, 760), (260, 250), (70, 84, 84), sharp=2.2)


def _sluice(canvas: Canvas) -> None:
    leaf = canvas.stencil().box(1268, 560, 1352, 1600).mask()
    canvas.shade(leaf, [(0, (66, 76, 78)), (0.5, (46, 58, 62)), (1, (22, 32, 38))])
    ribs = canvas.stencil()
    for y in range(590, 1600, 74):
        ribs.box(1268, y, 1352, y + 14)
    canvas.fill(ribs.mask(), (30, 40, 46))
    for left, right in ((1150, 1282), (1338, 1470)):
        tower = (
            canvas.stencil()
            .polygon([(left, 470), (right, 470), (right + 14, 1600), (left - 14, 1600)])
            .mask()
        )
        canvas.shade(tower, [(0, (92, 100, 98)), (0.4, (66, 76, 78)), (1, (28, 38, 44))])
        side = (
            canvas.stencil()
            .polygon([(left, 470), (left + 38, 470), (left + 30, 1600), (left - 14, 1600)])
            .mask(blur=4)
        )
        canvas.darken(side, (120, 132, 142))
        seams = canvas.stencil()
        for y in range(600, 1600, 132):
            seams.box(left - 10, y, right + 10, y + 5, 120)
        canvas.darken(seams.mask(), (90, 100, 106))
        stains = ImageChops.multiply(
            tower, canvas.noise((26, 420), octaves=4).point(curve((0, 0), (140, 0), (220, 150), (255, 180)))
        )
        canvas.darken(stains, (110, 118, 120))
    canvas.fill(canvas.stencil().box(1120, 446, 1500, 482).mask(), (38, 48, 54))
    cabin = canvas.stencil().polygon([(1176, 300), (1444, 300), (1456, 446), (1164, 446)]).mask()
    canvas.fill(cabin, (30, 40, 46))
    panes = canvas.stencil()
    for left in range(1190, 1420, 62):
        panes.box(left, 330, left + 50, 402)
    canvas.fill(panes.mask(), (255, 214, 130))
    people = canvas.stencil()
    for x, high in ((1262, 52), (1372, 46)):
        people.ellipse((x, 402 - high), 11).polygon(
            spline(
                [(x - 20, 404), (x - 15, 420 - high), (x, 412 - high), (x + 15, 420 - high), (x + 20, 404)]
            )
        )
    canvas.fill(ImageChops.multiply(people.mask(), panes.mask()), (62, 44, 28))
    roof = (
        canvas.stencil()
        .polygon([(1156, 306), (1190, 270), (1430, 270), (1464, 306)])
        .box(1306, 150, 1312, 270)
    )
    canvas.fill(roof.mask(), (22, 30, 36))
    canvas.fill(canvas.stencil().ellipse((1309, 148), 7).mask(), (255, 96, 70))
    canvas.glow((1309, 148), 70, (190, 50, 30))
    canvas.glow((1310, 366), (460, 300), (150, 104, 46), sharp=2.6)
    rail = canvas.stencil().line([(1120, 412), (1176, 412)], 4).line([(1456, 412), (1500, 412)], 4)
    for x in (1124, 1150, 1474, 1496):
        rail.line([(x, 412), (x, 448)], 4)
    canvas.fill(rail.mask(), (38, 48, 54))


def _rain(canvas: Canvas, count: int) -> None:
    rain = canvas.stencil()
    for _ in range(count):
        x, y = canvas.random.uniform(-200, 2600), canvas.random.uniform(-100, 1600)
        long = canvas.random.uniform(30, 110)
        rain.line([(x, y), (x + long * 0.42, y + long)], 1.4, canvas.random.randrange(20, 90))
    canvas.light(rain.mask(), (140, 156, 160))


def reading_room(scale: float) -> Image.Image:
    """Return a street at night after rain, and the lit windows of a reading room."""
    canvas = Canvas(2400, 1600, seed=1107, scale=scale)
    canvas.sky([(0, (12, 16, 34)), (0.4, (26, 32, 58)), (0.7, (52, 50, 78)), (1, (30, 30, 46))])
    clouds = canvas.noise((800, 160), octaves=5).point(curve((0, 0), (120, 0), (220, 90), (255, 110)))
    canvas.light(clouds, (80, 78, 110))
    stars = canvas.stencil()
    for _ in range(70):
        stars.ellipse(
            (canvas.random.uniform(0, 1000), canvas.random.uniform(0, 420)),
            canvas.random.uniform(1, 2.4),
            190,
        )
    canvas.light(stars.mask(), (220, 220, 235))
    _row_of_houses(canvas)
    _library(canvas)
    canvas.reflect(1180, blur=34, waves=10, fade=0.85)
    canvas.darken(canvas.stencil().box(0, 1180, 2400, 1600).mask(), (176, 172, 184))
    _cobbles(canvas)
    _lamp(canvas, (700, 560), 1290)
    _walker(canvas, (1010, 1340), 250)
    canvas.grain()
    canvas.vignette(0.45)
    return canvas.image


def _row_of_houses(canvas: Canvas) -> None:
    """Paint a row of houses that runs away to the middle."""
    random = canvas.random
    far = (930.0, 1085.0)
    lit = canvas.stencil()
    houses = [
        (0.0, 190.0),
        (190.0, 350.0),
        (350.0, 490.0),
        (490.0, 610.0),
        (610.0, 705.0),
        (705.0, 785.0),
        (785.0, 850.0),
    ]
    tones: Sequence[Color] = (
        (30, 30, 48),
        (38, 34, 52),
        (28, 32, 52),
        (42, 36, 50),
        (34, 34, 56),
        (44, 40, 58),
        (40, 38, 60),
    )
    for (left, right), tone in zip(houses, tones, strict=True):

        def leveled(x: float, high: float) -> float:
            return far[1] - (far[0] - x) / far[0] * high

        roof, foot = random.uniform(900, 1010), -95.0
        top_left, top_right = leveled(left, roof), leveled(right, roof)
        wall = [
            (left, top_left),
            (right, top_right),
            (right, leveled(right, foot)),
            (left, leveled(left, foot)),
        ]
        mask = canvas.stencil().polygon(wall).mask()
        canvas.shade(mask, [(0, mix(tone, (8, 8, 20), 0.35)), (1, mix(tone, (150, 104, 66), 0.2))])
        gable = canvas.stencil().polygon(
            [
                (left - 4, top_left + 4),
                ((left + right) / 2, min(top_left, top_right) - (right - left) * 0.3),
                (right + 4, top_right + 4),
            ]
        )
        canvas.fill(gable.mask(), mix(tone, (4, 4, 14), 0.45))
        dark = canvas.stencil()
        for floor in range(4):
            for column in range(2):
                x = left + (right - left) * (0.2 + 0.4 * column)
                wide = (right - left) * 0.2
                high = roof * (0.84 - floor * 0.23)
                window = [
                    (x, leveled(x, high)), (x + wide, leveled(x + wide, high)),
                    (x + wide, leveled(x + wide, high - roof * 0.14)), (x, leveled(x, high - roof * 0.14)),
                ]  # fmt: skip
                (lit if random.random() < 0.16 else dark).polygon(window)
        canvas.fill(dark.mask(), mix(tone, (70, 84, 120), 0.25))
    mask = lit.mask()
    canvas.fill(mask, (246, 190, 106))
    canvas.light(mask.filter(ImageFilter.GaussianBlur(18 * canvas.scale)), (120, 76, 30))


def _library(canvas: Canvas) -> None:
    random = canvas.random
    front = canvas.stencil().polygon([(1010, 420), (2400, 330), (2400, 1230), (1010, 1180)]).mask()
    canvas.shade(front, [(0, (58, 52, 66)), (0.5, (78, 66, 70)), (1, (104, 84, 74))])
    stones = canvas.stencil()
    for row in range(20):
        y = 430 + row * 40
        stones.line([(1010, y + 10 - row * 0.4), (2400, y - 74 + row * 4.6)], 2.5, 80)
        for x in range(1020 + (row % 2) * 60, 2400, 120):
            down = (x - 1010) / 1390
            stones.line([(x, y + 10 - 84 * down), (x, y + 50 - 84 * down)], 2.5, 60)
    canvas.darken(ImageChops.multiply(stones.mask(), front), (110, 100, 110))
    canvas.darken(
        ImageChops.multiply(
            front, canvas.noise((300, 300), octaves=5).point(curve((0, 130), (130, 0), (255, 0)))
        ),
        (130, 124, 140),
    )
    cornice = canvas.stencil().polygon([(985, 392), (2400, 296), (2400, 350), (985, 438)])
    cornice.polygon([(1000, 372), (2400, 268), (2400, 290), (1000, 392)])
    canvas.fill(cornice.mask(), (40, 36, 50))
    windows, frames, shelves, people, lamps = (canvas.stencil() for _ in range(5))
    for number in range(5):
        left = 1096 + number * 262
        down = (left - 1010) / 1390
        top, bottom = 560 - 60 * down, 1036 + 18 * down
        windows.arch(left, top, left + 176, bottom)
        frames.box(left + 84, top, left + 92, bottom)
        for step in range(1, 5):
            bar = top + 88 + (bottom - top - 88) * step / 5
            frames.box(left, bar - 3, left + 176, bar + 3)
        for shelf in range(4):
            board = top + 150 + shelf * 62
            along = left + 6.0
            while along < left + 170:
                thick, high = random.uniform(5, 12), random.uniform(30, 50)
                if random.random() < 0.86:
                    shelves.box(along, board - high, along + thick - 1.5, board, random.randrange(70, 190))
                along += thick
            shelves.box(left, board, left + 176, board + 5, 210)
        for x in (left + 46, left + 128):
            if random.random() < 0.8:
                high = bottom - random.uniform(54, 84)
                people.ellipse((x, high), (17, 20))
                people.polygon(
                    spline(
                        [
                            (x - 40, bottom),
                            (x - 34, high + 38),
                            (x, high + 18),
                            (x + 34, high + 38),
                            (x + 40, bottom),
                        ]
                    )
                )
        lamps.polygon(
            [
                (left + 74, bottom - 96),
                (left + 102, bottom - 96),
                (left + 118, bottom - 70),
                (left + 58, bottom - 70),
            ]
        )
    inside = windows.mask()
    canvas.shade(inside, [(0, (232, 158, 74)), (0.55, (255, 208, 124)), (1, (255, 226, 160))])
    canvas.fill(ImageChops.multiply(shelves.mask(), inside), (150, 88, 44))
    canvas.fill(ImageChops.multiply(people.mask(), inside), (66, 40, 32))
    canvas.fill(ImageChops.multiply(lamps.mask(), inside), (104, 150, 104))
    canvas.fill(ImageChops.multiply(frames.mask(), inside), (70, 48, 42))
    canvas.light(inside.filter(ImageFilter.GaussianBlur(46 * canvas.scale)), (150, 92, 36))
    canvas.fill(
        canvas.stencil().polygon([(990, 1100), (2400, 1116), (2400, 1240), (990, 1186)]).mask(), (46, 40, 48)
    )
    canvas.glow((1700, 1150), (900, 150), (130, 82, 36), sharp=1.4)


def _cobbles(canvas: Canvas) -> None:
    """Paint wet stones: rows of them, larger towards the lower edge, that catch the light."""
    random = canvas.random
    dark, light = canvas.stencil(), canvas.stencil()
    y = 1186.0
    while y < 1600:
        far = (y - 1180) / 420
        high = 7 + 34 * far
        x = random.uniform(-80, 0)
        while x < 2400:
            wide = high * random.uniform(2.0, 3.2)
            dark.line([(x, y + high), (x + wide, y + high)], 2 + 4 * far, 140)
            dark.line([(x, y), (x, y + high)], 2 + 3 * far, 110)
            if random.random() < 0.6:
                light.ellipse(
                    (x + wide / 2, y + high * 0.3), (wide * 0.3, high * 0.12), random.randrange(20, 90)
                )
            x += wide
        y += high
    canvas.darken(dark.mask(blur=1.5), (70, 66, 84))
    bright = canvas.image.point([min(255, value * 2) for value in range(256)] * 3)
    canvas.fill(light.mask(blur=2), bright)


def _lamp(canvas: Canvas, top: Point, foot: float) -> None:
    x, y = top
    post = canvas.stencil().line([(x, y), (x, foot)], 13).box(x - 24, foot - 90, x + 24, foot)
    post.polygon([(x - 38, y - 70), (x + 38, y - 70), (x + 26, y), (x - 26, y)]).polygon(
        [(x - 44, y - 66), (x, y - 112), (x + 44, y - 66)]
    )
    canvas.glow((x, y - 36), 620, (150, 104, 52), sharp=2.6)
    canvas.fill(post.mask(), (14, 14, 24))
    pane = canvas.stencil().polygon([(x - 29, y - 62), (x + 29, y - 62), (x + 19, y - 6), (x - 19, y - 6)])
    canvas.fill(pane.mask(), (255, 226, 160))
    canvas.glow((x, y - 36), 150, (255, 200, 120), sharp=2)
    canvas.glow((x, foot + 60), (240, 90), (120, 80, 36), sharp=1.6)


def _walker(canvas: Canvas, foot: Point, high: float) -> None:
    """Paint somebody under an umbrella."""
    x, y = foot
    unit = high / 100
    shape = canvas.stencil()
    shape.polygon(
        spline([(x - 13 * unit, y - 28 * unit), (x - 15 * unit, y - 64 * unit), (x, y - 74 * unit),
                (x + 14 * unit, y - 64 * unit), (x + 17 * unit, y - 26 * unit), (x, y - 20 * unit)])
    )  # fmt: skip
    shape.polygon(
        [(x - 9 * unit, y - 30 * unit), (x - 2 * unit, y - 30 * unit), (x - 6 * unit, y), (x - 14 * unit, y)]
    )
    shape.polygon(
        [
            (x + 2 * unit, y - 30 * unit),
            (x + 11 * unit, y - 30 * unit),
            (x + 14 * unit, y - 4 * unit),
            (x + 8 * unit, y),
        ]
    )
    shape.ellipse((x + unit, y - 79 * unit), (7 * unit, 8.5 * unit))
    shape.line([(x + 8 * unit, y - 60 * unit), (x + 10 * unit, y - 108 * unit)], 1.6 * unit)
    canopy = [
        (
            x + 10 * unit + 36 * unit * math.cos(turn / 20 * math.pi),
            y - 90 * unit - 24 * unit * math.sin(turn / 20 * math.pi),
        )
        for turn in range(21)
    ]
    shape.polygon(
        [
            *canopy,
            (x - 14 * unit, y - 93 * unit),
            (x + 10 * unit, y - 89 * unit),
            (x + 34 * unit, y - 93 * unit),
        ]
    )
    mask = shape.mask()
    shadow = canvas.stencil().polygon(
        [
            (x - 14 * unit, y),
            (x + 14 * unit, y),
            (x - 60 * unit, y + 60 * unit),
            (x - 110 * unit, y + 60 * unit),
        ]
    )
    canvas.darken(shadow.mask(blur=9), (60, 56, 72))
    canvas.fill(mask, (12, 12, 20))
    rim = ImageChops.subtract(
        mask, ImageChops.offset(mask, round(-4 * canvas.scale), round(3 * canvas.scale))
    )
    canvas.light(rim.filter(ImageFilter.GaussianBlur(0.8)), (190, 130, 64))


def bridge_at_dusk(scale: float) -> Image.Image:
    """Return the new bridge with its lamps lit, from the fish market, and people along the quay."""
    canvas = Canvas(2400, 1600, seed=926, scale=scale)
    canvas.sky(
        [
            (0, (26, 34, 74)),
            (0.3, (78, 70, 122)),
            (0.5, (190, 112, 120)),
            (0.62, (250, 164, 104)),
            (0.7, (255, 206, 138)),
        ]
    )
    streaks = canvas.noise((1300, 70), octaves=5).point(curve((0, 0), (122, 0), (190, 180), (255, 230)))
    canvas.light(
        ImageChops.multiply(streaks, canvas.spot((1500, 640), (1900, 420), sharp=0.8)), (214, 96, 84)
    )
    shade = canvas.noise((1100, 80), octaves=5).point(curve((0, 0), (128, 0), (180, 190), (255, 230)))
    canvas.darken(ImageChops.multiply(shade, canvas.spot((700, 330), (1900, 360), sharp=0.7)), (96, 92, 136))
    canvas.glow((1760, 1010), 900, (190, 96, 30), sharp=1.8)
    for level, rise, color in (
        (960, 120, (150, 98, 116)),
        (1000, 90, (104, 74, 106)),
        (1030, 60, (66, 54, 88)),
    ):
        hills = canvas.stencil().polygon(canvas.below(canvas.ridge(level, rise, rough=0.5))).mask()
        canvas.fill(hills, color)
    _far_bank(canvas)
    _cables(canvas)
    canvas.reflect(1066, blur=10, waves=26, fade=0.6)
    ripples = canvas.ripples(1066, near=60, flat=14)
    canvas.light(ripples.point(curve((0, 0), (158, 0), (210, 120), (255, 170))), (150, 104, 104))
    canvas.darken(ripples.point(curve((0, 200), (84, 60), (112, 0), (255, 0))), (84, 76, 120))
    _quay(canvas)
    canvas.grain()
    canvas.vignette(0.38)
    return canvas.image


def _far_bank(canvas: Canvas) -> None:
    random = canvas.random
    town, lit = canvas.stencil(), canvas.stencil()
    x = -20.0
    while x < 2420:
        wide, high = random.uniform(26, 74), random.uniform(20, 70) * (1.5 if x < 700 or x > 2000 else 0.9)
        town.box(x, 1066 - high, x + wide, 1080)
        if random.random() < 0.7:
            town.polygon(
                [(x - 3, 1067 - high), (x + wide / 2, 1066 - high - wide * 0.45), (x + wide + 3, 1067 - high)]
            )
        for _ in range(int(high * wide / 700)):
            at = (x + random.uniform(6, wide - 6), 1062 - random.uniform(0.1, 0.85) * high)
            lit.box(at[0], at[1], at[0] + 5, at[1] + 7)
        x += wide + random.uniform(-4, 12)
    town.box(238, 900, 272, 1070).polygon([(232, 904), (255, 820), (278, 904)])
    for left in (2130, 2240, 2330):  # cranes on the quays
        town.box(left, 930, left + 9, 1070).line([(left - 60, 950), (left + 90, 906)], 6).line(
            [(left + 4, 890), (left + 80, 912)], 2
        )
    canvas.fill(town.mask(), (36, 34, 62))
    lights = lit.mask()
    canvas.fill(lights, (255, 214, 140))
    canvas.light(lights.filter(ImageFilter.GaussianBlur(6 * canvas.scale)), (170, 110, 50))


def _cables(canvas: Canvas) -> None:
    """Paint the bridge: two towers, 72 cables, and the lamps that meet in its middle."""

    def deck(x: float) -> float:
        return 925 + (x - 1200) ** 2 / 24000

    piers, cables, lamps = canvas.stencil(), canvas.stencil(), canvas.stencil()
    for x in (700, 1700):
        for number in range(18):
            reach, high = 40 + number * 25.5, 330 + number * 12
            for side in (-1, 1):
                to = x + side * reach
                cables.line([(x, high + 26), (to, deck(to) - 4)], 2.4)
        piers.polygon(
            [(x - 34, 1100), (x - 13, 560), (x - 8, 290), (x + 8, 290), (x + 13, 560), (x + 34, 1100)]
        )
        piers.box(x - 60, 1046, x + 60, 1100)
        lamps.ellipse((x, 284), 6)
    canvas.fill(cables.mask(), (52, 44, 78))
    road = [(float(x), deck(x)) for x in range(-20, 2441, 20)]
    piers.polygon([*[(x, y - 3) for x, y in road], *[(x, y + 17) for x, y in reversed(road)]])
    for x in (60, 240, 2160, 2340):
        piers.box(x - 12, deck(x), x + 12, 1100)
    canvas.fill(piers.mask(), (34, 30, 58))
    lit = canvas.stencil().polygon([(692, 300), (696, 300), (690, 900), (672, 1060), (668, 1060)])
    lit.polygon([(1692, 300), (1696, 300), (1690, 900), (1672, 1060), (1668, 1060)])
    canvas.light(lit.mask(blur=2), (120, 70, 56))
    posts = canvas.stencil()
    for x in range(20, 2400, 44):
        posts.line([(x, deck(x)), (x, deck(x) - 26)], 2)
        lamps.ellipse((x, deck(x) - 28), 4.6)
    canvas.fill(posts.mask(), (34, 30, 58))
    bright = lamps.mask()
    canvas.fill(bright, (255, 238, 190))
    for x in (700, 1700):
        canvas.glow((x, 284), 90, (150, 96, 54))
    for radius, color in ((5, (255, 190, 110)), (18, (220, 140, 70))):
        halo = bright.filter(ImageFilter.GaussianBlur(radius * canvas.scale))
        canvas.light(halo.point([min(255, round(value * radius * 0.42)) for value in range(256)]), color)


def _quay(canvas: Canvas) -> None:
    """Paint the near quay with the people who look on, as silhouettes."""
    random = canvas.random
    quay = canvas.stencil().polygon([(0, 1478), (2400, 1440), (2400, 1600), (0, 1600)])
    rail = canvas.stencil()
    for x in range(10, 2400, 120):
        rail.line([(x, 1478 - x * 0.0158), (x, 1392 - x * 0.0158)], 7)
    for lift in (84, 48):
        rail.line([(0, 1478 - lift), (2400, 1440 - lift)], 5)
    along = 60.0
    while along < 2360:
        if random.random() < 0.14:
            along += random.uniform(90, 240)
            continue
        child = random.random() < 0.2
        high = random.uniform(120, 146) if child else random.uniform(196, 238)
        foot = 1492 - along * 0.0158 + random.uniform(0, 26)
        _person(quay, (along, foot), high, random)
        along += high * random.uniform(0.26, 0.46)
    canvas.fill(quay.mask(), (16, 15, 32))
    canvas.fill(rail.mask(), (16, 15, 32))


def _person(stencil: Stencil, foot: Point, high: float, random: Random) -> None:
    x, y = foot
    wide = high * random.uniform(0.085, 0.115)
    head = high * 0.078
    lean = random.uniform(-0.02, 0.02) * high
    stencil.ellipse((x + lean, y - high + head), (head * 0.86, head))
    shoulder, hip = y - high * 0.78, y - high * 0.42
    trunk = [
        (x - wide, hip), (x - wide * 0.96 + lean, shoulder), (x + lean, y - high * 0.87),
        (x + wide * 0.96 + lean, shoulder), (x + wide, hip), (x, y - high * 0.38),
    ]  # fmt: skip
    stencil.polygon(spline(trunk))
    for side in (-1, 1):
        elbow = wide * random.uniform(1.1, 1.4)
        arm = [
            (x + side * wide * 0.8, y - high * 0.77),
            (x + side * elbow, y - high * 0.58),
            (x + side * wide, y - high * 0.44),
        ]
        stencil.line(arm, high * 0.042)
    if random.random() < 0.35:
        stencil.polygon(
            [
                (x - wide * 0.8, y - high * 0.5),
                (x + wide * 0.8, y - high * 0.5),
                (x + wide * 1.3, y - high * 0.12),
                (x - wide * 1.3, y - high * 0.12),
            ]
        )
    stencil.polygon(
        [
            (x - wide * 0.8, y - high * 0.45),
            (x - wide * 0.05, y - high * 0.45),
            (x - wide * 0.1, y),
            (x - wide * 0.72, y),
        ]
    )
    stencil.polygon(
        [
            (x + wide * 0.05, y - high * 0.45),
            (x + wide * 0.8, y - high * 0.45),
            (x + wide * 0.75, y),
            (x + wide * 0.15, y),
        ]
    )
    if high > 160 and random.random() < 0.2:  # a hat
        stencil.ellipse((x + lean, y - high + head * 0.55), (head * 1.25, head * 0.28))
        stencil.box(
            x + lean - head * 0.7, y - high - head * 0.35, x + lean + head * 0.7, y - high + head * 0.6
        )
