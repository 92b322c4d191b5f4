"""A bulk import: thousands of articles on one day, hundreds of names, and no page without a bound."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import pytest

from broadsheet.archive.questions.related import WINDOW
from tests.builds import built, clean_outputs, done, plain_site
from tests.plain import SETTINGS, article
from tests.sample import Page, output_of, pages
from tests.sites import Site, write_site

_SIZE = 100
_SETTINGS = SETTINGS.replace("size = 3", f"size = {_SIZE}").replace("size = 2\n", "size = 50000\n")
_DAY = "2022/11/05"
# Facets with all, and with most of the articles: each splits down to the parts of the day.
_FACETS = ("sections/politics", "authors/ana-ruiz", "datelines/baku", "tags/sea")
_ROW = "<li>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """5,000 articles on one day, and what one more and yet another one made of them."""

    before: Mapping[str, bytes]
    with_one: Mapping[str, bytes]
    with_two: Mapping[str, bytes]


def _report(name: str, tag: str = "Sea") -> str:
    title = f"Report {name}"
    return article(title, "2022-11-05", author="Ana Ruiz", dateline="Baku", section="Politics", tags=(tag,))


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Import:
    articles = {
        f"content/{number:05}.md": _report(str(number), "Sea" if number % 50 else "Oil")
        for number in range(5000)
    }
    site = plain_site(tmp_path_factory.mktemp("bulk") / "site", articles, settings=_SETTINGS)
    return Import(
        before=_built(site),
        with_one=_with(site, "90001"),
        with_two=_with(site, "90002"),
    )


def _with(site: Site, name: str) -> dict[str, bytes]:
    site.write(f"content/{name}.md", _report(name))
    return _built(site)


def _built(site: Site) -> dict[str, bytes]:
    run = site.build("--jobs", "2", "--quiet", "--as-of", "2026-01-01")
    assert run.status == 0, run.stderr
    return site.outputs()


def _listings(outputs: Mapping[str, bytes]) -> dict[str, str]:
    """Return the pages that are no article's."""
    articles = re.compile(rf"{_DAY}/\d{{5}}/index\.html")
    chosen = (path for path in outputs if path.endswith(".html") and not articles.fullmatch(path))
    return {path: outputs[path].decode() for path in chosen}


