"""Every output the site will have, streamed unit by unit, never a list in memory.

A *unit* is what wants outputs: an article, a facet, the site itself … Like a question it has a
footprint, the units that a change may have touched, and an answer, the outputs that it wants now.
Planning never looks at what was written before: what lives is decided here, what is fresh in the
ledger.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import cast

from broadsheet.archive.indexes import names_with, parts_of
from broadsheet.archive.kinds import Change, facet_id
from broadsheet.archive.listings import count_in, periods_below
from broadsheet.model import NAMED_KINDS, FacetKind
from broadsheet.settings import Settings
from broadsheet.urls import attachment_output, facet_output, feed_output, names_output


@dataclass(frozen=True, slots=True)
class Output:
    """One file that the site shall have.

    ``kind`` says how it is made (a key of ``render.Maker.KINDS``), ``subject`` of what: a source's path, or
    the arguments of a listing.
    """

    path: str
    kind: str
    subject: str = ""


def footprint(change: Change) -> Iterator[str]:
    """Yield the units whose outputs ``change`` may have touched."""
    if change.what == "article":
        yield f"article {change.name}"
        if change.before and change.after and _same_places(change):
            return
        for side in change.sides:
            yield f"sitemap {side.day // 100}"
        for key in change.keys:
            yield f"facet {key}"
        for kind in NAMED_KINDS:
            yield f"names {kind}"
    elif change.what == "file" and change.name.startswith("static/"):
        yield f"static {change.name}"
    elif change.what == "setting" and change.name.startswith("names.section."):
        yield f"facet section/{change.name.removeprefix('names.section.')}"
    elif change.what == "engine":
        yield "site"


def outputs(state: sqlite3.Connection, settings: Settings, unit: str) -> Iterable[Output]:
    """Return the outputs that ``unit`` wants now; none if it is no more."""
    kind, _, subject = unit.partition(" ")
    return _UNITS[kind](state, settings, subject)


def _same_places(change: Change) -> bool:
    before, after = change.before, change.after
    return bool(before and after and before.keys == after.keys and before.day == after.day)


def _site(_state: sqlite3.Connection, _settings: Settings, _subject: str) -> Iterator[Output]:
    yield Output("index.html", "home")
    yield Output("archive/index.html", "archive")
    yield Output("latest.html", "latest")
    yield Output("404.html", "not_found")
    yield Output("atom.xml", "atom", "all")
    yield Output("rss.xml", "rss")
    yield Output("feed.json", "json_feed")
    yield Output("sitemap.xml", "sitemap_index")
    yield Output("sitemaps/pages.xml", "sitemap_pages")
    yield Output("robots.txt", "robots")
    for kind in NAMED_KINDS:
        yield Output(names_output(kind), "names", f"{kind}/")


def _article(state: sqlite3.Connection, _settings: Settings, path: str) -> Iterator[Output]:
    query = (
        "SELECT a.output, s.facts FROM article a JOIN story s ON s.article = a.id"
        " WHERE a.path = ? AND a.live = 1"
    )
    row = state.execute(query, (path,)).fetchone()
    if row is None:
        return
    output, facts = row[0], json.loads(row[1])
    yield Output(output, "article", path)
    for alias in facts["aliases"]:
        yield Output(alias, "redirect", path)
    files = {target for target, _, _ in facts["links"] if target.startswith("content/")}
    for target in sorted(files):
        if not target.endswith(".md"):
            yield Output(attachment_output(output, path, target), "copy", target)


def _facet(state: sqlite3.Connection, settings: Settings, key: str) -> Iterator[Output]:
    kind, slug = _facet_of(key)
    facet, size = facet_id(state, key), settings.listings_size
    everything = kind == "all"
    count = count_in(state, facet, 0)
    declared = kind == "section" and slug in settings.names["section"]
    if not everything and (count or declared):
        yield _listing(kind, slug)
        if kind != "dateline":
            yield Output(feed_output(kind, slug), "atom", key)
    if not everything and count <= size:
        return
    for year, in_year in periods_below(state, facet, 0):
        yield _listing(kind, slug, year)
        if not everything and in_year <= size:
            continue
        for month, in_month in periods_below(state, facet, year):
            yield _listing(kind, slug, month)
            if not everything and in_month <= size:
                continue
            for day, in_day in periods_below(state, facet, month):
                yield _listing(kind, slug, day)
                yield from (_listing(kind, slug, day, part) for part in parts_of(in_day, size) if part)


def _facet_of(key: str) -> tuple[FacetKind, str]:
    kind, _, slug = key.partition("/")
    return cast("FacetKind", kind), slug


def _listing(kind: FacetKind, slug: str, period: int = 0, part: int = 0) -> Output:
    return Output(facet_output(kind, slug, period, part), "listing", f"{kind}/{slug}/{period}/{part}")


def _names(state: sqlite3.Connection, _settings: Settings, subject: str) -> Iterator[Output]:
    """Yield the pages below an index of names; the index itself is the site's and always there."""
    kind = cast("FacetKind", subject)
    prefixes = [prefix for prefix, _ in names_with(state, kind, "")[1]]
    while prefixes:
        prefix = prefixes.pop()
        yield Output(names_output(kind, prefix), "names", f"{kind}/{prefix}")
        prefixes += [longer for longer, _ in names_with(state, kind, prefix)[1]]


def _sitemap(state: sqlite3.Connection, settings: Settings, month: str) -> Iterator[Output]:
    row = state.execute("SELECT count FROM month WHERE value = ?", (int(month),)).fetchone()
    if row is None:
        return
    for part in parts_of(row[0], settings.sitemaps_size):
        yield Output(sitemap_output(int(month), part), "sitemap", f"{month}/{part}")


def sitemap_output(month: int, part: int) -> str:
    """Return the output path of the sitemap of a month, or of one part of it."""
    name = f"{month // 100:04d}-{month % 100:02d}"
    return f"sitemaps/{name}.xml" if part == 0 else f"sitemaps/{name}_{part}.xml"


def _static(state: sqlite3.Connection, _settings: Settings, path: str) -> Iterator[Output]:
    if state.execute("SELECT 1 FROM source WHERE path = ?", (path,)).fetchone():
        yield Output(path.removeprefix("static/"), "copy", path)


_UNITS: dict[str, Callable[[sqlite3.Connection, Settings, str], Iterator[Output]]] = {
    "site": _site,
    "article": _article,
    "facet": _facet,
    "names": _names,
    "sitemap": _sitemap,
    "static": _static,
}
