"""The dated notes of an article: its corrections and its retraction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from broadsheet.common.model import CORRECTION_KINDS, Correction, Retraction
from broadsheet.common.problems import Problem
from broadsheet.read.field_reader import FieldReader, has_content, list_values
from broadsheet.read.front_matter import Field, Fields, Many, Value
from broadsheet.read.typography import set_text
from broadsheet.read.values.changes import MOST_MARKED, count_in_text
from broadsheet.read.values.choices import read_choice
from broadsheet.read.values.dates import follow
from broadsheet.settings.date_parsing import Moment

_PARTS = ("date", "text", "kind", "was", "now")
_FEWEST_PARTS = 2
_EXAMPLE = "Write it like this:\n{}:\n  - date: YYYY-MM-DD\n    text: …"


def read_corrections(
    fields: FieldReader, published: Moment | None, language: str, body: str
) -> tuple[Correction, ...]:
    """Return the corrections in the order of their dates, their text set in ``language``.

    If the site marks corrected words, those that the HTML of the ``body`` has not just once are findings.
    """
    field = fields.chosen.get("corrections")
    if field is None:
        return ()
    if _is_taken_apart(field.value):
        message = f"{field.name}: in brackets, date and text are notes of their own"
        fields.add_problem(field.value, message, _EXAMPLE.format(field.name))
        return ()
    found = [_read_correction(fields, field.name, value, published, language) for value in list_values(field)]
    if fields.settings.corrections_mark:
        for value, note in zip(list_values(field)[:MOST_MARKED], found, strict=False):
            if note and note.is_now and isinstance(value, Fields):
                _check_mark(fields, field.name, value, note.is_now, body)
    return tuple(sorted((note for note in found if note), key=lambda note: note.date))


def read_retraction(fields: FieldReader, published: Moment | None, language: str) -> Retraction | None:
    """Return why, set in ``language``, and when the article was retracted, if it was."""
    field = fields.chosen.get("retracted")
    if field is None:
        return None
    if not isinstance(field.value, Fields):
        message = f"{field.name} wants a date and a reason"
        hint = f"Write it like this:\n{field.name}:\n  date: YYYY-MM-DD\n  reason: …"
        fields.add_problem(field.value, message, hint)
        return None
    parts = fields.read_parts(field.name, field.value, ("date", "reason"))
    moment = _read_date(fields, field.name, field.value, parts, published)
    reason = set_text(_read_words(fields, field.name, field.value, parts, "reason"), language)
    return Retraction(**_place(moment, published), reason=reason) if moment else None


def _is_taken_apart(value: Value) -> bool:
    """Return whether a value is like ``[date: 2022-11-07, text: No.]``, with parts that are no notes."""
    if not isinstance(value, Many) or len(value.values) < _FEWEST_PARTS:
        return False
    parts = [
        each.fields[0].name for each in value.values if isinstance(each, Fields) and len(each.fields) == 1
    ]
    return len(parts) == len(value.values) == len(set(parts)) and set(parts) <= set(_PARTS)


def _read_correction(
    fields: FieldReader, label: str, value: Value, published: Moment | None, language: str
) -> Correction | None:
    if not isinstance(value, Fields):
        message = f"{label} has an entry without date and text"
        fields.add_problem(value, message, _EXAMPLE.format(label))
        return None
    parts = fields.read_parts(label, value, _PARTS)
    moment = _read_date(fields, label, value, parts, published)
    was, now = (_read_change(fields, label, parts, part, language) for part in ("was", "now"))
    text = ""
    if "text" in parts or not (was or now):
        text = set_text(_read_words(fields, label, value, parts, "text"), language)
    kind = CORRECTION_KINDS[0]
    if "kind" in parts:
        place = parts["kind"].value
        written = read_choice(fields, f"{label}.kind", place, CORRECTION_KINDS, "kind of correction")
        kind = next((each for each in CORRECTION_KINDS if each == written), kind)
    if moment is None:
        return None
    return Correction(kind=kind, **_place(moment, published), text=text, was=was, is_now=now)


def _read_change(
    fields: FieldReader, label: str, parts: Mapping[str, Field], part: str, language: str
) -> str:
    """Return the words that an article had before a correction, or has since; "" where they are not given."""
    field = parts.get(part)
    if field is None or not has_content(field.value):
        return ""
    return set_text(fields.read_value(f"{label}.{part}", field.value, whole=True), language)


def _check_mark(fields: FieldReader, label: str, value: Fields, now: str, body: str) -> None:
    """Add the finding that corrected words are not marked, because the text has them never or often."""
    times = count_in_text(body, now)
    if times == 1:
        return
    field = next(each for each in value.fields if each.name == "now")
    found = f"stands {times} times" if times else "is not"
    message = f"{label}.now: “{now}” {found} in the text, so it is not marked there"
    hint = "Write as many words as it takes to find the place, as they stand in the text."
    fields.findings.append(
        Problem(path=fields.path, line=field.line, column=field.column, message=message, hint=hint)
    )


def _read_date(
    fields: FieldReader, label: str, value: Fields, parts: Mapping[str, Field], published: Moment | None
) -> Moment | None:
    """Return the date of a note. One before the article's date is a problem."""
    field = parts.get("date")
    if field is None or not has_content(field.value):
        fields.add_problem(field or value, f"{label} has no date", "Add to it: date: YYYY-MM-DD HH:MM")
        return None
    moment = fields.parse_moment(f"{label}.date", field.value)
    if moment and published and moment.day < published.day:
        message = f"{label}.date is before the article's date"
        fields.add_problem(field.value, message, "Write when the note was added.")
    return moment


def _place(moment: Moment, published: Moment | None) -> dict[str, Any]:
    """Return when a note was added to an article that was published already."""
    return {"day": moment.day, "date": follow(moment, published).date, "timed": moment.timed}


def _read_words(fields: FieldReader, label: str, value: Fields, parts: Mapping[str, Field], part: str) -> str:
    """Return the text of a note, which ``part`` of it has."""
    field = parts.get(part)
    if field is None or not has_content(field.value):
        fields.add_problem(field or value, f"{label} has no {part}", f"Add to it: {part}: …")
        return ""
    return fields.read_value(f"{label}.{part}", field.value, whole=True)
