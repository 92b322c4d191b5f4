"""Indexes of names."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

from broadsheet.archive.questions.names import KINDS, LANGUAGES, NAMES
from broadsheet.common.keys import FacetKey, NamesKey
from broadsheet.common.languages import find_own_name
from broadsheet.common.model import FacetKind
from broadsheet.common.urls import names_output
from broadsheet.render import views, words
from broadsheet.render.recorder import DependencyRecorder
from broadsheet.render.view_builder.facets import FacetBuilder


class _Sorted(NamedTuple):
    """A facet, and the name that it is sorted by."""

    name: str
    facet: views.Facet


class NamesBuilder:
    """Builds indexes of names."""

    def __init__(self, recorder: DependencyRecorder, facets: FacetBuilder) -> None:
        """Ask ``recorder``."""
        self._recorder = recorder
        self._facets = facets

    def build(self, key: NamesKey) -> views.Names:
        """Return an index of names, or of the longer prefixes into which it splits."""
        kind, prefix = key
        names, prefixes = self._recorder.ask(NAMES, key)
        language = str(self._recorder.setting("language"))
        alphabet = words.parse_alphabet(words.look_up(self._recorder.word_table(language), "alphabet"))
        unordered = [
            _Sorted(sort_name or facet.name, facet)
            for slug, name, count, sort_name in names
            for facet in [self._build_facet(FacetKey(kind, slug), name, count)]
        ]
        ordered = sorted(unordered, key=lambda each: alphabet.sort_key(each.name))
        return views.Names(
            kind=kind,
            prefix=prefix,
            url=self._make_url(kind, prefix),
            parent_url=self._make_url(kind, prefix[:-1]) if prefix else "",
            count=sum(count for _, count in prefixes) + len(names),
            heading=_capitalize(prefix, alphabet),
            facets=tuple(each.facet for each in ordered),
            letters=_group_by_letter(ordered, alphabet),
            initials=tuple(
                views.Initial(
                    prefix=start,
                    heading=_capitalize(start, alphabet),
                    url=self._make_url(kind, start),
                    count=count,
                )
                for start, count in sorted(prefixes, key=lambda pair: alphabet.sort_key(pair[0]))
            ),
        )

    def list_kinds(self) -> tuple[FacetKind, ...]:
        """Return the kinds of facets that have pages and articles."""
        return tuple(kind for kind in self._recorder.ask(KINDS, "all") if self._facets.has_pages(kind))

    def list_languages(self) -> tuple[views.Facet, ...]:
        """Return the other languages of articles, if these have pages, in the order of their codes."""
        if not self._facets.has_pages("language"):
            return ()
        keys = (FacetKey("language", slug) for slug in self._recorder.ask(LANGUAGES, "all"))
        # Their names are asked as settings, which all pages ask alike, and not facet by facet.
        return tuple(
            self._facets.build(
                key, self._recorder.setting(f"names.language.{key.slug}") or find_own_name(key.slug)
            )
            for key in keys
        )

    def _build_facet(self, key: FacetKey, name: str, count: int) -> views.Facet:
        return self._facets.build(key, self._facets.find_configured_name(key) or name, count)

    def _make_url(self, kind: FacetKind, prefix: str) -> str:
        """Return the URL of an index; empty where the kind has no pages."""
        return self._recorder.urls.url(names_output(kind, prefix)) if self._facets.has_pages(kind) else ""


def _group_by_letter(ordered: Sequence[_Sorted], alphabet: words.Alphabet) -> tuple[views.Letter, ...]:
    """Return facets in the order of an alphabet under its letters."""
    letters = itertools.groupby(ordered, key=lambda each: alphabet.letter(each.name))
    return tuple(
        views.Letter(letter=letter, facets=tuple(each.facet for each in group)) for letter, group in letters
    )


def _capitalize(prefix: str, alphabet: words.Alphabet) -> str:
    """Return a prefix, which is a part of a slug, as a heading: "Sea l"."""
    return alphabet.letter(prefix[0]) + prefix[1:].replace("-", " ") if prefix else ""
