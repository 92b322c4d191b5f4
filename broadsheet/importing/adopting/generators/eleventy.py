"""Eleventy: ``eleventy.config.js`` or ``.eleventy.js``, addresses by folders and names of files."""

from __future__ import annotations

import re
from collections.abc import Iterator

from broadsheet.importing.adopting.origin import Branch, Entry, FindAddress, Generator, Origin
from broadsheet.importing.adopting.tree import Tree

_CONFIGS = tuple(
    f"{name}.{end}" for name in (".eleventy", "eleventy.config") for end in ("js", "mjs", "cjs", "ts")
)
_INPUT = re.compile(r"""\binput\s*:\s*["']([^"']+)["']""")
_COPIED = re.compile(r"""addPassthroughCopy\(\s*(?:["']([^"']+)["']|\{([^}]*)\})""")
_PAIR = re.compile(r"""["']?([^"':,{}\s]+)["']?\s*:\s*["']([^"']*)["']""")
_DATED = re.compile(r"^\d{4}-\d{2}-\d{2}-")


def _find_config(tree: Tree) -> str:
    return next((name for name in _CONFIGS if name in tree), "")


def _describe(tree: Tree, config: str) -> Origin:
    script = tree.read_text(config)
    found = _INPUT.search(script)
    folder = (found[1] if found else "").strip("./").rstrip("/")
    site = _read_site(tree, folder)
    folders = sorted(_list_folders(tree, folder))
    return Origin(
        generator="Eleventy",
        config=config,
        title=site.get("title", "") or site.get("name", ""),
        url=f"{site.get('url', '').rstrip('/')}/",
        language=site.get("language", "") or site.get("lang", ""),
        tagline=site.get("description", ""),
        content=tuple(Branch(each, each.removeprefix(folder).strip("/")) for each in folders),
        static=tuple(_list_copied(tree, script, folder)),
        fields={
            "tags": ("tags",),
            "summary": ("description", "summary", "excerpt"),
            "updated": ("updated", "modified"),
        },
        sections_are_folders=True,
        find_address=_address_from(folder),
    )


def _list_folders(tree: Tree, folder: str) -> Iterator[str]:
    """Yield the folders right in the input folder that hold Markdown; the input folder itself if it does."""
    tops = set()
    for path in tree.list_below(folder):
        steps = path.removeprefix(f"{folder}/").split("/") if folder else path.split("/")
        if path.endswith(".md") and steps[0][0] not in "._" and len(steps) > 1:
            tops.add(steps[0])
    return ("/".join(filter(None, (folder, top))) for top in tops)


def _read_site(tree: Tree, folder: str) -> dict[str, str]:
    """Return what the global data say of the site."""
    path = tree.find_config(
        *("/".join(filter(None, (folder, "_data", name))) for name in ("site", "metadata", "meta"))
    )
    said = tree.read_config(path) if path else {}
    return {name: value for name, value in said.items() if isinstance(value, str)}


def _list_copied(tree: Tree, script: str, folder: str) -> Iterator[Branch]:
    for match in _COPIED.finditer(script):
        pairs = _PAIR.findall(match[2]) if match[2] else [(match[1], match[1])]
        for source, target in pairs:
            top = source.strip("./").rstrip("/*")
            place = target.strip("./").rstrip("/")
            if target == source and folder and place.startswith(f"{folder}/"):
                place = place.removeprefix(f"{folder}/")
            for path in tree.list_below(top) or ((top,) if top in tree else ()):
                yield Branch(path, "/".join(filter(None, (place, path.removeprefix(top).lstrip("/")))))


def _address_from(folder: str) -> FindAddress:
    def find_address(entry: Entry) -> str:
        own = entry.fields.get("permalink")
        if isinstance(own, str) and own.strip():
            return "" if "{" in own else f"/{own.strip().lstrip('/')}".removesuffix("index.html")
        path = entry.path.removeprefix(f"{folder}/") if folder else entry.path
        *folders, name = path.split("/")
        stem = _DATED.sub("", name.rpartition(".")[0])
        steps = folders if stem == "index" else [*folders, stem]
        return f"/{'/'.join(steps)}/"

    return find_address


GENERATOR = Generator("Eleventy", _find_config, _describe)
