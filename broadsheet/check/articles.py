"""Problems and notes about the articles of a site, from what the archive knows of them.

A lead picture without alternative text is a problem. A portrait without it, an article without a summary, and
a tag that looks like a misspelling of another are notes; so is what was found when they were read.
"""

from __future__ import annotations

import html
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator

from broadsheet.archive.statistics import find_tagged, list_tags
from broadsheet.build.validate import list_lost_links
from broadsheet.check.source_map import SourceMap
from broadsheet.common.problems import Problem
from broadsheet.ledger.queries import (
    find_undescribed_pictures,
    find_undescribed_portraits,
    list_findings,
    list_summarized_articles,
)
from broadsheet.read.front_matter import Fields, list_texts

# One letter makes a shorter word another word: port and sport, cat and car.
_LONG = 6
_MARKUP = re.compile(r"<[^<>]*>")
# So much of a summary is searched for in the body.
_SUMMARY_START = 20
_ALT_OF_PORTRAIT = "alt says who is seen, and how, to those who do not see it."
_ALT = "alt says what the picture shows; a lead picture is news, and never mere decoration."


def find_problems(db: sqlite3.Connection, folder: str, sources: SourceMap) -> Iterator[Problem]:
    """Yield a problem for each lead picture without alternative text."""
    undescribed = find_undescribed_pictures(db, folder, retracted=not sources.withholds_retracted)
    yield from _without_alt(undescribed, sources, _ALT)


def _without_alt(paths: Iterable[str], sources: SourceMap, why: str) -> Iterator[Problem]:
    """Yield a problem for the picture of each source, which has no alternative text."""
    for path in paths:
        document = sources.document(path)
        field = sources.field(document, "image") if document else None
        if document is None or field is None:
            continue
        yield Problem(
            path=path,
            line=field.line,
            column=field.column,
            message=f"{field.name}: the picture has no alternative text",
            hint=why if isinstance(field.value, Fields) else f"{field.name}: {{file: …, alt: …}}; {why}",
        )


def find_notes(db: sqlite3.Connection, folder: str, sources: SourceMap) -> Iterator[Problem]:
    """Yield a note for each portrait without alternative text, each article without a summary, and the like.

    The like are tags that may be misspelled, and what reading has found.
    """
    yield from _of_reading(db, folder, sources)
    yield from _without_alt(find_undescribed_portraits(db), sources, _ALT_OF_PORTRAIT)
    yield from _without_summary(db, folder, sources)
    yield from _similar_tags(db, sources)


def _of_reading(db: sqlite3.Connection, folder: str, sources: SourceMap) -> Iterator[Problem]:
    """Yield a note for what reading has found, and for each link that is left out for want of its target."""
    for found in list_findings(db, folder):
        yield Problem(
            path=found.path, line=found.line, column=found.column, message=found.message, hint=found.hint
        )
    if sources.leaves_out_links:
        yield from list_lost_links(db, of_fields=False, of_bodies=True)


def _without_summary(db: sqlite3.Connection, folder: str, sources: SourceMap) -> Iterator[Problem]:
    """Yield a note for each article whose summary is not written but taken from its first words.

    The archive does not know which it is, so an article whose body contains its summary is read again.
    """
    for path, summary, body in list_summarized_articles(db, folder):
        plain = " ".join(html.unescape(_MARKUP.sub("", body)).split())
        document = sources.document(path) if summary[:_SUMMARY_START] in plain else None
        if document is None:
            continue
        field = sources.field(document, "summary")
        if field is None or not any(text.text.strip() for text in list_texts(field.value)):
            hint = "Add to the front matter: summary: … It stands in listings, feeds and search results."
            line = field.line if field else 1
            yield Problem(path=path, line=line, message="the article has no summary", hint=hint)


def _similar_tags(db: sqlite3.Connection, sources: SourceMap) -> Iterator[Problem]:
    counts = {tag: (name, count) for tag, name, count in list_tags(db)}
    alike = defaultdict(set)
    for each in counts:
        for key in _similarity_keys(each):
            alike[key].add(each)
    for each, (name, count) in counts.items():
        if count > 1:
            continue
        others = {other for key in _similarity_keys(each) for other in alike[key]} - {each}
        near = [other for other in others if _is_similar(each, other)]
        # Of two that are used once each, one note is enough.
        near = [other for other in near if counts[other][1] > 1 or other < each]
        if near:
            other = min(near, key=lambda slug: (-counts[slug][1], slug))
            yield _tag_note(db, sources, each, name, *counts[other])


def _tag_note(
    db: sqlite3.Connection, sources: SourceMap, tag: str, name: str, other: str, count: int
) -> Problem:
    path = find_tagged(db, tag)
    document = sources.document(path)
    field = sources.field(document, "tags") if document else None
    place = (
        next((text for text in list_texts(field.value) if sources.find_slug("tag", text.text) == tag), field)
        if field
        else None
    )
    times = "once" if count == 1 else f"{count:,} times"
    return Problem(
        path=path,
        line=place.line if place else 0,
        column=place.column if place else 0,
        message=f"the tag {name} is used once, and {other} {times}",
        hint=f"If they are the same, write {other}.",
    )


def _similarity_keys(tag: str) -> set[str]:
    """Return what similar tags have in common: the tag without hyphens, and that less any one letter."""
    bare = tag.replace("-", "")
    shorter = {bare[:at] + bare[at + 1 :] for at in range(len(bare))} if len(bare) >= _LONG - 1 else set()
    return {bare, *shorter}


def _is_similar(tag: str, other: str) -> bool:
    """Return whether two tags differ by hyphens, a plural s, or one letter, and may be meant to be one."""
    one, two = sorted((tag.replace("-", ""), other.replace("-", "")), key=len)
    if two in {one, one + "s"}:
        return True
    if len(one) < _LONG or re.sub(r"\D", "", one) != re.sub(r"\D", "", two):
        return False
    first = next((at for at, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), len(one))
    if len(one) == len(two):
        swapped = one[:first] + one[first : first + 2][::-1] + one[first + 2 :]
        return one[first + 1 :] == two[first + 1 :] or swapped == two
    return len(two) - len(one) == 1 and one[first:] == two[first + 1 :]
