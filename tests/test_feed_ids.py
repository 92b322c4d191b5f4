"""Ids of articles and feeds: valid by RFC 4151, and never two for one or one for two."""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.common.feed_ids import make_article_id, make_feed_id

# RFC 4151, section 2.1.
TAG_URI = re.compile(
    r"tag:(?:[A-Za-z0-9._-]+@)?[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*"
    r",[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?"
    r":(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-F]{2})*"
)
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=20)


def test_ids_are_as_documented() -> None:
    assert make_article_id("example.org", dt.date(2022, 11, 5), "2022/11/05/flood/") == (
        "tag:example.org,2022-11-05:2022/11/05/flood/"
    )
    assert (
        make_article_id("example.org", dt.date(912, 1, 2), "a b#c%d")
        == "tag:example.org,0912-01-02:a%20b%23c%25d"
    )
    assert make_feed_id("example.org", "all", "") == "tag:example.org,2026:feeds"
    assert make_feed_id("example.org", "tag", "oil") == "tag:example.org,2026:feeds/tags/oil"
    assert make_feed_id("example.org", "author", "əli") == "tag:example.org,2026:feeds/authors/%C9%99li"


@pytest.mark.parametrize(
    ("authority", "written"),
    [
        ("news@example.org", "news@example.org"),
        ("пример.рф", "xn--e1afmkfd.xn--p1ai"),
        ("news@bücher.example", "news@xn--bcher-kva.example"),
    ],
)
def test_an_authority_of_any_script_makes_a_valid_id(authority: str, written: str) -> None:
    made = make_feed_id(authority, "all", "")
    assert made == f"tag:{written},2026:feeds"
    assert TAG_URI.fullmatch(made)


@given(ANY_TEXT, st.dates())
def test_any_id_makes_a_valid_tag_uri_from_which_it_can_be_read_back(own_id: str, day: dt.date) -> None:
    made = make_article_id("example.org", day, own_id)
    assert TAG_URI.fullmatch(made)
    assert unquote(made.split(":", 2)[2], errors="surrogatepass") == own_id


@given(ANY_TEXT, st.dates())
def test_no_article_has_the_id_of_a_feed(own_id: str, day: dt.date) -> None:
    mine = make_article_id("example.org", day, own_id).split(":", 2)[1]
    assert mine != make_feed_id("example.org", "all", "").split(":", 2)[1]
