"""Fixes what a hint says, where there is one right way: makes the edits that problems carry.

Nothing is guessed here: an edit is set where the hint is made. It is refused if the line has another problem
afterwards.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from broadsheet.build.site_folder import load_settings
from broadsheet.common import files
from broadsheet.common.problems import Edit, Problem, Problems
from broadsheet.common.progress import Progress
from broadsheet.editing.changes import Change
from broadsheet.editing.snapshot import open_snapshot
from broadsheet.editing.text_edits import apply_edits
from broadsheet.read import article, own_page, profile
from broadsheet.settings.front_page import is_front_page, read_front_page
from broadsheet.settings.model import Settings

# Of one file. Each makes every edit of the round before possible that it can; most files need two.
_MOST_ROUNDS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixes:
    """What can be fixed: the ``changes``, and how many problems they end; ``left`` are the others."""

    changes: tuple[Change, ...]
    count: int
    left: tuple[Problem, ...]


def find_fixes(site: Path, paths: Collection[str], now: dt.datetime, progress: Progress) -> Fixes:
    """Return what can be fixed in the files at or below ``paths``; in all if there are none.

    Problems are those that a build would have at the moment ``now``. Nothing is written.
    """
    settings = load_settings(site)
    with open_snapshot(site, settings, now, progress) as (_, prepared):
        problems = prepared.problems
    changes, count = [], 0
    if paths:
        problems = tuple(
            problem for problem in problems if any(files.is_below(problem.path, path) for path in paths)
        )
    for path in sorted({problem.path for problem in problems if problem.edit}):
        if not files.is_article(path) and not is_front_page(path, settings):
            continue
        before = files.read(site, path)
        found = [problem for problem in problems if problem.path == path]
        after, fixed = fix(path, before, settings, found)
        if after != before:
            changes.append(Change(path=path, before=before, after=after))
            count += fixed
    return Fixes(changes=tuple(changes), count=count, left=problems)


def fix(path: str, content: bytes, settings: Settings, problems: Sequence[Problem] = ()) -> tuple[bytes, int]:
    """Return the file at ``path`` with its problems fixed as far as they carry edits, and how many that is.

    ``problems`` are those that more than the file itself tells, such as links that lead nowhere. What is
    fixed uncovers other problems, so the file is read again until nothing is left to do.
    """
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return content, 0
    count = 0
    refused: set[Edit] = set()
    found = {*problems, *read_problems(path, content, settings)}
    for _ in range(_MOST_ROUNDS):
        chosen = _choose(found, refused)
        changed = apply_edits(text, (problem.edit for problem in chosen if problem.edit))
        if changed == text:
            break
        after = read_problems(path, changed.encode(), settings)
        worse = _find_worse(chosen, found, after)
        if worse:
            refused |= worse
            continue
        text = changed
        refused.clear()  # what was wrong then may be right now
        count += len(chosen)
        found = {*after, *(problem for problem in problems if problem in found and problem not in chosen)}
    return text.encode(), count


def read_problems(path: str, content: bytes, settings: Settings) -> tuple[Problem, ...]:
    """Return what is wrong in the content file at ``path``, to judge by the file alone."""
    try:
        kind = profile.find_kind(path, settings)
        if is_front_page(path, settings):
            read_front_page(path, content, settings)
        elif kind:
            profile.read(path, content, settings, kind)
        elif own_page.is_own_page(path, settings):
            own_page.read(path, content, settings)
        else:
            article.read(path, content, settings)
    except Problems as error:
        return error.problems
    return ()


def _choose(problems: Iterable[Problem], refused: Collection[Edit]) -> list[Problem]:
    """Return the problems to fix, at most one on each line: an edit is made for the line as it stands."""
    by_line: dict[int, Problem] = {}
    for problem in sorted(problems):
        if problem.edit and problem.edit not in refused:
            by_line.setdefault(problem.edit.line, problem)
    return list(by_line.values())


def _find_worse(chosen: Iterable[Problem], before: Iterable[Problem], after: Iterable[Problem]) -> set[Edit]:
    """Return the edits after which their line has a problem that it did not have, or has the same still."""
    known = Counter((problem.line, problem.message) for problem in before)
    known.subtract((problem.line, problem.message) for problem in chosen)
    found = Counter((problem.line, problem.message) for problem in after)
    lines = {place[0] for place, count in found.items() if count > known[place]}
    return {problem.edit for problem in chosen if problem.edit and problem.edit.line in lines}
