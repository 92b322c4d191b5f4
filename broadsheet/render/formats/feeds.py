"""Atom, RSS and JSON Feed: what a feed shall say in, its bytes out.

Nothing here reads a clock, a setting or a file: every date is an article's, so the same articles make
the same bytes. Bodies come as finished HTML with absolute links and are never parsed here. Characters
that XML forbids are left out, in JSON too, so that the formats of one feed say the same.
"""

from __future__ import annotations

import datetime as dt
import html
import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from urllib.parse import urljoin

from broadsheet.render import views

XML_DECLARATION = '<?xml version="1.0" encoding="utf-8"?>'
# Without its version: a new release would change every feed of every site.
GENERATOR = "Broadsheet"

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_NO_BODIES: Mapping[str, str] = MappingProxyType({})
_MINUTE = dt.timedelta(minutes=1)
_FARTHEST = dt.timedelta(hours=14)
# The complement of Char: XML 1.0, section 2.2. Lone surrogates are in it, which UTF-8 cannot write. (To name
# Char here and negate it takes ten times as long to compile.)
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# What a parser would turn into a line feed or a space unless it is written as a reference: XML 1.0,
# sections 2.11 and 3.3.3.
_TEXT = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}
_IN_TEXT = str.maketrans(_TEXT)
_SPECIAL = re.compile("[&<>\r]")
_IN_ATTRIBUTES = str.maketrans(_TEXT | {'"': "&quot;", "\t": "&#9;", "\n": "&#10;"})


def timestamp(moment: dt.datetime) -> str:
    """Return an aware moment for machines, to the second: ``2022-11-05T09:14:00+04:00``.

    Valid as RFC 3339, as xsd:dateTime, in W3C's profile of ISO 8601 and in HTML's ``<time>``. Not all
    of them know offsets with seconds or over 14 hours, which cities had before there were time zones;
    a moment with such an offset is written as UTC.
    """
    return _whole(moment).isoformat(timespec="seconds")


def legible(text: str) -> str:
    """Return ``text`` less what XML forbids; plain, since Markup would escape again what is put into it."""
    plain = str(text)
    return plain if plain.isprintable() else _FORBIDDEN.sub("", plain)


def as_json(value: object) -> str:
    """Return compact JSON of texts, numbers, sequences and mappings, in the order they are given in."""
    text = _JSON.encode(value)
    # A character that is forbidden stands there as it is, and cannot be printed, or behind a backslash.
    if text.isprintable() and "\\" not in text:
        return text
    return _JSON.encode(_legible_throughout(value))


def atom(feed: views.Feed, self_url: str, bodies: Mapping[str, str]) -> bytes:
    """Return an Atom feed: RFC 4287.

    ``self_url`` is the feed's own permalink. ``bodies`` gives full HTML by ``path``; an article that
    is not in it has its summary only.
    """
    language = {"xml:lang": feed.language}
    rows = [
        XML_DECLARATION,
        _opening("feed", xmlns="http://www.w3.org/2005/Atom", **language),
        _element("id", feed.id),
        _element("title", feed.title),
        *([_element("subtitle", feed.subtitle)] if feed.subtitle else []),
        # Required in a feed without articles too (section 4.1.1); then it has never changed.
        _element("updated", timestamp(feed.updated or _EPOCH)),
        # Every article needs an author, of its own or the feed's (section 4.1.2).
        *([] if all(teaser.authors for teaser in feed.articles) else [_author(feed.title)]),
        _element("link", rel="self", type="application/atom+xml", href=self_url),
        _element("link", rel="alternate", type="text/html", href=_home(feed, self_url)),
        _element("generator", GENERATOR),
    ]
    for teaser in feed.articles:
        rows += _atom_rows(teaser, feed.language, bodies.get(teaser.path, ""))
    return _encoded([*rows, "</feed>"])


def rss(feed: views.Feed, self_url: str, bodies: Mapping[str, str] = _NO_BODIES) -> bytes:
    """Return an RSS feed: RSS 2.0, https://www.rssboard.org/rss-specification.

    ``self_url`` and ``bodies`` are as in ``atom``. Readers take a description for HTML and a title for
    plain text, as the RSS Advisory Board's profile asks; so a summary is escaped as HTML first.
    """
    names = {
        "xmlns:atom": "http://www.w3.org/2005/Atom",
        "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
        "xmlns:dc": "http://purl.org/dc/elements/1.1/",
    }
    rows = [
        XML_DECLARATION,
        _opening("rss", version="2.0", **names),
        "<channel>",
        _element("title", feed.title),
        _element("link", _home(feed, self_url)),
        _element("description", _as_html(feed.subtitle or feed.title)),
        _element("language", feed.language),
        *([_element("lastBuildDate", _rfc822(feed.updated))] if feed.updated else []),
        _element("generator", GENERATOR),
        _element("atom:link", rel="self", type="application/rss+xml", href=self_url),
    ]
    for teaser in feed.articles:
        rows += _rss_rows(teaser, feed.language, bodies.get(teaser.path, ""))
    return _encoded([*rows, "</channel>", "</rss>"])


def json_feed(feed: views.Feed, self_url: str, bodies: Mapping[str, str]) -> bytes:
    """Return a JSON Feed: version 1.1, https://www.jsonfeed.org/version/1.1/.

    ``self_url`` and ``bodies`` are as in ``atom``.
    """
    members = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": _home(feed, self_url),
        "feed_url": self_url,
        "description": feed.subtitle,
        "language": feed.language,
        "items": [
            _json_members(teaser, feed.language, bodies.get(teaser.path, "")) for teaser in feed.articles
        ],
    }
    return _encoded([as_json({name: value for name, value in members.items() if value or name == "items"})])


