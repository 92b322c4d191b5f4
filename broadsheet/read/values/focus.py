"""The focus of a picture: the point that every crop of it keeps in, as CSS writes one in object-position."""

from __future__ import annotations

import re
from collections.abc import Iterator

from broadsheet.common.pictures import CENTER
from broadsheet.read.field_reader import FieldReader
from broadsheet.read.front_matter import Fields, Many, Value

# Percent, also without the sign. What is less than one needs it, or it could be meant as a part of one.
_NUMBER = r"(?:(?:100(?:\.0+)?|[1-9][0-9]?(?:\.[0-9]+)?|0)\s*%?|0\.[0-9]+\s*%)"
_MIDDLE = "center|centre|middle"
_ACROSS, _DOWN = rf"left|right|{_MIDDLE}", rf"top|bottom|{_MIDDLE}"
_BETWEEN = r"(?:\s*[,;/]\s*|\s+)"
# Across and down, or words alone in either order, or one word.
FOCUS = (
    rf"(?:{_NUMBER}|{_ACROSS}){_BETWEEN}(?:{_NUMBER}|{_DOWN})"
    rf"|(?:{_DOWN}){_BETWEEN}(?:{_ACROSS})|{_ACROSS}|top|bottom"
)
EXAMPLES = ("30% 60%", "left top")
_FOCUS = re.compile(FOCUS, re.IGNORECASE)
_PERCENT = {"left": 0, "right": 100, "top": 0, "bottom": 100}
_ANY_NUMBER = re.compile(r"([+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+))\s*(%?)")
_MOST = 100


def read_focus(fields: FieldReader, label: str, value: Value) -> tuple[int, int]:
    """Return the focus in percent from the left and the top; the center, and a problem, if it is none.

    It is one text, a list of two, or a mapping of x and y.
    """
    before = len(fields.problems)
    written = " ".join(_list_texts(fields, label, value))
    if not written or len(fields.problems) > before:
        return CENTER
    found = parse_focus(written)
    if found is None:
        name = label.rpartition(".")[2]
        message, meant = _explain(written)
        hint = f"Write how far it is from the left and from the top: {name}: {meant or EXAMPLES[0]}"
        fields.add_problem(value, f"{label}: {written} {message}", hint)
    return found or CENTER


def parse_focus(written: str) -> tuple[int, int] | None:
    """Return the focus that a text means, None if it means none."""
    if not _FOCUS.fullmatch(written):
        return None
    parts = [part.lower() for part in re.split(_BETWEEN, re.sub(r"\s+%", "%", written))]
    if len(parts) == 1:
        parts = ["center", *parts] if parts[0] in {"top", "bottom"} else [*parts, "center"]
    if parts[0] in {"top", "bottom"} or parts[1] in {"left", "right"}:
        parts.reverse()
    across, down = map(_to_percent, parts)
    return across, down


def _list_texts(fields: FieldReader, label: str, value: Value) -> Iterator[str]:
    values: tuple[Value, ...] = (value,)
    if isinstance(value, Many):
        values = value.values
    elif isinstance(value, Fields):
        parts = fields.read_parts(label, value, ("x", "y"))
        values = tuple(parts[name].value for name in ("x", "y") if name in parts)
    return (fields.read_value(label, each) for each in values)


def _to_percent(part: str) -> int:
    number = part.removesuffix("%")
    return _PERCENT[part] if part in _PERCENT else CENTER[0] if number.isalpha() else round(float(number))


def _explain(written: str) -> tuple[str, str]:
    """Return what is wrong with a focus, and what was meant if that is certain."""
    numbers = [(float(number), bool(sign)) for number, sign in _ANY_NUMBER.findall(written)]
    rest = re.sub(r"[\s,;/]", "", _ANY_NUMBER.sub("", written))
    if rest or not numbers:
        return "is no point of a picture", ""
    if len(numbers) == 1:
        return "is one number, and two are wanted", ""
    if any(not 0 <= number <= _MOST for number, _ in numbers):
        return "is outside of the picture: 0% is its left or its top, 100% its right or its bottom", ""
    if len(numbers) == 2 and not any(sign or number > 1 for number, sign in numbers):  # noqa: PLR2004
        across, down = (round(number * _MOST) for number, _ in numbers)
        return "is not in percent", f"{across}% {down}%"
    return "is no point of a picture", ""
