"""Reading an article in a real browser: what is set off from its text, and the tools beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

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
{_HEAD}corrections: {{date: 2022-11-06, text: It is longer., was: 212 metres, now: 221 metres}}
---
{_BODY}
The wall is 221 metres long.
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
[corrections]
mark = true
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
            # axe-core sets styles while it looks at a page, and the policy refuses them.
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


_URL = f"https://example.org/archive/{_STORY}"
# What the system's sheet and the printer would get.
_WATCH = """
Object.defineProperty(navigator, "share", { value: async (told) => { window.shared = told; } });
window.print = () => { window.printed = true; };
"""
_SIZE = "getComputedStyle(document.querySelector('.body > p')).fontSize"


def test_an_article_is_shared_mailed_copied_and_printed_with_one_click(
    public: Path, browser: Browser, serve: Callable[..., str]
) -> None:
    with visiting(browser, serve(public, BASE), script=_WATCH) as visit:
        visit.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        visit.go(_STORY)
        page = visit.page
        page.get_by_role("button", name="Share").click()
        assert page.evaluate("window.shared") == {"title": "A story", "url": _URL}
        page.get_by_role("button", name="Copy link").click()
        page.get_by_role("button", name="Copied").wait_for()
        assert page.evaluate("navigator.clipboard.readText()") == _URL
        mail = page.get_by_role("link", name="Email").get_attribute("href")
        assert mail == f"mailto:?subject=A%20story&body={quote(_URL, safe='')}"
        page.get_by_role("button", name="Print").click()
        assert page.evaluate("window.printed")
        page.emulate_media(media="print")
        assert not page.locator(".tools").is_visible()
        assert visit.complaints == []


def test_a_text_made_larger_stays_so_on_the_next_page(
    public: Path, browser: Browser, serve: Callable[..., str]
) -> None:
    with visiting(browser, serve(public, BASE), own=True) as visit:
        visit.go(_STORY)
        larger = visit.page.get_by_role("button", name="Larger text")
        sizes = [visit.page.evaluate(_SIZE)]
        while larger.is_enabled():
            larger.click()
            sizes.append(visit.page.evaluate(_SIZE))
        assert sizes == ["19px", "21.375px", "23.75px", "28.5px"]
        visit.page.reload()
        visit.page.locator(".tools button").first.wait_for()
        assert visit.page.evaluate(_SIZE) == "28.5px"
        smaller = visit.page.get_by_role("button", name="Smaller text")
        while smaller.is_enabled():
            smaller.click()
        assert visit.page.evaluate(_SIZE) == "16.625px"


_COLOURS = """
() => ["backgroundColor", "colorScheme"].map((name) => getComputedStyle(document.documentElement)[name])
"""


def test_a_reader_chooses_the_colours_whatever_the_device_has(
    public: Path, browser: Browser, serve: Callable[..., str], axe_source: str
) -> None:
    with visiting(browser, serve(public, BASE), own=True) as visit:
        visit.go(_STORY)
        light = visit.page.evaluate(_COLOURS)[0]
        visit.page.emulate_media(color_scheme="dark")
        dark = visit.page.evaluate(_COLOURS)[0]
        assert light != dark
        choice = visit.page.get_by_role("combobox", name="Appearance")
        choice.select_option("Light")
        assert visit.page.evaluate(_COLOURS) == [light, "light"]
        visit.page.emulate_media(color_scheme="light")
        choice.select_option("Dark")
        # It is kept, and holds for other pages.
        visit.page.goto(f"{visit.root}archive/")
        visit.page.locator(".scheme select").wait_for()
        assert visit.page.evaluate(_COLOURS) == [dark, "dark"]
        assert choice.input_value() == "dark"
        assert find_violations(visit.page, axe_source, *OF_COLOUR) == []
        visit.page.emulate_media(media="print")
        assert visit.page.evaluate(_COLOURS)[0] == "rgb(255, 255, 255)"
        visit.page.emulate_media(media="screen")
        choice.select_option("Same as device")
        assert visit.page.evaluate(_COLOURS) == [light, "light dark"]
        visit.page.reload()
        assert visit.page.evaluate(_COLOURS)[0] == light


def test_without_script_there_are_no_tools(public: Path, browser: Browser, serve: Callable[..., str]) -> None:
    with visiting(browser, serve(public, BASE), java_script_enabled=False) as visit:
        visit.go(_STORY)
        assert visit.page.locator(".tools, .scheme").all_inner_texts() == ["", ""]
        assert visit.page.locator(".tools *, .scheme *").count() == 0


def test_what_was_corrected_is_told_in_the_note_and_marked_in_the_text(
    public: Path, browser: Browser, serve: Callable[..., str]
) -> None:
    with visiting(browser, serve(public, BASE), java_script_enabled=False) as visit:
        for path in (_STORY, "corrections/"):
            visit.go(path)
            read = visit.page.get_by_role("note").aria_snapshot()
            assert '- deletion: "Before: 212 metres"' in read
            assert '- insertion: "Now: 221 metres"' in read
        visit.go(_STORY)
        assert visit.page.locator(".body ins").all_inner_texts() == ["221 metres"]
        assert "212" not in visit.page.locator(".body").inner_text()
