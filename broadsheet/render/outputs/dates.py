"""How days are written, for scripts: browsers do not know the names of months in every language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from broadsheet.archive.questions.names import FRONTS
from broadsheet.common import date_format, languages
from broadsheet.common.keys import NamesKey
from broadsheet.common.urls import DATES
from broadsheet.plan.output import Output
from broadsheet.render.outputs.kind import on_every_site

if TYPE_CHECKING:
    from broadsheet.render.inputs import RenderInputs


def _render(inputs: RenderInputs, _output: Output) -> bytes:
    """Return for each language the patterns ``date`` and ``today``, and names by their directives."""
    from broadsheet.render.formats.text import encode_json  # noqa: PLC0415 - as in ``feeds``

    recorder = inputs.recorder
    others, _ = recorder.ask(FRONTS, NamesKey("language"))
    tags = {languages.key(str(recorder.setting("language"))), *others}
    written: dict[str, dict[str, object]] = {}
    for tag in sorted(filter(languages.is_language, tags)):
        written[tag] = {}
        for name in ("date", "today"):
            form, names = date_format.describe_format(recorder.pattern(name, tag), tag)
            written[tag] |= {name: form, **names}
    return f"{encode_json(written)}\n".encode()


DATES_FILE = on_every_site(
    "dates",
    DATES,
    _render,
    bound="0; 1 with the first article in a language",
    media_type="application/json",
)
KINDS = (DATES_FILE,)
