"""Looks at a built site as its readers will meet it: what leads nowhere, what is missing, what is amiss.

A site is a folder of files, whoever built it. Every page is read, in several processes; what one file
refers to is compared with the paths of all. The state of the last build, where there is one, tells which
article a fault comes of. Nothing is changed and nothing printed; ``--external`` alone asks other servers.

- ``contents``: one file to what it refers to and what is wrong with it by itself.
- ``hosting``: where a URL leads, and what a static host answers.
- ``looking``: both together, for one file in whatever process.
- ``gathering``: what all looks found, together: each fault once, at the source that it comes of.
- ``origins``: which line of which source that is.
- ``articles``: what the archive alone knows.
- ``elsewhere``: links that leave the site.

Memory: the paths of all files, in each process; everything else that grows waits in SQLite on disk.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from broadsheet.archive.database import open_reader
from broadsheet.archive.facts import seconds
from broadsheet.build import site_folder
from broadsheet.build.pool import Pool
from broadsheet.check import articles, checker, external
from broadsheet.check.extract import is_page
from broadsheet.check.report import Gathering
from broadsheet.check.source_map import Origins
from broadsheet.common.problems import Problem, Problems
from broadsheet.common.progress import Progress
from broadsheet.ledger.queries import knows_folder, list_redirected_outputs
from broadsheet.settings.model import Settings

MEMORY = site_folder.STATE.with_name("links.sqlite")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to check: the folder ``output``, built of the site in ``site`` or of anything else.

    ``base_url`` is the address under which it is served, instead of the one in site.toml; ``jobs`` the
    number of processes. ``external`` tries the links that leave the site, for which ``now`` is needed.
    """

    site: Path
    output: Path
    base_url: str = ""
    jobs: int = 1
    external: bool = False
    now: dt.datetime = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What a check has found. ``notes`` are worth a look, and keep nobody from what they want to read.

    ``files`` and ``references`` were looked at. ``tried``: of the links that leave the site, how many
    are dead, moved, unsure and alive; those that are not alive are the last notes, in this order.
    """

    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]
    files: int
    references: int
    tried: tuple[tuple[str, int], ...] = ()


def check(order: Order, progress: Progress | None = None) -> Findings:
    """Check the site that ``order`` names; raises ``Problems`` when there is nothing to check."""
    progress = progress or Progress()
    settings = _settings(order)
    name = site_folder.folder_name(order.site, order.output)
    address = settings.url if settings else order.base_url
    with closing(sqlite3.connect("", isolation_level=None)) as kept, ExitStack() as stack:
        with _still(order, progress):
            files = tuple(sorted(_files(order.output)))
            if not any(map(is_page, files)):
                hint = "Build the site first, or name its folder with --output."
                raise Problems([Problem(path=name, message="there is no page in this folder", hint=hint)])
            db = _db(order, name, stack) if settings else None
            origins = Origins(db, name, order.site, settings) if db and settings else None
            gathering = Gathering(kept, order.output, name, address, files, origins)
            _look(order, address, files, gathering, progress)
            if db:
                gathering.expect_no_link(list_redirected_outputs(db, name))
            problems, notes = gathering.problems(), gathering.notes()
            if db and origins:
                problems += articles.problems(db, name, origins)
                notes += articles.notes(db, name, origins)
        problems, notes = map(gathering.shown, (problems, notes))
        tried: tuple[tuple[str, int], ...] = ()
        if order.external:
            replies = external.tried(gathering.elsewhere(), order.site / MEMORY, seconds(order.now), progress)
            tried = external.counts(replies)
            notes += gathering.shown(gathering.unanswered(replies), sort=False)
    return Findings(
        problems=tuple(problems),
        notes=tuple(notes),
        files=len(files),
        references=gathering.references,
        tried=tried,
    )


def _settings(order: Order) -> Settings | None:
    """Return the settings of the site, None for a folder of pages that none was built into."""
    if not (order.site / site_folder.SETTINGS).is_file() and order.output.is_dir():
        return None
    settings = site_folder.load_settings(order.site)
    return dataclasses.replace(settings, url=order.base_url.rstrip("/") + "/") if order.base_url else settings


def _still(order: Order, progress: Progress) -> ExitStack:
    """Keep builds of the site from changing the folder while it is looked at."""
    stack = ExitStack()
    if (order.site / site_folder.STATE).is_file():
        stack.enter_context(site_folder.lock(order.site, progress.wait))
    return stack


def _db(order: Order, name: str, stack: ExitStack) -> sqlite3.Connection | None:
    """Return the state of the site, as it is now; None when it tells nothing of the folder."""
    if not (order.site / site_folder.STATE).is_file():
        return None
    try:
        db = stack.enter_context(closing(open_reader(order.site / site_folder.STATE)))
        db.execute("BEGIN")
        known = knows_folder(db, name)
    except sqlite3.DatabaseError:
        return None
    return db if known else None


def _look(
    order: Order, address: str, files: tuple[str, ...], gathering: Gathering, progress: Progress
) -> None:
    make = partial(checker.LinkChecker, order.output, address, files, external=order.external)
    with closing(Pool(order.jobs, make)) as pool:
        progress.begin("Checking", len(files))
        for looked in pool.spread(checker.look, files, len(files)):
            gathering.add(looked)
            progress.step()
        wanted = gathering.wanted()
        for page, fragments in pool.spread(checker.missing, wanted, len(wanted)):
            gathering.add_missing(page, fragments)


def _files(folder: Path) -> Iterator[str]:
    """Yield the path of every file below a folder; links are followed as a host would that copies them."""
    for top, _, names in os.walk(folder):
        below = Path(top).relative_to(folder)
        for name in names:
            path = (below / name).as_posix()
            if path.isascii() or path.encode(errors="replace").decode() == path:
                yield path
