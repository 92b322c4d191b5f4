"""The archive in numbers: counted as whoever counts by hand would, and said in lines or as JSON."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from broadsheet.commands.stats import Count, Gap, collect_stats, format_stats
from broadsheet.common.problems import Problems
from tests.builds import built, plain_site
from tests.plain import PICTURES, SETTINGS, article
from tests.sites import Site

_LEAD = "image: {file: a.png, alt: A bridge}\nsummary: In short."
_BODY = """\
Two words.

![](a.png)

![A bridge](a.png) and ![](a.png)

![](/own.png) and ![](b.png)
"""


@pytest.fixture
def site(tmp_path: Path) -> Site:
    settings = SETTINGS + '\n[tags]\noil = "Petroleum"\n'
    site = plain_site(tmp_path / "site", settings=settings)
    for path in ("content/a.png", "content/b.png", "static/own.png"):
        site.write(path, PICTURES[0])
    kept = {"author": "Ana Ruiz", "dateline": "Baku", "section": "Politics"}
    site.write("content/one.md", article("One", "2021-11-05", tags=("Oil", "Flood"), **kept))
    site.write("content/two.md", article("Two", "2022-11-05", tags=("oil",), body=_BODY, more=_LEAD, **kept))
    site.write("content/three.md", article("Three", "2022-11-06", more="image: a.png\nsummary: Short."))
    site.write("content/later.md", article("Later", "2031-11-06"))
    site.write("content/draft.md", article("Draft", "2022-11-06", more="draft: yes"))
    return site


def test_it_counts_what_is_published_by_year_and_by_name(site: Site) -> None:
    built(site)
    found = collect_stats(site.folder)
    assert (found.articles, found.words) == (3, 1 + 4 + 1)
    assert found.years == (Count(name="2022", articles=2), Count(name="2021", articles=1))
    assert found.sections == (Count(name="Politics", articles=2),)
    assert found.authors == (Count(name="Ana Ruiz", articles=2),)
    assert found.tags == (Count(name="Petroleum", articles=2), Count(name="Flood", articles=1))


def test_it_names_the_articles_that_lack_something(site: Site) -> None:
    built(site)
    found = collect_stats(site.folder)
    three = (Gap(path="content/three.md"),)
    assert found.without_summary == (Gap(path="content/one.md"),)
    assert (found.without_author, found.without_dateline, found.without_section, found.without_tags) == (
        three,
    ) * 4


def test_a_summary_that_is_written_is_one_also_if_it_is_the_first_words(site: Site) -> None:
    site.write("content/one.md", article("One", "2021-11-05", body="Words.", more="summary: Words."))
    built(site)
    assert collect_stats(site.folder).without_summary == ()


def test_it_names_pictures_without_alternative_text_with_their_lines(site: Site) -> None:
    built(site)
    found = [(each.path, each.line, each.picture) for each in collect_stats(site.folder).pictures_without_alt]
    assert found == [
        ("content/two.md", 14, "content/a.png"),
        ("content/two.md", 16, "content/a.png"),
        ("content/two.md", 18, "/own.png"),
        ("content/two.md", 18, "content/b.png"),
        ("content/three.md", 4, "content/a.png"),
    ]


def test_it_is_printed_in_lines(site: Site) -> None:
    built(site)
    text = "\n".join(format_stats(collect_stats(site.folder)))
    assert text.startswith(
        "3 articles, 6 words\n\nBy year\n  2  2022\n  1  2021\n\nBy section\n  2  Politics\n\n"
        "By author\n  2  Ana Ruiz\n\nBy tag\n  2  Petroleum\n  1  Flood\n\n"
        "Articles without a summary of their own: 1\n  content/one.md\n\n"
    )
    assert text.endswith(
        "  content/two.md:18: /own.png\n"
        "  content/two.md:18: content/b.png\n  content/three.md:4: content/a.png"
    )


def test_of_many_the_first_are_printed_and_how_many_more(site: Site) -> None:
    for number in range(22):
        tags = tuple(f"T{number:02}-{step}" for step in range(2))
        site.write(f"content/many/{number:02}.md", article(f"N{number}", "2020-01-01", tags=tags))
    built(site)
    rows = list(format_stats(collect_stats(site.folder)))
    assert rows.count("  and 26 more") == 1  # of 46 tags
    assert rows.count("  and 3 more") == 4  # of 23 without a summary, an author, a dateline, a section


def test_the_command_prints_lines_or_json(site: Site) -> None:
    run = site.run("stats")
    assert (run.status, run.stdout) == (1, "")
    assert run.stderr == ".broadsheet/state.sqlite: nothing was built yet\n  Build the site first.\n"
    built(site)
    found = collect_stats(site.folder)
    assert site.run("stats").stdout == "\n".join((*format_stats(found), ""))
    run = site.run("stats", "--json")
    assert (run.status, json.loads(run.stdout)) == (0, json.loads(json.dumps(dataclasses.asdict(found))))


def test_without_a_build_there_is_nothing_to_count(site: Site) -> None:
    with pytest.raises(Problems, match="nothing was built yet"):
        collect_stats(site.folder)


def test_an_empty_archive_has_numbers_too(tmp_path: Path) -> None:
    site = plain_site(tmp_path / "site")
    built(site)
    assert list(format_stats(collect_stats(site.folder)))[:4] == ["0 articles, 0 words", "", "By year", ""]
