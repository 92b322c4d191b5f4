"""The words of a block between reading and writing: text, runs of marks, tags, and whole elements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement

from broadsheet.read.markdown.body_text import UnrenderableError
from broadsheet.read.markdown.syntax.emphasis import Run

_DEPTH = 64


class BeginLink(NamedTuple):
    """Where a link begins."""

    attributes: dict[str, str]


class EndLink(NamedTuple):
    """Where it ends."""


class Html(str):
    """Stands for a piece of HTML."""

    __slots__ = ()


Token = str | Run | BeginLink | EndLink | Element


def read_words(tokens: Iterable[Token]) -> str:
    """Return the words of ``tokens`` without any markup, for a picture's alternative text."""
    return "".join(_read_words(tokens))


def _read_words(tokens: Iterable[Token]) -> Iterator[str]:
    for token in tokens:
        if isinstance(token, Run):
            yield token.mark * token.count
        elif isinstance(token, Element):
            yield token.get("alt", "") or "".join(token.itertext()) or ("\n" if token.tag == "br" else "")
        elif isinstance(token, str) and not isinstance(token, Html):
            yield token


def write(block: Element, tokens: Iterable[Token]) -> None:
    """Write ``tokens``, all their runs paired, into ``block``, before the elements that it has."""
    writer = _Writer(block)
    for token in tokens:
        if isinstance(token, str):
            writer.add_text(token)
        elif isinstance(token, Run):
            for _ in token.ends:
                writer.end()
            writer.add_text(token.mark * token.count)
            for tag in reversed(token.begins):
                writer.begin(tag, {})
        elif isinstance(token, BeginLink):
            writer.begin_link(token.attributes)
        elif isinstance(token, EndLink):
            writer.end_link()
        else:
            writer.add(token)
    writer.finish()


class _Writer:
    """Writes text and elements into a block."""

    def __init__(self, block: Element) -> None:
        self._rest = list(block)
        block[:] = []
        block.text = ""
        self._open = [block]
        self._last: Element | None = None
        self._links = 0
        self._pieces: list[str] = []

    def add_text(self, text: str) -> None:
        self._pieces.append(text)

    def _put_text(self) -> None:
        """Put the text so far where the next element will follow it."""
        text = "".join(self._pieces)
        self._pieces.clear()
        if not text:
            return
        if self._last is None:
            self._open[-1].text = (self._open[-1].text or "") + text
        else:
            self._last.tail = (self._last.tail or "") + text

    def add(self, element: Element) -> None:
        self._put_text()
        self._open[-1].append(element)
        self._last = element

    def begin_link(self, attributes: dict[str, str]) -> None:
        self._links += 1
        if self._links == 1:
            self.begin("a", attributes)

    def begin(self, tag: str, attributes: dict[str, str]) -> None:
        if len(self._open) > _DEPTH:
            raise UnrenderableError("emphasis stands in emphasis too deeply")
        self._put_text()
        self._open.append(SubElement(self._open[-1], tag, attributes))
        self._last = None

    def end_link(self) -> None:
        """End a link; one in another, such as an address in its words, has not begun."""
        self._links -= 1
        if not self._links:
            self.end()

    def end(self) -> None:
        self._put_text()
        self._last = self._open.pop()

    def finish(self) -> None:
        self._put_text()
        self._open[0].extend(self._rest)


def unwrap_paragraphs(element: Element) -> None:
    """Put the words of the paragraphs in ``element`` right into it, and give it their attributes."""
    children = list(element)
    element[:] = []
    for child in children:
        if child.tag != "p":
            element.append(child)
            continue
        element.attrib.update(child.attrib)
        _append_text(element, child.text or "")
        element.extend(child)
        _append_text(element, child.tail or "")


def _append_text(element: Element, text: str) -> None:
    if not text:
        return
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text
