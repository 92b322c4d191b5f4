"""What a build writes and what it leaves alone, whatever was done to the state and the output meanwhile."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from broadsheet.build.site_folder import STATE
from broadsheet.common.progress import Progress
from broadsheet.write.output_folder import MARKER
from tests.builds import built, clean_outputs, edited_state, plain_site, printed
from tests.plain import SETTINGS, article
from tests.sites import ROOT, Site, unpacked

_ARTICLES = {
    "content/dam.md": article("Dam", "2021-12-31", author="Ana Ruiz", tags=("Oil",), section="Politics"),
    "content/flood.md": article("Flood", "2022-11-05 09:14", author="Li Wei", tags=("Oil",), dateline="Baku"),
    "content/storm.md": article("Storm", "2022-11-06", author="Li Wei", tags=("Sea",), dateline="Baku"),
}


@pytest.fixture
def site(tmp_path: Path) -> Site:
    site = plain_site(tmp_path / "site", _ARTICLES)
    site.write("static/style.css", "a {}")
    return site


def test_a_second_build_renders_nothing_and_touches_no_file(site: Site) -> None:
    assert built(site).rendered > 0
    looks = site.looks()
    result = built(site)
    assert (result.rendered, result.written, result.removed) == (0, 0, 0)
    assert site.looks() == looks


def test_a_second_build_reads_no_source_again_that_is_as_it_was(site: Site) -> None:
    _age(site)
    built(site)
    read = _Stages()
    built(site, read)
    assert read.counts["Reading"] == 0


def test_a_file_with_other_bytes_and_the_same_size_and_time_is_read_again(site: Site) -> None:
    built(site)
    file = site.folder / "content/flood.md"
    look = file.stat()
    file.write_bytes(file.read_bytes().replace(b"Words.", b"Wards."))
    _set_time(file, look.st_mtime_ns)
    built(site)
    assert "Wards." in site.read("public/2022/11/05/flood/index.html")


def test_a_file_changed_within_the_tick_of_the_clock_in_which_it_was_looked_at_is_read_again(
    site: Site,
) -> None:
    built(site)
    file = site.folder / "content/flood.md"
    file.write_bytes(file.read_bytes().replace(b"Words.", b"Wards."))
    look = file.stat()
    with edited_state(site) as state:
        # As if the last look had found these marks, and the old bytes.
        marks = (look.st_mtime_ns, look.st_ctime_ns, look.st_ino, "content/flood.md")
        state.execute("UPDATE source SET mtime = ?, ctime = ?, inode = ? WHERE path = ?", marks)
    built(site)
    assert "Wards." in site.read("public/2022/11/05/flood/index.html")


def test_a_folder_is_passed_over_only_when_its_files_had_rested_at_the_last_look(site: Site) -> None:
    query = "SELECT count(*) FROM directory WHERE signature <> x''"
    passed_over = []
    for rested in (False, True):
        if rested:
            _age(site)
        built(site)
        with closing(sqlite3.connect(site.folder / STATE)) as state:
            passed_over.append(state.execute(query).fetchone()[0])
    assert passed_over == [0, 2]


def test_a_state_that_another_program_holds_is_not_thrown_away(site: Site) -> None:
    built(site)
    state = site.folder / STATE
    with closing(sqlite3.connect(state, isolation_level=None)) as held:
        held.execute("PRAGMA locking_mode = EXCLUSIVE")
        held.execute("BEGIN EXCLUSIVE")
        inode = state.stat().st_ino
        run = site.build("--as-of", "2026-11-23")
        assert (run.status, run.stdout) == (1, "")
        assert run.stderr == ("database is locked. Every file is whole; build again once that is fixed.\n")
    assert state.stat().st_ino == inode
    assert built(site).rendered == 0


def test_without_its_state_a_build_gives_the_same_bytes_and_touches_no_file(site: Site) -> None:
    built(site)
    outputs, looks = site.outputs(), site.looks()
    site.delete(".broadsheet")
    result = built(site)
    assert (site.outputs(), site.looks()) == (outputs, looks)
    assert (result.written, result.removed) == (0, 0)
    assert built(site).rendered == 0


@pytest.mark.parametrize("garbage", [b"", b"no database at all", b"SQLite format 3\x00" + b"\xff" * 5000])
def test_a_state_that_cannot_be_read_is_an_empty_one(site: Site, garbage: bytes) -> None:
    built(site)
    outputs, looks = site.outputs(), site.looks()
    (site.folder / STATE).write_bytes(garbage)
    built(site)
    assert (site.outputs(), site.looks()) == (outputs, looks)


def test_a_state_damaged_in_the_middle_is_an_empty_one(site: Site) -> None:
    built(site)
    outputs = site.outputs()
    file = site.folder / STATE
    content = bytearray(file.read_bytes())
    for page in range(2, len(content) // 4096):
        content[page * 4096 : page * 4096 + 64] = b"\xa5" * 64
    file.write_bytes(content)
    built(site)
    assert site.outputs() == outputs


def test_a_state_with_a_text_that_is_none_is_an_empty_one(site: Site) -> None:
    built(site)
    outputs = site.outputs()
    with edited_state(site) as state:
        state.execute("UPDATE layout SET text = CAST(x'ff' AS TEXT)")
    site.write("site.toml", site.read("site.toml") + "\n")
    built(site)
    assert site.outputs() == outputs


def test_a_state_may_be_moved_to_another_place_with_its_site(site: Site, tmp_path: Path) -> None:
    built(site)
    moved = Site(folder=tmp_path / "elsewhere" / "moved")
    shutil.copytree(site.folder, moved.folder)
    looks = moved.looks()
    assert built(moved).rendered == 0
    assert moved.looks() == looks


def test_without_its_output_folder_the_site_is_whole_again(site: Site) -> None:
    built(site)
    outputs = site.outputs()
    site.delete("public")
    built(site)
    assert site.outputs() == outputs


def test_without_its_state_a_folder_that_is_not_ours_is_refused_and_untouched(site: Site) -> None:
    built(site)
    site.delete(".broadsheet")
    site.delete(f"public/{MARKER}")
    site.write("public/mine.txt", "Mine.")
    looks = site.looks()
    assert printed(site).startswith("public: the output folder holds files that Broadsheet did not write")
    assert site.looks() == looks


def test_an_empty_output_folder_is_taken(site: Site) -> None:
    (site.folder / "public").mkdir()
    built(site)
    assert site.outputs() == clean_outputs(site)


def test_an_output_folder_that_is_a_link_is_written_through(site: Site, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (site.folder / "public").symlink_to(tmp_path / "elsewhere")
    built(site)
    assert (site.folder / "public").is_symlink()
    assert site.outputs() == clean_outputs(site)
    assert built(site).rendered == 0


def test_a_page_altered_by_hand_is_left_without_verify_and_fixed_with_it(site: Site) -> None:
    built(site)
    outputs, looks = site.outputs(), site.looks()
    site.write("public/index.html", "Altered.")
    site.delete("public/style.css")
    assert built(site).written == 0
    assert site.read("public/index.html") == "Altered."
    assert built(site, verify=True).written == 2
    assert site.outputs() == outputs
    fixed = {path for path, look in site.looks().items() if look != looks[path]}
    assert fixed <= {"index.html", "style.css", MARKER}
    assert built(site, verify=True).written == 0


def test_verify_renders_nothing_when_every_file_is_as_written(site: Site) -> None:
    built(site)
    looks = site.looks()
    assert built(site, verify=True).rendered == 0
    assert site.looks() == looks


def test_after_a_lost_state_unplanned_files_go_and_dotted_names_stay(site: Site) -> None:
    built(site)
    outputs = site.outputs()
    site.delete(".broadsheet")
    site.write("public/2019/old/index.html", "Old.")
    site.write("public/.well-known/key", "Mine.")
    site.write("public/.git/HEAD", "Mine.")
    built(site)
    assert site.outputs() == {**outputs, ".well-known/key": b"Mine.", ".git/HEAD": b"Mine."}
    assert not (site.folder / "public/2019").exists()


def test_an_output_whose_source_went_while_the_state_was_lost_is_removed(site: Site) -> None:
    built(site)
    site.delete(".broadsheet")
    site.delete("content/storm.md")
    built(site)
    assert site.outputs() == clean_outputs(site)


def test_a_file_put_into_the_output_by_hand_stays(site: Site) -> None:
    built(site)
    site.write("public/google1234.html", "Mine.")
    site.write("content/new.md", article("New", "2022-11-07"))
    built(site)
    assert site.read("public/google1234.html") == "Mine."


def test_an_older_output_folder_put_back_is_brought_up_to_date(site: Site, tmp_path: Path) -> None:
    site.write("static/old.txt", "Old.")
    built(site)
    shutil.copytree(site.folder / "public", tmp_path / "older")
    site.delete("static/old.txt")
    built(site)
    outputs = site.outputs()
    site.delete("public")
    shutil.copytree(tmp_path / "older", site.folder / "public")
    built(site)
    assert site.outputs() == outputs
    assert built(site).rendered == 0


def test_a_mark_that_was_removed_is_put_back(site: Site) -> None:
    built(site)
    outputs = site.outputs()
    site.delete(f"public/{MARKER}")
    built(site)
    assert site.outputs() == outputs
    assert built(site).rendered == 0


def test_a_folder_that_somebody_put_in_place_of_the_output_is_not_touched(site: Site) -> None:
    built(site)
    site.delete("public")
    site.write("public/index.html", "Mine.")
    site.write("public/thesis.html", "Mine, and there is no copy.")
    site.write("content/new.md", article("New", "2022-11-07"))
    assert printed(site) == (
        "public: the output folder holds files that Broadsheet did not write\n"
        "  Name another folder with --output; or empty this one, if nothing in it is yours."
    )
    assert site.outputs() == {"index.html": b"Mine.", "thesis.html": b"Mine, and there is no copy."}


def test_two_output_folders_do_not_disturb_each_other(site: Site) -> None:
    there: dict[str, Any] = {
        "output": site.folder / "preview",
        "base_url": "http://localhost:8000/",
        "drafts": True,
    }
    site.write("content/draft.md", article("Draft", "2022-11-05", more="draft: yes"))
    for number in range(3):
        built(site)
        built(site, **there)
        looks = site.looks(), site.looks("preview")
        assert built(site).rendered == 0
        assert built(site, **there).rendered == 0
        assert (site.looks(), site.looks("preview")) == looks
        assert site.outputs() == clean_outputs(site)
        assert site.outputs("preview") == clean_outputs(site, base_url="http://localhost:8000/", drafts=True)
        site.write("content/storm.md", site.read("content/storm.md").replace("title: ", f"title: {number} "))


def test_drafts_come_and_go_with_the_option(site: Site) -> None:
    site.write("content/draft.md", article("Draft", "2022-11-05", tags=("Wind",), more="draft: yes"))
    without = built(site)
    outputs = site.outputs()
    assert [(held.path, held.appears) for held in without.held] == [("content/draft.md", None)]
    assert built(site, drafts=True).held == ()
    new = {path for path in site.outputs().keys() - outputs.keys() if not path.startswith("sitemaps/")}
    assert new == {"2022/11/05/draft/index.html", "tags/wind/index.html", "tags/wind/atom.xml"}
    built(site)
    assert site.outputs() == outputs


def test_time_may_go_back(site: Site) -> None:
    built(site)
    outputs = site.outputs()
    built(site, as_of=dt.datetime(2022, 1, 1, tzinfo=dt.UTC))
    assert site.outputs() == clean_outputs(site, as_of=dt.datetime(2022, 1, 1, tzinfo=dt.UTC))
    assert "2022/11/05/flood/index.html" not in site.outputs()
    built(site)
    assert site.outputs() == outputs


def test_an_article_appears_at_its_moment_and_not_a_second_before(site: Site) -> None:
    # 9:14 in Baku.
    moment = dt.datetime(2022, 11, 5, 5, 14, tzinfo=dt.UTC)
    result = built(site, as_of=moment - dt.timedelta(seconds=1))
    appear = {held.path: held.appears for held in result.held}
    assert appear["content/flood.md"] == moment
    assert "2022/11/05/flood/index.html" not in site.outputs()
    built(site, as_of=moment)
    assert "2022/11/05/flood/index.html" in site.outputs()


def test_every_url_stands_under_the_base_path(site: Site) -> None:
    built(site)
    for path, content in site.outputs().items():
        text = unpacked(path, content).decode()
        for start in ('href="/', 'src="/'):
            assert text.count(start) == text.count(f"{start}archive/"), path
    path = "sitemaps/2022-11.xml.gz"
    sitemap = unpacked(path, site.outputs()[path])
    assert b"<loc>https://example.org/archive/2022/11/05/flood/</loc>" in sitemap


def test_another_base_path_is_another_site(site: Site) -> None:
    built(site, base_url="http://localhost:8000")
    assert 'href="/2022/11/05/flood/"' in site.read("public/index.html")
    assert not [path for path, content in site.outputs().items() if b"example.org/archive" in content]
    built(site)
    assert site.outputs() == clean_outputs(site)


def test_a_page_takes_the_place_of_a_folder_and_the_other_way_round(site: Site) -> None:
    site.write("static/a/b.txt", "Below.")
    site.write("static/c", "Above.")
    built(site)
    site.delete("static/a")
    site.write("static/a", "Above.")
    site.delete("static/c")
    site.write("static/c/d.txt", "Below.")
    built(site)
    assert site.outputs() == clean_outputs(site)


def test_a_file_renamed_by_case_only(site: Site) -> None:
    site.write("static/Map.svg", "<svg/>")
    built(site)
    site.delete("static/Map.svg")
    site.write("static/map.svg", "<svg/>")
    built(site)
    assert site.outputs() == clean_outputs(site)


def test_a_slug_changed_by_case_only(site: Site) -> None:
    flood = site.read("content/flood.md")
    for slug in ("Flood", "flood", "FLOOD"):
        site.write("content/flood.md", flood.replace("---\n", f"---\nslug: {slug}\n", 1))
        built(site)
        assert site.outputs() == clean_outputs(site)
        assert f"2022/11/05/{slug}/index.html" in site.outputs()
        assert built(site).rendered == 0


def test_problems_leave_the_site_that_stood_and_are_told_again(site: Site) -> None:
    built(site)
    looks = site.looks()
    site.write("content/bad.md", "Nothing.")
    site.write("content/new.md", article("New", "2022-11-07"))
    said = printed(site)
    assert said.startswith("content/bad.md:")
    assert printed(site) == said
    assert site.looks() == looks
    site.delete("content/bad.md")
    built(site)
    assert site.outputs() == clean_outputs(site)


def test_a_problem_of_rendering_leaves_the_site_that_stood(site: Site) -> None:
    built(site)
    looks = site.looks()
    home = site.read("layouts/home.html")
    site.write("content/new.md", article("New", "2022-11-07"))
    site.write("layouts/home.html", "{{ site.titel }}")
    assert printed(site).startswith("layouts/home.html:1: Site has no titel")
    assert site.looks() == looks
    site.write("layouts/home.html", home)
    built(site)
    assert site.outputs() == clean_outputs(site)


@pytest.mark.parametrize("newer", ["content/a.md", "content/z.md"])
def test_a_clash_is_told_as_a_clean_build_tells_it(site: Site, newer: str) -> None:
    site.write("content/flood.md", article("Flood", "2022-11-05", more="slug: own"))
    built(site)
    built(site, output=site.folder / "preview")
    site.write(newer, article("New", "2022-11-05", more="slug: Own"))
    said = printed(site)
    site.write("content/flood.md", site.read("content/flood.md").replace("Words.", "Other words."))
    both_touched = printed(site, output=site.folder / "preview")
    site.delete(".broadsheet")
    assert [said, both_touched] == [printed(site)] * 2


def test_a_new_file_where_another_has_a_folder_is_told_as_a_clean_build_tells_it(site: Site) -> None:
    site.write("static/tags/gas/atom.xml/notes.txt", "By hand.")
    built(site)
    site.write("content/new.md", article("New", "2022-11-05", tags=("Gas",)))
    said = printed(site)
    assert "would be written to tags/gas/atom.xml, or below it, and so would" in said
    site.delete(".broadsheet")
    assert printed(site) == said


def test_a_new_page_where_another_has_a_folder_is_told_as_a_clean_build_tells_it(site: Site) -> None:
    site.write("static/old/index.html/notes.txt", "By hand.")
    built(site)
    site.write("content/new.md", article("New", "2022-11-05", more="aliases: /old/"))
    said = printed(site)
    assert "would be written to old/index.html, or below it, and so would" in said
    site.delete(".broadsheet")
    assert printed(site) == said
    assert site.read("public/old/index.html/notes.txt") == "By hand."


def test_a_file_of_another_age_is_read(site: Site) -> None:
    for year, name in ((1912, "old"), (2300, "new")):
        site.write(f"content/{name}.md", article(name.title(), "2022-11-05"))
        moment = dt.datetime(year, 4, 15, tzinfo=dt.UTC).timestamp()
        os.utime(site.folder / f"content/{name}.md", (moment, moment))
    assert built(site).articles == built(site).articles
    site.write("content/new.md", article("Newer", "2022-11-05"))
    os.utime(site.folder / "content/new.md", (moment, moment))
    built(site)
    assert site.outputs() == clean_outputs(site)
    assert b"Newer" in site.outputs()["2022/11/05/new/index.html"]


def test_an_edition_of_the_first_century_is_called_as_it_is_written(site: Site) -> None:
    for number, edition in enumerate(("0022-11-15", "0012-05-07", "2022-11-15")):
        site.write(f"content/{number}.md", article("News", "2022-11-05", more=f"edition: {edition}"))
    site.write("layouts/article.html", "{{ article.edition.name if article.edition }}\n")
    built(site)
    shown = [site.read(f"public/2022/11/05/{number}/index.html") for number in range(3)]
    assert shown == ["0022-11-15\n", "0012-05-07\n", "15 November 2022\n"]


def test_any_number_of_workers_gives_the_same_bytes_and_the_same_problems(tmp_path: Path) -> None:
    site = _many(tmp_path / "site", 430)
    alone = clean_outputs(site, jobs=1)
    built(site, jobs=2)
    assert site.outputs() == alone
    assert built(site, jobs=1).rendered == 0
    for number in range(0, 430, 40):
        site.write(f"content/{number:03}.md", article(f"N{number}", "2022-02-30"))
    site.delete(".broadsheet")
    said = printed(site, jobs=2)
    assert said.count("is not a date") == 11
    assert printed(site, jobs=1) == said


def test_a_mistake_in_a_layout_is_told_alike_by_any_number_of_workers(tmp_path: Path) -> None:
    site = _many(tmp_path / "site", 410)
    site.write("layouts/article.html", "\n{{ article.titel }}\n")
    expected = "layouts/article.html:2: Article has no titel\n  | {{ article.titel }}\n  Did you mean title?"
    assert printed(site, jobs=2) == expected
    assert printed(site, jobs=1) == expected


@pytest.mark.parametrize("moves", [0, 1, 5, 9])
@pytest.mark.parametrize("reverted", [True, False])
def test_killed_between_two_moves_no_page_looks_fresh_that_is_stale(
    site: Site,
    moves: int,
    reverted: bool,  # noqa: FBT001 - a parameter of a test
) -> None:
    built(site)
    text = site.read("content/flood.md")
    site.write("content/flood.md", text.replace("title: Flood", "title: Deluge"))
    program = _DIES.format(moves=moves, root=str(ROOT), site=str(site.folder))
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 9
    if reverted:
        site.write("content/flood.md", text)
    built(site)
    assert site.outputs() == clean_outputs(site)
    assert built(site).rendered == 0


# A process that dies, as if killed, before it moves its next file into place.
_DIES = """
import os, sys
sys.path.insert(0, {root!r})
from broadsheet.__main__ import main
from broadsheet.write.staging import Staging
move, left = Staging.move, [{moves}]
def dying(staging, path, to=""):
    if not left[0]:
        os._exit(9)
    left[0] -= 1
    move(staging, path, to)
