"""``move``: the file, what only it uses, the links to it and its own, the alias of its old address."""

from __future__ import annotations

import datetime as dt
import posixpath
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.common.problems import Problems
from broadsheet.common.progress import Progress
from broadsheet.editing.changes import make_changes
from broadsheet.editing.front_matter import add_to_list
from broadsheet.editing.links import find_file, list_addresses, rewrite_links, write_relative
from broadsheet.editing.moving import plan_move
from broadsheet.read.front_matter import split, to_plain
from broadsheet.settings import reader
from tests.builds import plain_site
from tests.plain import PICTURES, SETTINGS, article
from tests.sites import Site

_SETTINGS = reader.read(SETTINGS, "site.toml")
_OLD, _NEW = "content/2022/flood.md", "content/2023/11/the-flood.md"
_BODY = """\
![bridge](bridge.jpg) and ![shared](shared.jpg), [b](other.md#x "t"), [self](flood.md), [c](../c.md)

`[b](other.md)` stays.
"""


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return plain_site(
        tmp_path / "site",
        {
            _OLD: article("Flood", "2022-11-05", body=_BODY, more="image: bridge.jpg"),
            "content/2022/other.md": article("Other", "2022-11-06", body="![x](shared.jpg) [f](flood.md)"),
            "content/c.md": article("C", "2022-11-07", body="[f](2022/flood.md#top) flood.md"),
            "content/2022/bridge.jpg": PICTURES[0],
            "content/2022/shared.jpg": PICTURES[0],
        },
    )


def _moved(site: Site, old: str = _OLD, new: str = _NEW, *more: str) -> str:
    run = site.run("move", old, new, *more)
    assert (run.status, run.stderr) == (0, "")
    return run.stdout


def _refused(site: Site, old: str, new: str) -> str:
    before = site.outputs(".")
    run = site.run("move", old, new)
    assert (run.status, run.stdout) == (1, "")
    after = site.outputs(".")
    assert after == before
    return run.stderr


def test_a_lead_picture_keeps_its_focus_and_a_picture_of_static_its_address(site: Site) -> None:
    lead = "image: {file: shared.jpg, alt: Water, focus: 30% 60%}"
    site.write("static/dam.png", PICTURES[0])
    site.write(_OLD, article("Flood", "2022-11-05", body="![dam](/dam.png)", more=lead))
    _moved(site)
    text = site.read(_NEW)
    assert "{file: ../../2022/shared.jpg, alt: Water, focus: 30% 60%}" in text
    assert "![dam](/dam.png)" in text


def test_an_article_moves_with_its_links_its_pictures_and_its_old_address(site: Site) -> None:
    assert _moved(site).splitlines() == [
        f"moved: {_OLD} to {_NEW}",
        "moved: content/2022/bridge.jpg to content/2023/11/bridge.jpg",
        "changed: content/2022/other.md",
        "changed: content/c.md",
        "stays: content/2022/shared.jpg",
        "alias: /2022/11/05/flood/",
    ]
    text = site.read(_NEW)
    assert (
        "![bridge](bridge.jpg) and ![shared](../../2022/shared.jpg),"
        ' [b](../../2022/other.md#x "t"), [self](the-flood.md), [c](../../c.md)'
    ) in text
    assert "`[b](other.md)` stays." in text
    assert "\naliases: [/2022/11/05/flood/]\n---\n" in text
    assert site.read("content/2022/other.md").endswith("![x](shared.jpg) [f](../2023/11/the-flood.md)\n")
    assert site.read("content/c.md").endswith("[f](2023/11/the-flood.md#top) flood.md\n")
    assert not (site.folder / _OLD).exists()
    build = site.build("--as-of", "2026-01-01")
    assert (build.status, build.stderr) == (0, "")
    assert "/2022/11/05/the-flood/" in site.read("public/2022/11/05/flood/index.html")


