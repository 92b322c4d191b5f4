"""Begins things: a new site, a new article in it. Writes only what is not there yet."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path

from broadsheet import __version__
from broadsheet.problems import Problem, Problems
from broadsheet.settings import Settings, zone
from broadsheet.urls import slug

_FIELDS = ("id", "title", "author", "dateline", "date", "section", "tags", "summary")

_SITE = """\
title = "The Example Courier"
url = "https://example.org/"
language = "en"
timezone = "UTC"
tagline = "News from where we live"

[sections]
news = "News"
culture = "Culture"
"""

_BUILD = '''\
#!/usr/bin/env python3
"""The command of this site: build, new, explain, clean … It only calls the package."""

import sys

from broadsheet.cli import main

if __name__ == "__main__":
    sys.exit(main())
'''

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

WORKFLOW = ".github/workflows/publish.yml"
_REQUIRED = """\
# What the site is built with. Another version may make other pages: change it when you want that.
{requirement}
"""
_HERE_ONLY = """\
# What stands here is on this machine only. Before another one builds the site, put a wheel into the site,
#   python -m pip wheel --no-deps --wheel-dir vendor {source}
# and write its path in place of the line below: ./vendor/{wheel}
"""
_IGNORED = "/public/\n/.broadsheet/\n/.*.staging/\n/.venv/\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """What is known of an article before it is written; but for the title, all may be empty."""

    title: str
    authors: tuple[str, ...] = ()
    dateline: str = ""
    section: str = ""
    tags: tuple[str, ...] = ()


def init(folder: Path, now: dt.datetime) -> None:
    """Write a new site into ``folder``: settings, layouts, static files, and one article dated ``now``.

    With them comes the workflow that publishes it on GitHub Pages, and what that installs. Raises
    ``Problems`` when the folder has anything in it.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        hint = "Name a folder that is not there yet, or an empty one."
        raise Problems([Problem(path=str(folder), message="is there already", hint=hint)])
    written = {
        "site.toml": _SITE,
        "build.py": _BUILD,
        ".gitignore": _IGNORED,
        "requirements.txt": _requirements(),
        WORKFLOW: (_starter() / WORKFLOW).read_text(encoding="utf-8"),
        f"content/{now:%Y/%m}/first-page.md": _ARTICLE.format(date=f"{now:%Y-%m-%d}"),
    }
    for path, text in written.items():
        _write(folder / path, text)
    for name in ("layouts", "static"):
        shutil.copytree(_starter() / name, folder / name)


def new_article(site: Path, settings: Settings, article: Assignment, now: dt.datetime) -> str:
    """Write the file of a new article and return its path, relative to the site's folder.

    It is dated ``now`` in the site's zone and has every field that an author fills in, under the names
    that the site's front matter uses. Raises ``Problems`` when there is such a file already.
    """
    local = now.astimezone(zone(settings.timezone)).replace(microsecond=0)
    name = slug(article.title)
    path = f"{settings.content_folder}/{local:%Y/%m}/{name}.md"
    given = {
        "id": f"{local:%Y%m%d}-{name}",
        "title": _quoted(article.title),
        "author": _quoted(*article.authors),
        "dateline": _quoted(article.dateline),
        "date": local.isoformat(),
        "section": _quoted(article.section),
        "tags": f"[{', '.join(map(_quoted, article.tags))}]",
    }
    keys = {field: settings.front_matter.get(field, (field,)) for field in _FIELDS}
    rows = [f"{keys[field][0]}: {given.get(field, '')}".rstrip() for field in _FIELDS if keys[field]]
    if (site / path).exists():
        hint = "Write on in that file, or choose another title."
        raise Problems([Problem(path=path, message="is there already", hint=hint)])
    _write(site / path, "\n".join(("---", *rows, "---", "", "")))
    return path


def _quoted(*texts: str) -> str:
    """Return texts as YAML: nothing for none, one in quotes, several as a list."""
    quoted = [json.dumps(text, ensure_ascii=False) for text in texts if text]
    return f"[{', '.join(quoted)}]" if len(quoted) > 1 else "".join(quoted)


def _requirements() -> str:
    """Return the text of requirements.txt, which installs the package that is running."""
    source = _source()
    requirement = f"broadsheet @ {source}" if source else f"broadsheet=={__version__}"
    if source and source.startswith("file:"):
        wheel = f"broadsheet-{__version__}-py3-none-any.whl"
        requirement = _HERE_ONLY.format(source=source, wheel=wheel) + requirement
    return _REQUIRED.format(requirement=requirement)


def _source() -> str | None:
    """Return the URL that the running package was installed from, with its commit or digest.

    None for a release from an index. How an installer records it:
    https://packaging.python.org/specifications/direct-url/
    """
    package = Path(__file__).parent
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


def _starter() -> Path:
    """Return the folder with the layouts and static files of a new site.

    An installed package carries them; in a checkout they are the repository's own.
    """
    package = Path(__file__).parent
    packed = package / "starter"
    return packed if packed.is_dir() else package.parent


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8", newline="\n")
