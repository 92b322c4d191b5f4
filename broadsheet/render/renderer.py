"""Renders one output: its bytes, and the questions that it asked. Writes nothing.

What comes back is a function of the output, the archive and the site's files alone, so any process may render
any output, twice if it must.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from broadsheet.archive.database import open_reader
from broadsheet.archive.lookups import is_of_theme
from broadsheet.archive.questions.question import Answers
from broadsheet.archive.questions.site import ENGINE, read_compiled
from broadsheet.common.files import digest
from broadsheet.common.urls import Urls
from broadsheet.plan.output import Output
from broadsheet.render.assets.published import Assets
from broadsheet.render.inputs import RenderInputs
from broadsheet.render.outputs import KINDS
from broadsheet.render.pictures.maker import PictureMaker
from broadsheet.render.recorder import AnswerDigest, Asked, DependencyRecorder
from broadsheet.render.template_api import Archive, Site
from broadsheet.render.templates.bytecode import StoredBytecode
from broadsheet.render.templates.layouts import Layouts
from broadsheet.render.view_builder import ViewBuilder


class SharedQuestions(NamedTuple):
    """The questions of the site that an output asked, as thousands of outputs do, and their digest."""

    digest: bytes
    questions: tuple[AnswerDigest, ...]


class Rendered(NamedTuple):
    """An output's bytes, and the questions it asked: its ``own``, and those that others ask as well."""

    content: bytes
    own: tuple[AnswerDigest, ...]
    shared: SharedQuestions


class Renderer:
    """Renders outputs from the archive as it was when the renderer was made. One for each process."""

    def __init__(self, root: Path, state: Path, on_step: Callable[[], None] | None = None) -> None:
        """Open the archive in ``state``, to read it; ``root`` is the site's folder.

        ``on_step`` is called again and again while a layout is rendered; what it raises ends the page.
        """
        self._db = open_reader(state)
        self._begin_reading()
        self._recorder = DependencyRecorder(self._db)
        # One for all: what one of them has made once, another does not make again.
        views = ViewBuilder(self._recorder)
        archive, site = Archive(views), Site(self._recorder, views)
        assets = Assets(root, self._recorder)
        bytecode = StoredBytecode(partial(read_compiled, self._db))
        self._inputs = RenderInputs(
            root=root,
            recorder=self._recorder,
            views=views,
            site=site,
            layouts=Layouts(
                *(self._recorder, site, archive, assets, bytecode),
                partial(is_of_theme, self._db),
                on_step=on_step,
            ),
            pictures=PictureMaker(state),
            assets=assets,
        )
        self._shared: dict[frozenset[Asked], SharedQuestions] = {}

    def renew(self) -> None:
        """Look at the archive as it is now, and forget all that was asked of it before."""
        self._db.execute("ROLLBACK")
        self._begin_reading()
        self._recorder.forget()

    def prime(self, answers: Answers) -> None:
        """Take answers of this build that need not be asked for again."""
        self._recorder.prime(answers)

    @property
    def urls(self) -> Urls:
        """What makes the site's URLs."""
        return self._inputs.urls

    @property
    def db(self) -> sqlite3.Connection:
        """The archive as it is looked at, to read it."""
        return self._db

    def close(self) -> None:
        """Let the archive go."""
        self._db.close()

    def render(self, output: Output) -> Rendered:
        """Return an output, rendered; raises ``Problems``."""
        self._recorder.begin()
        self._recorder.ask(ENGINE, "all")
        content = KINDS[output.kind].render(self._inputs, output)
        return Rendered(content, self._recorder.own(), self._shared_questions())

    def _begin_reading(self) -> None:
        """Begin one read transaction for all outputs: one a question would take as long as the question.

        SQLite takes its snapshot with the first read, not with BEGIN; until then a revision may go on.
        """
        self._db.execute("BEGIN")
        self._db.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchone()

    def _shared_questions(self) -> SharedQuestions:
        sets = self._recorder.site()
        if sets not in self._shared:
            questions = tuple(sorted(frozenset().union(*sets)))
            names = "\n".join(str(question) for question, _ in questions)
            self._shared[sets] = SharedQuestions(digest(names.encode()), questions)
        return self._shared[sets]
