"""Bodies: Markdown in, safe and typographic HTML out."""

# ruff: noqa: RUF001 - quotes and dashes are what many of these tests are about

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import html5lib
import nh3
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from broadsheet.common.model import Link
from broadsheet.common.pictures import ADDRESS, BODY, LINKED
from broadsheet.common.problems import format_problem
from broadsheet.read import markdown
from broadsheet.read.markdown.elements import VOID
from broadsheet.read.typography import Typographer
from tests.sites import ROOT

PATH = "content/2022/11/flood.md"
FRAMES = ("www.youtube-nocookie.com",)
PICTURES = ("pictures.example.org",)
SITE = "https://own.example.org/archive/"


def render(
    text: str, *, language: str = "en", path: str = PATH, first_line: int = 1
) -> markdown.RenderedBody:
    options = markdown.MarkdownOptions(
        language=language, frames=FRAMES, frames_at_once=True, pictures=PICTURES, site=SITE
    )
    return markdown.render(text, options, path=path, first_line=first_line)


def shown(text: str, *, language: str = "en") -> str:
    """Return the body of ``text`` with each mark written as ``[name target]``, which must have no problem."""
    body = render(text, language=language)
    assert body.problems == ()
    return markdown.resolve(body.html, lambda name, target: f"[{name} {target}]")


def line(text: str, *, language: str = "en") -> str:
    """Return the one paragraph of ``text``, without its tags."""
    found = shown(text, language=language)
    assert found.startswith("<p>")
    assert found.endswith("</p>")
    return found[3:-4]


def tree(html: str) -> Any:
    return html5lib.parseFragment(html, treebuilder="etree", namespaceHTMLElements=False)


def resolved(html: str) -> str:
    return markdown.resolve(html, lambda name, _: f'{name}="/ok"')


def pictured(html: str) -> str:
    """Return a body whose pictures are elements in elements, and links where they may be."""

    def show(_target: str, attributes: Mapping[str, str], place: markdown.Place) -> markdown.Shown:
        picture = f'<picture><img src="/ok" alt="{attributes["alt"]}"></picture>'
        shown = f'<a class="enlarge" href="/ok">{picture}</a>' if place.framed else picture
        return markdown.Shown(shown, "A caption", "A credit")

    return markdown.resolve(html, lambda name, _: f'{name}="/ok"', show)


# What Markdown has


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One.\n\nTwo *words*.", "<p>One.</p>\n<p>Two <em>words</em>.</p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("> Said.", "<blockquote>\n<p>Said.</p>\n</blockquote>"),
        ("Apple\n:   A fruit.", "<dl>\n<dt>Apple</dt>\n<dd>A fruit.</dd>\n</dl>"),
        ("The EPA.\n\n*[EPA]: Agency", '<p>The <abbr title="Agency">EPA</abbr>.</p>'),
        ("```python\na < b\n```", '<pre><code class="language-python">a &lt; b\n</code></pre>'),
        ("Words\n{: .lead lang=de }", '<p lang="de" class="lead">Words</p>'),
        ("H<sub>2</sub>O <mark>x</mark>", "<p>H<sub>2</sub>O <mark>x</mark></p>"),
        ("[TOC]", "<p>[TOC]</p>"),
        ("", ""),
        ("\n \n", ""),
    ],
)
def test_markdown_is_rendered(text: str, expected: str) -> None:
    assert shown(text) == expected


def test_the_alignment_of_a_table_is_a_class() -> None:
    html = shown("| a | b | c |\n|:--|--:|:-:|\n| 1 | 2 | 3 |")
    assert '<th class="align-left">a</th>' in html
    assert '<td class="align-right">2</td>' in html
    assert '<td class="align-center">3</td>' in html


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('<p style="text-align: RIGHT; position:fixed">a</p>', '<p class="align-right">a</p>'),
        ('<p align="center" class="x">a</p>', '<p class="align-center x">a</p>'),
        ("<center>a</center>", '<div class="align-center">a</div>'),
        ("a <strike>b</strike> <tt>c</tt>", "<p>a <s>b</s> <code>c</code></p>"),
        ('a <font color="red">b</font> <big>c</big>', "<p>a b c</p>"),
        ("<section><p>a</p></section>", "<div><p>a</p></div>"),
    ],
)
def test_what_html_no_longer_has_becomes_what_it_has(text: str, expected: str) -> None:
    assert shown(text) == expected


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("# a\n\n## b\n\n# c", "h2 h3 h2"),
        ("## a\n\n### b", "h2 h3"),
        ("### a\n\n##### b\n\n#### c", "h2 h3 h3"),
        ("#### a\n\n## b", "h2 h2"),
        ("# a\n\n## b\n\n### c\n\n#### d\n\n##### e\n\n###### f", "h2 h3 h4 h5 h6 h6"),
        ("<h1>a</h1>\n\n<h4>b</h4>", "h2 h3"),
    ],
)
def test_headings_nest_from_h2_without_gaps(text: str, levels: str) -> None:
    assert re.findall(r"<(h\d)", shown(text)) == levels.split()


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("## Water levels", ["water-levels"]),
        ("## Su səviyyəsi & *İlk* gün", ["su-səviyyəsi-ilk-gün"]),
        ("## Why?\n\n## Why?\n\n## Why?", ["why", "why-2", "why-3"]),
        ("## Why 2\n\n## Why\n\n## Why", ["why-2", "why", "why-3"]),
        ("## Text {: #mine }", ["mine"]),
        ("## “Quoted” <code>x</code>", ["quoted-x"]),
        ('<h3 id="raw">Text</h3>', ["raw"]),
        ('<i id="a">x</i> <i id="a">y</i>', ["a"]),
        ('## <a name="part-1"></a>Part one', ["part-one", "part-1"]),
        ('<i id="main_">x</i> <i id="_">y</i> <i id="a b">z</i>', ["main"]),
    ],
)
def test_ids_are_plain_slugs_and_each_stands_once(text: str, ids: list[str]) -> None:
    assert re.findall(r' id="([^"]*)"', shown(text)) == ids


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (
            '<a title="see href=" href="/x/">a</a>',
            '<p><a [href /x/] title="see href=">a</a></p>',
        ),
        (
            '<img title=" alt=" src="a.png">',
            '<p><img [src content/2022/11/a.png] title=" alt=" alt="" loading="lazy"></p>',
        ),
        ('<a title=" id=" name="part">a</a>', '<p><span title=" id=" id="part">a</span></p>'),
        ('<h2 title=" id=">a</h2>', '<h2 id="a" title=" id=">a</h2>'),
        ('<h2 title=" class=" id="x">a</h2>', '<h2 title=" class=" id="x">a</h2>'),
        ('<time title=" datetime=">a</time>', '<p><span title=" datetime=">a</span></p>'),
        ('<bdo title=" dir=">a</bdo>', '<p><span title=" dir=">a</span></p>'),
        ('<p title=" class=footnote">a</p>', '<p title=" class=footnote">a</p>'),
        (
            '<iframe title=" src=" src="https://www.youtube-nocookie.com/embed/a"></iframe>',
            '<iframe src="https://www.youtube-nocookie.com/embed/a" title=" src=" loading="lazy"></iframe>',
        ),
        (
            '<video title=" src=" src="a.mp4"></video>',
            '<video controls [src content/2022/11/a.mp4] title=" src="></video>',
        ),
        (
            '<img alt="<a name=x>" src="a.png">',
            '<p><img [src content/2022/11/a.png] alt="&lt;a name=x&gt;" loading="lazy"></p>',
        ),
    ],
)
def test_what_looks_like_an_attribute_in_the_value_of_another_is_words(text: str, html: str) -> None:
    assert shown(text).strip() == html


@pytest.mark.parametrize(
    "text",
    [
        '<img title=" src=">',
        '<img title=" alt=">',
        '<a title=" href=">a</a>',
        '<audio title=" src="></audio>',
        '<video title=" data-src="></video>',
        '<video><source title=" src="></video>',
        '<iframe title=" src="></iframe>',
    ],
)
def test_such_a_value_is_no_address(text: str) -> None:
    assert "/ok" not in resolved(render(text).html)


_NAMES = st.sampled_from(["alt", "class", "datetime", "dir", "href", "id", "lang", "name", "src", "title"])
_WORDS = st.sampled_from(
    [" ", "=", "'", "&quot;", "<", ">", "/", "x", " alt=", " href=", " src=", " id=", "data-src="]
)


