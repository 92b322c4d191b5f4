"""The command: what it prints and where, and its exit status."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from broadsheet.__main__ import main
from broadsheet.commands.terminal.old_names import RENAMED, use_new_names
from broadsheet.commands.terminal.parser import COMMANDS
from tests.builds import plain_site
from tests.plain import SETTINGS, article
from tests.sites import ROOT, Run, Site, environment

_BAD = article("Bad", "2022-02-30")
_SAID = (
    "content/bad.md:3:7: date: 2022-02-30 is not a date\n"
    "  | date: 2022-02-30\n"
    "  |       ^\n"
    "  The last day of that month is 2022-02-28.\n"
    "1 problem; nothing was written.\n"
)

_Command = Callable[..., Run]


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return plain_site(tmp_path / "site", {"content/flood.md": article("Flood", "2022-11-05", tags=("Oil",))})


@pytest.fixture
def run(site: Site, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> _Command:
    """Return a function that runs the command in this process, in the site's folder."""
    monkeypatch.chdir(site.folder)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    monkeypatch.setattr(sys, "argv", ["broadsheet"])

    def run(*words: str) -> Run:
        capsys.readouterr()
        try:
            status = main(words)
        except SystemExit as error:
            status = int(error.code or 0)
        stdout, stderr = capsys.readouterr()
        return Run(status=status, stdout=stdout, stderr=stderr)

    return run


def test_every_command_has_help_with_an_example(run: _Command) -> None:
    listed = run("--help")
    assert (listed.status, listed.stderr) == (0, "")
    for command in COMMANDS:
        assert re.search(rf"^    {command} ", listed.stdout, re.MULTILINE)
        result = run(command, "--help")
        assert (result.status, result.stderr) == (0, "")
        assert f"\nExample: broadsheet {command}" in result.stdout


def test_the_example_of_help_is_right_usage(run: _Command, site: Site) -> None:
    for command in COMMANDS:
        if command == "serve":
            continue  # it does not end by itself; tests/test_serve.py tries its example
        (example,) = re.findall(r"Example: broadsheet (.+(?:\n.+)*)", run(command, "--help").stdout)
        words = [word.strip('"') for word in re.findall(r'"[^"]*"|\S+', example)]
        assert run(*words).status in (0, 1), example
    assert (site.folder / "courier/site.toml").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("nonsense",),
        ("build", "--nonsense"),
        ("build", "extra"),
        ("build", "--jobs", "0"),
        ("build", "--jobs", "two"),
        ("build", "--jobs", "-1"),
        ("build", "--as-of", "yesterday"),
        ("build", "--as-of", "2022-02-30"),
        ("build", "--base-url", "example.org"),
        ("build", "--base-url", "ftp://example.org/"),
        ("build", "--base-url", "https://example.org/a b"),
        ("build", "--base-url", "https://example.org/?a"),
        ("build", "--base-url", "https://example.org/a/../b"),
        ("check", "--base-url", "https://user@example.org/"),
        ("publish", "--remote=--upload-pack=touch ran"),
        ("publish", "--branch=-d"),
        ("publish", "--branch="),
        ("new",),
        ("new", "A", "B"),
        ("explain",),
        ("init",),
        ("clean", "all"),
        ("serve", "--port", "0"),
        ("serve", "--port", "65536"),
        ("serve", "--port", "http"),
        ("serve", "--as-of", "yesterday"),
        ("serve", "content"),
    ],
)
def test_wrong_usage_ends_with_status_two(run: _Command, site: Site, words: tuple[str, ...]) -> None:
    result = run(*words)
    assert (result.status, result.stdout) == (2, "")
    assert result.stderr.startswith("usage: broadsheet")
    assert "Traceback" not in result.stderr
    assert not (site.folder / "public").exists()


