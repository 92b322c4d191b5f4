"""Adopting archives of other generators: small trees with the habits of real ones, then built."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path

import pytest

from broadsheet.common.problems import Problems
from broadsheet.common.progress import Progress
from broadsheet.importing.adopting.adoption import adopt
from broadsheet.importing.adopting.archive import Adoption
from broadsheet.importing.adopting.report import write_report
from tests.builds import built
from tests.sites import ROOT, Site, write_site

_NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)

_JEKYLL = """
    === _config.yml
    title: The Quern Herald
    url: https://herald.example
    baseurl: /news
    timezone: Europe/London
    lang: en-GB
    permalink: /:categories/:year/:month/:day/:title.html
    exclude: [Gemfile, notes]
    === Gemfile
    source "https://gems.example"
    === _data/authors.yml
    ana:
      name: Ana Ruiz
    === _layouts/default.html
    {{ content }}
    === notes/private.txt
    not for readers
    === assets/boat.png
    a boat
    === index.md
    ---
    layout: home
    ---
    === _posts/2019-01-12-The_Big_Flood.md
    ---
    layout: post
    title:  "Floods rise"
    author: ana
    tags: water harbour
    ---
    Water *rose*.
    === _posts/2019/2019-3-4-second.markdown
    ---
    title: A second story
    author: Li Wei
    categories: sport
    redirect_from: /old/second/
    ---
    See [the flood]({% post_url 2019-01-12-The_Big_Flood %}).
    === _posts/2019-05-01-own-address.md
    ---
    title: An own address
    permalink: /special/
    author: ana
    ---
    Own.
    === _posts/2019-06-01-pattern.md
    ---
    title: A pattern for itself
    permalink: /:year/p/:title/
    ---
    Own pattern.
    === _posts/2019-07-01-hidden.md
    ---
    title: Hidden
    published: false
    ---
    Not yet.
    === _posts/2019-08-01-broken.md
    title: no front matter
    === _posts/notes.txt
    a note
"""


def test_a_jekyll_archive_builds_and_keeps_its_addresses(tmp_path: Path) -> None:
    site, found = _adopted(tmp_path, _JEKYLL)
    built(site)
    outputs = site.outputs()
    for path in (
        "2019/01/12/The_Big_Flood.html",
        "sport/2019/03/04/second.html",
        "special/index.html",
        "2019/p/pattern/index.html",
        "old/second/index.html",
        "assets/boat.png",
    ):
        assert path in outputs
    assert not {"Gemfile", "notes/private.txt"} & outputs.keys()
    assert b"Ana Ruiz" in outputs["2019/01/12/The_Big_Flood.html"]
    assert {"tags/water/index.html", "tags/harbour/index.html"} <= outputs.keys()
    assert [each.path for each in found.left_out] == ["content/2019-08-01-broken.md"]
    assert found.lost == ()
    assert 'url = "https://herald.example/news/"' in site.read("site.toml")


def _adopted(tmp_path: Path, text: str, sitemap: str = "") -> tuple[Site, Adoption]:
    """Write a tree of another generator, and return the site that it becomes."""
    tree = write_site(tmp_path / "tree", text, bare=True)
    before = tree.outputs("")
    file = tmp_path / "sitemap.xml"
    if sitemap:
        file.write_text(sitemap, encoding="utf-8")
    found, differing = adopt(tree.folder, tmp_path / "site", file if sitemap else None, _NOW, Progress())
    assert differing == ()
    assert tree.outputs("") == before
    return Site(folder=tmp_path / "site"), found


_HUGO = """
    === hugo.toml
    baseURL = "https://gazette.example/"
    title = "The Tolvane Gazette"
    languageCode = "en-gb"
    timeZone = "Europe/Lisbon"
    [permalinks]
    news = "/:year/:month/:slug/"
    === archetypes/default.md
    ---
    title: "{{ .Name }}"
    ---
    === content/_index.md
    ---
    title: Home
    ---
    === content/news/_index.md
    ---
    title: All the news
    ---
    === content/news/2020/2020-02-03-harbour.md
    ---
    title: "Harbour &amp; wall"
    date: 2020-02-03T10:00:00+01:00
    lastmod: 2020-02-05
    slug: harbour-wall
    author: ["ana-ruiz"]
    tags: [Harbour]
    categories: [Works]
    aliases: ["/old/harbour/"]
    expiryDate: 2021-01-01
    ---
    {{< figure src="wall.jpg" >}} Stones.
    === content/opinion/bridge/index.md
    ---
    title: The bridge
    date: 2020-03-01 8:05:00 +0100
    draft: true
    ---
    Later.
    === content/opinion/pier/index.md
    ---
    title: The pier
    date: 2020-04-01
    description: It is long.
    ---
    Long.
    === content/opinion/2020/wall.md
    +++
    title = "The wall"
    date = 2020-05-01
    +++
    High.
    === content/about.md
    ---
    title: About
    ---
    We.
    === data/authors/ana-ruiz.yaml
    name: Ana Ruiz
    === static/img/wall.jpg
    a wall
