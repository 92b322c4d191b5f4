"""Layouts: what is wrong with one is told with its file, line and nearest name, and a layout is pure."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import jinja2
import pytest

from broadsheet.build.site_folder import STATE
from broadsheet.render.templates.bytecode import StoredBytecode, pack
from broadsheet.render.templates.checks import check
from broadsheet.render.templates.environment import create_template_parser
from tests.builds import built, clean_outputs, edited_state, plain_site, previewed, printed
from tests.plain import LAYOUTS, article
from tests.sites import ROOT, Site

_HEAD = '{% extends "base.html" %}\n{% block main %}\n'
_END = "\n{% endblock %}\n"
_DATES = "Dates of an article are .day, .date and .updated, which may be none."
_NAMED = "section, tag, author, dateline, series, edition, language"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return plain_site(tmp_path / "site", {"content/flood.md": article("Flood", "2022-11-05")})


def _said(site: Site, text: str, name: str = "home.html") -> str:
    """Return what is said of a layout that has ``text`` on its third line."""
    site.write(f"layouts/{name}", _HEAD + text + _END)
    return printed(site)


_CHECKED = {
    "{% if site %}": """\
layouts/home.html:4: {% endblock %} stands where {% endif %} should
  | {% endblock %}
  Write {% endif %} before it: line 3 has {% if site %}.""",
    "{% for tag in [] %}\n{% block inner %}": """\
layouts/home.html:3: {% for tag in [] %} is not closed
  | {% for tag in [] %}
  Write {% endfor %} where it ends.""",
    "{% endfor %}": """\
layouts/home.html:3: {% endfor %} stands where {% endblock %} should
  | {% endfor %}
  Write {% endblock %} before it: line 2 has {% block main %}.""",
    "{% set a = 1 %}{% endset %}": """\
layouts/home.html:3: {% endset %} stands where {% endblock %} should
  | {% set a = 1 %}{% endset %}
  Write {% endblock %} before it: line 2 has {% block main %}.""",
    "{% if site %}{% else if page %}{% endif %}": """\
layouts/home.html:3: expected token 'end of statement block', got 'if'
  | {% if site %}{% else if page %}{% endif %}
  Write {% elif … %}.""",
    "{% blok a %}": """\
layouts/home.html:3: there is no tag {% blok %}
  | {% blok a %}
  Did you mean {% block %}?""",
    "{% weather %}": """\
layouts/home.html:3: there is no tag {% weather %}
  | {% weather %}""",
    "{# never closed": """\
layouts/home.html:3: Missing end of comment tag
  | {# never closed""",
    "{{ site.title }": """\
layouts/home.html:3: unexpected '}'
  | {{ site.title }""",
    "{{ site.title | dat }}": """\
layouts/home.html:3: No filter named 'dat'.
  | {{ site.title | dat }}""",
    "{{ 1 is odder }}": """\
layouts/home.html:3: No test named 'odder'.
  | {{ 1 is odder }}""",
    "{% include 'teasers.html' %}": """\
layouts/home.html:3: there is no layout teasers.html
  | {% include 'teasers.html' %}
  Did you mean teaser.html?""",
    "{% from 'weather.html' import sun %}": """\
layouts/home.html:3: there is no layout weather.html
  | {% from 'weather.html' import sun %}""",
    "<p>{{ archve.latest(3) }}</p>": """\
layouts/home.html:3:7: archve is not defined
  | <p>{{ archve.latest(3) }}</p>
  |       ^
  Did you mean archive?""",
    "{{ words.of_year | fill(title=1, url=2, title=3) }}": """\
layouts/home.html:3: title is given twice
  | {{ words.of_year | fill(title=1, url=2, title=3) }}
  Take one of them out, or call it otherwise.""",
    "{% macro row(name, name) %}{% endmacro %}": """\
layouts/home.html:3: name is given twice
  | {% macro row(name, name) %}{% endmacro %}
  Take one of them out, or call it otherwise.""",
    r"""{{ "\ud83d\ude00" }}""": """\
layouts/home.html:3: there is half of a character in the text
  | {{ "\\ud83d\\ude00" }}
  Write the character itself, in UTF-8: one such as \\ud83d is not whole.""",
    "{{ site.rain }} {{ rain }}": """\
layouts/home.html:3:20: rain is not defined
  | {{ site.rain }} {{ rain }}
  |                    ^""",
}


@pytest.mark.parametrize(("text", "said"), _CHECKED.items())
def test_a_layout_is_checked_without_being_rendered(site: Site, text: str, said: str) -> None:
    assert _said(site, text) == said


def test_a_partial_that_is_used_nowhere_is_checked_too(site: Site) -> None:
    site.write("layouts/partials/unused.html", "One.\n{{ wether }}\n")
    assert printed(site) == (
        "layouts/partials/unused.html:2:4: wether is not defined\n  | {{ wether }}\n  |    ^"
    )


