"""The dates of an article: when it was published, last updated, and expires."""

from __future__ import annotations

import datetime as dt

from broadsheet.common.model import Correction, Retraction
from broadsheet.common.problems import Problem
from broadsheet.read.field_reader import FieldReader
from broadsheet.settings import date_parsing
from broadsheet.settings.date_parsing import DateError, Moment
from broadsheet.settings.zones import load_zone


def read_published(fields: FieldReader, file_day: dt.date | None) -> Moment | None:
    """Return ``date``, or the start of ``file_day``, the day in the file's name; None if there is neither."""
    if file_day is None or "date" in fields.chosen:
        return fields.read_moment("date")
    settings = fields.settings
    try:
        return date_parsing.parse(file_day.isoformat(), load_zone(settings.timezone), (), settings.language)
    except DateError as error:
        message = f"the file's name: {error}"
        fields.problems.append(Problem(path=fields.path, message=message, hint=error.hint))
        return None


def read_updated(
    fields: FieldReader,
    published: Moment | None,
    corrections: tuple[Correction, ...],
    retracted: Retraction | None,
) -> dt.datetime | None:
    """Return when the article was last updated; None unless that is after its publication.

    A correction and a retraction are updates. A bare day means the start of that day, which may lie before
    an article published later on it.
    """
    written = fields.read_moment("updated")
    updated = max((note.date for note in (written, *corrections, retracted) if note), default=None)
    return updated if published and updated and updated > published.date else None


def read_expires(fields: FieldReader, published: Moment | None) -> dt.datetime | None:
    """Return the moment from which on the article is no longer published, if it has one."""
    expires = fields.read_moment("expires")
    if expires is None or published is None:
        return None
    if expires.date <= published.date:
        field = fields.chosen["expires"]
        message = f"{field.name} is not after the article's date"
        fields.add_problem(field.value, message, "Write a later moment, or leave it out.")
    return expires.date
