"""Sitemaps of months, of indexes of facets, of the site's own pages and of the news; robots.txt.

The format and its limits: https://www.sitemaps.org/protocol.html
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, cast

from broadsheet.archive.questions.listings import COUNT
from broadsheet.archive.questions.names import FRONTS, SITEMAPS
from broadsheet.archive.questions.names import SITEMAP as SITEMAP_OF_MONTH
from broadsheet.archive.questions.news import NEWS
from broadsheet.archive.questions.own_pages import OWN_PAGE_ADDRESSES
from broadsheet.archive.questions.question import Slice
from broadsheet.common.keys import FacetKey, ListingKey, NamesKey, PeriodPart
from broadsheet.common.model import INDEXED_KINDS, FacetKind
from broadsheet.common.periods import number_parts
from broadsheet.common.urls import (
    ANNIVERSARIES,
    FEEDS,
    facet_output,
    fronts_output,
    names_output,
    sitemap_output,
)
from broadsheet.plan.output import Output
from broadsheet.plan.plan import Want
from broadsheet.plan.units import MonthUnit, NamesUnit
from broadsheet.render import formats
from broadsheet.render.outputs.kind import OutputKind, on_every_site
from broadsheet.settings.plan_settings import PlanSettings

if TYPE_CHECKING:
    from broadsheet.render.inputs import RenderInputs

_INDEX, _PAGES, _NEWS = "sitemap.xml", "sitemaps/pages.xml", "sitemaps/news.xml"


def _of_month(unit: MonthUnit, settings: PlanSettings) -> Iterator[Output]:
    for part in number_parts(unit.articles, settings.sitemaps_size):
        yield SITEMAP.output(sitemap_output(unit.month, part), PeriodPart(unit.month, part))


def _render_sitemap(inputs: RenderInputs, output: Output) -> bytes:
    month, part = PeriodPart.parse(output.subject)
    rows = inputs.recorder.ask(SITEMAP_OF_MONTH, month, Slice(part, inputs.recorder.setting("sitemaps_size")))
    permalink, sitemaps = inputs.urls.permalink, formats.sitemaps
    pages = (sitemaps.Location(permalink(path), modified) for path, modified in rows)
    return sitemaps.compress(sitemaps.write_urlset(pages))


SITEMAP = OutputKind(
    name="sitemap",
    wants=(Want(MonthUnit, _of_month),),
    render=_render_sitemap,
    bound="1, or 2 if one is full",
    media_type="application/gzip",
    group="sitemaps",
)


def _render_index(inputs: RenderInputs, _output: Output) -> bytes:
    rows = inputs.recorder.ask(SITEMAPS, "all", int(inputs.recorder.setting("sitemaps_size")))
    permalink, location = inputs.urls.permalink, formats.sitemaps.Location
    months = [location(permalink(sitemap_output(month, part)), modified) for month, part, modified in rows]
    kinds = cast("tuple[FacetKind, ...]", inputs.recorder.setting("listings_kinds"))
    fronts = [
        location(permalink(fronts_output(kind, prefix)))
        for kind in kinds
        for prefix in _prefixes(inputs, kind)
        if _fronts(inputs, kind, prefix)[0]
    ]
    # Without a time: the news are others with each article, and the index would be too.
    news = [_NEWS] if inputs.recorder.setting("sitemaps_news") else []
    fixed = (location(permalink(path)) for path in (_PAGES, *news))
    return formats.sitemaps.write_index([*fixed, *fronts, *months])


SITEMAP_INDEX = on_every_site(
    "sitemap_index",
    _INDEX,
    _render_index,
    bound="1",
    media_type="application/xml",
    group="sitemaps",
)


def _render_pages(inputs: RenderInputs, _output: Output) -> bytes:
    kinds = cast("tuple[FacetKind, ...]", inputs.recorder.setting("listings_kinds"))
    indexed = (kind for kind in kinds if kind in INDEXED_KINDS or any(_fronts(inputs, kind, "")))
    any_corrected = inputs.recorder.ask(COUNT, ListingKey(FacetKey("correction"), 0), 1)
    corrected = (facet_output("correction", ""),) if any_corrected else ()
    days = (ANNIVERSARIES,) if inputs.recorder.setting("listings_anniversaries") else ()
    feeds = (FEEDS,) if inputs.recorder.setting("feeds_page") else ()
    own = (output for output, _ in inputs.recorder.ask(OWN_PAGE_ADDRESSES, "all"))
    pages = ("index.html", "archive/index.html", *map(names_output, indexed), *corrected, *days, *feeds, *own)
    return _urlset(inputs, pages)


SITEMAP_PAGES = on_every_site(
    "sitemap_pages",
    _PAGES,
    _render_pages,
    bound="0; 1 with the first of each",
    media_type="application/xml",
    group="sitemaps",
)


def _of_names(unit: NamesUnit, settings: PlanSettings) -> Iterator[Output]:
    """Yield a sitemap of the fronts that each index lists; declared sections have one without an article."""
    if unit.kind not in settings.listings_kinds:
        return
    declared = unit.kind == "section" and settings.sections
    for key, lists_names, _ in unit.indexes:
        if lists_names or (declared and not key.prefix):
            yield SITEMAP_FRONTS.output(fronts_output(unit.kind, key.prefix), key)


def _render_fronts(inputs: RenderInputs, output: Output) -> bytes:
    kind, prefix = NamesKey.parse(output.subject)
    slugs, _ = _fronts(inputs, kind, prefix)
    return formats.sitemaps.compress(_urlset(inputs, (facet_output(kind, slug) for slug in slugs)))


def _urlset(inputs: RenderInputs, pages: Iterable[str]) -> bytes:
    """Return the sitemap of pages whose output paths are given; it does not say when they changed."""
    permalink, sitemaps = inputs.urls.permalink, formats.sitemaps
    return sitemaps.write_urlset(sitemaps.Location(permalink(page)) for page in pages)


def _fronts(inputs: RenderInputs, kind: FacetKind, prefix: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the slugs of the facets that an index lists, and the longer prefixes that it leads to.

    A section that is declared has a page before it has an article.
    """
    slugs, longer = inputs.recorder.ask(FRONTS, NamesKey(kind, prefix))
    declared = inputs.recorder.setting("sections") if kind == "section" and not prefix else ()
    return tuple(dict.fromkeys((*slugs, *declared))), longer


