"""Where a word of the search index is: its key, and the shard of that key.

A segment of the index has a number of files, its shards. Words with one key are in one shard, so that the
forms of a word, and most words that begin alike, come with one file. ``words.js`` has the same
rules, and tests hold the two against each other.
"""

from __future__ import annotations

import re
from functools import cache

# Letters of scripts written without spaces, in a class of a pattern: Thai, Lao, Myanmar, Khmer, Hiragana,
# Katakana, Han.
PAIRED = (
    "[\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ece\u0edc-\u0edf\u1000-\u103f\u1050-\u108f\u109a-\u109d"
    "\ua9e0-\ua9ef\ua9fa-\ua9fe\uaa60-\uaa7f\u1780-\u17d3\u17d7\u17dc\u17dd\u3005-\u3007\u3021-\u3029"
    "\u3031-\u3035\u3038-\u303c\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U0001aff0-\U0001b16f\U00020000-\U0003ffff]"
)
FIRST_PAIRED = "\u0e01"
_KEY_LENGTH = 3


def key_of(word: str) -> str:
    """Return what decides in which shard a word is.

    That is its first code point in a script written without spaces, else its first three.
    """
    is_paired = word >= FIRST_PAIRED and _paired().match(word)
    return word[: 1 if is_paired else _KEY_LENGTH]


# Compiled for the first word that may be of such a script.
@cache
def _paired() -> re.Pattern[str]:
    return re.compile(PAIRED)


def shard_of(word: str, shards: int) -> int:
    """Return the number of the shard, from 0, that a word is in, of as many as ``shards``."""
    total = 0
    for char in key_of(word):
        total = total * 31 + ord(char)
    return total % shards
