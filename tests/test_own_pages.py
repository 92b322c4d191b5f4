"""Pages of the site's own: read, published, linked to, listed by other pages and by nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from broadsheet.common.problems import Problems
from broadsheet.read.own_page import read
from broadsheet.settings.reader import read as read_settings
from tests.builds import built, done, plain_site, printed
from tests.plain import PICTURES, SETTINGS, article
from tests.sites import Site

_ABOUT = "content/pages/about.md"
_TEXT = "---\ntitle: About us\nsummary: Who we are.\n---\nSee [the flood](../flood.md).\n"
_PAGE = "about/index.html"
_MAP = "sitemaps/pages.xml"
_PLAIN = {"latest.html"}  # its layout has no menu


def _page(title: str, more: str = "", body: str = "Words.") -> str:
    return f"---\ntitle: {title}\n{more}---\n{body}\n"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    site = plain_site(tmp_path / "site")
    site.write("content/flood.md", article("Flood", "2022-11-05", body="[Us](pages/about.md)."))
    site.write(_ABOUT, _TEXT)
    return site


def test_a_page_is_on_its_address_in_the_menu_and_in_the_sitemap_and_nowhere_else(site: Site) -> None:
    built(site)
    outputs = site.outputs()
    assert b'About us Who we are. False  False <p>See <a href="/archive/2022/11/05/flood/">' in outputs[_PAGE]
    assert b'<a href="/archive/about/">Us</a>' in outputs["2022/11/05/flood/index.html"]
    named = {path for path, content in outputs.items() if b"About us" in content}
    layouts = {path for path in outputs if path.endswith(".html")} - _PLAIN
    assert named == layouts
    assert b"<loc>https://example.org/archive/about/</loc>" in outputs[_MAP]


def test_an_edit_of_its_text_writes_it_alone_and_one_of_its_title_all_pages_with_the_menu(site: Site) -> None:
    assert done(site, lambda: site.write(_ABOUT, f"{_TEXT}More.\n")).written == {_PAGE}
    result = done(site, lambda: site.write(_ABOUT, _TEXT.replace("About us", "Who we are")))
    pages = {path for path in site.outputs() if path.endswith(".html")} - _PLAIN
    assert result.written == pages
    result = done(site, lambda: site.write("content/storm.md", article("Storm", "2022-11-06")))
    assert _PAGE not in result.written
    result = done(
        site, lambda: site.write("content/flood.md", article("Flood", "2022-11-05", more="slug: x"))
    )
    assert _PAGE in result.written


def test_pages_stand_in_the_order_of_their_numbers_and_then_of_their_titles(site: Site) -> None:
    site.write("content/pages/b.md", _page("beta"))
    site.write("content/pages/c.md", _page("Contact", "menu: 2\n"))
    site.write("content/pages/z.md", _page("Zeal", "menu: 1\n"))
    site.write("content/pages/h.md", _page("Hidden", "menu: no\n"))
    built(site)
    home = site.outputs()["index.html"].decode()
    places = [home.find(f">{title}<") for title in ("Zeal", "Contact", "About us", "beta")]
    assert -1 not in places
    assert places == sorted(places)
    assert ">Hidden<" not in home
    assert "h/index.html" in site.outputs()


def test_a_page_is_at_the_address_of_its_place_and_of_its_fields(site: Site) -> None:
    site.write("content/pages/legal/Privacy Policy.md", _page("Privacy"))
    site.write("content/pages/legal/index.md", _page("Legal"))
    site.write("content/pages/old.md", _page("New", "slug: new\naliases: /former/\n"))
    site.write("content/pages/any.md", _page("Any", "permalink: /else/where.html\n"))
    built(site)
    expected = {"legal/privacy-policy/index.html", "legal/index.html", "new/index.html", "else/where.html"}
    outputs = site.outputs()
    assert expected < outputs.keys()
    assert b"https://example.org/archive/new/" in outputs["former/index.html"]


def test_a_draft_is_no_page_and_nothing_may_link_to_it(site: Site) -> None:
    built(site)
    site.write(_ABOUT, _TEXT.replace("summary", "draft: yes\nsummary"))
    assert "content/pages/about.md is a draft" in printed(site)
    site.write("content/flood.md", article("Flood", "2022-11-05"))
    result = built(site)
    assert [each.path for each in result.held] == [_ABOUT]
    assert _PAGE not in site.outputs()
    built(site, drafts=True)
    assert _PAGE in site.outputs()
    built(site)
    assert _PAGE not in site.outputs()


def test_pages_in_other_languages_take_the_place_of_those_they_translate(site: Site) -> None:
    site.write(_ABOUT, _TEXT.replace("summary", "translations: us\nsummary"))
    site.write("content/pages/az/about.md", _page("Redaksiya", "language: az\ntranslations: us\n"))
    site.write("layouts/words/az.toml", 'by = "{name}"\n')
    site.write("content/sel.md", article("Sel", "2022-11-06", more="language: az"))
    built(site)
    outputs = {path: content.decode() for path, content in site.outputs().items() if path.endswith("html")}
    assert "azərbaycan az /archive/az/about/;" in outputs[_PAGE]
    assert "English en /archive/about/;" in outputs["az/about/index.html"]
    assert "Redaksiya" not in outputs["index.html"]
    assert ">Redaksiya<" in outputs["2022/11/06/sel/index.html"]
    assert ">About us<" not in outputs["2022/11/06/sel/index.html"]
    site.write("content/pages/az/us.md", _page("Biz", "language: az\ntranslations: us\n"))
    assert "two pages have this word and are in az" in printed(site)


def test_its_picture_is_beside_it_and_its_size_is_known(site: Site) -> None:
    site.write("content/pages/us.png", PICTURES[0])
    text = _TEXT.replace("summary", "image: us.png\nsummary")
    result = done(site, lambda: site.write(_ABOUT, text))
    assert {_PAGE, "about/us.png"} <= result.written
    result = done(site, lambda: site.write("content/pages/us.png", PICTURES[1]))
    assert _PAGE not in result.written or "about/us.png" in result.written
    site.write("content/flood.md", article("Flood", "2022-11-05"))
    result = done(site, lambda: site.delete(_ABOUT))
    assert {_PAGE, "about/us.png"} <= result.removed


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("tags", "tags/index.html, as would a file of the site itself"),
        ("2022", "2022/index.html, as would the listings of everything"),
        ("index", "index.html, as would a file of the site itself"),
        ("2022/11/05/flood", "2022/11/05/flood/index.html, as would content/flood.md"),
        ("a.txt/index", "a.txt, or below it, and so would content/pages/a.txt/index.md"),
    ],
)
def test_an_address_that_something_else_has_is_a_problem(site: Site, path: str, said: str) -> None:
    site.write("static/a.txt", "a")
    site.write(f"content/pages/{path}.md", _page("Mine", "slug: a.txt\n" if "." in path else ""))
    assert said in printed(site)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("---\nsummary: A\n---\nB\n", "1: title is missing"),
        ("---\ntitle: A\n---\n", "3: the page has no text"),
        (
            _page("A", "date: 2022-11-05\n"),
            "3:1: a page of the site's own has no date, and every file below content/pages/ is one",
        ),
        (_page("A", "author: B\n"), "3:1: a page of the site's own has no author"),
        (_page("A", "tags: [B]\n"), "3:1: a page of the site's own has no tags"),
        (_page("A", "publishDate: 2030-01-01\n"), "3:1: a page of the site's own has no publishDate"),
        (_page("A", "menu: first\n"), "3:7: menu: first is neither a number from 1 to 9999 nor no"),
        (_page("A", "menu: 0\n"), "3:7: menu: 0 is neither a number from 1 to 9999 nor no"),
        (_page("A", "sumary: B\n"), '3:1: there is no field "sumary"'),
        (_page("A", "slug: a/b\n"), "3:7: slug: a/b"),
    ],
)
def test_what_is_wrong_in_a_page_is_said_with_its_line(text: str, said: str) -> None:
    with pytest.raises(Problems) as raised:
        read(_ABOUT, text.encode(), read_settings(SETTINGS))
    assert f"{_ABOUT}:{said}" in str(raised.value)


def test_a_site_without_a_folder_of_pages_has_articles_there(site: Site) -> None:
    site.write("site.toml", SETTINGS.replace("[content]", '[content]\npages = ""'))
    site.write(_ABOUT, article("About", "2022-11-05"))
    built(site)
    assert "2022/11/05/about/index.html" in site.outputs()
    site.write("site.toml", SETTINGS.replace("[content]", '[content]\npages = "site/texts"'))
    site.write("content/site/texts/us.md", _page("Us"))
    built(site)
    assert "us/index.html" in site.outputs()


def test_a_broken_link_on_a_page_is_a_problem_with_its_line(site: Site) -> None:
    site.write(_ABOUT, _TEXT.replace("flood.md", "none.md"))
    assert "content/pages/about.md:5:17: there is no content/none.md" in printed(site)


def test_new_begins_a_page_and_move_takes_links_and_address_along(site: Site) -> None:
    run = site.run("new", "--page", "Ethics code", "--site", str(site.folder))
    assert run.stdout == "content/pages/ethics-code.md\n"
    assert site.read("content/pages/ethics-code.md") == (
        '---\ntitle: "Ethics code"\nsummary:\nmenu:\ndraft: true\n---\n\n'
    )
    assert site.run("new", "--page", "A", "--tag", "b", "--site", str(site.folder)).status == 2
    built(site)
    run = site.run("move", _ABOUT, "content/pages/paper/about.md", "--site", str(site.folder))
    assert (run.status, run.stderr) == (0, "")
    assert "(../../flood.md)" in site.read("content/pages/paper/about.md")
    assert "aliases: [/about/]" in site.read("content/pages/paper/about.md")
    assert "(pages/paper/about.md)" in site.read("content/flood.md")
    run = site.run("move", "content/flood.md", "content/pages/flood.md", "--site", str(site.folder))
    assert "is an article, and would be a page of the site's own there" in run.stderr
    built(site)
    shown = site.run("explain", "/paper/about/", "--site", str(site.folder)).stdout
    assert "made as: own_page of content/pages/paper/about.md" in shown


def test_a_fault_on_a_page_is_shown_in_its_file(site: Site) -> None:
    site.write(_ABOUT, _TEXT.replace("../flood.md", "/nowhere/"))
    site.write("content/pages/us.png", PICTURES[0])
    site.write("content/pages/us.md", _page("Us", "image: us.png\n"))
    assert site.build().status == 0
    run = site.run("check", "--json", "--site", str(site.folder))
    found = {
        (each["path"], each["line"]) for each in map(json.loads, run.stdout.splitlines()) if "line" in each
    }
    assert {(_ABOUT, 5), ("content/pages/us.md", 3)} <= found


def test_a_site_needs_the_layout_of_pages_once_it_has_one(site: Site) -> None:
    site.delete("layouts/page.html")
    assert "layouts/page.html: there is no layout page.html" in printed(site)
    site.delete(_ABOUT)
    site.write("content/flood.md", article("Flood", "2022-11-05"))
    assert printed(site) == ""
