"""Brings the archive up to date with the sources: reads those that the scan found, and stores them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import NamedTuple

from broadsheet.archive.questions import KINDS
from broadsheet.archive.revision import Revision
from broadsheet.archive.visibility import Visibility
from broadsheet.build.engine import digest_engine
from broadsheet.build.fonts import digest_fonts
from broadsheet.build.scan import SourceScan
from broadsheet.build.workers import ReadResult, Workers
from broadsheet.common import files
from broadsheet.common.problems import Problem, Problems
from broadsheet.common.progress import Progress
from broadsheet.read.theme import find_theme, is_word_file, name_shadowed
from broadsheet.render.outputs import PLAN
from broadsheet.settings.model import Settings, picture_settings, read_settings
from broadsheet.settings.plan_settings import plan_settings


class Updated(NamedTuple):
    """What came of an update: the build's number, how many files were left out, the problems of sources."""

    build: int
    excluded: int
    problems: tuple[Problem, ...]


def update_archive(  # noqa: PLR0913 - what a build works with, and where to look
    db: sqlite3.Connection,
    root: Path,
    settings: Settings,
    workers: Workers,
    progress: Progress,
    visibility: Visibility,
    *,
    within: frozenset[str] | None = None,
    verify: bool = False,
) -> Updated:
    """Bring the archive in ``db`` up to date with the sources below ``root``.

    ``visibility`` decides which articles are live. A file that has problems is, to the archive, not there.
    ``within``: the only directories (paths from ``root``) in which a file of content/ or static/ can have
    changed since the last scan; None when it is not known. What has problems is read again in any case, and
    with ``verify`` everything, whatever its size and times.
    """
    revision = Revision(db, kinds=KINDS, units=PLAN.footprint, visibility=visibility)
    engine = digest_engine()
    texts, of_theme, problems = _read_layouts(root, with_theme=settings.theme_fallback)
    problems += _check_layouts(revision, engine, texts, of_theme, settings)
    revision.put_layouts(texts, of_theme)
    if revision.put_engine(engine):
        revision.forget_sources()
    fonts = {"pictures_font_digests": json.dumps(digest_fonts(root, settings))}
    revision.put_settings(flatten(settings) | fonts)
    plan_differs = revision.put_plan_settings(_digest(plan_settings(settings).of_every_unit))
    anew = revision.put_read_settings(
        _digest((engine, read_settings(settings))), _digest((engine, picture_settings(settings)))
    )

    scan = SourceScan(db, revision, settings, anew=anew, verify=verify)
    scan.look(root, within, progress)
    progress.begin("Reading", scan.count)
    for result in workers.read(scan.due(), scan.count):
        problems += result.problems
        scan.keep(result, valid=not result.problems)
        _store(revision, result)
        progress.step()
    revision.pass_thresholds()
    return Updated(revision.finish(every_unit=plan_differs), scan.excluded, tuple(problems))


def _store(revision: Revision, result: ReadResult) -> None:
    """Store what a source holds, in place of what it held."""
    path = result.task.stat.path
    if result.article:
        revision.drop_profile(path)
        revision.drop_own_page(path)
        revision.put_article(result.article)
    elif result.profile:
        revision.drop_article(path)
        revision.drop_own_page(path)
        revision.put_profile(result.profile)
    elif result.own_page:
        revision.drop_article(path)
        revision.drop_profile(path)
        revision.put_own_page(result.own_page)
    elif result.problems:
        revision.drop_read(path)
    elif not result.same:
        if result.pins is not None:
            revision.put_front(path, result.pins)
        revision.put_file(path, result.picture)
    if not result.same and files.is_article(path):
        revision.put_findings(path, result.findings)


def _digest(value: object) -> str:
    return files.digest(repr(value).encode(errors="surrogatepass")).hex()


def flatten(settings: Settings) -> dict[str, str]:
    """Return the settings as the questions ask for them: each by name, as JSON text.

    The names of facets are one setting each (``names.tag.oil``), so that a new one touches only pages
    that show it; ``sections`` are the declared sections' slugs, in the order of the menu. So is each address
    that moved or is gone (``redirects.old/index.html``), and what a language calls the sections
    (``translations.az``).
    """
    values: dict[str, object] = {each.name: getattr(settings, each.name) for each in fields(settings)}
    for name in ("names", "spellings", "translations", "redirects", "gone"):
        del values[name]
    for kind, given in settings.names.items():
        values |= {f"names.{kind}.{slug}": name for slug, name in given.items()}
    values |= {f"translations.{language}": given for language, given in settings.translations.items()}
    values |= {f"redirects.{output}": target for output, target in settings.redirects.items()}
    for output, gone in settings.gone.items():
        values[f"gone.{output}"] = {"date": gone.date.isoformat(), "reason": gone.reason}
    values["sections"] = tuple(settings.names["section"])
    values["publisher"] = asdict(settings.publisher)
    return {name: json.dumps(value, ensure_ascii=False, default=dict) for name, value in values.items()}


def _check_layouts(
    revision: Revision, engine: str, texts: Mapping[str, str], of_theme: frozenset[str], settings: Settings
) -> list[Problem]:
    """Return the problems of the layouts, which are looked at only if they are not those last found good."""
    has_search, has_feeds = settings.search_on, settings.feeds_page
    digest = _digest((engine, sorted(texts.items()), sorted(of_theme), has_search, has_feeds))
    if revision.has_checked(digest):
        return []
    from broadsheet.render.templates.checks import check  # noqa: PLC0415 - it loads Jinja
    from broadsheet.render.templates.names import FEEDS_LAYOUT, SEARCH_LAYOUT  # noqa: PLC0415

    layouts = ((SEARCH_LAYOUT, has_search), (FEEDS_LAYOUT, has_feeds))
    checked = check(texts, of_theme, [name for name, is_needed in layouts if not is_needed])
    revision.put_checked("" if checked.problems else digest, checked.compiled)
    return checked.problems


def _read_layouts(root: Path, *, with_theme: bool) -> tuple[dict[str, str], frozenset[str], list[Problem]]:
    """Return the layouts by name, which of them are the theme's, and the problems of reading them.

    ``with_theme``: what the site lacks is the theme's. Of words that both have, those of the theme are there
    too, under a name of their own: they stand in for words that the site's file lacks.
    """
    texts, problems = _read_texts(root)
    if not with_theme:
        return texts, frozenset(), problems
    theirs, faults = _read_texts(find_theme(), shadowed=texts)
    theirs = {name_shadowed(name) if name in texts else name: text for name, text in theirs.items()}
    return texts | theirs, frozenset(theirs), [*problems, *faults]


def _read_texts(root: Path, shadowed: Collection[str] = ()) -> tuple[dict[str, str], list[Problem]]:
    """Return the layouts below a folder by name, and the problems; of those ``shadowed`` only the words."""
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    for look in sorted(files.walk(root, files.LAYOUTS)):
        name = look.path.removeprefix(f"{files.LAYOUTS}/")
        if name in shadowed and not is_word_file(name):
            continue
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