@given(
    st.sampled_from(
        ["a", "audio", "bdo", "details", "h2", "iframe", "img", "p", "source", "time", "track", "video"]
    ),
    st.lists(
        st.tuples(_NAMES, st.lists(_WORDS, max_size=4).map("".join)), max_size=4, unique_by=lambda one: one[0]
    ),
)
def test_every_attribute_is_read_as_a_parser_of_html_reads_it(
    name: str, attributes: list[tuple[str, str]]
) -> None:
    written = "".join(f' {each}="{value}"' for each, value in attributes)
    body = render(f"<div>\n<{name}{written}>a</{name}>\n</div>")
    assert_harmless(resolved(body.html))
    given = dict(attributes)
    for element in tree(resolved(body.html)).iter():
        for each in ("alt", "title", "lang", "dir", "datetime"):
            if each in element.attrib and element.attrib[each] and name != "iframe":
                assert element.attrib[each] == given[each].replace("&quot;", '"')


def test_a_footnote_in_a_heading_is_no_part_of_its_anchor() -> None:
    assert '<h2 id="levels">Levels<sup' in shown("## Levels[^1]\n\n[^1]: Note.")


def test_an_empty_heading_is_none() -> None:
    assert shown("<h2> </h2>\n\nText").strip() == "<p>Text</p>"


FOOTNOTES = "One[^a] and two[^long name] and one[^a].\n\n[^a]: First.\n[^long name]: Second."


def test_footnotes_lead_there_and_back() -> None:
    html = shown(FOOTNOTES)
    ids = re.findall(r' id="([^"]*)"', html)
    assert len(ids) == len(set(ids)) == 5
    assert set(re.findall(r"\[href #([^\]]*)\]", html)) == set(ids)
    assert all(re.fullmatch(r"(fn|fnref2?)-[0-9a-f]{6}-[12]", name) for name in ids)


def test_footnotes_of_two_articles_have_different_ids() -> None:
    one, two = (render(FOOTNOTES, path=path).html for path in ("content/a.md", "content/b.md"))
    assert not set(re.findall(r' id="([^"]*)"', one)) & set(re.findall(r' id="([^"]*)"', two))


# Figures


def test_a_picture_alone_in_a_paragraph_is_a_figure_with_caption_and_credit() -> None:
    assert shown('![The bridge](b.jpg "On *Sunday* -- \'late\'."){: credit="Photo: Ana Ruiz" .wide }') == (
        '<figure><img [src content/2022/11/b.jpg] alt="The bridge" class="wide" loading="lazy">'
        "<figcaption>On *Sunday* – ‘late’. "
        '<span class="credit">Photo: Ana Ruiz</span></figcaption></figure>'
    )


@pytest.mark.parametrize(
    ("text", "caption"),
    [
        ("![a](b.jpg)", ""),
        ('![a](b.jpg "Words.")', "<figcaption>Words.</figcaption>"),
        ('![a](b.jpg){: credit="Ana" }', '<figcaption><span class="credit">Ana</span></figcaption>'),
        ('![a](b.jpg)\n{: credit="Ana" }', '<figcaption><span class="credit">Ana</span></figcaption>'),
    ],
)
def test_caption_and_credit_of_a_figure_may_lack(text: str, caption: str) -> None:
    assert shown(text) == (
        f'<figure><img [src content/2022/11/b.jpg] alt="a" loading="lazy">{caption}</figure>'
    )


def test_a_linked_picture_alone_is_a_figure_too() -> None:
    assert shown('[![a](b.jpg "Words.")](c.md)') == (
        '<figure><a [href content/2022/11/c.md]><img [src content/2022/11/b.jpg] alt="a" loading="lazy"></a>'
        "<figcaption>Words.</figcaption></figure>"
    )


def test_a_picture_among_words_stays_among_them() -> None:
    assert shown('Words ![a](b.jpg "Title")') == (
        '<p>Words <img [src content/2022/11/b.jpg] alt="a" title="Title" loading="lazy"></p>'
    )


_IMAGE = '<img [src content/2022/11/{}] alt="{}" loading="lazy">'
_A, _B = _IMAGE.format("a.jpg", "A"), _IMAGE.format("b.jpg", "B")


def test_a_gallery_is_a_figure_of_figures() -> None:
    text = '![A](a.jpg "One.")\n[![B](b.jpg){: credit="Ana" }](c.md)\n{.gallery title="All" credit="Li"}'
    assert shown(text) == (
        f'<figure class="gallery">\n<figure>{_A}<figcaption>One.</figcaption></figure>\n'
        f"<figure><a [href content/2022/11/c.md]>{_B}</a>"
        '<figcaption><span class="credit">Ana</span></figcaption></figure>\n'
        '<figcaption>All <span class="credit">Li</span></figcaption></figure>'
    )


@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_a_list_of_pictures_may_be_a_gallery(between: str) -> None:
    html = shown(f'- ![A](a.jpg "One."){between}- ![B](b.jpg){between}- Words\n{{.gallery}}')
    assert re.sub(r"\n|</?p>", "", html) == (
        f'<ul class="gallery"><li><figure>{_A}<figcaption>One.</figcaption></figure></li>'
        f"<li><figure>{_B}</figure></li><li>Words</li></ul>"
    )


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("![A](a.jpg)\n{.gallery}", f'<figure class="gallery">{_A}</figure>'),
        ("![A](a.jpg) and ![B](b.jpg)\n{.gallery}", f'<p class="gallery">{_A} and {_B}</p>'),
        ("![A](a.jpg) ![B](b.jpg)", f"<p>{_A} {_B}</p>"),
        ("- ![A](a.jpg)", f"<ul>\n<li>{_A}</li>\n</ul>"),
    ],
)
def test_what_is_no_gallery_stays_as_it_is(text: str, html: str) -> None:
    assert shown(text) == html


def test_pictures_in_a_block_of_html_may_be_a_gallery() -> None:
    html = shown('<div class="gallery" markdown="1">\n\n![A](a.jpg "One.")\n\n![B](b.jpg)\n\n</div>')
    assert html.replace("\n", "") == (
        f'<div class="gallery"><figure>{_A}<figcaption>One.</figcaption></figure><figure>{_B}</figure></div>'
    )


def _places(text: str) -> list[tuple[str, markdown.Place]]:
    found = []

    def show(target: str, _attributes: Mapping[str, str], place: markdown.Place) -> None:
        found.append((target.rpartition("/")[2], place))

    markdown.resolve(render(text).html, "[{} {}]".format, show)
    return found


def test_a_picture_knows_where_in_the_text_it_stands() -> None:
    text = (
        "Words ![](a.jpg)\n\n![](b.jpg)\n\n[![](c.jpg)](c.md)\n\n![](d.jpg) ![](e.jpg)\n{.gallery}\n\n"
        "- ![](f.jpg)\n{.gallery}\n\n![](g.jpg)\n{.gallery}\n\n![](https://pictures.example.org/x.jpg)\n\n"
        '<a href="c.md"><figure><img src="h.jpg"></figure></a>\n\n'
        '<div class="gallery"><img src="i.jpg"></div>'
    )
    assert [(name, *place) for name, place in _places(text)] == [
        ("a.jpg", 0, False, False),
        ("b.jpg", 1, True, False),
        ("c.jpg", 2, False, False),
        ("d.jpg", 3, True, True),
        ("e.jpg", 4, True, True),
        ("f.jpg", 5, True, True),
        ("g.jpg", 6, True, False),
        ("h.jpg", 8, False, False),
        ("i.jpg", 9, False, True),
    ]


@pytest.mark.parametrize(
    ("text", "caption"),
    [
        ("![A](a.jpg)", "Of &amp; file [Who]"),
        ('![A](a.jpg "Mine.")', "Mine. [Who]"),
        ('![A](a.jpg){: credit="Me" }', "Of &amp; file [Me]"),
        ('![A](a.jpg "Mine."){: credit="Me" }', "Mine. [Me]"),
        ('<figure><img src="a.jpg" alt="A"><figcaption>By Who, 1924</figcaption></figure>', "By Who, 1924"),
        ("[![A](a.jpg)](c.md)", "Of &amp; file [Who]"),
    ],
)
def test_what_a_file_says_fills_what_a_figure_lacks(text: str, caption: str) -> None:
    of_file = markdown.Shown("X", caption="Of & file", credit="Who")
    html = markdown.resolve(render(text).html, "[{} {}]".format, lambda *_: of_file)
    said = re.sub(r'<span class="credit">(.*?)</span>', r"[\1]", html)
    assert re.findall("<figcaption>(.*)</figcaption>", said) == [caption]
    assert "X" in html


