"""This repository's own archive: a copy to build, what its files say, and its pages as a reader finds them.

What an article's file says is read here by PyYAML and the standard library alone, so that a test has
something to hold the built site against that is not the generator itself.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag, urljoin, urlsplit
from zoneinfo import ZoneInfo

import html5lib
import yaml

from tests.bases import SHARED, copied_or_built
from tests.sites import ROOT, Site

# Fixed, so that no test hangs on the day it is run; one article of the sample is of 2031.
AS_OF = "2026-11-20T12:00:00Z"
_AS_OF = dt.datetime.fromisoformat(AS_OF)
ADDRESS = "https://example.org/archive/"
BASE = "/archive/"
LANGUAGE = "en-GB"
# The months as dates in the languages of the sample have them.
_MONTHS = {
    "en-GB": (
        "January, February, March, April, May, June, July, August, September, October, November, December"
    ),
    "az": "yanvar, fevral, mart, aprel, may, iyun, iyul, avqust, sentyabr, oktyabr, noyabr, dekabr",
    "ru": ("января, февраля, марта, апреля, мая, июня, июля, августа, сентября, октября, ноября, декабря"),
    "ar": "يناير, فبراير, مارس, أبريل, مايو, يونيو, يوليو, أغسطس, سبتمبر, أكتوبر, نوفمبر, ديسمبر",
}
_ZONE = ZoneInfo("Asia/Baku")
# What the sample's site.toml says of addresses, and the article that has expired by ``AS_OF``.
MOVED = frozenset(("tags/sluice/index.html", "2024/02/12/night-of-the-flood/index.html"))
GONE = frozenset(("2024/02/12/names-of-the-missing/index.html", "2025/05/28/ferry-timetable/index.html"))
# The names that it gives to tags, which are shown whatever an article writes.
_TAGS = tomllib.loads((ROOT / "site.toml").read_text(encoding="utf-8"))["tags"]
_SOURCES = ("content", "layouts", "static")


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What an article's file says; ``output`` is its page's path."""

    path: str
    title: str
    authors: tuple[str, ...]
    dateline: str
    section: str
    tags: tuple[str, ...]
    date: dt.datetime
    updated: dt.datetime | None
    output: str
    own_id: str
    language: str
    aliases: tuple[str, ...]
    draft: bool
    expires: dt.datetime | None
    image: Mapping[str, str]
    series: tuple[str, ...]
    translations: str
    corrections: tuple[Mapping[str, str], ...]
    retracted: Mapping[str, str]
    summary: str
    body: str

    @property
    def live(self) -> bool:
        """Return whether readers see it."""
        return not self.draft and self.date <= _AS_OF and not self.gone

    @property
    def gone(self) -> bool:
        """Return whether readers are told that its time is over."""
        return not self.draft and self.expires is not None and self.expires <= _AS_OF

    @property
    def listed(self) -> str:
        """Return its title as listings show it."""
        return f"Retracted {self.title}" if self.retracted else self.title

    @property
    def day(self) -> str:
        """Return its day as its page shows it."""
        month = _MONTHS[self.language].split(", ")[self.date.month - 1]
        return f"{self.date.day} {month} {self.date.year}"

    @property
    def modified(self) -> dt.datetime:
        """Return when what it says last changed."""
        return self.updated or self.date

    @property
    def permalink(self) -> str:
        """Return its address, in readable letters."""
        return ADDRESS + self.output.removesuffix("index.html")


class Page:
    """One HTML page of an output folder, parsed as browsers do."""

    def __init__(self, path: str, content: bytes) -> None:
        self.path = path
        self.text = content.decode()
        self.tree = html5lib.parse(self.text, treebuilder="etree", namespaceHTMLElements=False)

    @property
    def permalink(self) -> str:
        """Return the page's address, in readable letters."""
        whole = self.path == "index.html" or self.path.endswith("/index.html")
        return ADDRESS + (self.path.removesuffix("index.html") if whole else self.path)

    @property
    def is_redirect(self) -> bool:
        """Return whether the page only sends on."""
        return any(each.get("http-equiv") == "refresh" for each in self.all("meta"))

    def all(self, tag: str, **attributes: str) -> list[Any]:
        """Return the elements of a tag with these values of attributes; of ``class_``, one word of it."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [each for each in self.tree.iter(tag) if all(_has(each, *pair) for pair in wanted.items())]

    @property
    def rows(self) -> list[Any]:
        """Return the rows of a listing, in the order of the page."""
        return [row for rows in self.all("ol", class_="rows") for row in rows]

    def one(self, tag: str, **attributes: str) -> Any:
        """Return the one element that ``all`` finds."""
        (found,) = self.all(tag, **attributes)
        return found

    def ids(self) -> list[str]:
        """Return every id, as often as it is there."""
        return [name for each in self.tree.iter() if (name := each.get("id")) is not None]

    def addresses(self) -> Iterator[tuple[str, str]]:
        """Yield what each URL attribute is of and its address, absolute and in readable letters."""
        for each in self.tree.iter():
            for name in ("href", "src", "poster", "data-from"):
                if each.get(name) is not None:
                    yield f"{each.tag} {name}", unquote(urljoin(self.permalink, each.get(name)))
            for candidate in (each.get("srcset") or "").split(","):
                if candidate.strip():
                    yield f"{each.tag} srcset", unquote(urljoin(self.permalink, candidate.split()[0]))


def forget_what_moved(site: Site) -> None:
    """Take out of a copy's site.toml what leads to pages of the sample."""
    settings, found, _ = site.read("site.toml").partition("[redirects]\n")
    assert found
    site.write("site.toml", settings)


