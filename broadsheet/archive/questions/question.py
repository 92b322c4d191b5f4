"""What a kind of question is: its answer and its footprint, declared in one place.

A question is a kind, a subject and parameters: ``newest tag/oil 20``. Kind and subject are its *subject
key*. Given a change of the sources, a kind's footprint names the subjects whose answers may be others
now; it may name too many (they are asked again, and the same digest
changes nothing) and must never name too few.
"""

from __future__ import annotations

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal, NamedTuple, TypeAlias

from broadsheet.archive.facts import Facts
from broadsheet.common.files import digest

What: TypeAlias = Literal["article", "facet", "profile", "file", "setting", "layout", "engine", "news"]
Answer: TypeAlias = "str | int | tuple[Answer, ...] | None"


class Question(NamedTuple):
    """One question: the name of its kind, what it is about, and the rest of its arguments."""

    kind: str
    subject: str
    parameters: str = ""

    @property
    def subject_key(self) -> str:
        """Kind and subject."""
        return f"{self.kind} {self.subject}"

    def __str__(self) -> str:
        """Return the question as ``explain`` prints it."""
        return f"{self.kind} {self.subject} {self.parameters}".rstrip()


# Answers to some questions, each with its digest.
Answers: TypeAlias = Mapping[Question, tuple[Answer, bytes]]


@dataclass(frozen=True, slots=True)
class Change:
    """One source before and after.

    ``what`` is "article" (``before`` and ``after`` are its facts while live, else None: neither if it was
    gone, and is), or "file",
    "setting", "layout", "engine", of which only the ``name`` matters; "facet", which has come or gone;
    "profile", of a facet by its key; or "news": time has passed, and an article is news that was not, or is
    no more.
    """

    what: What
    name: str
    before: Facts | None = None
    after: Facts | None = None

    @property
    def sides(self) -> tuple[Facts, ...]:
        """The facts on either side, those that there are."""
        return tuple(side for side in (self.before, self.after) if side)

    @property
    def keys(self) -> frozenset[str]:
        """The keys of the facets that the article is or was in."""
        return frozenset().union(*(side.keys for side in self.sides))


class Kind(ABC):
    """A kind of question. ``shared``: asked of the site, not of the archive, by most outputs alike."""

    name: ClassVar[str]
    shared: ClassVar[bool] = False

    @abstractmethod
    def answer(self, db: sqlite3.Connection, subject: str, parameters: str) -> Answer:
        """Return the answer to the question of this kind; small, ordered, free of URLs."""

    @abstractmethod
    def footprint(self, db: sqlite3.Connection, change: Change) -> Iterable[str]:
        """Yield the subjects that ``change`` may have touched; ``db`` is as after all changes."""


class OfSource(Kind):
    """A kind of question about one source, which is its whole footprint; ``what`` as in ``Change``."""

    what: ClassVar[What]

    def footprint(self, db: sqlite3.Connection, change: Change) -> Iterable[str]:
        """Touch the source itself."""
        return (change.name,) if change.what == self.what else ()


def answer_digest(answer: Answer) -> bytes:
    """Return the digest of an answer."""
    return digest(_written(answer).encode(errors="surrogatepass"))


def _written(answer: Answer) -> str:
    """Return an answer as one text that no other answer has: each part with its kind and its length."""
    if type(answer) is str:
        return f"s{len(answer)}:{answer}"
    if type(answer) is tuple:
        return f"t{len(answer)}:{''.join(map(_written, answer))}"
    return f"{answer};"


def facet_id(db: sqlite3.Connection, key: str) -> int:
    """Return the row of a facet by its key (``tag/oil``, ``all``); 0, which has no members, if unknown."""
    kind, _, slug = key.partition("/")
    row = db.execute("SELECT id FROM facet WHERE kind = ? AND slug = ?", (kind, slug)).fetchone()
    return row[0] if row else 0
