"""One content file to one ``Article``, or all of its problems at once.

``read`` is a function of the file's path, its bytes and the few settings in ``ReadSettings``, and of
nothing else: it opens no file, knows no other article and never asks for the time. Whether a picture or
the target of a link exists is checked by the archive.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import replace
from functools import lru_cache

from broadsheet.common import urls
from broadsheet.common.languages import find_prefix
from broadsheet.common.model import Article
from broadsheet.common.problems import Problem, Problems
from broadsheet.common.slugs import path_key, slugify
from broadsheet.read import front_matter
from broadsheet.read.field_reader import FieldReader, FieldSchema
from broadsheet.read.markdown import RenderedBody
from broadsheet.read.search_words import contribution
from broadsheet.read.typography import set_text
from broadsheet.read.values.choices import make_language_facet, read_draft, read_genre, read_language
from broadsheet.read.values.dates import read_expires, read_published, read_updated
from broadsheet.read.values.names import read_facet, read_facets
from broadsheet.read.values.notes import read_corrections, read_retraction
from broadsheet.read.values.paths import (
    find_section,
    parse_file_name,
    read_aliases,
    read_permalink,
    read_slug,
    refuse_false_date,
)
from broadsheet.read.values.pictures import read_picture
from broadsheet.read.values.sources import read_source
from broadsheet.settings.date_parsing import Moment
from broadsheet.settings.fields import ARTICLE_FIELDS
from broadsheet.settings.model import ReadSettings, Settings, read_settings

# Without these an article has no place in the archive, whatever [content] required says.
_NEEDED = ("title", "date")
# For an article without a date, which has a problem and so is never returned.
_UNDATED = Moment(day=dt.date.min, date=dt.datetime.min.replace(tzinfo=dt.UTC), timed=False)


def read(path: str, content: bytes, settings: Settings) -> Article:
    """Return the article in ``content``, the file at ``path``.

    Raises ``Problems`` with everything that is wrong in the file, front matter and body alike.
    """
    settings_used = read_settings(settings)
    document = front_matter.split(path, content)
    fields = FieldReader(path, document, _schema(settings_used), settings_used)
    language = read_language(fields)
    article = _read_fields(fields, fields.render_body(language), language)
    if not article.body:
        _check_empty(fields, article)
    if fields.problems:
        raise Problems(fields.problems)
    words = contribution(article, settings_used)
    return replace(article, search=words) if words else article


def _read_fields(fields: FieldReader, body: RenderedBody, language: str) -> Article:
    path, settings = fields.path, fields.settings
    name = parse_file_name(path, settings.content_folder, settings.permalinks_slugs)
    provided = ["section"] if find_section(fields) else []
    if name.day or refuse_false_date(fields):
        provided.append("date")
    fields.check_required(provided)
    published = read_published(fields, name.day)
    moment = published or _UNDATED
    section = read_facet(fields, "section") or find_section(fields)
    slug = read_slug(fields) or name.slug
    apply_pattern = name.make_parts(
        day=moment.day.isoformat(),
        slug=slug,
        section=section.slug if section else "",
        language=find_prefix(language, settings.language),
    ).output
    own = read_permalink(fields)
    output = own or apply_pattern(settings.permalinks_article)
    _check_length(fields, output)
    aliases = tuple(alias for alias in read_aliases(fields) if alias != output)
    former = None
    if settings.permalinks_former:
        # An address of its own does not follow the site's pattern, and never did.
        patterns = () if own else settings.permalinks_former
        former = _list_former(map(apply_pattern, patterns), {output, *aliases})
    corrections = read_corrections(fields, published, language, body.html)
    retracted = read_retraction(fields, published, language)
    updated = read_updated(fields, published, (*corrections, *((retracted,) if retracted else ())))
    # A summary may repeat what was retracted; the opening of the body surely does.
    summary = retracted.reason if retracted else set_text(fields.read_text("summary"), language)
    picture = read_picture(fields, language)
    translations = fields.read_text("translations")
    return Article(
        path=path,
        id=fields.read_text("id"),
        title=set_text(fields.read_text("title"), language),
        authors=read_facets(fields, "author", "author"),
        dateline=read_facet(fields, "dateline"),
        section=section,
        tags=read_facets(fields, "tags", "tag"),
        series=read_facets(fields, "series", "series"),
        genre=read_genre(fields),
        edition=read_facet(fields, "edition"),
        page=fields.read_text("page"),
        column=fields.read_text("column"),
        corrections=corrections,
        retracted=retracted,
        day=moment.day,
        date=moment.date,
        timed=moment.timed,
        updated=updated.date if updated else None,
        updated_timed=updated.timed if updated else True,
        expires=read_expires(fields, published),
        summary=summary or body.opening,
        slug=slug,
        output=output,
        picture=picture,
        draft=read_draft(fields),
        language=language,
        language_facet=make_language_facet(language, settings.language),
        translations=slugify(translations) if translations else "",
        aliases=aliases,
        former=former,
        source=read_source(fields),
        extra=fields.read_extra(),
        body=body.html,
        words=body.words,
        links=(*fields.links, *body.links),
        findings=(*fields.findings, *body.findings),
        made_summary=not summary,
    )


def _list_former(outputs: Iterable[str], taken: Collection[str]) -> tuple[str, ...]:
    """Return the outputs, each once, that are not ``taken`` by the article itself and can be files."""
    seen, former = set(map(path_key, taken)), []
    for output in outputs:
        if path_key(output) not in seen and not urls.is_too_long(output):
            seen.add(path_key(output))
            former.append(output)
    return tuple(former)


def _check_empty(fields: FieldReader, article: Article) -> None:
    """Add the problem of an article whose page would show a headline and nothing else.

    A picture or a summary is enough, and a layout may show fields of its own. A draft is not written yet.
    """
    has_words = not article.made_summary or article.retracted or any(article.extra.values()) or article.source
    if not (has_words or article.picture or article.draft):
        line = fields.document.body_line - 1
        hint = "Write it below the front matter."
        keys = fields.schema.keys["draft"]
        if keys:
            hint = f"{hint[:-1]}, or hold the article back until it is there: {keys[0]}: yes"
        fields.problems.append(
            Problem(path=fields.path, line=line, message="the article has no text", hint=hint)
        )


def _check_length(fields: FieldReader, output: str) -> None:
    if urls.is_too_long(output):
        message = "the article's address is too long for the name of a file"
        source = fields.document.rows[0]
        hint = "Write a shorter slug."
        fields.problems.append(Problem(path=fields.path, line=1, message=message, hint=hint, source=source))


@lru_cache(maxsize=16)
def _schema(settings: ReadSettings) -> FieldSchema:
    keys = {name: (name,) for name in ARTICLE_FIELDS} | dict(settings.front_matter)
    return FieldSchema(
        keys=keys,
        known_keys=frozenset(key for theirs in keys.values() for key in theirs),
        extra_keys=frozenset(settings.front_matter_extra),
        required=tuple(dict.fromkeys((*_NEEDED, *settings.content_required))),
        needed=_NEEDED,
    )
