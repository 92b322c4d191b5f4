"""Which source a fault of the built site comes of: an article's Markdown, with line and column, or a file.

The state of the last build says which output is which article; the article's own file, read again, where
it names what is wrong. Without a state nothing is known.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from broadsheet.check.checker import Fault
from broadsheet.check.resolve import Host
from broadsheet.common.problems import Problems
from broadsheet.common.urls import Urls, attachment_output
from broadsheet.ledger import planned
from broadsheet.plan import Output
from broadsheet.read import front_matter, markdown
from broadsheet.read.front_matter import Document, Field, texts
from broadsheet.settings import Settings


class Place(NamedTuple):
    """A place in a source."""

    path: str
    line: int = 0
    column: int = 0


class Origins:
    """Finds where things come from in the site of one folder."""

    def __init__(self, db: sqlite3.Connection, folder: str, site: Path, settings: Settings) -> None:
        """Ask ``db`` about the output ``folder``, by the ledger's name for it."""
        self._db = db
        self._folder = folder
        self.site = site
        self._settings = settings
        self._urls = Urls(settings.url)
        self._named = lru_cache(maxsize=64)(self._read)

    def output(self, page: str) -> Output | None:
        """Return the output that a file of the folder is, None if it is none."""
        return planned(self._db, self._folder, page)

    def places(self, host: Host, fault: Fault) -> tuple[Place, ...]:
        """Return the places in an article that name what a fault on its page is about."""
        output = self.output(fault.page) if fault.lead else None
        if output is None or output.kind != "article":
            return ()
        if not self._may_name(output.subject, fault.raw):
            return ()

        def meant(url: str) -> bool:
            return url == fault.raw or host.reading(fault.page, url) == fault.lead

        named = self._named(output.subject)
        return tuple(Place(output.subject, line, column) for url, line, column in named if meant(url))

    def source(self, page: str, folder: Path) -> str:
        """Return the source that a file of the folder is a copy of, "" if it is none, or was changed."""
        output = self.output(page)
        if output is None or output.kind != "copy":
            return ""
        try:
            same = (self.site / output.subject).read_bytes() == (folder / page).read_bytes()
        except OSError:
            return ""
        return output.subject if same else ""

    def document(self, path: str) -> Document | None:
        """Return an article's file as it is now, None when it cannot be read."""
        try:
            return front_matter.split(path, (self.site / path).read_bytes())
        except (OSError, Problems):
            return None

    def field(self, document: Document, name: str) -> Field | None:
        """Return the field of a file that speaks for ``name``, whatever the site calls it.

        Of several that may, the first with something to say, as in a build; else the first.
        """
        keys = self._settings.front_matter.get(name, (name,))
        found = [field for key in keys for field in document.fields or () if field.name == key]
        said = (field for field in found if any(text.text.strip() for text in texts(field.value)))
        return next(said, found[0] if found else None)

    def _may_name(self, path: str, raw: str) -> bool:
        """Return whether the article may name what stands as ``raw`` in its page.

        A layout's broken link stands on every page: without this, every article would be read again. An
        article that links to others by their files is always read, since those are called otherwise.
        """
        head, _, fragment = raw.partition("#")
        last = fragment or head.partition("?")[0].rstrip("/").rpartition("/")[2]
        word = max(re.findall(r"[A-Za-z0-9_]+", last), key=len, default="")
        query = (
            "SELECT instr(s.facts, :word) + instr(s.body, :word) + instr(s.body, '.md')"
            " FROM article a JOIN story s ON s.article = a.id WHERE a.path = :path"
        )
        row = self._db.execute(query, {"word": word, "path": path}).fetchone()
        return bool(row and row[0])

    def _read(self, path: str) -> tuple[tuple[str, int, int], ...]:
        """Return what an article names: each URL as it stands in its page, with its line and column."""
        query = "SELECT s.facts FROM article a JOIN story s ON s.article = a.id WHERE a.path = ?"
        row = self._db.execute(query, (path,)).fetchone()
        document = self.document(path)
        if row is None or document is None:
            return ()
        facts = json.loads(row[0])
        written = markdown.find_targets(
            document.body,
            path=path,
            first_line=document.body_line,
            language=facts["language"],
            frames=self._settings.safety_frames,
            pictures=self._settings.safety_pictures,
        )
        named = [(self._url(facts, target), line, column) for target, line, column in written]
        return (*named, *self._in_fields(facts, document))

    def _in_fields(self, facts: dict[str, Any], document: Document) -> Iterator[tuple[str, int, int]]:
        """Yield what the front matter names: the lead picture, and where the article was taken from."""
        picture = self.field(document, "image")
        if facts["picture"] and picture:
            path = facts["picture"][0]
            at = next((place for target, *place in facts["links"] if target == path), None)
            if at:
                yield self._url(facts, path), at[0], at[1]
        source = self.field(document, "source")
        if facts["source"] and source:
            for text in texts(source.value):
                if text.text == facts["source"][1]:
                    yield text.text, text.line, text.column

    def _url(self, facts: dict[str, Any], target: str) -> str:
        """Return the URL that stands in the article's page for a target of its body."""
        bare, mark, fragment = target.partition("#")
        if not bare or "://" in target:
            return target
        if bare.startswith("/"):
            return self._urls.url("").rstrip("/") + target
        if bare.endswith(".md"):
            row = self._db.execute("SELECT output FROM article WHERE path = ?", (bare,)).fetchone()
            return (self._urls.url(row[0]) if row else "") + mark + fragment
        return self._urls.url(attachment_output(facts["output"], facts["path"], bare)) + mark + fragment
