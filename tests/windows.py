"""Windows of the browser, which one test after the other is given: a new one takes longer than most tests do.

A window is given back as it was: without listeners, routes, storage, cookies, permissions, history and what
was cached, on an empty page. What cannot be taken back is a script that begins with every page, so there are
windows for each such script; a test that sets the clock takes a window of its own. Where a test has failed,
nobody knows what it has left, and its window is closed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from playwright.sync_api import Browser, Page

_EMPTY = "about:blank"
_NAMES = "Object.getOwnPropertyNames(window).sort()"
_SHOWN: dict[str, Any] = {
    "media": "null",
    "color_scheme": "light",
    "reduced_motion": "no-preference",
    "forced_colors": "none",
    "contrast": "no-preference",
}
_TIMEOUT = 30_000  # milliseconds, as Playwright has it
_VIEWPORT = {"width": 1280, "height": 900}

# Of each browser, the windows that nobody has, by what they were made with.
_free: WeakKeyDictionary[Browser, dict[str, list[_Window]]] = WeakKeyDictionary()


class _Window:
    """A context with one page."""

    def __init__(self, browser: Browser, script: str, options: dict[str, Any]) -> None:
        self.context = browser.new_context(**options)
        self.page = self.context.new_page()
        if script:
            self.page.add_init_script(script)
        self._listen = self.page.on
        self._listeners: list[tuple[Any, Callable[..., None]]] = []
        vars(self.page)["on"] = self._on  # so that it can be taken back
        self.page.goto(_EMPTY)
        self._names = self.page.evaluate(_NAMES)

    def _on(self, event: Any, listener: Callable[..., None]) -> None:
        self._listen(event, listener)
        self._listeners.append((event, listener))

    def empty(self) -> None:
        """Take back what a test has done, and what the origin of its last page has stored."""
        page, context = self.page, self.context
        while self._listeners:
            page.remove_listener(*self._listeners.pop())
        # One that is still under way would fail the test that comes next.
        page.unroute_all(behavior="ignoreErrors")
        context.unroute_all(behavior="ignoreErrors")
        for each in context.pages:
            if each != page:
                each.close()
        page.set_default_timeout(_TIMEOUT)
        context.set_offline(False)
        context.clear_permissions()
        parts = urlsplit(page.url)
        page.goto(_EMPTY)
        # Not kept: a second session would make the next page forget what is emulated.
        protocol = context.new_cdp_session(page)
        if parts.scheme.startswith("http"):
            origin = f"{parts.scheme}://{parts.netloc}"
            protocol.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
        protocol.send("Network.clearBrowserCache")
        protocol.send("Page.resetNavigationHistory")
        protocol.detach()
        page.emulate_media(**_SHOWN)
        names = page.evaluate(_NAMES)
        assert names == self._names, "a test that changes what every page begins with needs its own window"


@contextmanager
def opened(browser: Browser, *, script: str = "", own: bool = False, **options: Any) -> Iterator[Page]:
    """Give an empty page in a window with Playwright's ``options`` of a context; ``own`` is a new one.

    Every page that it shows begins with ``script``.
    """
    viewport = options.pop("viewport", _VIEWPORT)
    key = json.dumps([script, options], sort_keys=True)
    free = _free.setdefault(browser, {}).setdefault(key, [])
    window = free.pop() if free and not own else _Window(browser, script, options)
    try:
        window.page.set_viewport_size(viewport)
        yield window.page
        if not own:
            window.empty()
            free.append(window)
    except BaseException:
        own = True
        raise
    finally:
        if own:
            window.context.close()
