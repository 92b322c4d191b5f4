"""Commits a built site to a branch of a remote, such as gh-pages, and pushes it: for those without Actions.

The remote's branch as it is now is what the commit stands on, and what the built site may lose nothing of.
Only files that differ become objects, in one stream to git, so there is no checkout; the work tree, the
index, HEAD and the user's branches are not touched. The one ref that is set, refs/broadsheet/BRANCH, keeps
the commit until it has arrived and lets the next fetch be short.

Nothing is forced. Until the push has succeeded the remote is as it was; stopped before that, the next call
begins again from what the remote has.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from broadsheet.archive.database import discard, is_damage
from broadsheet.build.site_folder import STATE, folder_name, load_settings, lock
from broadsheet.common import files
from broadsheet.common.problems import Problem, Problems
from broadsheet.common.progress import Progress
from broadsheet.publish import url_guard
from broadsheet.publish.git import Blobs, GitError, Repository
from broadsheet.publish.published import SITEMAP, Built
from broadsheet.write.output_folder import read_marker

MARKS = STATE.with_name("publish.sqlite")
_FILE = "100644"
# As with sources: a file changed so shortly before it was looked at may change again without a mark.
_RACY = 2_000_000_000
_SCHEMA = """
CREATE TABLE IF NOT EXISTS file (
    folder TEXT NOT NULL, path TEXT NOT NULL, size INT, mtime INT, ctime INT, inode INT, looked INT,
    blob TEXT NOT NULL, PRIMARY KEY (folder, path)
) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """What to publish, and where: the built site in ``output`` on ``branch`` of ``remote``.

    ``now`` is the moment after which nothing may be in it, None for that at which publishing begins, once no
    build is at work. ``first`` declares a first publication;
    ``dry_run`` only tells what would change; ``cname`` is the host to write into CNAME, empty to keep it.
    """

    site: Path
    output: Path
    now: dt.datetime | None = None
    branch: str = "gh-pages"
    remote: str = "origin"
    first: bool = False
    dry_run: bool = False
    cname: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What has changed on the branch, or would: paths, in order. ``commit`` is empty if none was made."""

    commit: str
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]


def publish(order: Publication, progress: Progress | None = None) -> Published:
    """Publish; raises ``Problems``, and then the remote is as it was."""
    progress = progress or Progress()
    settings = load_settings(order.site)
    with lock(order.site, progress.wait) as waited:
        if waited:
            settings = load_settings(order.site)
        day = url_guard.fit(order.site, order.output, order.now or dt.datetime.now(dt.UTC))
        repository = Repository(order.site)
        _check_place(order, repository)
        tip = _tip(order, repository)
        try:
            standing = repository.tree(tip) if tip else {}
            with repository.blobs() as blobs:
                wanted = url_guard.Comparison(
                    site=order.site, output=order.output, url=settings.url, day=day, first=order.first
                )
                if tip:
                    url_guard.compare(_Branch(f"{order.remote}/{order.branch}", standing, blobs), wanted)
            algorithm = repository.said("rev-parse", "--show-object-format")
            return _published(order, repository, _Change(order, tip, standing, algorithm), progress)
        except GitError as error:
            raise _refused(order, str(error)) from None


class _Branch(Built):
    """The site as it stands on a branch."""

    def __init__(self, name: str, tree: dict[str, tuple[str, str]], blobs: Blobs) -> None:
        self.name = f"{name}:{SITEMAP}"
        self._tree, self._blobs = tree, blobs

    def has(self, output: str) -> bool:
        return output in self._tree

    def content(self, path: str, most: int) -> bytes | None:
        if path not in self._tree:
            return None
        return self._blobs.read(self._tree[path][1])[: most + 1]


class _Change:
    """The difference between what stands on the branch and what shall: paths to blobs."""

    def __init__(
        self, order: Publication, tip: str, standing: dict[str, tuple[str, str]], algorithm: str
    ) -> None:
        self.tip = tip
        self._output, self._algorithm = order.output, algorithm
        wanted = _looked_at(order, algorithm)
        self._made = {} if ".nojekyll" in wanted else {".nojekyll": b""}
        if order.cname:
            self._made["CNAME"] = f"{order.cname}\n".encode()
        wanted |= {path: _blob(content, algorithm) for path, content in self._made.items()}
        if "CNAME" in standing:
            wanted.setdefault("CNAME", standing["CNAME"][1])
        self.blobs = {path: blob for path, blob in wanted.items() if standing.get(path) != (_FILE, blob)}
        self.added = tuple(sorted(path for path in self.blobs if path not in standing))
        self.changed = tuple(sorted(path for path in self.blobs if path in standing))
        self.removed = tuple(sorted(standing.keys() - wanted.keys()))

    def content(self, path: str) -> bytes:
        """Return what a path shall hold; raises ``Problems`` if it is no longer what was looked at."""
        content = self._made[path] if path in self._made else files.read(self._output, path)
        if _blob(content, self._algorithm) != self.blobs[path]:
            message = "was changed while it was being published"
            raise Problems([Problem(path=path, message=message, hint="Publish again.")])
        return content


def _published(order: Publication, repository: Repository, change: _Change, progress: Progress) -> Published:
    commit = ""
    if not order.dry_run and (change.blobs or change.removed):
        people = _people(order, repository)
        ref = f"refs/broadsheet/{order.branch}"
        repository.unlock(ref)
        progress.begin("Committing", len(change.blobs))
        repository.take_in(_stream(order, change, people, ref, progress))
        commit = repository.said("rev-parse", "--verify", ref)
        _push(order, repository, commit)
    return Published(commit=commit, added=change.added, changed=change.changed, removed=change.removed)


def _stream(
    order: Publication, change: _Change, people: tuple[str, str], ref: str, progress: Progress
) -> Iterator[bytes]:
    """Yield the commit as git fast-import takes it."""
    author, committer = people
    count = len(change.blobs) + len(change.removed)
    subject = f"Publish {count:,} changed file{'' if count == 1 else 's'}"
    message = f"{subject}\n\nEdition {read_marker(order.output)}\n".encode()
    yield f"commit {ref}\nauthor {author}\ncommitter {committer}\n".encode()
    yield b"data %d\n%s\n" % (len(message), message)
    yield f"from {change.tip}\n".encode() if change.tip else b"deleteall\n"
    for path in change.removed:
        yield b"D %s\n" % _quoted(path)
    for path in (*change.added, *change.changed):
        content = change.content(path)
        yield b"M %s inline %s\ndata %d\n" % (_FILE.encode(), _quoted(path), len(content))
        yield content
        yield b"\n"
        progress.step()
    yield b"done\n"


def _push(order: Publication, repository: Repository, commit: str) -> None:
    try:
        repository.asked(
            "push", "--quiet", "--no-verify", order.remote, f"{commit}:refs/heads/{order.branch}"
        )
    except GitError as error:
        said = str(error)
        if re.search(r"fetch first|non-fast-forward|but expected|reference already exists", said):
            message = f"{order.remote} has got another commit on {order.branch} meanwhile"
            hint = "Nothing was changed there. Publish again, on top of what is there now."
            raise Problems([Problem(path=order.branch, message=message, hint=hint)]) from None
        raise


def _check_place(order: Publication, repository: Repository) -> None:
    """Raise ``Problems`` unless there are a repository, such a remote, and a branch that may be filled."""
    try:
        inside = repository.said("rev-parse", "--is-inside-work-tree") == "true"
    except GitError as error:
        if "not a git repository" not in str(error):
            raise _refused(order, str(error)) from None
        inside = False
    if not inside:
        hint = "Make one with `git init`, and name where to push to: git remote add origin ADDRESS"
        raise _problem(order, "the site's folder lies in no git repository", hint)
    try:
        repository.said("check-ref-format", f"refs/heads/{order.branch}")
    except GitError:
        hint = "The usual name is gh-pages."
        raise _problem(order, "is not a name that a branch can have", hint) from None
    try:
        current = repository.said("symbolic-ref", "--quiet", "--short", "HEAD")
    except GitError:
        current = ""
    if current == order.branch:
        hint = "Name one that holds nothing but the published site: --branch gh-pages."
        raise _problem(order, "is the branch that you are on, and would lose the site's sources", hint)
    remotes = repository.said("remote").splitlines()
    if order.remote not in remotes and not re.search(r"[/\\:]", order.remote):
        there = f"There {'is' if len(remotes) == 1 else 'are'} {', '.join(remotes)}. " if remotes else ""
        hint = f"{there}Add it with: git remote add {order.remote} ADDRESS"
        raise _problem(order, f'there is no remote "{order.remote}"', hint)


def _tip(order: Publication, repository: Repository) -> str:
    """Return the commit that the remote's branch is at, which is here then; empty for no branch."""
    name = f"refs/heads/{order.branch}"
    try:
        rows = repository.asked("ls-remote", "--quiet", order.remote, name).splitlines()
        found = [row.split("\t")[0] for row in rows if row.endswith(f"\t{name}")]
        if not found:
            if order.first:
                return ""
            hint = "If nothing was ever published there, say so with --first."
            message = f"there is no such branch on {order.remote}"
            raise _problem(order, message, hint)
        try:
            repository.tree(found[0])
        except GitError:
            quiet = ("--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance")
            repository.asked("fetch", *quiet, "--refmap=", order.remote, name)
    except GitError as error:
        raise _refused(order, str(error)) from None
    return found[0]


