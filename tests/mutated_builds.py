"""Changes a built site at random, as nobody should: publishing must refuse that, and ``--verify`` fix it."""

from __future__ import annotations

import os
import shutil
import stat
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random

from broadsheet.common import files
from broadsheet.common.problems import Problem, Problems
from broadsheet.write.output_folder import MARKER
from tests.builds import built
from tests.test_publish import Newsroom

_NAMES = ("stray.txt", "index.html~", ".hidden", ".DS_Store", "CNAME", ".nojekyll", "new/page.html", "é.txt")

# What stands at each path of a folder: the content of a file, or what else it is.
Standing = dict[str, bytes | str]


def play(newsroom: Newsroom, seed: int) -> Counter[str]:
    """Strike the site of ``newsroom``, which is published as it stands, at random; return what was done.

    Raises ``AssertionError`` if what was changed is published, or is not fixed. The site is then as before.
    """
    random = Random(seed)
    output = newsroom.site.folder / "public"
    before, tip = _look(output), newsroom.tip()
    done = Counter[str]()
    for _ in range(random.randint(1, 4)):
        name, strike = random.choice(_STRIKES)
        if strike(random, output):
            done[name] += 1
    after = _look(output)
    changed = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    published = {path for path in changed if after.get(path) not in {"link", "other"} or path in before}
    problems = _publish(newsroom)
    named = {each.path.removeprefix("public/") for each in problems}
    missed = {path for path in published if not named & {path, *map(str, Path(path).parents)}}
    if MARKER in published and problems:  # of a folder without the marker nothing is known
        missed = set()
    assert not missed, f"published, or refused without a word of it: {missed}"
    assert published or not problems, f"nothing was changed, and it is refused: {problems}"
    done["refused" if problems else "harmless"] += 1
    assert newsroom.tip() == tip, "the branch was changed"
    _remove_by_hand(output, before)
    if MARKER in published:
        _restore(output / MARKER, before[MARKER])
    built(newsroom.site, verify=True)
    assert _look(output) == before, "not fixed"
    assert not newsroom.publish().commit, "what was fixed is published as new"
    return done


def _publish(newsroom: Newsroom) -> tuple[Problem, ...]:
    try:
        newsroom.publish()
    except Problems as error:
        return error.problems
    return ()


def _look(output: Path) -> Standing:
    """Return what is published of a folder, and what stands in place of it; leftovers of systems are not."""
    found: Standing = {}
    for top, folders, names in os.walk(output):
        for name in (*names, *folders):
            file = Path(top) / name
            mode = file.lstat().st_mode
            path = file.relative_to(output).as_posix()
            if stat.S_ISDIR(mode) or any(map(files.is_leftover, path.split("/"))):
                continue
            found[path] = (
                file.read_bytes() if stat.S_ISREG(mode) else "link" if stat.S_ISLNK(mode) else "other"
            )
    return found


def _remove_by_hand(output: Path, before: Standing) -> None:
    """Remove what a build leaves alone: files with dotted names, or in such folders, and links to folders."""
    for top, folders, names in os.walk(output):
        for name in (*names, *folders):
            file = Path(top) / name
            path = file.relative_to(output)
            dotted = any(step.startswith(".") for step in path.parts)
            if file.is_dir() and not file.is_symlink():
                continue
            if file.is_dir() or (dotted and path.as_posix() not in before):
                file.unlink()


def _restore(file: Path, content: bytes | str) -> None:
    """Write the marker again: without it a build takes the folder for somebody else's."""
    if file.is_dir() and not file.is_symlink():
        shutil.rmtree(file)
    file.unlink(missing_ok=True)
    file.write_bytes(content if isinstance(content, bytes) else content.encode())


def _any_file(random: Random, output: Path) -> Path:
    return random.choice(
        sorted(file for file in output.rglob("*") if file.is_file() and not file.is_symlink())
    )


def _any_folder(random: Random, output: Path) -> Path:
    return random.choice(
        sorted(each for each in output.rglob("*") if each.is_dir() and not each.is_symlink())
    )


def _add(random: Random, output: Path) -> bool:
    file = random.choice([output, _any_folder(random, output)]) / random.choice(_NAMES)
    if os.path.lexists(file):
        return False
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(random.randbytes(random.choice((0, 9))))
    return True


def _copy_in_other_case(random: Random, output: Path) -> bool:
    file = _any_file(random, output)
    other = file.with_name(file.name.swapcase())
    if other.exists():
        return False
    shutil.copyfile(file, other)
    return True


def _change(random: Random, output: Path) -> bool:
    """Change a byte, or the length; perhaps with the times that the file had."""
    file = _any_file(random, output)
    look, content = file.stat(), bytearray(file.read_bytes())
    if content and random.random() < 0.6:
        content[random.randrange(len(content))] ^= 1 << random.randrange(8)
    elif content and random.random() < 0.5:
        del content[random.randrange(len(content)) :]
    else:
        content += b"\n"
    file.write_bytes(content)
    if random.random() < 0.5:
        os.utime(file, ns=(look.st_atime_ns, look.st_mtime_ns))
    return True


def _remove(random: Random, output: Path) -> bool:
    _any_file(random, output).unlink()
    return True


def _remove_folder(random: Random, output: Path) -> bool:
    shutil.rmtree(_any_folder(random, output))
    return True


def _swap(random: Random, output: Path) -> bool:
    one, other = _any_file(random, output), _any_file(random, output)
    between = output / "between"
    for source, target in ((one, between), (other, one), (between, other)):
        if source.exists():
            source.rename(target)
    return one != other


def _link(random: Random, output: Path) -> bool:
    """Put a link in place of a file or a folder, to what stood there."""
    place = random.choice((_any_file, _any_folder))(random, output)
    aside = output.with_name("aside")
    if place.is_dir():
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(exist_ok=True)
    target = aside / f"{random.random()}" if aside.is_dir() else output.with_name(f"aside-{random.random()}")
    place.rename(target)
    place.symlink_to(target)
    return True


def _stray_link(random: Random, output: Path) -> bool:
    link = output / f"link{random.random()}"
    link.symlink_to(random.choice(("nowhere", "index.html", "..")))
    return True


def _other_kind(random: Random, output: Path) -> bool:
    """Put a folder, or a pipe, in place of a file; or a file in place of a folder."""
    kind = random.randrange(3)
    if kind == 2:
        folder = _any_folder(random, output)
        shutil.rmtree(folder)
        folder.write_bytes(b"a file")
        return True
    file = _any_file(random, output)
    file.unlink()
    if kind:
        os.mkfifo(file)
    else:
        file.mkdir()
        (file / "in.txt").write_bytes(b"in it")
    return True


def _touch(random: Random, output: Path) -> bool:
    os.utime(_any_file(random, output), (random.randrange(2**31), random.randrange(2**31)))
    return True


def _hard_link(random: Random, output: Path) -> bool:
    file = _any_file(random, output)
    copy = output.with_name(f"copy-{random.random()}")
    shutil.copyfile(file, copy)
    file.unlink()
    os.link(copy, file)
    return True


_STRIKES: tuple[tuple[str, Callable[[Random, Path], bool]], ...] = (
    ("added", _add),
    ("copied in other case", _copy_in_other_case),
    ("changed", _change),
    ("removed", _remove),
    ("folder removed", _remove_folder),
    ("swapped", _swap),
    ("linked", _link),
    ("stray link", _stray_link),
    ("other kind", _other_kind),
    ("touched", _touch),
    ("hard link", _hard_link),
)
