"""The guard of published URLs: reading them from anywhere, and naming those that would be lost."""

from __future__ import annotations

import datetime as dt
import gzip
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from broadsheet.build.site_folder import load_settings
from broadsheet.common.problems import Problems
from broadsheet.publish import url_guard
from broadsheet.publish.published import AbsentError, UnreadableError, locate
from broadsheet.render.formats.sitemaps import MOST_BYTES, Location, write_index, write_urlset
from tests.builds import AS_OF, built, plain_site
from tests.plain import SETTINGS, article
from tests.sites import ROOT, Site

_URL = "https://example.org/archive/"
_NOW = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    made = plain_site(
        tmp_path / "site",
        {
            "content/flood.md": article("Water in the market", "2022-11-05", tags=("Oil",)),
            "content/old.md": article("An older story", "2020-01-01", tags=("Oil", "Sea")),
            "content/ferry.md": article("The ferry strike", "2022-11-06", tags=("Sea",)),
            "content/bridge.md": article("A bridge opens", "2022-11-07"),
        },
    )
    built(made)
    shutil.copytree(made.folder / "public", tmp_path / "live")
    return made


def _paths(named: Path | str, url: str = _URL) -> list[str]:
    with url_guard.read_urls(locate(str(named)), url) as read:
        return list(read.paths())


def _wrong(named: Path | str) -> str:
    with pytest.raises(UnreadableError) as raised:
        _paths(named)
    return raised.value.problem.message


def _lost(site: Site, named: Path | str, *, first: bool = False, url: str = "") -> str:
    request = url_guard.GuardRequest(
        site=site.folder,
        output=site.folder / "public",
        url=url or load_settings(site.folder).url,
        day=dt.date(2026, 1, 1),
        first=first,
    )
    try:
        url_guard.guard(locate(str(named)), request)
    except Problems as error:
        return str(error)
    return ""


def _sitemap(*addresses: str) -> bytes:
    return write_urlset(Location(permalink=address) for address in addresses)


def _index(*addresses: str) -> bytes:
    return write_index(Location(permalink=address) for address in addresses)


def _hint(address: str) -> str:
    return (
        f"  Restore it; or write {address} below aliases in the article that has taken its place;"
        f' or write "{address}" = "…" below [redirects] in site.toml;'
        f' or "{address}" = {{ date = "2026-01-01", reason = "…" }} below [gone] in site.toml.'
    )


