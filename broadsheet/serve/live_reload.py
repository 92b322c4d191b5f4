"""The pages that browsers show, and what each of them is told.

A tab is one page in one browser, with a line to it that stays open. After each build every page that is
shown is made again, and only the tabs are told whose page, or a file that it loads, is another one.
"""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from broadsheet.common.problems import Problem, printed
from broadsheet.serve.session import Made, PreviewSession

END: Final = None
News: TypeAlias = "tuple[str, dict[str, object]]"


@dataclass(slots=True, eq=False)
class Tab:
    """A page that a browser shows: how it was when it was sent, and what there is to tell."""

    path: str
    stamp: str
    digest: str = ""
    parts: dict[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    news: queue.SimpleQueue[News | None] = field(default_factory=queue.SimpleQueue)

    def tell(self, what: str, **members: object) -> None:
        """Send the tab an event."""
        self.news.put((what, members))


class Tabs:
    """All open tabs."""

    def __init__(self, session: PreviewSession, say: Callable[[str], None]) -> None:
        """Show the pages of ``session``; there are no tabs yet. ``say`` prints what is wrong."""
        self._session = session
        self._say = say
        self._lock = threading.Lock()
        self._tabs: list[Tab] = []
        self._problems: tuple[Problem, ...] = ()
        self._of_pages: dict[str, tuple[Problem, ...]] = {}
        self._said: tuple[Problem, ...] = ()
        self._new: tuple[str, str] | None = None
        self._new_since = 0

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the sources."""
        return self._problems

    def open(self, path: str, stamp: str, build: int) -> Tab:
        """Add a tab that shows the output at ``path`` as it was sent with ``stamp``, of an ``build``."""
        tab = Tab(path=path, stamp=stamp)
        with self._lock:
            self._tabs.append(tab)
            if build < self._new_since:
                self._tell_what_is_new(tab)
            self._tell(tab)
            self._say_what_is_wrong()
        return tab

    def close(self, tab: Tab) -> None:
        """Forget a tab."""
        with self._lock:
            self._tabs.remove(tab)

    def end(self) -> None:
        """Let every line end."""
        with self._lock:
            for tab in self._tabs:
                tab.news.put(END)

    def progress(self, stage: str, done: int, count: int) -> None:
        """Tell all how far the first reading has come."""
        with self._lock:
            for tab in self._tabs:
                tab.tell("progress", stage=stage, done=done, count=count)

    def announce(self, problems: tuple[Problem, ...], new: tuple[str, str] | None) -> None:
        """Tell each tab what has become of its page; ``problems`` are those of the sources.

        ``new``: the output and the title of an article that was not there before. A tab whose line opens
        later, since nobody saw it or it was still being loaded, is told of the last one.
        """
        with self._lock:
            self._problems = problems
            if new:
                self._new, self._new_since = new, self._session.build
            for tab in self._tabs:
                if new:
                    self._tell_what_is_new(tab)
                self._tell(tab)
            for path in self._of_pages.keys() - {tab.path for tab in self._tabs}:
                self._note_problems(path, self._session.made(path))
            self._say_what_is_wrong()

    def _note_problems(self, path: str, made: Made | None) -> None:
        self._of_pages.pop(path, None)
        if made and made.problems:
            self._of_pages[path] = made.problems

    def _say_what_is_wrong(self) -> None:
        """Say it when it is something else than before; a fault of a layout is one, on however many pages."""
        pages = (problem for path in sorted(self._of_pages) for problem in self._of_pages[path])
        found = tuple(dict.fromkeys((*self._problems, *pages)))
        if found != self._said:
            self._said = found
            self._say("\n".join(map(printed, found)) if found else "All problems are mended.")

    def _tell_what_is_new(self, tab: Tab) -> None:
        """Before the page is loaded again: it shows what is new once it is there."""
        urls = self._session.urls
        if self._new and urls and self._session.made(self._new[0]):
            tab.tell("new", url=urls.url(self._new[0]), title=self._new[1])

    def _tell(self, tab: Tab) -> None:
        if not self._session.build and not self._problems:
            return  # the first build is still to come
        made = self._session.made(tab.path)
        self._note_problems(tab.path, made)
        problems = (*self._problems, *(made.problems if made else ()))
        if problems != tab.problems:
            tab.problems = problems
            tab.tell("problems", problems=shown(problems))
        stamp = made.stamp if made else ""
        if stamp == tab.stamp:
            tab.digest, tab.parts = (made.digest, dict(made.parts)) if made else ("", {})
            return
        if problems and (made is None or made.problems):
            return  # what there is to see is what was seen last
        parts = dict(made.parts) if made else {}
        if made and made.digest == tab.digest and parts.keys() == tab.parts.keys():
            tab.stamp = stamp
            tab.tell("parts", urls=[url for url, digest in made.parts if tab.parts[url] != digest])
        else:
            tab.stamp = stamp
            tab.tell("reload")
        tab.digest, tab.parts = made.digest if made else "", parts


def shown(problems: Iterable[Problem]) -> list[dict[str, str]]:
    """Return problems as the page shows them: the place to copy, and the whole text."""
    return [{"place": place(problem), "text": printed(problem)} for problem in problems]


def place(problem: Problem) -> str:
    """Return ``file:line`` of a problem, as editors take it."""
    return f"{problem.path}:{problem.line}" if problem.line else problem.path


def as_event(news: News) -> bytes:
    """Return what is told as a server-sent event: https://html.spec.whatwg.org/multipage/server-sent-events.html."""
    what, members = news
    return f"event: {what}\ndata: {json.dumps(members, ensure_ascii=False)}\n\n".encode()
