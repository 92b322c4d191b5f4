"""The headers in which other generators keep what Broadsheet has in YAML front matter, and that YAML.

Each reader returns the fields and the body of a file, or None if the file has no header of its kind.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import tomllib
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias

import yaml

from broadsheet.settings.fields import ARTICLE_FIELDS


class Headed(NamedTuple):
    """A file: the fields of its header, and the text below it."""

    fields: dict[str, Any]
    body: str


ReadHeader: TypeAlias = Callable[[str], Headed | None]

_TOML = re.compile(r"\s*\+\+\+[ \t]*\n(.*?\n)\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL)
_JSON = re.compile(r"\s*(?=\{\s*\")")
_META = re.compile(r"(?P<key>[A-Za-z][\w-]*):[ \t]*(?P<value>.*)")
_NIKOLA = re.compile(r"\s*(?:<!--\s*\n)?((?:\.\. [\w-]+:.*\n)+)(?:\s*-->[ \t]*\n?)?")
_NIKOLA_ROW = re.compile(r"\.\. ([\w-]+):[ \t]*(.*)")
_LEKTOR_FIELD = re.compile(r"([a-zA-Z_][\w]*):[ \t]*(.*)\Z", re.DOTALL)


def write_front_matter(found: Headed) -> str:
    """Return a file with YAML front matter, our fields first and in our order."""
    order = {name: at for at, name in enumerate(ARTICLE_FIELDS)}
    names = sorted(found.fields, key=lambda name: order.get(name, len(order)))
    fields = {name: _plain(found.fields[name]) for name in names if found.fields[name] not in (None, "", [])}
    text = yaml.safe_dump(fields, sort_keys=False, allow_unicode=True, width=10_000) if fields else ""
    return f"---\n{text}---\n\n{found.body.lstrip(chr(10))}"


def read_toml(text: str) -> Headed | None:
    """Read what stands between two lines of ``+++``, as in Hugo and Zola; Zola's taxonomies are fields."""
    match = _TOML.match(text)
    if match is None:
        return None
    fields = tomllib.loads(match[1])
    for table in ("taxonomies", "extra"):
        nested = fields.pop(table, None)
        if isinstance(nested, dict):
            fields = {**nested, **fields}
    return Headed(fields, text[match.end() :])


def read_json(text: str) -> Headed | None:
    """Read an object of JSON at the beginning, as in Hugo."""
    match = _JSON.match(text)
    if match is None:
        return None
    fields, end = json.JSONDecoder().raw_decode(text, match.end())
    return Headed(fields, text[end:]) if isinstance(fields, dict) else None


def read_meta(text: str) -> Headed | None:
    """Read ``Title: …`` on the first lines, as in Pelican; lines that are indented go on with a value.

    https://python-markdown.github.io/extensions/meta_data/
    """
    fields: dict[str, Any] = {}
    rows = text.split("\n")
    at, key = 0, ""
    while at < len(rows) and rows[at].strip():
        match = _META.fullmatch(rows[at].rstrip())
        if match:
            key = match["key"].lower()
            fields[key] = match["value"].strip()
        elif key and rows[at][:1].isspace():
            fields[key] = f"{fields[key]} {rows[at].strip()}".strip()
        else:
            break
        at += 1
    return Headed(fields, "\n".join(rows[at:])) if "title" in fields else None


def read_nikola(text: str) -> Headed | None:
    """Read ``.. title: …``, in a comment or not, as in Nikola."""
    match = _NIKOLA.match(text)
    if match is None:
        return None
    fields = {row[1]: row[2].strip() for row in map(_NIKOLA_ROW.fullmatch, match[1].splitlines()) if row}
    return Headed(dict(fields), text[match.end() :])


def read_lektor(text: str) -> Headed | None:
    """Read the fields of a ``contents.lr``, of which ``body`` is the text."""
    fields: dict[str, Any] = {}
    for part in re.split(r"^---[ \t]*\n", text.replace("\r\n", "\n"), flags=re.MULTILINE):
        match = _LEKTOR_FIELD.match(part)
        if match:
            fields[match[1]] = re.sub(r"^-(-{3,})", r"\1", match[2].strip("\n"), flags=re.MULTILINE)
    body = fields.pop("body", "")
    return Headed(fields, f"{body}\n") if fields else None


def split_lists(fields: Mapping[str, Any], **separators: str) -> dict[str, Any]:
    """Return fields with the named ones as lists, by the characters that part their items."""
    found = dict(fields)
    for name, marks in separators.items():
        written = found.get(name)
        if isinstance(written, str):
            found[name] = [
                each.strip() for each in re.split(f"[{re.escape(marks)}]", written) if each.strip()
            ]
    return found


def _plain(value: object) -> object:
    """Return a value as YAML is to write it: a date as text, without quotes it would not need."""
    if isinstance(value, dt.datetime):
        return value.replace(microsecond=0).isoformat(sep=" ")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value
