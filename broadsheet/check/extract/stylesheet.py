"""The links of CSS: a style sheet, a <style> element, or a style attribute."""

from __future__ import annotations

import re
from collections.abc import Iterator

from broadsheet.check.extract.contents import Link

_URL = re.compile(
    r"/\*.*?\*/|url\(\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"')]+))\s*\)|@import\s+(?:\"([^\"]*)\"|'([^']*)')",
    re.DOTALL,
)


def list_css_links(text: str) -> Iterator[Link]:
    """Yield the links of CSS; fragments of the same document, such as gradients of an SVG, are left out."""
    for found in _URL.finditer(text):
        url = next((part for part in found.groups() if part), "")
        if url and url[0] != "#":
            yield Link("style", url, text.count("\n", 0, found.start()) + 1)
