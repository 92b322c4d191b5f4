"""Records what each output asked, and the digests of the answers.

Outputs are recorded in batches of 256, each in a few statements: a statement for each question would take
longer than rendering does. Questions are interned on the way, so that a pair of output and question is two
integers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

from broadsheet.archive.questions.question import Question
from broadsheet.common.problems import Problem
from broadsheet.ledger.folder_build import FolderBuild
from broadsheet.ledger.shared_sets import SharedSets

_BATCH = 256
# recorded: what outputs of one batch asked, as text; interned: the same by the numbers of the questions.
# unasked: questions that some output no longer asks, so that perhaps none does.
_SCRATCH = (
    "DROP TABLE IF EXISTS temp.recorded",
    "DROP TABLE IF EXISTS temp.interned",
    "DROP TABLE IF EXISTS temp.unasked",
    "CREATE TEMP TABLE recorded (output INT, subject_key TEXT, parameters TEXT, digest BLOB)",
    "CREATE TEMP TABLE interned (output INT, question INT, digest BLOB, PRIMARY KEY (output, question))",
    "CREATE TEMP TABLE unasked (question INTEGER PRIMARY KEY ON CONFLICT IGNORE)",
)


QuestionSet: TypeAlias = tuple[tuple[Question, bytes], ...]  # questions, each with the digest of its answer


class RenderResult(NamedTuple):
    """What rendering an output gave: the digest and size of its bytes, and what it asked.

    ``unchanged``: the file in the folder already has these bytes. ``own`` are questions about the archive.
    ``shared`` is the digest of the set of questions about the site.
    """

    number: int
    digest: bytes
    size: int
    unchanged: bool
    own: QuestionSet
    shared: bytes


class RenderedBatch(NamedTuple):
    """What became of some outputs, each rendered or with its problems; and the sets that these share."""

    results: tuple[RenderResult | tuple[Problem, ...], ...]
    shared: Mapping[bytes, QuestionSet]


class Dependencies:
    """Records the outputs that one build renders."""

    def __init__(self, build: FolderBuild) -> None:
        """Record outputs of ``build``."""
        self._db = build.db
        self._folder = build.folder
        self._build = build.number
        self._shared_sets = SharedSets(build)
        self._outputs: list[tuple[object, ...]] = []
        self._questions: list[tuple[int, str, str, bytes]] = []
        for statement in _SCRATCH:
            self._db.execute(statement)

    def record_shared(self, sets: Mapping[bytes, QuestionSet]) -> None:
        """Record sets of questions by their digests, before the outputs that asked them."""
        for digest, questions in sets.items():
            self._shared_sets.intern(digest, questions)

    def record(self, rendered: RenderResult) -> None:
        """Record an output; written to the database once a batch is full, or by ``flush``."""
        number, digest = rendered.number, rendered.digest
        shared = self._shared_sets.number(rendered.shared)
        in_folder = digest if rendered.unchanged else None
        self._outputs.append((digest, rendered.size, shared, self._build, in_folder, number))
        self._questions += [
            (number, question.subject_key, question.parameters, answer_digest)
            for question, answer_digest in rendered.own
        ]
        if len(self._outputs) >= _BATCH:
            self.flush()

    def flush(self) -> None:
        """Write to the database what was recorded since the last time."""
        db = self._db
        db.executemany("INSERT INTO temp.recorded VALUES (?, ?, ?, ?)", self._questions)
        db.execute(
            "INSERT OR IGNORE INTO question (subject_key, parameters)"
            " SELECT DISTINCT subject_key, parameters FROM temp.recorded"
        )
        db.execute(
            "INSERT INTO temp.interned SELECT r.output, q.id, r.digest"
            " FROM temp.recorded r"
            " JOIN question q ON q.subject_key = r.subject_key AND q.parameters = r.parameters"
        )
        outputs = json.dumps([row[-1] for row in self._outputs])
        no_longer_asked = (
            "FROM asked WHERE output IN (SELECT value FROM json_each(?)) AND NOT EXISTS"
            " (SELECT 1 FROM temp.interned i WHERE i.output = asked.output AND i.question = asked.question)"
        )
        db.execute(f"INSERT INTO temp.unasked SELECT question {no_longer_asked}", (outputs,))
        db.execute(f"DELETE {no_longer_asked}", (outputs,))
        db.execute("INSERT OR IGNORE INTO asked SELECT output, question FROM temp.interned")
        db.execute(
            "REPLACE INTO answer SELECT DISTINCT ?, question, digest FROM temp.interned", (self._folder,)
        )
        db.executemany(
            "UPDATE output SET rendered = ?, size = ?, shared = ?, build = ?, digest = ? WHERE id = ?",
            self._outputs,
        )
        db.execute("DELETE FROM temp.recorded")
        db.execute("DELETE FROM temp.interned")
        self._outputs.clear()
        self._questions.clear()

    def delete_unused(self) -> None:
        """Delete what outputs that are gone asked, and the questions that no output asks any more."""
        of_gone = "FROM asked WHERE output IN (SELECT id FROM output WHERE folder = ? AND gone = 1)"
        self._db.execute(f"INSERT INTO temp.unasked SELECT question {of_gone}", (self._folder,))
        self._db.execute(f"DELETE {of_gone}", (self._folder,))
        orphans = (
            "SELECT question FROM temp.unasked u WHERE NOT EXISTS (SELECT 1 FROM asked a WHERE a.question ="
            " u.question) AND NOT EXISTS (SELECT 1 FROM sharing s WHERE s.question = u.question)"
        )
        self._db.execute(
            f"DELETE FROM answer WHERE folder IN (SELECT id FROM folder) AND question IN ({orphans})"
        )
        self._db.execute(f"DELETE FROM question WHERE id IN ({orphans})")
        self._db.execute("DELETE FROM temp.unasked")