Staging.move = dying
main(["build", "--quiet", "--as-of", "2026-01-01", "--site", {site!r}])
"""


def test_the_second_of_two_builds_waits_and_says_so(tmp_path: Path) -> None:
    site = _many(tmp_path / "site", 60)
    began, waiting = threading.Event(), _Waiting()
    results = []
    first = threading.Thread(target=lambda: results.append(built(site, _Slow(began, waiting.waits))))
    first.start()
    assert began.wait(20)
    results.append(built(site, waiting))
    first.join()
    assert [result.rendered == 0 for result in results] == [False, True]
    assert site.outputs() == clean_outputs(site)


def test_the_command_waits_for_another_build_and_says_so(site: Site) -> None:
    (site.folder / ".broadsheet").mkdir()
    with FileLock(site.folder / ".broadsheet/lock"):
        line = [sys.executable, str(ROOT / "build.py"), "build", "--site", str(site.folder)]
        second = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert second.stderr is not None
        assert second.stderr.readline() == "Another build of this site is running; waiting for it.\n"
        assert not (site.folder / "public").exists()
    said, _ = second.communicate()
    assert second.returncode == 0
    assert said.startswith("3 articles: ")


def test_two_commands_at_once_both_end_well(site: Site) -> None:
    line = [sys.executable, str(ROOT / "build.py"), "build", "--site", str(site.folder)]
    both = [subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]
    for process in both:
        process.communicate()
    assert [process.returncode for process in both] == [0, 0]
    assert site.outputs() == clean_outputs(site)


def test_a_site_with_nothing_in_it_builds(tmp_path: Path) -> None:
    site = plain_site(tmp_path / "site")
    result = built(site)
    assert result.articles == 0
    assert {"index.html", "atom.xml", "sitemap.xml", "sections/politics/index.html"} <= site.outputs().keys()


def test_an_article_that_content_exclude_names_is_counted_and_left_out(site: Site) -> None:
    built(site)
    site.write(
        "site.toml", SETTINGS.replace('required = ["title"]', 'required = ["title"]\nexclude = ["storm.md"]')
    )
    assert built(site).excluded == 1
    assert site.outputs() == clean_outputs(site)
    assert "2022/11/06/storm/index.html" not in site.outputs()


class _Stages(Progress):
    """Keeps how many steps each stage has."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}

    def begin(self, stage: str, count: int) -> None:
        """Keep it."""
        self.counts[stage] = count


