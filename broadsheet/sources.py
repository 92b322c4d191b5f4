"""Looks at every source and brings the archive up to date with those that changed.

The first two of the five stages: read, archive. A file is unread only if its size, times and inode are
as they were and it was last changed well before it was last looked at; else its digest decides.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from broadsheet import files, layouts, plan
from broadsheet.archive import KINDS
from broadsheet.archive.revision import Revision, Threshold
from broadsheet.engine import engine_digest
from broadsheet.problems import Problem, Problems
from broadsheet.progress import Progress
from broadsheet.reading import manner
from broadsheet.settings import Settings
from broadsheet.workers import Workers

# A file changed in the last moments before a look at it may be changed again without its marks telling:
# clocks of file systems tick in steps of up to two seconds.
_RACY = 2_000_000_000
_PLANNED_BY = frozenset(("listings_size", "sitemaps_size"))


@dataclass(frozen=True, slots=True)
class Sources:
    """What came of the look at the sources: the edition's number, and what a build has to say of them."""

    edition: int
    excluded: int
    problems: tuple[Problem, ...]


def revise(
    state: sqlite3.Connection,
    root: Path,
    settings: Settings,
    workers: Workers,
    progress: Progress,
    threshold: Threshold,
) -> Sources:
    """Bring the archive in ``state`` up to date with the sources below ``root``.

    ``threshold`` decides which articles are live. A file that has problems is, to the archive, not there.
    """
    revision = Revision(state, kinds=KINDS, units=plan.footprint, threshold=threshold)
    texts, problems = _read_layouts(root)
    problems += layouts.check(texts)
    revision.put_layouts(texts)
    changed = frozenset(revision.put_settings(flat(settings)))
    engine = engine_digest()
    every_unit = revision.put_engine(engine) or not changed.isdisjoint(_PLANNED_BY)
    read_anew = revision.put_manner(_manner(engine, settings))

    looked = time.time_ns()
    known = _known(state)
    due: list[tuple[files.Look, bytes | None]] = []
    excluded = 0
    for look in _walk(root, settings):
        if _is_left_out(look.path, settings):
            excluded += 1
            continue
        before = known.pop(look.path, None)
        anew = read_anew and files.is_article(look.path)
        if before and not anew and before.tells_unchanged(look):
            continue
        due.append((look, before.digest if before and before.sound and not anew else None))
    for path in sorted(known):
        revision.drop(path)

    # Files before articles: an article's facts hold the size of its picture.
    due.sort(key=lambda piece: (files.is_article(piece[0].path), piece[0].path))
    progress.begin("Reading", len(due))
    for source in workers.read(due):
        sound = not source.problems
        problems += source.problems
        revision.put_source(source.look, source.digest, source.pixels, looked=looked, sound=sound)
        if source.article:
            revision.put_article(source.article)
        elif not sound:
            revision.drop_article(source.look.path)
        elif not source.same:
            revision.put_file(source.look.path)
        progress.step()
    revision.pass_thresholds()
    return Sources(revision.finish(every_unit=every_unit), excluded, tuple(problems))


def flat(settings: Settings) -> dict[str, str]:
    """Return the settings as the questions ask for them: each by name, as JSON text.

    The names of facets are one setting each (``names.tag.oil``), so that a new one touches only pages
    that show it; ``sections`` are the declared sections' slugs, in the order of the menu.
    """
    values: dict[str, object] = {each.name: getattr(settings, each.name) for each in fields(settings)}
    del values["names"]
    for kind, given in settings.names.items():
        values |= {f"names.{kind}.{slug}": name for slug, name in given.items()}
    values["sections"] = tuple(settings.names["section"])
    values["publisher"] = asdict(settings.publisher)
    return {name: json.dumps(value, ensure_ascii=False, default=dict) for name, value in values.items()}


@dataclass(frozen=True, slots=True)
class _Known:
    """What the last look at a source found."""

    size: int
    mtime: int
    ctime: int
    inode: int
    looked: int
    digest: bytes
    sound: bool

    def tells_unchanged(self, look: files.Look) -> bool:
        marks = (self.size, self.mtime, self.ctime, self.inode)
        same = marks == (look.size, look.mtime, look.ctime, look.inode)
        return same and self.sound and look.mtime < self.looked - _RACY


def _known(state: sqlite3.Connection) -> dict[str, _Known]:
    rows = state.execute("SELECT path, size, mtime, ctime, inode, looked, digest, sound FROM source")
    return {path: _Known(*marks) for path, *marks in rows}


def _walk(root: Path, settings: Settings) -> Iterator[files.Look]:
    yield from files.walk(root, settings.content_folder)
    yield from files.walk(root, files.STATIC, hidden=True)


def _is_left_out(path: str, settings: Settings) -> bool:
    below = path.removeprefix(f"{settings.content_folder}/")
    return files.is_article(path) and files.excluded(below, settings.content_exclude)


def _manner(engine: str, settings: Settings) -> str:
    """Return what a reading depends on beside the file, as a digest."""
    return files.digest(repr((engine, manner(settings))).encode()).hex()


def _read_layouts(root: Path) -> tuple[dict[str, str], list[Problem]]:
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    for look in sorted(files.walk(root, layouts.FOLDER), key=lambda look: look.path):
        name = look.path.removeprefix(f"{layouts.FOLDER}/")
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
