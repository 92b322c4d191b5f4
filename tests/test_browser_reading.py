"""Reading an article in a real browser: what is set off from its text, and the tools beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.builds import built
from tests.sample import BASE
from tests.sites import SETTINGS, write_site
from tests.test_browser import OF_COLOUR, find_violations, visiting

_STORY, _ARABIC = "2022/11/05/story/", "2022/11/05/arabic/"
_WIDTHS = (320, 1280)
_WORDS = "The gauge has been read every morning since 1924, and the water has never stood so high. " * 6
_BODY = f"""\
{_WORDS}
{{.dropcap}}

> We were not asked. We were told.
>
> Ana Ruiz, harbour master
{{.pullquote}}

A note beside the text.
{{.sidenote}}

{_WORDS}

## One

{_WORDS}

## Two

{_WORDS}

https://social.example/@ana/1234

[![A bridge](still.svg "The bridge.")](https://youtu.be/abc)

[The whole film](https://vimeo.com/123)
"""
_STILL = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="640" height="360"><path d="M0 0h640v360H0z"/></svg>\n'
)
_HEAD = "author: Ana Ruiz\ndateline: Baku\ndate: 2022-11-05\n"
_SITE = f"""\
=== content/story.md
---
title: A story
{_HEAD}---
{_BODY}
=== content/still.svg
{_STILL}=== content/arabic.md
---
title: خبر
language: ar
{_HEAD}---
{_BODY}
"""
_SETTINGS = """
[article]
contents = 2
reading_time = true
[safety]
frames = ["www.youtube-nocookie.com", "social.example"]
"""


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a site with an article in English and one in Arabic, built."""
    site = write_site(tmp_path_factory.mktemp("reading") / "site", _SITE)
    site.write("site.toml", SETTINGS + _SETTINGS)
    built(site)
    return site.folder / "public"


def test_what_is_set_off_from_the_text_is_sound_in_both_schemes_at_all_widths(
    public: Path, browser: Browser, serve: Callable[..., str], axe_source: str
) -> None:
    with visiting(browser, serve(public, BASE)) as visit:
        for path in (_STORY, _ARABIC):
            # What axe-core does to a page that has a folded part goes against the policy.
            visit.complaints.clear()
            visit.go(path)
            assert visit.complaints == []
            visit.page.locator(".contents summary").click()
            for width in _WIDTHS:
                visit.page.set_viewport_size({"width": width, "height": 800})
                assert visit.page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
                visit.page.emulate_media(color_scheme="light")
                assert find_violations(visit.page, axe_source) == [], (path, width)
                visit.page.emulate_media(color_scheme="dark")
                assert find_violations(visit.page, axe_source, *OF_COLOUR) == [], (path, width)


_BOX = "(each) => { const { left, right } = each.getBoundingClientRect(); return [left, right]; }"
_INITIAL = "(each) => getComputedStyle(each, '::first-letter').initialLetter"


def test_a_side_note_stands_at_the_end_of_the_lines_and_on_a_phone_between_paragraphs(
    public: Path, browser: Browser, serve: Callable[..., str]
) -> None:
    with visiting(browser, serve(public, BASE)) as visit:
        visit.go(_STORY)
        note, text = visit.page.locator(".sidenote"), visit.page.locator(".sidenote + p")
        assert note.evaluate(_BOX)[1] == text.evaluate(_BOX)[1]
        assert note.evaluate(_BOX)[0] > text.evaluate(_BOX)[0] + 100
        visit.go(_ARABIC)
        assert note.evaluate(_BOX)[0] == text.evaluate(_BOX)[0]
        visit.page.set_viewport_size({"width": 360, "height": 800})
        assert note.evaluate(_BOX) == text.evaluate(_BOX)


def test_an_initial_is_large_where_letters_are_not_joined(
    public: Path, browser: Browser, serve: Callable[..., str]
) -> None:
    with visiting(browser, serve(public, BASE)) as visit:
        visit.go(_STORY)
        assert visit.page.locator(".dropcap").evaluate(_INITIAL) == "3"
        visit.go(_ARABIC)
        assert visit.page.locator(".dropcap").evaluate(_INITIAL) == "normal"


def test_a_long_article_leads_to_its_headings_and_says_how_long_it_takes(
    public: Path, browser: Browser, serve: Callable[..., str]
) -> None:
    with visiting(browser, serve(public, BASE), java_script_enabled=False) as visit:
        visit.go(_STORY)
        assert visit.page.locator(".minutes").inner_text() == "2 min read"
        contents = visit.page.get_by_role("navigation", name="In this article")
        assert not contents.is_visible()
        visit.page.locator("summary", has_text="In this article").click()
        assert contents.get_by_role("link").all_inner_texts() == ["One", "Two"]
        contents.get_by_role("link", name="Two").click()
        assert visit.page.url.endswith("#two")
        visit.page.emulate_media(media="print")
        assert not visit.page.locator(".contents").is_visible()


def test_a_still_asks_nothing_of_another_site_before_it_is_clicked(
    public: Path, browser: Browser, serve: Callable[..., str]
) -> None:
    with visiting(browser, serve(public, BASE)) as visit:
        for host in ("social.example", "www.youtube-nocookie.com"):
            visit.page.route(f"https://{host}/**", lambda route: route.fulfill(body="<p>Shown</p>"))
        visit.go(_STORY)
        visit.page.locator(".embed").last.scroll_into_view_if_needed()
        visit.page.locator(".embed").first.hover()
        visit.page.wait_for_load_state("networkidle")
        assert visit.strangers() == []
        visit.page.locator(".embed", has_text="@ana@social.example").click()
        visit.page.frame_locator("iframe").get_by_text("Shown").wait_for()
        assert visit.strangers() == ["https://social.example/@ana/1234/embed"]
        assert visit.page.locator("iframe").get_attribute("title") == "@ana@social.example social.example"
        # So it is with the keyboard, and the picture is the still.
        visit.page.locator(".embed:has(img)").focus()
        visit.page.keyboard.press("Enter")
        visit.page.frame_locator("iframe >> nth=1").get_by_text("Shown").wait_for()
        assert visit.strangers()[1:] == ["https://www.youtube-nocookie.com/embed/abc"]
        assert visit.page.locator("iframe").nth(1).get_attribute("title") == "A bridge"
        # A host that is not allowed is visited, not framed.
        film = visit.page.get_by_role("link", name="The whole film vimeo.com")
        assert (film.get_attribute("href"), film.get_attribute("data-frame")) == (
            "https://vimeo.com/123",
            None,
        )
        assert visit.complaints == []


def test_without_script_a_still_is_a_link(public: Path, browser: Browser, serve: Callable[..., str]) -> None:
    with visiting(browser, serve(public, BASE), java_script_enabled=False) as visit:
        visit.page.route("https://youtu.be/**", lambda route: route.fulfill(body="<h1>There</h1>"))
        visit.go(_STORY)
        visit.page.locator(".embed:has(img)").click()
        visit.page.wait_for_url("https://youtu.be/abc")
