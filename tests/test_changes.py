"""The words of a correction in the text of an article: how often they stand there, and their mark."""

from __future__ import annotations

import pytest

from broadsheet.read.values.changes import count_in_text, mark_changes


@pytest.mark.parametrize(
    ("html", "words", "times"),
    [
        ("<p>It is 221 metres long.</p>", "221 metres", 1),
        ("<p>It is 2215, or 1221.</p>", "221", 0),
        ("<p>221, and 221.</p>", "221", 2),
        ("<p>221\nmetres of R&amp;D</p>", "221 metres of R&D", 1),
        ('<p title="221"><a href="/221/">a</a> 22<b>1</b></p>', "221", 0),
        ("<p>221&nbsp;km or 222\xa0km</p>", "221\xa0km", 1),
        ("<p>a.b a+b</p>", "a+b", 1),
    ],
)
def test_words_are_counted_in_the_text_alone(html: str, words: str, times: int) -> None:
    assert count_in_text(html, words) == times


def test_words_are_marked_that_stand_there_once() -> None:
    html = '<p title="ten">Ten, <em>ten\npilots</em>, six, six.</p>'
    marked = '<p title="ten">Ten, <em><ins class="corrected">ten\npilots</ins></em>, six, six.</p>'
    assert mark_changes(html, ("ten pilots", "six", "seven")) == marked
