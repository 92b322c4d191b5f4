"""Pelican: ``pelicanconf.py``, metadata on the first lines, addresses by ``ARTICLE_URL``."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from broadsheet.common.slugs import slugify
from broadsheet.importing.adopting.headers import Headed, read_meta, split_lists
from broadsheet.importing.adopting.origin import Branch, Entry, FindAddress, Generator, Origin, translate
from broadsheet.importing.adopting.tree import Tree, as_text

_DEFAULT = "{slug}.html"
_OURS = {
    "Y": "{year}",
    "m": "{month}",
    "d": "{day}",
    "slug": "{slug}",
    "category": "{section}",
    "lang": "{language}",
}
_PLACEHOLDER = re.compile(r"\{(\w+)(?::([^{}]*))?\}")


def _find_config(tree: Tree) -> str:
    return tree.find_config("pelicanconf.py", "publishconf.py")


def _describe(tree: Tree, config: str) -> Origin:
    said = tree.read_config(config)
    published = tree.read_config("publishconf.py") if "publishconf.py" in tree else {}
    folder = as_text(said.get("PATH")).strip("/") or "content"
    folder = folder if tree.has_folder(folder) else ""
    static = [each for each in said.get("STATIC_PATHS") or ["images"] if isinstance(each, str)]
    pages = [each for each in said.get("PAGE_PATHS") or ["pages"] if isinstance(each, str)]
    paths = [each for each in said.get("ARTICLE_PATHS") or [""] if isinstance(each, str)]
    pattern = as_text(said.get("ARTICLE_URL")) or _DEFAULT
    url = as_text(published.get("SITEURL")) or as_text(said.get("SITEURL"))
    return Origin(
        generator="Pelican",
        config=config,
        title=as_text(said.get("SITENAME")),
        url=f"{url.rstrip('/')}/",
        language=as_text(said.get("DEFAULT_LANG")) or "en",
        timezone=as_text(said.get("TIMEZONE")),
        tagline=as_text(said.get("SITESUBTITLE")),
        content=tuple(Branch(_join(folder, each), each) for each in paths),
        static=tuple(
            Branch(path, path.removeprefix(f"{folder}/") if folder else path)
            for each in static
            for path in tree.list_below(_join(folder, each))
            if not path.endswith((".md", ".markdown", ".rst"))
        ),
        exclude=tuple((f"{each}/*", "a page, not an article") for each in pages),
        fields={
            "author": ("author", "authors"),
            "section": ("category",),
            "tags": ("tags", "keywords"),
            "updated": ("modified",),
            "language": ("lang",),
            "translations": ("translation",),
            "image": ("image", "cover"),
        },
        sections_are_folders=said.get("USE_FOLDER_AS_CATEGORY") is not False,
        convert=_read_header,
        patterns=translate(re.sub(r"\{date:%(\w)\}", r"{\1}", pattern), _PLACEHOLDER, _OURS),
        find_address=_address_by(pattern),
    )


def _read_header(text: str) -> Headed | None:
    found = read_meta(text)
    if found is None:
        return None
    fields = split_lists(
        found.fields, tags=",", keywords=",", authors=";" if ";" in str(found.fields.get("authors")) else ","
    )
    return Headed(fields, found.body)


def _address_by(pattern: str) -> FindAddress:
    def find_address(entry: Entry) -> str:
        fields = entry.fields
        own = as_text(fields.get("url")) or as_text(fields.get("save_as"))
        day = dt.date.fromisoformat(entry.parts.day)
        title = slugify(as_text(fields.get("title")))
        values: dict[str, Any] = {
            "slug": slugify(as_text(fields.get("slug"))) if as_text(fields.get("slug")) else title,
            "lang": entry.parts.language,
            "category": entry.parts.section,
            "author": "",
        }

        def fill(match: re.Match[str]) -> str:
            if match[1] == "date":
                return day.strftime((match[2] or "%Y-%m-%d").replace("%-", "%").replace("%b", "%m"))
            return str(values.get(match[1], ""))

        path = own or _PLACEHOLDER.sub(fill, pattern)
        return "/" + re.sub("/{2,}", "/", path).removesuffix("index.html").lstrip("/")

    return find_address


def _join(*steps: str) -> str:
    return "/".join(filter(None, steps))


GENERATOR = Generator("Pelican", _find_config, _describe)
