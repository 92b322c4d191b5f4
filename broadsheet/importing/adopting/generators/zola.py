"""Zola: ``config.toml`` or ``zola.toml``, front matter in TOML, addresses by folders and slugs."""

from __future__ import annotations

from broadsheet.common.slugs import slugify
from broadsheet.importing.adopting.headers import read_toml
from broadsheet.importing.adopting.origin import Branch, Entry, Generator, Origin
from broadsheet.importing.adopting.tree import Tree, as_text


def _find_config(tree: Tree) -> str:
    config = tree.find_config("zola.toml", "config.toml")
    if not config or not tree.has_folder("content"):
        return ""
    said = tree.read_config(config)
    # Hugo writes baseURL; both have content/.
    return config if config == "zola.toml" or "base_url" in said else ""


def _describe(tree: Tree, config: str) -> Origin:
    said = tree.read_config(config)
    return Origin(
        generator="Zola",
        config=config,
        title=as_text(said.get("title")),
        url=f"{as_text(said.get('base_url')).rstrip('/')}/",
        language=as_text(said.get("default_language")) or "en",
        tagline=as_text(said.get("description")),
        content=(Branch("content", ""),),
        static=tuple(Branch(path, path.removeprefix("static/")) for path in tree.list_below("static")),
        exclude=(("*_index.md", "a page that introduces a list"),),
        fields={
            "tags": ("tags", "categories"),
            "author": ("authors", "author"),
            "summary": ("description", "summary"),
            "permalink": ("path",),
        },
        sections_are_folders=True,
        convert=read_toml,
        find_address=_find_address,
    )


def _find_address(entry: Entry) -> str:
    """Return the path that https://www.getzola.org/documentation/content/page/ gives."""
    own = as_text(entry.fields.get("path"))
    if own:
        return f"/{own.strip('/')}/"
    *folders, name = entry.path.removeprefix("content/").split("/")
    stem = name.rpartition(".")[0]
    if stem == "index" and folders:
        folders.pop()
    slug = as_text(entry.fields.get("slug")) or entry.parts.slug
    return "/" + "/".join([*map(slugify, folders), slugify(slug), ""])


GENERATOR = Generator("Zola", _find_config, _describe)
