"""What helps to read an article: the list of its headings, and how many minutes it takes."""

from __future__ import annotations

import pytest

from broadsheet.read import markdown
from broadsheet.render.view_builder.reading import count_minutes, list_headings


def _body(text: str, language: str = "en") -> markdown.RenderedBody:
    options = markdown.MarkdownOptions(language=language, frames=(), pictures=())
    return markdown.render(text, options, path="content/a.md", first_line=1)


def _listed(text: str, fewest: int) -> list[tuple[str, str]]:
    return [(each.name, each.url) for each in list_headings(_body(text).html, fewest)]


def test_the_headings_of_the_first_level_are_listed_if_there_are_enough() -> None:
    text = '## *Sea* & "land"\n\n### Deeper\n\n## Sea[^1]\n\n## No\n{.no_toc}\n\n[^1]: Note.'
    expected = [("Sea &amp; “land”", "#sea-land"), ("Sea", "#sea")]
    assert _listed(text, 2) == _listed(text, 1) == expected
    assert _listed(text, 3) == _listed(text, 0) == []


def test_an_author_who_lists_the_headings_gets_no_second_list() -> None:
    assert _listed("- x\n{:toc}\n\n## One\n\n## Two", 2) == []


@pytest.mark.parametrize(
    ("words", "language", "minutes"),
    [
        (0, "en", 0),
        (1, "en", 1),
        (228, "en-GB", 1),
        (229, "en", 2),
        (1000, "ru", 6),
        (1000, "xx", 6),
        (510, "zh-Hant", 2),
    ],
)
def test_minutes_are_counted_at_the_pace_of_the_language(words: int, language: str, minutes: int) -> None:
    assert count_minutes(words, language) == minutes


def test_where_nothing_parts_words_characters_are_counted() -> None:
    assert _body("海水涨到了第二级台阶, R&D 2022。", "zh").words == 13
    assert _body("海は3メートル上がった。", "ja-JP").words == 12
    assert _body("海水涨到了第二级台阶。").words == 1
