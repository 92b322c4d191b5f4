"""Problems that only the whole archive and the whole plan can tell.

Links and redirects that lead nowhere, ids given twice, two outputs with one path, updates that are still to
come. They come together with those of single articles, so that everything that is wrong is shown at once.
"""

from __future__ import annotations

import dataclasses
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from broadsheet.archive.faults import (
    BrokenLink,
    find_active_files,
    find_broken_links,
    find_duplicate_ids,
    find_duplicate_profiles,
    find_faulty_pictures,
)
from broadsheet.archive.lookups import read_status
from broadsheet.archive.visibility import Visibility
from broadsheet.build.site_folder import SETTINGS
from broadsheet.build.validate.ambiguous_names import find_ambiguous_names
from broadsheet.build.validate.future_notes import find_future_notes
from broadsheet.build.validate.likely_files import LikelyFiles
from broadsheet.build.validate.pinned_stories import find_lost_stories
from broadsheet.common import files
from broadsheet.common.problems import Edit, Problem
from broadsheet.common.slugs import SLUG_BYTES, is_cut
from broadsheet.common.urls import FACET_FOLDERS, address, is_page
from broadsheet.ledger import Ledger
from broadsheet.ledger.plan_sync import Clash
from broadsheet.plan.output import Output
from broadsheet.render.outputs import feeds
from broadsheet.render.outputs.pictures import PICTURE_FILE, PictureSubject
from broadsheet.settings.model import Settings
from broadsheet.settings.reader import locate_address

# Units whose names are those of files, and of tables of site.toml.
_SOURCES = frozenset(("article", "own_page", "static"))
_OF_SITE = frozenset(("redirects", "gone"))
_OF_LISTINGS = frozenset(("facet", "year", "month"))
_FEEDS = frozenset(kind.name for kind in feeds.KINDS)
# Of so many that want one address each is named.
_MOST_NAMED = 6
_NAMED = {"all": "everything", "correction": "corrections"}


def validate_site(
    db: sqlite3.Connection,
    root: Path,
    settings: Settings,
    visibility: Visibility,
    ledger: Ledger,
    clashes: Sequence[Clash],
) -> list[Problem]:
    """Return the problems of the archive as it is in ``db``, of the plan, and of its ``clashes``.

    ``root`` is the site's folder, from which the lines that they name are read.
    """
    problems = [
        *list_lost_links(db, of_fields=True, of_bodies=settings.content_links == "strict"),
        *_faulty_pictures(db, settings),
        *_active_files(db, settings),
        *_equal_ids(db),
        *_equal_profiles(db),
        *find_lost_stories(db),
        *find_ambiguous_names(db, root, settings),
        *find_future_notes(db, root, settings, visibility),
        *(_clash_problem(root, clash) for clash in clashes),
    ]
    if not clashes:
        for output, target in settings.redirects.items():
            fault = _fault_of_redirect(db, settings, ledger, output, target)
            if fault:
                problems.append(_of_site(root, "redirects", output, *fault))
    return [_with_source(root, problem) for problem in problems]


def _fault_of_redirect(
    db: sqlite3.Connection, settings: Settings, ledger: Ledger, output: str, target: str
) -> tuple[str, str] | None:
    """Return what is wrong with a redirect and its fix, unless it leads to something of the site at once."""
    if target.startswith(("https:", "http:")):
        return None
    if not target.startswith("/"):
        status = read_status(db, target)
        if status is None:
            return f"there is no article {target}", "Fix the path, or lead it elsewhere."
        if status.published:
            return None
        message = f"{target} is {'a draft' if status.draft else 'held back'}"
        return message, "Redirect to it once it is published."
    path = target[1:].partition("#")[0]
    found = ledger.find_output(path)
    if found is None:
        return f"there is no {address(path)}", "Lead it to a page that the site has."
    if found.kind == "gone" and found.subject.startswith("/"):
        return f"{address(path)} is gone itself", "Say in [gone] that this is gone too, or lead it elsewhere."
    if found.kind != "redirect" and path not in settings.redirects:
        return None if is_page(output) else _fault_of_file(ledger, output, found)
    end = _end(settings, ledger, path)
    if end is None:
        return f"{address(path)} leads back to {address(output)}", "Lead one of them elsewhere."
    return f"{address(path)} leads on", f"Lead it to the end of the way: {end}"


