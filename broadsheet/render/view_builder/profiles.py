"""Profiles of authors and places, bylines, and the map of datelines."""

from __future__ import annotations

import json
from dataclasses import replace

from markupsafe import Markup

from broadsheet.archive.questions.profiles import AUTHOR_BOX, BYLINE, LOCATED, NEAR, PROFILE
from broadsheet.archive.questions.site import PICTURE
from broadsheet.common.keys import FacetKey
from broadsheet.common.model import Coordinates, Source
from broadsheet.common.pictures import NO_PICTURE
from broadsheet.common.urls import facet_output
from broadsheet.render import views
from broadsheet.render.formats import maps
from broadsheet.render.recorder import DependencyRecorder
from broadsheet.render.view_builder.facets import FacetBuilder, key_of
from broadsheet.render.view_builder.links import LinkResolver


class ProfileBuilder:
    """Builds profiles and what is shown of them."""

    def __init__(self, recorder: DependencyRecorder, facets: FacetBuilder, links: LinkResolver) -> None:
        """Ask ``recorder``."""
        self._recorder = recorder
        self._facets = facets
        self._links = links

    def build(self, facet: views.Facet) -> views.Profile | None:
        """Return the profile of an author or a place, None if there is none."""
        if facet.kind not in self._recorder.setting("content_profiles"):
            return None
        answer = self._recorder.ask(PROFILE, key_of(facet))
        if answer is None:
            return None
        text, body = answer
        facts, output = json.loads(text), facet_output(facet.kind, facet.slug)
        path, where = facts["path"], facts["coordinates"]
        picture = self._build_portrait(facts["picture"], path, output)
        language = str(self._recorder.setting("language"))
        html = self._links.resolve(body, path, output, language=language, led=picture is not None)
        return views.Profile(
            facet=facet,
            kind=facts["kind"],
            role=facts["role"],
            picture=picture,
            email=facts["email"],
            addresses=tuple(Source(name=name, url=url) for name, url in facts["addresses"]),
            fediverse=facts["fediverse"],
            coordinates=Coordinates(latitude=where[0], longitude=where[1]) if where else None,
            body=Markup(html),  # noqa: S704 - reading made it safe
        )

    def build_author_boxes(self, authors: tuple[views.Facet, ...]) -> tuple[views.AuthorBox, ...]:
        """Return what stands below an article about those of its authors who have a profile and a page."""
        if "author" not in self._recorder.setting("content_profiles"):
            return ()
        found = [(author, self._recorder.ask(AUTHOR_BOX, key_of(author))) for author in authors if author.url]
        return tuple(self._recorder.memoized(self._build_author_box, *each) for each in found if each[1])

    def _build_author_box(self, author: views.Facet, text: str) -> views.AuthorBox:
        facts, output = json.loads(text), facet_output(author.kind, author.slug)
        return views.AuthorBox(
            author=author,
            kind=facts["kind"],
            role=facts["role"],
            picture=self._build_portrait(facts["picture"], facts["path"], output),
            email=facts["email"],
            text=facts["opening"],
        )

    def _build_portrait(self, picture: list[str] | None, path: str, output: str) -> views.Picture | None:
        if not picture:
            return None
        shape = self._recorder.ask(PICTURE, picture[0]) or NO_PICTURE.shape
        return self._links.pictures.build_portrait((*picture[:4], *shape, *picture[4:]), path, output)

    def build_bylines(self, authors: tuple[views.Facet, ...]) -> tuple[views.Byline, ...]:
        """Return what articles show of those authors who have a profile."""
        if "author" not in self._recorder.setting("content_profiles"):
            return ()
        texts = [(author.slug, self._recorder.ask(BYLINE, key_of(author))) for author in authors]
        rows = [(slug, json.loads(text)) for slug, text in texts if text]
        return tuple(
            views.Byline(slug=slug, kind=kind, family=family, fediverse=handle)
            for slug, (kind, family, handle) in rows
        )

    def draw_map(self) -> maps.Map | None:
        """Return a map of the datelines whose profiles give coordinates, None if there are none."""
        located = self._recorder.ask(LOCATED, "dateline")
        return maps.draw(self._build_place(slug, where, size) for slug, where, size in located)

    def draw_map_around(self, facet: views.Facet) -> maps.Map | None:
        """Return a map of a dateline, the first spot and without a URL, and of those near it, or None."""
        if facet.kind != "dateline" or "dateline" not in self._recorder.setting("content_profiles"):
            return None
        near = self._recorder.ask(NEAR, key_of(facet))
        places = [self._build_place(slug, where) for slug, where in near]
        return maps.draw([replace(each, url="") for each in places[:1]] + places[1:])

    def _build_place(self, slug: str, where: str, size: int = 1) -> maps.Place:
        facet = self._facets.build(FacetKey("dateline", slug))
        latitude, longitude = json.loads(where)
        return maps.Place(name=facet.name, url=facet.url, latitude=latitude, longitude=longitude, size=size)
