"""What ``check`` finds in a built site, and where it says that it is; and that it finds all of it."""

from __future__ import annotations

import gzip
import json
import random
import re
import textwrap
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, unquote, urldefrag, urljoin

import html5lib
import pytest

from broadsheet.check import CheckRequest, Findings, check
from broadsheet.check.extract.picture import find_picture_flaws
from broadsheet.common.problems import format_problem
from tests.sample import GONE, build_sample, copy_sample
from tests.sites import Run, Site, write_site

_PAGE = '<!doctype html>\n<html lang="en">\n<body>\n<h1>Words</h1>\n{}\n</body>\n</html>\n'
_HEAD = "title: {0}\nauthor: Ana Ruiz\ndateline: Baku\ndate: {1}\nsummary: In short.\n"


def _found(site: Site, *, base_url: str = "", jobs: int = 1) -> Findings:
    return check(
        CheckRequest(site=site.folder, output=site.folder / "public", base_url=base_url, jobs=jobs),
    )


def _text(findings: Findings) -> str:
    return "\n".join(map(format_problem, findings.problems))


def _notes(findings: Findings) -> str:
    return "\n".join(map(format_problem, findings.notes))


def _folder(folder: Path, **files: str) -> Site:
    """Write a folder of pages that no Broadsheet has built; the front page is there, and links to all."""
    site = Site(folder=folder)
    for path, body in files.items():
        site.write(f"public/{path}", body)
    if "index.html" not in files:
        links = "".join(f'<a href="/{path}">{path}</a>\n' for path in files)
        site.write("public/index.html", _PAGE.format(links))
    return site


def _article(title: str, date: str, body: str, more: str = "") -> str:
    return f"---\n{_HEAD.format(title, date)}{more}---\n{body}\n"


# The smallest files of each format, whole.
_PNG = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\0\0\0\0\x3a\x7e\x9b\x55"
    b"\0\0\0\nIDAT\x78\x9c\x63\x60\0\0\0\2\0\1\x48\xaf\xa4\x71\0\0\0\0IEND\xae\x42\x60\x82"
)
# With a thumbnail that has a scan and an end of its own, and a scan that holds the byte FF.
_JPEG = b"\xff\xd8\xff\xe1\0\x0c\xff\xd8\xff\xda\0\2\1\1\xff\xd9\xff\xff\xda\0\2\1\xff\0\2\xff\xd0\3\xff\xd9"
_GIF = b"GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff\x21\xf9\4\1\0\0\0\0\x2c\0\0\0\0\1\0\1\0\0\2\2\x44\1\0\x3b"
_WEBP = b"RIFF\x0c\0\0\0WEBPVP8 \0\0\0\0"
_AVIF = b"\0\0\0\x18ftypavif\0\0\0\0mif1avif\0\0\0\x0cmdat\1\2\3\4"
_HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic\0\0\0\x0cmdat\1\2\3\4"
_AGAIN = "Put the whole file in its place, or take it out."


@pytest.mark.parametrize(
    ("name", "content"),
    [
        *(("a.png", _PNG), ("a.PNG", _PNG + b"more"), ("a.jpg", _JPEG), ("a.jpeg", _JPEG + b"\xff\xda")),
        *(("a.gif", _GIF), ("a.gif", _GIF + b"\0\0"), ("a.webp", _WEBP), ("a.avif", _AVIF)),
    ],
)
def test_a_whole_picture_has_no_fault_and_every_beginning_of_it_has(name: str, content: bytes) -> None:
    assert find_picture_flaws(name, content) == ()
    whole = content.removesuffix(b"more").removesuffix(b"\xff\xda").removesuffix(b"\0\0")
    for size in range(1, len(whole)):
        flaws = find_picture_flaws(name, whole[:size])
        # An AVIF may end with any of its boxes: what is lost then is not known.
        assert flaws or (name.endswith("avif") and size == 24), size


@pytest.mark.parametrize(
    ("name", "content", "told", "minor"),
    [
        ("a.png", b"", "this picture is an empty file", False),
        ("a.jpg", _JPEG[:-4], "this picture is cut off: its end is missing", False),
        ("a.png", b"<!doctype html>Not found", "this is no picture, whatever its name says", False),
        ("a.jpg", _HEIC, "this picture is HEIC, which few browsers show", False),
        ("a.png", b"II*\0\1\2\3\4", "this picture is TIFF, which few browsers show", False),
        ("a.jpg", _PNG, "this picture is PNG, and its name says JPEG", True),
        ("a.webp", _JPEG, "this picture is JPEG, and its name says WebP", True),
    ],
)
def test_a_picture_that_is_none_is_told_at_its_file(
    tmp_path: Path, name: str, content: bytes, told: str, *, minor: bool
) -> None:
    site = _folder(tmp_path, **{"page.html": _PAGE.format("x")})
    for path in ("public/one", "public/other"):
        site.write(f"{path}/{name}", content)
    links = f'<img src="/one/{name}" alt=""><img src="/other/{name}" alt=""><a href="page.html">x</a>'
    site.write("public/index.html", _PAGE.format(links))
    findings = _found(site, base_url="https://example.org/")
    told_at = findings.notes if minor else findings.problems
    assert [(each.path, each.message) for each in told_at] == [
        (f"public/one/{name}", told),
        (f"public/other/{name}", told),
    ]
    assert not (findings.problems if minor else findings.notes)


