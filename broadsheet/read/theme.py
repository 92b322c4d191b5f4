"""The theme that the package brings: what a site lacks in layouts/ and static/ is taken from there.

It is found by one function, whether the package is installed from a wheel or is a checkout. Whether a site
takes anything from it is a setting, ``[theme] fallback``; what it took is in the state.
"""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

from broadsheet.common import files
from broadsheet.common.problems import Problem

# What the path of a directory begins with in the archive if it is the theme's: no path of a site begins so.
FOLDER = "/theme/"
_SHOWN = "theme/"


def find_theme() -> Path:
    """Return the folder that holds the theme's layouts/ and static/, and what a new site is begun with.

    An installed package carries them; in a checkout they are the repository's own.
    """
    package = Path(__file__).parents[1]
    packed = package / "starter"
    return packed if packed.is_dir() else package.parent


def is_word_file(name: str) -> bool:
    """Return whether a file of layouts/ holds words, by its name."""
    return name.startswith("words/") and name.endswith(".toml")


def name_shadowed(name: str) -> str:
    """Return the name among layouts of the theme's file of words that the site has a file of its own for."""
    return f"{FOLDER}{name}"


def locate(root: Path, path: str) -> str:
    """Return where a source of the site in ``root`` is on the file system.

    A static file that the site lacks is the theme's. Every other source is the site's own.
    """
    own = files.locate(root, path)
    if not path.startswith(f"{files.STATIC}/") or os.path.lexists(own):
        return own
    theirs = f"{find_theme()}/{path}"
    return theirs if os.path.isfile(theirs) else own  # noqa: PTH113 - asked for each static file


def read(root: Path, path: str) -> bytes:
    """Return a source's content, found as by ``locate``; raises ``Problems`` when it cannot be read."""
    own = not path.startswith(f"{files.STATIC}/") or locate(root, path) == files.locate(root, path)
    return files.read(root if own else find_theme(), path)


def show(path: str) -> str:
    """Return the path of one of the theme's files as it is shown: ``theme/layouts/base.html``."""
    return f"{_SHOWN}{path}"


def name_theme(problem: Problem) -> Problem:
    """Return a problem of a layout as one of the theme's file."""
    hint = (
        f"The site has no {problem.path}, so this is the theme's. `explain {problem.path}` says where it is."
    )
    return dataclasses.replace(problem, path=show(problem.path), hint=f"{problem.hint} {hint}".lstrip())
