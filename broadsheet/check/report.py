"""Turns the results of all files into problems and notes: each fault once, at the source that causes it.

A fault that an article causes is reported at each place in the article. Any other comes most likely from a
layout and recurs on many pages: it is reported once, at the first of them, with the number of the others.
"""

from __future__ import annotations

import dataclasses
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from broadsheet.check.checker import Fault, FileResult, FragmentLink, find_fragment_fault
from broadsheet.check.external import VERDICTS, LinkStatus
from broadsheet.check.extract import decode
from broadsheet.check.extract.picture import is_picture
from broadsheet.check.resolve import Host, Target
from broadsheet.check.source_map import SourceMap
from broadsheet.common.files import locate
from broadsheet.common.model import INDEXED_KINDS
from broadsheet.common.problems import Problem, find_nearest
from broadsheet.common.slugs import path_key
from broadsheet.common.urls import HOST_REDIRECTS, is_page, names_output, served_path
from broadsheet.render.outputs import OF_FILES

# Found by their well-known names, not by links; or there because a licence wants it.
_WELL_KNOWN = frozenset(
    (
        *(
            "404.html",
            "CNAME",
            "edition.txt",
            "favicon.ico",
            "icon.png",
            "index.html",
            "robots.txt",
            "sitemap.xml",
        ),
        *("data/index.json", "data/schema.json", "dates.json", "typeface/OFL.txt", HOST_REDIRECTS),
    )
)
# Of a kind of facets that no article has, the index is there, and nothing leads to it.
_INDEXES = frozenset(names_output(kind, "") for kind in INDEXED_KINDS)
# What servers read, not readers: the redirects of a month or of the site.
_OF_HOSTS = re.compile(r"hosting/(?:nginx|caddy|s3)/[^/]+[.](?:map|json)").fullmatch
# Suggestions are not searched for among more names than this: comparing is slow.
_MOST_NAMES = 1000
_TABLES = (
    "CREATE TABLE fragment (target TEXT, fragment TEXT, page TEXT, kind TEXT, raw TEXT, line INT, col INT)",
    "CREATE TABLE external_link (url TEXT, page TEXT, raw TEXT, line INT, col INT)",
)


class _Repeated:
    """A fault that recurs: as on its first page, and the number of other pages."""

    __slots__ = ("fault", "last", "others")

    def __init__(self, fault: Fault) -> None:
        self.fault, self.last, self.others = fault, fault.page, 0

    def add(self, fault: Fault) -> None:
        if fault.page != self.last:
            self.last, self.others = fault.page, self.others + 1


