"""Style sheets and scripts without what only their authors read: comments, and most white space.

No name is changed and nothing is moved, so what is left means the same. A file whose name has ``.min.`` in it
has been made short by somebody else, and stays as it is.

Scripts are not parsed: lines lose their indentation, and those that are comments go. That is a fifth of what
readers load, as much as with a minifier that takes out white space everywhere and, as rjsmin does, some that
counts: within a regular expression after ``=>``, and all that follows ``//`` in a template.
"""

from __future__ import annotations

import re

_KEPT = r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|(?<![\w-])url\(\s*[^\s\"'()]*\s*\)|/\*!.*?\*/|\\."
_SPACES = re.compile(rf"(?P<kept>{_KEPT})|(?P<space>(?:\s|/\*(?!!).*?\*/)+)", re.DOTALL | re.IGNORECASE)
_SIGNS = re.compile(
    rf"(?P<kept>{_KEPT})| ?(?:; ?)*(?P<end>\}}) ?| ?(?P<sign>[{{;,]) ?", re.DOTALL | re.IGNORECASE
)
# A template literal that begins and ends in a row, with the expressions in it, which may have some in turn.
_TEMPLATE = re.compile(r"`(?:[^`$\\]|\\.|\$(?!\{)|\$\{(?:[^`{}]|\{[^`{}]*\}|`[^`]*`)*\})*`")
# What marks a comment that has to stay, such as a licence.
_MARKED = ("//!", "// @license", "// @preserve")


def is_short(path: str) -> bool:
    """Return whether the name of a file says that it is as short as it can be."""
    return ".min." in path.rpartition("/")[2]


def shorten_style_sheet(text: str) -> str:
    """Return a style sheet without comments and needless white space."""
    spaced = _SPACES.sub(lambda found: found["kept"] or _shorten_space(found), text)
    return _SIGNS.sub(lambda found: found["kept"] or found["end"] or found["sign"], spaced).strip()


def _shorten_space(found: re.Match[str]) -> str:
    """Return what is left of white space and comments: they part names, and comments alone part words."""
    if re.sub(r"/\*.*?\*/", "", found[0], flags=re.DOTALL):
        return " "
    beside = found.string[found.start() - 1 : found.start()] + found.string[found.end() :][:1]
    return "" if re.search(r"[\s{};:,()]", beside) else "/**/"


def shorten_script(text: str) -> str:
    """Return a script without indentation and lines that are comments.

    One in which a text may go on in the next line, where white space counts, is returned as it is.
    """
    rows = text.split("\n")
    if any(map(_may_go_on, rows)):
        return text
    kept = (row.strip() for row in rows)
    return "\n".join(row for row in kept if row and not _is_comment(row))


def _is_comment(row: str) -> bool:
    # It may also be the end of a comment of several lines.
    return row.startswith("//") and "*/" not in row and not row.startswith(_MARKED)


def _may_go_on(row: str) -> bool:
    """Return whether a template literal, or another text, may begin in a row of a script and not end there.

    A sign of one may stand in a text or in a regular expression, so what is not clear counts as one.
    """
    if row.rstrip("\r").endswith("\\"):
        return True
    if "`" not in row:
        return False
    outside = _TEMPLATE.sub("", row)
    return "`" in outside or any(outside.count(mark) % 2 for mark in "\"'/")
