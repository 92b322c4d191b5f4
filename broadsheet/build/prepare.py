"""What a build and the preview have in common: archive, plan and problems brought up to date.

There is one such function, so that both see the same site and say the same of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from broadsheet.archive.database import transaction
from broadsheet.archive.state_connection import StateConnection
from broadsheet.archive.visibility import Visibility
from broadsheet.build.site_folder import check_content_folder
from broadsheet.build.update import update_archive
from broadsheet.build.validate import validate_site
from broadsheet.build.workers import Workers
from broadsheet.common.problems import Problem
from broadsheet.common.progress import Progress
from broadsheet.ledger import Ledger
from broadsheet.ledger.plan_sync import Clash
from broadsheet.render.outputs import PLAN
from broadsheet.settings.model import Settings
from broadsheet.settings.plan_settings import plan_settings
from broadsheet.write.output_folder import ADDED_BY_PUBLISH, MARKER


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A site that is ready to be rendered, unless it has ``problems``.

    ``has_plan`` is false where two outputs want one path: then the ledger holds no plan that can be used.
    ``excluded`` counts the Markdown files that the settings leave out.
    """

    ledger: Ledger
    problems: tuple[Problem, ...]
    has_plan: bool
    excluded: int


@contextmanager
def prepare(  # noqa: PLR0913 - what a build works with
    db: StateConnection,
    site: Path,
    settings: Settings,
    visibility: Visibility,
    *,
    workers: Workers,
    progress: Progress,
    folder: str,
    within: frozenset[str] | None = None,
    verify: bool = False,
    before_planning: Callable[[Ledger], None] = lambda _ledger: None,
) -> Iterator[Prepared]:
    """Bring archive and plan up to date with the sources of ``site``; yield what came of it.

    What was read is committed at once. The plan is the ledger's of the output folder that it knows as
    ``folder``; it is committed when the caller is done with it, and not at all if that raises. ``within`` and
    ``verify`` are as for ``update_archive``; ``before_planning`` is given the ledger as the last build left
    it. Raises ``Problems``, before anything else, when there is no folder with articles.
    """
    check_content_folder(site, settings)
    with transaction(db):
        updated = update_archive(
            db, site, settings, workers, progress, visibility, within=within, verify=verify
        )
    db.shorten_log()
    progress.begin("Planning", 0)
    with transaction(db):
        ledger = Ledger(db, folder, updated.build)
        before_planning(ledger)
        clashes = ledger.plan(partial(PLAN.outputs, db, plan_settings(settings))) or _clash_with_others(
            ledger
        )
        yield Prepared(
            ledger=ledger,
            problems=(*updated.problems, *validate_site(db, site, settings, visibility, ledger, clashes)),
            has_plan=not clashes,
            excluded=updated.excluded,
        )


def _clash_with_others(ledger: Ledger) -> list[Clash]:
    """Return the clashes with what stands in the output folder, or on a branch, and is no output."""
    clashes = ledger.reserve(MARKER)
    for path in ADDED_BY_PUBLISH:
        clashes += ledger.reserve(path, "publish")
    return clashes
