"""Blocks that contain other blocks: quotations, lists, definitions and footnotes; and tables."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, SubElement

from markdown.extensions.footnotes import FootnoteExtension

from broadsheet.read.markdown.body_text import UnrenderableError
from broadsheet.read.markdown.syntax.attribute_lists import ATTRIBUTES, assign
from broadsheet.read.markdown.syntax.blocks import LineParser, LineProcessor
from broadsheet.read.markdown.syntax.lines import CODE_INDENT, LineRules, Lines, indent_of, is_empty
from broadsheet.read.markdown.syntax.tables import add_table, begins_table, is_dashes

_MARKERS = re.compile(r"(?: *(?:>|[-+*](?= |$)|[0-9]{1,9}[.)](?= |$)))*")
# To kramdown the attributes of an item are before its words.
_OF_ITEM = re.compile(rf"{ATTRIBUTES} +")
_TASK = re.compile(r"\[([ xX])\](?= +[^ ])")
_BOXES = {" ": "\u2610", "x": "\u2611"}


class Quote(LineProcessor):
    """``> A quotation.``."""

    def _take(self, parent: Element, lines: Lines) -> bool:
        if not self.rules.quote.match(lines[0]):
            return False
        inner: list[str] = []
        paragraph = _OpenParagraph(self.rules)
        while lines:
            mark = self.rules.quote.match(lines[0])
            if mark:
                inner.append(lines[0][mark.end() :])
                paragraph.read(inner[-1])
            elif paragraph.goes_on_with(lines[0]):
                inner.append(paragraph.keep_words(lines[0]))
            else:
                break
            del lines[0]
        self.parser.parseBlocks(SubElement(parent, "blockquote"), inner)
        return True


class List(LineProcessor):
    """Items with bullets or numbers.

    CommonMark counts up from the first number, whatever the others are. Here each number that does not count
    up is kept, for it may be a rank or a year; but if all are equal, counting was left to us.
    """

    def _take(self, parent: Element, lines: Lines) -> bool:
        first = self._find_mark(lines[0])
        if first is None:
            return False
        made = SubElement(parent, "ol" if first.re is self.rules.number else "ul")
        numbers: list[int] = []
        loose = False
        while lines:
            empty = count_empty(lines)
            mark = self._find_mark(lines[empty]) if empty < len(lines) else None
            if mark is None or mark["mark"] != first["mark"]:
                break
            loose = loose or bool(empty)
            if made.tag == "ol":
                numbers.append(int(mark["number"]))
            item = SubElement(made, "li")
            _drop(lines, empty)
            inner = self._take_item(lines, mark)
            if self.rules.dialect.kramdown and (attributes := _OF_ITEM.match(inner[0])):
                assign(item, attributes[1])
                inner[0] = inner[0][attributes.end() :]
            self.parser.parseBlocks(item, inner)
            _mark_task(item)
            loose = loose or item in self.parser.loose
        _write_numbers(made, numbers)
        if not loose:
            self.parser.tight += list(made)
        return True

    def _find_mark(self, line: str) -> re.Match[str] | None:
        found = self.rules.bullet.match(line) or self.rules.number.match(line)
        return found if found and not self.rules.rule.match(line) else None

    def _take_item(self, lines: Lines, mark: re.Match[str]) -> list[str]:
        line = lines.popleft()
        width = mark.end()
        if width == len(line) or len(mark["space"]) > CODE_INDENT:
            # All but the first of these spaces are inside: before code, or at the end of an empty line.
            width = mark.start("space") + 1
        return take_indented(self.rules, lines, line[width:], width)


class Definition(LineProcessor):
    """A term and, on lines with a colon, what it means.

    https://michelf.ca/projects/php-markdown/extra/#def-list
    """

    def _take(self, parent: Element, lines: Lines) -> bool:
        mark = self.rules.definition.match(lines[0])
        above = parent[-1] if mark and len(parent) else None
        if mark is None or above is None or above.tag not in {"dl", "p"} or above.attrib:
            return False
        loose = self.parser.after_empty_line
        if above.tag == "p":
            parent.remove(above)
            if not len(parent) or parent[-1].tag != "dl":
                SubElement(parent, "dl")
            for term in (above.text or "").split("\n"):
                SubElement(parent[-1], "dt").text = term
        meaning = SubElement(parent[-1], "dd")
        text = lines.popleft()[mark.end() :]
        self.parser.parseBlocks(meaning, take_indented(self.rules, lines, text, CODE_INDENT))
        if not loose and meaning not in self.parser.loose:
            self.parser.tight.append(meaning)
        return True


# Python-Markdown goes through all of them for each.
_MOST_FOOTNOTES = 1000
_DIVIDE = "Make two articles of it."


class Footnote(LineProcessor):
    """``[^1]: What it says.``, which goes on in indented lines, wherever it is in the text.

    Of two with one label the first counts. ``again`` are the labels of the others.
    """

    def __init__(self, parser: LineParser, footnotes: FootnoteExtension) -> None:
        """Give what is found to ``footnotes``."""
        super().__init__(parser)
        self.again: list[str] = []
        self._footnotes = footnotes

    def _take(self, parent: Element, lines: Lines) -> bool:
        mark = self.rules.footnote.match(lines[0])
        if mark is None:
            return False
        text = lines.popleft()[mark.end() :]
        inner = take_indented(self.rules, lines, text, CODE_INDENT)
        if mark[1] in self._footnotes.footnotes:
            self.again.append(mark[1])
        elif len(self._footnotes.footnotes) == _MOST_FOOTNOTES:
            raise UnrenderableError(f"there are more than {_MOST_FOOTNOTES:,} footnotes", _DIVIDE)
        else:
            self._footnotes.setFootnote(mark[1], "\n".join(inner).rstrip())
        return True


class Table(LineProcessor):
    """Rows of cells, the second of dashes."""

    def _take(self, parent: Element, lines: Lines) -> bool:
        rows: list[str] = []
        if begins_table(lines):
            header, dashes = lines.popleft(), lines.popleft()
            while lines and not is_empty(lines[0]) and not self.rules.interrupts(lines[0]):
                rows.append(lines.popleft())
            add_table(parent, header, dashes, rows)
            return True
        # To kramdown rows are a table without any dashes.
        while self.rules.dialect.kramdown and lines and lines[0].lstrip(" ").startswith("|"):
            rows.append(lines.popleft())
        if rows:
            add_table(parent, "", "", [row for row in rows if not is_dashes(row)])
        return bool(rows)


class _OpenParagraph:
    """Knows, line by line of a container, whether its last paragraph would go on with a line outside of it.

    Those are the lines that CommonMark calls lazy.
    """

    def __init__(self, rules: LineRules) -> None:
        self._rules = rules
        self._open = False
        # Whether HTML or a table goes on, which both do to the next empty line.
        self._in_other = False
        self._fence = ""

    def read(self, line: str) -> None:
        """Take the next line, without the container's own marks."""
        marks = _MARKERS.match(line)
        text = line[marks.end() if marks else 0 :]
        words = text.lstrip(" ")
        if self._fence:
            if words.startswith(self._fence) and not words.strip(self._fence[0] + " "):
                self._fence = ""
            return
        was_open, self._open = self._open, False
        if not words:
            self._in_other = False
        elif fence := self._rules.fence.match(text):
            self._fence = fence["fence"]
        elif self._in_other or self._rules.heading.match(text) or self._rules.rule.match(text):
            return
        elif self._rules.find_html(text, in_paragraph=was_open):
            self._in_other = True
        elif was_open and words == line and self._rules.underline.match(text):
            return
        elif was_open and "|" in text and is_dashes(text):
            self._in_other = True
        else:
            code_indent = CODE_INDENT + (words != line.lstrip(" "))
            self._open = was_open or not (
                self._rules.dialect.indented_code and indent_of(text) >= code_indent
            )

    def goes_on_with(self, line: str) -> bool:
        """Return whether ``line``, which is outside, is the paragraph's next."""
        if not self._open or is_empty(line):
            return False
        rules = self._rules
        return not (rules.interrupts(line) or rules.marker.match(line) or rules.definition.match(line))

    def keep_words(self, line: str) -> str:
        """Return ``line``, which is outside, so that it cannot be an underline inside."""
        return f"\\{line.lstrip(' ')}" if self._rules.underline.match(line) else line


