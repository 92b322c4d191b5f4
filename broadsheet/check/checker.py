"""Looks at single files, in whatever process: what a file refers to that is not there, and its own flaws.

Sent back are faults, and what only the whole folder can answer: never a page, and what was sent once in
a process not again.
"""

from __future__ import annotations

import html
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from broadsheet.check.extract import TOLD, Flaw, Reference, contents, is_feed, is_page, texts
from broadsheet.check.resolve import Host, Lead

_ANYWHERE = frozenset(("", "top"))


class Fault(NamedTuple):
    """What is wrong at one place of a file of the folder. ``lead`` and ``raw`` are of a reference.

    ``light``: readers get where they want all the same.
    """

    page: str
    message: str
    hint: str
    line: int
    column: int
    lead: Lead | None = None
    raw: str = ""
    light: bool = False


class Anchor(NamedTuple):
    """A reference from ``page`` to a place within another page, which is still to be looked for."""

    target: str
    fragment: str
    page: str
    what: str
    raw: str
    line: int
    column: int


class Looked(NamedTuple):
    """What a look at one file gave.

    ``reached``: files that it leads to; ``elsewhere``: URLs that leave the site, each also as it stands
    there, with its line and column.
    """

    page: str
    faults: tuple[Fault, ...]
    anchors: tuple[Anchor, ...]
    reached: tuple[str, ...]
    elsewhere: tuple[tuple[str, str, int, int], ...]
    references: int
    quiet: bool


class LinkChecker:
    """What one process looks with: the folder, and how it is served."""

    def __init__(self, folder: Path, address: str, files: tuple[str, ...], *, external: bool) -> None:
        self.folder = folder
        self.host = Host(address, frozenset(files))
        self.external = external
        self._sent: set[str] = set()

    def look(self, page: str) -> Looked:
        """FileStat at one file."""
        content = (self.folder / page).read_bytes()
        held = contents(page, content)
        places = _Places(page, content)
        faults = [_of_flaw(page, flaw, places) for flaw in held.flaws]
        anchors: list[Anchor] = []
        elsewhere: list[tuple[str, str, int, int]] = []
        reached: set[str] = set()
        within = self._within(page, held.base)
        for found in held.references:
            lead = self.host.reading(within, found.url)
            if lead is None:
                continue
            words = self._fault(page, found, lead, held.ids)
            if words:
                faults.append(_fault(page, found, lead, words, places))
            elif lead.kind == "elsewhere":
                if self.external and is_page(page) and found.what not in TOLD:
                    elsewhere.append((lead.path, found.url, *places.of(found)))
            elif served := self.host.served(lead.path):
                if not held.quiet and (found.what not in TOLD or not is_page(served.file)):
                    reached.add(served.file)
                if served.file != page and is_page(served.file) and _names_a_place(found, lead):
                    anchors.append(
                        Anchor(served.file, lead.fragment, page, found.what, found.url, *places.of(found))
                    )
                if served.by != "name":
                    faults.append(_fault(page, found, lead, _LIGHT[served.by], places, light=True))
        reached.discard(page)
        sent = tuple(sorted(reached - self._sent))
        self._sent |= reached
        return Looked(
            page, tuple(faults), tuple(anchors), sent, tuple(elsewhere), len(held.references), held.quiet
        )

    def _fault(
        self, page: str, found: Reference, lead: Lead, ids: AbstractSet[str]
    ) -> tuple[str, str] | None:
        """Return the words for what is wrong with a reference of a page with such ids, None if nothing is."""
        if lead.kind == "elsewhere":
            return _FOREIGN if found.what == "sitemap" else None
        if lead.kind == "outside":
            return _OUTSIDE if found.what != "structured data" else None
        served = self.host.served(lead.path)
        if served is None:
            return _MISSING
        if _names_a_place(found, lead) and served.file == page and lead.fragment not in ids:
            return _NO_PLACE_HERE
        return None

    def missing(self, wanted: tuple[str, tuple[str, ...]]) -> tuple[str, tuple[str, ...]]:
        """Return which of some fragments a page has no place for."""
        page, fragments = wanted
        ids = contents(page, (self.folder / page).read_bytes()).ids
        return page, tuple(fragment for fragment in fragments if fragment not in ids)

    def _within(self, page: str, base: str) -> str:
        """Return the path that a page's relative references are seen from."""
        lead = self.host.reading(page, base) if base else None
        if lead is None or lead.kind != "own":
            return page
        return f"{lead.path}index.html" if lead.path.endswith("/") or not lead.path else lead.path


