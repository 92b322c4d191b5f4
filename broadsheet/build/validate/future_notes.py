"""Problems of articles that say they were updated, corrected or retracted at a time that has not come yet."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from broadsheet.archive.facts import seconds
from broadsheet.archive.visibility import Visibility, find_updated_ahead
from broadsheet.common import files
from broadsheet.common.problems import Problem
from broadsheet.settings import date_parsing
from broadsheet.settings.model import Settings
from broadsheet.settings.zones import load_zone

if TYPE_CHECKING:
    from broadsheet.read.front_matter import Text, Value

_FIELDS = ("updated", "corrections", "retracted")
_HINT = "Write when it was. What is still to come stays out of the article until then."


def find_future_notes(
    db: sqlite3.Connection, root: Path, settings: Settings, visibility: Visibility
) -> Iterator[Problem]:
    """Yield a problem for each date of an update, a correction or a retraction after the as-of time.

    Drafts have none unless they are shown. ``root`` is the site's folder.
    """
    keys = {key for name in _FIELDS for key in settings.front_matter.get(name, (name,))}
    for path in find_updated_ahead(db, visibility):
        from broadsheet.read import front_matter  # noqa: PLC0415 - it loads YAML, and few builds need it

        document = front_matter.split(path, files.read(root, path))
        fields = (field for field in document.fields or () if field.name in keys)
        for label, text in (date for field in fields for date in _dates(field.name, field.value)):
            if _is_after(text.text, settings, visibility.as_of):
                message = f"{label}: {text.text} is still to come"
                yield Problem(path=path, line=text.line, column=text.column, message=message, hint=_HINT)


def _dates(label: str, value: Value) -> Iterator[tuple[str, Text]]:
    """Yield the dates in a field: its value, or those of its notes, each with what a problem calls it."""
    from broadsheet.read.front_matter import Many, Text  # noqa: PLC0415 - see above

    if isinstance(value, Text):
        yield label, value
    elif isinstance(value, Many):
        for each in value.values:
            yield from _dates(label, each)
    else:
        for part in value.fields:
            if part.name == "date":
                yield from _dates(f"{label}.date", part.value)


def _is_after(text: str, settings: Settings, as_of: int) -> bool:
    zone = load_zone(settings.timezone)
    try:
        moment = date_parsing.parse(text, zone, settings.dates_formats, settings.language)
    except date_parsing.DateError:
        return False
    return seconds(moment.date) > as_of
