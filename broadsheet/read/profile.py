"""A Markdown file about an author, a place or a topic to one ``Profile``, or all of its problems at once.

Such a file is below content/authors/, content/datelines/, content/tags/ … and is not an article: it has
neither a date nor a page of its own, and is shown on the front page of the facet that it is about.
"""

from __future__ import annotations

import re
from functools import lru_cache

from broadsheet.common import urls
from broadsheet.common.model import Facet, FacetKind, Profile
from broadsheet.common.problems import Problems
from broadsheet.read import front_matter
from broadsheet.read.field_reader import FieldReader, FieldSchema
from broadsheet.read.values.coordinates import read_coordinates
from broadsheet.read.values.paths import find_name
from broadsheet.read.values.pictures import read_picture
from broadsheet.read.values.sources import read_pages
from broadsheet.read.values.stories import read_stories
from broadsheet.settings.fields import PROFILE_FIELDS, PROFILED_KINDS, TOPICS
from broadsheet.settings.model import ReadSettings, Settings, read_settings

_FIELDS: dict[FacetKind, tuple[str, ...]] = {
    kind: tuple(name for name, field in PROFILE_FIELDS.items() if kind in field.kinds)
    for kind in PROFILED_KINDS
}
_WITH_ARTICLE: dict[FacetKind, str] = {
    "author": "an author",
    "dateline": "a place",
    "tag": "a tag",
    "section": "a section",
    "series": "a series",
}
_EMAIL = re.compile(r"[^@\s<>\"]+@[^@\s<>\"]+\.[^@\s<>\"]+")
_HANDLE = re.compile(r"@?([\w.-]+@[\w-]+(?:\.[\w-]+)+)", re.ASCII)
_KINDS = ("person", "organization")


def find_kind(path: str, settings: Settings) -> FacetKind | None:
    """Return the kind of facet that a Markdown file is a profile of; None for an article."""
    for kind in settings.content_profiles:
        if path.startswith(f"{settings.content_folder}/{urls.FACET_FOLDERS[kind]}/"):
            return kind
    return None


def read(path: str, content: bytes, settings: Settings, kind: FacetKind) -> Profile:
    """Return the profile in ``content``, the file at ``path``. Raises ``Problems`` with all that is wrong."""
    settings_used = read_settings(settings)
    document = front_matter.split(path, content)
    fields = FieldReader(path, document, _schema(settings_used, kind), settings_used)
    body = fields.render_body(settings_used.language)
    _refuse_articles(fields, kind)
    _refuse_fields_of_others(fields, kind)
    fields.read_extra()
    name = fields.read_text("name")
    picture = read_picture(fields, settings_used.language, portrait=True)
    profile = Profile(
        path=path,
        facet=Facet(
            kind=kind,
            slug=fields.find_slug(kind, name or find_name(path, settings.content_folder)),
            name=name,
        ),
        family=_read_family(fields, name),
        sort=fields.read_text("sort"),
        kind=_read_kind(fields, kind),
        role=fields.read_text("role"),
        picture=picture,
        email=_read_matching(fields, "email", _EMAIL, "an e-mail address", "ana@example.org"),
        addresses=tuple(read_pages(fields)),
        fediverse=_read_fediverse(fields),
        coordinates=read_coordinates(fields),
        stories=read_stories(fields),
        body=body.html,
        opening=body.opening,
        links=(*fields.links, *body.links),
        findings=(*fields.findings, *body.findings),
    )
    if fields.problems:
        raise Problems(fields.problems)
    return profile


@lru_cache(maxsize=8)
def _schema(settings: ReadSettings, kind: FacetKind) -> FieldSchema:
    return FieldSchema(
        keys={name: (name,) for name in _FIELDS[kind]},
        known_keys=frozenset(_FIELDS[kind]),
        extra_keys=frozenset(settings.front_matter_extra),
    )


def _refuse_articles(fields: FieldReader, kind: FacetKind) -> None:
    """Add problems for fields of articles: an article in this folder would silently not be published."""
    folder = f"{fields.settings.content_folder}/{urls.FACET_FOLDERS[kind]}/"
    names = dict(fields.settings.front_matter)
    for name in ("title", "date"):
        for key in names.get(name, (name,)):
            if key in fields.by_key:
                message = f"a profile has no {key}, and every file below {folder} is one"
                hint = f'Move an article elsewhere, or leave "{kind}" out of [content] profiles.'
                fields.add_problem(fields.by_key[key], message, hint)


def _refuse_fields_of_others(fields: FieldReader, kind: FacetKind) -> None:
    """Add problems for fields that only profiles of another kind have: they would be shown nowhere."""
    others = {name for names in _FIELDS.values() for name in names}
    for name in sorted(others - fields.schema.known_keys - fields.schema.extra_keys):
        if name in fields.by_key:
            message = f"the profile of {_WITH_ARTICLE[kind]} has no {name}"
            fields.add_problem(fields.by_key[name], message, "Leave it out.")


def _read_family(fields: FieldReader, name: str) -> str:
    written, field = fields.read_text("family"), fields.chosen.get("family")
    if field and name and f" {written} " not in f" {name} ":
        hint = "Write the part of the name that is the family's, as it is spelt there."
        fields.add_problem(field.value, f"family: {written} is no part of {name}", hint)
    return written


def _read_kind(fields: FieldReader, kind: FacetKind) -> str:
    field = fields.chosen.get("kind")
    written = fields.read_text("kind").casefold() if field else ""
    if field and written not in _KINDS:
        hint = "Write kind: person, or kind: organization."
        fields.add_problem(field.value, "kind is neither person nor organization", hint)
    if kind in TOPICS:
        return "topic"
    return "place" if kind == "dateline" else written or "person"


def _read_fediverse(fields: FieldReader) -> str:
    written = _read_matching(fields, "fediverse", _HANDLE, "a name in the Fediverse", "@ana@example.org")
    return f"@{written.removeprefix('@')}" if written else ""


def _read_matching(fields: FieldReader, name: str, shape: re.Pattern[str], meaning: str, example: str) -> str:
    """Return the text of a field that must match ``shape``; ``meaning`` says what it is."""
    written, field = fields.read_text(name), fields.chosen.get(name)
    if field and written and not shape.fullmatch(written):
        fields.add_problem(field.value, f"{name}: {written} is not {meaning}", f"Write {name}: {example}")
    return written
