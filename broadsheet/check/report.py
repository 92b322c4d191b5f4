"""Gathers what the looks at all files found: each fault once, at the source that it comes of.

What an article names wrongly is told at each place where it does. Anything else comes of a layout, most
likely, and stands on many pages alike: it is told at the first of them, with how many more there are.
"""

from __future__ import annotations

import dataclasses
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from broadsheet.check.checker import Anchor, Fault, Looked, without_place
from broadsheet.check.external import VERDICTS, Reply
from broadsheet.check.extract import is_page, texts
from broadsheet.check.resolve import Host, Lead
from broadsheet.check.source_map import Origins
from broadsheet.common.problems import Problem, nearest
from broadsheet.common.slugs import path_key

# Found by their names, not by links.
_KNOWN = frozenset(
    (
        *("404.html", "CNAME", "edition.txt", "favicon.ico", "index.html", "robots.txt", "sitemap.xml"),
        *("data/index.json", "data/schema.json"),
    )
)
_MOST_NAMES = 1000
_TABLES = (
    "CREATE TABLE anchor (target TEXT, fragment TEXT, page TEXT, what TEXT, raw TEXT, line INT, col INT)",
    "CREATE TABLE elsewhere (url TEXT, page TEXT, raw TEXT, line INT, col INT)",
)


class _Seen:
    """A fault that stands on several pages: as it is on the first, and how many others have it."""

    __slots__ = ("fault", "last", "others")

    def __init__(self, fault: Fault) -> None:
        self.fault, self.last, self.others = fault, fault.page, 0

    def again(self, fault: Fault) -> None:
        if fault.page != self.last:
            self.last, self.others = fault.page, self.others + 1


