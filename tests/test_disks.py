"""Full disks and folders that cannot be written: a clear line, whole files, a next build that is right.

Each test has a disk of its own, a small tmpfs in a mount namespace, in which the command runs.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from broadsheet.write.output_folder import MARKER
from tests.builds import clean_outputs, plain_site
from tests.conftest import missing
from tests.plain import SETTINGS, article
from tests.previews import previewing, tab
from tests.sites import ROOT, Run, Site, environment

_AS_OF = "2026-01-01T00:00:00Z"
_KIB = 1024
_SIZE = 3072  # of the disk, in KiB
# The last is for root in a chroot whose folder is no mount point: there no mount can be made private.
_HOLDERS = (
    ("unshare", "--mount"),
    ("unshare", "--map-root-user", "--mount"),
    ("unshare", "--mount", "--propagation=unchanged"),
)
# The namespace lives as long as its first process, which waits until it is told to end.
_MOUNT = 'mount -t tmpfs -o size={size}k none "$1" && {{ echo ready; read -r _; umount "$1"; }}'


class Disk:
    """A small disk mounted at ``folder``, which only processes of its namespace see."""

    def __init__(self, folder: Path, holder: subprocess.Popen[str]) -> None:
        """Take the namespace that ``holder`` holds."""
        self.folder = folder
        # What the processes of the namespace see, seen from outside.
        self.view = Path(f"/proc/{holder.pid}/root{folder}")
        self.enter = ["nsenter", f"--target={holder.pid}", "--mount"]
        self.enter += ["--root"] if os.geteuid() == 0 else ["--user", "--preserve-credentials"]

    def run(self, *line: str) -> Run:
        """Run a command in the namespace."""
        done = subprocess.run(
            [*self.enter, *line],
            env=environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        return Run(status=done.returncode, stdout=done.stdout, stderr=done.stderr)

    def build(self, site: Path, output: Path) -> Run:
        """Build a site into a folder."""
        line = (sys.executable, str(ROOT / "build.py"), "build", "--site", str(site), "--output", str(output))
        return self.run(*line, "--as-of", _AS_OF, "--quiet")

    def fill(self, *, leaving: int) -> None:
        """Fill the disk but for some KiB."""
        (self.view / "filler").write_bytes(b"\0" * max(0, self.free() - leaving * _KIB))

    def drain(self) -> None:
        """Take away what filled it."""
        (self.view / "filler").unlink()

    def free(self) -> int:
        """Return how many bytes there is room for."""
        stat = os.statvfs(self.view)
        return stat.f_bavail * stat.f_frsize

    def lock(self, folder: Path) -> None:
        """Let nobody write into a folder."""
        assert self.run("mount", "--bind", str(folder), str(folder)).status == 0
        assert self.run("mount", "-o", "remount,bind,ro", str(folder)).status == 0

    def unlock(self, folder: Path) -> None:
        """Let it be written again."""
        assert self.run("umount", str(folder)).status == 0


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    folder = tmp_path / "disk"
    folder.mkdir()
    for command in _HOLDERS:
        try:
            holder = subprocess.Popen(
                [*command, "sh", "-c", _MOUNT.format(size=_SIZE), "sh", str(folder)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
        except FileNotFoundError:
            continue
        with holder:
            assert holder.stdout is not None
            if holder.stdout.readline() == "ready\n":
                yield Disk(folder, holder)
                holder.communicate("\n")
                return
    missing("a disk of one's own", "run as root on Linux, or where user namespaces are allowed")


def _articles(word: str) -> dict[str, str]:
    return {
        f"content/{number:02}.md": article(f"{word} {number}", "2022-11-05", tags=("Oil",), body=word * 400)
        for number in range(40)
    }


def _site(folder: Path) -> Site:
    return plain_site(folder, _articles("Water"), settings=SETTINGS.replace("size = 3", "size = 100"))


def _copy(site: Site, folder: Path) -> Site:
    """Copy the sources of a site to where it can be built plainly."""
    copy = Site(folder=folder)
    for name in ("content", "layouts", "static"):
        for path, content in site.outputs(name).items():
            copy.write(f"{name}/{path}", content)
    copy.write("site.toml", site.read("site.toml"))
    return copy


def _write(site: Site, version: int) -> None:
    for path, text in _articles(("Water", "Flood")[version]).items():
        site.write(path, text)


# How much room there is, in KiB: from none at all to nearly enough.
_ROOMS = (0, 40, 200, 400, 700)


@pytest.mark.parametrize("whole", [False, True])
def test_a_full_disk_leaves_whole_files_and_the_next_build_is_right(
    disk: Disk,
    tmp_path: Path,
    whole: bool,  # noqa: FBT001 - a parameter of a test
) -> None:
    """The output is on the disk, or (``whole``) all of the site is."""
    folder = disk.folder if whole else tmp_path
    site = _site((disk.view if whole else tmp_path) / "site")
    output, seen = disk.folder / "public", Site(folder=disk.view)
    assert disk.build(folder / "site", output) == Run(status=0, stdout="", stderr="")
    versions = [seen.outputs()]
    assert versions[0] == clean_outputs(_copy(site, tmp_path / "first" / "site"))
    _write(site, 1)
    versions.append(clean_outputs(_copy(site, tmp_path / "second" / "site")))
    standing, failed = 0, 0
    for room in _ROOMS:
        wanted = 1 - standing
        _write(site, wanted)
        disk.fill(leaving=room)
        run = disk.build(folder / "site", output)
        after = seen.outputs()
        assert [path for path in {*versions[0], *after} - {MARKER} if _is_torn(path, after, versions)] == []
        if run.status:
            failed += 1
            assert run.status == 1
            assert _is_full(run.stderr), run.stderr
            assert not (disk.view / ".public.staging").exists()
        disk.drain()
        if failed % 2:
            # What was changed is taken back, while some files may stand as it would have made them.
            wanted = 1 - wanted
            _write(site, wanted)
        assert disk.build(folder / "site", output).status == 0
        assert seen.outputs() == versions[wanted]
        standing = wanted
    assert failed >= 3


def _is_torn(path: str, outputs: dict[str, bytes], versions: list[dict[str, bytes]]) -> bool:
    return outputs.get(path) not in [version.get(path) for version in versions]


def _is_full(said: str) -> bool:
    """Return whether a failed build said in one line why, and what is to be done."""
    return (
        len(said.splitlines()) == 1
        and ("No space left on device" in said or "database or disk is full" in said)
        and said.endswith(". Every file is whole; build again once that is fixed.\n")
    )


def test_a_first_build_on_a_full_disk_leaves_nothing(disk: Disk, tmp_path: Path) -> None:
    site = _site(tmp_path / "site")
    disk.fill(leaving=40)
    run = disk.build(tmp_path / "site", disk.folder / "public")
    assert run.status == 1
    assert _is_full(run.stderr), run.stderr
    assert [file.name for file in disk.view.iterdir()] == ["filler"]
    disk.drain()
    assert disk.build(tmp_path / "site", disk.folder / "public").status == 0
    assert Site(folder=disk.view).outputs() == clean_outputs(site)


def test_output_and_state_may_be_mount_points(disk: Disk, tmp_path: Path) -> None:
    """Bind mounts of one file system, as a container's volumes often are."""
    site = _site(tmp_path / "site")
    for name in ("public", ".broadsheet"):
        folder = site.folder / name
        folder.mkdir()
        (disk.view / name).mkdir()
        assert disk.run("mount", "--bind", str(disk.folder / name), str(folder)).status == 0
    seen = Site(folder=disk.view)
    (disk.view / "public/lost+found").mkdir()
    for version in (0, 1):
        _write(site, version)
        run = disk.build(site.folder, site.folder / "public")
        assert run == Run(status=0, stdout="", stderr="")
        assert seen.outputs() == clean_outputs(_copy(site, tmp_path / f"copy-{version}" / "site"))
        assert sorted(each.name for each in (disk.view / "public").glob(".*")) == []
    looks = seen.looks()
    assert disk.build(site.folder, site.folder / "public").status == 0
    assert seen.looks() == looks
    disk.fill(leaving=40)
    _write(site, 0)
    assert _is_full(disk.build(site.folder, site.folder / "public").stderr)
    assert seen.looks() == looks
    disk.drain()
    command = (sys.executable, str(ROOT / "build.py"), "clean", "--site", str(site.folder))
    run = disk.run(*command, "--output", str(site.folder / "public"))
    assert (run.status, run.stderr) == (0, "")
    assert [*(disk.view / "public").iterdir()] == []
    assert not (disk.view / ".broadsheet/state.sqlite").exists()


