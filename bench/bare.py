"""Runs .ci/run in new Debian systems with nothing in them but what debootstrap's minbase has.

    sudo python3 bench/bare.py --work /var/tmp/bare bookworm trixie          # as root
    sudo python3 bench/bare.py --work /var/tmp/bare --user bookworm trixie   # as a user who may use sudo

For each release it makes a system with debootstrap (kept in the work folder, for the next time), copies it,
clones the last commit of this repository into the copy, and runs .ci/run there, in namespaces of its own for
mounts and processes. What was printed is in RELEASE-root.log or RELEASE-user.log.

It needs Linux, root and debootstrap. The copy has this machine's network and certificates, and the variables
that name its proxies.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import BinaryIO

_ROOT = Path(__file__).resolve().parent.parent
_CERTIFICATES = "usr/local/share/ca-certificates"
_BUNDLE = "/etc/ssl/certs/ca-certificates.crt"
# How this machine reaches the registries. Programs with authorities of their own are told the system's.
_PASSED_ON = ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
_ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "LC_ALL": "C.UTF-8",
    "PIP_CERT": _BUNDLE,
    "NODE_EXTRA_CA_CERTS": _BUNDLE,
}
_USER = "reporter"
# What a running system has, and a folder lacks. Its root becomes that of the namespace: in a chroot the
# kernel lets nobody have a namespace of users, which some tests and Chromium's sandbox need.
_SCRIPT = """
set -e
mount --bind "$1" "$1"
mount -t proc proc "$1/proc"
mount -t sysfs -o ro sysfs "$1/sys"
mount --rbind /dev "$1/dev"
mount -t tmpfs -o mode=1777 tmpfs "$1/dev/shm"
cd "$1"
mkdir -p .old
pivot_root . .old
exec chroot . bash -c 'umount -l /.old && rmdir /.old && exec "$@"' bash "${@:2}"
"""


def main() -> int:
    """Run .ci/run in each system that the command line names; return 1 if it failed in any."""
    options = _options()
    kind = "user" if options.user else "root"
    failed = False
    for suite in options.suites:
        base = options.work / suite
        if not base.is_dir():
            _make(base, suite, options.mirror)
        copy = options.work / f"{suite}-{kind}"
        if copy.exists():
            shutil.rmtree(copy)
        subprocess.run(["/bin/cp", "--archive", base, copy], check=True)
        _equip(copy)
        log = copy.with_suffix(".log")
        began = time.monotonic()
        status = _run(copy, log, user=options.user)
        print(
            f"{suite}, as {kind}: status {status}, {(time.monotonic() - began) / 60:.1f} min, {log}",
            flush=True,
        )
        print(
            "".join(log.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True)[-3:]),
            flush=True,
        )
        failed = failed or status != 0
    return int(failed)


def _make(base: Path, suite: str, mirror: str) -> None:
    """Make the smallest system of a release that can install packages."""
    base.parent.mkdir(parents=True, exist_ok=True)
    half = base.with_suffix(".part")
    shutil.rmtree(half, ignore_errors=True)
    line = ["debootstrap", "--variant=minbase", suite, str(half), mirror]
    subprocess.run(line, check=True, stdout=subprocess.DEVNULL)
    half.rename(base)


def _equip(system: Path) -> None:
    """Give a system what is this machine's and no program's: its name server, its authorities, the clone."""
    shutil.copyfile("/etc/resolv.conf", system / "etc/resolv.conf")
    shutil.copyfile("/etc/hosts", system / "etc/hosts")
    own = Path("/") / _CERTIFICATES
    if own.is_dir():
        shutil.copytree(own, system / _CERTIFICATES, dirs_exist_ok=True)
    line = ["git", "clone", "--quiet", "--no-hardlinks", str(_ROOT), str(system / "srv/broadsheet")]
    subprocess.run(line, check=True)


def _run(system: Path, log: Path, *, user: bool) -> int:
    """Run .ci/run in a system, as root or as a user who may use sudo; return its exit status."""
    variables = {name: os.environ[name] for name in _PASSED_ON if name in os.environ} | _ENVIRONMENT
    environment = [f"{name}={value}" for name, value in sorted(variables.items())]
    inside = ["env", "--ignore-environment", *environment, "HOME=/root"]
    with log.open("wb") as printed:
        if user:
            _execute(system, [*inside, "bash", "-ec", _become_user(environment)], printed)
            inside = ["setpriv", f"--reuid={_USER}", f"--regid={_USER}", "--init-groups"]
            inside += ["env", "--ignore-environment", *environment, f"HOME=/home/{_USER}"]
        return _execute(system, [*inside, "/srv/broadsheet/.ci/run"], printed)


def _become_user(environment: list[str]) -> str:
    """Return what root does so that a user can install packages, and owns the clone."""
    kept = " ".join(line.partition("=")[0] for line in environment)
    return f"""
        apt-get --quiet=2 update
        DEBIAN_FRONTEND=noninteractive apt-get --quiet=2 install --no-install-recommends sudo >/dev/null
        useradd --create-home --shell /bin/bash {_USER}
        echo '{_USER} ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/{_USER}
        echo 'Defaults env_keep += "{kept}"' >>/etc/sudoers.d/{_USER}
        chown --recursive {_USER}: /srv/broadsheet
    """


def _execute(system: Path, command: list[str], printed: BinaryIO) -> int:
    unshare = ["unshare", "--mount", "--propagation=private", "--pid", "--fork", "--kill-child"]
    line = [*unshare, "bash", "-c", _SCRIPT, "bash", str(system), *command]
    return subprocess.run(
        line, stdin=subprocess.DEVNULL, stdout=printed, stderr=printed, check=False
    ).returncode


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Run .ci/run in new Debian systems.")
    parser.add_argument("suites", nargs="+", metavar="RELEASE", help="a release of Debian: bookworm, trixie")
    parser.add_argument("--work", type=Path, required=True, help="folder for the systems; some 4 GB each")
    parser.add_argument("--user", action="store_true", help="run as a user who may use sudo, not as root")
    parser.add_argument(
        "--mirror", default="http://deb.debian.org/debian", help="where Debian's packages are"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
