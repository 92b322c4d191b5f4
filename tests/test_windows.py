"""A window of the browser that a test is given is as a new one, whatever the test before did in it."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.windows import opened

_PAGE = "<!doctype html><title>A page</title><button>Press</button>"
# A mouse that rests is only noticed by a page that was drawn.
_STATE = """
async () => new Promise((drawn) => setTimeout(drawn, 200)).then(async () => ({
  word: await (await fetch("word.txt")).text(),
  stored: localStorage.length + sessionStorage.length,
  cookies: document.cookie,
  clipboard: (await navigator.permissions.query({ name: "clipboard-read" })).state,
  online: navigator.onLine,
  dark: matchMedia("(prefers-color-scheme: dark)").matches,
  print: matchMedia("print").matches,
  calm: matchMedia("(prefers-reduced-motion: reduce)").matches,
  width: innerWidth,
  height: innerHeight,
  past: history.length,
  under: document.querySelector(":hover") !== null,
  focus: document.activeElement.localName,
}))
"""


def _do_everything(page: Page, address: str) -> None:
    page.goto(address)
    page.evaluate("localStorage.a = sessionStorage.a = 1; document.cookie = 'a=1; max-age=1000'")
    page.evaluate("location.hash = 'a'")
    page.context.grant_permissions(["clipboard-read"])
    page.context.new_page()
    page.context.route("**/*", lambda route: route.abort())
    page.route("**/*", lambda route: route.abort())
    page.on("dialog", lambda dialog: dialog.accept("yes"))
    page.emulate_media(media="print", color_scheme="dark", reduced_motion="reduce")
    page.set_viewport_size({"width": 300, "height": 300})
    page.get_by_role("button").hover()
    page.keyboard.press("Tab")
    page.context.set_offline(True)


def _write_long_ago(file: Path, text: str) -> None:
    """Write a file that a browser asks for only once."""
    file.write_text(text)
    os.utime(file, (0, 0))


def _state(page: Page, address: str) -> dict[str, Any]:
    page.goto(address)
    state: dict[str, Any] = page.evaluate(_STATE)
    return state | {"pages": len(page.context.pages), "asked": page.evaluate("prompt('Sure?')")}


def test_a_window_is_as_a_new_one_whatever_was_done_in_it(
    tmp_path: Path, browser: Browser, serve: Callable[..., str]
) -> None:
    (tmp_path / "index.html").write_text(_PAGE)
    _write_long_ago(tmp_path / "word.txt", "cached")
    address = serve(tmp_path)
    with opened(browser, own=True) as page:
        new = _state(page, address)
    with opened(browser) as page:
        _state(page, address)
        _do_everything(page, address)
        used = page
    _write_long_ago(tmp_path / "word.txt", "changed")
    with opened(browser) as page:
        assert page is used
        assert _state(page, address) == new | {"word": "changed"}


def test_two_windows_at_once_are_two(browser: Browser) -> None:
    with opened(browser) as one, opened(browser) as other:
        assert one.context != other.context


def test_a_window_in_which_a_test_has_failed_is_closed(browser: Browser) -> None:
    with suppress(ZeroDivisionError), opened(browser) as page:
        used = page
        raise ZeroDivisionError
    assert used.is_closed()


def test_a_clock_that_was_set_is_noticed(browser: Browser) -> None:
    with pytest.raises(AssertionError, match="needs its own window"), opened(browser) as page:
        page.clock.set_fixed_time("2026-11-20T21:00:00Z")
