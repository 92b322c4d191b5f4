"""Reading takes twice the work for twice the text: it is counted, not timed.

The work is the lines of Python that are run, in Broadsheet and in the libraries below it. What a function
written in C does inside, such as one search of a regular expression, counts as one line. bench/growth.py
times that.
"""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.growth import SURFACES, Surface

_BASE = 60  # how often a fragment stands in the smaller text
_LIMIT = 2.5
_FREE = 20_000  # lines that do not depend on the text


def _count(surface: Surface, text: str) -> int:
    """Return how many lines of Python are run while ``text`` is read."""
    lines = 0

    def trace(_frame: FrameType, event: str, _argument: object) -> Any:
        nonlocal lines
        lines += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        surface.read(text)
    finally:
        sys.settrace(before)
    return lines


@pytest.mark.parametrize("surface", SURFACES, ids=lambda surface: surface.name)
def test_twice_the_text_is_at_most_two_and_a_half_times_the_work(surface: Surface) -> None:
    @settings(max_examples=25)
    @given(st.lists(st.sampled_from(surface.fragments), min_size=1, max_size=3).map(tuple))
    def law(fragments: tuple[str, ...]) -> None:
        once, twice = (_count(surface, surface.make(fragments, _BASE * times)) for times in (1, 2))
        assert twice <= _LIMIT * once + _FREE, fragments

    surface.read(surface.make(surface.fragments[:1], 1))  # what is loaded once
    law()


@pytest.mark.parametrize(
    ("name", "fragments", "count"),
    [
        ("front matter", ("- ",), 50_000),
        ("body", ("[^{n}] ", "[^{n}]: Note.\n\n"), 10_000),
        ("body", ("[^{n}] ",), 10_000),
        ("body", ("``a` ",), 12_000),
        ("body", ("<ul><li>",), 37_500),
        ("body", ("*[a{n}]: b\n", "a{n} "), 5_000),
        ("body", ("<b>",), 50_000),
        ("body", ("<div>",), 50_000),
        ("body", ("a  \n",), 20_000),
        ("body", ("> > a\n",), 10_000),
        ("sitemap", ("<a>",), 200_000),
        ("sitemap", ("<a>", "</a>"), 100_000),
        ("site.toml", ("a = {",), 20_000),
        ("redirects", ("a.",), 20_000),
        ("site.toml", ("a = [[[", "["), 20_000),
        ("SVG", ("<g>", "</g>"), 100_000),
    ],
)
def test_a_large_text_is_read_or_refused(name: str, fragments: tuple[str, ...], count: int) -> None:
    # One that takes quadratic time would not end before the test is stopped.
    surface = next(each for each in SURFACES if each.name == name)
    surface.read(surface.make(fragments, count))