class Gathering:
    """What is found in one folder."""

    def __init__(
        self,
        kept: sqlite3.Connection,
        folder: Path,
        name: str,
        address: str,
        files: tuple[str, ...],
        origins: Origins | None,
    ) -> None:
        """Gather into ``kept``, an empty database, what the files of ``folder``, by its ``name``, hold."""
        self.references = 0
        self._kept = kept
        self._folder = folder
        self._name = name
        self._files = files
        self._host = Host(address, frozenset(files))
        self._origins = origins
        self._reached: set[str] = set()
        self._quiet: set[str] = set()
        self._own: dict[Problem, bool] = {}
        self._of_articles: set[Lead] = set()
        self._others: dict[str, _Seen] = {}
        self._folders: dict[str, set[str]] = {}
        for statement in _TABLES:
            kept.execute(statement)

    def add(self, looked: Looked) -> None:
        """Take in what a look at one file gave; looks come in the order of paths."""
        self.references += looked.references
        self._reached.update(looked.reached)
        if looked.quiet:
            self._quiet.add(looked.page)
        self._add_faults(looked.faults)
        self._kept.executemany("INSERT INTO anchor VALUES (?, ?, ?, ?, ?, ?, ?)", looked.anchors)
        rows = ((url, looked.page, raw, line, column) for url, raw, line, column in looked.elsewhere)
        self._kept.executemany("INSERT INTO elsewhere VALUES (?, ?, ?, ?, ?)", rows)

    def expect_no_link(self, paths: Iterable[str]) -> None:
        """Take it as meant that nothing leads to some files."""
        self._quiet.update(paths)

    def wanted(self) -> list[tuple[str, tuple[str, ...]]]:
        """Return the pages within which others name places, and these places."""
        pages: dict[str, list[str]] = {}
        query = "SELECT DISTINCT target, fragment FROM anchor ORDER BY target, fragment"
        for page, fragment in self._kept.execute(query):
            pages.setdefault(page, []).append(fragment)
        return [(page, tuple(fragments)) for page, fragments in pages.items()]

    def add_missing(self, page: str, fragments: Iterable[str]) -> None:
        """Take in that a page has no such places."""
        path = page.removesuffix("index.html") if f"/{page}".endswith("/index.html") else page
        query = (
            "SELECT target, fragment, page, what, raw, line, col FROM anchor"
            " WHERE target = ? AND fragment = ? ORDER BY page, line, col"
        )
        for fragment in fragments:
            by_page: dict[str, list[Fault]] = {}
            for row in self._kept.execute(query, (page, fragment)).fetchall():
                by_page.setdefault(row[2], []).append(without_place(Anchor(*row), path))
            for faults in by_page.values():
                self._add_faults(faults)

    def problems(self) -> list[Problem]:
        """Return what keeps a reader from something."""
        own = [problem for problem, light in self._own.items() if not light]
        return [*own, *(self._of_layout(seen) for seen in self._told(light=False))]

    def notes(self) -> list[Problem]:
        """Return what is worth a look."""
        own = [problem for problem, light in self._own.items() if light]
        return [*own, *(self._of_layout(seen) for seen in self._told(light=True)), *self._unlinked()]

    def elsewhere(self) -> list[str]:
        """Return what leaves the site."""
        return [row[0] for row in self._kept.execute("SELECT DISTINCT url FROM elsewhere ORDER BY url")]

    def unanswered(self, replies: Mapping[str, Reply]) -> Iterator[Problem]:
        """Yield a note for each place from which readers will not get where they want, or on a detour."""
        for verdict in VERDICTS[:-1]:
            found: dict[Problem, None] = {}
            query = "SELECT page, raw, line, col FROM elsewhere WHERE url = ? ORDER BY page, line, col"
            for url, reply in replies.items():
                if reply.verdict != verdict:
                    continue
                message, hint = (text.format(url=url, words=reply.words) for text in _REPLIES[verdict])
                others: _Seen | None = None
                for page, raw, line, column in self._kept.execute(query, (url,)):
                    fault = Fault(page, message, hint, line, column, Lead("elsewhere", url), raw)
                    own = self._at_home(fault)
                    found |= dict.fromkeys(own)
                    if own:
                        continue
                    if others:
                        others.again(fault)
                    else:
                        others = _Seen(fault)
                if others:
                    found[self._of_layout(others)] = None
            yield from sorted(found)

    def shown(self, problems: Iterable[Problem], *, sort: bool = True) -> list[Problem]:
        """Return problems with the lines that they name; ``sort`` puts them into the order of places."""
        read = lru_cache(maxsize=16)(self._lines)
        made = []
        for problem in problems:
            lines = read(problem.path) if problem.line else []
            source = lines[problem.line - 1] if 0 < problem.line <= len(lines) else ""
            made.append(dataclasses.replace(problem, source=source))
        return sorted(set(made)) if sort else made

    def _add_faults(self, faults: Iterable[Fault]) -> None:
        """Take in the faults of one page. What stands there oftener than its article says is the layout's."""
        spent: dict[tuple[Lead | None, str], int] = {}
        for fault in faults:
            key = fault.lead, fault.raw
            if key not in spent:
                own = self._at_home(fault)
                spent[key] = len(own)
                self._own.update(dict.fromkeys(own, fault.light))
                if own and fault.lead:
                    self._of_articles.add(fault.lead)
            if spent[key]:
                spent[key] -= 1
            elif fault.message in self._others:
                self._others[fault.message].again(fault)
            else:
                self._others[fault.message] = _Seen(fault)

    def _at_home(self, fault: Fault) -> list[Problem]:
        """Return a fault as the problems of an article that it comes of; none when it comes of none."""
        places = self._origins.places(self._host, fault) if self._origins else ()
        hint = self._hint(fault)
        return [
            Problem(path=place.path, line=place.line, column=place.column, message=fault.message, hint=hint)
            for place in places
        ]

    def _told(self, *, light: bool) -> Iterator[_Seen]:
        """Yield what comes of no article; nor of one whose text a feed repeats."""
        for _, seen in sorted(self._others.items()):
            repeats = not is_page(seen.fault.page) and seen.fault.lead in self._of_articles
            if seen.fault.light is light and not repeats:
                yield seen

    def _of_layout(self, seen: _Seen) -> Problem:
        fault, message = seen.fault, seen.fault.message
        if seen.others:
            message += f", and on {seen.others:,} other {'page' if seen.others == 1 else 'pages'}"
        source = self._origins.source(fault.page, self._folder) if self._origins else ""
        return Problem(
            path=source or f"{self._name}/{fault.page}",
            line=fault.line,
            column=fault.column,
            message=message,
            hint=self._hint(fault),
        )

    def _hint(self, fault: Fault) -> str:
        """Return what to do about a fault: for a path that is not there, the one that may be meant."""
        lead = fault.lead
        if lead is None or lead.kind != "own" or lead.fragment or self._host.served(lead.path):
            return fault.hint
        bare = lead.path.rstrip("/")
        folder, slash, name = bare.rpartition("/")
        names = self._beside(folder)
        alike = [each for each in sorted(names) if path_key(each) == path_key(name) and each != name]
        near = alike[0] if alike else nearest(name, names) if len(names) <= _MOST_NAMES else None
        if near is None or near == name:
            return fault.hint
        meant = f"/{folder}{slash}{near}{lead.path[len(bare) :]}"
        return f"Write {meant}: upper and lower case differ." if alike else f"Did you mean {meant}?"

    def _beside(self, folder: str) -> set[str]:
        """Return the names of the files and folders right in a folder."""
        if not self._folders:
            for path in self._files:
                while path:
                    path, _, name = path.rpartition("/")  # noqa: PLW2901 - from the file up to the root
                    if name in self._folders.setdefault(path, set()):
                        break
                    self._folders[path].add(name)
        return self._folders.get(folder, set())

    def _unlinked(self) -> Iterator[Problem]:
        """Yield a note for each file that nothing leads to, of those that something should lead to."""
        for path in self._files:
            if path in self._reached or path in self._quiet or path in _KNOWN or f"/{path}".count("/."):
                continue
            home = self._home(path)
            hint = "Link to it, or take it out."
            if home != f"{self._name}/{path}":
                message = f"nothing leads to /{path.removesuffix('index.html')}"
            else:
                message = "nothing leads to this file"
            yield Problem(path=home, message=message, hint=hint)

    def _home(self, path: str) -> str:
        """Return the source that an output is made of, or its own path."""
        output = self._origins.output(path) if self._origins else None
        if output and output.kind in {"article", "copy"}:
            return output.subject
        return f"{self._name}/{path}"

    def _lines(self, path: str) -> list[str]:
        root = self._origins.site if self._origins else Path()
        below = path.removeprefix(f"{self._name}/")
        file = self._folder / below if path.startswith(f"{self._name}/") else root / path
        try:
            return texts(path, file.read_bytes()).splitlines()
        except OSError:
            return []


_REPLIES = {
    "dead": ("dead link: {url} ({words})", "Link to where it stands now, or to a copy in a web archive."),
    "moved": ("moved: {url}", "Write {words}"),
    "unsure": ("unsure: {url} ({words})", "Look at it yourself; it is tried again later."),
}
