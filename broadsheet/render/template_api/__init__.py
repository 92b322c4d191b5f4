"""What layouts hold in hands: the page being made, the words it speaks, the site, and the archive to ask.

Each method is one question, or a few; what is answered comes as nouns.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
import re
from dataclasses import replace
from typing import cast

from markupsafe import Markup

from broadsheet.archive.questions.names import parts_of
from broadsheet.archive.questions.question import Answer
from broadsheet.common import languages, periods
from broadsheet.common.model import (
    CORRECTION_KINDS,
    INDEXED_KINDS,
    NAMED_KINDS,
    SINGLE_KINDS,
    Coordinates,
    FacetKind,
    Source,
)
from broadsheet.common.urls import DATA_INDEX, Urls, facet_output, feed_output
from broadsheet.render import views, words
from broadsheet.render.formats import maps
from broadsheet.render.recorder import DependencyRecorder, TemplateArgumentError, checked
from broadsheet.render.view_builder import ViewBuilder, key_of
from broadsheet.settings import Publisher

FRONT = 30
_TRANSLATIONS = 50
_MOST = 2**31  # of articles, and of parts


class _Plain:
    """Printed, or put into a text, it is its name: an object's address would differ from run to run."""

    def __repr__(self) -> str:
        return type(self).__name__


class Page(_Plain):
    """The page being made, as layouts see it: one for all, so that no macro holds a page made before."""

    def __init__(self, recorder: DependencyRecorder) -> None:
        """Ask ``recorder``."""
        self._recorder = recorder

    def __repr__(self) -> str:
        return repr(self._recorder.page)

    @property
    def kind(self) -> str:
        """The kind of the output."""
        return self._recorder.page.kind

    @property
    def url(self) -> str:
        """Its URL, from the root of the host."""
        return self._recorder.page.url

    @property
    def permalink(self) -> str:
        """Its absolute URL."""
        return self._recorder.page.permalink

    @property
    def language(self) -> str:
        """Its language, a BCP 47 tag. What is made once for each language may look at it."""
        return self._recorder.language


class Words(_Plain):
    """What the theme says on the page being made, in its language: one for all, as ``Page`` is.

    A template that is imported is made once for each language, so it may hold what it says.
    """

    def __init__(self, recorder: DependencyRecorder) -> None:
        """Ask ``recorder``."""
        self._recorder = recorder

    def __getattr__(self, name: str) -> object:
        """Return a word, a plural or a table of them; raises ``AttributeError`` where there is none."""
        return getattr(self._recorder.said(self._recorder.language), name)

    def __getitem__(self, name: str) -> object:
        """Return a word; raises ``KeyError`` where there is none."""
        return self._recorder.said(self._recorder.language)[name]

    def __contains__(self, name: object) -> bool:
        """Return whether there is such a word."""
        return name in self._recorder.said(self._recorder.language)

    def __dir__(self) -> list[str]:
        """Return the names of all words."""
        return dir(self._recorder.said(self._recorder.language))


