"""``init``: begins a new site in a folder that is empty or not there yet, or in a new Git repository."""

from __future__ import annotations

import argparse
import datetime as dt
import shutil
from contextlib import suppress
from pathlib import Path

from broadsheet.commands.terminal.parser import Command, parse_path
from broadsheet.commands.terminal.printer import say
from broadsheet.common.problems import Problem, Problems
from broadsheet.write.vendor import is_of_theme, make_carried_files, read_starter

_SITE = """\
title = "The Example Courier"
url = "https://example.org/"
authority = "example.org"  # in the ids of feeds: a domain that is yours, which then never changes
language = "en"
timezone = "UTC"
tagline = "News from where we live"

[sections]
news = "News"
culture = "Culture"
"""

_ARTICLE = """\
---
title: The first page of a long story
author: The Editors
dateline: Here
date: {date}
section: News
tags: [Archive]
summary: This paper has an archive from today on.
---

This is the first article of the archive. It is one Markdown file under `content/`; the lines between
the dashes say who wrote it, where, and when. Change it, or write the next one beside it, and build
the site again.
"""

# What may be in the folder already: a repository, what a host begins one with, and a virtual environment.
_WELCOME = frozenset((".git", ".gitattributes", ".venv", "LICENSE", "LICENSE.md", "README", "README.md"))


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder",
        metavar="FOLDER",
        type=parse_path,
        help="a folder that is not there yet, or empty; or a new repository",
    )
    parser.add_argument(
        "--with-theme",
        action="store_true",
        help="copy all layouts and static files of the theme, to change them",
    )


def _run(options: argparse.Namespace) -> int:
    create_site(options.folder, dt.datetime.now(dt.UTC), with_theme=options.with_theme)
    where = "this folder" if options.folder == Path() else options.folder
    say(f"A new site stands in {where}. Build it: broadsheet build --site {options.folder}")
    return 0


def create_site(folder: Path, now: dt.datetime, *, with_theme: bool = False) -> None:
    """Write a new site into ``folder``: settings, one article dated ``now``, and what builds the site.

    That is the wheel of the package that is running, with a lock, and a workflow for GitHub Pages.
    ``with_theme`` adds the theme's layouts and static files. Raises ``Problems``, and writes nothing, when
    the folder holds more than a new repository does.
    """
    _check_empty(folder)
    contents = {
        "site.toml": _SITE.encode(),
        **make_carried_files(),
        f"content/{now:%Y/%m}/first-page.md": _ARTICLE.format(date=f"{now:%Y-%m-%d}").encode(),
    }
    if with_theme:
        contents |= {path: content for path, content in read_starter().items() if is_of_theme(path)}
    is_new = not folder.exists()
    try:
        for path, content in contents.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
    except BaseException:
        # Half a site would be in the way of the next attempt.
        for top in {path.partition("/")[0] for path in contents}:
            _remove(folder / top)
        if is_new:
            _remove(folder)
        raise


def _remove(path: Path) -> None:
    with suppress(FileNotFoundError):
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def _check_empty(folder: Path) -> None:
    in_the_way = sorted({each.name for each in folder.iterdir()} - _WELCOME) if folder.is_dir() else []
    if not folder.exists() or (folder.is_dir() and not in_the_way):
        return
    held = f"It holds {in_the_way[0]}. " if in_the_way else ""
    hint = f"{held}Name a folder that is not there yet, or an empty one."
    raise Problems([Problem(path=str(folder), message="is there already", hint=hint)])


COMMAND = Command(example="courier", add_options=_add_options, run=_run)
