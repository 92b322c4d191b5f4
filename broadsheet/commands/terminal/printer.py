"""Prints lines: everything that a command prints goes through ``say``.

What is printed repeats what others wrote: titles, names of files, what a remote or a foreign sitemap says.
None of it may move the terminal's cursor, begin a line of its own, or be taken for a command of a workflow.
"""

from __future__ import annotations

import os
import re
import sys
from typing import TextIO

from broadsheet.common.text_style import escape_controls

# What a runner looks for in each line that a step prints: the first where it begins, after spaces, the older
# one anywhere. https://docs.github.com/actions/reference/workflow-commands-for-github-actions
_COMMAND = re.compile(r"\A(\s*):(?=:)|##\[")


def say(*lines: str, stream: TextIO | None = None, styled: bool = False, command: bool = False) -> None:
    """Print each of ``lines`` as one line, to standard output or ``stream``.

    Control characters are shown as escapes, also the end of a line within one. ``styled``: the lines may have
    the colours of ``TextStyle``. ``command``: they are commands for the runner of a workflow.
    """
    shown = (escape_controls(line, styled=styled) for line in lines)
    if not command and os.environ.get("GITHUB_ACTIONS") == "true":
        shown = (_COMMAND.sub(_disarm, line) for line in shown)
    # Not the default of ``print``, which is the stream at the time when Python began.
    print("\n".join(shown), file=stream or sys.stdout, flush=True)


def ask(prompt: str) -> str:
    """Return the line that is typed in answer to ``prompt``."""
    return input(escape_controls(prompt))


def _disarm(found: re.Match[str]) -> str:
    return "##\\u005b" if found[1] is None else f"{found[1]}\\u003a"
