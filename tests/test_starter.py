"""Beginning things: a new site, a new article."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from broadsheet.build.site_folder import load_settings
from broadsheet.commands.init import create_site
from broadsheet.commands.new import create_article
from broadsheet.commands.terminal.interview import NewArticle
from broadsheet.common.problems import Problems
from broadsheet.read.typography import set_text
from tests.builds import built, plain_site, printed
from tests.plain import SETTINGS
from tests.sites import ROOT, Site, environment
from tests.test_publish import git

# The first of the year in Baku, the last of the old one elsewhere.
_NOW = dt.datetime(2025, 12, 31, 21, 30, 15, 999, tzinfo=dt.UTC)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return plain_site(tmp_path / "site")


def _new(site: Site, title: str, **given: Any) -> str:
    return create_article(site.folder, load_settings(site.folder), NewArticle(title=title, **given), _NOW)


def test_a_new_article_stands_in_the_folder_of_its_month_with_every_field(site: Site) -> None:
    path = _new(site, "Harbour bridge opens")
    assert path == "content/2026/01/harbour-bridge-opens.md"
    assert site.read(path) == (
        "---\n"
        "id: 20260101-harbour-bridge-opens\n"
        'title: "Harbour bridge opens"\n'
        "author:\n"
        "dateline:\n"
        "date: 2026-01-01 01:30\n"
        "section:\n"
        "tags: []\n"
        "summary:\n"
        "draft: true\n"
        "---\n\n"
    )
    built(site)
    assert json.loads(site.read("public/feed.json"))["items"] == []


def test_a_new_article_is_no_draft_if_it_is_told_so(site: Site) -> None:
    run = site.run("new", "A", "--publish")
    assert (run.status, "draft" in site.read(run.stdout.strip())) == (0, False)
    assert "\ndraft: true\n---\n" in site.read(site.run("new", "B").stdout.strip())


@pytest.mark.parametrize(
    ("keys", "row"),
    [
        ('["draft", "status"]', "draft: true"),
        ('["status"]', "status: draft"),
        ('["is_draft"]', "is_draft: true"),
        ("[]", "summary:"),
    ],
)
def test_a_draft_is_written_as_the_site_writes_it(tmp_path: Path, keys: str, row: str) -> None:
    site = plain_site(tmp_path / "site", settings=f"{SETTINGS}\n[front_matter]\ndraft = {keys}\n")
    path = _new(site, "A")
    assert f"\n{row}\n---\n" in site.read(path)
    site.write(path, site.read(path) + "Words.\n")
    assert built(site, as_of=_NOW + dt.timedelta(seconds=1)).articles == int(keys == "[]")


def test_what_is_known_of_it_already_stands_in_it(site: Site) -> None:
    given = {"authors": ("Ana Ruiz", "Li: Wei"), "dateline": "Washington D.C.", "section": "Politics"}
    path = _new(site, "A", **given, tags=("Sea level", "#1"), draft=False)
    text = site.read(path)
    assert '\nauthor: ["Ana Ruiz", "Li: Wei"]\ndateline: "Washington D.C."\n' in text
    assert '\nsection: "Politics"\ntags: ["Sea level", "#1"]\n' in text
    site.write(path, f"{text}Words.\n")
    built(site)
    (item,) = json.loads(site.read("public/feed.json"))["items"]
    assert [author["name"] for author in item["authors"]] == ["Ana Ruiz", "Li: Wei"]
    assert "tags/sea-level/index.html" in site.outputs()


def test_a_field_that_the_site_does_not_read_is_left_out(tmp_path: Path) -> None:
    site = plain_site(tmp_path / "site", settings=f"{SETTINGS}\n[front_matter]\nauthor = []\n")
    assert "author" not in site.read(_new(site, "A", authors=("Ana Ruiz",)))


@pytest.mark.parametrize(
    ("zone", "now", "written"),
    [
        ("Europe/Berlin", dt.datetime(2019, 10, 27, 0, 30, tzinfo=dt.UTC), "2019-10-27 02:30 +0200"),
        ("Europe/Berlin", dt.datetime(2019, 10, 27, 1, 30, tzinfo=dt.UTC), "2019-10-27 02:30 +0100"),
        ("Europe/Berlin", dt.datetime(2019, 10, 27, 2, 30, tzinfo=dt.UTC), "2019-10-27 03:30"),
    ],
)
def test_a_new_article_is_dated_as_documents_date_it(
    zone: str, now: dt.datetime, written: str, tmp_path: Path
) -> None:
    site = plain_site(tmp_path / "site", settings=SETTINGS.replace("Asia/Baku", zone))
    path = create_article(site.folder, load_settings(site.folder), NewArticle(title="A"), now)
    assert f"\ndate: {written}\n" in site.read(path)
    site.write(path, site.read(path).replace("draft: true\n", "") + "Words.\n")
    assert built(site, as_of=now).articles == 1


@pytest.mark.parametrize("title", ["!!!", "…", "😀"])
def test_a_title_without_letters_makes_a_name_of_day_and_time(title: str, site: Site) -> None:
    assert _new(site, title) == "content/2026/01/article-01-0130.md"
    assert f'title: "{title}"\n' in site.read("content/2026/01/article-01-0130.md")


@pytest.mark.parametrize(
    ("options", "written"),
    [
        (("--author", "Ana Ruiz and Li Wei"), 'author: ["Ana Ruiz", "Li Wei"]'),
        (("--author", "Ana Ruiz, Li Wei & Ben Okafor"), 'author: ["Ana Ruiz", "Li Wei", "Ben Okafor"]'),
        (("--author", "Ana Ruiz", "--author", "Li Wei; Ana Ruiz"), 'author: ["Ana Ruiz", "Li Wei"]'),
        (("--author", "Anderson Sandy"), 'author: "Anderson Sandy"'),
        (("--tag", "Bread and butter, Flour"), 'tags: ["Bread and butter", "Flour"]'),
    ],
)
def test_several_names_in_one_option_are_several(options: tuple[str, ...], written: str, site: Site) -> None:
    run = site.run("new", "A", *options)
    assert f"\n{written}\n" in site.read(run.stdout.strip())


def test_a_new_article_is_told_what_is_missing_and_builds_once_it_is_filled_in(tmp_path: Path) -> None:
    settings = SETTINGS.replace('required = ["title"]\n', "")
    site = plain_site(tmp_path / "site", settings=settings)
    path = _new(site, "Harbour bridge opens")
    site.write(path, site.read(path).replace("draft: true\n", ""))
    said = [row for row in printed(site).splitlines() if not row.startswith(" ")]
    empty = f"{path}:10: the article has no text"
    assert said == [f"{path}:4:1: author is empty", f"{path}:5:1: dateline is empty", empty]
    text = site.read(path)
    for name, value in (("author", "Ana Ruiz"), ("dateline", "Washington D.C."), ("section", "Politics")):
        text = text.replace(f"{name}:\n", f"{name}: {value}\n")
    site.write(path, f"{text}The bridge is open.\n")
    result = built(site, as_of=_NOW + dt.timedelta(seconds=1))
    assert result.articles == 1
    page = site.read("public/2026/01/01/harbour-bridge-opens/index.html")
    assert "Harbour bridge opens" in page
    assert "Washington D.C." in page


@pytest.mark.parametrize(
    "title",
    [
        'He said: "no" #1',
        "C:\\temp\\new",
        "It's 50% – [yes] {no} &amp",  # noqa: RUF001
        "Ağdam, Şuşa",
        "- dash",
        "null",
        "!!!",
        "x" * 400,
    ],
)
def test_any_title_comes_back_as_it_is_set(site: Site, title: str) -> None:
    path = _new(site, title, draft=False)
    site.write(path, site.read(path) + "Words.\n")
    built(site)
    facts = site.read("public/feed.json")
    assert [item["title"] for item in json.loads(facts)["items"]] == [set_text(title, "en")]
    assert path.startswith("content/2026/01/")


def test_a_new_article_uses_the_names_of_the_sites_front_matter(tmp_path: Path) -> None:
    settings = f'{SETTINGS}\n[front_matter]\nauthor = ["authors"]\ntags = ["topics", "categories"]\n'
    site = plain_site(tmp_path / "site", settings=settings)
    text = site.read(_new(site, "A"))
    assert "\nauthors:\n" in text
    assert "\ntopics: []\n" in text
    assert "author:" not in text


def test_a_new_article_stands_in_the_folder_that_site_toml_names(tmp_path: Path) -> None:
    site = plain_site(
        tmp_path / "site", settings=SETTINGS.replace("[content]\n", '[content]\nfolder = "news"\n')
    )
    assert _new(site, "A") == "news/2026/01/a.md"


def test_an_article_that_is_there_is_not_overwritten(site: Site) -> None:
    path = _new(site, "A")
    site.write(path, "Mine.")
    with pytest.raises(Problems) as raised:
        _new(site, "A!")
    assert str(raised.value) == (
        "content/2026/01/a.md: is there already\n  Write on in that file, or choose another title."
    )
    assert site.read(path) == "Mine."


def test_a_new_site_builds(tmp_path: Path) -> None:
    site = Site(folder=tmp_path / "courier")
    create_site(site.folder, _NOW)
    assert built(site, as_of=_NOW).articles == 1
    assert "2025/12/31/first-page/index.html" in site.outputs()
    assert printed(site, as_of=_NOW) == ""
    assert (site.folder / ".gitignore").exists()


def test_a_new_site_names_the_authority_of_its_ids_so_that_another_address_does_not_change_them(
    tmp_path: Path,
) -> None:
    site = Site(folder=tmp_path / "courier")
    create_site(site.folder, _NOW)
    before = load_settings(site.folder)
    site.write("site.toml", site.read("site.toml").replace("https://example.org/", "https://other.example/"))
    after = load_settings(site.folder)
    assert (before.url != after.url, before.authority) == (True, after.authority)


def test_a_new_site_has_a_command_of_its_own(tmp_path: Path) -> None:
    run = Site(folder=tmp_path).run("init", str(tmp_path / "a"))
    assert run.status == 2  # init knows no --site
    line = [sys.executable, str(ROOT / "build.py"), "init", "courier"]
    done = subprocess.run(line, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout == "A new site stands in courier. Build it: broadsheet build --site courier\n"
    own = [sys.executable, "build.py"]
    done = subprocess.run(
        own,
        cwd=tmp_path / "courier",
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("1 article: ")
    assert (tmp_path / "courier/public/index.html").is_file()


def test_an_empty_folder_is_taken_and_no_other(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    create_site(tmp_path / "empty", _NOW)
    (tmp_path / "full").mkdir()
    (tmp_path / "full/mine.txt").write_text("Mine.")
    (tmp_path / "file").write_text("Mine.")
    for name, held in (("full", "It holds mine.txt. "), ("file", "")):
        with pytest.raises(Problems) as raised:
            create_site(tmp_path / name, _NOW)
        assert str(raised.value).endswith(
            f"{name}: is there already\n  {held}Name a folder that is not there yet, or an empty one."
        )
    assert [file.name for file in (tmp_path / "full").iterdir()] == ["mine.txt"]


def test_a_new_repository_is_taken_with_what_its_host_has_put_there(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "courier")
    for name in ("README.md", "LICENSE"):
        (tmp_path / "courier" / name).write_text("Theirs.")
    (tmp_path / "courier/.venv").mkdir()
    line = [sys.executable, str(ROOT / "build.py"), "init", "."]
    done = subprocess.run(line, cwd=tmp_path / "courier", capture_output=True, text=True, check=True)
    assert done.stdout == "A new site stands in this folder. Build it: broadsheet build --site .\n"
    assert (tmp_path / "courier/README.md").read_text() == "Theirs."
    git(tmp_path / "courier", "add", "--all")
    names = ("public", ".broadsheet", ".venv", "node_modules", ".public.staging")
    for name in names:
        (tmp_path / "courier" / name).mkdir(exist_ok=True)
        (tmp_path / "courier" / name / "file").write_text("")
    assert git(tmp_path / "courier", "status", "--porcelain", "--untracked-files").count("\n??") == 0
    assert "A  vendor/broadsheet-" in git(tmp_path / "courier", "status", "--porcelain")


def test_a_new_site_holds_no_theme_unless_it_is_to(tmp_path: Path) -> None:
    create_site(tmp_path / "bare", _NOW)
    assert not {"layouts", "static"} & {file.name for file in (tmp_path / "bare").iterdir()}
    create_site(tmp_path / "whole", _NOW, with_theme=True)
    whole = Site(folder=tmp_path / "whole")
    for folder in ("layouts", "static"):
        assert whole.outputs(folder) == Site(folder=ROOT).outputs(folder)
        shutil.rmtree(whole.folder / folder)
    assert whole.outputs(".") == Site(folder=tmp_path / "bare").outputs(".")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot limit the size of files")
@pytest.mark.parametrize("begun", [False, True])
def test_a_site_that_cannot_be_written_whole_is_not_written(tmp_path: Path, *, begun: bool) -> None:
    folder = tmp_path / "courier"
    if begun:
        git(tmp_path, "init", "--quiet", "courier")
    done = _run_limited(tmp_path, "init", "courier")
    assert done.returncode == 1
    assert "File too large" in done.stderr
    assert [file.name for file in folder.iterdir()] == [".git"] if begun else not folder.exists()


def _run_limited(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command that can write no file of more than 100 KB."""
    line = ["bash", "-c", 'ulimit -f 100; exec "$@"', "-", sys.executable, str(ROOT / "build.py"), *words]
    return subprocess.run(line, cwd=folder, env=environment(), capture_output=True, text=True, check=False)
