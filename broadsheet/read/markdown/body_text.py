"""One body as the author wrote it: what Markdown gets of it, and where in the file something is.

Shortcodes of other generators that remain as text are taken out before Markdown sees them, and put back
into the finished HTML. In between, each is replaced by a placeholder: a noncharacter with a number. An
author's own noncharacters and control characters are removed here.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from broadsheet.common.model import DeadLinks, Link
from broadsheet.common.problems import Edit, Problem
from broadsheet.read.markdown.raw_html import COMMENT, keep_text
from broadsheet.read.markdown.shortcodes import find_unknown_name, suggest_rule
from broadsheet.read.markdown.shortcodes import replace as replace_shortcodes

# What XML 1.0 forbids (https://www.w3.org/TR/xml/#charsets), and what HTML calls an error in its input:
# the other control characters, and the noncharacters (https://infra.spec.whatwg.org/#noncharacter).
_NEVER = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef" + "".join(
    f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000)
)
FORBIDDEN = re.compile(f"[{_NEVER}]")
# The same, without the placeholders below.
_FORBIDDEN_BUT_PLACEHOLDERS = re.compile(f"[{_NEVER.replace(chr(0xFDD0), chr(0xFDD8))}]")

SHORTCODE = "\ufdd0"
_SHORTCODE_END = "\ufdd1"
# Placeholders for characters that the author escaped with a backslash, which typography leaves alone, and for
# a ``<`` that begins no tag, on which Python's HTML parser would spend much time.
ESCAPED = {
    '"': "\ufdd2",
    "'": "\ufdd3",
    "-": "\ufdd4",
    ".": "\ufdd5",
    "<": "\ufdd6",
    "{": "\ufdd7",
}
_LAST_PLACEHOLDER = max(ESCAPED.values())
_PLAIN = str.maketrans({placeholder: char for char, placeholder in ESCAPED.items()})
_UNESCAPED = {placeholder: html.escape(char) for char, placeholder in ESCAPED.items()}

_PLACEHOLDER = re.compile(f"[\ufdd0-\ufdd7](?:(?<={SHORTCODE})([0-9]+){_SHORTCODE_END})?")
PLACEHOLDERS = re.compile(f"{SHORTCODE}[0-9]*{_SHORTCODE_END}|[\ufdd0\ufdd1]")


def is_placeholder(char: str) -> bool:
    """Return whether ``char`` stands for something that the author wrote."""
    return SHORTCODE <= char <= _LAST_PLACEHOLDER


class UnrenderableError(Exception):
    """A text is nested so deeply, or so broken, that no HTML can be made of it; ``hint`` is the fix."""

    def __init__(self, message: str, hint: str = "Write it with less nesting.") -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """Which Markdown a body is written in.

    With ``kramdown`` ids of headings and tables are as kramdown has them; with ``indented_code`` lines that
    are indented by four spaces are code; with ``autolinks`` addresses are links without any marks.
    """

    kramdown: bool = False
    indented_code: bool = False
    autolinks: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkdownOptions:
    """How a body is read: the ``language`` of its text, and the hosts that readers' browsers may load from.

    ``frames`` are the hosts of frames, ``pictures`` those of pictures; with ``frames_at_once`` a frame loads
    with the page, and otherwise at a click. ``shortcodes`` says what becomes of each, in pairs of its name
    and an action of ``SHORTCODE_ACTIONS``, perhaps with an address behind it; ``links`` what becomes of
    those that lead nowhere; ``site`` is the site's own address.
    """

    language: str
    frames: tuple[str, ...]
    pictures: tuple[str, ...]
    dialect: Dialect = Dialect()
    frames_at_once: bool = False
    shortcodes: tuple[tuple[str, str], ...] = ()
    links: DeadLinks = "strict"
    site: str = ""


class BodyText:
    """One body as it was written, and the links and problems found in it so far."""

    __slots__ = (
        "__dict__",
        "_shortcodes",
        "_sought",
        "_table",
        "dead_links",
        "findings",
        "first_line",
        "links",
        "markdown",
        "path",
        "problems",
        "targets",
        "text",
    )

    def __init__(
        self, text: str, *, path: str, first_line: int, shortcodes: tuple[tuple[str, str], ...] = ()
    ) -> None:
        """Take the body ``text`` of the file at ``path``, which begins on line ``first_line``.

        ``shortcodes`` are as in ``MarkdownOptions``.
        """
        self.path = path
        self.first_line = first_line
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        self.text = text
        self.links: list[Link] = []
        self.problems: list[Problem] = []
        # The links and pictures that lead nowhere: what is wrong with each.
        self.dead_links: list[Problem] = []
        self.findings: list[Problem] = []
        # Each URL that leads somewhere: as it is written, and its target.
        self.targets: list[tuple[str, str]] = []
        self._shortcodes: list[str] = []
        self._table = shortcodes
        self._sought: dict[str, int] = {}
        plain = text if _is_harmless(text) else FORBIDDEN.sub("", text)
        if "{" in plain or "[" in plain:
            plain = replace_shortcodes(plain, shortcodes, self._stash)
        if "<" in plain:
            with_tags = plain
            plain, unclosed = keep_text(with_tags, ESCAPED["<"])
            for each in unclosed:
                self._add_unclosed(with_tags[: each.at], each.name)
        self.markdown = plain

    def restore(self, finished: str) -> str:
        """Return ``finished`` HTML with each placeholder replaced by what it is for, escaped."""
        # A placeholder comes from a shortcode, an escape, a lone ``<`` or a character reference.
        if self.markdown.isascii() and "\\" not in self.markdown and "&" not in self.markdown:
            return finished
        return _PLACEHOLDER.sub(self._unstash, finished)

    def restore_plain(self, text: str) -> str:
        """Return plain ``text`` with the characters that the author escaped."""
        return text.translate(_PLAIN) if _PLACEHOLDER.search(text) else text

    def find_place(self, target: str) -> tuple[int, int]:
        """Return line and column of the next place that names ``target``; (first line, 0) if none does."""
        for spelling in dict.fromkeys((target, html.escape(target), html.escape(target, quote=False))):
            begin = self._sought.get(spelling, 0)
            at = self._find(spelling, begin)
            if at < 0 and begin:
                at = self._find(spelling, 0)
            if at >= 0:
                self._sought[spelling] = at + len(spelling)
                return self._locate(at)
        return self.first_line, 0

    def _find(self, spelling: str, begin: int) -> int:
        """Return where ``spelling`` is, but not as the end of a longer name; -1 if it is nowhere."""
        at = self.text.find(spelling, begin)
        while at > 0 and (self.text[at - 1].isalnum() or self.text[at - 1] in "_./%-"):
            at = self.text.find(spelling, at + 1)
        return at

    def add_problem(self, target: str, message: str, hint: str) -> None:
        """Add a problem with ``target``, words of the body."""
        line, column = self.find_place(target)
        self._add_problem(line, column, message, hint)

    def make_fault(
        self,
        written: str,
        occurrence: int,
        message: str,
        hint: str,
        *,
        begins_line: bool = False,
        meant: str = "",
    ) -> Problem:
        """Return the problem where ``written`` stands for the ``occurrence``-th time.

        With ``begins_line``, only places at the beginning of a line count, and any place if there are none.
        ``meant`` has to stand there instead; empty if that is not certain.
        """
        if begins_line:
            places = re.finditer(rf"^ {{0,3}}{re.escape(written)}", self.text, re.MULTILINE)
            ends = [found.end() for found in places]
            if len(ends) >= occurrence:
                return self._problem(*self._locate(ends[occurrence - 1] - len(written)), message, hint)
        at = -1
        for _ in range(occurrence):
            at = self.text.find(written, at + 1)
        line, column = self._locate(at)
        is_one_line = bool(meant and column) and "\n" not in written
        edit = Edit(line=line, column=column, old=written, new=meant) if is_one_line else None
        return self._problem(line, column, message, hint, edit)

    def _locate(self, at: int) -> tuple[int, int]:
        """Return line and column of a place in the text; the first line and 0 for none."""
        if at < 0:
            return self.first_line, 0
        row = bisect_right(self._line_starts, at) - 1
        return self.first_line + row, at - self._line_starts[row] + 1

    def add_dead_link(self, target: str, message: str, hint: str, meant: str = "") -> None:
        """Add a link or picture whose address, ``target``, leads nowhere; ``meant`` is the right one."""
        # Without an address it is known by its parentheses.
        line, column = self.find_place(target or "()")
        edit = Edit(line=line, column=column, old=target, new=meant) if meant and column else None
        self.dead_links.append(self._problem(line, column, message, hint, edit))

    def add_shortcode(self, address: str, noun: str) -> None:
        """Add the finding that ``address``, that of a link or picture, is or has a shortcode that stays text.

        One that the site wants to stay text is none.
        """
        found = _PLACEHOLDER.search(address)
        shortcode = self._shortcodes[int(found[1])] if found and found[1] else ""
        name = find_unknown_name(shortcode, self._table)
        if name:
            at = self.text.find(shortcode, self._sought.get(shortcode, 0))
            self._sought[shortcode] = at + 1
            line, column = self._locate(at)
            message = f"{noun}: its address is the shortcode {name}, so only its words are shown"
            self.findings.append(self._problem(line, column, message, suggest_rule(name, "link")))

    def add_link(self, target: str, path: str, shown: str) -> None:
        """Add a link to the file ``path``, named as ``target`` in the body; ``shown`` is as in ``Link``."""
        line, column = self.find_place(target)
        self.links.append(Link(path=path, line=line, column=column, shown=shown))

    def add_unrenderable(self, error: UnrenderableError) -> None:
        """Add the problem that the body cannot be rendered, at the line that is nested most deeply."""
        depths = [len(line) - len(line.lstrip(" \t>*+-")) for line in self.text.split("\n")]
        line = max(range(len(depths)), key=lambda at: depths[at])
        self._add_problem(self.first_line + line, 0, f"the text cannot be rendered: {error}", error.hint)

    def to_paragraphs(self) -> str:
        """Return the body as escaped text, without any markup."""
        paragraphs = re.split(r"\n\s*\n", self.markdown.strip())
        return "\n".join(f"<p>{html.escape(text, quote=False)}</p>" for text in paragraphs)

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *accumulate(len(line) + 1 for line in self.text.split("\n"))]

    def _add_problem(self, line: int, column: int, message: str, hint: str) -> None:
        self.problems.append(self._problem(line, column, message, hint))

    def _problem(self, line: int, column: int, message: str, hint: str, edit: Edit | None = None) -> Problem:
        at = line - self.first_line
        source = self.text[self._line_starts[at] : self._line_starts[at + 1] - 1]
        return Problem(
            path=self.path, line=line, column=column, message=message, hint=hint, source=source, edit=edit
        )

    def _add_unclosed(self, before: str, name: str) -> None:
        """Add the problem of a tag that is never closed; ``before`` is what Markdown gets before it."""
        written = _PLACEHOLDER.sub(lambda found: self._shortcodes[int(found[1])], before)
        if not self.text.startswith(written):
            # A shortcode before it was replaced by more or fewer lines.
            written = self.text[: max(0, self.text.find(f"<{name}"))]
        rows = written.split("\n")
        tag, end = ("<!--", "-->") if name == COMMENT else (f"<{name}>", f"</{name}>")
        message = f"{tag} is never closed, so all that follows would be lost"
        hint = f"Write {end} where it ends, or \\{tag} to show readers the tag."
        self._add_problem(self.first_line + len(rows) - 1, len(rows[-1]) + 1, message, hint)

    def _stash(self, shortcode: str) -> str:
        self._shortcodes.append(shortcode)
        return f"{SHORTCODE}{len(self._shortcodes) - 1}{_SHORTCODE_END}"

    def _unstash(self, placeholder: re.Match[str]) -> str:
        if placeholder[1] is None:
            return _UNESCAPED.get(placeholder[0], "")
        at = int(placeholder[1])
        return html.escape(self._shortcodes[at]) if at < len(self._shortcodes) else ""


def remove_forbidden(html: str) -> str:
    """Return ``html`` without the characters that a page may not contain, except placeholders."""
    plain = html
    for placeholder in (SHORTCODE, _SHORTCODE_END, *ESCAPED.values()):
        plain = plain.replace(placeholder, "")
    return html if _is_harmless(plain) else _FORBIDDEN_BUT_PLACEHOLDERS.sub("", html)


def _is_harmless(text: str) -> bool:
    """Return whether ``text`` certainly has no forbidden character; ten times as fast as a search."""
    return text.replace("\n", "").replace("\t", "").isprintable()
