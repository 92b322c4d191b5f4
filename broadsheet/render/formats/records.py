"""The archive as data: a record of each article, as JSON and as CSV, and the JSON Schema.

Pure functions from records to bytes. docs/data.md documents each member, and a test keeps the two in step. A
member that an article does not have is left out of JSON, and empty in CSV.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from broadsheet.common.model import GENRES
from broadsheet.common.periods import is_day, number_parts, split_period
from broadsheet.common.urls import DATA_SCHEMA, Urls, data_output
from broadsheet.render.formats.text import encode_json, format_timestamp, strip_forbidden
from broadsheet.settings.fields import Declared, Shape, list_attributes

if TYPE_CHECKING:
    from broadsheet.render import views

# Beginnings that make a spreadsheet run a cell as a formula: https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_LIST_SEPARATOR = "; "

_TEXT = MappingProxyType({"type": "string"})
_SOME_TEXT = MappingProxyType({"type": "string", "minLength": 1})
_NAMES = MappingProxyType({"type": "array", "items": _SOME_TEXT, "minItems": 1})
_ADDRESS = MappingProxyType({"type": "string", "format": "uri"})
_MOMENT = MappingProxyType({"type": "string", "format": "date-time"})
_MONTH = MappingProxyType({"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$"})
_DAY = MappingProxyType({"type": "string", "format": "date"})
_LANGUAGE = MappingProxyType({"type": "string", "pattern": "^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$"})
_NUMBER = MappingProxyType({"type": "integer", "minimum": 1})


def build_members(record: views.Record) -> dict[str, object]:
    """Return the members of an article's record, without those that it does not have."""
    values = {member.name: member.write(record) for member in _MEMBERS}
    return {name: value for name, value in values.items() if value or name in _REQUIRED}


def write_period_json(period: int, part: int, records: Iterable[views.Record], urls: Urls) -> bytes:
    """Return a month, a day or one part of either as JSON, with one line for each article, oldest first."""
    kind = "day" if is_day(period) else "month"
    head = {"schema": urls.permalink(DATA_SCHEMA), kind: _period_name(period), "part": part}
    opening = encode_json({name: value for name, value in head.items() if value})[:-1]
    rows = ",\n".join(encode_json(build_members(record)) for record in records)
    return f'{opening},"articles":[\n{rows}\n]}}\n'.encode()


def write_period_csv(records: Iterable[views.Record]) -> bytes:
    """Return a month, a day or one part of either as CSV: RFC 4180, in UTF-8, with a header."""
    written = io.StringIO(newline="")
    rows = csv.writer(written, lineterminator="\r\n")
    rows.writerow(MEMBERS)
    for record in records:
        values = build_members(record)
        rows.writerow([_cell(values.get(name, "")) for name in MEMBERS])
    return written.getvalue().encode()


def write_article_json(article: views.Article, body: str, urls: Urls) -> bytes:
    """Return one article as JSON with its text; ``body`` is HTML with absolute links."""
    values = {"schema": urls.permalink(DATA_SCHEMA), **build_members(article), "body": body}
    return f"{encode_json(values)}\n".encode()


def write_index(title: str, language: str, months: Iterable[tuple[int, int]], size: int, urls: Urls) -> bytes:
    """Return the index of all months, each with its number of articles, in the order given.

    A month of more than ``size`` articles has no CSV, and its JSON is an index of its days.
    """
    head = {
        "schema": urls.permalink(DATA_SCHEMA),
        "title": title,
        "url": urls.permalink("index.html"),
        "language": language,
    }
    rows = ",\n".join(
        encode_json(
            {
                "month": _period_name(month),
                "count": count,
                **{
                    suffix: urls.permalink(data_output(month, suffix))
                    for suffix in ("json", "csv")
                    if suffix == "json" or count <= size
                },
            }
        )
        for month, count in months
    )
    return f'{encode_json(head)[:-1]},"months":[\n{rows}\n]}}\n'.encode()


def write_days(month: int, days: Iterable[tuple[int, int]], size: int, urls: Urls) -> bytes:
    """Return a month as an index of its days, each with its number of articles, in the order given.

    A day of more than ``size`` articles is in parts; its URL is a template (RFC 6570) in which ``{part}`` is
    1, 2 and so on.
    """
    head = {"schema": urls.permalink(DATA_SCHEMA), "month": _period_name(month)}
    rows = ",\n".join(
        encode_json(
            {
                "day": _period_name(day),
                "count": count,
                "parts": len(number_parts(count, size)),
                **{suffix: _day_url(day, count > size, suffix, urls) for suffix in ("json", "csv")},
            }
        )
        for day, count in days
    )
    return f'{encode_json(head)[:-1]},"days":[\n{rows}\n]}}\n'.encode()


def write_schema() -> bytes:
    """Return the JSON Schema of the index, months, days and articles; it is the same for every site.

    Format: https://json-schema.org/draft/2020-12
    """
    return (json.dumps(_SCHEMA, default=dict, indent=2) + "\n").encode()


