"""Which files are made of a picture: in which shapes, sizes and formats, and where they stand.

The plan asks it for the outputs, and pages for their URLs. It opens no file: reading has found out what a
picture is.

Of ``photo.jpg``, shown in a text, there are ``photo.jpg.640.webp`` and ``photo.jpg.1280.webp``, and under its
own name, which other sites may show for ever, the picture at the largest of these widths. It stands there in
full, but without its metadata, if the site wants that, if an article links to it, and below static/, where
the site's own files may use it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple, Protocol

from broadsheet.common.pictures import CENTER, LEAD, LINKED, Raster

SUFFIXES: Mapping[str, str] = MappingProxyType({"avif": "avif", "jpeg": "jpg", "png": "png", "webp": "webp"})
# https://developers.google.com/speed/webp/faq: a WebP is no larger than that, either way.
_WEBP_PIXELS = 16_383
# Of each shape that pictures are cropped to: the width in pixels, and the format. What other sites show has
# to be a JPEG; 1200 pixels is what they show in full width.
_CROPS: Mapping[str, tuple[int, str]] = MappingProxyType(
    {"16x9": (1280, "jpeg"), "4x3": (640, "webp"), "1x1": (640, "webp")}
)


class PictureOptions(NamedTuple):
    """The settings that decide which files are made of a picture, named as in ``Settings``."""

    widths: tuple[int, ...]
    lead_widths: tuple[int, ...]
    formats: tuple[str, ...]
    crops: tuple[str, ...]
    originals: bool


class HasPictureSettings(Protocol):
    """Settings that ``PictureOptions`` are among."""

    @property
    def pictures_widths(self) -> tuple[int, ...]:
        """Widths in texts."""

    @property
    def pictures_lead_widths(self) -> tuple[int, ...]:
        """Widths of lead pictures."""

    @property
    def pictures_formats(self) -> tuple[str, ...]:
        """Formats beside the picture's own."""

    @property
    def pictures_crops(self) -> tuple[str, ...]:
        """Shapes that lead pictures are cropped to."""

    @property
    def pictures_originals(self) -> bool:
        """Whether pictures are published in full."""


class Recipe(NamedTuple):
    """How a file is made of a picture.

    ``crop`` is the shape that it is cropped to ("16x9"), or empty; ``width`` in pixels, 0 for the picture in
    full, of which only metadata are taken out; ``format`` is a key of ``SUFFIXES``; ``focus`` is the point
    that a crop keeps in, in percent from the left and the top, and the center of one that is not cropped.
    """

    crop: str
    width: int
    format: str
    focus: tuple[int, int] = CENTER

    def __str__(self) -> str:
        """Return the recipe as text, which has no spaces and which no other recipe has."""
        return f"{self.crop or 'whole'},{self.width},{self.format},{self.focus[0]},{self.focus[1]}"

    @classmethod
    def parse(cls, text: str) -> Recipe:
        """Return the recipe that ``text`` was written from."""
        crop, width, form, x, y = text.split(",")
        return cls("" if crop == "whole" else crop, int(width), form, (int(x), int(y)))

    def size(self, raster: Raster) -> tuple[int, int]:
        """Return the width and height in pixels of what it makes of a picture."""
        if not self.width:
            return raster.width, raster.height
        across, down = _ratio(self.crop) if self.crop else (raster.width, raster.height)
        return self.width, max(1, (2 * self.width * down + across) // (2 * across))

    def box(self, raster: Raster) -> tuple[float, float, float, float]:
        """Return what it shows of a picture: left, top, right and bottom in the picture's pixels.

        A crop is as large as the picture allows, and lies around the focus as far as the edges let it.
        """
        if not self.crop:
            return 0.0, 0.0, float(raster.width), float(raster.height)
        across, down = _ratio(self.crop)
        width = min(raster.width, raster.height * across / down)
        height = min(raster.height, raster.width * down / across)
        left = _clamp(raster.width * self.focus[0] / 100 - width / 2, raster.width - width)
        top = _clamp(raster.height * self.focus[1] / 100 - height / 2, raster.height - height)
        return left, top, left + width, top + height


class Made(NamedTuple):
    """A file that is made of a picture: the path of its output, and the recipe."""

    output: str
    recipe: Recipe


def picture_options(settings: HasPictureSettings) -> PictureOptions:
    """Return the options among some settings."""
    return PictureOptions(
        widths=settings.pictures_widths,
        lead_widths=settings.pictures_lead_widths,
        formats=settings.pictures_formats,
        crops=settings.pictures_crops,
        originals=settings.pictures_originals,
    )


def list_made(
    own: str, raster: Raster, uses: Iterable[str], options: PictureOptions, *, whole: bool
) -> tuple[Made, ...]:
    """Return all that is made of a picture, by output.

    ``own`` is the output of its own name; ``uses`` says how it is shown (see ``common.pictures``);
    ``whole``: its own name has it in full whatever its uses.
    """
    found = [make_own(own, raster, options)]
    for use in uses:
        kind, _, focus = use.partition(" ")
        if kind == LINKED:
            whole = True
        else:
            for sources in list_sources(own, raster, options, lead=kind == LEAD).values():
                found += sources
        if kind == LEAD:
            across, down = focus.split()
            found += list_crops(own, raster, options, (int(across), int(down))).values()
    if whole or options.originals:
        found[0] = Made(own, Recipe("", 0, raster.format))
    return tuple(sorted(set(found)))


def make_own(own: str, raster: Raster, options: PictureOptions) -> Made:
    """Return the picture under its own name, in its own format, where it is not there in full."""
    return Made(own, Recipe("", min(raster.width, options.widths[-1]), raster.format))


def list_sources(
    own: str, raster: Raster, options: PictureOptions, *, lead: bool
) -> dict[str, tuple[Made, ...]]:
    """Return for each format the files from which browsers choose, the narrowest first.

    None is wider than the picture. A format whose limits the picture exceeds is left out.
    """
    widths = tuple(_fit(options.lead_widths if lead else options.widths, raster.width))
    found = {}
    for form in options.formats:
        recipes = [Recipe("", width, form) for width in widths]
        if form != "webp" or max(recipes[-1].size(raster)) <= _WEBP_PIXELS:
            found[form] = tuple(Made(_name(own, recipe), recipe) for recipe in recipes)
    return found


def list_crops(own: str, raster: Raster, options: PictureOptions, focus: tuple[int, int]) -> dict[str, Made]:
    """Return the crops of a lead picture by their shapes, in the order of ``PICTURE_CROPS``."""
    found = {}
    for crop, (width, form) in _CROPS.items():
        if crop in options.crops:
            across, down = _ratio(crop)
            most = max(1, min(raster.width, raster.height * across // down))
            recipe = Recipe(crop, min(width, most), form, focus)
            found[crop] = Made(_name(own, recipe), recipe)
    return found


def _fit(widths: tuple[int, ...], most: int) -> Iterator[int]:
    """Yield the widths that a picture has, and its own in place of the first that it has not."""
    for width in widths:
        yield min(width, most)
        if width >= most:
            return


def _name(own: str, recipe: Recipe) -> str:
    crop = f"{recipe.crop}-" if recipe.crop else ""
    focus = "" if recipe.focus == CENTER else "-{}-{}".format(*recipe.focus)
    return f"{own}.{crop}{recipe.width}{focus}.{SUFFIXES[recipe.format]}"


def _clamp(start: float, most: float) -> float:
    return max(0.0, min(start, most))


def _ratio(crop: str) -> tuple[int, int]:
    across, _, down = crop.partition("x")
    return int(across), int(down)