def test_pictures_are_told_at_the_sources_that_name_or_bring_them(tmp_path: Path) -> None:
    body = "![A](a.png) ![B](b.heic)\n\n![C](other.md)."
    site = write_site(tmp_path, "")
    # Else the build would tell most of it.
    site.write("site.toml", site.read("site.toml") + "\n[pictures]\non = false\n")
    site.write("content/flood.md", _article("Flood", "2022-11-05", body))
    site.write("content/other.md", _article("Other", "2022-11-05", "Words."))
    site.write("content/a.png", _PNG[:-1])
    site.write("content/b.heic", _HEIC)
    assert site.build("--as-of", "2022-12-01").status == 0
    findings = _found(site)
    hint = "Save it as JPEG, PNG or WebP; or link to it."
    assert [(each.path, each.line, each.message, each.hint) for each in findings.problems] == [
        ("content/a.png", 0, "this picture is cut off: its end is missing", _AGAIN),
        (
            *("content/flood.md", 8),
            *("picture: /2022/11/05/flood/b.heic is no picture that browsers show", hint),
        ),
        ("content/flood.md", 10, "picture: /2022/11/05/other/ is no picture that browsers show", hint),
    ]


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ('<a href="/gone/">x</a>', "link: there is no /gone/"),
        ('<a href="gone.html">x</a>', "link: there is no /gone.html"),
        ('<a href="#nowhere">x</a>', "link: this page has no place called #nowhere"),
        ('<a href="/#nowhere">x</a>', "link: / has no place called #nowhere"),
        ('<a href="https://example.org/gone/?a=1#b">x</a>', "link: there is no /gone/"),
        ('<a href="//EXAMPLE.org:443/gone/">x</a>', "link: there is no /gone/"),
        ('<a href="\\gone\\">x</a>', "link: there is no /gone/"),
        ('<a href="/%67one/">x</a>', "link: there is no /gone/"),
        ('<img src="gone.png" alt="">', "picture: there is no /gone.png"),
        ('<img src="" alt="">', "picture: src of <img> is empty"),
        ('<img srcset="//a.test/b.png 1x, gone.png 2x" alt="">', "picture: there is no /gone.png"),
        ('<img src="https://a.test/b.png">', "picture: https://a.test/b.png has no alternative text"),
        ('<img src="/" alt="">', "picture: / is no picture that browsers show"),
        ('<script src="/gone.js"></script>', "script: there is no /gone.js"),
        ('<link rel="stylesheet" href="/gone.css">', "stylesheet: there is no /gone.css"),
        (
            '<link rel="alternate" type="application/atom+xml" href="/gone.xml">',
            "feed: there is no /gone.xml",
        ),
        ('<link rel="canonical" href="https://example.org/gone/">', "canonical: there is no /gone/"),
        (
            '<meta property="og:image" content="https://example.org/gone.png">',
            "address: there is no /gone.png",
        ),
        ('<iframe src="/gone/"></iframe>', "frame: there is no /gone/"),
        ('<video src="/gone.mp4"></video>', "recording: there is no /gone.mp4"),
        ('<aside data-from="/gone.html"></aside>', "address for a script: there is no /gone.html"),
        ('<input data-index="/gone/">', "address for a script: there is no /gone/"),
        ('<form action="/gone/"></form>', "form: there is no /gone/"),
        ('<svg><use xlink:href="/gone.svg#a"/></svg>', "picture: there is no /gone.svg"),
        ('<p style="background: url(gone.png)">x</p>', "style: there is no /gone.png"),
        ("<style>p { background: url('gone.png') }</style>", "style: there is no /gone.png"),
        (
            '<script type="application/ld+json">{"image": {"url": "https://example.org/gone.png"}}</script>',
            "structured data: there is no /gone.png",
        ),
        (
            '<script type="application/ld+json">{</script>',
            "structured data: this is no JSON: Expecting property name enclosed in double quotes",
        ),
        ('<p id="a">x</p><p id="a">y</p>', "the id a stands twice in the page"),
        ("<h1>Again</h1>", "a second h1: Again"),
        ("<h3>Deep</h3>", "an h3 follows an h1: Deep"),
    ],
)
def test_each_kind_of_fault_is_found(tmp_path: Path, written: str, told: str) -> None:
    site = _folder(tmp_path, **{"page.html": _PAGE.format(written)})
    findings = _found(site, base_url="https://example.org/")
    assert [(problem.path, problem.line, problem.message) for problem in findings.problems] == [
        ("public/page.html", 5, told)
    ]


