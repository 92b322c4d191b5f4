"""Any edits: whatever was done to a site, building on gives the bytes of a clean build.

After each step of a random script the site is built twice, once on top of all that went before and
once from nothing, and the two outputs are compared byte for byte. Then every question that the ledger
has recorded is asked again: an answer with another digest means a footprint that forgot something.

A script follows from its seed alone. Hypothesis chooses seed and length; were each edit a choice of its
own, it would spend its examples on near copies of one script.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import shutil
from contextlib import closing
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

from broadsheet.archive import answered
from broadsheet.archive.database import open_reader
from broadsheet.archive.kinds import Question
from broadsheet.edition import Order, build
from broadsheet.folders import STATE
from broadsheet.problems import Problem, Problems
from tests.plain import LAYOUTS, PICTURES, SETTINGS
from tests.sites import Site

_DAYS = (
    "2021-12-31",
    "2022-11-05",
    "2022-11-05 09:14",
    "2022-11-05T09:14:00+09:00",
    "2022-11-06",
    "2023-01-01",
)
_NAMES = tuple(f"content/{folder}/{name}.md" for folder in ("a", "b/c") for name in "abcdef")
_WORDS = ("Oil", "oil", "Flood", "Sea level", "sea-level", "Ağdam", "Кризис")
_BODIES = (
    "Words.",
    'He said "no".\n\n## Water',
    "![A picture](picture.png)",
    "See [another](a.md).",
    "[Tag](/tags/oil/) and [note](#water).",
    "Note[^1].\n\n[^1]: Foot.",
)
_VALUES = {
    "title": _WORDS,
    "date": (*_DAYS, *_DAYS, *_DAYS, "2031-05-05"),
    "author": ("", "Ana Ruiz", "Li Wei", "[Li Wei, Ana Ruiz]"),
    "dateline": ("", "Baku", "Ağdam"),
    "section": ("", "Politics", "politics", "Sport", "Art"),
    "tags": ("", "[Oil]", "[oil, Flood]", "[Sea level, Кризис, Oil]", "[sea-level]"),
    "summary": ("", "In short."),
    "updated": ("", "2024-01-01"),
    "image": ("", "", "picture.png"),
    "slug": (*("",) * 20, "own"),
    "aliases": (*("",) * 8, "/old/", "/older/"),
    "id": (*("",) * 8, "one", "two"),
    "draft": ("", "", "", "", "true"),
}
_PICTURE_PATHS = ("content/a/picture.png", "content/b/c/picture.png")
_NOTES = (
    "one",
    "{% for story in archive.latest(1) %}{{ story.title }}{% endfor %}",
    "two {{ site.tagline }}",
)
_MISHAPS = ("", "", "", "", "", "state", "scrambled", "output", "page")


class _Script:
    """A random script of edits. Chance comes from a seed, so that a script can be played again."""

    def __init__(self, site: Site, seed: int) -> None:
        self.site = site
        self.random = Random(seed)
        self.log: list[str] = []

    def begin(self) -> None:
        for path in _PICTURE_PATHS:
            self.site.write(path, PICTURES[0])
        for path in self.random.sample(_NAMES, 7):
            self.site.write(path, self._article())

    def mend(self, problems: tuple[Problem, ...]) -> None:
        """Take away what has problems, so that the next build has fewer of them."""
        for problem in problems:
            if problem.path.startswith("content/"):
                self._remove(problem.path)

    def edit(self) -> None:
        edits = (
            *(
                self._field,
                self._field,
                self._field,
                self._field,
                self._body,
                self._add,
                self._add,
                self._delete,
            ),
            *(self._rename, self._picture, self._static, self._note, self._layout, self._settings),
        )
        self.random.choice(edits)()

    def befall(self) -> dict[str, Any]:
        """Let the state or the output suffer; return the options that the next build then needs."""
        mishap = self.random.choice(_MISHAPS)
        state, public = self.site.folder / STATE, self.site.folder / "public"
        self.log.append(f"mishap {mishap}")
        if mishap == "state" and state.exists():
            shutil.rmtree(state.parent)
        elif mishap == "scrambled" and state.exists():
            state.write_bytes(b"scrambled" + state.read_bytes()[9:4096])
        elif mishap == "output" and public.exists():
            shutil.rmtree(public)
        elif mishap == "page" and public.exists():
            self.site.write("public/index.html", "altered by hand")
            return {"verify": True}
        return {}

    def options(self) -> dict[str, Any]:
        options: dict[str, Any] = {}
        if self.random.random() < 0.15:
            options["drafts"] = True
        if self.random.random() < 0.15:
            options["as_of"] = dt.datetime(2032, 1, 1, tzinfo=dt.UTC)
        if self.random.random() < 0.1:
            options["base_url"] = "https://example.com/"
        return options

    def _article(self) -> str:
        rows = [f"{name}: {value}" for name in _VALUES if (value := self.random.choice(_VALUES[name]))]
        return "\n".join(("---", *rows, "---", "", self.random.choice(_BODIES), ""))

    def _existing(self) -> str | None:
        paths = [path for path in _NAMES if (self.site.folder / path).exists()]
        return self.random.choice(paths) if paths else None

    def _write(self, path: str, text: str | bytes) -> None:
        self.log.append(f"write {path} {text!r}")
        self.site.write(path, text)

    def _remove(self, path: str) -> None:
        if (self.site.folder / path).exists():
            self.log.append(f"delete {path}")
            self.site.delete(path)

    def _add(self) -> None:
        self._write(self.random.choice(_NAMES), self._article())

    def _field(self) -> None:
        path, field = self._existing(), self.random.choice(sorted(_VALUES))
        if path is None:
            return
        value = self.random.choice(_VALUES[field])
        rows = [
            row for row in self.site.read(path).splitlines(keepends=True) if not row.startswith(f"{field}: ")
        ]
        self._write(path, "".join((rows[0], f"{field}: {value}\n" if value else "", *rows[1:])))

    def _body(self) -> None:
        path = self._existing()
        if path:
            front = self.site.read(path).split("---")[1]
            self._write(path, f"---{front}---\n\n{self.random.choice(_BODIES)}\n")

    def _delete(self) -> None:
        path = self._existing()
        if path:
            self._remove(path)

    def _rename(self) -> None:
        old, new = self._existing(), self.random.choice(_NAMES)
        if old and old != new:
            text = self.site.read(old)
            self._remove(old)
            self._write(new, text)

    def _picture(self) -> None:
        path = self.random.choice(_PICTURE_PATHS)
        if self.random.random() < 0.7:
            self._write(path, self.random.choice(PICTURES))
        else:
            self._remove(path)

    def _static(self) -> None:
        if self.random.random() < 0.7:
            self._write("static/style.css", self.random.choice(("a {}", "b {}")))
        else:
            self._remove("static/style.css")

    def _note(self) -> None:
        if self.random.random() < 0.7:
            self._write("layouts/note.html", self.random.choice(_NOTES))
        else:
            self._remove("layouts/note.html")

    def _layout(self) -> None:
        path = f"layouts/{self.random.choice(sorted(LAYOUTS))}"
        self._write(path, self.site.read(path).replace("\n", " \n"))

    def _settings(self) -> None:
        old, new = self.random.choice(
            (
                ("Courier", "Herald"),
                ("Herald", "Courier"),
                ("size = 3", "size = 1"),
                ("size = 1", "size = 4"),
                ('politics = "Politics"', 'politics = "Parliament"\nart = "Art"'),
                ('\nart = "Art"', ""),
                ("[sections]", '[tags]\noil = "Petroleum"\n\n[sections]'),
                ("Asia/Baku", "Asia/Tokyo"),
                ("[listings]", "[feeds]\nlength = 2\n\n[listings]"),
            )
        )
        text = self.site.read("site.toml")
        if new not in text:
            self._write("site.toml", text.replace(old, new))


@settings(max_examples=30)
@given(seed=st.integers(2**32, 2**64), steps=st.integers(2, 8))
def test_any_edits_build_to_the_bytes_of_a_clean_build(seed: int, steps: int) -> None:
    play(seed, steps)


def play(seed: int, steps: int) -> None:
    """Play a random script, and look after each step that the site is as a clean build makes it."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        site = plain_site(folder / "site")
        script = _Script(site, seed)
        script.begin()
        problems: tuple[Problem, ...] = ()
        for _ in range(steps):
            script.mend(problems)
            for _ in range(0 if problems else script.random.randint(1, 4)):
                script.edit()
            options = script.befall() | script.options()
            order = Order(site=site.folder, output=site.folder / "public", as_of=_AS_OF)
            order = dataclasses.replace(order, **options)
            clean = _clean(order, folder)
            before = site.outputs()
            problems = _built(order)
            assert problems == _built(clean), script.log
            event("problems" if problems else "built")
            if not problems:
                assert _differing(site, Site(folder=clean.site)) == [], script.log
                assert _forgotten(site) == [], script.log
            else:
                assert site.outputs() == before, script.log


