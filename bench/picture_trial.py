"""Goal 10: what pictures take in a cold build, beside others; what is made twice; what readers wait for.

Each generator has the same articles, each with a photo in its text, and makes the same three files of it:
WebP of 640 and 1,280 pixels, and a JPEG of 1,280, at quality 78, resized with Lanczos's filter.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import browser
import corpus
import measure
import photos
import picture_report as report
import tools
from records import Record, Records
from trial import say

_PEERS = Path(__file__).resolve().parent / "peers" / "pictures"
_STORE = Path(".broadsheet") / "pictures"
_FEW = 20  # photos, where a thousand would show nothing more
_SETTINGS = f'{corpus.EQUAL}\n[pictures]\nwidths = [640, 1280]\nformats = ["webp"]\nquality = 78\n'
_OFF = f"{corpus.EQUAL}\n[pictures]\non = false\n"
_RUNS = 5  # of Lighthouse


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureOptions:
    """What to measure, and how: see ``pictures.py --help``."""

    photos: int
    megapixels: float
    rounds: int
    work: Path
    peers: Path | None
    limit: float
    patience: float
    keep: bool
    with_browser: bool


class PictureTrial:
    """All that is measured of pictures with one number of photos."""

    def __init__(self, options: PictureOptions, records: Records) -> None:
        self._options = options
        self._records = records
        self._count = options.photos
        self._work = options.work / f"photos-{options.photos}"
        self._ours = replace(tools.broadsheet()[1], name=tools.BROADSHEET, settings=_SETTINGS)
        self._files: list[Path] = []

    def run(self) -> None:
        """Measure, and leave nothing behind but the photos."""
        shutil.rmtree(self._work, ignore_errors=True)
        self._work.mkdir(parents=True)
        say(f"{self._count:,} photos")
        kept = self._options.work / "photos"
        # In a process of its own: what this one holds would count as memory of those that it starts.
        count, size = str(max(self._count, _FEW)), str(self._options.megapixels)
        command = [sys.executable, photos.__file__, str(kept), count, "--megapixels", size]
        subprocess.run(command, check=True)
        self._files = sorted(kept.glob("*.jpg"))
        try:
            self._cold()
            self._again()
            self._small()
            self._one_more()
            if self._options.with_browser:
                self._lighthouse()
        finally:
            if not self._options.keep:
                shutil.rmtree(self._work, ignore_errors=True)

    def _cold(self) -> None:
        """Build from nothing, with each generator in turn, and ours without making anything of pictures."""
        off = replace(self._ours, settings=_OFF)
        trials = [(report.COLD, self._ours, self._work / self._ours.flavour)]
        trials.append((report.OFF, off, self._work / "off"))
        trials += [(report.COLD, tool, self._work / tool.flavour) for tool in self._installed()]
        for number in range(self._options.rounds):
            for what, tool, folder in trials:
                if self._due(what, tool.name, number):
                    self._site(tool, folder, self._count)
                    if tool.settings:
                        (folder / "site.toml").write_text(tool.settings, encoding="utf-8")
                    tool.clear(folder)
                    self._build(what, tool, folder, number)
        # Resumed, a run may have nothing left to build here.
        self._site(self._ours, trials[0][2], self._count)
        for _, _, folder in trials[1:]:
            shutil.rmtree(folder, ignore_errors=True)

    def _again(self) -> None:
        """Build where everything is there, and where only the encoded pictures are."""
        here, there = self._work / self._ours.flavour, self._work / "elsewhere"
        (here / "site.toml").write_text(self._ours.settings, encoding="utf-8")
        if not (here / _STORE).exists() or not (here / "public").exists():
            measure.run(self._ours.command, folder=here, limit=self._options.limit)
        for what, lost in ((report.WARM, ()), (report.STORE_ALONE, ("public", ".broadsheet"))):
            for number in range(self._options.rounds):
                if not self._due(what, self._ours.name, number):
                    continue
                shutil.rmtree(there, ignore_errors=True)
                shutil.copytree(here, there, copy_function=shutil.copyfile)
                for name in lost:
                    shutil.rmtree(there / name)
                if lost and (here / _STORE).exists():
                    shutil.copytree(here / _STORE, there / _STORE, copy_function=shutil.copyfile)
                self._build(what, self._ours, there, number)
                shutil.rmtree(there, ignore_errors=True)

    def _small(self) -> None:
        """Build few photos in one process: what one costs as a lead, and the most memory."""
        folder = self._work / "leads"
        one = replace(self._ours, command=(*self._ours.command, "--jobs", "1"))
        for number in range(self._options.rounds):
            for what, settings in ((report.LEADS, _SETTINGS), (report.LEADS_OFF, _OFF)):
                if not self._due(what, one.name, number):
                    continue
                if not folder.exists():
                    self._site(one, folder, _FEW, lead=True)
                (folder / "site.toml").write_text(settings, encoding="utf-8")
                one.clear(folder)
                self._build(what, one, folder, number)
        shutil.rmtree(folder, ignore_errors=True)

    def _one_more(self) -> None:
        """Give an article of the archive a photo, in its text and then as its lead."""
        folder = self._work / self._ours.flavour
        articles = sorted((folder / "content").rglob("*.md"))
        file = articles[len(articles) // 2]
        words = _without_photo(file.read_text(encoding="utf-8"))
        photo = file.parent / "one-more.jpg"
        for what, after in (
            (report.MORE_TEXT, f"{words}\n![One more](one-more.jpg)\n"),
            (report.MORE_LEAD, words.replace("---\n", "---\nimage: {file: one-more.jpg, alt: More}\n", 1)),
        ):
            for number in range(self._options.rounds):
                if not self._due(what, self._ours.name, number):
                    continue
                photo.unlink(missing_ok=True)
                file.write_text(words, encoding="utf-8")
                for _ in range(2):
                    measure.run(self._ours.command, folder=folder, limit=self._options.limit)
                photo.write_bytes(photos.vary(self._files[0].read_bytes(), 900 + number))
                file.write_text(after, encoding="utf-8")
                self._build(what, self._ours, folder, number)

    def _lighthouse(self) -> None:
        """Have Lighthouse look at an article with a lead of 12 megapixels, as on a phone."""
        program, chromium = _lighthouse(self._options.peers), browser.find_chromium()
        if not (program and chromium):
            say("Lighthouse is left out: it, or Chromium, is missing")
            return
        if self._records.count(report.PHONE, report.LIGHTHOUSE, self._count) >= _RUNS:
            return
        folder = self._work / "phone"
        tool = replace(tools.broadsheet()[0], settings=f'{corpus.SETTINGS}\n[pictures]\nformats = ["webp"]\n')
        self._site(tool, folder, _FEW, lead=True)
        measure.run(tool.command, folder=folder, limit=self._options.limit)
        pages = sorted((folder / "public").glob("[0-9]*/[0-9]*/[0-9]*/*/index.html"))
        page = pages[len(pages) // 2].parent.relative_to(folder / "public").as_posix()
        with browser.serving(folder / "public", work=self._work / "nginx") as address:
            for number in range(_RUNS):
                self._records.add(self._looked_at(program, chromium, f"{address}/{page}/", number))

    def _looked_at(self, program: Sequence[str], chromium: str, url: str, number: int) -> Record:
        flags = "--headless=new --no-sandbox --ignore-certificate-errors"
        asked = ["--quiet", "--output=json", "--output-path=stdout", "--only-categories=performance"]
        done = subprocess.run(
            [*program, url, *asked, f"--chrome-flags={flags}"],
            env={**os.environ, "CHROME_PATH": chromium},
            cwd=self._work,
            capture_output=True,
            text=True,
            check=False,
        )
        found = json.loads(done.stdout) if done.returncode == 0 else {}
        paint = found["audits"]["largest-contentful-paint"]["numericValue"] / 1000 if found else 0.0
        score = 100 * found["categories"]["performance"]["score"] if found else 0.0
        say(f"  {report.PHONE:24} {number + 1}: largest paint {paint:.2f} s, performance {score:.0f}")
        return Record(
            what=report.PHONE, tool=report.LIGHTHOUSE, articles=self._count, number=number,
            status=done.returncode, wall=paint, processor=0.0, peak=0, score=score,
            message=done.stderr[-500:] if done.returncode else "",
        )  # fmt: skip

    def _installed(self) -> Iterator[tools.Tool]:
        """Yield Hugo, and Eleventy if its plugin for pictures is there."""
        for tool in tools.peers(self._options.peers) if self._options.peers else ():
            if tool.name == "Hugo" or (tool.name == "Eleventy" and _plugin(self._options.peers)):
                yield tool

    def _site(self, tool: tools.Tool, folder: Path, count: int, *, lead: bool = False) -> Path:
        """Make a site of so many articles with a photo each."""
        if folder.exists():
            return folder
        folder.mkdir(parents=True)
        tool.begin(folder, count, corpus.SEED)
        articles = sorted(file for file in (folder / "content").rglob("*.md") if file.name != "_index.md")
        for file, photo in zip(articles, self._files, strict=False):
            words = file.read_text(encoding="utf-8")
            if not tool.settings:
                words = words.replace("---\n", f"---\nphoto: {photo.name}\n", 1)
                at = folder / ("assets/photos" if tool.name == "Hugo" else "photos")
            else:
                at = file.parent
                image = f"---\nimage: {{file: {photo.name}, alt: The photo}}\n"
                words = words.replace("---\n", image, 1) if lead else f"{words}\n![The photo]({photo.name})\n"
            file.write_text(words, encoding="utf-8")
            at.mkdir(parents=True, exist_ok=True)
            os.link(photo, at / photo.name)
        _SHOW.get(tool.name, _nothing)(folder, self._options.peers)
        return folder

    def _due(self, what: str, tool: str, number: int) -> bool:
        key = (what, tool, self._count)
        if self._records.has(*key, number) or self._records.failure(*key):
            return False
        wall = self._records.median(*key, lambda record: record.wall)
        return wall is None or wall <= self._options.patience

    def _build(self, what: str, tool: tools.Tool, folder: Path, number: int) -> None:
        before, after = self._work / "before", self._work / "after"
        stored = _stored(folder)
        measure.snapshot(folder / tool.output, before)
        taken = measure.run(
            tool.command, folder=folder, environment=tool.variables(folder), limit=self._options.limit
        )
        _, size = measure.snapshot(folder / tool.output, after)
        changes = measure.compared(before, after)
        now = _stored(folder)
        record = Record(
            what=what, tool=tool.name, articles=self._count, number=number, status=taken.status,
            wall=taken.wall, processor=taken.processor, peak=taken.peak, largest=taken.largest,
            written=changes.new + changes.changed - (what in report.MORE), removed=changes.removed, size=size,
            encoded=sum(stored.get(path) != found for path, found in now.items()),
            message=(taken.stderr or taken.stdout)[-500:] if taken.status else "",
        )  # fmt: skip
        self._records.add(record)
        say(
            f"  {what:24} {tool.name:12} {number + 1}: {record.wall:8.2f} s ({record.processor:.2f}),"
            f" largest process {record.largest / 1e6:.0f} MB, {record.written:,} files,"
            f" {record.encoded:,} encoded"
            + ("" if taken.status == 0 else f", status {taken.status}\n{record.message}")
        )


def _without_photo(words: str) -> str:
    return "".join(row for row in words.splitlines(keepends=True) if not row.startswith("![The photo]"))


def _stored(folder: Path) -> dict[str, int]:
    """Return when each encoded picture was written."""
    top = folder / _STORE
    return {str(file.relative_to(top)): file.stat().st_mtime_ns for file in top.rglob("*") if file.is_file()}


def _hugo(folder: Path, _peers: Path | None) -> None:
    page = folder / "layouts" / "page.html"
    words = page.read_text(encoding="utf-8")
    page.write_text(
        words.replace("{{ .Content }}", '{{ .Content }}{{ partial "photo.html" . }}'), encoding="utf-8"
    )
    shutil.copy(_PEERS / "photo.html", folder / "layouts" / "_partials" / "photo.html")


def _eleventy(folder: Path, peers: Path | None) -> None:
    plugin = (
        (_PEERS / "photo.mjs").read_text(encoding="utf-8").replace("ELEVENTY_IMG", f"file://{_plugin(peers)}")
    )
    (folder / "photo.mjs").write_text(plugin, encoding="utf-8")
    config = folder / "eleventy.config.mjs"
    words = config.read_text(encoding="utf-8")
    begin = "export default function (config) {\n"
    added = f'import {{ photo }} from "./photo.mjs";\n\n{begin}  config.addAsyncShortcode("photo", photo);\n'
    config.write_text(words.replace(begin, added), encoding="utf-8")
    article = folder / "_includes" / "article.njk"
    words = article.read_text(encoding="utf-8")
    article.write_text(
        words.replace("{{ content | safe }}", "{{ content | safe }}{% photo photo %}"), encoding="utf-8"
    )


def _nothing(_folder: Path, _peers: Path | None) -> None:
    """Leave a site as it is."""


_SHOW: dict[str, Callable[[Path, Path | None], None]] = {"Hugo": _hugo, "Eleventy": _eleventy}


def _plugin(peers: Path | None) -> str:
    """Return where Eleventy's plugin for pictures is installed; empty if it is not."""
    found = sorted(peers.resolve().glob("**/node_modules/@11ty/eleventy-img/img.js")) if peers else []
    return str(found[0]) if found else ""


def _lighthouse(peers: Path | None) -> tuple[str, ...]:
    """Return the command line of Lighthouse; empty if it is not installed."""
    found = sorted(peers.resolve().glob("**/node_modules/lighthouse/cli/index.js")) if peers else []
    node = shutil.which("node")
    return (node, str(found[0])) if found and node else ()