def test_a_picture_among_words_gets_no_caption_of_its_file() -> None:
    html = markdown.resolve(
        render("Words ![A](a.jpg)").html, "[{} {}]".format, lambda *_: markdown.Shown("X", "Of file", "Who")
    )
    assert html == "<p>Words X</p>"


# Typography

QUOTES = [
    ("en", "“a ‘b’ c”"),
    ("en-GB", "“a ‘b’ c”"),
    ("xx", "“a ‘b’ c”"),
    ("de", "„a ‚b‘ c“"),
    ("de-AT", "„a ‚b‘ c“"),
    ("de-CH", "«a ‹b› c»"),
    ("fr", "«\u202fa “b” c\u202f»"),
    ("ru", "«a „b“ c»"),
    ("az", "“a ‘b’ c”"),
    ("tr", "“a ‘b’ c”"),
    ("es", "«a “b” c»"),
    ("ar", "«a “b” c»"),
    ("sv", "”a ’b’ c”"),
]


@pytest.mark.parametrize(("language", "expected"), QUOTES)
def test_quotes_are_those_of_the_language(language: str, expected: str) -> None:
    assert line("\"a 'b' c\"", language=language) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"*Hello*," he said.', "“<em>Hello</em>,” he said."),
        ('*"Hello,"* he said.', "<em>“Hello,”</em> he said."),
        ('"**a**" (*"b"*)', "“<strong>a</strong>” (<em>“b”</em>)"),
        ('a [b](c.md)"s"', "a <a [href content/2022/11/c.md]>b</a>“s”"),
        ("\"'Twas 'nested'\"", "“’Twas ‘nested’”"),
        (
            "It's the '90s, not '12: rock 'n' roll, dogs' days",
            "It’s the ’90s, not ’12: rock ’n’ roll, dogs’ days",
        ),
        ("a -- b---c ... d.... ----", "a – b—c … d.... ----"),
        ('"Wait--" "--no"', "“Wait–” “–no”"),
        ('a 12" record', 'a 12" record'),
        ("\\\"a\\\" \\'b\\' c\\-\\-d \\...", "&quot;a&quot; &#x27;b&#x27; c--d ..."),
        ("“a” ‘b’ – … it’s", "“a” ‘b’ – … it’s"),
        ("&quot;a&quot; &#39;b&#39;", "“a” ‘b’"),
        ('`"a" -- ...` <kbd>"b"</kbd>', '<code>"a" -- ...</code> <kbd>"b"</kbd>'),
        ('"`a`" "<kbd>b</kbd>"', "“<code>a</code>” “<kbd>b</kbd>”"),
        (
            "<https://x.org/a--b...c'd>",
            '<a href="https://x.org/a--b...c&#x27;d">https://x.org/a--b...c\'d</a>',
        ),
        ('"a"<br>"b"', "“a”<br>“b”"),
        ('("a")/"b"', "(“a”)/“b”"),
    ],
)
def test_quotes_and_dashes_are_set(text: str, expected: str) -> None:
    assert line(text) == expected


def test_a_quote_left_open_ends_with_its_paragraph() -> None:
    assert (
        shown('"First.\n\n"Second," he said. "Third."')
        == "<p>“First.</p>\n<p>“Second,” he said. “Third.”</p>"
    )


def test_an_apostrophe_is_one_in_any_language() -> None:
    assert line("l'eau d'\"Aix\"", language="fr") == "l’eau d’«\u202fAix\u202f»"
    assert line("geht's so, 'gut'", language="de") == "geht’s so, ‚gut‘"
    assert line("Bakı'da 'gün'", language="az") == "Bakı’da ‘gün’"


@given(
    st.text(alphabet="ab12 '\"-.«»“”„‘’(/é\u202f", max_size=40),
    st.sampled_from([language for language, _ in QUOTES]),
)
def test_typographic_text_stays_as_it_is(text: str, language: str) -> None:
    once = Typographer(language).write(text)
    assert Typographer(language).write(once) == once


@given(st.text(alphabet="ab '\"-.", max_size=30), st.integers(0, 30), st.sampled_from(["en", "fr"]))
def test_where_a_run_of_text_ends_changes_nothing(text: str, at: int, language: str) -> None:
    cut = min(at, len(text))
    if text[cut - 1 : cut] == text[cut : cut + 1]:
        return  # a run of dashes or dots is one character for the reader, and tags do not divide it
    following = [text[cut:]]
    pen = Typographer(language, lambda: following)
    first = pen.write(text[:cut])
    following.clear()
    assert first + pen.write(text[cut:]) == Typographer(language).write(text)


# Shortcodes and junk


@pytest.mark.parametrize(
    "code",
    [
        '{{< figure src="x_y_z" title="a -- b" >}}',
        '{{<figure src="x">}}',
        "{{% note %}}",
        "{% raw %}",
        "{{ page.title }}",
        '[caption id="attachment_1" align="left"]',
        "[/caption]",
    ],
)
@pytest.mark.parametrize(
    "around", ["{}", "a {} b", "## a {}", "- {}", "`{}`", "a *b*{} c", "| {} | b |\n|--|--|\n| c | d |"]
)
def test_a_shortcode_stays_as_text(code: str, around: str) -> None:
    assert code in "".join(tree(shown(around.format(code))).itertext())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[x]({{< ref "2014-12-08-other.md" >}} "Title") y', "x y"),
        ('<a href="{{< ref "other.md" >}}">x</a> y', "x y"),
        ("[x][r] y\n\n[r]: {{% ref other.md %}}", "x y"),
        ("![x]({{< img >}}) y", "x y"),
    ],
)
def test_a_link_to_a_shortcode_is_its_label(text: str, expected: str) -> None:
    assert line(text) == expected


@pytest.mark.parametrize(
    "text", ["[x](to https://x.org/) y", "[x](Using Chatbots To Improve) y", "[x] (y.md) z"]
)
def test_what_is_no_link_stays_as_it_was_written(text: str) -> None:
    assert line(text) == text


# Links


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("other.md", "content/2022/11/other.md"),
        ("../10/other.md#x", "content/2022/10/other.md#x"),
        ("./other.md?y#x", "content/2022/11/other.md#x"),
        ("my%20photo.jpg", "content/2022/11/my photo.jpg"),
        ("<my photo.jpg>", "content/2022/11/my photo.jpg"),
        ("a&amp;b.md", "content/2022/11/a&b.md"),
        ("f%C3%A9.md", "content/2022/11/fé.md"),
        ("100%.md", "content/2022/11/100%.md"),
        ("a\\-b.md", "content/2022/11/a-b.md"),
        ("../../../static/x.pdf", "static/x.pdf"),
        ("/img/x.png", "/img/x.png"),
        ("/tags/{oil}/", "/tags/%7Boil%7D/"),
        ("#water", "#water"),
        ("#main_", "#main"),
    ],
)
def test_a_link_within_the_site_is_a_mark(target: str, expected: str) -> None:
    assert line(f"[x]({target})") == f"<a [href {expected}]>x</a>"


