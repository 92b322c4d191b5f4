"""What is printed: one line is one line, and moves no cursor and commands no runner, whoever wrote it."""

from __future__ import annotations

import ast
import io
import json
import os
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.commands.terminal.printer import say
from broadsheet.common.problems import Problem, format_annotation, format_json, format_problem
from broadsheet.common.text_style import TextStyle, escape_controls
from tests.builds import plain_site
from tests.plain import article
from tests.sites import Run, Site

_PACKAGE = Path(__file__).parents[1] / "broadsheet"
_FORGED = "::error::forged"
_ESCAPE = "\x1b]0;gone\x07\x1b[2J"


def _printed(*lines: str, styled: bool = False, command: bool = False) -> str:
    stream = io.StringIO()
    say(*lines, stream=stream, styled=styled, command=command)
    return stream.getvalue()


def test_nothing_prints_but_the_printer() -> None:
    for file in sorted(_PACKAGE.rglob("*.py")):
        if file.name in {"printer.py", "__main__.py"}:
            continue
        calls = (
            node.func for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Call)
        )
        names = {ast.unparse(call) for call in calls}
        assert not names & {"print", "input", "sys.stdout.write", "sys.stderr.write"}, file


@given(st.lists(st.text(max_size=30), min_size=1, max_size=4))
def test_as_many_lines_are_printed_as_were_given_and_no_control_character(lines: list[str]) -> None:
    printed = _printed(*lines)
    assert printed.count("\n") == len(lines)
    for char in printed.replace("\n", "").replace("\t", ""):
        assert unicodedata.category(char) not in {"Cc", "Cs", "Zl", "Zp"}


@given(st.text(), st.text())
def test_json_stays_the_same_json(message: str, path: str) -> None:
    problem = Problem(path=path, message=message)
    assert json.loads(_printed(format_json(problem))) == json.loads(format_json(problem))


def test_colours_of_ours_stay_and_no_others() -> None:
    style = TextStyle(colour=True)
    text = format_problem(Problem(path=f"a{_ESCAPE}", message="no\x1b[31m", hint=f"x\ny{_ESCAPE}"), style)
    printed = _printed(*text.split("\n"), styled=True)
    assert printed.count("\x1b[") == text.count("\x1b[") == 8
    assert "\\u001b]0;gone\\u0007" in printed
    assert "no\\u001b[31m" in printed
    assert _printed(style.paint("a", "hint")) == "\\u001b[36ma\\u001b[0m\n"


@pytest.mark.parametrize(
    "line", [_FORGED, f"  {_FORGED}", "x ##[add-mask]y", f"\t{_FORGED}", f"a\n{_FORGED}"]
)
def test_no_line_is_a_command_for_a_runner(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    printed = _printed(line)
    assert not any(each.lstrip().startswith("::") for each in printed.splitlines())
    assert "##[" not in printed
    problem = Problem(path=line, message=line, hint=line)
    annotation = _printed(format_annotation(problem), command=True)
    assert annotation.count("\n") == 1
    assert annotation.startswith("::error file=")
    monkeypatch.delenv("GITHUB_ACTIONS")
    assert _printed(_FORGED) == f"{_FORGED}\n"


def test_what_needs_no_escape_is_printed_as_it_is() -> None:
    text = "Şənbə 土 العربية \u200f é\t…"
    assert escape_controls(text) == text
    assert escape_controls("a\rb\u202ec\udcff\x9b") == "a\\u000db\\u202ec\\udcff\\u009b"


def _hostile(folder: Path) -> Site:
    site = plain_site(folder, {"content/a.md": article("A", "2022-11-05")})
    site.write(f"content/x\n{_FORGED}.md", "---\ntitle: no date\n---\n")
    site.write("content/later.md", article(f"L {json.dumps(_ESCAPE)[1:-1]}".replace('"', ""), "2099-11-05"))
    return site


def _is_harmless(run: Run) -> bool:
    text = run.stdout + run.stderr
    forged = any(line.lstrip().startswith("::error::") for line in text.splitlines())
    return not forged and "\x1b" not in text and "Traceback" not in text


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_names_and_titles_forge_no_command(tmp_path: Path) -> None:
    site = _hostile(tmp_path / "site")
    run = site.build(GITHUB_ACTIONS="true")
    assert run.status == 1
    assert _is_harmless(run)
    assert f"content/x\\n{_FORGED}.md" in run.stderr
    assert "::error file=content/x%0A%3A%3Aerror%3A%3Aforged.md" in run.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_arguments_that_are_not_utf_8_work_as_paths_and_are_refused_as_text(tmp_path: Path) -> None:
    strange = Path(os.fsdecode(os.fsencode(tmp_path) + b"/s\xff"))
    site = plain_site(strange, {"content/a.md": article("A", "2022-11-05")})
    output = os.fsdecode(os.fsencode(tmp_path) + b"/o\xfe")
    for _ in range(2):
        run = site.build("--output", output)
        assert (run.status, run.stderr) == (0, "")
    assert (Path(output) / "index.html").exists()
    assert site.run("explain", "/", "--output", output).status == 0
    assert site.run("check", "--output", output).status == 0
    assert site.run("scheduled").status == site.run("stats").status == 0
    assert site.run("clean", "--output", output).status == 0
    for words in (
        ("new", "\udcff"),
        ("new", "A", "--tag", "b\udcff"),
        ("explain", "/\udcff"),
        ("check", "--against", "https://a/\udcff"),
    ):
        run = site.run(*words)
        assert run.status == 2
        assert "\\udcff" in run.stderr
        assert "is not UTF-8" in run.stderr
        assert _is_harmless(run)
