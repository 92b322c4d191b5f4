"""Pages and feeds themselves."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from broadsheet.render.views.articles import Teaser
from broadsheet.render.views.facets import Facet


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
