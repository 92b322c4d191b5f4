"""The staging tree: where a build collects its files, and from where they are moved into the output folder.

Nothing is written in place. Each file is written whole into the tree, which is on the output folder's file
system, and is moved by a rename.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
import stat
from pathlib import Path
from typing import NamedTuple

# How often to try to clear a folder that is still written to.
_TRIES = 10
_OCTAL = re.compile(r"\\([0-7]{3})")


class Staging:
    """The tree in which one build collects its files before any of them is moved.

    It lies beside the output folder, not in it, so that a killed build leaves nothing that could be
    published; in it, under a name with a dot, only where the output folder is a mount point. Each build has a
    tree of its own, because the workers of one that was killed may write for a moment more.
    """

    def __init__(self, folder: Path) -> None:
        """Choose a tree for an output ``folder``; nothing is created yet."""
        self.folder = folder
        # A folder that is a mount point is on a file system of its own, and cannot be replaced.
        self.is_inside = is_mount_point(folder)
        self.parent = (folder if self.is_inside else folder.parent) / staging_name(folder)
        self.tree = self.parent / os.urandom(4).hex()
        self._last_folder = ""

    def clear(self) -> None:
        """Remove the trees of this build and of those that were killed.

        One that is still written to may stay until the next build: nothing of it is published.
        """
        for _ in range(_TRIES):
            try:
                shutil.rmtree(self.parent)
            except OSError as error:
                if error.errno not in {errno.ENOTEMPTY, errno.ENOENT}:
                    raise
            if not self.parent.exists():
                return

    def write(self, path: str, content: bytes) -> None:
        """Write one file of the tree whole."""
        file = f"{self.tree}/{path}"
        folder = file.rpartition("/")[0]
        # Nearly every page has a folder of its own, so creating it without a check saves a system call.
        if folder != self._last_folder:
            _make_folder(folder)
            self._last_folder = folder
        # Not through pathlib and io, which take longer than the system calls themselves.
        number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
        try:
            left = memoryview(content)
            while left:
                left = left[os.write(number, left) :]
        finally:
            os.close(number)

    def holds(self, path: str, content: bytes) -> bool:
        """Return whether the output folder has a file at ``path``, and no link, with exactly this content."""
        file = f"{self.folder}/{path}"
        try:
            found = os.lstat(file)
            if found.st_size != len(content) or not stat.S_ISREG(found.st_mode):
                return False
            with open(file, "rb") as opened:  # noqa: PTH123 - as in ``write``
                return opened.read() == content
        except (OSError, ValueError):
            return False

    def is_one_file(self, path: str, other: str) -> bool:
        """Return whether two paths of the output folder are one file on its file system."""
        try:
            return (self.folder / path).samefile(self.folder / other)
        except OSError:
            return False

    def move_tree(self) -> None:
        """Make the tree the output folder, in one rename. The folder is absent or empty."""
        self.tree.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            self.folder.rmdir()
        self.tree.rename(self.folder)
        self.clear()

    def move(self, path: str, to: str = "") -> None:
        """Move one file of the tree into the output folder, whole, to the same path or another one."""
        source, target = self.tree / path, self.folder / (to or path)
        try:
            source.replace(target)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError, PermissionError):
            _make_room(self.folder, target)
            source.replace(target)

    def remove(self, path: str) -> None:
        """Remove one file of the output folder, and the folders that are empty then."""
        file = self.folder / path
        if file.is_dir() and not file.is_symlink():
            return  # an output below it has taken the file's place
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            file.unlink()
        for parent in file.parents:
            if parent == self.folder:
                return
            try:
                parent.rmdir()
            except OSError:
                return


def staging_name(folder: Path) -> str:
    """Return the name of the folder with the staging trees of an output folder."""
    return f".{folder.name}.staging"


class Workplace(NamedTuple):
    """What a worker needs to find: the site's folder, the state file, the staging tree."""

    root: Path
    state: Path
    staging: Staging


def _make_room(folder: Path, target: Path) -> None:
    """Remove what stands in the way of ``target``: a file for one of its folders, a folder for itself.

    Either belonged to outputs that this build removes. They cannot be removed before: ``remove`` runs after
    all moves, so that a page is never missing in between.
    """
    for parent in reversed(target.relative_to(folder).parents):
        above = folder / parent
        if above.is_file() or above.is_symlink():
            above.unlink()
    if target.is_dir():
        shutil.rmtree(target)
    target.parent.mkdir(parents=True, exist_ok=True)


def is_mount_point(folder: Path) -> bool:
    """Return whether ``folder``, an absolute path, is a mount point; Linux alone tells of bind mounts."""
    try:
        rows = Path("/proc/self/mountinfo").read_bytes().splitlines()
    except OSError:
        return os.path.ismount(folder)
    # proc_pid_mountinfo(5): spaces and the like are octal.
    points = (row.split(b" ")[4].decode("latin-1") for row in rows)
    return os.fsencode(folder) in {_OCTAL.sub(_unescape, point).encode("latin-1") for point in points}


def _unescape(octal: re.Match[str]) -> str:
    return chr(int(octal[1], 8))


def _make_folder(folder: str) -> None:
    """Create a folder that most likely does not exist, below one that most likely does."""
    try:
        os.mkdir(folder)  # noqa: PTH102 - as in ``write``
    except FileExistsError:
        pass
    except FileNotFoundError:
        _make_folder(folder.rpartition("/")[0])
        _make_folder(folder)