@pytest.mark.parametrize(
    "written",
    [
        '<a href="#top">x</a><a href="#">x</a><a href="">x</a><a href="?page=2">x</a>',
        '<a href="/">x</a><a href="./">x</a><a href="index.html">x</a>',
        '<a href="a/../page.html?b#c">x</a><p id="c">',
        '<a href="mailto:a@example.org">x</a><a href="tel:+994">x</a>',
        '<img src="data:image/png;base64,AA" alt="">',
        '<a href="https://example.com/gone/">x</a><a href="https://www.example.org/gone/">x</a>',
        '<a href="#w%C3%A4ter">x</a><h2 id="wäter">x</h2><a href="#old">x</a><a name="old"></a>',
        '<a href=" /page.html#:~:text=Words ">x</a>',
        '<link rel="preconnect" href="/gone/"><meta name="description" content="https: what it is">',
        '<script type="application/ld+json">{"@id": "https://example.org/#us", "name": "/gone/"}</script>',
    ],
)
def test_what_is_there_or_leads_elsewhere_is_no_fault(tmp_path: Path, written: str) -> None:
    site = _folder(tmp_path, **{"page.html": _PAGE.format(written)})
    assert _text(_found(site, base_url="https://example.org/")) == ""


def test_a_page_says_its_language_and_has_a_heading(tmp_path: Path) -> None:
    site = _folder(
        tmp_path, **{"page.html": "<!doctype html>\n<html>\n<body>\n<p>Words.</p>\n</body></html>\n"}
    )
    assert _text(_found(site)) == (
        "public/page.html:2:1: the page does not say its language\n"
        "  | <html>\n"
        "  | ^\n"
        '  Write <html lang="…">.\n'
        "public/page.html:3:1: the page has no h1\n"
        "  | <body>\n"
        "  | ^\n"
        "  Give it a heading that says what it is."
    )


def test_a_few_words_in_an_html_file_are_no_page(tmp_path: Path) -> None:
    assert (
        _text(_found(_folder(tmp_path, **{"google0.html": "google-site-verification: google0.html"}))) == ""
    )


def test_a_link_out_of_the_folder_is_not_read(tmp_path: Path) -> None:
    site = _folder(tmp_path / "site", **{"a.html": '<a href="/b.html">b</a>'})
    (tmp_path / "b.html").write_text("Out.", encoding="utf-8")
    (site.folder / "public/b.html").symlink_to(tmp_path / "b.html")
    assert "/b.html" in _text(_found(site))


def test_files_that_are_no_pages_are_read_too(tmp_path: Path) -> None:
    sitemap = (
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n<url><loc>{}</loc></url>\n</urlset>'
    )
    site = _folder(
        tmp_path,
        **{
            "atom.xml": '<feed xmlns="http://www.w3.org/2005/Atom">\n<link href="https://example.org/gone/"/>\n'
            '<content type="html">&lt;a href="https://example.org/lost/"&gt;x&lt;/a&gt;</content>\n</feed>',
            "broken.xml": "<feed>",
            "feed.json": '{"version": "jsonfeed",\n"items": [{"url": "https://example.org/g/",'
            '"content_html": "<a href=\'https://example.org/h/\'>x</a>"}]}',
            "robots.txt": "User-agent: *\nSitemap: https://example.org/none.xml\n",
            "sitemap.xml": sitemap.format("https://example.com/"),
            "style.css": "/* url(no.png) */\np { background: url(no.png) }\n",
            "app.webmanifest": '{"name": "x", "icons": [{"src": "no.png"}]}',
        },
    )
    (site.folder / "public/old.xml.gz").write_bytes(
        gzip.compress(sitemap.format("https://example.org/old/").encode())
    )
    findings = _found(site, base_url="https://example.org/")
    assert [f"{each.path}:{each.line}: {each.message}" for each in findings.problems] == [
        "public/app.webmanifest:1: manifest: there is no /no.png",
        "public/atom.xml:2: feed: there is no /gone/",
        "public/atom.xml:3: feed: there is no /lost/",
        "public/broken.xml:1: this is no XML: Premature end of data in tag feed line 1, line 1, column 7",
        "public/feed.json:2: feed: there is no /g/",
        "public/feed.json:2: feed: there is no /h/",
        "public/old.xml.gz:2: sitemap: there is no /old/",
        "public/robots.txt:2: robots.txt: there is no /none.xml",
        "public/sitemap.xml:2: sitemap: https://example.com/ is not an address of this site",
        "public/style.css:2: style: there is no /no.png",
    ]


def test_what_a_script_imports_is_there_and_needs_no_link(tmp_path: Path) -> None:
    script = (
        'import { one } from "./one.js";\nimport {\n  two,\n} from "../js/two.js";\n'
        'export * from "./gone.js";\nimport "./three.js";\nimport react from "react";\n'
        'const later = () => import("./lost.js");\n'
        'const no = () => import(`./${one}.js`);\n// Not so: import x from "./y.js"\nlet text = "import";\n'
    )
    files = {f"js/{name}.js": "" for name in ("one", "two", "three", "unused")}
    page = _PAGE.format('<script type="module" src="/js/main.mjs"></script>')
    site = _folder(tmp_path, **{"index.html": page, "js/main.mjs": script, **files})
    findings = _found(site, base_url="https://example.org/")
    assert [f"{each.path}:{each.line}:{each.column}: {each.message}" for each in findings.problems] == [
        "public/js/main.mjs:5:16: module: there is no /js/gone.js",
        "public/js/main.mjs:8:29: module: there is no /js/lost.js",
    ]
    assert [each.path for each in findings.notes] == ["public/js/unused.js"]


