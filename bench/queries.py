"""Draws words to search for out of an archive: common, middling and rare ones, alone and by two, by year.

The same archive, index and seed give the same queries. Each finds at least the article it was drawn from.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass

import corpus

# In what share of the articles a common and a middling word is, and in how many articles a rare one.
COMMON, MIDDLING, RARE = (0.2, 0.6), (0.005, 0.02), 4
CLASSES = ("common", "middling", "rare")
# Of each kind how many words, and in which year.
_KINDS = {
    "a {} word": (1, ""),
    "two {} words": (2, ""),
    "a {} word in a past year": (1, "past"),
    "a {} word in the last year": (1, "last"),
}
_SHORTEST = 4  # letters; below are words that nobody searches for
_ATTEMPTS = 20_000
_YEAR_DAYS = 365.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Words to search for, between two years if any; ``kind`` says which words they are."""

    kind: str
    words: str
    years: tuple[int, int] | None = None


def kinds() -> tuple[str, ...]:
    """Return the kinds of queries, as they are in tables."""
    return tuple(name.format(each) for name in _KINDS for each in CLASSES)


def drawn(newsroom: corpus.Newsroom, found_in: Mapping[str, int], *, seed: int, each: int) -> list[Query]:
    """Return so many queries of each kind; fewer of a kind that the archive is too small for.

    ``found_in`` tells of each word in how many articles it is. A past year is any but the first and the last.
    """
    queries = []
    last = corpus.FIRST_DAY.year + int(corpus.DAYS / _YEAR_DAYS) - 1
    for name, (count, when) in _KINDS.items():
        for one in CLASSES:
            chance = random.Random(f"{seed} {name} {one}")
            words = {word for word, articles in found_in.items() if _is(one, articles, newsroom.count)}
            for _ in range(each):
                year = {"past": chance.randrange(corpus.FIRST_DAY.year + 1, last), "last": last}.get(when)
                picked = _picked(chance, newsroom, words, count, year)
                if picked:
                    years = (year, year) if year else None
                    queries.append(Query(kind=name.format(one), words=picked, years=years))
    return queries


def _is(name: str, articles: int, count: int) -> bool:
    if name == "rare":
        return articles <= RARE
    least, most = COMMON if name == "common" else MIDDLING
    return max(least * count, RARE + 1) <= articles <= most * count


def _picked(
    chance: random.Random, newsroom: corpus.Newsroom, words: set[str], count: int, year: int | None
) -> str:
    """Return words that are together in one article; an empty text if there is no such article."""
    for _ in range(_ATTEMPTS if words else 0):
        article = newsroom.article(chance.randrange(newsroom.count))
        if year and article.date[:4] != str(year):
            continue
        body = corpus.text(article, "wordy").split("\n---\n", 1)[1].lower()
        known = sorted(words.intersection(re.findall(rf"\b[a-z]{{{_SHORTEST},}}\b", body)))
        if len(known) >= count:
            return " ".join(chance.sample(known, count))
    return ""
