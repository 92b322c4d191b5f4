"""Finds the outputs to render, and why: they are new, their file is not known, or an answer has changed.

Answers are compared, not sources, so an article that is edited and put back makes nothing stale.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Literal, NamedTuple, TypeAlias

from broadsheet.archive.questions import find_answer
from broadsheet.archive.questions.question import Answer, Question
from broadsheet.ledger.folder_build import FolderBuild
from broadsheet.ledger.totals import Counted
from broadsheet.plan.output import Output

_BATCH = 256
_KEPT_ANSWERS = 1000
_NEW: Literal["new"] = "new"
_UNKNOWN: Literal["unknown"] = "unknown"
ReasonKind: TypeAlias = Literal["new", "unknown", "answer"]


class Reason(NamedTuple):
    """One reason why an output was rendered.

    "new": it was not rendered before, or in another way. "unknown": its file in the folder may not be as it
    was rendered. "answer": the answer to ``question`` has changed.
    """

    kind: ReasonKind
    question: str = ""


class Due(NamedTuple):
    """An output to render; ``digest`` is that of the file in the folder, None when not known."""

    number: int
    output: Output
    digest: bytes | None


class Staleness:
    """Marks the outputs that are due in one build, each with its reasons, and lists them."""

    def __init__(self, build: FolderBuild) -> None:
        """Look at the outputs of ``build``."""
        self._db = build.db
        self._folder = build.folder
        self._seen = build.seen
        # Answers that were compared: rendering will need most of them again.
        self.answers: dict[Question, tuple[Answer, bytes]] = {}

    def mark_due(self) -> int:
        """Mark what has to be rendered, with the reasons; return how many outputs that is."""
        db, folder = self._db, self._folder
        self.clear()
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

    def due(self) -> Iterator[tuple[Due, Counted]]:
        """Yield the outputs to render, in the order of their paths, each with what the totals count of it."""
        last = ""
        query = (
            "SELECT id, path, kind, subject, digest, rendered, size FROM output"
            " WHERE folder = ? AND due = 1 AND path > ? ORDER BY path LIMIT ?"
        )
        while rows := self._db.execute(query, (self._folder, last, _BATCH)).fetchall():
            for number, path, kind, subject, digest, rendered, size in rows:
                yield Due(number, Output(path, kind, subject), digest), Counted(path, kind, rendered, size)
            last = rows[-1][1]

    def list_due_pictures(self) -> Iterator[Output]:
        """Yield the outputs to render that are made of pictures."""
        query = (
            "SELECT path, kind, subject FROM output INDEXED BY output_due_picture"
            " WHERE folder = ? AND due = 1 AND kind = 'picture'"
        )
        return (Output(*row) for row in self._db.execute(query, (self._folder,)))

    def clear(self) -> None:
        """Mark no output as due."""
        self._db.execute("UPDATE output SET due = 0 WHERE folder = ? AND due = 1", (self._folder,))

    def _changed_questions(self) -> Iterator[tuple[int, Question]]:
        """Yield the questions whose answers have changed.

        The engine's comes first and, if it has changed, alone: every output asked it.
        """
        rows = self._db.execute(
            "SELECT q.id, q.subject_key, q.parameters, a.digest FROM question q INDEXED BY question_touched"
            " CROSS JOIN answer a ON a.folder = ? AND a.question = q.id"
            " WHERE q.touched <> 0 AND q.touched > ?"
            " ORDER BY q.subject_key <> 'engine all', q.subject_key, q.parameters",
            (self._folder, self._seen),
        )
        for number, subject_key, parameters, recorded in rows:
            question = parse_question(subject_key, parameters)
            answer, digest = find_answer(self._db, question)
            if len(self.answers) < _KEPT_ANSWERS:
                self.answers[question] = answer, digest
            if digest != recorded:
                yield number, question
                if question.kind == "engine":
                    return


def parse_reasons(text: str) -> tuple[Reason, ...]:
    """Return the reasons that ``mark_due`` has written as text, one a line."""
    return tuple(_parse_reason(line) for line in text.split("\n") if line)


def parse_question(subject_key: str, parameters: str) -> Question:
    """Return the question of a row of the table ``question``."""
    kind, _, subject = subject_key.partition(" ")
    return Question(kind, subject, parameters)


def _parse_reason(line: str) -> Reason:
    if line.startswith('"'):
        return Reason("answer", json.loads(line))
    return Reason(_NEW if line == _NEW else _UNKNOWN)
