"""Dates as authors write them."""

from __future__ import annotations

import datetime as dt
import re
import zoneinfo

import pytest
from babel.dates import get_month_names
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.common import date_format
from broadsheet.settings.date_parsing import DateError, Moment, find_format_fault, parse
from broadsheet.settings.zones import load_zone

FORMATS = ("%d.%m.%Y %H:%M", "%d.%m.%Y", "%-d %B %Y, %I:%M %p", "%a, %d %b %y %H:%M:%S.%f %z", "%B %d, %Y")


def read(text: str, zone_name: str = "Asia/Baku", language: str = "en") -> Moment:
    return parse(text, load_zone(zone_name), FORMATS, language)


def written(text: str, zone_name: str = "Asia/Baku", language: str = "en") -> str:
    """Return the moment that a text means, in ISO 8601."""
    return read(text, zone_name, language).date.isoformat()


def fault(text: str, zone_name: str = "Asia/Baku") -> tuple[str, str]:
    """Return what is wrong with a text, and the hint."""
    with pytest.raises(DateError) as raised:
        read(text, zone_name)
    return str(raised.value), raised.value.hint


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2022-11-05T09:14:00+04:00", "2022-11-05T09:14:00+04:00"),
        ("2022-11-05 09:14:00 +0400", "2022-11-05T09:14:00+04:00"),
        ("2022-11-05 09:14 +04", "2022-11-05T09:14:00+04:00"),
        ("2022-11-05t09:14z", "2022-11-05T09:14:00+00:00"),
        ("2022-11-05 09:14 UTC", "2022-11-05T09:14:00+00:00"),
        ("2011-11-28 8:32:24 -0400", "2011-11-28T08:32:24-04:00"),
        ("2022-11-05T09:14:00.25Z", "2022-11-05T09:14:00.250000+00:00"),
        ("2022-11-05T09:14:00,123456789Z", "2022-11-05T09:14:00.123456+00:00"),
        ("2022-11-05 09:14", "2022-11-05T09:14:00+04:00"),
        ("2022-11-05   9:14", "2022-11-05T09:14:00+04:00"),
        ("2022-1-5", "2022-01-05T00:00:00+04:00"),
        ("20221105", "2022-11-05T00:00:00+04:00"),
        ("20221105T091400Z", "2022-11-05T09:14:00+00:00"),
        ("2022-11-05 09:14 \u22124:30", "2022-11-05T09:14:00-04:30"),
        ("1000-01-01", "1000-01-01T00:00:00+03:19"),
        ("9999-12-31 23:59:59Z", "9999-12-31T23:59:59+00:00"),
    ],
)
def test_iso_8601_in_its_everyday_forms(text: str, expected: str) -> None:
    assert written(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("05.11.2022 09:14", "2022-11-05T09:14:00+04:00"),
        ("5.11.2022", "2022-11-05T00:00:00+04:00"),
        ("5 november 2022, 12:05 am", "2022-11-05T00:05:00+04:00"),
        ("5 Nov 2022, 12:05 PM", "2022-11-05T12:05:00+04:00"),
        ("Sat, 05 Nov 22 09:14:00.5 +0100", "2022-11-05T09:14:00.500000+01:00"),
        ("Sat, 05 Nov 69 09:14:00.0 Z", "1969-11-05T09:14:00+00:00"),
        ("Nov 5, 2022", "2022-11-05T00:00:00+04:00"),
    ],
)
def test_the_forms_that_the_site_names(text: str, expected: str) -> None:
    assert written(text) == expected


@pytest.mark.parametrize("language", ["az", "ru", "fr", "de", "ar", "ja"])
def test_names_of_months_are_those_of_the_language(language: str) -> None:
    for month in range(1, 13):
        day = dt.date(2022, month, 5)
        shown = date_format.format_date(day, "%B %d, %Y", language)
        assert read(shown, language=language).day == day
        short = get_month_names("abbreviated", locale=language)[month]
        assert read(f"{short} 5, 2022", language=language).day == day


def test_the_day_is_the_one_that_was_written_whatever_the_offset() -> None:
    for text in ("2022-11-05 00:10 +1400", "2022-11-05 23:50 -1200", "2022-11-05 09:14", "2022-11-05"):
        assert read(text, "Pacific/Kiritimati").day == dt.date(2022, 11, 5)


