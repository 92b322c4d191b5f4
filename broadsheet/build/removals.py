"""The guard of what is published: a build that would remove most of the articles stops and says so.

What empties a site is seldom meant: a pattern in [content] exclude, a disk that is not mounted, a checkout
that is not whole. Only articles count: listings, feeds and data come and go with settings, and articles that
move are the business of the guard of published URLs (``publish.url_guard``).
"""

from __future__ import annotations

import gzip
import re
import zlib
from pathlib import Path

from broadsheet.archive.visibility import Visibility
from broadsheet.common.problems import Problem
from broadsheet.common.urls import address
from broadsheet.ledger import Ledger
from broadsheet.write.output_folder import read_marker

_SITEMAP_OF_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}(?:_[0-9]+)?\.xml\.gz")
_HINT = (
    "Bring them back: look at the folder of the articles, and at [content] in site.toml. "
    "If they are to go, say so with --allow-removals."
)


def find_mass_removal(ledger: Ledger, output: Path, name: str, visibility: Visibility) -> list[Problem]:
    """Return the problem of a build that would remove more than half of the articles in ``output``.

    ``ledger`` has the new plan, without clashes; ``name`` is the folder's name in the problem. A single
    article may be replaced: of a site that has one, the last one counts.
    """
    if read_marker(output) not in ledger.markers:
        return _compare_with_sitemaps(ledger, output, name)
    if ledger.keeps_most_articles():
        return []
    removed = ledger.removed_articles(visibility)
    if len(removed) * 2 <= ledger.articles or (len(removed) == 1 and ledger.count_planned_articles()):
        return []
    first = removed[0]
    which = f": {address(first.output)} ({first.path})"
    if len(removed) > 1:
        which = f", the first{which}"
    return [_mass_removal(name, len(removed), ledger.articles, which)]


def _compare_with_sitemaps(ledger: Ledger, output: Path, name: str) -> list[Problem]:
    """Return the problem, if there is one, of a folder that the ledger does not know.

    Which articles stood there is not known then, only how many.
    """
    listed, planned = _count_listed_articles(output), ledger.count_planned_articles()
    return [_mass_removal(name, listed - planned, listed, "")] if planned * 2 < listed else []


def _count_listed_articles(output: Path) -> int:
    """Return how many articles the sitemaps of a folder list; one that cannot be read lists none."""
    count = 0
    for file in (output / "sitemaps").glob("*.xml.gz"):
        if _SITEMAP_OF_MONTH.fullmatch(file.name):
            try:
                count += gzip.decompress(file.read_bytes()).count(b"<loc>")
            except (OSError, EOFError, zlib.error):
                continue
    return count


def _mass_removal(name: str, removed: int, before: int, which: str) -> Problem:
    message = f"{removed:,} of the {before:,} articles there would be removed{which}"
    if before == 1:
        message = f"the only article there would be removed{which}"
    return Problem(path=name, message=message, hint=_HINT)
