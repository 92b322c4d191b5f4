"""Publishing on a branch: real repositories, a remote that is a bare one beside them, and the git command."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import pty
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random

import pytest

from broadsheet.common import files
from broadsheet.common.problems import Problems
from broadsheet.publish.branch import PublishRequest, PublishResult, publish
from broadsheet.publish.built_files import sum_digests
from tests.builds import built, plain_site
from tests.plain import SETTINGS, article
from tests.sites import ROOT, Site, environment

_NOW = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)
_MANY = 2000
_LIKE_GIT = {
    "GIT_AUTHOR_NAME": "Ana Ruiz",
    "GIT_AUTHOR_EMAIL": "ana@example.org",
    "GIT_COMMITTER_NAME": "Ana Ruiz",
    "GIT_COMMITTER_EMAIL": "ana@example.org",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Newsroom:
    """A site in a repository, and the bare repository that it publishes to."""

    site: Site
    remote: Path

    def git(self, *words: str) -> str:
        """Run git in the site's folder."""
        return git(self.site.folder, *words)

    def publish(self, **options: object) -> PublishResult:
        """Publish what is in public/."""
        return publish(replace(self._request(), **options))  # type: ignore[arg-type]

    def refused(self, **options: object) -> str:
        """Publish, and return the problems as they are printed."""
        with pytest.raises(Problems) as raised:
            self.publish(**options)
        return str(raised.value)

    def branch(self, name: str = "gh-pages") -> dict[str, bytes]:
        """Return the files of a branch as a clone of the remote has them."""
        clone = self.remote.with_name("clone")
        shutil.rmtree(clone, ignore_errors=True)
        git(self.remote, "clone", "--quiet", "--branch", name, str(self.remote), str(clone))
        shutil.rmtree(clone / ".git")
        return Site(folder=clone).outputs(".")

    def tip(self, name: str = "gh-pages") -> str:
        """Return the commit that a branch of the remote is at, empty for none."""
        return git(self.remote, "for-each-ref", "--format=%(objectname)", f"refs/heads/{name}")

    def _request(self) -> PublishRequest:
        return PublishRequest(site=self.site.folder, output=self.site.folder / "public", now=_NOW)


