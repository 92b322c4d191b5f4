"""What the ledger knows of the files in the output folder: which to trust, to move into place, to remove."""

from __future__ import annotations

from collections.abc import Iterator

from broadsheet.common.slugs import path_key
from broadsheet.ledger.folder_build import FolderBuild

_BATCH = 256


class FolderFiles:
    """The files of one output folder, by the outputs in the ledger.

    A file is trusted if the ledger has its digest. One that is not trusted is rendered and compared by the
    next build.
    """

    def __init__(self, build: FolderBuild) -> None:
        """Look at the outputs of ``build``."""
        self._db = build.db
        self._folder = build.folder

    def distrust_all(self) -> None:
        """Trust no file: the folder is another one than was written, or shall be looked at file by file."""
        self._db.execute("UPDATE output SET digest = NULL WHERE folder = ?", (self._folder,))

    def distrust(self, path: str) -> None:
        """Trust one file no longer: it is not what was written."""
        self._db.execute(
            "UPDATE output SET digest = NULL WHERE folder = ? AND path = ?", (self._folder, path)
        )

    def trust_rendered(self) -> None:
        """Trust every file as it was rendered: all of them are in place."""
        self._db.execute(
            "UPDATE output SET digest = rendered WHERE folder = ? AND gone = 0 AND digest IS NULL",
            (self._folder,),
        )

    def trusted(self) -> Iterator[tuple[str, bytes]]:
        """Yield path and digest of every file that is trusted."""
        query = (
            "SELECT path_key, path, digest FROM output"
            " WHERE folder = ? AND path_key > ? AND digest IS NOT NULL ORDER BY path_key LIMIT ?"
        )
        last = ""
        while rows := self._db.execute(query, (self._folder, last, _BATCH)).fetchall():
            for _, path, digest in rows:
                yield path, digest
            last = rows[-1][0]

    def may_be_ours(self, path: str) -> bool:
        """Return whether a file at ``path`` may be an output, or one that was and is still to be removed."""
        query = "SELECT 1 FROM output WHERE folder = ? AND path_key = ?"
        return self._db.execute(query, (self._folder, path_key(path))).fetchone() is not None

    def planned_spelling(self, path: str) -> str | None:
        """Return the path of the output that some file systems take for the file at ``path``, if any."""
        query = "SELECT path FROM output WHERE folder = ? AND path_key = ? AND gone = 0"
        row = self._db.execute(query, (self._folder, path_key(path))).fetchone()
        return row[0] if row else None

    def count_changed(self) -> int:
        """Return how many files are to be moved into place."""
        query = "SELECT count(*) FROM output WHERE folder = ? AND gone = 0 AND digest IS NULL"
        return int(self._db.execute(query, (self._folder,)).fetchone()[0])

    def changed(self) -> Iterator[str]:
        """Yield the paths of the files to be moved into place, in order."""
        query = "SELECT path FROM output WHERE folder = ? AND gone = 0 AND digest IS NULL ORDER BY path"
        for (path,) in self._db.execute(query, (self._folder,)):
            yield path

    def planned(self) -> Iterator[str]:
        """Yield the paths of all outputs of the plan, in order."""
        query = "SELECT path FROM output WHERE folder = ? AND gone = 0 ORDER BY path"
        for (path,) in self._db.execute(query, (self._folder,)):
            yield path

    def unwanted(self) -> list[str]:
        """Return the paths of the outputs that no unit wants any more, in order."""
        query = "SELECT path FROM output WHERE folder = ? AND gone = 1 ORDER BY path"
        return [row[0] for row in self._db.execute(query, (self._folder,))]

    def delete_unwanted(self) -> None:
        """Delete the rows of the outputs that no unit wants any more."""
        self._db.execute("DELETE FROM output WHERE folder = ? AND gone = 1", (self._folder,))
