"""The author's own HTML: no word is lost in it, whatever it looks like, or a problem says where."""

from __future__ import annotations

import re

import html5lib
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from broadsheet.read import markdown
from broadsheet.read.markdown.raw_html import ELEMENTS, keep_text
from broadsheet.read.markdown.safety import find_lost_words
from tests.sites import ROOT

_OPTIONS = markdown.MarkdownOptions(language="en", frames=(), pictures=())


def _render(text: str) -> markdown.RenderedBody:
    return markdown.render(text, _OPTIONS, path="content/a.md", first_line=5)


def _shown(text: str) -> str:
    """Return the words of the page, with single spaces; the body must have no problem."""
    body = _render(text)
    assert body.problems == ()
    return _words(body.html)


def _words(html: str) -> str:
    tree = html5lib.parseFragment(html, namespaceHTMLElements=False)
    return " ".join("".join(tree.itertext()).split())


def _problems(text: str) -> list[tuple[int, int, str]]:
    return [(problem.line, problem.column, problem.message) for problem in _render(text).problems]


@pytest.mark.parametrize(
    "text",
    [
        "He said it <laughs> twice.",
        "A <name withheld> got an <int> from <name-withheld>.",
        "The list of <T, U> and x <y> z.",
        "It said go <and the rest.",
        "Is 1 < 2 and 3 <4 and a<b?",
        "A heart <3 and an arrow <- and <= and <>.",
        "See <www.example.org> for more.",
        "</laughs> ends nothing.",
        "An element <B of no end",
    ],
)
def test_what_is_no_element_of_html_is_text(text: str) -> None:
    assert _shown(text) == text
    assert _shown(f"<div>{text}</div>") == text
    assert _shown(f"- {text}") == text
    assert _shown(f"> {text}") == text


def test_in_raw_html_a_sign_swallows_nothing() -> None:
    text = '<div>\nIt said "go <and the rest".\n\nMore "words" here.\n</div>\n\nThe end.'
    assert _shown(text) == "It said “go <and the rest”. More “words” here. The end."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A <b>bold</b> word and a <BR>break.", "A bold word and a break."),
        ('A <span class="x" data-y=z hidden>span</span >.', "A span."),
        ("<p>A paragraph", "A paragraph"),
        ("A word <o:p>of a</o:p> word processor.", "A word of a word processor."),
        ("Mail <a@example.org> or <https://example.org/a>.", "Mail a@example.org or https://example.org/a."),
        ("[A file](<my file.pdf>) and [another][x].\n\n[x]: <file.pdf>", "A file and another."),
        ("<!-- a note --> Words <!-- > --> and more.", "Words and more."),
        (
            "<video>Words <b>of</b> it</video> and <audio><source src=''>more</audio>.",
            "Words of it and more.",
        ),
        ("<font color=red>Red</font> <blink>words</blink> <button>press</button>", "Red words press"),
    ],
)
def test_html_stays_html(text: str, expected: str) -> None:
    assert _shown(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"\<script> runs nothing.", "<script> runs nothing."),
        (r"\<b>not bold\</b>", "<b>not bold</b>"),
        (r"\\<b>bold</b>", r"\bold"),
        ("`<script>` and ``a ` <b>`` are code.", "<script> and a ` <b> are code."),
        (r"`\<` keeps its backslash.", r"\< keeps its backslash."),
        ("```html\n<script>\n<b>\n```\n\nMore.", "<script> <b> More."),
        ("~~~\n<!--\n~~~\n\nMore.", "<!-- More."),
        ("A ` and a <b>bold</b> word.", "A ` and a bold word."),
        ("    <script>\n\nMore.", "<script> More."),
    ],
)
def test_a_tag_can_be_shown(text: str, expected: str) -> None:
    assert _shown(text) == expected


@pytest.mark.parametrize(
    "name",
    [
        "script",
        "style",
        "title",
        "textarea",
        "template",
        "iframe",
        "noscript",
        "svg",
        "select",
        "xmp",
        "audio",
    ],
)
@pytest.mark.parametrize(
    "text", ["A <{}> from abroad.\n\nThe rest.", "<div>\n<{} a='b'>\n</div>", "- x <{}>"]
)
def test_what_would_swallow_the_rest_is_a_problem_where_it_begins(name: str, text: str) -> None:
    begin = text.index("<{}")
    row, column = text[:begin].count("\n"), begin - (text.rfind("\n", 0, begin) + 1)
    message = f"<{name}> is never closed, so all that follows would be lost"
    assert _problems(text.format(name)) == [(5 + row, 1 + column, message)]
    assert _problems(text.format(name).upper())[0][2] == message
    closed = f"{text.format(name)}</{name}> End."
    assert _problems(closed) == []
    assert _shown(closed).endswith("End.")