def take_indented(rules: LineRules, lines: Lines, text: str, width: int) -> list[str]:
    """Take the ``lines`` that are indented by ``width`` or more, or that a paragraph among them goes on with.

    Return them without the indent, below ``text``, which is on the line before them.
    """
    took = [text]
    paragraph = _OpenParagraph(rules)
    paragraph.read(text)
    while lines:
        empty = count_empty(lines)
        # What begins with two empty lines is empty.
        if empty == len(lines) or (empty and took == [text] and is_empty(text)):
            break
        line = lines[empty]
        if indent_of(line) >= width:
            for inner in (*("" for _ in range(empty)), line[width:]):
                paragraph.read(inner)
                took.append(inner)
        elif not empty and paragraph.goes_on_with(line):
            took.append(paragraph.keep_words(line))
        else:
            break
        _drop(lines, empty + 1)
    return took


def _drop(lines: Lines, count: int) -> None:
    """Take the first of ``lines`` away."""
    for _ in range(count):
        lines.popleft()


def count_empty(lines: Lines) -> int:
    """Return how many of ``lines``, from the first on, are empty."""
    return next((at for at, line in enumerate(lines) if not is_empty(line)), len(lines))


def _write_numbers(made: Element, numbers: list[int]) -> None:
    if not numbers:
        return
    if numbers[0] != 1:
        made.set("start", str(numbers[0]))
    if len(set(numbers)) == 1:
        return
    for before, number, item in zip(numbers, numbers[1:], made[1:], strict=False):
        if number != before + 1:
            item.set("value", str(number))


def _mark_task(item: Element) -> None:
    """Write the box of a task, https://github.github.com/gfm/#task-list-items-extension-, as a character."""
    if len(item) and item[0].tag == "p":
        text = item[0].text or ""
        item[0].text = (
            _TASK.sub(lambda found: _BOXES[found[1].lower()], text, count=1) if _TASK.match(text) else text
        )
