"""Problems as a person, a program and a workflow read them."""

from __future__ import annotations

import dataclasses
import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.common.problems import (
    Problem,
    Problems,
    find_nearest,
    fold,
    format_annotation,
    format_json,
    format_problem,
)

_FLOOD = Problem(
    path="content/2019/flood.md",
    line=4,
    column=7,
    message="date: 2019-02-30 is not a date",
    hint="The last day of that month is 2019-02-28.",
    source="date: 2019-02-30",
)


def test_a_problem_shows_place_source_caret_and_hint() -> None:
    assert format_problem(_FLOOD) == (
        "content/2019/flood.md:4:7: date: 2019-02-30 is not a date\n"
        "  | date: 2019-02-30\n"
        "  |       ^\n"
        "  The last day of that month is 2019-02-28."
    )


def test_a_problem_of_a_line_shows_no_caret() -> None:
    problem = Problem(path="layouts/home.html", line=2, message="x", source="  <p>")
    assert format_problem(problem) == "layouts/home.html:2: x\n  |   <p>"


def test_a_problem_of_a_file_shows_its_path_only() -> None:
    assert format_problem(Problem(path="site.toml", message="is not UTF-8")) == "site.toml: is not UTF-8"


def test_a_line_that_is_empty_is_not_shown() -> None:
    assert format_problem(Problem(path="a.md", line=3, column=1, message="x", source="   ")) == "a.md:3:1: x"


def test_the_caret_stands_below_the_fault_whatever_is_before_it() -> None:
    for before, width in (("\t", 1), ("石油", 4), ("e\u0301", 1), ("\x07", 1), ("é", 1)):
        problem = Problem(path="a.md", line=1, column=len(before) + 1, message="x", source=f"{before}here")
        assert format_problem(problem).splitlines()[2] == f"  | {' ' * width}^"


def test_a_long_line_is_cut_around_the_fault() -> None:
    source = "".join(chr(97 + number % 26) for number in range(300_000))
    shown = format_problem(
        Problem(path="a.md", line=1, column=150_001, message="x", source=source)
    ).splitlines()
    assert len(shown[1]) < 120
    assert shown[1].startswith("  | …")
    assert shown[1].endswith("…")
    assert shown[1][len(shown[2]) - 1] == source[150_000]


def test_a_message_and_a_hint_that_hold_a_long_value_lose_their_middle() -> None:
    problem = Problem(path="a.md", message=f"tags: {'x' * 6000} looks odd", hint=f"Write {'y' * 6000} here")
    shown = format_problem(problem).splitlines()
    assert [len(row) for row in shown] == [609, 605]
    assert shown[0].startswith("a.md: tags: xxx")
    assert shown[0].endswith("xxx looks odd")
    assert shown[1].endswith("yyy here")
    assert json.loads(format_json(problem))["hint"] == problem.hint


def test_a_column_past_the_end_of_the_line_points_behind_it() -> None:
    assert format_problem(Problem(path="a.md", line=1, column=99, message="x", source="abc")).endswith(
        "  |    ^"
    )


@given(st.text(max_size=300), st.integers(0, 400))
def test_any_source_is_shown_in_one_line_with_its_caret(source: str, column: int) -> None:
    rows = format_problem(
        Problem(path="a.md", line=1, column=column, message="x", source=source, hint="h")
    ).split("\n")
    assert len(rows) <= 4
    assert rows[-1] == "  h"
    assert all(ord(char) >= 32 for row in rows for char in row)


def test_problems_are_sorted_by_place_and_each_stands_once() -> None:
    problems = [
        Problem(path=path, line=line, column=column, message=message)
        for path in ("a.md", "b.md")
        for line, column in ((0, 0), (2, 1), (10, 1), (10, 2))
        for message in ("x", "y")
    ]
    mixed = problems * 2
    random.Random(1).shuffle(mixed)
    assert Problems(mixed).problems == tuple(problems)
    assert str(Problems([_FLOOD, _FLOOD])) == format_problem(_FLOOD)


def _alike(*paths: str, message: str = "x", remedy: str = "") -> list[Problem]:
    return [
        Problem(path=path, line=line, message=message, hint="h", remedy=remedy)
        for line, path in enumerate(paths, 1)
    ]


def _files(count: int) -> list[str]:
    return [f"{number:05}.md" for number in range(1, count + 1)]


