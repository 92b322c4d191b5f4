"""Shows what a command would change, and asks whether it shall."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from contextlib import suppress

from broadsheet.commands.terminal.printer import ask, say
from broadsheet.common.credentials import hide_passwords
from broadsheet.common.text_style import find_style

_ROLES = {"+": "added", "-": "removed", "@": "hint"}
_YES = frozenset(("y", "yes"))


def print_diff(rows: Iterable[str]) -> None:
    """Print the lines of a unified diff to standard output."""
    style = find_style(sys.stdout)
    for row in rows:
        is_name = row.startswith(("+++ ", "--- ", "rename "))
        role = "place" if is_name else _ROLES.get(row[:1], "")
        shown = hide_passwords(row.removesuffix("\r"))
        say(style.paint(shown, role) if role else shown, styled=True)


def confirm(question: str) -> bool:
    """Ask on a terminal; without one the answer is no, and standard error says how to say yes."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        say("Nothing was written: there is no terminal to ask in, and no --yes.", stream=sys.stderr)
        return False
    answer = ""
    with suppress(EOFError):
        answer = ask(f"{question} [y/N] ")
    return answer.strip().casefold() in _YES
