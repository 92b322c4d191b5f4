"""The programs that measure: the same archive for the same seed, and results with every row."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.conftest import missing
from tests.sites import ROOT

MEASURED = """
import json, pathlib, sys
import measure
taken = measure.run((sys.executable, "-c", sys.argv[1]), folder=pathlib.Path.cwd())
print(json.dumps([taken.peak, taken.stdout]))
"""
MORE = """
import json, sys
import corpus
more = corpus.Newsroom(int(sys.argv[1])).additional()
print(json.dumps({name: [one.date, one.title, one.tags, one.body] for name, one in more.items()}))
"""
FAMILY = """
import os, time
words = bytearray(b"x") * 80_000_000
for seconds in (1000, 1, 1):
    child = os.fork()
    if child == 0:
        own = bytearray(b"x") * 20_000_000
        time.sleep(seconds)
        os._exit(0)
    print(child, flush=True)
time.sleep(1)
"""
SVG = "{http://www.w3.org/2000/svg}"


def test_the_same_seed_gives_the_same_archive(tmp_path: Path) -> None:
    for name, seed, hashing in (("one", "7", "0"), ("again", "7", "1"), ("other", "8", "0")):
        _run("corpus.py", "60", name, "--seed", seed, folder=tmp_path, hashing=hashing)
    assert _files(tmp_path / "one") == _files(tmp_path / "again")
    assert _files(tmp_path / "one").keys() != _files(tmp_path / "other").keys()


@pytest.mark.parametrize("flavour", ["hugo", "eleventy", "pelican"])
def test_a_flavour_holds_the_same_articles(tmp_path: Path, flavour: str) -> None:
    _run("corpus.py", "60", "ours", folder=tmp_path)
    _run("corpus.py", "60", "theirs", "--flavour", flavour, folder=tmp_path)
    ours, theirs = _files(tmp_path / "ours/content"), _files(tmp_path / "theirs/content")
    assert sorted(path for path in theirs if not path.endswith("_index.md")) == sorted(ours)
    for path, words in ours.items():
        assert theirs[path].split(b"\n\n", 1)[1] == words.split(b"\n\n", 1)[1]


def test_wordy_articles_differ_only_in_the_words_of_the_text(tmp_path: Path) -> None:
    _run("corpus.py", "60", "ours", folder=tmp_path)
    _run("corpus.py", "60", "theirs", "--flavour", "wordy", folder=tmp_path)
    ours, theirs = _files(tmp_path / "ours/content"), _files(tmp_path / "theirs/content")
    assert ours.keys() == theirs.keys()
    usual, many = set(), set()
    for path, words in ours.items():
        (head, text), (other, rarer) = words.split(b"\n\n", 1), theirs[path].split(b"\n\n", 1)
        assert head == other
        pairs = list(zip(text.split(b" "), rarer.split(b" "), strict=True))
        assert sum(one != another for one, another in pairs) in range(90, 101)
        assert all(word.isalpha() and word.islower() for one, word in pairs if one != word)
        usual.update(text.split())
        many.update(rarer.split())
    assert len(many) > 3 * len(usual)
    assert _built(tmp_path / "theirs") == 60


def test_the_pictures_of_the_sample_are_painted_alike_each_time_and_named_by_its_articles(
    tmp_path: Path,
) -> None:
    for name in ("one", "other"):
        _run("sample_pictures.py", "--scale", "0.04", "--into", name, folder=tmp_path)
    made, again = (_files(tmp_path / name) for name in ("one", "other"))
    assert made == again
    in_content = {path.relative_to(ROOT / "content").as_posix() for path in (ROOT / "content").rglob("*.jpg")}
    assert in_content | {"2024/09/crank.png"} == made.keys()
    for path in made:
        folder = ROOT / "content" / path.rpartition("/")[0]
        texts = (file.read_text(encoding="utf-8") for file in folder.glob("*.md"))
        assert any(Path(path).name in text for text in texts), path


def test_every_thousand_articles_have_one_day_of_150(tmp_path: Path) -> None:
    _run("corpus.py", "1000", "archive", folder=tmp_path)
    dates = re.findall(
        rb"^date: (.*)$", b"\n".join(_files(tmp_path / "archive/content").values()), re.MULTILINE
    )
    days = [date[:10] for date in dates]
    counts = sorted((days.count(day) for day in set(days)), reverse=True)
    assert len(days) == 1000
    assert counts[0] == 150
    assert counts[1] < 10
    moments = (datetime.fromisoformat(date.decode()).astimezone(UTC) for date in dates)
    assert [f"{moment:%Y-%m-%d}".encode() for moment in moments] == days


def test_what_comes_on_top_is_the_same_for_every_size(tmp_path: Path) -> None:
    small = json.loads(_said(MORE, "1000", folder=tmp_path))
    assert json.loads(_said(MORE, "1000000", folder=tmp_path)) == small
    assert len(small) == 5
    assert len(small["eight common tags"][2]) == 8


def test_an_archive_builds_without_problems(tmp_path: Path) -> None:
    _run("corpus.py", "200", "archive", folder=tmp_path)
    assert _built(tmp_path / "archive") == 200


def test_equal_settings_leave_days_datelines_and_their_feeds_out(tmp_path: Path) -> None:
    _run("corpus.py", "40", "archive", "--equal", folder=tmp_path)
    assert _built(tmp_path / "archive") == 40
    paths = _files(tmp_path / "archive/public")
    assert not [
        path for path in paths if re.match(r"datelines/|\d{4}/\d\d/\d\d/|(tags|authors)/.*xml$", path)
    ]
    for folder in ("sections/", "tags/", "authors/", "2015/", "2015/07/"):
        assert f"{folder}index.html" in paths


@pytest.mark.slow
def test_a_small_run_fills_every_table_and_draws_a_plot(tmp_path: Path) -> None:
    results = _measured(tmp_path)
    for row in (
        "| 20 | Broadsheet, equal pages |",
        "| 20 | Broadsheet |",
        "| added: newest, on a new day |",
        "| added: into a day of 150 |",
        "| added: ten years back |",
        "| added: a new tag and author |",
        "| added: eight common tags |",
        "| changed: a body |",
        "| changed: a title |",
        "| changed: a tag |",
        "| deleted: an article |",
        "| 20 | nothing changed |",
        "| 20 | the floor: plain Python looks at every source file |",
        "| 20 | changed: the articles' layout |",
        "| 20 | carried to another machine |",
    ):
        assert f"\n{row}" in results, row
    assert "What did not work" not in results
    assert "| 7. carried to another machine, 20 | 0 pages rendered |  | 0 pages rendered | held |" in results
    for name in ("Hugo", "Eleventy", "Pelican"):
        assert f"| 20 | {name} |" not in results
    assert str(tmp_path) not in results
    plot = ET.fromstring((tmp_path / "plot.svg").read_text(encoding="utf-8"))  # noqa: S314 - it is our own
    assert plot.findtext(f"{SVG}title") == "Time and memory against the number of articles"
    assert "Cold build, memory, Broadsheet: " in (plot.findtext(f"{SVG}desc") or "")


@pytest.mark.slow
def test_search_is_measured_alone(tmp_path: Path) -> None:
    lacking = _said("import browser; print(*browser.lacking())", "", folder=tmp_path).split()
    if lacking:
        missing(lacking[0], "bench/README.md says what a search in a browser needs")
    results = _measured(tmp_path, "--goals", "9", "--queries", "1")
    for row in (
        "| 20 | Broadsheet, with search |",
        "| 20 | Broadsheet, without search |",
        "| added: newest, on the last day |",
        "| added: newest, the first of a year |",
        "| added: ten years back |",
        "| added: the first of the fullest segment |",
        "| changed: one word of a text |",
        "| changed: a text whose words stay the same | 0 | 0.0 KB |",
        "| changed: a title |",
        "| deleted: an article |",
        "| added: each of 60 on the last day, most |",
        "| a common word |",
        "| two common words |",
        "| a rare word in a past year |",
    ):
        assert f"\n{row}" in results, row
    assert "| 9. the same words, index | 0 files | the order of a text, 20 | 0 files | held |" in results
    for row in ("## One change, with Broadsheet", "| 20 | Broadsheet |", "What did not work"):
        assert row not in results, row


def test_the_search_of_a_site_is_held_against_its_pages(tmp_path: Path) -> None:
    if shutil.which("node") is None:
        missing("Node", "apt-get install nodejs")
    _run("corpus.py", "60", "archive", "--flavour", "wordy", folder=tmp_path)
    assert _built(tmp_path / "archive") == 60
    public = tmp_path / "archive/public"
    compare = ("search_words.py", "archive/public", "--searches", "40")
    said = _run(*compare, folder=tmp_path)
    assert said.splitlines() == [
        "60 articles, each word of each: 0 differences",
        "40 searches: 0 differences",
        "40 words of a text: 0 differences",
        "",
    ]
    found = _run("known_items.py", "archive/public", "--each", "5", folder=tmp_path)
    lost = found.count(", best first: ")
    assert f"\n| three words of a text | 100% | {100 - 20 * lost}% |\n| a headline | 100% | 100% |\n" in found
    # A word that is lost is missing from the index, and from what searches find.
    shard = max(public.glob("search/*/1-*/[0-9]*.json"), key=lambda file: file.stat().st_size)
    words = json.loads(shard.read_text(encoding="utf-8"))
    first, _, others = words["words"].partition(" ")
    words["words"] = f"{first}x {others}"
    shard.write_text(json.dumps(words), encoding="utf-8")
    said = _run(*compare, folder=tmp_path, status=1)
    assert f": {first[1:]} is not in the index\n" in said
    assert f": {first[1:]}x is in the index, and not on the page\n" in said


def test_a_run_goes_on_from_what_was_measured(tmp_path: Path) -> None:
    first = _measured(tmp_path, "--goals", "3", "--resume", "raw.jsonl")
    rows = (tmp_path / "raw.jsonl").read_bytes()
    # The chapter about pictures is another program's.
    chapter = "\n# Pictures\n\nTen thousand.\n"
    (tmp_path / "results.md").write_text(first + chapter, encoding="utf-8")
    assert _measured(tmp_path, "--goals", "3", "--resume", "raw.jsonl") == first + chapter
    assert (tmp_path / "raw.jsonl").read_bytes() == rows


@pytest.mark.slow
def test_pictures_are_measured_alone_and_the_rest_of_the_results_stays(tmp_path: Path) -> None:
    results = tmp_path / "results.md"
    results.write_text("# Results\n\nOthers.\n\n# Pictures\n\nOld ones.\n", encoding="utf-8")
    photos = ("--photos", "3", "--megapixels", "0.05", "--rounds", "1", "--no-browser")
    _run("pictures.py", *photos, "--work", "work", "--results", "results.md", folder=tmp_path)
    found = results.read_text(encoding="utf-8")
    assert found.startswith("# Results\n\nOthers.\n\n# Pictures\n\nMeasured in one run")
    assert "Old ones." not in found
    assert "did not work" not in found
    for row in (
        "| 10. encoded again, 3 | 0 files | carried elsewhere | at most 0 files | held |",
        "| 3 | Broadsheet |",
        "| 3 | carried elsewhere |",
        "| 3 | only the encoded pictures |",
        "| 20 | leads |",
        "| 3 | one more, in a text |",
        "| 3 | one more, as a lead |",
    ):
        assert f"\n{row}" in found, row


def test_a_tool_that_fails_is_in_the_results(tmp_path: Path) -> None:
    hugo = tmp_path / "peers/bin/hugo"
    hugo.parent.mkdir(parents=True)
    hugo.write_text('#!/bin/sh\ntest "$1" = version && echo hugo v0.1.2 || exit 3\n', encoding="utf-8")
    hugo.chmod(0o755)
    results = _measured(tmp_path, "--goals", "1", "--peers", "peers")
    assert "Hugo 0.1.2" in results
    assert "| 20 | Hugo | cold build | exit status 3 |" in results


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="Linux tells what processes share")
def test_memory_that_processes_share_counts_once_and_none_outlives_its_run(tmp_path: Path) -> None:
    peak, printed = json.loads(_said(MEASURED, FAMILY, folder=tmp_path))
    assert 130_000_000 < peak < 180_000_000
    while any(map(_lives, printed.split())):  # what was ended may not have heard of it yet
        time.sleep(0.05)


def _lives(process: str) -> bool:
    try:
        words = (Path("/proc") / process / "stat").read_text(encoding="ascii")
    except OSError:
        return False
    return words.rpartition(") ")[2][0] != "Z"


def _built(site: Path) -> int:
    """Build a site, and return how many articles it has."""
    line = [sys.executable, str(ROOT / "build.py"), "--site", str(site), "--json"]
    done = subprocess.run(line, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    articles: int = json.loads(done.stdout)["articles"]
    return articles


def _measured(folder: Path, *more: str) -> str:
    """Measure 20 articles once, and return the results. No other generator is on the path."""
    options = [
        "--sizes",
        "20",
        "--rounds",
        "1",
        "--work",
        "work",
        "--results",
        "results.md",
        "--plot",
        "plot.svg",
    ]
    _run("run.py", *options, *more, folder=folder)
    assert not any((folder / "work").iterdir())
    return (folder / "results.md").read_text(encoding="utf-8")


def test_what_each_mutant_breaks_is_there(tmp_path: Path) -> None:
    names = _run("mutants.py", "--list", folder=tmp_path).splitlines()
    assert len(names) > 200
    assert {"nothing is broken", "answer of story wrong", "footprint of fed nothing at all"} <= set(names)


def _run(program: str, *words: str, folder: Path, hashing: str = "random", status: int = 0) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": hashing, "PATH": "/usr/bin:/bin"}
    line = [sys.executable, str(ROOT / "bench" / program), *words]
    done = subprocess.run(line, cwd=folder, check=False, capture_output=True, text=True, env=environment)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout


def _said(program: str, word: str, *, folder: Path) -> str:
    """Return what a program prints that uses the modules of bench."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "bench")}
    line = [sys.executable, "-c", program, word]
    return subprocess.run(
        line, cwd=folder, check=True, capture_output=True, text=True, env=environment
    ).stdout


def _files(folder: Path) -> dict[str, bytes]:
    found = (file for file in folder.rglob("*") if file.is_file())
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in found}
