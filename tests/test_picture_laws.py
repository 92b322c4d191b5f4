"""Whatever picture and settings: nothing made of it is larger, of another shape, or tells more."""

from __future__ import annotations

from functools import partial
from random import Random
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.common.model import PICTURE_CROPS, PICTURE_FORMATS
from broadsheet.common.pictures import BODY, LINKED, Raster, lead_use
from broadsheet.render.pictures.encoder import Encoder
from broadsheet.render.pictures.recipes import SUFFIXES, PictureOptions, list_made
from tests import photos

_MODES = {
    "jpeg": ("L", "RGB", "CMYK"),
    "png": ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"),
    "webp": ("RGB", "RGBA"),
    "avif": ("L", "RGB", "RGBA"),
}
_SIDES = st.integers(1, 150)
_WIDTHS = st.sets(st.integers(16, 200), min_size=1, max_size=3).map(lambda widths: tuple(sorted(widths)))
_PERCENT = st.integers(0, 100)
_PROFILES = (None, b"no profile", photos.rgb_profile(photos.DISPLAY_P3), photos.cmyk_profile())


class _Drawn(NamedTuple):
    """A picture's file, as it comes from a camera, and what reading would say of it."""

    content: bytes
    raster: Raster


@st.composite
def _pictures(draw: st.DrawFn) -> _Drawn:
    form = draw(st.sampled_from(sorted(SUFFIXES)))
    mode = draw(st.sampled_from(_MODES[form]))
    width, height, turn = draw(_SIDES), draw(_SIDES), draw(st.integers(1, 8))
    options: dict[str, object] = {"exif": photos.exif(turn)}
    profile = draw(st.sampled_from(_PROFILES))
    if profile:
        options["icc_profile"] = profile
    content = photos.burden(photos.save(photos.draw(width, height, mode), form, **options), form)
    if turn > 4:
        width, height = height, width
    return _Drawn(content, Raster(width, height, form, mode in {"LA", "RGBA"}))


_OPTIONS = st.builds(
    PictureOptions,
    widths=_WIDTHS,
    lead_widths=_WIDTHS,
    formats=st.sampled_from((("webp",), tuple(PICTURE_FORMATS), ())),
    crops=st.sampled_from((tuple(PICTURE_CROPS), ("1x1",), ())),
    originals=st.booleans(),
)
_USES = st.sets(st.sampled_from((LINKED, BODY)), max_size=2)


@settings(max_examples=60)
@given(
    drawn=_pictures(),
    options=_OPTIONS,
    uses=_USES,
    focus=st.tuples(_PERCENT, _PERCENT),
    quality=st.integers(1, 100),
    seed=st.integers(0, 9),
)
def test_nothing_is_larger_or_of_another_shape_or_tells_more_than_its_pixels(
    drawn: _Drawn,
    options: PictureOptions,
    uses: set[str],
    focus: tuple[int, int],
    quality: int,
    seed: int,
) -> None:
    content, raster = drawn
    planned = list_made("own", raster, (*uses, lead_use(focus)), options, whole=False)
    encoder, load = Encoder(), partial(bytes, content)
    made = {each.recipe: encoder.encode("0", load, each.recipe, quality) for each in planned}
    for recipe, result in made.items():
        shown = photos.load(result)
        assert shown.size == recipe.size(raster)
        assert shown.width <= raster.width
        assert shown.height <= raster.height
        if recipe.crop:
            across, down = map(int, recipe.crop.split("x"))
            left, top, right, bottom = recipe.box(raster)
            assert 0 <= left <= raster.width * focus[0] / 100 <= right <= raster.width + 1e-9
            assert 0 <= top <= raster.height * focus[1] / 100 <= bottom <= raster.height + 1e-9
            assert abs((right - left) * down - (bottom - top) * across) < 1e-6 * raster.width * across
        else:
            across, down = raster.width, raster.height
        assert abs(shown.width * down / across - shown.height) <= 1
        _is_only_a_picture(result)
    # In another order, by one that has made others before.
    again = list(made)
    Random(seed).shuffle(again)
    other = Encoder()
    assert {recipe: other.encode("0", load, recipe, quality) for recipe in again} == made


def _is_only_a_picture(content: bytes) -> None:
    assert b"SECRET" not in content
    shown = photos.load(content)
    assert not shown.getexif()
    assert not {"exif", "xmp", "comment", "photoshop", "XML:com.adobe.xmp"} & set(shown.info)
    for mark in (b"Exif\0", b"http://ns.adobe.com", b"8BIM", b"eXIf", b"tEXt", b"iTXt", b"zTXt", b"XMP "):
        assert mark not in content
