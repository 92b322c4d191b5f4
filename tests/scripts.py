"""Random scripts of edits: whatever befalls a site, building on gives the bytes of a clean build.

A script edits the sources, lets state and output suffer, and builds by the command line, on one machine
or another, into one folder or another. After each build it sees that

- a clean build of the same sources, elsewhere, gives the same bytes, problems and figures;
- a build with problems has changed nothing;
- nothing is left over beside the output, and nothing in the state folder;
- each question that the ledger has recorded, asked again, is answered as the ledger says.

All follows from the script's seed, but for the moments at which builds are killed.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from broadsheet.archive.questions import find_answer
from broadsheet.archive.questions.question import Question
from broadsheet.build.site_folder import STATE
from broadsheet.common.problems import Problems
from broadsheet.settings.reader import read as read_settings
from broadsheet.write.output_folder import MARKER
from tests import machines, photos
from tests.plain import LAYOUTS, PICTURES, article
from tests.sites import ROOT, Run, Site, environment

_SOURCES = ("content", "layouts", "static", "site.toml")
_STANDING = frozenset(("state.sqlite", "state.sqlite-sum", "lock", "pictures"))
_OUTPUTS = ("public", "public", "public", "preview", "deep/public")
_MOMENTS = (
    *("2022-11-05T05:14:00Z", "2022-11-05T05:13:59Z", "2032-01-01T00:00:00Z", "2021-01-01T00:00:00Z"),
    # The last moment at which the article of 09:14 in Baku is news, and the first at which it is not.
    *("2022-11-07T05:13:59Z", "2022-11-07T05:14:00Z"),
)
_AS_OF = "2026-01-01T00:00:00Z"
_ADDRESSES = ("https://example.com/", "http://localhost:8000/a/b/")
# What a summary says of the build, not of the way to it.
_FIGURES = ("articles", "outputs", "size", "excluded", "held")
# Below this many pieces of work, any number of jobs works in one process.
_ENOUGH_FOR_WORKERS = 400

_NAMES = tuple(f"content/{folder}/{name}.md" for folder in ("a", "b/c") for name in "abcdef")
_DAYS = (
    *("2021-12-31", "2022-11-05", "2022-11-05 09:14", "2022-11-05T09:14:00+09:00"),
    *("2022-11-06", "2023-01-01", "2011-11-06"),
)
_WORDS = ("Oil", "oil", "Flood", "Sea level", "sea-level", "Ağdam", "Кризис")
_BODIES = (
    "Words.",
    "Wards.",
    'He said "no".\n\n## Water',
    "![A picture](picture.png)",
    "[A picture](picture.png) ![The same](/picture.png)",
    "See [another](a.md).",
    "See [the site](../pages/about.md).",
    "[Tag](/tags/oil/) and [note](#water).",
    "Note[^1].\n\n[^1]: Foot.",
    "*[HTML]: Markup\n\nHTML and [one][1].\n\n[1]: a.md",
)
FIELDS: dict[str, tuple[str, ...]] = {
    "title": _WORDS,
    "date": (*_DAYS, *_DAYS, *_DAYS, "2031-05-05"),
    "author": ("", "Ana Ruiz", "Li Wei", "[Li Wei, Ana Ruiz]", "ANA  RUIZ"),
    "dateline": ("", "Baku", "Ağdam"),
    "section": ("", "Politics", "politics", "Sport", "Art"),
    "tags": (
        "",
        "[Oil]",
        "[Oil!]",
        "[Oil+, Flood]",
        "[oil, Flood]",
        "[Sea level, Кризис, Oil]",
        "[sea-level]",
    ),
    "series": (*("",) * 4, "The dam", "[The dam, Oil]", "the-dam"),
    "genre": (*("",) * 4, "opinion", "Report"),
    "edition": (*("",) * 4, "2022-11-05", "Late"),
    "page": ("", "", "A2", "A10"),
    "column": ("", "", "3"),
    "corrections": (
        *("",) * 6,
        "{ date: 2025-06-07, text: It was not so. }",
        "[{ date: 2025-06-07, text: One., kind: update }, { date: 2025-06-08 10:00, text: Two. }]",
        "[{ date: 2025-06-07, was: Wards, now: Words }]",
        "[{ date: 2025-06-08, text: Both. }, { date: 2025-06-08, text: At once., kind: clarification }]",
    ),
    "retracted": (*("",) * 8, "{ date: 2025-06-08, reason: Untrue. }"),
    "summary": ("", "In short."),
    "updated": (*("",) * 4, "2024-01-01", "2025-09-09 09:00", "2031-09-09 09:00"),
    "expires": (*("",) * 4, "2022-11-05 09:14:30", "2025-01-01", "2031-06-06"),
    "image": (
        "",
        "",
        "picture.png",
        "{file: picture.png, alt: Water, caption: High, credit: Li Wei}",
        "{file: picture.png, focus: 20% 80%}",
        "/picture.png",
    ),
    "slug": (*("",) * 20, "own", "Own"),
    "permalink": (*("",) * 20, "/own/", "/Own", "https://example.org/archive/own.html"),
    "aliases": (*("",) * 8, "/old/", "[/older/, /oldest/]"),
    "id": (*("",) * 8, "one", "two"),
    "draft": ("", "", "", "", "true"),
    "language": (*("",) * 4, "az", "tr", "ar", "en-GB"),
    "translations": (*("",) * 4, "one", "One", "two"),
    "source": ("", "", "Agency", "{name: Wire, url: 'https://example.net/1'}"),
    "kicker": (*("",) * 12, "Breaking"),
}
_PICTURES = ("content/a/picture.png", "content/b/c/picture.png", "static/picture.png")
# Larger than the widths of the settings, one of them lying on its side.
_RASTERS = (
    photos.save(photos.draw(36, 28), "png", exif=photos.exif()),
    photos.save(photos.draw(28, 40, "RGBA"), "png", exif=photos.exif(6)),
)
_PROFILES = ("content/authors/ana-ruiz.md", "content/authors/li-wei.md")
_PLACES = ("content/datelines/baku.md", "content/datelines/agdam.md", "content/datelines/ağdam.md")
_ABOUT = (
    b"---\n---\nWords.\n",
    b"---\nname: Baku\n---\n",
    b"---\nimage: ../a/picture.png\n---\nSee [one](../a/a.md).\n",
    b"---\nurl: https://example.org/\n---\n![](../b/c/picture.png)\n",
)
_WHERE = (
    *_ABOUT,
    b"---\ncoordinates: 40.41, 49.87\n---\n",
    b"---\ncoordinates: 40.41, 49.87\nname: Bak\xc3\xbc\n---\nWords.\n",
    b"---\ncoordinates: [-18.1, 178.4]\n---\n",
    b"---\ncoordinates: 49.87 E, 40.41 N\n---\n",
)
_PERSONS = (b"---\nkind: organization\n---\n", b"---\nfamily: Ana\n---\n")
_OWN_PAGES = ("content/pages/about.md", "content/pages/az/about.md", "content/pages/tags/oil.md")
_OWN = (
    b"---\ntitle: About\nmenu: 2\n---\nWords.\n",
    b"---\ntitle: Contact\n---\nWords.\n",
    b"---\ntitle: About\ntranslations: one\nsummary: In short.\n---\nSee [one](../a/a.md).\n",
    b"---\ntitle: Haqq\xc4\xb1nda\nlanguage: az\ntranslations: one\nmenu: no\n---\n[About](../about.md)\n",
    b"---\ntitle: About\naliases: /old/\ndraft: yes\n---\n",
    b"---\ntitle: About\nimage: ../a/picture.png\n---\n![](/picture.png)\n",
)
_FRONTS = (
    b'lead = "a/a.md"\n',
    b'second = ["b/c/b.md", "a/a.md"]\n',
    b'lead = { story = "b/c/b.md", until = 2025-06-07 }\n',
    b'[[packages]]\nheading = "Oil"\nuntil = 2031-06-07\nstories = ["a/a.md", "b/c/c.md"]\n',
    b"# Nothing.\n",
)
_STATIC = (
    *("static/style.css", "static/_part.css", "static/a/_deep.css", "static/a/b.js", "static/a"),
    *("static/Map.svg", "static/map.svg"),
)
_STYLES = (
    b"a {}",
    b"b { c: url(d.png) }\n",
    b'@import "_part.css";\nc {}\n',
    b'@import "a/_deep.css" print;\n@import "_part.css";\n/* c */\nd {}\n',
)
_DEEP = (b"e { f: url(g.png) }", b'@import "../_part.css";\nh {}\n')
_NOTES = (
    "one",
    "{% for story in archive.latest(1) %}{{ story.title }}{% endfor %}",
    "two {{ site.tagline }}",
    '{% include "parts/deep.html" ignore missing %}',
    '{% include ["parts/deep.html", "note.txt"] ignore missing %}',
)
_HOMES = (
    "{% for tag in archive.names('tag') %}{{ tag.name }} {{ tag.count }};{% endfor %}\n",
    "{% for story in archive.latest(2) %}{{ story.updated }} {{ story.language }}{% endfor %}\n",
    "{{ site.url }} {{ site.publisher.name }} {{ site.authority }} {{ site.frames }}\n",
    "{{ static('style.css') }}\n",
)
_SPOKEN = ("en", "az", "az", "tr", "ar")
_SPEECHES = (
    'by = "By {name}"\n',
    'by = "{name} deyir"\nalphabet = "O o, L l, F f, S s"\n',
    '[dates]\ndate = "%d/%m/%Y"\n[articles]\nother = "{count}"\n',
    'by = "{name} and {name}"\n[kinds.correction]\nindex = "Put right"\n',
)
_BROKEN_LAYOUTS = ("{% if", "{{ site.titel }}", '{% extends "none.html" %}')
_SECTIONS = (
    'politics = "Politics"',
    'politics = "Parliament"\nart = "Art"',
    'art = "Art"\npolitics = "Politics"',
    "",
)

# Values that site.toml may have beside those that it begins with; "" leaves the key out.
SETTINGS: dict[str, tuple[str, ...]] = {
    "title": ('"The Courier"', '"The Herald"'),
    "url": ('"https://example.org/archive/"', '"https://example.org/"'),
    "language": ('"en"', '"en"', '"az"'),
    "timezone": ('"Asia/Baku"', '"Asia/Tokyo"', '"America/New_York"'),
    "tagline": ("", '"News"', '"Old news"'),
    "authority": ("", '"example.net"'),
    "publisher.name": ("", '"The Press"'),
    "publisher.url": ("", '"https://example.net/"'),
    "publisher.logo": ("", '"picture.png"'),
    "publisher.ethics": ("", '"/about/ethics/"'),
    "content.folder": ("",),
    "content.exclude": ("", '["a/a.md"]', '["b/*"]'),
    "content.reported": ("", "", '["author", "section"]'),
    "content.section": ("", "", '"folder"'),
    "content.links": ("", "", '"report"'),
    "content.profiles": ("", "", "[]", '["author"]'),
    "content.pages": ("", "", '""', '"b"'),
    "content.required": ('["title"]', '["title"]', '["title", "author"]'),
    "content.dialect": ("", "", '"kramdown"'),
    "content.indented_code": ("", "", "true"),
    "content.autolinks": ("", "", "true"),
    "content.shortcodes": ("", "", '{ note = "aside", "*" = "drop" }'),
    "dates.formats": ("", '["%d.%m.%Y"]'),
    "dates.date": ("", '"%d.%m.%Y"'),
    "dates.time": ("", '"%H.%M"'),
    "dates.zone": ("", '"short"'),
    "dates.convert": ("", "true"),
    "dates.first_day": ("", '"sunday"'),
    "front_matter.author": ("", '["author", "authors"]'),
    "front_matter.extra": ('["kicker"]', '["kicker"]', "[]"),
    "front_matter.duplicates": ("", "", '"last"'),
    "front_matter.join": ("", "", '["tags", "author"]'),
    "front_matter.split": ("", "", '","'),
    "permalinks.article": ("", '"/{year}/{month}/{slug}/"'),
    "hosting.redirects": ("", "", '["netlify", "nginx"]', '["cloudflare", "caddy", "s3"]'),
    "permalinks.former": ("", "", '["/{year}/{slug}/"]', '["/{slug}/", "/{year}/{month}/{slug}.html"]'),
    "permalinks.slugs": ("", "", '"made"', '"file"'),
    "article.contents": ("", "1", "2"),
    "article.reading_time": ("", "true"),
    "listings.size": ("3", "3", "1", "4", "200"),
    "listings.days": ("", "true", "false"),
    "listings.anniversaries": ("", "true", "false"),
    "listings.surnames": ("", "true", "false"),
    "listings.kinds": ("", '["section", "tag"]', '["tag"]', "[]"),
    "related.count": ("", "", "0", "1", "5"),
    "feeds.length": ("", "1", "2"),
    "feeds.full_text": ("", "", "true"),
    "feeds.page": ("", "true", "false"),
    "feeds.kinds": ("", '["section", "tag"]', '["tag"]', "[]"),
    "corrections.top": ("", "[]", '["update"]'),
    "corrections.withhold": ("", "false"),
    "corrections.mark": ("", "true"),
    "sitemaps.size": ("2", "1", "50"),
    "sitemaps.news": ("", "", "true", "false"),
    "data.months": ("", "true", "false"),
    "data.size": ("2", "1", "50"),
    "data.articles": ("", "", "true"),
    "citations.styles": ("", "", "[]", '["mla", "apa"]'),
    "citations.articles": ("", "", "true"),
    "citations.listings": ("", '["all", "tag"]', '["author", "series", "edition"]', "[]"),
    "search.on": ("", "", "true", "false"),
    "search.fields": ("", '["title"]', '["title", "body", "series", "picture", "corrections"]'),
    "search.languages": ("", "", '["az", "en"]'),
    "search.positions": ("", "", "true"),
    "pictures.on": ("", "", "true", "false"),
    "pictures.widths": ("[16, 24]", "[20]", "[16, 640]"),
    "pictures.lead_widths": ("", "[16, 30]", "[24]"),
    "pictures.formats": ("", '["avif", "webp"]', "[]"),
    "pictures.quality": ("", "", "40"),
    "pictures.crops": ("", "[]", '["1x1", "16x9"]'),
    "pictures.originals": ("", "", "true"),
    "pictures.sizes": ("", '"50vw"'),
    "pictures.metadata": ("", '["caption", "credit"]', '["credit"]'),
    "pictures.cards": ("", "", "true"),
    "pictures.fonts": ("",),
    "hosting.limits": ("", "", '"none"'),
    "safety.frames": ("", '["www.example.com"]'),
    "safety.frames_at_once": ("", "true"),
    "safety.pictures": ("", '["images.example.com"]'),
    "safety.attachments": ("", '["svg"]', '["svg", "html"]'),
    "assets.minify": ("false", "false", "true"),
    "assets.digests": ("", "", "true", "false"),
    "theme.icons": ("", "", "true", "false"),
    "theme.typeface": ("", "", '"system"'),
    "theme.fallback": ("false", "false", "true"),
    "sections": _SECTIONS,
    "tags": (
        "",
        'oil = "Petroleum"',
        'oil = "Crude"\nflood = "Floods"',
        'oil = { name = "Crude", also = ["Oil!"] }\n"Oil+" = { slug = "oil-plus" }',
        'oil = { slug = "petroleum" }',
    ),
    "authors": ("", 'ana-ruiz = "A. Ruiz"'),
    "datelines": ("", 'baku = "Bakü"'),
    "series": ("", 'the-dam = "The great dam"'),
    "editions": ("", 'late = "The late edition"'),
    "languages": ("", 'tr = "Türkçesi"'),
    "translations": ("", 'az.sections = { politics = "Siyasət" }'),
    "redirects": (
        *("",) * 2,
        '"/gone/" = "/archive/"',
        '"/gone/" = "https://example.net/"\n"/tags/crude/" = "/sections/art/"',
        '"/crude/atom.xml" = "/atom.xml"\n"/moved/" = "content/a/a.md"',
        '"/moved/" = "/gone/"',
    ),
    "gone": (
        "",
        "",
        '"/false/" = { date = 2024-05-01, reason = "Untrue." }',
        '"/old/" = { date = "2024-05-01", reason = "x" }',
    ),
}


class Mismatch(AssertionError):  # noqa: N818 - a test's verdict
    """What was found amiss, and the script that led there."""


def play(seed: int, steps: int, *, crowded: bool = False) -> Counter[str]:
    """Play a script; return how often each thing happened. ``crowded``: enough articles for workers."""
    with TemporaryDirectory(prefix="script-") as name:
        script = _Script(Path(name), seed, crowded=crowded)
        for _ in range(steps):
            script.step()
        return script.seen


class _Script:
    """A site, and the chance that edits it."""

    def __init__(self, folder: Path, seed: int, *, crowded: bool) -> None:
        self.seen: Counter[str] = Counter()
        self._folder = folder
        self._site = Site(folder=folder / "site")
        self._random = Random(seed)
        self._log: list[str] = [f"seed {seed}"]
        self._settings = {name: self._known(name)[0] for name in SETTINGS}
        self._tomls: dict[str, dict[str, str]] = {}
        self._names = _NAMES
        self._crowded = crowded
        self._moves = 0
        self._sound: dict[str, bytes] = {}
        self._altered: set[str] = set()
        self._older: set[str] = set()
        self._kept: set[str] = set()
        self._wrong: list[str] = []
        self._begin()

    def step(self) -> None:
        """Edit, let something happen, build, and look at what came of it."""
        self._log.append("—")
        before = self._sources()
        if self._wrong:
            self._fix()
        else:
            for _ in range(self._random.randint(0, 4)):
                self._edit()
        output = self._random.choice(_OUTPUTS)
        self._befall(output, before)
        words = self._words()
        self._build(output, words)

    # Edits of the sources.

    def _begin(self) -> None:
        for name, text in LAYOUTS.items():
            self._site.write(f"layouts/{name}", text)
        for path in (*_PICTURES, *_STATIC[:1]):
            self._site.write(path, self._random.choice((PICTURES[0], *_RASTERS)))
        for path in self._random.sample(_NAMES, 7):
            self._site.write(path, self._article())
        if self._crowded:
            self._settings["listings.size"] = "200"
            self._names = tuple(f"content/many/{number:03}.md" for number in range(_ENOUGH_FOR_WORKERS + 10))
            for number, path in enumerate(self._names):
                day = f"20{number % 20 + 1:02}-{number % 12 + 1:02}-{number % 28 + 1:02} 09:00"
                text = article(f"N{number}", day, author="Ana Ruiz", tags=(_WORDS[number % 4],))
                self._site.write(path, text)
            self._names += _NAMES
        self._site.write("site.toml", self._toml())
        self._sound = {path: text for path, text in self._sources().items() if path[:8] != "content/"}

    def _edit(self) -> None:
        edits: tuple[tuple[int, Callable[[], None]], ...] = (
            (8, self._field),
            (3, self._body),
            (4, self._add),
            (2, self._delete),
            (2, self._rename),
            (1, self._touch),
            (2, self._picture),
            (2, self._profile),
            (2, self._front),
            (2, self._place),
            (3, self._own_page),
            (2, self._static),
            (3, self._note),
            (2, self._speech),
            (8 if self._crowded else 2, self._layout),
            (1, self._break_layout),
            (3, self._theme),
            (6 if self._crowded else 4, self._setting),
            (1, self._break_settings),
            (1, self._break_article),
        )
        weights, kinds = zip(*edits, strict=True)
        kind = self._random.choices(kinds, weights)[0]
        self.seen[kind.__name__.strip("_")] += 1
        kind()

    def _fix(self) -> None:
        """Take back what has problems, or take it away."""
        self.seen["fixed"] += 1
        back = self._random.random() < 0.5
        for path in self._wrong:
            if path in self._sound and (back or not path.startswith("content/")):
                self._write(path, self._sound[path])
            elif path.startswith(("content/", "static/", "layouts/")):
                self._remove(path)
        # Of some problems the cause is elsewhere: a layout that is gone, a setting, another article.
        if not self._random.randrange(3):
            for path in sorted(self._sources().keys() | self._sound.keys()):
                if not path.startswith("content/"):
                    self._put_back(path, self._sound)
        self._settings_from_file()

    def _put_back(self, path: str, sources: dict[str, bytes]) -> None:
        if path not in sources:
            self._remove(path)
        elif self._files(path).get(path) != sources[path]:
            self._write(path, sources[path])

    def _field(self) -> None:
        path, field = self._existing(), self._random.choice(sorted(FIELDS))
        if path is None:
            return
        value = self._random.choice(FIELDS[field])
        rows = self._site.read(path).splitlines(keepends=True)
        rows = [row for row in rows if not row.startswith(f"{field}: ")]
        self._write(path, "".join((*rows[:1], f"{field}: {value}\n" if value else "", *rows[1:])))

    def _body(self) -> None:
        path = self._existing()
        if path:
            front, _, _ = self._site.read(path).partition("\n---\n")
            self._write(path, f"{front}\n---\n\n{self._random.choice(_BODIES)}\n")

    def _add(self) -> None:
        self._write(self._random.choice(_NAMES), self._article())

    def _delete(self) -> None:
        path = self._existing()
        if path:
            self._remove(path)

    def _rename(self) -> None:
        old, new = self._existing(), self._random.choice(_NAMES)
        if old and old != new:
            text = self._site.read(old)
            self._remove(old)
            self._write(new, text)

    def _touch(self) -> None:
        """Write a file again, as it is."""
        path = self._existing()
        if path:
            self._write(path, self._site.read(path))

    def _picture(self) -> None:
        self._come_or_go(self._random.choice(_PICTURES), (*PICTURES, *_RASTERS))

    def _profile(self) -> None:
        path = self._random.choice(_PROFILES)
        self._come_or_go(path, (*_ABOUT, *_PERSONS) if "/authors/" in path else _ABOUT)

    def _place(self) -> None:
        self._come_or_go(self._random.choice(_PLACES), _WHERE)

    def _front(self) -> None:
        self._come_or_go("content/front.toml", _FRONTS)

    def _own_page(self) -> None:
        self._come_or_go(self._random.choice(_OWN_PAGES), _OWN)

    def _static(self) -> None:
        path = self._random.choice(_STATIC)
        for other in _STATIC:
            # A file and a folder of one name, or two names that differ by case only: one of them goes.
            if other != path and (other.startswith(f"{path}/") or path.startswith(f"{other}/")):
                self._remove(other)
            if other != path and other.lower() == path.lower():
                self._remove(other)
        styles = {"static/style.css": _STYLES, "static/a/_deep.css": _DEEP}
        self._come_or_go(path, styles.get(path, (b"a {}", b"  b {}\n")))

    def _note(self) -> None:
        name = self._random.choice(("note.html", "note.html", "parts/deep.html", "note.txt"))
        notes = _NOTES if name == "note.html" else _NOTES[:3]
        self._come_or_go(f"layouts/{name}", [note.encode() for note in notes])

    def _speech(self) -> None:
        path = f"layouts/words/{self._random.choice(_SPOKEN)}.toml"
        self._come_or_go(path, [speech.encode() for speech in _SPEECHES])

    def _layout(self) -> None:
        path = f"layouts/{self._random.choice(sorted(LAYOUTS))}"
        if path == "layouts/home.html" and self._random.random() < 0.7:
            self._write(path, self._random.choice((*_HOMES, LAYOUTS["home.html"])))
        elif (self._site.folder / path).exists():
            self._write(path, self._site.read(path).replace("\n", " \n", 1))

    def _theme(self) -> None:
        """Take layouts away or put them back, where the theme's take the place of those that are not there.

        The theme's pages need the theme's base, which any page can do with.
        """
        if self._settings["theme.fallback"] != "true":
            self._settings["theme.fallback"] = "true"
            self._write("site.toml", self._toml())
        gone = [name for name in sorted(LAYOUTS) if not (self._site.folder / f"layouts/{name}").exists()]
        if gone and self._random.random() < 0.5:
            names = (
                gone if "base.html" in gone or self._random.random() < 0.3 else [self._random.choice(gone)]
            )
            for name in names:
                self._write(f"layouts/{name}", LAYOUTS[name])
            return
        others = sorted(LAYOUTS) if self._random.random() < 0.2 else [self._random.choice(sorted(LAYOUTS))]
        for name in {"base.html": None} | dict.fromkeys(others):
            self._remove(f"layouts/{name}")
        self._remove(f"layouts/words/{self._random.choice(_SPOKEN)}.toml")

    def _break_layout(self) -> None:
        path = f"layouts/{self._random.choice(sorted(LAYOUTS))}"
        if self._random.random() < 0.3:
            self._remove(path)
        else:
            self._write(path, self._random.choice(_BROKEN_LAYOUTS))

    def _setting(self) -> None:
        name = self._random.choice(sorted(SETTINGS))
        self._settings[name] = self._random.choice(self._known(name))
        self._write("site.toml", self._toml())

    def _break_settings(self) -> None:
        self._write("site.toml", self._toml() + self._random.choice(("[listings]\n", "colour = 1\n", "[")))

    def _break_article(self) -> None:
        path = self._random.choice(_NAMES)
        self._write(path, self._random.choice(("", "No front matter.", "---\ntitle: A: B\n---\n")))

    def _come_or_go(self, path: str, contents: tuple[bytes, ...] | list[bytes]) -> None:
        if self._random.random() < 0.7:
            self._write(path, self._random.choice(contents))
        else:
            self._remove(path)

    def _article(self) -> str:
        rows = [f"{name}: {value}" for name in FIELDS if (value := self._random.choice(FIELDS[name]))]
        return "\n".join(("---", *rows, "---", "", self._random.choice(_BODIES), ""))

    def _existing(self) -> str | None:
        paths = [path for path in self._names if (self._site.folder / path).exists()]
        return self._random.choice(paths) if paths else None

    def _write(self, path: str, content: str | bytes) -> None:
        """Write a source. Often it bears an older time, so that a later look at it may be trusted."""
        self._log.append(f"write {path} {content!r}")
        file = self._site.folder / path
        looked = file.stat().st_mtime_ns if file.exists() else 0
        if self._random.random() < 0.2 and file.is_file():
            file.unlink()  # editors write beside, and rename: another inode
        if file.is_dir():
            shutil.rmtree(file)
        elif file.parent.is_file():
            file.parent.unlink()
        self._site.write(path, content)
        chance = self._random.random()
        if chance < 0.6:
            self._date(file, 10**18 + self._random.randrange(20) * 10**12)
        elif chance < 0.75 and looked:
            self._date(file, looked)

    def _date(self, file: Path, nanoseconds: int) -> None:
        os.utime(file, ns=(nanoseconds, nanoseconds))

    def _remove(self, path: str) -> None:
        if (self._site.folder / path).exists():
            self._log.append(f"delete {path}")
            self._site.delete(path)

    def _sources(self) -> dict[str, bytes]:
        return {path: content for name in _SOURCES for path, content in self._files(name).items()}

    def _files(self, name: str) -> dict[str, bytes]:
        top = self._site.folder / name
        files = [top] if top.is_file() else [file for file in top.rglob("*") if file.is_file()]
        return {file.relative_to(self._site.folder).as_posix(): file.read_bytes() for file in files}

    def _known(self, name: str) -> tuple[str, ...]:
        """Return the values of a setting, those that this release has."""
        return tuple(value for value in SETTINGS[name] if not value or _is_known(name, value)) or ("",)

    def _toml(self) -> str:
        text = "\n".join((*_toml(self._settings), ""))
        self._tomls[text] = dict(self._settings)
        return text

    def _settings_from_file(self) -> None:
        """Take the settings to be what stands in the file, after it was put back."""
        self._settings = dict(self._tomls.get(self._site.read("site.toml"), self._settings))

    # What else may happen to a site.

    def _befall(self, output: str, before: dict[str, bytes]) -> None:
        mishaps: tuple[tuple[int, Callable[[], None]], ...] = (
            (24, lambda: None),
            (1, self._lose_state),
            (2, self._cut_state),
            (3, self._scramble_state),
            (1, self._change_version),
            (2, lambda: self._build_with_older(output)),
            (2, lambda: self._lose_output(output)),
            (4, lambda: self._alter(output)),
            (1, lambda: self._unmark(output)),
            (3, lambda: self._keep_or_put_back(output)),
            (1, self._check_out),
            (1, self._move),
            (2, lambda: self._kill(output, before)),
        )
        weights, kinds = zip(*mishaps, strict=True)
        self._random.choices(kinds, weights)[0]()

    def _note_mishap(self, name: str) -> None:
        self.seen[name] += 1
        self._log.append(name)

    @property
    def _state(self) -> Path:
        return self._site.folder / STATE

    @property
    def _suffered(self) -> bool:
        """Return whether state or mark was lost: without both nobody could tell that a folder is ours."""
        return any(name.startswith(("state", "mark")) for name in self.seen)

    def _lose_state(self) -> None:
        if self.seen["mark lost"]:
            return
        self._note_mishap("state lost")
        shutil.rmtree(self._state.parent, ignore_errors=True)

    def _cut_state(self) -> None:
        if self._state.exists() and not self.seen["mark lost"]:
            size = self._random.choice((0, 100, 4096, self._random.randrange(self._state.stat().st_size)))
            self._note_mishap("state cut")
            os.truncate(self._state, size)

    def _scramble_state(self) -> None:
        """Overwrite pages of the state, whole or at their heads."""
        if not self._state.exists() or self.seen["mark lost"]:
            return
        self._note_mishap("state scrambled")
        content = bytearray(self._state.read_bytes())
        pages = range(len(content) // 4096)
        length = self._random.choice((64, 4096))
        for page in self._random.choice((pages, self._random.sample(pages, min(3, len(pages))))):
            content[page * 4096 : page * 4096 + length] = self._random.randbytes(length)
        self._state.write_bytes(content)

    def _change_version(self) -> None:
        if self._state.exists() and not self.seen["mark lost"]:
            self._note_mishap("state of another version")
            pragma = self._random.choice(("user_version = 7", "application_id = 7"))
            with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(self._state)) as state:
                state.execute(f"PRAGMA {pragma}")

    def _build_with_older(self, output: str) -> None:
        self._note_mishap("built by another release")
        machines.older().run(*self._line(output, ("--as-of", _AS_OF)))

    def _lose_output(self, output: str) -> None:
        folder = self._site.folder / output
        if folder.exists():
            self._note_mishap("output lost")
            shutil.rmtree(folder)
            if self._random.random() < 0.5:
                folder.mkdir()
            self._altered.discard(output)

    def _alter(self, output: str) -> None:
        """Alter and delete files of the output by hand."""
        paths = sorted(self._site.outputs(output).keys() - {MARKER})
        for path in self._random.sample(paths, min(len(paths), self._random.randint(1, 4))):
            self._note_mishap("output altered")
            self._log.append(path)
            self._site.delete(f"{output}/{path}")
            if self._random.random() < 0.6:
                self._site.write(f"{output}/{path}", "altered by hand")
            self._altered.add(output)

    def _unmark(self, output: str) -> None:
        file = self._site.folder / output / MARKER
        # Without a mark the files have to be those that the state knows.
        if file.exists() and self._state.exists() and not self._suffered and output not in self._older:
            self._note_mishap("mark lost")
            file.unlink()

    def _keep_or_put_back(self, output: str) -> None:
        """Keep a copy of the output folder, or put the one that was kept in its place."""
        folder, kept = self._site.folder / output, self._folder / "kept" / output
        if output in self._kept and folder.exists():
            self._note_mishap("older build put back")
            shutil.rmtree(folder)
            shutil.move(kept, folder)
            self._kept.discard(output)
            self._older.add(output)
            self._altered.discard(output)
        elif (folder / MARKER).exists() and output not in self._altered:
            shutil.copytree(folder, kept)
            self._kept.add(output)

    def _check_out(self) -> None:
        """Give every source a new file and a new time, as a fresh checkout does."""
        self._note_mishap("checked out anew")
        for path, content in self._sources().items():
            (self._site.folder / path).unlink()
            self._site.write(path, content)

    def _move(self) -> None:
        self._note_mishap("moved")
        self._moves += 1
        moved = Site(folder=self._folder / f"moved-{self._moves}" / "site")
        moved.folder.parent.mkdir()
        self._site.folder.rename(moved.folder)
        self._site = moved

    def _kill(self, output: str, before: dict[str, bytes]) -> None:
        """Kill a build after a while; perhaps take back what was edited since the last one."""
        self._note_mishap("killed")
        line = [sys.executable, str(ROOT / "build.py"), *self._line(output, ("--as-of", _AS_OF))]
        process = subprocess.Popen(
            line, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        with suppress(subprocess.TimeoutExpired):
            process.wait(self._random.uniform(0.2, 0.9))
        process.kill()
        process.wait()
        if before and self._random.random() < 0.5:
            for path in sorted(self._sources().keys() | before.keys()):
                self._put_back(path, before)
            self._settings_from_file()

    # Building, and looking at what came of it.

    def _words(self) -> tuple[str, ...]:
        chance = self._random
        words = ["--as-of", chance.choice(_MOMENTS) if chance.random() < 0.3 else _AS_OF]
        words += ["--drafts"] if chance.random() < 0.2 else []
        words += ["--base-url", chance.choice(_ADDRESSES)] if chance.random() < 0.15 else []
        return tuple(words)

    def _line(self, output: str, words: tuple[str, ...], site: Path | None = None) -> tuple[str, ...]:
        folder = site or self._site.folder
        jobs = str(self._random.choice((1, 2, 3)))
        line = ("build", "--json", "--site", str(folder), "--output", str(folder / output))
        return (*line, "--jobs", jobs, "--allow-removals", *words)

    def _run(self, line: tuple[str, ...]) -> Run:
        number = self._random.randrange(machines.NUMBER + 1)
        if number < machines.NUMBER:
            return machines.machine(number).run(*line)
        if self._random.random() < 0.8:
            return machines.machine(0).run(*line)
        command, *words = line
        return self._site.run(command, *words, PYTHONHASHSEED=str(self._random.randrange(100)))

    def _build(self, output: str, words: tuple[str, ...]) -> None:
        self._log.append(f"build {output} {words}")
        before = self._site.outputs(output)
        verify = ("--verify",) if output in self._altered else ()
        run = self._run((*self._line(output, words), *verify))
        clean = self._clean()
        expected = self._run(self._line(output, words, clean.folder))
        self._expect(run.status in {0, 1} and not run.stderr, "no crash", run.stderr)
        self._expect(run.status == expected.status, "the same status", (run, expected))
        left_over = self._left_over(state=not run.status)
        self._expect(not left_over, "nothing left over", left_over)
        self.seen["with workers"] += self._crowded
        if run.status:
            self.seen["problems"] += 1
            self._expect(run.stdout == expected.stdout, "the same problems", (run.stdout, expected.stdout))
            self._expect(self._site.outputs(output) == before, "an output untouched by problems")
            self._wrong = sorted({json.loads(row)["path"] for row in run.stdout.splitlines()})
            return
        self.seen["built"] += 1
        self._wrong = []
        self._altered.discard(output)
        self._older.discard(output)
        self._sound = self._sources()
        ours, theirs = self._site.outputs(output), clean.outputs(output)
        differing = [path for path in sorted({*ours, *theirs}) if ours.get(path) != theirs.get(path)]
        self._expect(not differing, "the bytes of a clean build", differing)
        figures = [{name: json.loads(each.stdout)[name] for name in _FIGURES} for each in (run, expected)]
        self._expect(figures[0] == figures[1], "the same figures", figures)
        self._expect(not (forgotten := self._forgotten(output)), "the recorded answers", forgotten)
        if self._random.random() < 0.1:
            looks = self._site.looks(output)
            again = json.loads(self._run(self._line(output, words)).stdout)
            self._expect(again["rendered"] == 0, "nothing rendered again", again)
            self._expect(self._site.looks(output) == looks, "nothing touched again")

    def _forgotten(self, output: str) -> list[str]:
        """Return the recorded questions whose answers are others now.

        Asking all of them reads what builds may not have read since it was damaged; a build that does read
        it begins anew.
        """
        try:
            return unlike(self._state, output)
        except sqlite3.DatabaseError:
            if not self.seen["state scrambled"] + self.seen["state cut"]:
                raise
            self.seen["damage that no build has met"] += 1
            return []

    def _clean(self) -> Site:
        """Return a copy of the sources alone."""
        clean = Site(folder=self._folder / "clean")
        shutil.rmtree(clean.folder, ignore_errors=True)
        for name in _SOURCES[:-1]:
            if (self._site.folder / name).exists():
                shutil.copytree(self._site.folder / name, clean.folder / name)
        clean.write("site.toml", self._site.read("site.toml"))
        return clean

    def _left_over(self, *, state: bool) -> set[str]:
        """Return the names of what a build should have taken away, in the folder of the ``state`` too."""
        top = self._site.folder
        found = {file.name for folder in (top, top / "deep") if folder.exists() for file in folder.iterdir()}
        known = {*_SOURCES, *_OUTPUTS, "deep", STATE.parts[0]}
        kept = {file.name for file in self._state.parent.iterdir()} if state else set()
        return found - known | kept - _STANDING

    def _expect(self, holds: bool, what: str, found: object = "") -> None:  # noqa: FBT001 - as assert
        if not holds:
            script = "\n".join(self._log)
            raise Mismatch(f"not so: {what}\n{found}\nafter\n{script}")


def unlike(state_file: Path, output: str) -> list[str]:
    """Return the questions recorded for an output folder whose answers are others now than the ledger says.

    Outputs that never asked for the engine are named too: every output does.
    """
    with closing(sqlite3.connect(state_file)) as state:
        (folder,) = state.execute("SELECT id FROM folder WHERE path = ?", (output,)).fetchone()
        asked = (
            "SELECT question FROM asked WHERE output IN (SELECT id FROM output WHERE folder = :folder) UNION"
            " SELECT question FROM sharing WHERE shared IN (SELECT shared FROM output WHERE folder = :folder)"
        )
        query = (
            "SELECT q.subject_key, q.parameters, a.digest FROM question q"  # noqa: S608 - nothing but what stands here
            " LEFT JOIN answer a ON a.question = q.id AND a.folder = :folder"
            f" WHERE q.id IN ({asked}) ORDER BY q.subject_key, q.parameters"
        )
        found = []
        for subject_key, parameters, digest in state.execute(query, {"folder": folder}).fetchall():
            kind, _, subject = subject_key.partition(" ")
            if find_answer(state, Question(kind, subject, parameters))[1] != digest:
                found.append(f"{subject_key} {parameters}")
        strangers = state.execute(
            "SELECT path FROM output WHERE folder = ? AND shared NOT IN (SELECT s.shared FROM sharing s"
            " JOIN question q ON q.id = s.question WHERE q.subject_key = 'engine all')",
            (folder,),
        )
        return found + [f"{path} without the engine" for (path,) in strangers]


def _toml(settings: dict[str, str]) -> list[str]:
    """Return the lines of a site.toml."""
    rows = [f"{name} = {value}" for name, value in settings.items() if value and name in _TOP]
    tables: dict[str, list[str]] = {}
    for name, value in settings.items():
        table, _, key = name.partition(".")
        if value and name not in _TOP:
            tables.setdefault(table, []).append(f"{key} = {value}" if key else value)
    for table, lines in tables.items():
        rows += ["", f"[{table}]", *lines]
    return rows


_TOP = ("title", "url", "language", "timezone", "tagline", "authority")


def _is_known(name: str, value: str) -> bool:
    """Return whether this release has a setting of that name, and such a value."""
    settings = {"title": '"T"', "url": '"https://example.org/"', "language": '"en"', "timezone": '"UTC"'}
    try:
        read_settings("\n".join(_toml(settings | {name: value})))
    except Problems:
        return False
    return True
