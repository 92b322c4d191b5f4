"""Moves an article, or a page of the site's own: its file, what only it uses, all links, its old address.

Everything is worked out first, from the files themselves: articles that have problems, drafts and expired
ones have links too. What cannot be worked out is a problem, and then nothing is moved.
"""

from __future__ import annotations

import datetime as dt
import html
import posixpath
import re
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from urllib.parse import quote, unquote

from broadsheet.archive.lookups import list_articles, read_status
from broadsheet.build.prepare import Prepared
from broadsheet.build.site_folder import SETTINGS, load_settings
from broadsheet.common import files
from broadsheet.common.model import Article, OwnPage
from broadsheet.common.pictures import ADDRESS
from broadsheet.common.problems import Problem, Problems
from broadsheet.common.progress import Progress
from broadsheet.common.slugs import path_key
from broadsheet.common.urls import address
from broadsheet.editing import front_matter
from broadsheet.editing.changes import Change
from broadsheet.editing.links import find_file, list_addresses, rewrite_links, split_address, write_relative
from broadsheet.editing.pinned_stories import change_front_page
from broadsheet.editing.snapshot import open_snapshot
from broadsheet.editing.text_edits import split_rows
from broadsheet.read import article, own_page, profile
from broadsheet.read.front_matter import split
from broadsheet.settings import reader
from broadsheet.settings.model import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What moving an article changes. ``alias`` is its old address if that leads to it, else empty.

    ``left`` are files that it uses and that stay, since others use them too.
    """

    changes: tuple[Change, ...]
    alias: str
    left: tuple[str, ...]


def plan_move(site: Path, old: str, new: str, now: dt.datetime, progress: Progress) -> Move:
    """Return what moving the article ``old`` to ``new``, both paths from the site's folder, changes.

    Of an article that is an index, its folder may be named. Raises ``Problems`` if it cannot be moved, also
    if it has problems itself.
    """
    settings = load_settings(site)
    old, new = _find_paths(site, old, new)
    _check_paths(site, settings, old, new)
    with open_snapshot(site, settings, now, progress) as (db, prepared):
        status = read_status(db, old)
        published = status is not None and status.published
        return _Mover(site, settings, old, new).plan(db, prepared, published=published)


class _Mover:
    """The move of one article in one site."""

    def __init__(self, site: Path, settings: Settings, old: str, new: str) -> None:
        self._site = site
        self._settings = settings
        self._old = old
        self._new = new
        content = files.read(site, old)
        self._before = _read(old, content, settings)
        self._text = content.decode()
        self._used = self._list_used()
        self._bundle = self._list_bundle()
        # The other articles and profiles that may name the article, by its file or its address, or its files.
        own = address(self._before.output).rstrip("/")
        names = {old, own, *self._used, *self._bundle}
        self._others = dict(_read_texts(site, settings, old, tuple(map(_Name, sorted(names)))))

    def plan(self, db: sqlite3.Connection, prepared: Prepared, *, published: bool) -> Move:
        """Return the move; ``published``: readers know the old address."""
        own = self._find_own_files()
        moved = {self._old: self._new, **{path: self._go_along(path) for path in own}}
        self._check_free(moved)
        after = self._read(self._rewrite(self._old, self._text, moved, {}))
        changed = after.output != self._before.output
        addresses = {self._before.output: after.output} if changed else {}
        text = self._rewrite(self._old, self._text, moved, addresses)
        alias = ""
        if changed:
            self._check_address(db, prepared, after)
            if published:
                alias = address(self._before.output)
                text = self._add_alias(text, alias)
        self._check_links(self._read(text), moved)
        changes = [self._change(self._old, text, self._new)]
        for path in sorted(own):
            content = files.read(self._site, path)
            changes.append(Change(path=path, before=content, after=content, moved_to=moved[path]))
        for path, written in sorted(self._others.items()):
            rewritten = self._rewrite(path, written, {self._old: self._new}, addresses)
            if rewritten != written:
                changes.append(self._change(path, rewritten))
        changes += self._change_settings(addresses)
        changes += change_front_page(self._site, self._settings, self._old, self._new)
        left = tuple(sorted(self._used - own)) if self._folder(self._old) != self._folder(self._new) else ()
        return Move(changes=tuple(changes), alias=alias, left=left)

    def _add_alias(self, text: str, alias: str) -> str:
        if not self._names("aliases"):
            hint = f'Say in site.toml that it moved: [redirects] "{alias}" = "{self._new}"'
            message = "gets another address, and [front_matter] names no field for aliases"
            raise Problems([self._problem(self._old, message, hint)])
        text = front_matter.add_to_list(self._old, text, self._names("aliases"), alias)
        if self._before.output not in self._read(text).aliases:
            message = f"{alias} cannot be added to the aliases of this article"
            raise Problems([self._problem(self._old, message, "Add it by hand, and move it then.")])
        return text

    def _check_links(self, after: Article | OwnPage, moved: Mapping[str, str]) -> None:
        """Raise ``Problems`` unless each of the article's links leads to where it led."""
        # A picture's address is no file: addresses move too, and what is there may be no file at all.
        wanted = [moved.get(link.path, link.path) for link in self._before.links if link.shown != ADDRESS]
        found = [link.path for link in after.links if link.shown != ADDRESS]
        wrong = next((was for was, now in zip_longest(wanted, found, fillvalue="") if was != now), None)
        if wrong is not None:
            message = f"a link of its own, to {wrong}, cannot be changed here"
            raise Problems([self._problem(self._old, message, "Write it as [words](address) first.")])

    def _names(self, field: str) -> tuple[str, ...]:
        return self._settings.front_matter.get(field, (field,))

    def _read(self, text: str) -> Article | OwnPage:
        """Return the article as it is read in its new place; raises ``Problems``."""
        return _read(self._new, text.encode(), self._settings)

    def _change(self, path: str, text: str, moved_to: str = "") -> Change:
        return Change(path=path, before=files.read(self._site, path), after=text.encode(), moved_to=moved_to)

    def _problem(self, path: str, message: str, hint: str) -> Problem:
        return Problem(path=path, message=message, hint=hint)

    def _list_used(self) -> set[str]:
        """Return the files that the article uses and that are no articles, except those of static/."""
        return {
            link.path
            for link in self._before.links
            if not files.is_article(link.path)
            and files.is_below(link.path, self._settings.content_folder)
            and Path(files.locate(self._site, link.path)).is_file()
        }

    def _list_bundle(self) -> set[str]:
        """Return all other files of the folder of an index, if it is the only article there."""
        folder = self._folder(self._old)
        is_index = self._old.rpartition("/")[2].rpartition(".")[0].casefold() == "index"
        if not is_index or folder == self._settings.content_folder:
            return set()
        there = {stat.path for stat in files.walk(self._site, folder)} - {self._old}
        return set() if any(map(files.is_article, there)) else there

    def _find_own_files(self) -> set[str]:
        """Return the files in the article's folder, or below it, that no other article has: they go along."""
        folder = self._folder(self._old)
        if folder == self._folder(self._new):
            return set()
        own = {path for path in self._used | self._bundle if files.is_below(path, folder)}
        for path, text in self._others.items():
            own -= self._list_files(path, text) if own else set()
        return own

    def _list_files(self, path: str, text: str) -> set[str]:
        """Return the files that another article or profile names."""
        folder = self._folder(path)
        head, body = self._parts(path, text)
        named = [each for each, kind in list_addresses(body, self._settings) if kind == "file"]
        named += front_matter.find_values(path, head, self._names("image"), "file") if head else []
        return {find_file(each, folder) for each in named}

    def _folder(self, path: str) -> str:
        return path.rpartition("/")[0]

    def _parts(self, path: str, text: str) -> tuple[str, str]:
        """Return the front matter of a file, with its fences, and the body."""
        rows, line = split_rows(text), split(path, text.encode()).body_line
        return "".join(rows[: line - 1]), "".join(rows[line - 1 :])

    def _go_along(self, path: str) -> str:
        """Return where a file of the article's folder goes: to the same place from the new folder."""
        return self._folder(self._new) + path.removeprefix(self._folder(self._old))

    def _check_free(self, moved: Mapping[str, str]) -> None:
        found = [
            self._problem(target, f"is there already, and {path} would go there", "Rename one of them.")
            for path, target in moved.items()
            if path != self._old and Path(files.locate(self._site, target)).exists()
        ]
        if found:
            raise Problems(found)

    def _check_address(self, db: sqlite3.Connection, prepared: Prepared, after: Article | OwnPage) -> None:
        """Raise ``Problems`` if something else has, or will have, the new address."""
        key = path_key(after.output)
        others = (each for each in list_articles(db) if path_key(each.output) == key)
        taken = next((each.path for each in others if each.path != self._old), None)
        if taken is None and after.output not in self._list_addresses():
            found = prepared.ledger.find_output(after.output)
            taken = found.subject or found.kind if found else None
        if taken is not None:
            message = f"would have the address {address(after.output)}, as has {taken}"
            hint = "Move it elsewhere, or write another slug into it first."
            raise Problems([self._problem(self._new, message, hint)])

    def _list_addresses(self) -> set[str]:
        """Return the addresses at which it stood before: it may have one of these again."""
        before = self._before
        former = () if isinstance(before, OwnPage) else before.former or ()
        return {*before.aliases, *former}

    def _rewrite(self, path: str, text: str, moved: Mapping[str, str], addresses: Mapping[str, str]) -> str:
        """Return the text of ``path`` with new links to what moves; all are new that lead from what moves."""
        folder = self._folder(path)
        new_folder = self._folder(moved.get(path, path))

        def wanted(written: str, kind: str) -> str | None:
            if kind == "path":
                return _replace_address(written, addresses)
            _, rest = split_address(written)
            file = find_file(written, folder)
            if file not in moved and folder == new_folder:
                return None
            there = moved.get(file, file)
            if find_file(written, new_folder) == there:
                return None
            return write_relative(there, new_folder, written) + rest

        head, body = self._parts(path, text)
        rewritten = rewrite_links(body, self._settings, wanted)
        lost = [each for each in rewritten.lost if wanted(each, "file") is not None]
        if lost:
            message = f"the link to {lost[0]} is written in a way that cannot be changed here"
            raise Problems([self._problem(path, message, "Write it as [words](address) first.")])
        return (self._rewrite_picture(path, head, moved, new_folder) if head else "") + rewritten.text

    def _rewrite_picture(self, path: str, head: str, moved: Mapping[str, str], new_folder: str) -> str:
        """Return the front matter with the lead picture as it is named from the new folder."""
        keys = self._names("image")
        for written in front_matter.find_values(path, head, keys, "file"):
            if written.startswith("/") or "://" in written:
                continue
            file = files.compose(posixpath.normpath(posixpath.join(path.rpartition("/")[0], written)))
            there = moved.get(file, file)
            if posixpath.normpath(posixpath.join(new_folder, written)) != there:
                new = posixpath.relpath(there, new_folder)
                head = front_matter.replace_value(path, head, keys, "file", written, new)
        return head

    def _change_settings(self, addresses: Mapping[str, str]) -> list[Change]:
        """Return the change of site.toml whose redirects lead to the article, by its path or its address."""
        content = files.read(self._site, SETTINGS)
        text = content.decode()
        renamed = {self._old: self._new, **{f"/{old}": f"/{new}" for old, new in addresses.items()}}
        wanted = {}
        for output, target in self._settings.redirects.items():
            path, mark, fragment = target.partition("#")
            wanted[output] = f"{renamed.get(path, path)}{mark}{fragment}"
        if wanted == self._settings.redirects:
            return []
        written = {re.escape(self._old): self._new}
        for old, new in addresses.items():
            # As authors may write it: with or without the slash, or with the name of the file.
            written[re.escape(address(old).rstrip("/")) + r"/?(?:index\.html)?"] = address(new)
        for pattern, new in written.items():
            value = rf"(=[ \t]*[\"']){pattern}(?=[\"'#])"
            text = re.sub(value, rf"\g<1>{new}", text)  # an address has no backslash
        if reader.read(text.removeprefix("\ufeff"), SETTINGS).redirects != wanted:
            message = f"[redirects] leads to {self._old} in a way that cannot be changed here"
            raise Problems([self._problem(SETTINGS, message, "Take that line out first.")])
        return [Change(path=SETTINGS, before=content, after=text.encode())]


