"""CommonMark and GitHub's extensions: what authors write elsewhere means the same here.

The examples of CommonMark's specification come from the npm package ``commonmark-spec``. bench/commonmark.py
measures the test cases of other renderers too.
"""

# ruff: noqa: E501, ISC004, RUF001 - texts and what becomes of them are written as they stand

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from broadsheet.read import markdown
from broadsheet.read.markdown.body_text import BodyText, Dialect
from broadsheet.read.markdown.converter import convert
from tests.conftest import PACKAGES, missing
from tests.sites import ROOT
from tests.structure import read_structure, read_words

STRICT = Dialect(indented_code=True)
_EXAMPLE = re.compile(r"^`{32} example\n(.*?)^\.\n(.*?)^`{32}$", re.DOTALL | re.MULTILINE)

# Where we differ, and why; docs/authors.md says it in words.
_TABS_IN_CODE = (1, 2, 3)
_SPACES_IN_CODE = (112,)
# The next step reads these references as browsers do.
_REFERENCES = (28,)
# What is no element of HTML, or not the whole of a tag, is text.
_NO_ELEMENTS = (150, 156, 157, 158, 163, 173, 201, 491, 524, 536, 609, *range(613, 618), 619, 622, 623)
_DIFFERENT = frozenset((*_TABS_IN_CODE, *_SPACES_IN_CODE, *_REFERENCES, *_NO_ELEMENTS))
# Without a setting, what is indented by four spaces is no code.
_INDENTED_CODE = frozenset(
    (
        *(5, 6, 7, 8, 18, 36, 48, 69, 85, 100, 107, 110, 111, *range(114, 119), 134, 183, 184, 191, 211, 225),
        *(231, 236, 252, 253, 254, 257, 264, *range(270, 275), 278, *range(286, 291), 309, 313),
    )
)


def _load_examples() -> list[tuple[int, str, str]]:
    file = PACKAGES / "commonmark-spec" / "spec.txt"
    if not file.is_file():
        return []
    text = file.read_text(encoding="utf-8").replace("→", "\t")
    return [(number, found[1], found[2]) for number, found in enumerate(_EXAMPLE.finditer(text), 1)]


_EXAMPLES = _load_examples()


def _convert(text: str, dialect: Dialect) -> str:
    body = BodyText(text, path="content/a.md", first_line=1)
    return body.restore(convert(body.markdown, dialect, path="content/a.md").html)


def test_all_of_commonmark_s_examples_are_there() -> None:
    if not _EXAMPLES:
        missing("commonmark-spec", "npm ci, in the folder tests")
    assert len(_EXAMPLES) == 652


@pytest.mark.parametrize(("number", "text", "html"), _EXAMPLES, ids=lambda value: str(value)[:12])
def test_an_example_of_commonmark_is_rendered_as_there(number: int, text: str, html: str) -> None:
    same = read_structure(_convert(text, STRICT)) == read_structure(html)
    assert same == (number not in _DIFFERENT)
    without_code = read_structure(_convert(text, Dialect())) == read_structure(html)
    assert without_code == (number not in _DIFFERENT | _INDENTED_CODE)


def test_the_documentation_has_the_figures() -> None:
    text = " ".join((ROOT / "docs/authors.md").read_text(encoding="utf-8").split())
    by_default = 652 - len(_DIFFERENT | _INDENTED_CODE)
    assert f"{652 - len(_DIFFERENT)} (96 %) have the same structure here if indented code is on" in text
    assert f"{by_default} by default: the other {len(_INDENTED_CODE)} show indented code" in text
    assert f"names each of the {len(_DIFFERENT)} that differ" in text


