"""Builds one edition: the lines that join the stages.

Read, archive, plan, render, write: data flows one way. A clean build is this with an empty ledger.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from filelock import FileLock, Timeout

from broadsheet import files, plan, writing
from broadsheet.archive.database import discard, open_state
from broadsheet.archive.facts import seconds
from broadsheet.archive.faults import equal_ids, lost_links
from broadsheet.archive.kinds import facet_id
from broadsheet.archive.listings import count_in
from broadsheet.archive.revision import Threshold
from broadsheet.ledger import Clash, Ledger, Rendered
from broadsheet.problems import Problem, Problems
from broadsheet.progress import Progress
from broadsheet.render import Workplace
from broadsheet.settings import Settings, zone
from broadsheet.settings import read as read_settings
from broadsheet.sources import revise
from broadsheet.workers import Workers

SETTINGS = "site.toml"
STATE = Path(".broadsheet") / "state.sqlite"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to build: ``site`` is the site's folder, ``output`` where the edition shall stand.

    ``as_of`` is the moment whose site this shall be, in the site's zone if it names none; ``base_url``
    overrides the address that site.toml gives; ``jobs`` is the number of processes; ``verify`` looks at
    every file of the output.
    """

    site: Path
    output: Path
    as_of: dt.datetime
    base_url: str = ""
    drafts: bool = False
    jobs: int = 1
    verify: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An article that is held back: a draft (``appears`` is None), or one of a coming date."""

    path: str
    title: str
    appears: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """What a build has done. ``size`` is the sum of all outputs in bytes."""

    articles: int
    outputs: int
    rendered: int
    written: int
    removed: int
    size: int
    excluded: int
    held: tuple[Held, ...]


def build(order: Order, progress: Progress | None = None) -> Edition:
    """Build the edition that ``order`` describes; raises ``Problems``, and then nothing was written."""
    settings = settings_of(order.site)
    if order.base_url:
        settings = dataclasses.replace(settings, url=order.base_url.rstrip("/") + "/")
    if order.as_of.tzinfo is None:
        order = dataclasses.replace(order, as_of=order.as_of.replace(tzinfo=zone(settings.timezone)))
    _check_folders(order.site, order.output, settings.content_folder)
    with _lock(order, progress or Progress()):
        try:
            return _build(order, settings, progress or Progress())
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise
            discard(order.site / STATE)
            return _build(order, settings, progress or Progress())


def _build(order: Order, settings: Settings, progress: Progress) -> Edition:
    staging = files.Staging(order.output.resolve())
    workplace = Workplace(root=order.site, state=order.site / STATE, staging=staging)
    staging.clear()
    with closing(open_state(workplace.state)) as state, Workers(order.jobs, workplace, settings) as workers:
        with _transaction(state):
            threshold = Threshold(as_of=seconds(order.as_of), drafts=order.drafts)
            sources = revise(state, order.site, settings, workers, progress, threshold)
        with _transaction(state):
            outputs = Ledger(state, folder_name(order.site, order.output), sources.edition)
            fresh = writing.trust(outputs, order.output, verify=order.verify)
            clashes = outputs.plan(partial(plan.outputs, state, settings)) or outputs.reserve(writing.MARKER)
            found = (*sources.problems, *lost_links(state), *equal_ids(state), *map(_clash_problem, clashes))
            _raise_if_any(_with_source(order.site, found))
            rendered = _render(outputs, workers, progress)
            written, removed = writing.publish(outputs, staging, fresh=fresh)
            outputs.close()
        return _summary(state, outputs, sources.excluded, rendered, written, removed)


def _render(outputs: Ledger, workers: Workers, progress: Progress) -> int:
    """Render what is due into the staging tree; return how many outputs that was."""
    count = outputs.mark_due()
    progress.begin("Rendering", count)
    problems: list[Problem] = []
    for result in workers.stage(outputs.due(), count):
        if isinstance(result, Rendered):
            outputs.record(result)
        else:
            problems += result
        progress.step()
    _raise_if_any(problems)
    return count


def settings_of(site: Path) -> Settings:
    """Return the settings of the site in a folder; raises ``Problems``."""
    try:
        text = (site / SETTINGS).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        hint = "Name the site's folder with --site, or make a new site with `init`."
        raise Problems([Problem(path=SETTINGS, message="there is no site.toml here", hint=hint)]) from None
    except UnicodeDecodeError:
        raise Problems(
            [Problem(path=SETTINGS, message="is not UTF-8", hint="Save the file as UTF-8.")]
        ) from None
    return read_settings(text, SETTINGS)


def folder_name(site: Path, output: Path) -> str:
    """Return the name by which the ledger knows an output folder: its path from the site's."""
    try:
        return Path(os.path.relpath(output, site)).as_posix()
    except ValueError:  # on another drive of Windows
        return output.resolve().as_posix()


