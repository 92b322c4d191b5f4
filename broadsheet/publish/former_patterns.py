"""The permalink patterns that published addresses follow: what ``[permalinks] former`` would have to name.

A pattern is guessed from addresses of which it is known whose they were: a step that is the article's year or
slug is a placeholder, and the pattern that makes the most of the addresses wins. Nothing is read here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice, product
from typing import NamedTuple

from broadsheet.common.urls import AddressParts, find_pattern_fault, output_at

# So many addresses decide which patterns are tried, and so many of these are.
_SAMPLE, _TRIED = 200, 40
# What a step of an address may be, the likeliest first.
_GUESSED = ("slug", "file", "section", "year", "month", "day", "folder", "language")
# Of one address.
_MOST_GUESSES = 64
_MOST_PATTERNS = 4
# A number that is not of the article's day is that of another day, and no part of a pattern.
_OWN_NUMBER = re.compile(r"(?<![^\W_])[0-9]+(?![^\W_])")
# Fewer articles than these may have moved one by one.
_LEAST_MOVED = 2


class MovedArticle(NamedTuple):
    """A published path, from the base and decoded, and the parts of the article that it was."""

    path: str
    parts: AddressParts


def find_slug(output: str, pattern: str, parts: AddressParts) -> str:
    """Return the slug in an output path that ``pattern`` made; that of ``parts`` if it made another one."""
    before, _, after = parts._replace(slug="\0").output(pattern).partition("\0")
    if not (output.startswith(before) and output.endswith(after)):
        return parts.slug
    slug = output[len(before) : len(output) - len(after)]
    return slug if slug and parts._replace(slug=slug).output(pattern) == output else parts.slug


def guess_patterns(moved: Sequence[MovedArticle], current: str) -> tuple[str, ...]:
    """Return the patterns, other than ``current``, that most of the published paths follow."""
    found: list[str] = []
    left = list(moved)
    while len(left) >= _LEAST_MOVED and len(found) < _MOST_PATTERNS:
        guesses = Counter(
            guess for each in left[:: max(1, len(left) // _SAMPLE)] for guess in set(_guess(each))
        )
        likely = sorted(guesses, key=lambda guess: (-guesses[guess], guess))[:_TRIED]
        made = {guess: [each for each in left if _makes(guess, each)] for guess in likely if guess != current}
        # Where a slug is the name of its file, either may have been meant; most patterns have the slug.
        ranks = {guess: (-len(each), -guess.count("{"), "{file}" in guess) for guess, each in made.items()}
        best = min(made, key=lambda guess: (ranks[guess], guess), default="")
        if len(made.get(best, ())) < _LEAST_MOVED:
            break
        found.append(best)
        left = [each for each in left if not _makes(best, each)]
    return tuple(found)


def _makes(pattern: str, moved: MovedArticle) -> bool:
    return moved.parts.output(pattern) == output_at(moved.path)


def _guess(moved: MovedArticle) -> Iterator[str]:
    """Yield the patterns that may have made an article's path."""
    if not (moved.path.endswith("/") or moved.path.endswith(".html")):
        return
    path = moved.path.removesuffix(".html")
    steps = [tuple(_guess_step(step, moved.parts)) for step in path.strip("/").split("/")]
    for chosen in islice(product(*steps), _MOST_GUESSES):
        pattern = f"/{'/'.join(chosen)}{moved.path[len(path.rstrip('/')) :]}"
        if find_pattern_fault(pattern) is None and not _OWN_NUMBER.search(pattern):
            yield pattern


def _guess_step(step: str, parts: AddressParts) -> Iterator[str]:
    """Yield what may have made a step: a placeholder, several with marks between them, or a fixed word."""
    made = parts.values
    values = {name: made[name] for name in _GUESSED if made[name]}
    same = [f"{{{name}}}" for name, value in values.items() if value == step]
    if same:
        yield from same
        return
    longest = sorted(values, key=lambda name: (-len(values[name]), name))
    written = "|".join(rf"(?P<{name}>(?<![^\W_]){re.escape(values[name])}(?![^\W_]))" for name in longest)
    yield re.sub(written, lambda match: f"{{{match.lastgroup}}}", step)
