"""Converts plain news copy without Python-Markdown and nh3, to the same bytes.

Of the 1.0 ms of processor time that an article of 530 words takes, Python-Markdown takes 0.8, though nearly
all copy is paragraphs with a link, a word in italics, a heading, a quote, a list or a picture. For a body of
nothing else, ``convert`` makes in 0.02 ms what ``safety.sanitize(converter.convert(…))`` would make. For any
other it returns None and leaves the work to that pipeline, which alone defines what is right. So this module
may know too little of Markdown, but never too much:

- It takes only what it knows. A text with a character that may begin anything else is not plain, nor is one
  with an unmatched mark: a ``*`` without its pair, a bracket in brackets, an address with a quote in it.
- It makes HTML, not a ``RenderedBody``. Headings, ids, links, typography, words and problems are left to
  ``finishing``, as for any other copy, so only HTML can be wrong here.
- It goes block by block, a block being what is between empty lines, and then mark by mark. Whatever fails
  ends all of it, so nothing is tried twice: time is linear in the text.

tests/test_plain.py (invented texts) and bench/plain.py (whole archives) check it. Without this module and the
one call to it, every page stays the same.
"""

# ruff: noqa: RUF001 - dashes and quotes are what emphasis may be between

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from html import unescape
from itertools import chain, groupby
from typing import NamedTuple

from broadsheet.read.markdown.body_text import Dialect

# What may begin anything else: code, escapes, HTML, attribute lists, footnotes; and the definitions of
# references, footnotes and abbreviations, which change text elsewhere.
_FOREIGN = ("`", "\\", "<", "{", "\t")
_FOREIGN_BRACKETS = ("[^", "]:", "] :")
# What begins a link without any marks, where a dialect has them.
_AUTOLINKS = ("://", "www.", "WWW.", "@")
_REFERENCE = re.compile(r"&(#[0-9]+|[A-Za-z0-9]+);")
# An ``&`` that HTML may parse differently from Python-Markdown.
_ODD_AMPERSAND = re.compile(r"&(?!amp;|[ \n]|[A-Za-z0-9]+[^A-Za-z0-9;])")
_BARE_AMPERSAND = re.compile(rf"&(?!{_REFERENCE.pattern[1:]})")
_LONE_SPACE = re.compile(r"(?<! ) \n")
_BLANK_LINE = re.compile(r"(?<=\n) +(?=\n|\Z)")

# How a line of nothing but words never begins: like another kind of block, or like a heading's underline.
_NO_WORDS = re.compile(r"[\s#>:|~=+-]|_(?![^\s_])|[*](?:\s|\*\*|\Z)|[0-9]{1,9}[.)](?:\s|\Z)|\[[ xX]\] ")
_NO_WORDS_BELOW = re.compile(
    r"\n(?:[\s#>:|~=+-]|_(?![^\s_])|[*](?:\s|\*\*|\Z)|[0-9]{1,9}[.)](?:\s|\Z))| {2}\n"
)
_RULE = re.compile(r"-{3,}|\*{3,}|_{3,}|\* \* \*|- - -")
_HEADING = re.compile(r"(#{1,6}) +((?:[^#\n]|&#[0-9]+;)+)")
_ENTRY = re.compile(r"( {0,3})(?:([*+-])|([0-9]{1,9})\.) {1,4}(.+)")

