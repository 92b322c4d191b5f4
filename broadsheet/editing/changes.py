"""Changes of files that are worked out first, shown as a unified diff, and then made: all of them or none.

Paths are relative to the site's folder, POSIX. Contents are bytes: what is not changed stays as it is.
"""

from __future__ import annotations

import difflib
import os
import stat
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from broadsheet.common import files
from broadsheet.common.problems import Problem, Problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A file at ``path`` that becomes ``after``, and goes to ``moved_to`` unless that is empty."""

    path: str
    before: bytes
    after: bytes
    moved_to: str = ""

    @property
    def target(self) -> str:
        """Where the file is afterwards."""
        return self.moved_to or self.path


def format_diff(changes: Sequence[Change]) -> Iterator[str]:
    """Yield the lines of a unified diff without their line feeds.

    A file that only moves is told by its names, as Git tells it.
    """
    for change in changes:
        if change.moved_to:
            yield f"rename from {change.path}"
            yield f"rename to {change.moved_to}"
        if change.before != change.after:
            before, after = _rows(change.before), _rows(change.after)
            names = f"a/{change.path}", f"b/{change.target}"
            yield from difflib.unified_diff(before, after, *names, lineterm="")


def make_changes(root: Path, changes: Sequence[Change]) -> None:
    """Make all ``changes`` to files below ``root``.

    Each file is written anew beside its place, and only when all are written they are moved there. Raises
    ``Problems``, and changes nothing, if a file is no longer what it was when the changes were worked out.
    """
    _check(root, changes)
    staged: list[tuple[Path, Path]] = []
    made: list[Path] = []
    written: list[tuple[Change, Path]] = []
    try:
        for change in changes:
            source = Path(files.locate(root, change.path)).resolve()
            target = root / change.moved_to if change.moved_to else source
            made += _make_folders(target.parent)
            staged.append((_stage(target, source, change.after), target))
        for change, (temporary, target) in zip(changes, staged, strict=True):
            written.append((change, target))
            temporary.replace(target)
    except BaseException:
        for temporary, _ in staged:
            temporary.unlink(missing_ok=True)
        for change, target in written:
            _undo(change, target)
        for folder in reversed(made):
            with suppress(OSError):
                folder.rmdir()
        raise
    for change in changes:
        if change.moved_to:
            _remove(root, change.path)


def _check(root: Path, changes: Sequence[Change]) -> None:
    """Raise ``Problems`` unless each file is what it was, and where it shall be nothing is."""
    found = []
    for change in changes:
        if files.read(root, change.path) != change.before:
            message = "has been changed meanwhile, so nothing was written"
            found.append(Problem(path=change.path, message=message, hint="Try again."))
        elif change.moved_to and Path(files.locate(root, change.moved_to)).exists():
            found.append(Problem(path=change.moved_to, message="is there already", hint="Move it elsewhere."))
    if found:
        raise Problems(found)


def _undo(change: Change, target: Path) -> None:
    """Put back what was there before a change; what cannot be put back is left as it is."""
    with suppress(OSError):
        if change.moved_to:
            target.unlink()
        elif target.read_bytes() != change.before:
            _stage(target, target, change.before).replace(target)


def _rows(content: bytes) -> list[str]:
    """Return the lines of a file, which end at line feeds, as Git has them; a carriage return is shown."""
    rows = content.decode(errors="replace").split("\n")
    return rows[:-1] if rows[-1] == "" else [*rows[:-1], f"{rows[-1]}\n\\ No newline at end of file"]


def _make_folders(folder: Path) -> list[Path]:
    """Make a folder and those above it; return those that were not there, the highest first."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    return missing[::-1]


def _stage(target: Path, source: Path, content: bytes) -> Path:
    """Write ``content`` beside ``target``, with the permissions of ``source``; return where."""
    number, name = tempfile.mkstemp(prefix=".", suffix=".tmp", dir=target.parent)
    with os.fdopen(number, "wb") as opened:
        opened.write(content)
    staged = Path(name)
    staged.chmod(stat.S_IMODE(source.stat().st_mode))
    return staged


def _remove(root: Path, path: str) -> None:
    """Remove a file, and the folders above it that are empty then, up to the top one."""
    file = Path(files.locate(root, path))
    file.unlink()
    for folder in list(file.parents)[: path.count("/") - 1]:
        with suppress(OSError):
            folder.rmdir()
