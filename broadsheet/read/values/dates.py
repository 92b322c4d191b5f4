"""The dates of an article: when it was published, last updated, and expires."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

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
    fields: FieldReader, published: Moment | None, notes: Iterable[Correction | Retraction]
) -> Moment | Correction | Retraction | None:
    """Return when the article was last updated; None unless that is after its publication.

    The ``notes`` of its corrections and its retraction are updates too.
    """
    written = fields.read_moment("updated")
    if written and not written.timed:
        written = follow(written, published)
    updates = (*((written,) if written else ()), *notes)
    updated = max(updates, key=lambda each: each.date, default=None)
    return updated if published and updated and updated.date > published.date else None


def follow(moment: Moment, published: Moment | None) -> Moment:
    """Return when something was noted of an article that was published already.

    A day without a time is its start, but what was noted on the day of the article came after that: a second
    after, as no more is known.
    """
    if published is None or moment.day != published.day or moment.date > published.date:
        return moment
    return replace(moment, date=published.date + dt.timedelta(seconds=1))


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
