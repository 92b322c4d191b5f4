"""Notes about the pictures of a site: larger than they are shown, published twice, with a position in them.

A picture of which browsers can choose among sizes is never too large. How wide the others are shown is what
their pages say, and at most what the settings make of lead pictures.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from itertools import groupby

from broadsheet.archive.faults import list_shown_pictures
from broadsheet.archive.lookups import has_source, is_of_theme
from broadsheet.build.size_report import format_size
from broadsheet.check.checker import FileResult
from broadsheet.check.source_map import SourcePosition
from broadsheet.common.files import STATIC, is_below
from broadsheet.common.problems import Problem
from broadsheet.render.outputs.icons import SOURCE as ICON_SOURCE

# A screen may have two pixels where the page has one. What is half as wide again as that has more than twice
# the pixels that anybody sees; small files are not worth a word.
_DENSITY, _FAR, _SMALL = 2, 1.5, 100_000
_ANY_WIDTH = 1_000_000  # of a picture to which a page gives none
_TABLES = (
    "CREATE TABLE shown_picture (file TEXT PRIMARY KEY, width INT) WITHOUT ROWID",
    """CREATE TABLE picture_file (
        file TEXT PRIMARY KEY, width INT, size INT, fault TEXT, located INT) WITHOUT ROWID""",
)
_LARGE = "the picture is {width:,} pixels wide, and never shown in more than {most:,}"
_SMALLER = "Save it smaller: readers load all of its {size}."
_ON = " Or write on = true below [pictures] in site.toml."
_LOCATED = "the file says where it was taken"
_UNLOCATED = (
    "Take that out, as exiftool -gps:all= -xmp:geotag= does, or make sure that everybody may know it."
)
_TWO_ICONS = "the icons for telephones are made of the theme's icon.png, not of this"
_ONE_ICON = f"Save it as a square PNG at {ICON_SOURCE}, too; or set [theme] icons = false."
_TOO_LARGE = "the picture {fault}"
_MOVE = "Put it into static/, where it is published once, and show /{name} instead."
_ONCE = "Show /{name} instead, which is published once."


class PictureSurvey:
    """What all files together tell of pictures: ``add`` takes in every result before anything is asked.

    ``scratch`` is a database for what grows; ``widest`` the pixels across that a lead picture is made in.
    """

    def __init__(self, scratch: sqlite3.Connection, widest: int) -> None:
        self._scratch = scratch
        self._widest = widest
        for statement in _TABLES:
            scratch.execute(statement)

    def add(self, result: FileResult) -> None:
        """Take in the result of one file."""
        self._scratch.executemany(
            "INSERT INTO shown_picture VALUES (?, ?)"
            " ON CONFLICT DO UPDATE SET width = max(width, excluded.width)",
            ((file, width or _ANY_WIDTH) for file, width in result.shown),
        )
        if result.picture:
            row = (result.page, *result.picture)
            self._scratch.execute("INSERT INTO picture_file VALUES (?, ?, ?, ?, ?)", row)

    def find_notes(self, find_place: Callable[[str], SourcePosition], *, made: bool) -> Iterator[Problem]:
        """Yield a note for each picture that is too large, and each file that says where it was taken.

        ``find_place`` returns where a file of the folder comes from; ``made``: the site makes sizes of
        pictures.
        """
        query = (
            "SELECT f.file, f.width, f.size, f.fault, f.located, s.width FROM picture_file f"
            " LEFT JOIN shown_picture s ON s.file = f.file"
            " WHERE f.located OR s.file IS NOT NULL ORDER BY f.file"
        )
        for file, width, size, fault, located, shown in self._scratch.execute(query):
            if located:
                yield _note(find_place(file), _LOCATED, _UNLOCATED)
            if shown is None:
                continue
            most = min(_DENSITY * shown, self._widest)
            smaller = _SMALLER.format(size=format_size(size)) + ("" if made else _ON)
            if fault:
                yield _note(find_place(file), _TOO_LARGE.format(fault=fault), smaller)
            elif width > _FAR * most and size > _SMALL:
                yield _note(find_place(file), _LARGE.format(width=width, most=most), smaller)


def find_two_icons(db: sqlite3.Connection) -> Iterator[Problem]:
    """Yield a note if browsers show the site's own icon, and telephones one that is made of the theme's."""
    own = f"{STATIC}/icon.svg"
    if has_source(db, own) and not is_of_theme(db, own) and is_of_theme(db, ICON_SOURCE):
        yield _note(SourcePosition(own), _TWO_ICONS, _ONE_ICON)


def find_repeated(db: sqlite3.Connection, *, retracted: bool) -> Iterator[Problem]:
    """Yield a note for each picture that is published more than once: where it is first shown.

    What is below content/ is published beside each page that shows it; ``retracted``: with those of retracted
    articles.
    """
    for _, group in groupby(list_shown_pictures(db, retracted=retracted), lambda each: each.digest):
        shown = list(group)
        targets = sorted({each.target for each in shown})
        published = {each.target if is_below(each.target, STATIC) else each.path for each in shown}
        if len(targets) == len(published) == 1:
            continue
        first = next((target for target in targets if is_below(target, STATIC)), targets[0])
        below = is_below(first, STATIC)
        name = first.removeprefix(f"{STATIC}/") if below else first.rpartition("/")[2]
        hint = (_ONCE if below else _MOVE).format(name=name)
        for target in targets if len(targets) == 1 else [each for each in targets if each != first]:
            place = next(each for each in shown if each.target == target)
            message = (
                f"{target} is published {len(published):,} times, beside each page that shows it"
                if len(targets) == 1
                else f"{target} is the same picture as {first}"
            )
            position = SourcePosition(place.path, place.line, place.column)
            yield _note(position, message, hint)


def _note(place: SourcePosition, message: str, hint: str) -> Problem:
    return Problem(path=place.path, line=place.line, column=place.column, message=message, hint=hint)