def test_a_dry_run_shows_the_difference_and_moves_nothing(site: Site) -> None:
    before = site.outputs(".")
    shown = _moved(site, _OLD, _NEW, "--dry-run")
    assert f"rename from {_OLD}\nrename to {_NEW}\n--- a/{_OLD}\n+++ b/{_NEW}\n" in shown
    assert "\n+aliases: [/2022/11/05/flood/]\n" in shown
    assert "\n-[f](2022/flood.md#top) flood.md\n+[f](2023/11/the-flood.md#top) flood.md\n" in shown
    assert {path: each for path, each in site.outputs(".").items() if path in before} == before


def test_a_new_name_beside_it_moves_no_picture_and_changes_no_link_of_its_own(site: Site) -> None:
    _moved(site, _OLD, "content/2022/deluge.md")
    text = site.read("content/2022/deluge.md")
    assert text.replace("[self](deluge.md)", "[self](flood.md)").replace(
        "aliases: [/2022/11/05/flood/]\n", ""
    ) == article("Flood", "2022-11-05", body=_BODY, more="image: bridge.jpg")
    assert (site.folder / "content/2022/bridge.jpg").exists()


def test_a_folder_is_moved_into_and_one_that_is_left_empty_goes(site: Site) -> None:
    site.write("content/one/a.md", article("A", "2022-11-08"))
    (site.folder / "content/two").mkdir()
    assert _moved(site, "content/one/a.md", "content/two") == "moved: content/one/a.md to content/two/a.md\n"
    assert not (site.folder / "content/one").exists()


def test_an_address_that_stays_needs_no_alias_and_a_draft_has_none(site: Site) -> None:
    assert "alias" not in _moved(site, _OLD, "content/2024/flood.md")
    site.write("content/d.md", article("D", "2022-11-08", more="draft: yes"))
    assert "alias" not in _moved(site, "content/d.md", "content/e.md")
    site.write("content/l.md", article("L", "2999-11-08"))
    assert "alias" not in _moved(site, "content/l.md", "content/m.md")


def test_links_by_address_and_redirects_follow_a_new_address(site: Site) -> None:
    rows = '"/old/" = "content/2022/flood.md" # as it was\n"/older/" = \'/2022/11/05/flood/\'\n'
    site.write("site.toml", f"{SETTINGS}\n[redirects]\n{rows}")
    own = _SETTINGS.url
    body = f"[a](/2022/11/05/flood/#x) [b]({own}2022/11/05/flood) [c](/2022/11/05/flood-two/)"
    site.write("content/c.md", article("C", "2022-11-07", body=body))
    site.write("content/2022/flood-two.md", article("Two", "2022-11-05"))
    _moved(site)
    assert site.read("content/c.md").endswith(
        f"[a](/2022/11/05/the-flood/#x) [b]({own}2022/11/05/the-flood) [c](/2022/11/05/flood-two/)\n"
    )
    assert site.read("site.toml").endswith(
        f'"/old/" = "{_NEW}" # as it was\n"/older/" = \'/2022/11/05/the-flood/\'\n'
    )
    build = site.build("--as-of", "2026-01-01")
    assert (build.status, build.stderr) == (0, "")


def test_drafts_and_articles_with_problems_have_links_too(site: Site) -> None:
    site.write("content/d.md", article("D", "2022-11-08", body="[f](2022/flood.md)", more="draft: yes"))
    site.write("content/e.md", article("E", "2022-02-30", body="[f](2022/flood.md)"))
    over = article("F", "2022-11-08", body="[f](2022/flood.md)", more="expires: 2023-01-01")
    site.write("content/f.md", over)
    _moved(site)
    for name in "def":
        assert "[f](2023/11/the-flood.md)" in site.read(f"content/{name}.md"), name


