"""The names of periods, and which of them have pages."""

from __future__ import annotations

import datetime as dt

from broadsheet.common import date_format, periods
from broadsheet.render.recorder import DependencyRecorder


class PeriodNamer:
    """Names periods as the settings want them shown."""

    def __init__(self, recorder: DependencyRecorder) -> None:
        """Ask ``recorder``."""
        self._recorder = recorder

    def name(self, period: int, language: str) -> str:
        """Return the name of a period in a language."""
        return date_format.name_period(period, language, self._recorder.pattern("date", language))

    def smallest_with_page(self, day: dt.date) -> int:
        """Return the smallest period with a page that a day is in: itself, or its month."""
        number = periods.number_day(day)
        return number if self._recorder.setting("listings_days") else number // 100
