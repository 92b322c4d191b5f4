"""Asks in a terminal for what an author left out of a new article. It writes nothing.

What it suggests is what the archive knows as of the last build; without one it asks all the same.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from broadsheet.build.site_folder import last_state
from broadsheet.commands.starter import Assignment
from broadsheet.common.model import FacetKind
from broadsheet.common.problems import Problems
from broadsheet.common.slugs import slugify
from broadsheet.settings import Settings

_SUGGESTED = 8
_NONE = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What may be suggested: who wrote the newest article and where, the sections, the commonest tags."""

    authors: tuple[str, ...] = ()
    dateline: str = ""
    sections: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


def interview(given: Assignment, site: Path, settings: Settings, ask: Callable[[str], str]) -> Assignment:
    """Return ``given`` with what was missing in it; ``ask`` shows a prompt and returns the line typed.

    An empty answer takes what stands in brackets, if anything does; a hyphen takes nothing.
    """
    known = _known(site, settings)
    title = given.title
    while not title:
        title = " ".join(ask("Title: ").split())
    authors = given.authors or _several(ask(_prompt("Author", known.authors)), known.authors)
    dateline = given.dateline or _one(ask(_prompt("Dateline", (known.dateline,))), known.dateline)
    section = given.section or _one(ask(f"Section{_listed(known.sections)}: "), "")
    tags = given.tags or _several(ask(f"Tags{_listed(known.tags)}, with commas between: "), ())
    whole = replace(given, title=title, authors=authors, dateline=dateline, section=section, tags=tags)
    return _as_archive_spells(whole, site, settings)


def _prompt(name: str, suggested: tuple[str, ...]) -> str:
    shown = ", ".join(filter(None, suggested))
    return f"{name} [{shown}]: " if shown else f"{name}: "


def _listed(names: tuple[str, ...]) -> str:
    return f" ({', '.join(names)} …)" if names else ""


def _one(answer: str, suggested: str) -> str:
    text = " ".join(answer.split())
    return "" if text == _NONE else text or suggested


def _several(answer: str, suggested: tuple[str, ...]) -> tuple[str, ...]:
    if answer.strip() == _NONE:
        return ()
    names = (" ".join(name.split()) for name in answer.split(","))
    return tuple(name for name in names if name) or suggested


def _known(site: Path, settings: Settings) -> _Known:
    declared = tuple(settings.names["section"].values())
    with suppress(Problems), last_state(site) as db:
        newest = (
            "SELECT teaser FROM article WHERE live = 1 ORDER BY day DESC, instant DESC, path DESC LIMIT 1"
        )
        row = db.execute(newest).fetchone()
        teaser = json.loads(row[0]) if row else {}
        sections = declared or _commonest(db, settings, "section")
        return _Known(
            authors=tuple(name for _, name in teaser.get("authors", ())),
            dateline=(teaser.get("dateline") or ("", ""))[1],
            sections=sections[:_SUGGESTED],
            tags=_commonest(db, settings, "tag"),
        )
    return _Known(sections=declared[:_SUGGESTED])


def _commonest(db: sqlite3.Connection, settings: Settings, kind: FacetKind) -> tuple[str, ...]:
    query = "SELECT slug, name FROM facet WHERE kind = ? ORDER BY count DESC, sort, slug LIMIT ?"
    rows = db.execute(query, (kind, _SUGGESTED))
    return tuple(settings.names[kind].get(slug, name) for slug, name in rows)


def _as_archive_spells(given: Assignment, site: Path, settings: Settings) -> Assignment:
    """Return an assignment with names as listings have them: ``politics`` was meant to be Politics."""

    def spelled(kind: FacetKind, name: str) -> str:
        made = slugify(name)
        if made in settings.names[kind]:
            return settings.names[kind][made]
        with suppress(Problems), last_state(site) as db:
            query = "SELECT name FROM facet WHERE kind = ? AND slug = ?"
            row = db.execute(query, (kind, made)).fetchone()
            return str(row[0]) if row else name
        return name

    return replace(
        given,
        authors=tuple(spelled("author", name) for name in given.authors),
        dateline=spelled("dateline", given.dateline) if given.dateline else "",
        section=spelled("section", given.section) if given.section else "",
        tags=tuple(spelled("tag", name) for name in given.tags),
    )
