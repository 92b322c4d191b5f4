"""The links of a script: the modules that it imports by relative addresses. No script is run or parsed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from broadsheet.check.extract.contents import Link

# A statement at the beginning of a line, or a call with nothing but an address.
_IMPORT = re.compile(
    r"""^[ \t]*(?:import|export)\b[^"';=]{0,2000}["'](\.{1,2}/[^"'\s]+)["']"""
    r"""|\bimport\([ \t]*["'](\.{1,2}/[^"'\s]+)["'][ \t]*\)""",
    re.MULTILINE,
)


def list_imports(text: str) -> Iterator[Link]:
    """Yield the modules that a script imports."""
    for found in _IMPORT.finditer(text):
        yield Link("module", found[1] or found[2])