class _Slow(Progress):
    """Holds its build up, once it has the lock, until somebody waits."""

    def __init__(self, began: threading.Event, waits: threading.Event) -> None:
        self._began, self._waits = began, waits

    def begin(self, stage: str, count: int) -> None:
        """Say that the build has begun, and wait."""
        self._began.set()
        assert self._waits.wait(20)


class _Waiting(Progress):
    """Keeps that its build waited."""

    def __init__(self) -> None:
        self.waits = threading.Event()

    def wait(self) -> None:
        """Keep it."""
        self.waits.set()


def _many(folder: Path, count: int) -> Site:
    names = ("Oil", "Sea", "Ice", "Wind")
    articles = {
        f"content/{number:03}.md": article(
            f"N{number}",
            f"20{number % 20 + 1:02}-{number % 12 + 1:02}-{number % 28 + 1:02} 09:00",
            author="Ana Ruiz" if number % 2 else "Li Wei",
            tags=(names[number % 4],),
            more="summary: In short.",
        )
        for number in range(count)
    }
    return plain_site(folder, articles, settings=SETTINGS.replace("size = 3", "size = 200"))


def _age(site: Site) -> None:
    """Make every source an hour old, so that a look at it may be trusted."""
    before = time.time_ns() - 3_600_000_000_000
    for file in site.folder.rglob("*"):
        if file.is_file():
            _set_time(file, before)


def _set_time(file: Path, nanoseconds: int) -> None:
    os.utime(file, ns=(nanoseconds, nanoseconds))
