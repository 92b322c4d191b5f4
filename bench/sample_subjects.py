"""Paints the sample archive's portrait in flat colours, and a crank that stands on nothing."""

from __future__ import annotations

import math
from collections.abc import Sequence

from painting import Canvas, Color, curve, gradient, mix, spline
from PIL import Image, ImageChops, ImageFilter

_SKIN, _SHADE, _LINE = (234, 182, 144), (196, 130, 100), (84, 48, 44)


def senior_pilot(scale: float) -> Image.Image:
    """Return a portrait in flat colours, upright: a woman in a foul-weather jacket and a knitted cap."""
    canvas = Canvas(1600, 2000, seed=1108, scale=scale)
    canvas.image.paste((236, 220, 190), (0, 0, *canvas.size))
    canvas.fill(canvas.stencil().ellipse((1130, 560), 430).mask(), (240, 170, 110))
    for number, color in enumerate(((120, 160, 158), (92, 138, 142), (66, 114, 124), (44, 88, 104))):
        top = 1120 + number * 120
        wave = [(x, top + 14 * math.sin(x / (90 + 30 * number) + number * 2)) for x in range(-10, 1640, 25)]
        canvas.fill(canvas.stencil().polygon([*wave, (1640, 2000), (-10, 2000)]).mask(), color)
    ship = (
        canvas.stencil().polygon([(60, 1052), (430, 1052), (404, 1124), (96, 1124)]).box(110, 960, 200, 1056)
    )
    ship.box(130, 900, 150, 964).box(230, 1020, 300, 1056).box(306, 1008, 390, 1056)
    canvas.fill(ship.mask(), (58, 72, 88))
    _jacket(canvas)
    _head(canvas)
    _cap(canvas)
    _print_texture(canvas)
    return canvas.image


def _jacket(canvas: Canvas) -> None:
    orange, shade, dark = (228, 104, 50), (182, 70, 38), (128, 46, 32)
    body = [
        (110, 2010),
        (150, 1700),
        (300, 1500),
        (560, 1392),
        (800, 1370),
        (1040, 1392),
        (1300, 1500),
        (1450, 1700),
        (1490, 2010),
    ]
    canvas.fill(canvas.stencil().polygon([*spline(body, closed=False), (110, 2010)]).mask(), orange)
    side = [(860, 1400), (1040, 1392), (1300, 1500), (1450, 1700), (1490, 2010), (960, 2010), (905, 1700)]
    canvas.fill(canvas.stencil().polygon(spline(side)).mask(), shade)
    for fold in (
        [(300, 1620), (350, 1760), (330, 2010), (296, 2010), (312, 1780)],
        [(520, 1500), (600, 1650), (640, 1900), (612, 1900), (570, 1660)],
        [(1230, 1600), (1210, 1800), (1250, 2010), (1290, 2010), (1250, 1800)],
    ):
        canvas.fill(canvas.stencil().polygon(spline(fold)).mask(), mix(shade, dark, 0.4))
    for stripe in (
        [(168, 1716), (470, 1640), (478, 1712), (160, 1796)],
        [(1130, 1640), (1434, 1716), (1442, 1796), (1122, 1712)],
    ):
        canvas.fill(canvas.stencil().polygon(stripe).mask(), (214, 212, 196))
    neck = canvas.stencil().polygon([(630, 1060), (970, 1060), (990, 1440), (800, 1560), (610, 1440)])
    canvas.fill(neck.mask(), (196, 134, 102))
    under = canvas.stencil().polygon(
        spline([(640, 1120), (800, 1250), (960, 1120), (975, 1330), (800, 1400), (650, 1290)])
    )
    canvas.fill(under.mask(), (160, 98, 76))
    jersey = canvas.stencil().polygon(
        spline([(600, 1400), (800, 1470), (1000, 1400), (980, 1620), (800, 1700), (620, 1620)])
    )
    canvas.fill(jersey.mask(), (232, 222, 196))
    ribs = canvas.stencil()
    for x in range(620, 1000, 26):
        ribs.line([(x, 1410), (x + (800 - x) * 0.1, 1640)], 5)
    canvas.fill(ImageChops.multiply(ribs.mask(), jersey.mask()), (204, 190, 162))
    collar = canvas.stencil().polygon([(560, 1392), (618, 1250), (668, 1340), (800, 1680), (770, 1760)])
    canvas.fill(collar.mask(), mix(orange, (255, 190, 120), 0.3))
    collar = canvas.stencil().polygon([(1040, 1392), (982, 1250), (932, 1340), (800, 1680), (830, 1760)])
    canvas.fill(collar.mask(), mix(shade, dark, 0.25))
    canvas.fill(canvas.stencil().line([(800, 1690), (800, 2010)], 16).mask(), dark)
    radio = canvas.stencil().box(1050, 1730, 1150, 1900).line([(1130, 1740), (1136, 1560)], 14)
    canvas.fill(radio.mask(), (40, 46, 58))
    canvas.fill(canvas.stencil().box(1066, 1750, 1134, 1790).mask(), (120, 150, 140))


