"""The fields of articles that nothing reads: neither Broadsheet nor a layout; a first build counts them."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass

from broadsheet.archive.lookups import list_layout_texts
from broadsheet.archive.statistics import count_extra_fields
from broadsheet.settings.model import Settings

# Read without being mapped to a field of ours: see ``read.values.choices``.
_READ = frozenset(("published",))
_NAME = re.compile(r"[\w-]+")
# A layout that goes through all of them, or prints them whole.
_ALL = re.compile(
    r"\.extra\.(?:items|keys|values)\b|\bfor\s[^%]*\sin\s[\w.]*\.extra\b|\{\{[^}]*\.extra\s*[|}]"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadField:
    """A field that nothing reads, and how many articles have a value for it."""

    name: str
    articles: int


def count_unread_fields(db: sqlite3.Connection, settings: Settings) -> tuple[UnreadField, ...]:
    """Return the fields of live articles that nothing reads and site.toml does not declare, commonest first.

    A layout that asks for ``extra`` is taken to read each field that it names.
    """
    layouts = [text for text in list_layout_texts(db) if ".extra" in text]
    if any(map(_ALL.search, layouts)):
        return ()
    read = _READ.union(settings.front_matter_extra, *map(_NAME.findall, layouts))
    return tuple(
        UnreadField(name=name, articles=count) for name, count in count_extra_fields(db) if name not in read
    )
