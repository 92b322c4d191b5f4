"""Questions about pages of the site's own, and about where they lead to each other."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from broadsheet.archive.questions.question import (
    Change,
    Only,
    QuestionKind,
    SourceQuestion,
    parse_no_parameters,
    parse_only_subject,
)
from broadsheet.common.model import OwnPage

# So many pages stand in the menu.
MOST_IN_MENU = 50


class OwnPageRow(NamedTuple):
    """A page as the archive keeps it, made in the process that has read it.

    ``aliases`` and ``facts`` are JSON; the facts are everything in it but its body.
    """

    path: str
    draft: bool
    output: str
    in_menu: bool
    menu: int
    title: str
    language: str
    translations: str
    aliases: str
    facts: str
    body: str

    @property
    def links(self) -> tuple[tuple[str, int, int, str], ...]:
        """Its links as (target, line, column, shown)."""
        return tuple(map(tuple, json.loads(self.facts)["links"]))


class MenuEntry(NamedTuple):
    """A page that stands in the menu, or the translation of one: what other pages show of it.

    ``translations`` is the slug that it has in common with its translations, or empty.
    """

    path: str
    output: str
    title: str
    language: str
    translations: str


def to_row(page: OwnPage) -> OwnPageRow:
    """Return a page as the archive keeps it."""
    picture = page.picture
    members = {
        "path": page.path,
        "output": page.output,
        "title": page.title,
        "summary": page.summary,
        "made_summary": page.made_summary,
        "picture": [picture.path, picture.alt, picture.caption, picture.credit, *picture.focus]
        if picture
        else None,
        "draft": page.draft,
        "language": page.language,
        "translations": page.translations,
        "extra": page.extra,
        "links": [[link.path, link.line, link.column, link.shown] for link in page.links],
    }
    aliases, facts = (json.dumps(value, ensure_ascii=False) for value in (page.aliases, members))
    about = page.path, page.draft, page.output, page.in_menu, page.menu, page.title, page.language
    return OwnPageRow(*about, page.translations, aliases, facts, page.body)


class OwnPageOf(SourceQuestion[str, tuple[str, str] | None]):
    """``own_page PATH``: a live page of the site's own, and its body; or None."""

    name = "own_page"
    what = "own_page"

    def answer(self, db: sqlite3.Connection, subject: str, parameters: None) -> tuple[str, str] | None:
        """Return the facts as text, and the body's HTML, its links still marked."""
        query = "SELECT facts, body FROM own_page WHERE path = ? AND live = 1"
        row: tuple[str, str] | None = db.execute(query, (subject,)).fetchone()
        return row


class OwnPageTranslations(QuestionKind[str, None, tuple[MenuEntry, ...]]):
    """``own_page_translations PATH``: the pages that are translations of a page, in order of their paths."""

    name = "own_page_translations"

    def answer(self, db: sqlite3.Connection, subject: str, parameters: None) -> tuple[MenuEntry, ...]:
        """Return them without the page itself."""
        query = (
            "SELECT o.path, o.output, o.title, o.language, o.translations FROM own_page p JOIN own_page o"
            " ON o.translations = p.translations AND o.path <> p.path"
            " WHERE p.path = ? AND p.translations <> '' AND o.live = 1 ORDER BY o.path"
        )
        return tuple(MenuEntry(*row) for row in db.execute(query, (subject,)))

    def footprint(self, db: sqlite3.Connection, change: Change) -> Iterable[str]:
        """Yield every page: there are few, and their translations may be others now."""
        if change.what != "own_page":
            return ()
        return (change.name, *(path for (path,) in db.execute("SELECT path FROM own_page ORDER BY path")))


class PageMenu(QuestionKind[Only, None, tuple[MenuEntry, ...]]):
    """``page_menu all``: the pages that other pages lead to, at most 50, in order, and their translations.

    The order is that of their numbers, then of their titles. Shared: it is asked by every page with a footer.
    """

    name = "page_menu"
    shared = True

    def answer(self, db: sqlite3.Connection, subject: Only, parameters: None) -> tuple[MenuEntry, ...]:
        """Return them."""
        query = (
            "SELECT path, output, title, language, translations, menu FROM own_page"
            " WHERE live = 1 AND in_menu = 1"
        )
        rows = db.execute(query).fetchall()
        rows.sort(key=lambda row: (not row[5], row[5], row[2].casefold(), row[0]))
        return tuple(MenuEntry(*row[:5]) for row in rows[:MOST_IN_MENU])

    def footprint(self, db: sqlite3.Connection, change: Change) -> Iterable[Only]:
        """Yield the menu."""
        return ("all",) if change.what == "own_page" else ()


class OwnPageAddresses(QuestionKind[Only, None, tuple[tuple[str, tuple[str, ...]], ...]]):
    """``own_page_addresses all``: the output path of each live page, and those of its aliases, in order."""

    name = "own_page_addresses"

    def answer(
        self, db: sqlite3.Connection, subject: Only, parameters: None
    ) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Return the pairs."""
        query = "SELECT output, aliases FROM own_page WHERE live = 1 ORDER BY output, path"
        return tuple((output, tuple(json.loads(aliases))) for output, aliases in db.execute(query))

    def footprint(self, db: sqlite3.Connection, change: Change) -> Iterable[Only]:
        """Yield the addresses."""
        return ("all",) if change.what == "own_page" else ()


OWN_PAGE = OwnPageOf(str, parse_no_parameters)
OWN_PAGE_TRANSLATIONS = OwnPageTranslations(str, parse_no_parameters)
PAGE_MENU = PageMenu(parse_only_subject, parse_no_parameters)
OWN_PAGE_ADDRESSES = OwnPageAddresses(parse_only_subject, parse_no_parameters)
