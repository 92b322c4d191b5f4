"""Dates as readers see them: every directive, in several languages, and never the time that it is."""

from __future__ import annotations

import datetime as dt
import locale

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.common import date_format
from broadsheet.settings.zones import load_zone, place_in_zone

_ZONE = dt.timezone(dt.timedelta(hours=4, minutes=30))
_MORNING = dt.datetime(2022, 3, 5, 9, 4, 7, tzinfo=_ZONE)
_EVENING = dt.datetime(2022, 11, 15, 21, 14, 0, tzinfo=_ZONE)


@pytest.mark.parametrize(
    ("pattern", "morning", "evening"),
    [
        ("%Y", "2022", "2022"),
        ("%y", "22", "22"),
        ("%m", "03", "11"),
        ("%-m", "3", "11"),
        ("%d", "05", "15"),
        ("%-d", "5", "15"),
        ("%H", "09", "21"),
        ("%-H", "9", "21"),
        ("%I", "09", "09"),
        ("%-I", "9", "9"),
        ("%M", "04", "14"),
        ("%S", "07", "00"),
        ("%p", "AM", "PM"),
        ("%B", "March", "November"),
        ("%b", "Mar", "Nov"),
        ("%A", "Saturday", "Tuesday"),
        ("%a", "Sat", "Tue"),
        ("%z", "+0430", "+0430"),
        ("%Z", "GMT+4:30", "GMT+4:30"),
        ("%%", "%", "%"),
        ("%-d %B %Y, %H:%M", "5 March 2022, 09:04", "15 November 2022, 21:14"),
        ("100%%d", "100%d", "100%d"),
        ("plain", "plain", "plain"),
    ],
)
def test_each_directive_shows_its_part(pattern: str, morning: str, evening: str) -> None:
    assert date_format.format_date(_MORNING, pattern, "en") == morning
    assert date_format.format_date(_EVENING, pattern, "en") == evening


@pytest.mark.parametrize(
    ("zone", "moment", "expected"),
    [
        ("America/New_York", "2022-11-05T09:14:00-04:00", "09:14 EDT"),
        ("America/New_York", "2022-11-07T09:14:00-05:00", "09:14 EST"),
        ("Europe/Moscow", "2022-11-05T09:14:00+03:00", "09:14 MSK"),
        ("Europe/London", "2022-12-05T09:14:00+00:00", "09:14 GMT"),
        ("Asia/Baku", "2022-11-05T09:14:00+04:00", "09:14 GMT+4"),
        ("Asia/Baku", "1890-05-06T09:14:00+03:19", "09:14 GMT+3:19"),
        ("Asia/Baku", "2022-11-05T09:14:00-05:00", "09:14 GMT\u22125"),
        ("Asia/Baku", "2022-11-05T09:14:00+00:00", "09:14 GMT"),
        ("Asia/Kathmandu", "2022-11-05T09:14:00+05:45", "09:14 GMT+5:45"),
    ],
)
def test_a_time_says_its_zone_by_the_name_that_it_has_there(zone: str, moment: str, expected: str) -> None:
    placed = place_in_zone(dt.datetime.fromisoformat(moment), load_zone(zone), convert=False)
    assert date_format.format_date(placed, "%H:%M %Z", "en") == expected


@pytest.mark.parametrize(
    ("zone", "moment", "expected"),
    [
        ("Asia/Baku", "2022-11-05T23:50:00-05:00", "2022-11-06T08:50:00+04:00"),
        ("Asia/Baku", "2022-11-05T09:14:00+04:00", "2022-11-05T09:14:00+04:00"),
        # What is rounded, or limited, is not of another zone.
        ("Africa/Monrovia", "1960-05-06T00:00:00-00:44", "1960-05-06T00:00:00-00:44:30"),
        ("Asia/Manila", "1840-05-06T00:00:00-14:00", "1840-05-06T00:00:00-15:56:08"),
        # The clocks of New York showed 01:30 twice.
        ("America/New_York", "2022-11-06T01:30:00-04:00", "2022-11-06T01:30:00-04:00"),
        ("America/New_York", "2022-11-06T01:30:00-05:00", "2022-11-06T01:30:00-05:00"),
    ],
)
def test_a_moment_of_another_offset_can_be_shown_in_the_sites_zone(
    zone: str, moment: str, expected: str
) -> None:
    placed = place_in_zone(dt.datetime.fromisoformat(moment), load_zone(zone), convert=True)
    assert placed.isoformat() == expected


