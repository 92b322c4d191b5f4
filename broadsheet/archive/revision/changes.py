"""The changes of one revision, and the questions and units of the plan that they may affect."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence

from broadsheet.archive.facts import Facts, parse_facts
from broadsheet.archive.questions import AnyKind
from broadsheet.archive.questions.listings import count_in
from broadsheet.archive.questions.question import Change, What, find_facet_id
from broadsheet.archive.revision.state_values import put_value, read_value
from broadsheet.common.keys import EVERYTHING
from broadsheet.common.periods import ALL_TIME

# How many units of the plan are held in memory until they are stored.
_MOST_UNITS = 50_000
# When at least so many articles have changed, and one in so many of all, every question is touched: to
# find those that are affected takes longer than to ask them all again.
_MANY, _ONE_IN = 1000, 4


class Changes:
    """Notes what changes, and finally marks what that may affect with the number of the build."""

    def __init__(
        self,
        db: sqlite3.Connection,
        *,
        kinds: Sequence[AnyKind],
        units: Callable[[Change], Iterable[str]],
    ) -> None:
        """Begin without changes; ``kinds`` and ``units`` say which questions and units a change affects."""
        self._db = db
        self._kinds = kinds
        self._units = units
        self._build = int(read_value(db, "build") or 0)
        (self._has_questions,) = db.execute("SELECT EXISTS (SELECT 1 FROM question)").fetchone()
        self._any = self._all = False
        self._touched_units: set[str] = set()
        db.execute(
            "CREATE TEMP TABLE IF NOT EXISTS change"
            " (what TEXT, name TEXT, before TEXT, after TEXT, PRIMARY KEY (what, name))"
        )
        db.execute("DELETE FROM temp.change")

    def note(self, what: What, name: str, before: Facts | None = None, after: Facts | None = None) -> None:
        """Note a change; when one source changes several times, its first ``before`` counts."""
        self._any = True
        self._touched_units.update(self._units(Change(what, name, before, after)))
        if len(self._touched_units) > _MOST_UNITS:
            self._touch_units()
        if not self._has_questions or self._all:
            return  # there are no questions, or all will be touched: none has to be found
        texts = (before.text if before else None, after.text if after else None)
        self._db.execute(
            "INSERT INTO temp.change VALUES (?, ?, ?, ?)"
            " ON CONFLICT (what, name) DO UPDATE SET after = excluded.after",
            (what, name, *texts),
        )

    def note_wants(self, what: What, name: str) -> None:
        """Note that a source may want other outputs, though it has not changed itself."""
        self._any = True
        self._touched_units.update(self._units(Change(what, name)))

    def note_all(self) -> None:
        """Note that anything may have changed, so that every question and every unit is touched."""
        self._all = True

    def finish(self, *, every_unit: bool = False) -> int:
        """Touch the questions and units that the changes may affect; return the number of the build.

        ``every_unit``: touch each unit of the plan.
        """
        if not self._any and not every_unit and self._build:
            return self._build
        build = self._build + 1
        put_value(self._db, "build", str(build))
        if every_unit or self._all:
            self._db.execute("UPDATE unit SET touched = ?", (build,))
        self._touch_units()
        if self._all or self._most_changed():
            self._db.execute("UPDATE question SET touched = ?", (build,))
        else:
            self._touch_questions(build)
        return build

    def _touch_units(self) -> None:
        self._db.executemany(
            "INSERT INTO unit (name, touched) VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET touched = excluded.touched",
            [(unit, self._build + 1) for unit in sorted(self._touched_units)],
        )
        self._touched_units.clear()

    def _touch_questions(self, build: int) -> None:
        rows = self._db.execute("SELECT what, name, before, after FROM temp.change ORDER BY what, name")
        for what, name, before, after in rows:
            change = Change(what, name, _parse(before), _parse(after))
            for kind in self._kinds:
                subject_keys = {kind.subject_key(subject) for subject in kind.footprint(self._db, change)}
                self._db.executemany(
                    "UPDATE question SET touched = ? WHERE subject_key = ?",
                    [(build, subject_key) for subject_key in sorted(subject_keys)],
                )

    def _most_changed(self) -> bool:
        """Return whether so many articles have changed that every question may well have another answer."""
        (changed,) = self._db.execute("SELECT count(*) FROM temp.change WHERE what = 'article'").fetchone()
        if changed < _MANY:
            return False
        return bool(changed * _ONE_IN >= count_in(self._db, find_facet_id(self._db, EVERYTHING), ALL_TIME))


def _parse(text: str | None) -> Facts | None:
    return parse_facts(text) if text is not None else None
