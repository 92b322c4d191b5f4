"""What was published is a promise: the URLs that sitemaps list, and which of them a site would lose.

A promise is read from a file, a folder, the web or a branch of git, and compared with the files of a
site as built. What cannot be read is a problem and never an empty promise. Nothing is written here.

Addresses are compared by their paths, from the base that they have where they come from: the folder that
the sitemap stands in, if they lie below it, as the protocol wants it; else the site's own base path;
else the root of their host. So an archive may move to another host, and under another path.
"""

from __future__ import annotations

import datetime as dt
import posixpath
import re
import sqlite3
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import unquote, urlsplit

from broadsheet.archive.database import open_reader
from broadsheet.archive.facts import seconds
from broadsheet.build.site_folder import STATE, folder_name, load_settings
from broadsheet.common import files
from broadsheet.common.problems import Problem, Problems
from broadsheet.common.urls import Urls, output_at
from broadsheet.ledger.lookups import find_build_options, find_marker
from broadsheet.publish.published import AbsentError, Source, UnreadableError
from broadsheet.publish.sitemap_reader import listed
from broadsheet.publish.suggestions import FACET_FRONT, HOME_FEEDS, Known, Lost, headline, is_page, problem
from broadsheet.render.formats.sitemaps import MOST_URLS
from broadsheet.write.output_folder import read_marker

# Whether a page at such a path is that of a language, only the feed beside it tells.
_LANGUAGE_FRONT = re.compile(r"[a-z]{2,3}(?:-[a-z]{4})?/")
# An index may not list indexes, says the protocol; some do.
_DEPTH = 2


def fit(site: Path, output: Path, now: dt.datetime) -> dt.date:
    """Return the day, UTC, whose site stands in a folder; raises ``Problems`` unless it may be published.

    It may if it is whole, holds no drafts and nothing from after ``now``, and is what was last built there.
    """
    name = folder_name(site, output)
    marker = read_marker(output)
    if marker is None:
        hint = "Build the site first."
        raise Problems([Problem(path=name, message="holds no edition", hint=hint)])
    options = None
    with suppress(sqlite3.DatabaseError), closing(open_reader(site / STATE)) as db:
        options = find_build_options(db, name) if find_marker(db, name) == marker else None
    if options is None:
        message = "is not known to be whole, or free of drafts: it is not what was last built there"
        raise Problems([Problem(path=name, message=message, hint="Build the site again.")])
    if options.drafts:
        message = "holds drafts: it was built with --drafts"
        raise Problems([Problem(path=name, message=message, hint="Build the site again without --drafts.")])
    if options.as_of > seconds(now):
        message = "holds what is still to come: it was built with an --as-of in the future"
        raise Problems([Problem(path=name, message=message, hint="Build the site again without --as-of.")])
    return dt.datetime.fromtimestamp(options.as_of, dt.UTC).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What ``compare`` shall compare: see there."""

    site: Path
    output: Path
    url: str
    day: dt.date
    first: bool = False


def compare(where: Source, wanted: Comparison) -> None:
    """Raise ``Problems`` for all that the built site in a folder would lose of a promise.

    ``first`` declares a first publication: there may be nothing to compare with. What is there is compared
    all the same.
    """
    try:
        with read(where, wanted.url) as promise:
            found = lost(promise, wanted.site, wanted.output, wanted.day.isoformat())
    except AbsentError as error:
        if wanted.first:
            return
        hint = "If nothing was ever published there, say so with --first."
        raise Problems([Problem(path=error.problem.path, message=error.problem.message, hint=hint)]) from None
    except UnreadableError as error:
        raise Problems([error.problem]) from None
    if found:
        raise Problems(found)


class Promise:
    """The paths that were promised, from the site's base, decoded; kept on disk, for there may be a million.

    A context manager: what it holds is gone at the end.
    """

    def __init__(self, where: Source) -> None:
        """Begin an empty promise of ``where``."""
        self.source = where
        self._table = sqlite3.connect("", isolation_level=None)
        self._table.execute("CREATE TABLE promised (path TEXT PRIMARY KEY) WITHOUT ROWID")
        self._table.execute("CREATE TABLE standing (path TEXT PRIMARY KEY) WITHOUT ROWID")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Forget what it holds."""
        self._table.close()

    def add(self, paths: Iterable[str]) -> None:
        """Promise some paths."""
        self._add("promised", paths)

    def paths(self) -> Iterator[str]:
        """Yield all that is promised, in order."""
        for (path,) in self._table.execute("SELECT path FROM promised ORDER BY path"):
            yield path

    def is_empty(self) -> bool:
        """Return whether nothing is promised."""
        return self._table.execute("SELECT 1 FROM promised").fetchone() is None

    def holds(self, path: str) -> bool:
        """Return whether a path is promised."""
        return self._table.execute("SELECT 1 FROM promised WHERE path = ?", (path,)).fetchone() is not None

    def broken(self, outputs: Iterable[str]) -> Iterator[str]:
        """Yield, in order, the promised paths that no file answers; ``outputs`` are all files there are.

        After a front that stands come the feeds that follow from it and are not there any more.
        """
        self._add("standing", outputs)
        for path in self.paths():
            if not any(map(self._stands, _answers(path))):
                yield path
                continue
            for feed in _feeds(path):
                if not self._stands(feed) and not self.holds(feed) and self.source.has(feed):
                    yield feed

    def _stands(self, output: str) -> bool:
        return self._table.execute("SELECT 1 FROM standing WHERE path = ?", (output,)).fetchone() is not None

    def _add(self, table: str, paths: Iterable[str]) -> None:
        self._table.execute("BEGIN")
        self._table.executemany(
            f"INSERT OR IGNORE INTO {table} VALUES (?)",  # noqa: S608 - one of the two above
            ((path,) for path in paths),
        )
        self._table.execute("COMMIT")


