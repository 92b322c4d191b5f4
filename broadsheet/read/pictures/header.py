"""What a picture is like, from its header: nothing is decoded, and nothing is allocated for its pixels.

Pillow opens JPEG, PNG, WebP and AVIF, of which other pictures can be made; it is loaded only then.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from broadsheet.read.pictures.formats import find_format
from broadsheet.read.pictures.segments import Metadata, find_metadata

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFile import ImageFile

# What is larger takes too much memory to decode, and no screen shows it.
MOST_PIXELS = 50_000_000


class UnreadableError(Exception):
    """Pillow cannot open the picture, so no others can be made of it."""


class Header(NamedTuple):
    """A picture's width and height in pixels, as they are stored; whether it has transparency, and moves."""

    width: int
    height: int
    alpha: bool
    animated: bool
    metadata: Metadata


def read_header(form: str, content: bytes) -> Header:
    """Return the header of a JPEG, PNG, WebP or AVIF; raises ``UnreadableError``."""
    image = open_picture(form, content)
    return Header(
        width=image.width,
        height=image.height,
        alpha=image.has_transparency_data,
        animated=getattr(image, "is_animated", False),
        metadata=read_metadata(image, content),
    )


def read_metadata(image: Image, content: bytes) -> Metadata:
    """Return the metadata of a picture that Pillow has opened, of which ``content`` are the bytes.

    Those of AVIF are Pillow's, who also turns AVIF's own way to say how a picture lies into EXIF.
    """
    form = find_format(content)
    if form != "AVIF":
        return find_metadata(form, content)
    exif, xmp = image.info.get("exif", b""), image.info.get("xmp", b"")
    return Metadata(exif.removeprefix(b"Exif\0\0"), (xmp,) if xmp else ())


def open_picture(form: str, content: bytes) -> ImageFile:
    """Return a picture of a format of ``FORMATS``, opened and not decoded; raises ``UnreadableError``.

    Not through ``Image.open``, which loads more formats, and warns of what is large by limits of its own.
    """
    try:
        with warnings.catch_warnings(action="ignore"):
            return FORMATS[form](io.BytesIO(content))
    # What a forged file makes of the parsers is not known: struct.error, MemoryError, zlib.error were seen.
    except Exception as error:
        raise UnreadableError(str(error)) from error


def find_size(form: str, content: bytes) -> tuple[int, int]:
    """Return the width and height that the first bytes of a GIF, a PNG or a WebP name; 0 and 0 of others.

    It is asked before the file is opened, for which a decoder may want memory.
    """
    if form == "GIF":
        return _little(content, 6, 8), _little(content, 8, 10)
    if form == "PNG":
        return int.from_bytes(content[16:20]), int.from_bytes(content[20:24])
    if form != "WebP":
        return 0, 0
    # https://developers.google.com/speed/webp/docs/riff_container#extended_file_format, RFC 6386 9.1 and the
    # specification of lossless WebP, 3.
    kind = content[12:16]
    if kind == b"VP8X":
        return 1 + _little(content, 24, 27), 1 + _little(content, 27, 30)
    if kind == b"VP8L":
        bits = _little(content, 21, 25)
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return _little(content, 26, 28) & 0x3FFF, _little(content, 28, 30) & 0x3FFF


def _little(content: bytes, begin: int, end: int) -> int:
    return int.from_bytes(content[begin:end], "little")


def _open_avif(file: io.BytesIO) -> ImageFile:
    from PIL.AvifImagePlugin import AvifImageFile  # noqa: PLC0415 - see the module

    return AvifImageFile(file)


def _open_jpeg(file: io.BytesIO) -> ImageFile:
    from PIL.JpegImagePlugin import JpegImageFile  # noqa: PLC0415 - see the module

    return JpegImageFile(file)


def _open_png(file: io.BytesIO) -> ImageFile:
    from PIL.PngImagePlugin import PngImageFile  # noqa: PLC0415 - see the module

    return PngImageFile(file)


def _open_webp(file: io.BytesIO) -> ImageFile:
    from PIL.WebPImagePlugin import WebPImageFile  # noqa: PLC0415 - see the module

    return WebPImageFile(file)


FORMATS: Mapping[str, Callable[[io.BytesIO], ImageFile]] = MappingProxyType(
    {"AVIF": _open_avif, "JPEG": _open_jpeg, "PNG": _open_png, "WebP": _open_webp}
)