def test_a_mark_gives_back_what_the_author_wrote() -> None:
    body = render("[x](a&b.md#<c>) [y](/a'b\"c/)")
    assert '"' not in body.html
    targets = []

    def attributes(_: str, target: str) -> str:
        targets.append(target)
        return ""

    markdown.resolve(body.html, attributes)
    assert targets == ["content/2022/11/a&b.md#%3Cc%3E", "/a'b%22c/"]


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("https://example.org/a?b=c&d=e#f", "https://example.org/a?b=c&amp;d=e#f"),
        ("http://example.org", "http://example.org"),
        ("HTTPS://Example.org/A", "https://Example.org/A"),
        ("//example.org/a", "https://example.org/a"),
        ("\\\\\\\\example.org/a", "https://example.org/a"),
        ("/\\\\example.org/a", "https://example.org/a"),
        ("mailto:a@example.org", "mailto:a@example.org"),
        ("<mailto:a@example.org?subject=Hello there>", "mailto:a@example.org?subject=Hello%20there"),
        ("tel:+994-12", "tel:+994-12"),
        ("<https://example.org/a b|c[d]>", "https://example.org/a%20b%7Cc%5Bd%5D"),
        ("https://example.org/50%#a#b", "https://example.org/50%25#a%23b"),
        ("https://[::1]:80/a", "https://[::1]:80/a"),
        ("https://me:secret@example.org/a", "https://example.org/a"),
    ],
)
def test_a_link_elsewhere_stays_and_is_valid(target: str, expected: str) -> None:
    assert line(f"[x]({target})") == f'<a href="{expected}">x</a>'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://own.example.org/archive/tags/oil/", "/tags/oil/"),
        ("http://own.example.org/archive/tags/oil/?p=1#top", "/tags/oil/?p=1#top"),
        ("//own.example.org/archive/tags/oil/", "/tags/oil/"),
        ("HTTPS://Own.Example.ORG:443/archive/caf\u00e9/", "/caf\u00e9/"),
        ("https://own.example.org/archive", "/"),
        ("https://own.example.org/archive#top", "/#top"),
        ("https://own.example.org/archives/", "https://own.example.org/archives/"),
        ("https://own.example.org/", "https://own.example.org/"),
        ("https://own.example.org:8443/archive/", "https://own.example.org:8443/archive/"),
        ("https://own.example.org.evil.com/archive/", "https://own.example.org.evil.com/archive/"),
        ("https://example.com/?u=https://own.example.org/archive/", None),
    ],
)
def test_an_absolute_url_of_the_site_is_a_path_of_it(text: str, expected: str | None) -> None:
    target = text if expected is None else expected
    mark = f'href="{target}"' if "://" in target else f"[href {target}]"
    assert line(f"[x]({text})") == f"<a {mark}>x</a>"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (
            "![A](https://own.example.org/archive/up/a.jpg?w=300)",
            '<img [src /up/a.jpg] alt="A" loading="lazy">',
        ),
        ("![A](//own.example.org/archive/up/a.jpg)", '<img [src /up/a.jpg] alt="A" loading="lazy">'),
        ("![A](http://own.example.org/up/a.jpg)", '<a href="http://own.example.org/up/a.jpg">A</a>'),
    ],
)
def test_a_picture_of_the_sites_own_host_is_shown(written: str, expected: str) -> None:
    assert line(f"See {written} there") == f"See {expected} there"


def test_sound_of_the_sites_own_host_is_played() -> None:
    own = "https://own.example.org/archive/a.mp3"
    assert line(f'<audio src="{own}"></audio>') == "<audio controls [src /a.mp3]></audio>"
    assert line(f'<audio><source src="{own}"></audio>') == "<audio controls><source [src /a.mp3]></audio>"
    assert line('<audio src="https://own.example.org/a.mp3"></audio>') == (
        '<a href="https://own.example.org/a.mp3">own.example.org</a>'
    )


def test_links_to_the_sites_own_host_have_their_places() -> None:
    options = markdown.MarkdownOptions(language="en", frames=(), pictures=(), site=SITE)
    found = markdown.find_targets(f"One\n[x]({SITE}tags/oil/).", options, path=PATH, first_line=7)
    assert found == (("/tags/oil/", 8, 5),)


def test_links_say_where_they_are_in_the_file() -> None:
    body = render(
        "See [a](a.md), [a](a.md).\n\n![p](p.png) x\n\n[r]: ../10/r.md#x\n\nAnd [r][r] `xa.md`.\n",
        first_line=8,
    )
    assert body.links == (
        Link(path="content/2022/11/a.md", line=8, column=9, shown=LINKED),
        Link(path="content/2022/11/a.md", line=8, column=20, shown=LINKED),
        Link(path="content/2022/11/p.png", line=10, column=6, shown=BODY),
        Link(path="content/2022/10/r.md", line=12, column=6, shown=LINKED),
    )


def test_what_a_picture_is_there_is_known_wherever_a_body_names_it() -> None:
    text = (
        "![](a.jpg) [![](b.jpg)](b.jpg) [c](c.jpg)\n\n"
        '<img src="d.jpg"> <a href="e.jpg">e</a> <video src="f.mp4" poster="g.jpg"></video>\n\n'
        "![r][r] and [r][r]\n\n[r]: h.jpg\n\n"
        f"![](/up/i%20j.jpg?w=9) ![]({SITE}k.jpg) [l](/l.jpg) ![](../../../static/m.jpg) ![](/../n.jpg)\n"
    )
    options = markdown.MarkdownOptions(language="en", frames=(), pictures=(), site=SITE)
    links = markdown.render(text, options, path=PATH, first_line=1).links
    shown = [(link.path.removeprefix("content/2022/11/"), link.shown) for link in links]
    assert shown == [
        *(("a.jpg", BODY), ("b.jpg", LINKED), ("b.jpg", BODY), ("c.jpg", LINKED)),
        *(("d.jpg", BODY), ("e.jpg", LINKED), ("f.mp4", LINKED), ("g.jpg", LINKED)),
        *(("h.jpg", BODY), ("h.jpg", LINKED)),
        *(("static/up/i j.jpg", ADDRESS), ("static/k.jpg", ADDRESS), ("static/m.jpg", BODY)),
    ]


BROKEN = """\
Read [more](other/) and
[our site](www.example.org), write to [us](news@example.org),
see [this](../../../../etc/passwd.txt),\t![p](picture) or [that](?p=12)
and [these](a%02b.md).
"""


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("![x](img\\a.gif)", "picture: img\\a.gif has a backslash\n  Write img/a.gif"),
        ("[x](..\\11\\flood.md#top)", "link: ..\\11\\flood.md has a backslash\n  Write ../11/flood.md"),
        ('<img src="img\\a.gif" alt="">', "picture: img\\a.gif has a backslash\n  Write img/a.gif"),
        ("[x](img%5Ca.gif)", "link: img\\a.gif has a backslash\n  Write img/a.gif"),
    ],
)
def test_a_backslash_in_the_path_of_a_file_is_a_problem(written: str, said: str) -> None:
    (problem,) = render(f"{written}\n").problems
    assert f"{problem.message}\n  {problem.hint}" == said


def test_a_link_that_can_lead_nowhere_is_a_problem() -> None:
    hint = (
        "  Name a file as seen from the article's folder (../11/flood.md), "
        "or a page of this site (/tags/oil/)."
    )
    body = render(BROKEN, first_line=7)
    assert "\n".join(map(format_problem, body.problems)) == "\n".join(
        [
            f"{PATH}:7:13: link: other/ is neither a Markdown file nor another file",
            "  | Read [more](other/) and",
            "  |             ^",
            hint,
            f"{PATH}:8:12: link: www.example.org is no file",
            "  | [our site](www.example.org), write to [us](news@example.org),",
            "  |            ^",
            "  Write https://www.example.org for an address elsewhere.",
            f"{PATH}:8:44: link: news@example.org is no file",
            "  | [our site](www.example.org), write to [us](news@example.org),",
            "  |                                            ^",
            "  Write mailto:news@example.org for an e-mail address.",
            f"{PATH}:9:12: link: ../../../../etc/passwd.txt leads out of content/",
            "  | see [this](../../../../etc/passwd.txt), ![p](picture) or [that](?p=12)",
            "  |            ^",
            hint,
            f"{PATH}:9:46: picture: picture is neither a Markdown file nor another file",
            "  | see [this](../../../../etc/passwd.txt), ![p](picture) or [that](?p=12)",
            "  |                                              ^",
            hint,
            f"{PATH}:9:65: link: this is neither a Markdown file nor another file",
            "  | see [this](../../../../etc/passwd.txt), ![p](picture) or [that](?p=12)",
            "  |                                                                 ^",
            hint,
            f"{PATH}:10:13: link: this cannot be the name of a file",
            "  | and [these](a%02b.md).",
            "  |             ^",
            hint,
        ]
    )
    assert "<a" not in body.html


