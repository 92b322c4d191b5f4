"""Files that are published as they are: those below static/, and those that articles and profiles bring."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from broadsheet.archive.questions.site import FILE_DIGEST
from broadsheet.common import files
from broadsheet.common.problems import Problem, Problems
from broadsheet.common.urls import attachment_output, facet_output, is_page
from broadsheet.plan.output import Output
from broadsheet.plan.plan import Want
from broadsheet.plan.units import ArticleUnit, FacetUnit, RedirectUnit, StaticUnit
from broadsheet.read import theme
from broadsheet.render.outputs.feeds import find_feed
from broadsheet.render.outputs.kind import OutputKind
from broadsheet.settings.active_files import SVG
from broadsheet.settings.plan_settings import PlanSettings

if TYPE_CHECKING:
    from broadsheet.read.svg import SvgFault
    from broadsheet.render.inputs import RenderInputs

# What the theme's page of search needs, below static/. A search of a site's own may have other files there.
_OF_SEARCH = "search/page.css"


def _of_static(unit: StaticUnit, settings: PlanSettings) -> Iterator[Output]:
    """Yield the file, unless it is of the theme's search, which the site has not."""
    path = unit.path.removeprefix(f"{files.STATIC}/")
    if settings.search_on or path != _OF_SEARCH:
        yield COPY.output(path, unit.path)


def _of_article(unit: ArticleUnit, settings: PlanSettings) -> Iterator[Output]:
    article = unit.article
    if not article.gone and not (article.retracted and settings.corrections_withhold):
        yield from _attached(article.output, unit.path, (target.path for target in article.targets))


def _of_facet(unit: FacetUnit, settings: PlanSettings) -> Iterator[Output]:
    """Yield the files of a facet's profiles, beside its front."""
    if unit.articles and settings.lists(unit.key.kind):
        for path, target in unit.files:
            yield from _attached(facet_output(*unit.key), path, (target.path,))


def _attached(output: str, path: str, targets: Iterable[str]) -> Iterator[Output]:
    """Yield the files that a source brings with it, beside its page, of all that it links or shows."""
    for target in targets:
        if not files.is_article(target) and not files.is_below(target, files.STATIC):
            yield COPY.output(attachment_output(output, path, target), target)


def _moved(unit: RedirectUnit, settings: PlanSettings) -> Iterator[Output]:
    """Yield the very bytes of a static file where it once stood: nothing sends a browser on to a file."""
    target = settings.redirects.get(unit.output)
    if target is None or is_page(unit.output):
        return
    path = target.removeprefix("/").partition("#")[0]
    if not find_feed(settings, path):
        yield COPY.output(unit.output, f"{files.STATIC}/{path}")


def _render_copy(inputs: RenderInputs, output: Output) -> bytes:
    """Return a file's bytes; raises ``Problems`` for an SVG of an article that is more than a picture."""
    digest = inputs.recorder.ask(FILE_DIGEST, output.subject)
    content = theme.read(inputs.root, output.subject)
    if files.digest(content).hex().upper() != digest:
        message = "was changed while the site was being built"
        raise Problems([Problem(path=output.subject, message=message, hint="Build again.")])
    if output.subject[-4:].lower() == f".{SVG}" and not files.is_below(output.subject, files.STATIC):
        from broadsheet.read.svg import find_svg_fault  # noqa: PLC0415 - it loads a parser, and few builds need it

        fault = None if SVG in inputs.recorder.setting("safety_attachments") else find_svg_fault(content)
        if fault:
            raise Problems([_svg_problem(output.subject, fault)])
    return content


def _svg_problem(path: str, fault: SvgFault) -> Problem:
    line, column, message = fault
    hint = "Save it as a plain SVG or as a PNG, or put it into static/ if it is yours."
    hint += f" [safety] attachments may allow {SVG}."
    return Problem(path=path, line=line, column=column, message=message, hint=hint)


COPY = OutputKind(
    name="copy",
    wants=(
        Want(StaticUnit, _of_static),
        Want(ArticleUnit, _of_article),
        Want(FacetUnit, _of_facet),
        Want(RedirectUnit, _moved),
    ),
    render=_render_copy,
    bound="the files that the article, or the profile, brings with it",
    media_type="",
    group="pictures and other files",
)
KINDS = (COPY,)
