"""Former permalink patterns: every article redirects from the address that it had under each of them."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from tests.builds import built, clean_outputs, done, plain_site, printed
from tests.plain import SETTINGS, article
from tests.sites import Site

_NOW = '\n[permalinks]\narticle = "/{year}/{month}/{slug}/"\n'
_FORMER = '\n[permalinks]\narticle = "/{year}/{month}/{slug}/"\nformer = ["/{year}/{slug}/"]\n'
_BASE = "https://example.org/archive/"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return plain_site(
        tmp_path / "site",
        {
            "content/flood.md": article("Flood", "2022-11-05"),
            "content/may/weather.md": article("Weather in May", "2022-05-01"),
            "content/june/weather.md": article("Weather in June", "2022-06-01"),
        },
        settings=SETTINGS + _FORMER,
    )


def _redirects(site: Site) -> dict[str, str]:
    """Return where each redirect of the built site leads to, both from the base."""
    return {
        path.removesuffix("index.html"): content.decode().strip().removeprefix(_BASE)
        for path, content in site.outputs().items()
        if path.endswith(".html") and content.startswith(b"https://")
    }


def test_an_article_redirects_from_its_address_under_each_former_pattern(site: Site) -> None:
    site.write(
        "site.toml",
        SETTINGS + '\n[permalinks]\narticle = "/{year}/{month}/{slug}/"\n'
        'former = ["/{year}/{slug}/", "/{slug}.html", "/{year}/{month}/{slug}/"]\n',
    )
    built(site)
    assert _redirects(site) == {
        "2022/flood/": "2022/11/flood/",
        "flood.html": "2022/11/flood/",
        "2022/weather/": "2022/05/weather/",
        "weather.html": "2022/05/weather/",
    }


def test_an_article_with_an_address_of_its_own_never_followed_a_pattern(site: Site) -> None:
    site.write("content/flood.md", article("Flood", "2022-11-05", more="permalink: /the-flood/"))
    built(site)
    assert _redirects(site) == {"2022/weather/": "2022/05/weather/"}


def test_the_earliest_of_two_articles_has_their_former_address_and_the_next_when_it_goes(site: Site) -> None:
    built(site)
    assert _redirects(site)["2022/weather/"] == "2022/05/weather/"
    after = done(site, lambda: site.delete("content/may/weather.md"))
    assert "2022/weather/index.html" in after.written
    assert _redirects(site)["2022/weather/"] == "2022/06/weather/"
    site.write("content/april/weather.md", article("Weather in April", "2022-04-01"))
    built(site)
    assert _redirects(site)["2022/weather/"] == "2022/04/weather/"


def test_an_alias_decides_who_had_a_former_address(site: Site) -> None:
    text = article("Weather in June", "2022-06-01", more="aliases: [/2022/weather/]")
    after = done(site, lambda: site.write("content/june/weather.md", text))
    assert "2022/weather/index.html" in after.written
    assert _redirects(site)["2022/weather/"] == "2022/06/weather/"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("content/own.md", article("Own", "2022-12-01", more="permalink: /2022/flood/")),
        ("content/own.md", article("Own", "2022-12-01", more="aliases: [/2022/flood/]")),
        ("static/2022/flood/index.html", "A page"),
        ("site.toml", f'{SETTINGS}\n[redirects]\n"/2022/flood/" = "https://example.com/"\n{_FORMER}'),
        (
            "site.toml",
            f'{SETTINGS}\n[gone]\n"/2022/flood/" = {{ date = 2025-01-01, reason = "x" }}\n{_FORMER}',
        ),
    ],
    ids=["page", "alias", "static file", "redirect", "gone"],
)
def test_a_former_address_gives_way_and_comes_back(site: Site, path: str, text: str) -> None:
    built(site)
    before, redirect = site.outputs(), _redirects(site)["2022/flood/"]
    own = site.read(path) if path == "site.toml" else None
    site.write(path, text)
    built(site)
    assert _redirects(site).get("2022/flood/") != redirect
    assert site.outputs() == clean_outputs(site)
    if own is None:
        site.delete(path)
    else:
        site.write(path, own)
    built(site)
    assert site.outputs() == before


def test_two_articles_of_one_day_with_one_former_address_need_ids(site: Site) -> None:
    pattern = _FORMER.replace('article = "/{year}/{month}/{slug}/"', 'article = "/{section}/{slug}/"')
    site.write("site.toml", SETTINGS + pattern)
    site.delete("content/june/weather.md")
    site.write("content/a/vote.md", article("Vote", "2022-11-05", section="Politics"))
    site.write("content/b/vote.md", article("Vote", "2022-11-05", section="Sport"))
    assert printed(site) == (
        "site.toml: [permalinks] former: /2022/vote/ was the address of an article,"
        " but of two that are of one day, and that feeds would take for one\n"
        "  Write an id into the front matter of each article with that former address."
    )
    site.write("content/b/vote.md", article("Vote", "2022-11-05", section="Sport", more="id: b"))
    assert printed(site) == ""
    assert _redirects(site)["2022/vote/"] == "politics/vote/"


def test_a_former_address_gives_way_to_the_listing_of_a_period(site: Site) -> None:
    site.write("content/11.md", article("Eleven", "2022-11-05"))
    built(site)
    assert "2022/11/" not in _redirects(site)
    assert b"Eleven" in site.outputs()["2022/11/index.html"]


def test_a_former_address_where_the_listing_of_a_language_stands_is_a_problem(site: Site) -> None:
    site.delete("content/june/weather.md")
    site.write("content/az.md", article("Azerbaijan", "2022-11-06", more="language: az"))
    site.write("site.toml", SETTINGS + _FORMER.replace("/{year}/{slug}/", "/{slug}/"))
    assert printed(site) == (
        "site.toml: [permalinks] former: /az/ was the address of an article;"
        " now the listings of language az would be written there\n"
        "  Let that stand elsewhere; or take the pattern out, and write aliases into the articles."
    )


def test_an_article_that_has_expired_is_still_led_to_from_its_former_address(site: Site) -> None:
    text = article("Flood", "2022-11-05", more="expires: 2025-01-01")
    after = done(site, lambda: site.write("content/flood.md", text))
    assert "2022/flood/index.html" not in after.written
    site.write("content/flood.md", text.replace("Flood", "The flood"))
    built(site)
    assert _redirects(site)["2022/flood/"] == "2022/11/flood/"


def test_a_draft_has_no_former_address_until_it_is_published(site: Site) -> None:
    site.write("content/flood.md", article("Flood", "2025-12-31", more="draft: yes"))
    built(site)
    assert "2025/flood/" not in _redirects(site)
    built(site, drafts=True)
    assert _redirects(site)["2025/flood/"] == "2025/12/flood/"
    assert site.outputs() == clean_outputs(site, drafts=True)
    built(site, as_of=dt.datetime(2025, 12, 1, tzinfo=dt.UTC))
    assert "2025/flood/" not in _redirects(site)


def test_ids_in_feeds_survive_a_change_of_the_pattern(site: Site) -> None:
    site.write("site.toml", f'{SETTINGS}\n[permalinks]\narticle = "/{{year}}/{{slug}}/"\n')
    site.delete("content/june/weather.md")
    built(site)
    before = _ids(site)
    site.write("site.toml", SETTINGS + _FORMER)
    built(site)
    assert _ids(site) == before
    site.write(
        "site.toml",
        SETTINGS
        + _FORMER.replace('"]', '", "/{year}/{month}/{slug}/"]').replace(
            'article = "/{year}/{month}/{slug}/"', 'article = "/{slug}/"'
        ),
    )
    built(site)
    assert _ids(site) == before
    site.write("site.toml", SETTINGS + _NOW)
    built(site)
    assert _ids(site) != before


def test_one_more_article_makes_one_page_for_each_former_pattern(site: Site) -> None:
    after = done(site, lambda: site.write("content/new.md", article("New", "2022-11-06")))
    assert {path for path in after.written if path.startswith("2022/new/")} == {"2022/new/index.html"}
    assert not after.removed


def _ids(site: Site) -> list[str]:
    return re.findall(r"<id>([^<]*)</id>", site.outputs()["atom.xml"].decode())
