"""Problems as a person, a program and a workflow read them."""

from __future__ import annotations

import json
import random

from hypothesis import given
from hypothesis import strategies as st

from broadsheet.common.problems import (
    Problem,
    Problems,
    find_nearest,
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
    }


def test_an_annotation_stands_on_the_line_of_the_file() -> None:
    assert format_annotation(_FLOOD) == (
        "::error file=content/2019/flood.md,line=4,col=7::date: 2019-02-30 is not a date"
        "%0AThe last day of that month is 2019-02-28."
    )


def test_an_annotation_escapes_what_would_end_it() -> None:
    problem = Problem(path="content/a,b:c%.md", message="50% of\nit")
    assert format_annotation(problem) == "::error file=content/a%2Cb%3Ac%25.md::50%25 of%0Ait"


def test_the_nearest_name_is_told_and_no_far_one() -> None:
    known = ("author", "title", "dateline", "date")
    assert find_nearest("autor", known) == "author"
    assert find_nearest("Titel", known) == "title"
    assert find_nearest("datelin", known) == "dateline"
    assert find_nearest("weather", known) is None


def test_the_nearest_name_does_not_hang_on_the_order_of_a_set() -> None:
    names = ["abcd1", "abcd2", "abcd3"]
    assert {find_nearest("abcd", names[::step]) for step in (1, -1)} == {find_nearest("abcd", names)}
