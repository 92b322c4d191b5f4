"""``new``: begins a new article, or a page of the site's own.

Of an article it asks in a terminal for what its options leave out.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from broadsheet.build.site_folder import SETTINGS, load_settings
from broadsheet.commands.terminal.interview import NewArticle, interview
from broadsheet.commands.terminal.parser import Command, add_site_option
from broadsheet.commands.terminal.printer import ask, say
from broadsheet.common import files
from broadsheet.common.model import FacetKind
from broadsheet.common.problems import Problem, Problems
from broadsheet.common.slugs import slugify
from broadsheet.read.values.names import split_names
from broadsheet.settings import date_parsing
from broadsheet.settings.date_parsing import DateError
from broadsheet.settings.fields import fold_name
from broadsheet.settings.model import Settings
from broadsheet.settings.zones import load_zone

_OF_PAGE = ("title", "summary", "menu", "draft")
_FIELDS = ("id", "title", "author", "dateline", "date", "section", "tags", "summary", "draft")
# Fields of other generators that say with a word whether an article is held back.
_STATES = frozenset(("status", "visibility"))


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("title", metavar="TITLE", nargs="?", help="the headline")
    add_site_option(parser)
    parser.set_defaults(fail=parser.error)
    parser.add_argument(
        "--author", metavar="NAME", action="append", default=[], help="who writes it; or several"
    )
    parser.add_argument("--dateline", metavar="PLACE", default="", help="where it is filed from")
    parser.add_argument("--section", metavar="NAME", default="", help="its section")
    parser.add_argument("--tag", metavar="NAME", action="append", default=[], help="a tag; or several")
    parser.add_argument(
        "--publish", action="store_true", help="write no draft: the next build publishes the article"
    )
    parser.add_argument(
        "--page", action="store_true", help='begin a page of the site\'s own instead, such as "About us"'
    )


def _run(options: argparse.Namespace) -> int:
    settings = load_settings(options.site)
    if options.page:
        say(_create_page(options, settings))
        return 0
    article = NewArticle(
        title=" ".join((options.title or "").split()),
        authors=_split(options.author, "author"),
        dateline=options.dateline,
        section=options.section,
        tags=_split(options.tag, "tag"),
        draft=not options.publish,
    )
    if sys.stdin.isatty() and sys.stdout.isatty():
        try:
            article = interview(article, options.site, settings, ask)
        except (EOFError, KeyboardInterrupt):
            say("")  # what is printed next belongs on a line of its own, not behind the prompt
            raise KeyboardInterrupt from None
    elif not article.title:
        options.fail("the title is missing, and there is no terminal to ask for it in")
    say(create_article(options.site, settings, article, dt.datetime.now(dt.UTC)))
    return 0


def create_article(site: Path, settings: Settings, article: NewArticle, now: dt.datetime) -> str:
    """Write the file of a new article and return its path, relative to the site's folder.

    It is dated ``now`` in the site's zone and has every field that an author fills in, under the names that
    the site's front matter uses, and for a draft the one that says so. Raises ``Problems`` when there is such
    a file already, or its folder is a link that leads out of the site.
    """
    local = now.astimezone(load_zone(settings.timezone)).replace(microsecond=0)
    # A title without letters and digits makes no name that anyone would recognize.
    name = slugify(article.title) if any(map(str.isalnum, article.title)) else f"article-{local:%d-%H%M}"
    path = f"{settings.content_folder}/{local:%Y/%m}/{name}.md"
    values = {
        "id": f"{local:%Y%m%d}-{name}",
        "title": _quote(article.title),
        "author": _quote(*article.authors),
        "dateline": _quote(article.dateline),
        "date": _format_date(local, settings),
        "section": _quote(article.section),
        "tags": f"[{', '.join(map(_quote, article.tags))}]",
    }
    keys = {field: settings.front_matter.get(field, (field,)) for field in _FIELDS}
    if not article.draft:
        keys["draft"] = ()
    elif keys["draft"]:
        values["draft"] = "draft" if fold_name(keys["draft"][0]) in _STATES else "true"
    rows = [f"{keys[field][0]}: {values.get(field, '')}".rstrip() for field in _FIELDS if keys[field]]
    _write(site, path, rows)
    return path


def _create_page(options: argparse.Namespace, settings: Settings) -> str:
    """Write the file of a new page of the site's own and return its path; fails without a title.

    Raises ``Problems`` when there is such a file already, or the site has no such pages.
    """
    title = " ".join((options.title or "").split())
    if not title:
        options.fail("the title is missing")
    for name in ("author", "dateline", "section", "tag"):
        if getattr(options, name):
            options.fail(f"a page of the site's own has no {name}")
    if not settings.content_pages:
        hint = 'Say below which folder they are: [content] pages = "pages"'
        message = "[content] pages is empty, so the site has no pages of its own"
        raise Problems([Problem(path=SETTINGS, message=message, hint=hint)])
    path = f"{settings.content_folder}/{settings.content_pages}/{slugify(title)}.md"
    values = {"title": _quote(title), "draft": "true"}
    keys = {field: settings.front_matter.get(field, (field,)) for field in _OF_PAGE}
    if options.publish:
        keys["draft"] = ()
    _write(
        options.site,
        path,
        [f"{keys[each][0]}: {values.get(each, '')}".rstrip() for each in _OF_PAGE if keys[each]],
    )
    return path


def _write(site: Path, path: str, rows: Sequence[str]) -> None:
    """Write a file with the lines of front matter, and nothing below; raises ``Problems`` if it is there."""
    file = site / path
    files.check_link(site, path)
    if file.exists():
        hint = "Write on in that file, or choose another title."
        raise Problems([Problem(path=path, message="is there already", hint=hint)])
    file.parent.mkdir(parents=True, exist_ok=True)
    # Whole or not at all, and hidden from a build until it is whole.
    part = file.with_name(f".{file.name}.part")
    try:
        part.write_text("\n".join(("---", *rows, "---", "", "")), encoding="utf-8", newline="\n")
        part.replace(file)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _split(names: Sequence[str], kind: FacetKind) -> tuple[str, ...]:
    """Return names of which each may be several: ``Ana Ruiz and Li Wei``, ``Bridge, Harbour``."""
    return tuple(dict.fromkeys(each for name in names for each in split_names(name, kind)))


def _format_date(local: dt.datetime, settings: Settings) -> str:
    """Return a date as documents write it, 2022-11-05 09:14; with its offset if two moments are called so."""
    written = f"{local:%Y-%m-%d %H:%M}"
    try:
        date_parsing.parse(written, load_zone(settings.timezone), (), settings.language)
    except DateError:
        return f"{written} {local:%z}"
    return written


def _quote(*texts: str) -> str:
    """Return texts as YAML: nothing for none, one in quotes, several as a list."""
    quoted = [json.dumps(text, ensure_ascii=False) for text in texts if text]
    return f"[{', '.join(quoted)}]" if len(quoted) > 1 else "".join(quoted)


COMMAND = Command(example='"Harbour bridge opens"', add_options=_add_options, run=_run)