@pytest.mark.parametrize(
    ("text", "told", "left"),
    [
        ("a [r]() b", "6 link: there is no address", "a r b"),
        ("[r](<>)", "0 link: there is no address", "r"),
        ("[r](https:/x.test)", "5 link: https:/x.test is not an address", "r"),
        ("[r](http:x.test/a)", "5 link: http:x.test/a is not an address", "r"),
        ("[r](htp://x.test/a)", "5 link: htp://x.test/a is not an address", "r"),
        ("[r](https://)", "5 link: https:// is not an address", "r"),
        ("[r](https://a.test:99999/)", "5 link: https://a.test:99999/ is not an address", "r"),
        ("[r](://x.test)", "5 link: ://x.test is not an address", "r"),
        ("[r](mailto:)", "5 link: mailto: is not an address", "r"),
        ("[r]((https://x.org/a))", "5 link: (https://x.org/a) is not an address", "r"),
        ("[r](javascript:alert(1))", "5 link: javascript:alert(1) cannot be opened", "r"),
        ("[r](JavaScript:alert(1))", "5 link: JavaScript:alert(1) cannot be opened", "r"),
        ("[r][1]\n\n[1]: vbscript:x", "6 link: vbscript:x cannot be opened", "r"),
        ("[r](about:blank)", "5 link: about:blank cannot be opened", "r"),
        ("<ftp://x.test/a>", "2 link: ftp://x.test/a cannot be opened", "ftp://x.test/a"),
        ("<A HREF='skype:x'>r</A>", "10 link: skype:x cannot be opened", "r"),
        ("[r](file:///C:/a/b.doc)", "5 link: file:///C:/a/b.doc is on one computer", "r"),
        ("![r](C:\\a\\x.gif) b", "6 picture: C:\\a\\x.gif is on one computer", "r b"),
        ("![r]() b", "5 picture: there is no address", "r b"),
        ("![](data:image/png,A) b", "5 picture: data:image/png,A is a file, not its address", " b"),
        ("![r](#y) b", "6 picture: #y is not an address", "r b"),
        ("![r](tel:1) b", "6 picture: tel:1 is not an address", "r b"),
        ("![r](cid:1) b", "6 picture: cid:1 cannot be opened", "r b"),
        ('a <img alt="r" data-src="x.jpg">', "3 picture: there is no address", "a r"),
        ("a <iframe src='/x.html'></iframe>", "16 frame: /x.html is not an address", "a "),
        ("a <iframe srcdoc='x'></iframe>", "3 frame: there is no address", "a "),
        ("a <audio src='https:/x.mp3'>b</audio>", "15 audio: https:/x.mp3 is not an address", "a b"),
        ("a <video><source src='C:/v.mp4'></video>", "23 video: C:/v.mp4 is on one computer", "a "),
        (
            "a <video src='v.mp4' poster='//o.org/p.png'></video>",
            "30 picture: //o.org/p.png is not loaded from another site",
            "a <video controls [src content/2022/11/v.mp4]></video>",
        ),
        (
            "a <video src='v.mp4'><track src='//o.org/t.vtt'></video>",
            "34 track: //o.org/t.vtt is not loaded from another site",
            "a <video controls [src content/2022/11/v.mp4]></video>",
        ),
        (
            "a <embed src='https://o.org/a.swf'>",
            "15 https://o.org/a.swf is not shown: no page here has an element <embed>",
            "a ",
        ),
    ],
)
def test_a_dead_link_is_a_problem_or_a_finding_and_its_words_stay(text: str, told: str, left: str) -> None:
    options = markdown.MarkdownOptions(language="en", frames=FRAMES, pictures=PICTURES, links="report")
    strict, report = render(text), markdown.render(text, options, path=PATH, first_line=1)
    assert [f"{each.column} {each.message}" for each in strict.problems] == [told]
    assert (strict.findings, report.problems, report.findings) == ((), (), strict.problems)
    assert report.html == strict.html
    words = markdown.resolve(report.html, lambda name, target: f"[{name} {target}]")
    assert words.replace("<p>", "").replace("</p>", "") == left


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("[r]()", "Write it in parentheses: [words](https://example.org/)"),
        ("![r]()", "Write it in parentheses: ![The bridge](bridge.jpg)"),
        ("[r](https:/x.test)", "Write https://x.test"),
        ("[r](http:x.test/a)", "Write http://x.test/a"),
        ("[r](ttps://x.org/)", "Did you mean https://x.org/?"),
        ("[r](https://)", "Write an address as browsers show it: [words](https://example.org/)"),
        (
            "[r](<see below>)",
            (
                "Write an address as browsers show it: [words](https://example.org/)"
                " Words in parentheses need a space before them."
            ),
        ),
        ("![r](#y)", "Write an address as browsers show it: ![The bridge](bridge.jpg)"),
        ("[r](about:blank)", "Addresses elsewhere begin with https:, http:, mailto: or tel:."),
        ("![r](cid:1)", "Addresses elsewhere begin with https: or http:."),
        ("![r](C:\\a\\x.gif)", "Put the file beside the article and write x.gif."),
        ("![r](data:,A)", "Save it beside the article and name it."),
        ("<embed src='a.swf'>", "Write a link to it, or a frame: <iframe src=…>"),
        (
            "<video src='v.mp4' poster='//o.org/p.png'></video>",
            "Put the file beside the article, and write its name.",
        ),
    ],
)
def test_the_problem_of_a_dead_link_says_how_to_fix_it(text: str, hint: str) -> None:
    assert [each.hint for each in render(text).problems] == [hint]


def test_a_long_address_is_shown_in_part() -> None:
    [problem] = render(f"![x](data:{'A' * 500})").problems
    assert problem.message == f"picture: data:{'A' * 55}… is a file, not its address"


@pytest.mark.parametrize(
    "text",
    [
        '<a id="here"></a> and <a name="there">words</a>',
        "[m](mailto:a@example.org) [t](tel:+994) [p](/tags/) [f](#x) [o](other.md) [w](//example.org)",
        "`[r](javascript:x)` and\n\n```\n<a href='data:x'>\n```",
        "<noscript><img src='data:image/gif;base64,AA'></noscript>",
        "<script src='data:x'></script><!-- <img src='C:/x.gif'> -->",
        "<a href='x.md'><img src='y.png' alt='z'></a>",
        "<audio><source src=''>words</audio> <iframe></iframe>",
        "href='javascript:x' and <b title='src=x'>words</b>",
    ],
)
def test_what_leads_somewhere_or_is_none_of_it_is_no_dead_link(text: str) -> None:
    assert render(text).problems == ()


@given(st.text("abhtps:/.@#?%& \\\t<>()[]é\ufdd0", max_size=20), st.sampled_from(("", "!")))
@example("https:/x.test", "")
@example("data:x", "!")
def test_an_address_is_in_the_page_or_is_told(address: str, mark: str) -> None:
    body = render(f"{mark}[label](<{address}>)")
    shown = body.html.replace("<p>", "").replace("</p>", "").replace("<figure>", "").replace("</figure>", "")
    assert body.problems or shown not in {"label", ""}


def test_words_stay_where_a_target_is_not_there() -> None:
    text = (
        "[*One*](a.md) [two](b.md){: .k } ![three](c.png) ![](d.png)\n\n"
        '![Four](e.png "Line")\n\n![](f.png)\n\n'
        '<audio src="g.mp3"></audio> <video poster="h.png" src="i.mp4"><track src="j.vtt"></video>'
    )
    there = {"content/2022/11/b.md", "content/2022/11/i.mp4"}
    html = markdown.resolve(
        render(text).html, lambda name, target: f'{name}="/{target[16:]}"' if target in there else None
    )
    assert html == (
        '<p><em>One</em> <a href="/b.md" class="k">two</a> three </p>\n'
        "<figure>Four<figcaption>Line</figcaption></figure>\n"
        '<p> <video controls src="/i.mp4"></video></p>'
    )
    gone = markdown.resolve(render(text).html, lambda _name, _target: None)
    assert gone == (
        '<p><em>One</em> <span class="k">two</span> three </p>\n'
        "<figure>Four<figcaption>Line</figcaption></figure>\n"
    )


# Pictures, frames, sound


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "a ![b](https://pictures.example.org/c.png)",
            '<p>a <img src="https://pictures.example.org/c.png" alt="b" loading="lazy"></p>',
        ),
        ("a ![b](https://other.org/c.png)", '<p>a <a href="https://other.org/c.png">b</a></p>'),
        ("a ![](//other.org/c.png)", '<p>a <a href="https://other.org/c.png">Picture</a></p>'),
        (
            "a ![b](http://pictures.example.org/c.png)",
            '<p>a <a href="http://pictures.example.org/c.png">b</a></p>',
        ),
        (
            "a [![b](https://other.org/c.png)](https://x.org/)",
            '<p>a <a href="https://x.org/">b</a></p>',
        ),
        (
            "a ![b](https://pictures.example.org@other.org/c.png)",
            '<p>a <a href="https://other.org/c.png">b</a></p>',
        ),
        (
            '<img src="a.png" srcset="https://other.org/c.png 2x" width="10" height="50%">',
            '<p><img [src content/2022/11/a.png] width="10" alt="" loading="lazy"></p>',
        ),
        (
            '<picture><source srcset="a.webp"><img src="a.png" alt="b"></picture>',
            '<p><img [src content/2022/11/a.png] alt="b" loading="lazy"></p>',
        ),
        (
            '<iframe src="https://www.youtube-nocookie.com/x" width="5" onload="x()">y</iframe>',
            (
                '<iframe src="https://www.youtube-nocookie.com/x" width="5" title="www.youtube-nocookie.com" '
                'loading="lazy"></iframe>'
            ),
        ),
        (
            '<iframe src="https://www.youtube-nocookie.com/x" title="Film" allowfullscreen></iframe>',
            (
                '<iframe src="https://www.youtube-nocookie.com/x" title="Film" allowfullscreen '
                'loading="lazy"></iframe>'
            ),
        ),
        (
            '<iframe title="Film" src="https://other.org/x"></iframe>',
            '<a href="https://other.org/x">Film</a>',
        ),
        (
            '<iframe src="http://www.youtube-nocookie.com/x"></iframe>',
            '<a href="http://www.youtube-nocookie.com/x">www.youtube-nocookie.com</a>',
        ),
        (
            '<audio src="a.mp3" autoplay>b</audio>',
            "<p><audio controls [src content/2022/11/a.mp3]></audio></p>",
        ),
        (
            '<video poster="p.png"><source src="v.mp4" type="video/mp4"><source src="https://o.org/v"></video>',
            (
                "<video controls [poster content/2022/11/p.png]>"
                '<source [src content/2022/11/v.mp4] type="video/mp4"></video>'
            ),
        ),
        ('<video src="https://other.org/v.mp4"></video>', '<a href="https://other.org/v.mp4">other.org</a>'),
        ("<div><video><video></video>a</video>b</div>", "<div>ab</div>"),
    ],
)
def test_what_a_browser_would_fetch_elsewhere_is_a_link_unless_it_is_allowed(
    text: str, expected: str
) -> None:
    assert shown(text) == expected


