"""Search: its page, and the index that browsers read: years, and of each segment shards, facets and results.

How the archive is divided, and what each change costs because of it, is in ``archive.search.ranges``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from broadsheet.archive.questions.search import (
    SEARCH_RESULTS,
    SEARCH_SEGMENT,
    SEARCH_SPANS,
    join_codes,
)
from broadsheet.archive.search.ranges import (
    RESULTS,
    ArticleRange,
    CountedSpan,
    Segment,
    Span,
    list_results,
    list_segments,
)
from broadsheet.common.urls import SEARCH, quote_output, search_output
from broadsheet.plan.output import Output
from broadsheet.plan.plan import Want
from broadsheet.plan.units import SearchUnit, SiteUnit
from broadsheet.render.outputs.kind import OutputKind, on_every_site
from broadsheet.render.scripts import list_stemmers, read_script
from broadsheet.settings.plan_settings import PlanSettings

if TYPE_CHECKING:
    from broadsheet.render.inputs import RenderInputs
    from broadsheet.render.recorder import DependencyRecorder

_LAYOUT, _GROUP, _TYPE = "search.html", "search", "application/json"

PAGE = on_every_site(
    "search",
    SEARCH,
    lambda inputs, output: inputs.layouts.render(_LAYOUT, inputs.page(output)),
    bound="0; 1 with the first article of a year, and the first series, edition, language or correction",
    wanted=lambda settings: settings.search_on,
    group=_GROUP,
    layout=_LAYOUT,
)


def _scripts(_unit: SiteUnit, settings: PlanSettings) -> Iterator[Output]:
    if settings.search_on:
        stemmers = (f"stemmers/{name}.js" for name in list_stemmers(settings.search_languages))
        for name in ("search.js", *stemmers):
            yield SCRIPT.output(f"search/{name}", name)


SCRIPT = OutputKind(
    name="search_script",
    wants=(Want(SiteUnit, _scripts),),
    render=lambda _inputs, output: read_script(output.subject),
    bound="0",
    media_type="text/javascript",
    group=_GROUP,
)


def _spans(unit: SearchUnit, settings: PlanSettings) -> Iterator[CountedSpan]:
    if settings.search_on:
        yield from unit.list_spans()


def _year(unit: SearchUnit, settings: PlanSettings) -> Iterator[Output]:
    if any(_spans(unit, settings)):
        yield YEAR.output(search_output(f"{unit.year:04d}"), unit.year)


def _render_year(inputs: RenderInputs, output: Output) -> bytes:
    from broadsheet.render.formats.search_index import write_year  # noqa: PLC0415 - as in ``feeds``

    rows = inputs.recorder.ask(SEARCH_SPANS, int(output.subject))
    spans = []
    for first, last, articles, is_closed, codes in rows:
        counted = CountedSpan(Span(first, last), articles, is_closed)
        segments = [
            (at, size, shards, join_codes(codes[at // RESULTS : (at + size) // RESULTS]))
            for (_, at, size), shards in list_segments(counted)
        ]
        spans.append((counted, segments, codes))
    return write_year(spans)


YEAR = OutputKind(
    name="search_year",
    wants=(Want(SearchUnit, _year),),
    render=_render_year,
    bound="1, and that of the year before once, with the fiftieth of a year",
    media_type=_TYPE,
    group=_GROUP,
)


def _shards(unit: SearchUnit, settings: PlanSettings) -> Iterator[Output]:
    for articles, shards in _segments(unit, settings):
        for number in range(shards):
            yield SHARD.output(_path(articles, str(number)), f"{articles} {shards} {number}")


def _facets(unit: SearchUnit, settings: PlanSettings) -> Iterator[Output]:
    for articles, shards in _segments(unit, settings):
        yield FACETS.output(_path(articles, "facets"), f"{articles} {shards} {shards}")


def _segments(unit: SearchUnit, settings: PlanSettings) -> Iterator[Segment]:
    for counted in _spans(unit, settings):
        yield from list_segments(counted)


def _path(articles: ArticleRange, name: str) -> str:
    span, offset, size = articles
    return search_output(f"{span.path}/{offset + 1}-{offset + size}/{name}")


def _render_segment_file(inputs: RenderInputs, output: Output) -> bytes:
    articles, shards, number = output.subject.split(" ")
    # A segment is made whole: of its files, nearly all are wanted when any is.
    recorder = inputs.recorder
    return recorder.memoized_latest(_write, recorder, ArticleRange.parse(articles), int(shards))[int(number)]


def _write(recorder: DependencyRecorder, articles: ArticleRange, shards: int) -> tuple[bytes, ...]:
    from broadsheet.render.formats.search_index import write_segment  # noqa: PLC0415 - as in ``feeds``

    code, _ = recorder.ask(SEARCH_SEGMENT, articles.span.period, articles)
    return write_segment(code, recorder.search_words(articles), shards)


_OF_SEGMENT = (
    "4 of the newest segment; with each fiftieth article, or one that is not the newest, those of a segment, "
    "48 at most, and those of the segments that it takes the place of"
)
SHARD = OutputKind(
    name="search_shard",
    wants=(Want(SearchUnit, _shards),),
    render=_render_segment_file,
    bound=_OF_SEGMENT,
    media_type=_TYPE,
    group=_GROUP,
)
FACETS = OutputKind(
    name="search_facets",
    wants=(Want(SearchUnit, _facets),),
    render=_render_segment_file,
    bound="1; with each fiftieth article also those of the segments that become one",
    media_type=_TYPE,
    group=_GROUP,
)


def _results(unit: SearchUnit, settings: PlanSettings) -> Iterator[Output]:
    for counted in _spans(unit, settings):
        for articles in list_results(counted):
            path = search_output(f"{articles.span.path}/results/{articles.offset // RESULTS + 1}")
            yield RESULTS_FILE.output(path, articles)


def _render_results(inputs: RenderInputs, output: Output) -> bytes:
    from broadsheet.render.formats.search_index import write_results  # noqa: PLC0415 - as in ``feeds``

    articles = ArticleRange.parse(output.subject)
    code, *teasers = inputs.recorder.ask(SEARCH_RESULTS, articles.span.period, articles)
    language = inputs.recorder.setting("language")
    shown = [None if teaser is None else _shown(json.loads(teaser), language) for teaser in teasers]
    return write_results(code or "", shown)


def _shown(members: Mapping[str, Any], language: str) -> tuple[object, ...]:
    """Return what a result shows of an article: see docs/search.md."""
    return (
        quote_output(members["output"]),
        members["title"],
        members["day"],
        "" if members["language"] == language else members["language"],
        [name for _, name in members["authors"]],
        members["dateline"][1] if members["dateline"] else "",
        members["section"][1] if members["section"] else "",
        members["summary"],
    )


RESULTS_FILE = OutputKind(
    name="search_results",
    wants=(Want(SearchUnit, _results),),
    render=_render_results,
    bound="1; with an article that is not the newest those behind it in its span, 20 at most",
    media_type=_TYPE,
    group=_GROUP,
)
KINDS = (PAGE, SCRIPT, YEAR, SHARD, FACETS, RESULTS_FILE)
