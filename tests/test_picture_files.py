"""What the file of a picture tells without being decoded: its size, its kind, what is wrong with it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from broadsheet.common.pictures import PictureFile
from broadsheet.read import pictures
from broadsheet.read.pictures.formats import find_fault
from broadsheet.settings.model import PictureSettings
from tests.builds import built, done, plain_site
from tests.photos import draw, save
from tests.pictures import png
from tests.plain import SETTINGS, article
from tests.sites import ROOT, Site

_SETTINGS = PictureSettings(on=True, metadata=(), language="en")
_AGAIN = "Put the whole file in its place, or take it out."
_OTHER = "Save it as JPEG, PNG or WebP."
_SMALLER = "Make it smaller: no page shows more than 4,096 pixels across."
_FRAMES = {"save_all": True, "append_images": [draw(32, 24).rotate(180)]}


def _read(name: str, content: bytes) -> PictureFile:
    return pictures.read(f"content/{name}", content, _SETTINGS)


@pytest.mark.parametrize(
    ("form", "mode", "alpha"),
    [
        *(("jpeg", "RGB", False), ("jpeg", "L", False), ("jpeg", "CMYK", False)),
        *(("png", "RGB", False), ("png", "P", False), ("png", "LA", True), ("png", "I;16", False)),
        *(("webp", "RGB", False), ("webp", "RGBA", True), ("avif", "RGB", False), ("avif", "RGBA", True)),
    ],
)
def test_a_picture_of_which_others_can_be_made_tells_size_format_and_transparency(
    form: str, mode: str, *, alpha: bool
) -> None:
    content = save(draw(32, 24, mode), form)
    assert _read("a.png", content) == PictureFile(32, 24, form, alpha)
    assert _read("a.JPG", content) == PictureFile(32, 24, form, alpha)


@pytest.mark.parametrize("form", ["png", "webp", "avif", "gif"])
def test_of_what_moves_no_others_are_made(form: str) -> None:
    assert _read("a.png", save(draw(32, 24), form, **_FRAMES)) == PictureFile(32, 24)


def test_a_vector_and_what_is_no_picture_are_as_they_were() -> None:
    vector = b'<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20"/>'
    assert _read("a.svg", vector) == PictureFile(30, 20)
    assert _read("a.pdf", save(draw(), "png")) == PictureFile()


def test_a_site_that_wants_no_others_is_told_the_size_alone() -> None:
    off = _SETTINGS._replace(on=False, metadata=("caption",))
    assert pictures.read("a.png", png(3, 2), off) == PictureFile(3, 2)
    assert pictures.read("a.heic", _HEIC, off) == PictureFile()
    assert pictures.read("a.png", png(60_000, 60_000, broken=True), off).fault is None


def test_pillow_is_loaded_only_for_what_it_has_to_open() -> None:
    check = (
        "import sys; from broadsheet.read import pictures;"
        "from broadsheet.settings.model import PictureSettings;"
        "read = pictures.read; on = PictureSettings(True, (), 'en'); off = on._replace(on=False);"
        "read('a.png', b'x', on); read('a.svg', b'<svg/>', on); read('a.tif', b'II*\\0', on);"
        "read('a.gif', b'GIF89a', on); read('a.png', b'\\x89PNG', off); print('PIL' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", check], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout == "False\n"


_HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic\0\0\0\x0cmdat\1\2\3\4"
_WEBP_CANVAS = (60_000 - 1).to_bytes(3, "little") * 2
# Name, content, message, hint.
_FAULTY: tuple[tuple[str, bytes, str, str], ...] = (
    ("empty.jpg", b"", "is an empty file", _AGAIN),
    ("page.png", b"<!doctype html>Not found", "is no picture, whatever its name says", _AGAIN),
    ("phone.heic", _HEIC, "is HEIC, which few browsers show", _OTHER),
    ("renamed.jpg", _HEIC, "is HEIC, which few browsers show", _OTHER),
    ("scan.tif", b"II*\0\1\2\3\4", "is TIFF, which few browsers show", _OTHER),
    ("new.jxl", b"\xff\x0a\1\2", "is JPEG XL, which few browsers show", _OTHER),
    ("old.bmp", b"BM\1\2", "is BMP, which takes many times the space of a PNG", _OTHER),
    ("cut.jpg", save(draw(), "jpeg")[:-2], "is cut off: its end is missing", _AGAIN),
    ("cut.png", save(draw(), "png")[:-1], "is cut off: its end is missing", _AGAIN),
    ("cut.webp", save(draw(), "webp")[:-1], "is cut off: its end is missing", _AGAIN),
    ("cut.avif", save(draw(), "avif")[:-1], "is cut off: its end is missing", _AGAIN),
    (
        *("bomb.png", png(60_000, 60_000, broken=True)),
        *("has 60,000 by 60,000 pixels, more than 50 megapixels", _SMALLER),
    ),
    (
        *("bomb.gif", b"GIF89a" + (60_000).to_bytes(2, "little") * 2 + b"\0\0\0\x3b"),
        *("has 60,000 by 60,000 pixels, more than 50 megapixels", _SMALLER),
    ),
    (
        *("bomb.webp", b"RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + _WEBP_CANVAS),
        *("has 60,000 by 60,000 pixels, more than 50 megapixels", _SMALLER),
    ),
    (
        *("large.jpg", save(draw(), "jpeg").replace(b"\0\x30\0\x40\3", b"\x1f\x40\x1f\x40\3")),
        *("has 8,000 by 8,000 pixels, more than 50 megapixels", _SMALLER),
    ),
    ("flat.png", png(0, 5), "cannot be read as PNG", "Save it again with another program."),
)


@pytest.mark.parametrize(("name", "content", "message", "hint"), _FAULTY, ids=[each[0] for each in _FAULTY])
def test_a_faulty_picture_says_what_is_wrong_with_it(
    name: str, content: bytes, message: str, hint: str
) -> None:
    assert _read(name, content) == PictureFile(fault=(message, hint))  # type: ignore[arg-type]


_BOMB = (
    "content/authors/ana.md:2:8: content/authors/bomb.png has 60,000 by 60,000 pixels,"
    " more than 50 megapixels"
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Return a site in which every way to show a picture shows a faulty one, and one links to some."""
    body = '![](empty.jpg)\n\n<img src="scan.tif">\n\nA [scan](old.bmp), ![](/cut.png)\n\n![](fine.jpg)\n'
    return plain_site(
        tmp_path_factory.mktemp("site") / "site",
        {
            "content/a.md": article("A", "2022-11-05", body=body, more="image: phone.heic"),
            "content/b.md": article("B", "2022-11-05", body="[pictures](phone.heic) ![](fine.jpg)"),
            "content/later.md": article("Later", "2031-11-05", body="![](scan.tif)"),
            "content/authors/ana.md": "---\nimage: bomb.png\n---\n",
            "content/authors/bomb.png": png(60_000, 60_000, broken=True),
            "static/cut.png": png(2, 2)[:-1],
            "static/old.bmp": b"BM",
            "content/fine.jpg": save(draw(), "jpeg"),
            **{f"content/{name}": content for name, content, *_ in _FAULTY},
        },
    )


