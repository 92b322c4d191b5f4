"""Reads the front matter of one file, field by field, and collects what is wrong with it.

Articles, profiles and pages of the site's own use the same reader; each gives it a ``FieldSchema``.
``values`` has the fields whose values need more than one text, names or a date. Nothing here opens a file or
asks for the time.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from broadsheet.common.model import FacetKind, Link
from broadsheet.common.problems import Edit, Problem, Problems, find_nearest, replace_row, suggest_choices
from broadsheet.read import front_matter, markdown, yaml_hints
from broadsheet.read.field_text import clean_spaced_text, clean_text
from broadsheet.read.front_matter import Document, Field, Fields, Many, Text, Value
from broadsheet.read.markdown import RenderedBody
from broadsheet.settings import date_parsing
from broadsheet.settings.date_parsing import DateError, Moment
from broadsheet.settings.fields import (
    PLACEHOLDER,
    PUBLISHED,
    SYNONYMS,
    WITHHOLDING,
    fold_name,
    show_blank,
)
from broadsheet.settings.model import ReadSettings
from broadsheet.settings.names import Spellings, find_slug
from broadsheet.settings.zones import load_zone

REAL_COMMENT = re.compile(r"#+(?:\s|$)")
_REMEDY = "If articles can do without, say so in site.toml:"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSchema:
    """Which fields a file has.

    ``keys`` maps our name of each field to the site's names, in the order in which they are tried;
    ``known_keys`` are all of those. ``extra_keys`` are names that site.toml declares as its own.
    ``required`` are our names of the fields that must be given, ``needed`` those of them that a site cannot
    do without.
    """

    keys: Mapping[str, tuple[str, ...]]
    known_keys: frozenset[str]
    extra_keys: frozenset[str]
    required: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()


class FieldReader:
    """The fields of one file, and the problems, findings and links found so far.

    ``by_key`` are the fields by the name they have in the file, ``chosen`` by our name, those with a value
    only. A ``label`` is the name that a problem shows: ``corrections.date``.
    """

    def __init__(self, path: str, document: Document, schema: FieldSchema, settings: ReadSettings) -> None:
        """Read the fields of ``document``, the file at ``path``."""
        self.path = path
        self.document = document
        self.schema = schema
        self.settings = settings
        self.spellings = _spellings(settings)
        self.problems = list(document.problems)
        self.findings: list[Problem] = []
        self.links: list[Link] = []
        self.by_key = self._index()
        self.chosen = self._choose()

    def add_problem(
        self,
        place: Field | Value,
        message: str,
        hint: str = "",
        *,
        quotes: bool = False,
        remedy: str = "",
        meant: str = "",
    ) -> None:
        """Add a problem at ``place``. With ``quotes``, the hint shows the line with its value in quotes.

        ``meant`` is what has to stand there instead of the value, where only one is possible.
        """
        row = self.document.rows[place.line - 1] if place.line <= len(self.document.rows) else ""
        edit = None
        if quotes and (isinstance(place, Text) or row[place.column - 1] in "[{"):
            hint = yaml_hints.suggest_quotes(row) or hint
            # What follows "# " may be a comment.
            if isinstance(place, Text) and place.comment and not REAL_COMMENT.match(place.comment):
                edit = replace_row(place.line, row, yaml_hints.quote_value(row))
        elif meant and isinstance(place, Text) and place.text:
            quote = row[place.column - 1] if row[place.column - 1] in "\"'" else ""
            new = meant if meant.startswith("[") else f"{quote}{meant}{quote}"
            edit = Edit(line=place.line, column=place.column, old=f"{quote}{place.text}{quote}", new=new)
        self.problems.append(
            Problem(
                path=self.path,
                line=place.line,
                column=place.column,
                message=message,
                hint=hint,
                source=row,
                remedy=remedy,
                edit=edit,
            )
        )

    def check_required(self, provided: Collection[str] = ()) -> None:
        """Add a problem for each required field without a value, except those in ``provided``.

        Those whose absence is only reported are findings.
        """
        for name in self.settings.content_reported:
            if name not in self.chosen and name not in provided:
                keys = self.schema.keys[name] or (name,)
                hint = f"Add a line to the front matter: {keys[0]}: {show_blank(name)}"
                self.findings.append(
                    Problem(path=self.path, line=1, message=f"{keys[0]} is missing", hint=hint)
                )
        missing = [name for name in self.schema.required if name not in self.chosen and name not in provided]
        left = ", ".join(f'"{name}"' for name in self.settings.content_required if name not in missing)
        for name in missing:
            keys = self.schema.keys[name] or (name,)
            empty = next((self.by_key[key] for key in keys if key in self.by_key), None)
            row = f"{keys[0]}: {show_blank(name)}"
            remedy = "" if name in self.schema.needed else f"{_REMEDY} [content] required = [{left}]"
            if empty is not None:
                self.add_problem(empty, f"{empty.name} is empty", f"Write a value: {row}", remedy=remedy)
                continue
            message, hint = f"{keys[0]} is missing", f"Add a line to the front matter: {row}"
            self.problems.append(Problem(path=self.path, line=1, message=message, hint=hint, remedy=remedy))

    def list_chosen(self, name: str) -> list[Field]:
        """Return the fields that are read for one of ours: the first with a value, or all that are joined."""
        return self._list_written(name)[: None if name in self.settings.front_matter_join else 1]

    def read_text(self, name: str) -> str:
        """Return the value of a field that is one text; "" if it has none."""
        field = self.chosen.get(name)
        return self.read_value(field.name, field.value, whole=name == "title") if field else ""

    def read_value(
        self, label: str, value: Value, *, whole: bool = False, spaces: bool = False, name: bool = False
    ) -> str:
        """Return a value that must be one text. ``whole``: what YAML takes for a comment belongs to it.

        ``spaces``: those within it stay as they are, as in the name of a file. ``name``: it is a name, a date
        or a word from a list, which in brackets can hardly be a text that lacks quotes.
        """
        if isinstance(value, Many) and len(value.values) == 1:
            value = value.values[0]
        if not isinstance(value, Text):
            shape = "a list" if isinstance(value, Many) else "a mapping"
            message = f"{label} is {shape}, and one {'value' if name else 'text'} is wanted"
            first = next(front_matter.list_texts(value), None)
            hint = f"Write one of them: {label}: {first.text}" if name and first else "Write one value."
            self.add_problem(value, message, hint, quotes=not name)
            return ""
        if value.text == PLACEHOLDER:
            self.add_problem(value, f"{label}: {PLACEHOLDER} stands for what only you can write", "Write it.")
            return ""
        comment = value.comment
        if comment and (whole or not REAL_COMMENT.match(comment)):
            self.add_problem(value, f"{label} is cut off at “ #”, where YAML begins a comment", quotes=True)
        return clean_spaced_text(value.text) if spaces else clean_text(value.text)

    def find_slug(self, kind: FacetKind, name: str) -> str:
        """Return the slug of a facet's name."""
        return find_slug(self.spellings, kind, name)

    def read_moment(self, name: str) -> Moment | None:
        """Return the date of a field, if it has one."""
        field = self.chosen.get(name)
        return self.parse_moment(field.name, field.value) if field else None

    def parse_moment(self, label: str, value: Value) -> Moment | None:
        """Return the date that a value is; None, and a problem, if it is none."""
        text = self.read_value(label, value, name=True)
        if not text:
            return None
        settings = self.settings
        try:
            return date_parsing.parse(
                text, load_zone(settings.timezone), settings.dates_formats, settings.language
            )
        except DateError as error:
            self.add_problem(value, f"{label}: {error}", error.hint, meant=error.meant)
            return None

    def read_parts(self, label: str, value: Fields, known: tuple[str, ...]) -> dict[str, Field]:
        """Return the fields of a mapping by name. A name that is not ``known`` is a problem."""
        parts: dict[str, Field] = {}
        for field in value.fields:
            if field.name in known and field.name in parts:
                self._check_duplicate(parts[field.name], field, f"{label}.{field.name}")
            elif field.name not in known:
                self._check_part(field, known, label)
            parts[field.name] = field
        return parts

    def read_extra(self) -> dict[str, Any]:
        """Return every field that is not ours.

        A misspelt name of ours is a problem, and so is a field that may hold the article back.
        """
        read = {field.name for name in self.chosen for field in self.list_chosen(name)}
        extra: dict[str, Any] = {}
        for name, field in self.by_key.items():
            if name in read:
                continue
            if name not in self.schema.known_keys and name not in self.schema.extra_keys:
                self._check_foreign(field)
            if name:
                extra[name] = front_matter.to_plain(field.value)
        return extra

    def render_body(self, language: str) -> RenderedBody:
        """Return the body as HTML, its text in ``language``; add its problems.

        Raises ``Problems`` if the front matter cannot be read: the rest would be consequences of that.
        """
        options = markdown.make_options(self.settings, language)
        body = markdown.render(
            self.document.body, options, path=self.path, first_line=self.document.body_line
        )
        self.problems += body.problems
        if self.document.fields is None:
            raise Problems(self.problems)
        return body

    def _index(self) -> dict[str, Field]:
        """Return the fields by name, the last of equal names."""
        by_key: dict[str, Field] = {}
        for field in self.document.fields or ():
            if field.name in by_key and field.name in self.schema.known_keys:
                self._check_duplicate(by_key[field.name], field, field.name)
            by_key[field.name] = field
        return by_key

    def _check_duplicate(self, first: Field, last: Field, label: str) -> None:
        """Add a problem with a field of ours that is given twice, or a finding if it has another value."""
        if self.settings.front_matter_duplicates == "strict":
            message = f"{label} stands twice; it is also on line {first.line}"
            self.add_problem(last, message, "Leave one out.")
        elif front_matter.to_plain(first.value) != front_matter.to_plain(last.value):
            message = f"{label} stands twice, and this one is not read"
            self.findings.append(
                Problem(
                    path=self.path,
                    line=first.line,
                    column=first.column,
                    message=message,
                    hint="Leave one out.",
                )
            )

    def _choose(self) -> dict[str, Field]:
        """Return, by our name, the first field that has a value or lost it to a comment."""
        return {name: fields[0] for name in self.schema.keys if (fields := self._list_written(name))}

    def _list_written(self, name: str) -> list[Field]:
        fields = (self.by_key[key] for key in self.schema.keys[name] if key in self.by_key)
        return [field for field in fields if is_written(field.value)]

    def _check_foreign(self, field: Field) -> None:
        folded = fold_name(field.name)
        meant = SYNONYMS.get(folded, "")
        if meant and meant not in self.chosen and meant in self.schema.keys and is_written(field.value):
            self._add_synonym(field, meant)
            return
        ours = WITHHOLDING.get(folded)
        if ours is None or ours not in self.schema.keys:
            self._check_spelling(field, self.schema.known_keys, field.name)
            return
        value = field.value
        is_published = isinstance(value, Text) and value.text.strip().casefold() in PUBLISHED
        if is_written(value) and not (ours == "draft" and is_published):
            keys = ", ".join(f'"{key}"' for key in (*self.schema.keys[ours], field.name))
            hint = f"Say in site.toml what it is: [front_matter] {ours} = [{keys}]"
            hint += f" If it means nothing here: extra = [{self._with_extra(field.name)}]"
            self.add_problem(field, f"{field.name} may hold the article back, and nothing reads it", hint)

    def _add_synonym(self, field: Field, meant: str) -> None:
        """Add the finding of a field that is probably one of ours under another name."""
        keys = ", ".join(f'"{key}"' for key in (*self.schema.keys[meant], field.name))
        hint = f"Did you mean {self.schema.keys[meant][0]}? If articles call it so, say in site.toml:"
        hint += f" [front_matter] {meant} = [{keys}] If it is a field of your own:"
        hint += f" extra = [{self._with_extra(field.name)}]"
        message = f'there is no field "{field.name}", so only a layout of your own can show it'
        self.findings.append(
            Problem(path=self.path, line=field.line, column=field.column, message=message, hint=hint)
        )

    def _with_extra(self, name: str) -> str:
        """Return the names that site.toml declares as its own, and one more, as it writes them."""
        return ", ".join(f'"{key}"' for key in (*self.settings.front_matter_extra, name))

    def _check_part(self, field: Field, known: tuple[str, ...], label: str) -> None:
        """Add the problem of a part of ``label`` that nothing would read, unless site.toml declares it."""
        name = f"{label}.{field.name}"
        if name in self.schema.extra_keys or not field.name:
            return
        row = self.document.rows[field.line - 1]
        meant = yaml_hints.rewrite_braces(row)
        hint = suggest_choices(field.name, known, f"{label} has")
        if meant and meant != row.rstrip() and re.search(r"\s", field.name):
            hint = f"Write it in quotes: {meant.strip()}"
        self.add_problem(field, f'there is no field "{name}"', hint)

    def _check_spelling(self, field: Field, known: frozenset[str], label: str) -> None:
        meant = _likely_meant(field.name, known)
        if meant is None:
            return
        hint = f'Did you mean "{meant}"?'
        if label == field.name:
            hint += f" If not, declare it in site.toml: [front_matter] extra = [{self._with_extra(label)}]"
        self.add_problem(field, f'there is no field "{label}"', hint)


