"""What is found on disk: walking a folder, file signatures, reading."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import unicodedata
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from broadsheet.common import files
from broadsheet.common.files import (
    is_article,
    is_excluded,
    list_file_stats,
    measure_picture,
    walk,
    walk_folders,
)
from broadsheet.common.problems import Problems
from tests.builds import plain_site
from tests.plain import PICTURES
from tests.sites import ROOT, Site, environment, needs_a_whole_site


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(folder=tmp_path)


def _walked(site: Site, folder: str = "content", *, hidden: bool = False) -> list[str]:
    return sorted(
        look.path
        for path, marks in walk_folders(site.folder, folder, hidden=hidden)
        for look in list_file_stats(path, marks)
    )


def test_every_file_below_a_folder_is_found(site: Site) -> None:
    for path in ("content/a.md", "content/2022/11/b.md", "content/2022/photo one.jpg", "elsewhere/c.md"):
        site.write(path, "x")
    (site.folder / "content/empty").mkdir()
    assert _walked(site) == ["content/2022/11/b.md", "content/2022/photo one.jpg", "content/a.md"]


def test_a_look_tells_what_the_file_system_knows(site: Site) -> None:
    site.write("content/a.md", "Words.")
    (look,) = walk(site.folder, "content")
    stat = (site.folder / "content/a.md").stat()
    assert look == files.FileStat("content/a.md", 6, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("content/a.md", True),
        ("content/A.MD", True),
        ("content/a.markdown", True),
        ("content/a.Markdown", True),
        ("content/a.md.txt", False),
        ("content/md", False),
        ("content/a.mdown", False),
        ("static/a.md", False),
    ],
)
def test_an_article_is_markdown_whatever_the_case_of_its_suffix(path: str, expected: bool) -> None:  # noqa: FBT001
    assert is_article(path) is expected


def test_a_folder_that_is_not_there_is_empty(site: Site) -> None:
    assert _walked(site) == []


def test_leftovers_of_systems_and_editors_are_passed_over(site: Site) -> None:
    for name in (".DS_Store", "Thumbs.db", "desktop.ini", "a.md~", "b.md"):
        site.write(f"content/{name}", "x")
        site.write(f"static/{name}", "x")
    assert _walked(site) == ["content/b.md"]
    assert _walked(site, "static", hidden=True) == ["static/b.md"]


def test_dotted_names_are_passed_over_unless_they_are_wanted(site: Site) -> None:
    for path in (".git/HEAD", ".well-known/security.txt", "CNAME", ".nojekyll"):
        site.write(f"static/{path}", "x")
    assert _walked(site, "static") == ["static/CNAME"]
    assert len(_walked(site, "static", hidden=True)) == 4


def test_linked_files_are_followed_and_linked_folders_are_not(site: Site) -> None:
    site.write("elsewhere/a.md", "Linked.")
    site.write("content/b.md", "Own.")
    (site.folder / "content/linked.md").symlink_to(site.folder / "elsewhere/a.md")
    (site.folder / "content/folder").symlink_to(site.folder / "elsewhere")
    (site.folder / "content/round").symlink_to(site.folder / "content")
    assert _walked(site) == ["content/b.md", "content/linked.md"]
    assert files.read(site.folder, "content/linked.md") == b"Linked."


def test_a_linked_file_changes_with_the_one_it_leads_to(site: Site) -> None:
    site.write("elsewhere/a.md", "Linked.")
    site.write("content/b.md", "Own.")
    (site.folder / "content/linked.md").symlink_to(site.folder / "elsewhere/a.md")
    before = {look.path: look for look in walk(site.folder, "content")}
    site.write("elsewhere/a.md", "Linked and longer.")
    after = {look.path: look for look in walk(site.folder, "content")}
    assert before["content/linked.md"] != after["content/linked.md"]
    assert before["content/b.md"] == after["content/b.md"]


@pytest.mark.parametrize("folder", ["content", "content/2022", "layouts", "static"])
def test_a_link_that_leads_out_of_the_site_is_a_problem(tmp_path: Path, folder: str) -> None:
    site = Site(folder=tmp_path / "site")
    (tmp_path / "site2").mkdir()
    (tmp_path / "site2/a.md").write_text("Elsewhere.", encoding="utf-8")
    (tmp_path / "way").symlink_to(tmp_path / "site2")
    for number, target in enumerate(("site2/a.md", "way/a.md", "site/../site2/a.md")):
        site.write(f"{folder}/b.md", "Own.")
        link = site.folder / folder / f"{number}.md"
        link.symlink_to(tmp_path / target)
        with pytest.raises(Problems) as raised:
            _walked(site, folder.partition("/")[0])
        assert str(raised.value) == (
            f"{folder}/{number}.md: is a link that leads out of the site's folder\n"
            "  Put the file itself there. What lies elsewhere on this machine is not published."
        )
        link.unlink()
    # The folder itself may lie elsewhere, with links within it.
    (site.folder / folder).rename(tmp_path / "elsewhere")
    (tmp_path / "elsewhere/c.md").symlink_to("b.md")
    if folder != "content/2022":
        (site.folder / folder).symlink_to(tmp_path / "elsewhere")
        assert _walked(site, folder) == [f"{folder}/b.md", f"{folder}/c.md"]


def test_a_new_article_is_not_written_through_a_link_that_leads_out(tmp_path: Path) -> None:
    site = plain_site(tmp_path / "site")
    (tmp_path / "out").mkdir()
    today = dt.datetime.now(ZoneInfo("Asia/Baku"))
    (site.folder / f"content/{today:%Y}").symlink_to(tmp_path / "out")
    run = site.run("new", "A headline")
    assert run.status == 1
    assert "is a link that leads out of the site's folder" in run.stderr
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_a_new_article_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    needs_a_whole_site()
    site = plain_site(tmp_path / "site")
    line = (sys.executable, str(ROOT / "build.py"), "new", "A headline", "--site", str(site.folder))
    # No file may grow beyond nothing.
    done = subprocess.run(
        ["/bin/sh", "-c", 'ulimit -f 0; exec "$@"', "sh", *line],
        env=environment(),
        capture_output=True,
        check=False,
    )
    assert (done.returncode, b"File too large" in done.stderr) == (1, True)
    assert [path for path in site.outputs("content") if "headline" in path] == []


@pytest.mark.parametrize("target", ["nowhere.md", "dead.md"])
def test_a_link_that_leads_nowhere_is_a_problem(site: Site, target: str) -> None:
    (site.folder / "content").mkdir()
    (site.folder / "content/dead.md").symlink_to(target)
    with pytest.raises(Problems) as raised:
        _walked(site)
    assert str(raised.value) == (
        "content/dead.md: is a link that leads to no file\n  Fix the link, or remove it."
    )


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere file names are Unicode")
def test_a_file_name_that_is_not_utf8_is_a_problem(site: Site) -> None:
    (site.folder / "content").mkdir()
    Path(os.fsdecode(os.fsencode(site.folder) + b"/content/caf\xe9.md")).write_bytes(b"x")
    with pytest.raises(Problems) as raised:
        _walked(site)
    assert str(raised.value) == "content/caf\ufffd.md: the file's name is not UTF-8\n  Rename the file."


def test_awkward_names_are_found_as_they_are(site: Site) -> None:
    names = ("cafe\u0301.md", "a & b $ + %20 ‘x’.md", "x" * 249 + ".md", "石油.md", "a\nb.md")  # noqa: RUF001
    for name in names:
        site.write(f"content/{name}", "x")
    assert _walked(site) == sorted(f"content/{unicodedata.normalize('NFC', name)}" for name in names)
    assert files.read(site.folder, "content/caf\u00e9.md") == b"x"


# Composed, decomposed, and a mixture that is neither.
_FORMS = ("re\u0301sume\u0301", "r\u00e9sum\u00e9", "r\u00e9sume\u0301")


@pytest.mark.parametrize("folder", _FORMS)
@pytest.mark.parametrize("name", _FORMS)
def test_either_form_of_unicode_is_one_name(site: Site, folder: str, name: str) -> None:
    site.write(f"content/{folder}/{folder}/{name}.md", "x")
    path = "content/r\u00e9sum\u00e9/r\u00e9sum\u00e9/r\u00e9sum\u00e9.md"
    assert _walked(site) == [path]
    assert files.read(site.folder, path) == b"x"
    assert Path(files.locate(site.folder, path)).samefile(
        site.folder / f"content/{folder}/{folder}/{name}.md"
    )
    assert not Path(files.locate(site.folder, f"{path}x")).exists()
    assert [look.path for look in files.walk_published(site.folder / "content")] == [
        f"{folder}/{folder}/{name}.md"
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere both are one file")
def test_two_names_that_differ_by_unicode_form_only_are_a_problem(site: Site) -> None:
    for name in _FORMS[:2]:
        site.write(f"content/{name}.md", "x")
    with pytest.raises(Problems) as raised:
        _walked(site)
    assert str(raised.value) == (
        "content/r\u00e9sum\u00e9.md: is there twice: two names differ only in the form in which Unicode"
        " writes their accents\n  Remove or rename one of them."
    )


@pytest.mark.parametrize(
    ("path", "patterns", "out"),
    [
        ("topics/a.md", ("topics",), True),
        ("topics/a/b.md", ("topics/*",), True),
        ("topics.md", ("topics",), False),
        ("2019/_index.md", ("*/_index.md",), True),
        ("2019/05/_index.md", ("*/_index.md",), True),
        ("README.md", ("README.md",), True),
        ("readme.md", ("README.md",), False),
        ("a.md", (), False),
        ("a.md", ("b.md", "?.md"), True),
        ("drafts/x/a.md", ("drafts",), True),
    ],
)
def test_patterns_leave_out_files_and_whole_folders(path: str, patterns: tuple[str, ...], out: bool) -> None:  # noqa: FBT001
    assert is_excluded(path, patterns) is out


def test_a_file_that_cannot_be_read_is_a_problem(site: Site) -> None:
    with pytest.raises(Problems) as raised:
        files.read(site.folder, "content/gone.md")
    assert str(raised.value) == "content/gone.md: cannot be read: No such file or directory"


def test_markdown_below_static_is_no_article() -> None:
    assert is_article("content/a.md")
    assert not is_article("static/a.md")
    assert not is_article("content/a.markdown.txt")


def test_pictures_tell_their_size() -> None:
    assert measure_picture("a.png", PICTURES[0]) == (1, 1)
    assert measure_picture("a.PNG", PICTURES[1]) == (4, 4)
    assert measure_picture("a.svg", _svg("30", "20")) == (30, 20)


def test_a_size_beyond_all_measure_is_none() -> None:
    assert measure_picture("a.svg", _svg("9" * 20, "20")) == (0, 20)
    assert measure_picture("a.svg", _svg("30", "9" * 20)) == (30, 0)


def _svg(width: str, height: str) -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"/>'.encode()


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.svg", "a.gif", "a.webp", "a.avif", "a.txt"])
@pytest.mark.parametrize(
    "content",
    [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"<svg", b"<svg width='1e9x'/>", b"RIFF____WEBP"],
)
def test_what_is_no_picture_has_no_size(name: str, content: bytes) -> None:
    assert measure_picture(name, content) == (0, 0)
