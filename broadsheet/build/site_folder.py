"""The folder of a site: its settings, its state, its output folder, and the lock on them.

Rendering needs nothing of this module: it is for whoever is given the path of a site.
"""

from __future__ import annotations

import dataclasses
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext, suppress
from pathlib import Path

from broadsheet.archive.database import open_sound_reader
from broadsheet.common import files
from broadsheet.common.problems import Problem, Problems, find_nearest
from broadsheet.common.toml import locate_keys
from broadsheet.settings.model import Settings
from broadsheet.settings.reader import read
from broadsheet.write import output_folder

SETTINGS = "site.toml"
STATE = Path(".broadsheet") / "state.sqlite"
_LOCK = "lock"


def load_settings(site: Path) -> Settings:
    """Return the settings of the site in a folder; raises ``Problems``."""
    file = site / SETTINGS
    if file.exists() and not file.is_file():  # a FIFO would keep whoever reads it waiting
        raise Problems([Problem(path=SETTINGS, message="is not a file", hint="Put the settings there.")])
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        hint = "Name the site's folder with --site, or make a new site with `init`."
        raise Problems([Problem(path=SETTINGS, message="there is no site.toml here", hint=hint)]) from None
    except UnicodeDecodeError:
        raise Problems(
            [Problem(path=SETTINGS, message="is not UTF-8", hint="Save the file as UTF-8.")]
        ) from None
    return read(text, SETTINGS)


def check_content_folder(site: Path, settings: Settings) -> None:
    """Raise ``Problems`` unless the folder with the articles is there: without it the site would be empty."""
    folder = settings.content_folder
    there = Path(files.locate(site, folder))
    if there.is_dir():
        return
    message = f"{folder} is not a folder" if there.exists() else f"there is no folder {folder}/"
    problem = Problem(path=folder, message=message, hint=_suggest_content_folder(site, folder))
    text = (site / SETTINGS).read_text(encoding="utf-8-sig")
    line, column = locate_keys(text).get(("content", "folder", ""), (0, 0))
    if line:
        message = f"[content] folder: {message}"
        source = text.splitlines()[line - 1]
        problem = dataclasses.replace(
            problem, path=SETTINGS, line=line, column=column, message=message, source=source
        )
    raise Problems([problem])


def _suggest_content_folder(site: Path, folder: str) -> str:
    """Return the hint for a folder that is not there: one of a similar name, else those with Markdown."""
    above, slash, name = folder.rpartition("/")
    others = [
        each
        for each in (site / above).glob("*")
        if each.is_dir() and each.name[0] != "." and each.name not in {files.STATIC, files.LAYOUTS}
    ]
    by_key = {each.name.casefold(): each.name for each in others}
    meant = find_nearest(name, by_key)
    if meant:
        return f'Write [content] folder = "{above}{slash}{by_key[meant]}" if that is the one, or make it.'
    with_articles = sorted(each.name for each in others if _has_markdown(each))
    if with_articles:
        listed = ", ".join(f"{above}{slash}{each}/" for each in with_articles)
        return f"Name the folder of the articles in [content] folder. There is Markdown in {listed}."
    return "Make the folder, or name the one with the articles in [content] folder."


def _has_markdown(folder: Path) -> bool:
    """Return whether a folder, or one right in it, has a Markdown file."""
    return any(files.is_article(each.as_posix()) for pattern in ("*", "*/*") for each in folder.glob(pattern))


@contextmanager
def open_last_state(site: Path) -> Iterator[sqlite3.Connection]:
    """Yield a read-only connection to the state of the last build; raises ``Problems`` when there is none."""
    path = STATE.as_posix()
    if not (site / STATE).is_file():
        raise Problems([Problem(path=path, message="nothing was built yet", hint="Build the site first.")])
    try:
        with closing(open_sound_reader(site / STATE)) as db:
            yield db
    except sqlite3.DatabaseError as error:
        message = "the state cannot be read"
        raise Problems([Problem(path=path, message=message, hint="Build the site again.")]) from error


def name_folder(site: Path, output: Path) -> str:
    """Return the ledger's key of an output folder: its path relative to the site's.

    What in it is not UTF-8, which no state can hold, is in it as an escape.
    """
    try:
        path = Path(os.path.relpath(output, site)).as_posix()
    except ValueError:  # on Windows, when it is on another drive
        path = output.resolve().as_posix()
    return path.encode(errors="backslashreplace").decode()


def check_output(root: Path, folder: Path, content: str) -> None:
    """Raise ``Problems`` when the output folder is a source folder, inside one, or around the site.

    ``root`` is the site's folder, ``content`` the name of the folder with its articles.
    """
    output, site = folder.resolve(), root.resolve()
    if output.exists() and not output.is_dir():
        hint = "Name another folder with --output, or remove the file."
        raise Problems(
            [Problem(path=name_folder(root, folder), message="the output folder is a file", hint=hint)]
        )
    sources = [site / content, site / files.STATIC, site / files.LAYOUTS, site / STATE.parent]
    if (
        output == site
        or output in site.parents
        or any(source in (output, *output.parents) for source in sources)
    ):
        message = "the output folder lies among the site's own files"
        hint = "Name a folder of its own, such as --output public."
        raise Problems([Problem(path=name_folder(root, folder), message=message, hint=hint)])


def clean(site: Path, output: Path, waiting: Callable[[], None]) -> Iterator[str]:
    """Remove the output folder, if Broadsheet wrote it, and the state; yield the path of each after that.

    Calls ``waiting`` once, and waits, while a build is running.
    """
    content = "content"
    with suppress(Problems):  # a broken site.toml does not keep a site from being cleaned
        content = load_settings(site).content_folder
    check_output(site, output, content)
    folder = site / STATE.parent
    built = folder.is_dir()
    with lock(site, waiting) if built else nullcontext():
        if not output_folder.is_empty(output):
            output_folder.check_ours(output)
            output_folder.remove_tree(output)
            yield name_folder(site, output)
        if built:
            _remove_state(folder)
            yield STATE.parent.as_posix()


def _remove_state(folder: Path) -> None:
    """Remove the folder of the state, and the lock in it last, so that others wait until all else is gone."""
    for each in sorted(folder.iterdir()):
        if each.name != _LOCK:
            shutil.rmtree(each) if each.is_dir() else each.unlink()
    with suppress(OSError):  # Windows cannot remove an open file; elsewhere, a build may have just begun
        shutil.rmtree(folder)


@contextmanager
def lock(site: Path, waiting: Callable[[], None]) -> Iterator[bool]:
    """Hold the site's lock; call ``waiting`` once, and wait, while another process holds it.

    Yields whether it had to wait: if so, the sources and the state may have changed meanwhile.
    """
    from filelock import FileLock, Timeout  # noqa: PLC0415 - slow to load, and only builds need it

    folder = site / STATE.parent
    held = FileLock(folder / _LOCK)
    waited = False
    while not held.is_locked:
        folder.mkdir(exist_ok=True)
        with suppress(FileNotFoundError):  # ``clean`` may have removed the folder meanwhile
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
