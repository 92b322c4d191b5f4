"""The parts that files of pictures are made of, and the metadata among them. No picture is decoded.

A file may be cut off or forged: what is not there is not found, and nothing here raises.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

# Of a JPEG: a marker's first byte, second bytes without a segment, and that of the scan (ITU-T T.81, B.1).
_MARKER, _BARE, SCAN = 0xFF, frozenset((0x00, 0x01, *range(0xD0, 0xD9))), b"\xda"
_APP1, _APP13 = b"\xe1", b"\xed"
_EXIF, _PHOTOSHOP = b"Exif\0\0", b"Photoshop 3.0\0"
# Exif 2.3, 4.5.4; XMP part 3, 1.1.3: https://github.com/adobe/XMP-Toolkit-SDK/tree/main/docs
_XMP, _MORE_XMP = b"http://ns.adobe.com/xap/1.0/\0", b"http://ns.adobe.com/xmp/extension/\0"
_PNG_XMP = b"XML:com.adobe.xmp\0"
# TIFF 6.0, section 2.
_TIFF = (b"II*\0", b"MM\0*")


class Segment(NamedTuple):
    """A part of a file: its name, and where its content begins and ends.

    The name is the second byte of a marker in a JPEG, and the four bytes of a chunk in a PNG or a WebP.
    """

    name: bytes
    begin: int
    end: int


class Metadata(NamedTuple):
    """What a file says of its picture: TIFF with EXIF, packets of XMP, the main one first, IPTC."""

    exif: bytes = b""
    xmp: tuple[bytes, ...] = ()
    iptc: bytes = b""


def list_segments(form: str, content: bytes) -> Iterator[Segment]:
    """Yield the parts of a file, of a JPEG those up to its scan; nothing of a format without such parts."""
    walk = _WALKS.get(form)
    return walk(content) if walk else iter(())


def find_metadata(form: str, content: bytes) -> Metadata:
    """Return the metadata in a file of any format."""
    if form not in _WALKS:
        return _search_metadata(content)
    exif, iptc = b"", b""
    xmp: list[bytes] = []
    for name, begin, end in list_segments(form, content):
        part = content[begin : min(end, begin + 40)]
        if name == _APP1 and part.startswith(_EXIF):
            exif = exif or content[begin + len(_EXIF) : end]
        elif name in {b"eXIf", b"EXIF"}:
            exif = exif or content[begin:end].removeprefix(_EXIF)
        elif name == _APP1 and part.startswith(_XMP):
            xmp.insert(0, content[begin + len(_XMP) : end])
        elif name == _APP1 and part.startswith(_MORE_XMP):
            xmp.append(content[begin + len(_MORE_XMP) : end])
        elif name == b"XMP ":
            xmp.append(content[begin:end])
        elif name == b"iTXt" and part.startswith(_PNG_XMP):
            xmp.append(_read_text(content[begin + len(_PNG_XMP) : end]))
        elif name == _APP13 and part.startswith(_PHOTOSHOP):
            iptc += _find_iptc(content[begin + len(_PHOTOSHOP) : end])
    return Metadata(exif, tuple(xmp), iptc)


def _walk_jpeg(content: bytes) -> Iterator[Segment]:
    at = 2
    # Decoders skip what stands between segments.
    while 0 <= (at := content.find(b"\xff", at)) <= len(content) - 4:
        marker = content[at + 1]
        if marker == _MARKER or marker in _BARE:
            at += 1 if marker == _MARKER else 2
            continue
        end = at + 2 + max(2, int.from_bytes(content[at + 2 : at + 4]))
        segment = Segment(content[at + 1 : at + 2], at + 4, end)
        yield segment
        if segment.name == SCAN:
            return
        at = end


def _walk_png(content: bytes) -> Iterator[Segment]:
    at = 8
    while at + 12 <= len(content):
        end = at + 8 + int.from_bytes(content[at : at + 4])
        yield Segment(content[at + 4 : at + 8], at + 8, end)
        at = end + 4


def _walk_webp(content: bytes) -> Iterator[Segment]:
    at = 12
    while at + 8 <= len(content):
        size = int.from_bytes(content[at + 4 : at + 8], "little")
        yield Segment(content[at : at + 4], at + 8, at + 8 + size)
        at += 8 + size + size % 2


_WALKS: Mapping[str, Callable[[bytes], Iterator[Segment]]] = MappingProxyType(
    {"JPEG": _walk_jpeg, "PNG": _walk_png, "WebP": _walk_webp}
)


def _read_text(text: bytes) -> bytes:
    """Return the text of an iTXt chunk after its keyword: https://www.w3.org/TR/png-3/#11iTXt.

    One that is compressed is left out: XMP must not be (XMP part 3, 1.1.5).
    """
    if text[:1] != b"\0":
        return b""
    return text[2:].split(b"\0", 2)[-1]


def _find_iptc(resources: bytes) -> bytes:
    """Return the records of IPTC among Photoshop's image resources.

    https://www.adobe.com/devnet-apps/photoshop/fileformatashtml/#50577409_46269
    """
    at = 0
    while resources[at : at + 4] == b"8BIM":
        number = resources[at + 4 : at + 6]
        name = resources[at + 6] if at + 6 < len(resources) else 0
        begin = at + 6 + (1 + name + 1) // 2 * 2 + 4
        end = begin + int.from_bytes(resources[begin - 4 : begin])
        if number == b"\x04\x04":
            return resources[begin:end]
        at = end + end % 2
    return b""


def _search_metadata(content: bytes) -> Metadata:
    """Return the metadata of a file whose parts are not known here, found by how they begin."""
    exif = content if content.startswith(_TIFF) else b""
    at = content.find(_EXIF) if not exif else -1
    while at >= 0 and not exif:
        begin = at + len(_EXIF)
        exif = content[begin:] if content.startswith(_TIFF, begin) else b""
        at = content.find(_EXIF, begin)
    begin = content.find(b"<x:xmpmeta")
    end = content.find(b"</x:xmpmeta>", begin)
    return Metadata(exif, (content[begin : end + 12],) if 0 <= begin < end else ())
