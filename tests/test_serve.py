"""The preview, asked over the network as browsers and as others do."""

from __future__ import annotations

import datetime as dt
import os
import re
import shlex
import shutil
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from urllib.parse import quote, unquote

import pytest

from broadsheet.common.progress import Progress
from broadsheet.serve.live_reload import Tabs
from broadsheet.serve.server import Server
from broadsheet.serve.session import PreviewOptions, PreviewSession
from tests.builds import built, plain_site
from tests.conftest import missing
from tests.plain import PICTURES, SETTINGS, article
from tests.previews import Preview, before_long, free_port, previewing, tab
from tests.sample import AS_OF, build_sample, copy_sample
from tests.search_reader import read_index
from tests.sites import ROOT, Site

_SCRIPT = re.compile(rb'<script src="/\.broadsheet/preview\.js"[^>]*></script>\n')
_HIDDEN = "nobody else's business"
_SPELLED = (
    "..",
    "%2e%2e",
    "%2E.",
    ".%2e",
    "%252e%252e",
    "..%00",
    "%c0%ae%c0%ae",
    "..;",
    "%u002e%u002e",
    "....",
)
_BETWEEN = ("/", "%2f", "\\", "%5c", "//", "/./", "%252f", "/%20/../")
_SLUG = "---\ntitle: Storm\ndate: 2022-11-02\nslug: ../x\n---\n"
_STRANGE_HOSTS = (
    *("evil.example", "127.0.0.1.evil.example", "evil.example:80", "localhost.evil.example", "[::2]"),
    *("10.0.0.1", "192.0.2.1:80", "127.0.0.1@evil.example", "", " ", "127.0.0.1, evil.example"),
    *("localhost\tx", "2130706434", "%6cocalhost"),
)
_NONSENSE = (
    *("GET", "GET /archive/", "GET /archive/ HTTP/9.9", "\x00\x01\x02", "GET /archive/ HTTP/1.1 x", "get\t/"),
    *("PUT /archive/x HTTP/1.1", "DELETE /archive/ HTTP/1.1", "POST /archive/ HTTP/1.1", "TRACE / HTTP/1.1"),
    *("CONNECT evil.example:443 HTTP/1.1", "OPTIONS * HTTP/1.1", "GET * HTTP/1.1", "GET  HTTP/1.1"),
    *("GET /%ff%fe HTTP/1.1", "GET /%zz HTTP/1.1", "GET /archive/\xff HTTP/1.1"),
)
_STARTS = (
    "",
    "/",
    "//",
    "/archive/../../",
    "/archive/static/../../",
    "file:///",
    "/archive//",
    "/.broadsheet/../",
)
_OWN = ("state.sqlite", "preview.sqlite", "../site.toml", "preview.js/../../site.toml", "preview.js%00.css")
_TARGETS = ("secret.txt", "site/site.toml", "etc/passwd")


@pytest.fixture
def site(tmp_path: Path) -> Site:
    articles = {
        f"content/2022/{name}.md": article(
            name.title(), f"2022-11-0{day}", tags=("Oil",), body=f"Of {name}.", more="summary: In short."
        )
        for day, name in enumerate(("flood", "storm", "drought"), 1)
    }
    site = plain_site(tmp_path / "site", articles)
    site.write(
        "layouts/base.html",
        '<link rel="stylesheet" href="/archive/style.css">\n' + site.read("layouts/base.html"),
    )
    site.write("static/style.css", "p {}\n")
    return site


@pytest.fixture
def preview(site: Site) -> Iterator[Preview]:
    with previewing(site) as preview:
        yield preview


def test_what_is_served_is_what_is_built_for_every_output(tmp_path: Path) -> None:
    site = copy_sample(tmp_path / "site")
    build_sample(site)
    outputs = site.outputs()
    del outputs["edition.txt"]
    with previewing(site, "--no-drafts", "--as-of", AS_OF) as preview:
        scripted = 0
        for path, content in outputs.items():
            is_index = path == "index.html" or path.endswith("/index.html")
            address = path.removesuffix("index.html") if is_index else path
            answer, body = preview.ask(address)
            served, scripts = _SCRIPT.subn(b"", body)
            assert answer.status == 200, path
            assert served == content, path
            assert scripts == path.endswith(".html"), path
            scripted += scripts
    assert scripted > 100
    # Nothing else was written than the preview's own state.
    assert site.outputs().keys() == outputs.keys() | {"edition.txt"}


def test_it_serves_without_a_build_and_writes_no_output(site: Site, preview: Preview) -> None:
    assert "<h1>Flood</h1>" in preview.page("2022/11/01/flood/")
    assert not (site.folder / "public").exists()
    assert sorted(file.name for file in site.folder.iterdir()) == [
        ".broadsheet", "content", "layouts", "site.toml", "static",
    ]  # fmt: skip


def test_it_begins_with_what_the_last_build_knew_and_leaves_it_alone(site: Site) -> None:
    built(site)
    outputs, state = site.outputs(), (site.folder / ".broadsheet/state.sqlite").read_bytes()
    site.write("content/2022/draft.md", article("Soon", "2022-11-05", more="draft: yes"))
    with previewing(site) as preview:
        assert "<h1>Soon</h1>" in preview.page("2022/11/05/draft/")
        site.write("content/2022/flood.md", article("Deluge", "2022-11-01", tags=("Oil",)))
        assert before_long(lambda: "Deluge" in preview.page("tags/oil/"))
    assert site.outputs() == outputs
    assert (site.folder / ".broadsheet/state.sqlite").read_bytes() == state
    built(site)
    assert b"Deluge" in site.outputs()["tags/oil/index.html"]


def test_what_was_edited_between_two_previews_is_seen(site: Site) -> None:
    with previewing(site) as preview:
        assert "<h1>Flood</h1>" in preview.page("2022/11/01/flood/")
    site.write("content/2022/flood.md", article("Deluge", "2022-11-01"))
    site.delete("content/2022/storm.md")
    with previewing(site) as preview:
        assert "<h1>Deluge</h1>" in preview.page("2022/11/01/flood/")
        assert preview.ask("2022/11/02/storm/")[0].status == 404


def test_only_a_tab_whose_page_is_another_one_is_told(site: Site, preview: Preview) -> None:
    with tab(preview, "2022/11/01/flood/") as flood, tab(preview, "2022/11/02/storm/") as storm:
        with tab(preview, "tags/oil/") as oil:
            site.write("content/2022/flood.md", article("Flood", "2022-11-01", tags=("Oil",), body="Dry."))
            assert flood.told("reload")
            site.write("content/2022/drought.md", article("Heat", "2022-11-03", tags=("Oil",), body="Hot."))
            assert oil.told("reload")
            assert storm.told("reload")  # it names its neighbour
            assert len(flood.news) == 1  # the story after it is the same
        flood.forget()
        storm.forget()
        text = site.read("content/2022/storm.md")
        site.write("content/2022/storm.md", f"{text}\nA second paragraph, which no list of articles shows.\n")
        assert storm.told("reload")
        assert flood.news == []


