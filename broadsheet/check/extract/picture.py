"""What is wrong with the file of a picture: it is empty, cut off, no picture, or of another type than named.

Only what the formats say about where a file ends is read; no picture is decoded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from types import MappingProxyType

from broadsheet.check.extract.contents import Flaw

# By suffix, the format that a name promises. SVG is XML, and read as such.
_FORMATS: Mapping[str, str] = MappingProxyType(
    {
        ".apng": "PNG",
        ".avif": "AVIF",
        ".gif": "GIF",
        ".jfif": "JPEG",
        ".jpeg": "JPEG",
        ".jpg": "JPEG",
        ".png": "PNG",
        ".webp": "WebP",
    }
)
# What browsers show in an img element: https://developer.mozilla.org/docs/Web/Media/Guides/Formats/Image_types
_SHOWN = frozenset((*_FORMATS, ".bmp", ".cur", ".ico", ".pjp", ".pjpeg", ".svg"))
_FTYP_BRANDS: Mapping[bytes, str] = MappingProxyType(
    {b"avif": "AVIF", b"avis": "AVIF", b"heic": "HEIC", b"heix": "HEIC", b"mif1": "HEIC", b"msf1": "HEIC"}
)
_AGAIN = "Put the whole file in its place, or take it out."
# Of a JPEG: markers without a segment, the start of the scan, and the end (ITU-T T.81, annex B.1).
_BARE_MARKERS = frozenset((0x01, *range(0xD0, 0xD9)))
_SCAN, _END = 0xDA, b"\xff\xd9"
# Of a GIF: an extension, a picture, the end (https://www.w3.org/Graphics/GIF/spec-gif89a.txt).
_EXTENSION, _IMAGE, _TRAILER = 0x21, 0x2C, 0x3B


def is_picture(path: str) -> bool:
    """Return whether a file is a picture of which this module can tell what is wrong, by its name."""
    return PurePosixPath(path).suffix.lower() in _FORMATS


def may_be_shown(path: str) -> bool:
    """Return whether browsers may show a file as a picture, by its name; one without a suffix may be any."""
    suffix = PurePosixPath(path).suffix.lower()
    return not suffix or suffix in _SHOWN


def find_picture_flaws(path: str, content: bytes) -> tuple[Flaw, ...]:
    """Return what is wrong with a picture; ``path`` is one that ``is_picture`` knows."""
    if not content:
        return (Flaw("this picture is an empty file", _AGAIN),)
    promised, found = _FORMATS[PurePosixPath(path).suffix.lower()], _find_format(content)
    if not found:
        return (Flaw("this is no picture, whatever its name says", _AGAIN),)
    if found not in _FORMATS.values():
        hint = "Save it as JPEG, PNG or WebP."
        return (Flaw(f"this picture is {found}, which few browsers show", hint),)
    if not _IS_WHOLE[found](content):
        return (Flaw("this picture is cut off: its end is missing", _AGAIN),)
    if found != promised:
        hint = f"Browsers show it; other programs may not. Give it the suffix of {found}."
        return (Flaw(f"this picture is {found}, and its name says {promised}", hint, minor=True),)
    return ()


def _find_format(content: bytes) -> str:
    """Return the format that the first bytes of a file name; "" for none of a picture."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if content.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if content.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "WebP"
    if content[:2] == b"BM":
        return "BMP"
    if content[:4] in {b"II*\0", b"MM\0*"}:
        return "TIFF"
    if content[4:8] != b"ftyp":
        return ""
    # The major brand, and after its version those that the file is compatible with: ISO/IEC 14496-12, 4.3.
    size = int.from_bytes(content[:4])
    brands = (content[at : at + 4] for at in (8, *range(16, min(size, 256), 4)))
    return next((_FTYP_BRANDS[brand] for brand in brands if brand in _FTYP_BRANDS), "")


def _is_whole_png(content: bytes) -> bool:
    """Follow the chunks to IEND: https://www.w3.org/TR/png-3/#5Chunk-layout."""
    at = 8
    while at + 12 <= len(content):
        name = content[at + 4 : at + 8]
        at += 12 + int.from_bytes(content[at : at + 4])
        if name == b"IEND":
            return at <= len(content)
    return False


def _is_whole_jpeg(content: bytes) -> bool:
    """Follow the segments to the scan, which may contain no marker of the end but its own."""
    at = 2
    while at + 4 <= len(content) and content[at] == 0xFF:  # noqa: PLR2004 - what every marker begins with
        marker = content[at + 1]
        if marker == 0xFF or marker in _BARE_MARKERS:  # noqa: PLR2004 - a fill byte
            at += 1 if marker == 0xFF else 2  # noqa: PLR2004
            continue
        at += 2 + int.from_bytes(content[at + 2 : at + 4])
        if marker == _SCAN:
            return content.find(_END, at) >= 0
    return False


def _is_whole_gif(content: bytes) -> bool:
    """Follow the blocks to the trailer."""
    at = 13 + _count_colors(content[10:11])
    while at < len(content):
        kind = content[at]
        if kind == _TRAILER:
            return True
        if kind == _EXTENSION:
            at += 2
        elif kind == _IMAGE:
            at += 11 + _count_colors(content[at + 9 : at + 10])
        else:
            return False
        while at < len(content) and content[at]:
            at += 1 + content[at]
        at += 1
    return False


def _count_colors(flags: bytes) -> int:
    """Return the bytes of the table of colours that the flags before it announce."""
    return 3 << (flags[0] & 7) + 1 if flags and flags[0] & 0x80 else 0


def _is_whole_webp(content: bytes) -> bool:
    """Compare with the size in its header: https://developers.google.com/speed/webp/docs/riff_container."""
    return len(content) >= 8 + int.from_bytes(content[4:8], "little")


def _is_whole_avif(content: bytes) -> bool:
    """Follow the boxes, of which the last ends with the file: ISO/IEC 14496-12, 4.2."""
    at = 0
    while at + 8 <= len(content):
        size = int.from_bytes(content[at : at + 4])
        if size == 1:
            size = int.from_bytes(content[at + 8 : at + 16])
        if size < 8:  # noqa: PLR2004 - 0: up to the end; less than its own header: not ours to judge
            return True
        at += size
    return at == len(content)


_IS_WHOLE: Mapping[str, Callable[[bytes], bool]] = MappingProxyType(
    {
        "AVIF": _is_whole_avif,
        "GIF": _is_whole_gif,
        "JPEG": _is_whole_jpeg,
        "PNG": _is_whole_png,
        "WebP": _is_whole_webp,
    }
)
