"""The focus of a picture in front matter: read as people write it, or a problem that shows how."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.common.pictures import lead_use
from broadsheet.read.values.focus import EXAMPLES, FOCUS, parse_focus
from tests.test_article import article, complaint


@pytest.mark.parametrize(
    ("written", "focus"),
    [
        *(("30% 60%", (30, 60)), ("30 60", (30, 60)), ('"30%, 60%"', (30, 60)), ("30 %; 60 %", (30, 60))),
        *(("[30, 60]", (30, 60)), ("[30%, 60%]", (30, 60)), ("{x: 30, y: 60%}", (30, 60))),
        *(("left top", (0, 0)), ("Top Right", (100, 0)), ("bottom", (50, 100)), ("right", (100, 50))),
        *(("center", (50, 50)), ("centre top", (50, 0)), ("middle", (50, 50)), ("top center", (50, 0))),
        *(("33.4% 66.6%", (33, 67)), ("0% 100%", (0, 100)), ("0 0", (0, 0)), ("30% top", (30, 0))),
        *(("0.5% 50%", (0, 50)), ('""', (50, 50)), ("", (50, 50))),
    ],
)
def test_a_focus_is_read_as_people_write_it(written: str, focus: tuple[int, int]) -> None:
    found = article(f"image: {{file: a.jpg, focus: {written}}}")
    assert found.picture
    assert found.picture.focus == focus
    assert [link.shown for link in found.links] == [lead_use(focus)]


@pytest.mark.parametrize(
    ("written", "message", "meant"),
    [
        ("30%", "is one number, and two are wanted", "30% 60%"),
        ("0.3 0.6", "is not in percent", "30% 60%"),
        (".5, 1", "is not in percent", "50% 100%"),
        ("-5% 60%", "is outside of the picture: 0% is its left or its top, 100% its right or its bottom", ""),
        ("130 60", "is outside of the picture: 0% is its left or its top, 100% its right or its bottom", ""),
        ("the face", "is no point of a picture", ""),
        ("30px 60px", "is no point of a picture", ""),
        ("30 60 90", "is no point of a picture", ""),
        ("left right", "is no point of a picture", ""),
        ("0.3% 0.6", "is no point of a picture", ""),
    ],
)
def test_what_is_no_focus_is_a_problem_that_shows_one(written: str, message: str, meant: str) -> None:
    assert complaint(f"image:\n  file: a.jpg\n  focus: {written}") == (
        f"content/2022/11/flood.md:6:10: image.focus: {written} {message}\n"
        f"  |   focus: {written}\n"
        "  |          ^\n"
        f"  Write how far it is from the left and from the top: focus: {meant or EXAMPLES[0]}"
    )


def test_a_comma_in_braces_gets_the_quotes_that_it_needs() -> None:
    told = complaint("image: {file: a.jpg, focus: 30%, 60%}")
    assert told.endswith('Write it in quotes: image: {file: a.jpg, focus: "30%, 60%"}')


@pytest.mark.parametrize(
    ("image", "hint"),
    [
        ("image: a.jpg", "image: {file: a.jpg, focus: 30% 60%}"),
        ("image: {file: a.jpg, alt: A}", "image: {file: photo.jpg, focus: 30% 60%}"),
        ("slug: x", "image: {file: photo.jpg, focus: 30% 60%}"),
    ],
)
def test_a_focus_beside_the_picture_is_a_problem(image: str, hint: str) -> None:
    assert complaint(f"{image}\nfocus: 30% 60%") == (
        "content/2022/11/flood.md:5:1: focus belongs to image\n"
        "  | focus: 30% 60%\n"
        "  | ^\n"
        f"  Write it as a part of the picture: {hint}"
    )


def test_a_focus_without_a_file_is_a_picture_without_one() -> None:
    assert "image has no file" in complaint("image: {focus: 30% 60%}")


def test_another_field_of_that_name_stays_what_it_is() -> None:
    assert article("focus: the economy").extra == {"focus": "the economy"}


@given(st.text(alphabet="0123456789.%,;/ leftopbmcnriuhd", max_size=14))
def test_a_focus_lies_in_the_picture_or_is_none(written: str) -> None:
    found = parse_focus(written)
    assert (found is not None) == (re.fullmatch(FOCUS, written, re.IGNORECASE) is not None)
    assert found is None or all(0 <= share <= 100 for share in found)


@given(st.integers(0, 100), st.integers(0, 100), st.sampled_from(("{}% {}%", "{} {}", "{}%, {}%", "{}/{}")))
def test_every_point_can_be_written(across: int, down: int, form: str) -> None:
    assert parse_focus(form.format(across, down)) == (across, down)
