"""Answers questions, remembers what was asked, and turns answers into the nouns that layouts get.

``Asking`` is the narrow gate: whatever an output learns, it learns through ``ask``. What many outputs have
in common is made once, and kept together with what was asked while it was made: whoever is given it has
asked that too. ``Archive`` and ``Site`` are what layouts hold in hands; each of their methods is one
question, or a few.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
import re
import sqlite3
from collections.abc import Callable, Hashable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple, TypeAlias, TypeVar, cast

from markupsafe import Markup

from broadsheet import dates, languages, maps, periods, prose, words
from broadsheet.archive import SHARED, answered, faces
from broadsheet.archive.facts import seconds
from broadsheet.archive.indexes import parts_of
from broadsheet.archive.kinds import Answer, Question
from broadsheet.archive.stories import Body
from broadsheet.ids import article_id
from broadsheet.model import (
    CORRECTION_KINDS,
    INDEXED_KINDS,
    NAMED_KINDS,
    SINGLE_KINDS,
    Coordinates,
    Correction,
    CorrectionKind,
    FacetKind,
    Retraction,
    Source,
)
from broadsheet.settings import Publisher
from broadsheet.urls import (
    CITATION_FILES,
    DATA_INDEX,
    Urls,
    anniversary_output,
    attachment_output,
    beside,
    facet_output,
    feed_output,
    month_output,
    names_output,
)

FRONT = 30
_TRANSLATIONS = 50
# Those of citations are not registered but for the last; they are what reference managers go by.
_MEDIA_TYPES = {
    "JSON": "application/json",
    "CSV": "text/csv",
    "BibTeX": "application/x-bibtex",
    "RIS": "application/x-research-info-systems",
    "CSL-JSON": "application/vnd.citationstyles.csl+json",
}
_BODY = Body()
_KEPT_ANSWERS = 1024
_LONGEST_KEPT = 300
_KEPT = 4096


class AskedAmissError(TypeError):
    """A layout asked about something that the question is not about."""


_Given = TypeVar("_Given")


def checked(given: _Given, noun: type | tuple[type, ...], call: str) -> _Given:
    """Return what a layout gave to ``call``; raises ``AskedAmissError`` unless it is a ``noun``."""
    if not isinstance(given, noun) or isinstance(given, bool):
        nouns = " or ".join(each.__name__ for each in (noun if isinstance(noun, tuple) else (noun,)))
        raise AskedAmissError(f"{call} wants {nouns}, not {type(given).__name__}")
    return given


Told: TypeAlias = "tuple[Question, bytes]"  # a question, and the digest of its answer
Asked: TypeAlias = "frozenset[Told]"

_Made = TypeVar("_Made")
_NOTHING: Asked = frozenset()


class _Notes:
    """What was asked while one thing was made, in sets that were each written down before.

    ``own`` are questions of the archive, ``site`` those of the site (the kinds that are ``SHARED``).
    ``fleeting``: the thing is for the page that is being made alone.
    """

    __slots__ = ("fleeting", "own", "site")

    def __init__(self) -> None:
        self.own: set[Asked] = set()
        self.site: set[Asked] = set()
        self.fleeting = False


class _Kept(NamedTuple):
    """What was made once, with all that was asked on the way."""

    made: Any
    own: Asked
    site: Asked


class Asking:
    """Puts questions to the archive and remembers, for one output at a time, which and what was said.

    Answers, and what is made of them, are kept; the state does not change while outputs are rendered.
    """

    def __init__(self, state: sqlite3.Connection) -> None:
        """Ask ``state``."""
        self._state = state
        self._answers: dict[tuple[str, str, str], tuple[Answer, Asked, bool]] = {}
        self._kept: dict[tuple[object, ...], _Kept] = {}
        self._sets: dict[Asked, Asked] = {}
        self._settings: dict[str, tuple[Any, Asked]] = {}
        self._urls: Urls | None = None
        self._notes = _Notes()
        self._page: faces.Page | None = None

    def forget(self) -> None:
        """Forget all answers: the state has changed."""
        self._answers.clear()
        self._kept.clear()
        self._settings.clear()
        self._urls = None

    def begin(self) -> None:
        """Begin a new output: nothing asked yet."""
        self._notes = _Notes()
        self._page = None

    def ask(self, kind: str, subject: str, detail: str = "") -> Answer:
        """Return the answer to a question, and remember that it was asked."""
        known = self._answers.get((kind, subject, detail))
        if known is None:
            known = self._answer(Question(kind, subject, detail))
        answer, asked, shared = known
        notes = self._notes
        (notes.site if shared else notes.own).add(asked)
        return answer

    def body(self, path: str) -> Answer:
        """Return the body of an article to whoever has asked for its story, and need not ask for more.

        The facts of a story hold a digest of the body, so that they are others when the body is.
        """
        return _BODY.answer(self._state, path, "")

    def once(self, make: Callable[..., _Made], *arguments: Hashable) -> _Made:
        """Return ``make(*arguments)``, made once; whoever is given it has asked all that making it asked.

        It must be a function of its arguments and of what it asks. Nobody may change what it returns.
        """
        kept = self._kept.get((make, *arguments))
        if kept is None:
            kept = self._make((make, *arguments))
        made: _Made
        made, own, site = kept
        notes = self._notes
        notes.own.add(own)
        notes.site.add(site)
        return made

    def is_fleeting(self) -> None:
        """Say that what is being made, and whatever it becomes a part of, shall not be kept."""
        self._notes.fleeting = True

    @property
    def page(self) -> faces.Page:
        """The page being made. What looks at it is not kept for others."""
        self.is_fleeting()
        return cast("faces.Page", self._page)

    @page.setter
    def page(self, page: faces.Page) -> None:
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
        known = (self.ask("template", name) for name in words.files_of(language, "")[:-1])
        return language if any(text is not None for text in known) else own

    def pattern(self, name: str, language: str) -> str:
        """Return how a ``date`` or ``time`` is shown on a page in ``language``, as strftime has it."""
        return self.once(self._pattern, name, language)

    def said(self, language: str) -> words.WordTable:
        """Return what the theme says on a page in ``language``."""
        return self.once(self._words_in, language)

    def own(self) -> tuple[Told, ...]:
        """Return what this output asked of the archive, in order, with the digest of each answer."""
        return tuple(sorted(_NOTHING.union(*self._notes.own)))

    def site(self) -> frozenset[Asked]:
        """Return what it asked of the site, in sets that many outputs have in common."""
        return frozenset(self._notes.site)

    def setting(self, name: str) -> Any:  # noqa: ANN401 - a setting is whatever site.toml may hold
        """Return a setting, decoded, or None."""
        # Not through ``once``: no page asks anything as often.
        if name not in self._settings:
            text, asked, _ = self._answer(Question("setting", name))
            self._settings[name] = json.loads(cast("str", text)) if text is not None else None, asked
        value, asked = self._settings[name]
        self._notes.site.add(asked)
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
        answer, digest = answered(self._state, question)
        known = answer, frozenset(((question, digest),)), question.kind in SHARED
        # The longest answers, a month for its sitemap, are for one output each.
        if not isinstance(answer, tuple) or len(answer) <= _LONGEST_KEPT:
            if len(self._answers) >= _KEPT_ANSWERS:
                self._answers.clear()
            self._answers[question] = known
        return known

    def _make(self, key: tuple[Callable[..., Any], *tuple[Hashable, ...]]) -> _Kept:
        outer, inner = self._notes, _Notes()
        self._notes = inner
        try:
            made = key[0](*key[1:])
        except BaseException:
            outer.own |= inner.own
            outer.site |= inner.site
            raise
        finally:
            self._notes = outer
        outer.fleeting |= inner.fleeting
        own, site = _NOTHING.union(*inner.own), _NOTHING.union(*inner.site)
        # Thousands of teasers have asked the same of the site: one set for all is compared at a glance.
        kept = _Kept(made, own, self._sets.setdefault(site, site))
        if not inner.fleeting:
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            self._kept[key] = kept
        return kept


class _Plain:
    """Printed, or put into a text, it is its name: an object's address would differ from run to run."""

    def __repr__(self) -> str:
        return type(self).__name__


