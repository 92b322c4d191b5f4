"""Blocks that contain no other blocks: headings, rules, code, HTML and paragraphs.

Python-Markdown cuts a text at its empty lines and gives its processors those pieces. Here each line is a
piece, and a processor takes as many lines as belong to its block, from the first on.
"""

from __future__ import annotations

import re
from collections import deque
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.blockprocessors import BlockProcessor
from markdown.util import AtomicString, code_escape

from broadsheet.read.markdown.body_text import UnrenderableError
from broadsheet.read.markdown.syntax.attribute_lists import ATTRIBUTES, assign
from broadsheet.read.markdown.syntax.lines import CODE_INDENT, LineRules, Lines, indent_of, is_empty
from broadsheet.read.markdown.syntax.tables import begins_table
from broadsheet.read.markdown.syntax.targets import read_definition, unescape_text

# Python-Markdown goes on until Python's stack is nearly full, so the same text would give different HTML
# depending on how deep the caller's stack is. A list in a list takes two of these levels.
_DEPTH = 64
_CLOSING_MARKS = re.compile(r"(?:^| +)#+ *$")
# The content of an element with the attribute ``markdown`` is Markdown, as is what is below a line with the
# start tag of ``details``. HTML that begins otherwise goes on to an empty line.
_MARKDOWN_INSIDE = re.compile(
    r" *<(?:details\b[^<>]*>(?: *<summary\b.*</summary *>)? *$|[a-z][a-z0-9]*\s[^<>]*\bmarkdown *=[^<>]*>)",
    re.IGNORECASE,
)
_EXTENSION = re.compile(r" {0,3}\{:(?:/[a-z]*|:(?P<name>[a-z]+)[^{}]*?(?P<empty>/)?)\} *$")
_EXTENSION_END = re.compile(r" {0,3}\{:/(?:comment)?\} *$")
# Every one is looked for in all words.
_MOST_ABBREVIATIONS = 250
_DIVIDE = "Explain those that readers need."
_WORD = re.compile(r"[^\s{}]+")


class LineParser(BlockParser):
    """Parses lines; nests to a fixed depth.

    ``after_empty_line`` is whether the line at hand is below an empty one. ``loose`` are the elements in
    which an empty line is between two blocks. ``tight`` are the elements whose paragraphs are words of the
    element itself.
    """

    def __init__(self, md: Markdown, rules: LineRules) -> None:
        """Parse for ``md``."""
        super().__init__(md)
        self.rules = rules
        self.after_empty_line = False
        self.loose: set[Element] = set()
        self.tight: list[Element] = []
        self._depth = 0
        self._for_next: list[str] = []

    def reset(self) -> None:
        """Forget the last text."""
        self._depth = 0
        self._for_next = []
        self.loose.clear()
        self.tight.clear()

    def parseChunk(self, parent: Element, text: str) -> None:  # noqa: N802 - Python-Markdown's names
        """Parse ``text`` into ``parent``."""
        self.parseBlocks(parent, text.split("\n"))

    def parseBlocks(self, parent: Element, blocks: list[str]) -> None:  # noqa: N802
        """Parse the lines ``blocks`` into ``parent``."""
        self._depth += 1
        if self._depth > _DEPTH:
            raise UnrenderableError("quotes and lists stand in each other too deeply")
        self.after_empty_line = False
        lines = deque(blocks)
        while lines:
            if is_empty(lines[0]):
                del lines[0]
                self.after_empty_line = True
                continue
            known = len(parent)
            if self.after_empty_line and known:
                self.loose.add(parent)
            # They are not for what is in the block.
            attributes, self._for_next = self._for_next, []
            for processor in self.blockprocessors:
                if processor.run(parent, lines) is not False:  # type: ignore[arg-type]
                    break
            self.after_empty_line = False
            if attributes and len(parent) > known:
                assign(parent[known], " ".join(attributes))
            elif attributes:
                self._for_next = attributes + self._for_next
        self._depth -= 1

    def assign_to_next(self, attributes: str) -> None:
        """Give ``attributes``, as they are written, to the block that comes next."""
        self._for_next.append(attributes)


class LineProcessor(BlockProcessor):
    """Takes the lines of one kind of block."""

    parser: LineParser

    def __init__(self, parser: LineParser) -> None:
        """Take blocks for ``parser``."""
        super().__init__(parser)
        self.rules = parser.rules

    def run(self, parent: Element, blocks: Lines) -> bool:  # type: ignore[override]
        """Take the block that begins with the first of the lines ``blocks``, and add it to ``parent``.

        Return False, and change nothing, if another kind of block begins there.
        """
        return self._take(parent, blocks)

    def _take(self, parent: Element, lines: Lines) -> bool:
        raise NotImplementedError


class Attributes(LineProcessor):
    """A line of attributes, for the block right above it, else for the next one, as in kramdown."""

    def _take(self, parent: Element, lines: Lines) -> bool:
        found = self.rules.attributes.match(lines[0])
        if found is None:
            return False
        del lines[0]
        if len(parent) and not self.parser.after_empty_line:
            assign(parent[-1], found[1])
        else:
            self.parser.assign_to_next(found[1])
        return True


class Heading(LineProcessor):
    """``## Heading``."""

    def _take(self, parent: Element, lines: Lines) -> bool:
        found = self.rules.heading.match(lines[0])
        if found is None:
            return False
        del lines[0]
        heading = SubElement(parent, f"h{len(found[1])}")
        heading.text = _CLOSING_MARKS.sub("", (found[2] or "").strip(" "))
        return True


