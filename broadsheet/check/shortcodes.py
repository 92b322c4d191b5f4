"""Notes about shortcodes of other generators that readers see as text: one for each name, with its count."""

from __future__ import annotations

import html
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator

from broadsheet.check.source_map import SourceMap
from broadsheet.common.problems import Problem
from broadsheet.ledger.queries import list_summarized_articles
from broadsheet.read.markdown.shortcodes import find_names, suggest_rule

_MARKUP = re.compile(r"<(code)\b.*?</\1>|<[^<>]*>", re.DOTALL)
_BEGINNINGS = ("{{", "{%", "[")


def find_notes(
    db: sqlite3.Connection, folder: str, sources: SourceMap, table: tuple[tuple[str, str], ...]
) -> Iterator[Problem]:
    """Yield a note for each name of a shortcode that is on the pages in ``folder`` and not in ``table``.

    ``table`` is ``[content.shortcodes]``. What stands in code is meant to be shown.
    """
    counts: Counter[str] = Counter()
    articles: Counter[str] = Counter()
    first: dict[str, str] = {}
    for path, _, body in list_summarized_articles(db, folder):
        if not any(beginning in body for beginning in _BEGINNINGS):
            continue
        words = html.unescape(_MARKUP.sub("", body))
        found = Counter(name for name, _ in find_names(words, table))
        counts += found
        articles.update(found.keys())
        for name in found:
            first.setdefault(name, path)
    for name in sorted(counts, key=lambda name: (-counts[name], name)):
        line, column = _find_place(sources, first[name], name, table)
        times = "once" if counts[name] == 1 else f"{counts[name]:,} times in {articles[name]:,} articles"
        yield Problem(
            path=first[name],
            line=line,
            column=column,
            message=f"the shortcode {name} is shown as text, {times.replace(' in 1 articles', ' here')}",
            hint=suggest_rule(name, "drop"),
        )


def _find_place(
    sources: SourceMap, path: str, name: str, table: tuple[tuple[str, str], ...]
) -> tuple[int, int]:
    document = sources.document(path)
    if document is None:
        return 0, 0
    at = next((at for found, at in find_names(document.body, table) if found == name), 0)
    before = document.body[:at]
    return document.body_line + before.count("\n"), at - (before.rfind("\n") + 1) + 1