def clean(site: Path, output: Path) -> Iterator[str]:
    """Remove the output folder, if it is ours, and the state; yield the path of each."""
    content = "content"
    with suppress(Problems):  # a site whose site.toml is broken may be cleaned too
        content = settings_of(site).content_folder
    _check_folders(site, output, content)
    if not files.is_empty(output):
        writing.check_ours(output)
        shutil.rmtree(output)
        yield folder_name(site, output)
    if (site / STATE.parent).is_dir():
        shutil.rmtree(site / STATE.parent)
        yield STATE.parent.as_posix()


def _check_folders(root: Path, folder: Path, content: str) -> None:
    """Raise ``Problems`` when the output would stand among the sources, or around them."""
    output, site = folder.resolve(), root.resolve()
    if output.exists() and not output.is_dir():
        hint = "Name another folder with --output, or remove the file."
        raise Problems(
            [Problem(path=folder_name(root, folder), message="the output folder is a file", hint=hint)]
        )
    sources = [site / content, site / files.STATIC, site / "layouts", site / STATE.parent]
    if (
        output == site
        or output in site.parents
        or any(source in (output, *output.parents) for source in sources)
    ):
        message = "the output folder lies among the site's own files"
        hint = "Name a folder of its own, such as --output public."
        raise Problems([Problem(path=folder_name(root, folder), message=message, hint=hint)])


@contextmanager
def _lock(order: Order, progress: Progress) -> Iterator[None]:
    """Hold the site's lock for one edition; wait while another build has it."""
    folder = order.site / STATE.parent
    folder.mkdir(exist_ok=True)
    lock = FileLock(folder / "lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        progress.wait()
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _transaction(state: sqlite3.Connection) -> Iterator[None]:
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


def _clash_problem(clash: Clash) -> Problem:
    """Return the problem of two outputs with one path, at the source whose unit comes last."""
    first, last = sorted((clash.unit, clash.other), key=_by_source)
    what, _, source = last.partition(" ")
    kind, _, other = first.partition(" ")
    if kind == "facet":
        other = (
            "the listings of everything"
            if other == "all"
            else f"the listings of {other.replace('/', ' ', 1)}"
        )
    message = f"would be written to {clash.path}, as would {other or 'a file of the site itself'}"
    if first == last:
        message = f"two files that it uses would be written to {clash.path}"
    elif clash.folder:
        own = other or "a file of the site itself"
        message = f"would be written to {clash.path}, or below it, and so would {own}"
    hint = "Rename one of them."
    if what == "article" and first != last:
        hint = "Give one of them another slug, another date or another alias."
    return Problem(path=source or clash.path, message=message, hint=hint)


def _by_source(unit: str) -> tuple[bool, str]:
    kind, _, source = unit.partition(" ")
    return kind in {"article", "static"}, source


def _with_source(root: Path, problems: tuple[Problem, ...]) -> list[Problem]:
    """Return the problems, each with the line of its file that it names."""
    complete = []
    for problem in problems:
        source = problem.source
        if problem.line and not source:
            lines = files.read(root, problem.path).decode(errors="replace").splitlines()
            source = lines[problem.line - 1] if problem.line <= len(lines) else ""
        complete.append(dataclasses.replace(problem, source=source))
    return complete


def _summary(
    state: sqlite3.Connection, outputs: Ledger, excluded: int, rendered: int, written: int, removed: int
) -> Edition:
    articles = count_in(state, facet_id(state, "all"), 0)
    count, size = outputs.totals()
    return Edition(
        articles=articles,
        outputs=count,
        rendered=rendered,
        written=written,
        removed=removed,
        size=size,
        excluded=excluded,
        held=tuple(_held(state)),
    )


def _held(state: sqlite3.Connection) -> Iterator[Held]:
    query = (
        "SELECT a.path, s.facts, a.draft FROM article a JOIN story s ON s.article = a.id"
        " WHERE a.live = 0 ORDER BY a.draft, a.instant, a.path"
    )
    for path, facts, draft in state.execute(query):
        members = json.loads(facts)
        appears = None if draft else dt.datetime.fromisoformat(members["date"])
        yield Held(path=path, title=members["title"], appears=appears)
