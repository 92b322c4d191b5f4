"""The theme's words, as layouts see them."""

from __future__ import annotations

from broadsheet.render.recorder import DependencyRecorder
from broadsheet.render.template_api.base import TemplateObject


class Words(TemplateObject):
    """The theme's words in the language of the page being rendered: one object for all pages, like ``Page``.

    An imported template is rendered once for each language, so it may hold words.
    """

    def __init__(self, recorder: DependencyRecorder) -> None:
        """Ask ``recorder``."""
        self._recorder = recorder

    def __getattr__(self, name: str) -> object:
        """Return a word, a plural or a table of them; raises ``AttributeError`` where there is none."""
        return getattr(self._recorder.word_table(self._recorder.language), name)

    def __getitem__(self, name: str) -> object:
        """Return a word; raises ``KeyError`` where there is none."""
        return self._recorder.word_table(self._recorder.language)[name]

    def __contains__(self, name: object) -> bool:
        """Return whether there is such a word."""
        return name in self._recorder.word_table(self._recorder.language)

    def __dir__(self) -> list[str]:
        """Return the names of all words."""
        return dir(self._recorder.word_table(self._recorder.language))
