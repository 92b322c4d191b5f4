"""Paints the raster pictures of the sample archive into ``content/``, with Pillow alone.

    python bench/sample_pictures.py                    # all of them, into content/
    python bench/sample_pictures.py --scale 0.2 --into /tmp/look bridge-at-dusk

The same release of Pillow makes the same bytes every time. The pictures that are published are those in the
repository: another release may encode them otherwise, so paint anew only what is to change.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from PIL import Image
from sample_land import brent_geese, flats_at_low_water, merrow_coast, under_water, upper_valley
from sample_night import bridge_at_dusk, gullet_gate, reading_room
from sample_subjects import iron_crank, senior_pilot

_CONTENT = Path(__file__).resolve().parent.parent / "content"
_QUALITY = 78


# Where each stands, and how it is painted. Scales are such that a photographer might send them.
PICTURES: Mapping[str, tuple[Callable[[float], Image.Image], float]] = MappingProxyType(
    {
        "2024/09/crank.png": (iron_crank, 1.1),
        "2025/08/brent-geese.jpg": (brent_geese, 1.0),
        "2025/08/flats-at-low-water.jpg": (flats_at_low_water, 1.0),
        "2025/08/under-the-ferry.jpg": (under_water, 1.0),
        "2025/11/thea-marsh.jpg": (senior_pilot, 1.0),
        "2026/09/bridge-at-dusk.jpg": (bridge_at_dusk, 1.0),
        "2026/10/merrow-coast.jpg": (merrow_coast, 1.0),
        "2026/11/gullet-gate.jpg": (gullet_gate, 1.0),
        "2026/11/reading-room.jpg": (reading_room, 1.0),
        "2026/11/upper-valley.jpg": (upper_valley, 1.0),
    }
)


def encode(image: Image.Image, path: str) -> bytes:
    """Return a picture's file, in the format that its path names."""
    file = io.BytesIO()
    if path.endswith(".png"):
        image.save(file, "PNG", optimize=True)
    else:
        image.save(file, "JPEG", quality=_QUALITY, optimize=True, progressive=True)
    return file.getvalue()


def main() -> int:
    """Paint what the command line names, or all."""
    parser = argparse.ArgumentParser(description="Paint the raster pictures of the sample archive.")
    parser.add_argument("names", metavar="NAME", nargs="*", help="such as crank; all by default")
    parser.add_argument("--scale", metavar="N", type=float, default=1.0, help="how large; default 1")
    parser.add_argument("--into", metavar="DIR", type=Path, default=_CONTENT, help="default content/")
    parsed = parser.parse_args()
    for path, (paint, scale) in PICTURES.items():
        if not parsed.names or Path(path).stem in parsed.names:
            file = parsed.into / path
            file.parent.mkdir(parents=True, exist_ok=True)
            image = paint(scale * parsed.scale)
            file.write_bytes(encode(image, path))
            print(f"{path}: {image.width}x{image.height}, {file.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
