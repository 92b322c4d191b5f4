"""What takes the space of an edition, once that comes near to the most that GitHub Pages takes."""

from __future__ import annotations

import sqlite3
from collections import Counter
from dataclasses import dataclass

from broadsheet.ledger import sizes

# https://docs.github.com/en/pages/getting-started-with-github-pages/github-pages-limits
PAGES_LIMIT = 1_000_000_000
_NEAR = 0.8
_SORTS = {
    "article": "articles",
    "listing": "listings",
    "names": "listings",
    "copy": "pictures and other files",
    "atom": "feeds",
    "rss": "feeds",
    "json_feed": "feeds",
    "sitemap": "sitemaps",
    "sitemap_fronts": "sitemaps",
    "sitemap_index": "sitemaps",
    "sitemap_pages": "sitemaps",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What outputs of one sort take: how many there are, and their bytes."""

    sort: str
    outputs: int
    size: int


def shares(state: sqlite3.Connection, folder: str, size: int) -> tuple[Share, ...]:
    """Return the shares of an edition of ``size`` bytes, the largest first; none far from the limit.

    ``folder`` is the name by which the ledger knows the output. It costs a look at every output.
    """
    if size < PAGES_LIMIT * _NEAR:
        return ()
    outputs, bytes_ = Counter[str](), Counter[str]()
    for kind, count, taken in sizes(state, folder):
        sort = _SORTS.get(kind, "other pages")
        outputs[sort] += count
        bytes_[sort] += taken
    found = (Share(sort=sort, outputs=outputs[sort], size=bytes_[sort]) for sort in outputs)
    return tuple(sorted(found, key=lambda share: (-share.size, share.sort)))
