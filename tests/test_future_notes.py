"""What is dated later than the as-of time, though it tells of what has happened."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from broadsheet.common.problems import Problems
from tests.builds import built, plain_site, previewed, printed
from tests.plain import SETTINGS, article
from tests.sites import Site


def _site(folder: Path, more: str, *, date: str = "2022-11-05", settings: str = SETTINGS) -> Site:
    return plain_site(
        folder / "site", {"content/flood.md": article("Flood", date, more=more)}, settings=settings
    )


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("updated: 2031-01-01", "4:10: updated: 2031-01-01 is still to come"),
        ("updated: 2026-01-01T00:00:01Z", "4:10: updated: 2026-01-01T00:00:01Z is still to come"),
        (
            "corrections: { date: 2031-01-01, text: It was so. }",
            "4:22: corrections.date: 2031-01-01 is still to come",
        ),
        (
            "corrections:\n- { date: 2023-01-01, text: 2031-05-05 }\n- { date: 2026-02-01 10:00, text: b }",
            "6:11: corrections.date: 2026-02-01 10:00 is still to come",
        ),
        (
            "retracted: { reason: Untrue., date: 2031-01-01 }",
            "4:37: retracted.date: 2031-01-01 is still to come",
        ),
    ],
)
def test_an_update_that_is_still_to_come_is_a_problem(tmp_path: Path, more: str, told: str) -> None:
    site = _site(tmp_path, more)
    lines = printed(site).splitlines()
    assert lines[0] == f"content/flood.md:{told}"
    assert lines[1].removeprefix("  | ") in more.split("\n")
    assert lines[3:] == ["  Write when it was. What is still to come stays out of the article until then."]
    assert previewed(site) == printed(site)


@pytest.mark.parametrize(
    "more",
    [
        "updated: 2026-01-01T00:00:00Z",
        "updated: 2025-12-31",
        "updated: 2031-01-01\ndraft: yes",
        "corrections: { date: 2025-12-31, text: It was so until 2031-01-01. }",
        "expires: 2031-01-01",
    ],
)
def test_what_has_happened_or_is_a_draft_is_no_problem(tmp_path: Path, more: str) -> None:
    assert printed(_site(tmp_path, more)) == ""


def test_a_draft_that_is_shown_has_the_problem(tmp_path: Path) -> None:
    site = _site(tmp_path, "updated: 2031-01-01\ndraft: yes")
    assert "updated: 2031-01-01 is still to come" in printed(site, drafts=True)


def test_an_article_that_is_held_back_has_the_problem_now_not_in_the_night_it_appears(tmp_path: Path) -> None:
    site = _site(tmp_path, "updated: 2031-01-02", date="2031-01-01")
    assert "updated: 2031-01-02 is still to come" in printed(site)


def test_time_ends_the_problem_and_nothing_was_written_before(tmp_path: Path) -> None:
    site = _site(
        tmp_path, "changed: 2026-03-01 09:00", settings=f'{SETTINGS}[front_matter]\nupdated = "changed"\n'
    )
    moment = dt.datetime(2026, 3, 1, 5, 0, tzinfo=dt.UTC)
    with pytest.raises(Problems):
        built(site, as_of=moment - dt.timedelta(seconds=1))
    assert site.outputs() == {}
    assert built(site, as_of=moment).articles == 1
    assert "changed: 2026-03-01 09:00 is still to come" in printed(site)