def test_all_static_problems_come_at_once_and_with_those_of_articles(site: Site) -> None:
    site.write("layouts/home.html", "{{ a }}{{ b }}\n{{ c }}")
    site.write("layouts/404.html", "{% if")
    site.write("content/bad.md", article("Bad", "2022-02-30"))
    places = [row.split(": ")[0] for row in printed(site).splitlines() if not row.startswith(" ")]
    assert places == [
        *("content/bad.md:3:7", "layouts/404.html:1"),
        *("layouts/home.html:1:4", "layouts/home.html:1:11", "layouts/home.html:2:4"),
    ]


def test_names_that_a_layout_sets_are_known(site: Site) -> None:
    text = (
        "{% set a = 1 %}{% for b in [1] %}{{ a }}{{ b }}{{ loop.index }}{% endfor %}"
        "{% macro c(d, e=2) %}{{ d }}{{ e }}{{ varargs }}{% endmacro %}{{ c(1) }}"
        "{% with f = 1 %}{{ f }}{% endwith %}{% set g = namespace(h=1) %}{{ g.h }}"
        "{% macro w() %}{{ caller() }}{% endmacro %}{% call w() %}{% endcall %}"
        "{% import 'teaser.html' as i %}{{ 'x' if i }}{{ range(3) | join }}"
    )
    assert _said(site, text) == ""


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        ("{{ article.titel }}", "Article has no titel", "Did you mean title?"),
        ("{{ site.titel }}", "Site has no titel", "Did you mean title?"),
        ("{{ article.weather }}", "Article has no weather", ""),
        ("{{ article.section.name }}", "NoneType has no name", ""),
        ("{{ article.extra.deck }}", "dict has no deck", ""),
        ("{{ archive.latest(1)[5].title }}", "tuple has no 5", ""),
        ("{{ article.words / 0 }}", "ZeroDivisionError: division by zero", ""),
        ("{{ 'a' + 1 }}", 'TypeError: can only concatenate str (not "int") to str', ""),
        ("{{ site.title() }}", "TypeError: 'str' object is not callable", ""),
        ("{{ archive }}", "Archive cannot be printed", "Print one of its parts, or call it."),
        ("{{ archive.latest }}", "method cannot be printed", "Print one of its parts, or call it."),
        (
            "{{ archive.latest(3) | map(attribute='title') }}",
            "generator cannot be printed",
            'Add a filter such as | join(", ").',
        ),
        (
            "{{ 'Titles: ' ~ (archive.latest(3) | map(attribute='title')) }}",
            "generator cannot be printed",
            'Add a filter such as | join(", ").',
        ),
        (
            "{{ site.title.upper ~ '!' }}",
            "builtin_function_or_method cannot be printed",
            "Print one of its parts, or call it.",
        ),
        (
            "{{ site.title.strip | upper | safe }}",
            "builtin_function_or_method cannot be printed",
            "Print one of its parts, or call it.",
        ),
        ("{{ article.title | date }}", "str is not a date", _DATES),
        ("{{ article.updated | time }}", "NoneType is not a date", _DATES),
        ("{{ article.updated | iso }}", "NoneType is not a date", _DATES),
        (
            "{{ static('gone.css') }}",
            "there is no static/gone.css",
            "Put the file at static/gone.css, or fix the name.",
        ),
        ("{{ static(none) }}", "static(…) wants str, not NoneType", ""),
        ("{{ url(site) }}", "url(…) wants str, not Site", ""),
        ("{{ archive.latest('ten') }}", "archive.latest(…) wants int, not str", ""),
        ("{{ archive.latest(-1) }}", "archive.latest(…) wants a number of articles, not -1", ""),
        ("{{ archive.newest(article.section, 3) }}", "archive.newest(…) wants Facet, not NoneType", ""),
        ("{{ archive.fed(article.section, 3) }}", "archive.fed(…) wants Facet, not NoneType", ""),
        ("{{ archive.around(site) }}", "archive.around(…) wants Article or Teaser, not Site", ""),
        ("{{ archive.related(site) }}", "archive.related(…) wants Article or Teaser, not Site", ""),
        ("{{ archive.related(archive.latest(1)[0], 3) }}", "archive.related(…) wants tuple, not int", ""),
        (
            "{{ archive.names('tagz') }}",
            f"archive.names(…) wants one of {_NAMED}",
            "",
        ),
        ("{{ archive.index('tagz', '').url }}", f"archive.index(…) wants one of {_NAMED}", ""),
        ("{{ archive.index('tag', 5).url }}", "archive.index(…) wants str, not int", ""),
        ("{{ archive.facet('tag', 5).url }}", "archive.facet(…) wants str, not int", ""),
        ("{{ archive.facet('edition', 'a', 5).url }}", "archive.facet(…) wants str, not int", ""),
        (
            "{{ archive.facet('tagz', 'a').url }}",
            f"archive.facet(…) wants one of {_NAMED}, all, correction",
            "",
        ),
        ("{{ archive.anniversary('1105').day }}", "archive.anniversary(…) wants int, not str", ""),
        (
            "{{ archive.anniversary(1399).day }}",
            "archive.anniversary(…) wants a day of the year such as 1105, not 1399",
            "",
        ),
        (
            "{{ archive.anniversary(99999999999).day }}",
            "archive.anniversary(…) wants a day of the year such as 1105, not 99999999999",
            "",
        ),
        (
            "{{ archive.article('content/none.md').title }}",
            "archive.article(…) wants an article that is published, not content/none.md",
            "",
        ),
        ("{{ archive.article(article).title }}", "archive.article(…) wants str, not Article", ""),
        (
            "{{ archive.listing('tag', 'oil', 20221399, 0).url }}",
            "archive.listing(…) wants 0, or a year, month or day such as 20221105, not 20221399",
            "",
        ),
        ("{{ archive.listing('tag', 5, 0, 0).url }}", "archive.listing(…) wants str, not int", ""),
        ("{{ archive.listing('tag', 'oil', 0, '1').url }}", "archive.listing(…) wants int, not str", ""),
        (
            "{{ archive.latest(9999999999999999999) }}",
            "archive.latest(…) wants a number of articles, not 9999999999999999999",
            "",
        ),
        ("{{ structured(page) }}", "structured(…) wants Article or OwnPage or Profile or Site, not Page", ""),
        ("{{ open_graph(site) }}", "open_graph(…) wants Article, not Site", ""),
        ("{{ article.body | led('Baku') }}", "led(…) wants Facet, not str", ""),
        ("{% include 'none' ~ '.html' %}", "there is no layout none.html", ""),
    ],
)
def test_a_mistake_is_told_with_its_line(site: Site, text: str, said: str, hint: str) -> None:
    rows = [f"layouts/article.html:3: {said}", f"  | {text}", *([f"  {hint}"] if hint else [])]
    assert _said(site, text, "article.html") == "\n".join(rows)


