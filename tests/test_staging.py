"""How files are collected and moved into place: whole, or not at all."""

from __future__ import annotations

import contextlib
import threading
from pathlib import Path

import pytest

from broadsheet.write.output_folder import is_empty
from broadsheet.write.staging import Staging
from tests.sites import Site


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(folder=tmp_path)


def _staged(site: Site, **contents: str) -> Staging:
    staging = Staging(site.folder / "public")
    for path, text in contents.items():
        staging.write(path.replace("__", "/"), text.encode())
    return staging


def test_the_staging_tree_lies_beside_the_folder(site: Site) -> None:
    staging = _staged(site, a="x")
    assert staging.tree.parent == site.folder / ".public.staging"
    assert site.outputs(f".public.staging/{staging.tree.name}") == {"a": b"x"}
    staging.clear()
    staging.clear()
    assert list(site.folder.iterdir()) == []


def test_what_a_killed_build_still_writes_is_not_published(site: Site) -> None:
    site.write("public/a", "old")
    killed, staging = (Staging(site.folder / "public") for _ in range(2))
    staging.write("a", b"new")
    killed.write("a", b"late")
    staging.move("a")
    assert site.outputs() == {"a": b"new"}
    staging.clear()
    assert not staging.parent.exists()


def test_clearing_does_not_mind_that_a_killed_build_still_writes(site: Site) -> None:
    killed, staging = (Staging(site.folder / "public") for _ in range(2))
    over = threading.Event()

    def write() -> None:
        number = 0
        while not over.is_set():
            number += 1
            with contextlib.suppress(OSError):
                killed.write(f"{number % 50}/{number}", b"late")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(300):
            staging.clear()
    finally:
        over.set()
        writer.join()
    staging.clear()
    assert not staging.parent.exists()


def test_a_whole_tree_is_published_in_one_rename(site: Site) -> None:
    (site.folder / "public").mkdir()
    staging = _staged(site, a="x", b__c="y")
    inode = staging.tree.stat().st_ino
    staging.move_tree()
    assert (site.folder / "public").stat().st_ino == inode
    assert site.outputs() == {"a": b"x", "b/c": b"y"}
    assert not staging.parent.exists()


def test_a_file_takes_the_place_of_another_at_once(site: Site) -> None:
    site.write("public/a", "old")
    staging = _staged(site, a="new")
    inode = (staging.tree / "a").stat().st_ino
    with (site.folder / "public/a").open("rb") as reader:
        staging.move("a")
        # Whoever reads the old file at this moment reads it to its end.
        assert reader.read() == b"old"
    assert (site.folder / "public/a").stat().st_ino == inode


def test_a_file_is_published_into_folders_that_are_not_there_yet(site: Site) -> None:
    (site.folder / "public").mkdir()
    _staged(site, a__b__c="x").move("a/b/c")
    assert site.outputs() == {"a/b/c": b"x"}


def test_a_file_makes_room_for_a_folder(site: Site) -> None:
    site.write("public/a", "file")
    _staged(site, a__b__c="x").move("a/b/c")
    assert site.outputs() == {"a/b/c": b"x"}


def test_a_folder_makes_room_for_a_file(site: Site) -> None:
    site.write("public/a/b/c", "x")
    _staged(site, a="file").move("a")
    assert site.outputs() == {"a": b"file"}


def test_a_link_in_the_output_is_replaced_and_what_it_leads_to_stays(site: Site) -> None:
    site.write("elsewhere/c", "Mine.")
    (site.folder / "public").mkdir()
    (site.folder / "public/c").symlink_to(site.folder / "elsewhere/c")
    _staged(site, c="x").move("c")
    assert site.read("elsewhere/c") == "Mine."
    assert not (site.folder / "public/c").is_symlink()


def test_removing_takes_along_the_folders_that_it_empties(site: Site) -> None:
    for path in ("a/b/c/d", "a/e"):
        site.write(f"public/{path}", "x")
    staging = Staging(site.folder / "public")
    staging.remove("a/b/c/d")
    assert site.outputs() == {"a/e": b"x"}
    assert not (site.folder / "public/a/b").exists()
    staging.remove("a/e")
    assert (site.folder / "public").is_dir()
    assert is_empty(site.folder / "public")


def test_removing_what_is_not_there_is_no_fault(site: Site) -> None:
    site.write("public/a", "x")
    staging = Staging(site.folder / "public")
    staging.remove("b")
    staging.remove("a/b")
    assert site.outputs() == {"a": b"x"}


def test_removing_leaves_a_folder_that_took_the_files_place(site: Site) -> None:
    site.write("public/a/b", "x")
    Staging(site.folder / "public").remove("a")
    assert site.outputs() == {"a/b": b"x"}


def test_the_folder_holds_a_file_only_with_just_its_bytes(site: Site) -> None:
    site.write("public/a/b", "abc")
    staging = Staging(site.folder / "public")
    assert staging.holds("a/b", b"abc")
    for path, content in (("a/b", b"abd"), ("a/b", b"ab"), ("a/c", b"abc"), ("a", b"abc"), ("a/b/c", b"")):
        assert not staging.holds(path, content)
    site.write("public/a/bcd", "abc")
    (site.folder / "public/a/c").symlink_to("bcd")  # as many bytes as the content has
    assert not staging.holds("a/c", b"abc")
