"""The only module that touches content and output on disk: walk, read, digest, write whole, prune.

Paths are relative to the site's folder, POSIX, as text; a file system's own separators never leave
this module. Nothing is written in place: bytes go to a staging tree on the output's file system and
are renamed from there.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import os
import shutil
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from broadsheet.common.problems import Problem, Problems

DIGEST_BYTES = 16
STATIC, LAYOUTS = "static", "layouts"
PICTURE_SUFFIXES = frozenset((".avif", ".gif", ".jpeg", ".jpg", ".png", ".svg", ".webp"))
# How often a folder that is still written to is cleared.
_TRIES = 10
_LARGEST = 2**63 - 1
_WIDEST = 2**31
_LEFTOVERS = frozenset((".DS_Store", "Thumbs.db", "desktop.ini"))


class FileStat(NamedTuple):
    """What a look at a file without reading it tells: its path and the marks that a change leaves."""

    path: str
    size: int
    mtime: int
    ctime: int
    inode: int


def digest(content: bytes) -> bytes:
    """Return the digest that stands for ``content`` everywhere in the archive and the ledger."""
    return hashlib.blake2b(content, digest_size=DIGEST_BYTES).digest()


# A file's name, size, times of change in nanoseconds, and inode: what a change of it leaves a mark on. Each
# number is cut to what a database holds: inodes have up to 128 bits, and a file may be of the year 2300.
FileSignature = tuple[str, int, int, int, int]


def survey(root: Path, folder: str, *, hidden: bool = False) -> Iterator[tuple[str, list[FileSignature]]]:
    """Yield every directory of ``root/folder`` that has files, and the marks of these, by name.

    Names that begin with a dot are passed over unless ``hidden``; editors' and systems' leftovers
    always are. Linked folders are not entered (they may lead round in a circle), linked files are
    followed. A folder that is not there is empty. Raises ``Problems`` for names that are not UTF-8, and
    for links that lead nowhere.
    """
    stack = [folder]
    while stack:
        path = stack.pop()
        marks, folders = look_into(root, path, hidden=hidden)
        stack += folders
        if marks:
            yield path, marks


def look_into(root: Path, path: str, *, hidden: bool = False) -> tuple[list[FileSignature], list[str]]:
    """Return the marks of the files right in a directory, by name, and the paths of the folders in it."""
    marks, folders = [], []
    for entry in _entries(root / path):
        name = entry.name
        # Nothing with this suffix is a leftover: a call less for each of a million articles.
        if (name[0] == "." and not hidden) or (name[-3:] != ".md" and _is_leftover(name)):
            continue
        if not name.isascii():
            _check_name(f"{path}/{name}")
        if entry.is_file(follow_symlinks=False) or _leads(entry, path):
            stat = entry.stat()
            mtime, inode = min(stat.st_mtime_ns, _LARGEST), stat.st_ino & _LARGEST
            marks.append((name, stat.st_size, mtime, stat.st_ctime_ns, inode))
        elif entry.is_dir(follow_symlinks=False):
            folders.append(f"{path}/{name}")
    marks.sort()
    return marks, folders


def walk(root: Path, folder: str) -> Iterator[FileStat]:
    """Yield a look at every file below ``root/folder``, as ``survey`` does, in no certain order."""
    for directory, marks in survey(root, folder):
        yield from looks(directory, marks)


def looks(directory: str, marks: Iterable[FileSignature]) -> Iterator[FileStat]:
    """Yield a look at each file of a directory."""
    return (FileStat(f"{directory}/{name}", *rest) for name, *rest in marks)


def is_below(path: str, folder: str) -> bool:
    """Return whether ``path`` is ``folder`` or lies below it."""
    return path == folder or path.startswith(f"{folder}/")


def excluded(path: str, patterns: tuple[str, ...]) -> bool:
    """Return whether a path below content/ matches one of the site's patterns, or lies below a match.

    ``*`` and ``?`` match slashes too, so that ``topics/*`` leaves out everything below topics/.
    """
    return any(fnmatchcase(path, pattern) or fnmatchcase(path, f"{pattern}/*") for pattern in patterns)


def read(root: Path, path: str) -> bytes:
    """Return a file's content; raises ``Problems`` when it cannot be read."""
    try:
        # Not through pathlib, which takes longer than the system.
        with open(f"{root}/{path}", "rb", buffering=0) as opened:  # noqa: PTH123
            return opened.readall()
    except OSError as error:
        raise Problems([Problem(path=path, message=f"cannot be read: {error.strerror}")]) from error


def pixels(path: str, content: bytes) -> tuple[int, int]:
    """Return a picture's width and height in pixels, 0 and 0 when it does not tell."""
    if PurePosixPath(path).suffix.lower() not in PICTURE_SUFFIXES:
        return 0, 0
    try:
        import imagesize  # noqa: PLC0415 - it loads what fetches pictures from the web, which takes longest of all

        width, height = imagesize.get(io.BytesIO(content))
    except (ValueError, OSError, IndexError, KeyError, ArithmeticError, SyntaxError):
        return 0, 0
    return _length(width), _length(height)


def _length(pixels: float) -> int:
    return int(pixels) if 0 < pixels < _WIDEST else 0


class Staging:
    """A tree beside the output folder in which a build is gathered before anything is moved.

    It lies beside the folder, not in it, so that a killed build leaves nothing that could be
    published; and on the same file system, so that a rename is all it takes. Each build has a tree of its
    own: the workers of one that was killed may write for a moment more.
    """

    def __init__(self, folder: Path) -> None:
        """Name a tree for an output ``folder``; nothing is made yet."""
        self.folder = folder
        self.place = folder.parent / f".{folder.name}.staging"
        self.tree = self.place / os.urandom(4).hex()
        self._made = ""

    def clear(self) -> None:
        """Remove the trees of this build and of those that were killed.

        One that is still written to may stay until the next build: nothing of it is published.
        """
        for _ in range(_TRIES):
            try:
                shutil.rmtree(self.place)
            except OSError as error:
                if error.errno not in {errno.ENOTEMPTY, errno.ENOENT}:
                    raise
            if not self.place.exists():
                return

    def write(self, path: str, content: bytes) -> None:
        """Write one file of the tree whole."""
        file = f"{self.tree}/{path}"
        folder = file.rpartition("/")[0]
        # Nearly every page has a folder of its own, so that making it at once saves a look for it.
        if folder != self._made:
            _make_folder(folder)
            self._made = folder
        # Not through pathlib and io, which take longer than the system.
        number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
        try:
            left = memoryview(content)
            while left:
                left = left[os.write(number, left) :]
        finally:
            os.close(number)

    def holds(self, path: str, content: bytes) -> bool:
        """Return whether the output folder has just this file already."""
        file = f"{self.folder}/{path}"
        try:
            if os.stat(file).st_size != len(content):  # noqa: PTH116 - as in ``write``
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

    def publish_whole(self) -> None:
        """Make the tree the output folder, in one rename. The folder is absent or empty."""
        self.tree.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            self.folder.rmdir()
        self.tree.rename(self.folder)
        self.clear()

    def publish(self, path: str) -> None:
        """Move one file into its place, whole."""
        source, target = self.tree / path, self.folder / path
        try:
            source.replace(target)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError, PermissionError):
            _make_room(self.folder, target)
            source.replace(target)

    def remove(self, path: str) -> None:
        """Remove one file of the output folder, and the folders that this empties."""
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


class Workplace(NamedTuple):
    """Where a worker finds things: the site's folder, the state file, the staging tree."""

    root: Path
    state: Path
    staging: Staging


def is_empty(folder: Path) -> bool:
    """Return whether ``folder`` is absent or has nothing in it."""
    try:
        with os.scandir(folder) as entries:
            return next(entries, None) is None
    except FileNotFoundError:
        return True


def walk_output(folder: Path) -> Iterator[str]:
    """Yield the paths of the files of an output folder, but those in dotted names, which are not ours."""
    for top, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = (Path(top) / name).relative_to(folder).as_posix()
            if not name.startswith(".") and not _is_leftover(name) and _is_utf8(path):
                yield path


def walk_published(folder: Path) -> Iterator[FileStat]:
    """Yield a look at every file of an output folder as it is published, in no certain order.

    Dotted names are published too, such as .well-known; a repository in the folder is not.
    """
    whole = folder.resolve()
    for directory, marks in survey(whole.parent, whole.name, hidden=True):
        within = f"{directory}/".removeprefix(f"{whole.name}/")
        if ".git" not in within.split("/"):
            yield from (FileStat(within + name, *rest) for name, *rest in marks if name != ".git")


def has_digest(file: Path, wanted: bytes) -> bool:
    """Return whether ``file`` is there with the content that ``wanted`` is the digest of."""
    try:
        return digest(file.read_bytes()) == wanted
    except OSError:
        return False


def is_article(path: str) -> bool:
    """Return whether a source is a Markdown file that is to be read, and not just copied."""
    return path.endswith(".md") and not path.startswith(f"{STATIC}/")


def _make_room(folder: Path, target: Path) -> None:
    """Clear the way for ``target``: a file where a folder shall be, a folder where it shall be.

    Either belonged to outputs that this build removes; ``remove`` runs after all moves, so that a
    page is never missing in between.
    """
    for parent in reversed(target.relative_to(folder).parents):
        above = folder / parent
        if above.is_file() or above.is_symlink():
            above.unlink()
    if target.is_dir():
        shutil.rmtree(target)
    target.parent.mkdir(parents=True, exist_ok=True)


def _make_folder(folder: str) -> None:
    """Make a folder that most likely is not there, below one that most likely is."""
    try:
        os.mkdir(folder)  # noqa: PTH102 - as in ``write``
    except FileExistsError:
        pass
    except FileNotFoundError:
        _make_folder(folder.rpartition("/")[0])
        _make_folder(folder)


def _entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    """Yield what is in a folder, nothing if it is not there.

    From an open folder, where the system can, each look at a file starts there and not at the root: with
    100,000 files a sixth of the time of all looks.
    """
    try:
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY) if os.scandir in os.supports_fd else None
        entries = os.scandir(folder if opened is None else opened)
    except FileNotFoundError:
        return
    try:
        with entries:
            yield from entries
    finally:
        if opened is not None:
            os.close(opened)


def _is_leftover(name: str) -> bool:
    return name[-1] == "~" or name[:2] == ".#" or name in _LEFTOVERS


def _leads(entry: os.DirEntry[str], directory: str) -> bool:
    """Return whether an entry is a link that leads to a file; raises ``Problems`` for a link to nothing."""
    if not entry.is_symlink():
        return False
    try:
        entry.stat()
    except OSError:
        hint = "Mend the link, or remove it."
        path = f"{directory}/{entry.name}"
        raise Problems([Problem(path=path, message="is a link that leads to no file", hint=hint)]) from None
    return entry.is_file()


def _check_name(path: str) -> None:
    if not _is_utf8(path):
        shown = path.encode(errors="surrogateescape").decode(errors="replace")
        hint = "Rename the file."
        raise Problems([Problem(path=shown, message="the file's name is not UTF-8", hint=hint)])


def _is_utf8(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True
