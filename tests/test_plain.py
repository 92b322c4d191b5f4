"""Plain copy: what is made without Python-Markdown is what Python-Markdown makes, or nothing.

``HYPOTHESIS_PROFILE=long`` looks at forty thousand texts; bench/plain.py at whole archives.
"""

# ruff: noqa: RUF001 - odd characters are what many of these texts are about

from __future__ import annotations

import random
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from broadsheet.read import front_matter, markdown
from broadsheet.read.markdown import plain
from broadsheet.read.markdown.body_text import BodyText, Dialect
from tests.sites import ROOT

PATH = "content/2022/11/flood.md"
SAMPLES = tuple(
    front_matter.split("content/a.md", file.read_bytes()).body
    for file in sorted((ROOT / "content").rglob("*.md"))
)
MANY = settings(max_examples=5 * settings().max_examples)


def is_plain(text: str) -> bool:
    return plain.convert(BodyText(text, path=PATH, first_line=1).markdown, Dialect()) is not None


def both(text: str, language: str = "en") -> tuple[markdown.RenderedBody, markdown.RenderedBody]:
    """Return what is rendered of ``text``, and what Python-Markdown and nh3 would make of it."""
    options = markdown.MarkdownOptions(language=language, frames=(), pictures=())
    return (
        markdown.render(text, options, path=PATH, first_line=7),
        markdown.render_in_full(text, options, path=PATH, first_line=7),
    )


def assert_same(text: str) -> None:
    made, right = both(text)
    assert made == right


# What plain copy is

COPY = """\
"Water," the mayor's office said -- *on Sunday* -- "has reached the **second** step." It's [the third
flood](../10/flood.md#water) since [2019](https://example.org/a_b/?c=d&e=f "A report").

## What they *saw*
Five R&D teams, 10\u00a0km off; see _the [map](/maps/)_ [of 1931] in snake_case.

> "It was quiet," she said.
>
> Then it was not.

* Sand
* **Pumps** and [boats](mailto:boats@example.org)

1. First

2. Second
3. Third

---

![The bridge](bridge.jpg "The mayor's bridge.")
"""


def test_typical_copy_is_plain() -> None:
    assert is_plain(COPY)


@pytest.mark.parametrize("language", ["en", "fr", "az"])
def test_typical_copy_is_rendered_as_in_full(language: str) -> None:
    made, right = both(COPY, language)
    assert made == right
    assert len(made.links) == 2


def test_links_and_problems_have_the_same_places() -> None:
    made, right = both("A\n[b](c.md), [d](e/).\n\n![f](g.png)\n\n[h](www.example.org) [i](/j.md) [d](e/)")
    assert made == right
    assert (len(made.links), len(made.problems)) == (2, 3)


PLAIN = [
    "",
    "\n \n",
    "Words.",
    "One line\nand another.",
    "a\n\n\n\nb\n \nc",
    "*a* **b** _c_",
    "**a _b_ c** _d **e** f_",
    "*[a](b.md)* [**c**](d.md)",
    "snake_case, a [note], 5 > 4 < 6",
    "[a] [b] [c][d]",
    "[a](https://example.org/x_y_z/?b=c&d=e#f)",
    "[a]({{< ref b.md >}}) {{< figure >}}",
    "AT&T &amp; R&D &#8217;tis &mdash; &nbsp;&ndash;",
    "# a\n### b\nc",
    "- a\n- b",
    "  * a\n  * b\n\n  * c\n\nd",
    "1. a\n2. b",
    "> a\n> b\n\n> c",
    "---",
    "* * *",
    "![a](b.jpg)",
    '![it\'s a "b"](c.jpg "d\'s")',
    "Вода «пришла» в город.",
    "\ufeffa \u200d b",
    "&nbsp;a *&nbsp;b&nbsp;*",
    "caf&eacute; *&Eacute;t&#233;*",
    "a_b a__b _c_",
    "a | b\nc | d",
    "> a\n>",
    "_a_&eacute;",
    "&#1633;. a",
    "3. a\n4. b",
    "- a\n* b",
    "a \nb ",
    "# a\u00a0\n\nb",
    "## What&#8217;s next",
    '*[a](b.md)*, (_c_), "**d**" **"e"**: f',
    "some ~ 250 users",
]


