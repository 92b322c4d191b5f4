"""Files that belong to a page: its picture, and what can be downloaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureSource:
    """The files of one format from which browsers choose, for a ``source`` element."""

    type: str
    srcset: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendition:
    """A picture as a file: its size in pixels, 0 when unknown, and its media ``type``."""

    url: str
    permalink: str
    width: int
    height: int
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """The picture of an article or a profile.

    ``own`` is the file under its own name, of which ``url`` and ``permalink`` are. ``width`` and ``height``,
    in pixels, are those of the widest file that a page shows, 0 when unknown. ``sources`` and ``crops`` are
    empty of a picture of which no others are made, such as an SVG; ``crops`` are of lead pictures only, by
    their shapes ("4x3"). ``largest`` is the URL of the widest file, empty where a reader gains nothing by it;
    ``focus`` is the point that a crop keeps
    in, as a position of CSS.
    """

    url: str
    permalink: str
    alt: str
    caption: str
    credit: str
    width: int
    height: int
    own: Rendition
    sources: tuple[PictureSource, ...] = ()
    crops: Mapping[str, Rendition] = field(default_factory=lambda: MappingProxyType({}))
    largest: str
    focus: str = "50% 50%"


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """The content of a page as a file for machines: ``name`` is "JSON" or "RIS", ``type`` its media type."""

    name: str
    type: str
    url: str
