"""The icons of the site, and the manifest that names them: all made of one picture, static/icon.png.

A file below static/ that has the name of one of them is published instead.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from broadsheet.archive.questions.question import Change
from broadsheet.archive.questions.site import FILE_DIGEST
from broadsheet.common import files, languages
from broadsheet.common.problems import Problem, Problems
from broadsheet.plan.output import Output
from broadsheet.plan.plan import Want
from broadsheet.plan.units import StaticUnit
from broadsheet.render.assets.published import read_unchanged
from broadsheet.render.outputs.kind import OutputKind
from broadsheet.settings.plan_settings import PlanSettings

if TYPE_CHECKING:
    from PIL import Image

    from broadsheet.render.inputs import RenderInputs

SOURCE = f"{files.STATIC}/icon.png"
_FAVICON, _APPLE, _MANIFEST = "favicon.ico", "apple-touch-icon.png", "manifest.webmanifest"
# Width and height in pixels: what browsers want to install a site, https://web.dev/articles/install-criteria.
_SIZES = {"icon-192.png": 192, "icon-512.png": 512, _APPLE: 180}
_FAVICON_SIZES = (16, 32, 48)
_LEAST, _MOST = 512, 4096
# The paper of the theme, as in static/styles/_base.css.
_PAPER = "#fdfcf9"
_NAMES = (*_SIZES, _FAVICON)


def _icons(unit: StaticUnit, settings: PlanSettings) -> Iterator[Output]:
    if unit.path == SOURCE and settings.theme_icons:
        yield from (ICON.output(name, SOURCE) for name in _NAMES if not _is_there(unit, name))


def _manifest(unit: StaticUnit, settings: PlanSettings) -> Iterator[Output]:
    if unit.path == SOURCE and settings.theme_icons and not _is_there(unit, _MANIFEST):
        yield MANIFEST.output(_MANIFEST)


def _is_there(unit: StaticUnit, name: str) -> bool:
    return unit.exists(f"{files.STATIC}/{name}")


def _touched(change: Change) -> Iterator[str]:
    """Yield the unit of the picture if a file takes the place of one that is made of it, or gives it back."""
    if change.what == "file" and change.name.removeprefix(f"{files.STATIC}/") in {*_NAMES, _MANIFEST}:
        yield f"static {SOURCE}"


def _render_icon(inputs: RenderInputs, output: Output) -> bytes:
    """Return an icon; raises ``Problems`` for a picture of which none can be made."""
    from PIL import Image  # noqa: PLC0415 - most builds need no icon

    content = read_unchanged(inputs.root, SOURCE, inputs.recorder.ask(FILE_DIGEST, SOURCE))
    picture = _open(content)
    target = io.BytesIO()
    if output.path == _FAVICON:
        icons = [picture.resize((size, size), Image.Resampling.LANCZOS) for size in _FAVICON_SIZES]
        icons[-1].save(target, "ICO", sizes=[icon.size for icon in icons], append_images=icons[:-1])
        return target.getvalue()
    size = _SIZES[output.path]
    icon = picture.resize((size, size), Image.Resampling.LANCZOS)
    if output.path == _APPLE:
        # Telephones fill what is transparent with black.
        ground = Image.new("RGBA", icon.size, _PAPER)
        icon = Image.alpha_composite(ground, icon).convert("RGB")
    icon.save(target, "PNG", optimize=True)
    return target.getvalue()


def _open(content: bytes) -> Image.Image:
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415

    hint = f"Save the icon as a square PNG of {_LEAST} by {_LEAST} pixels; or set [theme] icons = false."
    try:
        opened = Image.open(io.BytesIO(content), formats=["PNG"])
        if opened.width == opened.height and _LEAST <= opened.width <= _MOST:
            return opened.convert("RGBA")
        message = f"is {opened.width} by {opened.height} pixels, and the icons of the site are made of it"
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        message = "is no PNG that can be read, and the icons of the site are made of it"
    raise Problems([Problem(path=SOURCE, message=message, hint=hint)])


def _render_manifest(inputs: RenderInputs, _output: Output) -> bytes:
    """Return the manifest: https://w3c.github.io/manifest/."""
    language = inputs.site.language
    icons = [
        {"src": inputs.urls.url(name), "sizes": f"{size}x{size}", "type": "image/png"}
        for name, size in _SIZES.items()
        if name != _APPLE
    ]
    members = {
        "name": inputs.site.title,
        "lang": language,
        "dir": "rtl" if languages.is_right_to_left(language) else "ltr",
        "start_url": inputs.site.url,
        "scope": inputs.site.url,
        "display": "minimal-ui",
        "background_color": _PAPER,
        "theme_color": _PAPER,
        "icons": icons,
    }
    if inputs.site.tagline:
        members["description"] = inputs.site.tagline
    return f"{json.dumps(members, ensure_ascii=False, indent=1)}\n".encode()


ICON = OutputKind(
    name="icon",
    wants=(Want(StaticUnit, _icons),),
    render=_render_icon,
    bound="0",
    media_type="",
    group="other files",
    touched_units=_touched,
)
MANIFEST = OutputKind(
    name="manifest",
    wants=(Want(StaticUnit, _manifest),),
    render=_render_manifest,
    bound="0",
    media_type="application/manifest+json",
    group="other files",
    touched_units=_touched,
)
KINDS = (ICON, MANIFEST)
