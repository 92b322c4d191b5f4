"""The preview in a real browser: what an author sees after each save."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page, expect

from tests.previews import Preview, before_long, previewing
from tests.sample import copy_sample
from tests.sites import Site
from tests.windows import opened

_STORY = "content/2026/11/gate-holds.md"
_ADDRESS = "2026/11/18/gate-holds/"
expect.set_options(timeout=90_000)  # a busy machine takes its time
_FIELDS = "title: Fog\nauthor: Ana Ruiz\ndateline: Port Ansel\ndate: 2026-11-19 08:00"
_FOG = f"---\n{_FIELDS}\n---\n\nThick fog.\n"
_PANEL = "broadsheet-preview .problems"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return copy_sample(tmp_path / "site")


@pytest.fixture
def preview(site: Site) -> Iterator[Preview]:
    with previewing(site) as preview:
        yield preview


@dataclass(slots=True)
class _Window:
    """A window of the browser: its first tab is there already."""

    tabs: list[Page]

    def new_tab(self) -> Page:
        """Return an empty tab."""
        new = self.tabs[0] if self.tabs[0].url == "about:blank" else self.tabs[0].context.new_page()
        new.set_default_timeout(90_000)
        self.tabs.append(new)
        return new


@contextmanager
def _window(browser: Browser, **options: Any) -> Iterator[_Window]:
    with opened(browser, viewport={"width": 1000, "height": 700}, **options) as page:
        yield _Window([page])


def _open(window: _Window, preview: Preview, path: str) -> Page:
    """Open a page, and wait until its line to the server is open."""
    page = window.new_tab()
    with page.expect_response("**/.broadsheet/events?*"):
        page.goto(preview.url + path)
    assert _comes_to_hold(page, "!document.body.classList.contains('broadsheet-waiting')")
    return page


def _comes_to_hold(page: Page, expression: str) -> bool:
    """Return whether something holds in a page before long, also while that is loaded again.

    Playwright's own ``wait_for_function`` needs ``eval`` in the page, which the site's policy forbids.
    """

    def holds() -> bool:
        with suppress(Error):
            return bool(page.evaluate(expression))
        return False

    return before_long(holds)


def _replace(site: Site, path: str, old: str, new: str) -> None:
    text = site.read(path)
    assert text.count(old) == 1
    site.write(path, text.replace(old, new))


def _title(site: Site) -> str:
    return next(
        row.removeprefix("title:").strip()
        for row in site.read(_STORY).splitlines()
        if row.startswith("title:")
    )


def test_a_saved_body_is_on_the_screen_where_it_was(site: Site, preview: Preview, browser: Browser) -> None:
    with _window(browser) as window:
        page = _open(window, preview, _ADDRESS)
        page.evaluate("scrollTo({ top: 300, behavior: 'instant' })")
        site.write(_STORY, site.read(_STORY) + "\nOne more paragraph, just now.\n")
        expect(page.get_by_text("One more paragraph, just now.")).to_be_visible()
        # The words may be on the screen before the script, at the end of the page, has run.
        assert _comes_to_hold(page, "scrollY === 300")
        site.write(_STORY, site.read(_STORY).replace("just now", "a little later"))
        expect(page.get_by_text("One more paragraph, a little later.")).to_be_visible()


def test_a_saved_title_changes_the_listing_in_another_tab_and_no_other_page(
    site: Site, preview: Preview, browser: Browser
) -> None:
    with _window(browser) as window:
        story, listing, other = (
            _open(window, preview, path) for path in (_ADDRESS, "2026/11/", "2022/11/05/")
        )
        other.evaluate("window.unmoved = true")
        _replace(site, _STORY, _title(site), "A new headline")
        expect(story.locator("h1")).to_have_text("A new headline")
        expect(listing.get_by_text("A new headline").first).to_be_visible()
        assert other.evaluate("window.unmoved") is True


def test_a_saved_layout_is_on_the_screen(site: Site, preview: Preview, browser: Browser) -> None:
    with _window(browser) as window:
        page = _open(window, preview, _ADDRESS)
        _replace(site, "layouts/base.html", "{{ words.skip }}", "{{ words.skip }} now")
        expect(page.locator(".skip")).to_have_text("Skip to main content now")
        _replace(site, "layouts/words/en.toml", "Skip to main content", "Straight to the news")
        expect(page.locator(".skip")).to_have_text("Straight to the news now")


def test_a_search_finds_what_is_saved_while_its_page_is_open(
    site: Site, preview: Preview, browser: Browser
) -> None:
    with _window(browser) as window:
        page = _open(window, preview, "search/?q=zebrafinches")
        expect(page.get_by_text("No results.")).to_be_visible()
        site.write(_STORY, site.read(_STORY) + "\nA zebrafinch sang.\n")
        expect(page.locator("#found_ mark")).to_have_text("zebrafinch")
        site.write("content/2026/11/fog.md", _FOG + "\nNo zebrafinches.\n")
        expect(page.locator("#found_ a")).to_have_count(2)


def test_a_saved_stylesheet_is_swapped_without_loading_the_page_again(
    site: Site, preview: Preview, browser: Browser
) -> None:
    with _window(browser) as window:
        page = _open(window, preview, _ADDRESS)
        page.evaluate("window.unmoved = true")
        site.write(
            "static/style.css", site.read("static/style.css") + "\nh1 { color: rgb(1, 2, 3) !important }\n"
        )
        expect(page.locator("h1").first).to_have_css("color", "rgb(1, 2, 3)")
        assert page.evaluate("window.unmoved") is True
        assert _comes_to_hold(page, "document.querySelectorAll('link[rel=stylesheet]').length === 1")


def test_an_added_article_can_be_gone_to_and_a_deleted_one_is_gone(
    site: Site, preview: Preview, browser: Browser
) -> None:
    with _window(browser) as window:
        page = _open(window, preview, "")
        site.write("content/2026/11/fog.md", _FOG)
        # The page is loaded again, which would overtake a click on a notice that stands on it before.
        expect(page.locator("main").get_by_text("Fog").first).to_be_visible()
        page.locator("broadsheet-preview .notice a").click()
        expect(page).to_have_url(f"{preview.url}2026/11/19/fog/")
        expect(page.get_by_text("Thick fog.")).to_be_visible()
        site.delete("content/2026/11/fog.md")
        expect(page).not_to_have_title("Fog")
        expect(page.get_by_text("Thick fog.")).to_have_count(0)


def test_a_notice_over_a_dark_page_has_the_links_of_its_own_light_ground(
    site: Site, preview: Preview, browser: Browser
) -> None:
    with _window(browser, color_scheme="dark") as window:
        page = _open(window, preview, "")
        site.write("content/2026/11/fog.md", _FOG)
        link = page.locator("broadsheet-preview .notice a")
        expect(link).to_have_css("color", "rgb(0, 0, 238)")
        expect(page.locator("broadsheet-preview .notice")).to_have_css(
            "background-color", "rgb(232, 240, 254)"
        )


@pytest.mark.parametrize(
    ("path", "good", "bad"),
    [
        (_STORY, "date: 2026-11-18", "date: 2026-11-81"),
        ("layouts/article.html", '{% extends "base.html" %}', '{% extends "base.html" %}{% if %}'),
    ],
    ids=["front matter", "layout"],
)
def test_what_is_broken_is_shown_over_the_last_good_page_until_it_is_fixed(
    site: Site, preview: Preview, browser: Browser, path: str, good: str, bad: str
) -> None:
    with _window(browser) as window:
        place = f"{path}:"
        window.tabs[0].context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = _open(window, preview, _ADDRESS)
        title = page.locator("h1").first.inner_text()
        page.evaluate("window.unmoved = true")
        _replace(site, path, good, bad)
        problem = page.locator(f"{_PANEL} button")
        expect(problem).to_contain_text(place)
        expect(page.locator("h1").first).to_have_text(title)
        problem.click()
        expect(problem).to_have_attribute("data-copied", re.compile(f"^{re.escape(place)}"))
        assert page.evaluate("navigator.clipboard.readText()").startswith(place)
        _replace(site, path, bad, good)
        expect(page.locator(_PANEL)).to_be_hidden()
        assert page.evaluate("window.unmoved") is True
        # A page that is loaded while something is wrong is the last good one, and says so too.
        _replace(site, path, good, bad)
        expect(problem).to_be_visible()
        page.reload()
        expect(problem).to_contain_text(place)
        expect(page.locator("h1").first).to_have_text(title)
        _replace(site, path, bad, good)
        expect(page.locator(_PANEL)).to_be_hidden()


def test_a_draft_bears_a_badge(site: Site, preview: Preview, browser: Browser) -> None:
    _replace(site, _STORY, "date: 2026-11-18", "draft: yes\ndate: 2026-11-18")
    with _window(browser) as window:
        page = _open(window, preview, "")
        page.goto(preview.url + _ADDRESS)
        expect(page.locator("broadsheet-preview .badge")).to_contain_text("Draft.")


def test_the_page_complains_of_nothing(preview: Preview, browser: Browser) -> None:
    with _window(browser) as window:
        # The first page of all may be one that waits for the archive to be read.
        _open(window, preview, "")
        page = window.new_tab()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(preview.url + _ADDRESS)
        expect(page.locator("broadsheet-preview")).to_be_attached()
        page.wait_for_load_state("load")
        assert complaints == []


def test_the_page_of_an_article_that_moves_goes_where_it_is(
    site: Site, preview: Preview, browser: Browser
) -> None:
    with _window(browser) as window:
        page = _open(window, preview, _ADDRESS)
        title = _title(site)
        site.write(_STORY, site.read(_STORY).replace("title:", "slug: moved-elsewhere\ntitle:", 1))
        assert _comes_to_hold(page, "location.pathname.endsWith('/moved-elsewhere/')")
        expect(page.locator("h1").first).to_contain_text(title)