def _prefixes(inputs: RenderInputs, kind: FacetKind) -> Iterator[str]:
    """Yield the prefixes of the indexes of a kind, in order."""
    prefixes = [""]
    while prefixes:
        prefix = prefixes.pop()
        yield prefix
        prefixes += reversed(_fronts(inputs, kind, prefix)[1])


SITEMAP_FRONTS = OutputKind(
    name="sitemap_fronts",
    wants=(Want(NamesUnit, _of_names),),
    render=_render_fronts,
    bound="1 for each new facet",
    media_type="application/gzip",
    group="sitemaps",
)


def _render_news(inputs: RenderInputs, _output: Output) -> bytes:
    rows = inputs.recorder.ask(NEWS, "all")
    news = (
        formats.sitemaps.NewsLocation(
            permalink=inputs.urls.permalink(path),
            title=title,
            date=dt.datetime.fromisoformat(date),
            language=language,
        )
        for path, title, date, language in rows
    )
    return formats.sitemaps.write_newsset(inputs.site.title, news)


SITEMAP_NEWS = on_every_site(
    "sitemap_news",
    _NEWS,
    _render_news,
    bound="1; and 1 more when the article is two days old, in the next build after that",
    wanted=lambda settings: settings.sitemaps_news,
    media_type="application/xml",
    group="sitemaps",
)


def _render_robots(inputs: RenderInputs, _output: Output) -> bytes:
    return formats.sitemaps.write_robots(inputs.urls.permalink(_INDEX))


ROBOTS = on_every_site(
    "robots",
    "robots.txt",
    _render_robots,
    bound="0",
    media_type="text/plain",
)
KINDS = (SITEMAP, SITEMAP_INDEX, SITEMAP_PAGES, SITEMAP_FRONTS, SITEMAP_NEWS, ROBOTS)
