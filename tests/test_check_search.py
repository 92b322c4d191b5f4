"""What ``check`` finds in the index that readers search: files that are damaged, or do not belong together.

The index here is written by hand, after ``docs/search.md``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from broadsheet.check import CheckRequest, Findings, check
from tests.builds import built, plain_site
from tests.plain import SETTINGS, article
from tests.sites import Site

_PAGE = '<!doctype html>\n<html lang="en">\n<body>\n<h1>Words</h1>\n{}\n</body>\n</html>\n'
_YEAR = "public/search/2024.json"
_NEW = "public/search/2024/51-100"
_RESULTS = "public/search/2024/results"
_AGAIN = "Build with --verify, which writes it anew; if the site was copied here, copy this file again."


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """Return a folder with 52 articles and their index: a segment of 50 that is full, and one of two."""
    site = Site(folder=tmp_path)
    paths = [f"2024/01/{number:02}-%C3%B6l/" for number in range(1, 53)]
    for path in paths:
        site.write(f"public/{path.replace('%C3%B6', 'ö')}index.html", _PAGE.format("Words."))
    site.write("public/index.html", _PAGE.format("".join(f'<a href="{path}">x</a>\n' for path in paths)))
    span = {"path": "2024", "first": 20240101, "last": 20241231, "articles": 52}
    span |= {"segments": [[0, 50, 4, "old..."], [50, 50, 4, "new..."]], "results": ["full..", "rest.."]}
    site.write(_YEAR, _dump({"spans": [span]}))
    for folder, code, articles in (("1-50", "old...", "!0:XF .0"), ("51-100", "new...", ":1 0!0")):
        for shard in range(4):
            # bridge and bridges, of one key, are in the same shard.
            words, lists = ("0bridge 6s", articles) if shard == 1 else ("", "")
            shown = {"code": code, "words": words, "articles": lists}
            site.write(f"public/search/2024/{folder}/{shard}.json", _dump(shown))
        shown = {"code": code, "words": "0author/ana-ruiz 0language/en", "articles": "0 00"}
        site.write(f"public/search/2024/{folder}/facets.json", _dump(shown))
    results: list[Any] = [
        [path, "Öl", "2024-01-05", "en", ["Ana Ruiz"], "Baku", "", "In short."] for path in paths
    ]
    results[3] = None  # it was retracted
    site.write(f"{_RESULTS}/1.json", _dump({"code": "full..", "articles": results[:50]}))
    site.write(f"{_RESULTS}/2.json", _dump({"code": "rest..", "articles": results[50:]}))
    return site


def _check(site: Site) -> Findings:
    request = CheckRequest(site=site.folder, output=site.folder / "public", base_url="https://example.org/a/")
    return check(request)


def _told(site: Site) -> list[tuple[str, str]]:
    """Return file and message of what keeps readers from something, and of each note."""
    findings = _check(site)
    assert {each.hint for each in findings.problems} <= {_AGAIN}
    return [(each.path, each.message) for each in (*findings.problems, *findings.notes)]


def _edit(site: Site, path: str, edit: Callable[[Any], object]) -> None:
    value = json.loads(site.read(path))
    edit(value)
    site.write(path, _dump(value))


def test_a_whole_index_has_no_fault_and_its_files_need_no_link(site: Site) -> None:
    assert _told(site) == []


def test_a_built_site_whose_own_page_of_search_names_nothing_has_no_fault_there(tmp_path: Path) -> None:
    articles = {f"content/{name}.md": article(name.title(), "2022-11-05") for name in ("flood", "storm")}
    site = plain_site(tmp_path / "site", articles, settings=SETTINGS.replace("on = false", "on = true"))
    assert "search" not in site.read("layouts/search.html")
    built(site)
    assert {"search/search.js", "search/stemmers/en.js", "search/2022.json"} <= site.outputs().keys()
    findings = check(CheckRequest(site=site.folder, output=site.folder / "public"))
    files = [
        each.path for each in (*findings.problems, *findings.notes) if each.path.startswith("public/search/")
    ]
    assert set(files) == {"public/search/index.html"}
    site.write("public/search/2022/1-50/0.json", "{")
    findings = check(CheckRequest(site=site.folder, output=site.folder / "public"))
    assert "public/search/2022/1-50/0.json" in {each.path for each in findings.problems}
    # As the hint says.
    built(site, verify=True)
    findings = check(CheckRequest(site=site.folder, output=site.folder / "public"))
    assert "public/search/2022/1-50/0.json" not in {each.path for each in findings.problems}


def test_a_site_without_an_index_may_have_files_of_such_names(site: Site) -> None:
    site.delete("public/search/2024")
    site.write(_YEAR, "[]")
    assert _told(site) == [(_YEAR, "nothing leads to this file")]


@pytest.mark.parametrize("content", ["", '{"spans":[{"pa', "{}", "[1]"])
def test_of_a_year_whose_file_is_damaged_nothing_else_is_told(site: Site, content: str) -> None:
    site.write(_YEAR, content)
    ((path, message),) = _told(site)
    assert (path, message.partition(": it ")[0]) == (_YEAR, "search cannot use this file")
    site.delete(_YEAR)
    assert _told(site) == [(_YEAR, "search cannot use this file: it is not there")]


def test_the_page_of_search_and_the_files_of_years_agree(site: Site) -> None:
    page = _PAGE.format(
        '<form data-search="{&#34;languages&#34;:[&#34;en&#34;],&#34;years&#34;:[%s]}"></form>'
    )
    site.write("public/search/index.html", page % "2024")
    site.write(
        "public/index.html", site.read("public/index.html").replace("</h1>", '</h1><a href="search/">x</a>')
    )
    assert _told(site) == []
    site.write("public/search/index.html", page % "2024, 2023")
    told = "search cannot use this file: it is not there"
    assert _told(site) == [("public/search/2023.json", told)]
    site.write("public/search/index.html", page % "2023, null")
    unnamed = "search cannot use this file: /search/ does not name its year"
    assert _told(site) == [("public/search/2023.json", told), (_YEAR, unnamed)]
    site.write("public/search/index.html", page.replace("[%s]", "x"))
    assert _told(site) == []


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (lambda span: span.update(articles="52"), "this is no span of 2024: "),
        (lambda span: span.update(path="2023"), "this is no span of 2024: "),
        (lambda span: span.update(path="2024/../.."), "this is no span of 2024: "),
        (lambda span: span.update(last=20231231), "the days of the span 2024 are not after those before it"),
        (lambda span: span["segments"].pop(), "the segments of the span 2024 have 50 of its 52 articles"),
        (lambda span: span["segments"].pop(0), "a segment of the span 2024 begins at 50, after 0 articles"),
        (
            lambda span: span["segments"].append([100, 50, 4, "x"]),
            "a segment of the span 2024 begins at 100, after 100 articles",
        ),
        (
            lambda span: span["segments"].append("x"),
            'this is no segment of the span 2024: "x"',
        ),
        (lambda span: span["results"].pop(), "the span 2024 has 1 files of results for 52 articles"),
    ],
)
def test_a_year_that_does_not_add_up_is_told(
    site: Site, edit: Callable[[dict[str, Any]], object], told: str
) -> None:
    _edit(site, _YEAR, lambda year: edit(year["spans"][0]))
    ((path, message),) = _told(site)
    assert path == _YEAR
    assert message.startswith(f"search cannot use this file: {told}")


def test_spans_are_in_order(site: Site) -> None:
    _edit(site, _YEAR, lambda year: year["spans"].append(year["spans"][0]))
    told = "search cannot use this file: the days of the span 2024 are not after those before it"
    assert _told(site) == [(_YEAR, told)]


@pytest.mark.parametrize("path", [f"{_NEW}/3.json", f"{_NEW}/facets.json", f"{_RESULTS}/2.json"])
def test_a_file_that_is_lost_is_told_at_its_year(site: Site, path: str) -> None:
    site.delete(path)
    below = path.removeprefix("public")
    assert _told(site) == [(_YEAR, f"search cannot use this file: it names {below}, which is not there")]


def test_a_file_that_no_year_names_is_a_note(site: Site) -> None:
    site.write("public/search/2024/101-150/0.json", site.read(f"{_NEW}/0.json"))
    assert _told(site) == [("public/search/2024/101-150/0.json", "nothing leads to this file")]


@pytest.mark.parametrize("path", [f"{_NEW}/1.json", f"{_NEW}/facets.json", f"{_RESULTS}/2.json"])
def test_a_file_that_is_cut_off_or_of_another_state_is_told(site: Site, path: str) -> None:
    whole = site.read(path)
    site.write(path, whole[: len(whole) // 2])
    ((told_at, message),) = _told(site)
    assert told_at == path
    assert message.startswith("search cannot use this file: it is cut off, or no JSON (")
    site.write(path, whole.replace('"code":"', '"code":"not '))
    ((told_at, message),) = _told(site)
    assert told_at == path
    assert message.startswith("search cannot use this file: its code is not ")
    site.write(path, whole.replace('"code"', '"kode"'))
    ((told_at, message),) = _told(site)
    assert told_at == path
    assert message.startswith("search cannot use this file: it has not the code")


@pytest.mark.parametrize(
    ("words", "articles", "told"),
    [
        ("0bridge", "0 1", "it has 1 words, and articles for 2"),
        ("0bridge 6s", "0", "it has 2 words, and articles for 1"),
        ("0bridge 7s", "0 0", "this is no word: 7s"),
        ("0bridge  6s", "0 0 0", "this is no word: "),
        ("0bridge ?s", "0 0", "this is no word: ?s"),
        ("0bridge 0bride", "0 0", "the words bridge and bride are not in order"),
        ("0bridge 6", "0 0", "this is no word: 6"),
        ("0bridge 0oil", "0 0", "the word oil is looked for in another shard"),
        ("0bridge", "", "it has 1 words, and articles for 0"),
        ("0bridge", "0W", "this is no list of articles: 0W"),
        ("0bridge", "..0", "this is no list of articles: ..0"),
        ("0bridge", "0@1", "this is no list of articles: 0@1"),
        ("0bridge", "01", "a word is in an article beyond the 2 of its segment"),
        ("0bridge", "2", "a word is in an article beyond the 2 of its segment"),
    ],
)
def test_words_and_articles_that_do_not_go_together_are_told(
    site: Site, words: str, articles: str, told: str
) -> None:
    path = f"{_NEW}/1.json"
    site.write(path, _dump({"code": "new...", "words": words, "articles": articles}))
    assert _told(site) == [(path, f"search cannot use this file: {told}")]


@pytest.mark.parametrize(
    ("words", "articles"),
    [("0bridge 6s", "0 .0:0"), ("0bridge", ".0@5WGAW0,"), ("0brid\U00010400 6\U00010401", "0 1")],
)
def test_marks_positions_and_letters_beyond_the_plane_are_read(site: Site, words: str, articles: str) -> None:
    site.write(f"{_NEW}/1.json", _dump({"code": "new...", "words": words, "articles": articles}))
    assert _told(site) == []


def test_results_lead_to_pages_of_the_site(site: Site) -> None:
    site.delete("public/2024/01/52-öl")
    site.write("public/index.html", site.read("public/index.html").replace("2024/01/52-%C3%B6l/", "."))
    findings = _check(site)
    ((path, message, hint),) = [(each.path, each.message, each.hint) for each in findings.problems]
    assert path == f"{_RESULTS}/2.json"
    assert message == "search result: there is no page at /2024/01/52-%C3%B6l/"
    assert hint == "Did you mean /2024/01/02-öl/?"


def test_a_long_gap_is_counted_whole(site: Site) -> None:
    path = "public/search/2024/1-50/1.json"
    site.write(path, _dump({"code": "old...", "words": "0bridge", "articles": "0XG"}))
    assert _told(site) == []
    site.write(path, _dump({"code": "old...", "words": "0bridge", "articles": "0XH"}))
    told = "search cannot use this file: a word is in an article beyond the 50 of its segment"
    assert _told(site) == [(path, told)]


def test_a_result_is_no_file_but_a_page(site: Site) -> None:
    path = f"{_RESULTS}/2.json"
    _edit(site, path, lambda results: results["articles"][0].__setitem__(0, "search/2024.json"))
    assert _told(site) == [(path, "search result: there is no page at /search/2024.json")]


def test_results_are_articles_and_as_many_as_the_year_says(site: Site) -> None:
    path = f"{_RESULTS}/2.json"
    _edit(site, path, lambda results: results["articles"].pop())
    assert _told(site) == [(path, "search cannot use this file: it has 1 articles, not 2")]
    _edit(site, path, lambda results: results["articles"].append(["2024/"]))
    assert _told(site) == [(path, 'search cannot use this file: this is no article: ["2024/"]')]


def test_what_is_only_found_is_still_told_as_not_linked(site: Site) -> None:
    site.write("public/index.html", site.read("public/index.html").replace("2024/01/52-%C3%B6l/", "."))
    assert _told(site) == [("public/2024/01/52-öl/index.html", "nothing leads to this file")]
