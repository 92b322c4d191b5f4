"""Problems of names that differ and have one slug, so that they would share a page."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from broadsheet.archive.faults import find_ambiguous_facets, find_first_spelled
from broadsheet.common import files
from broadsheet.common.model import FacetKind
from broadsheet.common.problems import Problem, Problems
from broadsheet.settings.fields import FIELDS
from broadsheet.settings.model import Settings
from broadsheet.settings.names import explain_shared_slug, find_distinct

_FIELDS = {declared.facet: name for name, declared in FIELDS.items() if declared.facet}


def find_ambiguous_names(db: sqlite3.Connection, root: Path, settings: Settings) -> Iterator[Problem]:
    """Yield a problem for each slug that different names share, unless site.toml declares them one.

    It is placed in the oldest article that has the second of them; ``root`` is the site's folder.
    """
    for kind, slug, names in find_ambiguous_facets(db):
        distinct = find_distinct(settings.spellings, kind, slug, names)
        if len(distinct) > 1:
            path = find_first_spelled(db, kind, slug, distinct[1])
            line, column, key = _find_place(root, path, settings, kind, distinct[1])
            message, hint = explain_shared_slug(kind, slug, distinct)
            yield Problem(path=path, line=line, column=column, message=f"{key}: {message}", hint=hint)


def _find_place(
    root: Path, path: str, settings: Settings, kind: FacetKind, name: str
) -> tuple[int, int, str]:
    """Return line and column of a name in the front matter of an article, and the key of its field."""
    from broadsheet.read import front_matter  # noqa: PLC0415 - it loads YAML, and only problems need it

    field = _FIELDS[kind]
    keys = settings.front_matter.get(field, (field,))
    try:
        document = front_matter.split(path, files.read(root, path))
    except Problems:
        return 0, 0, field
    place = 0, 0, field
    for each in document.fields or ():
        if each.name in keys:
            place = each.line, each.column, each.name
            for text in front_matter.list_texts(each.value):
                if " ".join(text.text.split()) == name:
                    return text.line, text.column, each.name
    return place
