"""Sitemaps, read back by lxml and held against the schema; robots.txt, read by the standard library."""

from __future__ import annotations

import datetime as dt
import gzip
from collections.abc import Callable, Iterable
from urllib.robotparser import RobotFileParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from broadsheet.common.urls import AddressParts, Urls
from broadsheet.render.formats.sitemaps import (
    MOST_BYTES,
    MOST_URLS,
    Location,
    NewsLocation,
    compress,
    find_news_language,
    write_index,
    write_newsset,
    write_robots,
    write_urlset,
)
from broadsheet.render.formats.text import format_timestamp

ROOT = "https://example.org/archive/"
BAKU = dt.timezone(dt.timedelta(hours=4))
MORNING = dt.datetime(2022, 11, 5, 9, 14, tzinfo=BAKU)
FLOOD = Location(permalink=f"{ROOT}2022/11/05/flood/", lastmod=int(MORNING.timestamp()))
PLAIN = Location(permalink=f"{ROOT}about/?a=1&b=<2>")
# What https://www.sitemaps.org/schemas/sitemap/0.9/sitemap.xsd and siteindex.xsd say of the elements
# that are used here.
SCHEMA = etree.XMLSchema(
    etree.fromstring(
        """
<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
    targetNamespace="http://www.sitemaps.org/schemas/sitemap/0.9" elementFormDefault="qualified">
  <xsd:element name="urlset"><xsd:complexType><xsd:sequence>
    <xsd:element name="url" type="location" maxOccurs="50000"/>
  </xsd:sequence></xsd:complexType></xsd:element>
  <xsd:element name="sitemapindex"><xsd:complexType><xsd:sequence>
    <xsd:element name="sitemap" type="location" maxOccurs="50000"/>
  </xsd:sequence></xsd:complexType></xsd:element>
  <xsd:complexType name="location"><xsd:sequence>
    <xsd:element name="loc"><xsd:simpleType><xsd:restriction base="xsd:anyURI">
      <xsd:minLength value="12"/><xsd:maxLength value="2048"/>
    </xsd:restriction></xsd:simpleType></xsd:element>
    <xsd:element name="lastmod" minOccurs="0"><xsd:simpleType>
      <xsd:union memberTypes="xsd:date xsd:dateTime"/>
    </xsd:simpleType></xsd:element>
  </xsd:sequence></xsd:complexType>
</xsd:schema>
"""
    )
)

# What http://www.google.com/schemas/sitemap-news/0.9/sitemap-news.xsd says of the elements that are used
# here, and how sitemap.xsd lets them in. It wants at least one page; Google takes a news sitemap without any.
_NEWS = """
<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema"
    xmlns="http://www.google.com/schemas/sitemap-news/0.9"
    targetNamespace="http://www.google.com/schemas/sitemap-news/0.9" elementFormDefault="qualified">
  <xsd:element name="news"><xsd:complexType><xsd:sequence>
    <xsd:element name="publication"><xsd:complexType><xsd:sequence>
      <xsd:element name="name" type="xsd:string"/>
      <xsd:element name="language"><xsd:simpleType><xsd:restriction base="xsd:string">
        <xsd:pattern value="zh-cn|zh-tw|([a-z]{2,3})"/>
      </xsd:restriction></xsd:simpleType></xsd:element>
    </xsd:sequence></xsd:complexType></xsd:element>
    <xsd:element name="publication_date"><xsd:simpleType>
      <xsd:union memberTypes="xsd:date xsd:dateTime"/>
    </xsd:simpleType></xsd:element>
    <xsd:element name="title" type="xsd:string"/>
  </xsd:sequence></xsd:complexType></xsd:element>
</xsd:schema>
"""
_PAGES_WITH_NEWS = """
<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
    xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
    targetNamespace="http://www.sitemaps.org/schemas/sitemap/0.9" elementFormDefault="qualified">
  <xsd:import namespace="http://www.google.com/schemas/sitemap-news/0.9" schemaLocation="news.xsd"/>
  <xsd:element name="urlset"><xsd:complexType><xsd:sequence>
    <xsd:element name="url" minOccurs="0" maxOccurs="1000"><xsd:complexType><xsd:sequence>
      <xsd:element name="loc" type="xsd:anyURI"/>
      <xsd:element ref="news:news"/>
    </xsd:sequence></xsd:complexType></xsd:element>
  </xsd:sequence></xsd:complexType></xsd:element>
</xsd:schema>
"""
TIDE = NewsLocation(permalink=FLOOD.permalink, title="Tide & <tide>", date=MORNING, language="en-GB")


@pytest.fixture(scope="module")
def news_schema(tmp_path_factory: pytest.TempPathFactory) -> etree.XMLSchema:
    folder = tmp_path_factory.mktemp("schema")
    (folder / "news.xsd").write_text(_NEWS)
    (folder / "pages.xsd").write_text(_PAGES_WITH_NEWS)
    return etree.XMLSchema(file=str(folder / "pages.xsd"))


def _read(written: bytes) -> list[tuple[str, str | None]]:
    names = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    children = list(etree.fromstring(written))
    return [
        (child.findtext("s:loc", "", names), child.findtext("s:lastmod", None, names)) for child in children
    ]