@pytest.mark.parametrize(
    ("pattern", "language", "form", "names"),
    [
        ("%-d %B %Y", "az", "%-d %B %Y", {"B": ("yanvar", "dekabr", 12)}),
        ("%-d %B %Y", "kk", "%-d %B %Y", {"B": ("қаңтар", "желтоқсан", 12)}),
        ("%A, %d.%m.%y", "uz", "%A, %d.%m.%y", {"A": ("dushanba", "yakshanba", 7)}),
        ("%a %b %-m", "en", "%a %b %-m", {"a": ("Mon", "Sun", 7), "b": ("Jan", "Dec", 12)}),
        ("%-d %B %Y", "fa", "%-d %B %Y", {"B": ("ژانویهٔ", "دسامبر", 12), "digits": ("۰", "۹", 10)}),  # noqa: RUF001
        ("%d.%m.%Y %H:%M %I %p%z 100%%", "en", "%d.%m.%Y 00:00 12 AM 100%%", {}),
    ],
)
def test_a_script_gets_the_parts_of_a_day_and_their_names(
    pattern: str, language: str, form: str, names: dict[str, tuple[str, str, int]]
) -> None:
    found, tables = date_format.describe_format(pattern, language)
    assert found == form
    assert {key: (table[0], table[-1], len(table)) for key, table in tables.items()} == names


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("%-d %B %Y", "%-d %B"),
        ("%A, %-d %B, %Y r.", "%A, %-d %B"),
        ("%B %-d, %Y", "%B %-d"),
        ("%-d de %B de %Y", "%-d de %B"),
        ("%Y. %B %-d.", "%B %-d."),
        ("%Y年%-m月%-d日", "%-m月%-d日"),
        ("%-d %B %y, %H:%M", "%-d %B %y, %H:%M"),
        ("%d.%m.", "%d.%m."),
        ("%Y", "%Y"),
    ],
)
def test_a_year_at_either_end_of_a_date_can_be_left_out(pattern: str, expected: str) -> None:
    assert date_format.drop_year(pattern) == expected


@pytest.mark.parametrize(
    ("language", "date", "today"),
    [
        ("ar", "5 مارس 2022", "السبت، 5 مارس 2022"),
        ("cs", "5. března 2022", "sobota 5. března 2022"),
        ("de", "5. März 2022", "Samstag, 5. März 2022"),
        ("en", "5 March 2022", "Saturday, 5 March 2022"),
        ("en-GB", "5 March 2022", "Saturday, 5 March 2022"),
        ("en-US", "March 5, 2022", "Saturday, March 5, 2022"),
        ("es", "5 de marzo de 2022", "sábado, 5 de marzo de 2022"),
        ("fa", "۵ مارس ۲۰۲۲", "شنبه ۵ مارس ۲۰۲۲"),  # noqa: RUF001
        ("fr", "5 mars 2022", "samedi 5 mars 2022"),
        ("ja", "2022年3月5日", "2022年3月5日土曜日"),
        ("ka", "5 მარტი, 2022", "შაბათი, 05 მარტი, 2022"),
        ("pl", "5 marca 2022", "sobota, 5 marca 2022"),
        ("pt-BR", "5 de março de 2022", "sábado, 5 de março de 2022"),
        ("th", "5 มีนาคม 2022", "วันเสาร์, 5 มีนาคม 2022"),
        ("uk", "5 березня 2022 р.", "субота, 5 березня 2022 р."),  # noqa: RUF001
        ("zh", "2022年3月5日", "2022年3月5日星期六"),
    ],
)
def test_a_date_is_written_as_cldr_has_it_in_the_language(language: str, date: str, today: str) -> None:
    day = dt.date(2022, 3, 5)
    patterns = [date_format.find_date_pattern(language, weekday=weekday) for weekday in (False, True)]
    assert [date_format.find_unknown_directive(pattern) for pattern in patterns] == [None, None]
    shown = [date_format.format_date(day, pattern, language).replace("\u202f", " ") for pattern in patterns]
    assert [text.replace("\u00a0", " ") for text in shown] == [date, today]


@pytest.mark.parametrize(
    ("offset", "language", "expected"),
    [
        (dt.timedelta(hours=4), "en-GB", "GMT+4"),
        (dt.timedelta(hours=-3, minutes=-30), "en", "GMT\u22123:30"),
        (dt.timedelta(0), "de", "GMT"),
        (dt.timedelta(hours=1), "fr", "UTC+1"),
        (dt.timedelta(hours=3), "ar", "غرينتش+3"),
        (dt.timedelta(hours=3), "fa", "+۳ گرینویچ"),
    ],
)
def test_an_offset_is_written_as_the_language_writes_it(
    offset: dt.timedelta, language: str, expected: str
) -> None:
    moment = dt.datetime(2022, 11, 5, 9, 14, tzinfo=dt.timezone(offset))
    assert date_format.format_zone(moment, language) == expected


def test_every_directive_is_tested() -> None:
    marks = getattr(test_each_directive_shows_its_part, "pytestmark", [])
    patterns = {case[0] for mark in marks for case in mark.args[1]}
    assert {f"%{name}" for name in date_format.DIRECTIVES} <= patterns


