"""Pictures in a real browser: which file it takes, how it enlarges one, and that nothing moves."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser

from tests.builds import built
from tests.sample import BASE
from tests.sites import SETTINGS, write_site
from tests.test_browser import WATCH_SHIFTS, find_violations, visiting

_FLOOD, _TOWER = "2022/11/05/flood/", "2022/11/06/tower/"
_SITE = """
=== content/flood.md
---
title: Flood
author: Ana Ruiz
dateline: Baku
date: 2022-11-05
image: {file: wide.jpg, alt: Water up to the doors, caption: High water.}
---
Words.

![A tower](tall.jpg "The tower."){: credit="Photo: Li Wei" }

![One](wide.jpg "One.")
![Two](wide.jpg "Two.")
![Three](wide.jpg "Three.")
![Four](wide.jpg)
![Five](wide.jpg)
![Six](wide.jpg)
{.gallery}

![](wide.jpg)
=== content/tower.md
---
title: Tower
author: Ana Ruiz
dateline: Baku
date: 2022-11-06
image: {file: tall.jpg, alt: A tower}
---
Words.
"""
_SCROLL = """
async () => {
  for (let at = 0; at < document.body.scrollHeight; at += innerHeight / 2) {
    scrollTo(0, at);
    await new Promise((done) => setTimeout(done, 20));
  }
  await Promise.all([...document.images].map((each) => each.decode()));
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}
"""
# Of each picture of which there are several files: the widths that there are, that of the file which the
# browser took, and how many pixels of the screen it fills.
_TAKEN = """
() => [...document.querySelectorAll("main picture > img")].map((each) => {
  const widths = {};
  for (const one of each.parentElement.querySelector("source").srcset.split(", ")) {
    const [url, width] = one.split(" ");
    widths[new URL(url, location).href] = parseInt(width);
  }
  return [Object.values(widths), widths[each.currentSrc], each.clientWidth * devicePixelRatio];
})
"""


def _jpeg(width: int, height: int) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), (30, 90, 140)).save(file, "JPEG")
    return file.getvalue()


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Path:
    site = write_site(tmp_path_factory.mktemp("pictures") / "site", _SITE)
    site.write("site.toml", f"{SETTINGS}[pictures]\ncrops = []\n")
    site.write("content/wide.jpg", _jpeg(2000, 1000))
    site.write("content/tall.jpg", _jpeg(1300, 2000))
    built(site)
    return site.folder / "public"


@pytest.mark.parametrize("width", [360, 1280])
def test_the_browser_takes_the_smallest_file_that_looks_sharp_and_nothing_moves(
    width: int, public: Path, browser: Browser, serve: Callable[..., str]
) -> None:
    screen = {"viewport": {"width": width, "height": 800}, "device_scale_factor": 2}
    with visiting(browser, serve(public, BASE), script=WATCH_SHIFTS, **screen) as visit:
        visit.go(_FLOOD)
        visit.page.evaluate(_SCROLL)
        taken = visit.page.evaluate(_TAKEN)
        assert len(taken) == 9
        for widths, width_taken, shown in taken:
            assert width_taken == min(each for each in widths if each >= 0.95 * shown)
        assert visit.page.evaluate("window.shifted") == 0
        assert visit.complaints == []


def test_a_keyboard_enlarges_a_picture_and_comes_back(
    public: Path, browser: Browser, serve: Callable[..., str]
) -> None:
    with visiting(browser, serve(public, BASE)) as visit:
        page = visit.page
        visit.go(_FLOOD)
        lead = page.get_by_role("link", name="Water up to the doors")
        lead.focus()
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Tab")
        is_focused = "each => each === document.activeElement && getComputedStyle(each).outlineStyle"
        assert lead.evaluate(is_focused) == "solid"
        page.keyboard.press("Enter")
        page.wait_for_url("**/wide.jpg.1920.webp")
        assert page.evaluate("document.images[0].naturalWidth") == 1920
        page.go_back()
        # What has no alternative text is still a link that says what it does.
        assert page.get_by_role("link", name="Enlarge image", exact=True).count() == 1
        assert page.get_by_role("link", name="A tower").get_attribute("title") == "Enlarge image"


def test_a_gallery_has_two_columns_or_three_and_is_sound(
    public: Path, browser: Browser, serve: Callable[..., str], axe_source: str
) -> None:
    with visiting(browser, serve(public, BASE)) as visit:
        visit.go(_FLOOD)
        for width, columns in ((1280, 3), (320, 2)):
            visit.page.set_viewport_size({"width": width, "height": 800})
            boxes = [each.bounding_box() for each in visit.page.locator(".gallery img").all()]
            assert len({box["x"] for box in boxes if box}) == columns
            assert visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert find_violations(visit.page, axe_source) == []
        captions = visit.page.locator(".gallery figcaption").all_inner_texts()
        assert captions == ["One.", "Two.", "Three."]


def test_an_upright_picture_keeps_to_the_window_and_to_its_ratio(
    public: Path, browser: Browser, serve: Callable[..., str]
) -> None:
    with visiting(browser, serve(public, BASE), viewport={"width": 1280, "height": 500}) as visit:
        for path in (_FLOOD, _TOWER):
            visit.go(path)
            picture = visit.page.locator('img[alt="A tower"]')
            picture.scroll_into_view_if_needed()
            box = picture.bounding_box()
            assert box is not None
            assert box["height"] == 450
            assert picture.evaluate("each => getComputedStyle(each).objectFit") == "contain"
