"""Feeds, read back by feedparser, lxml and json: they say what the articles say, as their formats ask."""

from __future__ import annotations

import datetime as dt
import html
import json
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from markupsafe import Markup
from playwright.sync_api import Browser, Page

from broadsheet.common.model import FacetKind
from broadsheet.render import views
from broadsheet.render.formats.feeds import Display, write_atom, write_json_feed, write_rss
from broadsheet.render.formats.text import encode_json, format_timestamp
from tests.sites import ROOT as ROOT_FOLDER

ROOT = "https://example.org/archive/"
BAKU = dt.timezone(dt.timedelta(hours=4))
WRITERS: tuple[Callable[[views.Feed, str, Mapping[str, str]], bytes], ...] = (
    write_atom,
    write_rss,
    write_json_feed,
)
NAMES = {
    "a": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "h": "http://www.w3.org/1999/xhtml",
    "dc": "http://purl.org/dc/elements/1.1/",
    "media": "http://search.yahoo.com/mrss/",
}
NASTY = (
    "a ]]> b",
    "</script><script>alert(1)</script>",
    "bell \x08 and null \x00 and \x1f",
    "\ufffe\uffff noncharacters",
    "a lone \ud800 surrogate",
    "flood 🌊 in Şəki",
    "חדשות \u202eשבת\u202c",
    "EPA&#8217;s &amp; R&D &lt;3",
    "5 < 6 > 4 \"quoted\" and 'so'",
    "<!-- no comment --> <![CDATA[ no section ]]>",
    "{{ no }} template {% raw %}",
    "line\u2028separator and \x85 next line",
)
# The grammar of tagURI, RFC 4151, section 2.1, with pchar from RFC 3986.
TAG_URI = re.compile(
    r"tag:(?:[A-Za-z0-9._-]+@)?[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*"
    r",[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?"
    r":(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-F]{2})*"
)
# What RFC 4287 says in its RELAX NG schema (appendix B) of the elements that are used here, and Media RSS
# (https://www.rssboard.org/media-rss) of those of pictures; nothing else is let through.
ATOM = etree.RelaxNG(
    etree.fromstring(
        """
<element name="feed" ns="http://www.w3.org/2005/Atom" xmlns="http://relaxng.org/ns/structure/1.0"
    datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
  <attribute name="xml:lang"><data type="language"/></attribute>
  <interleave>
    <optional>
      <element name="div" ns="http://www.w3.org/1999/xhtml">
        <mixed><element name="a"><attribute name="href"/><text/></element></mixed>
      </element>
    </optional>
    <element name="id"><data type="anyURI"><param name="minLength">1</param></data></element>
    <element name="title"><text/></element>
    <optional><element name="subtitle"><text/></element></optional>
    <element name="updated"><data type="dateTime"/></element>
    <optional>
      <element name="author"><element name="name"><text/></element></element>
    </optional>
    <group>
      <element name="link">
        <attribute name="rel"><value>self</value></attribute>
        <attribute name="type"><value>application/atom+xml</value></attribute>
        <attribute name="href"><data type="anyURI"/></attribute>
      </element>
      <element name="link">
        <attribute name="rel"><value>alternate</value></attribute>
        <attribute name="type"><value>text/html</value></attribute>
        <attribute name="href"><data type="anyURI"/></attribute>
      </element>
    </group>
    <element name="generator"><value>Broadsheet</value></element>
    <zeroOrMore>
      <element name="entry">
        <optional><attribute name="xml:lang"><data type="language"/></attribute></optional>
        <interleave>
          <element name="id"><data type="anyURI"><param name="minLength">1</param></data></element>
          <element name="title"><text/></element>
          <element name="published"><data type="dateTime"/></element>
          <element name="updated"><data type="dateTime"/></element>
          <group>
            <element name="link">
              <attribute name="rel"><value>alternate</value></attribute>
              <attribute name="type"><value>text/html</value></attribute>
              <attribute name="href"><data type="anyURI"/></attribute>
            </element>
            <optional>
              <element name="link">
                <attribute name="rel"><value>enclosure</value></attribute>
                <attribute name="type"><data type="token"/></attribute>
                <attribute name="href"><data type="anyURI"/></attribute>
              </element>
            </optional>
          </group>
          <optional>
            <element name="content" ns="http://search.yahoo.com/mrss/">
              <attribute name="url"><data type="anyURI"/></attribute>
              <attribute name="type"><data type="token"/></attribute>
              <attribute name="medium"><value>image</value></attribute>
              <optional>
                <attribute name="width"><data type="positiveInteger"/></attribute>
                <attribute name="height"><data type="positiveInteger"/></attribute>
              </optional>
              <optional><element name="credit"><text/></element></optional>
            </element>
          </optional>
          <zeroOrMore>
            <element name="author">
              <element name="name"><text/></element>
              <optional><element name="uri"><data type="anyURI"/></element></optional>
            </element>
          </zeroOrMore>
          <zeroOrMore>
            <element name="category">
              <attribute name="term"/>
              <optional><attribute name="scheme"><data type="anyURI"/></attribute></optional>
              <attribute name="label"/>
              <empty/>
            </element>
          </zeroOrMore>
          <optional><element name="summary"><text/></element></optional>
          <optional>
            <element name="content">
              <attribute name="type"><value>html</value></attribute>
              <text/>
            </element>
          </optional>
        </interleave>
      </element>
    </zeroOrMore>
  </interleave>
</element>
"""
    )
)


