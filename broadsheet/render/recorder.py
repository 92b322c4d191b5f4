"""Asks the archive questions, and records which ones an output asked.

Whatever an output learns, it learns through ``DependencyRecorder.ask``. What many outputs have in common is
made once and kept with the questions asked while it was made: an output that uses it has asked those
questions too.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Hashable
from typing import Any, NamedTuple, TypeAlias, TypeVar, overload

from broadsheet.archive.lookups import FileUse, find_first_use
from broadsheet.archive.questions.articles import BODY
from broadsheet.archive.questions.question import (
    Answers,
    Parameters,
    Question,
    QuestionKind,
    Result_co,
    Subject,
    digest_answer,
)
from broadsheet.archive.questions.search import list_words
from broadsheet.archive.questions.site import SETTING, TEMPLATE
from broadsheet.archive.search.ranges import ArticleRange
from broadsheet.common import date_format, languages
from broadsheet.common.urls import Urls
from broadsheet.read.theme import name_shadowed
from broadsheet.render import views, words

_CACHED_ANSWERS = 1024
_LONGEST_CACHED = 300
_CACHED_VALUES = 4096

AnswerDigest: TypeAlias = "tuple[Question, bytes]"  # a question, and the digest of its answer
Asked: TypeAlias = "frozenset[AnswerDigest]"

_Value = TypeVar("_Value")
_NOTHING: Asked = frozenset()


class _Frame:
    """What was asked while one thing is made, as the sets of questions that were recorded together.

    ``own`` are questions about the archive, ``site`` those about the site (of the kinds that are ``shared``).
    ``uncacheable``: the thing is for the page being rendered alone.
    """

    __slots__ = ("own", "site", "uncacheable")

    def __init__(self) -> None:
        self.own: set[Asked] = set()
        self.site: set[Asked] = set()
        self.uncacheable = False


class _Memo(NamedTuple):
    """A value that was made once, with all questions that were asked for it."""

    value: Any
    own: Asked
    site: Asked


class _Found(NamedTuple):
    """An answer; the set of its one question; and whether that is about the site."""

    answer: Any
    asked: Asked
    shared: bool


class DependencyRecorder:
    """Asks the archive questions, and records which ones the output being rendered asked, with their answers.

    Answers and memoized values are cached, because the state does not change while outputs are rendered.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        """Ask ``db``."""
        self._db = db
        self._answers: dict[tuple[object, Hashable, Hashable], _Found] = {}
        self._primed: Answers = {}
        self._memos: dict[tuple[object, ...], _Memo] = {}
        self._latest: dict[object, tuple[object, ...]] = {}
        self._sets: dict[Asked, Asked] = {}
        self._settings: dict[str, tuple[Any, Asked]] = {}
        self._urls: Urls | None = None
        self._frame = _Frame()
        self._page: views.Page | None = None

    def forget(self) -> None:
        """Forget all answers: the state has changed."""
        self._answers.clear()
        self._primed = {}
        self._memos.clear()
        self._settings.clear()
        self._urls = None

    def prime(self, answers: Answers) -> None:
        """Take answers, each with its digest, that are known for the state as it is."""
        self._primed = answers

    def begin(self) -> None:
        """Begin a new output, which has asked nothing yet."""
        self._frame = _Frame()
        self._page = None
        # Only between outputs: an output that uses a value twice has to get one and the same object.
        if len(self._memos) >= _CACHED_VALUES:
            self._memos.clear()

    @overload
    def ask(self, kind: QuestionKind[Subject, None, Result_co], subject: Subject) -> Result_co: ...

    @overload
    def ask(
        self, kind: QuestionKind[Subject, Parameters, Result_co], subject: Subject, parameters: Parameters
    ) -> Result_co: ...

    def ask(
        self,
        kind: QuestionKind[Any, Any, Result_co],
        subject: Hashable,
        parameters: Hashable = None,
    ) -> Result_co:
        """Return the answer to a question, and record that it was asked."""
        found = self._answers.get((kind, subject, parameters))
        if found is None:
            found = self._find(kind, subject, parameters)
        answer: Result_co
        answer, asked, shared = found
        frame = self._frame
        (frame.site if shared else frame.own).add(asked)
        return answer

    def body(self, path: str) -> str:
        """Return the body of a live article without recording it: for outputs that have asked for its story.

        The facts of the story hold a digest of the body, so they differ when the body does.
        """
        return BODY.answer(self._db, path, None) or ""

    def search_words(self, articles: ArticleRange) -> list[str]:
        """Return what each article of a range contributes to search, without recording it.

        For outputs that have asked for the segment, which holds a digest of it.
        """
        return list_words(self._db, articles)

    def find_first_use(self, path: str) -> FileUse | None:
        """Return where a file is first used, without recording it: for problems, which end the build."""
        return find_first_use(self._db, path)

    def memoized(self, make: Callable[..., _Value], *arguments: Hashable) -> _Value:
        """Return ``make(*arguments)``, made once; who gets it has asked all questions asked while making it.

        ``make`` has to be a function of its arguments and of what it asks. Nobody may change what it returns.
        """
        memo = self._memos.get((make, *arguments))
        if memo is None:
            memo = self._make((make, *arguments))
        value: _Value
        value, own, site = memo
        frame = self._frame
        frame.own.add(own)
        frame.site.add(site)
        return value

    def memoized_latest(self, make: Callable[..., _Value], *arguments: Hashable) -> _Value:
        """Return what ``memoized`` does, of which only the latest is kept: for what is large."""
        key = (make, *arguments)
        latest = self._latest.get(make)
        if latest is not None and latest != key:
            self._memos.pop(latest, None)
        self._latest[make] = key
        return self.memoized(make, *arguments)

    def mark_uncacheable(self) -> None:
        """Keep neither what is being made nor anything that it becomes a part of."""
        self._frame.uncacheable = True

    @property
    def page(self) -> views.Page:
        """The page being rendered. What looks at it is not kept for other pages."""
        self.mark_uncacheable()
        if self._page is None:
            raise LookupError("the output being rendered is not a page")
        return self._page

    @page.setter
    def page(self, page: views.Page) -> None:
        self._page = page

    @property
    def language(self) -> str:
        """The language of the page being rendered; that of the site for an output that is not a page.

        What is made once for pages of all languages must not look at it.
        """
        return self._page.language if self._page else str(self.setting("language"))

    def page_language(self, language: str) -> str:
        """Return the language of a page about something in ``language``: that, if the theme has its words."""
        own = str(self.setting("language"))
        if languages.key(language) == languages.key(own):
            return own
        found = (self.ask(TEMPLATE, name) for name in words.list_files(language, "")[:-1])
        return language if any(text is not None for text in found) else own

    def pattern(self, name: str, language: str) -> str:
        """Return the strftime pattern by which a page in ``language`` shows a ``date`` or a ``time``.

        ``today`` is that of the masthead: the date with its weekday, unless the theme's words have another.
        """
        return self.memoized(self._pattern, name, language)

    @property
    def first_weekday(self) -> int:
        """The day with which weeks begin, 0 for Monday: that of the settings, else of the site's language."""
        day = str(self.setting("dates_first_day"))
        return languages.WEEKDAYS.index(day or languages.find_first_weekday(str(self.setting("language"))))

    def word_table(self, language: str) -> words.WordTable:
        """Return the theme's words for a page in ``language``."""
        return self.memoized(self._word_table, language)

    def own(self) -> tuple[AnswerDigest, ...]:
        """Return what this output asked about the archive, in order, with the digest of each answer."""
        return tuple(sorted(_NOTHING.union(*self._frame.own)))

    def site(self) -> frozenset[Asked]:
        """Return what this output asked about the site, as sets that many outputs have in common."""
        return frozenset(self._frame.site)

    def setting(self, name: str) -> Any:  # noqa: ANN401 - a setting is whatever site.toml may hold
        """Return a setting, decoded, or None."""
        # Not memoized: pages ask nothing as often as settings, so even the key would cost.
        if name not in self._settings:
            found = self._find(SETTING, name, None)
            value = json.loads(found.answer) if found.answer is not None else None
            self._settings[name] = value, found.asked
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
        if name == "today":
            return self._pattern_of_today(language)
        pattern = self._written_pattern(name, language)
        if not pattern:
            is_date = name == "date"
            pattern = date_format.find_date_pattern(language) if is_date else str(self.setting("dates_time"))
        if name == "time" and self.setting("dates_zone") == "short" and "%Z" not in pattern:
            pattern = f"{pattern} %Z"
        return pattern

    def _pattern_of_today(self, language: str) -> str:
        date = self._written_pattern("date", language)
        written = words.look_up(self._table_of(words.list_own_files(language)), "dates", "today")
        if written or "%A" in date or "%a" in date:
            return written or date
        if date:
            return f"%A{words.look_up(self.word_table(language), 'comma')}{date}"
        return date_format.find_date_pattern(language, weekday=True)

    def _written_pattern(self, name: str, language: str) -> str:
        """Return the pattern that the settings have for the site's language, or the words for their own."""
        own = languages.key(language) == languages.key(self.setting("language"))
        pattern = str(self.setting(f"dates_{name}")) if own else ""
        return pattern or words.look_up(self._table_of(words.list_own_files(language)), "dates", name)

    def _word_table(self, language: str) -> words.WordTable:
        return self._table_of(words.list_files(language, str(self.setting("language"))))

    def _table_of(self, names: tuple[str, ...]) -> words.WordTable:
        texts = (self.ask(TEMPLATE, each) for name in names for each in (name, name_shadowed(name)))
        return words.merge([text for text in texts if text is not None])

    def _find(self, kind: QuestionKind[Any, Any, Any], subject: Hashable, parameters: Hashable) -> _Found:
        question = kind.question(subject, parameters)
        if question in self._primed:
            answer, digest = self._primed[question]
        else:
            answer = kind.answer(self._db, subject, parameters)
            digest = digest_answer(answer)
        found = _Found(answer, frozenset(((question, digest),)), kind.shared)
        # The longest answers, such as a month for its sitemap, are for one output each.
        if not isinstance(answer, tuple) or len(answer) <= _LONGEST_CACHED:
            if len(self._answers) >= _CACHED_ANSWERS:
                self._answers.clear()
            self._answers[kind, subject, parameters] = found
        return found

    def _make(self, key: tuple[Callable[..., Any], *tuple[Hashable, ...]]) -> _Memo:
        outer, inner = self._frame, _Frame()
        self._frame = inner
        try:
            value = key[0](*key[1:])
        except BaseException:
            outer.own |= inner.own
            outer.site |= inner.site
            raise
        finally:
            self._frame = outer
        outer.uncacheable |= inner.uncacheable
        own, site = _NOTHING.union(*inner.own), _NOTHING.union(*inner.site)
        # Thousands of teasers have asked the same about the site: one set for all of them is compared at
        # once.
        memo = _Memo(value, own, self._sets.setdefault(site, site))
        if not inner.uncacheable:
            self._memos[key] = memo
        return memo
