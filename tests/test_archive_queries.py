"""What commands, the plan and the preview look up in the archive, and the transactions around it."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from broadsheet.archive import faults, lookups, plan_queries, statistics
from broadsheet.archive.database import open_state, transaction
from broadsheet.archive.facts import seconds, to_row
from broadsheet.archive.questions import KINDS
from broadsheet.archive.revision import Revision
from broadsheet.archive.visibility import Visibility, find_next_to_appear, find_next_to_expire, list_held_back
from broadsheet.common.files import FileStat
from broadsheet.common.model import Article, Facet, Link
from broadsheet.common.pictures import ADDRESS, CENTER, LINKED, PictureFile, Raster, lead_use
from broadsheet.render.outputs import PLAN

_AS_OF = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
_DAY = dt.timedelta(days=1)
_PICTURE = "content/flood.png"


def _article(name: str, date: dt.datetime, *, tags: tuple[str, ...] = ("Oil",)) -> Article:
    return Article(
        path=f"content/{name}.md",
        id="",
        title=name.title(),
        authors=(Facet(kind="author", slug="ana", name="Ana"),),
        dateline=Facet(kind="dateline", slug="baku", name="Baku"),
        section=None,
        tags=tuple(Facet(kind="tag", slug=tag.lower(), name=tag) for tag in tags),
        day=date.date(),
        date=date,
        updated=None,
        expires=None,
        summary="",
        slug=name,
        output=f"{name}/index.html",
        picture=None,
        draft=False,
        language="en",
        aliases=(),
        source=None,
        extra={},
        body="<p>Water</p>",
        words=1,
        links=(),
    )


_FLOOD = replace(
    _article("flood", dt.datetime(2022, 11, 5, tzinfo=dt.UTC), tags=("Oil", "Water")),
    id="one",
    aliases=("old/index.html",),
    links=(
        Link(path=_PICTURE, line=9, column=1, shown=lead_use(CENTER)),
        Link(path="content/none.md", line=8, column=2, shown=LINKED),
        Link(path="content/draft.md", line=7, column=3, shown=LINKED),
        Link(path=_PICTURE, line=10, column=1, shown=LINKED),
        Link(path="static/none.png", line=11, column=1, shown=ADDRESS),
    ),
)
_NEXT = replace(_article("next", dt.datetime(2022, 11, 6, tzinfo=dt.UTC)), id="one", expires=_AS_OF + _DAY)
_EXPIRED = replace(_article("expired", dt.datetime(2022, 12, 5, tzinfo=dt.UTC)), expires=_AS_OF)
_DRAFT = replace(_article("draft", dt.datetime(2021, 1, 1, tzinfo=dt.UTC)), draft=True)
_COMING = _article("coming", _AS_OF + 2 * _DAY)


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """Return the state of a site with a live, an expired, a coming article and a draft."""
    with closing(open_state(tmp_path_factory.mktemp("state") / "state.sqlite")) as state:
        with transaction(state):
            visibility = Visibility(as_of=seconds(_AS_OF), drafts=False)
            revision = Revision(state, kinds=KINDS, units=PLAN.footprint, visibility=visibility)
            revision.put_settings({"title": '"The Courier"'})
            revision.put_layouts({"home.html": "x"})
            directory = revision.put_directory("content", b"", 0)
            revision.put_source(FileStat(_PICTURE, 3, 0, 0, 0), directory, b"bytes", scanned=1, valid=True)
            revision.put_file(_PICTURE, PictureFile(3, 2, "png", alpha=True))
            for article in (_FLOOD, _NEXT, _EXPIRED, _DRAFT, _COMING):
                revision.put_article(to_row(article))
            revision.pass_thresholds()
            revision.finish()
        yield state


def test_the_plan_sees_articles_that_are_live_or_have_expired(db: sqlite3.Connection) -> None:
    assert plan_queries.read_article(db, _FLOOD.path) == plan_queries.PlannedArticle(
        output="flood/index.html",
        gone=False,
        retracted=False,
        aliases=("old/index.html",),
        targets=(
            plan_queries.PlannedTarget(_PICTURE, (LINKED, lead_use(CENTER)), Raster(3, 2, "png", alpha=True)),
        ),
        has_preview=False,
    )
    expired = plan_queries.read_article(db, _EXPIRED.path)
    assert expired is not None
    assert expired.gone
    assert [plan_queries.read_article(db, each.path) for each in (_DRAFT, _COMING)] == [None, None]
    assert [plan_queries.count_month(db, month) for month in (202211, 202212)] == [2, 0]


def test_the_uses_of_a_picture_are_each_found_once(db: sqlite3.Connection) -> None:
    uses = partial(plan_queries.list_uses, db)
    for withheld in (True, False):
        assert uses(_PICTURE, withheld) == (LINKED, lead_use(CENTER))
        assert uses("static/none.png", withheld) == (ADDRESS,)
        assert uses("static/other.png", withheld) == ()
    db.execute("BEGIN")
    db.execute("UPDATE article SET retracted = 1 WHERE path = ?", (_FLOOD.path,))
    assert [uses(_PICTURE, withheld) for withheld in (True, False)] == [(), (LINKED, lead_use(CENTER))]
    db.execute("ROLLBACK")


def test_only_an_article_that_is_live_or_has_expired_is_published(db: sqlite3.Connection) -> None:
    found = {each.path: lookups.read_status(db, each.path) for each in (_FLOOD, _EXPIRED, _DRAFT, _COMING)}
    assert found == {
        _FLOOD.path: (True, False),
        _EXPIRED.path: (True, False),
        _DRAFT.path: (False, True),
        _COMING.path: (False, False),
    }
    assert lookups.read_status(db, "content/none.md") is None


def test_what_is_held_back_and_when_the_site_changes(db: sqlite3.Connection) -> None:
    held = [(each.path, each.title, each.appears) for each in list_held_back(db)]
    assert held == [(_COMING.path, "Coming", _COMING.date), (_DRAFT.path, "Draft", None)]
    assert find_next_to_appear(db) == seconds(_COMING.date)
    assert find_next_to_appear(db, seconds(_COMING.date)) is None
    assert find_next_to_expire(db) == seconds(_AS_OF + _DAY)


def test_links_that_lead_nowhere_and_ids_given_twice_are_found(db: sqlite3.Connection) -> None:
    assert list(faults.find_broken_links(db)) == [
        (_FLOOD.path, 7, 3, "content/draft.md", True, False, None, False),
        (_FLOOD.path, 8, 2, "content/none.md", None, False, None, False),
    ]
    assert list(faults.find_duplicate_ids(db)) == [(_NEXT.path, "one", _FLOOD.path)]
    assert list(faults.find_duplicate_profiles(db)) == []


def test_facets_are_listed_with_the_most_frequent_first(db: sqlite3.Connection) -> None:
    assert statistics.list_facets(db, "tag") == [("oil", "Oil", 2), ("water", "Water", 1)]
    assert statistics.list_facets(db, "tag", 1) == [("oil", "Oil", 2)]
    assert statistics.find_tagged(db, "water") == _FLOOD.path
    assert [facts["path"] for facts, _ in statistics.read_live_articles(db)] == [_FLOOD.path, _NEXT.path]


def test_single_things_are_looked_up(db: sqlite3.Connection) -> None:
    assert lookups.read_newest_byline(db) == (("Ana",), "Baku")
    assert lookups.read_facet_name(db, "tag", "water") == "Water"
    assert lookups.read_facet_name(db, "tag", "none") is None
    assert [lookups.has_source(db, path) for path in (_PICTURE, "content/none.png")] == [True, False]
    assert [lookups.read_digest(db, path) for path in (_PICTURE, "content/none.png")] == [b"bytes", b""]
    assert [lookups.read_setting(db, name) for name in ("title", "none")] == ["The Courier", None]
    assert lookups.list_layouts(db).keys() == {"home.html"}
    assert [lookups.may_mention(db, _NEXT.path, word) for word in ("Water", "Fire")] == [True, False]


def test_an_error_undoes_the_whole_transaction(tmp_path: Path) -> None:
    insert = "INSERT INTO setting VALUES ('title', '1')"
    with closing(open_state(tmp_path / "state.sqlite")) as state:
        with pytest.raises(ZeroDivisionError), transaction(state):
            _fail_after(state, insert)
        assert lookups.read_setting(state, "title") is None
        with transaction(state):
            state.execute(insert)
        assert lookups.read_setting(state, "title") == 1


def _fail_after(state: sqlite3.Connection, statement: str) -> None:
    state.execute(statement)
    raise ZeroDivisionError
