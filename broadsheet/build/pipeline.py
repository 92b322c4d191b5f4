"""Builds one edition: the lines that join the stages.

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
from broadsheet.archive.revision import Threshold
from broadsheet.build import schedule, validate
from broadsheet.build.scan import revise
from broadsheet.build.site_folder import STATE, check_output, folder_name, lock, settings_of
from broadsheet.build.size_report import Share, shares
from broadsheet.build.workers import Workers
from broadsheet.common import files
from broadsheet.common.problems import Problem, Problems
from broadsheet.common.progress import Progress
from broadsheet.ledger import Ledger, Rendered, Terms
from broadsheet.settings import Settings, in_zone
from broadsheet.write import output_folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to build: ``site`` is the site's folder, ``output`` where the edition shall stand.

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
class Edition:
    """What a build has done. ``size`` is the sum of all outputs in bytes.

    ``shares`` says what takes it, once it comes near to the most that GitHub Pages takes.
    """

    articles: int
    outputs: int
    rendered: int
    written: int
    removed: int
    size: int
    excluded: int
    held: tuple[schedule.Held, ...]
    shares: tuple[Share, ...]


def build(order: Order, progress: Progress | None = None) -> Edition:
    """Build the edition that ``order`` describes; raises ``Problems``, and then nothing was written."""
    settings = _settings(order)  # before the lock: whoever is refused leaves nothing in the folder
    progress = progress or Progress()
    with lock(order.site, progress.wait) as waited:
        if waited:
            settings = _settings(order)
        as_of = seconds(in_zone(order.as_of or dt.datetime.now(dt.UTC), settings))
        threshold = Threshold(as_of=as_of, drafts=order.drafts)
        try:
            return _build(order, settings, threshold, progress)
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
            discard(order.site / STATE)
            return _build(order, settings, threshold, progress)


def _settings(order: Order) -> Settings:
    settings = settings_of(order.site)
    if order.base_url:
        settings = dataclasses.replace(settings, url=order.base_url.rstrip("/") + "/")
    check_output(order.site, order.output, settings.content_folder)
    return settings


def _build(order: Order, settings: Settings, threshold: Threshold, progress: Progress) -> Edition:
    staging = files.Staging(order.output.resolve())
    workplace = files.Workplace(root=order.site, state=order.site / STATE, staging=staging)
    with (
        _cleared(staging),
        closing(open_state(workplace.state)) as state,
        Workers(order.jobs, workplace, settings) as workers,
    ):
        with transaction(state):
            sources = revise(state, order.site, settings, workers, progress, threshold)
        progress.begin("Planning", 0)
        with transaction(state):
            outputs = Ledger(state, folder_name(order.site, order.output), sources.edition)
            fresh = output_folder.trust(outputs, order.output, verify=order.verify)
            clashes = outputs.plan(partial(plan.outputs, state, settings)) or outputs.reserve(
                output_folder.MARKER
            )
            _raise_if_any([*sources.problems, *validate.found(state, order.site, settings, outputs, clashes)])
            rendered = _render(outputs, workers, progress)
            progress.begin("Writing", 0)
            written, removed = output_folder.publish(outputs, staging, fresh=fresh)
            outputs.close(Terms(drafts=order.drafts, as_of=threshold.as_of))
        return _summary(state, outputs, sources.excluded, rendered, written, removed)


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
def transaction(state: sqlite3.Connection) -> Iterator[None]:
    """Commit what is done within, or nothing of it."""
    state.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if state.in_transaction:
            state.execute("ROLLBACK")
        raise
    state.execute("COMMIT")


def _raise_if_any(problems: list[Problem]) -> None:
    if problems:
        raise Problems(problems)


def _summary(
    state: sqlite3.Connection, outputs: Ledger, excluded: int, rendered: int, written: int, removed: int
) -> Edition:
    taken = outputs.taken
    return Edition(
        articles=count_in(state, facet_id(state, "all"), 0),
        outputs=sum(count for count, _ in taken.values()),
        rendered=rendered,
        written=written,
        removed=removed,
        size=sum(size for _, size in taken.values()),
        excluded=excluded,
        held=tuple(schedule.held(state)),
        shares=shares(taken),
    )
