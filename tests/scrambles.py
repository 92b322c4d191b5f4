"""States that are scrambled: bytes, pages, whole files, alone or several at once, and put back from before.

A site has four versions: two of its articles, and two of its layouts, a change of which renders every page
from what is stored. Whatever is done to the files of its state, the next build must end in the bytes of a
clean one and without a traceback, and so must the commands that only read the state.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from pathlib import Path
from random import Random

from broadsheet.archive.page_sums import LOG, PAGE, RECORD
from broadsheet.build.site_folder import STATE
from tests import machines
from tests.plain import LAYOUTS, SETTINGS, article
from tests.sites import ROOT, Site, environment

_AS_OF = ("--as-of", "2026-01-01T00:00:00Z")
_NAMES = tuple(f"{STATE.name}{suffix}" for suffix in ("", RECORD, LOG))
_KEPT = 6  # how many older states may be put back
_TITLES = (b"Number", b"Numeral")
_VERSIONS = range(4)


class Scrambles:
    """A site and its versions; each ``turn`` scrambles its state. Chance follows from the seed."""

    def __init__(self, folder: Path, seed: int, *, count: int = 12) -> None:
        """Make a site of ``count`` articles in ``folder``, and build it."""
        self.seen: Counter[str] = Counter()
        self._random = Random(seed)
        self._folder = folder
        self._site = Site(folder=folder / "site")
        self._state = self._site.folder / STATE.parent
        self._texts = [_texts(number, count) for number in _VERSIONS]
        self._versions = [self._version(folder / f"clean-{number}", number) for number in _VERSIONS]
        self._older: list[dict[str, bytes]] = []
        self._wanted = 0
        self._log: list[str] = []
        self._write(self._site, 0)
        self._build()

    def turn(self) -> None:
        """Scramble the state, build, and look."""
        self._log.clear()
        chance = self._random
        self._edit(chance.choice((0, 0, 1, 2, 2, 2, 2, 3)))
        if chance.random() < 0.15:
            self._kill()
        for _ in range(chance.choice((1, 1, 1, 2, 3))):
            self._scramble()
        if chance.random() < 0.15:
            self._put_back_output()
        if chance.random() < 0.2:
            for words in (("explain", "/"), ("stats",), ("scheduled",)):
                run = machines.machine(0).run(*words, "--site", str(self._site.folder))
                assert run.status in {0, 1}, (run.stderr, self._log)
        self._build()

    def _build(self) -> None:
        verify = ("--verify",) if self._random.random() < 0.1 else ()
        number = self._random.randrange(machines.NUMBER)
        run = machines.machine(number).run(*self._line(), *verify)
        assert run.status == 0, (run.stderr, self._log)
        self.seen["begun anew"] += "was damaged" in run.stderr
        assert run.stderr.count("\n") <= 1, (run.stderr, self._log)
        outputs = self._site.outputs()
        wanted = self._versions[self._wanted]
        differing = [path for path in {*outputs, *wanted} if outputs.get(path) != wanted.get(path)]
        assert differing == [], self._log
        self._keep()

    def _keep(self) -> None:
        files = {name: (self._state / name) for name in _NAMES}
        self._older.append({name: file.read_bytes() for name, file in files.items() if file.exists()})
        del self._older[:-_KEPT]
        kept = self._folder / f"kept-{self._wanted}"
        if not kept.exists():
            shutil.copytree(self._site.folder / "public", kept)

    def _kill(self) -> None:
        """Kill a build, which often leaves a log; what is there then is an older state too."""
        self._note("killed")
        line = [sys.executable, str(ROOT / "build.py"), *self._line()]
        silent = subprocess.DEVNULL
        process = subprocess.Popen(line, env=environment(), stdin=silent, stdout=silent, stderr=silent)
        log = self._state / f"{STATE.name}{LOG}"
        while process.poll() is None and not (log.exists() and log.stat().st_size > PAGE):
            pass
        with suppress(subprocess.TimeoutExpired):
            process.wait(self._random.uniform(0, 0.1))
        process.kill()
        process.wait()
        self._keep()
        self._edit(self._random.choice((0, 0, 1, 2)))

    def _edit(self, bits: int) -> None:
        """Go to another version: bit 0 is that of the articles, bit 1 that of the layouts."""
        self._wanted ^= bits
        self._write(self._site, self._wanted)

    def _scramble(self) -> None:
        name = self._random.choices(_NAMES, (8, 2, 3))[0]
        file = self._state / name
        if not file.exists():
            file = self._state / STATE.name
        deeds = (
            *(self._flip_bits, self._flip_bits, self._change_words, self._blank, self._cut, self._lengthen),
            *(self._swap_pages, self._put_back_pages, self._put_back, self._put_all_back),
            *(self._put_log_back, self._lose),
        )
        deed = self._random.choice(deeds) if file.exists() else self._put_back
        self._note(f"{deed.__name__.strip('_')} {file.name}")
        before = file.stat() if file.exists() else None
        deed(file)
        if before and file.exists() and self._random.random() < 0.5:
            os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))

    def _flip_bits(self, file: Path) -> None:
        content = bytearray(file.read_bytes())
        for _ in range(self._random.randint(1, 8) if content else 0):
            content[self._random.randrange(len(content))] ^= 1 << self._random.randrange(8)
        self._overwrite(file, content)

    def _change_words(self, file: Path) -> None:
        """Change what was written of articles to what is as long and as valid."""
        content = bytearray(file.read_bytes())
        for word in _TITLES:
            places = [at for at in range(len(content)) if content.startswith(word, at)] if content else []
            for at in self._random.sample(places, min(len(places), self._random.randint(1, 3))):
                content[at : at + 3] = b"Wum"
        self._overwrite(file, content)

    def _blank(self, file: Path) -> None:
        content = bytearray(file.read_bytes())
        start = self._random.randrange(len(content) or 1)
        length = min(self._random.choice((1, 64, PAGE, 10 * PAGE)), len(content) - start)
        filling = self._random.choice((bytes(length), self._random.randbytes(length)))
        content[start : start + length] = filling
        self._overwrite(file, content)

    def _cut(self, file: Path) -> None:
        size = file.stat().st_size
        pages = self._random.randint(0, size // PAGE) * PAGE
        os.truncate(file, self._random.choice((0, pages, self._random.randint(0, size))))

    def _lengthen(self, file: Path) -> None:
        with file.open("ab") as opened:
            opened.write(
                self._random.choice((bytes(PAGE), self._random.randbytes(self._random.randint(1, PAGE))))
            )

    def _swap_pages(self, file: Path) -> None:
        content = bytearray(file.read_bytes())
        if len(content) >= 2 * PAGE:
            first, second = (number * PAGE for number in self._random.sample(range(len(content) // PAGE), 2))
            page = content[first : first + PAGE]
            content[first : first + PAGE] = content[second : second + PAGE]
            content[second : second + PAGE] = page
        self._overwrite(file, content)

    def _put_back_pages(self, file: Path) -> None:
        content, older = bytearray(file.read_bytes()), self._choose_older().get(file.name, b"")
        count = min(len(content), len(older)) // PAGE
        for number in self._random.sample(range(count), min(count, self._random.randint(1, 5))):
            content[number * PAGE : (number + 1) * PAGE] = older[number * PAGE : (number + 1) * PAGE]
        self._overwrite(file, content)

    def _put_back(self, file: Path) -> None:
        older = self._choose_older()
        if file.name in older:
            self._overwrite(file, older[file.name])

    def _put_all_back(self, _: Path) -> None:
        for name in _NAMES:
            (self._state / name).unlink(missing_ok=True)
        for name, content in self._choose_older().items():
            (self._state / name).write_bytes(content)

    def _put_log_back(self, _: Path) -> None:
        for older in self._older:
            for name in _NAMES[2:]:
                if name in older:
                    (self._state / name).write_bytes(older[name])

    def _lose(self, file: Path) -> None:
        file.unlink()

    def _put_back_output(self) -> None:
        kept = self._folder / f"kept-{self._random.choice(_VERSIONS)}"
        if kept.exists():
            self._note("older output put back")
            shutil.rmtree(self._site.folder / "public")
            shutil.copytree(kept, self._site.folder / "public")

    def _choose_older(self) -> dict[str, bytes]:
        return self._random.choice(self._older)

    def _overwrite(self, file: Path, content: bytes | bytearray) -> None:
        """Write ``content`` to the same file or to a new one."""
        if self._random.random() < 0.5:
            with suppress(FileNotFoundError):
                file.unlink()
        file.write_bytes(content)

    def _note(self, what: str) -> None:
        self._log.append(what)
        self.seen[what] += 1

    def _version(self, folder: Path, number: int) -> dict[str, bytes]:
        clean = Site(folder=folder)
        self._write(clean, number)
        assert machines.machine(1).run(*self._line(clean)).status == 0
        return clean.outputs()

    def _write(self, site: Site, number: int) -> None:
        for path, text in self._texts[number].items():
            if not (site.folder / path).exists() or site.read(path) != text:
                site.write(path, text)

    def _line(self, site: Site | None = None) -> tuple[str, ...]:
        folder = (site or self._site).folder
        return ("build", "--site", str(folder), "--output", str(folder / "public"), "--jobs", "1", *_AS_OF)


def _texts(version: int, count: int) -> dict[str, str]:
    """Return the sources of a version of the site."""
    word, mark = _TITLES[version & 1].decode(), "<hr>" * (version >> 1)
    texts = {f"layouts/{name}": text + mark for name, text in LAYOUTS.items()} | {"site.toml": SETTINGS}
    for number in range(count):
        texts[f"content/{number:02}.md"] = article(
            f"{word} {number}", f"20{number % 3 + 20}-03-{number % 9 + 1:02}"
        )
    return texts
