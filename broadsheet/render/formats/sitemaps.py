"""Sitemaps, the index of sitemaps, and robots.txt: locations in, bytes out.

Format: https://www.sitemaps.org/protocol.html, version 0.9, and Google's extension of it for news,
https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap. What goes into which
sitemap is decided by the plan; nothing here splits, sorts or leaves out.
"""

from __future__ import annotations

import datetime as dt
import gzip
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import NamedTuple

from broadsheet.render.formats.text import XML_DECLARATION, format_timestamp, strip_forbidden

# The limits of the protocol, for a sitemap and for an index.
MOST_URLS = 50_000
MOST_BYTES = 52_428_800

# Of gzip. The highest, 9, takes twice the time for a file that is one percent smaller.
_LEVEL = 7
_DAY = 24 * 60 * 60
_FIRST = dt.date(1970, 1, 1)
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_NEWS = "http://www.google.com/schemas/sitemap-news/0.9"


class Location(NamedTuple):
    """A page or a sitemap: its URL, and when its content last changed.

    ``lastmod`` is in seconds since 1970, UTC; None if unknown.
    """

    permalink: str
    lastmod: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsLocation:
    """The page of an article that is news."""

    permalink: str
    title: str
    date: dt.datetime
    language: str


def write_urlset(locations: Iterable[Location]) -> bytes:
    """Return the sitemap of some pages.

    The schema requires at least one page. A sitemap without any is written all the same: search engines
    accept it, and the sitemap of a month that lost its only article must not vanish.
    """
    return _document("urlset", _rows("url", locations))


def write_newsset(publication: str, locations: Iterable[NewsLocation]) -> bytes:
    """Return the news sitemap of a publication, even without any news.

    Google: "It won't cause any problems with Google Search if the file is empty."
    """
    return _document(
        "urlset", (f"<url>{_news_members(publication, each)}</url>\n" for each in locations), _NEWS
    )


def find_news_language(language: str) -> str:
    """Return the code of a language in news sitemaps: two or three letters, for Chinese with the script."""
    first, *steps = language.lower().split("-")
    if first != "zh":
        return first
    return "zh-tw" if {"hant", "tw", "hk", "mo"} & set(steps) else "zh-cn"


def compress(sitemap: bytes) -> bytes:
    """Return a sitemap compressed, as the protocol allows, to a seventh of its size.

    Format: RFC 1952, without file name, time and operating system (which ``gzip.compress`` writes), so that
    the same pages give the same bytes everywhere.
    """
    written = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=_LEVEL, fileobj=written, mtime=0) as file:
        file.write(sitemap)
    return written.getvalue()


def write_index(locations: Iterable[Location]) -> bytes:
    """Return an index of sitemaps; it may be empty, like a sitemap."""
    return _document("sitemapindex", _rows("sitemap", locations))


def write_robots(sitemap_permalink: str) -> bytes:
    """Return a robots.txt that allows everything and names the sitemap.

    Format: RFC 9309. Robots read it only at the root of a host: under a base path it is there to be copied
    by whoever publishes the site.
    """
    return f"User-agent: *\nAllow: /\n\nSitemap: {sitemap_permalink}\n".encode()


def _document(root: str, rows: Iterable[str], news: str = "") -> bytes:
    more = f' xmlns:news="{news}"' if news else ""
    return f'{XML_DECLARATION}\n<{root} xmlns="{_NAMESPACE}"{more}>\n{"".join(rows)}</{root}>\n'.encode()


def _rows(child: str, locations: Iterable[Location]) -> Iterator[str]:
    return (f"<{child}>{_members(location)}</{child}>\n" for location in locations)


def _members(location: Location) -> str:
    loc = f"<loc>{escape(location.permalink, quote=False)}</loc>"
    return loc if location.lastmod is None else f"{loc}<lastmod>{_moment(location.lastmod)}</lastmod>"


def _moment(seconds: int) -> str:
    """Return what ``format_timestamp`` would, in a third of the time: a month has thousands."""
    day, rest = divmod(seconds, _DAY)
    return f"{_date(day)}T{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}+00:00"


@lru_cache(maxsize=64)
def _date(day: int) -> str:
    return (_FIRST + dt.timedelta(days=day)).isoformat()


def _news_members(publication: str, location: NewsLocation) -> str:
    name, title = (escape(strip_forbidden(text), quote=False) for text in (publication, location.title))
    return (
        f"<loc>{escape(location.permalink, quote=False)}</loc><news:news><news:publication>"
        f"<news:name>{name}</news:name><news:language>{find_news_language(location.language)}</news:language>"
        f"</news:publication><news:publication_date>{format_timestamp(location.date)}</news:publication_date>"
        f"<news:title>{title}</news:title></news:news>"
    )
