"""What one file of a site links to, and what is wrong with it by itself.

A function of the file's name and its bytes. HTML, style sheets, scripts, SVG, feeds, sitemaps, robots.txt and
web manifests are read; of pictures it is only asked whether they are whole, how large they are, and whether
they say where they were taken, as of films. Any other file has no links. Where a link leads is not asked.
"""

from __future__ import annotations

import re

from broadsheet.check.extract.contents import Contents, Link
from broadsheet.check.extract.json_file import extract_json
from broadsheet.check.extract.location import is_located, may_be_located, read_picture
from broadsheet.check.extract.page import extract_page
from broadsheet.check.extract.picture import find_picture_flaws, is_picture
from broadsheet.check.extract.script import list_imports
from broadsheet.check.extract.stylesheet import list_css_links
from broadsheet.check.extract.xml_file import extract_xml, unpack
from broadsheet.common.urls import is_page

# Links that only machines follow. Their target must exist, but no reader gets there by them.
MACHINE_LINKS = frozenset(("address", "canonical", "sitemap", "structured data"))
_SITEMAP_ROW = re.compile(r"(?im)^\s*sitemap\s*:\s*(\S+)")


def is_feed(path: str) -> bool:
    """Return whether a file may be a feed, to judge by its name."""
    return path.endswith((".xml", ".json", ".rss", ".atom"))


def extract_contents(path: str, content: bytes) -> Contents:
    """Return the links, ids and flaws of the file ``path``."""
    if is_page(path):
        return extract_page(content)
    if path.endswith(".css"):
        return Contents(tuple(list_css_links(content.decode(errors="replace"))))
    if path.endswith((".js", ".mjs")):
        return Contents(tuple(list_imports(content.decode(errors="replace"))))
    if path.endswith((".xml", ".svg", ".rss", ".atom", ".xml.gz")):
        return extract_xml(path, content)
    if path.endswith((".json", ".webmanifest")):
        return extract_json(content)
    if is_picture(path):
        found = read_picture(path, content)
        return Contents(flaws=find_picture_flaws(path, content), picture=found, located=found.location)
    if may_be_located(path):
        return Contents(located=is_located(path, content))
    if path == "robots.txt":
        text = content.decode(errors="replace")
        return Contents(tuple(Link("robots.txt", found[1]) for found in _SITEMAP_ROW.finditer(text)))
    return Contents()


def decode(path: str, content: bytes) -> str:
    """Return the text of a file, unpacked if it is compressed, to find places in."""
    if path.endswith(".gz"):
        content = unpack(content)
    return content.decode(errors="replace")
