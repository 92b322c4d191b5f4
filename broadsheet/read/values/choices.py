"""Fields with a fixed set of values: genre, language, draft."""

from __future__ import annotations

from collections.abc import Sequence

from broadsheet.common import languages
from broadsheet.common.model import GENRES, Facet
from broadsheet.common.problems import suggest_choices
from broadsheet.read.field_reader import FieldReader
from broadsheet.read.front_matter import Text, Value

_YES = frozenset(("yes", "true", "on", "y", "1"))
_NO = frozenset(("no", "false", "off", "n", "0"))


def read_choice(fields: FieldReader, label: str, value: Value, known: Sequence[str], what: str) -> str:
    """Return a value, in lower case, that must be one of ``known``; ``what`` says what those are."""
    before = len(fields.problems)
    written = fields.read_value(label, value).casefold()
    if written not in known and len(fields.problems) == before:
        fields.add_problem(value, f"{label}: {written} is no {what}", suggest_choices(written, known))
    return written


def read_genre(fields: FieldReader) -> str:
    """Return the genre, one of ``GENRES``; "" if none is given."""
    field = fields.chosen.get("genre")
    return read_choice(fields, field.name, field.value, GENRES, "genre") if field else ""


def read_draft(fields: FieldReader) -> bool:
    """Return whether the article is a draft: ``draft: yes``, or ``published: no`` of other generators."""
    published = fields.by_key.get("published")
    if published and isinstance(published.value, Text) and published.value.text.casefold() in _NO:
        return True
    field = fields.chosen.get("draft")
    if field is None:
        return False
    written = fields.read_value(field.name, field.value).casefold()
    if written not in _YES | _NO:
        hint = f"Write {field.name}: yes, or {field.name}: no."
        fields.add_problem(field.value, f"{field.name} is neither yes nor no", hint)
    return written in _YES


def read_language(fields: FieldReader) -> str:
    """Return the article's language, a BCP 47 tag; the site's own if none is given."""
    field = fields.chosen.get("language")
    written = fields.read_value(field.name, field.value) if field else ""
    if field is None or not written:
        return fields.settings.language
    if not languages.is_language(written):
        message = f"{field.name}: {written} is not a language that Babel knows"
        fields.add_problem(field.value, message, "Write its code: en, az, pt-BR.")
        return fields.settings.language
    return written


def make_language_facet(language: str, site_language: str) -> Facet | None:
    """Return a language as a facet; the site's own language is none."""
    key = languages.key(language)
    if key == languages.key(site_language):
        return None
    return Facet(kind="language", slug=key, name=languages.find_own_name(key))
