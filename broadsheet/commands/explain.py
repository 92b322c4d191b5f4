"""``explain``: prints what one output is made of, what it asked, and why it was rendered or was not.

Of a file of layouts/ or static/ it says whether the site's or the theme's is used, and where that is.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit

from broadsheet.archive.lookups import is_of_theme, list_layouts
from broadsheet.archive.questions.site import ASSET, FILE_DIGEST
from broadsheet.build.site_folder import load_settings, name_folder, open_last_state
from broadsheet.commands.terminal.parser import Command, add_site_and_output_options, get_output
from broadsheet.commands.terminal.printer import say
from broadsheet.common import files
from broadsheet.common.problems import Problem, Problems
from broadsheet.common.urls import Urls, output_at
from broadsheet.ledger.lookups import OutputRecord, find_output_record
from broadsheet.ledger.staleness import Reason
from broadsheet.read import theme
from broadsheet.render.assets.style_sheets import is_part

# The kinds of questions of which the subject is a source that goes into the output.
_OF_FILES = frozenset((ASSET.name, FILE_DIGEST.name))


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "url",
        metavar="URL",
        help="the page's URL, or its path in the site; or a file, such as layouts/base.html",
    )
    add_site_and_output_options(parser)


def _run(options: argparse.Namespace) -> int:
    say(*explain(options.site, get_output(options), options.url))
    return 0


def explain(site: Path, output: Path, url: str) -> tuple[str, ...]:
    """Return, as lines for a person, what the ledger has about the output at ``url``.

    ``url`` is absolute, begins at the root of the host, or at the site's own; or it is the path of a file of
    the theme. Raises ``Problems`` when there is no such output, or nothing was built yet.
    """
    if any(files.is_below(url, folder) for folder in (files.LAYOUTS, files.STATIC)):
        told = _explain_file(site, url)
        if told:
            return told
    urls = Urls(load_settings(site).url)
    with open_last_state(site) as db:
        name = name_folder(site, output)
        found = [known for path in _paths(url, urls) if (known := find_output_record(db, name, path))]
        layouts = list_layouts(db)
        files_of_theme = frozenset(
            question.subject
            for question in (found[0].asked if found else ())
            if question.kind in _OF_FILES and is_of_theme(db, question.subject)
        )
    if not found:
        hint = "Was it built, and is the output folder the right one?"
        raise Problems([Problem(path=url, message="there is no such page", hint=hint)])
    return tuple(_lines(found[0], urls, layouts, files_of_theme))


def _explain_file(site: Path, path: str) -> tuple[str, ...]:
    """Return what is to be said of a file of layouts/ or static/; empty if neither site nor theme has it."""
    theirs = theme.find_theme() / path
    if Path(files.locate(site, path)).is_file():
        shadows = theirs.is_file() and not theirs.samefile(site / path)
        also = f", in place of the theme's {theirs}" if shadows else ""
        return (f"{path} is the site's own{also}",)
    if not theirs.is_file():
        return ()
    if not load_settings(site).theme_fallback:
        return (f"the site has no {path}, and [theme] fallback = false: the theme's is not used: {theirs}",)
    return (f"{path} is the theme's: {theirs}", f"To change it, copy it to {path} in the site's folder.")


def _lines(
    known: OutputRecord, urls: Urls, layouts: Mapping[str, bool], files_of_theme: frozenset[str]
) -> list[str]:
    asked = [question.subject for question in known.asked if question.kind == "template"]
    made_with = [_show_layout(name, layouts) for name in asked if name in layouts]
    read = [question.subject for question in known.asked if question.kind == ASSET.name]
    made_with += [theme.show(path) if path in files_of_theme else path for path in read if is_part(path)]
    unit, _, source = known.unit.partition(" ")
    subject = known.output.subject
    subject = theme.show(subject) if subject in files_of_theme else subject
    rows = [
        f"{urls.url(known.output.path)} is {known.output.path}, of {known.size:,} bytes",
        f"wanted by: {unit}{f' {source}' if source else ''}",
        f"made as: {known.output.kind}{f' of {subject}' if subject else ''}",
    ]
    if made_with:
        rows.append(f"with: {', '.join(made_with)}")
    if known.build == known.last_build:
        rows.append(f"rendered in the last build, {known.build}, because")
        rows += [f"  {_reason(reason)}" for reason in known.reasons]
    else:
        rows.append(f"not rendered in the last build, {known.last_build}: no answer it was given has changed")
        rows.append(f"last rendered in build {known.build}, because")
        rows += [f"  {_reason(reason)}" for reason in known.reasons]
    rows.append(f"asked {len(known.asked)} questions:")
    rows += [f"  {question}" for question in known.asked]
    return rows


def _show_layout(name: str, layouts: Mapping[str, bool]) -> str:
    path = f"{files.LAYOUTS}/{name.removeprefix(theme.FOLDER)}"
    return theme.show(path) if layouts[name] else path


def _reason(reason: Reason) -> str:
    if reason.kind == "new":
        return "it was new"
    if reason.kind == "unknown":
        return "the file in the output folder was not known to be as rendered"
    return f"this has another answer: {reason.question}"


def _paths(url: str, urls: Urls) -> list[str]:
    """Return the output paths that ``url`` may mean, the most likely first."""
    with suppress(ValueError):  # such as for http://[, of which no page is
        url = urlsplit(url).path
    path = unquote(url)
    base = unquote(urls.base)
    bare = [path.removeprefix(base)] if path.startswith(base) else []
    found = []
    for each in (*bare, path.lstrip("/")):
        output = output_at(each)
        found += [output] if output != each else [each, f"{each}/index.html"]
    return found


COMMAND = Command(example="/tags/oil/", add_options=_add_options, run=_run)
