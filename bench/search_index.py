"""Reads a search index as it lies in the built site: its files, its words, and the articles that have them.

It knows the format from docs/search.md and imports nothing of the package, so that it can be held against
both the program that wrote the index and the script that searches it.

    python bench/search_index.py SITE/public        # sizes, and whether a binary encoding would be smaller
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import statistics
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = "search"
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"
_VALUES = {digit: value for value, digit in enumerate(_DIGITS)}
_NUMBER = "[W-Za-z_-]*[0-9A-V]"
_POSTING = re.compile(rf"([.:!]?)({_NUMBER})(?:@((?:{_NUMBER})+),)?")
_MARKS = {"": 0, ".": 1, ":": 2, "!": 3}
_NOT_LAST = str.maketrans("", "", _DIGITS[32:] + ".:!")
_KINDS = ("shards", "facets", "results", "years", "page")
_LEVEL = 6  # how hard gzip tries, by default in nginx and with GitHub Pages


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A run of articles with words of its own. ``path`` is below search/, ``span`` the path of its span."""

    path: str
    span: str
    year: int
    offset: int
    articles: int
    shards: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """Bytes of one file of words: its JSON, that compressed, and a binary encoding of the same, so and so."""

    text: int
    text_compressed: int
    binary: int
    binary_compressed: int


def files(public: Path) -> dict[str, tuple[int, int]]:
    """Return of each kind of file how many the index has and how many bytes are in them; without scripts."""
    found = dict.fromkeys(_KINDS, (0, 0))
    folder = public / FOLDER
    for file in folder.rglob("*"):
        if file.is_file() and file.suffix in {".json", ".html"}:
            kind = _kind(file.relative_to(folder))
            count, size = found[kind]
            found[kind] = (count + 1, size + file.stat().st_size)
    return found


def years(public: Path) -> tuple[int, ...]:
    """Return the years that the index knows, the newest first."""
    return tuple(sorted((int(file.stem) for file in (public / FOLDER).glob("*.json")), reverse=True))


def segments(public: Path) -> Iterator[Segment]:
    """Yield every segment, the oldest first."""
    for year in reversed(years(public)):
        for span in _read(public / FOLDER / f"{year}.json")["spans"]:
            for offset, capacity, shards, _ in span["segments"]:
                yield Segment(
                    path=f"{span['path']}/{offset + 1}-{offset + capacity}",
                    span=span["path"],
                    year=year,
                    offset=offset,
                    articles=min(capacity, span["articles"] - offset),
                    shards=shards,
                )


def words(file: Path) -> Iterator[tuple[str, str]]:
    """Yield each word of a shard, or each facet, and the run of its articles, encoded."""
    content = _read(file)
    before = ""
    runs = content["articles"].split(" ")
    coded = content["words"].split(" ")
    for word, run in zip(coded, runs, strict=True) if content["words"] else ():
        before = _beginning(before, _VALUES[word[0]]) + word[1:]
        yield before, run


def articles(run: str) -> Iterator[tuple[int, int]]:
    """Yield of each article in a run its place in the segment, and how often it has the word: 0 to 3."""
    place = -1
    for mark, gap, _ in _POSTING.findall(run):
        place += _number(gap) + 1
        yield place, _MARKS[mark]


def results(public: Path, span: str) -> list[list[Any] | None]:
    """Return what results show of the articles of a span, the oldest first."""
    folder = public / FOLDER / span / "results"
    count = sum(1 for _ in folder.glob("*.json"))
    return [
        article for number in range(1, count + 1) for article in _read(folder / f"{number}.json")["articles"]
    ]


def frequencies(public: Path) -> Counter[str]:
    """Return of each word in how many articles it is. For an index without positions."""
    found: Counter[str] = Counter()
    for segment in segments(public):
        for shard in range(segment.shards):
            for word, run in words(public / FOLDER / segment.path / f"{shard}.json"):
                found[word] += len(run.translate(_NOT_LAST))
    return found


def encodings(public: Path) -> list[Sizes]:
    """Return of each shard how large it is and would be in binary, each as it is and compressed."""
    found = []
    for segment in segments(public):
        for shard in range(segment.shards):
            file = public / FOLDER / segment.path / f"{shard}.json"
            text, binary = file.read_bytes(), _binary(file)
            sizes = (len(each) for each in (text, _compressed(text), binary, _compressed(binary)))
            found.append(Sizes(**dict(zip(Sizes.__slots__, sizes, strict=True))))
    return found


def _binary(file: Path) -> bytes:
    """Return a shard in a compact binary form: front-coded words, numbers of seven bits a byte.

    A word is the bytes it shares with the one before, those that follow, and these; then the number of its
    articles, and of each the gap and the mark in one number. Nothing else is in it: no checksum, no code.
    """
    encoded = bytearray()
    before = b""
    for word, run in words(file):
        now = word.encode()
        shared = next(
            (at for at, (one, other) in enumerate(zip(before, now, strict=False)) if one != other),
            min(len(before), len(now)),
        )
        found = list(articles(run))
        encoded += _bytes(shared) + _bytes(len(now) - shared) + now[shared:] + _bytes(len(found))
        last = -1
        for place, mark in found:
            encoded += _bytes((place - last - 1) * 4 + mark)
            last = place
        before = now
    return bytes(encoded)


def _bytes(number: int) -> bytes:
    encoded = bytearray()
    while number > 127:
        encoded.append(number & 127 | 128)
        number >>= 7
    return bytes([*encoded, number])


def _compressed(content: bytes) -> bytes:
    return gzip.compress(content, _LEVEL, mtime=0)


def _kind(path: Path) -> str:
    if path.suffix == ".html":
        return "page"
    if len(path.parts) == 1:
        return "years"
    if path.parent.name == "results":
        return "results"
    return "facets" if path.stem == "facets" else "shards"


def _beginning(word: str, units: int) -> str:
    """Return the first so many UTF-16 units of a word, which is how scripts count."""
    return word[:units] if word.isascii() else word.encode("utf-16-le")[: 2 * units].decode("utf-16-le")


def _number(digits: str) -> int:
    value = 0
    for digit in digits:
        value = value << 5 | _VALUES[digit] & 31
    return value


def _read(file: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(file.read_bytes())
    return content


def main() -> None:
    """Print the sizes of an index."""
    parser = argparse.ArgumentParser(description="Shows how large a search index is, and in which encoding.")
    parser.add_argument("public", metavar="FOLDER", type=Path, help="a built site")
    public = parser.parse_args().public
    count = sum(segment.articles for segment in segments(public))
    print("| kind | files | bytes | bytes an article |\n| :-- | --: | --: | --: |")
    for kind, (number, size) in files(public).items():
        print(f"| {kind} | {number:,} | {size:,} | {size / count:,.0f} |")
    sizes = encodings(public)
    print("\n| all shards | as it is | compressed |\n| :-- | --: | --: |")
    for name in ("text", "binary"):
        whole, compressed = (
            sum(getattr(size, slot) for size in sizes) for slot in (name, f"{name}_compressed")
        )
        print(f"| {name} | {whole:,} | {compressed:,} |")
    ratio = statistics.median(size.text_compressed / size.binary for size in sizes)
    print(f"\nCompressed text is {ratio:.2f} of uncompressed binary in the median of {len(sizes):,} shards.")


if __name__ == "__main__":
    main()
