"""Builds a site: the lines that join the stages.

Read, archive, plan, render, write: data flows one way. A clean build is this with an empty ledger.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from broadsheet import plan
from broadsheet.archive.database import discard, is_damage, open_state
from broadsheet.archive.facts import seconds
from broadsheet.archive.questions.listings import count_in
from broadsheet.archive.questions.question import facet_id
from broadsheet.archive.revision import Visibility
from broadsheet.build import schedule, validate
from broadsheet.build.scan import revise
from broadsheet.build.site_folder import STATE, check_output, folder_name, lock, settings_of
from broadsheet.build.size_report import Share, size_report
from broadsheet.build.workers import Workers
from broadsheet.common import files
from broadsheet.common.keys import EVERYTHING
from broadsheet.common.problems import Problem, Problems
from broadsheet.common.progress import Progress
from broadsheet.ledger import BuildOptions, Ledger, Rendered
from broadsheet.settings import Settings, in_zone
from broadsheet.write import output_folder


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildRequest:
    """What to build: ``site`` is the site's folder, ``output`` where the built site shall stand.

    ``as_of`` is the moment whose site this shall be, in the site's zone if it names none; None is the moment
    at which the build begins, once no other is at work. ``base_url`` overrides the address that site.toml
    gives; ``jobs`` is the number of processes; ``verify`` looks at every file of the output.
    """

    site: Path
    output: Path
    as_of: dt.datetime | None = None
    base_url: str = ""
    drafts: bool = False
    jobs: int = 1
    verify: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildResult:
    """What a build has done. ``size`` is the sum of all outputs in bytes.

    ``size_report`` says what takes it, once it comes near to the most that GitHub Pages takes.
    """

    articles: int
    outputs: int
    rendered: int
    written: int
    removed: int
    size: int
    excluded: int
    held: tuple[schedule.Held, ...]
    size_report: tuple[Share, ...]


def build(request: BuildRequest, progress: Progress | None = None) -> BuildResult:
    """Build the site that ``request`` describes; raises ``Problems``, and then nothing was written."""
    settings = _settings(request)  # before the lock: whoever is refused leaves nothing in the folder
    progress = progress or Progress()
    with lock(request.site, progress.wait) as waited:
        if waited:
            settings = _settings(request)
        as_of = seconds(in_zone(request.as_of or dt.datetime.now(dt.UTC), settings))
        visibility = Visibility(as_of=as_of, drafts=request.drafts)
        try:
            return _build(request, settings, visibility, progress)
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
            discard(request.site / STATE)
            return _build(request, settings, visibility, progress)


def _settings(request: BuildRequest) -> Settings:
    settings = settings_of(request.site)
    if request.base_url:
        settings = dataclasses.replace(settings, url=request.base_url.rstrip("/") + "/")
    check_output(request.site, request.output, settings.content_folder)
    return settings


def _build(
    request: BuildRequest, settings: Settings, visibility: Visibility, progress: Progress
) -> BuildResult:
    staging = files.Staging(request.output.resolve())
    workplace = files.Workplace(root=request.site, state=request.site / STATE, staging=staging)
    with (
        _cleared(staging),
        closing(open_state(workplace.state)) as db,
        Workers(request.jobs, workplace, settings) as workers,
    ):
        with transaction(db):
            sources = revise(db, request.site, settings, workers, progress, visibility)
        progress.begin("Planning", 0)
        with transaction(db):
            outputs = Ledger(db, folder_name(request.site, request.output), sources.build)
            fresh = output_folder.trust(outputs, request.output, verify=request.verify)
            clashes = outputs.plan(partial(plan.outputs, db, settings)) or outputs.reserve(
                output_folder.MARKER
            )
            _raise_if_any(
                [*sources.problems, *validate.validate_site(db, request.site, settings, outputs, clashes)]
            )
            rendered = _render(outputs, workers, progress)
            progress.begin("Writing", 0)
            written, removed = output_folder.publish(outputs, staging, fresh=fresh)
            outputs.close(BuildOptions(drafts=request.drafts, as_of=visibility.as_of))
        return _summary(db, outputs, sources.excluded, rendered, written, removed)


def _render(outputs: Ledger, workers: Workers, progress: Progress) -> int:
    """Render what is due into the staging tree; return how many outputs that was."""
    count = outputs.mark_due()
    progress.begin("Rendering", count)
    problems: list[Problem] = []
    for result in workers.stage(outputs.due(), count, outputs.answers):
        if isinstance(result, Rendered):
            outputs.record(result)
        else:
            problems += result
        progress.step()
    _raise_if_any(problems)
    return count


@contextmanager
def _cleared(staging: files.Staging) -> Iterator[None]:
    """Clear the staging tree of what a killed build left, and when this one fails, of what it leaves."""
    staging.clear()
    try:
        yield
    except BaseException:
        staging.clear()
        raise


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """Commit what is done within, or nothing of it."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def _raise_if_any(problems: list[Problem]) -> None:
    if problems:
        raise Problems(problems)


def _summary(
    db: sqlite3.Connection, outputs: Ledger, excluded: int, rendered: int, written: int, removed: int
) -> BuildResult:
    taken = outputs.taken
    return BuildResult(
        articles=count_in(db, facet_id(db, EVERYTHING), 0),
        outputs=sum(count for count, _ in taken.values()),
        rendered=rendered,
        written=written,
        removed=removed,
        size=sum(size for _, size in taken.values()),
        excluded=excluded,
        held=tuple(schedule.held_back(db)),
        size_report=size_report(taken),
    )
