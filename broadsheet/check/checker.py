"""Checks single files, in whichever process: links that lead nowhere, and flaws of the file itself.

A result is what is wrong, and what only the whole folder can answer; never a page. A file that was reported
as linked by one process is not reported by it again.
"""

from __future__ import annotations

import html
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from broadsheet.check.extract import MACHINE_LINKS, decode, extract_contents, is_feed
from broadsheet.check.extract.contents import Contents, Flaw, Link, ShownPicture
from broadsheet.check.extract.picture import may_be_shown
from broadsheet.check.resolve import Host, Served, Target
from broadsheet.common.urls import is_page, output_at

# Fragments that every page has: https://html.spec.whatwg.org/#the-indicated-part-of-the-document
_TOP = frozenset(("", "top"))


class Fault(NamedTuple):
    """Something wrong at one place of a built file.

    Of a link, ``target`` is where it leads and ``raw`` its text. ``minor``: readers still get
    where they want.
    """

    page: str
    message: str
    hint: str
    line: int
    column: int
    target: Target | None = None
    raw: str = ""
    minor: bool = False


class FragmentLink(NamedTuple):
    """A link from ``page`` to a fragment of another page, ``target``, whose ids are still to be checked."""

    target: str
    fragment: str
    page: str
    kind: str
    raw: str
    line: int
    column: int


class PictureResult(NamedTuple):
    """What is known of a file that is a picture or a film: pixels across, bytes, what is too much about it.

    ``located``: it says where it was taken.
    """

    width: int
    size: int
    fault: str
    located: bool


class FileResult(NamedTuple):
    """What checking one file found.

    ``linked``: the files it links to. ``external``: of each link that leaves the site its URL, its text, line
    and column. ``links`` is their count; ``unlisted`` as in ``Contents``; ``shown`` are the files of pictures
    that the page shows in one size alone, with the widest that it gives each, 0 for none; ``picture`` is the
    one that the file is.
    """

    page: str
    faults: tuple[Fault, ...]
    fragment_links: tuple[FragmentLink, ...]
    linked: tuple[str, ...]
    external: tuple[tuple[str, str, int, int], ...]
    links: int
    unlisted: bool
    shown: tuple[tuple[str, int], ...] = ()
    picture: PictureResult | None = None


