"""``init``: begins a new site in a folder that is empty or not there yet."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import shutil
from importlib.metadata import distributions
from pathlib import Path

from broadsheet import __version__
from broadsheet.commands.terminal.parser import Command
from broadsheet.commands.terminal.printer import say
from broadsheet.common.problems import Problem, Problems

WORKFLOW = ".github/workflows/publish.yml"

_SITE = """\
title = "The Example Courier"
url = "https://example.org/"
authority = "example.org"  # in the ids of feeds: a domain that is yours, which then never changes
language = "en"
timezone = "UTC"
tagline = "News from where we live"

[sections]
news = "News"
culture = "Culture"
"""

_ARTICLE = """\
---
title: The first page of a long story
author: The Editors
dateline: Here
date: {date}
section: News
tags: [Archive]
summary: This paper has an archive from today on.
---

This is the first article of the archive. It is one Markdown file under `content/`; the lines between
the dashes say who wrote it, where, and when. Change it, or write the next one beside it, and build
the site again.
"""

_REQUIREMENTS = """\
# What the site is built with. Another version may make other pages: change it when you want that.
{requirement}
"""
_LOCAL_ONLY = """\
# What stands here is on this machine only. Before another one builds the site, put a wheel into the site,
#   python -m pip wheel --no-deps --wheel-dir vendor {source}
# and write its path in place of the line below: ./vendor/{wheel}
"""
_GITIGNORE = "/public/\n/.broadsheet/\n/.*.staging/\n/.venv/\n"


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder", metavar="FOLDER", type=Path, help="a folder that is not there yet, or empty"
    )


def _run(options: argparse.Namespace) -> int:
    create_site(options.folder, dt.datetime.now(dt.UTC))
    say(f"A new site stands in {options.folder}. Build it: broadsheet build --site {options.folder}")
    return 0


def create_site(folder: Path, now: dt.datetime) -> None:
    """Write a new site into ``folder``: settings, layouts, static files, and one article dated ``now``.

    It also gets a workflow that publishes it on GitHub Pages, and the requirements that this installs. Raises
    ``Problems`` when the folder is not empty.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        hint = "Name a folder that is not there yet, or an empty one."
        raise Problems([Problem(path=str(folder), message="is there already", hint=hint)])
    starter = _starter_folder()
    texts = {
        "site.toml": _SITE,
        "build.py": (starter / "build.py").read_text(encoding="utf-8"),
        ".gitignore": _GITIGNORE,
        "requirements.txt": _format_requirements(),
        WORKFLOW: (starter / WORKFLOW).read_text(encoding="utf-8"),
        f"content/{now:%Y/%m}/first-page.md": _ARTICLE.format(date=f"{now:%Y-%m-%d}"),
    }
    for path, text in texts.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")
    for name in ("layouts", "static"):
        shutil.copytree(starter / name, folder / name)


def _format_requirements() -> str:
    """Return the text of requirements.txt, which installs the package that is running."""
    source = _find_source()
    requirement = f"broadsheet @ {source}" if source else f"broadsheet=={__version__}"
    if source and source.startswith("file:"):
        wheel = f"broadsheet-{__version__}-py3-none-any.whl"
        requirement = _LOCAL_ONLY.format(source=source, wheel=wheel) + requirement
    return _REQUIREMENTS.format(requirement=requirement)


def _find_source() -> str | None:
    """Return the URL that the running package was installed from, with its commit or digest.

    None for a release from an index. How an installer records it:
    https://packaging.python.org/specifications/direct-url/
    """
    package = Path(__file__).parents[1]
    found = (each for each in distributions(name="broadsheet") if each.locate_file("broadsheet") == package)
    installed = next(found, None)
    if installed is None:
        return package.parent.as_uri()  # a checkout
    recorded = installed.read_text("direct_url.json")
    if recorded is None:
        return None
    origin = json.loads(recorded)
    url, commit = origin["url"], origin.get("vcs_info")
    # A repository of this machine is no URL that a requirement may name: its folder is.
    if commit and not url.startswith("file:"):
        url = f"{commit['vcs']}+{url}@{commit['commit_id']}"
    parts = {
        "sha256": origin.get("archive_info", {}).get("hashes", {}).get("sha256"),
        "subdirectory": origin.get("subdirectory"),
    }
    fragment = "&".join(f"{name}={value}" for name, value in parts.items() if value)
    return f"{url}#{fragment}" if fragment else url


def _starter_folder() -> Path:
    """Return the folder that has the layouts, static files and workflow of a new site.

    An installed package carries them; in a checkout they are the repository's own.
    """
    package = Path(__file__).parents[1]
    packed = package / "starter"
    return packed if packed.is_dir() else package.parent


COMMAND = Command(example="courier", add_options=_add_options, run=_run)
