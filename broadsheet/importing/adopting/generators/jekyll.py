"""Jekyll: ``_config.yml``, articles in ``_posts``, addresses by https://jekyllrb.com/docs/permalinks/."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from broadsheet.importing.adopting.origin import Branch, Entry, FindAddress, Generator, Origin, translate
from broadsheet.importing.adopting.tree import Tree, as_text

_STYLES = {
    "date": "/:categories/:year/:month/:day/:title:output_ext",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "ordinal": "/:categories/:year/:y_day/:title:output_ext",
    "weekdate": "/:categories/:year/W:week/:short_day/:title:output_ext",
    "none": "/:categories/:title:output_ext",
}
_PLACEHOLDER = re.compile(":([a-z_]+)")
_OURS = {
    "year": "{year}",
    "month": "{month}",
    "day": "{day}",
    "title": "{slug}",
    "slug": "{slug}",
    "categories": "{section}",
    "output_ext": ".html",
}
# What Jekyll renders, or makes style sheets of.
_RENDERED = (".md", ".markdown", ".html", ".htm", ".scss", ".sass")
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "author": ("author", "authors"),
    "tags": ("tags", "tag", "categories", "category"),
    "updated": ("last_modified_at", "updated", "lastmod", "modified"),
    "summary": ("summary", "description", "excerpt", "subtitle"),
    "image": ("image", "featured_image", "thumbnail", "cover"),
    "aliases": ("redirect_from", "aliases"),
    "language": ("lang", "language"),
}


def _find_config(tree: Tree) -> str:
    """Return the file that tells that Jekyll builds this site; "" if it does not."""
    config = tree.find_config("_config")
    has_posts = any(path.startswith("_posts/") or "/_posts/" in path for path in tree.paths)
    return config if config or not has_posts else "_posts"


def _describe(tree: Tree, config: str) -> Origin:
    """Return what the site is."""
    said = tree.read_config(config) if config in tree else {}
    permalink = as_text(said.get("permalink")) or "date"
    base = as_text(said.get("baseurl")).strip("/")
    url = as_text(said.get("url"))
    folders = sorted({path[: path.index("_posts/") + len("_posts")] for path in tree.paths if _is_post(path)})
    return Origin(
        generator="Jekyll",
        config=config,
        title=as_text(said.get("title")) or as_text(said.get("name")),
        url=f"{url.rstrip('/')}/{base}".rstrip("/") + "/" if urlsplit(url).netloc else "",
        language=as_text(said.get("lang")) or as_text(said.get("locale")) or as_text(said.get("language")),
        timezone=as_text(said.get("timezone")),
        tagline=" ".join((as_text(said.get("tagline")) or as_text(said.get("description"))).split()),
        content=tuple(Branch(folder, folder.removesuffix("_posts").rstrip("/")) for folder in folders),
        static=tuple(_list_static(tree, said)),
        dialect="kramdown" if as_text(said.get("markdown")) in {"", "kramdown"} else "commonmark",
        fields=_FIELDS,
        split=" ",
        authors=_read_authors(tree),
        sections_are_folders=any(folder != "_posts" for folder in folders),
        keeps_names=True,
        patterns=translate(_STYLES.get(permalink, permalink), _PLACEHOLDER, _OURS),
        find_address=_address_by(permalink),
    )


def _is_post(path: str) -> bool:
    return path.startswith("_posts/") or "/_posts/" in path


def _list_static(tree: Tree, said: Mapping[str, Any]) -> list[Branch]:
    """Return what Jekyll publishes as it is: all that no underscore hides and that has no front matter."""
    excluded = tuple(as_text(each).strip("/") for each in said.get("exclude") or () if as_text(each))
    hidden = (*excluded, "Gemfile", "Gemfile.lock", "Rakefile", "LICENSE", "README", "package.json")
    found = []
    for path in tree.paths:
        steps = path.split("/")
        if any(step[0] in "_.#~" for step in steps) or any(
            path == each or path.startswith(f"{each}/") for each in hidden
        ):
            continue
        if steps[0] != "layouts" and not path.endswith(_RENDERED):
            found.append(Branch(path, path.removeprefix("static/")))
    return found


def _read_authors(tree: Tree) -> dict[str, str]:
    """Return the names of ``_data/authors.yml`` by the ids that articles have."""
    path = tree.find_config("_data/authors", "_data/members", "_data/people")
    said = tree.read_config(path) if path else {}
    found = {}
    for key, value in said.items():
        name = (
            as_text(value.get("name") or value.get("display_name"))
            if isinstance(value, dict)
            else as_text(value)
        )
        if name and name != key:
            found[str(key)] = name
    return found


def _address_by(written: str) -> FindAddress:
    """Return what makes an article's address, by the ``permalink`` of the configuration."""
    pattern = _STYLES.get(written, written)

    def find_address(entry: Entry) -> str:
        own = as_text(entry.fields.get("permalink"))
        return _fill(_STYLES.get(own, own) or pattern, entry)

    return find_address


def _fill(pattern: str, entry: Entry) -> str:
    day = dt.date.fromisoformat(entry.parts.day)
    week = day.isocalendar()
    title = as_text(entry.fields.get("slug")) or re.sub(r"^\d+-\d+-\d+-", "", _stem(entry.path))
    values = {
        "year": f"{day.year:04d}",
        "short_year": f"{day.year % 100:02d}",
        "month": f"{day.month:02d}",
        "i_month": str(day.month),
        "day": f"{day.day:02d}",
        "i_day": str(day.day),
        "y_day": f"{day.timetuple().tm_yday:03d}",
        "w_year": f"{week.year:04d}",
        "week": f"{week.week:02d}",
        "title": title,
        "slug": title,
        "categories": "/".join(_list_categories(entry)),
        "output_ext": ".html",
    }
    if set(_PLACEHOLDER.findall(pattern)) - set(values):
        return ""
    path = _PLACEHOLDER.sub(lambda match: values[match[1]], pattern)
    path = re.sub("/{2,}", "/", f"/{path}")
    # A permalink without an ending is served at that very address, from a file with one.
    return path if path.endswith(("/", ".html", ".htm")) else f"{path}.html"


def _list_categories(entry: Entry) -> list[str]:
    """Return the categories of an article as Jekyll puts them into its address: folders, then fields."""
    folders = entry.path.partition("_posts/")[0].strip("/")
    found = [each for each in folders.split("/") if each]
    for name in ("category", "categories"):
        value = entry.fields.get(name)
        found += map(as_text, value) if isinstance(value, list) else as_text(value).split()
    return list(dict.fromkeys(re.sub(r"\s+", "%20", each.lower()) for each in found if each))


def _stem(path: str) -> str:
    return path.rpartition("/")[2].rpartition(".")[0]


GENERATOR = Generator("Jekyll", _find_config, _describe)
