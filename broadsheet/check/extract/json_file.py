"""The links of JSON files: JSON Feed (https://jsonfeed.org/version/1.1) and web manifests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from broadsheet.check.extract.contents import Contents, Link
from broadsheet.check.extract.page import list_fragment_links

_URL_MEMBERS = frozenset(
    (
        *("avatar", "banner_image", "external_url", "favicon", "feed_url", "home_page_url"),
        *("icon", "image", "next_url", "src", "start_url", "url"),
    )
)


def extract_json(content: bytes) -> Contents:
    """Return the links of a JSON Feed or a web manifest; other JSON has none that we know."""
    try:
        value = json.loads(content)
    except ValueError:
        return Contents()
    if not isinstance(value, dict):
        return Contents()
    if "jsonfeed" in str(value.get("version", "")):
        return Contents(tuple(_links(value, "feed")))
    if "icons" in value and "name" in value:
        return Contents(tuple(_links(value, "manifest")))
    return Contents()


def _links(value: Any, kind: str, key: str = "") -> Iterator[Link]:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        for name, member in value.items():
            yield from _links(member, kind, name)
    elif isinstance(value, list):
        for member in value:
            yield from _links(member, kind, key)
    elif isinstance(value, str) and key == "content_html":
        yield from list_fragment_links(value)
    elif isinstance(value, str) and key in _URL_MEMBERS:
        yield Link(kind, value)
