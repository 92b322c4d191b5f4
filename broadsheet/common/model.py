"""The nouns, frozen: what reading makes of a file and what the archive keeps.

Nothing here knows the base path: an article has the path of its output, and ``urls`` makes its URL
from that, so that a site built for another address reads and stores the very same articles. What a
layout sees of these nouns, URLs included, is in ``archive.faces``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

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
# Translations of one another are a facet too, but have neither pages nor a name.
NAMED_KINDS: tuple[FacetKind, ...] = (
    "section",
    "tag",
    "author",
    "dateline",
    "series",
    "edition",
    "language",
)
# Their indexes stand on every site; those of the other kinds only where there is something to list.
INDEXED_KINDS: tuple[FacetKind, ...] = ("section", "tag", "author", "dateline")
# Of these there is one facet each, without a name of its own.
SINGLE_KINDS: tuple[FacetKind, ...] = ("all", "correction")
CorrectionKind = Literal["correction", "clarification", "update"]
CORRECTION_KINDS: tuple[CorrectionKind, ...] = ("correction", "clarification", "update")
CITATION_STYLES = ("apa", "chicago", "mla")
GENRES = ("report", "opinion", "analysis", "background", "review")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """A way to cut the archive, as one article spells it.

    ``kind`` is one of ``FacetKind``; two facets of a kind are one when their slugs are equal. A language is
    one when it is not the site's own.
    Everything is ``Facet(kind="all", slug="", name="")``; all that was corrected is
    ``Facet(kind="correction", slug="", name="")``.
    """

    kind: FacetKind
    slug: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """An article's lead picture. ``path`` is relative to the site: ``content/…`` or ``static/…``."""

    path: str
    alt: str
    caption: str
    credit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a piece was taken over from. ``url`` may be empty."""

    name: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A dated note that says what was wrong and is now right; ``day`` as written, ``date`` the moment.

    ``kind`` is one of ``CORRECTION_KINDS``.
    """

    kind: CorrectionKind
    day: dt.date
    date: dt.datetime
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Retraction:
    """Why an article was taken back, and when: ``day`` as written, ``date`` the moment."""

    day: dt.date
    date: dt.datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A relative link or picture of a body, or the lead picture, resolved from the Markdown file.

    ``path`` is the target's path relative to the site (``content/2019/flood.md``); ``line`` and
    ``column`` say where the article's file names it, from 1; ``embedded`` when the target is shown
    in the page (a picture), not linked.
    """

    path: str
    line: int
    column: int
    embedded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Coordinates:
    """Where a place is, in degrees (WGS 84): ``latitude`` north positive, ``longitude`` east positive."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What is said of an author or a place: one Markdown file about a facet, read.

    ``facet`` has an empty name where the file gives none. ``family`` is that part of a person's name, empty
    where nobody wrote it. ``kind`` is person, organization or place, and only a place may have
    ``coordinates``.
    """

    path: str
    facet: Facet
    family: str
    kind: str
    role: str
    picture: Picture | None
    email: str
    addresses: tuple[Source, ...]
    fediverse: str
    coordinates: Coordinates | None = None
    body: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One Markdown file under content/ with front matter, read.

    ``path`` is relative to the site's folder. ``day`` is the date as written, never converted;
    ``date`` the aware moment of publication, in the offset it was written in, ``expires`` the one from which
    on only a page that says so is left of it. ``updated`` is the latest of what was written, its
    corrections and its retraction. ``output`` is the path
    of the page's file in the output folder. ``body`` is safe HTML in which links within the site
    are marked (see ``prose``). ``words`` counts the words of the body. ``corrections`` are in the order of
    their dates. ``genre`` is one of ``GENRES``, or empty; ``edition``, ``page`` and ``column`` are where it
    stood in print. ``translations`` is the slug that it has in common with its translations, or empty;
    ``tongue`` its language as a facet, if that is not the site's own. ``made_summary``: nobody wrote the
    summary, it was made of the first words.
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
    updated: dt.datetime | None
    expires: dt.datetime | None
    summary: str
    slug: str
    output: str
    picture: Picture | None
    draft: bool
    language: str
    tongue: Facet | None = None
    translations: str = ""
    aliases: tuple[str, ...]
    source: Source | None
    extra: Mapping[str, Any]
    body: str
    words: int
    links: tuple[Link, ...]
    made_summary: bool = False
