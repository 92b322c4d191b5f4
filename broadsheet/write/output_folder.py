"""Puts a staged site in its place: whole files, moved only after the last one has rendered.

An output folder that is ours bears ``edition.txt``, a digest of all that stands in it. A folder that
bears another build's than the ledger remembers is looked at file by file; one that bears none, and holds
what is no output that the ledger knows, is somebody else's and is not touched.
"""

from __future__ import annotations

from pathlib import Path

from broadsheet.common import files
from broadsheet.common.problems import Problem, Problems
from broadsheet.ledger import Ledger

MARKER = "edition.txt"
_MARK = "Broadsheet edition "


def trust(ledger: Ledger, folder: Path, *, verify: bool) -> bool:
    """Decide which files of ``folder`` the ledger may trust; return whether there are none at all.

    With ``verify`` every file is read. Raises ``Problems`` for a folder that is not ours.
    """
    if files.is_empty(folder):
        ledger.files.distrust_all()
        return True
    marker = marker_in(folder)
    if marker is None and not (ledger.seen and all(map(ledger.files.may_be_ours, files.walk_output(folder)))):
        raise Problems([_not_ours(folder)])
    if marker not in ledger.markers:
        ledger.files.distrust_all()
    elif verify:
        for path, digest in ledger.files.trusted():
            if not files.has_digest(folder / path, digest):
                ledger.files.distrust(path)
    return False


def check_ours(folder: Path) -> None:
    """Raise ``Problems`` unless ``folder`` bears the mark of a build."""
    if marker_in(folder) is None:
        raise Problems([_not_ours(folder)])


def _not_ours(folder: Path) -> Problem:
    message = "the output folder holds files that Broadsheet did not write"
    hint = "Name another folder with --output; or empty this one, if nothing in it is yours."
    return Problem(path=folder.name, message=message, hint=hint)


def publish(ledger: Ledger, staging: files.Staging, *, fresh: bool) -> tuple[int, int]:
    """Move what was staged into place, remove what no plan wants; return how many of each.

    ``fresh``: the folder is empty, so the whole tree is moved at once. When nothing differs, nothing is
    touched.
    """
    # Settled also when nothing moves: a killed build may have announced a build that never came.
    ledger.commit()
    marker, standing = ledger.marker, marker_in(staging.folder)
    changes, gone = ledger.files.count_changed(), ledger.files.unwanted()
    known = standing in ledger.markers
    if known and standing == marker and not (fresh or changes or gone):
        return 0, 0
    if standing != marker:
        staging.write(MARKER, f"{_MARK}{marker}\n".encode())
    if fresh:
        staging.publish_whole()
        return changes, 0
    for path in ledger.files.changed():
        staging.publish(path)
    if not known:
        gone = sorted({*gone, *files.walk_output(staging.folder)} - {MARKER})
    removed = [path for path in gone if not _is_wanted(ledger, staging, path)]
    for path in removed:
        staging.remove(path)
    if standing != marker:
        staging.publish(MARKER)
    staging.clear()
    return changes, len(removed)


def _is_wanted(ledger: Ledger, staging: files.Staging, path: str) -> bool:
    """Return whether the file at ``path`` is an output, also under another spelling of its name.

    A page that was ``Flood`` and is ``flood`` now is two files on Linux, and one on macOS and Windows.
    """
    spelled = ledger.files.planned_spelling(path)
    return spelled == path or (spelled is not None and staging.is_one_file(path, spelled))


def marker_in(folder: Path) -> str | None:
    """Return the mark of the build that stands in ``folder``, None if there is no such mark."""
    try:
        text = (folder / MARKER).read_text(encoding="ascii")
    except (OSError, ValueError):
        return None
    return text.removeprefix(_MARK).strip() if text.startswith(_MARK) else None