def _head(canvas: Canvas) -> None:
    hair = canvas.stencil().polygon(
        spline(
            [
                (520, 640),
                (500, 900),
                (540, 1130),
                (620, 1200),
                (980, 1200),
                (1066, 1120),
                (1100, 900),
                (1080, 640),
            ]
        )
    )
    canvas.fill(hair.mask(), (112, 88, 76))
    canvas.fill(
        canvas.stencil()
        .polygon(spline([(940, 700), (1080, 640), (1100, 900), (1066, 1120), (980, 1200)]))
        .mask(),
        (82, 62, 58),
    )
    face = spline(
        [
            (556, 700),
            (560, 900),
            (596, 1050),
            (680, 1170),
            (800, 1220),
            (920, 1170),
            (1004, 1050),
            (1040, 900),
            (1044, 700),
            (800, 600),
        ]
    )
    mask = canvas.stencil().polygon(face).mask()
    canvas.fill(mask, _SKIN)
    shadow = canvas.stencil().polygon(
        spline(
            [
                (838, 640),
                (850, 780),
                (862, 830),
                (838, 880),
                (866, 980),
                (836, 1010),
                (850, 1060),
                (830, 1110),
                (850, 1160),
                (836, 1230),
                (1100, 1200),
                (1110, 640),
            ],
            steps=8,
        )
    )
    canvas.fill(ImageChops.multiply(shadow.mask(), mask), _SHADE)
    # The light side of the nose and what it shades.
    canvas.fill(
        canvas.stencil()
        .polygon([(806, 790), (842, 790), (872, 980), (836, 1004), (776, 992), (770, 972)])
        .mask(),
        mix(_SKIN, (255, 220, 180), 0.4),
    )
    canvas.fill(
        canvas.stencil()
        .polygon([(842, 790), (862, 900), (888, 972), (866, 1000), (836, 1006), (846, 960)])
        .mask(),
        mix(_SHADE, _LINE, 0.25),
    )
    canvas.fill(
        canvas.stencil()
        .polygon(
            spline([(776, 996), (806, 1006), (836, 1014), (860, 1004), (836, 1000), (806, 996)], steps=5)
        )
        .mask(),
        mix(_SHADE, _LINE, 0.5),
    )
    cheek = canvas.stencil().ellipse((650, 990), (64, 48), 130)
    canvas.fill(cheek.mask(blur=8), (226, 140, 112))
    for x, light in ((690, True), (930, False)):
        _eye(canvas, x, light=light)
    mouth = canvas.stencil().polygon(
        spline(
            [
                (712, 1084),
                (760, 1076),
                (800, 1082),
                (842, 1076),
                (892, 1080),
                (842, 1098),
                (800, 1102),
                (756, 1098),
            ],
            steps=6,
        )
    )
    canvas.fill(mouth.mask(), (158, 78, 70))
    lower = canvas.stencil().polygon(
        spline([(744, 1104), (800, 1112), (858, 1104), (836, 1128), (800, 1134), (766, 1128)], steps=6)
    )
    canvas.fill(lower.mask(), (196, 112, 94))
    lines = canvas.stencil().line(
        spline([(704, 1080), (760, 1092), (802, 1096), (846, 1092), (902, 1074)], closed=False), 7
    )
    lines.line(spline([(690, 1062), (696, 1082), (692, 1104)], closed=False), 5).line(
        spline([(912, 1058), (908, 1080), (914, 1102)], closed=False), 5
    )
    canvas.fill(lines.mask(), _LINE)
    folds = canvas.stencil().line(spline([(752, 1000), (700, 1040), (676, 1092)], closed=False), 5)
    for lift in (0, 18, 34):
        folds.line([(600, 866 + lift), (572, 856 + lift * 1.6)], 4).line(
            [(1012, 866 + lift), (1032, 856 + lift * 1.6)], 4
        )
    canvas.fill(folds.mask(), mix(_SHADE, _LINE, 0.2))


