"""The chapter of RESULTS.md about pictures: goal 10 and its tables."""

from __future__ import annotations

from collections.abc import Iterator

from chapters import PICTURES
from records import Records
from tables import Goal, files_of, processor_of, ratio_of, shown, table, timed, wall_of, worst
from tools import BROADSHEET

COLD, OFF = "cold", "cold, pictures as they are"
WARM, STORE_ALONE = "carried elsewhere", "only the encoded pictures"
LEADS, LEADS_OFF = "leads", "leads, as they are"
MORE_TEXT, MORE_LEAD = "one more, in a text", "one more, as a lead"
# Every build that changes something writes edition.txt, which these do not count.
MORE = frozenset((MORE_TEXT, MORE_LEAD))
PHONE, LIGHTHOUSE = "on a phone", "Lighthouse"
FEW = 20
_MOST_FILES = 8
_OF_BUILDS = """\
Each article has a photo of {megapixels:g} megapixels in its text, each photo with content of its own; see
[`photos.py`](photos.py). Every generator makes WebP of 640 and 1,280 pixels and a JPEG of 1,280 of each, at
quality 78, resized with Lanczos's filter, and the same pages. Hugo and Eleventy use their own pipelines,
`.Process` and [`eleventy-img`](peers/pictures/photo.mjs), which uses sharp. *Of which pictures* is what a
build takes on top of one that publishes them as they are. The largest process is by resident memory (RSS)."""
_OF_CHANGES = """\
*Carried elsewhere* is a copy of the whole site, in which all times and inodes are new, as the publishing
workflow has it with its cache. *Only the encoded pictures*: of what a build left, just `.broadsheet/pictures`
was kept. *Leads* are {few} articles whose photo is the lead picture, built by one process, with three crops.
One more photo is added to an article that had none: its page counts among the files, and if it is among the
newest 20, so do the feeds; `edition.txt`, which says that there is another site, does not."""
_OF_PHONES = """\
Lighthouse's own simulation of a phone on a slow connection, in Chromium, of an article whose lead is such a
photo, with everything else that the theme has. Medians of {runs} runs."""


def written(records: Records, machine: str, megapixels: float, date: str = "") -> str:
    """Return the chapter."""
    when = f", {date}" if date else ""
    runs = max((records.count(PHONE, LIGHTHOUSE, size) for size in records.sizes()), default=0)
    parts = [
        f"# {PICTURES}",
        f"Measured in one run{when}, by [`bench/pictures.py`](README.md#pictures), on {machine}.",
        "## Goals for pictures",
        table(
            ("goal", "measured", "worst of all", "wanted", ""),
            [
                (goal.name, shown(goal.figure, goal.unit), goal.of, _wanted(goal), goal.verdict)
                for goal in goals(records)
            ],
        ),
        "## Cold builds with photos",
        table(
            (
                "photos",
                "",
                "time",
                "of which pictures",
                "largest process",
                "files",
                "in them",
                "to Broadsheet's",
            ),
            list(_builds(records)),
        ),
        _OF_BUILDS.format(megapixels=megapixels),
        "## Again, and one more photo",
        table(("photos", "", "time", "files written", "encoded"), list(_changes(records))),
        _OF_CHANGES.format(few=FEW),
    ]
    if runs:
        parts += [
            "## An article on a phone",
            table(("photos in the site", "largest paint", "performance"), list(_phones(records))),
            _OF_PHONES.format(runs=runs),
        ]
    failures = [
        (each.what, each.tool, str(each.status), each.message) for each in records if each.status != 0
    ]
    if failures:
        rows = [
            (what, tool, status, " ".join(words.split())[-200:]) for what, tool, status, words in failures
        ]
        parts += ["## What did not work with pictures", table(("what", "", "status", "what it said"), rows)]
    return "\n\n".join(parts) + "\n"


