"""One build into one output folder: the value that the parts of the ledger share."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderBuild:
    """One build into one output folder, within one transaction on ``db``.

    ``folder`` is the id of the folder's row and ``number`` that of the build. ``seen`` is the number of the
    last build that this folder has followed: what was touched after it is new to this folder.
    """

    db: sqlite3.Connection
    folder: int
    number: int
    seen: int