def _eye(canvas: Canvas, x: float, *, light: bool) -> None:
    side = -1 if light else 1
    white = canvas.stencil().polygon(
        spline(
            [(x - 58, 862), (x - 20, 838), (x + 24, 838), (x + 58, 862), (x + 20, 880), (x - 22, 880)],
            steps=6,
        )
    )
    canvas.fill(white.mask(), (244, 236, 220) if light else (206, 190, 174))
    iris = ImageChops.multiply(canvas.stencil().ellipse((x + 4, 858), 25).mask(), white.mask())
    canvas.fill(iris, (72, 98, 104))
    canvas.fill(
        ImageChops.multiply(canvas.stencil().ellipse((x + 4, 858), 12).mask(), white.mask()), (28, 28, 36)
    )
    canvas.fill(canvas.stencil().ellipse((x - 4, 850), 6).mask(), (250, 246, 236))
    lid = canvas.stencil().line(
        spline([(x - 62, 866), (x - 22, 838), (x + 24, 836), (x + 64, 862)], closed=False), 10
    )
    lid.line(spline([(x - 50, 828), (x - 8, 814), (x + 48, 826)], closed=False), 4)
    lid.line(spline([(x - 44, 892), (x, 902), (x + 44, 892)], closed=False), 3)
    canvas.fill(lid.mask(), _LINE)
    brow = [
        (x + side * 72, 806),
        (x + side * 30, 772),
        (x - side * 40, 774),
        (x - side * 66, 790),
        (x - side * 40, 796),
        (x + side * 30, 796),
    ]
    canvas.fill(
        canvas.stencil().polygon(spline(brow, steps=6)).mask(), (96, 70, 60) if light else (70, 50, 48)
    )


def _cap(canvas: Canvas) -> None:
    navy, shade = (44, 62, 92), (28, 42, 68)
    crown = spline(
        [(520, 640), (530, 480), (640, 350), (800, 312), (960, 350), (1070, 480), (1080, 640)], closed=False
    )
    mask = canvas.stencil().polygon([*crown, (800, 680)]).mask()
    canvas.fill(mask, navy)
    canvas.fill(
        ImageChops.multiply(
            canvas.stencil()
            .polygon(spline([(860, 300), (1100, 340), (1120, 660), (900, 660), (900, 480)]))
            .mask(),
            mask,
        ),
        shade,
    )
    ribs = canvas.stencil()
    for number in range(-7, 8):
        ribs.line(
            spline(
                [(800 + number * 14, 316), (800 + number * 32, 450), (800 + number * 39, 640)], closed=False
            ),
            7,
        )
    canvas.fill(ImageChops.multiply(ribs.mask(), mask), mix(navy, shade, 0.75))
    cuff = spline(
        [
            (500, 610),
            (640, 580),
            (800, 572),
            (960, 580),
            (1100, 610),
            (1094, 740),
            (960, 716),
            (800, 706),
            (640, 716),
            (506, 740),
        ],
        steps=8,
    )
    mask = canvas.stencil().polygon(cuff).mask()
    canvas.fill(mask, mix(navy, (120, 140, 170), 0.25))
    canvas.fill(
        ImageChops.multiply(
            canvas.stencil().polygon([(870, 500), (1200, 500), (1200, 800), (880, 800)]).mask(), mask
        ),
        mix(navy, shade, 0.2),
    )
    ribs = canvas.stencil()
    for x in range(500, 1110, 36):
        ribs.line([(x + (800 - x) * 0.02, 560), (x, 750)], 8)
    canvas.fill(ImageChops.multiply(ribs.mask(), mask), shade)


def _print_texture(canvas: Canvas) -> None:
    """Let it look printed: ink that is not quite even, on rough paper."""
    uneven = canvas.noise(7, octaves=3).point(curve((0, 120), (90, 40), (130, 0), (255, 0)))
    canvas.light(ImageChops.multiply(uneven, canvas.noise(240)), (54, 50, 44))
    canvas.darken(canvas.noise(5, octaves=2).point(curve((0, 0), (165, 0), (255, 90))), (196, 190, 180))
    canvas.grain()


