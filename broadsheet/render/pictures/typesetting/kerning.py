"""Reads how far apart a TrueType font wants pairs of its letters to be.

FreeType knows it, but Pillow's basic layout loses it. The tables are
https://learn.microsoft.com/typography/opentype/spec/cmap, in format 4, and
https://learn.microsoft.com/typography/opentype/spec/kern, in format 0: those of the font that ships with
Broadsheet.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping

_MAPPING_HEAD, _MAPPING_RECORD = 4, 8  # bytes
_KERNING_HEAD = 18  # of the table and of the first subtable in it, up to the pairs
_UNICODE = (3, 1)
_LAST = 0xFFFF


def read_kerning(content: bytes) -> Mapping[tuple[str, str], float]:
    """Return by how much two letters are moved apart, in parts of the size; together, if that is negative."""
    count = struct.unpack_from(">H", content, 4)[0]
    starts = {tag: start for tag, _, start, _ in struct.iter_unpack(">4sLLL", content[12 : 12 + 16 * count])}
    units = struct.unpack_from(">H", content, starts[b"head"] + 18)[0]
    letters: dict[int, list[str]] = {}
    for letter, glyph in _read_characters(content, starts[b"cmap"]):
        letters.setdefault(glyph, []).append(letter)
    start = starts[b"kern"]
    pairs = struct.unpack_from(">H", content, start + 10)[0]
    table = content[start + _KERNING_HEAD : start + _KERNING_HEAD + 6 * pairs]
    return {
        (one, other): value / units
        for first, second, value in struct.iter_unpack(">HHh", table)
        for one in letters.get(first, ())
        for other in letters.get(second, ())
    }


def _read_characters(content: bytes, start: int) -> Iterator[tuple[str, int]]:
    """Yield the characters with the numbers of their glyphs."""
    count = struct.unpack_from(">H", content, start + 2)[0]
    records = struct.iter_unpack(
        ">HHL", content[start + _MAPPING_HEAD : start + _MAPPING_HEAD + _MAPPING_RECORD * count]
    )
    table = start + next(offset for platform, encoding, offset in records if (platform, encoding) == _UNICODE)
    doubled = struct.unpack_from(">H", content, table + 6)[0]
    columns = (table + 14, table + 16 + doubled, table + 16 + 2 * doubled, table + 16 + 3 * doubled)
    for place in range(0, doubled, 2):
        last, first, delta, offset = (
            struct.unpack_from(">H", content, column + place)[0] for column in columns
        )
        for code in range(first, min(last, _LAST - 1) + 1):
            glyph = code
            if offset:
                glyph = struct.unpack_from(">H", content, columns[3] + place + offset + 2 * (code - first))[0]
            if glyph or not offset:
                yield chr(code), (glyph + delta) & _LAST
