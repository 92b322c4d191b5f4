"""Looks for articles that a reader remembers, in the search of a built site, and counts how many it finds.

Thirty readers remember three words of a text, thirty a headline without its little words. Articles and words
are drawn by a seed; of a text any word may be drawn that has four letters or more and is not one of the
commonest of the language. An article is found if it is among the first ten results.

    python bench/known_items.py SITE/public
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import built_site
import corpus

_FIRST = 10
_REMEMBERED = 3
_SHORTEST = 4
_LITTLE = frozenset(
    re.findall(
        "[a-z]+",
        "a about after all also an and any are as at be been but by can could do does for from get had has"
        " have he her his how i if in into is it its just may more most my new no not of on one only or other"
        " our out over she should so some than that the their them then there these they this those through"
        " to up us was we were what when where which while who why will with would you your",
    )
)


def searches(pages: Sequence[built_site.Page], seed: int, each: int) -> Iterator[tuple[str, str, str]]:
    """Yield searches: what is remembered, the words, and the path of the article they are of."""
    chance = random.Random(seed)
    texts = [page for page in pages if len(_memorable(page.text)) >= _REMEMBERED]
    for page in chance.sample(texts, each):
        yield "three words of a text", " ".join(chance.sample(_memorable(page.text), _REMEMBERED)), page.path
    for page in chance.sample(list(pages), each):
        kept = [word for word in page.title.split() if not _LITTLE.issuperset(built_site.fold(word))]
        yield "a headline", " ".join(kept or page.title.split()), page.path


def _memorable(text: str) -> list[str]:
    found = {word for word in built_site.fold(text) if len(word) >= _SHORTEST and word.isalpha()}
    return sorted(found - _LITTLE)


def main() -> None:
    """Print which share of the articles was found, in both orders, and each that was not."""
    parser = argparse.ArgumentParser(description="Looks for remembered articles in the search of a site.")
    parser.add_argument("public", metavar="FOLDER", type=Path, help="a built site")
    parser.add_argument("--each", metavar="N", type=int, default=30, help="of each kind; default 30")
    parser.add_argument("--seed", metavar="N", type=int, default=corpus.SEED, help="other searches")
    parser.add_argument("--languages", nargs="+", default=["en"], help="those of [search] languages")
    options = parser.parse_args()
    wanted = list(searches(built_site.pages(options.public), options.seed, options.each))
    found: dict[tuple[str, str], int] = {}
    with built_site.engine(options.public, options.languages) as engine:
        for kind, words, path in wanted:
            for order in ("newest", "best"):
                results = engine.find(words, most=_FIRST, sort=order)
                found[kind, order] = found.get((kind, order), 0) + (path in results)
                if path not in results:
                    print(f"not among the first {_FIRST}, {order} first: {words} ({path})")
    print(f"\n| {options.each} searches each | newest first | best first |\n| :-- | --: | --: |")
    rows = {kind: {order: found[kind, order] for order in ("newest", "best")} for kind, _ in found}
    for kind, row in rows.items():
        print(f"| {kind} | {' | '.join(f'{count / options.each:.0%}' for count in row.values())} |")
    both = [sum(row[order] for row in rows.values()) for order in ("newest", "best")]
    print(f"| all | {' | '.join(f'{count / len(wanted):.0%}' for count in both)} |")


if __name__ == "__main__":
    main()
