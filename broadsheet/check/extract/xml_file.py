"""The links of XML files: Atom and RSS feeds, sitemaps and their indexes, SVG."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from lxml import etree

from broadsheet.check.extract.contents import Contents, Flaw, Link
from broadsheet.check.extract.page import extract_svg, list_fragment_links

_Element = Any  # of lxml: of a tree without comments, which its stubs do not know
# What a compressed file may unpack to, in bytes.
_MOST_UNPACKED = 100_000_000


def extract_xml(path: str, content: bytes) -> Contents:
    """Return the links of an XML file; ``path`` tells whether it is compressed."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
    try:
        root: _Element = etree.fromstring(unpack(content) if path.endswith(".gz") else content, parser)
    except (etree.XMLSyntaxError, OSError, EOFError, zlib.error) as error:
        line = getattr(error, "lineno", 0) or 0
        reason = error.msg if isinstance(error, etree.XMLSyntaxError) else error
        return Contents(flaws=(Flaw(f"this is no XML: {reason}", "Fix it, or take it out.", "", line),))
    name = etree.QName(root).localname
    if name == "svg":
        return extract_svg(root)
    read = _READERS.get(name)
    return Contents((*_style_sheets(root), *read(root))) if read else Contents()


def unpack(content: bytes) -> bytes:
    """Return what gzip has compressed, up to a limit that no sitemap may exceed."""
    with gzip.GzipFile(fileobj=io.BytesIO(content)) as file:
        return file.read(_MOST_UNPACKED)


def _style_sheets(root: _Element) -> Iterator[Link]:
    """Yield the style sheets before the root: https://www.w3.org/TR/xml-stylesheet/."""
    for instruction in root.xpath("preceding-sibling::processing-instruction('xml-stylesheet')"):
        address = instruction.get("href")
        if address:
            yield Link("feed", address, instruction.sourceline or 0)


def _sitemap(root: _Element) -> Iterator[Link]:
    for element in root.iter("{*}loc"):
        yield Link("sitemap", (element.text or "").strip(), element.sourceline or 0)


def _sitemap_index(root: _Element) -> Iterator[Link]:
    for link in _sitemap(root):
        yield link._replace(kind="sitemap index")


def _feed(root: _Element) -> Iterator[Link]:
    """Yield the links of an Atom feed (RFC 4287) or RSS 2.0, those in the HTML of its articles included."""
    for element in root.iter(etree.Element):
        line = element.sourceline or 0
        name = etree.QName(element).localname
        text = (element.text or "").strip()
        for attribute in ("href", "src", "url"):
            if element.get(attribute):
                yield Link("feed", element.get(attribute), line)
        permalink = name == "guid" and element.get("isPermaLink") != "false" and "://" in text
        if permalink or (name in {"comments", "icon", "link", "logo", "uri", "url"} and text):
            yield Link("feed", text, line)
        elif name in {"content", "description", "encoded", "summary"} and "<" in text:
            yield from list_fragment_links(text, line)


# By the local name of the root element.
_READERS: Mapping[str, Callable[[_Element], Iterator[Link]]] = MappingProxyType(
    {"RDF": _feed, "feed": _feed, "rss": _feed, "sitemapindex": _sitemap_index, "urlset": _sitemap}
)
