"""Atom, RSS and JSON Feed: a feed in, its bytes out.

Pure functions: every date is an article's, so the same articles give the same bytes. Bodies are finished HTML
with absolute links and are not parsed here. Characters that XML forbids are left out, in JSON too, so that
all formats of a feed have the same text.
"""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urljoin

from broadsheet.render.formats.previews import find_preview
from broadsheet.render.formats.text import (
    XML_DECLARATION,
    encode_json,
    fix_offset,
    format_timestamp,
    strip_forbidden,
)

if TYPE_CHECKING:
    from broadsheet.render import views

# Without the version: with it a new release would change every feed of every site.
GENERATOR = "Broadsheet"

_MEDIA = "http://search.yahoo.com/mrss/"
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_NO_BODIES: Mapping[str, str] = MappingProxyType({})
_XHTML = "http://www.w3.org/1999/xhtml"
# Parsers turn some characters into line feeds or spaces unless they are written as references: XML 1.0,
# sections 2.11 and 3.3.3.
_TEXT = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}
_IN_TEXT = str.maketrans(_TEXT)
_SPECIAL = re.compile("[&<>\r]")
_IN_ATTRIBUTES = str.maketrans(_TEXT | {'"': "&quot;", "\t": "&#9;", "\n": "&#10;"})


class Display(NamedTuple):
    """How browsers show a feed to whoever opens it: a style sheet's URL, and a notice that links to more.

    Feed readers pass over both. The notice is XHTML, since nothing else in a feed can be a link.
    """

    style: str = ""
    notice: str = ""
    more: str = ""
    more_url: str = ""


_PLAIN = Display()


def write_atom(
    feed: views.Feed, self_url: str, bodies: Mapping[str, str], display: Display = _PLAIN
) -> bytes:
    """Return an Atom feed: RFC 4287, its pictures also as in https://www.rssboard.org/media-rss.

    ``self_url`` is the feed's own permalink. ``bodies`` maps article paths to full HTML; an article that is
    not in it has only its summary.
    """
    language = {"xml:lang": feed.language}
    rows = [
        XML_DECLARATION,
        *_style(display),
        _opening("feed", xmlns="http://www.w3.org/2005/Atom", **_media_names(feed), **language),
        *_notice(display),
        _element("id", feed.id),
        _element("title", feed.title),
        *([_element("subtitle", feed.subtitle)] if feed.subtitle else []),
        # Required even in a feed without articles (section 4.1.1), which has never changed.
        _element("updated", format_timestamp(feed.updated or _EPOCH)),
        # Every article needs an author, of its own or the feed's (section 4.1.2).
        *([] if all(teaser.authors for teaser in feed.articles) else [_author(feed.title)]),
        _element("link", rel="self", type="application/atom+xml", href=self_url),
        _element("link", rel="alternate", type="text/html", href=_home(feed, self_url)),
        _element("generator", GENERATOR),
    ]
    for teaser in feed.articles:
        rows += _atom_rows(teaser, feed, bodies.get(teaser.path, ""))
    return _encoded([*rows, "</feed>"])


def write_rss(
    feed: views.Feed, self_url: str, bodies: Mapping[str, str] = _NO_BODIES, display: Display = _PLAIN
) -> bytes:
    """Return an RSS feed: RSS 2.0, https://www.rssboard.org/rss-specification.

    ``self_url`` and ``bodies`` are as in ``write_atom``. Readers treat descriptions as HTML and titles as
    plain text, as the RSS Advisory Board's profile asks, so a summary is escaped as HTML first.
    """
    names = {
        "xmlns:atom": "http://www.w3.org/2005/Atom",
        "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
        "xmlns:dc": "http://purl.org/dc/elements/1.1/",
        **_media_names(feed),
    }
    rows = [
        XML_DECLARATION,
        *_style(display),
        _opening("rss", version="2.0", **names),
        "<channel>",
        *_notice(display),
        _element("title", feed.title),
        _element("link", _home(feed, self_url)),
        _element("description", _as_html(feed.subtitle or feed.title)),
        _element("language", feed.language),
        *([_element("lastBuildDate", _rfc822(feed.updated))] if feed.updated else []),
        _element("generator", GENERATOR),
        _element("atom:link", rel="self", type="application/rss+xml", href=self_url),
    ]
    for teaser in feed.articles:
        rows += _rss_rows(teaser, feed, bodies.get(teaser.path, ""))
    return _encoded([*rows, "</channel>", "</rss>"])


def write_json_feed(feed: views.Feed, self_url: str, bodies: Mapping[str, str]) -> bytes:
    """Return a JSON Feed: version 1.1, https://www.jsonfeed.org/version/1.1/.

    ``self_url`` and ``bodies`` are as in ``write_atom``.
    """
    members = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": _home(feed, self_url),
        "feed_url": self_url,
        "description": feed.subtitle,
        "language": feed.language,
        "items": [_json_members(teaser, feed, bodies.get(teaser.path, "")) for teaser in feed.articles],
    }
    return _encoded(
        [encode_json({name: value for name, value in members.items() if value or name == "items"})]
    )


def _style(display: Display) -> Iterator[str]:
    """Yield the instruction that names a style sheet: https://www.w3.org/TR/xml-stylesheet/."""
    if display.style:
        yield f'<?xml-stylesheet type="text/css" href="{display.style.translate(_IN_ATTRIBUTES)}"?>'


def _notice(display: Display) -> Iterator[str]:
    if display.notice:
        more = _element("a", display.more, href=display.more_url) if display.more_url else ""
        yield f'<div xmlns="{_XHTML}">{" ".join(filter(None, (_escaped(display.notice), more)))}</div>'


