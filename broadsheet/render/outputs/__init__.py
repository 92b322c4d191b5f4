"""Every kind of output, each declared once, in one module for each family."""

from __future__ import annotations

from collections.abc import Mapping

from broadsheet.common.files import guess_media_type
from broadsheet.plan.output import Output
from broadsheet.plan.plan import Plan
from broadsheet.render.outputs import (
    assets,
    cards,
    citations,
    data,
    dates,
    feeds,
    files,
    hosting,
    icons,
    pages,
    pictures,
    search,
    sitemaps,
)
from broadsheet.render.outputs.kind import OutputKind

KINDS: Mapping[str, OutputKind] = {
    kind.name: kind
    for family in (
        *(pages, feeds, sitemaps, dates, data, citations, search, files, assets, pictures, cards),
        *(icons, hosting),
    )
    for kind in family.KINDS
}
PLAN = Plan(KINDS.values())
# The kinds of which the subject is the path of the one source that an output comes from, beside articles.
OF_FILES = frozenset((files.COPY.name, *(kind.name for kind in assets.KINDS)))


def find_media_type(output: Output) -> str:
    """Return the media type of an output: its kind's, or that of its file's suffix."""
    return KINDS[output.kind].media_type or guess_media_type(output.path)
