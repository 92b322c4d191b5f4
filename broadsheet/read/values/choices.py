"""Fields with a fixed set of values: genre, language, draft."""

from __future__ import annotations

from collections.abc import Sequence

from broadsheet.common import languages
from broadsheet.common.model import GENRES, Facet
from broadsheet.common.problems import suggest_choices
from broadsheet.read.field_reader import FieldReader, is_written
from broadsheet.read.front_matter import Text, Value
from broadsheet.settings.fields import HELD_BACK, NO, PUBLISHED, YES


def read_choice(fields: FieldReader, label: str, value: Value, known: Sequence[str], what: str) -> str:
    """Return a value, in lower case, that must be one of ``known``; ``what`` says what those are."""
    before = len(fields.problems)
    written = fields.read_value(label, value, name=True).casefold()
    if written not in known and len(fields.problems) == before:
        fields.add_problem(value, f"{label}: {written} is no {what}", suggest_choices(written, known))
    return written


def read_genre(fields: FieldReader) -> str:
    """Return the genre, one of ``GENRES``; "" if none is given."""
    field = fields.chosen.get("genre")
    return read_choice(fields, field.name, field.value, GENRES, "genre") if field else ""


def read_draft(fields: FieldReader) -> bool:
    """Return whether the article is held back: ``draft: yes``, or ``published: no`` of other generators.

    Of several fields that site.toml has for ``draft`` one is enough. A word that says neither is a problem.
    """
    held = [_is_held_back(fields, name) for name in fields.schema.keys["draft"]]
    return any((*held, _is_unpublished(fields)))


def _is_held_back(fields: FieldReader, name: str) -> bool:
    field = fields.by_key.get(name)
    if field is None or not is_written(field.value):
        return False
    written = fields.read_value(name, field.value).casefold()
    if written not in HELD_BACK | PUBLISHED:
        hint = f"Write {name}: yes, or {name}: no."
        fields.add_problem(field.value, f"{name} is neither yes nor no", hint)
    return written in HELD_BACK


def _is_unpublished(fields: FieldReader) -> bool:
    """Return whether ``published`` says no, where site.toml has no other use for it."""
    field = fields.by_key.get("published")
    if field is None or "published" in fields.schema.known_keys or not is_written(field.value):
        return False
    written = field.value.text.casefold().strip() if isinstance(field.value, Text) else ""
    if written not in YES | NO and "published" not in fields.schema.extra_keys:
        hint = 'If it is a date, say so in site.toml: [front_matter] date = ["date", "published"]'
        fields.add_problem(field.value, "published is neither yes nor no", hint)
    return written in NO


def read_language(fields: FieldReader) -> str:
    """Return the article's language, a BCP 47 tag; the site's own if none is given.

    An underscore, as in ``zh_CN``, is a hyphen.
    """
    field = fields.chosen.get("language")
    written = fields.read_value(field.name, field.value, name=True).replace("_", "-") if field else ""
    if field is None or not written:
        return fields.settings.language
    if not languages.is_language(written):
        message = f"{field.name}: {written} is not a language that Babel knows"
        code = languages.find_code(written)
        hint = f"Write {field.name}: {code}" if code else "Write its code, such as en, az or pt-BR."
        fields.add_problem(field.value, message, hint, meant=code or "")
        return fields.settings.language
    return written


def make_language_facet(language: str, site_language: str) -> Facet | None:
    """Return a language as a facet; the site's own language is none."""
    key = languages.find_prefix(language, site_language)
    return Facet(kind="language", slug=key, name=languages.find_own_name(key)) if key else None
