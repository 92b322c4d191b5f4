"""Finds what is wrong in the archive as a whole: broken links, and what may exist only once."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from broadsheet.common.model import FacetKind
from broadsheet.common.pictures import PictureFault

# Of the profile or the page of the site's own that has the link.
_FACTS = (
    "coalesce((SELECT facts FROM profile p WHERE p.path = l.path),"
    " (SELECT facts FROM own_page o WHERE o.path = l.path))"
)


class BrokenLink(NamedTuple):
    """A relative link or picture of a live article, a profile or a page whose target is not there.

    ``path``, ``line`` and ``column`` say where it is written. The target may be a source that has no page:
    ``draft`` says whether it is an article or a page that is a draft, None if it is neither;
    ``is_source`` whether it is a file of the site; ``profile`` is the kind of facet that it is a profile of,
    else None.
    ``is_lead``: it is the lead picture of the article, or the portrait of the profile.
    """

    path: str
    line: int
    column: int
    target: str
    draft: bool | None
    is_source: bool
    profile: FacetKind | None
    is_lead: bool


class FaultyPicture(NamedTuple):
    """A picture that a live article or a profile shows, and that cannot be shown.

    ``path``, ``line`` and ``column`` say where it is named; ``is_lead`` is as in ``BrokenLink``.
    """

    path: str
    line: int
    column: int
    target: str
    fault: PictureFault
    is_lead: bool


class ActiveFile(NamedTuple):
    """A file that an article or a profile brings with it and that may be run, because of its ``suffix``.

    ``path``, ``line`` and ``column`` say where it is named.
    """

    path: str
    line: int
    column: int
    target: str
    suffix: str


class DuplicateId(NamedTuple):
    """An article with the ``id:`` of another one, whose path comes first."""

    path: str
    uid: str
    other: str


class AmbiguousFacet(NamedTuple):
    """A facet whose name articles spell in ways that are not of one name; the commonest comes first."""

    kind: FacetKind
    slug: str
    names: tuple[str, ...]


class ShownPicture(NamedTuple):
    """A picture that a live article or a profile shows; ``digest`` is that of its file.

    ``path``, ``line`` and ``column`` say where that names it first.
    """

    digest: bytes
    target: str
    path: str
    line: int
    column: int


class DuplicateProfile(NamedTuple):
    """A profile of the same facet as another one, whose path comes first."""

    path: str
    kind: FacetKind
    slug: str
    other: str


class LostPin(NamedTuple):
    """A story that ``source`` puts on the front page, and that is no live article, or was retracted.

    ``draft`` says whether it is a draft, None if it is no article that is held back; ``is_source`` whether it
    is a file of the site. The others are as in ``Pin``.
    """

    source: str
    part: str
    path: str
    written: str
    line: int
    column: int
    draft: bool | None
    is_source: bool
    retracted: bool


def find_lost_pins(db: sqlite3.Connection) -> Iterator[LostPin]:
    """Yield the stories of the front page that are not there; not those that have expired."""
    query = (
        "SELECT p.source, p.part, p.path, p.written, p.line, p.col, CASE a.live WHEN 0 THEN a.draft END,"
        " s.path IS NOT NULL, coalesce(a.retracted, 0) FROM pin p LEFT JOIN article a ON a.path = p.path"
        " LEFT JOIN source s ON s.path = p.path WHERE p.over = 0"
        " AND (a.path IS NULL OR a.retracted = 1 OR (a.live = 0 AND a.gone = 0)) ORDER BY p.place"
    )
    for source, part, path, written, line, column, draft, is_source, retracted in db.execute(query):
        held = None if draft is None else bool(draft)
        yield LostPin(source, part, path, written, line, column, held, bool(is_source), bool(retracted))


def find_broken_links(db: sqlite3.Connection) -> Iterator[BrokenLink]:
    """Yield the relative links and pictures that lead nowhere, by their places."""
    query = (
        "SELECT b.path, b.line, b.col, b.target, coalesce(t.draft, o.draft), s.path IS NOT NULL, p.kind,"
        " coalesce(json_extract(b.facts, '$.picture[0]') = b.target, 0) FROM ("
        "SELECT a.path, l.line, l.col, l.target, s.facts FROM link l JOIN article a ON a.id = l.article"
        " JOIN story s ON s.article = a.id WHERE l.found = 0"
        f" UNION ALL SELECT l.path, l.line, l.col, l.target, {_FACTS} FROM file_link l WHERE l.found = 0"
        ") b LEFT JOIN article t ON t.path = b.target LEFT JOIN source s ON s.path = b.target"
        " LEFT JOIN profile p ON p.path = b.target LEFT JOIN own_page o ON o.path = b.target"
        " ORDER BY b.path, b.line, b.col"
    )
    for path, line, column, target, draft, is_source, profile, is_lead in db.execute(query):
        draft_or_none = None if draft is None else bool(draft)
        yield BrokenLink(path, line, column, target, draft_or_none, bool(is_source), profile, bool(is_lead))


def find_faulty_pictures(db: sqlite3.Connection) -> Iterator[FaultyPicture]:
    """Yield the faulty pictures that are shown, not only linked to, by their places."""
    query = (
        "SELECT a.path, l.line, l.col, l.target, s.fault,"
        " coalesce(json_extract(t.facts, '$.picture[0]') = l.target, 0)"
        " FROM source s INDEXED BY source_faulty CROSS JOIN link l ON l.target = s.path AND l.shown > ''"
        " JOIN article a ON a.id = l.article JOIN story t ON t.article = a.id WHERE s.fault <> ''"
        " UNION ALL SELECT l.path, l.line, l.col, l.target, s.fault,"
        f" coalesce(json_extract({_FACTS}, '$.picture[0]') = l.target, 0)"
        " FROM source s INDEXED BY source_faulty"
        " CROSS JOIN file_link l ON l.target = s.path AND l.shown > ''"
        " WHERE s.fault <> '' ORDER BY 1, 2, 3"
    )
    for path, line, column, target, fault, is_lead in db.execute(query):
        yield FaultyPicture(path, line, column, target, PictureFault(*json.loads(fault)), bool(is_lead))


def find_active_files(db: sqlite3.Connection) -> Iterator[ActiveFile]:
    """Yield the files that live articles and profiles bring and that may be run, by their places."""
    query = (
        "SELECT a.path, l.line, l.col, l.target, l.active FROM link l JOIN article a ON a.id = l.article"
        " WHERE l.active <> '' AND l.found = 1"
        " UNION ALL SELECT l.path, l.line, l.col, l.target, l.active FROM file_link l"
        " WHERE l.active <> '' AND l.found = 1 ORDER BY 1, 2, 3"
    )
    return (ActiveFile(*row) for row in db.execute(query))


def find_duplicate_ids(db: sqlite3.Connection) -> Iterator[DuplicateId]:
    """Yield each article whose id an article before it has, by path."""
    query = (
        "SELECT b.path, b.uid, min(a.path) FROM duplicate_id t"
        " CROSS JOIN article b ON b.uid = t.uid AND b.uid <> ''"
        " CROSS JOIN article a ON a.uid = t.uid AND a.uid <> '' AND a.path < b.path"
        " GROUP BY b.path ORDER BY b.path"
    )
    return (DuplicateId(*row) for row in db.execute(query))


def find_ambiguous_facets(db: sqlite3.Connection) -> Iterator[AmbiguousFacet]:
    """Yield the facets that articles spell in ways that are not of one name."""
    facets = db.execute(
        "SELECT f.id, f.kind, f.slug FROM ambiguous g CROSS JOIN facet f ON f.id = g.facet"
        " ORDER BY f.kind, f.slug"
    )
    query = "SELECT name FROM spelling WHERE facet = ? ORDER BY count DESC, name"
    for facet, kind, slug in facets.fetchall():
        yield AmbiguousFacet(kind, slug, tuple(name for (name,) in db.execute(query, (facet,))))


def find_first_spelled(db: sqlite3.Connection, kind: FacetKind, slug: str, name: str) -> str:
    """Return the path of the oldest article that spells a facet's name so; one must."""
    query = (
        "SELECT a.path FROM facet f JOIN member m ON m.facet = f.id JOIN article a ON a.id = m.article"
        " WHERE f.kind = ? AND f.slug = ? AND m.name = ? ORDER BY m.day, m.instant, a.path LIMIT 1"
    )
    (path,) = db.execute(query, (kind, slug, name)).fetchone()
    return str(path)


