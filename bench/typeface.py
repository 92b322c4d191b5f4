"""Makes ``static/typeface/``: the theme's typefaces, a file for each face and script, and their style sheet.

    pip install fonttools==4.64.0 brotli==1.2.1
    pip download --no-deps fontpkg-source-serif-4==4.4 fontpkg-source-sans-3==3.52
    unzip -q 'fontpkg_source_*.whl' -d FOLDER
    python bench/typeface.py FOLDER

They are Source Serif 4 and Source Sans 3 (https://github.com/adobe-fonts, SIL Open Font License), each face
cut from the variable font and divided by scripts, so that a page loads what its letters need. ``Source`` is a
reserved name of theirs, which no changed font may have. Times and Arial, as Liberation has them, are measured
to stand in until these are there:
https://www.w3.org/TR/css-fonts-5/#descdef-font-face-size-adjust.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

_TARGET = Path(__file__).resolve().parent.parent / "static" / "typeface"
_LIBERATION = "/usr/share/fonts/truetype/liberation/Liberation"
_FEATURES = ("kern", "liga", "locl", "mark", "mkmk", "ccmp", "lnum", "tnum")
# Copyright, family, style, identifier, name, version, PostScript name, licence and where it is.
_NAMES = (0, 1, 2, 3, 4, 5, 6, 13, 14)
# Later ones win where two have a letter: pages in Azerbaijani, Turkish or German load ``latin`` alone.
_RANGES: Mapping[str, str] = {
    "greek": "300-301,308,37F,384-38A,38C,38E-3A1,3A3-3CE,3D1",
    "cyrillic": "300-301,308,400-45F,490-493,49A-49B,4A2-4A3,4AE-4B3,4BA-4BB,4D8-4D9,4E8-4E9,2116",
    "latin-ext": "100-24F,2C7,2D8-2DB,2DD,1E80-1E85,1E9E,1EA0-1EF9,20A4-20BF",
    "latin": "0-FF,11E-11F,130-131,152-153,15E-15F,18F,259,2BB-2BC,2C6,2DA,2DC,300-304,308,329,2000-206F,"
    "20AC,20BA,2122,2190-2193,2212,2215",
}
# English with its spaces, by how often letters are.
_SAMPLE = "etaoinshrdlu etaoin shrdlcumwfgypbvk ETAOINS the and of to in is that for it was on, with. "


class _Face(NamedTuple):
    """One face: its name, the variable font that it is cut from, where, and what stands in for it."""

    family: str
    file: str
    weight: int
    style: str
    axes: Mapping[str, int]
    stand_in: str
    local: tuple[str, ...]

    @property
    def name(self) -> str:
        """The beginning of the name of its files."""
        slant = "-italic" if self.style == "italic" else ""
        return f"{self.family.rpartition(' ')[2].lower()}{slant}-{self.weight}"


# Letters of other scripts have the faces that static/styles/_languages.css lists for them.
_STOOD_IN_FOR = "U+0-58F, U+1C80-1C8F, U+1D00-2BFF"
_PACKAGES = ("fontpkg_source_serif_4", "fontpkg_source_sans_3")
_SERIF = "fontpkg_source_serif_4/files/SourceSerif4[opsz,wght].ttf"
_ITALIC = "fontpkg_source_serif_4/files/SourceSerif4-Italic[opsz,wght].ttf"
_SANS = "fontpkg_source_sans_3/files/SourceSans3[wght].ttf"
# Text is cut for 16 px, what is bold, which most headlines are, for 24.
_FACES = (
    _Face(
        *("Broadsheet Serif", _SERIF, 400, "normal", {"opsz": 16, "wght": 400}, "Serif-Regular"),
        ("Times New Roman", "Liberation Serif", "Times"),
    ),
    _Face(
        *("Broadsheet Serif", _ITALIC, 400, "italic", {"opsz": 16, "wght": 400}, "Serif-Italic"),
        ("Times New Roman Italic", "Liberation Serif Italic", "Times Italic"),
    ),
    _Face(
        *("Broadsheet Serif", _SERIF, 700, "normal", {"opsz": 24, "wght": 700}, "Serif-Bold"),
        ("Times New Roman Bold", "Liberation Serif Bold", "Times Bold"),
    ),
    _Face(
        *("Broadsheet Sans", _SANS, 400, "normal", {"wght": 400}, "Sans-Regular"),
        ("Arial", "Liberation Sans", "Helvetica"),
    ),
    _Face(
        *("Broadsheet Sans", _SANS, 700, "normal", {"wght": 700}, "Sans-Bold"),
        ("Arial Bold", "Liberation Sans Bold", "Helvetica Bold"),
    ),
)


def main() -> int:
    """Make the files from the folder that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    _TARGET.mkdir(exist_ok=True)
    rules = [_stand_in(face, folder) for face in _FACES]
    for script, ranges in _RANGES.items():
        for face in _FACES:
            font = _cut(folder, face, _list_characters((ranges,)))
            font.flavor = "woff2"
            file = _TARGET / f"{face.name}-{script}.woff2"
            font.save(file)
            print(f"{file.name}: {file.stat().st_size:,} bytes, {len(font.getBestCmap())} characters")
            rules.append(_rule(face, file.name, ranges))
    (_TARGET / "_faces.css").write_text(_HEAD + "\n".join(rules), encoding="utf-8")
    texts = [(folder / name / "LICENSE").read_text(encoding="utf-8") for name in _PACKAGES]
    # One licence, under the copyright of each.
    notices = [text.partition("\n")[0] for text in texts]
    (_TARGET / "OFL.txt").write_text("\n".join((*notices, texts[0].partition("\n")[2])), encoding="utf-8")
    return 0


