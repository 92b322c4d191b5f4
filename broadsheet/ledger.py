"""What each output asked and was told; what is stale, and why.

The ledger of one output folder. It knows three things of an output: that the plan wants it, what it
asked when it was last rendered, and the digest of the file that stands in the folder. From the
numbers that a revision left on units and questions (see ``archive.database``) it finds, without a look
at all the rest,

- which outputs come and go: those of the units touched since this folder was last built;
- which are stale: those that asked a question whose answer has another digest now.

Answers are compared, not sources: an article edited and put back, or edited where no one looks, makes
nothing stale. A digest is kept once for each question, not for each output that asked it, because all
outputs of an edition see one state of the archive.

Safe at any moment: ``settle`` commits what the outputs asked together with a mark on every file that is
about to change (its digest is NULL: unknown), before the first of them does; ``close`` takes the marks
away and only then moves the folder's ``seen`` on. Killed in between, the next build sees the same
changes again, and looks at the marked files whatever they asked.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from broadsheet import files
from broadsheet.archive import SHARED, answered
from broadsheet.archive.kinds import Question
from broadsheet.plan import Output
from broadsheet.urls import folded

_BATCH = 256
_NEW, _UNKNOWN = "new", "unknown"


class Due(NamedTuple):
    """An output to render; ``digest`` is that of the file in the folder, None when not known."""

    number: int
    output: Output
    digest: bytes | None


class Rendered(NamedTuple):
    """What rendering an output gave: the bytes' digest and size, and what was asked, with digests.

    ``held``: the file in the folder has just these bytes.
    """

    number: int
    digest: bytes
    size: int
    held: bool
    asked: Mapping[Question, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """Two units want one path, or (``folder``) one a file where the other needs a folder."""

    path: str
    unit: str
    other: str
    folder: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """What the ledger knows of one output: for ``explain``."""

    output: Output
    unit: str
    size: int
    edition: int
    last_edition: int
    reasons: tuple[str, ...]
    asked: tuple[Question, ...]


class Ledger:
    """The ledger of one output folder, within the transaction of one edition."""

    def __init__(self, state: sqlite3.Connection, folder: str, edition: int) -> None:
        """Open the ledger of ``folder`` (a name for it that does not change) for an edition."""
        self._state = state
        self._edition = edition
        insert = (
            "INSERT OR IGNORE INTO folder (path, seen, total, marker, next_marker) VALUES (?, 0, '0', '', '')"
        )
        state.execute(insert, (folder,))
        query = "SELECT id, seen, total, marker, next_marker FROM folder WHERE path = ?"
        self._folder, self.seen, total, *markers = state.execute(query, (folder,)).fetchone()
        self.markers = frozenset(markers)
        self._total = int(total, 16)
        self._numbers: dict[Question, int] = {}
        self._sets: dict[frozenset[Question], int] = {}

    def forget_files(self) -> None:
        """Trust no file of the folder: it is another one than was written, or shall be looked at."""
        self._state.execute("UPDATE output SET digest = NULL WHERE folder = ?", (self._folder,))

    def distrust(self, path: str) -> None:
        """Trust one file no more: it is not what was written."""
        self._state.execute(
            "UPDATE output SET digest = NULL WHERE folder = ? AND path = ?", (self._folder, path)
        )

    def plan(self, wanted: Callable[[str], Iterable[Output]]) -> list[Clash]:
        """Take in what the touched units want now; return the clashes that this would make.

        ``wanted`` gives the outputs of a unit.
        """
        state, folder = self._state, self._folder
        state.execute("DROP TABLE IF EXISTS temp.wanted")
        state.execute("CREATE TEMP TABLE wanted (unit INT, path TEXT, fold TEXT, kind TEXT, subject TEXT)")
        units = "SELECT id, name FROM unit WHERE touched > ? ORDER BY name"
        for unit, name in state.execute(units, (self.seen,)):
            rows = [(unit, out.path, folded(out.path), out.kind, out.subject) for out in wanted(name)]
            state.executemany("INSERT INTO temp.wanted VALUES (?, ?, ?, ?, ?)", rows)
        state.execute("CREATE INDEX temp.wanted_fold ON wanted (fold)")
        touched = "unit IN (SELECT id FROM unit WHERE touched > :seen)"
        names = {"folder": folder, "seen": self.seen}
        unwanted = (
            "SELECT o.id, o.path, o.rendered FROM output o"
            f" WHERE o.folder = :folder AND o.{touched} AND o.gone = 0 AND NOT EXISTS"
            " (SELECT 1 FROM temp.wanted w WHERE w.fold = o.fold AND w.path = o.path AND w.unit = o.unit)"
        )
        for number, path, rendered in state.execute(unwanted, names).fetchall():
            self._add(path, rendered, -1)
            state.execute(
                "UPDATE output SET gone = 1, digest = NULL, rendered = NULL WHERE id = ?", (number,)
            )
            # Wanted under another spelling: the row keeps the old one until its file is removed.
            state.execute(
                "UPDATE OR REPLACE output SET fold = char(0) || path WHERE id = ? AND EXISTS"
                " (SELECT 1 FROM temp.wanted w WHERE w.fold = output.fold AND w.path <> output.path)",
                (number,),
            )
        clashes = [*self._clashes_among_wanted(), *self._clashes_with_others()]
        if clashes:
            return clashes
        state.execute(
            "INSERT INTO output (folder, path, fold, unit, kind, subject)"
            " SELECT :folder, path, fold, unit, kind, subject FROM temp.wanted WHERE true"
            " ON CONFLICT (folder, fold) DO UPDATE SET path = excluded.path, unit = excluded.unit, gone = 0,"
            " digest = iif(kind = excluded.kind AND subject = excluded.subject, digest, NULL),"
            " edition = iif(kind = excluded.kind AND subject = excluded.subject, edition, 0),"
            " kind = excluded.kind, subject = excluded.subject",
            names,
        )
        return self._clashes_of_folders()

    def reserve(self, path: str) -> list[Clash]:
        """Return the clashes with a file of the folder that is not an output."""
        fold = folded(path)
        query = (
            "SELECT o.path, u.name FROM output o JOIN unit u ON u.id = o.unit"
            " WHERE o.folder = ? AND o.gone = 0"
            " AND (o.fold = ? OR o.fold >= ? AND o.fold < ?) ORDER BY o.path"
        )
        rows = self._state.execute(query, (self._folder, fold, f"{fold}/", f"{fold}0"))
        return [Clash(path=path, unit=unit, other="site", folder=found != path) for found, unit in rows]

    def mark_due(self) -> int:
        """Find what has to be rendered, and why; return how many outputs that is."""
        state, folder = self._state, self._folder
        state.execute("UPDATE output SET due = 0 WHERE folder = ? AND due = 1", (folder,))
        state.execute(
            f"UPDATE output SET due = 1, why = iif(edition = 0, '{_NEW}', '{_UNKNOWN}')"
            " WHERE folder = ? AND digest IS NULL AND gone = 0",
            (folder,),
        )
        for number, question in self._changed_questions():
            state.execute(
                "UPDATE output SET why = iif(due = 1, why || char(10) || :why, :why), due = 1"
                " WHERE folder = :folder AND gone = 0 AND id IN"
                " (SELECT output FROM asked WHERE question = :number UNION ALL"
                " SELECT o.id FROM sharing s JOIN output o ON o.shared = s.shared AND o.folder = :folder"
                " WHERE s.question = :number)",
                {"why": json.dumps(str(question), ensure_ascii=False), "folder": folder, "number": number},
            )
        (count,) = state.execute(
            "SELECT count(*) FROM output WHERE folder = ? AND due = 1", (folder,)
        ).fetchone()
        return int(count)

    def due(self) -> Iterator[Due]:
        """Yield the outputs to render, in the order of their paths."""
        last = ""
        query = (
            "SELECT id, path, kind, subject, digest FROM output"
            " WHERE folder = ? AND due = 1 AND path > ? ORDER BY path LIMIT ?"
        )
        while rows := self._state.execute(query, (self._folder, last, _BATCH)).fetchall():
            for number, path, kind, subject, digest in rows:
                yield Due(number, Output(path, kind, subject), digest)
            last = rows[-1][1]

    def record(self, rendered: Rendered) -> None:
        """Keep what an output asked, and the digest of its bytes."""
        state = self._state
        shared = frozenset(question for question in rendered.asked if question.kind in SHARED)
        own = [
            self._answered(question, digest)
            for question, digest in rendered.asked.items()
            if question not in shared
        ]
        for question in shared - self._numbers.keys():
            self._numbers[question] = self._answered(question, rendered.asked[question])
        state.execute("DELETE FROM asked WHERE output = ?", (rendered.number,))
        state.executemany(
            "INSERT INTO asked VALUES (?, ?)", [(rendered.number, number) for number in sorted(own)]
        )
        path, before = state.execute(
            "SELECT path, rendered FROM output WHERE id = ?", (rendered.number,)
        ).fetchone()
        self._add(path, before, -1)
        self._add(path, rendered.digest, 1)
        state.execute(
            "UPDATE output SET rendered = ?, size = ?, shared = ?, edition = ?, digest = ? WHERE id = ?",
            (
                *(rendered.digest, rendered.size, self._shared(shared), self._edition),
                *(rendered.digest if rendered.held else None, rendered.number),
            ),
        )

    def gone(self) -> list[str]:
        """Return the paths of outputs that no unit wants any more, in order."""
        query = "SELECT path FROM output WHERE folder = ? AND gone = 1 ORDER BY path"
        return [row[0] for row in self._state.execute(query, (self._folder,))]

    def changed(self) -> Iterator[str]:
        """Yield the paths of outputs whose files are to be put in place."""
        query = "SELECT path FROM output WHERE folder = ? AND gone = 0 AND digest IS NULL ORDER BY path"
        for (path,) in self._state.execute(query, (self._folder,)):
            yield path

    def marker(self) -> str:
        """Return what marks this edition: a digest of every output's path and bytes.

        A sum, so that keeping it costs what changed and not what there is: blake2b of each path and
        digest, added up modulo 2 to the 128th.
        """
        return f"{self._total:032x}"

    def settle(self) -> None:
        """Commit what was asked, with the marks on all that is about to change; then begin anew."""
        row = (self.marker(), self._folder)
        self._state.execute("UPDATE folder SET total = ?1, next_marker = ?1 WHERE id = ?2", row)
        self._state.execute("COMMIT")
        self._state.execute("BEGIN IMMEDIATE")

    def close(self) -> None:
        """Take the marks away: every file stands as rendered. The folder has seen this edition."""
        state, folder = self._state, self._folder
        state.execute(
            "UPDATE output SET digest = rendered WHERE folder = ? AND gone = 0 AND digest IS NULL", (folder,)
        )
        state.execute(
            "DELETE FROM asked WHERE output IN (SELECT id FROM output WHERE folder = ? AND gone = 1)",
            (folder,),
        )
        state.execute("DELETE FROM output WHERE folder = ? AND gone = 1", (folder,))
        state.execute("UPDATE output SET due = 0 WHERE folder = ? AND due = 1", (folder,))
        state.execute(
            "UPDATE folder SET seen = ?, marker = next_marker WHERE id = ?", (self._edition, folder)
        )

    def totals(self) -> tuple[int, int]:
        """Return the number of outputs and the sum of their sizes in bytes."""
        query = "SELECT count(*), coalesce(sum(size), 0) FROM output WHERE folder = ? AND gone = 0"
        count, size = self._state.execute(query, (self._folder,)).fetchone()
        return int(count), int(size)

    def digests(self) -> Iterator[tuple[str, bytes]]:
        """Yield path and digest of every output whose file is trusted."""
        query = "SELECT path, digest FROM output WHERE folder = ? AND digest IS NOT NULL ORDER BY path"
        yield from self._state.execute(query, (self._folder,)).fetchall()

    def spelling(self, path: str) -> str | None:
        """Return how the plan spells the output that could be one file with ``path``, None if none could."""
        query = "SELECT path FROM output WHERE folder = ? AND fold = ? AND gone = 0"
        row = self._state.execute(query, (self._folder, folded(path))).fetchone()
        return row[0] if row else None

    def _changed_questions(self) -> Iterator[tuple[int, Question]]:
        rows = self._state.execute(
            "SELECT q.id, q.stem, q.detail, a.digest FROM question q JOIN answer a ON a.question = q.id"
            " WHERE q.touched > ? AND a.folder = ? ORDER BY q.stem, q.detail",
            (self.seen, self._folder),
        ).fetchall()
        for number, stem, detail, digest in rows:
            question = _question(stem, detail)
            if answered(self._state, question)[1] != digest:
                yield number, question

    def _question(self, question: Question) -> int:
        query = "SELECT id FROM question WHERE stem = ? AND detail = ?"
        row = self._state.execute(query, (question.stem, question.detail)).fetchone()
        if row is None:
            insert = "INSERT INTO question (stem, detail) VALUES (?, ?) RETURNING id"
            row = self._state.execute(insert, (question.stem, question.detail)).fetchone()
        return int(row[0])

    def _answered(self, question: Question, digest: bytes) -> int:
        number = self._question(question)
        self._state.execute("REPLACE INTO answer VALUES (?, ?, ?)", (self._folder, number, digest))
        return number

    def _add(self, path: str, digest: bytes | None, sign: int) -> None:
        """Count an output's bytes into the marker, or out of it."""
        if digest is not None:
            row = files.digest(path.encode() + b"\0" + digest)
            self._total = (self._total + sign * int.from_bytes(row)) % 2**128

    def _shared(self, questions: frozenset[Question]) -> int:
        if questions not in self._sets:
            self._sets[questions] = self._set(sorted(self._numbers[question] for question in questions))
        return self._sets[questions]

    def _set(self, numbers: list[int]) -> int:
        digest = files.digest(json.dumps(numbers).encode())
        row = self._state.execute("SELECT id FROM shared WHERE digest = ?", (digest,)).fetchone()
        if row is None:
            row = self._state.execute(
                "INSERT INTO shared (digest) VALUES (?) RETURNING id", (digest,)
            ).fetchone()
            self._state.executemany(
                "INSERT INTO sharing VALUES (?, ?)", [(row[0], number) for number in numbers]
            )
        return int(row[0])

    def _clashes_among_wanted(self) -> list[Clash]:
        rows = self._state.execute(
            "SELECT w.path, u.name, v.name FROM temp.wanted w JOIN temp.wanted x ON x.fold = w.fold"
            " AND x.rowid > w.rowid"
            " JOIN unit u ON u.id = w.unit JOIN unit v ON v.id = x.unit ORDER BY 1, 2, 3"
        )
        return [Clash(path=path, unit=unit, other=other) for path, unit, other in rows]

    def _clashes_with_others(self) -> list[Clash]:
        rows = self._state.execute(
            "SELECT w.path, u.name, v.name FROM temp.wanted w"
            " JOIN output o ON o.folder = ? AND o.fold = w.fold AND o.gone = 0 AND o.unit <> w.unit"
            " JOIN unit u ON u.id = w.unit JOIN unit v ON v.id = o.unit"
            " ORDER BY 1, 2, 3",
            (self._folder,),
        )
        return [Clash(path=path, unit=unit, other=other) for path, unit, other in rows]

    def _clashes_of_folders(self) -> list[Clash]:
        """Return the clashes of new outputs with a file where they need a folder, or the reverse."""
        clashes = []
        others = (
            "SELECT o.path, v.name FROM output o JOIN unit v ON v.id = o.unit"
            " WHERE o.folder = ? AND o.gone = 0 AND "
        )
        rows = self._state.execute(
            "SELECT w.fold, w.path, u.name, w.kind FROM temp.wanted w JOIN unit u ON u.id = w.unit"
            " ORDER BY w.fold"
        )
        above: tuple[str, ...] = ()
        for fold, path, unit, kind in rows:
            steps = fold.split("/")[:-1]
            folders = tuple("/".join(steps[:length]) for length in range(1, len(steps) + 1))
            for folder in folders:
                if folder not in above:
                    found = self._state.execute(others + "o.fold = ?", (self._folder, folder)).fetchone()
                    if found:
                        clashes.append(Clash(path=found[0], unit=unit, other=found[1], folder=True))
            above = folders
            if kind in {"copy", "redirect", "article"} and not path.endswith("/index.html"):
                below = (self._folder, f"{fold}/", f"{fold}0")
                found = self._state.execute(
                    others + "o.fold >= ? AND o.fold < ? ORDER BY o.fold", below
                ).fetchone()
                if found:
                    clashes.append(Clash(path=path, unit=unit, other=found[1], folder=True))
        return clashes


