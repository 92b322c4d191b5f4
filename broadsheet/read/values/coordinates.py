"""The coordinates of a place, in degrees, with signs or with the letters of the compass."""

from __future__ import annotations

import re

from broadsheet.common.model import Coordinates
from broadsheet.read.field_reader import FieldReader
from broadsheet.read.front_matter import Field, Fields, Many

_NUMBER = r"[0-9]+(?:\.[0-9]*)?"
_DEGREES = rf"([+-]?{_NUMBER}\s*°?|{_NUMBER}\s*°?\s*[NSEWnsew])"
_COORDINATES = re.compile(rf"{_DEGREES}(?:\s*[,;]\s*|\s+){_DEGREES}")
_MOST_NORTH, _MOST_EAST = 90, 180
_EXAMPLE = "coordinates: 40.41, 49.87"


def read_coordinates(fields: FieldReader) -> Coordinates | None:
    """Return the coordinates, written as one text, as a list of two, or as a mapping with both names."""
    field = fields.chosen.get("coordinates")
    if field is None:
        return None
    before = len(fields.problems)
    text = _read_text(fields, field)
    match = _COORDINATES.fullmatch(text.replace("\N{MINUS SIGN}", "-"))
    if match is None:
        if len(fields.problems) == before:
            message = f"{field.name}: {text} is not a latitude and a longitude in degrees"
            fields.add_problem(field.value, message, f"Write both with a decimal point, {_EXAMPLE}")
        return None
    latitude, longitude = map(_parse_degrees, match.groups())
    swapped = match[1][-1] in "EWew" or match[2][-1] in "NSns" or abs(latitude) > _MOST_NORTH
    if swapped and abs(latitude) <= _MOST_EAST and abs(longitude) <= _MOST_NORTH:
        hint = f"Write {field.name}: {_format(longitude)}, {_format(latitude)}"
        fields.add_problem(field.value, f"{field.name}: the latitude comes first", hint)
    elif swapped or abs(longitude) > _MOST_EAST:
        message = f"{field.name}: there is no place at {_format(latitude)}, {_format(longitude)}"
        hint = "A latitude is between -90 and 90, a longitude between -180 and 180."
        fields.add_problem(field.value, message, hint)
    return Coordinates(latitude=latitude, longitude=longitude)


def _read_text(fields: FieldReader, field: Field) -> str:
    values = [field.value]
    if isinstance(field.value, Many):
        values = list(field.value.values)
    elif isinstance(field.value, Fields):
        names = ("latitude", "longitude")
        parts = fields.read_parts(field.name, field.value, names)
        values = [parts[name].value for name in names if name in parts]
    return ", ".join(fields.read_value(field.name, value) for value in values)


def _parse_degrees(written: str) -> float:
    """Return degrees that are written with a sign or a letter."""
    number = float(re.split(r"[^-+.0-9]", written)[0])
    # Never -0.0, which would be formatted differently.
    return 0.0 - number if written[-1] in "SWsw" else number + 0.0


def _format(degrees: float) -> str:
    return str(degrees).removesuffix(".0")
