"""Adopts an archive: finds out what it is, writes the settings, and tries them until the site would build."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from broadsheet.common import files
from broadsheet.common.problems import Problems
from broadsheet.common.progress import Progress
from broadsheet.common.urls import output_at
from broadsheet.editing.snapshot import open_snapshot
from broadsheet.importing.adopting.addresses import KnownAddresses
from broadsheet.importing.adopting.archive import Adoption, read_content, survey_archive
from broadsheet.importing.adopting.left_out import LeftOut, group
from broadsheet.importing.adopting.tree import Tree
from broadsheet.write.vendor import make_carried_files

_SETTINGS = "site.toml"
# What is left out may uncover more: an article that was linked to.
_MOST_ROUNDS = 10


def adopt(
    folder: Path, site: Path, sitemap: Path | None, now: dt.datetime, progress: Progress
) -> tuple[Adoption, tuple[str, ...]]:
    """Make a site in ``site`` of the sources in ``folder``, which may be the same folder.

    Return what came of it, and the files that were there already and differ, which are left as they are.
    ``sitemap`` is that of the old site, if there is one. Raises ``Problems``.
    """
    tree = Tree(folder)
    in_place = site.resolve() == folder.resolve()
    adoption, known = survey_archive(tree, sitemap, now, in_place=in_place)
    site.mkdir(parents=True, exist_ok=True)
    copied, differing = _copy_files(tree, site, adoption)
    file = site / _SETTINGS
    written = file.read_text(encoding="utf-8") if file.is_file() else ""
    if not written:
        file.write_text(adoption.draft.to_toml(), encoding="utf-8")
    final = _leave_out_problems(site, adoption, known, copied, now, progress)
    text = final.draft.to_toml()
    if written and written != text:
        # Whoever has changed it wants it as it is.
        file = site / f"{_SETTINGS}.new"
        differing = (*differing, _SETTINGS)
    file.write_text(text, encoding="utf-8")
    if not in_place:
        for path, content in make_carried_files().items():
            if not (site / path).exists():
                _write(site / path, content)
    return final, differing


def _copy_files(tree: Tree, site: Path, adoption: Adoption) -> tuple[frozenset[str], tuple[str, ...]]:
    """Copy articles and static files into ``site``; return their paths, and those of files that differ."""
    copied, differ = set(), []
    origin = adoption.origin
    # What a configuration says may lead out of the site.
    static = [
        (each.source, f"{files.STATIC}/{each.target}")
        for each in origin.static
        if not {"", ".", ".."} & set(each.target.split("/"))
    ]
    for there, here in (*adoption.copied, *static):
        target, content = site / here, read_content(tree, origin, there)
        if not target.exists():
            _write(target, content)
            copied.add(here)
        elif target.read_bytes() != content:
            differ.append(here)
    return frozenset(copied), tuple(differ)


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


def _leave_out_problems(
    site: Path,
    adoption: Adoption,
    known: KnownAddresses | None,
    copied: frozenset[str],
    now: dt.datetime,
    progress: Progress,
) -> Adoption:
    """Return the adoption with those articles left out for which a build of ``site`` would stop.

    So is a static file that was ``copied`` and stands in the way. With the addresses that are ``known``,
    those at which nothing would stand are lost. Raises ``Problems`` for the others.
    """
    for _ in range(_MOST_ROUNDS):
        with open_snapshot(site, adoption.draft.settings(), now, progress) as (_, prepared):
            problems = prepared.problems
            if not problems:
                find = prepared.ledger.find_output
                lost = [path for path in known.paths if not _stands(path, find)] if known else adoption.lost
                return replace(adoption, lost=tuple(lost))
        folder = adoption.draft.folder
        wrong = {
            each.path: each.message
            for each in reversed(problems)
            if files.is_below(each.path, folder)
            or (each.path in copied and files.is_below(each.path, files.STATIC))
        }
        if not wrong:
            raise Problems(problems)
        for path in copied.intersection(wrong):
            if files.is_below(path, files.STATIC):
                (site / path).unlink()
        adoption = _leave_out(adoption, [LeftOut(path, wrong[path]) for path in sorted(wrong)])
    raise Problems(problems)


def _leave_out(adoption: Adoption, more: list[LeftOut]) -> Adoption:
    paths, draft = {each.path for each in more}, adoption.draft
    redirects = {old: path for old, path in draft.redirects.items() if path not in paths}
    articles = [each for each in more if files.is_below(each.path, draft.folder)]
    exclude = (*draft.exclude, *group(articles, (), draft.folder))
    return replace(
        adoption,
        draft=replace(draft, exclude=exclude, redirects=redirects),
        left_out=(*adoption.left_out, *more),
        articles=adoption.articles - len(articles),
        redirected=len(redirects),
    )


def _stands(path: str, find: Callable[[str], object]) -> bool:
    """Return whether something stands at a path: a file, or a folder's index, as hosts serve them."""
    output = path.lstrip("/")
    return any(find(each) for each in (output_at(output), output_at(f"{output}/"), f"{output}.html"))