def test_a_comment_that_never_ends_is_a_problem() -> None:
    body = _render("Words.\n\n{{< ref\n  x >}} A <!-- note.\n\nMore <!-- of it.")
    (problem,) = body.problems
    assert (problem.line, problem.column) == (8, 11)
    assert problem.message == "<!-- is never closed, so all that follows would be lost"
    assert problem.hint == r"Write --> where it ends, or \<!-- to show readers the tag."
    assert problem.source == "  x >}} A <!-- note."


def test_each_element_that_is_never_closed_is_told_once() -> None:
    assert [column for _, column, _ in _problems("<style><script> and <script> and <style>")] == [1, 8]


_PIECES = ["<script>", "<style ", "<laughs>", "<b>", "</b>", "<b", "<div>", "</div>", "<!--", "<p class='x'>"]
_PIECES += [
    "</",
    "<",
    "<3",
    '"',
    "'",
    "`",
    "\n\n",
    "\n",
    "- ",
    "> ",
    "<table>",
    "<tr>",
    "<select>",
    "<x y=1>",
]
_PIECES += ["<ul><li>", "<i>", "<title", "<?", "<![CDATA[", "\\<", "&lt;", "**", "<o:p>", "</textarea>"]


@given(st.lists(st.sampled_from(_PIECES), max_size=14))
@example(["<div>", '"', "<b", '"'])
@example(["<table>", "<tr>", "<b>"])
def test_each_word_is_on_the_page_or_there_is_a_problem(pieces: list[str]) -> None:
    words = [f"word{chr(97 + at)}" for at in range(len(pieces) + 1)]
    text = words[0] + "".join(f" {piece} {word}" for piece, word in zip(pieces, words[1:], strict=True))
    body = _render(text)
    shown = _words(body.html)
    assert body.problems or [word for word in words if word not in shown] == []


@pytest.mark.parametrize(
    "text", ["<{0}>worda</{0}> wordb", "a <{0}>worda wordb", "<table><tr><{0}>worda</{0}></table> wordb"]
)
def test_of_no_element_are_words_lost_but_of_those_that_are_named(text: str) -> None:
    safety = (ROOT / "docs/authors.md").read_text(encoding="utf-8").partition("The words in these")[2]
    named = set(re.findall("`([a-z]+)`", safety.partition("Every build")[0]))
    lost = []
    for name in sorted(ELEMENTS - named):
        body = _render(text.format(name))
        if not body.problems and not ("worda" in _words(body.html) and "wordb" in _words(body.html)):
            lost.append(name)
    assert (lost, len(named)) == ([], 13)


def test_words_that_a_parser_drops_all_the_same_are_a_problem() -> None:
    assert _problems("One\n<select><script>two</select></script> three") == [
        (6, 39, 'the words "three" would be lost')
    ]


@given(st.text(alphabet="<>/!-?\"'`\\ab=\n ", max_size=60))
def test_only_signs_are_replaced(text: str) -> None:
    kept, unclosed = keep_text(text, "\ufdd6")
    assert kept.replace("\ufdd6", "<") == re.sub(r"\\(<)", r"\1", text) or "\\" in text or "`" in text
    assert all(text[each.at] == "<" for each in unclosed)


@pytest.mark.parametrize(
    ("raw", "clean", "lost"),
    [
        ("<p>One &amp; two.</p>", "<p>One &amp; two.</p>", ""),
        ("<p>One &#8217; two.</p>", "<p>One \u2019 two.</p>", ""),
        ('<p title="a > b">One</p>', "<p>One</p>", ""),
        ("<p>One</p><script>if (a < b) {}</script><!-- x > y -->", "<p>One</p>", ""),
        ("<table>Two<tr><td>One</td></tr></table>", "Two<table><tr><td>One</td></tr></table>", ""),
        ("<p>One two three</p><p>four</p>", "<p>four</p>", "One two three"),
        ("<p>One</p><p>two</p><p>One</p>", "<p>One</p><p>two</p>", "One"),
        ("<p>a &lt;b&gt; c</p>", "<p>a  c</p>", "a <b> c"),
    ],
)
def test_words_that_are_gone_are_found(raw: str, clean: str, lost: str) -> None:
    assert find_lost_words(raw, clean) == lost
