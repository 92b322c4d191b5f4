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

from broadsheet.archive.facts import Facts
from broadsheet.archive.questions.anniversaries import has_news
from broadsheet.archive.questions.listings import count_in, periods_below
from broadsheet.archive.questions.names import names_with, parts_of
from broadsheet.archive.questions.question import Change, facet_id
from broadsheet.common import files, languages
from broadsheet.common.keys import EVERYTHING, FacetKey
from broadsheet.common.model import INDEXED_KINDS, FacetKind
from broadsheet.common.periods import is_smallest
from broadsheet.common.urls import (
    ANNIVERSARIES,
    CITATION_FILES,
    DATA_INDEX,
    anniversary_output,
    attachment_output,
    beside,
    data_output,
    facet_output,
    feed_output,
    fronts_output,
    is_page,
    names_output,
)
from broadsheet.settings import Settings

NEWS_SITEMAP = "sitemaps/news.xml"
SCHEMA_OUTPUT = "data/schema.json"
_FEEDS = {"atom.xml": ("atom", "all"), "rss.xml": ("rss", ""), "feed.json": ("json_feed", "")}
# The kinds of outputs that are feeds.
FEEDS = frozenset(kind for kind, _ in _FEEDS.values())


@dataclass(frozen=True, slots=True)
class Output:
    """One file that the site shall have.

    ``kind`` says how it is made (a key of ``Renderer.KINDS``), ``subject`` of what: a source's path, or
    the arguments of a listing.
    """

    path: str
    kind: str
    subject: str = ""


def footprint(change: Change) -> Iterator[str]:
    """Yield the units whose outputs ``change`` may have touched."""
    if change.what == "article":
        yield f"article {change.name}"
        if change.before and change.after and _days(change.before) == _days(change.after):
            return
        for side in change.sides:
            yield f"sitemap {side.day // 100}"
            yield f"data {side.day // 100}"
            yield f"anniversary {side.day % 10_000:04d}"
            for place in side.places:
                yield f"facet {place.key}"
                yield f"year {place.key} {place.day // 10000}"
                yield f"month {place.key} {place.day // 100}"
    elif change.what == "facet":
        yield f"names {change.name.partition('/')[0]}"
    elif change.what == "profile":
        yield f"facet {change.name}"
    elif change.what == "file" and change.name.startswith("static/"):
        yield f"static {change.name}"
    elif change.what == "setting":
        yield from _units_of_setting(change.name)
    elif change.what == "engine":
        yield "site"


def _units_of_setting(name: str) -> Iterator[str]:
    table, _, rest = name.partition(".")
    if table in {"redirects", "gone"}:
        yield f"{table} {rest}"
    elif rest.startswith("section."):
        yield f"facet section/{rest.removeprefix('section.')}"
        yield "names section"


def outputs(db: sqlite3.Connection, settings: Settings, unit: str) -> Iterable[Output]:
    """Return the outputs that ``unit`` wants now; none if it is no more."""
    kind, _, subject = unit.partition(" ")
    wanted = _UNITS.get(kind)
    # A unit that another release had planned is no more.
    return wanted(db, settings, subject) if wanted else ()


def _days(facts: Facts) -> list[tuple[FacetKey, int]]:
    """Return where the article stands, and on which days: twice on one, if it was corrected twice."""
    return sorted((place.key, place.day) for place in facts.places)


def _site(_db: sqlite3.Connection, settings: Settings, _subject: str) -> Iterator[Output]:
    yield Output("index.html", "home")
    yield Output("archive/index.html", "archive")
    yield Output("latest.html", "latest")
    if settings.listings_anniversaries:
        yield Output(ANNIVERSARIES, "anniversaries")
    yield Output("404.html", "not_found")
    for feed, kind_and_subject in _FEEDS.items():
        yield Output(feed, *kind_and_subject)
    yield Output("sitemap.xml", "sitemap_index")
    yield Output("sitemaps/pages.xml", "sitemap_pages")
    if settings.sitemaps_news:
        yield Output(NEWS_SITEMAP, "sitemap_news")
    yield Output("robots.txt", "robots")
    if settings.data_months:
        yield Output(DATA_INDEX, "data_index")
    if settings.data_months or settings.data_articles:
        yield Output(SCHEMA_OUTPUT, "data_schema")
    for kind in settings.listings_kinds:
        if kind in INDEXED_KINDS:
            yield Output(names_output(kind), "names", f"{kind}/")


