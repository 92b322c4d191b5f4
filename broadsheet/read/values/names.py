"""Fields that name facets: one name, or several in a list. Several that are written as one are a problem."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from itertools import chain

from broadsheet.common.model import Facet, FacetKind
from broadsheet.read import front_matter, yaml_hints
from broadsheet.read.field_reader import REAL_COMMENT, FieldReader, list_values
from broadsheet.read.field_text import clean_text
from broadsheet.read.front_matter import Field, Fields, Many, Text, Value
from broadsheet.settings.fields import SEPARATORS
from broadsheet.settings.names import explain_shared_slug, find_distinct

# What several names written as one have between or around them; "and" in the names of people only.
_JOINT = re.compile(rf"[{SEPARATORS}]|^\[.*\]$|^-.")
_AROUND = f" -[]'\"{yaml_hints.ODD_SPACE}"
_JOINT_OF_AUTHORS = re.compile(rf"{_JOINT.pattern}|\s(?:and|&)\s")
_PARTED_IN_ONE_WAY = re.compile(r"[^,;\[\]]+(?:(?:,[^,;\[\]]+)+|(?:;[^,;\[\]]+)+)")
_JOINT_IN_LIST = re.compile(f"[{SEPARATORS[1:]}]")
_BETWEEN = re.compile(rf"[{SEPARATORS}]|\s-(?=[^ ])")
_BETWEEN_AUTHORS = re.compile(rf"{_BETWEEN.pattern}|\s(?:and|&)\s")


def read_facet(fields: FieldReader, name: FacetKind) -> Facet | None:
    """Return the facet that a field names, if any."""
    field = fields.chosen.get(name)
    if field is None:
        return None
    spelled = fields.read_value(field.name, field.value, name=True)
    return Facet(kind=name, slug=fields.find_slug(name, spelled), name=spelled) if spelled else None


def read_facets(fields: FieldReader, name: str, kind: FacetKind) -> tuple[Facet, ...]:
    """Return the facets that a field names, each once; ``{name: …, …}`` counts as its name.

    Names that differ and have one slug are a problem.
    """
    found: dict[str, Facet] = {}
    equal: dict[str, list[str]] = {}
    chosen = fields.list_chosen(name)
    for spelled in chain.from_iterable(_read_names(fields, field, kind) for field in chosen):
        if spelled:
            facet = Facet(kind=kind, slug=fields.find_slug(kind, spelled), name=spelled)
            first = found.setdefault(facet.slug, facet).name
            if first != spelled:
                equal.setdefault(facet.slug, [first]).append(spelled)
    for slug, names in equal.items():
        _check_equal(fields, chosen, kind, slug, names)
    return tuple(found.values())


def split_names(text: str, kind: FacetKind) -> tuple[str, ...]:
    """Return the names in a text that may be several written as one: ``Ana Ruiz and Li Wei``."""
    between = _BETWEEN_AUTHORS if kind == "author" else _BETWEEN
    return tuple(filter(None, (name.strip(_AROUND) for name in between.split(text))))


def _check_equal(
    fields: FieldReader, chosen: list[Field], kind: FacetKind, slug: str, names: list[str]
) -> None:
    """Add a problem if names of one slug are not one name."""
    distinct = find_distinct(fields.spellings, kind, slug, names)
    if len(distinct) > 1:
        texts = ((field, text) for field in chosen for text in front_matter.list_texts(field.value))
        places = ((field, text) for field, text in texts if clean_text(text.text) == distinct[1])
        field, place = next(places, (chosen[0], chosen[0].value))
        message, hint = explain_shared_slug(kind, slug, distinct)
        fields.add_problem(place, f"{field.name}: {message}", hint)


def _read_names(fields: FieldReader, field: Field, kind: FacetKind) -> Iterator[str]:
    """Yield the names in a field that may be one name or a list; several names in one are a problem."""
    # A space parts tags, as in Jekyll; names of people and places are full of them.
    separators = fields.settings.front_matter_split.replace(" ", " " if kind == "tag" else "")
    nested = next((each for each in map(_name_of, list_values(field)) if _is_nested(each)), None)
    if nested is not None:
        _add_nested_names(fields, field, nested)
        return
    if isinstance(field.value, Text) and _add_unlisted_names(fields, field, field.value):
        return
    for value in list_values(field):
        name = fields.read_value(field.name, _name_of(value))
        is_listed = isinstance(field.value, Many)
        if separators and not is_listed:
            yield from (" ".join(each.split()) for each in re.split(f"[{re.escape(separators)}]", name))
            continue
        joint = _JOINT_OF_AUTHORS if kind == "author" else _JOINT
        if (_JOINT_IN_LIST if is_listed else joint).search(name):
            _add_joint_names(fields, field, value, name, kind)
        yield name


def _add_nested_names(fields: FieldReader, field: Field, value: Value) -> None:
    """Add the problem of ``tags: [Oil: the rise]`` or ``tags: [[Oil, Gas]]``."""
    row = fields.document.rows[value.line - 1]
    shape = "a list" if isinstance(value, Many) else "a mapping"
    hint = yaml_hints.suggest_list(row) or yaml_hints.suggest_item(row)
    hint = hint or f"Write a list: {field.name}: [one, another]"
    fields.add_problem(value, f"{field.name} is {shape}, and names are wanted", hint)


def _add_unlisted_names(fields: FieldReader, field: Field, value: Text) -> bool:
    """Return whether a value is like ``#flood #harbour``, or names on lines without hyphens: a problem."""
    if value.comment and not REAL_COMMENT.match(value.comment):
        message = f"{field.name} is cut off at “ #”, where YAML begins a comment"
        whole = f"{value.text} {value.comment}".strip()
        names = whole.split("#")
    elif value.lines > 1 and value.text and not _JOINT.search(value.text):
        message = f"{field.name} goes on over several lines, which YAML reads as one name"
        whole = value.text
        names = _read_rows(fields, field)
    else:
        return False
    names = [name for name in (each.strip(_AROUND) for each in names) if name]
    if len(names) > 1:
        hint = f'Write a list: {field.name}: [{", ".join(names)}] If it is one name: {field.name}: "{whole}"'
    else:
        hint = f'Write {field.name}: "{whole}" If the # is no part of it: {field.name}: {"".join(names)}'
    fields.add_problem(value, message, hint)
    return True


