"""Exact sets: after each kind of edit exactly these outputs were written, and no other was touched."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import unicodedata
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Literal, TypeAlias
from urllib.parse import quote

import pytest

from broadsheet.archive.database import open_reader
from broadsheet.build.schedule import find_next_change
from broadsheet.build.site_folder import STATE
from broadsheet.common.problems import Problems
from tests.builds import AS_OF, built, clean_outputs, done, plain_site
from tests.pictures import png
from tests.plain import SETTINGS, article
from tests.sites import ROOT, Site, unpacked

Form: TypeAlias = Literal["NFC", "NFD"]
# Every facet fits on one page, and an old article is on no page but those of its own time and facets.
_ROOMY = (
    SETTINGS.replace("size = 3", "size = 20").replace("size = 2\n", "size = 20\n")
    + "\n[feeds]\nlength = 4\n[data]\nmonths = false\n"
)
_WITH_DATA = _ROOMY.replace("[data]\nmonths = false\n", "[data]\nsize = 2\n")
_STORIES = (
    ("dam", "2021-12-31", "Ana Ruiz", "Baku", "Politics", ("Oil",)),
    ("flood", "2022-11-05 09:00", "Ana Ruiz", "Baku", "Politics", ("Oil", "Sea")),
    ("storm", "2022-11-05 12:00", "Li Wei", "Ağdam", "Sport", ("Sea",)),
    ("calm", "2022-11-06", "Li Wei", "Baku", "Politics", ()),
    ("frost", "2022-12-01", "Ana Ruiz", "Ağdam", "Sport", ("Ice",)),
    ("thaw", "2023-02-01", "Li Wei", "Baku", "Politics", ("Ice",)),
    ("spring", "2023-03-01", "Li Wei", "Baku", "Politics", ("Ice",)),
    ("summer", "2023-06-01", "Ana Ruiz", "Ağdam", "Sport", ("Oil",)),
    ("autumn", "2023-09-01", "Li Wei", "Baku", "Politics", ("Sea",)),
)
_FLOOD = "content/flood.md"
_FLOOD_PAGE = "2022/11/05/flood/index.html"
_WHOLE_FEEDS = ("atom.xml", "rss.xml", "feed.json")
_NEWS = "sitemaps/news.xml"


def _text(name: str, date: str, author: str, dateline: str, section: str, tags: tuple[str, ...]) -> str:
    more = f"summary: Of {name}.\nid: {name}"
    return article(
        name.title(), date, author=author, dateline=dateline, section=section, tags=tags, more=more
    )


@pytest.fixture
def site(tmp_path: Path) -> Site:
    articles = {f"content/{story[0]}.md": _text(*story) for story in _STORIES}
    site = plain_site(tmp_path / "site", articles, settings=_ROOMY)
    site.write("static/style.css", "a {}")
    site.write("static/icon.svg", "<svg/>")
    return site


def _replace(site: Site, path: str, old: str, new: str) -> None:
    text = site.read(path)
    assert old in text
    site.write(path, text.replace(old, new))


def _around(*names: str) -> set[str]:
    days = {story[0]: story[1][:10].replace("-", "/") for story in _STORIES}
    return {f"{days[name]}/{name}/index.html" for name in names}


def _facets(*facets: str, feeds: bool = True) -> set[str]:
    pages = {f"{facet}/index.html" for facet in facets}
    return pages | {f"{facet}/atom.xml" for facet in facets if feeds and not facet.startswith("datelines/")}


def _beside(*periods: str) -> set[str]:
    """Return the pages of periods that lead to one that is new, or gone."""
    return {f"{period}/index.html" for period in periods}


def _indexes() -> set[str]:
    return {f"{kind}/index.html" for kind in ("sections", "tags", "authors", "datelines")}


_FLOOD_FACETS = ("tags/oil", "tags/sea", "authors/ana-ruiz", "datelines/baku", "sections/politics")
_FRONT = {"index.html", "latest.html", "atom.xml", "feed.json", "rss.xml"}


def test_nothing_changed_writes_nothing(site: Site) -> None:
    result = done(site, lambda: None)
    assert (result.written, result.removed, result.build.rendered) == (frozenset(), frozenset(), 0)


def test_a_file_saved_again_without_a_change_renders_nothing(site: Site) -> None:
    result = done(site, lambda: site.write(_FLOOD, site.read(_FLOOD)))
    assert (result.written, result.build.rendered) == (frozenset(), 0)


def test_a_body_edit_leaves_listings_alone(site: Site) -> None:
    result = done(site, lambda: _replace(site, _FLOOD, "Words.", "Other words."))
    assert result.written == {_FLOOD_PAGE}
    assert result.build.rendered == 1


def test_a_body_edit_of_a_new_article_reaches_the_feeds_with_full_text(site: Site) -> None:
    result = done(site, lambda: _replace(site, "content/autumn.md", "Words.", "Other words."))
    assert result.written == {"2023/09/01/autumn/index.html", "atom.xml", "feed.json"}


def test_a_title_edit_reaches_those_that_name_the_article(site: Site) -> None:
    result = done(site, lambda: _replace(site, _FLOOD, "title: Flood", "title: Deluge"))
    expected = {_FLOOD_PAGE, "2022/index.html", "2022/11/index.html", "2022/11/05/index.html"}
    # The newest four of politics, of Ana Ruiz and of oil: flood is the fifth, and the third.
    expected |= _facets(*_FLOOD_FACETS) - {"sections/politics/atom.xml"}
    expected |= _around("dam", "storm")
    # And those that call it related.
    assert result.written == expected | _around("calm", "thaw", "spring", "summer", "autumn")


def test_a_tag_added_reaches_the_article_and_the_tag(site: Site) -> None:
    result = done(site, lambda: _replace(site, _FLOOD, "tags: [Oil, Sea]", "tags: [Oil, Sea, Ice]"))
    assert result.written == {_FLOOD_PAGE, "tags/index.html"} | _facets("tags/ice") | _around(
        "frost", "thaw", "spring"
    )


def test_a_new_tag_adds_its_page_and_its_feed(site: Site) -> None:
    result = done(site, lambda: _replace(site, _FLOOD, "tags: [Oil, Sea]", "tags: [Oil, Sea, Rain]"))
    assert result.written == {_FLOOD_PAGE, "tags/index.html", "sitemaps/tags.xml.gz"} | _facets("tags/rain")
    assert result.removed == frozenset()


def test_the_last_article_of_a_tag_takes_its_page_along(site: Site) -> None:
    _replace(site, _FLOOD, "tags: [Oil, Sea]", "tags: [Oil, Sea, Rain]")
    result = done(site, lambda: _replace(site, _FLOOD, "tags: [Oil, Sea, Rain]", "tags: [Oil, Sea]"))
    assert result.written == {_FLOOD_PAGE, "tags/index.html", "sitemaps/tags.xml.gz"}
    assert result.removed == _facets("tags/rain")


def test_an_article_added_newest_on_a_new_day_changes_the_edge(site: Site) -> None:
    story = ("winter", "2023-12-01", "Ana Ruiz", "Baku", "Politics", ("Oil",))
    result = done(site, lambda: site.write("content/winter.md", _text(*story)))
    expected = {
        "2023/12/01/winter/index.html",
        "2023/12/01/index.html",
        "2023/12/index.html",
        "2023/index.html",
    }
    expected |= {"archive/index.html", "sitemap.xml", "sitemaps/2023-12.xml.gz"} | _FRONT | _indexes()
    expected |= _facets("tags/oil", "authors/ana-ruiz", "datelines/baku", "sections/politics")
    expected |= _beside("2023/09", "2023/09/01")
    assert result.written == expected | _around("autumn")


def test_a_backdated_article_changes_its_own_time_and_facets(site: Site) -> None:
    story = ("mist", "2022-11-07", "Ana Ruiz", "Baku", "Politics", ("Oil",))
    result = done(site, lambda: site.write("content/mist.md", _text(*story)))
    assert result.written == _MIST
    assert result.removed == frozenset()


def test_a_deleted_article_leaves_what_it_had_changed(site: Site) -> None:
    site.write("content/mist.md", _text("mist", "2022-11-07", "Ana Ruiz", "Baku", "Politics", ("Oil",)))
    result = done(site, lambda: site.delete("content/mist.md"))
    gone = {"2022/11/07/mist/index.html", "2022/11/07/index.html"}
    assert result.written == _MIST - gone
    assert result.removed == gone


_MIST = {
    *("2022/11/07/mist/index.html", "2022/11/07/index.html", "2022/11/index.html", "2022/index.html"),
    *("archive/index.html", "sitemap.xml", "sitemaps/2022-11.xml.gz"),
    *_indexes(),
    *_facets("tags/oil", "authors/ana-ruiz", "datelines/baku", "sections/politics"),
    *_beside("2022/11/06", "2022/12/01"),
    # Its neighbours, and those that it is related to from now on.
    *_around("calm", "frost", "thaw", "spring", "summer"),
}


def test_an_article_backdated_ten_years_changes_its_own_time_and_facets(site: Site) -> None:
    story = ("dust", "2011-11-05", "Ana Ruiz", "Baku", "Politics", ("Oil",))
    result = done(site, lambda: site.write("content/dust.md", _text(*story)))
    expected = {
        *("2011/11/05/dust/index.html", "2011/11/05/index.html", "2011/11/index.html", "2011/index.html"),
        *("archive/index.html", "sitemap.xml", "sitemaps/2011-11.xml.gz"),
        *_indexes(),
        # Of these only oil has fewer than four newer ones, so that its feed reaches back to this one.
        *_facets("tags/oil", "authors/ana-ruiz", "datelines/baku", "sections/politics"),
    } - {"authors/ana-ruiz/atom.xml", "sections/politics/atom.xml"}
    expected |= _beside("2021", "2021/12", "2021/12/31")
    # Its neighbour; and what is far from full is filled by it.
    assert result.written == expected | _around("dam", "flood", "calm", "summer")
    assert result.removed == frozenset()


def test_an_article_with_a_new_tag_and_a_new_author_brings_their_pages(site: Site) -> None:
    story = ("winter", "2023-12-01", "Mia Novak", "Baku", "Politics", ("Wind",))
    result = done(site, lambda: site.write("content/winter.md", _text(*story)))
    facets = _facets("tags/wind", "authors/mia-novak", "datelines/baku", "sections/politics")
    fronts = {"sitemaps/tags.xml.gz", "sitemaps/authors.xml.gz"}
    fronts |= _beside("2023/09", "2023/09/01")
    assert result.written == _WINTER | facets | fronts | _around("autumn")
    assert result.removed == frozenset()


_WINTER = {
    *("2023/12/01/winter/index.html", "2023/12/01/index.html", "2023/12/index.html", "2023/index.html"),
    *("archive/index.html", "sitemap.xml", "sitemaps/2023-12.xml.gz"),
    *_FRONT,
    *_indexes(),
}


def test_an_article_with_eight_common_tags_changes_each_of_their_fronts_and_no_older_page(
    tmp_path: Path,
) -> None:
    tags = tuple(f"T{number}" for number in range(8))
    days = [f"{year}-0{month}-01" for year in range(2019, 2023) for month in (1, 2, 3)]
    articles = {f"content/n{day[:7]}.md": _text(f"n{day[:7]}", day, "", "", "", tags) for day in days}
    site = plain_site(tmp_path / "site", articles, settings=SETTINGS.replace("size = 2\n", "size = 20\n"))
    story = ("winter", "2023-12-01", "", "", "", tags)
    result = done(site, lambda: site.write("content/winter.md", _text(*story)))
    # Each tag splits into years, and 2023 is a new one of three articles or less.
    pages = {f"tags/t{number}/{page}" for number in range(8) for page in ("index.html", "atom.xml")}
    years = {f"tags/t{number}/2023/index.html" for number in range(8)}
    before = {"2022/03/01/n2022-03/index.html"}
    menus = {"authors/index.html", "datelines/index.html", "sections/index.html"}
    before |= _beside("2022", "2022/03", "2022/03/01")
    data = {"data/index.json", *_data("2023-12")}
    assert result.written == (_WINTER - menus) | pages | years | before | data
    assert result.removed == frozenset()


# What shows a teaser of the flood beside its own page: its time, its neighbours, and the pages of its facets.
_FLOOD_NAMED = {
    *("2022/index.html", "2022/11/index.html", "2022/11/05/index.html"),
    *_around("dam", "storm"),
    *_facets(*_FLOOD_FACETS),
} - {"sections/politics/atom.xml"}


def test_another_section_reaches_both_sections_and_those_that_name_the_article(site: Site) -> None:
    result = done(site, lambda: _replace(site, _FLOOD, "section: Politics", "section: Sport"))
    expected = _FLOOD_NAMED | {"sections/index.html"} | _facets("sections/sport")
    # Those of politics to which the flood is less related now.
    assert result.written == expected | _around("calm", "frost", "thaw", "spring")
    assert result.removed == frozenset()


def test_another_dateline_reaches_both_datelines_and_those_that_name_the_article(site: Site) -> None:
    result = done(site, lambda: _replace(site, _FLOOD, "dateline: Baku", "dateline: Ganja"))
    datelines = {"datelines/index.html", "datelines/ganja/index.html", "sitemaps/datelines.xml.gz"}
    # Those from Baku to which the flood is less related now.
    assert result.written == _FLOOD_NAMED | datelines | {_FLOOD_PAGE} | _around("calm", "thaw", "spring")


def test_another_author_reaches_both_authors_and_those_that_name_the_article(site: Site) -> None:
    result = done(site, lambda: _replace(site, _FLOOD, "author: Ana Ruiz", "author: Li Wei"))
    # Of Li Wei four are newer than the flood, so that the feed stays.
    named = {"authors/index.html", "authors/li-wei/index.html"}
    assert result.written == _FLOOD_NAMED | named | {_FLOOD_PAGE}


def test_another_summary_reaches_those_that_show_it(site: Site) -> None:
    result = done(site, lambda: _replace(site, _FLOOD, "summary: Of flood.", "summary: Of much water."))
    assert result.written == _FLOOD_NAMED


def test_a_lead_picture_reaches_those_that_show_it_and_is_published(site: Site) -> None:
    site.write("content/water.png", png(3, 2))
    result = done(site, lambda: _replace(site, _FLOOD, "id: flood", "id: flood\nimage: water.png"))
    shown = _FLOOD_NAMED | {_FLOOD_PAGE}
    assert result.written == shown | _list_made("2022/11/05/flood/water.png", 3, 2)
    result = done(site, lambda: site.write("content/water.png", png(5, 3)))
    # The article's page names the picture, but not its size.
    assert result.written == shown - {_FLOOD_PAGE} | _list_made("2022/11/05/flood/water.png", 5, 3)
    result = done(site, lambda: site.write("content/water.png", png(5, 3, color=0)))
    # Of the same size: no page says more of it.
    assert result.written <= _list_made("2022/11/05/flood/water.png", 5, 3)


def test_a_picture_that_changes_while_its_article_is_held_back_is_right_when_it_appears(site: Site) -> None:
    site.write("content/water.png", png(3, 2))
    _replace(site, _FLOOD, "id: flood", "id: flood\nimage: water.png\ndraft: true")
    built(site)
    site.write("content/water.png", png(5, 2))
    built(site)
    done(site, lambda: None, drafts=True)
    assert " 5</li>" in site.read("public/2022/11/05/index.html")


def test_a_changed_tag_reaches_the_article_and_both_tags(site: Site) -> None:
    result = done(site, lambda: _replace(site, _FLOOD, "tags: [Oil, Sea]", "tags: [Oil, Ice]"))
    expected = {_FLOOD_PAGE, "tags/index.html"} | _facets("tags/sea", "tags/ice")
    assert result.written == expected | _around("autumn", "frost", "thaw", "spring")


def test_an_article_that_becomes_a_draft_leaves_as_if_deleted(site: Site) -> None:
    site.write("content/mist.md", _text("mist", "2022-11-07", "Ana Ruiz", "Baku", "Politics", ("Oil",)))
    result = done(site, lambda: _replace(site, "content/mist.md", "id: mist", "id: mist\ndraft: true"))
    gone = {"2022/11/07/mist/index.html", "2022/11/07/index.html"}
    assert result.written == _MIST - gone
    assert result.removed == gone
    result = done(site, lambda: _replace(site, "content/mist.md", "\ndraft: true", ""))
    assert result.written == _MIST
    assert result.removed == frozenset()


def test_a_draft_that_is_edited_reaches_nobody(site: Site) -> None:
    _replace(site, _FLOOD, "id: flood", "id: flood\ndraft: true")
    result = done(site, lambda: _replace(site, _FLOOD, "title: Flood", "title: Deluge"))
    assert (result.written, result.removed, result.build.rendered) == (frozenset(), frozenset(), 0)


def test_an_article_added_to_a_day_in_parts_changes_its_last_part_and_its_neighbours(tmp_path: Path) -> None:
    site = _day(tmp_path, 9)
    result = done(site, partial(_add, site, 9))
    day = "2022/11/05/"
    assert result.written == {
        *(f"{day}n{number}/index.html" for number in (8, 9)),
        *(f"{day}index.html", f"{day}part_4/index.html", "2022/11/index.html", "2022/index.html"),
        *("archive/index.html", "sitemap.xml", "sitemaps/2022-11_5.xml.gz"),
        *("data/index.json", *_data("2022-11")),
        *_FRONT,
    }
    assert result.removed == frozenset()


def test_a_setting_of_dates_reaches_the_pages_that_show_one(site: Site) -> None:
    result = done(site, lambda: site.write("site.toml", _ROOMY + '[dates]\ndate = "%d.%m.%Y"\n'))
    others = {path for path in result.written if not path.endswith("/index.html")}
    assert others == {"index.html", "dates.json"}
    assert result.written >= {_FLOOD_PAGE, "tags/oil/index.html", "2022/11/05/index.html"}
    assert result.written.isdisjoint({"404.html", "latest.html", *_indexes()})


def test_over_five_hundred_names_a_new_one_brings_the_page_of_its_initial(tmp_path: Path) -> None:
    tags = [f"{chr(97 + number % 20)}{number:03}" for number in range(600)]
    articles = {
        f"content/n{number}.md": _text(f"n{number}", "2022-11-05", "", "", "", tuple(tags[number::6]))
        for number in range(6)
    }
    site = plain_site(tmp_path / "site", articles, settings=_ROOMY)
    story = ("winter", "2023-12-01", "", "", "", ("Zebra",))
    result = done(site, lambda: site.write("content/winter.md", _text(*story)))
    brought = {"tags/zebra/index.html", "tags/zebra/atom.xml", "tags/z_/index.html"}
    assert {path for path in result.written if path.startswith("tags/")} == brought | {"tags/index.html"}
    result = done(site, lambda: site.delete("content/winter.md"))
    assert {path for path in result.removed if path.startswith("tags/")} == brought


def test_an_article_moved_to_another_file_keeps_its_neighbours_untouched(site: Site) -> None:
    def move() -> None:
        site.write("content/old/flood.md", site.read(_FLOOD))
        site.delete(_FLOOD)

    assert done(site, move).written == frozenset()


def test_an_alias_adds_a_redirect_and_no_more(site: Site) -> None:
    result = done(site, lambda: _replace(site, _FLOOD, "id: flood", "id: flood\naliases: /water/"))
    assert result.written == {"water/index.html"}


def test_another_slug_moves_the_page_and_what_links_to_it(site: Site) -> None:
    _replace(site, _FLOOD, "id: flood", "id: flood\naliases: /water/")
    result = done(site, lambda: _replace(site, _FLOOD, "id: flood", "id: flood\nslug: deluge"))
    assert result.removed == {_FLOOD_PAGE}
    expected = {"2022/11/05/deluge/index.html", "water/index.html", "sitemaps/2022-11.xml.gz"}
    expected |= {"2022/index.html", "2022/11/index.html", "2022/11/05/index.html"}
    expected |= _facets(*_FLOOD_FACETS) - {"sections/politics/atom.xml"}
    assert result.written == expected | _around("dam", "storm")


def test_another_url_of_an_article_reaches_those_that_link_to_it(site: Site) -> None:
    _replace(site, "content/autumn.md", "Words.", "See [the flood](flood.md).")
    result = done(site, lambda: _replace(site, _FLOOD, "id: flood", "id: flood\nslug: deluge"))
    assert {"2023/09/01/autumn/index.html", "atom.xml", "feed.json"} <= result.written
    assert "rss.xml" not in result.written


def test_a_static_file_changed_is_copied_alone(site: Site) -> None:
    result = done(site, lambda: site.write("static/style.css", "b {}"))
    assert result.written == {"style.css"}
    assert result.build.rendered == 1


def test_a_static_file_comes_and_goes_alone(site: Site) -> None:
    assert done(site, lambda: site.write("static/note.txt", "New.")).written == {"note.txt"}
    assert done(site, lambda: site.delete("static/note.txt")).removed == {"note.txt"}


def test_a_picture_changed_reaches_the_pages_that_state_its_size(site: Site) -> None:
    _replace(site, _FLOOD, "Words.", "![Water](water.png)")
    site.write("content/water.png", png(3, 2))
    result = done(site, lambda: site.write("content/water.png", png(5, 2)))
    assert result.written == {
        f"2022/11/05/flood/{name}" for name in ("index.html", "water.png", "water.png.5.webp")
    }
    assert result.removed == {"2022/11/05/flood/water.png.3.webp"}


def test_a_partial_layout_reaches_the_pages_that_use_it(site: Site) -> None:
    result = done(site, lambda: _replace(site, "layouts/teaser.html", "<li>", "<li >"))
    others = {"404.html", "archive/index.html", "latest.html", "feeds/index.html", *_indexes()}
    assert result.written == {path for path in site.outputs() if path.endswith(".html")} - others


def test_a_partial_used_on_no_page_reaches_none(site: Site) -> None:
    result = done(site, lambda: site.write("layouts/unused.html", "{{ site.title }}"))
    assert (result.written, result.build.rendered) == (frozenset(), 0)


def test_a_partial_that_appears_reaches_the_pages_that_looked_for_it(site: Site) -> None:
    result = done(site, lambda: site.write("layouts/note.html", "A note."))
    expected = {path for path in site.outputs() if path.endswith(".html")} - {"latest.html"}
    assert result.written == expected
    assert done(site, lambda: site.delete("layouts/note.html")).written == expected


def test_the_tagline_reaches_the_feeds_that_show_it(site: Site) -> None:
    result = done(
        site, lambda: _replace(site, "site.toml", 'timezone = "Asia', 'tagline = "News"\ntimezone = "Asia')
    )
    feeds = {path for path in site.outputs() if path.endswith("/atom.xml")} | {
        "atom.xml",
        "feed.json",
        "rss.xml",
    }
    assert result.written == feeds


def test_a_tag_named_in_the_settings_changes_the_pages_that_show_it(site: Site) -> None:
    result = done(site, lambda: site.write("site.toml", _ROOMY + '[tags]\noil = "Crude oil"\n'))
    named = {"tags/index.html", *_WHOLE_FEEDS}
    assert result.written == named | _facets("tags/oil") | _around("dam", "flood", "summer")


def test_a_tag_that_the_earliest_article_spells_otherwise_leaves_articles_alone(site: Site) -> None:
    result = done(site, lambda: _replace(site, "content/dam.md", "tags: [Oil]", "tags: [OIL]"))
    assert result.written == {"2021/12/31/dam/index.html", "tags/index.html"} | _facets("tags/oil")


def test_a_redirect_that_is_added_led_elsewhere_or_taken_away_changes_its_own_page(site: Site) -> None:
    result = done(site, lambda: site.write("site.toml", _ROOMY + '[redirects]\n"/old/" = "/tags/oil/"\n'))
    assert result.written == {"old/index.html"}
    result = done(site, lambda: site.write("site.toml", _ROOMY + '[redirects]\n"/old/" = "/tags/sea/"\n'))
    assert result.written == {"old/index.html"}
    result = done(site, lambda: site.write("site.toml", _ROOMY))
    assert result.written == frozenset()
    assert result.removed == {"old/index.html"}


def test_a_redirect_to_an_article_follows_it(site: Site) -> None:
    site.write("site.toml", _ROOMY + f'[redirects]\n"/old/" = "{_FLOOD}"\n')
    result = done(site, lambda: _replace(site, _FLOOD, "2022-11-05 09:00", "2022-11-05 09:00\nslug: deluge"))
    assert "old/index.html" in result.written
    assert site.outputs()["old/index.html"] == b"https://example.org/archive/2022/11/05/deluge/\n"


def test_a_redirected_facet_takes_its_feed_along(site: Site) -> None:
    renamed = '[redirects]\n"/tags/petrol/" = "/tags/oil/"\n"/news.xml" = "/atom.xml"\n'
    result = done(site, lambda: site.write("site.toml", _ROOMY + renamed))
    assert result.written == {"tags/petrol/index.html", "tags/petrol/atom.xml", "news.xml"}
    outputs = site.outputs()
    assert outputs["tags/petrol/atom.xml"] == outputs["tags/oil/atom.xml"]
    assert outputs["news.xml"] == outputs["atom.xml"]
    result = done(site, lambda: _replace(site, "content/summer.md", "title: Summer", "title: Heat"))
    assert {"tags/petrol/atom.xml", "tags/oil/atom.xml", "news.xml", "atom.xml"} < result.written
    assert site.outputs()["tags/petrol/atom.xml"] == site.outputs()["tags/oil/atom.xml"]


def test_a_redirect_may_lead_to_the_feed_of_a_language_and_of_the_corrections(site: Site) -> None:
    site.write("content/sel.md", article("Sel", "2022-11-05", more="language: az"))
    note = "corrections: [{date: 2022-11-07, text: It was ten.}]"
    site.write("content/ten.md", article("Ten", "2022-11-05", more=note))
    moved = '"/azeri.xml" = "/az/atom.xml"\n"/fixed.xml" = "/corrections/atom.xml"\n"/tr/" = "/az/"\n'
    result = done(site, lambda: site.write("site.toml", f"{_ROOMY}[redirects]\n{moved}"))
    assert result.written == {"azeri.xml", "fixed.xml", "tr/index.html", "tr/atom.xml"}
    result = done(site, lambda: _replace(site, "content/sel.md", "title: Sel", "title: Seli"))
    assert {"azeri.xml", "tr/atom.xml"} < result.written
    result = done(site, lambda: _replace(site, "content/ten.md", "It was ten.", "It was two."))
    assert "fixed.xml" in result.written
    outputs = site.outputs()
    assert outputs["azeri.xml"] == outputs["tr/atom.xml"] == outputs["az/atom.xml"]
    assert outputs["fixed.xml"] == outputs["corrections/atom.xml"]


def test_a_page_that_redirects_to_a_feed_has_the_feed_beside_it(site: Site) -> None:
    moved = (
        '"/feed" = "/atom.xml"\n"/feed/rss/" = "/rss.xml"\n"/feed/json.html" = "/feed.json"\n'
        '"/category/oil/feed/" = "/tags/oil/atom.xml"\n"/tags/petrol/" = "/tags/oil/atom.xml"\n'
        '"/wp/" = "https://example.com/feed.xml"\n"/plan/" = "/plan.xml"\n'
    )
    site.write("static/plan.xml", "<plan/>")
    result = done(site, lambda: site.write("site.toml", f"{_ROOMY}[redirects]\n{moved}"))
    feeds = {
        "feed/index.xml": "atom.xml",
        "feed/rss/index.xml": "rss.xml",
        "feed/json.json": "feed.json",
        "category/oil/feed/index.xml": "tags/oil/atom.xml",
        "tags/petrol/index.xml": "tags/oil/atom.xml",
        "tags/petrol/atom.xml": "tags/oil/atom.xml",
    }
    pages = {"feed/index.html", "feed/rss/index.html", "feed/json.html", "category/oil/feed/index.html"}
    assert result.written == {*feeds, *pages, "tags/petrol/index.html", "wp/index.html", "plan/index.html"}
    outputs = site.outputs()
    assert {path: outputs[path] for path in feeds} == {path: outputs[new] for path, new in feeds.items()}
    assert outputs["feed/index.html"] == b"https://example.org/archive/atom.xml\n"
    result = done(site, lambda: _replace(site, "content/summer.md", "title: Summer", "title: Heat"))
    assert feeds.keys() < result.written
    assert not pages & result.written


def test_a_redirect_to_a_page_at_a_short_address_takes_no_feed_along(site: Site) -> None:
    settings = _ROOMY + '[redirects]\n"/news/" = "/tags/oil/"\n"/tags/petrol/" = "/plan/"\n'
    site.write("static/plan/index.html", "<p>Plan</p>")
    result = done(site, lambda: site.write("site.toml", settings))
    assert result.written == {"news/index.html", "tags/petrol/index.html"}


def test_a_picture_of_our_own_host_is_ours_wherever_the_site_is_built_for(site: Site) -> None:
    own = "https://example.org/archive/icon.svg"
    text = article("Seal", "2022-11-05", more=f"image: {own}", body=f"See ![it]({own}) and [us]({own}).")
    site.write("content/seal.md", text)
    page = done(site, lambda: None, base_url="https://preview.example.org/pull/1/")
    assert "2022/11/05/seal/index.html" in page.written
    shown = site.outputs()["2022/11/05/seal/index.html"].decode()
    assert '<img src="/pull/1/icon.svg" alt="it" loading="lazy">' in shown
    assert '<a href="/pull/1/icon.svg">us</a>' in shown
    assert own not in shown
    site.write("content/seal.md", text.replace("icon.svg", "lost.svg"))
    with pytest.raises(Problems, match=r"there is no static/lost\.svg"):
        built(site)


def test_articles_may_have_other_suffixes_of_markdown(site: Site) -> None:
    site.write("content/seal.MD", article("Seal", "2022-11-05", body="See [us](gull.markdown)."))
    site.write("content/gull.markdown", article("Gull", "2022-11-05", body="See [them](seal.MD#top)."))
    site.write("site.toml", f'{_ROOMY}[redirects]\n"/old/" = "content/gull.markdown"\n')
    done(site, lambda: None)
    outputs = {path: content.decode() for path, content in site.outputs().items() if path.endswith(".html")}
    assert 'href="/archive/2022/11/05/gull/"' in outputs["2022/11/05/seal/index.html"]
    assert 'href="/archive/2022/11/05/seal/#top"' in outputs["2022/11/05/gull/index.html"]
    assert outputs["old/index.html"] == "https://example.org/archive/2022/11/05/gull/\n"


def test_two_spaces_in_a_path_stay_two(site: Site) -> None:
    for path in ("static/a  b.svg", "content/c  d.svg"):
        site.write(path, "<svg/>")
    body = "See ![it](</a  b.svg>), ![it](/a%20%20b.svg) and ![it](<c  d.svg>)."
    site.write("content/seal.md", article("Seal", "2022-11-05", more="image: c  d.svg", body=body))
    site.write("site.toml", f'{_ROOMY}[redirects]\n"/x  y.svg" = "/a  b.svg"\n')
    done(site, lambda: None)
    outputs = site.outputs()
    assert {"a  b.svg", "2022/11/05/seal/c  d.svg", "x  y.svg"} <= outputs.keys()
    page = outputs["2022/11/05/seal/index.html"].decode()
    assert page.count('src="/archive/a%20%20b.svg"') == 2
    assert 'src="/archive/2022/11/05/seal/c%20%20d.svg"' in page


@pytest.mark.parametrize("there", ["NFC", "NFD"])
@pytest.mark.parametrize("named", ["NFC", "NFD"])
def test_either_form_of_unicode_names_one_file(site: Site, there: Form, named: Form) -> None:
    def on_disk(path: str) -> str:
        return unicodedata.normalize(there, path)

    def as_named(text: str) -> str:
        return unicodedata.normalize(named, text)

    body = "See [it](é/été.md), ![a](é/à.svg), ![b](/ç.svg)"
    body += f" and ![c](/{quote(as_named('ç.svg'))})."
    seal = article("Seal", "2022-11-05", more="image: é/à.svg", body=body)
    site.write("content/seal.md", as_named(seal))
    site.write(on_disk("content/é/été.md"), article("Été", "2022-11-05"))
    site.write(on_disk("content/é/out.md"), "Not an article.")
    for path in ("content/é/à.svg", "static/ç.svg"):
        site.write(on_disk(path), "<svg/>")
    site.write("layouts/latest.html", as_named('{{ static("ç.svg") }}'))
    settings = _ROOMY.replace("[content]\n", '[content]\nexclude = ["é/out.md"]\n')
    settings += '[redirects]\n"/old/" = "content/é/été.md"\n"/old.svg" = "/ç.svg"\n'
    site.write("site.toml", as_named(settings))
    done(site, lambda: None)
    outputs = site.outputs()
    assert {"2022/11/05/été/index.html", "2022/11/05/seal/é/à.svg", "ç.svg", "old.svg"} <= outputs.keys()
    page = outputs["2022/11/05/seal/index.html"].decode()
    assert 'href="/archive/2022/11/05/%C3%A9t%C3%A9/"' in page
    assert 'src="/archive/2022/11/05/seal/%C3%A9/%C3%A0.svg"' in page
    assert page.count('"/archive/%C3%A7.svg"') + page.count('"/archive/ç.svg"') == 2
    assert outputs["old/index.html"] == b"https://example.org/archive/2022/11/05/%C3%A9t%C3%A9/\n"
    done(site, lambda: site.write(on_disk("content/é/été.md"), article("Hiver", "2022-11-05")))


def test_a_redirected_file_is_the_file_that_it_has_become(site: Site) -> None:
    site.write("site.toml", _ROOMY + '[redirects]\n"/plan.svg" = "/icon.svg"\n')
    result = done(site, lambda: site.write("static/icon.svg", "<svg></svg>"))
    assert result.written == {"icon.svg", "plan.svg"}
    assert site.outputs()["plan.svg"] == b"<svg></svg>"


def test_what_is_said_to_be_gone_changes_its_own_page(site: Site) -> None:
    gone = '[gone]\n"/false/" = { date = 2024-05-01, reason = "It was %s." }\n'
    result = done(site, lambda: site.write("site.toml", _ROOMY + gone % "untrue"))
    assert result.written == {"false/index.html"}
    result = done(site, lambda: site.write("site.toml", _ROOMY + gone % "stolen"))
    assert result.written == {"false/index.html"}
    assert site.outputs()["false/index.html"].split(b" ", 1)[1] == b"1 May 2024 It was stolen. en\n"


_LATER = AS_OF + dt.timedelta(days=365)


def test_an_article_that_expires_leaves_a_page_and_goes_from_all_others(site: Site) -> None:
    _replace(site, "content/thaw.md", "id: thaw", "id: thaw\nexpires: 2026-06-01\naliases: /melt/")
    result = done(site, lambda: None, as_of=_LATER)
    page = "2023/02/01/thaw/index.html"
    assert result.written == {
        *(page, "2023/index.html", "archive/index.html", "sitemap.xml"),
        *_beside("2022/12", "2022/12/01", "2023/03", "2023/03/01"),
        *_around("frost", "spring"),
        *_facets("tags/ice", "authors/li-wei", "datelines/baku", "sections/politics"),
        *_indexes(),
        *_FRONT - {"latest.html"},
    }
    assert result.removed == {
        "2023/02/index.html",
        "2023/02/01/index.html",
        "sitemaps/2023-02.xml.gz",
    }
    assert site.outputs()[page] == b"Thaw 1 June 2026  en\n"
    assert site.outputs()["melt/index.html"] == b"https://example.org/archive/2023/02/01/thaw/\n"
    named = {path for path, text in site.outputs().items() if b"2023/02/01/thaw/" in unpacked(path, text)}
    assert named == {"melt/index.html"}
    built(site)
    assert site.outputs() == clean_outputs(site)
    assert b"<h1>Thaw</h1>" in site.outputs()[page]


def test_an_edit_of_an_expired_article_changes_what_its_page_says_and_nothing_else(site: Site) -> None:
    _replace(site, "content/thaw.md", "id: thaw", "id: thaw\nexpires: 2025-06-01")
    result = done(site, lambda: _replace(site, "content/thaw.md", "title: Thaw", "title: Melting"))
    assert result.written == {"2023/02/01/thaw/index.html"}
    result = done(site, lambda: _replace(site, "content/thaw.md", "Words.", "Other words."))
    assert result.written == frozenset()


def test_a_link_to_an_article_that_expires_stays(site: Site) -> None:
    _replace(site, _FLOOD, "Words.", "See [the thaw](thaw.md).")
    _replace(site, "content/thaw.md", "id: thaw", "id: thaw\nexpires: 2026-06-01")
    done(site, lambda: None, as_of=_LATER)
    assert b'href="/archive/2023/02/01/thaw/"' in site.outputs()[_FLOOD_PAGE]


def test_a_declared_section_changes_every_menu(site: Site) -> None:
    result = done(
        site,
        lambda: _replace(site, "site.toml", 'politics = "Politics"', 'politics = "Politics"\nart = "Art"'),
    )
    pages = {path for path in site.outputs() if path.endswith(".html")} - {"latest.html"}
    assert result.written == pages | {"sections/art/atom.xml", "sitemaps/sections.xml.gz"}


def test_a_facet_that_outgrows_its_page_splits_into_years(site: Site) -> None:
    site.write("site.toml", re.sub(r"(?<=listings\]\nsize = )20", "5", _ROOMY))
    assert site.read("site.toml") != _ROOMY
    _replace(site, "content/dam.md", "tags: [Oil]", "tags: [Oil, Ice]")
    _replace(site, _FLOOD, "Oil, Sea", "Oil, Sea, Ice")
    result = done(site, lambda: _replace(site, "content/storm.md", "tags: [Sea]", "tags: [Sea, Ice]"))
    years = {f"tags/ice/{year}/index.html" for year in (2021, 2022, 2023)}
    # Four are newer than storm, so that the tag's feed stands as it was: two of 2023, two of 2022.
    expected = {"2022/11/05/storm/index.html", "tags/index.html", *_facets("tags/ice"), *years}
    # Which call the storm related.
    expected |= _around("frost", "thaw")
    assert result.written == expected
    result = done(site, lambda: _replace(site, "content/storm.md", "tags: [Sea, Ice]", "tags: [Sea]"))
    assert result.removed == years
    assert result.written == expected - years


def test_a_year_of_a_facet_that_outgrows_its_page_splits_into_months(tmp_path: Path) -> None:
    days = ("2021-05-05", "2022-01-01", "2022-02-02", "2022-03-03")
    articles = {f"content/{day}.md": _text(f"x{day}", day, "", "", "", ("Oil",)) for day in days}
    site = plain_site(tmp_path / "site", articles)
    result = done(site, lambda: site.write("content/n.md", _text("n", "2022-03-04", "", "", "", ("Oil",))))
    assert {path for path in result.written if path.startswith("tags/oil/")} == {
        *("tags/oil/index.html", "tags/oil/atom.xml", "tags/oil/2022/index.html"),
        *(f"tags/oil/2022/{month}/index.html" for month in ("01", "02", "03")),
    }


def test_a_day_that_outgrows_its_page_splits_into_parts(tmp_path: Path) -> None:
    site = _day(tmp_path, 3)
    assert not _parts(site)
    result = done(site, lambda: _add(site, 3))
    day = "2022/11/05/"
    assert {path for path in result.written if path.startswith(day)} == {
        *(f"{day}index.html", f"{day}part_1/index.html", f"{day}part_2/index.html"),
        *(f"{day}n{number}/index.html" for number in (2, 3)),
    }


def test_a_part_that_is_full_does_not_change_when_one_is_added_at_the_end(tmp_path: Path) -> None:
    site = _day(tmp_path, 9)
    for number in range(9, 13):
        result = done(site, partial(_add, site, number))
        parts = {f"2022/11/05/part_{number // 3 + 1}/index.html"}
        assert {path for path in result.written if "part_" in path} == parts
        assert result.removed == frozenset()


def test_a_part_before_the_one_changed_stays_when_an_article_leaves_the_end(tmp_path: Path) -> None:
    site = _day(tmp_path, 7)
    result = done(site, lambda: site.delete("content/n6.md"))
    assert result.removed == {
        "2022/11/05/n6/index.html",
        "2022/11/05/part_3/index.html",
        "sitemaps/2022-11_4.xml.gz",
    }
    assert not {path for path in result.written if "part_" in path}


def test_the_first_words_about_an_author_reach_the_articles_and_what_follows_them_does_not(
    tmp_path: Path,
) -> None:
    site = _day(tmp_path, 1, theme=True)
    site.write("content/sea.md", _text("sea", "2022-11-06", "Ana Ruiz", "Baku", "Politics", ()))
    first = "Ana Ruiz writes of the sea. " * 20
    about = f"---\nname: Ana Ruiz\nrole: Harbour\n---\n{first}\n\nOf her there is more.\n"
    site.write("content/authors/ana-ruiz.md", about)
    front, page = "authors/ana-ruiz/index.html", "2022/11/06/sea/index.html"
    result = done(site, lambda: site.write("content/authors/ana-ruiz.md", about.replace("more", "much more")))
    assert result.written == {front}
    result = done(site, lambda: site.write("content/authors/ana-ruiz.md", about.replace("Harbour", "Coast")))
    assert result.written == {front, page}
    assert b"Coast" in site.outputs()[page]


def test_in_the_theme_too_an_article_added_changes_only_the_edge(tmp_path: Path) -> None:
    site = _day(tmp_path, 9, theme=True)
    result = done(site, partial(_add, site, 9))
    pages = {path for path in result.written if path.startswith("2022/11/05/") and "/n" in path}
    assert pages == {f"2022/11/05/n{number}/index.html" for number in (8, 9)}
    assert {path for path in result.written if "part_" in path} == {"2022/11/05/part_4/index.html"}
    assert result.removed == frozenset()
    text = site.read("content/n0.md").replace("Words.", "Other words.")
    assert done(site, lambda: site.write("content/n0.md", text)).written == {
        *("2022/11/05/n0/index.html", "atom.xml", "feed.json", *_data("2022-11")),
    }


def test_many_articles_on_a_day_give_pages_of_bounded_size(tmp_path: Path) -> None:
    site = _day(tmp_path, 60)
    built(site)
    largest = max(len(site.outputs()[path]) for path in _parts(site))
    lone = _day(tmp_path / "lone", 3)
    built(lone)
    assert largest <= 1.2 * len(lone.outputs()["2022/11/05/index.html"])


def test_an_embargo_that_passes_publishes_exactly_that_article(site: Site) -> None:
    story = ("winter", "2026-06-01 09:00", "Ana Ruiz", "Baku", "Politics", ("Oil",))
    site.write("content/winter.md", _text(*story))
    # Nine o'clock in Baku, to the second.
    moment = dt.datetime(2026, 6, 1, 5, tzinfo=dt.UTC)
    before = built(site, as_of=moment - dt.timedelta(seconds=1))
    assert [held.path for held in before.held] == ["content/winter.md"]
    result = done(site, lambda: None, as_of=moment)
    expected = {
        "2026/06/01/winter/index.html",
        "2026/06/01/index.html",
        "2026/06/index.html",
        "2026/index.html",
    }
    expected |= {"archive/index.html", "sitemap.xml", "sitemaps/2026-06.xml.gz"} | _FRONT | _indexes()
    expected |= _facets("tags/oil", "authors/ana-ruiz", "datelines/baku", "sections/politics")
    expected |= _beside("2023", "2023/09", "2023/09/01")
    assert result.written == expected | _around("autumn") | {_NEWS}
    assert result.build.held == ()


def test_an_article_that_appears_is_news_for_two_days_and_leaves_one_file_when_it_is_no_more(
    site: Site,
) -> None:
    story = ("winter", "2026-06-01 09:00", "Ana Ruiz", "Baku", "Politics", ("Oil",))
    site.write("content/winter.md", _text(*story))
    moment, second = dt.datetime(2026, 6, 1, 5, tzinfo=dt.UTC), dt.timedelta(seconds=1)
    two_days = dt.timedelta(days=2)
    result = done(site, lambda: None, as_of=moment)
    assert _NEWS in result.written
    assert b"/2026/06/01/winter/</loc>" in site.outputs()[_NEWS]
    with closing(open_reader(site.folder / STATE)) as state:
        assert find_next_change(state) == (moment + two_days).timestamp()
        assert find_next_change(state, after=int((moment + two_days).timestamp())) is None
    later = built(site, as_of=moment + two_days - second)
    assert (later.rendered, later.written) == (0, 0)
    later = built(site, as_of=moment + two_days)
    assert (later.rendered, later.written) == (1, 1)
    assert b"<loc>" not in site.outputs()[_NEWS]
    assert site.outputs() == clean_outputs(site, as_of=moment + two_days)
    # And back again.
    later = built(site, as_of=moment + two_days - second)
    assert (later.rendered, later.written) == (1, 1)
    assert site.outputs() == clean_outputs(site, as_of=moment + two_days - second)


def test_each_folder_has_the_news_of_its_own_moment(site: Site) -> None:
    early = dt.datetime(2023, 9, 1, tzinfo=dt.UTC)
    for _ in range(2):
        for output, as_of, count in (("public", AS_OF, 0), ("early", early, 1)):
            later = built(site, output=site.folder / output, as_of=as_of)
            assert site.outputs(output)[_NEWS].count(b"<loc>") == count
        assert later.articles == len(_STORIES)


def test_an_edit_of_what_is_news_reaches_the_news_only_if_they_name_it(site: Site) -> None:
    autumn = dt.datetime(2023, 9, 1, 12, tzinfo=dt.UTC)
    built(site, as_of=autumn)
    news = site.outputs()[_NEWS]
    _replace(site, "content/autumn.md", "Of autumn.", "Of leaves.")
    built(site, as_of=autumn)
    assert site.outputs()[_NEWS] == news
    _replace(site, "content/autumn.md", "title: Autumn", "title: Fall")
    built(site, as_of=autumn)
    assert site.outputs()[_NEWS] == news.replace(b"Autumn", b"Fall") != news
    site.delete("content/autumn.md")
    built(site, as_of=AS_OF)
    assert b"<loc>" not in site.outputs()[_NEWS]


def _data(*months: str) -> set[str]:
    return {f"data/{month}.{suffix}" for month in months for suffix in ("json", "csv")}


def _of_data(paths: frozenset[str]) -> set[str]:
    return {path for path in paths if path.startswith("data/")}


def test_an_article_added_changes_the_data_of_its_month_or_of_its_day_alone(site: Site) -> None:
    site.write("site.toml", _WITH_DATA)

    def add(name: str, date: str) -> set[str]:
        result = done(site, lambda: site.write(f"content/{name}.md", _text(name, date, "", "", "", ())))
        removed.update(_of_data(result.removed))
        return _of_data(result.written) - {"data/index.json"}

    removed: set[str] = set()
    assert add("n1", "2022-12-02") == _data("2022-12")
    days = _data("2022-12-01", "2022-12-02", "2022-12-03")
    assert add("n2", "2022-12-03") == {"data/2022-12.json", *days}
    assert removed == {"data/2022-12.csv"}
    # Whether it is the newest of the month or not.
    assert add("n3", "2022-12-04") == {"data/2022-12.json", *_data("2022-12-04")}
    assert add("n4", "2022-12-02") == {"data/2022-12.json", *_data("2022-12-02")}
    assert add("n5", "2022-12-02 10:00") == {"data/2022-12.json", *_data("2022-12-02_1", "2022-12-02_2")}
    assert add("n6", "2022-12-02 11:00") == {"data/2022-12.json", *_data("2022-12-02_2")}
    # Put between others of a day, it moves those behind it to the next part.
    assert add("n7", "2022-12-02 09:00") == {"data/2022-12.json", *_data("2022-12-02_2", "2022-12-02_3")}


def test_data_changes_with_what_it_says_and_not_with_the_body(site: Site) -> None:
    site.write("site.toml", _WITH_DATA)
    result = done(site, lambda: _replace(site, _FLOOD, "Words.", "Wards."))
    assert result.written == {_FLOOD_PAGE}
    for old, new in (
        ("Wards.", "Two words."),
        ("title: Flood", "title: Deluge"),
        ("tags: [Oil, Sea]", "tags: [Oil, Rain]"),
        ("id: flood", "id: deluge"),
        ("section: Politics", "section: Sport"),
        ("summary: Of flood.", "summary: Of much water."),
        ("id: deluge", "id: deluge\nupdated: 2022-11-07"),
    ):
        result = done(site, partial(_replace, site, _FLOOD, old, new))
        assert _of_data(result.written) == _data("2022-11-05"), new
    result = done(site, lambda: _replace(site, _FLOOD, "date: 2022-11-05 09:00", "date: 2023-02-02"))
    assert _of_data(result.written) == {"data/index.json", *_data("2022-11", "2023-02")}
    assert _of_data(result.removed) == _data("2022-11-05", "2022-11-06")


def test_a_page_of_a_month_changes_when_its_data_comes_day_by_day(site: Site) -> None:
    result = done(site, lambda: site.write("site.toml", _WITH_DATA))
    months = {f"{story[1][:7].replace('-', '/')}/index.html" for story in _STORIES}
    assert result.written - _of_data(result.written) == months
    larger = _WITH_DATA.replace("[data]\nsize = 2\n", "[data]\nsize = 9\n")
    result = done(site, lambda: site.write("site.toml", larger))
    assert result.written - _of_data(result.written) == {"2022/11/index.html"}


def test_data_beside_articles_is_a_file_for_each_and_changes_with_its_page(site: Site) -> None:
    site.write("site.toml", _ROOMY + "articles = true\n")
    beside = _FLOOD_PAGE.replace("index.html", "article.json")
    result = done(site, lambda: _replace(site, _FLOOD, "Words.", "Other words."))
    assert result.written == {_FLOOD_PAGE, beside}
    result = done(site, lambda: _replace(site, "content/storm.md", "title: Storm", "title: Gale"))
    assert beside not in result.written
    result = done(site, lambda: site.delete(_FLOOD))
    assert {_FLOOD_PAGE, beside} <= result.removed


def test_without_news_there_is_no_sitemap_of_them(site: Site) -> None:
    without = _ROOMY.replace("[sitemaps]\n", "[sitemaps]\nnews = false\n")
    result = done(site, lambda: site.write("site.toml", without))
    assert result.written == {"sitemap.xml"}
    assert result.removed == {_NEWS}
    built(site, as_of=dt.datetime(2023, 9, 1, 12, tzinfo=dt.UTC))
    with closing(open_reader(site.folder / STATE)) as state:
        assert find_next_change(state) is None


def test_time_that_passes_no_embargo_renders_nothing(site: Site) -> None:
    result = done(site, lambda: None, as_of=dt.datetime(2046, 1, 1, tzinfo=dt.UTC))
    assert (result.written, result.build.rendered) == (frozenset(), 0)


def _list_made(own: str, width: int, height: int) -> set[str]:
    """Return what is made of a small lead picture, by default: nothing is larger than it is."""
    crops = {crop: min(width, height * int(crop.split("x")[0]) // int(crop.split("x")[1])) for crop in _CROPS}
    return {own, f"{own}.{width}.webp", *(f"{own}.{crop}-{crops[crop]}.{_CROPS[crop]}" for crop in _CROPS)}


_CROPS = {"16x9": "jpg", "4x3": "webp", "1x1": "webp"}


def _day(folder: Path, count: int, *, theme: bool = False) -> Site:
    site = plain_site(folder / "site")
    if theme:
        site.delete("layouts")
        for name in ("layouts", "static"):
            shutil.copytree(ROOT / name, site.folder / name)
    for number in range(count):
        _add(site, number)
    return site


def _add(site: Site, number: int) -> None:
    date = f"2022-11-05 09:{number:02d}"
    site.write(f"content/n{number}.md", _text(f"n{number}", date, "", "", "", ()))


def _parts(site: Site) -> list[str]:
    return [path for path in site.outputs() if "part_" in path]


_NOTE = "\ncorrections: [{ date: 2023-11-01, text: It rained. }]"


def test_a_correction_reaches_those_that_name_the_article_and_stands_under_its_own_day(site: Site) -> None:
    result = done(site, lambda: _replace(site, _FLOOD, "id: flood", "id: flood" + _NOTE))
    dated = {"sitemap.xml", "sitemaps/2022-11.xml.gz"}
    pages = {"corrections/index.html", "corrections/atom.xml", "archive/index.html"}
    assert result.written == _FLOOD_NAMED | {_FLOOD_PAGE, "sitemaps/pages.xml"} | dated | pages
    assert "It rained." in site.read("public/corrections/index.html")
    _replace(site, "content/dam.md", "id: dam", "id: dam" + _NOTE)
    result = done(site, lambda: _replace(site, "content/dam.md", "It rained.", "It snowed."))
    assert pages - {"archive/index.html"} <= result.written
    assert "archive/index.html" not in result.written
    result = done(site, lambda: _replace(site, _FLOOD, _NOTE, ""))
    assert result.removed == frozenset()
    result = done(site, lambda: _replace(site, "content/dam.md", _NOTE.replace("rained", "snowed"), ""))
    assert result.removed == {"corrections/index.html", "corrections/atom.xml"}


def test_one_correction_more_on_a_day_with_others_may_split_the_corrections(tmp_path: Path) -> None:
    notes = [f"{{ date: 2023-01-01 1{hour}:00, text: Note. }}" for hour in range(4)]
    site = plain_site(tmp_path / "site")

    def write(count: int) -> None:
        more = f"corrections: [{', '.join(notes[:count])}]"
        site.write("content/a.md", article("A", "2022-11-05", more=more))

    write(3)
    result = done(site, lambda: write(4))
    periods = ("2023", "2023/01", "2023/01/01", "2023/01/01/part_1", "2023/01/01/part_2")
    assert {f"corrections/{period}/index.html" for period in periods} <= result.written


def test_a_retracted_article_leaves_the_feeds_and_its_text_and_keeps_its_address(site: Site) -> None:
    site.write("content/water.png", png(3, 2))
    _replace(site, "content/autumn.md", "id: autumn", "id: autumn\nimage: water.png")
    story = "retracted: { date: 2023-11-01, reason: It was spring. }\nid: autumn"
    result = done(site, lambda: _replace(site, "content/autumn.md", "id: autumn", story))
    assert result.removed == _list_made("2023/09/01/autumn/water.png", 3, 2)
    assert result.written >= _FRONT - {"latest.html"} | {"corrections/index.html"}
    page = site.read("public/2023/09/01/autumn/index.html")
    assert "Words." not in page
    for feed in ("atom.xml", "rss.xml", "feed.json", "tags/sea/atom.xml"):
        assert "autumn" not in site.read(f"public/{feed}").lower()
    assert "It was spring." in site.read("public/2023/09/index.html")
    assert "It was spring." in site.read("public/corrections/atom.xml")
    result = done(site, lambda: site.write("site.toml", _ROOMY + "[corrections]\nwithhold = false\n"))
    assert "2023/09/01/autumn/water.png" in result.written
    assert "Words." in site.read("public/2023/09/01/autumn/index.html")


def test_a_new_part_of_a_story_changes_the_part_before_it_and_the_page_of_the_story(site: Site) -> None:
    for name in ("dam", "flood", "summer"):
        _replace(site, f"content/{name}.md", f"id: {name}", f"id: {name}\nseries: Water")
    result = done(
        site, lambda: _replace(site, "content/autumn.md", "id: autumn", "id: autumn\nseries: Water")
    )
    pages = {"series/water/index.html", "series/water/atom.xml", "series/index.html"}
    pages |= {f"series/water/citations.{suffix}" for suffix in ("bib", "ris", "json")}
    assert result.written == pages | {"2023/09/01/autumn/index.html"} | _around("summer")
    result = done(site, lambda: _replace(site, "content/storm.md", "id: storm", "id: storm\nseries: Water"))
    # Those behind it have another number now.
    assert result.written == pages | _around("flood", "storm", "summer", "autumn")


def test_of_a_long_story_one_more_in_front_changes_only_parts_that_are_numbered(tmp_path: Path) -> None:
    texts = {
        f"content/n{number:02}.md": article(f"N{number}", f"2022-11-05 09:{number:02}", more="series: Water")
        for number in range(60)
    }
    site = plain_site(tmp_path / "site", texts, settings=_ROOMY)
    first = article("First", "2022-11-04", more="series: Water")
    result = done(site, lambda: site.write("content/first.md", first))
    parts = {path for path in result.written if re.fullmatch(r"2022/11/05/n\d\d/index.html", path)}
    # The fiftieth loses its number, and those behind it had none.
    assert parts == {f"2022/11/05/n{number:02}/index.html" for number in range(50)}


def test_a_print_edition_lists_its_articles_page_by_page(site: Site) -> None:
    for name, page in (("dam", "A10"), ("flood", "A2"), ("calm", "A2\ncolumn: 2"), ("frost", "")):
        row = f"\npage: {page}" if page else ""
        _replace(site, f"content/{name}.md", f"id: {name}", f"id: {name}\nedition: 2022-11-07{row}")
    built(site)
    page = site.read("public/editions/2022-11-07/index.html")
    assert "A2  Flood 2 CalmA10  Dam  Frost" in page
    assert "7 November 2022" in page
    result = done(site, lambda: _replace(site, "content/dam.md", "page: A10", "page: A1"))
    assert "editions/2022-11-07/index.html" in result.written


def test_an_article_changes_the_page_of_its_day_of_the_year_and_the_first_one_the_index(
    site: Site,
) -> None:
    site.write("site.toml", _ROOMY.replace("anniversaries = false", "anniversaries = true"))
    story = ("mist", "2019-11-05", "", "", "", ())
    result = done(site, lambda: site.write("content/mist.md", _text(*story)))
    days = {path for path in result.written if path.startswith("on-this-day/")}
    assert days == {"on-this-day/11-05/index.html"}
    told = site.read("public/on-this-day/11-05/index.html")
    assert re.findall(r"^(\d+) (\S+) (.+) \.$", told, re.MULTILINE) == [
        ("2022", "/archive/2022/11/05/", "Flood Storm"),
        ("2019", "/archive/2019/11/05/", "Mist"),
    ]
    story = ("leap", "2020-02-29", "", "", "", ())
    result = done(site, lambda: site.write("content/leap.md", _text(*story)))
    days = {path for path in result.written if path.startswith("on-this-day/")}
    assert days == {"on-this-day/02-29/index.html", "on-this-day/index.html"}
    result = done(site, lambda: site.delete("content/leap.md"))
    assert "on-this-day/02-29/index.html" in result.removed
    for number in range(6):
        story = (f"m{number}", f"2019-11-05 {9 + number}:00", "", "", "", ())
        site.write(f"content/m{number}.md", _text(*story))
    result = done(site, lambda: _replace(site, "content/m5.md", "title: M5", "title: Later"))
    # Five of a year are shown, and this is the seventh.
    assert not any(path.startswith("on-this-day/") for path in result.written)


def _cited(subject_key: str, *folders: str) -> set[str]:
    return {f"{folder}/{subject_key}.{suffix}" for folder in folders for suffix in ("bib", "ris", "json")}


def _of_citations(paths: frozenset[str]) -> set[str]:
    return {path for path in paths if "/citation" in path}


def test_an_article_changes_the_citations_of_its_own_page_and_listings_and_no_others(site: Site) -> None:
    settings = f'{_ROOMY}\n[citations]\narticles = true\nlistings = ["all", "author", "tag"]\n'
    site.write("site.toml", settings)
    winter = _text("winter", "2023-12-01", "Ana Ruiz", "Baku", "Sport", ("Oil",))
    result = done(site, lambda: site.write("content/winter.md", winter))
    listings = {"2023", "2023/12", "2023/12/01", "authors/ana-ruiz", "tags/oil"}
    own = _cited("citation", "2023/12/01/winter")
    assert _of_citations(result.written) == own | _cited("citations", *listings)
    result = done(site, lambda: _replace(site, "content/winter.md", "Words.", "Other words."))
    assert _of_citations(result.written) == set()
    result = done(
        site, lambda: _replace(site, "content/winter.md", "id: winter", "id: winter\ngenre: opinion")
    )
    assert _of_citations(result.written) == own | _cited("citations", *listings)
    result = done(site, lambda: site.write("content/authors/li-wei.md", "---\nkind: organization\n---\n"))
    pages = {f"{story[1][:10].replace('-', '/')}/{story[0]}" for story in _STORIES if story[2] == "Li Wei"}
    days = {page.rpartition("/")[0] for page in pages}
    periods = days | {day[:7] for day in days} | {"2022", "2023"}
    shared = periods | {"authors/li-wei", "tags/sea", "tags/ice"}
    assert _of_citations(result.written) == _cited("citation", *pages) | _cited("citations", *shared)
    result = done(site, lambda: site.delete("content/winter.md"))
    gone = own | _cited("citations", "2023/12", "2023/12/01")
    assert _of_citations(result.removed) == gone
    assert _of_citations(result.written) == _cited("citations", "2023", "authors/ana-ruiz", "tags/oil")


def test_a_listing_that_outgrows_a_page_leaves_its_citations_to_smaller_ones(site: Site) -> None:
    settings = SETTINGS.replace("size = 2\n", "size = 20\n") + '\n[citations]\nlistings = ["tag"]\n'
    site.write("site.toml", settings)
    result = done(site, lambda: _replace(site, "content/thaw.md", "tags: [Ice]", "tags: [Ice, Sea]"))
    assert _of_citations(result.removed) == _cited("citations", "tags/sea")
    assert _of_citations(result.written) == _cited("citations", "tags/sea/2022", "tags/sea/2023")
    result = done(site, lambda: site.write("site.toml", settings.replace('["tag"]', "[]")))
    assert _of_citations(result.written) == set()
    tags = {"tags/sea/2022", "tags/sea/2023", "tags/oil", "tags/ice"}
    assert _of_citations(result.removed) == _cited("citations", *tags)


def test_a_setting_that_reading_depends_on_has_every_article_read_anew(tmp_path: Path) -> None:
    site = plain_site(tmp_path / "site", {"content/flood.md": article("Flood", "2022-11-05")})
    pattern = '\n[permalinks]\narticle = "/{year}/{slug}/"\n'
    did = done(site, lambda: site.write("site.toml", site.read("site.toml") + pattern))
    assert "2022/flood/index.html" in did.written
    assert "2022/11/05/flood/index.html" in did.removed
