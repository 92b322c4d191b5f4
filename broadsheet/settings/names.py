"""The names of facets: what site.toml says of them, and which spellings are one name.

Names with equal slugs are one facet. Where that joins what is not one, such as C and C++, or parts what is,
such as OPEC and OPEC+, site.toml says which spelling has which slug.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from broadsheet.common.model import FacetKind
from broadsheet.common.slugs import find_slug_fault, slugify, spelling_key
from broadsheet.common.urls import FACET_FOLDERS
from broadsheet.settings.checks import InvalidValueError, check_nonempty_text, check_texts

# By the kind of facet: the slug of each declared spelling, by the key of that.
Spellings: TypeAlias = Mapping[str, Mapping[str, str]]

_HINT = 'Write a name, "OPEC", or { name = "OPEC", slug = "opec", also = ["OPEC+"] }, each of them optional.'
# What signs are called in a slug that is suggested.
_SIGNS = {"+": "plus", "#": "sharp", "$": "dollar", "€": "euro", "£": "pound", "%": "percent", "&": "and"}


class NameEntry(NamedTuple):
    """What site.toml says of a facet: the name to show, its slug, and the spellings that it has beside that.

    ``spellings`` is empty for an entry that only gives a name.
    """

    name: str
    slug: str
    spellings: tuple[str, ...]


def check_entry(key: str, value: object) -> NameEntry:
    """Return what the value of a key says: a name, or a table of ``name``, ``slug`` and ``also``."""
    if not isinstance(value, dict):
        return NameEntry(check_nonempty_text(value), slugify(key), ())
    unknown = sorted(value.keys() - {"name", "slug", "also"})
    if unknown or not value:
        message = f"has {unknown[0]}, which is no part of a name" if unknown else "is empty"
        raise InvalidValueError(message, _HINT)
    slug = check_nonempty_text(value.get("slug", slugify(key)))
    if find_slug_fault(slug) or slugify(slug) != slug:
        raise InvalidValueError(f"has {slug}, which is not a slug", f'Write slug = "{slugify(slug)}".')
    also = value.get("also", [])
    others = check_texts([also] if isinstance(also, str) else also)
    return NameEntry(check_nonempty_text(value.get("name", key)), slug, (key, slug, *others))


def find_slug(spellings: Spellings, kind: FacetKind, name: str) -> str:
    """Return the slug of a facet's name."""
    declared = spellings.get(kind)
    return (declared.get(spelling_key(name)) if declared else None) or _slugify(name)


# Archives repeat few names often, and making a slug goes character by character.
_slugify = lru_cache(maxsize=65536)(slugify)


def find_distinct(spellings: Spellings, kind: FacetKind, slug: str, names: Iterable[str]) -> tuple[str, ...]:
    """Return one spelling of each name that differs, among ``names`` of one slug.

    Those that site.toml declares for the slug are one name. The one that the slug itself spells comes first,
    the others in their order.
    """
    declared = {key for key, of in spellings.get(kind, {}).items() if of == slug}
    distinct: dict[str, str] = {}
    for name in names:
        key = spelling_key(name)
        distinct.setdefault("" if key in declared else key, name)
    own = spelling_key(slug)
    return tuple(sorted(distinct.values(), key=lambda name: spelling_key(name) != own))


def explain_shared_slug(kind: FacetKind, slug: str, names: Collection[str]) -> tuple[str, str]:
    """Return what is wrong with different ``names`` of one slug, and the fix; the first of them keeps it."""
    first, *others = names
    parted = (f'{_quote(name)} = {{ slug = "{each}" }}' for name, each in _suggest_slugs(slug, others))
    key = slug if re.fullmatch(r"[a-z0-9-]+", slug) else _quote(slug)
    merged = f"{key} = {{ name = {_quote(first)}, also = [{', '.join(map(_quote, others))}] }}"
    message = f'{", ".join(others)} and {first} would share a page: their slug is "{slug}"'
    hint = f"Part them in site.toml: [{FACET_FOLDERS[kind]}] {', '.join(parted)}"
    return message, f"{hint} If they are one: {merged}"


def _suggest_slugs(slug: str, names: Iterable[str]) -> Iterable[tuple[str, str]]:
    taken = {slug}
    for name in names:
        words = "".join(f" {_SIGNS[char]} " if char in _SIGNS else char for char in name)
        wanted = slugify(words)
        made = next(
            each for number in range(1, len(taken) + 2) if (each := _number(wanted, number)) not in taken
        )
        taken.add(made)
        yield name, made


def _number(slug: str, number: int) -> str:
    return slug if number == 1 else f"{slug}-{number}"


def _quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