@pytest.mark.parametrize(
    "content",
    [
        _sitemap("https://example.org/archive/a/", "https://example.org/archive/b.html"),
        gzip.compress(_sitemap("https://example.org/archive/a/", "https://example.org/archive/b.html")),
        b"\xef\xbb\xbfhttps://example.org/archive/b.html\r\n\r\n https://example.org/archive/a/ \r\n",
        (
            b"<urlset><url><lastmod>x</lastmod><loc> https://example.org/archive/a/\n</loc></url>"
            b"<url><loc>https://example.org/archive/b.html</loc></url></urlset>"
        ),
        (
            b'<?xml version="1.0"?><s:urlset xmlns:s="http://www.google.com/schemas/sitemap/0.84"'
            b' xmlns:i="http://www.google.com/schemas/sitemap-image/1.1"><s:url>'
            b"<s:loc>https://example.org/archive/a/</s:loc><i:loc>https://example.org/j.png</i:loc><i:image><i:loc>https://example.org/i.png</i:loc>"
            b"</i:image></s:url><s:url><s:loc>https://example.org/archive/b.html</s:loc></s:url></s:urlset>"
        ),
        _sitemap("https://example.org/archive/a/", "https://example.org/archive/b.html")
        .decode()
        .replace("utf-8", "utf-16")
        .encode("utf-16"),
    ],
    ids=["xml", "gzip", "text", "no namespace", "other namespaces", "utf-16"],
)
def test_a_sitemap_is_read_in_all_its_forms(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "any.name").write_bytes(content)
    assert _paths(tmp_path / "any.name") == ["a/", "b.html"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "lists no page, so there is nothing to compare with"),
        (_sitemap(), "lists no page, so there is nothing to compare with"),
        (b"<html><body>Not here", "is no sitemap: its root is html"),
        (b"<urlset><url><loc>https://a.example/", "is not well-formed XML: no element found, line 1"),
        (
            b'<!DOCTYPE urlset [<!ENTITY a "aaaa">]><urlset/>',
            "has a document type declaration, which no sitemap has",
        ),
        (b"\x00\xff\x01", "is neither XML nor UTF-8 text, so it is no sitemap"),
        (b"Not found\n", "lists 'Not found', which is not an address"),
        (_sitemap("/archive/a/"), "lists '/archive/a/', which is not an address"),
        (gzip.compress(_sitemap("https://a.example/"))[:-9], "is not whole: it cannot be unpacked"),
        (
            gzip.compress(b" " * (MOST_BYTES + 1)),
            "is larger than the 52,428,800 bytes that a sitemap may have",
        ),
        (
            b"https://user:Hunter2@a.example/b/",
            "lists 'https://***@a.example/b/', which has a name or a password in it",
        ),
        (
            _index("https://example.org/sitemaps/1.xml"),
            "lists https://example.org/sitemaps/1.xml, which is not there",
        ),
    ],
)
def test_what_is_no_sitemap_is_a_problem_and_never_a_pass(
    site: Site, tmp_path: Path, content: bytes, message: str
) -> None:
    (tmp_path / "sitemap.xml").write_bytes(content)
    assert _wrong(tmp_path / "sitemap.xml") == message
    for first in (False, True):
        said = _lost(site, tmp_path / "sitemap.xml", first=first)
        assert said.startswith(f"{(tmp_path / 'sitemap.xml').as_posix()}: {message}")


def test_indexes_within_each_other_end(tmp_path: Path) -> None:
    (tmp_path / "sitemap.xml").write_bytes(
        _index("https://a.example/one.xml", "https://a.example/sitemap.xml")
    )
    (tmp_path / "one.xml").write_bytes(_index("https://a.example/two.xml"))
    (tmp_path / "two.xml").write_bytes(_index("https://a.example/sitemap.xml"))
    message = "https://a.example/two.xml is an index within indexes within indexes"
    assert _wrong(tmp_path / "sitemap.xml") == message
    (tmp_path / "two.xml").write_bytes(_sitemap("https://a.example/"))
    assert _paths(tmp_path / "sitemap.xml") == [""]


def test_an_index_does_not_lead_out_of_its_folder(tmp_path: Path) -> None:
    (tmp_path / "secret.xml").write_bytes(_sitemap("https://a.example/"))
    inner = tmp_path / "inner"
    inner.mkdir()
    for address in ("https://a.example/../secret.xml", f"https://a.example/x/{tmp_path / 'secret.xml'}"):
        (inner / "sitemap.xml").write_bytes(_index(address))
        assert _wrong(inner / "sitemap.xml") == f"lists {address}, which is not there"


@pytest.mark.parametrize("base", ["/", "/archive/", "/a/b/", "/archiv%C3%A9/"])
def test_a_folder_knows_its_base_whatever_it_was(tmp_path: Path, base: str) -> None:
    own = plain_site(tmp_path / "own", {"content/flood.md": article("Flood", "2022-11-05")})
    built(own, base_url=f"https://old.example{base}")
    assert _paths(own.folder / "public") == _paths(own.folder / "public", "https://new.example/x/")
    assert {"", "2022/11/05/flood/"} <= set(_paths(own.folder / "public"))
    assert _lost(own, own.folder / "public") == ""