def iron_crank(scale: float) -> Image.Image:
    """Return a crank of painted iron with a wooden grip, on nothing: everything around it is transparent."""
    canvas = Canvas(1800, 760, seed=910, scale=scale)
    canvas.image.paste((24, 28, 30), (0, 0, *canvas.size))
    # The arm, the boss with its square hole, and the shaft that the grip turns on, seen from above.
    boss, arm = canvas.stencil().ellipse((250, 300), 150), canvas.stencil()
    arm.polygon(
        spline(
            [
                (250, 236),
                (700, 262),
                (1180, 268),
                (1252, 250),
                (1290, 300),
                (1252, 352),
                (1180, 334),
                (700, 340),
                (250, 366),
            ],
            steps=8,
        )
    )
    paint, worn = (52, 96, 92), (120, 118, 110)
    masks = (arm.mask(), boss.mask())
    ramp = [
        (0, (150, 196, 188)),
        (0.22, (92, 140, 134)),
        (0.5, paint),
        (0.8, (26, 52, 52)),
        (1, (16, 30, 32)),
    ]
    for mask in masks:
        canvas.shade(mask, ramp)
    iron = ImageChops.lighter(*masks)
    chips = canvas.noise((34, 22), octaves=5).point(curve((0, 0), (158, 0), (168, 255), (255, 255)))
    canvas.fill(ImageChops.multiply(chips, iron), worn)
    rust = canvas.noise((120, 60), octaves=5).point(curve((0, 0), (140, 0), (190, 190), (255, 230)))
    canvas.fill(ImageChops.multiply(rust, iron), (122, 66, 40))
    rim = canvas.stencil().ellipse((250, 300), 118).mask()
    canvas.darken(ImageChops.subtract(rim, canvas.stencil().ellipse((250, 300), 108).mask()), (110, 120, 120))
    canvas.fill(
        canvas.stencil().polygon([(196, 246), (304, 246), (304, 354), (196, 354)]).mask(), (12, 14, 16)
    )
    canvas.light(canvas.stencil().line([(196, 356), (304, 356)], 5).mask(), (120, 130, 120))
    grip = (
        canvas.stencil()
        .polygon(
            spline(
                [
                    (1206, 300),
                    (1216, 420),
                    (1204, 520),
                    (1218, 640),
                    (1256, 690),
                    (1296, 640),
                    (1310, 520),
                    (1298, 420),
                    (1304, 300),
                ],
                steps=8,
            )
        )
        .mask()
    )
    wood = _across(
        canvas,
        1200,
        1312,
        [(0, (104, 62, 34)), (0.3, (206, 146, 88)), (0.5, (178, 118, 66)), (1, (66, 36, 22))],
    )
    canvas.fill(grip, wood)
    lines = canvas.noise((9, 240), octaves=4).point(curve((0, 160), (96, 60), (120, 0), (255, 0)))
    canvas.darken(ImageChops.multiply(lines, grip), (120, 84, 60))
    ring = canvas.stencil().box(1196, 330, 1316, 366).box(1204, 636, 1308, 656).mask()
    canvas.fill(
        ring,
        _across(
            canvas,
            1196,
            1316,
            [(0, (60, 58, 54)), (0.3, (206, 200, 186)), (0.6, (130, 126, 118)), (1, (40, 40, 40))],
        ),
    )
    pin = canvas.stencil().ellipse((1255, 300), 34).mask()
    canvas.shade(pin, [(0, (190, 186, 174)), (1, (60, 60, 58))])
    solid = ImageChops.lighter(ImageChops.lighter(iron, grip), ImageChops.lighter(ring, pin))
    solid = ImageChops.subtract(
        solid, canvas.stencil().polygon([(198, 248), (302, 248), (302, 352), (198, 352)]).mask()
    )
    canvas.grain(0.03, cell=3)
    fallen = ImageChops.offset(solid, round(26 * canvas.scale), round(40 * canvas.scale))
    fallen = fallen.filter(ImageFilter.GaussianBlur(16 * canvas.scale)).point(
        [round(value * 0.42) for value in range(256)]
    )
    made = Image.composite(canvas.image, Image.new("RGB", canvas.size, (24, 26, 30)), solid)
    made.putalpha(ImageChops.lighter(solid, fallen))
    return made.crop(made.getbbox())


def _across(canvas: Canvas, left: float, right: float, stops: Sequence[tuple[float, Color]]) -> Image.Image:
    """Return paint of the canvas's size that changes from left to right between two places."""
    wide = max(2, round((right - left) * canvas.scale))
    strip = (
        gradient((1, wide), stops)
        .transpose(Image.Transpose.ROTATE_90)
        .transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    )
    paint = Image.new("RGB", canvas.size, stops[-1][1])
    paint.paste(strip.resize((wide, canvas.size[1])), (round(left * canvas.scale), 0))
    return paint
