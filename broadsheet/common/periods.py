"""Periods as numbers: 0 is all time, 2022 a year, 202211 a month, 20221105 a day; -1105 a day of every year.

Numbers sort, fit an index and need no parsing, and their size tells what they are.
"""

from __future__ import annotations

import datetime as dt

ALL_TIME = 0
LAST_YEAR = 9999
LAST_MONTH = 9999_12


def number_day(day: dt.date) -> int:
    """Return the period that is one day."""
    return day.year * 10000 + day.month * 100 + day.day


def date_of(day: int) -> dt.date:
    """Return the date of a period that is one day."""
    return dt.date(day // 10_000, day // 100 % 100, day % 100)


def day_of_year(day: int) -> int:
    """Return the period of a day in every year: -1105, every 5 November, for 20221105."""
    return -(day % 10_000)


def is_period(number: int) -> bool:
    """Return whether a number is all time, a year, or a month or day that exists."""
    if ALL_TIME <= number <= LAST_YEAR:
        return True
    try:
        date_of(number * 100 + 1 if is_month(number) else number)
    except (ValueError, OverflowError):
        return False
    return True


def is_month(period: int) -> bool:
    """Return whether a period is a month."""
    return LAST_YEAR < period <= LAST_MONTH


def is_day(period: int) -> bool:
    """Return whether a period is a day."""
    return period > LAST_MONTH


def is_smallest(period: int, *, days: bool) -> bool:
    """Return whether a period has no smaller ones: a day, or a month unless ``days`` have pages."""
    return is_day(period) or (is_month(period) and not days)


def list_larger(period: int) -> tuple[int, ...]:
    """Return the periods that contain a period, all time first."""
    if is_day(period):
        return ALL_TIME, period // 10000, period // 100
    if is_month(period):
        return ALL_TIME, period // 100
    return (ALL_TIME,) if period else ()


def find_day_range(period: int) -> tuple[int, int]:
    """Return the smallest and the largest number that a day of the period can have."""
    if period == ALL_TIME:
        return 0, LAST_MONTH * 100 + 99
    if is_day(period):
        return period, period
    if is_month(period):
        return period * 100, period * 100 + 99
    return period * 10000, period * 10000 + 9999


def split_period(period: int) -> list[str]:
    """Return the path segments of a period: ``["2022", "11", "05"]`` for ``20221105``."""
    text = f"{period:04d}"
    return [text[:4], *(text[at : at + 2] for at in range(4, len(text), 2))]


def number_parts(count: int, size: int) -> range:
    """Return the numbers of the parts of ``count`` articles: 0 alone, the whole, if all fit into one."""
    return range(1) if count <= size else range(1, -(-count // size) + 1)
