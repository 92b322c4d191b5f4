"""Fonts that stand in for each other: text is set in the first of them that has its letters.

Text is cut into runs of one font and one direction. A run in the font that comes with Broadsheet is set
letter by letter with the font's own kerning, which is the same on every machine. A run that needs more, in a
font of the site or with combining marks, is shaped by Raqm and HarfBuzz, which Pillow carries, but which need
FriBiDi to be installed: https://pillow.readthedocs.io/en/stable/installation/building-from-source.html
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont, features

from broadsheet.common import files
from broadsheet.render.pictures.typesetting import bidi
from broadsheet.render.pictures.typesetting.kerning import read_kerning
from broadsheet.render.pictures.typesetting.line_breaks import find_clusters

_OWN = Path(__file__).parents[1] / "fonts" / "noto-serif-condensed-bold.ttf"
_PROBE = 32  # pixels: large enough that no two letters look alike
_NO_CHARACTER = "\U0010ffff"  # Unicode promises that there is none
_WEIGHT, _BOLD = b"Weight", 700
# What is not seen, but decides how the letters around it look, where a line breaks and which way it runs.
_INVISIBLE = frozenset("\u200b\u200c\u200d\u200e\u200f\u061c").union(
    map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))
)


class FontFile(NamedTuple):
    """A font: its name in problems, its file and the digest of that as hexadecimal text.

    ``simple``: nothing in it has to be shaped but combining marks, and ``kerning`` reads its tables.
    """

    name: str
    file: str
    digest: str
    simple: bool = False


class FontError(Exception):
    """A font cannot be used: the text says why not, ``name`` which it is."""

    def __init__(self, name: str, fault: str) -> None:
        super().__init__(fault)
        self.name = name


class ShapingError(Exception):
    """A text has to be shaped, and FriBiDi is not installed."""


class Run(NamedTuple):
    """A part of a line in one font and one direction; ``level`` is as in ``bidi``."""

    text: str
    font: FontFile
    level: int

    @property
    def shaped(self) -> bool:
        """Whether its letters have to be shaped."""
        has_marks = any(unicodedata.category(char)[0] == "M" for char in self.text)
        return not self.font.simple or has_marks or self.level % 2 == 1

    @property
    def direction(self) -> str | None:
        """In which direction it is shaped, if it is, as Pillow calls it."""
        return ("rtl" if self.level % 2 else "ltr") if self.shaped else None


@cache
def find_own_font() -> FontFile:
    """Return the font that comes with Broadsheet: Latin, Greek and Cyrillic."""
    return FontFile(_OWN.name, str(_OWN), files.digest(_OWN.read_bytes()).hex(), simple=True)


class Extents(NamedTuple):
    """How far a text reaches above its baseline and below it, in pixels."""

    above: float
    below: float


def normalize(text: str) -> str:
    """Return a text as it is set: composed, in one line, without controls."""
    words = "".join(" " if char in "\t\n\x0b\x0c\r\u0085\u2028\u2029" else char for char in text).split(" ")
    text = unicodedata.normalize("NFC", " ".join(filter(None, words)))
    return "".join(
        char for char in text if char in _INVISIBLE or unicodedata.category(char) not in {"Cc", "Cf", "Cs"}
    )


class Typeface:
    """Fonts in the order in which they are asked for a letter, for texts in one language."""

    def __init__(self, fonts: Sequence[FontFile], language: str, *, right_to_left: bool) -> None:
        """Take fonts, and the language and direction of the texts that are set in them."""
        self._fonts = tuple(fonts)
        self._language = language
        self._right_to_left = right_to_left

    def find_missing(self, text: str) -> tuple[str, ...]:
        """Return the characters of a normalized text that no font has, each once."""
        found = (char for char in text if not any(_has(font, char) for font in self._fonts))
        return tuple(dict.fromkeys(found))

    def list_runs(self, line: str) -> list[Run]:
        """Return the runs of a line, from left to right."""
        levels = iter(bidi.find_levels(line, right_to_left=self._right_to_left))
        parts = []
        font = self._fonts[0]
        for cluster in find_clusters(line):
            font = self._choose(cluster, font)
            parts.append((cluster, font, max(next(levels) for _ in cluster)))
        runs = [
            _make_run("".join(cluster for cluster, _, _ in group), *key)
            for key, group in groupby(parts, key=lambda part: part[1:])
        ]
        return [runs[place] for place in bidi.order([run.level for run in runs])]

    def measure(self, text: str, size: int) -> float:
        """Return the width of a text in pixels."""
        return sum(width for run in self.list_runs(text) for _, width in self._list_parts(run, size))

    def find_extents(self, text: str, size: int) -> Extents:
        """Return how far a text reaches above and below its baseline."""
        above = below = 0.0
        for run in self.list_runs(text):
            font, language = _load(run.font, size, shaped=run.shaped), self._find_language(run)
            _, top, _, bottom = font.getbbox(
                run.text, anchor="ls", direction=run.direction, language=language
            )
            above, below = max(above, -top), max(below, bottom)
        return Extents(above, below)

    def draw(self, draw: ImageDraw.ImageDraw, at: tuple[float, float], text: str, size: int) -> None:
        """Draw a text in white; ``at`` is the left end of its baseline."""
        x, y = at
        for run in self.list_runs(text):
            font, language = _load(run.font, size, shaped=run.shaped), self._find_language(run)
            for part, width in self._list_parts(run, size):
                draw.text((x, y), part, 255, font, "ls", direction=run.direction, language=language)
                x += width

    def _list_parts(self, run: Run, size: int) -> list[tuple[str, float]]:
        """Return what is drawn of a run at once, each with its width: kerning moves what is not shaped."""
        font = _load(run.font, size, shaped=run.shaped)
        if run.shaped:
            language = self._find_language(run)
            return [(run.text, font.getlength(run.text, direction=run.direction, language=language))]
        kerning = _find_kerning(run.font)
        parts, start = [], 0
        for at in range(1, len(run.text) + 1):
            # In whole pixels: letters that are drawn alike take fewer bytes.
            moved = round(size * kerning.get((run.text[at - 1], run.text[at : at + 1]), 0))
            if moved or at == len(run.text):
                parts.append((run.text[start:at], font.getlength(run.text[start:at]) + moved))
                start = at
        return parts

    def _find_language(self, run: Run) -> str | None:
        """Return the language by which a run is shaped, in which letters may have forms of their own."""
        return self._language if run.shaped else None

    def _choose(self, cluster: str, before: FontFile) -> FontFile:
        """Return the font of a cluster: of what is no letter that of what stands before, if it can be."""
        fonts: Iterable[FontFile] = self._fonts
        if not cluster[0].isalnum():
            fonts = (before, *self._fonts)
        whole = next((font for font in fonts if all(_has(font, char) for char in cluster)), None)
        return whole or next((font for font in self._fonts if _has(font, cluster[0])), self._fonts[0])


def _make_run(text: str, font: FontFile, level: int) -> Run:
    run = Run(text, font, level)
    if run.shaped:
        return run
    return Run("".join(char for char in text if char not in _INVISIBLE), font, level)


@cache
def _find_kerning(font: FontFile) -> Mapping[tuple[str, str], float]:
    return read_kerning(Path(font.file).read_bytes())


@lru_cache(maxsize=8192)
def _has(font: FontFile, char: str) -> bool:
    """Return whether a font has a character: whether it draws something else than for none."""
    return char in _INVISIBLE or char.isspace() or _probe(font, char) != _probe_nothing(font)


@lru_cache(maxsize=64)
def _probe_nothing(font: FontFile) -> tuple[bytes, float]:
    return _probe(font, _NO_CHARACTER)


def _probe(font: FontFile, char: str) -> tuple[bytes, float]:
    loaded = _load(font, _PROBE, shaped=False)
    image = Image.new("L", (3 * _PROBE, 2 * _PROBE))
    ImageDraw.Draw(image).text((_PROBE, _PROBE * 3 // 2), char, fill=255, font=loaded, anchor="ls")
    return image.tobytes(), loaded.getlength(char)


@lru_cache(maxsize=24)
def _load(font: FontFile, size: int, *, shaped: bool) -> ImageFont.FreeTypeFont:
    if shaped and not features.check("raqm"):
        raise ShapingError
    _check(font)
    engine = ImageFont.Layout.RAQM if shaped else ImageFont.Layout.BASIC
    try:
        loaded = ImageFont.truetype(font.file, size, layout_engine=engine)
    except OSError as error:
        raise FontError(font.name, "cannot be read as a font with outlines") from error
    _set_weight(loaded)
    return loaded


@lru_cache(maxsize=64)
def _check(font: FontFile) -> None:
    """Raise ``FontError`` unless a font's file is as it was when the build began."""
    try:
        content = Path(font.file).read_bytes()
    except OSError as error:
        raise FontError(font.name, f"cannot be read: {error.strerror}") from error
    if files.digest(content).hex() != font.digest:
        raise FontError(font.name, "was changed while the site was being built")


def _set_weight(font: ImageFont.FreeTypeFont) -> None:
    """Make a variable font bold."""
    try:
        axes = font.get_variation_axes()
    except OSError:
        return  # it is not variable
    if any(axis["name"] == _WEIGHT for axis in axes):
        font.set_variation_by_axes(
            [
                min(_BOLD, axis["maximum"] or _BOLD) if axis["name"] == _WEIGHT else axis["default"] or 0
                for axis in axes
            ]
        )
