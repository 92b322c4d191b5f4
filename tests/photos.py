"""Pictures drawn for tests: from a formula, in every mode and format, with profiles and metadata."""

from __future__ import annotations

import struct
import warnings
import zlib
from collections.abc import Iterable
from io import BytesIO
from random import Random

from PIL import Image

SECRET = b"51.5074-SECRET"
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF>SECRET</rdf:RDF></x:xmpmeta>'
# Columns of the primaries of color spaces, as D50: http://www.brucelindbloom.com/Eqn_RGB_XYZ_Matrix.html
DISPLAY_P3 = ((0.51512, 0.2412, -0.00105), (0.29198, 0.69225, 0.04189), (0.1571, 0.06657, 0.78407))
ADOBE_RGB = ((0.60974, 0.3111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457))
SRGB = ((0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.7141))
# Eight letters that no turn or mirroring leaves as they are.
_CORNERS = {"RGB": ((250, 20, 20), (20, 250, 20), (20, 20, 250), (240, 240, 30))}


def draw(width: int = 64, height: int = 48, mode: str = "RGB") -> Image.Image:
    """Return a picture of gradients whose four corners differ: red, green, blue, yellow, by line."""
    corners = Image.new("RGB", (2, 2))
    corners.putdata(_CORNERS["RGB"])
    drawn = corners.resize((width, height), Image.Resampling.BILINEAR)
    if mode in {"LA", "RGBA"}:
        alpha = Image.linear_gradient("L").resize((width, height))
        drawn.putalpha(alpha)
    if mode == "I;16":
        bright = drawn.convert("L")
        return Image.frombytes("I;16", bright.size, b"".join(bytes((x, x)) for x in bright.tobytes()))
    return drawn.quantize(64) if mode == "P" else drawn.convert(mode)