def _facet(kind: FacetKind, slug: str, name: str) -> views.Facet:
    url = f"/archive/{kind}s/{slug}/"
    return views.Facet(
        kind=kind, slug=slug, name=name, url=url, permalink=f"https://example.org{url}", feed=f"{url}atom.xml"
    )


STREET = views.Rendition(
    url="/archive/2022/11/05/flood/street.jpg",
    permalink=f"{ROOT}2022/11/05/flood/street.jpg",
    width=1280,
    height=853,
    type="image/jpeg",
)
PREVIEW = replace(STREET, permalink=f"{STREET.permalink}.16x9-1280.jpg", height=720)
FLOOD = views.Teaser(
    path="content/2022/flood.md",
    id="tag:example.org,2022-11-05:2022/11/05/flood/",
    title="Flood in Şəki: R&D <closed>",
    url="/archive/2022/11/05/flood/",
    permalink=f"{ROOT}2022/11/05/flood/",
    day=dt.date(2022, 11, 5),
    day_url="/archive/2022/11/05/",
    date=dt.datetime(2022, 11, 5, 9, 14, tzinfo=BAKU),
    updated=dt.datetime(2022, 11, 6, 0, 5, 7, tzinfo=dt.UTC),
    authors=(_facet("author", "aysel-əliyeva", "Aysel Əliyeva"), _facet("author", "o-brien", "O'Brien & Co")),
    dateline=_facet("dateline", "baku", "Baku"),
    section=_facet("section", "baku", "Baku"),
    summary="Water rose by < 5 m & fell.",
    picture=views.Picture(
        url=STREET.url,
        permalink=STREET.permalink,
        alt="A street <here>",
        caption="",
        credit="Photo: O'Brien & Co",
        width=1920,
        height=1280,
        own=STREET,
        crops={"16x9": PREVIEW},
        largest=STREET.url,
    ),
    language="en",
    corrections=(),
    retracted=None,
    genre="",
    edition=None,
    page="",
    column="",
)
BARE = replace(
    FLOOD,
    path="content/2022/bare.md",
    id="tag:example.org,2022-11-04:2022/11/04/bare/",
    title="Bare",
    permalink=f"{ROOT}2022/11/04/bare/",
    date=dt.datetime(2022, 11, 4, 23, 59, 59, tzinfo=dt.UTC),
    updated=None,
    authors=(),
    dateline=None,
    section=None,
    summary="",
    picture=None,
    language="az-Latn",
)
FEED = views.Feed(
    id="tag:example.org,2026:feeds",
    title="The Example Courier",
    subtitle="News & views",
    permalink=f"{ROOT}atom.xml",
    home="/archive/",
    language="en",
    updated=FLOOD.updated,
    facet=views.Facet(
        kind="all", slug="", name="", url="/archive/", permalink=ROOT, feed="/archive/atom.xml"
    ),
    articles=(FLOOD, BARE),
)
EMPTY = replace(FEED, articles=(), updated=None, subtitle="")
BODIES = {
    FLOOD.path: f'<p>Water &amp; mud, <a href="{ROOT}tags/oil/">oil</a>.</p>\n<pre>a\tb\r\nc</pre>',
    BARE.path: "<p>Nothing.</p>",
}


