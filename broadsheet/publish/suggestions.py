"""Suggestions for lost URLs: which article each most likely was, and the lines to write.

Reads the state and the old page; decides nothing and writes nothing.
"""

from __future__ import annotations

import json
import posixpath
import re
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from functools import partial
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from typing import NamedTuple
from urllib.parse import quote

from broadsheet.archive.database import open_sound_reader
from broadsheet.archive.lookups import KnownArticle, KnownOwnPage, list_articles, list_own_pages
from broadsheet.build.site_folder import STATE
from broadsheet.common.languages import find_prefix
from broadsheet.common.problems import Problem
from broadsheet.common.slugs import slugify
from broadsheet.common.urls import FACET_FOLDERS, AddressParts, output_at, served_path
from broadsheet.publish.former_patterns import MovedArticle, find_slug, guess_patterns
from broadsheet.read.values.paths import parse_file_name
from broadsheet.settings.model import Settings

HOME_FEEDS = ("atom.xml", "rss.xml", "feed.json")
FACET_FRONT = re.compile(rf"(?:{'|'.join(FACET_FOLDERS.values())})/[^/]+/")


class LostUrl(NamedTuple):
    """A URL that would be lost: its path from the base, and the headline of its page.

    ``article`` is the path of the article that it most likely was, empty if unknown; ``held_back`` whether
    that article is a draft or dated in the future now; ``former`` the value of [permalinks] former that
    would keep the URL, empty if none does.
    """

    path: str
    headline: str
    article: str
    held_back: bool
    former: str = ""


class ArticleIndex:
    """The articles and own pages of a site, found by what stays when one moves: its name, its headline."""

    def __init__(self, site: Path) -> None:
        self._by_output: dict[str, tuple[str, bool]] = {}
        self._by_feature: dict[str, set[str]] = defaultdict(set)
        self._outputs: dict[str, str] = {}
        self._aliases: dict[str, list[str]] = {}
        self._known: list[KnownArticle] = []
        with suppress(sqlite3.DatabaseError), closing(open_sound_reader(site / STATE)) as db:
            for known in list_articles(db):
                self._add(known)
                if known.live:
                    self._known.append(known)
            for page in list_own_pages(db):
                self._add(page)

    def _add(self, known: KnownArticle | KnownOwnPage) -> None:
        self._by_output.setdefault(known.output, (known.path, known.live))
        if known.live:
            self._outputs[known.path] = known.output
            self._aliases[known.path] = [served_path(alias) for alias in known.aliases]
            for name in {_name(known.output), _file_name(known.path)}:
                self._by_feature[f"name {name}"].add(known.path)
            self._by_feature[_headline_feature(known.title)].add(known.path)

    def article(self, path: str, headline: str, is_published: Callable[[str], bool]) -> tuple[str, bool]:
        """Return the article that a lost path most likely was, and whether it is held back; empty if unclear.

        An article whose own URL ``is_published`` has not moved, so it is not a candidate.
        """
        own, live = self._by_output.get(output_at(path), ("", True))
        if own and not live:
            return own, True
        for feature in (f"name {_name(output_at(path))}", _headline_feature(headline)):
            moved = [
                each
                for each in self._by_feature.get(feature, ())
                if not is_published(served_path(self._outputs[each]))
            ]
            if len(moved) == 1:
                return moved[0], False
        return "", False

    def match_patterns(
        self, paths: Sequence[str], settings: Settings, is_published: Callable[[str], bool]
    ) -> FormerPatterns:
        """Return the permalink patterns that lost ``paths`` follow, beside those of ``settings``.

        An article whose own URL ``is_published`` has not moved.
        """
        parts = {
            known.path: find_parts(known, settings)
            for known in self._known
            if not is_published(served_path(known.output))
        }
        owners = ((path, self.article(path, "", is_published)[0]) for path in paths)
        moved = [MovedArticle(path, parts[owner]) for path, owner in owners if owner in parts]
        guessed = guess_patterns(moved, settings.permalinks_article)
        made = {each.output(pattern): path for pattern in guessed for path, each in parts.items()}
        articles = {path: made[output_at(path)] for path in paths if output_at(path) in made}
        patterns = dict.fromkeys((*settings.permalinks_former, *guessed))
        value = json.dumps(list(patterns), ensure_ascii=False)
        return FormerPatterns(value if articles else "", articles)

    def aliases(self, article: str) -> list[str]:
        """Return the aliases that an article has already."""
        return self._aliases.get(article, [])


class FormerPatterns(NamedTuple):
    """The ``value`` of [permalinks] former that keeps lost paths, empty if none does, and whose they were."""

    value: str
    articles: Mapping[str, str]