def _article(db: sqlite3.Connection, settings: Settings, path: str) -> Iterator[Output]:
    query = (
        "SELECT a.output, a.gone, s.facts FROM article a JOIN story s ON s.article = a.id"
        " WHERE a.path = ? AND (a.live = 1 OR a.gone = 1)"
    )
    row = db.execute(query, (path,)).fetchone()
    if row is None:
        return
    output, gone, facts = row[0], row[1], json.loads(row[2])
    yield Output(output, "gone" if gone else "article", path)
    for alias in facts["aliases"]:
        yield Output(alias, "redirect", path)
    if gone:
        return
    if settings.citations_articles:
        yield from _citations("citation", output, path)
    if "retracted" in facts and settings.corrections_withhold:
        return
    if settings.data_articles:
        yield Output(beside(output, "article.json"), "data_article", path)
    yield from _attachments(output, path, {target for target, _, _ in facts["links"]})


def _attachments(output: str, path: str, targets: Iterable[str]) -> Iterator[Output]:
    """Yield the files that a source brings with it, beside its page, of all that it links or shows."""
    for target in sorted(targets):
        if not files.is_article(target) and not files.is_below(target, files.STATIC):
            yield Output(attachment_output(output, path, target), "copy", target)


def _facet(db: sqlite3.Connection, settings: Settings, key: str) -> Iterator[Output]:
    """Yield a facet's front and feed, and its years if it has them."""
    kind, slug = _facet_of(key)
    facet = facet_id(db, FacetKey(kind, slug))
    count = count_in(db, facet, 0)
    if kind != "all":
        if not settings.lists(kind):
            return
        if count or (kind == "section" and slug in settings.names["section"]):
            yield from _listing(settings, kind, slug, count=count)
            if settings.feeds(kind):
                yield Output(feed_output(kind, slug), "atom", key)
        if count:
            yield from _profile_files(db, kind, slug)
        if count <= settings.listings_size:
            return
    for year, within in periods_below(db, facet, 0):
        yield from _listing(settings, kind, slug, year, count=within)


def _profile_files(db: sqlite3.Connection, kind: FacetKind, slug: str) -> Iterator[Output]:
    """Yield the files that the profile of a facet brings with it, beside its front."""
    query = (
        "SELECT DISTINCT p.path, l.target FROM profile p JOIN profile_link l ON l.profile = p.path"
        " WHERE p.kind = ? AND p.slug = ? ORDER BY p.path, l.target"
    )
    for path, target in db.execute(query, (kind, slug)).fetchall():
        yield from _attachments(facet_output(kind, slug), path, (target,))


def _periods(db: sqlite3.Connection, settings: Settings, subject: str) -> Iterator[Output]:
    """Yield the listings of a facet in the months of a year or the days of a month.

    Of everything always; of other facets where one page would not hold all. Each year and each month is a
    unit of its own, so an article costs the plan the days of its month, and no others.
    """
    key, _, number = subject.rpartition(" ")
    kind, slug = _facet_of(key)
    facet, period = facet_id(db, FacetKey(kind, slug)), int(number)
    split = settings.lists(kind) and count_in(db, facet, period) > settings.listings_size
    if is_smallest(period, days=settings.listings_days) or not (kind == "all" or split):
        return
    for below, count in periods_below(db, facet, period):
        yield from _listing(settings, kind, slug, below, count=count)
        if is_smallest(below, days=settings.listings_days):
            for part in filter(None, parts_of(count, settings.listings_size)):
                yield from _listing(settings, kind, slug, below, part, count=settings.listings_size)


def _facet_of(key: str) -> tuple[FacetKind, str]:
    kind, _, slug = key.partition("/")
    return cast("FacetKind", kind), slug


def _feed_at(settings: Settings, path: str) -> tuple[str, str] | None:
    """Return the kind and subject of the output that is a feed at ``path``, None if there can be none."""
    if path in _FEEDS:
        return _FEEDS[path]
    if path == feed_output("correction", ""):
        return "atom", "correction"
    slug = path.removesuffix("/atom.xml").rpartition("/")[2]
    kinds = (kind for kind in settings.feeds_kinds if slug and feed_output(kind, slug) == path)
    kind = next(kinds, None)
    # Languages have no folder: any short address might be that of one.
    if kind is None or (kind == "language" and not _may_be_a_language(slug)):
        return None
    return "atom", f"{kind}/{slug}"


def _may_be_a_language(slug: str) -> bool:
    return slug == languages.key(slug) and languages.is_language(slug)


def _listing(
    settings: Settings, kind: FacetKind, slug: str, period: int = 0, part: int = 0, *, count: int
) -> Iterator[Output]:
    """Yield a listing, and the files that cite all of it, if they are wanted and it shows all that it has."""
    output, subject = facet_output(kind, slug, period, part), f"{kind}/{slug}/{period}/{part}"
    yield Output(output, "listing", subject)
    if kind in settings.citations_listings and 0 < count <= settings.listings_size:
        yield from _citations("citations", output, subject)


