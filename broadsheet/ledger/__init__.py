"""What each output asked, with a digest of each answer; which outputs are stale, and why.

The ledger is kept for each output folder. It knows three things of every output: that the plan wants it,
which questions it asked when it was last rendered, and the digest of the file in the folder. A revision of
the archive leaves the number of its build on the units and questions that it may have touched (see
``archive.database``). From these numbers a build of the folder finds, by indexes and without a look at all
other outputs,

- which outputs come and go (``plan_sync``): only units touched since the folder's last build are asked;
- which outputs are stale (``staleness``): those that asked a question whose answer has another digest now.

Answers are compared, not sources. So an article that is edited and put back makes nothing stale, and neither
does an edit of something that no output asked about. All outputs of a build see the archive in one state, so
the digest of an answer is stored once for each question, and not for each output that asked it.

Most of what is stored is which output asked which question of the archive: with 100,000 articles a million
pairs. A pair is two integers, 9 bytes in each of two orders (``dependencies``). A page asks some 40 questions
about the site too (settings, templates, the engine), but all pages of one layout ask the same ones. These are
stored as sets, each once (``shared_sets``): as pairs they would be four times as many as all others.

A build can be killed at any moment. ``commit`` saves what the outputs asked together with a mark on every
file that is about to change (its digest is NULL: unknown), before the first file does. ``close`` takes the
marks away, and only then says that the folder has seen the build. If the build is killed in between, the next
one finds the same changes again, and checks the marked files whatever they asked. Were everything saved only
at the end, an edit that is reverted after such a kill would leave a stale page that looks fresh.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator

from broadsheet.archive.questions.question import Answers
from broadsheet.archive.visibility import Visibility
from broadsheet.common.problems import Problem
from broadsheet.ledger.dependencies import Dependencies, RenderedBatch, RenderResult
from broadsheet.ledger.folder_build import FolderBuild
from broadsheet.ledger.folder_files import FolderFiles
from broadsheet.ledger.lookups import BuildOptions, find_output
from broadsheet.ledger.plan_sync import Clash, PlanSync
from broadsheet.ledger.removals import RemovedArticle, count_planned_articles, list_removed_articles
from broadsheet.ledger.staleness import Due, Staleness
from broadsheet.ledger.totals import Counted, Totals
from broadsheet.plan.output import Output


class Ledger:
    """The ledger of one output folder, within the transaction of one build.

    A build calls ``plan``, ``mark_due``, ``due`` and ``record`` (for each batch), ``commit`` and
    ``close``, in this order. ``files`` are the files of the folder. ``seen`` is the number of the folder's
    last build, and ``markers`` are those that the folder may bear: the marker of that build, and those of a
    later one that was killed, before and after its last file was moved. ``articles`` is how many articles had
    been rendered before this build.
    """

    def __init__(self, db: sqlite3.Connection, folder: str, build: int) -> None:
        """Open the ledger of ``folder``, by a name that does not change, for the build of that number."""
        insert = (
            "INSERT OR IGNORE INTO folder (path, seen, total, taken, marker, next_marker)"
            " VALUES (?, 0, '0', '{}', '', '')"
        )
        db.execute(insert, (folder,))
        query = "SELECT id, seen, marker, next_marker, total, taken FROM folder WHERE path = ?"
        row = db.execute(query, (folder,)).fetchone()
        number, self.seen, *markers, total, by_kind = row
        self.markers = frozenset(markers)
        if len(self.markers) > 1:
            self.markers |= {total}
        self._db = db
        self._name = folder
        self._build = FolderBuild(db=db, folder=number, number=build, seen=self.seen)
        self._totals = Totals(total, by_kind)
        self.articles = self._count_articles()
        self._plan_sync = PlanSync(self._build, self._totals)
        self._staleness = Staleness(self._build)
        self._dependencies = Dependencies(self._build)
        self.files = FolderFiles(self._build)
        # What the totals count of the outputs that are being rendered, as of their last rendering.
        self._rendering: dict[int, Counted] = {}

    @property
    def marker(self) -> str:
        """The marker of this build: a digest of every output's path and bytes."""
        return self._totals.marker

    @property
    def was_interrupted(self) -> bool:
        """Whether the folder's last build ended while it was moving files, so that some may be in place."""
        return len(self.markers) > 1

    @property
    def totals(self) -> dict[str, tuple[int, int]]:
        """For each kind of output, how many are rendered, and their size in bytes."""
        return self._totals.by_kind

    @property
    def answers(self) -> Answers:
        """Some hundreds of answers that ``mark_due`` has compared, and that rendering will ask for too."""
        return self._staleness.answers

    def plan(self, wanted: Callable[[str], Iterable[Output]]) -> list[Clash]:
        """Take in what the touched units want now; return the clashes, after which nothing may be written.

        ``wanted`` returns the outputs of a unit.
        """
        return self._plan_sync.sync(wanted)

    def reserve(self, path: str, unit: str = "site") -> list[Clash]:
        """Return the clashes of the plan with ``path``, a file of the folder that is not an output.

        ``unit`` is what they are said to be with. Unless it is the site itself, a static file may take its
        place.
        """
        return self._plan_sync.find_clashes(path, unit)

    def find_output(self, path: str) -> Output | None:
        """Return the output that the plan has at a path, None if there is none."""
        return find_output(self._db, self._name, path)

    def keeps_most_articles(self) -> bool:
        """Return whether the plan surely has half of the articles that the folder had: asks for no row."""
        return self._count_articles() * 2 >= self.articles

    def removed_articles(self, visibility: Visibility) -> list[RemovedArticle]:
        """Return the articles that the folder had and the plan no longer has."""
        return list_removed_articles(self._build, visibility)

    def count_planned_articles(self) -> int:
        """Return how many articles the plan has."""
        return count_planned_articles(self._build)

    def mark_due(self) -> int:
        """Mark what has to be rendered, with the reasons; return how many outputs that is."""
        return self._staleness.mark_due()

    def due(self) -> Iterator[Due]:
        """Yield the outputs to render, in the order of their paths."""
        for due, counted in self._staleness.due():
            self._rendering[due.number] = counted
            yield due

    def list_due_pictures(self) -> Iterator[Output]:
        """Yield the outputs to render that are made of pictures, a few among many."""
        return self._staleness.list_due_pictures()

    def record(self, batch: RenderedBatch) -> Iterator[tuple[Problem, ...]]:
        """Record the outputs of a batch, each its digest and what it asked; ``commit`` saves it.

        Yields for each output its problems: none if it was rendered.
        """
        self._dependencies.record_shared(batch.shared)
        for result in batch.results:
            if isinstance(result, RenderResult):
                before = self._rendering.pop(result.number)
                self._totals.subtract(before)
                self._totals.add(Counted(before.path, before.kind, result.digest, result.size))
                self._dependencies.record(result)
                yield ()
            else:
                yield result

    def commit(self, interim_marker: str) -> None:
        """Save what the outputs asked, with a mark on every file about to change; begin a new transaction.

        The folder bears ``interim_marker`` until the last file is moved.
        """
        self._dependencies.flush()
        self._db.execute(
            "UPDATE folder SET total = ?, next_marker = ?, taken = ? WHERE id = ?",
            (self._totals.marker, interim_marker, self._totals.to_json(), self._build.folder),
        )
        self._db.execute("COMMIT")
        self._db.execute("BEGIN IMMEDIATE")

    def close(self, options: BuildOptions) -> None:
        """End the build: every file is in place as rendered, and the folder has seen the build."""
        self.files.trust_rendered()
        self._dependencies.delete_unused()
        self.files.delete_unwanted()
        self._staleness.clear()
        self._db.execute(
            "UPDATE folder SET seen = ?, marker = total, next_marker = total, drafts = ?, as_of = ?"
            " WHERE id = ?",
            (self._build.number, options.drafts, options.as_of, self._build.folder),
        )

    def _count_articles(self) -> int:
        """Return how many articles that are in the plan are rendered."""
        return self._totals.by_kind.get("article", (0, 0))[0]

    def close_plan(self) -> None:
        """End a build that only plans: the folder has seen the build, though nothing was rendered.

        For the preview, which renders outputs when they are requested and stores none. The folder's outputs
        are not checked for staleness, so nothing may be built from this folder's ledger afterwards.
        """
        self.files.delete_unwanted()
        self._db.execute("UPDATE folder SET seen = ? WHERE id = ?", (self._build.number, self._build.folder))
