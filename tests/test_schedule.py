"""What is to come of a site, and its numbers, when builds fail and when other folders are built."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from broadsheet.build.schedule import read_outlook
from broadsheet.common.problems import Problems
from tests.builds import built, plain_site, printed
from tests.plain import article
from tests.sites import Site

_LATER = article("Later", "2031-05-05 09:14")
_FAILED = "The last build has failed. This is as of the one before, of 2026-01-01 04:00 +0400.\n"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return plain_site(
        tmp_path / "site",
        {"content/flood.md": article("Flood", "2022-11-05"), "content/later.md": _LATER},
    )


@pytest.mark.parametrize(
    "spoil",
    [
        lambda site: site.write("content/later.md", _LATER.replace("title: Later", "title: [a: b")),
        lambda site: site.write("content/flood.md", article("Flood", "2022-02-30")),
        lambda site: site.write("layouts/home.html", "{% block %}"),
        lambda site: site.write("content/flood.md", article("Flood", "2022-11-05", body="[a](gone.md)")),
        lambda site: site.write("layouts/article.html", "{{ article.title.no }}{{ 1 // 0 }}"),
    ],
    ids=["the article itself", "another article", "layout", "link", "rendering"],
)
def test_a_build_that_fails_forgets_no_embargo_and_leaves_no_numbers(
    site: Site, spoil: Callable[[Site], None]
) -> None:
    built(site)
    before, numbers = site.run("scheduled"), site.run("stats")
    assert before.stdout.startswith("2031-05-05T09:14:00+04:00\nheld back: content/later.md (Later)")
    assert (before.status, before.stderr, numbers.status) == (0, "", 0)
    spoil(site)
    assert printed(site)
    after = site.run("scheduled")
    assert (after.status, after.stdout, after.stderr) == (0, before.stdout, _FAILED)
    failed = site.run("stats")
    assert (failed.status, failed.stdout) == (1, "")
    assert "the last build has failed, so the archive is not that of the built site" in failed.stderr
    site.write("content/flood.md", article("Flood", "2022-11-05"))
    site.write("content/later.md", _LATER)
    site.write("layouts/home.html", "Home")
    site.write("layouts/article.html", "Article")
    built(site)
    assert (site.run("scheduled"), site.run("stats")) == (before, numbers)


def test_an_article_that_never_built_is_no_part_of_the_last_good_build(site: Site) -> None:
    built(site)
    numbers = site.run("stats")
    site.write("content/new.md", article("New", "2030-02-30"))
    assert printed(site)
    assert site.run("scheduled").stderr == _FAILED
    assert site.run("stats") == numbers


def test_if_no_build_has_succeeded_there_is_nothing_to_say(site: Site) -> None:
    site.write("content/flood.md", article("Flood", "2022-02-30"))
    assert printed(site)
    run = site.run("scheduled")
    assert (run.status, run.stdout) == (1, "")
    assert run.stderr == "public: no build into this folder has succeeded yet\n  Build the site first.\n"
    assert site.run("stats").status == 1


def test_a_look_ahead_into_another_folder_moves_no_embargo(site: Site) -> None:
    ahead = site.folder / "ahead"
    built(site, output=ahead, as_of=dt.datetime.fromisoformat("2032-01-01T00:00+04:00"))
    # The only folder there is.
    assert read_outlook(site.folder).changes is None
    built(site)
    built(site, output=ahead, as_of=dt.datetime.fromisoformat("2032-01-02T00:00+04:00"))
    usual = read_outlook(site.folder)
    assert (usual.changes, usual.failed) == (dt.datetime.fromisoformat("2031-05-05T09:14+04:00"), False)
    assert [each.path for each in usual.held] == ["content/later.md"]
    other = read_outlook(site.folder, ahead)
    assert (other.changes, other.held, other.as_of) == (
        None,
        (),
        dt.datetime.fromisoformat("2032-01-02T00:00+04:00"),
    )
    with pytest.raises(Problems, match="elsewhere: no build into this folder has succeeded yet"):
        read_outlook(site.folder, site.folder / "elsewhere")
