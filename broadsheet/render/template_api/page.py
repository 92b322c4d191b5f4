"""The page being rendered, as layouts see it."""

from __future__ import annotations

from broadsheet.render.recorder import DependencyRecorder
from broadsheet.render.template_api.base import TemplateObject


class Page(TemplateObject):
    """The page being rendered: one object for all pages, so that no macro holds an earlier page."""

    def __init__(self, recorder: DependencyRecorder) -> None:
        """Ask ``recorder``."""
        self._recorder = recorder

    def __repr__(self) -> str:
        return repr(self._recorder.page)

    @property
    def kind(self) -> str:
        """The kind of the output."""
        return self._recorder.page.kind

    @property
    def url(self) -> str:
        """Its URL, from the root of the host."""
        return self._recorder.page.url

    @property
    def permalink(self) -> str:
        """Its absolute URL."""
        return self._recorder.page.permalink

    @property
    def language(self) -> str:
        """Its language, a BCP 47 tag. What is made once for each language may look at it."""
        return self._recorder.language
