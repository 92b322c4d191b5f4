"""Which listings a unit wants: one rule for their pages and for what is published beside them.

Of everything the years, months and days always have a listing. Of other facets a period has listings of
its own where one page would not hold all of it, and a smallest period that is still too large has parts.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from broadsheet.common.keys import EVERYTHING, FacetKey, ListingKey, ListingPart
from broadsheet.common.periods import is_smallest, number_parts
from broadsheet.plan.units import FacetUnit, PeriodUnit
from broadsheet.settings.plan_settings import PlanSettings


class PlannedListing(NamedTuple):
    """A listing of the plan, and the number of articles that it stands for."""

    page: ListingPart
    articles: int


def has_front(unit: FacetUnit, settings: PlanSettings) -> bool:
    """Return whether a facet has a front: a declared section has one before it has an article."""
    key = unit.key
    if key == EVERYTHING or not settings.lists(key.kind):
        return False
    return unit.articles > 0 or (key.kind == "section" and key.slug in settings.sections)


def list_facet_listings(unit: FacetUnit, settings: PlanSettings) -> Iterator[PlannedListing]:
    """Yield a facet's front, and its years if it has pages for them."""
    key = unit.key
    if has_front(unit, settings):
        yield _planned(key, 0, unit.articles)
    if key == EVERYTHING or (settings.lists(key.kind) and unit.articles > settings.listings_size):
        for year, count in unit.list_years():
            yield _planned(key, year, count)


def list_period_listings(unit: PeriodUnit, settings: PlanSettings) -> Iterator[PlannedListing]:
    """Yield the listings of a facet in the months of a year or the days of a month, and their parts."""
    key, size, days = unit.key, settings.listings_size, settings.listings_days
    splits = settings.lists(key.kind) and unit.articles > size
    if is_smallest(unit.period, days=days) or not (key == EVERYTHING or splits):
        return
    for period, count in unit.list_below():
        yield _planned(key, period, count)
        if is_smallest(period, days=days):
            for part in filter(None, number_parts(count, size)):
                yield PlannedListing(ListingPart(ListingKey(key, period), part), size)


def _planned(key: FacetKey, period: int, count: int) -> PlannedListing:
    return PlannedListing(ListingPart(ListingKey(key, period)), count)