class Page(_Plain):
    """The page being made, as layouts see it: one for all, so that no macro holds a page made before."""

    def __init__(self, asking: Asking) -> None:
        """Ask ``asking``."""
        self._asking = asking

    def __repr__(self) -> str:
        return repr(self._asking.page)

    @property
    def kind(self) -> str:
        """The kind of the output."""
        return self._asking.page.kind

    @property
    def url(self) -> str:
        """Its URL, from the root of the host."""
        return self._asking.page.url

    @property
    def permalink(self) -> str:
        """Its absolute URL."""
        return self._asking.page.permalink

    @property
    def language(self) -> str:
        """Its language, a BCP 47 tag. What is made once for each language may look at it."""
        return self._asking.language


class Words(_Plain):
    """What the theme says on the page being made, in its language: one for all, as ``Page`` is.

    A template that is imported is made once for each language, so it may hold what it says.
    """

    def __init__(self, asking: Asking) -> None:
        """Ask ``asking``."""
        self._asking = asking

    def __getattr__(self, name: str) -> object:
        """Return a word, a plural or a table of them; raises ``AttributeError`` where there is none."""
        return getattr(self._asking.said(self._asking.language), name)

    def __getitem__(self, name: str) -> object:
        """Return a word; raises ``KeyError`` where there is none."""
        return self._asking.said(self._asking.language)[name]

    def __contains__(self, name: object) -> bool:
        """Return whether there is such a word."""
        return name in self._asking.said(self._asking.language)

    def __dir__(self) -> list[str]:
        """Return the names of all words."""
        return dir(self._asking.said(self._asking.language))


