"""The fields of an article's front matter, each declared once: its name, its shape, what it says, an example.

``settings`` takes their names from here, ``reading`` what its hints show, and ``schema`` all of it. How a
field is read is the affair of ``reading``; nothing here looks at a file.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

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
    "addresses",
    "source",
    "genre",
    "corrections",
    "retraction",
]


class Declared(NamedTuple):
    """One field: the ``shape`` of its value, its ``meaning`` in a sentence, an ``example`` as written."""

    shape: Shape
    meaning: str
    example: str


# In the order in which documents name them. A field that is added here is read once ``reading`` reads it.
FIELDS: dict[str, Declared] = {
    "id": Declared("text", "What feeds know the article by, for ever.", "20221105-bridge-opens"),
    "title": Declared("text", "The headline, as plain text.", "What happened"),
    "author": Declared("names", "Who wrote it: one name, or a list.", "Aygün Həsənova"),
    "dateline": Declared("name", "The place that the report was filed from.", "Washington D.C."),
    "date": Declared("moment", "When it was published.", "2022-11-05 09:14"),
    "updated": Declared("moment", "When it was last changed, if readers should know.", "2022-11-05 17:30"),
    "expires": Declared("moment", "From when on it is no longer published.", "2026-12-31"),
    "section": Declared("name", "One section of the paper.", "Politics"),
    "tags": Declared("names", "One tag, or a list.", "[Bridge, Harbour]"),
    "series": Declared("names", "The stories that it is a part of: one, or a list.", "The Linnow bridge"),
    "genre": Declared("genre", "What kind of piece it is.", "opinion"),
    "edition": Declared("name", "The printed issue that it stood in.", "2022-11-05"),
    "page": Declared("text", "The page of that issue.", "A2"),
    "column": Declared("text", "The column of that page.", "3"),
    "corrections": Declared(
        "corrections",
        "What was wrong and is now right: notes, each with date and text.",
        "[{ date: 2022-11-07, text: The bridge is 221 metres long. }]",
    ),
    "retracted": Declared(
        "retraction", "Why it was taken back, and when.", "{ date: 2022-11-12, reason: It was not so. }"
    ),
    "summary": Declared("text", "What it says, in a sentence or two, as plain text.", "The mayor walked."),
    "slug": Declared("slug", "The last part of its address.", "bridge-opens"),
    "image": Declared("picture", "The lead picture: a file beside the article, what it shows.", "bridge.jpg"),
    "draft": Declared("yes_or_no", "Whether it is held back.", "yes"),
    "language": Declared("language", "The language of an article that is not in the site's own.", "az"),
    "translations": Declared(
        "text", "A word that it has in common with its translations, and with nothing else.", "bridge-2022"
    ),
    "aliases": Declared("addresses", "Addresses at which it once stood.", "[/2015/old-name/]"),
    "source": Declared("source", "Where it was taken over from: a name, an address, or both.", "The Gazette"),
}
# Their names, as front matter, documents and the left side of [front_matter] have them.
ARTICLE_FIELDS = tuple(FIELDS)
