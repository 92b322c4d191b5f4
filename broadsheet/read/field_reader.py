"""Reads the front matter of one file, field by field, and collects what is wrong with it.

Articles and profiles use the same reader; each gives it a ``FieldSchema``. ``values`` has the fields whose
values need more than one text, names or a date. Nothing here opens a file or asks for the time.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from broadsheet.common.model import Facet, FacetKind, Link
from broadsheet.common.problems import Problem, Problems, find_nearest
from broadsheet.read import front_matter, markdown, yaml_hints
from broadsheet.read.front_matter import Document, Field, Fields, Many, Text, Value
from broadsheet.read.markdown import RenderedBody
from broadsheet.settings import date_parsing
from broadsheet.settings.date_parsing import DateError, Moment
from broadsheet.settings.fields import FIELDS, PUBLISHED, SEMICOLONS, SEPARATORS, WITHHOLDING, fold_name
from broadsheet.settings.model import ReadSettings
from broadsheet.settings.names import Spellings, explain_shared_slug, find_distinct, find_slug
from broadsheet.settings.zones import load_zone

# A semicolon is required: "AT&T" and "R&D" are no entities, whatever a browser would make of them.
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
# A single no-break space is intended: "10 000", "« Oui »".
_SPACES = re.compile(r"(?![\u00a0\u202f](?!\s))\s+")
_BREAKS = re.compile("[\t-\r\x85\u2028\u2029]+")
_EDGES = " \u00a0\u202f"
_REAL_COMMENT = re.compile(r"#+(?:\s|$)")
_REMEDY = "If articles can do without, say so in site.toml:"
# What several names written as one have between or around them; "and" in the names of people only.
_JOINT = re.compile(rf"[{SEPARATORS}]|^\[.*\]$|^-.")
_AROUND = f" -[]'\"{yaml_hints.ODD_SPACE}"
_JOINT_OF_AUTHORS = re.compile(rf"{_JOINT.pattern}|\s(?:and|&)\s")
_JOINT_IN_LIST = re.compile(f"[{SEMICOLONS}]")
_BETWEEN = re.compile(rf"[{SEPARATORS}]|\s-(?=[^ ])")
_BETWEEN_AUTHORS = re.compile(rf"{_BETWEEN.pattern}|\s(?:and|&)\s")


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
        self._spellings = _spellings(settings)
        self.problems = list(document.problems)
        self.findings: list[Problem] = []
        self.links: list[Link] = []
        self.by_key = self._index()
        self.chosen = self._choose()

    def add_problem(
        self, place: Field | Value, message: str, hint: str = "", *, quotes: bool = False, remedy: str = ""
    ) -> None:
        """Add a problem at ``place``. With ``quotes``, the hint shows the line with its value in quotes."""
        row = self.document.rows[place.line - 1] if place.line <= len(self.document.rows) else ""
        if quotes and (isinstance(place, Text) or row[place.column - 1] in "[{"):
            hint = yaml_hints.suggest_quotes(row) or hint
        self.problems.append(
            Problem(
                path=self.path,
                line=place.line,
                column=place.column,
                message=message,
                hint=hint,
                source=row,
                remedy=remedy,
            )
        )

    def check_required(self, provided: Collection[str] = ()) -> None:
        """Add a problem for each required field without a value, except those in ``provided``."""
        missing = [name for name in self.schema.required if name not in self.chosen and name not in provided]
        left = ", ".join(f'"{name}"' for name in self.settings.content_required if name not in missing)
        for name in missing:
            keys = self.schema.keys[name] or (name,)
            empty = next((self.by_key[key] for key in keys if key in self.by_key), None)
            row = f"{keys[0]}: {FIELDS[name].example}"
            remedy = "" if name in self.schema.needed else f"{_REMEDY} [content] required = [{left}]"
            if empty is not None:
                self.add_problem(empty, f"{empty.name} is empty", f"Write a value: {row}", remedy=remedy)
                continue
            message, hint = f"{keys[0]} is missing", f"Add a line to the front matter: {row}"
            self.problems.append(Problem(path=self.path, line=1, message=message, hint=hint, remedy=remedy))

    def read_text(self, name: str) -> str:
        """Return the value of a field that is one text; "" if it has none."""
        field = self.chosen.get(name)
        return self.read_value(field.name, field.value, whole=name == "title") if field else ""

    def read_value(self, label: str, value: Value, *, whole: bool = False, spaces: bool = False) -> str:
        """Return a value that must be one text. ``whole``: what YAML takes for a comment belongs to it.

        ``spaces``: those within it stay as they are, as in the name of a file.
        """
        if isinstance(value, Many) and len(value.values) == 1:
            value = value.values[0]
        if not isinstance(value, Text):
            shape = "a list" if isinstance(value, Many) else "a mapping"
            message = f"{label} is {shape}, and one text is wanted"
            self.add_problem(value, message, "Write one value.", quotes=True)
            return ""
        comment = value.comment
        if comment and (whole or not _REAL_COMMENT.match(comment)):
            self.add_problem(value, f"{label} is cut off at “ #”, where YAML begins a comment", quotes=True)
        return _BREAKS.sub(" ", _decode(value.text)).strip() if spaces else _clean(value.text)

    def read_facet(self, name: FacetKind) -> Facet | None:
        """Return the facet that a field names, if any."""
        field = self.chosen.get(name)
        if field is None:
            return None
        spelled = self.read_value(field.name, field.value)
        return Facet(kind=name, slug=self.find_slug(name, spelled), name=spelled) if spelled else None

    def read_facets(self, name: str, kind: FacetKind) -> tuple[Facet, ...]:
        """Return the facets that a field names, each once; ``{name: …, …}`` counts as its name.

        Names that differ and have one slug are a problem.
        """
        field = self.chosen.get(name)
        if field is None:
            return ()
        found: dict[str, Facet] = {}
        equal: dict[str, list[str]] = {}
        for spelled in self._read_names(field, kind):
            if spelled:
                facet = Facet(kind=kind, slug=self.find_slug(kind, spelled), name=spelled)
                first = found.setdefault(facet.slug, facet).name
                if first != spelled:
                    equal.setdefault(facet.slug, [first]).append(spelled)
        for slug, names in equal.items():
            self._check_equal(field, kind, slug, names)
        return tuple(found.values())

    def find_slug(self, kind: FacetKind, name: str) -> str:
        """Return the slug of a facet's name."""
        return find_slug(self._spellings, kind, name)

    def _check_equal(self, field: Field, kind: FacetKind, slug: str, names: list[str]) -> None:
        """Add a problem if names of one slug are not one name."""
        distinct = find_distinct(self._spellings, kind, slug, names)
        if len(distinct) > 1:
            texts = front_matter.list_texts(field.value)
            place = next((text for text in texts if _clean(text.text) == distinct[1]), field)
            message, hint = explain_shared_slug(kind, slug, distinct)
            self.add_problem(place, f"{field.name}: {message}", hint)

    def _read_names(self, field: Field, kind: FacetKind) -> Iterator[str]:
        """Yield the names in a field that may be one name or a list; several names in one are a problem."""
        separators = self.settings.front_matter_split
        nested = next((each for each in map(_name_of, list_values(field)) if _is_nested(each)), None)
        if nested is not None:
            self._add_nested_names(field, nested)
            return
        for value in list_values(field):
            name = self.read_value(field.name, _name_of(value))
            is_listed = isinstance(field.value, Many)
            if separators and not is_listed:
                yield from (" ".join(each.split()) for each in re.split(f"[{re.escape(separators)}]", name))
                continue
            joint = _JOINT_OF_AUTHORS if kind == "author" else _JOINT
            if (_JOINT_IN_LIST if is_listed else joint).search(name):
                self._add_joint_names(field, value, name, kind)
            yield name

    def _add_nested_names(self, field: Field, value: Value) -> None:
        """Add the problem of ``tags: [Oil: the rise]`` or ``tags: [[Oil, Gas]]``."""
        row = self.document.rows[value.line - 1]
        shape = "a list" if isinstance(value, Many) else "a mapping"
        hint = yaml_hints.suggest_list(row) or yaml_hints.suggest_item(row)
        hint = hint or f"Write a list: {field.name}: [one, another]"
        self.add_problem(value, f"{field.name} is {shape}, and names are wanted", hint)

    def _add_joint_names(self, field: Field, value: Value, text: str, kind: FacetKind) -> None:
        between = _BETWEEN_AUTHORS if kind == "author" else _BETWEEN
        written = ", ".join(filter(None, (name.strip(_AROUND) for name in between.split(text))))
        hint = f"Write a list: {field.name}: [{written}]"
        if isinstance(field.value, Text):
            hint += f' If it is one name: {field.name}: ["{text}"]'
        self.add_problem(value, f"{field.name}: {text} looks like several names", hint)

    def read_moment(self, name: str) -> Moment | None:
        """Return the date of a field, if it has one."""
        field = self.chosen.get(name)
        return self.parse_moment(field.name, field.value) if field else None

    def parse_moment(self, label: str, value: Value) -> Moment | None:
        """Return the date that a value is; None, and a problem, if it is none."""
        text = self.read_value(label, value)
        if not text:
            return None
        settings = self.settings
        try:
            return date_parsing.parse(
                text, load_zone(settings.timezone), settings.dates_formats, settings.language
            )
        except DateError as error:
            self.add_problem(value, f"{label}: {error}", error.hint)
            return None

    def read_parts(self, label: str, value: Fields, known: tuple[str, ...]) -> dict[str, Field]:
        """Return the fields of a mapping by name. A misspelt name of ``known`` is a problem."""
        parts: dict[str, Field] = {}
        for field in value.fields:
            if field.name in known and field.name in parts:
                self._check_duplicate(parts[field.name], field, f"{label}.{field.name}")
            elif field.name not in known:
                self._check_spelling(field, frozenset(known), f"{label}.{field.name}")
            parts[field.name] = field
        return parts

    def read_extra(self) -> dict[str, Any]:
        """Return every field that is not ours.

        A misspelt name of ours is a problem, and so is a field that may hold the article back.
        """
        read = {field.name for field in self.chosen.values()}
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
        chosen: dict[str, Field] = {}
        for name, keys in self.schema.keys.items():
            for key in keys:
                field = self.by_key.get(key)
                if field is not None and is_written(field.value):
                    chosen[name] = field
                    break
        return chosen

    def _check_foreign(self, field: Field) -> None:
        ours = WITHHOLDING.get(fold_name(field.name))
        if ours is None:
            self._check_spelling(field, self.schema.known_keys, field.name)
            return
        value = field.value
        is_published = isinstance(value, Text) and value.text.strip().casefold() in PUBLISHED
        if is_written(value) and not (ours == "draft" and is_published):
            keys = ", ".join(f'"{key}"' for key in (*self.schema.keys[ours], field.name))
            hint = f"Say in site.toml what it is: [front_matter] {ours} = [{keys}]"
            hint += f" If it means nothing here: extra = [{self._with_extra(field.name)}]"
            self.add_problem(field, f"{field.name} may hold the article back, and nothing reads it", hint)

    def _with_extra(self, name: str) -> str:
        """Return the names that site.toml declares as its own, and one more, as it writes them."""
        return ", ".join(f'"{key}"' for key in (*self.settings.front_matter_extra, name))

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
        return bool(_clean(value.text))
    if isinstance(value, Many):
        return any(has_content(each) for each in value.values)
    return bool(value.fields)


def is_written(value: Value) -> bool:
    """Return whether a value has content, or lost it to a comment."""
    return has_content(value) or _is_lost(value)


@lru_cache(maxsize=16)
def _spellings(settings: ReadSettings) -> Spellings:
    return {kind: dict(slugs) for kind, slugs in settings.spellings}


def _name_of(value: Value) -> Value:
    if not isinstance(value, Fields):
        return value
    return next((field.value for field in value.fields if field.name == "name"), value)


def _is_nested(value: Value) -> bool:
    return isinstance(value, Fields) or (isinstance(value, Many) and len(value.values) > 1)


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
    return isinstance(value, Text) and bool(value.comment) and not _REAL_COMMENT.match(value.comment)


def _clean(text: str) -> str:
    """Return text with entities decoded once, white space collapsed and control characters removed."""
    text = _decode(text)
    # Nearly every text is clean already, and this check takes a tenth of the time of the substitution.
    return text if " ".join(text.split()) == text else _SPACES.sub(" ", text).strip(_EDGES)


def _decode(text: str) -> str:
    """Return text with entities decoded once; the control characters among them are removed."""
    if "&" not in text:
        return text
    return _CONTROL.sub("", _ENTITY.sub(lambda match: html.unescape(match[0]), text))