def test_an_article_that_is_held_back_is_none_for_a_layout_until_it_is_published(site: Site) -> None:
    site.write("content/held.md", article("Held", "2026-01-02"))
    text = "{{ archive.article('content/held.md').title }}"
    assert _said(site, text) == (
        "layouts/home.html:3: archive.article(…) wants an article that is published, not content/held.md\n"
        f"  | {text}"
    )
    site.write("content/held.md", article("Held", "2022-11-06"))
    assert printed(site) == ""
    assert "Held" in site.read("public/index.html")


def test_a_mistake_is_told_with_its_line_where_a_folder_above_jinja_is_called_as_the_package_is(
    site: Site, tmp_path: Path
) -> None:
    lib = tmp_path / "broadsheet" / ".venv" / "lib"
    shutil.copytree(Path(jinja2.__file__).parent, lib / "jinja2")
    site.write("layouts/home.html", f"{_HEAD}{{{{ [1, 'a'] | sort }}}}{_END}")
    run = site.build(PYTHONPATH=str(lib))
    assert run.stderr.startswith("layouts/home.html:3: TypeError: '<' not supported between instances of ")
    assert run.status == 1


def test_a_fault_of_our_own_is_no_problem_of_the_layout(site: Site) -> None:
    """What no layout is meant to call does not check its arguments."""
    site.write("layouts/home.html", f"{_HEAD}{{{{ archive._views.articles.build_teaser('[]') }}}}{_END}")
    with pytest.raises(TypeError, match="list indices"):
        built(site)


def test_a_mistake_in_a_partial_is_told_where_it_stands(site: Site) -> None:
    site.write("layouts/part.html", "One.\nTwo.\n{{ site.titel }}\nFour.\n")
    said = "layouts/part.html:3: Site has no titel\n  | {{ site.titel }}\n  Did you mean title?"
    assert _said(site, '<p>\n{% include "part.html" %}') == said


def test_a_mistake_in_a_macro_is_told_where_it_stands(site: Site) -> None:
    site.write("layouts/part.html", "\n{% macro show(story) %}\n\n{{ story.titel }}{% endmacro %}\n")
    said = (
        "layouts/part.html:4: Teaser has no titel\n  | {{ story.titel }}{% endmacro %}\n  Did you mean title?"
    )
    text = '{% from "part.html" import show %}\n{{ show(archive.latest(1)[0]) }}'
    assert _said(site, text) == said