def read(where: Source, url: str) -> Promise:
    """Read the promise of a source; ``url`` is the address of the site that shall keep it.

    Raises ``UnreadableError``, ``AbsentError`` when there is no first sitemap.
    """
    urls = Urls(url)
    promise = Promise(where)
    try:
        pending, seen = [(where.start, 0)], {where.start}
        while pending:
            address, depth = pending.pop()
            is_index, addresses = _read(where, address, first=address == where.start)
            if not depth:
                where.settle(addresses)
            if not is_index:
                promise.add(_path(each, where.base, urls) for each in addresses)
                continue
            if depth == _DEPTH:
                raise UnreadableError(where.name, f"{address} is an index within indexes within indexes")  # noqa: TRY301
            fresh = [each for each in dict.fromkeys(addresses) if each not in seen]
            seen.update(fresh)
            pending += [(each, depth + 1) for each in reversed(fresh)]
            if len(seen) > MOST_URLS:
                raise UnreadableError(where.name, f"lists more than {MOST_URLS:,} sitemaps")  # noqa: TRY301
        if promise.is_empty():
            raise UnreadableError(where.name, "lists no page, so there is nothing to compare with")  # noqa: TRY301
    except BaseException:
        promise.close()
        raise
    return promise


def lost(promise: Promise, site: Path, output: Path, day: str) -> list[Problem]:
    """Return a problem for each promised URL that has no file in ``output``, with the mends.

    ``site`` is the site's folder; what its state knows of articles finds the one that has moved. ``day``
    (ISO 8601) is the one to write beside a page that is gone. Raises ``UnreadableError``.
    """
    gone = load_settings(site).gone
    missing = [
        path
        for path in promise.broken(look.path for look in files.walk_published(output))
        if not _is_let_go(gone, path)
    ]
    if not missing:
        return []
    known = Known(site)
    found = []
    for path in missing:
        called = headline(promise.source.page(output_at(path))) if is_page(path) else ""
        article, held = known.article(path, called, promise.holds)
        found.append(Lost(path=path, headline=called, article=article, held=held))
    moved: dict[str, list[str]] = defaultdict(list)
    for each in found:
        if each.article:
            moved[each.article].append(each.path)
    return sorted(problem(each, [*known.aliases(each.article), *moved[each.article]], day) for each in found)


def _is_let_go(gone: Container[str], path: str) -> bool:
    """Return whether a feed or file was said to be gone, or the front that a feed follows from."""
    front, name = posixpath.split(path)
    return path in gone or (name in HOME_FEEDS and f"{front}/index.html".lstrip("/") in gone)


def _read(where: Source, address: str, *, first: bool) -> tuple[bool, list[str]]:
    """Return whether a sitemap is an index, and what it lists."""
    try:
        return listed(where.fetch(address))
    except AbsentError as error:
        if first:
            raise
        raise UnreadableError(where.name, error.problem.message) from None
    except ValueError as error:
        shown = "" if first else f"{address} "
        raise UnreadableError(where.name, f"{shown}{error}") from None


def _path(address: str, base: str, urls: Urls) -> str:
    """Return the path of a listed address, from the base, decoded."""
    parts = urlsplit(address)
    path = unquote(parts.path) or "/"
    question = f"?{parts.query}" if parts.query else ""
    own = unquote(urls.base)
    if base and path.startswith(base):
        return path.removeprefix(base) + question
    if parts.netloc == urlsplit(urls.origin).netloc and path.startswith(own):
        return path.removeprefix(own) + question
    return path.lstrip("/") + question


def _answers(path: str) -> tuple[str, ...]:
    """Return the outputs that would answer a path; a server adds the slash that a folder's name lacks."""
    return (output_at(path),) if path.endswith("/") or not path else (path, f"{path}/index.html")


def _feeds(path: str) -> Iterator[str]:
    """Yield the feeds that follow from a front."""
    if not path:
        yield from HOME_FEEDS
    elif FACET_FRONT.fullmatch(path) or _LANGUAGE_FRONT.fullmatch(path):
        yield f"{path}atom.xml"
