"""The settings that the plan depends on, as a type of their own: the plan cannot look at any other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from broadsheet.common.model import SINGLE_KINDS, FacetKind, Host
from broadsheet.settings.model import Settings

# Each entry of these has units of its own, which its change touches. A change of any other setting touches
# every unit of the plan.
_BY_ENTRY = frozenset(("sections", "redirects", "gone"))


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSettings:
    """Exactly the settings that decide which outputs a site has, named as in ``Settings``.

    ``sections`` are the slugs of the declared sections, ``redirects`` and ``gone`` go by output paths.
    """

    listings_size: int
    listings_days: bool
    listings_kinds: tuple[FacetKind, ...]
    listings_anniversaries: bool
    feeds_page: bool
    feeds_kinds: tuple[FacetKind, ...]
    corrections_withhold: bool
    sitemaps_size: int
    sitemaps_news: bool
    data_months: bool
    data_size: int
    data_articles: bool
    citations_articles: bool
    citations_listings: tuple[FacetKind, ...]
    search_on: bool
    search_languages: tuple[str, ...]
    pictures_on: bool
    pictures_widths: tuple[int, ...]
    pictures_lead_widths: tuple[int, ...]
    pictures_formats: tuple[str, ...]
    pictures_crops: tuple[str, ...]
    pictures_originals: bool
    pictures_cards: bool
    hosting_redirects: tuple[Host, ...]
    theme_typeface: str
    theme_icons: bool
    sections: frozenset[str]
    redirects: Mapping[str, str]
    gone: frozenset[str]

    def lists(self, kind: FacetKind) -> bool:
        """Return whether facets of a kind have pages."""
        return kind in SINGLE_KINDS or kind in self.listings_kinds

    def feeds(self, kind: FacetKind) -> bool:
        """Return whether facets of a kind have feeds."""
        return kind in SINGLE_KINDS or kind in self.feeds_kinds

    @property
    def of_every_unit(self) -> tuple[tuple[str, object], ...]:
        """The settings of which a change touches every unit of the plan: pairs of name and value."""
        names = (each.name for each in fields(self))
        return tuple((name, getattr(self, name)) for name in names if name not in _BY_ENTRY)


def plan_settings(settings: Settings) -> PlanSettings:
    """Return the settings that the plan depends on: while they are equal, so is the plan of an archive."""
    same = {
        each.name: getattr(settings, each.name) for each in fields(PlanSettings) if each.name not in _BY_ENTRY
    }
    return PlanSettings(
        **same,
        sections=frozenset(settings.names["section"]),
        redirects=settings.redirects,
        gone=frozenset(settings.gone),
    )
