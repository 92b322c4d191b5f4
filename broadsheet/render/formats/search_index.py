"""The files of the search index, as JSON: docs/search.md documents them. Pure functions from values to bytes.

JSON, because every host serves it compressed and browsers decode it natively; inside are two strings, one of
words and one of what articles have them, which are decoded as far as a search needs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from broadsheet.archive.search.ranges import LARGEST, CountedSpan
from broadsheet.read.search_keys import shard_of
from broadsheet.render.formats.text import encode_json

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"
# How an article has a word, by the lines of what it contributes: seldom, frequently, very frequently, in its
# headline.
_MARKS = ("", ".", ":", "!")
# The most code points that a word shares with the one before: no more UTF-16 units than a digit can say.
_MOST_SHARED = 31
# Of each word its articles, rising: the number of each in the segment, times four, and the place
# of its mark.
_Postings = Mapping[str, Sequence[int]]
# Of each word, by its postings, where the article has it, as written; empty without positions.
_Places = Mapping[str, Mapping[int, str]]


def write_number(number: int) -> str:
    """Return a number: five bits a digit, the highest first; 32 is added to all but the last."""
    written = _DIGITS[number & 31]
    while number := number >> 5:
        written = _DIGITS[32 + (number & 31)] + written
    return written


# Of every gap between two articles of a segment.
_GAPS = tuple(map(write_number, range(LARGEST)))


def write_segment(code: str, articles: Sequence[str], shards: int) -> tuple[bytes, ...]:
    """Return the files of a segment: its shards in order, and behind them its facets.

    ``articles`` is what each article contributes, oldest first, empty for one that cannot be found:
    ``read.search_words``.
    """
    words: defaultdict[str, list[int]] = defaultdict(list)
    facets: defaultdict[str, list[int]] = defaultdict(list)
    places: defaultdict[str, dict[int, str]] = defaultdict(dict)
    for number, contributed in enumerate(articles):
        *lines, theirs = contributed.split("\n") if contributed else [""]
        for mark, line in enumerate(lines):
            at = number * 4 + mark
            if "@" in line:
                for each in line.split():
                    word, _, where = each.partition("@")
                    words[word].append(at)
                    places[word][at] = _write_places(where)
            else:
                for word in line.split():
                    words[word].append(at)
        for facet in theirs.split():
            facets[facet].append(number * 4)
    sorted_words: list[list[str]] = [[] for _ in range(shards)]
    by_start: dict[str, list[str]] = {}
    for word in sorted(words):
        start = word[:3]
        shard = by_start.get(start)
        if shard is None:
            shard = by_start[start] = sorted_words[shard_of(word, shards)]
        shard.append(word)
    files = [_write_lists(code, theirs, words, places) for theirs in sorted_words]
    return *files, _write_lists(code, sorted(facets), facets, {})


def write_results(code: str, results: Iterable[Sequence[object] | None]) -> bytes:
    """Return what results show of some articles, oldest first; None for one that cannot be found."""
    return _line({"code": code, "articles": list(results)})


def write_year(
    spans: Iterable[tuple[CountedSpan, Sequence[tuple[int, int, int, str]], Sequence[str]]],
) -> bytes:
    """Return how search divides a year.

    Each span has its segments (offset, size, number of shards, code) and the codes of its files of results.
    """
    rows = [
        {
            "path": span.path,
            "first": span.first,
            "last": span.last,
            "articles": count,
            "segments": segments,
            "results": codes,
        }
        for (span, count, _), segments, codes in spans
    ]
    return _line({"spans": rows})


def _line(value: Mapping[str, object]) -> bytes:
    return f"{encode_json(value)}\n".encode()


def _write_lists(code: str, words: Sequence[str], postings: _Postings, places: _Places) -> bytes:
    lists = (_write_postings(postings[word], places.get(word)) for word in words)
    return _line({"code": code, "words": " ".join(_front_code(words)), "articles": " ".join(lists)})


def _write_postings(postings: Sequence[int], places: Mapping[int, str] | None) -> str:
    before = -1
    written = []
    for at in postings:
        number = at >> 2
        written.append(_MARKS[at & 3] + _GAPS[number - before - 1])
        if places:
            written.append(places[at])
        before = number
    return "".join(written)


def _write_places(where: str) -> str:
    """Return the places of a word in an article, ``3,17``, as gaps."""
    before = 0
    written = "@"
    for place in map(int, where.split(",")):
        written += write_number(place - before)
        before = place
    return f"{written},"


def _front_code(words: Sequence[str]) -> Iterable[str]:
    """Yield each word as how many UTF-16 units it shares with the one before, and the rest of it."""
    before = ""
    for word in words:
        most = min(len(before), len(word), _MOST_SHARED)
        shared = 0
        while shared < most and before[shared] == word[shared]:
            shared += 1
        start = word[:shared]
        units = shared if start.isascii() else len(start.encode("utf-16-le")) // 2
        yield _DIGITS[units] + word[shared:]
        before = word
