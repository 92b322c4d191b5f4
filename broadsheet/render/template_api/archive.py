"""The archive, as layouts ask it."""

from __future__ import annotations

from broadsheet.common.keys import EVERYTHING, NamesKey
from broadsheet.common.model import INDEXED_KINDS, NAMED_KINDS, FacetKind
from broadsheet.render import views
from broadsheet.render.formats import maps
from broadsheet.render.template_api.arguments import (
    TemplateArgumentError,
    check_count,
    check_day_of_year,
    check_facet,
    check_kind,
    check_listing,
    check_type,
)
from broadsheet.render.template_api.base import TemplateObject
from broadsheet.render.view_builder import NotFoundError, ViewBuilder, key_of


class Archive(TemplateObject):
    """The archive: each method checks its arguments, and asks one question or a few."""

    def __init__(self, views: ViewBuilder) -> None:
        """Answer with what ``views`` builds."""
        self._views = views

    def front(self) -> views.Front:
        """Return the stories that content/front.toml puts on the front page."""
        return self._views.front.build()

    def latest(self, count: int) -> tuple[views.Teaser, ...]:
        """Return the newest ``count`` articles, newest first."""
        return self._views.articles.list_newest(EVERYTHING, check_count(count, "archive.latest(…)"))

    def newest(self, facet: views.Facet, count: int) -> tuple[views.Teaser, ...]:
        """Return the newest ``count`` articles of a facet, newest first."""
        call = "archive.newest(…)"
        key = key_of(check_type(facet, views.Facet, call))
        return self._views.articles.list_newest(key, check_count(count, call))

    def fed(self, facet: views.Facet, count: int) -> tuple[views.Teaser, ...]:
        """Return the newest ``count`` articles of a facet as feeds have them: without retracted ones."""
        call = "archive.fed(…)"
        key = key_of(check_type(facet, views.Facet, call))
        return self._views.articles.list_fed(key, check_count(count, call))

    def around(self, article: views.Article | views.Teaser) -> views.Around:
        """Return the articles right before and after an article, of those in its language."""
        check_type(article, (views.Article, views.Teaser), "archive.around(…)")
        return self._views.related.build_around(article.path)

    def related(
        self, article: views.Article | views.Teaser, besides: tuple[views.Teaser, ...] = ()
    ) -> views.Related:
        """Return earlier articles that an article is related to, other than ``besides``."""
        call = "archive.related(…)"
        check_type(article, (views.Article, views.Teaser), call)
        shown = (check_type(each, views.Teaser, call).path for each in check_type(besides, tuple, call))
        return self._views.related.build_related(article.path, frozenset(shown))

    def ending(self, article: views.Article) -> views.Ending:
        """Return what follows an article: its series, related stories and neighbours, none twice."""
        return self._views.related.build_ending(check_type(article, views.Article, "archive.ending(…)"))

    def within(self, article: views.Article, series: views.Facet) -> views.Within:
        """Return the place of an article in one of its series."""
        check_type(article, views.Article, "archive.within(…)")
        check_type(series, views.Facet, "archive.within(…)")
        return self._views.related.build_within(article.path, series)

    def translations(self, article: views.Article) -> tuple[views.Translation, ...]:
        """Return what an article was translated to and from, in the order of their languages."""
        check_type(article, views.Article, "archive.translations(…)")
        return self._views.related.build_translations(article)

    def names(self, kind: FacetKind) -> tuple[views.Facet, ...]:
        """Return the facets of a kind in order of name, with counts; none when there are over 500."""
        check_kind(kind, NAMED_KINDS, "archive.names(…)")
        return self._views.names.build(NamesKey(kind)).facets

    def kinds(self) -> tuple[FacetKind, ...]:
        """Return the kinds of facets that have pages and articles, corrections last."""
        return self._views.names.list_kinds()

    def languages(self) -> tuple[views.Facet, ...]:
        """Return the languages of articles other than the site's own, if these have pages, without counts."""
        return self._views.names.list_languages()

    def further_kinds(self) -> tuple[FacetKind, ...]:
        """Return those of them that not every site has: series, edition, language, correction."""
        return tuple(kind for kind in self.kinds() if kind not in INDEXED_KINDS)

    def years(self) -> tuple[views.Year, ...]:
        """Return the years that have articles, newest first, each with its twelve months."""
        return self._views.years.list_years()

    def shades(self) -> tuple[views.Shade, ...]:
        """Return the steps of the counts of months: see ``views.Shade``."""
        return self._views.years.list_shades()

    def year_numbers(self) -> tuple[int, ...]:
        """Return the years that have articles, newest first, as numbers."""
        return self._views.years.list_numbers()

    def pages(self) -> tuple[views.PageLink, ...]:
        """Return the pages of the site's own that a page leads to: those with a number first, then by title.

        On a page in another language those in that language. What is made once for each language may ask.
        """
        return self._views.own_pages.list_menu()

    def anniversaries(self) -> tuple[views.DayOfYear, ...]:
        """Return the days of the year that have articles, the first of January first."""
        return self._views.anniversaries.list_days()

    def months_of_year(self) -> tuple[views.MonthOfYear, ...]:
        """Return the twelve months with all their days; none if no day has articles."""
        return self._views.anniversaries.list_months()

    def anniversary(self, day_of_year: int) -> views.Anniversary:
        """Return what happened on a day of the year, such as 1105 for the fifth of November."""
        return self._views.anniversaries.build(check_day_of_year(day_of_year, "archive.anniversary(…)"))

    def index(self, kind: FacetKind, prefix: str) -> views.Names:
        """Return an index of names, or of the longer prefixes into which it splits."""
        call = "archive.index(…)"
        check_kind(kind, NAMED_KINDS, call)
        return self._views.names.build(NamesKey(kind, check_type(prefix, str, call)))

    def article(self, path: str) -> views.Article:
        """Return a live article, whole, by the path of its file."""
        call = "archive.article(…)"
        try:
            return self._views.articles.build(check_type(path, str, call))
        except NotFoundError:
            raise TemplateArgumentError(f"{call} wants an article that is published, not {path}") from None

    def listing(self, kind: FacetKind, slug: str, period: int, part: int) -> views.Listing:
        """Return the listing of a facet in a period, or one part of it."""
        return self._views.listings.build(check_listing(kind, slug, period, part, "archive.listing(…)"))

    def map(self) -> maps.Map | None:
        """Return a map of the datelines whose profiles give coordinates, None if there are none."""
        return self._views.profiles.draw_map()

    def map_around(self, facet: views.Facet) -> maps.Map | None:
        """Return a map of a dateline that has coordinates, and of those near it; None for others."""
        return self._views.profiles.draw_map_around(check_type(facet, views.Facet, "archive.map_around(…)"))

    def author_boxes(self, article: views.Article) -> tuple[views.AuthorBox, ...]:
        """Return what stands below an article about those of its authors who have a profile and a page."""
        check_type(article, views.Article, "archive.author_boxes(…)")
        return self._views.profiles.build_author_boxes(article.authors)

    def key_stories(self, facet: views.Facet) -> tuple[views.Teaser, ...]:
        """Return the key stories that the profile of a tag, section or series names, in its order."""
        return self._views.articles.list_key_stories(
            key_of(check_type(facet, views.Facet, "archive.key_stories(…)"))
        )

    def profile(self, facet: views.Facet) -> views.Profile | None:
        """Return the profile of an author or a place, None if there is none."""
        return self._views.profiles.build(check_type(facet, views.Facet, "archive.profile(…)"))

    def facet(self, kind: FacetKind, slug: str, name: str | None = None, count: int = 0) -> views.Facet:
        """Return a facet; without a ``name`` under the one that listings show."""
        call = "archive.facet(…)"
        key = check_facet(kind, slug, call)
        if name is not None:
            check_type(name, str, call)
        return self._views.facets.build(key, name, count)

    def facet_name(self, kind: FacetKind, slug: str) -> str:
        """Return the name that site.toml gives a facet, else that of its profile or its earliest article."""
        return self._views.facets.find_name(check_facet(kind, slug, "archive.facet_name(…)"))