def find_parts(known: KnownArticle, settings: Settings) -> AddressParts:
    """Return the parts of an article's address."""
    name = parse_file_name(known.path, settings.content_folder, settings.permalinks_slugs)
    parts = name.make_parts(
        day=known.day,
        slug=name.slug,
        section=known.section,
        language=find_prefix(known.language, settings.language),
    )
    return parts._replace(slug=find_slug(known.output, settings.permalinks_article, parts))


def describe_lost_url(each: LostUrl, aliases: list[str], day: str) -> Problem:
    """Return the problem of a lost URL; its hint names every way to keep it.

    ``aliases`` are all that its article would then have; ``day`` (ISO 8601) is that of a [gone] line.
    """
    address = _escape(each.path)
    message = f"{name_lost_url(each)} was published and would be lost"
    lost = partial(Problem, path="site.toml", message=message, kind="published URLs would be lost")
    if "?" in each.path:
        hint = "A static site cannot tell addresses apart by what stands behind the question mark."
        return lost(hint=hint)
    if posixpath.basename(each.path) in HOME_FEEDS:
        folder = each.path.partition("/")[0]
        kind = next((kind for kind, name in FACET_FOLDERS.items() if name == folder), "")
        of = f" below {folder}/" if kind else ""
        restore = f'Let kinds below [feeds] in site.toml hold "{kind}"' if kind else "Restore it"
        hint = f'{restore}; or write "{address}" = "…" below [redirects], with the path of another feed.'
        return lost(hint=hint, remedy=f"{restore}.", kind=f"published feeds{of} would be lost")
    gone = f'"{address}" = {{ date = "{day}", reason = "…" }} below [gone] in site.toml'
    if each.held_back:
        hint = f"It is held back now, by its date or as a draft. Publish it again; or write {gone}."
        return lost(path=each.article, hint=hint, kind="published articles are held back")
    if each.article:
        line = ", ".join(_escape(alias) for alias in dict.fromkeys(aliases))
        hint = (
            f"If this is the article, write aliases: [{line}] in its front matter, or move it back;"
            f' else restore that page; or write "{address}" = "…" below [redirects], or {gone}.'
        )
        if each.former:
            remedy = f"Write former = {each.former} below [permalinks]: then each redirects from its old URL."
            return lost(path=each.article, hint=f"{remedy} {hint}", remedy=remedy, kind="articles have moved")
        return lost(path=each.article, hint=hint)
    front = FACET_FRONT.fullmatch(each.path)
    taken = f" or write {address} below aliases in the article that has taken its place;"
    hint = (
        f"Restore it;{'' if front else taken}"
        f' or write "{address}" = "…" below [redirects] in site.toml; or {gone}.'
    )
    if front is None:
        return lost(hint=hint)
    folder = each.path.partition("/")[0]
    hint = hint.replace(f'"{address}" = "…" below', f'"{address}" = "/{folder}/" below')
    remedy = (
        "Let kinds below [listings] in site.toml hold the kind of these pages, or restore what they list."
    )
    return lost(hint=hint, remedy=remedy, kind=f"published pages below /{folder}/ would be lost")


def name_lost_url(each: LostUrl) -> str:
    """Return what a lost URL is called: its path and the headline of its page."""
    return _escape(each.path) + (f' ("{each.headline}")' if each.headline else "")


def _escape(path: str) -> str:
    """Return a path as an alias is written: readable, with only those characters escaped that must be."""
    marks = "%#[],\"'" if "?" in path else "%#?[],\"'"
    escaped = (quote(char) if char in marks or char.isspace() else char for char in path)
    return f"/{''.join(escaped)}"


def _name(output: str) -> str:
    """Return the last step of an output's URL: in nearly every permalink pattern the article's slug."""
    steps = re.sub(r"(/index)?\.html?$", "", output).split("/")
    return re.sub(r"^\d{4}-\d{1,2}-\d{1,2}-", "", steps[-1]).casefold()


def _file_name(path: str) -> str:
    return _name(PurePosixPath(path).stem)


class _Headline(HTMLParser):
    """Collects the first heading and the title of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self._in = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"h1", "title"} and tag not in self.found:
            self._in, self.found[tag] = tag, ""

    def handle_endtag(self, tag: str) -> None:
        if tag == self._in:
            self._in = ""

    def handle_data(self, data: str) -> None:
        if self._in:
            self.found[self._in] += data


def _headline_feature(headline: str) -> str:
    """Return what a headline is known by: its words, since another version may have set it differently."""
    return f"title {slugify(headline)}" if headline else ""


def may_be_page(path: str) -> bool:
    """Return whether a path may be that of a page: it ends in .html, or has no suffix."""
    return path.endswith((".html", ".htm")) or "." not in posixpath.basename(path)


def read_headline(page: bytes) -> str:
    """Return the first heading of a page, else its title; empty for neither."""
    parser = _Headline()
    parser.feed(page.decode(errors="replace"))
    text = parser.found.get("h1", "").strip() or parser.found.get("title", "")
    return " ".join(text.split())
