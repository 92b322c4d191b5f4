"""The key stories of a topic: files of articles. Whether they exist is not checked here."""

from __future__ import annotations

import posixpath

from broadsheet.common.files import compose, is_article
from broadsheet.common.model import Link
from broadsheet.common.pictures import LINKED
from broadsheet.read.field_reader import FieldReader, list_values


def read_stories(fields: FieldReader) -> tuple[str, ...]:
    """Return the paths of the key stories of a profile, in order, each once, and add them to the links."""
    field = fields.chosen.get("stories")
    paths: dict[str, None] = {}
    for value in list_values(field) if field else ():
        written = fields.read_value("stories", value, spaces=True)
        if not written:
            continue
        folder = fields.path.rpartition("/")[0]
        path = compose(posixpath.normpath(posixpath.join(folder, written)))
        top = f"{fields.settings.content_folder}/"
        if not path.startswith(top) or not is_article(path):
            hint = "Write the path of its file from this one, as links do: ../2024/02/flood.md"
            fields.add_problem(value, f"stories: {written} is no article's file below {top}", hint)
            continue
        if path not in paths:
            fields.links.append(Link(path=path, line=value.line, column=value.column, shown=LINKED))
        paths[path] = None
    return tuple(paths)