class Rule(LineProcessor):
    """``* * *``."""

    def _take(self, parent: Element, lines: Lines) -> bool:
        if not self.rules.rule.match(lines[0]):
            return False
        del lines[0]
        SubElement(parent, "hr")
        return True


class Fence(LineProcessor):
    """Code between two lines of backticks or tildes; without the second, to the end of what it is in."""

    def _take(self, parent: Element, lines: Lines) -> bool:
        begin = self.rules.fence.match(lines[0])
        if begin is None:
            return False
        del lines[0]
        most = len(begin["indent"]) + CODE_INDENT - 1
        end = re.compile(rf" {{0,{most}}}{begin['fence']}{begin['fence'][0]}* *$")
        code = []
        while lines:
            line = lines.popleft()
            if end.match(line):
                break
            code.append(line[min(len(begin["indent"]), indent_of(line)) :])
        pre, inner = _add_code(parent, code)
        self._assign(pre, inner, begin["language"].strip())
        return True

    @staticmethod
    def _assign(pre: Element, code: Element, language: str) -> None:
        """Read what is behind the backticks: ``python``, or ``{.python #listing}``."""
        attributes = re.match(ATTRIBUTES, language)
        if attributes:
            assign(pre, attributes[1])
            language, _, others = pre.attrib.pop("class", "").partition(" ")
            if others:
                pre.set("class", others)
        word = _WORD.match(language)
        if word:
            code.set("class", f"language-{unescape_text(word[0])}")


class IndentedCode(LineProcessor):
    """Code that is indented by four spaces."""

    def _take(self, parent: Element, lines: Lines) -> bool:
        if indent_of(lines[0]) < CODE_INDENT:
            return False
        code = []
        while lines and (is_empty(lines[0]) or indent_of(lines[0]) >= CODE_INDENT):
            code.append(lines.popleft()[CODE_INDENT:])
        while is_empty(code[-1]):
            lines.insert(0, code.pop())
        _add_code(parent, code)
        return True


class Html(LineProcessor):
    """HTML, which goes to the page as it is."""

    def _take(self, parent: Element, lines: Lines) -> bool:
        start = self.rules.find_html(lines[0])
        if start is None:
            return False
        took = [lines.popleft()]
        inside = _MARKDOWN_INSIDE.match(took[0])
        if inside:
            rest = took[0][inside.end() :]
            took = [inside[0]]
            if rest:
                lines.appendleft(rest)
        elif start.end is None:
            while lines and not is_empty(lines[0]):
                took.append(lines.popleft())
        else:
            while lines and not start.end.search(took[-1]):
                took.append(lines.popleft())
        place = "\n" + self.parser.md.htmlStash.store("\n".join(took)) + "\n"
        if len(parent):
            parent[-1].tail = AtomicString((parent[-1].tail or "") + place)
        else:
            parent.text = AtomicString((parent.text or "") + place)
        return True


class KramdownExtension(LineProcessor):
    """``{::comment}``, ``{::options /}`` and the like, which kramdown shows nobody.

    https://kramdown.gettalong.org/syntax.html#extensions. What is between the tags of any other extension is
    Markdown.
    """

    def _take(self, parent: Element, lines: Lines) -> bool:
        found = _EXTENSION.match(lines[0])
        if found is None:
            return False
        del lines[0]
        if found["name"] == "comment" and not found["empty"]:
            while lines and not _EXTENSION_END.match(lines.popleft()):
                pass
        return True


class Abbreviation(LineProcessor):
    """``*[EPA]: Environmental Protection Agency``, wherever it is in the text."""

    def __init__(self, parser: LineParser, abbreviations: dict[str, str]) -> None:
        """Add what is found to ``abbreviations``."""
        super().__init__(parser)
        self._abbreviations = abbreviations

    def _take(self, parent: Element, lines: Lines) -> bool:
        found = self.rules.abbreviation.match(lines[0])
        if found is None:
            return False
        del lines[0]
        self._abbreviations[found[1].strip()] = found[2]
        if len(self._abbreviations) > _MOST_ABBREVIATIONS:
            raise UnrenderableError(f"there are more than {_MOST_ABBREVIATIONS} abbreviations", _DIVIDE)
        return True


class Paragraph(LineProcessor):
    """Lines that are no other block; with an underline, a heading."""

    def _take(self, parent: Element, lines: Lines) -> bool:
        took: list[str] = []
        while lines and not is_empty(lines[0]):
            line = lines[0]
            underlined = took and self.rules.underline.match(line)
            if took and not underlined and self._ends(lines):
                break
            del lines[0]
            text = self._define("\n".join(took)) if underlined else ""
            if text:
                SubElement(parent, "h1" if "=" in line else "h2").text = text.rstrip(" ")
                return True
            if underlined:
                took.clear()
            took.append(line.lstrip(" "))
        text = self._define("\n".join(took))
        if text:
            SubElement(parent, "p").text = text.rstrip(" ")
        return True

    def _ends(self, lines: Lines) -> bool:
        """Return whether another block begins with the first of ``lines``, right below a paragraph."""
        line = lines[0]
        if self.rules.interrupts(line) or self.rules.definition.match(line):
            return True
        return begins_table(lines)

    def _define(self, text: str) -> str:
        """Return ``text`` without the definitions of references at its beginning, which it keeps."""
        while text.startswith("[") and (found := read_definition(text)):
            self.parser.md.references.setdefault(found.label, (found.address, found.title))
            text = text[found.end :].lstrip(" \n")
        return text


def _add_code(parent: Element, lines: list[str]) -> tuple[Element, Element]:
    pre = SubElement(parent, "pre")
    code = SubElement(pre, "code")
    code.text = AtomicString(code_escape("".join(f"{line}\n" for line in lines)))
    return pre, code