def test_twelve_problems_that_say_the_same_are_shown_and_of_more_the_first() -> None:
    few, many = _alike(*_files(12)), _alike(*_files(3576))
    assert fold(few) == tuple(few)
    assert str(Problems(many)) == "00001.md:1: x (and in 3,575 other files)\n  h"


def test_problems_of_one_kind_are_told_together_though_they_say_different_things() -> None:
    moved = [
        dataclasses.replace(each, message=f"/{each.path}/ is lost", kind="articles have moved", line=0)
        for each in _alike(*_files(13), remedy="one")
    ]
    assert str(Problems(moved)) == ("00001.md: 13 articles have moved; the first: /00001.md/ is lost\n  one")
    assert fold(moved[:12]) == tuple(moved[:12])
    apart = [*moved, *(dataclasses.replace(each, kind="feeds are lost") for each in moved[:2])]
    assert [each.kind for each in fold(apart)] == ["articles have moved", "feeds are lost", "feeds are lost"]


def test_problems_that_differ_stay_apart_and_in_order() -> None:
    one, two = _alike(*_files(13), message="x"), _alike("00000.md", *_files(13), message="y")
    alone = Problem(path="00005.md", message="z")
    assert [format_problem(each) for each in fold(Problems([*one, *two, alone]).problems)] == [
        "00000.md:1: y (and in 13 other files)\n  h",
        "00001.md:1: x (and in 12 other files)\n  h",
        "00005.md: z",
    ]


@pytest.mark.parametrize(
    ("paths", "where"),
    [
        (["a.md"] * 14, "in 13 other places of this file"),
        (["a.md"] * 13 + ["b.md"], "in 13 other places, of 1 other file"),
        (["a.md"] + ["b.md", "c.md"] * 600, "in 1,200 other places, of 2 other files"),
    ],
)
def test_places_are_counted_where_a_file_has_several(paths: list[str], where: str) -> None:
    assert [each.message for each in fold(_alike(*paths))] == [f"x (and {where})"]


def test_the_hint_of_many_is_the_remedy_that_most_of_them_name() -> None:
    files = _files(14)
    problems = [*_alike(*files[:3], remedy="two"), *_alike(*files[3:], remedy="one")]
    assert [each.hint for each in fold(problems)] == ["one"]
    assert {each.hint for each in fold(problems[:5])} == {"h"}


def test_json_has_every_member_in_one_line() -> None:
    line = format_json(Problem(path="a.md", line=1, message="x\ny", source="Ağdam"))
    assert "\n" not in line
    assert "Ağdam" in line
    assert json.loads(line) == {
        "path": "a.md",
        "line": 1,
        "column": 0,
        "message": "x\ny",
        "hint": "",
        "source": "Ağdam",
        "remedy": "",
        "edit": None,
        "kind": "",
    }


def test_an_annotation_stands_on_the_line_of_the_file() -> None:
    assert format_annotation(_FLOOD) == (
        "::error file=content/2019/flood.md,line=4,col=7::date: 2019-02-30 is not a date"
        "%0AThe last day of that month is 2019-02-28."
    )


def test_an_annotation_escapes_what_would_end_it() -> None:
    problem = Problem(path="content/a,b:c%.md", message="50% of\nit")
    assert format_annotation(problem) == "::error file=content/a%2Cb%3Ac%25.md::50%25 of%0Ait"


_KNOWN = (
    *("author", "authors", "title", "dateline", "date", "summary", "tags", "id", "by", "edition"),
    *("language", "translations", "corrections", "retracted", "source"),
)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        *(("autor", "author"), ("Titel", "title"), ("datelin", "dateline"), ("tag", "tags"), ("bye", "by")),
        *(("sumarry", "summary"), ("langauge", "language"), ("translation", "translations")),
        *(("dtaelnie", "dateline"), ("corections", "corrections"), ("TITLE", "title")),
    ],
)
def test_the_nearest_name_is_told(name: str, meant: str) -> None:
    assert find_nearest(name, _KNOWN) == meant


@pytest.mark.parametrize(
    "name",
    [
        *("weather", "translator", "translated", "editor", "headline", "uid", "in", "subtitle", "other"),
        *("resource", "corrected", "retraction", "rags-to-riches", "", "x"),
    ],
)
def test_no_far_fetched_name_is_told(name: str) -> None:
    assert find_nearest(name, _KNOWN) is None


def test_the_nearest_name_does_not_hang_on_the_order_of_a_set() -> None:
    names = ["abcd1", "abcd2", "abcd3"]
    assert {find_nearest("abcd", names[::step]) for step in (1, -1)} == {find_nearest("abcd", names)}
