"""The sample archive is a function of its sources alone: not of the machine, nor of what was built before."""

from __future__ import annotations

import functools
import json
import posixpath
import re
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

import pytest

from tests.machines import Machine, older
from tests.sample import AS_OF, build_sample, copy_sample, share_pictures
from tests.sites import Site

# Machines that agree in nothing, from both ends of the world: they never have the same day. The sources
# of each lie in a folder of another depth, and were copied in another order and at another time.
_MACHINES = (
    ("--jobs=1", {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "0", "LC_ALL": "C"}),
    ("--jobs=4", {"TZ": "Pacific/Pago_Pago", "PYTHONHASHSEED": "1", "LANG": "C.UTF-8"}),
    ("--jobs=4", {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "1", "LC_ALL": "C"}),
    ("--jobs=1", {"TZ": "Pacific/Pago_Pago", "PYTHONHASHSEED": "0", "LANG": "C.UTF-8"}),
)
# Below this many pieces of work, any number of jobs works in one process.
_ENOUGH_FOR_WORKERS = 400


def sample(_site: Site) -> None:
    """Leave the archive as it is."""


def split(site: Site) -> None:
    """Let few articles stand on a page and in a sitemap."""
    site.write("site.toml", site.read("site.toml") + "\n[listings]\nsize = 3\n\n[sitemaps]\nsize = 5\n")


def crowded(site: Site) -> None:
    """Split it, and add articles on few days: enough for several workers to read."""
    split(site)
    random = Random(3)
    for number in range(_ENOUGH_FOR_WORKERS):
        site.write(f"content/2024/05/{number}.md", _article(random, f"Number {number}"))


_DAYS = ("2022-11-05", "2024-05-19 10:00", "2024-05-19", "2024-05-20T23:30-11:00", "2023-01-01")
_SITES: tuple[Callable[[Site], None], ...] = (sample, crowded)


def _article(random: Random, title: str, days: tuple[str, ...] = _DAYS) -> str:
    day = random.choice(days)
    author = random.choice(("Hanna Wexcombe", "Lalə Sərvan", "hanna  wexcombe", "New Hand"))
    dateline, section = (
        random.choice(("Quern", "Ағдам", "İzmir")),
        random.choice(("Sport", "Wine", "politics")),
    )
    tags = ", ".join(random.sample(("Sea Level", "sea-level", "FLOOD", "Straße", "strasse", "Кризис"), 2))
    return (
        f"---\ntitle: {title}\nauthor: {author}\ndateline: {dateline}\ndate: {day}\nsection: {section}\n"
        f'tags: [{tags}]\n---\n\nWords "quoted" of {title}.\n'
    )


def _copied(source: Site, folder: Path, number: int) -> Site:
    """Copy the sources of a site, in an order and into a depth that follow from ``number``."""
    target = Site(folder=folder.joinpath(*("deep" * number), "site"))
    files = sorted(file for file in source.folder.rglob("*") if file.is_file() and not _made(source, file))
    Random(number).shuffle(files)
    for file in files:
        target.write(file.relative_to(source.folder).as_posix(), file.read_bytes())
    return target


def _made(site: Site, file: Path) -> bool:
    return file.relative_to(site.folder).parts[0] in {"public", ".broadsheet"}


@functools.cache
def _machine(number: int) -> Machine:
    """Return a process of a machine, the same each time."""
    return Machine(_MACHINES[number][1])


def _built(site: Site, machine: int) -> dict[str, bytes]:
    """Build a site as a machine would; return the outputs."""
    number = machine % len(_MACHINES)
    place = ("--site", str(site.folder), "--output", str(site.folder / "public"))
    run = _machine(number).run("build", *place, "--as-of", AS_OF, "--quiet", _MACHINES[number][0])
    assert run.status == 0, run.stderr
    return site.outputs()


def _differing(ours: dict[str, bytes], theirs: dict[str, bytes]) -> list[str]:
    return [path for path in sorted(ours.keys() | theirs.keys()) if ours.get(path) != theirs.get(path)]


@pytest.mark.slow
@pytest.mark.parametrize("prepare", _SITES)
def test_every_machine_makes_the_same_bytes(prepare: Callable[[Site], None], tmp_path: Path) -> None:
    original = copy_sample(tmp_path / "original")
    prepare(original)
    copies = [_copied(original, tmp_path / f"machine-{number}", number) for number in range(len(_MACHINES))]
    # Pictures are made by two machines that have nothing in common.
    for each in copies[2:] if prepare is sample else copies:
        share_pictures(each)
    for number in range(len(_MACHINES)):
        _machine(number)
    with ThreadPoolExecutor(2) as pool:
        first, *others = pool.map(_built, copies, range(len(copies)))
    for other in others:
        assert _differing(first, other) == []
    assert len(first) > _ENOUGH_FOR_WORKERS or prepare is sample
    if prepare is crowded:
        assert "2024/05/19/part_2/index.html" in first
        assert "sitemaps/2024-05_2.xml.gz" in first


