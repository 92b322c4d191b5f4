"""A state that is damaged, in whatever way, is noticed: the site is built anew, and nothing wrong is shown.

``tests.scrambles`` says what is done to the state of a site; ``bench/scrambles.py`` does it by the thousand.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.archive import page_sums
from broadsheet.archive.database import open_reader, open_sound_reader, open_state, transaction
from broadsheet.archive.page_sums import LOG, PAGE, beside
from broadsheet.build.site_folder import STATE
from broadsheet.common.progress import Progress
from tests.builds import built, clean_outputs, plain_site
from tests.plain import article
from tests.scrambles import Scrambles
from tests.sites import ROOT, Site

_SAYS = "The state in .broadsheet/ was damaged; the site is built anew.\n"


class _Heard(Progress):
    """Counts how often a build has begun anew."""

    count = 0

    def begin_anew(self) -> None:
        self.count += 1


@pytest.fixture
def site(tmp_path: Path) -> Site:
    articles = {f"content/{name}.md": article(f"Flood {name}", "2022-11-05") for name in ("a", "b", "c")}
    return plain_site(tmp_path / "site", articles)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a state file with some rows."""
    file = tmp_path / "state.sqlite"
    with closing(open_state(file)) as db:
        _put(db, 400)
    return file


def _put(db: sqlite3.Connection, count: int, text: str = "words ") -> None:
    with transaction(db):
        rows = [(f"{text}{number}", text * 100) for number in range(count)]
        db.executemany("INSERT OR REPLACE INTO setting VALUES (?, ?)", rows)


def _names(file: Path) -> list[str]:
    with closing(open_sound_reader(file)) as db:
        return [name for (name,) in db.execute("SELECT name FROM setting ORDER BY name")]


def _opened_anew(file: Path) -> bool:
    """Open a state; return whether it was found to be damaged."""
    found: list[bool] = []
    open_state(file, on_damage=lambda: found.append(True)).close()
    return bool(found)


def _change_word(file: Path) -> None:
    """Change a word in a stored article in place, and set the file's time back."""
    stat = file.stat()
    content = file.read_bytes()
    assert b"Flood b" in content
    with file.open("r+b") as opened:
        for at in range(len(content)):
            if content.startswith(b"Flood b", at):
                opened.seek(at)
                opened.write(b"Blood")
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def _edit_layout(site: Site) -> None:
    """Have every page rendered again, from what is stored of the articles."""
    site.write("layouts/base.html", site.read("layouts/base.html") + "<hr>")


def test_a_word_changed_in_the_state_is_not_published(site: Site) -> None:
    built(site)
    _change_word(site.folder / STATE)
    _edit_layout(site)
    run = site.run("build", "--as-of", "2026-01-01", "--quiet")
    assert (run.status, run.stdout, run.stderr) == (0, "", "")
    assert site.outputs() == clean_outputs(site)
    _change_word(site.folder / STATE)
    run = site.run("build", "--as-of", "2026-01-01")
    assert (run.status, run.stderr) == (0, _SAYS)


def test_damage_that_leaves_no_trace_in_size_and_times_is_found_with_verify(site: Site) -> None:
    """Though the ledger agrees with what was published."""
    built(site)
    file = site.folder / STATE
    record = page_sums.read_record(file)
    assert record
    _change_word(file)
    page_sums.write_record(file, record._replace(signature=page_sums.sign(file)))
    _edit_layout(site)
    heard = _Heard()
    built(site, heard)
    assert (heard.count, site.outputs() == clean_outputs(site)) == (0, False)
    built(site, heard, verify=True)
    assert (heard.count, site.outputs() == clean_outputs(site)) == (1, True)


