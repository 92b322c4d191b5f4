"""Live reload: the pages that browsers show, and the events that are sent to each.

A tab is one page in one browser, with an event stream that stays open. After each build every page that is
shown is rendered again, and only tabs of which the page or a file that it loads has changed get an event.
"""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from broadsheet.common.problems import Problem, fold, format_problem, format_problems
from broadsheet.common.text_style import PLAIN, TextStyle
from broadsheet.serve.render_thread import RenderedOutput
from broadsheet.serve.session import PreviewSession

# Ends a stream.
END: Final = None
Event: TypeAlias = "tuple[str, dict[str, object]]"


@dataclass(slots=True, eq=False)
class Tab:
    """A page in a browser: its digests when it was sent, and the events that wait to be sent."""

    path: str
    stamp: str
    digest: str = ""
    parts: dict[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    events: queue.SimpleQueue[Event | None] = field(default_factory=queue.SimpleQueue)

    def send(self, name: str, **members: object) -> None:
        """Queue an event for the tab."""
        self.events.put((name, members))


class Tabs:
    """All open tabs."""

    def __init__(self, session: PreviewSession, say: Callable[[str], None], style: TextStyle = PLAIN) -> None:
        """Show pages of ``session``, in no tabs yet; ``say`` prints text, problems in ``style``."""
        self._session = session
        self._say = say
        self._style = style
        self._lock = threading.Lock()
        self._tabs: list[Tab] = []
        self._problems: tuple[Problem, ...] = ()
        self._page_problems: dict[str, tuple[Problem, ...]] = {}
        self._printed: tuple[Problem, ...] = ()
        self._new: tuple[str, str] | None = None
        self._new_since = 0

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The problems of the sources."""
        return self._problems

    def open(self, path: str, stamp: str, build: int) -> Tab:
        """Add a tab that shows the output at ``path``, sent with ``stamp`` from the build ``build``."""
        tab = Tab(path=path, stamp=stamp)
        with self._lock:
            self._tabs.append(tab)
            if build < self._new_since:
                self._send_new_article(tab)
            self._update(tab)
            self._print_problems()
        return tab

    def close(self, tab: Tab) -> None:
        """Remove a tab."""
        with self._lock:
            self._tabs.remove(tab)

    def end(self) -> None:
        """End every stream."""
        with self._lock:
            for tab in self._tabs:
                tab.events.put(END)

    def progress(self, stage: str, done: int, count: int) -> None:
        """Report the progress of the first build to every tab."""
        with self._lock:
            for tab in self._tabs:
                tab.send("progress", stage=stage, done=done, count=count)

    def announce(self, problems: tuple[Problem, ...], new: tuple[str, str] | None) -> None:
        """Send each tab what has changed on its page; ``problems`` are those of the sources.

        ``new``: output and title of a new article. A tab whose page was still loading gets it when it opens
        its stream.
        """
        with self._lock:
            self._problems = problems
            if new:
                self._new, self._new_since = new, self._session.build
            for tab in self._tabs:
                if new:
                    self._send_new_article(tab)
                self._update(tab)
            for path in self._page_problems.keys() - {tab.path for tab in self._tabs}:
                self._note_problems(path, self._session.render(path))
            self._print_problems()

    def _note_problems(self, path: str, rendered: RenderedOutput | None) -> None:
        self._page_problems.pop(path, None)
        if rendered and rendered.problems:
            self._page_problems[path] = rendered.problems

    def _print_problems(self) -> None:
        """Print the problems if they have changed; one that several pages have, as of a layout, only once."""
        pages = (problem for path in sorted(self._page_problems) for problem in self._page_problems[path])
        found = tuple(dict.fromkeys((*self._problems, *pages)))
        if found != self._printed:
            self._printed = found
            self._say(format_problems(fold(found), self._style) if found else "All problems are fixed.")

    def _send_new_article(self, tab: Tab) -> None:
        """Send the new article if it has a page; before a reload, for the page keeps it for afterwards."""
        urls = self._session.urls
        if self._new and urls and self._session.render(self._new[0]):
            tab.send("new", url=urls.url(self._new[0]), title=self._new[1])

    def _update(self, tab: Tab) -> None:
        if not self._session.build and not self._problems:
            return  # the first build is still to come
        rendered = self._session.render(tab.path)
        self._note_problems(tab.path, rendered)
        problems = (*self._problems, *(rendered.problems if rendered else ()))
        if problems != tab.problems:
            tab.problems = problems
            tab.send("problems", problems=list_members(problems))
        stamp = rendered.stamp if rendered else ""
        if stamp == tab.stamp:
            tab.digest, tab.parts = (rendered.digest, dict(rendered.parts)) if rendered else ("", {})
            return
        if problems and (rendered is None or rendered.problems):
            return  # the page stays as it was last
        moved = None if rendered else self._session.find_moved(tab.path)
        urls = self._session.urls
        if moved and urls:
            tab.stamp = stamp
            tab.send("moved", url=urls.url(moved))
            return
        parts = dict(rendered.parts) if rendered else {}
        if rendered and rendered.digest == tab.digest and parts.keys() == tab.parts.keys():
            tab.stamp = stamp
            tab.send("parts", urls=[url for url, digest in rendered.parts if tab.parts[url] != digest])
        else:
            tab.stamp = stamp
            tab.send("reload")
        tab.digest, tab.parts = rendered.digest if rendered else "", parts


def list_members(problems: Sequence[Problem]) -> list[dict[str, str]]:
    """Return problems for the page's script: of each the place, to be copied, and the whole text."""
    return [{"place": place(problem), "text": format_problem(problem)} for problem in fold(problems)]


def place(problem: Problem) -> str:
    """Return ``file:line`` of a problem, as editors open it."""
    return f"{problem.path}:{problem.line}" if problem.line else problem.path


def encode_event(event: Event) -> bytes:
    """Return a server-sent event: https://html.spec.whatwg.org/multipage/server-sent-events.html."""
    name, members = event
    return f"event: {name}\ndata: {json.dumps(members, ensure_ascii=False)}\n\n".encode()
