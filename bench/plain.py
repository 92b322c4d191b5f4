"""Whether plain copy is rendered as Python-Markdown would, for every body below some folders; what it saves.

    python bench/plain.py FOLDER…

Takes ``.md`` files, with their front matter cut off, and ``.txt`` files as they are. Prints each file of
which the two differ, how much of the copy is plain, and what a body costs in processor time. The exit status
is 1 when any differ. It needs nothing but Broadsheet, and writes nothing.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from broadsheet.common.problems import Problems
from broadsheet.read import front_matter, markdown
from broadsheet.read.markdown import plain
from broadsheet.read.markdown.body_text import BodyText, Dialect

_SUFFIXES = (".md", ".txt")
_BATCH = 500


class _Tally:
    """Bodies, their words, and the seconds that they took: as ``render`` does it, and in full."""

    def __init__(self) -> None:
        self.bodies = self.words = 0
        self.quick = self.full = 0.0

    def add(self, body: markdown.RenderedBody, quick: float, full: float) -> None:
        self.bodies += 1
        self.words += body.words
        self.quick += quick
        self.full += full

    def cost(self) -> str:
        bodies = self.bodies or 1
        return (
            f"{1000 * self.quick / bodies:.3f} ms a body, in full {1000 * self.full / bodies:.3f} ms, "
            f"of {self.words / bodies:.0f} words"
        )


def main() -> int:
    """Compare, print, and return the exit status."""
    parser = argparse.ArgumentParser(description="Compare plain copy with what Python-Markdown makes of it.")
    parser.add_argument("folders", metavar="FOLDER", nargs="+", type=Path)
    every, taken, differing = _Tally(), _Tally(), 0
    bodies = _bodies(parser.parse_args().folders)
    # Loading Python-Markdown is no body's cost.
    _timed(markdown.render_in_full, "Words")
    # One after the other, each would find the processor's caches full of the other's code.
    while batch := list(islice(bodies, _BATCH)):
        made = [_timed(markdown.render, text) for _, text in batch]
        full = [_timed(markdown.render_in_full, text) for _, text in batch]
        for (path, text), (quick, quick_time), (right, full_time) in zip(batch, made, full, strict=True):
            every.add(right, quick_time, full_time)
            if plain.convert(BodyText(text, path=path, first_line=1).markdown, Dialect()) is not None:
                taken.add(right, quick_time, full_time)
            if quick != right:
                differing += 1
                print(f"{path} differs: {_first_difference(quick, right)}")
    share, words = taken.bodies / (every.bodies or 1), taken.words / (every.words or 1)
    print(f"{every.bodies} bodies, {share:.1%} plain ({words:.1%} of the words), {differing} differ")
    print(f"plain copy: {taken.cost()}")
    print(f"all bodies: {every.cost()}")
    return 1 if differing else 0


def _bodies(folders: list[Path]) -> Iterator[tuple[str, str]]:
    for folder in folders:
        for file in sorted(file for file in folder.rglob("*") if file.suffix in _SUFFIXES and file.is_file()):
            try:
                document = front_matter.split(file.as_posix(), file.read_bytes())
            except Problems:
                continue
            cut = file.suffix == ".md" and document.fields is not None
            yield file.as_posix(), document.body if cut else "\n".join(document.rows)


def _timed(render: Callable[..., markdown.RenderedBody], text: str) -> tuple[markdown.RenderedBody, float]:
    begin = time.process_time()
    options = markdown.MarkdownOptions(language="en", frames=(), pictures=())
    made = render(text, options, path="content/a.md", first_line=1)
    return made, time.process_time() - begin


def _first_difference(made: markdown.RenderedBody, full: markdown.RenderedBody) -> str:
    for name in markdown.RenderedBody.__slots__:
        one, other = getattr(made, name), getattr(full, name)
        if one == other:
            continue
        if isinstance(one, str):
            at = next((at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), 0)
            one, other = one[max(0, at - 20) : at + 60], other[max(0, at - 20) : at + 60]
        return f"{name}: {one!r}, in full {other!r}"
    return ""


if __name__ == "__main__":
    sys.exit(main())