@pytest.mark.parametrize("text", PLAIN)
def test_what_is_plain_is_rendered_as_in_full(text: str) -> None:
    assert is_plain(text)
    assert_same(text)


NOT_PLAIN = [
    "`a`",
    "a \\* b",
    "a <b>c</b>",
    "<https://example.org/>",
    "a {: .b }",
    "a\tb",
    "a[^1]\n\n[^1]: b",
    "[a][b]\n\n[b]: c.md",
    "*[a]: b\n\na",
    "a  \nb",
    "    a",
    " a",
    "a\n===",
    "a\n---",
    "a\n# b",
    "a\n> b",
    "a\n- b",
    "a\n: b",
    "a\n:   b",
    "a | b\n--|--\nc | d",
    "~~~\na\n~~~",
    "- a\n    - b",
    "- a\n- # b",
    "- 1. b",
    "> # a",
    ">a",
    "# a #",
    "#",
    "***a***",
    "*a **b** c*",
    "*a",
    "a* b*",
    "__a__",
    "[a](b c)",
    "[a](<b>)",
    "[a [b] c](d.md)",
    "[![a](b.jpg)](c.md)",
    "a ![b](c.jpg) d",
    "[a](javascript:alert(1))",
    "[a](https://1.2.3.4/)",
    "[a](https://example.org:80/)",
    "[a](https://xn--e1afmkfd.org/)",
    "&copy a &lt;b&gt; &#60;",
    "\u00a0a",
    "**a***b*",
    "a_b_ c",
    "a\n\n: b",
    "a\n\n:   b",
    "*[a] : b*\n\na c",
    "- ![a](b.jpg)",
    "[a](b.md 'c')",
    '[a](b.md "c\u2003d")',
    '![a](b.jpg "c\u2003d")',
]


@pytest.mark.parametrize("text", NOT_PLAIN)
def test_what_is_more_than_plain_is_left_to_markdown(text: str) -> None:
    assert not is_plain(text)
    assert_same(text)


# What it never does wrong


def parted(text: str) -> tuple[str, ...]:
    return tuple(text.split("¦"))


CHARACTERS = "ab1 \n*_[]()!#>-+.:|`\\<&;{}~=\"'/\té١’\u00a0\u2028\x02\ufdd0"
WORDS = parted(
    "a¦Words¦b¦1¦2019.¦é¦١¦’¦\"¦'¦AT&T¦&amp;¦&#8217;¦&nbsp;¦&eacute;¦&#1633;¦--¦...¦ ¦ ¦ ¦\n¦"
    "\n\n¦\u00a0¦\u2028¦{{ x }}¦snake_case¦.¦(¦)¦>¦*¦**¦_¦*c*¦**d**¦_e_¦[f](g.md)¦[*h*](/i/)¦**[j](k_l.md)**¦"
    '[m](https://x.org/a_b)¦[n]¦[o](p "q")'
)
ODD_WORDS = parted(
    '  ¦  \n¦\n ¦&lt;¦&¦;¦<b>¦`r`¦\\*¦{: s }¦__¦***¦[¦]¦![¦](¦]: ¦](b.md)¦](/c/)¦](d.md "e")¦'
    "![p](q.jpg)¦[^f]¦[a](b c)¦http://¦*c **d** e*¦**_f_**"
)
LINES = parted(
    "Words.¦a *b* c¦[d](e.md)¦*f*¦**g**¦_h_¦¦¦¦- m¦- n¦* o¦  + p¦1. q¦2. r¦> s¦> t¦>¦# u¦## v¦---¦"
    '***¦* * *¦&nbsp;¦{{< w >}}¦![x](y.jpg)¦![z](a.jpg "b")'
)
ODD_LINES = parted(
    " ¦i  ¦  j¦    k¦\u00a0l¦- ¦-¦- - r¦- 1. s¦- # t¦- > u¦    - v¦1) w¦1.¦> ¦>y¦> - z¦> > a¦> # b¦"
    "## d ##¦###e¦#¦####### f¦===¦_ _ _¦___¦: g¦:   h¦| i | j |¦|--|--|¦k | l¦[m]: n¦*[o]: p¦[^q]: r¦"
    "```¦~~~¦<div>¦+y¦-z¦=¦2019. a"
)
PIECES = (*WORDS, *ODD_WORDS, *LINES, *ODD_LINES)


