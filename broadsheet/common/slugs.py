"""Slugs: what names an article, a facet or a file in a path, and when two such names are the same.

A slug is made from text or kept as the name of a file has it, which always succeeds; or it is written by an
author and then only checked.
"""

from __future__ import annotations

import re
import unicodedata

# With a suffix, or what stands beside a page, it is still the name of a file: at most 255 bytes.
SLUG_BYTES = 240

# https://learn.microsoft.com/windows/win32/fileio/naming-a-file
_RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?:\.|$)")
# What Windows cannot have in a name, and what has a meaning in URLs.
_NOT_IN_NAMES = '\\:*"<>|?'
_NOT_IN_SLUGS = f"/#%{_NOT_IN_NAMES}"
# What does not tell names apart, and quotes with the plain one of their kind.
_LOOSE = re.compile(r"[\s._\u2010-\u2015-]")
_QUOTES = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201b\u02bc\u00b4`", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb", '"')
)
# For ASCII the same words as the rule for all scripts finds, in a tenth of the time.
_ASCII_WORD = re.compile("[0-9a-z]+")


def slugify(text: str) -> str:
    """Return the slug made from ``text``: 1 to 240 bytes of UTF-8, NFC, case folded.

    Letters, digits and combining marks of every script are kept; a run of anything else becomes one
    hyphen. Text without letters or digits is spelled by its code points. What is too long is cut, between
    words where it has several. A name that Windows reserves gets a final hyphen, which no other slug made
    from text has.
    """
    return _complete(_fold(text))


def keep_slug(text: str) -> str:
    """Return the slug that keeps ``text``, the name of a file, as it is, with upper case, ``_`` and ``.``.

    It is NFC, and at most 240 bytes. A run of what cannot stand in a path becomes one hyphen, and full stops
    at either end are left out. Text without letters or digits gets a made slug.
    """
    kept = unicodedata.normalize("NFC", text).strip(". ")
    if not any(map(str.isalnum, kept)):
        return slugify(text)
    bare = "".join(" " if _is_forbidden(char) else char for char in kept).strip(". ")
    return _complete(re.sub("-* [- ]*", "-", bare))


def is_cut(text: str) -> bool:
    """Return whether ``text`` is too long to be a slug as it is, or to be made into one without a cut."""
    kept = unicodedata.normalize("NFC", text)
    return max(len(kept.encode()), len(_fold(text).encode())) > SLUG_BYTES


def _fold(text: str) -> str:
    """Return the words of ``text``, folded, with hyphens between them, however long."""
    if text.isascii():
        folded = text.lower()
        words = _ASCII_WORD.findall(folded)
    else:
        folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
        folded = unicodedata.normalize("NFC", re.sub("i\u0307+", "i", folded))
        words = "".join(char if _is_word(char) else " " for char in folded).split()
    if not any(unicodedata.category(char)[0] in "LN" for word in words for char in word):
        words = [f"u{ord(char):04x}" for char in folded] or ["untitled"]
    return "-".join(words)


def _complete(slug: str) -> str:
    """Return a slug cut to what a path can hold, and with a hyphen if Windows reserves it."""
    made = _truncate(slug)
    if not _RESERVED.match(made.casefold()):
        return made
    name, _, rest = made.partition(".")
    return f"{name}-{rest}"


def find_slug_fault(text: str) -> str | None:
    """Return what is wrong with a slug that an author wrote, or None when it can stand in a path."""
    if not text:
        return "is empty"
    if len(text.encode()) > SLUG_BYTES:
        return f"is longer than {SLUG_BYTES} bytes"
    for char in text:
        if _is_forbidden(char):
            return f"holds {char!r}"
    if text.startswith(".") or text.endswith("."):
        return "begins or ends with a full stop"
    if _RESERVED.match(text.casefold()):
        return "is a name that Windows reserves"
    return None


def find_name_fault(name: str) -> str | None:
    """Return why no file or folder of a site can have this name everywhere, or None if one can."""
    found = next((char for char in name if char in _NOT_IN_NAMES), None)
    if found:
        return f"holds {found!r}, which no name on Windows can"
    if name.endswith((".", " ")):
        return "ends with a full stop or a space, which no name on Windows can"
    if _RESERVED.match(name.casefold()):
        return f"holds {name}, a name that Windows reserves"
    if name.casefold() == ".git":
        return f"holds {name}, a name that Git reserves"
    return None


def path_key(path: str) -> str:
    """Return ``path`` as macOS and Windows compare it: two paths with the same key are one file."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def spelling_key(name: str) -> str:
    """Return what the spellings of one name have in common.

    They may differ by case, spaces, hyphens and dashes, underscores, full stops, and by the form of quotes
    and apostrophes, straight or curly: ``U.S. Navy`` and ``US-Navy``.
    """
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
    folded = re.sub("i\u0307+", "i", folded)
    return _LOOSE.sub("", folded).translate(_QUOTES)


def _is_word(char: str) -> bool:
    return unicodedata.category(char)[0] in "LMN"


def _is_forbidden(char: str) -> bool:
    return char in _NOT_IN_SLUGS or char.isspace() or unicodedata.category(char)[0] in "CZ"


def _truncate(text: str) -> str:
    """Return what a slug can hold of ``text``: whole words if it has several, and no half of a character."""
    if len(text) <= SLUG_BYTES // 4 or len(text.encode()) <= SLUG_BYTES:
        return text
    cut = text.encode()[:SLUG_BYTES].decode(errors="ignore")
    words = cut if text[len(cut)] == "-" else cut.rpartition("-")[0]
    return (words if any(map(str.isalnum, words)) else cut).rstrip("-.")