@pytest.mark.parametrize("base", ["/", "/a/b/"])
def test_a_live_site_is_read_with_its_base(
    site: Site, tmp_path: Path, serve: Callable[..., str], base: str
) -> None:
    live = serve(tmp_path / "web", base)
    built(site, base_url=live, output=tmp_path / "web")
    assert _paths(f"{live}sitemap.xml") == _paths(site.folder / "public")
    assert _lost(site, f"{live}sitemap.xml") == ""


def test_another_host_is_compared_by_its_paths(tmp_path: Path) -> None:
    listed = (
        "https://old.example/archive/a/",
        "https://old.example/b/?p=1",
        "https://EXAMPLE.org/archive/c/",
    )
    (tmp_path / "old.txt").write_text("\n".join((*listed, "https://example.org/archive/d/")))
    assert _paths(tmp_path / "old.txt") == ["archive/a/", "archive/c/", "b/?p=1", "d/"]


def test_an_unreachable_site_is_a_problem(site: Site, tmp_path: Path, serve: Callable[..., str]) -> None:
    live = serve(tmp_path, "/")
    assert _lost(site, f"{live}sitemap.xml") == (
        f"{live}sitemap.xml: {live}sitemap.xml answers 404\n"
        "  If nothing was ever published there, say so with --first."
    )
    assert _lost(site, f"{live}sitemap.xml", first=True) == ""
    said = (
        "http://127.0.0.1:9/sitemap.xml: http://127.0.0.1:9/sitemap.xml cannot be reached: Connection refused"
    )
    for first in (False, True):
        assert _lost(site, "http://127.0.0.1:9/sitemap.xml", first=first) == said


def test_a_sitemap_that_is_missing_from_a_live_index_is_no_first_publication(
    site: Site, tmp_path: Path, serve: Callable[..., str]
) -> None:
    live = serve(tmp_path / "web", "/")
    built(site, base_url=live, output=tmp_path / "web")
    (tmp_path / "web/sitemaps/pages.xml").unlink()
    said = f"{live}sitemap.xml: {live}sitemaps/pages.xml answers 404"
    assert _lost(site, f"{live}sitemap.xml", first=True) == said


def test_an_index_of_the_web_leads_to_no_file(tmp_path: Path, serve: Callable[..., str]) -> None:
    (tmp_path / "sitemap.xml").write_bytes(_index(f"file://localhost{tmp_path}/sitemap.xml"))
    live = serve(tmp_path, "/")
    assert _wrong(f"{live}sitemap.xml").startswith("lists 'file://localhost")


def test_nothing_is_lost_of_the_site_as_it_stands(site: Site, tmp_path: Path) -> None:
    assert _lost(site, tmp_path / "live") == ""
    assert _lost(site, tmp_path / "live/sitemap.xml") == ""


def test_a_deleted_article_is_named_with_its_headline(site: Site, tmp_path: Path) -> None:
    site.delete("content/flood.md")
    built(site)
    assert _lost(site, tmp_path / "live") == (
        'site.toml: /2022/11/05/flood/ ("Water in the market") was published and would be lost\n'
        + _hint("/2022/11/05/flood/")
    )


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ("content/flood.md", "content/storm.md", article("Water in the market", "2022-11-05")),
        ("content/flood.md", "content/flood.md", article("Water, still", "2022-11-15")),
        ("content/flood.md", "content/2022/flood.md", article("Other", "2022-11-05", more="slug: storm")),
    ],
    ids=["renamed file", "changed date", "changed slug"],
)
def test_a_moved_article_is_found_and_an_alias_fixes_it(
    site: Site, tmp_path: Path, old: str, new: str, text: str
) -> None:
    site.delete(old)
    site.write(new, text)
    built(site)
    said = _lost(site, tmp_path / "live")
    assert said == (
        f'{new}: /2022/11/05/flood/ ("Water in the market") was published and would be lost\n'
        "  If this is the article, write aliases: [/2022/11/05/flood/] in its front matter, or move it back;"
        ' else restore that page; or write "/2022/11/05/flood/" = "…" below [redirects],'
        ' or "/2022/11/05/flood/" = { date = "2026-01-01", reason = "…" } below [gone] in site.toml.'
    )
    site.write(new, text.replace("title:", "aliases: [/2022/11/05/flood/]\ntitle:"))
    built(site)
    assert _lost(site, tmp_path / "live") == ""