class LinkChecker:
    """Checks the files of one folder, as they are served under an address."""

    def __init__(self, folder: Path, address: str, files: tuple[str, ...], *, external: bool) -> None:
        self.folder = folder
        self.files = files
        self.host = Host(address, frozenset(files))
        self.external = external
        self._reported: set[str] = set()

    def check_file(self, page: str) -> FileResult:
        """Check one file, given by its path in the folder."""
        content = (self.folder / page).read_bytes()
        contents = extract_contents(page, content)
        places = _Locator(page, content)
        faults = [_flaw_fault(page, flaw, places) for flaw in contents.flaws]
        fragment_links: list[FragmentLink] = []
        external: list[tuple[str, str, int, int]] = []
        linked: set[str] = set()
        base = self._base(page, contents.base)
        for link in contents.links:
            target = self.host.resolve(base, link.url)
            if target is None:
                continue
            wording = self._wording(page, link, target, contents.ids)
            if wording:
                faults.append(_link_fault(page, link, target, wording, places))
            elif target.kind == "external":
                if self.external and is_page(page) and link.kind not in MACHINE_LINKS:
                    external.append((target.path, link.url, *places.of(link)))
            elif served := self.host.served(target.path):
                if not is_page(served.file) or not (contents.unlisted or link.kind in MACHINE_LINKS):
                    linked.add(served.file)
                if served.file != page and is_page(served.file) and _names_fragment(link, target):
                    fragment_links.append(
                        FragmentLink(
                            served.file, target.fragment, page, link.kind, link.url, *places.of(link)
                        )
                    )
                if wording := _judge(link, served):
                    minor = wording != _NO_PICTURE
                    faults.append(_link_fault(page, link, target, wording, places, minor=minor))
        linked.discard(page)
        unreported = tuple(sorted(linked - self._reported))
        self._reported |= linked
        return FileResult(
            page,
            tuple(faults),
            tuple(fragment_links),
            unreported,
            tuple(external),
            len(contents.links),
            contents.unlisted,
            self._shown(base, contents.shown),
            _measure(contents, len(content)),
        )

    def missing_fragments(self, wanted: tuple[str, tuple[str, ...]]) -> tuple[str, tuple[str, ...]]:
        """Return a page with those of some fragments that it has no id for."""
        page, fragments = wanted
        ids = extract_contents(page, (self.folder / page).read_bytes()).ids
        return page, tuple(fragment for fragment in fragments if fragment not in ids)

    def _shown(self, base: str, pictures: tuple[ShownPicture, ...]) -> tuple[tuple[str, int], ...]:
        widths: dict[str, int] = {}
        for picture in pictures:
            target = self.host.resolve(base, picture.url)
            served = self.host.served(target.path) if target and target.kind == "own" else None
            if served:
                widths[served.file] = max(picture.width, widths.get(served.file, 0))
        return tuple(sorted(widths.items()))

    def _wording(
        self, page: str, link: Link, target: Target, ids: AbstractSet[str]
    ) -> tuple[str, str] | None:
        """Return message and hint for a broken link of a page with such ids, None when it is not broken."""
        if target.kind == "external":
            return _FOREIGN if link.kind == "sitemap" else None
        if target.kind == "outside":
            return _OUTSIDE if link.kind != "structured data" else None
        served = self.host.served(target.path)
        if served is None:
            return _MISSING
        if _names_fragment(link, target) and served.file == page and target.fragment not in ids:
            return _NO_FRAGMENT_HERE
        return None

    def _base(self, page: str, href: str) -> str:
        """Return the file that relative links of a page are resolved from, given the href of its <base>."""
        target = self.host.resolve(page, href) if href else None
        return output_at(target.path) if target and target.kind == "own" else page


def _measure(contents: Contents, size: int) -> PictureResult | None:
    picture = contents.picture
    if picture is None:
        return PictureResult(0, size, "", located=True) if contents.located else None
    # What is wrong with the file is told as a flaw already; that it is too large is not.
    fault = picture.fault.message if picture.fault and not contents.flaws else ""
    return PictureResult(picture.width, size, fault, contents.located)


def check_file(checker: LinkChecker, page: str) -> FileResult:
    """Check one file, as a task of a pool."""
    return checker.check_file(page)


def find_missing_fragments(
    checker: LinkChecker, wanted: tuple[str, tuple[str, ...]]
) -> tuple[str, tuple[str, ...]]:
    """Return the missing fragments of one page, as a task of a pool."""
    return checker.missing_fragments(wanted)


def find_fragment_fault(link: FragmentLink, path: str) -> Fault:
    """Return the fault of a link to a fragment that its target, served at ``path``, does not have."""
    message, hint = _NO_FRAGMENT
    target = Target("own", path, link.fragment)
    text = message.format(kind=link.kind, path=f"/{path}", fragment=link.fragment)
    return Fault(link.page, text, hint, link.line, link.column, target, link.raw)


def _judge(link: Link, served: Served) -> tuple[str, str] | None:
    """Return message and hint for a link to a file that is there but is not quite right, None if it is."""
    if link.kind == "picture" and not may_be_shown(served.file):
        return _NO_PICTURE
    return _MINOR.get(served.by)


def _names_fragment(link: Link, target: Target) -> bool:
    return link.kind == "link" and target.fragment.lower() not in _TOP


