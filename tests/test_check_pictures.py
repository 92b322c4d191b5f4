"""What ``check`` says of pictures: too large, published twice, with the place where they were taken."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from PIL import Image

from broadsheet.check import CheckRequest, check
from broadsheet.check.extract.location import is_located, may_be_located
from broadsheet.common.problems import Problem
from tests import photos
from tests.sites import Site, write_site

_PAGE = '<!doctype html>\n<html lang="en"><body><h1>Words</h1>\n{}\n</body></html>\n'
_ARTICLE = "---\ntitle: {0}\nauthor: Ana Ruiz\ndateline: Baku\ndate: {1}\nsummary: In short.\n---\n{2}\n"
_POSITION = b"\0\0\0\x1e\xa9xyz\0\x12\x15\xc7+56.8600-002.2600/"
_OTHER = ("nothing leads to", "is the same picture", "is published", "the tag")


def _noise(width: int, height: int) -> Image.Image:
    """Return a picture that no format compresses well."""
    return Image.frombytes("RGB", (width, height), Random(width).randbytes(3 * width * height))


@pytest.fixture(scope="module")
def findings(tmp_path_factory: pytest.TempPathFactory) -> list[Problem]:
    """Return the notes about a site with every kind of picture that there is a note about, and others."""
    site = write_site(tmp_path_factory.mktemp("site"), "")
    large, small = photos.save(_noise(640, 320), "jpeg"), photos.save(photos.draw(), "jpeg")
    # Without an end of their own in the settings, pictures of tests would have to be as large as photos.
    site.write("site.toml", site.read("site.toml") + "\n[pictures]\nwidths = [64]\nlead_widths = [128]\n")
    for path, content in {
        "static/hero.jpg": large,
        "static/wide.jpg": large + b"other",
        "static/chosen.jpg": large + b"another",
        "static/tiny.jpg": photos.save(_noise(400, 20), "jpeg"),
        "static/unseen.jpg": photos.save(photos.draw(), "jpeg", exif=photos.exif()),
        "content/march.gif": photos.save(_noise(640, 400), "gif"),
        "content/mayor.png": photos.save(photos.draw(), "png"),
        "content/quay.jpg": small,
        "content/archive/quay-2.jpg": small,
        "content/photo.jpg": photos.save(photos.draw(), "jpeg", exif=photos.exif()),
        "content/film.mp4": b"\0\0\0\x08moov" + _POSITION,
    }.items():
        site.write(path, content)
    shown = (
        '<img src="../hero.jpg" width="60" alt=""><img src="../wide.jpg" alt="">'
        '<img src="../chosen.jpg" srcset="../tiny.jpg 400w, ../chosen.jpg 640w" width="60" alt="">'
        '<picture><source srcset="../tiny.jpg"><img src="../chosen.jpg" width="60" alt=""></picture>'
        '<img src="../tiny.jpg" width="20" alt="">'
    )
    site.write("static/about/index.html", _PAGE.format(shown))
    site.write("static/large/index.html", _PAGE.format('<img src="../hero.jpg" width="90" alt="">'))
    bodies = {
        "one": "Words.\n\n![March](march.gif)\n\n![The mayor](mayor.png)\n\n![The quay](quay.jpg)",
        "two": "Words.\n\n![The mayor](mayor.png), [a film](film.mp4) and [a march](march.gif).",
        "archive/three": "Words.\n\n![The quay](quay-2.jpg)\n\n![Once](../photo.jpg)",
    }
    for number, (name, body) in enumerate(bodies.items()):
        site.write(f"content/{name}.md", _ARTICLE.format(name, f"2022-11-0{number + 1}", body))
    run = site.build("--as-of", "2022-11-20", "--jobs", "1")
    assert run.status == 0, run.stderr
    return _notes(site)


def test_a_picture_that_is_far_larger_than_it_is_shown_is_named(findings: list[Problem]) -> None:
    assert _said(findings, "never shown in more") == [
        "content/one.md:10:10: the picture is 640 pixels wide, and never shown in more than 128",
        "static/hero.jpg: the picture is 640 pixels wide, and never shown in more than 128",
        "static/wide.jpg: the picture is 640 pixels wide, and never shown in more than 128",
    ]
    (hint,) = {each.hint.partition(" of its ")[0] for each in findings if "pixels wide" in each.message}
    assert hint == "Save it smaller: readers load all"


def test_a_picture_that_is_published_more_than_once_is_named(findings: list[Problem]) -> None:
    assert _said(findings, "is the same picture", "is published") == [
        "content/one.md:12:14: content/mayor.png is published 2 times, beside each page that shows it",
        "content/one.md:14:13: content/quay.jpg is the same picture as content/archive/quay-2.jpg",
    ]


def test_a_file_that_is_published_as_it_is_and_says_where_it_was_taken_is_named(
    findings: list[Problem],
) -> None:
    assert _said(findings, "where it was taken") == [
        "content/two.md:10:35: the file says where it was taken",
        "static/unseen.jpg: the file says where it was taken",
    ]


def test_where_no_sizes_are_made_the_note_says_how(tmp_path: Path) -> None:
    site = write_site(tmp_path / "site", "")
    site.write(
        "site.toml", site.read("site.toml") + "\n[pictures]\non = false\nlead_widths = [64]\nwidths = [64]\n"
    )
    site.write("content/photo.jpg", photos.save(_noise(400, 500), "jpeg", exif=photos.exif()))
    site.write("content/one.md", _ARTICLE.format("One", "2022-11-01", "![A photo](photo.jpg)"))
    assert site.build("--as-of", "2022-11-20", "--jobs", "1").status == 0
    found = [each for each in _notes(site) if "photo" not in each.message]
    assert _said(found, "picture", "taken") == [
        "content/one.md:8:12: the file says where it was taken",
        "content/one.md:8:12: the picture is 400 pixels wide, and never shown in more than 64",
    ]
    assert found[-1].hint.endswith(" Or write on = true below [pictures] in site.toml.")


def test_a_folder_that_was_built_otherwise_is_checked_too(tmp_path: Path) -> None:
    site = Site(folder=tmp_path)
    site.write("public/index.html", _PAGE.format('<img src="a.jpg" width="20" alt=""><a href="b.jpg">B</a>'))
    site.write("public/a.jpg", photos.save(_noise(640, 320), "jpeg"))
    site.write("public/b.jpg", photos.save(photos.draw(), "jpeg", exif=photos.exif()))
    assert _said(_notes(site), "picture", "taken") == [
        "public/a.jpg: the picture is 640 pixels wide, and never shown in more than 40",
        "public/b.jpg: the file says where it was taken",
    ]


@pytest.mark.parametrize(
    ("name", "content", "located"),
    [
        ("a.mov", b"moov" + _POSITION, True),
        ("a.MP4", b"keys\0com.apple.quicktime.location.ISO6709\0ilst\0data+56.8600-002.2600+012/", True),
        ("a.mp4", b"keys\0com.apple.quicktime.location.ISO6709\0and nothing", False),
        ("a.mp4", b"\xa9xyz, which may be anything in a film", False),
        ("a.jpg", photos.save(photos.draw(), "jpeg"), False),
        ("a.jpg", photos.save(photos.draw(), "jpeg", exif=photos.exif()), True),
        ("a.webp", photos.save(photos.draw(), "webp", exif=photos.exif()), True),
        ("a.png", photos.save(photos.draw(), "png", exif=photos.exif()), True),
        ("a.tif", photos.exif().tobytes().removeprefix(b"Exif\0\0"), True),
        ("a.jpg", b"", False),
    ],
)
def test_pictures_and_films_are_searched_for_a_position(name: str, content: bytes, *, located: bool) -> None:
    assert may_be_located(name)
    assert is_located(name, content) is located


def test_nothing_else_is_searched_for_a_position() -> None:
    assert [name for name in ("a.html", "a.pdf", "a.svg", "a") if may_be_located(name)] == []


def _notes(site: Site) -> list[Problem]:
    return list(check(CheckRequest(site=site.folder, output=site.folder / "public")).notes)


def _said(findings: list[Problem], *words: str) -> list[str]:
    return sorted(
        f"{each.path}:{f'{each.line}:{each.column}:' if each.line else ''} {each.message}"
        for each in findings
        if any(word in each.message for word in words)
    )
