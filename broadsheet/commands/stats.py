"""``stats``: prints the numbers of the archive and what its articles lack, as of the last build.

The numbers are counted on request, since no page shows them. None depends on the current time.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import re
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from broadsheet.archive.facts import Members
from broadsheet.archive.questions.listings import list_periods_below
from broadsheet.archive.questions.question import find_facet_id
from broadsheet.archive.statistics import list_facets, read_live_articles
from broadsheet.build.schedule import is_last_build_good
from broadsheet.build.site_folder import STATE, load_settings, open_last_state
from broadsheet.commands.terminal.parser import Command, add_site_option
from broadsheet.commands.terminal.printer import say
from broadsheet.common.files import STATIC
from broadsheet.common.keys import EVERYTHING
from broadsheet.common.model import FacetKind
from broadsheet.common.problems import Problem, Problems
from broadsheet.read.markdown.attributes import parse_attributes
from broadsheet.settings.model import Settings

MAX_ROWS = 20  # of a table that may be long
# A picture in a stored body: with the mark that stands for its URL, or with a URL as written.
_IMAGE = re.compile('<img (?:\x02src ([^\x03]*)\x03|src="([^"]*)")([^<>]*)>')


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """The number of articles of a year, a section, an author or a tag."""

    name: str
    articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """What an article lacks; if it is a picture's alternative text, the picture and its line (0: unknown)."""

    path: str
    line: int = 0
    picture: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    """The numbers of an archive.

    ``years`` are in order from the newest, sections, authors and tags from the one with most articles, and
    gaps in the order of the archive.
    """

    articles: int
    words: int
    years: tuple[Count, ...]
    sections: tuple[Count, ...]
    authors: tuple[Count, ...]
    tags: tuple[Count, ...]
    without_summary: tuple[Gap, ...]
    without_author: tuple[Gap, ...]
    without_dateline: tuple[Gap, ...]
    without_section: tuple[Gap, ...]
    without_tags: tuple[Gap, ...]
    pictures_without_alt: tuple[Gap, ...]


def _add_options(parser: argparse.ArgumentParser) -> None:
    add_site_option(parser)
    parser.add_argument("--json", action="store_true", help="print all of them as one JSON object")


def _run(options: argparse.Namespace) -> int:
    stats = collect_stats(options.site)
    if options.json:
        say(json.dumps(dataclasses.asdict(stats), ensure_ascii=False, sort_keys=True))
    else:
        say(*format_stats(stats))
    return 0


def collect_stats(site: Path) -> Stats:
    """Return the numbers of a site as it was last built.

    Raises ``Problems`` when nothing was built yet, or the last build has failed: then the archive lacks the
    articles that have problems, and has others that are in no built site.
    """
    settings = load_settings(site)
    with open_last_state(site) as db:
        if not is_last_build_good(db):
            message = "the last build has failed, so the archive is not that of the built site"
            hint = "Build the site again, and fix the problems that it names."
            raise Problems([Problem(path=STATE.as_posix(), message=message, hint=hint)])
        return _count(db, settings)


def _count(db: sqlite3.Connection, settings: Settings) -> Stats:
    articles = words = 0
    gaps: dict[str, list[Gap]] = {
        name: [] for name in ("made_summary", "authors", "dateline", "section", "tags", "pictures")
    }
    for facts, body in read_live_articles(db):
        articles += 1
        words += facts["words"]
        for name in ("authors", "dateline", "section", "tags"):
            if not facts[name]:
                gaps[name].append(Gap(path=facts["path"]))
        if facts["made_summary"]:
            gaps["made_summary"].append(Gap(path=facts["path"]))
        gaps["pictures"] += _find_undescribed(facts, body)
    found = {name: tuple(each) for name, each in gaps.items()}
    years = list_periods_below(db, find_facet_id(db, EVERYTHING), 0)
    return Stats(
        articles=articles,
        words=words,
        years=tuple(Count(name=str(year), articles=count) for year, count in reversed(years)),
        sections=_count_facets(db, settings, "section"),
        authors=_count_facets(db, settings, "author"),
        tags=_count_facets(db, settings, "tag"),
        without_summary=found["made_summary"],
        without_author=found["authors"],
        without_dateline=found["dateline"],
        without_section=found["section"],
        without_tags=found["tags"],
        pictures_without_alt=found["pictures"],
    )


def format_stats(stats: Stats) -> Iterator[str]:
    """Yield the numbers as lines for a person; of a long table the first rows and how many more."""
    yield f"{stats.articles:,} articles, {stats.words:,} words"
    tables: tuple[tuple[str, tuple[Count, ...], int], ...] = (
        ("year", stats.years, len(stats.years)),
        ("section", stats.sections, MAX_ROWS),
        ("author", stats.authors, MAX_ROWS),
        ("tag", stats.tags, MAX_ROWS),
    )
    for name, counts, most in tables:
        yield from ("", f"By {name}")
        width = max((len(f"{each.articles:,}") for each in counts), default=1)
        yield from _limit((f"  {each.articles:>{width},}  {each.name}" for each in counts), len(counts), most)
    headings = (
        ("Articles without a summary of their own", stats.without_summary),
        ("Articles without an author", stats.without_author),
        ("Articles without a dateline", stats.without_dateline),
        ("Articles without a section", stats.without_section),
        ("Articles without tags", stats.without_tags),
        ("Pictures without alternative text", stats.pictures_without_alt),
    )
    for name, gaps in headings:
        yield from ("", f"{name}: {len(gaps):,}")
        yield from _limit((f"  {_format_gap(each)}" for each in gaps), len(gaps), MAX_ROWS)


def _limit(rows: Iterable[str], count: int, most: int) -> Iterator[str]:
    for number, row in enumerate(rows):
        if number == most:
            yield f"  and {count - most:,} more"
            return
        yield row


def _format_gap(gap: Gap) -> str:
    line = f":{gap.line}" if gap.line else ""
    return f"{gap.path}{line}{': ' if gap.picture else ''}{gap.picture}"


def _count_facets(db: sqlite3.Connection, settings: Settings, kind: FacetKind) -> tuple[Count, ...]:
    """Return the facets of a kind, named as in listings, from the one with most articles."""
    return tuple(
        Count(name=settings.names[kind].get(slug, name), articles=count)
        for slug, name, count in list_facets(db, kind)
    )


def _find_undescribed(facts: Members, body: str) -> Iterator[Gap]:
    """Yield the pictures of an article that have no alternative text, the lead picture first."""
    lines_of: dict[str, list[int]] = {}
    for target, line, *_ in facts["links"]:
        lines_of.setdefault(target, []).append(line)
    lead = facts["picture"]
    named = [(lead[0], lead[1])] if lead else []
    for marked, written, rest in _IMAGE.findall(body):
        named.append((marked or written, parse_attributes(rest).get("alt", "")))
    for picture, alt in named:
        # A picture that is named by its address is one of static/.
        lines_left = lines_of.get(f"{STATIC}{unquote(picture)}" if picture.startswith("/") else picture, [])
        line = lines_left.pop(0) if lines_left else 0
        if not alt:
            yield Gap(path=facts["path"], line=line, picture=picture)


COMMAND = Command(add_options=_add_options, run=_run)
