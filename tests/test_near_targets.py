"""What was meant as a link, a picture or a list of attributes, and is text to CommonMark, is a problem."""

# ruff: noqa: RUF001 - quotes that are not straight are what these tests are about

from __future__ import annotations

import re
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.common.problems import Problem
from broadsheet.read import markdown

_NO_TARGET = "this is no link or picture, though it looks like one: readers see it as it is written"
_NO_ATTRIBUTES = "these are no attributes, though they look like some: readers see them as they are written"


def _render(text: str, *, links: Literal["strict", "report"] = "strict") -> markdown.RenderedBody:
    options = markdown.MarkdownOptions(language="en", frames=(), pictures=(), links=links)
    return markdown.render(text, options, path="content/a.md", first_line=1)


def _said(problem: Problem) -> tuple[int, int, str, str]:
    return problem.line, problem.column, problem.message, problem.hint


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("![x](bridge.jpg “Caption”)", '![x](bridge.jpg "Caption")'),
        ("[x](/y/ “Title”)", '[x](/y/ "Title")'),
        ("[x](/y/ «Titre»)", '[x](/y/ "Titre")'),
        ("[x](/y/ „Titel“)", '[x](/y/ "Titel")'),
        ("[x](/y/ ‘Title’)", '[x](/y/ "Title")'),
        ("[x](/y/ “It’s (now) open”)", '[x](/y/ "It’s (now) open")'),
        ("[x](/y/ Title words)", '[x](/y/ "Title words")'),
        ("![x](bridge.jpg Caption here)", '![x](bridge.jpg "Caption here")'),
        ("![x](my photo.jpg “Caption”)", '![x](<my photo.jpg> "Caption")'),
        ('![x](bridge.jpg "He said "no"")', "![x](bridge.jpg 'He said \"no\"')"),
        ('![x](bridge.jpg "Caption)', '![x](bridge.jpg "Caption")'),
        ("[x](flood.md “The flood”)", '[x](flood.md "The flood")'),
        ("[x](https://example.org/ “Title”)", '[x](https://example.org/ "Title")'),
        ("[x](https://example.org/Foo_(bar)", "[x](https://example.org/Foo_(bar))"),
        ("[x](https://example.org", "[x](https://example.org)"),
        ("[r]: /y/ “Title”", '[r]: /y/ "Title"'),
        ("[r]: /y/ ‘Title’", '[r]: /y/ "Title"'),
    ],
)
def test_a_link_with_a_title_that_is_none_is_a_problem_that_shows_the_link(text: str, meant: str) -> None:
    (problem,) = _render(f"Words.\n\n{text}\n").problems
    column = 1 if text.startswith("[r]") else text.index("(") + 1
    assert _said(problem) == (3, column, _NO_TARGET, f"Write {meant}")
    assert _NO_TARGET not in {each.message for each in _render(f"{meant}\n").problems}
    assert "](" not in markdown.resolve(_render(f"{meant}\n").html, lambda name, _: name)


def test_each_such_link_is_a_problem_of_its_own() -> None:
    found = _render("[x](/y/ “a”) and [x](/y/ “a”)\n\n- [z](/y/ “b”)\n").problems
    assert [(each.line, each.column) for each in found] == [(1, 4), (1, 21), (3, 6)]


def test_an_archive_that_has_dead_links_reported_has_these_reported_too() -> None:
    body = _render("[x](/y/ “Title”)\n", links="report")
    assert (body.problems, len(body.findings)) == ((), 1)


@pytest.mark.parametrize(
    "text",
    [
        "He said [sic](some words) no.",
        "As before [1](see the first note).",
        "An [aside](e.g. this one) in brackets.",
        "The council [and/or the mayor](or both).",
        "Code: `[x](/y/ “Title”)`.",
        "\\[x](/y/ “Title”)",
        "[x]\\(/y/ “Title”)",
        "[Note]: the harbour “opened” on Sunday.",
        "[x](/y/ 'Title') and [x](/y/ (Title)) and [x](<my file.pdf>).",
        "```\n![x](bridge.jpg “Caption”)\n```",
    ],
)
def test_words_in_brackets_and_code_are_no_links(text: str) -> None:
    assert [each for each in _render(text).problems if each.message == _NO_TARGET] == []


