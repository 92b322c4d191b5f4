"""Style sheets below static/, each joined with the parts that it imports."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from broadsheet.archive.questions.site import FILE_DIGEST
from broadsheet.common import files
from broadsheet.common.urls import is_page
from broadsheet.plan.output import Output
from broadsheet.plan.plan import Want
from broadsheet.plan.units import RedirectUnit, StaticUnit
from broadsheet.render.assets.style_sheets import decode, encode, is_part, is_style_sheet, join_parts
from broadsheet.render.outputs.files import read_unchanged
from broadsheet.render.outputs.kind import OutputKind
from broadsheet.settings.plan_settings import PlanSettings

if TYPE_CHECKING:
    from broadsheet.render.inputs import RenderInputs

# What the theme's page of search needs, below static/. A search of a site's own may have other files there.
_OF_SEARCH = "search/page.css"


def _of_static(unit: StaticUnit, settings: PlanSettings) -> Iterator[Output]:
    """Yield the style sheet, unless it is a part, or of the theme's search, which the site has not."""
    path = unit.path.removeprefix(f"{files.STATIC}/")
    if is_style_sheet(unit.path) and not is_part(unit.path) and (settings.search_on or path != _OF_SEARCH):
        yield STYLE_SHEET.output(path, unit.path)


def _moved(unit: RedirectUnit, settings: PlanSettings) -> Iterator[Output]:
    """Yield a style sheet where it once stood: nothing sends a browser on to a file."""
    source = f"{files.STATIC}/{settings.redirects.get(unit.output, '').removeprefix('/').partition('#')[0]}"
    if is_style_sheet(source) and not is_page(unit.output):
        yield STYLE_SHEET.output(unit.output, source)


def _render_style_sheet(inputs: RenderInputs, output: Output) -> bytes:
    """Return a style sheet with its parts; raises ``Problems`` for those that cannot be joined."""

    def read(path: str) -> str | None:
        digest = inputs.recorder.ask(FILE_DIGEST, path)
        return None if digest is None else decode(read_unchanged(inputs, path, digest))

    return encode(join_parts(output.subject, output.path, read))


STYLE_SHEET = OutputKind(
    name="style",
    wants=(Want(StaticUnit, _of_static), Want(RedirectUnit, _moved)),
    render=_render_style_sheet,
    bound="0",
    media_type="text/css",
    group="other files",
)
KINDS = (STYLE_SHEET,)