def test_the_line_to_write_keeps_the_aliases_that_are_there(site: Site, tmp_path: Path) -> None:
    moved = article("Water in the market", "2022-11-08", more="aliases: [/old.html, /older/]")
    site.write("content/flood.md", moved)
    built(site)
    assert "write aliases: [/old.html, /older/, /2022/11/05/flood/] in" in _lost(site, tmp_path / "live")


def test_an_article_that_was_published_itself_is_not_taken_for_one_that_moved(tmp_path: Path) -> None:
    weekly = {f"content/{year}/review.md": article("The week", f"{year}-01-01") for year in (2020, 2021)}
    site = plain_site(tmp_path / "site", weekly)
    built(site)
    shutil.copytree(site.folder / "public", tmp_path / "live")
    site.delete("content/2020/review.md")
    built(site)
    assert _lost(site, tmp_path / "live").startswith("site.toml: /2020/01/01/review/ ")


def test_an_article_that_is_held_back_again_is_named(site: Site, tmp_path: Path) -> None:
    site.write("content/flood.md", article("Water in the market", "2022-11-05", more="draft: yes"))
    built(site)
    assert _lost(site, tmp_path / "live") == (
        'content/flood.md: /2022/11/05/flood/ ("Water in the market") was published and would be lost\n'
        "  It is held back now, by its date or as a draft. Publish it again;"
        ' or write "/2022/11/05/flood/" = { date = "2026-01-01", reason = "…" } below [gone] in site.toml.'
    )


def test_moving_house_lists_every_article_until_permalinks_honour_the_old_ones(
    site: Site, tmp_path: Path
) -> None:
    old = tmp_path / "old.xml"
    names = ("flood", "ferry", "bridge")
    old.write_bytes(_sitemap(*(f"https://old.example/news/2022/{name}.html" for name in names)))
    said = _lost(site, old)
    assert [row.partition(" was")[0] for row in said.splitlines() if not row.startswith(" ")] == [
        f"content/{name}.md: /news/2022/{name}.html" for name in sorted(names)
    ]
    pattern = '[permalinks]\narticle = "/news/{year}/{slug}.html"\n'
    site.write("site.toml", f"{SETTINGS}\n{pattern}")
    built(site)
    assert _lost(site, old) == ""
    assert len(_lost(site, tmp_path / "live").splitlines()) == 2 * len((*names, "old"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/{year}/{slug}/", "/{year}/{month}/{slug}/"),
        ("/{section}/{slug}.html", "/{slug}/"),
        ("/blog/{year}-{month}-{day}-{slug}/", "/{section}/{year}/{slug}/"),
        ("/{year}/{month}/{day}/{file}.html", "/{year}/{slug}/"),
    ],
)
def test_a_new_pattern_is_one_problem_with_the_line_that_ends_it(tmp_path: Path, old: str, new: str) -> None:
    names = ("politics", "sport", "")
    site = plain_site(
        tmp_path / "site",
        {
            f"content/2022-{day:02d}-03-story-{day}.md": article(
                f"Story {day}", f"2022-{day % 12 + 1:02d}-03", section=names[day % 3]
            ).replace("date:", "slug: no-" + chr(96 + day) + "\ndate:")
            for day in range(1, 13)
        }
        | {f"content/{year}/weekly.md": article("The week", f"{year}-01-01") for year in (2020, 2021)}
        | {f"content/{year}/storm.md": article("Storm", f"{year}-02-01") for year in (2020, 2021)},
        settings=f'{SETTINGS}\n[permalinks]\narticle = "{old}"\n',
    )
    if "{year}" not in old:
        site.delete("content/2021")
    built(site)
    shutil.copytree(site.folder / "public", tmp_path / "live")
    pattern = f'{SETTINGS}\n[permalinks]\narticle = "{new}"\n'
    site.write("site.toml", pattern)
    if "{year}" not in new:
        shutil.rmtree(site.folder / "content/2021", ignore_errors=True)
    built(site)
    said = _lost(site, tmp_path / "live").splitlines()
    count = len(list((site.folder / "content").rglob("*.md")))
    assert len(said) == 2
    assert f": {count} articles have moved; the first: /" in said[0]
    line = f'former = ["{old}"]'
    assert said[1] == f"  Write {line} below [permalinks]: then each redirects from its old URL."
    site.write("site.toml", f"{pattern}{line}\n")
    built(site)
    assert _lost(site, tmp_path / "live") == ""


