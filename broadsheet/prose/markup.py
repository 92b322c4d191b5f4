"""Python-Markdown as Broadsheet sets it up: its extensions, figures, footnote ids, escaped quotes.

Beyond Python-Markdown's syntax there is one thing: a picture alone in a paragraph becomes a figure, the
picture's title its caption, and an attribute ``credit`` its credit::

    ![The bridge](bridge.jpg "The bridge on Sunday."){: credit="Photo: Ana Ruiz" }

What comes out is not safe: an author's HTML is still in it.
"""

from __future__ import annotations

import functools
import hashlib
import re
from typing import TYPE_CHECKING, Any

from broadsheet.prose.source import ESCAPED, TooTangled

if TYPE_CHECKING:
    from collections.abc import Callable

# How deep quotes and lists may nest. Python-Markdown would go on until Python's stack is nearly full,
# and so the same text would give other HTML where the caller's own stack is deeper.
DEPTH = 32
_BRACKETED = ("reference", "link", "image_link", "image_reference", "short_reference", "short_image_ref")
_BRACKETS = re.compile(r"[\[\]]")
# How long the part of a link in parentheses may be. Python-Markdown looks for its end one character at a
# time, from each bracket anew.
_REACH = 4096


def converted(text: str, *, path: str, language: str) -> str:
    """Return what Markdown makes of ``text``: HTML that nobody has made safe yet.

    Raises ``TooTangled`` for a text that Python-Markdown cannot take.
    """
    convert = _converter()
    try:
        return convert(text, hashlib.sha256(path.encode()).hexdigest()[:6])
    except Exception as fault:
        # Whatever broke off in the middle may have left something behind.
        _converter.cache_clear()
        if isinstance(fault, TooTangled):
            raise
        raise TooTangled(f"Markdown gives up ({type(fault).__name__})") from fault


@functools.cache
def _converter() -> Callable[[str, str], str]:
    """Return the one converter of this process: building it takes as long as rendering ten bodies.

    Python-Markdown is imported here, so that whoever only resolves marks does without it.
    """
    from xml.etree.ElementTree import Element, SubElement  # noqa: PLC0415, S405 - no XML is parsed

    from markdown import Markdown  # noqa: PLC0415
    from markdown.blockparser import BlockParser  # noqa: PLC0415
    from markdown.extensions import Extension  # noqa: PLC0415
    from markdown.extensions.abbr import AbbrExtension  # noqa: PLC0415
    from markdown.extensions.attr_list import AttrListExtension  # noqa: PLC0415
    from markdown.extensions.def_list import DefListExtension  # noqa: PLC0415
    from markdown.extensions.fenced_code import FencedCodeExtension  # noqa: PLC0415
    from markdown.extensions.footnotes import FootnoteExtension  # noqa: PLC0415
    from markdown.extensions.tables import TableExtension  # noqa: PLC0415
    from markdown.treeprocessors import Treeprocessor, UnescapeTreeprocessor  # noqa: PLC0415

    class Footnotes(FootnoteExtension):
        """Footnotes whose ids are made of the article's digest and a number, never of their labels."""

        article = ""

        def makeFootnoteId(self, id: str) -> str:  # noqa: A002, N802 - the names of the base class
            return f"fn-{self.article}-{self._number(id)}"

        def makeFootnoteRefId(self, id: str, found: bool = False) -> str:  # noqa: A002, FBT001, FBT002, N802
            number = f"{self.article}-{self._number(id)}"
            first = f"fnref-{number}"
            if not found:
                return first
            times = self.found_refs[first] = self.found_refs.get(first, 0) + 1
            return first if times == 1 else f"fnref{times}-{number}"

        def _number(self, label: str) -> int:
            return list(self.footnotes).index(label) + 1

    class Figures(Treeprocessor):
        """Turns a paragraph that is one picture, linked or not, into a figure."""

        def run(self, root: Element) -> None:
            for paragraph in root.iter("p"):
                picture = _only_picture(paragraph)
                if picture is None:
                    continue
                paragraph.tag = "figure"
                caption = picture.attrib.pop("title", "")
                credits_ = [paragraph.attrib.pop("credit", ""), picture.attrib.pop("credit", "")]
                credit = next((words for words in credits_ if words), "")
                if not caption and not credit:
                    continue
                line = SubElement(paragraph, "figcaption")
                line.text = caption
                if credit:
                    line.text += " " if caption else ""
                    SubElement(line, "span", {"class": "credit"}).text = credit

    class Unescape(UnescapeTreeprocessor):
        """Leaves a stand-in where the author escaped what typography would change."""

        def _unescape(self, m: re.Match[str]) -> str:
            char = chr(int(m.group(1)))
            return ESCAPED.get(char, char)

    class ShallowParser(BlockParser):
        """Nests to a fixed depth."""

        depth = 0

        def parseBlocks(self, parent: Element, blocks: list[str]) -> None:  # noqa: N802
            self.depth += 1
            if self.depth > DEPTH:
                raise TooTangled(f"quotes and lists are nested more than {DEPTH} deep")
            super().parseBlocks(parent, blocks)
            self.depth -= 1

    class NearBrackets:
        """Looks for the end of a link's text and address only so deep and so far: a mixin for the patterns."""

        def getText(self, data: str, index: int) -> tuple[str, int, bool]:  # noqa: N802
            depth = 1
            for bracket in _BRACKETS.finditer(data, index):
                depth += 1 if bracket[0] == "[" else -1
                if depth == 0:
                    return data[index : bracket.start()], bracket.end(), True
                if depth > DEPTH:
                    break
            return "", index, False

        def getLink(self, data: str, index: int) -> tuple[str, str | None, int, bool]:  # noqa: N802
            near = data[index : index + _REACH]
            if near[:1] != "(" or ")" not in near:
                return "", None, index, False
            href, title, end, handled = super().getLink(near, 0)  # type: ignore[misc]
            return href, title, index + end, handled

    class House(Extension):
        """What Broadsheet changes in Markdown."""

        def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
            md.ESCAPED_CHARS.extend(('"', "'"))
            md.treeprocessors.register(Figures(md), "figures", 6)
            md.treeprocessors.register(Unescape(md), "unescape", 0)
            md.parser.__class__ = ShallowParser
            for name in _BRACKETED:
                pattern = md.inlinePatterns[name]
                pattern.__class__ = type(name, (NearBrackets, type(pattern)), {})
            # The extension's own pattern looks for the closing bracket past the next opening one.
            md.inlinePatterns["footnote"].compiled_re = re.compile(r"\[\^([^\[\]]*)\]")

    footnotes = Footnotes(SEPARATOR="-", BACKLINK_TEXT="&#8617;&#65038;", BACKLINK_TITLE="%d")
    extensions: list[Any] = [
        FencedCodeExtension(),
        footnotes,
        AttrListExtension(),
        DefListExtension(),
        TableExtension(use_align_attribute=True),
        AbbrExtension(),
        House(),
    ]
    markdown = Markdown(extensions=extensions, output_format="html")

    def convert(text: str, article: str) -> str:
        markdown.reset()
        footnotes.article = article
        return markdown.convert(text)

    return convert


def _only_picture(paragraph: Any) -> Any:
    """Return the picture that is all there is in a paragraph, or None."""
    inner = paragraph
    while len(inner) == 1 and not (inner.text or "").strip() and not (inner[0].tail or "").strip():
        inner = inner[0]
        if inner.tag == "img":
            return inner
        if inner.tag != "a":
            return None
    return None