def git(folder: Path, *words: str) -> str:
    """Run git with settings that no machine's owner has changed; return what it prints."""
    safe = ("-c", "safe.directory=*", "-c", "core.autocrlf=false")
    plain = {name: value for name, value in environment().items() if not name.startswith("GIT_")}
    env = plain | _LIKE_GIT | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    line = ["git", "-C", str(folder), *safe, *words]
    return subprocess.run(line, env=env, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give git a home of its own, with an identity in it."""
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / ".gitconfig").write_text("[user]\nname = Ana Ruiz\nemail = ana@example.org\n")
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder / "config"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    return folder


def make_newsroom(folder: Path, articles: dict[str, str]) -> Newsroom:
    """Return a newsroom with a site of some articles, in a repository that has published nothing."""
    site = plain_site(folder / "site", articles)
    remote = folder / "remote.git"
    git(folder, "init", "--quiet", "--bare", str(remote))
    git(site.folder, "init", "--quiet", "--initial-branch=main")
    git(site.folder, "remote", "add", "origin", str(remote))
    site.write(".gitignore", "/public/\n/.broadsheet/\n")
    git(site.folder, "add", ".")
    git(site.folder, "commit", "--quiet", "-m", "The site")
    return Newsroom(site=site, remote=remote)


@pytest.fixture
def newsroom(tmp_path: Path) -> Newsroom:
    made = make_newsroom(
        tmp_path,
        {
            "content/flood.md": article("Water in the market", "2022-11-05", tags=("Oil",)),
            "content/old.md": article("An older story", "2020-01-01", tags=("Oil", "Sea")),
            "content/ferry.md": article("The ferry strike", "2022-11-06"),
        },
    )
    made.site.write('static/.well-known/a file with spaces; and "quotes".txt', "Words.\r\n")
    built(made.site)
    return made


def _expected(site: Site) -> dict[str, bytes]:
    return {".nojekyll": b""} | site.outputs()


def test_a_first_publication_is_declared_and_is_just_the_output(newsroom: Newsroom) -> None:
    assert newsroom.refused() == (
        "gh-pages: there is no such branch on origin\n"
        "  If nothing was ever published there, say so with --first."
    )
    done = newsroom.publish(first=True)
    assert newsroom.branch() == _expected(newsroom.site)
    assert done.added == tuple(sorted(_expected(newsroom.site)))
    assert (done.commit, done.changed, done.removed) == (newsroom.tip(), (), ())
    assert git(newsroom.remote, "log", "--format=%an <%ae>: %s", "gh-pages") == (
        f"Ana Ruiz <ana@example.org>: Publish {len(done.added)} changed files"
    )


def test_nothing_new_is_no_commit(newsroom: Newsroom) -> None:
    newsroom.publish(first=True)
    tip = newsroom.tip()
    assert newsroom.publish() == PublishResult(commit="", added=(), changed=(), removed=())
    newsroom.site.delete(".broadsheet/publish.sqlite")
    assert newsroom.publish(first=True).commit == ""
    assert newsroom.tip() == tip


def test_only_what_differs_is_committed(newsroom: Newsroom) -> None:
    newsroom.publish(first=True)
    before = newsroom.branch()
    newsroom.site.write("content/bridge.md", article("A bridge opens", "2022-11-07"))
    newsroom.site.write("static/new.bin", bytes(range(256)))
    newsroom.site.delete("static/.well-known")
    built(newsroom.site)
    done = newsroom.publish()
    after = newsroom.branch()
    assert after == _expected(newsroom.site)
    assert done.added == tuple(sorted(after.keys() - before.keys()))
    assert done.removed == tuple(sorted(before.keys() - after.keys()))
    assert done.changed == tuple(
        sorted(path for path in before.keys() & after.keys() if before[path] != after[path])
    )
    shown = git(newsroom.remote, "show", "--format=", "--name-only", "--no-renames", "gh-pages").splitlines()
    assert len(shown) == len(done.added) + len(done.changed) + len(done.removed)


@pytest.mark.slow
def test_an_article_more_in_an_archive_is_a_commit_of_a_few_dozen_files(tmp_path: Path) -> None:
    texts = {
        f"content/{number:05}.md": article(
            f"Number {number}",
            f"20{number % 20 + 1:02}-{number % 12 + 1:02}-{number % 28 + 1:02} 09:00",
            tags=(f"Tag {number % 40}",),
        )
        for number in range(_MANY)
    }
    newsroom = make_newsroom(tmp_path, texts)
    newsroom.site.write("site.toml", SETTINGS.replace("size = 3", "size = 100"))
    built(newsroom.site, jobs=2)
    newsroom.publish(first=True)
    newsroom.site.write("content/new.md", article("One more", "2020-06-06", tags=("Tag 1",)))
    written = built(newsroom.site, jobs=2).written
    done = newsroom.publish()
    assert len(done.added) + len(done.changed) == written + 1  # edition.txt is no output
    assert 10 < written < 60
    assert newsroom.branch() == _expected(newsroom.site)


def test_a_file_that_has_not_changed_is_not_read_again(newsroom: Newsroom) -> None:
    newsroom.publish(first=True)
    memory = newsroom.site.folder / ".broadsheet/publish.sqlite"

    digest = files.digest(newsroom.site.outputs()["index.html"])

    def misled(*, with_sum: bool = True) -> tuple[str, ...]:
        blob = "0" * 40
        given = sum_digests("index.html", blob, digest if with_sum else b"")
        with closing(sqlite3.connect(memory, isolation_level=None)) as table:
            table.execute("UPDATE known_file SET blob = ?, sum = ? WHERE path = 'index.html'", (blob, given))
        return newsroom.publish(dry_run=True).changed

    assert misled() == ()  # written moments ago, so it is read all the same
    page = newsroom.site.folder / "public/index.html"
    os.utime(page, (time.time() - 3600, time.time() - 3600))
    assert newsroom.publish(dry_run=True).changed == ()
    assert misled(with_sum=False) == ()  # what is damaged is read anew
    assert misled() == ("index.html",)


def test_what_changes_shortly_after_a_look_is_seen(newsroom: Newsroom) -> None:
    newsroom.publish(first=True)
    page = newsroom.site.outputs()["index.html"]
    for words in (page.upper(), page.lower(), page.swapcase()):
        newsroom.site.write("public/index.html", words)
        assert newsroom.refused().startswith("public/index.html: is not as Broadsheet wrote it\n")
        newsroom.site.write("public/index.html", page)
        assert newsroom.publish().commit == ""


def _replace_by_link(newsroom: Newsroom, path: str) -> None:
    """Move what is at a path of the output to another place, and put a link to it in its place."""
    moved = newsroom.remote.with_name("moved")
    (newsroom.site.folder / path).rename(moved)
    (newsroom.site.folder / path).symlink_to(moved)


_BY_VERIFY = "Remove it, as build --verify does; or move it below static/, if it belongs to the site."


@pytest.mark.parametrize(
    ("strike", "said"),
    [
        (
            lambda room: room.site.write("public/stray.txt", "hi\n"),
            ("public/stray.txt: was not written by Broadsheet", _BY_VERIFY),
        ),
        (
            lambda room: room.site.write("public/INDEX.html", room.site.outputs()["index.html"]),
            ("public/INDEX.html: was not written by Broadsheet", _BY_VERIFY),
        ),
        (
            lambda room: room.site.write("public/index.html", "Mine.\n"),
            ("public/index.html: is not as Broadsheet wrote it", "Write it again: build --verify."),
        ),
        (
            lambda room: room.site.write("public/edition.txt", room.site.read("public/edition.txt") + "\n"),
            ("public/edition.txt: is not as Broadsheet wrote it", "Write it again: build --verify."),
        ),
        (
            lambda room: room.site.delete("public/index.html"),
            ("public/index.html: was written by Broadsheet and is gone", "Write it again: build --verify."),
        ),
        (
            lambda room: _replace_by_link(room, "public/index.html"),
            (
                "public/index.html: is a link, and Broadsheet writes none",
                "Remove it. Write it again: build --verify.",
            ),
        ),
    ],
    ids=["added", "other case", "changed", "marker", "removed", "link"],
)
def test_what_broadsheet_did_not_write_is_refused_and_mended_by_verify(
    newsroom: Newsroom, strike: Callable[[Newsroom], None], said: tuple[str, str]
) -> None:
    newsroom.publish(first=True)
    published = newsroom.branch()
    strike(newsroom)
    message, hint = said
    for options in ({}, {"dry_run": True}):
        assert newsroom.refused(**options) == f"{message}\n  {hint}"
    built(newsroom.site)
    assert newsroom.refused() == f"{message}\n  {hint}"
    built(newsroom.site, verify=True)
    assert newsroom.publish().commit == ""
    assert newsroom.branch() == published == _expected(newsroom.site)


def test_however_a_built_site_is_mutated_it_is_refused_and_mended(newsroom: Newsroom) -> None:
    from tests.mutated_builds import play  # noqa: PLC0415 - it uses this module

    newsroom.publish(first=True)
    for seed in range(4):
        play(newsroom, seed)


def test_dotted_files_that_were_not_built_and_linked_folders_are_refused_too(newsroom: Newsroom) -> None:
    newsroom.site.write("public/.htaccess", "Deny from all\n")
    newsroom.site.write("public/.DS_Store", "A leftover of a system, which is not published")
    _replace_by_link(newsroom, "public/tags")
    newsroom.site.folder.joinpath("public/nowhere").symlink_to("none")
    assert newsroom.refused(first=True).splitlines() == [
        "public/.htaccess: was not written by Broadsheet",
        "  Remove it; or move it below static/, if it belongs to the site.",
        "public/tags: is a link, and Broadsheet writes none",
        "  Remove it. Write it again: build --verify.",
    ]
    newsroom.site.delete("public/.htaccess")
    newsroom.site.folder.joinpath("public/tags").unlink()
    built(newsroom.site, verify=True)
    newsroom.publish(first=True)
    expected = _expected(newsroom.site)
    del expected[".DS_Store"]
    assert newsroom.branch() == expected


def test_a_damaged_memory_of_files_is_none(newsroom: Newsroom) -> None:
    newsroom.publish(first=True)
    newsroom.site.write(".broadsheet/publish.sqlite", b"no database" * 1000)
    assert newsroom.publish().commit == ""


def test_a_dry_run_says_what_would_change_and_changes_nothing(newsroom: Newsroom) -> None:
    newsroom.publish(first=True)
    newsroom.site.write("content/bridge.md", article("A bridge opens", "2022-11-07"))
    built(newsroom.site)
    refs, tip = newsroom.git("for-each-ref"), newsroom.tip()
    objects = newsroom.git("count-objects", "-v")
    would = newsroom.publish(dry_run=True)
    assert (newsroom.git("for-each-ref"), newsroom.tip()) == (refs, tip)
    assert newsroom.git("count-objects", "-v") == objects
    done = newsroom.publish()
    assert would == replace(done, commit="")


def test_the_command_says_what_it_did(newsroom: Newsroom) -> None:
    assert newsroom.site.build("--quiet").status == 0
    count = len(newsroom.site.outputs()) + 1
    run = newsroom.site.run("publish", "--first", "--dry-run")
    rows = run.stdout.splitlines()
    assert (run.status, rows[0], len(rows)) == (0, "would add: .nojekyll", 12)
    assert rows[-2:] == [
        f"would add: {count - 10} more",
        f"Would change {count} files on gh-pages of origin: {count} added, 0 changed, 0 removed",
    ]
    run = newsroom.site.run("publish", "--first")
    assert (run.status, run.stderr) == (0, "")
    assert run.stdout == (
        f"Published {count} files on gh-pages of origin: {count} added, 0 changed, 0 removed;"
        f" commit {newsroom.tip()[:12]}\n"
    )
    assert newsroom.site.run("publish").stdout == (
        "Nothing is new on gh-pages of origin; nothing was committed.\n"
    )


def test_the_command_says_what_it_did_in_json(newsroom: Newsroom) -> None:
    refused = newsroom.site.run("publish", "--json")
    (problem,) = map(json.loads, refused.stdout.splitlines())
    assert (refused.status, refused.stderr, problem["path"]) == (1, "", "gh-pages")
    run = newsroom.site.run("publish", "--json", "--first")
    said = json.loads(run.stdout)
    assert (run.status, run.stderr, said["commit"]) == (0, "", newsroom.tip())
    assert said["added"] == sorted(newsroom.branch())
    assert (said["changed"], said["removed"], said["dry_run"], said["lost"]) == ([], [], False, [])
    newsroom.site.delete("content/flood.md")
    built(newsroom.site)
    rollback = newsroom.site.run("publish", "--json", "--rollback")
    assert "was not confirmed" in json.loads(rollback.stdout)["message"]
    rollback = newsroom.site.run("publish", "--json", "--rollback", "--dry-run")
    assert json.loads(rollback.stdout)["lost"] == ['/2022/11/05/flood/ ("Water in the market")']


def test_work_tree_index_and_branches_are_not_touched(newsroom: Newsroom) -> None:
    site = newsroom.site
    site.write("content/flood.md", article("Changed, not added", "2022-11-05"))
    site.write("content/ferry.md", article("Changed and added", "2022-11-06"))
    newsroom.git("add", "content/ferry.md")
    site.write("content/note.txt", "Mine.")
    index = site.folder / ".git/index"
    before = (
        newsroom.git("status", "--porcelain"),
        index.read_bytes(),
        newsroom.git("for-each-ref", "refs/heads"),
        (site.folder / ".git/HEAD").read_bytes(),
        site.looks("content"),
    )
    newsroom.publish(first=True)
    after = (
        newsroom.git("status", "--porcelain"),
        index.read_bytes(),
        newsroom.git("for-each-ref", "refs/heads"),
        (site.folder / ".git/HEAD").read_bytes(),
        site.looks("content"),
    )
    assert after == before
    assert not (site.folder / ".git/FETCH_HEAD").exists()


def test_what_the_remote_got_meanwhile_is_kept_and_published_on_top_of(
    newsroom: Newsroom, tmp_path: Path
) -> None:
    newsroom.publish(first=True)
    other = tmp_path / "other"
    git(tmp_path, "clone", "--quiet", "--branch", "gh-pages", str(newsroom.remote), str(other))
    (other / "google.html").write_text("Proof of ownership")
    git(other, "add", ".")
    git(other, "commit", "--quiet", "-m", "By another hand")
    git(other, "push", "--quiet")
    theirs = newsroom.tip()
    newsroom.site.write("content/bridge.md", article("A bridge opens", "2022-11-07"))
    built(newsroom.site)
    done = newsroom.publish()
    assert "google.html" in done.removed
    assert newsroom.branch() == _expected(newsroom.site)
    assert git(newsroom.remote, "rev-parse", f"{newsroom.tip()}^") == theirs


def test_a_remote_that_moves_on_while_publishing_is_a_problem_and_loses_nothing(
    newsroom: Newsroom, tmp_path: Path
) -> None:
    newsroom.publish(first=True)
    first = newsroom.tip()
    other = tmp_path / "other"
    git(tmp_path, "clone", "--quiet", "--branch", "gh-pages", str(newsroom.remote), str(other))
    (other / "theirs.html").write_text("Theirs")
    git(other, "add", ".")
    git(other, "commit", "--quiet", "-m", "By another hand")
    git(other, "push", "--quiet", "origin", "HEAD:refs/heads/held")
    theirs = newsroom.tip("held")
    # The remote moves on between the look at it and the push: git runs this before it reads what is pushed.
    program = tmp_path / "late"
    program.write_text(
        f"#!/bin/sh\ngit --git-dir='{newsroom.remote}' update-ref refs/heads/gh-pages {theirs}\n"
        'exec git-receive-pack "$@"\n'
    )
    program.chmod(0o755)
    newsroom.git("config", "remote.origin.receivepack", str(program))
    newsroom.site.write("content/bridge.md", article("A bridge opens", "2022-11-07"))
    built(newsroom.site)
    assert newsroom.refused() == (
        "gh-pages: origin has got another commit on gh-pages meanwhile\n"
        "  Nothing was changed there. Publish again, on top of what is there now."
    )
    assert newsroom.tip() == theirs
    newsroom.git("config", "--unset", "remote.origin.receivepack")
    newsroom.publish()
    assert newsroom.branch() == _expected(newsroom.site)
    assert git(newsroom.remote, "log", "--format=%H", "gh-pages").splitlines()[1:] == [theirs, first]


def test_killed_at_any_moment_the_next_call_goes_on(newsroom: Newsroom) -> None:
    random = Random(5)
    site = newsroom.site
    assert site.build("--quiet").status == 0
    line = [sys.executable, str(ROOT / "build.py"), "publish", "--first", "--site", str(site.folder)]

    def run(patience: float | None) -> int | None:
        process = subprocess.Popen(
            line,
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        with suppress(subprocess.TimeoutExpired):
            process.wait(patience)
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        return process.wait()

    began = time.monotonic()
    assert run(None) == 0
    took = time.monotonic() - began
    for turn in range(8):
        for number in range(40):
            site.write(f"static/{number}.txt", f"Turn {turn}, file {number}. " * 400)
        assert site.build("--quiet").status == 0
        run(took * random.uniform(0.3, 1.1))
        # The remote's half of git dies with ours here, and elsewhere would end by itself.
        for left in newsroom.remote.rglob("*.lock"):
            left.unlink()
        standing = newsroom.branch()
        git(newsroom.remote, "fsck", "--strict", "--no-dangling")
        turns = {standing[path][:7] for path in standing if path.endswith(".txt") and path[0].isdigit()}
        assert len(turns) <= 1  # all of one build
        assert run(None) == 0
        assert newsroom.branch() == _expected(site)
    newsroom.git("fsck", "--strict", "--no-dangling")


def test_a_lock_that_a_killed_call_left_is_no_hindrance(newsroom: Newsroom) -> None:
    newsroom.site.write(".git/refs/broadsheet/gh-pages.lock", "")
    newsroom.publish(first=True)
    assert newsroom.branch() == _expected(newsroom.site)


def test_the_set_up_of_the_user_changes_no_byte(newsroom: Newsroom, home: Path, tmp_path: Path) -> None:
    hooks = newsroom.site.folder / ".git/hooks"
    hooks.mkdir(exist_ok=True)
    for name in ("pre-commit", "pre-push", "reference-transaction"):
        (hooks / name).write_text(f"#!/bin/sh\necho {name} >> {tmp_path}/ran\nexit 1\n")
        (hooks / name).chmod(0o755)
    with (home / ".gitconfig").open("a") as settings:
        settings.write(
            f"[core]\nautocrlf = true\neol = crlf\nsafecrlf = true\n"
            f"attributesFile = {tmp_path}/attributes\nexcludesFile = {tmp_path}/ignored\n"
            '[filter "shout"]\nclean = tr a-z A-Z\nrequired = true\n'
            "[commit]\ngpgSign = true\n[push]\ngpgSign = true\nfollowTags = true\ndefault = nothing\n"
            "[transfer]\nfsckObjects = true\n"
        )
    (tmp_path / "attributes").write_text("* text filter=shout\n")
    (tmp_path / "ignored").write_text("*\n")
    newsroom.site.write("static/.gitattributes", "*.txt text eol=lf filter=shout\n")
    newsroom.site.write("static/.gitignore", "*.txt\n")
    newsroom.site.write("static/lines.txt", b"one\r\ntwo\n")
    newsroom.site.write("public/.git/HEAD", "A repository that somebody made in the folder")
    built(newsroom.site)
    newsroom.publish(first=True)
    expected = _expected(newsroom.site)
    del expected[".git/HEAD"]
    # Git itself would apply .gitattributes in a clone, so that the blobs are looked at.
    for path, content in expected.items():
        blob = hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
        assert git(newsroom.remote, "rev-parse", f"gh-pages:{path}") == blob, path
    count = len(git(newsroom.remote, "ls-tree", "-r", "--name-only", "gh-pages").splitlines())
    assert count == len(expected)
    assert not (tmp_path / "ran").exists()


def test_the_environment_of_a_hook_leads_nowhere_else(
    newsroom: Newsroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY"):
        monkeypatch.setenv(name, str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "core.bare")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "true")
    newsroom.publish(first=True)
    assert not (tmp_path / "elsewhere").exists()
    assert newsroom.tip()


def test_cname_is_written_and_kept(newsroom: Newsroom) -> None:
    newsroom.publish(first=True, cname="news.example.org")
    assert newsroom.branch()["CNAME"] == b"news.example.org\n"
    assert newsroom.publish().commit == ""
    newsroom.publish(cname="archive.example.org")
    assert newsroom.branch()["CNAME"] == b"archive.example.org\n"
    newsroom.site.write("static/CNAME", "own.example.org")
    newsroom.site.write("static/.nojekyll", "Mine.")
    built(newsroom.site)
    newsroom.publish()
    assert newsroom.branch() == newsroom.site.outputs()


def test_a_lost_url_stops_the_publication(newsroom: Newsroom) -> None:
    newsroom.publish(first=True)
    tip = newsroom.tip()
    newsroom.site.delete("content/flood.md")
    newsroom.site.write("content/ferry.md", article("The ferry strike", "2022-11-16"))
    built(newsroom.site)
    for options in ({}, {"first": True}, {"dry_run": True}):
        rows = [row for row in newsroom.refused(**options).splitlines() if not row.startswith(" ")]
        assert rows == [
            'content/ferry.md: /2022/11/06/ferry/ ("The ferry strike") was published and would be lost',
            'site.toml: /2022/11/05/flood/ ("Water in the market") was published and would be lost',
        ]
    assert newsroom.tip() == tip
    moved = article(
        "The ferry strike", "2022-11-16", more="aliases: [/2022/11/06/ferry/, /2022/11/05/flood/]"
    )
    newsroom.site.write("content/ferry.md", moved)
    built(newsroom.site)
    assert newsroom.publish().commit


def test_a_rollback_says_which_urls_go_and_asks_or_takes_yes(newsroom: Newsroom) -> None:
    newsroom.publish(first=True)
    earlier = newsroom.branch()
    newsroom.site.write("content/bridge.md", article("A bridge opens", "2022-11-07"))
    built(newsroom.site)
    newsroom.publish()
    tip = newsroom.tip()
    newsroom.site.delete("content/bridge.md")
    built(newsroom.site)
    assert "/2022/11/07/bridge/" in newsroom.refused()
    would_go = 'would go: /2022/11/07/bridge/ ("A bridge opens")\n'
    unasked = newsroom.site.run("publish", "--rollback")
    assert (unasked.status, unasked.stdout) == (1, would_go)
    assert unasked.stderr == (
        "gh-pages: the rollback would take 1 published URL away, which was not confirmed\n"
        "  Nothing was changed there. On a terminal --rollback asks; elsewhere, and in scripts, add --yes.\n"
    )
    tried = newsroom.site.run("publish", "--rollback", "--dry-run")
    assert (tried.status, tried.stdout.startswith(would_go)) == (0, True)
    for answer, status in (("n", 1), ("", 1), ("yes", 0)):
        assert newsroom.tip() == tip
        shown = _answered(newsroom.site, answer)
        assert would_go.strip() in shown[1]
        assert "Take 1 published URL off gh-pages of origin? [y/N] " in shown[1]
        assert shown[0] == status
    assert newsroom.branch() == earlier
    newsroom.site.write("content/bridge.md", article("A bridge opens", "2022-11-07"))
    built(newsroom.site)
    newsroom.publish()
    newsroom.site.delete("content/bridge.md")
    built(newsroom.site)
    done = newsroom.site.run("publish", "--rollback", "--yes")
    assert (done.status, done.stdout.startswith(would_go)) == (0, True)
    assert newsroom.branch() == earlier
    assert newsroom.site.run("publish", "--rollback").stdout.startswith("Nothing is new")


def _answered(site: Site, answer: str) -> tuple[int, str]:
    """Roll back on a terminal, type an answer, and return the exit status and what the terminal shows."""
    ours, theirs = pty.openpty()
    line = [sys.executable, str(ROOT / "build.py"), "publish", "--rollback", "--site", str(site.folder)]
    process = subprocess.Popen(line, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True)
    os.close(theirs)
    os.write(ours, f"{answer}\n".encode())
    shown = b""
    with suppress(OSError):  # how Linux says that the other end is closed
        while part := os.read(ours, 4096):
            shown += part
    os.close(ours)
    return process.wait(), shown.decode().replace("\r\n", "\n")


def test_a_rollback_does_not_excuse_what_cannot_be_read(newsroom: Newsroom) -> None:
    newsroom.git("push", "--quiet", "origin", "main:gh-pages")
    assert newsroom.site.run("publish", "--rollback", "--yes").status == 1
    assert newsroom.refused(may_go=lambda _lost: True).startswith("origin/gh-pages:sitemap.xml: there is no")


def test_an_authority_that_differs_from_the_published_one_is_a_problem(newsroom: Newsroom) -> None:
    newsroom.publish(first=True)
    settings = newsroom.site.read("site.toml")
    newsroom.site.write("site.toml", settings.replace("https://example.org", "https://courier.example.com"))
    built(newsroom.site)
    said = (
        'site.toml:2:1: the ids of the published feeds have the authority "example.org", and these have'
        ' "courier.example.com"\n'
        '  | url = "https://courier.example.com/archive/"\n'
        "  | ^\n"
        '  Write authority = "example.org" above the first [table]. With another, readers of the feeds would'
        " get every article anew."
    )
    assert newsroom.refused() == said
    assert newsroom.refused(first=True, may_go=lambda _lost: True) == said
    kept = newsroom.site.read("site.toml").replace("language =", 'authority = "example.org"\nlanguage =')
    newsroom.site.write("site.toml", kept)
    built(newsroom.site)
    assert newsroom.publish().commit
    newsroom.site.write("site.toml", kept.replace('"example.org"', '"desk@example.org"'))
    built(newsroom.site)
    assert newsroom.refused().startswith("site.toml:3:1: the ids of the published feeds")


def test_a_first_publication_does_not_make_an_example_permanent(newsroom: Newsroom) -> None:
    settings = newsroom.site.read("site.toml").replace("https://example.org", "https://courier.news")
    example = settings.replace("language =", 'authority = "example.org"\nlanguage =')
    newsroom.site.write("site.toml", example)
    built(newsroom.site)
    said = newsroom.refused(first=True).splitlines()
    assert said[0] == (
        'site.toml:3:1: the authority of the ids in feeds is "example.org", which belongs to nobody'
    )
    assert said[-1] == (
        '  It is for ever. Write a domain that is yours above the first [table]: authority = "courier.news"'
    )
    newsroom.site.write("site.toml", settings)
    built(newsroom.site)
    newsroom.publish(first=True)


def test_a_branch_without_a_sitemap_has_to_be_declared_too(newsroom: Newsroom) -> None:
    newsroom.git("push", "--quiet", "origin", "main:gh-pages")
    assert newsroom.refused() == (
        "origin/gh-pages:sitemap.xml: there is no such sitemap\n"
        "  If nothing was ever published there, say so with --first."
    )
    newsroom.publish(first=True)
    assert newsroom.branch() == _expected(newsroom.site)


def test_drafts_and_what_is_to_come_are_not_published(newsroom: Newsroom) -> None:
    built(newsroom.site, drafts=True)
    assert newsroom.refused(first=True).startswith("public: holds drafts")
    built(newsroom.site, as_of=_NOW + dt.timedelta(days=1))
    assert newsroom.refused(first=True).startswith("public: holds what is still to come")
    newsroom.site.delete("public/edition.txt")
    assert newsroom.refused(first=True) == "public: holds no build\n  Build the site first."
    assert newsroom.tip() == ""


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            {"remote": "upstream"},
            (
                'gh-pages: there is no remote "upstream"\n'
                "  There is origin. Add it with: git remote add upstream ADDRESS"
            ),
        ),
        (
            {"branch": "main"},
            (
                "main: is the branch that you are on, and would lose the site's sources\n"
                "  Name one that holds nothing but the published site: --branch gh-pages."
            ),
        ),
        (
            {"remote": "--upload-pack=/bin/false"},
            (
                'gh-pages: "--upload-pack=/bin/false" begins with a hyphen, as the options of git do\n'
                "  Write another name."
            ),
        ),
        ({"branch": "a..b"}, "a..b: is not a name that a branch can have\n  The usual name is gh-pages."),
    ],
)
def test_a_place_that_is_none_is_a_problem(newsroom: Newsroom, options: dict[str, object], said: str) -> None:
    assert newsroom.refused(first=True, **options) == said


def test_a_remote_that_does_not_answer_is_a_problem_with_gits_words(newsroom: Newsroom) -> None:
    shutil.rmtree(newsroom.remote)
    said = newsroom.refused(first=True)
    assert said.startswith(
        f"gh-pages: git says: fatal: '{newsroom.remote}' does not appear to be a git repository"
    )
    assert said.endswith("\n  Nothing was changed on the remote.")


_HUSH = "Hunter2"


@pytest.mark.parametrize(
    ("setting", "value", "remote"),
    [
        ("remote.origin.url", f"http://user:{_HUSH}@localhost/news.git", "origin"),
        ("remote.origin.pushurl", f"http://user:{_HUSH}@localhost/news.git", "origin"),
        (f"url.http://user:{_HUSH}@localhost/.insteadOf", "desk:", "desk:news.git"),
        (f"url.http://user:{_HUSH}@localhost/.pushInsteadOf", "desk:", "desk:news.git"),
        ("remote.desk.url", "desk:news.git", f"http://user:{_HUSH}@localhost/news.git"),
    ],
    ids=["url", "push", "instead", "push instead", "option"],
)
def test_a_remote_with_a_password_in_its_address_is_refused_and_the_password_not_repeated(
    newsroom: Newsroom, setting: str, value: str, remote: str
) -> None:
    newsroom.git("config", setting, value)
    said = newsroom.refused(first=True, remote=remote)
    assert "has a password in it: http://***@localhost/" in said
    assert "http://localhost/" in said.splitlines()[1]
    assert _HUSH not in said


class _Closed(BaseHTTPRequestHandler):
    """Wants a password of everybody."""

    def do_GET(self) -> None:
        self.send_response(HTTPStatus.UNAUTHORIZED)
        self.send_header("WWW-Authenticate", 'Basic realm="Newsroom"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_a_remote_that_wants_a_password_does_not_get_to_ask(newsroom: Newsroom) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Closed) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        address = f"http://127.0.0.1:{server.server_port}"
        newsroom.git("remote", "set-url", "origin", f"{address}/news.git")
        said = newsroom.refused(first=True)
        server.shutdown()
        thread.join()
    # The words between are git's own, which differ from release to release.
    first, *rest = said.splitlines()
    assert first.startswith("gh-pages: git says: fatal: ")
    assert rest == ["  Nothing was changed on the remote."]


def test_a_remote_that_refuses_is_a_problem_with_its_words(newsroom: Newsroom) -> None:
    hook = newsroom.remote / "hooks/update"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho 'this branch is protected' >&2\nexit 1\n")
    hook.chmod(0o755)
    said = newsroom.refused(first=True)
    assert said.startswith("gh-pages: git says: remote: this branch is protected; ")
    hook.write_text("#!/bin/sh\necho 'try https://user:Hunter2@localhost/' >&2\nexit 1\n")
    assert "remote: try https://***@localhost/; " in newsroom.refused(first=True)
    hook.unlink()
    newsroom.publish(first=True)
    assert newsroom.branch() == _expected(newsroom.site)


def test_without_a_repository_it_says_how_to_make_one(newsroom: Newsroom) -> None:
    shutil.rmtree(newsroom.site.folder / ".git")
    assert newsroom.refused(first=True) == (
        "gh-pages: the site's folder lies in no git repository\n"
        "  Make one with `git init`, and name where to push to: git remote add origin ADDRESS"
    )


def test_without_an_identity_it_says_how_to_give_one(newsroom: Newsroom, home: Path) -> None:
    (home / ".gitconfig").unlink()
    assert newsroom.refused(first=True) == (
        "gh-pages: git does not know who you are\n"
        '  Tell it: git config --global user.name "…" and git config --global user.email …@…'
    )
    assert newsroom.tip() == ""


def test_a_site_in_a_folder_of_a_shallow_clone_is_published(newsroom: Newsroom, tmp_path: Path) -> None:
    newsroom.publish(first=True)
    newsroom.git("push", "--quiet", "origin", "main")
    clone = tmp_path / "shallow"
    git(tmp_path, "clone", "--quiet", "--depth=1", "--branch=main", f"file://{newsroom.remote}", str(clone))
    own = Newsroom(site=Site(folder=clone), remote=newsroom.remote)
    own.site.write("content/bridge.md", article("A bridge opens", "2022-11-07"))
    own.site.write('static/.well-known/a file with spaces; and "quotes".txt', "Words.\r\n")
    built(own.site)
    assert own.publish().commit == own.tip()
    assert own.branch() == _expected(own.site)
    assert len(git(newsroom.remote, "log", "--format=%H", "gh-pages").splitlines()) == 2


def test_a_repository_that_names_objects_otherwise_is_served_too(tmp_path: Path) -> None:
    site = plain_site(tmp_path / "site", {"content/flood.md": article("Flood", "2022-11-05")})
    remote = tmp_path / "remote.git"
    git(tmp_path, "init", "--quiet", "--bare", "--object-format=sha256", str(remote))
    git(site.folder, "init", "--quiet", "--initial-branch=main", "--object-format=sha256")
    git(site.folder, "remote", "add", "origin", str(remote))
    built(site)
    newsroom = Newsroom(site=site, remote=remote)
    newsroom.publish(first=True)
    assert newsroom.branch() == _expected(site)
    assert newsroom.publish().commit == ""


def test_files_of_search_come_and_go_and_stop_no_publication(tmp_path: Path) -> None:
    days = [f"2024-03-{number:02}" for number in range(1, 31)] * 2
    days += [f"2025-03-{number % 30 + 1:02}" for number in range(49)]
    articles = {f"content/{number}.md": article(f"Note {number}", day) for number, day in enumerate(days)}
    newsroom = make_newsroom(tmp_path, articles)
    site = newsroom.site
    site.write("site.toml", SETTINGS.replace("on = false", "on = true"))
    built(site)
    newsroom.publish(first=True)
    assert {"search/2024/1-50/facets.json", "search/2024/51-100/facets.json"} <= newsroom.branch().keys()

    # The fiftieth article of the next year closes the year: its segments become one.
    site.write("content/new.md", article("A bridge", "2025-04-01"))
    built(site)
    newsroom.publish()
    files = {path for path in newsroom.branch() if path.startswith("search/2024/") and "results" not in path}
    assert files
    assert {path.split("/")[2] for path in files} == {"1-1000"}

    site.write("site.toml", SETTINGS)
    built(site)
    newsroom.publish()
    assert [path for path in newsroom.branch() if path.startswith("search")] == []
