"""What the article's own URL is made of: slug, earlier addresses, the date and slug in the file's name."""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import unquote_to_bytes

from broadsheet.common import urls
from broadsheet.common.slugs import find_slug_fault, slugify
from broadsheet.read.field_reader import FieldReader, list_values
from broadsheet.settings import date_parsing

_FILE_DATE = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[-_ ]+|$)")
_NOT_AN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


def parse_file_name(path: str) -> tuple[dt.date | None, str]:
    """Return the date that a file's name begins with, if any, and the slug of the rest of the name."""
    stem = path.rpartition("/")[2]
    stem = stem.rpartition(".")[0] or stem
    match = _FILE_DATE.match(stem)
    day = None
    if match is not None and int(match[1]) >= date_parsing.EARLIEST:
        try:
            day = dt.date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            day = None
    if match is None or day is None:
        return None, slugify(stem)
    rest = stem[match.end() :]
    return day, slugify(rest if any(char.isalnum() for char in rest) else match[0].rstrip("-_ "))


def read_slug(fields: FieldReader) -> str:
    """Return the slug as written, percent-escapes decoded; "" if none is given."""
    field = fields.chosen.get("slug")
    if field is None:
        return ""
    written = fields.read_value(field.name, field.value)
    if "%" in written and not _NOT_AN_ESCAPE.search(written):
        # WordPress exports slugs as they are in its URLs.
        return slugify(unquote_to_bytes(written).decode(errors="replace"))
    fault = find_slug_fault(written) if written else None
    if fault:
        hint = f"Write {field.name}: {slugify(written)}"
        fields.add_problem(field.value, f"{field.name}: {written} {fault}", hint)
    return written


def read_aliases(fields: FieldReader) -> tuple[str, ...]:
    """Return the paths of the outputs at which the article once was, each once."""
    field = fields.chosen.get("aliases")
    if field is None:
        return ()
    outputs = []
    for value in list_values(field):
        written = fields.read_value(field.name, value)
        if not written:
            continue
        output, fault = urls.parse_address(written)
        if fault:
            hint = "Write the path of a page of this site: /2015/old-name/"
            fields.add_problem(value, f"{field.name}: {written} {fault}", hint)
        outputs.append(output)
    return tuple(dict.fromkeys(outputs))
