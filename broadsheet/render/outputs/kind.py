"""What a kind of output is: which units want it, how it is rendered, and what others need to know of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from broadsheet.archive.questions.question import Change
from broadsheet.plan.output import Output
from broadsheet.plan.plan import Want
from broadsheet.plan.units import SiteUnit
from broadsheet.settings.plan_settings import PlanSettings

if TYPE_CHECKING:
    from broadsheet.render.inputs import RenderInputs


def touch_nothing(_change: Change) -> Iterable[str]:
    """Touch no unit beyond those that a change touches for every kind of output."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputKind:
    """One kind of output, declared once.

    ``name`` is what the ledger, ``explain`` and layouts call it; ``wants`` says which units want it and at
    which paths, ``touched_units`` which units a change touches for its sake alone; ``render`` returns an
    output's bytes and raises ``Problems``; ``media_type`` is empty where the suffix of the path decides;
    ``group`` is what it counts as in the report of sizes; ``layout`` is the layout that it is rendered with,
    or empty. ``bound`` says how many files of the kind one more article makes or changes, which must not
    depend on how many there are; docs/scaling.md has it word for word.
    """

    name: str
    wants: tuple[Want[Any], ...]
    render: Callable[[RenderInputs, Output], bytes]
    bound: str
    media_type: str = "text/html"
    group: str = "other pages"
    layout: str = ""
    touched_units: Callable[[Change], Iterable[str]] = touch_nothing

    def output(self, path: str, subject: object = "") -> Output:
        """Return the output of this kind at a path; ``subject`` is what it is of, with its text form."""
        return Output(path, self.name, str(subject))


def on_every_site(  # noqa: PLR0913 - what a kind is declared with
    name: str,
    path: str,
    render: Callable[[RenderInputs, Output], bytes],
    *,
    bound: str,
    subject: object = "",
    wanted: Callable[[PlanSettings], bool] = lambda _settings: True,
    wants: tuple[Want[Any], ...] = (),
    media_type: str = "text/html",
    group: str = "other pages",
    layout: str = "",
) -> OutputKind:
    """Return a kind of which every site has one output at ``path``, if its settings have it ``wanted``."""

    def outputs(_unit: SiteUnit, settings: PlanSettings) -> Iterator[Output]:
        if wanted(settings):
            yield kind.output(path, subject)

    kind = OutputKind(
        name=name,
        wants=(Want(SiteUnit, outputs), *wants),
        render=render,
        bound=bound,
        media_type=media_type,
        group=group,
        layout=layout,
    )
    return kind
