"""Style sheets and scripts below static/: sheets with the parts that they import, both without comments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from broadsheet.common import files
from broadsheet.common.urls import is_page
from broadsheet.plan.output import Output
from broadsheet.plan.plan import Want
from broadsheet.plan.units import RedirectUnit, StaticUnit
from broadsheet.render.assets.published import is_script
from broadsheet.render.assets.style_sheets import is_part, is_style_sheet
from broadsheet.render.outputs.kind import OutputKind
from broadsheet.settings.plan_settings import PlanSettings

if TYPE_CHECKING:
    from broadsheet.render.inputs import RenderInputs

# What the theme's page of search needs, below static/. A search of a site's own may have other files there.
_OF_SEARCH = "search/page.css"


def find_kind(path: str) -> OutputKind | None:
    """Return the kind of output that a source becomes, None if it is neither a style sheet nor a script."""
    if is_style_sheet(path):
        return STYLE_SHEET
    return SCRIPT if is_script(path) else None


def _of_static(unit: StaticUnit, settings: PlanSettings) -> Iterator[Output]:
    """Yield the style sheet, unless it is a part, or of the theme's search, which the site has not."""
    path = unit.path.removeprefix(f"{files.STATIC}/")
    if is_style_sheet(unit.path) and not is_part(unit.path) and (settings.search_on or path != _OF_SEARCH):
        yield STYLE_SHEET.output(path, unit.path)


def _of_static_script(unit: StaticUnit, _settings: PlanSettings) -> Iterator[Output]:
    if is_script(unit.path):
        yield SCRIPT.output(unit.path.removeprefix(f"{files.STATIC}/"), unit.path)


def _moved(unit: RedirectUnit, settings: PlanSettings) -> Iterator[Output]:
    """Yield a style sheet or script where it once stood: nothing sends a browser on to a file."""
    source = f"{files.STATIC}/{settings.redirects.get(unit.output, '').removeprefix('/').partition('#')[0]}"
    if (kind := find_kind(source)) and not is_page(unit.output):
        yield kind.output(unit.output, source)


def _render_asset(inputs: RenderInputs, output: Output) -> bytes:
    return inputs.assets.publish(output.subject, output.path)


STYLE_SHEET = OutputKind(
    name="style",
    wants=(Want(StaticUnit, _of_static), Want(RedirectUnit, _moved)),
    render=_render_asset,
    bound="0",
    media_type="text/css",
    group="other files",
)
SCRIPT = OutputKind(
    name="script",
    wants=(Want(StaticUnit, _of_static_script),),
    render=_render_asset,
    bound="0",
    media_type="",
    group="other files",
)
KINDS = (STYLE_SHEET, SCRIPT)
