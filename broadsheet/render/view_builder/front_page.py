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
        stories = self._recorder.ask(FRONT, "all")
        build = self._articles.build_teaser
        lead = next((build(each.teaser) for each in stories if each.part == "lead"), None)
        packed = (each for each in stories if each.part == "stories")
        packages = itertools.groupby(packed, key=lambda each: (each.package, each.heading))
        return views.Front(
            lead=lead,
            second=tuple(build(each.teaser) for each in stories if each.part == "second"),
            packages=tuple(
                views.Package(heading=heading, articles=tuple(build(each.teaser) for each in group))
                for (_, heading), group in packages
            ),
        )
