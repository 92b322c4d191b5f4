"""Checks a built site as its readers will meet it: broken links, missing text, invalid structure.

A site is a folder of files, whoever built it. Every file is read, in several processes, and its links are
compared with the paths of all files. The state of the last build, if there is one, tells which source causes
a fault. Nothing is changed and nothing is printed; only ``--external`` sends requests to other servers.

- ``extract``: a file to its links, and what is wrong with it by itself.
- ``resolve``: where a URL leads, and what a static host answers it with.
- ``checker``: both together for one file, in whichever process.
- ``search_files``: the index that readers search, a year at a time.
- ``report``: the results of all files together, each fault once, at its source.
- ``pictures``: those that are too large, published twice, or say where they were taken.
- ``source_map``: which line of which source that is.
- ``articles``: problems and notes that only the archive can show.
- ``external``: links that leave the site.
- ``baseline``: findings that are known already.

Memory: the paths of all files, in each process; everything else that grows is in SQLite on disk.
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
from typing import NoReturn

from broadsheet.archive.database import open_sound_reader
from broadsheet.archive.facts import seconds
from broadsheet.build import site_folder
from broadsheet.build.pool import Pool
from broadsheet.check import articles, checker, external, pictures, search_files, shortcodes
from broadsheet.check.pictures import PictureSurvey
from broadsheet.check.report import Report
from broadsheet.check.source_map import SourceMap, SourcePosition
from broadsheet.common.files import is_below
from broadsheet.common.problems import Problem, Problems
from broadsheet.common.progress import Progress
from broadsheet.common.urls import is_page
from broadsheet.ledger.queries import knows_folder, list_outputs_of, list_redirected_outputs
from broadsheet.render.outputs import citations, data, search
from broadsheet.render.outputs import pictures as picture_files
from broadsheet.settings.model import Settings

# Kinds of outputs that need no link: what reads them finds them through their index, by a page, or by itself.
_FOUND_BY_PROGRAMS = tuple(
    kind.name for kind in (*data.KINDS, *citations.KINDS, *picture_files.KINDS, search.SCRIPT)
)
_WIDEST = 1920  # pixels
EXTERNAL_CACHE = site_folder.STATE.with_name("links.sqlite")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRequest:
    """What to check: the folder ``output``, built from the site in ``site`` or by anything else.

    ``base_url`` replaces the address in site.toml; ``jobs`` is the number of processes. ``external`` also
    requests the links that leave the site; then ``now`` decides which cached results are still valid.
    """

    site: Path
    output: Path
    base_url: str = ""
    jobs: int = 1
    external: bool = False
    now: dt.datetime = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What a check has found. ``problems`` keep readers from something; ``notes`` do not.

    ``files`` and ``links`` are how many were checked. ``external``: how many of the URLs that leave the site
    are dead, moved, unsure and alive; those that are not alive are the last notes, in this request.
    """

    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]
    files: int
    links: int
    external: tuple[tuple[str, int], ...] = ()


def check(request: CheckRequest, progress: Progress | None = None) -> Findings:
    """Check a site; raises ``Problems`` when there is nothing to check."""
    progress = progress or Progress()
    settings = _settings(request)
    name = site_folder.name_folder(request.site, request.output)
    address = settings.url if settings else request.base_url
    with closing(sqlite3.connect("", isolation_level=None)) as scratch, ExitStack() as stack:
        with _lock_site(request, progress):
            files = tuple(sorted(_files(request.output)))
            if not any(map(is_page, files)):
                hint = "Build the site first, or name its folder with --output."
                raise Problems([Problem(path=name, message="there is no page in this folder", hint=hint)])
            db = _db(request, name, stack) if settings else None
            sources = SourceMap(db, name, request.site, settings) if db and settings else None
            report = Report(scratch, request.output, name, address, files, sources)
            survey = PictureSurvey(scratch, _widest(settings))
            _check_files(request, address, files, (report, survey), progress)
            if db:
                report.expect_no_link(list_redirected_outputs(db, name))
                report.expect_no_link(list_outputs_of(db, name, _FOUND_BY_PROGRAMS))
            if sources:
                report.expect_no_link(report.resolve(sources.withheld_links()))
            problems, notes = report.problems(), report.notes()
            place = sources.place if sources else lambda file: SourcePosition(f"{name}/{file}")
            notes += survey.find_notes(place, made=settings is None or settings.pictures_on)
            if db and sources and settings:
                problems += articles.find_problems(db, name, sources)
                notes += articles.find_notes(db, name, sources)
                notes += pictures.find_repeated(db, retracted=not sources.withholds_retracted)
                notes += pictures.find_two_icons(db) if settings.theme_icons else ()
                notes += shortcodes.find_notes(db, name, sources, settings.content_shortcodes)
        problems, notes = map(report.with_lines, (problems, notes))
        counts: tuple[tuple[str, int], ...] = ()
        if request.external:
            cache = request.site / EXTERNAL_CACHE
            statuses = external.check_urls(report.external_urls(), cache, seconds(request.now), progress)
            counts = external.count_verdicts(statuses)
            notes += report.with_lines(report.external_notes(statuses), sort=False)
    return Findings(
        problems=tuple(problems),
        notes=tuple(notes),
        files=len(files),
        links=report.links,
        external=counts,
    )


