"""Sets of questions about the site that thousands of outputs ask alike, each stored once.

Settings, templates and the engine: a page asks some 40 of these questions, and all pages of one layout ask
the same. In the sample archive 593 outputs share 44 sets. An output refers to its set by one number.
"""

from __future__ import annotations

from collections.abc import Iterable

from broadsheet.archive.questions.question import Question
from broadsheet.ledger.folder_build import FolderBuild


class SharedSets:
    """The shared sets of questions, and the answers to them as given to one folder's outputs."""

    def __init__(self, build: FolderBuild) -> None:
        """Store the sets that outputs of ``build`` asked."""
        self._db = build.db
        self._folder = build.folder
        self._numbers: dict[bytes, int] = {}

    def intern(self, digest: bytes, questions: Iterable[tuple[Question, bytes]]) -> None:
        """Store the set of questions and answers that ``digest`` stands for, unless this build has."""
        if digest not in self._numbers:
            self._numbers[digest] = self._store(digest, questions)

    def number(self, digest: bytes) -> int:
        """Return the number of a set that this build has interned."""
        return self._numbers[digest]

    def _store(self, digest: bytes, questions: Iterable[tuple[Question, bytes]]) -> int:
        row = self._db.execute("SELECT id FROM shared WHERE digest = ?", (digest,)).fetchone()
        is_new = row is None
        if row is None:
            row = self._db.execute(
                "INSERT INTO shared (digest) VALUES (?) RETURNING id", (digest,)
            ).fetchone()
        for question, answer_digest in questions:
            number = self._intern_question(question)
            self._db.execute("REPLACE INTO answer VALUES (?, ?, ?)", (self._folder, number, answer_digest))
            if is_new:
                self._db.execute("INSERT INTO sharing VALUES (?, ?)", (row[0], number))
        return int(row[0])

    def _intern_question(self, question: Question) -> int:
        query = "SELECT id FROM question WHERE subject_key = ? AND parameters = ?"
        row = self._db.execute(query, (question.subject_key, question.parameters)).fetchone()
        if row is None:
            insert = "INSERT INTO question (subject_key, parameters) VALUES (?, ?) RETURNING id"
            row = self._db.execute(insert, (question.subject_key, question.parameters)).fetchone()
        return int(row[0])
