"""Listings in the theme's layouts: rows, groups, and the ways from one period to the next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.builds import built
from tests.pictures import png
from tests.plain import SETTINGS, article
from tests.sample import Page
from tests.sites import Site, write_site
from tests.windows import opened

_SUMMARY = f"summary: {'The tide came in at noon, and the people of the quarter carried on. ' * 3}"
# Of each row: the most letters on one of its lines.
_MEASURE = """
() => Math.max(...[...document.querySelectorAll(".rows li > *:not(.picture)")].map((each) => {
  const range = document.createRange();
  const text = document.createTreeWalker(each, NodeFilter.SHOW_TEXT);
  const lines = new Map();
  while (text.nextNode()) {
    for (let at = 0; at < text.currentNode.length; at += 1) {
      range.setStart(text.currentNode, at);
      range.setEnd(text.currentNode, at + 1);
      const box = range.getBoundingClientRect();
      if (box.width) lines.set(Math.round(box.bottom), (lines.get(Math.round(box.bottom)) ?? 0) + 1);
    }
  }
  return Math.max(0, ...lines.values());
}))
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Return a built site with the theme's layouts: and one article with a picture."""
    site = write_site(tmp_path_factory.mktemp("listings") / "site", "")
    site.write("site.toml", SETTINGS.replace("size = 3", "size = 40"))
    for month, count in enumerate((5, 0, 6, 4), 1):
        for number in range(count):
            text = article(
                f"Story {month} {number}",
                f"2022-{month:02}-{number + 5:02} 09:14",
                author="Ana Ruiz",
                dateline="Baku",
                section="Politics",
                more=_SUMMARY,
            )
            site.write(f"content/{month}-{number}.md", text)
    for year in (2019, 2020, 2021):
        site.write(f"content/{year}.md", article("Seldom", f"{year}-12-24", tags=("Seldom",)))
    site.write("content/wall.png", png(640, 480, color=0))
    pictured = article(
        "Wall", "2022-04-30", author="[Ana Ruiz, Li Wei]", more="image: {file: wall.png, alt: A wall}"
    )
    site.write("content/wall.md", pictured)
    built(site)
    return site


def _page(site: Site, path: str) -> Page:
    return Page(path, (site.folder / "public" / path).read_bytes())


def _texts(page: Page, tag: str, **attributes: str) -> list[str]:
    return [" ".join("".join(each.itertext()).split()) for each in page.all(tag, **attributes)]


def test_a_listing_is_grouped_by_month_and_where_months_have_few_by_year(site: Site) -> None:
    year = _page(site, "2022/index.html")
    assert _texts(year, "h3", class_="leaf") == ["April", "March", "January"]
    assert [len(rows) for rows in year.all("ol", class_="rows")] == [5, 6, 5]
    assert [each.find("a").get("href") for each in year.all("h3", class_="leaf")] == [
        f"/archive/2022/{month:02}/" for month in (4, 3, 1)
    ]
    author = _page(site, "authors/ana-ruiz/index.html")
    assert _texts(author, "h3", class_="leaf") == ["April 2022", "March 2022", "January 2022"]
    assert not [each for each in author.all("h3", class_="leaf") if each.find("a") is not None]
    assert _texts(_page(site, "tags/seldom/index.html"), "h3", class_="leaf") == ["2021", "2020", "2019"]
    for path in ("2022/03/index.html", "2021/index.html"):
        assert not _page(site, path).all("h3", class_="leaf"), path


def test_a_row_does_not_say_again_what_the_page_says(site: Site) -> None:
    said = {
        "2022/03/10/index.html": "09:14 · Baku · Ana Ruiz · Politics",
        "2022/03/index.html": "10 March · Baku · Ana Ruiz · Politics",
        "2022/index.html": "10 March · Baku · Ana Ruiz · Politics",
        "authors/ana-ruiz/index.html": "10 March · Baku · Politics",
        "datelines/baku/index.html": "10 March · Ana Ruiz · Politics",
        "sections/politics/index.html": "10 March · Baku · Ana Ruiz",
    }
    for path, origin in said.items():
        page = _page(site, path)
        assert origin in _texts(page, "p", class_="origin"), path
    # Who wrote it together with her is not what the page of one of them says.
    assert "30 April · Ana Ruiz, Li Wei" in _texts(
        _page(site, "authors/ana-ruiz/index.html"), "p", class_="origin"
    )
    # On the page of its only day, an article without a time, a place or a name has no line of origin.
    assert not _page(site, "2021/12/24/index.html").all("p", class_="origin")