def test_a_source_that_changed_without_a_trace_in_size_and_times_is_found_with_verify(site: Site) -> None:
    built(site)
    file = site.folder / "content/a.md"
    file.write_bytes(file.read_bytes().replace(b"Flood", b"Blood"))
    stat = file.stat()
    with closing(open_state(site.folder / STATE)) as state, transaction(state):
        marks = (stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino, stat.st_mtime_ns + 10**10, "content/a.md")
        state.execute("UPDATE source SET mtime = ?, ctime = ?, inode = ?, scanned = ? WHERE path = ?", marks)
    assert built(site).rendered == 0
    assert built(site, verify=True).rendered > 0
    assert site.outputs() == clean_outputs(site)


def test_a_state_that_was_copied_is_read_once_and_believed(site: Site, tmp_path: Path) -> None:
    built(site)
    moved = Site(folder=tmp_path / "elsewhere")
    shutil.copytree(site.folder, moved.folder)
    heard = _Heard()
    assert built(moved, heard).rendered == 0
    assert heard.count == 0


def test_an_older_state_finds_no_page_fresh_that_a_killed_build_has_moved(site: Site, tmp_path: Path) -> None:
    """Not even if what was edited is put back, so that the older state fits the sources."""
    built(site)
    text = site.read("content/a.md")
    shutil.copytree(site.folder / STATE.parent, tmp_path / "older")
    site.write("content/a.md", text.replace("Flood", "Deluge"))
    program = _DIES.format(root=str(ROOT), site=str(site.folder))
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 9
    assert site.outputs() != clean_outputs(site)
    shutil.rmtree(site.folder / STATE.parent)
    shutil.copytree(tmp_path / "older", site.folder / STATE.parent)
    site.write("content/a.md", text)
    built(site)
    assert site.outputs() == clean_outputs(site)


_DIES = """
import os, sys
sys.path.insert(0, {root!r})
from broadsheet.__main__ import main
from broadsheet.write.staging import Staging
Staging.remove = Staging.clear = lambda *_: None
move, left = Staging.move, [4]
def dying(*given):
    if not left[0]:
        os._exit(9)
    left[0] -= 1
    move(*given)
Staging.move = dying
main(["build", "--quiet", "--as-of", "2026-01-01", "--site", {site!r}])
"""


@pytest.mark.slow
def test_however_the_state_is_scrambled_the_next_build_is_right(tmp_path: Path) -> None:
    scrambles = Scrambles(tmp_path, 3)
    for _ in range(25):
        scrambles.turn()
    assert scrambles.seen["begun anew"] > 5


def test_commands_that_only_read_say_that_the_state_is_damaged(site: Site) -> None:
    built(site)
    _change_word(site.folder / STATE)
    for words in (("explain", "/"), ("stats",), ("scheduled",)):
        run = site.run(*words)
        assert (run.status, run.stdout) == (1, "")
        assert run.stderr == f"{STATE}: the state cannot be read\n  Build the site again.\n"


def _each_page(file: Path) -> Iterator[tuple[bytes, ...]]:
    content = file.read_bytes()
    pages = [content[at : at + PAGE] for at in range(0, len(content), PAGE)]
    for number in range(len(pages)):
        yield (*pages[:number], bytes(PAGE), *pages[number + 1 :])
        yield (*pages[:number], pages[number][:-1] + bytes([pages[number][-1] ^ 1]), *pages[number + 1 :])
        yield (*pages[number:], *pages[:number]) if number else (*pages, bytes(PAGE))
    yield tuple(pages[:-1])


def test_damage_to_any_page_is_noticed(file: Path) -> None:
    record = page_sums.read_record(file)
    assert record
    assert page_sums.is_as_recorded(file, record)
    for pages in _each_page(file):
        file.write_bytes(b"".join(pages))
        assert not page_sums.is_as_recorded(file, record)


_STEPS = st.lists(
    st.tuples(st.integers(1, 60), st.sampled_from(("a", "bb", "ccc")), st.sampled_from("pdsrc")), max_size=12
)


