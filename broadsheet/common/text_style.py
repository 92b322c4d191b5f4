"""How text is shown where it is printed: in colour or not, and how wide. Nothing else decides on either."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TextIO

# ECMA-48, 8.3.117 SGR. Of the colours only those that can be read on black and on white.
_CODES = {"place": "1", "problem": "31", "note": "33", "hint": "36"}


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


def find_style(stream: TextIO, environ: Mapping[str, str] = os.environ) -> TextStyle:
    """Return the style for a stream of this process.

    NO_COLOR and FORCE_COLOR with any value, TERM=dumb and what is no terminal decide in this order.
    Sources: https://no-color.org, https://force-color.org
    """
    terminal = stream.isatty() and environ.get("TERM") != "dumb"
    colour = not environ.get("NO_COLOR") and (bool(environ.get("FORCE_COLOR")) or terminal)
    try:
        width = os.get_terminal_size(stream.fileno()).columns if terminal else 0
    except (OSError, ValueError):
        width = 0  # a terminal that does not tell
    return TextStyle(terminal=terminal, colour=colour, width=width)
