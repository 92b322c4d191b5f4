"""Pagefind beside Broadsheet's own search: what it takes to index the same articles, and a page for it.

Pagefind reads a built site. It is told where the articles are and which element of a page is the article,
so that it indexes nothing else. It cannot add to an index: each time it reads every page.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import measure
from browser import SearchPage
from tools import Tool

NAME = "Pagefind"
WHERE = SearchPage(start="/finder/", page="/finder/", field="input", results="li")
# Pagefind alone, without its user interface, which is larger. It shows ten results, as Broadsheet does. In a
# worker it would escape the developer tools' slow connection.
_PAGE = """\
<!doctype html><html lang="en"><meta charset="utf-8"><title>Search</title>
<form><input name="q"></form><ol></ol>
<script type="module">
const find = async (words) => {
  const pagefind = await import("/pagefind/pagefind.js");
  await pagefind.options({ noWorker: true });
  const found = await pagefind.search(words);
  for (const one of await Promise.all(found.results.slice(0, 10).map((each) => each.data()))) {
    const item = document.createElement("li");
    item.textContent = `${one.meta.title} ${one.excerpt}`;
    document.querySelector("ol").append(item);
  }
};
document.querySelector("form").addEventListener("submit", (event) => {
  event.preventDefault();
  find(document.querySelector("input").value);
});
const asked = new URLSearchParams(location.search).get("q");
if (asked) find(asked);
</script></html>
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pagefind:
    """An installed Pagefind."""

    program: str
    version: str

    def tool(self, output: Path) -> Tool:
        """Return what indexes the articles of the site that is built in public/, and writes to ``output``."""
        return Tool(
            name=NAME,
            version=self.version,
            flavour="wordy",
            command=(
                self.program, "--site", "public", "--output-path", str(output), "--root-selector", "article",
                "--glob", "[0-9][0-9][0-9][0-9]/[0-9][0-9]/[0-9][0-9]/*/index.html",
            ),
            output=str(output),
        )  # fmt: skip


def installed(folder: Path | None) -> Pagefind | None:
    """Return the Pagefind that npm or pip installed below ``folder``, if there is one."""
    patterns = ("**/@pagefind/*/bin/pagefind_extended", "**/@pagefind/*/bin/pagefind", "**/bin/pagefind")
    for pattern in patterns if folder else ():
        for file in sorted(folder.resolve().glob(pattern)) if folder else ():
            if os.access(file, os.X_OK):
                said = subprocess.run([file, "--version"], capture_output=True, text=True, check=False)
                number = re.search(r"\d+\.\d+(\.\d+)?", said.stdout)
                return Pagefind(program=str(file), version=number[0] if number else "")
    return None


def contents(folder: Path) -> dict[str, tuple[str, int]]:
    """Return of every file its digest and size: Pagefind writes all of them, whether they change or not."""
    return {
        file.relative_to(folder).as_posix(): (
            hashlib.blake2b(file.read_bytes(), digest_size=16).hexdigest(),
            file.stat().st_size,
        )
        for file in folder.rglob("*")
        if file.is_file()
    }


def compared(before: dict[str, tuple[str, int]], after: dict[str, tuple[str, int]]) -> measure.Changes:
    """Return how the contents of a folder differ."""
    return measure.Changes(
        new=sum(path not in before for path in after),
        changed=sum(path in before and before[path] != found for path, found in after.items()),
        removed=sum(path not in after for path in before),
        size=sum(found[1] for path, found in after.items() if before.get(path) != found),
    )


def write_page(folder: Path) -> None:
    """Write the page that searches, as ``folder``/index.html."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "index.html").write_text(_PAGE, encoding="utf-8")
