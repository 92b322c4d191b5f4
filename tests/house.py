"""The packages of broadsheet/ in order, and their imports: `python -m tests.house` prints the list."""

from __future__ import annotations

import ast
import functools
import re
import sys
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from broadsheet.archive.tables import SCHEMA
from tests.sites import ROOT

PACKAGE = ROOT / "broadsheet"
# A package imports only those below it.
HOUSE = (
    *(
        "__main__",
        "commands",
        "importing",
        "editing",
        "serve",
        "publish",
        "check",
        "build",
        "render",
        "write",
        "ledger",
    ),
    *("plan", "read", "archive", "settings", "common"),
)
# A folder and a module that can be taken in at a look.
MOST_ENTRIES = 15
# The packages themselves, and the commands, which have a module each.
MOST_ENTRIES_OF = {".": len(HOUSE), "commands": 18}
MOST_LINES = 400


class Import(NamedTuple):
    """One import: ``source`` imports ``target``, both as dotted names below broadsheet."""

    source: str
    line: int
    target: str

    @property
    def runs_down(self) -> bool:
        """Whether the target lies in a package below the source's own.

        Inside one package ``inner_imports`` tells the order, but no module imports a package that it is in.
        """
        own, other = self.source.partition(".")[0], self.target.partition(".")[0]
        if own == other:
            return not self.source.startswith(f"{self.target}.")
        return HOUSE.index(own) < HOUSE.index(other)


@functools.cache
def modules() -> Mapping[str, str]:
    """Return the text of every module by its dotted name below broadsheet; a package goes by its own name."""
    found = {}
    for file in sorted(PACKAGE.rglob("*.py")):
        steps = file.relative_to(PACKAGE).with_suffix("").parts
        found[".".join(steps).removesuffix("__init__").removesuffix(".")] = file.read_text(encoding="utf-8")
    return {name: text for name, text in found.items() if name}


def folders() -> list[str]:
    """Return every folder of the package that holds modules, as a path below broadsheet."""
    return sorted({file.parent.relative_to(PACKAGE).as_posix() for file in PACKAGE.rglob("*.py")})


@functools.cache
def imports() -> tuple[Import, ...]:
    """Return every import of our own, wherever in a module it stands."""
    return tuple(each for source, text in modules().items() for each in _imports_of(source, text))


def _imports_of(source: str, text: str) -> Iterator[Import]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            target = name.removeprefix("broadsheet.")
            if name != target and target not in modules():
                target = target.rpartition(".")[0]
            if name != target and target:
                yield Import(source, node.lineno, target)


def inner_imports(folder: str) -> dict[str, set[str]]:
    """Return for each entry of a folder which other entries of it are imported there."""
    start = "" if folder == "." else folder.replace("/", ".") + "."
    graph: dict[str, set[str]] = {}
    for each in imports():
        if each.source.startswith(start) and each.target.startswith(start):
            own, other = (name.removeprefix(start).partition(".")[0] for name in (each.source, each.target))
            graph.setdefault(own, set()).add(other)
    return graph


def tables_in_sql(text: str) -> set[str]:
    """Return which of the state's tables the SQL in a module's text names."""
    tables = set(re.findall(r"^CREATE TABLE (\w+)", SCHEMA, re.MULTILINE))
    strings = (
        node.value
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    named = re.compile(r"\b(?:FROM|JOIN|INTO|UPDATE|TABLE)\s+(\w+)")
    return {name for string in strings for name in named.findall(string)} & tables


def printed() -> str:
    """Return the packages, the highest first, each with what its docstring says it is for."""
    texts = modules()
    rows = ((name, ast.get_docstring(ast.parse(texts[name])) or "") for name in HOUSE)
    return "".join(f"{name:10} {docstring.splitlines()[0]}\n" for name, docstring in rows)


if __name__ == "__main__":
    sys.stdout.write(printed())
