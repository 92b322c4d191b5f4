"""Paints the sample archive's pictures of land and sea: orchards, a coast, flats, and what lives there."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial

from painting import Canvas, Color, Point, Stencil, curve, height_at, mix, spline
from PIL import Image, ImageChops, ImageFilter


def upper_valley(scale: float) -> Image.Image:
    """Return orchards in autumn, the valley full of mist, a church and a still with its smoke."""
    canvas = Canvas(2400, 1600, seed=1114, scale=scale)
    canvas.sky(
        [(0, (134, 160, 178)), (0.25, (196, 194, 180)), (0.42, (246, 214, 164)), (0.6, (250, 226, 188))]
    )
    streaks = canvas.noise((1400, 60), octaves=4).point(curve((0, 0), (130, 0), (210, 120), (255, 170)))
    canvas.light(
        ImageChops.multiply(streaks, canvas.spot((1500, 400), (1800, 420), sharp=1)), (255, 226, 190)
    )
    canvas.glow((1640, 560), 900, (120, 84, 30), sharp=1.8)
    canvas.glow((1640, 560), 260, (255, 230, 170), sharp=1.6)
    canvas.fill(canvas.stencil().ellipse((1640, 560), 46).mask(blur=5), (255, 248, 222))
    layers = (
        (590, 170, (172, 172, 166)), (660, 190, (148, 152, 150)), (740, 170, (124, 132, 130)),
        (830, 150, (104, 112, 104)), (930, 140, (90, 92, 74)),
    )  # fmt: skip
    for number, (level, rise, color) in enumerate(layers):
        if number == 3:
            _church(canvas)
        hills = canvas.stencil().polygon(canvas.below(canvas.ridge(level, rise, rough=0.42))).mask()
        canvas.shade(hills, [(0, color), (0.3, mix(color, (252, 226, 190), 0.45)), (1, (252, 226, 190))])
        canvas.mist(level + 20, level + 230, (252, 228, 194), most=0.85)
    _terraces(canvas)
    canvas.glow((1640, 600), (1500, 760), (76, 50, 16), sharp=1.4)
    canvas.grain()
    canvas.vignette(0.28)
    return canvas.image


def _church(canvas: Canvas) -> None:
    shape = canvas.stencil()
    shape.box(560, 776, 690, 960).polygon([(548, 780), (625, 716), (702, 780)])
    shape.box(512, 690, 566, 960).polygon([(506, 694), (539, 580), (572, 694)])
    for x, wide, high in ((420, 70, 40), (730, 84, 46), (830, 62, 36), (340, 60, 34), (900, 74, 40)):
        shape.box(x, 860 - high, x + wide, 960).polygon(
            [(x - 6, 862 - high), (x + wide / 2, 862 - high - wide * 0.4), (x + wide + 6, 862 - high)]
        )
    shape.box(748, 760, 760, 820)
    canvas.fill(shape.mask(), (96, 88, 84))
    smoke = canvas.stencil()
    for step in range(40):
        far = step / 39
        smoke.ellipse(
            (754 + 210 * far**1.4 + canvas.random.gauss(0, 10), 752 - 250 * far), 10 + 42 * far, 255
        )
    veil = ImageChops.multiply(smoke.mask(blur=16), canvas.noise(70).point(curve((0, 40), (255, 150))))
    canvas.fill(veil, (240, 226, 208))


def _terraces(canvas: Canvas) -> None:
    """Paint the near slopes with their rows of plum trees."""
    random = canvas.random
    slopes = (
        ([(0, 1010), (420, 980), (980, 1100), (1520, 1190), (2400, 1080)], 15, 11, (150, 112, 58)),
        ([(0, 1180), (600, 1200), (1250, 1330), (1800, 1300), (2400, 1190)], 27, 20, (128, 92, 44)),
        ([(0, 1420), (700, 1380), (1300, 1490), (1800, 1520), (2400, 1400)], 48, 36, (88, 64, 32)),
    )
    leaves: Sequence[Color] = (
        (176, 92, 38),
        (198, 128, 48),
        (150, 62, 34),
        (134, 104, 44),
        (206, 154, 74),
        (112, 56, 40),
    )
    for line, across, gap, ground in slopes:
        edge = spline(line, closed=False, steps=30)
        mask = canvas.stencil().polygon(canvas.below(edge)).mask()
        canvas.shade(mask, [(0, mix(ground, (255, 220, 160), 0.25)), (1, mix(ground, (0, 0, 0), 0.35))])
        grass = canvas.noise((60, 8), octaves=3).point(curve((0, 90), (110, 0), (255, 0)))
        canvas.darken(ImageChops.multiply(mask, grass), (150, 140, 110))
        rows = 5
        for row in range(rows):
            size = across * (0.72 + 0.2 * row)
            offset = row * across * 2.7 + across * 0.9
            along = random.uniform(0, gap)
            shadows, groups = canvas.stencil(), [canvas.stencil() for _ in leaves]
            lights = canvas.stencil()
            while along < 2400:
                y = height_at(edge, along) + offset
                shadows.ellipse((along - size * 0.9, y + size * 0.75), (size * 1.3, size * 0.3), 150)
                shadows.line([(along, y), (along, y + size * 0.85)], max(2, size * 0.16))
                group = groups[random.randrange(len(groups))]
                for _ in range(16):
                    turn, far = random.uniform(0, math.tau), size * 0.62 * random.random() ** 0.5
                    blob = (along + math.cos(turn) * far, y - size * 0.3 + math.sin(turn) * far * 0.8)
                    radius = size * random.uniform(0.2, 0.4)
                    group.ellipse(blob, radius)
                    lights.ellipse((blob[0] + radius * 0.3, blob[1] - radius * 0.35), radius * 0.5, 70)
                along += size * 2.25 + random.uniform(0, gap)
            canvas.fill(shadows.mask(blur=2), mix(ground, (20, 16, 24), 0.62))
            for stencil, leaf in zip(groups, leaves, strict=True):
                canvas.fill(stencil.mask(), mix(leaf, ground, 0.22))
            canvas.light(lights.mask(blur=2), (120, 84, 30))
        canvas.mist(line[2][1] - 60, line[2][1] + 150, (250, 222, 180), most=0.16, cell=(800, 60))


def merrow_coast(scale: float) -> Image.Image:
    """Return the coast at first light as a panorama: headlands, a lighthouse, a harbour town, and the sea."""
    canvas = Canvas(3200, 1200, seed=1024, scale=scale)
    canvas.sky(
        [(0, (88, 122, 158)), (0.22, (148, 166, 184)), (0.4, (232, 200, 180)), (0.52, (255, 220, 170))]
    )
    streaks = canvas.noise((1600, 50), octaves=5).point(curve((0, 0), (126, 0), (200, 170), (255, 220)))
    canvas.light(
        ImageChops.multiply(streaks, canvas.spot((2300, 330), (2300, 300), sharp=0.9)), (255, 206, 170)
    )
    canvas.glow((2420, 520), 1200, (120, 76, 30), sharp=1.8)
    canvas.glow((2420, 520), 240, (255, 226, 170), sharp=1.8)
    canvas.fill(canvas.stencil().ellipse((2420, 520), 34).mask(blur=3), (255, 248, 224))
    sea = canvas.stencil().box(0, 560, 3200, 1200).mask()
    canvas.shade(
        sea, [(0, (236, 206, 176)), (0.2, (168, 180, 184)), (0.6, (96, 130, 150)), (1, (52, 88, 112))]
    )
    ripples = canvas.ripples(560, near=44, flat=16)
    canvas.light(
        ImageChops.multiply(
            ripples.point(curve((0, 0), (140, 0), (190, 200), (255, 255))), _glitter(canvas, 2420, 560)
        ),
        (255, 214, 150),
    )
    canvas.darken(ripples.point(curve((0, 150), (96, 40), (116, 0), (255, 0))), (120, 136, 150))
    for left, level, high, color in (
        (820, 560, 84, (172, 160, 166)),
        (640, 566, 120, (142, 138, 150)),
        (420, 580, 150, (108, 116, 130)),
    ):
        cape = [
            (0.0, level - high * 1.7),
            (left * 0.5, level - high * 1.25),
            (left * 0.82, level - high),
            (left, level - high * 0.32),
            (left + 60, level),
            (0.0, level + 30),
        ]
        canvas.shade(
            canvas.stencil().polygon([*spline(cape[:5], closed=False), cape[5]]).mask(),
            [(0, color), (1, mix(color, (240, 208, 180), 0.4))],
        )
    _cape_light(canvas)
    canvas.mist(470, 640, (250, 222, 190), most=0.6, cell=(1500, 60))
    _old_town(canvas)
    _mole_and_boats(canvas)
    _near_slope(canvas)
    canvas.glow((2420, 560), (1800, 700), (60, 40, 12), sharp=1.4)
    canvas.grain()
    canvas.vignette(0.22)
    return canvas.image


def _glitter(canvas: Canvas, x: float, level: float) -> Image.Image:
    """Return where the low sun lies on the water: a path that widens towards us."""
    path = canvas.stencil().polygon(
        [(x - 60, level), (x + 60, level), (x + 420, canvas.height), (x - 420, canvas.height)]
    )
    return path.mask(blur=70)


def _cape_light(canvas: Canvas) -> None:
    tower = canvas.stencil().polygon([(600, 520), (612, 344), (634, 344), (646, 520)])
    canvas.shade(tower.mask(), [(0, (246, 236, 222)), (1, (206, 190, 182))])
    canvas.fill(
        canvas.stencil().polygon([(608, 398), (610, 374), (636, 374), (638, 398)]).mask(), (176, 72, 62)
    )
    canvas.fill(
        canvas.stencil().box(608, 326, 638, 344).polygon([(606, 326), (623, 308), (640, 326)]).mask(),
        (62, 60, 70),
    )
    canvas.fill(canvas.stencil().box(614, 330, 632, 342).mask(), (255, 236, 170))
    canvas.glow((623, 336), 90, (200, 160, 90), sharp=2)


_WALLS: Sequence[Color] = (
    (226, 204, 178),
    (238, 222, 196),
    (214, 178, 148),
    (204, 196, 184),
    (232, 196, 152),
)

_ROOFS: Sequence[Color] = ((150, 84, 66), (126, 74, 64), (96, 84, 88), (168, 98, 70))


def _old_town(canvas: Canvas) -> None:
    """Paint a harbour town on its slope, with light on the walls that look east."""
    random = canvas.random
    slope = spline(
        [(0, 520), (300, 560), (700, 640), (1080, 720), (1380, 760), (1500, 770)], closed=False, steps=20
    )
    ground = canvas.stencil().polygon([*slope, (1480, 830), (900, 900), (0, 930)]).mask()
    canvas.shade(ground, [(0, (110, 112, 108)), (1, (86, 92, 90))])
    for row in range(9):
        houses = []
        x = random.uniform(-30, 20)
        while x < 1420:
            wide, high = random.uniform(38, 74), random.uniform(34, 62)
            base = height_at(slope, max(0, x)) + 26 + row * 30 * (1 - x / 2400)
            if random.random() < 0.86:
                houses.append((x, base, wide, high))
            x += wide * random.uniform(0.9, 1.25)
        for x, base, wide, high in houses:
            _house(canvas, (x, base), (wide, high), 0.34 - row * 0.02)
    church = (
        canvas.stencil()
        .box(760, 470, 812, 700)
        .polygon([(752, 474), (786, 350), (820, 474)])
        .box(812, 640, 920, 700)
    )
    canvas.shade(church.mask(), [(0, (120, 104, 104)), (1, (150, 134, 126))])
    roof = canvas.stencil().polygon([(808, 644), (842, 586), (900, 586), (926, 644)])
    canvas.fill(roof.mask(), (120, 82, 74))
    bright = canvas.stencil().box(796, 474, 812, 700).polygon([(786, 350), (820, 474), (798, 474)]).mask()
    canvas.light(bright, (96, 66, 36))


def _house(canvas: Canvas, foot: Point, size: Point, dim: float) -> None:
    random = canvas.random
    (x, base), (wide, high) = foot, size
    wall, roof = random.choice(_WALLS), random.choice(_ROOFS)
    upper = base - high
    box = (x - 8, upper - wide, x + wide + 8, base + 12)
    canvas.dab(box, mix(wall, (150, 140, 150), dim), lambda on: on.box(x, upper, x + wide, base + 10))
    canvas.dab(
        box, mix(wall, (255, 226, 180), 0.5), lambda on: on.box(x + wide * 0.66, upper, x + wide, base + 10)
    )
    gable = (
        (x - 4, upper + 1), (x + wide * 0.3, upper - wide * 0.34),
        (x + wide * 0.72, upper - wide * 0.34), (x + wide + 4, upper + 1),
    )  # fmt: skip
    canvas.dab(box, mix(roof, (160, 140, 140), dim * 0.7), lambda on: on.polygon(gable))
    panes = [
        (x + 7 + column * 17, upper + 9 + floor * 22)
        for column in range(int(wide // 18))
        for floor in range(2)
        if random.random() < 0.8
    ]
    glass = (255, 216, 130) if random.random() < 0.07 else (92, 88, 100)
    canvas.dab(box, glass, lambda on: [on.box(a, b, a + 7, b + 11) for a, b in panes])


def _mole_and_boats(canvas: Canvas) -> None:
    random = canvas.random
    mole = canvas.stencil().polygon([(1180, 800), (2010, 742), (2040, 742), (2050, 762), (1200, 872)])
    canvas.shade(mole.mask(), [(0, (120, 112, 110)), (1, (70, 76, 84))])
    canvas.fill(
        canvas.stencil().polygon([(1180, 800), (2010, 742), (2030, 746), (1190, 812)]).mask(), (186, 166, 148)
    )
    hut = canvas.stencil().box(1990, 690, 2026, 746).polygon([(1984, 694), (2008, 666), (2032, 694)])
    canvas.fill(hut.mask(), (142, 66, 58))
    boats, hulls = canvas.stencil(), canvas.stencil()
    for _ in range(26):
        x = random.uniform(1400, 1980)
        y = 890 + random.uniform(0, 90) - (x - 1240) * 0.05
        size = random.uniform(20, 44)
        hulls.polygon(
            [
                (x - size, y - size * 0.2),
                (x + size, y - size * 0.26),
                (x + size * 0.74, y + size * 0.16),
                (x - size * 0.8, y + size * 0.16),
            ]
        )
        boats.box(x - size * 0.3, y - size * 0.62, x + size * 0.2, y - size * 0.2).line(
            [(x + size * 0.3, y - size * 0.2), (x + size * 0.3, y - size * 1.8)], 2
        )
    canvas.fill(hulls.mask(), (44, 58, 78))
    canvas.fill(boats.mask(), (222, 212, 200))
    ferry = canvas.stencil().polygon([(2560, 668), (2860, 668), (2836, 700), (2590, 700)])
    canvas.fill(ferry.mask(), (60, 76, 92))
    upper = canvas.stencil().box(2600, 640, 2800, 670).box(2630, 616, 2720, 642)
    canvas.fill(upper.mask(), (240, 228, 208))
    wake = canvas.stencil().polygon([(2590, 696), (2300, 712), (2592, 704)])
    canvas.light(wake.mask(blur=2), (150, 140, 130))
    gulls = canvas.stencil()
    for _ in range(24):
        x, y, wing = random.uniform(900, 2300), random.uniform(180, 600), random.uniform(8, 22)
        gulls.line(
            spline(
                [
                    (x - wing, y - wing * 0.3),
                    (x - wing * 0.4, y - wing * 0.42),
                    (x, y),
                    (x + wing * 0.5, y - wing * 0.5),
                    (x + wing, y - wing * 0.2),
                ],
                closed=False,
                steps=4,
            ),
            2.4,
        )
    canvas.fill(gulls.mask(), (84, 84, 96))


def _near_slope(canvas: Canvas) -> None:
    edge = spline(
        [(0, 900), (500, 960), (1000, 1080), (1500, 1130), (2100, 1100), (2700, 1010), (3200, 900)],
        closed=False,
        steps=24,
    )
    slope = canvas.stencil().polygon(canvas.below(edge)).mask()
    canvas.shade(slope, [(0, (112, 108, 78)), (0.5, (78, 84, 66)), (1, (42, 52, 46))])
    grass = canvas.noise((16, 44), octaves=3)
    canvas.light(
        ImageChops.multiply(slope, grass.point(curve((0, 0), (150, 0), (230, 70), (255, 80)))), (190, 156, 90)
    )
    canvas.darken(
        ImageChops.multiply(slope, grass.point(curve((0, 150), (110, 0), (255, 0)))), (120, 124, 104)
    )
    blades = canvas.stencil()
    for _ in range(2600):
        share = canvas.random.random()
        at = edge[round(share * (len(edge) - 1))]
        high, lean = canvas.random.uniform(10, 46), canvas.random.uniform(-10, 18)
        blades.line([(at[0], at[1] + 8), (at[0] + lean, at[1] - high)], 2)
    canvas.fill(blades.mask(), (92, 92, 64))
    fence = canvas.stencil()
    for x in range(2100, 3200, 118):
        y = height_at(edge, x)
        fence.line([(x, y + 30), (x + 3, y - 66)], 9)
    for lift in (52, 24):
        fence.line([(x, height_at(edge, x) - lift) for x in range(2090, 3200, 40)], 3)
    canvas.fill(fence.mask(), (60, 56, 48))


def flats_at_low_water(scale: float) -> Image.Image:
    """Return the flats at low water: mud that shines, channels, and the sky in them."""
    canvas = Canvas(1800, 1200, seed=802, scale=scale)
    canvas.sky(
        [(0, (92, 130, 162)), (0.5, (150, 176, 190)), (0.85, (226, 204, 182)), (1, (236, 210, 184))],
        bottom=470,
    )
    clouds = canvas.noise((700, 90), octaves=5).point(curve((0, 0), (112, 0), (190, 210), (255, 255)))
    canvas.light(
        ImageChops.multiply(clouds, canvas.stencil().box(0, 0, 1800, 440).mask(blur=30)), (96, 88, 80)
    )
    hills = canvas.stencil().polygon([*canvas.ridge(432, 50, rough=0.45), (1800, 470), (0, 470)]).mask()
    canvas.fill(hills, (134, 148, 158))
    flats = canvas.stencil().box(0, 462, 1800, 1200).mask()
    canvas.shade(flats, [(0, (190, 184, 172)), (0.25, (150, 140, 122)), (1, (84, 74, 60))])
    texture = canvas.ripples(462, near=40, flat=7)
    canvas.light(texture.point(curve((0, 0), (140, 0), (200, 90), (255, 120))), (210, 200, 180))
    canvas.darken(texture.point(curve((0, 200), (120, 0), (255, 0))), (110, 100, 88))
    meadow = canvas.ripples(500, near=90, flat=5).point(curve((0, 0), (138, 0), (164, 230), (255, 255)))
    canvas.fill(
        ImageChops.multiply(
            meadow,
            canvas.noise((500, 200), octaves=3).point(curve((0, 0), (110, 60), (170, 255), (255, 255))),
        ),
        (74, 92, 58),
    )
    water = canvas.stencil()
    for _ in range(70):
        far = canvas.random.random() ** 0.8
        y = 480 + 720 * far**1.7
        water.ellipse(
            (canvas.random.uniform(0, 1800), y),
            (canvas.random.uniform(30, 190) * (0.15 + far), 2 + 8 * far),
            170,
        )
    for phase, wide, shift in ((0.4, 1.0, 0), (1.5, 0.4, -420)):
        left, right = [], []
        for step in range(60):
            far = step / 59
            y = 470 + 730 * far**1.7
            middle = 960 + shift * far + (90 + 420 * far) * math.sin(phase + 5.2 * (1 - far) ** 1.4)
            half = wide * (5 + 150 * far**1.8)
            left.append((middle - half * (1 + 0.2 * math.sin(9 * far + phase)), y))
            right.append((middle + half * (1 + 0.2 * math.sin(11 * far)), y))
        water.polygon([*left, *reversed(right)])
    mask = water.mask(blur=3)
    before = canvas.image.copy()
    canvas.reflect(466, blur=12, waves=5)
    mirrored = canvas.image
    canvas.image = before
    edge = mask.filter(ImageFilter.GaussianBlur(9 * canvas.scale))
    canvas.darken(edge, (120, 110, 98))
    canvas.fill(mask, mirrored)
    posts = canvas.stencil()
    for step in range(9):
        far = (step / 8) ** 1.5
        x, y = 1130 + 560 * far, 492 + 430 * far
        posts.line([(x, y), (x + 4 * far, y - 26 - 190 * far)], 3 + 13 * far)
    canvas.fill(posts.mask(), (52, 46, 42))
    _waders(canvas)
    canvas.grain()
    canvas.vignette(0.25)
    return canvas.image


def _waders(canvas: Canvas) -> None:
    birds = canvas.stencil()
    for _ in range(16):
        x, y = canvas.random.uniform(150, 900), canvas.random.uniform(640, 900)
        size = 9 + (y - 640) * 0.05
        side = canvas.random.choice((-1, 1))
        birds.ellipse((x, y), (size, size * 0.55)).ellipse(
            (x + side * size * 0.9, y - size * 0.6), size * 0.32
        )
        birds.line(
            [(x + side * size * 1.1, y - size * 0.6), (x + side * size * 2, y - size * 0.3)], size * 0.14
        )
        birds.line([(x, y + size * 0.4), (x + 1, y + size * 1.5)], size * 0.16)
    canvas.fill(birds.mask(), (40, 38, 40))


def under_water(scale: float) -> Image.Image:
    """Return eelgrass under water, bent by the current, with light that falls in from above."""
    canvas = Canvas(1800, 1200, seed=803, scale=scale)
    canvas.sky([(0, (150, 206, 190)), (0.25, (76, 150, 148)), (0.65, (28, 88, 98)), (1, (10, 44, 56))])
    for _ in range(11):
        x, wide = canvas.random.uniform(-100, 1900), canvas.random.uniform(30, 130)
        lean = (x - 900) * 0.5 + 160
        shaft = canvas.stencil().polygon(
            [(x - wide / 2, -10), (x + wide / 2, -10), (x + lean + wide * 1.6, 1200), (x + lean - wide, 1200)]
        )
        fade = canvas.spot((x + lean * 0.2, 0), (1400, 1050), sharp=1.3)
        canvas.light(ImageChops.multiply(shaft.mask(blur=20), fade), (80, 104, 84))
    surface = canvas.noise((150, 26), octaves=4).point(curve((0, 0), (130, 0), (180, 255), (255, 255)))
    canvas.light(ImageChops.multiply(surface, canvas.spot((900, -40), (1500, 190), sharp=1)), (210, 230, 200))
    for row in range(7):
        near = row / 6
        color = mix((52, 116, 108), (16, 44, 30), near)
        _grass(canvas, 760 + 90 * row, near, color)
        if row in (2, 4):
            _shoal(canvas, row)
        canvas.fill(canvas.stencil().box(0, 0, 1800, 1200, round(26 * (1 - near))).mask(), (58, 128, 128))
    specks = canvas.stencil()
    for _ in range(320):
        at = (canvas.random.uniform(0, 1800), canvas.random.uniform(0, 1200))
        specks.ellipse(at, canvas.random.uniform(0.8, 3), canvas.random.randrange(40, 150))
    canvas.light(specks.mask(blur=0.8), (190, 220, 200))
    canvas.grain()
    canvas.vignette(0.4)
    return canvas.image


def _grass(canvas: Canvas, level: float, near: float, color: Color) -> None:
    blades, lit = canvas.stencil(), canvas.stencil()
    for _ in range(round(190 - 90 * near)):
        x = canvas.random.uniform(-160, 1900)
        foot = level + 260 + canvas.random.uniform(-20, 40)
        high = canvas.random.uniform(280, 470) * (0.6 + 0.55 * near)
        bend = canvas.random.uniform(90, 230) * (0.5 + near * 0.8)
        wide = (5 + 11 * near) * canvas.random.uniform(0.6, 1.2)
        middle = [
            (x + bend * t**2.2 + 16 * math.sin(4 * t + x), foot - high * t)
            for t in (0, 0.2, 0.4, 0.6, 0.8, 1)
        ]
        line = spline(middle, closed=False, steps=5)
        count = len(line) - 1
        sides = [wide * (1 - (index / count) ** 3) for index in range(count + 1)]
        left = [(p[0] - half, p[1]) for p, half in zip(line, sides, strict=True)]
        right = [(p[0] + half, p[1]) for p, half in zip(line, sides, strict=True)]
        blades.polygon([*left, *reversed(right)])
        lit.polygon([*line[count // 3 :], *reversed(right[count // 3 :])], 150)
    canvas.fill(blades.mask(), color)
    canvas.light(lit.mask(), mix((40, 60, 40), (60, 92, 34), near))


def _shoal(canvas: Canvas, row: int) -> None:
    fish, bellies = canvas.stencil(), canvas.stencil()
    center = (560, 520) if row == 2 else (1240, 600)
    for _ in range(30 if row == 2 else 14):
        x = center[0] + canvas.random.gauss(0, 190)
        y = center[1] + canvas.random.gauss(0, 60)
        size = canvas.random.uniform(16, 26) * (1 + row * 0.2)
        fish.polygon(
            spline(
                [
                    (x - size, y),
                    (x - size * 0.2, y - size * 0.3),
                    (x + size, y - size * 0.04),
                    (x + size, y + size * 0.06),
                    (x - size * 0.2, y + size * 0.26),
                ],
                steps=5,
            )
        )
        fish.polygon(
            [(x + size * 0.9, y), (x + size * 1.4, y - size * 0.3), (x + size * 1.4, y + size * 0.3)]
        )
        bellies.ellipse((x - size * 0.2, y + size * 0.1), (size * 0.6, size * 0.09), 200)
    canvas.fill(fish.mask(), (52, 84, 88))
    canvas.light(bellies.mask(blur=1), (150, 180, 170))


def brent_geese(scale: float) -> Image.Image:
    """Return geese over the flats in the evening, in two lines."""
    canvas = Canvas(1800, 1200, seed=804, scale=scale)
    canvas.sky([(0, (74, 88, 120)), (0.3, (150, 122, 134)), (0.5, (228, 156, 122)), (0.68, (252, 200, 140))])
    streaks = canvas.noise((1000, 60), octaves=5).point(curve((0, 0), (124, 0), (200, 170), (255, 220)))
    canvas.light(
        ImageChops.multiply(streaks, canvas.spot((900, 560), (1500, 420), sharp=0.9)), (190, 110, 84)
    )
    canvas.glow((620, 836), 620, (170, 96, 34), sharp=1.7)
    canvas.fill(canvas.stencil().ellipse((620, 806), 62).mask(blur=3), (255, 236, 190))
    land = canvas.stencil().polygon([*canvas.ridge(836, 44, rough=0.5), (1800, 900), (0, 900)]).mask()
    canvas.fill(land, (96, 78, 92))
    canvas.reflect(872, blur=8, waves=18, fade=0.75)
    bars = canvas.ripples(872, near=70, flat=12)
    canvas.fill(bars.point(curve((0, 0), (140, 0), (158, 255), (255, 255))), (60, 52, 62))
    canvas.light(bars.point(curve((0, 160), (80, 40), (100, 0), (255, 0))), (150, 100, 70))
    for start, way, count in (((1420, 190), (-74, 34), 12), ((1420, 190), (-22, 62), 7)):
        for index in range(count):
            at = (
                start[0] + way[0] * index + canvas.random.gauss(0, 12),
                start[1] + way[1] * index + canvas.random.gauss(0, 9),
            )
            _goose(canvas, at, 46 - index * 0.9)
    canvas.grain()
    canvas.vignette(0.35)
    return canvas.image


def _goose(canvas: Canvas, at: Point, size: float) -> None:
    x, y = at
    beat = canvas.random.uniform(-0.9, 0.75)
    canvas.dab(
        (x - size * 2, y - size * 2, x + size * 2, y + size * 2),
        (36, 30, 44),
        partial(_draw_goose, at, size, beat),
    )


def _draw_goose(at: Point, size: float, beat: float, shape: Stencil) -> None:
    (x, y), tip = at, -size * beat
    shape.polygon(
        spline(
            [
                (x + size * 0.62, y - size * 0.02),
                (x + size * 0.2, y - size * 0.15),
                (x - size * 0.4, y - size * 0.1),
                (x - size * 0.44, y + size * 0.02),
                (x + size * 0.15, y + size * 0.16),
            ],
            steps=6,
        )
    )
    shape.line([(x - size * 0.36, y - size * 0.03), (x - size * 0.78, y - size * 0.1)], size * 0.1)
    shape.ellipse((x - size * 0.82, y - size * 0.11), (size * 0.11, size * 0.075))
    for side, reach in ((0.12, 1.0), (-0.06, 0.86)):
        wing = [
            (x - size * (0.16 - side), y - size * 0.08),
            (x + size * (0.06 + side), y + tip * 0.6 * reach - size * 0.06),
            (x + size * (0.34 + side), y + tip * reach),
            (x + size * (0.3 + side), y + tip * 0.5 * reach),
            (x + size * (0.3 + side * 0.5), y - size * 0.02),
        ]
        shape.polygon(spline(wing, steps=6))
