"""The archive in numbers, and what its articles lack: as of the last build, and never of a clock.

Each number is counted here, when it is asked for; no page shows any of them, so none has to be kept.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from broadsheet.archive.questions.listings import periods_below
from broadsheet.archive.questions.question import facet_id
from broadsheet.build.site_folder import last_state, settings_of
from broadsheet.common.keys import EVERYTHING
from broadsheet.common.model import FacetKind
from broadsheet.settings import Settings

SHOWN = 20
_IMAGE = re.compile('<img (?:\x02src ([^\x03]*)\x03|src="([^"]*)")([^<>]*)>')


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A year, a section, an author or a tag, and how many articles it has."""

    name: str
    articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """What an article lacks: of a picture without alternative text its path, and its line, 0 if unknown."""

    path: str
    line: int = 0
    picture: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    """The numbers of an archive.

    ``years`` are the newest first; sections, authors and tags those with most articles first. What is
    lacking is in the order of the archive.
    """

    articles: int
    words: int
    years: tuple[Counted, ...]
    sections: tuple[Counted, ...]
    authors: tuple[Counted, ...]
    tags: tuple[Counted, ...]
    without_summary: tuple[Lack, ...]
    without_author: tuple[Lack, ...]
    without_dateline: tuple[Lack, ...]
    without_section: tuple[Lack, ...]
    without_tags: tuple[Lack, ...]
    pictures_without_alt: tuple[Lack, ...]


def stats(site: Path) -> Stats:
    """Return the numbers of a site as it was last built; raises ``Problems`` when nothing was built yet."""
    settings = settings_of(site)
    with last_state(site) as db:
        return _counted(db, settings)


def _counted(db: sqlite3.Connection, settings: Settings) -> Stats:
    query = (
        "SELECT s.facts, CASE WHEN instr(s.body, '<img ') THEN s.body ELSE '' END"
        " FROM article a JOIN story s ON s.article = a.id WHERE a.live = 1 ORDER BY a.day, a.instant, a.path"
    )
    articles = words = 0
    lacking: dict[str, list[Lack]] = {
        name: [] for name in ("made_summary", "authors", "dateline", "section", "tags", "pictures")
    }
    for text, body in db.execute(query):
        facts = json.loads(text)
        articles += 1
        words += facts["words"]
        for name in ("authors", "dateline", "section", "tags"):
            if not facts[name]:
                lacking[name].append(Lack(path=facts["path"]))
        if facts["made_summary"]:
            lacking["made_summary"].append(Lack(path=facts["path"]))
        lacking["pictures"] += _pictures(facts, body)
    found = {name: tuple(lacks) for name, lacks in lacking.items()}
    years = periods_below(db, facet_id(db, EVERYTHING), 0)
    return Stats(
        articles=articles,
        words=words,
        years=tuple(Counted(name=str(year), articles=count) for year, count in reversed(years)),
        sections=_facets(db, settings, "section"),
        authors=_facets(db, settings, "author"),
        tags=_facets(db, settings, "tag"),
        without_summary=found["made_summary"],
        without_author=found["authors"],
        without_dateline=found["dateline"],
        without_section=found["section"],
        without_tags=found["tags"],
        pictures_without_alt=found["pictures"],
    )


def lines(stats: Stats) -> Iterator[str]:
    """Yield the numbers as lines for a person; of what is many only the first, and how many more."""
    yield f"{stats.articles:,} articles, {stats.words:,} words"
    tables: tuple[tuple[str, tuple[Counted, ...], int], ...] = (
        ("year", stats.years, len(stats.years)),
        ("section", stats.sections, SHOWN),
        ("author", stats.authors, SHOWN),
        ("tag", stats.tags, SHOWN),
    )
    for name, counted, most in tables:
        yield from ("", f"By {name}")
        width = max((len(f"{each.articles:,}") for each in counted), default=1)
        yield from _first(
            (f"  {each.articles:>{width},}  {each.name}" for each in counted), len(counted), most
        )
    lacking = (
        ("Articles without a summary of their own", stats.without_summary),
        ("Articles without an author", stats.without_author),
        ("Articles without a dateline", stats.without_dateline),
        ("Articles without a section", stats.without_section),
        ("Articles without tags", stats.without_tags),
        ("Pictures without alternative text", stats.pictures_without_alt),
    )
    for name, lacks in lacking:
        yield from ("", f"{name}: {len(lacks):,}")
        yield from _first((f"  {_place(each)}" for each in lacks), len(lacks), SHOWN)


def _first(rows: Iterable[str], count: int, most: int) -> Iterator[str]:
    for number, row in enumerate(rows):
        if number == most:
            yield f"  and {count - most:,} more"
            return
        yield row


def _place(lack: Lack) -> str:
    line = f":{lack.line}" if lack.line else ""
    return f"{lack.path}{line}{': ' if lack.picture else ''}{lack.picture}"


def _facets(db: sqlite3.Connection, settings: Settings, kind: FacetKind) -> tuple[Counted, ...]:
    """Return the facets of a kind under the names that listings show, those with most articles first."""
    query = "SELECT slug, name, count FROM facet WHERE kind = ? ORDER BY count DESC, sort, slug"
    return tuple(
        Counted(name=settings.names[kind].get(slug, name), articles=count)
        for slug, name, count in db.execute(query, (kind,))
    )


def _pictures(facts: Mapping[str, Any], body: str) -> Iterator[Lack]:
    """Yield the pictures of an article that nobody has described, the lead picture first."""
    lines_of: dict[str, list[int]] = {}
    for target, line, _ in facts["links"]:
        lines_of.setdefault(target, []).append(line)
    lead = facts["picture"]
    named = [(lead[0], lead[1])] if lead else []
    for marked, written, rest in _IMAGE.findall(body):
        named.append((marked or written, "" if ' alt=""' in rest or " alt" not in rest else "described"))
    for picture, alt in named:
        lines_left = lines_of.get(picture, [])
        line = lines_left.pop(0) if lines_left else 0
        if not alt:
            yield Lack(path=facts["path"], line=line, picture=picture)
