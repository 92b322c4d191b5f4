"""The text of a content file, and what is wrong with a file as a whole.

Its bytes are no text, its first line begins no front matter, or Git left two versions in it.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from broadsheet.common.problems import Problem, Problems, replace_row
from broadsheet.read.yaml_hints import ODD_SPACE

FENCE_HINT = "Begin the file with a line ---, then the fields (title: …), then another line ---."
# https://git-scm.com/docs/git-merge#_how_conflicts_are_presented
_OURS = re.compile(r"<{7} \S.*")
_THEIRS = re.compile(r">{7} \S.*")
# What stands there if only some of the marks were taken out: the name of a commit or a branch. A quotation
# of a quotation, seven times over, has words.
_LEFT_OVER = re.compile(r">{7} \S+(?: \(.*\))?")
_MIDDLE = "======="
_FENCE = re.compile(r" {0,3}(```+|~~~+)")


def decode(path: str, content: bytes) -> str:
    """Return the text of the file at ``path``, its lines ended by line feeds only; raises ``Problems``."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise _no_text(path, "is UTF-16, not UTF-8")
    if content.startswith(b"{\\rtf"):
        raise _no_text(path, "is a document in Rich Text Format, not plain text")
    if b"\0" in content:
        raise _no_text(path, "is not text: it holds a NUL byte")
    while content.startswith(codecs.BOM_UTF8):  # two: tools that add one do not look whether it is there
        content = content.removeprefix(codecs.BOM_UTF8)
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise _not_utf8(path, content, error.start) from None
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _no_text(path: str, message: str) -> Problems:
    hint = "Save it as plain text in UTF-8, or leave it out in site.toml: [content] exclude."
    return Problems([Problem(path=path, message=f"the file {message}", hint=hint)])


def _not_utf8(path: str, content: bytes, start: int) -> Problems:
    before = content[:start].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    row_start = before.rfind(b"\n") + 1
    row = re.split(rb"[\r\n]", content[start - (len(before) - row_start) :], maxsplit=1)[0]
    return Problems(
        [
            Problem(
                path=path,
                line=before.count(b"\n") + 1,
                column=len(before[row_start:].decode()) + 1,
                message=f"the file is not UTF-8: it holds the byte 0x{content[start]:02X} here",
                hint="Save it as UTF-8; it may have been saved as Windows-1252 or Latin-1.",
                source=row.decode(errors="replace"),
            )
        ]
    )


def explain_first_row(path: str, line: int, row: str) -> Problem:
    """Return what is wrong with a file whose first line with words, ``row``, begins no front matter."""
    message, hint = "the file has no front matter", FENCE_HINT
    meant = None
    if row.strip() == "+++":
        message = "the front matter is TOML"
        hint = "Write it as YAML: a line ---, the fields as name: value, another line ---."
    elif row.strip(f" \t{ODD_SPACE}") == "---":
        odd = next(char for char in row if char in ODD_SPACE)
        message = f"a {unicodedata.name(odd).lower()} stands beside the line ---, so that is not seen"
        hint = "Take it out: the first line of the front matter is --- and nothing else."
        meant = "---"
    elif row.startswith("---") or row.strip() == "---":
        hint = "The first line of the front matter is --- and nothing else."
    edit = replace_row(line, row, meant)
    return Problem(path=path, line=line, column=1, message=message, hint=hint, source=row, edit=edit)


def find_conflicts(path: str, text: str) -> list[Problem]:
    """Return a problem for each mark of a conflict that Git could not merge, outside blocks of code.

    A line of ``=`` alone is none: it may underline a heading.
    """
    if "<<<<<<<" not in text and ">>>>>>>" not in text:
        return []
    hint = "Keep one of the two versions, and remove the lines <<<<<<<, ======= and >>>>>>>."
    message = "two versions of these lines stand here, as Git leaves them when it cannot merge"
    rows = text.split("\n")
    return [
        Problem(path=path, line=at + 1, column=1, message=message, hint=hint, source=rows[at])
        for at in _list_conflicts(rows)
    ]


def _list_conflicts(rows: list[str]) -> Iterator[int]:
    """Yield where each conflict begins, or where what is left of one stands."""
    fence = ""
    is_open = False
    middle: int | None = None
    for at, row in enumerate(rows):
        if not is_open and (found := _FENCE.match(row)):
            if not fence:
                fence = found[1]
            elif found[1].startswith(fence) and not row.strip().strip(fence[0]):
                fence = ""
        if fence:
            continue
        if _OURS.fullmatch(row):
            yield at
            is_open = True
        elif row == _MIDDLE:
            middle = at
        elif _THEIRS.fullmatch(row):
            is_quote = at > 0 and rows[at - 1].startswith(">")
            if not is_open and not is_quote and (middle is not None or _LEFT_OVER.fullmatch(row)):
                yield at
            is_open, middle = False, None


# Asked for once for each problem of a file.
@lru_cache(maxsize=1)
def split_rows(text: str) -> tuple[str, ...]:
    """Return the lines of a text whose lines end in line feeds, without them."""
    return tuple(text.split("\n"))
