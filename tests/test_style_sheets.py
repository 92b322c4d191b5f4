"""Style sheets joined with their parts; style sheets and scripts made short; the digests in their URLs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from broadsheet.check import CheckRequest, check
from broadsheet.commands.explain import explain
from broadsheet.common.problems import Problems
from broadsheet.common.progress import Progress
from broadsheet.render.assets.minify import shorten_script, shorten_style_sheet
from broadsheet.render.assets.style_sheets import join_parts
from broadsheet.serve.session import PreviewOptions, PreviewSession
from tests.builds import AS_OF, built, done, plain_site, printed
from tests.plain import SETTINGS, article
from tests.sites import ROOT, Site
from tests.windows import opened


def _joined(sources: Mapping[str, str], output: str = "style.css") -> str:
    """Return the sheet static/style.css of some sources, given by their paths below static/."""
    read = {f"static/{path}": text for path, text in sources.items()}.get
    return "".join(piece.text for piece in join_parts("static/style.css", output, read))


def _refused(sources: Mapping[str, str]) -> list[tuple[str, int, int, str]]:
    with pytest.raises(Problems) as raised:
        _joined(sources)
    return [(each.path, each.line, each.column, each.message) for each in raised.value.problems]


def test_an_import_of_a_part_gives_way_to_its_text() -> None:
    sheet = '/* Ours. */\n@import "_a.css";\n@import url(more/_b.css);\np {}\n'
    parts = {"_a.css": "a {}\n", "more/_b.css": '@import "_c.css";\nb {}', "more/_c.css": "c {}"}
    assert _joined({"style.css": sheet, **parts}) == "/* Ours. */\na {}\n\nc {}\n\nb {}\n\np {}\n"


def test_a_sheet_without_parts_stays_as_it_is() -> None:
    sheet = '\ufeff@charset "utf-8";\r\n@import "more.css";\r\na { background: url(a.png) } /* _a.css */\r\n"'
    assert _joined({"style.css": sheet}) == sheet


def test_bytes_that_are_no_utf_8_are_published_as_they_are(tmp_path: Path) -> None:
    site = plain_site(tmp_path / "site", {})
    site.write("static/old.css", b'a::before { content: "\xe9" }')
    site.write("static/none.css", b"")
    built(site)
    assert site.outputs()["old.css"] == b'a::before { content: "\xe9" }'
    assert site.outputs()["none.css"] == b""


@pytest.mark.parametrize(
    ("written", "published"),
    [
        ("url(a.png)", "url(styles/a.png)"),
        ('url( "a b.png?x#y" )', 'url( "styles/a b.png?x#y" )'),
        ("URL(../img/a.png)", "URL(img/a.png)"),
        ("url('fonts/')", "url('styles/fonts/')"),
        ("url(/a.png)", "url(/a.png)"),
        ("url(//host/a.png)", "url(//host/a.png)"),
        ("url(https://host/a.png)", "url(https://host/a.png)"),
        ("url(data:image/png;base64,AA==)", "url(data:image/png;base64,AA==)"),
        ("url(#gradient)", "url(#gradient)"),
        ("url()", "url()"),
        ('url("a(1).png")', 'url("styles/a(1).png")'),
        (
            'image-set("a.png" 1x, "b.png" type("image/png"))',
            'image-set("styles/a.png" 1x, "styles/b.png" type("image/png"))',
        ),
        ('my-url(a.png) "a.png" format("woff2") \\"', 'my-url(a.png) "a.png" format("woff2") \\"'),
        ("none /* url(a.png) */", "none /* url(a.png) */"),
    ],
)
def test_addresses_of_a_part_are_written_from_the_folder_of_the_sheet(written: str, published: str) -> None:
    sources = {"style.css": '@import "styles/_a.css";', "styles/_a.css": f"a {{ b: {written} }}\n"}
    assert _joined(sources) == f"a {{ b: {published} }}\n"


def test_addresses_of_a_moved_sheet_are_written_from_where_it_is_read() -> None:
    assert _joined({"style.css": "a { b: url(a.png) }"}, "old/style.css") == "a { b: url(../a.png) }"


@pytest.mark.parametrize(
    ("conditions", "before", "after"),
    [
        (" print", "@media print {\n", "}\n"),
        (" layer", "@layer  {\n", "}\n"),
        (" layer(base.more)", "@layer base.more {\n", "}\n"),
        (" supports(display: grid)", "@supports (display: grid) {\n", "}\n"),
        (
            " supports(not (a: b)) (min-width: 1px), print",
            "@media (min-width: 1px), print {\n@supports (not (a: b)) {\n",
            "}\n}\n",
        ),
    ],
)
def test_the_conditions_of_an_import_become_blocks(conditions: str, before: str, after: str) -> None:
    sources = {"style.css": f'@import "_a.css"{conditions};', "_a.css": "a {}\n"}
    assert _joined(sources) == f"{before}a {{}}\n{after}"


def test_what_cannot_be_joined_is_named_with_its_place() -> None:
    assert _refused(
        {"style.css": '/* A */\n  @import "_a.css";\n@import "../_b.css";\n@import "/_c.css";'}
    ) == [
        ("static/style.css", 2, 3, "there is no static/_a.css"),
        ("static/style.css", 3, 1, "../_b.css is not the path of a part below static/"),
        ("static/style.css", 4, 1, "/_c.css is not the path of a part below static/"),
    ]


def test_parts_that_import_each_other_are_named() -> None:
    circle = {"_a.css": '@import "_b.css";', "_b.css": '\n@import "_a.css";\n@import "_b.css";'}
    assert _refused({"style.css": '@import "_a.css";', **circle}) == [
        ("static/_b.css", 2, 1, "_a.css imports this file in turn"),
        ("static/_b.css", 3, 1, "_b.css imports itself"),
    ]


def test_a_part_is_imported_once() -> None:
    assert _refused({"style.css": '@import "_a.css";\n@import "_a.css";', "_a.css": ""}) == [
        ("static/style.css", 2, 1, "_a.css is imported twice, first at static/style.css:1")
    ]


def test_an_import_that_browsers_would_ignore_is_named() -> None:
    sheet = '@import "_a.css";\n@import "b.css";\na {}\n@import "_c.css";'
    assert _refused({"style.css": sheet, "_a.css": "a {}"}) == [
        ("static/style.css", 2, 1, "@import of b.css stands after rules, where browsers ignore it"),
        ("static/style.css", 4, 1, "@import of _c.css stands after rules, where browsers ignore it"),
    ]
    assert _joined({"style.css": '@import "b.css";\n@import "_a.css";', "_a.css": "a {}\n"}) == (
        '@import "b.css";\na {}\n'
    )


@pytest.mark.parametrize(
    ("part", "line", "column", "message"),
    [
        ("a {\n  b: c(\n}\n", 3, 1, "} closes nothing"),
        ("a {}\n}\n", 2, 1, "} closes nothing"),
        ("a {\n", 1, 3, "{ is never closed"),
        ("a {}\n/* b", 2, 1, "/* is never closed"),
        ("a {}\n/*/", 2, 1, "/* is never closed"),
        ('a { b: "c\n}', 1, 8, '" is not closed on its line'),
    ],
)
def test_what_would_spoil_the_parts_that_follow_is_named(
    part: str, line: int, column: int, message: str
) -> None:
    found = _refused({"style.css": '@import "_a.css";', "_a.css": part})
    assert ("static/_a.css", line, column, message) in found


_SHEET = '@import "styles/_a.css";\n@import "styles/_b.css";\n'


@pytest.fixture
def site(tmp_path: Path) -> Site:
    site = plain_site(tmp_path / "site", {"content/flood.md": article("Flood", "2022-11-05")})
    head = '<link rel="stylesheet" href="{{ static("style.css") }}">\n'
    site.write("layouts/archive.html", head + site.read("layouts/archive.html"))
    site.write("site.toml", SETTINGS.replace("minify = false\n", "minify = false\ndigests = false\n"))
    site.write("static/style.css", _SHEET)
    site.write("static/styles/_a.css", "a {}\n")
    site.write("static/styles/_b.css", "b {}\n")
    built(site)
    return site


def test_a_part_is_not_published_and_its_change_writes_the_sheet_alone(site: Site) -> None:
    assert site.outputs()["style.css"] == b"a {}\n\nb {}\n\n"
    assert not [path for path in site.outputs() if path.startswith("styles/")]
    assert done(site, lambda: site.write("static/styles/_a.css", "i {}\n")).written == {"style.css"}
    assert site.outputs()["style.css"] == b"i {}\n\nb {}\n\n"
    result = done(site, lambda: site.write("static/styles/_c.css", "c {}\n"))
    assert (result.written, result.build.rendered) == (frozenset(), 0)
    assert done(site, lambda: site.write("static/styles/_b.css", '@import "_c.css";')).written == {
        "style.css"
    }
    assert done(site, lambda: site.write("static/styles/_c.css", "u {}\n")).written == {"style.css"}
    assert b"u {}" in site.outputs()["style.css"]


def test_a_part_that_is_missing_is_a_problem_until_it_is_there(site: Site) -> None:
    site.delete("static/styles/_b.css")
    assert printed(site) == (
        "static/style.css:2:1: there is no static/styles/_b.css\n"
        '  | @import "styles/_b.css";\n'
        "  | ^\n"
        "  Put the file at static/styles/_b.css, or fix the name."
    )
    assert b"b {}" in site.outputs()["style.css"]
    site.write("static/styles/_b.css", "s {}")
    built(site)
    assert b"s {}" in site.outputs()["style.css"]


def test_a_sheet_is_joined_where_site_toml_redirects_to_it(site: Site) -> None:
    toml = site.read("site.toml")
    site.write("site.toml", f'{toml}[redirects]\n"/css/old.css" = "/style.css"\n')
    site.write("static/styles/_a.css", "a { b: url(c.png) }\n")
    built(site)
    assert site.outputs()["css/old.css"].startswith(b"a { b: url(../styles/c.png) }")


def test_explain_names_the_parts_and_check_the_line_of_a_part(site: Site) -> None:
    site.write("static/styles/_b.css", "\nb { background: url(none.png) }\n")
    built(site)
    told = "\n".join(explain(site.folder, site.folder / "public", "/style.css"))
    assert "made as: style of static/style.css\nwith: static/styles/_a.css, static/styles/_b.css\n" in told
    findings = check(CheckRequest(site=site.folder, output=site.folder / "public"))
    found = [(each.path, each.line, each.column, each.message) for each in findings.problems]
    assert ("static/styles/_b.css", 2, 21, "style: there is no /styles/none.png") in found


def test_the_preview_joins_parts_and_shows_their_problems_on_the_pages_that_use_them(site: Site) -> None:
    with closing(PreviewSession(PreviewOptions(site=site.folder, as_of=AS_OF))) as session:
        session.revise(None, Progress())

        def shown() -> tuple[bytes, str]:
            sheet, page = session.render("style.css"), session.render("archive/index.html")
            assert sheet
            assert page
            return sheet.content, dict(page.parts)["/archive/style.css"]

        before = shown()
        assert before == (b"a {}\n\nb {}\n\n", before[1])
        site.write("static/styles/_a.css", "i {}\n")
        session.revise(frozenset(("static/styles",)), Progress())
        after = shown()
        assert after == (b"i {}\n\nb {}\n\n", after[1])
        assert after[1] != before[1]
        site.write("static/styles/_a.css", "i {\n")
        session.revise(frozenset(("static/styles",)), Progress())
        sheet = session.render("style.css")
        assert sheet
        assert (sheet.content, [each.message for each in sheet.problems]) == (after[0], ["{ is never closed"])
        site.write("site.toml", SETTINGS)
        session.revise(None, Progress())
        page = session.render("archive/index.html")
        assert page
        assert [each.message for each in page.problems] == ["{ is never closed"]


@pytest.mark.parametrize(
    ("written", "short"),
    [
        ("a  {\n  b : c ;\n}\n\nd , e { }\n", "a{b : c}d,e{}"),
        ("/* a */ a /* b */ b/**/c { d: e/* f */ } /*! Free. */", "a b/**/c{d: e}/*! Free. */"),
        ("a :focus { b: calc(1px + 2px) }", "a :focus{b: calc(1px + 2px)}"),
        ('a { b: "  /* c */ ;}" url( d;e ) }', 'a{b: "  /* c */ ;}" url( d;e )}'),
        ("a { --b: ; --c:{} } .\\; .\\31  2 { d: e;; }", "a{--b:;--c:{}}.\\; .\\31 2{d: e}"),
        ("@media (a) and (b) { c { d: e } }", "@media (a) and (b){c{d: e}}"),
        ("a { b: c", "a{b: c"),
        ("", ""),
    ],
)
def test_a_short_style_sheet_lacks_comments_and_needless_space(written: str, short: str) -> None:
    assert shorten_style_sheet(written) == short
    assert shorten_style_sheet(short) == short


@pytest.mark.parametrize(
    ("written", "short"),
    [
        ("// A\n\n  a();\n\t// B\n  b(); // c\n", "a();\nb(); // c"),
        ("/*\n  // a */ b()\n*/", "/*\n// a */ b()\n*/"),
        ("  //! Free.\n  // @license MIT\n  a()", "//! Free.\n// @license MIT\na()"),
        ("  a(`b ${c} {`, `${`{${d}}`}`)", "a(`b ${c} {`, `${`{${d}}`}`)"),
        ("  a = `\n  // b`", "  a = `\n  // b`"),
        ("  a = `b ${`\n  // c`}`", "  a = `b ${`\n  // c`}`"),
        ("  a = '`' + `b\n  // c`", "  a = '`' + `b\n  // c`"),
        ("  a = /`/.test(b) ? `c\n  // d`", "  a = /`/.test(b) ? `c\n  // d`"),
        ("  a = 'b\\\n  // c'", "  a = 'b\\\n  // c'"),
    ],
)
def test_a_short_script_lacks_indentation_and_lines_of_comment(written: str, short: str) -> None:
    assert shorten_script(written) == short
    assert shorten_script(short) == short


def test_the_themes_short_style_sheet_means_the_same_to_a_browser(browser: Browser) -> None:
    pieces = join_parts(
        "static/style.css", "style.css", lambda path: (ROOT / path).read_text(encoding="utf-8")
    )
    whole = "".join(piece.text for piece in pieces)
    read = (
        "(text) => { const sheet = new CSSStyleSheet(); sheet.replaceSync(text);"
        " return [...sheet.cssRules].map((rule) => rule.cssText); }"
    )
    with opened(browser) as page:
        # Values that hold a var() are kept as they are written.
        rules, short = (
            [re.sub(r"\s*,\s*|\s+", _set_space, rule) for rule in page.evaluate(read, text)]
            for text in (whole, shorten_style_sheet(whole))
        )
    assert len(rules) > 200
    assert short == rules


def _set_space(found: re.Match[str]) -> str:
    return "," if "," in found[0] else " "


def test_the_themes_scripts_can_be_made_short() -> None:
    for file in (ROOT / "static").glob("*.js"):
        text = file.read_text(encoding="utf-8")
        assert len(shorten_script(text)) < 0.9 * len(text), file.name


def test_a_site_says_whether_its_files_are_made_short_and_a_name_says_that_a_file_is(site: Site) -> None:
    for path in ("a.js", "b.mjs", "c.min.js", "d.css", "e.min.css"):
        site.write(f"static/{path}", "  a  {}\n")
    built(site)
    assert {site.outputs()[path] for path in ("a.js", "b.mjs", "c.min.js", "d.css", "e.min.css")} == {
        b"  a  {}\n"
    }
    toml = site.read("site.toml")
    written = done(
        site, lambda: site.write("site.toml", toml.replace("minify = false", "minify = true"))
    ).written
    assert written == {"a.js", "b.mjs", "d.css", "style.css"}
    assert [site.outputs()[path] for path in ("a.js", "d.css", "style.css")] == [b"a  {}", b"a{}", b"a{}b{}"]


def test_check_finds_the_line_in_a_sheet_that_was_made_short(site: Site) -> None:
    site.write("static/styles/_b.css", "\n/* b */\nb {\n  background: url(none.png);\n}\n")
    site.write("site.toml", SETTINGS.replace("minify = false\n", ""))
    built(site)
    findings = check(CheckRequest(site=site.folder, output=site.folder / "public"))
    found = [(each.path, each.line) for each in findings.problems if each.path.startswith("static/")]
    assert found == [("static/styles/_b.css", 4)]


def test_the_url_of_a_style_sheet_changes_with_what_is_published(site: Site) -> None:
    site.write("site.toml", SETTINGS)
    built(site)

    def linked() -> str:
        return site.read("public/archive/index.html").partition('href="')[2].partition('"')[0]

    first = linked()
    assert re.fullmatch(r"/archive/style[.]css[?]v=[0-9a-f]{8}", first)
    changed = done(site, lambda: site.write("static/styles/_b.css", "i {}\n"))
    assert changed.written == {"style.css", "archive/index.html"}
    assert linked() != first
    changed = done(site, lambda: site.write("static/styles/_b.css", "b {}\n"))
    assert linked() == first
    # What is not in the sheet that is published changes no page.
    toml = SETTINGS.replace("minify = false", "minify = true")
    site.write("site.toml", toml)
    built(site)
    changed = done(site, lambda: site.write("static/styles/_b.css", "/* B */\n\nb {}\n"))
    assert changed.written == frozenset()


def test_a_part_has_no_url(site: Site) -> None:
    site.write("layouts/archive.html", '{{ static("styles/_a.css") }}')
    assert "static/styles/_a.css is a part of style sheets, and not published itself\n" in printed(site)