def _atom_rows(teaser: views.Teaser, feed: views.Feed, body: str) -> Iterator[str]:
    yield _opening("entry", **_language("xml:lang", teaser, feed.language))
    yield _element("id", teaser.id)
    yield _element("title", teaser.title)
    yield _element("link", rel="alternate", type="text/html", href=teaser.permalink)
    yield _element("published", format_timestamp(teaser.date))
    yield _element("updated", format_timestamp(teaser.updated or teaser.date))
    for author in teaser.authors:
        yield _author(author.name, author.permalink)
    for facet in _categories(teaser, feed):
        scheme = _scheme("scheme", facet) if feed.facet.kind == "all" else {}
        yield _element("category", term=facet.slug, **scheme, label=facet.name)
    for kind in _correction_kinds(teaser):
        yield _element("category", term=kind)
    picture = find_preview(teaser.picture, teaser.card)
    if picture:
        yield _element("link", rel="enclosure", type=picture.type, href=picture.permalink)
    yield from _media(teaser)
    if teaser.summary:
        yield _element("summary", teaser.summary)
    if body:
        yield _element("content", body, type="html")
    yield "</entry>"


def _rss_rows(teaser: views.Teaser, feed: views.Feed, body: str) -> Iterator[str]:
    yield "<item>"
    yield _element("title", teaser.title)
    yield _element("link", teaser.permalink)
    yield _element("guid", teaser.id, isPermaLink="false")
    yield _element("pubDate", _rfc822(teaser.date))
    for author in teaser.authors:
        yield _element("dc:creator", author.name)
    for text in _language("dc:language", teaser, feed.language).values():
        yield _element("dc:language", text)
    for facet in _categories(teaser, feed):
        yield _element("category", facet.name, **_scheme("domain", facet))
    for kind in _correction_kinds(teaser):
        yield _element("category", kind)
    picture = find_preview(teaser.picture, teaser.card)
    if picture:
        # Its length is not known before it is made: 0, as https://www.rssboard.org/rss-profile has it.
        yield _element("enclosure", url=picture.permalink, length="0", type=picture.type)
    yield from _media(teaser)
    if teaser.summary:
        yield _element("description", _as_html(teaser.summary))
    if body:
        yield _element("content:encoded", body)
    yield "</item>"


def _json_members(teaser: views.Teaser, feed: views.Feed, body: str) -> dict[str, object]:
    picture = find_preview(teaser.picture, teaser.card)
    members: dict[str, object] = {
        "id": teaser.id,
        "url": teaser.permalink,
        "title": teaser.title,
        "content_html": body,
        "summary": teaser.summary,
        "image": picture.permalink if picture else "",
        "date_published": format_timestamp(teaser.date),
        "date_modified": format_timestamp(teaser.updated) if teaser.updated else "",
        "authors": [
            {"name": author.name, **({"url": author.permalink} if author.permalink else {})}
            for author in teaser.authors
        ],
        "tags": [*(facet.name for facet in _categories(teaser, feed)), *_correction_kinds(teaser)],
        **_language("language", teaser, feed.language),
    }
    present = {name: value for name, value in members.items() if value}
    return present if body else {**present, "content_text": teaser.summary}  # one of the two is required


def _media_names(feed: views.Feed) -> dict[str, str]:
    """Return what a feed with pictures has to declare: most feeds have none, and there are many."""
    shown = (find_preview(each.picture, each.card) for each in feed.articles)
    return {"xmlns:media": _MEDIA} if any(shown) else {}


def _media(teaser: views.Teaser) -> Iterator[str]:
    """Yield the picture of an article, or its card, as an element of Media RSS.

    Without its caption: in media:description, common readers take it for the article's summary.
    """
    shown = find_preview(teaser.picture, teaser.card)
    if shown is None:
        return
    size = {"width": str(shown.width), "height": str(shown.height)} if shown.width and shown.height else {}
    yield _opening("media:content", url=shown.permalink, type=shown.type, medium="image", **size)
    if teaser.picture and teaser.picture.credit and shown != teaser.card:
        yield _element("media:credit", teaser.picture.credit)
    yield "</media:content>"


@lru_cache(maxsize=1024)
def _author(name: str, permalink: str = "") -> str:
    return f"<author>{_element('name', name)}{_element('uri', permalink) if permalink else ''}</author>"


def _categories(teaser: views.Teaser, feed: views.Feed) -> tuple[views.Facet, ...]:
    """Return the section, the dateline and the tags of an article."""
    tags = feed.tags.get(teaser.path, ())
    return tuple(facet for facet in (teaser.section, teaser.dateline, *tags) if facet)


def _correction_kinds(teaser: views.Teaser) -> tuple[str, ...]:
    """Return the kinds of an article's corrections, each once."""
    return tuple(dict.fromkeys(note.kind for note in teaser.corrections))


def _scheme(name: str, facet: views.Facet) -> dict[str, str]:
    """Return the index of a facet, if any: it tells a dateline from a section of the same name."""
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
    from email.utils import format_datetime  # noqa: PLC0415 - slow to import, and only RSS needs it

    return format_datetime(fix_offset(moment))


@lru_cache(maxsize=64)
def _opening(tag: str, **attributes: str) -> str:
    pairs = (
        f' {name}="{strip_forbidden(value).translate(_IN_ATTRIBUTES)}"' for name, value in attributes.items()
    )
    return f"<{tag}{''.join(pairs)}>"


def _element(tag: str, text: str = "", **attributes: str) -> str:
    opening, escaped = _opening(tag, **attributes), _escaped(strip_forbidden(text))
    return f"{opening}{escaped}</{tag}>" if escaped else f"{opening[:-1]}/>"


def _escaped(text: str) -> str:
    return text.translate(_IN_TEXT) if _SPECIAL.search(text) else text


def _encoded(rows: list[str]) -> bytes:
    return ("\n".join(rows) + "\n").encode()
