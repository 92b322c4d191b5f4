"""Everything is documented, and nothing is documented that is not there.

What there is comes from the code: the parser of the command line, the settings, the fields, the nouns of
layouts, the kinds of outputs. What is documented comes from the tables, headings and examples of the
documents, so a row that is missing or one too many fails a test, and so does an example that does not
work.
"""

from __future__ import annotations

import argparse
import html
import inspect
import re
import shlex
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import jinja2
import pytest

from broadsheet.build.site_folder import load_settings
from broadsheet.commands.terminal.parser import create_parser, get_output
from broadsheet.common import date_format, model
from broadsheet.common.model import NAMED_KINDS
from broadsheet.common.urls import FACET_FOLDERS, PLACEHOLDERS
from broadsheet.read import article
from broadsheet.render import views, words
from broadsheet.render.formats import maps
from broadsheet.render.outputs import KINDS
from broadsheet.render.template_api import Archive, Site
from broadsheet.render.templates.checks import check
from broadsheet.render.templates.environment import create_template_parser
from broadsheet.render.templates.names import FOLDER, GLOBALS, LAYOUTS
from broadsheet.render.view_builder.downloads import MEDIA_TYPES
from broadsheet.settings import reader
from broadsheet.settings.fields import ARTICLE_FIELDS, HELD_BACK, NO, PUBLISHED, WITHHOLDING, YES, fold_name
from broadsheet.settings.model import POLICIES, Publisher
from tests.pictures import png
from tests.sites import ROOT, SETTINGS, write_site

