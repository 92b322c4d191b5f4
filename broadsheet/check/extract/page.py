"""The links, ids and flaws of an HTML page; the links of SVG and of HTML inside feeds.

Flaws are what a page gets wrong whatever it links to: two equal ids, a picture without alternative text,
structured data that is no JSON, headings that skip a level, no language.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from lxml import etree

from broadsheet.check.extract.contents import Contents, Flaw, Link, ShownPicture, shorten
from broadsheet.check.extract.stylesheet import list_css_links

_Element = Any  # of lxml: of a tree without comments, which its stubs do not know
_Json = Any
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_ATTRIBUTES = {
    ("a", "href"): "link",
    ("area", "href"): "link",
    ("audio", "src"): "recording",
    ("embed", "src"): "embedded file",
    ("form", "action"): "form",
    ("frame", "src"): "frame",
    ("iframe", "src"): "frame",
    ("image", "href"): "picture",
    ("img", "src"): "picture",
    ("input", "src"): "picture",
    ("object", "data"): "embedded file",
    ("script", "src"): "script",
    ("source", "src"): "recording",
    ("track", "src"): "subtitles",
    ("use", "href"): "picture",
    ("video", "poster"): "picture",
    ("video", "src"): "recording",
}
# What scripts fetch: the theme's latest news and indexes of names, and pictures that are loaded lazily.
_SCRIPT_ATTRIBUTES = ("data-from", "data-href", "data-index", "data-or", "data-src", "data-url")
_NOT_FETCHED = frozenset(("dns-prefetch", "preconnect"))
_SCHEMA_URLS = frozenset(
    ("@id", "contentUrl", "image", "item", "logo", "mainEntityOfPage", "thumbnailUrl", "url")
)
_CANDIDATE = re.compile(r"[\s,]*([^\s,]\S*[^\s,]|[^\s,])(?:\s+[^,]*)?(?:,|\Z)")
_REFRESH = re.compile(r"\s*[\d.]*\s*[;,]?\s*(?:url\s*=\s*)?[\"']?([^\"']*)", re.IGNORECASE)
_WIDTH = re.compile(r"[0-9]{1,6}")
_ADDRESS = re.compile(r"(?i)https?://\S+")


def extract_page(content: bytes) -> Contents:
    """Return the contents of a page of HTML."""
    tree = _parse(content)
    if tree is None:
        return Contents()
    scan = _Scan()
    for element in tree.iter(etree.Element):
        scan.element(element)
    # A file of a few words, such as one that proves to a search engine who owns the site, is no page.
    is_document = re.search(rb"(?i)<!doctype|<html", content[:4096]) is not None
    flaws = [*scan.flaws, *(_structure_flaws(tree, is_redirect=scan.is_redirect) if is_document else ())]
    return Contents(
        links=tuple(scan.links),
        ids=frozenset(scan.ids),
        flaws=tuple(flaws),
        unlisted=scan.unlisted,
        base=scan.base,
        shown=tuple(scan.shown),
    )


def extract_svg(root: _Element) -> Contents:
    """Return the links and ids of a parsed SVG file."""
    scan = _Scan()
    for element in root.iter(etree.Element):
        scan.element(element)
    return Contents(tuple(scan.links), frozenset(scan.ids))


def list_fragment_links(html: str, line: int = 0) -> Iterator[Link]:
    """Yield the links of HTML inside a feed, as links of the feed; ``line`` is that of the HTML."""
    for link in extract_page(html.encode()).links:
        yield Link("feed", link.url, line)


def _parse(content: bytes) -> _Element:
    try:
        content.decode()
        encoding: str | None = "utf-8"
    except UnicodeDecodeError:
        encoding = None  # what the page itself declares
    # Not that of lxml.html, which looks up a class of its own for every element.
    parser = etree.HTMLParser(encoding=encoding, huge_tree=True, remove_pis=True, remove_comments=True)
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        return None  # an empty document


class _Scan:
    """Collects the links, ids and flaws of the elements of one page, or of one SVG."""

    def __init__(self) -> None:
        self.links: list[Link] = []
        self.ids: dict[str, int] = {}
        self.flaws: list[Flaw] = []
        self.shown: list[ShownPicture] = []
        self.unlisted = self.is_redirect = False
        self.base = ""

    def element(self, element: _Element) -> None:
        tag, line = element.tag.rpartition("}")[2], element.sourceline or 0
        for name, value in element.items():
            self._attribute(tag, name.rpartition("}")[2].removeprefix("xlink:"), value, line)
        if tag == "a" and element.get("name"):
            self.ids.setdefault(element.get("name"), 0)
        special = _SPECIAL.get(tag)
        if special:
            special(self, element, line)

    def _attribute(self, tag: str, name: str, value: str, line: int) -> None:
        if name == "id":
            self._id(value, line)
        elif name == "style":
            self._add(line, "style", (link.url for link in list_css_links(value)))
        elif name in {"srcset", "imagesrcset"}:
            self._add(line, "picture", _candidates(value))
        elif name in _SCRIPT_ATTRIBUTES:
            if name == "data-src" or value[:1] == "/" or "://" in value:
                self._add(line, "address for a script", (value,))
        elif (tag, name) in _ATTRIBUTES:
            kind = _ATTRIBUTES[tag, name]
            if value.strip() or kind in {"link", "form"}:
                self._add(line, kind, (value,))
            else:
                message = f"{kind}: {name} of <{tag}> is empty"
                self.flaws.append(Flaw(message, "Name the file, or take the element out.", "", line))

    def _id(self, value: str, line: int) -> None:
        if self.ids.get(value):
            message = f"the id {value} stands twice in the page"
            hint = "Give each its own. Ids of layouts end in an underscore: no heading of an article has one."
            self.flaws.append(Flaw(message, hint, value, line))
        self.ids[value] = line or 1

    def _add(self, line: int, kind: str, urls: Iterable[str]) -> None:
        self.links += [Link(kind, url, line) for url in urls]

    def _link(self, element: _Element, line: int) -> None:
        rel = frozenset((element.get("rel") or "").lower().split())
        href = element.get("href")
        if href is None or rel & _NOT_FETCHED:
            return
        media_type = element.get("type") or ""
        kind = "link"
        for name in ("canonical", "stylesheet", "icon"):
            if name in rel:
                kind = name
        if "alternate" in rel and ("xml" in media_type or "json" in media_type):
            kind = "feed"
        self._add(line, kind, (href,))

    def _meta(self, element: _Element, line: int) -> None:
        content = element.get("content") or ""
        if (element.get("http-equiv") or "").lower() == "refresh":
            found = _REFRESH.match(content)
            if found and found[1]:
                self.unlisted = self.is_redirect = True
                self._add(line, "redirect", (found[1].strip(),))
        elif (element.get("name") or "").lower() == "robots":
            self.unlisted = self.unlisted or "noindex" in content.lower()
        elif _ADDRESS.fullmatch(content):
            self._add(line, "address", (content,))

    def _script(self, element: _Element, line: int) -> None:
        if (element.get("type") or "").lower() != "application/ld+json":
            return
        try:
            value = json.loads(element.text or "")
        except json.JSONDecodeError as error:
            message = f"structured data: this is no JSON: {error.msg}"
            self.flaws.append(Flaw(message, "Fix it, or take it out.", "application/ld+json", line))
            return
        self._add(line, "structured data", _schema_urls(value))

    def _image(self, element: _Element, line: int) -> None:
        self._picture(element, line)
        # The parser does not know that a <source> has no content, and puts the <img> into it.
        around = next(element.iterancestors("picture"), None)
        src = element.get("src")
        if not src or element.get("srcset"):
            return
        if around is not None and around.find(".//source[@srcset]") is not None:
            return
        width = element.get("width") or ""
        self.shown.append(ShownPicture(src, int(width) if _WIDTH.fullmatch(width) else 0))

    def _picture(self, element: _Element, line: int) -> None:
        if element.get("alt") is None and element.get("role") not in {"presentation", "none"}:
            src = element.get("src") or element.get("srcset") or ""
            message = f"picture: {shorten(src)} has no alternative text"
            hint = 'Say in alt="…" what it shows; alt="" if it only decorates.'
            self.flaws.append(Flaw(message, hint, src, line))

    def _input(self, element: _Element, line: int) -> None:
        if (element.get("type") or "").lower() == "image":
            self._picture(element, line)

    def _style(self, element: _Element, line: int) -> None:
        self._add(line, "style", (link.url for link in list_css_links(element.text or "")))

    def _base(self, element: _Element, line: int) -> None:
        self.base = self.base or element.get("href") or ""


_SPECIAL: Mapping[str, Callable[[_Scan, _Element, int], None]] = MappingProxyType(
    {
        "base": _Scan._base,  # noqa: SLF001 - the table of the class, which it cannot hold itself
        "img": _Scan._image,  # noqa: SLF001
        "input": _Scan._input,  # noqa: SLF001
        "link": _Scan._link,  # noqa: SLF001
        "meta": _Scan._meta,  # noqa: SLF001
        "script": _Scan._script,  # noqa: SLF001
        "style": _Scan._style,  # noqa: SLF001
    }
)


def _candidates(srcset: str) -> Iterator[str]:
    """Yield the URLs of a srcset: https://html.spec.whatwg.org/multipage/images.html#srcset-attributes."""
    yield from (found[1] for found in _CANDIDATE.finditer(srcset))


