"""The model: what reading a file returns and what the archive stores. All of it is immutable.

Nothing here knows the base path: an article has the path of its output, and ``urls`` makes its URL from
that. So the same articles are read and stored whatever the site's URL is. What layouts see, URLs included, is
in ``render.views``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from broadsheet.common.pictures import CENTER
from broadsheet.common.problems import Problem

FacetKind = Literal[
    "all",
    "section",
    "tag",
    "author",
    "dateline",
    "series",
    "edition",
    "language",
    "correction",
    "translation",
]
# The translations of an article are a facet too, but have neither pages nor a name.
NAMED_KINDS: tuple[FacetKind, ...] = (
    "section",
    "tag",
    "author",
    "dateline",
    "series",
    "edition",
    "language",
)
# Every site has indexes of these; of the other kinds only if there is something to list.
INDEXED_KINDS: tuple[FacetKind, ...] = ("section", "tag", "author", "dateline")
# There is one facet of each of these kinds, without a name of its own.
SINGLE_KINDS: tuple[FacetKind, ...] = ("all", "correction")
CorrectionKind = Literal["correction", "clarification", "update"]
CORRECTION_KINDS: tuple[CorrectionKind, ...] = ("correction", "clarification", "update")
# What may become of a shortcode of another generator.
SHORTCODE_ACTIONS = ("aside", "drop", "frame", "image", "link", "text")
DIALECTS = ("commonmark", "kramdown")
# What becomes of a link or a picture that leads nowhere: "strict", it is a problem; "report", its words are
# published without it, and it is a finding.
DeadLinks = Literal["strict", "report"]
DEAD_LINKS: tuple[DeadLinks, ...] = ("strict", "report")
# What names the section of an article: its field alone, or else its folder.
SECTION_SOURCES = ("field", "folder")
HOST_LIMITS = ("github-pages", "none")  # whose limits of size a site keeps
# What can be told where addresses lead, so that it redirects by itself.
Host = Literal["netlify", "cloudflare", "nginx", "caddy", "s3"]
HOSTS: tuple[Host, ...] = ("netlify", "cloudflare", "nginx", "caddy", "s3")
CITATION_STYLES = ("apa", "chicago", "mla")
# What search may index of an article: the first seven unless site.toml says otherwise.
SEARCH_FIELDS = (
    *("title", "summary", "body", "author", "dateline", "section", "tags"),
    *("series", "picture", "corrections"),
)
# Formats in which a picture is published beside its own, shapes that it is cropped to (width to height), and
# what may be read from the file of a picture.
PICTURE_FORMATS = ("avif", "webp")
PICTURE_CROPS = ("16x9", "4x3", "1x1")
PICTURE_METADATA = ("caption", "credit")
GENRES = ("report", "opinion", "analysis", "background", "review", "obituary")
TYPEFACES = ("house", "system")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """A way to cut the archive, as one article spells it.

    Two facets of a kind are the same if their slugs are equal. A language is a facet unless it is the site's
    own. All articles are ``Facet(kind="all", slug="", name="")``; all corrected articles are
    ``Facet(kind="correction", slug="", name="")``.
    """

    kind: FacetKind
    slug: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """An article's lead picture. ``path`` is relative to the site: ``content/…`` or ``static/…``.

    ``focus`` is the point that crops of it keep in, in percent from the left and from the top.
    """

    path: str
    alt: str
    caption: str
    credit: str
    focus: tuple[int, int] = CENTER


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where an article was taken over from, or a page about an author or a place. ``url`` may be empty."""

    name: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A dated note that says what was wrong and is now right.

    ``day`` is as written, ``date`` the moment, after the article's; ``timed``: a time of day was written.
    ``was`` are words that the article had, ``is_now`` those that it has instead; either may be empty, and so
    may ``text`` if they are not.
    """

    kind: CorrectionKind
    day: dt.date
    date: dt.datetime
    timed: bool = True
    text: str
    was: str = ""
    is_now: str = ""

    @property
    def statement(self) -> str:
        """The text or, without one, what was changed: ``212 metres → 221 metres``."""
        return self.text or f"{self.was} → {self.is_now}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Retraction:
    """Why and when an article was retracted; ``day``, ``date`` and ``timed`` are as of a ``Correction``."""

    day: dt.date
    date: dt.datetime
    timed: bool = True
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A relative link or picture of a body, or the lead picture, resolved from the Markdown file.

    ``path`` is the target's path relative to the site (``content/2019/flood.md``); ``line`` and ``column``,
    counted from 1, are where the article's file names it; ``shown`` says what it is there if it is a picture
    that is shown (see ``common.pictures``), and is empty where it is linked to, and of any other file.
    """

    path: str
    line: int
    column: int
    shown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Coordinates:
    """Where a place is, in degrees (WGS 84): ``latitude`` is positive north, ``longitude`` positive east."""

    latitude: float
    longitude: float