def test_a_mistake_in_the_parent_is_told_where_it_stands(site: Site) -> None:
    site.write("layouts/base.html", LAYOUTS["base.html"] + "{{ site.titel }}\n")
    said = printed(site)
    line = LAYOUTS["base.html"].count("\n") + 1
    assert said.splitlines()[0] == f"layouts/base.html:{line}: Site has no titel"
    assert said.count("Site has no titel") == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{% block a %}\n<p>", "1: {% block a %} is not closed"),
        ("<p>\n{% endblock %}", "2: {% endblock %} closes nothing"),
        ("{%- if site -%}\n{% set a %}x", "2: {% set a %} is not closed"),
        ("{% set a %}x{% endset %}{% block\n b %}", "1: {% block b %} is not closed"),
    ],
)
def test_a_tag_that_is_not_closed_is_told_where_it_was_opened(site: Site, text: str, said: str) -> None:
    site.write("layouts/home.html", text)
    assert printed(site).startswith(f"layouts/home.html:{said}\n")


_AGAIN = "again and again"
_LESS = "  Let what includes, imports, extends or calls itself do so only where there is less left to show."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{% extends "home.html" %}', "home.html:1: home.html extends itself"),
        ('<p>\n{% extends "one.html" %}', "home.html:2: home.html extends itself, through one.html"),
        (
            '\n{% set all = "home.html" %}\n{% extends all %}',
            f"home.html:3: home.html never ends: it uses itself {_AGAIN}",
        ),
        ('\n{% include "home.html" %}', f"home.html:2: home.html never ends: it uses itself {_AGAIN}"),
        ('\n{% import "home.html" as h %}', f"home.html:2: home.html never ends: it uses itself {_AGAIN}"),
        (
            '{% include "two.html" %}',
            f"home.html:1: home.html and two.html never end: they use each other {_AGAIN}",
        ),
        (
            "{% macro a() %}\n{{ a() }}\n{% endmacro %}\n{{ a() }}",
            f"home.html:2: home.html never ends: it uses itself {_AGAIN}",
        ),
        (
            "{% for n in [1] recursive %}\n{{ loop([1]) }}{% endfor %}",
            f"home.html:2: home.html never ends: it uses itself {_AGAIN}",
        ),
    ],
)
def test_a_layout_that_uses_itself_without_end_is_a_problem(site: Site, text: str, said: str) -> None:
    if "one.html" in text:
        site.write("layouts/one.html", '{% extends "home.html" %}')
    site.write("layouts/two.html", '\n{% include "home.html" %}')
    site.write("layouts/home.html", text)
    found = [row for row in printed(site).splitlines() if row.startswith(("layouts/home.html", "  Let"))]
    assert found[0] == f"layouts/{said}"
    assert found[1:] == ([] if "extends itself" in said else [_LESS])
    assert previewed(site) in {"", printed(site)}


def test_of_layouts_that_extend_each_other_one_is_told(site: Site) -> None:
    for name, parent in (("a", "b"), ("b", "c"), ("c", "a"), ("d", "a")):
        site.write(f"layouts/{name}.html", f'{{% extends "{parent}.html" %}}')
    assert printed(site) == (
        "layouts/a.html:1: a.html extends itself, through b.html and c.html\n"
        '  | {% extends "b.html" %}\n'
        "  Extend another layout, or none."
    )


def test_a_layout_may_include_itself_while_there_is_less_to_show(site: Site) -> None:
    site.write(
        "layouts/tree.html", '{{ n }}{% if n %}{% set n = n - 1 %}{% include "tree.html" %}{% endif %}'
    )
    assert _said(site, '{% set n = 3 %}{% include "tree.html" %}') == ""
    assert "3210" in site.read("public/index.html")


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        (
            "{{ site.title | truncate(2) }}",
            "truncate(2) has no room for the ... that it ends in",
            'Write truncate(3) at least, or end="".',
        ),
        (
            "{{ site.title | truncate(3, end='[more]') }}",
            "truncate(3) has no room for the [more] that it ends in",
            'Write truncate(6) at least, or end="".',
        ),
        (
            "{{ site.title | truncate(9, leeway=-1) }}",
            "truncate(…) has a leeway of -1",
            "Write 0 or more.",
        ),
        (
            "{{ site.title | truncate('a') }}",
            "TypeError: '<' not supported between instances of 'str' and 'int'",
            "",
        ),
        (
            "{% for n in range(10 ** 20) %}{% endfor %}",
            "range(100000000000000000000) is longer than 100,000 numbers",
            "No page shows so many; count what the page has.",
        ),
        ("{{ range('a') }}", "TypeError: 'str' object cannot be interpreted as an integer", ""),
        ("{{ cycler() }}", "RuntimeError: at least one item has to be provided", ""),
        ("{{ [] | min }}", "No aggregated item, sequence was empty", ""),
    ],
)
def test_what_a_filter_cannot_do_is_a_problem(site: Site, text: str, said: str, hint: str) -> None:
    rows = [f"layouts/home.html:3: {said}", f"  | {text}", *([f"  {hint}"] if hint else [])]
    assert _said(site, text) == "\n".join(rows)


