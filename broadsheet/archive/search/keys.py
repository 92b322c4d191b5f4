"""In which shard of a segment a word is. ``static/search/words.js`` says the same."""

from __future__ import annotations

_KEY_LENGTH = 3
# Letters of scripts that are written without spaces between words: Thai, Lao, Myanmar, Khmer, kana and Han.
_UNSPACED = (
    (0x0E00, 0x0EFF),
    (0x1000, 0x109F),
    (0x1780, 0x17FF),
    (0x3040, 0x30FF),
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)


def is_unspaced(char: str) -> bool:
    """Return whether a letter is of a script that is written without spaces between words."""
    return char >= "\u0e00" and any(first <= ord(char) <= last for first, last in _UNSPACED)


def key_of(word: str) -> str:
    """Return the first letters of a word, by which its shard is known.

    The first alone if it is of a script without spaces, whose words are indexed by pairs of letters.
    """
    return word[:1] if is_unspaced(word[0]) else word[:_KEY_LENGTH]


def shard_of(key: str, shards: int) -> int:
    """Return the number of the shard of the words with a key."""
    code = 0
    for char in key:
        code = (code * 31 + ord(char)) & 0xFFFF_FFFF
    return code % shards