class Site(_Plain):
    """The site itself, as layouts see it: what site.toml says of it."""

    def __init__(self, asking: Asking) -> None:
        """Ask ``asking``."""
        self._asking = asking

    @property
    def title(self) -> str:
        """The site's title."""
        return str(self._asking.setting("title"))

    @property
    def tagline(self) -> str:
        """The line under the title; may be empty."""
        return str(self._asking.setting("tagline"))

    @property
    def language(self) -> str:
        """The site's own language, a BCP 47 tag."""
        return str(self._asking.setting("language"))

    @property
    def authority(self) -> str:
        """The name in the ids of feeds."""
        return str(self._asking.setting("authority"))

    @property
    def url(self) -> str:
        """The URL of the home page, from the root of the host."""
        return self._asking.urls.url("index.html")

    @property
    def permalink(self) -> str:
        """The absolute URL of the home page."""
        return self._asking.urls.permalink("index.html")

    @property
    def publisher(self) -> Publisher:
        """Who publishes the archive."""
        return self._asking.once(self._publisher)

    @property
    def sections(self) -> tuple[faces.Facet, ...]:
        """The sections that site.toml declares, in menu order; each has a page if sections have pages."""
        return self._asking.once(self._sections)

    @property
    def kinds(self) -> tuple[FacetKind, ...]:
        """The kinds of facets that have pages."""
        return tuple(self._asking.setting("listings_kinds"))

    @property
    def anniversaries(self) -> bool:
        """Whether each day of the year has a page."""
        return bool(self._asking.setting("listings_anniversaries"))

    @property
    def data(self) -> str:
        """The URL of the index of the archive as data; empty where there is none."""
        return self._asking.urls.url(DATA_INDEX) if self._asking.setting("data_months") else ""

    @property
    def corrections_top(self) -> tuple[str, ...]:
        """The kinds of corrections that stand above the text."""
        return tuple(self._asking.setting("corrections_top"))

    @property
    def corrections_foot(self) -> tuple[str, ...]:
        """The kinds of corrections that stand below the text."""
        return tuple(kind for kind in CORRECTION_KINDS if kind not in self.corrections_top)

    @property
    def frames(self) -> tuple[str, ...]:
        """The hosts whose frames may be shown."""
        return tuple(self._asking.setting("safety_frames"))

    @property
    def pictures(self) -> tuple[str, ...]:
        """The hosts whose pictures may be shown."""
        return tuple(self._asking.setting("safety_pictures"))

    @property
    def feeds(self) -> tuple[tuple[str, str, str], ...]:
        """The feeds of the whole site as (title, media type, URL)."""
        return self._asking.once(self._feeds)

    def _publisher(self) -> Publisher:
        told = self._asking.setting("publisher")
        return Publisher(**{**told, "policies": tuple(map(tuple, told["policies"]))})

    def _sections(self) -> tuple[faces.Facet, ...]:
        slugs = self._asking.setting("sections") or ()
        archive = Archive(self._asking)
        # Their names are asked as settings, which all pages ask alike, and not facet by facet.
        return tuple(
            archive.facet("section", slug, self._asking.setting(f"names.section.{slug}")) for slug in slugs
        )

    def _feeds(self) -> tuple[tuple[str, str, str], ...]:
        url = self._asking.urls.url
        return (
            ("Atom", "application/atom+xml", url("atom.xml")),
            ("JSON Feed", "application/feed+json", url("feed.json")),
            ("RSS", "application/rss+xml", url("rss.xml")),
        )


