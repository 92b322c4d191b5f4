"""The index of years that are divided: by months, by days, and a day by its articles; built on and clean."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.builds import built, clean_outputs, plain_site
from tests.plain import SETTINGS, article
from tests.search_reader import Index, read_index
from tests.sites import Site

_CHANGES = {"size = 3": "size = 10000", "days = true": "days = false", "on = false": "on = true"}
_SETTINGS = f"{SETTINGS}[feeds]\nkinds = []\n[data]\nmonths = false\n"
for _old, _new in _CHANGES.items():
    _SETTINGS = _SETTINGS.replace(_old, _new)
# A folder of the content for each year: 1,000 articles in twelve months; 1,001 in one; 1,060 on one day.
_YEARS = {2020: 1000, 2021: 1001, 2022: 1060}


def _day(year: int, number: int) -> str:
    if year == 2020:
        return f"2020-{number % 12 + 1:02}-{number % 28 + 1:02}"
    return f"2021-11-{number % 30 + 1:02}" if year == 2021 else "2022-11-05"


def _note(year: int, number: int, day: str = "") -> tuple[str, str]:
    """Return path and text of an article that has a word of its own."""
    text = article(f"Note {number}", day or _day(year, number), body=f"word{number}of{year} bridge")
    return f"content/{year}/{number:04}.md", text


@pytest.fixture
def site(tmp_path: Path) -> Site:
    notes = (_note(year, number) for year, count in _YEARS.items() for number in range(count))
    return plain_site(tmp_path / "site", dict(notes), settings=_SETTINGS)


def _expect_all(index: Index, years: Mapping[int, set[int]]) -> None:
    """See that each article is found by its own word, and all by the word that they share."""
    expected = {f"word{number}of{year}" for year, numbers in years.items() for number in numbers}
    found = {word: paths for word, paths in index.words.items() if word.startswith("word")}
    assert found.keys() == expected
    for word, paths in found.items():
        number, _, year = word.removeprefix("word").partition("of")
        assert [(path[:4], path.split("/")[-2]) for path in paths] == [(year, f"{int(number):04}")]
    assert len(index.words["bridge"]) == len(set(index.words["bridge"])) == len(expected)
    assert index.words["bridge"] == sorted(index.words["bridge"])


def _changed(site: Site, edit: Callable[[], object]) -> set[str]:
    """Edit and build on; return the files of search that are new, others or gone now."""
    before = site.outputs()
    edit()
    built(site)
    after = site.outputs()
    changed = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    return {path for path in changed if path.startswith("search/")}


def test_years_are_divided_and_built_on_as_they_are_built_anew(site: Site) -> None:
    numbers = {year: set(range(count)) for year, count in _YEARS.items()}
    built(site)
    index = read_index(site.outputs())
    _expect_all(index, numbers)
    day = "2022/11/05-05"
    assert index.spans == {
        "2020": ["1-1000"],
        "2021/11/01-16": ["1-1000"],
        "2021/11/17-31": ["1-1000"],
        day: ["1-1000", "1001-1050", "1051-1100"],
    }

    # One more than a year holds: its months become spans.
    files = _changed(site, lambda: site.write(*_note(2020, 1000)))
    numbers[2020].add(1000)
    index = read_index(site.outputs())
    _expect_all(index, numbers)
    assert [span for span in index.spans if span < "2021"] == [f"2020/{month:02}" for month in range(1, 13)]
    assert {path[: len("search/2020")] for path in files} == {"search/2020"}

    # The newest of all: the last segment, what is shown of it, and the file of the year.
    files = _changed(site, lambda: site.write(*_note(2022, 1060)))
    numbers[2022].add(1060)
    _expect_all(read_index(site.outputs()), numbers)
    last = f"search/{day}/1051-1100"
    assert files <= {
        *("search/2022.json", f"search/{day}/results/22.json", f"{last}/facets.json"),
        *(f"{last}/{shard}.json" for shard in range(4)),
    }

    # One less: the halves of the month become a year again.
    _changed(site, lambda: site.delete("content/2021/0000.md"))
    numbers[2021].remove(0)
    index = read_index(site.outputs())
    _expect_all(index, numbers)
    assert [span for span in index.spans if span.startswith("2021")] == ["2021"]
    assert site.outputs() == clean_outputs(site)
