"""What builds a site is in the site: the wheel and the lock that ``init`` writes and ``upgrade`` replaces."""

from __future__ import annotations

import base64
import csv
import datetime as dt
import hashlib
import os
import re
import shutil
import subprocess
import sys
import zipfile
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from broadsheet import __version__
from broadsheet.commands.init import create_site
from broadsheet.commands.upgrade import upgrade
from broadsheet.common.problems import Problems
from broadsheet.write.vendor import make_lock, parse_lock, read_vendored
from broadsheet.write.wheel import make_wheel
from tests.sites import ROOT, Site, environment

_NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
_WHEEL = f"vendor/broadsheet-{__version__}-py3-none-any.whl"
_PARTS = ("broadsheet", "layouts", "static", ".github")
_FILES = ("build.py", "pyproject.toml", "LICENSE", "README.md", "requirements.txt", "CHANGELOG.md")
_HASH = f"--hash=sha256:{'0' * 64}"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    create_site(tmp_path / "courier", _NOW)
    return Site(folder=tmp_path / "courier")


@pytest.fixture(scope="module")
def newer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a checkout of a release to come: other libraries, another theme, another workflow."""
    folder = tmp_path_factory.mktemp("newer")
    for name in _PARTS:
        shutil.copytree(ROOT / name, folder / name)
    for name in _FILES:
        shutil.copy(ROOT / name, folder)
    checkout = Site(folder=folder)
    checkout.write(
        "broadsheet/__init__.py", checkout.read("broadsheet/__init__.py").replace(__version__, "7.0")
    )
    lock = re.sub(r"(?m)^(nh3==)\S+", r"\g<1>9.9", checkout.read("requirements.txt"))
    checkout.write(
        "requirements.txt", re.sub(r"tqdm==[^#]*# via.*\n", "", lock) + f"newlib==1.0 \\\n    {_HASH}\n"
    )
    for path in ("layouts/base.html", "layouts/home.html", "layouts/archive.html", "static/style.css"):
        checkout.write(path, checkout.read(path) + " ")
    checkout.delete("layouts/partials/heat.html")
    checkout.write(".github/workflows/publish.yml", "name: Publish\n")
    sections = (
        f"## [7.0]\n\n- Seven.\n\n## [6.5] - 2026\n\n- Six.\n\n## [{__version__}]\n\n- Old.\n\n## [0.0.1]\n"
    )
    checkout.write("CHANGELOG.md", f"# Changelog\n\n{sections}")
    return folder


def _run(checkout: Path, site: Site, *words: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, str(checkout / "build.py"), "upgrade", "--site", str(site.folder), *words]
    return subprocess.run(line, env=environment(), capture_output=True, text=True, check=False)


def _metadata(wheel: zipfile.ZipFile) -> Message:
    return message_from_bytes(wheel.read(f"broadsheet-{__version__}.dist-info/METADATA"))


def test_a_wheel_of_a_checkout_is_that_of_a_release_but_for_how_it_is_packed(tmp_path: Path) -> None:
    line = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(line, cwd=ROOT, check=True, capture_output=True, stdin=subprocess.DEVNULL)
    (file,) = tmp_path.glob("*.whl")
    made = make_wheel()
    assert made.name == file.name
    (tmp_path / "made.whl").write_bytes(made.content)
    with zipfile.ZipFile(file) as released, zipfile.ZipFile(tmp_path / "made.whl") as ours:
        assert ours.testzip() is None
        assert sorted(ours.namelist()) == sorted(released.namelist())
        own = re.compile(r".*\.dist-info/(METADATA|WHEEL|RECORD)")
        differing = {name for name in ours.namelist() if ours.read(name) != released.read(name)}
        assert {name for name in differing if not own.fullmatch(name)} == set()
        texts = (_metadata(released), _metadata(ours))
        for name in ("Name", "Version", "Summary", "License-Expression", "Requires-Python", "License-File"):
            assert texts[0][name] == texts[1][name]
        needs = [set(map(Requirement, text.get_all("Requires-Dist", []))) for text in texts]
        assert needs[0] == needs[1]
        _expect_a_true_record(ours)


def _expect_a_true_record(wheel: zipfile.ZipFile) -> None:
    record = f"broadsheet-{__version__}.dist-info/RECORD"
    rows = {
        path: (digest, size) for path, digest, size in csv.reader(wheel.read(record).decode().splitlines())
    }
    assert list(rows) == wheel.namelist()
    assert rows.pop(record) == ("", "")
    for path, (digest, size) in rows.items():
        content = wheel.read(path)
        expected = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
        assert (digest, size) == (f"sha256={expected}", str(len(content)))


def test_a_wheel_is_made_of_the_same_bytes_each_time() -> None:
    assert make_wheel() == make_wheel()


def test_the_lock_of_a_site_has_the_digests_of_the_wheel_and_of_every_library(site: Site) -> None:
    lock = site.read("requirements.txt")
    wheel = hashlib.sha256((site.folder / _WHEEL).read_bytes()).hexdigest()
    assert f"\n./{_WHEEL} \\\n    --hash=sha256:{wheel}\n" in lock
    own, *libraries = parse_lock(lock)
    assert (own.name, own.version) == ("broadsheet", __version__)
    assert libraries == list(parse_lock((ROOT / "requirements.txt").read_text(encoding="utf-8")))
    assert [pin.name for pin in libraries if not pin.version or "--hash=sha256:" not in pin.text] == []
    assert [row for row in lock.splitlines() if "://" in row or row.startswith("-")] == []


def test_an_installed_wheel_is_carried_and_what_it_began_carries_the_same(site: Site, tmp_path: Path) -> None:
    installed = _installed(site, tmp_path / "python")
    assert _began(installed, tmp_path / "again").stdout.startswith("A new site stands in ")
    again = Site(folder=tmp_path / "again")
    assert again.outputs("vendor") == site.outputs("vendor")
    assert again.read("requirements.txt") == site.read("requirements.txt")
    # It finds its theme in the wheel, which the site does not hold.
    env = environment() | {"PYTHONPATH": str(installed)}
    line = [sys.executable, "build.py", "explain", "layouts/base.html"]
    told = subprocess.run(line, cwd=again.folder, env=env, capture_output=True, text=True, check=True).stdout
    assert f"{installed}/broadsheet/starter/layouts/base.html" in told
    (installed / "broadsheet/common/slugs.py").write_text("")
    (installed / "broadsheet/starter/static/icon.svg").unlink()
    refused = _began(installed, tmp_path / "third")
    assert refused.returncode == 1
    assert refused.stderr.strip().split("\n\n") == [
        f"{installed}/broadsheet/common/slugs.py: is not as it was installed\n  Install Broadsheet again.",
        f"{installed}/broadsheet/starter/static/icon.svg: is missing\n  Install Broadsheet again.",
    ]
    assert not (tmp_path / "third").exists()


def test_a_package_of_unknown_origin_says_that_no_wheel_can_be_made_of_it(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "broadsheet", tmp_path / "broadsheet")
    hint = "  Install it with pip from a wheel or from a clone of its repository, and try again.\n"
    start = f"{tmp_path}/broadsheet: no wheel can be made of this Broadsheet: "
    reason = "it was not installed by pip, and is no clone of its repository\n"
    assert _began(tmp_path, tmp_path / "courier").stderr == f"{start}{reason}{hint}"
    metadata = tmp_path / f"broadsheet-{__version__}.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: broadsheet\nVersion: {__version__}\n")
    reason = "what installed it has left no RECORD of its files\n"
    assert _began(tmp_path, tmp_path / "courier").stderr == f"{start}{reason}{hint}"
    assert not (tmp_path / "courier").exists()


def _installed(site: Site, folder: Path) -> Path:
    """Install what the lock of a site says of Broadsheet, from the site alone."""
    own = site.folder.with_name("own.txt")
    own.write_text(parse_lock(site.read("requirements.txt"))[0].text, encoding="utf-8")
    env = environment() | {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1", "PIP_NO_DEPS": "1"}
    words = ("install", "--quiet", "--require-hashes", "--requirement", str(own), "--target", str(folder))
    line = [sys.executable, "-m", "pip", *words]
    subprocess.run(line, cwd=site.folder, env=env, check=True, capture_output=True, stdin=subprocess.DEVNULL)
    return folder


def _began(package: Path, site: Path) -> subprocess.CompletedProcess[str]:
    env = environment() | {"PYTHONPATH": str(package)}
    line = [sys.executable, "-m", "broadsheet", "init", str(site)]
    return subprocess.run(line, cwd=site.parent, env=env, capture_output=True, text=True, check=False)


def test_an_upgrade_says_what_changes_and_changes_it(site: Site, newer: Path) -> None:
    site.write("layouts/base.html", (ROOT / "layouts/base.html").read_bytes() + b"<!-- ours -->")
    site.write("layouts/home.html", (ROOT / "layouts/home.html").read_bytes())
    site.write("layouts/listing.html", b"Ours, and the theme's is as it was.")
    site.write("layouts/partials/heat.html", b"")
    site.write("requirements.txt", site.read("requirements.txt") + f"mine==1.0 \\\n    {_HASH}\n")
    before = site.outputs(".")
    pins = {pin.name: pin.version for pin in parse_lock(site.read("requirements.txt"))}
    told = (
        f"Broadsheet: {__version__} → 7.0, in vendor/broadsheet-7.0-py3-none-any.whl\n"
        "newlib: 1.0, which is new\n"
        f"nh3: {pins['nh3']} → 9.9\n"
        f"tqdm: {pins['tqdm']}, no longer needed\n"
        "Files that the site has of its own, and that have changed in the new release:\n"
        "  .github/workflows/publish.yml: as the old release had it; copy the new one\n"
        "  layouts/base.html\n"
        "  layouts/home.html: as the old release had it; remove it, and the new one is used\n"
        "  layouts/partials/heat.html: the new release has none\n"
        "\n## [7.0]\n\n- Seven.\n\n## [6.5] - 2026\n\n- Six.\n"
    )
    tried = _run(newer, site, "--dry-run")
    assert (tried.stdout, tried.stderr) == (f"{told}Nothing was written.\n", "")
    assert site.outputs(".") == before
    done = _run(newer, site)
    assert (done.stdout, done.stderr) == (told, "")
    after = site.outputs(".")
    wheel = "vendor/broadsheet-7.0-py3-none-any.whl"
    assert {path for path in {*before, *after} if before.get(path) != after.get(path)} == {
        *("requirements.txt", _WHEEL, wheel)
    }
    assert _WHEEL not in after
    lock = after["requirements.txt"].decode()
    assert f"./{wheel} \\\n    --hash=sha256:{hashlib.sha256(after[wheel]).hexdigest()}\n" in lock
    assert lock.endswith(f"mine==1.0 \\\n    {_HASH}\n")
    assert _run(newer, site).stdout == "Nothing to do: the site carries this Broadsheet, 7.0.\n"
    with pytest.raises(Problems) as raised:
        upgrade(site.folder, dry_run=False)
    assert str(raised.value) == (
        f"vendor: the site carries Broadsheet 7.0, and this one is {__version__}, which is older\n"
        "  Run `upgrade` with a newer one. To go back, check out vendor/ and requirements.txt as they were."
    )
    assert site.outputs(".") == after


def test_a_site_that_carries_this_release_has_nothing_to_do(site: Site) -> None:
    before = site.looks(".")
    assert upgrade(site.folder, dry_run=False) == []
    assert site.looks(".") == before


@pytest.mark.parametrize(
    ("pin", "before"),
    [
        ("broadsheet==0.0.9\n", f"0.0.9 → {__version__}"),
        ("broadsheet @ file:///src/broadsheet\n", f"{__version__}, which is new"),
        ("", f"{__version__}, which is new"),
    ],
)
def test_a_site_that_carries_nothing_yet_gets_a_wheel_and_a_lock(site: Site, pin: str, before: str) -> None:
    site.delete("vendor")
    site.write("requirements.txt", f"# Ours\n{pin}--prefer-binary\nmine==1.0\n")
    rows = upgrade(site.folder, dry_run=False)
    assert rows[0] == f"Broadsheet: {before}, in {_WHEEL}"
    own, *libraries = parse_lock(site.read("requirements.txt"))
    assert own.text.startswith(f"./{_WHEEL} \\\n")
    assert [pin.text for pin in libraries[-2:]] == ["--prefer-binary\n", "mine==1.0\n"]
    assert (site.folder / _WHEEL).read_bytes() == make_wheel().content


def test_a_library_that_the_site_had_at_another_release_is_named(site: Site) -> None:
    (old,) = (pin for pin in parse_lock(site.read("requirements.txt")) if pin.name == "tzdata")
    other = old.text.replace(old.version, "2027.9")
    site.write("requirements.txt", site.read("requirements.txt").replace(old.text, other))
    assert f"tzdata: 2027.9 → {old.version}" in upgrade(site.folder, dry_run=False)
    assert upgrade(site.folder, dry_run=False) == []


def test_a_wheel_that_cannot_be_read_is_replaced(site: Site) -> None:
    site.write(_WHEEL, b"no zip")
    site.write("vendor/broadsheet-0.0.1-py3-none-any.whl", b"")
    site.write("vendor/other-1.0-py3-none-any.whl", b"")
    assert upgrade(site.folder, dry_run=False)[0] == f"Broadsheet: {__version__}, built anew, in {_WHEEL}"
    assert (site.folder / _WHEEL).read_bytes() == make_wheel().content
    assert site.outputs("vendor").keys() == {Path(_WHEEL).name, "other-1.0-py3-none-any.whl"}


def test_what_is_no_site_is_not_upgraded(tmp_path: Path) -> None:
    with pytest.raises(Problems, match=r"^site\.toml: there is no site\.toml here"):
        upgrade(tmp_path, dry_run=False)
    assert list(tmp_path.iterdir()) == []


def test_a_fault_in_site_toml_does_not_keep_a_site_from_being_upgraded(site: Site) -> None:
    site.write("site.toml", "titel = 1\n")
    site.delete("vendor")
    assert upgrade(site.folder, dry_run=False) != []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot limit the size of files")
def test_an_upgrade_that_cannot_be_written_changes_nothing(site: Site, newer: Path) -> None:
    before = site.outputs(".")
    words = (sys.executable, str(newer / "build.py"), "upgrade", "--site", str(site.folder))
    line = ["bash", "-c", 'ulimit -f 100; exec "$@"', "-", *words]
    done = subprocess.run(line, env=environment(), capture_output=True, text=True, check=False)
    assert (done.returncode, "File too large" in done.stderr) == (1, True)
    assert site.outputs(".") == before


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# Only this\n",
        "a==1\\\n",
        "a ==1 ; python_version < '4' \\\n  --hash=sha256:0\n-r other.txt\nB_c==2",
    ],
)
def test_a_lock_is_read_line_by_line_and_none_is_lost(text: str) -> None:
    rows = [row for row in text.splitlines() if row and not row.startswith("#")]
    assert "".join(pin.text for pin in parse_lock(text)).splitlines() == rows


def test_a_lock_is_read_as_pip_reads_it() -> None:
    text = "A_b[x]==1.0 ; os_name == 'nt' \\\n    --hash=sha256:0\n--no-binary a\nbroadsheet @ file:///x\n"
    assert [pin[:2] for pin in parse_lock(text)] == [("a-b", "1.0"), ("", ""), ("broadsheet", "")]


def test_what_a_site_carries_is_read_from_the_wheel_that_its_lock_names(site: Site) -> None:
    site.write("vendor/broadsheet-9.0-py3-none-any.whl", b"")
    carried = read_vendored(site.folder)
    assert (carried.version, len(carried.wheels)) == (__version__, 2)
    assert carried.files["layouts/base.html"] == (ROOT / "layouts/base.html").read_bytes()
    assert make_lock(make_wheel(), carried.files["requirements.txt"].decode()) == carried.lock