class Archive(_Plain):
    """The archive, to be asked. Every answer is a plain noun, see ``faces``."""

    def __init__(self, asking: Asking) -> None:
        """Ask ``asking``."""
        self._asking = asking

    @property
    def _urls(self) -> Urls:
        return self._asking.urls

    def latest(self, count: int) -> tuple[faces.Teaser, ...]:
        """Return the newest ``count`` articles, newest first."""
        return self._teasers(self._asking.ask("newest", "all", str(_count(count, "archive.latest(…)"))))

    def newest(self, facet: faces.Facet, count: int) -> tuple[faces.Teaser, ...]:
        """Return the newest ``count`` articles of a facet, newest first."""
        checked(facet, faces.Facet, "archive.newest(…)")
        detail = str(_count(count, "archive.newest(…)"))
        return self._teasers(self._asking.ask("newest", _key(facet.kind, facet.slug), detail))

    def around(self, article: faces.Article | faces.Teaser) -> faces.Around:
        """Return the stories before and after an article in time, at most three each, nearest first."""
        checked(article, (faces.Article, faces.Teaser), "archive.around(…)")
        before, after = cast("tuple[Answer, Answer]", self._asking.ask("around", article.path))
        return faces.Around(before=self._teasers(before), after=self._teasers(after))

    def within(self, article: faces.Article, series: faces.Facet) -> faces.Within:
        """Return where an article stands in one of its series."""
        checked(article, faces.Article, "archive.within(…)")
        checked(series, faces.Facet, "archive.within(…)")
        answer = self._asking.ask("within", f"{series.slug}/{article.path}")
        number, before, after = cast("tuple[int, str | None, str | None]", answer)
        return faces.Within(
            series=series,
            number=number,
            before=self.teaser(before) if before else None,
            after=self.teaser(after) if after else None,
        )

    def translations(self, article: faces.Article) -> tuple[faces.Translation, ...]:
        """Return what an article was translated to, and from, in the order of their languages."""
        checked(article, faces.Article, "archive.translations(…)")
        if not article.translations:
            return ()
        key = _key("translation", article.translations)
        found = self._teasers(self._asking.ask("newest", key, str(_TRANSLATIONS)))
        others = sorted((each for each in found if each.path != article.path), key=_by_language)
        return tuple(
            faces.Translation(
                path=each.path,
                language=each.language,
                name=self.facet_name("language", languages.key(each.language)),
                title=each.title,
                url=each.url,
                permalink=each.permalink,
            )
            for each in others
        )

    def fed(self, facet: faces.Facet, count: int) -> tuple[faces.Teaser, ...]:
        """Return the newest ``count`` articles of a facet as feeds have them: none that was retracted."""
        key = _key(facet.kind, facet.slug)
        return self._teasers(self._asking.ask("fed", key, str(count)))

    def related(
        self, article: faces.Article | faces.Teaser, besides: tuple[faces.Teaser, ...] = ()
    ) -> faces.Related:
        """Return stories before an article that are like it, other than ``besides``."""
        call = "archive.related(…)"
        checked(article, (faces.Article, faces.Teaser), call)
        shown = {checked(each, faces.Teaser, call).path for each in checked(besides, tuple, call)}
        count = int(self._asking.setting("related_count"))
        if not count:
            return faces.Related(stories=(), feed="")
        answer = self._asking.ask("related", article.path, str(count + len(shown)))
        keys, found = cast("tuple[tuple[str, ...], tuple[tuple[str, str], ...]]", answer)
        texts = [text for path, text in found if path not in shown]
        fed = self._asking.setting("feeds_kinds")
        facets = (cast("tuple[FacetKind, str, str]", key.partition("/")) for key in keys)
        feeds = (self._urls.url(feed_output(kind, slug)) for kind, _, slug in facets if kind in fed)
        return faces.Related(stories=self._teasers(tuple(texts[:count])), feed=next(feeds, ""))

    def names(self, kind: FacetKind) -> tuple[faces.Facet, ...]:
        """Return the facets of a kind in order of name, with counts; none when there are over 500."""
        if kind not in NAMED_KINDS:
            raise AskedAmissError(f"archive.names(…) wants one of {', '.join(NAMED_KINDS)}")
        return self.index(kind, "").facets

    def further_kinds(self) -> tuple[FacetKind, ...]:
        """Return the kinds of facets that this site has and not every site: series, edition, correction."""
        named = tuple(
            kind
            for kind in NAMED_KINDS
            if kind not in INDEXED_KINDS
            and self._has_pages(kind)
            and any(cast("tuple[tuple[str, ...], ...]", self._asking.ask("fronts", f"{kind}/")))
        )
        corrected = self._asking.ask("count", "correction/0", "1")
        return (*named, "correction") if corrected else named

    def years(self) -> tuple[faces.Year, ...]:
        """Return the years that have articles, newest first, each with its twelve months."""
        months = dict(cast("tuple[tuple[int, int], ...]", self._asking.ask("months", "all")))
        years = sorted({month // 100 for month in months}, reverse=True)
        return tuple(
            faces.Year(
                value=year,
                url=self._urls.url(facet_output("all", "", year)),
                count=sum(count for month, count in months.items() if month // 100 == year),
                months=tuple(
                    self._period("all", "", month, months.get(month, 0))
                    for month in range(year * 100 + 1, year * 100 + 13)
                ),
            )
            for year in years
        )

    def anniversaries(self) -> tuple[faces.DayOfYear, ...]:
        """Return the days of the year that have articles, the first of January first."""
        days = cast("tuple[int, ...]", self._asking.ask("anniversaries", "all"))
        return tuple(map(self._day_of_year, days))

    def anniversary(self, day_of_year: int) -> faces.Anniversary:
        """Return what happened on a day of the year, such as 1105 for the fifth of November."""
        answer = self._asking.ask("anniversary", f"{day_of_year:04d}")
        days = cast("tuple[tuple[int, Answer], ...]", answer)
        return faces.Anniversary(
            day=self._day_of_year(day_of_year),
            years=tuple(
                faces.DayOfOneYear(
                    year=day // 10_000,
                    url=self._urls.url(facet_output("all", "", self._listed_in(periods.date_of(day)))),
                    articles=self._teasers(teasers),
                )
                for day, teasers in days
            ),
        )

    def _day_of_year(self, value: int) -> faces.DayOfYear:
        language = str(self._asking.setting("language"))
        return faces.DayOfYear(
            value=value,
            name=dates.day_of_year_name(value, language),
            url=self._urls.url(anniversary_output(value)),
        )

    def article(self, path: str) -> faces.Article:
        """Return a live article, whole, by the path of its file."""
        facts = json.loads(cast("str", self._asking.ask("story", path)))
        body = "" if self._is_withheld(facts) else self._asking.body(path)
        shared = self._shared(facts)
        return faces.Article(
            **shared,
            day_name=self._name_of(self._listed_in(shared["day"]), self._asking.spoken(facts["language"])),
            translations=facts.get("translations", ""),
            **self._filed_under(facts),
            body=Markup(self._resolved(body, path, facts["output"])),  # noqa: S704 - prose made it safe
            words=facts["words"],
            expires=dt.datetime.fromisoformat(facts["expires"]) if facts["expires"] else None,
            downloads=self._downloads_of(facts),
            draft=facts["draft"],
            source=Source(name=facts["source"][0], url=facts["source"][1]) if facts["source"] else None,
            extra=facts["extra"],
            bylines=self._bylines(shared["authors"]),
        )

    def profile(self, facet: faces.Facet) -> faces.Profile | None:
        """Return what is said of an author or a place, None if there is no such file."""
        checked(facet, faces.Facet, "archive.profile(…)")
        if facet.kind not in self._asking.setting("content_profiles"):
            return None
        answer = self._asking.ask("profile", _key(facet.kind, facet.slug))
        if answer is None:
            return None
        text, body = cast("tuple[str, str]", answer)
        facts, output = json.loads(text), facet_output(facet.kind, facet.slug)
        picture, where = facts["picture"], facts["coordinates"]
        if picture:
            pixels = cast("tuple[int, int]", self._asking.ask("pixels", picture[0]) or (0, 0))
            picture = self._picture({"output": output, "path": facts["path"], "picture": [*picture, *pixels]})
        return faces.Profile(
            facet=facet,
            kind=facts["kind"],
            role=facts["role"],
            picture=picture,
            email=facts["email"],
            addresses=tuple(Source(name=name, url=url) for name, url in facts["addresses"]),
            fediverse=facts["fediverse"],
            coordinates=Coordinates(latitude=where[0], longitude=where[1]) if where else None,
            body=Markup(self._resolved(body, facts["path"], output)),  # noqa: S704 - prose made it safe
        )

    def map(self) -> maps.Map | None:
        """Return a map of the datelines whose profiles give coordinates, None if there are none."""
        pairs = cast("tuple[tuple[str, str], ...]", self._asking.ask("located", "dateline"))
        facets = ((self.facet("dateline", slug), json.loads(where)) for slug, where in pairs)
        return maps.drawn(
            maps.Place(name=facet.name, url=facet.url, latitude=where[0], longitude=where[1])
            for facet, where in facets
        )

    def _bylines(self, authors: tuple[faces.Facet, ...]) -> tuple[faces.Byline, ...]:
        if "author" not in self._asking.setting("content_profiles"):
            return ()
        slugs = [author.slug for author in authors]
        texts = [self._asking.ask("byline", f"author/{slug}") for slug in slugs]
        pairs = [(slug, json.loads(str(text))) for slug, text in zip(slugs, texts, strict=True) if text]
        return tuple(
            faces.Byline(slug=slug, kind=kind, family=family, fediverse=handle)
            for slug, (kind, family, handle) in pairs
        )

    def cited(self, kind: FacetKind, slug: str, period: int, part: int) -> tuple[faces.Teaser, ...]:
        """Return the articles of a listing that shows all it has, or of one part of it, newest first."""
        size = self._asking.setting("listings_size")
        answer = self._asking.ask("listing", f"{_key(kind, slug)}/{period}", f"{part} {size}")
        return self._teasers(answer)

    def bylines(self, article: faces.Teaser) -> tuple[faces.Byline, ...]:
        """Return what is known of those authors of an article who have a profile."""
        checked(article, faces.Teaser, "archive.bylines(…)")
        return self._asking.once(self._bylines, article.authors)

    def records(self, month: int, part: int) -> tuple[faces.Record, ...]:
        """Return the articles of a month, or of one part of it, as data, oldest first."""
        size = self._asking.setting("data_size")
        texts = cast("tuple[str, ...]", self._asking.ask("records", str(month), f"{part} {size}"))
        return tuple(self._record(json.loads(text)) for text in texts)

    def gone(self, subject: str) -> faces.Gone:
        """Return what was taken down: an article, by its path, or ``/`` and the path of an output."""
        if subject.startswith("/"):
            told = json.loads(cast("str", self._asking.ask("given", f"gone.{subject[1:]}")))
            title, day, language = "", dt.date.fromisoformat(told["date"]), self._asking.setting("language")
            return faces.Gone(title=title, day=day, reason=told["reason"], language=language)
        title, language, expires = cast("tuple[str, str, str]", self._asking.ask("gone", subject))
        return faces.Gone(
            title=title, day=dt.datetime.fromisoformat(expires).date(), reason="", language=language
        )

    def body(self, path: str, output: str, *, absolute: bool = False) -> str:
        """Return an article's body with its links in place, ``absolute`` for use away from its page."""
        return self._resolved(self._asking.ask("body", path), path, output, absolute=absolute)

    def _resolved(self, html: Answer, path: str, output: str, *, absolute: bool = False) -> str:
        make = self._urls.permalink if absolute else self._urls.url

        def attributes(name: str, target: str) -> str:
            bare, mark, fragment = target.partition("#")
            if not bare:
                return f'{name}="{make(output) if absolute else ""}{Markup.escape(mark + fragment)}"'
            if bare.startswith("/"):
                return self._static_attributes(name, bare, mark + fragment, make(""))
            return self._attributes(name, bare, mark + fragment, make(self._target(path, output, bare)))

        return prose.resolve(cast("str", html), attributes)

    def facet(self, kind: FacetKind, slug: str, name: str | None = None, count: int = 0) -> faces.Facet:
        """Return a facet; without a ``name`` under the one that listings show it by."""
        output, listed = facet_output(kind, slug), self._has_pages(kind)
        fed = kind in SINGLE_KINDS or kind in self._asking.setting("feeds_kinds")
        name = self.facet_name(kind, slug) if name is None else name
        return faces.Facet(
            kind=kind,
            slug=slug,
            name=self._dated(name) if kind == "edition" else name,
            url=self._urls.url(output) if listed else "",
            permalink=self._urls.permalink(output) if listed else "",
            feed=self._urls.url(feed_output(kind, slug)) if fed else "",
            count=count,
        )

    def _dated(self, name: str) -> str:
        """Return the name of a print edition: where that is a day, as days are shown."""
        try:
            day = dt.date.fromisoformat(name)
        except ValueError:
            return name
        return self._name_of(periods.day_number(day), str(self._asking.setting("language")))

    def language_of(self, kind: FacetKind, slug: str) -> str:
        """Return the language of the pages of a facet."""
        own = str(self._asking.setting("language"))
        return self._asking.once(self._asking.spoken, slug) if kind == "language" else own

    def facet_name(self, kind: FacetKind, slug: str) -> str:
        """Return the name that site.toml gives a facet, else the one its earliest article spells."""
        if kind in SINGLE_KINDS:
            return ""
        given = self._given_name(kind, slug)
        if given is None and kind == "language":
            return languages.own_name(slug)
        return str(self._asking.ask("facet", _key(kind, slug)) or slug) if given is None else given

    def index(self, kind: FacetKind, prefix: str) -> faces.Names:
        """Return an index of names, or of the prefixes that it splits into."""
        answer = self._asking.ask("names", f"{kind}/{prefix}")
        names, prefixes = cast("tuple[tuple[tuple[str, str, int], ...], tuple[tuple[str, int], ...]]", answer)
        language = str(self._asking.setting("language"))
        alphabet = words.alphabet(words.text(self._asking.said(language), "alphabet"))
        unordered = (
            self.facet(kind, slug, self._given_name(kind, slug) or name, count) for slug, name, count in names
        )
        facets = tuple(sorted(unordered, key=lambda facet: alphabet.sort(facet.name)))
        return faces.Names(
            kind=kind,
            prefix=prefix,
            url=self._names_url(kind, prefix),
            parent_url=self._names_url(kind, prefix[:-1]) if prefix else "",
            count=sum(count for _, count in prefixes) + len(names),
            facets=facets,
            letters=_by_letter(facets, alphabet),
            initials=tuple(
                faces.Initial(prefix=start, url=self._names_url(kind, start), count=count)
                for start, count in sorted(prefixes, key=lambda pair: alphabet.sort(pair[0]))
            ),
        )

    def listing(self, kind: FacetKind, slug: str, period: int, part: int) -> faces.Listing:
        """Return the listing of a facet in a period, or one part of it."""
        key = _key(kind, slug)
        size = int(self._asking.setting("listings_size"))
        smallest = periods.is_smallest(period, days=self._asking.setting("listings_days"))
        # A facet's page between its front and its articles leads from one to the other and counts nothing:
        # so it changes when a period is new, not with each article.
        counted = kind == "all" or period == 0 or smallest
        most = "" if counted else str(size + 1)
        # A part counts its own: the count of the day would change every full part with each article.
        count = 0 if part else cast("int", self._asking.ask("count", f"{key}/{period}", most))
        whole = not part and count <= size
        parts = list(parts_of(count, size))
        complete = bool(part or (whole and count))
        if part or whole:
            articles = self._teasers(self._asking.ask("listing", f"{key}/{period}", f"{part} {size}"))
            count = len(articles)
        elif period == 0:
            articles = self._teasers(self._asking.ask("newest", key, str(min(FRONT, size))))
        else:
            articles = ()
        calendar = kind == "all" and periods.is_month(period) and not smallest
        below = self._below(kind, slug, period, most) if not smallest and (not whole or calendar) else ()
        own = self._period(kind, slug, period, count)
        if most and not whole:
            own = replace(own, count=0)
        return faces.Listing(
            facet=self._asking.once(self.facet, kind, slug),
            period=own,
            count=own.count,
            articles=articles,
            whole=whole,
            periods=below if not whole else (),
            parents=self._parents(kind, slug, period, part),
            part=part,
            parts=self._parts(kind, slug, period, reversed(parts[-size:]))
            if not whole and smallest and not part
            else (),
            previous_part=self._listing_url(kind, slug, period, part - 1) if part > 1 else "",
            weeks=_weeks(period, below) if calendar else (),
            leaves=_leaves(articles) if kind == "edition" and whole else (),
            downloads=(
                *(self._data_of(period, count) if kind == "all" and not part else ()),
                *(self._cited_in(kind, facet_output(kind, slug, period, part)) if complete else ()),
            ),
        )

    def teaser(self, text: str) -> faces.Teaser:
        """Return the teaser that an answer holds as text."""
        return self._asking.once(self._teaser, text)

    def _given_name(self, kind: FacetKind, slug: str) -> str | None:
        text = self._asking.ask("given", f"names.{kind}.{slug}")
        return None if text is None else str(json.loads(cast("str", text)))

    def _teaser(self, text: str) -> faces.Teaser:
        return faces.Teaser(**self._shared(json.loads(text)))

    def _teasers(self, answer: Answer) -> tuple[faces.Teaser, ...]:
        told = cast("tuple[str | tuple[int, str], ...]", answer)
        return tuple(self.teaser(each) if isinstance(each, str) else self._noted(*each) for each in told)

    def _noted(self, moment: int, text: str) -> faces.Teaser:
        """Return a teaser with just what was noted at a moment, as it stands among the corrections."""
        teaser = self.teaser(text)
        retracted = teaser.retracted
        return replace(
            teaser,
            corrections=tuple(note for note in teaser.corrections if seconds(note.date) == moment),
            retracted=retracted if retracted and seconds(retracted.date) == moment else None,
        )

    def _spelt(self, kind: FacetKind, slug: str, name: str) -> faces.Facet:
        return self.facet(kind, slug, name)

    def _shared(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a teaser and an article have in common."""
        urls, facet = self._urls, partial(self._asking.once, self._spelt)
        output, day = facts["output"], dt.date.fromisoformat(facts["day"])
        own_id = facts["id"] or (facts["aliases"] or [output])[0].removesuffix("index.html")
        return {
            "path": facts["path"],
            "id": article_id(self._asking.setting("authority"), day, own_id),
            "title": facts["title"],
            "url": urls.url(output),
            "permalink": urls.permalink(output),
            "day": day,
            "day_url": urls.url(facet_output("all", "", self._listed_in(day))),
            "date": dt.datetime.fromisoformat(facts["date"]),
            "updated": dt.datetime.fromisoformat(facts["updated"]) if facts["updated"] else None,
            "authors": tuple(facet("author", slug, name) for slug, name in facts["authors"]),
            "dateline": facet("dateline", *facts["dateline"]) if facts["dateline"] else None,
            "section": facet("section", *facts["section"]) if facts["section"] else None,
            "summary": facts["summary"],
            "picture": self._picture(facts) if facts["picture"] and not self._is_withheld(facts) else None,
            "language": facts["language"],
            "corrections": tuple(map(_correction, facts.get("corrections", ()))),
            "retracted": _retraction(*facts["retracted"]) if "retracted" in facts else None,
            "genre": facts.get("genre", ""),
            "edition": facet("edition", *facts["edition"]) if "edition" in facts else None,
            "page": facts.get("page", ""),
            "column": facts.get("column", ""),
        }

    def _is_withheld(self, facts: Mapping[str, Any]) -> bool:
        """Return whether an article was retracted, and shall not be read any more."""
        return "retracted" in facts and bool(self._asking.setting("corrections_withhold"))

    def _record(self, facts: Mapping[str, Any]) -> faces.Record:
        return faces.Record(**self._shared(facts), **self._filed_under(facts), words=facts["words"])

    def _filed_under(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        """Return the facets that a record has beside those of a teaser."""
        facet = partial(self._asking.once, self._spelt)
        return {
            "tags": tuple(facet("tag", slug, name) for slug, name in facts["tags"]),
            "series": tuple(facet("series", slug, name) for slug, name in facts.get("series", ())),
        }

    def _downloads_of(self, facts: Mapping[str, Any]) -> tuple[faces.Download, ...]:
        """Return what stands beside the page of an article."""
        output, setting = facts["output"], self._asking.setting
        has_text = setting("data_articles") and not self._is_withheld(facts)
        text = (self._download("JSON", beside(output, "article.json")),) if has_text else ()
        return (*text, *self._citing("citation", output)) if setting("citations_articles") else text

    def _cited_in(self, kind: FacetKind, output: str) -> tuple[faces.Download, ...]:
        """Return what cites all that a listing shows."""
        wanted = kind in self._asking.setting("citations_listings")
        return self._citing("citations", output) if wanted else ()

    def _citing(self, stem: str, page: str) -> tuple[faces.Download, ...]:
        return tuple(
            self._download(name, beside(page, f"{stem}.{suffix}")) for name, suffix in CITATION_FILES.items()
        )

    def _data_of(self, period: int, count: int) -> tuple[faces.Download, ...]:
        """Return the data of a month of everything, which has ``count`` articles."""
        if not periods.is_month(period) or not count or not self._asking.setting("data_months"):
            return ()
        return tuple(
            self._download(name, month_output(period, part, name.lower()), part)
            for part in parts_of(count, int(self._asking.setting("data_size")))
            for name in ("JSON", "CSV")
        )

    def _download(self, name: str, output: str, part: int = 0) -> faces.Download:
        return faces.Download(name=name, type=_MEDIA_TYPES[name], url=self._urls.url(output), part=part)

    def _picture(self, facts: Mapping[str, Any]) -> faces.Picture:
        path, alt, caption, credit, width, height = facts["picture"]
        output = attachment_output(facts["output"], facts["path"], path)
        return faces.Picture(
            url=self._urls.url(output),
            permalink=self._urls.permalink(output),
            alt=alt,
            caption=caption,
            credit=credit,
            width=width,
            height=height,
        )

    def _target(self, path: str, output: str, target: str) -> str:
        if not target.endswith(".md"):
            return attachment_output(output, path, target)
        return str(self._asking.ask("target", target) or "404.html")

    def _static_attributes(self, name: str, path: str, fragment: str, root: str) -> str:
        return self._attributes(name, f"static{path}", fragment, root + path.lstrip("/"))

    def _attributes(self, name: str, path: str, fragment: str, url: str) -> str:
        text = f'{name}="{Markup.escape(url + fragment)}"'
        if name != "src":
            return text
        width, height = cast("tuple[int, int]", self._asking.ask("pixels", path) or (0, 0))
        return f'{text} width="{width}" height="{height}"' if width and height else text

    def _period(self, kind: FacetKind, slug: str, period: int, count: int) -> faces.Period:
        archive = kind == "all" and period == 0
        language = self.language_of(kind, slug)
        url = self._urls.url("archive/index.html") if archive else self._listing_url(kind, slug, period)
        return faces.Period(
            value=period,
            name=self._name_of(period, language),
            short=dates.short_name(period, language),
            url=url if count else "",
            count=count,
        )

    def _name_of(self, period: int, language: str) -> str:
        return dates.period_name(period, language, self._asking.pattern("date", language))

    def _listed_in(self, day: dt.date) -> int:
        """Return the smallest period with a page that a day is in."""
        number = periods.day_number(day)
        return number if self._asking.setting("listings_days") else number // 100

    def _has_pages(self, kind: FacetKind) -> bool:
        return kind in SINGLE_KINDS or kind in self._asking.setting("listings_kinds")

    def _names_url(self, kind: FacetKind, prefix: str) -> str:
        return self._urls.url(names_output(kind, prefix)) if self._has_pages(kind) else ""

    def _listing_url(self, kind: FacetKind, slug: str, period: int, part: int = 0) -> str:
        exists = not periods.is_day(period) or self._asking.setting("listings_days")
        listed = exists and self._has_pages(kind)
        return self._urls.url(facet_output(kind, slug, period, part)) if listed else ""

    def _below(self, kind: FacetKind, slug: str, period: int, most: str) -> tuple[faces.Period, ...]:
        answer = self._asking.ask("periods", f"{_key(kind, slug)}/{period}", "1" if most else "")
        pairs = cast("tuple[tuple[int, int], ...]", answer)
        below = (self._period(kind, slug, value, count) for value, count in reversed(pairs))
        return tuple(replace(each, count=0) if most else each for each in below)

    def _parents(self, kind: FacetKind, slug: str, period: int, part: int) -> tuple[faces.Period, ...]:
        larger = [*periods.larger(period), *([period] if part else [])]
        # The count would tie a past period's page to the present; a parent is shown without it.
        return tuple(self._asking.once(self._period, kind, slug, value, 1) for value in larger)

    def _parts(self, kind: FacetKind, slug: str, period: int, numbers: Any) -> tuple[faces.Part, ...]:  # noqa: ANN401
        return tuple(
            faces.Part(number=number, url=self._listing_url(kind, slug, period, number)) for number in numbers
        )


def _by_letter(facets: tuple[faces.Facet, ...], alphabet: words.Alphabet) -> tuple[faces.Letter, ...]:
    """Return facets in the order of an alphabet under its letters."""
    letters = itertools.groupby(facets, key=lambda facet: alphabet.letter(facet.name))
    return tuple(faces.Letter(letter=letter, facets=tuple(each)) for letter, each in letters)


def _by_language(teaser: faces.Teaser) -> tuple[str, str]:
    return teaser.language.lower(), teaser.path


def _correction(written: tuple[CorrectionKind, str, str, str]) -> Correction:
    kind, day, date, text = written
    return Correction(
        kind=kind, day=dt.date.fromisoformat(day), date=dt.datetime.fromisoformat(date), text=text
    )


def _retraction(day: str, date: str, reason: str) -> Retraction:
    return Retraction(day=dt.date.fromisoformat(day), date=dt.datetime.fromisoformat(date), reason=reason)


def _count(given: int, call: str) -> int:
    if checked(given, int, call) < 0:
        raise AskedAmissError(f"{call} wants a number of articles, not {given}")
    return given


def _key(kind: str, slug: str) -> str:
    return f"{kind}/{slug}" if slug else kind


def _leaves(articles: tuple[faces.Teaser, ...]) -> tuple[faces.Leaf, ...]:
    """Return articles page by page, as a paper numbers them: A2 before A10; without a page last."""
    oldest_first = articles[::-1]
    ordered = sorted(
        oldest_first, key=lambda each: (not each.page, _numbered(each.page), _numbered(each.column))
    )
    pages = itertools.groupby(ordered, key=lambda each: each.page)
    return tuple(faces.Leaf(page=page, articles=tuple(each)) for page, each in pages)


def _numbered(text: str) -> tuple[tuple[int, str], ...]:
    """Return what sorts a text by the numbers in it; texts that differ sort apart."""
    steps = re.findall(r"[0-9]+|[^0-9]+", text)
    return (*((int(step), "") if step.isdecimal() else (-1, step) for step in steps), (-2, text))


def _weeks(month: int, days: tuple[faces.Period, ...]) -> tuple[tuple[faces.CalendarDay | None, ...], ...]:
    """Return a month's calendar, Monday first."""
    first = dt.date(month // 100, month % 100, 1)
    last = (first.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)
    by_number = {day.value % 100: day for day in days}
    squares: list[faces.CalendarDay | None] = [None] * first.weekday()
    for number in range(1, last.day + 1):
        day = by_number.get(number)
        squares.append(
            faces.CalendarDay(number=number, url=day.url if day else "", count=day.count if day else 0)
        )
    squares += [None] * (-len(squares) % 7)
    return tuple(tuple(squares[start : start + 7]) for start in range(0, len(squares), 7))
