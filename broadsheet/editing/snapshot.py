"""The site as a build would find it now, in a state of its own: what is looked up here leaves no trace."""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from broadsheet.archive.database import copy_state, open_state
from broadsheet.archive.facts import seconds
from broadsheet.archive.visibility import Visibility
from broadsheet.build.prepare import Prepared, prepare
from broadsheet.build.site_folder import STATE
from broadsheet.build.workers import Workers
from broadsheet.common.progress import Progress
from broadsheet.settings.model import Settings
from broadsheet.write.staging import Staging, Workplace

_FOLDER = "public"


@contextmanager
def open_snapshot(
    site: Path, settings: Settings, now: dt.datetime, progress: Progress
) -> Iterator[tuple[sqlite3.Connection, Prepared]]:
    """Yield the archive and the plan of the site as of ``now``, without drafts, and their problems.

    It begins with what the last build has read, and reads what has changed since.
    """
    (site / STATE).parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=(site / STATE).parent, prefix="editing-") as folder:
        state = Path(folder) / STATE.name
        copy_state(site / STATE, state)
        workplace = Workplace(root=site, state=state, staging=Staging(Path(folder).resolve() / _FOLDER))
        with (
            closing(open_state(state)) as db,
            Workers(os.cpu_count() or 1, workplace, settings, progress.redo) as workers,
            prepare(
                db,
                site,
                settings,
                Visibility(as_of=seconds(now), drafts=False),
                workers=workers,
                progress=progress,
                folder=_FOLDER,
            ) as prepared,
        ):
            yield db, prepared
