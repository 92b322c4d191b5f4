"""Which file of a picture other sites and programs get: one that they show, in a shape that suits them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from broadsheet.common.files import PREVIEWED

if TYPE_CHECKING:
    from broadsheet.render import views

# Link previews are about this wide; search engines want the others too:
# https://developers.google.com/search/docs/appearance/structured-data/article
_PREVIEW = "16x9"
_OTHERS = ("4x3", "1x1")


def find_preview(
    picture: views.Picture | None, card: views.Rendition | None = None
) -> views.Rendition | None:
    """Return the file that stands for a picture elsewhere, a crop or its own; for an SVG the card."""
    if picture is None:
        return card
    return picture.crops.get(_PREVIEW) or (picture.own if picture.own.type in PREVIEWED else card)


def list_shapes(
    picture: views.Picture | None, card: views.Rendition | None = None
) -> tuple[views.Rendition, ...]:
    """Return the files of a picture in all shapes that it has, its preview first; see ``find_preview``."""
    preview = find_preview(picture, card)
    others = (picture.crops[name] for name in _OTHERS if name in picture.crops) if picture else ()
    return (preview, *others) if preview else ()
