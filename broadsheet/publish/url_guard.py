"""The guard of published URLs: finds those that sitemaps list and a newly built site would lose.

Published URLs are read from a file, a folder, the web or a Git branch, and compared with the files of the
built site. What cannot be read is a problem, never an empty list. Nothing is written here.

URLs are compared by their paths below a base: the folder that the sitemap is in, if they lie below it, as the
protocol asks; else the site's own base path; else the root of their host. So an archive may move to another
host and to another path.
"""

from __future__ import annotations

import datetime as dt
import posixpath
import re
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import unquote, urlsplit

from broadsheet.archive.database import open_sound_reader
from broadsheet.archive.facts import seconds
from broadsheet.build.site_folder import STATE, load_settings, name_folder
from broadsheet.build.size_report import SizeReport, report_sizes
from broadsheet.common import files
from broadsheet.common.problems import Problem, Problems
from broadsheet.common.urls import Urls, output_at
from broadsheet.ledger.lookups import find_build_options, find_marker
from broadsheet.publish.feed_authority import find_changed_authority
from broadsheet.publish.published import AbsentError, PublishedSite, UnreadableError
from broadsheet.publish.sitemap_reader import read_sitemap
from broadsheet.publish.suggestions import (
    FACET_FRONT,
    HOME_FEEDS,
    ArticleIndex,
    LostUrl,
    describe_lost_url,
    may_be_page,
    read_headline,
)
from broadsheet.render.formats.sitemaps import MOST_URLS
from broadsheet.write.output_folder import read_marker

# Such a page is the front of a language only if there is a feed beside it.
_LANGUAGE_FRONT = re.compile(r"[a-z]{2,3}(?:-[a-z]{4})?/")
# The protocol forbids an index of indexes; some sites have one.
_DEPTH = 2


def check_publishable(site: Path, output: Path, now: dt.datetime) -> dt.date:
    """Return the as-of day, UTC, of the site in a folder; raises ``Problems`` unless it may be published.

    It may if it is complete, has no drafts and nothing dated after ``now``, was the last build there, and is
    no larger than its host takes.
    """
    name = name_folder(site, output)
    marker = read_marker(output)
    if marker is None:
        hint = "Build the site first."
        raise Problems([Problem(path=name, message="holds no build", hint=hint)])
    options, sizes = None, SizeReport()
    with suppress(sqlite3.DatabaseError), closing(open_sound_reader(site / STATE)) as db:
        options = find_build_options(db, name) if find_marker(db, name) == marker else None
        sizes = report_sizes(db, name, load_settings(site).hosting_limits)
    if options is None:
        message = "is not known to be whole, or free of drafts: it is not what was last built there"
        raise Problems([Problem(path=name, message=message, hint="Build the site again.")])
    if options.drafts:
        message = "holds drafts: it was built with --drafts"
        raise Problems([Problem(path=name, message=message, hint="Build the site again without --drafts.")])
    if options.as_of > seconds(now):
        message = "holds what is still to come: it was built with an --as-of in the future"
        raise Problems([Problem(path=name, message=message, hint="Build the site again without --as-of.")])
    if sizes.over:
        raise Problems(sizes.over)
    return dt.datetime.fromtimestamp(options.as_of, dt.UTC).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardRequest:
    """A built site, in ``output``, that published URLs are compared with.

    ``url`` is its address; ``day`` its as-of day. ``first`` declares a first publication: then nothing
    need be published yet. ``may_go`` is asked whether lost URLs may go; None says that none may. ``answer``
    returns which of the lost paths the publication will answer itself; these are not lost then.
    """

    site: Path
    output: Path
    url: str
    day: dt.date
    first: bool = False
    may_go: Callable[[Sequence[LostUrl]], bool] | None = None
    answer: Callable[[Sequence[str]], Collection[str]] | None = None


def guard(published: PublishedSite, request: GuardRequest) -> None:
    """Raise ``Problems`` for every published URL that the built site would lose.

    And if the ids in its feeds have another authority than those in the published ones.
    """
    try:
        with read_urls(published, request.url) as urls:
            lost, problems = find_lost(urls, request)
        changed = find_changed_authority(published, request.site, request.output, request.url)
    except AbsentError as error:
        if request.first:
            guard_first(request)
            return
        hint = "If nothing was ever published there, say so with --first."
        raise Problems([Problem(path=error.problem.path, message=error.problem.message, hint=hint)]) from None
    except UnreadableError as error:
        raise Problems([error.problem]) from None
    if lost and request.may_go and request.may_go(lost):
        problems = []
    if problems or changed:
        raise Problems([*problems, *changed])


def guard_first(request: GuardRequest) -> None:
    """Raise ``Problems`` for what a first publication would make permanent by mistake."""
    found = find_changed_authority(None, request.site, request.output, request.url)
    if found:
        raise Problems(found)


