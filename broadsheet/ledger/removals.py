"""Which articles of an output folder a plan no longer has: what a build would take from readers.

An article is removed if neither it nor its address is in the plan any more. One that moves is not, nor is
one whose address redirects or says that it is gone. Nor is one that is held back only because this build has
other options than the last: without ``--drafts``, or as of an earlier time.
"""

from __future__ import annotations

from typing import NamedTuple

from broadsheet.archive.visibility import Visibility
from broadsheet.ledger.folder_build import FolderBuild

_REMOVED = """
    SELECT o.path, o.subject FROM output o JOIN folder f ON f.id = o.folder
    WHERE o.folder = :folder AND o.gone = 1 AND o.kind = 'article'
    AND NOT EXISTS (
        SELECT 1 FROM output p WHERE p.folder = :folder AND p.unit = o.unit
        AND p.gone = 0 AND p.kind IN ('article', 'gone')
    )
    AND NOT EXISTS (
        SELECT 1 FROM article a WHERE a.path = o.subject AND (
            (a.draft = 1 AND f.drafts AND NOT :drafts) OR (a.instant > :as_of AND a.instant <= f.as_of)
        )
    )
    ORDER BY o.path
"""


class RemovedArticle(NamedTuple):
    """An article that stood in the folder: its output path, and the path of its file."""

    output: str
    path: str


def list_removed_articles(build: FolderBuild, visibility: Visibility) -> list[RemovedArticle]:
    """Return the articles that the plan, which is up to date, no longer has; by output path."""
    bounds = {"folder": build.folder, "drafts": visibility.drafts, "as_of": visibility.as_of}
    return [RemovedArticle(*row) for row in build.db.execute(_REMOVED, bounds)]


def count_planned_articles(build: FolderBuild) -> int:
    """Return how many articles the plan has."""
    query = "SELECT count(*) FROM output WHERE folder = ? AND gone = 0 AND kind = 'article'"
    return int(build.db.execute(query, (build.folder,)).fetchone()[0])
