"""The front page in the browser: nothing is half empty, whatever an archive holds, and no word breaks it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.builds import built, done
from tests.photos import draw
from tests.plain import article
from tests.sites import SETTINGS, Site
from tests.windows import opened

BASE = "/archive/"
_QUICK = "[search]\non = false\n[listings]\ndays = true\n[pictures]\nformats = []\ncards = false\n"
# Words of 40 letters and more, which real languages have: German, Finnish and Kazakh.
_LONG = (
    "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz",
    "epäjärjestelmällistyttämättömyydellänsäkäänköhän",
    "қанағаттандырылмағандықтарыңыздандағыларданбасқа",
)
_LANGUAGES = ("de", "fi", "kk")
# How far, in pixels, each row of a grid ends before the grid does.
_LEFT_OVER = """
(grid) => {
  const box = grid.getBoundingClientRect();
  const rows = {};
  for (const each of grid.children) {
    const { top, right } = each.getBoundingClientRect();
    rows[Math.round(top)] = Math.max(rows[Math.round(top)] ?? 0, right);
  }
  return Object.values(rows).map((right) => Math.round(box.right - right));
}
"""


def _picture() -> bytes:
    file = BytesIO()
    draw(320, 240).save(file, "PNG")
    return file.getvalue()


def _write(site: Site, articles: int, sections: int, *, pictures: bool) -> None:
    """Write a site of so many articles in so many sections, of which every other has a picture."""
    shutil.rmtree(site.folder / "content", ignore_errors=True)
    names = "".join(f's{number} = "Section {number}"\n' for number in range(sections))
    site.write("site.toml", f"{SETTINGS}{_QUICK}[sections]\n{names}")
    (site.folder / "content").mkdir(parents=True)
    for number in range(articles):
        more = "summary: What the council did on Tuesday, and what it left for the week that follows."
        if pictures and number % 2 == 0:
            more += "\nimage:\n  file: p.png\n  alt: A gradient"
        section = f"S{number % sections}" if sections else ""
        title = f"The council votes on the harbour wall once more {number}"
        date = f"2025-{number // 28 + 1:02}-{number % 28 + 1:02}"
        text = article(title, date, author="Ana Ruiz", dateline="Baku", section=section, more=more)
        site.write(f"content/{number:03}.md", text)
    site.write("content/p.png", _picture())
    built(site)


@pytest.mark.parametrize(
    ("articles", "sections", "pictures"),
    [
        *((1, 0, True), (2, 1, False), (5, 2, True), (13, 1, True)),
        *((23, 4, True), (36, 5, False), (35, 7, True), (40, 9, False)),
    ],
)
def test_no_row_of_the_front_page_is_half_empty(
    articles: int,
    sections: int,
    pictures: bool,  # noqa: FBT001 - a parameter of the test
    tmp_path: Path,
    browser: Browser,
    serve: Callable[..., str],
) -> None:
    site = Site(folder=tmp_path / "site")
    _write(site, articles, sections, pictures=pictures)
    with opened(browser) as page:
        page.goto(serve(site.folder / "public", BASE))
        for width in (700, 1280, 1920):
            page.set_viewport_size({"width": width, "height": 900})
            for grid in (".second", ".sections"):
                for each in page.locator(grid).all():
                    assert max(each.evaluate(_LEFT_OVER)) <= 24, (grid, width)
            if page.locator(".newest").count() and width >= 1280:
                top, newest = (page.locator(each).bounding_box() for each in (".top", ".newest"))
                assert top
                assert newest
                beside = newest["x"] > top["x"] + 100
                assert beside == bool(page.locator(".top > .card > .picture").count())
                assert not beside or newest["height"] < top["height"] + 200


def test_the_masthead_and_the_foot_lead_to_no_empty_index(tmp_path: Path) -> None:
    site = Site(folder=tmp_path / "site")
    site.write("site.toml", f'{SETTINGS}{_QUICK}[content]\nrequired = ["title"]\n')
    for number in range(6):
        site.write(f"content/{number}.md", article(f"Story {number}", f"2025-01-0{number + 1}"))
    site.write("content/1.md", article("Story 1", "2025-01-02", author="Ana Ruiz"))
    built(site)

    def links() -> set[str]:
        page = site.read("public/2025/01/01/0/index.html")
        rest = page[page.index("<header") : page.index("<main")] + page[page.index("<footer") :]
        return set(re.findall(r'href="/archive/([a-z]+)/"', rest))

    assert links() == {"archive", "authors", "feeds"}
    first = done(site, partial(site.write, "content/6.md", article("F", "2025-02-01", tags=("Oil",))))
    assert "2025/01/01/0/index.html" in first.written
    assert links() == {"archive", "authors", "feeds", "tags"}
    second = done(site, partial(site.write, "content/7.md", article("G", "2025-02-02", tags=("Ice",))))
    assert "2025/01/01/0/index.html" not in second.written
    done(site, partial(site.write, "content/6.md", article("F", "2025-02-01", more="language: az")))
    assert links() == {"archive", "authors", "feeds", "tags", "az"}


def test_at_a_zoom_of_400_percent_the_masthead_leaves_most_of_the_window_to_the_page(
    wordy: Path, browser: Browser, serve: Callable[..., str]
) -> None:
    with opened(browser) as page:
        root = serve(wordy, BASE)
        page.set_viewport_size({"width": 320, "height": 256})
        for path in ("", "2025/01/01/000/", "tags/"):
            page.goto(root + path)
            box = page.locator(".masthead").bounding_box()
            assert box
            assert box["height"] <= 256 * 0.4, path
            assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.fixture(scope="module")
def wordy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a built site whose headlines, names and texts are words of 40 letters and more."""
    site = Site(folder=tmp_path_factory.mktemp("wordy") / "site")
    site.write("site.toml", f'{SETTINGS}{_QUICK}[sections]\nlong = "{_LONG[0]}"\n')
    for number in range(12):
        word, language = _LONG[number % 3], _LANGUAGES[number % 3]
        more = f"summary: {word} {word}\nlanguage: {language}\nseries: {word}\nedition: {word}"
        if number % 2:
            more += f"\nimage:\n  file: p.png\n  alt: A gradient\n  caption: {word}"
        text = article(
            f"{word} {word}",
            f"2025-01-{number + 1:02}",
            author=word,
            dateline=word,
            section=_LONG[0] if number % 2 else "Long",
            tags=(word,),
            body=f"{word} {word}.\n\n## {word}\n\n> {word}\n\n- {word}\n",
            more=more,
        )
        site.write(f"content/{number:03}.md", text)
    site.write("content/p.png", _picture())
    built(site)
    return site.folder / "public"