def test_a_folder_with_an_index_moves_whole(site: Site) -> None:
    site.write("content/ferry/index.md", article("Ferry", "2022-11-08", body="![x](a/b.jpg) [c](../c.md)"))
    site.write("content/ferry/a/b.jpg", PICTURES[0])
    site.write("content/ferry/notes.pdf", "PDF")
    site.write("content/c.md", article("C", "2022-11-07", body="[f](ferry/index.md) [p](ferry/notes.pdf)"))
    said = _moved(site, "content/ferry", "content/2022/boat").splitlines()
    # The document is another article's too.
    assert said == [
        "moved: content/ferry/index.md to content/2022/boat/index.md",
        "moved: content/ferry/a/b.jpg to content/2022/boat/a/b.jpg",
        "changed: content/c.md",
        "alias: /2022/11/08/ferry/",
    ]
    assert "![x](a/b.jpg) [c](../../c.md)" in site.read("content/2022/boat/index.md")
    assert "[f](2022/boat/index.md) [p](ferry/notes.pdf)" in site.read("content/c.md")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("content/none.md", "content/x.md", "content/none.md: there is no such file"),
        (_OLD, "content/c.md", "content/c.md: is there already, as c.md"),
        (_OLD, "content/C.md", "content/C.md: is there already, as c.md"),
        (_OLD, "content/2022/Flood.md", "content/2022/Flood.md: differs from content/2022/flood.md only by"),
        (_OLD, "static/flood.md", "static/flood.md: is no place for an article"),
        (_OLD, "content/flood.txt", "content/flood.txt: is no place for an article"),
        (_OLD, "../flood.md", "../flood.md: is no place for an article"),
        ("content/2022/bridge.jpg", "content/x.md", "content/2022/bridge.jpg: is no article"),
        ("layouts/home.html", "content/x.md", "layouts/home.html: is no article"),
        ("content/2022", "content/x", "content/2022: is a folder without an index.md"),
        (_OLD, "content/authors/flood.md", f"{_OLD}: is a profile, or would be one"),
        (_OLD, "content/2022/same.md", "content/2022/same.md: would have the address /2022/11/05/same/, as"),
    ],
)
def test_what_cannot_be_moved_says_why_and_nothing_is(site: Site, old: str, new: str, said: str) -> None:
    site.write("content/twin.md", article("Twin", "2022-11-05", more="slug: same\ndraft: yes"))
    assert _refused(site, old, new).startswith(said)


def test_an_article_with_problems_is_not_moved(site: Site) -> None:
    site.write(_OLD, article("Flood", "2022-02-30"))
    assert _refused(site, _OLD, _NEW).startswith(f"{_OLD}:3:7: date: 2022-02-30 is not a date")


def test_a_move_that_fails_half_way_leaves_all_as_it_was(site: Site) -> None:
    # Where a folder is, no file can be put.
    changes = plan_move(site.folder, _OLD, _NEW, dt.datetime(2026, 1, 1, tzinfo=dt.UTC), Progress()).changes
    before = site.outputs("content")
    last = replace(changes[-1], moved_to="content/2022")
    with pytest.raises(Problems, match="is there already"):
        make_changes(site.folder, (*changes[:-1], last))
    lost = replace(changes[-1], moved_to=f"content/{'x' * 300}/c.md")
    with pytest.raises(OSError, match="too long"):
        make_changes(site.folder, (*changes[:-1], lost))
    # Only when all is written beside its place does it turn out that one is to be a file and a folder.
    first, second = (replace(changes[0], moved_to=f"content/{path}") for path in ("z", "z/y.md"))
    with pytest.raises(IsADirectoryError):
        make_changes(site.folder, (*changes[1:], first, second))
    assert site.outputs("content") == before
    assert not (site.folder / "content/2023").exists()


def test_a_file_that_was_changed_meanwhile_stops_it(site: Site) -> None:
    changes = plan_move(site.folder, _OLD, _NEW, dt.datetime(2026, 1, 1, tzinfo=dt.UTC), Progress()).changes
    site.write("content/c.md", site.read("content/c.md") + "More.\n")
    before = site.outputs("content")
    with pytest.raises(Problems, match="has been changed meanwhile"):
        make_changes(site.folder, changes)
    assert site.outputs("content") == before


def test_a_picture_that_would_replace_another_stops_it(site: Site) -> None:
    site.write("content/2023/11/bridge.jpg", PICTURES[0])
    assert _refused(site, _OLD, _NEW).startswith("content/2023/11/bridge.jpg: is there already, and content/")


