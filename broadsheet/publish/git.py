"""The git executable, told so that nothing of its user's own set-up changes what is published.

Hooks, filters, attributes and line ends of the machine have no say; the identity, the remotes and how one
logs in there are the user's. Git never asks anything: whoever has to be asked gets git's message instead.
Nothing here touches a work tree, an index, HEAD or a branch.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

# What of the environment is about who one is and how one logs in; the rest would lead elsewhere.
_KEPT = (
    "GIT_AUTHOR_",
    "GIT_COMMITTER_",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_NOSYSTEM",
    "GIT_CONFIG_SYSTEM",
    "GIT_EXEC_PATH",
    "GIT_HTTP_",
    "GIT_PROXY_",
    "GIT_SSH",
    "GIT_SSL_",
)
_ENVIRONMENT = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "LC_ALL": "C",
}
_SETTINGS = (
    f"core.hooksPath={os.devnull}",
    "core.askPass=",
    "core.fsmonitor=false",
    "core.quotePath=false",
    "credential.interactive=false",
    "fetch.recurseSubmodules=false",
    "push.recurseSubmodules=no",
    "push.gpgSign=false",
    "push.followTags=false",
    "user.useConfigOnly=true",
)


class GitError(Exception):
    """Git would not: its own message."""


class Repository:
    """The repository that a folder lies in."""

    def __init__(self, folder: Path) -> None:
        """Name the folder; git finds the repository."""
        self._folder = folder

    def said(self, *words: str) -> str:
        """Run a command and return what it prints, without the last line's end; raises ``GitError``."""
        done = self._started(words, stdin=subprocess.DEVNULL)
        out, errors = done.communicate()
        _check(done, errors)
        return out.decode(errors="surrogateescape").removesuffix("\n")

    def asked(self, *words: str) -> str:
        """Run a command that speaks with a remote; ssh shall not ask for a password at the terminal."""
        own = self._is_set("core.sshCommand") or any(
            name in os.environ for name in ("GIT_SSH", "GIT_SSH_COMMAND")
        )
        return self.said(*(() if own else ("-c", "core.sshCommand=ssh -o BatchMode=yes")), *words)

    def _is_set(self, name: str) -> bool:
        try:
            return bool(self.said("config", "--get", name))
        except GitError:
            return False

    def tree(self, commit: str) -> dict[str, tuple[str, str]]:
        """Return the files of a commit: path to mode and blob."""
        rows = self.said("ls-tree", "-r", "-z", "--full-tree", commit).split("\0")
        found = {}
        for row in filter(None, rows):
            marks, _, path = row.partition("\t")
            mode, _, blob = marks.split()
            found[path] = (mode, blob)
        return found

    def unlock(self, ref: str) -> None:
        """Remove the lock that a killed call has left on a ref, which is the caller's alone."""
        (self._folder / self.said("rev-parse", "--git-path", f"{ref}.lock")).unlink(missing_ok=True)

    @contextmanager
    def blobs(self) -> Iterator[Blobs]:
        """Open a door to the contents of blobs, for as long as it is needed."""
        process = self._started(("cat-file", "--batch"), stdin=subprocess.PIPE)
        try:
            yield Blobs(process)
        finally:
            process.communicate()

    def take_in(self, stream: Iterable[bytes]) -> None:
        """Take in objects and a ref in one go; nothing of it lasts unless all of it comes.

        Format of the stream: https://git-scm.com/docs/git-fast-import#_input_format
        """
        process = self._started(("fast-import", "--quiet", "--force", "--done"), stdin=subprocess.PIPE)
        try:
            if process.stdin:
                with suppress(BrokenPipeError):  # why it went away it says itself
                    process.stdin.writelines(stream)
        except BaseException:
            process.kill()
            process.communicate()
            raise
        _, errors = process.communicate()
        _check(process, errors)

    def _started(self, words: tuple[str, ...], *, stdin: int) -> subprocess.Popen[bytes]:
        program = shutil.which("git")
        if program is None:
            raise GitError("git is not installed")
        settings = [word for each in _SETTINGS for word in ("-c", each)]
        return subprocess.Popen(  # noqa: S603 - a list of words, and the program is git
            [program, "-C", str(self._folder), *settings, *words],
            env=_environment(),
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )


class Blobs:
    """Contents of blobs, from one process.

    Format: https://git-scm.com/docs/git-cat-file#_batch_output
    """

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        """Take the process of ``cat-file --batch``."""
        self._process = process

    def read(self, blob: str) -> bytes:
        """Return what a blob holds; raises ``GitError`` when it is not there."""
        into, out = self._pipes()
        into.write(f"{blob}\n".encode())
        into.flush()
        words = out.readline().decode().split()
        if len(words) != 3:  # noqa: PLR2004 - name, type, size
            raise GitError(f"the blob {blob} is not there")
        content = out.read(int(words[2]) + 1)
        return content[:-1]

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        if self._process.stdin is None or self._process.stdout is None:
            raise GitError("git has no pipes")
        return self._process.stdin, self._process.stdout


def _environment() -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GIT_") or name.startswith(_KEPT)
    }
    kept.pop("SSH_ASKPASS", None)
    return kept | _ENVIRONMENT


def _check(done: subprocess.Popen[bytes], errors: bytes) -> None:
    if done.returncode:
        rows = [row.strip() for row in errors.decode(errors="replace").splitlines()]
        told = [row for row in rows if row.startswith(("fatal:", "error:", "remote:", "ssh:", "! "))]
        raise GitError("; ".join(told or [row for row in rows if row]) or f"git ended with {done.returncode}")
