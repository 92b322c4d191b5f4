"""``[content] links = "report"``: dead links are words, and ``check`` names them."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

from broadsheet.check import CheckRequest, check
from broadsheet.common.problems import format_problem
from tests.builds import built, done, plain_site, printed
from tests.plain import PICTURES, SETTINGS, article
from tests.sites import Site

_REPORT = SETTINGS.replace("[content]\n", '[content]\nlinks = "report"\n')
_DEAD = "[pier](pier.md) ![Water](pier.png) [us](www.example.org) [a note](note.pdf)"
_SIZES = "(min-width: 48rem) 38rem, calc(100vw - 3rem)"
_PIER = article("Pier", "2022-11-06")


def test_a_link_is_there_as_long_as_its_target_is(tmp_path: Path) -> None:
    flood = article("Flood", "2022-11-05", body=_DEAD)
    site = plain_site(tmp_path / "site", {"content/flood.md": flood}, settings=_REPORT)
    page = "2022/11/05/flood/index.html"

    def put_all() -> None:
        site.write("content/pier.md", _PIER)
        site.write("content/pier.png", PICTURES[0])
        site.write("content/note.pdf", b"%PDF")

    def take_all() -> None:
        for name in ("pier.md", "pier.png", "note.pdf"):
            site.delete(f"content/{name}")

    built(site)
    assert "<p>pier Water us a note</p>" in site.read(f"public/{page}")
    did = done(site, put_all)
    assert {page, "2022/11/05/flood/pier.png", "2022/11/05/flood/note.pdf"} <= did.written
    pier = "/archive/2022/11/05/flood/pier.png"
    assert (
        '<p><a href="/archive/2022/11/06/pier/">pier</a>'
        f' <picture><source type="image/webp" srcset="{pier}.1.webp 1w" sizes="{_SIZES}">'
        f'<img src="{pier}" width="1" height="1" alt="Water" fetchpriority="high"></picture>'
        ' us <a href="/archive/2022/11/05/flood/note.pdf">a note</a></p>'
    ) in site.read(f"public/{page}")
    did = done(site, lambda: site.write("content/pier.md", _PIER.replace("Pier", "Harbour")))
    assert page in did.written  # a neighbour
    did = done(site, take_all)
    assert {"2022/11/05/flood/pier.png", "2022/11/05/flood/note.pdf"} <= did.removed
    assert "<p>pier Water us a note</p>" in site.read(f"public/{page}")


def test_a_profile_shows_a_picture_as_long_as_it_is_there(tmp_path: Path) -> None:
    flood = article("Flood", "2022-11-05", author="Ana Ruiz")
    profile = "---\n---\nSee ![her](ana.png).\n"
    articles = {"content/flood.md": flood, "content/authors/ana-ruiz.md": profile}
    site = plain_site(tmp_path / "site", articles, settings=_REPORT)
    built(site)
    assert "<p>See her.</p>" in site.read("public/authors/ana-ruiz/index.html")
    did = done(site, lambda: site.write("content/authors/ana.png", PICTURES[0]))
    made = {"authors/ana-ruiz/ana.png", "authors/ana-ruiz/ana.png.1.webp"}
    assert did.written == {"authors/ana-ruiz/index.html", *made}
    did = done(site, lambda: site.delete("content/authors/ana.png"))
    assert did.written == {"authors/ana-ruiz/index.html"}
    assert did.removed == made


def test_a_lead_picture_that_is_not_there_is_a_problem_whatever_becomes_of_links(tmp_path: Path) -> None:
    text = article("Flood", "2022-11-05", body="![Water](water.png)", more="image: water.png")
    site = plain_site(tmp_path / "site", {"content/flood.md": text}, settings=_REPORT)
    assert printed(site).startswith("content/flood.md:4:8: there is no content/water.png\n")


def _noted(site: Site) -> str:
    findings = check(CheckRequest(site=site.folder, output=site.folder / "public"))
    assert findings.problems == ()
    return "\n".join(
        format_problem(note)
        for note in findings.notes
        if note.path.startswith("content/") and "summary" not in note.message
    )


def test_check_names_each_dead_link_with_its_line(tmp_path: Path) -> None:
    flood = article("Flood", "2022-11-05", author="Ana Ruiz", body=f"{_DEAD}\n\n![](C:\\x.gif)")
    profile = "---\n---\nWrite to [her](ana@example.org).\n"
    draft = article("Draft", "2022-11-06", body="[x](www.example.org)", more="draft: yes")
    site = plain_site(
        tmp_path / "site",
        {"content/flood.md": flood, "content/authors/ana-ruiz.md": profile, "content/draft.md": draft},
        settings=_REPORT,
    )
    built(site)
    assert _noted(site) == dedent(
        """\
        content/authors/ana-ruiz.md:3:16: link: ana@example.org is no file
          | Write to [her](ana@example.org).
          |                ^
          Write mailto:ana@example.org for an e-mail address.
        content/flood.md:7:8: there is no content/pier.md
          | [pier](pier.md) ![Water](pier.png) [us](www.example.org) [a note](note.pdf)
          |        ^
          Fix the link, or add the file.
        content/flood.md:7:26: there is no content/pier.png
          | [pier](pier.md) ![Water](pier.png) [us](www.example.org) [a note](note.pdf)
          |                          ^
          Fix the link, or add the file.
        content/flood.md:7:41: link: www.example.org is no file
          | [pier](pier.md) ![Water](pier.png) [us](www.example.org) [a note](note.pdf)
          |                                         ^
          Write https://www.example.org for an address elsewhere.
        content/flood.md:7:67: there is no content/note.pdf
          | [pier](pier.md) ![Water](pier.png) [us](www.example.org) [a note](note.pdf)
          |                                                                   ^
          Fix the link, or add the file.
        content/flood.md:9:5: picture: C:\\x.gif is on one computer
          | ![](C:\\x.gif)
          |     ^
          Put the file beside the article and write x.gif."""
    )
    site.write("content/flood.md", article("Flood", "2022-11-05", author="Ana Ruiz"))
    site.delete("content/authors/ana-ruiz.md")
    built(site)
    assert _noted(site) == ""


def test_dead_links_are_problems_unless_the_site_says_otherwise(tmp_path: Path) -> None:
    site = plain_site(tmp_path / "site", {"content/flood.md": article("Flood", "2022-11-05", body=_DEAD)})
    strict = printed(site)
    assert strict.startswith("content/flood.md:6:41: link: www.example.org is no file")
    site.write("site.toml", _REPORT)
    built(site)
    site.write("site.toml", SETTINGS)
    assert printed(site) == strict
