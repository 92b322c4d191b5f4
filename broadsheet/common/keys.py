"""Keys of what questions, outputs and units of the plan are about, each with one text form for the state.

``str(key)`` writes a key and ``parse`` reads it back. Slugs contain no slash; paths and prefixes may, so they
stand last. Keys are tuples, because each question looks one up, and Python hashes a tuple in C.
"""

from __future__ import annotations

from typing import NamedTuple, cast

from broadsheet.common.model import FacetKind


def parse_facet_kind(text: str) -> FacetKind:
    """Return the kind of facets that ``text``, which comes from the state, names."""
    return cast("FacetKind", text)


class FacetKey(NamedTuple):
    """A facet: ``tag/oil``; of the kinds with one facet each just the kind: ``all``."""

    kind: FacetKind
    slug: str = ""

    def __str__(self) -> str:
        return f"{self.kind}/{self.slug}" if self.slug else self.kind

    @classmethod
    def parse(cls, text: str) -> FacetKey:
        """Return the key that ``text`` was written from."""
        kind, _, slug = text.partition("/")
        return cls(parse_facet_kind(kind), slug)


EVERYTHING = FacetKey("all")


class ListingKey(NamedTuple):
    """A facet in a period: ``tag/oil/202211``; the period is 0 for all time, see ``periods``."""

    facet: FacetKey
    period: int

    def __str__(self) -> str:
        return f"{self.facet}/{self.period}"

    @classmethod
    def parse(cls, text: str) -> ListingKey:
        """Return the key that ``text`` was written from."""
        facet, _, period = text.rpartition("/")
        return cls(FacetKey.parse(facet), int(period))


class ListingPart(NamedTuple):
    """One page of a listing: ``tag/oil/20221105/2``, ``all//2022/0``; part 0 is the whole."""

    listing: ListingKey
    part: int = 0

    def __str__(self) -> str:
        (kind, slug), period = self.listing
        return f"{kind}/{slug}/{period}/{self.part}"

    @classmethod
    def parse(cls, text: str) -> ListingPart:
        """Return the key that ``text`` was written from."""
        kind, slug, period, part = text.split("/")
        return cls(ListingKey(FacetKey(parse_facet_kind(kind), slug), int(period)), int(part))


class PeriodPart(NamedTuple):
    """One sitemap or data file of a period of everything: ``202211/0``; part 0 is the whole."""

    period: int
    part: int = 0

    def __str__(self) -> str:
        return f"{self.period}/{self.part}"

    @classmethod
    def parse(cls, text: str) -> PeriodPart:
        """Return the key that ``text`` was written from."""
        period, _, part = text.partition("/")
        return cls(int(period), int(part))


class NamesKey(NamedTuple):
    """An index of names: the facets of a kind that begin with a prefix: ``tag/o``, ``tag/``."""

    kind: FacetKind
    prefix: str = ""

    def __str__(self) -> str:
        return f"{self.kind}/{self.prefix}"

    @classmethod
    def parse(cls, text: str) -> NamesKey:
        """Return the key that ``text`` was written from."""
        kind, _, prefix = text.partition("/")
        return cls(parse_facet_kind(kind), prefix)


class SeriesPart(NamedTuple):
    """An article as a part of a series, by the slug and the article's path: ``flood/content/2022/dam.md``."""

    series: str
    path: str

    def __str__(self) -> str:
        return f"{self.series}/{self.path}"

    @classmethod
    def parse(cls, text: str) -> SeriesPart:
        """Return the key that ``text`` was written from."""
        series, _, path = text.partition("/")
        return cls(series, path)
