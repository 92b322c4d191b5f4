"""The preview when something fails that no source is to blame for: it lives, says so, and recovers."""

from __future__ import annotations

import os
import resource
import sys
from contextlib import closing
from pathlib import Path

import pytest

from broadsheet.common.progress import Progress
from broadsheet.serve.git_lock import GitLock
from broadsheet.serve.session import PreviewOptions, PreviewSession
from tests.builds import plain_site
from tests.plain import article
from tests.previews import before_long, previewing, tab
from tests.sites import Site


@pytest.fixture
def site(tmp_path: Path) -> Site:
    articles = {"content/flood.md": article("Flood", "2022-11-01")}
    return plain_site(tmp_path / "site", articles)


class _Failing(Progress):
    """Fails when a stage begins."""

    def __init__(self, error: BaseException, times: int = 99) -> None:
        self._error, self._times = error, times

    def begin(self, stage: str, count: int) -> None:
        """Fail."""
        if self._times:
            self._times -= 1
            raise self._error


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (MemoryError(), "no memory is left"),
        (RecursionError("too deep"), "RecursionError: too deep"),
        (KeyError("x"), "KeyError: 'x'"),
    ],
    ids=["memory", "recursion", "fault"],
)
def test_whatever_happens_in_a_revision_is_told_over_the_last_good_page(
    site: Site, error: Exception, says: str
) -> None:
    printed: list[str] = []
    with closing(PreviewSession(PreviewOptions(site=site.folder), printed.append)) as session:
        assert session.revise(None, Progress()).problems == ()
        good = session.render("2022/11/01/flood/index.html")
        site.write("content/flood.md", article("Deluge", "2022-11-01"))
        failed = session.revise(None, _Failing(error))
        (problem,) = failed.problems
        assert says in problem.message
        assert problem.hint
        assert not failed.complete
        # What passes is tried again; of what does not the terminal shows the traceback.
        passes = isinstance(error, MemoryError)
        assert session.failures.has_failed == passes
        assert any("Traceback" in text for text in printed) != passes
        assert session.render("2022/11/01/flood/index.html") == good
        # The same failure is not printed again.
        count = len(printed)
        session.revise(None, _Failing(error))
        assert len(printed) == count
        assert session.revise(None, Progress()).problems == ()
        shown = session.render("2022/11/01/flood/index.html")
        assert shown
        assert b"Deluge" in shown.content


def test_what_only_an_old_state_made_fail_is_done_with_a_new_one(site: Site) -> None:
    printed: list[str] = []
    with closing(PreviewSession(PreviewOptions(site=site.folder), printed.append)) as session:
        session.revise(None, Progress())
        site.write("content/flood.md", article("Deluge", "2022-11-01"))
        assert session.revise(None, _Failing(KeyError("x"), times=1)).problems == ()
        shown = session.render("2022/11/01/flood/index.html")
        assert shown
        assert b"Deluge" in shown.content
    assert printed == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux sets the limits of another process")
def test_without_descriptors_it_says_so_and_goes_on_once_there_are_some(site: Site) -> None:
    with previewing(site) as preview, tab(preview, "2022/11/01/flood/") as flood:
        pid, limits = preview.process.pid, resource.getrlimit(resource.RLIMIT_NOFILE)
        opened = max(int(name) for name in os.listdir(f"/proc/{pid}/fd"))  # noqa: PTH208 - names of no files
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (opened + 1, limits[1]))
        site.write("content/flood.md", article("Deluge", "2022-11-01"))
        assert flood.told("problems")
        assert preview.said("Too many open files") or preview.said("unable to open database file")
        resource.prlimit(pid, resource.RLIMIT_NOFILE, limits)
        # Nothing else is saved.
        assert flood.told("reload")
        assert "<h1>Deluge</h1>" in preview.page("2022/11/01/flood/")


def test_settings_that_are_no_file_are_a_problem(site: Site) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("this system has no FIFOs")
    site.delete("site.toml")
    os.mkfifo(site.folder / "site.toml")
    run = site.build()
    assert (run.status, run.stderr.splitlines()[0]) == (1, "site.toml: is not a file")


def test_a_fault_says_which_file_was_read(site: Site) -> None:
    printed: list[str] = []
    error = KeyError("x")
    error.add_note("while reading content/flood.md")
    with closing(PreviewSession(PreviewOptions(site=site.folder), printed.append)) as session:
        (problem,) = session.revise(None, _Failing(error)).problems
    assert problem.message == "cannot follow what was saved: KeyError: 'x' (while reading content/flood.md)"
    assert "while reading content/flood.md" in printed[0]


@pytest.mark.parametrize("kind", ["fifo", "empty", "broken", "binary", "nul", "gone", "folder"])
def test_a_git_that_is_none_is_passed_over(tmp_path: Path, kind: str) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git/HEAD").touch()
    (tmp_path / ".git/index.lock").touch()
    site = tmp_path / "site"
    site.mkdir()
    git = site / ".git"
    if kind == "fifo":
        if not hasattr(os, "mkfifo"):
            pytest.skip("this system has no FIFOs")
        os.mkfifo(git)
    elif kind == "folder":
        git.mkdir()
    else:
        contents = {
            "broken": b"gitdir",
            "binary": b"gitdir: \xff\xfe",
            "nul": b"gitdir: a\0b",
            "gone": b"gitdir: ../none",
        }
        git.write_bytes(contents.get(kind, b""))
    # The one above is the site's.
    assert GitLock(site, longest_pause=0).wait(lambda: 0)


def test_a_work_tree_of_git_has_a_lock_of_its_own(tmp_path: Path) -> None:
    tree = tmp_path / "main/.git/worktrees/tree"
    tree.mkdir(parents=True)
    (tree / "HEAD").touch()
    site = tmp_path / "tree/site"
    site.mkdir(parents=True)
    (tmp_path / "tree/.git").write_text("gitdir: ../main/.git/worktrees/tree\n", encoding="utf-8")
    lock = GitLock(site, longest_pause=0)
    assert not lock.wait(lambda: 0)
    (tree / "index.lock").touch()
    assert lock.wait(lambda: 0)


def test_a_lock_that_a_killed_git_left_behind_is_waited_for_once(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git/HEAD").touch()
    left = tmp_path / ".git/index.lock"
    left.touch()
    lock = GitLock(tmp_path, longest_pause=0)
    assert lock.wait(lambda: 0)
    assert not lock.wait(lambda: 0)
    left.unlink()
    assert not lock.wait(lambda: 0)
    (tmp_path / ".git/other.lock").touch()
    (tmp_path / ".git/other.lock").rename(left)
    assert lock.wait(lambda: 0)


def test_a_git_that_is_a_fifo_and_links_in_a_circle_end_no_preview(site: Site) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("this system has no FIFOs")
    os.mkfifo(site.folder / ".git")
    (site.folder / "circle").symlink_to("circle")
    (site.folder / "content/a").symlink_to("../circle/b")
    with previewing(site) as preview:
        assert preview.said("content/a: is a link that leads to no file")
        (site.folder / "content/a").unlink()
        assert before_long(lambda: "<h1>Flood</h1>" in preview.page("2022/11/01/flood/"))