def _read_rows(fields: FieldReader, field: Field) -> list[str]:
    """Return what stands in the lines of a value that goes on over several, each without its name."""
    rows = fields.document.rows[field.line - 1 :]
    more = itertools.takewhile(lambda row: row[:1].isspace(), rows[1:])
    return [rows[0].partition(":")[2], *more]


def _add_joint_names(fields: FieldReader, field: Field, value: Value, text: str, kind: FacetKind) -> None:
    written = ", ".join(split_names(text, kind))
    hint = f"Write a list: {field.name}: [{written}]"
    if isinstance(field.value, Text):
        hint += f' If it is one name: {field.name}: ["{text}"]'
    # Of people, a comma may also stand between the family name and the given one.
    meant = _as_list(text) if kind == "tag" and value is field.value else ""
    fields.add_problem(value, f"{field.name}: {text} looks like several names", hint, meant=meant)


def _as_list(text: str) -> str:
    """Return a list of the names that commas, or semicolons, part; "" if one may be a name with a comma."""
    # "Washington, D.C." and "King, Jr." are one.
    if not _PARTED_IN_ONE_WAY.fullmatch(text) or re.search(r"\.\s*(?:[,;]|$)", text):
        return ""
    return (yaml_hints.rewrite_list(f"tags: [{text.replace(';', ',')}]") or "").removeprefix("tags: ")


def _name_of(value: Value) -> Value:
    if not isinstance(value, Fields):
        return value
    return next((field.value for field in value.fields if field.name == "name"), value)


def _is_nested(value: Value) -> bool:
    return isinstance(value, Fields) or (isinstance(value, Many) and len(value.values) > 1)