def list_values(field: Field) -> tuple[Value, ...]:
    """Return the values of a field that may be one value or a list."""
    return field.value.values if isinstance(field.value, Many) else (field.value,)


def has_content(value: Value) -> bool:
    """Return whether a value is more than an empty text, an empty list or a list of such."""
    if isinstance(value, Text):
        return bool(clean_text(value.text))
    if isinstance(value, Many):
        return any(has_content(each) for each in value.values)
    return bool(value.fields)


def is_written(value: Value) -> bool:
    """Return whether a value has content, or lost it to a comment."""
    return has_content(value) or _is_lost(value)


@lru_cache(maxsize=16)
def _spellings(settings: ReadSettings) -> Spellings:
    return {kind: dict(slugs) for kind, slugs in settings.spellings}


@lru_cache(maxsize=4096)
def _likely_meant(name: str, known: frozenset[str]) -> str | None:
    """Return the known name of which ``name`` is probably a misspelling, or None.

    A name that contains a known one as a word (``source_url``, ``title-en``) is hardly a misspelling.
    """
    meant = find_nearest(name, known)
    if meant == name.casefold():
        return meant
    return None if meant in re.split(r"[\W_]", name.casefold()) else meant


def _is_lost(value: Value) -> bool:
    """Return whether YAML took all of a value for a comment that was hardly meant as one: ``title: #1``."""
    return isinstance(value, Text) and bool(value.comment) and not REAL_COMMENT.match(value.comment)
