"""What the article's own URL is made of: slug, addresses, the date and slug in the file's name."""

from __future__ import annotations

import datetime as dt
import re
from itertools import takewhile
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from broadsheet.common import urls
from broadsheet.common.files import compose
from broadsheet.common.model import Facet
from broadsheet.common.problems import Problem
from broadsheet.common.slugs import find_slug_fault, keep_slug, slugify
from broadsheet.common.urls import AddressParts
from broadsheet.read.field_reader import FieldReader, list_values
from broadsheet.read.front_matter import Value
from broadsheet.settings import date_parsing
from broadsheet.settings.date_parsing import DateError
from broadsheet.settings.fields import show_blank

_FILE_DATE = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[-_ ]+|$)")
_NOT_AN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


def find_name(path: str, folder: str) -> str:
    """Return what a file below the content ``folder`` is called: its own name without the suffix.

    An ``index.md`` is called as its folder is, and ``2019/11/05/index.md`` is called 2019-11-05: without the
    folders above it, the fifth of every month would have one name.
    """
    return _split(path, folder)[1]


def list_folders(path: str, folder: str) -> tuple[str, ...]:
    """Return the folders between the content ``folder`` and a file, but what ``find_name`` takes."""
    return _split(path, folder)[0]


def _split(path: str, folder: str) -> tuple[tuple[str, ...], str]:
    """Return the folders in which a file lies, and its name."""
    *steps, file = path.removeprefix(f"{folder}/").split("/")
    name = file.rpartition(".")[0] or file
    if name.casefold() != "index" or not steps:
        return tuple(steps), name
    own = list(takewhile(str.isdecimal, reversed(steps)))[::-1] or steps[-1:]
    return tuple(steps[: -len(own)]), "-".join(own)


class FileName(NamedTuple):
    """What the name of an article's file says.

    ``day`` is the date that it begins with, if any, ``slug`` that of the rest, and ``whole`` that of all;
    ``folder`` is where it lies, each step a slug.
    """

    day: dt.date | None
    slug: str
    whole: str
    folder: str

    def make_parts(self, *, day: str, slug: str, section: str, language: str) -> AddressParts:
        """Return what the address of an article with that file is made of; see ``AddressParts``."""
        return AddressParts(day, slug, section, self.whole, self.folder, language)


def parse_file_name(path: str, folder: str, slugs: str = "made") -> FileName:
    """Return what the name of a file below ``folder`` says; ``slugs`` is the setting of that name."""
    make = keep_slug if slugs == "file" else slugify
    name = find_name(path, folder)
    match = _FILE_DATE.match(name)
    found = FileName(None, make(name), make(name), "/".join(map(make, list_folders(path, folder))))
    if match is None:
        return found
    try:
        day = date_parsing.parse_day(int(match[1]), int(match[2]), int(match[3]))
    except DateError:
        return found
    rest = name[match.end() :]
    slug = make(rest if any(map(str.isalnum, rest)) else match[0].rstrip("-_ "))
    return found._replace(day=day, slug=slug)


def find_section(fields: FieldReader) -> Facet | None:
    """Return the section that an article's folder names, if ``[content] section`` says that folders do.

    It is the first folder on the way to the file that is no number: of ``politics/2022/flood.md`` politics.
    """
    if fields.settings.content_section != "folder":
        return None
    steps = list_folders(fields.path, fields.settings.content_folder)
    name = next((step for step in steps if not step.isdecimal()), "")
    return Facet(kind="section", slug=fields.find_slug("section", name), name=name) if name else None


def refuse_false_date(fields: FieldReader) -> bool:
    """Return whether a file without a date has one in its name that there is not; add the problem."""
    match = _FILE_DATE.match(find_name(fields.path, fields.settings.content_folder))
    if match is None or "date" in fields.chosen:
        return False
    try:
        date_parsing.parse_day(int(match[1]), int(match[2]), int(match[3]))
    except DateError as error:
        hint = f"{error.hint} Rename the file, or add a line to the front matter: date: {show_blank('date')}"
        message = f"the date in the file's name is none: {error}"
        fields.problems.append(Problem(path=fields.path, message=message, hint=hint))
        return True
    return False


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
        meant = slugify(written)
        hint = f"Write {field.name}: {meant}"
        fields.add_problem(field.value, f"{field.name}: {written} {fault}", hint, meant=meant)
    return compose(written)


def read_permalink(fields: FieldReader) -> str:
    """Return the path of the output that the article's own address names; "" if it gives none."""
    field = fields.chosen.get("permalink")
    return _read_address(fields, field.name, field.value) if field else ""


def read_aliases(fields: FieldReader) -> tuple[str, ...]:
    """Return the paths of the outputs at which the article once was, each once."""
    outputs = (
        _read_address(fields, field.name, value)
        for field in fields.list_chosen("aliases")
        for value in list_values(field)
    )
    return tuple(dict.fromkeys(filter(None, outputs)))


def _read_address(fields: FieldReader, label: str, value: Value) -> str:
    """Return the path of the output that an address of this site names; "" if it names none."""
    written = fields.read_value(label, value, spaces=True)
    if not written:
        return ""
    own = urls.find_own_path(written, fields.settings.written_url)
    output, fault = urls.parse_address(written if own is None else own)
    if fault:
        hint = "Write the path of a page of this site: /2015/old-name/"
        fields.add_problem(value, f"{label}: {written} {fault}", hint)
    return output
