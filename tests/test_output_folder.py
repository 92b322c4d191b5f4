"""What an output folder has in it: outputs, and files that are not ours."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from broadsheet.common import files
from broadsheet.write.output_folder import has_digest, walk
from tests.sites import Site


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(folder=tmp_path)


def test_a_digest_is_told_of_a_file_as_it_stands(site: Site) -> None:
    site.write("public/a", "abc")
    assert has_digest(site.folder / "public/a", files.digest(b"abc"))
    assert not has_digest(site.folder / "public/a", files.digest(b"abd"))
    assert not has_digest(site.folder / "public/b", files.digest(b"abc"))
    assert not has_digest(site.folder / "public", files.digest(b""))
    (site.folder / "public/link").symlink_to("a")
    assert not has_digest(site.folder / "public/link", files.digest(b"abc"))
    os.mkfifo(site.folder / "public/pipe")
    assert not has_digest(site.folder / "public/pipe", files.digest(b""))


def test_dotted_names_of_an_output_folder_are_not_ours(site: Site) -> None:
    for path in ("a/b.html", ".git/HEAD", ".nojekyll", "a/.htaccess"):
        site.write(f"public/{path}", "x")
    assert list(walk(site.folder / "public")) == ["a/b.html"]
