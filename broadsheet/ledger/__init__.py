"""What each output asked and was told; what is stale, and why.

The ledger of one output folder. It knows three things of an output: that the plan wants it, what it
asked when it was last rendered, and the digest of the file that stands in the folder. From the
numbers that a revision left on units and questions (see ``archive.database``) it finds, without a look
at all the rest,

- which outputs come and go: those of the units touched since this folder was last built;
- which are stale: those that asked a question whose answer has another digest now.

Answers are compared, not sources: an article edited and put back, or edited where no one looks, makes
nothing stale. A digest is kept once for each question, not for each output that asked it, because all
outputs of a build see one state of the archive.

Safe at any moment: ``settle`` commits what the outputs asked together with a mark on every file that is
about to change (its digest is NULL: unknown), before the first of them does; ``close`` takes the marks
away and only then moves the folder's ``seen`` on. Killed in between, the next build sees the same
changes again, and looks at the marked files whatever they asked.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from broadsheet.archive.questions import answered
from broadsheet.archive.questions.question import Answer, Question
from broadsheet.common import files
from broadsheet.common.slugs import path_key
from broadsheet.plan import Output

_BATCH = 256
_KEPT_ANSWERS = 1000
# said: what outputs asked, as it came; told: the same by number; dropped: questions that an output asks
# no more.
_SCRATCH = (
    "DROP TABLE IF EXISTS temp.said",
    "DROP TABLE IF EXISTS temp.told",
    "DROP TABLE IF EXISTS temp.dropped",
    "CREATE TEMP TABLE said (output INT, subject_key TEXT, parameters TEXT, digest BLOB)",
    "CREATE TEMP TABLE told (output INT, question INT, digest BLOB, PRIMARY KEY (output, question))",
    "CREATE TEMP TABLE dropped (question INTEGER PRIMARY KEY ON CONFLICT IGNORE)",
)
_NEW, _UNKNOWN = "new", "unknown"


class Due(NamedTuple):
    """An output to render; ``digest`` is that of the file in the folder, None when not known."""

    number: int
    output: Output
    digest: bytes | None


class Rendered(NamedTuple):
    """What rendering an output gave: the bytes' digest and size, and what was asked, with digests.

    ``held``: the file in the folder has just these bytes. ``own`` are questions of the archive;
    ``shared`` is a digest of the set of questions of the site, which thousands of outputs ask alike,
    and ``learned`` that set, the first time that a process sends it.
    """

    number: int
    digest: bytes
    size: int
    held: bool
    own: tuple[tuple[Question, bytes], ...]
    shared: bytes
    learned: tuple[tuple[Question, bytes], ...]


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
    build: int
    last_build: int
    reasons: tuple[str, ...]
    asked: tuple[Question, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildOptions:
    """How the build in a folder was built: with drafts or without, and as the site of which moment.

    ``as_of`` is in seconds since 1970, UTC.
    """

    drafts: bool
    as_of: int


class Ledger:
    """The ledger of one output folder, within the transaction of one build."""

    def __init__(self, db: sqlite3.Connection, folder: str, build: int) -> None:
        """Open the ledger of ``folder`` (a name for it that does not change) for a build."""
        self._db = db
        self._name = folder
        self._build = build
        insert = (
            "INSERT OR IGNORE INTO folder (path, seen, total, taken, marker, next_marker)"
            " VALUES (?, 0, '0', '{}', '', '')"
        )
        db.execute(insert, (folder,))
        query = "SELECT id, seen, marker, next_marker, total, taken FROM folder WHERE path = ?"
        row = db.execute(query, (folder,)).fetchone()
        self._folder, self.seen, *markers, total, taken = row
        self.markers = frozenset(markers)
        # What ``mark_due`` was told, of some hundred questions: those who render will ask them too.
        self.answers: dict[Question, tuple[Answer, bytes]] = {}
        self._total = int(total, 16)
        self._taken: dict[str, tuple[int, int]] = json.loads(taken)
        self._given: dict[int, tuple[str, str, bytes | None, int]] = {}
        self._made: list[tuple[object, ...]] = []
        self._said: list[tuple[int, str, str, bytes]] = []
        self._sets: dict[bytes, int] = {}
        for statement in _SCRATCH:
            db.execute(statement)

    def forget_files(self) -> None:
        """Trust no file of the folder: it is another one than was written, or shall be looked at."""
        self._db.execute("UPDATE output SET digest = NULL WHERE folder = ?", (self._folder,))

    def distrust(self, path: str) -> None:
        """Trust one file no more: it is not what was written."""
        self._db.execute(
            "UPDATE output SET digest = NULL WHERE folder = ? AND path = ?", (self._folder, path)
        )

    def plan(self, wanted: Callable[[str], Iterable[Output]]) -> list[Clash]:
        """Take in what the touched units want now; return the clashes that this would make.

        ``wanted`` gives the outputs of a unit.
        """
        db, folder = self._db, self._folder
        db.execute("DROP TABLE IF EXISTS temp.wanted")
        db.execute("CREATE TEMP TABLE wanted (unit INT, path TEXT, path_key TEXT, kind TEXT, subject TEXT)")
        units = "SELECT id, name FROM unit INDEXED BY unit_touched WHERE touched > ? ORDER BY name"
        for unit, name in db.execute(units, (self.seen,)):
            rows = [(unit, out.path, path_key(out.path), out.kind, out.subject) for out in wanted(name)]
            db.executemany("INSERT INTO temp.wanted VALUES (?, ?, ?, ?, ?)", rows)
        db.execute("CREATE INDEX temp.wanted_fold ON wanted (path_key)")
        touched = "unit IN (SELECT id FROM unit WHERE touched > :seen)"
        names = {"folder": folder, "seen": self.seen}
        unwanted = (
            "SELECT o.id, o.path, o.kind, o.rendered, o.size FROM output o"
            f" WHERE o.folder = :folder AND o.{touched} AND o.gone = 0 AND NOT EXISTS"
            " (SELECT 1 FROM temp.wanted w"
            " WHERE w.path_key = o.path_key AND w.path = o.path AND w.unit = o.unit)"
        )
        for number, path, kind, rendered, size in db.execute(unwanted, names).fetchall():
            self._add(path, kind, rendered, size, -1)
            db.execute("UPDATE output SET gone = 1, digest = NULL, rendered = NULL WHERE id = ?", (number,))
            # Wanted under another spelling: the row keeps the old one until its file is removed.
            db.execute(
                "UPDATE OR REPLACE output SET path_key = char(0) || path WHERE id = ? AND EXISTS"
                " (SELECT 1 FROM temp.wanted w WHERE w.path_key = output.path_key AND w.path <> output.path)",
                (number,),
            )
        clashes = self._clashes_among_wanted()
        # Most of what a touched unit wants is there, just so: only the rest is looked at any further.
        db.execute(
            "DELETE FROM temp.wanted WHERE EXISTS (SELECT 1 FROM output o"
            " WHERE o.folder = ? AND o.path_key = wanted.path_key AND o.gone = 0"
            " AND (o.path, o.unit, o.kind, o.subject)"
            " = (wanted.path, wanted.unit, wanted.kind, wanted.subject))",
            (folder,),
        )
        clashes += self._clashes_with_others()
        if clashes:
            return clashes
        other = (
            "SELECT o.path, o.kind, o.rendered, o.size, w.kind FROM temp.wanted w CROSS JOIN output o"
            " ON o.folder = :folder AND o.path_key = w.path_key AND o.kind <> w.kind"
        )
        for path, kind, rendered, size, now in db.execute(other, names).fetchall():
            self._add(path, kind, rendered, size, -1)
            self._add(path, now, rendered, size, 1)
        alone = db.execute("SELECT 1 FROM output WHERE folder = ? LIMIT 1", (folder,)).fetchone() is None
        db.execute(
            "INSERT INTO output (folder, path, path_key, unit, kind, subject)"
            " SELECT :folder, path, path_key, unit, kind, subject FROM temp.wanted WHERE true"
            " ON CONFLICT (folder, path_key) DO UPDATE"
            " SET path = excluded.path, unit = excluded.unit, gone = 0,"
            " digest = iif(kind = excluded.kind AND subject = excluded.subject, digest, NULL),"
            " build = iif(kind = excluded.kind AND subject = excluded.subject, build, 0),"
            " kind = excluded.kind, subject = excluded.subject",
            names,
        )
        return self._clashes_of_folders(alone=alone)

    def reserve(self, path: str) -> list[Clash]:
        """Return the clashes with a file of the folder that is not an output."""
        key = path_key(path)
        query = (
            "SELECT o.path, u.name FROM output o JOIN unit u ON u.id = o.unit"
            " WHERE o.folder = ? AND o.gone = 0"
            " AND (o.path_key = ? OR o.path_key >= ? AND o.path_key < ?) ORDER BY o.path"
        )
        rows = self._db.execute(query, (self._folder, key, f"{key}/", f"{key}0"))
        return [Clash(path=path, unit=unit, other="site", folder=found != path) for found, unit in rows]

    @property
    def taken(self) -> dict[str, tuple[int, int]]:
        """How many outputs of each kind are rendered, and their bytes: kept up to date, never counted."""
        return {kind: (count, size) for kind, (count, size) in sorted(self._taken.items()) if count}

    def planned(self, path: str) -> Output | None:
        """Return the output that the plan has at a path, None if there is none."""
        return planned(self._db, self._name, path)

    def mark_due(self) -> int:
        """Find what has to be rendered, and why; return how many outputs that is."""
        db, folder = self._db, self._folder
        db.execute("UPDATE output SET due = 0 WHERE folder = ? AND due = 1", (folder,))
        db.execute(
            f"UPDATE output SET due = 1, why = iif(build = 0, '{_NEW}', '{_UNKNOWN}')"
            " WHERE folder = ? AND digest IS NULL AND gone = 0",
            (folder,),
        )
        for number, question in self._changed_questions():
            db.execute(
                "UPDATE output SET why = iif(due = 1, why || char(10) || :why, :why), due = 1"
                " WHERE +folder = :folder AND gone = 0 AND id IN"
                " (SELECT output FROM asked WHERE question = :number UNION ALL"
                " SELECT o.id FROM sharing s CROSS JOIN output o INDEXED BY output_shared"
                " ON o.folder = :folder AND o.shared = s.shared WHERE s.question = :number)",
                {"why": json.dumps(str(question), ensure_ascii=False), "folder": folder, "number": number},
            )
        (count,) = db.execute(
            "SELECT count(*) FROM output WHERE folder = ? AND due = 1", (folder,)
        ).fetchone()
        return int(count)

    def due(self) -> Iterator[Due]:
        """Yield the outputs to render, in the order of their paths."""
        last = ""
        query = (
            "SELECT id, path, kind, subject, digest, rendered, size FROM output"
            " WHERE folder = ? AND due = 1 AND path > ? ORDER BY path LIMIT ?"
        )
        while rows := self._db.execute(query, (self._folder, last, _BATCH)).fetchall():
            for number, path, kind, subject, digest, rendered, size in rows:
                self._given[number] = path, kind, rendered, size
                yield Due(number, Output(path, kind, subject), digest)
            last = rows[-1][1]

    def record(self, rendered: Rendered) -> None:
        """Keep what an output asked, and the digest of its bytes; ``settle`` makes it last."""
        number, digest, size = rendered.number, rendered.digest, rendered.size
        path, kind, before, size_before = self._given.pop(number)
        self._add(path, kind, before, size_before, -1)
        self._add(path, kind, digest, size, 1)
        if rendered.shared not in self._sets:
            self._sets[rendered.shared] = self._shared(rendered.shared, rendered.learned)
        shared = self._sets[rendered.shared]
        self._made.append((digest, size, shared, self._build, digest if rendered.held else None, number))
        self._said += [
            (number, question.subject_key, question.parameters, told) for question, told in rendered.own
        ]
        if len(self._made) >= _BATCH:
            self._keep()

    def close_plan(self) -> None:
        """End a build of which nothing is rendered: the folder has seen what the plan wants.

        For whoever makes outputs when they are looked at, and keeps none. What outputs asked is not
        followed up any more, so nothing may be built from this folder's ledger again.
        """
        db, folder = self._db, self._folder
        db.execute("DELETE FROM output WHERE folder = ? AND gone = 1", (folder,))
        db.execute("UPDATE folder SET seen = ? WHERE id = ?", (self._build, folder))

    def gone(self) -> list[str]:
        """Return the paths of outputs that no unit wants any more, in order."""
        query = "SELECT path FROM output WHERE folder = ? AND gone = 1 ORDER BY path"
        return [row[0] for row in self._db.execute(query, (self._folder,))]

    def changes(self) -> int:
        """Return how many outputs have files that are to be put in place."""
        query = "SELECT count(*) FROM output WHERE folder = ? AND gone = 0 AND digest IS NULL"
        return int(self._db.execute(query, (self._folder,)).fetchone()[0])

    def changed(self) -> Iterator[str]:
        """Yield the paths of the outputs whose files are to be put in place, in order."""
        query = "SELECT path FROM output WHERE folder = ? AND gone = 0 AND digest IS NULL ORDER BY path"
        for (path,) in self._db.execute(query, (self._folder,)):
            yield path

    def marker(self) -> str:
        """Return what marks this build: a digest of every output's path and bytes.

        A sum, so that keeping it costs what changed and not what there is: blake2b of each path and
        digest, added up modulo 2 to the 128th.
        """
        return f"{self._total:032x}"

    def settle(self) -> None:
        """Commit what was asked, with the marks on all that is about to change; then begin anew."""
        self._keep()
        self._db.execute(
            "UPDATE folder SET total = ?1, next_marker = ?1, taken = ?2 WHERE id = ?3",
            (self.marker(), json.dumps(self._taken, sort_keys=True), self._folder),
        )
        self._db.execute("COMMIT")
        self._db.execute("BEGIN IMMEDIATE")

    def close(self, options: BuildOptions) -> None:
        """Take the marks away: every file stands as rendered. The folder has seen this build."""
        db, folder = self._db, self._folder
        db.execute(
            "UPDATE output SET digest = rendered WHERE folder = ? AND gone = 0 AND digest IS NULL", (folder,)
        )
        db.execute(
            "INSERT INTO temp.dropped SELECT question FROM asked"
            " WHERE output IN (SELECT id FROM output WHERE folder = ? AND gone = 1)",
            (folder,),
        )
        db.execute(
            "DELETE FROM asked WHERE output IN (SELECT id FROM output WHERE folder = ? AND gone = 1)",
            (folder,),
        )
        db.execute("DELETE FROM output WHERE folder = ? AND gone = 1", (folder,))
        db.execute("UPDATE output SET due = 0 WHERE folder = ? AND due = 1", (folder,))
        self._forget_questions()
        db.execute(
            "UPDATE folder SET seen = ?, marker = next_marker, drafts = ?, as_of = ? WHERE id = ?",
            (self._build, options.drafts, options.as_of, folder),
        )

    def digests(self) -> Iterator[tuple[str, bytes]]:
        """Yield path and digest of every output whose file is trusted."""
        query = (
            "SELECT path_key, path, digest FROM output"
            " WHERE folder = ? AND path_key > ? AND digest IS NOT NULL ORDER BY path_key LIMIT ?"
        )
        last = ""
        while rows := self._db.execute(query, (self._folder, last, _BATCH)).fetchall():
            for _, path, digest in rows:
                yield path, digest
            last = rows[-1][0]

    def knows(self, path: str) -> bool:
        """Return whether an output stands at ``path``, or stood there and may still do."""
        query = "SELECT 1 FROM output WHERE folder = ? AND path_key = ?"
        return self._db.execute(query, (self._folder, path_key(path))).fetchone() is not None

    def spelling(self, path: str) -> str | None:
        """Return how the plan spells the output that could be one file with ``path``, None if none could."""
        query = "SELECT path FROM output WHERE folder = ? AND path_key = ? AND gone = 0"
        row = self._db.execute(query, (self._folder, path_key(path))).fetchone()
        return row[0] if row else None

    def _changed_questions(self) -> Iterator[tuple[int, Question]]:
        """Yield the questions with another answer; where that is the engine's, which all ask, no others."""
        rows = self._db.execute(
            "SELECT q.id, q.subject_key, q.parameters, a.digest FROM question q INDEXED BY question_touched"
            " CROSS JOIN answer a ON a.folder = ? AND a.question = q.id"
            " WHERE q.touched <> 0 AND q.touched > ?"
            " ORDER BY q.subject_key <> 'engine all', q.subject_key, q.parameters",
            (self._folder, self.seen),
        )
        for number, subject_key, parameters, digest in rows:
            question = _question(subject_key, parameters)
            answer, now = answered(self._db, question)
            if len(self.answers) < _KEPT_ANSWERS:
                self.answers[question] = answer, now
            if now != digest:
                yield number, question
                if question.kind == "engine":
                    return

    def _keep(self) -> None:
        """Write down what was recorded: some hundred outputs at once, in a few statements."""
        db = self._db
        db.executemany("INSERT INTO temp.said VALUES (?, ?, ?, ?)", self._said)
        db.execute(
            "INSERT OR IGNORE INTO question (subject_key, parameters)"
            " SELECT DISTINCT subject_key, parameters FROM temp.said"
        )
        db.execute(
            "INSERT INTO temp.told SELECT s.output, q.id, s.digest"
            " FROM temp.said s"
            " JOIN question q ON q.subject_key = s.subject_key AND q.parameters = s.parameters"
        )
        outputs = json.dumps([row[-1] for row in self._made])
        no_more = (
            "FROM asked WHERE output IN (SELECT value FROM json_each(?)) AND NOT EXISTS"
            " (SELECT 1 FROM temp.told t WHERE t.output = asked.output AND t.question = asked.question)"
        )
        db.execute(f"INSERT INTO temp.dropped SELECT question {no_more}", (outputs,))
        db.execute(f"DELETE {no_more}", (outputs,))
        db.execute("INSERT OR IGNORE INTO asked SELECT output, question FROM temp.told")
        db.execute("REPLACE INTO answer SELECT DISTINCT ?, question, digest FROM temp.told", (self._folder,))
        db.executemany(
            "UPDATE output SET rendered = ?, size = ?, shared = ?, build = ?, digest = ? WHERE id = ?",
            self._made,
        )
        db.execute("DELETE FROM temp.said")
        db.execute("DELETE FROM temp.told")
        self._made.clear()
        self._said.clear()

    def _forget_questions(self) -> None:
        """Forget the questions that no output asks any more."""
        orphans = (
            "SELECT question FROM temp.dropped d WHERE NOT EXISTS (SELECT 1 FROM asked a WHERE a.question ="
            " d.question) AND NOT EXISTS (SELECT 1 FROM sharing s WHERE s.question = d.question)"
        )
        self._db.execute(
            f"DELETE FROM answer WHERE folder IN (SELECT id FROM folder) AND question IN ({orphans})"
        )
        self._db.execute(f"DELETE FROM question WHERE id IN ({orphans})")
        self._db.execute("DELETE FROM temp.dropped")

    def _add(self, path: str, kind: str, digest: bytes | None, size: int, sign: int) -> None:
        """Count an output into the marker and what its kind takes, or out of them."""
        if digest is not None:
            row = files.digest(path.encode() + b"\0" + digest)
            self._total = (self._total + sign * int.from_bytes(row)) % 2**128
            count, taken = self._taken.get(kind, (0, 0))
            self._taken[kind] = count + sign, taken + sign * size

    def _shared(self, digest: bytes, learned: Iterable[tuple[Question, bytes]]) -> int:
        """Return the row of a set of questions of the site, and keep what they were answered."""
        row = self._db.execute("SELECT id FROM shared WHERE digest = ?", (digest,)).fetchone()
        known = row is not None
        if row is None:
            row = self._db.execute(
                "INSERT INTO shared (digest) VALUES (?) RETURNING id", (digest,)
            ).fetchone()
        for question, told in learned:
            number = self._question(question)
            self._db.execute("REPLACE INTO answer VALUES (?, ?, ?)", (self._folder, number, told))
            if not known:
                self._db.execute("INSERT INTO sharing VALUES (?, ?)", (row[0], number))
        return int(row[0])

    def _question(self, question: Question) -> int:
        query = "SELECT id FROM question WHERE subject_key = ? AND parameters = ?"
        row = self._db.execute(query, (question.subject_key, question.parameters)).fetchone()
        if row is None:
            insert = "INSERT INTO question (subject_key, parameters) VALUES (?, ?) RETURNING id"
            row = self._db.execute(insert, (question.subject_key, question.parameters)).fetchone()
        return int(row[0])

    def _clashes_among_wanted(self) -> list[Clash]:
        rows = self._db.execute(
            "SELECT w.path, u.name, v.name FROM temp.wanted w JOIN temp.wanted x ON x.path_key = w.path_key"
            " AND x.rowid > w.rowid"
            " JOIN unit u ON u.id = w.unit JOIN unit v ON v.id = x.unit ORDER BY 1, 2, 3"
        )
        return [Clash(path=path, unit=unit, other=other) for path, unit, other in rows]

    def _clashes_with_others(self) -> list[Clash]:
        """Return the clashes with outputs of units not touched, told as a clean build would tell them."""
        rows = self._db.execute(
            "SELECT iif(v.name < u.name, o.path, w.path), u.name, v.name FROM temp.wanted w"
            " CROSS JOIN output o ON o.folder = ? AND o.path_key = w.path_key"
            " AND o.gone = 0 AND o.unit <> w.unit"
            " JOIN unit u ON u.id = w.unit JOIN unit v ON v.id = o.unit AND v.touched <= ?"
            " ORDER BY 1, 2, 3",
            (self._folder, self.seen),
        )
        return [Clash(path=path, unit=unit, other=other) for path, unit, other in rows]

    def _clashes_of_folders(self, *, alone: bool) -> list[Clash]:
        """Return the clashes of new outputs with a file where they need a folder, or the reverse.

        ``alone``: there are no others. Then one of two that clash needs the folder, and tells of both.
        """
        clashes = []
        others = (
            "SELECT o.path, v.name FROM output o JOIN unit v ON v.id = o.unit"
            " WHERE o.folder = ? AND o.gone = 0 AND "
        )
        rows = self._db.execute(
            "SELECT w.path_key, w.path, u.name FROM temp.wanted w"
            " JOIN unit u ON u.id = w.unit ORDER BY w.path_key"
        )
        above: tuple[str, ...] = ()
        for key, path, unit in rows:
            steps = key.split("/")[:-1]
            folders = tuple("/".join(steps[:length]) for length in range(1, len(steps) + 1))
            for folder in folders:
                if folder not in above:
                    found = self._db.execute(others + "o.path_key = ?", (self._folder, folder)).fetchone()
                    if found:
                        clashes.append(Clash(path=found[0], unit=unit, other=found[1], folder=True))
            above = folders
            if not alone:
                below = (self._folder, f"{key}/", f"{key}0")
                found = self._db.execute(
                    others + "o.path_key >= ? AND o.path_key < ? ORDER BY o.path_key", below
                ).fetchone()
                if found:
                    clashes.append(Clash(path=path, unit=unit, other=found[1], folder=True))
        return clashes


