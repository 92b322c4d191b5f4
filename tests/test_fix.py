"""``fix``: what it changes, what it leaves alone, and that no word is lost."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.common.problems import Edit
from broadsheet.editing.fixing import fix, read_problems
from broadsheet.editing.text_edits import apply_edits
from broadsheet.settings import reader
from tests.builds import plain_site
from tests.plain import PICTURES, SETTINGS, article
from tests.sites import ROOT, Run, Site, environment

_SETTINGS = reader.read(SETTINGS, "site.toml")
_PATH = "content/a.md"
_WORDS = re.compile(r"\w+")
# A line of front matter, or of the body, with what has to stand there instead.
_LINES = {
    "title: Flood: the morning after": 'title: "Flood: the morning after"',
    "title: We're #1 again": 'title: "We\'re #1 again"',
    "title: 'It's raining'": 'title: "It\'s raining"',
    "title:\u00a0Flood": "title: Flood",
    "title\uff1aFlood": "title: Flood",
    "title:Flood": "title: Flood",
    "summary: Water: mud: more": 'summary: "Water: mud: more"',
    "date: 05.11.2022 09:14": "date: 2022-11-05 09:14",
    "date: 25/11/2022": "date: 2022-11-25",
    "date: 5 November 2022": "date: 2022-11-05",
    'date: "25/11/2022" # noon': 'date: "2022-11-25" # noon',
    "tags: Oil, Gas": "tags: [Oil, Gas]",
    "tags: Oil; Gas, please": "tags: Oil; Gas, please",
    'tags: "Oil, Gas"': "tags: [Oil, Gas]",
    "tags: [Oil, #MeToo]": 'tags: [Oil, "#MeToo"]',
    "slug: Flood Night": "slug: flood-night",
    "language: French": "language: fr",
    "image: photos\\bridge.jpg": "image: photos/bridge.jpg",
    "image: {file: a.jpg, alt: Water: mud}": 'image: {file: a.jpg, alt: "Water: mud"}',
}
_BODIES = {
    "See [it](www.example.org).": "See [it](https://www.example.org).",
    "See [it](http:/example.org/a).": "See [it](http://example.org/a).",
    "See [her](ana@example.org).": "See [her](mailto:ana@example.org).",
    "See ![x](bridge.jpg “The bridge”).": 'See ![x](bridge.jpg "The bridge").',
    "See [x](b.md The bridge).": 'See [x](b.md "The bridge").',
    "See [x][r].\n\n[r]: b.md «The bridge»": 'See [x][r].\n\n[r]: b.md "The bridge"',
    "See [b](y\\b.md) and [c](x\\c.md).": "See [b](y/b.md) and [c](x/c.md).",
}
# What may be meant in more than one way.
_UNCLEAR = (
    "date: 11/05/2022",
    "date: 2022-02-30",
    "date: yesterday",
    "author: Ruiz, Ana",
    "author: Ana Ruiz and Bob Lee",
    "tags: #flood #harbour",
    "tags: Oil, Washington, D.C.",
    "section: News, Sport",
    "dateline: [Baku, Ganja]",
    "title: Flood # or deluge",
    "draft: perhaps",
    "autor: Ana",
    "genre: opinon",
    "image: ..\\bridge.jpg",
    "title: |\n   Flood",
    "tags: *oil",
)
_BODY = "The water came at night: “quickly”, they said."


def _written(line: str, body: str = _BODY) -> str:
    name = re.split("[:\uff1a]", line)[0]
    fields = {"title": "title: Flood", "date": "date: 2022-11-05", name: line}
    return "\n".join(("---", *fields.values(), "---", body, ""))


def _fixed(text: str) -> str:
    return fix(_PATH, text.encode(), _SETTINGS)[0].decode()


@pytest.mark.parametrize(("line", "right"), _LINES.items())
def test_a_line_that_can_mean_one_thing_is_written_so(line: str, right: str) -> None:
    assert _fixed(_written(line)) == _written(line).replace(line, right)


@pytest.mark.parametrize(("body", "right"), _BODIES.items())
def test_an_address_that_can_mean_one_thing_is_written_so(body: str, right: str) -> None:
    assert _fixed(_written("title: Flood", body)) == _written("title: Flood", right)


@pytest.mark.parametrize("line", _UNCLEAR)
def test_what_has_two_readings_is_left_alone(line: str) -> None:
    assert _fixed(_written(line)) == _written(line)


@pytest.mark.parametrize("line", [line for line, right in _LINES.items() if line != right])
def test_a_fix_leaves_no_problem_on_its_line_and_its_hint_shows_what_it_writes(line: str) -> None:
    text = _written(line)
    found = read_problems(_PATH, text.encode(), _SETTINGS)
    (problem,) = [each for each in found if each.edit]
    assert problem.edit is not None
    assert problem.edit.new.strip("\"'") in problem.hint or "spaces" in problem.hint
    after = read_problems(_PATH, _fixed(text).encode(), _SETTINGS)
    assert [each for each in after if each.line == problem.line] == []


def test_nothing_but_the_fault_is_touched() -> None:
    rows = ["\ufeff---", "title:  Flood: rain  # draft\t", "date:\t2022-11-05 ", "tags: Oil, Gas"]
    rows += ["---", " a  "]
    for end in ("\r\n", "\n", "\r"):
        text = end.join(rows)
        expected = text.replace("Oil, Gas", "[Oil, Gas]")
        expected = re.sub(r"title:[^\r\n]*", 'title: "Flood: rain  # draft"', expected)
        assert _fixed(text) == expected


def test_a_file_that_is_not_utf_8_is_left_alone() -> None:
    content = _written("tags: Oil, Gas").encode() + b"\xe9"
    assert fix(_PATH, content, _SETTINGS) == (content, 0)


def test_of_two_edits_that_overlap_the_first_is_made() -> None:
    def edit(column: int, old: str, new: str) -> Edit:
        return Edit(line=2, column=column, old=old, new=new)

    text = "x\r\nabcabc\r\n"
    assert apply_edits(text, [edit(2, "bca", "-"), edit(1, "abc", "+")]) == "x\r\n+abc\r\n"
    assert apply_edits(text, [edit(2, "abc", "+"), edit(1, "a", "-")]) == "x\r\n-bc+\r\n"
    assert apply_edits(text, [edit(1, "z", "+"), edit(5, "abc", "+")]) == text


_parts = st.sampled_from([*(line for line in _LINES if line.isprintable()), *_UNCLEAR, "section: News", "%"])


@given(st.lists(_parts, max_size=6), st.sampled_from([*_BODIES, _BODY]), st.sampled_from(["\n", "\r\n"]))
def test_fixing_twice_is_fixing_once_and_no_word_is_lost(lines: list[str], body: str, end: str) -> None:
    text = end.join(("---", *(row for line in lines for row in line.split("\n")), "---", body, ""))
    once = _fixed(text)
    assert _fixed(once) == once
    # Dates, slugs and names of languages are written otherwise; all else is there, in its order.
    changing = re.compile("^(?:date|slug|language):.*$", re.MULTILINE)
    kept = [_WORDS.findall(changing.sub("", each)) for each in (text, once)]
    added = {"https", "mailto"}
    assert [word for word in kept[1] if word not in added] == [word for word in kept[0] if word not in added]


@given(st.text(max_size=200))
def test_whatever_a_file_holds_fixing_ends(text: str) -> None:
    once = fix(_PATH, text.encode(errors="replace"), _SETTINGS)[0]
    assert fix(_PATH, once, _SETTINGS)[0] == once


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return plain_site(
        tmp_path / "site",
        {
            "content/a.md": article("Flood: rain", "2022-11-05", body="![x](BRIDGE.JPG)").replace('"', ""),
            "content/b.md": article("Other", "2022-02-30", body="[a](A.md)"),
            "content/bridge.jpg": PICTURES[0],
        },
    )


def test_the_command_shows_the_difference_and_writes_it_once_it_may(site: Site) -> None:
    before = site.outputs("content")
    shown = site.run("fix", "--dry-run")
    assert (shown.status, site.outputs("content")) == (0, before)
    assert '\n-title: Flood: rain\n+title: "Flood: rain"\n' in shown.stdout
    refused = site.run("fix")
    assert (refused.status, refused.stdout) == (1, shown.stdout)
    assert refused.stderr == "Nothing was written: there is no terminal to ask in, and no --yes.\n"
    assert site.outputs("content") == before
    done = site.run("fix", "--yes")
    # The picture's name is known to be wrong once the title can be read.
    assert done.stdout.startswith(shown.stdout)
    assert "![x](bridge.jpg)" in site.read("content/a.md")
    assert done.status == 1
    assert "content/b.md:3:7: date: 2022-02-30 is not a date" in done.stderr
    assert "[a](A.md)" in site.read("content/b.md")
    site.write("content/b.md", site.read("content/b.md").replace("02-30", "02-28"))
    assert site.run("fix", "--yes").status == 0
    assert "[a](a.md)" in site.read("content/b.md")
    assert site.run("fix", "--yes") == Run(status=0, stdout="There is nothing to fix.\n", stderr="")
    assert sorted(path.name for path in (site.folder / ".broadsheet").iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals of this kind")
@pytest.mark.parametrize(("answer", "is_written"), [("n", False), ("", False), ("y", True), ("YES", True)])
def test_on_a_terminal_it_asks(site: Site, *, answer: str, is_written: bool) -> None:
    import pty  # noqa: PLC0415 - not on Windows

    before = site.outputs("content")
    near, far = pty.openpty()
    with os.fdopen(near, "r+b", buffering=0) as terminal:
        terminal.write(f"{answer}\n".encode() * 2)
        line = [sys.executable, str(ROOT / "build.py"), "fix", "--site", str(site.folder), "content/a.md"]
        done = subprocess.run(line, stdin=far, stdout=far, stderr=far, env=environment(), check=False)
        os.close(far)
        shown = b"".join(iter(lambda: _read(near), b"")).decode()
    assert "Write 1 change in 1 file? [y/N] " in shown
    assert (site.outputs("content") != before) is is_written
    assert done.returncode == (0 if is_written else 1)


def _read(near: int) -> bytes:
    """Read what comes next of a terminal; nothing at its end, which Linux tells by an error."""
    try:
        return os.read(near, 65_536)
    except OSError:
        return b""


def test_only_the_files_that_are_named_are_fixed(site: Site) -> None:
    site.write("content/2022/c.md", article("C", "2022-11-05").replace("title: C", "title: C: d"))
    done = site.run("fix", "--yes", "content/2022")
    assert done == Run(status=0, stdout=done.stdout, stderr="")
    assert "c.md" in done.stdout
    assert "a.md" not in done.stdout
    assert site.run("fix", "--yes", "content/nothing").stdout == "There is nothing to fix.\n"


def test_no_password_of_an_address_is_printed(site: Site) -> None:
    given = "https://ana:SECRET@example.org/"
    text = article("A", "2022-11-05", body="Words.").replace("title: A", f"title: A: {given}")
    site.write("content/a.md", text)
    shown = site.run("fix", "--dry-run", "content/a.md")
    assert "example.org" in shown.stdout
    assert "SECRET" not in shown.stdout + shown.stderr
    site.run("fix", "--yes", "content/a.md")
    assert f'title: "A: {given}"' in site.read("content/a.md")
    site.write("content/a.md", text)
    told = site.build("--json").stdout
    assert '"edit": {' in told
    assert "SECRET" not in told


@pytest.mark.skipif(sys.platform == "win32", reason="Windows makes no links without a privilege")
def test_a_link_that_leads_out_of_the_site_is_not_written_through(site: Site, tmp_path: Path) -> None:
    outside = tmp_path / "a.md"
    (site.folder / "content/a.md").rename(outside)
    (site.folder / "content/a.md").symlink_to(outside)
    before = outside.read_bytes()
    done = site.run("fix", "--yes", "content/a.md")
    assert done.status == 1
    assert done.stderr.startswith("content/a.md: is a link that leads out of the site's folder\n")
    assert outside.read_bytes() == before