def goals(records: Records) -> Iterator[Goal]:
    """Yield every goal beside what was measured."""
    for size in records.sizes():
        ours = wall_of(records, COLD, BROADSHEET, size)
        others = [wall_of(records, COLD, tool, size) for tool in ("Hugo", "Eleventy")]
        fastest = min((each for each in others if each is not None), default=None)
        name = f"10. cold, {size:,} photos, to the faster of Hugo and Eleventy"
        yield Goal(name=name, figure=ratio_of(ours, fastest), most=0.7, unit="times")
        costs = {
            "in a text": _cost(records, COLD, OFF, size, size),
            "as a lead": _cost(records, LEADS, LEADS_OFF, size, FEW),
        }
        yield worst(f"10. processor, one photo, {size:,}", costs, 1.0, "s")
        encoded = {
            what: records.median(what, BROADSHEET, size, lambda one: one.encoded)
            for what in (WARM, STORE_ALONE)
        }
        yield worst(f"10. encoded again, {size:,}", encoded, 0, "files")
        largest = {
            what: records.median(what, BROADSHEET, size, lambda one: one.largest / 1e6)
            for what in (COLD, LEADS)
        }
        yield worst(f"10. memory of a process, {size:,}", largest, 200, "MB")
        more = {what: records.median(what, BROADSHEET, size, files_of) for what in (MORE_TEXT, MORE_LEAD)}
        yield worst(f"10. one more photo, {size:,}", more, _MOST_FILES, "files")
        if records.count(PHONE, LIGHTHOUSE, size):
            paint = wall_of(records, PHONE, LIGHTHOUSE, size)
            yield Goal(name="10. largest paint on a phone", figure=paint, most=2.5, unit="s")
            score = records.median(PHONE, LIGHTHOUSE, size, lambda one: 100 - one.score)
            yield Goal(name="10. Lighthouse's performance, below 100", figure=score, most=5, unit="points")


def _wanted(goal: Goal) -> str:
    return f"at most {goal.most:g} {goal.unit}"


def _cost(records: Records, what: str, off: str, size: int, photos: int) -> float | None:
    """Return the processor seconds that one photo takes."""
    made, plain = (records.median(each, BROADSHEET, size, processor_of) for each in (what, off))
    return (made - plain) / photos if made is not None and plain is not None else None


def _builds(records: Records) -> Iterator[tuple[str, ...]]:
    for size in records.sizes():
        ours, plain = wall_of(records, COLD, BROADSHEET, size), wall_of(records, OFF, BROADSHEET, size)
        for tool in records.tools():
            wall = wall_of(records, COLD, tool, size)
            if wall is None or tool == LIGHTHOUSE:
                continue
            part = wall - plain if tool == BROADSHEET and plain is not None else None
            largest = records.median(COLD, tool, size, lambda one: one.largest / 1e6)
            files = records.median(COLD, tool, size, files_of) or 0
            total = records.median(COLD, tool, size, lambda one: one.size / 1e6)
            yield (
                f"{size:,}", tool, timed(records, COLD, tool, size), shown(part, "s"), shown(largest, "MB"),
                f"{files:,.0f}", shown(total, "MB"), shown(ratio_of(wall, ours), "times"),
            )  # fmt: skip


def _changes(records: Records) -> Iterator[tuple[str, ...]]:
    for size in records.sizes():
        for what in (OFF, WARM, STORE_ALONE, LEADS, LEADS_OFF, MORE_TEXT, MORE_LEAD):
            if records.count(what, BROADSHEET, size):
                files = records.median(what, BROADSHEET, size, files_of) or 0
                encoded = records.median(what, BROADSHEET, size, lambda one: one.encoded) or 0
                count = FEW if what in {LEADS, LEADS_OFF} else size
                time = timed(records, what, BROADSHEET, size)
                yield f"{count:,}", what, time, f"{files:,.0f}", f"{encoded:,.0f}"


def _phones(records: Records) -> Iterator[tuple[str, ...]]:
    for size in records.sizes():
        if records.count(PHONE, LIGHTHOUSE, size):
            score = records.median(PHONE, LIGHTHOUSE, size, lambda one: one.score) or 0
            yield str(FEW), shown(wall_of(records, PHONE, LIGHTHOUSE, size), "s"), f"{score:.0f}"
