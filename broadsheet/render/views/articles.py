"""The nouns as layouts see them: the model with its URLs, and nothing that a page could change.

Every noun here is an answer, or a part of one; ``nouns`` makes them. A noun that layouts may use is
described in docs/layouts.md under the name of its class, and a test keeps the two in step.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from broadsheet.common.model import Coordinates, Correction, FacetKind, Retraction, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """A section, tag, author or dateline, or (kind ``all``) everything.

    ``count`` is the number of its articles where the facet comes from an index of names, over 99 rounded
    down to two digits (12,431 is 12,000); else 0.
    ``url`` and ``permalink`` are empty where its kind has no pages, ``feed``, the URL of its Atom feed,
    where its kind has none.
    """

    kind: FacetKind
    slug: str
    name: str
    url: str
    permalink: str
    feed: str
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture that belongs to an article; ``width`` and ``height`` in pixels, 0 when unknown."""

    url: str
    permalink: str
    alt: str
    caption: str
    credit: str
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What is said of an author or a place on the front of the facet.

    ``kind`` is person, organization or place; only a place may have ``coordinates``. ``body`` may be empty,
    as may all texts.
    """

    facet: Facet
    kind: str
    role: str
    picture: Picture | None
    email: str
    addresses: tuple[Source, ...]
    fediverse: str
    coordinates: Coordinates | None
    body: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Byline:
    """What an article's page may know of an author's profile; ``slug`` is the author's.

    ``family`` is that part of the name, empty where nobody wrote it.
    """

    slug: str
    kind: str
    family: str
    fediverse: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Teaser:
    """What other pages may know of an article.

    ``id`` is its id in feeds (a tag URI). ``day`` is the date as written; ``date`` the aware moment;
    ``day_url`` the listing of that day, or of its month where days have no pages. ``path`` is the
    Markdown file, relative to the site's folder. ``genre`` is
    report, opinion, analysis, background, review, or empty.
    """

    path: str
    id: str
    title: str
    url: str
    permalink: str
    day: dt.date
    day_url: str
    date: dt.datetime
    updated: dt.datetime | None
    authors: tuple[Facet, ...]
    dateline: Facet | None
    section: Facet | None
    summary: str
    picture: Picture | None
    language: str
    corrections: tuple[Correction, ...]
    retracted: Retraction | None
    genre: str
    edition: Facet | None
    page: str
    column: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Record(Teaser):
    """What the archive as data knows of an article: all of its teaser, and a little more.

    ``words`` counts the words of the body.
    """

    tags: tuple[Facet, ...]
    series: tuple[Facet, ...]
    words: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """What a page says, in a file for machines: ``name`` is "JSON" or "RIS", ``type`` its media type."""

    name: str
    type: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Article(Record):
    """One article, whole: all of its teaser, and more.

    ``day_name`` is what the listing at ``day_url`` is called: a day, or a month where days have no pages.
    ``translations`` is the slug that it has in common with its translations, or empty.
    ``bylines`` are of those of its authors who have a profile.
    ``words`` counts the words of the body; ``expires`` is the moment from which on it is gone; ``downloads``
    stand beside its page. Of an article that was retracted ``body`` and
    ``picture`` are empty, unless site.toml has them shown.
    """

    day_name: str
    body: Markup
    downloads: tuple[Download, ...]
    expires: dt.datetime | None
    draft: bool
    source: Source | None
    extra: Mapping[str, Any]
    bylines: tuple[Byline, ...] = ()
    translations: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """An article in another language: ``name`` is that of the language, in the language itself."""

    path: str
    language: str
    name: str
    title: str
    url: str
    permalink: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """How an article is cited.

    ``key`` is what it is called in bibliographies. ``texts`` are pairs of a style's name and the citation in
    it, empty where the site wants none; ``tags`` pairs of name and content of meta tags.
    """

    key: str
    texts: tuple[tuple[str, Markup], ...]
    tags: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """What was taken down, and stood at the address of this page.

    ``title`` is that of an article whose time is over, and empty for what site.toml says is gone; ``day`` is
    since when, ``reason`` why, which is empty for an article.
    """

    title: str
    day: dt.date
    reason: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """The stories next to an article in time.

    ``before`` the older ones and ``after`` the newer ones, at most three each, nearest first.
    """

    before: tuple[Teaser, ...]
    after: tuple[Teaser, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Within:
    """Where an article stands in a story that runs on.

    ``number`` counts its parts from the oldest, and is 0 beyond the fiftieth; ``before`` and ``after`` are
    the parts next to it, None at the ends.
    """

    series: Facet
    number: int
    before: Teaser | None
    after: Teaser | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """What an article is related to: ``stories`` that came before it, the most related first.

    ``feed`` is the URL of the feed in which later ones would stand: that of the tag, section or dateline that
    tells most of the article, of those with a feed; empty when there is none.
    """

    stories: tuple[Teaser, ...]
    feed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A year, a month or a day of a facet.

    ``value`` is 0 for all time, or 2022, 202211, 20221105; ``name`` is it in the site's language
    ("November 2022"), ``short`` without the larger periods ("November", "5"); ``url`` is empty when
    the period has no page of its own.
    """

    value: int
    name: str
    short: str
    url: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a smallest period that has too many articles for one page.

    ``number`` counts from the oldest; ``url`` is empty when it has no page.
    """

    number: int
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarDay:
    """A square of a month's calendar: ``number`` 1 to 31; ``url`` is empty on a day without news."""

    number: int
    url: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A page of a print edition, with what stood on it, by column; ``page`` is empty where none is known."""

    page: str
    articles: tuple[Teaser, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The articles of one facet in one period: what every index page shows.

    ``articles`` are in the archive's order, newest first: all of them when ``whole``, otherwise the
    newest few of a front, or none on a page that only leads to smaller periods. ``periods`` are the
    next smaller ones, newest first, when the listing is not whole. ``parents`` are the larger ones,
    largest first; the first is the facet's front (value 0; for everything: the archive page).
    ``part`` is the number of this part, 0 for a whole listing; on a part ``count`` is the number of its
    own articles. The page of a period that only leads to smaller ones tells no counts (they are 0), but
    for those of everything: it would change with each article. ``parts`` lead to the parts of a day, or
    of a month where days have no pages, newest first. ``weeks`` is a month's calendar, Monday first
    (None: a square of another month), empty for other periods and facets, and where days have no pages.
    ``leaves`` are the articles of a whole print edition, page by page, and empty for all else. Among the
    corrections an article stands once for each moment of them, with just what was noted then.
    ``downloads`` hold what the page lists, or of a month of everything all that the month has.
    """

    facet: Facet
    period: Period
    count: int
    articles: tuple[Teaser, ...]
    whole: bool
    periods: tuple[Period, ...]
    parents: tuple[Period, ...]
    part: int
    parts: tuple[Part, ...]
    previous_part: str
    weeks: tuple[tuple[CalendarDay | None, ...], ...]
    leaves: tuple[Leaf, ...]
    downloads: tuple[Download, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Initial:
    """The names that begin alike, when there are too many for one page."""

    prefix: str
    url: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """The names under one letter of an alphabet."""

    letter: str
    facets: tuple[Facet, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """An index of names: all tags, all authors, in the order of the alphabet that the theme's words give.

    ``letters`` are the same facets letter by letter. Over 500 names ``initials`` is filled instead of
    ``facets``. URLs are empty where the kind has no pages.
    """

    kind: FacetKind
    prefix: str
    url: str
    parent_url: str
    count: int
    facets: tuple[Facet, ...]
    letters: tuple[Letter, ...]
    initials: tuple[Initial, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """A year of the whole archive: ``months`` are its twelve, January first, also those without news."""

    value: int
    url: str
    count: int
    months: tuple[Period, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOfYear:
    """A day that every year has, but for the last of February: ``value`` is 1105, ``name`` "5 November"."""

    value: int
    name: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOfOneYear:
    """That day in one year: ``articles`` are its first five, ``url`` the listing of all."""

    year: int
    url: str
    articles: tuple[Teaser, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Anniversary:
    """What happened on a day of the year, the newest year first."""

    day: DayOfYear
    years: tuple[DayOfOneYear, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The page being made: ``url`` and ``permalink`` are its own; ``kind`` is the output's kind.

    ``language`` is that of the words around what it shows.
    """

    kind: str
    url: str
    permalink: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What a feed says of itself; ``facet`` is what it is cut from, ``home`` the page it belongs to.

    ``id`` is a tag URI, for ever. ``updated`` is the newest change among ``articles``, None when
    there are none.
    """

    id: str
    title: str
    subtitle: str
    permalink: str
    home: str
    language: str
    updated: dt.datetime | None
    facet: Facet
    articles: tuple[Teaser, ...]
