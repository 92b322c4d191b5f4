"""Permalink patterns, output paths, and the URLs that are made of them."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.common.slugs import slugify
from broadsheet.common.urls import (
    AddressParts,
    Urls,
    attachment_output,
    facet_output,
    feed_output,
    find_pattern_fault,
    names_output,
)


@pytest.mark.parametrize(
    ("pattern", "fault"),
    [
        ("/{year}/{month}/{day}/{slug}/", None),
        ("/{slug}.html", None),
        ("/news/{section}/{file}/", None),
        ("/{section}/{slug}/", None),
        ("{slug}/", "does not begin with a slash"),
        ("/{slug}", "ends with neither a slash nor .html"),
        (
            "/{jear}/{slug}/",
            (
                "names {jear}, which is none of {year}, {month}, {day}, {slug}, {section}, {file}, {folder},"
                " {language}"
            ),
        ),
        ("/{slug/", "holds a character that cannot stand in a path"),
        ("/a b/{slug}/", "holds a character that cannot stand in a path"),
        ("/a?/{slug}/", "holds a character that cannot stand in a path"),
        ("/a//{slug}/", "has an empty step or a dot for a step"),
        ("/../{slug}/", "has an empty step or a dot for a step"),
        (
            "/{year}/{month}/",
            "has neither {slug} nor {file}, so that two articles of a day would share a page",
        ),
    ],
)
def test_a_permalink_pattern_is_right_or_its_fault_is_told(pattern: str, fault: str | None) -> None:
    assert find_pattern_fault(pattern) == fault


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("/{year}/{month}/{day}/{slug}/", "2022/11/05/flood/index.html"),
        ("/{slug}.html", "flood.html"),
        ("/{section}/{file}/", "news/2022-11-05-flood/index.html"),
        ("/a-{year}{month}/{slug}/", "a-202211/flood/index.html"),
        ("/{language}/{folder}/{slug}/", "az/coast/north/flood/index.html"),
    ],
)
def test_a_pattern_makes_the_path_of_a_page(pattern: str, path: str) -> None:
    parts = AddressParts("2022-11-05", "flood", "news", "2022-11-05-flood", "coast/north", "az")
    assert parts.output(pattern) == path


def test_the_steps_of_what_an_article_has_not_fall_away() -> None:
    pattern = "/{language}/{section}/{folder}/{slug}/"
    assert AddressParts("2022-11-05", "flood").output(pattern) == "flood/index.html"


def test_listings_stand_below_their_facet() -> None:
    assert facet_output("all", "", 2022) == "2022/index.html"
    assert facet_output("all", "", 20221105) == "2022/11/05/index.html"
    assert facet_output("all", "", 20221105, 12) == "2022/11/05/part_12/index.html"
    assert facet_output("tag", "oil") == "tags/oil/index.html"
    assert facet_output("author", "ana-ruiz", 202211) == "authors/ana-ruiz/2022/11/index.html"
    assert facet_output("dateline", "баку", 1010) == "datelines/баку/1010/index.html"
    assert feed_output("section", "news") == "sections/news/atom.xml"
    assert feed_output("all", "") == "atom.xml"
    assert names_output("tag") == "tags/index.html"
    assert names_output("tag", "oi") == "tags/oi_/index.html"


@given(st.text(max_size=60))
def test_no_made_slug_is_an_index_of_names_or_a_part(text: str) -> None:
    assert "_" not in slugify(text)


@pytest.mark.parametrize(
    ("path", "output"),
    [
        ("content/2022/photo.jpg", "2022/11/05/flood/photo.jpg"),
        ("content/2022/pictures/photo.jpg", "2022/11/05/flood/pictures/photo.jpg"),
        ("content/other/photo.jpg", "2022/11/05/flood/photo.jpg"),
        ("static/photos/photo.jpg", "photos/photo.jpg"),
    ],
)
def test_a_file_that_an_article_uses_stands_beside_its_page(path: str, output: str) -> None:
    assert attachment_output("2022/11/05/flood/index.html", "content/2022/flood.md", path) == output


def test_a_file_used_by_a_page_at_the_top_stands_at_the_top() -> None:
    assert attachment_output("flood.html", "content/flood.md", "content/photo.jpg") == "photo.jpg"


@pytest.mark.parametrize(
    ("site", "home", "page"),
    [
        ("https://example.org/", "/", "/a/"),
        ("https://example.org", "/", "/a/"),
        ("https://example.org/archive/", "/archive/", "/archive/a/"),
        ("https://example.org/a b/ü", "/a%20b/%C3%BC/", "/a%20b/%C3%BC/a/"),
        ("https://example.org/a%20b/", "/a%20b/", "/a%20b/a/"),
        ("http://localhost:8000", "/", "/a/"),
    ],
)
def test_the_base_path_stands_before_every_url(site: str, home: str, page: str) -> None:
    urls = Urls(site)
    assert (urls.url("index.html"), urls.url("a/index.html")) == (home, page)
    origin = "/".join(site.split("/")[:3])
    assert urls.permalink("a/index.html") == origin + page


def test_only_whole_names_are_left_out_of_a_url() -> None:
    urls = Urls("https://example.org/")
    assert urls.url("a/notindex.html") == "/a/notindex.html"
    assert urls.url("index.html.txt") == "/index.html.txt"
    assert urls.url("a.html") == "/a.html"


_steps = st.text(
    st.characters(exclude_characters="/\\", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20
)


@given(st.lists(_steps.filter(lambda step: step != "index.html"), min_size=1, max_size=4))
def test_a_url_leads_back_to_its_path(steps: list[str]) -> None:
    path = "/".join(steps)
    for site in ("https://example.org/", "https://example.org/archive/"):
        url = Urls(site).url(path)
        assert url.isascii()
        assert not re.search(r"[\s\"'<>?#&\\^`{|}]", url)
        parts = urlsplit(Urls(site).permalink(path))
        assert unquote(parts.path) == urlsplit(site).path + path
        assert (parts.query, parts.fragment, parts.netloc) == ("", "", "example.org")
