"""The words of the search index: folded alike in Python and in a reader's browser, and counted."""

from __future__ import annotations

import html
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import zip_longest
from typing import Any
from unicodedata import category

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from broadsheet.common.model import SEARCH_FIELDS, Article, Facet
from broadsheet.read.article import read
from broadsheet.read.search_keys import key_of, shard_of
from broadsheet.read.search_words import contribution, extract_text, fold
from broadsheet.settings import reader
from broadsheet.settings.model import ReadSettings, read_settings
from tests.nodes import answering
from tests.sites import ROOT, SETTINGS, environment

_SHARDS = 48
_TABLE = json.loads((ROOT / "tests/search_words.json").read_text(encoding="utf-8"))
# ``unknown`` are the characters of a later Unicode.
_SCRIPT = f"""
const words = await import("{(ROOT / "broadsheet/render/scripts/search/words.js").as_uri()}");
function answer(text) {{
  const found = words.fold(text);
  return {{
    unknown: text.match(/\\p{{Cn}}/gu) ?? [],
    words: found,
    keys: found.map(words.keyOf),
    shards: found.map((word) => words.shardOf(word, {_SHARDS})),
    places: Array.from(words.words(text), ({{ start, end }}) => [start, end, text.slice(start, end)]),
    letters: Array.from(words.words(text), ({{ word, last, single }}) =>
      last === undefined ? [word] : [word, last, single]),
  }};
}}
"""
# What folding treats in ways of its own, so that random texts have these next to each other.
_TRICKY = (
    "iI\u0130\u0131\u0307\u0438\u0423\u0456\u0306\u0308\u0301\u0323\u00df"
    "\ufb01\u0149\u03a3\u03c2\u00ad\u200b\u200d\ufe0f\u2122'\u2019\u02bc-_. "
    "1\u00bd\u0664\u0301\u064e\u0640\u06cc"
    "\u05e9\u05c1\u0939\u093f\u094d\u0e01\u0e33\u0e49\u0e50\u6f22\u8c48\u30fc\u304b\u3099\uff76\uff9e"
    "\u1100\u1161\u11a8\u3131\u314f\u3260\ud55c\U00010400\U00020bb7\U0001f469"
)
# Each release of Unicode has more letters, and Python and Node are of different ones: characters that either
# of them does not know are left out.
_texts = st.text(
    st.one_of(st.sampled_from(_TRICKY), st.characters(exclude_categories=["Cn", "Cs"])), max_size=12
)


@pytest.fixture(scope="session")
def ask() -> Iterator[Callable[[str], Any]]:
    """Return a function that returns what the browser's words.js makes of a text."""
    with answering(_SCRIPT) as asked:
        yield asked


@pytest.mark.parametrize("case", _TABLE, ids=lambda case: case["what"])
def test_words_are_folded_in_python(case: Any) -> None:
    assert fold(case["text"]) == case["words"]


@pytest.mark.parametrize("case", _TABLE, ids=lambda case: case["what"])
def test_words_are_folded_in_the_browser(case: Any, ask: Callable[[str], Any]) -> None:
    assert ask(case["text"])["words"] == case["words"]


@given(text=_texts)
@example(text="\u3263\u1161")
@example(text="cafe\u0301 e\u200b\u0301")
@example(text="\uac00\ufe79\u11a8")
def test_python_and_the_browser_fold_alike(text: str, ask: Callable[[str], Any]) -> None:
    answer = ask(text)
    assume(not answer["unknown"])
    words = fold(text)
    assert answer["words"] == words
    assert answer["keys"] == [key_of(word) for word in words]
    assert answer["shards"] == [shard_of(word, _SHARDS) for word in words]


def test_python_and_the_browser_treat_each_character_alike(ask: Callable[[str], Any]) -> None:
    # Of ideographs and syllables, which are all alike, a few.
    alike = (
        range(0x3400, 0xA000),
        range(0xAC00, 0xD7A4),
        range(0x1_7000, 0x1_8D09),
        range(0x2_0000, 0xE_0000),
    )
    codes = (code for code in range(0xE_0200) if code % 61 == 0 or not any(code in each for each in alike))
    assigned = [char for char in map(chr, codes) if category(char) not in {"Cn", "Co", "Cs"}]
    assert len(assigned) > 25_000
    for some in zip_longest(*[iter(assigned)] * 500, fillvalue=""):
        answer = ask(" ".join(f"a{char}b" for char in some))
        known = " ".join(f"a{char}b" for char in some if char not in answer["unknown"])
        assert (ask(known) if answer["unknown"] else answer)["words"] == fold(known)


def test_a_word_is_cut_out_of_its_text(ask: Callable[[str], Any]) -> None:
    places = ask("It\u2019s Łódź\u2014Straße, Café\u0301s; ДЖ 北京")["places"]
    assert [part for _, _, part in places] == [
        "It",
        "s",
        "Łódź",
        "Straße",
        "Café\u0301s",
        "ДЖ",
        "北京",
        "京",
    ]
    assert places[3][:2] == [10, 16]


