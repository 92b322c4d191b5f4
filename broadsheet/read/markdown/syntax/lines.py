"""What a line may begin, as CommonMark (https://spec.commonmark.org/0.31.2/) and GitHub's extensions have it.

CommonMark lets a line that begins a block be indented by three spaces at most, since four begin code. Where
indented code is off, as it is by default, there is nothing to tell apart, and any indent will do. A line in a
paragraph is text if it is indented by four spaces, either way.
"""

from __future__ import annotations

import functools
import re
from collections import deque
from dataclasses import dataclass
from re import Pattern
from typing import TypeAlias

from broadsheet.read.markdown.body_text import Dialect
from broadsheet.read.markdown.syntax.attribute_lists import ATTRIBUTES

# https://spec.commonmark.org/0.31.2/#html-blocks, kind 6.
_BLOCK_ELEMENTS = (
    "address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div"
    "|dl|dt|fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|legend|li"
    "|link|main|menu|menuitem|nav|noframes|ol|optgroup|option|p|param|search|section|summary|table|tbody|td"
    "|tfoot|th|thead|title|tr|track|ul"
)
_VERBATIM_ELEMENTS = "pre|script|style|textarea"
# Kind 7. A picture or a break alone on its line is a paragraph, as it always was to authors.
_TAG = (
    r"<(?:/[A-Za-z][A-Za-z0-9-]*\s*"
    r"|(?!(?:br|img)\b)[A-Za-z][A-Za-z0-9-]*(?:\s+[A-Za-z_:][\w.:-]*(?:\s*=\s*(?:[^\s\"'=<>`]+|'[^']*'|\"[^\"]*\"))?)*\s*/?)>"
)

CODE_INDENT = 4

# The lines that are still to be read. To take one from a list moves all that follow.
Lines: TypeAlias = deque[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class HtmlStart:
    """How a block of HTML begins and ends: on the line with ``end`` or, if None, before an empty line."""

    begin: Pattern[str]
    end: Pattern[str] | None
    interrupts: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRules:
    """The patterns for the beginning of each kind of block. All match at the beginning of a line."""

    dialect: Dialect
    indent: str
    fence: Pattern[str]
    heading: Pattern[str]
    rule: Pattern[str]
    underline: Pattern[str]
    quote: Pattern[str]
    bullet: Pattern[str]
    number: Pattern[str]
    attributes: Pattern[str]
    footnote: Pattern[str]
    abbreviation: Pattern[str]
    definition: Pattern[str]
    html: tuple[HtmlStart, ...]
    marker: Pattern[str]
    interrupting: Pattern[str]

    def interrupts(self, line: str) -> bool:
        """Return whether ``line`` ends the paragraph above it and begins another block."""
        if not self.interrupting.match(line):
            return False
        return not _begins_html(line) or self.find_html(line, in_paragraph=True) is not None

    def find_html(self, line: str, *, in_paragraph: bool = False) -> HtmlStart | None:
        """Return how the block of HTML begins that ``line`` begins, None if it begins none."""
        if not _begins_html(line):
            return None
        for start in self.html:
            if (start.interrupts or not in_paragraph) and start.begin.match(line):
                return start
        return None


def _begins_html(line: str) -> bool:
    return line.lstrip(" ").startswith("<")


@functools.cache
def load_rules(dialect: Dialect) -> LineRules:
    """Return the rules of ``dialect``."""
    indent = " {0,3}" if dialect.indented_code else " *"
    fence = r"(?P<fence>`{3,}(?=[^`]*$)|~{3,})"
    rule = r"(?:(?:\* *){3,}|(?:- *){3,}|(?:_ *){3,})$"
    heading = r"#{1,6}(?: |$)"
    footnote = r"\[\^[^\[\]]+\]:"
    abbreviation = r"\*\[[^\[\]\\]+\] ?: *[^ ]"

    def compile_rule(pattern: str) -> Pattern[str]:
        return re.compile(indent + pattern, re.IGNORECASE)

    def html(begin: str, end: str | None, *, interrupts: bool = True) -> HtmlStart:
        found = None if end is None else re.compile(end, re.IGNORECASE)
        return HtmlStart(begin=compile_rule(begin), end=found, interrupts=interrupts)

    return LineRules(
        dialect=dialect,
        indent=indent,
        fence=re.compile(rf"(?P<indent>{indent}){fence}(?P<language>.*)"),
        heading=re.compile(rf"{indent}(#{{1,6}})(?: +(.*))?$"),
        rule=compile_rule(rule),
        underline=re.compile(r" {0,3}(?:=+|-+) *$"),
        quote=compile_rule("> ?"),
        bullet=re.compile(rf"(?P<indent>{indent})(?P<mark>[-+*])(?P<space> +|$)"),
        number=re.compile(rf"(?P<indent>{indent})(?P<number>[0-9]{{1,9}})(?P<mark>[.)])(?P<space> +|$)"),
        attributes=compile_rule(rf"{ATTRIBUTES} *$"),
        footnote=compile_rule(r"\[\^([^\[\]]+)\]: *"),
        abbreviation=compile_rule(r"\*\[([^\[\]\\]+)\] ?: *([^ ].*?) *$"),
        definition=compile_rule(": +(?=[^ ])"),
        html=(
            html(rf"<(?:{_VERBATIM_ELEMENTS})(?=[\s>]|$)", rf"</(?:{_VERBATIM_ELEMENTS})>"),
            html("<!--", "-->"),
            html(r"<\?", r"\?>"),
            html("<![a-z]", ">"),
            html(r"<!\[CDATA\[", r"\]\]>"),
            html(rf"</?(?:{_BLOCK_ELEMENTS})(?=\s|/?>|$)", None),
            html(rf"{_TAG}\s*$", None, interrupts=False),
        ),
        marker=re.compile(r" {0,3}(?:[-+*]|[0-9]{1,9}[.)])(?: |$)"),
        interrupting=re.compile(
            rf" {{0,3}}(?:{fence}|{heading}|{rule}|>|[-+*] +[^ ]|0*1[.)] +[^ ]|<"
            rf"|{footnote}|{abbreviation}|{ATTRIBUTES} *$)",
            re.IGNORECASE,
        ),
    )


def is_empty(line: str) -> bool:
    """Return whether ``line`` has nothing but spaces."""
    return not line or line.isspace()


def indent_of(line: str) -> int:
    """Return how many spaces ``line`` begins with."""
    return len(line) - len(line.lstrip(" "))