_QUOTES = st.sampled_from(("“”", "„“", "«»", "‘’", "‹›", "””", "”“"))


@given(
    _QUOTES,
    st.text("ab é’.(", min_size=1, max_size=8),
    st.sampled_from(("/y/", "#z", "https://example.org/")),
)
def test_a_title_in_typographic_quotes_is_never_passed_over(quotes: str, title: str, address: str) -> None:
    text = f"[x]({address} {quotes[0]}{title}{quotes[1]})"
    assert _NO_TARGET in {each.message for each in _render(text).problems}


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("![x](b.jpg){: credit=Two Words }", '{: credit="Two Words" }'),
        ("![x](b.jpg){: credit=“Two Words” }", '{: credit="Two Words" }'),
        ("![x](b.jpg){: credit: Ana Ruiz }", '{: credit="Ana Ruiz" }'),
        ('![x](b.jpg){credit="Ana Ruiz"}', '{: credit="Ana Ruiz" }'),
        ("![x](b.jpg){: .wide credit=Two Words #map }", '{: .wide credit="Two Words" #map }'),
        ("[x](/y/){: title=Two Words }", '{: title="Two Words" }'),
        ("## Heading {: id=own anchor }", '{: id="own anchor" }'),
        ("Words.\n{: lang=en extra }", '{: lang="en extra" }'),
    ],
)
def test_attributes_with_words_left_over_are_a_problem_that_shows_them(text: str, meant: str) -> None:
    (problem,) = _render(f"{text}\n").problems
    at = re.search(r"\{", text)
    row = text.rpartition("\n")[2]
    assert at
    assert (problem.message, problem.column) == (_NO_ATTRIBUTES, row.index("{") + 1)
    assert problem.hint == f"Write {meant}"


def test_what_cannot_be_put_right_by_quotes_says_what_attributes_are() -> None:
    (problem,) = _render("## Heading {: #own anchor }\n").problems
    assert problem.hint == 'Write each attribute as name="value", each class as .name, the id as #name.'


@pytest.mark.parametrize(
    "text", ["![x](b.jpg) {: credit=Ana }", 'Words.{: .wide lang="de" }', "*Two* words{: #a }"]
)
def test_attributes_that_follow_nothing_are_a_problem_that_says_where_they_belong(text: str) -> None:
    (problem,) = _render(f"{text}\n").problems
    assert (problem.message, problem.column) == (_NO_ATTRIBUTES, text.index("{") + 1)
    assert problem.hint.startswith("Move them right behind a link, a picture or emphasis, ")


@pytest.mark.parametrize(
    "text",
    [
        "Text {: note } and {x} and {{y}}.",
        "`{: credit=Two Words }`",
        "\\{: credit=Two Words }",
        '![x](b.jpg "It."){: credit="Two Words" .wide }',
        "## Heading {#own}",
        "A set {a=1, b=2} of numbers.",
    ],
)
def test_other_words_in_braces_are_words(text: str) -> None:
    assert [each for each in _render(text).problems if each.message == _NO_ATTRIBUTES] == []


def test_a_footnote_that_nothing_refers_to_is_a_finding_that_names_it_where_it_stands() -> None:
    body = _render("See `[^3]:` here.[^1]\n\n[^1]: One.\n[^3]: It *alone*.\n")
    assert body.problems == ()
    (finding,) = body.findings
    assert _said(finding) == (
        4,
        1,
        "nothing refers to the footnote [^3]: readers see it, but no number in the text leads to it",
        "Write [^3] where it belongs, or leave the footnote out.",
    )
    html = markdown.resolve(body.html, lambda name, target: f'{name}="{target}"')
    assert "It <em>alone</em>.</p>" in html
    links = set(re.findall(r'href="#([^"]+)"', html))
    assert links == {each for each in re.findall(r' id="([^"]+)"', html) if each in links}
    assert len(links) == 2
