"""How large a layout may make a number or a text in one step, which nothing could stop once it has begun.

As in Jinja's sandbox (https://jinja.palletsprojects.com/en/stable/sandbox/#operator-intercepting) ``*``,
``**`` and ``%`` are calls of ``calculate``, so that nothing is calculated while a template is compiled. No
other operator makes more than the sum of what it is given.
"""

from __future__ import annotations

import functools
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from jinja2.filters import FILTERS
from markupsafe import Markup, soft_str

from broadsheet.render.templates.errors import LayoutError

_LONGEST = 10_000_000  # characters of a text, or items of a list
_BITS = 14_000  # of a number: fewer than the 4,300 digits that Python prints
_WIDEST = 100_000  # of what a filter or a method fills up with spaces or the like
_OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {
    "*": operator.mul,
    "**": operator.pow,
    "%": operator.mod,
}
INTERCEPTED = frozenset(_OPERATORS)
_HINT = "Calculate with less: no page shows so much."
# https://docs.python.org/3/library/stdtypes.html#printf-style-string-formatting
_CONVERSION = re.compile(r"%(?:\([^()]*\))?[#0 +-]*(\*|\d*)(?:\.(\*|\d*))?")
# https://docs.python.org/3/library/string.html#format-string-syntax
_FIELD = re.compile(r"\{[^{}]*:[^{}]*?(?:(\{)|0*(\d{6,}))")
# Whose methods make texts and numbers as long as an argument says.
SIZED = frozenset((str, Markup, bytes, int))
_FILTERS = ("batch", "center", "indent", "round", "slice", "tojson")


def calculate(sign: str, left: Any, right: Any) -> Any:  # noqa: ANN401 - whatever a layout calculates with
    """Return the result of one of ``INTERCEPTED``; raises ``LayoutError`` if it is too large, or has none."""
    if sign == "%" and isinstance(left, (str, bytes)):
        _check_conversions(left, right)
    elif isinstance(left, int) and isinstance(right, int):
        bits = left.bit_length() * max(right, 0) if sign == "**" else left.bit_length() + right.bit_length()
        if bits > _BITS and abs(left) > 1:
            raise LayoutError(f"the result of {sign} is too large", _HINT)
    elif sign == "*" and max(_size(left, right), _size(right, left)) > _LONGEST:
        raise LayoutError(f"the result of {sign} is too large", _HINT)
    try:
        return _OPERATORS[sign](left, right)
    except (ArithmeticError, TypeError, ValueError) as error:
        raise _explain(error) from error


def check_call(called: Callable[..., Any], arguments: Sequence[object]) -> None:
    """Raise ``LayoutError`` if ``called``, a method of one of ``SIZED``, would make something too large."""
    name = called.__name__
    if name in {"format", "format_map"}:
        _check_fields(str(called.__self__), arguments)  # type: ignore[attr-defined]
    else:
        _check_widths(f"{name}(…)", arguments)


def bound_filters() -> dict[str, Callable[..., Any]]:
    """Return the filters of Jinja that make something as long as an argument says, with a limit."""
    return {"format": _format, **{name: _bounded(name, FILTERS[name]) for name in _FILTERS}}


def _bounded(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    # What Jinja passes itself, and the value, which may be any number.
    begin = 2 if hasattr(function, "jinja_pass_arg") else 1

    @functools.wraps(function)
    def call(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - passed on as they are
        _check_widths(f"{name}(…)", (*arguments[begin:], *named.values()))
        try:
            return function(*arguments, **named)
        except TypeError as error:
            # Of arguments that it does not take.
            raise _explain(error) from error

    return call


@functools.wraps(FILTERS["format"])
def _format(value: object, *arguments: object, **named: object) -> str:
    """Return a text formatted as Jinja's ``format`` does."""
    if arguments and named:
        raise LayoutError("format(…) takes values with names or without, not both")
    return cast("str", calculate("%", soft_str(value), named or arguments))


def _explain(error: Exception) -> LayoutError:
    return LayoutError(f"{type(error).__name__}: {error}")


def _size(sequence: object, times: object) -> int:
    return (
        len(sequence) * times
        if isinstance(sequence, (str, bytes, list, tuple)) and isinstance(times, int)
        else 0
    )


def _check_widths(what: str, arguments: Sequence[object]) -> None:
    for each in arguments:
        if isinstance(each, int) and abs(each) > _WIDEST:
            raise LayoutError(f"{what} is given a number over {_WIDEST:,}", _HINT)


def _check_conversions(text: str | bytes, values: object) -> None:
    plain = text.decode("latin-1") if isinstance(text, bytes) else text
    for found in _CONVERSION.finditer(plain):
        for width in found.groups():
            if width == "*":
                _check_widths('"%*…"', values if isinstance(values, tuple) else (values,))
            elif width and (len(width) > len(str(_WIDEST)) or int(width) > _WIDEST):
                raise LayoutError(f'"{found[0][:20]}…" is wider than {_WIDEST:,}', _HINT)


def _check_fields(text: str, values: Sequence[object]) -> None:
    for found in _FIELD.finditer(text):
        if found[1]:
            _check_widths("format(…)", values)
        elif int(found[2][:9]) > _WIDEST:
            raise LayoutError(f'"{found[0][:20]}…" is wider than {_WIDEST:,}', _HINT)