@pytest.mark.parametrize(
    ("language", "full", "short"),
    [
        ("en", "Saturday 5 March 2022", "Sat 5 Mar"),
        ("az", "şənbə 5 mart 2022", "Ş. 5 mar"),
        ("ru", "суббота 5 марта 2022", "сб 5 мар."),  # noqa: RUF001
    ],
)
def test_names_of_months_and_days_are_those_of_the_language(language: str, full: str, short: str) -> None:
    assert date_format.format_date(_MORNING, "%A %-d %B %Y", language) == full
    assert date_format.format_date(_MORNING, "%a %-d %b", language) == short


@pytest.mark.parametrize(
    ("hour", "shown"), [(0, "12 AM"), (1, "1 AM"), (11, "11 AM"), (12, "12 PM"), (13, "1 PM"), (23, "11 PM")]
)
def test_a_clock_of_twelve_hours_begins_at_twelve(hour: int, shown: str) -> None:
    moment = dt.datetime(2022, 11, 5, hour, tzinfo=dt.UTC)
    assert date_format.format_date(moment, "%-I %p", "en") == shown


def test_a_bare_date_is_shown_as_its_midnight() -> None:
    assert date_format.format_date(dt.date(2022, 11, 5), "%d.%m.%Y %H:%M", "en") == "05.11.2022 00:00"


def test_a_year_has_four_digits() -> None:
    assert date_format.format_date(dt.date(1000, 1, 2), "%Y-%m-%d", "en") == "1000-01-02"


@pytest.mark.parametrize(
    ("period", "language", "name"),
    [
        (0, "en", ""),
        (2022, "en", "2022"),
        (202211, "en", "November 2022"),
        (20221105, "en", "5 November 2022"),
        (202211, "az", "noyabr 2022"),
        (20221105, "az", "5 noyabr 2022"),
        (202211, "ru", "ноябрь 2022 г."),  # noqa: RUF001
        (20221105, "ru", "5 ноября 2022"),
        (1010, "en", "1010"),
        (2022, "ja", "2022年"),
        (202211, "zh", "2022年11月"),
        (2022, "fa", "۲۰۲۲"),
        (20221105, "fa", "۵ نوامبر ۲۰۲۲"),  # noqa: RUF001
    ],
)
def test_a_period_has_a_name_in_the_language(period: int, language: str, name: str) -> None:
    shown = date_format.name_period(period, language, "%-d %B %Y")
    # Releases of CLDR differ in which of the spaces that do not break stands there.
    assert shown.replace("\u00a0", " ").replace("\u202f", " ") == name


@pytest.mark.parametrize(
    ("period", "language", "name"),
    [
        (0, "en", ""),
        (2022, "en", "2022"),
        (202211, "en", "November"),
        (202211, "az", "noyabr"),
        (202211, "ru", "ноябрь"),
        (20221105, "en", "5"),
        (20221105, "fa", "۵"),  # noqa: RUF001
    ],
)
def test_a_period_among_its_neighbours_has_a_short_name(period: int, language: str, name: str) -> None:
    assert date_format.abbreviate_period(period, language) == name


@pytest.mark.parametrize(
    ("pattern", "fault"),
    [
        ("%-d %B %Y", None),
        ("100 %%", None),
        ("%Q", "%Q"),
        ("%-Q", "%-Q"),
        ("%d %", "%"),
        ("%d %-", "%-"),
        ("%d %e", "%e"),
        ("%c", "%c"),
        ("%é", "%é"),
        ("% d", "% "),
    ],
)
def test_a_directive_that_there_is_not_is_told(pattern: str, fault: str | None) -> None:
    assert date_format.find_unknown_directive(pattern) == fault


@given(
    st.lists(
        st.sampled_from([f"%{name}" for name in date_format.DIRECTIVES] + [" ", ".", "d", "Ж"]), max_size=12
    ),
    st.datetimes(min_value=dt.datetime(1000, 1, 1), max_value=dt.datetime(9999, 12, 31)),  # noqa: DTZ001
)
def test_a_pattern_without_fault_shows_every_date(directives: list[str], naive: dt.datetime) -> None:
    pattern = "".join(directives)
    assert date_format.find_unknown_directive(pattern) is None
    for language in ("en", "az", "ru"):
        assert date_format.format_date(naive.replace(tzinfo=dt.UTC), pattern, language) is not None


@given(st.datetimes(min_value=dt.datetime(1000, 1, 1), max_value=dt.datetime(9999, 12, 31)))  # noqa: DTZ001
def test_numbers_are_those_of_strftime(naive: dt.datetime) -> None:
    for directive in ("%Y", "%y", "%m", "%d", "%H", "%I", "%M", "%S"):
        assert date_format.format_date(naive, directive, "en") == naive.strftime(directive)


def test_the_machines_locale_makes_no_difference() -> None:
    before = locale.setlocale(locale.LC_TIME)
    try:
        for name in ("ru_RU.UTF-8", "de_DE.UTF-8", "C.UTF-8", "C"):
            try:
                locale.setlocale(locale.LC_TIME, name)
            except locale.Error:
                continue
            assert date_format.format_date(_MORNING, "%A %B %p", "en") == "Saturday March AM"
    finally:
        locale.setlocale(locale.LC_TIME, before)
