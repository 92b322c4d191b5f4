"""Periods as numbers: what holds what, and which days are in it."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from broadsheet.common import periods

_days = st.dates(dt.date(1000, 1, 1), dt.date(9999, 12, 31))


@given(_days)
def test_a_day_is_in_each_period_that_holds_it(day: dt.date) -> None:
    number = periods.number_day(day)
    larger = periods.list_larger(number)
    assert larger == (0, day.year, day.year * 100 + day.month)
    for period in (*larger, number):
        first, last = periods.find_day_range(period)
        assert first <= number <= last


@given(_days, _days)
def test_a_day_is_in_no_other_period_of_its_length(day: dt.date, other: dt.date) -> None:
    number = periods.number_day(day)
    for period in (*periods.list_larger(periods.number_day(other))[1:], periods.number_day(other)):
        first, last = periods.find_day_range(period)
        same = str(number).startswith(str(period))
        assert (first <= number <= last) == same


@given(_days, _days)
def test_days_sort_as_numbers_as_they_do_as_dates(day: dt.date, other: dt.date) -> None:
    assert (day < other) == (periods.number_day(day) < periods.number_day(other))


def test_steps_and_lengths() -> None:
    assert periods.split_period(20221105) == ["2022", "11", "05"]
    assert periods.split_period(202211) == ["2022", "11"]
    assert periods.split_period(2022) == ["2022"]
    assert [periods.is_period(period) for period in (0, 2022, 202211, 20221105)] == [True] * 4
    assert [periods.is_period(period) for period in (-1105, 202213, 20220230, 10**12)] == [False] * 4
    assert [periods.is_month(period) for period in (0, 2022, 202211, 20221105)] == [False, False, True, False]
    assert [periods.is_day(period) for period in (0, 2022, 202211, 20221105)] == [False, False, False, True]
    assert [periods.list_larger(period) for period in (0, 2022, 202211)] == [(), (0,), (0, 2022)]
