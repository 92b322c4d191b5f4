"""What a build asks of its state: no statement goes through the whole archive for the sake of one article."""

from __future__ import annotations

import datetime as dt
import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from broadsheet.archive.database import open_state
from broadsheet.build.pipeline import BuildRequest, build
from broadsheet.build.site_folder import STATE
from broadsheet.ledger import Ledger
from tests.sample import AS_OF, copy_sample
from tests.sites import Site

# Tables with rows for each article, output or question.
_LARGE = (
    *("article", "story", "member", "source", "link", "tally", "facet"),
    *("question", "unit", "output", "answer", "asked", "sharing"),
)
# Indexes of what is rare, or of what has changed.
_SMALL = (
    *(
        "article_held",
        "article_gone",
        "article_expires",
        "article_draft",
        "link_broken",
        "file_link_broken",
        "link_active",
        "file_link_active",
    ),
    *("question_touched", "output_due", "output_unknown", "output_gone", "source_faulty"),
)
_STORY, _ANOTHER = "content/2026/11/gate-holds.md", "content/2026/11/another.md"
_SCAN = re.compile(r"SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?$")


def _built(folder: Path) -> tuple[Site, BuildRequest]:
    """Return the sample archive below ``folder``, built, and the order that builds it again."""
    site = copy_sample(folder / "site")
    order = BuildRequest(
        site=site.folder, output=site.folder / "public", as_of=dt.datetime.fromisoformat(AS_OF)
    )
    build(order)
    return site, order


@contextmanager
def _statements(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter[str]]:
    """Yield what is asked of SQLite meanwhile, and how often."""
    asked: Counter[str] = Counter()
    connect = sqlite3.connect

    def traced(*args: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*args, **options)
        connection.set_trace_callback(lambda statement: asked.update((statement,)))
        return connection

    with monkeypatch.context() as patch:
        patch.setattr(sqlite3, "connect", traced)
        yield asked


def _scans(state: sqlite3.Connection, statement: str) -> list[str]:
    """Return the steps of a statement that go through a whole table of those that are large."""
    if "EXISTS" in statement and " WHERE " not in statement:
        return []  # the first row ends it
    names = {alias: table for table, alias in re.findall(rf"\b({'|'.join(_LARGE)}) (\w)\b", statement)}
    try:
        steps = state.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall()
    except sqlite3.OperationalError:  # of a table that was there for that build only
        return []
    found = (_SCAN.match(step[-1]) for step in steps)
    return [
        match[0]
        for match in found
        if match and names.get(match[1], match[1]) in _LARGE and match[2] not in _SMALL
    ]


def test_no_statement_of_a_build_goes_through_the_archive_for_the_sake_of_one_article(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site, order = _built(tmp_path)
    text = site.read(_STORY)
    edits: dict[str, Callable[[], None]] = {
        "nothing": lambda: None,
        "title": lambda: site.write(_STORY, text.replace("title:", "title: More of", 1)),
        "added": lambda: site.write(
            _ANOTHER, text.replace("\nid:", "\nextra:").replace("tags: [", "tags: [New, ")
        ),
        "backdated": lambda: site.write(_ANOTHER, site.read(_ANOTHER).replace("date: 2026", "date: 2022")),
        "deleted": lambda: site.delete(_ANOTHER),
    }
    for name, edit in edits.items():
        edit()
        with _statements(monkeypatch) as asked:
            result = build(order)
        assert bool(result.written) is (name != "nothing"), name
        assert len(asked) > 20, name
        with closing(sqlite3.connect(site.folder / STATE)) as state:
            assert {each: scans for each in asked if (scans := _scans(state, each))} == {}, name


def test_what_was_touched_before_the_last_build_is_not_looked_through_again(tmp_path: Path) -> None:
    site, _ = _built(tmp_path)

    def steps() -> int:
        """Return how many steps SQLite takes to find what has to be rendered."""
        taken = 0

        def step() -> int:
            nonlocal taken
            taken += 1
            return 0

        state.execute("BEGIN")
        outputs = Ledger(state, "public", number)
        state.set_progress_handler(step, 1)
        assert outputs.mark_due() == 0
        state.set_progress_handler(None, 1)
        state.execute("ROLLBACK")
        return taken

    with closing(open_state(site.folder / STATE)) as state:
        (number,) = state.execute("SELECT seen FROM folder").fetchone()
        untouched = steps()
        assert state.execute("UPDATE question SET touched = ?", (number,)).rowcount > 1000
        assert abs(steps() - untouched) < 20


def test_what_was_asked_to_find_what_is_stale_is_not_asked_again_to_render_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site, order = _built(tmp_path)
    site.write(_STORY, site.read(_STORY).replace("title:", "title: More of", 1))
    with _statements(monkeypatch) as asked:
        assert build(order).rendered > 10
    answers = {each: count for each, count in asked.items() if "SELECT a.teaser FROM member m" in each}
    assert len(answers) > 10
    assert set(answers.values()) == {1}


def test_what_another_release_had_planned_is_no_more(tmp_path: Path) -> None:
    site, order = _built(tmp_path)
    outputs = build(order).outputs
    with closing(open_state(site.folder / STATE)) as state:
        assert state.execute("UPDATE unit SET name = 'era ' || name WHERE name LIKE 'month %'").rowcount > 10
        state.execute("UPDATE state SET value = 'another' WHERE name = 'engine'")
    result = build(order)
    assert result.outputs == outputs
    assert (result.written, result.removed) == (0, 0)
