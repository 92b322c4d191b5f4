"""A built site as its readers have it: the words on the pages of its articles, and its search.

The words are read from the pages, and folded here in a few lines that hold for Western languages, so that
neither the code that made the index nor the index is trusted. The search is the site's own script, in Node.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import unquote

import search_index

_DRIVER = Path(__file__).with_name("engine.mjs")
_SCRIPTS = Path(__file__).parents[1] / "broadsheet/render/scripts"
_INLINE = frozenset(
    re.findall("[a-z]+", "a abbr b cite code del em i ins mark q s small span strong sub sup u wbr")
)
_LETTERS = str.maketrans(dict(zip("ßæœøłıđð", ("ss", "ae", "oe", "o", "l", "i", "d", "d"), strict=True)))
# What nobody sees is dropped, and what is written for an apostrophe or is a sign of its own parts words.
_SIGNS = {
    **dict.fromkeys((0xAD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF)),
    **dict.fromkeys((0x2BB, 0x2BC, 0x2116, 0x2120, 0x2122), " "),
}
_WORD = re.compile(r"[^\W_]+")
_LONGEST = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """An article as it is on its page. ``words`` finds it: those of title and text, of names and tags."""

    path: str
    title: str
    text: str
    year: int
    words: frozenset[str]


class Engine:
    """The search of a site."""

    def __init__(
        self, process: subprocess.Popen[str], languages: Sequence[str], years: Sequence[int]
    ) -> None:
        self._process = process
        self._fixed = {"languages": list(languages), "years": list(years)}

    def find(self, words: str, *, most: int | None = None, **request: object) -> list[str]:
        """Return the paths of what a search finds, at most so many, in its order."""
        paths: list[str] = self._ask(most, {"q": words, **request})["paths"]
        return paths

    def _ask(self, most: int | None, request: Mapping[str, object]) -> dict[str, Any]:
        line = json.dumps({**self._fixed, "most": most, "request": request})
        if not self._process.stdin or not self._process.stdout:
            raise OSError("the search has no way in or out")
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        answered = self._process.stdout.readline()
        if not answered:
            raise SystemExit(f"the search ended at: {line}")
        answer: dict[str, Any] = json.loads(answered)
        return answer


@contextmanager
def engine(public: Path, languages: Sequence[str] = ("en",)) -> Iterator[Engine]:
    """Start the search of the site that is built in ``public``."""
    node = shutil.which("node")
    if node is None:
        raise SystemExit("Node is missing: apt-get install nodejs")
    with TemporaryDirectory(prefix="search-") as folder:
        shutil.copytree(_SCRIPTS, Path(folder, "scripts"))
        # Browsers are told by the page that these are modules, and Node by this file.
        Path(folder, "package.json").write_text('{"type": "module"}', encoding="utf-8")
        line = [node, str(_DRIVER), str(public.resolve()), f"{folder}/scripts/search"]
        pipe = subprocess.PIPE
        with subprocess.Popen(line, stdin=pipe, stdout=pipe, text=True, encoding="utf-8") as process:
            yield Engine(process, languages, search_index.years(public))
            if process.stdin:
                process.stdin.close()


def pages(public: Path) -> list[Page]:
    """Return the articles that search knows, the oldest first, as they are on their pages."""
    rows = [
        row
        for span in dict.fromkeys(segment.span for segment in search_index.segments(public))
        for row in search_index.results(public, span)
        if row
    ]
    return [_page(public, row) for row in rows]


def fold(text: str) -> list[str]:
    """Return the words of a text in a Western language, folded."""
    plain = unicodedata.normalize("NFKC", text.translate(_SIGNS)).lower()
    bare = "".join(char for char in unicodedata.normalize("NFD", plain) if not unicodedata.combining(char))
    return [word[:_LONGEST] for word in _WORD.findall(bare.translate(_LETTERS))]


def _page(public: Path, row: Sequence[Any]) -> Page:
    path, _, day, _, authors, dateline, section, summary = row
    reader = _Reader()
    reader.feed((public / unquote(path) / "index.html").read_text(encoding="utf-8"))
    title, text, tags = ("".join(reader.found[part]) for part in ("h1", "body", "tags"))
    around = " ".join((*authors, dateline, section, summary, tags))
    return Page(
        path=path,
        title=" ".join(title.split()),
        text=text,
        year=int(day[:4]),
        words=frozenset(fold(f"{title} {text} {around}")),
    )


class _Reader(HTMLParser):
    """Gathers the text of a headline, a body and the tags out of a page. Tags within a line part no words."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, list[str]] = {"h1": [], "body": [], "tags": []}
        self._part = ""
        self._element = ""
        self._depth = 0
        self._reference = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a part, or an element of it."""
        known = dict(attrs)
        kinds = (known.get("class") or "").split()
        part = "h1" if tag == "h1" else next((name for name in ("body", "tags") if name in kinds), "")
        if not self._part and part and tag in {"h1", "div", "ul"}:
            self._part, self._element, self._depth = part, tag, 1
        elif self._part:
            self._depth += tag == self._element
            self._reference = self._reference or (known.get("id") or "").startswith("fnref")
            self._space(tag)

    def handle_endtag(self, tag: str) -> None:
        """End a part, or an element of it."""
        if not self._part:
            return
        self._space(tag)
        self._reference = self._reference and tag != "sup"
        self._depth -= tag == self._element
        if not self._depth:
            self._part = ""

    def handle_data(self, data: str) -> None:
        """Keep what stands in a part, but for the number of a footnote."""
        if self._part and not self._reference:
            self.found[self._part].append(data)

    def _space(self, tag: str) -> None:
        if tag not in _INLINE and self._part:
            self.found[self._part].append(" ")