def test_a_faulty_picture_is_a_problem_where_it_is_shown(site: Site) -> None:
    run = site.build("--as-of", "2026-01-01")
    assert run.status == 1
    heads = [line for line in run.stderr.splitlines() if line.startswith("content/")]
    assert heads == [
        "content/a.md:4:8: content/phone.heic is HEIC, which few browsers show",
        "content/a.md:7:5: content/empty.jpg is an empty file",
        "content/a.md:9:11: content/scan.tif is TIFF, which few browsers show",
        "content/a.md:11:24: static/cut.png is cut off: its end is missing",
        _BOMB,
    ]


def test_where_dead_links_are_reported_faulty_pictures_of_texts_are_published_as_they_are(
    tmp_path: Path,
) -> None:
    text = article("A", "2022-11-05", body="![](scan.tif)")
    settings = SETTINGS.replace("[content]", '[content]\nlinks = "report"')
    site = plain_site(
        tmp_path / "site", {"content/a.md": text, "content/scan.tif": b"II*\0"}, settings=settings
    )
    built(site)
    assert (site.folder / "public/2022/11/05/a/scan.tif").read_bytes() == b"II*\0"


def test_what_is_shown_by_its_address_need_not_be_a_file_of_static(tmp_path: Path) -> None:
    text = article("A", "2022-11-05", body="![A quay](/quay%20one.png?w=300)")
    site = plain_site(tmp_path / "site", {"content/a.md": text}, settings=SETTINGS)
    built(site)
    picture = {"quay one.png", "quay one.png.24.webp", "2022/11/05/a/index.html", "atom.xml", "feed.json"}
    result = done(site, lambda: site.write("static/quay one.png", save(draw(24, 18), "png")))
    assert result.written == picture
    result = done(site, lambda: site.delete("static/quay one.png"))
    assert result.removed == {"quay one.png", "quay one.png.24.webp"}
    assert '<img src="/archive/quay%20one.png?w=300"' in site.read("public/2022/11/05/a/index.html")


def test_a_setting_of_pictures_has_them_read_anew(tmp_path: Path) -> None:
    sources: dict[str, str | bytes] = {
        "content/a.md": article("A", "2022-11-05", body="![](a.png)"),
        "content/a.png": b"BM",
    }
    copy = plain_site(tmp_path / "site", sources, settings=SETTINGS + "[pictures]\non = false\n")
    built(copy)
    copy.write("site.toml", SETTINGS)
    run = copy.build("--as-of", "2026-01-01")
    assert "content/a.png is BMP" in run.stderr


def test_what_stands_between_the_segments_of_a_jpeg_is_skipped() -> None:
    content = save(draw(8, 6), "jpeg")
    at = content.index(b"\xff\xdb")
    assert _read("a.jpg", content[:at] + b"\0\1\xff\0\xff" + content[at:])[:3] == (8, 6, "jpeg")


def test_no_beginning_of_a_picture_is_whole() -> None:
    for form in ("jpeg", "png", "webp", "gif"):
        content = save(draw(8, 6), form)
        assert find_fault(content) is None
        assert [size for size in range(len(content)) if find_fault(content[:size]) is None] == []