_TOO_MUCH = "Calculate with less: no page shows so much."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ 10 ** 5000 }}", "the result of ** is too large"),
        ("{{ 10 ** (10 ** 8) }}", "the result of ** is too large"),
        (
            "{% set a = namespace(b=9) %}{% for _ in range(99) %}{% set a.b = a.b * a.b %}{% endfor %}",
            "the result of * is too large",
        ),
        ('{{ "x" * 10 ** 10 }}', "the result of * is too large"),
        ("{{ 9999999999 * [1] }}", "the result of * is too large"),
        ('{{ "%99999999999d" % 1 }}', '"%99999999999…" is wider than 100,000'),
        ('{{ "%.99999999999f" % 1 }}', '"%.99999999999…" is wider than 100,000'),
        ('{{ "%*d" % (9999999999, 1) }}', '"%*…" is given a number over 100,000'),
        ('{{ "%99999999999d" | format(1) }}', '"%99999999999…" is wider than 100,000'),
        ('{{ "{:>99999999999}".format(1) }}', '"{:>99999999999…" is wider than 100,000'),
        ('{{ "{:{}}".format(1, 9999999999) }}', "format(…) is given a number over 100,000"),
        ('{{ "x".center(9999999999) }}', "center(…) is given a number over 100,000"),
        ('{{ (1).to_bytes(9999999999, "big") }}', "to_bytes(…) is given a number over 100,000"),
        ('{{ "x" | center(9999999999) }}', "center(…) is given a number over 100,000"),
        ('{{ "x" | indent(width=9999999999) }}', "indent(…) is given a number over 100,000"),
        ('{{ [1] | batch(9999999999, "x") | list }}', "batch(…) is given a number over 100,000"),
        ("{{ [1] | slice(9999999999) | list }}", "slice(…) is given a number over 100,000"),
        ('{{ 1.5 | round(9999999999, "ceil") }}', "round(…) is given a number over 100,000"),
        ("{{ [1] | tojson(indent=9999999999) }}", "tojson(…) is given a number over 100,000"),
    ],
)
def test_what_would_become_too_large_is_a_problem(site: Site, text: str, said: str) -> None:
    assert _said(site, text) == f"layouts/home.html:3: {said}\n  | {text}\n  {_TOO_MUCH}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ cycler() }}", "RuntimeError: at least one item has to be provided"),
        ("{{ 1 % 0 }}", "ZeroDivisionError: integer modulo by zero"),
        ("{{ 0 ** -1 }}", "ZeroDivisionError: 0.0 cannot be raised to a negative power"),
        ("{{ 10.0 ** 400 }}", "OverflowError: (34, 'Numerical result out of range')"),
        ('{{ "%s%s" % 1 }}', "TypeError: not enough arguments for format string"),
        ("{{ site * 2 }}", "TypeError: unsupported operand type(s) for *: 'Site' and 'int'"),
        ("{{ 1e999 | int }}", "OverflowError: cannot convert float infinity to integer"),
        ("{% with a = 1 / 0 %}{% endwith %}", "ZeroDivisionError: division by zero"),
        ("{% set site.x = 1 %}", "cannot assign attribute on non-namespace object"),
    ],
)
def test_whatever_a_layout_raises_is_a_problem_with_its_line(site: Site, text: str, said: str) -> None:
    assert _said(site, text) == f"layouts/home.html:3: {said}\n  | {text}"


@pytest.mark.parametrize(
    "text",
    [
        f"{{{{ {'(' * 3000} }}}}",
        f"{{{{ {'1 + ' * 3000}1 }}}}",
        f"{{{{ site{' | e' * 3000} }}}}",
        "{% for a in [] %}" * 21 + "{% endfor %}" * 21,
        "{{ " + "7" * 5000 + " }}",
        "{{ 0x" + "f" * 5000 + " }}",
        "{% if 1 %}" * 200 + "{% endif %}" * 200,
    ],
)
def test_what_cannot_be_compiled_is_a_problem_with_its_line(site: Site, text: str) -> None:
    assert _said(site, text).startswith("layouts/home.html:3: cannot be compiled: ")


