"""The chapters of RESULTS.md: each is of one run, which leaves the others as they are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

RESULTS, SEARCH, PICTURES = "Results", "Search", "Pictures"
_IN_ORDER = (RESULTS, SEARCH, PICTURES)
_HEADING = re.compile(r"^# (\w+)$", re.MULTILINE)


def put(results: Path, chapters: Mapping[str, str]) -> None:
    """Write chapters into RESULTS.md, in place of those of the same name.

    Each begins with its name as a heading, ``# Search``.
    """
    before = _split(results.read_text(encoding="utf-8")) if results.is_file() else {}
    after = {**before, **chapters}
    text = "\n".join(f"{after[name].rstrip()}\n" for name in _IN_ORDER if name in after)
    results.write_text(text, encoding="utf-8")


def _split(results: str) -> dict[str, str]:
    """Return the chapters by name."""
    begins = [(heading[1], heading.start()) for heading in _HEADING.finditer(results)]
    ends = [start for _, start in begins[1:]] + [len(results)]
    return {name: results[start:end] for (name, start), end in zip(begins, ends, strict=True)}
