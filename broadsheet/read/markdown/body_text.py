"""The author's text of one body: what Markdown is given of it, and where in the file things stand.

Shortcodes of other generators are taken out before Markdown sees them and put back, as text, into the
finished HTML. Between the two a noncharacter with a number stands for each. Noncharacters and control
characters never come from an author: they are dropped here.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from functools import cached_property
from itertools import accumulate

from broadsheet.common.model import Link
from broadsheet.common.problems import Problem

# What XML 1.0 forbids (https://www.w3.org/TR/xml/#charsets), and what HTML calls an error in the input:
# the other controls, and the noncharacters (https://infra.spec.whatwg.org/#noncharacter).
_NEVER = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef" + "".join(
    f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000)
)
FORBIDDEN = re.compile(f"[{_NEVER}]")
# The same, less the stand-ins below.
_FORBIDDEN_BUT_STAND_INS = re.compile(f"[{_NEVER.replace(chr(0xFDD0), chr(0xFDD7))}]")

SHORTCODE = "\ufdd0"
_SHORTCODE_END = "\ufdd1"
# Characters that the author escaped with a backslash, and that typography therefore leaves alone; and a
# ``<`` that begins no tag, which Python's HTML parser would take a long look at.
ESCAPED = {'"': "\ufdd2", "'": "\ufdd3", "-": "\ufdd4", ".": "\ufdd5", "<": "\ufdd6"}
_PLAIN = str.maketrans({stand_in: char for char, stand_in in ESCAPED.items()})
STANDS_FOR = {stand_in: html.escape(char) for char, stand_in in ESCAPED.items()}

_WORDPRESS = r"(?:caption|gallery|embed|audio|video|playlist|wp_caption)"
# Each alternative stops where the next shortcode may begin, or at an empty line: no text makes it slow.
_SHORTCODES = re.compile(
    r"\{\{(?:[^{}\n]|\n(?!\n)|\{(?!\{)|\}(?!\}))*\}\}"
    r"|\{%(?:[^%{\n]|\n(?!\n)|%(?!\})|\{(?!%))*%\}"
    rf"|\[{_WORDPRESS}\s+[a-z_-]+=[^\[\]\n]*\](?![(\[:])"
    rf"|\[/{_WORDPRESS}\](?![(\[:])"
)
_STAND_IN = re.compile(f"[\ufdd0-\ufdd6](?:(?<={SHORTCODE})([0-9]+){_SHORTCODE_END})?")
STAND_INS = re.compile(f"{SHORTCODE}[0-9]*{_SHORTCODE_END}|[\ufdd0\ufdd1]")


class TooTangled(Exception):  # noqa: N818 - it says what the text is
    """A text is so deeply nested, or so broken, that no HTML can be made of it."""


class Source:
    """One body as it was written. Gathers the links and the problems that are found in it."""

    __slots__ = (
        "__dict__",
        "_shortcodes",
        "_sought",
        "first_line",
        "links",
        "markdown",
        "path",
        "problems",
        "targets",
        "text",
    )

    def __init__(self, text: str, *, path: str, first_line: int) -> None:
        """Take the body ``text`` of the article at ``path``, which begins on ``first_line``."""
        self.path = path
        self.first_line = first_line
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        self.text = text
        self.links: list[Link] = []
        self.problems: list[Problem] = []
        # Of each URL that leads anywhere: as it is written, and where to.
        self.targets: list[tuple[str, str]] = []
        self._shortcodes: list[str] = []
        self._sought: dict[str, int] = {}
        plain = text if _harmless(text) else FORBIDDEN.sub("", text)
        if "{" in plain or "[" in plain:
            plain = _SHORTCODES.sub(self._stash, plain)
        # No tag can begin after the last ``>``.
        rest = plain.rfind(">") + 1
        self.markdown = plain[:rest] + plain[rest:].replace("<", ESCAPED["<"])

    def restored(self, finished: str) -> str:
        """Return ``finished`` HTML with what the stand-ins stand for, escaped."""
        # A stand-in comes of a shortcode, an escape, a lone ``<`` or a reference.
        if self.markdown.isascii() and "\\" not in self.markdown and "&" not in self.markdown:
            return finished
        return _STAND_IN.sub(self._unstash, finished)

    def restored_plain(self, text: str) -> str:
        """Return plain ``text`` with the characters that the author escaped."""
        return text.translate(_PLAIN) if _STAND_IN.search(text) else text

    def place(self, target: str) -> tuple[int, int]:
        """Return line and column of the next place in the file that names ``target``, or (first line, 0)."""
        for spelling in dict.fromkeys((target, html.escape(target), html.escape(target, quote=False))):
            begin = self._sought.get(spelling, 0)
            at = self._find(spelling, begin)
            if at < 0 and begin:
                at = self._find(spelling, 0)
            if at >= 0:
                self._sought[spelling] = at + len(spelling)
                line = bisect_right(self._line_starts, at) - 1
                return self.first_line + line, at - self._line_starts[line] + 1
        return self.first_line, 0

    def _find(self, spelling: str, begin: int) -> int:
        """Return where ``spelling`` stands, not as the end of a longer name; -1 when nowhere."""
        at = self.text.find(spelling, begin)
        while at > 0 and (self.text[at - 1].isalnum() or self.text[at - 1] in "_./%-"):
            at = self.text.find(spelling, at + 1)
        return at

    def complain(self, target: str, message: str, hint: str) -> None:
        """Note a problem with the link or picture ``target``."""
        line, column = self.place(target)
        self._note(line, column, message, hint)

    def link(self, target: str, path: str, *, embedded: bool) -> None:
        """Note that the body names the file ``path``, as ``target``."""
        line, column = self.place(target)
        self.links.append(Link(path=path, line=line, column=column, embedded=embedded))

    def complain_of_tangle(self, tangle: TooTangled) -> None:
        """Note that Markdown cannot make sense of the body, at the line that is most deeply nested."""
        depths = [len(line) - len(line.lstrip(" \t>*+-")) for line in self.text.split("\n")]
        line = max(range(len(depths)), key=lambda at: depths[at])
        self._note(
            self.first_line + line, 0, f"the text cannot be rendered: {tangle}", "Write it with less nesting."
        )

    def as_plain_paragraphs(self) -> str:
        """Return the body as escaped text, without any markup."""
        paragraphs = re.split(r"\n\s*\n", self.markdown.strip())
        return "\n".join(f"<p>{html.escape(text, quote=False)}</p>" for text in paragraphs)

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *accumulate(len(line) + 1 for line in self.text.split("\n"))]

    def _note(self, line: int, column: int, message: str, hint: str) -> None:
        at = line - self.first_line
        source = self.text[self._line_starts[at] : self._line_starts[at + 1] - 1]
        self.problems.append(
            Problem(path=self.path, line=line, column=column, message=message, hint=hint, source=source)
        )

    def _stash(self, shortcode: re.Match[str]) -> str:
        self._shortcodes.append(shortcode[0])
        return f"{SHORTCODE}{len(self._shortcodes) - 1}{_SHORTCODE_END}"

    def _unstash(self, stand_in: re.Match[str]) -> str:
        if stand_in[1] is None:
            return STANDS_FOR.get(stand_in[0], "")
        at = int(stand_in[1])
        return html.escape(self._shortcodes[at]) if at < len(self._shortcodes) else ""


def allowed(html: str) -> str:
    """Return ``html`` without the characters that may not stand in a page, stand-ins excepted."""
    plain = html
    for stand_in in (SHORTCODE, _SHORTCODE_END, *ESCAPED.values()):
        plain = plain.replace(stand_in, "")
    return html if _harmless(plain) else _FORBIDDEN_BUT_STAND_INS.sub("", html)


def _harmless(text: str) -> bool:
    """Return whether ``text`` surely has no forbidden character: ten times as fast as to look for them."""
    return text.replace("\n", "").replace("\t", "").isprintable()
