"""The tables of RESULTS.md: what was measured, how it compares, and which goals were held."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from records import Record, Records
from tables import (
    GOAL_SIZE,
    MILLION,
    SMALL,
    Goal,
    elapsed_of,
    files_of,
    on_top_of,
    peak_of,
    processor_of,
    ratio_of,
    shown,
    size_of,
    table,
    timed,
    wall_of,
    worst,
)
from tools import BROADSHEET, EQUAL, NEWSROOM

COLD = "cold"
SAME = "nothing changed"
NEWEST = "newest, on a new day"
ADDITIONS = (NEWEST, "into a day of 150", "ten years back", "a new tag and author", "eight common tags")
CHANGES = ("a body", "a title", "a tag", "deleted")
FLOOR = "a look at the sources"
PLAIN = "plain Python"
LAYOUT = "a layout"
CARRIED = "carried elsewhere"


def written(records: Records, machine: str, date: str = "") -> str:
    """Return RESULTS.md."""
    counts = [records.count(COLD, tool, size) for tool in records.tools() for size in records.sizes()]
    rounds = max(counts, default=0)
    when = f", {date}" if date else ""
    parts = [
        "# Results",
        f"Measured in one run{when}, by [`bench/run.py`](README.md), on {machine}.",
        (
            f"Medians of at most {rounds} rounds; what took very long ran once. A second is one of the whole"
            " process, in brackets are\nthe processor seconds of all its processes. A megabyte (MB) is"
            " 1,000,000 bytes. Memory is the most that all processes\nheld together."
        ),
        *_goals(records),
        *_cold(records),
        *_changes(records, BROADSHEET, "One change, with Broadsheet"),
        *_changes(records, NEWSROOM, "One change, with all that a newsroom has in use"),
        *_others(records),
        *_peers(records),
        *_failures(records),
    ]
    return "\n\n".join(parts) + "\n"


def goals(records: Records) -> list[Goal]:
    """Return every goal of these beside what was measured."""
    return [*_speed(records), *_growth(records), *_rest(records)]


def _speed(records: Records) -> Iterator[Goal]:
    for size, most in ((10_000, 0.7), (GOAL_SIZE, 0.35)):
        ratio = ratio_of(wall_of(records, COLD, EQUAL, size), wall_of(records, COLD, "Hugo", size))
        yield Goal(
            name=f"1. cold, {size:,} articles, equal pages, to Hugo", figure=ratio, most=most, unit="times"
        )
    for name, whats in (("an added article", ADDITIONS), ("another change", CHANGES)):
        times = {what: wall_of(records, what, BROADSHEET, GOAL_SIZE) for what in whats}
        yield worst(f"2. {name}, {GOAL_SIZE:,}", times, 0.8, "s")
        files = {what: records.median(what, BROADSHEET, GOAL_SIZE, files_of) for what in whats}
        yield worst(f"2. {name}, {GOAL_SIZE:,}", files, 80, "files")


def _growth(records: Records) -> Iterator[Goal]:
    figures: dict[str, Callable[[Record], float]] = {"files": files_of, "bytes": size_of}
    for unit, figure in figures.items():
        ratios = _ratios(records, BROADSHEET, GOAL_SIZE, figure)
        yield worst(f"2. an added article, {unit}, {GOAL_SIZE:,} to {SMALL:,}", ratios, 1.2, "times")
    full = [size for size in records.sizes() if size > SMALL and records.count(NEWEST, NEWSROOM, size)]
    for size in full:
        for unit, figure in figures.items():
            ratios = _ratios(records, NEWSROOM, size, figure)
            yield worst(f"8. the same with all in use, {unit}, {size:,} to {SMALL:,}", ratios, 1.2, "times")
    for size in records.sizes():
        tops = {what: records.median(what, BROADSHEET, size, on_top_of) for what in (*ADDITIONS, *CHANGES)}
        yield worst(f"2. on top of the look at the sources, {size:,}", tops, 0.3, "s")


def _ratios(
    records: Records, tool: str, size: int, figure: Callable[[Record], float]
) -> dict[str, float | None]:
    """Return what each kind of addition costs an archive of a size, in times of what it costs a small one."""
    ratios = {}
    for what in ADDITIONS:
        large, small = (records.median(what, tool, count, figure) for count in (size, SMALL))
        ratios[what] = ratio_of(large, small)
    return ratios


def _rest(records: Records) -> Iterator[Goal]:
    same = wall_of(records, SAME, BROADSHEET, GOAL_SIZE)
    yield Goal(name=f"3. nothing changed, {GOAL_SIZE:,}", figure=same, most=0.6, unit="s")
    cold = {tool: peak_of(records, COLD, tool, GOAL_SIZE) for tool in (BROADSHEET, EQUAL)}
    yield worst(f"4. memory, cold, {GOAL_SIZE:,}", cold, 400, "MB")
    added = {what: peak_of(records, what, BROADSHEET, GOAL_SIZE) for what in ADDITIONS}
    yield worst(f"4. memory, an added article, {GOAL_SIZE:,}", added, 150, "MB")
    large = peak_of(records, COLD, BROADSHEET, MILLION)
    yield Goal(name=f"4. memory, cold, {MILLION:,}", figure=large, most=1.5 * 400, unit="MB")
    grown = {what: peak_of(records, what, BROADSHEET, MILLION) for what in ADDITIONS}
    yield worst(f"4. memory, an added article, {MILLION:,}", grown, 1.5 * 150, "MB")
    base = wall_of(records, COLD, BROADSHEET, GOAL_SIZE)
    longer = ratio_of(wall_of(records, COLD, BROADSHEET, MILLION), base)
    yield Goal(name="5. cold, a million to 100,000", figure=longer, most=12, unit="times")
    times = {what: wall_of(records, what, BROADSHEET, MILLION) for what in ADDITIONS}
    yield worst("5. an added article, a million", times, 8, "s")
    layout = ratio_of(wall_of(records, LAYOUT, BROADSHEET, GOAL_SIZE), base)
    yield Goal(name=f"6. a changed layout to cold, {GOAL_SIZE:,}", figure=layout, most=0.4, unit="times")
    for size in records.sizes():
        rendered = records.median(CARRIED, BROADSHEET, size, lambda one: one.rendered)
        if rendered is not None:
            name = f"7. carried to another machine, {size:,}"
            yield Goal(name=name, figure=rendered, most=0, unit="pages rendered")


def _goals(records: Records) -> list[str]:
    rows = [
        (goal.name, shown(goal.figure, goal.unit), goal.of, f"{goal.most:g} {goal.unit}", goal.verdict)
        for goal in goals(records)
    ]
    return ["## Goals", table(("goal", "measured", "worst of all", "at most", ""), rows)]


def _cold(records: Records) -> list[str]:
    rows = []
    for size in records.sizes():
        hugo, spent = (records.median(COLD, "Hugo", size, figure) for figure in (elapsed_of, processor_of))
        for tool in _sorted(records.tools()):
            wall = wall_of(records, COLD, tool, size)
            if wall is None:
                continue
            files = records.median(COLD, tool, size, lambda one: one.written)
            rows.append(
                (
                    f"{size:,}",
                    tool,
                    timed(records, COLD, tool, size),
                    f"{size / wall:,.0f}",
                    shown(peak_of(records, COLD, tool, size), "MB"),
                    f"{files:,.0f}",
                    f"{records.median(COLD, tool, size, lambda one: one.size / 1e6):,.1f} MB",
                    shown(ratio_of(wall, hugo), "times"),
                    shown(ratio_of(records.median(COLD, tool, size, processor_of), spent), "times"),
                )
            )
    head = ("articles", "", "time", "articles a second", "memory", "files", "in them", "time to Hugo's",
            "processor to Hugo's")  # fmt: skip
    return ["## Cold builds", table(head, rows)]


def _changes(records: Records, tool: str, title: str) -> list[str]:
    parts = [f"## {title}"]
    for size in records.sizes():
        rows = [
            (
                _said(what),
                timed(records, what, tool, size),
                shown(records.median(what, tool, size, on_top_of), "s"),
                f"{records.median(what, tool, size, files_of):,.0f}",
                f"{records.median(what, tool, size, lambda one: one.size / 1e3):,.0f} KB",
                shown(peak_of(records, what, tool, size), "MB"),
                *(_growth_of(records, tool, what, size, figure) for figure in (files_of, size_of)),
            )
            for what in (*ADDITIONS, *CHANGES)
            if records.count(what, tool, size)
        ]
        if rows:
            head = (f"{size:,} articles", "time", "on top", "files", "in them", "memory",
                    f"times the files of {SMALL:,}", f"times the bytes of {SMALL:,}")  # fmt: skip
            parts.append(table(head, rows))
    parts.append(
        "*On top* is what comes on top of the look at every source file: the build's time but for that look,"
        " less the same of one\nwithout a change, run just before. *Files* are those written or removed; *in"
        " them* is the size of what was written.\nEach change was made once before, unmeasured, so that what"
        " it reads, sources as well as state, is in memory; from a disk\nit takes longer."
    )
    return parts if len(parts) > 2 else []


def _others(records: Records) -> list[str]:
    rows = []
    for size in records.sizes():
        cold = wall_of(records, COLD, BROADSHEET, size)
        for what, tool in ((SAME, BROADSHEET), (FLOOR, PLAIN), (LAYOUT, BROADSHEET), (CARRIED, BROADSHEET)):
            if not records.count(what, tool, size):
                continue
            rows.append(
                (
                    f"{size:,}",
                    _said(what),
                    timed(records, what, tool, size),
                    shown(ratio_of(wall_of(records, what, tool, size), cold), "times"),
                    shown(peak_of(records, what, tool, size), "MB"),
                    f"{records.median(what, tool, size, lambda one: one.rendered):,.0f}",
                    f"{records.median(what, tool, size, files_of):,.0f}",
                )
            )
    if not rows:
        return []
    head = ("articles", "", "time", "time to cold", "memory", "pages rendered", "files written")
    return ["## Nothing, everything, elsewhere", table(head, rows)]


def _peers(records: Records) -> list[str]:
    rows = []
    for size in records.sizes():
        ours = wall_of(records, NEWEST, BROADSHEET, size)
        for tool in _sorted(records.tools()):
            if records.count(NEWEST, tool, size):
                wall = wall_of(records, NEWEST, tool, size)
                rows.append(
                    (
                        f"{size:,}",
                        tool,
                        timed(records, NEWEST, tool, size),
                        shown(peak_of(records, NEWEST, tool, size), "MB"),
                        f"{records.median(NEWEST, tool, size, files_of):,.0f}",
                        f"{records.median(NEWEST, tool, size, lambda one: one.size / 1e6):,.1f} MB",
                        shown(ratio_of(wall, ours), "times"),
                    )
                )
    if not rows:
        return []
    head = ("articles", "", "time", "memory", "files written", "in them", "time to Broadsheet's")
    return ["## One article more, with each", table(head, rows)]


def _failures(records: Records) -> list[str]:
    rows = [
        (
            f"{record.articles:,}",
            record.tool,
            _said(record.what),
            "stopped at the limit" if record.status is None else f"exit status {record.status}",
            f"{record.wall:,.1f} s",
            f"{record.peak / 1e6:,.0f} MB",
        )
        for record in records
        if record.status != 0
    ]
    head = ("articles", "", "", "ended with", "after", "memory")
    return ["## What did not work", table(head, rows)] if rows else []


def _said(what: str) -> str:
    return {
        COLD: "cold build",
        **{addition: f"added: {addition}" for addition in ADDITIONS},
        "a body": "changed: a body",
        "a title": "changed: a title",
        "a tag": "changed: a tag",
        "deleted": "deleted: an article",
        FLOOR: "the floor: plain Python looks at every source file",
        LAYOUT: "changed: the articles' layout",
        CARRIED: "carried to another machine",
    }.get(what, what)


def _sorted(names: Sequence[str]) -> list[str]:
    """Return the tools in the order of the tables, whatever was measured first."""
    order = (EQUAL, BROADSHEET, "Hugo", "Eleventy", "Pelican")
    return [name for name in order if name in names]


def _growth_of(records: Records, tool: str, what: str, size: int, figure: Callable[[Record], float]) -> str:
    large, small = (records.median(what, tool, count, figure) for count in (size, SMALL))
    return shown(ratio_of(large, small), "times")


def cores() -> int:
    """Return how many cores there are for us."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def memory() -> int:
    """Return the machine's memory in gigabytes."""
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9)


def file_system(folder: Path) -> str:
    """Return the kind of file system that a folder is on; see proc_mounts(5)."""
    kind, longest = "an unknown file system", -1
    mounts = Path("/proc/mounts")
    for row in mounts.read_text(encoding="utf-8").splitlines() if mounts.exists() else ():
        place, found = row.split()[1:3]
        if len(place) > longest and (folder == Path(place) or Path(place) in folder.parents):
            kind, longest = found, len(place)
    return kind