def test_git_sees_a_move_in_the_work_tree_and_nothing_is_committed(site: Site) -> None:
    def git(*words: str) -> str:
        line = ["git", "-c", "user.name=A", "-c", "user.email=a@b", *words]
        return subprocess.run(line, cwd=site.folder, check=True, capture_output=True, text=True).stdout

    git("init", "--quiet")
    git("add", "content")
    git("commit", "--quiet", "-m", "first")
    _moved(site)
    assert git("diff", "--cached", "--name-only") == ""
    assert git("log", "--format=%s") == "first\n"
    assert " D content/2022/flood.md\n" in git("status", "--porcelain", "content")


def test_every_other_byte_stays(site: Site) -> None:
    rows = ["\ufeff---", "title:  'C'   # mine", "date: 2022-11-07", "---", "[f]( 2022/flood.md )\t", "end  "]
    before = "\r\n".join(rows).encode()
    site.write("content/c.md", before)
    _moved(site)
    after = (site.folder / "content/c.md").read_bytes()
    assert after == before.replace(b"2022/flood.md", b"2023/11/the-flood.md")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[a](b.md)", "[a](NEW)"),
        ("[a](<b.md> 'title b.md')", "[a](<NEW> 'title b.md')"),
        ("[a][r]\n\n[r]: b.md (b.md)", "[a][r]\n\n[r]: NEW (b.md)"),
        ("[a](b%2Emd)", "[a](NEW)"),
        ("[a](b\\.md)", "[a](NEW)"),
        ("[a](./x/../b.md?v=1#c)", "[a](NEW?v=1#c)"),
        ('<a href="b.md">b.md</a>', '<a href="NEW">b.md</a>'),
        ("b.md `[a](b.md)` [a](b.md)", "b.md `[a](b.md)` [a](NEW)"),
        ("```\n[a](b.md)\n```\n", "```\n[a](b.md)\n```\n"),
        ("[a](ab.md) [b](b.md)", "[a](ab.md) [b](NEW)"),
        ("[b.md](b.md)", "[b.md](NEW)"),
        ("[a](https://example.net/b.md)", "[a](https://example.net/b.md)"),
        ("\\[a](b.md)", "\\[a](b.md)"),
    ],
)
def test_a_link_is_rewritten_where_the_reader_finds_one(before: str, after: str) -> None:
    def wanted(address: str, kind: str) -> str | None:
        path, mark, rest = address.partition("?")
        is_b = kind == "file" and path in {"b.md", "b%2Emd", "./x/../b.md"}
        return f"NEW.md{mark}{rest}" if is_b else None

    found = rewrite_links(before, _SETTINGS, wanted)
    assert (found.text, found.lost) == (after.replace("NEW", "NEW.md"), ())


@pytest.mark.parametrize(
    ("path", "like", "written"),
    [
        ("content/a b.md", "c.md", "a%20b.md"),
        ("content/ü.md", "c.md", "ü.md"),
        ("content/ü.md", "%C3%B6.md", "%C3%BC.md"),
        ("content/b.md", "./c.md", "./b.md"),
        ("b.md", "./c.md", "../b.md"),
        ("content/b(1).md", "c.md", "b%281%29.md"),
    ],
)
def test_a_path_is_written_as_its_author_writes_them(path: str, like: str, written: str) -> None:
    assert write_relative(path, "content", like) == written


