"""Lektor: a ``.lektorproject``, each page a folder with a ``contents.lr``."""

from __future__ import annotations

import configparser

from broadsheet.importing.adopting.headers import read_lektor
from broadsheet.importing.adopting.origin import Branch, Entry, Generator, Origin
from broadsheet.importing.adopting.tree import Tree

_CONTENT = "content"


def _find_config(tree: Tree) -> str:
    return next((path for path in tree.paths if path.endswith(".lektorproject") and "/" not in path), "")


def _describe(tree: Tree, config: str) -> Origin:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.read_string(tree.read_text(config))
    url = parser.get("project", "url", fallback="")
    alternatives = [name for name in parser.sections() if parser.get(name, "primary", fallback="") == "yes"]
    return Origin(
        generator="Lektor",
        config=config,
        title=parser.get("project", "name", fallback=""),
        url=f"{url.rstrip('/')}/",
        language=parser.get(alternatives[0], "locale", fallback="") if alternatives else "",
        content=(Branch(_CONTENT, ""),),
        static=tuple(Branch(path, path.partition("/")[2]) for path in tree.list_below("assets")),
        fields={
            "date": ("pub_date", "date"),
            "author": ("author",),
            "summary": ("summary", "description"),
            "slug": ("_slug",),
        },
        sections_are_folders=True,
        convert=read_lektor,
        page_name="contents.lr",
        find_address=_find_address,
    )


def _find_address(entry: Entry) -> str:
    """Return the path of the page's folder; ``_slug`` replaces its last step."""
    *folders, _ = entry.path.removeprefix(f"{_CONTENT}/").split("/")
    own = entry.fields.get("_slug")
    if isinstance(own, str) and own.strip():
        folders = [*folders[:-1], own.strip("/")]
    return f"/{'/'.join(folders)}/"


GENERATOR = Generator("Lektor", _find_config, _describe)
