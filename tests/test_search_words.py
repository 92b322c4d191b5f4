"""The words of the search index: folded alike in Python and in a reader's browser, and counted."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from broadsheet.common.search_keys import key_of, shard_of
from broadsheet.read.search_words import fold
from tests.nodes import answering
from tests.sites import ROOT

_SHARDS = 48
_TABLE = json.loads((ROOT / "tests/search_words.json").read_text(encoding="utf-8"))
# ``known``: the text has no character of a later Unicode.
_SCRIPT = f"""
const words = await import("{(ROOT / "static/search/words.js").as_uri()}");
function answer(text) {{
  const found = words.fold(text);
  return {{
    known: !/\\p{{Cn}}/u.test(text),
    words: found,
    keys: found.map(words.keyOf),
    shards: found.map((word) => words.shardOf(word, {_SHARDS})),
    places: Array.from(words.words(text), ({{ start, end }}) => [start, end, text.slice(start, end)]),
    query: words.foldQuery(text),
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
def test_python_and_the_browser_fold_alike(text: str, ask: Callable[[str], Any]) -> None:
    answer = ask(text)
    assume(answer["known"])
    words = fold(text)
    assert answer["words"] == words
    assert answer["keys"] == [key_of(word) for word in words]
    assert answer["shards"] == [shard_of(word, _SHARDS) for word in words]


@given(text=_texts)
def test_each_word_is_read_from_its_place_in_the_text(text: str, ask: Callable[[str], Any]) -> None:
    answer = ask(text)
    assume(answer["known"])
    assert len(answer["places"]) == len(answer["words"])
    for word, (start, end, part) in zip(answer["words"], answer["places"], strict=True):
        assert 0 <= start < end
        assert word in fold(part)
    assert answer["places"] == sorted(answer["places"], key=lambda place: place[:2])