# What is wrong with a link, and what to do about it.
_MISSING = (
    "{kind}: there is no {path}",
    "Fix it, or bring back what stood there.",
)
_NO_FRAGMENT = (
    "{kind}: {path} has no place called #{fragment}",
    "Name one that is there; the anchor of a heading is the slug of its words.",
)
_NO_FRAGMENT_HERE = ("{kind}: this page has no place called #{fragment}", _NO_FRAGMENT[1])
_OUTSIDE = (
    "{kind}: {path} does not lie below the site's address",
    (
        'In a layout write {{{{ url("/…") }}}} or {{{{ static("…") }}}}; for another site of this host, its'
        " whole address. A site that was built for another address: --base-url."
    ),
)
_FOREIGN = (
    "{kind}: {path} is not an address of this site",
    "A sitemap lists the pages of its own site. One that was built for another address: --base-url.",
)
_NO_PICTURE = (
    "{kind}: {path} is no picture that browsers show",
    "Save it as JPEG, PNG or WebP; or link to it.",
)
_MINOR = {
    "index": ("{kind}: {path} is found as {path}index.xml, but not by every host", "Write {path}index.xml"),
    "slash": ("{kind}: {path} lacks its slash, so each reader is sent on to {path}/", "Write {path}/"),
    "suffix": ("{kind}: {path} is found as {path}.html, but not by every host", "Write {path}.html"),
}


def _flaw_fault(page: str, flaw: Flaw, places: _Locator) -> Fault:
    line, column = places.next(flaw.search, flaw.line)
    return Fault(page, flaw.message, flaw.hint, line, column, minor=flaw.minor)


def _link_fault(
    page: str, link: Link, target: Target, wording: tuple[str, str], places: _Locator, *, minor: bool = False
) -> Fault:
    is_whole = target.kind == "external" or target.path.startswith("/")
    path = target.path if is_whole else f"/{target.path}"
    message, hint = (text.format(kind=link.kind, path=path, fragment=target.fragment) for text in wording)
    line, column = places.of(link)
    return Fault(page, message, hint, line, column, target, link.url, minor=minor)


class _Locator:
    """Finds the places of links in a file; decodes it only when asked, since most files have no fault."""

    def __init__(self, page: str, content: bytes) -> None:
        self._page, self._content = page, content
        self._text = ""
        self._searched: dict[str, int] = {}

    def of(self, link: Link) -> tuple[int, int]:
        """Return line and column of a link; asked again for the same text, those of its next occurrence."""
        return self.next(link.url, link.line)

    def next(self, written: str, line: int) -> tuple[int, int]:
        """Return the next place of ``written``; (``line``, 0) if the file does not have it literally."""
        if not written:
            return line, 0
        self._text = self._text or decode(self._page, self._content)
        spellings = dict.fromkeys((written, html.escape(written), html.escape(written, quote=False)))
        if is_feed(self._page):
            spellings[html.escape(html.escape(written, quote=False))] = None
            spellings[quote(written, safe="/:#?&=%")] = None
        first = self._start(line) if self._page.endswith(".css") else 0
        for spelling in spellings:
            at = self._find(spelling, max(first, self._searched.get(spelling, 0)))
            if at >= 0:
                self._searched[spelling] = at + len(spelling)
                return self._text.count("\n", 0, at) + 1, at - self._text.rfind("\n", 0, at)
        return line, 0

    def _start(self, line: int) -> int:
        """Return the offset of a line. For CSS only: HTML has the line of the tag, not of the attribute."""
        return sum(map(len, self._text.splitlines(keepends=True)[: line - 1]))

    def _find(self, spelling: str, begin: int) -> int:
        """Return the offset of ``spelling`` as a whole value, not within a longer one; -1 if nowhere."""
        at = self._text.find(spelling, begin)
        while at >= 0:
            before, after = self._text[at - 1 : at], self._text[at + len(spelling) :][:1]
            if before not in _URL_CHARACTERS and (
                after not in _URL_CHARACTERS or spelling[-1:] in {"<", ">"}
            ):
                return at
            at = self._text.find(spelling, at + 1)
        return -1


_URL_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./%#?&=:~@+")
