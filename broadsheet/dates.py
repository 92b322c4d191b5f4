"""Dates as readers see them: strftime's directives, the names of months and days from Babel.

Nothing here asks for the time: it only shows the moments it is given, in the offset they carry.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from functools import lru_cache

from babel import Locale
from babel.dates import format_skeleton, get_day_names, get_month_names, get_period_names

from broadsheet.periods import LAST_MONTH, LAST_YEAR

_DIRECTIVE = re.compile(r"%(-?[A-Za-z%])")


def shown(moment: dt.date, pattern: str, language: str) -> str:
    """Return a date, or an aware datetime, written as ``pattern`` says in ``language``.

    ``pattern`` holds the directives of C's strftime, ``%-d`` and the like for numbers without a
    leading zero; of a bare date the time is 00:00.
    """
    full = moment if isinstance(moment, dt.datetime) else dt.datetime(moment.year, moment.month, moment.day)  # noqa: DTZ001 - shown, never compared
    return _DIRECTIVE.sub(lambda match: DIRECTIVES[match[1]](full, language), pattern)


def fault(pattern: str) -> str | None:
    """Return the first directive of ``pattern`` that there is not, or None."""
    for match in re.finditer(r"%(-?.?)", pattern):
        if match[1] not in DIRECTIVES:
            return match[0]
    return None


@lru_cache(maxsize=4096)
def period_name(period: int, language: str, pattern: str) -> str:
    """Return the name of a period: "2022", "November 2022", a day as ``pattern`` says; "" for all time."""
    if period <= LAST_YEAR:
        return str(period) if period else ""
    if period <= LAST_MONTH:
        first = dt.datetime(period // 100, period % 100, 1)  # noqa: DTZ001 - names a month, no moment
        return format_skeleton("yMMMM", first, locale=_locale(language))
    return shown(dt.date(period // 10000, period // 100 % 100, period % 100), pattern, language)


@lru_cache(maxsize=4096)
def short_name(period: int, language: str) -> str:
    """Return the name of a period among its neighbours: "2022", "November", "5"; "" for all time."""
    if period <= LAST_YEAR:
        return str(period) if period else ""
    if period <= LAST_MONTH:
        return str(get_month_names("wide", "stand-alone", _locale(language))[period % 100])
    return str(period % 100)


def _number(attribute: str, width: int) -> Callable[[dt.datetime, str], str]:
    return lambda moment, _: f"{getattr(moment, attribute):0{width}d}"


def _hour12(moment: dt.datetime) -> int:
    return moment.hour % 12 or 12


def _offset(moment: dt.datetime, _: str) -> str:
    return moment.strftime("%z")


@lru_cache(maxsize=64)
def _locale(language: str) -> Locale:
    return Locale.parse(language, sep="-")


@lru_cache(maxsize=64)
def _months(width: str, language: str) -> dict[int, str]:
    return dict(get_month_names(width, "format", _locale(language)))  # type: ignore[arg-type]


@lru_cache(maxsize=64)
def _days(width: str, language: str) -> dict[int, str]:
    return dict(get_day_names(width, "format", _locale(language)))  # type: ignore[arg-type]


@lru_cache(maxsize=64)
def _halves(language: str) -> dict[str, str]:
    # Many languages name the halves of the day in one width only, some in none.
    named = {"am": "AM", "pm": "PM"}
    for width in ("abbreviated", "wide"):
        named |= get_period_names(width, "format", _locale(language))
    return named


DIRECTIVES: dict[str, Callable[[dt.datetime, str], str]] = {
    "Y": _number("year", 4),
    "y": lambda moment, _: f"{moment.year % 100:02d}",
    "m": _number("month", 2),
    "-m": _number("month", 0),
    "d": _number("day", 2),
    "-d": _number("day", 0),
    "H": _number("hour", 2),
    "-H": _number("hour", 0),
    "I": lambda moment, _: f"{_hour12(moment):02d}",
    "-I": lambda moment, _: str(_hour12(moment)),
    "M": _number("minute", 2),
    "S": _number("second", 2),
    "p": lambda moment, language: _halves(language)["am" if moment.hour < 12 else "pm"],  # noqa: PLR2004 - noon
    "B": lambda moment, language: _months("wide", language)[moment.month],
    "b": lambda moment, language: _months("abbreviated", language)[moment.month],
    "A": lambda moment, language: _days("wide", language)[moment.weekday()],
    "a": lambda moment, language: _days("abbreviated", language)[moment.weekday()],
    "z": _offset,
    "%": lambda _moment, _language: "%",
}
