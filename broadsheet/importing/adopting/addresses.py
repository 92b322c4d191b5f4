"""Where the articles of an adopted archive stood, and how they stay reachable there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from broadsheet.common.problems import Problem, Problems
from broadsheet.common.slugs import path_key
from broadsheet.common.urls import AddressParts, find_own_path, output_at, parse_address
from broadsheet.publish.former_patterns import MovedArticle, guess_patterns
from broadsheet.publish.sitemap_reader import read_sitemap
from broadsheet.settings.rules import RULES

_DEFAULT = str(RULES["permalinks", "article"].default)
# Several folders are one placeholder, which no guess from single steps finds.
_BY_FOLDER = tuple(
    f"{start}/{{folder}}/{name}"
    for start in ("", "/{language}")
    for name in ("{slug}/", "{file}/", "{slug}.html", "{file}.html")
)


class Addressed(NamedTuple):
    """An article: its file, the parts of its address, and where it stood, "" if that is not known.

    ``own`` is the output of an address that its front matter gives, ``aliases`` the outputs that lead to it.
    """

    path: str
    parts: AddressParts
    old: str
    own: str
    aliases: tuple[str, ...]


class Addresses(NamedTuple):
    """The permalink pattern that keeps most, and the redirects that keep the others.

    ``kept`` counts the articles that stay where they were, ``lost`` has those of which the old address is no
    path that a site of files can have.
    """

    pattern: str
    redirects: Mapping[str, str]
    kept: int
    lost: tuple[str, ...]


def choose_addresses(articles: Sequence[Addressed], patterns: Sequence[str]) -> Addresses:
    """Return how articles keep their addresses; of ``patterns`` one is likely the best."""
    following = [each for each in articles if each.old and not each.own]
    moved = [MovedArticle(unquote(each.old.lstrip("/")), each.parts) for each in following]
    tried = (*patterns, *guess_patterns(moved, ""), *_BY_FOLDER, _DEFAULT)
    pattern = max(tried, key=lambda each: (_count_kept(moved, each), -tried.index(each)))
    taken = {path_key(each.own or each.parts.output(pattern)) for each in articles}
    redirects: dict[str, str] = {}
    kept, lost = 0, []
    for each in articles:
        if not each.old:
            continue
        output, fault = parse_address(each.old)
        if fault:
            lost.append(each.old)
        elif path_key(output) == path_key(each.own or each.parts.output(pattern)):
            kept += 1
        elif output in each.aliases:
            pass
        elif path_key(output) in taken:
            lost.append(each.old)
        else:
            taken.add(path_key(output))
            redirects[each.old] = each.path
    return Addresses(pattern, redirects, kept, tuple(lost))


def _count_kept(moved: Sequence[MovedArticle], pattern: str) -> int:
    return sum(each.parts.output(pattern) == output_at(each.path) for each in moved)


class KnownAddresses:
    """The addresses that a sitemap lists: paths from the site's base, with a slash before them."""

    def __init__(self, paths: Iterable[str]) -> None:
        """Take the paths, escapes in them or not."""
        self.paths = tuple(sorted({unquote(path) for path in paths}))
        self._known = frozenset(self.paths)
        self._by_name: dict[str, list[str]] = defaultdict(list)
        for path in self.paths:
            self._by_name[path_key(_name(path))].append(path)

    def find(self, made: str, *names: str) -> str:
        """Return ``made`` if it is listed, else the only address that ends in one of the ``names``."""
        tried = (made, made.rstrip("/"), made.rstrip("/") + "/", made.removesuffix(".html"))
        listed = next((each for each in map(unquote, tried) if each in self._known), "")
        if listed:
            return listed
        found = {path for name in names if name for path in self._by_name.get(path_key(name), ())}
        return found.pop() if len(found) == 1 else ""


def read_sitemap_file(file: Path, url: str) -> KnownAddresses:
    """Return the addresses in a sitemap, and in those beside it that it names; raises ``Problems``."""
    paths: list[str] = []
    left, seen = [file], set()
    while left:
        each = left.pop()
        if each in seen:
            continue
        seen.add(each)
        try:
            is_index, found = read_sitemap(each.read_bytes())
        except (OSError, ValueError) as error:
            hint = "Save the sitemap of the old site, and those that it names beside it."
            raise Problems([Problem(path=str(each), message=f"{error}", hint=hint)]) from None
        if is_index:
            left += [each.parent / urlsplit(address).path.rpartition("/")[2] for address in found]
        else:
            paths += [find_own_path(address, url) or urlsplit(address).path or "/" for address in found]
    return KnownAddresses(paths)


def _name(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2].removesuffix(".html")
