"""Reads from the ledger outside a build: for ``explain``, ``check``, ``publish`` and the preview."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from broadsheet.archive.questions.question import Question
from broadsheet.common.slugs import path_key
from broadsheet.ledger.staleness import Reason, parse_question, parse_reasons
from broadsheet.plan.output import Output


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputRecord:
    """What the ledger has recorded of one output.

    ``unit`` wants it; ``size`` in bytes; ``build`` is the number of the build that rendered it last, for
    ``reasons``, and ``last_build`` that of the folder's last.
    """

    output: Output
    unit: str
    size: int
    build: int
    last_build: int
    reasons: tuple[Reason, ...]
    asked: tuple[Question, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildOptions:
    """With which options a folder was built; ``as_of`` is in seconds since 1970, UTC."""

    drafts: bool
    as_of: int


class LargeFile(NamedTuple):
    """A large output: its path, its bytes, and the file that it is, or shows; empty if there is none."""

    path: str
    size: int
    source: str


def read_totals(db: sqlite3.Connection, folder: str) -> dict[str, tuple[int, int]]:
    """Return for each kind of output in ``folder`` how many there are, and their bytes."""
    row = db.execute("SELECT taken FROM folder WHERE path = ?", (folder,)).fetchone()
    taken = json.loads(row[0]) if row else {}
    return {kind: (count, size) for kind, (count, size) in sorted(taken.items()) if count}


def list_large_files(db: sqlite3.Connection, folder: str, least: int, most: int) -> tuple[LargeFile, ...]:
    """Return at most ``most`` outputs of 1 MB or more that have ``least`` bytes, the largest first."""
    query = (
        "SELECT o.path, o.size, CASE WHEN o.kind IN ('copy', 'script', 'style') THEN o.subject"
        " WHEN o.kind = 'picture' THEN substr(o.subject, instr(o.subject, ' ') + 1) ELSE '' END"
        " FROM folder f JOIN output o INDEXED BY output_large ON o.folder = f.id"
        " WHERE f.path = ? AND o.size >= 1000000 AND o.size >= ? AND o.gone = 0"
        " ORDER BY o.size DESC, o.path LIMIT ?"
    )
    return tuple(LargeFile(*row) for row in db.execute(query, (folder, least, most)))


def adopt_last_plan(db: sqlite3.Connection, folder: str) -> None:
    """Give the plan of the folder built last the name ``folder``, unless that name has a plan already.

    For a state of the preview that was copied from a build's: no build will use it.
    """
    db.execute(
        "UPDATE OR IGNORE folder SET path = ?"
        " WHERE id = (SELECT id FROM folder ORDER BY seen DESC, id LIMIT 1)",
        (folder,),
    )


def find_output(db: sqlite3.Connection, folder: str, path: str) -> Output | None:
    """Return the output that the plan of ``folder`` has at ``path``, None if there is none."""
    query = (
        "SELECT o.path, o.kind, o.subject FROM output o JOIN folder f ON f.id = o.folder"
        " WHERE f.path = ? AND o.path_key = ? AND o.gone = 0"
    )
    row = db.execute(query, (folder, path_key(path))).fetchone()
    return Output(*row) if row and row[0] == path else None


def find_build_options(db: sqlite3.Connection, folder: str) -> BuildOptions | None:
    """Return the options of the last build into ``folder``; None if there is none, or it was cut short."""
    query = (
        "SELECT drafts, as_of FROM folder WHERE path = ? AND marker <> '' AND marker = next_marker"
        " AND NOT EXISTS (SELECT 1 FROM output WHERE folder = folder.id AND digest IS NULL)"
    )
    row = db.execute(query, (folder,)).fetchone()
    return BuildOptions(drafts=bool(row[0]), as_of=row[1]) if row else None


def find_marker(db: sqlite3.Connection, folder: str) -> str:
    """Return the marker of the last build into ``folder``; empty if there is none."""
    row = db.execute("SELECT marker FROM folder WHERE path = ?", (folder,)).fetchone()
    return row[0] if row else ""


def list_file_digests(db: sqlite3.Connection, folder: str) -> Iterator[tuple[str, bytes]]:
    """Yield path and digest of every file that the last build into ``folder`` left there, in no order."""
    query = (
        "SELECT o.path, o.digest FROM output o JOIN folder f ON f.id = o.folder"
        " WHERE f.path = ? AND o.gone = 0 AND o.digest IS NOT NULL"
    )
    yield from db.execute(query, (folder,))


def find_output_record(db: sqlite3.Connection, folder: str, path: str) -> OutputRecord | None:
    """Return what the ledger of ``folder`` has recorded of the output at ``path``, None if there is none."""
    query = (
        "SELECT o.id, o.path, o.kind, o.subject, o.size, u.name, o.build, f.seen, o.why, o.shared"
        " FROM output o JOIN folder f ON f.id = o.folder JOIN unit u ON u.id = o.unit"
        " WHERE f.path = ? AND o.path_key = ? AND o.gone = 0"
    )
    row = db.execute(query, (folder, path_key(path))).fetchone()
    if row is None:
        return None
    number, path, kind, subject, size, unit, build, last_build, reasons, shared = row
    questions = db.execute(
        "SELECT q.subject_key, q.parameters FROM asked a JOIN question q ON q.id = a.question"
        " WHERE a.output = ? UNION SELECT q.subject_key, q.parameters"
        " FROM sharing s JOIN question q ON q.id = s.question WHERE s.shared = ?"
        " ORDER BY 1, 2",
        (number, shared),
    )
    return OutputRecord(
        output=Output(path, kind, subject),
        unit=unit,
        size=size,
        build=build,
        last_build=last_build,
        reasons=parse_reasons(reasons),
        asked=tuple(parse_question(subject_key, parameters) for subject_key, parameters in questions),
    )