"""


def test_a_hugo_archive_builds_and_keeps_its_addresses(tmp_path: Path) -> None:
    site, found = _adopted(tmp_path, _HUGO)
    built(site)
    outputs = site.outputs()
    for path in (
        "2020/02/harbour-wall/index.html",
        "opinion/pier/index.html",
        "opinion/2020/wall/index.html",
        "old/harbour/index.html",
        "img/wall.jpg",
        "sections/news/index.html",
    ):
        assert path in outputs
    assert b"All the news" in outputs["sections/news/index.html"]
    assert {"tags/harbour/index.html", "tags/works/index.html"} <= outputs.keys()
    assert b"It is long." in outputs["opinion/pier/index.html"]
    assert [(each.path, each.reason) for each in found.left_out] == [("content/about.md", "date is missing")]
    assert any("have expired" in question for question in found.questions)
    assert found.shortcodes == {"figure": 1}
    assert (found.lost, found.unknown) == ((), 0)


def test_the_command_makes_a_site_that_builds_itself(tmp_path: Path) -> None:
    write_site(tmp_path / "tree", _HUGO, bare=True)
    line = [sys.executable, str(ROOT / "build.py"), "adopt", "tree", "--into", "courier"]
    done = subprocess.run(line, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert (
        done.stdout.splitlines()[-1]
        == "The site stands in courier. Build it: broadsheet build --site courier"
    )
    own = [sys.executable, "build.py"]
    done = subprocess.run(
        own,
        cwd=tmp_path / "courier",
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("3 articles: ")
    assert (tmp_path / "courier/.github/workflows/publish.yml").is_file()


def test_nothing_outside_of_the_two_folders_is_read_or_written(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    text = _ELEVENTY.replace('{ "src/fav": "/" }', '{ "src/fav": "../../outside" }')
    tree = write_site(tmp_path / "tree", text, bare=True)
    (tree.folder / "src/img/link.png").symlink_to(tmp_path / "secret.txt")
    (tree.folder / "src/posts/link.md").symlink_to(tmp_path / "secret.txt")
    adopt(tree.folder, tmp_path / "deep/er/site", None, _NOW, Progress())
    assert {each.name for each in tmp_path.iterdir()} == {"secret.txt", "tree", "deep"}
    assert {each.name for each in (tmp_path / "deep").iterdir()} == {"er"}
    assert {each.name for each in (tmp_path / "deep/er").iterdir()} == {"site"}
    copied = Site(folder=tmp_path / "deep/er/site").outputs("")
    assert b"secret" not in copied.values()


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("_config.yml", "title: [1"),
        ("hugo.toml", "title = "),
        ("conf.py", "POSTS = ("),
        ("zola.toml", "base_url"),
        ("pelicanconf.py", "SITENAME = 'x"),
    ],
)
def test_a_configuration_that_cannot_be_read_is_a_problem(tmp_path: Path, path: str, text: str) -> None:
    site = Site(folder=tmp_path / "tree")
    site.write(path, text)
    site.write("content/a.md", "---\ntitle: A\n---\n")
    with pytest.raises(Problems, match=f"{path}.*: cannot be read"):
        adopt(site.folder, tmp_path / "site", None, _NOW, Progress())
    assert not (tmp_path / "site").exists()


def test_a_site_without_articles_is_a_problem(tmp_path: Path) -> None:
    site = Site(folder=tmp_path / "tree")
    site.write("_config.yml", "title: Empty\n")
    with pytest.raises(Problems, match=r"_config\.yml: Jekyll builds this site, and it has no articles"):
        adopt(site.folder, site.folder, None, _NOW, Progress())


def test_what_nobody_built_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("A text.", encoding="utf-8")
    with pytest.raises(Problems, match="holds no site of another generator"):
        adopt(tmp_path, tmp_path / "site", None, _NOW, Progress())
    with pytest.raises(Problems, match="is not there"):
        adopt(tmp_path / "none", tmp_path / "site", None, _NOW, Progress())


_PELICAN = """
    === pelicanconf.py
    AUTHOR = 'The desk'
    SITENAME = 'Saltmere Notes'
    SITEURL = ''
    PATH = 'content'
    TIMEZONE = 'Europe/Madrid'
    DEFAULT_LANG = 'en'
    ARTICLE_URL = 'posts/{date:%Y}/{date:%m}/{slug}/'
    ARTICLE_SAVE_AS = ARTICLE_URL + 'index.html'
    STATIC_PATHS = ['images', 'extra/robots.txt']
    DEFAULT_PAGINATION = 10 if AUTHOR else None
    === publishconf.py
    from pelicanconf import *
    SITEURL = 'https://notes.example'
    === content/culture/bell.md
    Title: The bell stays
    Date: 2018-05-06 10:20
    Modified: 2018-05-07
    Category: Culture
    Tags: bell, church
    Slug: bell-stays
    Authors: Ana Ruiz, Li Wei
    Summary: It is cracked,
        and it stays.

    The bell *stays*.

    Second: a paragraph that is no field.
    === content/choir.md
    Title: A choir: the tenth year
    Date: 2018-06-01
    Author: Ana Ruiz
    Status: draft

    Singing.
    === content/organ.md
    title: An organ
    date: 2018-07-01
    save_as: organ.html
    url: organ.html

    Pipes.
    === content/old.rst
    Old
    ###
    :date: 2010-01-01

    Text.
    === content/pages/about.md
    Title: About

    We.
    === content/images/bell.png
    a bell
