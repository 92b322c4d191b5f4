"""What is made of pictures with the locked Pillow has the same bytes on every machine.

A digest that differs on some system belongs into ``docs/pictures.md``, where it says what may differ.
"""

from __future__ import annotations

import hashlib
from functools import partial

import pytest

from broadsheet.render.pictures.encoder import Encoder
from broadsheet.render.pictures.recipes import Recipe
from tests import photos

_DIGESTS: dict[str, str] = {
    "photo whole,160,jpeg,50,50": "9b12a72de98849fc",
    "photo whole,160,png,50,50": "2cbb6559ca494994",
    "photo whole,160,webp,50,50": "e22f9142dd3d62d6",
    "photo whole,160,avif,50,50": "3f1376ffb6d52141",
    "photo 16x9,120,jpeg,30,60": "d0db6bc8fb118d26",
    "wide whole,160,jpeg,50,50": "bd8ff13598e4170b",
    "wide whole,160,png,50,50": "d5308b837b51cd43",
    "wide whole,160,webp,50,50": "69727cd2d2321598",
    "wide whole,160,avif,50,50": "577e1d08f703215f",
    "wide 16x9,120,jpeg,30,60": "e4d529883e6920c5",
    "camera whole,160,jpeg,50,50": "e334e437ff970617",
    "camera whole,160,png,50,50": "06213698b689e820",
    "camera whole,160,webp,50,50": "0cc4863e17d18bbe",
    "camera whole,160,avif,50,50": "b8a3f1c5cc60889d",
    "camera 16x9,120,jpeg,30,60": "85f364f922229cfb",
    "chart whole,160,jpeg,50,50": "f33b0e53521cf78a",
    "chart whole,160,png,50,50": "3e72750872dbc031",
    "chart whole,160,webp,50,50": "bfeb30d6f2d0e304",
    "chart whole,160,avif,50,50": "7844ae9a58666445",
    "chart 16x9,120,jpeg,30,60": "afacb0eadb9368f3",
    "clear whole,160,jpeg,50,50": "9f46be05d7bfbcf3",
    "clear whole,160,png,50,50": "209ab7edd1ea9683",
    "clear whole,160,webp,50,50": "312bc906900bc011",
    "clear whole,160,avif,50,50": "3a7cbd579240d8b7",
    "clear 16x9,120,jpeg,30,60": "2921dc11f7ad99f0",
}


def _sources() -> dict[str, bytes]:
    photo, chart = photos.draw_photo(400, 300), photos.draw(320, 200, "P")
    p3 = photos.rgb_profile(photos.DISPLAY_P3)
    return {
        "photo": photos.save(photo, "png", compress_level=1),
        "wide": photos.save(photo, "png", icc_profile=p3, compress_level=1),
        "camera": photos.save(photo, "jpeg", quality=90, exif=photos.exif(6)),
        "chart": photos.save(chart, "png"),
        "clear": photos.save(photos.draw(200, 200, "RGBA"), "png"),
    }


def _made() -> dict[str, str]:
    recipes = [
        *(Recipe("", 160, form) for form in ("jpeg", "png", "webp", "avif")),
        Recipe("16x9", 120, "jpeg", (30, 60)),
    ]
    found = {}
    for name, content in _sources().items():
        encoder = Encoder()
        for recipe in recipes:
            made = encoder.encode(name, partial(bytes, content), recipe, 78)
            found[f"{name} {recipe}"] = hashlib.blake2b(made, digest_size=8).hexdigest()
    return found


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    return _made()


def test_all_that_is_made_is_in_the_table(made: dict[str, str]) -> None:
    assert made.keys() == _DIGESTS.keys()


@pytest.mark.parametrize("form", ["jpeg", "png", "webp", "avif"])
def test_the_bytes_of_a_format_are_the_same_everywhere(form: str, made: dict[str, str]) -> None:
    mine = {name: digest for name, digest in made.items() if f",{form}," in name}
    assert mine == {name: digest for name, digest in _DIGESTS.items() if f",{form}," in name}