def _read(path: str, content: bytes, settings: Settings) -> Article | OwnPage:
    """Return what a file holds, by where it lies; raises ``Problems``."""
    if own_page.is_own_page(path, settings):
        return own_page.read(path, content, settings)
    return article.read(path, content, settings)


def _find_paths(site: Path, old: str, new: str) -> tuple[str, str]:
    """Return the paths of the article as it is and as it shall be: of a folder, those of its index."""
    folder = Path(files.locate(site, old))
    if folder.is_dir():
        index = next((each for each in ("index.md", "index.markdown") if (folder / each).is_file()), None)
        if index is None:
            hint = "Name the article's own file."
            raise Problems([Problem(path=old, message="is a folder without an index.md", hint=hint)])
        old = f"{old}/{index}"
        new = new if files.is_article(new) else f"{new}/{index}"
    elif Path(files.locate(site, new)).is_dir():
        new = f"{new}/{old.rpartition('/')[2]}"
    return files.compose(old), files.compose(new)


def _check_paths(site: Path, settings: Settings, old: str, new: str) -> None:
    """Raise ``Problems`` unless ``old`` is an article that may become ``new``."""
    content = settings.content_folder
    at, message, hint = old, "", ""
    if not Path(files.locate(site, old)).is_file():
        message, hint = "there is no such file", "Name the article as seen from the site's folder."
    elif not files.is_article(old) or not files.is_below(old, content):
        message, hint = f"is no article: that is a Markdown file below {content}/", "Move it yourself."
    elif path_key(old) == path_key(new) and old != new:
        at, message = new, f"differs from {old} only by upper and lower case, so that it is one file on macOS"
        hint = "Move it to another name first."
    elif not files.is_article(new) or not files.is_below(new, content):
        at, message = new, f"is no place for an article: that is a file below {content}/ that ends in .md"
        hint = f"Write {content}/…/{old.rpartition('/')[2]}"
    elif profile.find_kind(old, settings) or profile.find_kind(new, settings):
        message, hint = "is a profile, or would be one", "Move it yourself."
    elif own_page.is_own_page(old, settings) != own_page.is_own_page(new, settings):
        what = ("an article", "a page of the site's own")
        was = own_page.is_own_page(old, settings)
        message = f"is {what[was]}, and would be {what[not was]} there"
        hint = "Move it yourself: the one has a date and an author, the other has neither."
    elif files.is_excluded(new.removeprefix(f"{content}/"), settings.content_exclude):
        at, message = new, "would be left out of the site"
        hint = "See [content] exclude in site.toml, or choose another name."
    elif other := _find_other(site, new):
        at, message, hint = new, f"is there already, as {other}", "Choose another name."
    if message:
        raise Problems([Problem(path=at, message=message, hint=hint)])


