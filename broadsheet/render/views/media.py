"""Files that belong to a page: its picture, and what can be downloaded."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """The picture of an article or a profile; ``width`` and ``height`` are in pixels, 0 when unknown."""

    url: str
    permalink: str
    alt: str
    caption: str
    credit: str
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """The content of a page as a file for machines: ``name`` is "JSON" or "RIS", ``type`` its media type."""

    name: str
    type: str
    url: str
