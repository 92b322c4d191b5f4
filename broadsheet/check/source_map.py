"""Which source causes a fault of the built site: an article's Markdown, with line and column, or a file.

The state of the last build knows which output is made from which article; the article's file, read again,
shows where the faulty link is. Without a state nothing is known.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from broadsheet.archive.facts import Members
from broadsheet.archive.lookups import find_mention, is_of_theme, may_mention, read_facts, read_output
from broadsheet.check.checker import Fault
from broadsheet.check.resolve import Host
from broadsheet.common import files
from broadsheet.common.model import FacetKind
from broadsheet.common.problems import Problems
from broadsheet.common.urls import Urls, attachment_output
from broadsheet.ledger.lookups import find_output
from broadsheet.ledger.queries import list_retracted_articles
from broadsheet.plan.output import Output
from broadsheet.read import front_matter, markdown, theme
from broadsheet.read.front_matter import Document, Field, list_texts
from broadsheet.render.assets.published import decode, encode, is_left_out, list_pieces
from broadsheet.render.assets.style_sheets import Piece
from broadsheet.render.outputs import OF_FILES
from broadsheet.render.outputs.files import COPY
from broadsheet.settings.model import Settings
from broadsheet.settings.names import find_slug

# The kinds of outputs that are made of a text with links.
_TEXTS = frozenset(("article", "own_page"))


class SourcePosition(NamedTuple):
    """A position in a source file; lines and columns count from 1, 0 for unknown."""

    path: str
    line: int = 0
    column: int = 0


class SourceMap:
    """Finds the sources of one output folder."""

    def __init__(self, db: sqlite3.Connection, folder: str, site: Path, settings: Settings) -> None:
        """Look up the output ``folder``, by the ledger's name for it, in the state ``db``."""
        self._db = db
        self._folder = folder
        self.site = site
        self.leaves_out_links = settings.content_links == "report"
        self._settings = settings
        self._urls = Urls(settings.url)
        self._links_of = lru_cache(maxsize=64)(self._read_links)

    @property
    def withholds_retracted(self) -> bool:
        """Whether what belongs to a retracted article is not published."""
        return self._settings.corrections_withhold

    def withheld_links(self) -> Iterator[tuple[str, str]]:
        """Yield page and URL of each link that is not on its page because the article was retracted."""
        if self.withholds_retracted:
            for path, page in list_retracted_articles(self._db, self._folder):
                for url, _, _ in self._links_of(path):
                    yield page, url

    def output(self, page: str) -> Output | None:
        """Return the output that a file of the folder is, None for a file that no build made."""
        return find_output(self._db, self._folder, page)

    def positions(self, host: Host, fault: Fault) -> tuple[SourcePosition, ...]:
        """Return where a text has the link that a fault on its page is about; empty for none."""
        output = self.output(fault.page) if fault.target else None
        if output is None or output.kind not in _TEXTS:
            return ()
        if not self._may_link(output.subject, fault.raw):
            return ()

        def is_meant(url: str) -> bool:
            return url == fault.raw or host.resolve(fault.page, url) == fault.target

        links = self._links_of(output.subject)
        return tuple(
            SourcePosition(output.subject, line, column) for url, line, column in links if is_meant(url)
        )

    def of_file(self, fault: Fault, folder: Path) -> SourcePosition | None:
        """Return where a source has the fault of a file of ``folder``, if it is a copy or a style sheet.

        None if the file is neither, or was changed.
        """
        output = self.output(fault.page)
        if output is None or output.kind not in OF_FILES:
            return None
        try:
            pieces = self._pieces(output)
            published = (folder / fault.page).read_bytes()
        except (OSError, Problems):
            return None
        short = output.kind != COPY.name and self._settings.assets_minify
        if encode(output.subject, pieces, short=short) != published:
            return None
        return self._find(pieces, fault, short=short)

    def place(self, page: str) -> SourcePosition:
        """Return where a file of the folder comes from: where it is first named, else the file it is of."""
        output = self.output(page)
        if output is None or output.kind not in OF_FILES:
            return SourcePosition(f"{self._folder}/{page}")
        found = find_mention(self._db, output.subject)
        return SourcePosition(*found) if found else SourcePosition(self._show(output.subject))

    def document(self, path: str) -> Document | None:
        """Return an article's current file, None if it cannot be read."""
        try:
            return front_matter.split(path, files.read(self.site, path))
        except (OSError, Problems):
            return None

    def field(self, document: Document, name: str) -> Field | None:
        """Return the front matter of ``name``, under any of the keys that the site reads it from.

        Of several the first that is not empty, as in a build; else the first.
        """
        keys = self._settings.front_matter.get(name, (name,))
        found = [field for key in keys for field in document.fields or () if field.name == key]
        filled = (field for field in found if any(text.text.strip() for text in list_texts(field.value)))
        return next(filled, found[0] if found else None)

    def find_slug(self, kind: FacetKind, name: str) -> str:
        """Return the slug of a facet's name."""
        return find_slug(self._settings.spellings, kind, name)

    def _pieces(self, output: Output) -> tuple[Piece, ...]:
        """Return what a file is made of, the source of each stretch."""

        def read(path: str) -> str:
            left_out = is_left_out(path, self._settings.theme_typeface)
            return "" if left_out else decode(theme.read(self.site, path))

        return list_pieces(output.subject, output.path, read)

    def _find(self, pieces: tuple[Piece, ...], fault: Fault, *, short: bool) -> SourcePosition:
        """Return where the source of one of ``pieces`` has what is on the line of a fault.

        ``short``: lines have been taken out, so it is where the faulty URL stands first.
        """
        if short:
            for piece in pieces:
                at = piece.text.find(fault.raw) if fault.raw else -1
                if at >= 0:
                    line = piece.line + piece.text.count("\n", 0, at)
                    return SourcePosition(self._show(piece.path), line, at - piece.text.rfind("\n", 0, at))
            return SourcePosition(self._show(pieces[0].path))
        line = 1
        for piece in pieces:
            count = piece.text.count("\n")
            if line <= fault.line < line + count or (fault.line == line + count and piece is pieces[-1]):
                return SourcePosition(self._show(piece.path), piece.line + fault.line - line, fault.column)
            line += count
        return SourcePosition(self._show(pieces[0].path), fault.line, fault.column)

    def _show(self, path: str) -> str:
        return theme.show(path) if is_of_theme(self._db, path) else path

    def _may_link(self, path: str, raw: str) -> bool:
        """Return whether an article may have the link that is ``raw`` in its page.

        A broken link of a layout is on every page: without this, every article would be read again. An
        article that links to others by their files is always read, since its page has their URLs instead.
        """
        head, _, fragment = raw.partition("#")
        last = fragment or head.partition("?")[0].rstrip("/").rpartition("/")[2]
        word = max(re.findall(r"[A-Za-z0-9_]+", last), key=len, default="")
        return may_mention(self._db, path, word)

    def _read_links(self, path: str) -> tuple[tuple[str, int, int], ...]:
        """Return the links of an article: each URL as it stands in its page, with line and column."""
        facts, document = read_facts(self._db, path), self.document(path)
        if facts is None or document is None:
            return ()
        options = markdown.make_options(self._settings, facts["language"])
        written = markdown.find_targets(document.body, options, path=path, first_line=document.body_line)
        links = [(self._url(facts, target), line, column) for target, line, column in written]
        return (*links, *self._field_links(facts, document))

    def _field_links(self, facts: Members, document: Document) -> Iterator[tuple[str, int, int]]:
        """Yield the links of the front matter: the lead picture, and the source of a republished article."""
        picture = self.field(document, "image")
        if facts["picture"] and picture:
            path = facts["picture"][0]
            at = next((place for target, *place in facts["links"] if target == path), None)
            if at:
                yield self._url(facts, path), at[0], at[1]
        source = self.field(document, "source")
        if facts.get("source") and source:
            for text in list_texts(source.value):
                if text.text == facts["source"][1]:
                    yield text.text, text.line, text.column

    def _url(self, facts: Members, target: str) -> str:
        """Return the URL that stands in the article's page for a link target of its body."""
        bare, mark, fragment = target.partition("#")
        if not bare or "://" in target:
            return target
        if bare.startswith("/"):
            return self._urls.url("").rstrip("/") + target
        if files.is_markdown(bare):
            output = read_output(self._db, bare)
            return (self._urls.url(output) if output is not None else "") + mark + fragment
        return self._urls.url(attachment_output(facts["output"], facts["path"], bare)) + mark + fragment
