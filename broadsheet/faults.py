"""Problems that only the whole archive and the whole plan can tell.

Links that lead nowhere, ids given twice, two outputs with one path. They come together with those of
single articles, so that everything that is wrong is shown at once.
"""

from __future__ import annotations

import dataclasses
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

from broadsheet import files
from broadsheet.ledger import Clash
from broadsheet.problems import Problem


def found(state: sqlite3.Connection, root: Path, clashes: Iterable[Clash]) -> list[Problem]:
    """Return the problems of the archive as it is in ``state``, and those of the plan's ``clashes``.

    ``root`` is the site's folder, from which the lines that they name are read.
    """
    problems = (*_lost_links(state), *_equal_ids(state), *map(_clash_problem, clashes))
    return [_with_source(root, problem) for problem in problems]


def _lost_links(state: sqlite3.Connection) -> Iterator[Problem]:
    """Yield a problem for each relative link or picture of a live article whose target is not there."""
    query = (
        "SELECT a.path, l.line, l.col, l.target, t.draft, s.path"
        " FROM link l JOIN article a ON a.id = l.article"
        " LEFT JOIN article t ON t.path = l.target LEFT JOIN source s ON s.path = l.target"
        " WHERE l.found = 0 ORDER BY a.path, l.line, l.col"
    )
    for path, line, column, target, draft, source in state.execute(query):
        if draft is None and source is not None:
            continue  # the target has problems of its own
        if draft is None:
            message, hint = f"there is no {target}", "Mend the link, or add the file."
        else:
            message = f"{target} is {'a draft' if draft else 'held back'}"
            hint = "Link to it once it is published, or hold this article back too."
        yield Problem(path=path, line=line, column=column, message=message, hint=hint)


def _equal_ids(state: sqlite3.Connection) -> Iterator[Problem]:
    """Yield a problem for each article whose ``id`` another one has already."""
    query = (
        "SELECT b.path, b.uid, min(a.path) FROM twin t CROSS JOIN article b ON b.uid = t.uid AND b.uid <> ''"
        " JOIN article a ON a.uid = t.uid AND a.uid <> '' AND a.path < b.path"
        " GROUP BY b.path ORDER BY b.path"
    )
    for path, uid, other in state.execute(query):
        hint = "An id belongs to one article for ever. Give this one another, or take the line out."
        yield Problem(path=path, message=f"id: {uid} is that of {other} already", hint=hint)


def _clash_problem(clash: Clash) -> Problem:
    """Return the problem of two outputs with one path, at the source whose unit comes last."""
    first, last = sorted((clash.unit, clash.other), key=_by_source)
    what, _, source = last.partition(" ")
    kind, _, other = first.partition(" ")
    if kind in {"facet", "year"}:
        other = other.partition(" ")[0]
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


def _with_source(root: Path, problem: Problem) -> Problem:
    """Return a problem with the line of its file that it names."""
    if not problem.line:
        return problem
    lines = files.read(root, problem.path).decode(errors="replace").splitlines()
    return dataclasses.replace(problem, source=lines[problem.line - 1] if problem.line <= len(lines) else "")
