"""The formats of pictures: which one a file is in, by its first bytes, and whether its end is there.

Only what the formats say about where a file ends is read; no picture is decoded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from types import MappingProxyType

from broadsheet.common.pictures import PictureFault
from broadsheet.read.pictures.segments import SCAN, list_segments

# By suffix, the format that a name promises. SVG is XML, and read as such.
SHOWN: Mapping[str, str] = MappingProxyType(
    {
        ".apng": "PNG",
        ".avif": "AVIF",
        ".gif": "GIF",
        ".jfif": "JPEG",
        ".jpe": "JPEG",
        ".jpeg": "JPEG",
        ".jpg": "JPEG",
        ".pjp": "JPEG",
        ".pjpeg": "JPEG",
        ".png": "PNG",
        ".webp": "WebP",
    }
)
# Suffixes of formats that are not for pages, for what cameras, scanners and offices save.
_NOT_SHOWN = frozenset(
    (".bmp", ".dib", ".heic", ".heif", ".hif", ".j2k", ".jp2", ".jxl", ".psd", ".tif", ".tiff")
)
# Why each is not: https://developer.mozilla.org/docs/Web/Media/Guides/Formats/Image_types
_RARE = "which few browsers show"
_REASONS: Mapping[str, str] = MappingProxyType(
    {
        "BMP": "which takes many times the space of a PNG",
        "HEIC": _RARE,
        "JPEG 2000": _RARE,
        "JPEG XL": _RARE,
        "Photoshop": "which no browser shows",
        "TIFF": _RARE,
    }
)
# First bytes of files: https://www.w3.org/TR/png-3/, ITU-T T.81, https://www.w3.org/Graphics/GIF/spec-gif89a.txt,
# https://developers.google.com/speed/webp/docs/riff_container, ISO/IEC 18181-2 and 15444-1, TIFF 6.0.
_BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"BM", "BMP"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"II+\0", "TIFF"),
    (b"MM\0+", "TIFF"),
    (b"\xff\x0a", "JPEG XL"),
    (b"\0\0\0\x0cJXL \r\n\x87\n", "JPEG XL"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "JPEG 2000"),
    (b"\xff\x4f\xff\x51", "JPEG 2000"),
    (b"8BPS", "Photoshop"),
)
_AVIF = frozenset((b"avif", b"avis"))
_HEIC = frozenset((b"heic", b"heim", b"heis", b"heix", b"hevc", b"hevx", b"mif1", b"msf1"))
AGAIN = "Put the whole file in its place, or take it out."
_SAVE_AS = "Save it as JPEG, PNG or WebP."
_END = b"\xff\xd9"  # of a JPEG: ITU-T T.81, annex B.1
# Of a GIF: an extension, a picture, the end (https://www.w3.org/Graphics/GIF/spec-gif89a.txt).
_EXTENSION, _IMAGE, _TRAILER = 0x21, 0x2C, 0x3B


def is_picture(path: str) -> bool:
    """Return whether a file is a picture whose bytes can be judged here, by its name."""
    suffix = PurePosixPath(path).suffix.lower()
    return suffix in SHOWN or suffix in _NOT_SHOWN


def find_fault(content: bytes) -> PictureFault | None:
    """Return why the file of a picture cannot be shown, as far as its first and its last bytes tell."""
    if not content:
        return PictureFault("is an empty file", AGAIN)
    found = find_format(content)
    if not found:
        return PictureFault("is no picture, whatever its name says", AGAIN)
    if found in _REASONS:
        return PictureFault(f"is {found}, {_REASONS[found]}", _SAVE_AS)
    if not _IS_WHOLE[found](content):
        return PictureFault("is cut off: its end is missing", AGAIN)
    return None


def find_format(content: bytes) -> str:
    """Return the format that the first bytes of a file name; "" for none of a picture."""
    for beginning, found in _BEGINNINGS:
        if content.startswith(beginning):
            return found
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "WebP"
    if content[4:8] != b"ftyp":
        return ""
    # The major brand, and after its version those that the file is compatible with: ISO/IEC 14496-12, 4.3.
    size = int.from_bytes(content[:4])
    brands = {content[at : at + 4] for at in (8, *range(16, min(size, 256), 4))}
    return "AVIF" if brands & _AVIF else "HEIC" if brands & _HEIC else ""


def _is_whole_png(content: bytes) -> bool:
    """Follow the chunks to IEND, which a checksum follows."""
    end = next((end for name, _, end in list_segments("PNG", content) if name == b"IEND"), len(content))
    return end + 4 <= len(content)


def _is_whole_jpeg(content: bytes) -> bool:
    """Follow the segments to the scan, which may contain no marker of the end but its own."""
    scan = next((end for name, _, end in list_segments("JPEG", content) if name == SCAN), len(content))
    return content.find(_END, scan) >= 0


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