def _atom_rows(teaser: views.Teaser, language: str, body: str) -> Iterator[str]:
    yield _opening("entry", **_language("xml:lang", teaser, language))
    yield _element("id", teaser.id)
    yield _element("title", teaser.title)
    yield _element("link", rel="alternate", type="text/html", href=teaser.permalink)
    yield _element("published", timestamp(teaser.date))
    yield _element("updated", timestamp(teaser.updated or teaser.date))
    for author in teaser.authors:
        yield _author(author.name, author.permalink)
    for facet in _categories(teaser):
        yield _element("category", term=facet.slug, **_scheme("scheme", facet), label=facet.name)
    for mark in _marks(teaser):
        yield _element("category", term=mark)
    if teaser.summary:
        yield _element("summary", teaser.summary)
    if body:
        yield _element("content", body, type="html")
    yield "</entry>"


def _rss_rows(teaser: views.Teaser, language: str, body: str) -> Iterator[str]:
    yield "<item>"
    yield _element("title", teaser.title)
    yield _element("link", teaser.permalink)
    yield _element("guid", teaser.id, isPermaLink="false")
    yield _element("pubDate", _rfc822(teaser.date))
    for author in teaser.authors:
        yield _element("dc:creator", author.name)
    for text in _language("dc:language", teaser, language).values():
        yield _element("dc:language", text)
    for facet in _categories(teaser):
        yield _element("category", facet.name, **_scheme("domain", facet))
    for mark in _marks(teaser):
        yield _element("category", mark)
    if teaser.summary:
        yield _element("description", _as_html(teaser.summary))
    if body:
        yield _element("content:encoded", body)
    yield "</item>"


def _json_members(teaser: views.Teaser, language: str, body: str) -> dict[str, object]:
    members: dict[str, object] = {
        "id": teaser.id,
        "url": teaser.permalink,
        "title": teaser.title,
        "content_html": body,
        "summary": teaser.summary,
        "image": teaser.picture.permalink if teaser.picture else "",
        "date_published": timestamp(teaser.date),
        "date_modified": timestamp(teaser.updated) if teaser.updated else "",
        "authors": [
            {"name": author.name, **({"url": author.permalink} if author.permalink else {})}
            for author in teaser.authors
        ],
        "tags": [*(facet.name for facet in _categories(teaser)), *_marks(teaser)],
        **_language("language", teaser, language),
    }
    said = {name: value for name, value in members.items() if value}
    return said if body else {**said, "content_text": teaser.summary}  # one of the two is required


@lru_cache(maxsize=1024)
def _author(name: str, permalink: str = "") -> str:
    return f"<author>{_element('name', name)}{_element('uri', permalink) if permalink else ''}</author>"


def _categories(teaser: views.Teaser) -> tuple[views.Facet, ...]:
    return tuple(facet for facet in (teaser.section, teaser.dateline) if facet)


def _marks(teaser: views.Teaser) -> tuple[str, ...]:
    """Return the kinds of the corrections that an article has had, each once."""
    return tuple(dict.fromkeys(note.kind for note in teaser.corrections))


def _scheme(name: str, facet: views.Facet) -> dict[str, str]:
    """Return what tells a dateline from a section of the same name: the index it is in, if it has one."""
    return {name: _above(facet.permalink)} if facet.permalink else {}


@lru_cache(maxsize=1024)
def _above(permalink: str) -> str:
    return urljoin(permalink, "..")


def _language(name: str, teaser: views.Teaser, language: str) -> dict[str, str]:
    return {name: teaser.language} if teaser.language and teaser.language != language else {}


def _home(feed: views.Feed, self_url: str) -> str:
    return urljoin(self_url, feed.home)


def _as_html(text: str) -> str:
    return html.escape(text, quote=False)


def _rfc822(moment: dt.datetime) -> str:
    from email.utils import format_datetime  # noqa: PLC0415 - it loads what sends mail, and RSS alone wants it

    return format_datetime(_whole(moment))


def _whole(moment: dt.datetime) -> dt.datetime:
    return moment if _is_known(moment.utcoffset()) else moment.astimezone(dt.UTC)


@lru_cache(maxsize=256)
def _is_known(offset: dt.timedelta | None) -> bool:
    return offset is not None and not offset % _MINUTE and abs(offset) <= _FARTHEST


@lru_cache(maxsize=64)
def _opening(tag: str, **attributes: str) -> str:
    pairs = (f' {name}="{legible(value).translate(_IN_ATTRIBUTES)}"' for name, value in attributes.items())
    return f"<{tag}{''.join(pairs)}>"


def _element(tag: str, text: str = "", **attributes: str) -> str:
    opening, escaped = _opening(tag, **attributes), _escaped(legible(text))
    return f"{opening}{escaped}</{tag}>" if escaped else f"{opening[:-1]}/>"


def _escaped(text: str) -> str:
    return text.translate(_IN_TEXT) if _SPECIAL.search(text) else text


def _legible_throughout(value: object) -> object:
    if isinstance(value, str):
        return legible(value)
    if isinstance(value, Mapping):
        return {name: _legible_throughout(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [_legible_throughout(member) for member in value]
    return value


def _encoded(rows: list[str]) -> bytes:
    return ("\n".join(rows) + "\n").encode()
