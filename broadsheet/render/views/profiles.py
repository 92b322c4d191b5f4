"""Profiles of authors and places, and what bylines show of them."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from broadsheet.common.model import Coordinates, Source
from broadsheet.render.views.facets import Facet
from broadsheet.render.views.media import Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What the front of a facet says about an author or a place.

    ``kind`` is person, organization or place; only a place may have ``coordinates``. All texts, ``body``
    among them, may be empty.
    """

    facet: Facet
    kind: str
    role: str
    picture: Picture | None
    email: str
    addresses: tuple[Source, ...]
    fediverse: str
    coordinates: Coordinates | None
    body: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Byline:
    """What an article's page may know of an author's profile; ``slug`` is the author's.

    ``family`` is the family name, empty where the profile gives none.
    """

    slug: str
    kind: str
    family: str
    fediverse: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorBox:
    """What stands about an author below an article: of the profile, ``text`` is the first words.

    ``kind`` is person or organization. All texts may be empty.
    """

    author: Facet
    kind: str
    role: str
    picture: Picture | None
    email: str
    text: str