def test_what_a_page_may_calculate_is_as_ever(site: Site) -> None:
    site.write(
        "layouts/home.html",
        '{{ 2 ** 10 }} {{ 2 ** -1 }} {{ 7 % 4 }} {{ 6 * 7 }} {{ "ab" * 2 }} {{ 2 * [1] }} {{ 1 ** 99999999 }}'
        ' {{ "%05.1f%%" % 2.25 }} {{ "%(a)s" % {"a": 9999999} }} {{ "%s-%s" | format("<", 9999999) }}'
        ' {{ ("%s" | safe) | format("<") }} {{ "{:,} {:>4}".format(9999999, 1) }} {{ 9999999.5 | round(0) }}'
        ' {{ [1, 2, 3] | batch(2, "x") | list }} {{ "a" | center(3) }}|',
    )
    assert printed(site) == ""
    assert site.read("public/index.html") == (
        "1024 0.5 3 42 abab [1, 1] 1 002.2% 9999999 &lt;-9999999 &lt; 9,999,999    1 10000000.0"
        " [[1, 2], [3, &#39;x&#39;]]  a |"
    )


def test_truncate_and_range_are_as_ever(site: Site) -> None:
    text = "{{ 'Water rises' | truncate(8, true, '', 0) }}|{{ 'Water rises' | truncate(9, leeway=0) }}"
    assert _said(site, text + "|{{ range(2, 100002) | length }}") == ""
    assert "Water ri|Water...|100000" in site.read("public/index.html")


@pytest.mark.parametrize(
    "text", ["{{ [1, 2] | random }}", "{{ lipsum() }}", "{{ site | pprint }}", "{% debug %}"]
)
def test_there_is_no_chance_in_a_layout(site: Site, text: str) -> None:
    assert _said(site, text).startswith("layouts/home.html:3")


def test_half_of_a_character_that_comes_of_a_sum_is_a_problem(site: Site) -> None:
    assert _said(site, "{{ '%c' | format(55357) }}", "article.html") == (
        "layouts/article.html: there is half of a character in the text\n"
        "  Write the character itself, in UTF-8: one such as \\ud83d is not whole."
    )


@pytest.mark.parametrize(
    "text", ["{{ article.date.now() }}", "{{ article.day.today() }}", "{{ article.date.utcnow }}"]
)
def test_there_is_no_clock_in_a_layout(site: Site, text: str) -> None:
    said = _said(site, text, "article.html")
    assert "asks the clock" in said
    assert said.startswith("layouts/article.html:3: ")


def test_what_an_imported_macro_asks_is_kept_for_every_page_that_imports_it(tmp_path: Path) -> None:
    site = plain_site(tmp_path / "site", {f"content/{n}.md": article(n, "2022-11-05") for n in "abcdefgh"})
    site.write(
        "layouts/news.html",
        "{% set newest = archive.latest(1)[0].title %}{% macro show() %}{{ newest }}{% endmacro %}",
    )
    site.write("layouts/article.html", '{% from "news.html" import show %}{{ show() }}')
    built(site)
    site.write("content/new.md", article("Brand new", "2023-01-01"))
    built(site)
    assert site.outputs() == clean_outputs(site)
    for name in "abcdefgh":
        assert "Brand new" in site.read(f"public/2022/11/05/{name}/index.html")


def test_a_layout_imported_by_another_knows_the_page_that_is_made(tmp_path: Path) -> None:
    site = plain_site(tmp_path / "site", {f"content/{n}.md": article(n, "2022-11-05") for n in "abc"})
    own = "{% macro here() %}{{ page.url }}{% endmacro %}"
    site.write("layouts/article.html", f"{own}{{{{ here() }}}}\n")
    site.write("layouts/listing.html", '{% from "article.html" import here %}{{ here() }}\n')
    site.write("layouts/home.html", '{% import "article.html" as other %}{{ page.url }} {{ other.here() }}\n')
    built(site)
    for path, content in site.outputs().items():
        if path.startswith("2022/"):
            assert content.decode() == f"/archive/{path.removesuffix('index.html')}\n"
    assert site.read("public/index.html") == "/archive/ /archive/\n"


_MODULES = {
    "a list": (
        "{% set seen = [] %}{% macro show(x) %}{{ seen.append(x) or '' }}{{ seen | length }}{% endmacro %}",
        "12",
    ),
    "a list in a mapping": (
        "{% set s = {'n': []} %}{% macro show(x) %}{{ s.n.append(x) or '' }}{{ s.n | length }}{% endmacro %}",
        "12",
    ),
    "a namespace": (
        "{% set ns = namespace(n=0) %}{% macro show(x) %}{% set ns.n = ns.n + 1 %}{{ ns.n }}{% endmacro %}",
        "12",
    ),
    "a cycler": (
        "{% set turn = cycler('odd', 'even', 'late') %}{% macro show(x) %}{{ turn.next() }}{% endmacro %}",
        "oddeven",
    ),
    "what is read once": (
        "{% set names = ['a', 'b'] | map('upper') %}{% macro show(x) %}{{ names | join }}.{% endmacro %}",
        "AB..",
    ),
    "the page": ("{% set here = page.url %}{% macro show(x) %}{{ here[-2] }}{% endmacro %}", "{0}{0}"),
}


