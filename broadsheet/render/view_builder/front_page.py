"""The stories that an editor puts on the front page."""

from __future__ import annotations

import itertools

from broadsheet.archive.questions.front_page import FRONT
from broadsheet.render import views
from broadsheet.render.recorder import DependencyRecorder
from broadsheet.render.view_builder.articles import ArticleBuilder


class FrontBuilder:
    """Builds what content/front.toml puts on the front page."""

    def __init__(self, recorder: DependencyRecorder, articles: ArticleBuilder) -> None:
        """Ask ``recorder``."""
        self._recorder = recorder
        self._articles = articles

    def build(self) -> views.Front:
        """Return the stories."""
        stories = tuple(
            (each, self._articles.build_teaser(each.teaser)) for each in self._recorder.ask(FRONT, "all")
        )
        packed = (pair for pair in stories if pair[0].part == "stories")
        packages = itertools.groupby(packed, key=lambda pair: (pair[0].package, pair[0].heading))
        return views.Front(
            lead=next((teaser for each, teaser in stories if each.part == "lead"), None),
            second=tuple(teaser for each, teaser in stories if each.part == "second"),
            packages=tuple(
                views.Package(heading=heading, articles=tuple(teaser for _, teaser in group))
                for (_, heading), group in packages
            ),
            articles=tuple(teaser for _, teaser in stories),
        )
