"""Questions about what search indexes: the spans of a year, the words of a segment, what results show."""

from __future__ import annotations

import base64
import sqlite3
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from broadsheet.archive.facts import Facts
from broadsheet.archive.questions.listings import count_in, has_same_teaser
from broadsheet.archive.questions.question import (
    Change,
    QuestionKind,
    find_facet_id,
    parse_no_parameters,
)
from broadsheet.archive.search.ranges import LARGEST, RESULTS, ArticleRange, CountedSpan, split_year
from broadsheet.common.files import digest
from broadsheet.common.keys import EVERYTHING

# A span's first and last day, how many articles it has, whether it is closed, and a code for each file of
# results: which articles stand where.
SpanRow: TypeAlias = tuple[int, int, int, bool, tuple[str, ...]]

_FROM = "FROM article a INDEXED BY article_order"
_WITHIN = "WHERE a.live = 1 AND a.day BETWEEN ? AND ? ORDER BY a.day, a.instant, a.path LIMIT ? OFFSET ?"
_CODE_LENGTH = 6


class SearchSpans(QuestionKind[int, None, tuple[SpanRow, ...]]):
    """``search_spans YEAR``: how search divides a year."""

    name = "search_spans"

    def answer(self, db: sqlite3.Connection, subject: int, parameters: None) -> tuple[SpanRow, ...]:
        """Return the spans, oldest first."""
        return tuple(
            (*span, articles, is_closed, _list_codes(_list_outputs(db, ArticleRange(span, 0, -1))))
            for span, articles, is_closed in list_spans(db, subject)
        )

    def footprint(self, db: sqlite3.Connection, change: Change) -> Iterable[int]:
        """Yield the years that the article stands or stood in, and those before, which it may close."""
        if change.before and change.after and _place(change.before) == _place(change.after):
            return ()
        return {year for side in change.sides for year in (side.day // 10_000, side.day // 10_000 - 1)}


class SearchSegment(QuestionKind[int, ArticleRange, tuple[str, str]]):
    """``search_segment PERIOD RANGE``: which words the articles of a range have, and which stand where."""

    name = "search_segment"

    def answer(self, db: sqlite3.Connection, subject: int, parameters: ArticleRange) -> tuple[str, str]:
        """Return the code of the range, and a digest of the words of its articles."""
        query = f"SELECT a.output, w.digest {_FROM} LEFT JOIN search_words w ON w.article = a.id {_WITHIN}"
        outputs, digests = [], []
        for output, found in db.execute(query, _limits(parameters)):
            outputs.append(output)
            digests.append(found or b"-")
        return join_codes(_list_codes(outputs)), digest(b"\n".join(digests)).hex()

    def footprint(self, db: sqlite3.Connection, change: Change) -> Iterable[int]:
        """Yield the years and the months that the article stands or stood in."""
        return _list_periods(change)


class SearchResults(QuestionKind[int, ArticleRange, "tuple[str | None, ...]"]):
    """``search_results PERIOD RANGE``: what results show of the articles of a range."""

    name = "search_results"

    def answer(
        self, db: sqlite3.Connection, subject: int, parameters: ArticleRange
    ) -> tuple[str | None, ...]:
        """Return the code of the range and the teasers, oldest first; None for what cannot be found."""
        query = f"SELECT a.output, iif(a.retracted, NULL, a.teaser) {_FROM} {_WITHIN}"
        rows = db.execute(query, _limits(parameters)).fetchall()
        return join_codes(_list_codes([output for output, _ in rows])), *(teaser for _, teaser in rows)

    def footprint(self, db: sqlite3.Connection, change: Change) -> Iterable[int]:
        """Yield the years and the months that the article stands or stood in."""
        return () if has_same_teaser(change) else _list_periods(change)


SEARCH_SPANS = SearchSpans(int, parse_no_parameters)
SEARCH_SEGMENT = SearchSegment(int, ArticleRange.parse)
SEARCH_RESULTS = SearchResults(int, ArticleRange.parse)


def list_spans(db: sqlite3.Connection, year: int) -> list[CountedSpan]:
    """Return the spans of a year, oldest first."""
    everything = find_facet_id(db, EVERYTHING)
    count = count_in(db, everything, year)
    if count > LARGEST:
        query = (
            "SELECT day, count(*) FROM article INDEXED BY article_order"
            " WHERE live = 1 AND day BETWEEN ? AND ? GROUP BY day ORDER BY day"
        )
        days = db.execute(query, (year * 10_000, year * 10_000 + 9999)).fetchall()
    else:
        days = [(year * 10_000 + 101, count)] if count else []
    return split_year(days, count_in(db, everything, year + 1))


def list_words(db: sqlite3.Connection, articles: ArticleRange) -> list[str]:
    """Return what each article of a range contributes, oldest first (``read.search_words``)."""
    query = f"SELECT coalesce(w.words, '') {_FROM} LEFT JOIN search_words w ON w.article = a.id {_WITHIN}"
    return [words for (words,) in db.execute(query, _limits(articles))]


def join_codes(codes: Sequence[str]) -> str:
    """Return the code of several ranges that follow one another."""
    return codes[0] if len(codes) == 1 else _code("\n".join(codes))


def _list_outputs(db: sqlite3.Connection, articles: ArticleRange) -> list[str]:
    return [output for (output,) in db.execute(f"SELECT a.output {_FROM} {_WITHIN}", _limits(articles))]


def _limits(articles: ArticleRange) -> tuple[int, int, int, int]:
    return *articles.span, articles.size, articles.offset


def _place(facts: Facts) -> tuple[int, int, str]:
    return facts.day, facts.instant, facts.output


def _list_periods(change: Change) -> set[int]:
    return {period for side in change.sides for period in (side.day // 10_000, side.day // 100)}


def _list_codes(outputs: Sequence[str]) -> tuple[str, ...]:
    return tuple(_code("\n".join(outputs[at : at + RESULTS])) for at in range(0, len(outputs), RESULTS))


def _code(text: str) -> str:
    encoded = base64.urlsafe_b64encode(digest(text.encode(errors="surrogatepass")))
    return encoded[:_CODE_LENGTH].decode()
