"""Files made of a picture show what it shows, whatever its mode, format, profile, and how it lies."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from random import Random

import pytest
from PIL import Image, ImageChops, ImageCms, ImageStat

from broadsheet.common.pictures import Raster
from broadsheet.render.pictures.encoder import Encoder, name_encoder
from broadsheet.render.pictures.faults import BadPictureError
from broadsheet.render.pictures.recipes import SUFFIXES, Recipe
from tests import photos

_QUALITY = 90
_MODES = ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16")
_FORMS = {
    "jpeg": ("L", "RGB", "CMYK"),
    "png": ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"),
    "webp": ("RGB", "RGBA"),
    "avif": ("L", "RGB", "RGBA"),
}
_PAIRS = [(form, mode) for form, modes in _FORMS.items() for mode in modes]


def _made(content: bytes, recipe: Recipe, quality: int = _QUALITY) -> bytes:
    return Encoder().encode("0", lambda: content, recipe, quality)


def _shown(
    content: bytes, *, form: str = "png", width: int = 32, crop: str = "", **more: tuple[int, int]
) -> Image.Image:
    """Return what is made of a picture, decoded."""
    return photos.load(_made(content, Recipe(crop, width, form, **more)))


def _difference(one: Image.Image, other: Image.Image) -> float:
    """Return by how much two pictures differ on average, of 255, seen on white."""
    first, second = (_on_white(each) for each in (one, other))
    return max(ImageStat.Stat(ImageChops.difference(first, second)).mean)


def _on_white(picture: Image.Image) -> Image.Image:
    seen = picture.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", seen.size, "white"), seen).convert("RGB")


@pytest.mark.parametrize(("form", "mode"), _PAIRS)
@pytest.mark.parametrize("made", SUFFIXES)
def test_every_format_is_made_of_every_kind_of_picture(form: str, mode: str, made: str) -> None:
    drawn = photos.draw(mode=mode)
    options = {"quality": 95} if form != "png" else {}
    shown = _shown(photos.save(drawn, form, **options), form=made)
    assert shown.size == (32, 24)
    assert (shown.format or "").lower() == made
    expected = photos.draw(mode="L" if mode == "I;16" else mode)
    if mode == "1":
        expected = drawn.convert("L")
    if expected.mode not in {"L", "LA"}:
        expected = expected.convert("RGBA" if expected.has_transparency_data else "RGB")
    assert _difference(shown, expected.resize((32, 24))) < 9
    assert shown.has_transparency_data == (made != "jpeg" and mode in {"LA", "RGBA"})


@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("form", SUFFIXES)
def test_a_picture_is_turned_as_its_metadata_say(form: str, turn: int) -> None:
    back = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    upright = photos.draw(160, 96)
    lying = upright.transpose(Image.Transpose(back[turn])) if turn > 1 else upright
    content = photos.save(lying, form, exif=photos.exif(turn), **({"quality": 95} if form != "png" else {}))
    for recipe in (Recipe("", 80, form), Recipe("", 0, form)):
        made = photos.load(_made(content, recipe))
        assert made.size == ((80, 48) if recipe.width else (160, 96))
        assert _difference(made, upright.resize(made.size)) < 5
        assert not made.getexif()
    # The part that is shown is found, too.
    recipe = Recipe("1x1", 96, "png", (10, 80))
    part = upright.crop(recipe.box(Raster(160, 96, form, alpha=False)))
    assert _difference(photos.load(_made(content, recipe)), part) < 5


def test_an_orientation_that_there_is_not_is_none() -> None:
    drawn = photos.draw()
    assert _shown(photos.save(drawn, "png", exif=photos.exif(9)), width=64).tobytes() == drawn.tobytes()


@pytest.mark.parametrize(
    ("primaries", "pixel", "expected"),
    [
        # What the matrices give: https://www.w3.org/TR/css-color-4/#color-conversion-code
        (photos.DISPLAY_P3, (200, 100, 100), (214, 91, 95)),
        (photos.ADOBE_RGB, (200, 100, 100), (226, 98, 97)),
        (photos.DISPLAY_P3, (120, 120, 120), (120, 120, 120)),
    ],
)
def test_colors_of_other_spaces_become_those_of_the_web(
    primaries: tuple[tuple[float, float, float], ...],
    pixel: tuple[int, int, int],
    expected: tuple[int, int, int],
) -> None:
    content = photos.save(Image.new("RGB", (40, 30), pixel), "png", icc_profile=photos.rgb_profile(primaries))
    shown = _shown(content, width=20)
    assert all(abs(x - y) <= 3 for x, y in zip(photos.pixel(shown, 9, 9), expected, strict=True))
    assert "icc_profile" not in shown.info


def test_transparency_outlives_a_change_of_colors() -> None:
    drawn = photos.draw(mode="RGBA")
    plain = _shown(photos.save(drawn, "png"))
    wide = _shown(photos.save(drawn, "png", icc_profile=photos.rgb_profile(photos.ADOBE_RGB)))
    assert wide.getchannel("A").tobytes() == plain.getchannel("A").tobytes()
    assert wide.convert("RGB").tobytes() != plain.convert("RGB").tobytes()


def test_a_profile_that_changes_nothing_is_left_aside() -> None:
    drawn = photos.draw()
    plain, named = (
        photos.save(drawn, "png", icc_profile=profile)
        for profile in (None, ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    )
    assert _made(named, Recipe("", 32, "webp")) == _made(plain, Recipe("", 32, "webp"))


def test_grays_and_inks_follow_their_profiles() -> None:
    gray = photos.save(Image.new("L", (40, 30), 100), "png", icc_profile=photos.gray_profile(1.0))
    shown = _shown(gray)
    assert (shown.mode, 160 < photos.pixel(shown, 5, 5)[0] < 175) == ("L", True)
    ink = Image.new("CMYK", (40, 30), (255, 255, 0, 0))
    without, with_profile = (
        photos.pixel(_shown(photos.save(ink, "jpeg", quality=95, icc_profile=profile)), 5, 5)
        for profile in (None, photos.cmyk_profile())
    )
    assert without[2] > 240  # blue, as the naive formula has it
    assert with_profile != without


@pytest.mark.parametrize(
    "profile", [b"nothing", photos.rgb_profile(photos.DISPLAY_P3)[:200], photos.cmyk_profile(), bytes(500)]
)
def test_a_profile_that_is_broken_or_of_other_colors_is_ignored(profile: bytes) -> None:
    drawn = photos.draw()
    for form in ("png", "jpeg"):
        plain, wrong = (photos.save(drawn, form, icc_profile=each) for each in (None, profile))
        assert _shown(wrong).tobytes() == _shown(plain).tobytes()


def test_what_is_transparent_lies_on_white_in_a_jpeg() -> None:
    clear = photos.save(Image.new("RGBA", (40, 30), (255, 0, 0, 0)), "png")
    assert _shown(clear, form="jpeg").getpixel((5, 5)) == (255, 255, 255)
    palette = Image.new("P", (40, 30), 1)
    palette.putpalette((10, 20, 30, 40, 50, 60))
    assert _shown(photos.save(palette, "png", transparency=1), form="jpeg").getpixel((5, 5)) == (
        255,
        255,
        255,
    )
    assert _shown(photos.save(palette, "png", transparency=0), form="png").getpixel((5, 5)) == (
        40,
        50,
        60,
        255,
    )


def test_colors_that_nobody_sees_do_not_bleed_into_edges() -> None:
    half = Image.new("RGBA", (64, 48), (255, 0, 0, 0))
    half.paste((0, 0, 255, 255), (33, 0, 64, 48))
    shown = _shown(photos.save(half, "png"), width=20)
    assert all(pixel[0] < 3 for pixel in (photos.pixel(shown, x, 9) for x in range(20)) if pixel[3] > 8)


@pytest.mark.parametrize(
    ("focus", "corner"), [((0, 0), (250, 20, 20)), ((100, 0), (20, 250, 20)), ((0, 100), (20, 20, 250))]
)
@pytest.mark.parametrize("crop", ["16x9", "4x3", "1x1"])
def test_a_crop_keeps_the_focus_in(crop: str, focus: tuple[int, int], corner: tuple[int, int, int]) -> None:
    for size in ((400, 100), (100, 400), (2000, 1500)):
        content = photos.save(photos.draw(*size), "png")
        shown = _shown(content, width=40, crop=crop, focus=focus)
        across, down = map(int, crop.split("x"))
        assert shown.size == (40, int(40 * down / across + 0.5))
        at = (0 if focus[0] == 0 else 39, 0 if focus[1] == 0 else shown.height - 1)
        assert all(abs(x - y) < 22 for x, y in zip(photos.pixel(shown, *at), corner, strict=True))


def test_a_large_picture_is_decoded_at_a_smaller_scale_and_looks_the_same() -> None:
    drawn = photos.draw_photo(8000, 90)
    for form, options in (("jpeg", {"quality": 92}), ("png", {"compress_level": 1})):
        content = photos.save(drawn, form, **options)
        for width in (320, 2400):
            shown = _shown(content, width=width)
            exact = drawn.resize(shown.size, Image.Resampling.LANCZOS)
            assert _difference(shown, exact) < 4


def test_bytes_are_the_same_whatever_was_made_before() -> None:
    one, other = (photos.save(photos.draw_photo(4000, 90, seed), "jpeg") for seed in (1, 2))
    recipes = [
        *(Recipe("", width, form) for width in (200, 900, 4000) for form in ("webp", "jpeg")),
        *(Recipe(crop, 60, "webp", (20, 70)) for crop in ("16x9", "1x1")),
        Recipe("", 0, "jpeg"),
    ]
    expected = {
        (number, recipe): _made(content, recipe)
        for number, content in enumerate((one, other))
        for recipe in recipes
    }
    encoder, work = Encoder(), 2 * list(expected)
    Random(3).shuffle(work)
    for number, recipe in work:
        content = (one, other)[number]
        assert (
            encoder.encode(str(number), partial(bytes, content), recipe, _QUALITY) == expected[number, recipe]
        )


def test_a_picture_is_read_once_for_all_that_is_made_of_it() -> None:
    content, reads = photos.save(photos.draw(), "jpeg"), []

    def load() -> bytes:
        reads.append(1)
        return content

    encoder = Encoder()
    for width in (16, 20, 24):
        encoder.encode("0", load, Recipe("", width, "webp"), _QUALITY)
    assert len(reads) == 2  # its header, its pixels


def test_a_picture_that_is_no_smaller_for_being_encoded_again_stays_as_it_is() -> None:
    poor = photos.burden(photos.save(photos.draw_photo(320, 240), "jpeg", quality=20), "jpeg")
    made = _made(poor, Recipe("", 320, "jpeg"))
    assert made == _made(poor, Recipe("", 0, "jpeg"))
    assert b"SECRET" not in made
    rich = photos.save(photos.draw_photo(320, 240), "jpeg", quality=99)
    assert len(_made(rich, Recipe("", 320, "jpeg"))) < len(rich) / 2
    chart = photos.save(photos.draw(320, 240, "P"), "png")
    assert _made(chart, Recipe("", 320, "png")) == chart


def test_a_webp_of_a_drawing_is_without_loss_where_that_is_smaller() -> None:
    drawing = Image.new("RGB", (640, 480), "white")
    for row in range(0, 480, 40):
        drawing.paste((0, 60, 120), (20, row, 600, row + 9))
    made = photos.load(_made(photos.save(drawing, "png"), Recipe("", 640, "webp")))
    assert made.convert("RGB").tobytes() == drawing.tobytes()
    noisy = photos.draw_photo(320, 240)
    lossy = photos.load(_made(photos.save(noisy, "png"), Recipe("", 320, "webp")))
    assert lossy.convert("RGB").tobytes() != noisy.tobytes()


@pytest.mark.parametrize("form", ["png", "webp", "avif"])
def test_an_animation_is_refused(form: str) -> None:
    frames = [photos.draw().rotate(angle) for angle in (0, 90)]
    animated = photos.save(frames[0], form, save_all=True, append_images=frames[1:])
    with pytest.raises(BadPictureError, match="animated"):
        _made(animated, Recipe("", 32, "webp"))


def test_further_pictures_behind_a_jpeg_are_left_out() -> None:
    frames = [photos.draw(), photos.draw().rotate(90)]
    several = photos.as_file(b"")
    frames[0].save(several, "MPO", save_all=True, append_images=frames[1:])
    assert _shown(several.getvalue()).size == (32, 24)
    whole = _made(several.getvalue(), Recipe("", 0, "jpeg"))
    assert photos.load(whole).format == "JPEG"
    assert len(whole) < len(several.getvalue()) * 0.7


def _cut(content: bytes) -> bytes:
    return content[: len(content) * 2 // 3]


def _scrambled(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + Random(1).randbytes(400) + content[middle + 400 :]


@pytest.mark.parametrize("form", SUFFIXES)
@pytest.mark.parametrize(
    "damage", [_cut, _scrambled, lambda _: b"", lambda _: b"GIF89a", lambda content: content[:30]]
)
def test_a_damaged_file_is_told_and_nothing_else_happens(form: str, damage: Callable[[bytes], bytes]) -> None:
    damaged = damage(photos.save(photos.draw_photo(320, 240), form))
    for recipe in (
        Recipe("", 160, "webp"),
        Recipe("1x1", 100, "jpeg"),
        Recipe("", 320, form),
        Recipe("", 0, form),
    ):
        try:
            made = _made(damaged, recipe)
        except BadPictureError as error:
            assert "0x" not in str(error)  # noqa: PT017 - no address in memory
        else:
            # JPEG, and pictures that are only copied, may have any data.
            assert damage is _scrambled
            assert made


def test_the_encoder_has_a_name_that_is_the_same_each_time() -> None:
    assert name_encoder() == name_encoder()
    assert name_encoder().isalnum()
