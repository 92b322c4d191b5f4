"""The layouts that a site has, and the names that layouts get."""

from __future__ import annotations

from collections.abc import Mapping

from broadsheet.common import files

FOLDER = files.LAYOUTS
LAYOUTS: Mapping[str, tuple[str, ...]] = {
    "article.html": ("article",),
    "page.html": ("own_page",),
    "listing.html": ("listing",),
    "names.html": ("index",),
    "home.html": (),
    "archive.html": (),
    "latest.html": ("facet",),
    "anniversary.html": ("anniversary",),
    "anniversaries.html": (),
    "feeds.html": (),
    "404.html": (),
    "redirect.html": ("target",),
    "gone.html": ("gone",),
    "search.html": (),
}
# Those that a site does without that has no search, or no page about feeds.
SEARCH_LAYOUT, FEEDS_LAYOUT = "search.html", "feeds.html"
# Those that a site does without until it has a page that is rendered with one.
OPTIONAL = ("page.html",)
GLOBALS = (
    *(
        "site",
        "page",
        "archive",
        "words",
        "static",
        "url",
        "typeface",
        "csp",
        "structured",
        "open_graph",
        "lang",
    ),
    *("weekdays", "citation", "collection", "preview"),
    *("range", "dict", "cycler", "joiner", "namespace"),
)
