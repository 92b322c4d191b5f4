"""Slugs: what names an article, a facet or a file in a path, and when two such names are the same.

A slug is either made from text, which always succeeds, or written by an author and then only checked.
"""

from __future__ import annotations

import re
import unicodedata

SLUG_BYTES = 120
WRITTEN_SLUG_BYTES = 200

# https://learn.microsoft.com/windows/win32/fileio/naming-a-file
_RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?:\.|$)")
# For ASCII the same words as the rule for all scripts finds, in a tenth of the time.
_ASCII_WORD = re.compile("[0-9a-z]+")


def slugify(text: str) -> str:
    """Return the slug made from ``text``: 1 to 120 bytes of UTF-8, NFC, case folded.

    Letters, digits and combining marks of every script are kept; a run of anything else becomes one
    hyphen. Text without letters or digits is spelled by its code points. A name that Windows reserves
    gets a final hyphen, which no other slug made from text has.
    """
    if text.isascii():
        folded = text.lower()
        words = _ASCII_WORD.findall(folded)
    else:
        folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
        folded = unicodedata.normalize("NFC", re.sub("i\u0307+", "i", folded))
        words = "".join(char if _is_word(char) else " " for char in folded).split()
    if not any(unicodedata.category(char)[0] in "LN" for word in words for char in word):
        words = [f"u{ord(char):04x}" for char in folded] or ["untitled"]
    made = _truncate("-".join(words), SLUG_BYTES)
    return made + "-" if _RESERVED.match(made) else made


def find_slug_fault(text: str) -> str | None:
    """Return what is wrong with a slug that an author wrote, or None when it can stand in a path."""
    if not text:
        return "is empty"
    if len(text.encode()) > WRITTEN_SLUG_BYTES:
        return f"is longer than {WRITTEN_SLUG_BYTES} bytes"
    for char in text:
        if char in '/\\?#%:*"<>|' or char.isspace() or unicodedata.category(char)[0] in "CZ":
            return f"holds {char!r}"
    if text.startswith(".") or text.endswith("."):
        return "begins or ends with a full stop"
    if _RESERVED.match(text.casefold()):
        return "is a name that Windows reserves"
    return None


def path_key(path: str) -> str:
    """Return ``path`` as macOS and Windows compare it: two paths with the same key are one file."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def _is_word(char: str) -> bool:
    return unicodedata.category(char)[0] in "LMN"


def _truncate(text: str, size: int) -> str:
    """Return at most ``size`` bytes of ``text``, without a hyphen or half a character at the end."""
    return text.encode()[:size].decode(errors="ignore").rstrip("-")
