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
"""
_HEAD = "author: Ana Ruiz\ndateline: Baku\ndate: 2022-11-05\n"
_SITE = f"""\
=== content/story.md
---
title: A story
{_HEAD}---
{_BODY}
=== content/arabic.md
---
title: خبر
language: ar
{_HEAD}---
{_BODY}
"""


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a site with an article in English and one in Arabic, built."""
    site = write_site(tmp_path_factory.mktemp("reading") / "site", _SITE)
    site.write("site.toml", SETTINGS + "[article]\ncontents = 2\nreading_time = true\n")
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
        assert visit.page.locator(".minutes").inner_text() == "2 minutes to read"
        contents = visit.page.get_by_role("navigation", name="In this article")
        assert not contents.is_visible()
        visit.page.locator("summary", has_text="In this article").click()
        assert contents.get_by_role("link").all_inner_texts() == ["One", "Two"]
        contents.get_by_role("link", name="Two").click()
        assert visit.page.url.endswith("#two")
        visit.page.emulate_media(media="print")
        assert not visit.page.locator(".contents").is_visible()