def _people(order: Publication, repository: Repository) -> tuple[str, str]:
    """Return author and committer, with the time, as commits have them."""
    try:
        return repository.said("var", "GIT_AUTHOR_IDENT"), repository.said("var", "GIT_COMMITTER_IDENT")
    except GitError:
        commands = 'git config --global user.name "…"', "git config --global user.email …@…"
        hint = f"Tell it: {commands[0]} and {commands[1]}"
        raise _problem(order, "git does not know who you are", hint) from None


def _looked_at(order: Publication, algorithm: str) -> dict[str, str]:
    """Return the blob of every file of the output; one with the marks of the last look is not read."""
    try:
        return _with_marks(order, algorithm)
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        discard(order.site / MARKS)
        return _with_marks(order, algorithm)


def _with_marks(order: Publication, algorithm: str) -> dict[str, str]:
    found = {}
    folder = f"{algorithm} {folder_name(order.site, order.output)}"
    now = time.time_ns()
    known = (
        "SELECT blob FROM file WHERE folder = ? AND path = ? AND size = ? AND mtime = ? AND ctime = ?"
        " AND inode = ? AND mtime < looked - ?"
    )
    with closing(sqlite3.connect(order.site / MARKS, isolation_level=None)) as table:
        table.executescript(f"{_SCHEMA} BEGIN IMMEDIATE; CREATE TEMP TABLE seen (path TEXT PRIMARY KEY);")
        for look in files.walk_published(order.output):
            row = table.execute(known, (folder, *look, _RACY)).fetchone()
            blob = row[0] if row else _blob(files.read(order.output, look.path), algorithm)
            if row is None:
                table.execute("REPLACE INTO file VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (folder, *look, now, blob))
            table.execute("INSERT INTO seen VALUES (?)", (look.path,))
            found[look.path] = blob
        table.execute("DELETE FROM file WHERE folder = ? AND path NOT IN (SELECT path FROM seen)", (folder,))
        table.execute("COMMIT")
    return found


def _blob(content: bytes, algorithm: str) -> str:
    """Return the name that git gives to a content."""
    return hashlib.new(algorithm, b"blob %d\0" % len(content) + content).hexdigest()


def _quoted(path: str) -> bytes:
    """Return a path as fast-import takes it, in quotes where they are needed."""
    if not path.startswith('"') and "\n" not in path:
        return path.encode()
    escaped = path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'.encode()


def _refused(order: Publication, said: str) -> Problems:
    return _problem(order, f"git says: {said}", "Nothing was changed on the remote.")


def _problem(order: Publication, message: str, hint: str) -> Problems:
    return Problems([Problem(path=order.branch, message=message, hint=hint)])