def test_a_pattern_that_was_former_already_stays_in_the_line_to_write(site: Site, tmp_path: Path) -> None:
    site.write("site.toml", f'{SETTINGS}\n[permalinks]\narticle = "/{{slug}}/"\nformer = ["/x/{{slug}}/"]\n')
    built(site)
    said = _lost(site, tmp_path / "live")
    assert (
        said.count('Write former = ["/x/{slug}/", "/{year}/{month}/{day}/{slug}/"] below [permalinks]') == 4
    )
    assert "If this is the article, write aliases: [/2022/11/05/flood/] in its front matter" in said


def test_articles_that_moved_one_by_one_are_no_new_pattern(site: Site, tmp_path: Path) -> None:
    for name, day in (("flood", "2022-11-15"), ("ferry", "2022-11-16"), ("bridge", "2022-11-17")):
        site.write(f"content/{name}.md", article(name, day))
    built(site)
    assert "former" not in _lost(site, tmp_path / "live")


def test_many_lost_fronts_of_one_kind_are_one_problem(site: Site, tmp_path: Path) -> None:
    tags = ", ".join(f"Tag {number}" for number in range(14))
    site.write("content/tagged.md", article("Tagged", "2022-11-08", more=f"tags: [{tags}]"))
    built(site)
    shutil.copytree(site.folder / "public", tmp_path / "tagged")
    site.write("site.toml", SETTINGS.replace('"tag", ', "") + '\n[feeds]\nkinds = ["section"]\n')
    built(site)
    said = _lost(site, tmp_path / "tagged")
    (folded,) = (row for row in said.splitlines() if "pages below" in row)
    assert folded.startswith(
        "site.toml: 16 published pages below /tags/ would be lost; the first: /tags/oil/ ("
    )
    assert "  Let kinds below [listings] in site.toml hold the kind of these pages," in said
    assert "site.toml: /tags/ (" in said


def test_an_address_with_a_question_is_never_kept_by_chance(site: Site, tmp_path: Path) -> None:
    (tmp_path / "old.txt").write_text("https://old.example/?p=12\n")
    assert _lost(site, tmp_path / "old.txt") == (
        "site.toml: /?p=12 was published and would be lost\n"
        "  A static site cannot tell addresses apart by what stands behind the question mark."
    )


def test_case_is_told_apart_and_a_slash_that_a_server_adds_is_not_missed(site: Site, tmp_path: Path) -> None:
    (tmp_path / "old.txt").write_text(
        "https://a.example/2022/11/05/flood\nhttps://a.example/2022/11/05/Flood/\nhttps://a.example/edition.txt/\n"
    )
    rows = [row for row in _lost(site, tmp_path / "old.txt").splitlines() if not row.startswith(" ")]
    assert [row.partition(" was")[0] for row in rows] == [
        "content/flood.md: /2022/11/05/Flood/",
        "site.toml: /edition.txt/",
    ]


