"""The years and months of the whole archive, with how much was published in each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from broadsheet.archive.questions.listings import PERIODS
from broadsheet.archive.questions.names import MONTHS
from broadsheet.common import date_format
from broadsheet.common.keys import EVERYTHING, ListingKey
from broadsheet.common.periods import ALL_TIME
from broadsheet.common.urls import facet_output
from broadsheet.render import views
from broadsheet.render.recorder import DependencyRecorder
from broadsheet.render.view_builder.periods import PeriodNamer

SHADES = 5


class YearBuilder:
    """Builds years."""

    def __init__(self, recorder: DependencyRecorder, period_namer: PeriodNamer) -> None:
        """Ask ``recorder``."""
        self._recorder = recorder
        self._period_namer = period_namer

    def list_years(self) -> tuple[views.Year, ...]:
        """Return the years that have articles, newest first, each with its twelve months."""
        counts = dict(self._recorder.ask(MONTHS, "all"))
        shades = shade_counts(list(counts.values()))
        years = sorted({month // 100 for month in counts}, reverse=True)
        return tuple(
            views.Year(
                value=year,
                url=self._recorder.urls.url(facet_output("all", "", year)),
                count=sum(count for month, count in counts.items() if month // 100 == year),
                months=tuple(
                    self._build_month(month, counts.get(month, 0), shades)
                    for month in range(year * 100 + 1, year * 100 + 13)
                ),
            )
            for year in years
        )

    def list_shades(self) -> tuple[views.Shade, ...]:
        """Return the steps of the counts of months that some month has, that of the smallest first."""
        shades = shade_counts([count for _, count in self._recorder.ask(MONTHS, "all")])
        steps = {step: [count for count, each in shades.items() if each == step] for step in shades.values()}
        return tuple(
            views.Shade(step=step, least=min(counts), most=max(counts))
            for step, counts in sorted(steps.items())
        )

    def list_numbers(self) -> tuple[int, ...]:
        """Return the years that have articles, newest first; how many they have changes nothing."""
        years = self._recorder.ask(PERIODS, ListingKey(EVERYTHING, ALL_TIME), 1)
        return tuple(year for year, _ in reversed(years))

    def _build_month(self, month: int, count: int, shades: Mapping[int, int]) -> views.Month:
        language = str(self._recorder.setting("language"))
        return views.Month(
            value=month,
            name=self._period_namer.name(month, language),
            short=date_format.abbreviate_period(month, language),
            abbreviation=date_format.abbreviate_month(month % 100, language),
            url=self._recorder.urls.url(facet_output("all", "", month)) if count else "",
            count=count,
            shade=shades.get(count, 0),
        )


def shade_counts(counts: Sequence[int]) -> dict[int, int]:
    """Return the step of each count, 1 to ``SHADES``, by the share of counts that are smaller.

    By rank and not by size: one import of thousands of articles would leave all other months in the first
    step. Equal counts are in one step. In whole numbers, so that every machine agrees.
    """
    ranks = {count: rank for rank, count in reversed(list(enumerate(sorted(counts))))}
    return {count: rank * SHADES // len(counts) + 1 for count, rank in ranks.items()}
