"""How text is shown where it is printed: in colour or not, how wide, and what of control characters."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TextIO

# ECMA-48, 8.3.117 SGR. Of the colours only those that can be read on black and on white.
_CODES = {"place": "1", "problem": "31", "note": "33", "hint": "36", "removed": "31", "added": "32"}
# What a terminal, or whoever else reads lines, may act on: controls but for the tab (C0 and C1), the ends of
# lines and paragraphs, what reorders a line (https://www.unicode.org/reports/tr9/), halves of characters.
_CONTROLS = "[\\x00-\\x08\\x0a-\\x1f\\x7f-\\x9f\\u2028-\\u202e\\u2066-\\u2069\\ud800-\\udfff]"
_CONTROL = re.compile(_CONTROLS)
_CONTROL_OR_STYLE = re.compile(rf"(\x1b\[(?:0|{'|'.join(sorted(_CODES.values()))})m)|{_CONTROLS}")


@dataclass(frozen=True, slots=True, kw_only=True)
class TextStyle:
    """How one stream shows text.

    ``terminal``: it is one that can go back and overwrite. ``width`` is its columns, 0 if it has no width.
    """

    terminal: bool = False
    colour: bool = False
    width: int = 0

    def paint(self, text: str, role: str) -> str:
        """Return ``text`` in the colour of its role: ``place``, ``problem``, ``note``, ``hint`` and so on."""
        return f"\x1b[{_CODES[role]}m{text}\x1b[0m" if self.colour and text else text


PLAIN = TextStyle()
# What terminals that know colours say of themselves, also on Windows.
_WITH_COLOUR = ("WT_SESSION", "TERM_PROGRAM", "TERM", "ANSICON")


def escape_controls(text: str, *, styled: bool = False) -> str:
    r"""Return ``text`` with its control characters as escapes, such as ``\u001b``, which JSON reads too.

    The end of a line is ``\n``. ``styled``: what ``paint`` adds stays.
    """
    if styled:
        return _CONTROL_OR_STYLE.sub(lambda found: found[1] or _escape(found), text)
    return _CONTROL.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    return "\\n" if found[0] == "\n" else f"\\u{ord(found[0]):04x}"


def find_style(stream: TextIO, environ: Mapping[str, str] = os.environ) -> TextStyle:
    """Return the style for a stream of this process.

    NO_COLOR and FORCE_COLOR with any value, TERM=dumb and what is no terminal decide in this order.
    Sources: https://no-color.org, https://force-color.org
    """
    terminal = stream.isatty() and environ.get("TERM") != "dumb"
    # The console that Windows had before its Terminal shows the codes themselves.
    shows_colour = terminal and (os.name != "nt" or any(map(environ.get, _WITH_COLOUR)))
    colour = not environ.get("NO_COLOR") and (bool(environ.get("FORCE_COLOR")) or shows_colour)
    try:
        width = os.get_terminal_size(stream.fileno()).columns if terminal else 0
    except (OSError, ValueError):
        width = 0  # a terminal that does not tell
    return TextStyle(terminal=terminal, colour=colour, width=width)
