"""Shortcodes of other generators: what becomes of each, and which are told."""

# ruff: noqa: E501, ISC004 - texts and what becomes of them are written as they stand

from __future__ import annotations

import re
from pathlib import Path

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.check import CheckRequest, check
from broadsheet.common.problems import format_problem
from broadsheet.read import markdown
from tests.sites import write_site

TABLE = (
    ("asset", "link /files/{file}"),
    ("legacy-img", "image https://pictures.test/{src}"),
    ("note", "aside"),
    ("photo", "image"),
    ("ref", "link"),
    ("shown", "text"),
    ("vimeo", "frame"),
    ("youtube", "frame"),
)


def _shown(text: str, table: tuple[tuple[str, str], ...] = TABLE) -> str:
    """Return the body of ``text``, which must have no problem, in one line."""
    options = markdown.MarkdownOptions(
        language="en",
        frames=("www.youtube-nocookie.com",),
        pictures=("pictures.test",),
        shortcodes=table,
    )
    body = markdown.render(text, options, path="content/a.md", first_line=1)
    assert body.problems == ()
    html = markdown.resolve(body.html, lambda name, target: f'{name}="{target}"')
    return re.sub(r">\n+<", "><", html)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            '{{< legacy-img src="2016/a b.jpg" alt="A [b]" caption="C \\"q\\"" >}}',
            '<figure><img src="https://pictures.test/2016/a%20b.jpg" alt="A [b]" loading="lazy">'
            "<figcaption>C “q”</figcaption></figure>",
        ),
        ("{{< photo b.jpg 'It is b' >}}", '<figure><img src="content/b.jpg" alt="It is b" loading="lazy"></figure>'),
        ('[a]({{< ref "/docs/" >}}), [b]({{% ref c.md %}} "T")', '<p><a href="/docs/">a</a>, <a href="content/c.md" title="T">b</a></p>'),
        ("[a](/docs/{{< ref b >}}/c/)", '<p><a href="/docs/b/c/">a</a></p>'),
        ('Look: {{< asset file="a.pdf" label="The slides" >}}.', '<p>Look: <a href="/files/a.pdf">The slides</a>.</p>'),
        (
            "{{< youtube a_b-1 >}}",
            '<a href="https://www.youtube.com/watch?v=a_b-1" class="embed"'
            ' data-frame="https://www.youtube-nocookie.com/embed/a_b-1" data-ratio="16/9">'
            "YouTube <small>youtube-nocookie.com</small></a>",
        ),
        ('{% vimeo id="7" title="T" %}', '<a href="https://vimeo.com/7">T</a>'),
        ("A\n{{< note >}}\nIn *b*\n{{< /note >}}\nC", '<p>A</p><div class="aside"><p>In <em>b</em></p></div><p>C</p>'),
        ("{% note %}b{% endnote %}", '<div class="aside"><p>b</p></div>'),
        ('{{< note heading="H" >}}b{{< /note >}}', '<div class="aside"><p><strong>H</strong></p><p>b</p></div>'),
        ('{{< note "Words here" >}}', '<div class="aside"><p>Words here</p></div>'),
        ("[note]b[/note] and [note](/c/)", '<div class="aside"><p>b</p></div><p>and <a href="/c/">note</a></p>'),
        ("{{< shown >}} {{< other >}}", "<p>{{&lt; shown &gt;}} {{&lt; other &gt;}}</p>"),
        ("{% highlight ruby %}\na < b\n{% endhighlight %}", '<pre><code class="language-ruby">a &lt; b\n</code></pre>'),
        ('{{< highlight go "linenos=1" >}}\na\n\nb\n{{< /highlight >}}', '<pre><code class="language-go">a\n\nb\n</code></pre>'),
        ("- a\n\n  {% highlight c %}\n  b\n  {% endhighlight %}", '<ul><li><p>a</p><pre><code class="language-c">b\n</code></pre></li></ul>'),
        ("{% raw %}{{ a }}{% endraw %} b", "<p>{{ a }} b</p>"),
        ("`{{< note >}}`\n\n```\n{{< note >}}\n```", "<p><code>{{&lt; note &gt;}}</code></p><pre><code>{{&lt; note &gt;}}\n</code></pre>"),
    ],
)  # fmt: skip
def test_a_shortcode_becomes_what_the_table_says(text: str, expected: str) -> None:
    assert _shown(text) == expected


