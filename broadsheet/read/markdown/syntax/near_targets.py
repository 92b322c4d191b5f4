"""What was meant as the target of a link or a picture, and is text to CommonMark.

Most often its title is in typographic quotes, or in none.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_QUOTES = "\"'\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u00ab\u00bb\u2039\u203a"
_SUFFIXES = (
    "avif|csv|docx?|epub|gif|html?|jpe?g|markdown|md|mp3|mp4|odt|ogg|pdf|png|pptx?|svg|tiff?|txt|webm|webp"
    "|xlsx?|zip"
)
# An address, and the name of a file, that no words in parentheses begin with.
_ADDRESS = re.compile(
    rf"(?:https?://|mailto:|www\.|\.{{0,2}}/(?=\w)|\#(?=\w))[^\s()<>]*"
    rf"|[^\s()<>{_QUOTES}]+\.(?:{_SUFFIXES})\b[^\s()<>]*",
    re.IGNORECASE,
)
_FILE = re.compile(rf"[^()<>\n{_QUOTES}]+\.(?:{_SUFFIXES})\b", re.IGNORECASE)
# Before a quote, anything may be an address.
_QUOTED = re.compile(rf"([^\s()<>]+)\s+(?=[{_QUOTES}])")
_UP_TO_SPACE = re.compile(r"[^\s<>]+")
_LONGEST = 4096
_LONGEST_LABEL = 60


class NearTarget(NamedTuple):
    """What is ``written`` in place of a target, and the ``hint`` that shows one.

    ``meant`` has to stand there instead; it is empty where more than one target is possible.
    """

    written: str
    hint: str
    meant: str = ""


def find_near_target(text: str, at: int, label: str, *, picture: bool) -> NearTarget | None:
    """Return what is meant by the parentheses that begin at ``at``, behind ``label``; None for words."""
    found = _find_address(text, at + 1, picture=picture)
    if found is None:
        return None
    address, end = found
    close = _find_close(text, end)
    shown = f"{'!' if picture else ''}[{label if len(label) <= _LONGEST_LABEL else '…'}]"
    if close is not None and not text.startswith("(", end):
        meant = f"({_in_angles(address)} {_quote(text[end:close])})"
        return NearTarget(text[at : close + 1], f"Write {shown}{meant}", meant)
    # Nothing closes it, or a parenthesis in the address has no other.
    whole = _UP_TO_SPACE.match(text, end - len(address))
    address = whole[0] if whole and not picture else address
    return NearTarget(text[at : end + 1].rstrip(), f"Write {shown}({_in_angles(address)})")


def find_near_definition(text: str, at: int, label: str) -> NearTarget | None:
    """Return what is meant by ``[label]: address “title”``, whose ``:`` is at ``at``; None for words."""
    line = text[at + 1 : at + _LONGEST].split("\n", 1)[0]
    found = _QUOTED.match(line.lstrip(" "))
    if found is None:
        return None
    title = line.lstrip(" ")[found.end() :]
    meant = f"[{label}]: {found[1]} {_quote(title)}"
    return NearTarget(f"[{label}]:{line}", f"Write {meant}", meant)


def _find_address(text: str, at: int, *, picture: bool) -> tuple[str, int] | None:
    """Return the address that parentheses begin with, and where it ends."""
    begin = at + len(text[at : at + _LONGEST]) - len(text[at : at + _LONGEST].lstrip())
    found = _ADDRESS.match(text, begin) or _QUOTED.match(text, begin)
    if found is not None:
        return (found[1], found.end(1)) if found.re is _QUOTED else (found[0], found.end())
    found = _FILE.match(text, begin) if picture else None
    return (found[0], found.end()) if found else None


def _find_close(text: str, at: int) -> int | None:
    """Return where the parenthesis ends that is open at ``at``; None if it does not."""
    depth = 0
    for found in re.finditer(r"[()]", text[at : at + _LONGEST]):
        depth += 1 if found[0] == "(" else -1
        if depth < 0:
            return at + found.start()
    return None


def _in_angles(address: str) -> str:
    """Return an address as it can stand in parentheses."""
    is_plain = " " not in address and address.count("(") == address.count(")")
    return address if is_plain else f"<{address}>"


def _quote(title: str) -> str:
    """Return a title in straight quotes, instead of those that it has."""
    bare = " ".join(title.split())
    bare = bare[1:] if bare[:1] and bare[0] in _QUOTES else bare
    bare = bare[:-1].strip() if bare[-1:] and bare[-1] in _QUOTES else bare.strip()
    if '"' not in bare:
        return f'"{bare}"'
    return f"'{bare}'" if "'" not in bare else '"' + bare.replace('"', '\\"') + '"'
