"""The search in the browser, in Node: what it finds is what a plain scan of the articles finds."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.read.search_words import fold
from tests.conftest import missing
from tests.sample import Page, build_sample, copy_sample, stories
from tests.search_scan import (
    Article,
    Span,
    list_forms,
    list_words,
    random_query,
    random_spans,
    scan,
    write_index,
)
from tests.sites import ROOT


def _years(folder: Path) -> list[int]:
    return sorted((int(file.stem) for file in folder.glob("????.json")), reverse=True)


@dataclass(slots=True, kw_only=True)
class _Searches:
    """A Node process that answers searches."""

    process: subprocess.Popen[str]

    def ask(self, folder: Path, q: str = "", **more: Any) -> Any:
        """Return the answer to a search in the index of ``folder``: see tests/search_engine.mjs.

        ``sort``, ``from``, ``to`` and ``filters`` are those of the request.
        """
        request = {name: more.pop(name) for name in ("sort", "from", "to", "filters") if name in more}
        folders = [str(folder), *map(str, more.pop("published", ()))]
        return self.send(
            {"folders": folders, "years": _years(folder), "request": {"q": q, **request}, **more}
        )

    def find(self, folder: Path, queries: Iterable[str]) -> list[list[str]]:
        """Return for each query the paths of all results in the index of ``folder``."""
        found: list[list[str]] = self.send(
            {"folder": str(folder), "years": _years(folder), "queries": list(queries)}
        )
        return found

    def send(self, message: dict[str, Any]) -> Any:
        """Return the answer of the process to a message."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{json.dumps(message)}\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