def draw_photo(width: int, height: int, seed: int = 1) -> Image.Image:
    """Return a picture with gradients, edges and noise, as compressible as a photo."""
    random = Random(seed)
    drawn = draw(width, height)
    for _ in range(40):
        size = random.randrange(width // 8, width // 3)
        spot = Image.radial_gradient("L").resize((size, size)).point(lambda value: max(0, 200 - value))
        color = tuple(random.randrange(256) for _ in range(3))
        drawn.paste(color, (random.randrange(-size, width), random.randrange(-size, height)), spot)
    coarse, fine = (_noise(random, width // part, height // part).resize((width, height)) for part in (4, 1))
    noise = Image.blend(coarse, fine, 0.4)
    return Image.blend(drawn, Image.merge("RGB", (noise, noise, noise)), 0.14)


def _noise(random: Random, width: int, height: int) -> Image.Image:
    return Image.frombytes("L", (width, height), random.randbytes(width * height))


def save(picture: Image.Image, form: str, **options: object) -> bytes:
    """Return a picture's file, in a format as ``recipes`` names them."""
    file = BytesIO()
    if form == "avif":
        options = {"max_threads": 1, **options}
    picture.save(file, form.upper(), **options)
    return file.getvalue()


def as_file(content: bytes) -> BytesIO:
    """Return a file for Pillow to open."""
    return BytesIO(content)


def load(content: bytes) -> Image.Image:
    """Return the picture in a file, decoded, with its size and colors as they are stored."""
    with warnings.catch_warnings(action="ignore"), Image.open(BytesIO(content)) as opened:
        opened.load()
        return opened


def pixel(picture: Image.Image, x: int, y: int) -> tuple[int, ...]:
    """Return the channels of a pixel."""
    return tuple(picture.crop((x, y, x + 1, y + 1)).tobytes())


def exif(orientation: int = 1) -> Image.Exif:
    """Return EXIF data with a position, a camera, and how the picture lies."""
    data = Image.Exif()
    data[0x0112] = orientation
    data[0x010F] = SECRET.decode()
    data.get_ifd(0x8825).update({1: "N", 2: (51.0, 30.0, 26.6), 3: "W", 4: (0.0, 7.0, 39.9)})
    return data


def burden(content: bytes, form: str) -> bytes:
    """Return a picture's file with all that cameras and editors put into it, each part with ``SECRET``."""
    if form == "jpeg":
        iptc = b"Photoshop 3.0\0" + b"8BIM\x04\x04\0\0" + struct.pack(">I", len(SECRET)) + SECRET
        parts = (
            (0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP),
            *(
                (0xED, iptc),
                (0xFE, SECRET),
                (0xE2, b"MPF\0" + SECRET),
                (0xE5, SECRET),
                (0xEC, b"Ducky" + SECRET),
            ),
        )
        segments = b"".join(
            b"\xff" + bytes((mark,)) + struct.pack(">H", len(part) + 2) + part for mark, part in parts
        )
        # Behind the end of the picture: another one, or a film.
        return content[:2] + segments + content[2:] + b"\xff\xd8\xff\xe1" + SECRET
    if form == "png":
        named = (
            *((b"tEXt", b"Comment\0" + SECRET), (b"zTXt", b"x\0\0" + SECRET), (b"caBX", SECRET)),
            *((b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP), (b"tIME", b"\x07\xe6" + SECRET)),
        )
        return content[:33] + b"".join(_png_chunk(*each) for each in named) + content[33:] + SECRET
    if form == "webp":
        body = content[12:] + b"".join(
            name + struct.pack("<I", len(held)) + held + bytes(len(held) % 2)
            for name, held in ((b"XMP ", XMP), (b"note", SECRET))
        )
        return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body + SECRET
    return content


def _png_chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def rgb_profile(primaries: tuple[tuple[float, float, float], ...], gamma: float = 2.2) -> bytes:
    """Return an ICC profile of three primaries, each as XYZ: https://www.color.org/specification/ICC1v43_2010-12.pdf."""
    tags = {b"rXYZ": _xyz(primaries[0]), b"gXYZ": _xyz(primaries[1]), b"bXYZ": _xyz(primaries[2])}
    curve = _curve(gamma)
    return _profile(b"RGB ", b"XYZ ", tags | dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve))


def gray_profile(gamma: float) -> bytes:
    """Return an ICC profile of grays."""
    return _profile(b"GRAY", b"XYZ ", {b"kTRC": _curve(gamma)})


def cmyk_profile() -> bytes:
    """Return an ICC profile of inks whose colors are not those of the naive formula."""
    identity = b"".join(struct.pack(">i", 65536 if place % 4 == 0 else 0) for place in range(9))
    ramp = bytes(range(256))
    nodes = bytearray()
    for number in range(16):
        cyan, magenta, yellow, black = (number >> bit & 1 for bit in (3, 2, 1, 0))
        light = 255 - 60 * (cyan + magenta + yellow) - 75 * black
        nodes += bytes((max(0, light), 128 + 40 * (magenta - cyan), 128 + 40 * (yellow - cyan)))
    table = b"mft1\0\0\0\0" + bytes((4, 3, 2, 0)) + identity + 4 * ramp + bytes(nodes) + 3 * ramp
    return _profile(b"CMYK", b"Lab ", {b"A2B0": table}, kind=b"prtr")


def _xyz(values: Iterable[float]) -> bytes:
    return b"XYZ \0\0\0\0" + b"".join(struct.pack(">i", round(value * 65536)) for value in values)


def _curve(gamma: float) -> bytes:
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256)) + b"\0\0"


def _profile(space: bytes, connection: bytes, tags: dict[bytes, bytes], kind: bytes = b"mntr") -> bytes:
    white = (0.9642, 1.0, 0.8249)
    description = b"desc\0\0\0\0" + struct.pack(">I", 5) + b"Test\0" + bytes(78)
    given = {b"desc": description, b"wtpt": _xyz(white), b"cprt": b"text\0\0\0\0None\0", **tags}
    body, table = b"", struct.pack(">I", len(given))
    begin = 128 + 4 + 12 * len(given)
    for name, content in given.items():
        padded = content + bytes(-len(content) % 4)
        table += name + struct.pack(">II", begin + len(body), len(content))
        body += padded
    size = begin + len(body)
    header = struct.pack(">I4sI4s4s4s", size, b"\0\0\0\0", 0x02400000, kind, space, connection)
    header += bytes(12) + b"acsp" + bytes(28) + _xyz(white)[8:] + bytes(48)
    return header + table + body