def _find_other(site: Path, path: str) -> str | None:
    """Return the file that takes a path, as macOS and Windows compare paths, if there is one."""
    folder = Path(files.locate(site, path.rpartition("/")[0]))
    key = path_key(path.rpartition("/")[2])
    there = sorted(each.name for each in folder.iterdir()) if folder.is_dir() else []
    return next((name for name in there if path_key(name) == key), None)


def _read_texts(
    site: Path, settings: Settings, old: str, names: tuple[_Name, ...]
) -> Iterator[tuple[str, str]]:
    """Yield the texts of the other articles and profiles that have one of ``names`` in them.

    What is no text has no links either.
    """
    for stat in files.walk(site, settings.content_folder):
        if stat.path == old or not files.is_article(stat.path):
            continue
        content = files.read(site, stat.path)
        try:
            text = content.decode()
            if any(name.is_in(text) for name in names):
                split(stat.path, content)
                yield stat.path, text
        except (Problems, UnicodeDecodeError):
            continue


class _Name:
    """The name of a file, as it may stand in a text."""

    def __init__(self, path: str) -> None:
        self._name = files.compose(path.rpartition("/")[2])

    def is_in(self, text: str) -> bool:
        """Return whether the name is in a text, however it is escaped there."""
        if self._name in text:
            return True
        if "%" not in text and "&" not in text and "\\" not in text and text.isascii():
            return False
        return self._name in files.compose(unquote(html.unescape(text.replace("\\", ""))))


def _replace_address(written: str, addresses: Mapping[str, str]) -> str | None:
    """Return a path or URL of the site with the new address for the old one in it; None if it has none."""
    for old, new in addresses.items():
        for encode in (str, quote):
            was, now = encode(address(old)), encode(address(new))
            for before, after in ((was, now), (was.rstrip("/"), now.rstrip("/"))):
                head, found, tail = written.partition(before)
                if found and tail[:1] in {"", "?", "#"}:
                    return f"{head}{after}{tail}"
    return None
