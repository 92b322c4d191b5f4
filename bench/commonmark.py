"""How many test cases of other Markdown renderers have the same structure here.

    python bench/commonmark.py [--show] FILE…

Takes the specifications of CommonMark and GitHub (``spec.txt``), the same as ``commonmark.json``, and the
fixtures of markdown-it (``.md``) and mistune (``.txt``), which are in the source distributions of
markdown-it-py and mistune. Indented code and addresses without marks are on.
Prints a line for each file and, with ``--show``, each case that differs: its text, what is wanted, and what
is made. It writes nothing.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from broadsheet.read.markdown.body_text import BodyText, Dialect, UnrenderableError
from broadsheet.read.markdown.converter import convert
from tests.structure import read_structure

_EXAMPLE = re.compile(r"^`{20,} example[^\n]*\n(.*?)^\.\n(.*?)^`{20,}$", re.DOTALL | re.MULTILINE)
_FIXTURE = re.compile(r"^\.\n(.*?)^\.\n(.*?)^\.$", re.DOTALL | re.MULTILINE)
_DIALECT = Dialect(indented_code=True, autolinks=True)


def main() -> int:
    """Compare, print, and return the exit status."""
    parser = argparse.ArgumentParser(description="Compare with the test cases of other Markdown renderers.")
    parser.add_argument("files", metavar="FILE", nargs="+", type=Path)
    parser.add_argument("--show", action="store_true", help="print each case that differs")
    arguments = parser.parse_args()
    for file in arguments.files:
        cases = list(_read_cases(file))
        differing = [(text, html, made) for text, html in cases if not _is_same(html, made := _convert(text))]
        same = len(cases) - len(differing)
        share = 100 * same / (len(cases) or 1)
        print(f"{file.name}: {same} of {len(cases)} have the same structure ({share:.1f} %)")
        for text, html, made in differing if arguments.show else ():
            print(f"\n{text}--- wanted\n{html}--- made\n{made}")
    return 0


def _read_cases(file: Path) -> Iterator[tuple[str, str]]:
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".json":
        yield from ((case["markdown"], case["html"]) for case in json.loads(text))
        return
    for case in (_FIXTURE if file.suffix == ".md" else _EXAMPLE).finditer(text):
        yield case[1].replace("→", "\t"), case[2].replace("→", "\t")


def _convert(text: str) -> str:
    body = BodyText(text, path="content/a.md", first_line=1)
    try:
        return body.restore(convert(body.markdown, _DIALECT, path="content/a.md").html)
    except UnrenderableError as error:
        return f"({error})"


def _is_same(html: str, made: str) -> bool:
    return read_structure(html) == read_structure(made)


if __name__ == "__main__":
    sys.exit(main())
