"""Pictures: the files that pages show of them, and their elements in a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from markupsafe import Markup

from broadsheet.archive.questions.site import PICTURE, PICTURE_WORDS
from broadsheet.common import files
from broadsheet.common.files import SVG, guess_media_type
from broadsheet.common.pictures import PictureShape, Raster, find_raster
from broadsheet.common.urls import attachment_output
from broadsheet.read.markdown import Place, Shown
from broadsheet.render import views, words
from broadsheet.render.pictures.recipes import PictureOptions, list_crops, list_sources, make_own
from broadsheet.render.recorder import DependencyRecorder

_NO_CROPS: Mapping[str, views.Rendition] = MappingProxyType({})
# Every browser shows it, so that it may be linked to.
_SHOWN_BY_ALL = "webp"
# A width of those that ``sizes`` lists: what stands last before a comma that is in no parentheses.
_WIDTH = re.compile(r"(?:[^\s(),]|\((?:[^()]|\([^()]*\))*\))+(?=\s*(?:,|\Z))")


class Page(NamedTuple):
    """The page whose text shows pictures.

    ``path`` is that of its source, ``language`` that of its words; ``led``: a picture stands before the text.
    ``absolute``: the text is for use away from that page, where one file is enough.
    """

    path: str
    output: str
    language: str
    led: bool
    absolute: bool


class _Made(NamedTuple):
    """What is made of a picture. Each file has the name of its picture, and behind it what is named here.

    ``own`` is the size of the picture under its own name, unless it is there in full. ``sources`` are by
    media type, with the widths of their files; ``shown`` is the size of ``widest``, both of the widest of
    them, and as ``own`` and empty where there are none. ``crops`` have their shapes, sizes and media types.
    """

    own: tuple[int, int]
    sources: tuple[tuple[str, tuple[tuple[str, int], ...]], ...]
    shown: tuple[int, int]
    widest: str
    crops: tuple[tuple[str, str, tuple[int, int], str], ...]


class _Published(NamedTuple):
    """What is published of a picture, as in ``views.Picture``; ``raster``: None if nothing is made of it."""

    raster: Raster | None
    own: views.Rendition
    sources: tuple[views.PictureSource, ...]
    crops: Mapping[str, views.Rendition]
    width: int
    height: int
    largest: str


class PictureBuilder:
    """Builds pictures."""

    def __init__(self, recorder: DependencyRecorder) -> None:
        """Ask ``recorder``."""
        self._recorder = recorder

    def build_lead(self, picture: Sequence[Any], path: str, output: str) -> views.Picture:
        """Return the lead picture of the article at ``path``, as facts have it; its page is ``output``."""
        return self._build(picture, path, output, lead=True)

    def build_portrait(self, picture: Sequence[Any], path: str, output: str) -> views.Picture:
        """Return the picture of the profile at ``path``, in the form in which facts have a lead picture."""
        return self._build(picture, path, output, lead=False)

    def show(self, source: str, attributes: Mapping[str, str], place: Place, page: Page) -> Shown | None:
        """Return what a text shows of the picture ``source``, None if there is no such file.

        ``attributes`` are those that the author gave it, with their references.
        """
        shape = self._recorder.ask(PICTURE, source)
        if shape is None:
            return None
        found = self._publish(source, shape, page.path, page.output, None)
        rest = dict(attributes)
        loading = f'loading="{rest.pop("loading", "lazy")}"'
        if not (place.number or page.led or page.absolute):
            loading = 'fetchpriority="high"'
        natural = (found.own.width, found.own.height) if page.absolute else (found.width, found.height)
        width, height = _fit(rest.pop("width", ""), rest.pop("height", ""), natural)
        sized = f' width="{width}" height="{height}"' if width and height else ""
        given = "".join(f' {name}="{value}"' for name, value in rest.items())
        address = Markup.escape(found.own.permalink if page.absolute else found.own.url)
        html = f'<img src="{address}"{sized}{given} {loading}>'
        if not page.absolute and found.raster:
            sizes = str(self._recorder.setting("pictures_sizes"))
            if not attributes.keys().isdisjoint(("width", "height")):
                sizes = f"{width}px"
            elif place.beside:
                sizes = halve_sizes(sizes)
            html = _write_picture(html, found.sources, sizes)
        if place.framed and found.largest and not page.absolute:
            table = self._recorder.word_table(page.language)
            title = Markup.escape(words.look_up(table, "article", "enlarge"))
            html = f'<a class="enlarge" href="{Markup.escape(found.largest)}" title="{title}">{html}</a>'
        return Shown(html, *self._find_words(source))

    def _build(self, picture: Sequence[Any], path: str, output: str, *, lead: bool) -> views.Picture:
        source, alt, caption, credit, width, height, form, alpha, across, down = picture
        focus = (across, down) if lead else None
        found = self._publish(source, (width, height, form, alpha), path, output, focus)
        if not (caption and credit):
            in_file = self._find_words(source)
            caption, credit = caption or in_file[0], credit or in_file[1]
        return views.Picture(
            url=found.own.url,
            permalink=found.own.permalink,
            alt=alt,
            caption=caption,
            credit=credit,
            width=found.width,
            height=found.height,
            own=found.own,
            sources=found.sources,
            crops=found.crops,
            largest=found.largest,
            focus=f"{across}% {down}%",
        )

    def _publish(
        self, source: str, shape: PictureShape, path: str, output: str, focus: tuple[int, int] | None
    ) -> _Published:
        """Return what is published of a picture that the source ``path`` shows on the page ``output``.

        ``focus`` is that of a lead picture.
        """
        published, size = attachment_output(output, path, source), shape[:2]
        url, permalink = self._recorder.urls.url(published), self._recorder.urls.permalink(published)

        def rendition(suffix: str, size: tuple[int, int], kind: str) -> views.Rendition:
            width, height = size
            return views.Rendition(
                url=url + suffix, permalink=permalink + suffix, width=width, height=height, type=kind
            )

        is_on = self._recorder.setting("pictures_on")
        raster = find_raster(shape) if is_on else None
        if raster is None:
            kind = guess_media_type(source)
            largest = url if is_on and kind == SVG else ""
            return _Published(None, rendition("", size, kind), (), _NO_CROPS, *size, largest)
        options = self._options()
        made = _list_made(raster, options, focus)
        if not (options.originals or files.is_below(source, files.STATIC)):
            size = made.own
        sources = tuple(
            views.PictureSource(
                type=kind, srcset=", ".join(f"{url}{suffix} {width}w" for suffix, width in found)
            )
            for kind, found in made.sources
        )
        crops = {name: rendition(suffix, crop, kind) for name, suffix, crop, kind in made.crops}
        largest = url if size[0] >= made.shown[0] else url + made.widest
        if raster.width <= options.widths[0]:
            largest = ""
        own = rendition("", size, f"image/{raster.format}")
        shown = made.shown if sources else size
        return _Published(raster, own, sources, MappingProxyType(crops), *shown, largest)

    def _find_words(self, source: str) -> tuple[str, str]:
        """Return the caption and the credit that the file has, as far as the site wants them."""
        if not self._recorder.setting("pictures_metadata"):
            return "", ""
        return self._recorder.ask(PICTURE_WORDS, source)

    def _options(self) -> PictureOptions:
        return self._recorder.memoized(self._read_options)

    def _read_options(self) -> PictureOptions:
        setting = self._recorder.setting
        return PictureOptions(
            widths=tuple(setting("pictures_widths")),
            lead_widths=tuple(setting("pictures_lead_widths")),
            formats=tuple(setting("pictures_formats")),
            crops=tuple(setting("pictures_crops")),
            originals=setting("pictures_originals"),
        )


@lru_cache(maxsize=1024)
def _list_made(raster: Raster, options: PictureOptions, focus: tuple[int, int] | None) -> _Made:
    """Return what is made of a picture; ``focus`` is that of a lead picture. Many are as large as others."""
    found = list_sources("", raster, options, lead=focus is not None)
    own = shown = make_own("", raster, options).recipe.size(raster)
    widest = ""
    if found:
        # Of all formats they are as wide.
        widest, recipe = (found.get(_SHOWN_BY_ALL) or next(iter(found.values())))[-1]
        shown = recipe.size(raster)
    sources = tuple(
        (f"image/{form}", tuple((suffix, recipe.width) for suffix, recipe in made))
        for form, made in found.items()
    )
    crops = list_crops("", raster, options, focus).items() if focus else ()
    return _Made(
        own,
        sources,
        shown,
        widest,
        tuple(
            (name, suffix, recipe.size(raster), f"image/{recipe.format}") for name, (suffix, recipe) in crops
        ),
    )


def _fit(width: str, height: str, natural: tuple[int, int]) -> tuple[int, int]:
    """Return the size that an author gave a picture, or its own; what is lacking of it keeps the ratio."""
    wide, high = int(width or 0), int(height or 0)
    if wide and high:
        return wide, high
    across, down = natural
    if not (across and down) or not (wide or high):
        return natural if not (wide or high) else (0, 0)
    return wide or max(1, round(high * across / down)), high or max(1, round(wide * down / across))


def _write_picture(image: str, sources: Iterable[views.PictureSource], sizes: str) -> str:
    """Return a picture element, or its image alone if there are no sources."""
    rows = "".join(
        f'<source type="{each.type}" srcset="{Markup.escape(each.srcset)}" sizes="{Markup.escape(sizes)}">'
        for each in sources
    )
    return f"<picture>{rows}{image}</picture>" if rows else image


def halve_sizes(sizes: str) -> str:
    """Return a value of the attribute ``sizes`` with each width halved: ``100vw`` is ``calc(100vw / 2)``."""
    return _WIDTH.sub(lambda found: f"calc({found[0].strip()} / 2)", sizes)
