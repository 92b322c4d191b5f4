"""Takes out of a picture's file what is not the picture: EXIF with its position, XMP, IPTC, comments.

Nothing is decoded: what is left are the file's own bytes. Only what a browser needs to show the picture is
kept, by name, so what nobody has heard of goes too; the ICC profile is kept, for without it the colours would
be others. Of an animation every frame stays.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from broadsheet.render.pictures.faults import BadPictureError

# Of a JPEG, ITU-T T.81 table B.1: the markers of tables, frames and scans. Whatever has no segment, and APPn
# and COM with their few exceptions, are not among them.
_SCAN, _END, _ICC, _JFIF, _ADOBE = 0xDA, 0xD9, 0xE2, 0xE0, 0xEE
_JPEG_SEGMENTS = frozenset((*range(0xC0, 0xD0), _SCAN, 0xDB, 0xDC, 0xDD, 0xDE, 0xDF))
_WITHOUT_SEGMENT = frozenset((0x01, *range(0xD0, 0xD9)))
_MARKER = re.compile(rb"\xff+([^\x00\xff])")
# Among the data of a scan, where a marker that ends it is no stuffed byte and no restart marker.
_SCAN_END = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
# https://www.w3.org/Graphics/JPEG/jfif3.pdf: its header, whose last two bytes are the size of a preview.
_JFIF_HEADER = 14

# https://www.w3.org/TR/png-3/#5DataRep: what PNG defines beside its critical chunks but texts, time, EXIF,
# and a palette that is suggested to whoever has few colours.
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_CHUNKS = frozenset(
    (
        *(b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"cICP", b"mDCV", b"cLLI", b"bKGD", b"pHYs"),
        *(b"acTL", b"fcTL", b"fdAT"),
    )
)
_CRITICAL = re.compile(rb"[A-Z][A-Za-z]{3}")

# https://developers.google.com/speed/webp/docs/riff_container
_WEBP_CHUNKS = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ICCP", b"ANIM", b"ANMF"))
_WEBP_METADATA = 0b0000_1100  # in the flags: EXIF, XMP
_FRAME_HEADER = 16


def strip(content: bytes, form: str) -> bytes:
    """Return a JPEG, PNG or WebP without its metadata; ``form`` is jpeg, png or webp.

    Raises ``BadPictureError`` where the file ends early, or is none of that format.
    """
    return b"".join(_STRIPPED[form](content))


def find_format(content: bytes) -> str:
    """Return the format that a file can be stripped as, by its first bytes; empty if there is none."""
    if content.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if content.startswith(_PNG):
        return "png"
    return "webp" if content.startswith(b"RIFF") and content[8:12] == b"WEBP" else ""


def is_lossless(content: bytes, form: str) -> bool:
    """Return whether a picture was saved without loss; ``form`` is avif, jpeg, png or webp."""
    if form != "webp":
        return form == "png"
    try:
        return any(chunk.startswith(b"VP8L") for chunk in _keep_webp_chunks(content, 12, len(content)))
    except BadPictureError:
        return False


def _strip_jpeg(content: bytes) -> Iterator[bytes]:
    """Yield the segments to keep. After the end of the picture cameras put others, and films."""
    if content[:2] != b"\xff\xd8":
        raise BadPictureError("it is no JPEG")
    yield content[:2]
    at = 2
    while found := _MARKER.search(content, at):
        marker, at = found[1][0], found.end()
        if marker == _END:
            yield bytes((0xFF, _END))
            return
        if marker in _WITHOUT_SEGMENT:
            continue
        length = int.from_bytes(content[at : at + 2], "big")
        segment = content[at : at + length]
        if length < 2 or len(segment) < length:  # noqa: PLR2004 - the length counts itself
            break
        at += length
        if kept := _keep_segment(marker, segment):
            yield bytes((0xFF, marker)) + kept
        if marker == _SCAN:
            end = _SCAN_END.search(content, at)
            if not end:
                break
            yield content[at : end.start()]
            at = end.start()
    raise BadPictureError("it ends early")


def _keep_segment(marker: int, segment: bytes) -> bytes:
    """Return what is kept of a segment, beginning with its length; nothing if it goes."""
    name = segment[2:]
    if marker == _JFIF and name.startswith(b"JFIF\0") and len(segment) >= _JFIF_HEADER + 2:
        return (_JFIF_HEADER + 2).to_bytes(2, "big") + segment[2:_JFIF_HEADER] + bytes(2)
    is_kept = (
        marker in _JPEG_SEGMENTS
        or (marker == _ICC and name.startswith(b"ICC_PROFILE\0"))
        or (marker == _ADOBE and name.startswith(b"Adobe"))
    )
    return segment if is_kept else b""


def _strip_png(content: bytes) -> Iterator[bytes]:
    if not content.startswith(_PNG):
        raise BadPictureError("it is no PNG")
    yield _PNG
    at = len(_PNG)
    while len(content) - at >= 12:  # noqa: PLR2004 - length, name and checksum of a chunk
        length = int.from_bytes(content[at : at + 4], "big")
        name, end = content[at + 4 : at + 8], at + length + 12
        if end > len(content):
            break
        if name in _PNG_CHUNKS or _CRITICAL.fullmatch(name):
            yield content[at:end]
        if name == b"IEND":
            return
        at = end
    raise BadPictureError("it ends early")


def _strip_webp(content: bytes) -> Iterator[bytes]:
    size = int.from_bytes(content[4:8], "little")
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP":
        raise BadPictureError("it is no WebP")
    chunks = b"".join(_keep_webp_chunks(content, 12, 8 + size))
    yield b"RIFF" + (4 + len(chunks)).to_bytes(4, "little") + b"WEBP" + chunks


def _keep_webp_chunks(content: bytes, at: int, end: int) -> Iterator[bytes]:
    """Yield the chunks to keep from ``at`` to ``end``; a frame of an animation holds some too."""
    if end > len(content):
        raise BadPictureError("it ends early")
    while end - at >= 8:  # noqa: PLR2004 - name and length of a chunk
        name, length = content[at : at + 4], int.from_bytes(content[at + 4 : at + 8], "little")
        begin, at = at + 8, at + 8 + length
        if at > end:
            raise BadPictureError("it ends early")
        held = content[begin:at]
        if name == b"VP8X":
            held = bytes((held[0] & ~_WEBP_METADATA,)) + held[1:] if held else held
        elif name == b"ANMF":
            held = held[:_FRAME_HEADER] + b"".join(_keep_webp_chunks(held, _FRAME_HEADER, len(held)))
        if name in _WEBP_CHUNKS:
            yield name + len(held).to_bytes(4, "little") + held + bytes(len(held) % 2)
        at += length % 2


_STRIPPED: Mapping[str, Callable[[bytes], Iterator[bytes]]] = MappingProxyType(
    {"jpeg": _strip_jpeg, "png": _strip_png, "webp": _strip_webp}
)
