"""Looks at every source and brings the archive up to date with those that changed.

The first two of the five stages: read, archive. A file is unread only if its size, times and inode are
as they were and it was last changed well before it was last looked at; else its digest decides.
"""

from __future__ import annotations

import json
import marshal
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from broadsheet import plan
from broadsheet.archive.questions import KINDS
from broadsheet.archive.revision import Revision, sources
from broadsheet.archive.visibility import Visibility
from broadsheet.build.engine import engine_digest
from broadsheet.build.workers import Source, Workers
from broadsheet.common import files
from broadsheet.common.problems import Problem, Problems
from broadsheet.common.progress import Progress
from broadsheet.settings import Settings, read_settings

# A file changed in the last moments before a look at it may be changed again without its marks telling:
# clocks of file systems tick in steps of up to two seconds.
_RACY = 2_000_000_000
_PLANNED_BY = frozenset(("listings_size", "listings_days", "listings_kinds", "feeds_kinds", "sitemaps_size"))
_PLANNED_BY |= {
    "listings_anniversaries",
    "corrections_withhold",
    "sitemaps_news",
    "data_months",
    "data_size",
    "data_articles",
    "citations_articles",
    "citations_listings",
}


@dataclass(frozen=True, slots=True)
class Sources:
    """What came of the look at the sources: the build's number, and what a build has to say of them."""

    build: int
    excluded: int
    problems: tuple[Problem, ...]


def revise(  # noqa: PLR0913 - what a build works with, and where to look
    db: sqlite3.Connection,
    root: Path,
    settings: Settings,
    workers: Workers,
    progress: Progress,
    visibility: Visibility,
    *,
    within: frozenset[str] | None = None,
) -> Sources:
    """Bring the archive in ``db`` up to date with the sources below ``root``.

    ``visibility`` decides which articles are live. A file that has problems is, to the archive, not there.
    ``within``: the only directories (paths from ``root``) in which a file of content/ or static/ can have
    changed since the last look; None when it is not known. What has problems is read again in any case.
    """
    revision = Revision(db, kinds=KINDS, units=plan.footprint, visibility=visibility)
    engine = engine_digest()
    texts, problems = _read_layouts(root)
    problems += _faults_of_layouts(revision, engine, texts)
    revision.put_layouts(texts)
    changed = frozenset(revision.put_settings(flat(settings)))
    if revision.put_engine(engine):
        revision.forget_sources()
    read_anew = revision.put_read_settings(_read_settings_digest(engine, settings))

    survey = _SourceScan(db, revision, settings, read_anew=read_anew)
    survey.look(root, within, progress)
    progress.begin("Reading", survey.count)
    for source in workers.read(survey.due(), survey.count):
        valid = not source.problems
        problems += source.problems
        survey.keep(source, valid=valid)
        path = source.queued.stat.path
        if source.article:
            revision.drop_profile(path)
            revision.put_article(source.article)
        elif source.profile:
            revision.drop_article(path)
            revision.put_profile(source.profile)
        elif not valid:
            revision.drop_article(path)
            revision.drop_profile(path)
        elif not source.same:
            revision.put_file(path, source.pixels)
        progress.step()
    revision.pass_thresholds()
    return Sources(
        revision.finish(every_unit=not changed.isdisjoint(_PLANNED_BY)), survey.excluded, tuple(problems)
    )


def flat(settings: Settings) -> dict[str, str]:
    """Return the settings as the questions ask for them: each by name, as JSON text.

    The names of facets are one setting each (``names.tag.oil``), so that a new one touches only pages
    that show it; ``sections`` are the declared sections' slugs, in the order of the menu. So is each address
    that moved or is gone (``redirects.old/index.html``).
    """
    values: dict[str, object] = {each.name: getattr(settings, each.name) for each in fields(settings)}
    del values["names"], values["redirects"], values["gone"]
    for kind, given in settings.names.items():
        values |= {f"names.{kind}.{slug}": name for slug, name in given.items()}
    values |= {f"redirects.{output}": target for output, target in settings.redirects.items()}
    for output, gone in settings.gone.items():
        values[f"gone.{output}"] = {"date": gone.date.isoformat(), "reason": gone.reason}
    values["sections"] = tuple(settings.names["section"])
    values["publisher"] = asdict(settings.publisher)
    return {name: json.dumps(value, ensure_ascii=False, default=dict) for name, value in values.items()}


