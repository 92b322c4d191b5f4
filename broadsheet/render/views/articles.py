"""Articles as pages and lists show them, and what they are connected with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from broadsheet.common.model import Correction, Retraction, Source
from broadsheet.render.views.facets import Facet
from broadsheet.render.views.media import Download, Picture, Rendition
from broadsheet.render.views.profiles import Byline


@dataclass(frozen=True, slots=True, kw_only=True)
class Teaser:
    """What other pages may know of an article.

    ``id`` is its id in feeds (a tag URI). ``day`` is the date as written; ``date`` the aware moment;
    ``timed`` and ``updated_timed``: ``date`` and ``updated`` have a time that was written, not the start
    of a day; ``day_url`` the listing of that day, or of its month where days have no pages. ``path`` is the
    Markdown file, relative to the site's folder. ``card`` stands for it on other sites, if the site makes
    cards and it has no picture that they can show. ``genre`` is report, opinion, analysis, background,
    review, obituary, or empty. ``draft``: it is one, and the site is built with drafts.
    """

    path: str
    id: str
    title: str
    url: str
    permalink: str
    day: dt.date
    day_url: str
    date: dt.datetime
    timed: bool = True
    updated: dt.datetime | None
    updated_timed: bool = True
    authors: tuple[Facet, ...]
    dateline: Facet | None
    section: Facet | None
    summary: str
    picture: Picture | None
    card: Rendition | None = None
    language: str
    corrections: tuple[Correction, ...]
    retracted: Retraction | None
    genre: str
    edition: Facet | None
    page: str
    column: str
    draft: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading in the text of an article: its words, as HTML, and the fragment that leads to it."""

    name: Markup
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Record(Teaser):
    """What the data files have of an article: all of its teaser, and a little more.

    ``words`` counts the words of the body.
    """

    tags: tuple[Facet, ...]
    series: tuple[Facet, ...]
    words: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Article(Record):
    """A whole article: all of its teaser, and more.

    ``day_name`` is the name of the listing at ``day_url``: a day, or a month where days have no pages.
    ``translations`` is the slug that it has in common with its translations, or empty.
    ``standfirst`` is its summary if one was written, and not just its first words or why it was retracted.
    ``bylines`` are of those of its authors who have a profile. ``minutes`` is how long reading it takes;
    ``contents`` lists the headings of a long text.
    ``words`` counts the words of the body; ``expires`` is the moment at which it goes; ``downloads``
    stand beside its page. Of an article that was retracted, ``body`` and ``picture`` are empty, unless
    site.toml has them shown.
    """

    day_name: str
    body: Markup
    downloads: tuple[Download, ...]
    expires: dt.datetime | None
    source: Source | None
    extra: Mapping[str, Any]
    standfirst: str = ""
    bylines: tuple[Byline, ...] = ()
    minutes: int = 0
    contents: tuple[Heading, ...] = ()
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

    ``key`` is its key in bibliographies. ``texts`` are pairs of a style's name and the citation in that
    style, empty where the site wants none; ``tags`` are pairs of name and content of meta tags.
    """

    key: str
    texts: tuple[tuple[str, Markup], ...]
    tags: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """What was taken down from the address of this page.

    ``title`` is that of an article that has expired, and empty for what site.toml says is gone; ``day`` is
    the day on which it went; ``reason`` is why, and empty for an article.
    """

    title: str
    day: dt.date
    reason: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """The articles next to an article in time.

    ``before`` the older and ``after`` the newer one, in the same language; None at the ends.
    """

    before: Teaser | None
    after: Teaser | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Within:
    """The place of an article in a series.

    ``number`` counts the parts from the oldest, and is 0 beyond the fiftieth; ``before`` and ``after`` are
    the parts next to it, None at the ends.
    """

    series: Facet
    number: int
    before: Teaser | None
    after: Teaser | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """What an article is related to: ``stories`` that came before it, the most related first.

    ``feed`` is the URL of the feed in which later ones would appear: that of the tag, section or dateline
    that says most about the article, of those with a feed; empty when there is none.
    """

    stories: tuple[Teaser, ...]
    feed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What follows an article: at most eight stories, none twice.

    ``series`` are its places in its first two series, ``around`` its neighbours. What stands in an earlier
    one of these is left out of the later. ``room`` is how many later stories a script may add.
    """

    series: tuple[Within, ...]
    related: Related
    around: Around
    room: int
