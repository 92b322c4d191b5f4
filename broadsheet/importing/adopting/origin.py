"""What another generator's site is, whichever generator that is: what its module finds out about it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

from broadsheet.common.urls import AddressParts, find_pattern_fault
from broadsheet.importing.adopting.headers import ReadHeader
from broadsheet.importing.adopting.tree import Tree


class Branch(NamedTuple):
    """A folder, or a file, of the other site, and where it goes below content/ or static/."""

    source: str
    target: str


class Entry(NamedTuple):
    """An article of the other site: its path there, its front matter, and the parts of its address.

    ``parts`` has the day, the slug and the name of its file; its section and its folder are as they
    would be here.
    """

    path: str
    fields: Mapping[str, Any]
    parts: AddressParts


# The path, from the site's base and with a slash before it, at which the other generator published an
# article; "" if that cannot be told.
FindAddress: TypeAlias = Callable[[Entry], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Another generator's site.

    ``config`` is the file that told so. ``content`` are the folders with articles, ``static`` what is
    published as it is. ``exclude`` are patterns of files below content/ that are no articles, each with the
    reason. ``fields`` are the names under which the generator's authors write our fields, the likeliest
    first. ``authors`` are names by the ids that articles have, ``sections`` names by slugs.
    ``sections_are_folders``: a folder names the section. ``keeps_names``: names of files are not changed in
    addresses. ``patterns`` are its own permalink patterns as ours, as far as they can be written so;
    ``convert`` reads headers that are no YAML. ``page_name`` is the name of every article's file, if it is
    that of its folder which tells them apart. ``questions`` are what cannot be told.
    """

    generator: str
    config: str
    title: str = ""
    url: str = ""
    language: str = ""
    timezone: str = ""
    tagline: str = ""
    content: tuple[Branch, ...]
    static: tuple[Branch, ...] = ()
    exclude: tuple[tuple[str, str], ...] = ()
    dialect: str = "commonmark"
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    split: str = ""
    authors: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    sections: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    sections_are_folders: bool = False
    keeps_names: bool = False
    patterns: tuple[str, ...] = ()
    find_address: FindAddress = lambda _entry: ""
    convert: ReadHeader | None = None
    page_name: str = ""
    questions: tuple[str, ...] = ()


class Generator(NamedTuple):
    """Another generator: how its sites are recognized and described.

    ``find_config`` returns the file that tells that it builds a site, "" if it does not.
    """

    name: str
    find_config: Callable[[Tree], str]
    describe: Callable[[Tree, str], Origin]


def translate(pattern: str, placeholder: re.Pattern[str], ours: Mapping[str, str]) -> tuple[str, ...]:
    """Return another generator's permalink pattern as ours; nothing if it cannot be written so.

    ``placeholder`` finds its placeholders, whose text is the first group; ``ours`` has what each is here.
    """
    if not all(match[1] in ours for match in placeholder.finditer(pattern)):
        return ()
    made = re.sub("/{2,}", "/", "/" + placeholder.sub(lambda match: ours[match[1]], pattern))
    made = made.removesuffix("index.html")
    return () if find_pattern_fault(made) else (made,)
