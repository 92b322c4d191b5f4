"""Formats dates for readers: strftime's directives, with the names of months and days from Babel.

Digits are those that are the language's default in CLDR. Nothing here asks for the time. A moment is
formatted in the UTC offset that it has.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import NamedTuple

from broadsheet.common import languages
from broadsheet.common.periods import LAST_MONTH, LAST_YEAR

# What a zone was before it had a name, and what an offset of zero calls itself.
_UNNAMED = frozenset(("LMT", "UTC"))
_YEARS = ("Y", "y")
_ONE_DIRECTIVE = 3  # parts of a pattern, with the texts around it
_ANY_DATE = "%-d %B %Y"
_ANY_DATE_WITH_WEEKDAY = f"%A, {_ANY_DATE}"
# A date format of CLDR, such as d 'de' MMMM 'de' y: fields, quoted text, other text. Source: UTS 35, part 4.
_CLDR_PART = re.compile(r"(?P<field>([A-Za-z])\2*)|'[^']*'|.")
_CLDR_FIELDS = {
    "y": "%Y",
    "yyyy": "%Y",
    "yy": "%y",
    "M": "%-m",
    "MM": "%m",
    "MMM": "%b",
    "MMMM": "%B",
    "d": "%-d",
    "dd": "%d",
    "E": "%a",
    "EEE": "%a",
    "EEEE": "%A",
    "cccc": "%A",
}
_DIRECTIVE = re.compile(r"%(-?[A-Za-z%])")


def format_date(moment: dt.date, pattern: str, language: str) -> str:
    """Return a date, or an aware datetime, formatted as ``pattern`` says in ``language``.

    ``pattern`` has the directives of C's strftime, and ``%-d`` and the like for numbers without a leading
    zero. The time of a bare date is 00:00.
    """
    if isinstance(moment, dt.datetime):
        return _format(moment, pattern, language)
    return _format_day(moment, pattern, language)


def format_zone(moment: dt.datetime, language: str) -> str:
    """Return the name that a moment's zone has for itself, such as EST.

    A zone without one is its offset from Greenwich, as CLDR writes it in ``language``: "GMT+4".
    """
    from babel import Locale  # noqa: PLC0415 - as in ``_names``

    offset, name = moment.utcoffset(), moment.tzname() or ""
    if offset is None or (name.isalpha() and name not in _UNNAMED):
        return name
    minutes = round(abs(offset).total_seconds() / 60)
    hours = f"{minutes // 60}:{minutes % 60:02d}" if minutes % 60 else f"{minutes // 60}"
    sign = "\u2212" if offset < dt.timedelta(0) else "+"
    signed = f"{sign}{hours}" if minutes else ""
    form = Locale.parse(language, sep="-").zone_formats.get("gmt", "GMT%s")
    return languages.write_digits(str(form).replace("%s", signed).strip(), language)


@lru_cache(maxsize=64)
def names_zone(pattern: str) -> bool:
    """Return whether ``pattern`` says in which zone a time is."""
    return not {"z", "Z"}.isdisjoint(_DIRECTIVE.findall(pattern))


@lru_cache(maxsize=64)
def is_of_days(pattern: str) -> bool:
    """Return whether ``pattern`` says nothing of the time of day, and of the zone."""
    return _OF_DAYS.issuperset(_DIRECTIVE.findall(pattern))


def find_unknown_directive(pattern: str) -> str | None:
    """Return the first directive of ``pattern`` that does not exist, or None."""
    for match in re.finditer(r"%(-?.?)", pattern):
        if match[1] not in DIRECTIVES:
            return match[0]
    return None


@lru_cache(maxsize=256)
def find_date_pattern(language: str, *, weekday: bool = False) -> str:
    """Return CLDR's long date of a language as a pattern, or its full one: with the ``weekday``.

    English of no region has the day before the month, which in CLDR it has everywhere but in America.
    """
    if language.lower() == "en":
        return _ANY_DATE_WITH_WEEKDAY if weekday else _ANY_DATE
    from babel import Locale  # noqa: PLC0415 - as in ``_names``

    written = Locale.parse(language, sep="-").date_formats["full" if weekday else "long"].pattern
    parts = []
    for match in _CLDR_PART.finditer(written):
        text = match[0]
        if match["field"]:
            if text not in _CLDR_FIELDS:  # an era: its calendar is not the Gregorian one
                return _ANY_DATE_WITH_WEEKDAY if weekday else _ANY_DATE
            parts.append(_CLDR_FIELDS[text])
        else:
            parts.append((text[1:-1] or "'" if text[0] == "'" else text).replace("%", "%%"))
    return "".join(parts)


@lru_cache(maxsize=64)
def drop_year(pattern: str) -> str:
    """Return the pattern without the year and what stands between it and the rest: "%-d %B" of "%-d %B %Y".

    The whole pattern if the year is neither first nor last.
    """
    texts = _DIRECTIVE.split(pattern)  # every other one is a directive
    parts = [f"%{text}" if place % 2 else text for place, text in enumerate(texts)]
    if len(parts) > _ONE_DIRECTIVE:
        if texts[1] in _YEARS:
            return "".join(parts[3:])
        if texts[-2] in _YEARS:
            return "".join(parts[:-3])
    return pattern


@lru_cache(maxsize=64)
def describe_format(pattern: str, language: str) -> tuple[str, Mapping[str, tuple[str, ...]]]:
    """Return what a script needs to write days as ``pattern`` says in ``language``.

    That is the pattern, with every part that is not of the day as it is at midnight, and the names of months,
    January first, and of days, Monday first, that it uses, by their directives: ``{"B": ("January", …)}``;
    and the ``digits`` from zero to nine, where they are others than these.
    """
    midnight = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - of no zone
    form, names = "", {}
    for place, text in enumerate(_DIRECTIVE.split(pattern)):
        is_directive = place % 2
        if is_directive and text not in _OF_DAYS:
            form += DIRECTIVES[text](midnight, language).replace("%", "%%")
        else:
            form += f"%{text}" if is_directive else text
        if is_directive and text in _NAMED:
            table = _NAMED[text](_names(language))
            names[text] = tuple(table[number] for number in sorted(table))
    digits = languages.list_digits(language)
    if digits:
        names["digits"] = tuple(digits)
    return form, names


@lru_cache(maxsize=4096)
def name_period(period: int, language: str, pattern: str) -> str:
    """Return the name of a period: "2022", "November 2022", a day as in ``pattern``; "" for all time."""
    if not period:
        return ""
    if period <= LAST_YEAR:
        return _format_skeleton("y", dt.date(period, 1, 1), language)
    if period <= LAST_MONTH:
        return _format_skeleton("yMMMM", dt.date(period // 100, period % 100, 1), language)
    return format_date(dt.date(period // 10000, period // 100 % 100, period % 100), pattern, language)


@lru_cache(maxsize=4096)
def abbreviate_period(period: int, language: str) -> str:
    """Return the name of a period beside others of its year or month: "2022", "November", "5"."""
    if period <= LAST_YEAR:
        return name_period(period, language, "")
    if period <= LAST_MONTH:
        return _names(language).months_alone[period % 100]
    return languages.write_digits(str(period % 100), language)


def name_month(month: int, language: str) -> str:
    """Return the name of a month, 1 to 12, without a day: "November"."""
    return _names(language).months_alone[month]


def abbreviate_month(month: int, language: str) -> str:
    """Return the abbreviated name of a month, 1 to 12, without a day: "Nov"."""
    return _names(language).months_alone_short[month]


@lru_cache(maxsize=400)
def name_day_of_year(day_of_year: int, language: str) -> str:
    """Return the name of a day of the year, such as 1105, as Unicode's CLDR has it: "5 November"."""
    # In a leap year every day of the year exists.
    return _format_skeleton("MMMMd", dt.date(2000, day_of_year // 100, day_of_year % 100), language)


def _format_skeleton(skeleton: str, day: dt.date, language: str) -> str:
    from babel.dates import format_skeleton  # noqa: PLC0415 - as in ``_names``

    named = format_skeleton(skeleton, day, locale=language.replace("-", "_"))
    return languages.write_digits(named, language)


# Never for datetimes: two with different offsets may be equal, but are formatted differently.
@lru_cache(maxsize=4096)
def _format_day(day: dt.date, pattern: str, language: str) -> str:
    return _format(dt.datetime(day.year, day.month, day.day), pattern, language)  # noqa: DTZ001 - never compared


def _format(moment: dt.datetime, pattern: str, language: str) -> str:
    said = "".join([part if isinstance(part, str) else part(moment, language) for part in _parts(pattern)])
    return languages.write_digits(said, language)


@lru_cache(maxsize=64)
def _parts(pattern: str) -> tuple[str | Callable[[dt.datetime, str], str], ...]:
    """Return the parts of a pattern in order: texts, and functions that format a directive."""
    texts = _DIRECTIVE.split(pattern)  # every other one is a directive
    return tuple(DIRECTIVES[text] if place % 2 else text for place, text in enumerate(texts))


class _Names(NamedTuple):
    """The names of months and days in a language; ``months_alone…`` are for months without a day."""

    months: Mapping[int, str]
    months_short: Mapping[int, str]
    months_alone: Mapping[int, str]
    months_alone_short: Mapping[int, str]
    days: Mapping[int, str]
    days_short: Mapping[int, str]
    halves: Mapping[str, str]


@lru_cache(maxsize=64)
def _names(language: str) -> _Names:
    # Babel takes long to load, and a build in which nothing has changed formats no date.
    from babel import Locale  # noqa: PLC0415

    locale = Locale.parse(language, sep="-")
    periods = locale.day_periods["format"]
    # Many languages have names for AM and PM in one width only, some have none.
    halves = {"am": "AM", "pm": "PM"} | dict(periods["abbreviated"]) | dict(periods["wide"])
    return _Names(
        months=locale.months["format"]["wide"],
        months_short=locale.months["format"]["abbreviated"],
        months_alone=locale.months["stand-alone"]["wide"],
        months_alone_short=locale.months["stand-alone"]["abbreviated"],
        days=locale.days["format"]["wide"],
        days_short=locale.days["format"]["abbreviated"],
        halves=halves,
    )


# The directives that a day decides, and the names that some of them stand for.
_OF_DAYS = frozenset(("Y", "y", "m", "-m", "d", "-d", "B", "b", "A", "a", "%"))
_NAMED: Mapping[str, Callable[[_Names], Mapping[int, str]]] = {
    "B": lambda names: names.months,
    "b": lambda names: names.months_short,
    "A": lambda names: names.days,
    "a": lambda names: names.days_short,
}


def _number(attribute: str, width: int) -> Callable[[dt.datetime, str], str]:
    return lambda moment, _: f"{getattr(moment, attribute):0{width}d}"


def _hour12(moment: dt.datetime) -> int:
    return moment.hour % 12 or 12


def _offset(moment: dt.datetime, _: str) -> str:
    return moment.strftime("%z")


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
    "p": lambda moment, language: _names(language).halves["am" if moment.hour < 12 else "pm"],  # noqa: PLR2004 - noon
    "B": lambda moment, language: _names(language).months[moment.month],
    "b": lambda moment, language: _names(language).months_short[moment.month],
    "A": lambda moment, language: _names(language).days[moment.weekday()],
    "a": lambda moment, language: _names(language).days_short[moment.weekday()],
    "z": _offset,
    "Z": format_zone,
    "%": lambda _moment, _language: "%",
}