def _moments(*, seconds: bool) -> st.SearchStrategy[dt.datetime]:
    """Return aware moments with offsets of whole minutes, or of seconds as clocks before 1920 had."""
    day = 24 * 60 * 60 - 1 if seconds else 24 * 60 - 1
    unit = "seconds" if seconds else "minutes"
    offsets = st.integers(-day, day).map(lambda number: dt.timezone(dt.timedelta(**{unit: number})))
    return st.datetimes(dt.datetime(2, 1, 1), dt.datetime(9998, 1, 1), timezones=offsets)  # noqa: DTZ001 - bounds


# Characters that are trouble somewhere come often; of a million, Hypothesis would hardly find them. A
# list, because `text` makes one even alphabet of the two.
TROUBLE = "\x00\x08\x0b\x1f\ud800\udfff\ufffe\uffff\t\n\r\x7f\x85\u2028\u202e&<>\"'];#%"
ANY_TEXT = st.lists(st.sampled_from(TROUBLE) | st.characters(exclude_categories=()), max_size=20).map("".join)


def _allowed(text: str) -> str:
    """Return the text less what is no Char: XML 1.0, section 2.2."""
    ranges = ((0x9, 0xA), (0xD, 0xD), (0x20, 0xD7FF), (0xE000, 0xFFFD), (0x10000, 0x10FFFF))
    return "".join(char for char in text if any(low <= ord(char) <= high for low, high in ranges))


def _text(written: bytes, path: str) -> list[str]:
    """Return the texts, or the values of attributes, that a path leads to in a document."""
    found = etree.fromstring(written).xpath(path, namespaces=NAMES)
    assert isinstance(found, list)
    return [node if isinstance(node, str) else (node.text or "") for node in found]  # type: ignore[union-attr]


def _parsed(written: bytes) -> Any:
    parsed = feedparser.parse(written, resolve_relative_uris=False, sanitize_html=False)
    assert not parsed.bozo, parsed.get("bozo_exception")
    return parsed


def _utc(moment: dt.datetime) -> tuple[int, ...]:
    return tuple(moment.astimezone(dt.UTC).timetuple())[:6]


def test_atom_says_what_the_articles_say() -> None:
    parsed = _parsed(write_atom(FEED, f"{ROOT}atom.xml", BODIES))
    assert parsed.version == "atom10"
    assert parsed.feed.id == FEED.id
    assert parsed.feed.title == FEED.title
    assert parsed.feed.subtitle == FEED.subtitle
    assert parsed.feed.generator == "Broadsheet"
    assert parsed.feed.language == "en"
    assert {link.rel: link.href for link in parsed.feed.links} == {
        "self": f"{ROOT}atom.xml",
        "alternate": ROOT,
    }
    flood, bare = parsed.entries
    assert (flood.id, flood.title, flood.link) == (FLOOD.id, FLOOD.title, FLOOD.permalink)
    assert tuple(flood.published_parsed)[:6] == _utc(FLOOD.date)
    assert tuple(flood.updated_parsed)[:6] == (2022, 11, 6, 0, 5, 7)
    assert [(a.name, a.href) for a in flood.authors] == [(a.name, a.permalink) for a in FLOOD.authors]
    assert [(tag.term, tag.scheme, tag.label) for tag in flood.tags] == [
        ("baku", f"{ROOT}sections/", "Baku"),
        ("baku", f"{ROOT}datelines/", "Baku"),
    ]
    assert flood.summary == FLOOD.summary
    assert flood.content[0].type == "text/html"
    assert flood.content[0].value == BODIES[FLOOD.path]
    assert (bare.id, bare.title) == (BARE.id, BARE.title)
    assert tuple(bare.updated_parsed)[:6] == _utc(BARE.date)