def _changed(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> set[str]:
    return {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}


def test_no_page_of_a_bulk_import_lists_more_than_a_pageful(imported: Import) -> None:
    pages_ = _listings(imported.before)
    rows = {path: text.count(_ROW) for path, text in pages_.items()}
    assert max(rows.values()) == _SIZE
    assert max(len(text) for text in pages_.values()) < _SIZE * 200
    parts = [f"{_DAY}/part_{number}/index.html" for number in range(1, 51)]
    assert [rows[path] for path in parts] == [_SIZE] * 50
    assert f"{_DAY}/part_51/index.html" not in pages_
    assert rows[f"{_DAY}/index.html"] <= _SIZE


def test_every_article_of_a_bulk_import_is_in_one_part_in_order(imported: Import) -> None:
    for folder, count in ((_DAY, 5000), (f"tags/sea/{_DAY}", 4900)):
        listed = [
            number
            for part in range(1, 1 + count // _SIZE)
            for number in reversed(_numbers(imported.before[f"{folder}/part_{part}/index.html"]))
        ]
        assert listed == [f"{number:05}" for number in range(5000) if number % 50 or folder == _DAY]


def _numbers(content: bytes) -> list[str]:
    return re.findall(rf'<li><a href="/archive/{_DAY}/(\d{{5}})/">', content.decode())


def test_one_more_article_changes_no_full_part_and_exactly_what_it_must(imported: Import) -> None:
    changed = _changed(imported.before, imported.with_one)
    expected = {"index.html", "latest.html", "atom.xml", "feed.json", "rss.xml", "archive/index.html"}
    expected |= {"edition.txt", "sitemaps/2022-11.xml.gz", "2022/index.html", "2022/11/index.html"}
    expected |= {f"{_DAY}/{number}/index.html" for number in ("90001", "04999")}
    expected |= {f"{_DAY}/index.html", f"{_DAY}/part_51/index.html"}
    for facet in _FACETS:
        # Neither its year nor its month, which count nothing, nor an index, which counts thousands roughly.
        expected |= {f"{facet}/{page}index.html" for page in ("", f"{_DAY}/")}
        expected |= set() if facet == "datelines/baku" else {f"{facet}/atom.xml"}
        expected.add(f"{facet}/{_DAY}/part_{50 if facet == 'tags/sea' else 51}/index.html")
    expected |= {"data/index.json", "data/2022-11.json"}
    expected |= {"data/2022-11-05_51.json", "data/2022-11-05_51.csv"}
    # All are of one moment: it takes its place before others in what these are related to.
    related = {path for path in changed - expected if re.fullmatch(rf"{_DAY}/\d{{5}}/index\.html", path)}
    assert 0 < len(related) <= 3 * WINDOW
    assert changed - related == expected
    assert sum(len(imported.with_one[path]) for path in changed - {"sitemaps/2022-11.xml.gz"}) < 150_000
    # A line for each article of the month: the one output here that the number of them makes longer.
    assert len(imported.with_one["sitemaps/2022-11.xml.gz"]) < 20 * 5_000


def test_yet_another_article_changes_the_part_that_is_not_full(imported: Import) -> None:
    changed = {path for path in _changed(imported.with_one, imported.with_two) if "part_" in path}
    ours = {f"{folder}/part_51/index.html" for folder in (_DAY, *(f"{each}/{_DAY}" for each in _FACETS[:3]))}
    assert changed == ours | {f"tags/sea/{_DAY}/part_50/index.html"}
    assert len(_numbers(imported.with_two[f"{_DAY}/part_51/index.html"])) == 2


def test_a_change_of_most_articles_leaves_what_a_clean_build_leaves(tmp_path: Path) -> None:
    # From a thousand on, every question is asked again, and none is looked for.
    reports = {f"content/{number:04}.md": _report(str(number)) for number in range(1000)}
    site = plain_site(tmp_path / "site", reports, settings=_SETTINGS)

    def retitle() -> None:
        for path, text in reports.items():
            site.write(path, text.replace("Report", "Account"))

    written = done(site, retitle).written
    assert {"index.html", f"{_DAY}/0500/index.html", f"tags/sea/{_DAY}/part_10/index.html"} <= written


def test_a_facet_that_outgrows_one_page_is_split_by_year_and_comes_together_again(tmp_path: Path) -> None:
    years = (2019, 2020, 2021)
    articles = {
        f"content/{number:03}.md": article(
            f"Report {number}", f"{years[number % 3]}-05-07", author="Li Wei", tags=("Oil",)
        )
        for number in range(_SIZE)
    }
    site = plain_site(tmp_path / "site", articles, settings=_SETTINGS)
    last = article("Last", "2023-05-07", author="Li Wei", tags=("Oil",))
    built(site)
    whole = site.outputs()
    assert whole["tags/oil/index.html"].count(_ROW.encode()) == _SIZE
    grown = done(site, lambda: site.write("content/last.md", last))
    made = {path for path in grown.written if path.startswith("tags/oil/")}
    assert made == {"tags/oil/index.html", "tags/oil/atom.xml"} | {
        f"tags/oil/{year}/index.html" for year in (*years, 2023)
    }
    front = site.outputs()["tags/oil/index.html"]
    assert front.count(_ROW.encode()) < _SIZE
    for year in (*years, 2023):
        assert f"/archive/tags/oil/{year}/".encode() in front
    rows = [site.outputs()[f"tags/oil/{year}/index.html"].count(_ROW.encode()) for year in (*years, 2023)]
    assert rows == [34, 33, 33, 1]
    shrunk = done(site, lambda: site.delete("content/last.md"))
    assert {path for path in shrunk.removed if path.startswith("tags/oil/")} == {
        f"tags/oil/{year}/index.html" for year in (*years, 2023)
    }
    assert {path: content for path, content in site.outputs().items() if path != "edition.txt"} == {
        path: content for path, content in whole.items() if path != "edition.txt"
    }


def test_over_500_names_are_split_by_initial_and_an_initial_by_the_next_letter(tmp_path: Path) -> None:
    # 499 that begin with s, of which 400 with sa; "S" alone; and one under another letter: 501 in all.
    names = (
        [f"Sa{number:03}" for number in range(400)] + [f"S{letter}" for letter in _letters(98)] + ["S", "Žuk"]
    )
    site = plain_site(tmp_path / "site", dict(_tagged(names)), settings=_SETTINGS)
    built(site)
    assert _names_pages(site) == {"tags/index.html": 500}
    done(site, lambda: site.write("content/more.md", article("More", "2022-11-05", tags=("Zebra",))))
    assert _names_pages(site) == {"tags/index.html": 0, "tags/s_/index.html": 499, "tags/z_/index.html": 2}
    index = site.outputs()["tags/index.html"].decode()
    assert re.findall(r"([a-z]) (\d+)", index)[-2:] == [("s", "499"), ("z", "2")]
    for path, text in _tagged(["Sb", "Sab", "Sac", "Sad"], "again"):
        site.write(path, text)
    built(site)
    assert site.outputs() == clean_outputs(site)
    counts = _names_pages(site)
    assert counts.pop("tags/index.html") == 0
    # "S" itself has no next letter: it stands on the page of its initial.
    assert counts.pop("tags/s_/index.html") == 1
    assert counts.pop("tags/sa_/index.html") == 403
    assert sum(counts.values()) + 404 == 505
    assert max(counts.values()) <= 500
    for path in ("content/more.md", "content/again-0.md"):
        site.delete(path)
    built(site)
    assert _names_pages(site) == {"tags/index.html": 500}
    assert site.outputs() == clean_outputs(site)


def _letters(count: int) -> list[str]:
    """Return pairs of letters that do not begin with a."""
    letters = "bcdefghijklmnopqrstuvwxyz"
    return [first + second for first in letters for second in letters][:count]


def _tagged(names: list[str], stem: str = "tags") -> Iterator[tuple[str, str]]:
    for at in range(0, len(names), 50):
        tags = tuple(names[at : at + 50])
        yield f"content/{stem}-{at}.md", article(f"Report {stem} {at}", "2022-11-05", tags=tags)


def _names_pages(site: Site) -> dict[str, int]:
    """Return the index of tags and the pages below it, with how many tags each leads to."""
    found = {
        path: text for path, text in site.outputs().items() if re.fullmatch(r"tags/(\w+_/)?index.html", path)
    }
    return {path: len(re.findall(rb" /archive/tags/", text)) for path, text in found.items()}


def test_every_part_of_a_day_can_be_reached_when_there_are_more_than_a_pageful_of_parts(
    tmp_path: Path,
) -> None:
    site = write_site(tmp_path / "site", "")
    site.write("site.toml", site.read("site.toml") + "\n[listings]\nsize = 2\n")
    for number in range(11):
        site.write(f"content/{number:02}.md", _report(str(number)))
    built(site)
    found = pages(site.outputs())
    links = {
        path: [output_of(unquote(url))[0] for _, url in page.addresses()] for path, page in found.items()
    }
    front = [path for path in links[f"{_DAY}/index.html"] if "part_" in path]
    assert front == [f"{_DAY}/part_6/index.html", f"{_DAY}/part_5/index.html"]
    reached, waiting = set(front), list(front)
    while waiting:
        new = {path for path in links[waiting.pop()] if path.startswith(f"{_DAY}/part_")} - reached
        reached |= new
        waiting += new
    assert reached == {f"{_DAY}/part_{number}/index.html" for number in range(1, 7)}
    assert _headline(found[f"{_DAY}/part_3/index.html"]) == "5 November 2022, part 3"


def _headline(page: Page) -> str:
    return "".join(page.one("h1").itertext())