class _SourceScan:
    """A look at every source: which are new, changed or gone.

    A directory in which every file has the marks of last time is passed over whole: that costs one digest,
    not a row of the archive for each file. What is due waits in a table, not in memory.
    """

    def __init__(
        self, db: sqlite3.Connection, revision: Revision, settings: Settings, *, read_anew: bool
    ) -> None:
        self.excluded = 0
        self.count = 0
        self._db = db
        self._queue = sources.ReadingQueue(db)
        self._revision = revision
        self._settings = settings
        self._read_anew = read_anew
        self._scanned = time.time_ns()

    def look(self, root: Path, within: frozenset[str] | None, progress: Progress) -> None:
        """FileStat at all sources below ``root``, or right in some directories; forget those that are gone.

        A directory with a file that has problems is always looked into, or they would be forgotten. No
        other is: a file there may be half written.
        """
        progress.begin("Looking", 0)
        if self._read_anew:
            within = None
        if within is not None:
            within |= sources.find_invalid_directories(self._db)
        directories = sources.list_directories(self._db)
        known = {path: found for path, found in directories if within is None or path in within}
        for directory, marks in self._walk(root) if within is None else self._look_into(root, within):
            # In a tenth of the time of repr(); that another version of Python may write it differently
            # costs a closer look.
            digest = files.digest(marshal.dumps((self._settings.content_exclude, marks), 0))
            before = known.pop(directory, None)
            if before and before.signature == digest and not self._read_anew:
                self.excluded += before.excluded
            else:
                progress.begin("Comparing", 0)
                self._compare(directory, list(files.looks(directory, marks)), digest)
                progress.begin("Looking", 0)
        progress.begin("Comparing", 0)
        for directory in sorted(known):
            self._compare(directory, [], b"")
            self._revision.drop_directory(directory)

    def due(self) -> Iterator[sources.QueuedSource]:
        """Yield the sources to read."""
        return iter(self._queue)

    def keep(self, source: Source, *, valid: bool) -> None:
        """Keep what was found of a source that was read."""
        stat, directory, _ = source.queued
        self._revision.put_source(stat, directory, source.digest, scanned=self._scanned, valid=valid)

    def _walk(self, root: Path) -> Iterator[tuple[str, list[files.FileSignature]]]:
        yield from files.survey(root, self._settings.content_folder)
        yield from files.survey(root, files.STATIC, hidden=True)

    def _look_into(
        self, root: Path, directories: frozenset[str]
    ) -> Iterator[tuple[str, list[files.FileSignature]]]:
        content = self._settings.content_folder
        for directory in sorted(directories):
            static = files.is_below(directory, files.STATIC)
            # What lies in a dotted folder is no source, as in a survey.
            shown = files.is_below(directory, content) and "/." not in directory.removeprefix(content)
            if static or shown:
                marks, _ = files.look_into(root, directory, hidden=static)
                if marks:
                    yield directory, marks

    def _compare(self, directory: str, looks: list[files.FileStat], marks: bytes) -> None:
        """Go through the files of a directory one by one."""
        known = sources.list_sources(self._db, directory)
        patterns = self._settings.content_exclude
        kept = [look for look in looks if not self._is_left_out(look.path)] if patterns else looks
        excluded = len(looks) - len(kept)
        self.excluded += excluded
        racy = any(look.mtime >= self._scanned - _RACY for look in looks)
        number = self._revision.put_directory(directory, b"" if racy else marks, excluded) if looks else 0
        due = []
        for look in kept:
            before = known.pop(look.path, None)
            digest = None
            if before and before.valid and not (self._read_anew and files.is_article(look.path)):
                if before.stat == look and look.mtime < before.scanned - _RACY:
                    continue
                digest = before.digest
            due.append(sources.QueuedSource(look, number, digest))
        self._queue.add(due)
        self.count += len(due)
        for path in sorted(known):
            self._revision.drop(path)

    def _is_left_out(self, path: str) -> bool:
        below = path.removeprefix(f"{self._settings.content_folder}/")
        return files.is_article(path) and files.excluded(below, self._settings.content_exclude)


def _read_settings_digest(engine: str, settings: Settings) -> str:
    """Return what a reading depends on beside the file, as a digest."""
    return files.digest(repr((engine, read_settings(settings))).encode()).hex()


def _faults_of_layouts(revision: Revision, engine: str, texts: dict[str, str]) -> list[Problem]:
    """Return the problems of the layouts, which are looked at only if they are not those last found good."""
    digest = files.digest(repr((engine, sorted(texts.items()))).encode(errors="surrogatepass")).hex()
    if revision.has_checked(digest):
        return []
    from broadsheet.render.templates.checks import check  # noqa: PLC0415 - it loads Jinja

    checked = check(texts)
    revision.put_checked("" if checked.problems else digest, checked.compiled)
    return checked.problems


def _read_layouts(root: Path) -> tuple[dict[str, str], list[Problem]]:
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    for look in sorted(files.walk(root, files.LAYOUTS)):
        name = look.path.removeprefix(f"{files.LAYOUTS}/")
        try:
            content = files.read(root, look.path)
            texts[name] = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            # It is there, so that no other problem says that it is missing.
            texts[name] = content.decode("utf-8-sig", errors="replace")
            problems.append(Problem(path=look.path, message="is not UTF-8", hint="Save the file as UTF-8."))
        except Problems as error:
            problems += error.problems
    return texts, problems
