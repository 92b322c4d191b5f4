"""Turns answers of the archive into the views that templates get.

A view comes with the questions asked on the way to it: whoever gets one that was made once has asked them
too, see ``DependencyRecorder.memoized``. Nothing here depends on the page being rendered.
"""

from __future__ import annotations

from broadsheet.render.recorder import DependencyRecorder
from broadsheet.render.view_builder.anniversaries import AnniversaryBuilder
from broadsheet.render.view_builder.articles import ArticleBuilder, NotFoundError
from broadsheet.render.view_builder.downloads import DownloadBuilder
from broadsheet.render.view_builder.facets import FacetBuilder, key_of
from broadsheet.render.view_builder.front_page import FrontBuilder
from broadsheet.render.view_builder.links import LinkResolver
from broadsheet.render.view_builder.listings import ListingBuilder
from broadsheet.render.view_builder.names import NamesBuilder
from broadsheet.render.view_builder.own_pages import OwnPageBuilder
from broadsheet.render.view_builder.periods import PeriodNamer
from broadsheet.render.view_builder.profiles import ProfileBuilder
from broadsheet.render.view_builder.related import RelatedBuilder
from broadsheet.render.view_builder.years import YearBuilder

__all__ = ["NotFoundError", "ViewBuilder", "key_of"]


class ViewBuilder:
    """The builders of all views, a family each."""

    def __init__(self, recorder: DependencyRecorder) -> None:
        """Ask ``recorder``."""
        period_namer, links, downloads = (
            PeriodNamer(recorder),
            LinkResolver(recorder),
            DownloadBuilder(recorder),
        )
        self.facets = FacetBuilder(recorder, period_namer)
        self.names = NamesBuilder(recorder, self.facets)
        self.profiles = ProfileBuilder(recorder, self.facets, links)
        self.articles = ArticleBuilder(recorder, self.facets, links, self.profiles, downloads, period_namer)
        self.front = FrontBuilder(recorder, self.articles)
        self.own_pages = OwnPageBuilder(recorder, links)
        self.related = RelatedBuilder(recorder, self.facets, self.articles)
        self.listings = ListingBuilder(recorder, self.facets, self.articles, downloads, period_namer)
        self.years = YearBuilder(recorder, period_namer)
        self.anniversaries = AnniversaryBuilder(recorder, self.articles, period_namer)
