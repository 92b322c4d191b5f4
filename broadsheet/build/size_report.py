"""What takes the space of a site, once it comes near to the most that GitHub Pages takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from broadsheet.render.outputs import KINDS

# https://docs.github.com/en/pages/getting-started-with-github-pages/github-pages-limits
PAGES_LIMIT = 1_000_000_000
_NEAR = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupSize:
    """What the outputs of one group take: how many there are, and their bytes."""

    group: str
    outputs: int
    size: int


def size_report(taken: Mapping[str, tuple[int, int]]) -> tuple[GroupSize, ...]:
    """Return what each group of outputs takes, the largest first; nothing far from the limit.

    ``taken``: of each kind of output how many there are, and their bytes.
    """
    if sum(size for _, size in taken.values()) < PAGES_LIMIT * _NEAR:
        return ()
    outputs, sizes = Counter[str](), Counter[str]()
    for kind, (count, size) in taken.items():
        group = KINDS[kind].group
        outputs[group] += count
        sizes[group] += size
    found = (GroupSize(group=group, outputs=outputs[group], size=sizes[group]) for group in outputs)
    return tuple(sorted(found, key=lambda each: (-each.size, each.group)))
