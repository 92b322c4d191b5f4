"""What an article is connected with: its neighbours in time, related articles, series, translations."""

from __future__ import annotations

from dataclasses import replace

from broadsheet.archive.questions.articles import AROUND, WITHIN
from broadsheet.archive.questions.listings import NEWEST
from broadsheet.archive.questions.related import RELATED
from broadsheet.common import languages
from broadsheet.common.keys import FacetKey, SeriesPart
from broadsheet.common.urls import feed_output
from broadsheet.render import views
from broadsheet.render.recorder import DependencyRecorder
from broadsheet.render.view_builder.articles import ArticleBuilder
from broadsheet.render.view_builder.facets import FacetBuilder

_TRANSLATIONS = 50
# What follows an article: so many stories, of them parts of so many series; for later developments, which a
# script adds, there is room for two at least and three at most.
_STORIES, _SERIES, _LATER, _MOST_LATER = 8, 2, 2, 3
_MOST = 10


class RelatedBuilder:
    """Builds the lists of connected articles."""

    def __init__(self, recorder: DependencyRecorder, facets: FacetBuilder, articles: ArticleBuilder) -> None:
        """Ask ``recorder``."""
        self._recorder = recorder
        self._facets = facets
        self._articles = articles

    def build_around(self, path: str) -> views.Around:
        """Return the articles right before and after an article, of those in its language."""
        before, after = self._recorder.ask(AROUND, path)
        teaser = self._articles.build_teaser
        return views.Around(before=teaser(before) if before else None, after=teaser(after) if after else None)

    def build_within(self, path: str, series: views.Facet) -> views.Within:
        """Return the place of an article in a series."""
        number, before, after = self._recorder.ask(WITHIN, SeriesPart(series.slug, path))
        teaser = self._articles.build_teaser
        return views.Within(
            series=series,
            number=number,
            before=teaser(before) if before else None,
            after=teaser(after) if after else None,
        )

    def build_ending(self, article: views.Article) -> views.Ending:
        """Return what follows an article: the stories that come first are shown, each once, at most eight."""
        shown = {article.path}

        def once(teaser: views.Teaser | None) -> views.Teaser | None:
            if teaser is None or teaser.path in shown:
                return None
            shown.add(teaser.path)
            return teaser

        found = [self.build_within(article.path, series) for series in article.series[:_SERIES]]
        series = tuple(replace(each, before=once(each.before), after=once(each.after)) for each in found)
        around = self.build_around(article.path)
        around = views.Around(before=once(around.before), after=once(around.after))
        room = _STORIES - len(shown) + 1
        related = self.build_related(article.path, frozenset(shown), max(0, room - _LATER))
        return views.Ending(
            series=series, related=related, around=around, room=min(_MOST_LATER, room - len(related.stories))
        )

    def build_related(self, path: str, shown: frozenset[str], most: int = _MOST) -> views.Related:
        """Return at most ``most`` earlier articles related to an article, other than those at ``shown``."""
        count = min(most, int(self._recorder.setting("related_count")))
        if not self._recorder.setting("related_count"):
            return views.Related(stories=(), feed="")
        keys, found = self._recorder.ask(RELATED, path, count + len(shown))
        texts = tuple(text for path, text in found if path not in shown)
        fed = self._recorder.setting("feeds_kinds")
        facets = (FacetKey.parse(key) for key in keys)
        feeds = (self._recorder.urls.url(feed_output(*key)) for key in facets if key.kind in fed)
        return views.Related(stories=self._articles.build_teasers(texts[:count]), feed=next(feeds, ""))

    def build_translations(self, article: views.Article) -> tuple[views.Translation, ...]:
        """Return what an article was translated to and from, in the order of their languages."""
        if not article.translations:
            return ()
        key = FacetKey("translation", article.translations)
        found = self._articles.build_teasers(self._recorder.ask(NEWEST, key, _TRANSLATIONS))
        others = sorted((each for each in found if each.path != article.path), key=_by_language)
        return tuple(
            views.Translation(
                path=each.path,
                language=each.language,
                name=self._facets.find_name(FacetKey("language", languages.key(each.language))),
                title=each.title,
                url=each.url,
                permalink=each.permalink,
            )
            for each in others
        )


def _by_language(teaser: views.Teaser) -> tuple[str, str]:
    return teaser.language.lower(), teaser.path