def test_a_build_ends_with_one_summary(run: _Command) -> None:
    result = run("build")
    assert (result.status, result.stderr) == (0, "")
    assert re.fullmatch(
        r"1 article: 32 outputs, 32 written, 0 unchanged, 0 removed;"
        r" \d+\.\d KB \(0\.0% of GitHub Pages' 1 GB\); \d+\.\d s\n",
        result.stdout,
    )
    assert "32 outputs, 0 written, 32 unchanged, 0 removed" in run("build").stdout


def test_it_says_when_the_site_will_change_by_itself(run: _Command, site: Site) -> None:
    none = run("scheduled")
    assert none.stderr == ".broadsheet/state.sqlite: nothing was built yet\n  Build the site first.\n"
    run("build", "--as-of", "2026-01-01")
    assert (run("scheduled").status, run("scheduled").stdout) == (0, "never\n")
    site.write("content/later.md", article("Later", "2031-05-05 09:14"))
    site.write("content/brief.md", article("Brief", "2022-11-06", more="expires: 2029-01-01"))
    site.write("content/draft.md", article("Soon", "2022-11-05", more="draft: yes"))
    run("build", "--as-of", "2026-01-01")
    assert run("scheduled").stdout.splitlines() == [
        "2029-01-01T00:00:00+04:00",
        "held back: content/later.md (Later): appears 2031-05-05 09:14 +0400",
        "held back: content/draft.md (Soon): a draft",
    ]
    run("build", "--as-of", "2030-01-01")
    assert json.loads(run("scheduled", "--json").stdout) == {
        "changes": "2031-05-05 09:14:00+04:00",
        "held": [
            {"appears": "2031-05-05 09:14:00+04:00", "path": "content/later.md", "title": "Later"},
            {"appears": None, "path": "content/draft.md", "title": "Soon"},
        ],
        "as_of": "2030-01-01 00:00:00+04:00",
        "failed": False,
    }


def test_without_a_command_it_builds(run: _Command, site: Site) -> None:
    assert run().status == 0
    assert (site.folder / "public/index.html").exists()
    assert run("--drafts", "--quiet").stdout == ""


def test_what_is_held_back_is_named_with_its_moment(run: _Command, site: Site) -> None:
    site.write("content/draft.md", article("Soon", "2022-11-05", more="draft: yes"))
    site.write("content/later.md", article("Later", "2031-05-05 09:14"))
    rows = run("build", "--as-of", "2026-01-01").stdout.splitlines()
    assert rows[1:] == [
        "held back: content/later.md (Later): appears 2031-05-05 09:14 +0400",
        "held back: content/draft.md (Soon): a draft",
    ]
    assert rows[0].startswith("1 article: ")
    assert run("build", "--as-of", "2026-01-01", "--drafts").stdout.count("held back") == 1


@pytest.mark.parametrize(
    ("as_of", "there"),
    [
        ("2031-05-05T09:14:00+04:00", True),
        ("2031-05-05T05:14:00Z", True),
        ("2031-05-05T05:13:59Z", False),
        # A time without an offset is the site's, as everywhere.
        ("2031-05-05T09:14", True),
        ("2031-05-05T09:13", False),
        ("2031-05-06", True),
        ("2031-05-05", False),
    ],
)
def test_as_of_is_the_moment_whose_site_is_built(run: _Command, site: Site, as_of: str, there: bool) -> None:  # noqa: FBT001
    site.write("content/later.md", article("Later", "2031-05-05 09:14"))
    assert run("build", "--as-of", as_of).status == 0
    assert (site.folder / "public/2031/05/05/later/index.html").exists() is there


def test_articles_left_out_are_counted(run: _Command, site: Site) -> None:
    site.write("site.toml", SETTINGS.replace("[content]\n", '[content]\nexclude = ["README.md"]\n'))
    site.write("content/README.md", "No article.")
    assert "1 Markdown file left out, as [content] exclude says\n" in run("build").stdout


def test_problems_go_to_standard_error_with_status_one(run: _Command, site: Site) -> None:
    site.write("content/bad.md", _BAD)
    result = run("build")
    assert (result.status, result.stdout, result.stderr) == (1, "", _SAID)


