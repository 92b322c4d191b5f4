"""What `new` asks in a terminal, a real one: what it suggests, and what it makes of the answers."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.builds import built, plain_site
from tests.plain import SETTINGS, article
from tests.sites import ROOT, Run, Site, environment

pty = pytest.importorskip("pty", reason="terminals of this kind are of Unix")

_PATIENCE = 60.0
_ALL = ("Title: ", "Author: ", "Dateline: ", "Section (Politics …): ", "Tags, with commas between: ")


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return plain_site(tmp_path / "site")


@pytest.fixture
def archive(site: Site) -> Site:
    """Return a site whose archive knows authors, places and tags."""
    site.write("site.toml", f'{SETTINGS}\n[tags]\noil = "Petroleum"\n')
    known = {"author": "[Ana Ruiz, Li Wei]", "dateline": "Baku", "section": "Politics"}
    site.write("content/a.md", article("A", "2022-11-05", tags=("Oil", "Sea level"), **known))
    site.write("content/b.md", article("B", "2021-11-05", author="Old Hand", dateline="Ağdam", tags=("oil",)))
    built(site)
    return site


def test_it_asks_for_what_is_missing(site: Site) -> None:
    prompts, run = _talk(
        site, (), ("Harbour bridge opens", "Ana Ruiz, Li Wei", "Baku", "Politics", "Oil, #1")
    )
    assert prompts == list(_ALL)
    text = site.read(_written(run))
    assert 'title: "Harbour bridge opens"\nauthor: ["Ana Ruiz", "Li Wei"]\ndateline: "Baku"\n' in text
    assert 'section: "Politics"\ntags: ["Oil", "#1"]\n' in text


def test_what_was_given_is_not_asked_for(site: Site) -> None:
    words = ("A", "--author", "Ana Ruiz", "--dateline", "Baku", "--section", "Sport")
    prompts, run = _talk(site, words, ("",))
    assert prompts == [_ALL[-1]]
    assert 'author: "Ana Ruiz"\ndateline: "Baku"\n' in site.read(_written(run))
    prompts, run = _talk(site, ("B", *words[1:], "--tag", "Oil", "--tag", "Sea level"), ())
    assert (prompts, 'tags: ["Oil", "Sea level"]' in site.read(_written(run))) == ([], True)


def test_it_suggests_what_the_archive_knows_and_an_empty_answer_takes_it(archive: Site) -> None:
    prompts, run = _talk(archive, ("A",), ("", "", "", ""))
    assert prompts == [
        *("Author [Ana Ruiz, Li Wei]: ", "Dateline [Baku]: ", "Section (Politics …): "),
        "Tags (Petroleum, Sea level …), with commas between: ",
    ]
    text = archive.read(_written(run))
    assert 'author: ["Ana Ruiz", "Li Wei"]\ndateline: "Baku"\n' in text
    assert "section:\ntags: []\n" in text


def test_a_hyphen_takes_nothing(archive: Site) -> None:
    _, run = _talk(archive, ("A",), ("-", "-", "-", "-"))
    assert "author:\ndateline:\n" in archive.read(_written(run))


def test_names_are_written_as_the_archive_spells_them(archive: Site) -> None:
    _, run = _talk(archive, ("A",), ("li  wei", "ağdam", "politics", "OIL, sea-level, new"))
    assert 'tags: ["oil"]' in archive.read(_written(_talk(archive, ("B",), ("", "", "", "petroleum"))[1]))
    text = archive.read(_written(run))
    assert 'author: "Li Wei"\ndateline: "Ağdam"\n' in text
    assert 'section: "Politics"\ntags: ["oil", "Sea level", "new"]\n' in text


def test_a_title_is_asked_for_until_there_is_one(site: Site) -> None:
    prompts, run = _talk(site, (), ("", "  ", "A", "", "", "", ""))
    assert prompts[:3] == ["Title: "] * 3
    assert _written(run).endswith("/a.md")


@pytest.mark.parametrize("key", ["\x03", "\x04"])
def test_ctrl_c_and_ctrl_d_leave_nothing_behind(site: Site, key: str) -> None:
    before = site.outputs(".")
    prompts, run = _talk(site, ("A",), ("Ana Ruiz", key))
    assert prompts == ["Author: ", "Dateline: "]
    assert (run.status, "Traceback" in run.stdout) == (130, False)
    assert run.stdout.splitlines()[-1] == "Stopped. Nothing was left half-written."
    assert site.outputs(".") == before


def test_nothing_is_asked_where_there_is_no_terminal(site: Site) -> None:
    run = site.run("new", "A")
    assert (run.status, run.stderr) == (0, "")
    assert "author:\ndateline:\n" in site.read(run.stdout.strip())
    run = site.run("new", "--author", "Ana Ruiz")
    assert (run.status, run.stdout) == (2, "")
    assert run.stderr.endswith("error: the title is missing, and there is no terminal to ask for it in\n")


def test_nothing_is_asked_when_only_one_end_is_a_terminal(site: Site) -> None:
    near, far = pty.openpty()
    try:
        done = subprocess.run(
            _line(site, ("A",)),
            stdin=far,
            capture_output=True,
            env=environment(),
            check=True,
            timeout=_PATIENCE,
        )
    finally:
        os.close(near)
        os.close(far)
    assert done.stdout.decode().strip().endswith("/a.md")


def _line(site: Site, words: Sequence[str]) -> list[str]:
    return [sys.executable, str(ROOT / "build.py"), "new", "--site", str(site.folder), *words]


def _talk(site: Site, words: Sequence[str], answers: Sequence[str]) -> tuple[list[str], Run]:
    """Run `new` in a terminal, answer each prompt; return the prompts, and how it ended."""
    number, near = pty.fork()
    if not number:  # pragma: no cover - another process
        os.execve(sys.executable, _line(site, words), environment() | {"PYTHONUTF8": "1"})  # noqa: S606
    try:
        prompts, waiting, shown = [], list(answers), ""
        began = time.monotonic()
        while waiting:
            shown += _read(near)
            assert time.monotonic() - began < _PATIENCE, shown
            if shown.endswith(": "):
                prompts.append(shown.rpartition("\n")[2])
                answer = waiting.pop(0)
                if answer == "\x03":
                    _wait_until_asleep(number)
                os.write(near, answer.encode() if answer in {"\x03", "\x04"} else f"{answer}\n".encode())
                shown = ""
        while rest := _read(near):
            shown += rest
    finally:
        # A program that waits for an answer that no test has would wait for ever. The terminal is
        # closed after it: a hangup is no way to end.
        _, status = _ended(number)
        os.close(near)
    return prompts, Run(
        status=os.waitstatus_to_exitcode(status), stdout=shown.replace("\r\n", "\n"), stderr=""
    )


def _read(near: int) -> str:
    if not select.select([near], [], [], _PATIENCE)[0]:
        return ""
    try:
        return os.read(near, 4096).decode()
    except OSError:  # Linux's way to say that nobody is at the other end
        return ""


def _wait_until_asleep(number: int) -> None:
    """Wait until a process waits for a line.

    Python's input() shows its prompt and then reads; a signal between the two is noticed with the next
    key only. No hand is as fast as that, but a test is.
    """
    asleep = 0
    for _ in range(int(_PATIENCE * 20)):
        time.sleep(0.05)
        state = Path(f"/proc/{number}/stat")
        asleep = (
            asleep + 1 if not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "S" else 0
        )
        if asleep == 3:
            return


def _ended(number: int) -> tuple[int, int]:
    for _ in range(int(_PATIENCE * 20)):
        ended = os.waitpid(number, os.WNOHANG)
        if ended[0]:
            return ended
        time.sleep(0.05)
    os.kill(number, signal.SIGKILL)
    return os.waitpid(number, 0)


def _written(run: Run) -> str:
    assert run.status == 0, run
    found = re.findall(r"content/\S+\.md", run.stdout)
    return str(found[-1])