def _shown(text: str, **dialect: bool) -> str:
    """Return the body of ``text``, which must have no problem, in one line."""
    options = markdown.MarkdownOptions(language="en", frames=(), pictures=(), dialect=Dialect(**dialect))
    body = markdown.render(text, options, path="content/a.md", first_line=1)
    assert body.problems == ()
    html = markdown.resolve(body.html, lambda name, target: f'{name}="{target}"')
    return re.sub(r">\n+<", "><", html)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Nested lists, by any indent that CommonMark takes.
        ("- a\n  - b", "<ul><li>a<ul><li>b</li></ul></li></ul>"),
        ("- a\n   - b", "<ul><li>a<ul><li>b</li></ul></li></ul>"),
        ("- a\n    - b\n        - c", "<ul><li>a<ul><li>b<ul><li>c</li></ul></li></ul></li></ul>"),
        ("1. a\n   - b\n2. c", "<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>"),
        # An item's paragraphs and code stay inside.
        ("- a\n\n  b\n- c", "<ul><li><p>a</p><p>b</p></li><li><p>c</p></li></ul>"),
        (
            "1. a\n   ```py\n   b = 1\n\n   c\n   ```\n2. d",
            '<ol><li>a<pre><code class="language-py">b = 1\n\nc\n</code></pre></li><li>d</li></ol>',
        ),
        ("- a\n  > b", "<ul><li>a<blockquote><p>b</p></blockquote></li></ul>"),
        # Lists without an empty line before them, and one after another.
        ("Words:\n- a\n- b", "<p>Words:</p><ul><li>a</li><li>b</li></ul>"),
        ("1. a\n2. b\n\n- c", "<ol><li>a</li><li>b</li></ol><ul><li>c</li></ul>"),
        ("- a\n* b", "<ul><li>a</li></ul><ul><li>b</li></ul>"),
        # Numbers mean what they say.
        (
            "3. Bronze\n2. Silver\n1. Gold",
            '<ol start="3"><li>Bronze</li><li value="2">Silver</li><li value="1">Gold</li></ol>',
        ),
        ("1986\\. A year.\n\n1986. Another.", '<p>1986. A year.</p><ol start="1986"><li>Another.</li></ol>'),
        ("1. a\n1. b\n1. c", "<ol><li>a</li><li>b</li><li>c</li></ol>"),
        ("0. a\n1. b", '<ol start="0"><li>a</li><li>b</li></ol>'),
        ("1. a\n3. b\n4. c", '<ol><li>a</li><li value="3">b</li><li>c</li></ol>'),
        ("It was\n1986. A year.", "<p>It was\n1986. A year.</p>"),
        # A number sign is a heading only before a space.
        ("#MeToo began here.", "<p>#MeToo began here.</p>"),
        ("The\n#1 seed lost.", "<p>The\n#1 seed lost.</p>"),
        ("- #257", "<ul><li>#257</li></ul>"),
        # Crossed out, line breaks, tasks.
        ("It is ~~gone~~, ~6 of ~7.", "<p>It is <del>gone</del>, ~6 of ~7.</p>"),
        ("a\\\nb  \nc", "<p>a<br>\nb<br>\nc</p>"),
        ("- [x] a\n- [ ] b\n- [y] c", "<ul><li>☑ a</li><li>☐ b</li><li>[y] c</li></ul>"),
        # Tables keep every cell.
        (
            "|a|b|\n|-|-|\n|1|2|3|",
            "<table><thead><tr><th>a</th><th>b</th></tr></thead>"
            "<tbody><tr><td>1</td><td>2</td><td>3</td></tr></tbody></table>",
        ),
        (
            "Words\na|b\n-|-\n1\\|2|`3\\|4`",
            "<p>Words</p><table><thead><tr><th>a</th><th>b</th></tr></thead>"
            "<tbody><tr><td>1|2</td><td><code>3|4</code></td></tr></tbody></table>",
        ),
        ("|a|b|\n|1|2|", "<p>|a|b|\n|1|2|</p>"),
        # Markdown inside HTML.
        ("<details>\n<summary>s</summary>\n\n**b**\n\n</details>", "<details><summary>s</summary><p><strong>b</strong></p></details>"),
        ("<details>\n**b**\n</details>", "<details><summary>…</summary><p><strong>b</strong></p></details>"),
        ('<div markdown="1">\n**b**\n</div>', "<div><p><strong>b</strong></p></div>"),
        ('<div class="x" markdown="1">**b**</div>', '<div class="x"><p><strong>b</strong></p></div>'),
        ("<div>a</div>    \n\nb", "<div>a</div>    \n<p>b</p>"),
        # Pasted text is no code.
        ("a\n\n      b\n\n\tc", "<p>a</p><p>b</p><p>c</p>"),
        # A definition ends where the next begins.
        (
            "A\nB\n: c\n: d\n\n    e\n\nF\n: g",
            "<dl><dt>A</dt><dt>B</dt><dd>c</dd><dd><p>d</p><p>e</p></dd><dt>F</dt><dd>g</dd></dl>",
        ),
        # Links with brackets and quotes in them.
        (
            "[it](https://w.test/Rosemary's_Baby_(film)) now",
            '<p><a href="https://w.test/Rosemary&#x27;s_Baby_(film)">it</a> now</p>',
        ),
        ("[a](my file.pdf)", '<p><a href="content/my file.pdf">a</a></p>'),
        # Emphasis begins and ends by CommonMark's rules.
        ("*a **b** c* snake_case_word __d__", "<p><em>a <strong>b</strong> c</em> snake_case_word <strong>d</strong></p>"),
        ("**Note:**text and 5*3*2", "<p>**Note:**text and 5<em>3</em>2</p>"),
        # What is in braces is text, unless it has the form of attributes.
        ("*a*{note} b", "<p><em>a</em>{note} b</p>"),
        ("Words\n{note}", "<p>Words\n{note}</p>"),
        ("[a](/b/){: .c } *d*{.e}", '<p><a href="/b/" class="c">a</a> <em class="e">d</em></p>'),
        ("a \\{.b}", "<p>a {.b}</p>"),
        # A line of attributes before or after its block.
        ('{:start="3"}\n1. a', '<ol start="3"><li>a</li></ol>'),
        ("1. a\n2. b\n{:.c}", '<ol class="c"><li>a</li><li>b</li></ol>'),
        ("Words\n{: .a #b}\n\n## C {#d}", '<p id="b" class="a">Words</p><h2 id="d">C</h2>'),
        # Without a setting, addresses are words.
        ("See https://w.test/ and a@b.test.", "<p>See https://w.test/ and a@b.test.</p>"),
    ],
)  # fmt: skip
def test_markdown_means_what_it_means_elsewhere(text: str, expected: str) -> None:
    assert _shown(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://w.test/a_b_c.", '<p><a href="https://w.test/a_b_c">https://w.test/a_b_c</a>.</p>'),
        ("(www.w.test/a(b))", '<p>(<a href="http://www.w.test/a(b)">www.w.test/a(b)</a>)</p>'),
        ("*Mail* a.b@c.test, d", '<p><em>Mail</em> <a href="mailto:a.b@c.test">a.b@c.test</a>, d</p>'),
        (
            "[see http://w.test/ it](http://x.test/)",
            '<p><a href="http://x.test/">see http://w.test/ it</a></p>',
        ),
        ("`http://w.test/` awww.w.test", "<p><code>http://w.test/</code> awww.w.test</p>"),
        ("http:// and www. and a@ b", "<p>http:// and www. and a@ b</p>"),
    ],
)
def test_a_setting_makes_links_of_addresses(text: str, expected: str) -> None:
    assert _shown(text, autolinks=True) == expected


