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

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from html import unescape
from itertools import chain, groupby

# What may begin anything else: code, escapes, HTML, attribute lists, footnotes; and the definitions of
# references, footnotes and abbreviations, which change text elsewhere.
_FOREIGN = ("`", "\\", "<", "{", "\t")
_FOREIGN_BRACKETS = ("[^", "]:", "] :")
_REFERENCE = re.compile(r"&(#[0-9]+|[A-Za-z0-9]+);")
# An ``&`` that HTML may parse differently from Python-Markdown.
_ODD_AMPERSAND = re.compile(r"&(?!amp;|[ \n]|[A-Za-z0-9]+[^A-Za-z0-9;])")
_BLANK_LINE = re.compile(r"(?<=\n) +(?=\n|\Z)")

# How a line of nothing but words never begins: like another kind of block, or like a heading's underline.
_NO_WORDS = re.compile(r"[\s#>:|~=+-]|_(?![^\s_])|[*](?: |\*\*)|\d+\. ")
_NO_WORDS_BELOW = re.compile(r"\n(?:[\s#>:|~=+-]|_(?![^\s_]))| {2}\n")
_RULE = re.compile(r"-{3,}|\*{3,}|_{3,}|\* \* \*|- - -")
_HEADING = re.compile(r"(#{1,6}) +([^#\n]+)")
_ENTRY = re.compile(r" {0,3}(?:[*+-]|(\d+\.)) +(.+)")

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
_PICTURE = re.compile(rf"!\[([^\[\]\n>]*)\]{_TARGET}")
# Each alternative begins with a plain character, which makes the search many times as fast.
_BRACKETS = re.compile(rf"\[(?<!!\[)([^\[\]]+)\](?:{_TARGET}|(?!\())|\[")
_EMPHASIS = re.compile(
    r"\*\*(?=[^\s*])(?P<strong>[^*]+)(?<!\s)\*\*(?!\*)"
    r"|\*(?=[^\s*])(?P<em>[^*]+)(?<!\s)\*(?!\*)"
    r"|_(?<!\w_)(?=[^\s_])(?P<underlined>[^_]+)(?<!\s)_(?!\w)"
    r"|_(?<=[A-Za-z0-9]_)(?P<joint>_*)(?=[A-Za-z0-9])"
    r"|\*|_"
)
_LINK = "\x02"
_HARD_SPACE = "\x03"


class _NotPlainError(Exception):
    """The text has something that this module does not know."""


def convert(markdown: str) -> str | None:
    """Return the safe HTML of a body, or None if it is not plain.

    ``markdown`` is as ``BodyText`` leaves it: line feeds only, no control characters.
    """
    if any(char in markdown for char in _FOREIGN):
        return None
    if "]" in markdown and any(brackets in markdown for brackets in _FOREIGN_BRACKETS):
        return None
    try:
        if "&" in markdown:
            markdown = _with_ampersands(markdown)
        if " \n" in markdown or markdown.endswith(" "):
            markdown = _BLANK_LINE.sub("", markdown)
        made: list[str] = []
        for kind, blocks in groupby(_blocks(markdown), _kind):
            made += kind(blocks)
    except _NotPlainError:
        return None
    return "\n".join(made).replace("\xa0", "&nbsp;").replace(_HARD_SPACE, "&nbsp;")


def _with_ampersands(markdown: str) -> str:
    """Return a body with its character references decoded and each ``&`` escaped."""
    markdown = _REFERENCE.sub(_referred, markdown)
    if _ODD_AMPERSAND.search(markdown):
        raise _NotPlainError
    return markdown.replace("&amp;", "&").replace("&", "&amp;")


def _referred(reference: re.Match[str]) -> str:
    if reference[1] == "amp":
        return reference[0]
    char = unescape(reference[0])
    if char == "\xa0":
        # To Markdown the reference is not a space.
        return _HARD_SPACE
    # Nor is a reference a mark, or the number of an entry.
    if len(char) > 1 or char.isascii() or char.isdecimal() or not char.isprintable():
        raise _NotPlainError
    return char


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
        yield _figure(block) if block.startswith("![") else f"<p>{_words(block)}</p>"


def _headings(blocks: Iterable[str]) -> Iterator[str]:
    for block in blocks:
        heading = _HEADING.fullmatch(block)
        if heading is None:
            raise _NotPlainError
        level = len(heading[1])
        yield f"<h{level}>{_words(heading[2].strip())}</h{level}>"


def _rules(blocks: Iterable[str]) -> Iterator[str]:
    return ("<hr>" for _ in blocks)


def _quote(blocks: Iterable[str]) -> Iterator[str]:
    """Make one quote of paragraphs; the empty lines between them may have a ``>`` or not."""
    yield "<blockquote>"
    for block in blocks:
        lines = (line.removeprefix("> ") for line in block.split("\n"))
        inner = "\n".join("" if line == ">" else line for line in lines)
        quoted = list(_blocks(inner))
        # Python-Markdown keeps an empty last line in the paragraph above it.
        if not quoted or inner.endswith("\n") or any(map(_NO_WORDS.match, quoted)):
            raise _NotPlainError
        yield from _paragraphs(quoted)
    yield "</blockquote>"


def _list(blocks: Iterable[str]) -> Iterator[str]:
    """Make one list. Two entries with an empty line between them both become paragraphs."""
    runs = [list(_entries(block)) for block in blocks]
    tag = "ol" if runs[0][0][0] else "ul"
    yield f"<{tag}>"
    for at, run in enumerate(runs):
        for place, (_, text) in enumerate(run):
            loose = (at > 0 and place == 0) or (at < len(runs) - 1 and place == len(run) - 1)
            yield f"<li>\n<p>{_words(text)}</p>\n</li>" if loose else f"<li>{_words(text)}</li>"
    yield f"</{tag}>"


def _entries(block: str) -> Iterator[tuple[str | None, str]]:
    """Yield the number, None for a bullet, and the text of each entry."""
    for line in block.split("\n"):
        entry = _ENTRY.fullmatch(line)
        if entry is None or _NO_WORDS.match(entry[2]):
            raise _NotPlainError
        yield entry[1], entry[2]


def _figure(block: str) -> str:
    picture = _PICTURE.fullmatch(block)
    if picture is None:
        raise _NotPlainError
    alt, address, title = picture.groups()
    caption = f"<figcaption>{title}</figcaption>" if title else ""
    return f'<figure><img alt="{alt.replace(chr(34), "&quot;")}" src="{address}">{caption}</figure>'


def _words(text: str) -> str:
    """Return words and their marks as HTML."""
    if not text or ("\n" in text and _NO_WORDS_BELOW.search(text)):
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