@pytest.mark.parametrize(
    ("text", "zone", "expected"),
    [
        # Local mean time, whose offsets have seconds.
        ("1890-05-06", "Asia/Baku", "1890-05-06T00:00:00+03:19"),
        ("1890-05-06 09:14", "Asia/Baku", "1890-05-06T09:14:00+03:19"),
        ("1971-12-31", "Africa/Monrovia", "1971-12-31T00:00:00-00:44"),
        ("1900-05-01 23:59:59", "Europe/Paris", "1900-05-01T23:59:59+00:09"),
        ("1850-01-01", "America/New_York", "1850-01-01T00:00:00-04:56"),
        ("1890-05-06 09:14 +03:19:24", "Asia/Baku", "1890-05-06T09:14:00+03:19"),
        ("1890-05-06 00:00 +03:19:59", "Asia/Baku", "1890-05-06T00:00:00+03:20"),
        ("1890-05-06 23:59 -00:44:30", "Asia/Baku", "1890-05-06T23:59:00-00:44"),
        # Further from Greenwich than web formats can say.
        ("1840-05-06", "Asia/Manila", "1840-05-06T00:00:00-14:00"),
        ("1860-05-06", "America/Sitka", "1860-05-06T00:00:00+14:00"),
        # The clocks were put forward at midnight.
        ("2018-11-04", "America/Sao_Paulo", "2018-11-04T01:00:00-02:00"),
        ("2022-03-27", "Asia/Beirut", "2022-03-27T01:00:00+03:00"),
        ("1972-01-07", "Africa/Monrovia", "1972-01-07T00:44:30+00:00"),
        ("2011-12-31", "Pacific/Apia", "2011-12-31T00:00:00+14:00"),
        ("1995-01-02", "Pacific/Kiritimati", "1995-01-02T00:00:00+14:00"),
    ],
)
def test_a_moment_is_on_the_day_that_was_written(text: str, zone: str, expected: str) -> None:
    assert written(text, zone) == expected
    assert read(text, zone).day.isoformat() == text[:10]


def test_a_day_that_never_was_is_a_problem() -> None:
    with pytest.raises(DateError, match=r"2011-12-30 was skipped by the clocks of Pacific/Apia"):
        read("2011-12-30", "Pacific/Apia")


def test_a_bare_date_has_no_time() -> None:
    assert [read(text).timed for text in ("2022-11-05", "2022-11-05 00:00")] == [False, True]


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("2019-02-30", "2019-02-30 is not a date", "The last day of that month is 2019-02-28."),
        ("2019-02-30 09:14", "2019-02-30 is not a date", "The last day of that month is 2019-02-28."),
        ("30.02.2020", "2020-02-30 is not a date", "The last day of that month is 2020-02-29."),
        ("2019-13-01", "2019-13-01 is not a date", "There is no month 13."),
        ("2019-00-01", "2019-00-01 is not a date", "There is no month 0."),
        ("2019-01-00", "2019-01-00 is not a date", "The last day of that month is 2019-01-31."),
        ("0999-01-01", "0999-01-01 is not a date", "Years go from 1000 to 9999."),
        ("2019-01-01 25:00", "25:00 is not a time of day", "A time goes from 00:00 to 23:59."),
        ("2019-01-01 9:60:61", "9:60:61 is not a time of day", "A time goes from 00:00 to 23:59."),
        ("2019-01-01 24:30", "24:30 is not a time of day", "A time goes from 00:00 to 23:59."),
        (
            "2019-12-31 24:00",
            "24:00 is not a time of day",
            "The end of that day is the start of the next one: 2020-01-01 00:00",
        ),
        (
            "2020-02-28T24:00:00+04:00",
            "24:00:00 is not a time of day",
            "The end of that day is the start of the next one: 2020-02-29 00:00",
        ),
        ("9999-12-31 24:00", "24:00 is not a time of day", "A time goes from 00:00 to 23:59."),
        ("2016-12-31 23:59:60", "23:59:60 is not a time of day", "Write 2016-12-31 23:59:59"),
        ("2019-01-01 09:00 +25:00", "+25:00 is not an offset from UTC", "Write it like +04:00."),
        ("2019-01-01 09:00 +04:60", "+04:60 is not an offset from UTC", "Write it like +04:00."),
        ("9999-12-31 23:00 -0400", "9999-12-31 23:00:00 is too far in the future at that offset", ""),
        (
            "5 Nov 2022, 13:05 PM",
            "5 Nov 2022, 13:05 PM is not a date",
            "13 is not an hour of a twelve-hour clock.",
        ),
        ("yesterday", "yesterday is not a date", "Write it as YYYY-MM-DD HH:MM."),
        (
            "2019-01-01 09:00 EST",
            "2019-01-01 09:00 EST is not a date",
            "Write its offset from UTC: 2019-01-01 09:00 +01:00, if that is what EST stands for.",
        ),
        ("\u0662019-01-01", "\u0662019-01-01 is not a date", "Write it as YYYY-MM-DD HH:MM."),
        (
            "2019/05/07",
            "2019/05/07 is not a date",
            'Write it as 2019-05-07, or name its form in site.toml: [dates] formats = ["%Y/%m/%d"]',
        ),
        (
            "7 May 2019",
            "7 May 2019 is not a date",
            'Write it as 2019-05-07, or name its form in site.toml: [dates] formats = ["%d %B %Y"]',
        ),
        (
            "11/05/2026 9:14",
            "11/05/2026 9:14 is not a date",
            (
                "It may mean 2026-05-11 09:14 or 2026-11-05 09:14: write which, or name its form in site.toml"
                ': [dates] formats = ["%d/%m/%Y %H:%M"] or formats = ["%m/%d/%Y %H:%M"]'
            ),
        ),
        (
            "05/25/2026",
            "05/25/2026 is not a date",
            'Write it as 2026-05-25, or name its form in site.toml: [dates] formats = ["%m/%d/%Y"]',
        ),
        (
            "2019-05-07 9:30 PM",
            "2019-05-07 9:30 PM is not a date",
            (
                "Write it as 2019-05-07 21:30, or name its form in site.toml:"
                ' [dates] formats = ["%Y-%m-%d %I:%M %p"]'
            ),
        ),
        ("31/02/2026", "31/02/2026 is not a date", "Write it as YYYY-MM-DD HH:MM."),
    ],
)
def test_what_is_no_date_says_why(text: str, message: str, hint: str) -> None:
    assert fault(text) == (message, hint)


