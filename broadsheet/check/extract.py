"""What one file of a site refers to, and what is wrong with it by itself.

A function of the file's name and its bytes: HTML, style sheets, SVG, feeds, sitemaps, robots.txt and web
manifests are read; of any other file nothing is known but that it is there. Nothing here asks where a
reference leads.
"""

from __future__ import annotations

import gzip
import io
import json
import re
import zlib
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from lxml import etree

_Element = Any  # of lxml: of a tree without comments, which its stubs do not know
_Json = Any
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_SOURCES = {
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
# What scripts fetch: the theme's latest news, and what loads pictures late.
_OF_SCRIPTS = ("data-from", "data-href", "data-src", "data-url")
_NOT_FETCHED = frozenset(("dns-prefetch", "preconnect"))
# A place that machines are told of. It shall be there, but no reader gets anywhere by it.
TOLD = frozenset(("address", "canonical", "sitemap", "structured data"))
_SCHEMA_URLS = frozenset(
    ("@id", "contentUrl", "image", "item", "logo", "mainEntityOfPage", "thumbnailUrl", "url")
)
_CSS = re.compile(
    r"/\*.*?\*/|url\(\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"')]+))\s*\)|@import\s+(?:\"([^\"]*)\"|'([^']*)')",
    re.DOTALL,
)
_CANDIDATE = re.compile(r"[\s,]*([^\s,]\S*[^\s,]|[^\s,])(?:\s+[^,]*)?(?:,|\Z)")
_REFRESH = re.compile(r"\s*[\d.]*\s*[;,]?\s*(?:url\s*=\s*)?[\"']?([^\"']*)", re.IGNORECASE)
_ADDRESS = re.compile(r"(?i)https?://\S+")
_SITEMAP_ROW = re.compile(r"(?im)^\s*sitemap\s*:\s*(\S+)")
_UNPACKED = 100_000_000
_SHOWN = 80


class Reference(NamedTuple):
    """One URL as it stands in a file, unescaped. ``what``: what a reader would call it."""

    what: str
    url: str
    line: int = 0


class Flaw(NamedTuple):
    """Something that is wrong with a file by itself. ``sought``: what stands there, to find the place."""

    message: str
    hint: str
    sought: str = ""
    line: int = 0


class Contents(NamedTuple):
    """What a file holds. ``quiet``: it only sends on, or asks not to be found; nobody has to link to it."""

    references: tuple[Reference, ...] = ()
    ids: frozenset[str] = frozenset()
    flaws: tuple[Flaw, ...] = ()
    quiet: bool = False
    base: str = ""


def is_page(path: str) -> bool:
    """Return whether a file is a page of HTML."""
    return path.endswith((".html", ".htm"))


def is_feed(path: str) -> bool:
    """Return whether a file may be a feed, to judge by its name."""
    return path.endswith((".xml", ".json", ".rss", ".atom"))


def contents(path: str, content: bytes) -> Contents:
    """Return what the file ``path`` holds."""
    if is_page(path):
        return _page(content)
    if path.endswith(".css"):
        return Contents(tuple(_of_css(content.decode(errors="replace"))))
    if path.endswith((".xml", ".svg", ".rss", ".atom", ".xml.gz")):
        return _xml(path, content)
    if path.endswith((".json", ".webmanifest")):
        return _json(content)
    if path == "robots.txt":
        text = content.decode(errors="replace")
        return Contents(tuple(Reference("robots.txt", found[1]) for found in _SITEMAP_ROW.finditer(text)))
    return Contents()


def texts(path: str, content: bytes) -> str:
    """Return the text of a file, to look in it for places; a compressed one unpacked."""
    if path.endswith(".gz"):
        content = _unpacked(content)
    return content.decode(errors="replace")


def _page(content: bytes) -> Contents:
    tree = _parsed(content)
    if tree is None:
        return Contents()
    scan = _Scan()
    for element in tree.iter(etree.Element):
        scan.element(element)
    # A file of a few words, such as one that proves to a search engine who owns the site, is no page.
    whole = re.search(rb"(?i)<!doctype|<html", content[:4096]) is not None
    flaws = [*scan.flaws, *(_structure(tree, sends_on=scan.sends_on) if whole else ())]
    return Contents(tuple(scan.references), frozenset(scan.ids), tuple(flaws), scan.quiet, scan.base)


def _parsed(content: bytes) -> _Element:
    try:
        content.decode()
        encoding: str | None = "utf-8"
    except UnicodeDecodeError:
        encoding = None  # what the page itself says
    # Not that of lxml.html, which looks up a class of its own for every element.
    parser = etree.HTMLParser(encoding=encoding, huge_tree=True, remove_pis=True, remove_comments=True)
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        return None  # nothing in it


class _Scan:
    """Gathers what the elements of one page, or of one SVG, refer to."""

    def __init__(self) -> None:
        self.references: list[Reference] = []
        self.ids: dict[str, int] = {}
        self.flaws: list[Flaw] = []
        self.quiet = self.sends_on = False
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
            self._add(line, "style", (found.url for found in _of_css(value)))
        elif name in {"srcset", "imagesrcset"}:
            self._add(line, "picture", candidates(value))
        elif name in _OF_SCRIPTS:
            if name == "data-src" or value[:1] == "/" or "://" in value:
                self._add(line, "address for a script", (value,))
        elif (tag, name) in _SOURCES:
            what = _SOURCES[tag, name]
            if value.strip() or what in {"link", "form"}:
                self._add(line, what, (value,))
            else:
                message = f"{what}: {name} of <{tag}> is empty"
                self.flaws.append(Flaw(message, "Name the file, or take the element out.", "", line))

    def _id(self, value: str, line: int) -> None:
        if self.ids.get(value):
            message = f"the id {value} stands twice in the page"
            hint = "Give each its own. Ids of layouts end in an underscore: no heading of an article has one."
            self.flaws.append(Flaw(message, hint, value, line))
        self.ids[value] = line or 1

    def _add(self, line: int, what: str, urls: Iterable[str]) -> None:
        self.references += [Reference(what, url, line) for url in urls]

    def _linked(self, element: _Element, line: int) -> None:
        rel = frozenset((element.get("rel") or "").lower().split())
        href = element.get("href")
        if href is None or rel & _NOT_FETCHED:
            return
        type_ = element.get("type") or ""
        what = "link"
        for name, called in (("canonical", "canonical"), ("stylesheet", "stylesheet"), ("icon", "icon")):
            if name in rel:
                what = called
        if "alternate" in rel and ("xml" in type_ or "json" in type_):
            what = "feed"
        self._add(line, what, (href,))

    def _told(self, element: _Element, line: int) -> None:
        content = element.get("content") or ""
        if (element.get("http-equiv") or "").lower() == "refresh":
            found = _REFRESH.match(content)
            if found and found[1]:
                self.quiet = self.sends_on = True
                self._add(line, "redirect", (found[1].strip(),))
        elif (element.get("name") or "").lower() == "robots":
            self.quiet = self.quiet or "noindex" in content.lower()
        elif _ADDRESS.fullmatch(content):
            self._add(line, "address", (content,))

    def _script(self, element: _Element, line: int) -> None:
        if (element.get("type") or "").lower() != "application/ld+json":
            return
        try:
            value = json.loads(element.text or "")
        except json.JSONDecodeError as error:
            message = f"structured data: this is no JSON: {error.msg}"
            self.flaws.append(Flaw(message, "Mend it, or take it out.", "application/ld+json", line))
            return
        self._add(line, "structured data", _of_schema(value))

    def _picture(self, element: _Element, line: int) -> None:
        if element.get("alt") is None and element.get("role") not in {"presentation", "none"}:
            src = element.get("src") or element.get("srcset") or ""
            message = f"picture: {_shortened(src)} has no alternative text"
            hint = 'Say in alt="…" what it shows; alt="" if it only decorates.'
            self.flaws.append(Flaw(message, hint, src, line))

    def _button(self, element: _Element, line: int) -> None:
        if (element.get("type") or "").lower() == "image":
            self._picture(element, line)

    def _style(self, element: _Element, line: int) -> None:
        self._add(line, "style", (found.url for found in _of_css(element.text or "")))

    def _from(self, element: _Element, line: int) -> None:
        self.base = self.base or element.get("href") or ""


_SPECIAL: dict[str, Any] = {
    "base": _Scan._from,  # noqa: SLF001 - the table of the class, which it cannot hold itself
    "img": _Scan._picture,  # noqa: SLF001
    "input": _Scan._button,  # noqa: SLF001
    "link": _Scan._linked,  # noqa: SLF001
    "meta": _Scan._told,  # noqa: SLF001
    "script": _Scan._script,  # noqa: SLF001
    "style": _Scan._style,  # noqa: SLF001
}


def candidates(srcset: str) -> Iterator[str]:
    """Yield the URLs of a srcset: https://html.spec.whatwg.org/multipage/images.html#srcset-attributes."""
    yield from (found[1] for found in _CANDIDATE.finditer(srcset))


def _structure(tree: _Element, *, sends_on: bool) -> Iterator[Flaw]:
    """Yield what is wrong with the language and the headings of a page."""
    if not (tree.get("lang") or "").strip():
        yield Flaw("the page does not say its language", 'Write <html lang="…">.', "<html", 1)
    if sends_on:
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
    return _shortened(" ".join("".join(element.itertext()).split()))


def _shortened(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _of_css(text: str) -> Iterator[Reference]:
    for found in _CSS.finditer(text):
        url = next((part for part in found.groups() if part), "")
        if url and url[0] != "#":
            yield Reference("style", url, text.count("\n", 0, found.start()) + 1)


def _of_schema(value: _Json, key: str = "") -> Iterator[str]:
    """Yield what may be an address of the site's own in structured data; a fragment there is but a name."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield from _of_schema(member, name)
    elif isinstance(value, list):
        for member in value:
            yield from _of_schema(member, key)
    elif isinstance(value, str) and (_ADDRESS.fullmatch(value) or (value[:1] == "/" and key in _SCHEMA_URLS)):
        yield value.partition("#")[0]


def _xml(path: str, content: bytes) -> Contents:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
    try:
        root: _Element = etree.fromstring(_unpacked(content) if path.endswith(".gz") else content, parser)
    except (etree.XMLSyntaxError, OSError, EOFError, zlib.error) as error:
        line = getattr(error, "lineno", 0) or 0
        said = error.msg if isinstance(error, etree.XMLSyntaxError) else error
        return Contents(flaws=(Flaw(f"this is no XML: {said}", "Mend it, or take it out.", "", line),))
    name = etree.QName(root).localname
    if name == "svg":
        scan = _Scan()
        for element in root.iter(etree.Element):
            scan.element(element)
        return Contents(tuple(scan.references), frozenset(scan.ids))
    read = _FORMATS.get(name)
    return Contents(tuple(read(root))) if read else Contents()


def _sitemap(root: _Element) -> Iterator[Reference]:
    for element in root.iter("{*}loc"):
        yield Reference("sitemap", (element.text or "").strip(), element.sourceline or 0)


def _sitemap_index(root: _Element) -> Iterator[Reference]:
    for found in _sitemap(root):
        yield found._replace(what="sitemap index")


def _feed(root: _Element) -> Iterator[Reference]:
    """Yield the addresses of an Atom feed (RFC 4287) or of RSS 2.0, those in its articles' HTML too."""
    for element in root.iter(etree.Element):
        line = element.sourceline or 0
        name = etree.QName(element).localname
        text = (element.text or "").strip()
        for attribute in ("href", "src", "url"):
            if element.get(attribute):
                yield Reference("feed", element.get(attribute), line)
        permalink = name == "guid" and element.get("isPermaLink") != "false" and "://" in text
        if permalink or (name in {"comments", "icon", "link", "logo", "uri", "url"} and text):
            yield Reference("feed", text, line)
        elif name in {"content", "description", "encoded", "summary"} and "<" in text:
            yield from _of_html(text, line)


def _of_html(text: str, line: int = 0) -> Iterator[Reference]:
    for found in _page(text.encode()).references:
        yield Reference("feed", found.url, line)


_FORMATS: dict[str, Any] = {
    "RDF": _feed,
    "feed": _feed,
    "rss": _feed,
    "sitemapindex": _sitemap_index,
    "urlset": _sitemap,
}


def _json(content: bytes) -> Contents:
    """Return what a JSON Feed (https://jsonfeed.org/version/1.1) or a web manifest refers to."""
    try:
        value = json.loads(content)
    except ValueError:
        return Contents()
    if not isinstance(value, dict):
        return Contents()
    if "jsonfeed" in str(value.get("version", "")):
        return Contents(tuple(_of_json(value, "feed")))
    if "icons" in value and "name" in value:
        return Contents(tuple(_of_json(value, "manifest")))
    return Contents()


_JSON_URLS = frozenset(
    (
        *("avatar", "banner_image", "external_url", "favicon", "feed_url", "home_page_url"),
        *("icon", "image", "next_url", "src", "start_url", "url"),
    )
)


def _of_json(value: _Json, what: str, key: str = "") -> Iterator[Reference]:
    if isinstance(value, dict):
        for name, member in value.items():
            yield from _of_json(member, what, name)
    elif isinstance(value, list):
        for member in value:
            yield from _of_json(member, what, key)
    elif isinstance(value, str) and key == "content_html":
        yield from _of_html(value)
    elif isinstance(value, str) and key in _JSON_URLS:
        yield Reference(what, value)


def _unpacked(content: bytes) -> bytes:
    with gzip.GzipFile(fileobj=io.BytesIO(content)) as file:
        return file.read(_UNPACKED)
