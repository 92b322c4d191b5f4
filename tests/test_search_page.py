"""The search field on every page and the page that it leads to, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from tests.plain import article
from tests.sites import SETTINGS, Site
from tests.test_browser import visiting

_BASE = "/archive/"
_WIDTHS = (320, 360, 768, 1280)


def _site(folder: Path, settings: str = "", **articles: str) -> Site:
    """Write a site of articles, each the text of a file that is named after it, and build it."""
    site = Site(folder=folder / "site")
    site.write("site.toml", f"{SETTINGS}{settings}")
    for name, text in articles.items():
        site.write(f"content/{name}.md", text)
    built = site.build("--as-of", "2026-11-20T12:00:00Z")
    assert built.status == 0, built.stderr
    return site


def _flood(title: str = "Flood", date: str = "2024-03-02", **options: Any) -> str:
    usual: dict[str, Any] = {"author": "Ana Ruiz", "dateline": "Baku", "section": "News", "tags": ("Oil",)}
    return article(title, date, **{**usual, **options})


def test_a_site_without_search_has_no_trace_of_it_on_any_page(tmp_path: Path) -> None:
    articles = {f"flood-{number}": _flood(f"Flood {number}") for number in range(12)}
    site = _site(tmp_path, "[search]\non = false\n", **articles)
    outputs = site.outputs()
    assert {path for path in outputs if path.startswith("search")} == set()
    pages = {path: content.decode() for path, content in outputs.items() if path.endswith(".html")}
    assert {path for path, text in pages.items() if "search" in text.lower()} == set()
    assert {path for path, text in pages.items() if "form-action 'none'" not in text} == set()


def test_the_field_leads_to_the_page_that_searches(
    tmp_path: Path, browser: Browser, serve: Callable[..., str]
) -> None:
    site = _site(tmp_path, flood=_flood())
    for scripted in (True, False):
        with visiting(browser, serve(site.folder / "public", _BASE), java_script_enabled=scripted) as visit:
            visit.page.goto(f"{visit.root}2024/03/02/flood/")
            visit.page.get_by_role("searchbox", name="Search").fill("high water")
            visit.page.keyboard.press("Enter")
            visit.page.wait_for_url(f"{visit.root}search/?q=high+water")
            assert [each for each in visit.complaints if "Content Security Policy" in each] == []


def test_the_field_makes_the_masthead_no_taller(
    tmp_path: Path, browser: Browser, serve: Callable[..., str]
) -> None:
    paths = ("", "2024/03/02/flood/")
    heights = []
    for settings in ("", "[search]\non = false\n"):
        site = _site(tmp_path / str(len(settings)), settings, flood=_flood())
        with visiting(browser, serve(site.folder / "public", _BASE)) as visit:
            tall = []
            for path in paths:
                visit.page.goto(f"{visit.root}{path}")
                visit.page.locator(".today:not(:empty)").wait_for()
                for width in _WIDTHS:
                    visit.page.set_viewport_size({"width": width, "height": 800})
                    tall.append(visit.page.locator(".masthead").bounding_box()["height"])  # type: ignore[index]
            heights.append(tall)
    assert heights[0] == heights[1]


def test_the_slash_key_leads_to_the_field_and_can_be_turned_off(
    tmp_path: Path, browser: Browser, serve: Callable[..., str]
) -> None:
    site = _site(tmp_path, flood=_flood())
    with visiting(browser, serve(site.folder / "public", _BASE)) as visit:
        visit.page.goto(f"{visit.root}2024/03/02/flood/")
        field = visit.page.get_by_role("searchbox", name="Search")
        for keys in ("Control+/", "Alt+/", "Meta+/"):
            visit.page.keyboard.press(keys)
            assert not field.evaluate("(each) => each === document.activeElement"), keys
        visit.page.keyboard.press("/")
        assert field.evaluate("(each) => each === document.activeElement")
        visit.page.keyboard.type("a/b")
        assert field.input_value() == "a/b"
        visit.page.evaluate("localStorage.setItem('search-key', 'off')")
        visit.page.reload()
        visit.page.keyboard.press("/")
        assert not field.evaluate("(each) => each === document.activeElement")


def test_a_long_listing_is_searched_from_its_own_field(
    tmp_path: Path, browser: Browser, serve: Callable[..., str]
) -> None:
    articles = {
        f"flood-{number:02}": _flood(f"Flood {number}", f"2024-03-{number:02}") for number in range(1, 13)
    }
    few = {
        f"frost-{number}": _flood(f"Frost {number}", "2023-01-02", author="Li Wei", tags=("Ice",))
        for number in range(2)
    }
    site = _site(tmp_path, "[listings]\nsize = 10\n", **articles, **few)
    found = {
        "tags/oil/": {"tag": "oil"},
        "sections/news/": {"section": "news"},
        "authors/ana-ruiz/": {"author": "ana-ruiz"},
        "datelines/baku/": {"dateline": "baku"},
        "tags/oil/2024/": {"tag": "oil", "from": "2024", "to": "2024"},
        "2024/": {"from": "2024", "to": "2024"},
    }
    with visiting(browser, serve(site.folder / "public", _BASE)) as visit:
        for path, filters in found.items():
            visit.page.goto(f"{visit.root}{path}")
            visit.page.locator("main").get_by_role("searchbox").fill("water")
            visit.page.locator("main").get_by_role("searchbox").press("Enter")
            query = "&".join(f"{name}={value}" for name, value in {"q": "water", **filters}.items())
            visit.page.wait_for_url(f"{visit.root}search/?{query}")
    for path in ("tags/ice/", "2023/", "2024/03/", "tags/oil/2024/03/", "tags/", "archive/"):
        assert site.read(f"public/{path}index.html").count('role="search"') == 1, path