def test_a_time_that_the_clocks_skipped_offers_both_offsets() -> None:
    assert fault("2019-03-31 02:30", "Europe/Berlin") == (
        "2019-03-31 02:30:00 was skipped by the clocks of Europe/Berlin",
        "Write 2019-03-31 02:30:00 +01:00 or 2019-03-31 02:30:00 +02:00.",
    )


def test_a_time_that_the_clocks_showed_twice_offers_both_offsets() -> None:
    assert fault("2019-10-27 02:30", "Europe/Berlin") == (
        "2019-10-27 02:30:00 was shown twice by the clocks of Europe/Berlin",
        "Write 2019-10-27 02:30:00 +02:00 or 2019-10-27 02:30:00 +01:00.",
    )


@pytest.mark.parametrize(
    ("text", "zone_name", "expected"),
    [
        ("2018-11-04", "America/Sao_Paulo", "2018-11-04T01:00:00-02:00"),  # midnight was skipped
        ("1919-03-31", "America/Toronto", "1919-03-31T00:30:00-04:00"),  # from 23:30 on the day before
        ("2019-11-03", "America/Havana", "2019-11-03T00:00:00-04:00"),  # midnight came twice
        ("2019-03-31", "Europe/Berlin", "2019-03-31T00:00:00+01:00"),  # the clocks changed later that day
    ],
)
def test_a_bare_date_is_the_first_moment_of_that_day(text: str, zone_name: str, expected: str) -> None:
    assert written(text, zone_name) == expected
    assert read(text, zone_name).day.isoformat() == text


def test_a_day_that_the_clocks_skipped_is_a_problem() -> None:
    assert fault("2011-12-30", "Pacific/Apia") == (
        "2011-12-30 was skipped by the clocks of Pacific/Apia",
        "Write a day that was there.",
    )


def test_offsets_with_seconds_are_rounded() -> None:
    assert written("1910-05-07 12:00", "Asia/Baku") == "1910-05-07T12:00:00+03:19"
    assert written("1910-05-07 12:00 +03:19:24") == "1910-05-07T12:00:00+03:19"


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("%d.%m.%Y", None),
        ("%-d %b %y", None),
        ("%e %B %Y %%", None),
        ("%d.%m", "names no year"),
        ("%m.%Y", "names no day"),
        ("%d.%Y", "names no month"),
        ("%d.%m.%Y %d", "names the same part twice"),
        ("%d.%m.%B.%Y", "names the same part twice"),
        ("%d %m %y %Y", "names the same part twice"),
        ("%d.%m.%Y %I:%M", "has %I without %p, so that it cannot tell morning from evening"),
        ("%d.%m.%Y %Q", "holds %Q, which is none of the directives for reading"),
        ("%d.%m.%Y %", "holds %, which is none of the directives for reading"),
    ],
)
def test_a_form_must_say_which_day_it_is(pattern: str, expected: str | None) -> None:
    assert find_format_fault(pattern) == expected