def test_a_picture_without_words_is_called_one_in_the_language_of_the_article() -> None:
    assert line("a ![](https://o.org/c.png)", language="de-AT") == 'a <a href="https://o.org/c.png">Bild</a>'


# Valid HTML


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<div><b><i>a<p>b</p></i></b></div>", "<div>a<p>b</p></div>"),
        ("<h2><div>a</div></h2>", '<h2 id="a">a</h2>'),
        (
            "<ul>a<b>c</b><ul><li>d</li></ul></ul>",
            "<ul><li>a</li><li><b>c</b></li><li><ul><li>d</li></ul></li></ul>",
        ),
        ("<div><li>a</li></div>", "<div><div>a</div></div>"),
        ("<details>a</details>", "<details><summary>…</summary>a</details>"),
        ("<details><summary>b</summary>a</details>", "<details><summary>b</summary>a</details>"),
        ("<div><summary>a</summary></div>", "<div><div>a</div></div>"),
        ("<p>a", "<p>a</p>"),
        ("a</p></div>", "<p>a</p>"),
        ("<table><td>a", "<table><tbody><tr><td>a</td></tr></tbody></table>"),
        ('<a href="/a/">b<a href="/c/">d</a></a>', "<p><a [href /a/]>b</a><a [href /c/]>d</a></p>"),
        (
            '<div><a href="/a/"><table><tr><td><a href="/b/">c</a></td></tr></table></a></div>',
            "<div><a [href /a/]><table><tbody><tr><td>c</td></tr></tbody></table></a></div>",
        ),
        (
            "a <object><table><tr><td>b</td></tr></table></object>",
            "<p>a </p><table><tbody><tr><td>b</td></tr></tbody></table>",
        ),
        ('<a id="x" name="y" target="_blank">b</a>', '<p><span id="x">b</span></p>'),
        (
            '<div><td>a</td> <time>b</time> <time datetime="2022-11-05">c</time></div>',
            '<div>a <span>b</span> <time datetime="2022-11-05">c</time></div>',
        ),
        ('<p lang="not a language" dir="up" title="" class="">a</p>', "<p>a</p>"),
        ("<div><p></p>a</div>", "<div>a</div>"),
    ],
)
def test_the_structure_is_repaired(text: str, expected: str) -> None:
    assert shown(text) == expected


EVERYTHING = """\
<h1>Raw</h1>

## A "heading"[^1]

<b><p>x</p></b> <ul>text<li value="x">y</ul> <font color=red>z</font> <dl><dt>u<dd>v</dl>

| a | b |
|--:|:-:|
| [x](https://example.org/a b|c) | ![r](https://other.org/x.png "t") |

![p](https://pictures.example.org/p.png "Caption"){: credit="C" width="30%" }

<iframe src="https://www.youtube-nocookie.com/embed/x" width="100%" height="315" frameborder="0"></iframe>
<details><p>a</p></details> <time>now</time> <ruby>a<rt>b</rt></ruby> <rt>c</rt> <bdo>d</bdo>
<a href="http://me@example.org/%">e</a> <ol type="A" start="3" reversed><li>f</ol>
<table border=1 width=5 align=center><caption>g</caption>
<tr bgcolor=x><td nowrap colspan=0>h<th scope=x>i</table> <dl><dd>a</dl> <dl><dt>b</dl> <ruby>c</ruby>
<ul>a<b>c<p>d</p></b><h3>e</h3><ul><li>f</ul></ul> <dir><li>g</dir>

[^1]: Note.
"""


def test_a_body_is_valid_html(vnu: Callable[..., list[dict[str, Any]]], tmp_path: Path) -> None:
    html = resolved(render(EVERYTHING).html)
    file = tmp_path / "page.html"
    start = (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>t</title></head><body><h1>T</h1>'
    )
    file.write_text(f"{start}{html}</body></html>", encoding="utf-8")
    assert [message for message in vnu(file) if message["type"] == "error"] == []


# Safety