@given(text=_texts)
def test_each_word_is_read_from_its_place_in_the_text(text: str, ask: Callable[[str], Any]) -> None:
    answer = ask(text)
    assume(not answer["unknown"])
    assert len(answer["places"]) == len(answer["words"])
    for word, (start, end, part) in zip(answer["words"], answer["places"], strict=True):
        assert 0 <= start < end
        assert word in fold(part)
    assert answer["places"] == sorted(answer["places"], key=lambda place: place[:2])


def test_a_letter_that_no_other_follows_says_so(ask: Callable[[str], Any]) -> None:
    assert ask("北京大 a水1 ก็ end")["letters"] == [
        ["北京", False, False],
        ["京大", False, False],
        ["大", True, False],
        ["a"],
        ["水", True, True],
        ["1"],
        ["ก็", True, True],
        ["end"],
    ]


def _settings(search: str = "") -> ReadSettings:
    return read_settings(reader.read(f"{SETTINGS}\n[search]\n{search}\n"))


def _article(front_matter: str = "", body: str = "Water.\n", *, title: str = "Flood") -> Article:
    text = f"---\ntitle: {json.dumps(title)}\ndate: 2022-11-05\n{front_matter}\n---\n{body}"
    site = reader.read(f'{SETTINGS}\n[content]\nrequired = ["title", "date"]\n')
    return read("content/2022/flood.md", text.encode(), site)


def _lines(article: Article, search: str = "") -> list[list[str]]:
    """Return what search knows of an article: its lines, each as its words."""
    return [line.split(" ") if line else [] for line in contribution(article, _settings(search)).split("\n")]


def test_words_stand_in_lines_by_how_often_they_occur() -> None:
    others = [f"word{number}" for number in range(489)]
    body = f"Water, rain rain, mud mud. Mud! Ice ice-ice ice. The flood {' '.join(others)}."
    assert _lines(_article(body=body, title="The flood of May")) == [
        sorted(("water", *others)),
        ["rain"],
        ["ice", "mud"],
        ["flood", "may", "of", "the"],
        ["language/en"],
    ]


@pytest.mark.parametrize(
    ("words", "frequent", "very_frequent"), [(1, 1, 1), (100, 1, 2), (400, 2, 3), (500, 2, 3), (2000, 5, 8)]
)
def test_the_longer_a_text_the_more_often_is_frequent(words: int, frequent: int, very_frequent: int) -> None:
    lines = []
    for times in range(1, min(words, 10) + 1):
        text = " ".join(("rain",) * times + tuple(f"word{number}" for number in range(words - times)))
        (line,) = (at for at, found in enumerate(_lines(_article(body=text))[:3]) if "rain" in found)
        lines.append(line)
    expected = [(times >= frequent) + (times >= very_frequent) for times in range(1, len(lines) + 1)]
    assert lines == expected


_FULL = """\
author: [Aygün Həsənova, J. Doe]
dateline: Washington D.C.
section: World news
tags: [Oil, Crude-Oil]
series: The dam
summary: What came.
genre: opinion
language: az
image: {file: /static/quay.png, alt: An old quay, caption: Noon on the quay, credit: Somebody}
corrections: {date: 2022-11-07, text: Not four but three.}
"""


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("title", "flood"),
        ("summary", "came what"),
        ("body", "water"),
        ("author", "aygun doe hesenova j"),
        ("dateline", "c d washington"),
        ("section", "news world"),
        ("tags", "crude oil"),
        ("series", "dam the"),
        ("picture", "an noon old on quay the"),
        ("corrections", "but four not three"),
    ],
)
def test_a_field_has_its_words(field: str, words: str) -> None:
    found = _lines(_article(_FULL), f"fields = [{field!r}]")
    assert sorted(word for line in found[:4] for word in line) == words.split()
    assert found[3] == (["flood"] if field == "title" else [])


def test_each_field_has_a_test() -> None:
    tried = test_a_field_has_its_words.pytestmark[0].args[1]  # type: ignore[attr-defined]
    assert tuple(field for field, _ in tried) == SEARCH_FIELDS


def test_facets_are_known_by_their_slugs_whatever_the_fields() -> None:
    assert _lines(_article(_FULL), 'fields = ["title"]')[4] == [
        "author/aygün-həsənova",
        "author/j-doe",
        "dateline/washington-d-c",
        "genre/opinion",
        "language/az",
        "section/world-news",
        "tag/crude-oil",
        "tag/oil",
    ]


def test_a_summary_that_was_made_is_not_counted_again() -> None:
    article = _article(body="Rain and rain and rain.\n")
    given = _article("summary: Rain.", "Rain and rain and rain.\n")
    assert _lines(article, "positions = true")[2] == ["and@12,14", "rain@11,13,15"]
    assert _lines(article, 'fields = ["summary"]\npositions = true')[2] == ["and@11,13", "rain@10,12,14"]
    assert _lines(given, "positions = true")[2] == ["and@23,25", "rain@11,22,24,26"]