_MOMENTS = st.datetimes(
    dt.datetime(1000, 1, 3),  # noqa: DTZ001 - the offset comes from the other strategy
    dt.datetime(9999, 12, 29),  # noqa: DTZ001
    timezones=st.integers(-23 * 60, 23 * 60).map(lambda minutes: dt.timezone(dt.timedelta(minutes=minutes))),
).map(lambda found: found.replace(microsecond=0))


_WAYS = st.sets(st.sampled_from(["colon", "space", "short", "fraction"]))


@given(_MOMENTS, st.sampled_from(["T", " ", "t", "  "]), _WAYS)
def test_every_spelling_of_a_moment_is_that_moment(
    given_moment: dt.datetime, middle: str, ways: set[str]
) -> None:
    short = "short" in ways
    text = f"{given_moment.year:04d}-{given_moment.month:02d}-{given_moment.day:02d}{middle}"
    text += f"{given_moment.hour:{'d' if short else '02d'}}:{given_moment.minute:02d}"
    if given_moment.second or not short:
        text += f":{given_moment.second:02d}" + (".000" if "fraction" in ways else "")
    offset = given_moment.isoformat()[-6:]
    text += (" " if "space" in ways else "") + (offset if "colon" in ways else offset.replace(":", ""))
    found = read(text)
    assert found.date == given_moment
    assert found.date.utcoffset() == given_moment.utcoffset()
    assert found.day == given_moment.date()


# From then on all offsets are in whole minutes: Liberia was the last to have others.
_WHOLE_MINUTES = 1972
# Before that, some places had offsets of more than 14 hours.
_LOCAL_TIME = 1868
_ZONES = sorted(zoneinfo.available_timezones() - {"Factory", "localtime", "posixrules"})


@given(st.dates(dt.date(1000, 1, 2), dt.date(9999, 12, 30)), st.sampled_from(_ZONES))
def test_a_day_begins_in_every_zone_on_that_day(day: dt.date, name: str) -> None:
    try:
        found = read(day.isoformat(), name)
    except DateError as error:
        assert "skipped" in str(error)  # noqa: PT017 - either outcome is right
        return
    assert (found.day, found.date.date()) == (day, day)
    if day.year > _WHOLE_MINUTES:
        place = load_zone(name)
        assert found.date.astimezone(place).date() == day
        assert (found.date.astimezone(dt.UTC) - dt.timedelta(seconds=1)).astimezone(place).date() < day


@given(st.datetimes(dt.datetime(1840, 1, 1), dt.datetime(2037, 1, 1)), st.sampled_from(_ZONES))  # noqa: DTZ001
def test_a_naive_time_is_in_the_zone_or_the_hint_fixes_it(naive: dt.datetime, name: str) -> None:
    text = naive.isoformat(" ", "seconds")
    try:
        found = read(text, name)
    except DateError as error:
        offers = re.findall(r"[0-9-]+ [0-9:]+ [+-][0-9:]+[0-9]", error.hint)
        assert len({read(offer, name).date for offer in offers}) == 2
        return
    assert found.date.isoformat(" ")[:19] == text
    exact = (found.date.utcoffset() or dt.timedelta()) - (
        naive.replace(tzinfo=load_zone(name)).utcoffset() or dt.timedelta()
    )
    assert abs(exact) <= dt.timedelta(seconds=30) or naive.year < _LOCAL_TIME
    assert (found.date.utcoffset() or dt.timedelta()) % dt.timedelta(minutes=1) == dt.timedelta()


@given(st.text(max_size=40) | st.from_regex(r"[0-9]{1,5}[-./][0-9]{1,3}[-./][0-9]{1,5}( [0-9:+-]{0,12})?"))
def test_any_text_is_a_moment_or_not_a_date(text: str) -> None:
    try:
        found = read(text)
    except DateError:
        return
    assert 1000 <= found.day.year <= 9999
    assert found.date.tzinfo is not None