DOCUMENTS = tuple(
    sorted(file.relative_to(ROOT).as_posix() for file in (*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")))
)
# What feeds are made of; no layout gets it.
_OF_WORDS = "docs/languages.md"
_NOT_FOR_LAYOUTS = {views.Feed}
_NOUNS = {
    noun.__name__: noun
    for noun in (
        *(*vars(views).values(), maps.Map, maps.Spot, Publisher),
        *(model.Coordinates, model.Correction, model.Retraction, model.Source),
    )
    if inspect.isclass(noun) and is_dataclass(noun) and noun not in _NOT_FOR_LAYOUTS
}
# A site with one fault for each message that docs/authors.md explains.
_BROKEN = """
=== site.toml
title = "The Example Courier"
url = "https://example.org/"
language = "en"
timezone = "Europe/Berlin"
=== content/footnotes.md
---
title: Footnotes
author: Ana Ruiz
dateline: Baku
date: 2022-11-04
---
One[^1] and another[^2]. ![x](/b.jpg “Caption”){: credit=Two Words }

[^1]: It.
[^1]: It again.
[^3]: It alone.
=== content/quotes.md
---
title: Flood: the morning after
author: Ana Ruiz
source: {name: The Gazette, London}
tags:
  Oil
  Gas
summary: …
dateline: Baku
date: 2022-11-05
---
=== content/empty.md
---
title: Empty
author: Ana Ruiz
dateline: Baku
date: 2022-11-04
---
=== content/conflict.md
---
title: Two
<<<<<<< HEAD
date: 2022-11-04
=======
date: 2022-11-05
>>>>>>> main
---
=== content/hash.md
---
title: We're #1 again
author:
autor: Ana Ruiz
embargo: 2031-01-01
tags: Oil, Gas
date: 2022-02-30
date: 2022-02-30
---
=== content/skipped.md
---
title: A
author: *ana
dateline: &baku Baku
date: 2015-03-29 02:30
image: https://example.com/a.jpg
summary: !now
---
=== content/shown.md
---
title: A
author: Ana Ruiz
dateline: Baku
date: 2015-10-25 02:30
---
[one](www.example.org) and [two](../README.md) and <style>

<select><script>three</select></script> four
=== content/dead.md
---
title: A
author: Ana Ruiz
dateline: Baku
date: 2022-11-05
---
[one](), [two](https:/example.org), [three](ftp://example.org/a), ![four](C:/a.gif), ![five](data:image/png,A)

<video src="a.mp4" poster="https://example.com/a.png"></video> <embed src="a.swf">
=== content/active.md
---
title: A
author: Ana Ruiz
dateline: Baku
date: 2022-11-05
---
[page](page.html)
=== content/page.html
<p>Words.</p>
=== content/links.md
---
id: one
title: A
author: Ana Ruiz
dateline: Baku
date: 2022-11-05
updated: 2031-11-05
slug: same
---
[one](nothing.md) and [two](draft.md) and [three](later.md)
=== content/tags.md
---
title: A
author: Ana Ruiz
dateline: Baku
date: 2022-11-05
tags: [C, C++]
---
Words.
=== content/focus.md
---
title: A
author: Ana Ruiz
dateline: Baku
date: 2022-11-05
image: {file: a.jpg, focus: the face}
focus: 30% 60%
---
=== content/outside.md
---
title: A
author: Ana Ruiz
dateline: Baku
date: 2022-11-05
image: {file: a.jpg, focus: 130% 60%}
---
=== content/pictures.md
---
title: A
author: Ana Ruiz
dateline: Baku
date: 2022-11-05
slug: pictures
---
![one](a.heic) ![two](cut.png) ![three](empty.png) ![four](page.png) ![five](flat.png) ![six](large.png)
=== content/draft.md
---
title: A
author: Ana Ruiz
dateline: Baku
date: 2022-11-05
draft: yes
---
=== content/later.md
---
title: A
author: Ana Ruiz
dateline: Baku
date: 2031-11-05
---
Words.
=== content/same.md
---
id: one
title: A
author: Ana Ruiz
dateline: Baku
date: 2022-11-05
slug: same
---
Words.
=== content/bare.md
Words.
=== content/open.md
---
title: A
=== content/tab.md
---
image:
\tfile: a.jpg
---
"""
_FIRST = "title: Words\nauthor: Ana Ruiz\ndateline: Baku\ndate: 2022-11-05\n"


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_document_begins_with_its_title(document: str) -> None:
    assert re.match(r"# \S", _text(document))


def test_each_command_and_each_of_its_options_is_in_running() -> None:
    section = _section("docs/running.md", "## Commands", level=2)
    documented = {name: _first_cells(text) for name, text in _by_heading(section, level=3).items()}
    assert documented == {name: sorted(_options(parser)) for name, parser in _commands().items()}


def test_each_default_of_an_option_is_the_one_that_is_documented() -> None:
    text = _section("docs/running.md", "### `build`", level=3)
    documented = {cells[0]: cells[-1] for cells in _rows(text)}
    site, output = documented["`--site DIR`"], documented["`--output DIR`"]
    options = _commands()["build"].parse_args([])
    assert (site, options.site) == ("the current folder", Path())
    assert (output, get_output(options)) == ("`public` in the site's folder", Path("public"))


def test_each_setting_is_in_settings_with_its_default() -> None:
    documented = {}
    for title, text in _by_heading(_text("docs/settings.md"), level=2).items():
        table = title.strip("[]")
        for setting, _, default, _ in (cells for cells in _rows(text) if len(cells) == 4):
            for name in re.findall(r"`(\w+)`", setting) if re.fullmatch(r"`\w+`(, `\w+`)*", setting) else ():
                documented[f"{table}_{name}" if title.startswith("[") else name] = default
    defaults = _defaults()
    assert sorted(documented) == sorted(defaults)
    assert {name: _default(cell) for name, cell in documented.items()} == defaults


def test_each_field_of_an_article_is_in_authors_with_an_example() -> None:
    section = _section("docs/authors.md", "## The fields", level=2)
    documented = _by_heading(section, level=3)
    assert sorted(documented) == sorted(ARTICLE_FIELDS)
    without = [
        name for name, text in documented.items() if not re.search(rf"```yaml\n(.*\n)*{name}: ?", text)
    ]
    assert without == []


def test_each_layout_is_documented_with_what_it_gets() -> None:
    section = _section("docs/layouts.md", "## Which layout makes which page", level=2)
    documented = {cells[0].strip("`"): tuple(re.findall(r"^`(\w+)`", cells[1])) for cells in _rows(section)}
    assert documented == dict(LAYOUTS)


def test_each_global_is_documented() -> None:
    section = _section("docs/layouts.md", "## Globals", level=2).partition("\n### ")[0]
    names = (re.sub(r"\(.*", "", name) for name in _first_cells(section))
    assert sorted(names) == sorted(GLOBALS)


def _call(name: str, member: object) -> str:
    """Return how a method is called: ``latest(language)``; nothing else is one."""
    return f"{name}({', '.join([*inspect.signature(member).parameters][1:])})" if callable(member) else "_"


def test_each_attribute_of_the_site_is_documented() -> None:
    there = [
        name if isinstance(member, property) else _call(name, member) for name, member in vars(Site).items()
    ]
    there = [name for name in there if not name.startswith("_")]
    assert _first_cells(_section("docs/layouts.md", "### `site`", level=3)) == sorted(there)


def test_each_method_of_the_archive_is_documented_with_its_arguments() -> None:
    there = []
    for name, method in vars(Archive).items():
        if inspect.isfunction(method) and not name.startswith("_"):
            kinds = [
                each
                for each in inspect.signature(method).parameters.values()
                if each.kind != each.KEYWORD_ONLY
            ]
            there.append(f"{name}({', '.join(each.name for each in kinds[1:])})")
    assert _first_cells(_section("docs/layouts.md", "### `archive`", level=3)) == sorted(there)


def test_each_filter_of_our_own_is_documented() -> None:
    environment = create_template_parser()
    theirs = jinja2.Environment().filters  # noqa: S701 - nothing is rendered
    filters = {name: inspect.unwrap(function) for name, function in environment.filters.items()}
    own = [
        name for name, function in filters.items() if inspect.unwrap(theirs.get(name, len)) is not function
    ]
    text = _text("docs/layouts.md")
    assert _first_cells(_section("docs/layouts.md", "## Filters", level=2)) == sorted(own)
    assert [name for name in theirs if name not in environment.filters and f"`{name}`" not in text] == []


def test_each_noun_is_documented_with_its_attributes() -> None:
    section = _section("docs/layouts.md", "## Nouns", level=2)
    documented = {name: _first_cells(text) for name, text in _by_heading(section, level=3).items()}
    assert documented == {name: sorted(_attributes(noun)) for name, noun in _NOUNS.items()}


def test_each_download_is_described_by_its_name() -> None:
    section = _section("docs/layouts.md", "### Download", level=3)
    (row,) = re.findall(r"^\| `name` \| (.*) \|$", section, re.MULTILINE)
    assert set(re.findall(r"`(.+?)`", row)) == MEDIA_TYPES.keys()


def test_each_kind_of_output_has_its_row_and_its_bound_in_scaling() -> None:
    section = _section("docs/scaling.md", "## Each kind of output", level=2)
    rows = _rows(section)
    bounds = {cells[0].strip("`"): re.sub(r"\[([^\]]*)\]\([^)]*\)|[*`]", r"\1", cells[-1]) for cells in rows}
    assert sorted(bounds) == sorted(KINDS)
    assert [name for name, bound in bounds.items() if not bound.startswith(KINDS[name].bound)] == []
    assert [cells for cells in rows if not all(cells)] == []


def test_each_page_that_a_layout_may_be_told_of_is_documented() -> None:
    text = _section("docs/layouts.md", "### Page", level=3)
    row = next(cells[1] for cells in _rows(text) if cells[0] == "`kind`")
    assert set(re.findall(r"`(\w+)`", row)) == {kind.name for kind in KINDS.values() if kind.layout}


def test_each_placeholder_and_directive_that_is_documented_is_one() -> None:
    text = _text("docs/settings.md")
    shown = re.search(r"For showing: `(.*?)`, and without leading zero `(.*?)`", text)
    assert shown is not None
    named = [*shown[1].split(), *shown[2].split()]
    assert sorted(name.removeprefix("%") for name in named) == sorted(date_format.DIRECTIVES)
    placeholders = set(re.findall(r"`\{(\w+)\}`", text))
    assert placeholders == set(PLACEHOLDERS)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_relative_link_leads_to_a_file_and_its_anchor(document: str) -> None:
    lost = []
    for target in _links(document):
        path, _, fragment = target.partition("#")
        file = (ROOT / document).parent / unquote(path) if path else ROOT / document
        there = file.exists()
        if not there or (fragment and unquote(fragment) not in _anchors(file.read_text(encoding="utf-8"))):
            lost.append(target)
    assert lost == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_example_of_settings_is_read(document: str) -> None:
    for example in _examples(document, "toml") if document != _OF_WORDS else ():
        given = tomllib.loads(example)
        needed = [row for row in SETTINGS.splitlines() if row.partition(" =")[0] not in given]
        reader.read("\n".join((*needed, example)))


def test_every_example_of_the_words_of_a_language_is_right() -> None:
    english = {"words/en.toml": _text("layouts/words/en.toml")}
    for example in _examples(_OF_WORDS, "toml"):
        assert words.check({**english, "words/pt.toml": example}, FOLDER) == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_example_of_front_matter_is_read(document: str) -> None:
    for example in _examples(document, "yaml"):
        given = set(re.findall(r"^(\w+):", example, re.MULTILINE))
        needed = [row for row in _FIRST.splitlines() if row.partition(":")[0] not in given]
        _read("\n".join(("---", *needed, example, "---", "Words.")))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_example_of_an_article_is_read(document: str) -> None:
    for example in _examples(document, "markdown"):
        _read(example if example.startswith("---") else _article(example))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_example_of_a_layout_compiles_and_names_what_there_is(document: str) -> None:
    theme = dict.fromkeys(LAYOUTS, "")
    for example in _examples(document, "jinja"):
        assert check({**theme, "example.html": example}).problems == []
        assert list(_attributes_named(example)) == []


def test_what_stands_as_code_in_layouts_names_what_there_is() -> None:
    spans = re.findall(r"`([^`\n]+)`", _bare(_text("docs/layouts.md")))
    assert [
        name
        for span in spans
        if not re.search(r"\.(html|js|toml)\b", span)
        for name in _attributes_named(span)
    ] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_command_line_is_one_that_the_command_takes(document: str) -> None:
    for line in _command_lines(document):
        parts = shlex.split(line)
        if not parts or parts[0] not in _commands():
            parts.insert(0, "build")
        create_parser().parse_args(parts)  # it exits with a message when it does not


@pytest.mark.parametrize("document", [name for name in DOCUMENTS if name != "CHANGELOG.md"])
def test_no_command_needs_a_python_or_pip_of_that_name(document: str) -> None:
    # Debian has neither on the path, and a system's own Python lacks the libraries.
    alone = re.compile(r"(?:\w+=\S* )*(?:python|pip)3?(?:\.exe)? (?!-m venv )\S.*")
    assert list(filter(alone.fullmatch, _shell_lines(document))) == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_target_of_make_that_is_named_is_there(document: str) -> None:
    there = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    named = re.findall(r"(?:`|^)make ([a-z]+)", _text(document), re.MULTILINE)
    assert [name for name in named if name not in there] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_no_line_waits_to_be_written(document: str) -> None:
    assert re.findall(r"TODO|TBD|FIXME|@[A-Z0-9]+@|<!--", _text(document)) == []


def test_nobody_reads_a_word_that_another_has_replaced() -> None:
    """See ``old_names`` for commands and options, which answer to theirs for one release."""
    words = r"\bmend(?:s|ed|ing)?\b|\bdrafts too\b|(?<!`)`due`|build\.py due\b"
    replaced = re.compile(words, re.IGNORECASE)
    modules = (file.relative_to(ROOT).as_posix() for file in (ROOT / "broadsheet").rglob("*.py"))
    found = {path: replaced.findall(_text(path)) for path in ("Makefile", *modules, *DOCUMENTS)}
    # The line that says so.
    assert {path: words for path, words in found.items() if words} == {"CHANGELOG.md": ["`due`"]}


def test_every_form_of_a_date_that_is_documented_is_read() -> None:
    forms = _first_cells(_section("docs/authors.md", "## Dates", level=2))
    assert len(forms) > 10
    for form in forms:
        written = f"2022-11-05 09:14 {form}" if form.startswith("+") else form
        article = _read(_article("Words.", date=written))
        assert article.day.isoformat() in {"2022-11-05", "2022-01-05"}, form


def test_every_message_that_is_explained_is_one_that_is_printed(tmp_path: Path) -> None:
    site = write_site(tmp_path, _BROKEN)
    site.write("content/latin.md", _article("Words.").encode() + b"caf\xe9")
    pictures = {
        "a.heic": b"\0\0\0\x0cftypheic",
        "cut.png": png(1, 1)[:-1],
        "empty.png": b"",
        "page.png": b"<p>",
    }
    pictures |= {"flat.png": png(0, 1), "large.png": png(10_000, 8_000, broken=True)}
    for name, content in pictures.items():
        site.write(f"content/{name}", content)
    run = site.build("--as-of", "2026-11-05", "--jobs", "1")
    assert run.status == 1
    explained = _section("docs/authors.md", "## Problems, and what to do about them", level=2)
    messages = [words for cells in _rows(explained) for words in re.findall(r"`([^`]+)`", cells[0])]
    printed = [words for words in messages if re.search(re.escape(words).replace("…", ".+"), run.stderr)]
    assert (printed, len(printed) > 15) == (messages, True)


def test_each_field_that_may_hold_an_article_back_is_named_with_its_words() -> None:
    named = set(re.findall(r"`([A-Za-z_]+)`", _section("docs/settings.md", "## `[front_matter]`", level=2)))
    assert sorted(WITHHOLDING.keys() - set(map(fold_name, named))) == []
    assert sorted((HELD_BACK | PUBLISHED) - YES - NO - named) == []


def _text(document: str) -> str:
    return (ROOT / document).read_text(encoding="utf-8")


def _bare(text: str) -> str:
    """Return a document without its blocks of code."""
    return re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)


def _section(document: str, heading: str, *, level: int) -> str:
    """Return what stands below a heading, up to the next of its level or of a higher one."""
    _, found, rest = f"\n{_text(document)}".partition(f"\n{heading}\n")
    assert found, f"{document} has no heading {heading}"
    return re.split(rf"^#{{1,{level}}} ", rest, maxsplit=1, flags=re.MULTILINE)[0]


def _by_heading(text: str, *, level: int) -> dict[str, str]:
    """Return the parts of a text by the heading above each, which loses its backquotes."""
    parts = re.split(rf"^#{{{level}}} (.*)$", text, flags=re.MULTILINE)
    return {parts[at].strip("`"): parts[at + 1] for at in range(1, len(parts), 2)}


def _rows(text: str) -> list[list[str]]:
    """Return the cells of the tables of a text, without their heads."""
    tables = re.findall(r"^\|.*\|\n\|[-|: ]+\|\n((?:\|.*\|\n?)*)", _bare(text), re.MULTILINE)
    return [
        [cell.strip() for cell in re.split(r"(?<!\\)\|", row.strip()[1:-1])]
        for table in tables
        for row in table.splitlines()
    ]


def _first_cells(text: str) -> list[str]:
    """Return, in order, what stands as code in the first cells of tables."""
    return sorted(name for cells in _rows(text) for name in re.findall(r"`([^`]+)`", cells[0]))


def _examples(document: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", _text(document), re.MULTILINE | re.DOTALL)


def _commands() -> Mapping[str, argparse.ArgumentParser]:
    actions = create_parser()._actions  # noqa: SLF001 - argparse tells its commands nowhere else
    choices = next(action.choices for action in actions if isinstance(action, argparse._SubParsersAction))  # noqa: SLF001
    return dict(choices or {})


def _options(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in parser._actions:  # noqa: SLF001 - as above
        if action.dest != "help":
            yield " ".join([*action.option_strings[-1:], *([str(action.metavar)] if action.metavar else [])])


def _defaults() -> dict[str, object]:
    """Return each setting, named after its table and key, with its default; see ``Settings``."""
    given = tomllib.loads(SETTINGS)
    read = reader.read(SETTINGS)
    defaults = {each.name: getattr(read, each.name) for each in fields(read)}
    publisher = defaults.pop("publisher")
    assert publisher.policies == ()
    names = ("name", "url", "logo", *POLICIES)
    defaults |= {f"publisher_{name}": getattr(publisher, name, "") for name in names}
    defaults |= dict.fromkeys(given, "required")
    assert defaults.pop("written_url") == given["url"]
    assert defaults["authority"] == urlsplit(given["url"]).hostname
    defaults["authority"] = "the host of `url`"
    assert defaults["search_languages"] == (given["language"],)
    defaults["search_languages"] = "the site's language"
    assert (defaults.pop("front_matter"), defaults.pop("names").keys()) == ({}, set(NAMED_KINDS))
    assert set(map(len, defaults.pop("spellings").values())) == {0}
    assert (defaults.pop("redirects"), defaults.pop("gone"), defaults.pop("translations")) == ({}, {}, {})
    return defaults | {FACET_FOLDERS[kind]: "none" for kind in NAMED_KINDS}


def _default(cell: str) -> object:
    if not cell.startswith("`"):
        return cell
    value = tomllib.loads(f"value = {cell.strip('`')}")["value"]
    return tuple(value) if isinstance(value, list | dict) else value


def _attributes(noun: type) -> list[str]:
    return [each.name for each in fields(noun)]


def _attributes_named(example: str) -> Iterator[str]:
    """Yield the attributes that an example takes of a noun or a global that has none of that name."""
    known: dict[str, list[str]] = {
        "site": [name for name in vars(Site) if not name.startswith("_")],
        "archive": [name for name in vars(Archive) if not name.startswith("_")],
        "page": _attributes(views.Page),
        "article": _attributes(views.Article),
        "teaser": _attributes(views.Teaser),
        "section": _attributes(views.Facet),
        "around": _attributes(views.Around),
        "related": _attributes(views.Related),
    }
    for owner, name in re.findall(r"(?<![\w.])(\w+)\.(\w+)", example):
        if owner in known and name not in known[owner]:
            yield f"{owner}.{name}"


def _links(document: str) -> list[str]:
    """Return the relative targets of the links and pictures of a document."""
    text = re.sub(r"`[^`\n]*`", "", _bare(_text(document)))
    targets = re.findall(r"\]\(([^()\s]+)\)", text)
    return [target for target in targets if not urlsplit(target).scheme]


def _anchors(text: str) -> set[str]:
    """Return the anchors of the headings of a document, as GitHub makes them."""
    anchors: set[str] = set()
    for heading in re.findall(r"^#{1,6} (.*)$", _bare(text), re.MULTILINE):
        plain = html.unescape(re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)).lower()
        kept = "".join(char for char in plain if char in " -_" or unicodedata.category(char)[0] in "LMN")
        made = wanted = kept.strip().replace(" ", "-")
        number = 0
        while made in anchors:
            number += 1
            made = f"{wanted}-{number}"
        anchors.add(made)
    return anchors


def _shell_lines(document: str) -> list[str]:
    """Return every line of the examples for a shell, and all that stands between backticks."""
    text = _text(document)
    blocks = [*_examples(document, "console"), *_examples(document, "sh"), *_examples(document, "powershell")]
    return [row for block in blocks for row in block.splitlines()] + re.findall(r"`([^`\n]+)`", _bare(text))


def _command_lines(document: str) -> list[str]:
    """Return what stands behind ``build.py`` or ``broadsheet`` wherever a command line is shown."""
    command = re.compile(r"(?:\S*python3? )?(?:build\.py|broadsheet)((?: .*)?)")
    found = map(command.fullmatch, _shell_lines(document))
    return [re.split(" [#>] ", match[1])[0] for match in found if match]


def _article(body: str, *, date: str = "2022-11-05") -> str:
    return f"---\n{_FIRST.replace('2022-11-05', date)}---\n\n{body}\n"


def _read(text: str) -> model.Article:
    return article.read("content/2022/11/example.md", text.encode(), load_settings(ROOT))