"""


def test_a_pelican_archive_is_copied_with_front_matter(tmp_path: Path) -> None:
    site, found = _adopted(tmp_path, _PELICAN)
    built(site)
    outputs = site.outputs()
    for path in (
        "posts/2018/05/bell-stays/index.html",
        "organ.html",
        "images/bell.png",
        "sections/culture/index.html",
        "tags/church/index.html",
    ):
        assert path in outputs
    assert b"It is cracked, and it stays." in outputs["posts/2018/05/bell-stays/index.html"]
    assert b"Second: a paragraph" in outputs["posts/2018/05/bell-stays/index.html"]
    assert [(each.path, each.reason) for each in found.left_out] == [
        ("content/old.rst", ".rst is not Markdown")
    ]
    assert 'url = "https://notes.example/"' in site.read("site.toml")
    assert (found.lost, found.articles) == ((), 3)


_ZOLA = """
    === config.toml
    base_url = "https://merrow.example"
    title = "Merrow Weekly"
    default_language = "en"
    === content/_index.md
    +++
    title = "Home"
    +++
    === content/news/_index.md
    +++
    title = "News"
    +++
    === content/news/2021-02-03-ferry.md
    +++
    title = "The ferry is late"
    description = "By an hour."
    authors = ["Ana Ruiz"]
    [taxonomies]
    tags = ["Ferry", "Harbour"]
    [extra]
    photo_of = "the quay"
    +++
    It is *late*.
    === content/news/quay/index.md
    +++
    title = "The quay"
    date = 2021-03-04T05:06:07Z
    slug = "new-quay"
    aliases = ["old/quay"]
    +++
    New.
    === content/news/path.md
    +++
    title = "Elsewhere"
    date = 2021-04-01
    path = "elsewhere/it-is"
    draft = false
    +++
    There.
    === static/logo.svg
    <svg xmlns="http://www.w3.org/2000/svg"/>