def test_rss_says_what_the_articles_say() -> None:
    written = write_rss(FEED, f"{ROOT}rss.xml", BODIES)
    parsed = _parsed(written)
    assert parsed.version == "rss20"
    assert (parsed.feed.title, parsed.feed.link, parsed.feed.language) == (FEED.title, ROOT, "en")
    assert _text(written, "channel/a:link/@href") == [f"{ROOT}rss.xml"]
    assert _text(written, "channel/description") == ["News &amp; views"]
    flood, bare = parsed.entries
    assert (flood.id, flood.title, flood.link) == (FLOOD.id, FLOOD.title, FLOOD.permalink)
    assert flood.guidislink is False
    assert tuple(flood.published_parsed)[:6] == _utc(FLOOD.date)
    assert [(tag.term, tag.scheme) for tag in flood.tags] == [
        ("Baku", f"{ROOT}sections/"),
        ("Baku", f"{ROOT}datelines/"),
    ]
    assert _text(written, "channel/item[1]/dc:creator") == ["Aysel Əliyeva", "O'Brien & Co"]
    assert _text(written, "channel/item[1]/content:encoded") == [BODIES[FLOOD.path]]
    assert _text(written, "channel/item[1]/guid/@isPermaLink") == ["false"]
    assert _text(written, "channel/item/dc:language") == ["az-Latn"]
    assert (bare.id, bare.title) == (BARE.id, BARE.title)
    assert _text(written, "channel/item[2]/description") == []


@pytest.mark.parametrize("write", [write_atom, write_rss])
def test_a_picture_is_an_element_of_media_rss_with_its_credit(write: Callable[..., bytes]) -> None:
    written = write(FEED, f"{ROOT}feed.xml", {})
    (shown,) = etree.fromstring(written).iter(f"{{{NAMES['media']}}}content")
    assert {str(name): str(value) for name, value in shown.attrib.items()} == {
        "url": PREVIEW.permalink,
        "type": "image/jpeg",
        "medium": "image",
        "width": "1280",
        "height": "720",
    }
    assert [each.text for each in shown] == ["Photo: O'Brien & Co"]
    entry = _parsed(written).entries[0]
    assert entry.media_content[0]["url"] == PREVIEW.permalink
    assert entry.media_credit[0]["content"] == "Photo: O'Brien & Co"
    assert [(each.href, each.type) for each in entry.enclosures] == [(PREVIEW.permalink, "image/jpeg")]
    assert [each.get("length", "") for each in entry.enclosures] == ["0" if write is write_rss else ""]


@pytest.mark.parametrize(("kind", "shown"), [("image/svg+xml", False), ("", False), ("image/gif", True)])
def test_of_pictures_without_crops_only_rasters_are_in_feeds(kind: str, *, shown: bool) -> None:
    assert FLOOD.picture is not None
    picture = replace(FLOOD.picture, crops={}, own=replace(STREET, type=kind, width=0, height=0))
    feed = replace(FEED, articles=(replace(FLOOD, picture=picture),))
    for write in WRITERS:
        written = write(feed, f"{ROOT}feed.xml", {})
        assert (STREET.permalink.encode() in written) is shown
    atom = write_atom(feed, f"{ROOT}atom.xml", {})
    assert ATOM.validate(etree.fromstring(atom)), ATOM.error_log