def test_quiet_says_nothing_but_problems(run: _Command, site: Site) -> None:
    assert run("build", "--quiet") == Run(status=0, stdout="", stderr="")
    site.write("content/bad.md", _BAD)
    assert run("build", "--quiet") == Run(status=1, stdout="", stderr=_SAID)


def test_json_is_one_line_a_problem_or_one_summary(run: _Command, site: Site) -> None:
    site.write("content/later.md", article("Later", "2031-05-05 09:14"))
    done = run("build", "--json", "--as-of", "2026-01-01")
    (line,) = done.stdout.splitlines()
    summary = json.loads(line)
    assert (done.status, done.stderr) == (0, "")
    assert summary["articles"] == 1
    assert summary["outputs"] == summary["written"] == summary["rendered"] == 32
    assert list(summary["stages"]) == ["comparing", "looking", "planning", "reading", "rendering", "writing"]
    assert 0 < sum(summary["stages"].values()) <= summary["seconds"]
    assert summary["held"] == [
        {"path": "content/later.md", "title": "Later", "appears": "2031-05-05 09:14:00+04:00"}
    ]
    site.write("content/bad.md", _BAD)
    site.write("content/worse.md", "")
    failed = run("build", "--json")
    assert (failed.status, failed.stderr) == (1, "")
    problems = [json.loads(line) for line in failed.stdout.splitlines()]
    assert [problem["path"] for problem in problems] == ["content/bad.md", "content/worse.md"]
    assert (problems[0]["line"], problems[0]["column"]) == (3, 7)


