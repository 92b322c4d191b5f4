"""One number of articles: its sites, and all that is measured with them.

Broadsheet and, if they are there, its peers build the same archive in folders of their own. Whatever changes
is undone, so that each measurement begins from the same site.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import corpus
import measure
import tools
from records import Record, Records
from report import CARRIED, COLD, FLOOR, LAYOUT, NEWEST, PLAIN, SAME
from tables import MILLION

_LOOK = """
import os, sys
def look(folder):
    for one in os.scandir(folder):
        look(one.path) if one.is_dir() else one.stat()
look(sys.argv[1])
"""
_PLACE = "</article>"
_MARK = "<!-- printed anew -->"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What to measure, and how."""

    rounds: int
    goals: frozenset[int]
    work: Path
    large_work: Path
    peers: Path | None
    with_peers: bool
    peers_up_to: int
    limit: float
    patience: float
    seed: int
    keep: bool
    queries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One change of the sources: ``do`` makes it, ``undo`` leaves them as they were."""

    name: str
    do: Callable[[], object]
    undo: Callable[[], object]


class Trial:
    """All that is measured with one number of articles."""

    def __init__(self, options: Options, articles: int, records: Records) -> None:
        self._options = options
        self._articles = articles
        self._records = records
        self._work = (options.large_work if articles >= MILLION else options.work) / str(articles)
        self._ours, self._equal, self._full = tools.broadsheet()
        self._peers = (
            tools.peers(options.peers) if options.with_peers and articles <= options.peers_up_to else ()
        )

    def run(self) -> None:
        """Measure, and leave nothing behind."""
        self._work.mkdir(parents=True, exist_ok=True)
        try:
            self._measure()
        finally:
            if not self._options.keep:
                shutil.rmtree(self._work, ignore_errors=True)

    def _measure(self) -> None:
        goals = self._options.goals
        say(f"{self._articles:,} articles")
        self._newsroom = self._begin(self._ours)
        self._build_cold(goals)
        if goals & {2, 3, 6, 7} and self._stands():
            for number in range(self._options.rounds):
                self._build_again(goals, number)

        if 8 in goals:
            self._ours = self._full
            self._newsroom = self._begin(self._ours)
            if self._stands():
                for number in range(self._options.rounds):
                    for edit in self._edits():
                        self._edited(edit, number)

    def _build_cold(self, goals: frozenset[int]) -> None:
        peers = [tool for tool in self._peers if 1 in goals and self._worth_it(tool)]
        for tool in peers:
            self._begin(tool)
        for number in range(self._options.rounds):
            if 1 in goals:
                self._cold(self._equal, number)
            if goals & {1, 6, 7}:
                self._cold(self._ours, number)
            for tool in peers:
                stands = self._cold(tool, number)
                if 2 in goals and (stands or not self._records.count(NEWEST, tool.name, self._articles)):
                    self._added(tool, number)
        for tool in peers:
            shutil.rmtree(self._folder(tool), ignore_errors=True)

    def _build_again(self, goals: frozenset[int], number: int) -> None:
        if 3 in goals:
            self._same(number)
        for edit in self._edits() if 2 in goals else ():
            self._edited(edit, number)
        if self._articles >= MILLION:
            return
        if 6 in goals:
            self._edited(self._layout_edit(), number, rehearsed=False)
        if 7 in goals:
            self._carried(number)

    def _begin(self, tool: tools.Tool) -> corpus.Newsroom:
        folder = self._folder(tool)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return tool.begin(folder, self._articles, self._options.seed)

    def _worth_it(self, tool: tools.Tool) -> bool:
        """Return whether a tool was up to all smaller archives."""
        fallen = [size for size in self._records.sizes() if self._records.failure(COLD, tool.name, size)]
        if fallen and min(fallen) < self._articles:
            say(f"{tool.name} is left out: it failed with {min(fallen):,} articles")
            return False
        return True

    def _folder(self, tool: tools.Tool) -> Path:
        return self._work / tool.flavour

    def _due(self, what: str, tool: tools.Tool, number: int) -> bool:
        """Return whether a round is still to be measured: not what failed, nor again what takes too long."""
        key = (what, tool.name, self._articles)
        if self._records.has(*key, number) or self._records.failure(*key):
            return False
        wall = self._records.median(*key, lambda record: record.wall)
        return wall is None or wall <= self._options.patience

    def _cold(self, tool: tools.Tool, number: int) -> bool:
        """Build from nothing; return whether a new site stands."""
        if not self._due(COLD, tool, number):
            return False
        folder = self._folder(tool)
        tool.clear(folder)
        if tool.settings:
            (folder / "site.toml").write_text(tool.settings, encoding="utf-8")
        taken = self._build(tool)
        count, size = measure.snapshot(folder / tool.output, self._work / "after")
        changes = measure.Changes(new=count, changed=0, removed=0, size=size)
        self._keep(COLD, tool, number, taken, changes)
        return taken.status == 0

    def _added(self, tool: tools.Tool, number: int) -> None:
        """Build a peer's site again with one more article, on top of what stands."""
        if not self._due(NEWEST, tool, number) or self._records.failure(COLD, tool.name, self._articles):
            return
        folder = self._folder(tool)
        if not (folder / tool.output).exists():
            self._build(tool)
        file = corpus.add(folder, self._newsroom.additional()[NEWEST], flavour=tool.flavour)
        self._look(tool)
        self._changed(NEWEST, tool, number)
        remove(file, folder)

    def _stands(self) -> bool:
        """Let Broadsheet's site with every page stand as after many builds; return whether it does."""
        (self._folder(self._ours) / "site.toml").write_text(self._ours.settings, encoding="utf-8")
        # A file that was changed just before the last look is read once more.
        return all(self._build(self._ours).status == 0 for _ in range(2))

    def _same(self, number: int) -> None:
        if self._due(SAME, self._ours, number):
            self._look(self._ours)
            self._changed(SAME, self._ours, number)
        floor = tools.Tool(
            name=PLAIN, version="", flavour="broadsheet", output="public",
            command=(sys.executable, "-I", "-S", "-c", _LOOK, "content"),
        )  # fmt: skip
        if self._due(FLOOR, floor, number):
            self._keep(FLOOR, floor, number, self._build(floor), None)

    def _edited(self, edit: Edit, number: int, *, rehearsed: bool = True) -> None:
        """Measure a build without a change, then one with it; undo the change.

        ``rehearsed``: all is done once before, so that what the measured build reads is in memory.
        """
        if not self._due(edit.name, self._ours, number):
            return
        # Nothing comes between the builds: a look at a million outputs would leave no source in memory.
        self._look(self._ours)
        if rehearsed:
            self._made(edit, lambda: self._build(self._ours))
        beside = _spent(_summary(self._build(self._ours)))
        self._made(edit, lambda: self._changed(edit.name, self._ours, number, beside))

    def _made(self, edit: Edit, build: Callable[[], object]) -> None:
        """Make a change, build, undo it, and build again."""
        edit.do()
        try:
            build()
        finally:
            edit.undo()
        self._build(self._ours)

    def _edits(self) -> tuple[Edit, ...]:
        folder = self._folder(self._ours)
        article = self._newsroom.article(self._articles // 2)
        file = folder / "content" / article.path
        words = file.read_bytes()
        title, tag = article.title.encode(), article.tags[0].encode()
        later = {
            "a body": words + b"\nA correction was printed on the next day.\n",
            "a title": words.replace(title, title + b" again", 1),
            "a tag": words.replace(b"tags: [" + tag, b"tags: [second thoughts", 1),
        }
        return (
            *(
                Edit(name=name, do=adder(folder, one, self._ours.flavour), undo=remover(folder, one))
                for name, one in self._newsroom.additional().items()
            ),
            *(Edit(name=name, do=writer(file, new), undo=restorer(file)) for name, new in later.items()),
            Edit(name="deleted", do=file.unlink, undo=restorer(file)),
        )

    def _layout_edit(self) -> Edit:
        file = self._folder(self._ours) / "layouts" / "article.html"
        words = file.read_text(encoding="utf-8")
        if _PLACE not in words:
            raise SystemExit(f"{file.name} has no {_PLACE} any more: name another place in it for goal 6")
        new = words.replace(_PLACE, _PLACE + _MARK, 1)
        return Edit(name=LAYOUT, do=writer(file, new.encode()), undo=writer(file, words.encode()))

    def _carried(self, number: int) -> None:
        """Copy the whole site, so that every time and inode is new, and build it there."""
        if not self._due(CARRIED, self._ours, number):
            return
        here, there = self._folder(self._ours), self._work / "elsewhere" / "broadsheet"
        shutil.rmtree(there, ignore_errors=True)
        shutil.copytree(here, there, copy_function=shutil.copyfile)
        try:
            before, after = self._work / "before", self._work / "after"
            measure.snapshot(there / self._ours.output, before)
            taken = measure.run(self._ours.command, folder=there, limit=self._options.limit)
            measure.snapshot(there / self._ours.output, after)
            self._keep(CARRIED, self._ours, number, taken, measure.compared(before, after))
        finally:
            shutil.rmtree(there.parent, ignore_errors=True)

    def _look(self, tool: tools.Tool) -> None:
        """Write down the output as it is, to be compared with what a change makes of it."""
        measure.snapshot(self._watched(tool), self._work / "before")

    def _changed(self, what: str, tool: tools.Tool, number: int, beside: float = 0.0) -> None:
        """Build, and compare the output with what it was at the last look."""
        before, after = self._work / "before", self._work / "after"
        taken = self._build(tool)
        measure.snapshot(self._watched(tool), after)
        self._keep(what, tool, number, taken, measure.compared(before, after), beside)

    def _watched(self, tool: tools.Tool) -> Path:
        """Return the folder in which changed files count."""
        return self._folder(tool) / tool.output

    def _build(self, tool: tools.Tool) -> measure.Taken:
        folder = self._folder(tool)
        variables = tool.variables(folder)
        return measure.run(tool.command, folder=folder, environment=variables, limit=self._options.limit)

    def _keep(
        self,
        what: str,
        tool: tools.Tool,
        number: int,
        taken: measure.Taken,
        changes: measure.Changes | None,
        beside: float = 0.0,
    ) -> None:
        summary = _summary(taken)
        record = Record(
            what=what,
            tool=tool.name,
            articles=self._articles,
            number=number,
            status=taken.status,
            wall=taken.wall,
            processor=taken.processor,
            peak=taken.peak,
            written=changes.new + changes.changed if changes else 0,
            removed=changes.removed if changes else 0,
            size=changes.size if changes else 0,
            outputs=int(summary.get("outputs", 0)),
            rendered=int(summary.get("rendered", 0)),
            spent=_spent(summary),
            beside=beside,
            message=(taken.stderr or taken.stdout)[-500:] if taken.status else "",
        )
        self._records.add(record)
        say(
            f"  {what:24} {tool.name:24} {number + 1}: {record.wall:8.2f} s ({record.processor:.2f}),"
            f" {record.peak / 1e6:7.0f} MB, {record.written:,} files"
            + ("" if taken.status == 0 else f", status {taken.status}\n{record.message}")
        )


def adder(folder: Path, article: corpus.Article, flavour: str) -> Callable[[], object]:
    """Return what adds an article."""
    return lambda: corpus.add(folder, article, flavour=flavour)


def remover(folder: Path, article: corpus.Article) -> Callable[[], object]:
    """Return what removes an article that was added."""
    return lambda: remove(folder / "content" / article.path, folder)


def writer(file: Path, words: bytes) -> Callable[[], object]:
    """Return what gives a file other content."""
    return lambda: file.write_bytes(words)


def restorer(file: Path) -> Callable[[], object]:
    """Return what will write a file as it is now, with its time: a new one would have it read twice more."""
    words, time = file.read_bytes(), file.stat().st_mtime_ns

    def restore() -> None:
        file.write_bytes(words)
        os.utime(file, ns=(time, time))

    return restore


def remove(file: Path, folder: Path) -> None:
    """Remove an article, and the folders of its month and year if there is no other."""
    file.unlink()
    for above in file.relative_to(folder / "content").parents[:-1]:
        left = {path.name for path in (folder / "content" / above).iterdir()}
        if left <= {"_index.md"}:
            shutil.rmtree(folder / "content" / above)


def _summary(taken: measure.Taken) -> dict[str, Any]:
    """Return the summary that Broadsheet printed; nothing for any other tool."""
    if taken.status != 0 or not taken.stdout.startswith("{"):
        return {}
    summary: dict[str, Any] = json.loads(taken.stdout)
    return summary


def _spent(summary: Mapping[str, Any]) -> float:
    """Return the seconds of all but the look at the sources: it is long in a large archive, and noisy."""
    return float(summary["seconds"] - summary["stages"]["looking"]) if summary else 0.0


def say(words: str) -> None:
    """Print a line for those who wait."""
    print(words, file=sys.stderr, flush=True)