"""


def test_a_zola_archive_is_copied_with_front_matter(tmp_path: Path) -> None:
    site, found = _adopted(tmp_path, _ZOLA)
    built(site)
    outputs = site.outputs()
    for path in (
        "news/ferry/index.html",
        "news/new-quay/index.html",
        "elsewhere/it-is/index.html",
        "logo.svg",
    ):
        assert path in outputs
    assert {"tags/ferry/index.html", "tags/harbour/index.html", "sections/news/index.html"} <= outputs.keys()
    assert b"By an hour." in outputs["news/ferry/index.html"]
    assert (found.lost, found.left_out, found.unknown) == ((), (), 0)


_NIKOLA = """
    === conf.py
    BLOG_TITLE = "Sallow Bulletin"
    SITE_URL = "https://bulletin.example/"
    DEFAULT_LANG = "en"
    TIMEZONE = "Asia/Tbilisi"
    POSTS = (
        ("posts/*.md", "posts", "post.tmpl"),
        ("posts/*.rst", "posts", "post.tmpl"),
    )
    FILES_FOLDERS = {"files": ""}
    === posts/orchard.md
    <!--
    .. title: The orchard
    .. slug: the-orchard
    .. date: 2017-09-10 11:00:00 UTC+04:00
    .. tags: plums, harvest
    .. category: Country
    .. type: text
    .. description:
    -->

    Plums.
    === posts/mill.md
    .. title: The mill
    .. slug: the-mill
    .. date: 2017-10-01 08:00:00 UTC
    .. status: private

    Flour.
    === posts/yaml.md
    ---
    title: Already in YAML
    slug: yaml
    date: 2017-11-01
    ---
    Text.
    === files/robots.txt
    User-agent: *
    === images/mill.png
    a mill
"""


def test_a_nikola_archive_is_copied_with_front_matter(tmp_path: Path) -> None:
    site, found = _adopted(tmp_path, _NIKOLA)
    built(site)
    outputs = site.outputs()
    assert {"posts/the-orchard/index.html", "posts/yaml/index.html", "images/mill.png"} <= outputs.keys()
    assert "posts/the-mill/index.html" not in outputs
    assert {"tags/plums/index.html", "sections/country/index.html"} <= outputs.keys()
    assert [each.path for each in found.left_out] == ["static/robots.txt"]
    assert found.lost == ()


_LEKTOR = """
    === Paper.lektorproject
    [project]
    name = Skerrin Log
    url = https://log.example
    === content/contents.lr
    _model: page
    ---
    title: Home
    === content/blog/contents.lr
    _model: blog
    === content/blog/lamp/contents.lr
    title: The lamp
    ---
    pub_date: 2016-01-02
    ---
    author: Ana Ruiz
    ---
    body:

    It is lit.

    ----

    Again.
    === content/blog/lamp/lamp.jpg
    a lamp
    === content/blog/fog/contents.lr
    _slug: fog-at-last
    ---
    title: Fog
    ---
    pub_date: 2016-02-03
    ---
    body: Thick.
    === assets/static/site.txt
    a file
"""


def test_a_lektor_archive_is_copied_with_front_matter(tmp_path: Path) -> None:
    site, found = _adopted(tmp_path, _LEKTOR)
    built(site)
    outputs = site.outputs()
    assert {"blog/lamp/index.html", "blog/fog-at-last/index.html", "static/site.txt"} <= outputs.keys()
    assert b"<hr" in outputs["blog/lamp/index.html"]
    assert found.articles == 2
    assert found.lost == ()


_ELEVENTY = """
    === eleventy.config.js
    module.exports = function (config) {
      config.addPassthroughCopy("src/img");
      config.addPassthroughCopy({ "src/fav": "/" });
      return { dir: { input: "src", output: "_site" } };
    };
    === src/_data/site.json
    {"title": "Cape Courier", "url": "https://cape.example", "language": "en"}
    === src/_includes/base.njk
    {{ content }}
    === src/posts/2022-03-04-gulls.md
    ---
    title: Gulls
    tags: [post, birds]
    description: Many of them.
    ---
    Gulls.
    === src/posts/terns.md
    ---
    title: Terns
    date: 2022-04-05
    permalink: /birds/terns/
    ---
    Terns.
    === src/posts/index.njk
    {{ collections.post }}
    === src/img/gull.png
    a gull
    === src/fav/favicon.ico
    an icon
