"""The archive as data: months and days as JSON and CSV, their index and schema, and single articles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from broadsheet.archive.questions.listings import PERIODS
from broadsheet.archive.questions.names import MONTHS
from broadsheet.common.keys import EVERYTHING, ListingKey, PeriodPart
from broadsheet.common.periods import number_parts
from broadsheet.common.urls import DATA_INDEX, DATA_SCHEMA, beside, data_output
from broadsheet.plan.output import Output
from broadsheet.plan.plan import Want
from broadsheet.plan.units import ArticleUnit, MonthUnit
from broadsheet.render import formats
from broadsheet.render.outputs.kind import OutputKind, on_every_site
from broadsheet.settings.plan_settings import PlanSettings

if TYPE_CHECKING:
    from broadsheet.render.inputs import RenderInputs


def _of_month(kind: OutputKind, suffix: str, unit: MonthUnit, settings: PlanSettings) -> Iterator[Output]:
    """Yield the files of a month: whole, or day by day once it is too large for one file."""
    if not settings.data_months:
        return
    whole = unit.articles <= settings.data_size
    for period, count in ((unit.month, unit.articles),) if whole else unit.list_days():
        for part in number_parts(count, settings.data_size):
            yield kind.output(data_output(period, suffix, part), PeriodPart(period, part))


def _render_json(inputs: RenderInputs, output: Output) -> bytes:
    key = PeriodPart.parse(output.subject)
    return formats.records.write_period_json(*key, inputs.views.articles.list_records(key), inputs.urls)


DATA_JSON: OutputKind = OutputKind(
    name="data_json",
    wants=(Want(MonthUnit, lambda unit, settings: _of_month(DATA_JSON, "json", unit, settings)),),
    render=_render_json,
    bound="1, the last part of the day; for an article inserted earlier, also the parts after it",
    media_type="application/json",
    group="data",
)


def _render_csv(inputs: RenderInputs, output: Output) -> bytes:
    return formats.records.write_period_csv(
        inputs.views.articles.list_records(PeriodPart.parse(output.subject))
    )


DATA_CSV: OutputKind = OutputKind(
    name="data_csv",
    wants=(Want(MonthUnit, lambda unit, settings: _of_month(DATA_CSV, "csv", unit, settings)),),
    render=_render_csv,
    bound="1",
    media_type="text/csv",
    group="data",
)


def _days_of_month(unit: MonthUnit, settings: PlanSettings) -> Iterator[Output]:
    if settings.data_months and unit.articles > settings.data_size:
        yield DATA_DAYS.output(data_output(unit.month, "json"), unit.month)


def _render_days(inputs: RenderInputs, output: Output) -> bytes:
    month = int(output.subject)
    days = inputs.recorder.ask(PERIODS, ListingKey(EVERYTHING, month), None)
    return formats.records.write_days(month, days, int(inputs.recorder.setting("data_size")), inputs.urls)


DATA_DAYS = OutputKind(
    name="data_days",
    wants=(Want(MonthUnit, _days_of_month),),
    render=_render_days,
    bound="1, if the month has over D",
    media_type="application/json",
    group="data",
)


def _render_index(inputs: RenderInputs, _output: Output) -> bytes:
    months = inputs.recorder.ask(MONTHS, "all")
    size, site = int(inputs.recorder.setting("data_size")), inputs.site
    return formats.records.write_index(site.title, site.language, reversed(months), size, inputs.urls)


DATA_INDEX_KIND = on_every_site(
    "data_index",
    DATA_INDEX,
    _render_index,
    bound="1",
    wanted=lambda settings: settings.data_months,
    media_type="application/json",
    group="data",
)
DATA_SCHEMA_KIND = on_every_site(
    "data_schema",
    DATA_SCHEMA,
    lambda _inputs, _output: formats.records.write_schema(),
    bound="0",
    wanted=lambda settings: settings.data_months or settings.data_articles,
    media_type="application/json",
    group="data",
)


def _of_article(unit: ArticleUnit, settings: PlanSettings) -> Iterator[Output]:
    """Yield an article's data, unless its words are gone or withheld."""
    article = unit.article
    if (
        settings.data_articles
        and not article.gone
        and not (article.retracted and settings.corrections_withhold)
    ):
        yield DATA_ARTICLE.output(beside(article.output, "article.json"), unit.path)


def _render_article(inputs: RenderInputs, output: Output) -> bytes:
    article = inputs.views.articles.build(output.subject)
    body = inputs.views.articles.build_body(output.subject, inputs.target(output.subject), absolute=True)
    return formats.records.write_article_json(article, body, inputs.urls)


DATA_ARTICLE = OutputKind(
    name="data_article",
    wants=(Want(ArticleUnit, _of_article),),
    render=_render_article,
    bound="1, if the site enables them",
    media_type="application/json",
    group="data",
)
KINDS = (DATA_JSON, DATA_CSV, DATA_DAYS, DATA_INDEX_KIND, DATA_SCHEMA_KIND, DATA_ARTICLE)