@pytest.mark.parametrize("nested", [False, True])
@pytest.mark.parametrize("module", _MODULES)
def test_nothing_that_an_imported_layout_holds_is_left_over_from_another_page(
    module: str, tmp_path: Path, *, nested: bool
) -> None:
    site = plain_site(tmp_path / "site", {f"content/{n}.md": article(n, "2022-11-05") for n in "abcde"})
    text, shown = _MODULES[module]
    site.write("layouts/inner.html", text)
    outer = '{% from "inner.html" import show as inner %}{% macro show(x) %}{{ inner(x) }}{% endmacro %}'
    site.write("layouts/outer.html", outer if nested else text)
    site.write("layouts/article.html", '{% from "outer.html" import show %}{{ show(1) }}{{ show(2) }}')
    built(site)
    for name in "abcde":
        assert site.read(f"public/2022/11/05/{name}/index.html") == shown.format(name)


def test_a_list_that_a_page_changes_by_itself_is_whole_on_the_next(tmp_path: Path) -> None:
    site = plain_site(tmp_path / "site", {f"content/{n}.md": article(n, "2022-11-05") for n in "abc"})
    site.write("layouts/inner.html", "{% set words = ['one'] %}")
    site.write(
        "layouts/article.html",
        "{% import 'inner.html' as inner %}{{ inner.words | join }}{{ inner.words.append('two') or '' }}",
    )
    built(site)
    assert {site.read(f"public/2022/11/05/{name}/index.html") for name in "abc"} == {"one"}


def test_a_list_that_one_page_changes_is_whole_on_the_next_where_another_language_has_its_own(
    tmp_path: Path,
) -> None:
    site = plain_site(tmp_path / "site", {f"content/{n}.md": article(n, "2022-11-05") for n in "ad"})
    site.write("content/b.md", article("b", "2022-11-05", more="language: az"))
    site.write("content/c.md", article("c", "2022-11-05", tags=("Oil",)))
    site.write("layouts/words/az.toml", 'by = "{name} yazdi"\n')
    site.write("layouts/notes.html", "{% set notes = [] %}")
    site.write(
        "layouts/article.html",
        "{% from 'notes.html' import notes %}{% if article.tags %}{{ notes.append('one') or '' }}{% endif %}"
        "{{ page.language }} {{ notes | join }}",
    )
    built(site)
    shown = [site.read(f"public/2022/11/05/{name}/index.html") for name in "abcd"]
    assert shown == ["en ", "az ", "en one", "en "]


def test_what_a_module_within_a_module_asks_is_kept_for_every_page(tmp_path: Path) -> None:
    site = plain_site(tmp_path / "site", {f"content/{n}.md": article(n, "2022-11-05") for n in "abcdefgh"})
    site.write("layouts/inner.html", "{% set newest = archive.latest(1)[0].title %}")
    site.write(
        "layouts/outer.html",
        '{% from "inner.html" import newest %}{% macro show() %}{{ newest }}{{ site.tagline }}{% endmacro %}',
    )
    site.write("layouts/article.html", '{% from "outer.html" import show %}{{ show() }}')
    built(site)
    site.write("content/new.md", article("Brand new", "2023-01-01"))
    site.write("layouts/inner.html", site.read("layouts/inner.html") + "{# #}")
    built(site)
    assert site.outputs() == clean_outputs(site)
    site.write("site.toml", 'tagline = "Daily"\n' + site.read("site.toml"))
    built(site)
    assert site.read("public/2022/11/05/a/index.html") == "Brand newDaily"
    assert site.outputs() == clean_outputs(site)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            "{% macro m(a, b=2) %}{{ a }}{{ b }}{% endmacro %}{{ m(1) }}{{ m(1, 3) }}{{ m(b=4, a='<') }}",
            "1213&lt;4",
        ),
        (
            "{% macro m(called, name='s') %}{{ called }}{{ name }}{% endmacro %}{{ m(called=1, name=2) }}",
            "12",
        ),
        ("{% macro m(a) %}{{ a }}{{ varargs | join }}{{ kwargs.b }}{% endmacro %}{{ m(1, 2, b=3) }}", "123"),
        ("{% macro m(a) %}{{ caller(a) }}{% endmacro %}{% call(b) m(1) %}<{{ b }}{% endcall %}", "<1"),
        (
            "{% for a in 'xy' %}{% macro m(b) %}{{ a }}{{ b }}{% endmacro %}{{ m(loop.index) }}{% endfor %}",
            "x1y2",
        ),
        ("{% autoescape false %}{{ '<' ~ '&' }}{{ none }}{{ 1 }}{% endautoescape %}{{ '<' }}", "<&1&lt;"),
        ("{% set n = none %}{{ n }}{{ 0 }}{{ 1.5 }}{{ not n }}{{ ['<'] }}", "01.5True[&#39;&lt;&#39;]"),
        ("{{ '\\'' }}{{ '<b>' | safe }}{{ ('<' | e) }}{{ '>' if 0 }}{{ 'a' ~ '\"' }}", "&#39;<b>&lt;a&#34;"),
    ],
)
def test_macros_and_values_are_as_jinja_has_them(site: Site, text: str, shown: str) -> None:
    site.write("layouts/home.html", text)
    built(site)
    assert site.read("public/index.html") == shown


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("m(1, 2)", "TypeError: macro 'm' takes not more than 1 argument(s)"),
        ("m(b=1)", "TypeError: macro 'm' takes no keyword argument 'b'"),
        ("m()", "parameter 'a' was not provided"),
    ],
)
def test_a_macro_that_is_called_amiss_is_told(site: Site, call: str, said: str) -> None:
    told = _said(site, f"{{% macro m(a) %}}{{{{ a }}}}{{% endmacro %}}{{{{ {call} }}}}")
    assert told.startswith("layouts/home.html:3: ")
    assert said in told