PAYLOADS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.org/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<script\n>alert(1)</script\n>",
    "<script/x>alert(1)</script>",
    "<<script>alert(1);//<</script>",
    "<img src=x onerror=alert(1)>",
    '<img src="x.png" onerror="alert(1)">',
    "<img/src=x.png/onerror=alert(1)>",
    "<img src=x.png\nonload\n=\nalert(1)>",
    '<img """><script>alert(1)</script>">',
    "<img src=`x.png`onerror=alert(1)>",
    "<img src=javascript:alert(1)>",
    "<img src='data:image/svg+xml,<svg onload=alert(1)>'>",
    "<img srcset='javascript:alert(1) 2x'>",
    "<body onload=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<svg><foreignObject><p onclick=alert(1)>x</p></foreignObject></svg>",
    "<math><mi xlink:href='javascript:alert(1)'>x</mi></math>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<form action='javascript:alert(1)'><input type=submit></form>",
    "<button formaction='javascript:alert(1)'>x</button>",
    "<input autofocus onfocus=alert(1)>",
    "<textarea><script>alert(1)</script></textarea>",
    "<select><option onclick=alert(1)>x</select>",
    "<object data='javascript:alert(1)'></object>",
    "<embed src='javascript:alert(1)'>",
    "<applet code=x></applet>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<link rel=stylesheet href='javascript:alert(1)'>",
    "<base href='javascript:alert(1)//'>",
    "<style>*{background:url(javascript:alert(1))}</style>",
    "<style>@import '//evil.org/x.css';</style>",
    "<p style='position:fixed;top:0'>x</p>",
    "<p style='background:url(javascript:alert(1))'>x</p>",
    "<p style='text-align:expression(alert(1))'>x</p>",
    "<iframe src='javascript:alert(1)'></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<iframe src='https://www.youtube-nocookie.com.evil.org/x'></iframe>",
    "<iframe src='https://www.youtube-nocookie.com@evil.org/x'></iframe>",
    "<iframe src='https://evil.org\\@www.youtube-nocookie.com/x'></iframe>",
    "<iframe src='https://evil.org#www.youtube-nocookie.com/'></iframe>",
    "<iframe src='https://www.youtube-nocookie.com/x' onload=alert(1) srcdoc=x></iframe>",
    "<iframe src='https://www.youtube-nocookie.com/x'><script>alert(1)</script></iframe>",
    "<iframe><script>alert(1)</script></iframe>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<template><script>alert(1)</script></template>",
    "<xmp><img src=x onerror=alert(1)></xmp>",
    "<plaintext><script>alert(1)</script>",
    "<noembed><img src=x onerror=alert(1)></noembed>",
    "<title><img src=x onerror=alert(1)></title>",
    "<!--><script>alert(1)</script>-->",
    "<!--[if IE]><script>alert(1)</script><![endif]-->",
    "<?xml version='1.0'?><script>alert(1)</script>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<video src=x onerror=alert(1)></video>",
    "<video poster='javascript:alert(1)' src=v.mp4></video>",
    "<audio src='data:audio/x,1' onplay=alert(1)></audio>",
    "<video><source onerror=alert(1) src='javascript:alert(1)'></video>",
    "<details open ontoggle=alert(1)>x</details>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='JaVaScRiPt:alert(1)'>x</a>",
    "<a href=' javascript:alert(1)'>x</a>",
    "<a href='\x01javascript:alert(1)'>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href='java&#10;script:alert(1)'>x</a>",
    "<a href='java&Tab;script&colon;alert(1)'>x</a>",
    "<a href='&#106;&#x61;vascript&#58;alert(1)'>x</a>",
    "<a href='&#x6A&#x61&#x76&#x61&#x73&#x63&#x72&#x69&#x70&#x74&#x3A;alert(1)'>x</a>",
    "<a href='javascript&#0;:alert(1)'>x</a>",
    "<a href='vbscript:msgbox(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='data:text/html;base64,PHNjcmlwdD4='>x</a>",
    "<a href='x.md' onclick=alert(1) onmouseover='alert(1)'>x</a>",
    "<a href='x.md' target=_blank name=body ping='//evil.org'>x</a>",
    '<a href="x.md"onclick="alert(1)">x</a>',
    "<a href='&#2;href javascript:alert(1)&#3;'>x</a>",
    "&#2;href javascript:alert(1)&#3; <a &#2;onclick alert(1)&#3;>x</a>",
    "\x02onclick alert(1)\x03 <a \x02onclick alert(1)\x03>x</a>",
    "[x](javascript:alert(1))",
    "[x](<javascript:alert(1)>)",
    '[x](JAVASCRIPT:alert(1) "t")',
    "[x](javascript&colon;alert(1))",
    "[x](java&#x09;script:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](\x0bjavascript:alert(1))",
    "[x](\u00a0javascript:alert(1))",
    "[x](javascript\\:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    '[x](x.md "t\\" onclick=alert(1)")',
    "[x](x.md '\"onclick=\"alert(1)')",
    '[x](x.md"onclick="alert(1))',
    "[x](a%02onclick%20alert(1)%03.md)",
    '[x](/a"onclick="alert(1)/)',
    "[x](/a'><script>alert(1)</script>)",
    '[x](#"onclick="alert(1))',
    "![x](javascript:alert(1))",
    '![x" onerror="alert(1)](x.png)',
    '![x](x.png "\\" onerror=\\"alert(1)")',
    '![x](x.png"onerror="alert(1))',
    "![x](data:image/svg+xml;base64,PHN2Zz4=)",
    "<javascript:alert(1)>",
    "<javascript://x%0aalert(1)>",
    "<vbscript://x>",
    "<data://text/html,x>",
    "[x][r]\n\n[r]: javascript:alert(1)",
    '[x][r]\n\n[r]: <javascript:alert(1)> "t"',
    "![x][r]\n\n[r]: data:image/svg+xml,x",
    "[r]\n\n[r]: java&#115;cript:alert(1)",
    'x\n{: onclick="alert(1)" style="position:fixed" }',
    "*x*{: onclick=alert(1) }",
    "# x {: onmouseover=alert(1) #main_ }",
    "[x](x.md){: href=javascript:alert(1) }",
    '[x](x.md){: onclick="alert(1)" target=_blank }',
    "![x](x.png){: onerror=alert(1) srcset=//evil.org/x }",
    '![x](x.png "t"){: credit="<script>alert(1)</script>" }',
    '![x](x.png "<img src=x onerror=alert(1)>")',
    "``` { .python onclick=alert(1) style=position:fixed }\nx\n```",
    '```"><script>alert(1)</script>\nx\n```',
    "| x |\n|---|\n| y {: onclick=alert(1) } |",
    "x[^1]\n\n[^1]: <script>alert(1)</script>",
    'x[^"onclick="alert(1)]\n\n[^"onclick="alert(1)]: y',
    '*[x]: " onclick="alert(1)\n\nx',
    "`<script>alert(1)</script>`",
    '{{< x "><script>alert(1)</script> >}}',
    '<a href="{{< x "><script>alert(1)</script> >}}">x</a>',
    "<p title='{{ \"><script>alert(1)</script> }}'>x</p>",
    "{% raw %}<script>alert(1)</script>{% endraw %}",
    "&#xFDD0;0&#xFDD1; {{ <script>alert(1)</script> }} &#xFDD2;",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\\<script>alert(1)</script>",
    "<p id=body><i id=forms name=x>x</i></p>",
]

LOADS = {"src", "srcset", "poster", "data", "background", "action", "formaction", "ping", "xlink:href"}
NEVER = frozenset(
    [
        *(
            "applet",
            "base",
            "body",
            "button",
            "embed",
            "form",
            "frame",
            "frameset",
            "input",
            "link",
            "marquee",
        ),
        *("math", "meta", "noscript", "object", "option", "script", "select", "style", "svg", "template"),
        *("textarea", "title"),
    ]
)


def assert_harmless(html: str) -> None:
    """Assert that a browser that parses ``html`` finds nothing in it that runs, loads or positions."""
    for element in tree(html).iter():
        name = str(element.tag)
        assert name not in NEVER, html
        for attribute, value in element.attrib.items():
            assert re.match(r"(?!on)[a-z-]+\Z", attribute), html
            assert attribute not in {"style", "srcdoc", "name", "target", "http-equiv", "ping", "srcset"}, (
                html
            )
            if attribute in LOADS and name != "iframe":
                assert re.match(r"/ok\Z|https://pictures\.example\.org/", value), html
            if attribute == "href":
                assert re.match(r"/ok\Z|(https?://|mailto:|tel:)[^\s]*\Z", value), html
        if name == "iframe":
            assert element.attrib["src"].startswith("https://www.youtube-nocookie.com/"), html
            assert element.text is None


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("around", ["{}", "a {} b", "- {}", "> {}", "<div>\n\n{}\n\n</div>", "[{}](x.md)"])
def test_nothing_that_an_author_writes_runs(payload: str, around: str) -> None:
    body = render(around.replace("{}", payload))
    assert_harmless(resolved(body.html))
    assert not re.search("[\x00-\x01\x04-\x08\x0b\x0c\x0e-\x1f]", body.html)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_runs_in_what_a_mark_becomes(payload: str) -> None:
    body = render(payload)
    for name, target in re.findall("\x02([a-z]+) ([^\x03]*)\x03", body.html):
        assert name in {"href", "src", "poster"}
        assert re.match(r"(content/|static/|/(?!/)|#)", target)
        assert not re.search(r"[\"<>]", target)


def assert_well_formed(html: str) -> None:
    """Assert that each element is closed, in order."""
    opened: list[str] = []
    for end, name in re.findall(r"<(/?)([a-z0-9]+)[^<>]*>", html):
        if end:
            assert opened.pop() == name, html
        elif name not in VOID:
            opened.append(name)
    assert opened == [], html


HOSTILE = st.lists(
    st.one_of(
        st.sampled_from(
            [
                *PAYLOADS,
                *"[](){}<>*_`\"'#|-\n &;:!\\^~=/",
                "\n\n",
                "    ",
                "- ",
                "> ",
                "{{",
                "}}",
                "<b>",
                "</p>",
            ]
        ),
        st.sampled_from(
            ["<div>", "</div>", "<p>", "<ul>", "<li>", "<table>", "<td>", "<a href='x.md'>", "</a>", "<h1>"]
        ),
        st.sampled_from(
            [
                "<details>",
                "<video>",
                "<iframe src=x>",
                "<ruby><rt>",
                "<dl>",
                "<object>",
                "[^1]",
                "[^1]: ",
                "*[a]: ",
            ]
        ),
        st.text(max_size=5),
    ),
    max_size=12,
).map("".join)


@given(HOSTILE)
@example("<object><p><object><p>x")
@example("<a href='/x/'><object><a href='/y/'>z")
@example("<ul>a<b><a href='x y'>c</a><h2 class=d>e</h2></b><br>f<ul><p>g")
@example("<a href=x.md><div><figure><img src=a.png><figcaption>x</figcaption></figure></div></a>")
@example("<figure><figure><img src=a.png></figure><img src=b.png>c<ul class=gallery><li><img src=c.png>")
def test_whatever_is_written_comes_out_safe_and_whole(text: str) -> None:
    body = render(text)
    html = pictured(body.html)
    assert_harmless(html)
    assert_well_formed(html)
    everything = {str(element.tag) for element in tree(html).iter()}
    kept = {
        "*": {"class", "dir", "id", "lang", "title"} | {name for e in tree(html).iter() for name in e.attrib}
    }
    again = nh3.clean(html, tags=everything - {"DOCUMENT_FRAGMENT"}, attributes=kept, link_rel=None)
    assert html5lib.serialize(tree(again)) == html5lib.serialize(tree(html))