def _citations(kind: str, page: str, subject: str) -> Iterator[Output]:
    """Yield the files beside a page that cite what it shows."""
    for suffix in CITATION_FILES.values():
        yield Output(beside(page, f"{kind}.{suffix}"), kind, subject)


def _names(db: sqlite3.Connection, settings: Settings, subject: str) -> Iterator[Output]:
    """Yield the pages below an index of names, and of each the sitemap.

    The index itself is the site's, but of a kind that not every site has.
    """
    kind = cast("FacetKind", subject)
    if kind not in settings.listings_kinds:
        return
    prefixes = [""]
    while prefixes:
        prefix = prefixes.pop()
        names, longer = names_with(db, kind, prefix)
        if prefix or (kind not in INDEXED_KINDS and (names or longer)):
            yield Output(names_output(kind, prefix), "names", f"{kind}/{prefix}")
        if names or (kind == "section" and not prefix and settings.names["section"]):
            yield Output(fronts_output(kind, prefix), "sitemap_fronts", f"{kind}/{prefix}")
        prefixes += [start for start, _ in longer]


def _sitemap(db: sqlite3.Connection, settings: Settings, month: str) -> Iterator[Output]:
    row = db.execute("SELECT count FROM month WHERE value = ?", (int(month),)).fetchone()
    if row is None:
        return
    for part in parts_of(row[0], settings.sitemaps_size):
        yield Output(sitemap_output(int(month), part), "sitemap", f"{month}/{part}")


def _data(db: sqlite3.Connection, settings: Settings, month: str) -> Iterator[Output]:
    """Yield a month as data: whole, or day by day, so that an article more changes those of its day alone."""
    row = db.execute("SELECT count FROM month WHERE value = ?", (int(month),)).fetchone()
    if row is None or not settings.data_months:
        return
    periods = [(int(month), row[0])]
    if row[0] > settings.data_size:
        yield Output(data_output(int(month), "json"), "data_days", month)
        periods = periods_below(db, facet_id(db, EVERYTHING), int(month))
    for period, count in periods:
        for part in parts_of(count, settings.data_size):
            for suffix in ("json", "csv"):
                yield Output(data_output(period, suffix, part), f"data_{suffix}", f"{period}/{part}")


def sitemap_output(month: int, part: int) -> str:
    """Return the output path of the sitemap of a month, or of one part of it."""
    name = f"{month // 100:04d}-{month % 100:02d}"
    return f"sitemaps/{name}.xml.gz" if part == 0 else f"sitemaps/{name}_{part}.xml.gz"


def _anniversary(db: sqlite3.Connection, settings: Settings, day_of_year: str) -> Iterator[Output]:
    if settings.listings_anniversaries and has_news(db, day_of_year):
        yield Output(anniversary_output(int(day_of_year)), "anniversary", day_of_year)


def _redirects(_db: sqlite3.Connection, settings: Settings, output: str) -> Iterator[Output]:
    """Yield what stands where something has moved away.

    That is a page that sends browsers on; or, since nobody else is sent on by a page, the very bytes of the
    feed or file that it has become. A facet takes its feed along.
    """
    target = settings.redirects.get(output)
    if target is None:
        return
    path = target.removeprefix("/").partition("#")[0]
    if is_page(output):
        yield Output(output, "redirect", target)
        old, new = (front.removesuffix("index.html") + "atom.xml" for front in (output, path))
        if _feed_at(settings, old) and (feed := _feed_at(settings, new)):
            yield Output(old, *feed)
    else:
        yield Output(output, *(_feed_at(settings, path) or ("copy", f"static/{path}")))


def _gone(_db: sqlite3.Connection, settings: Settings, output: str) -> Iterator[Output]:
    """Yield the page that says so; whoever asks for a feed or another file would not understand one."""
    if output in settings.gone and is_page(output):
        yield Output(output, "gone", f"/{output}")


def _static(db: sqlite3.Connection, _settings: Settings, path: str) -> Iterator[Output]:
    if db.execute("SELECT 1 FROM source WHERE path = ?", (path,)).fetchone():
        yield Output(path.removeprefix("static/"), "copy", path)


_UNITS: dict[str, Callable[[sqlite3.Connection, Settings, str], Iterator[Output]]] = {
    "site": _site,
    "article": _article,
    "facet": _facet,
    "year": _periods,
    "month": _periods,
    "names": _names,
    "sitemap": _sitemap,
    "anniversary": _anniversary,
    "data": _data,
    "static": _static,
    "redirects": _redirects,
    "gone": _gone,
}
