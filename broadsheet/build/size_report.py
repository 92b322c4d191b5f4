"""What takes the space of a site, once that comes near to the most that GitHub Pages takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

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
    "sitemap_news": "sitemaps",
    "data_json": "data",
    "data_csv": "data",
    "data_days": "data",
    "data_index": "data",
    "data_schema": "data",
    "data_article": "data",
    "citation": "data",
    "citations": "data",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What outputs of one sort take: how many there are, and their bytes."""

    sort: str
    outputs: int
    size: int


def size_report(taken: Mapping[str, tuple[int, int]]) -> tuple[Share, ...]:
    """Return the size_report of a site, the largest first; none far from the limit.

    ``taken``: of each kind of output how many there are, and their bytes.
    """
    if sum(size for _, size in taken.values()) < PAGES_LIMIT * _NEAR:
        return ()
    outputs, bytes_ = Counter[str](), Counter[str]()
    for kind, (count, size) in taken.items():
        sort = _SORTS.get(kind, "other pages")
        outputs[sort] += count
        bytes_[sort] += size
    found = (Share(sort=sort, outputs=outputs[sort], size=bytes_[sort]) for sort in outputs)
    return tuple(sorted(found, key=lambda share: (-share.size, share.sort)))
