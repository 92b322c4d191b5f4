"""The files that symbolic links in a site's folders lead to: a change of one of them changes the site.

The system reports a change where the file is, not where the link is.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from broadsheet.common import files

# As Linux does: https://man7.org/linux/man-pages/man7/path_resolution.7.html
_MOST_LINKS = 40


def find_linked_files(site: Path, folders: Iterable[str]) -> dict[Path, frozenset[str]]:
    """Return each file that a link in ``folders`` of ``site`` leads to, with the directories of such links.

    So is each link on the way to it. Files are absolute, with no link in the path of their folders;
    directories are relative to the site, POSIX. Links to folders are not followed, as in a scan.
    """
    found: dict[Path, set[str]] = {}
    for folder in folders:
        for directory, name in _list_links(site, folder):
            for file in _follow(Path(files.locate(site, directory), name)):
                found.setdefault(file, set()).add(directory)
    return {file: frozenset(directories) for file, directories in found.items()}


def resolve_folder(file: Path) -> Path:
    """Return the path of a file with no link in the path of its folder; the file may be a link."""
    return file.parent.resolve() / file.name


def _list_links(site: Path, folder: str) -> Iterator[tuple[str, str]]:
    """Yield directory and name of each symbolic link below a folder."""
    stack = [folder]
    while stack:
        directory = stack.pop()
        try:
            with os.scandir(files.locate(site, directory)) as entries:
                for entry in entries:
                    if entry.is_symlink():
                        yield directory, entry.name
                    elif entry.is_dir():
                        stack.append(f"{directory}/{files.compose(entry.name)}")
        except OSError:
            continue  # deleted meanwhile, or the folder of a site that has none


def _follow(link: Path) -> Iterator[Path]:
    """Yield what a link leads to, link by link, up to the file at the end."""
    file = link
    for _ in range(_MOST_LINKS):
        try:
            if not file.is_symlink():
                return
            file = resolve_folder(Path(os.path.normpath(file.parent.resolve() / file.readlink())))
        except (OSError, RuntimeError):
            return  # deleted meanwhile, or folders that are links form a circle
        yield file