def _settings(request: CheckRequest) -> Settings | None:
    """Return the settings of the site; None for a folder of pages that was not built from a site."""
    if not (request.site / site_folder.SETTINGS).is_file() and request.output.is_dir():
        return None
    settings = site_folder.load_settings(request.site)
    if not request.base_url:
        return settings
    return dataclasses.replace(settings, url=request.base_url.rstrip("/") + "/")


def _widest(settings: Settings | None) -> int:
    """Return the most pixels across in which a picture is shown; of a foreign folder, by the defaults."""
    if settings is None:
        return _WIDEST
    return max(*settings.pictures_widths, *settings.pictures_lead_widths)


def _lock_site(request: CheckRequest, progress: Progress) -> ExitStack:
    """Keep builds of the site from changing the folder while it is checked."""
    stack = ExitStack()
    if (request.site / site_folder.STATE).is_file():
        stack.enter_context(site_folder.lock(request.site, progress.wait))
    return stack


def _db(request: CheckRequest, name: str, stack: ExitStack) -> sqlite3.Connection | None:
    """Return a snapshot of the site's state; None when it does not know the folder."""
    if not (request.site / site_folder.STATE).is_file():
        return None
    try:
        db = stack.enter_context(closing(open_sound_reader(request.site / site_folder.STATE)))
        db.execute("BEGIN")
        known = knows_folder(db, name)
    except sqlite3.DatabaseError:
        return None
    return db if known else None


def _check_files(
    request: CheckRequest,
    address: str,
    files: tuple[str, ...],
    found: tuple[Report, PictureSurvey],
    progress: Progress,
) -> None:
    report, survey = found
    make = partial(checker.LinkChecker, request.output, address, files, external=request.external)
    with closing(Pool(request.jobs, make, progress.redo)) as pool:
        progress.begin("Checking", len(files))
        for result in pool.spread(checker.check_file, files, len(files), killed=_give_up):
            report.add(result)
            survey.add(result)
            progress.step()
        years = search_files.list_years(request.output, files)
        for result in pool.spread(
            search_files.check_year,
            years,
            len(files) if years else 0,
            killed=lambda year: _give_up(year.file),
            chunk=1,
        ):
            report.add(result)
        wanted = report.fragments_to_check()
        missing = pool.spread(
            checker.find_missing_fragments, wanted, len(wanted), killed=lambda piece: _give_up(piece[0])
        )
        for page, fragments in missing:
            report.add_missing(page, fragments)


def _give_up(path: str) -> NoReturn:
    message = "every process that checked it was killed: memory ran out, or something else ended it"
    raise Problems([Problem(path=path, message=message, hint="Look at what is unusual in this file.")])


def _files(folder: Path) -> Iterator[str]:
    """Yield the path of every file below a folder; symbolic links within it count as the files they lead to.

    What cannot be published is left out: a name that is not UTF-8, a link that leads elsewhere.
    """
    home = os.path.realpath(folder)
    for top, _, names in os.walk(folder):
        below = Path(top).relative_to(folder)
        for name in names:
            file, path = os.path.join(top, name), (below / name).as_posix()  # noqa: PTH118 - in half the time
            if os.path.islink(file) and not is_below(os.path.realpath(file), home):  # noqa: PTH114
                continue
            if path.isascii() or path.encode(errors="replace").decode() == path:
                yield path