class PublishedUrls:
    """The published paths of a site, decoded, from its base; in SQLite on disk, for there may be a million.

    A context manager: at its end the paths are deleted.
    """

    def __init__(self, published: PublishedSite) -> None:
        """Begin with no paths of ``published``."""
        self.published = published
        self._table = sqlite3.connect("", isolation_level=None)
        self._table.execute("CREATE TABLE published (path TEXT PRIMARY KEY) WITHOUT ROWID")
        self._table.execute("CREATE TABLE built (path TEXT PRIMARY KEY) WITHOUT ROWID")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Delete the paths."""
        self._table.close()

    def add(self, paths: Iterable[str]) -> None:
        """Add published paths."""
        self._add("published", paths)

    def paths(self) -> Iterator[str]:
        """Yield all paths, in order."""
        for (path,) in self._table.execute("SELECT path FROM published ORDER BY path"):
            yield path

    def is_empty(self) -> bool:
        """Return whether there is no path."""
        return self._table.execute("SELECT 1 FROM published").fetchone() is None

    def has(self, path: str) -> bool:
        """Return whether a path is published."""
        return self._table.execute("SELECT 1 FROM published WHERE path = ?", (path,)).fetchone() is not None

    def missing(self, outputs: Iterable[str]) -> Iterator[str]:
        """Yield, in order, the published paths that none of ``outputs``, the files of the built site, serves.

        A front that is still there is followed by its published feeds that are not.
        """
        self._add("built", outputs)
        for path in self.paths():
            if not any(map(self._is_built, _candidates(path))):
                yield path
                continue
            for feed in _implied_feeds(path):
                if not self._is_built(feed) and not self.has(feed) and self.published.has(feed):
                    yield feed

    def _is_built(self, output: str) -> bool:
        return self._table.execute("SELECT 1 FROM built WHERE path = ?", (output,)).fetchone() is not None

    def _add(self, table: str, paths: Iterable[str]) -> None:
        self._table.execute("BEGIN")
        self._table.executemany(
            f"INSERT OR IGNORE INTO {table} VALUES (?)",  # noqa: S608 - one of the two above
            ((path,) for path in paths),
        )
        self._table.execute("COMMIT")


def read_urls(published: PublishedSite, url: str) -> PublishedUrls:
    """Read the URLs of a published site; ``url`` is the address of the built site.

    Raises ``UnreadableError``, and ``AbsentError`` when there is no first sitemap.
    """
    site_urls = Urls(url)
    urls = PublishedUrls(published)
    name = published.name
    try:
        pending, seen = [(published.start, 0)], {published.start}
        while pending:
            address, depth = pending.pop()
            is_index, addresses = _read(published, address, first=address == published.start)
            if not depth:
                published.infer_base(addresses)
            if not is_index:
                urls.add(_path(each, published.base, site_urls) for each in addresses)
                continue
            if depth == _DEPTH:
                raise UnreadableError(name, f"{address} is an index within indexes within indexes")  # noqa: TRY301
            fresh = [each for each in dict.fromkeys(addresses) if each not in seen]
            seen.update(fresh)
            pending += [(each, depth + 1) for each in reversed(fresh)]
            if len(seen) > MOST_URLS:
                raise UnreadableError(name, f"lists more than {MOST_URLS:,} sitemaps")  # noqa: TRY301
        if urls.is_empty():
            raise UnreadableError(name, "lists no page, so there is nothing to compare with")  # noqa: TRY301
    except BaseException:
        urls.close()
        raise
    return urls


def find_lost(urls: PublishedUrls, request: GuardRequest) -> tuple[list[LostUrl], list[Problem]]:
    """Return the published URLs that the built site would lose, and their problems with what to do.

    Articles that have moved are looked up in the state of the site. Raises ``UnreadableError``.
    """
    settings = load_settings(request.site)
    missing = [
        path
        for path in urls.missing(look.path for look in files.walk_published(request.output))
        if not _is_declared_gone(settings.gone, path)
    ]
    if missing and request.answer:
        answered = request.answer(missing)
        missing = [path for path in missing if path not in answered]
    if not missing:
        return [], []
    index = ArticleIndex(request.site)
    found = []
    patterns = index.match_patterns(missing, settings, urls.has)
    for path in missing:
        headline = read_headline(urls.published.page(output_at(path))) if may_be_page(path) else ""
        if path in patterns.articles:
            found.append(
                LostUrl(path, headline, patterns.articles[path], held_back=False, former=patterns.value)
            )
        else:
            found.append(LostUrl(path, headline, *index.article(path, headline, urls.has)))
    moved: dict[str, list[str]] = defaultdict(list)
    for each in found:
        if each.article:
            moved[each.article].append(each.path)
    day = request.day.isoformat()
    problems = sorted(
        describe_lost_url(each, [*index.aliases(each.article), *moved[each.article]], day) for each in found
    )
    return found, problems


def _is_declared_gone(gone: Container[str], path: str) -> bool:
    """Return whether site.toml declares a path gone, or the front whose feed it is."""
    front, name = posixpath.split(path)
    return path in gone or (name in HOME_FEEDS and f"{front}/index.html".lstrip("/") in gone)


def _read(published: PublishedSite, address: str, *, first: bool) -> tuple[bool, list[str]]:
    """Return whether a sitemap is an index, and the addresses that it lists."""
    try:
        return read_sitemap(published.fetch(address))
    except AbsentError as error:
        if first:
            raise
        raise UnreadableError(published.name, error.problem.message) from None
    except ValueError as error:
        shown = "" if first else f"{address} "
        raise UnreadableError(published.name, f"{shown}{error}") from None


def _path(address: str, base: str, urls: Urls) -> str:
    """Return the path of a listed address, from the base, decoded."""
    parts = urlsplit(address)
    path = unquote(parts.path) or "/"
    query = f"?{parts.query}" if parts.query else ""
    own = unquote(urls.base)
    if base and path.startswith(base):
        return path.removeprefix(base) + query
    if parts.netloc == urlsplit(urls.origin).netloc and path.startswith(own):
        return path.removeprefix(own) + query
    return path.lstrip("/") + query


def _candidates(path: str) -> tuple[str, ...]:
    """Return the outputs that would serve a path; a server redirects a folder without its slash."""
    return (output_at(path),) if path.endswith("/") or not path else (path, f"{path}/index.html")


def _implied_feeds(path: str) -> Iterator[str]:
    """Yield the feeds that a front implies, which no sitemap lists."""
    if not path:
        yield from HOME_FEEDS
    elif FACET_FRONT.fullmatch(path) or _LANGUAGE_FRONT.fullmatch(path):
        yield f"{path}atom.xml"