# Addresses that neither Python-Markdown nor nh3 changes or removes.
_ADDRESS = (
    r"https?://(?:[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*\.)+[A-Za-z]{2,}"
    r"(?:[/?#][A-Za-z0-9._~/%=?#+,$@:!&;-]{0,1000})?"
    r"|mailto:[A-Za-z0-9._+-]{1,100}@[A-Za-z0-9.-]{1,100}"
    r"|[A-Za-z0-9._/#-][A-Za-z0-9._~/%=?#+,-]{0,1000}"
    "|\ufdd0[0-9]+\ufdd1"
)
_TITLE = r'[^"()\s>]{1,100}(?: [^"()\s>]{1,100}){0,20}'
_TARGET = rf'\(({_ADDRESS})(?: "({_TITLE})")?\)'
_PICTURE = re.compile(rf"!\[([^\[\]\n>*_~]*)\]{_TARGET}")
# Each alternative begins with a plain character, which makes the search many times as fast.
_BRACKETS = re.compile(rf"\[(?<!!\[)([^\[\]]+)\](?:{_TARGET}|(?!\())|\[")
# What begins has a letter after it, or a space or a mark that opens before it; what ends, the other way
# round. Whatever is on the other side then, it begins or ends. Here too plain characters come first.
_OTHERS = r"[^\s(\[\"'“‘—–-]"
_AFTER = r"(?=[\s.,;:!?)\]\"'’”—–-]|\Z)"
_LETTER, _AFTER_LETTER = r"(?=[^\W_])", r"(?<=[^\W_])"
_EMPHASIS = re.compile(
    rf"\*\*(?:(?<!{_OTHERS}\*\*)(?=[^\s*])|{_LETTER})(?P<strong>[^*]+)"
    rf"(?:{_AFTER_LETTER}\*\*(?!\*)|(?<=[^\s*])\*\*{_AFTER})"
    rf"|\*(?:(?<!{_OTHERS}\*)(?=[^\s*])|{_LETTER})(?P<em>[^*]+)"
    rf"(?:{_AFTER_LETTER}\*(?!\*)|(?<=[^\s*])\*{_AFTER})"
    rf"|_(?:(?<!{_OTHERS}_)(?=[^\s_])|(?<!\w_){_LETTER})(?P<underlined>[^_]+)"
    rf"(?:{_AFTER_LETTER}_(?!\w)|(?<=[^\s_])_{_AFTER})"
    r"|_(?<=[A-Za-z0-9]_)(?P<joint>_*)(?=[A-Za-z0-9])"
    r"|\*|_"
)
_LINK = "\x02"


class _NotPlainError(Exception):
    """The text has something that this module does not know."""


def convert(markdown: str, dialect: Dialect) -> str | None:
    """Return the safe HTML of a body written in ``dialect``, or None if it is not plain.

    ``markdown`` is as ``BodyText`` leaves it: line feeds only, no control characters.
    """
    if any(char in markdown for char in _FOREIGN):
        return None
    if "]" in markdown and any(brackets in markdown for brackets in _FOREIGN_BRACKETS):
        return None
    if dialect.autolinks and any(mark in markdown for mark in _AUTOLINKS):
        return None
    try:
        has_references = "&" in markdown
        if has_references:
            markdown = _check_ampersands(markdown)
        if " \n" in markdown or markdown.endswith(" "):
            markdown = _LONE_SPACE.sub("\n", _BLANK_LINE.sub("", markdown))
        made: list[str] = []
        for kind, blocks in groupby(_blocks(markdown), _kind):
            made += kind(blocks)
    except _NotPlainError:
        return None
    html = "\n".join(made).replace("\xa0", "&nbsp;")
    return _REFERENCE.sub(_decode, html) if has_references else html


def _check_ampersands(markdown: str) -> str:
    """Return a body with each ``&`` escaped that begins no reference to a character."""
    for reference in _REFERENCE.finditer(markdown):
        char = unescape(reference[0])
        # What means something to HTML is not plain.
        if reference[1] != "amp" and (
            len(char) > 1 or char.isascii() or not (char.isprintable() or char == "\xa0")
        ):
            raise _NotPlainError
    if _ODD_AMPERSAND.search(_REFERENCE.sub("", markdown)):
        raise _NotPlainError
    return _BARE_AMPERSAND.sub("&amp;", markdown)


def _decode(reference: re.Match[str]) -> str:
    char = unescape(reference[0])
    if char == "\xa0":
        return "&nbsp;"
    return reference[0] if char.isascii() else char


def _blocks(markdown: str) -> Iterator[str]:
    for piece in markdown.split("\n\n"):
        block = piece.strip("\n")
        if block.startswith("#"):
            lines = block.split("\n")
            below = next((at for at, line in enumerate(lines) if not line.startswith("#")), len(lines))
            yield from lines[:below]
            block = "\n".join(lines[below:])
        if block:
            yield block


def _kind(block: str) -> Callable[[Iterable[str]], Iterator[str]]:
    """Return the function that converts a run of blocks of the same kind as this one."""
    if not _NO_WORDS.match(block):
        return _paragraphs
    if block[0] == "#":
        return _headings
    if block[0] == ">":
        return _quote
    return _rules if _RULE.fullmatch(block) else _list


def _paragraphs(blocks: Iterable[str]) -> Iterator[str]:
    for block in blocks:
        text = block.rstrip(" ")
        yield _figure(text) if text.startswith("![") else f"<p>{_words(text)}</p>"