@given(st.text(), st.text())
@example("a[^1]\n\n[^1]: b\n\n*[a]: c\n\n[r]: d.md\n\n# h", "a[^1] [r] # h")
@example("x", ">" * 5000)
def test_a_body_leaves_nothing_behind(one: str, other: str) -> None:
    before = render(one)
    render(other)
    assert render(one) == before


@given(st.text())
def test_any_text_is_a_body(text: str) -> None:
    body = render(text)
    assert body.words >= 0
    assert len(body.opening) <= 201
    assert not re.search("[\x00-\x01\x04-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef]", body.html)


# Pathological texts


@pytest.mark.parametrize(
    "text",
    [
        *(char * 10_000 for char in "[]*_`<>&#|!\\~=-+:'\"(){}^"),
        "![" * 5000,
        "[](" * 5000,
        "[a](b" * 5000,
        '[a](b "c' * 5000,
        "[a][b" * 5000,
        "[^" * 5000,
        "**a *b " * 3000,
        "<a href='" * 5000,
        "<!--" * 5000,
        "<div>" * 5000,
        "<b>" * 5000,
        "".join(f"<b id=a{at}>" for at in range(5000)) + "<p>" * 5000,
        "> " * 5000,
        "- " * 5000,
        "".join("    " * depth + "- a\n" for depth in range(200)),
        "{{" * 5000,
        "{% " * 5000,
        "a\n:   b\n" * 2000,
        "<ul>" * 3000,
        "<div>" + "<dl>" * 2000,
        "<table><tr><td>" * 500,
        "a " * 140_000,
        "[a](https://x.org/) *b* " * 5000,
    ],
)
def test_a_monstrous_text_is_a_body_or_a_problem(text: str) -> None:
    body = render(text)
    assert all(problem.line for problem in body.problems)
    assert_harmless(resolved(body.html))


def test_a_text_that_is_too_tangled_is_a_problem_with_its_line() -> None:
    body = render("Words <b>a</b>.\n\n" + ">" * 200 + " deep\n\nMore.", first_line=5)
    assert [(problem.line, problem.message, problem.hint) for problem in body.problems] == [
        (
            7,
            "the text cannot be rendered: quotes and lists stand in each other too deeply",
            "Write it with less nesting.",
        )
    ]
    assert body.html.startswith("<p>Words &lt;b&gt;a&lt;/b&gt;.</p>\n<p>&gt;&gt;")


def test_tags_that_are_never_closed_are_a_problem() -> None:
    assert [problem.message for problem in render("<b id=a>" * 1001 + "\n\na" * 1001).problems] == [
        "the text cannot be rendered: more than 100 tags such as <b> or <a> are never closed"
    ]


def test_brackets_in_brackets_are_a_link() -> None:
    depth = 2000
    assert f">{'[' * depth}a{']' * depth}</a>" in shown(f"[{'[' * depth}a{']' * depth}](b.md)")


def test_how_deep_the_caller_is_changes_nothing() -> None:
    text = "".join("    " * depth + "- a\n" for depth in range(20)) + "\n" + "> " * 50 + "b"

    def deep(levels: int) -> markdown.RenderedBody:
        return deep(levels - 1) if levels else render(text)

    assert deep(300) == render(text)
    assert render(text).problems == ()


# Words, opening, characters


def test_words_are_counted_without_tags_and_shortcodes() -> None:
    assert (
        render("## One two\n\nThree *four*-five {{< six seven >}}\n\n| eight |\n|---|\n| nine |").words == 6
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            '## Title\n\n![a](b.png "c")\n\n| t |\n|---|\n| u |\n\n```\ncode\n```\n\nThe *first* "words".',
            "The first “words”.",
        ),
        ("{{< figure src=x >}}\n\nAT&amp;T &lt; [x](y.md)[^1]\\.\n\n[^1]: Note", "AT&T < x."),
        ("- one\n- two\n\n> three", "one two three"),
        ("> Large.\n{.pullquote}\n\nSmall.\n{.sidenote}\n\nText.\n{.dropcap}", "Text."),
        ("a<br>b\nc", "a b c"),
        ("", ""),
    ],
)
def test_the_opening_is_the_first_running_text(text: str, expected: str) -> None:
    assert render(text).opening == expected


def test_the_opening_is_cut_at_a_word() -> None:
    opening = render("Nineteen letters, ok " * 30).opening
    assert opening == "Nineteen letters, ok " * 9 + "Nineteen…"
    assert render("x" * 500).opening == "x" * 200 + "…"


def test_what_xml_forbids_is_dropped() -> None:
    assert line("a\x00b\x08c\x0bd\x1be\x7ff\x85g\ufffeh\ufdd0i\U0001ffffj &#1;k&#x0b;l") == "abcdefghij kl"


def test_nothing_that_an_author_writes_stands_for_a_shortcode() -> None:
    assert line("\ufdd00\ufdd1 {{ a }}") == "0 {{ a }}"
    assert line("&#xFDD0;7&#xFDD1; &#xFDD2; {{ a }}") == " &quot; {{ a }}"


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_any_line_end_is_one(end: str) -> None:
    text = "One[^1].\n\n[x](x/)\n\n[^1]: Two."
    assert render(text.replace("\n", end)) == render(text)


# What is done to a finished body

DATELINE = '<a href="/datelines/baku/">BAKU</a>'
LED = f'<span class="dateline">{DATELINE}</span>'


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>a</p>", f"<p>{LED} a</p>"),
        ('<h2 id="x">h</h2>\n<p class="y">a</p>', f'<h2 id="x">h</h2>\n<p class="y">{LED} a</p>'),
        ("<figure><p>f</p></figure><p>a</p>", f"<figure><p>f</p></figure><p>{LED} a</p>"),
        (
            "<blockquote>\n<p>q</p>\n</blockquote>\n<p>a</p>",
            f"<blockquote>\n<p>q</p>\n</blockquote>\n<p>{LED} a</p>",
        ),
        (
            '<hr><p><img src="x"></p><p> </p><p>a<br>b</p>',
            f'<hr><p><img src="x"></p><p> </p><p>{LED} a<br>b</p>',
        ),
        ('<p title="a > b">c</p>', f'<p title="a > b">{LED} c</p>'),
        (
            '<p class="pullquote">q</p><p class="x sidenote">n</p><p class="dropcap">a</p>',
            f'<p class="pullquote">q</p><p class="x sidenote">n</p><p class="dropcap">{LED} a</p>',
        ),
        ("<ul><li><p>a</p></li></ul>", f"<p>{LED}</p>\n<ul><li><p>a</p></li></ul>"),
        ("<details><p>a</p></details>", f"<p>{LED}</p>\n<details><p>a</p></details>"),
        ("<blockquote><p>q</p></blockquote>", f"<p>{LED}</p>\n<blockquote><p>q</p></blockquote>"),
        ("", f"<p>{LED}</p>\n"),
        ("<p>\x02href a\x03</p>", f"<p>{LED} \x02href a\x03</p>"),
    ],
)
def test_the_dateline_leads_the_first_paragraph_of_the_running_text(html: str, expected: str) -> None:
    assert markdown.insert_dateline(html, DATELINE) == expected


def test_no_dateline_leads_nothing() -> None:
    assert markdown.insert_dateline("<p>a</p>", "") == "<p>a</p>"


@given(HOSTILE)
def test_a_dateline_is_set_once_whatever_the_body(text: str) -> None:
    html = resolved(render(text).html)
    led = markdown.insert_dateline(html, DATELINE)
    assert led.replace(f"{LED} ", "").replace(f"<p>{LED}</p>\n", "") == html
    spans = [e for e in tree(led) if e.tag == "p" for s in e if s.attrib.get("class") == "dateline"]
    assert len(spans) == 1


def test_marks_are_replaced_by_what_the_caller_says() -> None:
    asked = []

    def attributes(name: str, target: str) -> str:
        asked.append((name, target))
        return f'{name}="/base/{len(asked)}" width="1"'

    html = render("[a](b.md#c) ![d](e.png) [f](/g/) [h](#i)").html
    assert markdown.resolve(html, attributes).count("/base/") == 4
    assert asked == [
        ("href", "content/2022/11/b.md#c"),
        ("src", "content/2022/11/e.png"),
        ("href", "/g/"),
        ("href", "#i"),
    ]


def test_marks_are_resolved_without_loading_markdown() -> None:
    code = (
        "import sys; from broadsheet.read import markdown; markdown.resolve('<p>', str);"
        "markdown.insert_dateline('<p>', 'x');"
        "sys.exit(bool({'markdown', 'nh3'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
