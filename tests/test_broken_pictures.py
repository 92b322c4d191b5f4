"""Two hundred broken pictures: each is published sound, or is a problem at the line that shows it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from random import Random

from PIL import Image

from broadsheet.common.problems import Problem, Problems
from broadsheet.read import pictures
from broadsheet.settings.model import PictureSettings
from tests.builds import built, plain_site
from tests.photos import burden, draw, exif, save
from tests.pictures import png
from tests.plain import SETTINGS, article

_COUNT = 200
_READING = PictureSettings(on=True, metadata=(), language="en")
_SETTINGS = SETTINGS + "[pictures]\nwidths = [16]\n"
_FRAMES = {"save_all": True, "append_images": [draw(24, 18).rotate(180)]}
# One of each kind that cameras, phones and programs write, with its format.
_WHOLE: tuple[tuple[str, bytes], ...] = (
    ("jpg", burden(save(draw(24, 18), "jpeg", exif=exif(6)), "jpeg")),
    ("jpg", save(draw(24, 18, "CMYK"), "jpeg", progressive=True)),
    ("png", burden(save(draw(24, 18), "png", exif=exif(8)), "png")),
    ("png", save(draw(24, 18, "P"), "png", transparency=3)),
    ("png", save(draw(24, 18), "png", **_FRAMES)),
    ("webp", burden(save(draw(24, 18, "RGBA"), "webp", exif=exif(3)), "webp")),
    ("webp", save(draw(24, 18), "webp", lossless=True)),
    ("webp", save(draw(24, 18), "webp", **_FRAMES)),
    ("avif", save(draw(24, 18), "avif", exif=exif(5))),
    ("gif", save(draw(24, 18), "gif", **_FRAMES)),
)
_OTHERS: tuple[tuple[str, bytes], ...] = (
    *(
        ("jpg", b""),
        ("png", b"\x89PNG"),
        ("png", png(0, 9)),
        ("png", png(9, 0)),
        ("jpg", b"\xff\xd8\xff\xd9"),
    ),
    *(("png", png(60_000, 60_000, broken=True)), ("png", png(7000, 7000, broken=True)), ("webp", b"RIFF")),
    *(
        ("gif", b"GIF89a"),
        ("avif", b"\0\0\0\x0cftypavif"),
        ("png", b"<html>"),
        ("heic", b"\0\0\0\x0cftypheic"),
    ),
)


def _break(random: Random, number: int) -> tuple[str, bytes]:
    """Return a broken picture: the suffix of its name, and its bytes."""
    suffix, whole = _WHOLE[number % len(_WHOLE)]
    size, content = len(whole), bytearray(whole)
    match number // len(_WHOLE) % 10:
        case 0 | 1:  # copied in part
            return suffix, whole[: random.randrange(size)]
        case 2 | 3 | 4:  # a few bytes of a bad disk
            for _ in range(random.choice((1, 2, 8, 40))):
                content[random.randrange(size)] = random.randrange(256)
        case 5:  # its header, where sizes and lengths are
            for _ in range(3):
                content[random.randrange(8, min(size, 64))] = random.choice((0, 1, 0x7F, 0xFF))
        case 6:  # a piece is lost, or there twice
            at, length = random.randrange(size), random.randrange(1, size // 2)
            content[at : at + length] = content[at : at + length] * random.choice((0, 2))
        case 7:  # the end of another one
            other = random.choice(_WHOLE)[1]
            return suffix, whole[: size // 2] + other[len(other) // 2 :]
        case 8:  # another suffix
            return random.choice(_WHOLE)[0], whole + random.randbytes(random.randrange(9))
        case _:  # the beginning of another one
            other = random.choice(_WHOLE)[1]
            return suffix, other[:12] + whole[12:]
    return suffix, bytes(content)


def _list_broken() -> Iterator[tuple[str, bytes]]:
    random = Random(20)
    yield from _OTHERS
    for number in range(_COUNT - len(_OTHERS)):
        yield _break(random, number)


def test_a_broken_picture_is_published_sound_or_a_problem_where_it_is_shown(tmp_path: Path) -> None:
    names = [f"{number}.{suffix}" for number, (suffix, _) in enumerate(_list_broken())]
    sources: dict[str, str | bytes] = {
        f"content/{name}": content for name, (_, content) in zip(names, _list_broken(), strict=True)
    }
    site = plain_site(tmp_path / "site", sources, settings=_SETTINGS)
    refused: set[str] = set()
    for _ in range(3):
        shown = [name for name in names if name not in refused]
        body = "\n\n".join(f"![A quay]({name})" for name in shown)
        site.write("content/a.md", article("A", "2022-11-05", body=body))
        rows = site.read("content/a.md").splitlines()
        problems = _problems(partial(built, site))
        for problem in problems:
            (name,) = re.findall(r"\d+\.\w+", rows[problem.line - 1])
            assert (problem.path, problem.column, name in shown) == ("content/a.md", 11, True)
            assert problem.message.startswith(f"content/{name} ")
            assert problem.hint
            refused.add(name)
        if not problems:
            break
    assert not problems
    assert 40 < len(refused) < _COUNT - 40
    folder = site.folder / "public/2022/11/05/a"
    for name in shown:
        raster = pictures.read(name, (site.folder / "content" / name).read_bytes(), _READING).format
        made = sorted(folder.glob(f"{name}.*"))
        assert len(made) == (1 if raster else 0), name
        for file in made:
            assert _open_sound(file, moves=False).width <= 16
        # Frames of what moves are copied as they are.
        _open_sound(folder / name, moves=not raster)
    assert {file.name.split(".")[0] for file in folder.iterdir()} == {
        "index",
        *(name.split(".")[0] for name in shown),
    }


def _open_sound(file: Path, *, moves: bool) -> Image.Image:
    with Image.open(file) as opened:
        if not moves:
            opened.load()
            assert not opened.getexif(), file.name
        return opened


def _problems(build: Callable[[], object]) -> tuple[Problem, ...]:
    try:
        build()
    except Problems as error:
        return error.problems
    return ()
