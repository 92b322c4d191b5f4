"""Makes edits in a text, and leaves every other character as it is."""

from __future__ import annotations

import re
from collections.abc import Iterable

from broadsheet.common.problems import Edit

_ROW = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_BREAKS = "\r\n"
_MARK = "\ufeff"


def split_rows(text: str) -> list[str]:
    """Return the lines of ``text``, as the reader of front matter counts them, with their endings."""
    return _ROW.findall(text)[:-1] if text.endswith(("\r", "\n")) else _ROW.findall(text)


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """Return ``text`` with ``edits`` made; of two that overlap the one that begins first.

    Everything else stays as it is: a byte-order mark, line endings, white space.
    """
    marks = len(text) - len(text.lstrip(_MARK))
    rows = _ROW.findall(text[marks:])
    spans: dict[int, list[tuple[int, int, str]]] = {}
    for edit in edits:
        row = rows[edit.line - 1].rstrip(_BREAKS) if 0 < edit.line <= len(rows) else ""
        at = row.find(edit.old, edit.column - 1)
        if edit.old and at >= 0:
            spans.setdefault(edit.line - 1, []).append((at, at + len(edit.old), edit.new))
    for number, found in spans.items():
        for start, stop, new in reversed(_without_overlaps(sorted(found))):
            rows[number] = f"{rows[number][:start]}{new}{rows[number][stop:]}"
    return text[:marks] + "".join(rows)


def _without_overlaps(spans: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    kept: list[tuple[int, int, str]] = []
    for span in spans:
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return kept
