"""What is left out of an adopted archive, and the patterns that say so in site.toml."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

_SIGNS = re.compile(r"[*?\[\]]")
# So many files of one folder are left out for one reason before the folder is.
_LEAST_ALIKE = 3


class LeftOut(NamedTuple):
    """A file that is no article here, and why."""

    path: str
    reason: str


def group(left_out: Sequence[LeftOut], kept: Iterable[str], folder: str) -> Iterator[tuple[str, str]]:
    """Yield patterns for what is left out, each with the reason; ``kept`` are the articles.

    A folder of which all files are left out for one reason has one pattern.
    """
    used = {above for path in kept for above in _list_above(path, folder)}
    whole: dict[str, list[LeftOut]] = defaultdict(list)
    for each in left_out:
        for above in _list_above(each.path, folder):
            if above not in used:
                whole[above].append(each)
    covered: set[str] = set()
    for above, found in sorted(whole.items()):
        reasons = {each.reason for each in found}
        if len(found) >= _LEAST_ALIKE and len(reasons) == 1 and not covered.issuperset(_paths(found)):
            covered.update(_paths(found))
            yield f"{_SIGNS.sub('?', above)}/*", found[0].reason
    for each in left_out:
        if each.path not in covered:
            yield _SIGNS.sub("?", each.path.removeprefix(f"{folder}/")), each.reason


def _paths(found: Iterable[LeftOut]) -> set[str]:
    return {each.path for each in found}


def _list_above(path: str, folder: str) -> Iterator[str]:
    """Yield the folders that a file lies in, below the content folder, the highest first."""
    steps = path.removeprefix(f"{folder}/").split("/")[:-1]
    for count in range(1, len(steps) + 1):
        yield "/".join(steps[:count])