def test_a_tab_follows_its_article_to_a_new_address(site: Site, preview: Preview) -> None:
    site.write("content/2022/frost.md", article("Frost", "2022-11-04", more="id: frost-1"))
    assert before_long(lambda: preview.ask("2022/11/04/frost/")[0].status == 200)
    with (
        tab(preview, "2022/11/01/flood/") as by_file,
        tab(preview, "2022/11/02/storm/") as by_slug,
        tab(preview, "2022/11/04/frost/") as by_id,
        tab(preview, "2022/11/03/drought/") as gone,
    ):
        (site.folder / "content/2022/flood.md").rename(site.folder / "content/2022/deluge.md")
        site.write("content/2022/storm.md", article("Storm", "2022-11-02", more="slug: gale"))
        site.delete("content/2022/frost.md")
        site.write("content/2022/ice.md", article("Ice", "2022-11-05", more="id: frost-1"))
        site.delete("content/2022/drought.md")
        for opened, new in ((by_file, "01/deluge"), (by_slug, "02/gale"), (by_id, "05/ice")):
            assert opened.told("moved")
            assert opened.news[-1] == ("moved", {"url": f"/archive/2022/11/{new}/"})
        assert before_long(lambda: preview.ask("2022/11/03/drought/")[0].status == 404)
        assert gone.told("reload")
        assert "moved" not in [name for name, _ in gone.news]
    # A tab that was in the background meanwhile.
    with tab(preview, "2022/11/01/flood/", "old") as late:
        assert late.told("moved")


def test_an_edit_that_changes_no_page_tells_nobody(site: Site, preview: Preview) -> None:
    with tab(preview, "2022/11/01/flood/") as flood:
        text = site.read("content/2022/flood.md")
        site.write("content/2022/flood.md", text + "\n")
        site.write("content/2022/notes.txt", "For later.")
        site.write("content/2022/storm.md", site.read("content/2022/storm.md") + "\nNew.\n")
        assert before_long(lambda: "New." in preview.page("2022/11/02/storm/"))
        assert flood.news == []


@pytest.mark.parametrize("path", ["2022/11/04/şənbə/", "latest.html", "latest", "none/"])
def test_a_tab_of_any_address_is_left_alone_until_its_page_is_another_one(site: Site, path: str) -> None:
    site.write("content/2022/şənbə.md", article("Şənbə", "2022-11-04", more="summary: In short."))
    with previewing(site) as preview, tab(preview, path) as there, tab(preview, "2022/11/01/flood/") as flood:
        site.write("content/2022/flood.md", site.read("content/2022/flood.md") + "\nMore.\n")
        assert flood.told("reload")
        assert there.news == []
        site.write("layouts/base.html", site.read("layouts/base.html") + "<hr>\n")
        site.write("layouts/latest.html", site.read("layouts/latest.html") + "<hr>\n")
        assert path == "none/" or there.told("reload")


def test_a_tab_that_comes_late_is_told_at_once(site: Site, preview: Preview) -> None:
    before = preview.stamp("2022/11/01/flood/")
    site.write("content/2022/flood.md", article("Deluge", "2022-11-01"))
    assert before_long(lambda: preview.stamp("2022/11/01/flood/") != before)
    with tab(preview, "2022/11/01/flood/", stamp=before) as late:
        assert late.told("reload")
        assert [what for what, _ in late.news] == ["reload"]


def test_a_tab_that_comes_late_is_told_of_what_is_new_since_its_page_was_sent(
    site: Site, preview: Preview
) -> None:
    stamp, build = preview.stamp(), preview.build()
    site.write("content/2023/frost.md", article("Frost", "2023-09-09"))
    assert before_long(lambda: preview.stamp() != stamp)
    with tab(preview, "", stamp, build) as late, tab(preview, "", build=preview.build()) as later:
        assert late.told("reload")
        assert late.news == [("new", {"url": "/archive/2023/09/09/frost/", "title": "Frost"}), ("reload", {})]
        assert later.news == []
    site.delete("content/2023/frost.md")
    assert before_long(lambda: preview.stamp() == stamp)
    with tab(preview, "", "other", build) as late:
        assert late.told("reload")
        assert late.news == [("reload", {})]


def test_a_changed_stylesheet_is_named_and_no_page_is_loaded_again(site: Site, preview: Preview) -> None:
    with tab(preview, "2022/11/01/flood/") as flood:
        site.write("static/style.css", "p { color: red }\n")
        assert flood.told("parts")
        assert flood.news == [("parts", {"urls": ["/archive/style.css"]})]
    assert preview.ask("style.css")[1] == b"p { color: red }\n"


def test_an_article_that_is_added_is_named_and_one_that_is_deleted_is_gone(
    site: Site, preview: Preview
) -> None:
    with tab(preview) as home, tab(preview, "2022/11/01/flood/") as flood:
        site.write("content/2023/09/frost.md", article("Frost", "2023-09-09"))
        assert home.told("new")
        assert ("new", {"url": "/archive/2023/09/09/frost/", "title": "Frost"}) in home.news
        assert "<h1>Frost</h1>" in preview.page("2023/09/09/frost/")
        site.delete("content/2022/flood.md")
        assert before_long(lambda: preview.ask("2022/11/01/flood/")[0].status == 404)
        assert flood.told("reload")
        site.delete("content/2023")
        assert before_long(lambda: preview.ask("2023/09/09/frost/")[0].status == 404)


def test_problems_are_told_over_the_last_good_page_and_go_when_they_are_fixed(
    site: Site, preview: Preview
) -> None:
    good = site.read("content/2022/flood.md")
    with tab(preview, "2022/11/01/flood/") as flood, tab(preview, "2022/11/02/storm/") as storm:
        site.write("content/2022/flood.md", good.replace("2022-11-01", "2022-02-30"))
        assert flood.told("problems")
        assert storm.told("problems")
        (found,) = flood.news[0][1]["problems"]
        assert found["place"] == "content/2022/flood.md:3"
        assert "2022-02-30 is not a date" in found["text"]
        assert "The last day of that month is 2022-02-28." in found["text"]
        assert preview.said("content/2022/flood.md:3:7: date: 2022-02-30 is not a date")
        assert "Of flood." in preview.page("2022/11/01/flood/")
        assert "Flood" in preview.page("tags/oil/")
        flood.forget()
        site.write("content/2022/flood.md", good)
        assert flood.told("problems")
        assert flood.news == [("problems", {"problems": []})]
        assert preview.said("All problems are fixed.")


@pytest.mark.parametrize("path", ["content/2023/frost.md", "layouts/latest.html", "static/style.css"])
def test_a_problem_stands_whatever_else_is_saved_until_it_is_fixed(
    site: Site, preview: Preview, path: str
) -> None:
    site.write("content/2023/frost.md", article("Frost", "2023-09-09"))
    assert before_long(lambda: preview.ask("2023/09/09/frost/")[0].status == 200)
    good = site.read("content/2022/flood.md")
    with tab(preview, "2022/11/01/flood/") as flood:
        site.write("content/2022/flood.md", good.replace("2022-11-01", "2022-02-30"))
        assert flood.told("problems")
        flood.forget()
        site.write(path, site.read(path) + "\n")
        time.sleep(0.3)
        site.write("layouts/article.html", "{% if %}")
        assert flood.told("problems")
        places = [[each["place"] for each in told["problems"]] for _, told in flood.news]
        assert places == [["layouts/article.html:1", "content/2022/flood.md:3"]]
        assert "Of flood." in preview.page("2022/11/01/flood/")
        assert "All problems are fixed." not in preview.printed


