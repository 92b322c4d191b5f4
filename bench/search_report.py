"""The part of RESULTS.md that is about search: goal 9, its tables, and Pagefind beside it."""

from __future__ import annotations

import statistics
from collections.abc import Iterator

import chapters
import queries
from records import Record, Records
from tables import (
    GOAL_SIZE,
    MILLION,
    SMALL,
    Goal,
    files_of,
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
from tools import SEARCH, SEARCHLESS

COLD = "cold"
LAST_DAY = "newest, on the last day"
NEW_YEAR = "newest, on a new day"  # which in the generated archive is the first of a year
BACK = "ten years back"
FULLEST = "first in the fullest segment"
WORD = "a word of a text"
ORDER = "the order of a text"
TITLE, DELETED = "a title", "deleted"
ROW = "sixty in a row"
INDEX, ENCODING = "index: {}", "encoding: {}"
ENTERS, FOLLOWS = "{}, entered", "{}, by a link"
PAGEFIND = "Pagefind"
_NEWEST = (LAST_DAY, NEW_YEAR, ROW)
_OTHERS = (BACK, FULLEST, WORD, TITLE, DELETED)
_CHANGES = {
    LAST_DAY: "added: newest, on the last day",
    NEW_YEAR: "added: newest, the first of a year",
    BACK: "added: ten years back",
    FULLEST: "added: the first of the fullest segment",
    WORD: "changed: one word of a text",
    ORDER: "changed: a text whose words stay the same",
    TITLE: "changed: a title",
    DELETED: "deleted: an article",
}
_KINDS = ("shards", "facets", "results", "years", "page")
_ENCODINGS = {
    "text": "JSON",
    "text_compressed": "JSON, compressed by the host",
    "binary": "binary",
    "binary_compressed": "binary, compressed by the host",
}
_OF_BUILDS = """\
Cold builds of an archive whose vocabulary is as large as real ones have, with and without search, in
pairs. *Processor an article more* is the median of what the two of a pair differ by. Pagefind comes on
top of a build."""
_OF_CHANGES = """\
Files are those of the index alone, written or removed. Time and memory are of the whole build, or of
Pagefind, which comes on top of a build. In a million articles none are added in a row."""
_OF_SEARCHES = f"""\
The time to the first result in Chromium, with an empty cache, 60 ms of latency and 10 Mbit/s: from
entering the words in the field of the front page, or from following a link to the search. *On the wire*
is all that comes after following the link but for the *lines of text*: the pages of the articles found,
of which a line is shown once the results are there. A common word is in 20 to 60 per cent of the
articles, a middling one in 0.5 to 2 per cent, a rare one in {queries.RARE} articles at most. Two words
stand together in some article. Of a rare word, and of most pairs of middling ones, there are not ten
results, so that every segment is asked. The goals are for the others. Pagefind is without its user
interface; it shows the best ten, Broadsheet the newest ten."""
_OF_ENCODINGS = """\
The words of the index as they are published, and in a compact binary encoding. Hosts compress JSON, and
send files of kinds that they do not know as they are."""


def goals(records: Records) -> Iterator[Goal]:
    """Yield every goal beside what was measured."""
    sizes = [size for size in records.sizes() if records.count(COLD, SEARCH, size)]
    for name, whats, files, kilobytes in (
        ("newest article", _NEWEST, 12, 110),
        ("any other article", _OTHERS, 70, 1200),
        ("the same words", (ORDER,), 0, 0),
    ):
        of = {
            f"{what}, {size:,}": (what, size)
            for size in sizes
            for what in whats
            if (what, size) != (ROW, MILLION)  # not measured
        }
        counts = {key: records.median(what, SEARCH, size, files_of) for key, (what, size) in of.items()}
        yield worst(f"9. {name}, index", counts, files, "files")
        bytes_in = {key: records.median(what, SEARCH, size, _kilobytes) for key, (what, size) in of.items()}
        yield worst(f"9. {name}, index", bytes_in, kilobytes, "KB")
    name = "9. each of sixty newest, index"
    rows = {f"{size:,}": _row(records, size) for size in sizes if size != MILLION}
    counts = {size: max(map(files_of, row), default=None) for size, row in rows.items()}
    yield worst(name, counts, 70, "files")
    bytes_in = {size: max(map(_kilobytes, row), default=None) for size, row in rows.items()}
    yield worst(name, bytes_in, 1200, "KB")
    shares = {f"{size:,}": _index(records, size) for size in sizes if size >= SMALL}
    yield worst("9. index, an article", shares, 1300, "bytes")
    dearer = {f"{size:,}": _dearer(records, size) for size in sizes if size >= 10_000}
    yield worst("9. cold, processor an article more", dearer, 0.3, "ms")
    times = {what: wall_of(records, what, SEARCH, GOAL_SIZE) for what in (*_NEWEST, *_OTHERS)}
    yield worst(f"9. a change, {GOAL_SIZE:,}", times, 0.8, "s")
    for size, most in ((GOAL_SIZE, 400), (MILLION, 1.5 * 400)):
        figure = peak_of(records, COLD, SEARCH, size)
        yield Goal(name=f"9. memory, cold, {size:,}", figure=figure, most=most, unit="MB")
    yield from _waits(records)


def _waits(records: Records) -> Iterator[Goal]:
    """Yield the goals of what readers wait for: for words that have ten results in the newest years."""
    near = [kind for kind in queries.kinds() if "rare" not in kind and kind != "two middling words"]
    within = [kind for kind in near if "last year" in kind]
    for name, kinds, kilobytes, seconds in (
        ("", [kind for kind in near if kind not in within], 200, 1.0),
        (" within one year", within, 60, 0.4),
    ):
        whats = [way.format(kind) for kind in kinds for way in (ENTERS, FOLLOWS)]
        whats = [what for what in whats if records.count(what, SEARCH, GOAL_SIZE)] or whats
        sizes = {what: records.median(what, SEARCH, GOAL_SIZE, _to_results) for what in whats}
        yield worst(f"9. first results{name}, {GOAL_SIZE:,}", sizes, kilobytes, "KB")
        times = {what: wall_of(records, what, SEARCH, GOAL_SIZE) for what in whats}
        yield worst(f"9. first results{name}, {GOAL_SIZE:,}", times, seconds, "s")
    what = ENTERS.format(queries.kinds()[0])
    scripts = records.median(what, SEARCH, GOAL_SIZE, _of_scripts)
    yield Goal(name="9. scripts", figure=scripts, most=12, unit="KB")


def written(records: Records, machine: str, date: str = "") -> str:
    """Return the chapter."""
    sizes = [size for size in records.sizes() if records.count(COLD, SEARCH, size)]
    when = f", {date}" if date else ""
    rows = [
        (goal.name, shown(goal.figure, goal.unit), goal.of, f"{goal.most:g} {goal.unit}", goal.verdict)
        for goal in goals(records)
    ]
    parts = [
        f"# {chapters.SEARCH}",
        f"Measured in one run{when}, by [`bench/run.py --goals 9`](README.md), on {machine}.",
        "## Goals for search",
        table(("goal", "measured", "worst of all", "at most", ""), rows),
        "## Builds with search, and the index",
        *_builds(records, sizes),
        *_index_sizes(records, sizes),
        "## One change of the index",
        *_changes(records, sizes),
        "## Searches",
        *_searches(records, sizes),
        "## Encodings of the index",
        *_encodings(records, sizes),
        *_failures(records),
    ]
    return "\n\n".join(parts) + "\n"


def _builds(records: Records, sizes: list[int]) -> Iterator[str]:
    rows = []
    for size in sizes:
        without = records.median(COLD, SEARCHLESS, size, processor_of)
        for name in (SEARCH, SEARCHLESS):
            if not records.count(COLD, name, size):
                continue
            spent = records.median(COLD, name, size, processor_of)
            rows.append(
                (
                    f"{size:,}",
                    name,
                    timed(records, COLD, name, size),
                    shown(ratio_of(spent, without), "times"),
                    _milliseconds(_dearer(records, size)) if name == SEARCH else "",
                    shown(peak_of(records, COLD, name, size), "MB"),
                    *_files_and_bytes(records, COLD, name, size, megabytes=True),
                )
            )
        if records.count(COLD, PAGEFIND, size):
            rows.append(
                (
                    f"{size:,}",
                    "Pagefind, of the same site",
                    timed(records, COLD, PAGEFIND, size),
                    "",
                    _milliseconds(_per_article(records, size)),
                    shown(peak_of(records, COLD, PAGEFIND, size), "MB"),
                    *_files_and_bytes(records, COLD, PAGEFIND, size, megabytes=True),
                )
            )
    head = ("articles", "", "time", "processor to without", "processor an article more", "memory", "files",
            "in them")  # fmt: skip
    yield table(head, rows)
    yield _OF_BUILDS


def _index_sizes(records: Records, sizes: list[int]) -> Iterator[str]:
    rows = []
    for size in sizes:
        of = [records.median(INDEX.format(kind), SEARCH, size, size_of) or 0 for kind in _KINDS]
        files = sum(records.median(INDEX.format(kind), SEARCH, size, files_of) or 0 for kind in _KINDS)
        parts = (f"{part / size:,.0f}" for part in (*of, sum(of)))
        rows.append((f"{size:,}", f"{files:,.0f}", _one_decimal(sum(of) / 1e6, "MB"), *parts))
    yield table(
        ("articles", "files", "in them", *(f"{kind}, bytes an article" for kind in _KINDS), "all"), rows
    )


def _changes(records: Records, sizes: list[int]) -> Iterator[str]:
    for size in sizes:
        rows = [
            (
                name,
                *_files_and_bytes(records, what, SEARCH, size),
                timed(records, what, SEARCH, size),
                shown(peak_of(records, what, SEARCH, size), "MB"),
            )
            for what, name in _CHANGES.items()
            if records.count(what, SEARCH, size)
        ]
        row = _row(records, size)
        for name, choose in (("median", statistics.median), ("most", max)):
            if row:
                rows.append(
                    (
                        f"added: each of {len(row)} on the last day, {name}",
                        f"{choose([files_of(one) for one in row]):,.0f}",
                        f"{choose([one.size / 1e3 for one in row]):,.1f} KB",
                        f"{choose([one.wall for one in row]):,.2f} s",
                        shown(choose([one.peak / 1e6 for one in row]), "MB"),
                    )
                )
        if records.count(LAST_DAY, PAGEFIND, size):
            rows.append(
                (
                    "Pagefind, added: newest, on the last day",
                    *_files_and_bytes(records, LAST_DAY, PAGEFIND, size),
                    timed(records, LAST_DAY, PAGEFIND, size),
                    shown(peak_of(records, LAST_DAY, PAGEFIND, size), "MB"),
                )
            )
        if rows:
            yield table((f"{size:,} articles", "files of the index", "in them", "time", "memory"), rows)
    yield _OF_CHANGES


def _searches(records: Records, sizes: list[int]) -> Iterator[str]:
    said = False
    for size in sizes:
        rows = []
        for name in (SEARCH, PAGEFIND):
            for kind in queries.kinds():
                ways = [way.format(kind) for way in (ENTERS, FOLLOWS)]
                if not any(records.count(what, name, size) for what in ways):
                    continue
                followed = ways[1]
                rows.append(
                    (
                        kind if name == SEARCH else f"{PAGEFIND}: {kind}",
                        *(shown(wall_of(records, what, name, size), "s") for what in ways),
                        *(
                            _one_decimal(records.median(followed, name, size, part), "KB")
                            for part in (_to_results, _of_page, _of_scripts, _of_lines)
                        ),
                        shown(records.median(followed, name, size, files_of), "").strip(),
                    )
                )
        if rows:
            said = True
            head = (f"{size:,} articles", "entered", "by a link", "on the wire", "of that, page", "scripts",
                    "on top, lines of text", "answers")  # fmt: skip
            yield table(head, rows)
    if said:
        yield _OF_SEARCHES


def _encodings(records: Records, sizes: list[int]) -> Iterator[str]:
    rows = [
        (
            f"{size:,}",
            *(
                shown(records.median(ENCODING.format(name), SEARCH, size, _kilobytes), "KB")
                for name in _ENCODINGS
            ),
        )
        for size in sizes
        if records.count(ENCODING.format("text"), SEARCH, size)
    ]
    if rows:
        yield table(("articles, all shards", *_ENCODINGS.values()), rows)
        yield _OF_ENCODINGS


def _failures(records: Records) -> Iterator[str]:
    rows = [
        (f"{one.what}, {one.articles:,}", one.tool, str(one.status), " ".join(one.message.split())[-200:])
        for one in records
        if one.status != 0 and one.tool in {SEARCH, SEARCHLESS, PAGEFIND}
    ]
    if rows:
        yield "## What did not work with search"
        yield table(("what", "", "status", "what it said"), rows)


def _row(records: Records, size: int) -> list[Record]:
    """Return what was measured of articles that were added one after the other."""
    return [one for one in records if (one.what, one.tool, one.articles) == (ROW, SEARCH, size)]


def _dearer(records: Records, size: int) -> float | None:
    """Return the milliseconds of the processor that an article costs more with search, of pairs of builds."""
    spent: dict[str, dict[int, float]] = {SEARCH: {}, SEARCHLESS: {}}
    for one in records:
        if one.what == COLD and one.articles == size and one.tool in spent and one.status == 0:
            spent[one.tool][one.number] = one.processor
    pairs = spent[SEARCH].keys() & spent[SEARCHLESS].keys()
    differences = [spent[SEARCH][number] - spent[SEARCHLESS][number] for number in sorted(pairs)]
    return statistics.median(differences) / size * 1000 if differences else None


def _per_article(records: Records, size: int) -> float | None:
    spent = records.median(COLD, PAGEFIND, size, processor_of)
    return spent / size * 1000 if spent else None


def _index(records: Records, size: int) -> float | None:
    found = [records.median(INDEX.format(kind), SEARCH, size, size_of) for kind in _KINDS]
    known = [each for each in found if each is not None]
    return sum(known) / size if len(known) == len(found) else None


def _files_and_bytes(
    records: Records, what: str, tool: str, size: int, *, megabytes: bool = False
) -> tuple[str, str]:
    count = records.median(what, tool, size, files_of)
    kilobytes = records.median(what, tool, size, _kilobytes)
    if count is None or kilobytes is None:
        return "", ""
    return f"{count:,.0f}", f"{kilobytes / 1e3:,.1f} MB" if megabytes else f"{kilobytes:,.1f} KB"


def _kilobytes(record: Record) -> float:
    return record.size / 1e3


def _to_results(record: Record) -> float:
    return (record.size - record.lines) / 1e3


def _of_page(record: Record) -> float:
    return record.pages / 1e3


def _of_scripts(record: Record) -> float:
    return record.scripts / 1e3


def _of_lines(record: Record) -> float:
    return record.lines / 1e3


def _milliseconds(figure: float | None) -> str:
    return "" if figure is None else f"{figure:.2f} ms"


def _one_decimal(figure: float | None, unit: str) -> str:
    return "" if figure is None else f"{figure:,.1f} {unit}"