@pytest.mark.parametrize("write", [write_urlset, write_index])
def test_locations_are_read_back_in_their_order_and_keep_to_the_schema(
    write: Callable[[Iterable[Location]], bytes],
) -> None:
    written = write([FLOOD, PLAIN])
    SCHEMA.assertValid(etree.fromstring(written))
    assert _read(written) == [(FLOOD.permalink, "2022-11-05T05:14:00+00:00"), (PLAIN.permalink, None)]


def test_a_sitemap_is_a_line_for_each_page() -> None:
    assert write_urlset(iter([FLOOD])).decode() == (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        "<url><loc>https://example.org/archive/2022/11/05/flood/</loc>"
        "<lastmod>2022-11-05T05:14:00+00:00</lastmod></url>\n"
        "</urlset>\n"
    )


def test_an_index_names_its_children_sitemaps() -> None:
    assert b"<sitemapindex " in write_index([FLOOD])
    assert b"<sitemap><loc>" in write_index([FLOOD])


def test_a_packed_sitemap_unpacks_to_itself_and_tells_nothing_of_the_machine_or_the_time() -> None:
    written = write_urlset([FLOOD] * 500)
    small = compress(written)
    assert gzip.decompress(small) == written
    assert len(small) < len(written) / 5
    # RFC 1952, 2.3: no flags (so no name), no time, nothing of the level, and a system that is not known.
    assert small[:10] == b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"


@pytest.mark.parametrize("write", [write_urlset, write_index])
def test_a_sitemap_of_nothing_is_well_formed_and_ends_in_a_newline(
    write: Callable[[Iterable[Location]], bytes],
) -> None:
    written = write([])
    assert _read(written) == []
    assert written.endswith(b">\n")


@given(
    st.text(st.characters(codec="utf-8"), min_size=1),
    st.datetimes(dt.datetime(2, 1, 1), dt.datetime(9998, 1, 1), timezones=st.just(dt.UTC)),  # noqa: DTZ001 - bounds
)
def test_any_page_and_any_moment_keep_to_the_schema(slug: str, moment: dt.datetime) -> None:
    moment = moment.replace(microsecond=0)
    output = AddressParts("2022-11-05", slug[:40]).output("/{year}/{slug}/")
    page = Location(permalink=Urls(ROOT).permalink(output), lastmod=int(moment.timestamp()))
    written = write_urlset([page])
    SCHEMA.assertValid(etree.fromstring(written))
    ((loc, lastmod),) = _read(written)
    assert loc == page.permalink
    assert lastmod == format_timestamp(moment)


def test_a_full_sitemap_of_long_addresses_keeps_to_the_limits() -> None:
    page = Location(permalink=ROOT.ljust(800, "x"), lastmod=FLOOD.lastmod)
    written = write_urlset([page] * MOST_URLS)
    assert len(_read(written)) == 50_000
    assert len(written) < MOST_BYTES == 50 * 1024 * 1024


def test_robots_may_read_everything_and_find_the_sitemap() -> None:
    written = write_robots(f"{ROOT}sitemap.xml")
    rules = RobotFileParser()
    rules.parse(written.decode().splitlines())
    assert rules.can_fetch("AnyBot", f"{ROOT}2022/11/05/flood/")
    assert rules.site_maps() == [f"{ROOT}sitemap.xml"]
    assert written == b"User-agent: *\nAllow: /\n\nSitemap: https://example.org/archive/sitemap.xml\n"


def test_news_are_a_line_for_each_article_and_keep_to_the_schema(news_schema: etree.XMLSchema) -> None:
    written = write_newsset("The Courier & Co", iter([TIDE]))
    news_schema.assertValid(etree.fromstring(written))
    assert written.decode() == (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n'
        "<url><loc>https://example.org/archive/2022/11/05/flood/</loc><news:news><news:publication>"
        "<news:name>The Courier &amp; Co</news:name><news:language>en</news:language></news:publication>"
        "<news:publication_date>2022-11-05T09:14:00+04:00</news:publication_date>"
        "<news:title>Tide &amp; &lt;tide&gt;</news:title></news:news></url>\n"
        "</urlset>\n"
    )


def test_no_news_and_a_thousand_keep_to_the_schema(news_schema: etree.XMLSchema) -> None:
    for count in (0, 1000):
        news = etree.fromstring(write_newsset("The Courier", [TIDE] * count))
        news_schema.assertValid(news)
        assert len(news) == count


@given(st.text(), st.text(), st.sampled_from(("az", "pt-BR", "zh-Hant", "ckb")))
def test_any_headline_and_any_name_keep_to_the_schema(
    news_schema: etree.XMLSchema, title: str, name: str, language: str
) -> None:
    news = NewsLocation(permalink=FLOOD.permalink, title=title, date=MORNING, language=language)
    news_schema.assertValid(etree.fromstring(write_newsset(name, [news])))


@pytest.mark.parametrize(
    ("language", "named"),
    [
        *(("en", "en"), ("en-GB", "en"), ("ckb", "ckb"), ("zh", "zh-cn"), ("zh-CN", "zh-cn")),
        *(("zh-Hans-SG", "zh-cn"), ("zh-TW", "zh-tw"), ("zh-Hant", "zh-tw"), ("zh-HK", "zh-tw")),
    ],
)
def test_a_language_is_named_as_google_asks_for_it(language: str, named: str) -> None:
    assert find_news_language(language) == named