@given(steps=_STEPS)
@settings(max_examples=15)
def test_the_record_that_is_kept_up_to_date_is_that_of_the_file(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[int, str, str]]
) -> None:
    """Whatever was written, rolled back, moved, read meanwhile, or left in the log."""
    file = tmp_path_factory.mktemp("state") / "state.sqlite"
    db, reader = open_state(file), open_reader(file)
    for count, text, deed in steps:
        if deed == "d":
            db.execute("DELETE FROM setting WHERE name LIKE ?", (f"{text}%",))
        elif deed == "r" and not reader.in_transaction:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM setting").fetchone()
        elif deed == "c":
            db.close()
            db = open_state(file, moves_log=count % 3 > 0, on_damage=pytest.fail)
        elif deed == "s":
            db.execute("BEGIN")
            db.execute("UPDATE setting SET value = value || ?", (text * 900,))
            db.execute("ROLLBACK")
        else:
            _put(db, count, text)
            if reader.in_transaction:
                reader.execute("ROLLBACK")
    db.close()
    reader.close()
    open_state(file, verify=True, on_damage=pytest.fail).close()
    assert page_sums.read_record(file) == page_sums.record_file(file)._replace(signature=page_sums.sign(file))


@pytest.mark.parametrize("step", range(6))
def test_killed_at_any_step_of_closing_nothing_committed_is_lost(file: Path, step: int) -> None:
    program = _DIES_CLOSING.format(root=str(ROOT), file=str(file), step=step)
    subprocess.run([sys.executable, "-c", program], check=False)
    assert "late 7" in _names(file)
    assert not _opened_anew(file)
    assert "late 7" in _names(file)


_DIES_CLOSING = """
import os, sys
from pathlib import Path
sys.path.insert(0, {root!r})
from broadsheet.archive import page_sums, state_connection
from broadsheet.archive.database import open_state
db = open_state(Path({file!r}))
db.executemany("INSERT INTO setting VALUES (?, ?)", [(f"late {{each}}", "words" * 99) for each in range(90)])
left = [{step}]
def dying(real):
    def step(*given):
        if not left[0]:
            os._exit(9)
        left[0] -= 1
        done = real(*given)
        if not left[0]:
            os._exit(9)
        left[0] -= 1
        return done
    return step
for name in ("sum_after", "write_record", "sign"):
    setattr(page_sums, name, dying(getattr(page_sums, name)))
db.close()
"""


def test_an_older_log_is_not_taken_for_the_files_own(file: Path, tmp_path: Path) -> None:
    db = open_state(file)
    _put(db, 50, "older ")
    shutil.copy(beside(file, LOG), tmp_path / "log")
    db.close()
    with closing(open_state(file)) as db:
        db.execute("DELETE FROM setting")
    shutil.copy(tmp_path / "log", beside(file, LOG))
    with pytest.raises(sqlite3.DatabaseError, match="damaged"):
        open_sound_reader(file)
    assert not _opened_anew(file)
    assert _names(file) == []


def test_a_reader_that_takes_its_time_keeps_neither_a_build_nor_the_next_one(file: Path) -> None:
    with closing(open_reader(file)) as reader:
        reader.execute("BEGIN")
        before = reader.execute("SELECT count(*) FROM setting").fetchone()
        for text in ("one ", "two "):
            with closing(open_state(file, on_damage=pytest.fail)) as db:
                _put(db, 5, text)
            assert f"{text}4" in _names(file)
        assert reader.execute("SELECT count(*) FROM setting").fetchone() == before
    assert not _opened_anew(file)
    assert not beside(file, LOG).exists()


def test_a_cut_state_ends_no_process_that_reads_it(file: Path) -> None:
    with closing(open_reader(file)) as reader:
        assert reader.execute("SELECT count(*) FROM setting").fetchone() == (400,)
        os.truncate(file, PAGE)
        with pytest.raises(sqlite3.DatabaseError):
            reader.execute("SELECT sum(length(value)) FROM setting").fetchone()
