"""Builds that are killed, and builds that meet: every file is whole, and the next build is right.

``tests.kills`` says what is done to a site and looked at; ``bench/kills.py`` does it by the hundred.
"""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import time
from pathlib import Path

import pytest

from broadsheet.build.site_folder import STATE, lock
from tests.builds import AS_OF, built, clean_outputs, plain_site
from tests.kills import Kills
from tests.plain import SETTINGS, article
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


@pytest.mark.slow
def test_a_build_goes_on_when_processes_that_work_for_it_are_killed(tmp_path: Path) -> None:
    kills = Kills(tmp_path, 9, count=420, jobs=2)
    for times in (1, 2):
        kills.kill_workers(times)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    articles = {f"content/{number}.md": article(f"N{number}", "2022-11-05") for number in range(60)}
    return plain_site(tmp_path / "site", articles)


def _started(site: Site, output: str = "public", *options: str) -> subprocess.Popen[str]:
    place = ("--output", str(site.folder / output))
    return _command(site, "build", "--quiet", *place, "--as-of", AS_OF.isoformat(), *options)


def _command(site: Site, *words: str) -> subprocess.Popen[str]:
    line = [sys.executable, str(ROOT / "build.py"), *words, "--site", str(site.folder)]
    pipe = subprocess.PIPE
    return subprocess.Popen(line, env=environment(), stdout=pipe, stderr=pipe, text=True)


def _waiting(site: Site, *words: str) -> subprocess.Popen[str]:
    """Return a command that waits for the build that is at work."""
    process = _command(site, *words)
    assert process.stderr is not None
    assert process.stderr.readline() == _WAITS
    return process


def test_a_build_that_waited_is_of_the_settings_and_the_moment_at_which_it_begins(site: Site) -> None:
    soon = dt.datetime.now(dt.UTC).replace(microsecond=0) + dt.timedelta(seconds=3)
    site.write("content/soon.md", article("Soon", soon.isoformat()))
    with lock(site.folder, _nobody):
        waiting = _waiting(site, "build")
        site.write("site.toml", SETTINGS.replace("The Example Courier", "The Evening Courier"))
        time.sleep(max(0.0, (soon - dt.datetime.now(dt.UTC)).total_seconds()))
    waiting.communicate()
    assert waiting.returncode == 0
    assert site.outputs() == clean_outputs(site, as_of=soon)
    assert b"The Evening Courier" in site.outputs()["index.html"]


def test_nothing_is_removed_under_a_build(site: Site) -> None:
    built(site)
    before = site.outputs()
    with lock(site.folder, _nobody):
        cleaning = _waiting(site, "clean")
        assert (site.outputs(), (site.folder / STATE).exists()) == (before, True)
    assert cleaning.communicate()[0] == "removed public\nremoved .broadsheet\n"
    assert cleaning.returncode == 0
    assert not (site.folder / STATE.parent).exists()


def test_a_build_and_a_removal_that_both_waited_come_one_after_the_other(site: Site) -> None:
    built(site)
    with lock(site.folder, _nobody):
        cleaning, building = _waiting(site, "clean"), _waiting(site, "build", "--as-of", AS_OF.isoformat())
    assert cleaning.communicate()[1] == ""
    assert "Traceback" not in building.communicate()[1]
    assert (cleaning.returncode, building.returncode) == (0, 0)
    assert site.outputs() in ({}, clean_outputs(site))
    built(site)
    assert site.outputs() == clean_outputs(site)


def _nobody() -> None:
    raise AssertionError


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