def test_inside_a_workflow_problems_are_annotations_too(
    run: _Command, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.write("content/bad.md", _BAD)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    result = run("build")
    assert (result.status, result.stderr) == (1, _SAID)
    assert result.stdout == (
        "::error file=content/bad.md,line=3,col=7::date: 2022-02-30 is not a date"
        "%0AThe last day of that month is 2022-02-28.\n"
    )


def test_many_problems_are_counted(run: _Command, site: Site) -> None:
    for number in range(3):
        site.write(f"content/{number}.md", "")
    assert run("build").stderr.endswith("\n3 problems; nothing was written.\n")


def test_another_folder_and_another_address(run: _Command, site: Site) -> None:
    assert run("build", "--output", "elsewhere/here", "--base-url", "http://localhost:8000").status == 0
    assert 'href="/2022/11/05/flood/"' in site.read("elsewhere/here/index.html")
    assert not (site.folder / "public").exists()


def test_clean_removes_what_a_build_made_and_no_more(run: _Command, site: Site) -> None:
    before = sorted(site.folder.rglob("*"))
    run("build")
    assert run("clean") == Run(status=0, stdout="removed public\nremoved .broadsheet\n", stderr="")
    assert sorted(site.folder.rglob("*")) == before
    assert run("clean") == Run(status=0, stdout="", stderr="")


def test_clean_leaves_a_folder_that_is_not_ours(run: _Command, site: Site) -> None:
    site.write("public/thesis.txt", "Years of work.")
    result = run("clean")
    assert (result.status, result.stdout) == (1, "")
    assert result.stderr.startswith("public: the output folder holds files that Broadsheet did not write\n")
    assert site.read("public/thesis.txt") == "Years of work."


@pytest.mark.parametrize("folder", ["content", "static", "layouts", "."])
def test_clean_removes_no_source_whatever_it_bears(run: _Command, site: Site, folder: str) -> None:
    run("build")
    site.write(f"{folder}/edition.txt", site.read("public/edition.txt"))
    before = sorted(site.folder.rglob("*"))
    assert run("clean", "--output", folder).status == 1
    assert sorted(site.folder.rglob("*")) == before


def test_new_then_explain_on_a_site_that_is_broken(run: _Command, site: Site) -> None:
    site.write("site.toml", "title = 1\n")
    for words in (("build",), ("new", "A"), ("explain", "/")):
        result = run(*words)
        assert (result.status, result.stdout) == (1, "")
        assert result.stderr.startswith("site.toml:")


@pytest.mark.parametrize(
    ("program", "name"),
    [((str(ROOT / "build.py"),), "build.py"), (("-m", "broadsheet"), "python -m broadsheet")],
)
def test_a_script_and_the_module_are_one_program(site: Site, program: tuple[str, ...], name: str) -> None:
    def run(*words: str) -> Run:
        process = subprocess.run(
            [sys.executable, *program, *words],
            cwd=site.folder,
            env=environment() | {"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
        return Run(status=process.returncode, stdout=process.stdout, stderr=process.stderr)

    assert run("scheduled").status == 1
    assert run("--quiet") == Run(status=0, stdout="", stderr="")
    assert run("scheduled") == Run(status=0, stdout="never\n", stderr="")
    wrong = run("scheduled", "--nonsense")
    assert (wrong.status, wrong.stdout) == (2, "")
    assert wrong.stderr.endswith(f"{name}: error: unrecognized arguments: --nonsense\n")


@pytest.mark.parametrize("beside", ["Makefile", "requirements.txt"])
def test_a_python_without_the_libraries_is_told_which_to_use(tmp_path: Path, beside: str) -> None:
    for name in ("build.py", beside):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "broadsheet").symlink_to(ROOT / "broadsheet")
    line = [sys.executable, "-S", "build.py", "--quiet"]
    run = subprocess.run(line, cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False)
    otherwise = {"Makefile": "run make site", "requirements.txt": "install requirements.txt for it"}[beside]
    told = f"This Python lacks Broadsheet's libraries: use .venv/bin/python build.py, or {otherwise}.\n"
    assert (run.returncode, run.stdout, run.stderr) == (1, "", told)
    (tmp_path / "broadsheet").unlink()
    run = subprocess.run(line, cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (1, told.replace("Broadsheet's libraries", "Broadsheet"))


def test_a_profiler_runs_the_command() -> None:
    line = [sys.executable, "-m", "cProfile", str(ROOT / "build.py"), "--version"]
    run = subprocess.run(line, env=environment(), capture_output=True, text=True, check=False)
    assert run.stdout.startswith("Broadsheet "), run.stderr


def test_a_module_named_build_is_found_past_the_command(tmp_path: Path) -> None:
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "__main__.py").write_text("print('packaging', __name__)\n", encoding="utf-8")
    (tmp_path / "build" / "__init__.py").touch()
    line = [sys.executable, "-m", "build"]
    env = environment() | {"PYTHONPATH": str(tmp_path)}
    run = subprocess.run(line, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout, run.stderr) == (0, "packaging __main__\n", "")
    run = subprocess.run(line, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert run.stderr.endswith(": No module named build\n")
    assert run.stderr.count("\n") == 1


def test_a_command_loads_no_other(site: Site) -> None:
    program = (
        "import sys; from broadsheet.__main__ import main; main(['build', '--quiet']);"
        "print([name for name in sys.modules if name.count('.') == 2 and 'et.commands.' in name])"
    )
    process = subprocess.run(
        [sys.executable, "-c", program],
        cwd=site.folder,
        env=environment() | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert process.stdout == "['broadsheet.commands.terminal', 'broadsheet.commands.build']\n"


def test_the_command_works_as_a_process_from_any_folder(site: Site) -> None:
    result = site.build(LC_ALL="C", TZ="Pacific/Kiritimati")
    assert (result.status, result.stderr) == (0, "")
    assert result.stdout.startswith("1 article: 32 outputs, 32 written")
    site.write("content/bad.md", "---\ntitle: Ağdam\ndate: Şənbə\n---\n")
    broken = site.build(LC_ALL="C")
    assert broken.status == 1
    assert "Traceback" not in broken.stderr


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-16"])
def test_pipes_get_utf_8_whatever_the_locale(site: Site, encoding: str) -> None:
    site.write("content/soon.md", article("Ağdam 💧", "2022-11-05", more="draft: yes"))
    assert "held back: content/soon.md (Ağdam 💧): a draft\n" in site.build(PYTHONIOENCODING=encoding).stdout
    stats = site.run("stats", PYTHONIOENCODING=encoding)
    assert (stats.status, stats.stderr) == (0, "")
    site.write("content/soon.md", article("Ağdam", "Şənbə"))
    broken = site.build(PYTHONIOENCODING=encoding)
    assert (broken.status, broken.stdout) == (1, "")
    assert broken.stderr.startswith("content/soon.md:3:7: date: Şənbə is not a date\n  | date: Şənbə\n")
    assert json.loads(site.build("--json", PYTHONIOENCODING=encoding).stdout)["source"] == "date: Şənbə"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals of this kind")
def test_a_terminal_that_lacks_a_letter_shows_its_escape(site: Site) -> None:
    import pty  # noqa: PLC0415 - not on Windows

    site.write("content/soon.md", article("Ağdam", "2022-11-05", more="draft: yes"))
    ours, theirs = pty.openpty()
    try:
        done = subprocess.run(
            [sys.executable, str(ROOT / "build.py")],
            cwd=site.folder,
            env=environment() | {"PYTHONIOENCODING": "ascii"},
            stdin=subprocess.DEVNULL,
            stdout=theirs,
            stderr=theirs,
            check=False,
        )
        shown = os.read(ours, 65_536)
    finally:
        os.close(theirs)
        os.close(ours)
    assert done.returncode == 0
    assert b"held back: content/soon.md (A\\u011fdam): a draft" in shown


def test_many_that_are_held_back_are_counted_by_a_build_and_listed_by_scheduled(
    run: _Command, site: Site
) -> None:
    for number in range(1, 8):
        site.write(f"content/draft{number}.md", article("Soon", "2022-11-05", more="draft: yes"))
        site.write(f"content/later{number}.md", article("Later", f"203{number}-05-05"))
    rows = run("build", "--as-of", "2026-01-01").stdout.splitlines()[1:]
    assert [row.partition(" (")[0] for row in rows] == [
        *(f"held back: content/later{number}.md" for number in range(1, 6)),
        "held back: 2 more that appear later; `scheduled` lists them",
        "held back: 7 drafts; `scheduled` lists them",
    ]
    listed = run("scheduled").stdout.splitlines()[1:]
    assert [row.partition(" (")[0] for row in listed] == [
        *(f"held back: content/later{number}.md" for number in range(1, 8)),
        *(f"held back: content/draft{number}.md" for number in range(1, 8)),
    ]
    for name in ("draft1", "draft2", "later1", "later2"):
        site.delete(f"content/{name}.md")
    assert run("build", "--as-of", "2026-01-01").stdout.count(".md (") == 10


def test_a_command_answers_to_its_old_name_and_says_the_new_one(run: _Command) -> None:
    run("build", "--as-of", "2026-01-01")
    assert run("due") == Run(
        status=0,
        stdout="never\n",
        stderr="due is called scheduled now; the next release will no longer know the old name.\n",
    )
    assert "due" not in run("--help").stdout.split()
    assert run("due", "--nonsense").status == 2


def test_an_option_answers_to_its_old_name_for_its_own_command_alone() -> None:
    renamed = {"make": "build", "build --mend": "--verify", "build --to": "--output"}
    words = ["make", "--mend", "--to=a=b", "--json", "--", "--mend"]
    new, said = use_new_names(words, renamed)
    assert new == ["build", "--verify", "--output=a=b", "--json", "--", "--mend"]
    assert [sentence.partition(";")[0] for sentence in said] == [
        "make is called build now",
        "--mend is called --verify now",
        "--to is called --output now",
    ]
    assert use_new_names(["serve", "--mend"], renamed) == (["serve", "--mend"], ())


def test_every_new_name_is_one_that_there_is() -> None:
    for old, new in RENAMED.items():
        command, _, option = old.partition(" ")
        words = [command, new] if option else [new]
        assert words[0] in COMMANDS
        assert old not in COMMANDS
