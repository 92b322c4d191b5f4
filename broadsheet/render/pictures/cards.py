"""Draws the card of an article that has no picture: its headline, as a newspaper would set it.

Other sites show it beside a link. It is a PNG of 1200 by 630 pixels, the size that they ask for:
https://developers.facebook.com/docs/sharing/webmasters/images/. From the top: a double rule and the
nameplate, a strip with the section and the date, and the headline, as large as it fits, in lines of nearly
one length. A long headline takes many bytes: it gets fewer tones, then a smaller size.
"""

from __future__ import annotations

import io
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, partial
from math import ceil
from typing import NamedTuple

from PIL import Image, ImageDraw

from broadsheet.common import languages
from broadsheet.common.pictures import CARD_SIZE
from broadsheet.render.pictures.typesetting.line_breaks import (
    balance,
    fill_lines,
    find_clusters,
    is_unspaced,
    split_anywhere,
    split_pieces,
)
from broadsheet.render.pictures.typesetting.typeface import FontFile, Typeface, normalize

WIDTH, HEIGHT = CARD_SIZE
MOST_BYTES = 12_000
# How a card is compressed, and how it is tried out in a tenth of the time; ``_GAIN`` is what it is smaller
# then, at the least (measured: 0.88 to 0.92).
_THOROUGH, _QUICK, _GAIN = 9, 6, 0.92

# The colours are those of the theme, see static/style.css; the paper first.
_PAPER, _INK, _SOFT, _ACCENT = (253, 252, 249), (23, 21, 17), (87, 81, 73), (138, 28, 28)
# In how many steps each colour goes from the paper to itself: three or fewer still look smooth, one does not.
_FINE, _COARSE = ((4, 2, 2), (3, 1, 1), (2, 1, 1)), (1, 1, 1)

_LEFT, _RIGHT = 64, WIDTH - 64
_RULES = ((36, 43), (48, 49), (137, 138), (188, 189))  # the top and the bottom of each, in pixels
# Where words are, between the rules; the size of their letters, and the place of their baseline.
_NAMEPLATE_BAND, _NAMEPLATE, _NAMEPLATE_BASE = (50, 137), 54, 112
_STRIP_BAND, _STRIP, _STRIP_BASE = (139, 188), 30, 174
_HEADLINE_BAND = (190, 620)
_HEADLINE_TOP, _HEADLINE_BOTTOM = 212, 602
_SIZES = (144, 128, 114, 104, 96, 88, 80, 74, 68, 62, 57, 52, 48, 44, 40, 36, 33, 30)
# A word that is too long for a line breaks anywhere, rather than be smaller than that.
_LEAST_WHOLE = 52
# To how much of its size a headline that takes too many bytes is made smaller, and a text of one line.
_LEAST_SHRUNK, _LEAST_FITTED = 0.8, 0.7
# Of the size: the distance of lines, and what there is at least between the letters of two.
_LEADING, _GAP = 1.14, 0.06
_ABOVE = 0.42  # of the room that a headline leaves, how much is above it: a little less than below
_MEASURED = 100  # the size in which headlines are measured
_ELLIPSIS = "\u2026"


class CardWords(NamedTuple):
    """What a card says; ``language`` is that of the headline and the section."""

    headline: str
    section: str
    date: str
    language: str
    date_language: str
    site: str
    site_language: str


class MissingLetters(NamedTuple):
    """Characters of one of the ``CardWords``, by its name, that no font has."""

    word: str
    characters: tuple[str, ...]


def find_missing(words: CardWords, fonts: Sequence[FontFile]) -> Iterator[MissingLetters]:
    """Yield what none of the fonts has, for each of the words; raises as ``draw_card`` does."""
    for name, typeface in _set_in(words, fonts).items():
        missing = typeface.find_missing(normalize(getattr(words, name)))
        if missing:
            yield MissingLetters(name, missing)


