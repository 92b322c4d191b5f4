"""Times and days from front matter to pages, feeds, metadata and sitemaps."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import feedparser

from tests.sample import build_sample, copy_sample
from tests.sites import Site, unpacked

_HEAD = """\
title = "T"
url = "https://example.org/archive/"
language = "en"
timezone = "{zone}"
"""


def themed(folder: Path, articles: Mapping[str, str], *, zone: str = "Asia/Baku", more: str = "") -> Site:
    """Build a site with this repository's theme, whose articles have these fields, and return it."""
    site = copy_sample(folder / "site")
    shutil.rmtree(site.folder / "content")
    site.write("site.toml", _HEAD.format(zone=zone) + '[content]\nrequired = ["title"]\n' + more)
    for name, rows in articles.items():
        site.write(f"content/{name}.md", f"---\ntitle: {name}\n{rows}\n---\nWater rose.\n")
    build_sample(site)
    return site


def shown(site: Site, page: str) -> list[str]:
    """Return what stands in the time elements of an article's head: its attribute and its words."""
    about = site.read(f"public/{page}").partition('<div class="about">')[2].partition("</div>")[0]
    found = re.findall(r'<time datetime="([^"]*)">(.*?)</time>', about)
    return [f"{moment} {re.sub('<[^>]*>', '', words)}" for moment, words in found]


def described(site: Site, page: str) -> dict[str, str]:
    """Return what an article's page tells search engines."""
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', site.read(f"public/{page}"))
    assert found
    told: dict[str, str] = json.loads(found[1])
    return told


def test_a_bare_date_is_shown_without_a_time_and_on_its_day_wherever_its_midnight_is(tmp_path: Path) -> None:
    site = themed(tmp_path, {"old": "date: 1890-05-06"})
    assert shown(site, "1890/05/06/old/index.html") == ["1890-05-06 6 May 1890"]
    entry = feedparser.parse(site.read("public/atom.xml")).entries[0]
    assert entry.published == "1890-05-06T00:00:00+03:19"
    assert json.loads(site.read("public/feed.json"))["items"][0]["date_published"] == entry.published
    assert "<pubDate>Tue, 06 May 1890 00:00:00 +0319</pubDate>" in site.read("public/rss.xml")
    assert described(site, "1890/05/06/old/index.html")["datePublished"] == entry.published
    row = site.read("public/1890/index.html")
    assert '<time datetime="1890-05-06">6 May</time>' in row


def test_a_midnight_that_was_skipped_is_no_time(tmp_path: Path) -> None:
    site = themed(tmp_path, {"vote": "date: 2018-11-04\nupdated: 2018-11-05"}, zone="America/Sao_Paulo")
    assert shown(site, "2018/11/04/vote/index.html") == [
        "2018-11-04 4 November 2018",
        "2018-11-05 5 November 2018",
    ]
    assert feedparser.parse(site.read("public/atom.xml")).entries[0].published == "2018-11-04T01:00:00-02:00"


def test_a_time_that_was_written_is_shown_midnight_too(tmp_path: Path) -> None:
    site = themed(tmp_path, {"bell": "date: 2022-11-05 00:00\nupdated: 2022-11-06 00:00"})
    assert shown(site, "2022/11/05/bell/index.html") == [
        "2022-11-05T00:00:00+04:00 5 November 2022, 00:00 GMT+4",
        "2022-11-06T00:00:00+04:00 6 November 2022, 00:00 GMT+4",
    ]


def test_a_correction_on_the_day_of_the_article_is_an_update_everywhere(tmp_path: Path) -> None:
    rows = "date: 2022-11-05 09:14\ncorrections: [{date: 2022-11-05, text: 'It is \"221\" metres & <long>.'}]"
    site = themed(tmp_path, {"bridge": rows})
    page = "2022/11/05/bridge/index.html"
    assert shown(site, page) == [
        "2022-11-05T09:14:00+04:00 5 November 2022, 09:14 GMT+4",
        "2022-11-05 5 November 2022",
    ]
    later = "2022-11-05T09:14:01+04:00"
    assert described(site, page)["dateModified"] == later
    assert f'<meta property="article:modified_time" content="{later}">' in site.read(f"public/{page}")
    feed = feedparser.parse(site.read("public/atom.xml"))
    assert (feed.entries[0].updated, feed.feed.updated) == (later, later)
    assert json.loads(site.read("public/feed.json"))["items"][0]["date_modified"] == later
    sitemap = unpacked("x.gz", (site.folder / "public/sitemaps/2022-11.xml.gz").read_bytes()).decode()
    assert "/2022/11/05/bridge/</loc><lastmod>2022-11-05T05:14:01+00:00</lastmod>" in sitemap


