"""The guard of what is published: a build that would remove most articles stops unless told to go on."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from broadsheet.build.pipeline import BuildResult
from broadsheet.common.problems import Problems
from tests.builds import built, clean_outputs, plain_site
from tests.plain import SETTINGS, article
from tests.sites import Site

_HINT = (
    "  Bring them back: look at the folder of the articles, and at [content] in site.toml. "
    "If they are to go, say so with --allow-removals."
)


def _site(folder: Path, count: int) -> Site:
    return plain_site(
        folder / "site",
        {f"content/{n}.md": article(f"Story {n}", f"2022-11-0{n}") for n in range(1, count + 1)},
    )


def _said(site: Site, *, flag: bool = False, as_of: str = "2026-01-01", drafts: bool = False) -> str:
    try:
        _build(site, flag=flag, as_of=as_of, drafts=drafts)
    except Problems as error:
        return str(error)
    return ""


def _build(site: Site, *, flag: bool = False, as_of: str = "2026-01-01", drafts: bool = False) -> BuildResult:
    moment = dt.datetime.fromisoformat(as_of).replace(tzinfo=dt.UTC)
    return built(site, allow_removals=flag, as_of=moment, drafts=drafts)


def _write_settings(site: Site, more: str) -> None:
    site.write("site.toml", SETTINGS.replace('required = ["title"]', f'required = ["title"]\n{more}'))


def test_a_build_that_would_empty_the_site_stops_and_writes_nothing(tmp_path: Path) -> None:
    site = _site(tmp_path, 4)
    _build(site)
    before = site.outputs()
    _write_settings(site, 'exclude = ["*"]')
    assert _said(site) == (
        "public: 4 of the 4 articles there would be removed, the first: /2022/11/01/1/ (content/1.md)\n"
        f"{_HINT}"
    )
    assert site.outputs() == before
    assert _said(site)
    assert _build(site, flag=True).articles == 0
    assert site.outputs() == clean_outputs(site)
    assert _said(site) == ""


def test_half_of_the_articles_may_go_and_more_may_not(tmp_path: Path) -> None:
    site = _site(tmp_path, 4)
    _build(site)
    for n in (1, 2):
        site.delete(f"content/{n}.md")
    assert _build(site).articles == 2
    site = _site(tmp_path / "more", 5)
    _build(site)
    for n in (1, 2, 3):
        site.delete(f"content/{n}.md")
    assert _said(site).startswith("public: 3 of the 5 articles there would be removed, the first: ")


def test_the_only_article_may_be_replaced_but_does_not_vanish(tmp_path: Path) -> None:
    site = _site(tmp_path, 1)
    _build(site)
    site.delete("content/1.md")
    assert _said(site) == (
        f"public: the only article there would be removed: /2022/11/01/1/ (content/1.md)\n{_HINT}"
    )
    site.write("content/own.md", article("My own", "2022-11-05"))
    assert _build(site).articles == 1


@pytest.mark.parametrize(
    ("setting", "pattern"),
    [
        ("[permalinks]", 'article = "/{year}/{slug}.html"'),
        ("[listings]", "days = false"),
        ("[listings]", "kinds = []"),
    ],
)
def test_articles_that_move_and_listings_that_go_are_not_removals(
    tmp_path: Path, setting: str, pattern: str
) -> None:
    site = _site(tmp_path, 4)
    _build(site)
    table, name = f"\n{setting}\n", pattern.partition(" ")[0]
    settings = "\n".join(row for row in SETTINGS.splitlines() if not row.startswith(f"{name} ="))
    if table not in settings:
        settings += table
    site.write("site.toml", settings.replace(table, f"{table}{pattern}\n"))
    assert _build(site).articles == 4


def test_a_folder_that_is_named_anew_moves_its_articles(tmp_path: Path) -> None:
    site = _site(tmp_path, 3)
    _build(site)
    (site.folder / "content").rename(site.folder / "posts")
    _write_settings(site, 'folder = "posts"')
    assert _build(site).removed == 0


def test_addresses_that_redirect_or_are_gone_are_not_removed(tmp_path: Path) -> None:
    site = _site(tmp_path, 3)
    _build(site)
    for n in (1, 2):
        site.delete(f"content/{n}.md")
    site.write(
        "site.toml",
        f'{SETTINGS}\n[redirects]\n"/2022/11/01/1/" = "/"\n'
        '[gone]\n"/2022/11/02/2/" = { date = 2025-01-01, reason = "Wrong." }\n',
    )
    assert _build(site).articles == 1


def test_articles_held_back_by_a_mistake_are_removals(tmp_path: Path) -> None:
    site = _site(tmp_path, 3)
    _build(site)
    for n in (1, 2):
        site.write(f"content/{n}.md", article("Held", f"2022-11-0{n}", more="draft: yes"))
    assert _said(site).startswith("public: 2 of the 3 articles there would be removed")


def test_what_other_options_hold_back_is_no_removal(tmp_path: Path) -> None:
    site = _site(tmp_path, 1)
    for n in (2, 3):
        site.write(f"content/{n}.md", article("Held", f"2022-11-0{n}", more="draft: yes"))
    assert _build(site, drafts=True).articles == 3
    assert _build(site).articles == 1
    site = _site(tmp_path / "early", 3)
    assert _build(site).articles == 3
    assert _build(site, as_of="2022-11-01T12:00").articles == 1


def test_of_a_folder_that_the_state_does_not_know_the_sitemaps_tell(tmp_path: Path) -> None:
    site = _site(tmp_path, 5)
    _build(site)
    before = site.outputs()
    shutil.rmtree(site.folder / ".broadsheet")
    for n in (1, 2, 3):
        site.delete(f"content/{n}.md")
    assert _said(site) == f"public: 3 of the 5 articles there would be removed\n{_HINT}"
    assert site.outputs() == before
    site.write("public/sitemaps/2022-11_1.xml.gz", b"no gzip")
    assert _build(site).articles == 2
    assert site.outputs() == clean_outputs(site)


def test_an_empty_folder_has_nothing_to_lose(tmp_path: Path) -> None:
    site = _site(tmp_path, 3)
    _build(site)
    shutil.rmtree(site.folder / "public")
    for n in (1, 2, 3):
        site.delete(f"content/{n}.md")
    assert _build(site).articles == 0


def test_problems_of_articles_come_before_the_removal_that_they_would_cause(tmp_path: Path) -> None:
    site = _site(tmp_path, 2)
    _build(site)
    for n in (1, 2):
        site.write(f"content/{n}.md", article("Bad", "2022-02-30"))
    assert "would be removed" not in _said(site)
