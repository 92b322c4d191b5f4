"""The fonts that a site sets its cards in, ``[pictures] fonts``: files anywhere in its folder."""

from __future__ import annotations

from pathlib import Path

from broadsheet.build.site_folder import SETTINGS
from broadsheet.common import files
from broadsheet.common.problems import Problem, Problems
from broadsheet.common.toml import locate_keys
from broadsheet.settings.model import Settings

# What the files of fonts begin with: TrueType, OpenType with PostScript outlines, a collection, WOFF 1 and 2.
# https://learn.microsoft.com/typography/opentype/spec/otff, https://www.w3.org/TR/WOFF2/
_SIGNATURES = (b"\0\1\0\0", b"true", b"OTTO", b"ttcf", b"wOFF", b"wOF2")
_HINT = "Put the font's file there, or fix the path. It begins at the folder of site.toml."


def digest_fonts(root: Path, settings: Settings) -> tuple[tuple[str, str], ...]:
    """Return the paths of the site's fonts with the digests of the files; none if it makes no cards.

    Raises ``Problems`` for those that are no fonts, or cannot be read. ``root`` is the site's folder.
    """
    if not (settings.pictures_on and settings.pictures_cards):
        return ()
    found, problems = [], []
    for index, path in enumerate(settings.pictures_fonts):
        try:
            content = _read(root, path)
        except Problems as error:
            problems += [_in_settings(root, index, problem) for problem in error.problems]
            continue
        found.append((path, files.digest(content).hex()))
    if problems:
        raise Problems(problems)
    return tuple(found)


def _read(root: Path, path: str) -> bytes:
    file = Path(files.locate(root, path))
    if not file.exists():
        raise Problems([Problem(path=path, message=f"there is no {path}", hint=_HINT)])
    if not file.is_file():
        raise Problems([Problem(path=path, message=f"{path} is not a file", hint=_HINT)])
    files.check_link(root, path)
    try:
        content = files.read(root, path)
    except Problems as error:
        raise Problems([Problem(path=path, message=f"{path} {error.problems[0].message}")]) from error
    if not content.startswith(_SIGNATURES):
        hint = "Fonts are files of TrueType, OpenType or WOFF."
        raise Problems([Problem(path=path, message=f"{path} is no font", hint=hint)])
    return content


def _in_settings(root: Path, index: int, problem: Problem) -> Problem:
    """Return a problem of a font at the line of site.toml that names it."""
    text = files.read(root, SETTINGS).decode("utf-8-sig")
    line, column = locate_keys(text).get(("pictures", "fonts", str(index)), (1, 0))
    return Problem(
        path=SETTINGS,
        line=line,
        column=column,
        message=f"[pictures] fonts: {problem.message}",
        hint=problem.hint,
        source=text.splitlines()[line - 1],
    )
