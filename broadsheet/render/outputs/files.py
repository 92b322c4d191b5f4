"""Files that are published as they are: those below static/, and those that texts bring."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from broadsheet.archive.plan_queries import PlannedTarget
from broadsheet.archive.questions.site import FILE_DIGEST, PICTURE
from broadsheet.common import files
from broadsheet.common.pictures import LINKED, NO_PICTURE
from broadsheet.common.problems import Problem, Problems
from broadsheet.common.urls import attachment_output, facet_output, is_page
from broadsheet.plan.output import Output
from broadsheet.plan.plan import Want
from broadsheet.plan.units import ArticleUnit, FacetUnit, OwnPageUnit, RedirectUnit, StaticUnit
from broadsheet.render.assets.published import is_left_out, is_script, read_unchanged
from broadsheet.render.assets.style_sheets import is_style_sheet
from broadsheet.render.outputs.feeds import find_feed
from broadsheet.render.outputs.kind import OutputKind
from broadsheet.render.pictures.faults import BadPictureError
from broadsheet.render.pictures.recipes import Recipe
from broadsheet.render.pictures.strip import find_format, strip
from broadsheet.settings.active_files import SVG
from broadsheet.settings.plan_settings import PlanSettings

if TYPE_CHECKING:
    from broadsheet.read.pictures.svg import SvgFault
    from broadsheet.render.inputs import RenderInputs


class AttachedFile(NamedTuple):
    """A file that a source brings with it, and the output beside its page at which it is published."""

    output: str
    target: PlannedTarget


def list_attached(
    unit: ArticleUnit | OwnPageUnit | FacetUnit, settings: PlanSettings
) -> Iterator[AttachedFile]:
    """Yield the files that an article, a page or the profiles of a facet link to or show."""
    if isinstance(unit, FacetUnit):
        if unit.articles and settings.lists(unit.key.kind):
            for path, target in unit.files:
                yield from _attached(facet_output(*unit.key), path, (target,))
        return
    if isinstance(unit, OwnPageUnit):
        yield from _attached(unit.page.output, unit.path, unit.page.targets)
        return
    article = unit.article
    if not article.gone and not (article.retracted and settings.corrections_withhold):
        yield from _attached(article.output, unit.path, article.targets)


def _attached(output: str, path: str, targets: Iterable[PlannedTarget]) -> Iterator[AttachedFile]:
    for target in targets:
        if not files.is_article(target.path) and not files.is_below(target.path, files.STATIC):
            yield AttachedFile(attachment_output(output, path, target.path), target)


def is_made_of(unit: StaticUnit, settings: PlanSettings) -> bool:
    """Return whether pictures are made of a file below static/: it is one, and some text shows it."""
    if not settings.pictures_on or unit.raster is None:
        return False
    return any(use != LINKED for use in unit.list_uses(settings.corrections_withhold))


def _is_asset(path: str) -> bool:
    return is_style_sheet(path) or is_script(path)


def _of_static(unit: StaticUnit, settings: PlanSettings) -> Iterator[Output]:
    """Yield the file, unless something is made of it."""
    left_out = _is_asset(unit.path) or is_left_out(unit.path, settings.theme_typeface)
    if not left_out and not is_made_of(unit, settings):
        yield COPY.output(unit.path.removeprefix(f"{files.STATIC}/"), unit.path)


def _of_source(unit: ArticleUnit | OwnPageUnit | FacetUnit, settings: PlanSettings) -> Iterator[Output]:
    for output, target in list_attached(unit, settings):
        if not (settings.pictures_on and target.raster):
            yield COPY.output(output, target.path)


def _moved(unit: RedirectUnit, settings: PlanSettings) -> Iterator[Output]:
    """Yield the very bytes of a static file where it once stood: nothing sends a browser on to a file."""
    target = settings.redirects.get(unit.output)
    if target is None or is_page(unit.output):
        return
    path = target.removeprefix("/").partition("#")[0]
    source = f"{files.STATIC}/{path}"
    if not find_feed(settings, path) and not _is_asset(source):
        yield COPY.output(unit.output, source)


def _render_copy(inputs: RenderInputs, output: Output) -> bytes:
    """Return a file's bytes; raises ``Problems`` for an SVG of an article that is more than a picture."""
    path, recorder = output.subject, inputs.recorder
    digest = recorder.ask(FILE_DIGEST, path)
    content = read_unchanged(inputs.root, path, digest)
    if files.is_below(path, files.STATIC):
        is_moved = path != f"{files.STATIC}/{output.path}"
        return _without_metadata(inputs, path, content) if is_moved else content
    if path[-4:].lower() == f".{SVG}":
        from broadsheet.read.pictures.svg import find_svg_fault  # noqa: PLC0415 - it loads a parser, and few builds need it

        fault = None if SVG in recorder.setting("safety_attachments") else find_svg_fault(content)
        if fault:
            raise Problems([_svg_problem(path, fault)])
    # Pictures of which no others are made, such as animations.
    form = find_format(content)
    if form and recorder.setting("pictures_on"):
        with suppress(BadPictureError):
            return strip(content, form)
    return content


def _without_metadata(inputs: RenderInputs, path: str, content: bytes) -> bytes:
    """Return a picture below static/ as it is under its own name once a text shows it, else the file.

    Nobody asks at its old address whether one does.
    """
    *_, form, _ = inputs.recorder.ask(PICTURE, path) or NO_PICTURE.shape
    if form and inputs.recorder.setting("pictures_on"):
        digest = files.digest(content).hex()
        with suppress(BadPictureError):
            return inputs.pictures.make(digest, lambda: content, Recipe("", 0, form), 0)
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
        Want(ArticleUnit, _of_source),
        Want(OwnPageUnit, _of_source),
        Want(FacetUnit, _of_source),
        Want(RedirectUnit, _moved),
    ),
    render=_render_copy,
    bound="the files that the article, or the profile, brings with it",
    media_type="",
    group="other files",
)
KINDS = (COPY,)