def test_star_stands_for_all_other_names() -> None:
    table = (("*", "drop"), ("kept", "text"))
    assert _shown("a {{< b >}}c{{< /b >}} {{ d.e }} {{< kept >}}", table) == "<p>a c  {{&lt; kept &gt;}}</p>"


def test_without_a_table_every_shortcode_is_text() -> None:
    text = "{{< b c=\"d\" >}} {% e %} [caption id='f']"
    assert html5lib.parseFragment(_shown(text, ()))[0].text == text


@given(
    st.lists(
        st.sampled_from(
            ("{{< ", "{% ", "[", "note", "/", " ", ">}}", "%}", "]", '"', "=", "a", "\n", "`", "\\")
        ),
        max_size=20,
    )
)
def test_no_shortcode_makes_reading_fail(pieces: list[str]) -> None:
    options = markdown.MarkdownOptions(
        language="en", frames=(), pictures=(), shortcodes=(("*", "link"), *TABLE)
    )
    assert isinstance(markdown.render("".join(pieces), options, path="content/a.md", first_line=1).html, str)


@pytest.mark.parametrize("table", [(), (("other", "link"),)])
def test_a_link_whose_address_is_a_shortcode_is_a_finding(table: tuple[tuple[str, str], ...]) -> None:
    options = markdown.MarkdownOptions(language="en", frames=(), pictures=(), shortcodes=table)
    text = "One\n[a]({{< ref x >}}) and ![b](/c/{{ d.e }}.jpg)"
    body = markdown.render(text, options, path="content/a.md", first_line=5)
    assert [(each.line, each.column, each.message, each.hint) for each in body.findings] == [
        (
            *(6, 5, "link: its address is the shortcode ref, so only its words are shown"),
            'Say in site.toml what becomes of it: [content.shortcodes] ref = "link"',
        ),
        (
            *(6, 32, "picture: its address is the shortcode d.e, so only its words are shown"),
            'Say in site.toml what becomes of it: [content.shortcodes] "d.e" = "link"',
        ),
    ]


def test_a_shortcode_that_is_to_stay_text_is_no_finding() -> None:
    options = markdown.MarkdownOptions(language="en", frames=(), pictures=(), shortcodes=(("ref", "text"),))
    assert markdown.render("[a]({{< ref x >}})", options, path="content/a.md", first_line=1).findings == ()


_SITE = """
=== site.toml
title = "The Courier"
url = "https://example.org/"
language = "en"
timezone = "Asia/Baku"
[content.shortcodes]
known = "drop"
=== content/a.md
---
title: One
author: Ana Ruiz
dateline: Baku
date: 2024-05-01
summary: In short.
---
Words {{< known >}} and
more {{< fig src="x" >}}, `{{< code >}}`.
=== content/b.md
---
title: Two
author: Ana Ruiz
dateline: Baku
date: 2024-05-02
summary: In short.
---
{{< fig >}} [gallery ids="1"]
"""


def test_check_names_the_shortcodes_that_readers_see(tmp_path: Path) -> None:
    site = write_site(tmp_path, _SITE)
    site.build()
    notes = check(CheckRequest(site=site.folder, output=site.folder / "public", base_url="", jobs=1)).notes
    told = [format_problem(note) for note in notes if "shortcode" in note.message]
    assert told == [
        "content/a.md:9:6: the shortcode fig is shown as text, 2 times in 2 articles\n"
        '  | more {{< fig src="x" >}}, `{{< code >}}`.\n'
        "  |      ^\n"
        '  Say in site.toml what becomes of it: [content.shortcodes] fig = "drop"',
        "content/b.md:8:13: the shortcode gallery is shown as text, once\n"
        '  | {{< fig >}} [gallery ids="1"]\n'
        "  |             ^\n"
        '  Say in site.toml what becomes of it: [content.shortcodes] gallery = "drop"',
    ]
