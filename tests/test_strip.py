"""A picture without its metadata: the same pixels, and nothing of what cameras and editors have put in."""

from __future__ import annotations

import pytest
from PIL import Image

from broadsheet.render.pictures.faults import BadPictureError
from broadsheet.render.pictures.strip import is_lossless, strip
from tests import photos
from tests.photos import SECRET

_FORMS = ("jpeg", "png", "webp")


def _burdened(form: str, **options: object) -> bytes:
    profile = photos.rgb_profile(photos.DISPLAY_P3)
    plain = photos.save(photos.draw(), form, exif=photos.exif(), icc_profile=profile, **options)
    return photos.burden(plain, form)


@pytest.mark.parametrize("form", _FORMS)
def test_nothing_is_left_but_pixels_and_their_profile(form: str) -> None:
    burdened = _burdened(form)
    assert burdened.count(b"SECRET") > 3
    stripped = strip(burdened, form)
    assert b"SECRET" not in stripped
    before, after = photos.load(burdened), photos.load(stripped)
    assert after.tobytes() == before.tobytes()
    assert set(after.info) <= {
        "icc_profile",
        "jfif",
        "jfif_version",
        "jfif_unit",
        "jfif_density",
        "loop",
        "background",
    } | {"timestamp", "duration"}
    assert after.info["icc_profile"] == photos.rgb_profile(photos.DISPLAY_P3)
    assert not after.getexif()


@pytest.mark.parametrize("form", _FORMS)
def test_what_has_no_metadata_stays_as_it_is(form: str) -> None:
    plain = photos.save(photos.draw(), form)
    assert strip(plain, form) == plain
    assert strip(strip(_burdened(form), form), form) == strip(_burdened(form), form)


@pytest.mark.parametrize("form", _FORMS)
def test_a_file_that_ends_early_is_told_wherever_it_ends(form: str) -> None:
    plain = photos.save(photos.draw(), form)
    for end in (*range(40), *range(40, len(plain) - 1, 37), len(plain) - 1):
        with pytest.raises(BadPictureError):
            strip(plain[:end], form)


@pytest.mark.parametrize(
    "options", [{"progressive": True}, {"restart_marker_blocks": 1}, {"comment": SECRET}]
)
def test_scans_of_a_jpeg_stay_whole(options: dict[str, object]) -> None:
    burdened = _burdened("jpeg", **options)
    assert photos.load(strip(burdened, "jpeg")).tobytes() == photos.load(burdened).tobytes()
    assert b"SECRET" not in strip(burdened, "jpeg")


def test_a_preview_in_the_header_of_a_jpeg_goes() -> None:
    plain = photos.save(photos.draw(), "jpeg")
    preview = b"\xff\xe0\0\x1cJFIF\0\1\1\0\0\1\0\1\2\2" + b"SECRET" * 2
    stripped = strip(plain[:2] + preview + plain[20:], "jpeg")
    assert stripped == plain


def test_colors_of_inks_stay_as_they_are() -> None:
    plain = photos.save(photos.draw(mode="CMYK"), "jpeg")
    assert strip(plain, "jpeg") == plain
    assert photos.load(strip(photos.burden(plain, "jpeg"), "jpeg")).mode == "CMYK"


@pytest.mark.parametrize("form", ["png", "webp"])
def test_every_frame_of_an_animation_stays(form: str) -> None:
    frames = [photos.draw().rotate(angle) for angle in (0, 90, 180)]
    animated = photos.burden(
        photos.save(frames[0], form, save_all=True, append_images=frames[1:], exif=photos.exif()), form
    )
    stripped = strip(animated, form)
    assert b"SECRET" not in stripped
    with Image.open(photos.as_file(stripped)) as after, Image.open(photos.as_file(animated)) as before:
        assert getattr(after, "n_frames", 0) == getattr(before, "n_frames", 0) == 3
        for number in range(3):
            after.seek(number)
            before.seek(number)
            assert after.convert("RGBA").tobytes() == before.convert("RGBA").tobytes()


def test_what_was_saved_without_loss_is_known() -> None:
    picture = photos.draw(mode="RGBA")
    assert is_lossless(photos.save(picture, "png"), "png")
    for options in ({}, {"exif": photos.exif()}):
        assert is_lossless(photos.save(picture, "webp", lossless=True, **options), "webp")
        assert not is_lossless(photos.save(picture, "webp", **options), "webp")
    assert not is_lossless(photos.save(picture.convert("RGB"), "jpeg"), "jpeg")
