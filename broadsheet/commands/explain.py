"""``explain``: prints what one output is made of, what it asked, and why it was rendered or was not."""

from __future__ import annotations

import argparse
from pathlib import Path
from urllib.parse import unquote, urlsplit

from broadsheet.archive.lookups import list_layouts
from broadsheet.build.site_folder import load_settings, name_folder, open_last_state
from broadsheet.commands.terminal.parser import Command, add_site_and_output_options, get_output
from broadsheet.commands.terminal.printer import say
from broadsheet.common.problems import Problem, Problems
from broadsheet.common.urls import Urls, output_at
from broadsheet.ledger.lookups import OutputRecord, find_output_record
from broadsheet.ledger.staleness import Reason


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("url", metavar="URL", help="the page's URL, or its path in the site")
    add_site_and_output_options(parser)


def _run(options: argparse.Namespace) -> int:
    say(*explain(options.site, get_output(options), options.url))
    return 0


def explain(site: Path, output: Path, url: str) -> tuple[str, ...]:
    """Return, as lines for a person, what the ledger has about the output at ``url``.

    ``url`` is absolute, begins at the root of the host, or at the site's own. Raises ``Problems`` when
    there is no such output, or nothing was built yet.
    """
    urls = Urls(load_settings(site).url)
    with open_last_state(site) as db:
        name = name_folder(site, output)
        found = [known for path in _paths(url, urls) if (known := find_output_record(db, name, path))]
        layouts = list_layouts(db)
    if not found:
        hint = "Was it built, and is the output folder the right one?"
        raise Problems([Problem(path=url, message="there is no such page", hint=hint)])
    return tuple(_lines(found[0], urls, layouts))


def _lines(known: OutputRecord, urls: Urls, layouts: frozenset[str]) -> list[str]:
    asked = [question.subject for question in known.asked if question.kind == "template"]
    templates = [name for name in asked if name in layouts]
    unit, _, source = known.unit.partition(" ")
    rows = [
        f"{urls.url(known.output.path)} is {known.output.path}, of {known.size:,} bytes",
        f"wanted by: {unit}{f' {source}' if source else ''}",
        f"made as: {known.output.kind}{f' of {known.output.subject}' if known.output.subject else ''}",
    ]
    if templates:
        rows.append(f"with: {', '.join(f'layouts/{name}' for name in templates)}")
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


def _reason(reason: Reason) -> str:
    if reason.kind == "new":
        return "it was new"
    if reason.kind == "unknown":
        return "the file in the output folder was not known to be as rendered"
    return f"this has another answer: {reason.question}"


def _paths(url: str, urls: Urls) -> list[str]:
    """Return the output paths that ``url`` may mean, the most likely first."""
    path = unquote(urlsplit(url).path)
    base = unquote(urls.base)
    bare = [path.removeprefix(base)] if path.startswith(base) else []
    found = []
    for each in (*bare, path.lstrip("/")):
        output = output_at(each)
        found += [output] if output != each else [each, f"{each}/index.html"]
    return found


COMMAND = Command(example="/tags/oil/", add_options=_add_options, run=_run)
