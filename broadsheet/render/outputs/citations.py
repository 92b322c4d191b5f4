"""Citations as files: of an article beside its page, of a listing that shows all that it has beside that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from broadsheet.common.keys import ListingPart
from broadsheet.common.urls import CITATION_FILES, beside, facet_output
from broadsheet.plan.listings import PlannedListing, list_facet_listings, list_period_listings
from broadsheet.plan.output import Output
from broadsheet.plan.plan import Want
from broadsheet.plan.units import ArticleUnit, FacetUnit, PeriodUnit
from broadsheet.render.outputs.kind import OutputKind
from broadsheet.settings.plan_settings import PlanSettings

if TYPE_CHECKING:
    from broadsheet.render import views
    from broadsheet.render.inputs import RenderInputs


def _beside(kind: OutputKind, page: str, subject: object) -> Iterator[Output]:
    """Yield the files beside a page that cite what it shows."""
    for suffix in CITATION_FILES.values():
        yield kind.output(beside(page, f"{kind.name}.{suffix}"), subject)


def _of_article(unit: ArticleUnit, settings: PlanSettings) -> Iterator[Output]:
    if settings.citations_articles and not unit.article.gone:
        yield from _beside(CITATION, unit.article.output, unit.path)


def _render_article(inputs: RenderInputs, output: Output) -> bytes:
    return _cited(inputs, output, (inputs.views.articles.build(output.subject),))


CITATION = OutputKind(
    name="citation",
    wants=(Want(ArticleUnit, _of_article),),
    render=_render_article,
    bound="3, if the site enables them",
    media_type="",
    group="data",
)


def _of_listings(listings: Iterable[PlannedListing], settings: PlanSettings) -> Iterator[Output]:
    for page, count in listings:
        facet, period = page.listing
        if facet.kind in settings.citations_listings and 0 < count <= settings.listings_size:
            yield from _beside(CITATIONS, facet_output(*facet, period, page.part), page)


def _render_listing(inputs: RenderInputs, output: Output) -> bytes:
    return _cited(inputs, output, inputs.views.listings.list_articles(ListingPart.parse(output.subject)))


CITATIONS = OutputKind(
    name="citations",
    wants=(
        Want(FacetUnit, lambda unit, settings: _of_listings(list_facet_listings(unit, settings), settings)),
        Want(PeriodUnit, lambda unit, settings: _of_listings(list_period_listings(unit, settings), settings)),
    ),
    render=_render_listing,
    bound=(
        "3 for each of its series and its print edition; for facets of other kinds only if the site enables "
        "them, and of everything then 9"
    ),
    media_type="",
    group="data",
)


def _cited(inputs: RenderInputs, output: Output, articles: Iterable[views.Teaser]) -> bytes:
    # Here, so that a build that renders no citations does not load them.
    from broadsheet.render.formats.citations.exports import FORMATS  # noqa: PLC0415
    from broadsheet.render.formats.citations.reference import make_reference  # noqa: PLC0415

    paper, build_bylines = inputs.site.title, inputs.views.profiles.build_bylines
    bylines = partial(inputs.recorder.memoized, build_bylines)
    written = FORMATS[output.path.rpartition(".")[2]]
    return written(make_reference(article, paper, bylines(article.authors)) for article in articles)


KINDS = (CITATION, CITATIONS)
