"""What is read of strangers, and fragments of which texts are made that could take it more than linear time.

A fragment with ``{n}`` is another one each time. Reading returns when the text has been read or refused.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache

from broadsheet.common.problems import Problems
from broadsheet.publish.sitemap_reader import read_sitemap
from broadsheet.read import article, markdown
from broadsheet.read.pictures.svg import find_svg_fault
from broadsheet.render.templates import checks
from broadsheet.settings import reader
from broadsheet.settings.model import Settings
from tests.plain import LAYOUTS, SETTINGS

_OPTIONS = (
    markdown.MarkdownOptions(language="en", frames=(), pictures=()),
    markdown.MarkdownOptions(
        language="fr",
        frames=(),
        pictures=(),
        dialect=markdown.Dialect(kramdown=True, indented_code=True, autolinks=True),
        shortcodes=(("figure", "link /a/"), ("x", "aside")),
        links="report",
        site="https://example.org/",
    ),
)

_MARKDOWN = (
    *(each for each in "[]*_`<>&#|!\\~=-+:'\"(){}^.\t"),
    *(
        "![",
        "[](",
        "[a](",
        "[a](b",
        '[a](b "c',
        "[a][",
        "[a][b]",
        "[a]: <",
        "[a]: b\n",
        "[{n}]: b\n",
        "[{n}]\n\n[{n}]: b\n\n",
    ),
    *(
        "[^",
        "[^a]",
        "[^{n}]\n\n[^{n}]: Note.\n\n",
        "[^{n}] ",
        "[^{n}]: Note.\n",
        "[^a]: Note.\n\n",
        "![[",
        "]]",
        "[[a](b)",
    ),
    *("**a", "*a ", "*a**", "_a__", "**a *b ", "a*b_", "~~a", "*a _b ", "***a", "a**b*", "__a_ "),
    *("`a", "``a` ", "`a`` ", "``` ", "\n```\n", "\n~~~\n", "`{n}`", "```a`` ", "`\n\n"),
    *(
        "<a href='",
        '<a href="',
        "<a ",
        "<a b=c ",
        "<!--",
        "-->",
        "<?",
        "<![CDATA[",
        "<!a",
        "<div>",
        "</div>",
        "<div>\n\n",
    ),
    *(
        "<b>",
        "<b></b>",
        "<b>a</b> ",
        "<i><b>",
        "<p>",
        "<ul><li>",
        "<ul>",
        "<dl>",
        "<dl><dt>",
        "<table><tr><td>",
        "<ol><li>\n",
    ),
    *(
        "<b id=a{n}>",
        "<img src=a>",
        "<img src='a' ",
        "<video>",
        "<audio src=a>",
        "<iframe src=//a.b>",
        "<script>",
        "<title>",
    ),
    *(
        "<details>\n\n",
        "<summary>",
        "<h2>",
        "<ruby>",
        "<svg>",
        "<math>",
        "<select>",
        "<a name={n}>",
        "<a href={n}>",
    ),
    *(
        "> ",
        "> a\n",
        "> > a\n",
        "- ",
        "- a\n",
        "- - a\n",
        "1. ",
        "1. a\n",
        "- a\n\n",
        " - a\n",
        "* - + ",
        "- [ ] a\n",
        "-\n",
    ),
    *("    a\n", "  ", " \n", "\n\n", "a\n", "a  \n", "a\\\n", "a " * 20 + "\n", "{n} "),
    *("# a\n", "#", "# {n}\n", "a\n===\n", "a\n---\n", "---\n", "***\n", "## a {#a{n}}\n"),
    *(
        "|a|",
        "|",
        "|-",
        "|a|b|\n",
        "|-|-|\n",
        "|a\n|-\n|b\n\n",
        "|a|\n|-|\n" + "|b|\n" * 3 + "\n",
        "a|b\n-|-\n",
        ":-",
    ),
    *("a\n: b\n", "a\n:   b\n\n", ": a\n", "*[a{n}]: b\n", "*[a]: b\n", "*[a{n}]: b\n\na{n} ", "a{n} b{n}\n"),
    *(
        "{: .a}",
        "{: .a}\n",
        "{:.a .b #c}",
        "{: a=",
        "{.a ",
        "a{: b=c}",
        "*a*{: .b}",
        "{::nomarkdown}\n",
        "{:/}\n",
    ),
    *(
        "{{",
        "{{< a",
        "{{< figure >}}",
        "{{< figure src=a.png >}}\n",
        "{% a",
        "{% x %}",
        "{% endx %}",
        "[caption]",
        "[/caption]",
        "[a b=c]",
    ),
    *(
        "&amp;",
        "&a",
        "&#",
        "&#x41;",
        "&lt",
        "http://a.b ",
        "http://a",
        "www.a.b/(",
        "a@b.c ",
        "a@b",
        "a.b.",
        "<http://a>",
        "<a@b>",
    ),
    *(
        '"a ',
        "'a ",
        "a'b ",
        '"',
        "-- ",
        "...",
        "« ",
        "a—b ",
        "\\<",
        "\\*",
        "\\\\",
        "\\\n",
        "\ufdd0",
        "\u0301",
        "İ",
        "e\u0301",
    ),
    *(
        '![a](b.png "c"){: credit="d"}\n\n',
        "[a](b.md) ",
        "[a](/b/) ",
        "[a](b) ",
        "[a]() ",
        "![a](http://b/c) ",
        "[a](javascript:b) ",
    ),
)
_YAML = (
    *(
        "- ",
        "[",
        "]",
        "{",
        "}",
        ",",
        ": ",
        "a: ",
        "? ",
        "& ",
        "* ",
        "!",
        "|",
        ">",
        "'",
        '"',
        "#",
        "%",
        "@",
        "`",
        "\t",
        "\n",
    ),
    *(
        "a{n}: b\n",
        "tag{n}: b\n",
        "a: b\n",
        "title: a\n",
        "tags: [",
        "tags:\n- a{n}\n",
        "- a\n",
        "- - ",
        "[a, ",
        "{a: ",
        "a: {b: ",
        "[[",
        "{{",
    ),
    *(
        "&a{n} b\n",
        "*a ",
        "a: &a b\n",
        "a: *a\n",
        "<<: *a\n",
        "!!map ",
        "!a ",
        "--- ",
        "...\n",
        "? a\n: b\n",
        "a: |\n  b\n",
        "a: >\n  b\n",
    ),
    *(
        "'a' ",
        '"\\x',
        '"a" ',
        "a #b ",
        "a: b: c\n",
        "a:b ",
        "date: 2022-11-05\n",
        "  a: b\n",
        " ",
        "\\",
        "é: a\n",
        "corrections:\n- {date: 2022-11-05, text: a}\n",
    ),
    *(
        "image: {file: a.png}\n",
        "aliases: [/a{n}/]\n",
        "aliases:\n- /a{n}/\n",
        "author:\n- a{n}\n",
        "a=b\n",
        "[a](b) ",
        "“a” ",
        "a, ",
    ),
)
_TOML = (
    *(
        "a = 1\n",
        "a{n} = 1\n",
        "[a]\n",
        "[a{n}]\n",
        "[[a]]\n",
        "[a.b{n}]\n",
        "a.",
        "a = [",
        "[",
        "{",
        "a = {a = ",
        '"',
        "'",
        '"""',
        "'''",
        "#",
        "\\",
    ),
    *(
        '"/a{n}/" = "/b/"\n',
        'a{n} = "b"\n',
        "a = '''\n",
        "1",
        "1_",
        "2022-11-05 ",
        "é",
        '"\\u',
        ",",
        "=",
        "a = [1,",
        "]",
        "}",
        "\n",
        "a = 1 ",
    ),
)
_JINJA = (
    *(
        "{{",
        "}}",
        "{%",
        "%}",
        "{#",
        "#}",
        "{{ a }}",
        "{{ site }}",
        "{% if 1 %}",
        "{% endif %}",
        "{% for a in [] %}",
        "{% endfor %}",
    ),
    *(
        "{% block a{n} %}{% endblock %}",
        "{% macro a{n}() %}{% endmacro %}",
        "{% set a{n} = 1 %}",
        "{{ a{n} }}",
        "{% include 'a{n}' %}",
    ),
    *(
        "{{ (",
        "{{ [",
        "{{ 1 + ",
        "{{ a.b",
        "{{ a|e",
        "{{ not ",
        "{{ 'a",
        '{{ "',
        "{{ a }}\n",
        "{% raw %}",
        "{% endraw %}",
        "{% else %}",
    ),
    *(
        "a\n",
        "<",
        "{",
        "%",
        "{{ 1 }}",
        "{% endblock %}",
        "{% set a %}",
        "{% if a %}{% elif b %}{% endif %}",
        "{{ url(",
        "1",
    ),
)
_XML = (
    *(
        "<a>",
        "</a>",
        "<a/>",
        "<a b='c'/>",
        "<a b{n}='c'/>",
        "<a xmlns='b{n}'>",
        "<a xmlns:b{n}='c'>",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<?a ",
        "?>",
    ),
    *(
        "&amp;",
        "&a;",
        "<url><loc>http://a.b/</loc></url>",
        "<url>",
        "<loc>",
        "<url><loc>",
        "a",
        "<",
        "&",
        "<a b='",
        "<svg>",
        "<g>",
        "<style>",
    ),
    *(
        "<g style='a:b(c)'/>",
        "<style>/*</style>",
        "<style>url( </style>",
        "<style>\\</style>",
        "<a href='#b'/>",
        "\n",
        "<!DOCTYPE a>",
        "<a{n}/>",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """A kind of text, its fragments, what makes a whole text of them, and what reads that."""

    name: str
    fragments: tuple[str, ...]
    read: Callable[[str], object]
    before: str = ""
    after: str = ""

    def make(self, fragments: tuple[str, ...], count: int) -> str:
        """Return a text in which each of the fragments stands so many times, one after the other."""
        return self.before + "".join(_repeat(each, count) for each in fragments) + self.after


def _repeat(fragment: str, count: int) -> str:
    if "{n}" not in fragment:
        return fragment * count
    return "".join(fragment.replace("{n}", str(at)) for at in range(count))


def _read_body(text: str) -> None:
    for options in _OPTIONS:
        body = markdown.render(text, options, path="content/a.md", first_line=1)
        markdown.resolve(body.html, lambda name, target: f'{name}="{target}"' if len(target) % 2 else None)


@cache
def _settings() -> Settings:
    return reader.read(SETTINGS)


def _read_article(text: str) -> None:
    with suppress(Problems):
        article.read("content/a.md", text.encode(errors="surrogatepass"), _settings())


def _read_settings(text: str) -> None:
    with suppress(Problems):
        reader.read(text)


def _read_layout(text: str) -> None:
    checks.check({**LAYOUTS, "home.html": text})


def _read_sitemap(text: str) -> None:
    with suppress(ValueError):
        read_sitemap(text.encode())


def _read_svg(text: str) -> None:
    find_svg_fault(text.encode())


SURFACES = (
    Surface(name="body", fragments=_MARKDOWN, read=_read_body),
    Surface(
        name="front matter",
        fragments=_YAML,
        read=_read_article,
        before="---\ndate: 2022-11-05\n",
        after="\n---\nWords.\n",
    ),
    Surface(
        name="field", fragments=_YAML, read=_read_article, before="---\ntitle: ", after="\n---\nWords.\n"
    ),
    Surface(name="site.toml", fragments=_TOML, read=_read_settings, before=SETTINGS),
    Surface(name="redirects", fragments=_TOML, read=_read_settings, before=SETTINGS + "[redirects]\n"),
    Surface(name="layout", fragments=_JINJA, read=_read_layout),
    Surface(name="sitemap", fragments=_XML, read=_read_sitemap, before="<urlset>", after="</urlset>"),
    Surface(name="SVG", fragments=_XML, read=_read_svg, before="<svg>", after="</svg>"),
)
