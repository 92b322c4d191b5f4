"""The theme that the package brings: a site takes from it what it lacks, and holds only what it changed."""

from __future__ import annotations

import html
import os
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from broadsheet.commands.explain import explain
from broadsheet.common.problems import Problems
from broadsheet.common.progress import Progress
from broadsheet.serve.session import PreviewOptions, PreviewSession
from tests import sites
from tests.builds import AS_OF, built, done, previewed, printed
from tests.plain import article
from tests.sites import ROOT, Site, environment, needs_a_whole_site, write_site

# A style sheet is published as it is, and no page says which one it is.
SETTINGS = f"{sites.SETTINGS}[assets]\nminify = false\ndigests = false\n"
_FLOOD = "2022/11/05/flood/index.html"
_THEME = tuple(
    sorted(
        file.relative_to(ROOT).as_posix()
        for folder in ("layouts", "static")
        for file in (ROOT / folder).rglob("*")
        if file.is_file()
    )
)
_TEXT = article("Flood", "2022-11-05", author="Ana Ruiz", dateline="Baku", section="News", tags=("Oil",))


@pytest.fixture
def site(tmp_path: Path) -> Site:
    site = Site(folder=tmp_path / "site")
    site.write("site.toml", SETTINGS)
    site.write("content/flood.md", _TEXT)
    return site


