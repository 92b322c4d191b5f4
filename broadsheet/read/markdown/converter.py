"""Python-Markdown as Broadsheet sets it up: its extensions, figures, footnote ids, escaped quotes.

Beyond Python-Markdown's syntax there is one thing. A picture alone in a paragraph becomes a figure, the
picture's title its caption, and an attribute ``credit`` its credit::

    ![The bridge](bridge.jpg "The bridge on Sunday."){: credit="Photo: Ana Ruiz" }

Within that syntax, what makes Python-Markdown slow or depends on the caller is bounded: how deep quotes and
lists nest, and how far it looks for the end of a link. What comes out is not safe: the author's own HTML is
still in it. Nothing of one text is left when the next comes.
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Callable
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.blockprocessors import CodeBlockProcessor
from markdown.extensions import Extension
from markdown.extensions.abbr import AbbrExtension
from markdown.extensions.attr_list import AttrListExtension
from markdown.extensions.def_list import DefListExtension
from markdown.extensions.fenced_code import FencedCodeExtension
from markdown.extensions.footnotes import FootnoteExtension
from markdown.extensions.tables import TableExtension
from markdown.inlinepatterns import LinkInlineProcessor
from markdown.treeprocessors import Treeprocessor, UnescapeTreeprocessor

from broadsheet.read.markdown.source import ESCAPED, TooTangled

# Python-Markdown would go on until Python's stack is nearly full, and so the same text would give other
# HTML where the caller's own stack is deeper. A list in a list takes two of these levels.
_DEPTH = 64
# How many brackets may stand in brackets, and how long the part of a link in parentheses may be.
# Python-Markdown looks for their ends to the end of the paragraph, from each bracket anew.
_BRACKETS = 32
_REACH = 4096
# Tags that only an author's own HTML begins a line with; a line of code may, in a fence.
_INDENTED_HTML = re.compile(
    r"\s*</?(?:blockquote|center|dd|div|dl|dt|figure|h[1-6]|hr|iframe|img|li|ol|p|strong|table|t[dhr]|ul)\b[^<]*>"
)
_BRACKET = re.compile(r"[\[\]]")
_BRACKETED = ("reference", "link", "image_link", "image_reference", "short_reference", "short_image_ref")


def converted(text: str, *, path: str) -> str:
    """Return what Markdown makes of ``text``, the body at ``path``: HTML that nobody has made safe yet.

    Raises ``TooTangled`` for a text that Python-Markdown cannot take.
    """
    convert = _converter()
    try:
        return convert(text, hashlib.sha256(path.encode()).hexdigest()[:6])
    except Exception as fault:
        # It broke off in the middle: whatever is left in it must not get into the next body.
        _converter.cache_clear()
        if isinstance(fault, TooTangled):
            raise
        raise TooTangled(f"Markdown gives up ({type(fault).__name__})") from fault


@functools.cache
def _converter() -> Callable[[str, str], str]:
    """Return the one converter of this process: building it takes as long as rendering several bodies."""
    footnotes = _Footnotes()
    extensions = [
        FencedCodeExtension(),
        footnotes,
        AttrListExtension(),
        DefListExtension(),
        TableExtension(use_align_attribute=True),
        AbbrExtension(),
        _House(),
    ]
    markdown = Markdown(extensions=extensions, output_format="html")

    def convert(text: str, digest: str) -> str:
        markdown.reset()
        footnotes.digest = digest
        return markdown.convert(text)

    return convert


class _House(Extension):
    """What Broadsheet changes in Markdown."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the name that Python-Markdown calls
        """Register the changes."""
        md.ESCAPED_CHARS.extend(('"', "'"))
        md.treeprocessors.register(_Figures(md), "figures", 6)
        md.treeprocessors.register(_Unescape(md), "unescape", 0)
        md.parser.__class__ = _ShallowParser
        md.parser.blockprocessors.register(_CodeBlocks(md.parser), "code", 80)
        for name in _BRACKETED:
            pattern = md.inlinePatterns[name]
            pattern.__class__ = type(name, (_NearBrackets, type(pattern)), {})
        # The extension's own pattern looks for the closing bracket past the next opening one.
        md.inlinePatterns["footnote"].compiled_re = re.compile(r"\[\^([^\[\]]*)\]")


class _ShallowParser(BlockParser):
    """Nests to a fixed depth."""

    depth = 0

    def parseBlocks(self, parent: Element, blocks: list[str]) -> None:  # noqa: N802
        self.depth += 1
        if self.depth > _DEPTH:
            raise TooTangled("quotes and lists stand in each other too deeply")
        super().parseBlocks(parent, blocks)
        self.depth -= 1


class _CodeBlocks(CodeBlockProcessor):
    """Takes no indented HTML for code: years of editors have indented the lists that they wrote as HTML."""

    def test(self, parent: Element, block: str) -> bool:
        return super().test(parent, block) and not _INDENTED_HTML.match(block)


class _NearBrackets(LinkInlineProcessor):
    """Looks for the end of a link's text and address only so deep and so far."""

    def getText(self, data: str, index: int) -> tuple[str, int, bool]:  # noqa: N802
        depth = 1
        for bracket in _BRACKET.finditer(data, index):
            depth += 1 if bracket[0] == "[" else -1
            if depth == 0:
                return data[index : bracket.start()], bracket.end(), True
            if depth > _BRACKETS:
                break
        return "", index, False

    def getLink(self, data: str, index: int) -> tuple[str, str | None, int, bool]:  # noqa: N802
        near = data[index : index + _REACH]
        if near[:1] != "(" or ")" not in near:
            return "", None, index, False
        href, title, end, handled = super().getLink(near, 0)
        return href, title, index + end, handled


class _Footnotes(FootnoteExtension):
    """Footnotes whose ids are made of a digest and a number: ``fn-3fa9c1-2``, never of their labels."""

    def __init__(self) -> None:
        # The second character makes the arrow a sign, not an emoji.
        super().__init__(SEPARATOR="-", BACKLINK_TEXT="&#8617;&#65038;", BACKLINK_TITLE="%d")
        self.digest = ""

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


class _Figures(Treeprocessor):
    """Turns a paragraph that is one picture, linked or not, into a figure."""

    def run(self, root: Element) -> None:
        for paragraph in root.iter("p"):
            picture = _only_picture(paragraph)
            if picture is None:
                continue
            paragraph.tag = "figure"
            caption = picture.attrib.pop("title", "")
            of_picture, of_paragraph = picture.attrib.pop("credit", ""), paragraph.attrib.pop("credit", "")
            credit = of_picture or of_paragraph
            if not caption and not credit:
                continue
            line = SubElement(paragraph, "figcaption")
            line.text = f"{caption} " if caption and credit else caption
            if credit:
                SubElement(line, "span", {"class": "credit"}).text = credit


def _only_picture(paragraph: Element) -> Element | None:
    """Return the picture that is all there is in a paragraph, or None."""
    inner = paragraph
    while len(inner) == 1 and not (inner.text or "").strip() and not (inner[0].tail or "").strip():
        inner = inner[0]
        if inner.tag == "img":
            return inner
        if inner.tag != "a":
            return None
    return None


class _Unescape(UnescapeTreeprocessor):
    """Leaves a stand-in where the author escaped what typography would change."""

    def _unescape(self, m: re.Match[str]) -> str:
        char = chr(int(m[1]))
        return ESCAPED.get(char, char)