def test_a_page_that_asks_not_to_be_indexed_leads_to_its_files_and_to_no_page(tmp_path: Path) -> None:
    links = '<meta name="robots" content="noindex"><a href="other.html">x</a><a href="style.css">x</a>'
    home = _PAGE.format('<a href="hidden.html">x</a>')
    pages = {"index.html": home, "hidden.html": _PAGE.format(links), "other.html": _PAGE.format("x")}
    site = _folder(tmp_path, **pages, **{"style.css": ""})
    assert [each.path for each in _found(site, base_url="https://example.org/").notes] == [
        "public/other.html"
    ]


def test_under_a_base_path_a_path_without_it_is_no_part_of_the_site(tmp_path: Path) -> None:
    body = '<a href="/a/b/">x</a><a href="/a/b">x</a>\n<a href="/index.html">x</a>\n<a href="../../../">x</a>'
    site = _folder(tmp_path, **{"index.html": _PAGE.format(body)})
    findings = _found(site, base_url="https://example.org/a/b/")
    assert [(each.line, each.message) for each in findings.problems] == [
        (6, "link: /index.html does not lie below the site's address"),
        (7, "link: / does not lie below the site's address"),
    ]


def test_case_counts_and_the_hint_names_what_is_meant(tmp_path: Path) -> None:
    site = _folder(
        tmp_path,
        **{
            "Tags/oil/index.html": _PAGE.format(""),
            "index.html": _PAGE.format(
                '<a href="/Tags/oil/">x</a><a href="/tags/">x</a>\n<a href="/Tags/oill/">x</a>'
            ),
        },
    )
    assert [each.hint for each in _found(site).problems] == [
        "Write /Tags/: upper and lower case differ.",
        "Did you mean /Tags/oil/?",
    ]


def test_a_detour_and_a_file_that_nothing_leads_to_are_notes(tmp_path: Path) -> None:
    site = _folder(
        tmp_path,
        **{
            "index.html": _PAGE.format(
                '<a href="/tags">x</a>\n<a href="/about">y</a>\n<a href="/feed/">z</a>'
            ),
            "feed/index.xml": "<feed/>",
            "tags/index.html": _PAGE.format(""),
            "about.html": _PAGE.format(""),
            "alone.html": _PAGE.format('<a href="alone.html">x</a>'),
            "hidden.html": _PAGE.format('<meta name="robots" content="noindex">'),
        },
    )
    findings = _found(site)
    assert findings.problems == ()
    assert _notes(findings) == (
        "public/alone.html: nothing leads to this file\n"
        "  Link to it, or take it out.\n"
        "public/index.html:5:10: link: /tags lacks its slash, so each reader is sent on to /tags/\n"
        '  | <a href="/tags">x</a>\n'
        "  |          ^\n"
        "  Write /tags/\n"
        "public/index.html:6:10: link: /about is found as /about.html, but not by every host\n"
        '  | <a href="/about">y</a>\n'
        "  |          ^\n"
        "  Write /about.html\n"
        "public/index.html:7:10: link: /feed/ is found as /feed/index.xml, but not by every host\n"
        '  | <a href="/feed/">z</a>\n'
        "  |          ^\n"
        "  Write /feed/index.xml"
    )


