"""Makes the font of cards from Noto Serif Condensed Bold; used by hand, when the fonts have a new release.

    apt-get download fonts-noto-extra && dpkg-deb -x fonts-noto-extra_*.deb noto
    pip install fonttools
    python -m tests.card_font noto/usr/share/fonts/truetype/noto/NotoSerif-CondensedBold.ttf

It keeps Latin, Greek and Cyrillic, with what places combining marks, and leaves out what it does not need for
large letters. Its kerning is a table as all of FreeType reads it, so that text in it needs no shaping.
"""

from __future__ import annotations

import sys
import unicodedata
from pathlib import Path
from typing import Any

from fontTools import subset
from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.tables._k_e_r_n import KernTable_format_0

from tests.sites import ROOT

FONT = ROOT / "broadsheet/render/pictures/fonts/noto-serif-condensed-bold.ttf"
# Latin with the phonetic letters that alphabets took over, marks, Greek, Cyrillic, the extensions of both
# Latin and Greek, punctuation, superior figures, currencies, signs and fractions, minus, ligatures.
_KEPT = (
    *((0x20, 0x7E), (0xA0, 0x36F), (0x370, 0x52F), (0x1E00, 0x1FFF), (0x2010, 0x205E), (0x2070, 0x209F)),
    *((0x20A0, 0x20CF), (0x2100, 0x2193), (0x2212, 0x2212), (0xFB00, 0xFB06)),
)
_KERNED = (
    *((0x20, 0x17F), (0x18F, 0x18F), (0x259, 0x259), (0x386, 0x3CE), (0x400, 0x45F), (0x490, 0x4F9)),
    *((0x1EA0, 0x1EFF), (0x2010, 0x2026)),
)
_LEAST = 25  # thousandths of the size; less is not seen
_SCRIPTS = frozenset(("LATIN", "GREEK", "CYRILLIC"))


def make_font(source: Path, target: Path) -> None:
    """Write what is kept of a font."""
    kerning = _find_kerning(TTFont(source))
    font = TTFont(source)
    options = subset.Options(
        hinting=False,
        layout_features=["mark", "mkmk", "ccmp"],
        name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14],
        notdef_outline=True,
        glyph_names=False,
    )
    options.drop_tables += ["DSIG", "gasp"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[code for first, last in _KEPT for code in range(first, last + 1)])
    subsetter.subset(font)
    table = KernTable_format_0()
    table.coverage, table.tupleIndex, table.apple = 1, None, False
    places = {name: place for place, name in enumerate(font.getGlyphOrder())}
    table.kernTable = dict(sorted(kerning.items(), key=lambda pair: [places[name] for name in pair[0]]))
    font["kern"] = newTable("kern")
    font["kern"].version, font["kern"].kernTables = 0, [table]
    font.recalcTimestamp = False
    font.save(target)


def _find_kerning(font: Any) -> dict[tuple[str, str], int]:
    """Return by how much pairs of glyphs are moved together or apart, in the font's units."""
    names = {
        glyph: unicodedata.name(chr(code), "").partition(" ")[0]
        for code, glyph in font.getBestCmap().items()
        if any(first <= code <= last for first, last in _KERNED)
    }
    layout = font["GPOS"].table
    lookups = {
        index
        for record in layout.FeatureList.FeatureRecord
        if record.FeatureTag == "kern"
        for index in record.Feature.LookupListIndex
    }
    total: dict[tuple[str, str], int] = {}
    for index in sorted(lookups):
        found: dict[tuple[str, str], int] = {}
        for wrapped in layout.LookupList.Lookup[index].SubTable:
            for pair, value in _list_pairs(getattr(wrapped, "ExtSubTable", wrapped), names):
                found.setdefault(pair, value)
        for pair, value in found.items():
            total[pair] = total.get(pair, 0) + value
    return {pair: value for pair, value in total.items() if abs(value) >= _LEAST and _may_meet(pair, names)}


def _list_pairs(table: Any, names: dict[str, str]) -> list[tuple[tuple[str, str], int]]:
    """Return the pairs of one table, https://learn.microsoft.com/typography/opentype/spec/gpos."""
    pairs = []
    for place, first in enumerate(table.Coverage.glyphs):
        if first not in names:
            continue
        if table.Format == 1:
            records = {each.SecondGlyph: each for each in table.PairSet[place].PairValueRecord}
        else:
            row = table.Class1Record[table.ClassDef1.classDefs.get(first, 0)].Class2Record
            records = {name: row[table.ClassDef2.classDefs.get(name, 0)] for name in names}
        pairs += [
            ((first, second), getattr(record.Value1, "XAdvance", 0))
            for second, record in records.items()
            if second in names
        ]
    return pairs


def _may_meet(pair: tuple[str, str], names: dict[str, str]) -> bool:
    scripts = {names[name] for name in pair} & _SCRIPTS
    return len(scripts) <= 1


if __name__ == "__main__":
    make_font(Path(sys.argv[1]), FONT)