class Pin(NamedTuple):
    """A story that an editor puts on the front page: as its lead, into the second row or into a package.

    ``part`` is the key it stands below: lead, second or stories. ``path`` is that of the article, ``written``
    as the file names it, on ``line`` at ``column``. It gives way at ``until``. ``package`` counts the
    packages, from 0, and ``heading`` is that of the story's.
    """

    part: str
    path: str
    written: str
    until: dt.datetime | None
    line: int
    column: int
    package: int = 0
    heading: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One Markdown file about an author, a place or a topic, read.

    ``facet`` has an empty name if the file gives none. ``family`` is the family name as part of a person's
    name, and ``sort`` what indexes sort the name by, each empty if not given. ``kind`` is person,
    organization, place or topic; only a place may have ``coordinates``, and only a topic ``stories``, the
    paths of key stories. ``addresses`` are web pages; ``findings`` is what ``check`` names, though no
    problem. ``opening`` is the first words of the body, as plain text.
    """

    path: str
    facet: Facet
    family: str
    sort: str = ""
    kind: str
    role: str
    picture: Picture | None
    email: str
    addresses: tuple[Source, ...]
    fediverse: str
    coordinates: Coordinates | None = None
    stories: tuple[str, ...] = ()
    body: str
    opening: str = ""
    links: tuple[Link, ...]
    findings: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPage:
    """One Markdown file about the site itself, such as "About us", read.

    ``output`` is the path of the page's file in the output folder. ``in_menu``: other pages lead to it, in
    the order of ``menu``, those with 0 last. ``summary``, ``made_summary``, ``translations``, ``body``,
    ``aliases`` and ``findings`` are as in ``Article``.
    """

    path: str
    output: str
    title: str
    summary: str
    made_summary: bool = False
    picture: Picture | None
    in_menu: bool = True
    menu: int = 0
    draft: bool = False
    language: str
    translations: str = ""
    aliases: tuple[str, ...] = ()
    extra: Mapping[str, Any]
    body: str
    links: tuple[Link, ...] = ()
    findings: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One Markdown file under content/ with front matter, read.

    ``path`` is relative to the site's folder. ``day`` is the date as written, never converted; ``date`` the
    aware moment of publication, in the offset it was written with; from ``expires`` on, its page only says
    that it is no longer published. ``updated`` is the latest of ``updated:``, its corrections and its
    retraction, if later than ``date``. ``timed`` and ``updated_timed``: a time of day was written, so that it
    is no start of a day. ``output`` is the path of the page's file in the output folder.
    ``body`` is safe HTML with marks for links within the site (see ``read.markdown``), ``words`` counts its
    words. ``corrections`` are in the order of their dates. ``genre`` is one of ``GENRES``, or empty;
    ``edition``, ``page`` and ``column`` are where it was printed. ``translations`` is a slug that it shares
    with its translations, or empty; ``language_facet`` its language, unless that is the site's own.
    ``made_summary``: the summary was not written but taken from the first words. ``findings`` is what
    ``check`` names, though it is no problem. ``former`` are the paths at which the site's former permalink
    patterns had its page; None if the site has none. ``search`` is what search knows of it, in the form of
    ``read.search_words``.
    """

    path: str
    id: str
    title: str
    authors: tuple[Facet, ...]
    dateline: Facet | None
    section: Facet | None
    tags: tuple[Facet, ...]
    series: tuple[Facet, ...] = ()
    genre: str = ""
    edition: Facet | None = None
    page: str = ""
    column: str = ""
    corrections: tuple[Correction, ...] = ()
    retracted: Retraction | None = None
    day: dt.date
    date: dt.datetime
    timed: bool = True
    updated: dt.datetime | None
    updated_timed: bool = True
    expires: dt.datetime | None
    summary: str
    slug: str
    output: str
    picture: Picture | None
    draft: bool
    language: str
    language_facet: Facet | None = None
    translations: str = ""
    aliases: tuple[str, ...]
    former: tuple[str, ...] | None = None
    source: Source | None
    extra: Mapping[str, Any]
    body: str
    words: int
    links: tuple[Link, ...]
    made_summary: bool = False
    search: str = ""
    findings: tuple[Problem, ...] = ()
