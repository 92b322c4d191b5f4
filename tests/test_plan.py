"""The plan: a site has exactly the pages and feeds that its settings want, and nothing leads to another."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from urllib.parse import unquote

import pytest
from lxml import etree

from tests.builds import built, done, plain_site
from tests.plain import SETTINGS, article
from tests.sample import (
    ADDRESS,
    Page,
    build_sample,
    copy_sample,
    forget_what_moved,
    output_of,
    pages,
    stories,
)
from tests.sites import Site, unpacked

_ALL = '["section", "tag", "author", "dateline", "series", "edition", "language"]'
_FOLDERS = {"section": "sections", "tag": "tags", "author": "authors", "dateline": "datelines"}
_FIXED = {
    *("index.html", "archive/index.html", "feeds/index.html", "latest.html", "404.html", "robots.txt"),
    *("atom.xml", "rss.xml", "feed.json", "sitemap.xml", "sitemaps/pages.xml", "edition.txt"),
    *("sitemaps/news.xml", "data/index.json", "data/schema.json", "dates.json"),
    *(f"data/{month}.{suffix}" for month in ("2022-11", "2023-01") for suffix in ("json", "csv")),
}
_OWN = {
    *("2022/11/05/flood/index.html", "2022/11/06/calm/index.html", "2023/01/01/frost/index.html"),
    *("sitemaps/2022-11.xml.gz", "sitemaps/2023-01.xml.gz"),
}
_MONTHS = {"2022/index.html", "2022/11/index.html", "2023/index.html", "2023/01/index.html"}
_DAYS = {"2022/11/05/index.html", "2022/11/06/index.html", "2023/01/01/index.html"}
_FRONTS = {
    "section": {"sections/politics/index.html"},
    "tag": {"tags/oil/index.html", "tags/sea/index.html"},
    "author": {"authors/ana-ruiz/index.html"},
    "dateline": {"datelines/baku/index.html"},
}
_NAMES = {kind: {f"{folder}/index.html", f"sitemaps/{folder}.xml.gz"} for kind, folder in _FOLDERS.items()}
_FEEDS = {
    kind: {path.replace("index.html", "atom.xml") for path in fronts} for kind, fronts in _FRONTS.items()
}


def _settings(*, days: bool = True, kinds: str = _ALL, feeds: str = "", size: int = 3) -> str:
    text = SETTINGS.replace("days = true", f"days = {str(days).lower()}").replace(_ALL, kinds)
    text = text.replace("size = 3", f"size = {size}")
    return text + (f"\n[feeds]\nkinds = {feeds}\n" if feeds else "")


@pytest.fixture
def site(tmp_path: Path) -> Site:
    whole = partial(article, author="Ana Ruiz", dateline="Baku", section="Politics")
    stories = {
        "content/flood.md": whole("Flood", "2022-11-05", tags=("Oil", "Sea")),
        "content/calm.md": whole("Calm", "2022-11-06", tags=("Oil",)),
        "content/frost.md": whole("Frost", "2023-01-01"),
    }
    return plain_site(tmp_path / "site", stories, settings=_settings())


def _pages(*kinds: str) -> set[str]:
    return {path for kind in kinds for path in (*_FRONTS[kind], *_NAMES[kind])}


def _feeds(*kinds: str) -> set[str]:
    return {path for kind in kinds for path in _FEEDS[kind]}


_EVERY = _FIXED | _OWN | _MONTHS | _DAYS | _pages(*_FOLDERS) | _feeds("section", "tag", "author")
_LESS = {
    "nothing said": (_settings(), set()),
    "no days": (_settings(days=False), _DAYS),
    "no tags": (
        _settings(kinds='["section", "author", "dateline"]'),
        _pages("tag") | _feeds("tag"),
    ),
    "no datelines": (_settings(kinds='["section", "tag", "author"]'), _pages("dateline")),
    "sections alone": (
        _settings(kinds='["section"]'),
        _pages("tag", "author", "dateline") | _feeds("tag", "author"),
    ),
    "no facets": (
        _settings(kinds="[]"),
        _pages(*_FOLDERS) | _feeds("section", "tag", "author"),
    ),
    "no feeds": (_settings(feeds="[]"), _feeds("section", "tag", "author")),
    "feeds of tags": (_settings(feeds='["tag"]'), _feeds("section", "author")),
    "as little as can be": (
        _settings(days=False, kinds="[]", feeds="[]"),
        _DAYS | _pages(*_FOLDERS) | _feeds("section", "tag", "author"),
    ),
}


@pytest.mark.parametrize(("settings", "less"), _LESS.values(), ids=_LESS)
def test_a_site_has_exactly_the_pages_that_its_settings_want(
    site: Site, settings: str, less: set[str]
) -> None:
    site.write("site.toml", settings)
    built(site)
    assert site.outputs().keys() == _EVERY - less


def test_datelines_have_feeds_where_the_settings_say_so(site: Site) -> None:
    site.write("site.toml", _settings(feeds='["dateline"]'))
    built(site)
    expected = _EVERY - _feeds("section", "tag", "author") | _feeds("dateline")
    assert site.outputs().keys() == expected
    assert b"/archive/datelines/baku/atom.xml" in site.outputs()["datelines/baku/index.html"]


@pytest.mark.parametrize("settings", [settings for settings, _ in _LESS.values()], ids=_LESS)
def test_pages_come_and_go_with_a_setting_as_in_a_clean_build(site: Site, settings: str) -> None:
    there = done(site, lambda: site.write("site.toml", settings))
    back = done(site, lambda: site.write("site.toml", SETTINGS))
    assert there.removed <= back.written
    assert back.removed == frozenset()
    assert site.outputs().keys() == _EVERY


def test_a_declared_section_has_no_page_where_sections_have_none(site: Site) -> None:
    settings = _settings(kinds='["tag"]').replace('politics = "Politics"', 'art = "Art"')
    result = done(site, lambda: site.write("site.toml", settings))
    assert not [path for path in site.outputs() if path.startswith("sections/")]
    assert b'<a href="">Art</a>' in site.outputs()["index.html"]
    assert "sections/politics/index.html" in result.removed


def test_the_names_of_a_kind_without_pages_can_be_asked_for_and_shown_without_links(site: Site) -> None:
    site.write("site.toml", _settings(kinds='["section"]'))
    shown = "[{{ tag.name }} {{ tag.count }} {{ tag.url }}{{ tag.permalink }}{{ tag.feed }}]"
    site.write("layouts/404.html", f"{{% for tag in archive.names('tag') %}}{shown}{{% endfor %}}")
    site.write("content/led.md", article("Led", "2022-11-07", dateline="Baku & Co", body="Oil rose."))
    built(site)
    assert site.outputs()["404.html"] == b"[Oil 2 ][Sea 1 ]"
    assert b'<span class="dateline">Baku &amp; Co</span>' in site.outputs()["2022/11/07/led/index.html"]


def test_a_listing_that_has_no_page_can_be_asked_for_and_has_no_address(site: Site) -> None:
    site.write("site.toml", _settings(days=False, kinds='["section"]', size=1))
    site.write("content/more.md", article("More", "2022-11-05"))
    listings = ("'tag', 'oil', 202211, 0", "'tag', 'oil', 202211, 2", "'all', '', 20221105, 0")
    shown = "{% for each in [listing.period] + (listing.parts + listing.parents) | list %}[{{ each.url }}]"
    last = "{% endfor %}{{ listing.previous_part }}\n"
    asked = (f"{{% set listing = archive.listing({arguments}) %}}{shown}{last}" for arguments in listings)
    site.write("layouts/404.html", "".join(asked))
    built(site)
    of_everything = "[/archive/archive/][/archive/2022/][/archive/2022/11/]"
    assert site.outputs()["404.html"].decode() == f"[][][][]\n[][][][]\n[][]{of_everything}\n"


def test_an_index_of_names_that_has_no_page_has_none_below_it_either(site: Site) -> None:
    site.write("site.toml", _settings(kinds='["section"]'))
    shown = "{{ initial.prefix }} {{ initial.url }}{{ index.url }}{{ index.parent_url }};"
    head = "{% set index = archive.index('tag', 't') %}{% for initial in index.initials %}"
    site.write("layouts/404.html", f"{head}{shown}{{% endfor %}}")
    tags = tuple(f"t{number}" for number in range(501))
    site.write("content/many.md", article("Many", "2022-11-07", tags=tags))
    built(site)
    assert not [path for path in site.outputs() if path.startswith("tags/")]
    assert site.outputs()["404.html"].decode() == "".join(f"t{number} ;" for number in range(10))


def test_without_days_a_month_splits_into_parts_from_the_oldest(site: Site) -> None:
    site.write("site.toml", _settings(days=False))
    for number in range(2):
        site.write(f"content/n{number}.md", article(f"N{number}", f"2022-11-1{number}", tags=("Oil",)))
    built(site)
    parts = {path for path in site.outputs() if "part_" in path}
    assert parts == {
        *("2022/11/part_1/index.html", "2022/11/part_2/index.html"),
        *("tags/oil/2022/11/part_1/index.html", "tags/oil/2022/11/part_2/index.html"),
    }
    first, second = (site.outputs()[f"2022/11/part_{number}/index.html"] for number in (1, 2))
    assert all(f">{title}</a>".encode() in first for title in ("Flood", "Calm", "N0"))
    assert b">N1</a>" in second
    assert b"/archive/2022/11/part_1/" in second
    month = site.outputs()["2022/11/index.html"]
    assert month.index(b"2 /archive/2022/11/part_2/") < month.index(b"1 /archive/2022/11/part_1/")


def test_without_days_a_full_part_of_a_month_does_not_change(site: Site) -> None:
    site.write("site.toml", _settings(days=False))
    for number in range(4):
        site.write(f"content/n{number}.md", article(f"N{number}", f"2022-11-1{number}"))
    result = done(site, lambda: site.write("content/new.md", article("New", "2022-11-20")))
    parts = {path for path in result.written if "part_" in path}
    assert parts == {"2022/11/part_3/index.html"}
    old = done(site, lambda: site.write("content/old.md", article("Old", "2022-11-01")))
    assert {path for path in old.written if "part_" in path} == {
        f"2022/11/part_{number}/index.html" for number in (1, 2, 3)
    }


def test_without_days_nothing_knows_of_a_day(site: Site) -> None:
    site.write("site.toml", _settings(days=False, size=1))
    built(site)
    for path, content in site.outputs().items():
        assert not re.search(rb"/archive/\d{4}/\d\d/\d\d/\s", content), path
    page = site.outputs()["2022/11/05/flood/index.html"]
    assert b"November 2022" in page
    assert b"/archive/2022/11/\n" in page


_COMBINATIONS = {
    "no days": (False, _ALL, '["section"]', 100),
    "no days, small pages": (False, _ALL, '["section", "tag", "dateline"]', 2),
    "small pages": (True, '["tag", "dateline"]', '["dateline"]', 2),
    "no sections": (True, '["tag", "author"]', "[]", 3),
    "nothing": (False, "[]", "[]", 2),
}


@pytest.mark.parametrize(("days", "kinds", "feeds", "size"), _COMBINATIONS.values(), ids=_COMBINATIONS)
def test_of_the_sample_nothing_leads_to_a_page_that_is_not_there(
    tmp_path: Path, *, days: bool, kinds: str, feeds: str, size: int
) -> None:
    sample = copy_sample(tmp_path / "site")
    forget_what_moved(sample)
    more = (
        f"[listings]\ndays = {str(days).lower()}\nkinds = {kinds}\nsize = {size}\n[feeds]\nkinds = {feeds}\n"
    )
    sample.write("site.toml", sample.read("site.toml") + more)
    for story in stories(sample):
        # What an author wrote is the author's; all other links are the layouts'.
        sample.write(story.path, re.sub(r"\]\(/[^)]*\)", "](/archive/)", sample.read(story.path)))
    build_sample(sample)
    outputs = sample.outputs()
    for kind, folder in _FOLDERS.items():
        below = {path for path in outputs if path.startswith(f"{folder}/")}
        assert bool(below) == (f'"{kind}"' in kinds), kind
        assert any(path.endswith("atom.xml") for path in below) == (f'"{kind}"' in feeds), kind
    found = pages(outputs)
    listed = {path for path, page in found.items() if page.all("div", class_="listing")}
    assert days == any(re.fullmatch(r"\d{4}/\d\d/\d\d/index.html", path) for path in listed)
    assert days == any(page.all("table", class_="calendar") for page in found.values())
    delegation = found["2022/11/05/delegation-in-washington/index.html"]
    assert f">All stories from {'5 ' if days else ''}November 2022</a>" in delegation.text
    later = [page.text for path, page in found.items() if path.endswith("part_2/index.html")]
    assert all(f">Earlier that {'day' if days else 'month'}</a>" in text for text in later)
    assert bool(later) == (size == 2)
    for path, page in found.items():
        assert [(path, *link) for link in _links(page) if output_of(link[1])[0] not in outputs] == []
        assert 'href=""' not in page.text, path
        assert ':""' not in page.text, path
    for path, written in outputs.items():
        content = unpacked(path, written)
        # Of search, a shard may have no words.
        if path.endswith((".xml", ".json")) and not path.startswith("search/"):
            assert b'""' not in content, path
        if path.startswith("sitemap"):
            # There may be no news in two days.
            assert path == "sitemaps/news.xml" or content.count(b"<loc>") > 0, path
            locations = [str(each.text) for each in etree.fromstring(content).iter("{*}loc")]
            assert [each for each in locations if output_of(unquote(each))[0] not in outputs] == []
    (expired,) = (story.output for story in stories(sample) if story.gone)
    assert _unreached(found) == {"404.html", "search/index.html", expired}


def _links(page: Page) -> list[tuple[str, str]]:
    """Return what is linked within the site."""
    return [
        (what, address)
        for what, address in page.addresses()
        if what != "link canonical" and address.startswith(ADDRESS)
    ]


def _unreached(found: dict[str, Page]) -> set[str]:
    """Return the pages to which no links lead from the front page, but for those that only send on."""
    reached, waiting = {"index.html"}, ["index.html"]
    while waiting:
        for _, address in _links(found[waiting.pop()]):
            output = output_of(address)[0]
            if output in found and output not in reached:
                reached.add(output)
                waiting.append(output)
    return {path for path in found.keys() - reached if not found[path].is_redirect}