def test_rss_writes_dates_in_english_and_in_the_offset_of_the_article() -> None:
    written = write_rss(FEED, f"{ROOT}rss.xml")
    assert _text(written, "channel/item/pubDate") == [
        "Sat, 05 Nov 2022 09:14:00 +0400",
        "Fri, 04 Nov 2022 23:59:59 +0000",
    ]
    assert _text(written, "channel/lastBuildDate") == ["Sun, 06 Nov 2022 00:05:07 +0000"]


def test_rss_escapes_a_summary_as_html_since_readers_take_it_for_html() -> None:
    written = write_rss(FEED, f"{ROOT}rss.xml")
    assert _text(written, "channel/item[1]/description") == ["Water rose by &lt; 5 m &amp; fell."]


def test_json_feed_says_what_the_articles_say() -> None:
    assert json.loads(write_json_feed(FEED, f"{ROOT}feed.json", BODIES)) == {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "The Example Courier",
        "home_page_url": ROOT,
        "feed_url": f"{ROOT}feed.json",
        "description": "News & views",
        "language": "en",
        "items": [
            {
                "id": FLOOD.id,
                "url": FLOOD.permalink,
                "title": FLOOD.title,
                "content_html": BODIES[FLOOD.path],
                "summary": FLOOD.summary,
                "image": PREVIEW.permalink,
                "date_published": "2022-11-05T09:14:00+04:00",
                "date_modified": "2022-11-06T00:05:07+00:00",
                "authors": [{"name": author.name, "url": author.permalink} for author in FLOOD.authors],
                "tags": ["Baku", "Baku"],
            },
            {
                "id": BARE.id,
                "url": BARE.permalink,
                "title": "Bare",
                "content_html": "<p>Nothing.</p>",
                "date_published": "2022-11-04T23:59:59+00:00",
                "language": "az-Latn",
            },
        ],
    }


def test_json_feed_without_bodies_has_the_text_that_the_format_requires() -> None:
    items = json.loads(write_json_feed(FEED, f"{ROOT}feed.json", {}))["items"]
    assert [item["content_text"] for item in items] == [FLOOD.summary, ""]
    assert not any("content_html" in item for item in items)


@pytest.mark.parametrize("bodies", [{}, BODIES], ids=["summaries", "bodies"])
@pytest.mark.parametrize(
    "feed", [FEED, EMPTY, replace(FEED, articles=(BARE,))], ids=["full", "empty", "bare"]
)
def test_atom_keeps_to_its_schema(feed: views.Feed, bodies: Mapping[str, str]) -> None:
    ATOM.assertValid(etree.fromstring(write_atom(feed, f"{ROOT}atom.xml", bodies)))


def test_an_empty_atom_feed_has_the_updated_that_rfc_4287_requires() -> None:
    assert _text(write_atom(EMPTY, f"{ROOT}atom.xml", {}), "a:updated") == ["1970-01-01T00:00:00+00:00"]


def test_an_empty_rss_feed_has_the_description_that_rss_requires() -> None:
    written = write_rss(EMPTY, f"{ROOT}rss.xml")
    assert _text(written, "channel/description") == [EMPTY.title]
    assert _text(written, "channel/lastBuildDate") == []


def test_an_empty_json_feed_has_the_items_that_the_format_requires() -> None:
    assert json.loads(write_json_feed(EMPTY, f"{ROOT}feed.json", {}))["items"] == []