def draw_card(words: CardWords, fonts: Sequence[FontFile]) -> bytes:
    """Return a card as PNG, of at most ``MOST_BYTES``.

    Each letter is drawn in the first of the fonts that has it. Raises ``FontError`` for a font that cannot be
    read, and ``ShapingError`` for a text that cannot be set without FriBiDi.
    """
    typefaces = _set_in(words, fonts)
    masks = _draw_frame(words, typefaces)
    to_left = languages.is_right_to_left(words.language)
    content, typeface = b"", typefaces["headline"]
    for setting, tones in _list_tries(normalize(words.headline), typeface):
        ink = masks.ink.copy()
        _draw_headline(ink, setting, typeface, to_left=to_left)
        card = _colour(masks._replace(ink=ink), tones)
        if len(_encode(card, _QUICK)) * _GAIN <= MOST_BYTES:
            content = _encode(card, _THOROUGH)
            if len(content) <= MOST_BYTES:
                break
    return content


def _list_tries(headline: str, typeface: Typeface) -> Iterator[tuple[_Setting, Sequence[int]]]:
    """Yield how a headline may be set, and in how many tones: the best first, cut ever shorter at last."""
    settings = list(_list_settings(headline, typeface))
    near = [each for each in settings if each.size >= _LEAST_SHRUNK * settings[0].size]
    yield from ((settings[0], tones) for tones in _FINE)
    yield from ((each, _FINE[-1]) for each in near[1:])
    yield from ((each, _COARSE) for each in settings)
    last = settings[-1]
    for count in range(len(last.lines) - 1, 0, -1):
        *whole, cut = last.lines[:count]
        shorter = "".join([*find_clusters(cut.rstrip())][:-1]) + _ELLIPSIS
        yield last._replace(lines=[*whole, shorter]), _COARSE


class _Masks(NamedTuple):
    """Where each colour is, each a greyscale picture of the whole card."""

    ink: Image.Image
    soft: Image.Image
    accent: Image.Image


class _Setting(NamedTuple):
    """A headline as it is set, all but its lines in pixels.

    ``first`` is how far the baseline of the first line is below the top, and ``last`` how far the bottom is
    below that of the last; ``leading`` is the distance of baselines.
    """

    lines: Sequence[str]
    size: int
    first: float
    leading: float
    last: float

    @property
    def height(self) -> float:
        """The height of all lines."""
        return self.first + (len(self.lines) - 1) * self.leading + self.last


def _set_in(words: CardWords, fonts: Sequence[FontFile]) -> Mapping[str, Typeface]:
    """Return in what each of the words is set."""
    of_article, of_date, of_site = (
        Typeface(fonts, language, right_to_left=languages.is_right_to_left(language))
        for language in (words.language, words.date_language, words.site_language)
    )
    return {"headline": of_article, "section": of_article, "date": of_date, "site": of_site}