def test_a_row_shows_its_picture_to_those_who_see_it(site: Site) -> None:
    (link,) = _page(site, "2022/04/index.html").all("a", class_="picture")
    assert (link.get("tabindex"), link.get("aria-hidden")) == ("-1", "true")
    (image,) = link.iter("img")
    assert (image.get("alt"), image.get("loading")) == ("", "lazy")
    assert int(image.get("width")) * 3 == int(image.get("height")) * 4


def test_the_page_of_a_period_leads_to_the_ones_beside_it_that_have_articles(site: Site) -> None:
    expected = {
        "2022/03/05": [("prev", "/archive/2022/01/09/"), ("next", "/archive/2022/03/06/")],
        "2022/03": [("prev", "/archive/2022/01/"), ("next", "/archive/2022/04/")],
        "2022": [("prev", "/archive/2021/")],
        "2019": [("next", "/archive/2020/")],
    }
    for path, ways in expected.items():
        page = _page(site, f"{path}/index.html")
        (above,) = page.all("nav", class_="beside")
        below = page.all("p", class_="beside")
        assert bool(below) == (len(page.rows) > 3), path
        for each in (above, *below):
            assert [(link.get("rel"), link.get("href")) for link in each.iter("a")] == ways, path
    # Above the list, and below it, for eyes as for keys.
    text = _page(site, "2022/03/index.html").text
    places = [text.index(part) for part in ('<nav class="beside"', '<ol class="rows"', '<p class="beside"')]
    assert places == sorted(places)


def test_a_calendar_has_a_name_and_arrows_stands_behind_the_list_and_begins_with_the_first_day_of_the_week(
    site: Site,
) -> None:
    page = _page(site, "2022/03/index.html")
    (calendar,) = page.all("table", class_="calendar")
    caption = calendar.find("caption")
    assert " ".join("".join(caption.itertext()).split()) == "January 2022 March 2022 April 2022"
    assert [link.get("rel") for link in caption.iter("a")] == ["prev", "next"]
    assert page.text.index('<ol class="rows"') < page.text.index('<table class="calendar"')
    # Of English without a territory CLDR says Sunday. 1 March 2022 was a Tuesday.
    assert next(calendar.iter("th")).get("abbr") == "Sunday"
    first = next(iter(calendar.find("tbody")))
    assert ["".join(cell.itertext()) for cell in first] == ["", "", "1", "2", "3", "4", "5: 1 article"]
    site.write(
        "site.toml", site.read("site.toml").replace("[theme]", '[dates]\nfirst_day = "monday"\n[theme]')
    )
    built(site)
    (calendar,) = _page(site, "2022/03/index.html").all("table", class_="calendar")
    assert next(calendar.iter("th")).get("abbr") == "Monday"
    assert "".join(list(next(iter(calendar.find("tbody"))))[1].itertext()) == "1"


def test_a_date_leads_to_its_day_or_to_the_days_next_to_it_that_have_articles(
    site: Site, browser: Browser, serve: Callable[..., str], axe_source: str
) -> None:
    root = serve(site.folder / "public", "/archive/")
    with opened(browser) as page:
        for path in ("archive/", "2022/", "2022/03/", "2021/12/24/"):
            page.goto(f"{root}{path}")
            field = page.get_by_label("Go to a date")
            assert field.input_value() == ("2021-12-24" if path == "2021/12/24/" else ""), path
            field.fill("2022-01-07")
            page.get_by_role("button", name="Go", exact=True).click()
            page.wait_for_url(f"{root}2022/01/07/")
        said = page.locator(".jump [role=status]")
        for day, words, days in (
            ("2022-02-10", "No news on 10 February 2022", ["2022/01/09", "2022/03/05"]),
            ("2022-03-20", "No news on 20 March 2022", ["2022/03/10", "2022/04/05"]),
            ("1999-01-01", "No news on 1 January 1999", ["2019/12/24"]),
            ("2030-01-01", "No news on 1 January 2030", ["2022/04/30"]),
        ):
            page.get_by_label("Go to a date").fill(day)
            page.get_by_role("button", name="Go", exact=True).click()
            page.wait_for_function(
                "([place, words]) => document.querySelector(place).textContent.startsWith(words)",
                arg=[".jump [role=status]", words],
            )
            found = [str(link.get_attribute("href")) for link in said.locator("a").all()]
            assert found == [f"{root}{each}/" for each in days], day
        page.evaluate(axe_source)
        faults = page.evaluate("axe.run('.heading').then((result) => result.violations.map(({ id }) => id))")
        assert faults == []


