"""Where the things of a site are: its settings, its state and its output; and the lock on them.

Everything here works on a site's folder from outside; none of it is needed to make a page.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext, suppress
from pathlib import Path

from broadsheet.archive.database import open_reader
from broadsheet.common import files
from broadsheet.common.problems import Problem, Problems
from broadsheet.settings.model import Settings
from broadsheet.settings.reader import read
from broadsheet.write import output_folder

SETTINGS = "site.toml"
STATE = Path(".broadsheet") / "state.sqlite"
_LOCK = "lock"


def settings_of(site: Path) -> Settings:
    """Return the settings of the site in a folder; raises ``Problems``."""
    try:
        text = (site / SETTINGS).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        hint = "Name the site's folder with --site, or make a new site with `init`."
        raise Problems([Problem(path=SETTINGS, message="there is no site.toml here", hint=hint)]) from None
    except UnicodeDecodeError:
        raise Problems(
            [Problem(path=SETTINGS, message="is not UTF-8", hint="Save the file as UTF-8.")]
        ) from None
    return read(text, SETTINGS)


@contextmanager
def last_state(site: Path) -> Iterator[sqlite3.Connection]:
    """Yield the state that the last build left, to be read; raises ``Problems`` when there is none."""
    path = STATE.as_posix()
    if not (site / STATE).is_file():
        raise Problems([Problem(path=path, message="nothing was built yet", hint="Build the site first.")])
    try:
        with closing(open_reader(site / STATE)) as db:
            yield db
    except sqlite3.DatabaseError as error:
        message = "the state cannot be read"
        raise Problems([Problem(path=path, message=message, hint="Build the site again.")]) from error


def folder_name(site: Path, output: Path) -> str:
    """Return the name by which the ledger knows an output folder: its path from the site's."""
    try:
        return Path(os.path.relpath(output, site)).as_posix()
    except ValueError:  # on another drive of Windows
        return output.resolve().as_posix()


def check_output(root: Path, folder: Path, content: str) -> None:
    """Raise ``Problems`` when the output would stand among the sources, or around them.

    ``root`` is the site's folder, ``content`` the name of the folder that its articles are in.
    """
    output, site = folder.resolve(), root.resolve()
    if output.exists() and not output.is_dir():
        hint = "Name another folder with --output, or remove the file."
        raise Problems(
            [Problem(path=folder_name(root, folder), message="the output folder is a file", hint=hint)]
        )
    sources = [site / content, site / files.STATIC, site / files.LAYOUTS, site / STATE.parent]
    if (
        output == site
        or output in site.parents
        or any(source in (output, *output.parents) for source in sources)
    ):
        message = "the output folder lies among the site's own files"
        hint = "Name a folder of its own, such as --output public."
        raise Problems([Problem(path=folder_name(root, folder), message=message, hint=hint)])


def clean(site: Path, output: Path, waiting: Callable[[], None]) -> Iterator[str]:
    """Remove the output folder, if it is ours, and the state; yield the path of each.

    Calls ``waiting`` once, and waits, while a build is at work.
    """
    content = "content"
    with suppress(Problems):  # a site whose site.toml is broken may be cleaned too
        content = settings_of(site).content_folder
    check_output(site, output, content)
    folder = site / STATE.parent
    built = folder.is_dir()
    with lock(site, waiting) if built else nullcontext():
        if not files.is_empty(output):
            output_folder.check_ours(output)
            shutil.rmtree(output)
            yield folder_name(site, output)
        if built:
            _empty(folder)
            yield STATE.parent.as_posix()


def _empty(folder: Path) -> None:
    """Remove the folder of the state, and the lock in it last: until then others go on waiting."""
    for each in sorted(folder.iterdir()):
        if each.name != _LOCK:
            shutil.rmtree(each) if each.is_dir() else each.unlink()
    with suppress(OSError):  # Windows removes no open file, and elsewhere a build may have begun
        shutil.rmtree(folder)


@contextmanager
def lock(site: Path, waiting: Callable[[], None]) -> Iterator[bool]:
    """Hold the site's lock; call ``waiting`` once, and wait, while another build has it.

    Yields whether it has waited: then much may have changed since.
    """
    from filelock import FileLock, Timeout  # noqa: PLC0415 - loading it takes longer than the lock

    folder = site / STATE.parent
    held = FileLock(folder / _LOCK)
    waited = False
    while not held.is_locked:
        folder.mkdir(exist_ok=True)
        with suppress(FileNotFoundError):  # ``clean`` has removed the folder meanwhile
            try:
                held.acquire(timeout=0)
            except Timeout:
                if not waited:
                    waiting()
                waited = True
                held.acquire()
    try:
        yield waited
    finally:
        held.release()