def _fault_of_file(ledger: Ledger, output: str, found: Output) -> tuple[str, str] | None:
    """Return what is wrong with leading a file to ``found``, whose very bytes it is to have."""
    own = ledger.find_output(output)
    if own and (own.kind, own.subject) in {(found.kind, found.subject), ("copy", _find_whole(found))}:
        return None
    if found.kind in _FEEDS:
        return f"{address(found.path)} has moved itself", "Lead it to where that feed stands now."
    message = f"{address(found.path)} is neither a feed nor a static file"
    return message, "Lead it to one of these, or write it below [gone]."


def _find_whole(output: Output) -> str:
    """Return the file that an output is in full, as a picture is of which others are made, too."""
    if output.kind != PICTURE_FILE.name:
        return ""
    recipe, path = PictureSubject.parse(output.subject)
    return "" if recipe.width else path


def _end(settings: Settings, ledger: Ledger, path: str) -> str | None:
    """Return where a way of redirects ends, as site.toml has it; None if it does not."""
    seen = set()
    while path not in seen:
        seen.add(path)
        target = settings.redirects.get(path)
        if target is None:
            found = ledger.find_output(path)
            return found.subject if found and found.kind == "redirect" else address(path)
        if not target.startswith("/"):
            return target
        path = target[1:].partition("#")[0]
    return None


def list_lost_links(db: sqlite3.Connection, *, of_fields: bool, of_bodies: bool) -> Iterator[Problem]:
    """Yield a problem for each relative link or picture of a live article whose target is not there.

    ``of_fields``: among them lead pictures and portraits; ``of_bodies``: what bodies link to or show.
    """
    likely = LikelyFiles(db)
    for link in find_broken_links(db):
        if not (of_fields if link.is_lead else of_bodies):
            continue
        target = link.target
        edit = None
        if link.profile is not None:
            message = f"{target} is a profile, which has no page of its own"
            folder = FACET_FOLDERS[link.profile]
            hint = f"Write the address of the page that it stands on: /{folder}/name/"
        elif link.draft is not None:
            message = f"{target} is {'a draft' if link.draft else 'held back'}"
            hint = "Link to it once it is published, or hold this article back too."
        elif link.is_source:
            continue  # the target has problems of its own
        else:
            message = f"there is no {target}"
            hint = likely.suggest(target) or "Fix the link, or add the file."
            edit = _edit_case(link, likely.find_same(target))
        yield Problem(
            path=link.path, line=link.line, column=link.column, message=message, hint=hint, edit=edit
        )


def _edit_case(link: BrokenLink, file: str | None) -> Edit | None:
    """Return the edit that makes a link lead to ``file``, which differs from its target only by case."""
    if file is None:
        return None
    wrong, right = link.target.split("/"), file.split("/")
    first = next(at for at, step in enumerate(wrong) if step != right[at])
    old, new = "/".join(wrong[first:]), "/".join(right[first:])
    return Edit(line=link.line, column=link.column, old=old, new=new)


def _faulty_pictures(db: sqlite3.Connection, settings: Settings) -> Iterator[Problem]:
    """Yield a problem for each faulty picture that is shown, where a link that leads nowhere is one too."""
    for each in find_faulty_pictures(db):
        if each.is_lead or settings.content_links == "strict":
            message = f"{each.target} {each.fault.message}"
            yield Problem(
                path=each.path, line=each.line, column=each.column, message=message, hint=each.fault.hint
            )


def _active_files(db: sqlite3.Connection, settings: Settings) -> Iterator[Problem]:
    """Yield a problem for each file that an article brings and that may be run, unless the site wants it."""
    for each in find_active_files(db):
        if each.suffix not in settings.safety_attachments:
            message = (
                f"{each.target} could run a program in the name of this site: its suffix is .{each.suffix}"
            )
            hint = "Put it into static/ if it is yours, or link to it elsewhere."
            hint += f" [safety] attachments may allow {each.suffix}."
            yield Problem(path=each.path, line=each.line, column=each.column, message=message, hint=hint)


