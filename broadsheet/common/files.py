"""Reading files: walk a folder, read a file, its digest, signature and media type. It never writes.

Paths are relative to the site's folder, POSIX, as text, in Unicode's composed form (NFC): a file system's own
separators and forms never leave this module. So a link finds its file, whichever form either is written in.
"""

from __future__ import annotations

import hashlib
import io
import mimetypes
import os
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import suppress
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from broadsheet.common.problems import Problem, Problems

DIGEST_BYTES = 16
STATIC, LAYOUTS = "static", "layouts"
PICTURE_SUFFIXES = frozenset((".avif", ".gif", ".jpeg", ".jpg", ".png", ".svg", ".webp"))
SVG = "image/svg+xml"
# Pictures that other sites, and readers of feeds, show: hardly one of them draws an SVG.
PREVIEWED = frozenset(("image/apng", "image/avif", "image/gif", "image/jpeg", "image/png", "image/webp"))
# Media types for which the standard library's table has nothing, or something else on some system:
# https://www.iana.org/assignments/media-types/
_TYPES = (
    ("image/apng", ".apng"),
    ("image/avif", ".avif"),
    ("image/webp", ".webp"),
    ("font/woff", ".woff"),
    ("font/woff2", ".woff2"),
    ("text/javascript", ".js"),
    ("application/xml", ".xml"),
    ("application/gzip", ".gz"),
    ("application/manifest+json", ".webmanifest"),
    ("text/vtt", ".vtt"),
)
_SQLITE_MAX = 2**63 - 1
_MAX_PIXELS = 2**31
_LEFTOVERS = frozenset((".DS_Store", "Thumbs.db", "desktop.ini"))


class FileStat(NamedTuple):
    """A file's path and what the file system knows of it without reading it; the times in nanoseconds."""

    path: str
    size: int
    mtime: int
    ctime: int
    inode: int


def digest(content: bytes) -> bytes:
    """Return the digest that stands for ``content`` everywhere in the archive and the ledger."""
    return hashlib.blake2b(content, digest_size=DIGEST_BYTES).digest()


# A file's name, size, mtime and ctime in nanoseconds, and inode. Each number is cut to what SQLite can hold:
# inodes have up to 128 bits, and a file may be from the year 2300.
FileSignature = tuple[str, int, int, int, int]


def compose(path: str) -> str:
    """Return a path in the one form in which all paths are compared, NFC."""
    return path if path.isascii() else unicodedata.normalize("NFC", path)


def walk_folders(
    root: Path, folder: str, *, hidden: bool = False, as_named: bool = False, links: bool = True
) -> Iterator[tuple[str, list[FileSignature]]]:
    """Yield every directory at or below ``root/folder`` that has files, with their signatures by name.

    Names that begin with a dot are left out unless ``hidden``, and leftovers of editors and systems always.
    Links to folders are not followed (they may form a circle), links to files are, unless ``links`` is false.
    A folder that does not exist is empty. ``as_named``: names are returned as the file system has them.
    Raises ``Problems`` for names that are not UTF-8, for two that are one in Unicode's composed form, and for
    links that it would follow but are broken or lead out of the site.
    """
    stack = [folder]
    while stack:
        path = stack.pop()
        signatures, folders = scan_folder(root, path, hidden=hidden, as_named=as_named, links=links)
        stack += folders
        if signatures:
            yield path, signatures


def scan_folder(
    root: Path, path: str, *, hidden: bool = False, as_named: bool = False, links: bool = True
) -> tuple[list[FileSignature], list[str]]:
    """Return the signatures of the files directly in a directory, by name, and the paths of its folders."""
    signatures, folders = [], []
    composed: set[str] = set()
    for entry in _entries(Path(locate(root, path))):
        name = entry.name
        # No leftover has this suffix: it saves a call for each of a million articles.
        if (name[0] == "." and not hidden) or (name[-3:] != ".md" and is_leftover(name)):
            continue
        if not name.isascii():
            _check_name(f"{path}/{name}")
            if not as_named:
                name = compose(name)
                _check_single(f"{path}/{name}", composed)
        if entry.is_file(follow_symlinks=False) or (links and _is_link_to_file(root, path, entry)):
            stat = entry.stat()
            mtime, inode = min(stat.st_mtime_ns, _SQLITE_MAX), stat.st_ino & _SQLITE_MAX
            signatures.append((name, stat.st_size, mtime, stat.st_ctime_ns, inode))
        elif entry.is_dir(follow_symlinks=False):
            folders.append(f"{path}/{name}")
    signatures.sort()
    return signatures, folders


def walk(root: Path, folder: str) -> Iterator[FileStat]:
    """Yield every file below ``root/folder`` that ``walk_folders`` finds, in no particular order."""
    for directory, signatures in walk_folders(root, folder):
        yield from list_file_stats(directory, signatures)


def list_file_stats(directory: str, signatures: Iterable[FileSignature]) -> Iterator[FileStat]:
    """Return each file of a directory with its path, from the signatures of the directory's files."""
    return (FileStat(f"{directory}/{name}", *rest) for name, *rest in signatures)


def is_below(path: str, folder: str) -> bool:
    """Return whether ``path`` is ``folder`` or lies below it."""
    return path == folder or path.startswith(f"{folder}/")


def is_excluded(path: str, patterns: tuple[str, ...]) -> bool:
    """Return whether a path below content/ matches one of the site's patterns, or lies below a match.

    ``*`` and ``?`` match slashes too, so ``topics/*`` matches everything below topics/.
    """
    return any(fnmatchcase(path, pattern) or fnmatchcase(path, f"{pattern}/*") for pattern in patterns)