def test_a_setting_makes_code_of_indented_lines() -> None:
    assert _shown("a\n\n    b\n", indented_code=True) == "<p>a</p><pre><code>b\n</code></pre>"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("## What's new in 3.4", '<h2 id="whats-new-in-34">What’s new in 3.4</h2>'),
        ("## A\n\n## A\n\n## A", '<h2 id="a">A</h2><h2 id="a-1">A</h2><h2 id="a-2">A</h2>'),
        ("## Ölpreis & Gas_1", '<h2 id="ölpreis--gas_1">Ölpreis &amp; Gas_1</h2>'),
        (
            "|a|b|\n|1|2|",
            "<table><tbody><tr><td>a</td><td>b</td></tr><tr><td>1</td><td>2</td></tr></tbody></table>",
        ),
        ("a\n\n{::comment}\nb\n\nc\n{:/comment}\n\nd", "<p>a</p><p>d</p>"),
        (
            "* TOC\n{:toc}\n\n## A *b*\n\n### C\n\n## D\n{:.no_toc}\n\n## E",
            '<ul class="toc"><li><a href="#a-b">A b</a><ul><li><a href="#c">C</a></li></ul></li>'
            '<li><a href="#e">E</a></li></ul><h2 id="a-b">A <em>b</em></h2><h3 id="c">C</h3>'
            '<h2 id="d" class="no_toc">D</h2><h2 id="e">E</h2>',
        ),
        ("- {:.c} a\n- b", '<ul><li class="c">a</li><li>b</li></ul>'),
        ("1. TOC\n{:toc}\n\nA", "<p>A</p>"),
        ("{::options parse_block_html='true' /}\n\na", "<p>a</p>"),
    ],
)
def test_kramdown_is_a_dialect(text: str, expected: str) -> None:
    assert _shown(text, kramdown=True).strip() == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("A[^1].\n\n[^1]: One.\n[^1]: Two.", "content/a.md:4:1: this footnote stands twice"),
        ("A[^1] and[^x].\n\n[^1]: One.", "content/a.md:1:10: there is no such footnote"),
    ],
)
def test_a_footnote_without_its_other_half_is_a_problem(text: str, message: str) -> None:
    options = markdown.MarkdownOptions(language="en", frames=(), pictures=())
    (problem,) = markdown.render(text, options, path="content/a.md", first_line=1).problems
    assert f"{problem.path}:{problem.line}:{problem.column}: {problem.message}" == message
    assert problem.hint


# fmt: off
_PIECES = (
    "a", "Bc ", "1", " ", "  ", "    ", "\n", "\n\n", "- ", "* ", "1. ", "3) ", "> ", "# ", "#", "```", "~~", "*", "**", "_", "`",
    "[", "](", ")", "](b)", "!", "|", "|-|-|\n", "---\n", "===\n", "\\", ":", "é ", "<", "&",
)
# fmt: on
_TEXTS = st.lists(st.sampled_from(_PIECES), max_size=30).map("".join)
_ORACLE = (
    MarkdownIt("commonmark").enable(["table", "strikethrough"]).disable(["code", "html_block", "html_inline"])
)


@given(_TEXTS)
@example("- a\n\n  b\n> c\nd\n\n1. e\n   ```\n   f\n")
@example("a\n|-|-|\n")
def test_the_words_that_commonmark_reads_are_on_the_page(text: str) -> None:
    options = markdown.MarkdownOptions(language="en", frames=(), pictures=())
    body = markdown.render(text, options, path="content/a.md", first_line=1)
    if not body.problems:
        assert read_words(body.html.replace("\x02", "").replace("\x03", "")) == read_words(
            _ORACLE.render(text)
        )