def test_the_note_of_a_correction_is_in_the_feeds_of_full_text(tmp_path: Path) -> None:
    notes = """corrections:
  - {date: 2022-11-06, text: 'It is "221" metres & <long>.'}
  - {date: 2022-11-07, kind: update, text: The mayor walked.}
  - {date: 2022-11-08, text: "It is 222.", was: 221 & <long>, now: '222'}
  - {date: 2022-11-08, kind: clarification, was: a wall}"""
    site = themed(tmp_path, {"bridge": f"date: 2022-11-05 09:14\n{notes}"})
    expected = (
        "<p><strong>Correction, 8 November 2022:</strong> It is 222."
        " <del>221 &amp; &lt;long&gt;</del> <ins>222</ins></p>\n"
        "<p><strong>Correction, 6 November 2022:</strong> It is “221” metres &amp; &lt;long&gt;.</p>\n"
        "<p>Water rose.</p>\n"
        "<p><strong>Clarification, 8 November 2022:</strong> <del>a wall</del></p>\n"
        "<p><strong>Update, 7 November 2022:</strong> The mayor walked.</p>"
    )
    assert json.loads(site.read("public/feed.json"))["items"][0]["content_html"] == expected
    assert feedparser.parse(site.read("public/atom.xml"), sanitize_html=False).entries[0].content[
        0
    ].value == (expected)


def test_scripts_find_how_days_are_written_in_each_language_of_the_site(tmp_path: Path) -> None:
    more = '[dates]\ndate = "%A, %-d %b %Y"\n'
    articles = {"kecid": "date: 2022-11-05\nlanguage: az", "pont": "date: 2022-11-05\nlanguage: fr-CA"}
    site = themed(tmp_path, articles, more=more)
    written = json.loads(site.read("public/dates.json"))
    assert list(written) == ["az", "en", "fr"]
    assert written["en"]["date"] == written["en"]["today"] == "%A, %-d %b %Y"
    assert (written["en"]["b"][10], written["en"]["A"][0]) == ("Nov", "Monday")
    assert "B" not in written["en"]
    assert (written["az"]["B"][10], written["az"]["A"][0]) == ("noyabr", "bazar ertəsi")
    site.write("layouts/words/az.toml", site.read("layouts/words/az.toml") + '[dates]\ndate = "%-d %B %Y"\n')
    site.delete("content/pont.md")
    build_sample(site)
    written = json.loads(site.read("public/dates.json"))
    assert list(written) == ["az", "en"]
    assert written["az"] == {
        "date": "%-d %B %Y",
        "B": written["az"]["B"],
        "today": "%A, %-d %B %Y",
        "A": written["az"]["A"],
    }
    assert written["az"]["B"][0] == "yanvar"


def test_times_show_their_zone_where_the_site_says_so(tmp_path: Path) -> None:
    articles = {
        "here": "date: 2022-11-05 09:14",
        "there": "date: 2022-11-05 23:50 -0500\nupdated: 2022-11-06 01:00 -0500",
        "bare": "date: 2022-11-05",
    }
    site = themed(tmp_path, articles, more='[dates]\nzone = "short"\n')
    assert shown(site, "2022/11/05/here/index.html") == [
        "2022-11-05T09:14:00+04:00 5 November 2022, 09:14 GMT+4"
    ]
    assert shown(site, "2022/11/05/there/index.html") == [
        "2022-11-05T23:50:00-05:00 5 November 2022, 23:50 GMT\u22125",
        "2022-11-06T01:00:00-05:00 6 November 2022, 01:00 GMT\u22125",
    ]
    assert shown(site, "2022/11/05/bare/index.html") == ["2022-11-05 5 November 2022"]
    site.write("site.toml", site.read("site.toml") + "convert = true\n")
    build_sample(site)
    assert shown(site, "2022/11/05/there/index.html") == [
        "2022-11-05T23:50:00-05:00 6 November 2022, 08:50 GMT+4",
        "2022-11-06T01:00:00-05:00 6 November 2022, 10:00 GMT+4",
    ]
    assert shown(site, "2022/11/05/here/index.html") == [
        "2022-11-05T09:14:00+04:00 5 November 2022, 09:14 GMT+4"
    ]
    rows = re.findall(
        r"<time [^>]*>([^<]*)<", site.read("public/2022/11/05/index.html").partition("<main")[2]
    )
    assert rows[:2] == ["6 November 2022, 08:50 GMT+4", "09:14 GMT+4"]
    assert "2022-11-05T23:50:00-05:00" in site.read("public/atom.xml")


def test_the_note_is_in_the_language_of_its_article(tmp_path: Path) -> None:
    rows = "date: 2022-11-05\nlanguage: az\ncorrections: [{date: 2022-11-06, text: 'Səhv idi.'}]"
    site = themed(tmp_path, {"kecid": rows})
    html = json.loads(site.read("public/feed.json"))["items"][0]["content_html"]
    assert html.startswith("<p><strong>Düzəliş, 6 noyabr 2022:</strong> Səhv idi.</p>\n")