@pytest.mark.slow
def test_fifty_edits_lead_to_the_bytes_of_a_clean_build(tmp_path: Path) -> None:
    site = copy_sample(tmp_path / "site")
    split(site)
    edits = _Edits(site, 8)
    begun = _built(site, 0)
    for number in range(1, 51):
        edits.edit()
        if number % 5 == 0:
            _built(site, number // 5)
        if number in {25, 50}:
            copy = _copied(site, tmp_path / f"clean-{number}", number // 25)
            share_pictures(copy)
            clean = _built(copy, number // 25 + 1)
            assert _differing(site.outputs(), clean) == [], edits.log
    assert len(_differing(begun, clean)) > 100
    assert {line.partition(" ")[0] for line in edits.log} == {
        each.__name__.strip("_") for each in edits.kinds
    }


class _Edits:
    """Random edits that keep a sample site free of problems. All follows from the seed."""

    def __init__(self, site: Site, seed: int) -> None:
        self.site = site
        self.random = Random(seed)
        self.log: list[str] = []
        self.kinds: tuple[Callable[[], None], ...] = (
            *(self._body, self._title, self._tags, self._date, self._add, self._delete),
            *(self._author, self._draft, self._style, self._tagline),
        )
        self._count = 0

    def edit(self) -> None:
        """Make one edit; each kind comes once before any comes again."""
        kind = self.kinds[self._count % len(self.kinds)]
        if self._count % len(self.kinds) == 0:
            self.kinds = tuple(self.random.sample(self.kinds, len(self.kinds)))
            kind = self.kinds[0]
        self._count += 1
        kind()

    def _paths(self) -> list[str]:
        files = (self.site.folder / "content").rglob("*.md")
        return sorted(file.relative_to(self.site.folder).as_posix() for file in files)

    def _articles(self) -> list[str]:
        """Return the paths of all articles: profiles are none."""
        return [path for path in self._paths() if re.match("content/[0-9]", path)]

    def _linked(self) -> set[str]:
        """Return the articles that others link to: these cannot go, nor be held back."""
        found = set()
        for path in self._paths():
            for target in re.findall(r"\]\(([^)\s]+\.md)", self.site.read(path)):
                found.add(posixpath.normpath(posixpath.join(posixpath.dirname(path), target)))
        return found

    def _any(self) -> str:
        return self.random.choice(self._articles())

    def _free(self) -> str:
        return self.random.choice([path for path in self._articles() if path not in self._linked()])

    def _replace(self, what: str, path: str, pattern: str, new: str) -> None:
        self.log.append(f"{what} {path} {new!r}")
        text, count = re.subn(pattern, lambda _: new, self.site.read(path), count=1, flags=re.MULTILINE)
        assert count == 1, self.log[-1]
        self.site.write(path, text)

    def _body(self) -> None:
        self._replace("body", self._any(), r"\Z", f"\nOne more line, *{self.random.random()}*.\n")

    def _title(self) -> None:
        self._replace("title", self._any(), r"^title: .*", f"title: Headline {self.random.random()}")

    def _tags(self) -> None:
        tags = self.random.sample(("Flood", "flood", "Harbour", "Кризис", "New Tag", "Chess"), 3)
        path = self.random.choice([path for path in self._paths() if "\ntags: [" in self.site.read(path)])
        self._replace("tags", path, r"^tags: .*", f"tags: [{', '.join(dict.fromkeys(map(str.title, tags)))}]")

    def _date(self) -> None:
        days = ("2022-11-05", "2022-11-05 09:00", "1999-12-31T23:59-11:00", "2026-11-19", "2031-01-01")
        path = self._free()
        day = self.random.choice(days if path not in self._linked() else days[:-1])
        self._replace("date", path, r"^date: .*", f"date: {day}")

    def _author(self) -> None:
        path = self.random.choice([path for path in self._paths() if "\nauthor: " in self.site.read(path)])
        self._replace(
            "author", path, r"^author: .*", f"author: [{self.random.choice(('Dov Pellerin', 'Li Wei'))}]"
        )

    def _draft(self) -> None:
        path = self._free()
        if "\ndraft: true" in self.site.read(path):
            self._replace("draft", path, r"^draft: true\n", "")
        else:
            self._replace("draft", path, r"^title: ", "draft: true\ntitle: ")

    def _add(self) -> None:
        # Later ones come first in order of path: of two with one date, the order is not that of coming.
        path = f"content/{self.random.choice(('2020/01', '2022/11'))}/new-{999 - self._count:03}.md"
        self.log.append(f"add {path}")
        self.site.write(path, _article(self.random, f"New {self._count}", ("2022-11-05", "2024-05-19")))

    def _delete(self) -> None:
        path = self._free()
        self.log.append(f"delete {path}")
        self.site.delete(path)

    def _style(self) -> None:
        self._replace("style", "static/style.css", r"\Z", "\na {}\n")

    def _tagline(self) -> None:
        self._replace("tagline", "site.toml", r"^tagline = .*", f'tagline = "Of {self.random.random()}"')


def test_a_second_build_renders_nothing_and_touches_no_file(tmp_path: Path) -> None:
    site = copy_sample(tmp_path / "site")
    _built(site, 0)
    looks = site.looks()
    folders = {
        folder: folder.stat().st_mtime_ns for folder in (site.folder / "public").rglob("*") if folder.is_dir()
    }
    for jobs, environment in (_MACHINES[0], _MACHINES[1]):
        run = site.build("--as-of", AS_OF, "--json", jobs, **environment)
        summary = json.loads(run.stdout)
        assert (summary["rendered"], summary["written"], summary["removed"]) == (0, 0, 0)
        assert summary["outputs"] == len(looks) - 1
        assert site.looks() == looks
    assert {folder: folder.stat().st_mtime_ns for folder in folders} == folders


def test_what_another_release_made_of_the_sources_is_made_anew(tmp_path: Path) -> None:
    site = copy_sample(tmp_path / "site")
    assert older().run("build", "--site", str(site.folder), "--as-of", AS_OF, "--jobs", "1").status == 0
    before = site.outputs()
    build_sample(site)
    outputs = site.outputs()
    assert sum(before[path] != content for path, content in outputs.items()) > 20
    shutil.rmtree(site.folder / ".broadsheet")
    shutil.rmtree(site.folder / "public")
    share_pictures(site)
    build_sample(site)
    assert site.outputs() == outputs