class Report:
    """What is wrong with one folder: ``add`` takes in every result before anything is asked."""

    def __init__(
        self,
        scratch: sqlite3.Connection,
        folder: Path,
        name: str,
        address: str,
        files: tuple[str, ...],
        sources: SourceMap | None,
    ) -> None:
        """Report on ``folder``, called ``name`` in problems; ``scratch`` is an empty database for what grows.

        ``sources`` is None for a folder whose sources are unknown.
        """
        self.links = 0
        self._scratch = scratch
        self._folder = folder
        self._name = name
        self._files = files
        self._host = Host(address, frozenset(files))
        self._sources = sources
        self._linked: set[str] = set()
        self._unlisted: set[str] = set()
        # Faults that articles cause, and whether each is minor; the others by their message, and of pictures
        # also by their paths.
        self._of_articles: dict[Problem, bool] = {}
        self._article_targets: set[Target] = set()
        self._others: dict[tuple[str, str], _Repeated] = {}
        self._folders: dict[str, set[str]] = {}
        for statement in _TABLES:
            scratch.execute(statement)

    def add(self, result: FileResult) -> None:
        """Take in the result of one file; results come in the order of paths."""
        self.links += result.links
        self._linked.update(result.linked)
        if result.unlisted:
            self._unlisted.add(result.page)
        self._add_faults(result.faults)
        self._scratch.executemany("INSERT INTO fragment VALUES (?, ?, ?, ?, ?, ?, ?)", result.fragment_links)
        rows = ((url, result.page, raw, line, column) for url, raw, line, column in result.external)
        self._scratch.executemany("INSERT INTO external_link VALUES (?, ?, ?, ?, ?)", rows)

    def expect_no_link(self, paths: Iterable[str]) -> None:
        """Accept that nothing links to some files."""
        self._unlisted.update(paths)

    def resolve(self, links: Iterable[tuple[str, str]]) -> Iterator[str]:
        """Yield the files of the folder that links lead to, each given by its page and its URL."""
        for page, url in links:
            target = self._host.resolve(page, url)
            served = self._host.served(target.path) if target and target.kind == "own" else None
            if served:
                yield served.file

    def fragments_to_check(self) -> list[tuple[str, tuple[str, ...]]]:
        """Return the pages to whose fragments other pages link, each with these fragments."""
        pages: dict[str, list[str]] = {}
        query = "SELECT DISTINCT target, fragment FROM fragment ORDER BY target, fragment"
        for page, fragment in self._scratch.execute(query):
            pages.setdefault(page, []).append(fragment)
        return [(page, tuple(fragments)) for page, fragments in pages.items()]

    def add_missing(self, page: str, fragments: Iterable[str]) -> None:
        """Take in which fragments a page does not have."""
        path = served_path(page)
        query = (
            "SELECT target, fragment, page, kind, raw, line, col FROM fragment"
            " WHERE target = ? AND fragment = ? ORDER BY page, line, col"
        )
        for fragment in fragments:
            by_page: dict[str, list[Fault]] = {}
            for row in self._scratch.execute(query, (page, fragment)).fetchall():
                by_page.setdefault(row[2], []).append(find_fragment_fault(FragmentLink(*row), path))
            for faults in by_page.values():
                self._add_faults(faults)

    def problems(self) -> list[Problem]:
        """Return the faults that keep readers from something."""
        own = (problem for problem, minor in self._of_articles.items() if not minor)
        return [*_once(own), *map(self._layout_problem, self._layout_faults(minor=False))]

    def notes(self) -> list[Problem]:
        """Return the minor faults, and the files that nothing links to."""
        own = (problem for problem, minor in self._of_articles.items() if minor)
        return [*_once(own), *map(self._layout_problem, self._layout_faults(minor=True)), *self._unlinked()]

    def external_urls(self) -> list[str]:
        """Return the URLs of the links that leave the site, each once."""
        query = "SELECT DISTINCT url FROM external_link ORDER BY url"
        return [url for (url,) in self._scratch.execute(query)]

    def external_notes(self, statuses: Mapping[str, LinkStatus]) -> Iterator[Problem]:
        """Yield a note for each place that links to a URL which is dead, moved or unsure, in this order."""
        for verdict in VERDICTS[:-1]:
            found: dict[Problem, None] = {}
            query = "SELECT page, raw, line, col FROM external_link WHERE url = ? ORDER BY page, line, col"
            for url, status in statuses.items():
                if status.verdict != verdict:
                    continue
                message, hint = (text.format(url=url, detail=status.detail) for text in _WORDING[verdict])
                elsewhere: _Repeated | None = None
                for page, raw, line, column in self._scratch.execute(query, (url,)):
                    fault = Fault(page, message, hint, line, column, Target("external", url), raw)
                    own = self._article_problems(fault)
                    found |= dict.fromkeys(own)
                    if own:
                        continue
                    if elsewhere:
                        elsewhere.add(fault)
                    else:
                        elsewhere = _Repeated(fault)
                if elsewhere:
                    found[self._layout_problem(elsewhere)] = None
            yield from _once(found)

    def with_lines(self, problems: Iterable[Problem], *, sort: bool = True) -> list[Problem]:
        """Return problems with the source lines that they name; ``sort`` orders them by place, each once."""
        read = lru_cache(maxsize=16)(self._lines)
        made = []
        for problem in problems:
            lines = read(problem.path) if problem.line else []
            source = lines[problem.line - 1] if 0 < problem.line <= len(lines) else ""
            made.append(dataclasses.replace(problem, source=source))
        return sorted(set(made)) if sort else made

    def _add_faults(self, faults: Iterable[Fault]) -> None:
        """Take in the faults of one page. A link that recurs beyond those in its article is the layout's."""
        unmatched: dict[tuple[Target | None, str], int] = {}
        for fault in faults:
            key = fault.target, fault.raw
            if key not in unmatched:
                own = self._article_problems(fault)
                unmatched[key] = len(own)
                self._of_articles.update(dict.fromkeys(own, fault.minor))
                if own and fault.target:
                    self._article_targets.add(fault.target)
            if unmatched[key]:
                unmatched[key] -= 1
                continue
            other = fault.message, fault.page if is_picture(fault.page) else ""
            if other in self._others:
                self._others[other].add(fault)
            else:
                self._others[other] = _Repeated(fault)

    def _article_problems(self, fault: Fault) -> list[Problem]:
        """Return a fault as a problem at each place of the article that causes it; none if none does."""
        positions = self._sources.positions(self._host, fault) if self._sources else ()
        hint = self._hint(fault)
        return [
            Problem(path=each.path, line=each.line, column=each.column, message=fault.message, hint=hint)
            for each in positions
        ]

    def _layout_faults(self, *, minor: bool) -> Iterator[_Repeated]:
        """Yield the faults that no article causes, less those of feeds that repeat an article's text."""
        for _, each in sorted(self._others.items()):
            repeats = not is_page(each.fault.page) and each.fault.target in self._article_targets
            if each.fault.minor is minor and not repeats:
                yield each

    def _layout_problem(self, each: _Repeated) -> Problem:
        fault, message = each.fault, each.fault.message
        if each.others:
            message += f", and on {each.others:,} other {'page' if each.others == 1 else 'pages'}"
        source = self._sources.of_file(fault, self._folder) if self._sources else None
        return Problem(
            path=source.path if source else f"{self._name}/{fault.page}",
            line=source.line if source else fault.line,
            column=source.column if source else fault.column,
            message=message,
            hint=self._hint(fault),
        )

    def _hint(self, fault: Fault) -> str:
        """Return what to do about a fault: for a path that does not exist, the one that may be meant."""
        target = fault.target
        if target is None or target.kind != "own" or target.fragment or self._host.served(target.path):
            return fault.hint
        bare = target.path.rstrip("/")
        folder, slash, name = bare.rpartition("/")
        names = self._names_in(folder)
        alike = [each for each in sorted(names) if path_key(each) == path_key(name) and each != name]
        near = alike[0] if alike else find_nearest(name, names) if len(names) <= _MOST_NAMES else None
        if near is None or near == name:
            return fault.hint
        meant = f"/{folder}{slash}{near}{target.path[len(bare) :]}"
        return f"Write {meant}: upper and lower case differ." if alike else f"Did you mean {meant}?"

    def _names_in(self, folder: str) -> set[str]:
        """Return the names of the files and folders directly in a folder."""
        if not self._folders:
            for path in self._files:
                while path:
                    path, _, name = path.rpartition("/")  # noqa: PLW2901 - from the file up to the root
                    if name in self._folders.setdefault(path, set()):
                        break
                    self._folders[path].add(name)
        return self._folders.get(folder, set())

    def _unlinked(self) -> Iterator[Problem]:
        """Yield a note for each file that nothing links to, though something should."""
        for path in self._files:
            if path in self._linked or path in self._unlisted or path in _WELL_KNOWN or "/." in f"/{path}":
                continue
            if _OF_HOSTS(path) or path in _INDEXES:
                continue
            source = self._source(path)
            hint = "Link to it, or take it out."
            if source != f"{self._name}/{path}":
                message = f"nothing leads to /{path.removesuffix('index.html')}"
            else:
                message = "nothing leads to this file"
            yield Problem(path=source, message=message, hint=hint)

    def _source(self, path: str) -> str:
        """Return the source that an output is made from, or the output's own path."""
        output = self._sources.output(path) if self._sources else None
        if output and output.kind in {"article", "own_page", *OF_FILES}:
            return output.subject
        return f"{self._name}/{path}"

    def _lines(self, path: str) -> list[str]:
        root = self._sources.site if self._sources else Path()
        below = path.removeprefix(f"{self._name}/")
        file = self._folder / below if path.startswith(f"{self._name}/") else Path(locate(root, path))
        try:
            return decode(path, file.read_bytes()).splitlines()
        except OSError:
            return []


def _once(problems: Iterable[Problem]) -> list[Problem]:
    """Return problems in order, of those of one file that say the same the first, with their number."""
    places: dict[tuple[str, str], list[Problem]] = {}
    for problem in sorted(problems):
        places.setdefault((problem.path, problem.message), []).append(problem)
    return [
        first
        if not others
        else dataclasses.replace(first, hint=f"{first.hint} {_TIMES.format(len(others) + 1)}")
        for first, *others in places.values()
    ]


_TIMES = "It is in this file {:,} times."
# Of external links: message and hint.
_WORDING = {
    "dead": ("dead link: {url} ({detail})", "Link to where it stands now, or to a copy in a web archive."),
    "moved": ("moved: {url}", "Write {detail}"),
    "unsure": ("unsure: {url} ({detail})", "Look at it yourself; it is tried again later."),
}
