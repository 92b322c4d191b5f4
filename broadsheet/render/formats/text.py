"""Text, datetimes and JSON as all formats write them: valid in XML, and the same for every machine."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from functools import lru_cache

XML_DECLARATION = '<?xml version="1.0" encoding="utf-8"?>'
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_MINUTE = dt.timedelta(minutes=1)
_MOST_OFFSET = dt.timedelta(hours=14)
# The complement of Char: XML 1.0, section 2.2; it contains the lone surrogates, which UTF-8 cannot encode. (A
# negated class of Char takes ten times as long to compile.)
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def format_timestamp(moment: dt.datetime) -> str:
    """Return an aware datetime for machines, to the second: ``2022-11-05T09:14:00+04:00``.

    Valid as RFC 3339, xsd:dateTime, W3C's profile of ISO 8601, and HTML's ``<time>``. Not all of them
    allow offsets with seconds or over 14 hours, which cities had before there were time zones; a datetime
    with such an offset is written in UTC.
    """
    return fix_offset(moment).isoformat(timespec="seconds")


def strip_forbidden(text: str) -> str:
    """Return ``text`` without what XML forbids, as a plain str: Markup would escape what is added to it."""
    plain = str(text)
    return plain if plain.isprintable() else _FORBIDDEN.sub("", plain)


def encode_json(value: object) -> str:
    """Return compact JSON of strings, numbers, sequences and mappings, in the order given."""
    text = _JSON.encode(value)
    # A forbidden character is either literal, and then the JSON is not printable, or escaped by a backslash.
    if text.isprintable() and "\\" not in text:
        return text
    return _JSON.encode(_strip_all(value))


def fix_offset(moment: dt.datetime) -> dt.datetime:
    """Return an aware datetime, in UTC if its offset is not valid in all formats (``format_timestamp``)."""
    return moment if _is_valid_offset(moment.utcoffset()) else moment.astimezone(dt.UTC)


@lru_cache(maxsize=256)
def _is_valid_offset(offset: dt.timedelta | None) -> bool:
    return offset is not None and not offset % _MINUTE and abs(offset) <= _MOST_OFFSET


def _strip_all(value: object) -> object:
    """Return a value for JSON with all its strings stripped."""
    if isinstance(value, str):
        return strip_forbidden(value)
    if isinstance(value, Mapping):
        return {name: _strip_all(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [_strip_all(member) for member in value]
    return value
