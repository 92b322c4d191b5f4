"""Sites near the limits of their host, and over them: what is said, and that they are not published."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from broadsheet.build.size_report import FILE_LIMIT, PAGES_LIMIT
from broadsheet.common.problems import Problems
from broadsheet.publish.url_guard import check_publishable
from tests import photos
from tests.builds import built, edited_state, plain_site
from tests.plain import SETTINGS, article
from tests.sites import Site

_LATER = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    settings = SETTINGS.replace("on = false", "on = true")
    flood = {"content/flood.md": article("Flood", "2022-11-05")}
    site = plain_site(tmp_path / "site", flood, settings=settings)
    site.write("static/film.bin", "A very long film.")
    built(site)
    return site


def _grow(site: Site, *, total: int = 0, film: int = 0) -> None:
    """Have the ledger say that the site, or its film, takes so many bytes: real ones would take long."""
    with edited_state(site) as db:
        (taken,) = db.execute("SELECT taken FROM folder").fetchone()
        sizes = json.loads(taken)
        before = sum(size for _, size in sizes.values())
        if film:
            db.execute("UPDATE output SET size = ? WHERE path = 'film.bin'", (film,))
        sizes["copy"][1] += total - before if total else film
        db.execute("UPDATE folder SET taken = ?", (json.dumps(sizes),))


def _refused(site: Site) -> str:
    try:
        check_publishable(site.folder, site.folder / "public", _LATER)
    except Problems as error:
        return str(error)
    return ""


def test_far_from_the_limits_nothing_is_said(site: Site) -> None:
    _grow(site, total=PAGES_LIMIT * 8 // 10 - 1)
    run = site.build(GITHUB_ACTIONS="true")
    assert (run.status, run.stderr, run.stdout.count("\n")) == (0, "", 1)
    assert "; 800.0 MB (80.0% of GitHub Pages' 1 GB); " in run.stdout
    assert _refused(site) == ""


def test_near_the_limit_it_says_what_takes_the_space_and_warns_in_a_workflow(site: Site) -> None:
    _grow(site, film=50_000_000)
    _grow(site, total=PAGES_LIMIT)
    run = site.build(GITHUB_ACTIONS="true")
    assert (run.status, run.stderr) == (0, "")
    rows = run.stdout.splitlines()
    assert "; 1.0 GB (100.0% of GitHub Pages' 1 GB); " in rows[0]
    assert rows[1] == "That is near what GitHub Pages takes, or more. What takes the space:"
    assert rows[2].startswith("  other files: 999.9 MB in ")
    groups = {row.strip().partition(":")[0] for row in rows[2:-2]}
    assert {"articles", "listings", "feeds", "sitemaps", "data", "search", "other pages"} <= groups
    assert rows[-2] == "  the file film.bin: 50.0 MB"
    assert rows[-1].startswith(
        "::warning file=public::the site takes 1.0 GB, 100.0%25 of the 1 GB that GitHub Pages takes%0AWhat"
    )
    assert json.loads(site.build("--json").stdout)["size_report"][0]["group"] == "other files"
    assert _refused(site) == ""


def test_a_site_over_the_limit_is_built_with_status_one_and_not_published(site: Site) -> None:
    _grow(site, film=90_000_000)
    _grow(site, total=PAGES_LIMIT * 12 // 10)
    site.write("content/flood.md", article("Flooded", "2022-11-05"))
    run = site.build("--as-of", "2026-01-01", GITHUB_ACTIONS="true")
    assert run.status == 1
    assert "Flooded" in site.read("public/2022/11/05/flood/index.html")
    said = run.stderr.splitlines()
    assert said[0] == ("public: the site takes 1.2 GB, 120.0% of the 1 GB that GitHub Pages takes")
    assert said[1].startswith("  What takes the space: other files 1.2 GB; ")
    assert said[1].endswith(
        ' The largest files: film.bin 90.0 MB. For a host without this limit, write limits = "none" below'
        " [hosting] in site.toml."
    )
    assert said[-1] == "The site was built, but its host would not take it."
    assert "::error file=public::the site takes 1.2 GB, 120.0%25 of" in run.stdout
    assert "::warning file=static/film.bin::the file takes 90.0 MB, 85.8%25 of the 100 MiB" in run.stdout
    assert _refused(site).splitlines() == said[:2]
    quiet = site.build("--quiet")
    assert (quiet.status, quiet.stdout, quiet.stderr.splitlines()[0]) == (1, "", said[0])
    summary = site.build("--json")
    assert summary.status == 1
    assert [each["path"] for each in json.loads(summary.stdout)["over_limits"]] == ["public"]
    site.write("site.toml", f'{SETTINGS}\n[hosting]\nlimits = "none"\n')
    run = site.build("--as-of", "2026-01-01", GITHUB_ACTIONS="true")
    assert (run.status, run.stderr, "GitHub" in run.stdout, run.stdout.count("\n")) == (0, "", False, 1)
    assert _refused(site) == ""


def test_a_file_over_the_limit_is_named_by_its_source(site: Site) -> None:
    _grow(site, film=FILE_LIMIT)
    assert site.build("--quiet").status == 0
    _grow(site, film=FILE_LIMIT + 1)
    run = site.build("--quiet")
    assert run.status == 1
    assert run.stderr.startswith(
        "static/film.bin: the file takes 104.9 MB, 100.0% of the 100 MiB that GitHub takes\n"
        '  Make it smaller, or link to it elsewhere. For a host without this limit, write limits = "none"'
        " below [hosting] in site.toml.\n"
    )
    assert _refused(site).startswith("static/film.bin: the file takes 104.9 MB")


def test_what_was_made_of_pictures_counts_as_pictures_and_is_named_by_its_source(site: Site) -> None:
    body = "![The quay](the%20quay.png)"
    site.write("content/the quay.png", photos.save(photos.draw(), "png"))
    site.write("content/quay.md", article("The quay", "2022-11-06", body=body))
    built(site)
    made = [path for path in site.outputs() if "the quay.png" in path]
    _grow(site, total=PAGES_LIMIT)
    groups = {each["group"]: each for each in json.loads(site.build("--json").stdout)["size_report"]}
    assert groups["pictures"]["outputs"] == len(made) == 2
    assert groups["pictures"]["size"] == sum(len(site.outputs()[path]) for path in made)
    with edited_state(site) as db:
        db.execute("UPDATE output SET size = ? WHERE path LIKE '%quay.png'", (FILE_LIMIT + 1,))
    assert "\ncontent/the quay.png: the file takes" in f"\n{_refused(site)}"
