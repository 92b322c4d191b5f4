"""Files of pictures made byte by byte, and the metadata that programs put into them; ``photos`` draws."""

from __future__ import annotations

import struct
import zlib

# Around the properties of a picture in XMP.
_XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:exif="http://ns.adobe.com/exif/1.0/"'
    ' xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"{attributes}>{properties}</rdf:Description>'
    "</rdf:RDF></x:xmpmeta>"
)


def png(width: int, height: int, *, color: int = 2, broken: bool = False) -> bytes:
    """Return a black PNG, without a decoder: of a size that would fill all memory too, if it is ``broken``.

    ``color`` is its color type: 0 is grey, 2 is RGB.
    """
    header = struct.pack(">IIBBBBB", width, height, 8, color, 0, 0, 0)
    row = b"\0" * (1 + width * (color + 1))
    rows = b"\0" if broken else row * height
    parts = (_chunk(b"IHDR", header), _chunk(b"IDAT", zlib.compress(rows)), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def xmp(properties: str = "", attributes: str = "") -> bytes:
    """Return a packet of XMP with some properties, as elements and as attributes."""
    return _XMP.format(properties=properties, attributes=attributes and f" {attributes}").encode()


def with_iptc(jpeg: bytes, records: bytes) -> bytes:
    """Return a JPEG with records of IPTC in it."""
    resource = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(records)) + records + b"\0" * (len(records) % 2)
    segment = b"Photoshop 3.0\0" + resource
    return jpeg[:2] + b"\xff\xed" + struct.pack(">H", len(segment) + 2) + segment + jpeg[2:]


def data_set(record: int, number: int, text: bytes) -> bytes:
    """Return a data set of IPTC."""
    return bytes((0x1C, record, number)) + struct.pack(">H", len(text)) + text


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