@pytest.fixture(scope="module")
def courier(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Return a built site with faults of articles and of a layout."""
    site = write_site(tmp_path_factory.mktemp("courier") / "site", "")
    body = "[tag](/tags/gone/) and [dam](dam.md#nowhere)."
    site.write("content/flood.md", _article("Flood", "2022-11-05", body, "tags: [e-mail]\n"))
    site.write(
        "content/dam.md",
        _article(
            "Dam",
            "2022-11-06",
            '## Water\n\n[here](#water), [there](#walls)\n\n<img src="/gone.png" alt="">',
            "tags: [email, Oil]\nimage: wall.png\n",
        ),
    )
    site.write("content/wall.png", _PNG)
    site.write(
        "content/pier.md",
        _article("Pier", "2022-11-07", "Words.", "tags: [email]\n").replace("summary", "id"),
    )
    layout = site.read("layouts/partials/site.html").replace(
        "{% set imprint %}", '{% set imprint %}<a href="/x">X</a>'
    )
    site.write("layouts/partials/site.html", layout)
    run = site.build("--as-of", "2026-01-01T00:00Z")
    assert run.status == 0, run.stderr
    return site


def test_what_an_article_causes_is_told_at_its_line_and_what_a_layout_causes_once(courier: Site) -> None:
    page = "public/2022/11/05/flood/index.html"
    assert _text(_found(courier)) == (
        "content/dam.md:8:1: image: the picture has no alternative text\n"
        "  | image: wall.png\n"
        "  | ^\n"
        "  image: {file: …, alt: …}; alt says what the picture shows; a lead picture is news, and never mere"
        " decoration.\n"
        "content/dam.md:12:25: link: this page has no place called #walls\n"
        "  | [here](#water), [there](#walls)\n"
        "  |                         ^\n"
        "  Name one that is there; the anchor of a heading is the slug of its words.\n"
        "content/dam.md:14:11: picture: there is no /gone.png\n"
        '  | <img src="/gone.png" alt="">\n'
        "  |           ^\n"
        "  Fix it, or bring back what stood there.\n"
        "content/flood.md:9:7: link: there is no /tags/gone/\n"
        "  | [tag](/tags/gone/) and [dam](dam.md#nowhere).\n"
        "  |       ^\n"
        "  Fix it, or bring back what stood there.\n"
        "content/flood.md:9:30: link: /2022/11/06/dam/ has no place called #nowhere\n"
        "  | [tag](/tags/gone/) and [dam](dam.md#nowhere).\n"
        "  |                              ^\n"
        "  Name one that is there; the anchor of a heading is the slug of its words.\n"
        f"{page}:{_line(courier, page)}:10: link: /x does not lie below the site's address,"
        f" and on {_others(courier)} other pages\n"
        '  | <a href="/x">X</a>\n'
        "  |          ^\n"
        '  In a layout write {{ url("/…") }} or {{ static("…") }}; for another site of this host, its whole'
        " address. A site that was built for another address: --base-url."
    )


def test_notes_name_the_article_and_its_line(courier: Site) -> None:
    assert _notes(_found(courier)) == (
        "content/flood.md:7:8: the tag e-mail is used once, and email 2 times\n"
        "  | tags: [e-mail]\n"
        "  |        ^\n"
        "  If they are the same, write email.\n"
        "content/pier.md:1: the article has no summary\n"
        "  | ---\n"
        "  Add to the front matter: summary: … It stands in listings, feeds and search results."
    )


def test_without_a_state_faults_are_told_by_page(courier: Site, tmp_path: Path) -> None:
    request = CheckRequest(
        site=tmp_path, output=courier.folder / "public", base_url="https://example.org/archive/"
    )
    problems = check(request).problems
    outside = "link: /x does not lie below the site's address"
    assert sorted((each.path.rpartition("/public/")[2], each.message) for each in problems) == [
        ("2022/11/05/flood/index.html", "link: /2022/11/06/dam/ has no place called #nowhere"),
        ("2022/11/05/flood/index.html", f"{outside}, and on {_others(courier)} other pages"),
        ("2022/11/05/flood/index.html", "link: there is no /tags/gone/"),
        ("2022/11/06/dam/index.html", "link: this page has no place called #walls"),
        ("2022/11/06/dam/index.html", "picture: there is no /gone.png"),
        ("atom.xml", "feed: there is no /gone.png, and on 1 other page"),
        ("atom.xml", "feed: there is no /tags/gone/, and on 1 other page"),
    ]


def _others(site: Site) -> int:
    """Return on how many pages a layout's fault stands beside the first."""
    return sum(b'href="/x"' in content for content in site.outputs().values()) - 1


def test_the_command_prints_json_annotations_and_a_status(courier: Site) -> None:
    run = courier.run("check", "--json")
    levels = [json.loads(line)["level"] for line in run.stdout.splitlines()]
    assert (run.status, run.stderr) == (1, "")
    assert (levels.count("note"), levels.count("problem")) == (2, 6)
    run = courier.run("check", GITHUB_ACTIONS="true")
    assert "::error file=content/flood.md,line=9,col=7::link: there is no /tags/gone/%0AFix it" in run.stdout
    assert "::notice file=content/pier.md,line=1::the article has no summary%0A" in run.stdout
    assert re.search(r": 6 problems, 2 notes; [\d.]+ s\n\Z", run.stdout)


@pytest.fixture
def old(tmp_path: Path) -> Site:
    """Return a built site with faults that it has had for long."""
    site = write_site(tmp_path / "old", "")
    site.write("content/flood.md", _article("Flood", "2022-11-05", "[a](/gone/)", "tags: [e-mail]\n"))
    site.write("content/dam.md", _article("Dam", "2022-11-06", "[a](/gone/)", "tags: [email]\n"))
    site.write("content/pier.md", _article("Pier", "2022-11-07", "Words.", "tags: [email]\n"))
    text = site.read("layouts/partials/site.html")
    site.write(
        "layouts/partials/site.html",
        text.replace("{% set imprint %}", '{% set imprint %}<a href="/x">X</a>'),
    )
    _build(site)
    return site


def _build(site: Site) -> None:
    run = site.build("--as-of", "2026-01-01T00:00Z")
    assert run.status == 0, run.stderr


def _write_baseline(site: Site, encoding: str = "utf-8") -> None:
    run = site.run("check", "--json")
    assert (run.status, run.stderr) == (1, "")
    (site.folder / "old.jsonl").write_bytes(run.stdout.encode(encoding))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_since_a_baseline_nothing_old_is_told(old: Site, encoding: str) -> None:
    _write_baseline(old, encoding)
    run = old.run("check", "--since", "old.jsonl")
    assert (run.status, run.stderr) == (0, "")
    assert re.fullmatch(
        r"[\d,]+ files, [\d,]+ references: 0 problems, 0 notes; 4 findings of old.jsonl left out; [\d.]+ s\n",
        run.stdout,
    )
    assert old.run("check", "--json", "--since", "old.jsonl") == Run(status=0, stdout="", stderr="")


def test_since_a_baseline_what_is_new_is_told_and_what_has_moved_is_not(old: Site) -> None:
    _write_baseline(old)
    # Lines move, another page is the first that has a layout's fault, and a tag is used once more.
    old.write("content/flood.md", _article("Flood", "2022-11-05", "\n\nMore [a](/gone/)", "tags: [e-mail]\n"))
    old.write("content/tide.md", _article("Tide", "1990-01-01", "[a](/lost/)", "tags: [email]\n"))
    # The same dead link in another article is new.
    old.write("content/pier.md", _article("Pier", "2022-11-07", "[a](/gone/)", "tags: [email]\n"))
    _build(old)
    run = old.run("check", "--json", "--since", "old.jsonl")
    found = [json.loads(line) for line in run.stdout.splitlines()]
    assert run.status == 1
    assert [(each["path"], each["line"], each["message"]) for each in found] == [
        ("content/pier.md", 9, "link: there is no /gone/"),
        ("content/tide.md", 9, "link: there is no /lost/"),
    ]


def test_a_baseline_that_is_none_is_a_problem(old: Site) -> None:
    hint = "  A baseline is what `check --json` prints: one finding a line, as JSON.\n"
    run = old.run("check", "--since", "none.jsonl")
    assert (run.status, run.stdout) == (1, "")
    assert run.stderr == f"none.jsonl: cannot be read: No such file or directory\n{hint}"
    old.write("old.jsonl", '\n{"path": "a.md", "message": "x"}\nx: y\n[]\n{"path": 1, "message": "x"}\n')
    run = old.run("check", "--since", "old.jsonl")
    assert [row for row in run.stderr.splitlines() if row and not row.startswith("  ")] == [
        f"old.jsonl:{line}: this is no finding" for line in (3, 4, 5)
    ]


def test_what_was_published_is_missed_whatever_a_baseline_says(old: Site, tmp_path: Path) -> None:
    listed = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{}</urlset>'
    row = "<url><loc>https://example.org/archive/2022/11/05/lost/</loc></url>"
    (tmp_path / "sitemap.xml").write_text(listed.format(row), encoding="utf-8")
    against = ("--against", str(tmp_path / "sitemap.xml"))
    old.build()
    known = old.run("check", "--json", *against)
    old.write("old.jsonl", known.stdout)
    run = old.run("check", "--json", *against, "--since", "old.jsonl")
    assert [json.loads(line)["message"].partition(" ")[0] for line in run.stdout.splitlines()] != []
    assert run.status == 1


def test_a_dead_link_is_told_once_in_an_article(tmp_path: Path) -> None:
    site = write_site(tmp_path / "site", "")
    body = "[![A dam](/gone.png)](/gone.png)\n\n[x](/gone/), [y](/gone/) and\n[z](/gone/).\n\n[w](/lost/)"
    site.write("content/flood.md", _article("Flood", "2022-11-05", body))
    site.write("content/dam.md", _article("Dam", "2022-11-06", "[x](/gone/)"))
    _build(site)
    fix = "Fix it, or bring back what stood there."
    assert [
        (each.path, each.line, each.column, each.message, each.hint) for each in _found(site).problems
    ] == [
        ("content/dam.md", 8, 5, "link: there is no /gone/", fix),
        (
            *("content/flood.md", 8, 11, "link: there is no /gone.png"),
            f"{fix} It is in this file 2 times.",
        ),
        ("content/flood.md", 10, 5, "link: there is no /gone/", f"{fix} It is in this file 3 times."),
        ("content/flood.md", 13, 5, "link: there is no /lost/", fix),
    ]


_RETRACTED = "retracted: {date: 2022-11-06, reason: Untrue.}\n"


@pytest.mark.parametrize("withhold", [True, False])
def test_pictures_of_a_retracted_article_are_not_blamed(tmp_path: Path, *, withhold: bool) -> None:
    site = write_site(tmp_path / "site", "")
    site.write("site.toml", f"{site.read('site.toml')}\n[corrections]\nwithhold = {str(withhold).lower()}\n")
    for name in ("content/wall.png", "static/dam.png"):
        site.write(name, _PNG + name.encode())
    body = "![A dam](/dam.png) [lost](/lost/)"
    site.write("content/flood.md", _article("Flood", "2022-11-05", body, f"image: wall.png\n{_RETRACTED}"))
    site.write("content/pier.md", _article("Pier", "2022-11-07", "Words."))
    _build(site)
    found = _found(site)
    assert [(each.path, each.message) for each in (*found.problems, *found.notes)] == (
        []
        if withhold
        else [
            ("content/flood.md", "image: the picture has no alternative text"),
            ("content/flood.md", "link: there is no /lost/"),
        ]
    )


def test_data_files_that_no_layout_links_are_not_blamed(tmp_path: Path) -> None:
    site = write_site(tmp_path / "site", "")
    more = '[data]\narticles = true\nmonths = true\n[citations]\nlistings = ["tag"]\n'
    site.write("site.toml", f"{site.read('site.toml')}\n{more}")
    site.write("content/flood.md", _article("Flood", "2022-11-05", "Words.", "tags: [Oil]\n"))
    for path in [path for path in site.outputs("layouts") if path.endswith(".html")]:
        text = site.read(f"layouts/{path}")
        site.write(f"layouts/{path}", re.sub(r"\.downloads", ".downloads[:0]", text))
    site.write("static/mine.json", "{}")
    _build(site)
    assert {"data/2022-11.csv", "2022/11/05/flood/article.json"} <= site.outputs().keys()
    assert (
        _notes(_found(site)) == "static/mine.json: nothing leads to /mine.json\n  Link to it, or take it out."
    )


def test_a_folder_without_pages_is_a_problem(tmp_path: Path) -> None:
    site = write_site(tmp_path, "")
    run = site.run("check")
    assert run.status == 1
    assert run.stderr == (
        "public: there is no page in this folder\n  Build the site first, or name its folder with --output.\n"
    )


def _line(site: Site, path: str) -> int:
    return site.read(path).split('href="/x"')[0].count("\n") + 1


def _crawled(home: str) -> tuple[set[str], set[tuple[str, str]]]:
    """Follow every link from the home page over HTTP; return the pages, and (page, link) of broken ones."""
    seen: dict[str, set[str]] = {}
    links: set[tuple[str, str, str]] = set()
    waiting = [home]
    while waiting:
        page = waiting.pop()
        if page in seen:
            continue
        try:
            with urllib.request.urlopen(page) as response:  # noqa: S310 - the loopback
                content, kind = response.read(), response.headers.get_content_type()
        except urllib.error.HTTPError as error:
            error.close()
            continue
        seen[page] = set()
        if kind != "text/html":
            continue
        tree = html5lib.parse(content, treebuilder="etree", namespaceHTMLElements=False)
        for each in tree.iter():
            seen[page].update(filter(None, (each.get("id"), each.get("name") if each.tag == "a" else None)))
            for name in ("href", "src", "data-from", "action"):
                if each.get(name):
                    whole, fragment = urldefrag(urljoin(page, each.get(name)))
                    if whole.startswith(home):
                        links.add((page, whole, unquote(fragment)))
                        waiting.append(whole)
    broken = {
        (page, f"{whole}#{fragment}")
        for page, whole, fragment in links
        if whole not in seen or (fragment and fragment not in seen[whole])
    }
    return set(seen), broken


def _digital(folder: Path) -> Site:
    """Write an archive with the ways of a government newsroom: other fields, other permalinks, old HTML."""
    site = write_site(
        folder,
        """
        === site.toml
        title = "Civic Notes"
        url = "https://example.org/a/b/"
        language = "en"
        timezone = "America/New_York"
        [content]
        required = ["title", "date"]
        [front_matter]
        author = ["authors"]
        summary = ["summary", "deck"]
        tags = ["topics"]
        [permalinks]
        article = "/news/{year}/{month}/{file}/"
        """,
    )
    for number in range(60):
        year, month, day = 2010 + number % 5, number % 12 + 1, number % 28 + 1
        body = (
            f"Words of {number}, [web](https://elsewhere.example/{number}) &#8217;s.\n\n"
            f"## Part “{number}” & more\n\n"
            f'<a href="#part-{number}-more">Down</a> and [topics](/tags/topic-{number % 7}/).\n\n'
            '{{< ref "/communities" >}} <h5 style="text-align:center">Deep</h5>\n'
        )
        if number > 4:
            body += f"\nSee [before](../{year}/{number - 5:02}-note.md).\n"
        head = (
            f"title: Note {number}\ndate: {year}-{month:02}-{day:02} 8:00:15 -0400\n"
            f"deck: Short.\ntopics:\n- Topic {number % 7}\n"
        )
        site.write(f"content/{year}/{number:02}-note.md", f"---\n{head}---\n{body}")
    return site


@pytest.mark.parametrize("which", ["sample", "digital"])
def test_a_crawler_reaches_every_page_without_a_broken_link_and_check_agrees(
    tmp_path: Path, serve: Callable[..., str], which: str
) -> None:
    site = copy_sample(tmp_path / "site") if which == "sample" else _digital(tmp_path / "site")
    home = serve(site.folder / "public", "/a/b/")
    build_sample(site, "--base-url", home)
    pages, broken = _crawled(home)
    assert broken == set()
    reachable = {
        home + quote(re.sub(r"(^|/)index\.html$", r"\1", path), safe="/-._~!*,;:@+")
        for path, content in site.outputs().items()
        if path.endswith(".html")
        and path not in {"404.html", *GONE}
        and b'http-equiv="refresh"' not in content
        # An index of names stands before there are any, and nothing leads to it.
        and not re.search(rb"<p>No \w+ yet\.</p>", content)
    }
    assert reachable - pages == set()
    findings = _found(site, base_url=home)
    assert _text(findings) == ""
    assert [each for each in findings.notes if "nothing leads" in each.message] == []


def test_of_a_hundred_links_broken_at_random_check_finds_a_hundred(tmp_path: Path) -> None:
    site = _digital(tmp_path / "site")
    chance = random.Random(5)
    articles = sorted((site.folder / "content").rglob("*.md"))
    expected = set()
    for number, file in enumerate(chance.sample(articles, 50)):
        lines = file.read_text().split("\n")
        wrong = chance.choice((f"/lost-{number}/", f"#lost-{number}", f"/archive/#lost-{number}"))
        form = chance.choice(("[x]({})", '<a href="{}">x</a>', "[x]: {}\n\n[x]"))
        at = len(lines)
        lines += ["", form.format(wrong)]
        file.write_text("\n".join(lines))
        expected.add((file.relative_to(site.folder).as_posix(), at + 2, wrong))
    build_sample(site)
    assert _text(_found(site)).count(": link: ") == 50
    pages = [path for path in site.outputs() if path.endswith(".html") and path != "404.html"]
    for number, path in enumerate(chance.sample(pages, 50)):
        text = site.read(f"public/{path}")
        spots = [
            spot
            for spot in re.finditer(r'(?:href|src|data-from)="(/a/b/[^"#]*)"', text)
            if "lost-" not in spot[0]
        ]
        spot = chance.choice(spots)
        wrong = f"/a/b/lost-in-page-{number}/"
        site.write(f"public/{path}", text[: spot.start(1)] + wrong + text[spot.end(1) :])
        expected.add((f"public/{path}", text.count("\n", 0, spot.start()) + 1, wrong))
    findings = _found(site)
    told = {(each.path, each.line, _lost(each.message)) for each in findings.problems}
    assert len(expected) == 100
    assert told == {(path, line, _lost(wrong)) for path, line, wrong in expected}
    assert len(findings.problems) == 100


def _lost(text: str) -> str:
    return "".join(re.findall(r"lost-(?:in-page-)?\d+", text))


def test_any_number_of_processes_finds_the_same(tmp_path: Path) -> None:
    # In many folders: a path that does not exist is compared with the names that are beside it.
    body = '<a href="/gone/">x</a><a href="/#no">y</a><a href="/{0}/page-{1}/">z</a>'
    pages = {
        f"{number % 30}/{number}.html": _PAGE.format(body.format(number % 30, number))
        for number in range(900)
    }
    site = _folder(tmp_path, **pages)
    assert _found(site, jobs=1) == _found(site, jobs=3)


def test_a_portrait_without_alternative_text_is_a_note(tmp_path: Path) -> None:
    site = write_site(tmp_path, "")
    site.write("content/flood.md", _article("Flood", "2022-11-05", "Words."))
    for name, picture in (("ana-ruiz", "image: a.png"), ("li-wei", "image: {file: b.gif, alt: Li}")):
        site.write(f"content/authors/{name}.md", f"---\n{picture}\n---\n")
    site.write("content/authors/a.png", _PNG)
    site.write("content/authors/b.gif", _GIF)
    assert site.build("--as-of", "2026-01-01").status == 0
    expected = """\
        content/authors/ana-ruiz.md:2:1: image: the picture has no alternative text
          | image: a.png
          | ^
          image: {file: …, alt: …}; alt says who is seen, and how, to those who do not see it."""
    assert _notes(_found(site)) == textwrap.dedent(expected)


def test_a_value_that_a_later_one_replaces_is_a_note(tmp_path: Path) -> None:
    site = write_site(tmp_path, "")
    site.write("site.toml", site.read("site.toml") + '\n[front_matter]\nduplicates = "last"\n')
    more = "summary: One.\nsummary: One.\nimage: { file: a.png, alt: x, alt: y }\nx: 1\nx: 2\n"
    site.write("content/flood.md", _article("Flood", "2022-11-05", "Words.", more))
    site.write("content/a.png", _PNG)
    profile = "---\nrole: Reporter\nrole: Editor\n---\n"
    site.write("content/authors/ana-ruiz.md", profile)
    assert site.build("--as-of", "2026-01-01").status == 0
    assert "One." in site.read("public/2022/11/05/flood/index.html")
    assert ">Editor<" in site.read("public/authors/ana-ruiz/index.html")
    expected = """\
        content/authors/ana-ruiz.md:2:1: role stands twice, and this one is not read
          | role: Reporter
          | ^
          Leave one out.
        content/flood.md:6:1: summary stands twice, and this one is not read
          | summary: In short.
          | ^
          Leave one out.
        content/flood.md:9:23: image.alt stands twice, and this one is not read
          | image: { file: a.png, alt: x, alt: y }
          |                       ^
          Leave one out."""
    assert _notes(_found(site)) == textwrap.dedent(expected)
