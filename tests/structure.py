"""What HTML says, whatever way it is written: its elements and words, to compare two renderings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import html5lib

_BLOCKS = frozenset(
    (
        *(
            "DOCUMENT_FRAGMENT",
            "blockquote",
            "br",
            "dd",
            "details",
            "div",
            "dl",
            "dt",
            "figure",
            "hr",
            "li",
            "ol",
        ),
        *("h1", "h2", "h3", "h4", "h5", "h6", "p", "pre", "summary", "table", "tbody", "td", "th", "thead"),
        *("tr", "ul"),
    )
)
# A box of a task, and a figure with its caption, are ours; so is what is crossed out, which others call s.
_BOX = re.compile(r'<input(?=[^>]*\btype="checkbox")(?P<checked>[^>]*\bchecked\b)?[^>]*> *')
_CAPTION = re.compile(r"<figcaption>.*?</figcaption>", re.DOTALL)
_TASK_CLASS = re.compile(r' class="(?:contains-)?task-list(?:-item)?(?: enabled)?"')
_ALIGNED = re.compile(r'style="text-align: ?(\w+);?"')
_TAGS = {"figure": "p", "s": "del"}
# What no other renderer writes: the number of an item that does not count up, and a title that is a caption.
_OURS = frozenset({("li", "value"), ("img", "title")})


def read_structure(html: str) -> list[str]:
    """Return the tags of ``html`` with their attributes, and the words between them, with single spaces."""
    html = _CAPTION.sub("", html.strip())
    html = _BOX.sub(lambda box: "☑ " if box["checked"] else "☐ ", html)
    html = _ALIGNED.sub(r'align="\1"', _TASK_CLASS.sub("", html))
    tree = html5lib.parseFragment(html, namespaceHTMLElements=False)
    return list(_squeeze(_walk(tree)))


def read_words(html: str) -> str:
    """Return the words of ``html``, with alternative texts, and nothing but letters and digits of them."""
    tree = html5lib.parseFragment(html, namespaceHTMLElements=False)
    words = [piece for element in tree.iter() for piece in (element.get("alt"), element.text, element.tail)]
    return "".join(char for word in words if word for char in word if char.isalnum())


def _walk(element: Any) -> Iterator[tuple[str, str]]:
    """Yield kinds and texts: a tag's name and the whole tag, or "" and words."""
    tag = _TAGS.get(str(element.tag), str(element.tag))
    if not isinstance(element.tag, str):
        return
    attributes = "".join(
        f" {name}={unquote(value) if name in {'href', 'src'} else value!r}"
        for name, value in sorted(element.attrib.items())
        if (tag, name) not in _OURS
    )
    yield tag, f"<{tag}{attributes}>"
    yield "", element.text or ""
    for child in element:
        yield from _walk(child)
        yield "", child.tail or ""
    yield tag, f"</{tag}>"


def _squeeze(tokens: Iterator[tuple[str, str]]) -> Iterator[str]:
    """Yield the tags and, between them, words without the spaces that a browser would not show."""
    words, before, verbatim = "", "DOCUMENT_FRAGMENT", 0
    for kind, text in tokens:
        if not kind:
            words += text
            continue
        if verbatim:
            words = words.rstrip()
        else:
            words = re.sub(r"\s+", " ", words)
            words = words.lstrip() if before in _BLOCKS else words
            words = words.rstrip() if kind in _BLOCKS else words
        if words:
            yield words
        verbatim += (text.startswith("<pre") - text.startswith("</pre")) if kind == "pre" else 0
        words, before = "", kind
        yield text