def find_duplicate_profiles(db: sqlite3.Connection) -> Iterator[DuplicateProfile]:
    """Yield each profile of a facet that a profile before it is about, by path."""
    query = (
        "SELECT b.path, b.kind, b.slug, min(a.path) FROM profile b JOIN profile a"
        " ON a.kind = b.kind AND a.slug = b.slug AND a.path < b.path GROUP BY b.path ORDER BY b.path"
    )
    return (DuplicateProfile(*row) for row in db.execute(query))


def list_shown_pictures(db: sqlite3.Connection, *, retracted: bool) -> Iterator[ShownPicture]:
    """Yield each picture of each article and profile that shows it: those with equal bytes together.

    ``retracted``: those of retracted articles too.
    """
    query = (
        "SELECT s.digest, m.target, m.path, min(m.line), m.col FROM ("
        "SELECT l.target, a.path, l.line, l.col FROM link l JOIN article a ON a.id = l.article"
        " WHERE l.shown <> '' AND (a.retracted = 0 OR :retracted)"
        " UNION ALL SELECT target, path, line, col FROM file_link WHERE shown <> ''"
        ") m JOIN source s ON s.path = m.target WHERE s.width > 0"
        " GROUP BY s.digest, m.target, m.path ORDER BY s.digest, m.target, m.path"
    )
    return (ShownPicture(*row) for row in db.execute(query, {"retracted": retracted}))