class Site(_Plain):
    """The site itself, as layouts see it: what site.toml says of it."""

    def __init__(self, recorder: DependencyRecorder) -> None:
        """Ask ``recorder``."""
        self._recorder = recorder

    @property
    def title(self) -> str:
        """The site's title."""
        return str(self._recorder.setting("title"))

    @property
    def tagline(self) -> str:
        """The line under the title; may be empty."""
        return str(self._recorder.setting("tagline"))

    @property
    def language(self) -> str:
        """The site's own language, a BCP 47 tag."""
        return str(self._recorder.setting("language"))

    @property
    def authority(self) -> str:
        """The name in the ids of feeds."""
        return str(self._recorder.setting("authority"))

    @property
    def url(self) -> str:
        """The URL of the home page, from the root of the host."""
        return self._recorder.urls.url("index.html")

    @property
    def permalink(self) -> str:
        """The absolute URL of the home page."""
        return self._recorder.urls.permalink("index.html")

    @property
    def publisher(self) -> Publisher:
        """Who publishes the archive."""
        return self._recorder.memoized(self._publisher)

    @property
    def sections(self) -> tuple[views.Facet, ...]:
        """The sections that site.toml declares, in menu order; each has a page if sections have pages."""
        return self._recorder.memoized(self._sections)

    @property
    def kinds(self) -> tuple[FacetKind, ...]:
        """The kinds of facets that have pages."""
        return tuple(self._recorder.setting("listings_kinds"))

    @property
    def anniversaries(self) -> bool:
        """Whether each day of the year has a page."""
        return bool(self._recorder.setting("listings_anniversaries"))

    @property
    def data(self) -> str:
        """The URL of the index of the archive as data; empty where there is none."""
        return self._recorder.urls.url(DATA_INDEX) if self._recorder.setting("data_months") else ""

    @property
    def corrections_top(self) -> tuple[str, ...]:
        """The kinds of corrections that stand above the text."""
        return tuple(self._recorder.setting("corrections_top"))

    @property
    def corrections_foot(self) -> tuple[str, ...]:
        """The kinds of corrections that stand below the text."""
        return tuple(kind for kind in CORRECTION_KINDS if kind not in self.corrections_top)

    @property
    def frames(self) -> tuple[str, ...]:
        """The hosts whose frames may be shown."""
        return tuple(self._recorder.setting("safety_frames"))

    @property
    def pictures(self) -> tuple[str, ...]:
        """The hosts whose pictures may be shown."""
        return tuple(self._recorder.setting("safety_pictures"))

    @property
    def feeds(self) -> tuple[tuple[str, str, str], ...]:
        """The feeds of the whole site as (title, media type, URL)."""
        return self._recorder.memoized(self._feeds)

    def _publisher(self) -> Publisher:
        told = self._recorder.setting("publisher")
        return Publisher(**{**told, "policies": tuple(map(tuple, told["policies"]))})

    def _sections(self) -> tuple[views.Facet, ...]:
        slugs = self._recorder.setting("sections") or ()
        views_of = ViewBuilder(self._recorder)
        # Their names are asked as settings, which all pages ask alike, and not facet by facet.
        return tuple(
            views_of.facet("section", slug, self._recorder.setting(f"names.section.{slug}")) for slug in slugs
        )

    def _feeds(self) -> tuple[tuple[str, str, str], ...]:
        url = self._recorder.urls.url
        return (
            ("Atom", "application/atom+xml", url("atom.xml")),
            ("JSON Feed", "application/feed+json", url("feed.json")),
            ("RSS", "application/rss+xml", url("rss.xml")),
        )


