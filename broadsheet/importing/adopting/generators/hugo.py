"""Hugo: ``hugo.toml`` or ``config.toml``, addresses by https://gohugo.io/content-management/urls/."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from broadsheet.common.slugs import slugify
from broadsheet.importing.adopting.headers import read_json, read_toml
from broadsheet.importing.adopting.origin import Branch, Entry, FindAddress, Generator, Origin, translate
from broadsheet.importing.adopting.tree import Tree

_DEFAULTS = "config/_default"
_PLACEHOLDER = re.compile(r":([a-z]+)(?:\[[^\]]*\])?")
_OURS = {
    "year": "{year}",
    "month": "{month}",
    "day": "{day}",
    "slug": "{slug}",
    "slugorfilename": "{slug}",
    "slugorcontentbasename": "{slug}",
    "filename": "{file}",
    "contentbasename": "{file}",
    "sections": "{folder}",
    "section": "{section}",
}
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "author": ("author", "authors"),
    "section": ("section", "category"),
    "tags": ("tags", "topics", "categories", "keywords"),
    "updated": ("lastmod", "updated", "modified"),
    "expires": ("expiryDate", "unpublishdate"),
    "summary": ("summary", "description", "deck"),
    "image": ("image", "featured_image", "featuredImage", "images", "cover", "thumbnail"),
    "permalink": ("url",),
    "language": ("language", "lang"),
}


def _find_config(tree: Tree) -> str:
    """Return the file that tells that Hugo builds this site; "" if it does not."""
    config = tree.find_config("hugo", f"{_DEFAULTS}/hugo", f"{_DEFAULTS}/config", "config")
    if config:
        return config if tree.has_folder("content") or "contentDir" in tree.read_config(config) else ""
    # What remains of a site of which only the content was kept: no other generator has such files.
    return next((path for path in tree.paths if path.endswith("/_index.md")), "")


def _describe(tree: Tree, config: str) -> Origin:
    """Return what the site is."""
    has_config = not config.endswith("_index.md")
    said = _read_settings(tree, config) if has_config else {}
    content = str(said.get("contentdir") or "content").strip("/")
    sections = _read_indexes(tree, content)
    language = str(said.get("defaultcontentlanguage") or said.get("languagecode") or "")
    questions = () if has_config else (_NO_CONFIG,)
    return Origin(
        generator="Hugo",
        config=config,
        title=str(said.get("title") or ""),
        url=_with_slash(str(said.get("baseurl") or "")),
        language=language,
        timezone=str(said.get("timezone") or ""),
        tagline=str(_params(said).get("description") or ""),
        content=(Branch(content, ""),),
        static=tuple(Branch(path, path.partition("/")[2]) for path in tree.list_below("static")),
        exclude=(("*_index.md", "a page that introduces a list"),),
        fields=_FIELDS,
        authors=_read_authors(tree, content),
        sections=sections,
        sections_are_folders=True,
        convert=lambda text: read_toml(text) or read_json(text),
        patterns=tuple(
            each for pattern in _list_patterns(said) for each in translate(pattern, _PLACEHOLDER, _OURS)
        ),
        find_address=_address_by(said),
        questions=questions,
    )


_NO_CONFIG = (
    "The configuration of Hugo is not here, so the addresses of articles are Hugo's defaults. If the site had"
    " others, give its sitemap: --sitemap FILE."
)


def _read_settings(tree: Tree, config: str) -> dict[str, Any]:
    """Return what all files of the configuration set, keys in lower case as Hugo reads them."""
    said: dict[str, Any] = _lower(tree.read_config(config))
    for path in tree.list_below(_DEFAULTS):
        name, _, suffix = path.rpartition("/")[2].rpartition(".")
        if path != config and suffix in {"toml", "yaml", "yml", "json"}:
            said.setdefault(name.lower(), _lower(tree.read_config(path)))
    return said


def _lower(value: object) -> Any:  # noqa: ANN401 - what a configuration holds
    if isinstance(value, dict):
        return {str(key).lower(): _lower(each) for key, each in value.items()}
    return value


def _params(said: Mapping[str, Any]) -> Mapping[str, Any]:
    found = said.get("params")
    return found if isinstance(found, dict) else {}


def _read_indexes(tree: Tree, content: str) -> dict[str, str]:
    """Return the titles of sections by the names of their folders."""
    found = {}
    for path in tree.list_below(content):
        steps = path.removeprefix(f"{content}/").split("/")
        if steps[1:] == ["_index.md"]:
            title = _find_title(tree.read_text(path))
            if title and slugify(steps[0]) != slugify(title):
                found[slugify(steps[0])] = title
    return found


def _read_authors(tree: Tree, content: str) -> dict[str, str]:
    """Return the names of authors by their ids: titles of their pages, or names of their data files."""
    found = {}
    for path in tree.list_below(f"{content}/authors"):
        steps = path.removeprefix(f"{content}/authors/").split("/")
        if steps[1:] == ["_index.md"]:
            own, text = steps[0], tree.read_text(path)
            name = _find_title(text) or _find_field(text, "display_name") or _find_field(text, "name")
            if name and name != own:
                found[own] = name
    for path in tree.list_below("data/authors"):
        said = tree.read_config(path) if path.endswith((".toml", ".yaml", ".yml", ".json")) else {}
        written = said.get("name")
        if isinstance(written, str) and written.strip():
            found[path.rpartition("/")[2].rpartition(".")[0]] = written.strip()
    return found


def _find_title(text: str) -> str:
    return _find_field(text, "title")


def _find_field(text: str, name: str) -> str:
    match = re.search(rf"""^{name}\s*[:=]\s*["']?(.*?)["']?\s*$""", text, re.MULTILINE)
    return match[1].strip() if match else ""


def _with_slash(url: str) -> str:
    return f"{url.rstrip('/')}/" if url.startswith(("http:", "https:")) else ""


def _find_patterns(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return the permalink patterns by section."""
    found = said.get("permalinks")
    found = found.get("page", found) if isinstance(found, dict) else {}
    return found if isinstance(found, dict) else {}


def _list_patterns(said: Mapping[str, Any]) -> list[str]:
    return [*map(str, _find_patterns(said).values()), "/:sections/:slugorfilename/"]


def _address_by(said: Mapping[str, Any]) -> FindAddress:
    """Return what makes an article's address, by ``permalinks`` and ``uglyURLs`` of the configuration."""
    patterns = _find_patterns(said)
    content = str(said.get("contentdir") or "content").strip("/")
    is_ugly = str(said.get("uglyurls", "")).lower() == "true"

    def find_address(entry: Entry) -> str:
        own = entry.fields.get("url")
        if isinstance(own, str) and own.strip():
            return f"/{own.strip().lstrip('/')}"
        section = entry.path.removeprefix(f"{content}/").partition("/")[0]
        pattern = patterns.get(section.lower()) or patterns.get("/") or "/:sections/:slugorfilename/"
        path = _fill(str(pattern), entry, content)
        if not path or (is_ugly and path.endswith("/")):
            return f"{path.rstrip('/')}.html" if path else ""
        return path if path.endswith(("/", ".html")) else f"{path}/"

    return find_address


def _fill(pattern: str, entry: Entry, content: str) -> str:
    day = dt.date.fromisoformat(entry.parts.day)
    folders = entry.path.removeprefix(f"{content}/").split("/")[:-1]
    name = entry.path.rpartition("/")[2].rpartition(".")[0]
    if name == "index" and folders:
        name = folders.pop()
    title = slugify(str(entry.fields.get("title") or name))
    own = entry.fields.get("slug")
    slug = slugify(own) if isinstance(own, str) and own.strip() else ""
    file = slugify(name)
    values = {
        "year": f"{day.year:04d}",
        "month": f"{day.month:02d}",
        "day": f"{day.day:02d}",
        "yearday": str(day.timetuple().tm_yday),
        "title": title,
        "slug": slug or title,
        "filename": file,
        "contentbasename": file,
        "slugorfilename": slug or file,
        "slugorcontentbasename": slug or file,
        "section": slugify(folders[0]) if folders else "",
        "sections": "/".join(map(slugify, folders)),
    }
    if set(_PLACEHOLDER.findall(pattern)) - set(values):
        return ""
    path = _PLACEHOLDER.sub(lambda match: values[match[1]], pattern)
    return re.sub("/{2,}", "/", f"/{path}")


GENERATOR = Generator("Hugo", _find_config, _describe)
