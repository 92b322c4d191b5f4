"""Asks in a terminal for what the options of ``new`` left out. It writes no file.

It suggests what the archive has as of the last build; without a build it asks without suggestions.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from broadsheet.archive.lookups import read_facet_name, read_newest_byline
from broadsheet.archive.statistics import list_facets
from broadsheet.build.site_folder import open_last_state
from broadsheet.common.model import FacetKind
from broadsheet.common.problems import Problems
from broadsheet.common.slugs import spelling_key
from broadsheet.read.values.names import split_names
from broadsheet.settings.model import Settings
from broadsheet.settings.names import find_slug

_MAX_SUGGESTIONS = 8  # of names of one kind
_NONE = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewArticle:
    """What is known of an article before it is written; the names may be empty."""

    title: str
    authors: tuple[str, ...] = ()
    dateline: str = ""
    section: str = ""
    tags: tuple[str, ...] = ()
    draft: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class _Suggestions:
    """The authors and the dateline of the newest article, the sections, the commonest tags."""

    authors: tuple[str, ...] = ()
    dateline: str = ""
    sections: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


def interview(given: NewArticle, site: Path, settings: Settings, ask: Callable[[str], str]) -> NewArticle:
    """Return ``given`` with what was missing filled in; ``ask`` shows a prompt and returns the line typed.

    An empty answer takes the suggestion in brackets, if there is one; a hyphen leaves the field empty.
    """
    known = _suggest(site, settings)
    title = given.title
    while not title:
        title = " ".join(ask("Title: ").split())
    authors = given.authors or _ask_names(ask, _prompt("Author", known.authors), "author", known.authors)
    dateline = given.dateline or _ask_name(ask, _prompt("Dateline", (known.dateline,)), known.dateline)
    section = given.section or _ask_name(ask, f"Section{_options(known.sections)}: ")
    tags = given.tags or _ask_names(ask, f"Tags{_options(known.tags)}, with commas between: ", "tag")
    filled = replace(given, title=title, authors=authors, dateline=dateline, section=section, tags=tags)
    return _respell(filled, site, settings)


def _prompt(name: str, suggested: tuple[str, ...]) -> str:
    shown = ", ".join(filter(None, suggested))
    return f"{name} [{shown}]: " if shown else f"{name}: "


def _options(names: tuple[str, ...]) -> str:
    return f" ({', '.join(names)} …)" if names else ""


def _ask_name(ask: Callable[[str], str], prompt: str, suggested: str = "") -> str:
    text = " ".join(ask(prompt).split())
    return "" if text == _NONE else text or suggested


def _ask_names(
    ask: Callable[[str], str], prompt: str, kind: FacetKind, suggested: tuple[str, ...] = ()
) -> tuple[str, ...]:
    answer = ask(prompt)
    if answer.strip() == _NONE:
        return ()
    return tuple(" ".join(name.split()) for name in split_names(answer, kind)) or suggested


def _suggest(site: Path, settings: Settings) -> _Suggestions:
    declared = tuple(settings.names["section"].values())
    with suppress(Problems), open_last_state(site) as db:
        newest = read_newest_byline(db)
        sections = declared or _commonest_names(db, settings, "section")
        return _Suggestions(
            authors=newest.authors,
            dateline=newest.dateline,
            sections=sections[:_MAX_SUGGESTIONS],
            tags=_commonest_names(db, settings, "tag"),
        )
    return _Suggestions(sections=declared[:_MAX_SUGGESTIONS])


def _commonest_names(db: sqlite3.Connection, settings: Settings, kind: FacetKind) -> tuple[str, ...]:
    facets = list_facets(db, kind, _MAX_SUGGESTIONS)
    return tuple(settings.names[kind].get(slug, name) for slug, name, _ in facets)


def _respell(given: NewArticle, site: Path, settings: Settings) -> NewArticle:
    """Return an article with names spelled as in listings: ``politics`` becomes Politics."""

    def respell(kind: FacetKind, name: str) -> str:
        shown = settings.names[kind]
        named = (slug for slug, each in shown.items() if spelling_key(each) == spelling_key(name))
        slug = next(named, None) or find_slug(settings.spellings, kind, name)
        known = [shown.get(slug)]
        with suppress(Problems), open_last_state(site) as db:
            known.append(read_facet_name(db, kind, slug))
        # The name that is shown need not be a spelling of what it names.
        return next((each for each in (*known, name, slug) if each and is_spelling(each, kind, slug)), name)

    def is_spelling(name: str, kind: FacetKind, slug: str) -> bool:
        return find_slug(settings.spellings, kind, name) == slug

    return replace(
        given,
        authors=tuple(respell("author", name) for name in given.authors),
        dateline=respell("dateline", given.dateline) if given.dateline else "",
        section=respell("section", given.section) if given.section else "",
        tags=tuple(respell("tag", name) for name in given.tags),
    )
