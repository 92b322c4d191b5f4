"""The links of bodies, and pictures, with the URLs at which they are published."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from broadsheet.archive.questions.articles import TARGET
from broadsheet.archive.questions.site import PICTURE
from broadsheet.common import files
from broadsheet.common.pictures import NO_PICTURE
from broadsheet.common.urls import attachment_output
from broadsheet.read import markdown
from broadsheet.render import views
from broadsheet.render.recorder import DependencyRecorder


class LinkResolver:
    """Turns paths of sources into URLs."""

    def __init__(self, recorder: DependencyRecorder) -> None:
        """Ask ``recorder``."""
        self._recorder = recorder

    def resolve(self, html: str, path: str, output: str, *, absolute: bool = False) -> str:
        """Return the body of the source ``path``, whose page is ``output``, with its links in place.

        ``absolute``: for use away from that page.
        """
        make = self._recorder.urls.permalink if absolute else self._recorder.urls.url

        def attributes(name: str, target: str) -> str | None:
            bare, mark, fragment = target.partition("#")
            if not bare:
                return f'{name}="{make(output) if absolute else ""}{Markup.escape(mark + fragment)}"'
            if bare.startswith("/"):
                url = make("") + bare.lstrip("/")
                return self._attributes(name, f"static{bare}", url + mark + fragment)
            published = self._target(path, output, bare)
            if published is None:
                return None
            return self._attributes(name, bare, make(published) + mark + fragment)

        return markdown.resolve(html, attributes)

    def build_picture(self, picture: Sequence[Any], path: str, output: str) -> views.Picture:
        """Return the picture of a source, as facts have it."""
        file, alt, caption, credit, width, height, *_ = picture
        published = attachment_output(output, path, file)
        return views.Picture(
            url=self._recorder.urls.url(published),
            permalink=self._recorder.urls.permalink(published),
            alt=alt,
            caption=caption,
            credit=credit,
            width=width,
            height=height,
        )

    def _target(self, path: str, output: str, target: str) -> str | None:
        """Return the output that a source is published as; None if it is not, and its links are left out."""
        strict = self._recorder.setting("content_links") == "strict"
        if files.is_markdown(target):
            return self._recorder.ask(TARGET, target) or ("404.html" if strict else None)
        # Where it must be there, to ask would be one more dependency of every article with a file.
        if strict or self._recorder.ask(PICTURE, target) is not None:
            return attachment_output(output, path, target)
        return None

    def _attributes(self, name: str, path: str, url: str) -> str:
        text = f'{name}="{Markup.escape(url)}"'
        if name != "src":
            return text
        width, height, *_ = self._recorder.ask(PICTURE, path) or NO_PICTURE.shape
        return f'{text} width="{width}" height="{height}"' if width and height else text
