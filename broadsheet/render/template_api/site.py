"""The site, as layouts see it."""

from __future__ import annotations

from collections.abc import Mapping

from broadsheet.archive.questions.site import EXISTS
from broadsheet.common import languages
from broadsheet.common.keys import FacetKey
from broadsheet.common.model import CORRECTION_KINDS, FacetKind
from broadsheet.common.urls import DATA_INDEX, FEEDS, latest_output
from broadsheet.render import views
from broadsheet.render.recorder import DependencyRecorder
from broadsheet.render.scripts import list_stemmers
from broadsheet.render.template_api.arguments import check_type
from broadsheet.render.template_api.base import TemplateObject
from broadsheet.render.view_builder import ViewBuilder
from broadsheet.settings.model import Publisher


class Site(TemplateObject):
    """The site, as site.toml describes it."""

    def __init__(self, recorder: DependencyRecorder, views: ViewBuilder) -> None:
        """Ask ``recorder``, and answer with what ``views`` builds."""
        self._recorder = recorder
        self._views = views

    @property
    def title(self) -> str:
        """The site's title."""
        return str(self._recorder.setting("title"))

    @property
    def tagline(self) -> str:
        """The line under the title; may be empty."""
        return str(self._recorder.setting("tagline"))

    @property
    def language(self) -> str:
        """The site's own language, a BCP 47 tag."""
        return str(self._recorder.setting("language"))

    @property
    def authority(self) -> str:
        """The name in the ids of feeds."""
        return str(self._recorder.setting("authority"))

    @property
    def url(self) -> str:
        """The URL of the home page, from the root of the host."""
        return self._recorder.urls.url("index.html")

    @property
    def permalink(self) -> str:
        """The absolute URL of the home page."""
        return self._recorder.urls.permalink("index.html")

    @property
    def publisher(self) -> Publisher:
        """The publisher of the archive."""
        return self._recorder.memoized(self._publisher)

    @property
    def sections(self) -> tuple[views.Facet, ...]:
        """The sections that site.toml declares, in menu order; each has a page if sections have pages."""
        return self._recorder.memoized(self._sections)

    @property
    def section_names(self) -> Mapping[str, str]:
        """The names, by slug, that sections have in the language of the page; none in the site's own."""
        language = languages.key(self._recorder.language)
        return self._recorder.setting(f"translations.{language}") or {}

    def latest(self, language: str) -> str:
        """Return the URL of the list of the newest articles for a reader of a ``language``."""
        return self._recorder.memoized(self._latest, check_type(language, str, "site.latest(…)"))

    @property
    def kinds(self) -> tuple[FacetKind, ...]:
        """The kinds of facets that have pages."""
        return tuple(self._recorder.setting("listings_kinds"))

    @property
    def days(self) -> bool:
        """Whether each day with articles has a page."""
        return bool(self._recorder.setting("listings_days"))

    @property
    def anniversaries(self) -> bool:
        """Whether each day of the year has a page."""
        return bool(self._recorder.setting("listings_anniversaries"))

    @property
    def icons(self) -> bool:
        """Whether icons and a manifest are made of the site's picture ``static/icon.png``."""
        return bool(self._recorder.setting("theme_icons") and self._recorder.ask(EXISTS, "static/icon.png"))

    @property
    def search(self) -> bool:
        """Whether the site has a search."""
        return bool(self._recorder.setting("search_on"))

    @property
    def search_languages(self) -> tuple[str, ...]:
        """The languages whose endings search knows."""
        return tuple(self._recorder.setting("search_languages"))

    @property
    def stemmers(self) -> tuple[str, ...]:
        """Those of them, without script or region, that have a stemmer."""
        return list_stemmers(self.search_languages)

    @property
    def data(self) -> str:
        """The URL of the index of the data files; empty where there is none."""
        return self._recorder.urls.url(DATA_INDEX) if self._recorder.setting("data_months") else ""

    @property
    def corrections_top(self) -> tuple[str, ...]:
        """The kinds of corrections that stand above the text."""
        return tuple(self._recorder.setting("corrections_top"))

    @property
    def corrections_foot(self) -> tuple[str, ...]:
        """The kinds of corrections that stand below the text."""
        return tuple(kind for kind in CORRECTION_KINDS if kind not in self.corrections_top)

    @property
    def reading_time(self) -> bool:
        """Whether articles say how long reading them takes."""
        return bool(self._recorder.setting("article_reading_time"))

    @property
    def frames(self) -> tuple[str, ...]:
        """The hosts whose frames may be shown."""
        return tuple(self._recorder.setting("safety_frames"))

    @property
    def pictures(self) -> tuple[str, ...]:
        """The hosts whose pictures may be shown."""
        return tuple(self._recorder.setting("safety_pictures"))

    @property
    def feeds(self) -> tuple[tuple[str, str, str], ...]:
        """The feeds of the whole site as (title, media type, URL)."""
        return self._recorder.memoized(self._feeds)

    @property
    def feed_kinds(self) -> tuple[FacetKind, ...]:
        """The kinds of facets of which each has a feed."""
        return tuple(self._recorder.setting("feeds_kinds"))

    @property
    def feeds_page(self) -> str:
        """The URL of the page about feeds; empty where there is none."""
        return self._recorder.urls.url(FEEDS) if self._recorder.setting("feeds_page") else ""

    def _latest(self, language: str) -> str:
        listed = "language" in self._recorder.setting("listings_kinds")
        prefix = languages.find_prefix(language, self.language) if listed else ""
        return self._recorder.urls.url(latest_output(prefix))

    def _publisher(self) -> Publisher:
        setting = self._recorder.setting("publisher")
        return Publisher(**{**setting, "policies": tuple(map(tuple, setting["policies"]))})

    def _sections(self) -> tuple[views.Facet, ...]:
        slugs = self._recorder.setting("sections") or ()
        build = self._views.facets.build
        # Their names are asked as settings, which all pages ask alike, and not facet by facet.
        return tuple(
            build(FacetKey("section", slug), self._recorder.setting(f"names.section.{slug}"))
            for slug in slugs
        )

    def _feeds(self) -> tuple[tuple[str, str, str], ...]:
        url = self._recorder.urls.url
        return (
            ("Atom", "application/atom+xml", url("atom.xml")),
            ("JSON Feed", "application/feed+json", url("feed.json")),
            ("RSS", "application/rss+xml", url("rss.xml")),
        )
