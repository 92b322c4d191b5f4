"""What an editor puts on the front page."""

from __future__ import annotations

from dataclasses import dataclass

from broadsheet.render.views.articles import Teaser


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """Stories that stand together on the front page under a heading."""

    heading: str
    articles: tuple[Teaser, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """The stories that content/front.toml puts on the front page, none of them twice.

    ``lead`` is None, and the others are empty, where it names none, or none whose time has not passed.
    ``articles`` are all of them, in the order of the page.
    """

    lead: Teaser | None
    second: tuple[Teaser, ...]
    packages: tuple[Package, ...]
    articles: tuple[Teaser, ...]
