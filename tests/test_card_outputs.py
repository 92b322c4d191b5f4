"""The cards of a site: which articles have one, when it is drawn anew, and what is wrong with its fonts."""

from __future__ import annotations

import io
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, features

from broadsheet.render.pictures.typesetting.typeface import find_own_font
from tests.builds import built, done, plain_site, printed
from tests.plain import SETTINGS, article
from tests.sites import ROOT, Site, environment, needs_a_whole_site

_ON = f"{SETTINGS}\n[pictures]\ncards = true\n"
_WITH_FONT = f'{_ON}fonts = [\n  "fonts/own.ttf",\n]\n'
_DRAWING = "image: { file: drawn.svg, alt: A drawing. }"
_SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="3"><path d="M0 0h4v3z"/></svg>'
# The table head of a font: in it, how many units the size is stands behind this number.
_HEAD_MAGIC, _TO_UNITS = b"\x5f\x0f\x3c\xf5", 6
_FLOOD = "2022/11/05/flood/headline-card.png"


def _png() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(file, "PNG")
    return file.getvalue()


def _site(folder: Path, settings: str = _ON) -> Site:
    articles = {
        "content/flood.md": article("Flood", "2022-11-05", section="News", dateline="Quern"),
        "content/drawn.md": article("Drawn", "2022-11-05", more=_DRAWING),
        "content/photo.md": article("Photo", "2022-11-05", more="image: { file: photo.png, alt: A photo. }"),
        "content/shown.md": article("Shown", "2022-11-06", body="![A photo.](photo.png)"),
        "content/wrong.md": article(
            "Wrong", "2022-11-06", more="retracted: { date: 2022-11-07, reason: No. }"
        ),
        "content/over.md": article("Over", "2022-11-06", more="expires: 2023-01-01"),
        "content/draft.md": article("Draft", "2022-11-06", more="draft: true"),
        "content/short.md": article("Short", "2022-11-07"),
        "content/drawn.svg": _SVG,
    }
    site = plain_site(folder, articles, settings=settings)
    site.write("content/photo.png", _png())
    if settings is _WITH_FONT:
        shutil.copy(find_own_font().file, _folder(site, "fonts") / "own.ttf")
    return site


def _folder(site: Site, name: str) -> Path:
    folder = site.folder / name
    folder.mkdir()
    return folder


def _cards(site: Site) -> set[str]:
    return {path for path in site.outputs() if path.endswith("/headline-card.png")}


def test_an_article_without_a_raster_as_its_picture_has_a_card(tmp_path: Path) -> None:
    site = _site(tmp_path / "site")
    built(site)
    names = {path.split("/")[3] for path in _cards(site)}
    assert names == {"flood", "drawn", "shown", "short"}
    with Image.open(io.BytesIO(site.outputs()[_FLOOD])) as card:
        assert (card.format, card.size) == ("PNG", (1200, 630))
    told = site.run("explain", f"/{_FLOOD}").stdout
    assert "headline content/flood.md" in told
    # What a correction of the body would change.
    assert "story " not in told
    assert "body " not in told


def test_a_card_is_drawn_anew_only_when_it_says_something_else(tmp_path: Path) -> None:
    site = _site(tmp_path / "site")

    def say(title: str, body: str) -> None:
        text = article(title, "2022-11-05", section="News", dateline="Quern", body=body)
        site.write("content/flood.md", text)

    assert _of_cards(done(site, lambda: say("Flood", "Ebb.")).written) == set()
    assert _of_cards(done(site, lambda: say("Ebb", "Ebb.")).written) == {_FLOOD}
    named = _ON.replace('politics = "Politics"', 'politics = "Politics"\nnews = "The news"')
    found = done(site, lambda: site.write("site.toml", named))
    assert _of_cards(found.written) == {_FLOOD}
    found = done(site, lambda: site.write("content/short.md", article("Short", "2022-11-08")))
    assert _of_cards(found.written) == {"2022/11/08/short/headline-card.png"}


def test_link_previews_and_feeds_show_the_card_where_there_is_no_picture(tmp_path: Path) -> None:
    site = _site(tmp_path / "site")
    site.write(
        "layouts/article.html",
        "{% for name, content in open_graph(article) %}{{ name }} {{ content }}\n{% endfor %}",
    )
    built(site)
    outputs = {path: content.decode(errors="replace") for path, content in site.outputs().items()}
    url = f"https://example.org/archive/{_FLOOD}"
    said = outputs["2022/11/05/flood/index.html"]
    assert f"og:image {url}\nog:image:type image/png\nog:image:width 1200\nog:image:height 630\n" in said
    assert "twitter:card summary_large_image" in said
    assert "card.png" not in outputs["2022/11/05/photo/index.html"]
    assert "card.png" not in outputs["2022/11/06/wrong/index.html"]
    assert "2022/11/05/drawn/headline-card.png" in outputs["2022/11/05/drawn/index.html"]
    for feed in ("atom.xml", "rss.xml", "feed.json"):
        assert outputs[feed].count(url) in {1, 2}, feed
        assert outputs[feed].count("card.png") % 4 == 0, feed


def test_a_picture_takes_the_place_of_the_card_and_gives_it_back(tmp_path: Path) -> None:
    site = _site(tmp_path / "site")
    picture = "image: { file: photo.png, alt: A photo. }"
    found = done(site, lambda: site.write("content/short.md", article("Short", "2022-11-07", more=picture)))
    assert _of_cards(found.removed) == {"2022/11/07/short/headline-card.png"}
    found = done(site, lambda: site.write("content/short.md", article("Short", "2022-11-07")))
    assert _of_cards(found.written) == {"2022/11/07/short/headline-card.png"}
    site.write("content/drawn.md", article("Drawn", "2022-11-05", more=picture))
    found = done(site, lambda: site.write("content/drawn.md", article("Drawn", "2022-11-05", more=_DRAWING)))
    assert _of_cards(found.written) == {"2022/11/05/drawn/headline-card.png"}