def _draw_frame(words: CardWords, typefaces: Mapping[str, Typeface]) -> _Masks:
    """Return what stands above the headline."""
    masks = _Masks(*(Image.new("L", (WIDTH, HEIGHT)) for _ in _Masks._fields))
    rules = ImageDraw.Draw(masks.ink)
    for top, bottom in _RULES:
        rules.rectangle((_LEFT, top, _RIGHT - 1, bottom), fill=255)
    site, size, wide = _fit(normalize(words.site), typefaces["site"], _NAMEPLATE, _RIGHT - _LEFT)
    with _within(masks.ink, _NAMEPLATE_BAND) as (draw, top):
        start = (round((WIDTH - wide) / 2), _NAMEPLATE_BASE - top)
        typefaces["site"].draw(draw, start, site, size)
    to_left = languages.is_right_to_left(words.language)
    for word, mask, at_start in (("section", masks.accent, True), ("date", masks.soft, False)):
        typeface = typefaces[word]
        text, size, wide = _fit(normalize(getattr(words, word)), typeface, _STRIP, (_RIGHT - _LEFT) // 2 - 16)
        x = _LEFT if at_start != to_left else round(_RIGHT - wide)
        with _within(mask, _STRIP_BAND) as (draw, top):
            typeface.draw(draw, (x, _STRIP_BASE - top), text, size)
    return masks


def _draw_headline(mask: Image.Image, setting: _Setting, typeface: Typeface, *, to_left: bool) -> None:
    room = _HEADLINE_BOTTOM - _HEADLINE_TOP - setting.height
    y = _HEADLINE_TOP + setting.first + max(0, room * _ABOVE)
    with _within(mask, _HEADLINE_BAND) as (draw, top):
        for line in setting.lines:
            text = line.rstrip()
            x = round(_RIGHT - typeface.measure(text, setting.size)) if to_left else _LEFT
            typeface.draw(draw, (x, round(y) - top), text, setting.size)
            y += setting.leading


@contextmanager
def _within(mask: Image.Image, band: tuple[int, int]) -> Iterator[tuple[ImageDraw.ImageDraw, int]]:
    """Give what draws into a band of a mask, and where that begins: piled-up marks do not leave it."""
    top, bottom = band
    part = Image.new("L", (WIDTH, bottom - top))
    yield ImageDraw.Draw(part), top
    mask.paste(part, (0, top))


def _list_settings(headline: str, typeface: Typeface) -> Iterator[_Setting]:
    """Yield a headline in each size in which it fits, the largest first; cut in the smallest if in none."""
    whole, exact = split_pieces(headline), cache(partial(typeface.measure, size=_MEASURED))
    extents = typeface.find_extents(headline, _MEASURED)
    above, below = extents.above / _MEASURED, extents.below / _MEASURED
    leading = max(_LEADING, above + below + _GAP)
    fits = False
    for size in _SIZES:
        # Of all sizes alike, and so from one: another takes as long as to load its fonts.
        measure, width = partial(_scale, exact, size / _MEASURED), _RIGHT - _LEFT
        pieces = whole
        if any(measure(piece.rstrip()) > width for piece in whole):
            pieces = list(_split_long(whole, measure, width, even_words=size <= _LEAST_WHOLE))
        most = 1 + int(((_HEADLINE_BOTTOM - _HEADLINE_TOP) / size - above - below) / leading)
        lines = fill_lines(pieces, measure, width)
        if lines is not None and len(lines) <= most:
            fits, lines = True, balance(pieces, measure, width)
        elif size != _SIZES[-1] or fits:
            continue
        else:
            lines = lines or []
            lines[most - 1 :] = [_cut("".join(lines[most - 1 :]), measure, width)]
        yield _Setting(lines, size, above * size, leading * size, below * size)


def _scale(measure: Callable[[str], float], by: float, text: str) -> float:
    return measure(text) * by


def _split_long(
    pieces: Sequence[str], measure: Callable[[str], float], width: int, *, even_words: bool
) -> Iterator[str]:
    """Yield the pieces of a headline; those that are wider than a line in parts, ``even_words``."""
    for piece in pieces:
        if measure(piece.rstrip()) > width and (even_words or is_unspaced(piece)):
            yield from split_anywhere(piece)
        else:
            yield piece


def _fit(text: str, typeface: Typeface, size: int, width: int) -> tuple[str, int, float]:
    """Return a text for one line, cut if need be, with its size, at most ``size``, and its width."""
    wanted = typeface.measure(text, size)
    if wanted > width:
        size = max(round(size * _LEAST_FITTED), int(size * width / wanted))
    measure = partial(typeface.measure, size=size)
    text = _cut(text, measure, width)
    return text, size, measure(text)


def _cut(text: str, measure: Callable[[str], float], width: int) -> str:
    """Return a text, or as much of it as fits with an ellipsis."""
    text = text.rstrip()
    if measure(text) <= width:
        return text
    clusters = list(find_clusters(text))
    fitting = bisect_right(
        range(len(clusters)), width, key=lambda count: ceil(measure("".join(clusters[:count]) + _ELLIPSIS))
    )
    return "".join(clusters[: max(0, fitting - 1)]).rstrip(" ,.:;-") + _ELLIPSIS


def _colour(masks: _Masks, tones: Sequence[int]) -> Image.Image:
    """Return the card in which each mask has its colour, in so many steps from the paper."""
    card = Image.new("P", (WIDTH, HEIGHT), 0)
    palette = [*_PAPER]
    for mask, colour, count in zip(masks, (_INK, _SOFT, _ACCENT), tones, strict=True):
        box = mask.getbbox()
        before = len(palette) // 3 - 1
        for step in range(1, count + 1):
            parts = zip(_PAPER, colour, strict=True)
            palette += [(paper * (count - step) + own * step) // count for paper, own in parts]
        if box:
            part = mask.crop(box)
            steps = [(value * count + 127) // 255 for value in range(256)]
            colours = part.point([before + step if step else 0 for step in steps])
            card.paste(colours, box, part.point([255 if step else 0 for step in steps]))
    card.putpalette(palette)
    return card


def _encode(card: Image.Image, level: int) -> bytes:
    out = io.BytesIO()
    card.save(out, "PNG", bits=4, compress_level=level)
    return out.getvalue()
