"""Pages: everything that is rendered with a layout."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from broadsheet.common.keys import EVERYTHING, FacetKey, ListingPart, NamesKey
from broadsheet.common.model import INDEXED_KINDS
from broadsheet.common.problems import Problem, Problems
from broadsheet.common.urls import (
    ANNIVERSARIES,
    FEEDS,
    anniversary_output,
    facet_output,
    is_page,
    latest_output,
    names_output,
)
from broadsheet.plan.listings import PlannedListing, has_front, list_facet_listings, list_period_listings
from broadsheet.plan.output import Output
from broadsheet.plan.plan import Want
from broadsheet.plan.units import (
    ArticleUnit,
    DayOfYearUnit,
    FacetUnit,
    FormerUnit,
    GoneUnit,
    NamesUnit,
    OwnPageUnit,
    PeriodUnit,
    RedirectUnit,
    SiteUnit,
)
from broadsheet.render.outputs.kind import OutputKind, on_every_site
from broadsheet.settings.plan_settings import PlanSettings

if TYPE_CHECKING:
    from broadsheet.render import views
    from broadsheet.render.inputs import RenderInputs


def _articles(unit: ArticleUnit, _settings: PlanSettings) -> Iterator[Output]:
    if not unit.article.gone:
        yield ARTICLE.output(unit.article.output, unit.path)


def _render_article(inputs: RenderInputs, output: Output) -> bytes:
    article = inputs.views.articles.build(output.subject)
    problems = _equal_translations(article, inputs.views.related.build_translations(article))
    if problems:
        raise Problems(problems)
    page = inputs.page(output, inputs.recorder.page_language(article.language))
    return inputs.layouts.render(ARTICLE.layout, page, article=article)


def _equal_translations(article: views.Article, translations: tuple[views.Translation, ...]) -> list[Problem]:
    """Return the problem of an article with a translation into its own language, or two into another."""
    seen = {article.language.lower(): article.path}
    for each in translations:
        other = seen.setdefault(each.language.lower(), each.path)
        if other != each.path:
            message = (
                f"translations: {article.translations} is that of two articles in {each.language}:"
                f" {other} and {each.path}"
            )
            hint = "Name the language of the translation, or give the other story a word of its own."
            return [Problem(path=article.path, message=message, hint=hint)]
    return []


ARTICLE = OutputKind(
    name="article",
    wants=(Want(ArticleUnit, _articles),),
    render=_render_article,
    bound=(
        "1 new, and the 2 around it, or 1 for the newest; if backdated, at most 8 more for each tag, its "
        "section and its dateline, and those of each of its translations; the part before it in each of its "
        "series; each of its translations"
    ),
    group="articles",
    layout="article.html",
)


def _own_page(unit: OwnPageUnit, _settings: PlanSettings) -> Iterator[Output]:
    yield OWN_PAGE.output(unit.page.output, unit.path)


def _render_own_page(inputs: RenderInputs, output: Output) -> bytes:
    own_page = inputs.views.own_pages.build(output.subject)
    seen = {own_page.language.lower(): own_page.path}
    for each in own_page.translations:
        other = seen.setdefault(each.language.lower(), each.path)
        if other != each.path:
            message = (
                f"translations: two pages have this word and are in {each.language}: {other} and {each.path}"
            )
            hint = "Name the language of the translation, or give the other page a word of its own."
            raise Problems([Problem(path=own_page.path, message=message, hint=hint)])
    page = inputs.page(output, inputs.recorder.page_language(own_page.language))
    return inputs.layouts.render(OWN_PAGE.layout, page, own_page=own_page)


OWN_PAGE = OutputKind(
    name="own_page",
    wants=(Want(OwnPageUnit, _own_page),),
    render=_render_own_page,
    bound="0",
    layout="page.html",
)


def _listing(listing: PlannedListing) -> Output:
    (facet, period), part = listing.page
    return LISTING.output(facet_output(facet.kind, facet.slug, period, part), listing.page)


def _render_listing(inputs: RenderInputs, output: Output) -> bytes:
    key = ListingPart.parse(output.subject)
    listing = inputs.views.listings.build(key)
    page = inputs.page(output, inputs.views.facets.find_language(key.listing.facet))
    return inputs.layouts.render(LISTING.layout, page, listing=listing)


LISTING = OutputKind(
    name="listing",
    wants=(
        Want(FacetUnit, lambda unit, settings: map(_listing, list_facet_listings(unit, settings))),
        Want(PeriodUnit, lambda unit, settings: map(_listing, list_period_listings(unit, settings))),
    ),
    render=_render_listing,
    bound=(
        "of everything 5: year, month, day and the last parts of the day. Of each facet its front, its "
        "smallest page and the last parts of that: 4; and the pages between these, which contain no counts, "
        "if one of their periods is new. With a new year, month or day of everything, the pages of the two "
        "beside it: 6"
    ),
    group="listings",
    layout="listing.html",
)


def _indexes_of_site(_unit: SiteUnit, settings: PlanSettings) -> Iterator[Output]:
    """Yield the indexes that every site has, which lead to those below."""
    for kind in settings.listings_kinds:
        if kind in INDEXED_KINDS:
            yield NAMES.output(names_output(kind), NamesKey(kind))


def _indexes_of_names(unit: NamesUnit, settings: PlanSettings) -> Iterator[Output]:
    if unit.kind not in settings.listings_kinds:
        return
    for key, lists_names, leads_on in unit.indexes:
        if key.prefix or (unit.kind not in INDEXED_KINDS and (lists_names or leads_on)):
            yield NAMES.output(names_output(unit.kind, key.prefix), key)


def _render_names(inputs: RenderInputs, output: Output) -> bytes:
    index = inputs.views.names.build(NamesKey.parse(output.subject))
    return inputs.layouts.render(NAMES.layout, inputs.page(output), index=index)


NAMES = OutputKind(
    name="names",
    wants=(Want(SiteUnit, _indexes_of_site), Want(NamesUnit, _indexes_of_names)),
    render=_render_names,
    bound=(
        "for each name one page at each length of prefix that is split, usually 1 or 2; none if its count, "
        "which is rounded down to two digits above 99, stays the same"
    ),
    group="listings",
    layout="names.html",
)


def _page_of_site(name: str, path: str, layout: str, *, bound: str) -> OutputKind:
    """Return the kind of a page that every site has once; its layout gets nothing but the globals."""
    return on_every_site(name, path, _with_layout(layout), bound=bound, layout=layout)


def _with_layout(layout: str) -> Callable[[RenderInputs, Output], bytes]:
    return lambda inputs, output: inputs.layouts.render(layout, inputs.page(output))


HOME = _page_of_site("home", "index.html", "home.html", bound="1")
ARCHIVE = _page_of_site("archive", "archive/index.html", "archive.html", bound="1")


def _latest_of_language(unit: FacetUnit, settings: PlanSettings) -> Iterator[Output]:
    if unit.key.kind == "language" and has_front(unit, settings):
        yield LATEST.output(latest_output(unit.key.slug), unit.key)


def _render_latest(inputs: RenderInputs, output: Output) -> bytes:
    key = FacetKey.parse(output.subject)
    page = inputs.page(output, inputs.views.facets.find_language(key))
    return inputs.layouts.render(LATEST.layout, page, facet=inputs.views.facets.build(key))


LATEST = on_every_site(
    "latest",
    latest_output(),
    _render_latest,
    subject=EVERYTHING,
    wants=(Want(FacetUnit, _latest_of_language),),
    bound="1, and of an article in another language that of the language",
    layout="latest.html",
)
NOT_FOUND = _page_of_site("not_found", "404.html", "404.html", bound="0")


ANNIVERSARIES_INDEX = on_every_site(
    "anniversaries",
    ANNIVERSARIES,
    _with_layout("anniversaries.html"),
    bound="1 with the first article of a day of the year",
    wanted=lambda settings: settings.listings_anniversaries,
    layout="anniversaries.html",
)


FEEDS_PAGE = on_every_site(
    "feeds_page",
    FEEDS,
    _with_layout("feeds.html"),
    bound="0",
    wanted=lambda settings: settings.feeds_page,
    layout="feeds.html",
)


def _anniversary(unit: DayOfYearUnit, settings: PlanSettings) -> Iterator[Output]:
    if settings.listings_anniversaries:
        yield ANNIVERSARY.output(anniversary_output(unit.day), f"{unit.day:04d}")


def _render_anniversary(inputs: RenderInputs, output: Output) -> bytes:
    anniversary = inputs.views.anniversaries.build(int(output.subject))
    return inputs.layouts.render(ANNIVERSARY.layout, inputs.page(output), anniversary=anniversary)


ANNIVERSARY = OutputKind(
    name="anniversary",
    wants=(Want(DayOfYearUnit, _anniversary),),
    render=_render_anniversary,
    bound="1",
    layout="anniversary.html",
)


def _aliases(unit: ArticleUnit, _settings: PlanSettings) -> Iterator[Output]:
    for alias in unit.article.aliases:
        yield REDIRECT.output(alias, unit.path)


def _aliases_of_own(unit: OwnPageUnit, _settings: PlanSettings) -> Iterator[Output]:
    for alias in unit.page.aliases:
        yield REDIRECT.output(alias, unit.path)


def _former(unit: FormerUnit, _settings: PlanSettings) -> Iterator[Output]:
    for address in unit.addresses:
        yield REDIRECT.output(*address)


def _redirects(unit: RedirectUnit, settings: PlanSettings) -> Iterator[Output]:
    """Yield the page that sends browsers on; others would not follow one, see ``feeds`` and ``files``."""
    target = settings.redirects.get(unit.output)
    if target is not None and is_page(unit.output):
        yield REDIRECT.output(unit.output, target)


def _render_redirect(inputs: RenderInputs, output: Output) -> bytes:
    target = find_destination(inputs, output.subject)
    return inputs.layouts.render(REDIRECT.layout, inputs.page(output), target=target)


def find_destination(inputs: RenderInputs, subject: str) -> str:
    """Return the permalink of an article or a page by its file, of ``/`` and an output, or what is one."""
    if subject.startswith(("https:", "http:")):
        return subject
    if not subject.startswith("/"):
        return inputs.urls.permalink(inputs.target(subject))
    path, mark, fragment = subject[1:].partition("#")
    return inputs.urls.permalink(path) + mark + fragment


REDIRECT = OutputKind(
    name="redirect",
    wants=(
        Want(ArticleUnit, _aliases),
        Want(OwnPageUnit, _aliases_of_own),
        Want(FormerUnit, _former),
        Want(RedirectUnit, _redirects),
    ),
    render=_render_redirect,
    bound="one for each alias, and for each former permalink pattern",
    layout="redirect.html",
)


def _expired(unit: ArticleUnit, _settings: PlanSettings) -> Iterator[Output]:
    if unit.article.gone:
        yield GONE.output(unit.article.output, unit.path)


def _gone(unit: GoneUnit, settings: PlanSettings) -> Iterator[Output]:
    """Yield the page that says so; whoever asks for a feed or another file would not understand one."""
    if unit.output in settings.gone and is_page(unit.output):
        yield GONE.output(unit.output, f"/{unit.output}")


def _render_gone(inputs: RenderInputs, output: Output) -> bytes:
    gone = inputs.views.articles.build_gone(output.subject)
    page = inputs.page(output, inputs.recorder.page_language(gone.language))
    return inputs.layouts.render(GONE.layout, page, gone=gone)


GONE = OutputKind(
    name="gone",
    wants=(Want(ArticleUnit, _expired), Want(GoneUnit, _gone)),
    render=_render_gone,
    bound="0",
    layout="gone.html",
)

KINDS = (
    *(
        ARTICLE,
        OWN_PAGE,
        GONE,
        REDIRECT,
        LISTING,
        NAMES,
        HOME,
        ARCHIVE,
        LATEST,
        ANNIVERSARIES_INDEX,
        ANNIVERSARY,
    ),
    FEEDS_PAGE,
    NOT_FOUND,
)
