"""The addresses, titles and labels of links: https://spec.commonmark.org/0.31.2/#links."""

from __future__ import annotations

import re
from html import unescape
from typing import NamedTuple

from broadsheet.read.markdown.body_text import ESCAPED

# How deep parentheses in an address may nest, and how long a title or a label may be: what has no end is not
# searched for to the end of the text again and again.
_DEPTH = 32
LONGEST_LABEL = 999
_TITLE = re.compile(
    r"""\"(?P<double>(?:[^"\\]|\\.){0,4096})"|'(?P<single>(?:[^'\\]|\\.){0,4096})'"""
    r"""|\((?P<bracketed>(?:[^()\\]|\\.){0,4096})\)""",
    re.DOTALL,
)
_IN_ANGLES = re.compile(r"<((?:[^<>\n\\]|\\.){0,4096})>")
_BARE = re.compile(r"[^()\\\x00-\x20\x7f]+|\\[!-/:-@\[-`{-~]|[()\\]")
_LABEL = re.compile(r"\[((?:[^\[\]\\]|\\.){1,999})\]", re.DOTALL)
_GAP = re.compile(r" *(?:\n *)?")
_LINE_END = re.compile(r" *(?:\n|\Z)")
# The name of a file with spaces, which other kinds of Markdown take for an address.
_FILE = re.compile(r"(?:[^\s()<>:\"'\\]+ +)+[^\s()<>:\"'\\]+\.[A-Za-z0-9]{1,5}(?:#[^\s()]*)?(?=[ \n]*[\"')])")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])|&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]*);")
# https://github.github.com/gfm/#extended-www-autolink and what follows it.
_HOST = r"(?:[\w-]+\.)+[^\W_](?:[^\W_]|-)*"
_WEB = re.compile(rf"(?:https?://(?:{_HOST}|[^\W_]+(?=[:/]))|www\.{_HOST})[^\s<]*", re.IGNORECASE)
_MAIL = re.compile(
    r"(?P<scheme>mailto:)?[A-Za-z0-9._+-]+@(?:[A-Za-z0-9_-]+\.)+[A-Za-z0-9_-]*[A-Za-z0-9](?![\w-])"
)
_TRAILING = re.compile(r"(?:[?!.,:*_~'\"]+|&[A-Za-z0-9]+;)\Z")


class Target(NamedTuple):
    """Where a link leads, its title ("" without one), and where in the text this ends."""

    address: str
    title: str
    end: int


class Definition(NamedTuple):
    """``[label]: address "title"``, its label as ``normalize_label`` makes it, and where it ends."""

    label: str
    address: str
    title: str
    end: int


def unescape_text(text: str) -> str:
    """Return ``text`` with each character reference and each escaped punctuation mark as what it means."""
    return _ESCAPE.sub(_unescape, text) if "\\" in text or "&" in text else text


def _unescape(found: re.Match[str]) -> str:
    return found[1] or unescape(found[0])


def normalize_label(label: str) -> str:
    """Return the form in which two labels that mean the same are equal."""
    return " ".join(label.split()).casefold().upper()


def read_target(text: str, at: int) -> Target | None:
    """Return the target in parentheses that begins at ``at``, right after the ``(``; None if it is none."""
    at = _skip(text, at)
    found = ("", at) if text.startswith(")", at) else _read_address(text, at)
    target = _end_target(text, found)
    return target or _end_target(text, _read_file(text, at))


def _end_target(text: str, address: tuple[str, int] | None) -> Target | None:
    """Return the target with ``address``, which has been read to where it ends, if its ``)`` is there."""
    if address is None:
        return None
    title, end = _read_title(text, address[1])
    end = _skip(text, end)
    return Target(address[0], title, end + 1) if text.startswith(")", end) else None


def find_autolink(text: str, at: int) -> Target | None:
    """Return the address that begins at ``at`` without any marks; None if none does.

    https://github.github.com/gfm/#autolinks-extension-
    """
    mail = _MAIL.match(text, at)
    if mail:
        return Target(mail[0] if mail["scheme"] else f"mailto:{mail[0]}", "", mail.end())
    found = _WEB.match(text, at)
    if found is None:
        return None
    address = found[0]
    while True:
        cut = _TRAILING.sub("", address)
        if cut.endswith(")") and cut.count(")") > cut.count("("):
            cut = cut[:-1]
        if cut == address:
            break
        address = cut
    scheme = "http://" if address[:4].lower() == "www." else ""
    return Target(scheme + address, "", at + len(address))


def read_label(text: str, at: int) -> tuple[str, int] | None:
    """Return the label in brackets that begins at ``at``, and where it ends; None if it is none."""
    found = _LABEL.match(text, at)
    return (found[1], found.end()) if found and found[1].strip() else None


def read_definition(text: str) -> Definition | None:
    """Return the definition of a reference with which ``text`` begins; None if it is none."""
    label = read_label(text, 0)
    if label is None or text[label[1] : label[1] + 1] != ":":
        return None
    found = _read_address(text, _skip(text, label[1] + 1))
    if found is None:
        return None
    address, end = found
    title, after = _read_title(text, end)
    line = _LINE_END.match(text, after)
    if line is None:
        # What was taken for a title is the next line's words.
        title, line = "", _LINE_END.match(text, end)
    if line is None:
        return None
    return Definition(normalize_label(label[0]), address, title, line.end())


def _read_address(text: str, at: int) -> tuple[str, int] | None:
    angles = _IN_ANGLES.match(text, at)
    if angles:
        return unescape_text(angles[1]), angles.end()
    if text[at : at + 1] in {"<", ESCAPED["<"], ""}:
        return None
    depth, end = 0, at
    while part := _BARE.match(text, end):
        depth += {"(": 1, ")": -1}.get(part[0], 0)
        if depth > _DEPTH:
            return None
        if depth < 0:
            break
        end = part.end()
    if depth > 0 or end == at:
        return None
    return unescape_text(text[at:end]), end


def _read_file(text: str, at: int) -> tuple[str, int] | None:
    found = _FILE.match(text, at)
    return (found[0], found.end()) if found else None


def _read_title(text: str, at: int) -> tuple[str, int]:
    """Return the title behind the address that ends at ``at``, and its end; "" and ``at`` if it has none."""
    begin = _skip(text, at)
    found = _TITLE.match(text, begin) if begin > at else None
    if found is None:
        return "", at
    return unescape_text(found[found.lastgroup or 0]), found.end()


def _skip(text: str, at: int) -> int:
    found = _GAP.match(text, at)
    return found.end() if found else at
