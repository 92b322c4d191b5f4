"""What ``explain`` tells of a page: what it is made of, what it asked, and why it was rendered."""

from __future__ import annotations

from pathlib import Path

import pytest

from broadsheet.build.site_folder import STATE
from broadsheet.commands.explain import explain
from broadsheet.common.problems import Problems
from tests.builds import built, plain_site
from tests.plain import article
from tests.sites import Site


@pytest.fixture
def site(tmp_path: Path) -> Site:
    articles = {
        "content/flood.md": article("Flood", "2022-11-05", tags=("Oil",), more="summary: In short."),
        "content/dam.md": article("Dam", "2021-11-05", tags=("Oil",)),
    }
    site = plain_site(tmp_path / "site", articles)
    site.write("static/style.css", "")
    return site


def _explained(site: Site, url: str, output: str = "public") -> str:
    return "\n".join(explain(site.folder, site.folder / output, url))


def _refused(site: Site, url: str) -> str:
    with pytest.raises(Problems) as raised:
        _explained(site, url)
    return str(raised.value)


def test_a_page_is_explained_whole(site: Site) -> None:
    built(site)
    size = len(site.outputs()["latest.html"])
    assert _explained(site, "/latest.html") == (
        f"/archive/latest.html is latest.html, of {size} bytes\n"
        "wanted by: site\n"
        "made as: latest of all\n"
        "with: layouts/latest.html\n"
        "rendered in the last build, 1, because\n"
        "  it was new\n"
        "asked 8 questions:\n"
        "  engine all\n"
        "  newest all 3\n"
        "  setting authority\n"
        "  setting language\n"
        "  setting listings_days\n"
        "  setting pictures_cards\n"
        "  setting url\n"
        "  template latest.html"
    )


def test_an_article_names_its_source_and_its_layouts(site: Site) -> None:
    built(site)
    rows = _explained(site, "/2022/11/05/flood/").splitlines()
    assert rows[1] == "wanted by: article content/flood.md"
    assert "layouts/article.html" in rows[3]
    assert "layouts/base.html" in rows[3]
    asked = {row.strip() for row in rows if row.startswith("  ")}
    assert {"story content/flood.md", "around content/flood.md"} <= asked


def test_a_layout_that_is_not_there_is_not_said_to_be_used(site: Site) -> None:
    built(site)
    (layouts,) = [row for row in _explained(site, "/").splitlines() if row.startswith("with: ")]
    assert "note.html" not in layouts
    assert "  template note.html" in _explained(site, "/").splitlines()


def test_what_changed_is_the_reason(site: Site) -> None:
    built(site)
    site.write("content/flood.md", article("Deluge", "2022-11-05", tags=("Oil",)))
    built(site)
    told = _explained(site, "/tags/oil/")
    assert (
        "rendered in the last build, 2, because\n  this has another answer: listing tag/oil/0 0 3\n" in told
    )
    assert " 2 questions" not in told


def test_every_reason_is_told(site: Site) -> None:
    built(site)
    site.write("content/new.md", article("New", "2022-11-06", tags=("Oil",)))
    site.write("layouts/note.html", "A note.")
    built(site)
    told = _explained(site, "/tags/oil/").splitlines()
    start = told.index("rendered in the last build, 2, because") + 1
    end = next(number for number, row in enumerate(told) if row.startswith("asked "))
    assert told[start:end] == [
        "  this has another answer: count tag/oil/0",
        "  this has another answer: listing tag/oil/0 0 3",
        "  this has another answer: periods tag/oil/0",
        "  this has another answer: template note.html",
    ]


def test_a_reason_is_one_line_whatever_the_name_of_a_file(site: Site) -> None:
    path = "content/one\u2028two.md"
    site.write(path, article("One", "2022-11-07", tags=("Oil",)))
    built(site)
    site.write(path, article("Two", "2022-11-07", tags=("Oil",)))
    built(site)
    assert f"  this has another answer: story {path}\n" in _explained(site, "/2022/11/07/one-two/")


def test_what_was_not_rendered_says_so_and_when_it_was(site: Site) -> None:
    built(site)
    site.write("content/flood.md", site.read("content/flood.md").replace("Words.", "Other words."))
    built(site)
    told = _explained(site, "/tags/oil/")
    assert "not rendered in the last build, 2: no answer it was given has changed\n" in told
    assert "last rendered in build 1, because\n  it was new\n" in told


def test_a_page_that_was_altered_says_that_its_file_was_not_as_rendered(site: Site) -> None:
    built(site)
    site.write("public/index.html", "Altered.")
    built(site, verify=True)
    assert "the file in the output folder was not known to be as rendered" in _explained(site, "/")


@pytest.mark.parametrize(
    "url",
    [
        "/archive/tags/oil/",
        "/archive/tags/oil",
        "/tags/oil/",
        "/tags/oil",
        "tags/oil/",
        "tags/oil/index.html",
        "https://example.org/archive/tags/oil/",
        "https://example.org/archive/tags/oil/?a=b#c",
        "/archive/tags/%6Fil/",
    ],
)
def test_a_page_is_found_however_it_is_named(site: Site, url: str) -> None:
    built(site)
    assert _explained(site, url).startswith("/archive/tags/oil/ is tags/oil/index.html, of ")


def test_home_and_copied_files_are_explained_too(site: Site) -> None:
    built(site)
    for url in ("/", "/archive/", "", "https://example.org/archive/"):
        assert "is index.html, of " in _explained(site, url)
    assert _explained(site, "/style.css").splitlines()[1:3] == [
        "wanted by: static static/style.css",
        "made as: style of static/style.css",
    ]


def test_what_there_is_not_is_a_problem(site: Site) -> None:
    assert _refused(site, "/") == f"{STATE}: nothing was built yet\n  Build the site first."
    built(site)
    assert _refused(site, "/nowhere/") == (
        "/nowhere/: there is no such page\n  Was it built, and is the output folder the right one?"
    )
    with pytest.raises(Problems):
        _explained(site, "/", output="preview")
    (site.folder / STATE).write_bytes(b"no database at all")
    assert _refused(site, "/") == f"{STATE}: the state cannot be read\n  Build the site again."


def test_a_page_that_is_gone_is_not_explained(site: Site) -> None:
    built(site)
    site.delete("content/dam.md")
    built(site)
    assert "there is no such page" in _refused(site, "/2021/11/05/dam/")


def test_what_is_no_url_is_no_page(site: Site) -> None:
    built(site)
    assert _refused(site, "http://[").startswith("http://[: there is no such page")
