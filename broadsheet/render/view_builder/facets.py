"""Facets with their names and URLs."""

from __future__ import annotations

import datetime as dt
import json

from broadsheet.archive.questions.listings import FACET_NAME
from broadsheet.archive.questions.site import FACET_SETTING
from broadsheet.common import languages, periods
from broadsheet.common.keys import FacetKey, ListingKey
from broadsheet.common.model import SINGLE_KINDS, FacetKind
from broadsheet.common.urls import facet_output, feed_output
from broadsheet.render import views
from broadsheet.render.recorder import DependencyRecorder
from broadsheet.render.view_builder.periods import PeriodNamer


class FacetBuilder:
    """Builds facets."""

    def __init__(self, recorder: DependencyRecorder, period_namer: PeriodNamer) -> None:
        """Ask ``recorder``."""
        self._recorder = recorder
        self._period_namer = period_namer

    def build(self, key: FacetKey, name: str | None = None, count: int = 0) -> views.Facet:
        """Return a facet; without a ``name`` under the one that listings show."""
        kind, slug = key
        output, listed = facet_output(kind, slug), self.has_pages(kind)
        fed = kind in SINGLE_KINDS or kind in self._recorder.setting("feeds_kinds")
        urls = self._recorder.urls
        name = self.find_name(key) if name is None else name
        return views.Facet(
            kind=kind,
            slug=slug,
            name=self._format_edition(name) if kind == "edition" else name,
            url=urls.url(output) if listed else "",
            permalink=urls.permalink(output) if listed else "",
            feed=urls.url(feed_output(kind, slug)) if fed else "",
            count=count,
        )

    def build_spelled(self, kind: FacetKind, slug: str, name: str) -> views.Facet:
        """Return a facet under the name that an article spells."""
        return self.build(FacetKey(kind, slug), name)

    def find_name(self, key: FacetKey) -> str:
        """Return the name that site.toml gives a facet, else that of its profile or its earliest article."""
        if key.kind in SINGLE_KINDS:
            return ""
        configured = self.find_configured_name(key)
        if configured is not None:
            return configured
        if key.kind == "language":
            return languages.find_own_name(key.slug)
        return self._recorder.ask(FACET_NAME, key) or key.slug

    def find_configured_name(self, key: FacetKey) -> str | None:
        """Return the name that site.toml gives a facet, or None."""
        text = self._recorder.ask(FACET_SETTING, f"names.{key.kind}.{key.slug}")
        return None if text is None else str(json.loads(text))

    def find_language(self, key: FacetKey) -> str:
        """Return the language of the pages of a facet."""
        own = str(self._recorder.setting("language"))
        if key.kind != "language":
            return own
        return self._recorder.memoized(self._recorder.page_language, key.slug)

    def has_pages(self, kind: FacetKind) -> bool:
        """Return whether facets of a kind have pages."""
        return kind in SINGLE_KINDS or kind in self._recorder.setting("listings_kinds")

    def make_url(self, listing: ListingKey, part: int = 0) -> str:
        """Return the URL of a listing or of a part of it; empty where there is no such page."""
        (kind, slug), period = listing
        exists = not periods.is_day(period) or self._recorder.setting("listings_days")
        listed = exists and self.has_pages(kind)
        return self._recorder.urls.url(facet_output(kind, slug, period, part)) if listed else ""

    def _format_edition(self, name: str) -> str:
        """Return the name of a print edition; one that is a day, as days are shown."""
        try:
            number = periods.number_day(dt.date.fromisoformat(name))
        except ValueError:
            return name
        # Of the first century, such as 0022-11-15: no period is one of its days.
        if not periods.is_day(number):
            return name
        return self._period_namer.name(number, str(self._recorder.setting("language")))


def key_of(facet: views.Facet) -> FacetKey:
    """Return the key of a facet."""
    return FacetKey(facet.kind, facet.slug)
