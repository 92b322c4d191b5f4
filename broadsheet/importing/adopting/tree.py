"""The folder of a site that another generator builds: its files, and what its configuration says."""

from __future__ import annotations

import ast
import json
import os
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml

from broadsheet.common.problems import Problem, Problems

# What generators and package managers make, or keep for themselves.
_NOT_SOURCES = frozenset(
    (
        *(".git", ".hg", ".svn", ".sass-cache", ".jekyll-cache", ".cache", ".doit.db", ".venv", ".bundle"),
        *("node_modules", "vendor", "_site", "__pycache__", "resources/_gen"),
    )
)
_SUFFIXES = (".toml", ".yaml", ".yml", ".json")


class Tree:
    """The files of a folder by their paths: relative to it, POSIX, in order."""

    def __init__(self, root: Path) -> None:
        """Look through the folder ``root``; raises ``Problems`` unless it is one."""
        if not root.is_dir():
            message = "is a file" if root.exists() else "is not there"
            hint = "Name the folder that holds the other generator's configuration."
            raise Problems([Problem(path=str(root), message=message, hint=hint)])
        self.root = root
        found = []
        for folder, folders, names in os.walk(root):
            above = Path(folder).relative_to(root).as_posix()
            start = "" if above == "." else f"{above}/"
            folders[:] = sorted(each for each in folders if not {each, f"{start}{each}"} & _NOT_SOURCES)
            found += [f"{start}{name}" for name in names if _is_inside(root, Path(folder, name))]
        self.paths = tuple(sorted(found))
        self._known = frozenset(self.paths)

    def __contains__(self, path: str) -> bool:
        return path in self._known

    def list_below(self, folder: str) -> tuple[str, ...]:
        """Return the files below a folder; all if it is empty."""
        return tuple(path for path in self.paths if not folder or path.startswith(f"{folder}/"))

    def has_folder(self, folder: str) -> bool:
        """Return whether a folder has any files."""
        return any(path.startswith(f"{folder}/") for path in self.paths)

    def read_text(self, path: str) -> str:
        """Return the text of a file; what is not UTF-8 in it is replaced."""
        return (self.root / path).read_bytes().decode("utf-8-sig", errors="replace")

    def find_config(self, *names: str) -> str:
        """Return the first file of these names, each without a suffix tried with all; "" if none is there."""
        tried = (
            each for name in names for each in ((name,) if "." in name else (name + end for end in _SUFFIXES))
        )
        return next((each for each in tried if each in self), "")

    def read_config(self, path: str) -> dict[str, Any]:
        """Return what a configuration file sets; {} for one that sets nothing.

        Of Python, which is not run, that is each name that is given a literal. Raises ``Problems`` for a file
        that cannot be read.
        """
        text = self.read_text(path)
        try:
            found = _PARSERS[path.rpartition(".")[2]](text)
        except (ValueError, yaml.YAMLError, SyntaxError, RecursionError) as error:
            line = getattr(getattr(error, "problem_mark", None), "line", -1) + 1
            message = f"cannot be read: {str(error).splitlines()[0]}"
            hint = "The other generator cannot read it either. Correct it, or take it out."
            raise Problems([Problem(path=path, line=line, message=message, hint=hint)]) from None
        return found if isinstance(found, dict) else {}


def as_text(value: object) -> str:
    """Return what a configuration or front matter says, if it is text, without space around it; else ""."""
    return value.strip() if isinstance(value, str) else ""


def _is_inside(root: Path, file: Path) -> bool:
    """Return whether a file is one of the folder: no socket, and no link to elsewhere."""
    return file.is_file() and (not file.is_symlink() or file.resolve().is_relative_to(root.resolve()))


def _parse_python(text: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for statement in ast.parse(text).body:
        if isinstance(statement, ast.Assign):
            for target in statement.targets:
                if isinstance(target, ast.Name):
                    value = _evaluate(statement.value, found)
                    if value is not None:
                        found[target.id] = value
    return found


def _evaluate(value: ast.expr, known: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any literal
    """Return a literal, or what a name stands for; None for what has to be computed."""
    if isinstance(value, ast.Name):
        return known.get(value.id)
    try:
        return ast.literal_eval(value)
    except ValueError:
        return None


_PARSERS: Mapping[str, Callable[[str], Any]] = {
    "toml": tomllib.loads,
    "json": json.loads,
    # Not a dialect of YAML that makes times and numbers of texts: configurations are full of versions.
    "yaml": lambda text: yaml.load(text, Loader=yaml.BaseLoader),  # noqa: S506 - it makes texts only
    "yml": lambda text: yaml.load(text, Loader=yaml.BaseLoader),  # noqa: S506 - it makes texts only
    "py": _parse_python,
}
