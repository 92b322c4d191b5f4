"""What takes the space of a built site, and whether that is more than its host takes.

A site over a limit is a problem of publishing, not of building: it is written, and can be looked at and
served elsewhere. The report costs the same for any number of outputs: totals are kept, and large files have
an index.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from broadsheet.common.problems import Problem
from broadsheet.ledger.lookups import LargeFile, list_large_files, read_totals
from broadsheet.render.outputs import KINDS

# https://docs.github.com/en/pages/getting-started-with-github-pages/github-pages-limits
PAGES_LIMIT = 1_000_000_000
# 100 MiB: https://docs.github.com/en/repositories/working-with-files/managing-large-files/about-large-files-on-github
FILE_LIMIT = 104_857_600
_NEAR = 0.8
_MOST_NAMED = 5  # files, and groups in a hint
_ELSEWHERE = 'For a host without this limit, write limits = "none" below [hosting] in site.toml.'


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupSize:
    """What the outputs of one group take: how many there are, and their bytes."""

    group: str
    outputs: int
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeReport:
    """What takes the space of a site: nothing of that far from the limits of its host.

    ``groups`` and ``files``, the largest first; ``over`` are the problems of publishing it, ``near`` what
    will soon be one.
    """

    groups: tuple[GroupSize, ...] = ()
    files: tuple[LargeFile, ...] = ()
    over: tuple[Problem, ...] = ()
    near: tuple[Problem, ...] = ()


def report_sizes(db: sqlite3.Connection, folder: str, limits: str) -> SizeReport:
    """Return what the last build into ``folder`` takes; ``limits`` is the setting of that name."""
    if limits == "none":
        return SizeReport()
    taken = read_totals(db, folder)
    size = sum(size for _, size in taken.values())
    large = list_large_files(db, folder, int(FILE_LIMIT * _NEAR), _MOST_NAMED)
    if size < PAGES_LIMIT * _NEAR and not large:
        return SizeReport()
    groups, files = _sum_groups(taken), list_large_files(db, folder, 0, _MOST_NAMED)
    found = [*_describe_total(folder, size, groups, files), *(_describe_file(folder, each) for each in large)]
    return SizeReport(
        groups=groups,
        files=files,
        over=tuple(sorted(problem for is_over, problem in found if is_over)),
        near=tuple(sorted(problem for is_over, problem in found if not is_over)),
    )


def format_size(size: int) -> str:
    """Return a number of bytes in the unit that suits it, powers of 1000: ``1.2 MB``."""
    for unit, least in (("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1000)):
        if size >= least:
            return f"{size / least:.1f} {unit}"
    return f"{size} bytes"


def _sum_groups(taken: Mapping[str, tuple[int, int]]) -> tuple[GroupSize, ...]:
    """Return what each group takes; ``taken`` is that of each kind of output, their number and bytes."""
    outputs, sizes = Counter[str](), Counter[str]()
    for kind, (count, size) in taken.items():
        group = KINDS[kind].group
        outputs[group] += count
        sizes[group] += size
    found = (GroupSize(group=group, outputs=outputs[group], size=sizes[group]) for group in outputs)
    return tuple(sorted(found, key=lambda each: (-each.size, each.group)))


def _describe_total(
    folder: str, size: int, groups: tuple[GroupSize, ...], files: tuple[LargeFile, ...]
) -> Iterator[tuple[bool, Problem]]:
    if size < PAGES_LIMIT * _NEAR:
        return
    share = f"{format_size(size)}, {100 * size / PAGES_LIMIT:.1f}% of the 1 GB that GitHub Pages takes"
    kinds = "; ".join(f"{each.group} {format_size(each.size)}" for each in groups[:_MOST_NAMED])
    largest = "; ".join(f"{each.path} {format_size(each.size)}" for each in files)
    hint = f"What takes the space: {kinds}. {f'The largest files: {largest}. ' if files else ''}{_ELSEWHERE}"
    yield size > PAGES_LIMIT, Problem(path=folder, message=f"the site takes {share}", hint=hint)


def _describe_file(folder: str, file: LargeFile) -> tuple[bool, Problem]:
    share = f"{format_size(file.size)}, {100 * file.size / FILE_LIMIT:.1f}% of the 100 MiB that GitHub takes"
    hint = f"Make it smaller, or link to it elsewhere. {_ELSEWHERE}"
    path = file.source or f"{folder}/{file.path}"
    return file.size > FILE_LIMIT, Problem(path=path, message=f"the file takes {share}", hint=hint)