def _headings(blocks: Iterable[str]) -> Iterator[str]:
    for block in blocks:
        heading = _HEADING.fullmatch(block)
        if heading is None:
            raise _NotPlainError
        level = len(heading[1])
        yield f"<h{level}>{_words(heading[2].strip(' '))}</h{level}>"


def _rules(blocks: Iterable[str]) -> Iterator[str]:
    return ("<hr>" for _ in blocks)


def _quote(blocks: Iterable[str]) -> Iterator[str]:
    """Make a quote of each block; the paragraphs in it are between lines of ``>``."""
    for block in blocks:
        lines = block.split("\n")
        if not all(line == ">" or line.startswith("> ") for line in lines):
            raise _NotPlainError
        quoted = list(_blocks("\n".join(line[2:] for line in lines)))
        if not quoted or any(map(_NO_WORDS.match, quoted)):
            raise _NotPlainError
        yield "<blockquote>"
        yield from _paragraphs(quoted)
        yield "</blockquote>"


def _list(blocks: Iterable[str]) -> Iterator[str]:
    """Make lists, each of entries with one mark. With an empty line between two, all become paragraphs."""
    entries = [entry for block in blocks for entry in _entries(block)]
    if len({entry.indent for entry in entries}) > 1:
        raise _NotPlainError
    for mark, group in groupby(entries, lambda entry: entry.mark):
        run = list(group)
        tag = "ul" if mark else "ol"
        numbers = [entry.number for entry in run]
        if tag == "ol" and numbers != list(range(numbers[0], numbers[0] + len(run))):
            raise _NotPlainError
        yield f"<{tag}>" if mark or numbers[0] == 1 else f'<{tag} start="{numbers[0]}">'
        loose = any(entry.begins_block for entry in run[1:])
        for entry in run:
            yield f"<li>\n<p>{_words(entry.text)}</p>\n</li>" if loose else f"<li>{_words(entry.text)}</li>"
        yield f"</{tag}>"


class _Entry(NamedTuple):
    """An entry of a list, with its bullet as ``mark`` or, without one, its number."""

    indent: str
    mark: str
    number: int
    text: str
    begins_block: bool


def _entries(block: str) -> Iterator[_Entry]:
    for at, line in enumerate(block.split("\n")):
        entry = _ENTRY.fullmatch(line)
        if entry is None or _NO_WORDS.match(entry[4]):
            raise _NotPlainError
        yield _Entry(entry[1], entry[2] or "", int(entry[3] or 0), entry[4].rstrip(" "), at == 0)


def _figure(block: str) -> str:
    picture = _PICTURE.fullmatch(block)
    if picture is None:
        raise _NotPlainError
    alt, address, title = picture.groups()
    caption = f"<figcaption>{title}</figcaption>" if title else ""
    return f'<figure><img alt="{alt.replace(chr(34), "&quot;")}" src="{address}">{caption}</figure>'


def _words(text: str) -> str:
    """Return words and their marks as HTML."""
    # One tilde alone crosses nothing out.
    if not text or ("\n" in text and _NO_WORDS_BELOW.search(text)) or ("~" in text and text.count("~") > 1):
        raise _NotPlainError
    if "[" not in text:
        return _emphasized(text)
    links: list[str] = []

    def stash(brackets: re.Match[str]) -> str:
        label, address, title = brackets.groups()
        if label is None:
            raise _NotPlainError
        if address is None:
            return brackets[0]
        attribute = f' title="{title}"' if title else ""
        links.append(f'<a href="{address}"{attribute}>{_emphasized(label)}</a>')
        return _LINK

    # As in Python-Markdown, links come first; to emphasis, each is one mark.
    pieces = _emphasized(_BRACKETS.sub(stash, text)).split(_LINK)
    return "".join(chain.from_iterable(zip(pieces, [*links, ""], strict=True)))


def _emphasized(text: str) -> str:
    if ">" in text:
        text = text.replace(">", "&gt;")
    return _EMPHASIS.sub(_emphasis, text) if "*" in text or "_" in text else text


def _emphasis(mark: re.Match[str]) -> str:
    kind = mark.lastgroup
    if kind is None:
        raise _NotPlainError
    if kind == "joint":
        return mark[0]
    tag = "em" if kind == "underlined" else kind
    return f"<{tag}>{_inner(mark[kind])}</{tag}>"


def _inner(text: str) -> str:
    return _EMPHASIS.sub(_emphasis, text) if "*" in text or "_" in text else text