def read(root: Path, path: str) -> bytes:
    """Return a file's content; raises ``Problems`` when it cannot be read."""
    try:
        # Not through pathlib, which takes longer than the system calls themselves.
        with open(locate(root, path), "rb", buffering=0) as opened:  # noqa: PTH123
            return opened.readall()
    except OSError as error:
        raise Problems([Problem(path=path, message=f"cannot be read: {error.strerror}")]) from error


def locate(root: Path, path: str) -> str:
    """Return where a file or folder of the site is on the file system, which may hold names decomposed."""
    whole = f"{root}/{path}"
    if path.isascii() or os.path.lexists(whole):
        return whole
    found = str(root)
    for step in path.split("/"):
        found = f"{found}/{_find_name(found, step)}"
    return found


def _find_name(folder: str, name: str) -> str:
    """Return the name in a folder that is ``name`` once composed; ``name`` itself if there is none."""
    forms = (name, unicodedata.normalize("NFD", name))
    present = next((each for each in forms if os.path.lexists(f"{folder}/{each}")), None)
    if present is not None or name.isascii():
        return present or name
    with suppress(OSError):
        return next((each for each in os.listdir(folder) if compose(each) == name), name)  # noqa: PTH208
    return name


def measure_picture(path: str, content: bytes) -> tuple[int, int]:
    """Return a picture's width and height in pixels, each 0 when it is not known."""
    if PurePosixPath(path).suffix.lower() not in PICTURE_SUFFIXES:
        return 0, 0
    try:
        import imagesize  # noqa: PLC0415 - it loads an HTTP client, which takes longer than all else here

        width, height = imagesize.get(io.BytesIO(content))
    except (ValueError, OSError, IndexError, KeyError, ArithmeticError, SyntaxError):
        return 0, 0
    return _length(width), _length(height)


def _length(pixels: float) -> int:
    return int(pixels) if 0 < pixels < _MAX_PIXELS else 0


def walk_published(folder: Path) -> Iterator[FileStat]:
    """Yield every file of an output folder that is published, in no particular order.

    Files whose names begin with a dot are published too, such as .well-known; a Git repository is not, and
    neither are links, which a build never makes.
    """
    whole = folder.resolve()
    for directory, signatures in walk_folders(
        whole.parent, whole.name, hidden=True, as_named=True, links=False
    ):
        within = f"{directory}/".removeprefix(f"{whole.name}/")
        if ".git" not in within.split("/"):
            yield from (FileStat(within + name, *rest) for name, *rest in signatures if name != ".git")


def is_markdown(path: str) -> bool:
    """Return whether a file is Markdown, to judge by its name: ``.md`` or ``.markdown``, in whatever case."""
    return path.endswith(".md") or path[-9:].lower().endswith((".md", ".markdown"))


def is_article(path: str) -> bool:
    """Return whether a source is a Markdown file to be read, and not to be copied as it is."""
    return is_markdown(path) and not path.startswith(f"{STATIC}/")


def _entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    """Yield what is in a folder; nothing if it does not exist.

    Where the system supports it, through a descriptor of the folder: then the path of each file is resolved
    from there and not from the root, which with 100,000 files saves a sixth of the time for all their stats.
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


def is_leftover(name: str) -> bool:
    """Return whether a file of this name is a leftover of an editor or a system."""
    return name[-1] == "~" or name[:2] == ".#" or name in _LEFTOVERS


def _is_link_to_file(root: Path, directory: str, entry: os.DirEntry[str]) -> bool:
    """Return whether ``entry`` is a link to a file; raises ``Problems`` for one that must not be followed."""
    if not entry.is_symlink():
        return False
    path = f"{directory}/{entry.name}"
    try:
        entry.stat()
    except OSError:
        hint = "Fix the link, or remove it."
        raise Problems([Problem(path=path, message="is a link that leads to no file", hint=hint)]) from None
    if not entry.is_file():
        return False
    check_link(root, path)
    return True


def check_link(root: Path, path: str) -> None:
    """Raise ``Problems`` if a path leads out of the site's folder: a build would publish what lies elsewhere.

    The first folder of the path may be a link itself, such as ``content/`` to where the articles are.
    """
    real = os.path.realpath(locate(root, path))
    homes = (os.path.realpath(root), os.path.realpath(locate(root, path.partition("/")[0])))
    if not any(is_below(real, home) or home == os.sep for home in homes):
        hint = "Put the file itself there. What lies elsewhere on this machine is not published."
        message = "is a link that leads out of the site's folder"
        raise Problems([Problem(path=path, message=message, hint=hint)])


def _check_name(path: str) -> None:
    if not is_utf8(path):
        shown = path.encode(errors="surrogateescape").decode(errors="replace")
        hint = "Rename the file."
        raise Problems([Problem(path=shown, message="the file's name is not UTF-8", hint=hint)])


def _check_single(path: str, seen: set[str]) -> None:
    """Raise ``Problems`` if ``path`` is among those ``seen``, and add it to them."""
    if path in seen:
        message = "is there twice: two names differ only in the form in which Unicode writes their accents"
        raise Problems([Problem(path=path, message=message, hint="Remove or rename one of them.")])
    seen.add(path)


def is_utf8(path: str) -> bool:
    """Return whether a path that the file system gave can be written as UTF-8."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def guess_media_type(path: str) -> str:
    """Return the media type of a file by its suffix."""
    return _type_table().guess_type(f"x{PurePosixPath(path).suffix.lower()}")[0] or (
        "application/gzip" if path.endswith(".gz") else "application/octet-stream"
    )


@lru_cache(maxsize=1)
def _type_table() -> mimetypes.MimeTypes:
    types = mimetypes.MimeTypes(filenames=())
    for media_type, suffix in _TYPES:
        types.add_type(media_type, suffix)
    return types
