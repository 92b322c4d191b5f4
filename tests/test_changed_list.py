"""``build --changed-list``: what a script copies to a host, and purges from a cache."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.builds import built, plain_site, printed
from tests.plain import article
from tests.sites import Site


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return plain_site(
        tmp_path / "site",
        {
            "content/flood.md": article("Flood", "2022-11-05"),
            "content/storm.md": article("Storm", "2022-11-06", more="slug: são-tomé"),
        },
    )


def _listed(site: Site) -> list[list[str]]:
    built(site, changed_list=site.folder / "changed.tsv")
    return [row.split("\t") for row in site.read("changed.tsv").splitlines()]


def _follow(site: Site, host: Path) -> list[str]:
    """Build, and do to ``host`` what the list says, as a script would; return its lines without URLs."""
    rows = _listed(site)
    for sign, path, _ in rows:
        if sign == "+":
            (host / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(site.folder / "public" / path, host / path)
        else:
            (host / path).unlink()
    assert Site(folder=host).outputs(".") == site.outputs()
    return [f"{sign} {path}" for sign, path, _ in rows]


def test_a_host_that_follows_the_list_has_the_site(site: Site, tmp_path: Path) -> None:
    host = tmp_path / "host"
    first = _follow(site, host)
    assert "+ edition.txt" in first
    assert not [row for row in first if row.startswith("-")]
    site.write("content/flood.md", article("Flood", "2022-11-05", body="Another word."))
    assert set(_follow(site, host)).isdisjoint({"+ 404.html", "+ robots.txt"})
    site.delete("content/flood.md")
    gone = [row for row in _follow(site, host) if row.startswith("-")]
    assert gone == sorted(gone)
    assert "- 2022/11/05/flood/index.html" in gone
    site.write("public/2022/11/06/são-tomé/index.html", "damaged")
    built(site, verify=True, changed_list=site.folder / "changed.tsv")
    assert "2022/11/06/são-tomé/index.html" in site.read("changed.tsv")


def test_the_list_is_empty_when_nothing_changed(site: Site) -> None:
    assert _listed(site)
    assert _listed(site) == []
    assert site.read("changed.tsv") == ""


def test_a_line_has_the_url_that_readers_ask_for(site: Site) -> None:
    rows = {path: url for _, path, url in _listed(site)}
    assert rows["2022/11/06/são-tomé/index.html"] == (
        "https://example.org/archive/2022/11/06/s%C3%A3o-tom%C3%A9/"
    )
    assert rows["atom.xml"] == "https://example.org/archive/atom.xml"


def test_the_name_of_a_file_forges_no_line(site: Site) -> None:
    site.write("static/a\n-\tindex.html", "x")
    assert "a%0A-%09index.html" in [path for _, path, _ in _listed(site)]


def test_after_an_interrupted_build_every_file_is_listed(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    built(site)
    site.write("content/flood.md", article("Deluge", "2022-11-05"))
    with monkeypatch.context() as patch:
        patch.setattr("broadsheet.write.staging.Staging.move", _interrupt)
        with pytest.raises(KeyboardInterrupt):
            built(site, changed_list=site.folder / "changed.tsv")
    assert not [each for each in site.folder.iterdir() if "changed" in each.name]
    assert {path for _, path, _ in _listed(site)} == site.outputs().keys()
    assert _listed(site) == []


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_build_with_a_problem_leaves_the_list_of_the_last_one(site: Site) -> None:
    before = _listed(site)
    site.write("content/flood.md", "---\ndate: 2022-02-30\n---\n")
    assert printed(site, changed_list=site.folder / "changed.tsv")
    assert [row.split("\t") for row in site.read("changed.tsv").splitlines()] == before
    assert [each.name for each in site.folder.iterdir() if "changed" in each.name] == ["changed.tsv"]


def test_the_list_cannot_stand_in_the_output_folder(site: Site) -> None:
    assert printed(site, changed_list=site.folder / "public/changed.tsv") == (
        "public: the list of changes, changed.tsv, would be written into the output folder\n"
        "  Name a file elsewhere with --changed-list."
    )


def test_a_pipe_or_a_device_is_written_to_and_not_replaced(site: Site) -> None:
    pipe = site.folder / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    built(site, changed_list=pipe)
    assert "+\tedition.txt\thttps://example.org/archive/edition.txt\n" in os.read(reader, 65_536).decode()
    os.close(reader)
    assert pipe.is_fifo()


def test_the_command_writes_the_list(site: Site) -> None:
    assert site.build("--changed-list", "changed.tsv").status == 0
    assert site.read("changed.tsv").startswith("+\t")
    said = site.build("--changed-list", "nowhere/changed.tsv")
    assert (said.status, said.stderr.count("\n")) == (1, 1)
    assert "nowhere" in said.stderr