def test_a_parent_that_changes_reaches_pages_made_after_many_others(site: Site) -> None:
    for number in range(30):
        site.write(f"content/{number}.md", article("N", "2022-11-06"))
    built(site)
    site.write("layouts/base.html", LAYOUTS["base.html"].replace("<title>", "<title>The "))
    built(site)
    assert site.outputs() == clean_outputs(site)


def test_a_template_named_at_run_time_is_a_question_too(site: Site) -> None:
    site.write(
        "layouts/home.html",
        '{% include ["own.html", "teaser.html"] %}{% include page.kind ~ ".txt" ignore missing %}',
    )
    built(site)
    site.write("layouts/home.txt", "Home.")
    built(site)
    assert site.read("public/index.html").endswith("Home.")
    site.write("layouts/own.html", "Own.")
    built(site)
    assert site.read("public/index.html") == "Own.Home."
    assert site.outputs() == clean_outputs(site)


def test_text_is_escaped_and_a_body_is_not(site: Site) -> None:
    site.write("content/flood.md", article("A <b> & C", "2022-11-05", body="*Words.*"))
    built(site)
    page = site.read("public/2022/11/05/flood/index.html")
    assert "<h1>A &lt;b&gt; &amp; C</h1>" in page
    assert "<em>Words.</em>" in page


def test_a_static_file_that_a_layout_names_may_come_and_go(site: Site) -> None:
    assert "there is no static/style.css" in _said(site, '{{ static("style.css") }}')
    site.write("static/style.css", "")
    assert printed(site) == ""
    assert "/archive/style.css" in site.read("public/index.html")
    site.delete("static/style.css")
    assert "there is no static/style.css" in printed(site)


@pytest.mark.parametrize("kept", ["as it is", "cut", "other", "of another text"])
def test_code_that_was_kept_is_used_if_it_is_whole_and_of_the_layouts_text(site: Site, kept: str) -> None:
    built(site)
    text, code = site.read("layouts/home.html"), create_template_parser().compile("Others' words.")
    row = pack(text + " " if kept == "of another text" else text, code)
    changed = {"cut": row[:-1], "other": row[:-1] + bytes([row[-1] ^ 1])}.get(kept, row)
    with edited_state(site) as state:
        assert state.execute("UPDATE compiled SET code = ? WHERE name = 'home.html'", (changed,)).rowcount
    site.write("content/flood.md", article("Deluge", "2022-11-05"))
    assert printed(site) == ""
    assert (site.read("public/index.html") == "Others' words.") is (kept == "as it is")
    assert ("Deluge" in site.read("public/index.html")) is (kept != "as it is")


def test_code_of_a_layout_that_was_fixed_while_another_is_broken_is_of_its_text(site: Site) -> None:
    """What was found good before is compiled again then."""
    good, other = site.read("layouts/home.html"), site.read("layouts/404.html")
    built(site)
    site.write("layouts/home.html", good + "<hr>")
    site.write("layouts/404.html", "{% if %}")
    assert "layouts/404.html:1" in printed(site)
    site.write("layouts/home.html", good)
    site.write("layouts/404.html", other)
    assert printed(site) == ""
    with closing(sqlite3.connect(site.folder / STATE)) as state:
        kept = StoredBytecode(dict(state.execute("SELECT name, code FROM compiled")).get)
    texts = dict(_texts(site.folder / "layouts"))
    codes = [kept.get_bucket(create_template_parser(), name, None, text).code for name, text in texts.items()]
    assert len(codes) > 8
    assert None not in codes


def test_the_theme_passes_the_check() -> None:
    assert check(dict(_texts(ROOT / "layouts"))).problems == []


def _texts(folder: Path) -> Iterator[tuple[str, str]]:
    for file in folder.rglob("*.html"):
        yield file.relative_to(folder).as_posix(), file.read_text(encoding="utf-8")
