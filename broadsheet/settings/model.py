"""The settings: everything that site.toml says, and the part of it that reading an article depends on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from broadsheet.common.model import CorrectionKind, DeadLinks, FacetKind, Host

# Statements of a publisher about its work: the key below [publisher], and the property of schema.org.
POLICIES: Mapping[str, str] = MappingProxyType(
    {
        "principles": "publishingPrinciples",
        "ethics": "ethicsPolicy",
        "corrections": "correctionsPolicy",
        "verification": "verificationFactCheckingPolicy",
        "unnamed_sources": "unnamedSourcesPolicy",
        "feedback": "actionableFeedbackPolicy",
        "diversity": "diversityPolicy",
        "ownership": "ownershipFundingInfo",
        "masthead": "masthead",
        "mission": "missionCoveragePrioritiesPolicy",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """Who publishes the archive.

    ``policies`` are pairs: a name of ``POLICIES``, and where that policy is published, which is ``/`` and an
    output path, or a URL elsewhere.
    """

    name: str
    url: str
    logo: str
    policies: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GoneNote:
    """Why a page was taken down, and when."""

    date: dt.date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that site.toml says, with its defaults; see docs/settings.md for each.

    A field is named after its table and key: ``listings_size`` is ``size`` of ``[listings]``.
    ``written_url`` is the address as site.toml has it, whatever ``url`` was replaced with.
    ``names`` maps, for each of ``NAMED_KINDS``, slugs to names in the order of the file; ``spellings`` maps
    the keys of declared spellings to slugs (``settings.names``). ``translations`` maps languages, without
    region, to the names of sections by slug. The keys of
    ``redirects`` and ``gone`` are the output paths of what moved or was taken down; a redirect leads to ``/``
    and an output path, perhaps with a fragment, to the path of an article's file, or to a URL elsewhere.
    Kinds of facets are in the order of ``NAMED_KINDS``, whatever the order in the file; those of feeds and of
    citations are a subset of those of listings, but citations may also have ``all``, first.
    """

    title: str
    url: str
    written_url: str
    language: str
    timezone: str
    tagline: str
    authority: str
    publisher: Publisher
    content_folder: str
    content_exclude: tuple[str, ...]
    content_required: tuple[str, ...]
    content_reported: tuple[str, ...]
    content_section: str
    content_links: DeadLinks
    content_profiles: tuple[FacetKind, ...]
    content_pages: str
    content_dialect: str
    content_indented_code: bool
    content_autolinks: bool
    content_shortcodes: tuple[tuple[str, str], ...]
    dates_formats: tuple[str, ...]
    dates_date: str
    dates_time: str
    dates_zone: str
    dates_convert: bool
    dates_first_day: str
    front_matter: Mapping[str, tuple[str, ...]]
    front_matter_extra: tuple[str, ...]
    front_matter_duplicates: str
    front_matter_join: tuple[str, ...]
    front_matter_split: str
    permalinks_article: str
    permalinks_slugs: str
    permalinks_former: tuple[str, ...]
    article_contents: int
    article_reading_time: bool
    listings_size: int
    listings_days: bool
    listings_kinds: tuple[FacetKind, ...]
    listings_anniversaries: bool
    listings_surnames: bool
    related_count: int
    feeds_length: int
    feeds_full_text: bool
    feeds_page: bool
    feeds_kinds: tuple[FacetKind, ...]
    corrections_top: tuple[CorrectionKind, ...]
    corrections_withhold: bool
    corrections_mark: bool
    sitemaps_size: int
    sitemaps_news: bool
    data_months: bool
    data_size: int
    data_articles: bool
    citations_styles: tuple[str, ...]
    citations_articles: bool
    citations_listings: tuple[FacetKind, ...]
    search_on: bool
    search_fields: tuple[str, ...]
    search_languages: tuple[str, ...]
    search_positions: bool
    pictures_on: bool
    pictures_widths: tuple[int, ...]
    pictures_lead_widths: tuple[int, ...]
    pictures_formats: tuple[str, ...]
    pictures_quality: int
    pictures_crops: tuple[str, ...]
    pictures_originals: bool
    pictures_sizes: str
    pictures_metadata: tuple[str, ...]
    pictures_cards: bool
    pictures_fonts: tuple[str, ...]
    hosting_limits: str
    names: Mapping[str, Mapping[str, str]]
    spellings: Mapping[str, Mapping[str, str]]
    translations: Mapping[str, Mapping[str, str]]
    redirects: Mapping[str, str]
    gone: Mapping[str, GoneNote]
    hosting_redirects: tuple[Host, ...]
    assets_minify: bool
    assets_digests: bool
    safety_frames: tuple[str, ...]
    safety_frames_at_once: bool
    safety_pictures: tuple[str, ...]
    safety_attachments: tuple[str, ...]
    theme_fallback: bool
    theme_typeface: str
    theme_icons: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSettings:
    """Exactly the settings that reading an article depends on, named as in ``Settings``; hashable."""

    written_url: str
    language: str
    timezone: str
    content_folder: str
    content_required: tuple[str, ...]
    content_reported: tuple[str, ...]
    content_section: str
    content_links: DeadLinks
    content_profiles: tuple[FacetKind, ...]
    content_pages: str
    content_dialect: str
    content_indented_code: bool
    content_autolinks: bool
    content_shortcodes: tuple[tuple[str, str], ...]
    dates_formats: tuple[str, ...]
    front_matter: tuple[tuple[str, tuple[str, ...]], ...]
    front_matter_extra: tuple[str, ...]
    front_matter_duplicates: str
    front_matter_join: tuple[str, ...]
    front_matter_split: str
    spellings: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    permalinks_article: str
    permalinks_slugs: str
    permalinks_former: tuple[str, ...]
    search_on: bool
    search_fields: tuple[str, ...]
    search_positions: bool
    corrections_mark: bool
    safety_frames: tuple[str, ...]
    safety_frames_at_once: bool
    safety_pictures: tuple[str, ...]


class PictureSettings(NamedTuple):
    """The settings that reading a picture depends on: two of ``[pictures]``, and the language."""

    on: bool
    metadata: tuple[str, ...]
    language: str


def picture_settings(settings: Settings) -> PictureSettings:
    """Return the settings that reading a picture depends on."""
    return PictureSettings(settings.pictures_on, settings.pictures_metadata, settings.language)


def read_settings(settings: Settings) -> ReadSettings:
    """Return the settings that reading depends on: while they are equal, an unchanged file reads the same."""
    chosen = {name: getattr(settings, name) for name in ReadSettings.__dataclass_fields__}
    chosen["spellings"] = tuple(
        (kind, tuple(sorted(slugs.items()))) for kind, slugs in sorted(settings.spellings.items()) if slugs
    )
    chosen["front_matter"] = tuple(sorted(settings.front_matter.items()))
    return ReadSettings(**chosen)
