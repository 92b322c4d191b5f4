"""Problems of stories that are put on the front page, and that readers would not find there."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from broadsheet.archive.faults import find_lost_pins
from broadsheet.build.validate.likely_files import LikelyFiles
from broadsheet.common.problems import Edit, Problem


def find_lost_stories(db: sqlite3.Connection) -> Iterator[Problem]:
    """Yield a problem for each story of the front page that is not there, held back or retracted.

    One that has expired, or whose time on the front page has passed, gives way to the newest.
    """
    likely = LikelyFiles(db)
    for pin in find_lost_pins(db):
        edit = None
        if pin.retracted:
            message, hint = "has been retracted", "Take it out."
        elif pin.draft is not None:
            message = f"is {'a draft' if pin.draft else 'held back'}"
            hint = "Put it there once it is published."
        elif pin.is_source:
            continue  # it has problems of its own, or is a page or a profile
        else:
            message = f"there is no {pin.path}"
            same = likely.find_same(pin.path)
            hint = likely.suggest(pin.path) or "Fix the path, or take it out."
            if same and pin.path.endswith(pin.written):
                right = same[len(same) - len(pin.written) :]
                edit = Edit(line=pin.line, column=pin.column, old=pin.written, new=right)
        message = f"{pin.part}: {message if message.startswith('there') else f'{pin.written} {message}'}"
        yield Problem(
            path=pin.source, line=pin.line, column=pin.column, message=message, hint=hint, edit=edit
        )
