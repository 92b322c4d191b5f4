"""Runs git in such a way that the user's configuration does not change what is published.

Hooks, filters, attributes and line endings are switched off; the identity, the remotes and their credentials
remain the user's. Git never prompts: where it would have to, its error message is shown instead. Nothing here
touches a work tree, an index, HEAD or a branch.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

# The environment variables for identity and credentials; others could name another repository.
_PASSED_ON = (
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
_CONFIG = (
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
    """Git failed; the text is its own message."""


class Repository:
    """The repository that a folder lies in."""

    def __init__(self, folder: Path) -> None:
        """Take a folder in the work tree; git finds the repository."""
        self._folder = folder

    def run(self, *words: str) -> str:
        """Run a command and return its output without the final line feed; raises ``GitError``."""
        process = self._start(words, stdin=subprocess.DEVNULL)
        out, errors = process.communicate()
        _check(process, errors)
        return out.decode(errors="surrogateescape").removesuffix("\n")

    def run_remote(self, *words: str) -> str:
        """Run a command that connects to a remote, without letting ssh prompt for a password."""
        own_ssh = self._is_set("core.sshCommand") or any(
            name in os.environ for name in ("GIT_SSH", "GIT_SSH_COMMAND")
        )
        return self.run(*(() if own_ssh else ("-c", "core.sshCommand=ssh -o BatchMode=yes")), *words)

    def list_addresses(self, remote: str, *, named: bool) -> list[str]:
        """Return where a remote is fetched from and pushed to, as git rewrites it by ``url.….insteadOf``.

        ``named``: it is the name of a remote, and not an address. Nothing is contacted.
        """
        found = [self.run("ls-remote", "--get-url", "--", remote)]
        if named:
            return [*found, *self.run("remote", "get-url", "--push", "--all", "--", remote).splitlines()]
        with suppress(GitError):  # there is no such setting
            rows = self.run("config", "-z", "--get-regexp", r"^url\..*\.pushinsteadof$").split("\0")
            for name, _, replaced in (row.partition("\n") for row in rows if row):
                if remote.startswith(replaced):
                    found.append(name.removeprefix("url.").rpartition(".")[0])
        return found

    def _is_set(self, name: str) -> bool:
        try:
            return bool(self.run("config", "--get", name))
        except GitError:
            return False

    def tree(self, commit: str) -> dict[str, tuple[str, str]]:
        """Return the files of a commit: for each path its mode and the id of its blob."""
        rows = self.run("ls-tree", "-r", "-z", "--full-tree", commit).split("\0")
        found = {}
        for row in filter(None, rows):
            attributes, _, path = row.partition("\t")
            mode, _, blob = attributes.split()
            found[path] = (mode, blob)
        return found

    def unlock(self, ref: str) -> None:
        """Remove the lock that a killed process has left on a ref; nobody else may use that ref."""
        (self._folder / self.run("rev-parse", "--git-path", f"{ref}.lock")).unlink(missing_ok=True)

    @contextmanager
    def blobs(self) -> Iterator[Blobs]:
        """Yield a reader of blobs, from a process that ends with the context."""
        process = self._start(("cat-file", "--batch"), stdin=subprocess.PIPE)
        try:
            yield Blobs(process)
        finally:
            process.communicate()

    def fast_import(self, stream: Iterable[bytes]) -> None:
        """Import objects and set a ref; if the stream ends early the ref is unchanged.

        Format of the stream: https://git-scm.com/docs/git-fast-import#_input_format
        """
        process = self._start(("fast-import", "--quiet", "--force", "--done"), stdin=subprocess.PIPE)
        try:
            if process.stdin:
                with suppress(BrokenPipeError):  # its own error message says why it stopped reading
                    process.stdin.writelines(stream)
        except BaseException:
            process.kill()
            process.communicate()
            raise
        _, errors = process.communicate()
        _check(process, errors)

    def _start(self, words: tuple[str, ...], *, stdin: int) -> subprocess.Popen[bytes]:
        program = shutil.which("git")
        if program is None:
            raise GitError("git is not installed")
        config = [word for each in _CONFIG for word in ("-c", each)]
        return subprocess.Popen(  # noqa: S603 - no shell, and the program is git
            [program, "-C", str(self._folder), *config, *words],
            env=_environment(),
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )


class Blobs:
    """Reads the contents of blobs from one process.

    Format: https://git-scm.com/docs/git-cat-file#_batch_output
    """

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        """Take a running ``git cat-file --batch``."""
        self._process = process

    def read(self, blob: str) -> bytes:
        """Return the content of a blob; raises ``GitError`` if it does not exist."""
        stdin, stdout = self._pipes()
        stdin.write(f"{blob}\n".encode())
        stdin.flush()
        words = stdout.readline().decode().split()
        if len(words) != 3:  # noqa: PLR2004 - name, type, size
            raise GitError(f"the blob {blob} is not there")
        content = stdout.read(int(words[2]) + 1)
        return content[:-1]

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        if self._process.stdin is None or self._process.stdout is None:
            raise GitError("git has no pipes")
        return self._process.stdin, self._process.stdout


def _environment() -> dict[str, str]:
    passed_on = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GIT_") or name.startswith(_PASSED_ON)
    }
    passed_on.pop("SSH_ASKPASS", None)
    return passed_on | _ENVIRONMENT


def _check(process: subprocess.Popen[bytes], errors: bytes) -> None:
    """Raise ``GitError`` if a process failed, with the telling lines of its standard error."""
    if process.returncode:
        rows = [row.strip() for row in errors.decode(errors="replace").splitlines()]
        telling = [row for row in rows if row.startswith(("fatal:", "error:", "remote:", "ssh:", "! "))]
        message = "; ".join(telling or filter(None, rows))
        raise GitError(message or f"git ended with {process.returncode}")