def copy_sample(folder: Path) -> Site:
    """Copy the sources of this repository's archive into a folder of their own."""
    for name in _SOURCES:
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "site.toml", folder)
    site = Site(folder=folder)
    share_pictures(site)
    return site


def share_pictures(site: Site) -> None:
    """Let a site take over what was made of pictures for another one in this run of the tests.

    To make them takes longer than to build all the rest, and what was made holds for every site.
    """
    if sys.platform != "win32":  # where not everybody may make links
        shared = Path(os.environ[SHARED], "pictures")
        shared.mkdir(exist_ok=True)
        state = site.folder / ".broadsheet"
        state.mkdir(exist_ok=True)
        (state / "pictures").symlink_to(shared)


def build_sample(site: Site, *args: str, **env: str) -> str:
    """Build the site as of ``AS_OF``; return what was printed. It must succeed.

    A first build without options takes over what another test has built of the same sources.
    """
    if not (
        args
        or env
        or (site.folder / "public").exists()
        or (site.folder / ".broadsheet/state.sqlite").exists()
    ):
        return copied_or_built(site, _build)
    return _build(site, *args, **env)


def _build(site: Site, *args: str, **env: str) -> str:
    # The tests fill the cores by themselves: a second process would only take the time it takes to start.
    line = ("--output", str(site.folder / "public"), "--as-of", AS_OF, "--jobs", "1")
    run = site.build(*line, *args, **env)
    assert run.status == 0, run.stdout + run.stderr
    return run.stdout + run.stderr


def stories(site: Site) -> list[Story]:
    """Return every article of a sample site, held-back ones too, in order of path; profiles are none."""
    files = sorted((site.folder / "content").glob("[0-9]*/**/*.md"))
    return [
        _story(file.relative_to(site.folder).as_posix(), file.read_text(encoding="utf-8")) for file in files
    ]


def pages(outputs: Mapping[str, bytes]) -> dict[str, Page]:
    """Return the HTML pages among the outputs, by path."""
    return {path: Page(path, content) for path, content in outputs.items() if path.endswith(".html")}


def output_of(address: str) -> tuple[str, str]:
    """Return the output path of an address on the site, and its fragment; ("", …) when it is elsewhere."""
    whole, fragment = urldefrag(address)
    if not whole.startswith(ADDRESS):
        return "", fragment
    path = unquote(urlsplit(whole).path).removeprefix(BASE)
    return (f"{path}index.html" if path == "" or path.endswith("/") else path), fragment


def words(element: Any) -> str:
    """Return an element's text with each run of white space as one space."""
    return " ".join("".join(element.itertext()).split())


def _has(element: Any, name: str, value: str) -> bool:
    found = element.get(name)
    return found is not None and (value in found.split() if name == "class" else found == value)


def _story(path: str, text: str) -> Story:
    _, front, body = re.split(r"^---\n", text, maxsplit=2, flags=re.MULTILINE)
    fields = yaml.load(front, Loader=yaml.BaseLoader)  # noqa: S506 - a loader that only makes text
    day = _moment(fields["date"]).date()
    given, retracted = fields.get("corrections", []), fields.get("retracted", {})
    corrections = (given,) if isinstance(given, dict) else tuple(given)
    notes = (*corrections, *([retracted] if retracted else []))
    changed = [note["date"] for note in notes] + ([fields["updated"]] if "updated" in fields else [])
    stem = re.sub(r"^\d{4}-\d{2}-\d{2}-", "", path.rpartition("/")[2].removesuffix(".md"))
    return Story(
        path=path,
        title=fields["title"],
        authors=_several(fields["author"]),
        dateline=fields["dateline"],
        section=fields["section"],
        tags=tuple(_TAGS.get(tag.lower().replace(" ", "-"), tag) for tag in _several(fields.get("tags", []))),
        date=_moment(fields["date"]),
        updated=max(map(_moment, changed), default=None),
        output=f"{day:%Y/%m/%d}/{fields.get('slug', stem)}/index.html",
        own_id=fields.get("id", ""),
        language=fields.get("language", LANGUAGE),
        aliases=_several(fields.get("aliases", [])),
        draft=fields.get("draft") == "true",
        expires=_moment(fields["expires"]) if "expires" in fields else None,
        image=fields.get("image", {}),
        series=_several(fields.get("series", [])),
        translations=fields.get("translations", ""),
        corrections=corrections,
        retracted=retracted,
        summary=fields.get("summary", ""),
        body=body,
    )


def _several(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _moment(text: str) -> dt.datetime:
    if re.match(r"\d\d\.\d\d\.\d{4}", text):
        text = f"{text[6:10]}-{text[3:5]}-{text[:2]}{text[10:]}"
    moment = dt.datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=_ZONE)