@pytest.mark.parametrize(
    ("fields", "after"),
    [
        ("title: A # mine\n", "title: A # mine\naliases: [/x/]\n"),
        ("tags:\n  - B\n", "tags:\n  - B\naliases:\n  - /x/\n"),
        ("tags:\n- B\n", "tags:\n- B\naliases:\n- /x/\n"),
        ("aliases: /a/ # old\ntitle: A\n", "aliases: [/a/, /x/] # old\ntitle: A\n"),
        ("aliases: '/a/'\n", "aliases: ['/a/', /x/]\n"),
        ("aliases: [/a/, /b/] # old\n", "aliases: [/a/, /b/, /x/] # old\n"),
        ("aliases: [ '/a/' ,\n  '/b/',\n]\n", "aliases: [ '/a/' ,\n  '/b/', '/x/',\n]\n"),
        ("aliases:\n   - /a/ # 1\nid: A\n", "aliases:\n   - /a/ # 1\n   - /x/\nid: A\n"),
        ("aliases:\ntitle: A\n", "aliases: [/x/]\ntitle: A\n"),
        ("aliases: [] # none\ntitle: A\n", "aliases: [/x/] # none\ntitle: A\n"),
        ("former: /a/\n", "former: [/a/, /x/]\n"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_an_alias_is_added_in_the_style_of_the_file(fields: str, after: str, end: str) -> None:
    text = f"---\n{fields}---\nBody.\n".replace("\n", end)
    keys = ("former", "aliases") if "former" in fields else ("aliases",)
    added = add_to_list("content/a.md", text, keys, "/x/")
    assert added == f"---\n{after}---\nBody.\n".replace("\n", end)
    field = next(each for each in split("content/a.md", added.encode()).fields or () if each.name in keys)
    values = to_plain(field.value)
    assert isinstance(values, list)
    assert values[-1] == "/x/"


_FOLDERS = ("", "a/", "a/b c/", "ü/")
_LINKS = (
    *("[x]({0})", "[x](<{0}> 'b')", '<a href="{0}">x</a>', "![x]({0})"),
    *("[x][r]\n\n[r]: {0}\n\n", "`[x]({0})`"),
)


@settings(max_examples=25)
@given(st.data())
def test_every_link_leads_to_the_same_file_after_a_move(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    names = [f"{data.draw(st.sampled_from(_FOLDERS))}{name}" for name in ("d.md", "e.md", "f g.md", "p.jpg")]
    site = plain_site(tmp_path_factory.mktemp("site") / "site")
    for number, path in enumerate(names[:3]):
        body = "Words.\n\n"
        for _ in range(data.draw(st.integers(0, 3))):
            near = posixpath.relpath(data.draw(st.sampled_from(names)), posixpath.dirname(path) or ".")
            link = data.draw(st.sampled_from(_LINKS))
            body += link.format(near if "<{" in link else near.replace(" ", "%20")) + " words\n\n"
        site.write(f"content/{path}", article(f"T{number}", f"2022-11-0{number + 1}", body=body))
    site.write(f"content/{names[3]}", PICTURES[0])
    old = f"content/{data.draw(st.sampled_from(names[:3]))}"
    new = f"content/{data.draw(st.sampled_from(_FOLDERS))}n.md"
    before = {path: _list_files(site, path) for path in site.outputs(".") if path.endswith(".md")}
    move = plan_move(site.folder, old, new, dt.datetime(2026, 1, 1, tzinfo=dt.UTC), Progress())
    make_changes(site.folder, move.changes)
    moved = {change.path: change.moved_to for change in move.changes if change.moved_to}
    for path, targets in before.items():
        there = _list_files(site, moved.get(path, path))
        assert there == [moved.get(target, target) for target in targets], (path, moved)


def _list_files(site: Site, path: str) -> list[str]:
    """Return the files that the body of an article names, in order."""
    folder, body = path.rpartition("/")[0], site.read(path).split("---")[-1]
    return [find_file(each, folder) for each, kind in list_addresses(body, _SETTINGS) if kind]


def test_an_article_that_moves_back_gets_its_address_back(site: Site) -> None:
    before = site.read(_OLD)
    _moved(site)
    assert _moved(site, _NEW, _OLD).splitlines()[-1] == "alias: /2022/11/05/the-flood/"
    build = site.build("--as-of", "2026-01-01")
    assert (build.status, build.stderr) == (0, "")
    alias = "aliases: [/2022/11/05/flood/, /2022/11/05/the-flood/]\n"
    assert site.read(_OLD).replace(alias, "") == before
