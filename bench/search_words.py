"""Holds the search of a built site against its pages: what stands on a page finds it, and nothing else does.

First the index, whole: each word of each headline and text is in it, and each word in it stands on the page.
Then the site's own script, with searches drawn by a seed: words, words left out, beginnings of words, words
of headlines, and years find exactly what a plain scan of the pages finds, in the same order; words and
phrases of a text find it. Exits with 1 if anything differs. For Western languages, without positions.

    python bench/search_words.py SITE/public
"""

from __future__ import annotations

import argparse
import importlib.util
import random
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import built_site
import corpus
import search_index

_SHOWN = 20
_KEY = 3
_LEAST_PREFIX = 2
_Pages = Sequence[built_site.Page]
_Stem = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class _Term:
    """One part of a search. ``kind`` is "exact", "word", "prefix" or "title"; ``out`` leaves articles out."""

    kind: str
    word: str
    out: bool = False

    def __str__(self) -> str:
        written = {"exact": '"{}"', "word": "{}", "prefix": "{}*", "title": 'title:"{}"'}[self.kind]
        return ("-" if self.out else "") + written.format(self.word)


def compare_index(public: Path, pages: _Pages) -> Iterator[str]:
    """Yield where the index and the pages differ: a word that is missing, or that stands nowhere."""
    indexed: dict[str, set[str]] = defaultdict(set)
    for segment in search_index.segments(public):
        rows = search_index.results(public, segment.span)[segment.offset :]
        for shard in range(segment.shards):
            file = public / search_index.FOLDER / segment.path / f"{shard}.json"
            for word, run in search_index.words(file):
                for place, _ in search_index.articles(run):
                    row = rows[place]
                    if row is None:
                        yield f"{segment.path}: {word} is in a retracted article"
                    else:
                        indexed[row[0]].add(word)
    for page in pages:
        text = set(built_site.fold(f"{page.title} {page.text}"))
        yield from (f"{page.path}: {word} is not in the index" for word in sorted(text - indexed[page.path]))
        extra = sorted(indexed[page.path] - page.words)
        yield from (f"{page.path}: {word} is in the index, and not on the page" for word in extra)


def compare_searches(engine: built_site.Engine, pages: _Pages, *, seed: int, count: int) -> Iterator[str]:
    """Yield which searches find something else than a plain scan of the pages."""
    chance = random.Random(seed)
    stem = _stemmer()
    years = sorted({page.year for page in pages})
    for _ in range(count):
        page = chance.choice(pages)
        terms = [_drawn(chance, page, pages, stem) for _ in range(chance.randint(1, 3))]
        first, last = sorted(chance.choices(years, k=2)) if chance.random() < 0.3 else (years[0], years[-1])
        if all(term.out for term in terms):
            continue
        words = " ".join(map(str, terms))
        found = engine.find(words, **{"from": first, "to": last})
        wanted = [
            each.path
            for each in reversed(pages)
            if first <= each.year <= last and all(_fits(term, each, stem) != term.out for term in terms)
        ]
        if found != wanted:
            lost, more = sorted({*wanted} - {*found})[:3], sorted({*found} - {*wanted})[:3]
            yield f"{words} {first} to {last}: {len(found)} for {len(wanted)}; lost {lost}, more {more}"


def compare_texts(engine: built_site.Engine, pages: _Pages, *, seed: int, count: int) -> Iterator[str]:
    """Yield which words and phrases of a text do not find it."""
    chance = random.Random(seed)
    for number in range(count):
        page = chance.choice(pages)
        words = built_site.fold(page.text)
        length = 1 if number % 4 else chance.randint(2, 4)
        if len(words) < length:
            continue
        at = chance.randrange(len(words) - length + 1)
        phrase = " ".join(words[at : at + length])
        asked = f'"{phrase}"' if length > 1 else phrase
        if page.path not in engine.find(asked, **{"from": page.year, "to": page.year}):
            yield f"{asked} does not find {page.path}"


def _drawn(chance: random.Random, page: built_site.Page, pages: _Pages, stem: _Stem | None) -> _Term:
    """Return a term that fits a page or, if it leaves articles out, another."""
    out = chance.random() < 0.2
    page = chance.choice(pages) if out else page
    kind = chance.choice(("exact", "prefix", "title", "word") if stem else ("exact", "prefix", "title"))
    words = sorted(built_site.fold(page.title) if kind == "title" else page.words) or ["nothing"]
    word = chance.choice(words)
    if kind == "prefix":
        word = word[: chance.randint(min(len(word), _LEAST_PREFIX), len(word))]
    return _Term(kind, word, out)


def _fits(term: _Term, page: built_site.Page, stem: _Stem | None) -> bool:
    if term.kind == "title":
        return term.word in built_site.fold(page.title)
    words = page.words
    if term.kind == "prefix":
        return any(word.startswith(term.word) for word in words)
    if term.word in words or term.kind == "exact" or stem is None:
        return term.word in words
    begin, root = term.word[:_KEY], stem(term.word)
    return any(word[:_KEY] == begin and stem(word) == root for word in words)


def _stemmer() -> _Stem | None:
    """Return what stems English words, if the package is there that does it."""
    if importlib.util.find_spec("snowballstemmer") is None:
        return None
    import snowballstemmer  # noqa: PLC0415 - only the tests' packages have it

    stem: _Stem = snowballstemmer.stemmer("english").stemWord
    return stem


def main() -> int:
    """Print what differs; return 1 if anything does."""
    parser = argparse.ArgumentParser(description="Holds the search of a built site against its pages.")
    parser.add_argument("public", metavar="FOLDER", type=Path, help="a built site")
    parser.add_argument("--searches", metavar="N", type=int, default=2000, help="how many; default 2000")
    parser.add_argument("--seed", metavar="N", type=int, default=corpus.SEED, help="other searches")
    options = parser.parse_args()
    pages = built_site.pages(options.public)
    wrong = list(compare_index(options.public, pages))
    print(f"{len(pages):,} articles, each word of each: {len(wrong)} differences")
    with built_site.engine(options.public) as engine:
        for name, compare in (("searches", compare_searches), ("words of a text", compare_texts)):
            found = list(compare(engine, pages, seed=options.seed, count=options.searches))
            print(f"{options.searches:,} {name}: {len(found)} differences")
            wrong += found
    print("\n".join(wrong[:_SHOWN]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
