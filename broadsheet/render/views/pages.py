"""Pages and feeds themselves, and pages of the site's own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from markupsafe import Markup

from broadsheet.render.views.articles import Teaser
from broadsheet.render.views.facets import Facet
from broadsheet.render.views.media import Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The page being rendered: ``url`` and ``permalink`` are its own; ``kind`` is the output's kind.

    ``language`` is that of the theme's words on the page.
    """

    kind: str
    url: str
    permalink: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """The head of a feed, and its ``articles``; ``facet`` is what it is about, ``home`` its page.

    ``id`` is a tag URI, for ever. ``updated`` is the newest change among ``articles``, None when there are
    none. ``tags`` are those of each article by its path.
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
    tags: Mapping[str, tuple[Facet, ...]] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLink:
    """What other pages show of a page of the site's own; ``language`` is that of its title."""

    path: str
    title: str
    url: str
    permalink: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPage(PageLink):
    """A whole page of the site's own.

    ``summary`` are the first words of its text if none was written (``made_summary``). ``translations``
    are the same page in other languages.
    """

    summary: str
    made_summary: bool
    picture: Picture | None
    draft: bool
    body: Markup
    extra: Mapping[str, Any]
    translations: tuple[PageTranslation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageTranslation(PageLink):
    """A page of the site's own in another language: ``name`` is what that calls itself."""

    name: str