def take_over(db: sqlite3.Connection, folder: str) -> None:
    """Let ``folder`` have the plan of the folder that was built last, in a state that no build will use."""
    db.execute(
        "UPDATE OR IGNORE folder SET path = ?"
        " WHERE id = (SELECT id FROM folder ORDER BY seen DESC, id LIMIT 1)",
        (folder,),
    )


def planned(db: sqlite3.Connection, folder: str, path: str) -> Output | None:
    """Return the output that the plan of ``folder`` has at ``path``, None if there is none."""
    query = (
        "SELECT o.path, o.kind, o.subject FROM output o JOIN folder f ON f.id = o.folder"
        " WHERE f.path = ? AND o.path_key = ? AND o.gone = 0"
    )
    row = db.execute(query, (folder, path_key(path))).fetchone()
    return Output(*row) if row and row[0] == path else None


def options_of(db: sqlite3.Connection, folder: str) -> BuildOptions | None:
    """Return how the build in ``folder`` was built; None if none was, or it is not whole."""
    query = (
        "SELECT drafts, as_of FROM folder WHERE path = ? AND marker <> '' AND marker = next_marker"
        " AND NOT EXISTS (SELECT 1 FROM output WHERE folder = folder.id AND digest IS NULL)"
    )
    row = db.execute(query, (folder,)).fetchone()
    return BuildOptions(drafts=bool(row[0]), as_of=row[1]) if row else None


