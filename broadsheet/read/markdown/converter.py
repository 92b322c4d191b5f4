"""Python-Markdown as Broadsheet sets it up: its extensions, figures, footnote ids, escaped quotes.

Broadsheet adds two things to Python-Markdown's syntax. A picture alone in a paragraph becomes a figure, with
the picture's title as its caption and an attribute ``credit`` as its credit::

    ![The bridge](bridge.jpg "The bridge on Sunday."){: credit="Photo: Ana Ruiz" }

A paragraph or a list of nothing but pictures that has the class ``gallery`` becomes a figure of figures, or a
list of them::

    ![The bridge](bridge.jpg "The bridge.")
    ![The pier](pier.jpg "The pier.")
    {.gallery credit="Photos: Ana Ruiz"}

What makes Python-Markdown slow, or dependent on the caller, is limited: how deep quotes and lists nest, and
how far it searches for the end of a link. The result is not safe: the author's own HTML is still in it. One
text leaves nothing behind for the next.
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Callable
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.footnotes import NBSP_PLACEHOLDER, FootnoteExtension
from markdown.treeprocessors import Treeprocessor

from broadsheet.read.markdown.body_text import Dialect, UnrenderableError
from broadsheet.read.markdown.syntax import Fault, Syntax

# Python-Markdown goes on until Python's stack is nearly full, so the same text would give different HTML
# depending on how deep the caller's stack is. A list in a list takes two of these levels.
_DEPTH = 64
# How deep brackets may nest, and how long the part of a link in parentheses may be. From each bracket,
# Python-Markdown searches for its end up to the end of the paragraph, which is quadratic.
_BRACKETS = 32
_REACH = 4096
# A line that begins with one of these tags is HTML; code that begins so needs a fence.
_INDENTED_HTML = re.compile(
    r"\s*</?(?:blockquote|center|dd|div|dl|dt|figure|h[1-6]|hr|iframe|img|li|ol|p|strong|table|t[dhr]|ul)\b[^<]*>"
)
_BRACKET = re.compile(r"[\[\]]")
_BRACKETED = ("reference", "link", "image_link", "image_reference", "short_reference", "short_image_ref")


class Converted(NamedTuple):
    """The HTML of a text, which is not safe yet, and what is wrong with the text."""

    html: str
    faults: tuple[Fault, ...]


def convert(text: str, dialect: Dialect, *, path: str) -> Converted:
    """Convert ``text``, the body of the file at ``path``, which is written in ``dialect``.

    Raises ``UnrenderableError`` for a text that cannot be converted.
    """
    convert = _load_converter(dialect)
    try:
        return convert(text, hashlib.sha256(path.encode()).hexdigest()[:6])
    except Exception as fault:
        # It stopped in the middle: what is left in it must not get into the next body.
        _load_converter.cache_clear()
        if isinstance(fault, UnrenderableError):
            raise
        raise UnrenderableError(f"Markdown gives up ({type(fault).__name__})") from fault


@functools.cache
def _load_converter(dialect: Dialect) -> Callable[[str, str], Converted]:
    """Return this process's one converter: making it takes as long as rendering several bodies."""
    footnotes = _Footnotes()
    syntax = Syntax(footnotes, dialect)
    markdown = Markdown(extensions=[footnotes, syntax, _Additions()], output_format="html")

    def convert(text: str, digest: str) -> Converted:
        markdown.reset()
        footnotes.digest = digest
        html = markdown.convert(text)
        return Converted(html, syntax.find_faults())

    return convert


class _Additions(Extension):
    """What Broadsheet changes in Python-Markdown."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the name that Python-Markdown calls
        """Register the changes."""
        md.treeprocessors.register(_Figures(md), "figures", 6)


class _Footnotes(FootnoteExtension):
    """Footnotes with ids made from a digest and a number, never from their labels: ``fn-3fa9c1-2``."""

    def __init__(self) -> None:
        # U+FE0E makes the arrow text, not an emoji.
        super().__init__(SEPARATOR="-", BACKLINK_TEXT="&#8617;&#65038;", BACKLINK_TITLE="%d")
        self.digest = ""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the name that Python-Markdown calls
        """Register Python-Markdown's own processors, and one for footnotes that nothing refers to."""
        super().extendMarkdown(md)
        # After the words were read, which tells which footnotes are referred to.
        md.treeprocessors.register(_UnusedFootnotes(md, self), "unused_footnotes", 9)

    def list_unused_ids(self) -> frozenset[str]:
        """Return the ids of the footnotes that nothing refers to."""
        used = set(self.footnote_order)
        return frozenset(self.makeFootnoteId(label) for label in self.footnotes if label not in used)

    def makeFootnoteId(self, id: str) -> str:  # noqa: A002, N802
        return f"fn-{self._number(id)}"

    def makeFootnoteRefId(self, id: str, found: bool = False) -> str:  # noqa: A002, FBT001, FBT002, N802
        number = self._number(id)
        first = f"fnref-{number}"
        if not found:
            return first
        times = self.found_refs[first] = self.found_refs.get(first, 0) + 1
        return first if times == 1 else f"fnref{times}-{number}"

    def _number(self, label: str) -> str:
        return f"{self.digest}-{list(self.footnotes).index(label) + 1}"