def test_a_front_implies_its_feed_where_the_published_site_has_it(
    site: Site, tmp_path: Path, serve: Callable[..., str]
) -> None:
    live = tmp_path / "live"
    site.write("site.toml", f'{SETTINGS}\n[feeds]\nkinds = ["section"]\n')
    built(site)
    base = serve(live, "/archive/")
    (live / "sitemap.xml").write_bytes(_sitemap(base, f"{base}tags/oil/"))
    said = (
        "site.toml: /tags/oil/atom.xml was published and would be lost\n"
        '  Let kinds below [feeds] in site.toml hold "tag"; or write "/tags/oil/atom.xml" = "…" below'
        " [redirects], with the path of another feed."
    )
    assert _lost(site, live) == said
    assert _lost(site, f"{base}sitemap.xml") == said
    assert _lost(site, live / "sitemap.xml", url=base) == ""
    settings = site.read("site.toml")
    site.write("site.toml", f'{settings}[redirects]\n"/tags/oil/atom.xml" = "/atom.xml"\n')
    built(site)
    assert _lost(site, live) == ""
    gone = '"/tags/oil/atom.xml" = { date = 2024-05-01, reason = "Nobody read it." }'
    site.write("site.toml", f"{settings}[gone]\n{gone}\n")
    built(site)
    assert not (site.folder / "public/tags/oil/atom.xml").exists()
    assert _lost(site, live) == ""
    site.write("site.toml", settings)
    built(site)
    (live / "tags/oil/atom.xml").unlink()
    assert _lost(site, live) == ""
    assert _lost(site, f"{base}sitemap.xml") == ""


def test_an_authority_is_compared_with_that_of_any_published_site_that_has_feeds(
    site: Site, tmp_path: Path, serve: Callable[..., str]
) -> None:
    live = tmp_path / "live"
    base = serve(live, "/archive/")
    (live / "sitemap.xml").write_bytes(_sitemap(base))
    site.write("site.toml", f'authority = "other.example"\n{SETTINGS}')
    built(site)
    said = 'site.toml:1:1: the ids of the published feeds have the authority "example.org", and these have'
    assert _lost(site, live).startswith(said)
    assert _lost(site, f"{base}sitemap.xml").startswith(said)
    # Of a sitemap alone nothing is known of the feeds, and those of other systems have ids of their own.
    assert _lost(site, live / "sitemap.xml", url=base) == ""
    feed = (live / "atom.xml").read_text().replace("tag:example.org,2026:feeds", "urn:uuid:1")
    (live / "atom.xml").write_text(feed)
    assert _lost(site, live) == ""
    (live / "atom.xml").write_text(feed.replace("<entry>", f"<!--{'x' * 300_000}--><entry>"))
    assert _lost(site, live) == ""


class _Redirects(BaseHTTPRequestHandler):
    """Sends everybody to an address with a password."""

    def do_GET(self) -> None:
        self.send_response(HTTPStatus.FOUND)
        self.send_header("Location", "http://user:Hunter2@127.0.0.1:1/sitemap.xml")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_a_redirect_to_an_address_with_a_password_is_not_followed_or_repeated(site: Site) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Redirects) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        address = f"http://127.0.0.1:{server.server_port}/sitemap.xml"
        said = _lost(site, address, first=True)
        server.shutdown()
        thread.join()
    assert said == (f"{address}: {address} cannot be reached: it redirects to an address with a password")


def test_the_front_of_a_language_implies_its_feed_and_a_page_at_a_short_address_none(
    site: Site, tmp_path: Path, serve: Callable[..., str]
) -> None:
    live = tmp_path / "live"
    site.write("content/sel.md", article("Sel", "2022-11-05", more="language: az"))
    site.write("site.toml", f'{SETTINGS}\n[feeds]\nkinds = ["language"]\n')
    built(site, output=live)
    base = serve(live, "/archive/")
    (live / "sitemap.xml").write_bytes(_sitemap(base, f"{base}az/", f"{base}was/"))
    site.write("site.toml", f"{SETTINGS}\n[feeds]\nkinds = []\n")
    built(site)
    told = _lost(site, live)
    assert "site.toml: /az/atom.xml was published and would be lost\n" in told
    assert "/was/atom.xml" not in told
    # It may have been that of an article.
    assert "write /was/ below aliases in the article that has taken its place" in told


