"""The rules of this repository that a machine can hold: locks, package, and the order of the house."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house import (
    HOUSE,
    MOST_ENTRIES,
    MOST_ENTRIES_OF,
    MOST_LINES,
    PACKAGE,
    folders,
    imports,
    inner_imports,
    modules,
    printed,
    tables_in_sql,
)
from tests.sites import ROOT, environment, write_site

LOCKS = ("requirements.txt", "requirements-test.txt")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_registry(name: str) -> None:
    rows = (ROOT / name).read_text(encoding="utf-8").splitlines()
    assert [row for row in rows if "://" in row or row.startswith("-") or "@" in row] == []


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_pins_each_package_with_hashes(name: str) -> None:
    for requirement, hashes in _pins(name):
        assert re.fullmatch(r"==[^=,*]+", str(requirement.specifier)), requirement
        assert hashes, requirement


# What every package has.
_NOT_COUNTED = frozenset(("__init__.py", "__pycache__", "py.typed"))


def test_the_lock_has_what_the_package_needs_within_its_bounds() -> None:
    assert _unmet(PROJECT["project"]["dependencies"], "requirements.txt") == []


def test_the_lock_of_the_tests_has_what_they_need_within_its_bounds() -> None:
    assert _unmet(PROJECT["dependency-groups"]["test"], "requirements-test.txt") == []


def test_tests_run_on_the_very_releases_that_sites_are_built_with() -> None:
    tools = {str(requirement): hashes for requirement, hashes in _pins("requirements-test.txt")}
    assert [pin for pin, hashes in map(_named, _pins("requirements.txt")) if tools.get(pin) != hashes] == []


def test_each_dependency_has_a_lower_bound() -> None:
    words = PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["test"]
    assert [word for word in words if ">=" not in word] == []


def test_the_lock_of_the_checkers_names_no_registry_and_has_hashes() -> None:
    packages = json.loads((ROOT / "tests/package-lock.json").read_text(encoding="utf-8"))["packages"]
    for name, package in packages.items():
        assert "resolved" not in package, name
        assert not name or package["integrity"].startswith("sha512-"), name


def test_the_wheel_holds_the_package_and_a_starter(tmp_path: Path) -> None:
    expected = set(_files("broadsheet"))
    single = (".github/workflows/publish.yml", "build.py", "requirements.txt", "CHANGELOG.md")
    for path in (*_files("layouts"), *_files("static"), *single):
        expected.add(f"broadsheet/starter/{path}")
    assert "broadsheet/py.typed" in expected
    wheel = _built(ROOT, tmp_path, "wheel")
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert sorted(expected - held) == []
    assert sorted(held - expected) == []


def test_the_source_package_makes_the_same_wheel(tmp_path: Path) -> None:
    with tarfile.open(_built(ROOT, tmp_path, "sdist")) as packed:
        # As Python's documents say for releases of 3.11 before 3.11.4, which know no filter.
        packed.extraction_filter = getattr(tarfile, "data_filter", lambda member, _: member)
        packed.extractall(tmp_path)  # noqa: S202 - it was packed here
    unpacked = next(file for file in tmp_path.iterdir() if file.is_dir())
    again = _built(unpacked, tmp_path / "again", "wheel")
    assert again.read_bytes() == _built(ROOT, tmp_path, "wheel").read_bytes()


@pytest.mark.skipif(shutil.which("make") is None, reason="make is missing: apt-get install make")
def test_make_names_the_package_that_a_python_without_ensurepip_needs(tmp_path: Path) -> None:
    for name in ("Makefile", "requirements.txt"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "ensurepip.py").write_text("raise ModuleNotFoundError\n", encoding="utf-8")
    env = environment() | {"PYTHONPATH": str(tmp_path)}
    line = ["make", "site", f"PYTHON={sys.executable}"]
    run = subprocess.run(line, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert run.returncode != 0
    assert run.stderr.splitlines()[0] == (
        f"{sys.executable} cannot make virtual environments. On Debian and Ubuntu: "
        f"sudo apt install python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    )
    assert not (tmp_path / ".venv").exists()


def test_no_pattern_repeats_a_group_possessively() -> None:
    # Before Python 3.11.5, which Debian 12 does not have, they match what they should not:
    # https://github.com/python/cpython/issues/106052
    possessive = re.compile(r"[^\\]\)(?:[*+?]|\{\d*,?\d*\})\+")
    found = [
        f"{file.relative_to(ROOT)}: {node.value}"
        for file in sorted(PACKAGE.rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "(?" in node.value
        if possessive.search(re.sub(r"\[\^?\]?(?:\\.|[^\]\\])*\]", "[]", node.value))
    ]
    assert found == []


def test_the_changelog_begins_with_what_is_unreleased() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.findall(r"^## (.*)$", text, re.MULTILINE)[0] in {"Unreleased", "[Unreleased]"}


def test_contributing_shows_the_house() -> None:
    assert f"```\n{printed()}```\n" in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_each_package_has_its_place_in_the_house() -> None:
    entries = {path.name.removesuffix(".py") for path in PACKAGE.iterdir() if path.suffix in {"", ".py"}}
    assert sorted(entries - {*HOUSE, "__init__", "__pycache__"}) == []


def test_a_package_imports_only_those_below_it() -> None:
    assert [str(each) for each in imports() if not each.runs_down] == []


@pytest.mark.parametrize("folder", sorted(folders()))
def test_imports_inside_a_folder_run_one_way(folder: str) -> None:
    graph = {name: targets - {name} for name, targets in inner_imports(folder).items()}
    assert len(tuple(TopologicalSorter(graph).static_order())) >= len(graph)


@pytest.mark.parametrize("folder", sorted(folders()))
def test_a_folder_and_its_modules_can_be_taken_in_at_a_look(folder: str) -> None:
    files = [path for path in (PACKAGE / folder).iterdir() if path.name not in _NOT_COUNTED]
    lines = {
        path.name: len(path.read_text(encoding="utf-8").splitlines())
        for path in files
        if path.suffix == ".py"
    }
    assert len(files) <= MOST_ENTRIES_OF.get(folder, MOST_ENTRIES)
    assert {name: count for name, count in lines.items() if count > MOST_LINES} == {}


def test_only_the_archive_and_the_ledger_hold_sql_on_the_tables_of_the_state() -> None:
    found = {name: tables_in_sql(text) for name, text in modules().items()}
    assert "article" in found["archive.lookups"]
    owners = {name.partition(".")[0] for name, tables in found.items() if tables}
    assert owners == {"archive", "ledger"}


def test_a_site_is_written_from_one_string(tmp_path: Path) -> None:
    site = write_site(
        tmp_path,
        """
        === site.toml
        title = "The Courier"

        === content/2022/flood.md
        Water.
          Indented.
        === empty.txt
        """,
        bare=True,
    )
    assert site.outputs(".") == {
        "content/2022/flood.md": b"Water.\n  Indented.\n",
        "empty.txt": b"",
        "site.toml": b'title = "The Courier"\n\n',
    }


@pytest.mark.parametrize("text", ["words\n=== a\n", "=== a\n=== b\n=== a\n"])
def test_a_string_that_is_no_site_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ValueError, match=r"^a (site begins with|is there twice)"):
        write_site(tmp_path, text, bare=True)


def _pins(name: str) -> list[tuple[Requirement, frozenset[str]]]:
    """Return what a lock pins, and the hashes it takes for that.

    Format: https://pip.pypa.io/en/stable/reference/requirements-file-format/
    """
    rows = re.sub(r"^\s*#.*\n", "", (ROOT / name).read_text(encoding="utf-8"), flags=re.MULTILINE)
    pins = (row.split("--hash=") for row in rows.replace("\\\n", " ").splitlines())
    return [(Requirement(pin), frozenset(map(str.strip, hashes))) for pin, *hashes in pins]


def _named(pin: tuple[Requirement, frozenset[str]]) -> tuple[str, frozenset[str]]:
    return str(pin[0]), pin[1]


def _unmet(words: list[str], lock: str) -> list[str]:
    pins = {canonicalize_name(pin.name): str(pin.specifier).removeprefix("==") for pin, _ in _pins(lock)}
    needs = map(Requirement, words)
    return [str(need) for need in needs if pins.get(canonicalize_name(need.name), "") not in need.specifier]


def _built(source: Path, folder: Path, kind: str) -> Path:
    line = [sys.executable, "-m", "hatchling", "build", "--target", kind, "--directory", str(folder)]
    subprocess.run(line, cwd=source, check=True, capture_output=True, stdin=subprocess.DEVNULL)
    return next(folder.glob("*.whl" if kind == "wheel" else "*.tar.gz"))


def _files(folder: str) -> list[str]:
    files = (file for file in (ROOT / folder).rglob("*") if file.is_file() and file.suffix != ".pyc")
    return [file.relative_to(ROOT).as_posix() for file in files]