_AS_OF = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def plain_site(folder: Path) -> Site:
    """Write a site with plain layouts and no article."""
    site = Site(folder=folder)
    site.write("site.toml", SETTINGS)
    for name, text in LAYOUTS.items():
        site.write(f"layouts/{name}", text)
    return site


def _clean(order: Order, folder: Path) -> Order:
    """Return an order to build a copy of the sources from nothing."""
    copy = folder / "clean"
    if copy.exists():
        shutil.rmtree(copy)
    shutil.copytree(
        order.site, copy, ignore=shutil.ignore_patterns("public", ".broadsheet", ".public.staging")
    )
    return dataclasses.replace(order, site=copy, output=copy / "public")


def _built(order: Order) -> tuple[Problem, ...]:
    """Build; return the problems."""
    try:
        build(order)
    except Problems as error:
        return error.problems
    return ()


def _differing(site: Site, clean: Site) -> list[str]:
    ours, theirs = site.outputs(), clean.outputs()
    return [path for path in sorted(ours.keys() | theirs.keys()) if ours.get(path) != theirs.get(path)]


def _forgotten(site: Site) -> list[str]:
    """Return the recorded questions whose answers are others now than the ledger says: none may be."""
    with closing(open_reader(site.folder / STATE)) as state:
        rows = state.execute(
            "SELECT q.stem, q.detail, a.digest FROM question q JOIN answer a ON a.question = q.id"
            " WHERE q.id IN (SELECT question FROM asked UNION SELECT question FROM sharing"
            " WHERE shared IN (SELECT shared FROM output)) ORDER BY q.stem, q.detail"
        ).fetchall()
        questions = [(Question(*_split(stem), detail), digest) for stem, detail, digest in rows]
        return [str(question) for question, digest in questions if answered(state, question)[1] != digest]


def _split(stem: str) -> tuple[str, str]:
    kind, _, subject = stem.partition(" ")
    return kind, subject
