"""Web addresses, and what has a name and a web address: an article's source, an author's pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from broadsheet.common.model import Source
from broadsheet.read.field_reader import FieldReader, list_values
from broadsheet.read.front_matter import Fields, Value

_WEB = re.compile(r"https?://", re.IGNORECASE)
_NOT_IN_URL = re.compile(r"[\s<>\"]")


def read_source(fields: FieldReader) -> Source | None:
    """Return where the article was taken over from: a name, a web address, or both."""
    field = fields.chosen.get("source")
    if field is None:
        return None
    if not isinstance(field.value, Fields):
        written = fields.read_value(field.name, field.value)
        if _WEB.match(written):
            url = _checked(fields, field.name, field.value, written)
            return Source(name=_host(url), url=url)
        return Source(name=written, url="") if written else None
    before = len(fields.problems)
    name, url = _read_name_and_url(fields, field.name, field.value)
    if not name and not url:
        if len(fields.problems) == before:
            message = f"{field.name} has neither name nor url"
            fields.add_problem(field, message, "Add a line to it: name: …")
        return None
    return Source(name=name or _host(url), url=url)


def read_pages(fields: FieldReader) -> Iterator[Source]:
    """Yield the pages about an author or a place; one without a name is called by its address."""
    field = fields.chosen.get("url")
    for value in list_values(field) if field else ():
        parts = fields.read_parts("url", value, ("name", "url")) if isinstance(value, Fields) else {}
        place = parts["url"].value if "url" in parts else value
        name = fields.read_value("url.name", parts["name"].value) if "name" in parts else ""
        url = _checked(fields, "url", place, fields.read_value("url", place))
        if url:
            yield Source(name=name or url.partition("//")[2].rstrip("/"), url=url)


def _read_name_and_url(fields: FieldReader, label: str, value: Fields) -> tuple[str, str]:
    parts = fields.read_parts(label, value, ("name", "url"))
    name = fields.read_value(f"{label}.name", parts["name"].value) if "name" in parts else ""
    if "url" not in parts:
        return name, ""
    place = parts["url"].value
    return name, _checked(fields, f"{label}.url", place, fields.read_value(f"{label}.url", place))


def _checked(fields: FieldReader, label: str, value: Value, written: str) -> str:
    """Return a web address as written; "", and a problem, if it is none."""
    if not written:
        return ""
    try:
        parts = urlsplit(written)
        valid = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        valid = False
    if not valid or _NOT_IN_URL.search(written):
        message = f"{label}: {written} is not a web address"
        fields.add_problem(value, message, "Write it whole: https://example.org/page")
        return ""
    return written


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")