def test_an_address_that_names_a_day_without_a_page_leads_to_the_days_next_to_it(
    site: Site, browser: Browser, serve: Callable[..., str]
) -> None:
    root = serve(site.folder / "public", "/archive/")
    with opened(browser) as page:
        for path, days in (
            ("2022/02/10/", ["2022/01/09", "2022/03/05"]),
            ("2022/2", ["2022/01/09", "2022/03/05"]),
            ("2022/03/06/no-such-story/?x=1#y", ["2022/03/06"]),
        ):
            page.goto(f"{root}{path}")
            links = page.locator("[data-lost] a")
            links.first.wait_for()
            assert [str(link.get_attribute("href")) for link in links.all()] == [
                f"{root}{day}/" for day in days
            ]
        for path in ("2022/02/30/", "tags/none/", "20222/"):
            page.goto(f"{root}{path}", wait_until="networkidle")
            assert page.locator("[data-lost]").inner_text() == "", path


def test_without_a_script_there_is_no_field_for_a_date(
    site: Site, browser: Browser, serve: Callable[..., str]
) -> None:
    root = serve(site.folder / "public", "/archive/")
    with opened(browser, java_script_enabled=False) as page:
        page.goto(f"{root}2022/03/")
        assert not page.locator(".jump").is_visible()
        assert page.locator("[data-jump]").count() == 1


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Return a built site with three years of more articles than a page holds, and a month of them, too."""
    site = write_site(tmp_path_factory.mktemp("large") / "site", "")
    site.write("site.toml", SETTINGS.replace("size = 3", "size = 5"))
    days = [*(f"2020-{month:02}-10" for month in range(1, 9)), "2021-05-06", "2021-06-07"]
    days += [f"2022-03-{day:02}" for day in (1, 2, 2, 2, 2, 30)] + ["2022-11-05"]
    for number, day in enumerate(days):
        site.write(f"content/{number:02}.md", article(f"Story {number:02}", day, tags=("Oil",)))
    built(site)
    return site


def test_a_year_of_many_is_twelve_calendars_with_the_first_headlines_of_each_month(large: Site) -> None:
    page = _page(large, "2022/index.html")
    assert _texts(page, "h2", id="overview_") == ["By month"]
    (months,) = page.all("div", class_="months")
    headings = [" ".join("".join(each.itertext()).split()) for each in months.iter("h3")]
    assert headings[:4] == ["January", "February", "March 6 articles", "April"]
    assert headings[10:] == ["November 1 article", "December"]
    assert [len(list(each.iter("td"))) % 7 for each in months.iter("table")] == [0] * 12
    march = list(months)[2]
    assert [link.get("href") for link in march.find("table").iter("a")] == [
        f"/archive/2022/03/{day}/" for day in ("01", "02", "30")
    ]
    assert _headlines(march) == ["Story 10", "Story 11", "Story 12"]
    assert [_headlines(each) for each in list(months)[:2]] == [[], []]


def test_a_month_of_many_leads_on_with_the_first_headlines_of_each_day(large: Site) -> None:
    page = _page(large, "2022/03/index.html")
    assert not page.all("ol", class_="rows")
    (overview,) = page.all("section", class_="overview")
    days = list(overview.find("div"))
    assert [" ".join("".join(each.find("h3").itertext()).split()) for each in days] == [
        *("1 March 1 article", "2 March 4 articles", "30 March 1 article"),
    ]
    assert [each.find("h3").find("a").get("href") for each in days] == [
        f"/archive/2022/03/{day}/" for day in ("01", "02", "30")
    ]
    assert _headlines(days[1]) == ["Story 11", "Story 12", "Story 13"]
    assert len(page.all("table", class_="calendar")) == 1


def _headlines(part: Any) -> list[str]:
    return ["".join(link.itertext()) for each in part.iter("ul") for link in each.iter("a")]


def test_a_facet_of_many_leads_on_to_older_years_below_its_latest(large: Site) -> None:
    page = _page(large, "tags/oil/index.html")
    (older,) = page.all("p", class_="older")
    assert " ".join("".join(older.itertext()).split()) == "Older: 2022 (7) 2021 (2) 2020 (8)"
    assert [link.get("href") for link in older.iter("a")] == [
        f"/archive/tags/oil/{year}/" for year in (2022, 2021, 2020)
    ]
    assert page.text.rindex('<ol class="rows"') < page.text.index('class="older"')
    assert not _page(large, "tags/oil/2021/index.html").all("p", class_="older")


def test_no_line_of_a_listing_is_longer_than_75_letters(
    site: Site, browser: Browser, serve: Callable[..., str]
) -> None:
    root = serve(site.folder / "public", "/archive/")
    with opened(browser, viewport={"width": 1280, "height": 900}) as page:
        for path in ("2022/", "2022/03/", "2022/04/30/"):
            page.goto(f"{root}{path}")
            assert 0 < page.evaluate(_MEASURE) <= 75, path
