"""``schema``: prints a JSON Schema of the front matter of a site's articles, its profiles or its pages.

There is one for each kind of file, because front matter does not say which it is: the folder does. It is
made from the declared fields and the settings. Format: https://json-schema.org/draft/2020-12, without
keywords that mean something else in draft 7, which is the draft that the schema names: the editors of today
that check front matter know only that one. Patterns are JavaScript regular expressions in Unicode mode.
The schema accepts everything that a build accepts. It also accepts some of what a build refuses, because it
knows neither the file's name, which may hold the date, nor which field a misspelled one was meant to be.

Validators print the pattern that a value does not match, which for a date is half a page. So a pattern is
only a condition here; what fails it is compared with examples, which validators print instead.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, TypeAlias
from urllib.parse import quote, unquote, urlsplit

import yaml

from broadsheet.build.site_folder import load_settings
from broadsheet.commands.terminal.parser import Command, add_site_option
from broadsheet.commands.terminal.printer import say
from broadsheet.common.model import CORRECTION_KINDS, GENRES, FacetKind
from broadsheet.common.urls import list_spellings
from broadsheet.read.values import focus
from broadsheet.settings.fields import (
    FIELDS,
    NO,
    OWN_PAGE_FIELDS,
    PROFILE_FIELDS,
    PROFILED_KINDS,
    Declared,
    ProfileShape,
    Shape,
)
from broadsheet.settings.model import Settings

DIALECT = "http://json-schema.org/draft-07/schema#"
_Schema: TypeAlias = dict[str, Any]

# The types that YAML gives to scalars; a build reads them all as the text that was written.
_SCALARS = ("string", "number", "boolean", "null")
_MINUS = "\u2212"
_OFFSET = rf"(?:[Zz]|[Uu][Tt][Cc]|[Gg][Mm][Tt]|[+\-{_MINUS}][0-9]{{1,2}}(?::?[0-9]{{2}}(?::?[0-9]{{2}})?)?)"
_MONTH_AND_DAY = r"(?:0?[1-9]|1[0-2])-(?:0?[1-9]|[12][0-9]|3[01])"
_CLOCK = r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?"
_DATE = rf"[0-9]{{4}}-{_MONTH_AND_DAY}(?:(?:[Tt]|\s+){_CLOCK}(?:\s*{_OFFSET})?)?"
_BASIC_DATE = rf"[0-9]{{8}}(?:[Tt][0-9]{{4}}(?:[0-9]{{2}})?{_OFFSET}?)?"
_FIRST_DAY, _LAST_DAY = 1000_01_01, 9999_12_31
_FILE = r"(?![A-Za-z][A-Za-z0-9+.\-]*:|//)[^\\]+"
_ADDRESS = r"/(?!/)[^?#\\]*"
_WEB = r"[Hh][Tt][Tt][Pp][Ss]?://\S+"
_SLUG = r"""[^/\\?#:*"<>|\s]+"""
_LANGUAGE = r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*"
_TRUTHS = ("yes", "true", "on", "y", "1", "no", "false", "off", "n", "0")
_FACETS: Mapping[str, FacetKind] = {
    "section": "section",
    "tags": "tag",
    "author": "author",
    "dateline": "dateline",
    "series": "series",
    "edition": "edition",
}
# Every article has a title and a date, but the date may be in the file's name.
_REQUIRED = ("title",)
_ARTICLE, _PAGE = "article", "page"
_EMPTY = r"^\s*$"


class _Form(NamedTuple):
    """How a text must be written: a pattern, and what is shown of it, which are examples that match."""

    pattern: str
    examples: tuple[str, ...]


_DATES = _Form(rf"{_DATE}|{_BASIC_DATE}", ("2022-11-05", "2022-11-05 09:14", "2022-11-05T09:14+04:00"))
_OWN_DATES = _Form(r".*[0-9].*", ("2022-11-05",))
_PAGES = _Form(_WEB, ("https://example.org/page",))
_SLUGS = _Form(_SLUG, ("bridge-opens",))
_LANGUAGES = _Form(_LANGUAGE, ("az", "en-GB"))
_EMAILS = _Form(r"""[^@\s<>"]+@[^@\s<>"]+\.[^@\s<>"]+""", ("ana@example.org",))
_HANDLES = _Form(r"@?[A-Za-z0-9_.\-]+@[A-Za-z0-9_\-]+(?:\.[A-Za-z0-9_\-]+)+", ("@ana@example.social",))
# Its words may be in capitals too; what follows a backslash is no word.
_FOCUS = _Form(
    re.sub(r"(?<!\\)[a-z]", lambda char: f"[{char[0].upper()}{char[0]}]", focus.FOCUS), focus.EXAMPLES
)
_DEGREES = rf"(?:[+\-{_MINUS}]?[0-9]+(?:\.[0-9]*)?\s*°?\s*[NSEWnsew]?)"
_PLACES = _Form(rf"{_DEGREES}(?:\s*[,;]\s*|\s+){_DEGREES}", ("40.41, 49.87", "40.41 N, 49.87 E"))


def _add_options(parser: argparse.ArgumentParser) -> None:
    add_site_option(parser)
    parser.add_argument(
        "--kind",
        metavar="KIND",
        choices=(_ARTICLE, *PROFILED_KINDS, _PAGE),
        default=_ARTICLE,
        help="of which files: articles, profiles of a kind of facets, or pages (default: article)",
    )


def _run(options: argparse.Namespace) -> int:
    settings = load_settings(options.site)
    if options.kind == _ARTICLE:
        made = create_schema(settings)
    elif options.kind == _PAGE:
        made = create_page_schema(settings)
    else:
        made = create_profile_schema(settings, options.kind)
    # In ASCII, so that no terminal or shell on its way can change it.
    say(*json.dumps(made, indent=2).split("\n"))
    return 0


def create_profile_schema(settings: Settings, kind: FacetKind) -> _Schema:
    """Return the schema of the front matter of a site's profiles of a kind of facets."""
    properties: _Schema = {}
    for name, field in PROFILE_FIELDS.items():
        if kind in field.kinds:
            described = {"description": field.meaning, "examples": [_as_read(field.example)]}
            properties[name] = _PROFILE_SHAPES[field.shape](settings) | described
        elif name not in settings.front_matter_extra:
            properties[name] = _refused(f"The profile of {_articled(kind)} has no {name}.")
    for name in ("title", "date"):
        for key in settings.front_matter.get(name, (name,)):
            properties[key] = _refused(f"A profile has no {key}: every file in this folder is a profile.")
    return {
        "$schema": DIALECT,
        "title": f"The front matter of the profile of {_articled(kind)} in {settings.title}",
        "type": ["object", "null"],
        "properties": properties,
    }


def create_page_schema(settings: Settings) -> _Schema:
    """Return the schema of the front matter of pages of the site's own."""
    properties: _Schema = {}
    for name in sorted(FIELDS.keys() | OWN_PAGE_FIELDS.keys()):
        field = OWN_PAGE_FIELDS.get(name)
        for key in settings.front_matter.get(name, (name,)):
            if field:
                properties[key] = _SHAPES[field.shape](settings, False) | _described(name, field, settings)  # noqa: FBT003
            elif key not in settings.front_matter_extra:
                properties.setdefault(key, _refused(f"A page of the site's own has no {key}."))
    title = f"The front matter of a page of {settings.title} itself"
    return {"$schema": DIALECT, "title": title, "type": "object", "properties": properties}


def _articled(kind: FacetKind) -> str:
    return "an author" if kind == "author" else kind if kind == "series" else f"a {kind}"


def _refused(reason: str) -> _Schema:
    """Return the schema of a field that must not be there."""
    return {"not": {}, "description": reason, "errorMessage": reason}


def create_schema(settings: Settings) -> _Schema:
    """Return the schema of the front matter of a site's articles."""
    properties: _Schema = {}
    required: list[str] = []
    alternatives: list[_Schema] = []
    for name, field in FIELDS.items():
        keys = settings.front_matter.get(name, (name,))
        needed = name in {*_REQUIRED, *settings.content_required} - {"date"}
        described = _described(name, field, settings)
        for key in keys:
            # The first of several names that has a value is the field; the others may hold anything.
            shape = _shape(name, settings, needed=needed and len(keys) == 1) if key == keys[0] else {}
            properties.setdefault(key, shape | described)
        if needed and len(keys) == 1:
            required += keys
        elif needed and keys:
            alternatives.append({"anyOf": [{"required": [key]} for key in keys]})
    return {
        "$schema": DIALECT,
        "title": f"The front matter of an article of {settings.title}",
        "type": "object",
        "properties": properties,
        "required": required,
        **({"allOf": alternatives} if alternatives else {}),
    }


def _described(name: str, field: Declared, settings: Settings) -> _Schema:
    """Return what an editor shows of a field: its meaning, and examples of values."""
    known = settings.names[_FACETS[name]].values() if name in _FACETS else ()
    suggested: Iterable[object] = known or (_as_read(field.example),)
    return {"description": field.meaning, "examples": list(suggested)}


def _as_read(example: str) -> object:
    """Return an example parsed as YAML, every scalar as text."""
    return yaml.load(example, Loader=yaml.BaseLoader)  # noqa: S506 - it makes nothing but texts, lists and mappings


def _shape(name: str, settings: Settings, *, needed: bool) -> _Schema:
    return _SHAPES[FIELDS[name].shape](settings, needed)


def _one(
    form: _Form | None = None, kinds: Iterable[str] = _SCALARS, *, needed: bool = False, **more: object
) -> _Schema:
    """Return the schema of one value, alone or as a list of one; unless it is ``needed``, also of no value.

    Each keyword applies to values of one type only, so that an editor reports what is wrong, and not that the
    value matches none of five alternatives.
    """
    kinds = [kind for kind in kinds if not (needed and kind == "null")]
    scalar: _Schema = {"type": kinds, **more}
    if form:
        pattern = rf"^\s*(?:{form.pattern}){'' if needed else '?'}\s*$"
        shown = {"enum": list(form.examples), "errorMessage": f"Write it like {' or '.join(form.examples)}."}
        scalar["allOf"] = [{"if": {"pattern": pattern}, "else": shown}]
    elif needed:
        scalar |= {"pattern": r"\S", "patternErrorMessage": "This is empty."}
    several = {"items": scalar, "maxItems": 1}
    if needed:
        return scalar | several | {"type": [*kinds, "array"], "minItems": 1}
    return scalar | several | {"type": [*kinds, "array", "object"], "maxProperties": 0}


def _or_mapping(one: _Schema, required: _Schema, properties: _Schema, *, needed: bool) -> _Schema:
    """Return the schema of one value, or of a mapping in its place; an empty mapping counts as no value."""
    if needed:
        return one | {"type": [*one["type"], "object"], "properties": properties} | required
    return {name: value for name, value in one.items() if name != "maxProperties"} | {
        "properties": properties,
        "if": {"type": "object", "minProperties": 1},
        "then": required,
    }


def _text(_settings: Settings, needed: bool) -> _Schema:  # noqa: FBT001 - as all shapes
    return _one(needed=needed)


def _names(_settings: Settings, needed: bool) -> _Schema:  # noqa: FBT001
    named = {"required": ["name"]}
    each = _or_mapping(_one(), named, {"name": _one()}, needed=False)
    alone = _or_mapping(_one(needed=needed), named, {"name": _one()}, needed=needed)
    del alone["maxItems"]
    return alone | {"items": each}


def _moment(settings: Settings, needed: bool) -> _Schema:  # noqa: FBT001
    # The site's own formats are strftime patterns, which have no exact regular expression.
    form = _OWN_DATES if settings.dates_formats else _DATES
    kinds = ("string", "integer", "null")
    return _one(form, kinds, needed=needed, minimum=_FIRST_DAY, maximum=_LAST_DAY)


def _slug(_settings: Settings, needed: bool) -> _Schema:  # noqa: FBT001
    return _one(_SLUGS, needed=needed)


def _picture(settings: Settings, needed: bool) -> _Schema:  # noqa: FBT001
    file = _Form(rf"{_FILE}|{_own_start(settings)}/[^\\]+", ("bridge.jpg", "../pictures/bridge.jpg"))
    number = _one(kinds=("string", "number", "null"))
    point = _or_mapping(
        _one(_FOCUS, ("string", "null")), {"required": ["x", "y"]}, {"x": number, "y": number}, needed=False
    )
    parts = {"file": _one(file, needed=True), "alt": _one(), "caption": _one(), "credit": _one()}
    parts["focus"] = point | {"items": number, "maxItems": 2}
    return _or_mapping(_one(file, needed=needed), {"required": ["file"]}, parts, needed=needed)


def _own_start(settings: Settings) -> str:
    """Return a pattern of what the site's own URLs begin with, up to its base path without the slash."""
    parts = urlsplit(settings.written_url)
    base = parts.path.rstrip("/")
    hosts, bases = (
        (re.sub(r"[.+*?$()]", r"[\g<0>]", each) for each in sorted(spellings))
        for spellings in (list_spellings(parts.hostname or ""), {base, quote(base, safe="/%"), unquote(base)})
    )
    scheme = rf"(?:{_any_of(('https:', 'http:'))})?"
    return rf"{scheme}//(?:{_any_of(hosts)})(?::[0-9]+)?(?:{'|'.join(bases)})"


def _yes_or_no(_settings: Settings, needed: bool) -> _Schema:  # noqa: FBT001
    form = _Form(_any_of(_TRUTHS), ("yes", "no"))
    return _one(form, ("string", "boolean", "integer", "null"), needed=needed, minimum=0, maximum=1)


def _any_of(words: Iterable[str]) -> str:
    """Return a pattern that matches any of some lower-case words, in whatever case they are written."""
    return "|".join(re.sub("[a-z]", lambda char: f"[{char[0].upper()}{char[0]}]", word) for word in words)


def _genre(_settings: Settings, needed: bool) -> _Schema:  # noqa: FBT001
    return _one(_choice(GENRES), ("string", "null"), needed=needed)


def _choice(words: Iterable[str]) -> _Form:
    return _Form(_any_of(words), tuple(words))


def _corrections(settings: Settings, _needed: bool) -> _Schema:  # noqa: FBT001
    kind = _one(_choice(CORRECTION_KINDS), ("string",), needed=True)
    words = {name: _one(needed=name == "text") for name in ("text", "was", "now")}
    note = _note({"date": _moment(settings, True), **words, "kind": kind}, "text")  # noqa: FBT003
    note["then"] = {"required": ["date"], "anyOf": [{"required": [name]} for name in words]}
    return note | {"type": [*note["type"], "array"], "items": note}


def _retraction(settings: Settings, _needed: bool) -> _Schema:  # noqa: FBT001
    return _note({"date": _moment(settings, True), "reason": _one(needed=True)}, "reason")  # noqa: FBT003


def _note(parts: _Schema, words: str) -> _Schema:
    """Return the schema of a note with a date and its text; an empty one counts as no value."""
    return {
        "type": ["string", "null", "object"],
        "pattern": _EMPTY,
        "patternErrorMessage": f"This wants a date: and a {words}:, each on an indented line of its own.",
        "properties": parts,
        "if": {"type": "object", "minProperties": 1},
        "then": {"required": ["date", words]},
    }


def _language(_settings: Settings, needed: bool) -> _Schema:  # noqa: FBT001
    return _one(_LANGUAGES, ("string", "null"), needed=needed)


def _address(settings: Settings, needed: bool) -> _Schema:  # noqa: FBT001
    form = _Form(rf"{_ADDRESS}|{_own_start(settings)}(?:/[^?#\\]*)?", ("/2015/old-name/",))
    return _one(form, ("string", "null"), needed=needed)


def _addresses(settings: Settings, needed: bool) -> _Schema:  # noqa: FBT001
    one = _address(settings, needed)
    del one["maxItems"]
    return one | {"items": _address(settings, False)}  # noqa: FBT003


def _source(_settings: Settings, needed: bool) -> _Schema:  # noqa: FBT001
    either = {"anyOf": [{"required": ["name"]}, {"required": ["url"]}]}
    parts = {"name": _one(), "url": _one(_PAGES, ("string", "null"))}
    return _or_mapping(_one(needed=needed), either, parts, needed=needed)


def _menu(_settings: Settings, needed: bool) -> _Schema:  # noqa: FBT001
    form = _Form(rf"0*[1-9][0-9]{{0,3}}|{_any_of(sorted(NO - {'0'}))}", ("1", "no"))
    return _one(form, ("string", "boolean", "integer", "null"), needed=needed, minimum=0, maximum=9999)


_SHAPES: Mapping[Shape, Callable[[Settings, bool], _Schema]] = {
    "text": _text,
    "name": _text,
    "names": _names,
    "moment": _moment,
    "slug": _slug,
    "picture": _picture,
    "yes_or_no": _yes_or_no,
    "language": _language,
    "address": _address,
    "addresses": _addresses,
    "source": _source,
    "genre": _genre,
    "corrections": _corrections,
    "retraction": _retraction,
    "menu": _menu,
}


def _pages(_settings: Settings) -> _Schema:
    parts = {"name": _one(), "url": _one(_PAGES, ("string", "null"))}
    each = _or_mapping(_one(_PAGES, ("string", "null")), {"required": ["url"]}, parts, needed=False)
    alone = dict(each)
    del alone["maxItems"]
    return alone | {"items": each}


def _coordinates(_settings: Settings) -> _Schema:
    number = _one(kinds=("string", "number", "null"))
    parts = {"latitude": number, "longitude": number}
    alone = _or_mapping(_one(_PLACES, ("string", "null")), {"required": [*parts]}, parts, needed=False)
    return alone | {"items": number, "maxItems": 2}


_PROFILE_SHAPES: Mapping[ProfileShape, Callable[[Settings], _Schema]] = {
    "text": lambda settings: _text(settings, False),  # noqa: FBT003
    "picture": lambda settings: _picture(settings, False),  # noqa: FBT003
    "kind": lambda _settings: _one(_choice(("person", "organization")), ("string", "null")),
    "email": lambda _settings: _one(_EMAILS, ("string", "null")),
    "pages": _pages,
    "fediverse": lambda _settings: _one(_HANDLES, ("string", "null")),
    "coordinates": _coordinates,
    "stories": lambda _settings: _one(kinds=("string", "array", "null")) | {"items": _one()},
}

COMMAND = Command(example="--kind author", add_options=_add_options, run=_run)
