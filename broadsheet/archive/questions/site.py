"""Questions about the site's own files: settings, layouts, static files, pictures, the engine.

Those that most outputs ask alike are ``shared``; the ledger keeps them as sets.
"""

from __future__ import annotations

import json
import sqlite3

from broadsheet.archive.questions.question import (
    Only,
    SourceQuestion,
    parse_no_parameters,
    parse_only_subject,
)
from broadsheet.common.pictures import PictureShape


class Setting(SourceQuestion[str, str | None]):
    """``setting NAME``: a setting as JSON text, or None."""

    name = "setting"
    what = "setting"
    shared = True

    def answer(self, db: sqlite3.Connection, subject: str, parameters: None) -> str | None:
        """Return the text."""
        row = db.execute("SELECT value FROM setting WHERE name = ?", (subject,)).fetchone()
        return row[0] if row else None


class FacetSetting(Setting):
    """``given NAME``: a setting as ``Setting`` has it, but of one facet or one address.

    Not ``shared``: each page asks for another.
    """

    name = "given"
    shared = False


class Template(SourceQuestion[str, str | None]):
    """``template NAME``: the source of a file of layouts/, or None: there is no such template."""

    name = "template"
    what = "layout"
    shared = True

    def answer(self, db: sqlite3.Connection, subject: str, parameters: None) -> str | None:
        """Return the source."""
        row = db.execute("SELECT text FROM layout WHERE name = ?", (subject,)).fetchone()
        return row[0] if row else None


class Engine(SourceQuestion[Only, str | None]):
    """``engine all``: the digest of Broadsheet's own source and of the versions that it runs on."""

    name = "engine"
    what = "engine"
    shared = True

    def answer(self, db: sqlite3.Connection, subject: Only, parameters: None) -> str | None:
        """Return the digest as text."""
        row = db.execute("SELECT value FROM state WHERE name = 'engine'").fetchone()
        return row[0] if row else None


class Exists(SourceQuestion[str, int]):
    """``exists PATH``: 1 when there is such a file of static/ or content/, else 0."""

    name = "exists"
    what = "file"
    shared = True

    def answer(self, db: sqlite3.Connection, subject: str, parameters: None) -> int:
        """Return 1 or 0."""
        return int(db.execute("SELECT 1 FROM source WHERE path = ?", (subject,)).fetchone() is not None)


class FileDigest(SourceQuestion[str, str | None]):
    """``file PATH``: the digest of a file as hexadecimal text, or None."""

    name = "file"
    what = "file"

    def answer(self, db: sqlite3.Connection, subject: str, parameters: None) -> str | None:
        """Return the digest."""
        row = db.execute("SELECT hex(digest) FROM source WHERE path = ?", (subject,)).fetchone()
        return row[0] if row else None


class AssetDigest(FileDigest):
    """``asset PATH``: what ``FileDigest`` answers, of what a style sheet or script is made of.

    Every page asks for those that its URLs carry the digests of.
    """

    name = "asset"
    shared = True


class PictureLooks(SourceQuestion[str, PictureShape | None]):
    """``picture PATH``: what a picture is like, or None: there is no such file."""

    name = "picture"
    what = "file"

    def answer(self, db: sqlite3.Connection, subject: str, parameters: None) -> PictureShape | None:
        """Return its shape."""
        query = "SELECT width, height, format, alpha FROM source WHERE path = ?"
        row: PictureShape | None = db.execute(query, (subject,)).fetchone()
        return row


class PictureWords(SourceQuestion[str, tuple[str, str]]):
    """``picture_words PATH``: the caption and the credit that a picture's file has, each may be empty."""

    name = "picture_words"
    what = "file"

    def answer(self, db: sqlite3.Connection, subject: str, parameters: None) -> tuple[str, str]:
        """Return the pair."""
        row = db.execute("SELECT words FROM source WHERE path = ?", (subject,)).fetchone()
        caption, credit = json.loads(row[0]) if row and row[0] else ("", "")
        return caption, credit


SETTING = Setting(str, parse_no_parameters)
FACET_SETTING = FacetSetting(str, parse_no_parameters)
TEMPLATE = Template(str, parse_no_parameters)
ENGINE = Engine(parse_only_subject, parse_no_parameters)
EXISTS = Exists(str, parse_no_parameters)
FILE_DIGEST = FileDigest(str, parse_no_parameters)
ASSET = AssetDigest(str, parse_no_parameters)
PICTURE = PictureLooks(str, parse_no_parameters)
PICTURE_WORDS = PictureWords(str, parse_no_parameters)


def read_compiled(db: sqlite3.Connection, name: str) -> bytes | None:
    """Return the code of a layout as it was compiled when layouts were last checked; None if it was not.

    Not a question: the code is a function of the layout's text and of the engine.
    """
    row = db.execute("SELECT code FROM compiled WHERE name = ?", (name,)).fetchone()
    return row[0] if row else None
