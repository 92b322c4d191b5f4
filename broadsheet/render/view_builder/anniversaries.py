"""Days of the year, and what happened on one of them in each year."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import replace

from broadsheet.archive.questions.anniversaries import ANNIVERSARIES, ANNIVERSARY
from broadsheet.common import date_format, periods
from broadsheet.common.urls import anniversary_output, facet_output
from broadsheet.render import views
from broadsheet.render.recorder import DependencyRecorder
from broadsheet.render.view_builder.articles import ArticleBuilder
from broadsheet.render.view_builder.periods import PeriodNamer

_LEAP_YEAR = 2000  # in which every day of the year exists


class AnniversaryBuilder:
    """Builds days of the year."""

    def __init__(
        self, recorder: DependencyRecorder, articles: ArticleBuilder, period_namer: PeriodNamer
    ) -> None:
        """Ask ``recorder``."""
        self._recorder = recorder
        self._articles = articles
        self._period_namer = period_namer

    def build(self, day_of_year: int) -> views.Anniversary:
        """Return what happened on a day of the year, such as 1105."""
        url, smallest = self._recorder.urls.url, self._period_namer.smallest_with_page
        return views.Anniversary(
            day=self.build_day(day_of_year),
            years=tuple(
                views.DayOfOneYear(
                    year=day // 10_000,
                    url=url(facet_output("all", "", smallest(periods.date_of(day)))),
                    articles=self._articles.build_teasers(teasers),
                )
                for day, teasers in self._recorder.ask(ANNIVERSARY, day_of_year)
            ),
        )

    def build_day(self, value: int) -> views.DayOfYear:
        """Return a day that every year has, such as 1105."""
        language = str(self._recorder.setting("language"))
        return views.DayOfYear(
            value=value,
            name=date_format.name_day_of_year(value, language),
            url=self._recorder.urls.url(anniversary_output(value)),
        )

    def list_days(self) -> tuple[views.DayOfYear, ...]:
        """Return the days of the year that have articles, the first of January first."""
        return tuple(map(self.build_day, self._recorder.ask(ANNIVERSARIES, "all")))

    def list_months(self) -> tuple[views.MonthOfYear, ...]:
        """Return the twelve months, January first; none if no day has articles."""
        language = str(self._recorder.setting("language"))
        with_articles = {day.value: day for day in self.list_days()}
        return tuple(
            views.MonthOfYear(
                value=month,
                name=date_format.name_month(month, language),
                days=tuple(
                    with_articles.get(value) or replace(self.build_day(value), url="")
                    for value in range(month * 100 + 1, month * 100 + monthrange(_LEAP_YEAR, month)[1] + 1)
                ),
            )
            for month in (range(1, 13) if with_articles else ())
        )
