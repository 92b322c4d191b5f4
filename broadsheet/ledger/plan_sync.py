"""Brings the outputs in the ledger up to date with the plan, and finds the paths that clash.

Only units touched since the folder's last build are asked what they want; the outputs of all others stay as
they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from broadsheet.common.slugs import path_key
from broadsheet.ledger.folder_build import FolderBuild
from broadsheet.ledger.totals import Counted, Totals
from broadsheet.plan.output import Output


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """Several units want one path; or, with ``folder``, one wants a file where the others need a folder.

    ``units`` are their names in order, each once: a single one wants the path twice.
    """

    path: str
    units: tuple[str, ...]
    folder: bool = False


class _Claim(NamedTuple):
    """A unit that wants a contested path, which is the same for all that have one ``key``."""

    key: str
    unit: str
    path: str


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
        claims = self._claims_of_touched()
        self._drop_unchanged()
        claims += self._claims_with_untouched()
        if claims:
            return _clashes(claims)
        self._recount_changed_kinds()
        query = "SELECT 1 FROM output WHERE folder = ? LIMIT 1"
        alone = self._db.execute(query, (self._folder,)).fetchone() is None
        self._store()
        return _clashes(self._claims_with_folders(alone=alone), folder=True)

    def find_clashes(self, path: str, unit: str = "site") -> list[Clash]:
        """Return the clashes of the plan with ``path``, a file of the folder that is not an output.

        ``unit`` is what they are said to be with. Unless it is the site itself, a static file may take its
        place.
        """
        key = path_key(path)
        query = (
            "SELECT u.name, o.path_key = ? FROM output o JOIN unit u ON u.id = o.unit"
            " WHERE o.folder = ? AND o.gone = 0 AND (o.path_key = ? OR o.path_key >= ? AND o.path_key < ?)"
        )
        found = self._db.execute(query, (key, self._folder, key, f"{key}/", f"{key}0")).fetchall()
        if unit != "site":
            found = [
                (name, is_same) for name, is_same in found if not (is_same and name.startswith("static "))
            ]
        claims = [_Claim(key, name, path) for name, _ in found]
        is_folder = not any(is_same for _, is_same in found)
        return _clashes([*claims, _Claim(key, unit, path)], folder=is_folder) if claims else []

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

    def _claims_of_touched(self) -> list[_Claim]:
        """Return the touched units that want the same path as another one, or one path twice."""
        rows = self._db.execute(
            "SELECT w.path_key, u.name, w.path FROM temp.wanted w JOIN unit u ON u.id = w.unit"
            " WHERE w.path_key IN (SELECT path_key FROM temp.wanted GROUP BY path_key HAVING count(*) > 1)"
        )
        return [_Claim(*row) for row in rows]

    def _claims_with_untouched(self) -> list[_Claim]:
        """Return the touched units that want the output of an untouched one, and that one."""
        rows = self._db.execute(
            "SELECT w.path_key, u.name, w.path, v.name, o.path FROM temp.wanted w"
            " CROSS JOIN output o ON o.folder = ? AND o.path_key = w.path_key"
            " AND o.gone = 0 AND o.unit <> w.unit"
            " JOIN unit u ON u.id = w.unit JOIN unit v ON v.id = o.unit AND v.touched <= ?",
            (self._folder, self._seen),
        )
        return [
            claim
            for key, unit, path, other, its_path in rows
            for claim in (_Claim(key, unit, path), _Claim(key, other, its_path))
        ]

    def _claims_with_folders(self, *, alone: bool) -> list[_Claim]:
        """Return the units that need a folder where a file is wanted, and who wants that, if either is new.

        ``alone``: all outputs are new. Then looking from the output that needs the folder finds every pair.
        """
        claims = []
        others = (
            "SELECT DISTINCT v.name, o.path FROM output o JOIN unit v ON v.id = o.unit"
            " WHERE o.folder = ? AND o.gone = 0 AND "
        )
        rows = self._db.execute(
            "SELECT w.path_key, w.path, u.name FROM temp.wanted w"
            " JOIN unit u ON u.id = w.unit ORDER BY w.path_key"
        )
        files: dict[str, tuple[str, str] | None] = {}
        for key, path, unit in rows:
            steps = key.split("/")[:-1]
            folders = tuple("/".join(steps[:length]) for length in range(1, len(steps) + 1))
            for folder in folders:
                if folder not in files:
                    files[folder] = self._db.execute(
                        others + "o.path_key = ?", (self._folder, folder)
                    ).fetchone()
                if found := files[folder]:
                    claims += [_Claim(folder, found[0], found[1]), _Claim(folder, unit, found[1])]
            files = {folder: files[folder] for folder in folders}
            if not alone:
                below = (self._folder, f"{key}/", f"{key}0")
                needing = self._db.execute(others + "o.path_key >= ? AND o.path_key < ?", below).fetchall()
                claims += [
                    _Claim(key, name, path) for name in (unit, *(each for each, _ in needing)) if needing
                ]
        return claims


def _clashes(claims: Iterable[_Claim], *, folder: bool = False) -> list[Clash]:
    """Return one clash for each contested path.

    Its spelling is that of the unit whose name comes first, whichever of them were touched.
    """
    return [
        Clash(
            path=of_path[0].path, units=tuple(dict.fromkeys(claim.unit for claim in of_path)), folder=folder
        )
        for of_path in (tuple(each) for _, each in groupby(sorted(claims), attrgetter("key")))
    ]
