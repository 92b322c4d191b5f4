"""Builds a site: read, archive, plan, render, write. Data flows one way.

The first three stages are ``prepare``, which the preview shares. A clean build is this with an empty ledger.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from broadsheet.archive.database import discard, is_damage, open_state
from broadsheet.archive.facts import seconds
from broadsheet.archive.questions.listings import count_in
from broadsheet.archive.questions.question import find_facet_id
from broadsheet.archive.visibility import HeldArticle, Visibility, list_held_back
from broadsheet.build.picture_work import PictureWork
from broadsheet.build.pool import CHUNK
from broadsheet.build.prepare import Prepared, prepare
from broadsheet.build.removals import find_mass_removal
from broadsheet.build.schedule import store_outlook
from broadsheet.build.site_folder import STATE, check_output, load_settings, lock, name_folder
from broadsheet.build.size_report import GroupSize, SizeReport, report_sizes
from broadsheet.build.unread_fields import UnreadField, count_unread_fields
from broadsheet.build.workers import Workers
from broadsheet.common.keys import EVERYTHING
from broadsheet.common.problems import Problem, Problems
from broadsheet.common.progress import Progress
from broadsheet.common.urls import Urls
from broadsheet.ledger import Ledger
from broadsheet.ledger.lookups import BuildOptions, LargeFile
from broadsheet.settings.model import Settings
from broadsheet.settings.zones import localize
from broadsheet.write import output_folder
from broadsheet.write.changed_list import ChangedList
from broadsheet.write.staging import Staging, Workplace


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildRequest:
    """What to build: ``site`` is the site's folder, ``output`` where the built site shall stand.

    ``as_of`` is the moment whose site this shall be, in the site's zone if it names none; None is the moment
    at which the build begins, once no other is at work. ``base_url`` overrides the address that site.toml
    gives; ``jobs`` is the number of processes; ``verify`` reads all of the sources, the state and the output,
    whatever their times. ``allow_removals``: the build may remove most of the articles. ``changed_list`` is a
    file outside the output folder, in which the build lists what it changed (``write.changed_list``).
    """

    site: Path
    output: Path
    as_of: dt.datetime | None = None
    base_url: str = ""
    drafts: bool = False
    jobs: int = 1
    verify: bool = False
    allow_removals: bool = False
    changed_list: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildResult:
    """What a build has done. ``size`` is the sum of all outputs in bytes.

    ``limits`` names whose limits of size hold: near to them ``size_report`` and ``largest_files`` say what
    takes the space, and ``near_limits`` warns; ``over_limits`` are the problems of publishing the site, which
    was written.
    ``unread_fields``, in a first build, which fields of articles nothing reads.
    """

    articles: int
    outputs: int
    rendered: int
    written: int
    removed: int
    size: int
    excluded: int
    held: tuple[HeldArticle, ...]
    limits: str
    size_report: tuple[GroupSize, ...]
    largest_files: tuple[LargeFile, ...]
    near_limits: tuple[Problem, ...]
    over_limits: tuple[Problem, ...]
    unread_fields: tuple[UnreadField, ...]


class _Facts(NamedTuple):
    """What a summary says that is no count."""

    held: tuple[HeldArticle, ...]
    unread: tuple[UnreadField, ...]
    limits: str
    sizes: SizeReport


def build(request: BuildRequest, progress: Progress | None = None) -> BuildResult:
    """Build the site that ``request`` describes; raises ``Problems``, and then nothing was written."""
    settings = _settings(request)  # before the lock: whoever is refused leaves nothing in the folder
    progress = progress or Progress()
    with lock(request.site, progress.wait) as waited:
        if waited:
            settings = _settings(request)
        as_of = seconds(localize(request.as_of or dt.datetime.now(dt.UTC), settings))
        visibility = Visibility(as_of=as_of, drafts=request.drafts)
        try:
            return _build(request, settings, visibility, progress)
        except Problems:
            raise
        except Exception as error:
            if not is_damage(error, request.site / STATE):
                raise
            discard(request.site / STATE)
            progress.begin_anew()
            return _build(request, settings, visibility, progress)


def _settings(request: BuildRequest) -> Settings:
    settings = load_settings(request.site)
    if request.base_url:
        settings = dataclasses.replace(settings, url=request.base_url.rstrip("/") + "/")
    check_output(request.site, request.output, settings.content_folder)
    if request.changed_list and request.output.resolve() in request.changed_list.resolve().parents:
        message = f"the list of changes, {request.changed_list.name}, would be written into the output folder"
        hint = "Name a file elsewhere with --changed-list."
        name = name_folder(request.site, request.output)
        raise Problems([Problem(path=name, message=message, hint=hint)])
    return settings


def _build(
    request: BuildRequest, settings: Settings, visibility: Visibility, progress: Progress
) -> BuildResult:
    name = name_folder(request.site, request.output)
    staging = Staging(request.output.resolve())
    workplace = Workplace(root=request.site, state=request.site / STATE, staging=staging)
    is_new = False

    def trust(ledger: Ledger) -> None:
        nonlocal is_new
        is_new = output_folder.trust(ledger, request.output, verify=request.verify)

    with (
        _cleared(staging),
        closing(open_state(workplace.state, verify=request.verify, on_damage=progress.begin_anew)) as db,
        Workers(request.jobs, workplace, settings, progress.redo) as workers,
        ChangedList(request.changed_list, Urls(settings.url)) as listed,
    ):
        with prepare(
            db,
            request.site,
            settings,
            visibility,
            workers=workers,
            progress=progress,
            folder=name,
            verify=request.verify,
            before_planning=trust,
        ) as prepared:
            _raise_if_any(prepared.problems)
            if not (is_new or request.allow_removals):
                _raise_if_any(find_mass_removal(prepared.ledger, request.output, name, visibility))
            pictures = PictureWork(db, workplace.state, settings.pictures_quality)
            rendered = _render(prepared.ledger, workers, progress, pictures)
            moved = _write(prepared.ledger, staging, listed, progress, is_new=is_new, verify=request.verify)
            prepared.ledger.close(BuildOptions(drafts=request.drafts, as_of=visibility.as_of))
            held = tuple(list_held_back(db))
            store_outlook(db, name, visibility, held)
            pictures.sweep()
        unread = count_unread_fields(db, settings) if is_new else ()
        sizes = report_sizes(db, name, settings.hosting_limits)
        return _summary(db, prepared, rendered, moved, _Facts(held, unread, settings.hosting_limits, sizes))


def _render(ledger: Ledger, workers: Workers, progress: Progress, pictures: PictureWork) -> int:
    """Render what is due into the staging tree; return how many outputs that was. Raises ``Problems``."""
    count = ledger.mark_due()
    progress.begin("Rendering", count)
    problems: list[Problem] = []
    work = count + sum(pictures.weigh(output) - 1 for output in ledger.list_due_pictures())
    for batch in workers.render(pictures.batch(ledger.due(), CHUNK), work, ledger.answers):
        for found in ledger.record(batch):
            problems += found
            progress.step()
    _raise_if_any(problems)
    return count


def _write(
    ledger: Ledger, staging: Staging, listed: ChangedList, progress: Progress, *, is_new: bool, verify: bool
) -> tuple[int, int]:
    """Move what was staged into place; return how many files were written, and how many removed."""
    progress.begin("Writing", 0)
    return output_folder.move_into_place(ledger, staging, listed, fresh=is_new, verify=verify)


@contextmanager
def _cleared(staging: Staging) -> Iterator[None]:
    """Clear the staging tree of what a killed build left, and when this one fails, of what it leaves."""
    staging.clear()
    try:
        yield
    except BaseException:
        staging.clear()
        raise


def _raise_if_any(problems: Sequence[Problem]) -> None:
    if problems:
        raise Problems(problems)


def _summary(
    db: sqlite3.Connection,
    prepared: Prepared,
    rendered: int,
    moved: tuple[int, int],
    facts: _Facts,
) -> BuildResult:
    totals = prepared.ledger.totals
    written, removed = moved
    return BuildResult(
        articles=count_in(db, find_facet_id(db, EVERYTHING), 0),
        outputs=sum(count for count, _ in totals.values()),
        rendered=rendered,
        written=written,
        removed=removed,
        size=sum(size for _, size in totals.values()),
        excluded=prepared.excluded,
        held=facts.held,
        limits=facts.limits,
        size_report=facts.sizes.groups,
        largest_files=facts.sizes.files,
        near_limits=facts.sizes.near,
        over_limits=facts.sizes.over,
        unread_fields=facts.unread,
    )