def _period_name(period: int) -> str:
    return "-".join(split_period(period))


def _day_url(day: int, split: bool, suffix: str, urls: Urls) -> str:  # noqa: FBT001 - one of two forms
    whole = urls.permalink(data_output(day, suffix)).removesuffix(f".{suffix}")
    return f"{whole}_{{part}}.{suffix}" if split else f"{whole}.{suffix}"


def _names(facets: Iterable[views.Facet]) -> list[str]:
    return [name for facet in facets if (name := strip_forbidden(facet.name))]


def _cell(value: object) -> str:
    text = _LIST_SEPARATOR.join(value) if isinstance(value, list) else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _object(properties: Mapping[str, Any], optional: Iterable[str] = ()) -> dict[str, object]:
    left_out = frozenset(optional)
    required = [name for name in properties if name not in left_out]
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


class _Member(NamedTuple):
    """A member of an article's record: its column in CSV, its name, its value, and the schema of that."""

    column: int
    name: str
    write: Callable[[views.Record], object]
    schema: Mapping[str, Any]


def _member(attribute: str, field: Declared) -> _Member:
    """Return the member of a field."""
    write, schema = _FORMS[field.shape]
    return _Member(field.column, attribute, lambda record: write(getattr(record, attribute)), schema)


# How a value is written, by the shape of its field, and the JSON Schema of that.
_FORMS: Mapping[Shape, tuple[Callable[[Any], object], Mapping[str, Any]]] = {
    "text": (strip_forbidden, _SOME_TEXT),
    "name": (lambda facet: strip_forbidden(facet.name) if facet else "", _SOME_TEXT),
    "names": (_names, _NAMES),
    "moment": (lambda moment: format_timestamp(moment) if moment else "", _MOMENT),
    "picture": (lambda picture: picture.permalink if picture else "", _ADDRESS),
    "language": (str, _LANGUAGE),
    "genre": (str, {"enum": list(GENRES)}),
    "retraction": (lambda note: format_timestamp(note.date) if note else "", _MOMENT),
}
# What is no field, or is written otherwise than others of its shape.
_OTHERS = (
    _Member(1, "id", lambda record: record.id, {"type": "string", "pattern": "^tag:"}),
    _Member(2, "url", lambda record: record.permalink, _ADDRESS),
    _Member(3, "title", lambda record: strip_forbidden(record.title), _TEXT),
    _Member(8, "day", lambda record: record.day.isoformat(), _DAY),
    _Member(14, "words", lambda record: record.words, {"type": "integer", "minimum": 0}),
)
_REQUIRED = frozenset(("id", "url", "title", "day", "date", "language", "words"))
_MEMBERS = tuple(
    sorted(
        {
            member.name: member
            for member in (
                *(
                    _member(name, field)
                    for name, field in list_attributes("teaser", "record")
                    if field.column
                ),
                *_OTHERS,
            )
        }.values()
    )
)
MEMBERS = tuple(member.name for member in _MEMBERS)
_RECORD = MappingProxyType({member.name: member.schema for member in _MEMBERS})
_RECORDS = MappingProxyType({"type": "array", "items": {"$ref": "#/$defs/record"}})
_OPTIONAL = tuple(name for name in MEMBERS if name not in _REQUIRED)
_INDEXED: Mapping[str, Any] = MappingProxyType(
    {"month": _MONTH, "count": _NUMBER, "json": _ADDRESS, "csv": _ADDRESS}
)
_INDEXED_DAY: Mapping[str, Any] = MappingProxyType(
    {
        "day": _DAY,
        "count": _NUMBER,
        "parts": _NUMBER,
        "json": {"type": "string", "format": "uri-template"},
        "csv": {"type": "string", "format": "uri-template"},
    }
)
_SCHEMA: Mapping[str, Any] = MappingProxyType(
    {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "An archive as data",
        "oneOf": [{"$ref": f"#/$defs/{name}"} for name in ("index", "month", "days", "day", "article")],
        "$defs": {
            "index": _object(
                {
                    "schema": _ADDRESS,
                    "title": _SOME_TEXT,
                    "url": _ADDRESS,
                    "language": _LANGUAGE,
                    "months": {"type": "array", "items": _object(_INDEXED, optional=("csv",))},
                }
            ),
            "month": _object({"schema": _ADDRESS, "month": _MONTH, "articles": _RECORDS}),
            "days": _object(
                {
                    "schema": _ADDRESS,
                    "month": _MONTH,
                    "days": {"type": "array", "items": _object(_INDEXED_DAY)},
                }
            ),
            "day": _object(
                {"schema": _ADDRESS, "day": _DAY, "part": _NUMBER, "articles": _RECORDS},
                optional=("part",),
            ),
            "record": _object(_RECORD, optional=_OPTIONAL),
            "article": _object({"schema": _ADDRESS, **_RECORD, "body": _TEXT}, optional=_OPTIONAL),
        },
    }
)