def _schema_urls(value: _Json, key: str = "") -> Iterator[str]:
    """Yield what may be URLs of the site in structured data, without fragments: there they are only names."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield from _schema_urls(member, name)
    elif isinstance(value, list):
        for member in value:
            yield from _schema_urls(member, key)
    elif isinstance(value, str) and (_ADDRESS.fullmatch(value) or (value[:1] == "/" and key in _SCHEMA_URLS)):
        yield value.partition("#")[0]


def _structure_flaws(tree: _Element, *, is_redirect: bool) -> Iterator[Flaw]:
    """Yield what is wrong with the language and the headings of a page."""
    if not (tree.get("lang") or "").strip():
        yield Flaw("the page does not say its language", 'Write <html lang="…">.', "<html", 1)
    if is_redirect:
        return
    headings = [
        (element, _HEADINGS[element.tag]) for element in tree.iter(*_HEADINGS) if element.get("role") is None
    ]
    first = [element for element, level in headings if level == 1]
    if not first:
        yield Flaw("the page has no h1", "Give it a heading that says what it is.", "<body", 1)
    for element in first[1:]:
        message = f"a second h1: {_words(element)}"
        yield Flaw(message, "A page has one h1; make this an h2.", "", element.sourceline or 0)
    mains = tree.findall(".//main")
    last = 0
    for element, level in headings:
        if level > 1 and mains and not any(above.tag == "main" for above in element.iterancestors()):
            continue
        if level > last + 1:
            above = f"an h{last}" if last else "no heading"
            message = f"an h{level} follows {above}: {_words(element)}"
            yield Flaw(message, f"Make it an h{last + 1}.", "", element.sourceline or 0)
        last = level


def _words(element: _Element) -> str:
    return shorten(" ".join("".join(element.itertext()).split()))
