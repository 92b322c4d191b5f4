"""What an output may be rendered from: everything here records what it is asked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from broadsheet.archive.questions.articles import TARGET
from broadsheet.plan.output import Output
from broadsheet.render.views import Page

# The kinds of outputs are declared where these are named, and the plan reads the declarations without
# rendering anything: loading Jinja takes longer than a build in which nothing has changed.
if TYPE_CHECKING:
    from broadsheet.common.urls import Urls
    from broadsheet.render.assets.published import Assets
    from broadsheet.render.pictures.maker import PictureMaker
    from broadsheet.render.recorder import DependencyRecorder
    from broadsheet.render.template_api import Site
    from broadsheet.render.templates.layouts import Layouts
    from broadsheet.render.view_builder import ViewBuilder


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderInputs:
    """The inputs of one process, the same for every output: ``root`` is the site's folder."""

    root: Path
    recorder: DependencyRecorder
    views: ViewBuilder
    site: Site
    layouts: Layouts
    pictures: PictureMaker
    assets: Assets

    @property
    def urls(self) -> Urls:
        """What makes the site's URLs."""
        return self.recorder.urls

    def target(self, path: str) -> str:
        """Return the output path of the page of an article, by the path of its file."""
        return self.recorder.ask(TARGET, path) or ""

    def page(self, output: Output, language: str = "") -> Page:
        """Return the page that an output is; without a ``language`` in that of the site."""
        return Page(
            kind=output.kind,
            url=self.urls.url(output.path),
            permalink=self.urls.permalink(output.path),
            language=language or self.site.language,
        )