@pytest.mark.skipif(not features.check("raqm"), reason="a font of the site's own needs FriBiDi")
def test_another_font_draws_all_cards_anew(tmp_path: Path) -> None:
    site = _site(tmp_path / "site", _WITH_FONT)
    built(site)
    cards = _cards(site)
    content = bytearray((site.folder / "fonts/own.ttf").read_bytes())
    struct.pack_into(">H", content, content.index(_HEAD_MAGIC) + _TO_UNITS, 1200)
    found = done(site, lambda: site.write("fonts/own.ttf", bytes(content)))
    assert _of_cards(found.written) == cards
    assert "fonts/own.ttf" not in site.outputs()


def _of_cards(paths: frozenset[str]) -> set[str]:
    return {path for path in paths if path.endswith("card.png")}


@pytest.mark.parametrize(
    ("settings", "file", "said"),
    [
        (_WITH_FONT, None, "there is no fonts/own.ttf"),
        (_WITH_FONT, b"", "fonts/own.ttf is no font"),
        (_WITH_FONT, b"<!doctype html>", "fonts/own.ttf is no font"),
        (_WITH_FONT, "folder", "fonts/own.ttf is not a file"),
    ],
    ids=["missing", "empty", "a page", "a folder"],
)
def test_what_is_no_font_is_a_problem_in_the_settings(
    settings: str, file: bytes | str | None, said: str, tmp_path: Path
) -> None:
    site = plain_site(tmp_path / "site", {"content/a.md": article("A", "2022-11-05")}, settings=settings)
    if isinstance(file, bytes):
        site.write("fonts/own.ttf", file)
    elif file:
        (site.folder / "fonts/own.ttf").mkdir(parents=True)
    line = settings.splitlines().index('  "fonts/own.ttf",') + 1
    assert printed(site).startswith(f"site.toml:{line}:3: [pictures] fonts: {said}\n")
    # Without cards it does not matter.
    site.write("site.toml", settings.replace("cards = true\n", ""))
    assert printed(site) == ""


@pytest.mark.skipif(not features.check("raqm"), reason="a font of the site's own needs FriBiDi")
def test_a_font_that_freetype_cannot_read_is_a_problem_of_its_file(tmp_path: Path) -> None:
    site = plain_site(tmp_path / "site", {"content/a.md": article("A", "2022-11-05")}, settings=_WITH_FONT)
    site.write("fonts/own.ttf", b"\0\1\0\0torn")
    assert printed(site).startswith("fonts/own.ttf: cannot be read as a font with outlines\n")


def test_a_letter_that_no_font_has_is_a_problem_of_its_line(tmp_path: Path) -> None:
    written = article("Fire \N{FIRE}\N{WATER WAVE}", "2022-11-05", section="港", dateline="あいうえお")
    site = plain_site(tmp_path / "site", {"content/a.md": written}, settings=_ON)
    said = printed(site)
    assert said.startswith(
        'content/a.md:2:8: title: the card would lack "\N{FIRE}" (U+1F525 FIRE), "\N{WATER WAVE}" (U+1F30A '
        "WATER WAVE): no font has them\n"
    )
    assert 'content/a.md:5:10: section: the card would lack "港" (U+6E2F CJK UNIFIED' in said
    assert 'content/a.md:4:11: dateline: the card would lack "あ" (U+3042 HIRAGANA LETTER A), ' in said
    assert '"え" (U+3048 HIRAGANA LETTER E) and 1 more: no font has them' in said
    assert "[pictures] fonts" in said


def test_a_letter_of_the_site_is_a_problem_of_its_settings(tmp_path: Path) -> None:
    settings = _ON.replace("The Example Courier", "港")
    articles = {f"content/{name}.md": article(name, "2022-11-05") for name in "ab"}
    said = printed(plain_site(tmp_path / "site", articles, settings=settings))
    assert said.startswith('site.toml:1:9: title: the cards would lack "港"')
    assert said.count("would lack") == 1


def test_a_file_of_that_name_is_a_clash(tmp_path: Path) -> None:
    written = article("A", "2022-11-05", body="![A card.](headline-card.png)")
    site = plain_site(tmp_path / "site", {"content/a.md": written}, settings=_ON)
    site.write("content/headline-card.png", _png())
    assert printed(site).startswith(
        "content/a.md: two files that it uses would be written to 2022/11/05/a/headline-card"
    )


def test_a_site_without_cards_loads_nothing_that_draws(tmp_path: Path) -> None:
    needs_a_whole_site()
    site = plain_site(tmp_path / "site", {"content/a.md": article("A", "2022-11-05")})
    code = (
        "import sys; from broadsheet.__main__ import main; sys.argv[0] = 'build.py'\n"
        "try: main()\n"
        "finally: sys.exit(bool({'PIL', 'broadsheet.render.pictures.cards'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", code, "build", "--site", str(site.folder), "--jobs", "1"]
    subprocess.run(command, check=True, capture_output=True, env={**environment(), "PYTHONPATH": str(ROOT)})
    assert site.outputs()
    assert _cards(site) == set()


def test_cards_come_and_go_with_the_setting(tmp_path: Path) -> None:
    site = _site(tmp_path / "site", SETTINGS)
    found = done(site, lambda: site.write("site.toml", _ON))
    cards = _of_cards(found.written)
    assert len(cards) == len(_cards(site)) > 0
    found = done(site, lambda: site.write("site.toml", SETTINGS))
    assert _of_cards(found.removed) == cards
