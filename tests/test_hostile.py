"""Hostile requests and random command lines, a few of each: ``bench/`` has the campaigns."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.builds import plain_site
from tests.command_lines import find_fault, make_line, make_site, run_line
from tests.hostile_requests import HIDDEN, Attack
from tests.plain import article
from tests.previews import previewing
from tests.sites import needs_a_whole_site


def test_hostile_requests_get_nothing_that_is_not_the_site_s(tmp_path: Path) -> None:
    site = plain_site(tmp_path / "site", {"content/flood.md": article("Flood", "2022-11-01")})
    (tmp_path / "secret.txt").write_text(HIDDEN, encoding="utf-8")
    site.write("static/film.mp4", b"0123456789")
    with previewing(site) as preview:
        good = preview.page("2022/11/01/flood/")
        attack = Attack(preview, random.Random(0))
        for _ in range(400):
            attack.send()
        assert attack.faults == []
        assert {"200", "302", "400", "404", "421", "501"} <= attack.seen.keys()
        assert preview.page("2022/11/01/flood/") == good


def test_random_command_lines_end_with_a_documented_status_and_no_traceback(tmp_path: Path) -> None:
    needs_a_whole_site()
    site, chance = make_site(tmp_path / "site"), random.Random(5)
    for _ in range(12):
        words = make_line(chance)
        env = {"GITHUB_ACTIONS": "true"}
        assert find_fault(*run_line(site, words, env), env) == "", words


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("build", "--site=--"), "argument --site: -- is no value"),
        (("build", "--site", "loop"), "argument --site: loop is a link that leads to itself"),
        (("check", "--output", "x/" * 2500), "argument --output: is too long for a path"),
        (("init", "x/" * 2500), "argument FOLDER: is too long for a path"),
        (
            ("build", "--as-of", "0001-01-01T00:00+23:59"),
            "argument --as-of: 0001-01-01T00:00+23:59 is not a time in the years 2 to 9998",
        ),
    ],
    ids=["no value", "circle", "long", "long folder", "time"],
)
def test_paths_and_times_that_cannot_be_are_refused(
    tmp_path: Path, words: tuple[str, ...], says: str
) -> None:
    site = make_site(tmp_path / "site")
    status, printed = run_line(site, list(words), {})
    assert (status, printed.splitlines()[-1].partition("error: ")[2]) == (2, says)


@pytest.mark.parametrize("folder", ["", ".", "..", "content", "/"])
def test_a_list_of_changes_is_not_written_to_a_folder(tmp_path: Path, folder: str) -> None:
    site = make_site(tmp_path / "site")
    status, printed = run_line(site, ["build", f"--changed-list={folder}"], {})
    assert status == 1
    assert printed.startswith(f"{folder or '.'}: Is a directory. ")
    assert not (site.folder / "public").exists()


def test_a_headline_that_is_not_utf8_is_refused_even_if_a_file_has_its_name(tmp_path: Path) -> None:
    site = make_site(tmp_path / "site")
    (site.folder / "a\udc80b").touch()
    status, printed = run_line(site, ["new", "a\udc80b"], {})
    assert (status, printed.splitlines()[-1].partition("error: ")[2]) == (2, "title: a\\udc80b is not UTF-8")