"""


def test_an_eleventy_archive_builds_and_keeps_its_addresses(tmp_path: Path) -> None:
    site, found = _adopted(tmp_path, _ELEVENTY)
    built(site)
    outputs = site.outputs()
    assert {
        "posts/gulls/index.html",
        "birds/terns/index.html",
        "img/gull.png",
        "favicon.ico",
    } <= outputs.keys()
    assert b"Many of them." in outputs["posts/gulls/index.html"]
    assert (found.lost, found.articles) == ((), 2)


def test_an_archive_is_adopted_where_it_lies(tmp_path: Path) -> None:
    tree = write_site(tmp_path, _HUGO, bare=True)
    with pytest.raises(Problems, match=r"content/opinion/2020/wall\.md: .* have no YAML front matter"):
        adopt(tree.folder, tree.folder, None, _NOW, Progress())
    tree.delete("content/opinion/2020")
    before = tree.outputs("")
    found, differing = adopt(tree.folder, tree.folder, None, _NOW, Progress())
    assert (found.copied, differing) == ((), ())
    built(tree)
    assert "2020/02/harbour-wall/index.html" in tree.outputs()
    assert {path: content for path, content in tree.outputs("").items() if path in before} == before


def test_a_second_run_changes_nothing_that_a_person_has_changed(tmp_path: Path) -> None:
    site, _ = _adopted(tmp_path, _JEKYLL)
    site.write("site.toml", site.read("site.toml").replace("The Quern Herald", "The Herald"))
    site.write("content/2019-01-12-The_Big_Flood.md", "---\ntitle: Mine\n---\nMine.\n")
    before = site.outputs("")
    _, differing = adopt(tmp_path / "tree", site.folder, None, _NOW, Progress())
    assert differing == ("content/2019-01-12-The_Big_Flood.md", "site.toml")
    after = site.outputs("")
    assert {path: after[path] for path in before if not path.startswith(".broadsheet/")} == {
        path: content for path, content in before.items() if not path.startswith(".broadsheet/")
    }
    assert "The Quern Herald" in site.read("site.toml.new")
    _, differing = adopt(tmp_path / "tree", tmp_path / "other", None, _NOW, Progress())
    once = Site(folder=tmp_path / "other").read("site.toml")
    _, differing = adopt(tmp_path / "tree", tmp_path / "other", None, _NOW, Progress())
    assert (differing, Site(folder=tmp_path / "other").read("site.toml")) == ((), once)


def test_a_sitemap_tells_where_articles_stood(tmp_path: Path) -> None:
    listed = ("2020/feb/harbour-wall/", "opinion/2020/the-pier/", "old/harbour/", "lost/forever/")
    rows = "".join(f"<url><loc>https://gazette.example/{path}</loc></url>" for path in listed)
    sitemap = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'
    site, found = _adopted(tmp_path, _HUGO, sitemap)
    built(site)
    outputs = site.outputs()
    assert "2020/feb/harbour-wall/index.html" in outputs
    assert found.lost == ("/lost/forever/", "/opinion/2020/the-pier/")


def test_the_report_says_what_came_of_it(tmp_path: Path) -> None:
    tree = write_site(tmp_path / "tree", _HUGO, bare=True)
    found, differing = adopt(tree.folder, tmp_path / "site", None, _NOW, Progress())
    assert list(write_report(found, differing)) == [
        "Hugo, as hugo.toml tells",
        "Articles: 4, of which 1 are drafts; files left out: 1",
        "  1: date is missing (content/about.md)",
        "Addresses: 2 as they were, 1 redirected, 0 lost, 0 not known",
        "Fields that nothing reads: expiryDate (1)",
        "Shortcodes and tags: figure (1)",
        "What only you can decide:",
        (
            "  1 articles have expired, and are published all the same. To take them down, write"
            ' [front_matter] expires = ["expiryDate"], and take the name out of extra.'
        ),
    ]
