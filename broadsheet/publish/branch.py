"""Commits a built site to a branch of a remote, such as gh-pages, and pushes it: for use without a workflow.

The commit's parent is the remote's branch as it is now, and the built site must keep every URL on it. Only
changed files become objects, in one stream to git, without a checkout; the work tree, the index, HEAD and the
user's branches are not touched. The one ref that is set, refs/broadsheet/BRANCH, keeps the commit until it is
pushed, and makes the next fetch short.

Nothing is forced. Until the push succeeds the remote is unchanged; if interrupted, the next call starts again
from what the remote has.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from broadsheet.build.site_folder import load_settings, lock
from broadsheet.common import files
from broadsheet.common.credentials import drop_user, has_password
from broadsheet.common.problems import Problem, Problems
from broadsheet.common.progress import Progress
from broadsheet.publish import url_guard
from broadsheet.publish.built_files import make_blob_id, read_built_files
from broadsheet.publish.emptied_fronts import EmptiedFronts
from broadsheet.publish.git import Blobs, GitError, Repository
from broadsheet.publish.published import SITEMAP, BuiltSite
from broadsheet.publish.suggestions import LostUrl
from broadsheet.settings.model import Settings
from broadsheet.write.output_folder import DOMAIN, NO_JEKYLL, read_marker

_FILE_MODE = "100644"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishRequest:
    """What to publish, and where: the built site in ``output``, to ``branch`` of ``remote``.

    Nothing in it may be dated after ``now``; None is the time at which publishing begins, once no build is
    running. ``first`` declares a first publication; ``dry_run`` changes nothing; ``cname`` is the host to
    write into CNAME, empty to keep the one there is. ``may_go`` is asked, while the site is locked, whether
    published URLs that the built site lacks may go, as in a rollback; None says that none may.
    """

    site: Path
    output: Path
    now: dt.datetime | None = None
    branch: str = "gh-pages"
    remote: str = "origin"
    first: bool = False
    dry_run: bool = False
    cname: str = ""
    may_go: Callable[[Sequence[LostUrl]], bool] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishResult:
    """The paths that have changed on the branch, or would, in order; ``commit`` is empty if none was made.

    ``emptied`` are the paths of fronts that list nothing any more, and got a page that says so.
    """

    commit: str
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    emptied: tuple[str, ...] = ()


def publish(request: PublishRequest, progress: Progress | None = None) -> PublishResult:
    """Publish a built site; raises ``Problems``, and then the remote is unchanged."""
    progress = progress or Progress()
    settings = load_settings(request.site)
    with lock(request.site, progress.wait) as waited:
        if waited:
            settings = load_settings(request.site)
        day = url_guard.check_publishable(
            request.site, request.output, request.now or dt.datetime.now(dt.UTC)
        )
        repository = Repository(request.site)
        _check_remote(request, repository)
        try:
            algorithm = repository.run("rev-parse", "--show-object-format")
            built = read_built_files(request.site, request.output, algorithm)
            tip = _tip(request, repository)
            tree = repository.tree(tip) if tip else {}
            with repository.blobs() as blobs:
                emptied = _find_emptied(request, settings, built, tree, blobs)
                guarded = url_guard.GuardRequest(
                    site=request.site,
                    output=request.output,
                    url=settings.url,
                    day=day,
                    first=request.first,
                    may_go=request.may_go,
                    answer=emptied.answer,
                )
                if tip:
                    published = _PublishedBranch(f"{request.remote}/{request.branch}", tree, blobs)
                    url_guard.guard(published, guarded)
                else:
                    url_guard.guard_first(guarded)
                change = _Change(request, tip, tree, built, algorithm, emptied)
            return _commit_and_push(request, repository, change, progress)
        except GitError as error:
            raise _git_problem(request, str(error)) from None


def _find_emptied(
    request: PublishRequest,
    settings: Settings,
    built: Collection[str],
    tree: dict[str, tuple[str, str]],
    blobs: Blobs,
) -> EmptiedFronts:
    def read(path: str) -> bytes:
        return files.read(request.output, path) if path in built else blobs.read(tree[path][1])

    return EmptiedFronts(settings, built, tree, read)


class _PublishedBranch(BuiltSite):
    """The site on a branch."""

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
    """The difference between the branch, whose files are ``tree``, and the ``built`` site."""

    def __init__(
        self,
        request: PublishRequest,
        tip: str,
        tree: dict[str, tuple[str, str]],
        built: dict[str, str],
        algorithm: str,
        emptied: EmptiedFronts,
    ) -> None:
        self.tip = tip
        self._output, self._algorithm = request.output, algorithm
        wanted = dict(built)
        self._generated = {} if NO_JEKYLL in wanted else {NO_JEKYLL: b""}
        if request.cname:
            self._generated[DOMAIN] = f"{request.cname}\n".encode()
        self._generated |= emptied.make_outputs()
        self.emptied = emptied.new
        wanted |= {path: make_blob_id(content, algorithm) for path, content in self._generated.items()}
        if DOMAIN in tree:
            wanted.setdefault(DOMAIN, tree[DOMAIN][1])
        self.blobs = {path: blob for path, blob in wanted.items() if tree.get(path) != (_FILE_MODE, blob)}
        self.added = tuple(sorted(path for path in self.blobs if path not in tree))
        self.changed = tuple(sorted(path for path in self.blobs if path in tree))
        self.removed = tuple(sorted(tree.keys() - wanted.keys()))

    def content(self, path: str) -> bytes:
        """Return the content of a path; raises ``Problems`` if the file has changed since it was compared."""
        content = self._generated[path] if path in self._generated else files.read(self._output, path)
        if make_blob_id(content, self._algorithm) != self.blobs[path]:
            message = "was changed while it was being published"
            raise Problems([Problem(path=path, message=message, hint="Publish again.")])
        return content


def _commit_and_push(
    request: PublishRequest, repository: Repository, change: _Change, progress: Progress
) -> PublishResult:
    commit = ""
    if not request.dry_run and (change.blobs or change.removed):
        identities = _identities(request, repository)
        ref = f"refs/broadsheet/{request.branch}"
        repository.unlock(ref)
        progress.begin("Committing", len(change.blobs))
        repository.fast_import(_stream(request, change, identities, ref, progress))
        commit = repository.run("rev-parse", "--verify", ref)
        _push(request, repository, commit)
    return PublishResult(
        commit=commit,
        added=change.added,
        changed=change.changed,
        removed=change.removed,
        emptied=change.emptied,
    )


def _stream(
    request: PublishRequest, change: _Change, identities: tuple[str, str], ref: str, progress: Progress
) -> Iterator[bytes]:
    """Yield the commit in the format of git fast-import."""
    author, committer = identities
    count = len(change.blobs) + len(change.removed)
    subject = f"Publish {count:,} changed file{'' if count == 1 else 's'}"
    message = f"{subject}\n\nBuild {read_marker(request.output)}\n".encode()
    yield f"commit {ref}\nauthor {author}\ncommitter {committer}\n".encode()
    yield b"data %d\n%s\n" % (len(message), message)
    yield f"from {change.tip}\n".encode() if change.tip else b"deleteall\n"
    for path in change.removed:
        yield b"D %s\n" % _quote_path(path)
    for path in (*change.added, *change.changed):
        content = change.content(path)
        yield b"M %s inline %s\ndata %d\n" % (_FILE_MODE.encode(), _quote_path(path), len(content))
        yield content
        yield b"\n"
        progress.step()
    yield b"done\n"


def _push(request: PublishRequest, repository: Repository, commit: str) -> None:
    try:
        repository.run_remote(
            "push", "--quiet", "--no-verify", "--", request.remote, f"{commit}:refs/heads/{request.branch}"
        )
    except GitError as error:
        reason = str(error)
        if re.search(r"fetch first|non-fast-forward|but expected|reference already exists", reason):
            message = f"{request.remote} has got another commit on {request.branch} meanwhile"
            hint = "Nothing was changed there. Publish again, on top of what is there now."
            raise Problems([Problem(path=request.branch, message=message, hint=hint)]) from None
        raise


def _check_remote(request: PublishRequest, repository: Repository) -> None:
    """Raise ``Problems`` unless the repository and the remote exist and the branch may be published to."""
    for name in (request.branch, request.remote):
        if name.startswith("-"):
            message = f'"{name}" begins with a hyphen, as the options of git do'
            raise _problem(request, message, "Write another name.")
    try:
        inside = repository.run("rev-parse", "--is-inside-work-tree") == "true"
    except GitError as error:
        if "not a git repository" not in str(error):
            raise _git_problem(request, str(error)) from None
        inside = False
    if not inside:
        hint = "Make one with `git init`, and name where to push to: git remote add origin ADDRESS"
        raise _problem(request, "the site's folder lies in no git repository", hint)
    try:
        repository.run("check-ref-format", f"refs/heads/{request.branch}")
    except GitError:
        hint = "The usual name is gh-pages."
        raise _problem(request, "is not a name that a branch can have", hint) from None
    try:
        current = repository.run("symbolic-ref", "--quiet", "--short", "HEAD")
    except GitError:
        current = ""
    if current == request.branch:
        hint = "Name one that holds nothing but the published site: --branch gh-pages."
        raise _problem(request, "is the branch that you are on, and would lose the site's sources", hint)
    remotes = repository.run("remote").splitlines()
    if request.remote not in remotes and not re.search(r"[/\\:]", request.remote):
        there = f"There {'is' if len(remotes) == 1 else 'are'} {', '.join(remotes)}. " if remotes else ""
        hint = f"{there}Add it with: git remote add {request.remote} ADDRESS"
        raise _problem(request, f'there is no remote "{request.remote}"', hint)
    _check_addresses(request, repository.list_addresses(request.remote, named=request.remote in remotes))


def _check_addresses(request: PublishRequest, addresses: list[str]) -> None:
    """Raise ``Problems`` if an address of the remote has a password in it, which git and ssh would show."""
    for address in addresses:
        if has_password(address):
            message = f"the address of {request.remote} has a password in it: {address}"
            hint = (
                f"Take it out: git remote set-url {request.remote} {drop_user(address)}"
                " (or where url.….insteadOf has it), and let a credential helper of git keep it."
            )
            raise _problem(request, message, hint)


def _tip(request: PublishRequest, repository: Repository) -> str:
    """Return the commit of the remote's branch, fetched if need be; empty if there is no branch yet."""
    name = f"refs/heads/{request.branch}"
    try:
        rows = repository.run_remote("ls-remote", "--quiet", "--", request.remote, name).splitlines()
        found = [row.split("\t")[0] for row in rows if row.endswith(f"\t{name}")]
        if not found:
            if request.first:
                return ""
            hint = "If nothing was ever published there, say so with --first."
            message = f"there is no such branch on {request.remote}"
            raise _problem(request, message, hint)
        try:
            repository.tree(found[0])
        except GitError:
            quiet = ("--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance")
            repository.run_remote("fetch", *quiet, "--refmap=", "--", request.remote, name)
    except GitError as error:
        raise _git_problem(request, str(error)) from None
    return found[0]


def _identities(request: PublishRequest, repository: Repository) -> tuple[str, str]:
    """Return author and committer with the time, in the form that commits have."""
    try:
        return repository.run("var", "GIT_AUTHOR_IDENT"), repository.run("var", "GIT_COMMITTER_IDENT")
    except GitError:
        commands = 'git config --global user.name "…"', "git config --global user.email …@…"
        hint = f"Tell it: {commands[0]} and {commands[1]}"
        raise _problem(request, "git does not know who you are", hint) from None


def _quote_path(path: str) -> bytes:
    """Return a path in the syntax of fast-import, quoted if need be."""
    if not path.startswith('"') and "\n" not in path:
        return path.encode()
    escaped = path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'.encode()


def _git_problem(request: PublishRequest, message: str) -> Problems:
    return _problem(request, f"git says: {message}", "Nothing was changed on the remote.")


def _problem(request: PublishRequest, message: str, hint: str) -> Problems:
    return Problems([Problem(path=request.branch, message=message, hint=hint)])
