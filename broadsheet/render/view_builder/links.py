"""The links and pictures of bodies, with the URLs at which they are published."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from urllib.parse import unquote

from markupsafe import Markup

from broadsheet.archive.questions.articles import TARGET
from broadsheet.archive.questions.site import PICTURE
from broadsheet.common import files
from broadsheet.common.urls import attachment_output
from broadsheet.read import markdown
from broadsheet.render.recorder import DependencyRecorder
from broadsheet.render.view_builder.pictures import Page, PictureBuilder


class LinkResolver:
    """Turns paths of sources into URLs."""

    def __init__(self, recorder: DependencyRecorder) -> None:
        """Ask ``recorder``."""
        self._recorder = recorder
        self.pictures = PictureBuilder(recorder)

    def resolve(
        self,
        html: str,
        path: str,
        output: str,
        *,
        language: str = "",
        led: bool = False,
        absolute: bool = False,
    ) -> str:
        """Return the body of the source ``path`` with its links and pictures in place.

        The rest is as in ``Page``.
        """
        make = self._recorder.urls.permalink if absolute else self._recorder.urls.url
        page = Page(path, output, language, led, absolute)

        def attributes(name: str, target: str) -> str | None:
            bare, mark, fragment = target.partition("#")
            if not bare:
                return f'{name}="{make(output) if absolute else ""}{Markup.escape(mark + fragment)}"'
            if bare.startswith("/"):
                return f'{name}="{Markup.escape(make("") + bare.lstrip("/") + mark + fragment)}"'
            published = self._target(path, output, bare)
            return (
                None if published is None else f'{name}="{Markup.escape(make(published) + mark + fragment)}"'
            )

        def show(target: str, given: Mapping[str, str], place: markdown.Place) -> markdown.Shown | None:
            # A view of an SVG is only at its address; what is Markdown has a page, and is no picture.
            return (
                None
                if "#" in target or files.is_markdown(target)
                else self.pictures.show(_find_source(target), given, place, page)
            )

        return markdown.resolve(html, attributes, show)

    def _target(self, path: str, output: str, target: str) -> str | None:
        """Return the output that a source is published as; None if it is not, and its links are left out."""
        strict = self._recorder.setting("content_links") == "strict"
        if files.is_markdown(target):
            return self._recorder.ask(TARGET, target) or ("404.html" if strict else None)
        # Where it must be there, to ask would be one more dependency of every article with a file.
        if strict or self._recorder.ask(PICTURE, target) is not None:
            return attachment_output(output, path, target)
        return None


def _find_source(target: str) -> str:
    """Return the path of the file that a target names: an address is that of a file of static/.

    What follows a question mark asks for nothing that a static site has.
    """
    if not target.startswith("/"):
        return target
    file = files.compose(posixpath.normpath(f"{files.STATIC}{unquote(target.partition('?')[0])}"))
    return file if files.is_below(file, files.STATIC) else target