def _equal_ids(db: sqlite3.Connection) -> Iterator[Problem]:
    """Yield a problem for each article whose ``id`` another one has already."""
    for path, uid, other in find_duplicate_ids(db):
        hint = "An id belongs to one article for ever. Give this one another, or take the line out."
        yield Problem(path=path, message=f"id: {uid} is that of {other} already", hint=hint)


def _equal_profiles(db: sqlite3.Connection) -> Iterator[Problem]:
    """Yield a problem for each profile of a facet that another one is about already."""
    for path, kind, slug, other in find_duplicate_profiles(db):
        message = f"is about the {kind} {slug}, as is {other}"
        yield Problem(path=path, message=message, hint="Make one file of the two, or fix a name.")


def _clash_problem(root: Path, clash: Clash) -> Problem:
    """Return the problem of outputs with one path, at the source whose unit comes last."""
    *others, last = sorted(clash.units, key=_by_source)
    wanting = _some(tuple(dict.fromkeys(map(_wanting, others))))
    what, _, source = last.partition(" ")
    if what == "former":
        message = f"[permalinks] former: {address(clash.path)} was the address of an article"
        if others:
            message += f"; now {wanting} would be written there"
            hint = "Let that stand elsewhere; or take the pattern out, and write aliases into the articles."
        else:
            message += ", but of two that are of one day, and that feeds would take for one"
            hint = "Write an id into the front matter of each article with that former address."
        return Problem(path=SETTINGS, message=message, hint=hint)
    if what in _OF_SITE:
        message = f"something stands there already: {wanting}"
        return _of_site(root, what, source, message, "Take the line out, or let that stand elsewhere.")
    message = f"would be written to {clash.path}, as would {wanting}"
    if not others:
        message = f"two files that it uses would be written to {clash.path}"
    elif clash.folder:
        message = f"would be written to {clash.path}, or below it, and so would {wanting}"
    which = "one of them" if len(others) <= 1 else "all but one of them"
    hint = f"Rename {which}."
    if what == "own_page" and others:
        hint = f"Give {which} another name, slug or alias."
    if what == "article" and others:
        hint = f"Give {which} another slug, another date or another alias."
        if all(is_cut(PurePosixPath(unit).stem) for unit in clash.units):
            whose = "either" if len(others) == 1 else "each"
            message += f": the slug of {whose} is cut at {SLUG_BYTES} bytes, and no longer tells them apart"
            hint = f"Write a slug in {which}, or give its file a shorter name."
    return Problem(path=source or clash.path, message=message, hint=hint)


def _some(names: Sequence[str]) -> str:
    """Return names as a problem lists them: the first few, and how many more there are."""
    if len(names) > _MOST_NAMED:
        names = (*names[: _MOST_NAMED - 1], f"{len(names) - _MOST_NAMED + 1:,} more")
    *first, last = names or ("",)
    return f"{', '.join(first)} and {last}" if first else last


def _wanting(unit: str) -> str:
    """Return what it is that wants an output, as a problem names it."""
    kind, _, subject = unit.partition(" ")
    if kind in _SOURCES:
        return subject
    if kind not in _OF_LISTINGS:
        return "a file that `publish` adds" if kind == "publish" else "a file of the site itself"
    key = subject.partition(" ")[0]
    return f"the listings of {_NAMED.get(key) or key.replace('/', ' ', 1)}"


def _by_source(unit: str) -> tuple[bool, bool, bool, str]:
    kind, _, source = unit.partition(" ")
    return kind == "former", kind in _OF_SITE, kind in _SOURCES, source


def _of_site(root: Path, table: str, output: str, message: str, hint: str) -> Problem:
    """Return a problem of what site.toml says of an address."""
    line, column = locate_address(files.read(root, SETTINGS).decode("utf-8-sig"), table, output)
    message = f"[{table}] {address(output)}: {message}"
    return Problem(path=SETTINGS, line=line, column=column, message=message, hint=hint)


def _with_source(root: Path, problem: Problem) -> Problem:
    """Return a problem with the line of its file that it names."""
    if not problem.line:
        return problem
    lines = files.read(root, problem.path).decode(errors="replace").splitlines()
    return dataclasses.replace(problem, source=lines[problem.line - 1] if problem.line <= len(lines) else "")