def test_problems_come_in_one_order(site: Site, tmp_path: Path) -> None:
    for name in ("flood", "ferry", "bridge"):
        site.delete(f"content/{name}.md")
    site.write("content/new.md", article("New", "2023-01-01"))
    built(site)
    assert _lost(site, tmp_path / "live") == _lost(site, tmp_path / "live")
    rows = [row for row in _lost(site, tmp_path / "live").splitlines() if row.startswith("site.toml")]
    assert rows == sorted(rows)
    assert len(rows) == 3


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"drafts": True}, "public: holds drafts: it was built with --drafts"),
        (
            {"as_of": _NOW + dt.timedelta(seconds=1)},
            "public: holds what is still to come: it was built with an --as-of in the future",
        ),
    ],
)
def test_a_build_with_drafts_or_of_the_future_may_not_be_published(
    site: Site, options: dict[str, Any], message: str
) -> None:
    assert url_guard.check_publishable(site.folder, site.folder / "public", _NOW) == AS_OF.date()
    built(site, **options)
    with pytest.raises(Problems) as raised:
        url_guard.check_publishable(site.folder, site.folder / "public", _NOW)
    assert str(raised.value).splitlines()[0] == message
    built(site)
    assert url_guard.check_publishable(site.folder, site.folder / "public", _NOW) == AS_OF.date()


def test_what_is_no_whole_build_may_not_be_published(site: Site, tmp_path: Path) -> None:
    with pytest.raises(Problems) as raised:
        url_guard.check_publishable(site.folder, tmp_path / "nowhere", _NOW)
    assert str(raised.value) == "../nowhere: holds no build\n  Build the site first."
    built(site, drafts=True, output=tmp_path / "drafts")
    shutil.rmtree(site.folder / "public")
    shutil.copytree(tmp_path / "drafts", site.folder / "public")
    site.write("public/edition.txt", f"Broadsheet edition {0:032x}\n")
    for forgotten in (False, True):
        if forgotten:
            site.delete(".broadsheet")
        with pytest.raises(Problems) as raised:
            url_guard.check_publishable(site.folder, site.folder / "public", _NOW)
        assert str(raised.value) == (
            "public: is not known to be whole, or free of drafts: it is not what was last built there\n"
            "  Build the site again."
        )


def test_the_command_compares_and_says_so_in_its_exit_status(site: Site, tmp_path: Path) -> None:
    line = [sys.executable, str(ROOT / "build.py"), "check", "--against", str(tmp_path / "live")]
    assert subprocess.run(line, cwd=site.folder, capture_output=True, check=False).returncode == 0
    site.delete("content/flood.md")
    assert site.build("--quiet").status == 0
    assert site.run("check", "--against", str(tmp_path / "live")).status == 1
    assert site.run("check", "--against", str(tmp_path / "nothing.xml")).stderr == (
        f"{(tmp_path / 'nothing.xml').as_posix()}: there is no such sitemap\n"
        "  If nothing was ever published there, say so with --first.\n"
    )
    assert site.run("check", "--against", str(tmp_path / "nothing.xml"), "--first").status == 0
    assert site.build("--quiet", "--drafts").status == 0
    assert site.run("check", "--against", str(tmp_path / "live")).stderr.startswith("public: holds drafts")


def test_absence_is_told_from_what_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(AbsentError):
        _paths(tmp_path)
    (tmp_path / "sitemap.xml").mkdir()
    with pytest.raises(AbsentError):
        _paths(tmp_path)
