"""What articles and profiles bring with them: nothing that runs in the name of the site."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.read.pictures.svg import find_svg_fault
from broadsheet.settings.active_files import find_active_suffix
from tests.builds import plain_site, previewed, printed
from tests.plain import SETTINGS, article
from tests.sites import ROOT

_BEGIN = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">\n'
_PIXEL = "data:image/png;base64,iVBORw0KGgo="


@pytest.mark.parametrize(
    ("path", "suffix"),
    [
        ("a/page.html", "html"),
        ("PAGE.XHTML", "xhtml"),
        ("a.svgz", "svgz"),
        ("a.svg.gz", "svg"),
        ("a.html.gz", "html"),
        ("form.php", "php"),
        ("form.php.txt", "php"),
        ("form.PHP5.jpg", "php5"),
        ("feed.atom", "atom"),
        ("web.config", "config"),
        ("a/.htaccess", "htaccess"),
        ("report.pdf", ""),
        ("node.js.pdf", ""),
        ("map.svg", ""),
        ("data.csv", ""),
        ("data.json.gz", ""),
        ("html", ""),
        ("a.html/b.jpg", ""),
        ("", ""),
    ],
)
def test_a_suffix_says_whether_a_file_may_be_run(path: str, suffix: str) -> None:
    assert find_active_suffix(path) == suffix


_ACTIVE = ("html", "xhtml", "xml", "js", "php", "mhtml", "svgz", "xsl", "swf")


def test_an_article_or_a_profile_brings_no_file_that_may_be_run(tmp_path: Path) -> None:
    site = plain_site(tmp_path / "site")
    links = "".join(f"[words](x.{suffix})\n\n" for suffix in _ACTIVE)
    more = "image: x.html"
    site.write(
        "content/a.md",
        article("A", "2022-11-05", body=f"{links}[none](none.html) [own](/own.html)", more=more),
    )
    site.write("content/authors/ana.md", "---\nname: Ana Ruiz\n---\n[words](y.html)\n")
    for suffix in _ACTIVE:
        site.write(f"content/x.{suffix}", "<script>alert(1)</script>")
    site.write("content/authors/y.html", "<script>alert(1)</script>")
    site.write("content/unused.html", "<script>alert(1)</script>")
    site.write("static/own.html", "<script>alert(1)</script>")
    site.write("site.toml", SETTINGS.replace("[content]", '[content]\nlinks = "report"', 1))
    said = printed(site)
    assert said == previewed(site)
    rows = re.findall(r"^(content/\S+):(\d+):\d+: (content/\S+) could run a program", said, re.MULTILINE)
    first = int(rows[1][1])
    assert [(path, target) for path, _, target in rows] == [
        ("content/a.md", "content/x.html"),
        *(("content/a.md", f"content/x.{suffix}") for suffix in _ACTIVE),
        ("content/authors/ana.md", "content/authors/y.html"),
    ]
    assert [int(line) for _, line, _ in rows[1:-1]] == [first + 2 * at for at in range(len(_ACTIVE))]
    assert site.outputs() == {}


def test_a_site_may_want_such_files(tmp_path: Path) -> None:
    site = plain_site(tmp_path / "site")
    site.write(
        "content/a.md", article("A", "2022-11-05", body="[map](map.svg) [form](form.php) [page](p.html)")
    )
    for name in ("map.svg", "form.php", "p.html"):
        site.write(f"content/{name}", "<script>alert(1)</script>")
    site.write("site.toml", SETTINGS + '[safety]\nattachments = ["svg", "php"]\n')
    assert re.findall("(content/[a-z.]+) could", printed(site)) == ["content/p.html"]
    site.write("site.toml", SETTINGS + '[safety]\nattachments = ["svg", "php", "html"]\n')
    assert printed(site) == ""
    assert site.read("public/2022/11/05/a/map.svg") == "<script>alert(1)</script>"
    site.write("site.toml", SETTINGS)
    said = printed(site)
    assert re.findall("(content/[a-z.]+) could", said) == ["content/form.php", "content/p.html"]


def test_an_svg_that_is_more_than_a_picture_is_a_problem_with_its_line(tmp_path: Path) -> None:
    site = plain_site(tmp_path / "site")
    site.write("content/a.md", article("A", "2022-11-05", body="[map](map.svg)"))
    site.write("static/own.svg", f"{_BEGIN}<script>alert(1)</script></svg>")
    site.write("content/unused.svg", f"{_BEGIN}<script>alert(1)</script></svg>")
    site.write("content/map.svg", f"{_BEGIN}<g>\n  <script>alert(1)</script></g></svg>")
    assert printed(site) == (
        "content/map.svg:3:3: <script> is more than a picture\n"
        "  Save it as a plain SVG or as a PNG, or put it into static/ if it is yours."
        " [safety] attachments may allow svg."
    )
    assert site.outputs() == {}
    site.write("content/map.svg", f"{_BEGIN}<g/></svg>")
    assert printed(site) == ""


@pytest.mark.parametrize(
    ("inner", "message"),
    [
        ("<script>alert(1)</script>", "<script> is more than a picture"),
        (
            '<a:script xmlns:a="http://www.w3.org/2000/svg">alert(1)</a:script>',
            "<script> is more than a picture",
        ),
        ('<h:script xmlns:h="http://www.w3.org/1999/xhtml">alert(1)</h:script>', "<script> is HTML"),
        ("<foreignObject/>", "<foreignObject> is more than a picture"),
        ('<iframe xmlns="http://www.w3.org/1999/xhtml" src="x"/>', "<iframe> is HTML"),
        ('<rect onload="alert(1)"/>', "<rect onload=…> runs a script"),
        ('<rect ONCLICK="alert(1)"/>', "<rect ONCLICK=…> runs a script"),
        ('<a href="javascript:alert(1)"/>', "<a href=…> has the address of a script"),
        ('<a xlink:href=" jav&#97;scr&#9;ipt:alert(1)"/>', "<a href=…> has the address of a script"),
        ('<a href="data:text/html,x"/>', "<a href=…> loads something from elsewhere"),
        ('<image href="https://example.com/x.png"/>', "<image href=…> loads something from elsewhere"),
        ('<image href="file:///home/ana/x.png"/>', "<image href=…> loads something from elsewhere"),
        (f'<use href="{_PIXEL}"/>', "<use href=…> loads something from elsewhere"),
        ('<use href="other.svg#a"/>', "<use href=…> loads something from elsewhere"),
        ('<set attributeName="href" to="x"/>', "<set attributeName=…> changes href"),
        ('<animate attributeName="xlink:href" values="x"/>', "<animate attributeName=…> changes xlink:href"),
        ('<set attributeName="onmouseover" to="alert(1)"/>', "<set attributeName=…> changes onmouseover"),
        ('<g xml:base="https://example.com/"/>', "<g base=…> makes addresses lead elsewhere"),
        ("<style>@import 'x.css';</style>", "<style> loads something from elsewhere"),
        (
            "<style>rect { fill: url(https://example.com/x) }</style>",
            "<style> loads something from elsewhere",
        ),
        (
            r"<style>rect { fill: u\72l( 'https://example.com/x') }</style>",
            "<style> loads something from elsewhere",
        ),
        ("<style>a{b:'/*';c:url(x);d:'*/'}</style>", "<style> loads something from elsewhere"),
        ("<style>a{c:ur/**/l(x)}</style>", "<style> loads something from elsewhere"),
        ("<style>a<g/>@import 'x'</style>", "<style> has an element in it"),
        ('<rect fill="url(https://example.com/x.svg#a)"/>', "<rect fill=…> loads something from elsewhere"),
        ('<rect style="fill: url(  &quot;x.svg&quot;)"/>', "<rect style=…> loads something from elsewhere"),
        ("<g>", "cannot be read as SVG: mismatched tag"),
    ],
)
def test_what_is_more_than_a_picture(inner: str, message: str) -> None:
    fault = find_svg_fault(f"{_BEGIN}{inner}</svg>".encode())
    assert fault
    assert (fault.line, fault.message) == (2, message)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('<!DOCTYPE svg [<!ENTITY a "b">]><svg>&a;</svg>', "<!DOCTYPE …> has declarations"),
        ('<!DOCTYPE svg [<!ATTLIST svg onload CDATA "alert(1)">]><svg/>', "<!DOCTYPE …> has declarations"),
        ('<?xml-stylesheet href="x.xsl" type="text/xsl"?><svg/>', "<?xml-stylesheet …?> loads a style sheet"),
        ('<?xml version="1.0" encoding="cp037"?><svg/>', "the encoding cp037 is not read alike everywhere"),
        ('<?xml version="1.0" encoding="UTF-7"?><svg/>', "the encoding UTF-7 is not read alike everywhere"),
        ('<html xmlns="http://www.w3.org/1999/xhtml"/>', "it is no SVG: it begins with <html>"),
        ("", "cannot be read as SVG: no element found"),
        ("<svg>&nbsp;</svg>", "cannot be read as SVG: undefined entity"),
    ],
)
def test_what_is_no_svg(text: str, message: str) -> None:
    fault = find_svg_fault(text.encode())
    assert fault
    assert fault.message == message


@pytest.mark.parametrize(
    "inner",
    [
        "<title>A map</title><desc>onload=alert(1)</desc>",
        '<a href="https://example.org/"><text>javascript</text></a>',
        '<a xlink:href="/2022/"><text>2022</text></a>',
        f'<image href="{_PIXEL}" width="1" height="1"/>',
        '<linearGradient id="a"/><rect fill="url(#a)" style="fill: url( \'#a\' )"/><use xlink:href="#a"/>',
        '<style>@media print { rect { fill: url(#a) } } text { font: 1em "A" }</style>',
        f"<style>rect {{ background: url({_PIXEL}) }}</style>",
        '<animate attributeName="opacity" from="0" to="1"/>',
        '<metadata><x:script xmlns:x="https://example.org/notes">words</x:script></metadata>',
        "<g>" * 20_000 + "</g>" * 20_000,
    ],
)
def test_a_picture_is_let_through(inner: str) -> None:
    begin = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG" "svg11.dtd">\n'
    assert find_svg_fault(f"{begin}{_BEGIN}{inner}</svg>".encode()) is None


def test_the_pictures_of_the_sample_and_of_the_documentation_are_pictures() -> None:
    pictures = [file for folder in ("content", "docs", "static") for file in (ROOT / folder).rglob("*.svg")]
    assert len(pictures) > 10
    assert [file.name for file in pictures if find_svg_fault(file.read_bytes())] == []


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_whatever_is_in_a_file_is_read_or_a_fault(content: bytes) -> None:
    fault = find_svg_fault(content)
    assert fault is None or (fault.line >= 1 and fault.column >= 1 and fault.message)
    inside = find_svg_fault(_BEGIN.encode() + content + b"</svg>")
    assert inside is None or inside.line >= 1
