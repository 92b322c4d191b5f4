"""Brings the outputs in the ledger up to date with the plan, and finds the paths that clash.

Only units touched since the folder's last build are asked what they want; the outputs of all others stay as
they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from broadsheet.common.slugs import path_key
from broadsheet.ledger.folder_build import FolderBuild
from broadsheet.ledger.totals import Counted, Totals
from broadsheet.plan.output import Output


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """Two units want one path; or, with ``folder``, one wants a file where the other needs a folder."""

    path: str
    unit: str
    other: str
    folder: bool = False


class PlanSync:
    """Writes what the touched units want into the table of outputs."""

    def __init__(self, build: FolderBuild, totals: Totals) -> None:
        """Work on the outputs of ``build``, and keep ``totals`` up to date with them."""
        self._db = build.db
        self._folder = build.folder
        self._seen = build.seen
        self._totals = totals

    def sync(self, wanted: Callable[[str], Iterable[Output]]) -> list[Clash]:
        """Take in what the touched units want now; return the clashes, after which no file may be written.

        ``wanted`` returns the outputs of a unit.
        """
        self._collect(wanted)
        self._mark_unwanted()
        clashes = self._clashes_among_wanted()
        self._drop_unchanged()
        clashes += self._clashes_with_untouched()
        if clashes:
            return clashes
        self._recount_changed_kinds()
        query = "SELECT 1 FROM output WHERE folder = ? LIMIT 1"
        alone = self._db.execute(query, (self._folder,)).fetchone() is None
        self._store()
        return self._clashes_with_folders(alone=alone)

    def find_clashes(self, path: str) -> list[Clash]:
        """Return the clashes of the plan with ``path``, a file of the folder that is not an output."""
        key = path_key(path)
        query = (
            "SELECT o.path, u.name FROM output o JOIN unit u ON u.id = o.unit"
            " WHERE o.folder = ? AND o.gone = 0"
            " AND (o.path_key = ? OR o.path_key >= ? AND o.path_key < ?) ORDER BY o.path"
        )
        rows = self._db.execute(query, (self._folder, key, f"{key}/", f"{key}0"))
        return [Clash(path=path, unit=unit, other="site", folder=found != path) for found, unit in rows]

    def _collect(self, wanted: Callable[[str], Iterable[Output]]) -> None:
        """Fill the table ``wanted`` with what the touched units want."""
        db = self._db
        db.execute("DROP TABLE IF EXISTS temp.wanted")
        db.execute("CREATE TEMP TABLE wanted (unit INT, path TEXT, path_key TEXT, kind TEXT, subject TEXT)")
        units = "SELECT id, name FROM unit INDEXED BY unit_touched WHERE touched > ? ORDER BY name"
        for unit, name in db.execute(units, (self._seen,)):
            rows = [(unit, out.path, path_key(out.path), out.kind, out.subject) for out in wanted(name)]
            db.executemany("INSERT INTO temp.wanted VALUES (?, ?, ?, ?, ?)", rows)
        db.execute("CREATE INDEX temp.wanted_path_key ON wanted (path_key)")

    def _mark_unwanted(self) -> None:
        """Mark as gone the outputs that their touched units no longer want."""
        unwanted = (
            "SELECT o.id, o.path, o.kind, o.rendered, o.size FROM output o"
            " WHERE o.folder = :folder AND o.unit IN (SELECT id FROM unit WHERE touched > :seen)"
            " AND o.gone = 0 AND NOT EXISTS"
            " (SELECT 1 FROM temp.wanted w"
            " WHERE w.path_key = o.path_key AND w.path = o.path AND w.unit = o.unit)"
        )
        parameters = {"folder": self._folder, "seen": self._seen}
        for number, *counted in self._db.execute(unwanted, parameters).fetchall():
            self._totals.subtract(Counted(*counted))
            self._db.execute(
                "UPDATE output SET gone = 1, digest = NULL, rendered = NULL WHERE id = ?", (number,)
            )
            # Wanted under another spelling: the row keeps the old one until its file is removed.
            self._db.execute(
                "UPDATE OR REPLACE output SET path_key = char(0) || path WHERE id = ? AND EXISTS"
                " (SELECT 1 FROM temp.wanted w WHERE w.path_key = output.path_key AND w.path <> output.path)",
                (number,),
            )

    def _drop_unchanged(self) -> None:
        """Drop from ``wanted`` what is in the plan already, which is most of it."""
        self._db.execute(
            "DELETE FROM temp.wanted WHERE EXISTS (SELECT 1 FROM output o"
            " WHERE o.folder = ? AND o.path_key = wanted.path_key AND o.gone = 0"
            " AND (o.path, o.unit, o.kind, o.subject)"
            " = (wanted.path, wanted.unit, wanted.kind, wanted.subject))",
            (self._folder,),
        )

    def _recount_changed_kinds(self) -> None:
        """Count outputs that are now of another kind as of that kind."""
        query = (
            "SELECT o.path, o.kind, o.rendered, o.size, w.kind FROM temp.wanted w CROSS JOIN output o"
            " ON o.folder = ? AND o.path_key = w.path_key AND o.kind <> w.kind"
        )
        for path, kind, rendered, size, new_kind in self._db.execute(query, (self._folder,)).fetchall():
            self._totals.subtract(Counted(path, kind, rendered, size))
            self._totals.add(Counted(path, new_kind, rendered, size))

    def _store(self) -> None:
        """Write what is left in ``wanted`` into the plan; an output made another way is no longer known."""
        self._db.execute(
            "INSERT INTO output (folder, path, path_key, unit, kind, subject)"
            " SELECT ?, path, path_key, unit, kind, subject FROM temp.wanted WHERE true"
            " ON CONFLICT (folder, path_key) DO UPDATE"
            " SET path = excluded.path, unit = excluded.unit, gone = 0,"
            " digest = iif(kind = excluded.kind AND subject = excluded.subject, digest, NULL),"
            " build = iif(kind = excluded.kind AND subject = excluded.subject, build, 0),"
            " kind = excluded.kind, subject = excluded.subject",
            (self._folder,),
        )

    def _clashes_among_wanted(self) -> list[Clash]:
        """Return the clashes of touched units with each other."""
        rows = self._db.execute(
            "SELECT w.path, u.name, v.name FROM temp.wanted w JOIN temp.wanted x ON x.path_key = w.path_key"
            " AND x.rowid > w.rowid"
            " JOIN unit u ON u.id = w.unit JOIN unit v ON v.id = x.unit ORDER BY 1, 2, 3"
        )
        return [Clash(path=path, unit=unit, other=other) for path, unit, other in rows]

    def _clashes_with_untouched(self) -> list[Clash]:
        """Return the clashes with outputs of untouched units, with the spelling that a clean build reports.

        That is the spelling of the unit whose name comes first.
        """
        rows = self._db.execute(
            "SELECT iif(v.name < u.name, o.path, w.path), u.name, v.name FROM temp.wanted w"
            " CROSS JOIN output o ON o.folder = ? AND o.path_key = w.path_key"
            " AND o.gone = 0 AND o.unit <> w.unit"
            " JOIN unit u ON u.id = w.unit JOIN unit v ON v.id = o.unit AND v.touched <= ?"
            " ORDER BY 1, 2, 3",
            (self._folder, self._seen),
        )
        return [Clash(path=path, unit=unit, other=other) for path, unit, other in rows]

    def _clashes_with_folders(self, *, alone: bool) -> list[Clash]:
        """Return the clashes of new outputs with a file where they need a folder, or the reverse.

        ``alone``: all outputs are new. Then looking from the output that needs the folder finds every pair.
        """
        clashes = []
        others = (
            "SELECT o.path, v.name FROM output o JOIN unit v ON v.id = o.unit"
            " WHERE o.folder = ? AND o.gone = 0 AND "
        )
        rows = self._db.execute(
            "SELECT w.path_key, w.path, u.name FROM temp.wanted w"
            " JOIN unit u ON u.id = w.unit ORDER BY w.path_key"
        )
        checked: tuple[str, ...] = ()
        for key, path, unit in rows:
            steps = key.split("/")[:-1]
            folders = tuple("/".join(steps[:length]) for length in range(1, len(steps) + 1))
            for folder in folders:
                if folder not in checked:
                    found = self._db.execute(others + "o.path_key = ?", (self._folder, folder)).fetchone()
                    if found:
                        clashes.append(Clash(path=found[0], unit=unit, other=found[1], folder=True))
            checked = folders
            if not alone:
                below = (self._folder, f"{key}/", f"{key}0")
                found = self._db.execute(
                    others + "o.path_key >= ? AND o.path_key < ? ORDER BY o.path_key", below
                ).fetchone()
                if found:
                    clashes.append(Clash(path=path, unit=unit, other=found[1], folder=True))
        return clashes
