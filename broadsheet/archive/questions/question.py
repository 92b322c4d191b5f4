"""What a kind of question is: its answer and its footprint, declared in one place.

A question is a kind, a subject and parameters, in text: ``newest tag/oil 20``. Kind and subject are its
*subject key*. Given a change of the sources, a kind's footprint yields the subjects whose answers may be
different now. It may yield too many, which are asked again, and the same digest changes nothing; it must
never yield too few.

Renderers ask with typed subjects and parameters and get a typed answer; the state keeps questions as text,
from which the ledger asks them again.
"""

from __future__ import annotations

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Generic, Literal, NamedTuple, TypeAlias, TypeVar

from broadsheet.archive.facts import Facts
from broadsheet.common.files import digest
from broadsheet.common.keys import FacetKey

What: TypeAlias = Literal[
    "article",
    "facet",
    "order",
    "profile",
    "own_page",
    "front",
    "file",
    "setting",
    "layout",
    "engine",
    "news",
    "former",
    "moved",
]
# Answers are small, ordered and free of URLs.
Answer: TypeAlias = "str | int | tuple[Answer, ...] | None"
# The subject of a kind of which there is only one.
Only: TypeAlias = Literal["all"]

Subject = TypeVar("Subject")
Parameters = TypeVar("Parameters")
Result_co = TypeVar("Result_co", bound=Answer, covariant=True)


class Question(NamedTuple):
    """One question as text: the name of its kind, what it is about, and the rest of its arguments."""

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

    ``what`` is "article" (``before`` and ``after`` are its facts while it is live, else None: both are None
    if it was gone and still is), or "file", "setting", "layout" or "engine", of which only the ``name``
    matters; "facet", which has come or gone; "order", where indexes of names have or had a facet, as its kind
    and the text that they are ordered by; "profile", of a facet by its key; "own_page", by its path; "front":
    other stories are put on the front page; "news": time has passed, and an article has become news or has
    ceased to be; "former", who has a former address, by the key of its path; or "moved": which addresses of
    the articles of a month (202211) lead elsewhere or are gone.
    """

    what: What
    name: str
    before: Facts | None = None
    after: Facts | None = None

    @property
    def sides(self) -> tuple[Facts, ...]:
        """The facts before and after, where there are any."""
        return tuple(side for side in (self.before, self.after) if side)

    @property
    def keys(self) -> frozenset[FacetKey]:
        """The keys of the facets that the article is or was in."""
        return frozenset().union(*(side.keys for side in self.sides))


class Slice(NamedTuple):
    """One part of a list cut into parts of ``size``, counted from 1, the oldest; part 0 is the whole list."""

    part: int
    size: int

    def __str__(self) -> str:
        return f"{self.part} {self.size}"

    @classmethod
    def parse(cls, text: str) -> Slice:
        """Return the slice that ``text`` was written from."""
        part, size = text.split()
        return cls(int(part), int(size))

    @property
    def offset(self) -> int:
        """How many stand before it in the list."""
        return max(0, self.part - 1) * self.size


class QuestionKind(ABC, Generic[Subject, Parameters, Result_co]):
    """A kind of question; a kind without parameters has None for them.

    ``shared``: asked of the site, not of the archive, by most outputs alike.
    """

    name: ClassVar[str]
    shared: ClassVar[bool] = False

    def __init__(
        self, parse_subject: Callable[[str], Subject], parse_parameters: Callable[[str], Parameters]
    ) -> None:
        """Take what reads subjects and parameters from the texts that ``question`` writes."""
        self.parse_subject = parse_subject
        self.parse_parameters = parse_parameters

    @abstractmethod
    def answer(self, db: sqlite3.Connection, subject: Subject, parameters: Parameters) -> Result_co:
        """Return the answer to the question of this kind."""

    @abstractmethod
    def footprint(self, db: sqlite3.Connection, change: Change) -> Iterable[Subject]:
        """Yield the subjects that ``change`` may have touched; ``db`` is as after all changes."""

    def subject_text(self, subject: Subject) -> str:
        """Return a subject as the state keeps it."""
        return str(subject)

    def subject_key(self, subject: Subject) -> str:
        """Return the subject key of the questions about ``subject``."""
        return f"{self.name} {self.subject_text(subject)}"

    def question(self, subject: Subject, parameters: Parameters) -> Question:
        """Return a question as text."""
        return Question(self.name, self.subject_text(subject), "" if parameters is None else str(parameters))

    def answer_text(self, db: sqlite3.Connection, subject: str, parameters: str) -> Result_co:
        """Return the answer to a question that is given as text."""
        return self.answer(db, self.parse_subject(subject), self.parse_parameters(parameters))


class SourceQuestion(QuestionKind[Subject, None, Result_co]):
    """A kind of question about one source, which is its whole footprint; ``what`` as in ``Change``."""

    what: ClassVar[What]

    def footprint(self, db: sqlite3.Connection, change: Change) -> Iterable[Subject]:
        """Yield the source itself."""
        return (self.parse_subject(change.name),) if change.what == self.what else ()


def parse_no_parameters(_text: str) -> None:
    """Return the parameters of a kind that has none."""


def parse_optional_int(text: str) -> int | None:
    """Return a number, None where there is no text."""
    return int(text) if text else None


def parse_only_subject(_text: str) -> Only:
    """Return the subject of a kind of which there is only one."""
    return "all"


def digest_answer(answer: Answer) -> bytes:
    """Return the digest of an answer."""
    return digest(_written(answer).encode(errors="surrogatepass"))


def _written(answer: Answer) -> str:
    """Return an answer as one text that no other answer has: each part with its type and its length."""
    if type(answer) is str:
        return f"s{len(answer)}:{answer}"
    if type(answer) is tuple:
        return f"t{len(answer)}:{''.join(map(_written, answer))}"
    return f"{answer};"


def find_facet_id(db: sqlite3.Connection, key: FacetKey) -> int:
    """Return the row of a facet; 0, which has no members, if there is none."""
    row = db.execute("SELECT id FROM facet WHERE kind = ? AND slug = ?", key).fetchone()
    return row[0] if row else 0