def _names_a_place(found: Reference, lead: Lead) -> bool:
    return found.what == "link" and lead.fragment.lower() not in _ANYWHERE


def look(sight: LinkChecker, page: str) -> Looked:
    """FileStat at one file, as work for a pool."""
    return sight.look(page)


def missing(sight: LinkChecker, wanted: tuple[str, tuple[str, ...]]) -> tuple[str, tuple[str, ...]]:
    """FileStat for places in one page, as work for a pool."""
    return sight.missing(wanted)


def without_place(anchor: Anchor, path: str) -> Fault:
    """Return the fault of a reference to a place that its target, served at ``path``, does not have."""
    message, hint = _NO_PLACE
    lead = Lead("own", path, anchor.fragment)
    text = message.format(what=anchor.what, path=f"/{path}", fragment=anchor.fragment)
    return Fault(anchor.page, text, hint, anchor.line, anchor.column, lead, anchor.raw)


# What is wrong with a reference, and what to do about it.
_MISSING = (
    "{what}: there is no {path}",
    "Mend it, or bring back what stood there.",
)
_NO_PLACE = (
    "{what}: {path} has no place called #{fragment}",
    "Name one that is there; the anchor of a heading is the slug of its words.",
)
_NO_PLACE_HERE = ("{what}: this page has no place called #{fragment}", _NO_PLACE[1])
_OUTSIDE = (
    "{what}: {path} does not lie below the site's address",
    (
        'In a layout write {{{{ url("/…") }}}} or {{{{ static("…") }}}}; for another site of this host, its'
        " whole address. A site that was built for another address: --base-url."
    ),
)
_FOREIGN = (
    "{what}: {path} is not an address of this site",
    "A sitemap lists the pages of its own site. One that was built for another address: --base-url.",
)
_LIGHT = {
    "slash": ("{what}: {path} lacks its slash, so each reader is sent on to {path}/", "Write {path}/"),
    "suffix": ("{what}: {path} is found as {path}.html, but not by every host", "Write {path}.html"),
}


def _of_flaw(page: str, flaw: Flaw, places: _Places) -> Fault:
    line, column = places.next(flaw.sought, flaw.line)
    return Fault(page, flaw.message, flaw.hint, line, column)


def _fault(
    page: str, found: Reference, lead: Lead, words: tuple[str, str], places: _Places, *, light: bool = False
) -> Fault:
    path = lead.path if lead.kind == "elsewhere" or lead.path.startswith("/") else f"/{lead.path}"
    message, hint = (text.format(what=found.what, path=path, fragment=lead.fragment) for text in words)
    line, column = places.of(found)
    return Fault(page, message, hint, line, column, lead, found.url, light=light)


class _Places:
    """Where in a file its references stand. Only a file in which something is wrong is asked."""

    def __init__(self, page: str, content: bytes) -> None:
        self._page, self._content = page, content
        self._text = ""
        self._sought: dict[str, int] = {}

    def of(self, found: Reference) -> tuple[int, int]:
        """Return line and column of a reference: each time of the next one that is written alike."""
        return self.next(found.url, found.line)

    def next(self, written: str, line: int) -> tuple[int, int]:
        """Return where ``written`` stands next, or (``line``, 0) when it is nowhere as it is."""
        if not written:
            return line, 0
        self._text = self._text or texts(self._page, self._content)
        spellings = dict.fromkeys((written, html.escape(written), html.escape(written, quote=False)))
        if is_feed(self._page):
            spellings[html.escape(html.escape(written, quote=False))] = None
            spellings[quote(written, safe="/:#?&=%")] = None
        first = self._start(line) if self._page.endswith(".css") else 0
        for spelling in spellings:
            at = self._find(spelling, max(first, self._sought.get(spelling, 0)))
            if at >= 0:
                self._sought[spelling] = at + len(spelling)
                return self._text.count("\n", 0, at) + 1, at - self._text.rfind("\n", 0, at)
        return line, 0

    def _start(self, line: int) -> int:
        """Return where a line begins. Of HTML, it is not known on which line of a tag something stands."""
        return sum(map(len, self._text.splitlines(keepends=True)[: line - 1]))

    def _find(self, spelling: str, begin: int) -> int:
        """Return where ``spelling`` stands as a whole value; -1 when nowhere."""
        at = self._text.find(spelling, begin)
        while at >= 0:
            before, after = self._text[at - 1 : at], self._text[at + len(spelling) :][:1]
            if before not in _PART and (after not in _PART or spelling[-1:] in {"<", ">"}):
                return at
            at = self._text.find(spelling, at + 1)
        return -1


_PART = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./%#?&=:~@+")