_HEAD = """\
/* Made by bench/typeface.py: the typefaces of the theme, and what stands in for them until they are there. A
   face that is late is left for the next page, so that nothing moves. */

:root {
  --latin-serif: "Broadsheet Serif", "Broadsheet Serif stand-in", "Noto Serif";
  --latin-sans: "Broadsheet Sans", "Broadsheet Sans stand-in", Roboto;
}

"""


def _cut(folder: Path, face: _Face, characters: Iterable[int]) -> TTFont:
    """Return the part of a variable font that is a face, with the characters that it has of those."""
    font = TTFont(folder / face.file)
    options = subset.Options(
        layout_features=list(_FEATURES), hinting=False, name_IDs=list(_NAMES), notdef_outline=True
    )
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    cut = instancer.instantiateVariableFont(font, dict(face.axes))
    # Another date or order of tables on each run would be another file.
    cut.recalcTimestamp = False
    plain = face.family.replace(" ", "")
    for number, text in ((1, face.family), (3, f"{plain}-{face.name}"), (4, face.family), (6, plain)):
        cut["name"].setName(text, number, 3, 1, 0x409)
    stream = io.BytesIO()
    cut.save(stream)
    return TTFont(io.BytesIO(stream.getvalue()), recalcTimestamp=False)


def _list_characters(ranges: Iterable[str]) -> set[int]:
    found: set[int] = set()
    for each in ",".join(ranges).split(","):
        first, _, last = each.partition("-")
        found.update(range(int(first, 16), int(last or first, 16) + 1))
    return found


def _rule(face: _Face, file: str, ranges: str) -> str:
    ranges = ", ".join(f"U+{each}" for each in ranges.split(","))
    return (
        f'@font-face {{\n  font-family: "{face.family}";\n  src: url({file}) format("woff2");\n'
        f"  font-weight: {face.weight};\n  font-style: {face.style};\n  font-display: optional;\n"
        f"  unicode-range: {ranges};\n}}\n"
    )


def _stand_in(face: _Face, folder: Path) -> str:
    """Return the rule of a font of the reader's machine that takes as much room as a face."""
    own, other = _cut(folder, face, map(ord, _SAMPLE)), TTFont(f"{_LIBERATION}{face.stand_in}.ttf")
    size = _measure(own) / _measure(other)
    lines = own["hhea"]
    scale = own["head"].unitsPerEm * size
    local = ", ".join(f'local("{name}")' for name in face.local)
    return (
        f'@font-face {{\n  font-family: "{face.family} stand-in";\n  src: {local};\n'
        f"  font-weight: {face.weight};\n  font-style: {face.style};\n  size-adjust: {size:.2%};\n"
        f"  ascent-override: {lines.ascent / scale:.2%};\n  descent-override: {-lines.descent / scale:.2%};\n"
        f"  line-gap-override: {lines.lineGap / scale:.2%};\n  unicode-range: {_STOOD_IN_FOR};\n}}\n"
    )


def _measure(font: TTFont) -> float:
    """Return the length of the sample, in ems."""
    letters, widths = font.getBestCmap(), font["hmtx"]
    length: int = sum(widths[letters[ord(letter)]][0] for letter in _SAMPLE)
    return length / float(font["head"].unitsPerEm)


if __name__ == "__main__":
    sys.exit(main())
