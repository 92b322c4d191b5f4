"""Builds in this process, for speed, and what each of them did to the output folder."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from broadsheet.archive.database import open_reader, open_state, transaction
from broadsheet.build.pipeline import BuildRequest, BuildResult, build
from broadsheet.build.site_folder import STATE
from broadsheet.common.problems import Problems
from broadsheet.common.progress import Progress
from broadsheet.serve.session import PreviewOptions, PreviewSession
from broadsheet.write.output_folder import MARKER
from tests.bases import copied_or_built
from tests.plain import LAYOUTS, SETTINGS
from tests.sites import Site, needs_a_whole_site

AS_OF = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a build did: the paths whose bytes are new or others now, and those that are no more."""

    written: frozenset[str]
    removed: frozenset[str]
    build: BuildResult


def plain_site(
    folder: Path, sources: Mapping[str, str | bytes] | None = None, *, settings: str = SETTINGS
) -> Site:
    """Write a site with plain layouts and the given sources (path to content)."""
    site = Site(folder=folder)
    site.write("site.toml", settings)
    (folder / "content").mkdir(exist_ok=True)
    for name, text in LAYOUTS.items():
        site.write(f"layouts/{name}", text)
    for path, content in (sources or {}).items():
        site.write(path, content)
    return site


@contextmanager
def edited_state(site: Site) -> Iterator[sqlite3.Connection]:
    """Yield a connection that may write to the state of a site, which passes for undamaged afterwards."""
    with closing(open_state(site.folder / STATE)) as state, transaction(state):
        yield state


def built(site: Site, progress: Progress | None = None, **options: Any) -> BuildResult:
    """Build the site into public/, as of ``AS_OF`` unless ``options`` of the order say otherwise.

    Articles may go: most sites of tests have so few that one is more than half.
    """
    needs_a_whole_site()
    given = {"site": site.folder, "output": site.folder / "public", "as_of": AS_OF, "allow_removals": True}
    return build(BuildRequest(**{**given, **options}), progress)


def printed(site: Site, **options: Any) -> str:
    """Build; return the problems as they are printed, or "" when there are none."""
    try:
        built(site, **options)
    except Problems as error:
        return str(error)
    return ""


def previewed(site: Site) -> str:
    """Return the problems that the preview of the site shows, as they are printed; "" when there are none."""
    options = PreviewOptions(site=site.folder, as_of=AS_OF, readers=True)
    with closing(PreviewSession(options)) as session:
        problems = session.revise(None, Progress()).problems
    return str(Problems(problems)) if problems else ""


def clean_outputs(site: Site, **options: Any) -> dict[str, bytes]:
    """Return what a build of the same sources makes that knows nothing of earlier ones."""
    folder = site.folder.with_name("clean")
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(
        site.folder,
        folder,
        symlinks=True,
        ignore=shutil.ignore_patterns("public*", STATE.parts[0], ".*.staging"),
    )
    clean = Site(folder=folder)
    built(clean, **options)
    return clean.outputs()


def done(site: Site, edit: Callable[[], object], **options: Any) -> Done:
    """Build, edit, build again; return what the second build did.

    On the way it is seen that the summary tells the truth, that what did not differ was not touched,
    and that a clean build gives the same.
    """
    _begin(site)
    before, looks = site.outputs(), site.looks()
    edit()
    result = built(site, **options)
    after, looks_after = site.outputs(), site.looks()
    written = {path for path, content in after.items() if before.get(path) != content}
    assert {path for path, look in looks_after.items() if looks.get(path) != look} == written
    assert after == clean_outputs(site, **options)
    removed = before.keys() - after.keys()
    assert (result.written, result.removed) == (len(written - {MARKER}), len(removed))
    assert result.outputs == len(after.keys() - {MARKER})
    assert result.size == sum(len(content) for path, content in after.items() if path != MARKER)
    with closing(open_reader(site.folder / STATE)) as state:
        (taken,) = state.execute("SELECT taken FROM folder WHERE path = 'public'").fetchone()
        counted = "SELECT kind, count(*), sum(size) FROM output WHERE gone = 0 GROUP BY kind"
        found = {kind: pair for kind, pair in json.loads(taken).items() if pair[0]}
        assert found == {kind: [count, size] for kind, count, size in state.execute(counted)}
    return Done(written=frozenset(written - {MARKER}), removed=frozenset(removed), build=result)


def _begin(site: Site) -> None:
    """Build, or take over what another test has built of the same sources."""
    if (site.folder / STATE).exists():
        built(site)
    else:
        copied_or_built(site, lambda site: str(built(site)))
