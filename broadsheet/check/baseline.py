"""The findings that a site has had for long, so that a check tells of new ones only.

An archive that was adopted may have a thousand old dead links: nobody fixes them in a day, and a check that
always fails is not read. A baseline is what an earlier ``check --json`` has printed.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterable
from pathlib import Path

from broadsheet.common.problems import Problem, Problems

# What is known of a finding: the file, and the message without what changes by itself.
Known = tuple[str, str]

_HINT = "A baseline is what `check --json` prints: one finding a line, as JSON."
# Counts, and what a server answered.
_CHANGING = re.compile(r", and on [\d,]+ other pages?$| \([^()]*\)$|\bonce\b|\b[\d,]+ times\b")


def read_baseline(file: Path, folder: str) -> frozenset[Known]:
    """Return the findings in a file, one JSON object a line, of which ``path`` and ``message`` count.

    ``folder`` is the name of the output folder in paths. Raises ``Problems`` for a file that cannot be read.
    """
    try:
        content = file.read_bytes()
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
        raise Problems([Problem(path=str(file), message=message, hint=_HINT)]) from None
    # PowerShell writes UTF-16 into files.
    is_utf16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    rows = content.decode("utf-16" if is_utf16 else "utf-8-sig", errors="replace").splitlines()
    known, problems = set(), []
    for line, row in enumerate(rows, 1):
        found = _read_finding(row) if row.strip() else None
        if found is not None:
            known.add(_key(found, folder))
        elif row.strip():
            wrong = Problem(path=str(file), line=line, message="this is no finding", hint=_HINT, source=row)
            problems.append(wrong)
    if problems:
        raise Problems(problems)
    return frozenset(known)


def leave_out(findings: Iterable[Problem], known: frozenset[Known], folder: str) -> tuple[Problem, ...]:
    """Return findings without those that are ``known``, whichever line they are on now."""
    return tuple(finding for finding in findings if _key(finding, folder) not in known)


def _read_finding(row: str) -> Problem | None:
    try:
        members = json.loads(row)
    except ValueError:
        return None
    if not isinstance(members, dict):
        return None
    path, message = members.get("path"), members.get("message")
    return Problem(path=path, message=message) if isinstance(path, str) and isinstance(message, str) else None


def _key(problem: Problem, folder: str) -> Known:
    """Return what stays the same of a finding; not the page, for it is told for the first that has it."""
    path = "" if problem.path.startswith(f"{folder}/") else problem.path
    return path, _CHANGING.sub("", problem.message)
