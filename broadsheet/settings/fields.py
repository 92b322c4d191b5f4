"""The fields of an article's front matter, each declared once.

From a declaration follow the setting that maps a field to other keys, its hint, its JSON Schema for editors,
how the archive stores it, who may see it (teasers, data records, the article's own page), and its member of
the data files. How a field is read is in ``read.article``; ``model.Article`` and the views have a typed
attribute for each, which a test holds against the declarations.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal, NamedTuple, TypeAlias

from broadsheet.common.model import FacetKind

# How a value is written: one text, a name, several names, a moment, a web address …
Shape: TypeAlias = Literal[
    "text",
    "name",
    "names",
    "moment",
    "slug",
    "picture",
    "yes_or_no",
    "language",
    "address",
    "addresses",
    "source",
    "genre",
    "corrections",
    "retraction",
    "menu",
]

ProfileShape: TypeAlias = Literal[
    "text", "picture", "kind", "email", "pages", "fediverse", "coordinates", "stories"
]

# Who may see a field: every page that lists the article, its data record as well, or its own page alone.
Scope: TypeAlias = Literal["teaser", "record", "page", "nobody"]


class Declared(NamedTuple):
    """One field: the ``shape`` of its value, its ``meaning`` in a sentence, an ``example`` as written.

    ``attribute`` is its name in the model, the archive and the views, if that is another. ``scope`` says who
    may see it; what nobody may see is not stored. ``facet`` is the kind of facets that it names.
    ``optional``: few articles have it, so it is stored only where it has a value. ``column`` is its place in
    the data files, 0 if it has none.
    """

    shape: Shape
    meaning: str
    example: str
    attribute: str = ""
    scope: Scope = "page"
    facet: FacetKind | None = None
    optional: bool = False
    column: int = 0


# In the order in which documents name them.
FIELDS: dict[str, Declared] = {
    "id": Declared(
        "text", "What feeds know the article by, for ever.", "20221105-bridge-opens", scope="teaser", column=1
    ),
    "title": Declared("text", "The headline, as plain text.", "What happened", scope="teaser", column=3),
    "author": Declared(
        "names",
        "Who wrote it: one name, or a list.",
        "Aygün Həsənova",
        attribute="authors",
        scope="teaser",
        facet="author",
        column=4,
    ),
    "dateline": Declared(
        "name",
        "The place that the report was filed from.",
        "Washington D.C.",
        scope="teaser",
        facet="dateline",
        column=5,
    ),
    "date": Declared("moment", "When it was published.", "2022-11-05 09:14", scope="teaser", column=9),
    "updated": Declared(
        "moment",
        "When it was last changed, if readers should know.",
        "2022-11-05 17:30",
        scope="teaser",
        column=10,
    ),
    "expires": Declared("moment", "From when on it is no longer published.", "2026-12-31"),
    "section": Declared(
        "name", "One section of the paper.", "Politics", scope="teaser", facet="section", column=6
    ),
    "tags": Declared(
        "names", "One tag, or a list.", "[Bridge, Harbour]", scope="record", facet="tag", column=7
    ),
    "series": Declared(
        "names",
        "The stories that it is a part of: one, or a list.",
        "The Linnow bridge",
        scope="record",
        facet="series",
        optional=True,
        column=15,
    ),
    "genre": Declared(
        "genre", "What kind of piece it is.", "opinion", scope="teaser", optional=True, column=16
    ),
    "edition": Declared(
        "name",
        "The printed issue that it stood in.",
        "2022-11-05",
        scope="teaser",
        facet="edition",
        optional=True,
        column=17,
    ),
    "page": Declared("text", "The page of that issue.", "A2", scope="teaser", optional=True, column=18),
    "column": Declared("text", "The column of that page.", "3", scope="teaser", optional=True),
    "corrections": Declared(
        "corrections",
        "What was wrong and is now right: notes, each with date and text, or what was and is now.",
        "[{ date: 2022-11-07, text: The bridge is 221 metres long. }]",
        scope="teaser",
        optional=True,
    ),
    "retracted": Declared(
        "retraction",
        "Why it was taken back, and when.",
        "{ date: 2022-11-12, reason: It was not so. }",
        scope="teaser",
        optional=True,
        column=19,
    ),
    "summary": Declared(
        "text",
        "What it says, in a sentence or two, as plain text.",
        "The mayor walked.",
        scope="teaser",
        column=11,
    ),
    "slug": Declared("slug", "The last part of its address.", "bridge-opens", scope="nobody"),
    "permalink": Declared(
        "address",
        "Its whole address, if that is another than the site's pattern makes.",
        "/2015/bridge-opens/",
        attribute="output",
        scope="nobody",
    ),
    "image": Declared(
        "picture",
        "The lead picture: a file beside the article, what it shows.",
        "bridge.jpg",
        attribute="picture",
        scope="teaser",
        column=12,
    ),
    "draft": Declared("yes_or_no", "Whether it is held back.", "yes", scope="teaser", optional=True),
    "language": Declared(
        "language",
        "The language of an article that is not in the site's own.",
        "az",
        scope="teaser",
        column=13,
    ),
    "translations": Declared(
        "text",
        "A word that it has in common with its translations, and with nothing else.",
        "bridge-2022",
        optional=True,
    ),
    "aliases": Declared(
        "addresses", "Addresses at which it once stood.", "[/2015/old-name/]", scope="teaser"
    ),
    "source": Declared("source", "Where it was taken over from: a name, an address, or both.", "The Gazette"),
}


# The fields of pages of the site's own: those that articles have too, and their place in the menu.
OWN_PAGE_FIELDS: dict[str, Declared] = {
    **{
        name: FIELDS[name]
        for name in (
            *("title", "summary", "slug", "permalink", "image", "draft", "language", "translations"),
            "aliases",
        )
    },
    "menu": Declared("menu", "Its place among the pages that every page leads to: a number, or no.", "1"),
}


# The kinds of facets that can have profiles. Those of topics, which are no person and no place, come last.
TOPICS: tuple[FacetKind, ...] = ("tag", "section", "series")
PROFILED_KINDS: tuple[FacetKind, ...] = ("author", "dateline", *TOPICS)


class DeclaredOfProfile(NamedTuple):
    """One field of profiles: its ``shape``, ``meaning`` and ``example`` as in ``Declared``.

    ``kinds`` are the kinds of facets whose profiles have it.
    """

    shape: ProfileShape
    meaning: str
    example: str
    kinds: tuple[FacetKind, ...] = PROFILED_KINDS


PROFILE_FIELDS: dict[str, DeclaredOfProfile] = {
    "name": DeclaredOfProfile(
        "text", "The name as articles spell it, if the file is not called after it.", "Aygün Həsənova"
    ),
    "family": DeclaredOfProfile("text", "The family's part of the name.", "Həsənova", ("author",)),
    "sort": DeclaredOfProfile("text", "The name to sort by in the index.", "Həsənova, Aygün", ("author",)),
    "kind": DeclaredOfProfile("kind", "A person, or an organization.", "organization", ("author",)),
    "role": DeclaredOfProfile("text", "What they do at the paper.", "Harbour correspondent", ("author",)),
    "image": DeclaredOfProfile(
        "picture", "A picture: a file beside this one, what it shows.", "portrait.jpg"
    ),
    "email": DeclaredOfProfile(
        "email", "An address that readers may write to.", "ana@example.org", ("author",)
    ),
    "url": DeclaredOfProfile("pages", "Pages about it elsewhere: one, or a list.", "https://example.org/ana"),
    "fediverse": DeclaredOfProfile(
        "fediverse", "The name in the Fediverse.", "'@ana@example.social'", ("author",)
    ),
    "coordinates": DeclaredOfProfile(
        "coordinates", "Latitude and longitude, in degrees.", "40.41, 49.87", ("dateline",)
    ),
    "stories": DeclaredOfProfile(
        "stories", "The files of its key stories: one, or a list.", "../2024/02/flood.md", TOPICS
    ),
}

# Of these all fields that site.toml names may be read, and not the first alone.
JOINED_FIELDS = tuple(name for name, field in FIELDS.items() if field.shape in {"names", "addresses"})
# Their names, as front matter, documents and the left side of [front_matter] have them.
ARTICLE_FIELDS = tuple(FIELDS)

# With these, other generators hold an article back or take it down: names as ``fold_name`` returns them, by
# the field of ours that they may stand for. Hugo has publishDate, expiryDate and unpublishDate; Pelican,
# Nikola, Ghost and WordPress have status, the last two visibility. The others stand in archives beside them.
_WITHHOLDING = {
    "draft": ("embargoed", "hidden", "isdraft", "private", "status", "unpublished", "visibility"),
    "date": ("embargo", "embargodate", "embargountil", "publishdate", "publishon", "scheduled"),
    "expires": ("expirationdate", "expireson", "expirydate", "unpublishdate", "unpublishon"),
}
WITHHOLDING: Mapping[str, str] = {name: ours for ours, names in _WITHHOLDING.items() for name in names}
# What they say of an article: that it is held back, or that it is published.
YES = frozenset(("yes", "true", "on", "y", "1"))
NO = frozenset(("no", "false", "off", "n", "0"))
_STATES_HELD = (
    "draft",
    "embargoed",
    "future",
    "hidden",
    "pending",
    "private",
    "scheduled",
    "trash",
    "unlisted",
)
HELD_BACK = YES.union(_STATES_HELD, ("unpublished",))
PUBLISHED = NO.union(("featured", "live", "public", "publish", "published", "sent"))


# Between several names: commas and semicolons, also of Arabic, Chinese and Japanese.
SEMICOLONS = ";\u061b\uff1b"
SEPARATORS = f",\u060c\u3001\uff0c{SEMICOLONS}"


# Other words for fields of ours that authors know from elsewhere, as ``fold_name`` returns them. Names that
# other generators have, such as description, are not among them: archives are full of them.
_SYNONYMS = {
    "title": ("headline",),
    "author": ("byline", "reporter", "writer", "writtenby"),
    "summary": ("deck", "dek", "standfirst", "strapline", "subhead", "subheading", "subheadline", "subtitle"),
    "image": ("photo", "picture"),
    "language": ("lang",),
}
SYNONYMS: Mapping[str, str] = {name: ours for ours, names in _SYNONYMS.items() for name in names}
# In hints it stands for what only the author knows. Whoever copies the hint has not written that yet.
PLACEHOLDER = "…"


def show_blank(name: str) -> str:
    """Return what a hint shows as the value of a field: no value that could be published if it is copied."""
    shape = FIELDS[name].shape
    if shape == "moment":
        return "YYYY-MM-DD HH:MM"
    return PLACEHOLDER if shape in {"text", "name", "names", "source"} else FIELDS[name].example


def fold_name(name: str) -> str:
    """Return the name of a field without case, hyphens, underscores and spaces: ``expirydate``."""
    return re.sub(r"[-_ ]", "", name).casefold()


def find_attribute(name: str) -> str:
    """Return the name of a field in the model, the archive and the views."""
    return FIELDS[name].attribute or name


def list_attributes(*scopes: Scope) -> tuple[tuple[str, Declared], ...]:
    """Return the fields of some scopes, each with its attribute, in the order of ``FIELDS``."""
    return tuple((find_attribute(name), field) for name, field in FIELDS.items() if field.scope in scopes)
