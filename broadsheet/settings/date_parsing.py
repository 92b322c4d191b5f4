"""Parses dates as authors write them: ISO 8601 in its everyday forms, and the formats in site.toml.

The day is always the one that was written, never converted; only the moment has an offset. Nothing here asks
for the time, the machine's time zone or its locale.
"""

from __future__ import annotations

import calendar
import datetime as dt
import itertools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from broadsheet.settings.zones import find_offsets, round_offset

if TYPE_CHECKING:
    from babel import Locale

EARLIEST, LATEST = 1000, 9999
_MINUTE = dt.timedelta(minutes=1)
DIRECTIVES = "%Y %y %m %d %e %B %b %A %a %H %I %p %M %S %f %z %%, and %-d and the like"

_NUMBERS = {
    "Y": r"(?P<year>[0-9]{4})",
    "y": r"(?P<short_year>[0-9]{2})",
    "m": r"(?P<month>[0-9]{1,2})",
    "d": r"(?P<day>[0-9]{1,2})",
    "e": r"(?P<day>[0-9]{1,2})",
    "H": r"(?P<hour>[0-9]{1,2})",
    "I": r"(?P<hour12>[0-9]{1,2})",
    "M": r"(?P<minute>[0-9]{1,2})",
    "S": r"(?P<second>[0-9]{1,2})",
    "f": r"(?P<fraction>[0-9]{1,9})",
    "z": r"(?P<offset>Z|[+\-\u2212][0-9]{1,2}(?::?[0-9]{2}(?::?[0-9]{2})?)?)",
    "%": "%",
}
_NAMED = ("B", "b", "A", "a", "p")
_CLOCK = r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]+))?)?"
_OFFSET = r"(?P<offset>Z|UTC|GMT|[+\-\u2212][0-9]{1,2}(?::?[0-9]{2}(?::?[0-9]{2})?)?)"
_ISO = re.compile(
    r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})"
    rf"(?:(?:T|\s+){_CLOCK}(?:\s*{_OFFSET})?)?",
    re.IGNORECASE,
)
_ISO_BASIC = re.compile(
    r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"
    r"(?:T(?P<hour>[0-9]{2})(?P<minute>[0-9]{2})(?P<second>[0-9]{2})?"
    rf"{_OFFSET}?)?",
    re.IGNORECASE,
)
_OFFSET_PARTS = re.compile(r"([+\-\u2212])([0-9]{1,2}?)(?::?([0-9]{2}))?(?::?([0-9]{2}))?")
# ISO 8601 with the name of a zone: 2022-11-05 09:30 CET. Few of those names are one zone only.
_ZONE_NAME = re.compile(
    r"([0-9]{4}-[0-9]{1,2}-[0-9]{1,2}[T ][0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)\s*([A-Z]{2,5})"
)
_FORM = "YYYY-MM-DD HH:MM"
# Formats that hints may suggest. Dates are never parsed with them. Of a text that several of them read, each
# reading is shown.
_SUGGESTED = (
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y",
    "%d.%m.%y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y",
    "%d/%m/%y",
    "%m/%d/%y",
    "%Y-%m-%d %I:%M %p",
    "%Y-%m-%d %H.%M",
    "%Y.%m.%d",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d",
    "%d %B %Y %H:%M",
    "%d %B %Y",
    "%d %b %Y",
    "%B %d, %Y %I:%M %p",
    "%B %d, %Y",
    "%b %d, %Y",
    "%a, %d %b %Y %H:%M:%S %z",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A date as written, and the moment it means.

    ``date`` is aware and on ``day``. Its offset is the one that was written or that the zone had then, in
    whole minutes, which is all that web formats can express: an offset with seconds, as cities had before
    there were time zones, is rounded, and the clock stays. ``timed``: a time of day was written.
    """

    day: dt.date
    date: dt.datetime
    timed: bool


class DateError(ValueError):
    """A text is no date. ``str`` says what is wrong with it, ``hint`` what to write instead.

    ``meant`` is the date in ISO 8601, if the text can be read as only one.
    """

    def __init__(self, message: str, hint: str = "", meant: str = "") -> None:
        super().__init__(message)
        self.hint = hint
        self.meant = meant


def parse(text: str, zone: ZoneInfo, formats: tuple[str, ...], language: str) -> Moment:
    """Return the moment that ``text`` means; a time without an offset is in ``zone``.

    ``formats`` are tried after ISO 8601, with the names of months and days in ``language``. Raises
    ``DateError`` for anything else, and for a time that is skipped or repeated when the zone's clocks change.
    """
    match = _ISO.fullmatch(text) or _ISO_BASIC.fullmatch(text)
    if match is not None:
        return _to_moment(text, match.groupdict(), zone)
    for pattern in formats:
        compiled = _compile(pattern, language)
        match = compiled.shape.fullmatch(text)
        if match is not None:
            return _to_moment(text, compiled.read_numbers(match), zone)
    raise DateError(f"{text} is not a date", *_suggest_format(text, language))


def find_format_fault(pattern: str) -> str | None:
    """Return why dates cannot be parsed with ``pattern``, or None if they can."""
    found = []
    for match in re.finditer(r"%(-?)(.?)", pattern):
        name = match[2]
        if name not in _NUMBERS and name not in _NAMED:
            return f"holds {match[0]}, which is none of the directives for reading"
        found.append({"e": "d", "b": "B", "y": "Y", "I": "H"}.get(name, name))
    for name, meaning in (("Y", "year"), ("m", "month"), ("d", "day")):
        if name not in found and not (name == "m" and "B" in found):
            return f"names no {meaning}"
    twice = next((name for name in found if name != "%" and found.count(name) > 1), None)
    if twice or ("m" in found and "B" in found):
        return "names the same part twice"
    if "%I" in pattern.replace("%-I", "%I") and "%p" not in pattern:
        return "has %I without %p, so that it cannot tell morning from evening"
    return None


@dataclass(frozen=True, slots=True)
class _Format:
    """A strftime pattern, compiled for parsing; names are looked up in case-folded form."""

    shape: re.Pattern[str]
    months: Mapping[str, int]
    halves: Mapping[str, int]

    def read_numbers(self, match: re.Match[str]) -> dict[str, str | None]:
        """Return the parts of a matched date as numbers."""
        parts = match.groupdict()
        if month := parts.pop("month_name", None):
            parts["month"] = str(self.months[month.casefold()])
        if short := parts.pop("short_year", None):
            parts["year"] = str(int(short) + (1900 if int(short) >= 69 else 2000))  # noqa: PLR2004 - POSIX
        hour = parts.pop("hour12", None)
        if hour is not None:
            half = self.halves[(parts.pop("half") or "").casefold()]
            if not 1 <= int(hour) <= 12:  # noqa: PLR2004 - a clock's face
                raise DateError(f"{match[0]} is not a date", f"{hour} is not an hour of a twelve-hour clock.")
            parts["hour"] = str(int(hour) % 12 + half)
        return parts


@lru_cache(maxsize=256)
def _compile(pattern: str, language: str) -> _Format:
    from babel import Locale  # noqa: PLC0415 - only formats with names need it
    from babel.dates import get_day_names, get_month_names, get_period_names  # noqa: PLC0415

    locale = Locale.parse(language, sep="-")
    months = {name: number for number, name in _each_name(get_month_names, locale)}
    days = {name: number for number, name in _each_name(get_day_names, locale)}
    halves = {"am": 0, "pm": 12}
    periods = [get_period_names(width, "format", locale).items() for width in ("wide", "abbreviated")]
    for half, name in itertools.chain(*periods):
        if half in {"am", "pm"}:
            halves[name.casefold()] = halves[half]
    named = {
        "B": f"(?P<month_name>{_any_of(months)})",
        "b": f"(?P<month_name>{_any_of(months)})",
        "A": f"(?:{_any_of(days)})",
        "a": f"(?:{_any_of(days)})",
        "p": f"(?P<half>{_any_of(halves)})",
    }
    directives = _NUMBERS | named
    shape = ""
    for match in re.finditer(r"%-?(.)|(\s+)|([^%\s]+)", pattern):
        shape += directives[match[1]] if match[1] else r"\s+" if match[2] else re.escape(match[3])
    return _Format(re.compile(shape, re.IGNORECASE), months, halves)


def _each_name(of: object, locale: Locale) -> Iterable[tuple[int, str]]:
    for use in ("format", "stand-alone"):
        for width in ("abbreviated", "wide"):
            for number, name in of(width, use, locale).items():  # type: ignore[operator]
                yield number, name.casefold()
                yield number, name.casefold().rstrip(".")


def _any_of(names: Iterable[str]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=lambda name: (-len(name), name)))


def _to_moment(text: str, parts: Mapping[str, str | None], zone: ZoneInfo) -> Moment:
    year, month, day_of_month = (int(parts[name] or 0) for name in ("year", "month", "day"))
    day = parse_day(year, month, day_of_month, text)
    if parts.get("hour") is None:
        return Moment(day=day, date=_start_of(day, zone), timed=False)
    hour, minute, second = (int(parts.get(name) or 0) for name in ("hour", "minute", "second"))
    micro = int((parts.get("fraction") or "")[:6].ljust(6, "0"))
    try:
        clock = dt.time(hour, minute, second, micro)
    except ValueError:
        seconds = f":{second:02d}" if parts.get("second") else ""
        hint = _suggest_time(day, hour, minute, second)
        raise DateError(f"{hour}:{minute:02d}{seconds} is not a time of day", hint) from None
    naive = dt.datetime.combine(day, clock)
    offset = parts.get("offset")
    aware = _at_offset(naive, round_offset(_parse_offset(offset))) if offset else _in_zone(naive, zone)
    return Moment(day=day, date=aware, timed=True)


def _suggest_time(day: dt.date, hour: int, minute: int, second: int) -> str:
    """Return the hint for a time that no clock shows: the end of a day, a leap second, or any other."""
    if (hour, minute, second) == (24, 0, 0) and day < dt.date.max:
        return f"The end of that day is the start of the next one: {day + dt.timedelta(days=1)} 00:00"
    if (hour, minute, second) == (23, 59, 60):
        return f"Write {day} 23:59:59"
    return "A time goes from 00:00 to 23:59."


def parse_day(year: int, month: int, day: int, text: str = "") -> dt.date:
    """Return a day; raises ``DateError`` if there is none. ``text`` is how the date is written."""
    written = f"{year:04d}-{month:02d}-{day:02d}"
    if year < EARLIEST:
        raise DateError(f"{text or written} is not a date", f"Years go from {EARLIEST} to {LATEST}.")
    if not 1 <= month <= 12:  # noqa: PLR2004 - a year's months
        raise DateError(f"{written} is not a date", f"There is no month {month}.")
    last = calendar.monthrange(year, month)[1]
    if not 1 <= day <= last:
        raise DateError(
            f"{written} is not a date", f"The last day of that month is {year:04d}-{month:02d}-{last}."
        )
    return dt.date(year, month, day)


def _parse_offset(text: str) -> dt.timedelta:
    if text.upper() in {"Z", "UTC", "GMT"}:
        return dt.timedelta(0)
    match = _OFFSET_PARTS.fullmatch(text)
    if match is None:
        raise DateError(f"{text} is not an offset from UTC", "Write it like +04:00.")
    hours, minutes, seconds = (int(match[at] or 0) for at in (2, 3, 4))
    if hours > 23 or minutes > 59 or seconds > 59:  # noqa: PLR2004 - a clock's face
        raise DateError(f"{text} is not an offset from UTC", "Write it like +04:00.")
    size = dt.timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return size if match[1] == "+" else -size


def _at_offset(naive: dt.datetime, offset: dt.timedelta) -> dt.datetime:
    moment = naive.replace(tzinfo=dt.timezone(offset))
    try:
        moment.astimezone(dt.UTC)
    except OverflowError:
        raise DateError(f"{naive.isoformat(' ')} is too far in the future at that offset") from None
    return moment


def _in_zone(naive: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    first, second = find_offsets(naive, zone)
    if first == second:
        return _at_offset(naive, first)
    skipped = first < second
    what = "was skipped by the clocks" if skipped else "was shown twice by the clocks"
    written = naive.isoformat(" ")
    choices = " or ".join(f"{written} {_format_offset(offset)}" for offset in (first, second))
    raise DateError(f"{written} {what} of {zone.key}", f"Write {choices}.")


@lru_cache(maxsize=4096)
def _start_of(day: dt.date, zone: ZoneInfo) -> dt.datetime:
    """Return the first moment of a day in a zone; not always midnight, which a clock change may skip."""
    midnight = dt.datetime.combine(day, dt.time())
    first, second = find_offsets(midnight, zone)
    if first >= second:
        return _at_offset(midnight, first)
    # Midnight was skipped. The clocks changed between these two moments, whose offsets are rounded: bisect.
    before = (midnight - second - _MINUTE).replace(tzinfo=dt.UTC)
    after = (midnight - first + _MINUTE).replace(tzinfo=dt.UTC)
    while after - before > dt.timedelta(seconds=1):
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if middle.astimezone(zone).replace(tzinfo=None) >= midnight:
            after = middle
        else:
            before = middle
    start = after.astimezone(zone).replace(tzinfo=None)
    if start.date() != day:
        raise DateError(f"{day} was skipped by the clocks of {zone.key}", "Write a day that was there.")
    return _at_offset(start, second)


def _format_offset(offset: dt.timedelta) -> str:
    sign = "-" if offset < dt.timedelta(0) else "+"
    seconds = abs(int(offset.total_seconds()))
    text = f"{sign}{seconds // 3600:02d}:{seconds // 60 % 60:02d}"
    return f"{text}:{seconds % 60:02d}" if seconds % 60 else text


def _suggest_format(text: str, language: str) -> tuple[str, str]:
    """Return the hint for a text that is no date: each moment that it may mean, and how to allow its form.

    And the one that it means; "" if there are none or several.
    """
    readings: dict[str, str] = {}
    for pattern in _SUGGESTED:
        reading = _read_as(text, pattern, language)
        if reading:
            readings.setdefault(reading, pattern)
    if not readings:
        zone = _ZONE_NAME.fullmatch(text)
        if zone:
            return f"Write its offset from UTC: {zone[1]} +01:00, if that is what {zone[2]} stands for.", ""
        return f"Write it as {_FORM}.", ""
    forms = " or ".join(f'formats = ["{pattern}"]' for pattern in readings.values())
    if len(readings) == 1:
        (meant,) = readings
        return f"Write it as {meant}, or name its form in site.toml: [dates] {forms}", meant
    written = " or ".join(readings)
    return f"It may mean {written}: write which, or name its form in site.toml: [dates] {forms}", ""


def _read_as(text: str, pattern: str, language: str) -> str:
    """Return a text as ISO 8601 that is read with a pattern; "" if that is not possible."""
    compiled = _compile(pattern, language)
    match = compiled.shape.fullmatch(text)
    if match is None:
        return ""
    try:
        parts = compiled.read_numbers(match)
        year, month, day_of_month = (int(parts[name] or 0) for name in ("year", "month", "day"))
        day = parse_day(year, month, day_of_month)
        if parts.get("hour") is None:
            return day.isoformat()
        hour, minute, second = (int(parts.get(name) or 0) for name in ("hour", "minute", "second"))
        clock = dt.time(hour, minute, second)
    except ValueError:
        return ""
    shown = f"{day} {clock.isoformat('seconds' if second else 'minutes')}"
    return f"{shown} {parts['offset']}" if parts.get("offset") else shown
