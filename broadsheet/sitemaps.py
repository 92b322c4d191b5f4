"""Sitemaps, the index of sitemaps, and robots.txt: locations in, bytes out.

Format: https://www.sitemaps.org/protocol.html, version 0.9. What goes into which sitemap is the
plan's to say; nothing here splits, sorts or leaves out.
"""

from __future__ import annotations

import datetime as dt
import gzip
import io
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from broadsheet.feeds import XML_DECLARATION, timestamp

# What the protocol allows in one sitemap, and in one index.
MOST_URLS = 50_000
MOST_BYTES = 52_428_800

_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A page, or a sitemap: where it is, and when what it says last changed, None when unknown."""

    permalink: str
    lastmod: dt.datetime | None = None


def urlset(locations: Iterable[Location]) -> bytes:
    """Return the sitemap of some pages.

    The schema wants at least one page; one without any is written all the same, since a search engine
    takes it for what it is, and the sitemap of a month that lost its only article has to be something.
    """
    return _document("urlset", "url", locations)


def packed(sitemap: bytes) -> bytes:
    """Return a sitemap as the protocol allows it too, compressed, a sixth of the size.

    Format: RFC 1952, without the name and the time of a file, and with nothing of the system it is made on
    (``gzip.compress`` says which that is), so that the same pages are the same bytes everywhere.
    """
    written = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=written, mtime=0) as file:
        file.write(sitemap)
    return written.getvalue()


def index(locations: Iterable[Location]) -> bytes:
    """Return the index of some sitemaps; as with pages, the schema wants at least one."""
    return _document("sitemapindex", "sitemap", locations)


def robots(sitemap_permalink: str) -> bytes:
    """Return a robots.txt that lets everyone read everything and says where the sitemap is.

    Format: RFC 9309. Robots look for it at the root of a host only: under a base path it is there
    for whoever publishes to copy.
    """
    return f"User-agent: *\nAllow: /\n\nSitemap: {sitemap_permalink}\n".encode()


def _document(root: str, child: str, locations: Iterable[Location]) -> bytes:
    rows = (f"<{child}>{_members(location)}</{child}>\n" for location in locations)
    return f'{XML_DECLARATION}\n<{root} xmlns="{_NAMESPACE}">\n{"".join(rows)}</{root}>\n'.encode()


def _members(location: Location) -> str:
    loc = f"<loc>{escape(location.permalink, quote=False)}</loc>"
    return f"{loc}<lastmod>{timestamp(location.lastmod)}</lastmod>" if location.lastmod else loc