def test_nothing_of_a_retracted_article_is_known() -> None:
    assert _article("retracted: {date: 2022-11-06, reason: It was made up.}").search == ""


def test_nothing_is_known_without_search() -> None:
    assert contribution(_article(), _settings("on = false")) == ""


def test_an_article_is_read_with_what_search_knows_of_it() -> None:
    assert _article().search == contribution(_article(), _settings())


def test_positions_rise_over_all_fields_with_a_gap_between_them() -> None:
    article = _article("summary: Rain rose.\ntags: [Oil, Rain]", "The flood rose.\n", title="Flood and rain")
    assert _lines(article, "positions = true") == [
        [],
        [],
        ["oil@38", "rose@14,27", "the@25"],
        ["and@1", "flood@0,26", "rain@2,13,49"],
        ["language/en", "tag/oil", "tag/rain"],
    ]


def test_the_order_in_which_fields_are_set_is_none() -> None:
    one = contribution(_article(_FULL), _settings('fields = ["body", "title", "tags"]\npositions = true'))
    other = contribution(_article(_FULL), _settings('fields = ["tags", "title", "body"]\npositions = true'))
    assert one == other


def test_letters_in_pairs_have_positions_in_a_row() -> None:
    article = _article(body="北京大学\n")
    assert _lines(article, 'fields = ["body"]\npositions = true')[2] == [
        "京大@11",
        "北京@10",
        "大学@12",
        "学@13",
    ]


_words = st.text(st.sampled_from("aAbä \u00a0-\u2019İ北京ก็&<>\u0301й1"), max_size=20)


@given(
    title=_words, summary=_words, paragraphs=st.lists(_words, max_size=4), tags=st.lists(_words, max_size=2)
)
def test_each_word_of_each_field_is_known_and_no_other(
    title: str, summary: str, paragraphs: list[str], tags: list[str]
) -> None:
    article = replace(
        _article(),
        title=title,
        summary=summary,
        made_summary=False,
        body="".join(f"<p>{html.escape(paragraph)}</p>\n" for paragraph in paragraphs),
        tags=tuple(Facet(kind="tag", slug="x", name=tag) for tag in tags),
    )
    others = Counter(word for text in (summary, *paragraphs, *tags) for word in fold(text))
    headline = set(fold(title))
    lines = _lines(article)
    assert sorted(lines[0] + lines[1] + lines[2]) == sorted(set(others) - headline)
    assert lines[3] == sorted(headline)
    places = _lines(article, "positions = true")
    assert [[word.partition("@")[0] for word in line] for line in places] == lines
    for line in places[:4]:
        for word, _, positions in (each.partition("@") for each in line):
            numbers = list(map(int, positions.split(",")))
            assert numbers == sorted(set(numbers))
            assert len(numbers) == others[word] + fold(title).count(word)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("One\n\ntwo", "one two"),
        ("un**believ**able *a*b", "unbelievable ab"),
        ("one<br>two  \nthree", "one two three"),
        ("- one\n- two\n", "one two"),
        ("|a|b|\n|-|-|\n|c|d|\n", "a b c d"),
        ("## Head\nText", "head text"),
        ("H<sub>2</sub>O", "h2o"),
        ("Donau<wbr>dampf Do&shy;nau", "donaudampf donau"),
        ("A & B &lt;c&gt; d&nbsp;e &copy; AT&amp;T", "a b c d e at t"),
        ("[a link](https://example.org/path?x=1 'Title')", "a link"),
        ("see [it](other.md#part) `code-x`", "see it code x"),
        ("before ![An old quay](/static/quay.png) after", "before after"),
        ("the bridge[^1]s\n\n[^1]: A note.\n", "the bridges a note"),
        ("東<ruby>京<rp>(</rp><rt>きょう</rt><rp>)</rp></ruby>都", "東京 京都 都 きょ ょう う"),
        ("```\nlet x = 1;\n```\n", "let x 1"),
        ("\u201cQuoted\u201d \u2014 it\u2019s", "quoted it s"),
    ],
)
def test_the_text_of_a_body_is_what_readers_see(body: str, words: str) -> None:
    assert fold(extract_text(_article(body=body).body)) == words.split()


def test_what_search_knows_does_not_hang_on_the_seed_of_hashes() -> None:
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from broadsheet.read.article import read\n"
        "from broadsheet.settings import reader\n"
        "site = reader.read(Path('site.toml').read_text(encoding='utf-8'))\n"
        "for file in sorted(Path('content').rglob('*.md')):\n"
        "    if file.parts[1].isdigit():\n"
        "        article = read(file.as_posix(), file.read_bytes(), site)\n"
        "        sys.stdout.buffer.write(f'{article.search}\\n'.encode())\n"
    )
    found = [
        subprocess.run(
            [sys.executable, "-c", script],
            cwd=ROOT,
            env=environment() | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert found[0] == found[1]
    assert len(found[0]) > 10_000
