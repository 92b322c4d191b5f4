"""The work of a build that several processes share: reading sources, and rendering and staging outputs.

What a worker sends back is a function of its task alone, so a task may run in any process, twice if it must.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, Self

from broadsheet.archive.facts import ArticleRow, to_row
from broadsheet.archive.questions import own_pages, profiles
from broadsheet.archive.questions.own_pages import OwnPageRow
from broadsheet.archive.questions.profiles import ProfileRow
from broadsheet.archive.questions.question import Answers
from broadsheet.archive.revision.sources import QueuedSource
from broadsheet.build.pool import Pool
from broadsheet.common import files
from broadsheet.common.model import Pin
from broadsheet.common.pictures import NO_PICTURE, PictureFile
from broadsheet.common.problems import Problem, Problems
from broadsheet.ledger.dependencies import RenderedBatch, RenderResult
from broadsheet.ledger.staleness import Due
from broadsheet.read import theme
from broadsheet.settings.front_page import is_front_page, read_front_page
from broadsheet.settings.model import Settings, picture_settings
from broadsheet.write.output_folder import is_empty
from broadsheet.write.staging import Workplace

# Reading and rendering take longer to load than a build in which nothing has changed takes, so a process
# loads either when it has work for it.
if TYPE_CHECKING:
    from broadsheet.render.renderer import Rendered, Renderer


_NO_SURVIVOR = "memory ran out, or something else ended it"
_HINT_READ = "Look at what is unusual in this file, such as its size."
_HINT_RENDER = "Look at what its layout asks for, such as a list of the whole archive."


class ReadResult(NamedTuple):
    """A source, read: the article, the profile or the page of the site's own in it, or its problems.

    ``pins`` are the stories that content/front.toml names. All are None also when the file's bytes are those
    of last time (``same``). ``picture`` is what was found of the picture that it is. ``findings`` are no
    problems, but named by ``check``.
    """

    task: QueuedSource
    digest: bytes = b""
    picture: PictureFile = NO_PICTURE
    same: bool = False
    article: ArticleRow | None = None
    profile: ProfileRow | None = None
    own_page: OwnPageRow | None = None
    pins: tuple[Pin, ...] | None = None
    problems: tuple[Problem, ...] = ()
    findings: tuple[Problem, ...] = ()


class Workers:
    """The processes of a build."""

    def __init__(
        self, jobs: int, workplace: Workplace, settings: Settings, on_kill: Callable[[], None]
    ) -> None:
        """Prepare up to ``jobs`` processes; nothing is started yet. ``on_kill`` is as for ``Pool``."""
        self._pool = Pool(jobs, partial(_Worker, workplace, settings), on_kill)

    def __enter__(self) -> Self:
        """Return the workers."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the processes, and drop work that has not begun."""
        self._pool.close()
        self._pool.here.close()

    def read(self, tasks: Iterable[QueuedSource], count: int) -> Iterator[ReadResult]:
        """Yield each source, read."""
        return self._pool.spread(_read, tasks, count, killed=_unread)

    def render(
        self, batches: Iterable[tuple[Due, ...]], work: int, answers: Answers
    ) -> Iterator[RenderedBatch]:
        """Yield what became of the outputs of each batch, rendered and staged.

        ``work`` tells how much it is, in pages. ``answers`` are some that this process knows already; others
        have to ask for them.
        """
        if work and not self._pool.is_worth_it(work):
            self._pool.here.renderer.prime(answers)
        return self._pool.spread(_render, batches, work, killed=_unrendered, split=_split, chunk=1)


class _Worker:
    """What one process works with; the renderer, which opens the archive, only once it is needed."""

    def __init__(self, workplace: Workplace, settings: Settings) -> None:
        self.workplace = workplace
        self.settings = settings
        self.output_is_empty = is_empty(workplace.staging.folder)
        self._renderer: Renderer | None = None

    @property
    def renderer(self) -> Renderer:
        if self._renderer is None:
            from broadsheet.render.renderer import Renderer  # noqa: PLC0415

            self._renderer = Renderer(self.workplace.root, self.workplace.state)
        return self._renderer

    def close(self) -> None:
        if self._renderer is not None:
            self._renderer.close()


def _read(worker: _Worker, task: QueuedSource) -> ReadResult:
    from broadsheet.read import article, own_page, pictures, profile  # noqa: PLC0415

    path, digest, settings = task.stat.path, b"", worker.settings
    try:
        content = theme.read(worker.workplace.root, path)
        digest = files.digest(content)
        if digest == task.digest:
            return ReadResult(task, digest, same=True)
        if is_front_page(path, settings):
            return ReadResult(task, digest, pins=read_front_page(path, content, settings))
        if not files.is_article(path):
            found = pictures.read(path, content, picture_settings(settings))
            return ReadResult(task, digest, picture=found)
        kind = profile.find_kind(path, settings)
        if kind:
            about = profile.read(path, content, settings, kind)
            return ReadResult(task, digest, profile=profiles.to_row(about), findings=about.findings)
        if own_page.is_own_page(path, settings):
            page = own_page.read(path, content, settings)
            return ReadResult(task, digest, own_page=own_pages.to_row(page), findings=page.findings)
        story = article.read(path, content, settings)
        return ReadResult(task, digest, article=to_row(story), findings=story.findings)
    except Problems as error:
        return ReadResult(task, digest, problems=error.problems)
    except Exception as error:
        error.add_note(f"while reading {path}")
        raise


def _unread(task: QueuedSource) -> ReadResult:
    """Return the problem of a source that no process has survived."""
    message = f"every process that read it was killed: {_NO_SURVIVOR}"
    return ReadResult(task, problems=(Problem(path=task.stat.path, message=message, hint=_HINT_READ),))


def _unrendered(batch: tuple[Due, ...]) -> RenderedBatch:
    """Return the problem of outputs, which is one by then, that no process has survived."""
    message = f"every process that rendered it was killed: {_NO_SURVIVOR}"
    problems = tuple((Problem(path=due.output.path, message=message, hint=_HINT_RENDER),) for due in batch)
    return RenderedBatch(problems, {})


def _split(batch: tuple[Due, ...]) -> Iterator[tuple[Due, ...]]:
    for due in batch:
        yield (due,)


def _render(worker: _Worker, batch: tuple[Due, ...]) -> RenderedBatch:
    """Render some outputs; put those into the staging tree that the folder does not hold as they are."""
    results: list[RenderResult | tuple[Problem, ...]] = []
    shared = {}
    for due in batch:
        try:
            rendered = worker.renderer.render(due.output)
        except Problems as error:
            results.append(error.problems)
            continue
        except Exception as error:
            error.add_note(f"while rendering {due.output.path}")
            raise
        shared[rendered.shared.digest] = rendered.shared.questions
        results.append(_staged(worker, due, rendered))
    return RenderedBatch(tuple(results), shared)


def _staged(worker: _Worker, due: Due, rendered: Rendered) -> RenderResult:
    content, staging = rendered.content, worker.workplace.staging
    digest = files.digest(content)
    unknown = due.digest is None and not worker.output_is_empty
    unchanged = due.digest == digest or (unknown and staging.holds(due.output.path, content))
    if not unchanged:
        staging.write(due.output.path, content)
    return RenderResult(due.number, digest, len(content), unchanged, rendered.own, rendered.shared.digest)
