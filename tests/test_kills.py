"""Builds that are killed, and builds that meet: every file is whole, and the next build is right.

``tests.kills`` says what is done to a site and looked at; ``bench/kills.py`` does it by the hundred.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.editions import AS_OF, clean_outputs, plain_site
from tests.kills import Kills
from tests.plain import article
from tests.sites import ROOT, Site, environment

_WAITS = "Another build of this site is running; waiting for it.\n"


@pytest.mark.slow
def test_killed_at_any_moment_files_are_whole_and_the_next_build_is_right(tmp_path: Path) -> None:
    kills = Kills(tmp_path, 7, count=60, jobs=1)
    for _ in range(16):
        kills.turn()
    assert kills.seen["done before it was killed"] < 12


@pytest.mark.slow
def test_killed_with_or_without_its_workers_files_are_whole_and_no_worker_stays(tmp_path: Path) -> None:
    kills = Kills(tmp_path, 8, count=420, jobs=2)
    for _ in range(4):
        kills.turn()


@pytest.fixture
def site(tmp_path: Path) -> Site:
    articles = {f"content/{number}.md": article(f"N{number}", "2022-11-05") for number in range(60)}
    return plain_site(tmp_path / "site", articles)


def _started(site: Site, output: str = "public", *options: str) -> subprocess.Popen[str]:
    line = [sys.executable, str(ROOT / "build.py"), "build", "--site", str(site.folder), "--quiet"]
    line += ["--output", str(site.folder / output), "--as-of", AS_OF.isoformat(), *options]
    return subprocess.Popen(line, env=environment(), stderr=subprocess.PIPE, text=True)


def test_two_builds_into_two_folders_at_once_both_end_right(site: Site) -> None:
    both = [_started(site), _started(site, "preview", "--base-url", "https://example.com/")]
    said = [process.communicate()[1] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert set(said) <= {"", _WAITS}
    assert site.outputs() == clean_outputs(site)
    assert site.outputs("preview") == clean_outputs(site, base_url="https://example.com/")


@pytest.mark.parametrize("killed", ["the one at work", "the one that waits"])
def test_of_two_builds_one_is_killed_and_the_other_ends_right(site: Site, killed: str) -> None:
    first = _started(site)
    while not (site.folder / ".broadsheet/lock").exists():
        assert first.poll() is None
    second = _started(site)
    assert second.stderr is not None
    said = second.stderr.readline()
    dying, going_on = (first, second) if killed == "the one at work" else (second, first)
    dying.kill()
    dying.communicate()
    assert said in {"", _WAITS}
    assert going_on.communicate()[1] == ""
    assert going_on.returncode == 0
    assert site.outputs() == clean_outputs(site)