class _UnusedFootnotes(Treeprocessor):
    """Takes the link back to the text from footnotes to which nothing there refers."""

    def __init__(self, md: Markdown, footnotes: _Footnotes) -> None:
        super().__init__(md)
        self._footnotes = footnotes

    def run(self, root: Element) -> None:
        unused = self._footnotes.list_unused_ids()
        if not unused:
            return
        for note in root.iter("li"):
            if note.get("id") in unused:
                for parent in list(note.iter()):
                    for link in [each for each in parent if each.get("class") == "footnote-backref"]:
                        _remove_link_back(parent, link)


def _remove_link_back(parent: Element, link: Element) -> None:
    """Remove a link, and the space that Python-Markdown puts before it."""
    at = list(parent).index(link)
    parent.remove(link)
    if at:
        parent[at - 1].tail = (parent[at - 1].tail or "").removesuffix(NBSP_PLACEHOLDER)
    else:
        parent.text = (parent.text or "").removesuffix(NBSP_PLACEHOLDER)


class _Figures(Treeprocessor):
    """Turns a paragraph that is one picture, linked or not, into a figure, and a gallery's into several."""

    def run(self, root: Element) -> None:
        for element in list(root.iter()):
            if element.tag == "p":
                _make_figure(element)
            elif element.tag in {"ol", "ul"} and _is_gallery(element):
                for item in element:
                    found = _find_pictures(item)
                    if len(found) == 1:
                        _frame(item, found)


class _Found(NamedTuple):
    """A picture, and the child of a block that it is in: its link, or itself."""

    child: Element
    picture: Element


def _make_figure(paragraph: Element) -> None:
    """Make a figure of a paragraph that is one picture, or a gallery; leave any other as it is."""
    found = _find_pictures(paragraph)
    credit = paragraph.get("credit", "")
    if len(found) == len(paragraph) == 1:
        picture = found[0].picture
        caption = picture.attrib.pop("title", "")
        credit = picture.attrib.pop("credit", "") or credit
    elif found and _is_gallery(paragraph):
        caption = paragraph.attrib.pop("title", "")
        _frame(paragraph, found)
    else:
        return
    paragraph.tag = "figure"
    paragraph.attrib.pop("credit", "")
    _add_caption(paragraph, caption, credit)


def _frame(parent: Element, found: list[_Found]) -> None:
    """Replace all that is in ``parent`` by a figure for each of its pictures."""
    for child in list(parent):
        parent.remove(child)
    parent.text = "\n"
    for child, picture in found:
        child.tail = None
        figure = SubElement(parent, "figure")
        figure.tail = "\n"
        figure.append(child)
        _add_caption(figure, picture.attrib.pop("title", ""), picture.attrib.pop("credit", ""))


def _add_caption(figure: Element, caption: str, credit: str) -> None:
    if not caption and not credit:
        return
    line = SubElement(figure, "figcaption")
    line.text = f"{caption} " if caption and credit else caption
    if credit:
        SubElement(line, "span", {"class": "credit"}).text = credit


def _is_gallery(element: Element) -> bool:
    return "gallery" in element.get("class", "").split()


def _find_pictures(block: Element) -> list[_Found]:
    """Return the pictures of a block that has nothing else, besides line breaks; none of any other."""
    if (block.text or "").strip():
        return []
    found = []
    for child in block:
        if (child.tail or "").strip():
            return []
        picture = _find_picture(child)
        if picture is not None:
            found.append(_Found(child, picture))
        elif child.tag != "br":
            return []
    return found


def _find_picture(element: Element) -> Element | None:
    """Return a picture itself, or the one that is all a link contains; None for anything else."""
    while element.tag == "a" and len(element) == 1:
        if (element.text or "").strip() or (element[0].tail or "").strip():
            return None
        element = element[0]
    return element if element.tag == "img" else None