_FOLDERS: dict[str, Callable[[Path], Path]] = {
    "the folder above the output": lambda folder: folder,
    "the output": lambda folder: folder / "out/public",
    "the state": lambda folder: folder / "site/.broadsheet",
}


@pytest.mark.parametrize("what", _FOLDERS)
def test_a_folder_that_cannot_be_written_is_told_and_nothing_changes(
    disk: Disk, tmp_path: Path, what: str
) -> None:
    site = _site(disk.view / "site")
    assert disk.build(disk.folder / "site", disk.folder / "out/public").status == 0
    seen = Site(folder=disk.view / "out")
    outputs, looks = seen.outputs(), seen.looks()
    _write(site, 1)
    folder = _FOLDERS[what](disk.folder)
    disk.lock(folder)
    run = disk.build(disk.folder / "site", disk.folder / "out/public")
    assert run.status == 1
    assert len(run.stderr.splitlines()) == 1, run.stderr
    assert run.stderr.endswith(". Every file is whole; build again once that is fixed.\n")
    assert seen.looks() == looks
    assert seen.outputs() == outputs
    disk.unlock(folder)
    assert disk.build(disk.folder / "site", disk.folder / "out/public").status == 0
    assert seen.outputs() == clean_outputs(_copy(site, tmp_path / "site"))


def test_a_preview_on_a_full_disk_says_so_and_goes_on_once_there_is_room(disk: Disk) -> None:
    seen = plain_site(disk.view / "site", {"content/flood.md": article("Flood", "2022-11-01")})
    (disk.folder / "site").mkdir()  # seen from outside: where the preview is started
    with (
        previewing(Site(folder=disk.folder / "site"), command=tuple(disk.enter)) as preview,
        tab(preview, "2022/11/01/flood/") as flood,
    ):
        disk.fill(leaving=8)
        seen.write("content/flood.md", article("Deluge", "2022-11-01"))
        assert flood.told("problems")
        assert preview.said("the preview: cannot follow what was saved: ")
        assert "<h1>Flood</h1>" in preview.page("2022/11/01/flood/")
        disk.drain()
        assert flood.told("reload")
        assert "<h1>Deluge</h1>" in preview.page("2022/11/01/flood/")
        assert preview.said("All problems are fixed.")
