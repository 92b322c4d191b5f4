"""What is in the words of a block: emphasis, links, pictures, code, line breaks, footnotes, HTML.

One pass over the text, as https://spec.commonmark.org/0.31.2/#phase-2-inline-structure has it: what may be an
end is compared with what has begun, and nothing is read twice.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions.footnotes import FootnoteExtension, FootnoteInlineProcessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString, code_escape

from broadsheet.read.markdown.body_text import ESCAPED
from broadsheet.read.markdown.raw_html import find_markup_end
from broadsheet.read.markdown.syntax.blocks import LineParser
from broadsheet.read.markdown.syntax.emphasis import Run, pair_runs
from broadsheet.read.markdown.syntax.near_targets import NearTarget, find_near_definition, find_near_target
from broadsheet.read.markdown.syntax.targets import (
    LONGEST_LABEL,
    Target,
    find_autolink,
    normalize_label,
    read_label,
    read_target,
)
from broadsheet.read.markdown.syntax.tokens import (
    BeginLink,
    EndLink,
    Html,
    Token,
    read_words,
    unwrap_paragraphs,
    write,
)

# One set of characters is found several times as fast as alternatives.
_MARK = re.compile(r"[\\\n`*_~\[\]<]")
_MARK_OR_ADDRESS = re.compile(
    rf"{_MARK.pattern}|(?:(?<=[\s*_~(])|^)(?:https?://|www\.)(?=\w)|\b(?:mailto:)?[\w.+-]+@(?=\w)"
)
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_RUN = re.compile(r"\*+|_+|~+")
_TICKS = re.compile(r"`+")
_FOOTNOTE = re.compile(r"\[\^([^\[\]]+)\]")
_IN_ANGLES = re.compile(
    r"<(?:(?P<url>[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*)"
    r"|(?P<mail>[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*"
    r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?))>"
)
_AMPERSAND = "&amp;"
# What is written for an escaped character that typography, attributes or HTML would take for more than text.
_ESCAPES = ESCAPED | {"&": _AMPERSAND}


class Inline(Treeprocessor):
    """Takes the words of every block apart. ``undefined`` are the labels of footnotes that there are not.

    ``near`` is what was meant as the target of a link or a picture and is none.

    With ``autolinks``, addresses of the web and of mail are links without any marks.
    """

    def __init__(
        self, md: Markdown, parser: LineParser, footnotes: FootnoteExtension, *, autolinks: bool
    ) -> None:
        """Take apart what ``parser`` made."""
        super().__init__(md)
        self.undefined: list[str] = []
        self.near: list[NearTarget] = []
        self._parser = parser
        self._footnotes = FootnoteInlineProcessor(_FOOTNOTE.pattern, footnotes)
        self._mark = _MARK_OR_ADDRESS if autolinks else _MARK

    def run(self, root: Element) -> None:
        """Replace the text of each element by what is in it."""
        for element in list(root.iter()):
            text = element.text
            if text and not isinstance(text, AtomicString):
                write(element, _Words(text, self.md, self._mark, self._refer, self.near).read())
        for element in self._parser.tight:
            unwrap_paragraphs(element)

    def _refer(self, label: re.Match[str]) -> Element | None:
        """Return the reference to the footnote with ``label``; None if there is none."""
        reference, _, _ = self._footnotes.handleMatch(label, label.string)
        if isinstance(reference, Element):
            return reference
        self.undefined.append(label[1])
        return None


@dataclass(slots=True, kw_only=True)
class _Bracket:
    """A ``[`` or ``![``: which token it is, how many runs are before it, and where its label begins.

    One that is not ``active`` would begin a link around another.
    """

    token: int
    runs: int
    at: int
    picture: bool
    active: bool = True


class _Words:
    """Reads one text."""

    def __init__(
        self,
        text: str,
        md: Markdown,
        mark: re.Pattern[str],
        refer: Callable[[re.Match[str]], Element | None],
        near: list[NearTarget],
    ) -> None:
        self._text = text
        self._md = md
        self._mark = mark
        self._refer = refer
        self._near = near
        self._tokens: list[Token] = []
        self._runs: list[Run] = []
        self._brackets: list[_Bracket] = []

    def read(self) -> Sequence[Token]:
        """Return the tokens of the text, with every run paired."""
        text, tokens = self._text, self._tokens
        at = 0
        while found := self._mark.search(text, at):
            begin = found.start()
            if begin > at:
                tokens.append(text[at:begin])
            read = self._READERS.get(found[0], _Words._read_address)
            at = read(self, begin)
        if at < len(text):
            tokens.append(text[at:])
        pair_runs(self._runs)
        return tokens

    # Each of these takes what begins at ``at``, and returns where it ends.

    def _read_escape(self, at: int) -> int:
        found = _ESCAPE.match(self._text, at)
        if found:
            self._tokens.append(_ESCAPES.get(found[1], found[1]))
            return found.end()
        if self._text.startswith("\\\n", at):
            self._tokens.append(Element("br"))
            return self._skip_spaces(at + 2)
        self._tokens.append("\\")
        return at + 1

    def _read_line(self, at: int) -> int:
        before = self._tokens[-1] if self._tokens else ""
        breaks = False
        if isinstance(before, str) and before.endswith(" "):
            self._tokens[-1] = before.rstrip(" ")
            breaks = before.endswith("  ")
        self._tokens.append(Element("br") if breaks else "\n")
        return self._skip_spaces(at + 1)

    def _skip_spaces(self, at: int) -> int:
        while self._text.startswith(" ", at):
            at += 1
        return at

    def _read_ticks(self, at: int) -> int:
        begin = self._end_of(_TICKS, at)
        ticks = self._text[at:begin]
        end = self._find_ticks(len(ticks), begin)
        if end < 0:
            self._tokens.append(ticks)
            return begin
        code = self._text[begin:end].replace("\n", " ")
        if code[0] == code[-1] == " " and code.strip(" "):
            code = code[1:-1]
        element = Element("code")
        element.text = AtomicString(code_escape(code))
        self._tokens.append(element)
        return end + len(ticks)

    def _end_of(self, pattern: re.Pattern[str], at: int) -> int:
        found = pattern.match(self._text, at)
        return found.end() if found else at

    def _find_ticks(self, length: int, at: int) -> int:
        """Return where the next ``length`` backticks are, from ``at`` on; -1 if there are none."""
        places = self._ticks.get(length, [])
        following = bisect_left(places, at)
        return places[following] if following < len(places) else -1

    @cached_property
    def _ticks(self) -> dict[int, list[int]]:
        places: dict[int, list[int]] = {}
        for ticks in _TICKS.finditer(self._text):
            places.setdefault(len(ticks[0]), []).append(ticks.start())
        return places

    def _read_run(self, at: int) -> int:
        end = self._end_of(_RUN, at)
        run = Run(self._text[at:end], self._text[at - 1 : at] if at else "", self._text[end : end + 1])
        self._tokens.append(run)
        self._runs.append(run)
        return end

    def _read_html(self, at: int) -> int:
        link = _IN_ANGLES.match(self._text, at)
        if link:
            self._add_link(link["url"] or f"mailto:{link['mail']}", link["url"] or link["mail"])
            return link.end()
        end = find_markup_end(self._text, at)
        self._tokens.append(Html(self._md.htmlStash.store(self._text[at:end])) if end else "<")
        return end or at + 1

    def _read_address(self, at: int) -> int:
        found = find_autolink(self._text, at)
        if found:
            self._add_link(found.address, self._text[at : found.end])
            return found.end
        self._tokens.append(self._text[at])
        return at + 1

    def _add_link(self, address: str, words: str) -> None:
        begin = BeginLink({"href": _escape_ampersands(address)})
        self._tokens += (begin, _escape_ampersands(words), EndLink())

    def _read_begin(self, at: int) -> int:
        footnote = _FOOTNOTE.match(self._text, at)
        reference = self._refer(footnote) if footnote else None
        if footnote and reference is not None:
            self._tokens.append(reference)
            return footnote.end()
        before = self._tokens[-1] if self._tokens else ""
        escaped = self._text.startswith("\\!", at - 2)
        picture = isinstance(before, str) and before.endswith("!") and not escaped
        if isinstance(before, str) and picture:
            self._tokens[-1] = before[:-1]
        bracket = _Bracket(token=len(self._tokens), runs=len(self._runs), at=at + 1, picture=picture)
        self._brackets.append(bracket)
        self._tokens.append("![" if picture else "[")
        return at + 1

    def _read_end(self, at: int) -> int:
        bracket = self._brackets.pop() if self._brackets else None
        target = self._find_target(bracket, at) if bracket and bracket.active else None
        if bracket is None or target is None:
            self._tokens.append("]")
            return at + 1
        # Emphasis that began outside cannot end inside.
        pair_runs(self._runs[bracket.runs :])
        del self._runs[bracket.runs :]
        attributes = {"src" if bracket.picture else "href": _escape_ampersands(target.address)}
        if target.title:
            attributes["title"] = _escape_ampersands(target.title)
        if bracket.picture:
            alt = read_words(self._tokens[bracket.token + 1 :])
            self._tokens[bracket.token :] = [Element("img", {"alt": alt, **attributes})]
            return target.end
        self._tokens[bracket.token] = BeginLink(attributes)
        self._tokens.append(EndLink())
        for outer in reversed(self._brackets):
            if not outer.picture:
                if not outer.active:
                    break
                outer.active = False
        return target.end

    def _find_target(self, bracket: _Bracket, at: int) -> Target | None:
        """Return where the link or picture leads whose words are from ``bracket`` to the ``]`` at ``at``."""
        text, end = self._text, at + 1
        if text.startswith("(", end) and (target := read_target(text, end + 1)):
            return target
        label, after = text[bracket.at : at], end
        if text.startswith("[]", end):
            after = end + 2
        elif text.startswith("[", end) and (full := read_label(text, end)):
            label, after = full
        if len(label) > LONGEST_LABEL or not label.strip():
            return None
        known = self._md.references.get(normalize_label(label))
        if known is not None:
            return Target(known[0], known[1] or "", after)
        near = None
        if text.startswith("(", end):
            near = find_near_target(text, end, label, picture=bracket.picture)
        elif text.startswith(":", end) and bracket.at in {1, text.rfind("\n", 0, bracket.at) + 2}:
            near = find_near_definition(text, end, label)
        if near:
            self._near.append(near)
        return None

    _READERS: ClassVar[dict[str, Callable[[_Words, int], int]]] = {
        "\\": _read_escape,
        "\n": _read_line,
        "`": _read_ticks,
        "*": _read_run,
        "_": _read_run,
        "~": _read_run,
        "[": _read_begin,
        "]": _read_end,
        "<": _read_html,
    }


def _escape_ampersands(text: str) -> str:
    return text.replace("&", _AMPERSAND)