class Archive(_Plain):
    """The archive, to be asked. Every answer is a plain noun, see ``faces``."""

    def __init__(self, recorder: DependencyRecorder) -> None:
        """Ask ``recorder``."""
        self._recorder = recorder
        self._views = ViewBuilder(recorder)

    @property
    def _urls(self) -> Urls:
        return self._recorder.urls

    def facet(self, kind: FacetKind, slug: str, name: str | None = None, count: int = 0) -> views.Facet:
        """Return a facet; without a ``name`` under the one that listings show it by."""
        call = "archive.facet(…)"
        _check_facet(kind, slug, call)
        if name is not None:
            checked(name, str, call)
        return self._views.facet(kind, slug, name, count)

    def facet_name(self, kind: FacetKind, slug: str) -> str:
        """Return the name that site.toml gives a facet, else the one its earliest article spells."""
        _check_facet(kind, slug, "archive.facet_name(…)")
        return self._views.facet_name(kind, slug)

    def language_of(self, kind: FacetKind, slug: str) -> str:
        """Return the language of the pages of a facet."""
        _check_facet(kind, slug, "archive.language_of(…)")
        return self._views.language_of(kind, slug)

    def teaser(self, text: str) -> views.Teaser:
        """Return the teaser that an answer holds as text."""
        return self._views.teaser(text)

    def latest(self, count: int) -> tuple[views.Teaser, ...]:
        """Return the newest ``count`` articles, newest first."""
        return self._views.teasers(
            self._recorder.ask("newest", "all", str(_count(count, "archive.latest(…)")))
        )

    def newest(self, facet: views.Facet, count: int) -> tuple[views.Teaser, ...]:
        """Return the newest ``count`` articles of a facet, newest first."""
        checked(facet, views.Facet, "archive.newest(…)")
        parameters = str(_count(count, "archive.newest(…)"))
        return self._views.teasers(self._recorder.ask("newest", key_of(facet.kind, facet.slug), parameters))

    def around(self, article: views.Article | views.Teaser) -> views.Around:
        """Return the stories before and after an article in time, at most three each, nearest first."""
        checked(article, (views.Article, views.Teaser), "archive.around(…)")
        before, after = cast("tuple[Answer, Answer]", self._recorder.ask("around", article.path))
        return views.Around(before=self._views.teasers(before), after=self._views.teasers(after))

    def within(self, article: views.Article, series: views.Facet) -> views.Within:
        """Return where an article stands in one of its series."""
        checked(article, views.Article, "archive.within(…)")
        checked(series, views.Facet, "archive.within(…)")
        answer = self._recorder.ask("within", f"{series.slug}/{article.path}")
        number, before, after = cast("tuple[int, str | None, str | None]", answer)
        return views.Within(
            series=series,
            number=number,
            before=self._views.teaser(before) if before else None,
            after=self._views.teaser(after) if after else None,
        )

    def translations(self, article: views.Article) -> tuple[views.Translation, ...]:
        """Return what an article was translated to, and from, in the order of their languages."""
        checked(article, views.Article, "archive.translations(…)")
        if not article.translations:
            return ()
        key = key_of("translation", article.translations)
        found = self._views.teasers(self._recorder.ask("newest", key, str(_TRANSLATIONS)))
        others = sorted((each for each in found if each.path != article.path), key=_by_language)
        return tuple(
            views.Translation(
                path=each.path,
                language=each.language,
                name=self._views.facet_name("language", languages.key(each.language)),
                title=each.title,
                url=each.url,
                permalink=each.permalink,
            )
            for each in others
        )

    def fed(self, facet: views.Facet, count: int) -> tuple[views.Teaser, ...]:
        """Return the newest ``count`` articles of a facet as feeds have them: none that was retracted."""
        checked(facet, views.Facet, "archive.fed(…)")
        parameters = str(_count(count, "archive.fed(…)"))
        return self._views.teasers(self._recorder.ask("fed", key_of(facet.kind, facet.slug), parameters))

    def related(
        self, article: views.Article | views.Teaser, besides: tuple[views.Teaser, ...] = ()
    ) -> views.Related:
        """Return stories before an article that are like it, other than ``besides``."""
        call = "archive.related(…)"
        checked(article, (views.Article, views.Teaser), call)
        shown = {checked(each, views.Teaser, call).path for each in checked(besides, tuple, call)}
        count = int(self._recorder.setting("related_count"))
        if not count:
            return views.Related(stories=(), feed="")
        answer = self._recorder.ask("related", article.path, str(count + len(shown)))
        keys, found = cast("tuple[tuple[str, ...], tuple[tuple[str, str], ...]]", answer)
        texts = [text for path, text in found if path not in shown]
        fed = self._recorder.setting("feeds_kinds")
        facets = (cast("tuple[FacetKind, str, str]", key.partition("/")) for key in keys)
        feeds = (self._urls.url(feed_output(kind, slug)) for kind, _, slug in facets if kind in fed)
        return views.Related(stories=self._views.teasers(tuple(texts[:count])), feed=next(feeds, ""))

    def names(self, kind: FacetKind) -> tuple[views.Facet, ...]:
        """Return the facets of a kind in order of name, with counts; none when there are over 500."""
        return self.index(_among(NAMED_KINDS, kind, "archive.names(…)"), "").facets

    def further_kinds(self) -> tuple[FacetKind, ...]:
        """Return the kinds of facets that this site has and not every site: series, edition, correction."""
        named = tuple(
            kind
            for kind in NAMED_KINDS
            if kind not in INDEXED_KINDS
            and self._views.has_pages(kind)
            and any(cast("tuple[tuple[str, ...], ...]", self._recorder.ask("fronts", f"{kind}/")))
        )
        corrected = self._recorder.ask("count", "correction/0", "1")
        return (*named, "correction") if corrected else named

    def years(self) -> tuple[views.Year, ...]:
        """Return the years that have articles, newest first, each with its twelve months."""
        months = dict(cast("tuple[tuple[int, int], ...]", self._recorder.ask("months", "all")))
        years = sorted({month // 100 for month in months}, reverse=True)
        return tuple(
            views.Year(
                value=year,
                url=self._urls.url(facet_output("all", "", year)),
                count=sum(count for month, count in months.items() if month // 100 == year),
                months=tuple(
                    self._views.period("all", "", month, months.get(month, 0))
                    for month in range(year * 100 + 1, year * 100 + 13)
                ),
            )
            for year in years
        )

    def anniversaries(self) -> tuple[views.DayOfYear, ...]:
        """Return the days of the year that have articles, the first of January first."""
        days = cast("tuple[int, ...]", self._recorder.ask("anniversaries", "all"))
        return tuple(map(self._views.day_of_year, days))

    def anniversary(self, day_of_year: int) -> views.Anniversary:
        """Return what happened on a day of the year, such as 1105 for the fifth of November."""
        _check_day_of_year(day_of_year, "archive.anniversary(…)")
        answer = self._recorder.ask("anniversary", f"{day_of_year:04d}")
        days = cast("tuple[tuple[int, Answer], ...]", answer)
        return views.Anniversary(
            day=self._views.day_of_year(day_of_year),
            years=tuple(
                views.DayOfOneYear(
                    year=day // 10_000,
                    url=self._urls.url(facet_output("all", "", self._views.listed_in(periods.date_of(day)))),
                    articles=self._views.teasers(teasers),
                )
                for day, teasers in days
            ),
        )

    def article(self, path: str) -> views.Article:
        """Return a live article, whole, by the path of its file."""
        text = self._of_published("story", path, "archive.article(…)")
        facts = json.loads(cast("str", text))
        body = "" if self._views.is_withheld(facts) else self._recorder.body(path)
        shared = self._views.shared(facts)
        return views.Article(
            **shared,
            day_name=self._views.name_of(
                self._views.listed_in(shared["day"]), self._recorder.spoken(facts["language"])
            ),
            translations=facts.get("translations", ""),
            **self._views.filed_under(facts),
            body=Markup(self._views.resolved(body, path, facts["output"])),  # noqa: S704 - prose made it safe
            words=facts["words"],
            expires=dt.datetime.fromisoformat(facts["expires"]) if facts["expires"] else None,
            downloads=self._views.downloads_of(facts),
            draft=facts["draft"],
            source=Source(name=facts["source"][0], url=facts["source"][1]) if facts["source"] else None,
            extra=facts["extra"],
            bylines=self._bylines(shared["authors"]),
        )

    def profile(self, facet: views.Facet) -> views.Profile | None:
        """Return what is said of an author or a place, None if there is no such file."""
        checked(facet, views.Facet, "archive.profile(…)")
        if facet.kind not in self._recorder.setting("content_profiles"):
            return None
        answer = self._recorder.ask("profile", key_of(facet.kind, facet.slug))
        if answer is None:
            return None
        text, body = cast("tuple[str, str]", answer)
        facts, output = json.loads(text), facet_output(facet.kind, facet.slug)
        picture, where = facts["picture"], facts["coordinates"]
        if picture:
            pixels = cast("tuple[int, int]", self._recorder.ask("pixels", picture[0]) or (0, 0))
            picture = self._views.picture(
                {"output": output, "path": facts["path"], "picture": [*picture, *pixels]}
            )
        return views.Profile(
            facet=facet,
            kind=facts["kind"],
            role=facts["role"],
            picture=picture,
            email=facts["email"],
            addresses=tuple(Source(name=name, url=url) for name, url in facts["addresses"]),
            fediverse=facts["fediverse"],
            coordinates=Coordinates(latitude=where[0], longitude=where[1]) if where else None,
            body=Markup(self._views.resolved(body, facts["path"], output)),  # noqa: S704 - prose made it safe
        )

    def map(self) -> maps.Map | None:
        """Return a map of the datelines whose profiles give coordinates, None if there are none."""
        pairs = cast("tuple[tuple[str, str], ...]", self._recorder.ask("located", "dateline"))
        facets = ((self._views.facet("dateline", slug), json.loads(where)) for slug, where in pairs)
        return maps.draw(
            maps.Place(name=facet.name, url=facet.url, latitude=where[0], longitude=where[1])
            for facet, where in facets
        )

    def _of_published(self, kind: str, path: str, call: str) -> Answer:
        """Return the answer about an article; raises ``TemplateArgumentError`` when there is no such one."""
        answer = self._recorder.ask(kind, checked(path, str, call))
        if answer is None:
            raise TemplateArgumentError(f"{call} wants an article that is published, not {path}")
        return answer

    def _bylines(self, authors: tuple[views.Facet, ...]) -> tuple[views.Byline, ...]:
        if "author" not in self._recorder.setting("content_profiles"):
            return ()
        slugs = [author.slug for author in authors]
        texts = [self._recorder.ask("byline", f"author/{slug}") for slug in slugs]
        pairs = [(slug, json.loads(str(text))) for slug, text in zip(slugs, texts, strict=True) if text]
        return tuple(
            views.Byline(slug=slug, kind=kind, family=family, fediverse=handle)
            for slug, (kind, family, handle) in pairs
        )

    def cited(self, kind: FacetKind, slug: str, period: int, part: int) -> tuple[views.Teaser, ...]:
        """Return the articles of a listing that shows all it has, or of one part of it, newest first."""
        call = "archive.cited(…)"
        _check_facet(kind, slug, call)
        _check_period(period, part, call)
        size = self._recorder.setting("listings_size")
        answer = self._recorder.ask("listing", f"{key_of(kind, slug)}/{period}", f"{part} {size}")
        return self._views.teasers(answer)

    def bylines(self, article: views.Teaser) -> tuple[views.Byline, ...]:
        """Return what is known of those authors of an article who have a profile."""
        checked(article, views.Teaser, "archive.bylines(…)")
        return self._recorder.memoized(self._bylines, article.authors)

    def records(self, period: int, part: int) -> tuple[views.Record, ...]:
        """Return the articles of a month or a day, or of one part of it, as data, oldest first."""
        call = "archive.records(…)"
        _check_period(period, part, call)
        if not (periods.is_month(period) or periods.is_day(period)):
            raise TemplateArgumentError(f"{call} wants a month or a day such as 20221105, not {period}")
        size = self._recorder.setting("data_size")
        texts = cast("tuple[str, ...]", self._recorder.ask("records", str(period), f"{part} {size}"))
        return tuple(self._views.record(json.loads(text)) for text in texts)

    def gone(self, subject: str) -> views.Gone:
        """Return what was taken down: an article, by its path, or ``/`` and the path of an output."""
        call = "archive.gone(…)"
        written = checked(subject, str, call).startswith("/")
        question = ("given", f"gone.{subject[1:]}") if written else ("gone", subject)
        answer = self._recorder.ask(*question)
        if answer is None:
            raise TemplateArgumentError(f"{call} wants what was taken down, not {subject}")
        if written:
            told = json.loads(cast("str", answer))
            title, day, language = "", dt.date.fromisoformat(told["date"]), self._recorder.setting("language")
            return views.Gone(title=title, day=day, reason=told["reason"], language=language)
        title, language, expires = cast("tuple[str, str, str]", answer)
        return views.Gone(
            title=title, day=dt.datetime.fromisoformat(expires).date(), reason="", language=language
        )

    def body(self, path: str, output: str, *, absolute: bool = False) -> str:
        """Return an article's body with its links in place, ``absolute`` for use away from its page."""
        call = "archive.body(…)"
        body = self._of_published("body", path, call)
        return self._views.resolved(body, path, checked(output, str, call), absolute=absolute)

    def index(self, kind: FacetKind, prefix: str) -> views.Names:
        """Return an index of names, or of the prefixes that it splits into."""
        call = "archive.index(…)"
        _among(NAMED_KINDS, kind, call)
        answer = self._recorder.ask("names", f"{kind}/{checked(prefix, str, call)}")
        names, prefixes = cast("tuple[tuple[tuple[str, str, int], ...], tuple[tuple[str, int], ...]]", answer)
        language = str(self._recorder.setting("language"))
        alphabet = words.alphabet(words.text(self._recorder.said(language), "alphabet"))
        unordered = (
            self._views.facet(kind, slug, self._views.given_name(kind, slug) or name, count)
            for slug, name, count in names
        )
        facets = tuple(sorted(unordered, key=lambda facet: alphabet.sort(facet.name)))
        return views.Names(
            kind=kind,
            prefix=prefix,
            url=self._views.names_url(kind, prefix),
            parent_url=self._views.names_url(kind, prefix[:-1]) if prefix else "",
            count=sum(count for _, count in prefixes) + len(names),
            facets=facets,
            letters=_by_letter(facets, alphabet),
            initials=tuple(
                views.Initial(prefix=start, url=self._views.names_url(kind, start), count=count)
                for start, count in sorted(prefixes, key=lambda pair: alphabet.sort(pair[0]))
            ),
        )

    def listing(self, kind: FacetKind, slug: str, period: int, part: int) -> views.Listing:
        """Return the listing of a facet in a period, or one part of it."""
        call = "archive.listing(…)"
        _check_facet(kind, slug, call)
        _check_period(period, part, call)
        key = key_of(kind, slug)
        size = int(self._recorder.setting("listings_size"))
        smallest = periods.is_smallest(period, days=self._recorder.setting("listings_days"))
        # A facet's page between its front and its articles leads from one to the other and counts nothing:
        # so it changes when a period is new, not with each article.
        counted = kind == "all" or period == 0 or smallest
        most = "" if counted else str(size + 1)
        # A part counts its own: the count of the day would change every full part with each article.
        count = 0 if part else cast("int", self._recorder.ask("count", f"{key}/{period}", most))
        whole = not part and count <= size
        parts = list(parts_of(count, size))
        complete = bool(part or (whole and count))
        if part or whole:
            articles = self._views.teasers(self._recorder.ask("listing", f"{key}/{period}", f"{part} {size}"))
            count = len(articles)
        elif period == 0:
            articles = self._views.teasers(self._recorder.ask("newest", key, str(min(FRONT, size))))
        else:
            articles = ()
        calendar = kind == "all" and periods.is_month(period) and not smallest
        below = (
            self._views.below(kind, slug, period, most) if not smallest and (not whole or calendar) else ()
        )
        own = self._views.period(kind, slug, period, count)
        if most and not whole:
            own = replace(own, count=0)
        return views.Listing(
            facet=self._recorder.memoized(self._views.facet, kind, slug),
            period=own,
            count=own.count,
            articles=articles,
            whole=whole,
            periods=below if not whole else (),
            parents=self._views.parents(kind, slug, period, part),
            part=part,
            parts=self._views.parts(kind, slug, period, reversed(parts[-size:]))
            if not whole and smallest and not part
            else (),
            previous_part=self._views.listing_url(kind, slug, period, part - 1) if part > 1 else "",
            weeks=_weeks(period, below) if calendar else (),
            leaves=_leaves(articles) if kind == "edition" and whole else (),
            downloads=(
                *(self._views.data_of(period, count) if kind == "all" and not part else ()),
                *(self._views.cited_in(kind, facet_output(kind, slug, period, part)) if complete else ()),
            ),
        )


def _by_letter(facets: tuple[views.Facet, ...], alphabet: words.Alphabet) -> tuple[views.Letter, ...]:
    """Return facets in the order of an alphabet under its letters."""
    letters = itertools.groupby(facets, key=lambda facet: alphabet.letter(facet.name))
    return tuple(views.Letter(letter=letter, facets=tuple(each)) for letter, each in letters)


def _by_language(teaser: views.Teaser) -> tuple[str, str]:
    return teaser.language.lower(), teaser.path


def _among(kinds: tuple[FacetKind, ...], given: FacetKind, call: str) -> FacetKind:
    if given not in kinds:
        raise TemplateArgumentError(f"{call} wants one of {', '.join(kinds)}")
    return given


def _check_facet(kind: FacetKind, slug: str, call: str) -> None:
    _among((*NAMED_KINDS, *SINGLE_KINDS), kind, call)
    checked(slug, str, call)


def _check_period(period: int, part: int, call: str) -> None:
    """Raise ``TemplateArgumentError`` unless these are a period, 0 for all time, and one of its parts."""
    if not periods.is_period(checked(period, int, call)):
        raise TemplateArgumentError(f"{call} wants 0, or a year, month or day such as 20221105, not {period}")
    if not 0 <= checked(part, int, call) <= _MOST:
        raise TemplateArgumentError(f"{call} wants the number of a part, not {part}")


def _check_day_of_year(given: int, call: str) -> None:
    checked(given, int, call)
    try:
        dt.date(2000, given // 100, given % 100)  # a leap year
    except (ValueError, OverflowError):
        raise TemplateArgumentError(f"{call} wants a day of the year such as 1105, not {given}") from None


def _count(given: int, call: str) -> int:
    if not 0 <= checked(given, int, call) <= _MOST:
        raise TemplateArgumentError(f"{call} wants a number of articles, not {given}")
    return given


def _leaves(articles: tuple[views.Teaser, ...]) -> tuple[views.Leaf, ...]:
    """Return articles page by page, as a paper numbers them: A2 before A10; without a page last."""
    oldest_first = articles[::-1]
    ordered = sorted(
        oldest_first, key=lambda each: (not each.page, _numbered(each.page), _numbered(each.column))
    )
    pages = itertools.groupby(ordered, key=lambda each: each.page)
    return tuple(views.Leaf(page=page, articles=tuple(each)) for page, each in pages)


def _numbered(text: str) -> tuple[tuple[int, str], ...]:
    """Return what sorts a text by the numbers in it; texts that differ sort apart."""
    steps = re.findall(r"[0-9]+|[^0-9]+", text)
    return (*((int(step), "") if step.isdecimal() else (-1, step) for step in steps), (-2, text))


def _weeks(month: int, days: tuple[views.Period, ...]) -> tuple[tuple[views.CalendarDay | None, ...], ...]:
    """Return a month's calendar, Monday first."""
    first = dt.date(month // 100, month % 100, 1)
    last = (first.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)
    by_number = {day.value % 100: day for day in days}
    squares: list[views.CalendarDay | None] = [None] * first.weekday()
    for number in range(1, last.day + 1):
        day = by_number.get(number)
        squares.append(
            views.CalendarDay(number=number, url=day.url if day else "", count=day.count if day else 0)
        )
    squares += [None] * (-len(squares) % 7)
    return tuple(tuple(squares[start : start + 7]) for start in range(0, len(squares), 7))