def _theirs(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def test_a_site_without_layouts_is_the_same_as_one_with_the_whole_theme(site: Site, tmp_path: Path) -> None:
    built(site)
    whole = write_site(tmp_path / "whole", f"=== site.toml\n{SETTINGS}=== content/flood.md\n{_TEXT}")
    built(whole)
    assert site.outputs() == whole.outputs()
    assert {"style.css", "site.js", "icon.svg", _FLOOD} <= site.outputs().keys()


def test_a_layout_of_the_site_takes_the_place_of_the_themes_and_changes_what_asked_for_it(site: Site) -> None:
    own = _theirs("layouts/archive.html").replace("<h1>", "<!-- ours --><h1>")
    assert done(site, lambda: site.write("layouts/archive.html", own)).written == {"archive/index.html"}
    assert "<!-- ours -->" in site.read("public/archive/index.html")
    assert done(site, lambda: site.delete("layouts/archive.html")).written == {"archive/index.html"}
    result = done(site, lambda: site.delete("layouts"))
    assert (result.written, result.build.rendered) == (frozenset(), 0)


def test_the_base_of_the_theme_can_be_overridden_alone(site: Site) -> None:
    own = _theirs("layouts/base.html").replace("</head>", '<meta name="mark" content="ours">\n</head>')
    written = done(site, lambda: site.write("layouts/base.html", own)).written
    assert {_FLOOD, "index.html", "latest.html"} <= written
    assert {path for path in written if not path.endswith(".html")} == set()
    pages = {path: site.read(f"public/{path}") for path in site.outputs() if path.endswith(".html")}
    assert {path for path, text in pages.items() if 'content="ours"' in text} == written


def test_the_page_of_search_stands_in_a_base_of_the_sites_own(site: Site) -> None:
    base = "<title>{% block title %}{% endblock %}</title>\n{% block head %}{% endblock %}"
    site.write("layouts/base.html", base + "\n{% block main %}{% endblock %}\n")
    for name in ("article", "listing", "names", "home", "archive", "latest", "anniversary", "anniversaries"):
        site.write(f"layouts/{name}.html", '{% extends "base.html" %}')
    built(site)
    page = site.read("public/search/index.html")
    assert '<meta name="robots" content="noindex">' in page
    assert '"years": [2022]' in html.unescape(page)
    assert {"search/2022.json", "search/search.js"} <= site.outputs().keys()


def test_a_copy_of_a_layout_that_says_the_same_renders_nothing(site: Site) -> None:
    copied = done(site, lambda: site.write("layouts/base.html", _theirs("layouts/base.html")))
    assert (copied.written, copied.build.rendered) == (frozenset(), 0)


def test_a_static_file_of_the_site_takes_the_place_of_the_themes_and_changes_no_page(site: Site) -> None:
    built(site)
    theirs = site.outputs()["style.css"]
    assert done(site, lambda: site.write("static/style.css", "a {}")).written == {"style.css"}
    assert done(site, lambda: site.write("static/more.css", "b {}")).written == {"more.css"}
    result = done(site, lambda: site.delete("static/style.css"))
    assert (result.written, result.removed) == (frozenset({"style.css"}), frozenset())
    assert site.outputs()["style.css"] == theirs
    site.write("static/style.css", "a {}")
    result = done(site, lambda: site.delete("static"))
    assert (result.written, result.removed) == (frozenset({"style.css"}), frozenset({"more.css"}))


def test_a_part_of_the_site_takes_the_place_of_the_themes_in_the_themes_style_sheet(site: Site) -> None:
    built(site)
    theirs = site.outputs()["style.css"]
    footer = (ROOT / "static/styles/_footer.css").read_bytes()
    assert footer in theirs
    assert done(site, lambda: site.write("static/styles/_footer.css", "a {}\n")).written == {"style.css"}
    assert site.outputs()["style.css"] == theirs.replace(footer, b"a {}\n")
    told = _explained(site, "/style.css")
    assert "made as: style of theme/static/style.css\nwith: theme/static/styles/_archive.css" in told
    assert ", static/styles/_footer.css, " in told
    assert done(site, lambda: site.delete("static")).written == {"style.css"}
    assert site.outputs()["style.css"] == theirs


def test_a_folder_in_the_place_of_one_of_the_themes_files_is_the_sites(site: Site) -> None:
    site.write("static/icon.svg/a.txt", "A")
    # The theme's layouts name the icon, and there is no such file.
    assert "there is no static/icon.svg" in printed(site)


def test_a_word_of_the_site_is_enough_to_change_that_word(site: Site) -> None:
    built(site)
    before = site.read(f"public/{_FLOOD}")
    assert "Latest news" in before
    done(site, lambda: site.write("layouts/words/en.toml", '[latest]\ntitle = "What is new"\n'))
    after = site.read(f"public/{_FLOOD}")
    assert "What is new" in after
    assert before.count("\n") == after.count("\n")
    done(site, lambda: site.delete("layouts/words/en.toml"))
    assert site.read(f"public/{_FLOOD}") == before


def test_the_words_of_the_site_may_have_the_placeholders_of_the_themes_and_no_others(site: Site) -> None:
    site.write("layouts/words/en.toml", 'published_by = "{site} of {publisher}"\n')
    assert printed(site) == ""
    site.write("layouts/words/az.toml", 'published_by = "{sit}"\n')
    assert "layouts/words/az.toml:1:1: published_by: nothing is called {sit} there\n" in printed(site)


def test_without_the_fallback_a_site_has_only_what_is_its_own(site: Site) -> None:
    built(site)
    site.write("site.toml", f"{SETTINGS}[theme]\nfallback = false\n")
    assert "layouts/404.html: there is no such layout (and in 12 other files)\n" in printed(site)
    shutil.copytree(ROOT / "layouts", site.folder / "layouts")
    assert "there is no static/style.css" in printed(site)
    shutil.copytree(ROOT / "static", site.folder / "static")
    result = done(site, lambda: site.delete("layouts/words/tr.toml"))
    assert result.removed == frozenset()


def test_turning_the_fallback_off_takes_the_themes_static_files_away(site: Site) -> None:
    for path in (path for path in _THEME if path != "static/icon.svg"):
        site.write(path, (ROOT / path).read_bytes())
    frame = _theirs("layouts/partials/site.html").splitlines(keepends=True)
    site.write("layouts/partials/site.html", "".join(row for row in frame if "icon.svg" not in row))
    result = done(site, lambda: site.write("site.toml", f"{SETTINGS}[theme]\nfallback = false\n"))
    assert (result.written, result.removed) == (frozenset(), frozenset({"icon.svg"}))


def test_a_fault_of_the_sites_layout_names_the_sites_and_one_of_the_themes_the_themes(site: Site) -> None:
    site.write("layouts/archive.html", '{% extends "base.html" %}\n{{ nonsense }}\n')
    site.write("layouts/partials/teasers.html", "")
    found = printed(site)
    assert "layouts/archive.html:2:4: nonsense is not defined\n" in found
    assert "theme/layouts/archive.html" not in found
    # The theme imports what an empty file no longer defines: that shows only when a page is rendered.
    site.delete("layouts/archive.html")
    found = printed(site)
    assert found.startswith("theme/layouts/")
    hint = "so this is the theme's. `explain layouts/"
    assert hint in found
    assert previewed(site) == ""


def test_explain_says_which_files_are_the_themes(site: Site) -> None:
    site.write("layouts/base.html", _theirs("layouts/base.html") + "\n")
    built(site)
    with_rows = [row for row in _explained(site, "/").splitlines() if row.startswith("with: ")]
    assert with_rows[0].startswith("with: layouts/base.html, theme/layouts/home.html, ")
    assert with_rows[0].endswith(", theme/layouts/words/en.toml")
    assert "\nmade as: style of theme/static/style.css\n" in _explained(site, "style.css")
    site.write("static/style.css", "a {}")
    built(site)
    assert "\nmade as: style of static/style.css\n" in _explained(site, "style.css")


def test_explain_says_where_a_file_of_the_theme_is(site: Site) -> None:
    path = "layouts/partials/site.html"
    assert _explained(site, path) == (
        f"{path} is the theme's: {ROOT / path}\nTo change it, copy it to {path} in the site's folder."
    )
    site.write(path, "")
    assert _explained(site, path) == f"{path} is the site's own, in place of the theme's {ROOT / path}"
    site.write("layouts/mine.html", "")
    assert _explained(site, "layouts/mine.html") == "layouts/mine.html is the site's own"
    site.write("site.toml", f"{SETTINGS}[theme]\nfallback = false\n")
    assert _explained(site, "static/style.css") == (
        "the site has no static/style.css, and [theme] fallback = false: the theme's is not used:"
        f" {ROOT / 'static/style.css'}"
    )
    with pytest.raises(Problems):
        _explained(site, "layouts/none.html")


def test_check_names_the_theme_for_a_fault_of_its_static_files(site: Site, tmp_path: Path) -> None:
    package = _copied_package(tmp_path / "python")
    (package / "broadsheet/starter/static/style.css").write_text("a { background: url(none.png) }", "utf-8")
    _run_with(package, site, "build", "--as-of", "2026-01-01")
    assert "\ntheme/static/style.css" in f"\n{_run_with(package, site, 'check')}"


def test_the_preview_shows_the_themes_files_and_follows_those_of_the_site(site: Site) -> None:
    options = PreviewOptions(site=site.folder, as_of=AS_OF)
    with closing(PreviewSession(options)) as session:

        def shown(within: frozenset[str] | None) -> tuple[bytes, bool]:
            assert session.revise(within, Progress()).problems == ()
            style, page = session.render("style.css"), session.render("archive/index.html")
            assert style
            assert page
            return style.content, b"<!-- ours -->" in page.content

        built(site)
        theirs = (site.outputs()["style.css"], False)
        assert shown(None) == theirs
        site.write("static/style.css", "a {}")
        site.write(
            "layouts/archive.html", _theirs("layouts/archive.html").replace("<h1>", "<!-- ours --><h1>")
        )
        assert shown(frozenset(("static", "layouts"))) == (b"a {}", True)
        site.delete("static")
        site.delete("layouts")
        assert shown(frozenset(("static",))) == theirs


def test_another_theme_rebuilds_what_it_concerns_and_equals_a_clean_build(site: Site, tmp_path: Path) -> None:
    package = _copied_package(tmp_path / "python")
    theme = package / "broadsheet/starter"
    site.write("layouts/home.html", _theirs("layouts/home.html"))
    _run_with(package, site, "build", "--as-of", "2026-01-01")
    before = site.outputs()
    for path in ("layouts/archive.html", "layouts/home.html"):
        (theme / path).write_text(_theirs(path).replace("<h1>", "<h1> "), encoding="utf-8")
    (theme / "static/style.css").write_text("a {}", encoding="utf-8")
    # The newest file system clock may not have moved on.
    os.utime(theme / "static/style.css", ns=(1, 1))
    _run_with(package, site, "build", "--as-of", "2026-01-01")
    after = site.outputs()
    changed = {path for path, content in after.items() if before.get(path) != content}
    assert changed == {"archive/index.html", "style.css", "edition.txt"}
    shutil.rmtree(site.folder / "public")
    shutil.rmtree(site.folder / ".broadsheet")
    _run_with(package, site, "build", "--as-of", "2026-01-01")
    assert site.outputs() == after


def _copied_package(folder: Path) -> Path:
    """Copy the package with its theme, as a wheel has them; return the folder to import it from."""
    shutil.copytree(ROOT / "broadsheet", folder / "broadsheet")
    for name in ("layouts", "static"):
        shutil.copytree(ROOT / name, folder / "broadsheet/starter" / name)
    return folder


def _run_with(package: Path, site: Site, *words: str) -> str:
    """Run a command with a package in a folder of its own; return all that it printed."""
    needs_a_whole_site()
    line = [sys.executable, "-m", "broadsheet", *words]
    env = environment() | {"PYTHONPATH": str(package)}
    done = subprocess.run(line, cwd=site.folder, env=env, check=False, capture_output=True, text=True)
    return done.stdout + done.stderr


def _explained(site: Site, url: str) -> str:
    return "\n".join(explain(site.folder, site.folder / "public", url))
