"""Puts questions to the archive, and remembers what was asked.

Whatever an output learns, it learns through ``DependencyRecorder.ask``. What many outputs have in common is
made once, and kept together with what was asked while it was made: whoever is given it has asked that too.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Hashable
from typing import Any, NamedTuple, TypeAlias, TypeVar, cast

from broadsheet.archive.questions import SHARED, answered
from broadsheet.archive.questions.articles import Body
from broadsheet.archive.questions.question import Answer, Answers, Question
from broadsheet.common import languages
from broadsheet.common.urls import Urls
from broadsheet.render import views, words

_BODY = Body()
_KEPT_ANSWERS = 1024
_LONGEST_KEPT = 300
_KEPT = 4096


class TemplateArgumentError(TypeError):
    """A layout asked about something that the question is not about."""


_Given = TypeVar("_Given")


def checked(given: _Given, noun: type | tuple[type, ...], call: str) -> _Given:
    """Return what a layout gave to ``call``; raises ``TemplateArgumentError`` unless it is a ``noun``."""
    if not isinstance(given, noun) or isinstance(given, bool):
        nouns = " or ".join(each.__name__ for each in (noun if isinstance(noun, tuple) else (noun,)))
        raise TemplateArgumentError(f"{call} wants {nouns}, not {type(given).__name__}")
    return given


AnswerDigest: TypeAlias = "tuple[Question, bytes]"  # a question, and the digest of its answer
Asked: TypeAlias = "frozenset[AnswerDigest]"

_Made = TypeVar("_Made")
_NOTHING: Asked = frozenset()


class _Frame:
    """What was asked while one thing was made, in sets that were each written down before.

    ``own`` are questions of the archive, ``site`` those of the site (the kinds that are ``SHARED``).
    ``uncacheable``: the thing is for the page that is being made alone.
    """

    __slots__ = ("own", "site", "uncacheable")

    def __init__(self) -> None:
        self.own: set[Asked] = set()
        self.site: set[Asked] = set()
        self.uncacheable = False


class _Kept(NamedTuple):
    """What was made once, with all that was asked on the way."""

    made: Any
    own: Asked
    site: Asked


class DependencyRecorder:
    """Puts questions to the archive and remembers, for one output at a time, which and what was said.

    Answers, and what is made of them, are kept; the state does not change while outputs are rendered.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        """Ask ``db``."""
        self._db = db
        self._answers: dict[tuple[str, str, str], tuple[Answer, Asked, bool]] = {}
        self._kept: dict[tuple[object, ...], _Kept] = {}
        self._sets: dict[Asked, Asked] = {}
        self._settings: dict[str, tuple[Any, Asked]] = {}
        self._urls: Urls | None = None
        self._frame = _Frame()
        self._page: views.Page | None = None

    def forget(self) -> None:
        """Forget all answers: the state has changed."""
        self._answers.clear()
        self._kept.clear()
        self._settings.clear()
        self._urls = None

    def prime(self, answers: Answers) -> None:
        """Take answers, each with its digest, that somebody else was given as the state is now."""
        for question, (answer, digest) in answers.items():
            self._answers[question] = _remembered(question, answer, digest)

    def begin(self) -> None:
        """Begin a new output: nothing asked yet."""
        self._frame = _Frame()
        self._page = None
        # Never in the middle of an output: what it was given twice has to be one and the same.
        if len(self._kept) >= _KEPT:
            self._kept.clear()

    def ask(self, kind: str, subject: str, parameters: str = "") -> Answer:
        """Return the answer to a question, and remember that it was asked."""
        found = self._answers.get((kind, subject, parameters))
        if found is None:
            found = self._answer(Question(kind, subject, parameters))
        answer, asked, shared = found
        frame = self._frame
        (frame.site if shared else frame.own).add(asked)
        return answer

    def body(self, path: str) -> Answer:
        """Return the body of an article to whoever has asked for its story, and need not ask for more.

        The facts of a story hold a digest of the body, so that they are others when the body is.
        """
        return _BODY.answer(self._db, path, "")

    def memoized(self, make: Callable[..., _Made], *arguments: Hashable) -> _Made:
        """Return ``make(*arguments)``, made once; whoever is given it has asked all that making it asked.

        It must be a function of its arguments and of what it asks. Nobody may change what it returns.
        """
        kept = self._kept.get((make, *arguments))
        if kept is None:
            kept = self._make((make, *arguments))
        made: _Made
        made, own, site = kept
        frame = self._frame
        frame.own.add(own)
        frame.site.add(site)
        return made

    def mark_uncacheable(self) -> None:
        """Say that what is being made, and whatever it becomes a part of, shall not be kept."""
        self._frame.uncacheable = True

    @property
    def page(self) -> views.Page:
        """The page being made. What looks at it is not kept for others."""
        self.mark_uncacheable()
        return cast("views.Page", self._page)

    @page.setter
    def page(self, page: views.Page) -> None:
        self._page = page

    @property
    def language(self) -> str:
        """The language of the page being made; that of the site for what is no page.

        What is made once, for pages of all languages, must not look at it.
        """
        return self._page.language if self._page else str(self.setting("language"))

    def spoken(self, language: str) -> str:
        """Return the language of a page about something in ``language``: that, if the theme has its words."""
        own = str(self.setting("language"))
        if languages.key(language) == languages.key(own):
            return own
        found = (self.ask("template", name) for name in words.files_of(language, "")[:-1])
        return language if any(text is not None for text in found) else own

    def pattern(self, name: str, language: str) -> str:
        """Return how a ``date`` or ``time`` is shown on a page in ``language``, as strftime has it."""
        return self.memoized(self._pattern, name, language)

    def said(self, language: str) -> words.WordTable:
        """Return what the theme says on a page in ``language``."""
        return self.memoized(self._words_in, language)

    def word(self, language: str, *path: str) -> str:
        """Return a word of the theme by its name and those of its tables; empty where there is none."""
        return words.text(self.said(language), *path)

    def own(self) -> tuple[AnswerDigest, ...]:
        """Return what this output asked of the archive, in order, with the digest of each answer."""
        return tuple(sorted(_NOTHING.union(*self._frame.own)))

    def site(self) -> frozenset[Asked]:
        """Return what it asked of the site, in sets that many outputs have in common."""
        return frozenset(self._frame.site)

    def setting(self, name: str) -> Any:  # noqa: ANN401 - a setting is whatever site.toml may hold
        """Return a setting, decoded, or None."""
        # Not through ``once``: no page asks anything as often.
        if name not in self._settings:
            text, asked, _ = self._answer(Question("setting", name))
            self._settings[name] = json.loads(cast("str", text)) if text is not None else None, asked
        value, asked = self._settings[name]
        self._frame.site.add(asked)
        return value

    @property
    def urls(self) -> Urls:
        """What makes the site's URLs."""
        site = self.setting("url")
        if self._urls is None:
            self._urls = Urls(site)
        return self._urls

    def _pattern(self, name: str, language: str) -> str:
        own = languages.key(language) == languages.key(self.setting("language"))
        said = "" if own else words.text(self.said(language), "dates", name)
        return said or str(self.setting(f"dates_{name}"))

    def _words_in(self, language: str) -> words.WordTable:
        names = words.files_of(language, str(self.setting("language")))
        texts = (self.ask("template", name) for name in names)
        return words.merged([str(text) for text in texts if text is not None])

    def _answer(self, question: Question) -> tuple[Answer, Asked, bool]:
        answer, digest = answered(self._db, question)
        found = _remembered(question, answer, digest)
        # The longest answers, a month for its sitemap, are for one output each.
        if not isinstance(answer, tuple) or len(answer) <= _LONGEST_KEPT:
            if len(self._answers) >= _KEPT_ANSWERS:
                self._answers.clear()
            self._answers[question] = found
        return found

    def _make(self, key: tuple[Callable[..., Any], *tuple[Hashable, ...]]) -> _Kept:
        outer, inner = self._frame, _Frame()
        self._frame = inner
        try:
            made = key[0](*key[1:])
        except BaseException:
            outer.own |= inner.own
            outer.site |= inner.site
            raise
        finally:
            self._frame = outer
        outer.uncacheable |= inner.uncacheable
        own, site = _NOTHING.union(*inner.own), _NOTHING.union(*inner.site)
        # Thousands of teasers have asked the same of the site: one set for all is compared at a glance.
        kept = _Kept(made, own, self._sets.setdefault(site, site))
        if not inner.uncacheable:
            self._kept[key] = kept
        return kept


def _remembered(question: Question, answer: Answer, digest: bytes) -> tuple[Answer, Asked, bool]:
    return answer, frozenset(((question, digest),)), question.kind in SHARED
