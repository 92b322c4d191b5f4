"""One pass over the tags of a safe body: headings, ids, links, pictures, frames, and the text between.

It takes what ``safety`` returns, which is well formed. It makes valid HTML for a page that has one h1:

- Headings nest from h2 without gaps. Their ids are the slugs of their words, numbered from the second equal
  one on (``#water-levels-2``). No id in a body ends with an underscore: those are the layout's.
- Alignment, an attribute or a style, becomes a class: ``align-left``, ``-right``, ``-center``, ``-justify``.
- What a reader's browser would fetch from elsewhere becomes a link, unless the site names its host.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from types import MappingProxyType

from broadsheet.common.slugs import slugify
from broadsheet.read.markdown.attributes import (
    CONTENTS,
    Attributes,
    AttributeWriter,
    is_aside,
    make_kramdown_id,
    parse_attributes,
    write_attributes,
)
from broadsheet.read.markdown.body_text import PLACEHOLDERS, BodyText, MarkdownOptions
from broadsheet.read.markdown.elements import (
    COMPLETED,
    ELEMENTS,
    HEADINGS,
    NOT_BLOCKS,
    VOID,
    WRAPPERS,
    Element,
    find_wrapper,
)
from broadsheet.read.markdown.running_text import RunningText
from broadsheet.read.markdown.special_tags import SpecialTags

# A paragraph of nothing but words, as most are, is one token.
_TOKEN = re.compile(r"(?:<p>(?!\n<)([^<]++)</p>|<(/?)([a-z][a-z0-9]*)([^<>]*)>)([^<]*)")
_REFERENCE = re.compile(r'<sup id="fnref[^<>]*>.*?</sup>', re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")
_SUMMARY = re.compile(r"\s*<summary")
_NEXT = re.compile(r"([^<]+)|</?([a-z][a-z0-9]*)[^<>]*>")
# What stands among words for a line break and for a picture.
_FOR_VOID = {"br": "\n", "img": "\ufffc"}
_LOWEST = 6
_NO_ATTRIBUTES: Attributes = MappingProxyType({})
_CONTENTS = f'<div class="{CONTENTS}"></div>'


class _Open:
    """An element that is open.

    ``at`` is where its start tag is in the output, and ``end`` its end tag; both may still change. ``name``
    is what its children take for their parent: another element's name if this one's tags were dropped.
    ``attributes`` are kept for headings only. ``wrapper`` is the name of the element that was put around
    this one, if any; ``children`` the names of its children, where they matter at its end.
    """

    __slots__ = ("aside", "at", "attributes", "children", "element", "end", "name", "wrapper")

    def __init__(self, element: Element, name: str, at: int, end: str, wrapper: str) -> None:
        self.element = element
        self.name = name
        self.at = at
        self.end = end
        self.wrapper = wrapper
        self.aside = element.aside
        self.attributes: Attributes = _NO_ATTRIBUTES
        self.children: list[str] = []


class Finisher:
    """Finishes one body."""

    def __init__(self, body: BodyText, options: MarkdownOptions) -> None:
        """Finish ``body``."""
        self.text = RunningText(options.language, self._read_on)
        self._attributes = AttributeWriter()
        self._special = SpecialTags(body, self._attributes, options)
        self._kramdown = options.dialect.kramdown
        self._clean = ""
        self._at = 0
        self._out: list[str] = []
        self._open: list[_Open] = []
        self._inline: list[_Open] = []
        self._words_only = 0
        self._outline: list[int] = []
        self._headings: list[tuple[int, str, str]] = []

    def finish(self, clean: str) -> str:
        """Return ``clean``, safe HTML, finished."""
        self._clean = clean = self._special.simplify_embeds(clean)
        out, opened, running = self._out, self._open, self.text
        begin = clean.find("<")
        self._at = len(clean) if begin < 0 else begin
        out.append(running.write(clean[: self._at]))
        for token in _TOKEN.finditer(clean):
            words, ends, name, attributes, text = token.groups()
            if words:
                self._at = token.end(1)
            if words and not opened:
                out.append(f"<p>{running.write_paragraph(words)}</p>")
            elif words:
                self._begin("p", _NO_ATTRIBUTES)
                self._write_text(words)
                self._end("p")
            elif ends:
                self._end(name)
            else:
                self._begin(name, parse_attributes(attributes) if attributes else _NO_ATTRIBUTES)
                if name == "details" and not _SUMMARY.match(clean, token.start(5)):
                    self._add_summary()
            if text == "\n":
                out.append(text)
                running.skip(text)
            elif text:
                self._at = token.end()
                if opened and opened[-1].name in WRAPPERS:
                    self._write_text(text)
                else:
                    out.append(running.write(text))
        html_text = "".join(out)
        return html_text.replace(_CONTENTS, self._write_contents()) if _CONTENTS in html_text else html_text

    def _write_contents(self) -> str:
        """Return the list of the body's headings, nested as they are, without those of the class no_toc."""
        made = []
        levels: list[int] = []
        for level, anchor, words in self._headings:
            while len(levels) > 1 and levels[-1] > level:
                levels.pop()
                made.append("</li></ul>")
            if levels and levels[-1] >= level:
                made.append("</li>")
            else:
                levels.append(level)
                made.append("<ul>" if made else f'<ul class="{CONTENTS}">')
            made.append(f'<li><a href="#{anchor}">{words}</a>')
        return "".join(made) + "</li></ul>" * len(levels)

    def _read_on(self) -> Iterator[str]:
        """Yield what follows the text that is being written, up to the next block."""
        for found in _NEXT.finditer(self._clean, self._at):
            text, name = found.groups()
            if name and name not in NOT_BLOCKS:
                return
            if text or name in _FOR_VOID:
                yield text or _FOR_VOID[name]

    def _write_text(self, text: str) -> None:
        text = self.text.write(text)
        wrapper = WRAPPERS.get(self._open[-1].name) if self._open else None
        if wrapper and not text.isspace():
            self._open[-1].children.append(wrapper)
            text = f"<{wrapper}>{text}</{wrapper}>"
        self._out.append(text)

    def _begin(self, name: str, attributes: Attributes) -> None:
        element = ELEMENTS[name]
        if element.block:
            self._begin_block()
        parent = self._open[-1].name if self._open else ""
        wrapper = find_wrapper(name, parent) if parent in WRAPPERS else ""
        tags = self._make_tags(name, element, attributes, parent)
        if name in VOID:
            self._add_void(name, tags[0] if tags else "", wrapper)
            return
        if parent in COMPLETED:
            self._open[-1].children.append(wrapper or name)
        if wrapper:
            self._out.append(f"<{wrapper}>")
        start, end = tags or ("", "")
        opened = _Open(element, element.tag if tags else wrapper or parent, len(self._out), end, wrapper)
        if name in HEADINGS and tags:
            opened.attributes = attributes
        if attributes and is_aside(attributes):
            opened.aside = True
        self._out.append(start)
        self._open.append(opened)
        self.text.aside += opened.aside
        self._words_only += element.words_only
        self.text.verbatim += element.verbatim
        if element.inline:
            self._inline.append(opened)

    def _make_tags(
        self, name: str, element: Element, attributes: Attributes, parent: str
    ) -> tuple[str, str] | None:
        """Return the start and the end tag of an element; None if only what is in it stays.

        Those of a heading are empty: its level and its id are known when it ends.
        """
        if self._words_only and element.block and not (parent == "summary" and name in HEADINGS):
            return None
        if element.parents and parent not in element.parents and not self._is_in_group(parent):
            tag = "div" if element.block else "span"
            return f"<{tag}{self._attributes.write(attributes)}>", f"</{tag}>"
        if name in SpecialTags.NAMES:
            tags = self._special.write(name, attributes, parent)
            return tags if tags != ("", "") else None
        if element.plain and not attributes:
            return element.start, element.end
        if name in HEADINGS:
            return "", ""
        return f"<{element.tag}{self._attributes.write(attributes)}>", element.end

    def _add_void(self, name: str, tag: str, wrapper: str) -> None:
        self._out.append(f"<{wrapper}>{tag}</{wrapper}>" if wrapper else tag)
        self.text.skip("\n" if name == "br" else "\ufffc")

    def _is_in_group(self, parent: str) -> bool:
        """Return whether an element begins in a div that groups terms of a list of definitions."""
        return parent == "div" and len(self._open) > 1 and self._open[-2].name == "dl"

    def _begin_block(self) -> None:
        """Begin a block; remove the tags of the inline elements around it, which may not contain it."""
        self.text.begin_block()
        for opened in self._inline:
            self._out[opened.at] = ""
            opened.end = ""
        self._inline.clear()

    def _add_summary(self) -> None:
        """Give a details element the summary that it lacks."""
        if self._open[-1].name == "details":
            self._out.append("<summary>…</summary>")

    def _end(self, name: str) -> None:
        opened = self._open.pop()
        element = opened.element
        self.text.aside -= opened.aside
        self._words_only -= element.words_only
        self.text.verbatim -= element.verbatim
        if self._inline and self._inline[-1] is opened:
            self._inline.pop()
        if opened.name == name:
            if name in HEADINGS:
                self._end_heading(int(name[1]), opened)
            elif name in COMPLETED:
                self._complete(name, opened)
        self._out.append(opened.end)
        if opened.wrapper:
            self._out.append(f"</{opened.wrapper}>")
        if name == "a" and opened.end.endswith("</a>"):
            self._special.open_links -= 1
        if element.block:
            self.text.begin_block()

    def _complete(self, name: str, opened: _Open) -> None:
        """Add the term or the definition that a dl lacks; remove the tags of a ruby without annotations."""
        children = opened.children
        if name == "ruby" and "rt" not in children:
            self._out[opened.at] = ""
            opened.end = ""
        if name == "dl" and children[:1] not in (["dt"], ["div"]):
            self._out[opened.at] += "<dt></dt>"
        if name == "dl" and not {"dd", "div"}.intersection(children):
            self._out.append("<dd></dd>")

    def _end_heading(self, written: int, opened: _Open) -> None:
        """Make the tags of a heading that was written with level ``written``; one without words has none."""
        inner = "".join(self._out[opened.at + 1 :])
        words = _TAG.sub("", _REFERENCE.sub("", inner)) if "<" in inner else inner
        words = PLACEHOLDERS.sub(" ", words).strip()
        if not words and "<img" not in inner:
            return
        while self._outline and self._outline[-1] >= written:
            self._outline.pop()
        self._outline.append(written)
        level = min(len(self._outline) + 1, _LOWEST)
        attributes = self._attributes.select(opened.attributes)
        if "id" not in attributes and words:
            attributes = {"id": self._make_heading_id(html.unescape(words)), **attributes}
        anchor = attributes.get("id")
        if anchor and "no_toc" not in attributes.get("class", "").split():
            self._headings.append((level, anchor, words))
        self._out[opened.at] = f"<h{level}{write_attributes(attributes)}>"
        opened.end = f"</h{level}>"

    def _make_heading_id(self, words: str) -> str:
        if self._kramdown:
            return self._attributes.make_id(make_kramdown_id(words), second=1)
        return self._attributes.make_id(slugify(words))