def test_facets_without_pages_have_names_and_no_addresses() -> None:
    def pageless(facet: views.Facet) -> views.Facet:
        return replace(facet, url="", permalink="", feed="")

    assert FLOOD.section
    assert FLOOD.dateline
    section, dateline = pageless(FLOOD.section), pageless(FLOOD.dateline)
    story = replace(FLOOD, authors=(pageless(FLOOD.authors[1]),), section=section, dateline=dateline)
    feed = replace(FEED, articles=(story,))
    written = write_atom(feed, f"{ROOT}atom.xml", {})
    ATOM.assertValid(etree.fromstring(written))
    assert _text(written, "a:entry/a:author/a:name") == ["O'Brien & Co"]
    assert _text(written, "a:entry/a:author/a:uri") == []
    assert _text(written, "a:entry/a:category/@label") == ["Baku", "Baku"]
    assert _text(written, "a:entry/a:category/@scheme") == []
    assert b"domain" not in write_rss(feed, f"{ROOT}rss.xml")
    (told,) = json.loads(write_json_feed(feed, f"{ROOT}feed.json", {}))["items"]
    assert told["authors"] == [{"name": "O'Brien & Co"}]


def test_an_atom_feed_has_an_author_where_an_article_has_none() -> None:
    assert _text(write_atom(FEED, f"{ROOT}atom.xml", {}), "a:author/a:name") == [FEED.title]
    signed = replace(FEED, articles=(FLOOD,))
    assert _text(write_atom(signed, f"{ROOT}atom.xml", {}), "a:author/a:name") == []


def test_atom_names_a_language_only_where_it_differs() -> None:
    written = write_atom(FEED, f"{ROOT}atom.xml", {})
    assert _text(written, "@xml:lang") == ["en"]
    assert _text(written, "a:entry/@xml:lang") == ["az-Latn"]


def test_a_feed_of_summaries_holds_no_content() -> None:
    assert _text(write_atom(FEED, f"{ROOT}atom.xml", {}), "//a:content") == []
    assert b"content:encoded" not in write_rss(FEED, f"{ROOT}rss.xml")


@pytest.mark.parametrize("home", ["/archive/tags/oil/", f"{ROOT}tags/oil/"])
@pytest.mark.parametrize("writer", WRITERS)
def test_the_page_that_a_feed_belongs_to_is_linked_absolutely(
    writer: Callable[[views.Feed, str, Mapping[str, str]], bytes], home: str
) -> None:
    written = writer(replace(EMPTY, home=home), f"{ROOT}tags/oil/atom.xml", {}).decode()
    assert re.search(rf"""[">]{re.escape(ROOT)}tags/oil/["<]""", written)


@pytest.mark.parametrize("feed", [FEED, EMPTY], ids=["full", "empty"])
@pytest.mark.parametrize("writer", WRITERS)
def test_a_feed_ends_in_one_newline_and_is_the_same_each_time(
    writer: Callable[[views.Feed, str, Mapping[str, str]], bytes], feed: views.Feed
) -> None:
    written = writer(feed, f"{ROOT}x", BODIES)
    assert written.endswith((b">\n", b"}\n"))
    assert written == writer(feed, f"{ROOT}x", dict(reversed(BODIES.items())))


@pytest.mark.parametrize("text", NASTY)
def test_nasty_text_is_read_back_as_it_was_written(text: str) -> None:
    _reads_back(title=text, summary=text, name=text, body=f"<p>{text}</p>")


@given(title=ANY_TEXT, summary=ANY_TEXT, name=ANY_TEXT, body=ANY_TEXT)
def test_any_text_is_read_back_less_what_xml_forbids(title: str, summary: str, name: str, body: str) -> None:
    _reads_back(title=title, summary=summary, name=name, body=body)


