"""Photographs that nobody took: as large as a camera's, as many as wanted, each with content of its own.

Twenty motifs are painted, at 12 megapixels: clouds, ground, edges and grain, which compress about as badly as
real ones do. To paint a thousand would take an hour. Each further photo is one of them with another value in
its table of quantization (ITU-T T.81, annex B.2.4.1): all of the picture's coefficients at one frequency are
then multiplied by something else, so its pixels differ, and it takes as long to decode as its motif.

    python bench/photos.py FOLDER 1000
"""

from __future__ import annotations

import argparse
import io
import sys
from functools import partial
from pathlib import Path

from painting import Canvas, Point, Stencil, curve, noise
from PIL import Image

MOTIFS = 20
_WIDTH, _HEIGHT = 4000, 3000
_QUALITY = 94
_DQT, _SCAN = 0xDB, 0xDA
_PIXELS = 12_000_000


def write_photos(folder: Path, count: int, *, megapixels: float = 12.0) -> list[Path]:
    """Write so many photos into ``folder``, unless they are there; return their files."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"photo-{number:05}.jpg" for number in range(count)]
    scale = (megapixels * 1e6 / _PIXELS) ** 0.5
    for motif in range(min(MOTIFS, count)):
        own = files[motif::MOTIFS]
        if all(file.exists() for file in own):
            continue
        content = paint_photo(motif, scale=scale)
        for variant, file in enumerate(own):
            file.write_bytes(vary(content, variant))
    return files


def paint_photo(motif: int, *, scale: float = 1.0, width: int = _WIDTH, height: int = _HEIGHT) -> bytes:
    """Return one motif as a JPEG."""
    canvas = Canvas(width, height, seed=5000 + motif, scale=scale)
    random = canvas.random
    tone = [random.randrange(40, 200) for _ in range(9)]
    sky, middle, low = (tuple(tone[at : at + 3]) for at in (0, 3, 6))
    canvas.sky(
        [
            (0, (sky[0], sky[1], sky[2])),
            (0.5, (middle[0], middle[1], middle[2])),
            (1, (low[0], low[1], low[2])),
        ]
    )
    canvas.light(
        canvas.noise((1400, 400), octaves=7).point(curve((0, 0), (120, 0), (255, 160))), (190, 180, 170)
    )
    for level in range(4):
        ridge = canvas.ridge(height * (0.4 + 0.13 * level), height * 0.2, rough=0.62, steps=11)
        mask = canvas.stencil().polygon(canvas.below(ridge)).mask()
        shade = 150 - 32 * level
        canvas.shade(mask, [(0, (shade, shade - 8, shade - 22)), (1, (shade // 3, shade // 3, shade // 4))])
        texture = canvas.noise((70 + 20 * level, 30), octaves=6)
        canvas.darken(texture.point(curve((0, 0), (110, 0), (255, 200))), (140, 136, 128))
    for _ in range(160):
        x, y, size = random.uniform(0, width), random.uniform(height * 0.5, height), random.uniform(10, 160)
        color = (random.randrange(256), random.randrange(256), random.randrange(256))
        canvas.dab((x - size, y - size, x + size, y + size), color, partial(_stone, (x, y), size * 0.7))
    grain = noise(random, canvas.size, (2.0, 2.0), octaves=1)
    canvas.image = Image.blend(canvas.image, Image.merge("RGB", [grain] * 3), 0.09)
    file = io.BytesIO()
    canvas.image.save(file, "JPEG", quality=_QUALITY)
    return file.getvalue()


def _stone(center: Point, radius: float, stencil: Stencil) -> None:
    stencil.ellipse(center, radius)


def vary(content: bytes, variant: int) -> bytes:
    """Return a JPEG with one value of its first table of quantization changed; variant 0 is as it was.

    Raises ``ValueError`` for a file without such a table.
    """
    if not variant:
        return content
    at = 2
    while content[at + 1] != _SCAN:
        if content[at + 1] == _DQT:
            # After marker, length and the table's number: 64 values, the lowest frequency first.
            place = at + 5 + 1 + variant % 20
            changed = bytearray(content)
            changed[place] = min(255, changed[place] + 1 + variant // 20)
            return bytes(changed)
        at += 2 + int.from_bytes(content[at + 2 : at + 4])
    raise ValueError("this JPEG has no table of quantization")


def main() -> int:
    """Write what the command line asks for."""
    parser = argparse.ArgumentParser(description="Paint photos, as large as a camera's.")
    parser.add_argument("folder", metavar="FOLDER", type=Path)
    parser.add_argument("count", metavar="COUNT", type=int)
    parser.add_argument("--megapixels", metavar="N", type=float, default=12.0, help="default 12")
    parsed = parser.parse_args()
    write_photos(parsed.folder, parsed.count, megapixels=parsed.megapixels)
    return 0


if __name__ == "__main__":
    sys.exit(main())