def texts(plain: tuple[str, ...], odd: tuple[str, ...], *between: str) -> st.SearchStrategy[str]:
    """Invent texts in which what is plain prevails."""
    part = st.one_of(*[st.sampled_from(plain)] * 4, st.sampled_from(odd))
    return st.lists(st.tuples(part, st.sampled_from(between)).map("".join), max_size=9).map("".join)


@MANY
@given(st.text(CHARACTERS, max_size=24))
@example("> a\n>")
@example("*a**b*")
@example("*a _b* c_")
def test_any_characters_are_rendered_as_in_full(text: str) -> None:
    assert_same(text)


@MANY
@given(texts(WORDS, ODD_WORDS, "", " "))
def test_any_words_and_marks_are_rendered_as_in_full(text: str) -> None:
    assert_same(text)


@MANY
@given(texts(LINES, (*ODD_LINES, *WORDS, *ODD_WORDS), "\n", "\n\n", ""))
def test_any_lines_are_rendered_as_in_full(text: str) -> None:
    assert_same(text)


@settings(max_examples=settings().max_examples)
@given(st.sampled_from(SAMPLES), st.randoms(use_true_random=False), st.integers(1, 3))
def test_a_changed_article_is_rendered_as_in_full(body: str, chance: random.Random, changes: int) -> None:
    for _ in range(changes):
        at = chance.randint(0, len(body))
        body = body[:at] + chance.choice(PIECES) + body[at + chance.choice((0, 0, 1, 9)) :]
    assert_same(body)


def test_many_of_these_texts_are_plain() -> None:
    chance = random.Random(1)
    words = [" ".join(chance.choices(WORDS, k=5)) for _ in range(1000)]
    lines = ["\n\n".join(chance.choices(LINES, k=5)) for _ in range(1000)]
    assert sum(map(is_plain, words)) > 300
    assert sum(map(is_plain, lines)) > 300
    assert sum(map(is_plain, SAMPLES)) > len(SAMPLES) / 2


# What it costs


@pytest.mark.parametrize(
    "text",
    [
        *(char * 100_000 for char in "*_[]()!#>-+.:|&;=~ \n"),
        *(
            chars * 50_000
            for chars in ("* ", "- ", "> ", "# ", "*a", "_a", "[a", "](", "![", "&a", "a\n", "\n ")
        ),
        "[a](" * 30_000,
        "[a](b" * 30_000,
        '[a](b "c' * 30_000,
        '[a](b "' + "c " * 100_000,
        "[a](https://" + "a." * 100_000,
        "[a](https://" + "a-" * 100_000,
        "*a " * 50_000 + "*",
        "> a\n\n" * 30_000,
        "- a\n\n" * 30_000,
        "# a\n" * 50_000,
        "*a* [b](c.md) " * 10_000,
    ],
)
def test_a_monstrous_text_is_soon_told(text: str) -> None:
    is_plain(text)


# Who needs it


def test_only_render_knows_of_it() -> None:
    texts = {file: file.read_text(encoding="utf-8") for file in (ROOT / "broadsheet").rglob("*.py")}
    naming = [file for file, text in texts.items() if re.search(r"\bplain\.html\(|import .*\bplain\b", text)]
    assert naming == [ROOT / "broadsheet/read/markdown/__init__.py"]


def test_plain_copy_is_rendered_without_loading_markdown() -> None:
    code = (
        "import sys; from broadsheet.read.markdown import MarkdownOptions, render;"
        "options = MarkdownOptions(language='en', frames=(), pictures=());"
        "render('*a* [b](c.md)', options, path='a.md', first_line=1);"
        "sys.exit(bool({'markdown', 'nh3'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_the_program_finds_no_difference_in_the_sample(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("No front matter, *words*.\n\n    code\n", encoding="utf-8")
    words = [sys.executable, "bench/plain.py", "content", str(tmp_path)]
    run = subprocess.run(words, cwd=ROOT, capture_output=True, check=False)
    assert run.returncode == 0, run.stderr
    assert b" 0 differ" in run.stdout