def _reads_back(*, title: str, summary: str, name: str, body: str) -> None:
    teaser = replace(
        FLOOD,
        title=title,
        summary=summary,
        section=replace(_facet("section", "x", "x"), name=name),
        authors=(replace(FLOOD.authors[0], name=name),),
    )
    feed = replace(FEED, title=title, subtitle=summary, articles=(teaser,))
    bodies = {teaser.path: body}

    written = write_atom(feed, f"{ROOT}atom.xml", bodies)
    ATOM.assertValid(etree.fromstring(written))
    assert _text(written, "a:title | a:entry/a:title") == [_allowed(title)] * 2
    assert "".join(_text(written, "a:entry/a:summary")) == _allowed(summary)
    assert _text(written, "a:entry/a:author/a:name") == [_allowed(name)]
    assert _text(written, "a:entry/a:category[1]/@label") == [_allowed(name)]
    assert "".join(_text(written, "a:entry/a:content")) == _allowed(body)

    written = write_rss(feed, f"{ROOT}rss.xml", bodies)
    assert _text(written, "channel/title | channel/item/title") == [_allowed(title)] * 2
    described = "".join(_text(written, "channel/item/description"))
    # Outside of attributes HTML needs no more than this, and html.unescape would also turn "&#128;"
    # and the like, which the summary may hold as text, into what browsers make of them.
    assert described.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == _allowed(summary)
    assert _text(written, "channel/item/dc:creator") == [_allowed(name)]
    assert "".join(_text(written, "channel/item/content:encoded")) == _allowed(body)

    item = json.loads(write_json_feed(feed, f"{ROOT}feed.json", bodies))["items"][0]
    assert item.get("title", "") == _allowed(title)
    assert item.get("summary", "") == _allowed(summary)
    assert item["authors"][0]["name"] == _allowed(name)
    assert item.get("content_html", "") == _allowed(body)


def test_markup_is_escaped_once_like_any_text() -> None:
    bodies = {FLOOD.path: Markup("<p>a &amp; b</p>")}
    feed = replace(FEED, articles=(FLOOD,))
    assert _text(write_atom(feed, f"{ROOT}atom.xml", bodies), "//a:content") == ["<p>a &amp; b</p>"]
    assert _text(write_rss(feed, f"{ROOT}rss.xml", bodies), "//content:encoded") == ["<p>a &amp; b</p>"]
    assert json.loads(write_json_feed(feed, "", bodies))["items"][0]["content_html"] == "<p>a &amp; b</p>"


@given(_moments(seconds=False) | _moments(seconds=True))
def test_any_moment_is_read_back_to_the_second(moment: dt.datetime) -> None:
    feed = replace(FEED, articles=(replace(BARE, date=moment),), updated=moment)
    written = write_atom(feed, f"{ROOT}atom.xml", {})
    ATOM.assertValid(etree.fromstring(written))
    for text in _text(written, "//a:updated | //a:published"):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", text)  # RFC 3339, section 5.6
        assert dt.datetime.fromisoformat(text) == moment.replace(microsecond=0)
    (text,) = _text(write_rss(feed, f"{ROOT}rss.xml"), "channel/item/pubDate")
    assert re.fullmatch(
        r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [+-]\d{4}", text
    )  # RFC 822, 5.1
    read = dt.datetime.strptime(text, "%a, %d %b %Y %H:%M:%S %z")
    assert read == moment.replace(microsecond=0)


def test_a_moment_keeps_its_offset_unless_that_is_older_than_time_zones() -> None:
    assert (
        format_timestamp(dt.datetime(2022, 11, 5, 9, 14, 0, 999_999, tzinfo=BAKU))
        == "2022-11-05T09:14:00+04:00"
    )
    assert (
        format_timestamp(dt.datetime(1910, 5, 7, 12, tzinfo=ZoneInfo("Asia/Baku")))
        == "1910-05-07T08:40:36+00:00"
    )
    manila = dt.timezone(-dt.timedelta(hours=15, minutes=56))
    assert format_timestamp(dt.datetime(1840, 5, 7, 12, tzinfo=manila)) == "1840-05-08T03:56:00+00:00"


def test_json_keeps_the_order_it_is_given() -> None:
    assert encode_json({"b": 1, "a": ["ə", ("x", {"c": "\x08y"})]}) == '{"b":1,"a":["ə",["x",{"c":"y"}]]}'