@pytest.mark.parametrize(
    ("path", "wrong", "said"),
    [
        ("layouts/article.html", "{% if %}", "layouts/article.html:1"),
        ("layouts/article.html", None, "there is no such layout"),
        ("layouts/article.html", "{{ article.titel }}", "layouts/article.html:1"),
        ("site.toml", "title = 1\n", "site.toml:1"),
        ("content/2022/storm.md", _SLUG, "content/2022/storm.md:4"),
        ("content/2022/storm.md", article("S", "2022-11-01", more="slug: flood"), "would be written to"),
    ],
    ids=["syntax", "missing", "rendering", "settings", "front matter", "one path"],
)  # fmt: skip
def test_whatever_is_broken_the_last_good_page_stands_until_it_is_fixed(
    site: Site, preview: Preview, path: str, wrong: str | None, said: str
) -> None:
    good, page = site.read(path), _bare(preview.page("2022/11/01/flood/"))
    with tab(preview, "2022/11/01/flood/") as flood:
        if wrong is None:
            site.delete(path)
        else:
            site.write(path, wrong)
        assert flood.told("problems")
        assert said in flood.news[-1][1]["problems"][0]["text"]
        assert preview.said(said)
        assert _bare(preview.page("2022/11/01/flood/")) == page
        flood.forget()
        site.write(path, good)
        assert flood.told("problems")
        assert flood.news == [("problems", {"problems": []})]
        assert preview.said("All problems are fixed.")
        assert _bare(preview.page("2022/11/01/flood/")) == page


@pytest.mark.parametrize("name", ["content/2022/link.md", "static/link.txt", "layouts/link.html"])
def test_a_link_that_leads_nowhere_is_a_problem_until_it_is_fixed(
    site: Site, preview: Preview, name: str
) -> None:
    page = _bare(preview.page("2022/11/01/flood/"))
    with tab(preview, "2022/11/01/flood/") as flood:
        (site.folder / name).symlink_to("nowhere")
        assert flood.told("problems")
        assert flood.news[-1][1]["problems"][0]["text"].startswith(f"{name}: is a link that leads to no file")
        assert preview.said("Fix the link, or remove it.")
        site.write("content/2022/flood.md", article("Deluge", "2022-11-01", tags=("Oil",)))
        site.write("content/2023/frost.md", article("Frost", "2023-09-09"))
        time.sleep(0.3)
        assert _bare(preview.page("2022/11/01/flood/")) == page
        flood.forget()
        site.delete(name)
        assert flood.told("reload")
        assert "<h1>Deluge</h1>" in preview.page("2022/11/01/flood/")
        assert "<h1>Frost</h1>" in preview.page("2023/09/09/frost/")
        assert preview.said("All problems are fixed.")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_a_name_that_is_not_utf_8_is_a_problem_until_it_is_fixed(site: Site, preview: Preview) -> None:
    strange = Path(os.fsdecode(os.fsencode(site.folder) + b"/content/2022/\xff.md"))
    with tab(preview, "2022/11/01/flood/") as flood:
        strange.write_text(article("Strange", "2022-11-04"), encoding="utf-8")
        assert flood.told("problems")
        assert preview.said("the file's name is not UTF-8")
        assert "Of flood." in preview.page("2022/11/01/flood/")
        strange.rename(site.folder / "content/2022/strange.md")
        assert flood.told("new")
    assert "<h1>Strange</h1>" in preview.page("2022/11/04/strange/")


def test_a_link_that_leads_nowhere_from_the_start_is_told_and_can_be_fixed(site: Site) -> None:
    (site.folder / "content").rename(site.folder / "stories")
    site.write("site.toml", SETTINGS.replace("[content]", '[content]\nfolder = "stories"'))
    (site.folder / "stories/2022/link.md").symlink_to("nowhere")
    with previewing(site) as preview:
        answer, body = preview.ask("/")
        assert answer.status == 500
        assert b"stories/2022/link.md: is a link that leads to no file" in body
        with tab(preview) as home:
            site.delete("stories/2022/link.md")
            assert home.told("reload")
        assert "<h1>Flood</h1>" in preview.page("/archive/2022/11/01/flood/")


def test_a_redirect_that_leads_nowhere_is_a_problem_until_it_is_fixed(site: Site, preview: Preview) -> None:
    with tab(preview, "2022/11/01/flood/") as flood:
        site.write("site.toml", SETTINGS + '[redirects]\n"/a/" = "/none/"\n')
        assert flood.told("problems")
        assert "there is no /none/" in flood.news[-1][1]["problems"][0]["text"]
        flood.forget()
        site.write("content/2022/storm.md", site.read("content/2022/storm.md"))
        time.sleep(0.3)  # what changes nothing fixes nothing
        site.write("layouts/article.html", "{% if %}")
        assert flood.told("problems")
        places = [[each["place"] for each in told["problems"]] for _, told in flood.news]
        assert places == [["layouts/article.html:1", f"site.toml:{len(SETTINGS.splitlines()) + 2}"]]


def test_a_site_that_is_broken_from_the_start_says_so_and_can_be_fixed(site: Site) -> None:
    site.write("site.toml", "title = 1\n")
    with previewing(site) as preview:
        answer, body = preview.ask("/")
        assert answer.status == 500
        assert b"site.toml:1" in body
        with tab(preview) as home:
            site.write("site.toml", SETTINGS)
            assert home.told("reload")
        assert before_long(lambda: preview.ask("/archive/")[0].status == 200)


def test_an_article_that_is_broken_from_the_start_hides_no_other(site: Site) -> None:
    good = site.read("content/2022/flood.md")
    site.write("content/2022/flood.md", "---\ntitle: Flood\n---\n")
    with previewing(site) as preview:
        assert "<h1>Storm</h1>" in preview.page("2022/11/02/storm/")
        with tab(preview, "2022/11/01/flood/", stamp="") as flood:
            assert flood.told("problems")
            site.write("content/2022/flood.md", good)
            assert flood.told("reload")
        assert "<h1>Flood</h1>" in preview.page("2022/11/01/flood/")


def test_what_is_edited_while_the_settings_are_broken_is_not_forgotten(site: Site, preview: Preview) -> None:
    with tab(preview, "2022/11/01/flood/") as flood:
        site.write("site.toml", "title = 1\n")
        assert flood.told("problems")
        site.write("content/2022/flood.md", article("Deluge", "2022-11-01"))
        time.sleep(0.3)
        flood.forget()
        site.write("site.toml", SETTINGS)
        assert flood.told("reload")
    assert "<h1>Deluge</h1>" in preview.page("2022/11/01/flood/")


