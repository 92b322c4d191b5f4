"""The store of what was made of pictures: nothing in it is trusted, and it may fail or be lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from broadsheet.render.pictures.maker import PictureMaker
from broadsheet.render.pictures.recipes import Recipe
from broadsheet.render.pictures.store import PictureStore, StoreKey
from tests import photos
from tests.sites import ROOT, environment

_KEY = StoreKey("AB12", Recipe("16x9", 640, "webp", (30, 60)), 78, "enc1")
_CONTENT = b"made" * 999


@pytest.fixture
def store(tmp_path: Path) -> PictureStore:
    return PictureStore(tmp_path / "pictures")


def _files(folder: Path) -> list[str]:
    return sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())


def test_what_was_put_is_found(store: PictureStore, tmp_path: Path) -> None:
    assert store.find(_KEY) is None
    assert not store.holds(_KEY)
    store.put(_KEY, _CONTENT)
    assert (store.find(_KEY), store.holds(_KEY)) == (_CONTENT, True)
    assert _files(tmp_path) == ["pictures/ab12/16x9,640,webp,30,60-78-enc1"]
    for other in (
        _KEY._replace(digest="CD"),
        _KEY._replace(recipe=Recipe("16x9", 640, "webp")),
        _KEY._replace(quality=79),
        _KEY._replace(encoder="enc2"),
    ):
        assert store.find(other) is None


def test_a_torn_file_is_none(store: PictureStore, tmp_path: Path) -> None:
    store.put(_KEY, _CONTENT)
    file = tmp_path / "pictures" / _KEY.path
    whole = file.read_bytes()
    for torn in (
        b"",
        whole[:10],
        whole[:-1],
        whole + b"x",
        whole[:99] + b"x" + whole[100:],
        bytes(len(whole)),
    ):
        file.write_bytes(torn)
        assert store.find(_KEY) is None
    store.put(_KEY, _CONTENT)
    assert store.find(_KEY) == _CONTENT


def test_a_file_of_another_picture_or_recipe_is_none(store: PictureStore, tmp_path: Path) -> None:
    other = _KEY._replace(recipe=Recipe("", 640, "webp"))
    store.put(other, b"other")
    store.put(_KEY, _CONTENT)
    (tmp_path / "pictures" / other.path).replace(tmp_path / "pictures" / _KEY.path)
    assert store.find(_KEY) is None
    (tmp_path / "pictures" / _KEY.path).unlink()
    (tmp_path / "pictures" / _KEY.path).mkdir()
    assert store.find(_KEY) is None
    store.put(_KEY, _CONTENT)
    assert store.find(_KEY) is None


def test_what_another_encoder_has_made_makes_room(store: PictureStore, tmp_path: Path) -> None:
    for key in (_KEY, _KEY._replace(quality=50), _KEY._replace(recipe=Recipe("", 640, "webp"))):
        store.put(key, _CONTENT)
    store.put(_KEY._replace(encoder="enc2"), _CONTENT)
    assert _files(tmp_path / "pictures") == [
        "ab12/16x9,640,webp,30,60-50-enc1",
        "ab12/16x9,640,webp,30,60-78-enc2",
        "ab12/whole,640,webp,50,50-78-enc1",
    ]


_KILLED = """
import os, sys
from pathlib import Path
from broadsheet.render.pictures import store
from broadsheet.render.pictures.recipes import Recipe
key = store.StoreKey("AB12", Recipe("16x9", 640, "webp", (30, 60)), 78, "enc1")
Path.replace = lambda *_: os.kill(os.getpid(), 9)
store.PictureStore(Path(sys.argv[1])).put(key, b"made" * 999)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows has no SIGKILL")
def test_a_process_that_is_killed_before_the_file_is_in_place_leaves_nothing_for_long(
    store: PictureStore, tmp_path: Path
) -> None:
    line = [sys.executable, "-c", _KILLED, str(tmp_path / "pictures")]
    run = subprocess.run(line, cwd=ROOT, env=environment(), check=False, capture_output=True)
    assert run.returncode == -signal.SIGKILL, run.stderr
    assert store.find(_KEY) is None
    assert len(_files(tmp_path / "pictures")) == 1
    store.sweep(tuple)
    assert _files(tmp_path / "pictures") == []
    store.put(_KEY, _CONTENT)
    assert store.find(_KEY) == _CONTENT


def test_pictures_that_are_gone_are_swept_once_they_are_many(store: PictureStore, tmp_path: Path) -> None:
    for number in range(75):
        store.put(_KEY._replace(digest=f"{number:04X}"), b"")
    used = [f"{number:04X}" for number in range(60, 66)]
    store.sweep(lambda: used)
    assert len(_files(tmp_path / "pictures")) == 75
    store.sweep(lambda: used[:-1])
    assert _files(tmp_path / "pictures") == [
        f"{each.lower()}/16x9,640,webp,30,60-78-enc1" for each in used[:-1]
    ]
    PictureStore(tmp_path / "nowhere").sweep(tuple)


def test_a_folder_that_cannot_be_written_is_no_harm(tmp_path: Path) -> None:
    # A file stands where the folder would be: whoever runs the tests, root too, cannot write there.
    (tmp_path / "pictures").write_bytes(b"")
    content = photos.save(photos.draw(), "png")
    maker, recipe = PictureMaker(tmp_path / "state.sqlite"), Recipe("", 32, "webp")
    made = maker.make("AB", lambda: content, recipe, 78)
    assert photos.load(made).size == (32, 24)
    assert maker.make("AB", lambda: content, recipe, 78) == made
    assert not maker.is_made("AB", recipe, 78)
    PictureStore(tmp_path / "pictures").sweep(tuple)
    assert _files(tmp_path) == ["pictures"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no full disk to write to")
def test_a_full_disk_is_no_harm(store: PictureStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store.put(_KEY, _CONTENT)
    unfinished = tmp_path / "pictures/.0000000000000000"
    unfinished.symlink_to("/dev/full")
    monkeypatch.setattr(os, "urandom", lambda _: bytes(8))
    store.put(_KEY._replace(quality=1), _CONTENT)
    assert _files(tmp_path / "pictures") == [_KEY.path]
    assert store.find(_KEY) == _CONTENT


def test_what_the_store_has_is_not_made_again(tmp_path: Path) -> None:
    content, recipes = photos.save(photos.draw(), "png"), (Recipe("", 32, "webp"), Recipe("", 0, "png"))
    first = [PictureMaker(tmp_path / "state").make("AB", lambda: content, each, 78) for each in recipes]

    def refuse() -> bytes:
        raise AssertionError

    maker = PictureMaker(tmp_path / "state")
    assert [maker.make("AB", refuse, each, 78) for each in recipes] == first
    assert all(maker.is_made("AB", each, 78) for each in recipes)
    # A picture in full has no quality; another one makes others of the rest.
    assert maker.make("AB", refuse, recipes[1], 50) == first[1]
    assert not maker.is_made("AB", recipes[0], 50)