def test_an_html_reader_sees_the_summary_as_it_was_written() -> None:
    feed = replace(FEED, articles=(replace(FLOOD, summary="<b>5 &amp; 6</b>"),))
    (description,) = _text(write_rss(feed, f"{ROOT}rss.xml"), "channel/item/description")
    assert html.unescape(description) == "<b>5 &amp; 6</b>"


SHOWN = Display(style="/a&b/feed.css", notice="A feed & more.", more="What?", more_url="/archive/feeds/")


@pytest.mark.parametrize("write", [write_atom, write_rss])
def test_a_feed_names_its_style_sheet_and_says_what_it_is(write: Callable[..., bytes]) -> None:
    written = write(FEED, f"{ROOT}feed", BODIES, SHOWN)
    assert b'\n<?xml-stylesheet type="text/css" href="/a&amp;b/feed.css"?>\n' in written
    assert _text(written, "//h:div") == ["A feed & more. "]
    assert _text(written, "//h:div/h:a/@href") == ["/archive/feeds/"]
    assert [entry.title for entry in _parsed(written).entries] == [each.title for each in FEED.articles]
    assert b"<div" not in write(FEED, f"{ROOT}feed", BODIES)


def test_atom_with_a_notice_keeps_to_its_schema() -> None:
    ATOM.assertValid(etree.fromstring(write_atom(FEED, f"{ROOT}atom.xml", BODIES, SHOWN)))


@pytest.mark.parametrize("write", [write_atom, write_rss, write_json_feed])
def test_feeds_have_tags_where_they_are_known(write: Callable[..., bytes]) -> None:
    tagged = replace(FEED, tags={FLOOD.path: (_facet("tag", "oil", "Oil"),)})
    written = write(tagged, f"{ROOT}feed", BODIES)
    if write is write_json_feed:
        assert json.loads(written)["items"][0]["tags"][-1] == "Oil"
    else:
        terms = [tag.label or tag.term for tag in _parsed(written).entries[0].tags]
        assert terms[-1] == "Oil" or "Oil" in terms


def test_only_the_feed_of_the_site_says_which_index_a_category_is_from() -> None:
    of_section = replace(FEED, facet=_facet("section", "weather", "Weather"))
    assert b" scheme=" in write_atom(FEED, f"{ROOT}atom.xml", {})
    assert b" scheme=" not in write_atom(of_section, f"{ROOT}atom.xml", {})


@pytest.mark.parametrize("write", [write_atom, write_rss])
def test_a_browser_shows_a_feed_to_readers_and_its_notice_leads_on(
    tmp_path: Path, browser: Browser, serve: Callable[..., str], write: Callable[..., bytes]
) -> None:
    shutil.copy(ROOT_FOLDER / "static/feed.css", tmp_path)
    shown = SHOWN._replace(style="feed.css", more_url="more.html")
    (tmp_path / "feed.xml").write_bytes(write(FEED, f"{ROOT}feed", BODIES, shown))
    (tmp_path / "more.html").write_text("<!doctype html><title>More</title>", encoding="utf-8")
    page = browser.new_page()
    page.goto(f"{serve(tmp_path)}feed.xml")
    for words in (FEED.title, FLOOD.title, FLOOD.permalink):
        assert words in _seen(page), words
    assert "<p>" not in _seen(page)
    page.click("text=What?")
    assert page.title() == "More"
    page.close()


def _seen(page: Page) -> str:
    """Return the words that a reader of a document sees, addresses that its style sheet shows among them."""
    found = page.evaluate(
        """() => [...document.querySelectorAll("*")].filter((each) => each.getClientRects().length)
        .map((each) => [...each.childNodes].map((node) => node.nodeType === 3 ? node.data : "").join("")
            + (getComputedStyle(each, "::after").content === "none" ? "" : each.getAttribute("href") || ""))
        .join("\\n")"""
    )
    return str(found)