@pytest.mark.parametrize("how", ["cut", "scrambled", "foreign"])
def test_a_state_of_its_own_that_is_damaged_is_made_anew(site: Site, how: str) -> None:
    with previewing(site) as preview:
        assert "<h1>Flood</h1>" in preview.page("2022/11/01/flood/")
    state = site.folder / ".broadsheet/preview.sqlite"
    content = state.read_bytes()
    if how == "cut":
        state.write_bytes(content[: len(content) // 2])
    else:
        state.write_bytes(
            content[:4096] + bytes(len(content) - 4096) if how == "scrambled" else b"no database"
        )
    with previewing(site) as preview:
        assert "<h1>Flood</h1>" in preview.page("2022/11/01/flood/")
        assert "Storm" in preview.page("tags/oil/")


def test_a_revision_is_shown_whole_while_the_next_one_is_half_taken_in(site: Site) -> None:
    moment = dt.datetime(2022, 12, 1, tzinfo=dt.UTC)
    with closing(PreviewSession(PreviewOptions(site=site.folder, as_of=moment))) as session:
        assert session.revise(None, Progress()).problems == ()
        site.delete("content/2022/flood.md")
        for name in ("one", "two"):
            site.write(f"content/{name}.md", article("Same", "2022-11-05", more="slug: same"))
        assert session.revise(None, Progress()).problems
        for path in ("2022/11/01/flood/index.html", "tags/oil/index.html"):
            made = session.render(path)
            assert made
            assert b"Flood" in made.content


_ENDLESS = (
    "{% set l = [1] %}\n{% for n in l %}{% set _ = l.append(n) %}{% endfor %}",
    "{% set l = [1] %}\n{% for n in l if n > l.append(1) | default(1) | int %}{% endfor %}",
    "{% macro a(n) %}{% if n %}{{ a(n - 1) }}{{ a(n - 1) }}{% endif %}{% endmacro %}\n{{ a(200) }}",
    "{% for a in range(99999) %}{% for b in range(99999) %}\n{{ b }}{% endfor %}{% endfor %}",
)


@pytest.mark.parametrize("text", _ENDLESS)
def test_a_page_that_never_ends_is_a_problem_and_keeps_nobody_waiting(tmp_path: Path, text: str) -> None:
    site = plain_site(tmp_path / "site", {"content/a.md": article("A", "2022-11-05")})
    home = site.read("layouts/home.html")
    with closing(PreviewSession(PreviewOptions(site=site.folder, longest=0.2))) as session:
        session.revise(None, Progress())
        good = session.render("index.html")
        site.write("layouts/home.html", text)
        assert session.revise(None, Progress()).problems == ()
        stopped = session.render("index.html")
        assert good
        assert stopped
        (problem,) = stopped.problems
        assert problem.path == "layouts/home.html"
        assert problem.line in {1, 2}
        assert problem.message == "the page is not ready after 0.2 seconds"
        assert problem.source == text.split("\n")[problem.line - 1]
        # The last good page still stands, and what is known of this build is not tried again.
        assert stopped.content == good.content
        assert session.render("index.html") is stopped
        article_page = session.render("2022/11/05/a/index.html")
        assert article_page
        assert article_page.problems == ()
        site.write("layouts/home.html", home)
        session.revise(None, Progress())
        fixed = session.render("index.html")
        assert fixed
        assert (fixed.problems, fixed.content) == ((), good.content)


def test_a_page_that_never_ends_does_not_hold_up_the_build_that_fixes_it(tmp_path: Path) -> None:
    site = plain_site(tmp_path / "site", {"content/a.md": article("A", "2022-11-05")})
    base = site.read("layouts/base.html")
    site.write("layouts/base.html", base + _ENDLESS[0])
    pages = ("index.html", "404.html", "2022/index.html", "2022/11/index.html", "2022/11/05/a/index.html")
    with (
        closing(PreviewSession(PreviewOptions(site=site.folder, longest=3600))) as session,
        ThreadPoolExecutor(len(pages)) as readers,
    ):
        session.revise(None, Progress())
        waiting = [readers.submit(session.render, page) for page in pages]
        site.write("layouts/base.html", base)
        session.revise(None, Progress())
        for page in waiting:
            rendered = page.result()
            assert rendered
            assert [problem.path for problem in rendered.problems] == ["layouts/base.html"]
        for path in pages:
            fixed = session.render(path)
            assert fixed
            assert fixed.problems == ()


def test_loops_are_the_same_whether_they_are_watched_or_not(tmp_path: Path) -> None:
    site = plain_site(tmp_path / "site", {"content/a.md": article("A", "2022-11-05")})
    site.write(
        "layouts/home.html",
        "{% for n in [1, 2, 3] if n > 1 %}{{ loop.index }}/{{ loop.length }}{{ loop.last }}"
        "{{ loop.nextitem | default(0) }}"
        "{% else %}none{% endfor %}{% for n in [] %}{% else %}none{% endfor %}"
        "{% for k, v in {'a': [1]}.items() recursive %}{{ k }}{{ v }}{{ loop.depth }}{% endfor %}\n",
    )
    built(site)
    with closing(PreviewSession(PreviewOptions(site=site.folder, readers=True))) as session:
        session.revise(None, Progress())
        rendered = session.render("index.html")
    assert rendered
    assert rendered.content == site.outputs()["index.html"] == b"1/2False32/2True0nonea[1]1"


@pytest.mark.parametrize("how", ["overwritten", "cut", "emptied", "rows"])
def test_a_state_that_is_damaged_meanwhile_is_made_anew_and_good_pages_stand_until_then(
    site: Site, preview: Preview, how: str
) -> None:
    page = _bare(preview.page("2022/11/01/flood/"))
    state = site.folder / ".broadsheet/preview.sqlite"
    if how == "rows":
        with closing(sqlite3.connect(state, isolation_level=None)) as db:
            for statement in ("UPDATE story SET facts = '{'", "UPDATE article SET teaser = '[]'"):
                db.execute(statement)
    for file in [] if how == "rows" else (state, state.with_name(f"{state.name}-wal")):
        with file.open("r+b") as damaged:
            size = damaged.seek(0, os.SEEK_END)
            damaged.seek(0)
            if how == "overwritten":
                damaged.write(b"\xff" * size)
            else:
                damaged.truncate(size // 2 if how == "cut" else 0)
    for _ in range(3):
        answer, body = preview.ask("2022/11/01/flood/")
        assert answer.status == 200
        assert _bare(body.decode()) == page
    site.write("content/2022/storm.md", article("Gale", "2022-11-02"))
    assert before_long(lambda: "<h1>Gale</h1>" in preview.page("2022/11/02/storm/"))
    assert "Drought" in preview.page("tags/oil/")


def test_a_request_may_come_late_and_a_connection_is_kept_for_another_one_for_a_while(site: Site) -> None:
    ready, request = threading.Event(), b"GET /archive/style.css HTTP/1.1\r\nHost: localhost\r\n\r\n"
    ready.set()
    with closing(PreviewSession(PreviewOptions(site=site.folder))) as session:
        session.revise(None, Progress())
        with Server("127.0.0.1", 0, session, Tabs(session, print), ready, idle=0.05) as server:
            threading.Thread(target=server.serve_forever, args=(0.01,)).start()
            try:
                with socket.create_connection(("127.0.0.1", server.server_port)) as late:
                    time.sleep(0.5)
                    late.sendall(request[:20])
                    time.sleep(0.5)
                    late.sendall(request[20:])
                    # The server closes it once nothing more comes.
                    answer = b"".join(iter(lambda: late.recv(65_536), b""))
                assert answer.startswith(b"HTTP/1.1 200 ")
                assert answer.endswith(b"p {}\n")
            finally:
                server.shutdown()


def test_cleaning_up_meanwhile_costs_only_time(site: Site, preview: Preview) -> None:
    assert "<h1>Flood</h1>" in preview.page("2022/11/01/flood/")
    assert site.run("clean").status == 0
    site.write("content/2022/flood.md", article("Deluge", "2022-11-01"))
    assert before_long(lambda: "<h1>Deluge</h1>" in preview.page("2022/11/01/flood/"))
    assert "<h1>Storm</h1>" in preview.page("2022/11/02/storm/")
    assert "Drought" in preview.page("tags/oil/")


def test_a_file_that_is_renamed_into_place_is_seen(site: Site, preview: Preview) -> None:
    for number in range(5):
        site.write("content/2022/.flood.md.swp", article(f"Deluge {number}", "2022-11-01"))
        (site.folder / "content/2022/.flood.md.swp").replace(site.folder / "content/2022/flood.md")
        assert before_long(lambda n=number: f"Deluge {n}" in preview.page("2022/11/01/flood/"))  # type: ignore[misc]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells when a file is closed")
def _shows(preview: Preview, headline: str, path: str = "2022/11/03/linked/") -> bool:
    return before_long(lambda: f"<h1>{headline}</h1>" in preview.page(path))


@pytest.mark.parametrize("where", ["site/drafts", "site"])
def test_an_edit_of_what_a_link_leads_to_is_seen(site: Site, tmp_path: Path, where: str) -> None:
    file = tmp_path / where / "linked.md"
    file.parent.mkdir(exist_ok=True)
    file.write_text(article("One", "2022-11-03"), encoding="utf-8")
    (site.folder / "content/linked.md").symlink_to(file)
    with previewing(site) as preview:
        assert _shows(preview, "One")
        file.write_text(article("Two", "2022-11-03"), encoding="utf-8")
        assert _shows(preview, "Two")
        # As editors save: a new file in place of the old one.
        other = file.with_name("other.tmp")
        other.write_text(article("Three", "2022-11-03"), encoding="utf-8")
        other.replace(file)
        assert _shows(preview, "Three")
        file.write_text(article("Four", "2022-11-03"), encoding="utf-8")
        assert _shows(preview, "Four")


def test_links_that_come_meanwhile_are_followed_within_the_site(site: Site, tmp_path: Path) -> None:
    for name in ("one", "two"):
        site.write(f"{name}/a.md", article(name.title(), "2022-11-03"))
    way = site.folder / "way.md"
    way.symlink_to("one/a.md")
    with previewing(site) as preview:
        (site.folder / "content/linked.md").symlink_to("../way.md")
        assert _shows(preview, "One")
        site.write("one/a.md", article("More", "2022-11-03"))
        assert _shows(preview, "More")
        way.with_name("new.md").symlink_to("two/a.md")
        way.with_name("new.md").replace(way)
        assert _shows(preview, "Two")
        # One that leads out is a problem, and goes on being watched.
        (tmp_path / "out.md").write_text(article("Out", "2022-11-03"), encoding="utf-8")
        way.with_name("new.md").symlink_to(tmp_path / "out.md")
        way.with_name("new.md").replace(way)
        assert preview.said("content/linked.md: is a link that leads out of the site's folder")
        assert _shows(preview, "Two")
        way.unlink()
        way.symlink_to("one/a.md")
        assert _shows(preview, "More")


def test_new_folders_within_new_folders_are_no_news_on_the_terminal(site: Site) -> None:
    with previewing(site) as preview:
        before = list(preview.printed)
        for number in range(20):
            (site.folder / f"content/new{number}/a/b/c/d").mkdir(parents=True)
        site.write("content/new19/a/b/c/d/linked.md", article("Deep", "2022-11-03"))
        assert _shows(preview, "Deep")
        assert preview.printed == before


def test_half_of_a_file_that_is_being_saved_is_never_shown(site: Site, preview: Preview) -> None:
    good = site.read("layouts/base.html")
    with tab(preview, "2022/11/01/flood/") as flood:
        for number in range(4):
            with (site.folder / "layouts/base.html").open("w", encoding="utf-8") as file:
                file.flush()
                time.sleep(0.05)  # an empty layout is a good one, and another page
                file.write(good)
            site.write("content/2022/storm.md", article(f"Gale {number}", "2022-11-02"))
            assert before_long(lambda n=number: f"Gale {n}" in preview.page("2022/11/02/storm/"))  # type: ignore[misc]
            assert "Of flood." in preview.page("2022/11/01/flood/")
        # For its neighbour's new headlines, and for nothing else.
        assert before_long(lambda: len(flood.news) >= 4)
        assert [name for name, _ in flood.news] == ["reload"] * 4


@pytest.mark.parametrize("folder", ["content/.trash", "content/2022/.old/deep"])
def test_what_is_saved_in_a_dotted_folder_is_published_only_from_static(site: Site, folder: str) -> None:
    site.write(f"{folder}/frost.md", article("Frost", "2023-09-09"))
    site.write("static/.well-known/key.txt", "old")
    with previewing(site) as preview:
        site.write(f"{folder}/frost.md", article("Frost", "2023-09-09", body="Thaw."))
        site.write("static/.well-known/key.txt", "new")
        assert before_long(lambda: preview.ask(".well-known/key.txt")[1] == b"new")
        site.write("content/2022/flood.md", article("Deluge", "2022-11-01"))
        assert before_long(lambda: "Deluge" in preview.page("2022/11/01/flood/"))
        assert preview.ask("2023/09/09/frost/")[0].status == 404


def test_folders_may_come_and_go(site: Site, preview: Preview, tmp_path: Path) -> None:
    shutil.move(site.folder / "content", tmp_path / "away")
    assert preview.said("content: there is no folder content/")
    assert preview.ask("2022/11/01/flood/")[0].status == 200
    shutil.move(tmp_path / "away", site.folder / "content")
    assert preview.said("All problems are fixed.")
    (site.folder / "content/2022").rename(tmp_path / "2022")
    assert before_long(lambda: preview.ask("2022/11/01/flood/")[0].status == 404)
    (tmp_path / "2022").rename(site.folder / "content/2022")
    assert before_long(lambda: preview.ask("2022/11/01/flood/")[0].status == 200)
    site.write("content/2022/flood.md", article("Deluge", "2022-11-01"))
    assert before_long(lambda: "Deluge" in preview.page("2022/11/01/flood/"))
    (site.folder / "content/2022").rename(site.folder / "content/later")
    site.write("content/later/storm.md", article("Gale", "2022-11-02"))
    assert before_long(lambda: "Gale" in preview.page("2022/11/02/storm/"))


def test_drafts_and_articles_to_come_are_shown_with_a_badge_unless_refused(site: Site) -> None:
    site.write("content/draft.md", article("Soon", "2022-11-05", more="draft: yes"))
    site.write("content/later.md", article("Later", "2031-05-05 09:14"))
    site.write("content/both.md", article("Both", "2031-05-06 09:14", more="draft: yes"))
    with previewing(site, "--as-of", "2026-01-01") as preview:
        both = 'data-badge="Draft. When it is none any more, it appears 2031-05-06 09:14 +0400."'
        assert both in preview.page("2031/05/06/both/")
        assert 'data-badge="Draft."' in preview.page("2022/11/05/draft/")
        assert 'data-badge="Held back: appears 2031-05-05 09:14 +0400."' in preview.page("2031/05/05/later/")
        assert "data-badge" not in preview.page("2022/11/01/flood/")
    with previewing(site, "--as-of", "2026-01-01", "--no-drafts") as preview:
        assert preview.ask("2022/11/05/draft/")[0].status == 404
        assert preview.ask("2031/05/05/later/")[0].status == 404
        assert "Soon" not in preview.page()


def test_an_article_to_come_appears_at_its_moment(site: Site) -> None:
    moment = time.gmtime(time.time() + 8)
    site.write("content/now.md", article("Now", time.strftime("%Y-%m-%dT%H:%M:%SZ", moment)))
    with previewing(site, "--no-drafts") as preview:
        assert "Now" not in preview.page()
        assert before_long(lambda: "Now" in preview.page())


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("site.toml", "title = 1\n"),
        ("content/2022/flood.md", "---\ntitle: Flood\n---\n"),
        ("layouts/article.html", "{% if %}"),
    ],
    ids=["settings", "article", "layout"],
)
def test_a_moment_that_passed_during_a_revision_calls_for_one_more_and_no_third(
    site: Site, path: str, wrong: str
) -> None:
    good = site.read(path)
    with closing(PreviewSession(PreviewOptions(site=site.folder, readers=True))) as session:
        instant = int(time.time()) + 4
        moment = time.gmtime(instant)
        site.write("content/now.md", article("Now", time.strftime("%Y-%m-%dT%H:%M:%SZ", moment)))
        page = time.strftime("%Y/%m/%d/now/index.html", moment)
        assert session.revise(None, Progress()).problems == ()
        assert session.render(page) is None
        assert before_long(lambda: time.time() > instant)
        assert session.seconds_until_change() == 0
        site.write(path, wrong)
        assert session.revise(frozenset(("content/2022",)), Progress()).problems
        assert session.render(page) is None
        assert session.seconds_until_change() is None
        site.write(path, good)
        assert session.revise(frozenset(("content/2022",)), Progress()).problems == ()
        assert session.render(page)
        assert session.seconds_until_change() == pytest.approx(172_800, abs=90)  # it ceases to be news


def test_a_search_finds_what_was_saved_last_and_drafts(tmp_path: Path) -> None:
    flood = article("Flood", "2022-11-05", body="Water rose.")
    draft = article("Draft", "2023-01-01", body="Secret.", more="draft: yes")
    settings = SETTINGS.replace("on = false", "on = true")
    site = plain_site(
        tmp_path / "site", {"content/flood.md": flood, "content/draft.md": draft}, settings=settings
    )

    with previewing(site) as preview:
        assert _search(preview, "water") == ["2022/11/05/flood/"]
        assert _search(preview, "secret") == ["2023/01/01/draft/"]
        site.write("content/flood.md", flood.replace("Water", "Foam"))
        assert before_long(lambda: _search(preview, "foam") == ["2022/11/05/flood/"])
        assert _search(preview, "water") == []
        site.write("content/storm.md", article("Storm", "2022-11-06", body="Foam."))
        found = ["2022/11/05/flood/", "2022/11/06/storm/"]
        assert before_long(lambda: _search(preview, "foam") == found)
    with previewing(site, "--no-drafts") as preview:
        assert _search(preview, "secret") == []
        assert _search(preview, "foam") == found


def _search(preview: Preview, word: str) -> list[str]:
    # Files of two builds are to be asked for again, as a browser does.
    with suppress(AssertionError):
        return read_index(_Served(preview)).words.get(word, [])
    return []


class _Served(Mapping[str, bytes]):
    """The files of search as a preview serves them, asked for when they are looked at."""

    def __init__(self, preview: Preview) -> None:
        self._preview = preview

    def __getitem__(self, path: str) -> bytes:
        answer, body = self._preview.ask(path)
        assert answer.status == 200
        return body

    def __iter__(self) -> Iterator[str]:
        years = (f"search/{year}.json" for year in (2022, 2023))
        return (path for path in years if self._preview.ask(path)[0].status == 200)

    def __len__(self) -> int:
        return len(list(iter(self)))


def test_a_url_leads_where_it_leads_on_github_pages(preview: Preview) -> None:
    answer, _ = preview.ask("/")
    assert (answer.status, answer.getheader("Location")) == (302, "/archive/")
    answer, _ = preview.ask("2022/11/01/flood")
    assert (answer.status, answer.getheader("Location")) == (302, "/archive/2022/11/01/flood/")
    assert preview.ask("latest")[1] == preview.ask("latest.html")[1]
    for path in (
        "none/",
        "2022/11/01/flood/x",
        "2022/11/01/Flood/",
        "static/style.css",
        "content/",
        ".broadsheet/",
    ):
        answer, body = preview.ask(path)
        assert answer.status == 404, path
        assert b"<title>" in body, path
    assert preview.ask("/elsewhere/")[0].status == 404


def test_answers_bear_their_types_and_are_not_kept(site: Site, preview: Preview) -> None:
    site.write("content/2022/flood.md", article("Flood", "2022-11-01", body="![A flood](flood.png)"))
    site.write("content/2022/flood.png", PICTURES[0])
    site.write("static/film.mp4", b"film")
    assert before_long(lambda: preview.ask("2022/11/01/flood/flood.png")[0].status == 200)
    assert before_long(lambda: preview.ask("film.mp4")[0].status == 200)
    for path, kind in {
        "": "text/html; charset=utf-8",
        "style.css": "text/css; charset=utf-8",
        "2022/11/01/flood/flood.png": "image/png",
        "film.mp4": "video/mp4",
        "atom.xml": "application/atom+xml",
        "rss.xml": "application/rss+xml",
        "feed.json": "application/feed+json",
        "sitemap.xml": "application/xml",
        "robots.txt": "text/plain; charset=utf-8",
        "sitemaps/2022-11_1.xml.gz": "application/gzip",
    }.items():
        answer, body = preview.ask(path)
        assert (answer.status, answer.getheader("Content-Type")) == (200, kind), path
        assert answer.getheader("Cache-Control") == "no-store"
        assert answer.getheader("X-Content-Type-Options") == "nosniff"
        assert answer.getheader("X-Frame-Options") == "SAMEORIGIN"
        assert answer.getheader("Cross-Origin-Resource-Policy") == "same-origin"
        head, nothing = preview.ask(path, "HEAD")
        assert (head.status, nothing) == (200, b"")
        assert head.getheader("Content-Length") == str(len(body)), path
        assert head.getheader("Content-Type") == kind


_RANGES = (
    ("bytes=0-3", 206, "bytes 0-3/10", b"0123"),
    ("bytes=4-", 206, "bytes 4-9/10", b"456789"),
    ("bytes=-3", 206, "bytes 7-9/10", b"789"),
    ("bytes=8-99", 206, "bytes 8-9/10", b"89"),
    ("bytes=10-", 416, "bytes */10", b""),
    ("bytes=-0", 416, "bytes */10", b""),
    ("bytes=5-2", 200, None, b"0123456789"),
    ("bytes=0-1,3-4", 200, None, b"0123456789"),
    ("bytes=-", 200, None, b"0123456789"),
    ("lines=1-2", 200, None, b"0123456789"),
    (f"bytes={'9' * 5000}-", 416, "bytes */10", b""),
    (f"bytes={'0' * 5000}8-{'9' * 5000}", 206, "bytes 8-9/10", b"89"),
    (f"bytes=-{'9' * 5000}", 200, None, b"0123456789"),
)


def test_a_part_of_a_file_may_be_asked_for(site: Site) -> None:
    site.write("static/film.mp4", b"0123456789")
    with previewing(site) as preview:
        for asked, status, span, body in _RANGES:
            answer, content = preview.ask("film.mp4", headers={"Range": asked})
            assert (answer.status, answer.getheader("Content-Range"), content) == (status, span, body), asked


@pytest.mark.parametrize(
    "base", ["b\u00fccher", "b%C3%BCcher", "a(b)", "a%28b%29", "x/\u0434\u043e\u043c", "a+b,c;d"]
)
def test_the_base_path_of_a_site_may_have_any_letters(tmp_path: Path, base: str) -> None:
    settings = SETTINGS.replace("/archive/", f"/{base}/")
    site = plain_site(tmp_path / "site", {"content/a.md": article("A", "2022-11-05")}, settings=settings)
    site.write("layouts/base.html", "<img src=\"{{ url('/a.png') }}\">\n" + site.read("layouts/base.html"))
    site.write("static/a.png", PICTURES[0])
    with previewing(site) as preview:
        for way in (preview.base, quote(unquote(preview.base)), f"/{quote(base, safe='%/')}/"):
            assert preview.ask(way)[0].status == 200
            assert preview.ask(f"{way}2022/11/05/a/")[0].status == 200
            answer, _ = preview.ask(f"{way}2022/11/05/a")
            assert (answer.status, answer.getheader("Location")) == (302, f"{preview.base}2022/11/05/a/")
        for way in ("/", preview.base.rstrip("/")):
            answer, _ = preview.ask(way)
            assert (answer.status, answer.getheader("Location")) == (302, preview.base)
        with tab(preview, stamp=preview.stamp()) as home:
            site.write("static/a.png", PICTURES[1])
            assert home.told("parts")
            assert home.news[-1] == ("parts", {"urls": [f"{preview.base}a.png"]})


def test_what_stands_behind_a_request_is_not_taken_for_another_one(preview: Preview) -> None:
    second = b"GET /archive/none/ HTTP/1.1\r\nHost: localhost\r\n\r\n"
    for header in (f"Content-Length: {len(second)}", "Transfer-Encoding: chunked"):
        first = f"GET /archive/ HTTP/1.1\r\nHost: localhost\r\n{header}\r\n\r\n".encode()
        assert _answer(preview.address[1], first + second).count(b"HTTP/1.1 ") == 1


def test_a_taken_port_is_passed_over(site: Site) -> None:
    with previewing(site) as first, previewing(site, "--port", str(first.address[1])) as second:
        assert second.address[1] > first.address[1]
        assert f"Port {first.address[1]} is taken." in second.printed
        # Two previews of one site are in nobody's way.
        site.write("content/2022/flood.md", article("Deluge", "2022-11-01"))
        for preview in (first, second):
            assert before_long(lambda p=preview: "Deluge" in p.page("2022/11/01/flood/"))  # type: ignore[misc]


def test_ctrl_c_ends_it_at_once_whoever_is_connected_and_leaves_no_process(site: Site) -> None:
    with ExitStack() as stack:
        # By this it is a process that was started, and no fork.
        command = ("env",) if shutil.which("env") else ()
        preview = stack.enter_context(previewing(site, command=command))
        for _ in range(5):
            stack.enter_context(socket.create_connection(preview.address))
        connection = stack.enter_context(socket.create_connection(preview.address))
        connection.sendall(b"GET /.broadsheet/events?path=/archive/ HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert connection.recv(4) == b"HTTP"
        preview.process.send_signal(2)
        assert preview.process.wait(10) == 0
        assert _children(preview.process.pid) == []


def test_elsewhere_than_on_this_machine_it_says_what_that_means(site: Site) -> None:
    with previewing(site, "--host", "0.0.0.0") as preview:  # noqa: S104 - what is tested
        assert preview.said(
            "Listening on 0.0.0.0: whoever reaches this machine can read what is not published"
        )
        port = preview.address[1]
        assert _status(port, f"GET /archive/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n") == 200
        assert _status(port, f"GET /archive/ HTTP/1.1\r\nHost: evil.example:{port}\r\n\r\n") == 421


def test_the_example_of_its_help_serves(site: Site) -> None:
    done = site.run("serve", "--help")
    (example,) = re.findall(r"Example: build\.py serve (.+)", done.stdout)
    words = [word for word in shlex.split(example) if word != "--open"]
    with previewing(site, *words, "--port", str(free_port())) as preview:
        assert preview.ask()[0].status == 200


def test_without_watches_it_says_so_and_looks_again_and_again(site: Site) -> None:
    refused = ("unshare", "--user", "--map-root-user", "sh", "-c")
    forbid = 'echo 0 > /proc/sys/user/max_inotify_instances && exec "$@"'
    if subprocess.run([*refused, forbid, "sh", "true"], capture_output=True, check=False).returncode:
        if os.geteuid() == 0 and shutil.which("unshare"):
            pytest.skip(
                "this is a chroot or a container, in which nobody may have a namespace of users of its own"
            )
        missing("a namespace of users of its own", "unshare, of util-linux, and a system that lets it")
    with previewing(site, command=(*refused, forbid, "sh")) as preview:
        assert preview.said("The system refuses to watch the site's folders")
        assert preview.said("fs.inotify.max_user_watches")
        assert "<h1>Flood</h1>" in preview.page("2022/11/01/flood/")
        site.write("content/2022/flood.md", article("Deluge", "2022-11-01"))
        assert before_long(lambda: "<h1>Deluge</h1>" in preview.page("2022/11/01/flood/"))


def test_a_first_look_at_a_large_archive_is_watched_and_becomes_the_page(site: Site) -> None:
    for number in range(9000):
        day = f"20{number // 900:02}-01-{number % 28 + 1:02}"
        site.write(f"content/{day[:4]}/{number}.md", article(f"No {number}", day, body="A word. " * 40))
    with previewing(site, early=True) as preview:
        answer, body = preview.ask("2022/11/01/flood/")
        assert answer.status == 503
        assert b"The archive is being read" in body
        stamp = body.decode().partition('data-stamp="')[2].partition('"')[0]
        with tab(preview, "2022/11/01/flood/", stamp=stamp) as flood:
            assert flood.told("progress")
            assert flood.news[0][1]["count"] > 9000
            assert flood.told("reload")
        assert "<h1>Flood</h1>" in preview.page("2022/11/01/flood/")


def test_a_switch_of_branches_ends_in_the_right_pages(tmp_path: Path) -> None:
    """Two thousand articles differ, of 2,200."""
    site = plain_site(tmp_path / "site")
    for number in range(2200):
        _number(site, number, "one")
    git = _git(site)
    git("init", "--initial-branch", "one")
    git("add", "content", "layouts", "site.toml")
    git("commit", "--message", "one")
    git("switch", "--create", "two")
    for number in range(2000):
        if number % 10 == 9:
            site.delete(_path(number))
        else:
            _number(site, number, "two")
    for number in range(2400, 2500):
        _number(site, number, "two")
    git("add", "content")
    git("commit", "--message", "two")
    with previewing(site) as preview:
        assert before_long(lambda: preview.ask()[0].status == 200)
        for branch in ("one", "two"):
            with tab(preview, "2000/01/05/4/") as four:
                git("switch", branch)
                assert four.told("reload")
                assert before_long(lambda b=branch: f"Number 0 of {b}" in preview.page("2000/01/01/0/"))  # type: ignore[misc]
            expected = {
                number: "one" if branch == "one" or 2000 <= number < 2200 else "two" for number in range(2200)
            }
            if branch == "two":
                expected = {
                    number: words for number, words in expected.items() if number >= 2000 or number % 10 != 9
                }
                expected |= dict.fromkeys(range(2400, 2500), "two")
            # What the watcher has not told of yet is seen a moment later.
            assert before_long(lambda e=expected: _numbers(preview, 2500) == e)  # type: ignore[misc]


def _numbers(preview: Preview, most: int) -> dict[int, str]:
    """Return the numbers that have a page, each with the branch that the page is of."""
    with ThreadPoolExecutor(4) as pool:
        answers = zip(range(most), pool.map(lambda n: preview.ask(_address(n)), range(most)), strict=True)
        return {
            number: re.findall(rf"Number {number} of (\w+)", body.decode())[0]
            for number, (answer, body) in answers
            if answer.status == 200
        }


def _bare(page: str) -> str:
    """Return a page as it is built, without the preview's script."""
    return _SCRIPT.sub(b"", page.encode()).decode()


def _children(parent: int) -> list[str]:
    """Return the processes that one has started: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html."""
    found = []
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            name, _, rest = file.read_text(errors="replace").rpartition(")")
            found += [name] if rest.split()[1] == str(parent) else []
    return found


def _path(number: int) -> str:
    return f"content/{number % 40}/{number}.md"


def _address(number: int) -> str:
    return f"20{number // 336:02}/{number // 28 % 12 + 1:02}/{number % 28 + 1:02}/{number}/"


def _number(site: Site, number: int, words: str) -> None:
    day = _address(number)[:10].replace("/", "-")
    site.write(_path(number), article(f"Number {number} of {words}", day))


def _git(site: Site) -> Callable[..., None]:
    program = shutil.which("git") or missing("git", "apt-get install git")

    def git(*words: str) -> None:
        who = ("-c", "user.name=Nobody", "-c", "user.email=nobody@example.org", "-c", "gc.auto=0")
        subprocess.run([program, *who, *words], cwd=site.folder, check=True, capture_output=True)

    return git


def _status(port: int, request: str | bytes) -> int:
    """Return the status that a request is answered with; 0 when it is not answered."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(request if isinstance(request, bytes) else request.encode())
        try:
            line = connection.makefile("rb").readline()
        except OSError:
            return 0
    return int(line.split()[1]) if line.startswith(b"HTTP/") else 0


def _hostile(port: int) -> Iterator[tuple[str, bytes]]:
    """Yield some two hundred requests that nobody sends by accident."""
    own = f"Host: 127.0.0.1:{port}\r\n"
    for dots in _SPELLED:
        for between in _BETWEEN:
            for base in ("/archive/", "/"):
                way = between.join([dots] * 3 + ["secret.txt"])
                yield "traversal", f"GET {base}{way} HTTP/1.1\r\n{own}\r\n".encode()
    for target in _TARGETS:
        for start in _STARTS:
            yield "traversal", f"GET {start}{target} HTTP/1.1\r\n{own}\r\n".encode()
    for path in _OWN:
        yield "own", f"GET /.broadsheet/{path} HTTP/1.1\r\n{own}\r\n".encode()
    for name in _STRANGE_HOSTS:
        yield "host", f"GET /archive/ HTTP/1.1\r\nHost: {name}\r\n\r\n".encode()
        yield "host", f"GET http://{name.strip()}/archive/ HTTP/1.1\r\n{own}\r\n".encode()
    yield "host", b"GET /archive/ HTTP/1.1\r\n\r\n"
    yield "host", b"GET /archive/ HTTP/1.0\r\n\r\n"
    yield "large", f"GET /archive/ HTTP/1.1\r\n{own}X: {'x' * 100_000}\r\n\r\n".encode()
    yield "large", f"GET /archive/{'x' * 100_000} HTTP/1.1\r\n{own}\r\n".encode()
    yield "large", f"GET /archive/ HTTP/1.1\r\n{own}{'X: y' + chr(13) + chr(10)}".encode() * 3000
    yield "large", f"GET /archive/ HTTP/1.1\r\n{own}Cookie: {'a=b; ' * 20_000}\r\n\r\n".encode()
    for line in _NONSENSE:
        yield "nonsense", f"{line}\r\n{own}\r\n".encode("latin-1")


def test_a_static_file_that_the_site_lacks_is_served_from_the_theme(site: Site) -> None:
    site.write("site.toml", site.read("site.toml").replace("fallback = false", "fallback = true"))
    with previewing(site) as preview:
        answer, content = preview.ask("site.js")
        assert (answer.status, content) == (200, (ROOT / "static/site.js").read_bytes())
        assert preview.ask("style.css")[1] == b"p {}\n"


def test_nothing_hostile_is_answered_with_what_is_not_the_site_s(site: Site) -> None:
    secret = site.folder.parent / "secret.txt"
    secret.write_text(_HIDDEN, encoding="utf-8")
    site.write("static/out.txt", "Own.")
    (site.folder / "static/up").symlink_to(site.folder.parent)
    with previewing(site) as preview:
        port = preview.address[1]
        assert preview.ask("out.txt")[0].status == 200
        site.delete("static/out.txt")
        (site.folder / "static/out.txt").symlink_to(secret)
        assert preview.said("static/out.txt: is a link that leads out of the site's folder")
        assert preview.ask("out.txt")[0].status == 403
        requests = list(_hostile(port))
        assert len(requests) >= 200
        answers = [(kind, request, _answer(port, request)) for kind, request in requests]
        for kind, request, answer in answers:
            assert _HIDDEN.encode() not in answer, request[:200]
            assert b"The Example Courier" not in answer or b" 404 " in answer[:20], request[:200]
            assert b"root:" not in answer, request[:200]
            assert not re.match(rb"HTTP/1\.\d (2|3|500)", answer), (kind, request[:200])
            if kind == "host":
                assert re.match(rb"HTTP/1\.\d 4", answer), request[:200]
        assert preview.ask()[0].status == 200


def test_requests_left_half_open_and_a_hundred_at_once_keep_nobody_waiting(site: Site) -> None:
    with previewing(site) as preview, ExitStack() as stack:
        for number in range(100):
            half = stack.enter_context(socket.create_connection(preview.address, timeout=10))
            half.sendall(
                (b"", b"G", b"GET /archive/ HTTP/1.1\r\n", b"GET /archive/ HTTP/1.1\r\nHost: local")[
                    number % 4
                ]
            )
        with ThreadPoolExecutor(100) as pool:
            answers = list(pool.map(lambda _: preview.ask("2022/11/01/flood/")[0].status, range(100)))
        assert answers == [200] * 100


def _answer(port: int, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        try:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(65_536), b""))
        except OSError:
            return b""
