"""Facets, and the indexes of their names."""

from __future__ import annotations

from dataclasses import dataclass

from broadsheet.common.model import FacetKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """A section, tag, author or dateline, or (kind ``all``) everything.

    ``count`` is the number of its articles where the facet comes from an index of names, over 99 rounded
    down to two digits (12,431 is 12,000); else 0. ``url`` and ``permalink`` are empty where its kind has no
    pages; ``feed``, the URL of its Atom feed, is empty where its kind has none.
    """

    kind: FacetKind
    slug: str
    name: str
    url: str
    permalink: str
    feed: str
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Initial:
    """The names that begin with ``prefix``, where there are too many for one page.

    ``heading`` is the prefix with a capital.
    """

    prefix: str
    heading: str
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

    Authors are in the order of their family names, if the settings say so. ``letters`` are the same facets
    letter by letter; ``heading`` is the prefix with a capital. Over 500 names, ``initials`` is filled instead
    of ``facets``. URLs are empty where the kind has no pages.
    """

    kind: FacetKind
    prefix: str
    heading: str
    url: str
    parent_url: str
    count: int
    facets: tuple[Facet, ...]
    letters: tuple[Letter, ...]
    initials: tuple[Initial, ...]
