"""One broken site for each kind of problem that is not of a single file, the whole printed text compared.

The kinds that a single article or site.toml can have are in the tests of their modules.
"""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent

import pytest

from broadsheet.render.templates.names import LAYOUTS as _NEEDED
from broadsheet.render.templates.names import OPTIONAL as _OPTIONAL
from tests.builds import built, plain_site, previewed, printed
from tests.plain import PICTURES, SETTINGS, article
from tests.sites import Site

_DAY = "2022-11-05"
_OTHERS = "Give one of them another slug, another date or another alias."


def _said(folder: Path, files: dict[str, str | bytes]) -> str:
    """Return the problems of a plain site, the same in build and preview; nothing may be written."""
    site = plain_site(folder / "site")
    for path, text in files.items():
        site.write(path, text)
    said = printed(site)
    assert previewed(site) == said
    assert site.outputs() == {}
    assert not (site.folder / ".public.staging").exists()
    return said


def test_a_content_folder_that_is_not_there(tmp_path: Path) -> None:
    site = plain_site(tmp_path / "site", {"posts/2022/flood.md": article("Flood", _DAY), "docs/x.txt": ""})
    site.delete("content")
    expected = (
        "content: there is no folder content/\n"
        "  Name the folder of the articles in [content] folder. There is Markdown in posts/."
    )
    assert printed(site) == previewed(site) == expected
    assert site.outputs() == {}
    site.delete("posts")
    assert printed(site) == (
        "content: there is no folder content/\n"
        "  Make the folder, or name the one with the articles in [content] folder."
    )
    site.write("content", "A file.")
    assert printed(site).startswith("content: content is not a folder\n")


@pytest.mark.parametrize(
    ("written", "there", "meant"),
    [("kontent", "content", "content"), ("posts", "Posts", "Posts"), ("news/artikles", "news/articles", "")],
)
def test_a_content_folder_that_is_misspelt(tmp_path: Path, written: str, there: str, meant: str) -> None:
    site = plain_site(tmp_path / "site", {f"{there}/flood.md": article("Flood", _DAY)})
    site.write("site.toml", SETTINGS.replace("[content]\n", f'[content]\nfolder = "{written}"\n'))
    assert (
        printed(site)
        == previewed(site)
        == (
            f"site.toml:7:10: [content] folder: there is no folder {written}/\n"
            f'  | folder = "{written}"\n'
            "  |          ^\n"
            f'  Write [content] folder = "{meant or there}" if that is the one, or make it.'
        )
    )


def test_a_content_folder_may_be_empty_or_a_link_to_one(tmp_path: Path) -> None:
    site = plain_site(tmp_path / "site")
    assert built(site).articles == 0
    site.delete("content")
    Site(folder=tmp_path).write("elsewhere/flood.md", article("Flood", _DAY))
    (site.folder / "content").symlink_to(tmp_path / "elsewhere")
    assert built(site).articles == 1


def test_two_articles_with_one_url(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "content/a/flood.md": article("A", _DAY),
        "content/b/flood.md": article("B", _DAY),
    }
    assert _said(tmp_path, files) == (
        "content/b/flood.md: would be written to 2022/11/05/flood/index.html, as would content/a/flood.md\n"
        f"  {_OTHERS}"
    )


def test_two_articles_whose_urls_differ_by_case_only(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "content/a.md": article("A", _DAY, more="slug: Flood"),
        "content/flood.md": article("B", _DAY),
    }
    assert _said(tmp_path, files) == (
        "content/flood.md: would be written to 2022/11/05/Flood/index.html, as would content/a.md\n"
        f"  {_OTHERS}"
    )


def test_two_articles_whose_urls_differ_by_unicode_form_only(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "content/a.md": article("A", _DAY, more="slug: cafe\u0301"),
        "content/b.md": article("B", _DAY, more="slug: caf\u00e9"),
    }
    said = _said(tmp_path, files)
    assert said.startswith("content/b.md: would be written to 2022/11/05/caf")
    assert said.endswith(f"/index.html, as would content/a.md\n  {_OTHERS}")


