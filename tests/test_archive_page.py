"""The archive page, a heat map that one large import does not flatten, and the twelve months of all years."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser

from broadsheet.render.view_builder.years import SHADES, shade_counts
from tests.builds import built, done
from tests.plain import article
from tests.sample import Page, words
from tests.sites import SETTINGS, Site, write_site
from tests.windows import opened

_ARCHIVE, _DAYS = "archive/index.html", "on-this-day/index.html"
# A month each of so many articles: one import is larger than all the rest.
_COUNTS = (1, 1, 2, 2, 3, 4, 5, 6, 7, 40)
# Of each step: its name, the contrast of its text (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio).
_CONTRASTS = """
() => {
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgb = (colour) => {
    context.fillStyle = colour;
    context.fillRect(0, 0, 1, 1);
    return context.getImageData(0, 0, 1, 1).data;
  };
  const light = (colour) => [0.2126, 0.7152, 0.0722].reduce((sum, part, at) => {
    const level = rgb(colour)[at] / 255;
    return sum + part * (level <= 0.04045 ? level / 12.92 : ((level + 0.055) / 1.055) ** 2.4);
  }, 0.05);
  return [...document.querySelectorAll(".heat [class]")].map((each) => {
    const { color, backgroundColor } = getComputedStyle(each);
    const [less, more] = [light(color), light(backgroundColor)].sort((a, b) => a - b);
    return [each.className, more / less];
  });
}
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Return a built site with the theme's layouts."""
    site = write_site(tmp_path_factory.mktemp("archive") / "site", "")
    site.write("site.toml", SETTINGS)
    for month, count in enumerate(_COUNTS, 1):
        for number in range(count):
            day = f"2022-{month:02}-{number % 28 + 1:02}"
            site.write(
                f"content/{month}-{number}.md", article("Story", day, author="Ana Ruiz", dateline="Baku")
            )
    site.write("content/old.md", article("Old", "2020-12-24", author="Ana Ruiz", dateline="Baku"))
    built(site)
    return site


@given(st.lists(st.integers(1, 10_000), min_size=1, max_size=60))
def test_a_larger_count_is_never_in_a_lower_step_and_no_step_has_much_more_than_its_fifth(
    counts: list[int],
) -> None:
    shades = shade_counts(counts)
    in_order = [shades[count] for count in sorted(counts)]
    assert in_order == sorted(in_order)
    assert in_order[0] == 1
    assert max(in_order) <= SHADES
    for step in range(1, SHADES + 1):
        distinct = {count for count in counts if shades[count] == step}
        assert len(distinct) <= len(counts) // SHADES + 1


def test_one_import_leaves_the_other_months_their_steps() -> None:
    usual = [10, 20, 30, 40, 50]
    assert shade_counts(usual) == {10: 1, 20: 2, 30: 3, 40: 4, 50: 5}
    with_import = shade_counts([*usual, 5_000])
    assert [with_import[count] for count in usual] == [1, 1, 2, 3, 4]
    assert with_import[5_000] == 5
    assert shade_counts([7, 7, 7]) == {7: 1}


def test_the_archive_page_is_a_table_of_years_and_months_with_exact_counts_as_links(site: Site) -> None:
    page = Page(_ARCHIVE, site.outputs()[_ARCHIVE])
    header, *rows = [
        [" ".join(cell.itertext()).split() for cell in row if cell.tag in {"th", "td"}]
        for row in page.all("tr")
    ]
    assert [cell[0] for cell in header[1:]] == [
        *("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Total")
    ]
    assert [abbr.get("title") for abbr in page.all("abbr")][:2] == ["January", "February"]
    assert rows[0] == [
        ["2022"],
        *([name[0], str(count)] for name, count in zip(header[1:], _COUNTS, strict=False)),
        ["Nov"],
        ["Dec"],
        [str(sum(_COUNTS))],
    ]
    assert rows[1][-2:] == [["Dec", "1"], ["1"]]
    links = [link.get("href") for row in page.all("tbody") for link in row.iter("a")]
    assert links[0] == links[len(_COUNTS) + 1] == "/archive/2022/"
    assert links[1 : len(_COUNTS) + 1] == [f"/archive/2022/{month:02}/" for month in range(1, 11)]
    steps = [cell.get("class") for cell in page.all("td") if cell.get("class")]
    assert steps == ["s1", "s1", "s2", "s2", "s3", "s3", "s4", "s4", "s5", "s5", "s1"]
    assert [" ".join(each.itertext()) for each in page.one("figcaption").iter("li")] == [
        *("1", "2", "3\u20134", "5\u20136", "7\u201340")
    ]


def test_the_days_of_the_year_are_twelve_months_in_which_days_with_articles_are_links(site: Site) -> None:
    page = Page(_DAYS, site.outputs()[_DAYS])
    assert [words(heading) for heading in page.all("h2")][::11] == ["January", "December"]
    months = [[words(day) for day in month.iter("li")] for month in page.one("div", class_="days").iter("ol")]
    assert [len(month) for month in months] == [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    assert all(month == [str(number) for number in range(1, len(month) + 1)] for month in months)
    links = [(link.get("href"), link.get("aria-label")) for link in page.one("div", class_="days").iter("a")]
    assert links[0] == ("/archive/on-this-day/01-01/", "January 1")
    assert links[-1] == ("/archive/on-this-day/12-24/", "December 24")
    assert len(links) == sum(path.startswith("on-this-day/") for path in site.outputs()) - 1


def test_another_article_changes_the_counts_but_not_the_days_of_the_year_that_have_news(site: Site) -> None:
    text = article("Again", "2019-12-24", author="Ana Ruiz", dateline="Baku")
    result = done(site, lambda: site.write("content/again.md", text))
    assert {_ARCHIVE, "on-this-day/12-24/index.html"} <= result.written
    assert _DAYS not in result.written
    site.delete("content/again.md")
    built(site)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_text_of_every_step_can_be_read_in_both_schemes(
    scheme: str, site: Site, browser: Browser, serve: Callable[..., str]
) -> None:
    root = serve(Path(site.folder / "public"), "/archive/")
    with opened(browser, color_scheme=scheme) as page:
        page.goto(f"{root}archive/")
        contrasts = page.evaluate(_CONTRASTS)
    assert {name for name, _ in contrasts} == {"s1", "s2", "s3", "s4", "s5"}
    assert min(contrast for _, contrast in contrasts) >= 4.5


def test_on_a_small_screen_a_year_is_a_block_of_months_with_their_names(
    site: Site, browser: Browser, serve: Callable[..., str]
) -> None:
    root = serve(Path(site.folder / "public"), "/archive/")
    with opened(browser, viewport={"width": 320, "height": 700}) as page:
        page.goto(f"{root}archive/")
        cell = page.locator(".heat td").filter(has_text="40")
        name, box = cell.locator("span").bounding_box(), cell.locator("a").bounding_box()
        assert name
        assert name["width"] > 10
        assert box
        assert min(box["width"], box["height"]) >= 24
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        page.set_viewport_size({"width": 1280, "height": 700})
        name = cell.locator("span").bounding_box()
        assert name
        assert name["width"] <= 1