@pytest.fixture(scope="module")
def searches(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Searches]:
    node = shutil.which("node")
    if node is None:
        missing("Node", "apt-get install nodejs")
    folder = tmp_path_factory.mktemp("search")
    shutil.copytree(ROOT / "broadsheet/render/scripts", folder / "search")
    # Browsers are told that these are modules by the page, and Node by this file.
    (folder / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    line = [node, str(ROOT / "tests/search_engine.mjs"), str(folder / "search/search")]
    with subprocess.Popen(
        line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        yield _Searches(process=process)
        process.stdin.close()  # type: ignore[union-attr]


def _pages(spans: Iterable[Span]) -> dict[str, dict[str, str]]:
    """Return what stands on the pages of articles."""
    return {
        article.path: {"title": article.title, "text": article.body}
        for span in spans
        for article in span.articles
    }


def _month(path: str, titles: Iterable[str], segments: Sequence[tuple[int, int]]) -> Span:
    """Return a span of articles of which each has a headline alone; their days are those of the month."""
    articles = tuple(
        Article(title=title, path=f"{path}/{day:03d}/", day=f"{path.replace('/', '-')}-{day:03d}")
        for day, title in enumerate(titles, 1)
    )
    return Span(path=path, articles=articles, segments=tuple(segments))


def _paths(answer: Any) -> list[str]:
    """Return the paths of the results of all pages."""
    assert "error" not in answer, answer["error"]
    return [result["path"] for page in answer["pages"] for result in page["results"]]


def _files(answer: Any) -> list[str]:
    return [path for path, _, _ in answer["loads"]]


@pytest.mark.parametrize("positions", [False, True])
@settings(max_examples=40)
@given(seed=st.integers(0, 2**32))
def test_a_search_finds_what_a_plain_scan_finds(
    searches: _Searches, tmp_path_factory: pytest.TempPathFactory, *, positions: bool, seed: int
) -> None:
    chance = random.Random(seed)
    spans = random_spans(chance)
    folder = tmp_path_factory.mktemp("index")
    write_index(folder, spans, "a", positions=positions)
    for _ in range(10):
        clauses, request = random_query(chance)
        languages = chance.choice((["en"], ["az"], ["en", "az"], []))
        q = " ".join(map(str, clauses))
        answer = searches.ask(
            folder, q, **request, languages=languages, pages=_pages(spans), takes=[10, 10, 10, None]
        )
        found = _paths(answer)
        *pages, rest = answer["pages"]
        assert [len(page["results"]) for page in pages] == [
            min(10, max(0, len(found) - before)) for before in (0, 10, 20)
        ]
        expected = scan(spans, clauses, request, languages)
        assert rest["total"] == len(expected)
        assert {page["total"] for page in pages} <= {None, len(expected)}
        if request["sort"] == "best":
            assert sorted(found) == sorted(each.path for each in expected), (q, request, languages)
        else:
            assert found == [each.path for each in expected], (q, request, languages)
        forms = {result["path"]: result["forms"] for page in answer["pages"] for result in page["results"]}
        for article in expected:
            assert sorted(forms[article.path]) == sorted(list_forms(article, clauses, languages)), q
    shutil.rmtree(folder)


@settings(max_examples=5)
@given(seed=st.integers(0, 2**32))
def test_every_word_of_every_article_finds_it(
    searches: _Searches, tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    spans = random_spans(random.Random(seed))
    folder = tmp_path_factory.mktemp("index")
    write_index(folder, spans, "a")
    live = [article for span in spans for article in span.articles if not article.retracted]
    _assert_all_found(searches, folder, {article.path: list_words(article) for article in live})
    shutil.rmtree(folder)


@pytest.mark.slow
def test_every_word_on_a_page_of_the_sample_finds_it(searches: _Searches, tmp_path: Path) -> None:
    site = copy_sample(tmp_path)
    build_sample(site)
    words = {}
    for story in stories(site):
        if story.live and not story.retracted:
            page = Page(story.output, (site.folder / "public" / story.output).read_bytes())
            # The numbers of footnotes stand behind words without a space.
            paragraphs = [
                each for each in page.one("div", class_="body").iter("p") if each.find(".//sup") is None
            ]
            text = " ".join([story.title, *("".join(each.itertext()) for each in paragraphs)])
            words[story.output.removesuffix("index.html")] = set(fold(text))
    assert len(words) > 40
    _assert_all_found(searches, site.folder / "public/search", words)


def _assert_all_found(searches: _Searches, folder: Path, words: Mapping[str, set[str]]) -> None:
    """Fail unless each word of an article, by its path, finds it: as it is, and in quotation marks."""
    every = sorted(set().union(*words.values()))
    for quote in ("", '"'):
        found = searches.find(folder, (f"{quote}{word}{quote}" for word in every))
        missed = [
            (word, path)
            for word, paths in zip(every, found, strict=True)
            for path, theirs in words.items()
            if word in theirs and path not in map(unquote, paths)
        ]
        assert missed == []


# How much is read. Of the archive the newest articles are in small segments.


@pytest.fixture
def months(tmp_path: Path) -> Path:
    """Return an index of three months; all articles have "river", and those of 2023 "salt"."""
    write_index(
        tmp_path,
        [
            _month("2022/12", [f"river early{number}" for number in range(400)], [(400, 4)]),
            _month("2023/12", [f"river salt old{number}" for number in range(300)], [(300, 4)]),
            _month("2024/01", [f"river middle{number}" for number in range(200)], [(200, 4)]),
            _month("2024/02", [f"river new{number}" for number in range(120)], [(50, 1), (50, 1), (20, 1)]),
        ],
        "a",
    )
    return tmp_path


_NEWEST = ("2024.json", "2024/02/1-50/0.json", "2024/02/101-120/0.json", "2024/02/51-100/0.json")


def test_of_a_common_word_only_the_newest_segments_are_read(searches: _Searches, months: Path) -> None:
    answer = searches.ask(months, "river", takes=[10])
    assert _paths(answer) == [f"2024/02/{number}/" for number in range(120, 110, -1)]
    assert sorted(_files(answer)) == sorted((*_NEWEST, "2024/02/results/3.json"))
    assert answer["pages"][0]["total"] is None


def test_older_results_go_on_where_the_newer_ended(searches: _Searches, months: Path) -> None:
    answer = searches.ask(months, "river", takes=[10] * 11)
    assert len(set(_paths(answer))) == 110
    assert {path for path in _files(answer) if "results" not in path} == set(_NEWEST)
    assert len(_files(answer)) == 7
    assert len(_paths(searches.ask(months, "river", takes=[10] * 13))) == 130


def test_a_rare_word_is_asked_of_all_segments_and_only_its_results_are_read(
    searches: _Searches, months: Path
) -> None:
    answer = searches.ask(months, "old7")
    assert _paths(answer) == ["2023/12/008/"]
    assert [path for path in _files(answer) if "results" in path] == ["2023/12/results/1.json"]
    assert answer["pages"][0]["total"] == 1
    assert answer["progress"][-1] == [6, 6]


def test_as_many_segments_are_asked_as_are_probably_needed(searches: _Searches, tmp_path: Path) -> None:
    spans = [_month(f"2024/{month:02d}", ["salt"] * 4 + ["oil"] * 46, [(50, 1)]) for month in range(1, 9)]
    newest = _month("2024/09", ["salt"] * 9 + ["oil"] * 111, [(120, 1)])
    write_index(tmp_path, [*spans, newest], "a")
    answer = searches.ask(tmp_path, "salt", takes=[10])
    assert len(_paths(answer)) == 10
    assert [path for path in _files(answer) if "results" not in path] == [
        "2024.json",
        "2024/09/1-120/0.json",
        "2024/08/1-50/0.json",
    ]


def test_more_years_are_read_at_a_time_the_longer_it_takes(searches: _Searches, tmp_path: Path) -> None:
    write_index(tmp_path, [_month(str(year), ["sea"], [(1, 1)]) for year in range(2010, 2025)], "a")
    read = _files(searches.ask(tmp_path, "river"))
    years = [int(path[:4]) for path in read if len(path) == len("2024.json")]
    assert years == list(range(2024, 2009, -1))
    # Between them come the segments of those before.
    batches = [read.index(f"{year}.json") for year in years]
    assert [year for year, at in zip(years, batches, strict=True) if at - 1 not in batches] == [
        2024,
        2023,
        2021,
        2017,
    ]
    best = _files(searches.ask(tmp_path, "river", sort="best"))
    assert best[:15] == [f"{year}.json" for year in years]


def test_years_that_are_not_asked_for_are_not_read(searches: _Searches, months: Path) -> None:
    for bounds in ({"from": 2023, "to": 2023}, {"from": "2023", "to": "2023"}):
        answer = searches.ask(months, "river", takes=[10], **bounds)
        assert {path[:4] for path in _files(answer)} == {"2023"}
        assert _paths(answer)[0] == "2023/12/300/"
    assert _paths(searches.ask(months, "old7", **{"from": "", "to": ""})) == ["2023/12/008/"]
    assert len(_paths(searches.ask(months, to="2022"))) == 400


def test_words_of_one_shard_are_one_request(searches: _Searches, months: Path) -> None:
    for q in ("new1 new2 new3 new*", "new* -new4"):
        read = _files(searches.ask(months, q))
        assert len([path for path in read if path.startswith("2024/02/1-50/")]) == 1


def test_what_is_unwanted_is_only_read_where_something_is_wanted(searches: _Searches, months: Path) -> None:
    answer = searches.ask(months, "salt -old0")
    assert len(_paths(answer)) == 299
    read = [path for path in _files(answer) if path.startswith("2024/01")]
    assert len(read) == 1


def test_a_word_that_is_probably_not_there_is_asked_for_first(searches: _Searches, tmp_path: Path) -> None:
    spans = [_month(f"2024/{month:02d}", ["river"] * 200, [(200, 4)]) for month in range(1, 13)]
    write_index(tmp_path, spans, "a")
    read = _files(searches.ask(tmp_path, "river flood", sort="best"))
    assert [sum(path.startswith(span.path) for path in read) for span in spans] == [2] * 12
    read = _files(searches.ask(tmp_path, "river flood"))
    # Of December it is not known yet how rare they are, and eight segments are asked with what December told.
    assert [sum(path.startswith(span.path) for path in read) for span in spans] == [1] * 3 + [2] * 9


def test_filters_alone_read_no_words(searches: _Searches, tmp_path: Path) -> None:
    article = Article(title="Flood", facets=("tag/flood",), path="2024/flood/", day="2024-01-01")
    write_index(tmp_path, [Span(path="2024", articles=(article,), segments=((1, 3),))], "a")
    answer = searches.ask(tmp_path, filters={"tag": ["flood", "fire"]})
    assert _paths(answer) == ["2024/flood/"]
    assert _files(answer) == ["2024.json", "2024/1-1/facets.json", "2024/results/1.json"]
    assert _paths(searches.ask(tmp_path, filters={"tag": ["fire"]})) == []
    assert _paths(searches.ask(tmp_path, filters={"tag": ["flood"], "section": [""]})) == ["2024/flood/"]


def test_how_many_there_are_is_told_as_soon_as_it_is_known(searches: _Searches, tmp_path: Path) -> None:
    month = _month("2024", ["sea"] * 12, [(12, 1)])
    articles = [replace(article, facets=("tag/sea",)) for article in month.articles]
    articles[3] = replace(articles[3], retracted=True)
    write_index(tmp_path, [replace(month, articles=tuple(articles))], "a")

    def totals(q: str, **more: Any) -> list[int | None]:
        return [page["total"] for page in searches.ask(tmp_path, q, takes=[5, 6], **more)["pages"]]

    assert totals("sea") == [11, 11]
    assert totals("", filters={"tag": ["sea"]}) == [11, 11]
    # That one was retracted only its results tell.
    assert totals("-salt") == totals("", to=2024) == [None, 11]


def test_eight_segments_are_asked_at_a_time(searches: _Searches, tmp_path: Path) -> None:
    spans = [_month(f"2024/{month:02d}", ["river", "sea"], [(2, 1)]) for month in range(1, 21)]
    write_index(tmp_path, spans, "a")
    for sort in ("newest", "best"):
        answer = searches.ask(tmp_path, "flood", sort=sort)
        assert answer["most"] == 8
        assert len(answer["loads"]) == 21
        assert answer["progress"] == [[done, 20] for done in range(1, 21)]


# What is read from a query.


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("oil Price", "oil price"),
        ("oil-price U.S.", "oil price u s"),
        ("-oil", "-oil"),
        ("-oil-price", '-"oil price"'),
        ("--oil", "-oil"),
        ("oil*", "oil*"),
        ("Oil** -oil*", "oil* -oil*"),
        ("oil-pri*", "oil pri*"),
        ("*oil o*il oil-*", "oil o il"),
        ('"oil price"', '"oil price"'),
        ("“oil price” «gas»", '"oil price" "gas"'),
        ('"oil price', '"oil price"'),
        ('-"oil price"gas', '-"oil price" gas'),
        ('"oil price*"', '"oil price"'),
        ("title:oil TITLE:gas", "title:oil title:gas"),
        ('title:"oil price" -title:gas*', 'title:"oil price" -title:gas*'),
        ("title: oil", "title oil"),
        ("oil " * 40 + "OIL gas", "oil gas"),
        ("北京大学", "北京 京大 大学"),
        ("北 大学", "北* 大学"),
        ('"大学 oil 北京"', '"大学 学 oil 北京"'),
        ('"oil 北"', '"oil 北*"'),
        ("-北京大学", '-"北京 京大 大学"'),
        ("\u2013\uff08oil\uff0a title\uff1agas \uff0dprice \uff02a b\uff02", 'oil* title:gas -price "a b"'),
        ("", ""),
        ('  - -- * "" " . … title:""', '"title"'),
        ("(a|b)+ [c] \\d $ ^", "a b c d"),
        ("\ud83d oil\udc00gas", "oil gas"),
        ("№5 ﬁre", "5 fire"),
    ],
)
def test_a_query_is_read_as(searches: _Searches, q: str, expected: str) -> None:
    parsed = searches.send({"parse": q})
    assert " ".join(map(_written, parsed["clauses"])) == expected
    assert parsed["leftOut"] == 0


def _written(clause: Any) -> str:
    words = " ".join(word["text"] + "*" * word["prefix"] for word in clause["words"])
    quote = '"' if clause["words"][0]["exact"] else ""
    assert quote or len(clause["words"]) == 1
    return f"{'-' * clause['not']}{'title:' * clause['title']}{quote}{words}{quote}"


def test_of_a_long_query_the_first_words_count(searches: _Searches, months: Path) -> None:
    words = [f"word{number}" for number in range(3000)]
    parsed = searches.send({"parse": " ".join(words)})
    assert [clause["words"][0]["text"] for clause in parsed["clauses"]] == words[:32]
    assert parsed["leftOut"] == 2968
    parsed = searches.send({"parse": f'river "{" ".join(words)}" flood'})
    assert [clause["words"][0]["text"] for clause in parsed["clauses"]] == ["river", "flood"]
    assert parsed["leftOut"] == 3000
    for q in ("x" * 10_000, '"' * 10_001, "-" * 10_000, "title:" * 2000, "a-" * 5000, "\u0301" * 10_000):
        assert _paths(searches.ask(months, q)) == []


def test_without_words_and_filters_nothing_is_read(searches: _Searches, months: Path) -> None:
    for q in ("", '"..." -', "*"):
        answer = searches.ask(months, q, filters={"tag": []})
        assert _paths(answer) == answer["loads"] == []
        assert answer["pages"][0]["total"] == 0


def test_what_filters_say_is_no_pattern(searches: _Searches, months: Path) -> None:
    assert _paths(searches.ask(months, filters={"tag": ["*", ".*", "__proto__"], "__proto__": ["a"]})) == []


@pytest.mark.parametrize(
    ("languages", "word", "others", "expected"),
    [
        (["en"], "bridges", "bridge bridged bridging brid bridget abridge", "bridge bridged bridging"),
        (["en"], "ol", "ols oling", ""),
        (["en"], "kitab", "kitaba kitablar", ""),
        (["az"], "kita", "kitab kitaba", ""),
        (
            ["az"],
            "kitab",
            "kita kitaba kitablarda kitablardan kitapda kitbar",
            "kita kitaba kitablarda kitapda",
        ),
        (["az"], "kitabi", "kitab kitaba kitablard kitablardan", "kitab kitaba kitablard kitablardan"),
        (
            ["az"],
            "kitabxa",
            "kita kitab kitaba kitablarda kitablardan",
            "kitab kitaba kitablarda kitablardan",
        ),
        (["az", "en"], "bridge", "bridging bridgeport bridg", "bridging bridgeport bridg"),
        ([], "bridge", "bridges", ""),
    ],
)
def test_forms_of_a_word_are_found(
    searches: _Searches, tmp_path: Path, languages: list[str], word: str, others: str, expected: str
) -> None:
    write_index(tmp_path, [_month("2024", [word, *others.split()], [(100, 1)])], "a")

    def find(q: str) -> list[str]:
        answer = searches.ask(tmp_path, q, languages=languages)
        return [result["title"] for page in answer["pages"] for result in reversed(page["results"])]

    assert find(word) == [word, *expected.split()]
    assert find(f"title:{word}") == [word, *expected.split()]
    assert find(f'"{word}"') == [word]


# The best first.


def _best(searches: _Searches, folder: Path, q: str, articles: Iterable[Article]) -> list[str]:
    """Return the headlines of articles in the order in which the best come first."""
    dated = tuple(
        replace(article, path=f"2024/{number}/", day=f"2024-01-{number:02d}")
        for number, article in enumerate(articles, 1)
    )
    shutil.rmtree(folder / "2024", ignore_errors=True)
    write_index(folder, [Span(path="2024", articles=dated, segments=((3, 2), (len(dated), 3)))], "a")
    answer = searches.ask(folder, q, sort="best", languages=["en"])
    assert _paths(answer)
    return [result["title"] for page in answer["pages"] for result in page["results"]]


def test_headlines_count_most_then_how_often_then_words_as_typed(searches: _Searches, tmp_path: Path) -> None:
    articles = [
        Article(title="Oil"),
        Article(title="Four", body="oil oil oil oil"),
        Article(title="Two", body="oil oil"),
        Article(title="None"),
        Article(title="Three", body="oil oil oil"),
        Article(title="One", body="oil"),
        Article(title="Another", body="oil"),
        Article(title="Form", body="oils"),
        Article(title="Forms", body="oil oils oils oils oils"),
    ]
    # Of equals the newest is first.
    expected = ["Oil", "Forms", "Four", "Three", "Two", "Another", "One", "Form"]
    assert _best(searches, tmp_path, "oil", articles) == expected


def test_rare_words_count_more(searches: _Searches, tmp_path: Path) -> None:
    articles = [
        Article(title="Rare", body="oil salt salt"),
        *(Article(title=f"Plain {number}", body="oil") for number in range(5)),
        Article(title="Common", body="oil oil salt"),
    ]
    assert _best(searches, tmp_path, "salt oil", articles) == ["Rare", "Common"]
    assert _best(searches, tmp_path, "oil -salt", articles) == [
        f"Plain {number}" for number in range(4, -1, -1)
    ]


# Phrases, in an index without positions.


def test_pages_are_read_only_where_results_do_not_show_a_phrase(searches: _Searches, tmp_path: Path) -> None:
    articles = tuple(
        replace(article, path=f"2024/{number}/", day=f"2024-01-{number:02d}")
        for number, article in enumerate(
            [
                Article(title="Oil price"),
                Article(title="Rise", summary="The oil price rises."),
                Article(title="Price", body="Here the oil price rises."),
                Article(title="Price of oil", body="No price"),
                Article(title="Oil", body="Gas alone"),
            ],
            1,
        )
    )
    spans = [Span(path="2024", articles=articles, segments=((5, 2),))]
    write_index(tmp_path, spans, "a")
    search = partial(searches.ask, tmp_path, pages=_pages(spans))

    def read(answer: Any) -> list[str]:
        return sorted(path for path in _files(answer) if path.endswith("/"))

    answer = search('"oil price"')
    assert _paths(answer) == ["2024/3/", "2024/2/", "2024/1/"]
    assert read(answer) == ["2024/3/", "2024/4/"]
    assert answer["pages"][0]["total"] == 3
    answer = search('oil -"oil price"')
    assert _paths(answer) == ["2024/5/", "2024/4/"]
    assert read(answer) == ["2024/3/", "2024/4/"]
    answer = search('title:"oil price"')
    assert (_paths(answer), read(answer)) == (["2024/1/"], [])
    # It is not known how many there are before all pages were looked at.
    assert [page["total"] for page in search('"oil price"', takes=[1, 1, 1, 1])["pages"]] == [
        None,
        None,
        3,
        3,
    ]


def test_how_many_have_a_phrase_is_not_told_before_all_were_looked_at(
    searches: _Searches, tmp_path: Path
) -> None:
    older = _month("2024/01", ["salt river", "salt on the river"], [(2, 1)])
    newer = _month("2024/02", ["sea"] * 120, [(120, 1)])
    page = replace(newer.articles[0], title="Sea", body="Salt river")
    spans = [older, replace(newer, articles=(page, *newer.articles[1:]))]
    write_index(tmp_path, spans, "a")
    # The page comes when January has answered.
    answer = searches.ask(tmp_path, '"salt river"', pages=_pages(spans), takes=[1, None], slow=page.path)
    assert [page["total"] for page in answer["pages"]] == [None, 2]


def test_pages_are_looked_at_until_ten_have_the_phrase(searches: _Searches, tmp_path: Path) -> None:
    month = _month("2024", ["river"] * 200, [(200, 1)])
    articles = tuple(
        replace(article, body="salt river" if number % 2 else "river salt")
        for number, article in enumerate(month.articles)
    )
    spans = [replace(month, articles=articles)]
    write_index(tmp_path, spans, "a")
    answer = searches.ask(tmp_path, '"salt river"', pages=_pages(spans), takes=[10])
    assert len(_paths(answer)) == 10
    assert len([path for path in _files(answer) if path.endswith("/")]) < 40
    assert answer["most"] == 10


def test_a_letter_at_the_end_of_a_phrase_begins_any_pair(searches: _Searches, tmp_path: Path) -> None:
    write_index(
        tmp_path,
        [_month("2024", ["北京 oil 北大", "北大 oil 北京", "北京 oil"], [(3, 1)])],
        "a",
        positions=True,
    )
    assert _paths(searches.ask(tmp_path, '"oil 北"')) == ["2024/002/", "2024/001/"]


def test_with_positions_the_headline_has_the_phrase_itself(searches: _Searches, tmp_path: Path) -> None:
    month = _month("2024", ["Price of oil", "Oil price"], [(2, 1)])
    articles = tuple(replace(article, body="The oil price") for article in month.articles)
    write_index(tmp_path, [replace(month, articles=articles)], "a", positions=True)
    assert _paths(searches.ask(tmp_path, 'title:"oil price"')) == ["2024/002/"]
    answer = searches.ask(tmp_path, '"oil price"')
    assert _paths(answer) == ["2024/002/", "2024/001/"]
    assert not [path for path in _files(answer) if path.endswith("/")]


# The site is published while somebody searches, files are missing, readers turn away.


def test_results_go_on_when_the_site_was_published_in_between(searches: _Searches, tmp_path: Path) -> None:
    before = _month("2024", ["river"] * 121, [(50, 1), (50, 1), (21, 1)])
    # The newest of all was not there yet, another one was taken back, and the small segments have become one.
    rows = before.articles
    write_index(tmp_path / "old", [replace(before, articles=rows[:120])], "a")
    write_index(
        tmp_path / "new", [Span(path="2024", articles=(*rows[:30], *rows[31:]), segments=((250, 4),))], "b"
    )
    published = {"published": [tmp_path / "new"], "published_at": [5]}
    answer = searches.ask(tmp_path / "old", "river", takes=[10, None], **published)
    assert len(answer["pages"][0]["results"]) == 10
    assert answer["pages"][0]["loads"] == 5
    assert _paths(answer) == [row.path for row in reversed(rows[:120]) if row is not rows[30]]
    reloaded = [["2024.json", None, True], ["2024/results/2.json", "br1", True]]
    assert [load for load in answer["loads"] if load[2]] == reloaded
    assert _files(answer).count("2024.json") == 2
    assert answer["pages"][1]["total"] == 119
    answer = searches.ask(tmp_path / "old", "river", sort="best", takes=[10, None], **published)
    assert len(set(_paths(answer))) == len(_paths(answer)) == 121 - 1


def test_a_search_begins_again_at_most_twice(searches: _Searches, tmp_path: Path) -> None:
    for name in "abcd":
        write_index(tmp_path / name, [_month("2024", [f"river {name}"], [(1, 1)])], name)
    published = [tmp_path / name for name in "bcd"]
    answer = searches.ask(tmp_path / "a", "river", published=published, published_at=[1, 3])
    assert [result["title"] for result in answer["pages"][0]["results"]] == ["river c"]
    answer = searches.ask(tmp_path / "a", "river", published=published, published_at=[1, 3, 5])
    assert answer["error"] == {"name": "FileError", "path": "2024/1-1/0.json", "loads": 6}


def _cut(file: Path) -> None:
    file.write_text(file.read_text(encoding="utf-8")[:-9], encoding="utf-8")


def _shorten(file: Path) -> None:
    values = json.loads(file.read_text(encoding="utf-8"))
    short = {name: value[:0] for name, value in values.items() if name != "code"}
    file.write_text(
        json.dumps(values | {name: short[name] for name in short if name != "words"}), encoding="utf-8"
    )


@pytest.mark.parametrize("damage", [Path.unlink, _cut, _shorten, partial(Path.write_bytes, data=b"null")])
@pytest.mark.parametrize("path", ["2024/1-2/0.json", "2024/1-2/facets.json", "2024/results/1.json"])
def test_a_file_that_cannot_be_used_is_named(
    searches: _Searches, tmp_path: Path, damage: Callable[[Path], Any], path: str
) -> None:
    article = Article(
        title="River flood", facets=("tag/flood", "tag/oil"), path="2024/flood/", day="2024-01-01"
    )
    spans = [Span(path="2024", articles=(article, replace(article, path="2024/b/")), segments=((2, 1),))]
    write_index(tmp_path / "whole", spans, "a")
    write_index(tmp_path / "site", spans, "a")
    damage(tmp_path / "site" / path)
    search = partial(searches.ask, tmp_path / "site", "river", filters={"tag": ["flood"]})
    answer = search()
    assert (answer["error"]["name"], answer["error"]["path"]) == ("FileError", path)
    assert {name for name, _, reload in answer["loads"] if reload} == {"2024.json", path}
    assert answer["pages"] == []
    # It may have been there only for a moment.
    mended = {"published": [tmp_path / "whole"], "published_at": [answer["error"]["loads"] // 3]}
    assert len(_paths(search(**mended))) == 2
    later = searches.ask(
        tmp_path / "site",
        "river",
        published=[tmp_path / "whole"],
        published_at=[answer["error"]["loads"]],
        again=True,
    )
    assert len(later["pages"][0]["results"]) == 2


def test_a_year_or_a_page_that_cannot_be_read_is_named(searches: _Searches, tmp_path: Path) -> None:
    write_index(tmp_path, [_month("2024", ["river of salt"], [(1, 1)])], "a")
    assert searches.ask(tmp_path, '"river salt"')["error"]["path"] == "2024/001/"
    (tmp_path / "2024.json").write_text("{}", encoding="utf-8")
    assert searches.ask(tmp_path, "river")["error"]["path"] == "2024.json"


@pytest.mark.parametrize("how", ["stop", "run"])
@pytest.mark.parametrize("count", range(1, 8))
def test_after_a_stop_nothing_more_is_loaded(searches: _Searches, months: Path, how: str, count: int) -> None:
    answer = searches.ask(months, "nothing river", stop_at=count, how=how)
    assert answer["error"] == {"name": "AbortError", "path": None, "loads": count}
    assert len(answer["loads"]) == count
    assert answer["open"] == 0


def test_who_leaves_has_nothing_more_loaded(searches: _Searches, tmp_path: Path) -> None:
    older = [_month(f"2024/{month:02d}", ["salt"] * 50, [(50, 4)]) for month in range(1, 4)]
    write_index(tmp_path, [*older, _month("2024/04", ["salt"] * 3 + ["gas"] * 117, [(120, 4)])], "a")
    # When the first results are there, March has been asked for "salt", and not yet for "gas".
    search = partial(searches.ask, tmp_path, "salt -gas", takes=[1], slow="2024/03/1-50")
    for leave, count in ((True, 1), (False, 2)):
        assert len([path for path in _files(search(leave=leave)) if path.startswith("2024/03/1-50")]) == count


def test_a_search_after_a_stop_reads_the_years_that_were_not_read(searches: _Searches, months: Path) -> None:
    for count, years in ((1, 2), (2, 1), (4, 1)):
        answer = searches.ask(months, "river", takes=[10], stop_at=count, how="stop", again=True)
        assert answer["error"]["name"] == "AbortError"
        assert len(answer["pages"][0]["results"]) == 10
        assert _files(answer).count("2024.json") == years


# What may have been meant.


@pytest.fixture
def misspelt(tmp_path: Path) -> Path:
    """Return an index in which the words of two headlines are not in the newest segments."""
    write_index(
        tmp_path,
        [
            _month("2023", ["old bridge in Ansel", "bridges", "bridged"], [(3, 31)]),
            _month("2024", ["harbour"] * 600 + ["salt harbours tilt", "2024"], [(602, 7)]),
        ],
        "a",
    )
    return tmp_path


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("brigde", "bridge"),
        ("birdge", None),
        ("brige", "bridge"),
        ("Bri\u0301dgge", "bridge"),
        ("brifge", "bridge"),
        ("brdige", None),
        ("hrabour", "harbour"),
        ("ahrbour", "harbour"),
        ("arbour", "harbour"),
        ("xharbour", "harbour"),
        ("harbxxr", None),
        ("harbouq", "harbour"),
        ("salt  Harbuor -bridje", "salt  harbour -bridje"),
        ('"salt harbuors"', '"salt harbours"'),
        ("title:(sallt)", "title:(salt)"),
        ("title:titl", "title:tilt"),
        ("slat -harbouq", "salt -harbouq"),
        ("slt-harbuor", "salt-harbour"),
        ("harbuor*", None),
        ("salt bridge", None),
        ("sa", None),
        ("2025", None),
        ("", None),
    ],
)
def test_a_word_that_no_article_has_is_corrected(
    searches: _Searches, misspelt: Path, q: str, expected: str | None
) -> None:
    answer = searches.ask(misspelt, q, languages=["en"], suggest=True)
    assert _paths(answer) == []
    assert answer["suggestion"] == expected


def test_of_several_words_the_commonest_is_suggested(searches: _Searches, tmp_path: Path) -> None:
    titles = ["salt", "salt", "sale", "sale", "sale", "sala"]
    write_index(tmp_path, [_month("2023", titles, [(6, 1)]), _month("2024", titles[:2], [(2, 1)])], "a")
    assert searches.ask(tmp_path, "salr", suggest=True)["suggestion"] == "salt"


def test_a_suggestion_needs_no_search_before(searches: _Searches, misspelt: Path) -> None:
    assert searches.ask(misspelt, "harbuor", takes=[], suggest=True)["suggestion"] == "harbour"
    assert searches.ask(misspelt, "harbour", takes=[], suggest=True)["suggestion"] is None


def test_for_a_suggestion_the_words_of_the_newest_articles_are_enough(
    searches: _Searches, misspelt: Path
) -> None:
    answer = searches.ask(misspelt, "lharbxur", suggest=True)
    read = _files(answer)[answer["pages"][0]["loads"] :]
    assert sorted(read) == [f"2024/1-602/{shard}.json" for shard in range(7)]
    answer = searches.ask(misspelt, "brigde", suggest=True)
    assert len(answer["loads"]) == answer["pages"][0]["loads"]