@pytest.mark.parametrize(
    ("written", "there", "hint"),
    [
        ("upper.png", "content/2022/UPPER.PNG", "Did you mean UPPER.PNG? Upper and lower case differ."),
        (
            "Pics/a.png",
            "content/2022/pics/a.png",
            "Did you mean content/2022/pics/a.png? Upper and lower case differ.",
        ),
        ("photo.jpg", "content/2022/photo.jpeg", "Did you mean photo.jpeg?"),
        ("other.md", "content/2022/other.markdown", "Did you mean other.markdown?"),
        ("upper.png", "content/2022/11/upper.png", "Fix the link, or add the file."),
    ],
)
def test_a_link_that_means_another_file(tmp_path: Path, written: str, there: str, hint: str) -> None:
    text = article("Other", _DAY) if there.endswith("markdown") else PICTURES[0]
    files = {"content/2022/a.md": article("A", _DAY, body=f"See [it]({written})."), there: text}
    said = _said(tmp_path, files)
    assert said.startswith(f"content/2022/a.md:6:10: there is no content/2022/{written}\n")
    assert said.endswith(f"\n  {hint}")


def test_a_picture_of_either_suffix_is_not_guessed(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = dict.fromkeys(("content/a.jpeg", "content/a.png"), PICTURES[0])
    files["content/a.md"] = article("A", _DAY, body="See ![it](a.jpg).")
    assert _said(tmp_path, files).endswith("\n  Fix the link, or add the file.")


def test_two_articles_whose_names_are_too_long_to_keep_apart(tmp_path: Path) -> None:
    one, other = (f"content/{'石' * 80}{letter}.md" for letter in "油水")
    files: dict[str, str | bytes] = {one: article("A", _DAY), other: article("B", _DAY)}
    last, first = sorted((one, other), reverse=True)
    assert _said(tmp_path, files) == (
        f"{last}: would be written to 2022/11/05/{'石' * 80}/index.html, as would {first}:"
        " the slug of either is cut at 240 bytes, and no longer tells them apart\n"
        "  Write a slug in one of them, or give its file a shorter name."
    )


def test_a_permalink_clashes_as_any_address_does(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "content/a.md": article("A", _DAY, more="permalink: /2022/11/05/flood/"),
        "content/flood.md": article("B", _DAY),
        "content/c.md": article("C", _DAY, more="permalink: /tags/oil/"),
        "content/d.md": article("D", _DAY, tags=("Oil",)),
    }
    assert _said(tmp_path, files) == (
        "content/c.md: would be written to tags/oil/index.html, as would the listings of tag oil\n"
        f"  {_OTHERS}\n"
        "content/flood.md: would be written to 2022/11/05/flood/index.html, as would content/a.md\n"
        f"  {_OTHERS}"
    )


def _alike(count: int) -> dict[str, str | bytes]:
    return {f"content/{number:03}/flood.md": article("A", _DAY) for number in range(1, count + 1)}


def test_any_number_of_articles_with_one_url_are_one_problem(tmp_path: Path) -> None:
    written = "would be written to 2022/11/05/flood/index.html, as would"
    fix = "Give all but one of them another slug, another date or another alias."
    named = ", ".join(f"content/{number:03}/flood.md" for number in range(1, 6))
    assert [_said(tmp_path / str(count), _alike(count)) for count in (3, 7, 600)] == [
        f"content/003/flood.md: {written} content/001/flood.md and content/002/flood.md\n  {fix}",
        f"content/007/flood.md: {written} {named} and content/006/flood.md\n  {fix}",
        f"content/600/flood.md: {written} {named} and 594 more\n  {fix}",
    ]


def test_which_articles_have_one_url_does_not_hang_on_which_are_new(tmp_path: Path) -> None:
    files = _alike(5)
    site = plain_site(tmp_path / "site", {"content/003/flood.md": article("A", _DAY)})
    built(site)
    for path, text in files.items():
        site.write(path, text)
    assert printed(site) == printed(site) == _said(tmp_path / "clean", files)


def test_any_number_of_articles_with_one_alias_are_one_problem(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        f"content/{name}.md": article("A", _DAY, more="aliases: /old/") for name in "abcde"
    }
    assert _said(tmp_path, files) == (
        "content/e.md: would be written to old/index.html, as would content/a.md, content/b.md,"
        " content/c.md and content/d.md\n"
        "  Give all but one of them another slug, another date or another alias."
    )


def test_a_static_file_where_many_articles_need_a_folder(tmp_path: Path) -> None:
    articles = {f"content/{name}.md": article("A", _DAY) for name in "abc"}
    said = (
        "static/2022/11/05: would be written to 2022/11/05, or below it, and so would"
        " the listings of everything, content/a.md, content/b.md and content/c.md\n"
        "  Rename all but one of them."
    )
    site = plain_site(tmp_path / "site", articles)
    built(site)
    site.write("static/2022/11/05", "By hand.")
    assert printed(site) == said
    assert _said(tmp_path / "clean", {**articles, "static/2022/11/05": "By hand."}) == said


def test_an_article_against_a_static_file(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "content/flood.md": article("A", _DAY),
        "static/2022/11/05/flood/index.html": "By hand.",
    }
    assert _said(tmp_path, files) == (
        "static/2022/11/05/flood/index.html: would be written to 2022/11/05/flood/index.html,"
        " as would content/flood.md\n"
        "  Rename one of them."
    )


def test_a_static_file_where_an_article_needs_a_folder(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "content/flood.md": article("A", _DAY),
        "static/2022/11/05/flood": "By hand.",
    }
    assert _said(tmp_path, files) == (
        "static/2022/11/05/flood: would be written to 2022/11/05/flood, or below it,"
        " and so would content/flood.md\n"
        "  Rename one of them."
    )


@pytest.mark.parametrize(
    ("path", "other"),
    [
        ("robots.txt", "a file of the site itself"),
        ("index.html", "a file of the site itself"),
        ("edition.txt", "a file of the site itself"),
        ("tags/index.html", "a file of the site itself"),
        ("tags/oil/index.html", "the listings of tag oil"),
        ("tags/oil/2022/index.html", "the listings of tag oil"),
        ("tags/oil/2022/11/index.html", "the listings of tag oil"),
        ("tags/oil/2022/11/05/index.html", "the listings of tag oil"),
        ("2022/index.html", "the listings of everything"),
        ("2022/11/index.html", "the listings of everything"),
        ("2022/11/05/index.html", "the listings of everything"),
        ("corrections/index.html", "the listings of corrections"),
        ("corrections/atom.xml", "the listings of corrections"),
        ("sitemaps/2022-11.xml.gz", "a file of the site itself"),
        ("data/2022-11.json", "a file of the site itself"),
        ("on-this-day/11-05/index.html", "a file of the site itself"),
    ],
)
def test_a_static_file_against_a_page_of_the_site(tmp_path: Path, path: str, other: str) -> None:
    note = "corrections: [{ date: 2022-11-05 12:00, text: It was a tide. }]"
    files: dict[str, str | bytes] = {
        "site.toml": SETTINGS.replace("size = 3", "size = 1", 1).replace(
            "anniversaries = false", "anniversaries = true"
        ),
        "content/flood.md": article("A", _DAY, tags=("Oil",), more=note),
        "content/tide.md": article("B", _DAY, tags=("Oil",)),
        f"static/{path}": "By hand.",
    }
    assert _said(tmp_path, files) == (
        f"static/{path}: would be written to {path}, as would {other}\n  Rename one of them."
    )


def test_a_static_file_below_the_marker_of_the_build(tmp_path: Path) -> None:
    assert _said(tmp_path, {"static/edition.txt/a.txt": "By hand."}) == (
        "static/edition.txt/a.txt: would be written to edition.txt, or below it,"
        " and so would a file of the site itself\n"
        "  Rename one of them."
    )


@pytest.mark.parametrize(
    ("address", "path", "other"),
    [
        ("/CNAME/", "CNAME", "a file that `publish` adds"),
        ("/cname/old.html", "CNAME", "a file that `publish` adds"),
        ("/.nojekyll/", ".nojekyll", "a file that `publish` adds"),
        ("/edition.txt/", "edition.txt", "a file of the site itself"),
    ],
)
def test_an_address_where_a_file_of_another_kind_stands(
    tmp_path: Path, address: str, path: str, other: str
) -> None:
    for field in (f"aliases: [{address}]", f"permalink: {address}"):
        said = _said(tmp_path / field[:5], {"content/a.md": article("A", _DAY, more=field)})
        assert said == (
            f"content/a.md: would be written to {path}, or below it, and so would {other}\n  {_OTHERS}"
        )
    settings = SETTINGS.replace("[content]", f'[redirects]\n"{address}" = "/"\n\n[content]', 1)
    said = _said(tmp_path / "redirect", {"site.toml": settings, "content/a.md": article("A", _DAY)})
    assert f"[redirects] {address}: something stands there already: {other}\n" in said


@pytest.mark.parametrize("path", ["CNAME/a.txt", ".nojekyll/a.txt"])
def test_a_static_file_below_what_publish_adds(tmp_path: Path, path: str) -> None:
    assert "and so would a file that `publish` adds" in _said(tmp_path, {f"static/{path}": "By hand."})


def test_two_static_files_that_are_one_on_other_systems(tmp_path: Path) -> None:
    assert _said(tmp_path, {"static/Map.svg": "1", "static/map.svg": "2"}) == (
        "static/map.svg: would be written to Map.svg, as would static/Map.svg\n  Rename one of them."
    )


def test_an_alias_against_a_page(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "content/a.md": article("A", _DAY, more="aliases: /2022/11/05/flood/"),
        "content/flood.md": article("B", _DAY),
    }
    assert _said(tmp_path, files) == (
        "content/flood.md: would be written to 2022/11/05/flood/index.html, as would content/a.md\n"
        f"  {_OTHERS}"
    )


def test_an_alias_against_a_listing(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "content/a.md": article("A", _DAY, tags=("Oil",), more="aliases: /tags/oil/")
    }
    assert _said(tmp_path, files) == (
        "content/a.md: would be written to tags/oil/index.html, as would the listings of tag oil\n"
        f"  {_OTHERS}"
    )


def test_two_equal_aliases(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "content/a.md": article("A", _DAY, more="aliases: /Old/"),
        "content/b.md": article("B", _DAY, more="aliases: /old/"),
    }
    assert _said(tmp_path, files) == (
        f"content/b.md: would be written to Old/index.html, as would content/a.md\n  {_OTHERS}"
    )


def test_two_pictures_of_an_article_with_one_name(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "content/news/a.md": article("A", _DAY, body="![A](../x/map.png) ![B](../y/map.png)"),
        "content/x/map.png": PICTURES[0],
        "content/y/map.png": PICTURES[1],
    }
    assert _said(tmp_path, files) == (
        "content/news/a.md: two files that it uses would be written to 2022/11/05/a/map.png\n"
        "  Rename one of them."
    )


def test_links_that_lead_nowhere(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "content/a.md": article(
            "A", _DAY, body="[One](gone.md)\n\nand [two](draft.md),\n[three](later.md#x)."
        ),
        "content/draft.md": article("Draft", _DAY, more="draft: yes"),
        "content/later.md": article("Later", "2032-01-01"),
    }
    assert _said(tmp_path, files) == _text(
        """
        content/a.md:6:7: there is no content/gone.md
          | [One](gone.md)
          |       ^
          Fix the link, or add the file.
        content/a.md:8:11: content/draft.md is a draft
          | and [two](draft.md),
          |           ^
          Link to it once it is published, or hold this article back too.
        content/a.md:9:9: content/later.md is held back
          | [three](later.md#x).
          |         ^
          Link to it once it is published, or hold this article back too.
        """
    )


def test_a_link_to_a_broken_article_is_no_problem_of_its_own(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "content/a.md": article("A", _DAY, body="[One](b.md)"),
        "content/b.md": article("B", "2022-02-30"),
    }
    assert [row for row in _said(tmp_path, files).splitlines() if not row.startswith(" ")] == [
        "content/b.md:3:7: date: 2022-02-30 is not a date"
    ]


def test_links_of_an_article_that_is_held_back_are_no_problem_yet(tmp_path: Path) -> None:
    draft = article("A", _DAY, body="[One](gone.md)", more="draft: yes")
    site = plain_site(tmp_path / "site", {"content/a.md": draft})
    assert printed(site) == ""
    assert printed(site, drafts=True).startswith("content/a.md:7:7: there is no content/gone.md")


def test_a_link_that_was_right_is_a_problem_once_its_target_is_gone(tmp_path: Path) -> None:
    site = plain_site(tmp_path / "site", {"content/a.md": article("A", _DAY, body="[One](b.md)")})
    site.write("content/b.md", article("B", _DAY))
    built(site)
    site.delete("content/b.md")
    assert printed(site).startswith("content/a.md:6:7: there is no content/b.md")
    site.write("content/b.md", article("B", _DAY))
    assert printed(site) == ""


def test_a_missing_picture(tmp_path: Path) -> None:
    assert _said(tmp_path, {"content/a.md": article("A", _DAY, body="![Water](water.png)")}) == _text(
        """
        content/a.md:6:10: there is no content/water.png
          | ![Water](water.png)
          |          ^
          Fix the link, or add the file.
        """
    )


@pytest.mark.parametrize(
    ("written", "path"), [("water.png", "content/water.png"), ("/water.png", "static/water.png")]
)
def test_a_missing_lead_picture(tmp_path: Path, written: str, path: str) -> None:
    said = _said(tmp_path, {"content/a.md": article("A", _DAY, more=f"image: {written}")})
    assert said.startswith("content/a.md:")
    assert f": there is no {path}\n" in said
    assert said.endswith("  Fix the link, or add the file.")


def test_equal_ids(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        f"content/{name}.md": article("A", _DAY, more="id: one") for name in "abc"
    }
    hint = "  An id belongs to one article for ever. Give this one another, or take the line out."
    assert _said(tmp_path, files) == (
        f"content/b.md: id: one is that of content/a.md already\n{hint}\n"
        f"content/c.md: id: one is that of content/a.md already\n{hint}"
    )


def test_what_many_articles_lack_is_shown_once_with_the_setting_that_ends_it(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "site.toml": SETTINGS.replace('["title"]', '["title", "author", "dateline", "date"]'),
        **{f"content/{number:02}.md": article("A", f"2022-11-{number:02}") for number in range(1, 21)},
        "content/21.md": article("A", "2022-11-21", author="Ana"),
    }
    fix = '  If articles can do without, say so in site.toml: [content] required = ["title", "date"]'
    assert _said(tmp_path, files) == (
        f"content/01.md:1: author is missing (and in 19 other files)\n{fix}\n"
        f"content/01.md:1: dateline is missing (and in 20 other files)\n{fix}"
    )


def test_json_and_the_count_have_every_problem(tmp_path: Path) -> None:
    articles = {f"content/{number:02}.md": article("", _DAY) for number in range(1, 21)}
    site = plain_site(tmp_path / "site", articles)
    run = site.build("--json")
    assert [json.loads(row)["path"] for row in run.stdout.splitlines()] == sorted(articles)
    run = site.build()
    assert run.stderr.splitlines()[-2:] == [
        "What many places have in common is shown once; `build --json` shows each.",
        "20 problems; nothing was written.",
    ]


def test_site_toml_is_missing(tmp_path: Path) -> None:
    run = Site(folder=tmp_path).build()
    assert (run.status, run.stdout) == (1, "")
    assert run.stderr == (
        "site.toml: there is no site.toml here\n"
        "  Name the site's folder with --site, or make a new site with `init`.\n"
        "1 problem; nothing was written.\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_site_toml_is_not_utf8(tmp_path: Path) -> None:
    said = _said(tmp_path, {"site.toml": 'title = "Caf\xe9"'.encode("latin-1")})
    assert said == "site.toml: is not UTF-8\n  Save the file as UTF-8."


def test_problems_of_site_toml_come_alone(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "site.toml": SETTINGS.replace("timezone", "timezon"),
        "content/a.md": article("A", "2022-02-30"),
        "layouts/home.html": "{% if",
    }
    said = _said(tmp_path, files)
    assert {row.partition(":")[0] for row in said.splitlines() if not row.startswith(" ")} == {"site.toml"}


def test_a_layout_is_not_utf8(tmp_path: Path) -> None:
    said = _said(tmp_path, {"layouts/home.html": "Caf\xe9".encode("latin-1")})
    assert said == "layouts/home.html: is not UTF-8\n  Save the file as UTF-8."


def test_a_layout_is_missing(tmp_path: Path) -> None:
    site = plain_site(tmp_path / "site")
    site.delete("layouts/home.html")
    assert printed(site) == (
        "layouts/home.html: there is no such layout\n"
        "  Every site needs this layout. With [theme] fallback = true it is taken from the theme."
    )


def test_there_are_no_layouts_at_all(tmp_path: Path) -> None:
    site = plain_site(tmp_path / "site")
    site.delete("layouts")
    required = len(_NEEDED) - len(_OPTIONAL)
    assert printed(site).count("there is no such layout") == required - 1
    site.write("site.toml", SETTINGS.replace("on = false", "on = true"))
    assert f"there is no such layout (and in {required - 1} other files)" in printed(site)
    site.write("layouts/404.html", "")
    assert printed(site).count("there is no such layout") == required - 1
    assert printed(site).endswith(
        "layouts/search.html: there is no such layout\n"
        "  Every site with [search] on = true needs this layout."
        " With [theme] fallback = true it is taken from the theme."
    )


def test_the_output_among_the_sources(tmp_path: Path) -> None:
    site = plain_site(tmp_path / "site", {"content/a.md": article("A", _DAY)})
    hint = "  Name a folder of its own, such as --output public."
    for output in ("content", "content/public", "layouts", "static/x", ".broadsheet", ".", ".."):
        said = printed(site, output=site.folder / output)
        assert said == f"{output}: the output folder lies among the site's own files\n{hint}"
    assert sorted(file.name for file in site.folder.iterdir()) == ["content", "layouts", "site.toml"]


def test_the_output_is_a_file(tmp_path: Path) -> None:
    site = plain_site(tmp_path / "site")
    site.write("public", "A file.")
    assert printed(site) == (
        "public: the output folder is a file\n  Name another folder with --output, or remove the file."
    )
    assert site.read("public") == "A file."


def test_the_output_holds_somebody_elses_files(tmp_path: Path) -> None:
    site = plain_site(tmp_path / "site")
    site.write("public/thesis.txt", "Years of work.")
    looks = site.looks()
    assert printed(site) == (
        "public: the output folder holds files that Broadsheet did not write\n"
        "  Name another folder with --output; or empty this one, if nothing in it is yours."
    )
    assert site.looks() == looks


def test_problems_of_rendering_come_once_the_articles_are_clean(tmp_path: Path) -> None:
    site = plain_site(tmp_path / "site", {"content/a.md": article("A", "2022-02-30")})
    site.write("layouts/home.html", "{{ site.titel }}\n")
    assert printed(site).startswith("content/a.md:3:7: ")
    assert "layouts" not in printed(site)
    site.write("content/a.md", article("A", _DAY))
    assert printed(site) == (
        "layouts/home.html:1: Site has no titel\n  | {{ site.titel }}\n  Did you mean title?"
    )
    assert site.outputs() == {}


def test_twenty_broken_articles_and_three_broken_layouts_at_once(tmp_path: Path) -> None:
    site = plain_site(tmp_path / "site", {"content/good.md": article("Good", _DAY)})
    assert site.build().status == 0
    outputs, looks = site.outputs(), site.looks()
    for path, text in _BROKEN.items():
        site.write(path, text)
    run = site.build()
    assert run.status == 1
    assert run.stdout == ""
    assert _places(run.stderr) == _PLACES
    assert run.stderr.endswith(f"\n{len(_PLACES)} problems; nothing was written.\n")
    assert (site.outputs(), site.looks()) == (outputs, looks)
    assert not (site.folder / ".public.staging").exists()
    # Fixed, it is as if nothing had been.
    for path in _BROKEN:
        site.delete(path)
    for path, text in plain_site(tmp_path / "again").outputs("layouts").items():
        site.write(f"layouts/{path}", text)
    again = site.build()
    assert (again.status, site.looks()) == (0, looks)


def _places(said: str) -> list[str]:
    """Return place and message of each problem."""
    return [
        row for row in said.splitlines() if row.startswith(("content/", "layouts/", "static/", "site.toml"))
    ]


def _text(text: str) -> str:
    return dedent(text).strip("\n")


def _redirected(folder: Path, table: str) -> str:
    files: dict[str, str | bytes] = {
        "site.toml": f"{SETTINGS}{table}\n",
        "content/flood.md": article(
            "Flood", _DAY, tags=("Oil",), body="[Plan](plan.pdf)", more="aliases: /deluge/"
        ),
        "content/soon.md": article("Soon", _DAY, more="draft: yes"),
        "content/over.md": article("Over", _DAY, more="expires: 2023-01-01"),
        "content/plan.pdf": "%PDF-",
        "static/icon.svg": "<svg/>",
    }
    return _said(folder, files)


_FIRST = len(SETTINGS.splitlines()) + 2


@pytest.mark.parametrize(
    ("line", "said", "fix"),
    [
        ('"/a/" = "/none/"', "there is no /none/", "Lead it to a page that the site has."),
        ('"/a/" = "/tags/coal/"', "there is no /tags/coal/", "Lead it to a page that the site has."),
        ('"/a.xml" = "/b.xml"', "there is no /b.xml", "Lead it to a page that the site has."),
        (
            '"/a/" = "content/b.md"',
            "there is no article content/b.md",
            "Fix the path, or lead it elsewhere.",
        ),
        ('"/a/" = "content/soon.md"', "content/soon.md is a draft", "Redirect to it once it is published."),
        ('"/a/" = "/deluge/"', "/deluge/ leads on", "Lead it to the end of the way: content/flood.md"),
        (
            '"/tags/oil/" = "/archive/"',
            "something stands there already: the listings of tag oil",
            "Take the line out, or let that stand elsewhere.",
        ),
        (
            '"/2022/11/05/flood/" = "/archive/"',
            "something stands there already: content/flood.md",
            "Take the line out, or let that stand elsewhere.",
        ),
        (
            '"/icon.svg" = "/other.svg"',
            "something stands there already: static/icon.svg",
            "Take the line out, or let that stand elsewhere.",
        ),
        (
            '"/2022/11/05/" = "/archive/"',
            "something stands there already: the listings of everything",
            "Take the line out, or let that stand elsewhere.",
        ),
        (
            '"/archive/" = "/tags/oil/"',
            "something stands there already: a file of the site itself",
            "Take the line out, or let that stand elsewhere.",
        ),
        (
            '"/a.pdf" = "/2022/11/05/flood/plan.pdf"',
            "/2022/11/05/flood/plan.pdf is neither a feed nor a static file",
            "Lead it to one of these, or write it below [gone].",
        ),
        (
            '"/a.csv" = "/data/2022-11.csv"',
            "/data/2022-11.csv is neither a feed nor a static file",
            "Lead it to one of these, or write it below [gone].",
        ),
        (
            '"/map.xml" = "/sitemap.xml"',
            "/sitemap.xml is neither a feed nor a static file",
            "Lead it to one of these, or write it below [gone].",
        ),
        (
            '"/a.xml" = "/languages/en/atom.xml"',
            "there is no /languages/en/atom.xml",
            "Lead it to a page that the site has.",
        ),
    ],
)
def test_a_redirect_that_cannot_be(tmp_path: Path, line: str, said: str, fix: str) -> None:
    address = line.split('"')[1]
    assert _redirected(tmp_path, f"[redirects]\n{line}") == (
        f"site.toml:{_FIRST}:1: [redirects] {address}: {said}\n  | {line}\n  | ^\n  {fix}"
    )


def test_redirects_that_lead_on_or_round_in_a_circle(tmp_path: Path) -> None:
    lines = ('"/a/" = "/b/"', '"/b/" = "/c/"', '"/c/" = "/archive/"', '"/x/" = "/y/"', '"/y/" = "/x/"')
    said = _redirected(tmp_path, "[redirects]\n" + "\n".join(lines))
    assert said.splitlines()[::4] == [
        f"site.toml:{_FIRST}:1: [redirects] /a/: /b/ leads on",
        f"site.toml:{_FIRST + 1}:1: [redirects] /b/: /c/ leads on",
        f"site.toml:{_FIRST + 3}:1: [redirects] /x/: /y/ leads back to /x/",
        f"site.toml:{_FIRST + 4}:1: [redirects] /y/: /x/ leads back to /y/",
    ]
    assert said.count("  Lead it to the end of the way: /archive/") == 2


def test_redirects_of_files_that_lead_on_or_round_in_a_circle(tmp_path: Path) -> None:
    lines = (
        *('"/a.xml" = "/b.xml"', '"/b.xml" = "/atom.xml"', '"/c.svg" = "/d.svg"', '"/d.svg" = "/icon.svg"'),
        *('"/x.xml" = "/y.xml"', '"/y.xml" = "/x.xml"'),
        *('"/tags/petrol/" = "/tags/oil/"', '"/petrol.xml" = "/tags/petrol/atom.xml"'),
    )
    said = _redirected(tmp_path, "[redirects]\n" + "\n".join(lines))
    assert [row for row in said.splitlines() if not row.startswith("  |")] == [
        f"site.toml:{_FIRST}:1: [redirects] /a.xml: /b.xml leads on",
        "  Lead it to the end of the way: /atom.xml",
        f"site.toml:{_FIRST + 2}:1: [redirects] /c.svg: /d.svg leads on",
        "  Lead it to the end of the way: /icon.svg",
        f"site.toml:{_FIRST + 4}:1: [redirects] /x.xml: /y.xml leads back to /x.xml",
        "  Lead one of them elsewhere.",
        f"site.toml:{_FIRST + 5}:1: [redirects] /y.xml: /x.xml leads back to /y.xml",
        "  Lead one of them elsewhere.",
        f"site.toml:{_FIRST + 7}:1: [redirects] /petrol.xml: /tags/petrol/atom.xml has moved itself",
        "  Lead it to where that feed stands now.",
    ]


def test_a_redirect_to_what_is_gone_and_what_is_gone_where_something_stands(tmp_path: Path) -> None:
    gone = '{ date = 2024-05-01, reason = "Untrue." }'
    said = _redirected(tmp_path / "one", f'[redirects]\n"/a/" = "/b/"\n[gone]\n"/b/" = {gone}')
    assert said.startswith(f"site.toml:{_FIRST}:1: [redirects] /a/: /b/ is gone itself\n")
    said = _redirected(tmp_path / "two", f'[gone]\n"/2022/11/05/flood/" = {gone}')
    place = f"site.toml:{_FIRST}:1: [gone] /2022/11/05/flood/"
    assert said.startswith(f"{place}: something stands there already: content/flood.md\n")


@pytest.mark.parametrize(
    "target", ["content/over.md", "/2022/11/05/over/", "https://example.net/", "/tags/oil/#top"]
)
def test_a_redirect_may_lead_to_what_says_itself_that_it_is_over_and_elsewhere(
    tmp_path: Path, target: str
) -> None:
    site = plain_site(tmp_path / "site", {"content/over.md": article("Over", _DAY, tags=("Oil",))})
    site.write("content/over.md", article("Over", _DAY, more="expires: 2023-01-01"))
    site.write("content/flood.md", article("Flood", _DAY, tags=("Oil",)))
    site.write("site.toml", f'{SETTINGS}[redirects]\n"/a/" = "{target}"\n')
    built(site)
    at = "/2022/11/05/over/" if target == "content/over.md" else target
    expected = at if at.startswith("https:") else f"https://example.org/archive{at}"
    assert site.outputs()["a/index.html"].decode() == f"{expected}\n"


def _front(*rows: str) -> str:
    return "\n".join(("---", *rows, "---", "", "Words.", ""))


_BROKEN: dict[str, str | bytes] = {
    "content/01.md": b"",
    "content/02.md": b"\xff\xfe\x00",
    "content/03.md": "No front matter.\n",
    "content/04.md": "---\ntitle: No end\n",
    "content/05.md": _front("title: A: B", "date: 2022-11-05"),
    "content/06.md": _front("title: We're #1", "date: 2022-11-05"),
    "content/07.md": _front("date: 2022-11-05"),
    "content/08.md": _front("title: No date"),
    "content/09.md": _front("title: A", "date: 2021-02-30"),
    "content/10.md": _front("title: A", "date: yesterday"),
    "content/11.md": _front("title: A", "title: B", "date: 2022-11-05"),
    "content/12.md": _front("title: A", "date: 2022-11-05", "autor: Ana"),
    "content/13.md": _front("title: A", "date: 2022-11-05", "slug: a/b"),
    "content/14.md": _front("title: A", "date: 2022-11-05", "draft: perhaps"),
    "content/15.md": _front("title: A", "date: 2022-11-05", "aliases: old"),
    "content/16.md": _front("title: A", "date: 2022-11-05", "image: gone.png"),
    "content/17.md": article("A", _DAY, body="[B](gone.md)"),
    "content/18.md": article("A", _DAY, more="slug: good"),
    "content/19.md": _front("title: A", "date: 2022-11-05 25:00"),
    "content/20.md": article("A", _DAY, more="image: ../../x.png"),
    "layouts/home.html": "{% if site %}\n",
    "layouts/404.html": "{{ sight }}\n{% include 'none.html' %}\n",
    "layouts/names.html": "{{ site.title | dat }}\n",
}
_PLACES = [
    "content/01.md: the file is empty",
    "content/02.md: the file is UTF-16, not UTF-8",
    "content/03.md:1:1: the file has no front matter",
    "content/04.md:1: the front matter that begins here is not closed",
    "content/05.md:2:9: title: the value needs quotes",
    "content/06.md:2:8: title is cut off at “ #”, where YAML begins a comment",
    "content/07.md:1: title is missing",
    "content/08.md:1: date is missing",
    "content/09.md:3:7: date: 2021-02-30 is not a date",
    "content/10.md:3:7: date: yesterday is not a date",
    "content/11.md:3:1: title stands twice; it is also on line 2",
    'content/12.md:4:1: there is no field "autor"',
    "content/13.md:4:7: slug: a/b holds '/'",
    "content/14.md:4:8: draft is neither yes nor no",
    "content/15.md:4:10: aliases: old does not begin with a single slash",
    "content/16.md:4:8: there is no content/gone.png",
    "content/17.md:6:5: there is no content/gone.md",
    "content/19.md:3:7: date: 25:00 is not a time of day",
    "content/20.md:4:8: image: ../../x.png leaves content/",
    # The second of two, in order of path, is the one that is told.
    "content/good.md: would be written to 2022/11/05/good/index.html, as would content/18.md",
    "layouts/404.html:1:4: sight is not defined",
    "layouts/404.html:2: there is no layout none.html",
    "layouts/home.html:1: {% if site %} is not closed",
    "layouts/names.html:1: No filter named 'dat'.",
]
