"""What is known of a picture without decoding it, and how the archive stores where it is shown."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from broadsheet.common.files import PREVIEWED, guess_media_type

# What a picture is for a source that names it, as the archive stores it: "" where it is linked to, "body"
# where a text or a profile shows it, "address" where a text shows it by its address, /photo.jpg, behind which
# may be another output than the file in static/, "lead X Y" where it is the lead picture, with its focus.
LINKED, BODY, ADDRESS, LEAD = "", "body", "address", "lead"
CENTER = (50, 50)
CARD_SIZE = 1200, 630  # pixels
# Width and height in pixels, format, and alpha as 0 or 1: as in ``PictureFile``.
PictureShape: TypeAlias = tuple[int, int, str, int]


class Raster(NamedTuple):
    """A picture of which others can be made.

    ``width`` and ``height`` are in pixels, as it is shown, turned as its metadata say; ``format`` is avif,
    jpeg, png or webp; ``alpha``: parts of it may be transparent.
    """

    width: int
    height: int
    format: str
    alpha: bool


class PictureFault(NamedTuple):
    """Why the file of a picture cannot be shown, and what to do about it."""

    message: str
    hint: str


class PictureFile(NamedTuple):
    """What reading a file found of the picture in it; nothing, if it is no picture.

    ``width`` and ``height`` are as in ``Raster``, and 0 when unknown; ``format`` and ``alpha`` too, and empty
    and false of a picture of which no others can be made. ``caption`` and ``credit`` are what its metadata
    say, as far as site.toml wants to know; ``location``: they also say where it was taken.
    """

    width: int = 0
    height: int = 0
    format: str = ""
    alpha: bool = False
    fault: PictureFault | None = None
    caption: str = ""
    credit: str = ""
    location: bool = False

    @property
    def shape(self) -> PictureShape:
        """What pages and the plan may ask of it."""
        return self.width, self.height, self.format, int(self.alpha)


NO_PICTURE = PictureFile()


def find_raster(shape: PictureShape) -> Raster | None:
    """Return the raster that a picture is, None if no others can be made of it."""
    width, height, form, alpha = shape
    return Raster(width, height, form, bool(alpha)) if form else None


def has_preview(path: str, shape: PictureShape) -> bool:
    """Return whether other sites can show a picture of that path and shape, as they can all but an SVG."""
    return find_raster(shape) is not None or guess_media_type(path) in PREVIEWED


def lead_use(focus: tuple[int, int]) -> str:
    """Return how the archive stores that a picture is a lead picture with this focus."""
    return f"{LEAD} {focus[0]} {focus[1]}"