def why(state: sqlite3.Connection, folder: str, path: str) -> Why | None:
    """Return what the ledger of ``folder`` knows of the output at ``path``; None if it is not wanted."""
    query = (
        "SELECT o.id, o.path, o.kind, o.subject, o.size, u.name, o.edition, f.seen, o.why, o.shared"
        " FROM output o JOIN folder f ON f.id = o.folder JOIN unit u ON u.id = o.unit"
        " WHERE f.path = ? AND o.fold = ? AND o.gone = 0"
    )
    row = state.execute(query, (folder, folded(path))).fetchone()
    if row is None:
        return None
    number, path, kind, subject, size, unit, edition, seen, reasons, shared = row
    questions = state.execute(
        "SELECT q.stem, q.detail FROM asked a JOIN question q ON q.id = a.question"
        " WHERE a.output = ? UNION SELECT q.stem, q.detail"
        " FROM sharing s JOIN question q ON q.id = s.question WHERE s.shared = ?"
        " ORDER BY 1, 2",
        (number, shared),
    )
    return Why(
        output=Output(path, kind, subject),
        unit=unit,
        size=size,
        edition=edition,
        last_edition=seen,
        reasons=tuple(json.loads(line) if line.startswith('"') else line for line in reasons.splitlines()),
        asked=tuple(_question(stem, detail) for stem, detail in questions),
    )


def _question(stem: str, detail: str) -> Question:
    kind, _, subject = stem.partition(" ")
    return Question(kind, subject, detail)