@pytest.mark.parametrize("kind", ["front", "article", "names", "section", "tag", "author", "dateline"])
def test_a_word_of_forty_letters_breaks_no_page(
    kind: str, wordy: Path, browser: Browser, serve: Callable[..., str]
) -> None:
    slug = _LONG[0].casefold()
    paths = {
        "front": ("", "archive/", "latest.html", "2025/", "2025/01/", "de/", "404.html"),
        "article": ("2025/01/01/000/", "2025/01/02/001/", "2025/01/06/005/"),
        "names": ("sections/", "tags/", "datelines/", f"series/{slug}/", "on-this-day/"),
        **{each: (f"{each}s/{slug}/",) for each in ("section", "tag", "author", "dateline")},
    }
    with opened(browser) as page:
        root = serve(wordy, BASE)
        for path in paths[kind]:
            page.goto(root + path)
            assert page.locator("h1").count() == 1, path
            for width in (320, 640, 768, 1024, 1920):
                page.set_viewport_size({"width": width, "height": 800})
                assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
                assert page.evaluate(_STANDING_OUT) == [], (path, width)


# What is wider than the box that it stands in, and is no table, code or menu that scrolls.
_STANDING_OUT = """
() => [...document.querySelectorAll("h1, h2, h3, p, li, a, figcaption, dd, dt, time")]
  .filter((each) => !each.closest("pre, table, .unseen, .skip, .menu"))
  .filter((each) => each.scrollWidth > each.clientWidth + 1)
  .filter((each) => getComputedStyle(each).display !== "inline" && each.clientWidth > 0)
  .map((each) => each.outerHTML.slice(0, 100))
"""
