"""Where the words of a correction stand in a finished body, and how they are marked there."""

from __future__ import annotations

import html as html_text
import re
from collections.abc import Iterable
from itertools import islice

# So many corrections are looked for in the whole text.
MOST_MARKED = 100
_TEXT = re.compile(r"(<[^<>]*>)|([^<>]+)")
_NO_BREAK = "(?:\xa0|&nbsp;)"


def count_in_text(html: str, words: str) -> int:
    """Return how often ``words``, plain text, stand in the text of a body, each time within one element."""
    pattern = _compile(words)
    return sum(len(pattern.findall(text)) for _, text in _TEXT.findall(html) if text)


def mark_changes(html: str, changes: Iterable[str]) -> str:
    """Return a body with each of the ``changes``, plain text, marked that stands in it just once.

    Of more than a hundred, the first are.
    """
    for words in islice(changes, MOST_MARKED):
        if count_in_text(html, words) == 1:
            html = _mark(html, _compile(words))
    return html


def _mark(html: str, pattern: re.Pattern[str]) -> str:
    def replace(part: re.Match[str]) -> str:
        return part[1] or pattern.sub(lambda found: f'<ins class="corrected">{found[0]}</ins>', part[2])

    return _TEXT.sub(replace, html)


def _compile(words: str) -> re.Pattern[str]:
    """Return a pattern for words that are no part of others, as a body has them: wrapped, and escaped."""
    escaped = (re.escape(html_text.escape(each, quote=False)) for each in words.split(" "))
    pattern = r"\s+".join(escaped).replace("\\\xa0", _NO_BREAK).replace("\xa0", _NO_BREAK)
    return re.compile(rf"(?<!\w){pattern}(?!\w)")