def marker_of(db: sqlite3.Connection, folder: str) -> str:
    """Return the mark of the build that was last built into ``folder``; empty if none was."""
    row = db.execute("SELECT marker FROM folder WHERE path = ?", (folder,)).fetchone()
    return row[0] if row else ""


def why(db: sqlite3.Connection, folder: str, path: str) -> Why | None:
    """Return what the ledger of ``folder`` knows of the output at ``path``; None if it is not wanted."""
    query = (
        "SELECT o.id, o.path, o.kind, o.subject, o.size, u.name, o.build, f.seen, o.why, o.shared"
        " FROM output o JOIN folder f ON f.id = o.folder JOIN unit u ON u.id = o.unit"
        " WHERE f.path = ? AND o.path_key = ? AND o.gone = 0"
    )
    row = db.execute(query, (folder, path_key(path))).fetchone()
    if row is None:
        return None
    number, path, kind, subject, size, unit, build, seen, reasons, shared = row
    questions = db.execute(
        "SELECT q.subject_key, q.parameters FROM asked a JOIN question q ON q.id = a.question"
        " WHERE a.output = ? UNION SELECT q.subject_key, q.parameters"
        " FROM sharing s JOIN question q ON q.id = s.question WHERE s.shared = ?"
        " ORDER BY 1, 2",
        (number, shared),
    )
    return Why(
        output=Output(path, kind, subject),
        unit=unit,
        size=size,
        build=build,
        last_build=seen,
        reasons=tuple(json.loads(line) if line.startswith('"') else line for line in reasons.splitlines()),
        asked=tuple(_question(subject_key, parameters) for subject_key, parameters in questions),
    )


def _question(subject_key: str, parameters: str) -> Question:
    kind, _, subject = subject_key.partition(" ")
    return Question(kind, subject, parameters)
