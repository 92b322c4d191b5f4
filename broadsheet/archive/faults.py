"""Problems that only the whole archive can tell: links that lead nowhere, ids given twice."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from broadsheet.problems import Problem


def lost_links(state: sqlite3.Connection) -> Iterator[Problem]:
    """Yield a problem for each relative link or picture of a live article whose target is not there."""
    query = (
        "SELECT a.path, l.line, l.col, l.target, t.draft, s.path"
        " FROM link l JOIN article a ON a.id = l.article"
        " LEFT JOIN article t ON t.path = l.target LEFT JOIN source s ON s.path = l.target"
        " WHERE l.found = 0 ORDER BY a.path, l.line, l.col"
    )
    for path, line, column, target, draft, source in state.execute(query):
        if draft is None and source is not None:
            continue  # the target has problems of its own
        if draft is None:
            message, hint = f"there is no {target}", "Mend the link, or add the file."
        else:
            message = f"{target} is {'a draft' if draft else 'held back'}"
            hint = "Link to it once it is published, or hold this article back too."
        yield Problem(path=path, line=line, column=column, message=message, hint=hint)


def equal_ids(state: sqlite3.Connection) -> Iterator[Problem]:
    """Yield a problem for each article whose ``id`` another one has already."""
    query = (
        "SELECT b.path, b.uid, min(a.path) FROM article b JOIN article a ON a.uid = b.uid AND a.path < b.path"
        " WHERE b.uid <> '' AND a.uid <> '' GROUP BY b.path ORDER BY b.path"
    )
    for path, uid, other in state.execute(query):
        hint = "An id belongs to one article for ever. Give this one another, or take the line out."
        yield Problem(path=path, message=f"id: {uid} is that of {other} already", hint=hint)
