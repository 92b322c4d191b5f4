"""Reads the index that readers search, after ``docs/search.md`` and nothing else of the package."""

from __future__ import annotations

import itertools
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"
_RESULTS = 50
_YEAR = re.compile(r"search/\d{4}\.json").fullmatch
_NUMBER = re.compile(r"[W-Za-z_-]*[0-9A-V]")
_LIST = re.compile(rf"([.:!]?)({_NUMBER.pattern})(?:@((?:{_NUMBER.pattern})+),)?")


class Posting(NamedTuple):
    """That an article, by its place in its segment, has a word; ``places`` are where, if that is indexed."""

    article: int
    mark: str = ""
    places: tuple[int, ...] = ()


class Index(NamedTuple):
    """An index as it stands: of each word, and of each facet, the paths of its articles, oldest first.

    ``marks`` has the mark of a word and a path; ``spans`` the path of each span with the names of its
    segments.
    """

    words: Mapping[str, list[str]]
    facets: Mapping[str, list[str]]
    marks: Mapping[tuple[str, str], str]
    spans: Mapping[str, list[str]]


def read_index(files: Mapping[str, bytes]) -> Index:
    """Read the index among the files of a site. Fails if codes differ, or a word is in another shard."""
    words, facets = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    marks: dict[tuple[str, str], str] = {}
    spans: dict[str, list[str]] = {}
    for span in (span for year in sorted(filter(_YEAR, files)) for span in json.loads(files[year])["spans"]):
        results = list(_read_results(files, span))
        names = spans[span["path"]] = []
        for offset, capacity, shards, code in span["segments"]:
            names.append(f"{offset + 1}-{offset + capacity}")
            folder = f"search/{span['path']}/{names[-1]}"
            for shard in range(shards):
                for word, found in _read_lists(files, f"{folder}/{shard}.json", code):
                    assert _shard_of(word, shards) == shard, (folder, word)
                    words[word] += [results[offset + each.article] for each in found]
                    marks |= {(word, results[offset + each.article]): each.mark for each in found}
            for facet, found in _read_lists(files, f"{folder}/facets.json", code):
                facets[facet] += [results[offset + each.article] for each in found]
    return Index(words, facets, marks, spans)


def _read_results(files: Mapping[str, bytes], span: dict[str, Any]) -> Iterator[str]:
    for number, code in enumerate(span["results"], 1):
        content = json.loads(files[f"search/{span['path']}/results/{number}.json"])
        assert content["code"] == code
        yield from (article[0] if article else "" for article in content["articles"])


def _read_lists(files: Mapping[str, bytes], path: str, code: str) -> Iterator[tuple[str, list[Posting]]]:
    content = json.loads(files[path])
    assert content["code"] == code
    return read_lists(content)


def read_lists(content: Mapping[str, str]) -> Iterator[tuple[str, list[Posting]]]:
    """Yield each word of a shard, or each facet, with its articles."""
    before = b""
    entries = content["words"].split(" ") if content["words"] else []
    for entry, found in zip(entries, content["articles"].split(" ") if entries else [], strict=True):
        before = before[: 2 * _DIGITS.index(entry[0])] + entry[1:].encode("utf-16-le")
        yield before.decode("utf-16-le"), list(_read_list(found))


def _read_list(text: str) -> Iterator[Posting]:
    assert _LIST.sub("", text) == ""
    at = -1
    for mark, gap, places in _LIST.findall(text):
        at += _read_number(gap) + 1
        gaps = map(_read_number, _NUMBER.findall(places))
        yield Posting(at, mark, tuple(itertools.accumulate(gaps)))


def _read_number(digits: str) -> int:
    number = 0
    for digit in digits:
        number = number * 32 + _DIGITS.index(digit) % 32
    return number


def _shard_of(word: str, shards: int) -> int:
    """Return the shard of a word of a script that has spaces."""
    number = 0
    for char in word[:3]:
        number = (number * 31 + ord(char)) % 2**32
    return number % shards
