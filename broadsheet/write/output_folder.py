"""Updates the output folder from the staging tree: whole files, moved only after the last one has rendered.

An output folder that a build wrote has ``edition.txt`` in it, with the build's marker: a digest of all its
files. If the marker is not one that the ledger knows, every file of the folder is compared. If there is
none, and there are files that are not outputs known to the ledger, the folder is somebody else's, and is
left alone.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from broadsheet.common import files
from broadsheet.common.problems import Problem, Problems
from broadsheet.ledger import Ledger
from broadsheet.write.changed_list import ChangedList
from broadsheet.write.staging import Staging, is_mount_point, staging_name

# The workflows of sites compare the file that is live with the one just built, by this name: under another
# they would never publish again, and say that the same site is live already.
MARKER = "edition.txt"
# What `publish` adds to a branch unless static/ has it: what GitHub Pages reads.
NO_JEKYLL, DOMAIN = ".nojekyll", "CNAME"
ADDED_BY_PUBLISH = (NO_JEKYLL, DOMAIN)
_MARKER_PREFIX = "Broadsheet edition "
_LOST_AND_FOUND = "lost+found"  # in the root of many a file system
_INTERIM = ".interim"  # in the staging tree


def trust(ledger: Ledger, folder: Path, *, verify: bool) -> bool:
    """Decide which files of ``folder`` the ledger may trust; return whether the folder is empty.

    With ``verify`` every file is read and compared. Raises ``Problems`` for a folder that is not ours.
    """
    if is_empty(folder):
        ledger.files.distrust_all()
        return True
    marker = read_marker(folder)
    if marker is None and not (ledger.seen and all(map(ledger.files.may_be_ours, walk(folder)))):
        raise Problems([_not_ours(folder)])
    if marker not in ledger.markers:
        ledger.files.distrust_all()
    elif verify:
        for path, digest in ledger.files.trusted():
            if not has_digest(folder / path, digest):
                ledger.files.distrust(path)
    return False


def move_into_place(
    ledger: Ledger, staging: Staging, listed: ChangedList, *, fresh: bool, verify: bool
) -> tuple[int, int]:
    """Move the staged files into place and remove unwanted outputs; return how many of each.

    ``fresh``: the folder is empty, so the whole tree is moved at once, unless it is in there. ``verify``:
    files that are no outputs are removed too, as they are from a folder that is not the one that the ledger
    knows. When nothing differs, no file is touched. What was written and removed is ``listed``.
    """
    # Borne while files are moved, and by no other build. Were it the next marker, a folder that was left half
    # way could pass for that build's with whoever lacks this ledger's marks: an older copy of the state.
    interim = f"unfinished {os.urandom(8).hex()}"
    # Also when no file is moved: it takes back the marker that a killed build has left in the ledger.
    ledger.commit(interim)
    marker, present = ledger.marker, read_marker(staging.folder)
    changed, removable = ledger.files.count_changed(), ledger.files.unwanted()
    known = present in ledger.markers
    is_marked = present == marker
    if verify and not fresh:
        is_marked = has_digest(staging.folder / MARKER, files.digest(format_marker(marker)))
        others = (path for path in walk(staging.folder) if ledger.files.planned_spelling(path) != path)
        removable = sorted({*removable, *others} - {MARKER})
    if known and is_marked and not (fresh or changed or removable):
        return 0, 0
    if listed:
        every = fresh or ledger.was_interrupted
        listed.add("+", ledger.files.planned() if every else ledger.files.changed())
        listed.add("+", () if is_marked else (MARKER,))
    if not is_marked:
        staging.write(MARKER, format_marker(marker))
    if fresh and not staging.is_inside:
        staging.move_tree()
        return changed, 0
    if not is_marked:
        staging.write(_INTERIM, format_marker(interim))
        staging.move(_INTERIM, MARKER)
    for path in ledger.files.changed():
        staging.move(path)
    if not known:
        removable = sorted({*removable, *walk(staging.folder)} - {MARKER})
    removed = _remove(ledger, staging, removable)
    listed.add("-", removed)
    if not is_marked:
        staging.move(MARKER)
    staging.clear()
    return changed, len(removed)


def _remove(ledger: Ledger, staging: Staging, removable: list[str]) -> list[str]:
    """Remove files that are no outputs any more, and return their paths."""
    removed = [path for path in removable if not _is_wanted(ledger, staging, path)]
    for path in removed:
        staging.remove(path)
    return removed


def check_ours(folder: Path) -> None:
    """Raise ``Problems`` unless ``folder`` has the marker of a build in it."""
    if read_marker(folder) is None:
        raise Problems([_not_ours(folder)])


def remove_tree(folder: Path) -> None:
    """Remove an output folder with all that is in it; a mount point stays, empty."""
    try:
        shutil.rmtree(folder)
    except OSError:
        if any(folder.iterdir()):
            raise


def read_marker(folder: Path) -> str | None:
    """Return the marker of the build in ``folder``, None if there is none."""
    try:
        text = (folder / MARKER).read_text(encoding="ascii")
    except (OSError, ValueError):
        return None
    return text.removeprefix(_MARKER_PREFIX).strip() if text.startswith(_MARKER_PREFIX) else None


def format_marker(marker: str) -> bytes:
    """Return the content of the file that bears a build's marker."""
    return f"{_MARKER_PREFIX}{marker}\n".encode()


def is_empty(folder: Path) -> bool:
    """Return whether ``folder`` is absent or has nothing in it.

    In a mount point, what the file system or a killed build has left does not count.
    """
    left = {_LOST_AND_FOUND, staging_name(folder.resolve())}
    try:
        with os.scandir(folder) as found:
            first = next(found, None)
            if first is None or first.name not in left:
                return first is None
            return all(entry.name in left for entry in found) and is_mount_point(folder.resolve())
    except FileNotFoundError:
        return True


def walk(folder: Path) -> Iterator[str]:
    """Yield the paths of the files of an output folder.

    Files and folders whose names begin with a dot are not outputs and left out, as are leftovers of editors
    and systems.
    """
    for top, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = (Path(top) / name).relative_to(folder).as_posix()
            if not name.startswith(".") and not files.is_leftover(name) and files.is_utf8(path):
                yield path


def has_digest(file: Path, wanted: bytes) -> bool:
    """Return whether there is a ``file``, and no link or pipe, whose content has the digest ``wanted``."""
    try:
        return stat.S_ISREG(file.lstat().st_mode) and files.digest(file.read_bytes()) == wanted
    except OSError:
        return False


def _is_wanted(ledger: Ledger, staging: Staging, path: str) -> bool:
    """Return whether the file at ``path`` is an output, also by another spelling of its path.

    A page that was ``Flood`` and is ``flood`` now is two files on Linux, and one on macOS and Windows.
    """
    spelling = ledger.files.planned_spelling(path)
    return spelling == path or (spelling is not None and staging.is_one_file(path, spelling))


def _not_ours(folder: Path) -> Problem:
    message = "the output folder holds files that Broadsheet did not write"
    hint = "Name another folder with --output; or empty this one, if nothing in it is yours."
    return Problem(path=folder.name, message=message, hint=hint)
