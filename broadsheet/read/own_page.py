"""A Markdown file about the site itself to one ``OwnPage``, or all of its problems at once.

Such a file is below content/pages/ and is not an article: it has neither a date nor an author, and stands in
no listing, feed, data file or search. Its address follows from its place: content/pages/legal/privacy.md is
/legal/privacy/.
"""

from __future__ import annotations

from functools import lru_cache

from broadsheet.common import urls
from broadsheet.common.model import OwnPage
from broadsheet.common.problems import Problem, Problems
from broadsheet.common.slugs import keep_slug, slugify
from broadsheet.read import front_matter
from broadsheet.read.field_reader import FieldReader, FieldSchema, is_written
from broadsheet.read.front_matter import Field
from broadsheet.read.typography import set_text
from broadsheet.read.values.choices import read_draft, read_language
from broadsheet.read.values.paths import read_aliases, read_permalink, read_slug
from broadsheet.read.values.pictures import read_picture
from broadsheet.settings.fields import FIELDS, NO, OWN_PAGE_FIELDS, WITHHOLDING, fold_name
from broadsheet.settings.model import ReadSettings, Settings, read_settings

_MOST = 9999


def is_own_page(path: str, settings: Settings | ReadSettings) -> bool:
    """Return whether a Markdown file is a page of the site's own, to judge by where it lies."""
    return bool(settings.content_pages) and path.startswith(f"{_find_folder(settings)}/")


def read(path: str, content: bytes, settings: Settings) -> OwnPage:
    """Return the page in ``content``, the file at ``path``. Raises ``Problems`` with all that is wrong."""
    settings_used = read_settings(settings)
    document = front_matter.split(path, content)
    fields = FieldReader(path, document, _schema(settings_used), settings_used)
    language = read_language(fields)
    body = fields.render_body(language)
    _refuse_fields_of_articles(fields)
    fields.check_required()
    summary = set_text(fields.read_text("summary"), language)
    translations = fields.read_text("translations")
    output = read_permalink(fields) or _make_output(fields)
    _check_length(fields, output)
    in_menu, menu = _read_menu(fields)
    page = OwnPage(
        path=path,
        output=output,
        title=set_text(fields.read_text("title"), language),
        summary=summary or body.opening,
        made_summary=not summary,
        picture=read_picture(fields, language),
        in_menu=in_menu,
        menu=menu,
        draft=read_draft(fields),
        language=language,
        translations=slugify(translations) if translations else "",
        aliases=tuple(alias for alias in read_aliases(fields) if alias != output),
        extra=fields.read_extra(),
        body=body.html,
        links=(*fields.links, *body.links),
        findings=(*fields.findings, *body.findings),
    )
    if not (page.body or page.picture or page.draft):
        hint = "Write it below the front matter."
        line = document.body_line - 1
        fields.problems.append(Problem(path=path, line=line, message="the page has no text", hint=hint))
    if fields.problems:
        raise Problems(fields.problems)
    return page


@lru_cache(maxsize=8)
def _schema(settings: ReadSettings) -> FieldSchema:
    renamed = dict(settings.front_matter)
    keys = {name: renamed.get(name, (name,)) for name in OWN_PAGE_FIELDS}
    return FieldSchema(
        keys=keys,
        known_keys=frozenset(key for theirs in keys.values() for key in theirs),
        extra_keys=frozenset(settings.front_matter_extra),
        required=("title",),
        needed=("title",),
    )


def _find_folder(settings: Settings | ReadSettings) -> str:
    return f"{settings.content_folder}/{settings.content_pages}"


def _make_output(fields: FieldReader) -> str:
    """Return the path of the output that follows from the file's place, and its slug if it has one."""
    make = keep_slug if fields.settings.permalinks_slugs == "file" else slugify
    *folders, file = fields.path.removeprefix(f"{_find_folder(fields.settings)}/").split("/")
    steps, name, slug = [make(each) for each in folders], file.rpartition(".")[0] or file, read_slug(fields)
    if name.casefold() != "index":
        steps.append(slug or make(name))
    elif slug and steps:
        steps[-1] = slug
    return "/".join((*steps, "index.html"))


def _read_menu(fields: FieldReader) -> tuple[bool, int]:
    """Return whether other pages lead to this one, and its place in their menu; 0 for none."""
    field = fields.chosen.get("menu")
    if field is None:
        return True, 0
    before = len(fields.problems)
    written = fields.read_value(field.name, field.value, name=True).casefold()
    if written in NO - {"0"}:
        return False, 0
    if written.isascii() and written.isdecimal() and 0 < int(written[:9]) <= _MOST:
        return True, int(written)
    if len(fields.problems) == before:
        message = f"{field.name}: {written} is neither a number from 1 to {_MOST} nor no"
        fields.add_problem(field.value, message, f"Write {field.name}: 1, or {field.name}: no.")
    return True, 0


def _refuse_fields_of_articles(fields: FieldReader) -> None:
    """Add a problem for each field that only articles have: an article here would not be one."""
    renamed = dict(fields.settings.front_matter)
    of_articles = {key for name in FIELDS for key in renamed.get(name, (name,))} - fields.schema.known_keys
    for name, field in fields.by_key.items():
        refused = name in of_articles or WITHHOLDING.get(fold_name(name)) in {"date", "expires"}
        if refused and name not in fields.schema.extra_keys and is_written(field.value):
            _refuse(fields, field)


def _refuse(fields: FieldReader, field: Field) -> None:
    settings = fields.settings
    message = (
        f"a page of the site's own has no {field.name}, and every file below {_find_folder(settings)}/ is one"
    )
    hint = "Leave it out. If it is an article, move it elsewhere; or let none be such pages:"
    fields.add_problem(field, message, f'{hint} [content] pages = "" in site.toml.')


def _check_length(fields: FieldReader, output: str) -> None:
    if urls.is_too_long(output):
        message = "the page's address is too long for the name of a file"
        source = fields.document.rows[0]
        problem = Problem(
            path=fields.path, line=1, message=message, hint="Give it a shorter name.", source=source
        )
        fields.problems.append(problem)
