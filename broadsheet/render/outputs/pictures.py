"""Pictures that articles and profiles show, in the sizes, shapes and formats that readers need.

The subject of such an output is its recipe and the path of the picture, as in
``whole,640,webp,50,50 content/a.jpg``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from broadsheet.archive.questions.site import FILE_DIGEST
from broadsheet.common import files
from broadsheet.common.pictures import Raster
from broadsheet.common.problems import Problem, Problems
from broadsheet.plan.output import Output
from broadsheet.plan.plan import Want
from broadsheet.plan.units import ArticleUnit, FacetUnit, OwnPageUnit, StaticUnit
from broadsheet.render.assets.published import read_unchanged
from broadsheet.render.outputs.files import is_made_of, list_attached
from broadsheet.render.outputs.kind import OutputKind
from broadsheet.render.pictures.faults import BadPictureError, MissingCodecError
from broadsheet.render.pictures.recipes import Recipe, list_made, picture_options
from broadsheet.settings.plan_settings import PlanSettings

if TYPE_CHECKING:
    from broadsheet.render.inputs import RenderInputs


class PictureSubject(NamedTuple):
    """What an output of this kind is of: the recipe, and the path of the picture."""

    recipe: Recipe
    path: str

    def __str__(self) -> str:
        """Return the subject as text."""
        return f"{self.recipe} {self.path}"

    @classmethod
    def parse(cls, text: str) -> PictureSubject:
        """Return the subject that ``text`` was written from."""
        recipe, _, path = text.partition(" ")
        return cls(Recipe.parse(recipe), path)


def _of_source(unit: ArticleUnit | OwnPageUnit | FacetUnit, settings: PlanSettings) -> Iterator[Output]:
    """Yield what is made of the pictures that an article, a page or the profiles of a facet bring."""
    if not settings.pictures_on:
        return
    for output, target in list_attached(unit, settings):
        if target.raster:
            yield from _list_outputs(output, target.path, target.raster, target.uses, settings)


def _of_static(unit: StaticUnit, settings: PlanSettings) -> Iterator[Output]:
    """Yield what is made of a picture below static/ that some text shows; its own name is the site's."""
    if unit.raster and is_made_of(unit, settings):
        own = unit.path.removeprefix(f"{files.STATIC}/")
        uses = unit.list_uses(settings.corrections_withhold)
        yield from _list_outputs(own, unit.path, unit.raster, uses, settings, whole=True)


def _list_outputs(
    own: str, path: str, raster: Raster, uses: Iterable[str], settings: PlanSettings, *, whole: bool = False
) -> Iterator[Output]:
    for made in list_made(own, raster, uses, picture_options(settings), whole=whole):
        yield PICTURE_FILE.output(made.output, PictureSubject(made.recipe, path))


def _render_picture(inputs: RenderInputs, output: Output) -> bytes:
    """Return what the recipe makes of the picture; raises ``Problems`` if it cannot be decoded."""
    recorder = inputs.recorder
    recipe, path = PictureSubject.parse(output.subject)
    digest, quality = recorder.ask(FILE_DIGEST, path), recorder.setting("pictures_quality")
    try:
        return inputs.pictures.make(
            str(digest), lambda: read_unchanged(inputs.root, path, digest), recipe, int(quality)
        )
    except BadPictureError as error:
        hint = "Save it again from the program that made it, or take it out."
        use = recorder.find_first_use(path)
        if use is None:
            raise Problems([Problem(path=path, message=f"is a broken picture: {error}", hint=hint)]) from None
        message = f"{path} is a broken picture: {error}"
        problem = Problem(path=use.path, line=use.line, column=use.column, message=message, hint=hint)
        raise Problems([problem]) from None
    except MissingCodecError as error:
        message = f"[pictures]: the Pillow that is installed was built without {error}"
        hint = "Install its wheel: pip install --force-reinstall --only-binary :all: pillow"
        raise Problems([Problem(path="site.toml", message=message, hint=hint)]) from None


PICTURE_FILE = OutputKind(
    name="picture",
    wants=(
        Want(ArticleUnit, _of_source),
        Want(OwnPageUnit, _of_source),
        Want(FacetUnit, _of_source),
        Want(StaticUnit, _of_static),
    ),
    render=_render_picture,
    bound="of each picture that the article, or the profile, shows: its widths in each format, and crops",
    media_type="",
    group="pictures",
)
KINDS = (PICTURE_FILE,)
